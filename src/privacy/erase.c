/* SPDX-License-Identifier: Apache-2.0 */
/*
 * erase.c - carries out a wish to be forgotten, in transactions of a few orders each, each of which
 * keeps how far it came: what was cut off goes on where it was, and once more changes nothing.
 *
 *   1. Nothing begins while an order of the scope is under way, a complaint undecided or a document
 *      to be written: the request waits, and is looked at every ten minutes.
 *   2. Its orders, in their order, with all that hangs on them. One that was placed meanwhile stops
 *      the walk until it is over.
 *   3. Of a company: what organisers share about it, and which of its people go with it, once no
 *      other organiser has an order of it under way. Of an account: the account itself, and
 *      companies that nobody else acts for.
 *   4. Mails to the people who go.
 *   5. The people, the last letter, the end.
 */
#include "account/account.h"
#include "base/clock.h"
#include "care/care.h"
#include "delivery/delivery.h"
#include "desk/desk.h"
#include "http/server.h"
#include "job/job.h"
#include "mail/mail.h"
#include "payment/payment.h"
#include "privacy/privacy_int.h"
#include "registry/registry.h"
#include "staff/staff.h"
#include "track/track.h"

enum { ORDERS_AT_ONCE = 5, MAILS_AT_ONCE = 1000, SLICE_SECONDS = 20, REST_MS = 1000 };

/* Over once an order is emptied by its age, too: then the mails and labels are left. */
static bool
is_over(struct ctx *cx, const struct order *o)
{
    return order_is_over(o->state, o->changed_ms, keep_disputes_ms(cx->app->conf, cx->now_ms));
}

struct step {
    int64_t id;
    bool more; /* Another step can follow at once. */
};

static struct privacy_scope
scope_of(const struct privacy_request *r)
{
    return (struct privacy_scope){r->siren, r->organiser_id, r->account_id};
}

static enum err
note(struct ctx *cx, const struct privacy_request *r, const struct tally *t)
{
    for (size_t i = 0; i < t->count; i++)
        TRY(db_run(cx, SQL_PRIVACY_DONE_ADD, NULL, db_int(r->id), db_str(str_of(t->item[i].what)),
                   db_int(t->item[i].count)));
    return OK;
}

static enum err
keep(struct ctx *cx, const struct privacy_request *r)
{
    return db_run(cx, SQL_PRIVACY_SET_PROGRESS, NULL, db_int(r->id), db_int(r->state),
                  db_int(r->blocked), db_int(r->order_id), db_int(r->mail_id),
                  db_int(cx->now_ms));
}

/* ---- orders ---- */

/* What hangs on an order: all of it, for the room that knows it. */
enum err
privacy_forget_order(struct ctx *cx, int64_t order_id, struct str ref, struct tally *t)
{
    static const char *const causes[] = {"order", "parcel", "complaint", "stock_recall"};

    TRY(order_forget(cx, order_id, t));
    TRY(care_forget_order(cx, order_id, t));
    TRY(track_forget_words(cx, order_id, t));
    TRY(delivery_forget_order(cx, order_id, t));
    TRY(payment_forget_order(cx, order_id, ref, t));
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        TRY(mail_forget_about(cx, causes[i], order_id, t));
    return OK;
}

static enum err
next_orders(struct ctx *cx, const struct privacy_request *r, struct db_rows *rows)
{
    if (r->siren == 0)
        return db_run(cx, SQL_PRIVACY_ORDERS_BY, rows, db_int(r->account_id),
                      db_int(r->order_id), db_int(ORDERS_AT_ONCE));
    return db_run(cx, SQL_PRIVACY_ORDERS_OF, rows, db_int(r->siren), db_int(r->organiser_id),
                  db_int(0), db_int(r->order_id), db_int(ORDERS_AT_ONCE));
}

/* *left: some were there, so there may be more; false with r->blocked: one is not over. */
static enum err
orders_step(struct ctx *cx, struct privacy_request *r, bool *left)
{
    int64_t gone[ORDERS_AT_ONCE];
    struct tally t = {0};
    struct db_rows rows;
    size_t count = 0;

    TRY(next_orders(cx, r, &rows));
    *left = rows.count > 0;
    for (size_t i = 0; i < rows.count; i++) {
        struct order o;
        TRY(order_lock(cx, row_int(&rows, i, 0), &o));
        if (!is_over(cx, &o)) {
            r->blocked = 1;
            *left = false;
            break;
        }
        TRY(privacy_forget_order(cx, o.id, o.ref, &t));
        r->order_id = gone[count++] = o.id;
    }
    TRY(desk_forget_words(cx, gone, count));
    return note(cx, r, &t);
}

/* ---- what is shared, and people ---- */

static enum err
person_goes(struct ctx *cx, const struct privacy_request *r, int64_t account_id)
{
    return db_run(cx, SQL_PRIVACY_PERSON_ADD, NULL, db_int(r->id), db_int(account_id));
}

/* Who also acts for another company, or is one of an organiser's people, stays. */
static enum err
company_step(struct ctx *cx, struct privacy_request *r)
{
    struct account_id_list people;
    struct tally t = {0};

    TRY(account_people(cx, r->siren, &people));
    for (size_t i = 0; i < people.count; i++) {
        bool held;
        TRY(account_held_otherwise(cx, people.item[i], r->siren, &held));
        if (!held)
            TRY(person_goes(cx, r, people.item[i]));
    }
    TRY(account_forget_company(cx, r->siren, &t));
    TRY(registry_forget_member(cx, r->siren, &t));
    TRY(desk_forget_company(cx, r->siren, r->organiser_id, &t));
    return note(cx, r, &t);
}

static enum err
account_step(struct ctx *cx, struct privacy_request *r)
{
    struct tally t = {0};
    struct db_rows rows;

    TRY(person_goes(cx, r, r->account_id));
    TRY(db_run(cx, SQL_PRIVACY_ALONE, &rows, db_int(r->account_id),
               db_int(keep_disputes_ms(cx->app->conf, cx->now_ms))));
    for (size_t i = 0; i < rows.count; i++) {
        TRY(account_forget_company(cx, row_int(&rows, i, 0), &t));
        TRY(registry_forget_member(cx, row_int(&rows, i, 0), &t));
        TRY(desk_forget_company(cx, row_int(&rows, i, 0), 0, &t));
    }
    return note(cx, r, &t);
}

/* ---- mails, the end ---- */

static enum err
mails_step(struct ctx *cx, struct privacy_request *r, bool *left)
{
    struct tally t = {0};
    struct db_rows end, rows;
    int64_t until;

    TRY(db_run(cx, SQL_FILE_MAILS_END, &end));
    until = r->mail_id + MAILS_AT_ONCE < row_int(&end, 0, 0) ? r->mail_id + MAILS_AT_ONCE
                                                             : row_int(&end, 0, 0);
    *left = until < row_int(&end, 0, 0);
    TRY(db_run(cx, SQL_PRIVACY_MAILS_TO, &rows, db_int(r->id), db_int(r->mail_id),
               db_int(until)));
    for (size_t i = 0; i < rows.count; i++)
        TRY(mail_forget(cx, row_int(&rows, i, 0), &t));
    r->mail_id = until;
    return note(cx, r, &t);
}

static enum err
end_step(struct ctx *cx, struct privacy_request *r)
{
    struct tally t = {0};
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_PERSONS, &rows, db_int(r->id)));
    for (size_t i = 0; i < rows.count; i++) {
        bool held = false; /* Meanwhile, by another company. */
        if (r->siren != 0)
            TRY(account_held_otherwise(cx, row_int(&rows, i, 0), r->siren, &held));
        if (!held)
            TRY(account_forget(cx, row_int(&rows, i, 0), &t));
    }
    TRY(note(cx, r, &t));
    TRY(privacy_close(cx, r, PRIVACY_DONE, STR_NONE));
    TRY(privacy_mail_done(cx, r));
    cx->actor = (struct actor){.organiser_id = r->organiser_id};
    TRY(audit_add(cx, &(struct audit){
                          .act = "privacy.done", .subject = "privacy", .subject_id = r->id}));
    cx->actor = (struct actor){0};
    metric_add("privacy_erased", 1);
    return OK;
}

/* ---- the run ---- */

/* What is shared waits for the orders of a company with other organisers. */
static enum err
shared_step(struct ctx *cx, struct privacy_request *r, const struct privacy_block_list *blocks,
            bool *waits)
{
    *waits = blocks->elsewhere > 0;
    if (*waits) {
        r->blocked = blocks->elsewhere;
        return OK;
    }
    return r->siren != 0 ? company_step(cx, r) : account_step(cx, r);
}

/* Everything that ends it stands in one transaction with the last look at what is in the way. */
static enum err
after_orders(struct ctx *cx, struct privacy_request *r, const struct privacy_block_list *blocks,
             struct step *s)
{
    bool waits, left;

    if (r->mail_id == 0) {
        TRY(shared_step(cx, r, blocks, &waits));
        if (waits)
            return keep(cx, r);
    }
    TRY(mails_step(cx, r, &left));
    if (!left)
        return end_step(cx, r);
    s->more = true;
    return keep(cx, r);
}

static enum err
step_unit(struct ctx *cx, void *arg)
{
    struct step *s = arg;
    struct privacy_block_list blocks;
    struct privacy_request r;
    struct privacy_scope scope;
    bool left;

    s->more = false;
    TRY(privacy_lock(cx, s->id, &r));
    if (!privacy_is_open(&r) || r.kind != PRIVACY_ERASE || r.state < PRIVACY_ACCEPTED ||
        r.not_before_ms > cx->now_ms)
        return OK;
    scope = scope_of(&r);
    TRY(privacy_blocks(cx, &scope, &blocks));
    r.blocked = (int64_t)blocks.count;
    if (blocks.count > 0)
        return keep(cx, &r);
    r.state = PRIVACY_UNDER_WAY;
    TRY(orders_step(cx, &r, &left));
    if (!left && r.blocked == 0)
        return after_orders(cx, &r, &blocks, s);
    s->more = left;
    return keep(cx, &r);
}

static enum err
queue_rest(struct ctx *cx, void *arg)
{
    const struct step *s = arg;

    return job_add_once(cx, JOB_PRIVACY_ERASE, s->id, STR_NONE, cx->now_ms + REST_MS);
}

enum err
privacy_erase_job(struct ctx *cx, const struct job *job)
{
    int64_t until_ns = clock_mono_ns() + INT64_C(1000000000) * SLICE_SECONDS;
    struct step s = {.id = job->subject_id, .more = true};

    while (s.more && clock_mono_ns() < until_ns) {
        struct arena round = {0};
        struct ctx mine = *cx;

        mine.arena = &round;
        enum err e = db_write(&mine, step_unit, &s);
        cx->after |= mine.after;
        arena_release(&round);
        TRY(e);
    }
    return s.more ? db_write(cx, queue_rest, &s) : OK;
}

/* ---- every ten minutes ---- */

/* Who must answer is told once when few days are left. */
static enum err
warn(struct ctx *cx, int64_t id)
{
    struct privacy_request r;
    struct db_rows rows;

    TRY(privacy_lock(cx, id, &r));
    TRY(db_run(cx, SQL_PRIVACY_SEEN_BY, &rows, db_int(id)));
    for (size_t i = 0; i < rows.count; i++)
        TRY(privacy_mail_staff_near(cx, &r, row_int(&rows, i, 0)));
    return db_run(cx, SQL_PRIVACY_WARNED, NULL, db_int(id), db_int(cx->now_ms));
}

static enum err
due_unit(struct ctx *cx, void *arg)
{
    int64_t near = privacy_today(cx->now_ms) + PRIVACY_NEAR_DAYS;
    struct db_rows rows;

    (void)arg;
    TRY(db_run(cx, SQL_PRIVACY_DUE, &rows, db_int(cx->now_ms)));
    for (size_t i = 0; i < rows.count; i++)
        TRY(job_add_once(cx, JOB_PRIVACY_ERASE, row_int(&rows, i, 0), STR_NONE, 0));
    TRY(db_run(cx, SQL_PRIVACY_NEAR, &rows, db_int(near + 1)));
    for (size_t i = 0; i < rows.count; i++)
        TRY(warn(cx, row_int(&rows, i, 0)));
    return OK;
}

enum err
privacy_due_job(struct ctx *cx, const struct job *job)
{
    (void)job;
    return db_write(cx, due_unit, NULL);
}
