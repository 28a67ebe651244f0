/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lyra.h - Lyra's form protocol V2 and the objects of REST V4, without network or database.
 *
 * PayZen, Systempay, Sogecommerce and Scellius are the same engine under several hosts.
 */
#ifndef MAILLON_PAYMENT_LYRA_H
#define MAILLON_PAYMENT_LYRA_H

#include "json/json.h"
#include "payment/provider.h"

enum { LYRA_FIELDS_MAX = 400, LYRA_BODY_MAX = 64 * 1024, LYRA_TRANS_PER_DAY = 900000 };

/* The values of all fields whose names start with vads_, sorted by name, joined with the key. */
struct str lyra_sign(struct arena *a, const struct pair_list *fields, struct str key);

/* An urlencoded body into fields. ERR_INVALID with a reason: bad escape, field twice, too many. */
NODISCARD enum err lyra_form_parse(struct arena *a, struct str body, struct pair_list *out,
                                   const char **why);
/* Verifies a notification of the form protocol and reads it. */
NODISCARD enum err lyra_notice_read(struct arena *a, struct str body, struct str key,
                                    struct news_list *out, const char **why);
/* Reads one that was verified before. */
NODISCARD enum err lyra_notice_parse(struct arena *a, struct str body, struct news_list *out,
                                     const char **why);
/* The same for REST V4: kr-hash over kr-answer with the password. */
NODISCARD enum err lyra_rest_notice_read(struct arena *a, struct str body, struct str password,
                                         struct news_list *out, const char **why);
NODISCARD enum err lyra_rest_notice_parse(struct arena *a, struct str body,
                                          struct news_list *out, const char **why);
struct str lyra_rest_hash(struct arena *a, struct str answer, struct str key);

/* What a status means for a debit (credit false) or a refund. */
enum news_kind lyra_status_kind(struct str status, bool credit);

/* Transactions of REST V4: of a payment object, or one alone. */
void lyra_payment_news(struct arena *a, const struct json *payment, struct news_list *out);
bool lyra_transaction_news(struct arena *a, const struct json *t, struct str order_ref,
                           struct payment_news *out);

/* "YYYYMMDDHHMMSS" in UTC. */
struct str lyra_date(struct arena *a, int64_t ms);
/* The name of an attempt: its date and number. */
struct str lyra_attempt_key(struct arena *a, int64_t created_ms, int64_t number);

#endif
