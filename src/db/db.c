/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db.c - what both engines share: the pool, units as transactions, cells, the clock.
 */
#include "db/db.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "db/db_impl.h"

enum { CLOCK_MEASURE_S = 60, RETRY_PAUSE_US = 2000 };

/* ---- statements and cells ---- */

/* Tests make the n-th statement fail to see that nothing half-done remains. */
static bool
test_failure(struct db_pool *pool)
{
    if (atomic_load_explicit(&pool->test_fail_in, memory_order_relaxed) == 0)
        return false;
    return atomic_fetch_sub(&pool->test_fail_in, 1) == 1;
}

static enum err
run_checked(struct ctx *cx, enum sql_id id, size_t count)
{
    struct db *db = cx->db;

    assert(db != NULL && db->tx != TX_NONE);
    assert(id >= 0 && id < SQL_COUNT);
    assert(count == (size_t)sql_texts[id].params);
    assert(db->tx == TX_WRITE || !sql_texts[id].write);
    if (!test_failure(db->pool))
        return OK;
    db->failed = true;
    return ERR_FAULT;
}

enum err
db_run_values(struct ctx *cx, enum sql_id id, struct db_rows *out, const struct db_value *values,
              size_t count)
{
    struct db_rows rows = {0};

    TRY(run_checked(cx, id, count));
    enum err e = cx->db->driver->run(cx, id, out == NULL ? NULL : &rows, values, count);
    if (e != OK) {
        cx->db->failed = true;
        return e;
    }
    if (out != NULL)
        *out = rows;
    return OK;
}

enum err
db_run_all(struct ctx *cx, const struct db_call *calls, size_t count)
{
    if (cx->db->driver->run_all == NULL) {
        for (size_t i = 0; i < count; i++)
            TRY(db_run_values(cx, calls[i].id, NULL, calls[i].values, calls[i].count));
        return OK;
    }
    for (size_t i = 0; i < count; i++)
        TRY(run_checked(cx, calls[i].id, calls[i].count));
    enum err e = cx->db->driver->run_all(cx, calls, count);
    cx->db->failed |= e != OK;
    return e;
}

enum err
db_each_values(struct ctx *cx, enum sql_id id, db_row_fn fn, void *arg,
               const struct db_value *values, size_t count)
{
    TRY(run_checked(cx, id, count));
    return cx->db->driver->each(cx, id, fn, arg, values, count);
}

static const struct db_value *
cell_at(const struct db_rows *rows, size_t row, size_t col)
{
    assert(row < rows->count && col < rows->cols);
    return &rows->cell[row * rows->cols + col];
}

int64_t
row_int(const struct db_rows *rows, size_t row, size_t col)
{
    const struct db_value *v = cell_at(rows, row, col);

    assert(v->kind == DB_INT || v->kind == DB_NULL);
    return v->i;
}

struct str
row_str(const struct db_rows *rows, size_t row, size_t col)
{
    const struct db_value *v = cell_at(rows, row, col);

    assert(v->kind != DB_INT);
    return v->s;
}

bool
row_null(const struct db_rows *rows, size_t row, size_t col)
{
    return cell_at(rows, row, col)->kind == DB_NULL;
}

enum db_engine
db_engine(const struct ctx *cx)
{
    return cx->app->pool->driver->engine;
}

bool
db_in_write(const struct ctx *cx)
{
    return cx->db != NULL && cx->db->tx == TX_WRITE;
}

/* ---- one unit as one transaction ---- */

enum err
db_verdict(struct db *db, struct log *log, enum err e)
{
    if (e == OK && db->failed) {
        log_error(log, "unit_ignored_a_failed_statement");
        return ERR_FAULT;
    }
    return e;
}

static enum err
transact_once(struct db *db, struct ctx *cx, enum tx kind, unit_fn fn, void *arg)
{
    enum err e;

    db->again = false;
    db->failed = false;
    TRY(db->driver->begin(db, kind, cx->log));
    db->tx = kind;
    e = db_verdict(db, cx->log, fn(cx, arg));
    db->tx = TX_NONE;
    if (e == OK)
        return db->driver->commit(db, cx->log);
    db->driver->rollback(db);
    return e;
}

/* A small random pause keeps two units that met once from meeting again. */
static void
retry_pause(int attempt)
{
    usleep(random_below((uint32_t)(RETRY_PAUSE_US * attempt)) + 100);
}

enum err
db_transact(struct db *db, struct ctx *cx, enum tx kind, unit_fn fn, void *arg, bool fresh)
{
    struct db *before = cx->db;
    int64_t given_ms = cx->now_ms;
    unsigned after = cx->after;
    enum err e;

    db_measure_clock(db, false);
    cx->db = db;
    for (int attempt = 1;; attempt++) {
        if (given_ms == 0)
            cx->now_ms = db_now_ms(db->pool);
        e = transact_once(db, cx, kind, fn, arg);
        if (e != ERR_BUSY || !db->again || attempt == DB_ATTEMPTS_MAX)
            break;
        retry_pause(attempt);
        cx->after = after;
        if (fresh)
            arena_clear(cx->arena);
    }
    cx->db = before;
    cx->now_ms = given_ms;
    if (e != OK)
        cx->after = after;
    return e;
}

static void
after_commit(struct db_pool *pool, struct ctx *cx)
{
    if (cx->after != 0 && pool->opt.after != NULL)
        pool->opt.after(pool->opt.after_arg, cx->after);
    cx->after = 0;
}

/* On a connection of the caller's own, or a borrowed one. */
static enum err
transact_here(struct ctx *cx, enum tx kind, unit_fn fn, void *arg)
{
    struct db *db = cx->db;
    enum err e = OK;

    if (db == NULL)
        db = db_borrow(cx->app->pool, &e);
    if (db == NULL)
        return e;
    e = db_transact(db, cx, kind, fn, arg, false);
    if (cx->db == NULL)
        db_give_back(db);
    return e;
}

/* Before the pool is started SQLite's only writing connection serves the caller itself. */
static enum err
transact_main(struct ctx *cx, unit_fn fn, void *arg)
{
    struct db_pool *pool = cx->app->pool;
    enum err e;

    pthread_mutex_lock(&pool->main_lock);
    e = db_transact(pool->main, cx, TX_WRITE, fn, arg, false);
    if (e == OK)
        pool->driver->tend(pool->main);
    pthread_mutex_unlock(&pool->main_lock);
    return e;
}

enum err
db_write(struct ctx *cx, unit_fn fn, void *arg)
{
    struct db_pool *pool = cx->app->pool;
    enum err e;

    assert(cx->db == NULL || cx->db->tx == TX_NONE);
    if (atomic_load_explicit(&pool->stopped, memory_order_relaxed))
        return ERR_BUSY;
    if (pool->driver->engine == DB_PG)
        e = transact_here(cx, TX_WRITE, fn, arg);
    else if (pool->started)
        return db_writer_call(pool, cx, fn, arg); /* The writer sees to cx->after. */
    else
        e = transact_main(cx, fn, arg);
    if (e == OK)
        after_commit(pool, cx);
    return e;
}

enum err
db_read(struct ctx *cx, unit_fn fn, void *arg)
{
    assert(cx->db == NULL || cx->db->tx == TX_NONE);
    return transact_here(cx, TX_READ, fn, arg);
}

/* ---- connections for threads that are not the pool's ---- */

struct db *
db_borrow(struct db_pool *pool, enum err *why)
{
    struct db *db;

    pthread_mutex_lock(&pool->spare_lock);
    db = pool->spare;
    if (db != NULL) {
        pool->spare = db->next_spare;
        pool->spares--;
    }
    pthread_mutex_unlock(&pool->spare_lock);
    if (db == NULL)
        *why = pool->driver->open(pool, false, &db);
    return db;
}

void
db_give_back(struct db *db)
{
    struct db_pool *pool = db->pool;
    bool keep;

    pthread_mutex_lock(&pool->spare_lock);
    keep = pool->spares < DB_SPARE_MAX;
    if (keep) {
        db->next_spare = pool->spare;
        pool->spare = db;
        pool->spares++;
    }
    pthread_mutex_unlock(&pool->spare_lock);
    if (!keep)
        pool->driver->close(db);
}

/* ---- the pool ---- */

static enum err
target_parse(struct db_pool *pool, struct str conf)
{
    if (str_starts(conf, STR("sqlite:")) && conf.len > strlen("sqlite:")) {
        pool->driver = &db_sqlite_driver;
        pool->target = str_sub(conf, strlen("sqlite:"), conf.len);
        return OK;
    }
    if (str_starts(conf, STR("postgresql://")) || str_starts(conf, STR("postgres://"))) {
        pool->driver = &db_pg_driver;
        pool->target = conf;
        return OK;
    }
    /* Not shown: a misspelt address may hold a password. */
    log_error(NULL, "db_setting_is_neither_sqlite_path_nor_postgresql_url");
    return ERR_INVALID;
}

enum err
db_open(struct app *app, const struct db_options *opt)
{
    struct db_pool *pool = calloc(1, sizeof *pool);
    enum err e;

    assert(pool != NULL);
    pool->app = app;
    pool->opt = *opt;
    if (pool->opt.workers < 1)
        pool->opt.workers = 1;
    if (pool->opt.workers > DB_THREADS_MAX)
        pool->opt.workers = DB_THREADS_MAX;
    if (pool->opt.batch_max == 0)
        pool->opt.batch_max = DB_BATCH_DEFAULT;
    queue_init(&pool->work);
    queue_init(&pool->writes);
    pthread_mutex_init(&pool->main_lock, NULL);
    pthread_mutex_init(&pool->spare_lock, NULL);
    e = target_parse(pool, app->conf->db);
    if (e == OK)
        e = pool->driver->open(pool, true, &pool->main);
    if (e != OK) {
        free(pool);
        return e;
    }
    db_measure_clock(pool->main, true);
    app->pool = pool;
    return OK;
}

static enum err
worker_start(struct db_pool *pool)
{
    struct db *db;

    TRY(pool->driver->open(pool, false, &db));
    if (pthread_create(&pool->thread[pool->threads], NULL, db_worker_main, db) != 0) {
        pool->driver->close(db);
        log_error(NULL, "db_thread_not_started");
        return ERR_FAULT;
    }
    pool->threads++;
    return OK;
}

enum err
db_start(struct db_pool *pool)
{
    sigset_t all;
    sigset_t before;
    enum err e = OK;

    assert(!pool->started);
    if (pool->driver->settle != NULL)
        TRY(pool->driver->settle(pool->main));
    /* Signals are the main thread's. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 0; i < pool->opt.workers && e == OK; i++)
        e = worker_start(pool);
    if (e == OK && pool->driver->engine == DB_SQLITE &&
        pthread_create(&pool->writer_thread, NULL, db_writer_main, pool) != 0)
        e = ERR_FAULT;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    /* When only some threads could be started db_close joins those. */
    pool->started = e == OK;
    return e;
}

void
db_close(struct db_pool *pool)
{
    /* Workers first: their LATE units may still write. */
    queue_close(&pool->work);
    for (int i = 0; i < pool->threads; i++)
        pthread_join(pool->thread[i], NULL);
    queue_close(&pool->writes);
    if (pool->started && pool->driver->engine == DB_SQLITE)
        pthread_join(pool->writer_thread, NULL);
    while (pool->spare != NULL) {
        struct db *db = pool->spare;
        pool->spare = db->next_spare;
        pool->driver->close(db);
    }
    pool->driver->close(pool->main);
    queue_release(&pool->work);
    queue_release(&pool->writes);
    pthread_mutex_destroy(&pool->main_lock);
    pthread_mutex_destroy(&pool->spare_lock);
    free(pool);
}

bool
db_submit(struct db_pool *pool, struct unit *u)
{
    bool write = u->mode == UNIT_WRITE;
    bool writer = write && pool->driver->engine == DB_SQLITE;

    assert(pool->started);
    if (write && atomic_load_explicit(&pool->stopped, memory_order_relaxed))
        return false;
    return queue_push(writer ? &pool->writes : &pool->work, u, pool->opt.queue_max, false);
}

void
db_pool_depth(const struct db_pool *pool, size_t *reads, size_t *writes)
{
    struct db_pool *p = (struct db_pool *)(uintptr_t)pool; /* Locking is not a change. */

    pthread_mutex_lock(&p->work.lock);
    *reads = p->work.reads;
    *writes = p->work.writes;
    pthread_mutex_unlock(&p->work.lock);
    pthread_mutex_lock(&p->writes.lock);
    *writes += p->writes.writes;
    pthread_mutex_unlock(&p->writes.lock);
}

void
db_stop_writes(struct db_pool *pool, const char *why)
{
    if (atomic_exchange(&pool->stopped, true))
        return;
    log_error(NULL, "db_writes_stopped", LOG_Z("why", why));
    /* A server ends in its ordinary way; restarting makes the database recover from what the
     * disk really holds. A command sees the error by itself. */
    if (pool->started)
        kill(getpid(), SIGTERM);
}

enum err
db_backup(struct db_pool *pool, struct str path)
{
    enum err e = OK;

    if (pool->driver->backup == NULL)
        return ERR_INVALID;
    struct db *db = db_borrow(pool, &e);
    if (db == NULL)
        return e;
    e = pool->driver->backup(db, path);
    db_give_back(db);
    return e;
}

/* ---- the clock ---- */

int64_t
db_now_ms(const struct db_pool *pool)
{
    int64_t set_ms = atomic_load_explicit(&pool->test_now_ms, memory_order_relaxed);

    if (set_ms != 0)
        return set_ms;
    return clock_now_ms() + atomic_load_explicit(&pool->offset_ms, memory_order_relaxed);
}

bool
db_is_awaited(const struct db_pool *pool)
{
    return !pool->started && pool->driver->is_awaited != NULL &&
           pool->driver->is_awaited(pool->main);
}

enum db_engine
db_pool_engine(const struct db_pool *pool)
{
    return pool->driver->engine;
}

void
db_measure_clock(struct db *db, bool now)
{
    struct db_pool *pool = db->pool;
    int64_t offset_ms;

    if (pool->driver->clock_offset == NULL)
        return;
    int64_t mono = clock_mono_ns();
    int64_t due = atomic_load(&pool->measure_at);
    if (!now && mono < due)
        return;
    /* One thread measures; the others go on. */
    int64_t next = mono + (int64_t)CLOCK_MEASURE_S * 1000000000;
    if (!atomic_compare_exchange_strong(&pool->measure_at, &due, next) && !now)
        return;
    if (pool->driver->clock_offset(db, &offset_ms) == OK)
        atomic_store(&pool->offset_ms, offset_ms);
}
