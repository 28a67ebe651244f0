/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order.h - from a quantity asked to an order held, paid or freed.
 *
 * order_admit decides, purely; order_place loads what it needs, decides, takes stock and writes
 * in one transaction. States and late or duplicated events follow the transition table in
 * order_state.c. Each transition is one row of order_event: actor, time, cause; never changed.
 */
#ifndef MAILLON_ORDER_ORDER_H
#define MAILLON_ORDER_ORDER_H

#include "campaign/campaign.h"
#include "db/db.h"
#include "stock/stock.h"

enum order_state {
    ORDER_HELD = 1,   /* Stock reserved until deadline_ms. */
    ORDER_PAYING,     /* A payment attempt is under way. */
    ORDER_PAID,
    ORDER_PREPARING,
    ORDER_HANDED,     /* To the carrier. */
    ORDER_DELIVERED,
    ORDER_EXPIRED,
    ORDER_CANCELLED,
    ORDER_REFUND_DUE,
    ORDER_REFUNDED,
    ORDER_DISPUTED,
    ORDER_RETURNED
};
const char *order_state_code(enum order_state s); /* "held" */
/* One sentence for the buyer. */
const char *order_state_text(enum order_state s);

enum { ORDER_LINES_MAX = 8, ORDER_REF_LEN = 10, ORDER_PACKS_MAX = 100000 };

struct order_line {
    int pack;              /* Index in the policy. */
    int good;
    int64_t packs;
    int64_t units;
    int64_t price_cents;   /* Of one pack, excl. VAT. */
    int64_t net_cents;
    int vat_bp;
    int64_t vat_cents;
    int64_t pool_id;
};

struct order_address { /* At most 38 characters a line when printed; see registry/postal. */
    struct str company, person, complement, street, special, postal_code, city, commune;
    struct str phone, instructions;
};

struct order {
    int64_t id;
    struct str ref;        /* Public, ORDER_REF_LEN of Crockford base 32; not guessable. */
    int64_t campaign_id;
    int version;           /* Policy it was made under. */
    int64_t siren, siret;  /* Company; establishment delivered to. */
    int64_t account_id;
    enum order_state state;
    int64_t created_ms, deadline_ms, paid_ms, delivered_ms, changed_ms;
    int64_t units;         /* Sum over lines. */
    int64_t net_cents, vat_cents, total_cents;
    enum territory territory;
    struct order_address address;
    struct order_line line[ORDER_LINES_MAX];
    int line_count;
};

struct order_list {
    struct order *item;
    size_t count;
};

/* Applied by payment/ inside its own transaction. Each answers OK also when the event is late or
 * repeated, and says in *what what followed. */
enum order_outcome {
    OUTCOME_PAID,        /* The order is now paid by this payment. */
    OUTCOME_ALREADY,     /* Nothing to do: same or older event. */
    OUTCOME_REFUND,      /* This payment must be given back whole (sold out, second payment,
                            wrong amount, cancelled). */
    OUTCOME_UNPAID       /* Back to HELD, or left as it is. */
};

/* Loads an order for a change: on PostgreSQL its row is locked. */
NODISCARD enum err order_lock(struct ctx *cx, int64_t id, struct order *out);
NODISCARD enum err order_by_id(struct ctx *cx, int64_t id, struct order *out);
/* Of this company only (siren from the session). */
NODISCARD enum err order_by_ref(struct ctx *cx, int64_t siren, struct str ref, struct order *out);

/* HELD -> PAYING; *again is true when it was PAYING already. The hold is lengthened once, by a
 * bounded time, to outlive the provider's page. ERR_CONFLICT: neither HELD nor PAYING. */
NODISCARD enum err order_pay_begin(struct ctx *cx, struct order *o, bool *again);
/* A capture of amount_cents was confirmed for payment_id. Late ones re-take stock and quota. */
NODISCARD enum err order_pay_success(struct ctx *cx, int64_t order_id, int64_t payment_id,
                                     int64_t amount_cents, enum order_outcome *what);
NODISCARD enum err order_pay_failed(struct ctx *cx, int64_t order_id, int64_t payment_id,
                                    enum order_outcome *what);
/* The refund of the order's own payment was confirmed: REFUND_DUE -> REFUNDED. */
NODISCARD enum err order_refunded(struct ctx *cx, int64_t order_id, int64_t payment_id);
/* PAID or HANDED -> DISPUTED. */
NODISCARD enum err order_disputed(struct ctx *cx, int64_t order_id, int64_t payment_id);

#endif
