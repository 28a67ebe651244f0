/* SPDX-License-Identifier: Apache-2.0 */
/* settle_text.c - see settle_text.h. Pure. */
#include "invoice/settle_text.h"

#include "base/parse.h"

enum { EUROS_DIGITS_MAX = 11 };

static bool
take_front(struct str *s, struct str token)
{
    if (!str_starts(*s, token))
        return false;
    *s = str_sub(*s, token.len, s->len);
    return true;
}

static bool
take_back(struct str *s, struct str token)
{
    if (!str_ends(*s, token))
        return false;
    s->len -= token.len;
    return true;
}

static void
trim_all(struct str *s)
{
    size_t before;

    do {
        before = s->len;
        *s = str_trim(*s);
        (void)(take_front(s, STR("\u00a0")) || take_front(s, STR("\u202f")) ||
               take_back(s, STR("\u00a0")) || take_back(s, STR("\u202f")));
    } while (s->len != before);
}

static bool
take_minus(struct str *s)
{
    bool minus = take_front(s, STR("-")) || take_front(s, STR("\u2212"));

    if (!minus)
        (void)take_front(s, STR("+"));
    trim_all(s);
    return minus;
}

/* The sign, wherever it stands, and the currency, off both ends. False: two signs. */
static bool
take_dress(struct str *s, bool *minus)
{
    int signs = 0;

    trim_all(s);
    if (s->len > 1 && s->ptr[0] == '(' && s->ptr[s->len - 1] == ')') {
        *s = str_sub(*s, 1, s->len - 2);
        signs++;
        trim_all(s);
    }
    signs += take_minus(s);
    (void)(take_front(s, STR("€")) || take_front(s, STR("EUR")) || take_back(s, STR("€")) ||
           take_back(s, STR("EUR")));
    trim_all(s);
    signs += take_minus(s) || take_back(s, STR("-"));
    trim_all(s);
    *minus = signs == 1;
    return signs <= 1;
}

/* The mark between two groups of three digits: a dot, a comma, a space or an apostrophe. */
static struct str
group_mark(struct str s)
{
    static const char *const marks[] = {"\u00a0", "\u202f", "\u2019", " ", "'", ".", ","};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (str_starts(s, str_of(marks[i])))
            return str_of(marks[i]);
    return STR_NONE;
}

/* "1234" or "1 234 567", one mark throughout. *mark: which; *groups: how often. */
static bool
read_whole(struct str s, int64_t *out, struct str *mark, int *groups)
{
    int digits = 0, group = 0;
    int64_t n = 0;

    *mark = STR_NONE;
    *groups = 0;
    while (s.len > 0) {
        if (s.ptr[0] >= '0' && s.ptr[0] <= '9') {
            n = n * 10 + (s.ptr[0] - '0');
            group++;
            if (++digits > EUROS_DIGITS_MAX)
                return false;
            s = str_sub(s, 1, s.len);
            continue;
        }
        struct str here = group_mark(s);
        if (here.len == 0 || group == 0 || group > 3 || (*groups > 0 && group != 3) ||
            (*groups > 0 && !str_eq(here, *mark)))
            return false;
        *mark = here;
        *groups += 1;
        group = 0;
        s = str_sub(s, here.len, s.len);
    }
    *out = n;
    return digits > 0 && (*groups == 0 || group == 3);
}

/* Where the decimals begin: after the last dot or comma that one or two digits follow. */
static size_t
decimals_at(struct str s)
{
    for (size_t i = s.len; i-- > 0 && s.len - i <= 3;)
        if (s.ptr[i] == '.' || s.ptr[i] == ',')
            return s.len - i > 1 ? i : s.len;
    return s.len;
}

enum amount_result
settle_amount(struct str s, int64_t *cents)
{
    int64_t whole = 0, part = 0;
    struct str mark;
    bool minus;
    int groups;

    if (s.len == 0)
        return AMOUNT_EMPTY;
    if (!take_dress(&s, &minus))
        return AMOUNT_BAD;
    size_t at = decimals_at(s);
    struct str after = str_sub(s, at, s.len);
    if (!read_whole(str_sub(s, 0, at), &whole, &mark, &groups))
        return AMOUNT_BAD;
    if (after.len > 0) {
        if (!parse_i64(str_sub(after, 1, after.len), 0, 99, &part))
            return AMOUNT_BAD;
        if (groups > 0 && mark.ptr[0] == after.ptr[0])
            return AMOUNT_BAD;
        part *= after.len == 2 ? 10 : 1;
    } else if (groups == 1 && (str_is(mark, ".") || str_is(mark, ","))) {
        return AMOUNT_AMBIGUOUS;
    }
    whole = whole * 100 + part;
    *cents = minus ? -whole : whole;
    return AMOUNT_GOOD;
}
