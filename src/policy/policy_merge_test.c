/* SPDX-License-Identifier: Apache-2.0 */
/* policy_merge_test.c - both sides' changes are in, and what both changed is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy/policy_merge.h"

int test_policy_merge(void);

static struct arena arena;

static const struct json *
parsed(const char *text)
{
    struct json *tree = NULL;

    assert_int_equal(OK, json_parse(&arena, str_of(text), 10000, &tree, NULL));
    return tree;
}

static void
each_side_keeps_its_changes(void **state)
{
    static const struct {
        const char *base, *ours, *theirs, *want;
    } row[] = {
        {"{\"a\":1,\"b\":2}", "{\"a\":5,\"b\":2}", "{\"a\":1,\"b\":7}", "{\"a\":5,\"b\":7}"},
        {"{\"a\":1}", "{\"a\":1}", "{\"a\":9}", "{\"a\":9}"},
        {"{\"a\":1}", "{\"a\":9}", "{\"a\":9}", "{\"a\":9}"},
        {"{\"a\":1}", "{}", "{\"a\":1,\"b\":1}", "{\"b\":1}"},
        {"{\"a\":{\"x\":1,\"y\":2}}", "{\"a\":{\"x\":3,\"y\":2}}", "{\"a\":{\"x\":1}}",
         "{\"a\":{\"x\":3}}"},
        {"{\"a\":1}", "{\"a\":1,\"new\":[1]}", "{\"a\":1,\"other\":2}",
         "{\"a\":1,\"other\":2,\"new\":[1]}"},
        /* Entries of lists by their codes, wherever they stand. */
        {"[{\"code\":\"a\",\"p\":1},{\"code\":\"b\",\"p\":2}]",
         "[{\"code\":\"a\",\"p\":1},{\"code\":\"b\",\"p\":5},{\"code\":\"c\"}]",
         "[{\"code\":\"b\",\"p\":2},{\"code\":\"a\",\"p\":7}]",
         "[{\"code\":\"b\",\"p\":5},{\"code\":\"a\",\"p\":7},{\"code\":\"c\"}]"},
        {"[{\"code\":\"a\",\"p\":1},{\"code\":\"b\",\"p\":2}]", "[{\"code\":\"b\",\"p\":2}]",
         "[{\"code\":\"a\",\"p\":1},{\"code\":\"b\",\"p\":3}]", "[{\"code\":\"b\",\"p\":3}]"},
        /* Other lists as a whole. */
        {"{\"t\":[\"x\",\"y\"]}", "{\"t\":[\"x\"]}", "{\"t\":[\"x\",\"y\"],\"u\":1}",
         "{\"t\":[\"x\"],\"u\":1}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        for (int ours = 0; ours < 2; ours++) {
            struct str_list conflicts;
            struct json out = policy_merge(&arena, parsed(row[i].base), parsed(row[i].ours),
                                           parsed(row[i].theirs), ours, &conflicts);
            assert_int_equal(0, conflicts.count);
            if (!json_same(&out, parsed(row[i].want)))
                fail_msg("row %zu is wrong", i);
        }
    arena_release(&arena);
}

static void
what_both_changed_is_told_and_chosen(void **state)
{
    static const struct {
        const char *base, *ours, *theirs, *path, *want_ours, *want_theirs;
    } row[] = {
        {"{\"q\":{\"n\":2}}", "{\"q\":{\"n\":4}}", "{\"q\":{\"n\":3}}", "/q/n", "{\"q\":{\"n\":4}}",
         "{\"q\":{\"n\":3}}"},
        {"{\"q\":1}", "{}", "{\"q\":2}", "/q", "{}", "{\"q\":2}"},
        {"{}", "{\"q\":1}", "{\"q\":2}", "/q", "{\"q\":1}", "{\"q\":2}"},
        {"[{\"code\":\"a\",\"p\":1}]", "[{\"code\":\"a\",\"p\":2}]", "[{\"code\":\"a\",\"p\":3}]",
         "/a/p", "[{\"code\":\"a\",\"p\":2}]", "[{\"code\":\"a\",\"p\":3}]"},
        {"{\"v\":[1]}", "{\"v\":[1,2]}", "{\"v\":[3]}", "/v", "{\"v\":[1,2]}", "{\"v\":[3]}"},
        /* Two entries with one code cannot be told apart. */
        {"[{\"code\":\"a\"},{\"code\":\"a\"}]", "[{\"code\":\"a\"},{\"code\":\"b\"}]",
         "[{\"code\":\"c\"},{\"code\":\"a\"}]", "", "[{\"code\":\"a\"},{\"code\":\"b\"}]",
         "[{\"code\":\"c\"},{\"code\":\"a\"}]"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        for (int ours = 0; ours < 2; ours++) {
            struct str_list conflicts;
            struct json out = policy_merge(&arena, parsed(row[i].base), parsed(row[i].ours),
                                           parsed(row[i].theirs), ours, &conflicts);
            assert_int_equal(1, conflicts.count);
            assert_true(str_is(conflicts.item[0], row[i].path));
            assert_true(json_same(&out, parsed(ours ? row[i].want_ours : row[i].want_theirs)));
        }
    arena_release(&arena);
}

int
test_policy_merge(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_side_keeps_its_changes),
        cmocka_unit_test(what_both_changed_is_told_and_chosen),
    };
    return cmocka_run_group_tests_name("policy_merge", tests, NULL, NULL);
}
