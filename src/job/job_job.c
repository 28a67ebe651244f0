/* SPDX-License-Identifier: Apache-2.0 */
/* job_job.c - forgets dead jobs that nobody has looked at for half a year. */
#include "base/clock.h"
#include "job/job.h"

enum { PURGE_BATCH = 500, PURGE_BATCHES_MAX = 100, DEAD_KEPT_DAYS = 180 };

struct purge {
    int64_t before_ms;
    int64_t gone;
};

static enum err
purge_unit(struct ctx *cx, void *arg)
{
    struct purge *p = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_JOB_PURGE, &rows, db_int(p->before_ms), db_int(PURGE_BATCH)));
    p->gone = rows.changed;
    return OK;
}

enum err
job_purge_job(struct ctx *cx, const struct job *job)
{
    struct purge p = {.before_ms = cx->now_ms - (int64_t)DEAD_KEPT_DAYS * CLOCK_DAY_MS};

    (void)job;
    for (int i = 0; i < PURGE_BATCHES_MAX; i++) {
        TRY(db_write(cx, purge_unit, &p));
        if (p.gone < PURGE_BATCH)
            break;
    }
    return OK;
}
