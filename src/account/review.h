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

enum { REVIEW_PAGE = 20, REVIEW_REASON_MIN = 10, REVIEW_REASON_MAX = 1000, REVIEW_AGES = 3 };
/* REVIEW_MOOT is asked for and never stored (review_is_moot). */
enum review_state { REVIEW_OPEN = 1, REVIEW_ACCEPTED, REVIEW_REFUSED, REVIEW_MOOT };

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
    int64_t decided_by_id;    /* 0: the program. */
    struct str name;          /* The company's, as account_company_name gives it. */
    int64_t entered_by;       /* The agent who entered it for somebody on the telephone; 0: none. */
    struct str entered_email;
    int64_t before_value;     /* What an accepted figure or network replaced; -1: nothing. */
    int64_t reopened_ms;      /* An agent opened it once more; 0: nobody did. */
    struct str reopened_by, reopen_why;
};

struct review_list {
    struct review *item;
    size_t count;
};

/* Opens one for the actor, or brings the open one of the same kind up to date. Needs a write. */
NODISCARD enum err review_open(struct ctx *cx, const char *kind, int64_t siren, int64_t asked,
                               struct str note);
/* The same for another person, whom the actor, an agent, has on the telephone: the answer goes to
 * that account, and the actor may not decide. */
NODISCARD enum err review_open_for(struct ctx *cx, int64_t account_id, const char *kind,
                                   int64_t siren, int64_t asked, struct str note);
/* Closes the open one of that kind, if any: it has become pointless. Needs a write. */
NODISCARD enum err review_close(struct ctx *cx, const char *kind, int64_t siren,
                                int64_t account_id, struct str why);

/* Which part of the queue. */
struct review_filter {
    struct str kind;          /* Empty: all. */
    int64_t until_ms;         /* Opened before; 0: no bound. */
    int64_t after_ms, after_id; /* Those after this one; 0: from the oldest. */
};
/* Open ones of the actor's organiser, oldest first. At most REVIEW_PAGE + 1, the last one telling
 * that there are more. */
NODISCARD enum err review_queue(struct ctx *cx, const struct review_filter *by,
                                struct review_list *out);
/* The first of the queue after this case, or, at its end, the first of all but it; 0: none. */
NODISCARD enum err review_next(struct ctx *cx, const struct review_filter *by,
                               const struct review *after, int64_t *id);
NODISCARD enum err review_count(struct ctx *cx, int64_t *out);
/* How many wait: by kind (claim, headcount, network), and those opened before each instant. */
struct review_counts {
    int64_t all, kind[3], older[REVIEW_AGES];
};
NODISCARD enum err review_counts(struct ctx *cx, const int64_t before_ms[REVIEW_AGES],
                                 struct review_counts *out);

/* What is over. */
struct review_past {
    struct str kind;          /* Empty: all. */
    enum review_state state;  /* 0: all; REVIEW_MOOT: what nobody decided. */
    int64_t agent_id;         /* 0: everybody. */
    int64_t before_ms, before_id; /* 0: from the newest. */
};
/* Of the actor's organiser, newest decision first; at most REVIEW_PAGE + 1. */
NODISCARD enum err review_decided(struct ctx *cx, const struct review_past *by,
                                  struct review_list *out);
/* Of one company, and of one person who asked; by->agent_id and before are not looked at; at most
 * 50. */
NODISCARD enum err review_decided_of_company(struct ctx *cx, int64_t siren,
                                             const struct review_past *by,
                                             struct review_list *out);
NODISCARD enum err review_decided_of_account(struct ctx *cx, int64_t account_id,
                                             const struct review_past *by,
                                             struct review_list *out);
/* ERR_NOT_FOUND: none such, or another organiser's. */
NODISCARD enum err review_find(struct ctx *cx, int64_t id, struct review *out);
/* All of a company, newest first, at most 50: for the company itself. */
NODISCARD enum err review_of_company(struct ctx *cx, int64_t siren, struct review_list *out);
/* Of these, the ones that concern the actor's organiser. */
NODISCARD enum err review_seen_of_company(struct ctx *cx, int64_t siren, struct review_list *out);
/* Closed by the program, since it had become pointless: the person took it back, proved it another
 * way or declared something else. Nobody decided. */
bool review_is_moot(const struct review *r);
/* Nobody decides a case of their own, nor one that they entered. */
bool review_is_own(const struct ctx *cx, const struct review *r);
/* Decides, does what follows and writes to the person; audited. ERR_DENIED: it is the actor's own.
 * ERR_CONFLICT: decided meanwhile, or r is not what is asked any more. Neither has written
 * anything. Needs a write. */
NODISCARD enum err review_decide(struct ctx *cx, const struct review *r, bool accept,
                                 struct str reason);
/* What an agent decided waits again: what followed is taken back as far as nothing newer stands on
 * it, orders that were made stay, and the person is told why. ERR_CONFLICT, and nothing was
 * written: it is open, the program closed it, or the person has gone on since. Needs a write. */
NODISCARD enum err review_reopen(struct ctx *cx, const struct review *r, struct str why);

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
