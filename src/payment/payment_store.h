/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment_store.h - the payment room's own calls: begin an attempt, apply news, ask, give back.
 * Private to payment/.
 */
#ifndef MAILLON_PAYMENT_PAYMENT_STORE_H
#define MAILLON_PAYMENT_PAYMENT_STORE_H

#include "payment/provider.h"

enum event_state { EVENT_APPLIED = 1, EVENT_PARKED, EVENT_FOREIGN, EVENT_GIVEN_UP };

enum { PAYMENT_ATTEMPTS_MAX = 20, PAYMENT_FIRST_CHECK_MS = 2 * 60 * 1000 };

/* What became of a piece of news. */
enum applied {
    NEWS_APPLIED,
    NEWS_KNOWN,   /* Seen before, or nothing follows. */
    NEWS_PARKED,  /* Its payment is not known, or not paid, yet. */
    NEWS_FOREIGN, /* Not about this shop, or test money in a shop that is in production. */
    NEWS_ODD      /* Kept, and an alarm raised: it contradicts the ledger. */
};

struct payment_row payment_from_row(struct ctx *cx, const struct db_rows *rows, size_t r);
struct refund_row refund_from_row(const struct db_rows *rows, size_t r);
NODISCARD enum err payment_get(struct ctx *cx, int64_t id, struct payment_row *out);
NODISCARD enum err payment_get_locked(struct ctx *cx, int64_t id, struct payment_row *out);
NODISCARD enum err refund_get(struct ctx *cx, int64_t id, struct refund_row *out);

/* Writes the intent and puts the order into PAYING. ERR_CONFLICT: the order cannot be paid (any
 * more); ERR_RATE: too many attempts; ERR_BUSY: no number is left today. Needs a write. */
NODISCARD enum err payment_begin(struct ctx *cx, const struct provider *pv, struct order *o,
                                 int64_t *id);

/* One piece of news in the open write transaction; raw is kept with it. event_id 0: it is new. */
NODISCARD enum err payment_apply(struct ctx *cx, const struct provider *pv,
                                 const struct payment_news *n, struct str raw, int64_t event_id,
                                 enum applied *out);
/* Each piece in a write transaction of its own; *worst: what became of the least lucky. */
NODISCARD enum err payment_apply_all(struct ctx *cx, const struct provider *pv,
                                     const struct news_list *news, struct str raw,
                                     enum applied *worst);

/* Opens the refund of all that is left of a captured payment, once. Needs a write. */
NODISCARD enum err refund_open(struct ctx *cx, const struct payment_row *p, const char *cause,
                               int64_t not_before_ms);

/* A part: its key begins with this word, and the payment stays as it is. */
#define REFUND_PART "maillon-part-"
NODISCARD enum err refund_part_open(struct ctx *cx, const struct payment_row *p, int64_t cents,
                                    struct str cause, int64_t not_before_ms,
                                    int64_t *refund_id);

/* Asks the provider about one payment and applies the answer. Outside any transaction. */
NODISCARD enum err payment_ask(struct ctx *cx, int64_t id);

#endif
