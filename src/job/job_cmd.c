/* SPDX-License-Identifier: Apache-2.0 */
/* job_cmd.c - "maillon jobs": what waits, what runs, what was given up, and another try. */
#include <inttypes.h>

#include "base/civil.h"
#include "db/command.h"
#include "db/db.h"
#include "json/json.h"

enum { DEAD_SHOWN_MAX = 100 };

struct listing {
    struct db_rows kinds;
    struct db_rows dead;
};

struct retry {
    int64_t id;
    int64_t changed;
};

static enum err
list_unit(struct ctx *cx, void *arg)
{
    struct listing *l = arg;

    TRY(db_run(cx, SQL_JOB_KINDS, &l->kinds));
    return db_run(cx, SQL_JOB_DEAD_LIST, &l->dead, db_int(DEAD_SHOWN_MAX));
}

static enum err
retry_unit(struct ctx *cx, void *arg)
{
    struct retry *r = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_JOB_RETRY, &rows, db_int(r->id), db_int(cx->now_ms)));
    r->changed = rows.changed;
    return OK;
}

static void
print_json(struct buf *out, const struct listing *l)
{
    struct jw w = jw_begin(out);

    jw_object(&w);
    jw_key(&w, "kinds");
    jw_array(&w);
    for (size_t i = 0; i < l->kinds.count; i++) {
        int64_t all = row_int(&l->kinds, i, 1);
        int64_t running = row_int(&l->kinds, i, 2);
        int64_t dead = row_int(&l->kinds, i, 3);

        jw_object(&w);
        jw_kstr(&w, "kind", row_str(&l->kinds, i, 0));
        jw_kint(&w, "waiting", all - running - dead);
        jw_kint(&w, "running", running);
        jw_kint(&w, "dead", dead);
        jw_close_object(&w);
    }
    jw_close_array(&w);
    jw_key(&w, "dead");
    jw_array(&w);
    for (size_t i = 0; i < l->dead.count; i++) {
        jw_object(&w);
        jw_kint(&w, "id", row_int(&l->dead, i, 0));
        jw_kstr(&w, "kind", row_str(&l->dead, i, 1));
        jw_kint(&w, "subject", row_int(&l->dead, i, 2));
        jw_kint(&w, "attempts", row_int(&l->dead, i, 3));
        jw_ktime(&w, "created", row_int(&l->dead, i, 4));
        jw_ktime(&w, "given_up", row_int(&l->dead, i, 5));
        jw_kstr(&w, "error", row_str(&l->dead, i, 6));
        jw_close_object(&w);
    }
    jw_close_array(&w);
    jw_close_object(&w);
    buf_byte(out, '\n');
}

static void
print_text(struct buf *out, struct arena *a, const struct listing *l)
{
    if (l->kinds.count == 0)
        buf_z(out, "no jobs\n");
    else
        buf_printf(out, "%-24s %8s %8s %8s\n", "KIND", "WAITING", "RUNNING", "DEAD");
    for (size_t i = 0; i < l->kinds.count; i++) {
        int64_t running = row_int(&l->kinds, i, 2);
        int64_t dead = row_int(&l->kinds, i, 3);

        buf_printf(out, "%-24.*s %8" PRId64 " %8" PRId64 " %8" PRId64 "\n",
                   STR_FMT(row_str(&l->kinds, i, 0)), row_int(&l->kinds, i, 1) - running - dead,
                   running, dead);
    }
    for (size_t i = 0; i < l->dead.count; i++)
        buf_printf(out, "%sdead: %" PRId64 " %.*s subject %" PRId64 ", %" PRId64
                   " attempts, given up %.*s: %.*s\n", i == 0 ? "\n" : "",
                   row_int(&l->dead, i, 0), STR_FMT(row_str(&l->dead, i, 1)),
                   row_int(&l->dead, i, 2), row_int(&l->dead, i, 3),
                   STR_FMT(instant_str(a, row_int(&l->dead, i, 5))),
                   STR_FMT(row_str(&l->dead, i, 6)));
}

static enum err
jobs_retry(struct ctx *cx, const struct command_args *args, int64_t id)
{
    struct retry r = {.id = id};
    struct buf out = {0};
    enum err e;

    TRY(db_write(cx, retry_unit, &r));
    if (r.changed == 0) {
        (void)command_fail("no dead job has the number %" PRId64 "; \"maillon jobs\" lists them",
                           id);
        return ERR_NOT_FOUND;
    }
    if (args->json)
        buf_printf(&out, "{\"retried\":%" PRId64 "}\n", id);
    else
        buf_printf(&out, "job %" PRId64 " will run again\n", id);
    e = command_print(&out);
    buf_release(&out);
    return e;
}

enum err
jobs_cmd(struct ctx *cx, struct command_args *args)
{
    struct listing l = {0};
    struct buf out = {0};
    int64_t retry;
    enum err e;

    TRY(arg_option_int(args, "retry", 1, INT64_MAX, 0, &retry));
    TRY(arg_end(args));
    if (retry != 0)
        return jobs_retry(cx, args, retry);
    TRY(db_read(cx, list_unit, &l));
    if (args->json)
        print_json(&out, &l);
    else
        print_text(&out, cx->arena, &l);
    e = command_print(&out);
    buf_release(&out);
    return e;
}
