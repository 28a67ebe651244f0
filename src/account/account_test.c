/* SPDX-License-Identifier: Apache-2.0 */
/* account_test.c - codes, claims, letters, reviews and tokens in the store, on both engines. */
#include "test/fixture.h"

#include "account/account_int.h"
#include "account/claim.h"
#include "account/review.h"
#include "account/sign_in.h"
#include "account/token.h"
#include "base/clock.h"
#include "http/session.h"

int test_account(void);

#define NOW_MS INT64_C(1591178400000)
#define SIREN 732829320
#define SIRET INT64_C(73282932000074)
#define BROWSER STR("a-browser-cookie")

static void
must(enum err e)
{
    assert_string_equal(err_name(OK), err_name(e));
}

/* A company of the mainland, band 02 (3 to 5), known to its chamber; two people; one agent. */
static void
office(struct fixture *f)
{
    fixture_clock(f, NOW_MS);
    fixture_sql(f, "INSERT INTO company (siren, name, active, partial, gone, band, band_year, "
                   "legal_category, naf, head_siret, head_commune, networks, network_source, "
                   "created_day) VALUES (732829320, 'BOULANGERIE', 1, 0, 0, 4, 2018, 5710, "
                   "'10.71C', 73282932000074, '69123', 0, 0, 15000)");
    fixture_sql(f, "INSERT INTO establishment (siret, active, head_office, partial, gone, band, "
                   "sign, complement, street, special, postal_code, commune, city, craft_code, "
                   "country) VALUES (73282932000074, 1, 1, 0, 0, 4, '', '', '1 RUE DU FOUR', '', "
                   "'69001', '69123', 'LYON', '', '')");
    fixture_sql(f, "INSERT INTO registry_member (siren, cci_ms, cci_email, cci_phone, cma_ms, "
                   "cma_email, cma_phone) VALUES (732829320, 0, '', '', 1, 'c@boulangerie.fr', "
                   "'')");
    fixture_begin(f);
}

static int64_t
person(struct fixture *f, const char *email)
{
    struct account a;

    must(account_for_email(&f->cx, str_of(email), &a));
    f->cx.actor = (struct actor){.account_id = a.id, .rights = RIGHT_SIGNED};
    return a.id;
}

/* The code in the newest mail of that cause: the line that is indented. */
static struct str
mailed_code(struct fixture *f, const char *cause)
{
    struct db_rows rows;
    struct str rest, line;

    must(db_run(&f->cx, SQL_MAIL_RECENT, &rows, db_int(INT64_MAX), db_int(50)));
    for (size_t i = 0; i < rows.count; i++) {
        if (!str_is(row_str(&rows, i, 1), cause))
            continue;
        rest = row_str(&rows, i, 4);
        while (str_split(&rest, '\n', &line))
            if (str_starts(line, STR("    ")))
                return str_trim(line);
    }
    fail_msg("no mail of cause %s holds a code", cause);
    return STR_NONE;
}

/* ---- sign-in ---- */

static enum sign_in_result
ask(struct fixture *f, struct str browser, const char *email)
{
    enum sign_in_result result;

    must(sign_in_ask(&f->cx, browser, str_of(email), STR("192.0.2.1"), STR_NONE, &result));
    return result;
}

static enum sign_in_result
try(struct fixture *f, struct str browser, struct str code, struct sign_in *s)
{
    enum sign_in_result result;

    must(sign_in_try(&f->cx, browser, code, s, &result));
    return result;
}

static void
a_code_opens_once_and_only_in_its_browser(void **state)
{
    struct fixture *f = *state;
    struct sign_in s;

    office(f);
    assert_int_equal(SIGN_IN_OK, ask(f, BROWSER, "a@exemple.fr"));
    struct str code = mailed_code(f, "sign_in");
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM account"));
    assert_int_equal(SIGN_IN_NONE, try(f, STR("another"), code, &s));
    assert_int_equal(SIGN_IN_OK, try(f, BROWSER, code, &s));
    assert_true(s.account_id != 0);
    assert_int_equal(RIGHT_SIGNED, s.rights);
    assert_int_equal(SIGN_IN_NONE, try(f, BROWSER, code, &s));
}

static void
a_code_dies_after_ten_minutes_and_after_five_tries(void **state)
{
    struct fixture *f = *state;
    struct sign_in s;

    office(f);
    assert_int_equal(SIGN_IN_OK, ask(f, BROWSER, "a@exemple.fr"));
    struct str code = mailed_code(f, "sign_in");
    f->cx.now_ms = NOW_MS + SIGN_IN_LIFE_MS;
    assert_int_equal(SIGN_IN_NONE, try(f, BROWSER, code, &s));
    f->cx.now_ms = NOW_MS + SIGN_IN_LIFE_MS - 1;
    for (int i = 0; i < SIGN_IN_TRIES - 1; i++)
        assert_int_equal(SIGN_IN_WRONG, try(f, BROWSER, STR("not it"), &s));
    assert_int_equal(SIGN_IN_SPENT, try(f, BROWSER, STR("not it"), &s));
    assert_int_equal(SIGN_IN_SPENT, try(f, BROWSER, code, &s));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM account"));
}

static void
a_new_code_takes_a_pause_and_ends_the_old_one(void **state)
{
    struct fixture *f = *state;
    enum sign_in_result result;
    struct sign_in s;

    office(f);
    assert_int_equal(SIGN_IN_OK, ask(f, BROWSER, "a@exemple.fr"));
    struct str old = mailed_code(f, "sign_in");
    must(sign_in_again(&f->cx, BROWSER, STR_NONE, &result));
    assert_int_equal(SIGN_IN_PAUSE, result);
    f->cx.now_ms += SIGN_IN_PAUSE_MS;
    must(sign_in_again(&f->cx, BROWSER, STR_NONE, &result));
    assert_int_equal(SIGN_IN_OK, result);
    struct str fresh = mailed_code(f, "sign_in");
    if (!str_eq(old, fresh))
        assert_int_equal(SIGN_IN_WRONG, try(f, BROWSER, old, &s));
    assert_int_equal(SIGN_IN_OK, try(f, BROWSER, fresh, &s));
    must(sign_in_again(&f->cx, STR("nobody"), STR_NONE, &result));
    assert_int_equal(SIGN_IN_NONE, result);
}

/* The work is the same: rows of the same tables, one mail, one job; no code is kept readable. */
static void
known_and_unknown_addresses_cause_the_same_rows(void **state)
{
    struct fixture *f = *state;
    int64_t mails, limits;

    office(f);
    (void)person(f, "known@exemple.fr");
    assert_int_equal(SIGN_IN_OK, ask(f, BROWSER, "known@exemple.fr"));
    mails = fixture_count(f, "mail");
    limits = fixture_count(f, "account_limit");
    assert_int_equal(SIGN_IN_OK, ask(f, STR("other"), "unknown@exemple.fr"));
    assert_int_equal(2 * mails, fixture_count(f, "mail"));
    assert_int_equal(2 * mails, fixture_count(f, "job"));
    assert_int_equal(2 * limits, fixture_count(f, "account_limit"));
    assert_int_equal(2, fixture_count(f, "sign_in"));
    assert_int_equal(1, fixture_count(f, "account"));
}

static void
codes_to_one_address_are_limited(void **state)
{
    struct fixture *f = *state;

    office(f);
    for (int i = 0; i < SIGN_IN_MAILS_HOUR; i++)
        assert_int_equal(SIGN_IN_OK, ask(f, BROWSER, "a@exemple.fr"));
    assert_int_equal(SIGN_IN_LIMIT, ask(f, BROWSER, "a@exemple.fr"));
    assert_int_equal(SIGN_IN_OK, ask(f, BROWSER, "b@exemple.fr"));
    f->cx.now_ms += CLOCK_HOUR_MS;
    assert_int_equal(SIGN_IN_OK, ask(f, BROWSER, "a@exemple.fr"));
}

/* ---- claims ---- */

static struct claim
begin(struct fixture *f)
{
    enum claim_result result;
    struct claim c;

    must(claim_begin(&f->cx, SIRET, &c, &result));
    assert_int_equal(CLAIM_OK, result);
    return c;
}

static int64_t
links_held(struct fixture *f)
{
    return fixture_int(f, "SELECT COUNT(*) FROM company_link WHERE ended_ms = 0 AND frozen_ms = 0");
}

/* A person who acts for the company by the chamber's code. */
static struct claim
prove(struct fixture *f, const char *email)
{
    enum claim_result result;
    struct company co;
    struct claim c;

    (void)person(f, email);
    c = begin(f);
    must(registry_company(&f->cx, SIREN, &co));
    must(claim_send_code(&f->cx, &c, &co, &result));
    assert_int_equal(CLAIM_OK, result);
    must(claim_find(&f->cx, SIREN, &c));
    must(claim_try(&f->cx, &c, mailed_code(f, "claim_code"), &result));
    assert_int_equal(CLAIM_OK, result);
    return c;
}

static void
a_chambers_code_proves_a_claim(void **state)
{
    struct fixture *f = *state;
    enum claim_result result;
    struct company co;

    office(f);
    (void)person(f, "thief@exemple.fr");
    struct claim other = begin(f);
    (void)person(f, "a@exemple.fr");
    struct claim c = begin(f);
    must(registry_company(&f->cx, SIREN, &co));
    must(claim_try(&f->cx, &c, STR("00000000"), &result));
    assert_int_equal(CLAIM_SPENT, result);
    must(claim_send_code(&f->cx, &c, &co, &result));
    must(claim_find(&f->cx, SIREN, &c));
    must(claim_send_code(&f->cx, &c, &co, &result));
    assert_int_equal(CLAIM_ALREADY, result);
    struct str code = mailed_code(f, "claim_code");
    f->cx.actor.account_id = other.account_id;
    must(claim_try(&f->cx, &other, code, &result));
    assert_int_equal(CLAIM_SPENT, result);
    f->cx.actor.account_id = c.account_id;
    must(claim_try(&f->cx, &c, code, &result));
    assert_int_equal(CLAIM_OK, result);
    assert_int_equal(1, links_held(f));
}

static void
a_second_claim_is_reviewed_and_the_holder_alerted(void **state)
{
    struct fixture *f = *state;
    struct review_list queue;
    bool held;

    office(f);
    (void)prove(f, "holder@exemple.fr");
    (void)person(f, "second@exemple.fr");
    struct claim c = begin(f);
    must(claim_held(&f->cx, SIREN, &held));
    assert_true(held);
    must(claim_ask_review(&f->cx, &c, STR("I am the new manager.")));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'claim_alert' AND "
                                       "recipient = 'holder@exemple.fr'"));
    assert_int_equal(1, links_held(f));
    must(review_queue(&f->cx, &(struct review_filter){.kind = STR("")}, &queue));
    assert_int_equal(1, queue.count);
    assert_int_equal(ERR_DENIED,
                     review_decide(&f->cx, &queue.item[0], true, STR("Checked by telephone.")));
    (void)person(f, "agent@exemple.fr");
    must(review_decide(&f->cx, &queue.item[0], true, STR("Checked by telephone.")));
    assert_int_equal(2, links_held(f));
    assert_int_equal(ERR_CONFLICT,
                     review_decide(&f->cx, &queue.item[0], false, STR("Changed my mind.")));
}

static void
contested(struct fixture *f, bool accept, const char *who_holds)
{
    struct review_list queue;
    struct db_rows rows;
    struct claim first, c;

    office(f);
    first = prove(f, "holder@exemple.fr");
    (void)person(f, "second@exemple.fr");
    c = begin(f);
    must(claim_ask_review(&f->cx, &c, STR("I am the new manager.")));
    f->cx.actor = (struct actor){.account_id = first.account_id, .siren = SIREN};
    must(claim_contest(&f->cx, c.id, STR("I do not know them.")));
    assert_int_equal(0, links_held(f));
    assert_int_equal(ERR_NOT_FOUND, claim_contest(&f->cx, first.id, STR("Myself.")));
    must(claim_by_id(&f->cx, c.id, &c));
    assert_true(c.contested);
    f->cx.actor = (struct actor){.account_id = c.account_id};
    assert_int_equal(ERR_CONFLICT, claim_give_up(&f->cx, &c));
    must(review_queue(&f->cx, &(struct review_filter){.kind = STR("claim")}, &queue));
    (void)person(f, "agent@exemple.fr");
    must(review_decide(&f->cx, &queue.item[0], accept, STR("Checked by telephone.")));
    must(db_run(&f->cx, SQL_ACCOUNT_COMPANY_HOLDERS, &rows, db_int(SIREN)));
    for (size_t i = 0; i < rows.count; i++)
        if (row_int(&rows, i, 2) == 0) {
            assert_int_equal(0, row_int(&rows, i, 3));
            assert_true(str_is(row_str(&rows, i, 4), who_holds));
        }
    assert_int_equal(1, links_held(f));
}

static void
a_contest_lost_ends_the_holder(void **state)
{
    contested(*state, true, "second@exemple.fr");
}

static void
a_contest_won_thaws_the_holder(void **state)
{
    contested(*state, false, "holder@exemple.fr");
}

static void
a_letter_is_in_one_batch_and_its_code_proves(void **state)
{
    struct fixture *f = *state;
    struct letter_list letters, again;
    enum claim_result result;
    struct company co;
    int64_t batch, next;
    bool resumed;

    office(f);
    (void)person(f, "a@exemple.fr");
    struct claim c = begin(f);
    must(registry_company(&f->cx, SIREN, &co));
    must(claim_ask_letter(&f->cx, &c, &co, &result));
    assert_int_equal(CLAIM_OK, result);
    must(letter_batch_take(&f->cx, &batch, &resumed));
    assert_false(resumed);
    must(letter_batch_read(&f->cx, batch, &letters));
    assert_int_equal(1, letters.count);
    assert_true(letters.item[0].fits && letters.item[0].address.count >= 3);
    /* Cut short: the same letters with the same codes. */
    must(letter_batch_take(&f->cx, &next, &resumed));
    assert_true(resumed && next == batch);
    must(letter_batch_read(&f->cx, next, &again));
    assert_true(str_eq(letters.item[0].code, again.item[0].code));
    must(letter_batch_written(&f->cx, batch));
    must(letter_batch_take(&f->cx, &next, &resumed));
    assert_true(next == 0 && !resumed);
    must(claim_find(&f->cx, SIREN, &c));
    must(claim_ask_letter(&f->cx, &c, &co, &result));
    assert_int_equal(CLAIM_ALREADY, result);
    must(claim_try(&f->cx, &c, STR("AAAAAAAAAA"), &result));
    assert_int_equal(CLAIM_WRONG, result);
    f->cx.now_ms = NOW_MS + INT64_C(30) * CLOCK_DAY_MS;
    must(claim_try(&f->cx, &c, letters.item[0].code, &result));
    assert_int_equal(CLAIM_SPENT, result);
    f->cx.now_ms = NOW_MS + INT64_C(29) * CLOCK_DAY_MS;
    must(claim_try(&f->cx, &c, letters.item[0].code, &result));
    assert_int_equal(CLAIM_OK, result);
}

/* ---- headcount ---- */

static void
a_headcount_is_taken_inside_the_band_only(void **state)
{
    struct fixture *f = *state;
    struct company_declaration d;
    struct review_list queue;
    struct company co;
    bool accepted;

    office(f);
    (void)person(f, "a@exemple.fr");
    must(registry_company(&f->cx, SIREN, &co));
    must(account_declaration(&f->cx, SIREN, &d));
    assert_true(d.heads == -1 && !d.heads_in_review && d.networks == 0);
    must(account_declare_heads(&f->cx, &co, 6, STR("Payroll."), &accepted));
    assert_false(accepted);
    must(account_declaration(&f->cx, SIREN, &d));
    assert_true(d.heads == -1 && d.heads_in_review);
    must(account_declare_heads(&f->cx, &co, 5, STR_NONE, &accepted));
    assert_true(accepted);
    must(account_declaration(&f->cx, SIREN, &d));
    assert_true(d.heads == 5 && !d.heads_in_review);
    must(account_declare_heads(&f->cx, &co, 12, STR("Payroll."), &accepted));
    must(account_ask_network(&f->cx, &co, NETWORK_CMA, STR("Card 12.")));
    must(review_queue(&f->cx, &(struct review_filter){.kind = STR("headcount")}, &queue));
    assert_int_equal(1, queue.count);
    (void)person(f, "agent@exemple.fr");
    must(review_decide(&f->cx, &queue.item[0], true, STR("Payroll seen.")));
    must(review_queue(&f->cx, &(struct review_filter){.kind = STR("network")}, &queue));
    must(review_decide(&f->cx, &queue.item[0], true, STR("Card seen.")));
    must(account_declaration(&f->cx, SIREN, &d));
    assert_true(d.heads == 12 && d.networks == NETWORK_CMA);
}

/* Another organiser's review is not there for an agent; one that concerns all is. */
static void
agents_see_what_concerns_their_organiser(void **state)
{
    struct fixture *f = *state;
    struct review_list queue;
    struct review r;
    struct company co;
    bool accepted;

    office(f);
    (void)person(f, "a@exemple.fr");
    must(registry_company(&f->cx, SIREN, &co));
    must(account_declare_heads(&f->cx, &co, 12, STR("Payroll."), &accepted));
    f->cx.actor.organiser_id = 7;
    must(review_queue(&f->cx, &(struct review_filter){.kind = STR("")}, &queue));
    assert_int_equal(1, queue.count);
    fixture_sql(f, "UPDATE review_organiser SET organiser_id = 8");
    assert_int_equal(ERR_NOT_FOUND, review_find(&f->cx, queue.item[0].id, &r));
    must(review_queue(&f->cx, &(struct review_filter){.kind = STR("")}, &queue));
    assert_int_equal(0, queue.count);
}

/* Every case once and in order, also when several came in the same millisecond. */
static void
a_queue_of_many_is_read_page_by_page(void **state)
{
    enum { CASES = 47 };
    struct fixture *f = *state;
    int64_t after_ms = 0, after_id = 0, total;
    struct review_list page;
    int seen = 0, pages = 0;

    office(f);
    (void)person(f, "a@exemple.fr");
    for (int i = 1; i <= CASES; i++) {
        fixture_sql(f, str_printf(&f->arena,
                                  "INSERT INTO review (id, kind, siren, account_id, asked, note, "
                                  "state, created_ms, changed_ms) SELECT %d, '%s', %d, id, 5, '', "
                                  "1, %d, 1 FROM account",
                                  i, i % 2 == 0 ? "network" : "headcount", 1000 + i, i / 10)
                           .ptr);
        fixture_sql(f, str_printf(&f->arena, "INSERT INTO review_organiser (review_id, "
                                             "organiser_id) VALUES (%d, 0)", i).ptr);
    }
    must(review_count(&f->cx, &total));
    assert_int_equal(CASES, total);
    do {
        struct review_filter from = {.after_ms = after_ms, .after_id = after_id};
        must(review_queue(&f->cx, &from, &page));
        pages++;
        for (size_t i = 0; i < page.count && i < REVIEW_PAGE; i++) {
            assert_int_equal(++seen, page.item[i].id);
            after_ms = page.item[i].created_ms;
            after_id = page.item[i].id;
        }
    } while (page.count > REVIEW_PAGE);
    assert_int_equal(CASES, seen);
    assert_int_equal(3, pages);
    must(review_queue(&f->cx, &(struct review_filter){.kind = STR("network")}, &page));
    assert_int_equal(REVIEW_PAGE + 1, page.count);
    struct review_filter rest = {.kind = STR("network"),
                                 .after_ms = page.item[REVIEW_PAGE - 1].created_ms,
                                 .after_id = page.item[REVIEW_PAGE - 1].id};
    must(review_queue(&f->cx, &rest, &page));
    assert_int_equal(CASES / 2 - REVIEW_PAGE, page.count);
}

/* ---- tokens ---- */

static void
a_token_ends_with_the_link_of_who_made_it(void **state)
{
    struct fixture *f = *state;
    struct token_owner owner = {.siren = SIREN}, other = {.siren = SIREN + 1};
    struct actor actor;
    struct str secret;
    struct token t;

    office(f);
    struct claim c = prove(f, "holder@exemple.fr");
    must(token_create(&f->cx, owner, STR("Stock"), RIGHT_API_READ, &secret, &t));
    must(token_find(&f->cx, secret, &actor));
    assert_true(actor.siren == SIREN && actor.rights == RIGHT_API_READ);
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM api_token WHERE token_hash LIKE "
                                       "'mln%'"));
    assert_int_equal(ERR_NOT_FOUND, token_revoke(&f->cx, other, t.id));
    must(account_unlink(&f->cx, c.account_id, SIREN));
    assert_int_equal(ERR_LOGIN, token_find(&f->cx, secret, &actor));
    assert_int_equal(0, links_held(f));
}

/* Else whoever held a token once would hold others after it was taken away. */
static void
what_a_token_made_ends_with_it(void **state)
{
    struct fixture *f = *state;
    struct token_owner owner = {.siren = SIREN};
    struct str secret[4];
    struct token t[4];
    struct actor actor;

    office(f);
    (void)prove(f, "holder@exemple.fr");
    must(token_create(&f->cx, owner, STR("Autre"), RIGHT_API_READ, &secret[3], &t[3]));
    for (int i = 0; i < 3; i++) { /* Each by the one before it, a day later. */
        must(token_create(&f->cx, owner, STR("Stock"), RIGHT_API_READ, &secret[i], &t[i]));
        must(token_find(&f->cx, secret[i], &f->cx.actor));
        f->cx.now_ms += CLOCK_DAY_MS;
    }
    assert_true(t[2].created_ms > t[0].created_ms);
    assert_int_equal(t[0].expires_ms, t[1].expires_ms);
    assert_int_equal(t[0].expires_ms, t[2].expires_ms);
    must(token_revoke(&f->cx, owner, t[1].id));
    must(token_find(&f->cx, secret[0], &actor));
    assert_int_equal(ERR_LOGIN, token_find(&f->cx, secret[1], &actor));
    assert_int_equal(ERR_LOGIN, token_find(&f->cx, secret[2], &actor));
    must(token_find(&f->cx, secret[3], &actor));
    assert_int_equal(ERR_NOT_FOUND, token_revoke(&f->cx, owner, t[2].id));
}

static void
an_address_is_masked(void **state)
{
    struct arena a = {0};

    (void)state;
    assert_true(str_is(account_masked_email(&a, STR("contact@domaine.fr")), "c***@d***.fr"));
    assert_true(str_is(account_masked_email(&a, STR("a@b.co.uk")), "a***@b***.uk"));
    assert_true(str_is(account_masked_email(&a, STR("nothing")), "***"));
    arena_release(&a);
}

int
test_account(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_code_opens_once_and_only_in_its_browser),
        DB_TEST(a_code_dies_after_ten_minutes_and_after_five_tries),
        DB_TEST(a_new_code_takes_a_pause_and_ends_the_old_one),
        DB_TEST(known_and_unknown_addresses_cause_the_same_rows),
        DB_TEST(codes_to_one_address_are_limited),
        DB_TEST(a_chambers_code_proves_a_claim),
        DB_TEST(a_second_claim_is_reviewed_and_the_holder_alerted),
        DB_TEST(a_contest_lost_ends_the_holder),
        DB_TEST(a_contest_won_thaws_the_holder),
        DB_TEST(a_letter_is_in_one_batch_and_its_code_proves),
        DB_TEST(a_headcount_is_taken_inside_the_band_only),
        DB_TEST(agents_see_what_concerns_their_organiser),
        DB_TEST(a_queue_of_many_is_read_page_by_page),
        DB_TEST(a_token_ends_with_the_link_of_who_made_it),
        DB_TEST(what_a_token_made_ends_with_it),
        cmocka_unit_test(an_address_is_masked),
    };

    return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
