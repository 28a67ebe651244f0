/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_test.c - placing, transitions, and the two races that other shops lose: the last packs,
 * and one company with many establishments.
 */
#include <pthread.h>
#include <stdio.h>

#include "base/clock.h"
#include "order/admit.h"
#include "order/order.h"
#include "test/shop.h"

int test_order(void);

static void
an_order_takes_stock_and_money_adds_up(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    struct order_ask ask = shop_ask(&s, &f->arena, 1, 0, 5, "key-0000000000000001");
    struct order_placed p = shop_place(&s, &ask);
    assert_true(p.ok);
    assert_false(p.replay);
    assert_int_equal(ORDER_HELD, p.order.state);
    assert_int_equal(30, p.order.units);
    assert_int_equal(8900, p.order.net_cents);
    assert_int_equal(490, p.order.vat_cents); /* 5.5 % of 89.00 is 4.895 */
    assert_int_equal(9390, p.order.total_cents);
    assert_int_equal(SHOP_NOW_MS + 30 * 60000, p.order.deadline_ms);
    assert_int_equal(570, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(30, fixture_int(f, "SELECT SUM(held) FROM stock_slot"));
    shop_check(&s);
}

static void
the_same_key_gives_the_same_order(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    struct order_ask ask = shop_ask(&s, &f->arena, 1, 0, 2, "key-0000000000000001");
    struct order_placed first = shop_place(&s, &ask);
    struct order_placed again = shop_place(&s, &ask);
    assert_true(again.ok && again.replay);
    assert_int_equal(first.order.id, again.order.id);
    assert_int_equal(1, fixture_count(f, "orders"));
    ask.item[0].packs = 3;
    struct order_placed other = shop_place(&s, &ask);
    assert_false(other.ok);
    assert_int_equal(REFUSAL_KEY, other.decision->refusal);
    assert_int_equal(1, fixture_count(f, "orders"));
    shop_check(&s);
}

static void
a_refusal_says_why_and_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 24, 15);
    shop_company(&s, 1, 10, 2); /* 11 heads x 4 = 44 units */
    struct order_ask much = shop_ask(&s, &f->arena, 1, 0, 8, "key-0000000000000001");
    struct order_placed p = shop_place(&s, &much);
    assert_int_equal(REFUSAL_QUOTA, p.decision->refusal);
    assert_int_equal(44, p.decision->units_left);
    assert_true(str_contains(p.refusal, STR("44")));
    struct order_ask stock = shop_ask(&s, &f->arena, 1, 0, 5, "key-0000000000000002");
    p = shop_place(&s, &stock);
    assert_int_equal(REFUSAL_STOCK, p.decision->refusal);
    assert_int_equal(0, fixture_count(f, "orders"));
    assert_int_equal(24, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    struct order_ask good = shop_ask(&s, &f->arena, 1, 0, 2, "key-0000000000000003");
    assert_true(shop_place(&s, &good).ok);
    struct order_ask twice = shop_ask(&s, &f->arena, 1, 1, 1, "key-0000000000000004");
    p = shop_place(&s, &twice);
    assert_int_equal(REFUSAL_HOLD, p.decision->refusal);
    assert_int_equal(ORDER_REF_LEN, p.decision->hold_ref.len);
    shop_check(&s);
}

static void
another_companys_establishment_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    shop_company(&s, 2, 10, 1);
    struct order_ask ask = shop_ask(&s, &f->arena, 1, 0, 2, "key-0000000000000001");
    struct order_placed p;
    ask.siret = (int64_t)(SHOP_SIREN + 2) * 100000 + 17;
    fixture_begin(f);
    assert_int_equal(ERR_NOT_FOUND, order_place(&f->cx, &ask, &p));
    fixture_rollback(f);
}

/* ---- late and repeated news ---- */

static int64_t
held_order(struct shop *s, int n, const char *key)
{
    struct order_ask ask = shop_ask(s, &s->f->arena, n, 0, 2, key);
    struct order_placed p = shop_place(s, &ask);

    assert_true(p.ok);
    return p.order.id;
}

static void
expire(struct shop *s, int64_t order)
{
    fixture_clock(s->f, s->f->cx.now_ms + 3600 * 1000);
    fixture_begin(s->f);
    assert_int_equal(OK, order_expire(&s->f->cx, order));
    assert_int_equal(OK, fixture_commit(s->f));
}

/* By its own company only, and only by the whole reference. */
static void
an_order_is_found_by_its_reference(void **state)
{
    struct fixture *f = *state;
    struct shop s;
    struct order o;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    shop_company(&s, 2, 10, 1);
    struct order_ask ask = shop_ask(&s, &f->arena, 1, 0, 2, "key-0000000000000001");
    struct order_ask next = shop_ask(&s, &f->arena, 2, 0, 2, "key-0000000000000002");
    struct str ref = shop_place(&s, &ask).order.ref;
    struct str next_ref = shop_place(&s, &next).order.ref;
    struct str wrong = str_printf(&f->arena, "%.*s%c", ORDER_REF_LEN - 1, ref.ptr,
                                  ref.ptr[ORDER_REF_LEN - 1] == 'Z' ? '0' : 'Z');
    fixture_begin(f);
    assert_int_equal(OK, order_by_ref(&f->cx, ask.siren, ref, &o));
    assert_true(str_eq(ref, o.ref));
    assert_int_equal(ask.siren, o.siren);
    assert_int_equal(ERR_NOT_FOUND, order_by_ref(&f->cx, next.siren, ref, &o));
    assert_int_equal(ERR_NOT_FOUND, order_by_ref(&f->cx, ask.siren, next_ref, &o));
    assert_int_equal(ERR_NOT_FOUND, order_by_ref(&f->cx, ask.siren, wrong, &o));
    assert_int_equal(ERR_NOT_FOUND, order_by_ref(&f->cx, ask.siren, STR(""), &o));
    assert_int_equal(OK, fixture_commit(f));
}

static void
one_payment_pays_once_and_a_second_is_given_back(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = held_order(&s, 1, "key-0000000000000001");
    assert_int_equal(OUTCOME_PAID, shop_pay(&s, order, 7, 3756));
    assert_int_equal(OUTCOME_ALREADY, shop_pay(&s, order, 7, 3756));
    assert_int_equal(OUTCOME_REFUND, shop_pay(&s, order, 8, 3756));
    assert_int_equal(12, fixture_int(f, "SELECT SUM(sold) FROM stock_slot"));
    assert_int_equal(3, fixture_int(f, "SELECT state FROM orders"));
    shop_check(&s);
}

static void
a_wrong_amount_is_given_back_and_frees_the_stock(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = held_order(&s, 1, "key-0000000000000001");
    assert_int_equal(OUTCOME_REFUND, shop_pay(&s, order, 7, 3755));
    assert_int_equal(ORDER_REFUND_DUE, fixture_int(f, "SELECT state FROM orders"));
    assert_int_equal(600, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    shop_check(&s);
}

static void
an_expired_order_frees_its_stock_once(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = held_order(&s, 1, "key-0000000000000001");
    fixture_begin(f);
    assert_int_equal(OK, order_expire(&f->cx, order)); /* Too early. */
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(ORDER_HELD, fixture_int(f, "SELECT state FROM orders"));
    expire(&s, order);
    expire(&s, order);
    assert_int_equal(ORDER_EXPIRED, fixture_int(f, "SELECT state FROM orders"));
    assert_int_equal(600, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    shop_check(&s);
}

static void
late_money_takes_stock_again_or_is_given_back(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 24, 0);
    shop_company(&s, 1, 10, 1);
    shop_company(&s, 2, 10, 1);
    int64_t first = held_order(&s, 1, "key-0000000000000001");
    expire(&s, first);
    assert_int_equal(OUTCOME_PAID, shop_pay(&s, first, 7, 3756));
    assert_int_equal(12, fixture_int(f, "SELECT SUM(sold) FROM stock_slot"));
    int64_t second = held_order(&s, 2, "key-0000000000000002");
    expire(&s, second);
    fixture_begin(f);
    assert_int_equal(OK, stock_adjust(&f->cx, MOVE_WITHDRAW, s.pool_id, 12, STR("recall")));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OUTCOME_REFUND, shop_pay(&s, second, 8, 3756));
    assert_int_equal(OUTCOME_ALREADY, shop_pay(&s, second, 8, 3756));
    shop_check(&s);
}

static void
late_money_does_not_pass_the_quota(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 2, 1); /* 3 heads x 4 = 12 units: two packs */
    int64_t first = held_order(&s, 1, "key-0000000000000001");
    expire(&s, first);
    int64_t second = held_order(&s, 1, "key-0000000000000002");
    assert_int_equal(OUTCOME_PAID, shop_pay(&s, second, 7, 3756));
    assert_int_equal(OUTCOME_REFUND, shop_pay(&s, first, 8, 3756));
    shop_check(&s);
}

/* An order stands in the period it was made in: what the company has of a later one neither takes
 * its room nor gives it any. */
static void
late_money_counts_in_the_period_of_its_order(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 2, 1); /* 3 heads x 4 = 12 units: two packs in each period */
    shop_company(&s, 2, 2, 1);
    int64_t first = held_order(&s, 1, "key-0000000000000001");
    int64_t passed = held_order(&s, 2, "key-0000000000000002");
    expire(&s, first);
    fixture_clock(f, SHOP_NOW_MS);
    expire(&s, passed);
    int64_t kept = held_order(&s, 2, "key-0000000000000003");
    assert_int_equal(OUTCOME_PAID, shop_pay(&s, kept, 6, 3756));
    fixture_clock(f, SHOP_NOW_MS + 15 * CLOCK_DAY_MS);
    int64_t next = held_order(&s, 1, "key-0000000000000004");
    assert_int_equal(OUTCOME_PAID, shop_pay(&s, next, 7, 3756));
    assert_int_equal(OUTCOME_PAID, shop_pay(&s, first, 8, 3756));
    assert_int_equal(OUTCOME_REFUND, shop_pay(&s, passed, 9, 3756));
    (void)held_order(&s, 2, "key-0000000000000005");
    shop_check(&s);
}

/* Both fit by the headcount accepted since: that is no breach, which would close all sales. */
static void
late_money_counts_against_the_quota_of_its_day(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 2, 1);
    int64_t first = held_order(&s, 1, "key-0000000000000001");
    expire(&s, first);
    int64_t second = held_order(&s, 1, "key-0000000000000002");
    expire(&s, second);
    fixture_begin(f);
    fixture_sql(f, "UPDATE company_declaration SET heads = 5");
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OUTCOME_PAID, shop_pay(&s, first, 7, 3756));
    assert_int_equal(OUTCOME_PAID, shop_pay(&s, second, 8, 3756));
    shop_check(&s);
}

/* ---- races ---- */

enum { BUYERS = 200, THREADS = 8 };

struct race {
    struct shop *shop;
    int thread;
    bool one_company;
    int round;
    int sold, refused, errors;
};

static void *
race_thread(void *arg)
{
    struct race *r = arg;
    struct arena arena = {0};

    for (int n = r->thread; n < (r->one_company ? 50 : BUYERS); n += THREADS) {
        struct ctx cx = fixture_ctx(r->shop->f, &arena);
        char key[64];
        (void)snprintf(key, sizeof key, "key-%d-%d-000000000", r->round, n);
        struct order_ask ask = r->one_company
                                   ? shop_ask(r->shop, &arena, 0, n % 5, 1, key)
                                   : shop_ask(r->shop, &arena, n, 0, 1, key);
        struct shop_placing p = {.ask = &ask};
        cx.now_ms = SHOP_NOW_MS;
        cx.actor.account_id = 1;
        enum err e = db_write(&cx, shop_place_unit, &p);
        r->errors += e != OK;
        r->sold += e == OK && p.placed.ok;
        r->refused += e == OK && !p.placed.ok;
        arena_clear(&arena);
    }
    arena_release(&arena);
    return NULL;
}

/* Returns how many orders were placed; every buyer must get an answer. */
static int
run_race(struct shop *s, int round, bool one_company)
{
    struct race race[THREADS];
    pthread_t thread[THREADS];
    int sold = 0, answered = 0;

    for (int t = 0; t < THREADS; t++) {
        race[t] = (struct race){.shop = s, .thread = t, .one_company = one_company,
                                .round = round};
        assert_int_equal(0, pthread_create(&thread[t], NULL, race_thread, &race[t]));
    }
    for (int t = 0; t < THREADS; t++) {
        pthread_join(thread[t], NULL);
        assert_int_equal(0, race[t].errors);
        sold += race[t].sold;
        answered += race[t].sold + race[t].refused;
    }
    assert_int_equal(one_company ? 50 : BUYERS, answered);
    return sold;
}

/* 200 buyers at once for 1, 10 and 500 packs: sold = min(stock, demand). */
static void
race_for(struct fixture *f, int packs)
{
    struct shop s;

    shop_open(f, &s, (int64_t)packs * SHOP_PACK_UNITS, 0);
    for (int n = 0; n < BUYERS; n++)
        shop_company(&s, n, 10, 1);
    fixture_start(f, THREADS);
    assert_int_equal(packs < BUYERS ? packs : BUYERS, run_race(&s, 0, false));
    shop_check(&s);
}

static void
two_hundred_buyers_for_one_pack(void **state)
{
    race_for(*state, 1);
}

static void
two_hundred_buyers_for_ten_packs(void **state)
{
    race_for(*state, 10);
}

static void
two_hundred_buyers_for_five_hundred_packs(void **state)
{
    race_for(*state, 500);
}

/* Five establishments, fifty posts at once: the quota is the company's, and one hold at a time. */
static void
many_establishments_have_one_quota(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 6000, 0);
    shop_company(&s, 0, 2, 5); /* 12 units: two packs, one unpaid order at a time */
    fixture_start(f, THREADS);
    assert_int_equal(1, run_race(&s, 0, true));
    shop_check(&s);
}

int
test_order(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(an_order_takes_stock_and_money_adds_up),
        DB_TEST(the_same_key_gives_the_same_order),
        DB_TEST(a_refusal_says_why_and_changes_nothing),
        DB_TEST(another_companys_establishment_is_not_found),
        DB_TEST(an_order_is_found_by_its_reference),
        DB_TEST(one_payment_pays_once_and_a_second_is_given_back),
        DB_TEST(a_wrong_amount_is_given_back_and_frees_the_stock),
        DB_TEST(an_expired_order_frees_its_stock_once),
        DB_TEST(late_money_takes_stock_again_or_is_given_back),
        DB_TEST(late_money_does_not_pass_the_quota),
        DB_TEST(late_money_counts_in_the_period_of_its_order),
        DB_TEST(late_money_counts_against_the_quota_of_its_day),
        DB_TEST(two_hundred_buyers_for_one_pack),
        DB_TEST(two_hundred_buyers_for_ten_packs),
        DB_TEST(two_hundred_buyers_for_five_hundred_packs),
        DB_TEST(many_establishments_have_one_quota),
    };

    return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
