/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admit.h - the decision on an order: pure, no database, no clock.
 *
 * A refusal always says why, and when or how it would be yes. Quota is counted over all
 * establishments of the SIREN; whatever holds or has taken goods counts, what was cancelled,
 * expired or refunded frees it. Two lines of one pack are summed first.
 */
#ifndef MAILLON_ORDER_ADMIT_H
#define MAILLON_ORDER_ADMIT_H

#include "order/order.h"

enum refusal {
    REFUSAL_NONE,
    REFUSAL_ELIGIBILITY, /* eligibility.reason says why. */
    REFUSAL_EMPTY,       /* No pack was asked for. */
    REFUSAL_PACK,        /* No such pack, or a number out of bounds. */
    REFUSAL_PACK_SIZE,   /* The pack is for companies of another headcount. */
    REFUSAL_MIXED,       /* One pack size per order. */
    REFUSAL_HOLD,        /* The company has an unpaid order: hold_ref. */
    REFUSAL_QUOTA,       /* units_left may still be had in this period. */
    REFUSAL_DELAY,       /* when_ms: the minimum delay is over; 0: after the delivery. */
    REFUSAL_DESTINATION, /* No stock pool or no VAT rule serves the territory. */
    REFUSAL_STOCK,       /* Decided by the store: not enough left. */
    REFUSAL_KEY,         /* Decided by the store: this key made another order before. */
    REFUSAL_COUNT
};

struct past_order {
    struct str ref;
    enum order_state state;
    int64_t units;
    int64_t created_ms, paid_ms, delivered_ms;
};

struct admit_in {
    const struct policy *policy;
    const struct buyer_facts *facts;
    int64_t now_ms;
    const struct ask_item *item;
    int item_count;
    const struct past_order *past; /* Of this campaign and SIREN, any order. */
    size_t past_count;
};

struct admit_out {
    enum refusal refusal;
    struct eligibility eligibility;
    int64_t when_ms;     /* When it would be yes; 0: not known. */
    int64_t units_left;  /* Of the quota of this period, before this order. */
    struct str hold_ref;
    /* The order as it would be; valid when not refused. pool_id of a line is not filled. */
    struct order_line line[ORDER_LINES_MAX];
    int pool[ORDER_LINES_MAX]; /* Index of the policy's pool, by line. */
    int line_count;
    int64_t units, delivery_cents /* in net_cents */, net_cents, vat_cents, total_cents;
};

void order_admit(const struct admit_in *in, struct admit_out *out);

/* Whether an order in this state counts against quota and delay. */
bool order_counts(enum order_state s);

const char *refusal_code(enum refusal r); /* "quota" */
/* Says why and what to do, in French; names the date. */
struct str refusal_text(struct arena *a, const struct admit_in *in, const struct admit_out *out);

#endif
