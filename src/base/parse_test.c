/* SPDX-License-Identifier: Apache-2.0 */
/* parse_test.c - numbers and encodings: published vectors, and every way to be slightly wrong. */
#include "base/parse.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_parse(void);

static void
whole_numbers_are_read_within_bounds(void **state)
{
    static const char *const bad[] = {"",   "-",   "+1",  " 1", "1 ",  "1.0", "0x1", "--1", "1e3",
                                      "1-", "１", "9223372036854775808", "-9223372036854775809",
                                      "99999999999999999999999999"};
    int64_t n = 77;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(parse_i64(str_of(bad[i]), INT64_MIN, INT64_MAX, &n));
    assert_false(parse_i64(STR_NONE, 0, 9, &n));
    assert_false(parse_i64(str_n("1\0", 2), 0, 9, &n));
    assert_false(parse_i64(STR("5"), 6, 9, &n));
    assert_false(parse_i64(STR("10"), 6, 9, &n));
    assert_int_equal(n, 77);
    assert_true(parse_i64(STR("007"), 6, 9, &n));
    assert_int_equal(n, 7);
    assert_true(parse_i64(STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &n));
    assert_true(n == INT64_MIN);
    assert_true(parse_i64(STR("9223372036854775807"), INT64_MIN, INT64_MAX, &n));
    assert_true(n == INT64_MAX);
}

static void
euros_are_read_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        int64_t cents;
    } good[] = {
        {"97,59", 9759},        {"97.59", 9759},          {"1 234,5", 123450},
        {"1\u202f234,5", 123450}, {"0", 0},                 {"97,59 €", 9759},
        {"97,59\u00a0€", 9759}, {"97,59€", 9759},         {"-5", -500},
        {"\u22125,01", -501},   {"1234567", 123456700},   {"12 345 678,90\u00a0€", 1234567890},
        {"007", 700},           {"999999999999999", 99999999999999900},
    };
    static const char *const bad[] = {
        "",      "€",     ",5",    "5,",     "5,123", "1 23",  "12 34,5",  "1234 567", "1  234",
        " 5",    "5 ",    "5 € ",  "€5",     "+5",    "5,5,5", "1.234,56", "5 EUR",    "5-",
        "5\xa0", "- 5",   "1 234 56", "9999999999999999", "5,5 x", "1e3", "５"};
    int64_t cents = 77;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(parse_cents(str_of(good[i].text), &cents));
        assert_int_equal(cents, good[i].cents);
    }
    cents = 77;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(parse_cents(str_of(bad[i]), &cents));
    assert_false(parse_cents(STR_NONE, &cents));
    assert_int_equal(cents, 77);
}

static void
hexadecimal_goes_there_and_back(void **state)
{
    struct arena a = {0};
    struct buf b = {0};
    unsigned char bytes[256], back[256] = {0};

    (void)state;
    for (int i = 0; i < 256; i++)
        bytes[i] = (unsigned char)i;
    struct str text = hex_str(&a, bytes, 256);
    assert_true(str_starts(text, STR("000102")));
    assert_true(hex_parse(text, back, 256));
    assert_memory_equal(bytes, back, 256);
    hex_put(&b, bytes, 256);
    assert_true(str_eq(buf_view(&b), text));
    assert_true(hex_parse(STR("aBfF"), back, 2));
    assert_int_equal(back[0], 0xAB);
    assert_int_equal(back[1], 0xFF);
    assert_false(hex_parse(STR("0g"), back, 1));
    assert_false(hex_parse(STR("00"), back, 2));
    assert_false(hex_parse(STR("000"), back, 1));
    assert_int_equal(back[0], 0xAB);
    assert_true(hex_parse(STR_NONE, back, 0));
    buf_release(&b);
    arena_release(&a);
}

/* RFC 4648 section 10. */
static void
base64_gives_the_published_vectors(void **state)
{
    static const char *const cases[][2] = {
        {"f", "Zg=="},       {"fo", "Zm8="},        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
    };
    struct arena a = {0};
    struct str out;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct str plain = str_of(cases[i][0]);
        assert_string_equal(base64_str(&a, plain.ptr, plain.len).ptr, cases[i][1]);
        assert_true(base64_parse(&a, str_of(cases[i][1]), &out));
        assert_true(str_eq(out, plain));
    }
    assert_int_equal(base64_str(&a, "", 0).len, 0);
    assert_string_equal(base64_str(&a, "\xfb\xff\xfe", 3).ptr, "+//+");
    assert_string_equal(base64url_str(&a, "\xfb\xff\xfe", 3).ptr, "-__-");
    assert_string_equal(base64url_str(&a, "f", 1).ptr, "Zg");
    arena_release(&a);
}

static void
base64_is_refused_when_anything_is_off(void **state)
{
    static const char *const bad[] = {"",     "Zg",   "Zg=",   "Zg===", "Z===", "====", "Zh==",
                                      "Zm9=", "Zm9v\n", "Z g=", "-__-", "Zg==Zg==", "=Zg=", "Zm=v"};
    struct arena a = {0};
    struct str out = STR("same");

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(base64_parse(&a, str_of(bad[i]), &out));
    assert_false(base64_parse(&a, STR_NONE, &out));
    assert_true(str_is(out, "same"));
    arena_release(&a);
}

static void
urls_are_encoded_and_decoded(void **state)
{
    struct arena a = {0};
    struct buf b = {0};
    struct str out;

    (void)state;
    url_encode(&b, STR("Az09-._~ &=+/é%"));
    assert_true(str_is(buf_view(&b), "Az09-._~%20%26%3D%2B%2F%C3%A9%25"));
    assert_true(url_decode(&a, buf_view(&b), true, &out));
    assert_string_equal(out.ptr, "Az09-._~ &=+/é%");
    assert_true(url_decode(&a, STR("a+b%2b%C3%a9"), true, &out));
    assert_string_equal(out.ptr, "a b+é");
    assert_true(url_decode(&a, STR("a+b"), false, &out));
    assert_string_equal(out.ptr, "a+b");
    assert_true(url_decode(&a, STR_NONE, false, &out));
    assert_int_equal(out.len, 0);
    buf_release(&b);
    arena_release(&a);
}

static void
a_bad_escape_is_refused(void **state)
{
    static const char *const bad[] = {"%", "%4", "a%4", "%4g", "%g4", "%%41", "%00", "a%00b",
                                      "%C3", "%FF", "\xff", "%ED%A0%80", "%C0%80", "%-1", "% 1"};
    struct arena a = {0};
    struct str out = STR("same");

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        /* Exactly sized, so that a sanitizer sees a read past the end. */
        size_t len = strlen(bad[i]);
        char *exact = malloc(len);
        memcpy(exact, bad[i], len);
        assert_false(url_decode(&a, str_n(exact, len), true, &out));
        free(exact);
    }
    assert_true(str_is(out, "same"));
    arena_release(&a);
}

int
test_parse(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_read_within_bounds),
        cmocka_unit_test(euros_are_read_as_people_write_them),
        cmocka_unit_test(hexadecimal_goes_there_and_back),
        cmocka_unit_test(base64_gives_the_published_vectors),
        cmocka_unit_test(base64_is_refused_when_anything_is_off),
        cmocka_unit_test(urls_are_encoded_and_decoded),
        cmocka_unit_test(a_bad_escape_is_refused),
    };

    return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
