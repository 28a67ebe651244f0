/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job_worker.c - the threads that run jobs.
 *
 * One idle thread at a time is the poller: it looks when the next row is due, sleeps until then
 * (at most a second, or until job_wake), leases as many rows as threads are idle, and hands the
 * part of the poller on before it runs one itself. So a leased row is run at once, an idle server
 * reads one index entry a second, and nothing is written while nothing is due.
 *
 * One kind never gets the last thread: while the mail relay is slow, orders still expire. What
 * waits for that reason is looked for again as soon as a thread comes back.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "http/server.h"
#include "job/job_int.h"

enum {
    POLL_MAX_MS = 1000,
    POLL_SATURATED_MS = 200, /* Rows are due, but of a kind that has had its share. */
    POLL_GAP_MS = 5,         /* After finding nothing, however often somebody wakes us. */
    COUNT_EVERY_MS = 15000,
    COUNT_BOUND = 10000,
    THREADS_MAX = 64
};

/* A leased row on its way to a thread; the texts lie behind it. */
struct handed {
    struct job_taken t;
    struct handed *next;
    char text[];
};

struct job_workers {
    const struct app *app;
    struct job_table table;
    int threads;
    pthread_t thread[THREADS_MAX];
    pthread_mutex_t lock;
    pthread_cond_t work; /* Something was handed over, or a poller is wanted. */
    pthread_cond_t poll; /* The poller sleeps on this. */
    struct handed *head;
    struct handed **tail;
    int waiting;         /* Handed over, not yet begun. */
    int running[JOB_KINDS_MAX];
    int running_all;
    bool polling;
    bool woken;
    bool held;           /* Rows are due, but of the kind that is left out. */
    bool stopping;
    int64_t poll_ns;     /* When to look next. */
    int64_t gap_ns;      /* Not before this. */
    int64_t count_ns;
};

static int64_t
ns_of(int64_t ms)
{
    return ms * 1000000;
}

static void
hand_over(struct job_workers *w, const struct job_taken *t)
{
    struct handed *h = malloc(sizeof *h + t->name.len + t->job.args.len + 1);

    if (h == NULL)
        abort(); /* As the arena does: nobody can go on without memory. */
    h->t = *t;
    h->next = NULL;
    memcpy(h->text, t->name.ptr, t->name.len);
    h->t.name.ptr = h->text;
    if (t->job.args.len > 0)
        memcpy(h->text + t->name.len, t->job.args.ptr, t->job.args.len);
    h->t.job.args.ptr = h->text + t->name.len;
    *w->tail = h;
    w->tail = &h->next;
    w->waiting++;
}

/* The kind that holds all threads but one, or "". */
static const char *
kind_saturated(const struct job_workers *w)
{
    for (int i = 0; w->threads > 1 && i < w->table.count; i++)
        if (w->running[i] >= w->threads - 1)
            return w->table.def[i].name;
    return "";
}

static enum err
count_unit(struct ctx *cx, void *arg)
{
    struct db_rows rows;

    (void)arg;
    TRY(db_run(cx, SQL_JOB_COUNTS, &rows, db_int(cx->now_ms), db_int(COUNT_BOUND)));
    metric_set("jobs_due", row_int(&rows, 0, 0));
    metric_set("jobs_dead", row_int(&rows, 0, 1));
    return OK;
}

/* What the poller found. */
struct look {
    int wanted;
    const char *left_out;
    struct job_taken_list taken;
    int64_t due_ms;
    int64_t now_ms;
    enum err e;
};

/* Without the lock. */
static void
look(struct job_workers *w, struct ctx *cx, struct look *l)
{
    cx->now_ms = db_now_ms(w->app->pool);
    l->now_ms = cx->now_ms;
    if (clock_mono_ns() >= w->count_ns) {
        w->count_ns = clock_mono_ns() + ns_of(COUNT_EVERY_MS);
        (void)!db_read(cx, count_unit, NULL);
    }
    l->e = job_next_due(cx, &l->due_ms);
    if (l->e == OK && l->due_ms <= l->now_ms)
        l->e = job_take(cx, w->table, l->wanted, l->left_out, &l->taken);
}

/* All that is due was left out. */
static bool
is_held(const struct look *l)
{
    return l->e == OK && l->due_ms <= l->now_ms && l->taken.count == 0 && l->left_out[0] != '\0';
}

/* When to look again, by what was found. */
static int64_t
next_poll_ns(const struct look *l)
{
    int64_t wait_ms = POLL_MAX_MS;

    if (l->e == OK && l->taken.count == (size_t)l->wanted)
        wait_ms = 0; /* There may be more. */
    else if (l->e == OK && l->due_ms <= l->now_ms)
        wait_ms = l->taken.count > 0 ? 0 : POLL_SATURATED_MS;
    else if (l->e == OK && l->due_ms - l->now_ms < POLL_MAX_MS)
        wait_ms = l->due_ms - l->now_ms;
    return clock_mono_ns() + ns_of(wait_ms);
}

static void
sleep_until(struct job_workers *w, int64_t at_ns)
{
    struct timespec at = {.tv_sec = at_ns / 1000000000, .tv_nsec = at_ns % 1000000000};

    (void)pthread_cond_timedwait(&w->poll, &w->lock, &at);
}

/* With the lock, which is let go while sleeping and looking. */
static void
poll_once(struct job_workers *w, struct ctx *cx)
{
    struct look l = {0};
    int idle;

    while (!w->stopping && clock_mono_ns() < (w->woken ? w->gap_ns : w->poll_ns))
        sleep_until(w, w->woken ? w->gap_ns : w->poll_ns);
    if (w->stopping)
        return;
    w->woken = false;
    /* A batch leaves one thread over, which then asks for another kind if need be. */
    idle = w->threads - w->running_all - w->waiting;
    l.wanted = idle > 1 ? idle - 1 : 1;
    l.left_out = kind_saturated(w);
    pthread_mutex_unlock(&w->lock);
    look(w, cx, &l);
    pthread_mutex_lock(&w->lock);
    w->held = is_held(&l);
    w->poll_ns = next_poll_ns(&l);
    w->gap_ns = clock_mono_ns() + (l.taken.count == 0 && !w->held ? ns_of(POLL_GAP_MS) : 0);
    if (w->held && strcmp(kind_saturated(w), l.left_out) != 0)
        w->poll_ns = 0; /* One of its threads came back while we looked. */
    for (size_t i = 0; i < l.taken.count; i++)
        hand_over(w, &l.taken.item[i]);
    arena_clear(cx->arena);
}

static struct handed *
take_handed(struct job_workers *w)
{
    struct handed *h = w->head;

    w->head = h->next;
    if (w->head == NULL)
        w->tail = &w->head;
    w->waiting--;
    w->running_all++;
    if (h->t.def != NULL)
        w->running[h->t.job.kind]++;
    return h;
}

static void
run_handed(struct job_workers *w, struct ctx *cx)
{
    struct handed *h = take_handed(w);

    pthread_mutex_unlock(&w->lock);
    job_run_taken(cx, &h->t);
    arena_clear(cx->arena);
    pthread_mutex_lock(&w->lock);
    w->running_all--;
    if (h->t.def != NULL)
        w->running[h->t.job.kind]--;
    if (w->held) { /* Now there is room for its kind. */
        w->held = false;
        w->woken = true;
        pthread_cond_signal(&w->poll);
    }
    free(h);
}

static void *
worker_main(void *arg)
{
    struct job_workers *w = arg;
    struct arena arena = {0};

    pthread_mutex_lock(&w->lock);
    for (;;) {
        struct log log = {0};
        struct ctx cx = {.app = w->app, .arena = &arena, .log = &log};

        while (w->head == NULL && w->polling && !w->stopping)
            pthread_cond_wait(&w->work, &w->lock);
        if (w->head != NULL) {
            /* Somebody must take the rest, or the part of the poller. */
            pthread_cond_signal(&w->work);
            run_handed(w, &cx);
            continue;
        }
        if (w->stopping)
            break;
        w->polling = true;
        poll_once(w, &cx);
        w->polling = false;
    }
    pthread_mutex_unlock(&w->lock);
    arena_release(&arena);
    return NULL;
}

static void
workers_init(struct job_workers *w)
{
    pthread_condattr_t attr;

    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->work, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->poll, &attr);
    pthread_condattr_destroy(&attr);
    w->tail = &w->head;
}

enum err
job_start_of(const struct app *app, struct job_table table, int threads, struct job_workers **out)
{
    struct job_workers *w = calloc(1, sizeof *w);
    struct arena arena = {0};
    struct log log = {0};
    struct ctx cx = {.app = app, .arena = &arena, .log = &log};
    enum err e;

    assert(threads >= 1 && threads <= THREADS_MAX && table.count <= JOB_KINDS_MAX);
    if (w == NULL)
        return ERR_FAULT;
    w->app = app;
    w->table = table;
    workers_init(w);
    e = job_periods(&cx, table);
    arena_release(&arena);
    for (; e == OK && w->threads < threads; w->threads++)
        if (pthread_create(&w->thread[w->threads], NULL, worker_main, w) != 0) {
            log_error(NULL, "job_thread", LOG_INT("error", errno));
            e = ERR_FAULT;
            break;
        }
    if (e != OK) {
        job_stop(w);
        return e;
    }
    *out = w;
    return OK;
}

enum err
job_start(const struct app *app, int threads, struct job_workers **out)
{
    return job_start_of(app, job_table, threads, out);
}

void
job_wake(struct job_workers *w)
{
    pthread_mutex_lock(&w->lock);
    w->woken = true;
    pthread_cond_signal(&w->poll);
    pthread_mutex_unlock(&w->lock);
}

void
job_stop(struct job_workers *w)
{
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_broadcast(&w->work);
    pthread_cond_broadcast(&w->poll);
    pthread_mutex_unlock(&w->lock);
    for (int i = 0; i < w->threads; i++)
        pthread_join(w->thread[i], NULL);
    pthread_cond_destroy(&w->poll);
    pthread_cond_destroy(&w->work);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
