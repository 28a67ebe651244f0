/* SPDX-License-Identifier: Apache-2.0 */
/* token_cmd.c - "maillon token": API tokens of a company or an organiser. */
#include <inttypes.h>

#include "account/token.h"
#include "base/clock.h"
#include "base/format.h"
#include "db/command.h"
#include "json/json.h"
#include "registry/registry.h"

struct token_work {
    struct str siren, slug;
    struct token_owner owner;
    struct str label, id, secret;
    unsigned rights;
    struct token made;
    struct token_list list;
};

static enum err
owner_read(struct command_args *args, struct token_work *w)
{
    bool company = arg_option(args, "siren", &w->siren);

    if (company == arg_option(args, "organiser", &w->slug))
        return command_fail("give either --siren SIREN or --organiser SLUG; usage: maillon %s",
                            args->usage);
    if (company && siren_parse(w->siren, &w->owner.siren) != NUMBER_OK)
        return command_fail("'%.*s' is not a SIREN (9 digits with a valid key)",
                            STR_FMT(w->siren));
    return OK;
}

static enum err
owner_find(struct ctx *cx, struct token_work *w)
{
    struct company co;
    struct db_rows rows;

    if (w->owner.siren != 0)
        return registry_company(cx, w->owner.siren, &co);
    TRY(db_run(cx, SQL_ORGANISER_BY_SLUG, &rows, db_str(w->slug)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    w->owner.organiser_id = row_int(&rows, 0, 0);
    return OK;
}

static enum err
owner_fail(const struct token_work *w, enum err e)
{
    if (e == ERR_NOT_FOUND && w->id.len > 0)
        (void)command_fail("this owner has no such token; \"maillon token list\" shows their ids");
    else if (e == ERR_NOT_FOUND)
        (void)command_fail("no such company in the register, or no such organiser");
    else if (e == ERR_LIMIT)
        (void)command_fail("there are %d tokens already; revoke one first", TOKENS_MAX);
    return e;
}

static enum err
create_unit(struct ctx *cx, void *arg)
{
    struct token_work *w = arg;

    TRY(owner_find(cx, w));
    return token_create(cx, w->owner, w->label, w->rights, &w->secret, &w->made);
}

static enum err
list_unit(struct ctx *cx, void *arg)
{
    struct token_work *w = arg;

    TRY(owner_find(cx, w));
    return token_list(cx, w->owner, &w->list);
}

static enum err
revoke_unit(struct ctx *cx, void *arg)
{
    struct token_work *w = arg;

    TRY(owner_find(cx, w));
    return token_revoke(cx, w->owner, w->id);
}

static void
token_json(struct jw *w, const struct token *t)
{
    jw_kstr(w, "id", t->id);
    jw_kstr(w, "label", t->label);
    jw_kz(w, "right", token_right_code(t->rights));
    jw_ktime(w, "created", t->created_ms);
    jw_ktime(w, "expires", t->expires_ms);
    jw_ktime(w, "last_used_day", t->used_day * CLOCK_DAY_MS);
}

static enum err
print_and_release(struct buf *b)
{
    enum err e = command_print(b);

    buf_release(b);
    return e;
}

enum err
token_create_cmd(struct ctx *cx, struct command_args *args)
{
    struct token_work w = {0};
    struct str right = STR("read");
    struct buf b;

    TRY(owner_read(args, &w));
    if (!arg_option(args, "label", &w.label))
        return command_fail("--label TEXT is needed");
    (void)arg_option(args, "right", &right);
    TRY(arg_end(args));
    if (!utf8_valid(w.label) || utf8_count(w.label) > TOKEN_LABEL_MAX ||
        utf8_has_control(w.label, "") || w.label.len == 0)
        return command_fail("the label is 1 to %d characters of one line", TOKEN_LABEL_MAX);
    w.rights = RIGHT_API_READ;
    if (str_is(right, "order") && w.owner.siren != 0)
        w.rights |= RIGHT_API_ORDER;
    else if (str_is(right, "admin") && w.owner.siren == 0)
        w.rights |= RIGHT_API_ADMIN;
    else if (!str_is(right, "read"))
        return command_fail("the right is read, order (company) or admin (organiser)");
    TRY(owner_fail(&w, db_write(cx, create_unit, &w)));
    buf_init(&b, 0);
    if (args->json) {
        struct jw j = jw_begin(&b);
        jw_object(&j);
        jw_kstr(&j, "token", w.secret);
        token_json(&j, &w.made);
        jw_close_object(&j);
        buf_byte(&b, '\n');
    } else {
        buf_printf(&b, "%.*s\n", STR_FMT(w.secret));
    }
    return print_and_release(&b);
}

enum err
token_list_cmd(struct ctx *cx, struct command_args *args)
{
    struct token_work w = {0};
    struct buf b;

    TRY(owner_read(args, &w));
    TRY(arg_end(args));
    TRY(owner_fail(&w, db_read(cx, list_unit, &w)));
    buf_init(&b, 0);
    if (args->json) {
        struct jw j = jw_begin(&b);
        jw_object(&j);
        jw_key(&j, "tokens");
        jw_array(&j);
        for (size_t i = 0; i < w.list.count; i++) {
            jw_object(&j);
            token_json(&j, &w.list.item[i]);
            jw_close_object(&j);
        }
        jw_close_array(&j);
        jw_close_object(&j);
        buf_byte(&b, '\n');
        return print_and_release(&b);
    }
    buf_z(&b, w.list.count == 0 ? "no tokens\n" : "");
    for (size_t i = 0; i < w.list.count; i++) {
        const struct token *t = &w.list.item[i];
        buf_printf(&b, "%.*s  %-5s  %.*s\n", STR_FMT(t->id), token_right_code(t->rights),
                   STR_FMT(t->label));
    }
    return print_and_release(&b);
}

enum err
token_revoke_cmd(struct ctx *cx, struct command_args *args)
{
    struct token_work w = {0};
    struct buf b;

    TRY(owner_read(args, &w));
    TRY(arg_word(args, "ID", &w.id));
    TRY(arg_end(args));
    TRY(owner_fail(&w, db_write(cx, revoke_unit, &w)));
    buf_init(&b, 0);
    if (args->json)
        buf_z(&b, "{\"revoked\":true}\n");
    else
        buf_z(&b, "revoked\n");
    return print_and_release(&b);
}
