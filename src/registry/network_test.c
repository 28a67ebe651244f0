/* SPDX-License-Identifier: Apache-2.0 */
/* network_test.c - which chamber the register implies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "registry/import.h"

int test_network(void);

static void
assert_network(int category, const char *naf, bool craft, unsigned networks,
               enum network_source source)
{
    unsigned n = 99;
    enum network_source s = NETWORK_LISTED;

    networks_derive(category, str_of(naf), craft, &n, &s);
    assert_int_equal(n, networks);
    assert_int_equal(s, source);
}

static void
the_craft_code_is_proof(void **state)
{
    (void)state;
    assert_network(1000, "10.71C", true, NETWORK_CMA, NETWORK_DERIVED);
    assert_network(5710, "10.71C", true, NETWORK_CMA | NETWORK_CCI, NETWORK_DERIVED);
    assert_network(6540, "43.22A", true, NETWORK_CMA, NETWORK_DERIVED);
    assert_network(9220, "94.99Z", true, NETWORK_CMA, NETWORK_DERIVED);
}

static void
commercial_forms_are_merchants(void **state)
{
    static const int all[] = {5202, 5306, 5498, 5499, 5599, 5710, 5720, 5800, 4110, 4160, 3120};

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        assert_network(all[i], "47.11F", false, NETWORK_CCI, NETWORK_DERIVED);
    assert_network(5710, "", false, NETWORK_CCI, NETWORK_DERIVED);
}

static void
some_are_neither(void **state)
{
    (void)state;
    assert_network(6540, "68.20B", false, 0, NETWORK_NOT);
    assert_network(7210, "84.11Z", false, 0, NETWORK_NOT);
    assert_network(9220, "94.99Z", false, 0, NETWORK_NOT);
    assert_network(5485, "86.21Z", false, 0, NETWORK_NOT); /* A company of doctors. */
    assert_network(5710, "01.21Z", false, 0, NETWORK_NOT); /* A farm. */
    assert_network(1000, "01.41Z", false, 0, NETWORK_NOT);
    assert_network(1000, "69.10Z", false, 0, NETWORK_NOT);
}

static void
otherwise_nobody_knows(void **state)
{
    (void)state;
    assert_network(1000, "47.11F", false, 0, NETWORK_UNKNOWN);
    assert_network(1000, "", false, 0, NETWORK_UNKNOWN);
    assert_network(0, "", false, 0, NETWORK_UNKNOWN);
    assert_network(6220, "46.90Z", false, 0, NETWORK_UNKNOWN);
    assert_network(3220, "11.05Z", false, 0, NETWORK_UNKNOWN);
}

static void
a_legal_form_is_said_with_its_number(void **state)
{
    struct arena a = {0};

    (void)state;
    assert_true(str_is(company_form_text(&a, 5499), "SARL (5499)"));
    assert_true(str_is(company_form_text(&a, 5599), "SA (5599)"));
    assert_true(str_is(company_form_text(&a, 6540), "SCI (6540)"));
    assert_true(str_is(company_form_text(&a, 6220), "6220"));
    assert_true(str_is(company_form_text(&a, 0), "Inconnue"));
    arena_release(&a);
}

int
test_network(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_craft_code_is_proof),
        cmocka_unit_test(commercial_forms_are_merchants),
        cmocka_unit_test(some_are_neither),
        cmocka_unit_test(otherwise_nobody_knows),
        cmocka_unit_test(a_legal_form_is_said_with_its_number),
    };

    return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
