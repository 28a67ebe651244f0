/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure_fold.c - what a range of movements and steps of refunds adds to the figures.
 *
 * Every order of every company that the range touches is looked at twice, as it stood at the
 * range's beginning and as it stands at its end; the difference is added. So a figure depends on
 * the numbers alone, not on when or in how many pieces it was folded.
 */
#include "base/clock.h"
#include "figure/figure_int.h"

/* ---- whose days ---- */

enum err
version_zones_load(struct ctx *cx, struct version_zones *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_FIGURE_VERSIONS, &rows));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct version_zone);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++) {
        const struct policy *p;
        int64_t campaign_id = row_int(&rows, r, 0);
        int version = (int)row_int(&rows, r, 1);
        TRY(campaign_policy(cx, campaign_id, version, &p));
        out->item[r] = (struct version_zone){campaign_id, version, p->zone};
    }
    return OK;
}

int64_t
version_day(const struct version_zones *z, int64_t campaign_id, int version, int64_t ms)
{
    enum zone zone = ZONE_PARIS;

    for (size_t i = 0; i < z->count; i++)
        if (z->item[i].campaign_id == campaign_id && z->item[i].version == version) {
            zone = z->item[i].zone;
            break;
        }
    struct civil c = civil_of(ms, zone);
    return civil_day(c.year, c.month, c.day);
}

/* ---- one order ---- */

/* An order as it stood when the movements came up to some number. */
struct standing {
    bool placed;
    int64_t held, sold;     /* Units. */
    int64_t short_cents;    /* Of the packs that had left as missing. */
    bool sale;              /* It was sold once, whatever came after. */
};

struct order_fact {
    int64_t siren, campaign_id;
    int version;
    int64_t created_ms, units, total_cents, sale_ms;
    enum territory territory;
    struct str department, cohort;
    enum band band;
    struct standing was, is;
};

/* The order that stands for its company, before and after. */
struct company_fold {
    int64_t siren, campaign_id;
    bool counted_was, counted_is;
    size_t was, is;         /* Cells of its group. */
};

struct folding {
    const struct version_zones *zones;
    struct cells *cells;
    struct company_fold company;
};

static bool
standing_eq(const struct standing *a, const struct standing *b)
{
    return a->placed == b->placed && a->held == b->held && a->sold == b->sold &&
           a->short_cents == b->short_cents && a->sale == b->sale;
}

static bool
stands(const struct standing *s)
{
    return s->held > 0 || s->sold > 0;
}

static void
standing_add(int64_t *v, const struct order_fact *o, const struct standing *s, int64_t sign)
{
    if (s->held > 0) {
        v[CELL_HELD_ORDERS] += sign;
        v[CELL_HELD_UNITS] += sign * s->held;
    }
    if (s->sold > 0) {
        v[CELL_SOLD_ORDERS] += sign;
        v[CELL_SOLD_UNITS] += sign * s->sold;
        v[CELL_SOLD_CENTS] += sign * (o->total_cents - s->short_cents);
    }
}

static size_t
group_of(struct folding *f, const struct order_fact *o)
{
    return cells_at(f->cells, &(struct cell){.kind = CELL_GROUP, .campaign_id = o->campaign_id,
                                             .cohort = o->cohort, .territory = o->territory,
                                             .department = o->department, .band = o->band});
}

static size_t
time_of(struct folding *f, enum cell_kind kind, int64_t campaign_id, int64_t at)
{
    return cells_at(f->cells,
                    &(struct cell){.kind = kind, .campaign_id = campaign_id, .at = at});
}

static void
company_end(struct folding *f)
{
    if (f->company.counted_was)
        f->cells->item[f->company.was].v[CELL_COMPANIES]--;
    if (f->company.counted_is)
        f->cells->item[f->company.is].v[CELL_COMPANIES]++;
    f->company = (struct company_fold){0};
}

/* Orders of a company come one after the other, the oldest first. */
static void
company_add(struct folding *f, const struct order_fact *o)
{
    struct company_fold *c = &f->company;

    if (c->siren != o->siren || c->campaign_id != o->campaign_id)
        company_end(f);
    c->siren = o->siren;
    c->campaign_id = o->campaign_id;
    if (!c->counted_was && stands(&o->was)) {
        c->counted_was = true;
        c->was = group_of(f, o);
    }
    if (!c->counted_is && stands(&o->is)) {
        c->counted_is = true;
        c->is = group_of(f, o);
    }
}

static void
placed_add(struct folding *f, const struct order_fact *o, size_t day)
{
    size_t at[] = {
        day,
        time_of(f, CELL_MINUTE, o->campaign_id, o->created_ms / CLOCK_MINUTE_MS),
        time_of(f, CELL_HOUR, o->campaign_id, o->created_ms / CLOCK_HOUR_MS),
    };

    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        f->cells->item[at[i]].v[CELL_PLACED_ORDERS]++;
        f->cells->item[at[i]].v[CELL_PLACED_UNITS] += o->units;
    }
}

static void
order_add(struct folding *f, const struct order_fact *o)
{
    company_add(f, o);
    if (standing_eq(&o->was, &o->is))
        return;
    size_t group = group_of(f, o);
    size_t day = cells_at(f->cells,
                          &(struct cell){.kind = CELL_DAY, .campaign_id = o->campaign_id,
                                         .at = version_day(f->zones, o->campaign_id, o->version,
                                                           o->created_ms),
                                         .department = o->department, .band = o->band});
    standing_add(f->cells->item[group].v, o, &o->is, +1);
    standing_add(f->cells->item[group].v, o, &o->was, -1);
    standing_add(f->cells->item[day].v, o, &o->is, +1);
    standing_add(f->cells->item[day].v, o, &o->was, -1);
    if (o->is.placed && !o->was.placed)
        placed_add(f, o, day);
    if (o->is.sale && !o->was.sale) {
        size_t money = time_of(f, CELL_MONEY, o->campaign_id,
                               version_day(f->zones, o->campaign_id, o->version, o->sale_ms));
        f->cells->item[money].v[CELL_CAPTURED] += o->total_cents;
    }
}

/* The columns of figure_orders. */
static enum err
order_row(void *arg, const struct db_value *c, size_t cols)
{
    struct order_fact o = {
        .siren = c[0].i,
        .campaign_id = c[1].i,
        .version = (int)c[2].i,
        .created_ms = c[3].i,
        .territory = (enum territory)c[4].i,
        .department = c[5].s,
        .cohort = c[6].s,
        .band = (enum band)c[7].i,
        .units = c[8].i,
        .total_cents = c[9].i,
        .was = {c[10].i != 0, c[11].i, c[12].i, c[13].i, c[14].i != 0},
        .is = {true, c[15].i, c[16].i, c[17].i, c[18].i != 0},
        .sale_ms = c[19].i,
    };

    (void)cols;
    order_add(arg, &o);
    return OK;
}

/* ---- refunds ---- */

/* The columns of figure_steps. */
static enum err
step_row(void *arg, const struct db_value *c, size_t cols)
{
    struct folding *f = arg;
    int64_t campaign_id = c[0].i;
    int version = (int)c[1].i;
    size_t at = time_of(f, CELL_MONEY, campaign_id,
                        version_day(f->zones, campaign_id, version, c[2].i));

    (void)cols;
    f->cells->item[at].v[CELL_DUE] += c[3].i;
    f->cells->item[at].v[CELL_REFUNDED] += c[4].i;
    if (c[5].i > 0) {
        at = time_of(f, CELL_MONEY, campaign_id,
                     version_day(f->zones, campaign_id, version, c[6].i));
        f->cells->item[at].v[CELL_CAPTURED] += c[5].i;
    }
    return OK;
}

enum err
fold_read(struct ctx *cx, const struct version_zones *z, const struct fold_range *r,
          struct cells *out)
{
    struct folding f = {.zones = z, .cells = out};

    if (r->movement_to > r->movement_from)
        TRY(db_each(cx, SQL_FIGURE_ORDERS, order_row, &f, db_int(r->movement_from),
                    db_int(r->movement_to)));
    company_end(&f);
    if (r->step_to > r->step_from)
        TRY(db_each(cx, SQL_FIGURE_STEPS, step_row, &f, db_int(r->step_from),
                    db_int(r->step_to)));
    return OK;
}

struct fold_range
range_page(const struct fold_range *all)
{
    struct fold_range page = *all;

    if (page.movement_to - page.movement_from > FOLD_PAGE)
        page.movement_to = page.movement_from + FOLD_PAGE;
    if (page.step_to - page.step_from > FOLD_PAGE)
        page.step_to = page.step_from + FOLD_PAGE;
    return page;
}

enum err
fold_state_read(struct ctx *cx, struct fold_state *out)
{
    struct db_rows rows, bound;

    TRY(db_run(cx, SQL_FIGURE_FOLD_FIND, &rows));
    if (rows.count != 1)
        return ERR_FAULT;
    TRY(db_run(cx, SQL_FIGURE_BOUND, &bound));
    *out = (struct fold_state){
        .movement_id = row_int(&rows, 0, 0),
        .step_id = row_int(&rows, 0, 1),
        .as_of_ms = row_int(&rows, 0, 2),
        .minutes_from = row_int(&rows, 0, 3),
        .mark_movement = row_int(&rows, 0, 4),
        .mark_step = row_int(&rows, 0, 5),
        .mark_ms = row_int(&rows, 0, 6),
        .mark_xid = row_int(&rows, 0, 7),
        .newest_movement = row_int(&bound, 0, 0),
        .newest_step = row_int(&bound, 0, 1),
        .next_xid = row_int(&bound, 0, 2),
        .oldest_xid = row_int(&bound, 0, 3),
    };
    return OK;
}
