/* SPDX-License-Identifier: Apache-2.0 */
/* dry_run.c - runs in the database; the work itself is in dry_run_job.c. See dry_run.h. */
#include "manage/dry_run.h"

#include "base/clock.h"
#include "job/job.h"

enum { LIVE_MAX = 4, STUCK_MS = 3 * CLOCK_MINUTE_MS, COUNTS_MAX = 256 * 1024 };

enum err
dry_run_begin(struct ctx *cx, const struct campaign *c, int64_t draft_id, struct str json,
              int64_t *id)
{
    struct db_rows rows;

    assert(db_in_write(cx) && c->organiser_id == cx->actor.organiser_id);
    TRY(db_run(cx, SQL_DRY_RUN_CANCEL_DRAFT, NULL, db_int(draft_id), db_int(cx->now_ms)));
    TRY(db_run(cx, SQL_DRY_RUN_LIVE, &rows, db_int(c->organiser_id)));
    if (row_int(&rows, 0, 0) >= LIVE_MAX)
        return ERR_LIMIT;
    TRY(db_run(cx, SQL_DRY_RUN_INSERT, &rows, db_int(c->organiser_id), db_int(c->id),
               db_int(draft_id), db_int(c->version), db_str(json), db_int(campaign_digest(json)),
               db_int(cx->actor.account_id), db_int(cx->now_ms)));
    *id = row_int(&rows, 0, 0);
    TRY(db_run(cx, SQL_DRY_RUN_TRIM, NULL, db_int(draft_id)));
    return job_add(cx, JOB_DRY_RUN, *id, STR_NONE, 0);
}

static struct dry_run
run_row(const struct db_rows *rows)
{
    return (struct dry_run){
        .id = row_int(rows, 0, 0),
        .campaign_id = row_int(rows, 0, 1),
        .draft_id = row_int(rows, 0, 2),
        .base_version = (int)row_int(rows, 0, 3),
        .digest = row_int(rows, 0, 4),
        .state = (enum dry_run_state)row_int(rows, 0, 5),
        .asked_by = row_str(rows, 0, 6),
        .asked_ms = row_int(rows, 0, 7),
        .began_ms = row_int(rows, 0, 8),
        .changed_ms = row_int(rows, 0, 9),
        .at_ms = row_int(rows, 0, 10),
        .done = row_int(rows, 0, 11),
        .total = row_int(rows, 0, 12),
        .imported_ms = row_int(rows, 0, 13),
        .mixed = row_int(rows, 0, 14) != 0,
    };
}

enum err
dry_run_find(struct ctx *cx, int64_t campaign_id, int64_t id, struct dry_run *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_DRY_RUN_FIND, &rows, db_int(cx->actor.organiser_id), db_int(campaign_id),
               db_int(id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = run_row(&rows);
    return OK;
}

enum err
dry_run_latest(struct ctx *cx, int64_t draft_id, struct dry_run *out, bool *found)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_DRY_RUN_LATEST, &rows, db_int(cx->actor.organiser_id), db_int(draft_id)));
    *found = rows.count > 0;
    if (*found)
        *out = run_row(&rows);
    return OK;
}

enum err
dry_run_cancel(struct ctx *cx, int64_t id, bool *ended)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_DRY_RUN_CANCEL, &rows, db_int(cx->actor.organiser_id), db_int(id),
               db_int(cx->now_ms)));
    *ended = rows.changed > 0;
    return OK;
}

bool
dry_run_is_live(const struct dry_run *r)
{
    return r->state == DRY_RUN_WAITING || r->state == DRY_RUN_RUNNING;
}

bool
dry_run_is_stuck(const struct dry_run *r, int64_t now_ms)
{
    return dry_run_is_live(r) && now_ms - r->changed_ms > STUCK_MS;
}

int64_t
dry_run_left_ms(const struct dry_run *r)
{
    int64_t spent_ms = r->changed_ms - r->began_ms;

    if (r->state != DRY_RUN_RUNNING || r->done <= 0 || r->done >= r->total || spent_ms <= 0)
        return -1;
    return (int64_t)((double)spent_ms / (double)r->done * (double)(r->total - r->done));
}

/* ---- what was found ---- */

/* As dry_run_job.c wrote it: {"left": [...], "window_ms", "orders", "units": [...]} */
static void
stock_read(struct ctx *cx, struct str text, struct dry_run_result *out)
{
    struct json *tree = NULL;
    const struct json *left, *units;

    if (json_parse(cx->arena, text, COUNTS_MAX, &tree, NULL) != OK)
        return;
    left = json_get(tree, "left");
    units = json_get(tree, "units");
    for (int i = 0; i < out->after->pool_count; i++) {
        if (left != NULL && left->kind == JSON_ARRAY && (size_t)i < left->count)
            out->stock[i] = left->item[i].i;
        if (units != NULL && units->kind == JSON_ARRAY && (size_t)i < units->count)
            out->pace.units[i] = units->item[i].i;
    }
    out->pace.window_ms = json_get_int(tree, "window_ms", 0);
    out->pace.orders = json_get_int(tree, "orders", 0);
}

enum err
dry_run_result(struct ctx *cx, const struct dry_run *r, struct dry_run_result *out)
{
    struct dry_run_result found = { .counts = ARENA_NEW(cx->arena, struct comparison) };
    struct policy_fault_list faults;
    struct policy *after = NULL;
    struct json *tree = NULL;
    struct db_rows rows;

    assert(r->state == DRY_RUN_DONE);
    TRY(db_run(cx, SQL_DRY_RUN_TEXTS, &rows, db_int(r->id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    TRY(campaign_policy(cx, r->campaign_id, r->base_version, &found.before));
    if (policy_compile(cx->arena, row_str(&rows, 0, 0), &after, &faults) != OK ||
        json_parse(cx->arena, row_str(&rows, 0, 1), COUNTS_MAX, &tree, NULL) != OK)
        return ERR_FAULT;
    found.after = after;
    found.counts->before.policy = found.before;
    found.counts->after.policy = after;
    comparison_read(tree, found.counts);
    stock_read(cx, row_str(&rows, 0, 2), &found);
    *out = found;
    return OK;
}
