/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure_check.c - a recount of everything, from what orders, payments and refunds say of
 * themselves now: not from the movements that the fold follows.
 */
#include <stdio.h>

#include "base/clock.h"
#include "figure/figure_int.h"

struct recount {
    struct version_zones zones;
    struct fold_state state;
    struct cells folded, counted;
};

/* ---- what was folded ---- */

static enum err
day_row(void *arg, const struct db_value *c, size_t cols)
{
    struct cells *cells = arg;
    size_t at = cells_at(cells, &(struct cell){.kind = CELL_DAY, .campaign_id = c[0].i,
                                               .at = c[1].i, .department = c[2].s,
                                               .band = (enum band)c[3].i});

    for (size_t i = 4; i < cols; i++)
        cells->item[at].v[i - 4] = c[i].i;
    return OK;
}

static enum err
group_row(void *arg, const struct db_value *c, size_t cols)
{
    struct cells *cells = arg;
    size_t at = cells_at(cells, &(struct cell){.kind = CELL_GROUP, .campaign_id = c[0].i,
                                               .cohort = c[1].s,
                                               .territory = (enum territory)c[2].i,
                                               .department = c[3].s,
                                               .band = (enum band)c[4].i});

    cells->item[at].v[CELL_COMPANIES] = c[5].i;
    for (size_t i = 6; i < cols; i++)
        cells->item[at].v[CELL_HELD_ORDERS + i - 6] = c[i].i;
    return OK;
}

/* Minutes, hours and money: campaign, time, values. */
static void
time_row(struct cells *cells, enum cell_kind kind, const struct db_value *c, size_t cols)
{
    size_t at = cells_at(cells,
                         &(struct cell){.kind = kind, .campaign_id = c[0].i, .at = c[1].i});

    for (size_t i = 2; i < cols; i++)
        cells->item[at].v[i - 2] = c[i].i;
}

static enum err
minute_row(void *arg, const struct db_value *c, size_t cols)
{
    time_row(arg, CELL_MINUTE, c, cols);
    return OK;
}

static enum err
hour_row(void *arg, const struct db_value *c, size_t cols)
{
    time_row(arg, CELL_HOUR, c, cols);
    return OK;
}

static enum err
money_row(void *arg, const struct db_value *c, size_t cols)
{
    time_row(arg, CELL_MONEY, c, cols);
    return OK;
}

/* The tables, and what is not in them yet. */
static enum err
folded_read(struct ctx *cx, struct recount *r)
{
    struct fold_range all = {r->state.movement_id, r->state.newest_movement, r->state.step_id,
                             r->state.newest_step};

    TRY(db_each(cx, SQL_FIGURE_ALL_DAYS, day_row, &r->folded));
    TRY(db_each(cx, SQL_FIGURE_ALL_GROUPS, group_row, &r->folded));
    TRY(db_each(cx, SQL_FIGURE_ALL_MINUTES, minute_row, &r->folded,
                db_int(r->state.minutes_from)));
    TRY(db_each(cx, SQL_FIGURE_ALL_HOURS, hour_row, &r->folded));
    TRY(db_each(cx, SQL_FIGURE_ALL_MONEY, money_row, &r->folded));
    while (all.movement_from < all.movement_to || all.step_from < all.step_to) {
        struct fold_range page = range_page(&all);
        TRY(fold_read(cx, &r->zones, &page, &r->folded));
        all.movement_from = page.movement_to;
        all.step_from = page.step_to;
    }
    return OK;
}

/* ---- the recount ---- */

static int64_t *
value_at(struct recount *r, enum cell_kind kind, int64_t campaign_id, int64_t at)
{
    return cells_values(&r->counted,
                        &(struct cell){.kind = kind, .campaign_id = campaign_id, .at = at});
}

static void
placed_add(int64_t *v, int64_t units)
{
    v[CELL_PLACED_ORDERS]++;
    v[CELL_PLACED_UNITS] += units;
}

static void
stand_add(int64_t *v, int64_t held, int64_t sold, int64_t cents)
{
    v[CELL_HELD_ORDERS] += held > 0 ? 1 : 0;
    v[CELL_HELD_UNITS] += held;
    v[CELL_SOLD_ORDERS] += sold > 0 ? 1 : 0;
    v[CELL_SOLD_UNITS] += sold;
    v[CELL_SOLD_CENTS] += sold > 0 ? cents : 0;
}

static enum err
order_row(void *arg, const struct db_value *c, size_t cols)
{
    struct recount *r = arg;
    int64_t campaign_id = c[0].i, created_ms = c[2].i, units = c[7].i;
    struct cell key = {.kind = CELL_GROUP, .campaign_id = campaign_id, .cohort = c[5].s,
                       .territory = (enum territory)c[3].i, .department = c[4].s,
                       .band = (enum band)c[6].i};

    (void)cols;
    stand_add(cells_values(&r->counted, &key), c[8].i, c[9].i, c[10].i);
    key.kind = CELL_DAY;
    key.at = version_day(&r->zones, campaign_id, (int)c[1].i, created_ms);
    key.cohort = STR_NONE;
    key.territory = TERRITORY_NONE;
    int64_t *day = cells_values(&r->counted, &key);
    stand_add(day, c[8].i, c[9].i, c[10].i);
    placed_add(day, units);
    placed_add(value_at(r, CELL_MINUTE, campaign_id, created_ms / CLOCK_MINUTE_MS), units);
    placed_add(value_at(r, CELL_HOUR, campaign_id, created_ms / CLOCK_HOUR_MS), units);
    return OK;
}

static enum err
company_row(void *arg, const struct db_value *c, size_t cols)
{
    struct cells *cells = arg;
    size_t at = cells_at(cells, &(struct cell){.kind = CELL_GROUP, .campaign_id = c[0].i,
                                               .cohort = c[1].s,
                                               .territory = (enum territory)c[2].i,
                                               .department = c[3].s,
                                               .band = (enum band)c[4].i});

    (void)cols;
    cells->item[at].v[CELL_COMPANIES] += c[5].i;
    return OK;
}

/* Adds cents to the day of an instant; nothing when there was none. */
static void
money_at(struct recount *r, const struct db_value *c, int64_t ms, int which, int64_t cents)
{
    if (ms == 0)
        return;
    int64_t day = version_day(&r->zones, c[0].i, (int)c[1].i, ms);
    value_at(r, CELL_MONEY, c[0].i, day)[which] += cents;
}

static enum err
capture_row(void *arg, const struct db_value *c, size_t cols)
{
    (void)cols;
    money_at(arg, c, c[2].i, CELL_CAPTURED, c[3].i);
    return OK;
}

static enum err
refund_row(void *arg, const struct db_value *c, size_t cols)
{
    (void)cols;
    money_at(arg, c, c[3].i, CELL_DUE, c[2].i);
    money_at(arg, c, c[4].i, CELL_DUE, -c[2].i);
    money_at(arg, c, c[5].i, CELL_REFUNDED, c[2].i);
    money_at(arg, c, c[6].i, CELL_REFUNDED, -c[2].i);
    return OK;
}

/* ---- the comparison ---- */

static struct str
cell_text(struct arena *a, const struct cell *c, int value)
{
    static const char *const kinds[] = {"day", "group", "minute", "hour", "money"};
    static const char *const values[] = {"placed orders", "placed units", "held orders",
                                         "held units",    "sold orders",  "sold units",
                                         "sold cents",    "companies"};
    static const char *const moneys[] = {"captured", "due", "refunded"};

    return str_printf(a, "campaign %lld, %s %lld%s%.*s%s%.*s band %d: %s",
                      (long long)c->campaign_id, kinds[c->kind], (long long)c->at,
                      c->cohort.len > 0 ? ", cohort " : "", STR_FMT(c->cohort),
                      c->department.len > 0 ? ", department " : "", STR_FMT(c->department),
                      (int)c->band, c->kind == CELL_MONEY ? moneys[value] : values[value]);
}

/* What have lacks in want, and the other way round when it is called a second time. */
static void
compare(struct ctx *cx, struct cells *have, const struct cells *want, bool swapped,
        int64_t minutes_from, struct figure_fault_list *out)
{
    for (size_t i = 0; i < want->count; i++) {
        const struct cell *w = &want->item[i];
        if (w->kind == CELL_MINUTE && w->at < minutes_from)
            continue;
        const int64_t *h = cells_values(have, w);
        for (int v = 0; v < CELL_VALUES && out->count < FIGURE_FAULTS_MAX; v++)
            if (h[v] != w->v[v] && (!swapped || h[v] == 0))
                out->item[out->count++] = (struct figure_fault){
                    cell_text(cx->arena, w, v), swapped ? w->v[v] : h[v],
                    swapped ? h[v] : w->v[v]};
    }
}

enum err
figure_check(struct ctx *cx, struct figure_fault_list *out)
{
    struct recount r = {0};

    TRY(version_zones_load(cx, &r.zones));
    TRY(fold_state_read(cx, &r.state));
    cells_init(&r.folded, cx->arena);
    cells_init(&r.counted, cx->arena);
    TRY(folded_read(cx, &r));
    TRY(db_each(cx, SQL_FIGURE_RECOUNT_ORDERS, order_row, &r));
    TRY(db_each(cx, SQL_FIGURE_RECOUNT_COMPANIES, company_row, &r.counted));
    TRY(db_each(cx, SQL_FIGURE_RECOUNT_CAPTURES, capture_row, &r));
    TRY(db_each(cx, SQL_FIGURE_RECOUNT_REFUNDS, refund_row, &r));
    *out = (struct figure_fault_list){
        ARENA_ARRAY(cx->arena, FIGURE_FAULTS_MAX, struct figure_fault), 0};
    compare(cx, &r.folded, &r.counted, false, r.state.minutes_from, out);
    compare(cx, &r.counted, &r.folded, true, r.state.minutes_from, out);
    return OK;
}
