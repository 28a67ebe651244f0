/* SPDX-License-Identifier: Apache-2.0 */
/* err_test.c - the table of errors is whole and the four faces agree with it. */
#include "base/err.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_err(void);

static void
every_error_has_a_name_a_status_and_a_text(void **state)
{
    (void)state;
    for (int e = OK; e <= ERR_FAULT; e++) {
        assert_true(strlen(err_name((enum err)e)) >= 2);
        assert_true(strlen(err_text((enum err)e)) > 4);
        assert_in_range((unsigned)err_http((enum err)e), 200, 599);
        assert_in_range((unsigned)err_exit((enum err)e), 0, 6);
    }
}

static void
only_ok_counts_as_success(void **state)
{
    (void)state;
    assert_int_equal(err_http(OK), 200);
    assert_int_equal(err_exit(OK), 0);
    for (int e = OK + 1; e <= ERR_FAULT; e++) {
        assert_true(err_http((enum err)e) >= 400);
        assert_true(err_exit((enum err)e) > 0);
    }
    assert_string_equal(err_name(ERR_NOT_FOUND), "ERR_NOT_FOUND");
    assert_int_equal(err_http(ERR_RATE), 429);
    assert_int_equal(err_exit(ERR_CONFLICT), 5);
}

static enum err
stops_at(enum err e, int *reached)
{
    TRY(e);
    *reached = 1;
    return OK;
}

static void
try_returns_early_on_anything_but_ok(void **state)
{
    int reached = 0;

    (void)state;
    assert_int_equal(stops_at(ERR_BUSY, &reached), ERR_BUSY);
    assert_int_equal(reached, 0);
    assert_int_equal(stops_at(OK, &reached), OK);
    assert_int_equal(reached, 1);
}

int
test_err(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_a_name_a_status_and_a_text),
        cmocka_unit_test(only_ok_counts_as_success),
        cmocka_unit_test(try_returns_early_on_anything_but_ok),
    };

    return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
