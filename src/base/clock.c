/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c - the three clocks. None of these calls can fail on a clock Linux always has. */
#include "base/clock.h"

#include <assert.h>
#include <time.h>

static int64_t
clock_ns(clockid_t which)
{
    struct timespec t;

    int rc = clock_gettime(which, &t);
    assert(rc == 0);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t
clock_now_ms(void)
{
    return clock_ns(CLOCK_REALTIME) / 1000000;
}

int64_t
clock_mono_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

int64_t
clock_cpu_ns(void)
{
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}
