/* SPDX-License-Identifier: Apache-2.0 */
/*
 * help_cmd.c - the program explains itself: commands, settings, versions, URLs.
 */
#include "app/app.h"
#include "base/conf.h"
#include "db/db.h"
#include "http/route.h"
#include "json/json.h"

static const char *const setting_help[][3] = {
#define SETTING(field, env, def, secret, help) {env, def, help},
    CONF_MAP(SETTING)
#undef SETTING
};

static void
list_commands(struct buf *out)
{
    size_t count;
    const struct command *table = command_table(&count);

    buf_z(out, "usage: maillon [--db URL] [--json] COMMAND [ARGUMENTS]\n\ncommands:\n");
    for (size_t i = 0; i < count; i++) {
        struct str rest = str_of(table[i].help);
        struct str line;
        (void)str_split(&rest, '\n', &line);
        buf_printf(out, "  %-22s %.*s\n", table[i].words, STR_FMT(line));
    }
    buf_z(out, "\n\"maillon help COMMAND\" tells more of one, \"maillon help settings\" lists the "
               "settings.\n");
}

static void
list_settings(struct buf *out)
{
    buf_z(out, "Settings are environment variables; VARIABLE_FILE names a file that holds the "
               "value.\n\n");
    for (size_t i = 0; i < sizeof setting_help / sizeof setting_help[0]; i++)
        buf_printf(out, "  MAILLON_%-20s %s\n  %-28s default: %s\n", setting_help[i][0],
                   setting_help[i][2], "", setting_help[i][1][0] ? setting_help[i][1] : "none");
}

/* The words asked for, joined by single spaces. */
static struct str
asked(struct command_args *args, struct buf *words)
{
    for (int i = 0; i < args->count; i++) {
        if (args->arg[i] == NULL)
            continue;
        if (words->len > 0)
            buf_byte(words, ' ');
        buf_z(words, args->arg[i]);
    }
    return buf_view(words);
}

enum err
help_cmd(struct ctx *cx, struct command_args *args)
{
    struct buf out = {0};
    struct buf words = {0};
    struct str what = asked(args, &words);
    size_t count;
    const struct command *table = command_table(&count);
    enum err e = OK;

    (void)cx;
    if (what.len == 0)
        list_commands(&out);
    else if (str_is(what, "settings"))
        list_settings(&out);
    for (size_t i = 0; i < count; i++)
        if (str_is(what, table[i].words) ||
            (what.len > 0 && str_starts(str_of(table[i].words), what) &&
             table[i].words[what.len] == ' '))
            buf_printf(&out, "usage: maillon %s\n\n%s\n\n", table[i].usage, table[i].help);
    if (out.len == 0)
        e = command_fail("there is no command '%.*s'; see \"maillon help\"", STR_FMT(what));
    else
        e = command_print(&out);
    buf_release(&words);
    buf_release(&out);
    return e;
}

static const char *const right_names[] = {
    "signed", "company", "agent", "admin", "demo", "api_read", "api_order", "api_admin",
    "stock", "finance", "audit", "fresh"};
static const char *const mode_names[] = {"read", "write", "late"};
static const char *const method_names[] = {"GET", "POST", "PUT", "DELETE"};

/* "admin|stock": any of them suffices; "fresh" is asked beside them. */
static struct str
right_name(struct ctx *cx, enum right right)
{
    struct str name = STR_NONE;

    for (size_t i = 0; i < sizeof right_names / sizeof right_names[0]; i++)
        if (((unsigned)right & 1U << i) != 0)
            name = name.len == 0 ? str_of(right_names[i])
                                 : str_printf(cx->arena, "%.*s|%s", STR_FMT(name),
                                              right_names[i]);
    return name.len == 0 ? STR("everybody") : name;
}

static void
routes_json(struct ctx *cx, struct buf *out)
{
    struct jw w = jw_begin(out);

    jw_array(&w);
    for (size_t i = 0; i < route_count; i++) {
        const struct route *r = &routes[i];
        jw_object(&w);
        jw_kz(&w, "method", method_names[r->method]);
        jw_kz(&w, "path", r->path);
        jw_kz(&w, "handler", r->name);
        jw_kz(&w, "mode", mode_names[r->mode]);
        jw_kstr(&w, "right", right_name(cx, r->right));
        jw_kint(&w, "body_bytes_max", (int64_t)r->body_max);
        jw_kint(&w, "per_minute", r->rate);
        jw_close_object(&w);
    }
    jw_close_array(&w);
    buf_byte(out, '\n');
}

enum err
routes_cmd(struct ctx *cx, struct command_args *args)
{
    struct buf out = {0};

    TRY(arg_end(args));
    if (args->json)
        routes_json(cx, &out);
    for (size_t i = 0; !args->json && i < route_count; i++)
        buf_printf(&out, "%-6s %-48s %-5s %-9.*s %s\n", method_names[routes[i].method],
                   routes[i].path, mode_names[routes[i].mode],
                   STR_FMT(right_name(cx, routes[i].right)), routes[i].name);
    enum err e = command_print(&out);
    buf_release(&out);
    return e;
}

enum err
version_cmd(struct ctx *cx, struct command_args *args)
{
    struct buf out = {0};

    (void)cx;
    TRY(arg_end(args));
    if (args->json) {
        struct jw w = jw_begin(&out);
        jw_object(&w);
        jw_kz(&w, "maillon", MAILLON_VERSION);
        jw_kz(&w, "sqlite", db_sqlite_version());
        jw_close_object(&w);
        buf_byte(&out, '\n');
    } else {
        buf_printf(&out, "maillon %s\nSQLite %s\n", MAILLON_VERSION, db_sqlite_version());
    }
    enum err e = command_print(&out);
    buf_release(&out);
    return e;
}
