/* SPDX-License-Identifier: Apache-2.0 */
/*
 * campaign.h - campaigns in the database: published versions, the one in force, pause.
 *
 * Compiled policies are kept in app->policies, one per (campaign, version), for as long as the
 * process lives: versions are immutable, so nothing is ever invalidated. Finding the current
 * version is one indexed read.
 */
#ifndef MAILLON_CAMPAIGN_CAMPAIGN_H
#define MAILLON_CAMPAIGN_CAMPAIGN_H

#include "db/db.h"
#include "html/page.h"
#include "policy/policy.h"

enum { CAMPAIGN_SLUG_MAX = 40, CAMPAIGN_MESSAGE_MAX = 500 };

struct campaign {
    int64_t id;
    int64_t organiser_id;
    struct str slug;
    int version;               /* In force. */
    int64_t published_ms;      /* Of that version. */
    bool paused;               /* By its organiser. */
    bool closed;               /* All sales are: an invariant is broken (check/). */
    struct str pause_message;  /* Public. */
    const struct policy *policy; /* Compiled; lives as long as the process. */
};

struct campaign_list {
    struct campaign *item;
    size_t count;
};

struct campaign_version {
    int version;
    int64_t published_ms;
    int64_t account_id; /* Who published; 0: a command. */
};

struct campaign_version_list {
    struct campaign_version *item;
    size_t count;
};

/* Nobody may order for now; what buyers are told about it, empty while they may. */
static inline bool
campaign_is_stopped(const struct campaign *c)
{
    return c->paused || c->closed;
}
struct str campaign_stop_message(const struct campaign *c);

NODISCARD enum err campaign_cache_open(struct app *app);
void campaign_cache_close(struct app *app);

NODISCARD enum err campaign_find(struct ctx *cx, struct str slug, struct campaign *out);
NODISCARD enum err campaign_by_id(struct ctx *cx, int64_t id, struct campaign *out);
/* The policy of one version, for orders made under it. */
NODISCARD enum err campaign_policy(struct ctx *cx, int64_t id, int version,
                                   const struct policy **out);
/* The newest first, at most 100. */
NODISCARD enum err campaign_versions(struct ctx *cx, int64_t id,
                                     struct campaign_version_list *out);
/* The text as it was published. */
NODISCARD enum err campaign_version_json(struct ctx *cx, int64_t id, int version, struct str *out);
/* Published ones, at most 100, newest first; names and dates are in their policies. */
NODISCARD enum err campaign_list(struct ctx *cx, struct campaign_list *out);
/* The same of one organiser. */
NODISCARD enum err campaign_list_of(struct ctx *cx, int64_t organiser_id,
                                    struct campaign_list *out);
/* Stores a new version and puts it in force; creates campaign, organiser and stock pools at the
 * first. A pool of a later version that is new is created with its units (stock_pool_open); units
 * of an existing pool are not touched: stock changes are movements. The same text as the version
 * in force changes nothing. ERR_INVALID: *faults says why. ERR_DENIED: the acting organiser is
 * another one than the file's. Needs a write. out->policy lives in cx->arena here. */
NODISCARD enum err campaign_publish(struct ctx *cx, struct str json, struct campaign *out,
                                    struct policy_fault_list *faults);
/* Tells texts of rules apart. */
int64_t campaign_digest(struct str json);

/* ---- pause (campaign_pause.c) ---- */

/* Closes sales with a public message, or gives a pause that lasts another message. The reason goes
 * to the organiser's journal. ERR_DENIED: of another organiser than the acting one. ERR_INVALID:
 * the message is too long. Needs a write. */
NODISCARD enum err campaign_pause(struct ctx *cx, int64_t id, struct str message,
                                  struct str reason);
/* Opens them again; nothing when they are open. Needs a write. */
NODISCARD enum err campaign_resume(struct ctx *cx, int64_t id, struct str reason);

struct campaign_pause {
    int64_t from_ms;           /* 0: not known. */
    int64_t to_ms;             /* 0: it lasts. */
    struct str message, reason, resume_reason;
    struct str paused_by, resumed_by; /* E-mail addresses; "commande". */
};
struct campaign_pause_list {
    struct campaign_pause *item;
    size_t count;
};
/* The newest first, at most 20. */
NODISCARD enum err campaign_pauses(struct ctx *cx, int64_t id, struct campaign_pause_list *out);
/* Facts for a verdict from the register's company alone, as if its head office ordered: for dry
 * runs. order_facts (order/order.h) adds what was declared and decided. */
struct buyer_facts campaign_company_facts(const struct company *c);

/* Puts the campaign's name, organiser, home and theme around a page. */
void campaign_frame(struct ctx *cx, const struct policy *p, struct page *page);

/* The verdict that anybody may ask for by a SIRET: from the register alone, so that it tells
 * nothing a company declared or an agent decided. */
struct campaign_verdict {
    struct campaign campaign;
    struct company company;
    struct establishment establishment;
    struct buyer_facts facts;
    struct eligibility e;
    bool to_review;      /* The headcount that was typed needs a person's check first. */
    struct str text;     /* eligibility_text, or the public message of a pause. */
};
/* heads: a headcount typed by the visitor; -1: none. ERR_NOT_FOUND: not in the register. */
NODISCARD enum err campaign_verdict(struct ctx *cx, const struct campaign *c, int64_t siret,
                                    int heads, struct campaign_verdict *out);

#endif
