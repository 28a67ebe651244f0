/* SPDX-License-Identifier: Apache-2.0 */
/* policy_words_test.c - every rule stands in words, and every change of a file is seen in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/format.h"
#include "db/command.h"
#include "json/json_tree.h"
#include "policy/policy_words.h"

int test_policy_words(void);

static struct arena arena;

static struct json *
tree_of(const char *path)
{
    struct json *tree = NULL;
    struct str text;

    assert_int_equal(OK, command_read_file(&arena, str_of(path), POLICY_JSON_MAX, &text));
    assert_int_equal(OK, json_parse(&arena, text, POLICY_JSON_MAX, &tree, NULL));
    return tree;
}

/* NULL: it does not compile. */
static const struct policy *
compiled(const struct json *tree)
{
    struct policy_fault_list faults = { 0 };
    struct policy *p = NULL;
    struct buf b;

    buf_init(&b, 0);
    json_write(&b, tree);
    enum err err = policy_compile(&arena, buf_dup(&b, &arena), &p, &faults);
    buf_release(&b);
    return err == OK ? p : NULL;
}

/* The same file with the value at a pointer replaced. */
static const struct policy *
with(const struct json *tree, const char *pointer, struct json value)
{
    struct json copy = json_copy(&arena, tree), *at = json_at(&copy, str_of(pointer));

    assert_non_null(at);
    *at = value;
    return compiled(&copy);
}

static struct str
diff_text(const struct policy *a, const struct policy *b)
{
    struct policy_change_list list = policy_diff(&arena, a, b);
    struct str s = STR("");

    for (size_t i = 0; i < list.count; i++)
        s = str_printf(&arena, "%.*s%.*s\n", STR_FMT(s),
                       STR_FMT(policy_change_text(&arena, &list.item[i])));
    return s;
}

static void
a_quota_that_changed_is_one_line(void **state)
{
    struct json *tree = tree_of("demo/masques-pme.json");
    const struct policy *a = compiled(tree);
    const struct policy *b = with(tree, "/quota/per_head", json_int(8));

    (void)state;
    assert_string_equal("", diff_text(a, a).ptr);
    assert_string_equal("Quota\u00a0: 4\u00a0masques par personne, par période de 15\u00a0jours → "
                        "8\u00a0masques par personne, par période de 15\u00a0jours\n",
                        diff_text(a, b).ptr);
    arena_release(&arena);
}

static void
what_comes_or_goes_as_a_whole_is_one_line(void **state)
{
    struct json *tree = tree_of("demo/masques-pme.json");
    const struct policy *a = compiled(tree);
    struct json wider = json_copy(&arena, tree);
    struct json *asso = json_append(&arena, json_at(&wider, STR("/cohorts")),
                                    json_empty(JSON_OBJECT));

    (void)state;
    json_put(&arena, asso, STR("code"), json_text(STR("asso")));
    json_put(&arena, asso, STR("label"), json_text(STR("Associations")));
    json_put(&arena, asso, STR("opens"), json_text(STR("2020-05-11T08:00")));
    const struct policy *b = compiled(&wider);
    assert_non_null(b);
    struct str came = diff_text(a, b), went = diff_text(b, a);
    assert_true(str_starts(came, STR("Groupe ajouté\u00a0: «\u00a0Associations\u00a0»\u00a0; "
                                       "Ouverture\u00a0: ")));
    assert_true(str_contains(came, STR("lundi 11 mai 2020 à 8\u00a0h, à l’heure de chaque "
                                       "territoire")));
    assert_true(str_starts(went, STR("Groupe retiré\u00a0: «\u00a0Associations\u00a0»")));
    assert_int_equal(1, policy_diff(&arena, a, b).count);
    assert_int_equal(1, policy_diff(&arena, b, a).count);
    assert_true(str_is(policy_diff(&arena, a, b).item[0].form, "groupe-4"));
    arena_release(&arena);
}

static void
openings_are_told_by_the_clocks_of_each_place(void **state)
{
    struct json *tree = tree_of("demo/masques-pme.json");
    const struct policy *a = compiled(tree);
    struct json opens = json_empty(JSON_OBJECT);

    (void)state;
    json_put(&arena, &opens, STR("default"), json_text(STR("2020-05-11T08:00")));
    json_put(&arena, &opens, STR("reunion"), json_text(STR("2020-05-12T09:30")));
    const struct policy *b = with(tree, "/cohorts/2/opens", opens);
    struct str text = diff_text(a, b);
    assert_true(str_contains(text, STR("La Réunion\u00a0: mardi 12 mai 2020 à 9\u00a0h\u00a030, "
                                       "à l’heure de chaque territoire")));
    assert_true(str_contains(text, STR("Guadeloupe, Martinique")));
    arena_release(&arena);
}

/* ---- every value of a file counts ---- */

/* Other values of the same kind, most of them good somewhere. */
static size_t
others(const struct json *v, struct json out[8])
{
    static const char *const words[] = {
        "12.5", "2019-03-24", "2031-05-02T09:00", "payment", "overseas", "other@example.fr",
        "29.99"};
    size_t n = 0;

    if (v->kind == JSON_BOOL)
        out[n++] = json_bool(!v->b);
    if (v->kind == JSON_INT) {
        out[n++] = json_int(v->i + 1);
        out[n++] = json_int(v->i - 1);
    }
    for (size_t i = 0; v->kind == JSON_STR && i < sizeof words / sizeof words[0]; i++)
        if (!str_is(v->s, words[i]))
            out[n++] = json_text(str_of(words[i]));
    return n;
}

struct walk {
    const struct json *tree;
    const struct policy *p;
    int changed, refused;
};

/* Replaces the value at the pointer by others that compile: each must be seen. */
static void
value_changes(struct walk *w, struct str pointer, const struct json *v)
{
    struct json other[8];
    size_t count = others(v, other);
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        const struct policy *q = with(w->tree, pointer.ptr, other[i]);
        if (q == NULL)
            continue;
        any = true;
        if (policy_diff(&arena, w->p, q).count == 0)
            fail_msg("a change of %s is not seen", pointer.ptr);
    }
    *(any ? &w->changed : &w->refused) += 1;
}

static void
values_change(struct walk *w, struct str pointer, const struct json *v)
{
    for (size_t i = 0; v->kind == JSON_OBJECT && i < v->count; i++) {
        struct str key = v->member[i].key;
        if (!str_is(key, "comment") && !str_is(key, "$schema"))
            values_change(w, str_printf(&arena, "%.*s/%.*s", STR_FMT(pointer), STR_FMT(key)),
                          &v->member[i].value);
    }
    for (size_t i = 0; v->kind == JSON_ARRAY && i < v->count; i++)
        values_change(w, str_printf(&arena, "%.*s/%zu", STR_FMT(pointer), i), &v->item[i]);
    if (v->kind != JSON_OBJECT && v->kind != JSON_ARRAY)
        value_changes(w, pointer, v);
}

static void
every_value_of_a_file_is_seen_when_it_changes(void **state)
{
    static const char *const files[] = {"demo/masques-pme.json", "demo/aura.json"};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct walk w = { .tree = tree_of(files[i]) };
        w.p = compiled(w.tree);
        values_change(&w, STR(""), w.tree);
        print_message("%s: %d values changed, %d have no other good value here\n", files[i],
                      w.changed, w.refused);
        assert_true(w.changed > 40);
        arena_release(&arena);
    }
}

/* Lists: with an entry less where that compiles. */
static void
every_entry_of_a_list_is_seen_when_it_goes(void **state)
{
    static const char *const lists[] = {"/packs", "/vat", "/cohorts", "/eligibility/territories",
                                        "/eligibility/networks", "/cohorts/0/bands",
                                        "/cohorts/2/territories", "/pools/1/territories"};
    struct json *tree = tree_of("demo/masques-pme.json");
    const struct policy *p = compiled(tree);
    int seen = 0;

    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        const struct json *list = json_at(tree, str_of(lists[i]));
        for (size_t k = 0; k < list->count; k++) {
            struct json copy = json_copy(&arena, tree);
            json_remove_at(json_at(&copy, str_of(lists[i])), k);
            const struct policy *q = compiled(&copy);
            if (q == NULL)
                continue;
            seen++;
            if (policy_diff(&arena, p, q).count == 0)
                fail_msg("entry %zu of %s goes unseen", k, lists[i]);
        }
    }
    assert_true(seen > 8);
    arena_release(&arena);
}

static void
each_rule_has_a_key_of_its_own(void **state)
{
    static const char *const files[] = {"demo/masques-pme.json", "demo/aura.json"};

    (void)state;
    for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
        struct policy_rule_list list = policy_words(&arena, compiled(tree_of(files[f])));
        for (size_t i = 0; i < list.count; i++) {
            assert_true(list.item[i].text.len > 0);
            for (size_t k = 0; k < i; k++)
                if (str_eq(list.item[i].key, list.item[k].key))
                    fail_msg("two rules have the key %s", list.item[i].key.ptr);
            assert_true(i == 0 || list.item[i].part >= list.item[i - 1].part);
        }
        assert_true(list.count > 40);
        arena_release(&arena);
    }
}

int
test_policy_words(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quota_that_changed_is_one_line),
        cmocka_unit_test(what_comes_or_goes_as_a_whole_is_one_line),
        cmocka_unit_test(openings_are_told_by_the_clocks_of_each_place),
        cmocka_unit_test(every_value_of_a_file_is_seen_when_it_changes),
        cmocka_unit_test(every_entry_of_a_list_is_seen_when_it_goes),
        cmocka_unit_test(each_rule_has_a_key_of_its_own),
    };
    return cmocka_run_group_tests_name("policy_words", tests, NULL, NULL);
}
