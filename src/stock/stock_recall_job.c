/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_recall_job.c - what follows an approved recall, order by order.
 *
 *   parcels of the order         then
 *   none has left                cancelled; the order gives back what it has picked and waits for
 *                                a wave anew
 *   a label is being asked for   it is tried again when the carrier has answered
 *   some have left               those in the house are cancelled and made anew from other units;
 *                                what left may be of the lot: its buyer is written to
 *   all have left                its buyer is written to
 *
 * Which of an order's units lie in which parcel is not noted. Of an order that had units of several
 * lots and left in part, those that left are taken to be of the recalled one as far as they can be.
 */
#include "account/account.h"
#include "base/clock.h"
#include "base/format.h"
#include "campaign/campaign.h"
#include "care/care.h"
#include "delivery/delivery.h"
#include "job/job.h"
#include "mail/mail.h"
#include "order/order.h"
#include "stock/stock_room.h"

#define RETRY_MS (INT64_C(15) * 1000)
#define PARCEL_WORDS STR("Lot rappelé\u00a0: sortez ce colis de la pile et ouvrez-le, " \
                         "son contenu est préparé à nouveau.")

/* ---- setting aside ---- */

/* An order's parcels by where they are. */
struct where {
    struct parcel_list all;
    bool asked;              /* The label of one is being asked for. */
    bool left;               /* One has left, whatever became of it. */
    int64_t left_units;      /* Of those with the carrier or the buyer. */
};

static bool
in_house(const struct parcel *p)
{
    return p->state == PARCEL_WAITING || p->state == PARCEL_LABELLED ||
           p->state == PARCEL_REFUSED;
}

static enum err
parcel_units(struct ctx *cx, const struct parcel *p, const struct order *o, int64_t *out)
{
    struct parcel_item_list items;

    *out = 0;
    TRY(parcel_items(cx, p->id, &items));
    for (size_t i = 0; i < items.count; i++) {
        const struct order_line *l = &o->line[items.item[i].line];
        *out += items.item[i].packs * (l->units / l->packs);
    }
    return OK;
}

static enum err
look(struct ctx *cx, const struct order *o, struct where *w)
{
    *w = (struct where){0};
    TRY(parcel_of_order(cx, o->id, &w->all));
    for (size_t i = 0; i < w->all.count; i++) {
        const struct parcel *p = &w->all.item[i];
        int64_t units = 0;
        w->asked = w->asked || p->state == PARCEL_ASKED;
        w->left = w->left || p->handed_ms > 0;
        if (p->state == PARCEL_HANDED || p->state == PARCEL_DELIVERED)
            TRY(parcel_units(cx, p, o, &units));
        w->left_units += units;
    }
    return OK;
}

/* In the house: no more. again: its contents are to be sent in a new parcel of the same order. */
static enum err
cancel_parcel(struct ctx *cx, const struct parcel *p, const struct order *o, int64_t batch_id,
              bool again)
{
    unsigned here = 1u << PARCEL_WAITING | 1u << PARCEL_LABELLED | 1u << PARCEL_REFUSED;
    int64_t units, new_id;
    bool moved;

    TRY(parcel_move(cx, p->id, here, PARCEL_CANCELLED, &moved));
    if (!moved)
        return ERR_BUSY; /* Changed meanwhile: looked at anew. */
    TRY(parcel_note(cx, p->id, PARCEL_WORDS));
    if (!again)
        return OK;
    TRY(parcel_units(cx, p, o, &units));
    TRY(batch_unpick(cx, o->id, p->pool_id, batch_id, units));
    return parcel_again(cx, p, NULL, &new_id);
}

struct setting {
    int64_t recall_id, batch_id;
    int64_t from, after;     /* This portion begins behind from and ends with after. */
    enum recall_follow follow;
    size_t count;
    bool waits;              /* Some could not be set aside yet. */
};

static enum err
set_row(struct ctx *cx, const struct setting *s, int64_t order_id, enum recall_stage stage,
        int64_t units)
{
    return db_run(cx, SQL_RECALL_ASIDE_SET, NULL, db_int(s->recall_id), db_int(order_id),
                  db_int(stage), db_int(units),
                  db_int(stage == RECALL_ASIDE ? FOLLOW_NONE : s->follow), db_int(cx->now_ms));
}

static enum err
set_aside(struct ctx *cx, struct setting *s, int64_t order_id, int64_t units)
{
    struct db_rows rows;
    struct order o;
    struct where w;
    bool moved;

    TRY(order_lock(cx, order_id, &o));
    if (o.state != ORDER_PAID && o.state != ORDER_PREPARING)
        return set_row(cx, s, order_id, RECALL_ON_WAY, units); /* It left, or was given up. */
    TRY(look(cx, &o, &w));
    if (w.asked) {
        s->waits = true;
        return OK;
    }
    for (size_t i = 0; i < w.all.count; i++)
        if (in_house(&w.all.item[i]))
            TRY(cancel_parcel(cx, &w.all.item[i], &o, s->batch_id, w.left));
    if (w.left_units > 0)
        return set_row(cx, s, order_id, RECALL_ON_WAY,
                       units < w.left_units ? units : w.left_units);
    if (w.left)
        return set_row(cx, s, order_id, RECALL_ASIDE, units);
    TRY(db_run(cx, SQL_RECALL_PICKS, &rows, db_int(order_id), db_int(s->batch_id)));
    for (size_t r = 0; r < rows.count; r++)
        /* All of its picks: the wave that takes it next picks it whole. */
        TRY(stock_unpick(cx, order_id, row_int(&rows, r, 0), 0));
    if (o.state == ORDER_PREPARING)
        TRY(order_unprepare(cx, order_id, "batch recalled", &moved));
    return set_row(cx, s, order_id, RECALL_ASIDE, units);
}

static enum err
set_some_aside(struct ctx *cx, void *arg)
{
    struct setting *s = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_RECALL_BY_ID, &rows, db_int(s->recall_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    s->batch_id = row_int(&rows, 0, 0);
    s->follow = (enum recall_follow)row_int(&rows, 0, 2);
    TRY(db_run(cx, SQL_RECALL_ASIDE, &rows, db_int(s->recall_id), db_int(s->from)));
    s->count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        TRY(set_aside(cx, s, row_int(&rows, r, 0), row_int(&rows, r, 1)));
    if (rows.count > 0)
        s->after = row_int(&rows, rows.count - 1, 0);
    return OK;
}

static enum err
then(struct ctx *cx, void *arg)
{
    const struct setting *s = arg;

    if (s->waits)
        TRY(job_add_once(cx, JOB_STOCK_RECALL_ASIDE, s->recall_id, STR_NONE,
                         cx->now_ms + RETRY_MS));
    TRY(job_add_once(cx, JOB_STOCK_RECALL_MAIL, s->recall_id, STR_NONE, 0));
    return job_add_once(cx, JOB_STOCK_RECALL_FOLLOW, s->recall_id, STR_NONE, 0);
}

enum err
stock_recall_aside_job(struct ctx *cx, const struct job *job)
{
    struct setting s = {.recall_id = job->subject_id};

    do {
        cx->now_ms = 0;
        s.from = s.after; /* The unit may be run again. */
        TRY(db_write(cx, set_some_aside, &s));
    } while (s.count > 0);
    return db_write(cx, then, &s);
}

/* ---- sending again, giving back ---- */

struct following {
    int64_t recall_id, after, order_id;
    enum recall_follow what;
    bool found;
    struct str why;
};

static enum err
follow_one(struct ctx *cx, void *arg)
{
    struct following *f = arg;
    struct db_rows recall, rows;
    int64_t packs = 0;

    f->why = STR_NONE;
    TRY(db_run(cx, SQL_RECALL_BY_ID, &recall, db_int(f->recall_id)));
    TRY(db_run(cx, SQL_RECALL_FOLLOW_NEXT, &rows, db_int(f->recall_id), db_int(f->what),
               db_int(f->after)));
    f->found = recall.count > 0 && rows.count > 0;
    if (!f->found)
        return OK;
    f->order_id = row_int(&rows, 0, 0);
    struct make_good g = {
        .order_id = f->order_id,
        .batch_id = row_int(&recall, 0, 0),
        .good = row_str(&recall, 0, 4),
        .units = row_int(&rows, 0, 1),
        .again = f->what == FOLLOW_AGAIN,
        .reason = str_printf(cx->arena, "Rappel du lot %.*s.", STR_FMT(row_str(&recall, 0, 3))),
    };
    TRY(care_make_good(cx, &g, &packs, &f->why));
    return db_run(cx, SQL_RECALL_FOLLOW_SET, NULL, db_int(f->recall_id), db_int(f->order_id),
                  db_int(f->what), db_int(g.again ? FOLLOW_SENT : FOLLOW_GIVEN), db_int(packs),
                  db_str(STR_NONE));
}

/* It could not be done: a person decides anew. */
static enum err
keep_why(struct ctx *cx, void *arg)
{
    const struct following *f = arg;

    return db_run(cx, SQL_RECALL_FOLLOW_SET, NULL, db_int(f->recall_id), db_int(f->order_id),
                  db_int(f->what), db_int(FOLLOW_WAITS), db_int(0), db_str(f->why));
}

static enum err
follow_all(struct ctx *cx, int64_t recall_id, enum recall_follow what)
{
    struct following f = {.recall_id = recall_id, .what = what};

    do {
        struct arena mine = {0};
        struct ctx one = *cx;
        one.arena = &mine;
        one.now_ms = 0;
        enum err e = db_write(&one, follow_one, &f);
        if (e == ERR_CONFLICT && f.why.len > 0)
            e = db_write(&one, keep_why, &f);
        cx->after |= one.after;
        arena_release(&mine);
        TRY(e);
        f.after = f.order_id;
    } while (f.found);
    return OK;
}

enum err
stock_recall_follow_job(struct ctx *cx, const struct job *job)
{
    TRY(follow_all(cx, job->subject_id, FOLLOW_BACK));
    return follow_all(cx, job->subject_id, FOLLOW_AGAIN);
}

/* ---- the mails ---- */

/* What to do comes first, and what happens next last. */
static struct str
mail_body(struct ctx *cx, const struct db_rows *rows, size_t r, struct str good)
{
    bool aside = row_int(rows, r, 2) == RECALL_ASIDE, follows = row_int(rows, r, 9) != FOLLOW_NONE;
    struct str lot = row_str(rows, r, 6), ref = row_str(rows, r, 3);

    if (aside)
        return str_printf(
            cx->arena,
            "Votre commande %.*s devait contenir %s unités du lot %.*s (%.*s). Ce lot est "
            "rappelé\u00a0: %.*s\n\nVotre commande n’est pas partie. Nous la préparons à nouveau "
            "avec un autre lot, vous n’avez rien à faire.",
            STR_FMT(ref), fmt_int(row_int(rows, r, 1)).z, STR_FMT(lot), STR_FMT(good),
            STR_FMT(row_str(rows, r, 7)));
    if (row_int(rows, r, 2) == RECALL_CAME_BACK)
        return str_printf(
            cx->arena,
            "Un colis de votre commande %.*s, revenu chez nous ou perdu en route, contenait %s "
            "unités du lot %.*s (%.*s). Ce lot est rappelé\u00a0: %.*s\n\nS’il vous parvenait "
            "encore, ce que vous devez faire\u00a0: %.*s",
            STR_FMT(ref), fmt_int(row_int(rows, r, 1)).z, STR_FMT(lot), STR_FMT(good),
            STR_FMT(row_str(rows, r, 7)), STR_FMT(row_str(rows, r, 8)));
    return str_printf(
        cx->arena,
        "Ce que vous devez faire\u00a0: %.*s\n\nVotre commande %.*s contient %s unités du lot %.*s "
        "(%.*s). Ce lot est rappelé\u00a0: %.*s\n\nLe numéro de lot est écrit sur l’emballage.%s",
        STR_FMT(row_str(rows, r, 8)), STR_FMT(ref), fmt_int(row_int(rows, r, 1)).z, STR_FMT(lot),
        STR_FMT(good), STR_FMT(row_str(rows, r, 7)),
        follows ? " Nous vous écrivons bientôt pour le remplacer ou vous rembourser\u00a0: vous "
                  "n’avez rien à demander."
                : "");
}

struct mailing {
    int64_t recall_id;
    size_t done;
};

/* The next hundred: the mail and the note that it is queued stand or fall together. */
static enum err
mail_some(struct ctx *cx, void *arg)
{
    struct mailing *m = arg;
    struct db_rows rows, marked;
    struct campaign campaign;
    struct str to;

    TRY(db_run(cx, SQL_RECALL_UNMAILED, &rows, db_int(m->recall_id)));
    for (size_t r = 0; r < rows.count; r++) {
        TRY(db_run(cx, SQL_RECALL_MAILED, &marked, db_int(m->recall_id),
                   db_int(row_int(&rows, r, 0)), db_int(cx->now_ms)));
        if (marked.changed == 0)
            continue;
        TRY(account_email(cx, row_int(&rows, r, 4), &to));
        if (to.len == 0)
            continue; /* Ordered through a token: the list shows a telephone number. */
        TRY(campaign_by_id(cx, row_int(&rows, r, 5), &campaign));
        struct str good = campaign.policy->good_count == 1 ? campaign.policy->good[0].name
                                                           : campaign.policy->name;
        TRY(mail_queue(cx, &(struct mail){
                               .to = to,
                               .subject = str_printf(cx->arena, "Rappel de produit - commande %.*s",
                                                     STR_FMT(row_str(&rows, r, 3))),
                               .text = mail_letter(cx, campaign.policy->name,
                                                   mail_body(cx, &rows, r, good),
                                                   STR("Vous recevez ce message parce que vous "
                                                       "avez commandé ce produit.")),
                               .cause = "stock_recall",
                               .subject_id = row_int(&rows, r, 0),
                           }));
    }
    m->done = rows.count;
    return OK;
}

enum err
stock_recall_mail_job(struct ctx *cx, const struct job *job)
{
    struct mailing m = {.recall_id = job->subject_id};

    do {
        TRY(db_write(cx, mail_some, &m));
    } while (m.done > 0);
    return OK;
}
