/* SPDX-License-Identifier: Apache-2.0 */
/* Open data: what is small is not told, what is not over is not told. */
#include "test/shop.h"

#include "open/open.h"

int test_open(void);

static struct figure_day
day_with(int64_t orders, int64_t units)
{
    return (struct figure_day){.day = civil_day(2020, 5, 2),
                               .department = STR("2A"),
                               .band = BAND_02,
                               .placed = {orders + 3, units + 30},
                               .sold = {orders, units}};
}

static void
small_counts_are_left_out_with_their_units(void **state)
{
    struct arena a = {0};
    struct open_row r;

    (void)state;
    for (int64_t orders = 1; orders <= OPEN_SMALL_MAX; orders++) {
        struct figure_day d = day_with(orders, orders * 40);
        assert_true(open_row_of(&a, &d, &r));
        assert_true(r.small);
        assert_int_equal(0, r.orders);
        assert_int_equal(0, r.units);
    }
    struct figure_day d = day_with(OPEN_SMALL_MAX + 1, 200);
    assert_true(open_row_of(&a, &d, &r));
    assert_false(r.small);
    assert_int_equal(OPEN_SMALL_MAX + 1, r.orders);
    assert_int_equal(200, r.units);
    assert_true(str_is(r.day, "2020-05-02"));
    assert_string_equal("02", r.band);
    arena_release(&a);
}

static void
a_group_whose_orders_were_all_given_back_is_no_row(void **state)
{
    struct figure_day d = day_with(0, 0);
    struct arena a = {0};
    struct open_row r;

    (void)state;
    assert_false(open_row_of(&a, &d, &r));
    arena_release(&a);
}

static void
a_day_is_told_once_it_is_over(void **state)
{
    struct fixture *f = *state;
    int64_t from, until;
    struct shop s;

    shop_open(f, &s, 600, 0);
    struct civil last = {.year = 2020, .month = 6, .day = 3, .hour = 23, .minute = 59};
    struct civil next = {.year = 2020, .month = 6, .day = 4};
    open_days(&s.campaign, civil_to_ms(&last, ZONE_PARIS), &from, &until);
    assert_int_equal(civil_day(2020, 6, 3), until);
    open_days(&s.campaign, civil_to_ms(&next, ZONE_PARIS), &from, &until);
    assert_int_equal(civil_day(2020, 6, 4), until);
    assert_true(from < civil_day(2020, 5, 2));
}

int
test_open(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_counts_are_left_out_with_their_units),
        cmocka_unit_test(a_group_whose_orders_were_all_given_back_is_no_row),
        DB_TEST(a_day_is_told_once_it_is_over),
    };

    return cmocka_run_group_tests_name("open", tests, NULL, NULL);
}
