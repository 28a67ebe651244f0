/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trouble.h - the record of parcels that went wrong: what tracking could not settle by a rule.
 *
 * A parcel has at most one open trouble. Tracking opens it, and closes it when the carrier's news
 * ends it; else a person does, in care/ (trouble_decide.h). How it ended is its outcome.
 */
#ifndef MAILLON_TRACK_TROUBLE_H
#define MAILLON_TRACK_TROUBLE_H

#include "delivery/delivery.h"

enum trouble_kind {
    TROUBLE_UNDELIVERABLE = 1,
    TROUBLE_RETURNED,
    TROUBLE_SILENT,      /* No news for some days. */
    TROUBLE_DAMAGED,
    TROUBLE_LOST,        /* The carrier says so. */
    TROUBLE_FOUND,       /* Delivered after it was settled as lost. */
    TROUBLE_SPARE,       /* One too many, and not where it was to end. */
    TROUBLE_KINDS = TROUBLE_SPARE
};
const char *trouble_kind_label(enum trouble_kind k); /* French: "Non distribuable" */

enum trouble_outcome { OUTCOME_OPEN, OUTCOME_AGAIN, OUTCOME_GIVEN_BACK, OUTCOME_DELIVERED,
                       OUTCOME_WAITED, OUTCOME_NOTED,
                       OUTCOME_STOPPED,        /* What was to be sent instead stays. */
                       OUTCOME_RETURN_ASKED,   /* It had left: the buyer is to give it back. */
                       OUTCOME_TAKEN_BACK };   /* Nothing is sent or given back for it. */
const char *trouble_outcome_label(enum trouble_outcome o);

struct trouble {
    int64_t id, parcel_id, order_id;
    enum trouble_kind kind;
    int64_t opened_ms, closed_ms;
    enum trouble_outcome outcome;
    struct str reason;
    int64_t account_id;
    struct str number, order_ref;
    int64_t siren;
    struct str company;       /* As it is delivered to; empty once it is forgotten. */
    enum parcel_state parcel_state;
    int64_t new_parcel_id;    /* With OUTCOME_AGAIN: what was sent instead; else 0. */
};
struct trouble_list {
    struct trouble *item;
    size_t count;
};
enum { TROUBLE_PAGE = 50, TROUBLE_REASON_MIN = 5, TROUBLE_REASON_MAX = 1000 };

/* ---- opened and closed; each needs a write ---- */

/* One open trouble a parcel: a later kind takes the place of an earlier; of a replacement that was
 * asked back each kind is TROUBLE_SPARE. *fresh is false when it stands there already. */
NODISCARD enum err trouble_open(struct ctx *cx, const struct parcel *p, enum trouble_kind kind,
                                bool *fresh);
/* The carrier delivered what was settled as lost: opened once for a parcel. */
NODISCARD enum err trouble_found(struct ctx *cx, const struct parcel *p);
/* By the actor, who gives a reason; new_parcel_id: what is sent instead, or 0. *closed is false
 * when none was open. */
NODISCARD enum err trouble_close(struct ctx *cx, int64_t parcel_id, enum trouble_outcome outcome,
                                 struct str reason, int64_t new_parcel_id, bool *closed);
/* There is news of the parcel: it is silent no more, if it was. */
NODISCARD enum err trouble_close_silent(struct ctx *cx, int64_t parcel_id);
/* The parcel was delivered after all, by the carrier's own word. */
NODISCARD enum err trouble_close_delivered(struct ctx *cx, int64_t parcel_id);

/* ---- of a parcel ---- */

/* All of them, oldest first. */
NODISCARD enum err trouble_of_parcel(struct ctx *cx, int64_t parcel_id, struct trouble_list *out);
/* The kind of the one that is open; 0: none. */
NODISCARD enum err trouble_kind_open(struct ctx *cx, int64_t parcel_id, int *out);
/* The found parcel that this one replaced and that its buyer keeps; 0: it is no such one. */
NODISCARD enum err trouble_spare_of(struct ctx *cx, int64_t parcel_id, int64_t *found_id);
/* What was sent, or is to be, in the place of a parcel. Its id is 0 when nothing was. */
NODISCARD enum err trouble_replacement(struct ctx *cx, int64_t parcel_id, struct parcel *out);

/* ---- of the actor's organiser ---- */

/* Open ones, oldest first; kind 0: all. One more than a page is given when there is a next one. */
NODISCARD enum err trouble_queue(struct ctx *cx, int64_t kind, int64_t after_ms, int64_t after_id,
                                 struct trouble_list *out);
/* By a parcel's number or an order's reference, newest first, closed ones too; at most
 * TROUBLE_PAGE. */
NODISCARD enum err trouble_search(struct ctx *cx, struct str typed, struct trouble_list *out);
/* How many wait, by kind; 0: all. */
NODISCARD enum err trouble_counts(struct ctx *cx, int64_t by_kind[TROUBLE_KINDS + 1]);
NODISCARD enum err trouble_find(struct ctx *cx, int64_t id, struct trouble *out);

#endif
