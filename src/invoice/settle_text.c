/* SPDX-License-Identifier: Apache-2.0 */
/* settle_text.c - see settle_text.h. Pure. */
#include "invoice/settle_text.h"

#include "base/parse.h"

enum { EUROS_DIGITS_MAX = 11 };

/* ---- encodings ---- */

/* Windows-1252 0x80 to 0x9F; 0: no character. */
static const unsigned high[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

static void
put_utf8(struct buf *b, unsigned c)
{
    if (c < 0x80) {
        buf_byte(b, (char)c);
        return;
    }
    if (c < 0x800) {
        buf_byte(b, (char)(0xC0 | c >> 6));
    } else if (c < 0x10000) {
        buf_byte(b, (char)(0xE0 | c >> 12));
        buf_byte(b, (char)(0x80 | (c >> 6 & 0x3F)));
    } else {
        buf_byte(b, (char)(0xF0 | c >> 18));
        buf_byte(b, (char)(0x80 | (c >> 12 & 0x3F)));
        buf_byte(b, (char)(0x80 | (c >> 6 & 0x3F)));
    }
    buf_byte(b, (char)(0x80 | (c & 0x3F)));
}

static void
from_windows(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned c = (unsigned char)s.ptr[i];
        if (c >= 0x80 && c < 0xA0)
            c = high[c - 0x80] != 0 ? high[c - 0x80] : '?';
        put_utf8(b, c);
    }
}

/* Without the mark. False: an odd byte, or half a pair. */
static bool
from_utf16(struct buf *b, struct str s, bool big)
{
    unsigned lead = 0;

    for (size_t i = 0; i + 1 < s.len; i += 2) {
        unsigned x = (unsigned char)s.ptr[i], y = (unsigned char)s.ptr[i + 1];
        unsigned c = big ? x << 8 | y : y << 8 | x;
        bool trail = c >= 0xDC00 && c < 0xE000;

        if (c == 0 || trail != (lead != 0))
            return false;
        if (c >= 0xD800 && c < 0xDC00) {
            lead = c;
            continue;
        }
        put_utf8(b, trail ? 0x10000 + ((lead - 0xD800) << 10) + (c - 0xDC00) : c);
        lead = 0;
    }
    return s.len % 2 == 0 && lead == 0;
}

/* What people send by mistake, by the bytes it begins with. */
static struct str
other_kind(struct str s)
{
    if (str_starts(s, STR("PK\x03\x04")) || str_starts(s, STR("\xD0\xCF\x11\xE0")))
        return STR("C’est un classeur ou une archive\u00a0: ouvrez-le dans le tableur et "
                   "enregistrez-le au format CSV.");
    if (str_starts(s, STR("%PDF")))
        return STR("C’est un PDF\u00a0: demandez au prestataire le relevé au format CSV.");
    if (str_starts(s, STR("\x1F\x8B")))
        return STR("Le fichier est compressé\u00a0: décompressez-le d’abord.");
    return STR("Ce fichier n’est pas du texte\u00a0: il faut un fichier CSV.");
}

enum err
settle_decode(struct arena *a, struct str bytes, struct str *text, const char **encoding,
              struct str *why)
{
    bool little = str_starts(bytes, STR("\xFF\xFE")), big = str_starts(bytes, STR("\xFE\xFF"));
    bool good = true;
    struct buf b;

    if (bytes.len == 0) {
        *why = STR("Le fichier est vide.");
        return ERR_INVALID;
    }
    *encoding = "UTF-8";
    *text = str_starts(bytes, STR("\xEF\xBB\xBF")) ? str_sub(bytes, 3, bytes.len) : bytes;
    if (little || big || !utf8_valid(*text)) {
        buf_init(&b, 3 * bytes.len + 8);
        *encoding = little || big ? "UTF-16" : "Windows-1252";
        if (little || big)
            good = from_utf16(&b, str_sub(bytes, 2, bytes.len), big);
        else
            from_windows(&b, bytes);
        *text = buf_dup(&b, a);
        buf_release(&b);
    }
    /* Other control characters stand in no table of figures. */
    for (size_t i = 0; good && i < text->len; i++) {
        unsigned char c = (unsigned char)text->ptr[i];
        good = c >= 0x20 ? c != 0x7F : c == '\n' || c == '\r' || c == '\t';
    }
    if (good)
        return OK;
    *why = other_kind(bytes);
    return ERR_INVALID;
}

/* ---- amounts ---- */

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
