/* SPDX-License-Identifier: Apache-2.0 */
/* News of parcels: in any order, twice, late, contradictory. */
#include "base/clock.h"
#include "job/job.h"
#include "test/parcels.h"
#include "track/track_int.h"
#include "track/trouble.h"

int test_track(void);

#define HANDED (SHOP_NOW_MS - INT64_C(2) * CLOCK_DAY_MS)
#define HOUR(n) (HANDED + (int64_t)(n) * CLOCK_HOUR_MS)

static struct track_event
ev(int hour, const char *code)
{
    return (struct track_event){HOUR(hour), str_of(code), STR("dit le transporteur"), STR_NONE};
}

static int
tell(struct shop *s, int64_t order, int nth, int hour, const char *code)
{
    return parcels_news(s, order, nth, code, HOUR(hour));
}

static int64_t
order_is(struct fixture *f)
{
    return fixture_int(f, "SELECT state FROM orders ORDER BY id LIMIT 1");
}

static int64_t
mails(struct fixture *f, const char *cause)
{
    char sql[120];

    snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM mail WHERE cause = '%s'", cause);
    return fixture_int(f, sql);
}

static void
the_last_news_that_decides_wins_by_its_date(void **state)
{
    struct track_event a[] = {ev(1, "PC1"), ev(9, "MD2"), ev(10, "DI1"), ev(12, "ET1")};
    struct track_event b[] = {ev(1, "PC1"), ev(10, "ND1"), ev(20, "MD2")};
    struct track_event c[] = {ev(10, "DI1"), ev(30, "RE1"), ev(50, "DI2")};
    struct track_event d[] = {ev(10, "DI2")};
    struct track_event e[] = {ev(10, "XX9")};
    struct track_event g[] = {ev(10, "RE1"), ev(30, "DI0")};
    struct track_event h[] = {ev(10, "ND1"), ev(30, "DR1")};

    (void)state;
    assert_int_equal(SENSE_DELIVERED, track_judge(&(struct track_event_list){a, 4}).sense);
    assert_int_equal(SENSE_OUT, track_judge(&(struct track_event_list){b, 3}).sense);
    struct track_verdict v = track_judge(&(struct track_event_list){c, 3});
    assert_int_equal(SENSE_RETURNED, v.sense);
    assert_true(v.contradicted);
    assert_int_equal(SENSE_RETURNED, track_judge(&(struct track_event_list){d, 1}).sense);
    assert_int_equal(SENSE_ANNOUNCED, track_judge(&(struct track_event_list){e, 1}).sense);
    assert_int_equal(SENSE_DELIVERED, track_judge(&(struct track_event_list){g, 2}).sense);
    assert_int_equal(SENSE_UNDELIVERABLE, track_judge(&(struct track_event_list){h, 2}).sense);
}

static void
an_answer_is_read_whatever_its_shape(void **state)
{
    struct track_answer_list out;
    struct arena a;

    (void)state;
    arena_init(&a);
    assert_int_equal(OK, laposte_read(&a, STR("{\"returnCode\":200,\"idShip\":\"8L1\",\"shipment\":"
        "{\"event\":[{\"code\":\"DI1\",\"label\":\"Livr\\u00e9\",\"date\":"
        "\"2020-06-03T10:00:00+02:00\"},{\"code\":\"PC1\",\"date\":\"2020-06-01T10:00:00Z\"},"
        "{\"code\":\"ET1\",\"date\":\"hier\"},7]}}"), &out));
    assert_int_equal(1, out.count);
    assert_int_equal(TRACK_NEWS, out.item[0].kind);
    assert_int_equal(2, out.item[0].events.count);
    assert_true(str_is(out.item[0].events.item[0].code, "PC1"));
    assert_int_equal(INT64_C(1591171200000), out.item[0].events.item[1].at_ms);
    assert_int_equal(OK, laposte_read(&a, STR("[{\"returnCode\":404,\"idShip\":\"8L2\"},{},3]"),
                                      &out));
    assert_int_equal(3, out.count);
    assert_int_equal(TRACK_UNKNOWN, out.item[0].kind);
    assert_int_equal(TRACK_BAD, out.item[1].kind);
    assert_int_equal(TRACK_BAD, out.item[2].kind);
    assert_int_equal(ERR_INVALID, laposte_read(&a, STR("<html>"), &out));
    assert_int_equal(ERR_INVALID, laposte_read(&a, STR("{\"returnCode\":200,"), &out));
    assert_int_equal(ERR_INVALID, laposte_read(&a, STR("42"), &out));
    arena_release(&a);
}

static void
pauses_grow_and_end(void **state)
{
    int64_t day = CLOCK_DAY_MS, before = 0;
    static const int ages[] = {1, 5, 12, 30};

    (void)state;
    assert_int_equal(HANDED + TRACK_FIRST_MS, track_next_ms(HANDED, SENSE_ANNOUNCED, HANDED + 5));
    for (size_t i = 0; i < 4; i++) {
        int64_t now = HANDED + ages[i] * day;
        int64_t pause = track_next_ms(HANDED, SENSE_MOVING, now) - now;
        assert_true(pause > before);
        before = pause;
    }
    assert_int_equal(0, track_next_ms(HANDED, SENSE_MOVING, HANDED + 61 * day));
    assert_int_equal(0, track_next_ms(HANDED, SENSE_DELIVERED, HANDED + 2 * day));
}

static void
the_last_parcel_delivered_delivers_the_order_and_old_news_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = parcels_handed(&s, 1, 2, 7, false, HANDED);
    assert_int_equal(1, tell(&s, order, 1, 10, "DI1"));
    assert_int_equal(ORDER_HANDED, order_is(f));
    assert_int_equal(0, tell(&s, order, 1, 10, "DI1"));
    assert_int_equal(1, tell(&s, order, 2, 12, "ET1"));
    assert_int_equal(1, tell(&s, order, 2, 20, "DI0"));
    assert_int_equal(ORDER_DELIVERED, order_is(f));
    assert_int_equal(HOUR(20), fixture_int(f, "SELECT delivered_ms FROM orders"));
    assert_int_equal(1, tell(&s, order, 1, 5, "PC1"));
    assert_int_equal(0, tell(&s, order, 2, 20, "DI0"));
    assert_int_equal(1, mails(f, "order_delivered"));
    assert_int_equal(4, fixture_count(f, "parcel_event"));
    assert_int_equal(0, fixture_count(f, "parcel_trouble"));
    /* What cannot be: of next week, of before it was handed over, in a code nobody knows. */
    assert_int_equal(0, tell(&s, order, 1, 24 * 9, "RE1"));
    assert_int_equal(0, tell(&s, order, 1, -72, "RE1"));
    assert_int_equal(0, tell(&s, order, 1, 13, "ZZ9"));
    assert_int_equal(ORDER_DELIVERED, order_is(f));
    shop_check(&s);
}

static void
a_parcel_given_to_its_sender_is_no_delivery(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = parcels_handed(&s, 1, 2, 7, true, HANDED);
    assert_int_equal(1, tell(&s, order, 1, 10, "ND1"));
    assert_int_equal(TROUBLE_UNDELIVERABLE, fixture_int(f, "SELECT kind FROM parcel_trouble"));
    assert_int_equal(1, tell(&s, order, 1, 30, "DI2"));
    assert_int_equal(ORDER_RETURNED, order_is(f));
    assert_int_equal(PARCEL_RETURNED, parcels_get(&s, order, 1).state);
    assert_int_equal(TROUBLE_RETURNED, fixture_int(f, "SELECT kind FROM parcel_trouble"));
    assert_int_equal(1, fixture_count(f, "parcel_trouble"));
    /* The failed attempt, told late, does not make it undeliverable again. */
    assert_int_equal(1, tell(&s, order, 1, 11, "ND1"));
    assert_int_equal(TROUBLE_RETURNED, fixture_int(f, "SELECT kind FROM parcel_trouble"));
    /* A delivery told after the return moves nothing by itself. */
    assert_int_equal(1, tell(&s, order, 1, 40, "DI1"));
    assert_int_equal(PARCEL_RETURNED, parcels_get(&s, order, 1).state);
    assert_int_equal(0, mails(f, "order_delivered"));
    shop_check(&s);
}

static void
a_delivery_that_turns_out_a_return_brings_the_order_back(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = parcels_handed(&s, 1, 2, 7, true, HANDED);
    assert_int_equal(1, tell(&s, order, 1, 30, "RE1"));
    /* Told late: it had been delivered before. */
    assert_int_equal(1, tell(&s, order, 1, 10, "DI1"));
    assert_int_equal(ORDER_RETURNED, order_is(f));
    assert_int_equal(0, mails(f, "order_delivered"));
    shop_check(&s);
}

static void
the_mail_about_the_counter_is_sent_once(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = parcels_handed(&s, 1, 1, 7, true, HANDED);
    tell(&s, order, 1, 10, "AG1");
    tell(&s, order, 1, 10, "AG1");
    assert_int_equal(1, mails(f, "parcel_counter"));
    assert_int_equal(PARCEL_HANDED, parcels_get(&s, order, 1).state);
    tell(&s, order, 1, 40, "DI1");
    assert_int_equal(ORDER_DELIVERED, order_is(f));
}

static void
an_order_whose_dispute_is_won_goes_where_its_parcels_went(void **state)
{
    struct fixture *f = *state;
    struct shop s;
    int ran;

    shop_open(f, &s, 6000, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = parcels_waiting(&s, 1, 1, 7, true);
    /* With the carrier; the job that moves the order has not run. */
    parcels_hand(&s, order, 0, HANDED);
    fixture_begin(f);
    assert_int_equal(OK, order_disputed(&f->cx, order, 7));
    assert_int_equal(OK, order_close_if_sent(&f->cx, order));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(ORDER_DISPUTED, order_is(f));
    fixture_begin(f);
    assert_int_equal(OK, order_undisputed(&f->cx, order, 7));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(ORDER_HANDED, order_is(f));
    shop_check(&s);
    /* The same while it is handed over and its parcel arrives. */
    fixture_begin(f);
    assert_int_equal(OK, order_disputed(&f->cx, order, 7));
    assert_int_equal(OK, fixture_commit(f));
    tell(&s, order, 1, 10, "DI1");
    assert_int_equal(ORDER_DISPUTED, order_is(f));
    fixture_begin(f);
    assert_int_equal(OK, order_undisputed(&f->cx, order, 7));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(ORDER_DELIVERED, order_is(f));
    assert_int_equal(1, mails(f, "order_delivered"));
    shop_check(&s);
}

int
test_track(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_news_that_decides_wins_by_its_date),
        cmocka_unit_test(an_answer_is_read_whatever_its_shape),
        cmocka_unit_test(pauses_grow_and_end),
        DB_TEST(the_last_parcel_delivered_delivers_the_order_and_old_news_changes_nothing),
        DB_TEST(a_parcel_given_to_its_sender_is_no_delivery),
        DB_TEST(a_delivery_that_turns_out_a_return_brings_the_order_back),
        DB_TEST(the_mail_about_the_counter_is_sent_once),
        DB_TEST(an_order_whose_dispute_is_won_goes_where_its_parcels_went),
    };
    return cmocka_run_group_tests_name("track", tests, NULL, NULL);
}
