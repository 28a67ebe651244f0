/* SPDX-License-Identifier: Apache-2.0 */
/* erase_test.c - who asks to be forgotten is: canaries in every column about people are looked for
 * in the whole database afterwards. What must wait waits, what is cut off goes on. */
#include <stdio.h>

#include "base/clock.h"
#include "desk/desk.h"
#include "invoice/invoice.h"
#include "job/job.h"
#include "staff/staff.h"
#include "test/known.h"

int test_erase(void);

struct house {
    struct fixture *f;
    struct shop s;
    int64_t boss, second; /* Two who answer. */
    int64_t account;      /* Of company 1. */
};

static void
sql(struct fixture *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
sql(struct fixture *f, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fixture_sql(f, str_vprintf(&f->arena, fmt, ap).ptr);
    va_end(ap);
}

static void
open_house(struct fixture *f, struct house *h)
{
    *h = (struct house){.f = f};
    f->conf.mail = str_printf(&f->arena, "dir:%s", f->dir);
    f->conf.mail_from = STR("maillon@exemple.fr");
    shop_open(f, &h->s, 6000, 0);
    h->account = known_company(&h->s, 1, 7);
    assert_int_equal(1, h->account);
    h->boss = known_staff(&h->s, "boss@exemple.fr", RIGHT_ADMIN);
    h->second = known_staff(&h->s, "second@exemple.fr", RIGHT_AGENT);
}

static bool
only_the_law(enum known_class class)
{
    return class == KNOWN_LEGAL || class == KNOWN_REGISTER;
}

/* ---- asking ---- */

static int64_t
ask(struct house *h, int64_t siren)
{
    struct privacy_wish w = {
        .kind = PRIVACY_ERASE,
        .siren = siren,
        .channel = CHANNEL_LETTER,
        .received_day = privacy_today(SHOP_NOW_MS),
        .reply_to = STR(KNOWN_EMAIL),
        .reason = STR("Lettre reçue."),
        .summary = STR("Effacer."),
    };
    int64_t id;

    known_act_as(&h->s, h->boss, RIGHT_ADMIN);
    fixture_begin(h->f);
    assert_int_equal(OK, privacy_ask(&h->f->cx, &w, &id));
    assert_int_equal(OK, fixture_commit(h->f));
    return id;
}

static void
agree(struct house *h, int64_t id)
{
    struct privacy_request r;
    struct str why;

    known_act_as(&h->s, h->second, RIGHT_AGENT);
    fixture_begin(h->f);
    assert_int_equal(OK, privacy_find(&h->f->cx, id, &r));
    assert_int_equal(PRIVACY_ASKED, r.state);
    assert_true(r.act_waits);
    assert_int_equal(OK, act_decide(&h->f->cx, r.act_id, ACT_APPROVED, STR("Vu."), &why));
    assert_int_equal(OK, fixture_commit(h->f));
    h->f->cx.actor = (struct actor){0};
}

static enum err
go(struct house *h, int64_t id)
{
    struct job job = {.subject_id = id};

    h->f->cx.now_ms = db_now_ms(h->f->app.pool);
    return privacy_erase_job(&h->f->cx, &job);
}

static struct privacy_request
request(struct house *h, int64_t id)
{
    struct privacy_request r;

    fixture_begin(h->f);
    assert_int_equal(OK, privacy_by_id(&h->f->cx, id, &r));
    fixture_rollback(h->f);
    return r;
}

static int64_t
done(struct house *h, int64_t id, const char *what)
{
    return fixture_int(h->f, str_printf(&h->f->arena,
                                        "SELECT COALESCE(SUM(count), 0) FROM privacy_done WHERE"
                                        " request_id = %lld AND what = '%s'",
                                        (long long)id, what)
                                 .ptr);
}

/* ---- a company ---- */

static void
a_company_that_asks_for_it_is_forgotten_everywhere(void **state)
{
    struct fixture *f = *state;
    struct house h;
    int ran;

    open_house(f, &h);
    shop_check(&h.s);
    int64_t id = ask(&h, SHOP_SIREN + 1);
    known_fill(f, KNOWN_ERASED);
    assert_true(known_left(f, NULL) > 30);
    agree(&h, id);
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(PRIVACY_DONE, request(&h, id).state);
    /* The last letter has gone out and left nothing behind either. */
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'privacy_own' AND"
                                       " sent_ms IS NOT NULL AND last = 1"));
    assert_int_equal(0, known_left(f, only_the_law));
    /* Customs' forms stay, labels do not. */
    assert_int_equal(2, fixture_int(f, "SELECT MIN(kind) FROM parcel_document"));
    assert_int_equal(2, done(&h, id, "orders"));
    assert_int_equal(1, done(&h, id, "account"));
    assert_int_equal(1, done(&h, id, "complaint_photo"));
    assert_int_equal(3, done(&h, id, "parcel_document"));
    shop_check(&h.s);
    /* Whom a batch went to can still be told; who it was is the company's number. */
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(DISTINCT k.order_id) FROM stock_pick k JOIN"
                                       " orders o ON o.id = k.order_id WHERE o.siren > 0"));
    assert_int_equal(1, fixture_count(f, "invoice"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM account WHERE id = 1 AND email ="
                                       " 'account-1@invalid' AND rights = 0 AND forgotten_ms > 0"));
    assert_int_equal(0, fixture_count(f, "session") + fixture_count(f, "sign_in"));
}

/* Every statement on the way fails once; each run goes on where the last one was cut off. */
static void
what_is_cut_off_goes_on(void **state)
{
    struct fixture *f = *state;
    struct house h;
    enum err e = ERR_FAULT;
    int cuts = 0, ran;

    open_house(f, &h);
    int64_t id = ask(&h, SHOP_SIREN + 1);
    known_fill(f, KNOWN_ERASED);
    agree(&h, id);
    for (int n = 1; e != OK; n += 3, cuts++) {
        fixture_fail_at(f, n);
        e = go(&h, id);
        fixture_fail_at(f, 0);
    }
    assert_true(cuts > 10);
    assert_int_equal(OK, go(&h, id)); /* Once more changes nothing. */
    assert_int_equal(PRIVACY_DONE, request(&h, id).state);
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(0, known_left(f, only_the_law));
    assert_int_equal(2, done(&h, id, "orders"));
    assert_int_equal(1, done(&h, id, "claim"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'privacy.done'"));
    shop_check(&h.s);
}

static void
an_order_under_way_holds_everything_back(void **state)
{
    struct fixture *f = *state;
    struct privacy_block_list blocks;
    struct house h;
    bool moved;

    open_house(f, &h);
    int64_t order = parcels_handed(&h.s, 1, 1, 8, true, SHOP_NOW_MS);
    int64_t id = ask(&h, SHOP_SIREN + 1);
    known_fill(f, KNOWN_ERASED);
    int64_t before = known_left(f, NULL);
    agree(&h, id);
    assert_int_equal(OK, go(&h, id));
    struct privacy_request r = request(&h, id);
    assert_int_equal(PRIVACY_ACCEPTED, r.state);
    assert_int_equal(1, r.blocked);
    assert_int_equal(before, known_left(f, NULL));
    fixture_begin(f);
    assert_int_equal(OK, privacy_blocks(&f->cx,
                                        &(struct privacy_scope){SHOP_SIREN + 1,
                                                                h.s.campaign.organiser_id, 0},
                                        &blocks));
    fixture_rollback(f);
    assert_int_equal(1, blocks.count);
    assert_int_equal(ORDER_HANDED, blocks.item[0].state);
    assert_int_equal(10, blocks.item[0].ref.len);
    /* Delivered, and its invoice still to be written. */
    fixture_begin(f);
    assert_int_equal(OK, order_deliver(&f->cx, order, SHOP_NOW_MS, "test", &moved));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, go(&h, id));
    assert_int_equal(1, request(&h, id).blocked);
    sql(f, "DELETE FROM invoice_due");
    sql(f, "UPDATE complaint SET state = 1, order_id = %lld", (long long)order);
    assert_int_equal(OK, go(&h, id));
    assert_int_equal(1, request(&h, id).blocked);
    sql(f, "UPDATE complaint SET state = 4");
    assert_int_equal(OK, go(&h, id));
    assert_int_equal(PRIVACY_DONE, request(&h, id).state);
    assert_int_equal(3, done(&h, id, "orders"));
}

/* An order that is paid, with its invoice; its payment has that number. */
static int64_t
paid(struct house *h, int64_t payment)
{
    int64_t order = shop_paid(&h->s, 1, 1, payment);
    int issued, stuck;

    assert_int_equal(OK, invoice_issue_due(&h->f->cx, &issued, &stuck));
    assert_int_equal(0, stuck);
    return order;
}

/* What the provider says of a dispute, with the row that payment/ writes before. */
static void
dispute(struct house *h, enum err (*what)(struct ctx *cx, int64_t order_id, int64_t payment_id),
        int64_t order, int64_t payment)
{
    h->f->cx.now_ms = db_now_ms(h->f->app.pool);
    fixture_begin(h->f);
    sql(h->f, "UPDATE payment SET state = %d WHERE id = %lld", what == order_disputed ? 7 : 3,
        (long long)payment);
    assert_int_equal(OK, what(&h->f->cx, order, payment));
    assert_int_equal(OK, fixture_commit(h->f));
}

static int64_t
state_of(struct house *h, int64_t order)
{
    return fixture_int(h->f, str_printf(&h->f->arena, "SELECT state FROM orders WHERE id = %lld",
                                        (long long)order)
                                 .ptr);
}

/* A dispute that is lost has no state: it is over once nobody touched it for the time that its
 * notifications are kept. Won after all, what was not sent goes back as money. */
static void
a_dispute_waits_for_the_bank_and_not_for_ever(void **state)
{
    struct fixture *f = *state;
    struct house h;
    int64_t long_ago_ms = SHOP_NOW_MS + 401 * (int64_t)CLOCK_DAY_MS;

    open_house(f, &h);
    int64_t sent = fixture_int(f, "SELECT id FROM orders WHERE state = 6");
    int64_t waiting = paid(&h, 8);
    dispute(&h, order_disputed, sent, 7);
    dispute(&h, order_disputed, waiting, 8);
    int64_t id = ask(&h, SHOP_SIREN + 1);
    known_fill(f, KNOWN_ERASED);
    agree(&h, id);
    fixture_clock(f, SHOP_NOW_MS + 399 * (int64_t)CLOCK_DAY_MS);
    assert_int_equal(OK, go(&h, id));
    assert_int_equal(2, request(&h, id).blocked);
    sql(f, "UPDATE orders SET changed_ms = %lld WHERE id = %lld", (long long)long_ago_ms,
        (long long)waiting); /* The bank has written meanwhile. */
    fixture_clock(f, long_ago_ms);
    assert_int_equal(OK, go(&h, id));
    assert_int_equal(1, request(&h, id).blocked);
    fixture_clock(f, long_ago_ms + 401 * (int64_t)CLOCK_DAY_MS);
    assert_int_equal(OK, go(&h, id));
    assert_int_equal(PRIVACY_DONE, request(&h, id).state);
    assert_int_equal(3, done(&h, id, "orders"));
    dispute(&h, order_undisputed, sent, 7);
    assert_int_equal(ORDER_DELIVERED, state_of(&h, sent));
    assert_int_equal(0, fixture_count(f, "refund"));
    dispute(&h, order_undisputed, waiting, 8);
    assert_int_equal(ORDER_REFUND_DUE, state_of(&h, waiting));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM refund WHERE payment_id = 8"));
    shop_check(&h.s);
}

/* Won before anybody asked for anything: the order goes on. */
static void
a_dispute_that_is_won_in_time_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct house h;

    open_house(f, &h);
    int64_t order = paid(&h, 8);
    dispute(&h, order_disputed, order, 8);
    dispute(&h, order_undisputed, order, 8);
    assert_int_equal(ORDER_PAID, state_of(&h, order));
    assert_int_equal(0, fixture_count(f, "refund"));
    int64_t id = ask(&h, SHOP_SIREN + 1);
    agree(&h, id);
    assert_int_equal(OK, go(&h, id));
    assert_int_equal(1, request(&h, id).blocked);
    shop_check(&h.s);
}

/* An order of the company in a campaign of another organiser; its id. */
static int64_t
order_elsewhere(struct house *h, int state)
{
    struct fixture *f = h->f;

    sql(f, "INSERT INTO organiser (id, slug, name, contact_email, created_ms) VALUES"
           " (900, 'autre', 'Autre', 'x@exemple.fr', 1);"
           "INSERT INTO campaign (id, organiser_id, slug, version, digest, published_ms,"
           " created_ms) SELECT 900, 900, 'autre', version, digest, published_ms, created_ms FROM"
           " campaign WHERE id = %lld;"
           "INSERT INTO campaign_version (campaign_id, version, digest, json, published_ms,"
           " account_id) SELECT 900, version, digest, json, published_ms, account_id FROM"
           " campaign_version WHERE campaign_id = %lld",
        (long long)h->s.campaign.id, (long long)h->s.campaign.id);
    sql(f, "INSERT INTO orders (id, ref, campaign_id, version, siren, siret, account_id, state,"
           " created_ms, deadline_ms, changed_ms, units, delivery_cents, net_cents, vat_cents,"
           " total_cents, territory, department, cohort, quota_units, period_ms, idem_key,"
           " body_hash, to_company, to_person, to_complement, to_street, to_special,"
           " to_postal_code, to_city, to_commune, to_phone, to_instructions)"
           " SELECT 950, 'R', 900, version, siren, siret, account_id, %d, created_ms, deadline_ms,"
           " changed_ms, units, delivery_cents, net_cents, vat_cents, total_cents, territory,"
           " department, cohort, quota_units, period_ms, 'elsewhere', 'h', 'canary-else',"
           " 'canary-else', '', '', '', '', '', '', '', '' FROM orders WHERE siren = %d"
           " ORDER BY id LIMIT 1",
        state, SHOP_SIREN + 1);
    return 950;
}

/* What this organiser has goes; what is shared waits, and the other's own stays. */
static void
what_is_shared_waits_for_another_organiser_s_order(void **state)
{
    struct fixture *f = *state;
    struct house h;

    open_house(f, &h);
    (void)order_elsewhere(&h, ORDER_HANDED);
    int64_t id = ask(&h, SHOP_SIREN + 1);
    agree(&h, id);
    assert_int_equal(OK, go(&h, id));
    struct privacy_request r = request(&h, id);
    assert_int_equal(PRIVACY_UNDER_WAY, r.state);
    assert_int_equal(1, r.blocked);
    assert_int_equal(2, done(&h, id, "orders"));
    assert_int_equal(1, fixture_count(f, "claim"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM account WHERE email ="
                                       " 'person1@exemple.fr'"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM orders WHERE id = 950 AND"
                                       " to_person = 'canary-else' AND forgotten_ms = 0"));
    sql(f, "UPDATE orders SET state = 6 WHERE id = 950");
    assert_int_equal(OK, go(&h, id));
    assert_int_equal(PRIVACY_DONE, request(&h, id).state);
    assert_int_equal(0, fixture_count(f, "claim"));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM account WHERE email ="
                                       " 'person1@exemple.fr'"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM orders WHERE id = 950 AND"
                                       " to_person = 'canary-else' AND forgotten_ms = 0"));
}

static void
who_serves_another_company_or_is_of_the_staff_stays(void **state)
{
    struct fixture *f = *state;
    struct house h;

    open_house(f, &h);
    sql(f, "INSERT INTO company_link (account_id, siren, proof, since_ms) VALUES"
           " (1, 999, 'other', 1)");
    sql(f, "INSERT INTO company_link (account_id, siren, proof, since_ms) VALUES"
           " (%lld, %d, 'staff', 1)",
        (long long)h.second, SHOP_SIREN + 1);
    sql(f, "INSERT INTO mail (cause, subject_id, recipient, subject, body, message_id, created_ms)"
           " VALUES ('other', 1, 'person1@exemple.fr', 'S', 'other', 'm', 1)");
    int64_t id = ask(&h, SHOP_SIREN + 1);
    agree(&h, id);
    assert_int_equal(OK, go(&h, id));
    assert_int_equal(PRIVACY_DONE, request(&h, id).state);
    assert_int_equal(0, done(&h, id, "account"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM account WHERE id = 1 AND email ="
                                       " 'person1@exemple.fr'"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM account WHERE email ="
                                       " 'second@exemple.fr' AND rights > 0"));
    assert_int_equal(999, fixture_int(f, "SELECT siren FROM company_link WHERE ended_ms = 0"));
    assert_int_equal(0, fixture_int(f, "SELECT siren FROM session")); /* It acts for none now. */
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE body = 'other'"));
    assert_int_equal(2, done(&h, id, "orders"));
}

/* ---- one's own account ---- */

static void
act_as_person(struct house *h)
{
    h->f->cx.actor = (struct actor){.account_id = h->account, .rights = RIGHT_SIGNED};
}

static enum err
own(struct house *h, enum err (*what)(struct ctx *cx))
{
    act_as_person(h);
    fixture_begin(h->f);
    enum err e = what(&h->f->cx);
    if (e == OK)
        assert_int_equal(OK, fixture_commit(h->f));
    else
        fixture_rollback(h->f);
    h->f->cx.actor = (struct actor){0};
    return e;
}

static void
somebody_is_forgotten_by_their_own_wish_after_some_days(void **state)
{
    struct fixture *f = *state;
    struct house h;
    int ran;

    open_house(f, &h);
    fixture_clock(f, SHOP_NOW_MS + 3 * (int64_t)CLOCK_HOUR_MS);
    assert_int_equal(OK, own(&h, privacy_ask_own));
    known_fill(f, KNOWN_ERASED);
    assert_int_equal(ERR_CONFLICT, own(&h, privacy_ask_own));
    int64_t id = fixture_int(f, "SELECT MAX(id) FROM privacy_request");
    /* The organiser it has to do with sees it, and its people were written to. */
    known_act_as(&h.s, h.boss, RIGHT_ADMIN);
    fixture_begin(f);
    struct privacy_request r;
    assert_int_equal(OK, privacy_find(&f->cx, id, &r));
    fixture_rollback(f);
    assert_true(str_is(r.email, KNOWN_EMAIL));
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'privacy_staff'"));
    f->cx.actor = (struct actor){0};
    assert_int_equal(OK, go(&h, id));
    assert_int_equal(PRIVACY_ACCEPTED, request(&h, id).state); /* Not yet. */
    fixture_clock(f, SHOP_NOW_MS + 75 * (int64_t)CLOCK_HOUR_MS + 1);
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(PRIVACY_DONE, request(&h, id).state);
    assert_int_equal(OK, job_run_due(&f->cx, &ran)); /* The last letter. */
    assert_int_equal(0, known_left(f, only_the_law));
    shop_check(&h.s);
}

static void
a_wish_can_be_taken_back_before_it_begins(void **state)
{
    struct fixture *f = *state;
    struct house h;
    int ran;

    open_house(f, &h);
    assert_int_equal(ERR_NOT_FOUND, own(&h, privacy_withdraw_own));
    assert_int_equal(OK, own(&h, privacy_ask_own));
    assert_int_equal(OK, own(&h, privacy_withdraw_own));
    fixture_clock(f, SHOP_NOW_MS + 100 * (int64_t)CLOCK_HOUR_MS);
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(PRIVACY_WITHDRAWN, fixture_int(f, "SELECT state FROM privacy_request"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM account WHERE email ="
                                       " 'person1@exemple.fr'"));
    assert_int_equal(OK, own(&h, privacy_ask_own)); /* And made anew. */
    sql(f, "UPDATE account SET organiser_id = 1 WHERE id = 1; UPDATE privacy_request SET"
           " closed_ms = 1, state = 6, reply_to = ''");
    assert_int_equal(ERR_DENIED, own(&h, privacy_ask_own)); /* Staff. */
}

/* A colleague's orders and what the company has declared stay with the colleague. */
static void
a_colleague_keeps_the_company(void **state)
{
    struct fixture *f = *state;
    struct house h;
    int64_t id;

    open_house(f, &h);
    sql(f, "INSERT INTO account (email, created_ms) VALUES ('colleague@exemple.fr', 1)");
    sql(f, "INSERT INTO company_link (account_id, siren, proof, since_ms) SELECT MAX(id), %d,"
           " 'letter', 1 FROM account",
        SHOP_SIREN + 1);
    sql(f, "UPDATE orders SET account_id = (SELECT MAX(id) FROM account), to_person = 'colleague'"
           " WHERE id = (SELECT MAX(id) FROM orders)");
    assert_int_equal(OK, own(&h, privacy_ask_own));
    id = fixture_int(f, "SELECT MAX(id) FROM privacy_request");
    fixture_clock(f, SHOP_NOW_MS + 100 * (int64_t)CLOCK_HOUR_MS);
    assert_int_equal(OK, go(&h, id));
    assert_int_equal(PRIVACY_DONE, request(&h, id).state);
    assert_int_equal(1, done(&h, id, "orders"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM orders WHERE to_person ="
                                       " 'colleague'"));
    assert_int_equal(1, fixture_count(f, "company_declaration"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM company_link WHERE ended_ms = 0"));
}

/* ---- answers in time ---- */

static void
a_month_is_a_month_by_the_calendar(void **state)
{
    (void)state;
    assert_int_equal(civil_day(2020, 2, 29), privacy_months_later(civil_day(2020, 1, 31), 1));
    assert_int_equal(civil_day(2021, 2, 28), privacy_months_later(civil_day(2021, 1, 29), 1));
    assert_int_equal(civil_day(2021, 1, 15), privacy_months_later(civil_day(2020, 12, 15), 1));
    assert_int_equal(civil_day(2021, 2, 28), privacy_months_later(civil_day(2020, 11, 30), 3));
    assert_int_equal(civil_day(2020, 6, 2), privacy_months_later(civil_day(2020, 5, 2), 1));
}

static enum err
with(struct house *h, int64_t id,
     enum err (*what)(struct ctx *cx, const struct privacy_request *r, struct str why))
{
    struct privacy_request r;

    known_act_as(&h->s, h->boss, RIGHT_ADMIN);
    fixture_begin(h->f);
    assert_int_equal(OK, privacy_find(&h->f->cx, id, &r));
    enum err e = what(&h->f->cx, &r, STR("Une raison."));
    if (e == OK)
        assert_int_equal(OK, fixture_commit(h->f));
    else
        fixture_rollback(h->f);
    h->f->cx.actor = (struct actor){0};
    return e;
}

static void
who_answers_is_warned_and_may_take_more_time_once(void **state)
{
    struct fixture *f = *state;
    struct job job = {0};
    struct house h;

    open_house(f, &h);
    int64_t id = ask(&h, SHOP_SIREN + 1);
    f->cx.actor = (struct actor){0};
    assert_int_equal(privacy_today(SHOP_NOW_MS) + 30, request(&h, id).due_day);
    for (int days = 22; days <= 24; days++) {
        fixture_clock(f, SHOP_NOW_MS + days * (int64_t)CLOCK_DAY_MS);
        assert_int_equal(OK, privacy_due_job(&f->cx, &job));
        assert_int_equal(days == 22 ? 0 : 2,
                         fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause ="
                                        " 'privacy_staff'"));
    }
    assert_int_equal(OK, with(&h, id, privacy_extend));
    assert_int_equal(ERR_CONFLICT, with(&h, id, privacy_extend));
    assert_int_equal(civil_day(2020, 9, 3), request(&h, id).due_day);
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'privacy_own'"));
    assert_int_equal(OK, with(&h, id, privacy_refuse));
    assert_int_equal(ERR_CONFLICT, with(&h, id, privacy_refuse));
    struct privacy_request r = request(&h, id);
    assert_int_equal(PRIVACY_REFUSED, r.state);
    assert_int_equal(0, r.reply_to.len);
    /* Only the last letter still knows the address, until it is sent. */
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'privacy_own' AND"
                                       " recipient <> '' AND last = 1"));
    assert_int_equal(3, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'privacy_own'"));
}

static void
one_organiser_asks_nothing_about_another_s_companies(void **state)
{
    struct fixture *f = *state;
    struct privacy_request r;
    struct house h;
    bool dealt;

    open_house(f, &h);
    shop_company(&h.s, 2, 10, 1);
    int64_t id = ask(&h, SHOP_SIREN + 1);
    fixture_begin(f);
    assert_int_equal(OK, desk_dealt(&f->cx, SHOP_SIREN + 1, &dealt));
    assert_true(dealt);
    assert_int_equal(OK, desk_dealt(&f->cx, SHOP_SIREN + 2, &dealt));
    assert_false(dealt);
    f->cx.actor.organiser_id = 900;
    assert_int_equal(OK, desk_dealt(&f->cx, SHOP_SIREN + 1, &dealt));
    assert_false(dealt);
    assert_int_equal(ERR_NOT_FOUND, privacy_find(&f->cx, id, &r));
    fixture_rollback(f);
}

int
test_erase(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_company_that_asks_for_it_is_forgotten_everywhere),
        DB_TEST(what_is_cut_off_goes_on),
        DB_TEST(an_order_under_way_holds_everything_back),
        DB_TEST(a_dispute_waits_for_the_bank_and_not_for_ever),
        DB_TEST(a_dispute_that_is_won_in_time_changes_nothing),
        DB_TEST(what_is_shared_waits_for_another_organiser_s_order),
        DB_TEST(who_serves_another_company_or_is_of_the_staff_stays),
        DB_TEST(somebody_is_forgotten_by_their_own_wish_after_some_days),
        DB_TEST(a_wish_can_be_taken_back_before_it_begins),
        DB_TEST(a_colleague_keeps_the_company),
        cmocka_unit_test(a_month_is_a_month_by_the_calendar),
        DB_TEST(who_answers_is_warned_and_may_take_more_time_once),
        DB_TEST(one_organiser_asks_nothing_about_another_s_companies),
    };

    return cmocka_run_group_tests_name("erase", tests, NULL, NULL);
}
