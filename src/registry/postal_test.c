/* SPDX-License-Identifier: Apache-2.0 */
/* postal_test.c - addresses on envelopes, NF Z10-011. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "registry/registry.h"

int test_postal(void);

struct expect {
    struct postal_in in;
    const char *line[7];
};

#define S(literal) {"" literal, sizeof(literal) - 1}

static void
assert_lines(const struct expect *e)
{
    struct arena a = {0};
    struct postal p;
    const char *field = NULL;
    int n = 0;

    assert_int_equal(postal_lines(&a, &e->in, &p, &field), OK);
    for (; e->line[n] != NULL; n++) {
        assert_true(n < p.count);
        assert_string_equal(str_dup(&a, p.line[n]).ptr, e->line[n]);
        assert_true(utf8_count(p.line[n]) <= 38);
    }
    assert_int_equal(p.count, n);
    arena_release(&a);
}

static void
an_address_takes_its_lines(void **state)
{
    static const struct expect all[] = {
        {{.company = S("Brasserie de l’Étoile"), .street = S("12 bis, rue de l'Église"),
          .postal_code = S("38000"), .city = S("Grenoble")},
         {"Brasserie de l’Étoile", "12 B RUE DE L EGLISE", "38000 GRENOBLE", NULL}},
        {{.company = S("ACME"), .person = S("Mme Durand"), .complement = S("Bâtiment C, 2e étage"),
          .street = S("12-14 quai Saint-Michel"), .special = S("B.P. 89"),
          .postal_code = S("59506"), .city = S("Douai Cedex")},
         {"ACME", "Mme Durand", "Bâtiment C, 2e étage", "12 QUAI SAINT MICHEL", "BP 89",
          "59506 DOUAI CEDEX", NULL}},
        {{.company = S("ACME"), .street = S("3 ter place du Cœur"), .postal_code = S("75008"),
          .city = S("PARIS 8")},
         {"ACME", "3 T PLACE DU COEUR", "75008 PARIS", NULL}},
        {{.company = S("ACME"), .street = S("8 A 10 RUE DU BAC"), .postal_code = S("75380"),
          .city = S("PARIS CEDEX 08")},
         {"ACME", "8 RUE DU BAC", "75380 PARIS CEDEX 08", NULL}},
        {{.company = S("ACME"), .street = S("8 A RUE DU BAC"), .postal_code = S("97133"),
          .city = S("Saint-Barthélemy")},
         {"ACME", "8 A RUE DU BAC", "97133 SAINT BARTHELEMY", NULL}},
        {{.company = S("ACME"), .street = S("LE BOURG"), .postal_code = S("23250"),
          .city = S("Sardent")},
         {"ACME", "LE BOURG", "23250 SARDENT", NULL}},
        {{.company = S("Hofbräu"), .street = S("Hochstraße 75"), .postal_code = S(""),
          .city = S("81541 München"), .country = S("Allemagne")},
         {"Hofbräu", "HOCHSTRASSE 75", "81541 MUNCHEN", "ALLEMAGNE", NULL}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        assert_lines(&all[i]);
}

/* The label of the street, without its number, may have 32 characters. */
static void
words_are_abbreviated_only_when_too_long(void **state)
{
    static const struct expect all[] = {
        {{.company = S("ACME"), .street = S("1 BOULEVARD DU MARECHAL DE LATTRE"),
          .postal_code = S("14000"), .city = S("CAEN")},
         {"ACME", "1 BOULEVARD DU MARECHAL DE LATTRE", "14000 CAEN", NULL}},
        {{.company = S("ACME"), .street = S("125 BOULEVARD DU MARECHAL DE LATTRE DE TASSIGNY"),
          .postal_code = S("14000"), .city = S("CAEN")},
         {"ACME", "125 BD DU MAL DE LATTRE DE TASSIGNY", "14000 CAEN", NULL}},
        {{.company = S("ACME"), .street = S("1 RUE X"), .postal_code = S("51300"),
          .city = S("SAINT-REMY-EN-BOUZEMONT-SAINT-GENEST-ET-ISSON")},
         {"ACME", "1 RUE X", "51300 ST REMY EN BOUZEMONT ST GENEST ISSON", NULL}},
    };
    struct arena a = {0};
    struct postal p;
    const char *field = NULL;

    (void)state;
    assert_lines(&all[0]);
    assert_lines(&all[1]);
    /* The longest name of a commune of France fits when shortened or is refused by its field. */
    if (postal_lines(&a, &all[2].in, &p, &field) == OK)
        assert_true(utf8_count(p.line[2]) <= 38);
    else
        assert_string_equal(field, "city");
    arena_release(&a);
}

static void
a_long_legal_name_goes_on_below(void **state)
{
    static const struct expect all[] = {
        {{.company = S("SOCIETE COOPERATIVE DES PRODUCTEURS BRASSEURS DE LA VALLEE DE LA CREUSE"),
          .street = S("1 RUE X"), .postal_code = S("23000"), .city = S("GUERET")},
         {"STE COOPERATIVE PRODUCTEURS BRASSEURS", "VALLEE CREUSE", "1 RUE X", "23000 GUERET",
          NULL}},
    };

    (void)state;
    assert_lines(&all[0]);
}

static void
assert_refused(const struct postal_in *in, const char *name)
{
    struct arena a = {0};
    struct postal p = {.count = -1};
    const char *field = NULL;

    assert_int_equal(postal_lines(&a, in, &p, &field), ERR_INVALID);
    assert_string_equal(field, name);
    assert_int_equal(p.count, -1);
    arena_release(&a);
}

static void
what_cannot_fit_is_named(void **state)
{
    struct postal_in good = {.company = S("ACME"), .street = S("1 RUE X"),
                             .postal_code = S("23000"), .city = S("GUERET")};
    struct postal_in in;

    (void)state;
    in = good, in.company = STR_NONE;
    assert_refused(&in, "company");
    in = good, in.person = STR("ANTICONSTITUTIONNELLEMENTANTICONSTITUTIONNELLEMENT");
    assert_refused(&in, "person");
    in = good, in.complement = STR("ANTICONSTITUTIONNELLEMENTANTICONSTITUTIONNELLEMENT");
    assert_refused(&in, "complement");
    in = good, in.street = STR("1 RUE ANTICONSTITUTIONNELLEMENTANTICONSTITUTIONNELLEMENT");
    assert_refused(&in, "street");
    in = good, in.special = STR("ANTICONSTITUTIONNELLEMENTANTICONSTITUTIONNELLEMENT");
    assert_refused(&in, "special");
    in = good, in.postal_code = STR("2300");
    assert_refused(&in, "postal_code");
    in = good, in.city = STR(" ");
    assert_refused(&in, "city");
    in = good, in.city = STR(";");
    assert_refused(&in, "city");
    in = good, in.country = STR("!");
    assert_refused(&in, "country");
    in = good, in.person = STR("M. X"), in.complement = STR("BAT C"), in.special = STR("BP 1"),
    in.country = STR("BELGIQUE");
    assert_refused(&in, "complement");
}

int
test_postal(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_takes_its_lines),
        cmocka_unit_test(words_are_abbreviated_only_when_too_long),
        cmocka_unit_test(a_long_legal_name_goes_on_below),
        cmocka_unit_test(what_cannot_fit_is_named),
    };

    return cmocka_run_group_tests_name("postal", tests, NULL, NULL);
}
