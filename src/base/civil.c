/* SPDX-License-Identifier: Apache-2.0 */
/*
 * civil.c - the calendar and the clocks of the places the register knows.
 *
 * The rules of summer time stand here instead of in the system's files: they are few, they are
 * law, and an opening hour must not depend on which tzdata a machine carries. A place that
 * changes its rule gets a new line with its first year.
 */
#include "base/civil.h"

#include <limits.h>

#include "base/clock.h"
#include "base/parse.h"

enum summer { SUMMER_NONE, SUMMER_EUROPE, SUMMER_AMERICA };

struct zone_row {
    const char *name;
    int offset_ms; /* Of standard time, east of Greenwich. */
    enum summer summer;
    /* The day when the abolition of slavery is remembered here (Code du travail L3422-2). Saint-
     * Barthélemy (9 October) and Saint-Martin (28 May) share Guadeloupe's clock and are left
     * out, as are Good Friday and 26 December of Alsace and Moselle, which share Paris's. */
    int abolition_month, abolition_day;
};

static const struct zone_row zones[ZONE_COUNT] = {
    [ZONE_UTC] = {"UTC", 0, SUMMER_NONE, 0, 0},
    [ZONE_PARIS] = {"Europe/Paris", CLOCK_HOUR_MS, SUMMER_EUROPE, 0, 0},
    [ZONE_GUADELOUPE] = {"America/Guadeloupe", -4 * CLOCK_HOUR_MS, SUMMER_NONE, 5, 27},
    [ZONE_MARTINIQUE] = {"America/Martinique", -4 * CLOCK_HOUR_MS, SUMMER_NONE, 5, 22},
    [ZONE_GUYANE] = {"America/Cayenne", -3 * CLOCK_HOUR_MS, SUMMER_NONE, 6, 10},
    [ZONE_REUNION] = {"Indian/Reunion", 4 * CLOCK_HOUR_MS, SUMMER_NONE, 12, 20},
    [ZONE_MAYOTTE] = {"Indian/Mayotte", 3 * CLOCK_HOUR_MS, SUMMER_NONE, 4, 27},
    [ZONE_MIQUELON] = {"America/Miquelon", -3 * CLOCK_HOUR_MS, SUMMER_AMERICA, 0, 0},
};

static const struct zone_row *
zone_row(enum zone z)
{
    assert((int)z >= 0 && z < ZONE_COUNT);
    return &zones[z];
}

const char *
zone_name(enum zone z)
{
    return zone_row(z)->name;
}

bool
zone_by_name(struct str name, enum zone *out)
{
    for (int z = 0; z < ZONE_COUNT; z++) {
        if (str_is(name, zones[z].name)) {
            *out = (enum zone)z;
            return true;
        }
    }
    return false;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Years are counted from 1 March, so that the leap day comes last; 400 of them have 146,097 days,
 * and month m of such a year begins on its day (153 m + 2) / 5. */
int64_t
civil_day(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t march_month = month > 2 ? month - 3 : month + 9;
    int64_t day_of_year = (153 * march_month + 2) / 5 + day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
         - 719468;
}

struct civil
civil_from_day(int64_t day)
{
    int64_t z = day + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    int month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);

    return (struct civil){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1),
        /* 1 January 1970 was a Thursday. */
        .weekday = (int)(day + 3 - 7 * floor_div(day + 3, 7)),
    };
}

bool
civil_date_valid(int year, int month, int day)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    struct civil c = civil_from_day(civil_day(year, month, day));
    return c.month == month && c.day == day;
}

/* The n-th Sunday of a month, n from 1; -1 is the last one. */
static int64_t
sunday_of(int year, int month, int n)
{
    if (n < 0) {
        int64_t last = civil_day(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - 1;
        return last - (civil_from_day(last).weekday + 1) % 7;
    }
    int64_t first = civil_day(year, month, 1);
    return first + (6 - civil_from_day(first).weekday) + 7 * (n - 1);
}

/* Summer time lasts from *from to before *until. */
static void
summer_bounds(const struct zone_row *z, int year, int64_t *from, int64_t *until)
{
    if (z->summer == SUMMER_EUROPE) {
        /* Directive 2000/84/EC: both changes at 01:00 UTC. */
        *from = sunday_of(year, 3, -1) * CLOCK_DAY_MS + CLOCK_HOUR_MS;
        *until = sunday_of(year, 10, -1) * CLOCK_DAY_MS + CLOCK_HOUR_MS;
        return;
    }
    /* Both at 02:00 of the clock then in force; the weeks were changed in 2007. */
    int64_t spring = year < 2007 ? sunday_of(year, 4, 1) : sunday_of(year, 3, 2);
    int64_t autumn = year < 2007 ? sunday_of(year, 10, -1) : sunday_of(year, 11, 1);
    *from = spring * CLOCK_DAY_MS + 2 * CLOCK_HOUR_MS - z->offset_ms;
    *until = autumn * CLOCK_DAY_MS + CLOCK_HOUR_MS - z->offset_ms;
}

static bool
is_summer(const struct zone_row *z, int64_t ms)
{
    int64_t from, until;

    if (z->summer == SUMMER_NONE)
        return false;
    /* The year of standard time is right all through: no change is near New Year. */
    int year = civil_from_day(floor_div(ms + z->offset_ms, CLOCK_DAY_MS)).year;
    summer_bounds(z, year, &from, &until);
    return ms >= from && ms < until;
}

struct civil
civil_of(int64_t ms, enum zone zone)
{
    const struct zone_row *z = zone_row(zone);

    /* "Never" is often written as the last instant there is: any far date will do for it, and
     * half the range leaves room for the sums below. */
    if (ms > INT64_MAX / 2)
        ms = INT64_MAX / 2;
    else if (ms < INT64_MIN / 2)
        ms = INT64_MIN / 2;
    int64_t local = ms + z->offset_ms + (is_summer(z, ms) ? CLOCK_HOUR_MS : 0);
    int64_t day = floor_div(local, CLOCK_DAY_MS);
    int seconds = (int)((local - day * CLOCK_DAY_MS) / 1000);
    struct civil c = civil_from_day(day);

    c.hour = seconds / 3600;
    c.minute = seconds / 60 % 60;
    c.second = seconds % 60;
    return c;
}

int64_t
civil_to_ms(const struct civil *c, enum zone zone)
{
    const struct zone_row *z = zone_row(zone);
    int64_t local = civil_day(c->year, c->month, c->day) * CLOCK_DAY_MS
                  + (c->hour * 3600 + c->minute * 60 + c->second) * (int64_t)1000;
    int64_t standard = local - z->offset_ms;

    if (z->summer == SUMMER_NONE)
        return standard;
    int64_t summer = standard - CLOCK_HOUR_MS;
    if (is_summer(z, summer))
        return summer;
    if (!is_summer(z, standard))
        return standard;
    /* The clocks never showed this hour: the first instant after the change. */
    int64_t from, until;
    summer_bounds(z, c->year, &from, &until);
    return from;
}

/* Takes exactly digits digits off the front of *s. */
static bool
take_number(struct str *s, size_t digits, int *out)
{
    int64_t n;

    /* A sign is no digit, though parse_i64 takes one. */
    if (s->len < digits || s->ptr[0] == '-'
        || !parse_i64(str_sub(*s, 0, digits), 0, INT_MAX, &n))
        return false;
    *s = str_sub(*s, digits, s->len);
    *out = (int)n;
    return true;
}

static bool
take_byte(struct str *s, char byte)
{
    if (s->len == 0 || s->ptr[0] != byte)
        return false;
    *s = str_sub(*s, 1, s->len);
    return true;
}

static bool
take_date(struct str *s, struct civil *c)
{
    if (!take_number(s, 4, &c->year) || !take_byte(s, '-') || !take_number(s, 2, &c->month)
        || !take_byte(s, '-') || !take_number(s, 2, &c->day)
        || !civil_date_valid(c->year, c->month, c->day))
        return false;
    c->weekday = civil_from_day(civil_day(c->year, c->month, c->day)).weekday;
    return true;
}

static bool
take_hour_minute(struct str *s, int *hour, int *minute)
{
    return take_number(s, 2, hour) && take_byte(s, ':') && take_number(s, 2, minute)
        && *hour <= 23 && *minute <= 59;
}

bool
civil_parse(struct str s, struct civil *out)
{
    struct civil c = {0};

    if (!take_date(&s, &c))
        return false;
    if (s.len > 0 && (!take_byte(&s, 'T') || !take_hour_minute(&s, &c.hour, &c.minute)))
        return false;
    if (s.len > 0 && (!take_byte(&s, ':') || !take_number(&s, 2, &c.second) || c.second > 59))
        return false;
    if (s.len > 0)
        return false;
    *out = c;
    return true;
}

/* ".5", ".123", ".123456789" into milliseconds, cut off. */
static bool
take_fraction(struct str *s, int *ms)
{
    int scale = 100;
    size_t digits = 0;

    *ms = 0;
    if (!take_byte(s, '.'))
        return true;
    for (int digit; digits < 9 && take_number(s, 1, &digit); digits++) {
        *ms += digit * scale;
        scale /= 10;
    }
    return digits > 0;
}

bool
instant_parse(struct str s, int64_t *ms)
{
    struct civil c = {0};
    int fraction, hour = 0, minute = 0;

    if (!take_date(&s, &c) || (!take_byte(&s, 'T') && !take_byte(&s, 't'))
        || !take_hour_minute(&s, &c.hour, &c.minute) || !take_byte(&s, ':')
        || !take_number(&s, 2, &c.second) || c.second > 59 || !take_fraction(&s, &fraction))
        return false;

    bool west = s.len > 0 && s.ptr[0] == '-';
    if (!take_byte(&s, 'Z') && !take_byte(&s, 'z')) {
        if ((!take_byte(&s, '+') && !take_byte(&s, '-')) || !take_hour_minute(&s, &hour, &minute))
            return false;
    }
    if (s.len > 0)
        return false;
    int64_t offset = (hour * 60 + minute) * (int64_t)CLOCK_MINUTE_MS;
    *ms = civil_to_ms(&c, ZONE_UTC) + fraction + (west ? offset : -offset);
    return true;
}

struct str
instant_str(struct arena *a, int64_t ms)
{
    struct civil c = civil_of(ms, ZONE_UTC);
    int fraction = (int)(ms - floor_div(ms, 1000) * 1000);

    if (fraction != 0)
        return str_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day, c.hour,
                          c.minute, c.second, fraction);
    return str_printf(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour,
                      c.minute, c.second);
}

/* Easter Sunday of the Gregorian calendar: the first Sunday after the church's full moon that
 * falls on or after 21 March. */
static int64_t
easter(int year)
{
    int golden = year % 19;
    int century = year / 100;
    /* The moon's age, moved by the leap days left out and by the lunar correction. */
    int epact = (century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15) % 30;
    int moon = epact - (epact / 28) * (1 - (29 / (epact + 1)) * ((21 - golden) / 11));
    int64_t full_moon = civil_day(year, 3, 21) + moon;

    return full_moon + 7 - (civil_from_day(full_moon).weekday + 1) % 7;
}

bool
holiday(int64_t day, enum zone zone)
{
    static const struct {
        int month, day;
    } fixed[] = {{1, 1}, {5, 1}, {5, 8}, {7, 14}, {8, 15}, {11, 1}, {11, 11}, {12, 25}};
    const struct zone_row *z = zone_row(zone);
    struct civil c = civil_from_day(day);

    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
        if (c.month == fixed[i].month && c.day == fixed[i].day)
            return true;
    if (c.month == z->abolition_month && c.day == z->abolition_day)
        return true;

    int64_t after = day - easter(c.year);
    return after == 1 || after == 39 || after == 50; /* Easter Monday, Ascension, Whit Monday */
}

int64_t
working_days_after(int64_t day, int n, enum zone z)
{
    assert(n >= 0);
    while (n > 0) {
        day++;
        if (civil_from_day(day).weekday < 5 && !holiday(day, z))
            n--;
    }
    return day;
}
