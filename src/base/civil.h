/* SPDX-License-Identifier: Apache-2.0 */
/*
 * civil.h - dates and hours as people in a place read them.
 *
 * The places are those of the register: mainland France and Corsica (Europe/Paris, the European
 * Union's summer time, directive 2000/84/EC), the overseas territories (fixed offsets) and
 * Saint-Pierre-et-Miquelon (North American summer time since 2007). The rules hold from 1997 on;
 * a test compares each with the system's time zone data.
 */
#ifndef MAILLON_BASE_CIVIL_H
#define MAILLON_BASE_CIVIL_H

#include "base/err.h"
#include "base/str.h"

enum zone {
    ZONE_UTC,
    ZONE_PARIS,      /* Europe/Paris */
    ZONE_GUADELOUPE, /* America/Guadeloupe, also Saint-Barthélemy and Saint-Martin */
    ZONE_MARTINIQUE, /* America/Martinique */
    ZONE_GUYANE,     /* America/Cayenne */
    ZONE_REUNION,    /* Indian/Reunion */
    ZONE_MAYOTTE,    /* Indian/Mayotte */
    ZONE_MIQUELON,   /* America/Miquelon */
    ZONE_COUNT
};

struct civil {
    int year, month, day;          /* 1 to 12, 1 to 31 */
    int hour, minute, second;
    int weekday;                   /* 0 Monday ... 6 Sunday */
};

/* IANA name, e.g. "Europe/Paris". */
const char *zone_name(enum zone z);
bool zone_by_name(struct str name, enum zone *out);

struct civil civil_of(int64_t ms, enum zone z);
/* The instant of a civil time. An hour that the spring change skips gives the instant after the
 * gap; one that autumn repeats gives the first. */
int64_t civil_to_ms(const struct civil *c, enum zone z);
/* Days since 1970-01-01 of a civil date, and back. */
int64_t civil_day(int year, int month, int day);
struct civil civil_from_day(int64_t day);
bool civil_date_valid(int year, int month, int day);

/* "2020-05-02" or "2020-05-02T08:00" or "2020-05-02T08:00:00"; a date alone is 00:00. */
bool civil_parse(struct str s, struct civil *out);
/* RFC 3339 with Z or an offset. */
bool instant_parse(struct str s, int64_t *ms);
/* "2020-05-02T06:00:00Z"; milliseconds when not zero. */
struct str instant_str(struct arena *a, int64_t ms);

/* Easter-based and fixed public holidays of the place (Code du travail L3133-1; abolition of
 * slavery days overseas, L3422-2). */
bool holiday(int64_t day, enum zone z);
/* The day that is n working days (Monday to Friday, not a holiday) after this one. */
int64_t working_days_after(int64_t day, int n, enum zone z);

#endif
