/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_job.c - every minute in the server, and by hand: "maillon check".
 */
#include "base/clock.h"
#include "check/check.h"
#include "db/command.h"
#include "http/server.h"
#include "job/job.h"
#include "json/json.h"
#include "order/order.h"

/* What changed in the last hours is looked at each minute; the whole history by the command. */
enum { RECENT_MS = 2 * 3600 * 1000 };

struct check {
    int64_t since_ms;
    struct breach_list breaches;
    int checked;
};

static enum err
run_check(struct ctx *cx, void *arg)
{
    struct check *c = arg;

    return check_run(cx, c->since_ms, &c->breaches, &c->checked);
}

static enum err
close_sales(struct ctx *cx, void *arg)
{
    const struct check *c = arg;

    return sales_close(cx, str_printf(cx->arena, "invariant %s", c->breaches.item[0].invariant));
}

enum err
check_minute_job(struct ctx *cx, const struct job *job)
{
    struct check c = {.since_ms = cx->now_ms - RECENT_MS};

    (void)job;
    TRY(db_read(cx, run_check, &c));
    metric_set("invariant_breaches", (int64_t)c.breaches.count);
    if (c.breaches.count == 0)
        return OK;
    for (size_t i = 0; i < c.breaches.count; i++)
        log_error(cx->log, "invariant_broken", LOG_Z("invariant", c.breaches.item[i].invariant),
                  LOG_STR("detail", c.breaches.item[i].detail));
    return db_write(cx, close_sales, &c);
}

static void
print_json(struct buf *out, const struct check *c)
{
    struct jw w = jw_begin(out);

    jw_object(&w);
    jw_kint(&w, "checked", c->checked);
    jw_key(&w, "breaches");
    jw_array(&w);
    for (size_t i = 0; i < c->breaches.count; i++) {
        jw_object(&w);
        jw_kz(&w, "invariant", c->breaches.item[i].invariant);
        jw_kz(&w, "text", c->breaches.item[i].text);
        jw_kstr(&w, "detail", c->breaches.item[i].detail);
        jw_close_object(&w);
    }
    jw_close_array(&w);
    jw_close_object(&w);
    buf_byte(out, '\n');
}

static void
print_text(struct buf *out, const struct check *c)
{
    for (size_t i = 0; i < c->breaches.count; i++)
        buf_printf(out, "%s broken: %s\n    %.*s\n", c->breaches.item[i].invariant,
                   c->breaches.item[i].text, STR_FMT(c->breaches.item[i].detail));
    if (c->breaches.count == 0)
        buf_printf(out, "%d invariants hold.\n", c->checked);
}

static enum err
reopen(struct ctx *cx, void *arg)
{
    (void)arg;
    return sales_open(cx);
}

/* Exit code 1 when something is broken: ERR_FAULT. */
enum err
check_cmd(struct ctx *cx, struct command_args *args)
{
    struct check c = {0};
    struct buf out = {0};
    bool open = arg_flag(args, "reopen");
    bool recent = arg_flag(args, "recent");

    TRY(arg_end(args));
    if (open && recent)
        return command_fail("--reopen needs the whole history: leave --recent out");
    if (recent)
        c.since_ms = db_now_ms(cx->app->pool) - RECENT_MS;
    TRY(db_read(cx, run_check, &c));
    if (args->json)
        print_json(&out, &c);
    else
        print_text(&out, &c);
    enum err e = command_print(&out);
    buf_release(&out);
    TRY(e);
    if (c.breaches.count > 0)
        return ERR_FAULT;
    return open ? db_write(cx, reopen, NULL) : OK;
}
