/* SPDX-License-Identifier: Apache-2.0 */
/*
 * civil_test.c - our rules against the system's time zone data, from 1997 to 2040, and the
 * calendar of public holidays.
 */
#include "base/civil.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_civil(void);

/* The C library reads TZ from here; setenv is not for us. */
static void
zone_enter(enum zone z, char *slot, size_t size)
{
    char *env[] = {slot, NULL};
    char **saved = environ;

    snprintf(slot, size, "TZ=%s", zone_name(z));
    environ = env;
    tzset();
    environ = saved;
}

static long
system_offset(int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm tm;

    assert_non_null(localtime_r(&t, &tm));
    return tm.tm_gmtoff;
}

/* Both readings of an instant, and the way back. */
static void
expect_same(int64_t seconds, enum zone z)
{
    time_t t = (time_t)seconds;
    struct tm tm;
    struct civil c = civil_of(seconds * 1000, z);

    assert_non_null(localtime_r(&t, &tm));
    assert_int_equal(c.year, tm.tm_year + 1900);
    assert_int_equal(c.month, tm.tm_mon + 1);
    assert_int_equal(c.day, tm.tm_mday);
    assert_int_equal(c.hour, tm.tm_hour);
    assert_int_equal(c.minute, tm.tm_min);
    assert_int_equal(c.second, tm.tm_sec);
    assert_int_equal(c.weekday, (tm.tm_wday + 6) % 7);
    /* The hour that autumn repeats has two instants; the first is given. */
    int64_t back = civil_to_ms(&c, z) / 1000;
    bool second_pass = system_offset(seconds - 3600) == system_offset(seconds) + 3600;
    assert_int_equal(back, second_pass ? seconds - 3600 : seconds);
}

static int
changes_in_zone(enum zone z)
{
    int64_t first = civil_day(1997, 1, 1), last = civil_day(2041, 1, 1);
    int changes = 0;

    for (int64_t day = first; day < last; day++) {
        int64_t low = day * 86400, high = low + 86400;
        expect_same(low, z);
        expect_same(low + 43200 + 59, z);
        if (system_offset(low) == system_offset(high))
            continue;
        changes++;
        while (high - low > 1) {
            int64_t middle = low + (high - low) / 2;
            if (system_offset(middle) == system_offset(day * 86400))
                low = middle;
            else
                high = middle;
        }
        for (int64_t near = -3601; near <= 3601; near += near < -2 || near > 1 ? 3599 : 1)
            expect_same(high + near, z);
    }
    return changes;
}

static void
every_place_agrees_with_the_systems_data(void **state)
{
    char slot[64];

    (void)state;
    for (int z = 0; z < ZONE_COUNT; z++) {
        char path[80];
        snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", zone_name((enum zone)z));
        /* Without the data the C library would take UTC and the test would mean nothing. */
        if (access(path, R_OK) != 0)
            fail_msg("%s is missing: install tzdata", path);
        zone_enter((enum zone)z, slot, sizeof(slot));
        int changes = changes_in_zone((enum zone)z);
        assert_int_equal(changes, z == ZONE_PARIS || z == ZONE_MIQUELON ? 2 * 44 : 0);
    }
    tzset();
}

static void
skipped_and_repeated_hours_are_decided(void **state)
{
    struct civil c;
    int64_t ms;

    (void)state;
    /* 29 March 2020: 02:00 becomes 03:00, at 01:00 UTC. */
    assert_true(instant_parse(STR("2020-03-29T01:00:00Z"), &ms));
    for (int minute = 0; minute < 60; minute += 29) {
        c = (struct civil){2020, 3, 29, 2, minute, 0, 6};
        assert_int_equal(civil_to_ms(&c, ZONE_PARIS), ms);
    }
    c = (struct civil){2020, 3, 29, 3, 0, 0, 6};
    assert_int_equal(civil_to_ms(&c, ZONE_PARIS), ms);
    c = (struct civil){2020, 3, 29, 1, 59, 59, 6};
    assert_int_equal(civil_to_ms(&c, ZONE_PARIS), ms - 1000);
    /* 25 October 2020: 03:00 becomes 02:00, at 01:00 UTC. */
    assert_true(instant_parse(STR("2020-10-25T00:30:00Z"), &ms));
    c = (struct civil){2020, 10, 25, 2, 30, 0, 6};
    assert_int_equal(civil_to_ms(&c, ZONE_PARIS), ms);
    c = (struct civil){2020, 5, 2, 8, 0, 0, 5};
    assert_true(instant_parse(STR("2020-05-02T04:00:00Z"), &ms));
    assert_int_equal(civil_to_ms(&c, ZONE_REUNION), ms);
}

static void
days_are_numbered_without_a_gap(void **state)
{
    int64_t expected = civil_day(1, 1, 1);

    (void)state;
    assert_int_equal(civil_day(1970, 1, 1), 0);
    for (int year = 1; year <= 9999; year += year % 400 == 5 ? 390 : 1)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= 31; day++) {
                if (!civil_date_valid(year, month, day))
                    continue;
                int64_t number = civil_day(year, month, day);
                struct civil c = civil_from_day(number);
                assert_true(c.year == year && c.month == month && c.day == day);
                if (year < 5)
                    assert_int_equal(number, expected++);
            }
    assert_int_equal(civil_from_day(0).weekday, 3);
    assert_true(civil_date_valid(2000, 2, 29));
    assert_false(civil_date_valid(1900, 2, 29));
    assert_false(civil_date_valid(2021, 4, 31));
    assert_false(civil_date_valid(2021, 0, 1));
    assert_false(civil_date_valid(10000, 1, 1));
    /* "Never" is a date like another. */
    assert_true(civil_of(INT64_MAX, ZONE_PARIS).year > 9999);
    assert_true(civil_of(INT64_MIN, ZONE_MIQUELON).year < 0);
}

static void
civil_times_are_parsed_whole(void **state)
{
    static const char *const bad[] = {
        "", "2020-05", "2020-5-02", "2020-02-30", "2020-13-01", "2020-05-02T", "2020-05-02T8:00",
        "2020-05-02T24:00", "2020-05-02T08:60", "2020-05-02T08:00:60", "2020-05-02T08:00:00Z",
        "2020-05-02 08:00", " 2020-05-02", "2020-05-02T08:00:0", "0000-01-01", "-020-01-01",
        "2020--1-01", "2020-05-02T-1:00", "+020-05-02", "2020-05-02T08:00:00 "};
    struct civil c = {.year = 77};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(civil_parse(str_of(bad[i]), &c));
    assert_int_equal(c.year, 77);
    assert_true(civil_parse(STR("2020-05-02"), &c));
    assert_true(c.hour == 0 && c.minute == 0 && c.second == 0 && c.weekday == 5);
    assert_true(civil_parse(STR("2020-05-02T08:05"), &c));
    assert_true(c.hour == 8 && c.minute == 5 && c.second == 0);
    assert_true(civil_parse(STR("2020-12-31T23:59:58"), &c));
    assert_true(c.month == 12 && c.second == 58);
}

static void
instants_are_parsed_and_written(void **state)
{
    static const char *const bad[] = {
        "", "2020-05-02", "2020-05-02T06:00:00", "2020-05-02T06:00Z", "2020-05-02T06:00:00+2:00",
        "2020-05-02T06:00:00+0200", "2020-05-02T06:00:00.Z", "2020-05-02T06:00:00+24:00",
        "2020-05-02T06:00:60Z", "2020-05-02T06:00:00ZZ", "2020-05-02T06:00:00.1234567890Z",
        "2020-05-02T06:00:00,5Z", "2020-05-02T06:00:00+-1:00"};
    struct arena a = {0};
    int64_t ms = 77;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(instant_parse(str_of(bad[i]), &ms));
    assert_int_equal(ms, 77);
    assert_true(instant_parse(STR("2020-05-02T08:00:00+02:00"), &ms));
    assert_string_equal(instant_str(&a, ms).ptr, "2020-05-02T06:00:00Z");
    assert_true(instant_parse(STR("2020-05-01t23:30:00.0459-06:30"), &ms));
    assert_string_equal(instant_str(&a, ms).ptr, "2020-05-02T06:00:00.045Z");
    assert_true(instant_parse(STR("1969-12-31T23:59:59.5Z"), &ms));
    assert_int_equal(ms, -500);
    assert_string_equal(instant_str(&a, ms).ptr, "1969-12-31T23:59:59.500Z");
    arena_release(&a);
}

static void
zones_are_known_by_name(void **state)
{
    (void)state;
    for (int i = 0; i < ZONE_COUNT; i++) {
        enum zone z = ZONE_COUNT;
        assert_true(zone_by_name(str_of(zone_name((enum zone)i)), &z));
        assert_int_equal(z, i);
    }
    enum zone z = ZONE_GUYANE;
    assert_false(zone_by_name(STR("Europe/paris"), &z));
    assert_false(zone_by_name(STR_NONE, &z));
    assert_int_equal(z, ZONE_GUYANE);
}

/* 1954, 1981, 2049 and 2076 are the years in which a shorter rule for Easter goes wrong. */
static void
movable_holidays_follow_easter(void **state)
{
    static const int easter[][3] = {{1954, 4, 18}, {1981, 4, 19}, {2008, 3, 23}, {2011, 4, 24},
                                    {2019, 4, 21}, {2020, 4, 12}, {2024, 3, 31}, {2025, 4, 20},
                                    {2038, 4, 25}, {2049, 4, 18}, {2076, 4, 19}, {2285, 3, 22}};

    (void)state;
    for (size_t i = 0; i < sizeof(easter) / sizeof(easter[0]); i++) {
        int64_t sunday = civil_day(easter[i][0], easter[i][1], easter[i][2]);
        assert_true(holiday(sunday + 1, ZONE_PARIS));
        assert_true(holiday(sunday + 39, ZONE_PARIS));
        assert_true(holiday(sunday + 50, ZONE_PARIS));
        assert_false(holiday(sunday - 2, ZONE_PARIS));
        int found = 0;
        for (int64_t day = civil_day(easter[i][0], 1, 1); day <= civil_day(easter[i][0], 12, 31);
             day++)
            found += holiday(day, ZONE_PARIS);
        /* Eight fixed and three movable ones; Ascension 2008 was also 1 May. */
        assert_int_equal(found, easter[i][0] == 2008 ? 10 : 11);
    }
}

static void
abolition_is_remembered_where_it_is(void **state)
{
    static const struct {
        enum zone zone;
        int month, day;
    } days[] = {{ZONE_GUADELOUPE, 5, 27}, {ZONE_MARTINIQUE, 5, 22}, {ZONE_GUYANE, 6, 10},
                {ZONE_REUNION, 12, 20},   {ZONE_MAYOTTE, 4, 27}};

    (void)state;
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
        for (int z = 0; z < ZONE_COUNT; z++)
            assert_int_equal(holiday(civil_day(2021, days[i].month, days[i].day), (enum zone)z),
                             z == (int)days[i].zone);
    assert_true(holiday(civil_day(2020, 7, 14), ZONE_MAYOTTE));
}

static void
working_days_pass_over_weekends_and_holidays(void **state)
{
    int64_t thursday = civil_day(2020, 4, 30);

    (void)state;
    assert_int_equal(working_days_after(thursday, 0, ZONE_PARIS), thursday);
    /* 1 May is a holiday, then a weekend. */
    assert_int_equal(working_days_after(thursday, 1, ZONE_PARIS), civil_day(2020, 5, 4));
    assert_int_equal(working_days_after(thursday, 5, ZONE_PARIS), civil_day(2020, 5, 11));
    assert_int_equal(working_days_after(civil_day(2020, 5, 26), 1, ZONE_PARIS),
                     civil_day(2020, 5, 27));
    assert_int_equal(working_days_after(civil_day(2020, 5, 26), 1, ZONE_GUADELOUPE),
                     civil_day(2020, 5, 28));
}

int
test_civil(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_place_agrees_with_the_systems_data),
        cmocka_unit_test(skipped_and_repeated_hours_are_decided),
        cmocka_unit_test(days_are_numbered_without_a_gap),
        cmocka_unit_test(civil_times_are_parsed_whole),
        cmocka_unit_test(instants_are_parsed_and_written),
        cmocka_unit_test(zones_are_known_by_name),
        cmocka_unit_test(movable_holidays_follow_easter),
        cmocka_unit_test(abolition_is_remembered_where_it_is),
        cmocka_unit_test(working_days_pass_over_weekends_and_holidays),
    };

    return cmocka_run_group_tests_name("civil", tests, NULL, NULL);
}
