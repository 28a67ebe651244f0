/* SPDX-License-Identifier: Apache-2.0 */
/* status_cmd.c - "maillon delivery status": a carrier's status file from the command line. */
#include "track/status_file.h"
#include "db/command.h"
#include "json/json.h"

static void
print_json(struct buf *b, const struct status_result *r, bool dry)
{
    struct jw w = jw_begin(b);

    jw_object(&w);
    jw_kbool(&w, "dry_run", dry);
    jw_kint(&w, "lines", r->lines);
    jw_kint(&w, "new", r->fresh);
    jw_kint(&w, "older", r->older);
    jw_kint(&w, "known", r->known);
    jw_kint(&w, "left_out", r->bad_count);
    jw_key(&w, "problems");
    jw_array(&w);
    for (size_t i = 0; i < r->bad.count; i++) {
        jw_object(&w);
        jw_kint(&w, "line", r->bad.item[i].line);
        jw_kz(&w, "problem", r->bad.item[i].code);
        jw_kstr(&w, "value", r->bad.item[i].what);
        jw_close_object(&w);
    }
    jw_close_array(&w);
    jw_close_object(&w);
    buf_byte(b, '\n');
}

static void
print_text(struct buf *b, const struct status_result *r, bool dry)
{
    buf_printf(b, "%s%s, %lld lines: %lld new (%lld of them older than what was known), %lld "
                  "known, %lld left out\n",
               dry ? "dry run, nothing written; " : "", r->encoding, (long long)r->lines,
               (long long)r->fresh, (long long)r->older, (long long)r->known,
               (long long)r->bad_count);
    for (size_t i = 0; i < r->bad.count; i++)
        buf_printf(b, "line %lld: %s: %.*s\n", (long long)r->bad.item[i].line,
                   r->bad.item[i].code, STR_FMT(r->bad.item[i].what));
}

enum err
delivery_status_cmd(struct ctx *cx, struct command_args *args)
{
    bool dry = arg_flag(args, "dry-run");
    struct status_result r;
    struct str path, file;
    struct buf b = {0};

    TRY(arg_word(args, "FILE", &path));
    TRY(arg_end(args));
    TRY(command_read_file(cx->arena, path, STATUS_BYTES_MAX, &file));
    enum err e = status_file_run(cx, file, 0, dry, &r);
    if (e == ERR_INVALID && r.why.len > 0)
        return command_fail("%.*s: %.*s", STR_FMT(path), STR_FMT(r.why));
    TRY(e);
    if (args->json)
        print_json(&b, &r, dry);
    else
        print_text(&b, &r, dry);
    e = command_print(&b);
    buf_release(&b);
    return e;
}
