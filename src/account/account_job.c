/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account_job.c - what is kept no longer than it serves: periods are settings (base/keep.h); what
 * is over by itself, sign-ins and sessions, goes daily.
 */
#include "account/account_int.h"
#include "base/clock.h"
#include "base/keep.h"
#include "http/server.h"
#include "job/job.h"

enum { BATCH = 500, ACCOUNTS_AT_ONCE = 20 };

/* An address that orders under way still need stays. */
static enum err
idle_one(struct ctx *cx, int64_t id, int64_t before_ms, bool *gone)
{
    struct tally t = {0};
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_IDLE_STILL, &rows, db_int(id), db_int(before_ms)));
    if (rows.count == 0)
        return OK;
    TRY(db_run(cx, SQL_ACCOUNT_OPEN_ORDERS, &rows, db_int(id),
               db_int(keep_disputes_ms(cx->app->conf, cx->now_ms))));
    if (row_int(&rows, 0, 0) > 0)
        return OK;
    *gone = true;
    return account_forget(cx, id, &t);
}

enum err
account_purge_idle(struct ctx *cx, struct purge *p)
{
    return purge_each(cx, SQL_ACCOUNT_IDLE, idle_one, ACCOUNTS_AT_ONCE, p);
}

enum err
account_purge_limits(struct ctx *cx, struct purge *p)
{
    return purge_rows(cx, SQL_ACCOUNT_LIMIT_PURGE, SQL_ACCOUNT_LIMIT_OLD, BATCH, p);
}

enum err
account_purge_claims(struct ctx *cx, struct purge *p)
{
    return purge_rows(cx, SQL_CLAIM_CLOSE_OLD, SQL_CLAIM_OLD, BATCH, p);
}

/* The history repeats what was written with a case. */
enum err
account_purge_notes(struct ctx *cx, struct purge *p)
{
    struct purge events = *p;

    TRY(purge_rows(cx, SQL_REVIEW_NOTE_PURGE, SQL_REVIEW_NOTE_OLD, BATCH, p));
    TRY(purge_rows(cx, SQL_ACCOUNT_EVENT_NOTE_PURGE, SQL_ACCOUNT_EVENT_NOTE_OLD, BATCH, &events));
    p->count += events.count;
    p->more = p->more || events.more;
    return OK;
}

enum err
account_purge_tokens(struct ctx *cx, struct purge *p)
{
    return purge_rows(cx, SQL_TOKEN_PURGE, SQL_TOKEN_OLD, BATCH, p);
}

enum err
account_purge_job(struct ctx *cx, const struct job *job)
{
    struct purge p = {.before_ms = cx->now_ms,
                      .until_ns = clock_mono_ns() + INT64_C(30) * 1000000000};

    (void)job;
    TRY(purge_rows(cx, SQL_SIGN_IN_PURGE, SQL_SIGN_IN_PURGE, BATCH, &p));
    /* Each sign-in removes some; where nobody signs in any more, this does. */
    return purge_rows(cx, SQL_SESSION_DELETE_EXPIRED, SQL_SESSION_DELETE_EXPIRED, BATCH, &p);
}
