/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format.h - values as French readers write them, for pages, mails and commands.
 *
 * Results are small values, no allocation, so that templates can call them in place. Non-breaking
 * spaces (U+00A0, U+202F in numbers) stand where typography asks for them.
 */
#ifndef MAILLON_BASE_FORMAT_H
#define MAILLON_BASE_FORMAT_H

#include "base/civil.h"
#include "base/str.h"

struct short_str {
    char z[120]; /* NUL-terminated. */
};

struct short_str fmt_euros(int64_t cents);         /* 97,59 € */
struct short_str fmt_int(int64_t n);               /* 1 300 000 */
struct short_str fmt_percent_bp(int64_t bp);       /* 5,5 % */
struct short_str fmt_date(int64_t ms, enum zone z);      /* samedi 2 mai 2020 */
struct short_str fmt_date_time(int64_t ms, enum zone z); /* samedi 2 mai 2020 à 8 h */
struct short_str fmt_time(int64_t ms, enum zone z);      /* 8 h 05 */
struct short_str fmt_short_date(int64_t ms, enum zone z);/* 02/05/2020 */
struct short_str fmt_iso(int64_t ms);                    /* 2020-05-02T06:00:00Z, for <time> */
struct short_str fmt_siren(struct str siren);      /* 732 829 320 */
struct short_str fmt_siret(struct str siret);      /* 732 829 320 00074 */
struct short_str fmt_phone(struct str phone);       /* 04 72 00 00 00; abroad as it is */
struct short_str fmt_duration(int64_t ms);         /* 2 h 05 min, 14 min, 30 s */
struct short_str fmt_plural(int64_t n, const char *one, const char *many); /* 40 masques */

#endif
