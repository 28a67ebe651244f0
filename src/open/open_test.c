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

/* Two pools: the mainland with Corsica, overseas. */
static const struct policy two_pools = {
    .pool = {{.territories = 1u << TERRITORY_MAINLAND | 1u << TERRITORY_CORSICA},
             {.territories = 1u << TERRITORY_REUNION}},
    .pool_count = 2,
};

static struct open_row
row_with(struct arena *a, const char *department, int64_t orders)
{
    struct figure_day d = day_with(orders, orders * 40);
    struct open_row r;

    d.department = str_of(department);
    assert_true(open_row_of(a, &two_pools, &d, &r));
    return r;
}

static void
small_counts_are_left_out_with_their_units(void **state)
{
    struct arena a = {0};

    (void)state;
    for (int64_t orders = 1; orders <= OPEN_SMALL_MAX; orders++) {
        struct open_row r = row_with(&a, "2A", orders);
        open_day_hide(&r, 1);
        assert_true(r.small);
        assert_int_equal(0, r.orders);
        assert_int_equal(0, r.units);
    }
    struct open_row r = row_with(&a, "2A", OPEN_SMALL_MAX + 1);
    open_day_hide(&r, 1);
    assert_false(r.small);
    assert_int_equal(OPEN_SMALL_MAX + 1, r.orders);
    assert_int_equal(200, r.units);
    assert_true(str_is(r.day, "2020-05-02"));
    assert_string_equal("02", r.band);
    arena_release(&a);
}

static void
what_is_left_out_is_not_the_rest_of_a_pools_day(void **state)
{
    struct arena a = {0};

    (void)state;
    /* Three orders of the mainland would be what remains: the smallest other goes with them. */
    struct open_row one[] = {row_with(&a, "69", 30), row_with(&a, "01", 3),
                             row_with(&a, "2A", 7), row_with(&a, "974", 9)};
    open_day_hide(one, 4);
    assert_false(one[0].small);
    assert_true(one[1].small);
    assert_true(one[2].small);
    assert_int_equal(0, one[2].units);
    assert_false(one[3].small);
    /* Two and three are five together. */
    struct open_row two[] = {row_with(&a, "69", 30), row_with(&a, "01", 3),
                             row_with(&a, "2A", 2)};
    open_day_hide(two, 3);
    assert_false(two[0].small);
    /* Those of another pool do not help. */
    struct open_row other[] = {row_with(&a, "69", 30), row_with(&a, "01", 3),
                               row_with(&a, "974", 2)};
    open_day_hide(other, 3);
    assert_true(other[0].small && other[1].small && other[2].small);
    open_day_hide(NULL, 0);
    arena_release(&a);
}

static void
a_group_whose_orders_were_all_given_back_is_no_row(void **state)
{
    struct figure_day d = day_with(0, 0);
    struct arena a = {0};
    struct open_row r;

    (void)state;
    assert_false(open_row_of(&a, &two_pools, &d, &r));
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
        cmocka_unit_test(what_is_left_out_is_not_the_rest_of_a_pools_day),
        cmocka_unit_test(a_group_whose_orders_were_all_given_back_is_no_row),
        DB_TEST(a_day_is_told_once_it_is_over),
    };

    return cmocka_run_group_tests_name("open", tests, NULL, NULL);
}
