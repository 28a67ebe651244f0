/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_words.h - an order in French, for pages of any room.
 */
#ifndef MAILLON_ORDER_ORDER_WORDS_H
#define MAILLON_ORDER_ORDER_WORDS_H

#include "html/parts.h"
#include "order/order.h"

/* "40 masques" */
struct str order_what(struct ctx *cx, const struct policy *p, const struct order *o);
enum tone order_tone(enum order_state s);
/* Its time to be paid is over, whether or not the sweep has come by. */
bool order_lapsed(const struct order *o, int64_t now_ms);
/* Where an order stands, by the clock too: past its deadline it can no longer be paid, even before
 * the sweep has seen it. */
struct str order_state_shown(const struct order *o, int64_t now_ms);
/* Lines, addressee, address, telephone, instructions. */
struct summary_row_list order_summary(struct ctx *cx, const struct policy *p,
                                      const struct order_line *line, int count,
                                      const struct order_address *to);

/* Of its history: why, as it stands when it has no French words, and who ("L’acheteur"). */
struct str order_cause_text(struct str cause);
struct str order_actor_text(struct str actor);

#endif
