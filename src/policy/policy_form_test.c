/* SPDX-License-Identifier: Apache-2.0 */
/* policy_form_test.c - a form shows a file and writes it again: what is untouched stays, what is
 * typed is there, what is wrong is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/command.h"
#include "policy/policy_form.h"
#include "policy/policy_words.h"

int test_policy_form(void);

enum { TYPED_MAX = 120 };

static struct arena arena;

static struct json *
parsed(struct str text)
{
    struct json *tree = NULL;

    assert_int_equal(OK, json_parse(&arena, text, POLICY_JSON_MAX, &tree, NULL));
    return tree;
}

static struct json *
tree_of(const char *path)
{
    struct str text;

    assert_int_equal(OK, command_read_file(&arena, str_of(path), POLICY_JSON_MAX, &text));
    return parsed(text);
}

static struct str
written(const struct json *tree)
{
    struct buf b;

    buf_init(&b, 0);
    json_write(&b, tree);
    struct str s = buf_dup(&b, &arena);
    buf_release(&b);
    return s;
}

static struct policy_fault_list
faults_of(const struct json *tree)
{
    struct policy_fault_list faults = { 0 };
    struct policy *p = NULL;

    if (policy_compile(&arena, written(tree), &p, &faults) == OK)
        assert_int_equal(0, faults.count);
    return faults;
}

static struct form_spot
spot_of(const struct json *tree, const char *name)
{
    struct form_spot spot;

    if (!policy_spot(tree, str_of(name), &spot))
        fail_msg("no form %s", name);
    return spot;
}

/* What a browser sends back for these inputs. */
static struct pair_list
sent(struct form_input_list inputs)
{
    struct pair_list typed = { ARENA_ARRAY(&arena, TYPED_MAX, struct pair), 0 };

    for (size_t i = 0; i < inputs.count; i++) {
        const struct form_input *in = &inputs.item[i];
        for (size_t k = 0; in->kind == INPUT_TICKS && k < in->choices.count; k++)
            if (in->choices.item[k].checked)
                typed.item[typed.count++] = (struct pair){
                    str_printf(&arena, "%s-%.*s", in->field.name,
                               STR_FMT(in->choices.item[k].value)), STR("1")};
        if (in->kind != INPUT_TICKS && (in->kind != INPUT_FLAG || in->field.value.len > 0))
            typed.item[typed.count++] = (struct pair){str_of(in->field.name), in->field.value};
        assert_true(typed.count < TYPED_MAX);
    }
    return typed;
}

static void
set(struct pair_list *typed, const char *name, const char *value)
{
    for (size_t i = 0; i < typed->count; i++)
        if (str_is(typed->item[i].name, name)) {
            typed->item[i].value = str_of(value);
            return;
        }
    typed->item[typed->count++] = (struct pair){str_of(name), str_of(value)};
}

/* Opens a form, types one value, sends it. */
static void
type(struct json *tree, const char *form, const char *name, const char *value)
{
    struct form_spot spot = spot_of(tree, form);
    struct pair_list typed = sent(policy_form_show(&arena, tree, &spot));

    set(&typed, name, value);
    assert_int_equal(0, policy_form_apply(&arena, tree, &spot, &typed).count);
}

static const char *const spots[] = {
    "vente", "admission", "groupe-1", "groupe-2", "groupe-3", "quota", "lot-1", "lot-2", "tva-1",
    "tva-2", "tva-3", "tva-4", "commande", "stock-1", "stock-2",
};
enum { SPOTS = sizeof spots / sizeof spots[0] };

static void
a_form_sent_back_untouched_changes_nothing(void **state)
{
    static const char *const files[] = {"demo/masques-pme.json", "demo/aura.json"};

    (void)state;
    for (size_t f = 0; f < 2; f++) {
        struct json *tree = tree_of(files[f]);
        struct str before = written(tree);
        int forms = 0;
        for (size_t i = 0; i < SPOTS; i++) {
            struct form_spot spot;
            if (!policy_spot(tree, str_of(spots[i]), &spot))
                continue;
            struct pair_list typed = sent(policy_form_show(&arena, tree, &spot));
            assert_int_equal(0, policy_form_apply(&arena, tree, &spot, &typed).count);
            assert_true(str_is(policy_spot_name(&arena, &spot), spots[i]));
            forms++;
        }
        assert_string_equal(before.ptr, written(tree).ptr);
        assert_true(forms >= 9);
        arena_release(&arena);
    }
}

static void
what_is_typed_stands_in_the_file(void **state)
{
    static const struct {
        const char *form, *name, *value, *pointer, *want;
    } row[] = {
        {"quota", "unites", "8", "/quota/per_head", "8\n"},
        {"quota", "unites", "", "/quota/per_head", NULL},
        {"quota", "maximum", "1 200", "/quota/units_max", "1200\n"},
        {"quota", "maximum", "1\u202f200", "/quota/units_max", "1200\n"},
        {"quota", "dirigeant", "", "/quota/owner_counts", "false\n"},
        {"quota", "periode", "14", "/quota/period_days", "14\n"},
        {"commande", "delai", "", "/orders/delay", NULL},
        {"commande", "delai", "10", "/orders/delay/days", "10\n"},
        {"commande", "delai-unite", "working_days", "/orders/delay/working_days", "15\n"},
        {"commande", "delai-depuis", "delivery", "/orders/delay/from", "\"delivery\"\n"},
        {"commande", "reservation", "45", "/orders/hold_minutes", "45\n"},
        {"commande", "telephone", "2 880", "/orders/assisted_hold_minutes", "2880\n"},
        {"commande", "telephone", "", "/orders/assisted_hold_minutes", NULL},
        {"commande", "livraison-prix", "4,9", "/delivery/price", "\"4.90\"\n"},
        {"admission", "effectif-max", "249", "/eligibility/heads/max", "249\n"},
        {"admission", "effectif-max", "", "/eligibility/heads/max", NULL},
        {"admission", "reseaux-cci", "", "/eligibility/networks", "[\"cma\"]\n"},
        {"admission", "departements", "01, 2a;974", "/eligibility/departments",
         "[\"01\", \"2A\", \"974\"]\n"},
        {"lot-1", "prix", "1 234,5", "/packs/0/price", "\"1234.50\"\n"},
        {"lot-1", "nom", "Lot de six", "/packs/0/label", "\"Lot de six\"\n"},
        {"tva-1", "taux", "20 %", "/vat/0/rate", "\"20\"\n"},
        {"tva-1", "debut", "24/03/2021", "/vat/0/from", "\"2021-03-24\"\n"},
        {"tva-3", "mention", "", "/vat/2/note", NULL},
        {"groupe-1", "ouvre", "2020-05-01T07:30", "/cohorts/0/opens", "\"2020-05-01T07:30\"\n"},
        {"groupe-1", "ouvre", "01/05/2020 7 h 30", "/cohorts/0/opens", "\"2020-05-01T07:30\"\n"},
        {"groupe-1", "ferme", "1/6/2020 20h", "/cohorts/0/closes", "\"2020-06-01T20:00\"\n"},
        {"groupe-3", "ouvre-reunion", "2020-05-12T08:00", "/cohorts/2/opens/reunion",
         "\"2020-05-12T08:00\"\n"},
        {"groupe-3", "ouvre-reunion", "2020-05-12T08:00", "/cohorts/2/opens/default",
         "\"2020-05-11T08:00\"\n"},
        {"groupe-3", "territoires-martin", "", "/cohorts/2/territories/7", NULL},
        {"stock-1", "territoires-reunion", "1", "/pools/0/territories/2", "\"reunion\"\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct json *tree = tree_of("demo/masques-pme.json");
        type(tree, row[i].form, row[i].name, row[i].value);
        const struct json *at = json_at(tree, str_of(row[i].pointer));
        if (row[i].want == NULL)
            assert_null(at);
        else if (at == NULL || !str_is(written(at), row[i].want))
            fail_msg("%s = '%s': %s is %s", row[i].name, row[i].value, row[i].pointer,
                     at == NULL ? "absent" : written(at).ptr);
        arena_release(&arena);
    }
}

static void
comments_and_the_order_of_the_file_stay(void **state)
{
    struct json *tree = tree_of("demo/masques-pme.json");
    struct str before = written(tree);

    (void)state;
    type(tree, "quota", "unites", "8");
    struct str after = written(tree);
    assert_int_equal(before.len, after.len);
    type(tree, "quota", "unites", "4");
    assert_string_equal(before.ptr, written(tree).ptr);
    arena_release(&arena);
}

static void
what_cannot_be_meant_is_kept_and_named(void **state)
{
    static const struct {
        const char *form, *name, *value, *named;
    } row[] = {
        {"quota", "unites", "deux", "unites"},
        {"quota", "unites", "-1", "unites"},
        {"quota", "maximum", "1,5", "maximum"},
        {"quota", "periode", "99999", "periode"},
        {"commande", "reservation", "", "reservation"},
        {"commande", "reservation", "2", "reservation"},
        {"commande", "delai", "bientôt", "delai"},
        {"commande", "livraison", "", "livraison"},
        {"admission", "effectif-min", "60", "effectif-min"},
        {"admission", "departements", "99", "departements"},
        {"vente", "nom", "", "nom"},
        {"vente", "contact", "nulle part", "contact"},
        {"lot-1", "prix", "cher", "prix"},
        {"lot-1", "prix", "-5", "prix"},
        {"tva-1", "taux", "beaucoup", "taux"},
        {"tva-1", "debut", "hier", "debut"},
        {"groupe-1", "ouvre", "demain", "ouvre"},
        {"groupe-1", "ouvre", "", "ouvre"},
        {"groupe-1", "ferme", "2020-01-01T08:00", "ferme"},
        {"groupe-1", "effectif-max", "9", "effectif-min"},
        {"groupe-3", "ouvre-reunion", "après", "ouvre-reunion"},
        {"stock-1", "nom", "", "nom"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct json *tree = tree_of("demo/masques-pme.json");
        struct form_spot spot = spot_of(tree, row[i].form);
        struct pair_list typed = sent(policy_form_show(&arena, tree, &spot));
        bool found = false, shown = false;
        set(&typed, row[i].name, row[i].value);
        if (strcmp(row[i].value, "9") == 0) /* Bounds that cross. */
            set(&typed, "effectif-min", "20");
        (void)policy_form_apply(&arena, tree, &spot, &typed);
        struct policy_fault_list faults = faults_of(tree);
        for (size_t k = 0; k < faults.count; k++) {
            const char *in = policy_form_input_of(&arena, &spot, faults.item[k].path);
            found = found || (in != NULL && strcmp(in, row[i].named) == 0);
            assert_true(faults.item[k].words.len > 5);
            assert_true(policy_spot_of(&arena, faults.item[k].path).len > 0);
        }
        if (!found)
            fail_msg("%s = '%s' is not named", row[i].name, row[i].value);
        /* What was typed is what the file has, and the form shows it again. */
        struct form_input_list again = policy_form_show(&arena, tree, &spot);
        for (size_t k = 0; k < again.count; k++)
            shown = shown || (strcmp(again.item[k].field.name, row[i].name) == 0 &&
                              str_is(again.item[k].field.value, row[i].value));
        if (!shown)
            fail_msg("%s = '%s' is not shown again", row[i].name, row[i].value);
        arena_release(&arena);
    }
}

static void
bands_follow_the_bounds_until_they_are_ticked(void **state)
{
    struct json *tree = tree_of("demo/masques-pme.json");

    (void)state;
    type(tree, "groupe-1", "effectif-min", "6");
    assert_string_equal("[\"03\", \"11\", \"12\"]\n",
                        written(json_at(tree, STR("/cohorts/0/bands"))).ptr);
    type(tree, "groupe-1", "effectif-tranches-03", "");
    type(tree, "groupe-1", "effectif-min", "1");
    assert_string_equal("[\"11\", \"12\"]\n",
                        written(json_at(tree, STR("/cohorts/0/bands"))).ptr);
    /* The unknown band goes with all of them or not at all. */
    type(tree, "groupe-1", "effectif-tranches-inconnu", "1");
    struct policy_fault_list faults = faults_of(tree);
    assert_int_equal(1, faults.count);
    assert_true(str_starts(faults.item[0].path, STR("/cohorts/0/bands")));
    struct form_spot spot = spot_of(tree, "groupe-1");
    assert_string_equal("effectif-tranches",
                        policy_form_input_of(&arena, &spot, faults.item[0].path));
    arena_release(&arena);
}

static void
a_territory_that_goes_takes_its_hour_with_it(void **state)
{
    struct json *tree = tree_of("demo/masques-pme.json");

    (void)state;
    type(tree, "groupe-3", "ouvre-reunion", "2020-05-12T08:00");
    type(tree, "groupe-3", "territoires-reunion", "");
    assert_string_equal("{ \"default\": \"2020-05-11T08:00\" }\n",
                        written(json_at(tree, STR("/cohorts/2/opens"))).ptr);
    assert_int_equal(0, faults_of(tree).count);
    arena_release(&arena);
}

static void
a_group_is_added_and_taken_out(void **state)
{
    struct json *tree = tree_of("demo/masques-pme.json");
    struct form_spot spot = spot_of(tree, "groupe-nouveau");
    struct pair_list typed = sent(policy_form_show(&arena, tree, &spot));

    (void)state;
    assert_true(spot.fresh);
    assert_false(policy_spot_removable(tree, &spot));
    set(&typed, "nom", "Écoles & associations");
    set(&typed, "effectif-max", "9");
    set(&typed, "ouvre", "2020-05-11T08:00");
    assert_int_equal(0, policy_form_apply(&arena, tree, &spot, &typed).count);
    assert_false(spot.fresh);
    assert_true(str_is(policy_spot_name(&arena, &spot), "groupe-4"));
    assert_true(str_is(json_at(tree, STR("/cohorts/3/code"))->s, "ecoles-associations"));
    assert_string_equal("[\"NN\", \"00\", \"01\", \"02\", \"03\"]\n",
                        written(json_at(tree, STR("/cohorts/3/bands"))).ptr);
    assert_int_equal(0, faults_of(tree).count);
    /* The same name again has another code. */
    spot = spot_of(tree, "groupe-nouveau");
    (void)policy_form_apply(&arena, tree, &spot, &typed);
    assert_true(str_is(json_at(tree, STR("/cohorts/4/code"))->s, "ecoles-associations-2"));
    assert_true(policy_spot_removable(tree, &spot));
    policy_spot_remove(tree, &spot);
    assert_int_equal(4, json_at(tree, STR("/cohorts"))->count);
    spot = spot_of(tree, "lot-1");
    assert_false(policy_spot_removable(tree, &spot));
    assert_false(policy_spot(tree, STR("groupe-9"), &spot));
    assert_false(policy_spot(tree, STR("lot-nouveau"), &spot));
    assert_false(policy_spot(tree, STR("groupe"), &spot));
    assert_false(policy_spot(tree, STR("quota-1"), &spot));
    assert_false(policy_spot(tree, STR("x"), &spot));
    arena_release(&arena);
}

static void
codes_without_a_choice_are_asked_about(void **state)
{
    struct json *tree = tree_of("demo/masques-pme.json");
    struct form_spot spot = spot_of(tree, "admission");
    struct pair_list typed = sent(policy_form_show(&arena, tree, &spot));

    (void)state;
    set(&typed, "juridique", "92");
    struct field_error_list errors = policy_form_apply(&arena, tree, &spot, &typed);
    assert_int_equal(1, errors.count);
    assert_string_equal("juridique-sens", errors.item[0].name);
    set(&typed, "juridique-sens", "only");
    assert_int_equal(0, policy_form_apply(&arena, tree, &spot, &typed).count);
    assert_string_equal("{\n  \"only\": [\"92\"]\n}\n",
                        written(json_at(tree, STR("/eligibility/legal_categories"))).ptr);
    arena_release(&arena);
}

static void
forms_stand_on_files_that_are_wrong(void **state)
{
    static const char *const files[] = {
        "{}", "{\"quota\":5}", "{\"cohorts\":{}}", "{\"cohorts\":[3]}", "{\"packs\":[null]}",
        "{\"eligibility\":[1]}", "{\"orders\":{\"delay\":\"x\"}}", "{\"vat\":[{\"rate\":5.5}]}",
        "{\"cohorts\":[{\"opens\":[],\"bands\":{},\"territories\":\"x\",\"heads\":4}]}",
    };

    (void)state;
    for (size_t f = 0; f < sizeof files / sizeof files[0]; f++)
        for (size_t i = 0; i < SPOTS; i++) {
            struct json *tree = parsed(str_of(files[f]));
            struct form_spot spot;
            if (!policy_spot(tree, str_of(spots[i]), &spot))
                continue;
            struct form_input_list inputs = policy_form_show(&arena, tree, &spot);
            struct pair_list typed = sent(inputs);
            for (size_t k = 0; k < inputs.count; k++)
                if (inputs.item[k].kind == INPUT_LINE)
                    set(&typed, inputs.item[k].field.name, "7");
            (void)policy_form_apply(&arena, tree, &spot, &typed);
            assert_true(faults_of(tree).count > 0);
            arena_clear(&arena);
        }
    arena_release(&arena);
}

/* ---- anything at all ---- */

static uint32_t
draw(uint64_t *seed, uint32_t below)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(*seed >> 33) % below;
}

/* Mostly good values, some that no rule takes. */
static const char *const words[] = {
    "", "0", "1", "4", "9", "10", "49", "249", "15", "1000000", "-3", "2,5", "17,80", "5.5",
    "abc", "é\u2028\"\\", "2020-05-02T08:00", "02/05/2020 8 h", "2031-01-01T00:00", "2020-02-31",
    "only", "except", "toutes", "days", "working_days", "order", "payment", "delivery", "01, 69",
    "92", "10.71C, 47", "Un nom", "<b>", "nom@exemple.fr", "99999999999999999999",
};
enum { WORDS = sizeof words / sizeof words[0] };

static void
type_anything(struct json *tree, uint64_t *seed)
{
    static const char *const names[] = {"vente", "admission", "groupe", "quota", "lot", "tva",
                                        "commande", "stock"};
    const char *name = names[draw(seed, 8)];
    struct form_spot spot;
    struct str at = str_of(name);

    if (!policy_spot(tree, at, &spot))
        at = draw(seed, 12) == 0 && strcmp(name, "groupe") == 0
                 ? STR("groupe-nouveau") : str_printf(&arena, "%s-%u", name, 1 + draw(seed, 4));
    if (!policy_spot(tree, at, &spot))
        return;
    struct form_input_list inputs = policy_form_show(&arena, tree, &spot);
    struct pair_list typed = sent(inputs);
    for (uint32_t n = 1 + draw(seed, 3); n > 0; n--) {
        const struct form_input *in = &inputs.item[draw(seed, (uint32_t)inputs.count)];
        if (in->kind == INPUT_TICKS)
            set(&typed, str_z(&arena, str_printf(
                    &arena, "%s-%.*s", in->field.name,
                    STR_FMT(in->choices.item[draw(seed, (uint32_t)in->choices.count)].value))),
                draw(seed, 2) ? "1" : "");
        else
            set(&typed, in->field.name, words[draw(seed, WORDS)]);
    }
    (void)policy_form_apply(&arena, tree, &spot, &typed);
}

/* Whatever is typed: the file is a good one, or each fault leads to a form; and the forms of the
 * result, sent back untouched, leave it as it is. */
static void
whatever_is_typed_is_good_or_named(void **state)
{
    uint64_t seed = 20200502;
    int good = 0, bad = 0;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct json *tree = tree_of(round % 2 ? "demo/masques-pme.json" : "demo/aura.json");
        for (uint32_t n = 1 + draw(&seed, 3); n > 0; n--)
            type_anything(tree, &seed);
        struct policy_fault_list faults = faults_of(tree);
        for (size_t i = 0; i < faults.count; i++)
            if (policy_spot_of(&arena, faults.item[i].path).len == 0)
                fail_msg("%s %s leads to no form", faults.item[i].path.ptr,
                         faults.item[i].text.ptr);
        *(faults.count == 0 ? &good : &bad) += 1;
        tree = parsed(written(tree));
        struct str before = written(tree);
        for (size_t i = 0; i < SPOTS; i++) {
            struct form_spot spot;
            if (!policy_spot(tree, str_of(spots[i]), &spot))
                continue;
            struct pair_list typed = sent(policy_form_show(&arena, tree, &spot));
            (void)policy_form_apply(&arena, tree, &spot, &typed);
        }
        assert_string_equal(before.ptr, written(tree).ptr);
        arena_clear(&arena);
    }
    print_message("%d good files, %d with named faults\n", good, bad);
    assert_true(good > 300 && bad > 300);
    arena_release(&arena);
}

int
test_policy_form(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_sent_back_untouched_changes_nothing),
        cmocka_unit_test(what_is_typed_stands_in_the_file),
        cmocka_unit_test(comments_and_the_order_of_the_file_stay),
        cmocka_unit_test(what_cannot_be_meant_is_kept_and_named),
        cmocka_unit_test(bands_follow_the_bounds_until_they_are_ticked),
        cmocka_unit_test(a_territory_that_goes_takes_its_hour_with_it),
        cmocka_unit_test(a_group_is_added_and_taken_out),
        cmocka_unit_test(codes_without_a_choice_are_asked_about),
        cmocka_unit_test(forms_stand_on_files_that_are_wrong),
        cmocka_unit_test(whatever_is_typed_is_good_or_named),
    };
    return cmocka_run_group_tests_name("policy_form", tests, NULL, NULL);
}
