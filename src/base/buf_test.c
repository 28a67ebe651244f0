/* SPDX-License-Identifier: Apache-2.0 */
/* buf_test.c - a growing buffer, its ceiling and its numbers. */
#include "base/buf.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_buf(void);

static void
appends_follow_each_other(void **state)
{
    struct buf b;
    struct arena a = {0};

    (void)state;
    buf_init(&b, 0);
    assert_int_equal(buf_view(&b).len, 0);
    buf_put(&b, "ab", 2);
    buf_str(&b, STR_NONE);
    buf_z(&b, "cd");
    buf_byte(&b, '-');
    buf_i64(&b, INT64_MIN);
    buf_byte(&b, ' ');
    buf_i64(&b, INT64_MAX);
    buf_i64(&b, 0);
    buf_lit(&b, "!?", 1);
    buf_printf(&b, "%s=%d", "x", 7);
    assert_string_equal(buf_dup(&b, &a).ptr,
                        "abcd--9223372036854775808 92233720368547758070!x=7");
    buf_clear(&b);
    assert_int_equal(buf_dup(&b, &a).len, 0);
    buf_release(&b);
    buf_release(&b);
    arena_release(&a);
}

static void
growth_keeps_what_is_there(void **state)
{
    struct buf b = {0};

    (void)state;
    for (int i = 0; i < 100000; i++)
        buf_byte(&b, (char)('a' + i % 26));
    assert_int_equal(b.len, 100000);
    assert_false(b.overflow);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(b.ptr[i], 'a' + i % 26);
    buf_release(&b);
}

/* The ceiling may be reached; what would pass it is dropped whole, and so is all that follows. */
static void
the_ceiling_holds(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 5);
    buf_z(&b, "abc");
    buf_z(&b, "de");
    assert_false(b.overflow);
    buf_z(&b, "");
    assert_false(b.overflow);
    buf_clear(&b);
    buf_z(&b, "abc");
    buf_z(&b, "def");
    assert_true(b.overflow);
    buf_byte(&b, 'x');
    assert_int_equal(b.len, 3);
    buf_clear(&b);
    buf_put(&b, "a", SIZE_MAX);
    assert_true(b.overflow);
    assert_int_equal(b.len, 0);
    buf_clear(&b);
    buf_printf(&b, "%d", 123456);
    assert_true(b.overflow);
    buf_release(&b);

    buf_init(&b, 0);
    char *block = calloc(1, 1 << 20);
    for (int i = 0; i < 17; i++)
        buf_put(&b, block, 1 << 20);
    assert_true(b.overflow);
    assert_int_equal(b.len, BUF_MAX_DEFAULT);
    free(block);
    buf_release(&b);
}

static void
a_long_format_is_whole(void **state)
{
    struct buf b = {0};
    char long_text[1001];

    (void)state;
    memset(long_text, 'y', 1000);
    long_text[1000] = '\0';
    for (int cut = 250; cut < 262; cut++) {
        buf_clear(&b);
        buf_printf(&b, "%.*s", cut, long_text);
        assert_int_equal(b.len, cut);
    }
    buf_clear(&b);
    buf_printf(&b, "<%s>", long_text);
    assert_int_equal(b.len, 1002);
    assert_int_equal(b.ptr[1001], '>');
    buf_release(&b);
}

int
test_buf(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_follow_each_other),
        cmocka_unit_test(growth_keeps_what_is_there),
        cmocka_unit_test(the_ceiling_holds),
        cmocka_unit_test(a_long_format_is_whole),
    };

    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
