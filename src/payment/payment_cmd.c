/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment_cmd.c - "maillon payment list" and "maillon payment reconcile".
 *
 * Reconciling asks the provider now about everything that is open, gives back what is due and
 * tries parked news again: what the server's sweep does by itself, without its pauses.
 */
#include "base/civil.h"
#include "db/command.h"
#include "job/job.h"
#include "json/json.h"
#include "payment/payment_store.h"

enum { DUE_MAX = 200 };

static const char *const state_names[] = {"",           "started",  "pending", "captured",
                                          "failed",     "refund due", "refunded", "disputed"};

struct page_of {
    int64_t before;
    struct db_rows rows;
};

static enum err
list_unit(struct ctx *cx, void *arg)
{
    struct page_of *l = arg;

    return db_run(cx, SQL_PAYMENT_RECENT, &l->rows, db_int(l->before));
}

static void
print_json(struct ctx *cx, struct buf *out, const struct db_rows *rows)
{
    struct jw w = jw_begin(out);

    jw_array(&w);
    for (size_t r = 0; r < rows->count; r++) {
        struct payment_row p = payment_from_row(cx, rows, r);

        jw_object(&w);
        jw_kint(&w, "id", p.pay.id);
        jw_kstr(&w, "order", p.order_ref);
        jw_kz(&w, "state", state_names[p.pay.state]);
        jw_kstr(&w, "provider", p.pay.provider);
        jw_kstr(&w, "provider_ref", p.pay.provider_ref);
        jw_kint(&w, "amount_cents", p.pay.amount_cents);
        jw_kint(&w, "captured_cents", p.captured_cents);
        jw_kint(&w, "refunded_cents", p.pay.refunded_cents);
        jw_ktime(&w, "created", p.pay.created_ms);
        jw_close_object(&w);
    }
    jw_close_array(&w);
    buf_byte(out, '\n');
}

static void
print_text(struct ctx *cx, struct buf *out, const struct db_rows *rows)
{
    for (size_t r = 0; r < rows->count; r++) {
        struct payment_row p = payment_from_row(cx, rows, r);
        struct str at = instant_str(cx->arena, p.pay.created_ms);

        buf_printf(out, "%8lld  %-10.*s  %-10s  %10lld  %.*s  %-6.*s  %.*s\n",
                   (long long)p.pay.id, STR_FMT(p.order_ref), state_names[p.pay.state],
                   (long long)p.pay.amount_cents, STR_FMT(at), STR_FMT(p.pay.provider),
                   STR_FMT(p.pay.provider_ref));
    }
    if (rows->count == 0)
        buf_z(out, "no payment\n");
}

enum err
payment_list_cmd(struct ctx *cx, struct command_args *args)
{
    struct page_of l = {0};
    struct buf out = {0};

    TRY(arg_option_int(args, "before", 1, INT64_MAX, INT64_MAX, &l.before));
    TRY(arg_end(args));
    TRY(db_read(cx, list_unit, &l));
    if (args->json)
        print_json(cx, &out, &l.rows);
    else
        print_text(cx, &out, &l.rows);
    enum err e = command_print(&out);
    buf_release(&out);
    return e;
}

/* ---- reconcile ---- */

struct due {
    enum sql_id find, push;
    int64_t id[DUE_MAX];
    size_t count;
    int64_t seen_ms; /* Due until then: each is taken once. */
};

/* Takes what is due and puts it out of the sweep's way for a while. */
static enum err
due_take(struct ctx *cx, void *arg)
{
    struct due *d = arg;
    struct db_rows rows;

    TRY(db_run(cx, d->find, &rows, db_int(d->seen_ms)));
    d->count = rows.count < DUE_MAX ? rows.count : DUE_MAX;
    for (size_t r = 0; r < d->count; r++) {
        d->id[r] = row_int(&rows, r, 0);
        TRY(db_run(cx, d->push, NULL, db_int(d->id[r]), db_int(d->seen_ms + 60000)));
    }
    return OK;
}

static enum err
ask_all_unit(struct ctx *cx, void *arg)
{
    int64_t older_ms = *(const int64_t *)arg;

    return db_run(cx, SQL_PAYMENT_ASK_ALL, NULL, db_int(cx->now_ms), db_int(cx->now_ms - older_ms));
}

/* Each on an arena of its own, so that thousands of answers do not pile up. */
static enum err
one(struct ctx *cx, enum err (*run)(struct ctx *, const struct job *), int64_t id)
{
    struct arena arena = {0};
    struct arena *outer = cx->arena;
    struct job job = {.subject_id = id, .attempt = 1};

    arena_init(&arena);
    cx->arena = &arena;
    enum err e = run(cx, &job);
    cx->arena = outer;
    arena_release(&arena);
    return e;
}

static enum err
work_through(struct ctx *cx, struct due *d, enum err (*run)(struct ctx *, const struct job *),
             int64_t *done, int64_t *failed)
{
    do {
        TRY(db_write(cx, due_take, d));
        for (size_t i = 0; i < d->count; i++)
            *(one(cx, run, d->id[i]) == OK ? done : failed) += 1;
    } while (d->count == DUE_MAX);
    return OK;
}

enum err
payment_reconcile_cmd(struct ctx *cx, struct command_args *args)
{
    int64_t minutes, asked = 0, refunds = 0, parked = 0, failed = 0;
    struct due *d = ARENA_NEW(cx->arena, struct due);
    struct buf out = {0};

    TRY(arg_option_int(args, "older", 0, 7 * 24 * 60, 0, &minutes));
    TRY(arg_end(args));
    TRY(db_write(cx, ask_all_unit, &(int64_t){minutes * 60000}));
    *d = (struct due){.find = SQL_PAYMENT_DUE, .push = SQL_PAYMENT_DUE_PUSH,
                      .seen_ms = db_now_ms(cx->app->pool)};
    TRY(work_through(cx, d, payment_ask_job, &asked, &failed));
    *d = (struct due){.find = SQL_PAYMENT_EVENT_DUE, .push = SQL_PAYMENT_EVENT_PUSH,
                      .seen_ms = db_now_ms(cx->app->pool)};
    TRY(work_through(cx, d, payment_parked_job, &parked, &failed));
    *d = (struct due){.find = SQL_REFUND_DUE, .push = SQL_REFUND_PUSH,
                      .seen_ms = db_now_ms(cx->app->pool)};
    TRY(work_through(cx, d, payment_refund_job, &refunds, &failed));
    if (args->json) {
        struct jw w = jw_begin(&out);
        jw_object(&w);
        jw_kint(&w, "asked", asked);
        jw_kint(&w, "parked", parked);
        jw_kint(&w, "refunds", refunds);
        jw_kint(&w, "failed", failed);
        jw_close_object(&w);
        buf_byte(&out, '\n');
    } else {
        buf_printf(&out, "asked about %lld payments, tried %lld parked notifications and %lld "
                         "refunds, %lld without an answer\n",
                   (long long)asked, (long long)parked, (long long)refunds, (long long)failed);
    }
    enum err e = command_print(&out);
    buf_release(&out);
    return e != OK ? e : failed > 0 ? ERR_BUSY : OK;
}
