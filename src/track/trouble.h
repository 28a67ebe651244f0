/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trouble.h - parcels that went wrong, and what a person decides about them. Private to care/.
 *
 *   what became of it          sent again                        given back
 *   came back fit              the same goods go out             goods back on the shelf (RETURN)
 *   came back spoilt           SPOIL, then as many taken anew    SPOIL
 *   lost, or broken there      SPOIL, then as many taken anew    SPOIL
 *
 * What is sent again is a new parcel of the same order: the order's units, and with them the
 * company's quota, stay as they are. Money goes back whole when nothing of the order is with the
 * buyer or on its way, else for what was in the parcel.
 *
 * A parcel that was settled as lost and is delivered after all asks a person (TROUBLE_FOUND). While
 * what was to be sent instead is in the house, it can be stopped: the parcel is given up, the first
 * one counts as delivered, what was written off is the buyer's after all (stock_found) and as many
 * units are free again. Once it has left, the buyer can be asked for it.
 *
 * A parcel that is one too many owes its buyer nothing when it comes back (TROUBLE_SPARE): the
 * replacement that was asked back, and the one that was settled as lost and comes back itself.
 *   came back fit              goods back on the shelf; what was written off is entered again
 *   came back spoilt, lost     what was written off stands for it
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

/* Why packs cannot be given back: their money has gone already. */
#define TROUBLE_PAID_OUT STR("Il ne reste pas assez à rembourser sur le paiement\u00a0: la " \
                             "finance en a déjà rendu une part. Demandez-lui de rendre le reste.")

enum parcel_fate { FATE_BACK_FIT = 1, FATE_BACK_SPOILT, FATE_LOST, FATE_BROKEN };

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

/* One open trouble a parcel: a later kind takes the place of an earlier; of a replacement that was
 * asked back each kind is TROUBLE_SPARE. *fresh is false when it stands there already. Needs a
 * write. */
NODISCARD enum err trouble_open(struct ctx *cx, const struct parcel *p, enum trouble_kind kind,
                                bool *fresh);
/* The newest piece of a parcel's news is of this instant: it is silent no more, if it was. */
NODISCARD enum err trouble_close_silent(struct ctx *cx, int64_t parcel_id, int64_t news_ms);
/* The parcel was delivered after all, by the carrier's own word. */
NODISCARD enum err trouble_close_delivered(struct ctx *cx, int64_t parcel_id);

/* Of the actor's organiser, open ones, oldest first; kind 0: all. One more than a page is given
 * when there is a next one. */
NODISCARD enum err trouble_queue(struct ctx *cx, int64_t kind, int64_t after_ms, int64_t after_id,
                                 struct trouble_list *out);
/* Of the actor's organiser, by a parcel's number or an order's reference, newest first, closed
 * ones too; at most TROUBLE_PAGE. */
NODISCARD enum err trouble_search(struct ctx *cx, struct str typed, struct trouble_list *out);
/* How many wait, by kind. */
NODISCARD enum err trouble_counts(struct ctx *cx, int64_t by_kind[TROUBLE_KINDS + 1]);
/* Of the actor's organiser. */
NODISCARD enum err trouble_find(struct ctx *cx, int64_t id, struct trouble *out);
/* All of a parcel, oldest first. */
NODISCARD enum err trouble_of_parcel(struct ctx *cx, int64_t parcel_id, struct trouble_list *out);

/* A person decides; parcel, order, stock and money follow in the open write transaction. *why in
 * French with ERR_CONFLICT: then the caller's transaction must be rolled back. A parcel without an
 * open trouble (its buyer complains) gets one that is closed at once. */
NODISCARD enum err trouble_send_again(struct ctx *cx, const struct parcel *p,
                                      enum parcel_fate fate, struct str reason, struct str *why);
NODISCARD enum err trouble_give_back(struct ctx *cx, const struct parcel *p,
                                     enum parcel_fate fate, struct str reason, struct str *why);
/* It was delivered, whatever the carrier said. */
NODISCARD enum err trouble_was_delivered(struct ctx *cx, const struct parcel *p,
                                         struct str reason, struct str *why);
/* The carrier delivered what was settled as lost: opened once for a parcel. Needs a write. */
NODISCARD enum err trouble_found(struct ctx *cx, const struct parcel *p);
/* What was sent, or is to be, in the place of a found parcel. Its id is 0 when the money went back
 * instead. */
NODISCARD enum err trouble_replacement(struct ctx *cx, int64_t parcel_id, struct parcel *out);
bool trouble_stoppable(const struct parcel *replacement);
/* A TROUBLE_FOUND is closed: the replacement stays, the buyer knows. */
NODISCARD enum err trouble_stop(struct ctx *cx, const struct parcel *p, struct str reason,
                                struct str *why);
/* A TROUBLE_FOUND is closed: the replacement has left, and the buyer is asked to give it back. */
NODISCARD enum err trouble_ask_return(struct ctx *cx, const struct parcel *p, struct str reason,
                                      struct str *why);
/* The found parcel that this one replaced and that its buyer keeps; 0: it is no such one. */
NODISCARD enum err trouble_spare_of(struct ctx *cx, int64_t parcel_id, int64_t *found_id);
/* A TROUBLE_SPARE is closed: what came back fit is for sale, nothing is sent or given back. */
NODISCARD enum err trouble_take_back(struct ctx *cx, const struct parcel *p,
                                     enum parcel_fate fate, struct str reason, struct str *why);
/* A TROUBLE_FOUND is closed: whoever was concerned knows. */
NODISCARD enum err trouble_note(struct ctx *cx, const struct parcel *p, struct str reason,
                                struct str *why);
/* Closed for now; silence is looked for again later. */
NODISCARD enum err trouble_wait(struct ctx *cx, const struct parcel *p, struct str reason,
                                struct str *why);

#endif
