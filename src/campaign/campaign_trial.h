/* SPDX-License-Identifier: Apache-2.0 */
/*
 * campaign_trial.h - the dry run: rules tried on every company of the register before anybody
 * can order under them.
 *
 * It knows what the register knows: neither declared headcounts nor reviews. A claim is what a
 * company may order in one period, in whole packs; least and most where only a band is known.
 */
#ifndef MAILLON_CAMPAIGN_CAMPAIGN_TRIAL_H
#define MAILLON_CAMPAIGN_CAMPAIGN_TRIAL_H

#include "campaign/campaign.h"
#include "db/command.h"

struct trial_row {
    int64_t companies, units_min, units_max;
};

struct trial {
    const struct policy *policy;
    int64_t now_ms;
    bool closed_too;                      /* Who could order until its cohort closed is eligible. */
    int64_t companies;                    /* Read. */
    struct trial_row eligible;            /* Now or later. */
    struct trial_row open;                /* Now. */
    struct trial_row cohort[POLICY_COHORTS_MAX];
    struct trial_row territory[TERRITORY_COUNT];
    struct trial_row band[BAND_COUNT];
    struct trial_row pool[POLICY_POOLS_MAX];
    struct {
        char code[4];
        struct trial_row row;
    } department[POLICY_DEPARTMENTS_MAX]; /* In the order they were met. */
    int department_count;
    int64_t without_pack;                 /* Eligible, but no pack fits their quota. */
    int64_t refused[REASON_COUNT];
    struct {
        bool known;
        int64_t units_min, units_max;
        int pack;                         /* First one offered; -1: none. */
    } claim[BAND_COUNT];                  /* Claims depend on the band alone: counted once. */
    struct progress *progress;            /* NULL: silent. */
};

/* What the rules say to one company. */
struct trial_verdict {
    bool is_eligible;                     /* Now or later. */
    enum reason reason;
    int64_t opens_ms;
    int64_t units_max;                    /* It may claim at most; 0: not eligible. */
};
/* Adds a company to the figures. */
struct trial_verdict trial_add(struct trial *t, const struct buyer_facts *f);
/* Reads the whole register in one snapshot. */
NODISCARD enum err trial_run(struct ctx *cx, struct trial *t);

#endif
