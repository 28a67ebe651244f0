/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_seller.c - the seller's legal mentions out of "organiser"/"seller" of a campaign file.
 *
 * The section may be missing while a campaign is prepared; without it nothing can be invoiced.
 * Once it is there it is whole: what the law asks of every seller is required, and a commercial
 * company must name its capital and its trade register too (Code de commerce R123-237, R123-238).
 */
#include "policy/policy_check.h"

enum { IBAN_MIN = 15, IBAN_MAX = 34 };

/* Forms of companies that have a capital and are in the trade register. */
static bool
is_commercial(struct str form)
{
    static const char *const forms[] = {"SA",   "SAS",  "SASU", "SARL",   "EURL",   "SNC",
                                        "SCA",  "SCS",  "SELARL", "SELAS", "SCOP"};

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (str_is(form, forms[i]))
            return true;
    return false;
}

/* ISO 13616: country, key, account; the whole modulo 97 is 1 with the first four at the end. */
static bool
iban_valid(struct str iban)
{
    int64_t rest = 0;

    if (iban.len < IBAN_MIN || iban.len > IBAN_MAX)
        return false;
    for (size_t i = 0; i < iban.len; i++) {
        char c = iban.ptr[(i + 4) % iban.len];
        if (c >= '0' && c <= '9')
            rest = (rest * 10 + (c - '0')) % 97;
        else if (c >= 'A' && c <= 'Z')
            rest = (rest * 100 + (c - 'A' + 10)) % 97;
        else
            return false;
    }
    return rest == 1;
}

static void
vat_number_check(struct policy_reader *r, const struct place *at, const struct policy_seller *s)
{
    if (!r->stored && s->vat_number.len > 0 && s->siren != 0 &&
        !vat_number_valid(r->arena, s->vat_number, s->siren))
        read_fault(r, place_of(r, at, "vat_number").path,
                   "must be FR, a key that fits and the SIREN: \"%.*s\"",
                   "écrivez FR, la clé qui convient et le SIREN\u00a0: %.*s",
                   STR_FMT(vat_number(r->arena, s->siren)));
}

/* 2 to 8 capitals and digits, the first a capital. */
static bool
prefix_valid(struct str s)
{
    bool good = s.len >= 2 && s.len <= 8 && s.ptr[0] >= 'A' && s.ptr[0] <= 'Z';

    for (size_t i = 0; good && i < s.len; i++)
        good = (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') || (s.ptr[i] >= '0' && s.ptr[i] <= '9');
    return good;
}

/* May be absent, but not blank. */
static struct str
optional_read(struct policy_reader *r, const struct place *at, const char *key, size_t max)
{
    return read_text(r, at, key, place_of(r, at, key).value != NULL, max, false);
}

static bool
all_digits(struct str s, size_t count)
{
    bool good = s.len == count;

    for (size_t i = 0; good && i < count; i++)
        good = s.ptr[i] >= '0' && s.ptr[i] <= '9';
    return good;
}

static void
address_read(struct policy_reader *r, const struct place *at, struct policy_seller *s)
{
    s->complement = optional_read(r, at, "complement", 100);
    s->street = read_text(r, at, "street", 1, 100, false);
    s->postal_code = read_text(r, at, "postal_code", 1, 10, false);
    s->city = read_text(r, at, "city", 1, 100, false);
    if (s->postal_code.len > 0 && !all_digits(s->postal_code, 5))
        read_fault(r, place_of(r, at, "postal_code").path, "must have 5 digits: \"75015\"",
                   "écrivez les 5 chiffres, par exemple 75015");
}

static void
numbers_read(struct policy_reader *r, const struct place *at, struct policy_seller *s)
{
    struct str siren = read_text(r, at, "siren", 1, 20, false);

    if (siren.len > 0 &&
        (!all_digits(siren, 9) || siren_parse(siren, &s->siren) != NUMBER_OK))
        read_fault(r, place_of(r, at, "siren").path,
                   "must be a SIREN: 9 digits whose check digit fits",
                   "vérifiez ce SIREN, il a 9 chiffres et une clé");
    s->vat_number = read_text(r, at, "vat_number", 1, 20, false);
    vat_number_check(r, at, s);
    s->iban = optional_read(r, at, "iban", IBAN_MAX);
    if (s->iban.len > 0 && !iban_valid(s->iban))
        read_fault(r, place_of(r, at, "iban").path,
                   "must be an IBAN without spaces whose check digits fit",
                   "vérifiez cet IBAN, sans espaces");
    s->prefix = read_text(r, at, "invoice_prefix", 1, 20, false);
    if (s->prefix.len > 0 && !prefix_valid(s->prefix))
        read_fault(r, place_of(r, at, "invoice_prefix").path,
                   "must be 2 to 8 capitals or digits, the first a capital: \"MASQ\"",
                   "écrivez 2 à 8 majuscules ou chiffres, par exemple MASQ");
}

void
policy_seller_read(struct policy_reader *r, const struct place *organiser)
{
    struct policy_seller *s = &r->p->seller;
    struct place at = place_of(r, organiser, "seller");

    if (at.value == NULL ||
        !read_object(r, &at, "legal_name legal_form capital complement street postal_code city "
                             "siren rcs vat_number iban late_penalties early_discount "
                             "vat_on_debits invoice_prefix"))
        return;
    s->given = true;
    s->name = read_text(r, &at, "legal_name", 1, 120, false);
    s->form = read_text(r, &at, "legal_form", 1, 80, false);
    s->capital = optional_read(r, &at, "capital", 40);
    s->rcs = optional_read(r, &at, "rcs", 60);
    if (is_commercial(s->form) && (s->capital.len == 0 || s->rcs.len == 0))
        read_fault(r, at.path,
                   "a company of the form %.*s must name its \"capital\" and its \"rcs\" (city of "
                   "the trade register)",
                   "une société de forme %.*s indique son capital et la ville de son RCS",
                   STR_FMT(s->form));
    address_read(r, &at, s);
    numbers_read(r, &at, s);
    s->penalties = read_text(r, &at, "late_penalties", 1, 300, false);
    s->discount = read_text(r, &at, "early_discount", 1, 200, false);
    s->vat_on_debits = read_bool(r, &at, "vat_on_debits", false);
}
