/* SPDX-License-Identifier: Apache-2.0 */
/* account_cmd.c - accounts from the command line: roles, links, the list. */
#include <inttypes.h>

#include "account/account_int.h"
#include "base/format.h"
#include "db/command.h"
#include "json/json.h"
#include "staff/staff.h"

enum { LIST_MAX = 200 };

static enum err
print_and_release(struct buf *b)
{
    enum err e = command_print(b);

    buf_release(b);
    return e;
}

static bool
email_fits(struct str email)
{
    size_t at = str_find_byte(email, '@');

    return email.len <= 254 && at > 0 && at + 3 < email.len &&
           str_find_byte(str_sub(email, at + 1, email.len), '.') < email.len - at - 1 &&
           !utf8_has_control(email, "") && str_find_byte(email, ' ') == email.len;
}

/* ---- grant ---- */

struct grant {
    struct str email, slug, role;
    unsigned rights;
};

static enum err
grant_unit(struct ctx *cx, void *arg)
{
    const struct grant *g = arg;
    struct db_rows rows;
    struct account a;
    int64_t organiser;

    TRY(db_run(cx, SQL_ORGANISER_BY_SLUG, &rows, db_str(g->slug)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    TRY(account_for_email(cx, g->email, &a));
    organiser = row_int(&rows, 0, 0);
    if (a.organiser_id != 0 && a.organiser_id != organiser && (a.rights & STAFF_ANY) != 0)
        TRY(staff_set_roles(cx, a.id, a.organiser_id, 0));
    return staff_set_roles(cx, a.id, organiser, g->rights);
}

enum err
account_grant_cmd(struct ctx *cx, struct command_args *args)
{
    struct grant g = {0};
    struct buf b;

    if (!arg_option(args, "organiser", &g.slug) || !arg_option(args, "role", &g.role))
        return command_fail("--organiser SLUG and --role ROLE[,ROLE] are needed; usage: "
                            "maillon %s", args->usage);
    TRY(arg_word(args, "EMAIL", &g.email));
    TRY(arg_end(args));
    if (!email_fits(g.email))
        return command_fail("'%.*s' is not an e-mail address", STR_FMT(g.email));
    if (!staff_roles_parse(g.role, &g.rights))
        return command_fail("the role is none, or some of admin, stock, agent, finance and auditor "
                            "with commas between, not '%.*s'", STR_FMT(g.role));
    enum err e = db_write(cx, grant_unit, &g);
    if (e == ERR_LIMIT)
        (void)command_fail("%.*s is the last administrator: name another one first",
                           STR_FMT(g.email));
    if (e == ERR_NOT_FOUND)
        (void)command_fail("no organiser is called '%.*s'; publishing a campaign makes it",
                           STR_FMT(g.slug));
    TRY(e);
    buf_init(&b, 0);
    if (args->json) {
        struct jw w = jw_begin(&b);
        jw_object(&w);
        jw_kstr(&w, "email", str_lower(cx->arena, g.email));
        jw_kstr(&w, "organiser", g.slug);
        jw_kstr(&w, "role", g.role);
        jw_close_object(&w);
        buf_byte(&b, '\n');
    } else {
        buf_printf(&b, "%.*s: %.*s of %.*s; signs in anew\n", STR_FMT(g.email), STR_FMT(g.role),
                   STR_FMT(g.slug));
    }
    return print_and_release(&b);
}

/* ---- link ---- */

struct linking {
    struct str email, proof;
    int64_t siren;
    struct str name;
};

static enum err
link_unit(struct ctx *cx, void *arg)
{
    struct linking *l = arg;
    struct company co;
    struct account a;

    TRY(registry_company(cx, l->siren, &co));
    l->name = account_company_name(cx->arena, co.siren, co.name, co.partial);
    TRY(account_for_email(cx, l->email, &a));
    TRY(account_link_company(cx, a.id, l->siren, str_z(cx->arena, l->proof)));
    return account_event(cx, l->siren, a.id, "linked", l->proof);
}

enum err
account_link_cmd(struct ctx *cx, struct command_args *args)
{
    struct linking l = {0};
    struct str siren;
    struct buf b;

    if (!arg_option(args, "proof", &l.proof) || str_trim(l.proof).len < 3)
        return command_fail("--proof TEXT is needed, in three characters or more: how it was "
                            "proven that this person acts for the company");
    TRY(arg_word(args, "EMAIL", &l.email));
    TRY(arg_word(args, "SIREN", &siren));
    TRY(arg_end(args));
    if (!email_fits(l.email))
        return command_fail("'%.*s' is not an e-mail address", STR_FMT(l.email));
    if (siren_parse(siren, &l.siren) != NUMBER_OK)
        return command_fail("'%.*s' is not a SIREN (9 digits with a valid key)", STR_FMT(siren));
    if (!utf8_valid(l.proof) || utf8_has_control(l.proof, "") || utf8_count(l.proof) > 200)
        return command_fail("the proof is at most 200 characters of one line");
    enum err e = db_write(cx, link_unit, &l);
    if (e == ERR_NOT_FOUND)
        (void)command_fail("the register knows no company %.*s", STR_FMT(siren));
    TRY(e);
    buf_init(&b, 0);
    if (args->json) {
        struct jw w = jw_begin(&b);
        jw_object(&w);
        jw_kstr(&w, "email", str_lower(cx->arena, l.email));
        jw_kstr(&w, "siren", siren_str(cx->arena, l.siren));
        jw_kstr(&w, "proof", l.proof);
        jw_close_object(&w);
        buf_byte(&b, '\n');
    } else {
        buf_printf(&b, "%.*s acts for %.*s\n", STR_FMT(l.email), STR_FMT(l.name));
    }
    return print_and_release(&b);
}

/* ---- list ---- */

struct listing {
    int64_t before;
    struct db_rows rows;
};

static enum err
list_unit(struct ctx *cx, void *arg)
{
    struct listing *l = arg;

    return db_run(cx, SQL_ACCOUNT_LIST, &l->rows, db_int(l->before), db_int(LIST_MAX));
}

/* "admin,stock"; empty for none. */
static struct str
role_of(struct ctx *cx, int64_t rights)
{
    struct str out = STR("");

    for (int i = 0; i < STAFF_ROLES; i++)
        if (((unsigned)rights & staff_roles[i].right) != 0)
            out = str_printf(cx->arena, "%.*s%s%s", STR_FMT(out), out.len > 0 ? "," : "",
                             staff_roles[i].name);
    return out;
}

static void
list_json(struct ctx *cx, struct buf *b, const struct db_rows *rows)
{
    struct jw w = jw_begin(b);

    jw_object(&w);
    jw_key(&w, "accounts");
    jw_array(&w);
    for (size_t i = 0; i < rows->count; i++) {
        jw_object(&w);
        jw_kint(&w, "id", row_int(rows, i, 0));
        jw_kstr(&w, "email", row_str(rows, i, 1));
        jw_kstr(&w, "role", role_of(cx, row_int(rows, i, 2)));
        jw_kstr(&w, "organiser", row_str(rows, i, 3));
        jw_kint(&w, "companies", row_int(rows, i, 4));
        jw_ktime(&w, "created", row_int(rows, i, 5));
        jw_ktime(&w, "signed_in", row_int(rows, i, 6));
        jw_close_object(&w);
    }
    jw_close_array(&w);
    jw_close_object(&w);
    buf_byte(b, '\n');
}

enum err
account_list_cmd(struct ctx *cx, struct command_args *args)
{
    struct listing l = {0};
    struct buf b;

    TRY(arg_option_int(args, "before", 1, INT64_MAX, INT64_MAX, &l.before));
    TRY(arg_end(args));
    TRY(db_read(cx, list_unit, &l));
    buf_init(&b, 0);
    if (args->json) {
        list_json(cx, &b, &l.rows);
        return print_and_release(&b);
    }
    buf_z(&b, l.rows.count == 0 ? "no accounts\n" : "");
    for (size_t i = 0; i < l.rows.count; i++)
        buf_printf(&b, "%8" PRId64 "  %-40.*s %-12.*s %-16.*s %3" PRId64 " companies\n",
                   row_int(&l.rows, i, 0), STR_FMT(row_str(&l.rows, i, 1)),
                   STR_FMT(role_of(cx, row_int(&l.rows, i, 2))), STR_FMT(row_str(&l.rows, i, 3)),
                   row_int(&l.rows, i, 4));
    if (l.rows.count == LIST_MAX)
        buf_printf(&b, "more: maillon account list --before %" PRId64 "\n",
                   row_int(&l.rows, l.rows.count - 1, 0));
    return print_and_release(&b);
}
