/* SPDX-License-Identifier: Apache-2.0 */
/* policy_check.h - private to the compiler of policies. */
#ifndef MAILLON_POLICY_POLICY_CHECK_H
#define MAILLON_POLICY_POLICY_CHECK_H

#include "policy/policy_read.h"

/* What single values cannot tell: codes used twice, VAT and stock that some cohort would miss,
 * headcounts without a pack. Called when each value alone was good. */
void policy_check(struct policy_reader *r);
/* "seller" of the organiser. */
void policy_seller_read(struct policy_reader *r, const struct place *organiser);

#endif
