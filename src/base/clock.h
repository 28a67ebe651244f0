/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.h - instants and intervals.
 *
 * Instants are int64 milliseconds since 1970-01-01 UTC, of the civil clock; intervals come from
 * the monotonic clock. A request reads the clock once (ctx->now_ms).
 */
#ifndef MAILLON_BASE_CLOCK_H
#define MAILLON_BASE_CLOCK_H

#include <stdint.h>

enum {
    CLOCK_SECOND_MS = 1000,
    CLOCK_MINUTE_MS = 60 * 1000,
    CLOCK_HOUR_MS = 3600 * 1000,
    CLOCK_DAY_MS = 86400 * 1000
};

int64_t clock_now_ms(void);
/* Monotonic nanoseconds, for intervals only. */
int64_t clock_mono_ns(void);
/* CPU nanoseconds this process has used. */
int64_t clock_cpu_ns(void);

#endif
