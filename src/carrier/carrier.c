/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carrier.c - what the carriers share: their list, addresses on short lines, countries, and the
 * one set of words for delivery without contact.
 */
#include "carrier/carrier.h"

const struct carrier *const carriers[CARRIERS] = {&carrier_colissimo, &carrier_generic};

const struct carrier *
carrier_by_name(struct str name)
{
    for (int i = 0; i < CARRIERS; i++)
        if (str_is(name, carriers[i]->name))
            return carriers[i];
    return NULL;
}

const struct contactless contactless_steps[CONTACTLESS_STEPS] = {
    {"door", "SANS CONTACT - SANS SIGNATURE",
     "Sonnez ou frappez, déposez le colis devant la porte et reculez de deux mètres.",
     "Le livreur sonne et dépose le colis devant votre porte : laissez-le s’éloigner avant "
     "d’ouvrir."},
    {"sign", "NE PAS FAIRE SIGNER",
     "Ne faites rien signer et ne tendez pas votre terminal.",
     "Vous n’avez rien à signer."},
    {"safe", "DEPOT EN LIEU SUR POSSIBLE",
     "Si personne ne répond, suivez les consignes du destinataire ; sans consigne, laissez un "
     "avis et déposez le colis au bureau de poste.",
     "Si vous êtes absent, le livreur suit vos consignes de livraison ou laisse un avis."},
    {"clean", "LAVER LES MAINS",
     "Nettoyez-vous les mains avant et après la tournée.",
     "Jetez l’emballage et lavez-vous les mains après avoir ouvert le colis."},
};

struct str
contactless_line(struct arena *a, struct str instructions, size_t max)
{
    const char *first = contactless_steps[0].label;

    if (instructions.len == 0)
        return utf8_cut(str_of(first), max);
    return utf8_cut(str_printf(a, "SANS CONTACT - %.*s", STR_FMT(instructions)), max);
}

/* ---- addresses ---- */

/* The head of s that fits, cut between words; *rest is what is left. */
static struct str
head_words(struct str s, size_t max, struct str *rest)
{
    struct str cut = utf8_cut(s, max);
    size_t end = cut.len;

    *rest = STR_NONE;
    if (cut.len == s.len)
        return s;
    if (s.ptr[end] != ' ')
        while (end > 0 && s.ptr[end - 1] != ' ')
            end--;
    if (end == 0)
        end = cut.len; /* One long word. */
    *rest = str_trim(str_sub(s, end, s.len));
    return str_trim(str_sub(s, 0, end));
}

static struct str
joined(struct arena *a, struct str x, struct str y)
{
    if (x.len == 0 || y.len == 0)
        return x.len == 0 ? y : x;
    return str_printf(a, "%.*s %.*s", STR_FMT(x), STR_FMT(y));
}

bool
address_fit(struct arena *a, const struct order_address *from, size_t max,
            struct address_lines *out)
{
    struct str over_complement, over_street, over_place;

    *out = (struct address_lines){0};
    out->line[1] = head_words(from->complement, max, &over_complement);
    if (over_complement.len > 0) {
        out->line[0] = out->line[1];
        out->line[1] = head_words(over_complement, max, &over_complement);
    }
    out->line[2] = head_words(from->street, max, &over_street);
    out->line[3] = head_words(joined(a, over_street, from->special), max, &over_place);
    if (out->line[2].len == 0) { /* Some places have no street: the field may not be empty. */
        out->line[2] = out->line[3];
        out->line[3] = STR_NONE;
    }
    if (out->line[2].len == 0) {
        out->line[2] = out->line[1];
        out->line[1] = STR_NONE;
    }
    return over_complement.len == 0 && over_place.len == 0;
}

bool
sender_complete(const struct sender *s)
{
    return s->company.len > 0 && s->street.len > 0 && s->postal_code.len > 0 && s->city.len > 0;
}

/* ---- territories ---- */

const char *
territory_country(enum territory t)
{
    switch (t) {
    case TERRITORY_GUADELOUPE:
        return "GP";
    case TERRITORY_MARTINIQUE:
        return "MQ";
    case TERRITORY_GUYANE:
        return "GF";
    case TERRITORY_REUNION:
        return "RE";
    case TERRITORY_MIQUELON:
        return "PM";
    case TERRITORY_MAYOTTE:
        return "YT";
    case TERRITORY_BARTHELEMY:
        return "BL";
    case TERRITORY_MARTIN:
        return "MF";
    default:
        return "FR";
    }
}

bool
territory_customs(enum territory t)
{
    return t != TERRITORY_MAINLAND && t != TERRITORY_CORSICA;
}
