/* SPDX-License-Identifier: Apache-2.0 */
/*
 * purge.h - how a room lets go of what is older than its period: in transactions so small that
 * nobody who buys waits for one.
 *
 * What is found is found in a read of its own where that may take long; the change looks again, so
 * that a run may stop anywhere and the next one goes on.
 */
#ifndef MAILLON_JOB_PURGE_H
#define MAILLON_JOB_PURGE_H

#include "db/db.h"

struct purge {
    int64_t before_ms; /* What is older goes. */
    int64_t until_ns;  /* Of clock_mono_ns: no transaction is begun after it. */
    bool dry;          /* Only counted, nothing is written. */
    int64_t count;     /* Out: so many went, or would go. */
    bool more;         /* Out: the time was up first. */
    /* Writes down how many went, in the transaction in which they do: whatever is cut off then, as
     * many are counted as went. NULL: nobody counts. */
    enum err (*note)(struct ctx *cx, const struct purge *p, int64_t gone);
    const char *name;
};
/* For who changes rows by itself: in the same transaction. */
static inline enum err
purge_note(struct ctx *cx, const struct purge *p, int64_t gone)
{
    return p->note == NULL || gone == 0 ? OK : p->note(cx, p, gone);
}

/* No transaction is open. */
typedef enum err (*purge_fn)(struct ctx *cx, struct purge *p);

/* For what an index finds at once. change (before_ms, limit) changes at most limit rows, count
 * (before_ms) gives how many it would in all. */
NODISCARD enum err purge_rows(struct ctx *cx, enum sql_id change, enum sql_id count, int limit,
                              struct purge *p);

/* For what must be looked for, or takes more than a statement. find (before_ms, after, limit) gives
 * ids above after in their order; each is let go by one, few of them in a transaction. *gone is
 * false for one that is not to go after all. */
typedef enum err (*purge_one)(struct ctx *cx, int64_t id, int64_t before_ms, bool *gone);
NODISCARD enum err purge_each(struct ctx *cx, enum sql_id find, purge_one one, int few,
                              struct purge *p);

#endif
