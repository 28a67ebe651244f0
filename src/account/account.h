/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account.h - people, sign-in by a code sent by e-mail, and the proof that a person acts for a
 * company.
 *
 * A SIRET is no proof and the first claim gives no exclusivity: a claim is proven by a code sent
 * to the chamber's address of that company, by an activation code in a letter to the head office,
 * or by an agent's review. A second claim alerts the holder and goes to review.
 */
#ifndef MAILLON_ACCOUNT_ACCOUNT_H
#define MAILLON_ACCOUNT_ACCOUNT_H

#include "base/tally.h"
#include "db/db.h"
#include "job/purge.h"
#include "registry/registry.h"

struct account {
    int64_t id;
    struct str email;
    unsigned rights;      /* RIGHT_SIGNED, and those of staff. */
    int64_t organiser_id;
    bool forgotten;       /* The address is a pseudonym that takes no mail. */
};

NODISCARD enum err account_by_id(struct ctx *cx, int64_t id, struct account *out);
/* ERR_NOT_FOUND when nobody has an account under the address. */
NODISCARD enum err account_by_email(struct ctx *cx, struct str email, struct account *out);
/* E-mail of the account, for notices about an order; empty when there is none any more. */
NODISCARD enum err account_email(struct ctx *cx, int64_t account_id, struct str *out);
/* Finds or makes the account of an address. Needs a write. */
NODISCARD enum err account_for_email(struct ctx *cx, struct str email, struct account *out);
/* Makes an account one of an organiser's people with these roles (STAFF_ANY), without a note: see
 * staff_set_roles. Needs a write. */
NODISCARD enum err account_grant(struct ctx *cx, int64_t account_id, int64_t organiser_id,
                                 unsigned rights);

/* A proven link between an account and a company. Needs a write; used by the demo and tests. */
NODISCARD enum err account_link_company(struct ctx *cx, int64_t account_id, int64_t siren,
                                        const char *proof);

struct company_link {
    int64_t siren;
    struct str name;      /* As account_company_name gives it. */
    struct str proof;
    int64_t since_ms;
    bool frozen;          /* Contested: gives no right until an agent has decided. */
};

struct company_link_list {
    struct company_link *item;
    size_t count;
};

/* The companies an account acts for, frozen ones too, at most 200. */
NODISCARD enum err account_links(struct ctx *cx, int64_t account_id,
                                 struct company_link_list *out);
/* The name, or the SIREN alone when the register's diffusion is partial. */
struct str account_company_name(struct arena *a, int64_t siren, struct str name, bool partial);

/* ---- what a company declares (declare.c) ---- */

/* A note of DECLARE_NOTE_MIN at least where a review reads it. */
enum { DECLARE_HEADS_MAX = 1000000, DECLARE_NOTE_MIN = 10, DECLARE_NOTE_MAX = 1000 };
/* Whether the register's band holds the figure, so that it is taken without a review. */
bool account_heads_fit(const struct company *c, int64_t heads);

/* What a company has declared or an agent has decided, for admission. */
struct company_declaration {
    int heads;               /* Accepted exact headcount; -1: none accepted. */
    bool heads_in_review;
    unsigned networks;       /* Granted by review; 0: none. */
};
NODISCARD enum err account_declaration(struct ctx *cx, int64_t siren,
                                       struct company_declaration *out);
/* Takes the figure when it lies inside the register's band; otherwise opens a review and *accepted
 * is false. Needs a write. */
NODISCARD enum err account_declare_heads(struct ctx *cx, const struct company *c, int heads,
                                         struct str note, bool *accepted);

/* The same entered by an agent, the actor, for the person of that account, who is on the telephone:
 * the answer goes there, and another agent decides. Who calls has proven nothing: a figure that
 * stands is replaced by a review only. */
NODISCARD enum err account_declare_heads_for(struct ctx *cx, int64_t account_id,
                                             const struct company *c, int heads, struct str note,
                                             bool *accepted);
/* Asks an agent to note that the company belongs to these networks, where the register does not
 * tell. Needs a write. */
NODISCARD enum err account_ask_network(struct ctx *cx, const struct company *c, unsigned networks,
                                       struct str note);
NODISCARD enum err account_ask_network_for(struct ctx *cx, int64_t account_id,
                                           const struct company *c, unsigned networks,
                                           struct str note);

/* ---- letting go (forget.c) ---- */

struct account_id_list {
    int64_t *item;
    size_t count;
};
/* Whoever acts or acted for a company, asked to, or ordered for it, at most 1,000. */
NODISCARD enum err account_people(struct ctx *cx, int64_t siren, struct account_id_list *out);
/* Whether the account serves for more than this company (0: than any): another one it acts or asks
 * to act for, a role of staff. */
NODISCARD enum err account_held_otherwise(struct ctx *cx, int64_t account_id, int64_t siren,
                                          bool *out);
/* What anybody has claimed, declared, written or been given for the company goes: claims, letters,
 * declarations, tokens, what was written in reviews and history, mails about it; links end. The
 * accounts stay. What is gone is counted by table. Needs a write. */
NODISCARD enum err account_forget_company(struct ctx *cx, int64_t siren, struct tally *t);
/* The same of one account for all its companies, and the account itself: the address becomes a
 * pseudonym, roles, sessions and second proof end. Once more changes nothing. Needs a write. */
NODISCARD enum err account_forget(struct ctx *cx, int64_t account_id, struct tally *t);

/* By age; see job/purge.h. */
NODISCARD enum err account_purge_idle(struct ctx *cx, struct purge *p);
NODISCARD enum err account_purge_limits(struct ctx *cx, struct purge *p);
NODISCARD enum err account_purge_claims(struct ctx *cx, struct purge *p);
NODISCARD enum err account_purge_notes(struct ctx *cx, struct purge *p);
NODISCARD enum err account_purge_tokens(struct ctx *cx, struct purge *p);

#endif
