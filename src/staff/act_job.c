/* SPDX-License-Identifier: Apache-2.0 */
/* act_job.c - ends the requests that nobody decided in their seven days. */
#include "job/job.h"
#include "staff/act_int.h"

static enum err
expire_unit(struct ctx *cx, void *arg)
{
    return act_expire_due(cx, act_table(), arg);
}

enum err
act_expire_job(struct ctx *cx, const struct job *job)
{
    int ended;

    (void)job;
    do
        TRY(db_write(cx, expire_unit, &ended));
    while (ended > 0);
    return OK;
}
