/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db.h - the database: one contract, two engines (SQLite compiled in, PostgreSQL by libpq).
 *
 * One unit of work is one transaction. The owner of the work hands a unit to the pool; the pool
 * runs it on a thread that has a connection, with the transaction open, and commits when it
 * returns OK and rolls back otherwise.
 *
 *  - SQLite: one writer thread owns the only writing connection. It takes all waiting write
 *    units up to a bound, BEGIN IMMEDIATE, runs each inside a SAVEPOINT of its own, one COMMIT
 *    with a full fsync for all, and only then calls their done. Readers have a connection each
 *    and read a snapshot.
 *  - PostgreSQL: each worker has its connection; a transaction per unit. Serialization failures
 *    and deadlocks (40001, 40P01) run the unit again on a cleared arena, at most 5 times.
 *
 * A statement is named by enum sql_id, made by the build from the .sql files; no function takes
 * SQL text, so injection has no door. Each is prepared once per connection, at first use.
 *
 * After any error from db_run inside a transaction the unit must return an error: PostgreSQL
 * would refuse every further statement. What is expected to collide uses ON CONFLICT.
 */
#ifndef MAILLON_DB_DB_H
#define MAILLON_DB_DB_H

#include "base/err.h"
#include "base/str.h"
#include "db/ctx.h"
#include "sql.h" /* Generated: enum sql_id. */

enum db_engine { DB_SQLITE, DB_PG };

enum db_kind { DB_NULL, DB_INT, DB_TEXT, DB_BLOB };

struct db_value {
    enum db_kind kind;
    int64_t i;
    struct str s;
};

/* A whole result, in cx->arena. Bounded by a LIMIT in the statement. */
struct db_rows {
    size_t count;
    size_t cols;
    struct db_value *cell; /* count x cols, row after row. */
    int64_t changed;       /* Rows an INSERT, UPDATE or DELETE touched. */
};

static inline struct db_value
db_int(int64_t i)
{
    return (struct db_value){DB_INT, i, {NULL, 0}};
}

static inline struct db_value
db_str(struct str s)
{
    return (struct db_value){DB_TEXT, 0, s};
}

static inline struct db_value
db_blob(const void *bytes, size_t len)
{
    return (struct db_value){DB_BLOB, 0, {bytes, len}};
}

static inline struct db_value
db_null(void)
{
    return (struct db_value){DB_NULL, 0, {NULL, 0}};
}

/* NULL for the empty text, otherwise the text. */
static inline struct db_value
db_str_or_null(struct str s)
{
    return s.len == 0 ? db_null() : db_str(s);
}

/* NULL for 0. */
static inline struct db_value
db_int_or_null(int64_t i)
{
    return i == 0 ? db_null() : db_int(i);
}

/*
 * Runs one statement. out may be NULL when nothing is wanted (then nothing is allocated). The
 * number of values must be the statement's (asserted). Text is copied into cx->arena.
 * ERR_CONFLICT: a UNIQUE or FOREIGN KEY was violated. ERR_FAULT: anything else, logged with the
 * statement's name; a violated CHECK is such a fault. ERR_BUSY: the engine asks to try again; the
 * pool does so by itself when the unit returns it.
 */
#define db_run(cx, id, out, ...)                                                                  \
    db_run_values((cx), (id), (out),                                                              \
                  (const struct db_value[]){__VA_ARGS__ __VA_OPT__(, ) db_null()},                \
                  sizeof((const struct db_value[]){__VA_ARGS__ __VA_OPT__(, ) db_null()}) /       \
                          sizeof(struct db_value) -                                               \
                      1)
NODISCARD enum err db_run_values(struct ctx *cx, enum sql_id id, struct db_rows *out,
                                 const struct db_value *values, size_t count);

/* Runs statements whose results nobody wants, in their order. On PostgreSQL they travel together,
 * so that a bulk write does not pay a round trip for each. */
struct db_call {
    enum sql_id id;
    size_t count;
    const struct db_value *values;
};
NODISCARD enum err db_run_all(struct ctx *cx, const struct db_call *calls, size_t count);

/* Streams a result row by row, for exports: fn gets the row's cells, valid during the call; it
 * may not run statements. Stops at the first error of fn and returns it. */
typedef enum err (*db_row_fn)(void *arg, const struct db_value *cell, size_t cols);
#define db_each(cx, id, fn, arg, ...)                                                             \
    db_each_values((cx), (id), (fn), (arg),                                                       \
                   (const struct db_value[]){__VA_ARGS__ __VA_OPT__(, ) db_null()},               \
                   sizeof((const struct db_value[]){__VA_ARGS__ __VA_OPT__(, ) db_null()}) /      \
                           sizeof(struct db_value) -                                              \
                       1)
NODISCARD enum err db_each_values(struct ctx *cx, enum sql_id id, db_row_fn fn, void *arg,
                                  const struct db_value *values, size_t count);

/* Cells. Asserted: the row and column exist, the kind fits; a NULL gives 0 or the empty text. */
int64_t row_int(const struct db_rows *rows, size_t row, size_t col);
struct str row_str(const struct db_rows *rows, size_t row, size_t col); /* TEXT or BLOB */
bool row_null(const struct db_rows *rows, size_t row, size_t col);

enum db_engine db_engine(const struct ctx *cx);
/* A write transaction is open. */
bool db_in_write(const struct ctx *cx);

/* ---- units of work ---- */

enum unit_mode {
    UNIT_READ,  /* A read snapshot is open. */
    UNIT_WRITE, /* A write transaction is open. */
    UNIT_LATE   /* None is open; the unit calls db_write/db_read when it is ready. */
};

struct unit;
typedef enum err (*unit_fn)(struct ctx *cx, void *arg);

struct unit {
    enum unit_mode mode;
    unit_fn run;                              /* Handles one attempt; may be called again. */
    void (*done)(struct unit *u, enum err e); /* After commit or rollback, on the pool's thread. */
    void *arg;
    struct log log;
    struct unit *next; /* The pool's. */
};

struct db_options {
    int workers;                     /* Reader threads (SQLite) or workers (PostgreSQL); >= 1. */
    size_t queue_max;                /* Units waiting at most, each of reads and writes. */
    size_t batch_max;                /* Units in one group commit; 0: 256. */
    void (*after)(void *arg, unsigned after_bits); /* After a commit that asked for it; or NULL. */
    void *after_arg;
};

/* Opens the database of conf->db, checks the engine's version (SQLite >= 3.51.3, PostgreSQL >=
 * 13), and stores the pool in app->pool. Starts no thread yet. ERR_FAULT with a log line. */
NODISCARD enum err db_open(struct app *app, const struct db_options *opt);
/* Starts the threads; after this db_submit works. */
NODISCARD enum err db_start(struct db_pool *pool);
/* Runs what waits, joins the threads, closes. */
void db_close(struct db_pool *pool);

/* Hands a unit over; false when the queue is full or closing (the caller answers 503): then done
 * is never called. */
bool db_submit(struct db_pool *pool, struct unit *u);

/* Runs fn as one unit and waits for it. Called from any thread that is not inside a transaction:
 * commands, jobs, LATE handlers, tests. cx gives app, log and actor; its arena holds what fn
 * allocates; cx->now_ms is read anew when it is 0. On SQLite a write goes through the writer
 * thread when the pool is started, so that it shares its commit. */
NODISCARD enum err db_write(struct ctx *cx, unit_fn fn, void *arg);
NODISCARD enum err db_read(struct ctx *cx, unit_fn fn, void *arg);

/* The database's clock: the civil clock of this machine corrected by the last measured
 * difference to the server's (PostgreSQL); this machine's alone (SQLite). */
int64_t db_now_ms(const struct db_pool *pool);
/* Of the SQLite compiled in, e.g. "3.54.1". */
const char *db_sqlite_version(void);
enum db_engine db_pool_engine(const struct db_pool *pool);
/* Another process waits for its turn to write (SQLite). Who writes much looks between two
 * transactions, from the thread that writes; a pool that is not started. */
bool db_is_awaited(const struct db_pool *pool);
/* Units waiting now: reads and writes. For back-pressure and /metrics. */
void db_pool_depth(const struct db_pool *pool, size_t *reads, size_t *writes);

/* ---- schema ---- */

/* Applies the steps of schema/ not yet applied, each in its own transaction, in order, one
 * process at a time. ERR_FAULT when an applied step was edited since, or the database is newer
 * than the program. */
NODISCARD enum err db_migrate(struct db_pool *pool);
/* How many steps wait. */
NODISCARD enum err db_pending(struct db_pool *pool, int *out);
/* A consistent copy while the server runs (SQLite's backup API). ERR_INVALID on PostgreSQL. */
NODISCARD enum err db_backup(struct db_pool *pool, struct str path);

#endif
