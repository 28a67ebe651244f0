/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_in.h - signing in by a code sent by e-mail.
 *
 * A sign-in belongs to the browser that asked: it is found by that browser's session cookie, so
 * a code is worth nothing elsewhere and no form or link carries an id. Whether an account exists
 * is looked up only after the right code was typed; until then known and unknown addresses meet
 * the same statements and the same mail. All functions need a write transaction but for
 * sign_in_pending.
 */
#ifndef MAILLON_ACCOUNT_SIGN_IN_H
#define MAILLON_ACCOUNT_SIGN_IN_H

#include "account/account.h"

enum {
    SIGN_IN_DIGITS = 8,
    SIGN_IN_TRIES = 5,
    SIGN_IN_LIFE_MS = 10 * 60 * 1000,
    SIGN_IN_PAUSE_MS = 60 * 1000,
    SIGN_IN_MAILS_HOUR = 10,    /* To one address. */
    SIGN_IN_CLIENT_HOUR = 60    /* From one client address. */
};

enum sign_in_result {
    SIGN_IN_OK,
    SIGN_IN_LIMIT, /* Too many codes were asked for this address or from this client. */
    SIGN_IN_PAUSE, /* The last code was sent less than a minute ago. */
    SIGN_IN_NONE,  /* This browser asked for nothing, or its code is too old. */
    SIGN_IN_WRONG,
    SIGN_IN_SPENT  /* The last try is used up: a new code is needed. */
};

struct sign_in {
    struct str email;
    struct str back;       /* Where to go on to; may be empty. */
    int64_t sent_ms, expires_ms;
    int tries_left;
    int64_t account_id;    /* After the right code. */
    unsigned rights;
    int64_t organiser_id;
};

/* Sends a code to the address and remembers the browser (the session cookie's value) that asked.
 * client: its network address, for the limit; empty: none is counted. */
NODISCARD enum err sign_in_ask(struct ctx *cx, struct str browser, struct str email,
                               struct str client, struct str back, enum sign_in_result *out);
/* Another code to the same address. */
NODISCARD enum err sign_in_again(struct ctx *cx, struct str browser, struct str client,
                                 enum sign_in_result *out);
/* What this browser waits for; ERR_NOT_FOUND: nothing. */
NODISCARD enum err sign_in_pending(struct ctx *cx, struct str browser, struct sign_in *out);
/* Judges a typed code (digits; grouping spaces allowed). After SIGN_IN_OK the sign-in is gone:
 * a code works once. The try is counted, so the unit must commit whatever the result is. */
NODISCARD enum err sign_in_try(struct ctx *cx, struct str browser, struct str typed,
                               struct sign_in *s, enum sign_in_result *out);

#endif
