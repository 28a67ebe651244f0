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

#include "db/db.h"
#include "registry/registry.h"

struct account {
    int64_t id;
    struct str email;
    unsigned rights;      /* RIGHT_SIGNED, and those of staff. */
    int64_t organiser_id;
};

NODISCARD enum err account_by_id(struct ctx *cx, int64_t id, struct account *out);
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

/* Asks an agent to note that the company belongs to these networks, where the register does not
 * tell. Needs a write. */
NODISCARD enum err account_ask_network(struct ctx *cx, const struct company *c, unsigned networks,
                                       struct str note);

/* E-mail of the account, for notices about an order. */
NODISCARD enum err account_email(struct ctx *cx, int64_t account_id, struct str *out);

#endif
