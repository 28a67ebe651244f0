/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_ref.h - the public reference of an order: its row's id under a permutation that only this
 * database's key knows, written in Crockford's base 32.
 *
 * So an order is found by its reference without an index. An index over random references would
 * be the dearest row of an order: each insertion dirties a page of its own, all over the file.
 * Next references do not look alike, none can be made up without the key, and none tells how many
 * orders there are. The key stands in the database (table order_key, made by the schema), not
 * in the configuration: references live as long as the orders do.
 */
#ifndef MAILLON_ORDER_ORDER_REF_H
#define MAILLON_ORDER_ORDER_REF_H

#include "base/crypto.h"

/* As order_key keeps it, in hexadecimal. False when it is none. */
bool ref_key_read(struct str hex, struct short_key *out);
struct str ref_make(struct arena *a, const struct short_key *key, int64_t id);
/* Which id it would be; 0 when it cannot be a reference at all. Nearly every text that was never
 * a reference gives an id that no order has. */
int64_t ref_id(const struct short_key *key, struct str ref);

#endif
