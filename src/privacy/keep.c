/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep.c - what goes by its age, once a day: each kind in small transactions of its own, counted
 * and noted. A run that was not done in its time goes on a little later.
 */
#include "account/account.h"
#include "base/clock.h"
#include "care/care.h"
#include "delivery/delivery.h"
#include "desk/desk.h"
#include "http/server.h"
#include "job/job.h"
#include "mail/mail.h"
#include "payment/payment.h"
#include "privacy/privacy_int.h"

enum { RUN_SECONDS = 40, REST_MS = 60 * 1000 };

struct kind {
    purge_fn run;
    const char *name, *metric;
    const char *title, *since, *what;
};

static const struct kind kinds[KEEP_COUNT] = {
#define KEEP(NAME, handler, word, title, since, what)                                             \
    [KEEP_##NAME] = {handler, word, "purged_" word, title, since, what},
#include "privacy/keep.h"
#undef KEEP
};

struct privacy_period
privacy_period(const struct conf *conf, enum keep which)
{
    return (struct privacy_period){keep_days(conf, which), kinds[which].title, kinds[which].since,
                                   kinds[which].what};
}

enum err
privacy_purged_list(struct ctx *cx, struct privacy_purged out[KEEP_COUNT])
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_PURGE_LIST, &rows));
    for (int k = 0; k < KEEP_COUNT; k++) {
        out[k] = (struct privacy_purged){.name = kinds[k].name,
                                         .days = keep_days(cx->app->conf, (enum keep)k)};
        for (size_t r = 0; r < rows.count; r++) {
            if (!str_is(row_str(&rows, r, 0), kinds[k].name))
                continue;
            out[k].total = row_int(&rows, r, 1);
            out[k].last = row_int(&rows, r, 2);
            out[k].run_ms = row_int(&rows, r, 3);
        }
    }
    return OK;
}

static enum err
note(struct ctx *cx, const struct purge *p, int64_t gone)
{
    return db_run(cx, SQL_PRIVACY_PURGE_ADD, NULL, db_str(str_of(p->name)), db_int(gone));
}

static enum err
begin_unit(struct ctx *cx, void *arg)
{
    const struct purge *p = arg;

    return db_run(cx, SQL_PRIVACY_PURGE_BEGIN, NULL, db_str(str_of(p->name)), db_int(cx->now_ms));
}

static enum err
run_one(struct ctx *cx, const struct kind *kind, struct purge *p)
{
    if (!p->dry)
        TRY(db_write(cx, begin_unit, p));
    enum err e = kind->run(cx, p);
    if (e != OK)
        log_error(cx->log, "purge_failed", LOG_Z("what", kind->name), LOG_Z("error", err_name(e)));
    if (!p->dry)
        metric_add(kind->metric, p->count);
    return e;
}

enum err
privacy_purge(struct ctx *cx, bool dry, int64_t until_ns, int64_t count[KEEP_COUNT], bool *more)
{
    enum err first = OK;

    *more = false;
    for (int k = 0; k < KEEP_COUNT; k++) {
        struct purge p = {.before_ms = keep_before_ms(cx->app->conf, (enum keep)k, cx->now_ms),
                          .until_ns = until_ns,
                          .dry = dry,
                          .note = note,
                          .name = kinds[k].name};
        enum err e = run_one(cx, &kinds[k], &p);
        first = first != OK ? first : e;
        count[k] = p.count;
        *more = *more || p.more;
    }
    return first;
}

static enum err
queue_rest(struct ctx *cx, void *arg)
{
    (void)arg;
    return job_add_once(cx, JOB_PRIVACY_PURGE, 1, STR_NONE, cx->now_ms + REST_MS);
}

enum err
privacy_purge_job(struct ctx *cx, const struct job *job)
{
    int64_t until_ns = clock_mono_ns() + INT64_C(1000000000) * RUN_SECONDS;
    int64_t count[KEEP_COUNT];
    bool more;

    (void)job;
    TRY(privacy_purge(cx, false, until_ns, count, &more));
    return more ? db_write(cx, queue_rest, NULL) : OK;
}
