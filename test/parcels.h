/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parcels.h - parcels of the small shop, as preparation leaves them, for tests of what follows.
 */
#ifndef MAILLON_TEST_PARCELS_H
#define MAILLON_TEST_PARCELS_H

#include "delivery/delivery.h"
#include "test/shop.h"

/* A paid order of company n with packs packs, in parcels of a pack each or, when whole is set, in
 * one; all with the carrier since handed_ms. The parcels' ids are the order's, in their order.
 * Commits. */
int64_t parcels_handed(struct shop *s, int n, int64_t packs, int64_t payment, bool whole,
                       int64_t handed_ms);
/* Any parcel of the order that waits is labelled and handed over too. Commits. */
void parcels_hand_rest(struct shop *s, int64_t order, int64_t handed_ms);
/* The nth of the order, from 1. */
struct parcel parcels_get(struct shop *s, int64_t order, int nth);

#endif
