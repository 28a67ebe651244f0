/* SPDX-License-Identifier: Apache-2.0 */
/* review_test.c - cases entered by telephone, decided, opened once more; the queue and its past. */
#include "test/fixture.h"

#include "account/claim.h"
#include "account/company_text.h"
#include "account/review.h"
#include "base/clock.h"

int test_review(void);

#define NOW_MS INT64_C(1591178400000)
#define SIREN 732829320
#define SIRET INT64_C(73282932000074)
#define WHY STR("Motif de dix lettres au moins.")

static void
must(enum err e)
{
    assert_string_equal(err_name(OK), err_name(e));
}

/* A company of the mainland, band 02 (3 to 5). */
static void
office(struct fixture *f)
{
    fixture_clock(f, NOW_MS);
    fixture_sql(f, "INSERT INTO company (siren, name, active, partial, gone, band, band_year, "
                   "legal_category, naf, head_siret, head_commune, networks, network_source, "
                   "created_day) VALUES (732829320, 'BOULANGERIE', 1, 0, 0, 4, 2018, 5710, "
                   "'10.71C', 73282932000074, '69123', 0, 0, 15000)");
    fixture_begin(f);
}

static int64_t
person(struct fixture *f, const char *email)
{
    struct account a;

    must(account_for_email(&f->cx, str_of(email), &a));
    f->cx.actor = (struct actor){.account_id = a.id, .organiser_id = 1};
    return a.id;
}

static struct review
newest(struct fixture *f)
{
    struct review_list list;

    must(review_seen_of_company(&f->cx, SIREN, &list));
    assert_true(list.count > 0);
    return list.item[0];
}

static struct review
declared(struct fixture *f, const char *email, int heads)
{
    struct company co;
    bool accepted;

    (void)person(f, email);
    must(registry_company(&f->cx, SIREN, &co));
    must(account_declare_heads(&f->cx, &co, heads, STR("Payroll."), &accepted));
    return newest(f);
}

static int
heads_now(struct fixture *f)
{
    struct company_declaration d;

    must(account_declaration(&f->cx, SIREN, &d));
    return d.heads;
}

static struct review
decide(struct fixture *f, const struct review *r, bool accept)
{
    struct review out;

    (void)person(f, "agent@exemple.fr");
    must(review_decide(&f->cx, r, accept, WHY));
    must(review_find(&f->cx, r->id, &out));
    return out;
}

static int64_t
mails(struct fixture *f, const char *cause, const char *to)
{
    return fixture_int(f, str_printf(&f->arena, "SELECT COUNT(*) FROM mail WHERE cause = '%s' AND "
                                                "recipient = '%s'", cause, to).ptr);
}

static void
what_an_agent_entered_another_one_decides(void **state)
{
    struct fixture *f = *state;
    struct company co;
    bool accepted;

    office(f);
    int64_t caller = person(f, "appelle@exemple.fr");
    int64_t agent = person(f, "agent@exemple.fr");
    must(registry_company(&f->cx, SIREN, &co));
    must(account_declare_heads_for(&f->cx, caller, &co, 12, STR("Payroll."), &accepted));
    assert_false(accepted);
    struct review r = newest(f);
    assert_int_equal(caller, r.account_id);
    assert_int_equal(agent, r.entered_by);
    assert_true(str_is(r.entered_email, "agent@exemple.fr"));
    assert_int_equal(ERR_DENIED, review_decide(&f->cx, &r, true, WHY));
    (void)person(f, "autre@exemple.fr");
    must(review_decide(&f->cx, &r, true, WHY));
    assert_int_equal(12, heads_now(f));
    assert_int_equal(1, mails(f, "review_decided", "appelle@exemple.fr"));
    assert_int_equal(0, mails(f, "review_decided", "agent@exemple.fr"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'review.accept' AND "
                                       "subject = 'company' AND subject_id = 732829320"));
    /* A figure stands now: who calls does not replace it, be it within the band. */
    (void)person(f, "agent@exemple.fr");
    must(account_declare_heads_for(&f->cx, caller, &co, 5, STR("Payroll."), &accepted));
    assert_false(accepted);
    assert_int_equal(12, heads_now(f));
}

static void
what_is_decided_is_what_was_read(void **state)
{
    struct fixture *f = *state;
    struct review read, now;

    office(f);
    read = declared(f, "a@exemple.fr", 12);
    now = declared(f, "a@exemple.fr", 48);
    assert_int_equal(read.id, now.id);
    (void)person(f, "agent@exemple.fr");
    assert_int_equal(ERR_CONFLICT, review_decide(&f->cx, &read, true, WHY));
    assert_int_equal(-1, heads_now(f));
    must(review_decide(&f->cx, &now, true, WHY));
    assert_int_equal(48, heads_now(f));
}

static void
what_became_pointless_is_neither_accepted_nor_refused(void **state)
{
    struct fixture *f = *state;
    struct review_past by = {.state = REVIEW_ACCEPTED};
    struct review_list list;
    struct review r;

    office(f);
    r = declared(f, "a@exemple.fr", 12);
    assert_false(review_is_moot(&r));
    must(review_close(&f->cx, REVIEW_HEADCOUNT, SIREN, r.account_id, STR("Demande retirée.")));
    must(review_find(&f->cx, r.id, &r));
    assert_true(review_is_moot(&r));
    assert_string_equal("clos", review_state_text(&r));
    for (by.state = REVIEW_ACCEPTED; by.state <= REVIEW_MOOT; by.state++) {
        must(review_decided(&f->cx, &by, &list));
        assert_int_equal(by.state == REVIEW_MOOT, list.count);
    }
    (void)person(f, "agent@exemple.fr");
    assert_int_equal(ERR_CONFLICT, review_decide(&f->cx, &r, true, WHY));
    assert_int_equal(ERR_CONFLICT, review_reopen(&f->cx, &r, WHY));
}

static void
a_first_figure_within_the_band_is_taken_by_telephone_too(void **state)
{
    struct fixture *f = *state;
    struct company co;
    bool accepted;

    office(f);
    int64_t caller = person(f, "appelle@exemple.fr");
    (void)person(f, "agent@exemple.fr");
    must(registry_company(&f->cx, SIREN, &co));
    must(account_declare_heads_for(&f->cx, caller, &co, 5, STR_NONE, &accepted));
    assert_true(accepted);
    assert_int_equal(5, heads_now(f));
}

static void
a_headcount_opened_again_gives_way_to_the_one_before(void **state)
{
    struct fixture *f = *state;
    struct company co;
    struct review r;
    bool accepted;

    office(f);
    (void)person(f, "a@exemple.fr");
    must(registry_company(&f->cx, SIREN, &co));
    must(account_declare_heads(&f->cx, &co, 4, STR_NONE, &accepted));
    r = declared(f, "a@exemple.fr", 12);
    r = decide(f, &r, true);
    assert_int_equal(4, r.before_value);
    assert_int_equal(12, heads_now(f));
    must(review_reopen(&f->cx, &r, WHY));
    assert_int_equal(4, heads_now(f));
    must(review_find(&f->cx, r.id, &r));
    assert_int_equal(REVIEW_OPEN, r.state);
    assert_true(str_is(r.reopened_by, "agent@exemple.fr") && r.reopened_ms == NOW_MS);
    assert_int_equal(1, mails(f, "review_reopened", "a@exemple.fr"));
    /* It is decided once more, the other way. */
    r = decide(f, &r, false);
    assert_int_equal(REVIEW_REFUSED, r.state);
    assert_int_equal(4, heads_now(f));
    assert_int_equal(2, mails(f, "review_decided", "a@exemple.fr"));
}

static void
a_later_figure_stays_when_an_earlier_case_is_opened(void **state)
{
    struct fixture *f = *state;
    struct review first, second;

    office(f);
    first = declared(f, "a@exemple.fr", 12);
    first = decide(f, &first, true);
    second = declared(f, "b@exemple.fr", 20);
    (void)decide(f, &second, true);
    must(review_reopen(&f->cx, &first, WHY));
    assert_int_equal(20, heads_now(f));
}

static void
a_network_opened_again_takes_only_its_own_bits(void **state)
{
    struct fixture *f = *state;
    struct company_declaration d;
    struct company co;
    struct review cma, cci;

    office(f);
    (void)person(f, "a@exemple.fr");
    must(registry_company(&f->cx, SIREN, &co));
    must(account_ask_network(&f->cx, &co, NETWORK_CMA, STR("Card 12.")));
    cma = newest(f);
    cma = decide(f, &cma, true);
    (void)person(f, "b@exemple.fr");
    must(account_ask_network(&f->cx, &co, NETWORK_CCI, STR("Kbis.")));
    cci = newest(f);
    (void)decide(f, &cci, true);
    must(review_reopen(&f->cx, &cma, WHY));
    must(account_declaration(&f->cx, SIREN, &d));
    assert_int_equal(NETWORK_CCI, d.networks);
}

static void
what_cannot_be_opened_again_says_so(void **state)
{
    struct fixture *f = *state;
    struct company co;
    struct review r;
    bool accepted;

    office(f);
    r = declared(f, "a@exemple.fr", 12);
    assert_int_equal(ERR_CONFLICT, review_reopen(&f->cx, &r, WHY)); /* It is open. */
    (void)person(f, "a@exemple.fr");
    must(registry_company(&f->cx, SIREN, &co));
    must(account_declare_heads(&f->cx, &co, 4, STR_NONE, &accepted));
    r = newest(f);
    assert_int_equal(0, r.decided_by_id);
    assert_int_equal(ERR_CONFLICT, review_reopen(&f->cx, &r, WHY)); /* The program closed it. */
    r = declared(f, "a@exemple.fr", 13);
    r = decide(f, &r, false);
    (void)declared(f, "a@exemple.fr", 14);
    (void)person(f, "agent@exemple.fr");
    assert_int_equal(ERR_CONFLICT, review_reopen(&f->cx, &r, WHY)); /* Asked anew. */
}

/* ---- claims ---- */

static int64_t
acting(struct fixture *f)
{
    return fixture_int(f, "SELECT COUNT(*) FROM company_link WHERE ended_ms = 0 AND frozen_ms = 0");
}

static struct review
claimed(struct fixture *f, const char *email)
{
    enum claim_result result;
    struct claim c;

    (void)person(f, email);
    must(claim_begin(&f->cx, SIRET, &c, &result));
    must(claim_ask_review(&f->cx, &c, STR("I am the manager.")));
    return newest(f);
}

static void
a_claim_opened_again_ends_the_link(void **state)
{
    struct fixture *f = *state;
    struct review r;

    office(f);
    r = claimed(f, "a@exemple.fr");
    r = decide(f, &r, true);
    assert_int_equal(1, acting(f));
    must(review_reopen(&f->cx, &r, WHY));
    assert_int_equal(0, acting(f));
    must(review_find(&f->cx, r.id, &r));
    (void)decide(f, &r, true);
    assert_int_equal(1, acting(f));
}

static void
a_claim_is_withdrawn_before_the_decision_and_not_after(void **state)
{
    struct fixture *f = *state;
    struct claim read;
    struct review r;

    office(f);
    r = claimed(f, "a@exemple.fr");
    must(claim_by_id(&f->cx, r.asked, &read));
    r = decide(f, &r, true);
    assert_int_equal(ERR_CONFLICT, claim_give_up(&f->cx, &read));
    assert_int_equal(1, acting(f));

    r = claimed(f, "b@exemple.fr");
    must(claim_by_id(&f->cx, r.asked, &read));
    must(claim_give_up(&f->cx, &read));
    (void)person(f, "agent@exemple.fr");
    assert_int_equal(ERR_CONFLICT, review_decide(&f->cx, &r, true, WHY));
    must(review_find(&f->cx, r.id, &r));
    assert_true(review_is_moot(&r) && acting(f) == 1);
}

/* Neither side acts while a contested case is open, however it was decided before. */
static void
contested_again(struct fixture *f, bool accept)
{
    struct review r;

    office(f);
    int64_t holder = person(f, "holder@exemple.fr");
    must(account_link_company(&f->cx, holder, SIREN, "chamber"));
    r = claimed(f, "second@exemple.fr");
    f->cx.actor = (struct actor){.account_id = holder, .siren = SIREN};
    must(claim_contest(&f->cx, r.asked, STR("I do not know them.")));
    assert_int_equal(0, acting(f));
    r = decide(f, &r, accept);
    assert_int_equal(1, acting(f));
    must(review_reopen(&f->cx, &r, WHY));
    assert_int_equal(0, acting(f));
    must(review_find(&f->cx, r.id, &r));
    (void)decide(f, &r, !accept);
    assert_int_equal(1, acting(f));
    assert_int_equal(accept ? holder : r.account_id,
                     fixture_int(f, "SELECT account_id FROM company_link WHERE ended_ms = 0 AND "
                                    "frozen_ms = 0"));
}

static void
a_contest_lost_is_opened_again(void **state)
{
    contested_again(*state, true);
}

static void
a_contest_won_is_opened_again(void **state)
{
    contested_again(*state, false);
}

/* ---- the queue ---- */

static void
the_queue_is_counted_and_walked(void **state)
{
    struct fixture *f = *state;
    const int64_t before[REVIEW_AGES] = {NOW_MS - CLOCK_DAY_MS, NOW_MS - 3 * CLOCK_DAY_MS,
                                         NOW_MS - 7 * CLOCK_DAY_MS};
    const struct review_filter all = {0}, old = {.until_ms = NOW_MS - 3 * CLOCK_DAY_MS};
    struct review_counts counts;
    struct review_list list;
    struct company co;
    int64_t id;

    office(f);
    f->cx.now_ms = NOW_MS - 4 * CLOCK_DAY_MS;
    (void)declared(f, "a@exemple.fr", 12);
    f->cx.now_ms = NOW_MS - 2 * CLOCK_DAY_MS;
    (void)declared(f, "b@exemple.fr", 13);
    f->cx.now_ms = NOW_MS;
    must(registry_company(&f->cx, SIREN, &co));
    must(account_ask_network(&f->cx, &co, NETWORK_CMA, STR("Card 12.")));
    must(review_counts(&f->cx, before, &counts));
    assert_int_equal(3, counts.all);
    assert_int_equal(2, counts.kind[1]);
    assert_int_equal(1, counts.kind[2]);
    assert_int_equal(2, counts.older[0]);
    assert_int_equal(1, counts.older[1]);
    assert_int_equal(0, counts.older[2]);
    must(review_queue(&f->cx, &all, &list));
    assert_int_equal(3, list.count);
    struct review first = list.item[0], second = list.item[1], last = list.item[2];
    must(review_next(&f->cx, &all, &first, &id));
    assert_int_equal(second.id, id);
    must(review_next(&f->cx, &all, &last, &id));
    assert_int_equal(first.id, id);
    must(review_queue(&f->cx, &old, &list));
    assert_int_equal(1, list.count);
    must(review_next(&f->cx, &old, &first, &id));
    assert_int_equal(0, id);
}

static void
what_was_decided_is_found(void **state)
{
    struct fixture *f = *state;
    struct review_past by = {0};
    struct review_list list;
    struct review a, b;

    office(f);
    a = declared(f, "a@exemple.fr", 12);
    b = declared(f, "b@exemple.fr", 13);
    a = decide(f, &a, true);
    f->cx.now_ms = NOW_MS + 1000;
    b = decide(f, &b, false);
    must(review_decided(&f->cx, &by, &list));
    assert_int_equal(2, list.count);
    assert_int_equal(b.id, list.item[0].id);
    by.before_ms = list.item[0].decided_ms;
    by.before_id = list.item[0].id;
    must(review_decided(&f->cx, &by, &list));
    assert_int_equal(1, list.count);
    by = (struct review_past){.state = REVIEW_ACCEPTED};
    must(review_decided(&f->cx, &by, &list));
    assert_int_equal(1, list.count);
    by = (struct review_past){.agent_id = a.decided_by_id + 1000};
    must(review_decided(&f->cx, &by, &list));
    assert_int_equal(0, list.count);
    by = (struct review_past){0};
    must(review_decided_of_company(&f->cx, SIREN, &by, &list));
    assert_int_equal(2, list.count);
    must(review_decided_of_account(&f->cx, b.account_id, &by, &list));
    assert_int_equal(1, list.count);
    /* Another organiser's are not there. */
    fixture_sql(f, "UPDATE review_organiser SET organiser_id = 8");
    must(review_decided(&f->cx, &by, &list));
    assert_int_equal(0, list.count);
    must(review_decided_of_company(&f->cx, SIREN, &by, &list));
    assert_int_equal(0, list.count);
    must(review_seen_of_company(&f->cx, SIREN, &list));
    assert_int_equal(0, list.count);
}

int
test_review(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(what_an_agent_entered_another_one_decides),
        DB_TEST(what_is_decided_is_what_was_read),
        DB_TEST(what_became_pointless_is_neither_accepted_nor_refused),
        DB_TEST(a_first_figure_within_the_band_is_taken_by_telephone_too),
        DB_TEST(a_headcount_opened_again_gives_way_to_the_one_before),
        DB_TEST(a_later_figure_stays_when_an_earlier_case_is_opened),
        DB_TEST(a_network_opened_again_takes_only_its_own_bits),
        DB_TEST(what_cannot_be_opened_again_says_so),
        DB_TEST(a_claim_opened_again_ends_the_link),
        DB_TEST(a_claim_is_withdrawn_before_the_decision_and_not_after),
        DB_TEST(a_contest_lost_is_opened_again),
        DB_TEST(a_contest_won_is_opened_again),
        DB_TEST(the_queue_is_counted_and_walked),
        DB_TEST(what_was_decided_is_found),
    };
    return cmocka_run_group_tests_name("review", tests, NULL, NULL);
}
