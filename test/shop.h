/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shop.h - a small campaign and its companies in a fixture's database, for tests of orders and
 * payments.
 *
 * Companies have SIREN SHOP_SIREN + n with one establishment (NIC 00017) unless more are asked
 * for; their numbers need not pass Luhn, since the store does not look. Each has a person who
 * acts for it.
 */
#ifndef MAILLON_TEST_SHOP_H
#define MAILLON_TEST_SHOP_H

#include "campaign/campaign.h"
#include "order/order.h"
#include "test/fixture.h"

enum { SHOP_SIREN = 100000000, SHOP_PACK_UNITS = 6 };
/* 2020-06-03T10:00:00Z, a Wednesday with the campaign open. */
#define SHOP_NOW_MS INT64_C(1591178400000)

struct shop {
    struct fixture *f;
    struct campaign campaign;
    int64_t pool_id;
};

/* Publishes the campaign with this stock in one pool for the mainland. Packs: "lot-6" (6 units,
 * 17.80) and "lot-40" (40 units, 92.50), 5.5 %; one pack size; 4 units a head, the owner counts,
 * rounded up to a pack; 15 days of period; delay_days between orders. Commits. */
void shop_open(struct fixture *f, struct shop *s, int64_t units, int delay_days);
/* Adds company n with this many employees accepted (band 01 to 12 by number). Commits. */
void shop_company(struct shop *s, int n, int heads, int establishments);
/* An ask of company n for packs of "lot-6", delivered to its establishment e (from 0). */
struct order_ask shop_ask(struct shop *s, struct arena *a, int n, int e, int64_t packs,
                          const char *key);
/* Places in a transaction of its own and returns what came out; fails the test on an error. */
struct order_placed shop_place(struct shop *s, const struct order_ask *ask);
/* The same as a unit for db_write, for threads of a test. */
struct shop_placing {
    const struct order_ask *ask;
    struct order_placed placed;
};
enum err shop_place_unit(struct ctx *cx, void *arg);
/* A capture of this amount for the order, under this number of a payment, with the rows that
 * payment/ writes around it: its own before, the refund after. Commits. */
enum order_outcome shop_pay(struct shop *s, int64_t order, int64_t payment, int64_t cents);
/* The id of a new order of company n, paid by a payment of this number. */
int64_t shop_paid(struct shop *s, int n, int64_t packs, int64_t payment);
/* Runs check_run over everything and fails the test on a breach. */
void shop_check(struct shop *s);

#endif
