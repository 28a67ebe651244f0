/* SPDX-License-Identifier: Apache-2.0 */
/* privacy_cmd.c - what goes by its age, by command: what has gone, and what would go. */
#include "base/format.h"
#include "db/command.h"
#include "json/json.h"
#include "privacy/privacy_int.h"

static enum err
status_unit(struct ctx *cx, void *arg)
{
    return privacy_purged_list(cx, arg);
}

static void
status_json(struct buf *b, const struct privacy_purged *list)
{
    struct jw w = jw_begin(b);

    jw_object(&w);
    jw_key(&w, "purged");
    jw_array(&w);
    for (int k = 0; k < KEEP_COUNT; k++) {
        jw_object(&w);
        jw_kz(&w, "what", list[k].name);
        jw_kz(&w, "setting", keep_setting((enum keep)k));
        jw_kint(&w, "days", list[k].days);
        jw_kint(&w, "total", list[k].total);
        jw_kint(&w, "last", list[k].last);
        jw_ktime(&w, "last_run", list[k].run_ms);
        jw_close_object(&w);
    }
    jw_close_array(&w);
    jw_close_object(&w);
    buf_byte(b, '\n');
}

static void
status_text(struct buf *b, const struct privacy_purged *list)
{
    buf_printf(b, "%-14s %6s %10s %10s  %s\n", "what", "days", "in all", "last run", "when");
    for (int k = 0; k < KEEP_COUNT; k++)
        buf_printf(b, "%-14s %6lld %10lld %10lld  %s\n", list[k].name, (long long)list[k].days,
                   (long long)list[k].total, (long long)list[k].last,
                   list[k].run_ms == 0 ? "never" : fmt_iso(list[k].run_ms).z);
}

enum err
privacy_status_cmd(struct ctx *cx, struct command_args *args)
{
    struct privacy_purged list[KEEP_COUNT];
    struct buf b;

    TRY(arg_end(args));
    TRY(db_read(cx, status_unit, list));
    buf_init(&b, 0);
    (args->json ? status_json : status_text)(&b, list);
    enum err e = command_print(&b);
    buf_release(&b);
    return e;
}

enum err
privacy_purge_cmd(struct ctx *cx, struct command_args *args)
{
    bool dry = arg_flag(args, "dry-run"), more;
    struct privacy_purged list[KEEP_COUNT];
    int64_t count[KEEP_COUNT];
    struct buf b;

    TRY(arg_end(args));
    cx->now_ms = db_now_ms(cx->app->pool);
    TRY(privacy_purge(cx, dry, INT64_MAX, count, &more));
    TRY(db_read(cx, status_unit, list));
    buf_init(&b, 0);
    struct jw w = jw_begin(&b);
    if (args->json)
        jw_object(&w);
    for (int k = 0; k < KEEP_COUNT; k++) {
        if (args->json)
            jw_kint(&w, list[k].name, count[k]);
        else
            buf_printf(&b, "%-14s %10lld %s older than %lld days\n", list[k].name,
                       (long long)count[k], dry ? "are" : "were", (long long)list[k].days);
    }
    if (args->json) {
        jw_close_object(&w);
        buf_byte(&b, '\n');
    }
    enum err e = command_print(&b);
    buf_release(&b);
    return e;
}
