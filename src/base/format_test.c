/* SPDX-License-Identifier: Apache-2.0 */
/* format_test.c - amounts, dates and identifiers as French readers write them. */
#include "base/format.h"

#include "base/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_format(void);

#define EXPECT(call, text) assert_string_equal((call).z, (text))

static int64_t
instant(const char *text)
{
    int64_t ms = 0;

    assert_true(instant_parse(str_of(text), &ms));
    return ms;
}

static void
amounts_use_a_comma_and_narrow_spaces(void **state)
{
    (void)state;
    EXPECT(fmt_euros(9759), "97,59\u00a0€");
    EXPECT(fmt_euros(0), "0,00\u00a0€");
    EXPECT(fmt_euros(5), "0,05\u00a0€");
    EXPECT(fmt_euros(-5), "\u22120,05\u00a0€");
    EXPECT(fmt_euros(123456700), "1\u202f234\u202f567,00\u00a0€");
    EXPECT(fmt_euros(INT64_MIN), "\u221292\u202f233\u202f720\u202f368\u202f547\u202f758,08\u00a0€");
    EXPECT(fmt_int(999), "999");
    EXPECT(fmt_int(1300000), "1\u202f300\u202f000");
    EXPECT(fmt_int(-1000), "\u22121\u202f000");
}

/* What a page shows can be typed back. */
static void
amounts_are_read_back(void **state)
{
    static const int64_t cents[] = {0, 1, 99, 100, 9759, 99999, 100000, -250, 123456789012};

    (void)state;
    for (size_t i = 0; i < sizeof(cents) / sizeof(cents[0]); i++) {
        int64_t back = -1;
        assert_true(parse_cents(str_of(fmt_euros(cents[i]).z), &back));
        assert_int_equal(back, cents[i]);
    }
}

static void
rates_show_only_the_decimals_they_have(void **state)
{
    (void)state;
    EXPECT(fmt_percent_bp(550), "5,5\u00a0%");
    EXPECT(fmt_percent_bp(2000), "20\u00a0%");
    EXPECT(fmt_percent_bp(2081), "20,81\u00a0%");
    EXPECT(fmt_percent_bp(5), "0,05\u00a0%");
    EXPECT(fmt_percent_bp(-210), "\u22122,1\u00a0%");
    EXPECT(fmt_percent_bp(0), "0\u00a0%");
}

static void
dates_are_those_of_the_place(void **state)
{
    int64_t opening = instant("2020-05-02T06:00:00Z");

    (void)state;
    EXPECT(fmt_date(opening, ZONE_PARIS), "samedi 2 mai 2020");
    EXPECT(fmt_date_time(opening, ZONE_PARIS), "samedi 2 mai 2020 à 8\u00a0h");
    EXPECT(fmt_date_time(opening, ZONE_GUYANE), "samedi 2 mai 2020 à 3\u00a0h");
    EXPECT(fmt_time(opening + 300000, ZONE_PARIS), "8\u00a0h\u00a005");
    EXPECT(fmt_time(opening + 45 * 60000, ZONE_REUNION), "10\u00a0h\u00a045");
    EXPECT(fmt_time(instant("2020-05-01T22:00:00Z"), ZONE_PARIS), "0\u00a0h");
    EXPECT(fmt_date(instant("2020-04-30T22:00:00Z"), ZONE_PARIS), "vendredi 1er mai 2020");
    EXPECT(fmt_date(instant("2020-02-29T12:00:00Z"), ZONE_UTC), "samedi 29 février 2020");
    EXPECT(fmt_date(instant("2021-08-15T12:00:00Z"), ZONE_UTC), "dimanche 15 août 2021");
    EXPECT(fmt_date(instant("2021-12-01T12:00:00Z"), ZONE_UTC), "mercredi 1er décembre 2021");
    EXPECT(fmt_short_date(opening, ZONE_PARIS), "02/05/2020");
    EXPECT(fmt_iso(opening + 999), "2020-05-02T06:00:00Z");
    /* The last instant there is has a date too. */
    assert_true(strlen(fmt_date_time(INT64_MAX, ZONE_PARIS).z) > 20);
}

static void
identifiers_are_grouped(void **state)
{
    char big[400];

    (void)state;
    EXPECT(fmt_siren(STR("732829320")), "732\u00a0829\u00a0320");
    EXPECT(fmt_siret(STR("73282932000074")), "732\u00a0829\u00a0320\u00a000074");
    EXPECT(fmt_siren(STR("73282932")), "73282932");
    EXPECT(fmt_siret(STR("7328293200007A")), "7328293200007A");
    EXPECT(fmt_siret(STR_NONE), "");
    /* Too long for the result: cut, and not inside a character. */
    for (size_t i = 0; i < sizeof(big); i += 2)
        memcpy(big + i, "é", 2);
    struct short_str cut = fmt_siret(str_n(big, sizeof(big)));
    assert_true(utf8_valid(str_of(cut.z)));
    assert_int_equal(strlen(cut.z), 118);
}

static void
durations_name_two_units_at_most(void **state)
{
    (void)state;
    EXPECT(fmt_duration(30000), "30\u00a0s");
    EXPECT(fmt_duration(0), "0\u00a0s");
    EXPECT(fmt_duration(-1), "0\u00a0s");
    EXPECT(fmt_duration(59999), "59\u00a0s");
    EXPECT(fmt_duration(14 * 60000 + 59000), "14\u00a0min");
    EXPECT(fmt_duration(7200000), "2\u00a0h");
    EXPECT(fmt_duration(7500000), "2\u00a0h\u00a005\u00a0min");
    EXPECT(fmt_duration(86400000), "1\u00a0jour");
    EXPECT(fmt_duration(3 * 86400000LL + 4 * 3600000), "3\u00a0jours 4\u00a0h");
    assert_true(strlen(fmt_duration(INT64_MAX).z) > 5);
}

static void
the_plural_begins_at_two(void **state)
{
    (void)state;
    EXPECT(fmt_plural(0, "masque", "masques"), "0\u00a0masque");
    EXPECT(fmt_plural(1, "masque", "masques"), "1\u00a0masque");
    EXPECT(fmt_plural(-1, "masque", "masques"), "\u22121\u00a0masque");
    EXPECT(fmt_plural(2, "masque", "masques"), "2\u00a0masques");
    EXPECT(fmt_plural(10000, "masque", "masques"), "10\u202f000\u00a0masques");
    EXPECT(fmt_plural(INT64_MIN, "masque", "masques"),
           "\u22129\u202f223\u202f372\u202f036\u202f854\u202f775\u202f808\u00a0masques");
}

static void
telephones_are_shown_as_they_are_dialled(void **state)
{
    (void)state;
    EXPECT(fmt_phone(STR("+33472000001")), "04\u00a072\u00a000\u00a000\u00a001");
    EXPECT(fmt_phone(STR("+262262123456")), "0262\u00a012\u00a034\u00a056");
    EXPECT(fmt_phone(STR("+4930123456")), "+4930123456");
    EXPECT(fmt_phone(STR("")), "");
}

int
test_format(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_use_a_comma_and_narrow_spaces),
        cmocka_unit_test(amounts_are_read_back),
        cmocka_unit_test(rates_show_only_the_decimals_they_have),
        cmocka_unit_test(dates_are_those_of_the_place),
        cmocka_unit_test(identifiers_are_grouped),
        cmocka_unit_test(durations_name_two_units_at_most),
        cmocka_unit_test(telephones_are_shown_as_they_are_dialled),
        cmocka_unit_test(the_plural_begins_at_two),
    };

    return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
