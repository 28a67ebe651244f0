/* SPDX-License-Identifier: Apache-2.0 */
/*
 * number.c - SIREN, SIRET, VAT number and headcount band: read, checked, written.
 *
 * INSEE's numbers carry a Luhn digit, and the two are checked apart because a SIRET can pass the
 * check while its SIREN fails. La Poste had more establishments than Luhn leaves room for: its
 * SIRETs are valid when the plain sum of their digits is a multiple of five.
 */
#include "registry/registry.h"

enum { SIREN_DIGITS = 9, SIRET_DIGITS = 14, LA_POSTE_SIREN = 356000000 };

/* Bytes of the grouping sign at the start of s; 0 when there is none. */
static size_t
grouping_len(struct str s)
{
    static const char *const wide[] = {"\u00a0", "\u202f", "\u2009", "\u2007", "\u2011", "\u2010"};

    if (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '.' || s.ptr[0] == '-' || s.ptr[0] == '\t'))
        return 1;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
        if (str_starts(s, str_of(wide[i])))
            return strlen(wide[i]);
    return 0;
}

/* Counts the digits of text and keeps the first max; *odd is the first byte out of place, or the
 * length of the text. */
static size_t
digits_of(struct str text, char *digit, size_t max, size_t *odd)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len;) {
        if (text.ptr[i] >= '0' && text.ptr[i] <= '9') {
            if (count < max)
                digit[count] = text.ptr[i];
            count++;
            i++;
            continue;
        }
        size_t skip = grouping_len(str_sub(text, i, text.len - i));
        if (skip == 0) {
            *odd = i;
            return count;
        }
        i += skip;
    }
    *odd = text.len;
    return count;
}

static bool
luhn_valid(const char *digit, size_t count)
{
    int sum = 0;

    for (size_t i = 0; i < count; i++) {
        int d = digit[count - 1 - i] - '0';
        if (i % 2 == 1)
            d = d > 4 ? 2 * d - 9 : 2 * d;
        sum += d;
    }
    return sum % 10 == 0;
}

static bool
sum_of_five(const char *digit, size_t count)
{
    int sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += digit[i] - '0';
    return sum % 5 == 0;
}

static int64_t
value_of(const char *digit, size_t count)
{
    int64_t n = 0;

    for (size_t i = 0; i < count; i++)
        n = n * 10 + (digit[i] - '0');
    return n;
}

static enum number_fault
digits_parse(struct str text, size_t wanted, char *digit)
{
    size_t odd;
    size_t count = digits_of(text, digit, wanted, &odd);

    if (odd < text.len)
        return NUMBER_CHARACTER;
    if (count == 0)
        return NUMBER_EMPTY;
    return count == wanted ? NUMBER_OK : NUMBER_LENGTH;
}

enum number_fault
siren_parse(struct str text, int64_t *out)
{
    char digit[SIREN_DIGITS];
    enum number_fault f = digits_parse(text, SIREN_DIGITS, digit);

    if (f != NUMBER_OK)
        return f;
    int64_t n = value_of(digit, SIREN_DIGITS);
    if (n == 0 || !luhn_valid(digit, SIREN_DIGITS))
        return NUMBER_KEY;
    *out = n;
    return NUMBER_OK;
}

enum number_fault
siret_parse(struct str text, int64_t *out)
{
    char digit[SIRET_DIGITS];
    enum number_fault f = digits_parse(text, SIRET_DIGITS, digit);

    if (f != NUMBER_OK)
        return f;
    int64_t n = value_of(digit, SIRET_DIGITS);
    if (siret_siren(n) == 0 || !luhn_valid(digit, SIREN_DIGITS))
        return NUMBER_KEY;
    if (!luhn_valid(digit, SIRET_DIGITS) &&
        !(siret_siren(n) == LA_POSTE_SIREN && sum_of_five(digit, SIRET_DIGITS)))
        return NUMBER_KEY;
    *out = n;
    return NUMBER_OK;
}

/* The character of text at byte i, as much of it as is well-formed. */
static struct str
character_at(struct str text, size_t i)
{
    size_t len = 1;

    while (i + len < text.len && len < 4 && ((unsigned char)text.ptr[i + len] & 0xc0) == 0x80)
        len++;
    return str_sub(text, i, len);
}

static struct str
length_text(struct arena *a, const char *what, size_t wanted, size_t count)
{
    if (wanted == SIRET_DIGITS && count == SIREN_DIGITS)
        return STR("Ce numéro est un SIREN (9 chiffres). Le SIRET en compte 14\u00a0: ajoutez "
                   "les 5 chiffres qui désignent l’établissement.");
    if (wanted == SIREN_DIGITS && count == SIRET_DIGITS)
        return STR("Ce numéro est un SIRET (14 chiffres). Le SIREN est formé de ses 9 premiers "
                   "chiffres.");
    return str_printf(a, "Ce numéro %s comporte %zu chiffre%s, il en faut %zu.", what, count,
                      count < 2 ? "" : "s", wanted);
}

struct str
number_fault_text(struct arena *a, enum number_fault f, const char *what, struct str typed)
{
    size_t wanted = strcmp(what, "SIREN") == 0 ? SIREN_DIGITS : SIRET_DIGITS;
    char digit[SIRET_DIGITS];
    size_t odd;
    size_t count = digits_of(typed, digit, wanted, &odd);

    switch (f) {
    case NUMBER_OK:
        return STR_NONE;
    case NUMBER_EMPTY:
        return str_printf(a, "Indiquez le numéro %s (%zu chiffres).", what, wanted);
    case NUMBER_CHARACTER: {
        struct str c = character_at(typed, odd);
        if (!utf8_valid(c) || utf8_has_control(c, ""))
            break;
        return str_printf(a,
                          "Ce numéro %s contient «\u00a0%.*s\u00a0»\u00a0: écrivez seulement ses "
                          "%zu chiffres.",
                          what, STR_FMT(c), wanted);
    }
    case NUMBER_LENGTH:
        return length_text(a, what, wanted, count);
    case NUMBER_KEY:
        return str_printf(a,
                          "Ce numéro %s n’existe pas\u00a0: un de ses chiffres est faux, ou deux "
                          "sont inversés. Vérifiez-le sur un extrait Kbis ou un avis de situation.",
                          what);
    }
    return str_printf(a, "Ce numéro %s contient un caractère qui n’est pas un chiffre.", what);
}

struct str
siren_str(struct arena *a, int64_t siren)
{
    return str_printf(a, "%09lld", (long long)siren);
}

struct str
siret_str(struct arena *a, int64_t siret)
{
    return str_printf(a, "%014lld", (long long)siret);
}

struct str
vat_number(struct arena *a, int64_t siren)
{
    return str_printf(a, "FR%02d%09lld", (int)((12 + 3 * (siren % 97)) % 97), (long long)siren);
}

bool
vat_number_valid(struct arena *a, struct str number, int64_t siren)
{
    struct str computed = vat_number(a, siren);
    bool letter = false;

    if (number.len != computed.len || !str_starts(number, STR("FR")) ||
        !str_ends(number, siren_str(a, siren)))
        return false;
    for (size_t i = 2; i < 4; i++) {
        char c = number.ptr[i];
        if (c >= 'A' && c <= 'Z' && c != 'I' && c != 'O')
            letter = true;
        else if (c < '0' || c > '9')
            return false;
    }
    return letter || str_eq(number, computed);
}

static const struct {
    const char *code;
    int min, max;
} bands[BAND_COUNT] = {
    [BAND_UNKNOWN] = {"", 0, 0},      [BAND_NN] = {"NN", 0, 0},
    [BAND_00] = {"00", 0, 0},         [BAND_01] = {"01", 1, 2},
    [BAND_02] = {"02", 3, 5},         [BAND_03] = {"03", 6, 9},
    [BAND_11] = {"11", 10, 19},       [BAND_12] = {"12", 20, 49},
    [BAND_21] = {"21", 50, 99},       [BAND_22] = {"22", 100, 199},
    [BAND_31] = {"31", 200, 249},     [BAND_32] = {"32", 250, 499},
    [BAND_41] = {"41", 500, 999},     [BAND_42] = {"42", 1000, 1999},
    [BAND_51] = {"51", 2000, 4999},   [BAND_52] = {"52", 5000, 9999},
    [BAND_53] = {"53", 10000, INT32_MAX},
};

const char *
band_code(enum band b)
{
    assert(b < BAND_COUNT);
    return bands[b].code;
}

bool
band_by_code(struct str code, enum band *out)
{
    for (int i = BAND_UNKNOWN; i < BAND_COUNT; i++)
        if (str_is(code, bands[i].code)) {
            *out = (enum band)i;
            return true;
        }
    return false;
}

bool
band_bounds(enum band b, int *min, int *max)
{
    assert(b < BAND_COUNT);
    if (b == BAND_UNKNOWN)
        return false;
    *min = bands[b].min;
    *max = bands[b].max;
    return true;
}
