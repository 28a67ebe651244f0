/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_sql_test.c - what stands in several statements says the same in all of them: the columns
 * of an order, and which states count against the quota.
 */
#include "test/fixture.h"

#include "base/parse.h"
#include "db/sql_text.h"
#include "order/admit.h"

int test_order_sql(void);

static const enum sql_id order_selects[] = {SQL_ORDER_FIND, SQL_ORDER_FIND_LOCK,
                                            SQL_ORDER_FIND_REF, SQL_ORDER_OF_SIREN};

/* From SELECT to FROM. */
static struct str
columns_of(const char *sql)
{
    const char *from = strstr(sql, "\n  FROM");

    assert_non_null(from);
    return str_n(sql, (size_t)(from - sql));
}

static void
every_query_of_an_order_names_the_same_columns(void **state)
{
    struct str want = columns_of(sql_texts[SQL_ORDER_FIND].sqlite);

    (void)state;
    for (size_t i = 0; i < sizeof order_selects / sizeof order_selects[0]; i++) {
        const struct sql_text *s = &sql_texts[order_selects[i]];
        if (!str_eq(want, columns_of(s->sqlite)) || !str_eq(want, columns_of(s->pg)))
            fail_msg("%s names other columns than order_find", s->name);
    }
}

/* Whether the list in brackets that follows `before` names this state. */
static bool
is_listed(const char *sql, const char *before, int state)
{
    const char *list = strstr(sql, before);
    struct str rest;
    struct str part;
    int64_t n;

    assert_non_null(list);
    list += strlen(before);
    const char *end = strchr(list, ')');
    assert_non_null(end);
    rest = str_n(list, (size_t)(end - list));
    while (str_split(&rest, ',', &part)) {
        assert_true(parse_i64(str_trim(part), 1, ORDER_RETURNED, &n));
        if (n == state)
            return true;
    }
    return false;
}

static void
the_states_that_count_are_the_same_everywhere(void **state)
{
    (void)state;
    for (int s = ORDER_HELD; s <= ORDER_RETURNED; s++) {
        bool counts = order_counts((enum order_state)s);
        assert_int_equal(!counts, is_listed(sql_texts[SQL_ORDER_PAST].sqlite, "NOT IN (", s));
        assert_int_equal(!counts, is_listed(sql_texts[SQL_ORDER_PAST].pg, "NOT IN (", s));
        assert_int_equal(counts, is_listed(sql_texts[SQL_CHECK_QUOTA].sqlite, "state IN (", s));
        assert_int_equal(counts, is_listed(sql_texts[SQL_CHECK_QUOTA].pg, "state IN (", s));
    }
}

int
test_order_sql(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_query_of_an_order_names_the_same_columns),
        cmocka_unit_test(the_states_that_count_are_the_same_everywhere),
    };
    return cmocka_run_group_tests_name("order_sql", tests, NULL, NULL);
}
