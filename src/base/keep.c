/* SPDX-License-Identifier: Apache-2.0 */
/* keep.c - see keep.h. */
#include "base/keep.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/parse.h"

const char *
keep_setting(enum keep which)
{
    static const char *const names[] = {
#define KEEP_NAME(name, field) "KEEP_" #name,
        KEEP_MAP(KEEP_NAME)
#undef KEEP_NAME
    };

    return names[which];
}

static struct str
as_set(const struct conf *conf, enum keep which)
{
    const struct str set[] = {
#define KEEP_VALUE(name, field) conf->field,
        KEEP_MAP(KEEP_VALUE)
#undef KEEP_VALUE
    };

    return set[which].len > 0 ? set[which] : conf_default(str_of(keep_setting(which)));
}

int64_t
keep_days(const struct conf *conf, enum keep which)
{
    int64_t days = 0;
    bool ok = parse_i64(as_set(conf, which), KEEP_DAYS_MIN, KEEP_DAYS_MAX, &days);

    assert(ok);
    return days;
}

int64_t
keep_before_ms(const struct conf *conf, enum keep which, int64_t now_ms)
{
    return now_ms - keep_days(conf, which) * CLOCK_DAY_MS;
}

int64_t
keep_disputes_ms(const struct conf *conf, int64_t now_ms)
{
    return keep_before_ms(conf, KEEP_PAYMENT_NEWS, now_ms);
}

/* A month is given for an answer. */
enum { WAIT_MAX = 28 };

static struct str
wait_set(const struct conf *conf)
{
    return conf->erase_wait.len > 0 ? conf->erase_wait : conf_default(STR("ERASE_WAIT"));
}

int64_t
erase_wait_days(const struct conf *conf)
{
    int64_t days = 0;
    bool ok = parse_i64(wait_set(conf), 0, WAIT_MAX, &days);

    assert(ok);
    return days;
}

static enum err
check(const char *setting, struct str value, int min, int max)
{
    int64_t days;

    if (parse_i64(value, min, max, &days))
        return OK;
    fprintf(stderr, "maillon: MAILLON_%s: '%.*s' is no number of days from %d to %d\n", setting,
            STR_FMT(value), min, max);
    return ERR_INVALID;
}

enum err
keep_check(const struct conf *conf)
{
    for (int k = 0; k < KEEP_COUNT; k++)
        TRY(check(keep_setting((enum keep)k), as_set(conf, (enum keep)k), KEEP_DAYS_MIN,
                  KEEP_DAYS_MAX));
    return check("ERASE_WAIT", wait_set(conf), 0, WAIT_MAX);
}
