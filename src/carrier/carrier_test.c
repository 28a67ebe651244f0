/* SPDX-License-Identifier: Apache-2.0 */
/* carrier_test.c - numbers, addresses on short lines, and what a carrier's answer is worth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "carrier/carrier.h"

int test_carrier(void);

static void
numbers_have_the_keys_of_known_ones(void **state)
{
    (void)state;
    assert_int_equal(2, parcel_key_national(STR("2052475203")));
    assert_int_equal(0, parcel_key_national(STR("4139207826")));
    assert_int_equal(5, parcel_key_national(STR("4139212825")));
    assert_int_equal(7, parcel_key_s10(STR("24561983")));
    assert_int_equal(5, parcel_key_s10(STR("00005887")));
    assert_int_equal(0, parcel_key_s10(STR("00005899")));
    assert_int_equal(9, parcel_key_s10(STR("47312482")));
    assert_true(parcel_number_valid(STR("8L41392078260")));
    assert_true(parcel_number_valid(STR("LP245619837FR")));
    assert_false(parcel_number_valid(STR("8L41392078261")));
    assert_false(parcel_number_valid(STR("LP245619838FR")));
    assert_false(parcel_number_valid(STR("8L4139207826")));
    assert_false(parcel_number_valid(STR("8l41392078260")));
    assert_false(parcel_number_valid(STR_NONE));
}

static void
addresses_fit_on_short_lines_or_are_refused(void **state)
{
    struct order_address to = {.street = STR("128 BOULEVARD DU GENERAL DE GAULLE PROLONGE"),
                               .special = STR("BP 12"),
                               .complement = STR("BATIMENT B")};
    struct address_lines out;
    struct arena a = {0};

    (void)state;
    assert_true(address_fit(&a, &to, 35, &out));
    assert_true(str_is(out.line[2], "128 BOULEVARD DU GENERAL DE GAULLE"));
    assert_true(str_is(out.line[3], "PROLONGE BP 12"));
    assert_true(str_is(out.line[1], "BATIMENT B"));
    to.special = STR("ZONE INDUSTRIELLE DES QUATRE CHEMINS");
    assert_false(address_fit(&a, &to, 35, &out));
    to = (struct order_address){.special = STR("LE BOURG")};
    assert_true(address_fit(&a, &to, 35, &out));
    assert_true(str_is(out.line[2], "LE BOURG"));
    arena_release(&a);
}

#define INFOS(number, messages)                                                                   \
    "--b\r\nContent-Type: application/json\r\nContent-ID: <jsonInfos>\r\n\r\n"                    \
    "{\"messages\":[" messages "],\"labelV2Response\":{\"parcelNumber\":" number "}}\r\n"
#define LABEL "--b\r\nContent-ID: <label>\r\n\r\n%PDF-1.4 x\r\n--b of no part\r\n\r\n"
#define ERROR_MESSAGE "{\"id\":\"30204\",\"type\":\"ERROR\",\"messageContent\":\"Rue inconnue\"}"

static void
an_answer_is_believed_only_when_all_of_it_agrees(void **state)
{
    static const struct {
        int status;
        const char *reply;
        bool customs;
        enum label_outcome outcome;
    } cases[] = {
        {200, INFOS("\"8L41392078260\"", "") LABEL "--b--", false, LABEL_MADE},
        {200, INFOS("\"8L41392078260\"", "") LABEL "--b--", true, LABEL_UNKNOWN},
        {200, INFOS("\"8L41392078260\"", "") LABEL, false, LABEL_UNKNOWN},
        {200, INFOS("\"8L41392078260\"", "") "--b--", false, LABEL_UNKNOWN},
        {200, INFOS("\"8L41392078261\"", "") LABEL "--b--", false, LABEL_UNKNOWN},
        {200, INFOS("\"8L41392078260\"", ERROR_MESSAGE) LABEL "--b--", false, LABEL_UNKNOWN},
        {200, INFOS("null", ERROR_MESSAGE) LABEL "--b--", false, LABEL_UNKNOWN},
        {500, INFOS("\"8L41392078260\"", "") LABEL "--b--", false, LABEL_UNKNOWN},
        {400, INFOS("null", ERROR_MESSAGE) "--b--", false, LABEL_REFUSED},
        {400, "{\"messages\":[" ERROR_MESSAGE "]}", false, LABEL_REFUSED},
        {401, "", false, LABEL_REFUSED},
        {503, "busy", false, LABEL_LATER},
        {429, "", false, LABEL_LATER},
        {200, "", false, LABEL_UNKNOWN},
        {200, "<html>", false, LABEL_UNKNOWN},
        {200, INFOS("null", ""), false, LABEL_UNKNOWN},
        {200, "--b\r\nContent-ID: <jsonInfos>\r\n\r\n{\"mess", false, LABEL_UNKNOWN},
    };
    struct label_answer out;
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        colissimo_answer_read(&a, cases[i].status, str_of(cases[i].reply), cases[i].customs,
                              &out);
        if (out.outcome != cases[i].outcome)
            fail_msg("case %zu: %d", i, (int)out.outcome);
        assert_true((out.why.len == 0) == (out.outcome == LABEL_MADE));
    }
    colissimo_answer_read(&a, 200, str_of(cases[0].reply), false, &out);
    assert_true(str_is(out.number, "8L41392078260"));
    assert_true(str_starts(out.label, STR("%PDF-1.4 x")));
    assert_true(str_is(out.label_type, "application/pdf"));
    arena_release(&a);
}

int
test_carrier(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_the_keys_of_known_ones),
        cmocka_unit_test(addresses_fit_on_short_lines_or_are_refused),
        cmocka_unit_test(an_answer_is_believed_only_when_all_of_it_agrees),
    };

    return cmocka_run_group_tests_name("carrier", tests, NULL, NULL);
}
