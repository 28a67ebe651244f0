/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job_int.h - what the files of job/ share; nobody else includes it but their tests.
 *
 * The table of kinds is handed around, so that tests run the same code with kinds of their own.
 */
#ifndef MAILLON_JOB_INT_H
#define MAILLON_JOB_INT_H

#include "job/job.h"

enum { JOB_KINDS_MAX = 200 };

struct job_def {
    const char *name; /* As stored in the row. */
    job_fn run;
    int attempts;
    int64_t timeout_ms;
    int64_t period_ms;
};

struct job_table {
    const struct job_def *def;
    int count;
};

extern const struct job_table job_table; /* src/jobs.h */

enum job_rule { JOB_PLAIN, JOB_ONCE, JOB_PERIODIC };

/* A row this process holds a lease of. */
struct job_taken {
    struct job job;
    const struct job_def *def; /* NULL: not a kind of this program. */
    struct str name;
    int64_t lease;
    enum job_rule rule;
};

struct job_taken_list {
    struct job_taken *item;
    size_t count;
};

NODISCARD enum err job_add_def(struct ctx *cx, const struct job_def *def, enum job_rule rule,
                               int64_t subject_id, struct str args, int64_t run_at_ms);
/* Makes the rows of periodic kinds that are not there yet. */
NODISCARD enum err job_periods(struct ctx *cx, struct job_table table);
/* When the next row is due; INT64_MAX: there is none. */
NODISCARD enum err job_next_due(struct ctx *cx, int64_t *out_ms);
/* Leases at most count due rows of any kind but one. */
NODISCARD enum err job_take(struct ctx *cx, struct job_table table, int count,
                            const char *kind_left_out, struct job_taken_list *out);
/* Runs the handler and writes down how it ended; logs and counts. */
void job_run_taken(struct ctx *cx, const struct job_taken *t);
NODISCARD enum err job_run_due_of(struct ctx *cx, struct job_table table, int *ran);
/* How long a job pauses after this attempt failed: 5 s, three times more each time, at most an
 * hour; up to a fifth is left to chance so that a crowd does not come back at once. */
int64_t job_pause_ms(int attempt);

struct job_workers;
NODISCARD enum err job_start_of(const struct app *app, struct job_table table, int threads,
                                struct job_workers **out);

#endif
