/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db_impl.h - what the files of db/ share; nobody else includes it but tests and benches.
 *
 * A driver is one engine behind function pointers. db.c, writer.c and worker.c know units,
 * queues and transactions; a driver knows statements. Transaction state is kept here, in struct
 * db, so that both engines answer db_in_write() alike.
 */
#ifndef MAILLON_DB_IMPL_H
#define MAILLON_DB_IMPL_H

#include <pthread.h>
#include <stdatomic.h>

#include "db/db.h"
#include "db/sql_text.h"

enum {
    DB_ATTEMPTS_MAX = 5,
    DB_BATCH_DEFAULT = 256,
    DB_SPARE_MAX = 8, /* Idle connections kept for threads that are not the pool's. */
    DB_THREADS_MAX = 256
};

enum tx { TX_NONE, TX_READ, TX_WRITE };

struct db {
    const struct db_driver *driver;
    struct db_pool *pool;
    enum tx tx;
    bool again;     /* The engine asked that the whole unit be run again. */
    bool failed;    /* A statement of this unit failed: it may not succeed any more. */
    bool unit_open; /* SQLite: inside a unit of a batch; a savepoint opens at its first write. */
    struct db *next_spare;
};

struct db_driver {
    enum db_engine engine;
    enum err (*open)(struct db_pool *pool, bool writer, struct db **out);
    void (*close)(struct db *db);
    enum err (*begin)(struct db *db, enum tx kind, struct log *log);
    /* ERR_UNKNOWN unless it surely did, or surely did not, take effect. */
    enum err (*commit)(struct db *db, struct log *log);
    void (*rollback)(struct db *db);
    /* SQLite: the end of a unit inside a batch. False: the whole transaction is gone. */
    bool (*unit_end)(struct db *db, bool keep);
    /* Work for the quiet moment after the answers went out (checkpoints). May be NULL. */
    void (*tend)(struct db *db);
    /* Another process waits to write. NULL: writers do not wait for each other. */
    bool (*is_awaited)(struct db *db);
    /* Before the threads start: what an earlier process left is made to last. May be NULL. */
    enum err (*settle)(struct db *db);
    enum err (*run)(struct ctx *cx, enum sql_id id, struct db_rows *out,
                    const struct db_value *values, size_t count);
    /* Many at once. NULL: one after the other is as good. */
    enum err (*run_all)(struct ctx *cx, const struct db_call *calls, size_t count);
    enum err (*each)(struct ctx *cx, enum sql_id id, db_row_fn fn, void *arg,
                     const struct db_value *values, size_t count);
    /* Several statements without values: the steps of the schema. */
    enum err (*script)(struct ctx *cx, const char *sql);
    /* One statement by its text: tests and the reading of plans. */
    enum err (*query)(struct ctx *cx, const char *sql, struct db_rows *out);
    enum err (*backup)(struct db *db, struct str path);
    /* The server's clock minus ours. NULL: the clock is this machine's. */
    enum err (*clock_offset)(struct db *db, int64_t *out_ms);
};

extern const struct db_driver db_sqlite_driver;
extern const struct db_driver db_pg_driver;

/* Waiting units, first come, first served. A signal is sent only when somebody sleeps. */
struct db_queue {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct unit *head;
    struct unit **tail;
    size_t reads;  /* Waiting UNIT_READ and UNIT_LATE. */
    size_t writes; /* Waiting UNIT_WRITE. */
    int sleepers;
    bool closing;
};

void queue_init(struct db_queue *q);
void queue_release(struct db_queue *q);
/* max 0: no bound. False when full or closing; internal work is taken while closing. */
bool queue_push(struct db_queue *q, struct unit *u, size_t max, bool internal);
/* Waits for work and takes at most max units; NULL once the queue is closing and empty. */
struct unit *queue_take(struct db_queue *q, size_t max);
void queue_close(struct db_queue *q);

struct db_pool {
    const struct app *app;
    const struct db_driver *driver;
    struct db_options opt;
    struct str target; /* A path or a connection string. */
    struct db_queue work;   /* Reads and LATE; on PostgreSQL everything. */
    struct db_queue writes; /* SQLite: what the writer takes. */
    pthread_t thread[DB_THREADS_MAX];
    int threads;
    pthread_t writer_thread;
    bool started;

    pthread_mutex_t main_lock; /* Holds main while the pool is not started. */
    struct db *main;           /* The connection db_open made; then the writer's. */
    pthread_mutex_t spare_lock;
    struct db *spare;
    int spares;

    atomic_bool stopped;          /* The disk betrayed us: no more writes. */
    _Atomic int64_t offset_ms;    /* The server's clock minus ours. */
    _Atomic int64_t measure_at;   /* Monotonic ns of the next measure. */
    _Atomic int64_t test_now_ms;  /* 0: the real time. Only tests set these three. */
    atomic_int test_fail_in;
    int test_checkpoint_pages; /* Before the threads start; 0: as always. */
    struct log log;
};

/* Runs fn as one transaction on db, again when the engine asks. fresh: the arena is the pool's
 * and is cleared before another attempt. */
enum err db_transact(struct db *db, struct ctx *cx, enum tx kind, unit_fn fn, void *arg,
                     bool fresh);
/* What a unit that ignored a failed statement gets. */
enum err db_verdict(struct db *db, struct log *log, enum err e);
/* No more writes; asks the process to end. */
void db_stop_writes(struct db_pool *pool, const char *why);
void db_measure_clock(struct db *db, bool now);

struct db *db_borrow(struct db_pool *pool, enum err *why);
void db_give_back(struct db *db);

void *db_worker_main(void *arg); /* struct db * */
void *db_writer_main(void *arg); /* struct db_pool * */
/* Queues a write for the writer thread and waits. */
enum err db_writer_call(struct db_pool *pool, struct ctx *cx, unit_fn fn, void *arg);

#endif
