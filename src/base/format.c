/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format.c - values as French readers write them.
 *
 * The narrow non-breaking space (U+202F) separates thousands; the wide one (U+00A0) stands before
 * a sign or a unit and between the groups of an identifier.
 */
#include "base/format.h"

#include <stdio.h>

#include "base/clock.h"

#define NBSP "\u00a0"
#define THIN "\u202f"
#define MINUS "\u2212"

static const char *const day_names[] = {"lundi",    "mardi",  "mercredi", "jeudi",
                                        "vendredi", "samedi", "dimanche"};
static const char *const month_names[] = {"janvier",   "février", "mars",     "avril",
                                          "mai",       "juin",    "juillet",  "août",
                                          "septembre", "octobre", "novembre", "décembre"};

static struct short_str __attribute__((format(printf, 1, 2)))
short_printf(const char *fmt, ...)
{
    struct short_str out;
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(out.z, sizeof(out.z), fmt, ap);
    va_end(ap);
    return out;
}

/* As much of s as fits, cut between characters. */
static struct short_str
short_of(struct str s)
{
    struct short_str out = {0};
    size_t n = s.len < sizeof(out.z) - 1 ? s.len : sizeof(out.z) - 1;

    while (n > 0 && n < s.len && ((unsigned char)s.ptr[n] & 0xC0) == 0x80)
        n--;
    if (n > 0)
        memcpy(out.z, s.ptr, n);
    return out;
}

/* Unsigned, because INT64_MIN has no positive counterpart. */
static uint64_t
magnitude(int64_t n)
{
    return n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
}

static struct short_str
grouped(uint64_t n)
{
    char digits[24];
    struct short_str out = {0};
    int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
    size_t at = 0;

    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            memcpy(out.z + at, THIN, sizeof(THIN) - 1);
            at += sizeof(THIN) - 1;
        }
        out.z[at++] = digits[i];
    }
    return out;
}

struct short_str
fmt_int(int64_t n)
{
    return short_printf("%s%s", n < 0 ? MINUS : "", grouped(magnitude(n)).z);
}

struct short_str
fmt_euros(int64_t cents)
{
    uint64_t whole = magnitude(cents);

    return short_printf("%s%s,%02u" NBSP "€", cents < 0 ? MINUS : "", grouped(whole / 100).z,
                        (unsigned)(whole % 100));
}

struct short_str
fmt_percent_bp(int64_t bp)
{
    uint64_t whole = magnitude(bp);
    unsigned hundredths = (unsigned)(whole % 100);
    char decimals[8] = "";

    if (hundredths % 10 != 0)
        snprintf(decimals, sizeof(decimals), ",%02u", hundredths);
    else if (hundredths != 0)
        snprintf(decimals, sizeof(decimals), ",%u", hundredths / 10);
    return short_printf("%s%s%s" NBSP "%%", bp < 0 ? MINUS : "", grouped(whole / 100).z, decimals);
}

static struct short_str
civil_date(const struct civil *c)
{
    return short_printf("%s %d%s %s %d", day_names[c->weekday], c->day, c->day == 1 ? "er" : "",
                        month_names[c->month - 1], c->year);
}

static struct short_str
civil_time(const struct civil *c)
{
    if (c->minute == 0)
        return short_printf("%d" NBSP "h", c->hour);
    return short_printf("%d" NBSP "h" NBSP "%02d", c->hour, c->minute);
}

struct short_str
fmt_date(int64_t ms, enum zone z)
{
    struct civil c = civil_of(ms, z);

    return civil_date(&c);
}

struct short_str
fmt_date_time(int64_t ms, enum zone z)
{
    struct civil c = civil_of(ms, z);

    return short_printf("%.80s à %.20s", civil_date(&c).z, civil_time(&c).z);
}

struct short_str
fmt_time(int64_t ms, enum zone z)
{
    struct civil c = civil_of(ms, z);

    return civil_time(&c);
}

struct short_str
fmt_short_date(int64_t ms, enum zone z)
{
    struct civil c = civil_of(ms, z);

    return short_printf("%02d/%02d/%04d", c.day, c.month, c.year);
}

struct short_str
fmt_iso(int64_t ms)
{
    struct civil c = civil_of(ms, ZONE_UTC);

    return short_printf("%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour, c.minute,
                        c.second);
}

static bool
all_digits(struct str s, size_t len)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len == len;
}

struct short_str
fmt_siren(struct str siren)
{
    if (!all_digits(siren, 9))
        return short_of(siren);
    return short_printf("%.3s" NBSP "%.3s" NBSP "%.3s", siren.ptr, siren.ptr + 3, siren.ptr + 6);
}

struct short_str
fmt_siret(struct str siret)
{
    if (!all_digits(siret, 14))
        return short_of(siret);
    return short_printf("%.3s" NBSP "%.3s" NBSP "%.3s" NBSP "%.5s", siret.ptr, siret.ptr + 3,
                        siret.ptr + 6, siret.ptr + 9);
}

/* Of a number in international form: French ones as they are dialled here, in pairs. */
struct short_str
fmt_phone(struct str phone)
{
    static const char *const overseas[] = {"+262", "+590", "+594", "+596"};
    const char *p = phone.ptr;

    if (str_starts(phone, STR("+33")) && phone.len == 12)
        return short_printf("0%c" NBSP "%.2s" NBSP "%.2s" NBSP "%.2s" NBSP "%.2s", p[3], p + 4,
                            p + 6, p + 8, p + 10);
    for (size_t i = 0; i < sizeof overseas / sizeof overseas[0]; i++)
        if (str_starts(phone, str_of(overseas[i])) && phone.len == 13)
            return short_printf("0%.3s" NBSP "%.2s" NBSP "%.2s" NBSP "%.2s", p + 4, p + 7, p + 9,
                                p + 11);
    return short_printf("%.*s", (int)(phone.len < 40 ? phone.len : 40), p);
}

struct short_str
fmt_duration(int64_t ms)
{
    int64_t seconds = ms < 0 ? 0 : ms / CLOCK_SECOND_MS;
    int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;

    if (minutes == 0)
        return short_printf("%d" NBSP "s", (int)seconds);
    if (hours == 0)
        return short_printf("%d" NBSP "min", (int)minutes);
    if (days == 0 && minutes % 60 == 0)
        return short_printf("%d" NBSP "h", (int)hours);
    if (days == 0)
        return short_printf("%d" NBSP "h" NBSP "%02d" NBSP "min", (int)hours, (int)(minutes % 60));
    struct short_str text = fmt_plural(days, "jour", "jours");
    if (hours % 24 == 0)
        return text;
    return short_printf("%.80s %d" NBSP "h", text.z, (int)(hours % 24));
}

struct short_str
fmt_plural(int64_t n, const char *one, const char *many)
{
    /* In French the plural begins at two: 0 masque, 1 masque, 2 masques. */
    const char *word = magnitude(n) < 2 ? one : many;

    /* The words are ours and short; the number has at most 43 bytes. */
    return short_printf("%.48s" NBSP "%.69s", fmt_int(n).z, word);
}
