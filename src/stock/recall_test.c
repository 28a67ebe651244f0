/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recall_test.c - a lot recalled while its units are everywhere at once: on the shelf, picked,
 * labelled, asked for, half sent, with the carrier, delivered, come back, lost.
 */
#include "care/trouble_decide.h"
#include "check/check.h"
#include "delivery/delivery_int.h"
#include "job/job.h"
#include "staff/staff.h"
#include "stock/stock_room.h"
#include "test/parcels.h"

int test_recall(void);

#define HANDED (SHOP_NOW_MS - INT64_C(2) * 86400000)
enum { MINUTE = 60000 };

/* Accounts 1 and 2 mind the stock; companies 1 to 9. */
static void
house(struct fixture *f, struct shop *s)
{
    shop_open(f, s, 0, 0);
    for (int n = 1; n <= 9; n++)
        shop_company(s, n, 40, 1);
    fixture_sql(f, str_printf(&f->arena, "UPDATE account SET rights = %d, organiser_id = %lld "
                                         "WHERE id IN (1, 2)", RIGHT_STOCK,
                              (long long)s->campaign.organiser_id).ptr);
    f->cx.actor = (struct actor){.account_id = 1, .organiser_id = s->campaign.organiser_id,
                                 .rights = RIGHT_SIGNED | RIGHT_STOCK};
}

static int64_t
lot_of(struct shop *s, const char *lot, int64_t units)
{
    struct stock_result r;

    fixture_begin(s->f);
    struct arrival in = {.pool_id = s->pool_id, .supplier = STR("Tissages"),
                         .note = str_of(lot), .lot = str_of(lot), .units = units,
                         .expected_day = 18417};
    assert_int_equal(OK, arrival_announce(&s->f->cx, &in, &r));
    struct receipt take = {.arrival_id = r.id, .accepted = units};
    assert_int_equal(OK, receipt_take(&s->f->cx, &take, &r));
    assert_int_equal(STOCK_DONE, r.no);
    assert_int_equal(OK, fixture_commit(s->f));
    return r.id;
}

static void
pick(struct shop *s, int64_t order, int64_t units)
{
    struct stock_pick p;

    fixture_begin(s->f);
    assert_int_equal(OK, stock_pick(&s->f->cx, order, s->pool_id, units, &p));
    assert_int_equal(units, p.units);
    assert_int_equal(OK, fixture_commit(s->f));
}

static void
parcel_set(struct shop *s, int64_t order, int nth, enum parcel_state state)
{
    char sql[300];

    snprintf(sql, sizeof sql,
             "UPDATE parcel SET state = %d, carrier = 'colissimo', number = CASE WHEN %d > 2 THEN "
             "'8L' || (5139207000 + id) || '0' END WHERE order_id = %lld AND nth = %d",
             (int)state, (int)state, (long long)order, nth);
    fixture_sql(s->f, sql);
}

static void
run_jobs(struct shop *s, int64_t after_ms)
{
    int ran;

    fixture_clock(s->f, s->f->cx.now_ms + after_ms);
    assert_int_equal(OK, job_run_due(&s->f->cx, &ran));
    fixture_clock(s->f, s->f->cx.now_ms); /* A job lets its time go. */
}

static void
approve(struct shop *s, int64_t request)
{
    struct str why = STR_NONE;

    s->f->cx.actor.account_id = 2;
    fixture_begin(s->f);
    assert_int_equal(OK, act_decide(&s->f->cx, request, ACT_APPROVED, STR("vu"), &why));
    assert_int_equal(OK, fixture_commit(s->f));
    s->f->cx.actor.account_id = 1;
}

static void
recall(struct shop *s, int64_t batch, enum recall_follow follow)
{
    struct stock_result r;

    fixture_begin(s->f);
    assert_int_equal(OK, recall_ask(&s->f->cx, batch, STR("colorant interdit"),
                                    STR("ne les portez pas"), follow, &r));
    assert_int_equal(STOCK_DONE, r.no);
    assert_int_equal(OK, fixture_commit(s->f));
    approve(s, r.id);
}

static void
follow(struct shop *s, int64_t batch, enum recall_follow what)
{
    struct stock_result r;

    fixture_begin(s->f);
    assert_int_equal(OK, recall_follow_ask(&s->f->cx, batch, what, STR("décidé"), &r));
    assert_int_equal(STOCK_DONE, r.no);
    assert_int_equal(OK, fixture_commit(s->f));
    approve(s, r.id);
    run_jobs(s, MINUTE);
}

/* One cell about an order: %lld in sql. */
static int64_t
of(struct shop *s, const char *sql, int64_t order)
{
    char text[300];

    snprintf(text, sizeof text, "%s %lld", sql, (long long)order);
    return fixture_int(s->f, text);
}
#define STAGE "SELECT stage FROM stock_recall_order WHERE order_id ="
#define FOLLOW "SELECT follow FROM stock_recall_order WHERE order_id ="
#define UNITS "SELECT units FROM stock_recall_order WHERE order_id ="
#define STATE "SELECT state FROM orders WHERE id ="
#define ASIDE_MS "SELECT aside_ms FROM stock_recall_order WHERE order_id ="
#define CANCELLED "SELECT COUNT(*) FROM parcel WHERE state = 9 AND order_id ="
#define WAITING "SELECT COUNT(*) FROM parcel WHERE state = 1 AND order_id ="
#define TOLD "SELECT COUNT(*) FROM mail WHERE cause = 'stock_recall' AND subject_id ="

static int64_t
sum(struct shop *s, const char *what)
{
    char text[120];

    snprintf(text, sizeof text, "SELECT SUM(%s) FROM %s", what,
             str_is(str_of(what), "available") ? "stock_slot" : "stock_batch_pool");
    return fixture_int(s->f, text);
}

/* Orders of two packs, twelve units, in every stage; all of one lot of 120 units. */
struct everywhere {
    int64_t batch, handed, delivered, back, picked, labelled, asked, half, paid;
};

static void
everywhere(struct shop *s, struct everywhere *e)
{
    e->batch = lot_of(s, "L1", 120);
    e->handed = parcels_handed(s, 1, 2, 101, true, HANDED);
    e->delivered = parcels_handed(s, 2, 2, 102, true, HANDED);
    e->back = parcels_handed(s, 3, 2, 103, true, HANDED);
    e->picked = parcels_waiting(s, 4, 2, 104, true);
    e->labelled = parcels_waiting(s, 5, 2, 105, true);
    e->asked = parcels_waiting(s, 6, 2, 106, true);
    e->half = parcels_waiting(s, 7, 2, 107, false);
    e->paid = shop_paid(s, 8, 2, 108);
    assert_int_equal(1, parcels_news(s, e->delivered, 1, "DI1", HANDED + 3600000));
    assert_int_equal(1, parcels_news(s, e->back, 1, "DI2", HANDED + 3600000));
    pick(s, e->picked, 12);
    pick(s, e->labelled, 12);
    pick(s, e->asked, 12);
    pick(s, e->half, 12);
    parcel_set(s, e->labelled, 1, PARCEL_LABELLED);
    parcel_set(s, e->asked, 1, PARCEL_ASKED);
    parcels_hand(s, e->half, 1, HANDED);
    parcel_set(s, e->half, 2, PARCEL_LABELLED);
    shop_check(s);
}

static void
stages_are(struct shop *s, const struct everywhere *e)
{
    assert_int_equal(RECALL_ON_WAY, of(s, STAGE, e->handed));
    assert_int_equal(RECALL_DELIVERED, of(s, STAGE, e->delivered));
    assert_int_equal(RECALL_CAME_BACK, of(s, STAGE, e->back));
    assert_int_equal(RECALL_ASIDE, of(s, STAGE, e->picked));
    assert_int_equal(RECALL_ASIDE, of(s, STAGE, e->labelled));
    assert_int_equal(RECALL_ASIDE, of(s, STAGE, e->asked));
    assert_int_equal(RECALL_ON_WAY, of(s, STAGE, e->half));
    assert_int_equal(6, of(s, UNITS, e->half)); /* The other six are made anew. */
    assert_int_equal(7, fixture_count(s->f, "stock_recall_order"));
}

/* What was in the house is set aside, but for the one whose label is being asked for. */
static void
the_house_is_set_aside(struct shop *s, const struct everywhere *e)
{
    assert_int_equal(ORDER_PAID, of(s, STATE, e->picked));
    assert_int_equal(ORDER_PAID, of(s, STATE, e->labelled));
    assert_int_equal(ORDER_PREPARING, of(s, STATE, e->asked));
    assert_int_equal(ORDER_PREPARING, of(s, STATE, e->half));
    assert_int_equal(1, of(s, CANCELLED, e->picked));
    assert_int_equal(1, of(s, CANCELLED, e->labelled));
    assert_int_equal(1, of(s, CANCELLED, e->half));
    assert_int_equal(1, of(s, WAITING, e->half));
    assert_true(of(s, ASIDE_MS, e->picked) > 0);
    assert_int_equal(0, of(s, ASIDE_MS, e->asked));
    assert_int_equal(0, of(s, TOLD, e->asked));
    assert_int_equal(0, of(s, TOLD, e->paid));
    assert_int_equal(6, fixture_int(s->f, "SELECT COUNT(*) FROM mail WHERE "
                                          "cause = 'stock_recall'"));
    assert_int_equal(3, fixture_int(s->f, "SELECT COUNT(*) FROM parcel WHERE state = 9 AND "
                                          "problem LIKE 'Lot rappel%'"));
    /* 24 were free; the other 42 on the shelf are promised to five orders. */
    assert_int_equal(24, sum(s, "quarantined"));
    assert_int_equal(42, sum(s, "on_hand"));
    assert_int_equal(0, sum(s, "available"));
}

static void
a_lot_that_is_everywhere_is_stopped_where_it_can_be(void **state)
{
    struct fixture *f = *state;
    struct everywhere e;
    struct shop s;
    int64_t id;

    house(f, &s);
    everywhere(&s, &e);
    recall(&s, e.batch, FOLLOW_WAITS);
    shop_check(&s); /* Before the jobs ran too. */
    parcel_set(&s, e.asked, 1, PARCEL_LABELLED); /* The carrier answers at this moment. */
    fixture_begin(f);
    /* Nothing of the lot may leave: neither the parcels, nor the orders. */
    assert_int_equal(ERR_CONFLICT, handover_make(&f->cx, STR("colissimo"), false, &id));
    fixture_rollback(f);
    parcel_set(&s, e.asked, 1, PARCEL_ASKED);
    run_jobs(&s, 0);
    stages_are(&s, &e);
    the_house_is_set_aside(&s, &e);
    shop_check(&s);
    run_jobs(&s, MINUTE); /* Still asked for. */
    assert_int_equal(0, of(&s, ASIDE_MS, e.asked));
    parcel_set(&s, e.asked, 1, PARCEL_LABELLED);
    run_jobs(&s, MINUTE);
    assert_true(of(&s, ASIDE_MS, e.asked) > 0);
    assert_int_equal(1, of(&s, TOLD, e.asked));
    assert_int_equal(ORDER_PAID, of(&s, STATE, e.asked));
    assert_int_equal(FOLLOW_WAITS, of(&s, FOLLOW, e.handed));
    assert_int_equal(FOLLOW_NONE, of(&s, FOLLOW, e.back));
    shop_check(&s);
}

static void
what_left_is_sent_again_as_far_as_there_is_stock(void **state)
{
    struct fixture *f = *state;
    struct everywhere e;
    struct shop s;

    house(f, &s);
    everywhere(&s, &e);
    parcel_set(&s, e.asked, 1, PARCEL_LABELLED);
    recall(&s, e.batch, FOLLOW_AGAIN);
    run_jobs(&s, 0);
    stages_are(&s, &e);
    /* All of the lot is blocked or promised: nothing can be sent, a person decides anew. */
    assert_int_equal(FOLLOW_WAITS, of(&s, FOLLOW, e.handed));
    assert_int_equal(3, fixture_int(f, "SELECT COUNT(*) FROM stock_recall_order WHERE "
                                       "follow = 1 AND follow_why <> ''"));
    assert_int_equal(ORDER_HANDED, of(&s, STATE, e.handed));
    shop_check(&s);
    lot_of(&s, "L2", 80); /* 54 of them for what is promised and lay there recalled. */
    assert_int_equal(26, sum(&s, "available"));
    fixture_sql(f, "UPDATE orders SET forgotten_ms = 1 WHERE state = 6"); /* Sent where to? */
    follow(&s, e.batch, FOLLOW_AGAIN);
    assert_int_equal(FOLLOW_SENT, of(&s, FOLLOW, e.handed));
    assert_int_equal(FOLLOW_WAITS, of(&s, FOLLOW, e.delivered));
    assert_int_equal(ORDER_DELIVERED, of(&s, STATE, e.delivered));
    fixture_sql(f, "UPDATE orders SET forgotten_ms = 0");
    follow(&s, e.batch, FOLLOW_AGAIN);
    assert_int_equal(FOLLOW_SENT, of(&s, FOLLOW, e.delivered));
    assert_int_equal(FOLLOW_WAITS, of(&s, FOLLOW, e.half)); /* A part is here still. */
    assert_int_equal(ORDER_PREPARING, of(&s, STATE, e.delivered));
    assert_int_equal(1, of(&s, WAITING, e.delivered));
    assert_int_equal(2, sum(&s, "available"));
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'recall_again'"));
    assert_int_equal(0, fixture_count(f, "refund"));
    assert_int_equal(24, fixture_int(f, "SELECT SUM(spoilt) FROM stock_pick"));
    shop_check(&s);
    /* The quota stays as it was: what is sent again was bought already. */
    parcels_hand_rest(&s, e.delivered, HANDED + 1);
    parcels_hand_rest(&s, e.handed, HANDED + 1);
    assert_int_equal(ORDER_HANDED, of(&s, STATE, e.delivered));
    shop_check(&s);
}

static void
what_left_is_given_back_in_whole_packs(void **state)
{
    struct fixture *f = *state;
    struct everywhere e;
    struct shop s;

    house(f, &s);
    everywhere(&s, &e);
    parcel_set(&s, e.asked, 1, PARCEL_LABELLED);
    recall(&s, e.batch, FOLLOW_WAITS);
    run_jobs(&s, 0);
    lot_of(&s, "L2", 60);
    parcels_hand_rest(&s, e.half, HANDED + 1);
    follow(&s, e.batch, FOLLOW_BACK);
    assert_int_equal(FOLLOW_GIVEN, of(&s, FOLLOW, e.half));
    assert_int_equal(ORDER_HANDED, of(&s, STATE, e.half)); /* One pack of two was of the lot. */
    assert_int_equal(1, of(&s, "SELECT follow_packs FROM stock_recall_order WHERE order_id =",
                           e.half));
    assert_int_equal(ORDER_REFUND_DUE, of(&s, STATE, e.delivered));
    assert_int_equal(ORDER_REFUND_DUE, of(&s, STATE, e.handed));
    assert_int_equal(1878, of(&s, "SELECT r.amount_cents FROM refund r JOIN payment p ON "
                                  "p.id = r.payment_id WHERE p.order_id =", e.half));
    assert_int_equal(3, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE "
                                       "cause = 'recall_given_back'"));
    assert_int_equal(0, sum(&s, "on_hand * recalled"));
    shop_check(&s);
    fixture_begin(f);
    struct stock_result r;
    assert_int_equal(OK, recall_follow_ask(&f->cx, e.batch, FOLLOW_BACK, STR("encore"), &r));
    assert_int_equal(STOCK_CLOSED, r.no);
    fixture_rollback(f);
}

static void
what_comes_back_of_a_recalled_lot_does_not_go_on_the_shelf(void **state)
{
    struct fixture *f = *state;
    struct str why = STR_NONE;
    struct everywhere e;
    struct shop s;

    house(f, &s);
    everywhere(&s, &e);
    recall(&s, e.batch, FOLLOW_WAITS);
    run_jobs(&s, 0);
    struct parcel p = parcels_get(&s, e.back, 1);
    fixture_begin(f);
    assert_int_equal(ERR_CONFLICT, trouble_send_again(&f->cx, &p, FATE_BACK_FIT,
                                                      STR("colis intact"), &why));
    assert_true(str_contains(why, STR("rappel")));
    fixture_rollback(f);
    fixture_begin(f);
    int64_t aside = sum(&s, "quarantined");
    assert_int_equal(OK, trouble_give_back(&f->cx, &p, FATE_BACK_FIT, STR("lot rappelé"), &why));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(ORDER_REFUND_DUE, of(&s, STATE, e.back));
    assert_int_equal(aside + 12, sum(&s, "quarantined"));
    assert_int_equal(0, sum(&s, "available"));
    shop_check(&s);
}

static void
units_lost_before_and_made_good_are_not_made_good_twice(void **state)
{
    struct fixture *f = *state;
    struct recall_order_list list;
    struct str why = STR_NONE;
    struct shop s;

    house(f, &s);
    int64_t batch = lot_of(&s, "L1", 12);
    int64_t lost = parcels_handed(&s, 1, 2, 101, true, HANDED);
    lot_of(&s, "L2", 40);
    struct parcel p = parcels_get(&s, lost, 1);
    fixture_begin(f);
    assert_int_equal(OK, trouble_send_again(&f->cx, &p, FATE_LOST, STR("perdu en route"), &why));
    assert_int_equal(OK, fixture_commit(f));
    parcels_hand_rest(&s, lost, HANDED + 1);
    recall(&s, batch, FOLLOW_AGAIN);
    run_jobs(&s, 0);
    assert_int_equal(RECALL_CAME_BACK, of(&s, STAGE, lost));
    assert_int_equal(FOLLOW_NONE, of(&s, FOLLOW, lost));
    assert_int_equal(ORDER_HANDED, of(&s, STATE, lost));
    assert_int_equal(1, of(&s, TOLD, lost)); /* It may arrive all the same. */
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'recall_again'"));
    fixture_begin(f);
    assert_int_equal(OK, batch_orders(&f->cx, batch, 0, 51, &list));
    fixture_rollback(f);
    assert_int_equal(1, list.count);
    assert_int_equal(12, list.item[0].units);
    shop_check(&s);
}

static enum err
run_check(struct ctx *cx, void *arg)
{
    int checked;

    return check_run(cx, 0, arg, &checked);
}

static void
a_recalled_unit_on_the_shelf_beside_one_for_sale_is_a_breach(void **state)
{
    struct fixture *f = *state;
    struct breach_list list = {0};
    bool named = false;
    struct shop s;

    house(f, &s);
    int64_t batch = lot_of(&s, "L1", 12);
    recall(&s, batch, FOLLOW_WAITS);
    shop_check(&s);
    fixture_sql(f, "UPDATE stock_batch_pool SET on_hand = on_hand + 1, "
                   "quarantined = quarantined - 1; "
                   "UPDATE stock_slot SET available = available + 1, "
                   "quarantined = quarantined - 1 WHERE slot = "
                   "(SELECT MIN(slot) FROM stock_slot WHERE quarantined > 0)");
    assert_int_equal(OK, db_read(&f->cx, run_check, &list));
    for (size_t i = 0; i < list.count; i++)
        named = named || str_is(str_of(list.item[i].invariant), "I21");
    assert_true(named);
}

int
test_recall(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_lot_that_is_everywhere_is_stopped_where_it_can_be),
        DB_TEST(what_left_is_sent_again_as_far_as_there_is_stock),
        DB_TEST(what_left_is_given_back_in_whole_packs),
        DB_TEST(what_comes_back_of_a_recalled_lot_does_not_go_on_the_shelf),
        DB_TEST(units_lost_before_and_made_good_are_not_made_good_twice),
        DB_TEST(a_recalled_unit_on_the_shelf_beside_one_for_sale_is_a_breach),
    };

    return cmocka_run_group_tests_name("recall", tests, NULL, NULL);
}
