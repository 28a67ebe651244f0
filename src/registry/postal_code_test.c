/* SPDX-License-Identifier: Apache-2.0 */
/* postal_code_test.c - which postal codes exist, where they lie, and which towns go with them. */
#include "registry/postal_code.h"

#include "registry/commune.h"
#include "test/fixture.h"

int test_postal_code(void);

static struct postal_place
find(struct fixture *f, const char *code, const char *town)
{
    struct postal_place p;

    assert_int_equal(OK, postal_code_find(&f->cx, str_of(code), str_of(town), &p));
    return p;
}

static unsigned
bit(enum territory t)
{
    return 1U << t;
}

static void
ordinary_codes_are_known_with_their_territory(void **state)
{
    static const struct {
        const char *code, *town;
        enum territory territory;
    } place[] = {
        {"69002", "Lyon", TERRITORY_MAINLAND},        {"75116", "PARIS 16", TERRITORY_MAINLAND},
        {"20000", "Ajaccio", TERRITORY_CORSICA},      {"20200", "BASTIA", TERRITORY_CORSICA},
        {"97110", "Pointe-à-Pitre", TERRITORY_GUADELOUPE},
        {"97200", "FORT DE FRANCE", TERRITORY_MARTINIQUE},
        {"97300", "Cayenne", TERRITORY_GUYANE},       {"97400", "St Denis", TERRITORY_REUNION},
        {"97500", "Saint-Pierre", TERRITORY_MIQUELON}, {"97600", "MAMOUDZOU", TERRITORY_MAYOTTE},
        {"97133", "Saint Barthélemy", TERRITORY_BARTHELEMY},
        {"97150", "ST MARTIN", TERRITORY_MARTIN},     {"98000", "MONACO", TERRITORY_NONE},
        {"98713", "PAPEETE", TERRITORY_NONE},
    };
    struct fixture *f = *state;

    fixture_begin(f);
    for (size_t i = 0; i < sizeof place / sizeof place[0]; i++) {
        struct postal_place p = find(f, place[i].code, place[i].town);
        assert_true(p.known);
        assert_int_equal(bit(place[i].territory), p.territories);
        assert_true(p.town_fits || place[i].territory == TERRITORY_NONE);
    }
    assert_true(str_is(find(f, "69002", "Lyon 2ème").commune, "69382"));
    assert_true(str_is(find(f, "20000", "AJACCIO").commune, "2A004"));
}

static void
codes_that_nobody_has_are_unknown(void **state)
{
    static const char *const code[] = {"00000", "69099", "13000", "96000", "97000", "99999",
                                       "97999", "20999"};
    struct fixture *f = *state;

    fixture_begin(f);
    for (size_t i = 0; i < sizeof code / sizeof code[0]; i++)
        assert_false(find(f, code[i], "LYON").known);
    assert_false(find(f, "00100", "LYON CEDEX").known);
    assert_false(find(f, "96001", "LYON CEDEX").known);
    assert_false(find(f, "97700", "LYON CEDEX").known);
}

static void
a_cedex_is_known_when_it_is_written(void **state)
{
    struct fixture *f = *state;

    fixture_begin(f);
    assert_false(find(f, "69427", "LYON").known);
    struct postal_place p = find(f, "69427", "Lyon Cedex 03");
    assert_true(p.known && p.town_fits && p.territories == bit(TERRITORY_MAINLAND));
    assert_int_equal(bit(TERRITORY_CORSICA), find(f, "20189", "AJACCIO CEDEX 2").territories);
    assert_int_equal(bit(TERRITORY_REUNION), find(f, "97495", "STE CLOTILDE CEDEX").territories);
    p = find(f, "97052", "SAINT MARTIN CEDEX");
    assert_true((p.territories & bit(TERRITORY_MARTIN)) != 0);
    assert_true((p.territories & bit(TERRITORY_REUNION)) == 0);
}

/* 74480 is an ordinary code that the table of communes lacks. */
static void
what_the_register_uses_exists(void **state)
{
    struct fixture *f = *state;

    fixture_begin(f);
    assert_false(find(f, "74480", "PASSY").known);
    fixture_sql(f, "INSERT INTO registry_postal_code (code, territory) VALUES ('74480', 1)");
    struct postal_place p = find(f, "74480", "PASSY");
    assert_true(p.known && p.town_fits && p.territories == bit(TERRITORY_MAINLAND));
}

static void
a_town_is_recognised_however_it_is_spelt(void **state)
{
    static const struct {
        const char *code, *town;
        bool fits;
    } place[] = {
        {"42000", "St-Étienne", true},       {"42000", "SAINT ETIENNE", true},
        {"69100", "Villeurbane", true},      {"69100", "villeurbanne", true},
        {"13100", "Aix", true},              {"13100", "AIX EN PROVENCE", true},
        {"92400", "Courbevoie La Défense", true}, {"93200", "ST DENIS", true},
        {"35690", "Acigné", true},           {"69002", "PARIS", false},
        {"69002", "Marseille", false},       {"75008", "NICE", false},
    };
    struct fixture *f = *state;

    fixture_begin(f);
    for (size_t i = 0; i < sizeof place / sizeof place[0]; i++) {
        struct postal_place p = find(f, place[i].code, place[i].town);
        if (p.town_fits != place[i].fits)
            print_error("%s %s\n", place[i].code, place[i].town);
        assert_true(p.known && p.town_fits == place[i].fits);
    }
    assert_true(str_is(find(f, "69002", "PARIS").towns, "LYON"));
    assert_int_equal(0, find(f, "69002", "PARIS").commune.len);
}

/* Each row of the table finds itself. */
static void
every_commune_goes_with_its_codes(void **state)
{
    struct fixture *f = *state;

    fixture_begin(f);
    for (size_t i = 0; i < postal_table_count; i += 23) {
        struct str line = str_sub(str_n(commune_table, commune_table_len), postal_table[i].at, 200);
        struct str commune, label;
        (void)str_split(&line, ';', &commune);
        (void)str_split(&line, ';', &label);
        struct arena *outer = f->cx.arena, a = {0};
        f->cx.arena = &a;
        struct postal_place p;
        assert_int_equal(OK, postal_code_find(&f->cx, str_of(postal_table[i].code), label, &p));
        assert_true(p.known && p.town_fits && p.towns.len > 0);
        f->cx.arena = outer;
        arena_release(&a);
    }
}

int
test_postal_code(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(ordinary_codes_are_known_with_their_territory),
        DB_TEST(codes_that_nobody_has_are_unknown),
        DB_TEST(a_cedex_is_known_when_it_is_written),
        DB_TEST(what_the_register_uses_exists),
        DB_TEST(a_town_is_recognised_however_it_is_spelt),
        DB_TEST(every_commune_goes_with_its_codes),
    };

    return cmocka_run_group_tests_name("postal_code", tests, NULL, NULL);
}
