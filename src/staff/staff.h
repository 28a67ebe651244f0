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
#include "http/req.h"

/* ---- roles ---- */

struct staff_role {
    const char *name;  /* Of the command line: admin, stock, agent, finance, auditor. */
    enum right right;
    const char *title; /* French. */
    const char *what;  /* What it lets do, in a sentence. */
};
enum { STAFF_ROLES = 5 };
extern const struct staff_role staff_roles[STAFF_ROLES];
/* "Administrateur, finance"; "Aucun rôle" for none. */
struct str staff_roles_text(struct arena *a, unsigned rights);
/* "admin,finance" or "none"; false when a word is no role. */
bool staff_roles_parse(struct str words, unsigned *rights);
/* The words of it. */
struct str staff_roles_words(struct arena *a, unsigned rights);

/* Gives a person these roles in the organiser, in place of any before, or none at all; their
 * sessions end; the change is audited for that organiser. ERR_CONFLICT: of another organiser's
 * people. ERR_LIMIT: the organiser's last administrator would go. Needs a write. */
NODISCARD enum err staff_set_roles(struct ctx *cx, int64_t account_id, int64_t organiser_id,
                                   unsigned rights);

/* ---- the console ---- */

/* page_begin for a page of the console: with the organiser's name, the person's roles and the links
 * of src/console_nav.h that this person may open. */
NODISCARD enum err console_page(struct ctx *cx, struct req *req, struct str title,
                                struct page *out);
/* Whether the actor's roles open this GET route, named as in src/routes.h. */
bool console_may_open(const struct ctx *cx, const char *path);

/* Writes to those of an organiser's people who hold one of these rights, but for these accounts
 * (NULL: to all): text, and below it where to read more (a path; may be empty). Needs a write. */
enum { TELL_BUT = 2 };
NODISCARD enum err staff_tell(struct ctx *cx, int64_t organiser_id, unsigned rights,
                              const int64_t but[TELL_BUT], const char *cause, int64_t subject_id,
                              struct str subject, struct str text, struct str path);

/* ---- the second proof ---- */

/* Whether a session of this account begins without its rights of staff, until it has passed the
 * second proof: always, or where MAILLON_STAFF_TOTP is optional once the person has one. */
NODISCARD enum err staff_proof_due(struct ctx *cx, int64_t account_id, bool *due);
/* For http_options.confirm. */
NODISCARD enum err staff_confirm(struct ctx *cx, struct req *req, bool *answered);
/* The demonstration's people have a known key, whose code /demo/codes shows. Needs a write, and
 * secret_load before. */
NODISCARD enum err staff_demo_proof(struct ctx *cx, int64_t account_id, struct str email);

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

/* What people call an act (src/audit_words.h); its name where nobody has said. */
struct str audit_act_text(struct str act);

struct audit_row {
    int64_t id, at_ms, account_id;
    struct str email; /* Of the person; "ligne de commande" without one. */
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
    int64_t from_ms, to_ms; /* From this instant, before that one; 0: no bound. */
};
/* Of the actor's organiser, newest first, at most 50. */
NODISCARD enum err audit_list_of(struct ctx *cx, const struct audit_filter *by,
                                 struct audit_list *out);

/* ---- dangerous acts ---- */

/* ACT(NAME, handler, right, title) in src/acts.h: what needs a second person. right: who may ask
 * and approve; title in French, as the approver reads it. ACT_PERSON is about one of the people,
 * the account of subject_id: who holds the right asks, anybody of APPROVES approves, but not that
 * person. */
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
 * asking it refuses with ERR_CONFLICT, says why (French, a whole sentence, in cx->arena), and
 * nothing is written: the request stays open with that reason. It adds its own audit row. */
typedef enum err (*act_fn)(struct ctx *cx, const struct act_request *r, struct str *why);
#define ACT(name, handler, right, title)                                                          \
    enum err handler(struct ctx *cx, const struct act_request *r, struct str *why);
#include "acts.h"
#undef ACT

/* Notes the wish and writes to those who can approve it: another person of the same organiser who
 * may approves or refuses it on /console/approbations within 7 days; the asker can withdraw it.
 * The same wish of the same person while it waits is the same request. ERR_DENIED when the actor
 * does not hold the act's right. Needs a write. */
NODISCARD enum err act_ask(struct ctx *cx, enum act act, int64_t subject_id, struct str args,
                           struct str summary, struct str reason, int64_t *id);

enum act_state { ACT_ASKED = 1, ACT_APPROVED, ACT_REFUSED, ACT_WITHDRAWN, ACT_EXPIRED };

/* Takes a waiting request of the actor's organiser: ACT_APPROVED runs its handler in the same
 * transaction, ACT_REFUSED and ACT_WITHDRAWN only note why. ERR_NOT_FOUND: none such here.
 * ERR_DENIED: the asker's own (but for withdrawing, which is the asker's alone), about the actor,
 * or without the right to. ERR_CONFLICT, with *why in French: it does not wait any more, its asker
 * has lost the right since, or its handler refused; the caller's transaction must roll back, then
 * call act_note_trouble in another one. Needs a write. */
NODISCARD enum err act_decide(struct ctx *cx, int64_t id, enum act_state to, struct str reason,
                              struct str *why);
/* Keeps with an open request why it could not be carried out. Needs a write. */
NODISCARD enum err act_note_trouble(struct ctx *cx, int64_t id, struct str why);
/* What became of a request of the actor's organiser. ERR_NOT_FOUND: none such. */
struct act_outcome {
    enum act_state state;
    struct str asker, decider; /* E-mail addresses. */
    int64_t asked_by, asked_ms, decided_ms;
    struct str reason;         /* The asker's. */
    struct str why;            /* The decider's. */
    struct str trouble;        /* Why it could not be carried out at the last try. */
};
NODISCARD enum err act_outcome(struct ctx *cx, int64_t id, struct act_outcome *out);
/* Requests that wait in the actor's organiser for a decision that is theirs to take: not what they
 * asked for, nor what is about them, nor what their roles leave to others. Stops at
 * ACT_COUNT_MAX. */
enum { ACT_COUNT_MAX = 1000 };
NODISCARD enum err act_count_waiting(struct ctx *cx, int64_t *out);

#endif
