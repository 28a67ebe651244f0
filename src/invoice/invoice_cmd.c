/* SPDX-License-Identifier: Apache-2.0 */
/* invoice_cmd.c - "maillon invoice": issue what is due, reconcile, journal. */
#include <errno.h>

#include "base/format.h"
#include "base/parse.h"
#include "db/command.h"
#include "invoice/fec.h"
#include "invoice/invoice.h"
#include "invoice/settle.h"
#include "json/json.h"

enum err
invoice_issue_cmd(struct ctx *cx, struct command_args *args)
{
    int issued, stuck;
    struct buf b;

    TRY(arg_end(args));
    TRY(invoice_issue_due(cx, &issued, &stuck));
    buf_init(&b, 0);
    buf_printf(&b, args->json ? "{\"issued\":%d,\"stuck\":%d}\n" : "%d written, %d waiting\n",
               issued, stuck);
    enum err e = command_print(&b);
    buf_release(&b);
    return e != OK ? e : stuck > 0 ? ERR_CONFLICT : OK;
}

/* ---- reconcile ---- */

struct reconcile {
    int64_t id;
    bool known;
    struct settlement s;
    struct buf *out;
    bool json, first;
};

static enum err
start_unit(struct ctx *cx, void *arg)
{
    const struct reconcile *r = arg;

    return settle_start(cx, r->id);
}

static enum err
find_unit(struct ctx *cx, void *arg)
{
    struct reconcile *r = arg;

    return settle_find(cx, r->id, &r->s);
}

static void
settlement_head(struct reconcile *r)
{
    const struct settlement *s = &r->s;
    struct jw w = jw_begin(r->out);

    if (!r->json) {
        if (r->known)
            buf_printf(r->out, "This file was read before (settlement %lld).\n",
                       (long long)s->id);
        buf_printf(r->out,
                   "settlement %lld: %lld lines, %lld agree, %s, fees %s, %lld differences\n",
                   (long long)s->id, (long long)s->lines, (long long)s->matched,
                   fmt_euros(s->gross_cents).z, fmt_euros(s->fee_cents).z, (long long)s->findings);
        return;
    }
    jw_object(&w);
    jw_kint(&w, "id", s->id);
    jw_kbool(&w, "known", r->known);
    jw_kint(&w, "lines", s->lines);
    jw_kint(&w, "matched", s->matched);
    jw_kint(&w, "gross_cents", s->gross_cents);
    jw_kint(&w, "fee_cents", s->fee_cents);
    buf_z(r->out, ",\"differences\":[");
}

/* settle_findings_each: line, kind, ref, theirs, ours, detail, ... */
static enum err
finding_print(void *arg, const struct db_value *cell, size_t cols)
{
    struct reconcile *r = arg;
    const char *kind = settle_kind_code((enum settle_kind)cell[1].i);

    assert(cols == 9);
    if (!r->json) {
        buf_printf(r->out, "line %lld: %s %.*s, file %s, here %s%s%.*s\n", (long long)cell[0].i,
                   kind, STR_FMT(cell[2].s), fmt_euros(cell[3].i).z, fmt_euros(cell[4].i).z,
                   cell[5].s.len > 0 ? ": " : "", STR_FMT(cell[5].s));
        return OK;
    }
    if (!r->first)
        buf_byte(r->out, ',');
    r->first = false;
    struct jw w = jw_begin(r->out);
    jw_object(&w);
    jw_kint(&w, "line", cell[0].i);
    jw_kz(&w, "kind", kind);
    jw_kstr(&w, "ref", cell[2].s);
    jw_kint(&w, "theirs_cents", cell[3].i);
    jw_kint(&w, "ours_cents", cell[4].i);
    jw_kstr(&w, "detail", cell[5].s);
    jw_close_object(&w);
    return OK;
}

static enum err
findings_unit(struct ctx *cx, void *arg)
{
    struct reconcile *r = arg;

    buf_clear(r->out);
    r->first = true;
    settlement_head(r);
    TRY(db_each(cx, SQL_SETTLE_FINDINGS_EACH, finding_print, r, db_int(r->id)));
    if (r->json)
        buf_z(r->out, "]}\n");
    return OK;
}

static struct str
file_name(struct str path)
{
    for (size_t i = path.len; i-- > 0;)
        if (path.ptr[i] == '/')
            return str_sub(path, i + 1, path.len);
    return path;
}

/* Stores, compares and reads back. */
static enum err
reconcile_run(struct ctx *cx, struct reconcile *r, struct str name, struct str bytes,
              struct str *why)
{
    TRY(settle_add(cx, name, bytes, &r->id, &r->known, why));
    TRY(db_read(cx, find_unit, r));
    if (r->s.state == SETTLE_DRAFT)
        TRY(db_write(cx, start_unit, r));
    TRY(settle_run(cx, r->id));
    return db_read(cx, find_unit, r);
}

enum err
invoice_reconcile_cmd(struct ctx *cx, struct command_args *args)
{
    struct reconcile r = {.json = args->json};
    struct str path, bytes, why = STR_NONE;
    struct buf b;

    TRY(arg_word(args, "FILE", &path));
    TRY(arg_end(args));
    TRY(command_read_file(cx->arena, path, SETTLE_BYTES_MAX, &bytes));
    enum err e = reconcile_run(cx, &r, str_sub(file_name(path), 0, SETTLE_NAME_MAX), bytes, &why);
    if (e == ERR_INVALID)
        return command_fail("%.*s: %.*s", STR_FMT(path), STR_FMT(why));
    TRY(e);
    buf_init(&b, 0);
    r.out = &b;
    e = db_read(cx, findings_unit, &r);
    if (e == OK)
        e = command_print(&b);
    buf_release(&b);
    return e != OK ? e : r.s.findings > 0 ? ERR_CONFLICT : OK;
}

/* ---- journal ---- */

struct fec_work {
    struct str slug;
    struct fec fec;
    struct buf out;
    FILE *file;
};

static enum err
file_sink(void *arg)
{
    struct fec_work *w = arg;
    bool whole = fwrite(w->out.ptr, 1, w->out.len, w->file) == w->out.len;

    buf_clear(&w->out);
    return whole ? OK : ERR_FAULT;
}

static enum err
fec_unit(struct ctx *cx, void *arg)
{
    struct fec_work *w = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_FEC_ORGANISER, &rows, db_str(w->slug)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    w->fec.organiser_id = row_int(&rows, 0, 0);
    rewind(w->file);
    buf_clear(&w->out);
    TRY(fec_begin(cx, &w->fec));
    return fec_write(cx, &w->fec, &w->out, file_sink, w);
}

static enum err
fec_print(const struct fec *f, struct str path, bool json)
{
    struct buf b;

    buf_init(&b, 0);
    struct jw w = jw_begin(&b);
    if (json) {
        jw_object(&w);
        jw_kstr(&w, "file", path);
        jw_kint(&w, "entries", f->entries);
        jw_kint(&w, "lines", f->lines);
        jw_kint(&w, "debit_cents", f->debit_cents);
        jw_kint(&w, "credit_cents", f->credit_cents);
        jw_kint(&w, "left_out", f->left_out);
        jw_close_object(&w);
        buf_byte(&b, '\n');
    } else {
        buf_printf(&b, "%.*s: %lld entries, %lld lines, debit %s, credit %s\n", STR_FMT(path),
                   (long long)f->entries, (long long)f->lines, fmt_euros(f->debit_cents).z,
                   fmt_euros(f->credit_cents).z);
        if (f->left_out > 0)
            buf_printf(&b, "%lld captures belong to no order or are not in euros: enter them by "
                           "hand\n",
                       (long long)f->left_out);
    }
    enum err e = command_print(&b);
    buf_release(&b);
    return e;
}

enum err
invoice_fec_cmd(struct ctx *cx, struct command_args *args)
{
    struct fec_work w = {.fec.sep = arg_flag(args, "pipe") ? '|' : '\t'};
    struct str folder = STR("."), year;
    int64_t number;

    (void)arg_option(args, "out", &folder);
    TRY(arg_word(args, "ORGANISER", &w.slug));
    TRY(arg_word(args, "YEAR", &year));
    TRY(arg_end(args));
    if (!parse_i64(year, 2000, 2999, &number))
        return command_fail("'%.*s' is not a year; usage: maillon %s", STR_FMT(year), args->usage);
    w.fec.year = (int)number;
    struct str part = str_printf(cx->arena, "%.*s/.fec-%.*s-%lld.part", STR_FMT(folder),
                                 STR_FMT(w.slug), (long long)number);
    w.file = fopen(part.ptr, "wb");
    if (w.file == NULL)
        return command_fail("cannot write in %.*s: %s", STR_FMT(folder), strerror(errno));
    buf_init(&w.out, 0);
    enum err e = db_read(cx, fec_unit, &w);
    buf_release(&w.out);
    if (fclose(w.file) != 0 && e == OK)
        e = ERR_FAULT;
    struct str path = str_printf(cx->arena, "%.*s/%.*s", STR_FMT(folder), STR_FMT(w.fec.name));
    if (e == OK && rename(part.ptr, path.ptr) != 0)
        e = ERR_FAULT;
    if (e != OK)
        (void)remove(part.ptr);
    if (e == ERR_NOT_FOUND)
        return command_fail("no organiser '%.*s', or none of its campaigns names its seller",
                            STR_FMT(w.slug));
    TRY(e);
    return fec_print(&w.fec, path, args->json);
}
