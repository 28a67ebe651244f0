/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writer_test.c - units from many threads: group commit on SQLite, workers on PostgreSQL. What
 * was acknowledged is there, what was refused is not, and nobody hears of it before the commit.
 */
#include "test/fixture.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "db/db_impl.h"

int test_writer(void);

enum { THREADS = 8, ROUNDS = 40, BURST = 60, BIG = 200000 };

/* Writes a row named name; fails afterwards when told to. */
struct put {
    struct unit unit; /* First: done gets this. */
    struct fixture *f;
    char name[40];
    struct str value;
    enum err verdict;
    enum err result;
    bool seen; /* By another connection, when done was called. */
    sem_t *finished;
};

static enum err
put_unit(struct ctx *cx, void *arg)
{
    struct put *p = arg;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_DB_SETTING_PUT, NULL, db_str(str_of(p->name)), db_str(p->value)));
    return p->verdict;
}

static enum err
find_unit(struct ctx *cx, void *arg)
{
    struct put *p = arg;
    struct db_rows rows;

    assert(!db_in_write(cx));
    TRY(db_run(cx, SQL_DB_SETTING_GET, &rows, db_str(str_of(p->name))));
    return rows.count == 1 ? OK : ERR_NOT_FOUND;
}

static bool
is_there(struct put *p)
{
    struct arena arena = {0};
    struct ctx cx = fixture_ctx(p->f, &arena);
    enum err e = db_read(&cx, find_unit, p);

    arena_release(&arena);
    return e == OK;
}

static void
put_done(struct unit *u, enum err e)
{
    struct put *p = (struct put *)u;

    p->result = e;
    p->seen = is_there(p);
    sem_post(p->finished);
}

static struct put
put_make(struct fixture *f, int n, enum err verdict)
{
    struct put p = {.f = f, .value = STR("v"), .verdict = verdict};

    snprintf(p.name, sizeof p.name, "row %d", n);
    return p;
}

/* ---- many threads ---- */

struct crowd {
    struct fixture *f;
    int from;
    int wrong;
};

static bool
is_refused(int n)
{
    return n % 7 == 0;
}

static void *
crowd_main(void *arg)
{
    struct crowd *c = arg;
    struct arena arena = {0};
    struct ctx cx = fixture_ctx(c->f, &arena);

    for (int n = c->from; n < c->from + ROUNDS; n++) {
        enum err want = is_refused(n) ? ERR_DENIED : OK;
        struct put p = put_make(c->f, n, want);
        c->wrong += db_write(&cx, put_unit, &p) != want;
        c->wrong += is_there(&p) != (want == OK);
        arena_clear(&arena);
    }
    arena_release(&arena);
    return NULL;
}

static void
units_of_many_threads_are_all_kept_and_the_refused_leave_no_trace(void **state)
{
    struct fixture *f = *state;
    struct crowd crowd[THREADS];
    pthread_t thread[THREADS];
    int kept = 0;

    fixture_start(f, 4);
    for (int t = 0; t < THREADS; t++) {
        crowd[t] = (struct crowd){.f = f, .from = t * ROUNDS};
        assert_int_equal(0, pthread_create(&thread[t], NULL, crowd_main, &crowd[t]));
    }
    for (int t = 0; t < THREADS; t++) {
        pthread_join(thread[t], NULL);
        assert_int_equal(0, crowd[t].wrong);
    }
    fixture_reopen(f);
    for (int n = 0; n < THREADS * ROUNDS; n++) {
        struct put p = put_make(f, n, OK);
        assert_int_equal(!is_refused(n), is_there(&p));
        kept += !is_refused(n);
    }
    assert_int_equal(kept, fixture_count(f, "setting"));
}

/* A signal may wake the sleeper. */
static void
wait_for(sem_t *s)
{
    while (sem_wait(s) != 0)
        assert(errno == EINTR);
}

static void
burst(struct fixture *f, struct put *put, int count)
{
    sem_t finished;

    sem_init(&finished, 0, 0);
    for (int i = 0; i < count; i++) {
        put[i].finished = &finished;
        put[i].unit = (struct unit){
            .mode = UNIT_WRITE, .run = put_unit, .done = put_done, .arg = &put[i]};
        assert_true(db_submit(f->app.pool, &put[i].unit));
    }
    for (int i = 0; i < count; i++)
        wait_for(&finished);
    sem_destroy(&finished);
}

static void
done_is_called_after_the_commit(void **state)
{
    struct fixture *f = *state;
    struct put put[BURST];

    fixture_start(f, 3);
    for (int i = 0; i < BURST; i++)
        put[i] = put_make(f, i, i % 5 == 0 ? ERR_CONFLICT : OK);
    burst(f, put, BURST);
    for (int i = 0; i < BURST; i++) {
        assert_int_equal(put[i].verdict, put[i].result);
        assert_int_equal(put[i].verdict == OK, put[i].seen);
    }
}

/* ---- snapshots, LATE, bounds ---- */

static enum err
snapshot_unit(struct ctx *cx, void *arg)
{
    struct put *p = arg;
    struct arena arena = {0};
    struct ctx other = fixture_ctx(p->f, &arena);

    assert_int_equal(ERR_NOT_FOUND, find_unit(cx, p));
    assert_int_equal(OK, db_write(&other, put_unit, p));
    assert_int_equal(ERR_NOT_FOUND, find_unit(cx, p)); /* This unit's snapshot is older. */
    arena_release(&arena);
    return OK;
}

static void
a_read_sees_one_snapshot(void **state)
{
    struct fixture *f = *state;

    for (int started = 0; started < 2; started++) {
        struct put p = put_make(f, started, OK);
        assert_int_equal(OK, db_read(&f->cx, snapshot_unit, &p));
        assert_true(is_there(&p));
        if (started == 0)
            fixture_start(f, 2);
    }
}

static enum err
late_unit(struct ctx *cx, void *arg)
{
    struct put *p = arg;

    assert(!db_in_write(cx));
    assert_int_equal(ERR_NOT_FOUND, db_read(cx, find_unit, p));
    TRY(db_write(cx, put_unit, p));
    return db_read(cx, find_unit, p);
}

static void
a_late_unit_opens_its_own_transactions(void **state)
{
    struct fixture *f = *state;
    struct put p = put_make(f, 1, OK);
    sem_t finished;

    fixture_start(f, 1);
    sem_init(&finished, 0, 0);
    p.finished = &finished;
    p.unit = (struct unit){.mode = UNIT_LATE, .run = late_unit, .done = put_done, .arg = &p};
    assert_true(db_submit(f->app.pool, &p.unit));
    wait_for(&finished);
    sem_destroy(&finished);
    assert_int_equal(OK, p.result);
}

struct gate {
    struct put put;
    sem_t open;
};

static enum err
gate_unit(struct ctx *cx, void *arg)
{
    struct gate *g = arg;

    sem_wait(&g->open);
    return put_unit(cx, &g->put);
}

static void
a_full_queue_refuses_and_what_waits_is_run_at_the_end(void **state)
{
    struct fixture *f = *state;
    struct gate gate = {.put = put_make(f, 0, OK)};
    struct put put[4];
    size_t reads = 99;
    size_t writes = 0;
    sem_t finished;

    sem_init(&gate.open, 0, 0);
    sem_init(&finished, 0, 0);
    f->app.pool->opt.queue_max = 3;
    fixture_start(f, 1);
    gate.put.finished = &finished;
    gate.put.unit = (struct unit){
        .mode = UNIT_WRITE, .run = gate_unit, .done = put_done, .arg = &gate};
    assert_true(db_submit(f->app.pool, &gate.put.unit));
    while (db_pool_depth(f->app.pool, &reads, &writes), writes > 0)
        sched_yield(); /* Until the gate's unit was taken. */
    for (int i = 0; i < 4; i++) {
        put[i] = put_make(f, i + 1, OK);
        put[i].finished = &finished;
        put[i].unit = (struct unit){
            .mode = UNIT_WRITE, .run = put_unit, .done = put_done, .arg = &put[i]};
        assert_int_equal(i < 3, db_submit(f->app.pool, &put[i].unit));
    }
    db_pool_depth(f->app.pool, &reads, &writes);
    assert_int_equal(0, reads);
    assert_int_equal(3, writes);
    sem_post(&gate.open);
    fixture_reopen(f); /* Closing runs what waits. */
    assert_int_equal(4, fixture_count(f, "setting"));
    sem_destroy(&gate.open);
    sem_destroy(&finished);
}

/* ---- the callback after a commit ---- */

static enum err
after_unit(struct ctx *cx, void *arg)
{
    cx->after |= AFTER_JOBS;
    return put_unit(cx, arg);
}

static void
after_seen(void *arg, unsigned bits)
{
    if (bits & AFTER_JOBS)
        atomic_fetch_add((atomic_int *)arg, 1);
}

static void
wishes_for_after_the_commit_are_heard_once_it_holds(void **state)
{
    struct fixture *f = *state;
    atomic_int heard = 0;

    f->app.pool->opt.after = after_seen;
    f->app.pool->opt.after_arg = &heard;
    for (int started = 0; started < 2; started++) {
        struct put p = put_make(f, 1, ERR_DENIED);
        assert_int_equal(ERR_DENIED, db_write(&f->cx, after_unit, &p));
        assert_int_equal(started, heard);
        p.verdict = OK;
        assert_int_equal(OK, db_write(&f->cx, after_unit, &p));
        assert_int_equal(started + 1, heard);
        assert_int_equal(0, f->cx.after);
        if (started == 0)
            fixture_start(f, 1);
    }
}

/* ---- a disk that fills or fails (SQLite) ---- */

static void
answers_match_rows(struct put *put, int count)
{
    for (int i = 0; i < count; i++)
        assert_int_equal(put[i].result == OK, is_there(&put[i]));
}

/* SQLite rolls the whole batch back when the file cannot grow. */
static void
a_full_database_fails_alone_who_filled_it(void **state)
{
    struct fixture *f = *state;
    struct put put[BURST];
    char *big = calloc(1, BIG);
    int refused = 0;

    memset(big, 'x', BIG);
    int64_t pages = fixture_int(f, "PRAGMA page_count");
    char sql[60];
    snprintf(sql, sizeof sql, "PRAGMA max_page_count = %lld", (long long)pages + 20);
    fixture_sql(f, sql);
    fixture_start(f, 1);
    for (int i = 0; i < BURST; i++) {
        put[i] = put_make(f, i, OK);
        if (i % 20 == 10)
            put[i].value = str_n(big, BIG);
    }
    burst(f, put, BURST);
    for (int i = 0; i < BURST; i++) {
        if (i % 20 == 10)
            assert_int_equal(ERR_FAULT, put[i].result);
        else if (put[i].result != OK)
            assert_int_equal(ERR_BUSY, put[i].result); /* Undone with it; may try again. */
        refused += put[i].result != OK;
    }
    assert_true(refused < BURST);
    answers_match_rows(put, BURST);
    fixture_reopen(f);
    answers_match_rows(put, BURST);
    assert_int_equal(BURST - refused, fixture_count(f, "setting"));
    free(big);
}

static volatile sig_atomic_t terms;

static void
term_seen(int sig)
{
    (void)sig;
    terms = terms + 1;
}

/* The kernel refuses to let files grow, which the engine reports as a failed write. */
static void
a_failing_disk_ends_writing_and_loses_nothing_acknowledged(void **state)
{
    struct fixture *f = *state;
    struct sigaction term = {.sa_handler = term_seen};
    struct sigaction term_before;
    struct rlimit before;
    struct stat st;
    struct put first = put_make(f, 1000, OK);
    struct put put[BURST];
    char wal[100];

    fixture_reopen(f); /* The log of a new life is as long as what was written to it. */
    fixture_start(f, 1);
    assert_int_equal(OK, db_write(&f->cx, put_unit, &first));
    snprintf(wal, sizeof wal, "%s/test.db-wal", f->dir);
    assert_int_equal(0, stat(wal, &st));
    terms = 0;
    sigaction(SIGTERM, &term, &term_before);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    for (int i = 0; i < BURST; i++)
        put[i] = put_make(f, i, OK);
    struct rlimit tight = {.rlim_cur = (rlim_t)st.st_size + 1000, .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tight);
    burst(f, put, 1);
    put[1].unit = put[0].unit;
    bool accepted = db_submit(f->app.pool, &put[1].unit);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(ERR_UNKNOWN, put[0].result);
    assert_false(accepted);
    assert_int_equal(ERR_BUSY, db_write(&f->cx, put_unit, &first));
    fixture_reopen(f);
    assert_true(is_there(&first));
    assert_int_equal(OK, db_write(&f->cx, put_unit, &put[2]));
    assert_int_equal(1, terms);
    sigaction(SIGTERM, &term_before, NULL);
    signal(SIGXFSZ, SIG_DFL);
}

#define SQLITE_TEST(fn)                                                                           \
    {#fn " [sqlite]", fixture_run, fixture_setup_sqlite, fixture_teardown,                        \
     &(struct fixture_test){fn}}

int
test_writer(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(units_of_many_threads_are_all_kept_and_the_refused_leave_no_trace),
        DB_TEST(done_is_called_after_the_commit),
        DB_TEST(a_read_sees_one_snapshot),
        DB_TEST(a_late_unit_opens_its_own_transactions),
        DB_TEST(a_full_queue_refuses_and_what_waits_is_run_at_the_end),
        DB_TEST(wishes_for_after_the_commit_are_heard_once_it_holds),
        SQLITE_TEST(a_full_database_fails_alone_who_filled_it),
        SQLITE_TEST(a_failing_disk_ends_writing_and_loses_nothing_acknowledged),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
