/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixture.c - see fixture.h.
 */
#include "test/fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "campaign/campaign.h"
#include "db/db_impl.h"
#include "test/ground.h"

enum { FIXTURE_QUEUE_MAX = 4096 };

static void
must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "fixture: %s\n", what);
    abort();
}

/* ---- opening ---- */

static void
pool_open(struct fixture *f, int workers)
{
    struct db_options opt = {.workers = workers, .queue_max = FIXTURE_QUEUE_MAX};

    must(db_open(&f->app, &opt) == OK, "the database cannot be opened");
}

struct fixture *
fixture_open(enum db_engine engine)
{
    struct fixture *f = calloc(1, sizeof *f);
    const char *tmp = getenv("TMPDIR");

    must(f != NULL, "no memory");
    if (engine == DB_PG && getenv("MAILLON_TEST_PG") == NULL) {
        free(f);
        return NULL;
    }
    crypto_init();
    log_set_level(LOG_ERROR);
    arena_init(&f->arena);
    f->engine = engine;
    snprintf(f->dir, sizeof f->dir, "%.40s/maillon-XXXXXX", tmp == NULL ? "/tmp" : tmp);
    must(mkdtemp(f->dir) != NULL, "no folder can be made in TMPDIR");
    if (engine == DB_SQLITE) {
        snprintf(f->db, sizeof f->db, "sqlite:%s/test.db", f->dir);
        ground_copy_sqlite(f->db + sizeof "sqlite:" - 1);
    } else {
        ground_lend_pg(f->db, sizeof f->db);
    }
    f->conf.db = str_of(f->db);
    f->conf.base_url = STR("http://localhost:8080");
    f->conf.secret = STR("a secret for tests only");
    f->app.conf = &f->conf;
    pool_open(f, 2);
    f->cx = fixture_ctx(f, &f->arena);
    return f;
}

static void
dir_remove(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir != NULL)
        closedir(dir);
    rmdir(path);
}

void
fixture_close(struct fixture *f)
{
    if (f->cx.db != NULL)
        fixture_rollback(f);
    db_close(f->app.pool);
    campaign_cache_close(&f->app); /* Of shop_open; nothing when there is none. */
    if (f->engine == DB_PG)
        ground_return_pg();
    dir_remove(f->dir);
    arena_release(&f->arena);
    free(f);
}

void
fixture_reopen(struct fixture *f)
{
    db_close(f->app.pool);
    pool_open(f, 2);
}

void
fixture_start(struct fixture *f, int workers)
{
    f->app.pool->opt.workers = workers;
    must(db_start(f->app.pool) == OK, "the pool cannot be started");
}

struct ctx
fixture_ctx(struct fixture *f, struct arena *arena)
{
    return (struct ctx){.app = &f->app, .arena = arena, .log = &f->log};
}

/* ---- cmocka ---- */

static int
setup(void **state, enum db_engine engine)
{
    struct fixture_test *test = *state;
    struct fixture *f = fixture_open(engine);

    if (f != NULL)
        f->test = test->test;
    *state = f;
    return 0;
}

int
fixture_setup_sqlite(void **state)
{
    return setup(state, DB_SQLITE);
}

int
fixture_setup_pg(void **state)
{
    return setup(state, DB_PG);
}

int
fixture_teardown(void **state)
{
    if (*state != NULL)
        fixture_close(*state);
    return 0;
}

void
fixture_run(void **state)
{
    struct fixture *f = *state;

    if (f == NULL) {
        print_message("           no PostgreSQL: MAILLON_TEST_PG is not set\n");
        skip();
        return;
    }
    f->test(state);
}

/* ---- straight calls ---- */

void
fixture_begin(struct fixture *f)
{
    struct db *db = f->app.pool->main;

    must(f->cx.db == NULL && !f->app.pool->started, "a transaction is open or the pool started");
    db->failed = false;
    must(db->driver->begin(db, TX_WRITE, &f->log) == OK, "no transaction can be opened");
    db->tx = TX_WRITE;
    f->cx.db = db;
    if (f->cx.now_ms == 0)
        f->cx.now_ms = db_now_ms(f->app.pool);
}

enum err
fixture_commit(struct fixture *f)
{
    struct db *db = f->cx.db;

    must(db != NULL, "no transaction is open");
    if (db->failed) {
        fixture_rollback(f);
        return ERR_FAULT;
    }
    db->tx = TX_NONE;
    f->cx.db = NULL;
    return db->driver->commit(db, &f->log);
}

void
fixture_rollback(struct fixture *f)
{
    struct db *db = f->cx.db;

    must(db != NULL, "no transaction is open");
    db->tx = TX_NONE;
    f->cx.db = NULL;
    db->driver->rollback(db);
}

void
fixture_clock(struct fixture *f, int64_t now_ms)
{
    atomic_store(&f->app.pool->test_now_ms, now_ms);
    f->cx.now_ms = now_ms;
}

void
fixture_fail_at(struct fixture *f, int n)
{
    atomic_store(&f->app.pool->test_fail_in, n);
}

/* ---- SQL ---- */

static enum err
sql_unit(struct ctx *cx, void *arg)
{
    const char *sql = arg;

    return cx->db->driver->script(cx, sql);
}

void
fixture_sql(struct fixture *f, const char *sql)
{
    char copy[4096];

    must((size_t)snprintf(copy, sizeof copy, "%s", sql) < sizeof copy, "SQL too long");
    if (f->cx.db != NULL)
        must(sql_unit(&f->cx, copy) == OK, sql);
    else
        must(db_write(&f->cx, sql_unit, copy) == OK, sql);
}

bool
fixture_sql_fails(struct fixture *f, const char *sql)
{
    char copy[4096];

    must((size_t)snprintf(copy, sizeof copy, "%s", sql) < sizeof copy, "SQL too long");
    must(f->cx.db == NULL, "a transaction of its own is needed");
    return db_write(&f->cx, sql_unit, copy) != OK;
}

struct int_query {
    const char *sql;
    int64_t value;
};

static enum err
int_unit(struct ctx *cx, void *arg)
{
    struct int_query *q = arg;
    struct db_rows rows;

    TRY(cx->db->driver->query(cx, q->sql, &rows));
    must(rows.count == 1 && rows.cols == 1, q->sql);
    q->value = row_int(&rows, 0, 0);
    return OK;
}

int64_t
fixture_int(struct fixture *f, const char *sql)
{
    struct int_query q = {.sql = sql};

    if (f->cx.db != NULL)
        must(int_unit(&f->cx, &q) == OK, sql);
    else
        must(db_read(&f->cx, int_unit, &q) == OK, sql);
    return q.value;
}

struct rows_query {
    const char *sql;
    struct db_rows rows;
};

static enum err
rows_unit(struct ctx *cx, void *arg)
{
    struct rows_query *q = arg;

    return cx->db->driver->query(cx, q->sql, &q->rows);
}

struct db_rows
fixture_rows(struct fixture *f, const char *sql)
{
    struct rows_query q = {.sql = sql};

    if (f->cx.db != NULL)
        must(rows_unit(&f->cx, &q) == OK, sql);
    else
        must(db_read(&f->cx, rows_unit, &q) == OK, sql);
    return q.rows;
}

int64_t
fixture_count(struct fixture *f, const char *table)
{
    char sql[160];

    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    return fixture_int(f, sql);
}
