/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stripe.h - Stripe's signatures and objects, without network or database.
 */
#ifndef MAILLON_PAYMENT_STRIPE_H
#define MAILLON_PAYMENT_STRIPE_H

#include "json/json.h"
#include "payment/provider.h"

enum { STRIPE_BODY_MAX = 256 * 1024, STRIPE_TOLERANCE_S = 300 };

/* The Stripe-Signature header over the raw body, with one or several secrets (comma between).
 * ERR_INVALID: unreadable header; ERR_DENIED: no signature fits, or it is too old. */
NODISCARD enum err stripe_verify(struct str header, struct str body, struct str secrets,
                                 int64_t now_ms, const char **why);
/* A verified event. *live says whether its money is real. */
NODISCARD enum err stripe_event_read(struct arena *a, struct str body, struct news_list *out,
                                     const char **why);
/* An object of the API's answer: a checkout session or a refund. False: not readable. */
bool stripe_session_news(struct arena *a, const struct json *session, struct payment_news *out);
bool stripe_refund_news(struct arena *a, const struct json *refund, struct payment_news *out);

#endif
