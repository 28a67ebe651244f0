/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wave.c - waves: which orders are prepared together.
 *
 *   FILLING    all that fits was taken        READY, or LABELLING when labels are wanted at once
 *   READY      labels asked for               LABELLING
 *   LABELLING  stopped by a person            STOPPED; goes on where it was
 *   LABELLING  nothing is left to ask for     LABELLED
 *   READY STOPPED LABELLED   given up         GIVEN_UP; what has a label stays to be handed over,
 *                                             what may have one is looked up
 */
#include "base/clock.h"
#include "delivery/delivery_int.h"
#include "job/job.h"

enum { FILL_PORTION = 200, GIVE_UP_MAX = 20000 };

static struct wave
wave_from_row(const struct db_rows *rows, size_t r)
{
    return (struct wave){
        .id = row_int(rows, r, 0),
        .organiser_id = row_int(rows, r, 1),
        .campaign_id = row_int(rows, r, 2),
        .state = (enum wave_state)row_int(rows, r, 3),
        .carrier = row_str(rows, r, 4),
        .pool_id = row_int(rows, r, 5),
        .territory_from = (int)row_int(rows, r, 6),
        .territory_to = (int)row_int(rows, r, 7),
        .paid_until_ms = row_int(rows, r, 8),
        .wanted = row_int(rows, r, 9),
        .orders = row_int(rows, r, 10),
        .labels_wanted = row_int(rows, r, 11) != 0,
        .created_ms = row_int(rows, r, 12),
        .run_ms = row_int(rows, r, 13),
        .run_from = row_int(rows, r, 14),
        .done_ms = row_int(rows, r, 15),
        .campaign_slug = row_str(rows, r, 16),
    };
}

enum err
wave_by_id(struct ctx *cx, int64_t id, struct wave *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_WAVE_FIND, &rows, db_int(id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = wave_from_row(&rows, 0);
    return OK;
}

enum err
wave_of_actor(struct ctx *cx, int64_t id, struct wave *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_WAVE_FIND_MINE, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = wave_from_row(&rows, 0);
    return OK;
}

enum err
wave_list_of(struct ctx *cx, int64_t before_id, struct wave_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_WAVE_LIST, &rows, db_int(cx->actor.organiser_id),
               db_int(before_id > 0 ? before_id : INT64_MAX)));
    out->item = ARENA_ARRAY(cx->arena, rows.count + 1, struct wave);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = wave_from_row(&rows, r);
    return OK;
}

enum err
wave_count(struct ctx *cx, int64_t wave_id, struct wave_counts *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_WAVE_COUNTS, &rows, db_int(wave_id)));
    *out = (struct wave_counts){0};
    for (size_t r = 0; r < rows.count; r++) {
        int64_t n = row_int(&rows, r, 1);
        int state = (int)row_int(&rows, r, 0);
        int64_t *to = state == PARCEL_WAITING     ? &out->waiting
                      : state == PARCEL_ASKED     ? &out->asked
                      : state == PARCEL_LABELLED  ? &out->labelled
                      : state == PARCEL_REFUSED   ? &out->refused
                      : state == PARCEL_CANCELLED ? &out->cancelled
                      : state == PARCEL_HANDED    ? &out->handed
                                                  : &out->later;
        *to += n;
        if (state == PARCEL_CANCELLED)
            continue;
        out->all += n;
        out->packed += row_int(&rows, r, 2);
        out->problems += row_int(&rows, r, 3);
    }
    return OK;
}

enum err
wave_preview(struct ctx *cx, const struct wave *w, int64_t *orders, int64_t *left)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_WAVE_COUNT_ORDERS, &rows, db_int(w->campaign_id),
               db_int(w->paid_until_ms), db_int(w->territory_from), db_int(w->territory_to),
               db_int(w->pool_id)));
    *orders = row_int(&rows, 0, 0);
    TRY(db_run(cx, SQL_WAVE_COUNT_LEFT, &rows, db_int(w->organiser_id), db_int(w->campaign_id),
               db_int(w->territory_from), db_int(w->territory_to), db_int(w->pool_id)));
    *left = row_int(&rows, 0, 0);
    return OK;
}

static enum err
run_soon(struct ctx *cx, int64_t wave_id)
{
    return job_add_once(cx, JOB_WAVE_RUN, wave_id, STR_NONE, 0);
}

enum err
wave_create(struct ctx *cx, struct wave *w)
{
    struct db_rows rows;

    assert(db_in_write(cx) && w->wanted > 0 && w->wanted <= WAVE_MAX);
    TRY(db_run(cx, SQL_WAVE_INSERT, &rows, db_int(w->organiser_id), db_int(w->campaign_id),
               db_str(w->carrier), db_int(w->pool_id), db_int(w->territory_from),
               db_int(w->territory_to), db_int(w->paid_until_ms), db_int(w->wanted),
               db_int(w->labels_wanted ? 1 : 0), db_int(cx->actor.account_id),
               db_int(cx->now_ms)));
    w->id = row_int(&rows, 0, 0);
    w->state = WAVE_FILLING;
    return run_soon(cx, w->id);
}

static enum err
set_state(struct ctx *cx, int64_t id, enum wave_state from, enum wave_state to, bool *moved)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_WAVE_SET_STATE, &rows, db_int(id), db_int(from), db_int(to)));
    *moved = rows.changed > 0;
    return OK;
}

/* The clock of this run starts: time left is told from its own pace. */
static enum err
begin_labels(struct ctx *cx, int64_t id)
{
    struct wave_counts n;

    TRY(wave_count(cx, id, &n));
    return db_run(cx, SQL_WAVE_SET_RUN, NULL, db_int(id), db_int(cx->now_ms),
                  db_int(n.all - n.waiting - n.asked));
}

enum err
wave_labels(struct ctx *cx, const struct wave *w)
{
    bool moved;

    assert(db_in_write(cx));
    if (w->state != WAVE_READY && w->state != WAVE_STOPPED && w->state != WAVE_LABELLED)
        return ERR_CONFLICT;
    TRY(set_state(cx, w->id, w->state, WAVE_LABELLING, &moved));
    if (!moved)
        return ERR_CONFLICT;
    TRY(begin_labels(cx, w->id));
    return run_soon(cx, w->id);
}

enum err
wave_stop(struct ctx *cx, const struct wave *w)
{
    bool moved;

    TRY(set_state(cx, w->id, WAVE_LABELLING, WAVE_STOPPED, &moved));
    return moved ? OK : ERR_CONFLICT;
}

/* One order leaves the wave: its parcels are no more, its batches are back on the shelf. */
static enum err
let_go(struct ctx *cx, int64_t order_id)
{
    struct order o;
    bool moved;

    TRY(db_run(cx, SQL_PARCEL_CANCEL_OF_ORDER, NULL, db_int(order_id), db_int(cx->now_ms)));
    TRY(order_by_id(cx, order_id, &o));
    for (int i = 0; i < o.line_count; i++)
        TRY(stock_unpick(cx, order_id, o.line[i].pool_id, 0));
    return order_unprepare(cx, order_id, "wave given up", &moved);
}

enum err
wave_drop(struct ctx *cx, int64_t wave_id)
{
    TRY(db_run(cx, SQL_PARCEL_CANCEL_ORPHANS, NULL, db_int(wave_id), db_int(cx->now_ms)));
    return db_run(cx, SQL_PARCEL_RELEASE_DISPUTED, NULL, db_int(wave_id), db_int(cx->now_ms));
}

enum err
wave_release(struct ctx *cx, int64_t wave_id, int64_t *orders)
{
    struct db_rows rows;

    TRY(wave_drop(cx, wave_id));
    TRY(db_run(cx, SQL_WAVE_GIVE_UP_ORDERS, &rows, db_int(wave_id), db_int(GIVE_UP_MAX)));
    *orders = (int64_t)rows.count;
    for (size_t r = 0; r < rows.count; r++)
        TRY(let_go(cx, row_int(&rows, r, 0)));
    return db_run(cx, SQL_WAVE_GIVE_UP_REST, NULL, db_int(wave_id), db_int(cx->now_ms));
}

enum err
wave_give_up(struct ctx *cx, const struct wave *w, int64_t *orders)
{
    bool moved;

    assert(db_in_write(cx));
    if (w->state != WAVE_READY && w->state != WAVE_STOPPED && w->state != WAVE_LABELLED)
        return ERR_CONFLICT;
    TRY(set_state(cx, w->id, w->state, WAVE_GIVEN_UP, &moved));
    if (!moved)
        return ERR_CONFLICT;
    TRY(wave_release(cx, w->id, orders));
    return run_soon(cx, w->id);
}

/* ---- filling ---- */

/* Which batches the units come from, pool by pool. A shelf that is short is found at packing. */
static enum err
pick_batches(struct ctx *cx, const struct order *o)
{
    struct stock_pick picked;

    for (int i = 0; i < o->line_count; i++)
        TRY(stock_pick(cx, o->id, o->line[i].pool_id, o->line[i].units, &picked));
    return OK;
}

/* *taken counts it, unless another wave was faster, or it makes more parcels than an order can
 * have: then it stays paid, and the page of the wave names it. */
static enum err
take_order(struct ctx *cx, const struct wave *w, int64_t order_id, int64_t *taken)
{
    struct cut_parcel cut[PARCELS_PER_ORDER_MAX];
    int64_t packs[ORDER_LINES_MAX], id;
    struct order o;
    bool moved;
    int count;

    TRY(order_lock(cx, order_id, &o));
    for (int i = 0; i < o.line_count; i++)
        packs[i] = o.line[i].packs;
    TRY(order_cut(cx, &o, packs, cut, &count));
    if (count < 0) {
        log_warn(cx->log, "order_left_out", LOG_INT("order", o.id), LOG_INT("wave", w->id));
        return db_run(cx, SQL_WAVE_LEAVE_OUT, NULL, db_int(w->id), db_int(o.id));
    }
    TRY(order_prepare(cx, order_id, "taken into a wave", &moved));
    if (!moved)
        return OK;
    TRY(pick_batches(cx, &o));
    for (int i = 0; i < count; i++)
        TRY(parcel_add(cx, &o, w->organiser_id, w->id, w->carrier, &cut[i], &id));
    ++*taken;
    return OK;
}

/* Left-over parcels first: their orders have waited longest. *found: those that were there. */
static enum err
take_left(struct ctx *cx, const struct wave *w, int64_t limit, size_t *found, int64_t *taken)
{
    struct db_rows rows, set;

    TRY(db_run(cx, SQL_WAVE_NEXT_LEFT, &rows, db_int(w->organiser_id), db_int(w->campaign_id),
               db_int(w->territory_from), db_int(w->territory_to), db_int(w->pool_id),
               db_int(limit)));
    for (size_t r = 0; r < rows.count; r++) {
        bool customs = territory_customs((enum territory)row_int(&rows, r, 1));
        TRY(db_run(cx, SQL_PARCEL_SET_WAVE, &set, db_int(row_int(&rows, r, 0)), db_int(w->id),
                   db_str(w->carrier), db_str(customs ? STR("COM") : STR("DOM")),
                   db_int(cx->now_ms)));
        *taken += (int64_t)set.changed;
    }
    *found = rows.count;
    return OK;
}

static enum err
fill_end(struct ctx *cx, const struct wave *w)
{
    bool moved;

    TRY(set_state(cx, w->id, WAVE_FILLING, w->labels_wanted ? WAVE_LABELLING : WAVE_READY,
                  &moved));
    return w->labels_wanted ? begin_labels(cx, w->id) : OK;
}

enum err
wave_fill(struct ctx *cx, int64_t wave_id, bool *more)
{
    struct db_rows rows;
    int64_t taken = 0;
    struct wave w;
    size_t found;

    *more = false;
    TRY(wave_by_id(cx, wave_id, &w));
    if (w.state != WAVE_FILLING)
        return OK;
    int64_t room = w.wanted - w.orders;
    int64_t limit = room < FILL_PORTION ? room : FILL_PORTION;
    TRY(take_left(cx, &w, limit, &found, &taken));
    if (found == 0 && limit > 0) {
        TRY(db_run(cx, SQL_WAVE_NEXT_ORDERS, &rows, db_int(w.campaign_id),
                   db_int(w.paid_until_ms), db_int(w.territory_from), db_int(w.territory_to),
                   db_int(w.pool_id), db_int(limit), db_int(w.id)));
        found = rows.count;
        for (size_t r = 0; r < rows.count; r++)
            TRY(take_order(cx, &w, row_int(&rows, r, 0), &taken));
    }
    if (found == 0)
        return fill_end(cx, &w);
    *more = true;
    return db_run(cx, SQL_WAVE_SET_ORDERS, NULL, db_int(w.id), db_int(taken));
}

int64_t
wave_left_ms(const struct wave *w, const struct wave_counts *n, int64_t now_ms)
{
    int64_t open = n->waiting + n->asked;
    int64_t done = n->all - open - w->run_from;
    int64_t spent = now_ms - w->run_ms;

    if (w->state != WAVE_LABELLING || w->run_ms == 0 || done <= 0 || spent <= 0)
        return -1;
    return (int64_t)((double)spent / (double)done * (double)open);
}
