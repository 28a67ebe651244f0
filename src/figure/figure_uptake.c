/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure_uptake.c - who has ordered against who may: by cohort, territory, band and département.
 *
 * The register knows neither what companies declare nor what agents decide, so more may order than
 * the dry run counts: a share is 100 % at most, and where nobody was counted there is none.
 */
#include <stdlib.h>

#include "base/format.h"
#include "figure/figure_view.h"
#include "policy/policy_text.h"

enum { PLACES_SHOWN = 10 };

struct sums {
    int64_t companies, units;
};

struct tallies {
    struct sums cohort[POLICY_COHORTS_MAX + 1]; /* The last: of a cohort that is no more. */
    struct sums territory[TERRITORY_COUNT];
    struct sums band[BAND_COUNT];
    struct place_list places;
};

struct str
board_share(struct arena *a, int64_t companies, int64_t eligible)
{
    if (eligible <= 0)
        return STR("–");
    int64_t bp = companies >= eligible ? 10000 : companies * 10000 / eligible;
    if (companies > 0 && bp < 10)
        return STR("moins de 0,1\u00a0%");
    return str_printf(a, "%s", fmt_percent_bp(bp / 10 * 10).z);
}

/* ---- counting ---- */

static void
sums_add(struct sums *t, const struct figure_group *g)
{
    t->companies += g->companies;
    t->units += g->held.units + g->sold.units;
}

static int
cohort_index(const struct policy *p, struct str code)
{
    for (int i = 0; i < p->cohort_count; i++)
        if (str_eq(p->cohort[i].code, code))
            return i;
    return POLICY_COHORTS_MAX;
}

static struct place *
place_at(struct place_list *places, struct str code)
{
    for (size_t i = 0; i < places->count; i++)
        if (str_eq(places->item[i].code, code))
            return &places->item[i];
    places->item[places->count].code = code;
    return &places->item[places->count++];
}

/* Groups come sorted: those of a département mostly follow each other. */
static void
tallies_count(struct arena *a, const struct policy *p, const struct figure_group_list *groups,
              const struct figure_allowed *allowed, struct tallies *t)
{
    struct place *place = NULL;

    t->places.item =
        ARENA_ARRAY(a, groups->count + (size_t)allowed->department_count, struct place);
    for (size_t i = 0; i < groups->count; i++) {
        const struct figure_group *g = &groups->item[i];
        sums_add(&t->cohort[cohort_index(p, g->cohort)], g);
        sums_add(&t->territory[g->territory], g);
        sums_add(&t->band[g->band], g);
        if (place == NULL || !str_eq(place->code, g->department))
            place = place_at(&t->places, g->department);
        place->companies += g->companies;
        place->units += g->held.units + g->sold.units;
    }
    for (int i = 0; i < allowed->department_count; i++)
        place_at(&t->places, allowed->department[i].code)->eligible =
            allowed->department[i].claim.companies;
}

/* ---- tables ---- */

static struct str
number(struct arena *a, int64_t n)
{
    return str_printf(a, "%s", fmt_int(n).z);
}

static struct str
claim_text(struct arena *a, const struct figure_claim *c)
{
    if (c->units_min == c->units_max)
        return number(a, c->units_max);
    return str_printf(a, "%s à %s", fmt_int(c->units_min).z, fmt_int(c->units_max).z);
}

static void
row_add(struct arena *a, struct uptake *u, bool known, struct str label, const struct sums *t,
        const struct figure_claim *claim)
{
    if (t->companies == 0 && t->units == 0 && claim->companies == 0)
        return;
    struct uptake_row *r = &u->rows.item[u->rows.count++];
    *r = (struct uptake_row){
        .label = label,
        .eligible = known ? number(a, claim->companies) : STR("–"),
        .companies = number(a, t->companies),
        .share = board_share(a, t->companies, claim->companies),
        .units = number(a, t->units),
        .claim = known && claim->companies > 0 ? claim_text(a, claim) : STR("–"),
    };
    if (claim->companies > 0)
        r->share_bp = t->companies >= claim->companies
                          ? 10000
                          : t->companies * 10000 / claim->companies;
}

static struct uptake
uptake_begin(struct arena *a, const struct policy *p, const char *id, const char *caption,
             const char *head, size_t rows)
{
    struct str claim = p->period_days == 0
                           ? STR("Droit total")
                           : str_printf(a, "Droit pour %d\u00a0jours", p->period_days);
    const struct table_column columns[] = {
        {.label = str_of(head)},
        {.label = STR("Éligibles"), .is_number = true},
        {.label = STR("Ont commandé"), .is_number = true},
        {.label = STR("Part"), .is_number = true},
        {.label = STR("Unités"), .is_number = true},
        {.label = claim, .is_number = true},
    };
    struct uptake u = {.table = {.id = id, .caption = str_of(caption), .stacked = true}};

    u.table.columns.item = arena_copy(a, columns, sizeof columns);
    u.table.columns.count = sizeof columns / sizeof columns[0];
    u.rows.item = ARENA_ARRAY(a, rows, struct uptake_row);
    return u;
}

/* Where there is little room. */
static void
uptake_shorten(struct uptake *u)
{
    struct table_column *c = u->table.columns.item;

    c[1] = c[2];
    c[2] = c[3];
    c[3] = c[4];
    u->table.columns.count = 4;
    u->brief = true;
}

struct str
board_allowed_text(struct arena *a, const struct campaign *c, const struct figure_allowed *allowed)
{
    if (!allowed->known)
        return STR("Qui peut commander n’est pas encore compté\u00a0: cela se fait dans les "
                   "minutes qui suivent la publication ou l’import du registre.");
    return str_printf(a,
                      "Les éligibles sont comptés dans le registre selon la version %d des règles, "
                      "%s. Une entreprise dont l’effectif est déclaré ou vérifié peut commander "
                      "sans y figurer.",
                      allowed->version, fmt_date_time(allowed->at_ms, c->policy->zone).z);
}

static struct str
band_label(struct arena *a, enum band b)
{
    int min, max;

    if (b == BAND_UNKNOWN)
        return STR("Effectif inconnu du registre");
    if (b == BAND_NN)
        return STR("Non employeuse");
    if (b == BAND_00)
        return STR("0\u00a0salarié au 31\u00a0décembre");
    (void)band_bounds(b, &min, &max);
    return policy_heads_text(a, min, max);
}

/* ---- places ---- */

static int
place_by_code(const void *a, const void *b)
{
    return str_cmp(((const struct place *)a)->code, ((const struct place *)b)->code);
}

static int
place_by_units(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    return x->units != y->units ? (x->units < y->units ? 1 : -1) : place_by_code(a, b);
}

/* The least first: where something is to be done. */
static int
place_by_share(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int64_t left = x->eligible > 0 ? x->companies * 10000 / x->eligible : INT64_MAX;
    int64_t right = y->eligible > 0 ? y->companies * 10000 / y->eligible : INT64_MAX;

    return left != right ? (left < right ? -1 : 1) : place_by_code(a, b);
}

static void
places_fill(struct arena *a, const struct figure_allowed *allowed, const struct place_list *places,
            size_t count, struct uptake *u)
{
    for (size_t i = 0; i < places->count && u->rows.count < count; i++) {
        const struct place *p = &places->item[i];
        struct figure_claim claim = figure_allowed_in(allowed, p->code);
        row_add(a, u, allowed->department_count > 0, place_name(a, p->code),
                &(struct sums){p->companies, p->units}, &claim);
    }
}

void
board_places(struct arena *a, const struct campaign *c, const struct figure_group_list *groups,
             const struct figure_allowed *allowed, enum place_order by, struct uptake *out)
{
    static int (*const orders[PLACE_ORDERS])(const void *, const void *) = {
        place_by_code, place_by_share, place_by_units};
    struct tallies *t = ARENA_NEW(a, struct tallies);

    tallies_count(a, c->policy, groups, allowed, t);
    *out = uptake_begin(a, c->policy, "departements", "Départements", "Département",
                        t->places.count);
    qsort(t->places.item, t->places.count, sizeof *t->places.item, orders[by]);
    places_fill(a, allowed, &t->places, t->places.count, out);
}

void
board_uptakes(struct arena *a, const struct campaign *c, const struct figure_group_list *groups,
              const struct figure_allowed *allowed, struct board_live *out)
{
    const struct policy *p = c->policy;
    struct tallies *t = ARENA_NEW(a, struct tallies);
    struct uptake *u = ARENA_ARRAY(a, 3, struct uptake);
    bool known = allowed->known;

    tallies_count(a, p, groups, allowed, t);
    u[0] = uptake_begin(a, p, "cohortes", "Par cohorte", "Cohorte",
                        (size_t)p->cohort_count + 1);
    for (int i = 0; i < p->cohort_count; i++)
        row_add(a, &u[0], known, p->cohort[i].label, &t->cohort[i], &allowed->cohort[i]);
    row_add(a, &u[0], known, STR("Cohorte d’une version précédente"),
            &t->cohort[POLICY_COHORTS_MAX], &(struct figure_claim){0});
    u[1] = uptake_begin(a, p, "territoires", "Par territoire", "Territoire", TERRITORY_COUNT);
    for (int i = 0; i < TERRITORY_COUNT; i++)
        row_add(a, &u[1], known, str_of(territory_label((enum territory)i)), &t->territory[i],
                &allowed->territory[i]);
    u[2] = uptake_begin(a, p, "tranches", "Par tranche d’effectif", "Tranche", BAND_COUNT);
    for (int i = 0; i < BAND_COUNT; i++)
        row_add(a, &u[2], known, band_label(a, (enum band)i), &t->band[i], &allowed->band[i]);
    out->uptakes = (struct uptake_list){u, 3};
    out->map.title = allowed->department_count > 0
                         ? STR("Part des entreprises éligibles qui ont commandé, par département")
                         : STR("Entreprises qui ont commandé, par département");
    map_draw(a, &t->places, allowed->department_count > 0, &out->map);
    out->places = uptake_begin(a, p, "premiers", "Les départements qui commandent le plus",
                               "Département", PLACES_SHOWN);
    uptake_shorten(&out->places);
    qsort(t->places.item, t->places.count, sizeof *t->places.item, place_by_units);
    places_fill(a, allowed, &t->places, PLACES_SHOWN, &out->places);
}
