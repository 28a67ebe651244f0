/* SPDX-License-Identifier: Apache-2.0 */
#include "staff/staff.h"
#include "test/fixture.h"

int test_audit(void);

static void
add(struct fixture *f, int64_t organiser, const char *act, int64_t subject_id)
{
    f->cx.actor = (struct actor){.account_id = 3, .organiser_id = organiser};
    assert_int_equal(OK, audit_add(&f->cx, &(struct audit){.act = act,
                                                           .subject = "pool",
                                                           .subject_id = subject_id,
                                                           .before = STR("{\"units\":1}"),
                                                           .after = STR("{\"units\":2}"),
                                                           .reason = STR("counted")}));
}

static size_t
found(struct fixture *f, const struct audit_filter *by)
{
    struct audit_list list;

    assert_int_equal(OK, audit_list_of(&f->cx, by, &list));
    return list.count;
}

static void
acts_are_listed_for_their_organiser_alone(void **state)
{
    struct fixture *f = *state;
    struct audit_list list;

    fixture_begin(f);
    add(f, 8, "stock.correct", 5);
    add(f, 9, "stock.correct", 5);
    add(f, 9, "stock.receive", 6);
    add(f, 9, "stocktaking", 6);
    assert_int_equal(OK, audit_list_of(&f->cx, &(struct audit_filter){0}, &list));
    assert_int_equal(3, list.count);
    assert_true(str_is(list.item[0].act, "stocktaking"));
    assert_true(str_is(list.item[2].before, "{\"units\":1}"));
    assert_int_equal(f->cx.now_ms, list.item[2].at_ms);
    assert_int_equal(2, found(f, &(struct audit_filter){.act = STR("stock.")}));
    assert_int_equal(1, found(f, &(struct audit_filter){.act = STR("stock.receive")}));
    assert_int_equal(0, found(f, &(struct audit_filter){.act = STR("stock")}));
    assert_int_equal(2, found(f, &(struct audit_filter){.subject = "pool", .subject_id = 6}));
    assert_int_equal(0, found(f, &(struct audit_filter){.account_id = 4}));
    assert_int_equal(
        2, found(f, &(struct audit_filter){.before_id = list.item[0].id}));
    fixture_rollback(f);
}

static void
the_log_is_never_changed(void **state)
{
    struct fixture *f = *state;

    fixture_begin(f);
    add(f, 9, "stock.correct", 5);
    assert_int_equal(OK, fixture_commit(f));
    assert_true(fixture_sql_fails(f, "UPDATE audit SET reason = ''"));
    assert_true(fixture_sql_fails(f, "DELETE FROM audit"));
    assert_int_equal(1, fixture_count(f, "audit"));
}

int
test_audit(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(acts_are_listed_for_their_organiser_alone),
        DB_TEST(the_log_is_never_changed),
    };

    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
