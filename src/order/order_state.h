/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_state.h - the transitions of an order, shared by order.c and order_state.c only.
 */
#ifndef MAILLON_ORDER_ORDER_STATE_H
#define MAILLON_ORDER_ORDER_STATE_H

#include "order/order.h"

/* Appends to the history. actor: "buyer", "agent", "provider", "system". */
NODISCARD enum err order_event_add(struct ctx *cx, int64_t order_id, enum order_state from,
                                   enum order_state to, const char *actor, const char *cause);

#endif
