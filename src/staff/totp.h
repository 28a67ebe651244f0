/* SPDX-License-Identifier: Apache-2.0 */
/*
 * totp.h - the second proof of an organiser's people: six digits that a telephone makes anew every
 * 30 seconds (RFC 6238, HMAC-SHA-1, as all such programs know it), or a recovery code.
 *
 * A code of the step before or after the present one is taken too, since clocks differ; none is
 * taken twice. Five wrong ones in 15 minutes and no more is judged until they are over. The key is
 * kept sealed under the instance's secret, recovery codes as an HMAC.
 */
#ifndef MAILLON_STAFF_TOTP_H
#define MAILLON_STAFF_TOTP_H

#include "db/db.h"

enum {
    TOTP_KEY_BYTES = 20,
    TOTP_DIGITS = 6,
    TOTP_STEP_S = 30,
    TOTP_TRIES = 5,
    TOTP_WINDOW_MS = 15 * 60 * 1000,
    RECOVERY_CODES = 10,
    RECOVERY_CHARS = 12
};

enum totp_result {
    TOTP_OK,
    TOTP_RECOVERY, /* Right too: a recovery code, used up now. */
    TOTP_WRONG,
    TOTP_SPENT,    /* Wrong, and the last one that is judged for a while. */
    TOTP_LIMIT,    /* Too many wrong ones: nothing was judged. */
    TOTP_NONE      /* The account has no second proof yet. */
};

struct totp_state {
    bool enrolled;
    int64_t made_ms;
    int recovery_left;
};
NODISCARD enum err totp_state(struct ctx *cx, int64_t account_id, struct totp_state *out);

/* Six digits of this step (unix seconds / 30). */
struct str totp_code(struct arena *a, struct str key, int64_t step);
/* The key as people type it: base 32. */
struct str totp_key_text(struct arena *a, struct str key);
/* The address that a QR code holds. */
struct str totp_uri(struct arena *a, struct str key, struct str email);
/* The step whose code was typed, as it is or in groups, within one of now; 0: none. */
int64_t totp_match(struct arena *a, struct str key, struct str typed, int64_t now_ms);

/* Judges what was typed for the account: a code or a recovery code. The try is counted, so the
 * unit must commit whatever the result is. Needs a write. */
NODISCARD enum err totp_check(struct ctx *cx, int64_t account_id, struct str typed,
                              enum totp_result *out);
/* Keeps a key whose code of last_step was shown, in place of any before. Needs a write. */
NODISCARD enum err totp_enrol(struct ctx *cx, int64_t account_id, struct str key,
                              int64_t last_step);
/* New recovery codes in place of those before, shown this once. Needs a write. */
NODISCARD enum err totp_recovery_make(struct ctx *cx, int64_t account_id, struct str_list *out);
/* The account has no second proof any more. Needs a write. */
NODISCARD enum err totp_forget(struct ctx *cx, int64_t account_id);
/* The same by an administrator or a command: sessions end, it is noted in the journal and the
 * person is told by mail. Needs a write. */
NODISCARD enum err totp_reset(struct ctx *cx, int64_t account_id, struct str email);
/* Tells a person by mail what became of their second proof, in case it was not they. Needs a
 * write. */
NODISCARD enum err totp_tell(struct ctx *cx, struct str email, struct str subject,
                             struct str text);
/* Whose proof it is, and what the request says of its device (device.h). */
struct totp_person {
    int64_t account_id, organiser_id;
    struct str email, device;
};
/* A recovery code has served: the journal notes it, and the person is told when, from where and
 * how many are left. Needs a write. */
NODISCARD enum err totp_note_recovery(struct ctx *cx, const struct totp_person *p);
/* The same of an application that was set up, in place of another one or for the first time, and
 * of recovery codes that were made anew. Need a write. */
NODISCARD enum err totp_note_enrol(struct ctx *cx, const struct totp_person *p, bool again);
NODISCARD enum err totp_note_codes(struct ctx *cx, const struct totp_person *p);
/* TOTP_SPENT: the same, and the organiser's administrators are told. Needs a write. */
NODISCARD enum err totp_note_wrong(struct ctx *cx, const struct totp_person *p);
/* The key that the present session would enrol: made of it and the secret, kept nowhere. */
NODISCARD enum err totp_offer(struct ctx *cx, struct str session_hash, struct str *key);

/* People of the demonstration have a key that follows from their address. */
struct str totp_demo_key(struct arena *a, struct str email);
struct totp_demo {
    struct str email;
    unsigned rights;
    struct str key;
};
struct totp_demo_list {
    struct totp_demo *item;
    size_t count;
};
/* Those whose key is still that one. */
NODISCARD enum err totp_demo_people(struct ctx *cx, struct totp_demo_list *out);

#endif
