/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock.c - see stock.h.
 *
 * Taking is a conditional UPDATE (available >= asked) that counts its rows, with a CHECK behind
 * it; nothing is decided on a value read earlier. Giving back never fails: it only needs what the
 * order's own movements say it has.
 */
#include "stock/stock.h"

/* Slots of a new pool on PostgreSQL: about as many sellers at once as a small cluster has. */
enum { SLOTS_PG = 8 };

static enum err
write_movement(struct ctx *cx, enum movement kind, int64_t pool_id, int64_t slot, int64_t order_id,
               int64_t units, struct str reason)
{
    return db_run(cx, SQL_STOCK_MOVEMENT_INSERT, NULL, db_int(pool_id), db_int(slot),
                  db_int_or_null(order_id), db_int(kind), db_int(units), db_int(cx->now_ms),
                  db_int_or_null(cx->actor.account_id), db_str_or_null(reason));
}

static enum err
open_slots(struct ctx *cx, int64_t pool_id, int64_t units)
{
    int64_t slots = db_engine(cx) == DB_PG ? SLOTS_PG : 1;

    for (int64_t slot = 0; slot < slots; slot++) {
        int64_t share = units / slots + (slot < units % slots ? 1 : 0);
        TRY(db_run(cx, SQL_STOCK_SLOT_INSERT, NULL, db_int(pool_id), db_int(slot),
                   db_int(share)));
        if (share > 0)
            TRY(write_movement(cx, MOVE_RECEIVE, pool_id, slot, 0, share,
                               STR("opening of the pool")));
    }
    return OK;
}

enum err
stock_pool_open(struct ctx *cx, int64_t campaign_id, struct str code, int64_t units, bool *created)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    if (units < 0)
        return ERR_INVALID;
    TRY(db_run(cx, SQL_STOCK_POOL_INSERT, &rows, db_int(campaign_id), db_str(code)));
    *created = rows.count == 1;
    return *created ? open_slots(cx, row_int(&rows, 0, 0), units) : OK;
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
            .code = row_str(&rows, r, 2),
            .received = row_int(&rows, r, 3),
            .available = row_int(&rows, r, 4),
            .held = row_int(&rows, r, 5),
            .sold = row_int(&rows, r, 6),
            .withdrawn = row_int(&rows, r, 7),
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
        TRY(write_movement(cx, t->kind, t->pool_id, t->slot[i], order_id, t->units[i], STR_NONE));
    return OK;
}

enum err
stock_untake(struct ctx *cx, const struct stock_taking *t)
{
    bool hold = t->kind == MOVE_HOLD;

    for (int i = 0; i < t->count; i++)
        TRY(db_run(cx, SQL_STOCK_SHIFT, NULL, db_int(t->pool_id), db_int(t->slot[i]), db_int(0),
                   db_int(t->units[i]), db_int(hold ? -t->units[i] : 0),
                   db_int(hold ? 0 : -t->units[i]), db_int(0)));
    return OK;
}

/* Units of an order leave one place of a slot for another. */
static enum err
shift_of_order(struct ctx *cx, enum movement what, int64_t pool_id, int64_t slot, int64_t part)
{
    bool sold = what == MOVE_RETURN || what == MOVE_SPOIL; /* Where they are. */

    return db_run(cx, SQL_STOCK_SHIFT, NULL, db_int(pool_id), db_int(slot), db_int(0),
                  db_int(what == MOVE_RELEASE || what == MOVE_RETURN ? part : 0),
                  db_int(sold ? 0 : -part), db_int(what == MOVE_SELL ? part : sold ? -part : 0),
                  db_int(what == MOVE_SPOIL ? part : 0));
}

enum err
stock_move(struct ctx *cx, enum movement what, int64_t pool_id, int64_t order_id, int64_t units)
{
    struct db_rows rows;
    bool sold = what == MOVE_RETURN || what == MOVE_SPOIL;

    assert(db_in_write(cx));
    assert(sold || what == MOVE_RELEASE || what == MOVE_SELL);
    TRY(db_run(cx, SQL_STOCK_OF_ORDER, &rows, db_int(order_id), db_int(pool_id)));
    for (size_t r = 0; r < rows.count && units > 0; r++) {
        int64_t there = row_int(&rows, r, sold ? 2 : 1);
        int64_t part = there < units ? there : units;
        int64_t slot = row_int(&rows, r, 0);
        if (part <= 0)
            continue;
        TRY(shift_of_order(cx, what, pool_id, slot, part));
        TRY(write_movement(cx, what, pool_id, slot, order_id, part, STR_NONE));
        units -= part;
    }
    if (units == 0)
        return OK;
    log_error(cx->log, "stock_move_short", LOG_INT("order", order_id), LOG_INT("pool", pool_id),
              LOG_INT("movement", what), LOG_INT("units_missing", units));
    return ERR_FAULT;
}

enum err
stock_adjust(struct ctx *cx, enum movement what, int64_t pool_id, int64_t units, struct str reason)
{
    struct db_rows rows;
    int64_t sum = 0;
    bool receive = what == MOVE_RECEIVE;

    assert(db_in_write(cx));
    assert(receive || what == MOVE_WITHDRAW);
    if (units <= 0 || reason.len == 0)
        return ERR_INVALID;
    TRY(db_run(cx, SQL_STOCK_SLOTS_LOCK, &rows, db_int(pool_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    for (size_t r = 0; r < rows.count; r++)
        sum += row_int(&rows, r, 1);
    if (!receive && sum < units)
        return ERR_CONFLICT;
    int64_t each = units / (int64_t)rows.count;
    int64_t rest = units % (int64_t)rows.count;
    for (size_t r = 0; r < rows.count && units > 0; r++) {
        int64_t slot = row_int(&rows, r, 0);
        int64_t there = row_int(&rows, r, 1);
        int64_t part = receive ? each + ((int64_t)r < rest ? 1 : 0) : there < units ? there : units;
        if (part == 0)
            continue;
        TRY(db_run(cx, SQL_STOCK_SHIFT, NULL, db_int(pool_id), db_int(slot),
                   db_int(receive ? part : 0), db_int(receive ? part : -part), db_int(0),
                   db_int(0), db_int(receive ? 0 : part)));
        TRY(write_movement(cx, what, pool_id, slot, 0, part, reason));
        units -= part;
    }
    return OK;
}
