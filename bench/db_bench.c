/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db_bench.c [UNITS] - what the database layer costs over bare SQLite.
 *
 * The same unit of work, four reads and four inserts of rows of 150 bytes with random keys, is
 * run four ways on a fresh file: by a bare loop over SQLite in groups of 64 with one fsync each,
 * without and with a savepoint a unit; by db_write from one thread, a commit each; and through
 * db_submit with 64 units always waiting. Prints units a second and CPU microseconds a unit.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/parse.h"
#include "db/sql_text.h"
#include "test/fixture.h"

enum { GROUP = 64, READS = 4, INSERTS = 4, KEY_LEN = 32, VALUE_LEN = 100 };

struct work {
    uint64_t seed;
    char key[KEY_LEN + 1];
    char value[VALUE_LEN];
};

static void
key_make(struct work *w)
{
    w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
    snprintf(w->key, sizeof w->key, "%016llx-bench-key-nnnnn",
             (unsigned long long)(w->seed ^ w->seed >> 29));
}

struct measure {
    const char *what;
    int64_t wall_ns, cpu_ns;
};

static struct measure
measure_begin(const char *what)
{
    return (struct measure){what, clock_mono_ns(), clock_cpu_ns()};
}

static void
measure_end(const struct measure *m, int64_t units)
{
    double wall = (double)(clock_mono_ns() - m->wall_ns) / 1e9;
    double cpu = (double)(clock_cpu_ns() - m->cpu_ns) / 1e3;

    printf("%-44s %9.0f units/s %8.1f us CPU/unit\n", m->what, (double)units / wall,
           cpu / (double)units);
}

/* ---- bare ---- */

static void
lite_must(sqlite3 *db, int rc, int want)
{
    if (rc == want)
        return;
    fprintf(stderr, "db_bench: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static sqlite3_stmt *
lite_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;

    lite_must(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL),
              SQLITE_OK);
    return stmt;
}

static void
lite_step(sqlite3 *db, sqlite3_stmt *stmt)
{
    lite_must(db, sqlite3_step(stmt), SQLITE_DONE);
    sqlite3_reset(stmt);
}

static void
bare_unit(sqlite3 *db, sqlite3_stmt *get, sqlite3_stmt *put, struct work *w)
{
    for (int i = 0; i < READS; i++) {
        key_make(w);
        sqlite3_bind_text(get, 1, w->key, KEY_LEN, SQLITE_STATIC);
        lite_step(db, get);
    }
    for (int i = 0; i < INSERTS; i++) {
        key_make(w);
        sqlite3_bind_text(put, 1, w->key, KEY_LEN, SQLITE_STATIC);
        sqlite3_bind_text(put, 2, w->value, VALUE_LEN, SQLITE_STATIC);
        lite_step(db, put);
    }
}

static void
bare_run(const char *path, int64_t units, bool savepoints)
{
    struct work w = {.seed = savepoints ? 11 : 7};
    sqlite3 *db;

    memset(w.value, 'v', sizeof w.value);
    lite_must(NULL, sqlite3_open(path, &db), SQLITE_OK);
    lite_must(db,
              sqlite3_exec(db,
                           "PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
                           "PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4096",
                           NULL, NULL, NULL),
              SQLITE_OK);
    sqlite3_stmt *begin = lite_prepare(db, "BEGIN IMMEDIATE");
    sqlite3_stmt *commit = lite_prepare(db, "COMMIT");
    sqlite3_stmt *save = lite_prepare(db, "SAVEPOINT u");
    sqlite3_stmt *drop = lite_prepare(db, "RELEASE u");
    sqlite3_stmt *get = lite_prepare(db, sql_texts[SQL_DB_SETTING_GET].sqlite);
    sqlite3_stmt *put = lite_prepare(db, sql_texts[SQL_DB_SETTING_PUT].sqlite);
    struct measure m = measure_begin(savepoints ? "bare SQLite, groups of 64, savepoints"
                                                : "bare SQLite, groups of 64");

    for (int64_t n = 0; n < units; n += GROUP) {
        lite_step(db, begin);
        for (int i = 0; i < GROUP; i++) {
            if (savepoints)
                lite_step(db, save);
            bare_unit(db, get, put, &w);
            if (savepoints)
                lite_step(db, drop);
        }
        lite_step(db, commit);
    }
    measure_end(&m, units);
    sqlite3_stmt *all[] = {begin, commit, save, drop, get, put};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        sqlite3_finalize(all[i]);
    sqlite3_close(db);
}

/* ---- through the layer ---- */

static enum err
layer_unit(struct ctx *cx, void *arg)
{
    struct work *w = arg;
    struct db_rows rows;

    for (int i = 0; i < READS; i++) {
        key_make(w);
        TRY(db_run(cx, SQL_DB_SETTING_GET, &rows, db_str(str_n(w->key, KEY_LEN))));
    }
    for (int i = 0; i < INSERTS; i++) {
        key_make(w);
        TRY(db_run(cx, SQL_DB_SETTING_PUT, NULL, db_str(str_n(w->key, KEY_LEN)),
                   db_str(str_n(w->value, VALUE_LEN))));
    }
    return OK;
}

struct load {
    struct db_pool *pool;
    atomic_llong left;     /* Units not yet handed over. */
    atomic_llong running;
    pthread_mutex_t lock;
    pthread_cond_t idle;
};

struct client {
    struct unit unit;
    struct work work;
    struct load *load;
};

static void
client_done(struct unit *u, enum err e)
{
    struct client *c = (struct client *)u;
    struct load *load = c->load;

    if (e != OK) {
        fprintf(stderr, "db_bench: a unit failed: %s\n", err_name(e));
        exit(1);
    }
    if (atomic_fetch_sub(&load->left, 1) > 0) {
        db_submit(load->pool, u);
        return;
    }
    if (atomic_fetch_sub(&load->running, 1) == 1) {
        pthread_mutex_lock(&load->lock);
        pthread_cond_signal(&load->idle);
        pthread_mutex_unlock(&load->lock);
    }
}

static void
layer_run(struct fixture *f, int64_t units)
{
    struct load load = {.pool = f->app.pool, .lock = PTHREAD_MUTEX_INITIALIZER,
                        .idle = PTHREAD_COND_INITIALIZER};
    struct client *client = calloc(GROUP, sizeof *client);

    load.left = units - GROUP;
    load.running = GROUP;
    fixture_start(f, 1);
    struct measure m = measure_begin("db_submit, 64 units waiting");
    for (int i = 0; i < GROUP; i++) {
        client[i] = (struct client){.unit = {.mode = UNIT_WRITE, .run = layer_unit,
                                             .done = client_done, .arg = &client[i].work},
                                    .work.seed = (uint64_t)i * 7919 + 13,
                                    .load = &load};
        memset(client[i].work.value, 'v', VALUE_LEN);
        db_submit(f->app.pool, &client[i].unit);
    }
    pthread_mutex_lock(&load.lock);
    while (atomic_load(&load.running) > 0)
        pthread_cond_wait(&load.idle, &load.lock);
    pthread_mutex_unlock(&load.lock);
    measure_end(&m, units);
    free(client);
}

static void
single_run(struct fixture *f, int64_t units)
{
    struct work w = {.seed = 3};
    struct measure m;

    memset(w.value, 'v', sizeof w.value);
    m = measure_begin("db_write, one at a time, a commit each");
    for (int64_t i = 0; i < units; i++)
        if (db_write(&f->cx, layer_unit, &w) != OK)
            exit(1);
        else
            arena_clear(&f->arena);
    measure_end(&m, units);
}

int
main(int argc, char **argv)
{
    int64_t units = 128000;

    if (argc > 1 && !parse_i64(str_of(argv[1]), GROUP, 100000000, &units)) {
        fprintf(stderr, "usage: db_bench [UNITS]\n");
        return 2;
    }
    units -= units % GROUP;
    for (int way = 0; way < 4; way++) {
        struct fixture *f = fixture_open(DB_SQLITE);
        char path[600];
        snprintf(path, sizeof path, "%s/test.db", f->dir);
        if (way < 2) {
            bare_run(path, units, way == 1);
        } else if (way == 2) {
            single_run(f, units / GROUP);
        } else {
            layer_run(f, units);
        }
        fixture_close(f);
    }
    return 0;
}
