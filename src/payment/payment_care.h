/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment_care.h - money that a person must look at. Private to payment/.
 *
 * An alarm is written in the transaction that found it out, once for each kind, payment and
 * reference; it stays until somebody of the organiser's finance notes what was done. What no order
 * of ours explains is shown to every organiser of the instance.
 */
#ifndef MAILLON_PAYMENT_PAYMENT_CARE_H
#define MAILLON_PAYMENT_PAYMENT_CARE_H

#include "payment/payment_store.h"

struct alarm_kind {
    const char *what;   /* As logs name it: "second_capture". */
    const char *title, *means, *advice; /* French. */
};
/* The kind of that name; for an unknown one a plain text. */
const struct alarm_kind *alarm_kind_of(struct str what);

/* Logs, counts and keeps. Needs a write. */
NODISCARD enum err alarm_put(struct ctx *cx, const char *what, const struct payment_news *n,
                             int64_t payment_id);

struct alarm {
    int64_t id, payment_id, cents, at_ms, handled_ms;
    struct str what, order_ref, ref, handled_by, note;
    enum payment_state state; /* Of the payment now; 0: none. */
};
struct alarm_list {
    struct alarm *item;
    size_t count;
};
/* Those nobody has handled, newest first, below before_id, at most 51. */
NODISCARD enum err alarm_list_open(struct ctx *cx, int64_t before_id, struct alarm_list *out);
NODISCARD enum err alarm_find(struct ctx *cx, int64_t id, struct alarm *out);
/* *moved false: somebody handled it before. Needs a write. */
NODISCARD enum err alarm_handle(struct ctx *cx, int64_t id, struct str note, bool *moved);

struct waiting_refund {
    int64_t id, payment_id, cents, created_ms, tries, next_ms;
    struct str problem, order_ref, provider, provider_ref, cause;
    bool open;          /* Due or sent. */
};
struct waiting_refund_list {
    struct waiting_refund *item;
    size_t count;
};
/* Tried more than once and not confirmed, at most 51. */
NODISCARD enum err refund_list_waiting(struct ctx *cx, struct waiting_refund_list *out);
NODISCARD enum err refund_find_waiting(struct ctx *cx, int64_t id, struct waiting_refund *out);
/* Asks the provider again now. Needs a write. */
NODISCARD enum err refund_again(struct ctx *cx, int64_t id);
/* The money went back another way, by transfer: the refund counts as done under that reference,
 * and all that follows a refund follows. ERR_CONFLICT: it is done or void. Needs a write. */
NODISCARD enum err refund_by_hand(struct ctx *cx, int64_t id, struct str reference,
                                  struct str reason);

struct parked_event {
    int64_t id, received_ms, tries, next_ms, cents;
    struct str provider, order_ref, ref, word;
};
struct parked_event_list {
    struct parked_event *item;
    size_t count;
};
/* Notifications that wait for their payment, at most 21. */
NODISCARD enum err event_list_parked(struct ctx *cx, struct parked_event_list *out);
/* Looks it up again now. Needs a write. */
NODISCARD enum err event_again(struct ctx *cx, int64_t id);

#endif
