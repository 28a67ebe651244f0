/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admit_test.c - the decision on an order, case by case: no database.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "order/admit.h"

int test_admit(void);

/* 2020-06-03T10:00:00Z, a Wednesday. */
#define NOW INT64_C(1591178400000)
#define DAY INT64_C(86400000)

struct bench {
    struct policy policy;
    struct buyer_facts facts;
    struct past_order past[4];
    struct ask_item item[12];
    struct admit_in in;
    struct admit_out out;
};

/* Two packs of one good (6 at 17.80, 40 at 92.50), a third of another good and rate; 4 a head and
 * the owner, in periods of 15 days since 4 May; one cohort that is open. */
static void
bench_init(struct bench *b, int heads)
{
    struct policy *p = &b->policy;

    *b = (struct bench){0};
    p->zone = ZONE_PARIS;
    p->good_count = 2;
    p->good[0] = (struct policy_good){.code = STR("masque"), .unit_one = STR("masque"),
                                      .unit_many = STR("masques"), .vat_class = STR("masque")};
    p->good[1] = (struct policy_good){.code = STR("gel"), .unit_one = STR("flacon"),
                                      .unit_many = STR("flacons"), .vat_class = STR("gel")};
    p->pack_count = 3;
    p->pack[0] = (struct policy_pack){STR("lot-6"), STR("Lot de 6"), 0, 6, 1780, 0, INT32_MAX};
    p->pack[1] = (struct policy_pack){STR("lot-40"), STR("Lot de 40"), 0, 40, 9250, 10, INT32_MAX};
    p->pack[2] = (struct policy_pack){STR("gel"), STR("Gel"), 1, 1, 333, 0, INT32_MAX};
    p->vat_count = 2;
    p->vat[0] = (struct policy_vat){.vat_class = STR("masque"), .territories = TERRITORY_ALL,
                                    .until_ms = INT64_MAX, .rate_bp = 550};
    p->vat[1] = (struct policy_vat){.vat_class = STR("gel"), .territories = TERRITORY_ALL,
                                    .until_ms = INT64_MAX, .rate_bp = 2000};
    p->cohort_count = 1;
    p->cohort[0] = (struct policy_cohort){.code = STR("tous"), .label = STR("Tous"),
                                          .bands = (1U << BAND_COUNT) - 2, .heads_max = INT32_MAX,
                                          .territories = TERRITORY_ALL};
    for (int t = 0; t < TERRITORY_COUNT; t++) {
        p->cohort[0].opens_ms[t] = NOW - 30 * DAY;
        p->cohort[0].closes_ms[t] = INT64_MAX;
    }
    p->pool_count = 2;
    p->pool[0] = (struct policy_pool){STR("m"), STR("M"), TERRITORY_ALL, 0, 1000};
    p->pool[1] = (struct policy_pool){STR("g"), STR("G"), TERRITORY_ALL, 1, 1000};
    p->heads_max = 49;
    p->territories = TERRITORY_ALL;
    p->per_head = 4;
    p->period_days = 15;
    p->period_origin_ms = NOW - 30 * DAY;
    p->owner_counts = true;
    p->hold_minutes = 30;
    b->facts = (struct buyer_facts){.active = true, .establishment_active = true,
                                    .band = heads < 10 ? BAND_03 : BAND_12, .heads = heads,
                                    .networks = NETWORK_CCI, .network_source = NETWORK_DERIVED,
                                    .territory = TERRITORY_MAINLAND};
    b->in = (struct admit_in){.policy = p, .facts = &b->facts, .now_ms = NOW, .item = b->item,
                              .past = b->past};
}

static enum refusal
ask(struct bench *b, int pack, int64_t packs)
{
    b->item[b->in.item_count++] = (struct ask_item){pack, packs};
    order_admit(&b->in, &b->out);
    return b->out.refusal;
}

static void
before(struct bench *b, enum order_state state, int64_t units, int64_t created_ms)
{
    b->past[b->in.past_count++] = (struct past_order){STR("REF"), state, units, created_ms, 0, 0};
}

static void
the_quota_is_met_to_the_unit(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b, 29); /* 30 heads x 4 = 120 */
    assert_int_equal(REFUSAL_NONE, ask(&b, 1, 3));
    assert_int_equal(120, b.out.units);
    bench_init(&b, 28); /* 116 */
    assert_int_equal(REFUSAL_QUOTA, ask(&b, 1, 3));
    assert_int_equal(116, b.out.units_left);
    assert_true(b.out.when_ms > NOW);
}

static void
two_lines_of_one_pack_are_summed(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b, 29);
    assert_int_equal(REFUSAL_NONE, ask(&b, 1, 2));
    assert_int_equal(REFUSAL_QUOTA, ask(&b, 1, 2)); /* 80 + 80: neither alone is too much. */
    assert_int_equal(1, b.out.line_count);
    assert_int_equal(4, b.out.line[0].packs);
}

static void
what_holds_or_took_goods_counts_and_the_rest_does_not(void **state)
{
    static const struct {
        enum order_state state;
        int64_t left;
    } cases[] = {{ORDER_PAID, 80},      {ORDER_PREPARING, 80}, {ORDER_HANDED, 80},
                 {ORDER_DELIVERED, 80}, {ORDER_DISPUTED, 80},  {ORDER_EXPIRED, 120},
                 {ORDER_CANCELLED, 120}, {ORDER_REFUND_DUE, 120}, {ORDER_REFUNDED, 120},
                 {ORDER_RETURNED, 80}};
    struct bench b;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench_init(&b, 29);
        before(&b, cases[i].state, 40, NOW);
        ask(&b, 0, 1);
        assert_int_equal(cases[i].left, b.out.units_left);
    }
}

static void
an_order_of_an_earlier_period_does_not_count(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b, 29);
    before(&b, ORDER_PAID, 120, NOW - 1); /* The period before: it ended at NOW. */
    assert_int_equal(REFUSAL_NONE, ask(&b, 1, 3));
    bench_init(&b, 29);
    before(&b, ORDER_PAID, 120, NOW); /* This one. */
    assert_int_equal(REFUSAL_QUOTA, ask(&b, 1, 3));
    assert_int_equal(0, b.out.units_left);
}

/* No quota per head, only a most per company: it holds for all orders of a period together. */
static void
a_most_per_company_counts_earlier_orders(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b, 29);
    b.policy.per_head = 0;
    b.policy.units_max = 100;
    before(&b, ORDER_PAID, 80, NOW);
    assert_int_equal(REFUSAL_QUOTA, ask(&b, 1, 1));
    assert_int_equal(20, b.out.units_left);
    bench_init(&b, 29);
    b.policy.per_head = 0;
    b.policy.units_max = 100;
    before(&b, ORDER_PAID, 80, NOW - 1); /* The period before. */
    assert_int_equal(REFUSAL_NONE, ask(&b, 1, 1));
    bench_init(&b, 29);
    b.policy.per_head = 0;
    b.policy.units_max = 100;
    b.policy.period_days = 0; /* One period only. */
    before(&b, ORDER_DELIVERED, 80, NOW - 20 * DAY);
    assert_int_equal(REFUSAL_QUOTA, ask(&b, 1, 1));
}

static void
an_unpaid_order_is_given_back_to_its_owner(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b, 29);
    before(&b, ORDER_HELD, 6, NOW);
    assert_int_equal(REFUSAL_HOLD, ask(&b, 0, 1));
    assert_true(str_is(b.out.hold_ref, "REF"));
}

static void
the_delay_counts_from_what_the_policy_says(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b, 29);
    b.policy.delay_days = 15;
    before(&b, ORDER_PAID, 6, NOW - 14 * DAY);
    assert_int_equal(REFUSAL_DELAY, ask(&b, 0, 1));
    assert_true(b.out.when_ms > NOW && b.out.when_ms <= NOW + 2 * DAY);
    bench_init(&b, 29);
    b.policy.delay_days = 15;
    before(&b, ORDER_PAID, 6, NOW - 17 * DAY);
    assert_int_equal(REFUSAL_NONE, ask(&b, 0, 1));
    bench_init(&b, 29);
    b.policy.delay_days = 15;
    b.policy.delay_from = DELAY_FROM_DELIVERY;
    before(&b, ORDER_PAID, 6, NOW - 29 * DAY);
    assert_int_equal(REFUSAL_DELAY, ask(&b, 0, 1)); /* Not delivered: no date yet. */
    assert_int_equal(0, b.out.when_ms);
    bench_init(&b, 29);
    b.policy.delay_days = 15;
    before(&b, ORDER_CANCELLED, 6, NOW - DAY);
    assert_int_equal(REFUSAL_NONE, ask(&b, 0, 1)); /* Cancelled orders free the window. */
}

static void
packs_are_for_their_headcount_and_not_mixed(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b, 9);
    assert_int_equal(REFUSAL_PACK_SIZE, ask(&b, 1, 1));
    bench_init(&b, 29);
    b.policy.one_pack_size = true;
    assert_int_equal(REFUSAL_NONE, ask(&b, 0, 1));
    assert_int_equal(REFUSAL_MIXED, ask(&b, 1, 1));
}

static void
numbers_out_of_bounds_are_refused(void **state)
{
    static const int64_t bad[] = {-1, ORDER_PACKS_MAX + 1, INT64_MAX, INT64_MIN};
    struct bench b;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bench_init(&b, 29);
        assert_int_equal(REFUSAL_PACK, ask(&b, 0, bad[i]));
    }
    bench_init(&b, 29);
    assert_int_equal(REFUSAL_PACK, ask(&b, 3, 1));
    bench_init(&b, 29);
    assert_int_equal(REFUSAL_PACK, ask(&b, -1, 1));
    bench_init(&b, 29);
    assert_int_equal(REFUSAL_EMPTY, ask(&b, 0, 0));
    bench_init(&b, 29);
    ask(&b, 0, ORDER_PACKS_MAX);
    assert_int_equal(REFUSAL_PACK, ask(&b, 0, ORDER_PACKS_MAX));
}

/* 3 x 3.33 at 20 % and 1 x 17.80 at 5.5 %: VAT by rate, rounded once. */
static void
vat_is_rounded_by_rate(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b, 29);
    ask(&b, 2, 3);
    assert_int_equal(REFUSAL_NONE, ask(&b, 0, 1));
    assert_int_equal(999 + 1780, b.out.net_cents);
    assert_int_equal(200, b.out.line[0].vat_cents); /* 199.8 */
    assert_int_equal(98, b.out.line[1].vat_cents);  /* 97.9 */
    assert_int_equal(999 + 1780 + 298, b.out.total_cents);
    bench_init(&b, 29);
    b.policy.delivery_cents = 500;
    assert_int_equal(REFUSAL_NONE, ask(&b, 0, 1));
    assert_int_equal(2280, b.out.net_cents);
    assert_int_equal(125, b.out.vat_cents); /* 5.5 % of 22.80 is 1.254 */
}

static void
a_territory_without_rate_or_stock_is_refused(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b, 29);
    b.policy.vat[0].territories = 1 << TERRITORY_MAINLAND;
    b.facts.territory = TERRITORY_REUNION;
    assert_int_equal(REFUSAL_DESTINATION, ask(&b, 0, 1));
    bench_init(&b, 29);
    b.policy.pool_count = 0;
    assert_int_equal(REFUSAL_DESTINATION, ask(&b, 0, 1));
}

static void
before_the_opening_the_date_is_named(void **state)
{
    struct bench b;

    (void)state;
    bench_init(&b, 29);
    b.policy.cohort[0].opens_ms[TERRITORY_MAINLAND] = NOW + 1;
    assert_int_equal(REFUSAL_ELIGIBILITY, ask(&b, 0, 1));
    assert_int_equal(REASON_NOT_OPEN_YET, b.out.eligibility.reason);
    assert_int_equal(NOW + 1, b.out.when_ms);
    b.in.now_ms = NOW + 1;
    order_admit(&b.in, &b.out);
    assert_int_equal(REFUSAL_NONE, b.out.refusal);
}

static void
every_refusal_has_words(void **state)
{
    struct arena arena = {0};
    struct bench b;

    (void)state;
    bench_init(&b, 29);
    ask(&b, 0, 1);
    for (int r = REFUSAL_ELIGIBILITY; r < REFUSAL_COUNT; r++) {
        b.out.refusal = (enum refusal)r;
        assert_true(refusal_text(&arena, &b.in, &b.out).len > 10);
        assert_true(strlen(refusal_code(b.out.refusal)) > 2);
    }
    arena_release(&arena);
}

int
test_admit(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_quota_is_met_to_the_unit),
        cmocka_unit_test(two_lines_of_one_pack_are_summed),
        cmocka_unit_test(what_holds_or_took_goods_counts_and_the_rest_does_not),
        cmocka_unit_test(an_order_of_an_earlier_period_does_not_count),
        cmocka_unit_test(a_most_per_company_counts_earlier_orders),
        cmocka_unit_test(an_unpaid_order_is_given_back_to_its_owner),
        cmocka_unit_test(the_delay_counts_from_what_the_policy_says),
        cmocka_unit_test(packs_are_for_their_headcount_and_not_mixed),
        cmocka_unit_test(numbers_out_of_bounds_are_refused),
        cmocka_unit_test(vat_is_rounded_by_rate),
        cmocka_unit_test(a_territory_without_rate_or_stock_is_refused),
        cmocka_unit_test(before_the_opening_the_date_is_named),
        cmocka_unit_test(every_refusal_has_words),
    };

    return cmocka_run_group_tests_name("admit", tests, NULL, NULL);
}
