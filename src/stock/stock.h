/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock.h - stock by pool: append-only movements, and counters that are their sums.
 *
 * A pool is a warehouse's share of one good for some territories of one campaign, counted in
 * units of the good. On PostgreSQL a pool is spread over slots so that many nodes sell at once:
 * a taker locks a free slot (SKIP LOCKED), and only when none alone suffices all of them in
 * order, so that what is sold equals min(stock, demand). SQLite has one slot. CHECKs stand behind
 * each counter: received + returned = available + held + sold + withdrawn (invariant I1).
 */
#ifndef MAILLON_STOCK_STOCK_H
#define MAILLON_STOCK_STOCK_H

#include "db/db.h"

enum movement {
    MOVE_RECEIVE = 1, /* available + */
    MOVE_HOLD,        /* available -> held */
    MOVE_RELEASE,     /* held -> available; never fails */
    MOVE_SELL,        /* held -> sold */
    MOVE_RESELL,      /* available -> sold (late payment) */
    MOVE_RETURN,      /* sold -> available (refund before hand-over) */
    MOVE_WITHDRAW,    /* available -> withdrawn */
    MOVE_SPOIL        /* sold -> withdrawn (came back unfit, lost on the way) */
};

struct stock_pool {
    int64_t id;
    int64_t campaign_id;
    struct str code;
    int64_t received, available, held, sold, withdrawn; /* Units. */
};

struct stock_pool_list {
    struct stock_pool *item;
    size_t count;
};

/* Creates the pool if it is not there (campaign, code), with a first MOVE_RECEIVE of units;
 * *created says which. Needs a write. */
NODISCARD enum err stock_pool_open(struct ctx *cx, int64_t campaign_id, struct str code,
                                   int64_t units, bool *created);
NODISCARD enum err stock_pool_id(struct ctx *cx, int64_t campaign_id, struct str code,
                                 int64_t *out);
NODISCARD enum err stock_list(struct ctx *cx, int64_t campaign_id, struct stock_pool_list *out);

/* Units taken out of a pool for an order that is not written yet. */
enum { STOCK_SLOTS_MAX = 64 };
struct stock_taking {
    enum movement kind; /* MOVE_HOLD or MOVE_RESELL */
    int64_t pool_id;
    int count;
    int64_t slot[STOCK_SLOTS_MAX];
    int64_t units[STOCK_SLOTS_MAX];
};

/* Takes units: HOLD from available to held, RESELL from available straight to sold (late
 * payment). *taken is false, and nothing changed, when there are not enough. Every taking is
 * followed in the same transaction by stock_record, once the order has its number, or by
 * stock_untake. */
NODISCARD enum err stock_take(struct ctx *cx, enum movement kind, int64_t pool_id, int64_t units,
                              struct stock_taking *out, bool *taken);
NODISCARD enum err stock_record(struct ctx *cx, const struct stock_taking *t, int64_t order_id);
NODISCARD enum err stock_untake(struct ctx *cx, const struct stock_taking *t);
/* What the order has in the pool changes place: RELEASE, SELL, RETURN or SPOIL. The slots are
 * those it was taken from. */
NODISCARD enum err stock_move(struct ctx *cx, enum movement what, int64_t pool_id,
                              int64_t order_id, int64_t units);
/* RECEIVE or WITHDRAW by a person or a command, with a reason. ERR_CONFLICT when a withdrawal
 * asks for more than is available. */
NODISCARD enum err stock_adjust(struct ctx *cx, enum movement what, int64_t pool_id, int64_t units,
                                struct str reason);

#endif
