/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pg_test.c - what only PostgreSQL does: conflicts between transactions, lost connections, and a
 * COMMIT whose outcome nobody knows.
 */
#include "test/fixture.h"

#include <pthread.h>
#include <stdio.h>

#include "db/db_impl.h"

int test_pg(void);

struct tries {
    int runs;
    const char *sql;
    int until; /* The SQL is run in the first so many attempts. */
};

static enum err
tries_unit(struct ctx *cx, void *arg)
{
    struct tries *t = arg;

    if (++t->runs <= t->until)
        TRY(cx->db->driver->script(cx, t->sql));
    return db_run(cx, SQL_DB_SETTING_PUT, NULL, db_str(STR("a")), db_str(STR("b")));
}

static void
a_serialization_failure_runs_the_unit_again(void **state)
{
    struct fixture *f = *state;
    struct tries t = {.sql = "DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END$$",
                      .until = 3};

    assert_int_equal(OK, db_write(&f->cx, tries_unit, &t));
    assert_int_equal(4, t.runs);
    t = (struct tries){.sql = t.sql, .until = 100};
    assert_int_equal(ERR_BUSY, db_write(&f->cx, tries_unit, &t));
    assert_int_equal(DB_ATTEMPTS_MAX, t.runs);
}

static void
a_connection_lost_before_the_commit_runs_the_unit_again(void **state)
{
    struct fixture *f = *state;
    struct tries t = {.sql = "SELECT pg_terminate_backend(pg_backend_pid())", .until = 1};

    assert_int_equal(OK, db_write(&f->cx, tries_unit, &t));
    assert_int_equal(2, t.runs);
    assert_int_equal(1, fixture_count(f, "setting"));
}

static void
a_connection_that_broke_while_idle_is_made_anew(void **state)
{
    struct fixture *f = *state;
    struct tries t = {.until = 0};

    /* The fixture's own connection ends the borrowed one. */
    assert_int_equal(OK, db_write(&f->cx, tries_unit, &t));
    fixture_begin(f);
    fixture_sql(f, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                   " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                   " AND query = 'COMMIT'");
    fixture_rollback(f);
    assert_int_equal(OK, db_write(&f->cx, tries_unit, &t));
    assert_int_equal(2, t.runs);
}

static void
at_commit(struct fixture *f, const char *action)
{
    char sql[500];

    snprintf(sql, sizeof sql,
             "CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS"
             " $$BEGIN %s RETURN NULL; END$$;"
             "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON setting DEFERRABLE INITIALLY DEFERRED"
             " FOR EACH ROW EXECUTE FUNCTION at_commit()",
             action);
    fixture_sql(f, sql);
}

static void
a_warning_at_commit_leaves_the_outcome_unknown(void **state)
{
    struct fixture *f = *state;
    struct tries t = {.until = 0};

    at_commit(f, "RAISE WARNING 'canceling wait for synchronous replication';");
    assert_int_equal(ERR_UNKNOWN, db_write(&f->cx, tries_unit, &t));
    assert_int_equal(1, t.runs); /* Never tried again: it may have taken effect. */
}

static void
a_connection_lost_in_the_commit_leaves_the_outcome_unknown(void **state)
{
    struct fixture *f = *state;
    struct tries t = {.until = 0};

    at_commit(f, "PERFORM pg_terminate_backend(pg_backend_pid());");
    assert_int_equal(ERR_UNKNOWN, db_write(&f->cx, tries_unit, &t));
    assert_int_equal(1, t.runs);
    fixture_sql(f, "DROP TRIGGER t ON setting");
    assert_int_equal(OK, db_write(&f->cx, tries_unit, &t));
}

/* ---- two units that lock each other out ---- */

struct side {
    struct fixture *f;
    pthread_barrier_t *both;
    struct str first, second;
    int runs;
    enum err result;
};

static enum err
side_unit(struct ctx *cx, void *arg)
{
    struct side *s = arg;

    TRY(db_run(cx, SQL_DB_SETTING_PUT, NULL, db_str(s->first), db_str(STR("x"))));
    if (++s->runs == 1)
        pthread_barrier_wait(s->both);
    return db_run(cx, SQL_DB_SETTING_PUT, NULL, db_str(s->second), db_str(STR("x")));
}

static void *
side_main(void *arg)
{
    struct side *s = arg;
    struct arena arena = {0};
    struct ctx cx = fixture_ctx(s->f, &arena);

    s->result = db_write(&cx, side_unit, s);
    arena_release(&arena);
    return NULL;
}

static void
a_deadlock_is_resolved_by_running_one_again(void **state)
{
    struct fixture *f = *state;
    pthread_barrier_t both;
    struct side side[2] = {
        {.f = f, .both = &both, .first = STR("a"), .second = STR("b")},
        {.f = f, .both = &both, .first = STR("b"), .second = STR("a")},
    };
    pthread_t thread[2];

    pthread_barrier_init(&both, NULL, 2);
    for (int i = 0; i < 2; i++)
        assert_int_equal(0, pthread_create(&thread[i], NULL, side_main, &side[i]));
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    pthread_barrier_destroy(&both);
    assert_int_equal(OK, side[0].result);
    assert_int_equal(OK, side[1].result);
    /* On a slow machine both may find the deadlock. */
    assert_in_range(side[0].runs + side[1].runs, 3, 2 * DB_ATTEMPTS_MAX);
}

#define PG_TEST(fn)                                                                               \
    {#fn " [pg]", fixture_run, fixture_setup_pg, fixture_teardown, &(struct fixture_test){fn}}

int
test_pg(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(a_serialization_failure_runs_the_unit_again),
        PG_TEST(a_connection_lost_before_the_commit_runs_the_unit_again),
        PG_TEST(a_connection_that_broke_while_idle_is_made_anew),
        PG_TEST(a_warning_at_commit_leaves_the_outcome_unknown),
        PG_TEST(a_connection_lost_in_the_commit_leaves_the_outcome_unknown),
        PG_TEST(a_deadlock_is_resolved_by_running_one_again),
    };
    return cmocka_run_group_tests_name("pg", tests, NULL, NULL);
}
