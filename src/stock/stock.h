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
    MOVE_WITHDRAW     /* available -> withdrawn */
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
/* Units that may still be promised in a pool. */
NODISCARD enum err stock_available(struct ctx *cx, int64_t pool_id, int64_t *out);

/* Takes units for an order: *taken is false, and nothing changed, when there are not enough. */
NODISCARD enum err stock_hold(struct ctx *cx, int64_t pool_id, int64_t order_id, int64_t units,
                              bool *taken);
/* MOVE_RESELL: from available straight to sold. */
NODISCARD enum err stock_resell(struct ctx *cx, int64_t pool_id, int64_t order_id, int64_t units,
                                bool *taken);
/* What the order holds in the pool changes place: RELEASE, SELL or RETURN. The slots are those it
 * was taken from. */
NODISCARD enum err stock_move(struct ctx *cx, enum movement what, int64_t pool_id,
                              int64_t order_id, int64_t units);
/* RECEIVE or WITHDRAW by a person or a command, with a reason. ERR_CONFLICT when a withdrawal
 * asks for more than is available. */
NODISCARD enum err stock_adjust(struct ctx *cx, enum movement what, int64_t pool_id, int64_t units,
                                struct str reason);

#endif
