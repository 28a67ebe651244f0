/* SPDX-License-Identifier: Apache-2.0 */
/* clock_test.c - the clocks run forward and are the ones they say. */
#include "base/clock.h"

#include <time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_clock(void);

static void
the_civil_clock_is_the_systems(void **state)
{
    struct timespec before, after;

    (void)state;
    clock_gettime(CLOCK_REALTIME, &before);
    int64_t now = clock_now_ms();
    clock_gettime(CLOCK_REALTIME, &after);
    /* A clock that is set back between the calls would break this, and nothing else would. */
    assert_true(now >= (int64_t)before.tv_sec * 1000);
    assert_true(now <= (int64_t)after.tv_sec * 1000 + 1000);
}

static void
intervals_are_never_negative(void **state)
{
    int64_t mono = clock_mono_ns(), cpu = clock_cpu_ns();

    (void)state;
    for (int i = 0; i < 1000; i++) {
        int64_t next_mono = clock_mono_ns(), next_cpu = clock_cpu_ns();
        assert_true(next_mono >= mono);
        assert_true(next_cpu >= cpu);
        mono = next_mono;
        cpu = next_cpu;
    }
    assert_true(cpu > 0);
}

int
test_clock(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_civil_clock_is_the_systems),
        cmocka_unit_test(intervals_are_never_negative),
    };

    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
