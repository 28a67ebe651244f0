/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_state.h - the transitions of an order, for order.c, order_state.c and order_ship.c only.
 */
#ifndef MAILLON_ORDER_ORDER_STATE_H
#define MAILLON_ORDER_ORDER_STATE_H

#include "order/order.h"

/* One transition with its event. *o is brought up to date. ERR_CONFLICT when the order has left
 * the state it was loaded in; on PostgreSQL its row is locked, so this is a broken caller there. */
NODISCARD enum err order_move_to(struct ctx *cx, struct order *o, enum order_state to,
                                 const char *actor, const char *cause);
/* The same change of place for what every line has. */
NODISCARD enum err order_move_stock(struct ctx *cx, const struct order *o, enum movement what);

/* Appends to the history. actor: "buyer", "agent", "provider", "system". */
NODISCARD enum err order_event_add(struct ctx *cx, int64_t order_id, enum order_state from,
                                   enum order_state to, const char *actor, const char *cause);

#endif
