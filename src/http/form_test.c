/* SPDX-License-Identifier: Apache-2.0 */
/* form_test.c - each kind of field: what passes, what is said otherwise, what is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/form.h"

int test_form(void);

struct one {
    struct arena arena;
    struct ctx cx;
    struct req req;
    struct pair pair;
    struct form f;
};

/* A form of one field, "x". */
static struct form *
form_of(struct one *o, const char *value)
{
    arena_clear(&o->arena);
    o->cx.arena = &o->arena;
    o->pair = (struct pair){STR("x"), str_of(value)};
    o->req = (struct req){.method = METHOD_POST, .arena = &o->arena, .form = {&o->pair, 1}};
    o->f = form_begin(&o->cx, &o->req);
    return &o->f;
}

static void
text_is_trimmed_and_counted_in_characters(void **state)
{
    struct one o = {0};

    (void)state;
    assert_true(str_is(form_text(form_of(&o, " \u00a0é\u202f "), "x", "Nom", 1, 1), "é"));
    assert_false(form_failed(&o.f));
    /* Composed: e and an acute accent become one character. */
    assert_true(str_is(form_text(form_of(&o, "e\u0301"), "x", "Nom", 1, 1), "é"));
    assert_false(form_failed(&o.f));
    assert_true(str_is(form_text(form_of(&o, "éàü"), "x", "Nom", 1, 2), "éà"));
    assert_true(str_is(form_error_of(&o.f, "x"),
                       "Nom\u00a0: 2 caractères au plus (il y en a 3)."));
    (void)form_text(form_of(&o, " "), "x", "Nom", 1, 9);
    assert_true(form_failed(&o.f));
    (void)form_text(form_of(&o, " "), "x", "Nom", 0, 9);
    assert_false(form_failed(&o.f));
    (void)form_text(form_of(&o, "a\nb"), "x", "Nom", 0, 9);
    assert_true(form_failed(&o.f));
    assert_true(str_is(form_long_text(form_of(&o, "a\r\nb\rc"), "x", "Nom", 0, 9), "a\nb\nc"));
    assert_false(form_failed(&o.f));
    arena_release(&o.arena);
}

static void
numbers_may_be_grouped(void **state)
{
    struct one o = {0};

    (void)state;
    assert_int_equal(1300, form_int(form_of(&o, "1\u202f300"), "x", "Lots", 1, 9999));
    assert_false(form_failed(&o.f));
    assert_int_equal(1300, form_int(form_of(&o, " 1 300 "), "x", "Lots", 1, 9999));
    assert_false(form_failed(&o.f));
    (void)form_int(form_of(&o, "10000"), "x", "Lots", 1, 9999);
    assert_true(form_failed(&o.f));
    (void)form_int(form_of(&o, "1e3"), "x", "Lots", 1, 9999);
    assert_true(form_failed(&o.f));
    (void)form_int(form_of(&o, "99999999999999999999"), "x", "Lots", 1, 9999);
    assert_true(form_failed(&o.f));
    (void)form_int(form_of(&o, ""), "x", "Lots", 1, 9999);
    assert_true(form_failed(&o.f));
    arena_release(&o.arena);
}

static void
a_wrong_number_is_answered_with_one_that_helps(void **state)
{
    struct one o = {0};

    (void)state;
    (void)form_int(form_of(&o, "deux"), "x", "Lots", 0, 9999);
    assert_non_null(strstr(str_z(&o.arena, form_error_of(&o.f, "x")), "par exemple 1."));
    (void)form_int(form_of(&o, "5"), "x", "Lots", 1, 1);
    assert_non_null(strstr(str_z(&o.arena, form_error_of(&o.f, "x")), "seul 1 est possible."));
    assert_int_equal(1, form_int(form_of(&o, "1"), "x", "Lots", 1, 1));
    assert_false(form_failed(&o.f));
    arena_release(&o.arena);
}

static void
addresses_look_like_addresses(void **state)
{
    static const char *const good[] = {"a@b.fr", "Prenom.NOM+x@sous.domaine.example",
                                       "o'neil@exemple.fr"};
    static const char *const bad[] = {
        "",          "a",        "a@",        "@b.fr",       "a@b",      "a@b.",     "a@.fr",
        "a b@c.fr",  "a@b..fr",  ".a@b.fr",   "a..b@c.fr",   "a@-b.fr",  "a@b.fr\nBcc: x@y.fr",
        "a@b@c.fr",  "a,b@c.fr", "<a@b.fr>",  "a@b.fr, c@d.fr",          "\"a\"@b.fr",
    };
    struct one o = {0};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        (void)form_email(form_of(&o, good[i]), "x", "Adresse");
        if (form_failed(&o.f))
            fail_msg("refused: %s", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)form_email(form_of(&o, bad[i]), "x", "Adresse");
        if (!form_failed(&o.f))
            fail_msg("accepted: %s", bad[i]);
    }
    assert_true(str_is(form_email(form_of(&o, " A@B.FR "), "x", "Adresse"), "a@b.fr"));
    arena_release(&o.arena);
}

static void
telephones_become_international(void **state)
{
    static const struct {
        const char *typed;
        const char *want; /* NULL: refused. */
    } cases[] = {
        {"06 12 34 56 78", "+33612345678"},   {"06.12.34.56.78", "+33612345678"},
        {"+33 6 12 34 56 78", "+33612345678"}, {"+33 (0)6 12 34 56 78", "+33612345678"},
        {"0033612345678", "+33612345678"},     {"0262 12 34 56", "+262262123456"},
        {"0692 12 34 56", "+262692123456"},    {"0590 12 34 56", "+590590123456"},
        {"0639 12 34 56", "+262639123456"},    {"+41 44 668 18 00", "+41446681800"},
        {"612345678", NULL},  {"0012", NULL},  {"06 12 34 56 7", NULL},
        {"appelez-moi", NULL}, {"06 12 34 56 78 90 12 34 56 78", NULL},
    };
    struct one o = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str s = form_phone(form_of(&o, cases[i].typed), "x", "Téléphone", 1);

        if (cases[i].want == NULL ? !form_failed(&o.f) : !str_is(s, cases[i].want))
            fail_msg("%s gave %.*s", cases[i].typed, STR_FMT(s));
    }
    assert_int_equal(0, form_phone(form_of(&o, ""), "x", "Téléphone", 0).len);
    assert_false(form_failed(&o.f));
    arena_release(&o.arena);
}

static void
choices_keys_and_kept_values(void **state)
{
    static const char *const allowed[] = {"CMA", "CCI", NULL};
    struct one o = {0};
    struct field field;

    (void)state;
    assert_true(str_is(form_choice(form_of(&o, "CCI"), "x", "Réseau", allowed), "CCI"));
    assert_false(form_failed(&o.f));
    (void)form_choice(form_of(&o, "CMX"), "x", "Réseau", allowed);
    assert_true(form_failed(&o.f));
    field = form_field(&o.f, "x", STR("Réseau"), STR(""), STR("CMA"));
    assert_true(str_is(field.value, "CMX"));
    assert_true(field.error.len > 0);
    field = form_field(&o.f, "y", STR("Réseau"), STR(""), STR("CMA")); /* A later step's. */
    assert_true(str_is(field.value, "CMA"));
    assert_true(form_checked(form_of(&o, "1"), "x"));
    assert_false(form_checked(form_of(&o, "0"), "x"));
    assert_int_equal(16, form_key(form_of(&o, "0123456789abcdef"), "x").len);
    assert_int_equal(0, form_key(form_of(&o, "0123456789abcde"), "x").len);
    assert_int_equal(0, form_key(form_of(&o, "0123456789abcde/"), "x").len);
    assert_true(form_failed(&o.f));
    arena_release(&o.arena);
}

int
test_form(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_trimmed_and_counted_in_characters),
        cmocka_unit_test(numbers_may_be_grouped),
        cmocka_unit_test(a_wrong_number_is_answered_with_one_that_helps),
        cmocka_unit_test(addresses_look_like_addresses),
        cmocka_unit_test(telephones_become_international),
        cmocka_unit_test(choices_keys_and_kept_values),
    };

    return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
