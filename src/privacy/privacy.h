/* SPDX-License-Identifier: Apache-2.0 */
/*
 * privacy.h - what is known of people: how long it is kept, the copy they may have, their wish to
 * be forgotten.
 *
 * fields.h says of every column of the database what it tells of people; what follows is held to it
 * by tests. Reading across rooms is done here, in statements of its own; whatever is changed is
 * changed by the rooms' own functions (order_forget, delivery_forget_order, account_forget ...), so
 * that a rule stands with its table.
 *
 * A wish of a company is made to an organiser and concerns what that organiser has: its orders and
 * what hangs on them. What all organisers share (claims, declarations, the people's accounts) goes
 * with it, once no other organiser has an order of the company under way. A wish of a person
 * concerns their account everywhere. Either waits while orders are under way (doc/privacy.md).
 */
#ifndef MAILLON_PRIVACY_PRIVACY_H
#define MAILLON_PRIVACY_PRIVACY_H

#include "base/keep.h"
#include "db/db.h"
#include "html/parts.h"
#include "job/purge.h"

/* ---- what goes by its age ---- */

/* In French, for the public page, by enum keep. */
struct privacy_period {
    int64_t days;
    const char *title, *since, *what;
};
struct privacy_period privacy_period(const struct conf *conf, enum keep which);

struct privacy_purged {
    const char *name;
    int64_t days, total, last, run_ms; /* run_ms 0: it never ran. */
};
/* By enum keep. */
NODISCARD enum err privacy_purged_list(struct ctx *cx, struct privacy_purged out[KEEP_COUNT]);

/* One run over everything that is older than its period, or with dry only counted; stops after
 * until_ns (clock_mono_ns) and says so in *more. No transaction is open. */
NODISCARD enum err privacy_purge(struct ctx *cx, bool dry, int64_t until_ns,
                                 int64_t count[KEEP_COUNT], bool *more);

#endif
