/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_room.h - what the files of this room share. Nobody else includes it.
 */
#ifndef MAILLON_STOCK_STOCK_ROOM_H
#define MAILLON_STOCK_STOCK_ROOM_H

#include "base/civil.h"
#include "stock/stock.h"

/* ---- stock.c: the slots ---- */

/* A movement by hand, spread over the slots of a pool. */
struct stock_change {
    enum movement kind;  /* RECEIVE, WITHDRAW, QUARANTINE, CLEAR, SCRAP or SEND */
    int64_t pool_id;
    int64_t batch_id;    /* 0: no single one. */
    int64_t units;
    struct str reason;
};
/* *missing is how many units the pool has too few of for it: then nothing is changed. The batch's
 * own counters are the caller's affair (batch_shift). ERR_NOT_FOUND: no such pool. */
NODISCARD enum err stock_change(struct ctx *cx, const struct stock_change *c, int64_t *missing);

/* ---- stock_batch.c: the second book ---- */

enum { NEVER_DAY = 2932896 /* 9999-12-31 */ };

/* What happens to units of a batch in a pool, beside the movement of the slots. */
enum batch_way {
    BATCH_IN,          /* received, on hand */
    BATCH_PICK,        /* on hand -> picked */
    BATCH_UNPICK,      /* picked -> on hand */
    BATCH_HAND,        /* picked -> handed */
    BATCH_BACK,        /* handed -> picked */
    BATCH_SET_ASIDE,   /* on hand -> quarantined */
    BATCH_CLEAR,       /* quarantined -> on hand */
    BATCH_SCRAP,       /* quarantined -> scrapped */
    BATCH_WRITE_OFF,   /* on hand -> scrapped */
    BATCH_SPOIL,       /* picked -> scrapped */
    BATCH_SPOIL_HANDED,/* handed -> scrapped */
    BATCH_SEND,        /* on hand -> sent */
    BATCH_WAYS
};

/* The day at the civil clock of the house, by which a batch has ended. */
int64_t stock_today(const struct ctx *cx);
/* The batch that units without a batch number belong to. */
NODISCARD enum err batch_nameless(struct ctx *cx, int64_t campaign_id, int64_t *out);
/* Makes the batch's row in the pool when it is its first there. */
NODISCARD enum err batch_shift(struct ctx *cx, int64_t pool_id, int64_t batch_id,
                               enum batch_way way, int64_t units);
/* Units leave the shelf for good, of the batches that end first. */
NODISCARD enum err batch_write_off(struct ctx *cx, int64_t pool_id, int64_t units);
/* After RETURN or SPOIL of moved units of an order that has sold ones left. */
NODISCARD enum err batch_settle(struct ctx *cx, enum movement what, int64_t order_id,
                                int64_t pool_id, int64_t left, int64_t moved);

#endif
