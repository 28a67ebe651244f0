/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_check.c - the faults that show only when the parts of a policy are put together.
 *
 * Each is something a buyer would run into on opening day: a headcount no pack fits, a territory
 * without stock, an opening no VAT rule covers.
 */
#include "policy/policy_check.h"

#define CODES_CHECK(r, what, list, count)                                                         \
    do {                                                                                          \
        for (int i_ = 0; i_ < (count); i_++)                                                      \
            for (int j_ = 0; j_ < i_; j_++)                                                       \
                if (str_eq((list)[i_].code, (list)[j_].code))                                     \
                    read_fault((r), place_path((r), "/" what "/%d/code", i_),                     \
                               "is used by /" what "/%d already",                                 \
                               "ce code est déjà celui de /" what "/%d", j_);                     \
    } while (0)

static void
codes_check(struct policy_reader *r)
{
    const struct policy *p = r->p;

    CODES_CHECK(r, "goods", p->good, p->good_count);
    CODES_CHECK(r, "packs", p->pack, p->pack_count);
    CODES_CHECK(r, "cohorts", p->cohort, p->cohort_count);
    CODES_CHECK(r, "pools", p->pool, p->pool_count);
}

static void
vat_overlap_check(struct policy_reader *r)
{
    const struct policy *p = r->p;

    for (int i = 0; i < p->vat_count; i++)
        for (int j = 0; j < i; j++) {
            const struct policy_vat *a = &p->vat[i], *b = &p->vat[j];
            if (str_eq(a->vat_class, b->vat_class) && (a->territories & b->territories) != 0 &&
                a->from_ms < b->until_ms && b->from_ms < a->until_ms)
                read_fault(r, place_path(r, "/vat/%d", i),
                           "overlaps /vat/%d: one class, territory and date has one rate",
                           "ces dates et territoires ont déjà un taux dans /vat/%d", j);
        }
}

/* Whether some cohort may sell this good in the territory, as far as the file tells. */
static bool
good_is_sold(const struct policy *p, int good)
{
    for (int i = 0; i < p->pack_count; i++)
        if (p->pack[i].good == good)
            return true;
    return false;
}

/* A rate must be known at the opening and wherever a rule ends before the cohort closes. */
static void
vat_cover_check(struct policy_reader *r, int good, int cohort, enum territory t)
{
    const struct policy *p = r->p;
    const struct policy_cohort *c = &p->cohort[cohort];
    bool covered = policy_vat_of(p, good, t, c->opens_ms[t]) != NULL;

    for (int i = 0; i < p->vat_count && covered; i++) {
        int64_t at = p->vat[i].until_ms;
        if (at > c->opens_ms[t] && at < c->closes_ms[t])
            covered = policy_vat_of(p, good, t, at) != NULL;
    }
    if (!covered)
        read_fault_words(
            r, place_path(r, "/vat"),
            str_printf(r->arena,
                       "has no rate of class \"%.*s\" for %s during the whole of cohort \"%.*s\"",
                       STR_FMT(p->good[good].vat_class), territory_code(t), STR_FMT(c->code)),
            str_printf(r->arena,
                       "aucun taux de TVA pour %s (classe «\u00a0%.*s\u00a0») pendant toute "
                       "l’ouverture du groupe «\u00a0%.*s\u00a0»",
                       territory_label(t), STR_FMT(p->good[good].vat_class), STR_FMT(c->label)));
}

static void
supply_check(struct policy_reader *r)
{
    const struct policy *p = r->p;

    for (int g = 0; g < p->good_count; g++) {
        if (!good_is_sold(p, g)) {
            read_fault(r, place_path(r, "/goods/%d", g), "is in no pack: nobody could order it",
                       "aucun lot ne contient cet article, personne ne pourrait le commander");
            continue;
        }
        for (int t = 0; t < TERRITORY_COUNT; t++) {
            bool served = false;
            for (int i = 0; i < p->cohort_count; i++)
                if (p->cohort[i].territories & p->territories & 1U << t) {
                    vat_cover_check(r, g, i, t);
                    served = true;
                }
            if (served && policy_pool_of(p, g, t) < 0)
                read_fault_words(
                    r, place_path(r, "/pools"),
                    str_printf(r->arena, "has no pool of \"%.*s\" for %s, where a cohort opens",
                               STR_FMT(p->good[g].code), territory_code(t)),
                    str_printf(r->arena,
                               "aucun stock de «\u00a0%.*s\u00a0» pour %s, où un groupe peut "
                               "commander",
                               STR_FMT(p->good[g].name), territory_label(t)));
        }
    }
}

/* The policy's bounds and the first figure behind each pack's are where gaps begin. */
static void
pack_heads_check(struct policy_reader *r)
{
    const struct policy *p = r->p;

    for (int i = -1; i < p->pack_count; i++) {
        int heads = i < 0                              ? p->heads_min
                    : p->pack[i].heads_max < INT32_MAX ? p->pack[i].heads_max + 1
                                                       : INT32_MAX;
        bool offered = heads < p->heads_min || heads > p->heads_max;
        for (int k = 0; k < p->pack_count && !offered; k++)
            offered = policy_pack_offered(&p->pack[k], heads, heads);
        if (!offered)
            read_fault(r, place_path(r, "/packs"),
                       "has no pack for a company of %d, which /eligibility/heads admits",
                       "aucun lot pour une entreprise de %d salariés, pourtant admise", heads);
    }
    for (int k = 0; k < p->pack_count; k++)
        if (p->units_max > 0 && p->pack[k].units > p->units_max)
            read_fault(r, place_path(r, "/packs/%d/units", k),
                       "is more than /quota/units_max: nobody could order it",
                       "ce lot dépasse le maximum par entreprise, personne ne pourrait le "
                       "commander");
}

/* An order is confirmed by its payment, and no provider takes a payment of nothing. */
static void
prices_check(struct policy_reader *r)
{
    const struct policy *p = r->p;

    for (int k = 0; k < p->pack_count && p->delivery_cents == 0; k++)
        if (p->pack[k].price_cents == 0)
            read_fault(r, place_path(r, "/packs/%d/price", k),
                       "is 0, and delivery is free: an order would have nothing to pay",
                       "ce prix est nul et la livraison gratuite, il n’y aurait rien à payer");
}

static void
cohorts_check(struct policy_reader *r)
{
    const struct policy *p = r->p;

    for (int i = 0; i < p->cohort_count; i++) {
        const struct policy_cohort *c = &p->cohort[i];
        bool late = false;
        if (c->territories & ~p->territories)
            read_fault(r, place_path(r, "/cohorts/%d/territories", i),
                       "names a territory that /eligibility/territories does not admit",
                       "un de ces territoires n’est pas desservi par la vente");
        if (c->networks & ~p->networks && p->networks != 0)
            read_fault(r, place_path(r, "/cohorts/%d/networks", i),
                       "names a network that /eligibility/networks does not admit",
                       "un de ces réseaux n’est pas admis à la vente");
        if (c->heads_min > p->heads_max || c->heads_max < p->heads_min)
            read_fault(r, place_path(r, "/cohorts/%d/heads", i),
                       "lies outside /eligibility/heads: the cohort would be empty",
                       "cet effectif n’est pas admis à la vente, le groupe serait vide");
        for (int b = 1; b < BAND_COUNT; b++) {
            int low, high;
            if (c->bands != (1U << BAND_COUNT) - 1 && c->bands & 1U << b &&
                band_bounds((enum band)b, &low, &high) &&
                (low > c->heads_max || high < c->heads_min))
                read_fault(r, place_path(r, "/cohorts/%d/bands", i),
                           "has band %s, which lies outside the cohort's heads",
                           "la tranche %s est hors de l’effectif du groupe", band_code(b));
        }
        for (int t = 0; t < TERRITORY_COUNT && !late; t++)
            late = (c->territories & 1U << t) && c->closes_ms[t] <= c->opens_ms[t];
        if (late)
            read_fault(r, place_path(r, "/cohorts/%d/closes", i), "must be later than \"opens\"",
                       "indiquez une fermeture qui suit l’ouverture");
    }
}

void
policy_check(struct policy_reader *r)
{
    codes_check(r);
    vat_overlap_check(r);
    supply_check(r);
    pack_heads_check(r);
    prices_check(r);
    cohorts_check(r);
    if (r->p->per_head == 0 && r->p->units_max == 0)
        read_fault(r, place_path(r, "/quota"),
                   "limits nothing: give per_head, units_max or both",
                   "rien n’est limité, indiquez une quantité par personne, un maximum par "
                   "entreprise, ou les deux");
}
