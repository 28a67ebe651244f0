/* SPDX-License-Identifier: Apache-2.0 */
/* job_test.c - the queue on both engines: nothing lost, nothing twice, nothing for ever. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "job/job_int.h"
#include "test/fixture.h"

int test_job(void);

enum { SUBJECTS = 1000, KIND_WORK = 0, KIND_FAIL, KIND_PERIOD, KIND_SLOW, KINDS };

/* What the handlers saw. Handlers get no argument of the test's, so this is at file scope. */
static atomic_int ran[SUBJECTS];
static atomic_int at_once[SUBJECTS];
static atomic_int overlaps;
static atomic_int periods;
static atomic_bool slow_may_end;

static enum err
work_job(struct ctx *cx, const struct job *job)
{
    int64_t i = job->subject_id;

    (void)cx;
    if (atomic_fetch_add(&at_once[i], 1) != 0)
        atomic_fetch_add(&overlaps, 1);
    sched_yield();
    atomic_fetch_add(&ran[i], 1);
    atomic_fetch_sub(&at_once[i], 1);
    return OK;
}

static enum err
fail_job(struct ctx *cx, const struct job *job)
{
    (void)cx;
    atomic_fetch_add(&ran[job->subject_id], 1);
    return ERR_BUSY;
}

static enum err
period_job(struct ctx *cx, const struct job *job)
{
    (void)cx;
    (void)job;
    atomic_fetch_add(&periods, 1);
    return OK;
}

static enum err
slow_job(struct ctx *cx, const struct job *job)
{
    struct timespec nap = {.tv_nsec = 2000000};

    (void)cx;
    while (!atomic_load(&slow_may_end))
        nanosleep(&nap, NULL);
    atomic_fetch_add(&ran[job->subject_id], 1);
    return OK;
}

static const struct job_def kinds[KINDS] = {
    [KIND_WORK] = {"WORK", work_job, 3, 60000, 0},
    [KIND_FAIL] = {"FAIL", fail_job, 3, 60000, 0},
    [KIND_PERIOD] = {"PERIOD", period_job, 1, 60000, 30000},
    [KIND_SLOW] = {"SLOW", slow_job, 3, 60000, 0},
};
static const struct job_table table = {kinds, KINDS};

static void
forget(void)
{
    for (int i = 0; i < SUBJECTS; i++) {
        atomic_store(&ran[i], 0);
        atomic_store(&at_once[i], 0);
    }
    atomic_store(&overlaps, 0);
    atomic_store(&periods, 0);
    atomic_store(&slow_may_end, false);
}

static void
add(struct fixture *f, int kind, enum job_rule rule, int64_t subject, int64_t at_ms)
{
    fixture_begin(f);
    assert_int_equal(OK, job_add_def(&f->cx, &kinds[kind], rule, subject, STR("{\"a\":1}"), at_ms));
    assert_int_equal(OK, fixture_commit(f));
}

static int
run_due(struct fixture *f)
{
    int count = -1;

    assert_int_equal(OK, job_run_due_of(&f->cx, table, &count));
    return count;
}

static void
a_job_runs_once_when_due_and_its_row_goes(void **state)
{
    struct fixture *f = *state;

    forget();
    fixture_clock(f, 1000000);
    add(f, KIND_WORK, JOB_PLAIN, 1, 0);
    add(f, KIND_WORK, JOB_PLAIN, 2, 1060000);
    assert_int_equal(1, run_due(f));
    assert_int_equal(1, atomic_load(&ran[1]));
    assert_int_equal(0, atomic_load(&ran[2]));
    assert_int_equal(1, fixture_count(f, "job"));
    fixture_clock(f, 1060000);
    assert_int_equal(1, run_due(f));
    assert_int_equal(1, atomic_load(&ran[2]));
    assert_int_equal(0, fixture_count(f, "job"));
}

static void
a_rolled_back_unit_leaves_no_job_and_only_due_ones_wake(void **state)
{
    struct fixture *f = *state;

    fixture_begin(f);
    f->cx.after = 0;
    assert_int_equal(OK, job_add_def(&f->cx, &kinds[0], JOB_PLAIN, 1, STR_NONE,
                                     f->cx.now_ms + 60000));
    assert_int_equal(0, f->cx.after & AFTER_JOBS);
    assert_int_equal(OK, job_add_def(&f->cx, &kinds[0], JOB_PLAIN, 1, STR_NONE, 0));
    assert_int_not_equal(0, f->cx.after & AFTER_JOBS);
    fixture_rollback(f);
    assert_int_equal(0, fixture_count(f, "job"));
}

static void
a_failing_job_pauses_longer_each_time_and_is_kept_dead(void **state)
{
    struct fixture *f = *state;
    int64_t now_ms = 1000000;
    int64_t pause_before = 0;

    forget();
    fixture_clock(f, now_ms);
    add(f, KIND_FAIL, JOB_PLAIN, 3, 0);
    for (int attempt = 1; attempt <= 2; attempt++) {
        int64_t due_ms;

        assert_int_equal(1, run_due(f));
        due_ms = fixture_int(f, "SELECT due_ms FROM job");
        assert_true(due_ms - now_ms > pause_before);
        pause_before = due_ms - now_ms;
        fixture_clock(f, due_ms - 1000);
        assert_int_equal(0, run_due(f));
        now_ms = due_ms + 1000;
        fixture_clock(f, now_ms);
    }
    assert_int_equal(1, run_due(f));
    assert_int_equal(3, atomic_load(&ran[3]));
    assert_int_equal(1, fixture_int(f, "SELECT count(*) FROM job WHERE dead_ms IS NOT NULL"
                                       " AND error = 'ERR_BUSY' AND leased = 0"));
    fixture_clock(f, now_ms + 86400000);
    assert_int_equal(0, run_due(f));
}

static void
a_waiting_once_job_stays_the_only_one(void **state)
{
    struct fixture *f = *state;

    forget();
    fixture_clock(f, 1000000);
    add(f, KIND_WORK, JOB_ONCE, 4, 1500000);
    add(f, KIND_WORK, JOB_ONCE, 4, 1200000);
    add(f, KIND_WORK, JOB_ONCE, 4, 1900000);
    add(f, KIND_WORK, JOB_ONCE, 5, 1900000);
    assert_int_equal(2, fixture_count(f, "job"));
    assert_int_equal(1200000, fixture_int(f, "SELECT due_ms FROM job WHERE subject_id = 4"));
    fixture_clock(f, 1200000);
    assert_int_equal(1, run_due(f));
    add(f, KIND_WORK, JOB_ONCE, 4, 0);
    assert_int_equal(1, run_due(f));
    assert_int_equal(2, atomic_load(&ran[4]));
}

static struct job_taken
take_one(struct fixture *f)
{
    struct job_taken_list l;

    f->cx.now_ms = db_now_ms(f->cx.app->pool);
    assert_int_equal(OK, job_take(&f->cx, table, 1, "", &l));
    assert_int_equal(1, l.count);
    return l.item[0];
}

/* What happens while a job runs queues it anew; when the run then fails, one of the two is
 * enough. */
static void
a_once_job_that_fails_gives_way_to_its_successor(void **state)
{
    struct fixture *f = *state;
    struct job_taken t;

    forget();
    fixture_clock(f, 1000000);
    add(f, KIND_FAIL, JOB_ONCE, 6, 0);
    t = take_one(f);
    add(f, KIND_FAIL, JOB_ONCE, 6, 0);
    assert_int_equal(2, fixture_count(f, "job"));
    job_run_taken(&f->cx, &t);
    assert_int_equal(1, fixture_count(f, "job"));
    assert_int_equal(0, fixture_int(f, "SELECT attempt FROM job"));
    /* Alone, it gets its key back: it is the one that waits. */
    t = take_one(f);
    job_run_taken(&f->cx, &t);
    add(f, KIND_FAIL, JOB_ONCE, 6, 0);
    assert_int_equal(1, fixture_count(f, "job"));
    assert_int_equal(1, fixture_int(f, "SELECT attempt FROM job"));
}

static void
a_runner_that_died_loses_its_lease_and_cannot_finish_later(void **state)
{
    struct fixture *f = *state;
    struct job_taken dead_runner;
    struct job_taken next;
    struct job_taken_list none;

    forget();
    fixture_clock(f, 1000000);
    add(f, KIND_WORK, JOB_PLAIN, 7, 0);
    dead_runner = take_one(f);
    assert_int_equal(OK, job_take(&f->cx, table, 1, "", &none));
    assert_int_equal(0, none.count);
    fixture_clock(f, 1000000 + 61000);
    next = take_one(f);
    assert_int_equal(next.job.id, dead_runner.job.id);
    assert_int_equal(2, next.job.attempt);
    assert_true(str_is(next.job.args, "{\"a\":1}"));
    job_run_taken(&f->cx, &dead_runner); /* It was only slow; its end changes nothing. */
    assert_int_equal(1, fixture_int(f, "SELECT leased FROM job"));
    job_run_taken(&f->cx, &next);
    assert_int_equal(0, fixture_count(f, "job"));
}

static void
a_job_that_ends_the_process_each_time_is_given_up(void **state)
{
    struct fixture *f = *state;

    forget();
    fixture_clock(f, 1000000);
    add(f, KIND_WORK, JOB_PLAIN, 8, 0);
    for (int i = 1; i <= 3; i++) {
        (void)take_one(f);
        fixture_clock(f, 1000000 + i * 61000);
    }
    assert_int_equal(1, run_due(f));
    assert_int_equal(0, atomic_load(&ran[8]));
    assert_int_equal(1, fixture_int(f, "SELECT count(*) FROM job WHERE dead_ms IS NOT NULL"
                                       " AND error = 'lease lost'"));
}

static void
a_periodic_job_has_one_row_and_runs_once_a_period(void **state)
{
    struct fixture *f = *state;

    forget();
    fixture_clock(f, 1000000);
    f->cx.now_ms = 1000000;
    assert_int_equal(OK, job_periods(&f->cx, table));
    assert_int_equal(OK, job_periods(&f->cx, table)); /* Another node. */
    assert_int_equal(1, fixture_count(f, "job"));
    assert_int_equal(1, run_due(f));
    assert_int_equal(0, run_due(f));
    fixture_clock(f, 1029000);
    assert_int_equal(0, run_due(f));
    fixture_clock(f, 1030100);
    assert_int_equal(1, run_due(f));
    assert_int_equal(2, atomic_load(&periods));
    assert_int_equal(1, fixture_count(f, "job"));
    assert_int_equal(0, fixture_int(f, "SELECT attempt FROM job"));
}

static void
a_kind_of_a_newer_program_is_left_for_it(void **state)
{
    struct fixture *f = *state;
    const struct job_def newer = {"NEWER", work_job, 3, 60000, 0};

    forget();
    fixture_clock(f, 1000000);
    fixture_begin(f);
    assert_int_equal(OK, job_add_def(&f->cx, &newer, JOB_PLAIN, 9, STR_NONE, 0));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(1, run_due(f));
    assert_int_equal(0, atomic_load(&ran[9]));
    assert_int_equal(0, fixture_int(f, "SELECT attempt FROM job WHERE dead_ms IS NULL"));
}

/* Waits until the condition holds; the limit only keeps a broken program from hanging. */
#define WAIT_UNTIL(condition)                                                                     \
    do {                                                                                          \
        struct timespec nap_ = {.tv_nsec = 2000000};                                              \
        int rounds_ = 0;                                                                          \
        while (!(condition) && rounds_++ < 15000)                                                 \
            nanosleep(&nap_, NULL);                                                               \
        assert_true(condition);                                                                   \
    } while (0)

static int
all_ran(void)
{
    int count = 0;

    for (int i = 0; i < SUBJECTS; i++)
        count += atomic_load(&ran[i]);
    return count;
}

struct adding {
    struct fixture *f;
    int from;
};

static enum err
add_unit(struct ctx *cx, void *arg)
{
    const struct adding *a = arg;

    for (int i = a->from; i < a->from + 20; i++)
        TRY(job_add_def(cx, &kinds[KIND_WORK], JOB_PLAIN, i, STR_NONE, 0));
    return OK;
}

/* So many of one kind that they end within the limit only when a thread that comes back is used at
 * once. */
static void
two_nodes_of_workers_run_each_job_exactly_once(void **state)
{
    struct fixture *f = *state;
    struct job_workers *node[2];

    forget();
    fixture_start(f, 4);
    for (int i = 0; i < 2; i++)
        assert_int_equal(OK, job_start_of(&f->app, table, 3, &node[i]));
    for (int i = 0; i < SUBJECTS; i += 20) {
        struct adding a = {f, i};

        f->cx.now_ms = 0;
        assert_int_equal(OK, db_write(&f->cx, add_unit, &a));
        job_wake(node[i / 20 % 2]);
    }
    WAIT_UNTIL(all_ran() >= SUBJECTS);
    for (int i = 0; i < 2; i++)
        job_stop(node[i]);
    for (int i = 0; i < SUBJECTS; i++)
        assert_int_equal(1, atomic_load(&ran[i]));
    assert_int_equal(0, atomic_load(&overlaps));
    assert_int_equal(1, fixture_count(f, "job")); /* The periodic one. */
    assert_int_equal(1, atomic_load(&periods));
}

static enum err
add_slow_unit(struct ctx *cx, void *arg)
{
    (void)arg;
    for (int i = 0; i < 10; i++)
        TRY(job_add_def(cx, &kinds[KIND_SLOW], JOB_PLAIN, i, STR_NONE, 0));
    return OK;
}

static enum err
add_quick_unit(struct ctx *cx, void *arg)
{
    (void)arg;
    return job_add_def(cx, &kinds[KIND_WORK], JOB_PLAIN, 100, STR_NONE, 0);
}

static void
a_slow_kind_never_takes_the_last_thread(void **state)
{
    struct fixture *f = *state;
    struct job_workers *w;

    forget();
    fixture_start(f, 4);
    assert_int_equal(OK, job_start_of(&f->app, table, 3, &w));
    f->cx.now_ms = 0;
    assert_int_equal(OK, db_write(&f->cx, add_slow_unit, NULL));
    job_wake(w);
    f->cx.now_ms = 0;
    assert_int_equal(OK, db_write(&f->cx, add_quick_unit, NULL));
    job_wake(w);
    WAIT_UNTIL(atomic_load(&ran[100]) == 1);
    assert_int_equal(1, all_ran());
    atomic_store(&slow_may_end, true);
    WAIT_UNTIL(all_ran() == 11);
    job_stop(w);
}

int
test_job(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_job_runs_once_when_due_and_its_row_goes),
        DB_TEST(a_rolled_back_unit_leaves_no_job_and_only_due_ones_wake),
        DB_TEST(a_failing_job_pauses_longer_each_time_and_is_kept_dead),
        DB_TEST(a_waiting_once_job_stays_the_only_one),
        DB_TEST(a_once_job_that_fails_gives_way_to_its_successor),
        DB_TEST(a_runner_that_died_loses_its_lease_and_cannot_finish_later),
        DB_TEST(a_job_that_ends_the_process_each_time_is_given_up),
        DB_TEST(a_periodic_job_has_one_row_and_runs_once_a_period),
        DB_TEST(a_kind_of_a_newer_program_is_left_for_it),
        DB_TEST(two_nodes_of_workers_run_each_job_exactly_once),
        DB_TEST(a_slow_kind_never_takes_the_last_thread),
    };

    return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
