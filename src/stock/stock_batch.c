/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_batch.c - the book of boxes: which batch lies where, and which order took it.
 *
 * Selling never comes here. The two books of a pool are bound by one sum (I18): on hand, picked
 * and handed over, of all batches, is available, held and sold, of all slots. Since no order picks
 * more than it has sold, the shelf has at least what is available and held.
 */
#include "stock/stock_room.h"

enum { RECEIVED, ON_HAND, PICKED, HANDED, QUARANTINED, SCRAPPED, SENT, BATCH_COUNTERS };

/* clang-format off */
static const signed char way_effect[BATCH_WAYS][BATCH_COUNTERS] = {
    /*                     received on_hand picked handed quarantined scrapped sent */
    [BATCH_IN]           = {+1,      +1,     0,     0,     0,          0,       0},
    [BATCH_FOUND]        = {+1,       0,    +1,     0,     0,          0,       0},
    [BATCH_PICK]         = { 0,      -1,    +1,     0,     0,          0,       0},
    [BATCH_UNPICK]       = { 0,      +1,    -1,     0,     0,          0,       0},
    [BATCH_HAND]         = { 0,       0,    -1,    +1,     0,          0,       0},
    [BATCH_BACK]         = { 0,       0,    +1,    -1,     0,          0,       0},
    [BATCH_SET_ASIDE]    = { 0,      -1,     0,     0,    +1,          0,       0},
    [BATCH_CLEAR]        = { 0,      +1,     0,     0,    -1,          0,       0},
    [BATCH_SCRAP]        = { 0,       0,     0,     0,    -1,         +1,       0},
    [BATCH_WRITE_OFF]    = { 0,      -1,     0,     0,     0,         +1,       0},
    [BATCH_SPOIL]        = { 0,       0,    -1,     0,     0,         +1,       0},
    [BATCH_SPOIL_HANDED] = { 0,       0,     0,    -1,     0,         +1,       0},
    [BATCH_SEND]         = { 0,      -1,     0,     0,     0,          0,      +1},
};
/* clang-format on */

int64_t
stock_today(const struct ctx *cx)
{
    struct civil c = civil_of(cx->now_ms, ZONE_PARIS);

    return civil_day(c.year, c.month, c.day);
}

enum err
batch_nameless(struct ctx *cx, int64_t campaign_id, int64_t *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_BATCH_INSERT, NULL, db_int(campaign_id), db_str(STR("")), db_str(STR("")),
               db_int(0), db_str(STR("")), db_int(cx->now_ms)));
    TRY(db_run(cx, SQL_BATCH_FIND, &rows, db_int(campaign_id), db_str(STR("")),
               db_str(STR(""))));
    assert(rows.count == 1);
    *out = row_int(&rows, 0, 0);
    return OK;
}

enum err
batch_shift(struct ctx *cx, int64_t pool_id, int64_t batch_id, enum batch_way way, int64_t units)
{
    const signed char *by = way_effect[way];
    struct db_rows rows;

    assert(db_in_write(cx));
    if (way == BATCH_IN)
        TRY(db_run(cx, SQL_BATCH_POOL_INSERT, NULL, db_int(batch_id), db_int(pool_id),
                   db_int(NEVER_DAY)));
    TRY(db_run(cx, SQL_BATCH_POOL_SHIFT, &rows, db_int(pool_id), db_int(batch_id),
               db_int(by[RECEIVED] * units), db_int(by[ON_HAND] * units),
               db_int(by[PICKED] * units), db_int(by[HANDED] * units),
               db_int(by[QUARANTINED] * units), db_int(by[SCRAPPED] * units),
               db_int(by[SENT] * units)));
    if (rows.changed != 1)
        return ERR_NOT_FOUND;
    return way == BATCH_IN || way == BATCH_CLEAR || way == BATCH_UNPICK
               ? batch_block_recalled(cx, pool_id)
               : OK;
}

enum err
batch_block_recalled(struct ctx *cx, int64_t pool_id)
{
    struct db_rows shelf, slots;
    int64_t free = 0, missing;

    TRY(db_run(cx, SQL_BATCH_RECALLED_SHELF, &shelf, db_int(pool_id)));
    if (shelf.count == 0)
        return OK;
    /* Locked, so that what is free stays free: this may be part of a release, which never fails. */
    TRY(db_run(cx, SQL_STOCK_SLOTS_LOCK, &slots, db_int(pool_id)));
    for (size_t r = 0; r < slots.count; r++)
        free += row_int(&slots, r, 1);
    for (size_t r = 0; r < shelf.count && free > 0; r++) {
        int64_t there = row_int(&shelf, r, 1), units = there < free ? there : free;
        struct stock_change c = {MOVE_QUARANTINE, pool_id, row_int(&shelf, r, 0), units,
                                 STR("lot rappelé")};
        TRY(stock_change(cx, &c, &missing));
        if (missing > 0)
            return ERR_FAULT;
        TRY(batch_shift(cx, pool_id, c.batch_id, BATCH_SET_ASIDE, units));
        free -= units;
    }
    return OK;
}

enum err
batch_write_off(struct ctx *cx, int64_t pool_id, int64_t units)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_BATCH_SHELF, &rows, db_int(pool_id)));
    for (size_t r = 0; r < rows.count && units > 0; r++) {
        int64_t there = row_int(&rows, r, 1);
        int64_t part = there < units ? there : units;
        TRY(batch_shift(cx, pool_id, row_int(&rows, r, 0), BATCH_WRITE_OFF, part));
        units -= part;
    }
    if (units == 0)
        return OK;
    log_error(cx->log, "shelf_short", LOG_INT("pool", pool_id), LOG_INT("units_missing", units));
    return ERR_FAULT;
}

/* Units of an order go from one place of a batch to another: the batch's row and the order's. */
static enum err
shift_pick(struct ctx *cx, int64_t order_id, int64_t pool_id, int64_t batch_id, enum batch_way way,
           int64_t units)
{
    const signed char *by = way_effect[way];

    TRY(batch_shift(cx, pool_id, batch_id, way, units));
    return db_run(cx, SQL_PICK_SHIFT, NULL, db_int(order_id), db_int(pool_id), db_int(batch_id),
                  db_int(by[PICKED] * units), db_int(by[HANDED] * units),
                  db_int(by[SCRAPPED] * units));
}

/* The same for up to units of the order, over its batches, this one first; *moved says how many
 * there were. */
static enum err
shift_picks_of(struct ctx *cx, int64_t order_id, int64_t pool_id, int64_t first_batch,
               enum batch_way way, int64_t units, int64_t *moved)
{
    size_t cell = way_effect[way][PICKED] < 0 ? 1 : 2; /* Where they are. */
    struct db_rows rows;

    *moved = 0;
    TRY(db_run(cx, SQL_PICK_OF_POOL, &rows, db_int(order_id), db_int(pool_id),
               db_int(first_batch)));
    for (size_t r = 0; r < rows.count && *moved < units; r++) {
        int64_t there = row_int(&rows, r, cell);
        int64_t part = there < units - *moved ? there : units - *moved;
        if (part == 0)
            continue;
        TRY(shift_pick(cx, order_id, pool_id, row_int(&rows, r, 0), way, part));
        *moved += part;
    }
    return OK;
}

static enum err
shift_picks(struct ctx *cx, int64_t order_id, int64_t pool_id, enum batch_way way, int64_t units,
            int64_t *moved)
{
    return shift_picks_of(cx, order_id, pool_id, 0, way, units, moved);
}

/* How many units the order has picked, in the house or handed over. */
static enum err
picked_sum(struct ctx *cx, int64_t order_id, int64_t pool_id, int64_t *out)
{
    struct db_rows rows;

    *out = 0;
    TRY(db_run(cx, SQL_PICK_OF_POOL, &rows, db_int(order_id), db_int(pool_id), db_int(0)));
    for (size_t r = 0; r < rows.count; r++)
        *out += row_int(&rows, r, 1) + row_int(&rows, r, 2);
    return OK;
}

enum err
batch_settle(struct ctx *cx, enum movement what, int64_t order_id, int64_t pool_id,
             int64_t first_batch, int64_t left, int64_t moved)
{
    bool spoil = what == MOVE_SPOIL;
    int64_t picked, excess, part = 0, more = 0;

    TRY(picked_sum(cx, order_id, pool_id, &picked));
    excess = picked > left ? picked - left : 0;
    if (excess > moved)
        excess = moved;
    if (spoil) { /* What left the house first: it is what can be lost or come back unfit. */
        TRY(shift_picks_of(cx, order_id, pool_id, first_batch, BATCH_SPOIL_HANDED, excess, &part));
        TRY(shift_picks_of(cx, order_id, pool_id, first_batch, BATCH_SPOIL, excess - part,
                           &more));
        return moved > part + more ? batch_write_off(cx, pool_id, moved - part - more) : OK;
    }
    TRY(shift_picks(cx, order_id, pool_id, BATCH_UNPICK, excess, &part));
    if (part < excess) { /* Handed over: back in the house, then on the shelf. */
        TRY(shift_picks(cx, order_id, pool_id, BATCH_BACK, excess - part, &more));
        TRY(shift_picks(cx, order_id, pool_id, BATCH_UNPICK, more, &more));
    }
    TRY(db_run(cx, SQL_PICK_CLEAN, NULL, db_int(order_id), db_int(pool_id)));
    return batch_block_recalled(cx, pool_id);
}

enum err
stock_pick(struct ctx *cx, int64_t order_id, int64_t pool_id, int64_t units,
           struct stock_pick *out)
{
    struct stock_pick pick = {.count = 0};

    assert(db_in_write(cx));
    assert(units > 0);
    while (pick.units < units && pick.count < STOCK_PICKS_MAX) {
        struct db_rows rows;
        TRY(db_run(cx, SQL_BATCH_NEXT, &rows, db_int(pool_id), db_int(stock_today(cx))));
        if (rows.count == 0)
            break;
        struct stock_picked *p = &pick.item[pick.count++];
        int64_t there = row_int(&rows, 0, 3), rest = units - pick.units;
        *p = (struct stock_picked){row_int(&rows, 0, 0), row_str(&rows, 0, 1),
                                   row_int(&rows, 0, 2), there < rest ? there : rest};
        TRY(batch_shift(cx, pool_id, p->batch_id, BATCH_PICK, p->units));
        TRY(db_run(cx, SQL_PICK_ADD, NULL, db_int(order_id), db_int(pool_id), db_int(p->batch_id),
                   db_int(p->units), db_int(cx->now_ms)));
        pick.units += p->units;
    }
    *out = pick;
    return OK;
}

enum err
stock_unpick(struct ctx *cx, int64_t order_id, int64_t pool_id, int64_t units)
{
    int64_t moved;

    assert(db_in_write(cx));
    assert(units >= 0);
    TRY(shift_picks(cx, order_id, pool_id, BATCH_UNPICK, units == 0 ? INT64_MAX : units, &moved));
    return db_run(cx, SQL_PICK_CLEAN, NULL, db_int(order_id), db_int(pool_id));
}

enum err
batch_unpick(struct ctx *cx, int64_t order_id, int64_t pool_id, int64_t first_batch, int64_t units)
{
    int64_t moved;

    TRY(shift_picks_of(cx, order_id, pool_id, first_batch, BATCH_UNPICK, units, &moved));
    return db_run(cx, SQL_PICK_CLEAN, NULL, db_int(order_id), db_int(pool_id));
}

/* What an order had and was written off is entered once more: as the order's (BATCH_FOUND), or on
 * the shelf (BATCH_IN). */
static enum err
enter_again(struct ctx *cx, int64_t pool_id, int64_t order_id, int64_t units, enum batch_way way,
            struct str reason)
{
    struct db_rows rows;
    int64_t missing;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_PICK_OF_POOL, &rows, db_int(order_id), db_int(pool_id), db_int(0)));
    for (size_t r = 0; r < rows.count && units > 0; r++) {
        int64_t spoilt = row_int(&rows, r, 3), part = spoilt < units ? spoilt : units;
        struct stock_change c = {MOVE_RECEIVE, pool_id, row_int(&rows, r, 0), part, reason};
        if (part == 0)
            continue;
        TRY(stock_change(cx, &c, &missing));
        TRY(batch_shift(cx, pool_id, c.batch_id, way, part));
        TRY(db_run(cx, SQL_PICK_SHIFT, NULL, db_int(order_id), db_int(pool_id),
                   db_int(c.batch_id), db_int(way_effect[way][PICKED] * part), db_int(0),
                   db_int(-part)));
        units -= part;
    }
    TRY(db_run(cx, SQL_PICK_CLEAN, NULL, db_int(order_id), db_int(pool_id)));
    /* Written off straight from the shelf: of which batch is not known. */
    return units > 0 ? stock_adjust(cx, MOVE_RECEIVE, pool_id, units, reason)
                     : batch_block_recalled(cx, pool_id);
}

enum err
stock_found(struct ctx *cx, int64_t pool_id, int64_t order_id, int64_t units, struct str reason)
{
    return enter_again(cx, pool_id, order_id, units, BATCH_FOUND, reason);
}

enum err
stock_regain(struct ctx *cx, int64_t pool_id, int64_t order_id, int64_t units, struct str reason)
{
    return enter_again(cx, pool_id, order_id, units, BATCH_IN, reason);
}

enum err
stock_recalled_of(struct ctx *cx, int64_t order_id, int64_t *units)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_RECALL_OF_ORDER, &rows, db_int(order_id)));
    *units = row_int(&rows, 0, 0);
    return OK;
}

enum err
stock_picked_of(struct ctx *cx, int64_t order_id, int64_t pool_id, struct stock_pick *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PICK_OF_ORDER, &rows, db_int(order_id)));
    *out = (struct stock_pick){.count = 0};
    for (size_t r = 0; r < rows.count && out->count < STOCK_PICKS_MAX; r++) {
        if (pool_id != 0 && row_int(&rows, r, 0) != pool_id)
            continue;
        out->item[out->count++] = (struct stock_picked){
            row_int(&rows, r, 1), row_str(&rows, r, 2), row_int(&rows, r, 3),
            row_int(&rows, r, 4)};
        out->units += row_int(&rows, r, 4);
    }
    return OK;
}

enum err
stock_hand_over(struct ctx *cx, int64_t order_id, int64_t pool_id)
{
    struct stock_pick now;
    struct db_rows rows;
    int64_t sold = 0, picked, moved;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_STOCK_OF_ORDER, &rows, db_int(order_id), db_int(pool_id)));
    for (size_t r = 0; r < rows.count; r++)
        sold += row_int(&rows, r, 2);
    TRY(db_run(cx, SQL_PICK_SET_ASIDE, &rows, db_int(order_id)));
    if (rows.count > 0)
        return ERR_CONFLICT;
    TRY(picked_sum(cx, order_id, pool_id, &picked));
    if (picked < sold) {
        TRY(stock_pick(cx, order_id, pool_id, sold - picked, &now));
        if (now.units < sold - picked)
            return ERR_CONFLICT;
    }
    return shift_picks(cx, order_id, pool_id, BATCH_HAND, INT64_MAX, &moved);
}

enum err
stock_come_back(struct ctx *cx, int64_t order_id, int64_t pool_id)
{
    int64_t moved;

    assert(db_in_write(cx));
    return shift_picks(cx, order_id, pool_id, BATCH_BACK, INT64_MAX, &moved);
}
