/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep.h - how long what concerns people is kept: a setting in days for each kind of thing
 * (MAILLON_KEEP_..., conf.h). What goes then, and when its days begin, stands in privacy/keep.h.
 */
#ifndef MAILLON_BASE_KEEP_H
#define MAILLON_BASE_KEEP_H

#include "base/conf.h"

#define KEEP_MAP(X)                                                                               \
    X(ACCOUNTS, keep_accounts)                                                                    \
    X(LIMITS, keep_limits)                                                                        \
    X(CLAIMS, keep_claims)                                                                        \
    X(REVIEW_NOTES, keep_review_notes)                                                            \
    X(DESK_NOTES, keep_desk_notes)                                                                \
    X(TOKENS, keep_tokens)                                                                        \
    X(MAILS, keep_mails)                                                                          \
    X(PAYMENT_NEWS, keep_payment_news)                                                            \
    X(ORDERS, keep_orders)                                                                        \
    X(COMPLAINTS, keep_complaints)                                                                \
    X(LABELS, keep_labels)                                                                        \
    X(CUSTOMS, keep_customs)

enum keep {
#define KEEP_ENUM(name, field) KEEP_##name,
    KEEP_MAP(KEEP_ENUM)
#undef KEEP_ENUM
    KEEP_COUNT
};

enum { KEEP_DAYS_MIN = 1, KEEP_DAYS_MAX = 36500 };

/* "KEEP_ORDERS" */
const char *keep_setting(enum keep which);
/* In days, as set, or the setting's default. conf has passed keep_check. */
int64_t keep_days(const struct conf *conf, enum keep which);
/* What is older than this instant goes. */
int64_t keep_before_ms(const struct conf *conf, enum keep which, int64_t now_ms);
/* A bank judges a dispute as long as the notifications it is argued with are kept: what nobody
 * touched since this instant is over. */
int64_t keep_disputes_ms(const struct conf *conf, int64_t now_ms);
/* How long a person may think again after asking to be forgotten. */
int64_t erase_wait_days(const struct conf *conf);
/* At start, after conf_load: ERR_INVALID with a line on standard error that names the setting. */
NODISCARD enum err keep_check(const struct conf *conf);

#endif
