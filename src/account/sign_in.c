/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_in.c - see sign_in.h.
 *
 * The code is typed, never clicked: a mail scanner that opens every link does nothing here.
 */
#include "account/sign_in.h"

#include "account/account_int.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "mail/mail.h"

static enum err
flow_of(struct ctx *cx, struct str browser, struct str *out)
{
    return account_mac(cx, "sign-in flow", &browser, 1, out);
}

static enum err
code_of(struct ctx *cx, struct str flow, struct str code, struct str *out)
{
    const struct str parts[] = {flow, code};

    return account_mac(cx, "sign-in code", parts, 2, out);
}

static enum err
may_send(struct ctx *cx, struct str email, struct str client, bool *ok)
{
    *ok = true;
    if (client.len > 0)
        TRY(account_limit(cx, "sign-in client", client, SIGN_IN_CLIENT_HOUR, CLOCK_HOUR_MS, ok));
    if (*ok)
        TRY(account_limit(cx, "sign-in mail", email, SIGN_IN_MAILS_HOUR, CLOCK_HOUR_MS, ok));
    return OK;
}

static enum err
mail_code(struct ctx *cx, struct str email, struct str code)
{
    struct mail m = {.to = email, .subject = STR("Votre code de connexion"), .cause = "sign_in"};
    struct str text = str_printf(
        cx->arena,
        "Votre code de connexion est :\n\n    %.*s\n\nIl est valable 10 minutes, une seule fois, "
        "dans le navigateur où vous l’avez demandé.\nNe le communiquez à personne : nous ne le "
        "demandons jamais par téléphone.",
        STR_FMT(account_grouped(cx->arena, code)));

    m.text = mail_letter(cx, STR("Maillon"), text,
                         STR("Vous recevez ce message parce que quelqu’un a saisi votre adresse "
                             "pour se connecter. Si ce n’est pas vous, ignorez-le : sans le code, "
                             "personne n’entre."));
    return mail_queue(cx, &m);
}

static enum err
send_code(struct ctx *cx, struct str flow, struct str email, struct str back)
{
    struct str code = account_digits(cx->arena, SIGN_IN_DIGITS);
    struct str hash;

    TRY(code_of(cx, flow, code, &hash));
    TRY(db_run(cx, SQL_SIGN_IN_PUT, NULL, db_str(flow), db_str(email), db_str(hash), db_str(back),
               db_int(cx->now_ms), db_int(cx->now_ms + SIGN_IN_LIFE_MS)));
    return mail_code(cx, email, code);
}

enum err
sign_in_ask(struct ctx *cx, struct str browser, struct str email, struct str client,
            struct str back, enum sign_in_result *out)
{
    struct str flow;
    bool ok;

    assert(db_in_write(cx));
    if (browser.len == 0)
        return ERR_INVALID;
    TRY(flow_of(cx, browser, &flow));
    TRY(may_send(cx, email, client, &ok));
    *out = ok ? SIGN_IN_OK : SIGN_IN_LIMIT;
    return ok ? send_code(cx, flow, email, back) : OK;
}

enum err
sign_in_pending(struct ctx *cx, struct str browser, struct sign_in *out)
{
    struct db_rows rows;
    struct str flow;

    if (browser.len == 0)
        return ERR_NOT_FOUND;
    TRY(flow_of(cx, browser, &flow));
    TRY(db_run(cx, SQL_SIGN_IN_FIND, &rows, db_str(flow)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = (struct sign_in){
        .email = row_str(&rows, 0, 0),
        .back = row_str(&rows, 0, 1),
        .sent_ms = row_int(&rows, 0, 2),
        .expires_ms = row_int(&rows, 0, 3),
        .tries_left = SIGN_IN_TRIES - (int)row_int(&rows, 0, 4),
    };
    return OK;
}

enum err
sign_in_again(struct ctx *cx, struct str browser, struct str client, enum sign_in_result *out)
{
    struct sign_in s;
    struct str flow;
    bool ok;
    enum err e = sign_in_pending(cx, browser, &s);

    assert(db_in_write(cx));
    *out = SIGN_IN_NONE;
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    *out = SIGN_IN_PAUSE;
    if (cx->now_ms - s.sent_ms < SIGN_IN_PAUSE_MS)
        return OK;
    TRY(may_send(cx, s.email, client, &ok));
    *out = ok ? SIGN_IN_OK : SIGN_IN_LIMIT;
    if (!ok)
        return OK;
    TRY(flow_of(cx, browser, &flow));
    return send_code(cx, flow, s.email, s.back);
}

static enum err
open_account(struct ctx *cx, struct str flow, struct sign_in *s)
{
    struct account a;

    TRY(db_run(cx, SQL_SIGN_IN_DELETE, NULL, db_str(flow)));
    TRY(account_for_email(cx, s->email, &a));
    TRY(db_run(cx, SQL_ACCOUNT_SIGNED_IN, NULL, db_int(a.id), db_int(cx->now_ms)));
    s->account_id = a.id;
    s->rights = a.rights;
    s->organiser_id = a.organiser_id;
    return OK;
}

enum err
sign_in_try(struct ctx *cx, struct str browser, struct str typed, struct sign_in *s,
            enum sign_in_result *out)
{
    struct str flow, hash, code = account_typed(cx->arena, typed);
    struct db_rows rows;

    assert(db_in_write(cx));
    *out = SIGN_IN_NONE;
    if (browser.len == 0)
        return OK;
    TRY(flow_of(cx, browser, &flow));
    TRY(code_of(cx, flow, code, &hash));
    /* Counting and reading are one statement: parallel guesses take turns at the row. */
    TRY(db_run(cx, SQL_SIGN_IN_COUNT_TRY, &rows, db_str(flow), db_int(cx->now_ms)));
    if (rows.count == 0) {
        enum err e = sign_in_pending(cx, browser, s);
        if (e == OK && s->tries_left <= 0 && s->expires_ms > cx->now_ms)
            *out = SIGN_IN_SPENT;
        return e == ERR_NOT_FOUND ? OK : e;
    }
    *s = (struct sign_in){
        .email = row_str(&rows, 0, 0),
        .back = row_str(&rows, 0, 2),
        .sent_ms = row_int(&rows, 0, 3),
        .expires_ms = row_int(&rows, 0, 4),
        .tries_left = SIGN_IN_TRIES - (int)row_int(&rows, 0, 5),
    };
    if (!secret_eq(row_str(&rows, 0, 1), hash)) {
        *out = s->tries_left > 0 ? SIGN_IN_WRONG : SIGN_IN_SPENT;
        return OK;
    }
    *out = SIGN_IN_OK;
    return open_account(cx, flow, s);
}
