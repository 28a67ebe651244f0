/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pace.h - how fast a campaign sells now, by pool, from its real orders of the last days.
 */
#ifndef MAILLON_MANAGE_PACE_H
#define MAILLON_MANAGE_PACE_H

#include "campaign/campaign.h"

/* Fewer orders than these tell nothing. */
enum { PACE_DAYS = 7, PACE_ORDERS_MIN = 20 };

/* Orders made in the window that still hold or have bought their units. The window ends now and
 * begins PACE_DAYS ago, at the first opening, or where so many orders were read that older ones
 * would change little. */
struct pace {
    int64_t window_ms;
    int64_t orders;
    int64_t units[POLICY_POOLS_MAX]; /* By the policy's pools. */
};
/* Reads in pieces: opens its own transactions. */
NODISCARD enum err pace_read(struct ctx *cx, const struct campaign *c, const struct policy *p,
                             struct pace *out);
/* Days that so many units last; -1: nobody orders, or too few orders to tell. */
int64_t pace_days(const struct pace *p, int pool, int64_t units);

#endif
