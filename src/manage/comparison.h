/* SPDX-License-Identifier: Apache-2.0 */
/*
 * comparison.h - two sets of rules tried on the same companies: what each allows, and what changes
 * for whom. Its size is fixed, whatever the register's.
 */
#ifndef MAILLON_MANAGE_COMPARISON_H
#define MAILLON_MANAGE_COMPARISON_H

#include "campaign/campaign_trial.h"
#include "json/json.h"

/* Companies that could not order at all before and can now or later, or the other way round. */
struct comparison_side {
    int64_t companies;
    int64_t territory[TERRITORY_COUNT];
    int64_t band[BAND_COUNT];
    int64_t reason[REASON_COUNT]; /* Why not, under the rules that refuse them. */
};

struct comparison {
    struct trial before, after;
    struct comparison_side gained, lost;
    int64_t more, fewer;          /* Eligible under both, whose right grows or shrinks. */
    int64_t opened, shut;         /* Who may order from now on, and could not; the reverse. */
    int64_t sooner, later;        /* Not open yet under both, and the opening moves. */
};

/* Both policies are to be set before, with the instant. */
void comparison_add(struct comparison *c, const struct company *company);

/* The counts as JSON, and back: what is not there is 0. The policies are not among them. */
void comparison_write(struct jw *w, const struct comparison *c);
void comparison_read(const struct json *tree, struct comparison *c);

#endif
