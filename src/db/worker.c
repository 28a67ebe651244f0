/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.c - the threads that run units one at a time: on SQLite reads and LATE units, on
 * PostgreSQL all of them. Each owns one connection.
 */
#include "db/db_impl.h"

static enum err
worker_run(struct db *db, struct ctx *cx, struct unit *u)
{
    if (u->mode == UNIT_READ)
        return db_transact(db, cx, TX_READ, u->run, u->arg, true);
    if (u->mode == UNIT_WRITE)
        return db_transact(db, cx, TX_WRITE, u->run, u->arg, true);
    /* LATE: it opens its own transactions with db_write and db_read. */
    cx->db = db;
    cx->now_ms = db_now_ms(db->pool);
    enum err e = u->run(cx, u->arg);
    assert(db->tx == TX_NONE);
    return e;
}

void *
db_worker_main(void *arg)
{
    struct db *db = arg;
    struct db_pool *pool = db->pool;
    struct arena arena;
    struct unit *u;

    pthread_setname_np(pthread_self(), "db-worker");
    arena_init(&arena);
    while ((u = queue_take(&pool->work, 1)) != NULL) {
        struct ctx cx = {.app = pool->app, .arena = &arena, .log = &u->log};
        enum err e = worker_run(db, &cx, u);
        if (e == OK && cx.after != 0 && pool->opt.after != NULL)
            pool->opt.after(pool->opt.after_arg, cx.after);
        u->done(u, e); /* The unit may be gone after this. */
        arena_clear(&arena);
    }
    arena_release(&arena);
    pool->driver->close(db);
    return NULL;
}
