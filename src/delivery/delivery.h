/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery.h - from a paid order to the carrier's hands: waves, parcels, labels, hand-over.
 *
 * A wave takes paid orders (order_prepare) and cuts each into parcels by warehouse and weight. A
 * parcel asks its carrier for a label: the intent is written before the carrier hears of it, and
 * while its outcome is unknown no second label is asked for. An order is handed over when the
 * last of its parcels is.
 *
 *   parcel     event                      next
 *   WAITING    a label is asked for       ASKED, in its own transaction, before the carrier
 *   ASKED      label made                 LABELLED
 *   ASKED      refused by the carrier     REFUSED, with its messages; a person corrects
 *   ASKED      surely not made            WAITING, after a pause
 *   ASKED      unknown                    stays; the carrier is asked by our reference, or a
 *                                         person looks it up
 *   REFUSED    asked anew by a person     WAITING
 *   WAITING .. REFUSED (not ASKED)        wave given up, or nothing left in it: CANCELLED
 *   LABELLED   taken by the carrier       HANDED
 *   HANDED     what tracking says (track/) DELIVERED, RETURNED, LOST, DAMAGED
 */
#ifndef MAILLON_DELIVERY_DELIVERY_H
#define MAILLON_DELIVERY_DELIVERY_H

#include "base/tally.h"
#include "db/db.h"
#include "job/purge.h"
#include "order/order.h"

enum parcel_state {
    PARCEL_WAITING = 1,
    PARCEL_ASKED,
    PARCEL_LABELLED,
    PARCEL_HANDED,
    PARCEL_DELIVERED,
    PARCEL_RETURNED,
    PARCEL_LOST,
    PARCEL_DAMAGED,
    PARCEL_CANCELLED,
    PARCEL_REFUSED
};
const char *parcel_state_code(enum parcel_state s);  /* "handed", for files and programs. */
const char *parcel_state_label(enum parcel_state s); /* French, for tags: "À étiqueter" */

struct parcel {
    int64_t id, order_id;
    struct str order_ref;
    int64_t wave_id;          /* 0: waits for a wave. */
    int nth;                  /* Among its order's, from 1. */
    int64_t pool_id;          /* Where its goods come from. */
    struct str carrier;       /* "colissimo", "generic"; empty while it waits for a wave. */
    struct str product;       /* "DOM", "COM" */
    struct str sender_ref;    /* Ours: ORDERREF-NTH. Unique for ever. */
    struct str number;        /* The carrier's; empty until a label is made. */
    struct str partner_number;
    int64_t weight_g;
    enum parcel_state state;
    struct str problem;       /* Why it is stuck, for a person; empty: it is not. */
    int64_t packed_ms;        /* Picking was confirmed. */
    int64_t asked_ms, labelled_ms, handed_ms, changed_ms;
    int tries;
    bool has_label;           /* Its document is stored, or is ours to draw. */
};

struct parcel_list {
    struct parcel *item;
    size_t count;
};

enum { PARCEL_LIST_MAX = 100, PARCELS_PER_ORDER_MAX = 99, PARCEL_REF_MAX = 20 };

/* ERR_NOT_FOUND when there is none. These look at no organiser: pages use parcel_of_actor. */
NODISCARD enum err parcel_by_id(struct ctx *cx, int64_t id, struct parcel *out);
NODISCARD enum err parcel_by_number(struct ctx *cx, struct str number, struct parcel *out);
/* In their order, those given up left out. */
NODISCARD enum err parcel_of_order(struct ctx *cx, int64_t order_id, struct parcel_list *out);
/* Of the actor's organiser only. */
NODISCARD enum err parcel_of_actor(struct ctx *cx, int64_t id, struct parcel *out);

/* One conditional UPDATE: from is a set of bits 1 << state. *moved is false when the parcel is
 * not in one of them. Needs a write. */
NODISCARD enum err parcel_move(struct ctx *cx, int64_t id, unsigned from, enum parcel_state to,
                               bool *moved);
/* The same packs once more, in a new parcel that waits for a wave: one that was lost, or came
 * back and goes out again. packs: so many of each line and no more; NULL: all. The order is the
 * caller's affair. Needs a write. */
NODISCARD enum err parcel_again(struct ctx *cx, const struct parcel *p, const int64_t *packs,
                                int64_t *new_id);
/* So many packs of each line of an order, in new parcels cut by warehouse and weight; they wait,
 * wave_id 0: for a wave. ERR_LIMIT: there would be too many, or none. Needs a write. */
NODISCARD enum err parcel_add_packs(struct ctx *cx, const struct order *o, int64_t organiser_id,
                                    int64_t wave_id, struct str carrier,
                                    const int64_t packs[ORDER_LINES_MAX]);
/* What whoever scans the parcel reads. Needs a write. */
NODISCARD enum err parcel_note(struct ctx *cx, int64_t id, struct str text);

/* The order is handed over when nothing of it is left to send and something was sent. */
NODISCARD enum err order_close_if_sent(struct ctx *cx, int64_t order_id);

/* What lies in a parcel. */
struct parcel_item {
    int line;                 /* Of the order, from 0. */
    int64_t packs;
};
struct parcel_item_list {
    struct parcel_item *item;
    size_t count;
};
NODISCARD enum err parcel_items(struct ctx *cx, int64_t parcel_id, struct parcel_item_list *out);

/* ---- where a parcel can be followed; empty when the carrier has no such page ---- */
struct str parcel_track_url(const struct ctx *cx, const struct parcel *p);

/* ---- packs that are missing: given back in money ---- */

struct shortage {
    int line;
    int64_t packs, units;
    int64_t net_cents, vat_cents;
    int64_t at_ms;
};
struct shortage_list {
    struct shortage *item;
    size_t count;
};
/* Of an order, oldest first. */
NODISCARD enum err shortage_of_order(struct ctx *cx, int64_t order_id, struct shortage_list *out);
/* packs of a line leave the order for good: quota, stock (SPOIL: they are gone, of batch_id first,
 * 0: of any; RETURN: they are back on the shelf) and money, to the cent. */
NODISCARD enum err order_give_back_part(struct ctx *cx, const struct order *o, int line,
                                        int64_t packs, enum movement what, int64_t batch_id,
                                        struct str reason);

/* ---- letting go of people's data (forget.c) ---- */

/* Of an order that is over: the carrier's labels, and the words below. What is gone is counted by
 * table. Needs a write. */
NODISCARD enum err delivery_forget_order(struct ctx *cx, int64_t order_id, struct tally *t);
/* What carriers and people wrote about its labels and what was missing. Needs a write. */
NODISCARD enum err delivery_forget_words(struct ctx *cx, int64_t order_id, struct tally *t);
/* By age, from the hand-over; see job/purge.h. */
NODISCARD enum err delivery_purge_labels(struct ctx *cx, struct purge *p);
NODISCARD enum err delivery_purge_customs(struct ctx *cx, struct purge *p);

#endif
