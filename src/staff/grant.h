/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grant.h - what an administrator changes in a colleague's access, and what of it another person
 * must approve first.
 *
 * Two people stand behind a dangerous act, so nobody may make the second one alone. Once two of an
 * organiser's people can approve (APPROVES), giving a role that approves and resetting a second
 * proof are dangerous acts themselves (src/acts.h). Before, there is nobody to ask: the first
 * colleague is given the role at once, which the journal notes and the giver is told by mail. It
 * is once only: removing colleagues does not bring it back. Taking roles away is never held up.
 */
#ifndef MAILLON_STAFF_GRANT_H
#define MAILLON_STAFF_GRANT_H

#include "staff/staff.h"

/* A person of the team, or to be: rights are those held in the actor's organiser. */
struct grant_person {
    int64_t account_id;
    struct str email;
    unsigned rights;
};

enum grant_result {
    GRANT_DONE,
    GRANT_ALONE,     /* Done, without a second person: there is none yet. */
    GRANT_ASKED,     /* Waits for one. */
    GRANT_NO_REASON, /* Nothing done: it must be asked for, with a reason. */
    GRANT_NOBODY,    /* Nothing done: it must be asked for, and nobody could approve. */
    GRANT_LAST_ADMIN /* Nothing done: no administrator would be left. */
};

/* Whether this organiser has, or has had, two people who can approve. In a write it is noted, and
 * others who ask wait for this transaction. */
NODISCARD enum err grant_guarded(struct ctx *cx, int64_t organiser_id, bool *out);

/* These roles in place of those held; *act_id: the request that waits. The person is told by mail.
 * ERR_DENIED: one's own. Needs a write. */
NODISCARD enum err grant_roles(struct ctx *cx, const struct grant_person *p, unsigned rights,
                               struct str reason, enum grant_result *out, int64_t *act_id);
/* Takes away the second proof, so that it is set up anew. ERR_DENIED: one's own. Needs a write. */
NODISCARD enum err grant_reset(struct ctx *cx, const struct grant_person *p, struct str reason,
                               enum grant_result *out, int64_t *act_id);

#endif
