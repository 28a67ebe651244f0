/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_text.c - verdicts and rules in French sentences, for pages, mails and the API.
 *
 * A refusal says why, since when, until when, and what can be done. Nothing here names the
 * company: the texts may be shown to anybody who typed a SIRET.
 */
#include "base/format.h"
#include "policy/policy_text.h"

#define NBSP "\u00a0"

struct str
policy_units_text(struct arena *a, const struct policy *p, int64_t n)
{
    const struct policy_good *g = &p->good[0];
    struct str one = g->unit_one, many = g->unit_many;

    for (int i = 1; i < p->good_count; i++)
        if (!str_eq(p->good[i].unit_many, many)) {
            one = STR("unité");
            many = STR("unités");
        }
    return str_printf(a, "%s" NBSP "%.*s", fmt_int(n).z, STR_FMT(n >= 2 ? many : one));
}

struct str
policy_units_range(struct arena *a, const struct policy *p, int64_t low, int64_t high)
{
    if (low == high)
        return policy_units_text(a, p, high);
    return str_printf(a, "%s à %.*s", fmt_int(low).z, STR_FMT(policy_units_text(a, p, high)));
}

struct str
policy_instant_text(struct arena *a, const struct policy *p, enum territory t, int64_t ms)
{
    enum zone zone = territory_zone(t);

    if (zone == p->zone)
        return str_of(str_z(a, str_of(fmt_date_time(ms, zone).z)));
    return str_printf(a, "%s (heure locale, %s)", fmt_date_time(ms, zone).z, territory_label(t));
}

static struct str
heads_text(struct arena *a, int min, int max)
{
    if (min == max)
        return str_printf(a, "%s" NBSP "salarié%s", fmt_int(min).z, min >= 2 ? "s" : "");
    if (max == INT32_MAX)
        return str_printf(a, "%s" NBSP "salariés ou plus", fmt_int(min).z);
    if (min == 0)
        return str_printf(a, "%s" NBSP "salarié%s au plus", fmt_int(max).z, max >= 2 ? "s" : "");
    return str_printf(a, "%s à %s" NBSP "salariés", fmt_int(min).z, fmt_int(max).z);
}

struct str
policy_heads_text(struct arena *a, int min, int max)
{
    if (min == 0 && max == INT32_MAX)
        return STR("tous les effectifs");
    return heads_text(a, min, max);
}

struct str
policy_hold_text(struct arena *a, int minutes)
{
    if (minutes >= 48 * 60 && minutes % (24 * 60) == 0)
        return str_printf(a, "%s", fmt_plural(minutes / (24 * 60), "jour", "jours").z);
    if (minutes >= 60 && minutes % 60 == 0)
        return str_printf(a, "%s", fmt_plural(minutes / 60, "heure", "heures").z);
    return str_printf(a, "%s", fmt_plural(minutes, "minute", "minutes").z);
}

struct str
policy_networks_text(unsigned networks)
{
    switch (networks) {
    case NETWORK_CCI:
        return STR("chambres de commerce et d’industrie (CCI)");
    case NETWORK_CMA:
        return STR("chambres de métiers et de l’artisanat (CMA)");
    case NETWORK_CCI | NETWORK_CMA:
        return STR("chambres de commerce et d’industrie (CCI) et chambres de métiers et de "
                   "l’artisanat (CMA)");
    default:
        return STR("tous les réseaux");
    }
}

struct str
policy_territories_text(struct arena *a, unsigned territories)
{
    struct str s = STR_NONE;

    if ((territories & TERRITORY_ALL) == TERRITORY_ALL)
        return STR("toute la France");
    for (int t = 1; t < TERRITORY_COUNT; t++)
        if (territories & 1U << t)
            s = s.len == 0 ? str_of(territory_label((enum territory)t))
                           : str_printf(a, "%.*s, %s", STR_FMT(s),
                                        territory_label((enum territory)t));
    return s;
}

/* "jusqu’à 52 masques"; a band leaves a range. */
static struct str
how_much(struct arena *a, const struct policy *p, const struct eligibility *e)
{
    if (e->units_min == e->units_max)
        return str_printf(a, "jusqu’à %.*s", STR_FMT(policy_units_text(a, p, e->units_max)));
    return str_printf(a, "de %.*s au plus, selon votre effectif exact,",
                      STR_FMT(policy_units_range(a, p, e->units_min, e->units_max)));
}

static struct str
ok_text(struct arena *a, const struct policy *p, const struct eligibility *e,
        enum territory where)
{
    struct str s = str_printf(a, "Votre entreprise peut commander %.*s dès maintenant",
                              STR_FMT(how_much(a, p, e)));

    if (e->period_end_ms != INT64_MAX)
        s = str_printf(a, "%.*s et jusqu’au %.*s", STR_FMT(s),
                       STR_FMT(policy_instant_text(a, p, where, e->period_end_ms)));
    if (e->closes_ms != INT64_MAX && e->closes_ms != 0)
        s = str_printf(a, "%.*s. Les commandes ferment le %.*s", STR_FMT(s),
                       STR_FMT(policy_instant_text(a, p, where, e->closes_ms)));
    return str_printf(a, "%.*s.", STR_FMT(s));
}

/* When the last cohort of the territory closed. */
static int64_t
closed_since(const struct policy *p, const struct eligibility *e, enum territory where)
{
    int64_t last = e->closes_ms;

    for (int i = 0; i < p->cohort_count && e->cohort < 0; i++)
        if ((p->cohort[i].territories & 1U << where) && p->cohort[i].closes_ms[where] > last)
            last = p->cohort[i].closes_ms[where];
    return last;
}

static struct str
known_heads_text(struct arena *a, const struct buyer_facts *f)
{
    int low, high;

    if (!policy_heads(f, &low, &high))
        return STR("Le registre n’indique pas votre effectif.");
    if (f->heads >= 0)
        return str_printf(a, "L’effectif retenu pour la vôtre est de %.*s.",
                          STR_FMT(heads_text(a, low, high)));
    return str_printf(a, "Le registre indique pour la vôtre %.*s.",
                      STR_FMT(heads_text(a, low, high)));
}

static struct str
size_text(struct arena *a, const struct policy *p, const struct buyer_facts *f)
{
    return str_printf(a,
                      "Cette vente est réservée aux entreprises de %.*s. %.*s Si votre effectif a "
                      "changé, écrivez à %.*s.",
                      STR_FMT(policy_heads_text(a, p->heads_min, p->heads_max)),
                      STR_FMT(known_heads_text(a, f)), STR_FMT(p->contact_email));
}

static struct str
too_small_text(struct arena *a, const struct policy *p, const struct buyer_facts *f)
{
    int low, high;

    if (policy_heads(f, &low, &high) && high >= p->heads_min)
        return STR("La quantité autorisée dépend du nombre de salariés et le registre n’en "
                   "indique aucun pour votre entreprise. Si vous employez quelqu’un, déclarez "
                   "votre effectif.");
    return size_text(a, p, f);
}

static struct str
headcount_text(struct arena *a, const struct buyer_facts *f)
{
    return str_printf(a,
                      "%.*s La quantité et la date dépendent de cet effectif. Connectez-vous et "
                      "déclarez-le" NBSP ": une personne vérifie votre déclaration.",
                      STR_FMT(known_heads_text(a, f)));
}

static struct str
where_text(struct arena *a, const struct policy *p, const struct buyer_facts *f)
{
    if (f->territory == TERRITORY_NONE)
        return STR("Cet établissement se trouve hors de France. La vente est réservée aux "
                   "établissements situés en France" NBSP ": indiquez le SIRET de l’un d’eux si "
                   "votre entreprise en a un.");
    if (!(p->territories & 1U << f->territory))
        return str_printf(a,
                          "Cette vente ne dessert pas ce territoire (%s). Territoires "
                          "desservis" NBSP ": %.*s.",
                          territory_label(f->territory),
                          STR_FMT(policy_territories_text(a, p->territories)));
    return str_printf(a,
                      "Cette vente est réservée aux établissements de certains départements, dont "
                      "celui-ci ne fait pas partie. Si votre entreprise a un établissement dans "
                      "l’un des départements %.*s, indiquez son SIRET.",
                      STR_FMT(policy_departments_text(a, p)));
}

struct str
policy_departments_text(struct arena *a, const struct policy *p)
{
    struct str s = STR_NONE;

    for (int i = 0; i < p->department_count; i++)
        s = str_printf(a, "%.*s%s%.*s", STR_FMT(s),
                       i == 0 ? "" : i + 1 == p->department_count ? " et " : ", ",
                       STR_FMT(p->department[i]));
    return s;
}

static struct str
network_text(struct arena *a, const struct policy *p, bool known)
{
    if (known)
        return str_printf(a,
                          "Cette vente est réservée aux entreprises des %.*s, et le registre ne "
                          "place pas la vôtre parmi elles. Si vous en êtes membre, écrivez à %.*s "
                          "en joignant une attestation de votre chambre.",
                          STR_FMT(policy_networks_text(p->networks)), STR_FMT(p->contact_email));
    return STR("Le registre ne dit pas si votre entreprise dépend d’une chambre de commerce ou "
               "d’une chambre de métiers. Connectez-vous et joignez une attestation (extrait Kbis "
               "ou inscription au registre national des entreprises)" NBSP
               ": une personne la vérifie.");
}

static struct str
ceased_text(const struct buyer_facts *f)
{
    if (f->active)
        return STR("Le registre indique que cet établissement est fermé. Indiquez le SIRET d’un "
                   "établissement ouvert de votre entreprise.");
    return STR("Le registre indique que cette entreprise a cessé son activité. Si c’est une "
               "erreur, faites-la corriger auprès de l’INSEE ou du guichet des formalités des "
               "entreprises.");
}

struct str
eligibility_text(struct arena *a, const struct policy *p, const struct buyer_facts *f,
                 const struct eligibility *e)
{
    switch (e->reason) {
    case REASON_OK:
        return ok_text(a, p, e, f->territory);
    case REASON_NOT_OPEN_YET:
        return str_printf(a,
                          "Votre entreprise pourra commander %.*s à partir du %.*s. Préparez "
                          "votre compte d’ici là" NBSP ": il ne restera qu’à commander.",
                          STR_FMT(how_much(a, p, e)),
                          STR_FMT(policy_instant_text(a, p, f->territory, e->opens_ms)));
    case REASON_CLOSED:
        return str_printf(a, "Les commandes sont closes pour votre entreprise depuis le %.*s.",
                          STR_FMT(policy_instant_text(a, p, f->territory,
                                                      closed_since(p, e, f->territory))));
    case REASON_CEASED:
        return ceased_text(f);
    case REASON_TOO_LARGE:
        return size_text(a, p, f);
    case REASON_TOO_SMALL:
        return too_small_text(a, p, f);
    case REASON_NETWORK:
        return network_text(a, p, true);
    case REASON_TERRITORY:
        return where_text(a, p, f);
    case REASON_LEGAL_CATEGORY:
        return str_printf(a,
                          "La forme juridique de votre entreprise n’est pas admise à cette vente. "
                          "En cas de doute, écrivez à %.*s.",
                          STR_FMT(p->contact_email));
    case REASON_ACTIVITY:
        return str_printf(a,
                          "L’activité principale de votre entreprise (code NAF %.*s) n’est pas "
                          "admise à cette vente. En cas de doute, écrivez à %.*s.",
                          STR_FMT(f->naf.len == 0 ? STR("absent") : f->naf),
                          STR_FMT(p->contact_email));
    case REASON_NO_COHORT:
        return str_printf(a,
                          "Aucune date d’ouverture n’est annoncée pour une entreprise comme la "
                          "vôtre dans ce territoire (%s). Les règles peuvent s’élargir" NBSP
                          ": revenez vérifier, ou écrivez à %.*s.",
                          territory_label(f->territory), STR_FMT(p->contact_email));
    case REASON_NEEDS_HEADCOUNT:
        return headcount_text(a, f);
    case REASON_NEEDS_NETWORK:
        return network_text(a, p, false);
    default:
        return STR("Les commandes sont suspendues pour le moment. Revenez un peu plus tard.");
    }
}
