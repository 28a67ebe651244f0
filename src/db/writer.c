/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writer.c - group commit for SQLite: one thread owns the only writing connection.
 *
 * It takes the units that wait (never waits for more), runs each so that it can be undone alone,
 * and commits them together: one fsync for all. Only then is anybody answered. While the disk
 * syncs, the next batch gathers, so the batches grow with the load by themselves.
 *
 * An arena per place in the batch: a response built in it is sent by done, after the commit.
 */
#include "db/db_impl.h"

struct batch {
    struct db_pool *pool;
    struct db *db;
    size_t count;
    struct unit **unit;
    enum err *result;
    unsigned *after;
    struct arena *arena;
};

static enum err
unit_attempt(struct batch *b, size_t i, bool *alive)
{
    struct db *db = b->db;
    struct unit *u = b->unit[i];
    struct ctx cx = {.app = b->pool->app, .db = db, .arena = &b->arena[i], .log = &u->log,
                     .now_ms = db_now_ms(b->pool)};

    db->again = false;
    db->failed = false;
    db->unit_open = true;
    enum err e = db_verdict(db, &u->log, u->run(&cx, u->arg));
    *alive = db->driver->unit_end(db, e == OK);
    if (!*alive && e == OK)
        e = ERR_FAULT;
    b->after[i] = e == OK ? cx.after : 0;
    return e;
}

/* Nothing is to be gained from a pause here: the writer is alone in the transaction. */
static enum err
unit_in_batch(struct batch *b, size_t i, bool *alive)
{
    enum err e;

    for (int attempt = 1;; attempt++) {
        e = unit_attempt(b, i, alive);
        if (!*alive || e != ERR_BUSY || !b->db->again || attempt == DB_ATTEMPTS_MAX)
            return e;
        arena_clear(&b->arena[i]);
    }
}

static void
results_set(struct batch *b, size_t from, size_t to, enum err e)
{
    for (size_t i = from; i < to; i++)
        b->result[i] = e;
}

/* Runs units from..; returns where the next transaction has to begin. Some errors (a full disk)
 * make SQLite roll back everything: the units before then surely did not happen and may try
 * again; those after are not concerned. */
static size_t
batch_transaction(struct batch *b, size_t from)
{
    struct db *db = b->db;
    bool alive = true;
    enum err e = ERR_BUSY;

    if (!atomic_load(&b->pool->stopped))
        e = db->driver->begin(db, TX_WRITE, &b->pool->log);
    if (e != OK) {
        results_set(b, from, b->count, e);
        return b->count;
    }
    db->tx = TX_WRITE;
    for (size_t i = from; i < b->count; i++) {
        b->result[i] = unit_in_batch(b, i, &alive);
        if (!alive) {
            db->tx = TX_NONE;
            results_set(b, from, i, ERR_BUSY);
            return i + 1;
        }
    }
    db->tx = TX_NONE;
    if (db->driver->commit(db, &b->pool->log) != OK)
        results_set(b, from, b->count, ERR_UNKNOWN);
    return b->count;
}

static void
batch_run(struct batch *b, struct unit *list)
{
    unsigned after = 0;

    for (b->count = 0; list != NULL; list = list->next)
        b->unit[b->count++] = list;
    for (size_t from = 0; from < b->count;)
        from = batch_transaction(b, from);
    for (size_t i = 0; i < b->count; i++)
        if (b->result[i] == OK)
            after |= b->after[i];
    if (after != 0 && b->pool->opt.after != NULL)
        b->pool->opt.after(b->pool->opt.after_arg, after);
    for (size_t i = 0; i < b->count; i++) {
        b->unit[i]->done(b->unit[i], b->result[i]); /* The unit may be gone after this. */
        arena_clear(&b->arena[i]);
    }
}

void *
db_writer_main(void *arg)
{
    struct db_pool *pool = arg;
    size_t max = pool->opt.batch_max;
    struct arena own = {0};
    struct batch b = {.pool = pool, .db = pool->main};
    struct unit *list;

    pthread_setname_np(pthread_self(), "db-writer");
    arena_init(&own);
    b.unit = ARENA_ARRAY(&own, max, struct unit *);
    b.result = ARENA_ARRAY(&own, max, enum err);
    b.after = ARENA_ARRAY(&own, max, unsigned);
    b.arena = ARENA_ARRAY(&own, max, struct arena);
    for (size_t i = 0; i < max; i++)
        arena_init(&b.arena[i]);
    while ((list = queue_take(&pool->writes, max)) != NULL) {
        batch_run(&b, list);
        pool->driver->tend(pool->main);
    }
    for (size_t i = 0; i < max; i++)
        arena_release(&b.arena[i]);
    arena_release(&own);
    return NULL;
}

/* ---- a unit whose caller waits ---- */

struct waiter {
    struct unit unit;
    struct ctx *cx; /* The caller's; it sleeps, so this thread may use it. */
    unit_fn fn;
    void *arg;
    unsigned after;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool finished;
    enum err result;
};

static enum err
waiter_run(struct ctx *writer, void *arg)
{
    struct waiter *w = arg;
    struct ctx *cx = w->cx;
    struct db *before = cx->db;
    int64_t given_ms = cx->now_ms;

    cx->after = w->after; /* Another attempt starts from there again. */
    cx->db = writer->db;
    if (given_ms == 0)
        cx->now_ms = writer->now_ms;
    enum err e = w->fn(cx, w->arg);
    writer->after = cx->after;
    cx->db = before;
    cx->now_ms = given_ms;
    return e;
}

static void
waiter_done(struct unit *u, enum err e)
{
    struct waiter *w = (struct waiter *)u->arg;

    pthread_mutex_lock(&w->lock);
    w->result = e;
    w->finished = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
}

enum err
db_writer_call(struct db_pool *pool, struct ctx *cx, unit_fn fn, void *arg)
{
    struct waiter w = {.cx = cx, .fn = fn, .arg = arg, .after = cx->after};

    w.unit = (struct unit){.mode = UNIT_WRITE, .run = waiter_run, .done = waiter_done, .arg = &w};
    if (cx->log != NULL)
        w.unit.log = *cx->log;
    pthread_mutex_init(&w.lock, NULL);
    pthread_cond_init(&w.wake, NULL);
    queue_push(&pool->writes, &w.unit, 0, true);
    pthread_mutex_lock(&w.lock);
    while (!w.finished)
        pthread_cond_wait(&w.wake, &w.lock);
    pthread_mutex_unlock(&w.lock);
    pthread_cond_destroy(&w.wake);
    pthread_mutex_destroy(&w.lock);
    cx->after = w.result == OK ? 0 : w.after;
    return w.result;
}
