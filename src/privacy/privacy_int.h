/* SPDX-License-Identifier: Apache-2.0 */
/* privacy_int.h - what the files of privacy/ share; nobody else includes it but their tests. */
#ifndef MAILLON_PRIVACY_PRIVACY_INT_H
#define MAILLON_PRIVACY_PRIVACY_INT_H

#include "order/order.h"
#include "privacy/privacy.h"

/* Orders by their age; see job/purge.h. */
NODISCARD enum err privacy_purge_orders(struct ctx *cx, struct purge *p);

#endif
