/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track.h - from the carrier's hands to the buyer's: what becomes of parcels on their way.
 *
 * News is asked for (La Poste) or read from a carrier's status files, and decides the state of a
 * parcel and its order; buyers are written to. What no rule settles is kept as a trouble
 * (trouble.h), which a person settles: that is care/, of which this room knows nothing.
 */
#ifndef MAILLON_TRACK_TRACK_H
#define MAILLON_TRACK_TRACK_H

#include "base/tally.h"
#include "delivery/delivery.h"
#include "html/parts.h"

/* ---- an order's parcels in words (parcel.tmpl draws them) ---- */

struct parcel_shown {
    struct str title;         /* "Colis 1 sur 2" */
    struct str number;        /* The carrier's; may be empty. */
    enum tone tone;
    struct str state;         /* In a word. */
    struct url follow;        /* The carrier's own page; may be empty. */
    bool under_way;           /* With the carrier. */
    struct timeline_step_list steps;
};
struct parcel_shown_list {
    struct parcel_shown *item;
    size_t count;
};
/* Those given up left out. The order is the caller's to have found. */
NODISCARD enum err track_of_order(struct ctx *cx, const struct order *o,
                                     struct parcel_shown_list *out);
NODISCARD enum err parcel_timeline(struct ctx *cx, const struct parcel *p, enum zone zone,
                                   struct timeline_step_list *out);
/* There is news of its delivery and of its return. */
NODISCARD enum err track_contradicted(struct ctx *cx, int64_t parcel_id, bool *out);
/* What is the matter with the service that is asked, in a French sentence; empty: nothing. */
NODISCARD enum err track_service_text(struct ctx *cx, struct str *out);

/* ---- when all of an order has arrived ---- */

/* How many of its parcels wait, travel, or went wrong and are not settled. */
NODISCARD enum err track_unsettled(struct ctx *cx, int64_t order_id, int64_t *out);
/* The order is delivered when there are none and something was. Its buyer is written to. Needs a
 * write. */
NODISCARD enum err track_deliver_if_all(struct ctx *cx, int64_t order_id);

/* ---- letting go of people's data (forget.c) ---- */

/* What carriers wrote about an order's parcels on their way, and people about their troubles. What
 * is gone is counted by table. Needs a write. */
NODISCARD enum err track_forget_words(struct ctx *cx, int64_t order_id, struct tally *t);

#endif
