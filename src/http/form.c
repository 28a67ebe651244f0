/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form.c - see form.h. A message names the field as its label does, says what is wrong and what
 * to do; what was typed is kept, so that nobody types it twice.
 */
#include "http/form.h"

#include "base/format.h"
#include "base/parse.h"

enum { PHONE_DIGITS_MAX = 15, EMAIL_BYTES_MAX = 254, KEY_LEN_MIN = 16, KEY_LEN_MAX = 64,
       QUERY_DAY_MAX = 40 };

/* Non-breaking spaces, as French typography asks before these signs. */
#define NBSP "\u00a0"

struct form
form_begin(struct ctx *cx, struct req *req)
{
    return (struct form){.cx = cx, .req = req};
}

bool
form_failed(const struct form *f)
{
    return f->error_count > 0;
}

void
form_error(struct form *f, const char *name, const char *fmt, ...)
{
    va_list ap;

    if (f->error_count == FORM_ERRORS_MAX)
        return;
    /* One message a field: the first is the one to mend first. */
    if (form_error_of(f, name).len > 0)
        return;
    va_start(ap, fmt);
    f->error[f->error_count++] =
        (struct field_error){name, str_vprintf(f->cx->arena, fmt, ap)};
    va_end(ap);
}

struct field_error_list
form_errors(const struct form *f)
{
    struct field_error_list list = {NULL, f->error_count};

    list.item = arena_copy(f->cx->arena, f->error, f->error_count * sizeof f->error[0]);
    return list;
}

struct str
form_error_of(const struct form *f, const char *name)
{
    for (size_t i = 0; i < f->error_count; i++)
        if (strcmp(f->error[i].name, name) == 0)
            return f->error[i].text;
    return STR_NONE;
}

/* The first max characters of valid text. */
static struct str
cut(struct str s, size_t max)
{
    size_t count = 0, i = 0;

    while (i < s.len) {
        if (((unsigned char)s.ptr[i] & 0xc0) != 0x80 && count++ == max)
            break;
        i++;
    }
    return str_sub(s, 0, i);
}

/* Spaces of all kinds at the ends, U+00A0 and U+202F included, as they come with pasted text. */
static struct str
trim_wide(struct str s)
{
    for (;;) {
        struct str t = str_trim(s);

        if (str_starts(t, STR("\u00a0")))
            t = str_sub(t, 2, t.len);
        else if (str_starts(t, STR("\u202f")) || str_starts(t, STR("\ufeff")))
            t = str_sub(t, 3, t.len);
        if (str_ends(t, STR("\u00a0")))
            t = str_sub(t, 0, t.len - 2);
        else if (str_ends(t, STR("\u202f")))
            t = str_sub(t, 0, t.len - 3);
        if (t.len == s.len)
            return t;
        s = t;
    }
}

static struct str
text_check(struct form *f, const char *name, const char *label, struct str s, size_t min,
           size_t max, const char *allowed)
{
    size_t count;

    s = trim_wide(utf8_nfc(f->cx->arena, s));
    count = utf8_count(s);
    if (utf8_has_control(s, allowed))
        form_error(f, name, "%s" NBSP ": retirez les caractères invisibles, puis recommencez.",
                   label);
    else if (count == 0 && min > 0)
        form_error(f, name, "%s" NBSP ": ce champ est vide, remplissez-le.", label);
    else if (count < min)
        form_error(f, name, "%s" NBSP ": écrivez au moins %zu caractères (il y en a %zu).", label,
                   min, count);
    else if (count > max)
        form_error(f, name, "%s" NBSP ": %zu caractères au plus (il y en a %zu).", label, max,
                   count);
    return count > max ? cut(s, max) : s;
}

struct str
form_text(struct form *f, const char *name, const char *label, size_t min, size_t max)
{
    return text_check(f, name, label, req_form(f->req, name), min, max, "");
}

/* Browsers send CR LF; text is kept with LF alone. */
static struct str
lines_normal(struct arena *a, struct str s)
{
    char *to = arena_alloc(a, s.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != '\r')
            to[n++] = s.ptr[i];
        else if (i + 1 == s.len || s.ptr[i + 1] != '\n')
            to[n++] = '\n';
    }
    return str_n(to, n);
}

struct str
form_long_text(struct form *f, const char *name, const char *label, size_t min, size_t max)
{
    struct str s = lines_normal(f->cx->arena, req_form(f->req, name));

    return text_check(f, name, label, s, min, max, "\n\t");
}

/* Without spaces, dots as they group figures: ASCII space, U+00A0, U+202F. */
static struct str
without_spaces(struct arena *a, struct str s)
{
    char *to = arena_alloc(a, s.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c == ' ')
            continue;
        if (c == 0xc2 && i + 1 < s.len && (unsigned char)s.ptr[i + 1] == 0xa0) {
            i++;
        } else if (c == 0xe2 && i + 2 < s.len && (unsigned char)s.ptr[i + 1] == 0x80 &&
                   (unsigned char)s.ptr[i + 2] == 0xaf) {
            i += 2;
        } else {
            to[n++] = (char)c;
        }
    }
    return str_n(to, n);
}

int64_t
form_int(struct form *f, const char *name, const char *label, int64_t min, int64_t max)
{
    struct str s = without_spaces(f->cx->arena, req_form(f->req, name));
    int64_t n = min;

    /* Nobody comes to write a zero. */
    int64_t such = min == 0 && max > 0 ? 1 : min;

    if (s.len == 0) {
        form_error(f, name, "%s" NBSP ": indiquez un nombre entier, par exemple %s.", label,
                   fmt_int(such).z);
        return min;
    }
    if (!parse_i64(s, INT64_MIN, INT64_MAX, &n)) {
        form_error(f, name, "%s" NBSP ": écrivez un nombre entier en chiffres, par exemple %s.",
                   label, fmt_int(such).z);
        return min;
    }
    if (min == max && n != min) {
        form_error(f, name, "%s" NBSP ": seul %s est possible.", label, fmt_int(min).z);
        return min;
    }
    if (n < min || n > max) {
        form_error(f, name, "%s" NBSP ": indiquez un nombre de %s à %s.", label, fmt_int(min).z,
                   fmt_int(max).z);
        return n < min ? min : max;
    }
    return n;
}

bool
form_checked(struct form *f, const char *name)
{
    struct str s = req_form(f->req, name);

    return str_is(s, "1") || str_is(s, "on");
}

struct str
form_choice(struct form *f, const char *name, const char *label, const char *const *allowed)
{
    struct str s = req_form(f->req, name);

    for (size_t i = 0; allowed[i] != NULL; i++)
        if (str_is(s, allowed[i]))
            return s;
    form_error(f, name, "%s" NBSP ": choisissez une des réponses proposées.", label);
    return STR_NONE;
}

static bool
domain_ok(struct str d)
{
    struct str rest = d, part;
    int parts = 0;

    if (d.len == 0 || d.len > 253)
        return false;
    while (str_split(&rest, '.', &part)) {
        if (part.len == 0 || part.len > 63 || part.ptr[0] == '-' || part.ptr[part.len - 1] == '-')
            return false;
        for (size_t i = 0; i < part.len; i++) {
            unsigned char c = (unsigned char)part.ptr[i];

            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c >= 0x80))
                return false;
        }
        parts++;
    }
    return parts >= 2;
}

static bool
local_ok(struct str l)
{
    if (l.len == 0 || l.len > 64 || l.ptr[0] == '.' || l.ptr[l.len - 1] == '.')
        return false;
    for (size_t i = 0; i < l.len; i++) {
        unsigned char c = (unsigned char)l.ptr[i];

        if (c <= 0x20 || c >= 0x7f || strchr("\"(),:;<>@[\\]", c) != NULL)
            return false;
        if (c == '.' && i + 1 < l.len && l.ptr[i + 1] == '.')
            return false;
    }
    return true;
}

struct str
form_email(struct form *f, const char *name, const char *label)
{
    struct str s = trim_wide(req_form(f->req, name));
    size_t at;

    s = str_lower(f->cx->arena, s);
    if (s.len == 0) {
        form_error(f, name, "%s" NBSP ": indiquez une adresse, par exemple nom@exemple.fr.",
                   label);
        return s;
    }
    if (s.len > EMAIL_BYTES_MAX) {
        form_error(f, name, "%s" NBSP ": cette adresse est trop longue, vérifiez-la.", label);
        return cut(s, EMAIL_BYTES_MAX);
    }
    at = str_find_byte(s, '@');
    if (at == s.len || !local_ok(str_sub(s, 0, at)) || !domain_ok(str_sub(s, at + 1, s.len)))
        form_error(f, name,
                   "%s" NBSP ": vérifiez l’adresse, elle s’écrit comme nom@exemple.fr.", label);
    return s;
}

/* The prefix of an overseas number by its first digits (plan of the ARCEP), else mainland's. */
static const char *
phone_prefix(const char *national)
{
    static const struct {
        const char *starts;
        const char *prefix;
    } overseas[] = {
        {"590", "590"}, {"690", "590"}, {"691", "590"}, {"594", "594"}, {"694", "594"},
        {"596", "596"}, {"696", "596"}, {"697", "596"}, {"262", "262"}, {"263", "262"},
        {"269", "262"}, {"639", "262"}, {"692", "262"}, {"693", "262"}, {"508", "508"},
        {"708", "508"},
    };

    for (size_t i = 0; i < sizeof overseas / sizeof overseas[0]; i++)
        if (strncmp(national, overseas[i].starts, 3) == 0)
            return overseas[i].prefix;
    return "33";
}

struct str
phone_normal(struct arena *a, struct str typed)
{
    struct str s = without_spaces(a, typed);
    char digits[PHONE_DIGITS_MAX + 3];
    size_t n = 0;
    bool plus = s.len > 0 && s.ptr[0] == '+';

    for (size_t i = plus ? 1 : 0; i < s.len; i++) {
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9') {
            if (n == PHONE_DIGITS_MAX + 2)
                return STR_NONE;
            digits[n++] = s.ptr[i];
        } else if (s.ptr[i] != '.' && s.ptr[i] != '-' && s.ptr[i] != '/' && s.ptr[i] != '(' &&
                   s.ptr[i] != ')') {
            return STR_NONE;
        }
    }
    digits[n] = '\0';
    if (!plus && n > 2 && digits[0] == '0' && digits[1] == '0') {
        memmove(digits, digits + 2, n - 1);
        n -= 2;
        plus = true;
    }
    if (plus) {
        /* "+33 (0)6 ...": the zero is for calls inside the country. */
        if (n == 12 && strncmp(digits, "330", 3) == 0) {
            memmove(digits + 2, digits + 3, n - 2);
            n--;
        }
        return n >= 8 && n <= PHONE_DIGITS_MAX ? str_printf(a, "+%s", digits) : STR_NONE;
    }
    if (n != 10 || digits[0] != '0' || digits[1] == '0')
        return STR_NONE;
    return str_printf(a, "+%s%s", phone_prefix(digits + 1), digits + 1);
}

struct str
form_phone(struct form *f, const char *name, const char *label, size_t min)
{
    struct str typed = trim_wide(req_form(f->req, name)), number;

    if (typed.len == 0) {
        if (min > 0)
            form_error(f, name, "%s" NBSP ": indiquez un numéro, par exemple 06 12 34 56 78.",
                       label);
        return STR_NONE;
    }
    number = phone_normal(f->cx->arena, typed);
    if (number.len > 0)
        return number;
    form_error(f, name,
               "%s" NBSP ": vérifiez le numéro, il comporte 10 chiffres (06 12 34 56 78) ou "
               "commence par + et l’indicatif du pays.",
               label);
    return cut(typed, 30);
}

struct str
form_query_day(struct form *f, const char *name, bool after, int64_t def, int64_t *out)
{
    struct str typed = STR_NONE;
    struct civil c;

    *out = def;
    if (req_query_str(f->req, name, QUERY_DAY_MAX, STR_NONE, &typed) == OK && typed.len == 0)
        return typed;
    if (typed.len != sizeof "2020-05-02" - 1 || !civil_parse(typed, &c)) {
        form_error(f, name, "Écrivez une date, par exemple 2020-05-02.");
        return typed;
    }
    if (after)
        c = civil_from_day(civil_day(c.year, c.month, c.day) + 1);
    *out = civil_to_ms(&c, ZONE_PARIS);
    return typed;
}

struct str
form_key(struct form *f, const char *name)
{
    struct str s = req_form(f->req, name);
    bool ok = s.len >= KEY_LEN_MIN && s.len <= KEY_LEN_MAX;

    for (size_t i = 0; ok && i < s.len; i++) {
        char c = s.ptr[i];

        ok = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
             c == '-' || c == '_';
    }
    if (ok)
        return s;
    form_error(f, name, "Ce formulaire est incomplet" NBSP ": rechargez la page, puis "
                        "recommencez.");
    return STR_NONE;
}

struct field
form_field(const struct form *f, const char *name, struct str label, struct str hint,
           struct str initial)
{
    struct field field = {.name = name, .label = label, .hint = hint, .type = "text"};
    bool sent = false;

    /* A form in steps shows fields that its earlier steps did not send. */
    for (size_t i = 0; i < f->req->form.count; i++)
        sent = sent || str_is(f->req->form.item[i].name, name);
    field.value = sent ? req_form(f->req, name) : initial;
    field.error = form_error_of(f, name);
    return field;
}
