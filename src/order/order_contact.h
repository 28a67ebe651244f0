/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_contact.h - writing down who was on the telephone, for order.c only.
 */
#ifndef MAILLON_ORDER_ORDER_CONTACT_H
#define MAILLON_ORDER_ORDER_CONTACT_H

#include "order/order.h"

/* The account of an address, made when it is new: mails about the order go there. */
NODISCARD enum err contact_account(struct ctx *cx, struct str email, int64_t *account_id);
/* Of an order that has just been written for o->account_id, by the actor. */
NODISCARD enum err contact_put(struct ctx *cx, const struct order *o,
                               const struct order_contact *c);

#endif
