/* SPDX-License-Identifier: Apache-2.0 */
/*
 * staff.h - an organiser's people: their roles, the log of what they do, and dangerous acts that
 * a second person must approve.
 *
 * A role is a right bit (db/ctx.h); which route needs which stands in routes.h alone.
 */
#ifndef MAILLON_STAFF_STAFF_H
#define MAILLON_STAFF_STAFF_H

#include "db/db.h"

/* ---- the audit log: append-only, one row for each act, in the transaction of the act ---- */

struct audit {
    const char *act;      /* "stock.correct", "order.give_back", "policy.publish" ... */
    const char *subject;  /* "order", "pool", "campaign", "company", "account" */
    int64_t subject_id;
    struct str before, after; /* JSON objects, or empty; no secrets. */
    struct str reason;        /* As the person gave it; may be empty where none is asked. */
};
/* Who, when and for which organiser come from cx. Needs a write. */
NODISCARD enum err audit_add(struct ctx *cx, const struct audit *a);

struct audit_row {
    int64_t id, at_ms, account_id;
    struct str email; /* Of the person; "commande" for the command line. */
    struct str act, subject;
    int64_t subject_id;
    struct str before, after, reason;
};
struct audit_list {
    struct audit_row *item;
    size_t count;
};
struct audit_filter {
    int64_t before_id;    /* 0: from the newest. */
    struct str act;       /* Empty: all. A prefix such as "stock." fits all below it. */
    const char *subject;  /* NULL: all. */
    int64_t subject_id;   /* 0: all. */
    int64_t account_id;   /* 0: everybody. */
};
/* Of the actor's organiser, newest first, at most 50. */
NODISCARD enum err audit_list_of(struct ctx *cx, const struct audit_filter *by,
                                 struct audit_list *out);

/* ---- dangerous acts ---- */

/* ACT(NAME, handler, right, title) in src/acts.h: what needs a second person. right: who may ask
 * and approve; title in French, as the approver reads it. */
enum act {
#define ACT(name, handler, right, title) ACT_##name,
#include "acts.h"
#undef ACT
    ACT_COUNT
};

struct act_request {
    int64_t id;
    enum act act;
    int64_t subject_id;
    struct str args;    /* JSON made by the asker's page, checked by it. */
    struct str summary; /* French, what will happen, with figures. */
    struct str reason;
    int64_t asked_by, asked_ms;
};

/* Carries out an approved act in the approver's write transaction; what it finds changed since the
 * asking it refuses with ERR_CONFLICT, and nothing is written. It adds its own audit row. */
typedef enum err (*act_fn)(struct ctx *cx, const struct act_request *r);
#define ACT(name, handler, right, title)                                                          \
    enum err handler(struct ctx *cx, const struct act_request *r);
#include "acts.h"
#undef ACT

/* Notes the wish; another person of the same organiser with the act's right approves or refuses
 * it on /console/approbations within 7 days. The asker can withdraw it. Needs a write. */
NODISCARD enum err act_ask(struct ctx *cx, enum act act, int64_t subject_id, struct str args,
                           struct str summary, struct str reason, int64_t *id);

#endif
