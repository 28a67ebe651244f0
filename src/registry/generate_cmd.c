/* SPDX-License-Identifier: Apache-2.0 */
/* generate_cmd.c - "maillon registry generate". */
#include "db/command.h"
#include "json/json.h"
#include "registry/generate.h"

enum err
registry_generate_cmd(struct ctx *cx, struct command_args *args)
{
    struct generate_options opt = {0};
    struct generate_result r;
    struct buf out = {0};
    struct str dir;

    TRY(arg_option_int(args, "units", 1, GENERATE_UNITS_MAX, 10000, &opt.units));
    TRY(arg_option_int(args, "seed", 0, INT64_MAX, 1, &opt.seed));
    TRY(arg_option_int(args, "month", 1, 2, 1, &opt.month));
    if (!arg_option(args, "out", &dir))
        return command_fail("--out FOLDER is missing; usage: maillon %s", args->usage);
    TRY(arg_end(args));
    opt.dir = str_z(cx->arena, dir);

    enum err e = generate_run(&opt, &r);
    if (e != OK)
        return command_fail("%s", r.why);
    if (args->json) {
        struct jw w = jw_begin(&out);
        jw_object(&w);
#define COUNT_JSON(name) jw_kint(&w, #name, r.name);
        GENERATE_COUNTS(COUNT_JSON)
#undef COUNT_JSON
        jw_close_object(&w);
        buf_byte(&out, '\n');
    } else {
        buf_printf(&out, "%lld units, %lld establishments\n", (long long)r.units,
                   (long long)r.establishments);
        if (opt.month == 2)
            buf_printf(&out,
                       "against month 1: %lld created, %lld closed, %lld moved, %lld changed, "
                       "%lld gone\n",
                       (long long)r.created, (long long)r.closed, (long long)r.moved,
                       (long long)r.changed, (long long)r.gone);
    }
    e = command_print(&out);
    buf_release(&out);
    return e;
}
