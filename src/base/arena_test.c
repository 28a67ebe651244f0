/* SPDX-License-Identifier: Apache-2.0 */
/* arena_test.c - memory by lifetime: zeroed, aligned, apart, whatever the sizes. */
#include "base/arena.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_arena(void);

static int
all_zero(const unsigned char *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (p[i] != 0)
            return 0;
    return 1;
}

/* Sizes around every boundary of the blocks, each filled with its own byte. */
static void
allocations_are_zeroed_aligned_and_apart(void **state)
{
    static const size_t sizes[] = {1,     0,     15,        16,    17,      4095,      16000,
                                   16384, 40000, 3,         65536, 1 << 20, (1 << 20) + 1, 7,
                                   900,   1,     3 << 20, 100};
    enum { COUNT = sizeof(sizes) / sizeof(sizes[0]) };
    unsigned char *at[COUNT];
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        at[i] = arena_alloc(&a, sizes[i]);
        assert_int_equal((uintptr_t)at[i] % _Alignof(max_align_t), 0);
        assert_true(all_zero(at[i], sizes[i]));
        memset(at[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < sizes[i]; k += 7)
            assert_int_equal(at[i][k], i + 1);
    arena_release(&a);
    assert_null(a.head);
}

static void
pointers_of_size_zero_are_unique(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a);
    void *one = arena_alloc(&a, 0), *two = arena_alloc(&a, 0);
    assert_ptr_not_equal(one, two);
    arena_release(&a);
}

/* No byte of the last customer shows, also in the block that is kept. */
static void
a_cleared_arena_hands_out_zeros_again(void **state)
{
    struct arena a = {0};

    (void)state;
    for (int round = 0; round < 20; round++) {
        for (size_t size = 1; size < 200000; size = size * 3 + 1) {
            unsigned char *p = arena_alloc(&a, size);
            assert_true(all_zero(p, size));
            memset(p, 0xAA, size);
        }
        arena_clear(&a);
        assert_int_equal(a.used_bytes, 0);
    }
    arena_clear(&a);
    arena_release(&a);
}

static void
used_bytes_counts_what_was_asked_for(void **state)
{
    struct arena a = {0};

    (void)state;
    arena_alloc(&a, 10);
    arena_array(&a, 3, 7);
    assert_int_equal(a.used_bytes, 31);
    char *copy = arena_copy(&a, "abc", 4);
    assert_string_equal(copy, "abc");
    assert_non_null(arena_copy(&a, NULL, 0));
    arena_release(&a);
    assert_int_equal(a.used_bytes, 0);
}

int
test_arena(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocations_are_zeroed_aligned_and_apart),
        cmocka_unit_test(pointers_of_size_zero_are_unique),
        cmocka_unit_test(a_cleared_arena_hands_out_zeros_again),
        cmocka_unit_test(used_bytes_counts_what_was_asked_for),
    };

    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
