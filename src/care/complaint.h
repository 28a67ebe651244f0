/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complaint.h - what a buyer complains about after a delivery. Private to care/.
 *
 *   state     event                          next
 *   OPEN      the organiser answers          ANSWERED
 *   ANSWERED  the buyer writes               OPEN
 *   OPEN, ANSWERED   accepted                ACCEPTED: sent again, given back whole or in part
 *   OPEN, ANSWERED   refused, with a reason  REFUSED
 *   REFUSED   the buyer contests, once       OPEN
 *
 * The buyer is written to at each step of the organiser's, whose own are in a queue.
 */
#ifndef MAILLON_CARE_COMPLAINT_H
#define MAILLON_CARE_COMPLAINT_H

#include "care/photo.h"
#include "delivery/delivery.h"

enum complaint_kind { COMPLAINT_MISSING = 1, COMPLAINT_DAMAGED, COMPLAINT_SHORT, COMPLAINT_WRONG };
enum complaint_state { COMPLAINT_OPEN = 1, COMPLAINT_ANSWERED, COMPLAINT_ACCEPTED,
                       COMPLAINT_REFUSED };
enum complaint_outcome { GRANT_NONE, GRANT_AGAIN, GRANT_REFUND, GRANT_PART };
/* Photos of one message, of all of a complaint's. */
enum { COMPLAINT_PHOTOS = 3, COMPLAINT_PHOTOS_ALL = 9 };
enum { COMPLAINT_TEXT_MIN = 10, COMPLAINT_TEXT_MAX = 2000, COMPLAINT_PAGE = 50,
       COMPLAINTS_PER_ORDER = 5 };
const char *complaint_kind_label(enum complaint_kind k);
const char *complaint_state_label(enum complaint_state s);

struct complaint {
    int64_t id, order_id, siren;
    enum complaint_kind kind;
    enum complaint_state state;
    enum complaint_outcome outcome;
    bool reopened;
    int64_t account_id, created_ms, changed_ms;
    struct str order_ref;
    struct str company;      /* As it is delivered to; empty once it is forgotten. */
};
struct complaint_list {
    struct complaint *item;
    size_t count;
};
struct complaint_message {
    int64_t id;
    bool of_buyer;
    struct str text;
    int64_t at_ms;
};
struct complaint_message_list {
    struct complaint_message *item;
    size_t count;
};
struct complaint_photo {
    int64_t id, message_id;
    int width, height;
};
struct complaint_photo_list {
    struct complaint_photo *item;
    size_t count;
};

/* Whether something of the order has left, so that there may be something to complain about. */
NODISCARD enum err complaint_possible(struct ctx *cx, const struct order *o, bool *out);
/* Oldest first. The order is the caller's to have found. */
NODISCARD enum err complaint_of_order(struct ctx *cx, int64_t order_id,
                                      struct complaint_list *out);
NODISCARD enum err complaint_messages(struct ctx *cx, int64_t id,
                                      struct complaint_message_list *out);
NODISCARD enum err complaint_photos(struct ctx *cx, int64_t id, struct complaint_photo_list *out);
/* ERR_CONFLICT: one is open already, or there were too many. Needs a write. */
NODISCARD enum err complaint_open(struct ctx *cx, const struct order *o, enum complaint_kind kind,
                                  struct str text, const struct photo *photos, int count);
/* The buyer writes again; a refused one is opened anew, once (ERR_CONFLICT after that).
 * ERR_LIMIT: more than COMPLAINT_PHOTOS_ALL photos. */
NODISCARD enum err complaint_reply(struct ctx *cx, const struct complaint *c, struct str text,
                                   const struct photo *photos, int count);

/* Of the actor's organiser and of this order, newest first; at most 20. */
NODISCARD enum err complaint_search(struct ctx *cx, struct str order_ref,
                                    struct complaint_list *out);
/* Of the actor's organiser, longest unchanged first, one more than a page when there are more. */
NODISCARD enum err complaint_queue(struct ctx *cx, enum complaint_state s, int64_t after_ms,
                                   int64_t after_id, struct complaint_list *out);
/* By state. */
NODISCARD enum err complaint_counts(struct ctx *cx, int64_t by_state[COMPLAINT_REFUSED + 1]);
NODISCARD enum err complaint_find(struct ctx *cx, int64_t id, struct complaint *out);

struct complaint_decision {
    enum complaint_state to;       /* ANSWERED, ACCEPTED or REFUSED. */
    enum complaint_outcome outcome;
    int64_t parcel_id;             /* AGAIN, REFUND: of this parcel. */
    int line;                      /* PART: packs of this line. */
    int64_t packs;
    struct str text;
};
/* ERR_CONFLICT with *why (French): the caller's transaction must be rolled back. Needs a write. */
NODISCARD enum err complaint_decide(struct ctx *cx, const struct complaint *c,
                                    const struct complaint_decision *d, struct str *why);

#endif
