/* SPDX-License-Identifier: Apache-2.0 */
/* seek.c - see seek.h. */
#include "desk/seek.h"

#include "order/order.h"

enum { SIREN_DIGITS = 9, SIRET_DIGITS = 14, VAT_LEN = 13, PARCEL_MIN = 11, PARCEL_MAX = 15,
       PARCEL_DIGITS_MIN = 8, POSTAL_DIGITS = 5 };

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t
digits_in(struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        n += is_digit(s.ptr[i]);
    return n;
}

/* The same without the spaces that group it. */
static struct str
joined(struct arena *a, struct str plain)
{
    char *to = arena_alloc(a, plain.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < plain.len; i++)
        if (plain.ptr[i] != ' ')
            to[n++] = plain.ptr[i];
    return str_n(to, n);
}

/* "SIRET 732 829 320 00074", "N SIREN 732829320": people paste the label too. */
static struct str
without_label(struct str plain)
{
    static const char *const labels[] = {"SIRET", "SIREN", "NUMERO", "NO", "N", "TVA", "COMMANDE",
                                         "FACTURE", "AVOIR", "COLIS"};

    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        struct str label = str_of(labels[i]);
        if (str_starts(plain, label) && plain.len > label.len && plain.ptr[label.len] == ' ')
            return without_label(str_trim(str_sub(plain, label.len, plain.len)));
    }
    return plain;
}

static void
read_number(struct arena *a, struct str one, struct seek *s)
{
    bool vat = one.len == VAT_LEN && str_starts(one, STR("FR")) && digits_in(one) >= 11;
    struct str number = vat ? str_sub(one, 4, SIREN_DIGITS) : one;
    enum number_fault f;

    if (!vat && digits_in(one) != one.len)
        return;
    if (number.len == SIREN_DIGITS)
        f = siren_parse(number, &s->siren);
    else if (number.len == SIRET_DIGITS)
        f = siret_parse(number, &s->siret);
    else if (number.len == SIREN_DIGITS - 1 || number.len > SIRET_DIGITS - 3)
        f = NUMBER_LENGTH;
    else
        return;
    if (s->siret != 0)
        s->siren = siret_siren(s->siret);
    if (f != NUMBER_OK && !vat)
        s->fault = number_fault_text(a, f, number.len < SIREN_DIGITS + 2 ? "SIREN" : "SIRET",
                                     number);
}

/* Crockford's base 32 as people read it aloud: O is 0, I and L are 1. A parcel's reference is its
 * order's and a number. */
static void
read_ref(struct arena *a, struct str plain, struct seek *s)
{
    size_t last = plain.len;

    while (last > 0 && plain.ptr[last - 1] != ' ')
        last--;
    struct str one = joined(a, plain), nth = str_sub(plain, last, plain.len);
    if (last > 0 && nth.len <= 2 && digits_in(nth) == nth.len &&
        one.len == ORDER_REF_LEN + nth.len)
        one.len -= nth.len;
    if (one.len != ORDER_REF_LEN)
        return;
    char *to = str_z(a, one);
    for (size_t i = 0; i < one.len; i++) {
        to[i] = to[i] == 'O' ? '0' : to[i] == 'I' || to[i] == 'L' ? '1' : to[i];
        if (to[i] == 'U')
            return;
    }
    s->ref = str_n(to, one.len);
}

/* MASQ-2026-000123 and MASQ-AV-2026-000007, with spaces or hyphens. */
static void
read_invoice(struct arena *a, struct str plain, struct seek *s)
{
    struct str rest = plain, part, last = STR_NONE, year = STR_NONE;
    struct str number = STR_NONE;
    size_t parts = 0;

    while (str_split(&rest, ' ', &part)) {
        number = parts == 0 ? part
                            : str_printf(a, "%.*s-%.*s", STR_FMT(number), STR_FMT(part));
        year = last;
        last = part;
        parts++;
    }
    if ((parts == 3 || parts == 4) && year.len == 4 && digits_in(year) == 4 && last.len >= 6 &&
        last.len <= 9 && digits_in(last) == last.len)
        s->invoice = number;
}

static void
read_parcel(struct str one, struct seek *s)
{
    size_t digits = digits_in(one);

    if (one.len >= PARCEL_MIN && one.len <= PARCEL_MAX && digits >= PARCEL_DIGITS_MIN &&
        digits < one.len && s->invoice.len == 0)
        s->parcel = one;
}

/* An address is one word with one @ and a point behind it. */
static void
read_email(struct arena *a, struct str typed, struct seek *s)
{
    size_t at = str_find_byte(typed, '@');
    struct str domain = str_sub(typed, at + 1, typed.len);

    if (at == 0 || at >= typed.len || str_find_byte(typed, ' ') < typed.len ||
        str_find_byte(domain, '@') < domain.len)
        return;
    s->email = str_lower(a, typed);
}

static void
read_words(struct str plain, struct seek *s)
{
    struct str rest = plain, part;

    while (str_split(&rest, ' ', &part)) {
        if (part.len < 2 || s->words == SEEK_WORDS_MAX)
            continue;
        struct str word = str_sub(part, 0, SEEK_WORD_MAX);
        if (word.len == POSTAL_DIGITS && digits_in(word) == POSTAL_DIGITS)
            s->postal_code = word;
        s->word[s->words++] = word;
    }
}

struct seek
seek_read(struct arena *a, struct str typed)
{
    struct str trimmed = str_trim(typed);
    struct str plain = utf8_plain_upper(a, trimmed);
    struct str bare = without_label(plain);
    struct str one = joined(a, bare);
    struct seek s = {0};

    if (trimmed.len > SEEK_TEXT_MAX) {
        s.fault = STR("Ce texte est trop long\u00a0: un numéro, une adresse ou quelques mots "
                      "suffisent.");
        return s;
    }
    read_email(a, trimmed, &s);
    if (s.email.len > 0)
        return s;
    read_number(a, one, &s);
    if (s.siren != 0)
        return s;
    read_ref(a, bare, &s);
    read_invoice(a, bare, &s);
    read_parcel(one, &s);
    if (s.fault.len == 0)
        read_words(plain, &s);
    return s;
}

const char *
seek_kind_text(enum seek_kind k)
{
    static const char *const texts[] = {
        "", "un numéro SIREN", "un numéro SIRET", "la référence d’une commande",
        "le numéro d’une facture ou d’un avoir", "le numéro d’un colis", "une adresse e-mail",
        "des mots du nom, de l’enseigne ou de la ville", ""};

    return texts[k];
}
