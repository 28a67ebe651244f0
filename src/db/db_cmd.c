/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db_cmd.c - "maillon db ...": the schema's steps, a copy while the server runs, a check of what
 * the engine keeps and promises.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/format.h"
#include "db/command.h"
#include "db/db_impl.h"
#include "db/migrate.h"
#include "json/json.h"

enum { CHECK_ROWS_MAX = 40 };

static enum err
print_and_release(struct buf *out, enum err verdict)
{
    enum err e = command_print(out);

    buf_release(out);
    return e == OK ? verdict : e;
}

/* ---- db migrate, db status ---- */

enum err
db_migrate_cmd(struct ctx *cx, struct command_args *args)
{
    struct buf out = {0};
    int before = 0;

    TRY(arg_end(args));
    TRY(db_pending(cx->app->pool, &before));
    TRY(db_migrate(cx->app->pool));
    if (args->json) {
        struct jw w = jw_begin(&out);
        jw_object(&w);
        jw_kint(&w, "applied", before);
        jw_close_object(&w);
        buf_byte(&out, '\n');
    } else if (before == 0) {
        buf_z(&out, "The database is up to date.\n");
    } else {
        buf_printf(&out, "%d step%s applied.\n", before, before == 1 ? "" : "s");
    }
    return print_and_release(&out, OK);
}

static const char *
state_name(enum step_state state)
{
    switch (state) {
    case STEP_APPLIED:
        return "applied";
    case STEP_WAITING:
        return "waiting";
    case STEP_EDITED:
        return "edited";
    case STEP_UNKNOWN:
        return "unknown";
    }
    return "";
}

static void
status_json(struct buf *out, const struct migrate_status_list *list, const char *engine)
{
    struct jw w = jw_begin(out);

    jw_object(&w);
    jw_kz(&w, "engine", engine);
    jw_key(&w, "steps");
    jw_array(&w);
    for (size_t i = 0; i < list->count; i++) {
        const struct migrate_status *s = &list->item[i];
        jw_object(&w);
        jw_kint(&w, "number", s->number);
        jw_kstr(&w, "name", s->name);
        jw_kz(&w, "state", state_name(s->state));
        if (s->applied_ms != 0)
            jw_ktime(&w, "applied", s->applied_ms);
        jw_close_object(&w);
    }
    jw_close_array(&w);
    jw_close_object(&w);
    buf_byte(out, '\n');
}

static void
status_text(struct buf *out, const struct migrate_status_list *list, const char *engine)
{
    buf_printf(out, "engine %s\n", engine);
    for (size_t i = 0; i < list->count; i++) {
        const struct migrate_status *s = &list->item[i];
        struct short_str when = fmt_iso(s->applied_ms);
        buf_printf(out, "%04" PRId64 "  %-8s  %-20s  %.*s\n", s->number, state_name(s->state),
                   s->applied_ms == 0 ? "" : when.z, STR_FMT(s->name));
    }
}

/* A step that was edited or that this program does not know is a failure; one that waits is not:
 * "db migrate" applies it. */
enum err
db_status_cmd(struct ctx *cx, struct command_args *args)
{
    struct migrate_status_list list;
    struct buf out = {0};
    const char *engine = db_engine(cx) == DB_PG ? "PostgreSQL" : "SQLite";
    enum err verdict = OK;

    TRY(arg_end(args));
    TRY(migrate_status(cx, &list));
    for (size_t i = 0; i < list.count; i++)
        if (list.item[i].state == STEP_EDITED || list.item[i].state == STEP_UNKNOWN)
            verdict = ERR_FAULT;
    if (args->json)
        status_json(&out, &list, engine);
    else
        status_text(&out, &list, engine);
    return print_and_release(&out, verdict);
}

/* ---- db backup ---- */

enum err
db_backup_cmd(struct ctx *cx, struct command_args *args)
{
    struct buf out = {0};
    struct str path;

    TRY(arg_word(args, "the file to write", &path));
    TRY(arg_end(args));
    if (db_engine(cx) == DB_PG)
        return command_fail("PostgreSQL is backed up with its own tools: pg_dump for a copy, "
                            "pg_basebackup and WAL archiving to lose nothing");
    int64_t start_ns = clock_mono_ns();
    enum err e = db_backup(cx->app->pool, path);
    if (e == ERR_INVALID && access(str_z(cx->arena, path), F_OK) == 0)
        return command_fail("%.*s exists already; a copy gets a new name", STR_FMT(path));
    if (e == ERR_INVALID)
        return command_fail("%.*s cannot be created: is its folder there, and writable?",
                            STR_FMT(path));
    TRY(e);
    int64_t took_ms = (clock_mono_ns() - start_ns) / 1000000;
    if (args->json) {
        struct jw w = jw_begin(&out);
        jw_object(&w);
        jw_kstr(&w, "file", path);
        jw_kint(&w, "milliseconds", took_ms);
        jw_close_object(&w);
        buf_byte(&out, '\n');
    } else {
        buf_printf(&out, "%.*s written in %" PRId64 " ms.\n", STR_FMT(path), took_ms);
    }
    return print_and_release(&out, OK);
}

/* ---- db check ---- */

struct check_list {
    struct str finding[CHECK_ROWS_MAX];
    size_t count;
};

static void
finding_add(struct check_list *list, struct str text)
{
    if (list->count < CHECK_ROWS_MAX)
        list->finding[list->count++] = text;
}

/* The engine gives values back as they went. */
static enum err
check_echo(struct ctx *cx, struct check_list *list)
{
    static const unsigned char bytes[] = {0, 0xff, '\'', 0};
    struct str text = STR("L’été à 9 € 🎭");
    struct db_rows rows;

    TRY(db_run(cx, SQL_DB_ECHO, &rows, db_int(INT64_MIN), db_str(text),
               db_blob(bytes, sizeof bytes)));
    if (row_int(&rows, 0, 0) != INT64_MIN || !str_eq(row_str(&rows, 0, 1), text) ||
        !str_eq(row_str(&rows, 0, 2), str_n((const char *)bytes, sizeof bytes)))
        finding_add(list, STR("values do not come back as they went"));
    return OK;
}

static enum err
check_sqlite(struct ctx *cx, struct check_list *list)
{
    struct db_rows rows;

    TRY(cx->db->driver->query(cx, "PRAGMA integrity_check(20)", &rows));
    for (size_t i = 0; i < rows.count; i++)
        if (!str_is(row_str(&rows, i, 0), "ok"))
            finding_add(list, row_str(&rows, i, 0));
    TRY(cx->db->driver->query(cx, "PRAGMA foreign_key_check", &rows));
    for (size_t i = 0; i < rows.count && i < CHECK_ROWS_MAX; i++)
        finding_add(list, str_printf(cx->arena, "%.*s: row %" PRId64 " refers to nothing in %.*s",
                                     STR_FMT(row_str(&rows, i, 0)), row_int(&rows, i, 1),
                                     STR_FMT(row_str(&rows, i, 2))));
    return OK;
}

/* A server that does not wait for its disk loses acknowledged orders at a power cut. */
static enum err
check_pg(struct ctx *cx, struct check_list *list)
{
    struct db_rows rows;

    TRY(cx->db->driver->query(cx,
                              "SELECT name, setting FROM pg_settings WHERE name IN"
                              " ('fsync', 'full_page_writes') AND setting <> 'on' ORDER BY name",
                              &rows));
    for (size_t i = 0; i < rows.count; i++)
        finding_add(list, str_printf(cx->arena, "the server runs with %.*s = %.*s: committed "
                                                "orders do not survive a power cut",
                                     STR_FMT(row_str(&rows, i, 0)), STR_FMT(row_str(&rows, i, 1))));
    return OK;
}

static enum err
check_unit(struct ctx *cx, void *arg)
{
    struct check_list *list = arg;

    list->count = 0;
    TRY(check_echo(cx, list));
    return db_engine(cx) == DB_PG ? check_pg(cx, list) : check_sqlite(cx, list);
}

static void
check_json(struct buf *out, const struct check_list *list)
{
    struct jw w = jw_begin(out);

    jw_object(&w);
    jw_kbool(&w, "good", list->count == 0);
    jw_key(&w, "findings");
    jw_array(&w);
    for (size_t i = 0; i < list->count; i++)
        jw_str(&w, list->finding[i]);
    jw_close_array(&w);
    jw_close_object(&w);
    buf_byte(out, '\n');
}

enum err
db_check_cmd(struct ctx *cx, struct command_args *args)
{
    struct check_list *list = ARENA_NEW(cx->arena, struct check_list);
    struct buf out = {0};
    int pending;

    TRY(arg_end(args));
    TRY(db_read(cx, check_unit, list));
    if (db_pending(cx->app->pool, &pending) != OK)
        finding_add(list, STR("the schema is not this program's; see \"maillon db status\""));
    else if (pending > 0)
        finding_add(list, STR("steps of the schema wait; \"maillon db migrate\" applies them"));
    if (args->json) {
        check_json(&out, list);
    } else if (list->count == 0) {
        buf_z(&out, "The database is well.\n");
    } else {
        for (size_t i = 0; i < list->count; i++)
            buf_printf(&out, "%.*s\n", STR_FMT(list->finding[i]));
    }
    return print_and_release(&out, list->count == 0 ? OK : ERR_FAULT);
}
