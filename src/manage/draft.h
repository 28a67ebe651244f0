/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft.h - a change of a campaign's rules while it is prepared: kept whatever its faults, tried,
 * sent for approval, published or dropped.
 *
 * Everything here is of the actor's organiser. A draft is meant for one version; when another one
 * is in force meanwhile it is stale and must be rebased before it can be asked for. While a
 * request for approval waits the draft cannot change.
 */
#ifndef MAILLON_MANAGE_DRAFT_H
#define MAILLON_MANAGE_DRAFT_H

#include "campaign/campaign.h"
#include "policy/policy_words.h"
#include "staff/staff.h"

enum draft_state { DRAFT_OPEN = 1, DRAFT_PUBLISHED, DRAFT_DROPPED };

struct draft {
    int64_t id, campaign_id;
    int base_version;
    struct str json;          /* Empty in lists. */
    int64_t digest;
    int64_t rev;              /* Counts its changes. */
    enum draft_state state;
    int version;              /* Published as this one. */
    struct str made_by, changed_by; /* E-mail addresses. */
    int64_t made_ms, changed_ms;
    int64_t act_id;           /* Its last request for approval; 0: none. */
    struct act_outcome act;   /* What became of that. */
};
struct draft_list {
    struct draft *item;
    size_t count;
};
enum { DRAFTS_OPEN_MAX = 20 };

/* ---- the store: draft.c ---- */

/* ERR_LIMIT: DRAFTS_OPEN_MAX are open. Needs a write. */
NODISCARD enum err draft_begin(struct ctx *cx, const struct campaign *c, struct str json,
                               int64_t *id);
/* ERR_NOT_FOUND: none such of this campaign. */
NODISCARD enum err draft_find(struct ctx *cx, int64_t campaign_id, int64_t id, struct draft *out);
/* The open ones, newest first. */
NODISCARD enum err draft_list_open(struct ctx *cx, int64_t campaign_id, struct draft_list *out);
bool draft_is_waiting(const struct draft *d);
/* Nothing can be changed in it any more, or for now. */
bool draft_is_fixed(const struct draft *d);
/* Another text. *d is as it was read; ERR_CONFLICT: it changed since, or is fixed. It becomes the
 * new state. Needs a write. */
NODISCARD enum err draft_save(struct ctx *cx, struct draft *d, struct str json);
/* The same, meant for another version from now on. */
NODISCARD enum err draft_rebase(struct ctx *cx, struct draft *d, struct str json, int version);
NODISCARD enum err draft_drop(struct ctx *cx, struct draft *d);

/* ---- what can be said of it: draft_check.c ---- */

/* What a version would do at once, where nobody expects it: an hour that is past or a minute
 * ahead. */
enum draft_news { NEWS_OPENS, NEWS_CLOSES, NEWS_WAITS /* Was open, and opens later. */ };
struct draft_now {
    struct str cohort, label;  /* Code and name. */
    enum draft_news news;
    unsigned territories;
};
struct draft_now_list {
    struct draft_now *item;
    size_t count;
};
struct str draft_now_text(struct arena *a, const struct draft_now *n);

struct draft_check {
    const struct policy *policy;          /* NULL: it has faults. */
    struct policy_fault_list faults;
    struct policy_change_list changes;    /* From the version in force. */
    struct draft_now_list now;
    struct str_list warnings;             /* Whole sentences, French. */
};
/* faults are the compiler's, and that it is still this campaign, with these stocks. */
NODISCARD enum err draft_check(struct ctx *cx, const struct campaign *c, struct str json,
                               struct draft_check *out);
/* Changes as a JSON object for the journal: what was, or what is. */
struct str draft_changes_json(struct arena *a, const struct policy_change_list *changes,
                              bool after);

/* ---- asking and publishing: draft_act.c ---- */

enum draft_refusal {
    DRAFT_ASKED,
    DRAFT_STALE,      /* Another version is in force. */
    DRAFT_FAULTY,
    DRAFT_SAME,       /* As the version in force. */
    DRAFT_UNTRIED,    /* No dry run of this text is done. */
    DRAFT_UNCONFIRMED /* Something happens at once that was not confirmed. */
};
/* Asks for a second person's approval; confirmed: what check->now lists was seen. *why other than
 * DRAFT_ASKED: nothing was written. Needs a write. */
NODISCARD enum err draft_ask(struct ctx *cx, const struct campaign *c, struct draft *d,
                             struct str reason, bool confirmed, enum draft_refusal *why);
const char *draft_refusal_text(enum draft_refusal why);

/* How a version came: of versions that were drafts. */
struct publication {
    int version;
    struct str asked_by, approved_by, reason;
};
struct publication_list {
    struct publication *item;
    size_t count;
};
NODISCARD enum err publication_list_of(struct ctx *cx, int64_t campaign_id,
                                       struct publication_list *out);

#endif
