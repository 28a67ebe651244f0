/* SPDX-License-Identifier: Apache-2.0 */
/*
 * review.h - what an agent must look at: claims, headcounts, attestations of a network.
 *
 * A review concerns every organiser with a campaign for the company's territory, since what is
 * decided holds for all campaigns of the instance; where no campaign serves the territory it
 * concerns all. The first agent to decide closes it for everybody.
 */
#ifndef MAILLON_ACCOUNT_REVIEW_H
#define MAILLON_ACCOUNT_REVIEW_H

#include "account/account.h"

#define REVIEW_CLAIM "claim"
#define REVIEW_HEADCOUNT "headcount"
#define REVIEW_NETWORK "network"

enum { REVIEW_PAGE = 20, REVIEW_REASON_MIN = 10, REVIEW_REASON_MAX = 1000 };
enum review_state { REVIEW_OPEN = 1, REVIEW_ACCEPTED, REVIEW_REFUSED };

struct review {
    int64_t id;
    struct str kind;
    int64_t siren, account_id, asked;
    struct str note;
    enum review_state state;
    int64_t created_ms, decided_ms;
    struct str reason;
    struct str email;         /* Who asks. */
    struct str decided_by;    /* The agent's address; empty: the program. */
    struct str name;          /* The company's, as account_company_name gives it. */
};

struct review_list {
    struct review *item;
    size_t count;
};

/* Opens one for the actor, or brings the open one of the same kind up to date. Needs a write. */
NODISCARD enum err review_open(struct ctx *cx, const char *kind, int64_t siren, int64_t asked,
                               struct str note);
/* Closes the open one of that kind, if any: it has become pointless. Needs a write. */
NODISCARD enum err review_close(struct ctx *cx, const char *kind, int64_t siren,
                                int64_t account_id, struct str why);

/* Open ones of the actor's organiser, oldest first, those after (created_ms, id); kind empty: all.
 * At most REVIEW_PAGE + 1, the last one telling that there are more. */
NODISCARD enum err review_queue(struct ctx *cx, struct str kind, int64_t after_ms,
                                int64_t after_id, struct review_list *out);
NODISCARD enum err review_count(struct ctx *cx, int64_t *out);
/* ERR_NOT_FOUND: none such, or another organiser's. */
NODISCARD enum err review_find(struct ctx *cx, int64_t id, struct review *out);
/* All of a company, newest first, at most 50. */
NODISCARD enum err review_of_company(struct ctx *cx, int64_t siren, struct review_list *out);
/* Decides, does what follows and writes to the person. ERR_CONFLICT: decided meanwhile. Needs a
 * write. */
NODISCARD enum err review_decide(struct ctx *cx, const struct review *r, bool accept,
                                 struct str reason);

struct account_event {
    int64_t at_ms;
    struct str what, note, who, about; /* who: the actor's address, empty for the program. */
};

struct account_event_list {
    struct account_event *item;
    size_t count;
};

/* A company's history, newest first, at most 100. */
NODISCARD enum err account_events(struct ctx *cx, int64_t siren, struct account_event_list *out);

struct company_holder {
    int64_t account_id, since_ms, ended_ms, frozen_ms;
    struct str email, proof;
};

struct company_holder_list {
    struct company_holder *item;
    size_t count;
};

/* Who acts or acted for a company, at most 100. */
NODISCARD enum err account_company_holders(struct ctx *cx, int64_t siren,
                                           struct company_holder_list *out);

#endif
