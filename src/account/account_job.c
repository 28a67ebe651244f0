/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account_job.c - what is kept no longer than it serves (doc/accounts.md tells how long).
 */
#include "account/account_int.h"
#include "base/clock.h"
#include "job/job.h"

enum { LIMIT_DAYS = 90, CLAIM_DAYS = 90, NOTE_DAYS = 365, TOKEN_DAYS = 365, IDLE_DAYS = 730 };
enum { SESSION_BATCHES_MAX = 2000 };

static int64_t
days_ago(const struct ctx *cx, int days)
{
    return cx->now_ms - (int64_t)days * CLOCK_DAY_MS;
}

static enum err
purge(struct ctx *cx, void *arg)
{
    (void)arg;
    TRY(db_run(cx, SQL_SIGN_IN_PURGE, NULL, db_int(cx->now_ms)));
    TRY(db_run(cx, SQL_ACCOUNT_LIMIT_PURGE, NULL, db_int(days_ago(cx, LIMIT_DAYS))));
    TRY(db_run(cx, SQL_CLAIM_CLOSE_OLD, NULL, db_int(days_ago(cx, CLAIM_DAYS)),
               db_int(cx->now_ms)));
    TRY(db_run(cx, SQL_REVIEW_NOTE_PURGE, NULL, db_int(days_ago(cx, NOTE_DAYS))));
    TRY(db_run(cx, SQL_TOKEN_PURGE, NULL, db_int(days_ago(cx, TOKEN_DAYS))));
    /* The links end in the same breath as the name goes. */
    TRY(db_run(cx, SQL_ACCOUNT_IDLE_LINKS, NULL, db_int(days_ago(cx, IDLE_DAYS)),
               db_int(cx->now_ms)));
    return db_run(cx, SQL_ACCOUNT_IDLE, NULL, db_int(days_ago(cx, IDLE_DAYS)));
}

/* Each sign-in removes some; where nobody signs in any more, this does. */
static enum err
purge_sessions(struct ctx *cx, void *arg)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_SESSION_DELETE_EXPIRED, &rows, db_int(cx->now_ms)));
    *(bool *)arg = rows.changed > 0;
    return OK;
}

enum err
account_purge_job(struct ctx *cx, const struct job *job)
{
    bool more = true;

    (void)job;
    TRY(db_write(cx, purge, NULL));
    for (int i = 0; more && i < SESSION_BATCHES_MAX; i++)
        TRY(db_write(cx, purge_sessions, &more));
    return OK;
}
