/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_room.h - what the files of this room share. Nobody else includes it.
 */
#ifndef MAILLON_STOCK_STOCK_ROOM_H
#define MAILLON_STOCK_STOCK_ROOM_H

#include "base/civil.h"
#include "base/csv_file.h"
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
    BATCH_FOUND,       /* received, picked: of an order that has it already */
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
/* After RETURN or SPOIL of moved units, of this batch first, of an order that has sold ones
 * left. */
NODISCARD enum err batch_settle(struct ctx *cx, enum movement what, int64_t order_id,
                                int64_t pool_id, int64_t first_batch, int64_t left, int64_t moved);
/* Units became free in the pool: as many recalled ones leave its shelf for the quarantine, so that
 * nothing is for sale while they lie there (I21). */
NODISCARD enum err batch_block_recalled(struct ctx *cx, int64_t pool_id);
/* Picked units of an order go back to the shelf, of this batch first. */
NODISCARD enum err batch_unpick(struct ctx *cx, int64_t order_id, int64_t pool_id,
                                int64_t first_batch, int64_t units);

/* ---- what an act by hand comes to ---- */

enum stock_no {
    STOCK_DONE,
    STOCK_AGAIN,        /* Done already by the same form: id is what was made then. */
    STOCK_ASKED,        /* Another person must approve: id is the request. */
    STOCK_NOT_FOUND,    /* Nothing of that number in the actor's organiser. */
    STOCK_ANNOUNCED,    /* This note and lot are announced already: id. */
    STOCK_NOTE_TWICE,   /* This note and lot were received already: at_ms, units. */
    STOCK_CLOSED,       /* The arrival or transfer waits for nothing more. */
    STOCK_MORE,         /* Units more than announced, not confirmed. */
    STOCK_OTHER_END,    /* The lot is known with another day of expiry: day. */
    STOCK_RECALLED,     /* The lot is recalled. */
    STOCK_SHORT_POOL,   /* Units are missing: below what is sold or held; there are `there`. */
    STOCK_SHORT_BATCH,  /* Units are missing on the shelf of this batch; there are `there`. */
    STOCK_OTHER_GOOD,   /* The pools are not of one good of one campaign. */
    STOCK_TOO_MANY,     /* More than is on its way: `there`. */
    STOCK_SAME,         /* Counted is what the book says. */
    STOCK_MOVED,        /* Somebody acted since the page was seen. */
    STOCK_NAMELESS      /* Units without a lot number cannot be recalled. */
};

/* Other than STOCK_DONE, STOCK_AGAIN and STOCK_ASKED: nothing was written. */
struct stock_result {
    enum stock_no no;
    int64_t id;
    int64_t units, there; /* As the number above says. */
    int64_t at_ms, day;
};
/* What a person reads: what was wrong and what to do. */
struct str stock_result_text(struct arena *a, const struct stock_result *r);

/* ---- stock_place.c: a pool with its names ---- */

struct pool_info {
    int64_t id, campaign_id, warehouse_id;
    struct str code, label, good, good_name, unit_many, warehouse;
    struct str campaign; /* Its name. */
};
struct pool_info_list {
    struct pool_info *item;
    size_t count;
};
/* Of the actor's organiser. */
NODISCARD enum err pool_info_list_of(struct ctx *cx, struct pool_info_list *out);
/* ERR_NOT_FOUND: none of the actor's organiser. */
NODISCARD enum err pool_info_by_id(struct ctx *cx, int64_t id, struct pool_info *out);
/* code is fixed once made. *taken: another warehouse has the code. */
NODISCARD enum err warehouse_save(struct ctx *cx, const struct warehouse *w, int64_t *id,
                                  bool *taken);
NODISCARD enum err pool_to_warehouse(struct ctx *cx, int64_t pool_id, int64_t warehouse_id);

/* ---- stock_receipt.c ---- */

enum arrival_state {
    ARRIVAL_EXPECTED = 1,
    ARRIVAL_PARTIAL,
    ARRIVAL_RECEIVED,
    ARRIVAL_REFUSED,
    ARRIVAL_CANCELLED
};
struct arrival {
    int64_t id, pool_id;
    struct str supplier, note, lot;
    int64_t units, expected_day;
    enum arrival_state state;
    bool late;
    int64_t accepted, refused;
    struct str why;
    int64_t created_ms;
};
struct arrival_list {
    struct arrival *item;
    size_t count;
};
enum { ARRIVAL_PAGE = 50 };
enum arrival_filter { ARRIVALS_OPEN, ARRIVALS_LATE, ARRIVALS_ALL };

/* Notes and lots are compared in capitals, blanks aside. */
struct str stock_code(struct arena *a, struct str typed);
NODISCARD enum err arrival_announce(struct ctx *cx, const struct arrival *in,
                                    struct stock_result *out);
NODISCARD enum err arrival_cancel(struct ctx *cx, int64_t id, struct str reason,
                                  struct stock_result *out);
NODISCARD enum err arrival_by_id(struct ctx *cx, int64_t id, struct arrival *out);
/* The soonest first, ARRIVAL_PAGE + 1 from offset on. */
NODISCARD enum err arrival_list_of(struct ctx *cx, enum arrival_filter by, int64_t offset,
                                   struct arrival_list *out);
/* Those that this note and lot may be of: the announced note itself, or a partial arrival of the
 * same lot whose rest this is. */
NODISCARD enum err arrival_match(struct ctx *cx, struct str note, struct str lot,
                                 struct arrival_list *out);

struct receipt {
    int64_t arrival_id;
    struct str note;           /* The announced one, or that of the rest. */
    int64_t accepted, refused;
    struct str why_refused;
    bool more_confirmed;
    struct str why_more;
    int64_t expires_day;       /* 0: none. */
    struct str conformity;
};
/* out->id is the batch. */
NODISCARD enum err receipt_take(struct ctx *cx, const struct receipt *in,
                                struct stock_result *out);
struct receipt_row {
    int64_t id, arrival_id, accepted, refused, at_ms;
    struct str supplier, note, why_refused, why_more;
};
struct receipt_row_list {
    struct receipt_row *item;
    size_t count;
};
NODISCARD enum err receipt_list_of_batch(struct ctx *cx, int64_t batch_id,
                                         struct receipt_row_list *out);

/* ---- stock_hand.c: quarantine, transfer, correction ---- */

struct batch {
    int64_t id, campaign_id;
    struct str good, lot, conformity;
    int64_t expires_day, recalled_ms;
};
struct batch_in_pool {
    int64_t batch_id, pool_id;
    struct str lot;
    int64_t expires_day;
    bool recalled;
    int64_t received, on_hand, picked, handed, quarantined, scrapped, sent;
};
struct batch_in_pool_list {
    struct batch_in_pool *item;
    size_t count;
};
NODISCARD enum err batch_by_id(struct ctx *cx, int64_t id, struct batch *out);
/* pool_id 0: all pools of the batch; batch_id 0: all batches of the pool. At most 200. */
NODISCARD enum err batch_pools(struct ctx *cx, int64_t batch_id, int64_t pool_id,
                               struct batch_in_pool_list *out);
struct quarantine {
    enum batch_way way;        /* BATCH_SET_ASIDE, BATCH_CLEAR or BATCH_SCRAP. */
    int64_t pool_id, batch_id, units;
    struct str reason;
    int64_t seen;              /* What quarantine_sum said to whoever decided; -1: whatever. */
};
/* Units of the batch in quarantine, in all its pools: each act changes it, so that a form that is
 * sent twice acts once. */
NODISCARD enum err quarantine_sum(struct ctx *cx, int64_t batch_id, int64_t *units);
/* Scrapping is asked of a second person (STOCK_ASKED), as a correction is, unless the batch is
 * recalled: two people have agreed to that already. */
NODISCARD enum err quarantine_move(struct ctx *cx, const struct quarantine *q,
                                   struct stock_result *out);

enum transfer_state {
    TRANSFER_SENT = 1,
    TRANSFER_PARTIAL,
    TRANSFER_ARRIVED,
    TRANSFER_SHORT,
    TRANSFER_BACK
};
struct transfer {
    int64_t id, from_pool, to_pool, batch_id, units, arrived, lost, created_ms;
    struct str lot, reason, key;
    enum transfer_state state;
};
struct transfer_list {
    struct transfer *item;
    size_t count;
};
NODISCARD enum err transfer_send(struct ctx *cx, const struct transfer *in, bool at_once,
                                 struct stock_result *out);
NODISCARD enum err transfer_arrive(struct ctx *cx, int64_t id, int64_t units,
                                   struct stock_result *out);
/* What is still on its way is lost (back false), or came back to where it left from. */
NODISCARD enum err transfer_close(struct ctx *cx, int64_t id, bool back, struct str reason,
                                  struct stock_result *out);
NODISCARD enum err transfer_by_id(struct ctx *cx, int64_t id, struct transfer *out);
/* The newest first, before_id 0: from the newest; at most 51. */
NODISCARD enum err transfer_list_of(struct ctx *cx, int64_t before_id, struct transfer_list *out);

/* Asks for a second person's approval; out->id is the request. */
NODISCARD enum err correction_ask(struct ctx *cx, int64_t pool_id, int64_t batch_id,
                                  int64_t counted, struct str reason, struct stock_result *out);

/* ---- stock_recall.c ---- */

enum recall_stage { RECALL_ASIDE = 1, RECALL_ON_WAY, RECALL_DELIVERED, RECALL_CAME_BACK };
/* What becomes of those who have it: FOLLOW_WAITS for a decision; the last two are done. */
enum recall_follow { FOLLOW_NONE, FOLLOW_WAITS, FOLLOW_AGAIN, FOLLOW_BACK, FOLLOW_SENT,
                     FOLLOW_GIVEN, FOLLOWS };
struct recall {
    int64_t id, batch_id, at_ms;
    struct str reason, instruction;
    int64_t orders, mailed;
    enum recall_follow follow;     /* As it was approved: WAITS, AGAIN or BACK. */
    int64_t by_follow[FOLLOWS];    /* Orders. */
    int64_t units_by_follow[FOLLOWS];
};
struct recall_order {
    int64_t order_id, siret, units, mailed_ms, follow_packs;
    struct str ref, company, email, postal_code, city, phone, follow_why;
    enum recall_stage stage;
    enum recall_follow follow;
};
struct recall_order_list {
    struct recall_order *item;
    size_t count;
};
/* How many orders have the batch now, by stage (index: enum recall_stage). */
NODISCARD enum err recall_reach(struct ctx *cx, int64_t batch_id, int64_t orders[5],
                                int64_t units[5]);
NODISCARD enum err recall_ask(struct ctx *cx, int64_t batch_id, struct str reason,
                              struct str instruction, enum recall_follow follow,
                              struct stock_result *out);
/* For the orders that wait for a decision: AGAIN or BACK, when another person approves.
 * STOCK_CLOSED: none waits. */
NODISCARD enum err recall_follow_ask(struct ctx *cx, int64_t batch_id, enum recall_follow follow,
                                     struct str reason, struct stock_result *out);
const char *recall_follow_text(enum recall_follow f);
/* ERR_NOT_FOUND: the batch is not recalled. */
NODISCARD enum err recall_of_batch(struct ctx *cx, int64_t batch_id, struct recall *out);
/* Who has or had units of a batch, recalled or not, by order; at most limit. */
NODISCARD enum err batch_orders(struct ctx *cx, int64_t batch_id, int64_t after_order,
                                int64_t limit, struct recall_order_list *out);
/* All of them as CSV rows behind the heads. ERR_BUSY: it is run again after some went out. */
size_t batch_orders_heads(const char *const **out);
NODISCARD enum err batch_orders_csv(struct ctx *cx, int64_t batch_id, struct csv_file *f);
/* Notes that the actor takes the file. Needs a write. */
NODISCARD enum err batch_orders_note(struct ctx *cx, int64_t batch_id);
const char *recall_stage_text(enum recall_stage s);

#endif
