/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock.c - see stock.h.
 *
 * Taking is a conditional UPDATE (available >= asked) that counts its rows, with a CHECK behind
 * it; nothing is decided on a value read earlier. Giving back never fails: it only needs what the
 * order's own movements say it has.
 */
#include "stock/stock_room.h"

/* clang-format off */
const signed char stock_effect[MOVE_COUNT + 1][STOCK_COUNTERS] = {
    /*                  received available held sold withdrawn quarantined sent */
    [MOVE_RECEIVE]    = {+1,      +1,       0,   0,   0,        0,          0},
    [MOVE_HOLD]       = { 0,      -1,      +1,   0,   0,        0,          0},
    [MOVE_RELEASE]    = { 0,      +1,      -1,   0,   0,        0,          0},
    [MOVE_SELL]       = { 0,       0,      -1,  +1,   0,        0,          0},
    [MOVE_RESELL]     = { 0,      -1,       0,  +1,   0,        0,          0},
    [MOVE_RETURN]     = { 0,      +1,       0,  -1,   0,        0,          0},
    [MOVE_WITHDRAW]   = { 0,      -1,       0,   0,  +1,        0,          0},
    [MOVE_SPOIL]      = { 0,       0,       0,  -1,  +1,        0,          0},
    [MOVE_QUARANTINE] = { 0,      -1,       0,   0,   0,       +1,          0},
    [MOVE_CLEAR]      = { 0,      +1,       0,   0,   0,       -1,          0},
    [MOVE_SCRAP]      = { 0,       0,       0,   0,  +1,       -1,          0},
    [MOVE_SEND]       = { 0,      -1,       0,   0,   0,        0,         +1},
};
/* clang-format on */

/* Slots of a new pool on PostgreSQL: about as many sellers at once as a small cluster has. */
enum { SLOTS_PG = 8 };

/* One movement of a slot: the row, and what it does to the counters. */
static enum err
move_slot(struct ctx *cx, const struct stock_change *c, int64_t slot, int64_t order_id,
          int64_t units)
{
    const signed char *by = stock_effect[c->kind];

    TRY(db_run(cx, SQL_STOCK_SHIFT, NULL, db_int(c->pool_id), db_int(slot),
               db_int(by[STOCK_RECEIVED] * units), db_int(by[STOCK_AVAILABLE] * units),
               db_int(by[STOCK_HELD] * units), db_int(by[STOCK_SOLD] * units),
               db_int(by[STOCK_WITHDRAWN] * units), db_int(by[STOCK_QUARANTINED] * units),
               db_int(by[STOCK_SENT] * units)));
    return db_run(cx, SQL_STOCK_MOVEMENT_INSERT, NULL, db_int(c->pool_id), db_int(slot),
                  db_int_or_null(order_id), db_int(c->kind), db_int(units), db_int(cx->now_ms),
                  db_int_or_null(cx->actor.account_id), db_str_or_null(c->reason),
                  db_int_or_null(c->batch_id));
}

/* Cells of SQL_STOCK_SLOTS_LOCK. */
enum { LOCKED_SLOT, LOCKED_AVAILABLE, LOCKED_QUARANTINED };

/* Which of those a movement takes from; -1: from outside. */
static int
source_of(enum movement kind)
{
    if (stock_effect[kind][STOCK_AVAILABLE] < 0)
        return LOCKED_AVAILABLE;
    return stock_effect[kind][STOCK_QUARANTINED] < 0 ? LOCKED_QUARANTINED : -1;
}

enum err
stock_change(struct ctx *cx, const struct stock_change *c, int64_t *missing)
{
    struct db_rows rows;
    int64_t units = c->units, sum = 0;
    int source = source_of(c->kind);

    assert(db_in_write(cx));
    assert(units > 0);
    TRY(db_run(cx, SQL_STOCK_SLOTS_LOCK, &rows, db_int(c->pool_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    for (size_t r = 0; r < rows.count && source >= 0; r++)
        sum += row_int(&rows, r, (size_t)source);
    *missing = source >= 0 && sum < units ? units - sum : 0;
    if (*missing > 0)
        return OK;
    int64_t each = units / (int64_t)rows.count, rest = units % (int64_t)rows.count;
    for (size_t r = 0; r < rows.count && units > 0; r++) {
        int64_t there = source < 0 ? each + ((int64_t)r < rest ? 1 : 0)
                                   : row_int(&rows, r, (size_t)source);
        int64_t part = there < units ? there : units;
        if (part > 0)
            TRY(move_slot(cx, c, row_int(&rows, r, LOCKED_SLOT), 0, part));
        units -= part;
    }
    assert(units == 0);
    return OK;
}

static enum err
open_slots(struct ctx *cx, int64_t campaign_id, int64_t pool_id, int64_t units)
{
    int64_t slots = db_engine(cx) == DB_PG ? SLOTS_PG : 1, missing, batch;

    for (int64_t slot = 0; slot < slots; slot++)
        TRY(db_run(cx, SQL_STOCK_SLOT_INSERT, NULL, db_int(pool_id), db_int(slot)));
    if (units == 0)
        return OK;
    TRY(batch_nameless(cx, campaign_id, &batch));
    TRY(stock_change(cx,
                     &(struct stock_change){MOVE_RECEIVE, pool_id, batch, units,
                                            STR("ouverture du stock")},
                     &missing));
    return batch_shift(cx, pool_id, batch, BATCH_IN, units);
}

enum err
stock_pool_open(struct ctx *cx, int64_t campaign_id, struct str code, int64_t units, bool *created)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    if (units < 0)
        return ERR_INVALID;
    TRY(db_run(cx, SQL_STOCK_FIRST_WAREHOUSE, NULL, db_int(campaign_id), db_int(cx->now_ms)));
    TRY(db_run(cx, SQL_STOCK_POOL_INSERT, &rows, db_int(campaign_id), db_str(code)));
    *created = rows.count == 1;
    return *created ? open_slots(cx, campaign_id, row_int(&rows, 0, 0), units) : OK;
}

enum err
stock_pool_id(struct ctx *cx, int64_t campaign_id, struct str code, int64_t *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_STOCK_POOL_FIND, &rows, db_int(campaign_id), db_str(code)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = row_int(&rows, 0, 0);
    return OK;
}

enum err
stock_list(struct ctx *cx, int64_t campaign_id, struct stock_pool_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_STOCK_POOLS, &rows, db_int(campaign_id)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct stock_pool);
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = (struct stock_pool){
            .id = row_int(&rows, r, 0),
            .campaign_id = row_int(&rows, r, 1),
            .warehouse_id = row_int(&rows, r, 2),
            .code = row_str(&rows, r, 3),
            .received = row_int(&rows, r, 4),
            .available = row_int(&rows, r, 5),
            .held = row_int(&rows, r, 6),
            .sold = row_int(&rows, r, 7),
            .withdrawn = row_int(&rows, r, 8),
            .quarantined = row_int(&rows, r, 9),
            .sent = row_int(&rows, r, 10),
        };
    return OK;
}

/* Takes from one slot; *taken false when it has not enough (any more). */
static enum err
take_from(struct ctx *cx, struct stock_taking *t, int64_t slot, int64_t units, bool *taken)
{
    struct db_rows rows;
    bool hold = t->kind == MOVE_HOLD;

    TRY(db_run(cx, SQL_STOCK_TAKE, &rows, db_int(t->pool_id), db_int(slot),
               db_int(hold ? units : 0), db_int(hold ? 0 : units)));
    *taken = rows.changed == 1;
    if (!*taken)
        return OK;
    assert(t->count < STOCK_SLOTS_MAX);
    t->slot[t->count] = slot;
    t->units[t->count] = units;
    t->count++;
    return OK;
}

/* No slot alone has enough or is free: all of them are locked, in order, and what is there is
 * gathered, so that the last pack is sold and no more than that. */
static enum err
gather(struct ctx *cx, struct stock_taking *t, int64_t units, bool *taken)
{
    struct db_rows rows;
    int64_t sum = 0;

    TRY(db_run(cx, SQL_STOCK_SLOTS_LOCK, &rows, db_int(t->pool_id)));
    for (size_t r = 0; r < rows.count; r++)
        sum += row_int(&rows, r, 1);
    *taken = sum >= units;
    for (size_t r = 0; *taken && r < rows.count && units > 0; r++) {
        int64_t there = row_int(&rows, r, 1);
        int64_t part = there < units ? there : units;
        bool took;
        if (part == 0)
            continue;
        TRY(take_from(cx, t, row_int(&rows, r, 0), part, &took));
        assert(took); /* The rows are locked. */
        units -= part;
    }
    return OK;
}

enum err
stock_take(struct ctx *cx, enum movement kind, int64_t pool_id, int64_t units,
           struct stock_taking *out, bool *taken)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    assert(units > 0);
    assert(kind == MOVE_HOLD || kind == MOVE_RESELL);
    out->kind = kind;
    out->pool_id = pool_id;
    out->count = 0;
    *taken = false;
    TRY(db_run(cx, SQL_STOCK_SLOT_FREE, &rows, db_int(pool_id), db_int(units)));
    if (rows.count == 1)
        return take_from(cx, out, row_int(&rows, 0, 0), units, taken);
    if (db_engine(cx) == DB_SQLITE)
        return OK; /* One slot, and it has not enough. */
    return gather(cx, out, units, taken);
}

enum err
stock_record(struct ctx *cx, const struct stock_taking *t, int64_t order_id)
{
    for (int i = 0; i < t->count; i++)
        TRY(db_run(cx, SQL_STOCK_MOVEMENT_INSERT, NULL, db_int(t->pool_id), db_int(t->slot[i]),
                   db_int(order_id), db_int(t->kind), db_int(t->units[i]), db_int(cx->now_ms),
                   db_int_or_null(cx->actor.account_id), db_null(), db_null()));
    return OK;
}

enum err
stock_untake(struct ctx *cx, const struct stock_taking *t)
{
    bool hold = t->kind == MOVE_HOLD;

    for (int i = 0; i < t->count; i++)
        TRY(db_run(cx, SQL_STOCK_SHIFT, NULL, db_int(t->pool_id), db_int(t->slot[i]), db_int(0),
                   db_int(t->units[i]), db_int(hold ? -t->units[i] : 0),
                   db_int(hold ? 0 : -t->units[i]), db_int(0), db_int(0), db_int(0)));
    return OK;
}

static enum err
move_sold(struct ctx *cx, enum movement what, int64_t pool_id, int64_t order_id, int64_t batch_id,
          int64_t units)
{
    struct stock_change c = {.kind = what, .pool_id = pool_id};
    struct db_rows rows;
    bool sold = what == MOVE_RETURN || what == MOVE_SPOIL;
    int64_t left = 0, moved = units; /* What the order still has sold afterwards. */

    assert(db_in_write(cx));
    assert(sold || what == MOVE_RELEASE || what == MOVE_SELL);
    TRY(db_run(cx, SQL_STOCK_OF_ORDER, &rows, db_int(order_id), db_int(pool_id)));
    for (size_t r = 0; r < rows.count; r++) {
        int64_t there = row_int(&rows, r, sold ? 2 : 1);
        int64_t part = there < units ? there : units;
        left += sold ? there : 0;
        if (part <= 0)
            continue;
        TRY(move_slot(cx, &c, row_int(&rows, r, 0), order_id, part));
        units -= part;
    }
    if (units == 0 && sold)
        return batch_settle(cx, what, order_id, pool_id, batch_id, left - moved, moved);
    if (units == 0)
        return what == MOVE_RELEASE ? batch_block_recalled(cx, pool_id) : OK;
    log_error(cx->log, "stock_move_short", LOG_INT("order", order_id), LOG_INT("pool", pool_id),
              LOG_INT("movement", what), LOG_INT("units_missing", units));
    return ERR_FAULT;
}

enum err
stock_move(struct ctx *cx, enum movement what, int64_t pool_id, int64_t order_id, int64_t units)
{
    return move_sold(cx, what, pool_id, order_id, 0, units);
}

enum err
stock_spoil(struct ctx *cx, int64_t pool_id, int64_t order_id, int64_t batch_id, int64_t units)
{
    return move_sold(cx, MOVE_SPOIL, pool_id, order_id, batch_id, units);
}

enum err
stock_adjust(struct ctx *cx, enum movement what, int64_t pool_id, int64_t units, struct str reason)
{
    struct stock_change c = {what, pool_id, 0, units, reason};
    struct db_rows rows;
    int64_t missing;

    assert(db_in_write(cx));
    assert(what == MOVE_RECEIVE || what == MOVE_WITHDRAW);
    if (units <= 0 || reason.len == 0)
        return ERR_INVALID;
    if (what == MOVE_RECEIVE) {
        TRY(db_run(cx, SQL_STOCK_POOL_CAMPAIGN, &rows, db_int(pool_id)));
        if (rows.count == 0)
            return ERR_NOT_FOUND;
        TRY(batch_nameless(cx, row_int(&rows, 0, 0), &c.batch_id));
        TRY(stock_change(cx, &c, &missing));
        return batch_shift(cx, pool_id, c.batch_id, BATCH_IN, units);
    }
    TRY(stock_change(cx, &c, &missing));
    return missing > 0 ? ERR_CONFLICT : batch_write_off(cx, pool_id, units);
}
