/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment.h - payments and refunds: a ledger per payment, not per order.
 *
 * A provider is a struct of functions; two exist, Lyra's form protocol V2 with REST V4, and Stripe
 * Checkout. The buyer goes out by redirect to the provider's page and the truth comes back by a
 * signed notification; the browser's return proves nothing. Notifications are verified on the raw
 * bytes, stored once, and applied in one transaction with the order.
 */
#ifndef MAILLON_PAYMENT_PAYMENT_H
#define MAILLON_PAYMENT_PAYMENT_H

#include "base/tally.h"
#include "db/db.h"
#include "job/purge.h"
#include "order/order.h"

enum payment_state {
    PAYMENT_STARTED = 1, /* Intent row written before the provider hears of it. */
    PAYMENT_PENDING,
    PAYMENT_CAPTURED,
    PAYMENT_FAILED,
    PAYMENT_REFUND_DUE,
    PAYMENT_REFUNDED,
    PAYMENT_DISPUTED
};
/* "captured", "due": for files and programs. */
const char *payment_state_code(enum payment_state s);
const char *refund_state_code(int64_t state);

struct payment {
    int64_t id;
    int64_t order_id;
    enum payment_state state;
    struct str provider;     /* "lyra", "stripe" */
    struct str provider_ref; /* Lyra transaction uuid, Stripe payment intent. */
    int64_t amount_cents;
    int64_t refunded_cents;
    int64_t created_ms;
    int64_t captured_cents;
    int64_t captured_ms;     /* 0: no money came. */
};

struct payment_list {
    struct payment *item;
    size_t count;
};

const char *payment_state_text(enum payment_state s); /* French: "Encaissé" */

enum refund_state { REFUND_DUE = 1, REFUND_SENT, REFUND_DONE, REFUND_VOID };
const char *refund_state_text(enum refund_state s);

/* Money given back, or being given back. */
struct refund {
    int64_t id, payment_id;
    enum refund_state state;
    int64_t amount_cents;
    struct str cause;
    int64_t created_ms, done_ms;
};
struct refund_list {
    struct refund *item;
    size_t count;
};

/* All payments of one order, oldest first, at most 50. */
NODISCARD enum err payment_of_order(struct ctx *cx, int64_t order_id, struct payment_list *out);
/* Refunds of all payments of one order, oldest first, at most 50. */
NODISCARD enum err payment_refunds_of_order(struct ctx *cx, int64_t order_id,
                                            struct refund_list *out);
/* Why money went back, in French; as it stands when it has no French words. */
struct str refund_cause_text(struct str cause);
/* The way to pay an order that was taken by telephone, without an account: a path on this site,
 * signed under the instance's secret. It opens the payment of this order and nothing else, while
 * the order is held and the number is its contact's (struct order_contact). */
NODISCARD enum err payment_link(struct ctx *cx, const struct order *o, int64_t link,
                                struct url *out);
/* The order is no longer wanted (cancelled after payment): its captured payment must be given
 * back; queues the refund. Needs a write. */
NODISCARD enum err payment_refund_order(struct ctx *cx, int64_t order_id, struct str cause);
/* What the order's kept payment has left: captured, neither given back nor being given back. 0:
 * none is kept. */
NODISCARD enum err payment_left(struct ctx *cx, int64_t order_id, int64_t *cents);
/* Part of a kept payment is given back: packs that were paid and cannot be sent. The payment stays
 * captured. ERR_CONFLICT: no captured payment of the order has so much left. Needs a write, and the
 * order locked. */
NODISCARD enum err payment_refund_part(struct ctx *cx, int64_t order_id, int64_t cents,
                                       struct str cause, int64_t *refund_id);
/* Alarms about money that wait for a person of the actor's organiser. */
NODISCARD enum err payment_waiting(struct ctx *cx, int64_t *out);
/* Asks the provider, outside any transaction, what became of the attempts under way of an order
 * whose deadline passed, closes its page so that it cannot be paid any more, and applies the
 * answer. *open: an attempt may still be paid. Called by the order's expiry job. */
NODISCARD enum err payment_settle_attempts(struct ctx *cx, int64_t order_id, bool *open);

/* What the provider wrote about an order's payments, and its page: an order that is over needs them
 * no more. Amounts and references stay. Needs a write. */
NODISCARD enum err payment_forget_order(struct ctx *cx, int64_t order_id, struct str ref,
                                        struct tally *t);
/* By age; see job/purge.h. News that was given up waits for a person, however old. */
NODISCARD enum err payment_purge_news(struct ctx *cx, struct purge *p);

#endif
