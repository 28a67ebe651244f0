/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure_job.c - moves the fold on, every few seconds and by hand.
 *
 * A page is read and counted in a snapshot, beside the orders; what it adds is then written in one
 * short transaction that also moves the numbers on, if nobody has moved them meanwhile.
 *
 * On PostgreSQL rows get their numbers before they are committed. So the newest numbers seen are
 * noted as a mark, with the next transaction's number; they are a bound once no older transaction
 * runs. A mark stays until it is reached: one long transaction delays the figures, however many
 * follow each other, and never makes them wrong.
 */
#include "base/clock.h"
#include "db/db.h"
#include "figure/figure_int.h"
#include "http/server.h"
#include "job/job.h"

enum { RUN_MS_MAX = 20 * 1000, ROUNDS_MAX = 6, CALLS_MAX = 256, CALL_VALUES_MAX = 11 };

/* ---- writing cells ---- */

struct call_list {
    struct db_call call[CALLS_MAX];
    struct db_value value[CALLS_MAX][CALL_VALUES_MAX];
    size_t count;
};

/* The statement that adds a cell, and its values. */
static enum sql_id
cell_values(const struct cell *c, struct db_value *out, size_t *count)
{
    static const enum sql_id sql[] = {
        [CELL_DAY] = SQL_FIGURE_DAY_ADD,       [CELL_GROUP] = SQL_FIGURE_GROUP_ADD,
        [CELL_MINUTE] = SQL_FIGURE_MINUTE_ADD, [CELL_HOUR] = SQL_FIGURE_HOUR_ADD,
        [CELL_MONEY] = SQL_FIGURE_MONEY_ADD,
    };
    size_t n = 0;
    int from = CELL_PLACED_ORDERS, until = CELL_HELD_ORDERS;

    out[n++] = db_int(c->campaign_id);
    if (c->kind == CELL_GROUP) {
        out[n++] = db_str(c->cohort);
        out[n++] = db_int(c->territory);
    } else {
        out[n++] = db_int(c->at);
    }
    if (c->kind == CELL_DAY || c->kind == CELL_GROUP) {
        out[n++] = db_str(c->department);
        out[n++] = db_int(c->band);
        until = CELL_COMPANIES;
    }
    if (c->kind == CELL_GROUP) {
        out[n++] = db_int(c->v[CELL_COMPANIES]);
        from = CELL_HELD_ORDERS;
    }
    if (c->kind == CELL_MONEY)
        until = CELL_REFUNDED + 1;
    for (int v = from; v < until; v++)
        out[n++] = db_int(c->v[v]);
    assert(n <= CALL_VALUES_MAX);
    *count = n;
    return sql[c->kind];
}

static bool
cell_is_empty(const struct cell *c)
{
    for (int v = 0; v < CELL_VALUES; v++)
        if (c->v[v] != 0)
            return false;
    return true;
}

static enum err
calls_flush(struct ctx *cx, struct call_list *l)
{
    size_t count = l->count;

    l->count = 0;
    return count == 0 ? OK : db_run_all(cx, l->call, count);
}

static enum err
cells_write(struct ctx *cx, const struct cells *cells, int64_t minutes_from)
{
    struct call_list *l = ARENA_NEW(cx->arena, struct call_list);

    for (size_t i = 0; i < cells->count; i++) {
        const struct cell *c = &cells->item[i];
        if (cell_is_empty(c) || (c->kind == CELL_MINUTE && c->at < minutes_from))
            continue;
        if (l->count == CALLS_MAX)
            TRY(calls_flush(cx, l));
        struct db_call *call = &l->call[l->count];
        call->values = l->value[l->count];
        call->id = cell_values(c, l->value[l->count], &call->count);
        l->count++;
    }
    return calls_flush(cx, l);
}

/* ---- one page ---- */

struct fold_page {
    const struct version_zones *zones;
    struct fold_range range;
    int64_t as_of_ms, minutes_from;
    struct cells cells;
    struct arena *arena;   /* Of the cells. */
    bool moved;
};

static enum err
zones_unit(struct ctx *cx, void *arg)
{
    return version_zones_load(cx, arg);
}

static enum err
page_read(struct ctx *cx, void *arg)
{
    struct fold_page *p = arg;

    cells_init(&p->cells, p->arena);
    return fold_read(cx, p->zones, &p->range, &p->cells);
}

static enum err
page_write(struct ctx *cx, void *arg)
{
    struct fold_page *p = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_FIGURE_FOLD_SET, &rows, db_int(p->range.movement_from),
               db_int(p->range.step_from), db_int(p->range.movement_to),
               db_int(p->range.step_to), db_int(p->as_of_ms)));
    p->moved = rows.changed == 1;
    return p->moved ? cells_write(cx, &p->cells, p->minutes_from) : OK;
}

/* ---- how far ---- */

struct bound {
    int64_t movement_id, step_id, at_ms;
};

#define MOST(a, b) ((a) > (b) ? (a) : (b))

/* Folds up to the bound, or until the time is over. ERR_CONFLICT: another node has moved on. */
static enum err
fold_until(struct ctx *cx, const struct fold_state *s, const struct bound *b, int64_t until_ns,
           bool *reached)
{
    struct fold_range all = {s->movement_id, b->movement_id, s->step_id, b->step_id};
    struct version_zones zones;
    struct arena arena = {0};
    int64_t began_ns = clock_mono_ns();
    enum err e = db_read(cx, zones_unit, &zones);

    *reached = false;
    while (e == OK && !*reached && clock_mono_ns() < until_ns) {
        struct fold_page p = {.zones = &zones, .range = range_page(&all), .as_of_ms = s->as_of_ms,
                         .minutes_from = s->minutes_from, .arena = &arena};
        *reached = p.range.movement_to == b->movement_id && p.range.step_to == b->step_id;
        if (*reached)
            p.as_of_ms = b->at_ms;
        e = db_read(cx, page_read, &p);
        if (e == OK)
            e = db_write(cx, page_write, &p);
        if (e == OK && !p.moved)
            e = ERR_CONFLICT;
        all.movement_from = p.range.movement_to;
        all.step_from = p.range.step_to;
        arena_clear(&arena);
    }
    arena_release(&arena);
    log_info(cx->log, "figures_folded", LOG_INT("movements", all.movement_from - s->movement_id),
             LOG_INT("ms", (clock_mono_ns() - began_ns) / 1000000));
    return e;
}

static enum err
state_unit(struct ctx *cx, void *arg)
{
    return fold_state_read(cx, arg);
}

static enum err
mark_unit(struct ctx *cx, void *arg)
{
    const struct fold_state *s = arg;

    return db_run(cx, SQL_FIGURE_MARK_SET, NULL, db_int(s->newest_movement),
                  db_int(s->newest_step), db_int(cx->now_ms), db_int(s->next_xid));
}

enum mark {
    MARK_NONE,   /* Or one of another cluster's life: of a copy that was restored. */
    MARK_WAITS,  /* A transaction that ran when it was set still runs. */
    MARK_REACHED /* All of them have ended. */
};

static enum mark
mark_of(const struct fold_state *s)
{
    if (s->mark_xid == 0 || s->mark_xid > s->next_xid)
        return MARK_NONE;
    return s->oldest_xid >= s->mark_xid ? MARK_REACHED : MARK_WAITS;
}

static bool
is_beyond(const struct fold_state *s, const struct bound *b)
{
    return b->movement_id > s->movement_id || b->step_id > s->step_id;
}

/* ---- minutes that are old enough ---- */

static enum err
forget_unit(struct ctx *cx, void *arg)
{
    const int64_t *minute = arg;

    TRY(db_run(cx, SQL_FIGURE_MINUTE_FORGET, NULL, db_int(*minute)));
    return db_run(cx, SQL_FIGURE_MINUTES_FROM_SET, NULL, db_int(*minute));
}

/* Whole hours, about once an hour. */
static enum err
forget_minutes(struct ctx *cx, struct fold_state *s)
{
    int64_t hour = (cx->now_ms - (int64_t)FIGURE_MINUTE_DAYS * CLOCK_DAY_MS) / CLOCK_HOUR_MS;
    int64_t from = hour * (CLOCK_HOUR_MS / CLOCK_MINUTE_MS);

    if (from <= s->minutes_from)
        return OK;
    s->minutes_from = from;
    return db_write(cx, forget_unit, &from);
}

enum err
figure_fold(struct ctx *cx, bool *done)
{
    int64_t until_ns = clock_mono_ns() + (int64_t)RUN_MS_MAX * 1000000;
    bool pg = db_pool_engine(cx->app->pool) == DB_PG, reached = true;
    struct fold_state s;

    *done = false;
    for (int round = 0; round < ROUNDS_MAX && !*done && reached; round++) {
        cx->now_ms = db_now_ms(cx->app->pool);
        TRY(db_read(cx, state_unit, &s));
        TRY(forget_minutes(cx, &s));
        struct bound b = {s.newest_movement, s.newest_step, cx->now_ms};
        *done = !is_beyond(&s, &b) || (pg && mark_of(&s) == MARK_WAITS);
        if (*done)
            break;
        if (pg) /* Never back. */
            b = (struct bound){MOST(s.mark_movement, s.movement_id),
                               MOST(s.mark_step, s.step_id), s.mark_ms};
        if (pg && (mark_of(&s) == MARK_NONE || !is_beyond(&s, &b)))
            TRY(db_write(cx, mark_unit, &s));
        else
            TRY(fold_until(cx, &s, &b, until_ns, &reached));
    }
    metric_set("figures_behind", s.newest_movement - s.movement_id);
    return OK;
}

/* ---- anew ---- */

/* The figures up to where the fold is, counted from nothing. */
struct rebuild {
    struct arena *page_arena;
    struct version_zones zones;
    struct fold_state state;
    struct fold_range range;  /* Of the page; from: what is counted. */
    struct cells page, all;
    bool moved;
};

static enum err
rebuild_page_read(struct ctx *cx, void *arg)
{
    struct rebuild *r = arg;

    cells_init(&r->page, r->page_arena);
    return fold_read(cx, &r->zones, &r->range, &r->page);
}

/* Counts on to where the fold stands now. */
static enum err
rebuild_count(struct ctx *cx, struct rebuild *r)
{
    struct fold_range all = {r->range.movement_from, 0, r->range.step_from, 0};

    TRY(db_read(cx, state_unit, &r->state));
    all.movement_to = r->state.movement_id;
    all.step_to = r->state.step_id;
    while (all.movement_from < all.movement_to || all.step_from < all.step_to) {
        r->range = range_page(&all);
        TRY(db_read(cx, rebuild_page_read, r));
        cells_add(&r->all, &r->page);
        arena_clear(r->page_arena);
        all.movement_from = r->range.movement_to;
        all.step_from = r->range.step_to;
    }
    r->range = all;
    return OK;
}

static enum err
rebuild_write(struct ctx *cx, void *arg)
{
    struct rebuild *r = arg;
    const struct fold_state *s = &r->state;
    struct db_rows rows;

    /* Takes the row, so that nobody folds until this is committed. */
    TRY(db_run(cx, SQL_FIGURE_FOLD_SET, &rows, db_int(s->movement_id), db_int(s->step_id),
               db_int(s->movement_id), db_int(s->step_id), db_int(s->as_of_ms)));
    r->moved = rows.changed != 1;
    if (r->moved)
        return OK;
    TRY(db_run(cx, SQL_FIGURE_DAY_CLEAR, NULL));
    TRY(db_run(cx, SQL_FIGURE_GROUP_CLEAR, NULL));
    TRY(db_run(cx, SQL_FIGURE_MINUTE_CLEAR, NULL));
    TRY(db_run(cx, SQL_FIGURE_HOUR_CLEAR, NULL));
    TRY(db_run(cx, SQL_FIGURE_MONEY_CLEAR, NULL));
    return cells_write(cx, &r->all, s->minutes_from);
}

/* What was folded while it counted is counted too, in ever smaller pieces. */
static enum err
rebuild_run(struct ctx *cx, struct rebuild *r)
{
    r->moved = true;
    for (int round = 0; round < ROUNDS_MAX && r->moved; round++) {
        TRY(rebuild_count(cx, r));
        TRY(db_write(cx, rebuild_write, r));
    }
    return r->moved ? ERR_BUSY : OK;
}

enum err
figure_rebuild(struct ctx *cx)
{
    struct arena arena = {0}, page = {0};
    struct rebuild r = {.page_arena = &page};
    enum err e = db_read(cx, zones_unit, &r.zones);

    cells_init(&r.all, &arena);
    if (e == OK)
        e = rebuild_run(cx, &r);
    arena_release(&arena);
    arena_release(&page);
    return e;
}

enum err
figure_fold_job(struct ctx *cx, const struct job *job)
{
    bool done;

    (void)job;
    enum err e = figure_fold(cx, &done);
    return e == ERR_CONFLICT ? OK : e;
}
