/* SPDX-License-Identifier: Apache-2.0 */
/* export_cmd.c - the same files by command, for archives and other programs. */
#include <errno.h>
#include <stdio.h>

#include "base/parse.h"
#include "campaign/campaign.h"
#include "db/command.h"
#include "export/export.h"
#include "json/json.h"

struct taking {
    struct str organiser, campaign;
    struct export_ask ask;
    int64_t log_id;
    FILE *file;
    struct buf out;
    struct csv_file csv;
};

static enum err
write_out(void *arg)
{
    struct taking *t = arg;
    bool ok = fwrite(t->out.ptr, 1, t->out.len, t->file) == t->out.len;

    buf_clear(&t->out);
    return ok ? OK : ERR_FAULT;
}

static enum err
take_begin(struct ctx *cx, void *arg)
{
    struct taking *t = arg;
    struct campaign c;
    struct db_rows rows;

    TRY(db_run(cx, SQL_ORGANISER_BY_SLUG, &rows, db_str(t->organiser)));
    if (rows.count == 0)
        return command_fail("there is no organiser '%.*s'", STR_FMT(t->organiser));
    t->ask.organiser_id = row_int(&rows, 0, 0);
    if (t->campaign.len > 0) {
        enum err e = campaign_find(cx, t->campaign, &c);
        if (e == ERR_NOT_FOUND || (e == OK && c.organiser_id != t->ask.organiser_id))
            return command_fail("this organiser has no campaign '%.*s'", STR_FMT(t->campaign));
        TRY(e);
        t->ask.campaign_id = c.id;
    }
    return export_begin(cx, &t->ask, &t->log_id);
}

static enum err
take_read(struct ctx *cx, void *arg)
{
    struct taking *t = arg;

    return export_write(cx, &t->ask, &t->csv);
}

static enum err
take_whole(struct ctx *cx, void *arg)
{
    struct taking *t = arg;

    return export_end(cx, t->log_id, &t->csv, true);
}

static enum err
take_cut(struct ctx *cx, void *arg)
{
    struct taking *t = arg;

    return export_end(cx, t->log_id, &t->csv, false);
}

static enum err
take(struct ctx *cx, struct taking *t)
{
    const char *heads[EXPORT_COLUMNS_MAX];
    enum err e;

    TRY(db_write(cx, take_begin, t));
    errno = 0;
    csv_file_begin(&t->csv, CSV_RFC4180, &t->out, write_out, t, heads,
                   export_heads(t->ask.kind, heads));
    e = db_read(cx, take_read, t);
    if (e == OK) {
        csv_file_end(&t->csv);
        e = write_out(t);
    }
    if (e == OK && fflush(t->file) != 0)
        e = ERR_FAULT;
    if (e == OK)
        return db_write(cx, take_whole, t);
    (void)!db_write(cx, take_cut, t);
    return errno != 0 ? command_fail("the file cannot be written: %s", strerror(errno)) : e;
}

static enum err
tell(const struct taking *t, struct str path, bool json)
{
    struct arena a = {0};
    struct str digest = hex_str(&a, t->csv.digest, sizeof t->csv.digest);
    struct buf b;

    buf_init(&b, 0);
    if (json) {
        struct jw w = jw_begin(&b);
        jw_object(&w);
        jw_kz(&w, "kind", export_words[t->ask.kind].name);
        jw_kstr(&w, "file", path);
        jw_kint(&w, "rows", t->csv.rows);
        jw_kint(&w, "bytes", t->csv.bytes);
        jw_kstr(&w, "sha256", digest);
        jw_close_object(&w);
        buf_byte(&b, '\n');
    } else {
        buf_printf(&b, "%.*s: %lld rows, %lld bytes, SHA-256 %.*s\n", STR_FMT(path),
                   (long long)t->csv.rows, (long long)t->csv.bytes, STR_FMT(digest));
    }
    enum err e = command_print(&b);
    buf_release(&b);
    arena_release(&a);
    return e;
}

/* Into PATH, which has either all of it or what it had. */
static enum err
take_into(struct ctx *cx, struct taking *t, struct str path, bool json)
{
    struct str part = str_printf(cx->arena, "%.*s.part", STR_FMT(path));
    enum err e;

    t->file = fopen(part.ptr, "wb");
    if (t->file == NULL)
        return command_fail("%.*s: %s", STR_FMT(part), strerror(errno));
    e = take(cx, t);
    if (fclose(t->file) != 0 && e == OK)
        e = ERR_FAULT;
    if (e == OK && rename(part.ptr, str_z(cx->arena, path)) != 0)
        e = command_fail("%.*s: %s", STR_FMT(path), strerror(errno));
    if (e != OK) {
        (void)remove(part.ptr);
        return e;
    }
    return tell(t, path, json);
}

enum err
export_cmd(struct ctx *cx, struct command_args *args)
{
    struct taking t = {0};
    struct str kind, path = STR_NONE;
    enum err e;

    (void)arg_option(args, "campaign", &t.campaign);
    (void)arg_option(args, "out", &path);
    TRY(arg_option_day(args, "from", false, 0, &t.ask.from_ms));
    TRY(arg_option_day(args, "to", true, INT64_MAX, &t.ask.to_ms));
    if (!arg_option(args, "organiser", &t.organiser))
        return command_fail("--organiser is missing; usage: maillon %s", args->usage);
    TRY(arg_word(args, "KIND", &kind));
    TRY(arg_end(args));
    if (!export_by_name(kind, &t.ask.kind))
        return command_fail("'%.*s' is none of orders, lines, parcels, movements, payments, "
                            "refunds, buyers",
                            STR_FMT(kind));
    if (args->json && path.len == 0)
        return command_fail("--json needs --out: the file itself goes to standard output");
    buf_init(&t.out, 0);
    if (path.len > 0) {
        e = take_into(cx, &t, path, args->json);
    } else {
        t.file = stdout;
        e = take(cx, &t);
    }
    buf_release(&t.out);
    return e;
}
