/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job.h - work that happens later: a row written in the transaction that causes it.
 *
 * Workers lease due rows and run them at least once; every effect must be idempotent. A job that
 * fails is tried again with growing pauses until its attempts are used up, then it is parked as
 * dead and shows in /metrics and "maillon jobs". Repeated work (sweeps) is a job with a period.
 *
 * JOB(NAME, handler, attempts, timeout_ms, period_ms) in src/jobs.h; period 0: only when queued.
 * A handler runs as a LATE unit: no transaction is open, it calls db_write when it is ready.
 */
#ifndef MAILLON_JOB_JOB_H
#define MAILLON_JOB_JOB_H

#include "db/db.h"

enum job_kind {
#define JOB(name, handler, attempts, timeout_ms, period_ms) JOB_##name,
#include "jobs.h"
#undef JOB
    JOB_COUNT
};

struct job {
    int64_t id;
    enum job_kind kind;
    int64_t subject_id; /* What it is about: an order, a mail, a payment. */
    struct str args;    /* JSON or empty. */
    int attempt;        /* From 1. */
};

typedef enum err (*job_fn)(struct ctx *cx, const struct job *job);

/* Every handler, so that its definition is checked against the table. */
#define JOB(name, handler, attempts, timeout_ms, period_ms)                                       \
    enum err handler(struct ctx *cx, const struct job *job);
#include "jobs.h"
#undef JOB

/* Queues in the open write transaction. run_at_ms 0: now. */
NODISCARD enum err job_add(struct ctx *cx, enum job_kind kind, int64_t subject_id, struct str args,
                           int64_t run_at_ms);
/* Like job_add, but a waiting job of this kind and subject stays the only one. */
NODISCARD enum err job_add_once(struct ctx *cx, enum job_kind kind, int64_t subject_id,
                                struct str args, int64_t run_at_ms);

struct job_workers;
NODISCARD enum err job_start(const struct app *app, int threads, struct job_workers **out);
/* Called after a commit that queued something (ctx->after has AFTER_JOBS). */
void job_wake(struct job_workers *w);
void job_stop(struct job_workers *w);

/* Runs all that is due now, in this thread, until nothing is left (tests, commands, the demo).
 * *ran counts the runs; failed ones are counted too. */
NODISCARD enum err job_run_due(struct ctx *cx, int *ran);

#endif
