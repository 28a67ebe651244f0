/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_text.h - pieces of French about a policy, for pages and messages. Results are in a or
 * literals.
 */
#ifndef MAILLON_POLICY_POLICY_TEXT_H
#define MAILLON_POLICY_POLICY_TEXT_H

#include "policy/policy.h"

/* "52 masques"; "unités" where goods are counted differently. */
struct str policy_units_text(struct arena *a, const struct policy *p, int64_t n);
/* "44 à 80 masques" */
struct str policy_units_range(struct arena *a, const struct policy *p, int64_t low, int64_t high);
/* "samedi 2 mai 2020 à 8 h", with the place named where its clock is not the campaign's. */
struct str policy_instant_text(struct arena *a, const struct policy *p, enum territory t,
                               int64_t ms);
/* "49 salariés au plus", "tous les effectifs" */
struct str policy_heads_text(struct arena *a, int min, int max);
struct str policy_networks_text(unsigned networks);
struct str policy_territories_text(struct arena *a, unsigned territories);
/* "01, 03 et 07"; empty when all are admitted. */
struct str policy_departments_text(struct arena *a, const struct policy *p);

#endif
