/* SPDX-License-Identifier: Apache-2.0 */
/* desk_test.c - who sees what of a company, its words, notes, verdicts, and orders by telephone. */
#include "account/review.h"
#include "base/clock.h"
#include "desk/desk.h"
#include "job/job.h"
#include "payment/payment.h"
#include "staff/staff.h"
#include "test/shop.h"

int test_desk(void);

#define CALLER_EMAIL "jeanne@exemple.fr"

static void
must(enum err e)
{
    assert_string_equal(err_name(OK), err_name(e));
}

/* The shop with one company of ten employees; the actor is an agent of its organiser. */
static int64_t
office(struct fixture *f, struct shop *s)
{
    struct account agent;

    shop_open(f, s, 600, 0);
    shop_company(s, 1, 10, 1);
    fixture_begin(f);
    must(account_for_email(&f->cx, STR("agent@exemple.fr"), &agent));
    must(fixture_commit(f));
    f->cx.actor = (struct actor){.account_id = agent.id,
                                 .organiser_id = s->campaign.organiser_id,
                                 .rights = RIGHT_AGENT | RIGHT_SIGNED};
    return agent.id;
}

/* From here on another organiser's agent looks. */
static void
elsewhere(struct fixture *f, const struct shop *s)
{
    f->cx.actor.organiser_id = s->campaign.organiser_id + 1;
}

static bool
dealt(struct fixture *f, int64_t siren)
{
    bool out;

    must(desk_dealt(&f->cx, siren, &out));
    return out;
}

static size_t
found(struct fixture *f, const char *typed)
{
    struct seek seek = seek_read(&f->arena, str_of(typed));
    struct desk_found out;

    fixture_begin(f);
    must(desk_find(&f->cx, &seek, &out));
    fixture_rollback(f);
    return out.count;
}

/* The index follows what is older than a minute on PostgreSQL. */
static void
index_run(struct fixture *f)
{
    fixture_clock(f, f->cx.now_ms + 2 * 60 * 1000);
    must(desk_index_job(&f->cx, &(struct job){0}));
}

static int64_t
mails(struct fixture *f, const char *cause, const char *to)
{
    return fixture_int(f, str_printf(&f->arena, "SELECT COUNT(*) FROM mail WHERE cause = '%s' AND "
                                                "recipient = '%s'", cause, to).ptr);
}

static int64_t
audits(struct fixture *f, const char *act)
{
    return fixture_int(f, str_printf(&f->arena, "SELECT COUNT(*) FROM audit WHERE act = '%s'",
                                     act).ptr);
}

/* ---- what an organiser has dealt with ---- */

static void
an_order_or_a_review_makes_a_company_known(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    (void)office(f, &s);
    shop_company(&s, 2, 10, 1);
    fixture_begin(f);
    assert_false(dealt(f, SHOP_SIREN + 1));
    assert_false(dealt(f, SHOP_SIREN + 2));
    fixture_rollback(f);
    struct actor agent = f->cx.actor;
    struct order_ask ask = shop_ask(&s, &f->arena, 1, 0, 1, "key-0000000000000001");
    assert_true(shop_place(&s, &ask).ok);
    f->cx.actor = agent;
    fixture_begin(f);
    fixture_sql(f, "INSERT INTO review (kind, siren, account_id, asked, note, state, created_ms, "
                   "changed_ms) VALUES ('headcount', 100000002, 1, 12, '', 1, 1, 1)");
    fixture_sql(f, "INSERT INTO review_organiser SELECT id, 2 FROM review");
    assert_true(dealt(f, SHOP_SIREN + 1));
    assert_false(dealt(f, SHOP_SIREN + 2));
    f->cx.actor.organiser_id = 2;
    assert_int_equal(1, s.campaign.organiser_id);
    assert_false(dealt(f, SHOP_SIREN + 1));
    assert_true(dealt(f, SHOP_SIREN + 2));
    /* 0: every organiser. */
    fixture_sql(f, "UPDATE review_organiser SET organiser_id = 0");
    f->cx.actor.organiser_id = 1;
    assert_true(dealt(f, SHOP_SIREN + 2));
    must(fixture_commit(f));
}

static void
words_follow_orders_and_reviews(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    (void)office(f, &s);
    shop_company(&s, 2, 10, 1);
    struct actor agent = f->cx.actor;
    fixture_begin(f);
    fixture_sql(f, "UPDATE company SET name = 'BOULANGERIE DE L''ÉTANG' WHERE siren = 100000001");
    must(fixture_commit(f));
    assert_int_equal(0, found(f, "boulangerie"));
    struct order_ask ask = shop_ask(&s, &f->arena, 1, 0, 1, "key-0000000000000001");
    ask.address.company = STR("Chez Zoé");
    assert_true(shop_place(&s, &ask).ok);
    f->cx.actor = agent;
    index_run(f);
    assert_int_equal(1, found(f, "boulangerie"));
    assert_int_equal(1, found(f, "etang boul")); /* Beginnings, in any order, without accents. */
    assert_int_equal(1, found(f, "zoe lyon"));
    assert_int_equal(1, found(f, "boulangerie 69002"));
    assert_int_equal(0, found(f, "boulangerie paris"));
    assert_int_equal(0, found(f, "oulangerie"));
    assert_int_equal(0, found(f, "societe")); /* Company 2 has not dealt with anybody. */
    elsewhere(f, &s);
    assert_int_equal(0, found(f, "boulangerie"));
    f->cx.actor = agent;
    fixture_begin(f);
    fixture_sql(f, "INSERT INTO review (kind, siren, account_id, asked, note, state, created_ms, "
                   "changed_ms) VALUES ('headcount', 100000002, 1, 12, '', 1, 1, 1)");
    fixture_sql(f, "INSERT INTO review_organiser SELECT id, 1 FROM review");
    must(fixture_commit(f));
    index_run(f);
    assert_int_equal(1, found(f, "societe"));
    /* Once more changes nothing. */
    int64_t rows = fixture_count(f, "desk_word");
    index_run(f);
    assert_int_equal(rows, fixture_count(f, "desk_word"));
}

/* From the transaction on in which an order is emptied, whatever becomes of the rest. */
static void
what_was_erased_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct tally t = {0};
    struct shop s;

    (void)office(f, &s);
    struct actor agent = f->cx.actor;
    for (int i = 0; i < 2; i++) {
        struct order_ask ask = shop_ask(&s, &f->arena, 1, 0, 1,
                                        i == 0 ? "key-0000000000000001" : "key-0000000000000002");
        ask.address.company = i == 0 ? STR("Chez Zoé") : STR("Chez Adèle");
        assert_true(shop_place(&s, &ask).ok);
        fixture_begin(f);
        fixture_sql(f, "UPDATE orders SET state = 8 WHERE state = 1");
        must(fixture_commit(f));
    }
    f->cx.actor = agent;
    index_run(f);
    assert_int_equal(1, found(f, "zoe adele lyon"));
    const int64_t gone = fixture_int(f, "SELECT MIN(id) FROM orders");
    fixture_begin(f);
    must(order_forget(&f->cx, gone, &t));
    must(desk_forget_words(&f->cx, &gone, 1));
    must(fixture_commit(f));
    assert_int_equal(0, found(f, "zoe"));
    assert_int_equal(0, fixture_count(f, "desk_word"));
    index_run(f);
    assert_int_equal(0, found(f, "zoe"));
    assert_int_equal(1, found(f, "adele lyon"));
    assert_int_equal(1, found(f, "societe"));
    assert_int_equal(0, fixture_count(f, "desk_stale"));
}

static void
who_hides_is_not_found_by_what_the_register_hides(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    (void)office(f, &s);
    struct actor agent = f->cx.actor;
    fixture_begin(f);
    fixture_sql(f, "UPDATE company SET partial = 1, name = 'SECRETE' WHERE siren = 100000001");
    fixture_sql(f, "UPDATE establishment SET partial = 1, sign = 'ENSEIGNE' "
                   "WHERE siret = 10000000100017");
    must(fixture_commit(f));
    struct order_ask ask = shop_ask(&s, &f->arena, 1, 0, 1, "key-0000000000000001");
    ask.address.company = STR("Donnée par elle");
    assert_true(shop_place(&s, &ask).ok);
    f->cx.actor = agent;
    index_run(f);
    assert_int_equal(0, found(f, "secrete"));
    assert_int_equal(0, found(f, "enseigne"));
    assert_int_equal(1, found(f, "donnee"));
}

/* ---- notes ---- */

static void
notes_are_the_organisers_and_only_added_to(void **state)
{
    struct fixture *f = *state;
    struct desk_note_list list;
    struct shop s;

    (void)office(f, &s);
    fixture_begin(f);
    must(desk_note_add(&f->cx, SHOP_SIREN + 1, STR("Rappelle lundi.")));
    must(desk_note_add(&f->cx, SHOP_SIREN + 1, STR("A rappelé.")));
    must(desk_notes(&f->cx, SHOP_SIREN + 1, &list));
    assert_int_equal(2, list.count);
    assert_true(str_is(list.item[0].text, "A rappelé."));
    assert_true(str_is(list.item[0].who, "agent@exemple.fr"));
    elsewhere(f, &s);
    must(desk_notes(&f->cx, SHOP_SIREN + 1, &list));
    assert_int_equal(0, list.count);
    must(fixture_commit(f));
    assert_int_equal(2, audits(f, "company.note"));
    assert_int_equal(
        0, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE after_json LIKE '%lundi%'"));
    assert_true(fixture_sql_fails(f, "UPDATE desk_note SET text = 'x'"));
}

/* ---- verdicts ---- */

static struct desk_verdict
verdict(struct fixture *f)
{
    struct desk_verdict_list list;

    must(desk_verdicts(&f->cx, INT64_C(10000000100017), &list));
    assert_int_equal(1, list.count);
    return list.item[0];
}

static void
a_verdict_says_what_may_be_bought(void **state)
{
    struct fixture *f = *state;
    struct desk_verdict_list none;
    struct desk_verdict v;
    struct shop s;

    (void)office(f, &s);
    struct actor agent = f->cx.actor;
    fixture_begin(f);
    v = verdict(f);
    assert_true(v.may && v.has_quota);
    /* 4 for each of 10 and the owner. */
    assert_int_equal(44, v.quota);
    assert_int_equal(44, v.left);
    assert_true(v.renews_ms > SHOP_NOW_MS);
    elsewhere(f, &s);
    must(desk_verdicts(&f->cx, INT64_C(10000000100017), &none));
    assert_int_equal(0, none.count);
    fixture_rollback(f);
    struct order_ask ask = shop_ask(&s, &f->arena, 1, 0, 7, "key-0000000000000001");
    struct order_placed p = shop_place(&s, &ask);
    f->cx.actor = agent;
    fixture_begin(f);
    v = verdict(f);
    assert_false(v.may);
    assert_int_equal(REFUSAL_HOLD, v.refusal);
    assert_true(str_eq(v.hold_ref, p.order.ref));
    fixture_rollback(f);
    assert_int_equal(OUTCOME_PAID, shop_pay(&s, p.order.id, 1, p.order.total_cents));
    f->cx.actor = agent;
    fixture_begin(f);
    v = verdict(f);
    assert_false(v.may);
    /* What is left is less than a pack. */
    assert_int_equal(2, v.left);
    assert_true(str_contains(v.text, STR("2 masques")));
    fixture_rollback(f);
}

static void
a_verdict_asks_for_the_headcount(void **state)
{
    struct fixture *f = *state;
    struct desk_verdict v;
    struct shop s;

    (void)office(f, &s);
    fixture_begin(f);
    fixture_sql(f, "DELETE FROM company_declaration");
    fixture_sql(f, "UPDATE company SET band = 0");
    v = verdict(f);
    assert_false(v.may);
    assert_int_equal(REASON_NEEDS_HEADCOUNT, v.reason);
    fixture_rollback(f);
}

static void
a_closed_head_office_gives_way_to_an_open_site(void **state)
{
    struct fixture *f = *state;
    struct shop s;
    int64_t siret;

    (void)office(f, &s);
    shop_company(&s, 2, 10, 2);
    fixture_begin(f);
    must(desk_site_of(&f->cx, SHOP_SIREN + 2, &siret));
    assert_true(siret == INT64_C(10000000200017));
    fixture_sql(f, "UPDATE establishment SET active = 0 WHERE siret = 10000000200017");
    must(desk_site_of(&f->cx, SHOP_SIREN + 2, &siret));
    assert_true(siret == INT64_C(10000000200025));
    fixture_sql(f, "UPDATE establishment SET active = 0");
    must(desk_site_of(&f->cx, SHOP_SIREN + 2, &siret));
    assert_true(siret == 0);
    fixture_rollback(f);
}

/* ---- by telephone ---- */

struct calling {
    const struct order_ask *ask;
    struct order_placed placed;
};

static enum err
call_unit(struct ctx *cx, void *arg)
{
    struct calling *c = arg;

    return phone_place(cx, c->ask, &c->placed);
}

static struct order_contact jeanne;

static struct order_ask
caller_ask(struct fixture *f, struct shop *s, const char *key)
{
    struct order_ask ask = shop_ask(s, &f->arena, 1, 0, 2, key);

    jeanne = (struct order_contact){.name = STR("Jeanne Martin"), .email = STR(CALLER_EMAIL),
                                    .phone = STR("+33472000000")};
    ask.contact = &jeanne;
    return ask;
}

static struct order_placed
call(struct fixture *f, const struct order_ask *ask)
{
    struct calling c = {.ask = ask};

    must(db_write(&f->cx, call_unit, &c));
    return c.placed;
}

static void
holders_add(struct fixture *f)
{
    static const char *const emails[] = {"tient@exemple.fr", "gelee@exemple.fr",
                                         "partie@exemple.fr", CALLER_EMAIL};
    struct account a;

    fixture_begin(f);
    for (size_t i = 0; i < sizeof emails / sizeof emails[0]; i++) {
        must(account_for_email(&f->cx, str_of(emails[i]), &a));
        must(account_link_company(&f->cx, a.id, SHOP_SIREN + 1, "letter"));
    }
    fixture_sql(f, "UPDATE company_link SET frozen_ms = 5 WHERE account_id = "
                   "(SELECT id FROM account WHERE email = 'gelee@exemple.fr')");
    fixture_sql(f, "UPDATE company_link SET ended_ms = 5 WHERE account_id = "
                   "(SELECT id FROM account WHERE email = 'partie@exemple.fr')");
    must(fixture_commit(f));
}

static void
an_order_by_telephone_is_told_once(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    int64_t agent = office(f, &s);
    holders_add(f);
    struct order_ask ask = caller_ask(f, &s, "key-0000000000000001");
    struct order_placed p = call(f, &ask);
    assert_true(p.ok);
    assert_true(call(f, &ask).replay);
    assert_int_equal(1, mails(f, "order_payment_link", CALLER_EMAIL));
    assert_int_equal(1, mails(f, "order_by_phone", "tient@exemple.fr"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'order_by_phone'"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE body LIKE '%/payer/%' AND "
                                       "cause = 'order_payment_link'"));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE body LIKE '%/payer/%' AND "
                                       "cause = 'order_by_phone'"));
    assert_int_equal(1, audits(f, "order.phone"));
    assert_int_equal(agent, fixture_int(f, "SELECT account_id FROM audit WHERE "
                                           "act = 'order.phone'"));
    shop_check(&s);
}

static void
a_refused_call_writes_nothing(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    (void)office(f, &s);
    struct order_ask ask = caller_ask(f, &s, "key-0000000000000001");
    ask.item[0].packs = 20;
    struct order_placed p = call(f, &ask);
    assert_false(p.ok);
    assert_int_equal(REFUSAL_QUOTA, p.decision->refusal);
    assert_true(p.refusal.len > 0);
    assert_int_equal(0, fixture_count(f, "orders"));
    assert_int_equal(0, fixture_count(f, "mail"));
    assert_int_equal(0, audits(f, "order.phone"));
}

struct again {
    struct order order;
    struct str email;
    enum err err;
};

static enum err
link_unit(struct ctx *cx, void *arg)
{
    struct again *a = arg;

    a->err = phone_link_again(cx, &a->order, a->email);
    return a->err;
}

static enum err
send_again(struct fixture *f, const struct order *o, const char *email)
{
    struct again a = {.order = *o, .email = str_of(email)};
    enum err e = db_write(&f->cx, link_unit, &a);

    assert_int_equal(a.err, e);
    return e;
}

static void
the_link_goes_out_again_and_a_new_address_ends_the_old_one(void **state)
{
    struct fixture *f = *state;
    struct order_contact c;
    struct shop s;
    bool is_found;

    (void)office(f, &s);
    struct order_ask ask = caller_ask(f, &s, "key-0000000000000001");
    struct order o = call(f, &ask).order;
    must(send_again(f, &o, "JEANNE@exemple.fr"));
    assert_int_equal(2, mails(f, "order_payment_link", CALLER_EMAIL));
    fixture_begin(f);
    must(order_contact_find(&f->cx, o.id, &c, &is_found));
    assert_int_equal(1, c.link);
    fixture_rollback(f);
    must(send_again(f, &o, "juste@exemple.fr"));
    assert_int_equal(1, mails(f, "order_payment_link", "juste@exemple.fr"));
    fixture_begin(f);
    must(order_contact_find(&f->cx, o.id, &c, &is_found));
    assert_int_equal(2, c.link);
    assert_true(str_is(c.email, "juste@exemple.fr"));
    fixture_rollback(f);
    for (int64_t sent = 3; sent < PHONE_LINKS_MAX; sent++)
        must(send_again(f, &o, "juste@exemple.fr"));
    assert_int_equal(ERR_RATE, send_again(f, &o, "juste@exemple.fr"));
    assert_int_equal(PHONE_LINKS_MAX - 1, audits(f, "order.phone_link"));
    shop_check(&s);
}

static void
a_link_is_sent_while_it_can_be_paid_only(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    (void)office(f, &s);
    struct actor agent = f->cx.actor;
    struct order_ask ask = caller_ask(f, &s, "key-0000000000000001");
    struct order o = call(f, &ask).order;
    fixture_clock(f, o.deadline_ms);
    assert_int_equal(ERR_CONFLICT, send_again(f, &o, CALLER_EMAIL));
    /* An order of the buyer's own has no link. */
    shop_company(&s, 2, 10, 1);
    struct order_ask own = shop_ask(&s, &f->arena, 2, 0, 1, "key-0000000000000002");
    struct order bought = shop_place(&s, &own).order;
    f->cx.actor = agent;
    assert_int_equal(ERR_CONFLICT, send_again(f, &bought, CALLER_EMAIL));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail"));
}

static enum err
cancel_unit(struct ctx *cx, void *arg)
{
    struct again *a = arg;

    a->err = phone_cancel(cx, &a->order);
    return a->err;
}

static void
an_agent_cancels_what_is_not_paid(void **state)
{
    struct fixture *f = *state;
    struct again a = {0};
    struct shop s;

    (void)office(f, &s);
    struct actor agent = f->cx.actor;
    struct order_ask ask = caller_ask(f, &s, "key-0000000000000001");
    a.order = call(f, &ask).order;
    must(db_write(&f->cx, cancel_unit, &a));
    assert_int_equal(ORDER_CANCELLED, a.order.state);
    assert_int_equal(1, mails(f, "order_cancelled", CALLER_EMAIL));
    assert_int_equal(1, audits(f, "order.phone_cancel"));
    shop_check(&s);
    ask = caller_ask(f, &s, "key-0000000000000002");
    a.order = call(f, &ask).order;
    assert_int_equal(OUTCOME_PAID, shop_pay(&s, a.order.id, 1, a.order.total_cents));
    f->cx.actor = agent;
    assert_int_equal(ERR_CONFLICT, db_write(&f->cx, cancel_unit, &a));
    assert_int_equal(1, audits(f, "order.phone_cancel"));
    shop_check(&s);
}

/* ---- declarations by telephone ---- */

static bool
declare(struct fixture *f, int heads, unsigned networks)
{
    struct phone_declaration d = {.email = STR(CALLER_EMAIL), .heads = heads,
                                  .networks = networks, .note = STR("DSN du mois d’avril.")};
    struct company co;
    bool accepted;

    must(registry_company(&f->cx, SHOP_SIREN + 1, &co));
    must(phone_declare(&f->cx, &co, &d, &accepted));
    return accepted;
}

static void
a_declaration_by_telephone_is_decided_by_another_agent(void **state)
{
    struct fixture *f = *state;
    struct review_list queue;
    struct account other;
    struct shop s;

    (void)office(f, &s);
    holders_add(f);
    fixture_begin(f);
    fixture_sql(f, "DELETE FROM company_declaration");
    fixture_sql(f, "UPDATE company SET band = 0");
    assert_false(declare(f, 12, 0));
    must(review_queue(&f->cx, &(struct review_filter){0}, &queue));
    assert_int_equal(1, queue.count);
    assert_true(str_is(queue.item[0].email, CALLER_EMAIL));
    assert_true(str_is(queue.item[0].entered_email, "agent@exemple.fr"));
    assert_int_equal(ERR_DENIED, review_decide(&f->cx, &queue.item[0], true,
                                               STR("Motif de dix lettres.")));
    must(account_for_email(&f->cx, STR("autre@exemple.fr"), &other));
    f->cx.actor.account_id = other.id;
    must(review_decide(&f->cx, &queue.item[0], true, STR("Motif de dix lettres.")));
    must(fixture_commit(f));
    assert_int_equal(12, fixture_int(f, "SELECT heads FROM company_declaration"));
    assert_int_equal(1, mails(f, "company_by_phone", "tient@exemple.fr"));
    assert_int_equal(0, mails(f, "company_by_phone", "gelee@exemple.fr"));
    assert_int_equal(1, audits(f, "company.heads"));
}

static void
a_figure_that_stands_is_replaced_by_review_only(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    (void)office(f, &s);
    fixture_begin(f);
    fixture_sql(f, "DELETE FROM company_declaration");
    assert_true(declare(f, 11, 0));
    assert_int_equal(11, fixture_int(f, "SELECT heads FROM company_declaration"));
    assert_false(declare(f, 12, 0));
    assert_int_equal(11, fixture_int(f, "SELECT heads FROM company_declaration"));
    assert_false(declare(f, -1, NETWORK_CMA));
    must(fixture_commit(f));
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM review WHERE state = 1"));
    assert_int_equal(1, audits(f, "company.network"));
    assert_int_equal(2, audits(f, "company.heads"));
}

int
test_desk(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(an_order_or_a_review_makes_a_company_known),
        DB_TEST(words_follow_orders_and_reviews),
        DB_TEST(what_was_erased_is_not_found),
        DB_TEST(who_hides_is_not_found_by_what_the_register_hides),
        DB_TEST(notes_are_the_organisers_and_only_added_to),
        DB_TEST(a_verdict_says_what_may_be_bought),
        DB_TEST(a_verdict_asks_for_the_headcount),
        DB_TEST(a_closed_head_office_gives_way_to_an_open_site),
        DB_TEST(an_order_by_telephone_is_told_once),
        DB_TEST(a_refused_call_writes_nothing),
        DB_TEST(the_link_goes_out_again_and_a_new_address_ends_the_old_one),
        DB_TEST(a_link_is_sent_while_it_can_be_paid_only),
        DB_TEST(an_agent_cancels_what_is_not_paid),
        DB_TEST(a_declaration_by_telephone_is_decided_by_another_agent),
        DB_TEST(a_figure_that_stands_is_replaced_by_review_only),
    };

    return cmocka_run_group_tests_name("desk", tests, NULL, NULL);
}
