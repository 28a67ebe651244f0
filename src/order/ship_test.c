/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to an order between payment and the door. */
#include "order/admit.h"
#include "test/shop.h"

int test_ship(void);

typedef enum err (*step_fn)(struct ctx *cx, int64_t order_id, const char *cause, bool *moved);

/* One step in its own transaction; what it answered and whether it moved. */
static enum err
step(struct shop *s, step_fn fn, int64_t order, bool want_moved)
{
    bool moved = !want_moved;

    fixture_begin(s->f);
    enum err err = fn(&s->f->cx, order, "test", &moved);
    if (err != OK) {
        fixture_rollback(s->f);
        return err;
    }
    assert_int_equal(want_moved, moved);
    return fixture_commit(s->f);
}

static enum err
deliver(struct ctx *cx, int64_t order_id, const char *cause, bool *moved)
{
    return order_deliver(cx, order_id, cx->now_ms - 5000, cause, moved);
}

static enum err
give_back_restock(struct ctx *cx, int64_t order_id, const char *cause, bool *moved)
{
    return order_give_back(cx, order_id, true, cause, moved);
}

static enum err
give_back_spoilt(struct ctx *cx, int64_t order_id, const char *cause, bool *moved)
{
    return order_give_back(cx, order_id, false, cause, moved);
}

static void
a_paid_order_goes_to_the_door_and_old_news_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = shop_paid(&s, 1, 2, 7);
    assert_int_equal(ERR_CONFLICT, step(&s, order_hand_over, order, false));
    assert_int_equal(ERR_CONFLICT, step(&s, deliver, order, false));
    assert_int_equal(OK, step(&s, order_prepare, order, true));
    assert_int_equal(OK, step(&s, order_prepare, order, false));
    assert_int_equal(OK, step(&s, order_unprepare, order, true));
    assert_int_equal(OK, step(&s, order_prepare, order, true));
    assert_int_equal(OK, step(&s, order_hand_over, order, true));
    assert_int_equal(OK, step(&s, deliver, order, true));
    assert_int_equal(OK, step(&s, deliver, order, false));
    assert_int_equal(OK, step(&s, order_hand_over, order, false));
    assert_int_equal(ERR_CONFLICT, step(&s, give_back_restock, order, false));
    assert_int_equal(ORDER_DELIVERED, fixture_int(f, "SELECT state FROM orders"));
    assert_int_equal(SHOP_NOW_MS - 5000, fixture_int(f, "SELECT delivered_ms FROM orders"));
    assert_int_equal(12, fixture_int(f, "SELECT SUM(sold) FROM stock_slot"));
    assert_int_equal(7, fixture_count(f, "order_event"));
    shop_check(&s);
}

static void
a_returned_order_is_sent_again_or_given_back(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = shop_paid(&s, 1, 2, 7);
    assert_int_equal(OK, step(&s, order_prepare, order, true));
    assert_int_equal(OK, step(&s, order_hand_over, order, true));
    assert_int_equal(ERR_CONFLICT, step(&s, give_back_spoilt, order, false));
    assert_int_equal(OK, step(&s, order_come_back, order, true));
    assert_int_equal(OK, step(&s, order_send_again, order, true));
    assert_int_equal(OK, step(&s, order_hand_over, order, true));
    assert_int_equal(OK, step(&s, order_come_back, order, true));
    shop_check(&s);
    assert_int_equal(OK, step(&s, give_back_spoilt, order, true));
    assert_int_equal(OK, step(&s, give_back_spoilt, order, false));
    assert_int_equal(ORDER_REFUND_DUE, fixture_int(f, "SELECT state FROM orders"));
    assert_int_equal(12, fixture_int(f, "SELECT SUM(withdrawn) FROM stock_slot"));
    assert_int_equal(588, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(1, fixture_count(f, "refund"));
    shop_check(&s);
}

/* It is paid and may leave again: were its ration free meanwhile, the company would get two. */
static void
a_returned_order_keeps_its_ration_until_it_is_given_back(void **state)
{
    struct fixture *f = *state;
    struct order_placed p;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 2, 1); /* 3 heads x 4 = 12 units: two packs */
    int64_t order = shop_paid(&s, 1, 2, 7);
    assert_int_equal(OK, step(&s, order_prepare, order, true));
    assert_int_equal(OK, step(&s, order_hand_over, order, true));
    assert_int_equal(OK, step(&s, order_come_back, order, true));
    struct order_ask ask = shop_ask(&s, &f->arena, 1, 0, 1, "key-0000000000000009");
    p = shop_place(&s, &ask);
    assert_false(p.ok);
    assert_int_equal(REFUSAL_QUOTA, p.decision->refusal);
    assert_int_equal(OK, step(&s, order_send_again, order, true));
    shop_check(&s);
    assert_int_equal(OK, step(&s, order_hand_over, order, true));
    assert_int_equal(OK, step(&s, order_come_back, order, true));
    assert_int_equal(OK, step(&s, give_back_spoilt, order, true));
    ask.key = STR("key-0000000000000010");
    assert_true(shop_place(&s, &ask).ok);
    shop_check(&s);
}

static void
an_order_given_back_before_it_left_returns_to_the_pool(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = shop_paid(&s, 1, 2, 7);
    assert_int_equal(OK, step(&s, order_prepare, order, true));
    assert_int_equal(OK, step(&s, give_back_restock, order, true));
    assert_int_equal(600, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    shop_check(&s);
}

/* The provider's own back office can give back what has left the house already. */
static void
money_given_back_by_hand_after_the_hand_over_leaves_no_breach(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = shop_paid(&s, 1, 2, 7);
    assert_int_equal(OK, step(&s, order_prepare, order, true));
    assert_int_equal(OK, step(&s, order_hand_over, order, true));
    fixture_begin(f);
    fixture_sql(f, "UPDATE payment SET state = 6, refunded_cents = captured_cents");
    fixture_sql(f, "INSERT INTO refund (payment_id, provider, idem_key, state, amount_cents, "
                   "cause, created_ms, done_ms) VALUES (7, 'lyra', 'by hand', 3, 3756, "
                   "'by hand', 1, 1)");
    assert_int_equal(OK, order_refunded(&f->cx, order, 7));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(ORDER_REFUNDED, fixture_int(f, "SELECT state FROM orders"));
    assert_int_equal(12, fixture_int(f, "SELECT SUM(withdrawn) FROM stock_slot"));
    shop_check(&s);
}

static void
refund_by_hand(struct shop *s, int64_t order, int64_t payment)
{
    struct fixture *f = s->f;

    fixture_begin(f);
    fixture_sql(f, str_printf(&f->arena, "UPDATE payment SET state = 6, refunded_cents = "
                                         "captured_cents WHERE id = %lld", (long long)payment)
                       .ptr);
    fixture_sql(f, str_printf(&f->arena,
                              "INSERT INTO refund (payment_id, provider, idem_key, state, "
                              "amount_cents, cause, created_ms, done_ms) VALUES (%lld, 'lyra', "
                              "'by hand %lld', 3, 3756, 'by hand', 1, 1)",
                              (long long)payment, (long long)payment)
                       .ptr);
    assert_int_equal(OK, order_refunded(&f->cx, order, payment));
    assert_int_equal(OK, fixture_commit(f));
}

/* What is paid back is never sent again: also when it came back or was disputed meanwhile. */
static void
money_given_back_by_hand_ends_returned_and_disputed_orders(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    shop_company(&s, 2, 10, 1);
    int64_t returned = shop_paid(&s, 1, 2, 7), disputed = shop_paid(&s, 2, 2, 8);
    assert_int_equal(OK, step(&s, order_prepare, returned, true));
    assert_int_equal(OK, step(&s, order_hand_over, returned, true));
    assert_int_equal(OK, step(&s, order_come_back, returned, true));
    refund_by_hand(&s, returned, 7);
    assert_int_equal(ERR_CONFLICT, step(&s, order_send_again, returned, false));
    fixture_begin(f);
    assert_int_equal(OK, order_disputed(&f->cx, disputed, 8));
    assert_int_equal(OK, fixture_commit(f));
    refund_by_hand(&s, disputed, 8);
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM orders WHERE state = 10"));
    assert_int_equal(12, fixture_int(f, "SELECT SUM(withdrawn) FROM stock_slot"));
    assert_int_equal(588, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    shop_check(&s);
}

/* Nothing is sent for money that the bank has taken back. */
static void
a_returned_order_may_be_disputed_and_won(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = shop_paid(&s, 1, 2, 7);
    assert_int_equal(OK, step(&s, order_prepare, order, true));
    assert_int_equal(OK, step(&s, order_hand_over, order, true));
    assert_int_equal(OK, step(&s, order_come_back, order, true));
    fixture_begin(f);
    assert_int_equal(OK, order_disputed(&f->cx, order, 7));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(ERR_CONFLICT, step(&s, order_send_again, order, false));
    fixture_begin(f);
    assert_int_equal(OK, order_undisputed(&f->cx, order, 7));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, step(&s, order_send_again, order, true));
    shop_check(&s);
}

int
test_ship(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_paid_order_goes_to_the_door_and_old_news_changes_nothing),
        DB_TEST(a_returned_order_is_sent_again_or_given_back),
        DB_TEST(a_returned_order_keeps_its_ration_until_it_is_given_back),
        DB_TEST(an_order_given_back_before_it_left_returns_to_the_pool),
        DB_TEST(money_given_back_by_hand_after_the_hand_over_leaves_no_breach),
        DB_TEST(money_given_back_by_hand_ends_returned_and_disputed_orders),
        DB_TEST(a_returned_order_may_be_disputed_and_won),
    };

    return cmocka_run_group_tests_name("ship", tests, NULL, NULL);
}
