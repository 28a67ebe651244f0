/* SPDX-License-Identifier: Apache-2.0 */
/*
 * claim.h - a person says to act for a company, and proves it.
 *
 * Three proofs: a code sent to the address that a chamber has for the company, a code in a letter
 * to the head office, an agent's decision. Where somebody else acts for the company already, a
 * right code is evidence only: the holder is alerted and an agent decides.
 */
#ifndef MAILLON_ACCOUNT_CLAIM_H
#define MAILLON_ACCOUNT_CLAIM_H

#include "account/account.h"

enum {
    CLAIM_CODE_LIFE_MS = 24 * 3600 * 1000,
    CLAIM_CODE_TRIES = 5,
    CLAIM_CODE_PAUSE_MS = 10 * 60 * 1000,
    CLAIM_CODES_DAY = 5,      /* For one company. */
    CLAIMS_DAY = 20,          /* Of one account. */
    LETTER_LIFE_DAYS = 30,
    LETTER_TRIES = 10,
    LETTER_CODE_LEN = 10,
    LETTERS_COMPANY = 3,      /* In 90 days. */
    LETTERS_ACCOUNT = 5,      /* In 30 days. */
    LETTER_BATCH_MAX = 5000
};

enum claim_state { CLAIM_WAITING = 1, CLAIM_REVIEW, CLAIM_PROVEN, CLAIM_REFUSED, CLAIM_GIVEN_UP };

struct claim {
    int64_t id, account_id, siren, siret;
    enum claim_state state;
    bool contested;
    int64_t code_expires_ms;   /* Of the code sent to the chamber's address; 0: none was sent. */
    int64_t created_ms, changed_ms;
    int64_t letter_asked_ms;   /* 0: none. */
    int64_t letter_expires_ms; /* 0: not printed yet. */
    struct str name;           /* As account_company_name gives it. */
    struct str email;          /* Of the claimant. */
};

struct claim_list {
    struct claim *item;
    size_t count;
};

enum claim_result {
    CLAIM_OK,
    CLAIM_LIMIT,   /* Too many lately. */
    CLAIM_NO_WAY,  /* No chamber's address, no postal address. */
    CLAIM_ALREADY, /* A letter is under way, or a code was sent minutes ago. */
    CLAIM_WRONG,
    CLAIM_SPENT,   /* No code is valid: too old, tried too often, or none was sent. */
    CLAIM_TO_REVIEW /* The code is right, but somebody else acts for the company. */
};

/* The actor's claim on a company; ERR_NOT_FOUND. */
NODISCARD enum err claim_find(struct ctx *cx, int64_t siren, struct claim *out);
NODISCARD enum err claim_by_id(struct ctx *cx, int64_t id, struct claim *out);
/* The actor's, newest first, at most 100. */
NODISCARD enum err claim_of_actor(struct ctx *cx, struct claim_list *out);
/* Everybody's on a company, at most 100; and only those that an agent looks at. */
NODISCARD enum err claim_of_company(struct ctx *cx, int64_t siren, struct claim_list *out);
/* Somebody other than the actor acts for the company, contested or not. */
NODISCARD enum err claim_held(struct ctx *cx, int64_t siren, bool *out);

/* Begins or takes up the actor's claim. The rest need a write too. */
NODISCARD enum err claim_begin(struct ctx *cx, int64_t siret, struct claim *out,
                               enum claim_result *result);
NODISCARD enum err claim_send_code(struct ctx *cx, const struct claim *c, const struct company *co,
                                   enum claim_result *result);
NODISCARD enum err claim_ask_letter(struct ctx *cx, const struct claim *c,
                                    const struct company *co, enum claim_result *result);
/* To an agent, with what the person says; holders are alerted. */
NODISCARD enum err claim_ask_review(struct ctx *cx, const struct claim *c, struct str reason);
/* Judges a code of either kind. The try is counted, so the unit must commit. */
NODISCARD enum err claim_try(struct ctx *cx, const struct claim *c, struct str typed,
                             enum claim_result *result);
NODISCARD enum err claim_give_up(struct ctx *cx, const struct claim *c);
/* A holder (the actor, for actor.siren) contests a claim under review: neither acts for the
 * company until an agent has decided. ERR_NOT_FOUND: no such claim is under review. */
NODISCARD enum err claim_contest(struct ctx *cx, int64_t claim_id, struct str reason);
/* An agent's decision. */
NODISCARD enum err claim_decided(struct ctx *cx, const struct claim *c, bool accepted);

/* That decision, taken at decided_ms, is taken back: the claim is under review again, and where it
 * was contested neither side acts for the company. */
NODISCARD enum err claim_reopened(struct ctx *cx, const struct claim *c, bool was_accepted,
                                  int64_t decided_ms);

/* The link of an account ends: sessions and tokens lose the company. */
NODISCARD enum err account_unlink(struct ctx *cx, int64_t account_id, int64_t siren);

/* "c***@d***.fr" */
struct str account_masked_email(struct arena *a, struct str email);

/* ---- letters ---- */

struct letter {
    int64_t claim_id;
    int64_t siret;             /* Of the head office. */
    struct str code;           /* "ABCDE FGHJK" */
    int64_t expires_ms;
    struct postal address;
    bool fits;                 /* The address could be made. */
};

struct letter_list {
    struct letter *item;
    size_t count;
};

/* Takes the batch that was begun and not written, or makes one of the letters that wait; *batch 0:
 * nothing to print. Needs a write. */
NODISCARD enum err letter_batch_take(struct ctx *cx, int64_t *batch, bool *resumed);
/* A batch with its codes, the same each time; ERR_NOT_FOUND. */
NODISCARD enum err letter_batch_read(struct ctx *cx, int64_t batch, struct letter_list *out);
/* Its file is safe on the disk. Needs a write. */
NODISCARD enum err letter_batch_written(struct ctx *cx, int64_t batch);
/* The postal address of a company's head office; false when none can be made. */
NODISCARD enum err letter_address(struct ctx *cx, const struct company *co, struct postal *out,
                                  bool *fits);
/* HMAC that is kept of a letter's code. */
NODISCARD enum err letter_code_hash(struct ctx *cx, int64_t claim_id, struct str code,
                                    struct str *out);

#endif
