/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixture.h - a fresh, migrated database for each test, on both engines.
 *
 *     static void
 *     a_refused_order_leaves_no_row(void **state)
 *     {
 *         struct fixture *f = *state;
 *
 *         fixture_begin(f);
 *         assert_int_equal(ERR_INVALID, order_create(&f->cx, &draft, &order));
 *         fixture_rollback(f);
 *         assert_int_equal(0, fixture_count(f, "orders"));
 *     }
 *
 *     int
 *     test_order(void)
 *     {
 *         const struct CMUnitTest tests[] = {
 *             DB_TEST(a_refused_order_leaves_no_row),
 *         };
 *         return cmocka_run_group_tests_name("order", tests, NULL, NULL);
 *     }
 *
 * DB_TEST gives two tests. SQLite: a file in a folder of its own. PostgreSQL: a database beside the
 * one that MAILLON_TEST_PG names (a URL); without it the test says that it is skipped. Both begin
 * as a migration from nothing leaves them (test/ground.h). The array must not be static.
 *
 * Nothing here may be used outside tests: fixture_sql and its like take SQL text.
 */
#ifndef MAILLON_TEST_FIXTURE_H
#define MAILLON_TEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/db.h"

struct fixture {
    struct ctx cx; /* Ready for db_write, db_read, and straight calls after fixture_begin. */
    struct app app;
    struct conf conf;
    struct log log;
    struct arena arena;
    enum db_engine engine;
    char dir[64];    /* A folder of the test's own, removed with what lies in it. */
    char db[600];
    CMUnitTestFunction test;
};

struct fixture_test {
    CMUnitTestFunction test;
};

#define DB_TEST(fn)                                                                               \
    {#fn " [sqlite]", fixture_run, fixture_setup_sqlite, fixture_teardown,                        \
     &(struct fixture_test){fn}},                                                                 \
    {                                                                                             \
        #fn " [pg]", fixture_run, fixture_setup_pg, fixture_teardown, &(struct fixture_test) {    \
            fn                                                                                    \
        }                                                                                         \
    }

int fixture_setup_sqlite(void **state);
int fixture_setup_pg(void **state);
int fixture_teardown(void **state);
void fixture_run(void **state);

/* The same by hand, for other programs (fuzzers, benches). NULL on PostgreSQL without a server.
 * Ends the process when the database cannot be made. */
struct fixture *fixture_open(enum db_engine engine);
void fixture_close(struct fixture *f);
/* Closes the pool and opens it again: what is there then was durable. */
void fixture_reopen(struct fixture *f);
/* Starts the pool's threads; fixture_begin cannot be used after it. */
void fixture_start(struct fixture *f, int workers);

/* A write transaction for straight calls with &f->cx. */
void fixture_begin(struct fixture *f);
NODISCARD enum err fixture_commit(struct fixture *f);
void fixture_rollback(struct fixture *f);

/* Another ctx on the same database, for a thread of the test. */
struct ctx fixture_ctx(struct fixture *f, struct arena *arena);

/* From now on it is this instant, for db_now_ms and f->cx.now_ms; the clock stands still. */
void fixture_clock(struct fixture *f, int64_t now_ms);
/* The n-th db_run from now on fails with ERR_FAULT, once; 0: none. */
void fixture_fail_at(struct fixture *f, int n);

/* Test-only SQL: any statements; the first cell of one statement; the rows of a table. Inside
 * fixture_begin they see its transaction. */
void fixture_sql(struct fixture *f, const char *sql);
/* Whether the engine refuses it; nothing of it stays. */
bool fixture_sql_fails(struct fixture *f, const char *sql);
int64_t fixture_int(struct fixture *f, const char *sql);
int64_t fixture_count(struct fixture *f, const char *table);
/* All rows of one statement, in f->arena. */
struct db_rows fixture_rows(struct fixture *f, const char *sql);

#endif
