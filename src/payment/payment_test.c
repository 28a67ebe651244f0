/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment_test.c - what follows from the provider's news: in any order, any number of times.
 *
 * The network is not used here: test/gateway.test.mjs talks to a gateway.
 */
#include "base/clock.h"
#include "job/job.h"
#include "payment/lyra.h"
#include "payment/payment_store.h"
#include "test/shop.h"

int test_payment(void);

#define SHOP_URL "http://shop.test"

struct till {
    struct shop shop;
    struct fixture *f;
    struct order order;
    int64_t payment_id;
};

static void
till_open(struct till *t, struct fixture *f, int64_t units)
{
    shop_open(f, &t->shop, units, 0);
    t->f = f;
    f->conf.base_url = STR(SHOP_URL);
    f->conf.lyra_site = STR("12345678");
    f->conf.lyra_mode = STR("TEST");
    f->conf.lyra_key = STR("1122334455667788");
    f->conf.lyra_url = STR("http://127.0.0.1:1/vads-payment/");
    f->conf.lyra_rest_url = STR("http://127.0.0.1:1/api-payment");
    f->conf.lyra_password = STR("testpassword_DEMO");
    shop_company(&t->shop, 1, 10, 1);
    struct order_ask ask = shop_ask(&t->shop, &f->arena, 1, 0, 2, "key-0000000000000001");
    struct order_placed placed = shop_place(&t->shop, &ask);
    assert_true(placed.ok);
    t->order = placed.order;
}

static enum err
begin_unit(struct ctx *cx, void *arg)
{
    struct till *t = arg;

    return payment_begin(cx, &provider_lyra, &t->order, &t->payment_id);
}

static int64_t
till_begin(struct till *t)
{
    t->f->cx.now_ms += 10000; /* Not a double click. */
    fixture_clock(t->f, t->f->cx.now_ms);
    assert_int_equal(OK, db_write(&t->f->cx, begin_unit, t));
    return t->payment_id;
}

/* News of the attempt as Lyra sends it. */
static struct payment_news
news_of(struct till *t, enum news_kind kind, const char *uuid, const char *word)
{
    struct arena *a = &t->f->arena;
    struct payment_news n = {
        .kind = kind,
        .event_key = str_printf(a, "%s:%s", uuid, word),
        .attempt_id = t->payment_id,
        .order_ref = t->order.ref,
        .shop = STR(SHOP_URL),
        .site = STR("12345678"),
        .has_mode = true,
        .amount_cents = t->order.total_cents,
        .euros = true,
        .word = str_of(word),
    };
    bool refund = kind == NEWS_REFUND_DONE || kind == NEWS_REFUND_PENDING ||
                  kind == NEWS_REFUND_FAILED;
    n.ref = refund ? STR("u1") : str_of(uuid);
    n.refund_ref = refund ? str_of(uuid) : STR_NONE;
    return n;
}

static enum applied
tell(struct till *t, const struct payment_news *n)
{
    struct news_list list = {{*n}, 1};
    enum applied what;

    assert_int_equal(OK, payment_apply_all(&t->f->cx, &provider_lyra, &list, STR("raw"), &what));
    return what;
}

static int64_t
order_state(struct till *t)
{
    return fixture_int(t->f, str_printf(&t->f->arena, "SELECT state FROM orders WHERE id = %lld",
                                        (long long)t->order.id)
                                 .ptr);
}

static int64_t
payments_in(struct till *t, enum payment_state state)
{
    return fixture_int(t->f, str_printf(&t->f->arena,
                                        "SELECT count(*) FROM payment WHERE state = %d", state)
                                 .ptr);
}

static void
a_capture_pays_the_order_once(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    till_begin(&t);
    assert_int_equal(ORDER_PAYING, order_state(&t));
    struct payment_news n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(ORDER_PAID, order_state(&t));
    assert_int_equal(NEWS_KNOWN, tell(&t, &n));
    n = news_of(&t, NEWS_CAPTURED, "u1", "CAPTURED");
    assert_int_equal(NEWS_KNOWN, tell(&t, &n));
    n = news_of(&t, NEWS_PENDING, "u1", "WAITING_AUTHORISATION");
    assert_int_equal(NEWS_KNOWN, tell(&t, &n));
    assert_int_equal(1, payments_in(&t, PAYMENT_CAPTURED));
    assert_int_equal(3, fixture_count(t.f, "payment_event"));
    assert_int_equal(0, fixture_count(t.f, "refund"));
    shop_check(&t.shop);
}

static void
a_refused_card_may_be_followed_by_a_good_one(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    till_begin(&t);
    struct payment_news n = news_of(&t, NEWS_FAILED, "u0", "REFUSED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(ORDER_HELD, order_state(&t));
    n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(ORDER_PAID, order_state(&t));
    /* The older refusal once more, as a late copy under another name. */
    n = news_of(&t, NEWS_FAILED, "u0", "EXPIRED");
    assert_int_equal(NEWS_KNOWN, tell(&t, &n));
    assert_int_equal(ORDER_PAID, order_state(&t));
    shop_check(&t.shop);
}

static void
one_of_two_windows_failing_leaves_the_other_open(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    int64_t first = till_begin(&t);
    int64_t second = till_begin(&t);
    assert_true(first != second);
    t.payment_id = first;
    struct payment_news n = news_of(&t, NEWS_FAILED, "u0", "ABANDONED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(ORDER_PAYING, order_state(&t));
    t.payment_id = second;
    n = news_of(&t, NEWS_FAILED, "u9", "ABANDONED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(ORDER_HELD, order_state(&t));
}

static void
another_amount_or_currency_is_given_back(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    till_begin(&t);
    struct payment_news n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    n.euros = false;
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(ORDER_REFUND_DUE, order_state(&t));
    assert_int_equal(1, payments_in(&t, PAYMENT_REFUND_DUE));
    assert_int_equal(1, fixture_int(t.f, "SELECT count(*) FROM refund WHERE state = 1"));
    assert_int_equal(t.order.total_cents, fixture_int(t.f, "SELECT amount_cents FROM refund"));
    shop_check(&t.shop);
}

static void
a_second_payment_goes_back(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    int64_t first = till_begin(&t);
    int64_t second = till_begin(&t);
    struct payment_news n = news_of(&t, NEWS_CAPTURED, "u2", "AUTHORISED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    t.payment_id = first;
    n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(ORDER_PAID, order_state(&t));
    assert_int_equal(1, payments_in(&t, PAYMENT_REFUND_DUE));
    /* And one more capture under the same attempt: a payment of its own. */
    t.payment_id = second;
    n = news_of(&t, NEWS_CAPTURED, "u3", "AUTHORISED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    n = news_of(&t, NEWS_CAPTURED, "u3", "CAPTURED");
    assert_int_equal(NEWS_KNOWN, tell(&t, &n));
    assert_int_equal(1, payments_in(&t, PAYMENT_CAPTURED));
    assert_int_equal(2, payments_in(&t, PAYMENT_REFUND_DUE));
    assert_int_equal(2, fixture_count(t.f, "refund"));
    shop_check(&t.shop);
}

static enum err
expire_unit(struct ctx *cx, void *arg)
{
    return order_expire(cx, ((struct till *)arg)->order.id);
}

static void
late_money_is_served_or_given_back(void **state)
{
    struct till t;

    till_open(&t, *state, 12);
    till_begin(&t);
    fixture_clock(t.f, t.f->cx.now_ms + 2 * CLOCK_HOUR_MS);
    assert_int_equal(OK, db_write(&t.f->cx, expire_unit, &t));
    assert_int_equal(ORDER_EXPIRED, order_state(&t));
    /* Somebody else buys what was freed. */
    shop_company(&t.shop, 2, 10, 1);
    struct order_ask ask = shop_ask(&t.shop, &t.f->arena, 2, 0, 2, "key-0000000000000002");
    assert_true(shop_place(&t.shop, &ask).ok);
    struct payment_news n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(ORDER_REFUND_DUE, order_state(&t));
    n = news_of(&t, NEWS_REFUND_DONE, "r1", "CAPTURED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(NEWS_KNOWN, tell(&t, &n));
    assert_int_equal(ORDER_REFUNDED, order_state(&t));
    assert_int_equal(1, payments_in(&t, PAYMENT_REFUNDED));
    assert_int_equal(1, fixture_int(t.f, "SELECT count(*) FROM refund WHERE state = 3"));
    shop_check(&t.shop);
}

static void
a_refund_before_its_payment_waits(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    till_begin(&t);
    struct payment_news n = news_of(&t, NEWS_REFUND_DONE, "r1", "CAPTURED");
    assert_int_equal(NEWS_PARKED, tell(&t, &n));
    assert_int_equal(0, fixture_count(t.f, "refund"));
    assert_int_equal(1, fixture_int(t.f, "SELECT count(*) FROM payment_event WHERE state = 2"));
    n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    /* The capture wakes it. */
    assert_int_equal(t.f->cx.now_ms,
                     fixture_int(t.f, "SELECT next_try_ms FROM payment_event WHERE state = 2"));
}

static void
refunds_never_pass_what_was_captured(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    till_begin(&t);
    struct payment_news n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    n = news_of(&t, NEWS_REFUND_DONE, "r1", "CAPTURED");
    n.amount_cents = 1000;
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(1, payments_in(&t, PAYMENT_CAPTURED));
    n = news_of(&t, NEWS_REFUND_DONE, "r2", "CAPTURED");
    assert_int_equal(NEWS_ODD, tell(&t, &n));
    assert_int_equal(1000, fixture_int(t.f, "SELECT refunded_cents FROM payment"));
    n = news_of(&t, NEWS_REFUND_DONE, "r3", "CAPTURED");
    n.amount_cents -= 1000;
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(1, payments_in(&t, PAYMENT_REFUNDED));
    /* All of it was given back by hand: the order is over and its stock is free. */
    assert_int_equal(ORDER_REFUNDED, order_state(&t));
    assert_int_equal(600, fixture_int(t.f, "SELECT SUM(available) FROM stock_slot"));
    shop_check(&t.shop);
}

static enum err
refund_unit(struct ctx *cx, void *arg)
{
    return payment_refund_order(cx, ((struct till *)arg)->order.id, STR("cancelled"));
}

static void
a_refund_that_failed_is_made_anew(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    till_begin(&t);
    struct payment_news n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(OK, db_write(&t.f->cx, refund_unit, &t));
    n = news_of(&t, NEWS_REFUND_DONE, "r1", "succeeded");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    n = news_of(&t, NEWS_REFUND_FAILED, "r1", "failed");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(1, payments_in(&t, PAYMENT_REFUND_DUE));
    assert_int_equal(0, fixture_int(t.f, "SELECT refunded_cents FROM payment"));
    assert_int_equal(2, fixture_int(t.f, "SELECT count(DISTINCT idem_key) FROM refund"));
    assert_int_equal(1, fixture_int(t.f, "SELECT count(*) FROM refund WHERE state = 1"));
    n = news_of(&t, NEWS_REFUND_DONE, "r2", "succeeded");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(1, payments_in(&t, PAYMENT_REFUNDED));
}

static void
never_back_from_paid_by_a_notification(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    till_begin(&t);
    struct payment_news n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    n = news_of(&t, NEWS_FAILED, "u1", "CANCELLED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n)); /* The provider will be asked. */
    assert_int_equal(1, payments_in(&t, PAYMENT_CAPTURED));
    assert_int_equal(ORDER_PAID, order_state(&t));
    assert_true(fixture_int(t.f, "SELECT count(*) FROM payment WHERE next_check_ms > 0") == 1);
    n.asked = true;
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(1, payments_in(&t, PAYMENT_REFUNDED));
}

static void
a_dispute_is_kept_and_may_be_won(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    till_begin(&t);
    struct payment_news n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    n = news_of(&t, NEWS_DISPUTED, "u1", "needs_response");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(ORDER_DISPUTED, order_state(&t));
    assert_int_equal(1, payments_in(&t, PAYMENT_DISPUTED));
    n = news_of(&t, NEWS_DISPUTE_WON, "u1", "won");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(1, payments_in(&t, PAYMENT_CAPTURED));
}

static int64_t
alarms_of(struct till *t, const char *what)
{
    return fixture_int(t->f, str_printf(&t->f->arena, "SELECT COUNT(*) FROM payment_alarm "
                                                      "WHERE what = '%s'", what).ptr);
}

static void
a_dispute_may_end_before_it_begins(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    till_begin(&t);
    struct payment_news n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    n = news_of(&t, NEWS_DISPUTE_WON, "u1", "won");
    assert_int_equal(NEWS_PARKED, tell(&t, &n));
    assert_int_equal(ORDER_PAID, order_state(&t));
    n = news_of(&t, NEWS_DISPUTED, "u1", "needs_response");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(ORDER_DISPUTED, order_state(&t));
}

static void
a_refund_that_is_contested_too_is_for_people(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    till_begin(&t);
    struct payment_news n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    n.amount_cents--; /* Another sum than asked: it goes back. */
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(1, payments_in(&t, PAYMENT_REFUND_DUE));
    n = news_of(&t, NEWS_DISPUTED, "u1", "needs_response");
    assert_int_equal(NEWS_KNOWN, tell(&t, &n));
    assert_int_equal(1, payments_in(&t, PAYMENT_REFUND_DUE));
    assert_int_equal(1, alarms_of(&t, "disputed_and_refunded"));
}

/* The bank returns what somebody gave back at the provider's own desk: the whole sum is owed, since
 * its order is over; a part is that person's to decide. */
static void
a_refund_from_outside_may_fail(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    till_begin(&t);
    struct payment_news n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    n = news_of(&t, NEWS_REFUND_DONE, "r1", "succeeded");
    n.amount_cents = 100;
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    n = news_of(&t, NEWS_REFUND_FAILED, "r1", "failed");
    n.amount_cents = 100;
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(ORDER_PAID, order_state(&t));
    assert_int_equal(1, payments_in(&t, PAYMENT_CAPTURED));
    assert_int_equal(0, fixture_int(t.f, "SELECT COUNT(*) FROM refund WHERE state <> 4"));
    shop_check(&t.shop);

    n = news_of(&t, NEWS_REFUND_DONE, "r2", "succeeded");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(ORDER_REFUNDED, order_state(&t));
    n = news_of(&t, NEWS_REFUND_FAILED, "r2", "failed");
    assert_int_equal(NEWS_APPLIED, tell(&t, &n));
    assert_int_equal(1, payments_in(&t, PAYMENT_REFUND_DUE));
    assert_int_equal(t.order.total_cents,
                     fixture_int(t.f, "SELECT SUM(amount_cents) FROM refund WHERE state = 1"));
    shop_check(&t.shop);
}

static void
what_is_not_ours_changes_nothing(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    till_begin(&t);
    struct payment_news n = news_of(&t, NEWS_CAPTURED, "f1", "AUTHORISED");
    n.site = STR("87654321");
    assert_int_equal(NEWS_FOREIGN, tell(&t, &n));
    n = news_of(&t, NEWS_CAPTURED, "f2", "AUTHORISED");
    n.live = true;
    assert_int_equal(NEWS_FOREIGN, tell(&t, &n));
    n = news_of(&t, NEWS_CAPTURED, "f3", "AUTHORISED");
    n.shop = STR("https://another.example");
    assert_int_equal(NEWS_FOREIGN, tell(&t, &n));
    n = news_of(&t, NEWS_CAPTURED, "f4", "AUTHORISED");
    n.order_ref = STR("ANOTHERREF");
    assert_int_equal(NEWS_PARKED, tell(&t, &n));
    n = news_of(&t, NEWS_CAPTURED, "f5", "AUTHORISED");
    n.attempt_id = 999999;
    assert_int_equal(NEWS_PARKED, tell(&t, &n));
    assert_int_equal(1, payments_in(&t, PAYMENT_STARTED));
    assert_int_equal(ORDER_PAYING, order_state(&t));
    assert_int_equal(5, fixture_count(t.f, "payment_event"));
}

/* Every order of six pieces of news, each twice in a row: one ledger. */
static void
shuffle(int *item, int count, unsigned seed)
{
    for (int i = count - 1; i > 0; i--) {
        seed = seed * 1103515245u + 12345u;
        int j = (int)(seed >> 16) % (i + 1);
        int keep = item[i];
        item[i] = item[j];
        item[j] = keep;
    }
}

static void
any_order_of_news_ends_in_one_ledger(void **state)
{
    struct till t;

    till_open(&t, *state, 6000);
    for (unsigned seed = 1; seed <= 30; seed++) {
        struct order_ask ask =
            shop_ask(&t.shop, &t.f->arena, (int)seed + 1, 0, 2,
                     str_printf(&t.f->arena, "key-%016u", seed + 100).ptr);
        int turn[] = {0, 1, 2, 3, 4, 0, 1, 2, 3, 4};
        const int turns = sizeof turn / sizeof turn[0];

        shop_company(&t.shop, (int)seed + 1, 10, 1);
        struct order_placed placed = shop_place(&t.shop, &ask);
        assert_true(placed.ok);
        t.order = placed.order;
        till_begin(&t);
        const char *u1 = str_printf(&t.f->arena, "%u-1", seed).ptr;
        const char *u2 = str_printf(&t.f->arena, "%u-2", seed).ptr;
        const struct payment_news all[] = {
            news_of(&t, NEWS_CAPTURED, u1, "AUTHORISED"),
            news_of(&t, NEWS_CAPTURED, u1, "CAPTURED"),
            news_of(&t, NEWS_CAPTURED, u2, "AUTHORISED"),
            news_of(&t, NEWS_FAILED, str_printf(&t.f->arena, "%u-0", seed).ptr, "REFUSED"),
            news_of(&t, NEWS_PENDING, u2, "WAITING_AUTHORISATION"),
        };
        shuffle(turn, turns, seed);
        for (int i = 0; i < turns; i++)
            (void)tell(&t, &all[turn[i]]);
        assert_int_equal(ORDER_PAID, order_state(&t));
        assert_int_equal(seed, payments_in(&t, PAYMENT_CAPTURED));
        assert_int_equal(seed, payments_in(&t, PAYMENT_REFUND_DUE));
    }
    assert_int_equal(30, fixture_count(t.f, "refund"));
    shop_check(&t.shop);
}

/* Whatever statement fails, nothing of it stays, and the retry does all of it. */
static void
a_fault_in_the_middle_leaves_nothing(void **state)
{
    struct till t;
    enum applied what;
    int n = 0;

    till_open(&t, *state, 600);
    till_begin(&t);
    struct payment_news news = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    news.amount_cents -= 1; /* The longest way: it opens a refund too. */
    struct news_list list = {{news}, 1};
    enum err e;
    do {
        fixture_fail_at(t.f, ++n);
        e = payment_apply_all(&t.f->cx, &provider_lyra, &list, STR("raw"), &what);
        fixture_fail_at(t.f, 0);
        if (e != OK) {
            assert_int_equal(0, fixture_count(t.f, "payment_event"));
            assert_int_equal(0, fixture_count(t.f, "refund"));
            assert_int_equal(ORDER_PAYING, order_state(&t));
        }
    } while (e != OK && n < 200);
    assert_int_equal(OK, e);
    assert_true(n > 10);
    assert_int_equal(ORDER_REFUND_DUE, order_state(&t));
    assert_int_equal(1, fixture_count(t.f, "refund"));
    shop_check(&t.shop);
}

static void
attempts_are_numbered_and_bounded(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    int64_t first = till_begin(&t);
    assert_int_equal(OK, db_write(&t.f->cx, begin_unit, &t));
    assert_int_equal(first, t.payment_id); /* A double click. */
    for (int i = 1; i < PAYMENT_ATTEMPTS_MAX; i++)
        assert_true(till_begin(&t) != first);
    t.f->cx.now_ms += 10000;
    assert_int_equal(ERR_RATE, db_write(&t.f->cx, begin_unit, &t));
    assert_int_equal(PAYMENT_ATTEMPTS_MAX,
                     fixture_int(t.f, "SELECT count(DISTINCT attempt_key) FROM payment"));
    assert_int_equal(PAYMENT_ATTEMPTS_MAX, fixture_int(t.f, "SELECT taken FROM lyra_counter"));
}

static void
numbers_of_a_day_run_out_cleanly(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    fixture_begin(t.f);
    fixture_sql(t.f, str_printf(&t.f->arena, "INSERT INTO lyra_counter VALUES (%lld, 899999)",
                                (long long)(t.f->cx.now_ms / CLOCK_DAY_MS))
                         .ptr);
    assert_int_equal(OK, fixture_commit(t.f));
    till_begin(&t);
    t.f->cx.now_ms += 10000;
    assert_int_equal(ERR_BUSY, db_write(&t.f->cx, begin_unit, &t));
    assert_int_equal(1, fixture_count(t.f, "payment"));
    assert_int_equal(1, fixture_int(t.f, "SELECT count(*) FROM payment "
                                         "WHERE attempt_key LIKE '%-899999'"));
}

/* What goes out under our signature must not read as a notification: see lyra_api.c. */
static void
our_form_cannot_be_turned_into_a_notification(void **state)
{
    struct till t;
    struct payment_exit exit;
    struct payment_row p;
    struct payer who = {STR("x+AUTHORISED+y@example.fr"), STR("CAPTURED")};

    till_open(&t, *state, 600);
    till_begin(&t);
    fixture_begin(t.f);
    assert_int_equal(OK, payment_get(&t.f->cx, t.payment_id, &p));
    assert_int_equal(OK, provider_lyra.begin(&t.f->cx, &p, &who, &exit));
    fixture_rollback(t.f);
    for (size_t i = 0; i < exit.fields.count; i++) {
        struct pair f = exit.fields.item[i];
        assert_int_equal(NEWS_ASK, lyra_status_kind(f.value, false));
        if (!str_is(f.name, "signature"))
            assert_true(str_find_byte(f.value, '+') == f.value.len);
    }
}

static int64_t
alarms(struct till *t)
{
    return fixture_int(t->f, "SELECT COUNT(*) FROM refund WHERE alarmed_ms > 0");
}

/* It goes on being tried meanwhile: the alarm is for people. */
static void
a_refund_that_waits_a_day_raises_one_alarm(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    till_begin(&t);
    struct payment_news n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    tell(&t, &n);
    assert_int_equal(OK, db_write(&t.f->cx, refund_unit, &t));
    int64_t asked_ms = fixture_int(t.f, "SELECT created_ms FROM refund");
    fixture_clock(t.f, asked_ms + CLOCK_DAY_MS - 1);
    assert_int_equal(OK, payment_sweep_job(&t.f->cx, NULL));
    assert_int_equal(0, alarms(&t));
    fixture_clock(t.f, asked_ms + CLOCK_DAY_MS);
    assert_int_equal(OK, payment_sweep_job(&t.f->cx, NULL));
    assert_int_equal(1, alarms(&t));
    assert_int_equal(asked_ms + CLOCK_DAY_MS, fixture_int(t.f, "SELECT alarmed_ms FROM refund"));
    assert_true(fixture_int(t.f, "SELECT next_try_ms FROM refund") > 0);
    fixture_clock(t.f, asked_ms + 2 * CLOCK_DAY_MS);
    assert_int_equal(OK, payment_sweep_job(&t.f->cx, NULL));
    assert_int_equal(asked_ms + CLOCK_DAY_MS, fixture_int(t.f, "SELECT alarmed_ms FROM refund"));
}

static void
a_refund_that_was_made_raises_none(void **state)
{
    struct till t;

    till_open(&t, *state, 600);
    till_begin(&t);
    struct payment_news n = news_of(&t, NEWS_CAPTURED, "u1", "AUTHORISED");
    tell(&t, &n);
    assert_int_equal(OK, db_write(&t.f->cx, refund_unit, &t));
    n = news_of(&t, NEWS_REFUND_DONE, "r1", "CREDITED");
    tell(&t, &n);
    fixture_clock(t.f, t.f->cx.now_ms + 3 * CLOCK_DAY_MS);
    assert_int_equal(OK, payment_sweep_job(&t.f->cx, NULL));
    assert_int_equal(1, fixture_count(t.f, "refund"));
    assert_int_equal(0, alarms(&t));
}

int
test_payment(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_capture_pays_the_order_once),
        DB_TEST(a_refused_card_may_be_followed_by_a_good_one),
        DB_TEST(one_of_two_windows_failing_leaves_the_other_open),
        DB_TEST(another_amount_or_currency_is_given_back),
        DB_TEST(a_second_payment_goes_back),
        DB_TEST(late_money_is_served_or_given_back),
        DB_TEST(a_refund_before_its_payment_waits),
        DB_TEST(refunds_never_pass_what_was_captured),
        DB_TEST(a_refund_that_failed_is_made_anew),
        DB_TEST(a_refund_that_waits_a_day_raises_one_alarm),
        DB_TEST(a_refund_that_was_made_raises_none),
        DB_TEST(never_back_from_paid_by_a_notification),
        DB_TEST(a_dispute_is_kept_and_may_be_won),
        DB_TEST(a_dispute_may_end_before_it_begins),
        DB_TEST(a_refund_that_is_contested_too_is_for_people),
        DB_TEST(a_refund_from_outside_may_fail),
        DB_TEST(what_is_not_ours_changes_nothing),
        DB_TEST(any_order_of_news_ends_in_one_ledger),
        DB_TEST(a_fault_in_the_middle_leaves_nothing),
        DB_TEST(attempts_are_numbered_and_bounded),
        DB_TEST(numbers_of_a_day_run_out_cleanly),
        DB_TEST(our_form_cannot_be_turned_into_a_notification),
    };

    return cmocka_run_group_tests_name("payment", tests, NULL, NULL);
}
