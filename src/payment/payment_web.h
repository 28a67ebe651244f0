/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment_web.h - what the payment's pages show. Private to payment/.
 */
#ifndef MAILLON_PAYMENT_PAYMENT_WEB_H
#define MAILLON_PAYMENT_PAYMENT_WEB_H

#include "html/parts.h"
#include "payment/payment.h"

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
};

#endif
