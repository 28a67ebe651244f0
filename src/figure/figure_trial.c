/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure_trial.c - what a campaign's rules allow, kept: the dry run reads the whole register, so a
 * job does it once for each version and each import, and the pages read what it found.
 *
 * Chambers' lists and closings change it a little too: it is done anew in a quiet hour, once a day.
 */
#include "base/clock.h"
#include "campaign/campaign_trial.h"
#include "figure/figure_int.h"
#include "job/job.h"

enum { QUIET_FROM = 2, QUIET_UNTIL = 5 }; /* Hours in Paris. */

/* ---- reading ---- */

static struct figure_claim
claim_of(const struct db_rows *rows, size_t r, size_t col)
{
    return (struct figure_claim){row_int(rows, r, col), row_int(rows, r, col + 1),
                                 row_int(rows, r, col + 2)};
}

static void
allowed_row(const struct db_rows *rows, size_t r, const struct policy *p,
            struct figure_allowed *out)
{
    struct figure_claim claim = claim_of(rows, r, 2);
    struct str code = row_str(rows, r, 1);
    enum territory t;
    enum band b;

    switch ((enum allowed_axis)row_int(rows, r, 0)) {
    case AXIS_COHORT:
        for (int i = 0; i < p->cohort_count; i++)
            if (str_eq(p->cohort[i].code, code))
                out->cohort[i] = claim;
        return;
    case AXIS_TERRITORY:
        if (territory_by_code(code, &t))
            out->territory[t] = claim;
        return;
    case AXIS_BAND:
        if (code.len == 0)
            out->band[BAND_UNKNOWN] = claim;
        else if (band_by_code(code, &b))
            out->band[b] = claim;
        return;
    case AXIS_DEPARTMENT:
        if (out->department_count == POLICY_DEPARTMENTS_MAX)
            return;
        out->department[out->department_count].code = code;
        out->department[out->department_count++].claim = claim;
    }
}

enum err
figure_allowed(struct ctx *cx, const struct campaign *c, struct figure_allowed *out)
{
    struct db_rows rows;

    *out = (struct figure_allowed){0};
    TRY(db_run(cx, SQL_FIGURE_TRIALS, &rows, db_int(c->id)));
    if (rows.count == 0)
        return OK;
    out->known = true;
    out->version = (int)row_int(&rows, 0, 0);
    out->at_ms = row_int(&rows, 0, 1);
    out->imported_ms = row_int(&rows, 0, 2);
    out->all = claim_of(&rows, 0, 4);
    TRY(db_run(cx, SQL_FIGURE_ALLOWED_OF, &rows, db_int(c->id), db_int(out->version)));
    for (size_t r = 0; r < rows.count; r++)
        allowed_row(&rows, r, c->policy, out);
    return OK;
}

struct figure_claim
figure_allowed_in(const struct figure_allowed *a, struct str department)
{
    for (int i = 0; i < a->department_count; i++)
        if (str_eq(a->department[i].code, department))
            return a->department[i].claim;
    return (struct figure_claim){0};
}

/* ---- which are due ---- */

struct due_trials {
    struct freshness mirror;
    struct campaign_list campaigns; /* Those that are due alone. */
};

/* Every cohort has closed everywhere: what was found then stays. */
static bool
is_over(const struct policy *p, int64_t now_ms)
{
    for (int i = 0; i < p->cohort_count; i++)
        for (int t = 0; t < TERRITORY_COUNT; t++)
            if ((p->cohort[i].territories & 1U << t) && now_ms < p->cohort[i].closes_ms[t])
                return false;
    return true;
}

static bool
is_due(const struct ctx *cx, const struct campaign *c, const struct db_rows *trials,
       int64_t imported_ms)
{
    int hour = civil_of(cx->now_ms, ZONE_PARIS).hour;

    for (size_t r = 0; r < trials->count; r++)
        if (row_int(trials, r, 0) == c->version)
            return row_int(trials, r, 2) != imported_ms ||
                   (cx->now_ms - row_int(trials, r, 1) > CLOCK_DAY_MS / 2 && hour >= QUIET_FROM &&
                    hour < QUIET_UNTIL && !is_over(c->policy, cx->now_ms));
    return true;
}

static enum err
due_unit(struct ctx *cx, void *arg)
{
    struct due_trials *due = arg;
    struct campaign_list all;

    TRY(registry_freshness(cx, &due->mirror));
    TRY(campaign_list(cx, &all));
    due->campaigns = (struct campaign_list){ARENA_ARRAY(cx->arena, all.count, struct campaign), 0};
    for (size_t i = 0; i < all.count; i++) {
        struct db_rows trials;
        TRY(db_run(cx, SQL_FIGURE_TRIALS, &trials, db_int(all.item[i].id)));
        if (is_due(cx, &all.item[i], &trials, due->mirror.imported_ms))
            due->campaigns.item[due->campaigns.count++] = all.item[i];
    }
    return OK;
}

/* ---- writing ---- */

struct trial_keeping {
    const struct campaign *campaign;
    int64_t imported_ms;
    struct trial trial;
};

static enum err
row_put(struct ctx *cx, const struct trial_keeping *k, enum allowed_axis axis, struct str code,
        const struct trial_row *row)
{
    if (row->companies == 0)
        return OK;
    return db_run(cx, SQL_FIGURE_ALLOWED_PUT, NULL, db_int(k->campaign->id),
                  db_int(k->campaign->version), db_int(axis), db_str(code),
                  db_int(row->companies), db_int(row->units_min), db_int(row->units_max));
}

static enum err
keep_unit(struct ctx *cx, void *arg)
{
    const struct trial_keeping *k = arg;
    const struct campaign *c = k->campaign;
    const struct trial *t = &k->trial;

    TRY(db_run(cx, SQL_FIGURE_TRIAL_PUT, NULL, db_int(c->id), db_int(c->version),
               db_int(t->now_ms), db_int(k->imported_ms), db_int(t->companies),
               db_int(t->eligible.companies), db_int(t->eligible.units_min),
               db_int(t->eligible.units_max)));
    TRY(db_run(cx, SQL_FIGURE_ALLOWED_CLEAR, NULL, db_int(c->id), db_int(c->version)));
    for (int i = 0; i < c->policy->cohort_count; i++)
        TRY(row_put(cx, k, AXIS_COHORT, c->policy->cohort[i].code, &t->cohort[i]));
    for (int i = 0; i < TERRITORY_COUNT; i++)
        TRY(row_put(cx, k, AXIS_TERRITORY, str_of(territory_code((enum territory)i)),
                    &t->territory[i]));
    for (int i = 0; i < BAND_COUNT; i++)
        TRY(row_put(cx, k, AXIS_BAND, str_of(band_code((enum band)i)), &t->band[i]));
    for (int i = 0; i < t->department_count; i++)
        TRY(row_put(cx, k, AXIS_DEPARTMENT, str_of(t->department[i].code),
                    &t->department[i].row));
    return OK;
}

enum err
figure_trial_job(struct ctx *cx, const struct job *job)
{
    struct trial_keeping *k = ARENA_NEW(cx->arena, struct trial_keeping);
    struct due_trials due;

    (void)job;
    TRY(db_read(cx, due_unit, &due));
    for (size_t i = 0; i < due.campaigns.count; i++) {
        const struct campaign *c = &due.campaigns.item[i];
        *k = (struct trial_keeping){
            .campaign = c,
            .imported_ms = due.mirror.imported_ms,
            .trial = {.policy = c->policy, .now_ms = cx->now_ms, .closed_too = true},
        };
        TRY(trial_run(cx, &k->trial));
        TRY(db_write(cx, keep_unit, k));
        log_info(cx->log, "figure_trial", LOG_INT("campaign", c->id),
                 LOG_INT("version", c->version), LOG_INT("eligible", k->trial.eligible.companies));
    }
    return OK;
}
