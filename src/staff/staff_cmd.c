/* SPDX-License-Identifier: Apache-2.0 */
/* staff_cmd.c - the way back in when no administrator is left who could reset a second proof. */
#include "db/command.h"
#include "json/json.h"
#include "staff/totp.h"

struct reset {
    struct str email;
    bool had;
};

static enum err
reset_unit(struct ctx *cx, void *arg)
{
    struct reset *r = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_TOTP_ACCOUNT, &rows, db_str(r->email)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    r->had = row_int(&rows, 0, 2) > 0;
    if (!r->had)
        return OK;
    cx->actor.organiser_id = row_int(&rows, 0, 1); /* Whose journal notes it. */
    return totp_reset(cx, row_int(&rows, 0, 0), r->email);
}

enum err
account_reset_proof_cmd(struct ctx *cx, struct command_args *args)
{
    struct reset r = {0};
    struct buf b;

    TRY(arg_word(args, "EMAIL", &r.email));
    TRY(arg_end(args));
    r.email = str_lower(cx->arena, r.email);
    enum err e = db_write(cx, reset_unit, &r);
    if (e == ERR_NOT_FOUND)
        (void)command_fail("there is no account of '%.*s'", STR_FMT(r.email));
    TRY(e);
    buf_init(&b, 0);
    if (args->json) {
        struct jw w = jw_begin(&b);
        jw_object(&w);
        jw_kstr(&w, "email", r.email);
        jw_key(&w, "reset");
        jw_bool(&w, r.had);
        jw_close_object(&w);
        buf_byte(&b, '\n');
    } else {
        buf_printf(&b, r.had ? "%.*s sets up a second proof at the next sign-in\n"
                             : "%.*s has no second proof; nothing was changed\n",
                   STR_FMT(r.email));
    }
    e = command_print(&b);
    buf_release(&b);
    return e;
}
