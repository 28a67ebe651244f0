/* SPDX-License-Identifier: Apache-2.0 */
/* registry_cmd.c - "maillon registry ...": import and members. */
#include "base/format.h"
#include "base/parse.h"
#include "db/command.h"
#include "json/json.h"
#include "registry/members.h"

enum { SHARE_DEFAULT_BP = 100, GONE_DEFAULT_BP = 500, BP_ALL = 10000 };

static enum err
print_and_release(struct buf *out)
{
    enum err e = command_print(out);

    buf_release(out);
    return e;
}

/* --name 0.5: a percentage with at most two decimals, into hundredths of a percent. */
static enum err
arg_share(struct command_args *args, const char *name, int64_t def, int64_t *out)
{
    struct str text;
    int64_t bp;

    *out = def;
    if (!arg_option(args, name, &text))
        return OK;
    if (!parse_cents(text, &bp) || bp < 0 || bp > BP_ALL)
        return command_fail("--%s: '%.*s' is not a percentage between 0 and 100", name,
                            STR_FMT(text));
    *out = bp;
    return OK;
}

static enum err
arg_path(struct ctx *cx, struct command_args *args, const char *name, bool required,
         const char **out)
{
    struct str text;

    *out = NULL;
    if (arg_option(args, name, &text)) {
        *out = str_z(cx->arena, text);
        return OK;
    }
    return required ? command_fail("--%s FILE is missing; usage: maillon %s", name, args->usage)
                    : OK;
}

/* ---- registry import ---- */

static void
count_line(struct buf *out, const char *label, int64_t n)
{
    buf_printf(out, "  %-22s %12s\n", label, fmt_int(n).z);
}

static void
import_text(struct buf *out, const struct import_result *r)
{
    const struct import_counts *c = &r->counts;

    if (r->resumed)
        buf_z(out, "Went on where an earlier run had been cut short; the figures are of both.\n");
    buf_z(out, "companies\n");
    count_line(out, "read", c->units_read);
    count_line(out, "created", c->companies_created);
    count_line(out, "changed", c->companies_changed);
    count_line(out, "closed", c->companies_closed);
    count_line(out, "reopened", c->companies_reopened);
    count_line(out, "moved head office", c->companies_moved);
    count_line(out, "gone", c->companies_gone);
    count_line(out, "unchanged", c->companies_same);
    buf_z(out, "establishments\n");
    count_line(out, "read", c->places_read);
    count_line(out, "created", c->places_created);
    count_line(out, "changed", c->places_changed);
    count_line(out, "closed", c->places_closed);
    count_line(out, "reopened", c->places_reopened);
    count_line(out, "gone", c->places_gone);
    count_line(out, "unchanged", c->places_same);
    buf_printf(out, "rows left out            %10s\n", fmt_int(r->rejected).z);
    buf_printf(out, "%s companies in the register, %.1f s.\n", fmt_int(r->companies).z,
               (double)r->elapsed_ms / 1000);
}

static void
import_json(struct buf *out, const struct import_result *r, enum err e)
{
    struct jw w = jw_begin(out);

    jw_object(&w);
    jw_kbool(&w, "done", e == OK);
    if (e != OK)
        jw_kz(&w, "error", r->why);
    jw_kbool(&w, "resumed", r->resumed);
#define COUNT_JSON(name) jw_kint(&w, #name, r->counts.name);
    IMPORT_COUNTS(COUNT_JSON)
#undef COUNT_JSON
    jw_kint(&w, "rejected", r->rejected);
    jw_kint(&w, "companies", r->companies);
    jw_kint(&w, "elapsed_ms", r->elapsed_ms);
    jw_close_object(&w);
    buf_byte(out, '\n');
}

enum err
registry_import_cmd(struct ctx *cx, struct command_args *args)
{
    struct import_options opt = {0};
    struct import_result r;
    struct buf out = {0};

    TRY(arg_path(cx, args, "units", true, &opt.units));
    TRY(arg_path(cx, args, "establishments", true, &opt.places));
    TRY(arg_path(cx, args, "rejects", false, &opt.rejects));
    TRY(arg_share(args, "max-bad", SHARE_DEFAULT_BP, &opt.bad_share_bp));
    TRY(arg_share(args, "max-gone", GONE_DEFAULT_BP, &opt.gone_share_bp));
    TRY(arg_end(args));

    enum err e = import_run(cx, &opt, &r);
    if (args->json) {
        import_json(&out, &r, e);
        TRY(print_and_release(&out));
    } else if (e == OK) {
        import_text(&out, &r);
        TRY(print_and_release(&out));
    }
    return e == ERR_INVALID ? command_fail("%s", r.why) : e;
}

/* ---- registry members ---- */

static enum err
network_arg(struct command_args *args, enum network *out)
{
    struct str name;

    if (!arg_option(args, "network", &name))
        return command_fail("--network CMA or --network CCI is missing");
    if (str_eq_nocase(name, STR("CMA")))
        *out = NETWORK_CMA;
    else if (str_eq_nocase(name, STR("CCI")))
        *out = NETWORK_CCI;
    else
        return command_fail("--network: '%.*s' is neither CMA nor CCI", STR_FMT(name));
    return OK;
}

static void
members_print(struct buf *out, const struct members_result *r, bool json, enum err e)
{
    if (!json) {
        count_line(out, "lines", r->lines);
        count_line(out, "listed", r->listed);
        count_line(out, "not in the register", r->unknown);
        count_line(out, "struck off", r->struck);
        count_line(out, "bad", r->rejected);
        return;
    }
    struct jw w = jw_begin(out);
    jw_object(&w);
    jw_kbool(&w, "done", e == OK);
    if (e != OK)
        jw_kz(&w, "error", r->why);
    jw_kint(&w, "lines", r->lines);
    jw_kint(&w, "listed", r->listed);
    jw_kint(&w, "unknown", r->unknown);
    jw_kint(&w, "struck", r->struck);
    jw_kint(&w, "rejected", r->rejected);
    jw_close_object(&w);
    buf_byte(out, '\n');
}

enum err
registry_members_cmd(struct ctx *cx, struct command_args *args)
{
    struct members_options opt = {.replace = arg_flag(args, "replace")};
    struct members_result r;
    struct buf out = {0};
    struct str path;

    TRY(network_arg(args, &opt.network));
    TRY(arg_path(cx, args, "rejects", false, &opt.rejects));
    TRY(arg_share(args, "max-bad", SHARE_DEFAULT_BP, &opt.bad_share_bp));
    TRY(arg_word(args, "FILE", &path));
    TRY(arg_end(args));
    opt.path = str_z(cx->arena, path);

    enum err e = members_run(cx, &opt, &r);
    if (e == OK || args->json) {
        members_print(&out, &r, args->json, e);
        TRY(print_and_release(&out));
    }
    return e == ERR_INVALID ? command_fail("%s", r.why) : e;
}
