/* SPDX-License-Identifier: Apache-2.0 */
/* db_test.c - the contract of db.h, on both engines. */
#include "test/fixture.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "db/db_impl.h"

int test_db(void);

/* ---- a table of the test's own ---- */

static enum err
put_unit(struct ctx *cx, void *arg)
{
    struct str *pair = arg;

    return db_run(cx, SQL_DB_SETTING_PUT, NULL, db_str(pair[0]), db_str(pair[1]));
}

static enum err
get_unit(struct ctx *cx, void *arg)
{
    struct str *pair = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_DB_SETTING_GET, &rows, db_str(pair[0])));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    pair[1] = row_str(&rows, 0, 0);
    return OK;
}

static void
what_is_written_is_there_after_reopening(void **state)
{
    struct fixture *f = *state;
    struct str pair[2] = {STR("name"), STR("déjà vu ✓ 🎭")};
    struct str found[2] = {STR("name")};

    assert_int_equal(OK, db_write(&f->cx, put_unit, pair));
    fixture_reopen(f);
    assert_int_equal(OK, db_read(&f->cx, get_unit, found));
    assert_true(str_eq(found[1], pair[1]));
    found[0] = STR("another");
    assert_int_equal(ERR_NOT_FOUND, db_read(&f->cx, get_unit, found));
}

/* ---- values ---- */

static enum err
echo_unit(struct ctx *cx, void *arg)
{
    struct db_rows *rows = arg;
    static const unsigned char bytes[] = {0, 1, 0xff, '\'', 0};
    struct db_value blob = db_blob(bytes, sizeof bytes);

    TRY(db_run(cx, SQL_DB_ECHO, &rows[0], db_int(INT64_MAX), db_str(STR("é'\\")), blob));
    TRY(db_run(cx, SQL_DB_ECHO, &rows[1], db_int(INT64_MIN), db_str(STR("")),
               db_blob(NULL, 0)));
    TRY(db_run(cx, SQL_DB_ECHO, &rows[2], db_null(), db_null(), db_null()));
    return cx->db->driver->query(
        cx,
        "SELECT sum(n), sum(n) = 9223372036854775804, 1 = 2, -sum(n) - 4 FROM"
        " (SELECT CAST(9223372036854775807 AS BIGINT) AS n UNION ALL SELECT -3) AS t",
        &rows[3]);
}

static void
values_come_back_as_they_went(void **state)
{
    struct fixture *f = *state;
    struct db_rows rows[4];

    assert_int_equal(OK, db_read(&f->cx, echo_unit, rows));
    assert_int_equal(1, rows[0].count);
    assert_int_equal(3, rows[0].cols);
    assert_true(INT64_MAX == row_int(&rows[0], 0, 0));
    assert_true(str_is(row_str(&rows[0], 0, 1), "é'\\"));
    assert_int_equal(DB_BLOB, rows[0].cell[2].kind);
    assert_int_equal(5, row_str(&rows[0], 0, 2).len);
    assert_memory_equal("\0\1\xff'\0", row_str(&rows[0], 0, 2).ptr, 5);
    assert_true(INT64_MIN == row_int(&rows[1], 0, 0));
    assert_false(row_null(&rows[1], 0, 1));
    assert_int_equal(0, row_str(&rows[1], 0, 1).len);
    assert_int_equal(DB_BLOB, rows[1].cell[2].kind);
    for (size_t c = 0; c < 3; c++)
        assert_true(row_null(&rows[2], 0, c));
    assert_int_equal(0, row_int(&rows[2], 0, 0));
    /* sum() and comparisons are whole numbers on both engines. */
    assert_true(INT64_MAX - 3 == row_int(&rows[3], 0, 0));
    assert_int_equal(1, row_int(&rows[3], 0, 1));
    assert_int_equal(0, row_int(&rows[3], 0, 2));
    assert_true(INT64_MIN == row_int(&rows[3], 0, 3));
}

static enum err
changed_unit(struct ctx *cx, void *arg)
{
    struct db_value name = db_str(STR("n"));
    struct db_rows *rows = arg;

    TRY(db_run(cx, SQL_DB_SETTING_INIT, &rows[0], name, db_str(STR("first"))));
    TRY(db_run(cx, SQL_DB_SETTING_INIT, &rows[1], name, db_str(STR("second"))));
    TRY(db_run(cx, SQL_DB_SETTING_PUT, &rows[2], name, db_str(STR("third"))));
    return db_run(cx, SQL_DB_SETTING_GET, &rows[3], name);
}

static void
rows_changed_are_counted(void **state)
{
    struct fixture *f = *state;
    struct db_rows rows[4];

    assert_int_equal(OK, db_write(&f->cx, changed_unit, rows));
    assert_int_equal(1, rows[0].changed);
    assert_true(str_is(row_str(&rows[0], 0, 0), "first"));
    assert_int_equal(0, rows[1].changed);
    assert_int_equal(0, rows[1].count);
    assert_int_equal(1, rows[2].changed);
    assert_int_equal(0, rows[3].changed);
    assert_true(str_is(row_str(&rows[3], 0, 0), "third"));
}

/* ---- errors ---- */

static enum err
script_unit(struct ctx *cx, void *arg)
{
    assert(db_in_write(cx));
    return cx->db->driver->script(cx, arg);
}

static enum err
script(struct fixture *f, const char *sql)
{
    return db_write(&f->cx, script_unit, (void *)(uintptr_t)sql);
}

static enum err
step_again_unit(struct ctx *cx, void *arg)
{
    bool *hide = arg;
    struct db_rows rows = {.count = 77};
    enum err e = db_run(cx, SQL_DB_STEP_ADD, &rows, db_int(1), db_str(STR("core")),
                        db_str(STR("0")), db_int(0));

    assert_int_equal(77, rows.count); /* A failed call leaves its out-parameter alone. */
    return *hide ? OK : e;
}

static void
violated_constraints_are_told_apart(void **state)
{
    struct fixture *f = *state;
    bool hide = false;

    assert_int_equal(OK, script(f, "CREATE TABLE child (id BIGINT PRIMARY KEY CHECK (id < 1000),"
                                   " parent BIGINT REFERENCES child (id), u BIGINT UNIQUE)"));
    assert_int_equal(OK, script(f, "INSERT INTO child VALUES (1, NULL, 5), (2, 1, 6)"));
    assert_int_equal(ERR_CONFLICT, script(f, "INSERT INTO child VALUES (1, NULL, 7)"));
    assert_int_equal(ERR_CONFLICT, script(f, "INSERT INTO child VALUES (3, NULL, 5)"));
    assert_int_equal(ERR_CONFLICT, script(f, "INSERT INTO child VALUES (3, 99, 7)"));
    assert_int_equal(ERR_CONFLICT, script(f, "DELETE FROM child WHERE id = 1"));
    assert_int_equal(ERR_FAULT, script(f, "INSERT INTO child VALUES (1000, NULL, 7)"));
    assert_int_equal(ERR_FAULT, script(f, "no statement"));
    assert_int_equal(ERR_CONFLICT, db_write(&f->cx, step_again_unit, &hide));
    /* PostgreSQL would refuse to commit it; so does SQLite's side. */
    hide = true;
    assert_int_equal(ERR_FAULT, db_write(&f->cx, step_again_unit, &hide));
    assert_int_equal(2, fixture_count(f, "child"));
    assert_int_equal(OK, script(f, "INSERT INTO child VALUES (3, 2, 7)"));
}

static enum err
two_then_fail_unit(struct ctx *cx, void *arg)
{
    enum err *verdict = arg;

    TRY(db_run(cx, SQL_DB_SETTING_PUT, NULL, db_str(STR("a")), db_str(STR("1"))));
    TRY(db_run(cx, SQL_DB_SETTING_PUT, NULL, db_str(STR("b")), db_str(STR("2"))));
    return *verdict;
}

static void
a_unit_that_fails_leaves_no_trace(void **state)
{
    struct fixture *f = *state;
    enum err verdict;

    for (int started = 0; started < 2; started++) {
        verdict = ERR_DENIED;
        assert_int_equal(ERR_DENIED, db_write(&f->cx, two_then_fail_unit, &verdict));
        verdict = OK;
        for (int n = 1; n <= 2; n++) { /* Its n-th statement fails. */
            fixture_fail_at(f, n);
            assert_int_equal(ERR_FAULT, db_write(&f->cx, two_then_fail_unit, &verdict));
        }
        assert_int_equal(0, fixture_count(f, "setting"));
        if (started == 0)
            fixture_start(f, 2);
    }
    assert_int_equal(OK, db_write(&f->cx, two_then_fail_unit, &verdict));
    assert_int_equal(2, fixture_count(f, "setting"));
}

/* ---- streams, clock, migrations ---- */

struct walk {
    int rows;
    int64_t sum;
    int stop_at;
};

static enum err
walk_row(void *arg, const struct db_value *cell, size_t cols)
{
    struct walk *w = arg;

    assert_int_equal(4, cols);
    w->sum += cell[3].i;
    return ++w->rows == w->stop_at ? ERR_LIMIT : OK;
}

static enum err
walk_unit(struct ctx *cx, void *arg)
{
    enum err e = db_each(cx, SQL_DB_STEPS, walk_row, arg);
    struct db_rows rows;

    TRY(db_run(cx, SQL_DB_PING, &rows)); /* The connection is free again. */
    return e;
}

static void
a_stream_gives_each_row_and_can_be_stopped(void **state)
{
    struct fixture *f = *state;
    struct walk all = {0};
    struct walk some = {.stop_at = 3};

    fixture_sql(f, "DELETE FROM schema_step");
    for (int id = 1; id <= 10; id++) {
        char sql[100];
        snprintf(sql, sizeof sql, "INSERT INTO schema_step VALUES (%d, 'a', 'b', %d)", id, id);
        fixture_sql(f, sql);
    }
    assert_int_equal(OK, db_read(&f->cx, walk_unit, &all));
    assert_int_equal(10, all.rows);
    assert_int_equal(55, all.sum);
    assert_int_equal(ERR_LIMIT, db_read(&f->cx, walk_unit, &some));
    assert_int_equal(3, some.rows);
}

static enum err
now_unit(struct ctx *cx, void *arg)
{
    *(int64_t *)arg = cx->now_ms;
    return OK;
}

static void
the_clock_is_near_ours_and_can_be_set(void **state)
{
    struct fixture *f = *state;
    int64_t seen;

    assert_in_range(db_now_ms(f->app.pool), clock_now_ms() - 5000, clock_now_ms() + 5000);
    assert_int_equal(OK, db_read(&f->cx, now_unit, &seen));
    assert_in_range(seen, clock_now_ms() - 5000, clock_now_ms() + 5000);
    assert_int_equal(0, f->cx.now_ms);
    fixture_clock(f, 1588320000000);
    assert_int_equal(OK, db_read(&f->cx, now_unit, &seen));
    assert_int_equal(1588320000000, seen);
    assert_in_range(db_now_ms(f->app.pool), 1588320000000, 1588320005000);
}

static void
an_edited_or_newer_schema_is_refused(void **state)
{
    struct fixture *f = *state;
    int pending = -1;

    assert_int_equal(OK, db_pending(f->app.pool, &pending));
    assert_int_equal(0, pending);
    assert_int_equal(OK, db_migrate(f->app.pool)); /* Nothing to do. */
    fixture_sql(f, "UPDATE schema_step SET checksum = '0' WHERE number = 1");
    assert_int_equal(ERR_FAULT, db_migrate(f->app.pool));
    assert_int_equal(ERR_FAULT, db_pending(f->app.pool, &pending));
    fixture_sql(f, "DELETE FROM schema_step WHERE number = 1"); /* One that came in between. */
    assert_int_equal(ERR_FAULT, db_migrate(f->app.pool));
    assert_int_equal(ERR_FAULT, db_pending(f->app.pool, &pending));
    fixture_sql(f, "DELETE FROM schema_step");
    fixture_sql(f, "INSERT INTO schema_step VALUES (30000, 'future', '0', 0)");
    assert_int_equal(ERR_FAULT, db_migrate(f->app.pool));
    assert_int_equal(ERR_FAULT, db_pending(f->app.pool, &pending));
}

/* The page cache in front of SQLite's drops what lies beyond the end of a file that got shorter:
 * pages that are written there later are not taken for the old ones. */
static void
a_file_that_shrinks_and_grows_again_reads_right(void **state)
{
    static const char *const steps[] = {
        "CREATE TABLE leaf (id INTEGER PRIMARY KEY, word TEXT UNIQUE)",
        "INSERT INTO leaf (word) WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c"
        " WHERE i < 20000) SELECT hex(randomblob(12)) || 'first' FROM c",
        "DELETE FROM leaf WHERE id % 10 <> 0",
        "VACUUM",
        "INSERT INTO leaf (word) WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c"
        " WHERE i < 20000) SELECT hex(randomblob(12)) || 'second' FROM c",
    };
    struct fixture *f = *state;
    struct db_pool *pool = f->app.pool;
    struct ctx cx = fixture_ctx(f, &f->arena);

    if (f->engine != DB_SQLITE)
        return;
    cx.db = pool->main;
    for (int round = 0; round < 3; round++)
        for (size_t i = round == 0 ? 0 : 1; i < sizeof steps / sizeof steps[0]; i++)
            assert_int_equal(OK, pool->driver->script(&cx, steps[i]));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM pragma_integrity_check"
                                       " WHERE integrity_check <> 'ok'"));
    assert_int_equal(20000, fixture_int(f, "SELECT COUNT(*) FROM leaf WHERE word LIKE '%second'"
                                           " AND id > (SELECT MAX(id) - 20000 FROM leaf)"));
}

/* Run three times: each finds nothing of what the one before did to rows, counters and schema. */
static void
a_test_begins_where_no_other_has_been(void **state)
{
    struct fixture *f = *state;
    static int times;

    assert_int_equal(0, fixture_count(f, "setting"));
    assert_int_equal(1, fixture_count(f, "order_key"));
    fixture_sql(f, "INSERT INTO account (email, created_ms) VALUES ('a@b.example', 1)");
    assert_int_equal(1, fixture_int(f, "SELECT id FROM account"));
    fixture_sql(f, "INSERT INTO setting VALUES ('a', 'b'); DELETE FROM order_key");
    assert_true(fixture_sql_fails(f, "INSERT INTO trace VALUES (1)"));
    if (times++ < 2) /* Of two engines, the first time. */
        fixture_sql(f, "CREATE TABLE trace (id BIGINT)");
}

int
test_db(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(what_is_written_is_there_after_reopening),
        DB_TEST(values_come_back_as_they_went),
        DB_TEST(rows_changed_are_counted),
        DB_TEST(violated_constraints_are_told_apart),
        DB_TEST(a_unit_that_fails_leaves_no_trace),
        DB_TEST(a_stream_gives_each_row_and_can_be_stopped),
        DB_TEST(the_clock_is_near_ours_and_can_be_set),
        DB_TEST(an_edited_or_newer_schema_is_refused),
        DB_TEST(a_file_that_shrinks_and_grows_again_reads_right),
        DB_TEST(a_test_begins_where_no_other_has_been),
        DB_TEST(a_test_begins_where_no_other_has_been),
        DB_TEST(a_test_begins_where_no_other_has_been),
    };
    return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
