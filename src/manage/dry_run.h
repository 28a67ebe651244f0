/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dry_run.h - a draft's rules tried on the whole register, beside those in force, in the
 * background.
 *
 * The register is read in pieces, each in a short transaction of its own; what was counted so far
 * is written once or twice a second with how far it came. So a run shows its progress, is stopped
 * in a moment, goes on where it was after a crash, and holds up neither the writer nor buyers.
 */
#ifndef MAILLON_MANAGE_DRY_RUN_H
#define MAILLON_MANAGE_DRY_RUN_H

#include "manage/comparison.h"
#include "manage/pace.h"

enum dry_run_state {
    DRY_RUN_WAITING = 1,
    DRY_RUN_RUNNING,
    DRY_RUN_DONE,
    DRY_RUN_CANCELLED,
    DRY_RUN_FAILED /* The rules do not compile any more. */
};

struct dry_run {
    int64_t id, campaign_id, draft_id;
    int base_version;
    int64_t digest;            /* Of the text that is tried. */
    enum dry_run_state state;
    struct str asked_by;       /* E-mail address. */
    int64_t asked_ms, began_ms;
    int64_t changed_ms;        /* Of its last sign of life; when it ended. */
    int64_t at_ms;             /* The instant that is tried. */
    int64_t done, total;       /* Companies. */
    int64_t imported_ms;       /* The register's; 0: it was empty. */
    bool mixed;                /* A newer one was imported meanwhile. */
};

/* What a run that is done has found. */
struct dry_run_result {
    const struct policy *before, *after;
    struct comparison *counts;
    int64_t stock[POLICY_POOLS_MAX]; /* Left then, by the new rules' pools; where one is new: its
                                        units. */
    struct pace pace;
};

/* Queues a run of these rules for a draft of the campaign and cancels the draft's others; only the
 * last few are kept. ERR_LIMIT: too many of the organiser's runs wait. Needs a write. */
NODISCARD enum err dry_run_begin(struct ctx *cx, const struct campaign *c, int64_t draft_id,
                                 struct str json, int64_t *id);
/* Of the actor's organiser. ERR_NOT_FOUND: none such. */
NODISCARD enum err dry_run_find(struct ctx *cx, int64_t campaign_id, int64_t id,
                                struct dry_run *out);
/* The draft's last one; *found says whether there is any. */
NODISCARD enum err dry_run_latest(struct ctx *cx, int64_t draft_id, struct dry_run *out,
                                  bool *found);
/* One that waits or runs ends; *ended says whether it did. Needs a write. */
NODISCARD enum err dry_run_cancel(struct ctx *cx, int64_t id, bool *ended);
/* Of one that is done. */
NODISCARD enum err dry_run_result(struct ctx *cx, const struct dry_run *r,
                                  struct dry_run_result *out);
bool dry_run_is_live(const struct dry_run *r);
/* It should run and gives no sign of life: its job was given up. */
bool dry_run_is_stuck(const struct dry_run *r, int64_t now_ms);
/* Milliseconds left by the pace until now; -1: not known yet. */
int64_t dry_run_left_ms(const struct dry_run *r);

#endif
