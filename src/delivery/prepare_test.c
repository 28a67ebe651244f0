/* SPDX-License-Identifier: Apache-2.0 */
/* Preparation: cutting, waves, shortages, hand-over. */
#include "check/check.h"
#include "delivery/delivery_int.h"
#include "job/job.h"
#include "test/shop.h"

int test_prepare(void);

/* ---- pure ---- */

static void
parcels_are_cut_by_weight_and_by_warehouse(void **state)
{
    struct cut_line lines[] = {{1, 5, 4000}, {2, 1, 500}, {1, 2, 3000}};
    struct cut_parcel out[8];

    (void)state;
    assert_int_equal(3, parcel_cut(lines, 3, 100, 20000, out, 8));
    assert_int_equal(4, out[0].packs[0]);
    assert_int_equal(0, out[0].packs[2]);
    assert_int_equal(16100, out[0].weight_g);
    assert_int_equal(1, out[1].packs[0]);
    assert_int_equal(2, out[1].packs[2]);
    assert_int_equal(10100, out[1].weight_g);
    assert_int_equal(2, out[2].pool_id);
    assert_int_equal(600, out[2].weight_g);
}

static void
a_pack_that_is_too_heavy_goes_alone_and_too_many_parcels_are_refused(void **state)
{
    struct cut_line heavy[] = {{1, 2, 40000}};
    struct cut_parcel out[4];

    (void)state;
    assert_int_equal(2, parcel_cut(heavy, 1, 100, 30000, out, 4));
    assert_int_equal(1, out[0].packs[0]);
    heavy[0].packs = 5;
    assert_int_equal(-1, parcel_cut(heavy, 1, 100, 30000, out, 4));
}

/* ---- with a database ---- */

static void
settings(struct fixture *f)
{
    f->conf.sender_company = STR("Plateforme Masques");
    f->conf.sender_street = STR("1 RUE DU DEPOT");
    f->conf.sender_postal_code = STR("69007");
    f->conf.sender_city = STR("LYON");
    f->conf.generic_prefix = STR("8L");
    f->conf.generic_first = STR("1");
}

static struct wave
wave_of(struct shop *s, const char *carrier, int64_t wanted, bool labels)
{
    struct fixture *f = s->f;
    struct wave w = {.organiser_id = s->campaign.organiser_id,
                     .campaign_id = s->campaign.id,
                     .carrier = str_of(carrier),
                     .territory_from = TERRITORY_MAINLAND,
                     .territory_to = TERRITORY_MARTIN,
                     .paid_until_ms = f->cx.now_ms,
                     .wanted = wanted,
                     .labels_wanted = labels};
    int ran;

    f->cx.actor.organiser_id = w.organiser_id;
    f->cx.actor.account_id = 1;
    fixture_begin(f);
    assert_int_equal(OK, wave_create(&f->cx, &w));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    fixture_begin(f);
    assert_int_equal(OK, wave_by_id(&f->cx, w.id, &w));
    assert_int_equal(OK, fixture_commit(f));
    return w;
}

static int64_t
in_state(struct shop *s, enum parcel_state state)
{
    struct arena *a = &s->f->arena;
    struct str sql = str_printf(a, "SELECT COUNT(*) FROM parcel WHERE state = %d", (int)state);

    return fixture_int(s->f, str_z(a, sql));
}

static void
a_wave_takes_paid_orders_and_gives_back_what_has_no_label(void **state)
{
    struct fixture *f = *state;
    struct shop s;
    int64_t orders, left;

    shop_open(f, &s, 6000, 0);
    settings(f);
    for (int n = 1; n <= 5; n++) {
        shop_company(&s, n, 10, 1);
        shop_paid(&s, n, 2, 100 + n);
    }
    struct wave w = wave_of(&s, "generic", 3, false);
    assert_int_equal(WAVE_READY, w.state);
    assert_int_equal(3, w.orders);
    assert_int_equal(3, fixture_int(f, "SELECT COUNT(*) FROM orders WHERE state = 4"));
    assert_int_equal(3, in_state(&s, PARCEL_WAITING));
    shop_check(&s);
    fixture_begin(f);
    assert_int_equal(OK, wave_preview(&f->cx, &w, &orders, &left));
    assert_int_equal(2, orders);
    assert_int_equal(0, left);
    assert_int_equal(OK, wave_give_up(&f->cx, &w, &orders));
    assert_int_equal(3, orders);
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(5, fixture_int(f, "SELECT COUNT(*) FROM orders WHERE state = 3"));
    shop_check(&s);
    w = wave_of(&s, "generic", 100, false);
    assert_int_equal(5, w.orders);
    assert_int_equal(5, in_state(&s, PARCEL_WAITING));
    assert_int_equal(3, in_state(&s, PARCEL_CANCELLED));
    shop_check(&s);
}

static void
labels_by_files_have_valid_numbers_and_leave_once(void **state)
{
    struct fixture *f = *state;
    struct shop s;
    int64_t id;
    int ran;

    shop_open(f, &s, 6000, 0);
    settings(f);
    for (int n = 1; n <= 4; n++) {
        shop_company(&s, n, 10, 1);
        shop_paid(&s, n, 2, 100 + n);
    }
    struct wave w = wave_of(&s, "generic", 100, true);
    assert_int_equal(WAVE_LABELLED, w.state);
    assert_int_equal(4, in_state(&s, PARCEL_LABELLED));
    fixture_begin(f);
    struct parcel p;
    assert_int_equal(OK, parcel_by_number(&f->cx, STR("8L00000000017"), &p));
    assert_true(parcel_number_valid(p.number));
    assert_int_equal(ERR_CONFLICT, handover_make(&f->cx, STR("colissimo"), false, &id));
    fixture_rollback(f);
    fixture_begin(f);
    assert_int_equal(OK, handover_make(&f->cx, STR("generic"), false, &id));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(4, fixture_int(f, "SELECT COUNT(*) FROM orders WHERE state = 5"));
    assert_int_equal(4, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'order_sent'"));
    /* The job once more, as after a crash: nobody is told twice. */
    fixture_begin(f);
    assert_int_equal(OK, job_add_once(&f->cx, JOB_HANDOVER_TELL, id, STR_NONE, 0));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(4, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'order_sent'"));
    shop_check(&s);
}

/* ---- shortages ---- */

static int64_t
prepared(struct shop *s, int64_t packs, struct parcel *p)
{
    int64_t order;

    shop_open(s->f, s, 6000, 0);
    settings(s->f);
    shop_company(s, 1, 10, 1);
    order = shop_paid(s, 1, packs, 101);
    (void)wave_of(s, "generic", 10, false);
    fixture_begin(s->f);
    assert_int_equal(OK, parcel_by_id(&s->f->cx, fixture_int(s->f, "SELECT MIN(id) FROM parcel"),
                                      p));
    fixture_rollback(s->f);
    return order;
}

static void
packs_that_are_missing_are_given_back_to_the_cent(void **state)
{
    struct fixture *f = *state;
    struct shop s = {.f = f};
    struct parcel p;

    (void)prepared(&s, 5, &p);
    fixture_begin(f);
    assert_int_equal(ERR_INVALID, parcel_short(&f->cx, &p, 0, 6, SHORT_REFUND, STR("absent")));
    fixture_rollback(f);
    fixture_begin(f);
    assert_int_equal(OK, parcel_short(&f->cx, &p, 0, 2, SHORT_REFUND, STR("absent")));
    assert_int_equal(OK, fixture_commit(f));
    /* 5 x 17.80 = 89.00, VAT 4.90 (4.895); 3 x 17.80 = 53.40, VAT 2.94 (2.937). */
    assert_int_equal(3560, fixture_int(f, "SELECT net_cents FROM order_shortage"));
    assert_int_equal(196, fixture_int(f, "SELECT vat_cents FROM order_shortage"));
    assert_int_equal(3756, fixture_int(f, "SELECT amount_cents FROM refund"));
    assert_int_equal(12, fixture_int(f, "SELECT short_units FROM orders"));
    assert_int_equal(18, fixture_int(f, "SELECT SUM(sold) FROM stock_slot"));
    assert_int_equal(3, fixture_int(f, "SELECT state FROM payment"));
    shop_check(&s);
    fixture_sql(f, "UPDATE orders SET short_net_cents = short_net_cents + 1");
    struct breach_list breaches;
    int checked;
    fixture_begin(f);
    assert_int_equal(OK, check_run(&f->cx, 0, &breaches, &checked));
    fixture_rollback(f);
    assert_true(breaches.count > 0);
}

static void
what_is_left_of_a_short_order_is_given_back_whole(void **state)
{
    struct fixture *f = *state;
    struct shop s = {.f = f};
    struct parcel p;
    bool moved;

    int64_t order = prepared(&s, 5, &p);
    fixture_begin(f);
    assert_int_equal(OK, parcel_short(&f->cx, &p, 0, 2, SHORT_REFUND, STR("absent")));
    assert_int_equal(OK, order_give_back(&f->cx, order, true, "test", &moved));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(2, fixture_count(f, "refund"));
    assert_int_equal(fixture_int(f, "SELECT captured_cents FROM payment"),
                     fixture_int(f, "SELECT SUM(amount_cents) FROM refund"));
    assert_int_equal(0, fixture_int(f, "SELECT SUM(sold) FROM stock_slot"));
    shop_check(&s);
}

static void
an_order_of_which_nothing_is_there_is_given_back_whole(void **state)
{
    struct fixture *f = *state;
    struct shop s = {.f = f};
    struct parcel p;

    (void)prepared(&s, 2, &p);
    fixture_begin(f);
    assert_int_equal(OK, parcel_short(&f->cx, &p, 0, 2, SHORT_REFUND, STR("absent")));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(ORDER_REFUND_DUE, fixture_int(f, "SELECT state FROM orders"));
    assert_int_equal(0, fixture_count(f, "order_shortage"));
    assert_int_equal(1, in_state(&s, PARCEL_CANCELLED));
    shop_check(&s);
}

static void
what_is_missing_comes_later_in_a_parcel_of_its_own(void **state)
{
    struct fixture *f = *state;
    struct shop s = {.f = f};
    int64_t id, orders, left;
    struct parcel p;
    int ran;

    (void)prepared(&s, 5, &p);
    fixture_begin(f);
    assert_int_equal(OK, parcel_short(&f->cx, &p, 0, 2, SHORT_LATER, STR("absent")));
    struct wave first;
    assert_int_equal(OK, wave_by_id(&f->cx, p.wave_id, &first));
    assert_int_equal(OK, wave_labels(&f->cx, &first));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    fixture_begin(f);
    assert_int_equal(OK, handover_make(&f->cx, STR("generic"), false, &id));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    /* Half of it left: the order is not handed over before the rest has gone too. */
    assert_int_equal(ORDER_PREPARING, fixture_int(f, "SELECT state FROM orders"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'order_sent'"));
    shop_check(&s);
    fixture_begin(f);
    assert_int_equal(OK, wave_preview(&f->cx, &first, &orders, &left));
    assert_int_equal(0, orders);
    assert_int_equal(1, left);
    fixture_rollback(f);
    (void)wave_of(&s, "generic", 10, true);
    fixture_begin(f);
    assert_int_equal(OK, handover_make(&f->cx, STR("generic"), false, &id));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(ORDER_HANDED, fixture_int(f, "SELECT state FROM orders"));
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'order_sent'"));
    shop_check(&s);
}

/* ---- overseas ---- */

/* What the carrier is asked for the only order's nth parcel of a wave, sent to this territory. */
static struct str
asked_for(struct shop *s, enum territory t, int nth)
{
    struct fixture *f = s->f;
    struct parcel_ask ask;
    struct str why = STR_NONE;
    struct parcel_list list;

    fixture_sql(f, str_z(&f->arena, str_printf(&f->arena, "UPDATE orders SET territory = %d",
                                               (int)t)));
    struct wave w = wave_of(s, "colissimo", 10, false);
    fixture_begin(f);
    int64_t order = fixture_int(f, "SELECT MIN(id) FROM orders");
    assert_int_equal(OK, parcel_of_order(&f->cx, order, &list));
    assert_int_equal(2, list.count);
    assert_int_equal(OK, parcel_label_ask(&f->cx, &list.item[nth - 1], &ask));
    struct net_call call = carrier_colissimo.ask(&f->cx, &ask.label, &why);
    assert_int_equal(0, why.len);
    int64_t orders;
    assert_int_equal(OK, wave_give_up(&f->cx, &w, &orders));
    assert_int_equal(1, orders);
    assert_int_equal(OK, fixture_commit(f));
    return str_dup(&f->arena, call.body);
}

static void
each_overseas_parcel_declares_its_own_goods_to_the_customs(void **state)
{
    static const struct {
        enum territory t;
        const char *country;
    } places[] = {
        {TERRITORY_MAINLAND, "FR"},   {TERRITORY_CORSICA, "FR"}, {TERRITORY_GUADELOUPE, "GP"},
        {TERRITORY_MARTINIQUE, "MQ"}, {TERRITORY_GUYANE, "GF"},  {TERRITORY_REUNION, "RE"},
        {TERRITORY_MIQUELON, "PM"},   {TERRITORY_MAYOTTE, "YT"}, {TERRITORY_BARTHELEMY, "BL"},
        {TERRITORY_MARTIN, "MF"},
    };
    struct fixture *f = *state;
    struct arena *a = &f->arena;
    struct shop s;

    shop_open(f, &s, 6000, 0);
    settings(f);
    f->conf.colissimo_url = STR("http://127.0.0.1:9/sls");
    f->conf.colissimo_contract = STR("123456");
    f->conf.colissimo_password = STR("x");
    f->conf.colissimo_format = STR("PDF_10x15_300dpi");
    f->conf.customs_hs = STR("630790");
    f->conf.customs_origin = STR("FR");
    f->conf.parcel_max_g = STR("350"); /* A box of 150 g and two packs of 72 g. */
    shop_company(&s, 1, 10, 1);
    shop_paid(&s, 1, 3, 101);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        bool overseas = i >= 2;
        struct str body = asked_for(&s, places[i].t, 1);
        struct str country = str_printf(a, "\"countryCode\":\"%s\"", places[i].country);
        assert_true(str_contains(body, country));
        assert_true(str_contains(body, overseas ? STR("\"productCode\":\"COM\"")
                                                : STR("\"productCode\":\"DOM\"")));
        assert_true(str_contains(body, STR("\"weight\":0.294,\"nonMachinable\"")));
        assert_int_equal(overseas, str_contains(body, STR("\"ftd\":false")));
        /* 12 units of 12 g; 6 units cost 17.80 before tax. */
        assert_int_equal(overseas,
                         str_contains(body, STR("\"quantity\":12,\"weight\":0.012,\"value\":2.96,"
                                                "\"hsCode\":\"630790\",\"originCountry\":\"FR\","
                                                "\"currency\":\"EUR\"}],\"category\":"
                                                "{\"value\":3}")));
        assert_int_equal(overseas, str_contains(body, STR("customsDeclarations")));
    }
    struct str rest = asked_for(&s, TERRITORY_REUNION, 2);
    assert_true(str_contains(rest, STR("\"quantity\":6,\"weight\":0.012,\"value\":2.96,")));
    assert_true(str_contains(rest, STR("\"weight\":0.222,\"nonMachinable\"")));
}

/* ---- a carrier that cannot be reached ---- */

static void
a_carrier_out_of_reach_leaves_parcels_waiting_with_the_reason(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 6000, 0);
    settings(f);
    f->conf.colissimo_url = STR("http://127.0.0.1:9/sls"); /* Nobody listens on discard. */
    f->conf.colissimo_contract = STR("123456");
    f->conf.colissimo_password = STR("x");
    shop_company(&s, 1, 10, 1);
    shop_paid(&s, 1, 2, 101);
    struct wave w = wave_of(&s, "colissimo", 10, true);
    assert_int_equal(WAVE_LABELLING, w.state);
    assert_int_equal(1, in_state(&s, PARCEL_WAITING));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM parcel WHERE problem <> ''"));
    shop_check(&s);
}

static void
a_lost_answer_without_look_up_waits_for_a_person(void **state)
{
    struct fixture *f = *state;
    struct shop s = {.f = f};
    struct parcel p;
    int ran;

    (void)prepared(&s, 2, &p);
    f->conf.colissimo_url = STR("http://127.0.0.1:9/sls");
    f->conf.colissimo_contract = STR("123456");
    f->conf.colissimo_password = STR("x");
    /* As a process that died between the intent and the answer leaves it. */
    fixture_sql(f, "UPDATE parcel SET state = 2, carrier = 'colissimo', next_try_ms = 1");
    fixture_sql(f, "UPDATE wave SET carrier = 'colissimo'");
    fixture_begin(f);
    struct wave w;
    assert_int_equal(OK, wave_by_id(&f->cx, p.wave_id, &w));
    assert_int_equal(OK, wave_labels(&f->cx, &w));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(1, in_state(&s, PARCEL_ASKED));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM parcel WHERE problem <> ''"));
    assert_int_equal(WAVE_LABELLED, fixture_int(f, "SELECT state FROM wave"));
    shop_check(&s);
}

static void
an_order_of_too_many_parcels_is_left_out_by_name_and_the_wave_goes_on(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 6000, 0);
    settings(f);
    for (int n = 1; n <= 3; n++) {
        shop_company(&s, n, 10, 1);
        shop_paid(&s, n, 2, 100 + n);
    }
    f->conf.parcel_max_g = STR("1"); /* Each pack alone: a hundred parcels. */
    fixture_sql(f, "UPDATE order_line SET packs = packs * 50, units = units * 50, "
                   "net_cents = net_cents * 50 WHERE order_id = (SELECT MIN(id) FROM orders)");
    struct wave w = wave_of(&s, "generic", 10, false);
    assert_int_equal(WAVE_READY, w.state);
    assert_int_equal(2, w.orders);
    assert_int_equal(4, in_state(&s, PARCEL_WAITING));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM wave_left_out x JOIN orders o "
                                       "ON o.id = x.order_id WHERE o.state = 3"));
    /* The next wave says so too, and takes it once it fits. */
    w = wave_of(&s, "generic", 10, false);
    assert_int_equal(0, w.orders);
    assert_int_equal(2, fixture_count(f, "wave_left_out"));
    fixture_sql(f, "UPDATE order_line SET packs = packs / 50, units = units / 50, "
                   "net_cents = net_cents / 50 WHERE order_id = (SELECT MIN(id) FROM orders)");
    w = wave_of(&s, "generic", 10, false);
    assert_int_equal(1, w.orders);
    shop_check(&s);
}

/* A wave whose only parcel was being asked for when the process died, given up since. */
static struct parcel
given_up_in_doubt(struct shop *s)
{
    struct fixture *f = s->f;
    struct parcel p;
    struct wave w;
    int64_t orders;

    (void)prepared(s, 2, &p);
    f->conf.colissimo_url = STR("http://127.0.0.1:9/sls");
    f->conf.colissimo_contract = STR("123456");
    f->conf.colissimo_password = STR("x");
    fixture_sql(f, "UPDATE parcel SET state = 2, carrier = 'colissimo', next_try_ms = 1");
    fixture_sql(f, "UPDATE wave SET carrier = 'colissimo'");
    fixture_begin(f);
    assert_int_equal(OK, wave_by_id(&f->cx, p.wave_id, &w));
    assert_int_equal(OK, wave_give_up(&f->cx, &w, &orders));
    assert_int_equal(0, orders);
    assert_int_equal(OK, fixture_commit(f));
    return p;
}

static void
a_label_in_doubt_of_a_wave_given_up_is_settled_without_another(void **state)
{
    struct fixture *f = *state;
    struct shop s = {.f = f};
    int64_t orders;
    int ran;

    struct parcel p = given_up_in_doubt(&s);
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    /* Nobody can look it up: a person is asked, and no second label. */
    assert_int_equal(1, in_state(&s, PARCEL_ASKED));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM parcel WHERE problem <> ''"));
    assert_int_equal(ORDER_PREPARING, fixture_int(f, "SELECT state FROM orders"));
    assert_int_equal(p.tries, fixture_int(f, "SELECT tries FROM parcel"));
    /* The carrier never made it. */
    fixture_sql(f, "UPDATE parcel SET state = 1");
    fixture_begin(f);
    assert_int_equal(OK, wave_release(&f->cx, p.wave_id, &orders));
    assert_int_equal(1, orders);
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(ORDER_PAID, fixture_int(f, "SELECT state FROM orders"));
    assert_int_equal(1, in_state(&s, PARCEL_CANCELLED));
    shop_check(&s);
}

/* An answer that arrives after the wave was given up leaves nothing waiting in it. */
static void
what_is_answered_late_leaves_a_wave_given_up(void **state)
{
    struct fixture *f = *state;
    struct shop s = {.f = f};
    int ran;

    struct parcel p = given_up_in_doubt(&s);
    struct label_answer later = {.outcome = LABEL_LATER, .why = STR("Le transporteur est saturé.")};
    fixture_begin(f);
    assert_int_equal(OK, parcel_by_id(&f->cx, p.id, &p));
    assert_int_equal(OK, parcel_answer(&f->cx, carrier_by_name(STR("colissimo")), &p, &later,
                                       false));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(1, in_state(&s, PARCEL_WAITING));
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(0, in_state(&s, PARCEL_WAITING));
    assert_int_equal(ORDER_PAID, fixture_int(f, "SELECT state FROM orders"));
    shop_check(&s);
}

int
test_prepare(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parcels_are_cut_by_weight_and_by_warehouse),
        cmocka_unit_test(a_pack_that_is_too_heavy_goes_alone_and_too_many_parcels_are_refused),
        DB_TEST(a_wave_takes_paid_orders_and_gives_back_what_has_no_label),
        DB_TEST(labels_by_files_have_valid_numbers_and_leave_once),
        DB_TEST(packs_that_are_missing_are_given_back_to_the_cent),
        DB_TEST(what_is_left_of_a_short_order_is_given_back_whole),
        DB_TEST(an_order_of_which_nothing_is_there_is_given_back_whole),
        DB_TEST(what_is_missing_comes_later_in_a_parcel_of_its_own),
        DB_TEST(each_overseas_parcel_declares_its_own_goods_to_the_customs),
        DB_TEST(a_carrier_out_of_reach_leaves_parcels_waiting_with_the_reason),
        DB_TEST(a_lost_answer_without_look_up_waits_for_a_person),
        DB_TEST(an_order_of_too_many_parcels_is_left_out_by_name_and_the_wave_goes_on),
        DB_TEST(a_label_in_doubt_of_a_wave_given_up_is_settled_without_another),
        DB_TEST(what_is_answered_late_leaves_a_wave_given_up),
    };

    return cmocka_run_group_tests_name("prepare", tests, NULL, NULL);
}
