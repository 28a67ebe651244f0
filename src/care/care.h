/* SPDX-License-Identifier: Apache-2.0 */
/*
 * care.h - what goes wrong with a delivery, and how a person makes it good.
 *
 * Tracking opens a trouble (track/trouble.h), which a person settles (trouble_decide.h). A buyer
 * complains, with photos (complaint.h). What is settled is sent again or given back, through
 * track/, delivery/ and order/, which know nothing of this room.
 */
#ifndef MAILLON_CARE_CARE_H
#define MAILLON_CARE_CARE_H

#include "base/tally.h"
#include "delivery/delivery.h"
#include "html/parts.h"

/* ---- what is or was the matter, for pages of other rooms ---- */

/* A trouble on the way or a buyer's complaint. */
struct care_case {
    struct str title, state;  /* In a word each. */
    enum tone tone;
    bool is_open;
    int64_t at_ms;
    struct str order_ref;
    struct url url;           /* Its page in the console. */
};
struct care_case_list {
    struct care_case *item;
    size_t count;
};
/* Both kinds, of one order of the actor's organiser, newest first, at most 50 of each. */
NODISCARD enum err care_of_order(struct ctx *cx, int64_t order_id,
                                 struct care_case_list *troubles,
                                 struct care_case_list *complaints);
/* The buyer's newest complaint about an order, and its page there; title empty: none. The order is
 * the caller's to have found. */
NODISCARD enum err care_complaint_of(struct ctx *cx, int64_t order_id, struct care_case *out);
/* Of all its orders with the actor's organiser. */
NODISCARD enum err care_of_company(struct ctx *cx, int64_t siren, struct care_case_list *troubles,
                                   struct care_case_list *complaints);

/* ---- goods that must not be used ---- */

/* Units of a good, of this batch, that an order's buyer has or is to get. */
struct make_good {
    int64_t order_id, batch_id;
    struct str good;          /* Its code. */
    int64_t units;
    bool again;               /* Sent once more, outside the quota; else given back in money. */
    struct str reason;
};
/* Whole packs that cover the units; *packs says how many. The buyer is written to. The order must
 * have left as a whole. ERR_CONFLICT with *why (French): nothing is done, and the caller's
 * transaction must be rolled back. Needs a write. */
NODISCARD enum err care_make_good(struct ctx *cx, const struct make_good *g, int64_t *packs,
                                  struct str *why);

/* ---- what waits for a person of the actor's organiser ---- */
NODISCARD enum err care_troubles_waiting(struct ctx *cx, int64_t *out);
NODISCARD enum err care_complaints_waiting(struct ctx *cx, int64_t *out);

/* ---- letting go of people's data (forget.c) ---- */

/* Of an order that is over: texts and photos of its decided complaints. What is gone is counted
 * by table. Needs a write. */
NODISCARD enum err care_forget_order(struct ctx *cx, int64_t order_id, struct tally *t);
/* By age, from the decision; see job/purge.h. */
NODISCARD enum err care_purge_complaints(struct ctx *cx, struct purge *p);

#endif
