/* SPDX-License-Identifier: Apache-2.0 */
/* db_test.c - the contract of db.h, on both engines. */
#include "test/fixture.h"

int test_db(void);

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
    struct str pair[2] = {STR("name"), STR("a value")};
    struct str found[2] = {STR("name")};

    assert_int_equal(OK, db_write(&f->cx, put_unit, pair));
    fixture_reopen(f);
    assert_int_equal(OK, db_read(&f->cx, get_unit, found));
    assert_true(str_is(found[1], "a value"));
}

int
test_db(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(what_is_written_is_there_after_reopening),
    };
    return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
