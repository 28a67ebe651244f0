/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment_web.h - what the payment's pages show. Private to payment/.
 */
#ifndef MAILLON_PAYMENT_PAYMENT_WEB_H
#define MAILLON_PAYMENT_PAYMENT_WEB_H

#include "html/parts.h"
#include "http/req.h"
#include "payment/payment.h"

/* How somebody came to an order to pay it: as its company, or by the link of a mail. */
struct payment_way {
    struct order order;
    struct url back;       /* The order's page, or the link's. */
    struct url pay;        /* Where "Payer" posts to. */
    struct url attempts;   /* Attempt N is shown at attempts/N. */
    bool by_link;
};
typedef enum err (*payment_way_fn)(struct ctx *cx, struct req *req, struct payment_way *w);

/* The three steps, however one came. */
NODISCARD enum err payment_begin_on(struct ctx *cx, struct req *req, struct payment_way *w);
NODISCARD enum err payment_out_on(struct ctx *cx, struct req *req, struct payment_way *w);
NODISCARD enum err payment_leave_on(struct ctx *cx, struct req *req, payment_way_fn find);
/* The campaign of the order around a page. */
NODISCARD enum err payment_frame(struct ctx *cx, const struct order *o, struct page *page);
struct summary_row_list payment_summary(struct ctx *cx, const struct order *o);

struct payment_field {
    struct str name;
    struct str value;
};

struct payment_field_list {
    struct payment_field *item;
    size_t count;
};

struct payment_out_view {
    struct page page;
    struct order order;
    struct url action;
    struct summary_row_list summary;
    struct payment_field_list fields; /* Signed ones of the provider's form. */
    bool is_ours;                     /* The form posts to us first (Stripe). */
    bool is_over;                     /* The attempt can no longer be paid. */
    struct url again, back;
    struct str host;                  /* Where the buyer goes. */
    enum zone zone;
    int64_t now_ms;
};

enum return_state { RETURN_WAITING, RETURN_PAID, RETURN_UNPAID, RETURN_REFUND, RETURN_OVER };

struct payment_return_view {
    struct page page;
    struct str ref;
    enum return_state state;
    int64_t amount_cents;
    struct url order, reload;
    bool reloads;
    bool by_link;      /* Taken by telephone: its buyer has no page of it, but a link. */
};

/* What the link of a mail opens: the payment of one order, and nothing else of the company. */
struct payment_link_view {
    struct page page;
    struct order order;
    struct str what;        /* "40 masques" */
    struct summary_row_list summary;
    struct url pay;
    bool can_pay;
    struct str sentence;    /* Why it cannot be paid. */
    enum zone zone;
    int64_t now_ms;
};

#endif
