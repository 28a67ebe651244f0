/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job.c - the queue: adding, leasing, running, finishing.
 *
 * A lease is a row whose due_ms lies in the future and whose lease number went up by one. Whoever
 * finishes a job names that number, so a runner that was too slow and lost its lease finds no row
 * and changes nothing. A process that dies leaves rows that are due again when their time is up.
 *
 * A "once" job has its key while it waits and loses it when it is taken: what happens while it
 * runs must be able to queue it again. When it then fails and another waits, that one goes on for
 * both.
 */
#include "job/job_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "http/server.h"

enum { PAUSE_FIRST_MS = 5000, PAUSE_MAX_MS = CLOCK_HOUR_MS, PUT_BACK_MS = 60 * 1000 };

static const struct job_def defs[] = {
#define JOB(name, handler, attempts, timeout_ms, period_ms)                                       \
    {#name, handler, attempts, timeout_ms, period_ms},
#include "jobs.h"
#undef JOB
};

const struct job_table job_table = {defs, JOB_COUNT};

static struct str
once_key(struct arena *a, const char *name, int64_t subject_id)
{
    return str_printf(a, "%s:%" PRId64, name, subject_id);
}

enum err
job_add_def(struct ctx *cx, const struct job_def *def, enum job_rule rule, int64_t subject_id,
            struct str args, int64_t run_at_ms)
{
    int64_t due_ms = run_at_ms == 0 ? cx->now_ms : run_at_ms;

    assert(db_in_write(cx));
    if (args.ptr == NULL)
        args = STR("");
    /* Timers are found when they are due; waking the workers for them would find nothing. */
    if (due_ms <= cx->now_ms)
        cx->after |= AFTER_JOBS;
    if (rule == JOB_PLAIN)
        return db_run(cx, SQL_JOB_ADD, NULL, db_str(str_of(def->name)), db_int(subject_id),
                      db_str(args), db_int(due_ms), db_int(def->timeout_ms), db_int(cx->now_ms));
    return db_run(cx, SQL_JOB_ADD_ONCE, NULL, db_str(str_of(def->name)), db_int(subject_id),
                  db_str(args), db_int(due_ms), db_int(def->timeout_ms), db_int(cx->now_ms),
                  db_str(once_key(cx->arena, def->name, subject_id)));
}

enum err
job_add(struct ctx *cx, enum job_kind kind, int64_t subject_id, struct str args,
        int64_t run_at_ms)
{
    assert((int)kind >= 0 && kind < JOB_COUNT);
    return job_add_def(cx, &defs[kind], JOB_PLAIN, subject_id, args, run_at_ms);
}

enum err
job_add_once(struct ctx *cx, enum job_kind kind, int64_t subject_id, struct str args,
             int64_t run_at_ms)
{
    assert((int)kind >= 0 && kind < JOB_COUNT);
    return job_add_def(cx, &defs[kind], JOB_ONCE, subject_id, args, run_at_ms);
}

static enum err
periods_unit(struct ctx *cx, void *arg)
{
    const struct job_table *table = arg;

    for (int i = 0; i < table->count; i++) {
        const struct job_def *def = &table->def[i];
        struct str key = str_printf(cx->arena, "%s:period", def->name);

        if (def->period_ms == 0)
            continue;
        TRY(db_run(cx, SQL_JOB_ADD_PERIOD, NULL, db_str(str_of(def->name)), db_int(cx->now_ms),
                   db_int(def->timeout_ms), db_int(cx->now_ms), db_str(key)));
        TRY(db_run(cx, SQL_JOB_PERIOD_SHORTEN, NULL, db_str(key),
                   db_int(cx->now_ms + def->period_ms)));
    }
    return OK;
}

enum err
job_periods(struct ctx *cx, struct job_table table)
{
    return db_write(cx, periods_unit, &table);
}

static enum err
next_due_unit(struct ctx *cx, void *arg)
{
    int64_t *due_ms = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_JOB_NEXT, &rows));
    *due_ms = rows.count == 0 ? INT64_MAX : row_int(&rows, 0, 0);
    return OK;
}

enum err
job_next_due(struct ctx *cx, int64_t *out_ms)
{
    return db_read(cx, next_due_unit, out_ms);
}

struct take {
    struct job_table table;
    int count;
    const char *kind_left_out;
    struct job_taken_list taken;
};

static const struct job_def *
def_find(struct job_table table, struct str name, enum job_kind *kind)
{
    for (int i = 0; i < table.count; i++)
        if (str_is(name, table.def[i].name)) {
            *kind = (enum job_kind)i;
            return &table.def[i];
        }
    return NULL;
}

static enum err
take_unit(struct ctx *cx, void *arg)
{
    struct take *take = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_JOB_TAKE, &rows, db_int(cx->now_ms), db_int(take->count),
               db_str(str_of(take->kind_left_out))));
    take->taken.count = rows.count;
    take->taken.item = ARENA_ARRAY(cx->arena, rows.count, struct job_taken);
    for (size_t i = 0; i < rows.count; i++) {
        struct job_taken *t = &take->taken.item[i];

        t->job.id = row_int(&rows, i, 0);
        t->name = row_str(&rows, i, 1);
        t->def = def_find(take->table, t->name, &t->job.kind);
        t->job.subject_id = row_int(&rows, i, 2);
        t->job.args = row_str(&rows, i, 3);
        t->job.attempt = (int)row_int(&rows, i, 4);
        t->lease = row_int(&rows, i, 5);
        t->rule = (enum job_rule)row_int(&rows, i, 6);
    }
    return OK;
}

enum err
job_take(struct ctx *cx, struct job_table table, int count, const char *kind_left_out,
         struct job_taken_list *out)
{
    struct take take = {.table = table, .count = count, .kind_left_out = kind_left_out};

    TRY(db_write(cx, take_unit, &take));
    *out = take.taken;
    return OK;
}

int64_t
job_pause_ms(int attempt)
{
    int64_t pause = PAUSE_FIRST_MS;

    for (int i = 1; i < attempt && pause < PAUSE_MAX_MS; i++)
        pause *= 3;
    if (pause > PAUSE_MAX_MS)
        pause = PAUSE_MAX_MS;
    return pause + random_below((uint32_t)(pause / 5));
}

enum ending { ENDING_DONE, ENDING_AGAIN, ENDING_DEAD, ENDING_PERIOD, ENDING_PUT_BACK };

struct finish {
    const struct job_taken *t;
    enum ending ending;
    struct str error;
    int64_t due_ms;
};

static enum err
finish_unit(struct ctx *cx, void *arg)
{
    const struct finish *f = arg;
    const struct job_taken *t = f->t;
    struct db_value id = db_int(t->job.id);
    struct db_value lease = db_int(t->lease);
    struct str key = STR_NONE;

    switch (f->ending) {
    case ENDING_DONE:
        return db_run(cx, SQL_JOB_DONE, NULL, id, lease);
    case ENDING_AGAIN:
        if (t->rule == JOB_ONCE)
            key = once_key(cx->arena, t->def->name, t->job.subject_id);
        return db_run(cx, SQL_JOB_AGAIN, NULL, id, lease, db_int(f->due_ms), db_str(f->error),
                      db_str_or_null(key));
    case ENDING_DEAD:
        return db_run(cx, SQL_JOB_DEAD, NULL, id, lease, db_int(cx->now_ms), db_str(f->error));
    case ENDING_PERIOD:
        return db_run(cx, SQL_JOB_PERIOD_AGAIN, NULL, id, lease, db_int(f->due_ms),
                      db_str_or_null(f->error), db_int(t->def->timeout_ms));
    case ENDING_PUT_BACK:
        return db_run(cx, SQL_JOB_PUT_BACK, NULL, id, lease, db_int(f->due_ms));
    }
    return ERR_FAULT;
}

/* The row stays leased when this fails, and is due again when the lease ends. */
static void
finish(struct ctx *cx, const struct job_taken *t, enum ending ending, const char *error,
       int64_t due_ms)
{
    struct finish f = {.t = t, .ending = ending, .error = str_of(error), .due_ms = due_ms};
    enum err e;

    cx->now_ms = db_now_ms(cx->app->pool);
    e = db_write(cx, finish_unit, &f);
    if (e == ERR_CONFLICT && ending == ENDING_AGAIN) {
        f.ending = ENDING_DONE; /* Another one waits and goes on for both. */
        e = db_write(cx, finish_unit, &f);
    }
    if (e != OK)
        log_error(cx->log, "job_finish", LOG_STR("kind", t->name), LOG_INT("job", t->job.id),
                  LOG_Z("error", err_name(e)));
}

static void
give_up(struct ctx *cx, const struct job_taken *t, const char *error)
{
    log_error(cx->log, "job_dead", LOG_STR("kind", t->name), LOG_INT("job", t->job.id),
              LOG_INT("subject", t->job.subject_id), LOG_INT("attempt", t->job.attempt),
              LOG_Z("error", error));
    metric_add("jobs_given_up", 1);
    finish(cx, t, ENDING_DEAD, error, 0);
}

static void
failed(struct ctx *cx, const struct job_taken *t, enum err e, int64_t began_ms)
{
    log_warn(cx->log, "job_failed", LOG_STR("kind", t->name), LOG_INT("job", t->job.id),
             LOG_INT("subject", t->job.subject_id), LOG_INT("attempt", t->job.attempt),
             LOG_Z("error", err_name(e)));
    metric_add("jobs_failed", 1);
    if (t->rule == JOB_PERIODIC)
        finish(cx, t, ENDING_PERIOD, err_name(e), began_ms + t->def->period_ms);
    else if (t->job.attempt >= t->def->attempts)
        give_up(cx, t, err_name(e));
    else
        finish(cx, t, ENDING_AGAIN, err_name(e),
               db_now_ms(cx->app->pool) + job_pause_ms(t->job.attempt));
}

void
job_run_taken(struct ctx *cx, const struct job_taken *t)
{
    int64_t began_ms = db_now_ms(cx->app->pool);
    enum err e;

    snprintf(cx->log->request_id, sizeof cx->log->request_id, "job-%" PRId64 "-%" PRId64,
             t->job.id, t->lease);
    if (t->def == NULL) {
        finish(cx, t, ENDING_PUT_BACK, "", began_ms + PUT_BACK_MS);
        return;
    }
    /* Runs that ended the process have counted too, or they would go on for ever. */
    if (t->rule != JOB_PERIODIC && t->job.attempt > t->def->attempts) {
        give_up(cx, t, "lease lost");
        return;
    }
    cx->now_ms = began_ms;
    e = t->def->run(cx, &t->job);
    metric_add("jobs_run", 1);
    if (e != OK)
        failed(cx, t, e, began_ms);
    else if (t->rule == JOB_PERIODIC)
        finish(cx, t, ENDING_PERIOD, "", began_ms + t->def->period_ms);
    else
        finish(cx, t, ENDING_DONE, "", 0);
}

enum err
job_run_due_of(struct ctx *cx, struct job_table table, int *ran)
{
    struct arena arena = {0};
    struct log log = {0};
    struct job_taken_list taken;
    enum err e;
    int count = 0;

    for (;;) {
        struct ctx job_cx = {.app = cx->app, .arena = &arena, .log = &log};

        job_cx.now_ms = db_now_ms(cx->app->pool);
        e = job_take(&job_cx, table, 1, "", &taken);
        if (e != OK || taken.count == 0)
            break;
        job_run_taken(&job_cx, &taken.item[0]);
        count++;
        arena_clear(&arena);
    }
    arena_release(&arena);
    if (e == OK)
        *ran = count;
    return e;
}

enum err
job_run_due(struct ctx *cx, int *ran)
{
    return job_run_due_of(cx, job_table, ran);
}
