/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.h - API tokens of a company or an organiser. The token itself is shown once; the
 * database keeps its SHA-256, which serves as its id.
 */
#ifndef MAILLON_ACCOUNT_TOKEN_H
#define MAILLON_ACCOUNT_TOKEN_H

#include "db/db.h"

enum { TOKENS_MAX = 20, TOKEN_LABEL_MAX = 60, TOKEN_LIFE_DAYS = 365, TOKEN_ID_LEN = 64 };

/* Whose: exactly one of the two is set. */
struct token_owner {
    int64_t siren;
    int64_t organiser_id;
};

struct token {
    struct str id;
    struct str label;
    unsigned rights;
    int64_t created_ms, expires_ms;
    int64_t used_day; /* civil day; 0: never */
};

struct token_list {
    struct token *item;
    size_t count;
};

/* ERR_LIMIT: the owner has TOKENS_MAX already. One that the actor makes by a token holds no longer
 * than that token. Needs a write. *secret is in cx->arena. */
NODISCARD enum err token_create(struct ctx *cx, struct token_owner owner, struct str label,
                                unsigned rights, struct str *secret, struct token *out);
/* Those that hold, newest first. */
NODISCARD enum err token_list(struct ctx *cx, struct token_owner owner, struct token_list *out);
/* Ends those that it made too. ERR_NOT_FOUND: no such token of this owner. Needs a write. */
NODISCARD enum err token_revoke(struct ctx *cx, struct token_owner owner, struct str id);
/* All that an account made for a company. Needs a write. */
NODISCARD enum err token_revoke_of(struct ctx *cx, int64_t account_id, int64_t siren);
/* The same for an organiser, when the person administers it no more. */
NODISCARD enum err token_revoke_staff(struct ctx *cx, int64_t account_id, int64_t organiser_id);

/* "read", "order", "admin": the widest right. */
const char *token_right_code(unsigned rights);

#endif
