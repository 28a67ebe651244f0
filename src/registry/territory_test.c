/* SPDX-License-Identifier: Apache-2.0 */
/* territory_test.c - départements and territories by commune. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "registry/territory.h"

int test_territory(void);

static void
assert_commune(const char *commune, const char *department, enum territory territory)
{
    struct str dep;
    enum territory t;

    assert_true(territory_of_commune(str_of(commune), &dep, &t));
    assert_true(str_is(dep, department));
    assert_int_equal(t, territory);
}

static void
a_commune_tells_its_department(void **state)
{
    (void)state;
    assert_commune("01001", "01", TERRITORY_MAINLAND);
    assert_commune("75108", "75", TERRITORY_MAINLAND);
    assert_commune("95001", "95", TERRITORY_MAINLAND);
    assert_commune("2A004", "2A", TERRITORY_CORSICA);
    assert_commune("2B033", "2B", TERRITORY_CORSICA);
    assert_commune("97105", "971", TERRITORY_GUADELOUPE);
    assert_commune("97209", "972", TERRITORY_MARTINIQUE);
    assert_commune("97302", "973", TERRITORY_GUYANE);
    assert_commune("97411", "974", TERRITORY_REUNION);
    assert_commune("97502", "975", TERRITORY_MIQUELON);
    assert_commune("97608", "976", TERRITORY_MAYOTTE);
    assert_commune("97701", "977", TERRITORY_BARTHELEMY);
    assert_commune("97801", "978", TERRITORY_MARTIN);
}

/* Saint-Barthélemy's post code is 97133 and Saint-Martin's 97150: both would look like
 * Guadeloupe. The Pacific has registers of its own. */
static void
other_places_are_none_of_ours(void **state)
{
    (void)state;
    assert_commune("98818", "988", TERRITORY_NONE);
    assert_commune("98411", "984", TERRITORY_NONE);
    assert_commune("99109", "", TERRITORY_NONE);
}

static void
a_malformed_commune_is_refused(void **state)
{
    static const char *const bad[] = {"",      "0100",  "010011", "00001", "20004", "96001",
                                      "2C004", "2A00X", "ABCDE",  "7510 ", "[ND]"};
    struct str dep = STR("same");
    enum territory t = TERRITORY_CORSICA;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(territory_of_commune(str_of(bad[i]), &dep, &t));
    assert_true(str_is(dep, "same"));
    assert_int_equal(t, TERRITORY_CORSICA);
}

static void
territories_have_codes_labels_and_zones(void **state)
{
    enum territory t;

    (void)state;
    for (int i = 0; i < TERRITORY_COUNT; i++) {
        assert_true(territory_by_code(str_of(territory_code((enum territory)i)), &t));
        assert_int_equal(t, i);
        assert_true(territory_label((enum territory)i)[0] != '\0');
    }
    assert_false(territory_by_code(STR("corse"), &t));
    assert_int_equal(territory_zone(TERRITORY_REUNION), ZONE_REUNION);
    assert_int_equal(territory_zone(TERRITORY_MARTIN), ZONE_GUADELOUPE);
}

int
test_territory(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commune_tells_its_department),
        cmocka_unit_test(other_places_are_none_of_ours),
        cmocka_unit_test(a_malformed_commune_is_refused),
        cmocka_unit_test(territories_have_codes_labels_and_zones),
    };

    return cmocka_run_group_tests_name("territory", tests, NULL, NULL);
}
