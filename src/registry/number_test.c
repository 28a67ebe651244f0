/* SPDX-License-Identifier: Apache-2.0 */
/* number_test.c - SIREN, SIRET, VAT number and bands against published examples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "registry/registry.h"

int test_number(void);

static void
assert_siret(const char *text, enum number_fault fault, int64_t value)
{
    int64_t n = -1;

    assert_int_equal(siret_parse(str_of(text), &n), fault);
    assert_int_equal(n, fault == NUMBER_OK ? value : -1);
}

static void
a_siret_is_read_with_its_grouping(void **state)
{
    (void)state;
    assert_siret("73282932000074", NUMBER_OK, 73282932000074);
    assert_siret("732 829 320 00074", NUMBER_OK, 73282932000074);
    assert_siret("732\u00a0829\u202f320.00074", NUMBER_OK, 73282932000074);
    assert_siret(" 732-829-320-00074\t", NUMBER_OK, 73282932000074);
    assert_siret("41816609600051", NUMBER_OK, 41816609600051);
    assert_siret("00032517500016", NUMBER_OK, 32517500016);
}

static void
la_poste_has_its_own_rule(void **state)
{
    (void)state;
    assert_siret("35600000000048", NUMBER_OK, 35600000000048);
    assert_siret("35600000009075", NUMBER_OK, 35600000009075);
    assert_siret("35600000009076", NUMBER_KEY, 0);
    /* The rule is La Poste's alone: this sum is 40, and Luhn fails. */
    assert_siret("73282932000146", NUMBER_KEY, 0);
}

static void
a_siret_whose_siren_is_wrong_is_refused(void **state)
{
    (void)state;
    assert_siret("11122233344455", NUMBER_KEY, 0);
}

static void
what_is_wrong_is_told_apart(void **state)
{
    (void)state;
    assert_siret("", NUMBER_EMPTY, 0);
    assert_siret("  \u00a0", NUMBER_EMPTY, 0);
    assert_siret("7328293200007", NUMBER_LENGTH, 0);
    assert_siret("732829320000744", NUMBER_LENGTH, 0);
    assert_siret("73282932O00074", NUMBER_CHARACTER, 0);
    assert_siret("7328293200007\xc3", NUMBER_CHARACTER, 0);
    assert_siret("+73282932000074", NUMBER_CHARACTER, 0);
    assert_siret("73282932000075", NUMBER_KEY, 0);
    assert_siret("00000000000000", NUMBER_KEY, 0);
}

static void
a_siren_is_read(void **state)
{
    int64_t n = -1;

    (void)state;
    assert_int_equal(siren_parse(STR("732 829 320"), &n), NUMBER_OK);
    assert_int_equal(n, 732829320);
    assert_int_equal(siren_parse(STR("005 410 220"), &n), NUMBER_OK);
    assert_int_equal(n, 5410220);
    assert_int_equal(siren_parse(STR("732829321"), &n), NUMBER_KEY);
    assert_int_equal(siren_parse(STR("000000000"), &n), NUMBER_KEY);
}

static void
numbers_are_written_with_their_zeros(void **state)
{
    struct arena a = {0};

    (void)state;
    assert_true(str_is(siren_str(&a, 5410220), "005410220"));
    assert_true(str_is(siret_str(&a, 541022000024), "00541022000024"));
    assert_int_equal(siret_siren(73282932000074), 732829320);
    assert_true(str_is(vat_number(&a, 356000000), "FR39356000000"));
    assert_true(str_is(vat_number(&a, 732829320), "FR44732829320"));
    assert_true(vat_number_valid(&a, STR("FR44732829320"), 732829320));
    assert_true(vat_number_valid(&a, STR("FRK7732829320"), 732829320));
    assert_false(vat_number_valid(&a, STR("FR00732829320"), 732829320));
    assert_false(vat_number_valid(&a, STR("FRO7732829320"), 732829320));
    assert_false(vat_number_valid(&a, STR("FRk7732829320"), 732829320));
    assert_false(vat_number_valid(&a, STR("FR44356000000"), 732829320));
    assert_false(vat_number_valid(&a, STR("FR4473282932"), 732829320));
    arena_release(&a);
}

static void
a_fault_is_explained(void **state)
{
    struct arena a = {0};

    (void)state;
    assert_true(str_is(number_fault_text(&a, NUMBER_LENGTH, "SIRET", STR("7328293200007")),
                       "Ce numéro SIRET comporte 13 chiffres, il en faut 14."));
    assert_true(str_is(number_fault_text(&a, NUMBER_LENGTH, "SIREN", STR("7")),
                       "Ce numéro SIREN comporte 1 chiffre, il en faut 9."));
    assert_true(str_contains(number_fault_text(&a, NUMBER_LENGTH, "SIRET", STR("732829320")),
                             STR("SIREN (9 chiffres)")));
    assert_true(str_contains(number_fault_text(&a, NUMBER_CHARACTER, "SIRET", STR("73é")),
                             STR("«\u00a0é\u00a0»")));
    assert_true(utf8_valid(number_fault_text(&a, NUMBER_CHARACTER, "SIRET", STR("73\xc3"))));
    assert_true(number_fault_text(&a, NUMBER_KEY, "SIRET", STR("1")).len > 0);
    assert_true(number_fault_text(&a, NUMBER_EMPTY, "SIREN", STR("")).len > 0);
    arena_release(&a);
}

static void
bands_have_codes_and_bounds(void **state)
{
    enum band b;
    int min = -1, max = -1;

    (void)state;
    for (int i = BAND_UNKNOWN; i < BAND_COUNT; i++) {
        assert_true(band_by_code(str_of(band_code((enum band)i)), &b));
        assert_int_equal(b, i);
    }
    assert_false(band_by_code(STR("13"), &b));
    assert_false(band_bounds(BAND_UNKNOWN, &min, &max));
    assert_true(band_bounds(BAND_12, &min, &max));
    assert_int_equal(min, 20);
    assert_int_equal(max, 49);
    assert_true(band_bounds(BAND_53, &min, &max));
    assert_int_equal(max, INT32_MAX);
    assert_true(band_bounds(BAND_NN, &min, &max));
    assert_int_equal(max, 0);
}

int
test_number(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_siret_is_read_with_its_grouping),
        cmocka_unit_test(la_poste_has_its_own_rule),
        cmocka_unit_test(a_siret_whose_siren_is_wrong_is_refused),
        cmocka_unit_test(what_is_wrong_is_told_apart),
        cmocka_unit_test(a_siren_is_read),
        cmocka_unit_test(numbers_are_written_with_their_zeros),
        cmocka_unit_test(a_fault_is_explained),
        cmocka_unit_test(bands_have_codes_and_bounds),
    };

    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
