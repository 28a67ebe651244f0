/* SPDX-License-Identifier: Apache-2.0 */
/* str_test.c - cutting and comparing text, with empty and NULL text among the inputs. */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_str(void);

static void
comparison_goes_by_bytes_and_length(void **state)
{
    (void)state;
    assert_true(str_eq(STR(""), STR_NONE));
    assert_false(str_eq(STR("a"), STR("ab")));
    assert_true(str_is(STR("abc"), "abc"));
    assert_true(str_eq_nocase(STR("ABC-é"), STR("abc-é")));
    assert_false(str_eq_nocase(STR("É"), STR("é")));
    /* '[' and '{' differ by the bit that letters differ by. */
    assert_false(str_eq_nocase(STR("["), STR("{")));
    assert_true(str_cmp(STR("ab"), STR("b")) < 0);
    assert_true(str_cmp(STR("ab"), STR("a")) > 0);
    assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
    assert_int_equal(str_cmp(STR_NONE, STR("")), 0);
}

static void
parts_are_found(void **state)
{
    (void)state;
    assert_true(str_starts(STR("abc"), STR("ab")));
    assert_false(str_starts(STR("a"), STR("ab")));
    assert_true(str_starts(STR_NONE, STR_NONE));
    assert_true(str_ends(STR("abc"), STR("bc")));
    assert_false(str_ends(STR("bc"), STR("abc")));
    assert_true(str_contains(STR("abcabd"), STR("abd")));
    assert_false(str_contains(STR("ab"), STR("abd")));
    assert_true(str_contains(STR_NONE, STR("")));
    assert_int_equal(str_find_byte(STR("a=b=c"), '='), 1);
    assert_int_equal(str_find_byte(STR("abc"), '='), 3);
    assert_int_equal(str_find_byte(STR_NONE, '='), 0);
}

static void
cuts_are_clipped(void **state)
{
    (void)state;
    assert_true(str_is(str_trim(STR(" \t\r\n a b \v\f")), "a b"));
    assert_int_equal(str_trim(STR(" \n ")).len, 0);
    assert_int_equal(str_trim(STR_NONE).len, 0);
    assert_true(str_is(str_sub(STR("abcdef"), 2, 3), "cde"));
    assert_true(str_is(str_sub(STR("abc"), 1, SIZE_MAX), "bc"));
    assert_int_equal(str_sub(STR("abc"), 9, 1).len, 0);
    assert_int_equal(str_sub(STR_NONE, 0, 5).len, 0);
}

/* n separators make n + 1 parts, empty ones too. */
static void
split_gives_every_part_once(void **state)
{
    struct str rest = STR(",a,,b,"), part;
    static const char *const want[] = {"", "a", "", "b", ""};

    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_true(str_split(&rest, ',', &part));
        assert_true(str_is(part, want[i]));
    }
    assert_false(str_split(&rest, ',', &part));
    assert_null(rest.ptr);
    assert_false(str_split(&rest, ',', &part));
}

static void
copies_end_with_nul(void **state)
{
    struct arena a = {0};

    (void)state;
    assert_string_equal(str_dup(&a, str_n("abcdef", 3)).ptr, "abc");
    assert_string_equal(str_z(&a, STR_NONE), "");
    struct str s = str_printf(&a, "%d-%.*s-%s", 42, STR_FMT(STR("xyz")), "é");
    assert_string_equal(s.ptr, "42-xyz-é");
    assert_int_equal(s.len, 9);
    assert_true(str_is(str_printf(&a, "%.*s", STR_FMT(STR_NONE)), ""));
    assert_true(str_is(str_lower(&a, STR("AZ[É]09")), "az[É]09"));
    assert_true(str_is(str_upper(&a, STR("az{é}09")), "AZ{é}09"));
    arena_release(&a);
}

int
test_str(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparison_goes_by_bytes_and_length),
        cmocka_unit_test(parts_are_found),
        cmocka_unit_test(cuts_are_clipped),
        cmocka_unit_test(split_gives_every_part_once),
        cmocka_unit_test(copies_end_with_nul),
    };

    return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
