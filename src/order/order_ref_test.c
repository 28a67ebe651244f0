/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_ref_test.c - references: there and back, no two alike, nothing told by them.
 */
#include "order/order_ref.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/parse.h"
#include "order/order.h"

int test_order_ref(void);

enum { MANY = 20000 };

static struct short_key
key_of(const char *hex)
{
    struct short_key key;

    assert_true(ref_key_read(str_of(hex), &key));
    return key;
}

static int
begin(void **state)
{
    (void)state;
    crypto_init();
    return 0;
}

static void
the_key_is_thirty_two_hexadecimal_digits(void **state)
{
    struct short_key key;
    (void)state;

    assert_true(ref_key_read(STR("000102030405060708090a0b0c0d0e0f"), &key));
    assert_int_equal(15, key.bytes[15]);
    assert_false(ref_key_read(STR(""), &key));
    assert_false(ref_key_read(STR("000102030405060708090a0b0c0d0e"), &key));
    assert_false(ref_key_read(STR("000102030405060708090a0b0c0d0e0g"), &key));
}

static void
a_reference_leads_back_to_its_id(void **state)
{
    static const int64_t far[] = {33554431, 33554432, 1000000007, (INT64_C(1) << 50) - 1};
    struct short_key key = key_of("8f14e45fceea167a5a36dedd4bea2543");
    struct arena a = {0};
    (void)state;

    for (int64_t id = 1; id <= MANY; id++) {
        assert_int_equal(id, ref_id(&key, ref_make(&a, &key, id)));
        arena_clear(&a);
    }
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++)
        assert_int_equal(far[i], ref_id(&key, ref_make(&a, &key, far[i])));
    arena_release(&a);
}

static void
what_is_no_reference_has_no_id(void **state)
{
    static const char *const wrong[] = {"", "A", "ABCDEFGHJ", "ABCDEFGHJKM", "ABCDEFGHJI",
                                        "abcdefghjk", "ABCDE FGHJ", "ABCDE\xC3\xA9GHJ"};
    struct short_key key = key_of("8f14e45fceea167a5a36dedd4bea2543");
    (void)state;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(0, ref_id(&key, str_of(wrong[i])));
    assert_int_equal(0, ref_id(&key, STR("ABCDE\0GHJK")));
}

/* Each digit of references in a row takes every value about as often as any other, and another
 * key gives other references. */
static void
neighbours_do_not_look_alike(void **state)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    struct short_key key = key_of("8f14e45fceea167a5a36dedd4bea2543");
    struct short_key other = key_of("8f14e45fceea167a5a36dedd4bea2544");
    static int seen[ORDER_REF_LEN][32];
    struct arena a = {0};
    int same = 0;
    (void)state;

    for (int64_t id = 1; id <= MANY; id++) {
        struct str ref = ref_make(&a, &key, id);
        assert_int_equal(ORDER_REF_LEN, ref.len);
        same += str_eq(ref, ref_make(&a, &other, id));
        for (size_t i = 0; i < ref.len; i++)
            seen[i][strchr(digits, ref.ptr[i]) - digits]++;
        arena_clear(&a);
    }
    assert_int_equal(0, same);
    for (size_t i = 0; i < ORDER_REF_LEN; i++)
        for (size_t d = 0; d < 32; d++)
            assert_in_range(seen[i][d], MANY / 32 / 2, MANY / 32 * 2);
    arena_release(&a);
}

/* The vector of SipHash's authors for the eight bytes 0 to 7 under the key 0 to 15. */
static void
the_short_hash_is_siphash(void **state)
{
    struct short_key key = key_of("000102030405060708090a0b0c0d0e0f");
    (void)state;

    assert_true(short_hash(&key, UINT64_C(0x0706050403020100)) == UINT64_C(0x93f5f5799a932462));
}

int
test_order_ref(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_is_thirty_two_hexadecimal_digits),
        cmocka_unit_test(a_reference_leads_back_to_its_id),
        cmocka_unit_test(what_is_no_reference_has_no_id),
        cmocka_unit_test(neighbours_do_not_look_alike),
        cmocka_unit_test(the_short_hash_is_siphash),
    };

    return cmocka_run_group_tests_name("order_ref", tests, begin, NULL);
}
