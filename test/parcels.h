/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parcels.h - parcels of the small shop, as preparation leaves them, for tests of what follows.
 */
#ifndef MAILLON_TEST_PARCELS_H
#define MAILLON_TEST_PARCELS_H

#include "delivery/delivery.h"
#include "test/shop.h"

/* A paid order of company n with packs packs that is being prepared, cut into parcels of a pack
 * each or, when whole is set, into one; they wait. Commits. */
int64_t parcels_waiting(struct shop *s, int n, int64_t packs, int64_t payment, bool whole);
/* The same, all with the carrier since handed_ms. */
int64_t parcels_handed(struct shop *s, int n, int64_t packs, int64_t payment, bool whole,
                       int64_t handed_ms);
/* The nth parcel of the order, 0: each, when it waits: with the carrier; the order stays. */
void parcels_hand(struct shop *s, int64_t order, int nth, int64_t handed_ms);
/* Any parcel of the order that waits is labelled and handed over too. Commits. */
void parcels_hand_rest(struct shop *s, int64_t order, int64_t handed_ms);
/* The carrier's news of the nth parcel of the order: one of La Poste's codes, of this instant. How
 * many pieces were new, 0 or 1. Commits. */
int parcels_news(struct shop *s, int64_t order, int nth, const char *code, int64_t at_ms);
/* The nth of the order, from 1. */
struct parcel parcels_get(struct shop *s, int64_t order, int nth);

#endif
