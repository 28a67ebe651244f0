/* SPDX-License-Identifier: Apache-2.0 */
/* json_tree_test.c - a text is read, changed and written, and nothing else of it changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json/json_tree.h"

int test_json_tree(void);

static struct json *
tree_of(struct arena *a, const char *text)
{
    struct json *j = NULL;

    assert_int_equal(OK, json_parse(a, str_of(text), 100000, &j, NULL));
    return j;
}

static struct str
written(struct arena *a, const struct json *j)
{
    struct buf b;

    buf_init(&b, 0);
    json_write(&b, j);
    struct str s = buf_dup(&b, a);
    buf_release(&b);
    return s;
}

static void
a_tree_is_written_as_people_write_it(void **state)
{
    static const char *const text =
        "{\n"
        "  \"name\": \"Masques « lavables »\",\n"
        "  \"empty\": {},\n"
        "  \"none\": null,\n"
        "  \"list\": [],\n"
        "  \"rate\": 5.0,\n"
        "  \"packs\": [\n"
        "    {\n"
        "      \"code\": \"lot-6\",\n"
        "      \"heads\": { \"min\": 0, \"max\": 9 }\n"
        "    },\n"
        "    { \"code\": \"lot-40\", \"half\": 0.5, \"open\": true }\n"
        "  ],\n"
        "  \"territories\": [\"mainland\", \"corsica\"],\n"
        "  \"long\": [\n"
        "    \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\n"
        "    \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"\n"
        "  ]\n"
        "}\n";
    struct arena a = {0};
    struct json *j = tree_of(&a, text);

    (void)state;
    assert_string_equal(text, written(&a, j).ptr);
    assert_true(json_same(j, tree_of(&a, written(&a, j).ptr)));
    assert_string_equal("12\n", written(&a, tree_of(&a, "12")).ptr);
    arena_release(&a);
}

static void
a_value_is_found_put_and_removed(void **state)
{
    struct arena a = {0};
    struct json *j = tree_of(&a, "{\"quota\":{\"per_head\":4},\"packs\":[{\"code\":\"a\"},2]}");
    struct json before = json_copy(&a, j);

    (void)state;
    assert_ptr_equal(j, json_at(j, STR("")));
    assert_int_equal(4, json_at(j, STR("/quota/per_head"))->i);
    assert_true(str_is(json_at(j, STR("/packs/0/code"))->s, "a"));
    assert_null(json_at(j, STR("/packs/2")));
    assert_null(json_at(j, STR("/packs/x")));
    assert_null(json_at(j, STR("/quota/per_head/deeper")));
    json_put(&a, json_at(j, STR("/quota")), STR("per_head"), json_int(8));
    json_put(&a, json_at(j, STR("/quota")), STR("round_up"), json_bool(true));
    json_append(&a, json_at(j, STR("/packs")), json_text(STR("new")));
    assert_string_equal("{\n  \"quota\": { \"per_head\": 8, \"round_up\": true },\n"
                        "  \"packs\": [\n    { \"code\": \"a\" },\n    2,\n    \"new\"\n  ]\n}\n",
                        written(&a, j).ptr);
    json_remove_at(json_at(j, STR("/packs")), 1);
    json_remove_at(json_at(j, STR("/packs")), 7);
    json_remove(json_at(j, STR("/quota")), STR("per_head"));
    json_remove(json_at(j, STR("/quota")), STR("absent"));
    assert_true(json_same(j, tree_of(&a, "{\"packs\":[{\"code\":\"a\"},\"new\"],"
                                         "\"quota\":{\"round_up\":true}}")));
    /* The copy is of before. */
    assert_int_equal(4, json_at(&before, STR("/quota/per_head"))->i);
    assert_int_equal(2, json_at(&before, STR("/packs"))->count);
    /* What is no object or array becomes one. */
    json_put(&a, json_at(j, STR("/packs/1")), STR("k"), json_empty(JSON_NULL));
    assert_int_equal(JSON_OBJECT, json_at(j, STR("/packs/1"))->kind);
    json_append(&a, json_at(j, STR("/packs/1/k")), json_int(1));
    assert_int_equal(1, json_at(j, STR("/packs/1/k/0"))->i);
    arena_release(&a);
}

static void
sameness_looks_at_everything(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } row[] = {
        {"{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true},
        {"{\"a\":1}", "{\"a\":2}", false},
        {"{\"a\":1}", "{\"b\":1}", false},
        {"[1,2]", "[2,1]", false},
        {"[1]", "[1,1]", false},
        {"1", "1.0", false},
        {"1.5", "1.5", true},
        {"null", "false", false},
        {"\"a\"", "\"a\"", true},
        {"true", "false", false},
    };
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        assert_int_equal(row[i].same, json_same(tree_of(&a, row[i].a), tree_of(&a, row[i].b)));
    assert_false(json_same(NULL, tree_of(&a, "1")));
    assert_true(json_same(NULL, NULL));
    arena_release(&a);
}

int
test_json_tree(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_is_written_as_people_write_it),
        cmocka_unit_test(a_value_is_found_put_and_removed),
        cmocka_unit_test(sameness_looks_at_everything),
    };
    return cmocka_run_group_tests_name("json_tree", tests, NULL, NULL);
}
