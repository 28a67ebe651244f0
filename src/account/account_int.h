/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account_int.h - what the files of account/ share: hashes of codes, limits, history.
 */
#ifndef MAILLON_ACCOUNT_ACCOUNT_INT_H
#define MAILLON_ACCOUNT_ACCOUNT_INT_H

#include "account/account.h"

/* HMAC-SHA-256 in hexadecimal, under the instance's secret, of parts that are joined with line
 * feeds after the fixed word what. Needs a transaction. */
NODISCARD enum err account_mac(struct ctx *cx, const char *what, const struct str *parts,
                               size_t count, struct str *out);
/* Random decimal digits. */
struct str account_digits(struct arena *a, size_t count);
/* "1234 5678", for mails. */
struct str account_grouped(struct arena *a, struct str code);
/* What was typed without the spaces, dots and hyphens that group it, in capitals. */
struct str account_typed(struct arena *a, struct str typed);
/* Counts one use by who; *ok is false, and nothing is counted, when there were max in the last
 * window. Needs a write. */
NODISCARD enum err account_limit(struct ctx *cx, const char *what, struct str who, int64_t max,
                                 int64_t window_ms, bool *ok);
/* One line of history. Needs a write. */
NODISCARD enum err account_event(struct ctx *cx, int64_t siren, int64_t account_id,
                                 const char *what, struct str note);
/* A mail to an account. Needs a write. */
NODISCARD enum err account_mail(struct ctx *cx, int64_t account_id, const char *cause,
                                int64_t subject_id, struct str subject, struct str text);

#endif
