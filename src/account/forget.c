/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forget.c - what accounts and companies leave behind when a person's data must go: see account.h.
 *
 * The history keeps its rows, so that it still tells that something was asked and decided; whoever
 * it was about has a pseudonym by then.
 */
#include "account/account_int.h"
#include "account/token.h"
#include "http/session.h"
#include "mail/mail.h"
#include "staff/staff.h"

/* Companies for all people (account_id 0), or for one. */
struct part {
    int64_t siren, account_id;
};

static enum err
change(struct ctx *cx, enum sql_id sql, const struct part *p, struct tally *t, const char *what)
{
    struct db_rows rows;

    TRY(db_run(cx, sql, &rows, db_int(p->siren), db_int(p->account_id)));
    tally_add(t, what, rows.changed);
    return OK;
}

static enum err
change_now(struct ctx *cx, enum sql_id sql, const struct part *p, struct tally *t,
           const char *what)
{
    struct db_rows rows;

    TRY(db_run(cx, sql, &rows, db_int(p->siren), db_int(p->account_id), db_int(cx->now_ms)));
    tally_add(t, what, rows.changed);
    return OK;
}

/* Mails about a claim or a review name who asks, to whomever they went. */
static enum err
forget_mails(struct ctx *cx, const struct part *p, struct tally *t)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_CLAIMS_OF, &rows, db_int(p->siren), db_int(p->account_id)));
    for (size_t i = 0; i < rows.count; i++) {
        TRY(mail_forget_about(cx, "claim", row_int(&rows, i, 0), t));
        TRY(mail_forget_about(cx, "contest", row_int(&rows, i, 0), t));
    }
    TRY(db_run(cx, SQL_ACCOUNT_REVIEWS_OF, &rows, db_int(p->siren), db_int(p->account_id)));
    for (size_t i = 0; i < rows.count; i++)
        TRY(mail_forget_about(cx, "review", row_int(&rows, i, 0), t));
    return OK;
}

static enum err
forget_part(struct ctx *cx, const struct part *p, struct tally *t)
{
    TRY(forget_mails(cx, p, t));
    TRY(change(cx, SQL_ACCOUNT_LETTERS_FORGET, p, t, "letter"));
    TRY(change(cx, SQL_ACCOUNT_CLAIMS_FORGET, p, t, "claim"));
    TRY(change_now(cx, SQL_ACCOUNT_REVIEWS_FORGET, p, t, "review"));
    TRY(change(cx, SQL_ACCOUNT_EVENTS_FORGET, p, t, "account_event"));
    TRY(change_now(cx, SQL_ACCOUNT_LINKS_FORGET, p, t, "company_link"));
    return change(cx, SQL_ACCOUNT_TOKENS_FORGET, p, t, "api_token");
}

enum err
account_people(struct ctx *cx, int64_t siren, struct account_id_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_PEOPLE, &rows, db_int(siren)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count + 1, int64_t);
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = row_int(&rows, i, 0);
    return OK;
}

enum err
account_held_otherwise(struct ctx *cx, int64_t account_id, int64_t siren, bool *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_HELD, &rows, db_int(account_id), db_int(siren)));
    *out = row_int(&rows, 0, 0) > 0;
    return OK;
}

enum err
account_forget_company(struct ctx *cx, int64_t siren, struct tally *t)
{
    struct part p = {.siren = siren};
    struct account_id_list people;
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(account_people(cx, siren, &people));
    for (size_t i = 0; i < people.count; i++)
        TRY(session_drop_company(cx, people.item[i], siren));
    TRY(forget_part(cx, &p, t));
    TRY(db_run(cx, SQL_ACCOUNT_DECLARATION_FORGET, &rows, db_int(siren)));
    tally_add(t, "company_declaration", rows.changed);
    return OK;
}

/* One of an organiser's people leaves it no token, and the journal tells that they were one. */
static enum err
forget_roles(struct ctx *cx, const struct account *a)
{
    struct actor actor = cx->actor;
    struct str before;
    enum err e;

    if ((a->rights & STAFF_ANY) == 0)
        return OK;
    TRY(token_revoke_staff(cx, a->id, a->organiser_id));
    before = str_printf(cx->arena, "{\"roles\":\"%.*s\"}",
                        STR_FMT(staff_roles_words(cx->arena, a->rights)));
    cx->actor = (struct actor){.organiser_id = a->organiser_id};
    e = audit_add(cx, &(struct audit){.act = "staff.forgotten", .subject = "account",
                                      .subject_id = a->id, .before = before});
    cx->actor = actor;
    return e;
}

enum err
account_forget(struct ctx *cx, int64_t account_id, struct tally *t)
{
    struct db_rows sirens, rows;
    struct account a;

    assert(db_in_write(cx));
    TRY(account_by_id(cx, account_id, &a));
    if (a.forgotten)
        return OK;
    TRY(db_run(cx, SQL_ACCOUNT_SIRENS, &sirens, db_int(account_id)));
    for (size_t i = 0; i < sirens.count; i++) {
        struct part p = {row_int(&sirens, i, 0), account_id};
        TRY(forget_part(cx, &p, t));
        TRY(change(cx, SQL_ACCOUNT_DECLARATION_UNSIGN, &p, t, "company_declaration"));
    }
    TRY(forget_roles(cx, &a));
    TRY(session_end_all(cx, account_id));
    TRY(db_run(cx, SQL_ACCOUNT_SIGN_INS_FORGET, NULL, db_str(a.email)));
    TRY(db_run(cx, SQL_ACCOUNT_RECOVERY_FORGET, NULL, db_int(account_id)));
    TRY(db_run(cx, SQL_ACCOUNT_TOTP_FORGET, NULL, db_int(account_id)));
    TRY(db_run(cx, SQL_ACCOUNT_FORGET, &rows, db_int(account_id), db_int(cx->now_ms)));
    tally_add(t, "account", rows.changed);
    return OK;
}
