/* SPDX-License-Identifier: Apache-2.0 */
/* What a person decides about parcels that went wrong; and one settled as lost that turns up. */
#include "base/clock.h"
#include "care/trouble_decide.h"
#include "test/parcels.h"

int test_trouble(void);

#define HANDED (SHOP_NOW_MS - INT64_C(2) * CLOCK_DAY_MS) /* The 48th hour is now. */

static int
tell(struct shop *s, int64_t order, int nth, int hour, const char *code)
{
    return parcels_news(s, order, nth, code, HANDED + (int64_t)hour * CLOCK_HOUR_MS);
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

enum how { AGAIN, BACK, WAS_DELIVERED, WAIT };

static enum err
decide(struct shop *s, int64_t order, int nth, enum how how, enum parcel_fate fate)
{
    struct parcel p = parcels_get(s, order, nth);
    struct ctx *cx = &s->f->cx;
    struct str why = STR_NONE, reason = STR("vu avec le transporteur");
    enum err e;

    cx->actor = (struct actor){.account_id = 1, .organiser_id = s->campaign.organiser_id,
                               .rights = RIGHT_SIGNED | RIGHT_STOCK};
    fixture_begin(s->f);
    if (how == AGAIN)
        e = trouble_send_again(cx, &p, fate, reason, &why);
    else if (how == BACK)
        e = trouble_give_back(cx, &p, fate, reason, &why);
    else if (how == WAIT)
        e = trouble_wait(cx, &p, reason, &why);
    else
        e = trouble_was_delivered(cx, &p, reason, &why);
    assert_true(e == OK || why.len > 0);
    if (e == OK)
        assert_int_equal(OK, fixture_commit(s->f));
    else
        fixture_rollback(s->f);
    cx->actor = (struct actor){0};
    return e;
}

static void
a_lost_parcel_is_sent_again_outside_the_quota(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 3, 1); /* 3 heads and the owner: 16 units, 2 packs and a rest. */
    int64_t order = parcels_handed(&s, 1, 2, 7, false, HANDED);
    tell(&s, order, 1, 10, "DI1");
    assert_int_equal(OK, decide(&s, order, 2, AGAIN, FATE_LOST));
    assert_int_equal(ORDER_PREPARING, order_is(f));
    assert_int_equal(PARCEL_LOST, parcels_get(&s, order, 2).state);
    assert_int_equal(PARCEL_WAITING, parcels_get(&s, order, 3).state);
    assert_int_equal(6, fixture_int(f, "SELECT SUM(withdrawn) FROM stock_slot"));
    assert_int_equal(12, fixture_int(f, "SELECT SUM(sold) FROM stock_slot"));
    assert_int_equal(12, fixture_int(f, "SELECT units FROM orders"));
    assert_int_equal(1, mails(f, "parcel_again"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = "
                                       "'parcel.send_again'"));
    shop_check(&s);
    /* Once is enough. */
    assert_int_equal(ERR_CONFLICT, decide(&s, order, 2, AGAIN, FATE_LOST));
    assert_int_equal(ERR_CONFLICT, decide(&s, order, 2, BACK, FATE_LOST));
    parcels_hand_rest(&s, order, SHOP_NOW_MS);
    assert_int_equal(ORDER_HANDED, order_is(f));
    /* The lost one turns up: nothing moves, the other still delivers the order. */
    assert_int_equal(1, tell(&s, order, 2, 47, "DI1"));
    assert_int_equal(PARCEL_LOST, parcels_get(&s, order, 2).state);
    assert_int_equal(1, tell(&s, order, 3, 49, "DI1"));
    assert_int_equal(ORDER_DELIVERED, order_is(f));
    shop_check(&s);
}

static void
without_stock_nothing_is_sent_again_and_nothing_changes(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 12, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = parcels_handed(&s, 1, 2, 7, true, HANDED);
    assert_int_equal(ERR_CONFLICT, decide(&s, order, 1, AGAIN, FATE_LOST));
    assert_int_equal(PARCEL_HANDED, parcels_get(&s, order, 1).state);
    assert_int_equal(ORDER_HANDED, order_is(f));
    assert_int_equal(0, fixture_int(f, "SELECT SUM(withdrawn) FROM stock_slot"));
    assert_int_equal(OK, decide(&s, order, 1, BACK, FATE_LOST));
    assert_int_equal(ORDER_REFUND_DUE, order_is(f));
    assert_int_equal(12, fixture_int(f, "SELECT SUM(withdrawn) FROM stock_slot"));
    assert_int_equal(1, fixture_count(f, "refund"));
    shop_check(&s);
}

static void
a_returned_parcel_is_inspected_and_goes_out_again_or_to_the_shelf(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    shop_company(&s, 2, 10, 1);
    int64_t a = parcels_handed(&s, 1, 2, 7, true, HANDED);
    int64_t b = parcels_handed(&s, 2, 2, 8, true, HANDED);
    tell(&s, a, 1, 30, "RE1");
    tell(&s, b, 1, 30, "RE1");
    assert_int_equal(OK, decide(&s, a, 1, AGAIN, FATE_BACK_FIT));
    assert_int_equal(0, fixture_int(f, "SELECT SUM(withdrawn) FROM stock_slot"));
    assert_int_equal(OK, decide(&s, b, 1, BACK, FATE_BACK_FIT));
    assert_int_equal(588, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    shop_check(&s);
    parcels_hand_rest(&s, a, SHOP_NOW_MS);
    tell(&s, a, 2, 49, "RE1");
    assert_int_equal(OK, decide(&s, a, 2, AGAIN, FATE_BACK_SPOILT));
    assert_int_equal(12, fixture_int(f, "SELECT SUM(withdrawn) FROM stock_slot"));
    assert_int_equal(12, fixture_int(f, "SELECT SUM(sold) FROM stock_slot"));
    shop_check(&s);
}

static void
one_parcel_of_two_is_given_back_and_the_order_is_delivered(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = parcels_handed(&s, 1, 2, 7, false, HANDED);
    tell(&s, order, 1, 10, "DI1");
    tell(&s, order, 2, 10, "DAM");
    assert_int_equal(OK, decide(&s, order, 2, BACK, FATE_BROKEN));
    assert_int_equal(ORDER_DELIVERED, order_is(f));
    assert_int_equal(6, fixture_int(f, "SELECT short_units FROM orders"));
    assert_int_equal(1878, fixture_int(f, "SELECT SUM(amount_cents) FROM refund"));
    assert_int_equal(6, fixture_int(f, "SELECT SUM(withdrawn) FROM stock_slot"));
    shop_check(&s);
}

static void
waiting_closes_the_case_and_a_delivery_after_all_is_noted(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = parcels_handed(&s, 1, 2, 7, true, HANDED);
    assert_int_equal(ERR_CONFLICT, decide(&s, order, 1, WAIT, FATE_LOST));
    tell(&s, order, 1, 10, "PER");
    assert_int_equal(OK, decide(&s, order, 1, WAIT, FATE_LOST));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble WHERE closed_ms = 0"));
    tell(&s, order, 1, 30, "RE1");
    assert_int_equal(ORDER_RETURNED, order_is(f));
    assert_int_equal(OK, decide(&s, order, 1, WAS_DELIVERED, FATE_LOST));
    assert_int_equal(ORDER_DELIVERED, order_is(f));
    assert_int_equal(PARCEL_DELIVERED, parcels_get(&s, order, 1).state);
    assert_int_equal(ERR_CONFLICT, decide(&s, order, 1, WAS_DELIVERED, FATE_LOST));
    shop_check(&s);
}

/* ---- settled as lost, and found ---- */

/* Two orders of one parcel each, with the carrier. */
struct lost {
    struct shop s;
    int64_t order[3];
};

static void
lost_open(struct fixture *f, struct lost *d)
{
    shop_open(f, &d->s, 600, 0);
    for (int n = 1; n <= 2; n++) {
        shop_company(&d->s, n, 10, 1);
        d->order[n] = parcels_handed(&d->s, n, 1, 100 + n, true, HANDED);
    }
}

static enum parcel_state
parcel_is(struct lost *d, int n)
{
    return parcels_get(&d->s, d->order[n], 1).state;
}

static void
what_was_settled_as_lost_and_is_delivered_waits_for_a_person_once(void **state)
{
    struct fixture *f = *state;
    struct lost d = {0};
    struct str why = STR_NONE;
    struct ctx *cx = &f->cx;

    lost_open(f, &d);
    cx->actor = (struct actor){.account_id = 1, .organiser_id = d.s.campaign.organiser_id,
                               .rights = RIGHT_SIGNED | RIGHT_STOCK};
    struct parcel p = parcels_get(&d.s, d.order[1], 1);
    fixture_begin(f);
    assert_int_equal(OK, trouble_send_again(cx, &p, FATE_LOST, STR("introuvable"), &why));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(1, tell(&d.s, d.order[1], 1, 20, "DI1"));
    assert_int_equal(PARCEL_LOST, parcel_is(&d, 1));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble "
                                       "WHERE kind = 6 AND closed_ms = 0"));
    shop_check(&d.s);
    /* Told once more: it is the same case, also when it is closed. */
    assert_int_equal(1, tell(&d.s, d.order[1], 1, 22, "DI1"));
    fixture_begin(f);
    assert_int_equal(OK, trouble_note(cx, &p, STR("l’entreprise rend le double"), &why));
    assert_int_equal(OK, fixture_commit(f));
    fixture_begin(f);
    assert_int_equal(ERR_CONFLICT, trouble_note(cx, &p, STR("encore"), &why));
    fixture_rollback(f);
    assert_true(why.len > 0);
    assert_int_equal(1, tell(&d.s, d.order[1], 1, 23, "DI1"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble WHERE kind = 6"));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble "
                                       "WHERE closed_ms = 0"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'parcel.note'"));
    shop_check(&d.s);
}

/* The first order's parcel is sent again as lost, then delivered. */
static struct parcel
found_after_it_was_sent_again(struct lost *d)
{
    struct fixture *f = d->s.f;
    struct ctx *cx = &f->cx;
    struct str why = STR_NONE;

    cx->actor = (struct actor){.account_id = 1, .organiser_id = d->s.campaign.organiser_id,
                               .rights = RIGHT_SIGNED | RIGHT_STOCK};
    struct parcel p = parcels_get(&d->s, d->order[1], 1);
    fixture_begin(f);
    assert_int_equal(OK, trouble_send_again(cx, &p, FATE_LOST, STR("introuvable"), &why));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(1, tell(&d->s, d->order[1], 1, 20, "DI1"));
    return parcels_get(&d->s, d->order[1], 1);
}

static enum err
tried(struct lost *d,
      enum err (*act)(struct ctx *cx, const struct parcel *p, struct str reason, struct str *why),
      const struct parcel *p)
{
    struct str why = STR_NONE;

    fixture_begin(d->s.f);
    enum err e = act(&d->s.f->cx, p, STR("livré selon le transporteur"), &why);
    assert_true((e == ERR_CONFLICT) == (why.len > 0));
    if (e == OK)
        assert_int_equal(OK, fixture_commit(d->s.f));
    else
        fixture_rollback(d->s.f);
    return e;
}

static void
a_replacement_that_is_still_here_is_stopped_and_its_units_are_free(void **state)
{
    struct fixture *f = *state;
    struct lost d = {0};

    lost_open(f, &d);
    int64_t free = fixture_int(f, "SELECT SUM(available) FROM stock_slot");
    int64_t sold = fixture_int(f, "SELECT SUM(sold) FROM stock_slot");
    struct parcel p = found_after_it_was_sent_again(&d);
    assert_int_equal(free - 6, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(ERR_CONFLICT, tried(&d, trouble_ask_return, &p));
    /* While the carrier may be making its label, nobody knows whether it leaves. */
    fixture_sql(f, "UPDATE parcel SET state = 2 WHERE state = 1 AND nth = 2");
    assert_int_equal(ERR_CONFLICT, tried(&d, trouble_stop, &p));
    fixture_sql(f, "UPDATE parcel SET state = 3, number = '8L41392999990' "
                   "WHERE state = 2 AND nth = 2");
    assert_int_equal(OK, tried(&d, trouble_stop, &p));
    assert_int_equal(PARCEL_DELIVERED, parcel_is(&d, 1));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM parcel WHERE nth = 2 AND state = 9 "
                                       "AND problem <> ''"));
    assert_int_equal(free, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(sold, fixture_int(f, "SELECT SUM(sold) FROM stock_slot"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'parcel_stopped'"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'parcel.stop'"));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble WHERE closed_ms = 0"));
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT state FROM orders WHERE id = %lld", (long long)d.order[1]);
    assert_int_equal(ORDER_DELIVERED, fixture_int(f, sql));
    shop_check(&d.s);
    assert_int_equal(ERR_CONFLICT, tried(&d, trouble_stop, &p));
    shop_check(&d.s);
}

static void
a_replacement_that_has_left_is_asked_back(void **state)
{
    struct fixture *f = *state;
    struct lost d = {0};

    lost_open(f, &d);
    struct parcel p = found_after_it_was_sent_again(&d);
    parcels_hand_rest(&d.s, d.order[1], SHOP_NOW_MS);
    int64_t free = fixture_int(f, "SELECT SUM(available) FROM stock_slot");
    assert_int_equal(ERR_CONFLICT, tried(&d, trouble_stop, &p));
    assert_int_equal(OK, tried(&d, trouble_ask_return, &p));
    assert_int_equal(PARCEL_LOST, parcel_is(&d, 1));
    assert_int_equal(free, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail "
                                       "WHERE cause = 'parcel_return_asked'"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit "
                                       "WHERE act = 'parcel.ask_return'"));
    shop_check(&d.s);
}

static enum err
take_back(struct lost *d, int64_t order, int nth, enum parcel_fate fate)
{
    struct parcel p = parcels_get(&d->s, order, nth);
    struct str why = STR_NONE;

    fixture_begin(d->s.f);
    enum err e = trouble_take_back(&d->s.f->cx, &p, fate, STR("examiné"), &why);
    assert_true((e == ERR_CONFLICT) == (why.len > 0));
    if (e == OK)
        assert_int_equal(OK, fixture_commit(d->s.f));
    else
        fixture_rollback(d->s.f);
    return e;
}

static int64_t
open_spares(struct fixture *f)
{
    return fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble WHERE kind = 7 AND closed_ms = 0");
}

static int64_t
order_state_of(struct lost *d, int64_t order)
{
    char sql[100];

    snprintf(sql, sizeof sql, "SELECT state FROM orders WHERE id = %lld", (long long)order);
    return fixture_int(d->s.f, sql);
}

/* The first parcel was found, its replacement had left and is asked back. */
static void
replacement_asked_back(struct lost *d)
{
    struct parcel p = found_after_it_was_sent_again(d);

    parcels_hand_rest(&d->s, d->order[1], SHOP_NOW_MS);
    assert_int_equal(OK, tried(d, trouble_ask_return, &p));
}

static void
a_replacement_that_was_asked_back_is_taken_back_and_nothing_is_owed(void **state)
{
    struct fixture *f = *state;
    struct lost d = {0};
    struct str why = STR_NONE;

    lost_open(f, &d);
    int64_t free = fixture_int(f, "SELECT SUM(available) FROM stock_slot");
    int64_t sold = fixture_int(f, "SELECT SUM(sold) FROM stock_slot");
    replacement_asked_back(&d);
    assert_int_equal(ERR_CONFLICT, take_back(&d, d.order[1], 2, FATE_BACK_FIT));
    assert_int_equal(1, tell(&d.s, d.order[1], 2, 44, "RE1"));
    assert_int_equal(1, open_spares(f));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = "
                                       "'parcel_returned'"));
    struct parcel p = parcels_get(&d.s, d.order[1], 2);
    fixture_begin(f);
    assert_int_equal(ERR_CONFLICT,
                     trouble_send_again(&f->cx, &p, FATE_BACK_FIT, STR("revenu"), &why));
    fixture_rollback(f);
    fixture_begin(f);
    assert_int_equal(ERR_CONFLICT,
                     trouble_give_back(&f->cx, &p, FATE_BACK_FIT, STR("revenu"), &why));
    fixture_rollback(f);
    assert_int_equal(OK, take_back(&d, d.order[1], 2, FATE_BACK_FIT));
    assert_int_equal(ORDER_DELIVERED, order_state_of(&d, d.order[1]));
    assert_int_equal(PARCEL_DELIVERED, parcels_get(&d.s, d.order[1], 1).state);
    assert_int_equal(free, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(sold, fixture_int(f, "SELECT SUM(sold) FROM stock_slot"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail "
                                       "WHERE cause = 'parcel_taken_back'"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = "
                                       "'parcel.take_back'"));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble WHERE closed_ms = 0"));
    shop_check(&d.s);
    assert_int_equal(ERR_CONFLICT, take_back(&d, d.order[1], 2, FATE_BACK_FIT));
}

static void
a_replacement_that_comes_back_spoilt_or_never_stays_written_off(void **state)
{
    struct fixture *f = *state;
    struct lost d = {0};

    lost_open(f, &d);
    replacement_asked_back(&d);
    int64_t free = fixture_int(f, "SELECT SUM(available) FROM stock_slot");
    int64_t sold = fixture_int(f, "SELECT SUM(sold) FROM stock_slot");
    /* Refused at the door, as asked: no case yet, and no letter. */
    assert_int_equal(1, tell(&d.s, d.order[1], 2, 44, "ND1"));
    assert_int_equal(0, open_spares(f));
    assert_int_equal(1, tell(&d.s, d.order[1], 2, 45, "RE1"));
    assert_int_equal(OK, take_back(&d, d.order[1], 2, FATE_BACK_SPOILT));
    assert_int_equal(ORDER_DELIVERED, order_state_of(&d, d.order[1]));
    assert_int_equal(free, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(sold, fixture_int(f, "SELECT SUM(sold) FROM stock_slot"));
    shop_check(&d.s);
}

static void
a_lost_parcel_that_was_settled_and_comes_back_itself_goes_on_the_shelf(void **state)
{
    struct fixture *f = *state;
    struct lost d = {0};
    struct str why = STR_NONE;

    lost_open(f, &d);
    f->cx.actor = (struct actor){.account_id = 1, .organiser_id = d.s.campaign.organiser_id,
                                 .rights = RIGHT_SIGNED | RIGHT_STOCK};
    int64_t free = fixture_int(f, "SELECT SUM(available) FROM stock_slot");
    struct parcel again = parcels_get(&d.s, d.order[1], 1);
    struct parcel money = parcels_get(&d.s, d.order[2], 1);
    int64_t units = fixture_int(f, "SELECT units FROM orders ORDER BY id LIMIT 1");
    fixture_begin(f);
    assert_int_equal(OK, trouble_send_again(&f->cx, &again, FATE_LOST, STR("introuvable"), &why));
    assert_int_equal(OK, trouble_give_back(&f->cx, &money, FATE_LOST, STR("introuvable"), &why));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(free - units, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(1, tell(&d.s, d.order[1], 1, 44, "RE1"));
    assert_int_equal(1, tell(&d.s, d.order[2], 1, 44, "RE1"));
    assert_int_equal(2, open_spares(f));
    assert_int_equal(ORDER_PREPARING, order_state_of(&d, d.order[1]));
    assert_int_equal(OK, take_back(&d, d.order[1], 1, FATE_BACK_FIT));
    assert_int_equal(free, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(OK, take_back(&d, d.order[2], 1, FATE_BACK_SPOILT));
    assert_int_equal(free, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(ORDER_PREPARING, order_state_of(&d, d.order[1]));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble WHERE closed_ms = 0"));
    shop_check(&d.s);
    /* What was sent instead goes its own way. */
    parcels_hand_rest(&d.s, d.order[1], SHOP_NOW_MS);
    assert_int_equal(1, tell(&d.s, d.order[1], 2, 45, "DI1"));
    assert_int_equal(ORDER_DELIVERED, order_state_of(&d, d.order[1]));
    shop_check(&d.s);
}

static void
one_that_was_given_back_in_money_has_nothing_to_stop(void **state)
{
    struct fixture *f = *state;
    struct lost d = {0};
    struct str why = STR_NONE;

    lost_open(f, &d);
    f->cx.actor = (struct actor){.account_id = 1, .organiser_id = d.s.campaign.organiser_id,
                                 .rights = RIGHT_SIGNED | RIGHT_STOCK};
    struct parcel p = parcels_get(&d.s, d.order[2], 1);
    fixture_begin(f);
    assert_int_equal(OK, trouble_give_back(&f->cx, &p, FATE_LOST, STR("introuvable"), &why));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(1, tell(&d.s, d.order[2], 1, 20, "DI1"));
    assert_int_equal(ERR_CONFLICT, tried(&d, trouble_stop, &p));
    assert_int_equal(ERR_CONFLICT, tried(&d, trouble_ask_return, &p));
    assert_int_equal(OK, tried(&d, trouble_note, &p));
    shop_check(&d.s);
}

int
test_trouble(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_lost_parcel_is_sent_again_outside_the_quota),
        DB_TEST(without_stock_nothing_is_sent_again_and_nothing_changes),
        DB_TEST(a_returned_parcel_is_inspected_and_goes_out_again_or_to_the_shelf),
        DB_TEST(one_parcel_of_two_is_given_back_and_the_order_is_delivered),
        DB_TEST(waiting_closes_the_case_and_a_delivery_after_all_is_noted),
        DB_TEST(what_was_settled_as_lost_and_is_delivered_waits_for_a_person_once),
        DB_TEST(a_replacement_that_is_still_here_is_stopped_and_its_units_are_free),
        DB_TEST(a_replacement_that_has_left_is_asked_back),
        DB_TEST(a_replacement_that_was_asked_back_is_taken_back_and_nothing_is_owed),
        DB_TEST(a_replacement_that_comes_back_spoilt_or_never_stays_written_off),
        DB_TEST(a_lost_parcel_that_was_settled_and_comes_back_itself_goes_on_the_shelf),
        DB_TEST(one_that_was_given_back_in_money_has_nothing_to_stop),
    };

    return cmocka_run_group_tests_name("trouble", tests, NULL, NULL);
}
