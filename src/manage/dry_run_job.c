/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dry_run_job.c - the work of a dry run, for a while, and again until the register is through.
 *
 * What was counted and how far that came are written together, by whoever knows how far it had
 * come before: a worker whose lease went to another, or whose run was cancelled, changes nothing
 * and stops.
 */
#include "base/clock.h"
#include "job/job.h"
#include "manage/dry_run.h"
#include "stock/stock.h"

/* A piece takes some 10 ms. */
enum { PIECE = 5000, SAVE_MS = 500, SLICE_MS = 10000, COUNTS_MAX = 256 * 1024 };

struct work {
    int64_t id;
    struct campaign campaign;
    struct str json;
    struct comparison *counts;
    int64_t siren, saved_siren; /* Done up to here; and written. */
    int64_t done, total, began_ms, imported_ms;
    bool mixed, gone, finished;
    struct str counts_text, stock_text;
    enum dry_run_state end;
};

/* ---- where it stands ---- */

static enum err
load(struct ctx *cx, void *arg)
{
    struct work *w = arg;
    struct policy_fault_list faults;
    struct policy *after = NULL;
    struct json *tree = NULL;
    struct db_rows rows;

    TRY(db_run(cx, SQL_DRY_RUN_WORK, &rows, db_int(w->id)));
    w->gone = rows.count == 0 || row_int(&rows, 0, 3) > DRY_RUN_RUNNING;
    if (w->gone)
        return OK;
    TRY(campaign_by_id(cx, row_int(&rows, 0, 0), &w->campaign));
    TRY(campaign_policy(cx, w->campaign.id, (int)row_int(&rows, 0, 1),
                        &w->counts->before.policy));
    w->counts->before.now_ms = w->counts->after.now_ms = row_int(&rows, 0, 4);
    w->siren = w->saved_siren = row_int(&rows, 0, 5);
    w->done = row_int(&rows, 0, 6);
    w->total = row_int(&rows, 0, 7);
    w->imported_ms = row_int(&rows, 0, 8);
    w->mixed = row_int(&rows, 0, 9) != 0;
    w->began_ms = row_int(&rows, 0, 11);
    w->json = row_str(&rows, 0, 2);
    if (policy_compile(cx->arena, w->json, &after, &faults) != OK) {
        w->end = DRY_RUN_FAILED;
        return OK;
    }
    w->counts->after.policy = after;
    if (row_str(&rows, 0, 10).len > 0 &&
        json_parse(cx->arena, row_str(&rows, 0, 10), COUNTS_MAX, &tree, NULL) == OK)
        comparison_read(tree, w->counts);
    return OK;
}

/* ---- a piece of the register ---- */

static enum err
company_add(void *arg, const struct company *c)
{
    struct work *w = arg;

    comparison_add(w->counts, c);
    w->siren = c->siren;
    w->done++;
    return OK;
}

static enum err
piece(struct ctx *cx, void *arg)
{
    struct work *w = arg;
    int64_t before = w->done;

    TRY(registry_next_active(cx, w->siren, PIECE, company_add, w));
    w->finished = w->done - before < PIECE;
    return OK;
}

static enum err
freshness(struct ctx *cx, void *arg)
{
    struct work *w = arg;
    struct freshness f;

    TRY(registry_freshness(cx, &f));
    if (w->siren == 0) {
        w->imported_ms = f.imported_ms;
        w->total = f.active;
    }
    w->mixed = w->mixed || f.imported_ms != w->imported_ms;
    return OK;
}

/* ---- writing it ---- */

static void
counts_print(struct ctx *cx, struct work *w)
{
    struct buf b;

    buf_init(&b, COUNTS_MAX);
    struct jw j = jw_begin(&b);
    comparison_write(&j, w->counts);
    w->counts_text = buf_dup(&b, cx->arena);
    buf_release(&b);
}

static enum err
save(struct ctx *cx, void *arg)
{
    struct work *w = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_DRY_RUN_SAVE, &rows, db_int(w->id), db_int(w->saved_siren),
               db_int(w->siren), db_int(w->done), db_int(w->total), db_int(w->imported_ms),
               db_int(w->mixed), db_str(w->counts_text), db_int(w->began_ms),
               db_int(cx->now_ms)));
    w->gone = rows.changed != 1;
    return OK;
}

static enum err
end(struct ctx *cx, void *arg)
{
    struct work *w = arg;

    return db_run(cx, SQL_DRY_RUN_END, NULL, db_int(w->id), db_int(w->saved_siren),
                  db_int(w->siren), db_int(w->done), db_str(w->counts_text),
                  db_str(w->stock_text), db_int(w->end), db_int(cx->now_ms));
}

static enum err
queue_again(struct ctx *cx, void *arg)
{
    const struct work *w = arg;

    return job_add(cx, JOB_DRY_RUN, w->id, STR_NONE, 0);
}

static enum err
save_now(struct ctx *cx, struct work *w)
{
    cx->now_ms = db_now_ms(cx->app->pool);
    TRY(db_read(cx, freshness, w));
    counts_print(cx, w);
    TRY(db_write(cx, save, w));
    w->saved_siren = w->siren;
    return OK;
}

/* ---- stock and pace, when the register is through ---- */

static enum err
left_read(struct ctx *cx, void *arg)
{
    struct work *w = arg;
    const struct policy *p = w->counts->after.policy;
    struct stock_pool_list pools;
    struct buf b;

    TRY(stock_list(cx, w->campaign.id, &pools));
    buf_init(&b, COUNTS_MAX);
    for (int i = 0; i < p->pool_count; i++) {
        int64_t left = p->pool[i].units; /* A new pool begins with these. */
        for (size_t k = 0; k < pools.count; k++)
            if (str_eq(pools.item[k].code, p->pool[i].code))
                left = pools.item[k].available;
        buf_printf(&b, "%s%lld", i == 0 ? "" : ",", (long long)left);
    }
    w->stock_text = buf_dup(&b, cx->arena);
    buf_release(&b);
    return OK;
}

static enum err
finish(struct ctx *cx, struct work *w)
{
    const struct policy *p = w->counts->after.policy;
    struct str units = STR("");
    struct pace pace;

    TRY(db_read(cx, left_read, w));
    TRY(pace_read(cx, &w->campaign, p, &pace));
    for (int i = 0; i < p->pool_count; i++)
        units = str_printf(cx->arena, "%.*s%s%lld", STR_FMT(units), i == 0 ? "" : ",",
                           (long long)pace.units[i]);
    w->stock_text = str_printf(cx->arena,
                               "{\"left\":[%.*s],\"window_ms\":%lld,\"orders\":%lld,"
                               "\"units\":[%.*s]}",
                               STR_FMT(w->stock_text), (long long)pace.window_ms,
                               (long long)pace.orders, STR_FMT(units));
    w->end = DRY_RUN_DONE;
    counts_print(cx, w);
    cx->now_ms = db_now_ms(cx->app->pool);
    return db_write(cx, end, w);
}

enum err
dry_run_job(struct ctx *cx, const struct job *job)
{
    int64_t start_ns = clock_mono_ns(), saved_ns = 0;
    struct work w = { .id = job->subject_id,
                      .counts = ARENA_NEW(cx->arena, struct comparison) };

    TRY(db_read(cx, load, &w));
    if (w.gone)
        return OK;
    if (w.end == DRY_RUN_FAILED)
        return db_write(cx, end, &w);
    if (w.began_ms == 0)
        w.began_ms = cx->now_ms;
    while (!w.finished && !w.gone) {
        int64_t now_ns = clock_mono_ns();
        if (now_ns - saved_ns > SAVE_MS * INT64_C(1000000)) {
            TRY(save_now(cx, &w));
            saved_ns = now_ns;
        }
        if (w.gone)
            return OK;
        if (now_ns - start_ns > SLICE_MS * INT64_C(1000000)) {
            TRY(save_now(cx, &w));
            return w.gone ? OK : db_write(cx, queue_again, &w);
        }
        TRY(db_read(cx, piece, &w));
    }
    TRY(save_now(cx, &w));
    return w.gone ? OK : finish(cx, &w);
}
