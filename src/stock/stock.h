/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock.h - stock by pool: append-only movements, counters that are their sums, and the batches
 * that the units came in.
 *
 * A pool is a warehouse's share of one good for some territories of one campaign, counted in
 * units of the good. On PostgreSQL a pool is spread over slots so that many nodes sell at once:
 * a taker locks a free slot (SKIP LOCKED), and only when none alone suffices all of them in
 * order, so that what is sold equals min(stock, demand). SQLite has one slot. CHECKs stand behind
 * each counter: received = available + held + sold + withdrawn + quarantined + sent (I1).
 *
 * Selling knows no batches: a sale takes units, preparation (stock_pick) says from which batch.
 * Hence two books that must agree in each pool (I18): what the batches have on hand, picked or
 * handed over is what the slots have available, held or sold.
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
    MOVE_SPOIL,       /* sold -> withdrawn (came back unfit, lost on the way) */
    MOVE_QUARANTINE,  /* available -> quarantined */
    MOVE_CLEAR,       /* quarantined -> available */
    MOVE_SCRAP,       /* quarantined -> withdrawn */
    MOVE_SEND,        /* available -> sent, on the way to another pool */
    MOVE_COUNT = MOVE_SEND
};
/* The code of files and commands: "receive". */
const char *movement_code(enum movement m);
bool movement_by_code(struct str code, enum movement *out);

/* What one unit of a movement does to each counter of its slot: the only place that says so.
 * check.sql follows it, and a test compares the two. */
enum stock_counter {
    STOCK_RECEIVED,
    STOCK_AVAILABLE,
    STOCK_HELD,
    STOCK_SOLD,
    STOCK_WITHDRAWN,
    STOCK_QUARANTINED,
    STOCK_SENT,
    STOCK_COUNTERS
};
extern const signed char stock_effect[MOVE_COUNT + 1][STOCK_COUNTERS];

struct stock_pool {
    int64_t id;
    int64_t campaign_id;
    int64_t warehouse_id;
    struct str code;
    int64_t received, available, held, sold, withdrawn, quarantined, sent; /* Units. */
};

struct stock_pool_list {
    struct stock_pool *item;
    size_t count;
};

/* Creates the pool if it is not there (campaign, code), in the organiser's first warehouse, with
 * a first MOVE_RECEIVE of units; *created says which. Needs a write. */
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
 * those it was taken from. RETURN and SPOIL also settle its batches: what it has picked beyond
 * what it still has sold goes back to the shelf, or is written off. */
NODISCARD enum err stock_move(struct ctx *cx, enum movement what, int64_t pool_id,
                              int64_t order_id, int64_t units);
/* RECEIVE or WITHDRAW by a person or a command, with a reason and without naming a batch: what
 * comes belongs to the pool's nameless batch, what goes leaves the batches that end first.
 * ERR_CONFLICT when a withdrawal asks for more than is available. */
NODISCARD enum err stock_adjust(struct ctx *cx, enum movement what, int64_t pool_id, int64_t units,
                                struct str reason);

/* ---- for preparation: which batch an order's units come from ---- */

enum { STOCK_PICKS_MAX = 16 };
struct stock_picked {
    int64_t batch_id;
    struct str lot;         /* Empty: the pool's opening stock, which had no batch number. */
    int64_t expires_day;    /* civil_day; 0: never. */
    int64_t units;          /* Picked now. */
};
struct stock_pick {
    struct stock_picked item[STOCK_PICKS_MAX];
    size_t count;
    int64_t units;          /* Sum of the items: less than asked when the shelf is short. */
};

/* Takes units of the pool for a paid order from batches on the shelf: the one that ends first,
 * then the oldest; never from what is quarantined, recalled or past its day. What is short is
 * not an error: out->units says how many were found. Needs a write. */
NODISCARD enum err stock_pick(struct ctx *cx, int64_t order_id, int64_t pool_id, int64_t units,
                              struct stock_pick *out);
/* Puts back on the shelf what the order has picked in the pool and has not been handed over:
 * units of it, 0: all. OK also when there was nothing. Needs a write. */
NODISCARD enum err stock_unpick(struct ctx *cx, int64_t order_id, int64_t pool_id, int64_t units);
/* Units of recalled batches that an order has, in the house or out of it. */
NODISCARD enum err stock_recalled_of(struct ctx *cx, int64_t order_id, int64_t *units);
/* SPOIL as stock_move does it, of this batch as far as the order has units of it. */
NODISCARD enum err stock_spoil(struct ctx *cx, int64_t pool_id, int64_t order_id, int64_t batch_id,
                               int64_t units);
/* Units of an order that were written off as lost are with its buyer after all: they are entered
 * once more, of the batches that they were of, as the order's, and as many of what was taken in
 * their place are free. Needs a write. */
NODISCARD enum err stock_found(struct ctx *cx, int64_t pool_id, int64_t order_id, int64_t units,
                               struct str reason);
/* The same when they came back to the house: they are on the shelf, and free. Needs a write. */
NODISCARD enum err stock_regain(struct ctx *cx, int64_t pool_id, int64_t order_id, int64_t units,
                                struct str reason);
/* What an order has picked (pool_id 0: in all pools), handed over or not. */
NODISCARD enum err stock_picked_of(struct ctx *cx, int64_t order_id, int64_t pool_id,
                                   struct stock_pick *out);
/* Called by order/ when what an order has sold in the pool leaves for the carrier, and when it
 * comes back. What was not picked until then is picked now. ERR_CONFLICT: there is not enough on
 * the shelf, or a recall is about to set the order aside. */
NODISCARD enum err stock_hand_over(struct ctx *cx, int64_t order_id, int64_t pool_id);
NODISCARD enum err stock_come_back(struct ctx *cx, int64_t order_id, int64_t pool_id);

/* ---- warehouses ---- */

struct warehouse {
    int64_t id;
    int64_t organiser_id;
    struct str code, name;
    struct str company, street, complement, postal_code, city, phone, email; /* The sender's. */
    unsigned territories;   /* 1 << enum territory */
};
struct warehouse_list {
    struct warehouse *item;
    size_t count;
};
/* Of the actor's organiser, by code, at most 100. */
NODISCARD enum err warehouse_list_of(struct ctx *cx, struct warehouse_list *out);
/* Of the actor's organiser; ERR_NOT_FOUND for another's. */
NODISCARD enum err warehouse_by_id(struct ctx *cx, int64_t id, struct warehouse *out);
/* Any organiser's: for jobs. */
NODISCARD enum err warehouse_of_pool(struct ctx *cx, int64_t pool_id, struct warehouse *out);
/* A warehouse without an address cannot send parcels. */
bool warehouse_has_address(const struct warehouse *w);

/* ---- for boards ---- */

struct stock_gauge {
    int64_t pool_id, campaign_id, warehouse_id;
    struct str code, warehouse;
    int64_t expected;   /* Announced and not here yet, transfers on their way included. */
    int64_t available, held;
    int64_t sold;       /* Not handed over yet. */
    int64_t handed;
    int64_t quarantined, withdrawn, sent, received;
};
struct stock_gauge_list {
    struct stock_gauge *item;
    size_t count;
};
/* Of the actor's organiser; campaign_id 0: all its campaigns; at most 100. A sum over slots and
 * batches, whatever the number of orders. */
NODISCARD enum err stock_gauges(struct ctx *cx, int64_t campaign_id, struct stock_gauge_list *out);

#endif
