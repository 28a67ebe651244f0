/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handover.c - the carrier comes: what is labelled leaves, orders follow, buyers are written to.
 *
 * The list is fixed in one transaction; a job then goes through its orders in portions. Each
 * parcel remembers that its buyer was told, so that a job cut short tells nobody twice.
 */
#include "account/account.h"
#include "delivery/delivery_int.h"
#include "job/job.h"
#include "mail/mail.h"

enum { TELL_PORTION = 100, TELL_ROUNDS = 50 };

static struct handover
handover_from_row(const struct db_rows *rows, size_t r)
{
    return (struct handover){row_int(rows, r, 0), row_str(rows, r, 1), row_int(rows, r, 2),
                             row_int(rows, r, 3), row_int(rows, r, 4)};
}

enum err
handover_of_actor(struct ctx *cx, int64_t id, struct handover *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_HANDOVER_FIND, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = handover_from_row(&rows, 0);
    return OK;
}

enum err
handover_list_of(struct ctx *cx, int64_t before_id, struct handover_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_HANDOVER_LIST, &rows, db_int(cx->actor.organiser_id),
               db_int(before_id > 0 ? before_id : INT64_MAX)));
    out->item = ARENA_ARRAY(cx->arena, rows.count + 1, struct handover);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = handover_from_row(&rows, r);
    return OK;
}

enum err
handover_make(struct ctx *cx, struct str carrier, bool packed_only, int64_t *id)
{
    int64_t organiser = cx->actor.organiser_id, weight = 0;
    struct db_rows picked, rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_HANDOVER_PICK, &picked, db_int(organiser), db_str(carrier),
               db_int(packed_only ? 1 : 0), db_int(HANDOVER_MAX)));
    if (picked.count == 0)
        return ERR_CONFLICT;
    for (size_t r = 0; r < picked.count; r++)
        weight += row_int(&picked, r, 1);
    TRY(db_run(cx, SQL_HANDOVER_INSERT, &rows, db_int(organiser), db_str(carrier),
               db_int((int64_t)picked.count), db_int(weight), db_int(cx->actor.account_id),
               db_int(cx->now_ms)));
    *id = row_int(&rows, 0, 0);
    for (size_t r = 0; r < picked.count; r++)
        TRY(db_run(cx, SQL_PARCEL_SET_HANDED, NULL, db_int(row_int(&picked, r, 0)), db_int(*id),
                   db_int(cx->now_ms)));
    return job_add_once(cx, JOB_HANDOVER_TELL, *id, STR_NONE, 0);
}

/* ---- the mail at dispatch ---- */

static struct str
numbers_text(struct ctx *cx, const struct parcel_list *parcels, int64_t handed_ms)
{
    struct str text = STR_NONE;

    for (size_t i = 0; i < parcels->count; i++) {
        const struct parcel *p = &parcels->item[i];
        struct str url = parcel_track_url(cx, p);
        if (p->handed_ms != handed_ms || p->number.len == 0)
            continue;
        text = str_printf(cx->arena, "%.*sColis n° %.*s%s%.*s\n", STR_FMT(text),
                          STR_FMT(p->number), url.len > 0 ? "\n  Suivi : " : "", STR_FMT(url));
    }
    return text;
}

static struct str
rules_text(struct ctx *cx)
{
    struct str text = STR_NONE;

    for (int i = 0; i < CONTACTLESS_STEPS; i++)
        text = str_printf(cx->arena, "%.*s- %s\n", STR_FMT(text), contactless_steps[i].receiver);
    return text;
}

static enum err
tell(struct ctx *cx, const struct order *o, const struct parcel_list *parcels, int64_t handed_ms)
{
    size_t waiting = 0;
    struct campaign c;
    struct str to;

    TRY(account_email(cx, o->account_id, &to));
    if (to.len == 0)
        return OK;
    TRY(campaign_by_id(cx, o->campaign_id, &c));
    for (size_t i = 0; i < parcels->count; i++)
        waiting += parcels->item[i].handed_ms == 0;
    struct str numbers = numbers_text(cx, parcels, handed_ms), rules = rules_text(cx);
    struct str text = str_printf(
        cx->arena,
        "Votre commande %.*s est partie.\n\n%.*s%s\nLivraison sans contact\u00a0:\n%.*s\n"
        "Voir la commande : %.*s/commandes/%.*s",
        STR_FMT(o->ref), STR_FMT(numbers),
        waiting > 0 ? "Le reste de votre commande suivra dans un autre colis.\n" : "",
        STR_FMT(rules), STR_FMT(cx->app->conf->base_url), STR_FMT(o->ref));
    struct mail m = {
        .to = to,
        .subject = str_printf(cx->arena, "Votre colis est en route - commande %.*s",
                              STR_FMT(o->ref)),
        .text = mail_letter(cx, c.policy->name, text,
                            STR("Vous recevez ce message parce que vous avez passé cette "
                                "commande.")),
        .cause = "order_sent",
        .subject_id = o->id,
    };
    return mail_queue(cx, &m);
}

struct telling {
    int64_t handover_id;
    int64_t after_id;      /* Orders up to this one were dealt with. */
    int64_t order[TELL_PORTION];
    size_t count;
};

static enum err
tell_one(struct ctx *cx, int64_t handover_id, int64_t order_id)
{
    struct parcel_list parcels;
    struct db_rows rows;
    struct order o;
    int64_t handed_ms = 0;

    TRY(db_run(cx, SQL_PARCEL_SET_TOLD, &rows, db_int(handover_id), db_int(order_id),
               db_int(cx->now_ms)));
    if (rows.count == 0)
        return OK;
    int64_t first = row_int(&rows, 0, 0);
    TRY(order_close_if_sent(cx, order_id));
    TRY(order_by_id(cx, order_id, &o));
    TRY(parcel_of_order(cx, order_id, &parcels));
    for (size_t i = 0; i < parcels.count; i++)
        if (parcels.item[i].id == first)
            handed_ms = parcels.item[i].handed_ms;
    return tell(cx, &o, &parcels, handed_ms);
}

static enum err
portion_load(struct ctx *cx, void *arg)
{
    struct telling *t = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_HANDOVER_UNTOLD, &rows, db_int(t->handover_id), db_int(t->after_id),
               db_int(TELL_PORTION)));
    t->count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        t->order[r] = row_int(&rows, r, 0);
    return OK;
}

static enum err
tell_portion(struct ctx *cx, void *arg)
{
    struct telling *t = arg;

    for (size_t i = 0; i < t->count; i++)
        TRY(tell_one(cx, t->handover_id, t->order[i]));
    return OK;
}

/* An order whose units were recalled meanwhile cannot follow; it holds up no other. */
static enum err
tell_each(struct ctx *cx, const struct telling *t)
{
    for (size_t i = 0; i < t->count; i++) {
        struct telling one = {.handover_id = t->handover_id, .count = 1};
        one.order[0] = t->order[i];
        enum err e = db_write(cx, tell_portion, &one);
        if (e == ERR_CONFLICT)
            log_error(cx->log, "handed_order_stuck", LOG_INT("order", t->order[i]),
                      LOG_INT("handover", t->handover_id));
        else if (e != OK)
            return e;
    }
    return OK;
}

static enum err
tell_again(struct ctx *cx, void *arg)
{
    const struct telling *t = arg;

    return job_add_once(cx, JOB_HANDOVER_TELL, t->handover_id, STR_NONE, 0);
}

enum err
handover_tell_job(struct ctx *cx, const struct job *job)
{
    struct telling t = {.handover_id = job->subject_id};

    cx->now_ms = 0;
    for (int i = 0; i < TELL_ROUNDS; i++) {
        TRY(db_read(cx, portion_load, &t));
        if (t.count == 0)
            return OK;
        enum err e = db_write(cx, tell_portion, &t);
        if (e == ERR_CONFLICT)
            e = tell_each(cx, &t);
        TRY(e);
        t.after_id = t.order[t.count - 1];
    }
    return db_write(cx, tell_again, &t);
}
