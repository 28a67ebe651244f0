/* SPDX-License-Identifier: Apache-2.0 */
/* json_test.c - what is written is read back; what is doubtful is refused with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json/json.h"

int test_json(void);

static void
what_is_written_is_read_back(void **state)
{
    struct str odd = STR("\"\\/\b\f\n\r\t\x01\x7f é \u2028\u2029 \xf0\x9f\x98\x80");
    struct arena a = {0};
    struct json *j;
    struct buf b;
    struct jw w;

    (void)state;
    buf_init(&b, 0);
    w = jw_begin(&b);
    jw_object(&w);
    jw_kstr(&w, "odd", odd);
    jw_kint(&w, "min", INT64_MIN);
    jw_kbool(&w, "yes", true);
    jw_kz(&w, "none", NULL);
    jw_ktime(&w, "at", 1588399200000);
    jw_key(&w, "list");
    jw_array(&w);
    jw_int(&w, 1);
    jw_object(&w);
    jw_close_object(&w);
    jw_close_array(&w);
    jw_close_object(&w);
    assert_int_equal(0, w.depth);
    assert_int_equal(OK, json_parse(&a, buf_view(&b), 10000, &j, NULL));
    assert_true(str_eq(odd, json_get_str(j, "odd")));
    assert_true(json_get_int(j, "min", 0) == INT64_MIN);
    assert_true(json_get_bool(j, "yes", false));
    assert_int_equal(JSON_NULL, json_get(j, "none")->kind);
    assert_true(str_is(json_get_str(j, "at"), "2020-05-02T06:00:00Z"));
    assert_int_equal(2, json_get(j, "list")->count);
    assert_int_equal(JSON_OBJECT, json_get(j, "list")->item[1].kind);
    assert_true(str_is(j->member[0].key, "odd"));
    assert_null(json_get(j, "absent"));
    assert_int_equal(7, json_get_int(j, "odd", 7));
    buf_release(&b);
    arena_release(&a);
}

static void
doubtful_text_is_refused(void **state)
{
    const struct {
        struct str text;
        int line;
    } bad[] = {
        {STR(""), 1},
        {STR("{"), 1},
        {STR("{\"a\":1,\n\"a\":2}"), 2},
        {STR("[1,]"), 1},
        {STR("{\"a\":1} x"), 1},
        {STR("\"\\u0000\""), 1},
        {STR("\"\xff\""), 1},
        {STR("\"\xc0\xaf\""), 1},
        {STR("\"\\ud800\""), 1},
        {STR("99999999999999999999"), 1},
        {STR("1e999"), 1},
        {STR("NaN"), 1},
        {STR("01"), 1},
        {STR("'a'"), 1},
        {STR("[1]\0"), 1},
    };
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct json_error why = {0};
        struct json *j = NULL;

        if (json_parse(&a, bad[i].text, 1000, &j, &why) != ERR_INVALID)
            fail_msg("accepted: %.*s", STR_FMT(bad[i].text));
        assert_null(j);
        assert_int_equal(bad[i].line, why.line);
        assert_true(why.column >= 0 && why.text.len > 0);
    }
    arena_release(&a);
}

static void
depth_and_size_are_bounded(void **state)
{
    char text[2 * (JSON_DEPTH_MAX + 1) + 1];
    struct arena a = {0};
    struct json *j;

    (void)state;
    for (int depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        assert_int_equal(depth <= JSON_DEPTH_MAX ? OK : ERR_INVALID,
                         json_parse(&a, str_n(text, 2 * (size_t)depth), 1000, &j, NULL));
    }
    assert_int_equal(ERR_LIMIT, json_parse(&a, STR("[1,2]"), 4, &j, NULL));
    assert_int_equal(OK, json_parse(&a, STR("[1,2]"), 5, &j, NULL));
    arena_release(&a);
}

int
test_json(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(doubtful_text_is_refused),
        cmocka_unit_test(depth_and_size_are_bounded),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
