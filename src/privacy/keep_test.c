/* SPDX-License-Identifier: Apache-2.0 */
/* keep_test.c - orders, complaints and the carrier's documents lose what concerns people when their
 * time has come, not a day earlier, and nothing is overlooked that was still open. */
#include <stdio.h>

#include "base/clock.h"
#include "privacy/privacy_int.h"
#include "test/parcels.h"

int test_keep(void);

enum { CLOSED = 6, EXPIRED = 7, HANDED = 5, DISPUTED = 11 };

static void
sql(struct fixture *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
sql(struct fixture *f, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fixture_sql(f, str_vprintf(&f->arena, fmt, ap).ptr);
    va_end(ap);
}

static int64_t
days_before(int64_t ms, int64_t days)
{
    return ms - days * CLOCK_DAY_MS;
}

/* One paid order that others are copied from; its id is 1. */
static void
open_shop(struct fixture *f, struct shop *s)
{
    shop_open(f, s, 6000, 0);
    shop_company(s, 1, 10, 1);
    assert_int_equal(1, shop_paid(s, 1, 1, 7));
}

static void
copy(struct fixture *f, int id, int state, int64_t created_ms, int64_t changed_ms)
{
    sql(f,
        "INSERT INTO orders (id, ref, campaign_id, version, siren, siret, account_id, state,"
        " created_ms, deadline_ms, changed_ms, units, delivery_cents, net_cents, vat_cents,"
        " total_cents, territory, department, cohort, quota_units, period_ms, idem_key, body_hash,"
        " to_company, to_person, to_complement, to_street, to_special, to_postal_code, to_city,"
        " to_commune, to_phone, to_instructions)"
        " SELECT %d, 'R%d', campaign_id, version, siren, siret, account_id, %d, %lld, 1, %lld,"
        " units, delivery_cents, net_cents, vat_cents, total_cents, territory, department, cohort,"
        " quota_units, period_ms, 'copy-%d', body_hash, 'C', 'P', 'K', 'S', 'X', '69002', 'LYON',"
        " '69382', '+33400000000', 'I' FROM orders WHERE id = 1",
        id, id, state, (long long)created_ms, (long long)changed_ms, id);
}

static int64_t
run(struct fixture *f, int64_t now_ms, enum keep which)
{
    int64_t would[KEEP_COUNT], did[KEEP_COUNT];
    bool more;

    fixture_clock(f, now_ms);
    assert_int_equal(OK, privacy_purge(&f->cx, true, INT64_MAX, would, &more));
    assert_int_equal(OK, privacy_purge(&f->cx, false, INT64_MAX, did, &more));
    assert_int_equal(would[which], did[which]);
    return did[which];
}

static int64_t
known(struct fixture *f, int id)
{
    return fixture_int(f, str_printf(&f->arena,
                                     "SELECT COUNT(*) FROM orders WHERE id = %d AND"
                                     " to_person = 'P' AND to_street = 'S' AND forgotten_ms = 0",
                                     id)
                              .ptr);
}

static void
a_closed_order_loses_whom_it_went_to_when_its_time_has_come(void **state)
{
    struct fixture *f = *state;
    int64_t old = days_before(SHOP_NOW_MS, 1095);
    struct shop s;

    open_shop(f, &s);
    sql(f, "UPDATE orders SET created_ms = %lld", (long long)(old - 2000));
    copy(f, 2, CLOSED, old - 1000, old - 1);
    copy(f, 3, EXPIRED, old - 1000, old + CLOCK_DAY_MS - 1);
    copy(f, 4, DISPUTED, old - 1000, old - 1);
    copy(f, 5, CLOSED, old + 1, old + 2);
    assert_int_equal(2, run(f, SHOP_NOW_MS, KEEP_ORDERS));
    assert_int_equal(0, known(f, 2) + known(f, 4));
    assert_int_equal(2, known(f, 3) + known(f, 5));
    /* What accounting and quota need stays. */
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM orders WHERE id = 2 AND siren > 0 AND"
                                       " to_city = 'LYON' AND to_postal_code = '69002' AND"
                                       " to_phone = '' AND to_instructions = '' AND"
                                       " to_company = '' AND to_special = '' AND"
                                       " to_complement = ''"));
    assert_int_equal(0, run(f, SHOP_NOW_MS, KEEP_ORDERS));
    assert_int_equal(2, run(f, SHOP_NOW_MS + CLOCK_DAY_MS, KEEP_ORDERS));
    assert_int_equal(0, known(f, 3) + known(f, 5));
}

/* In each transaction: see erasure.test.mjs for one that is cut off. */
static void
what_went_is_counted_as_it_goes(void **state)
{
    static const char total[] = "SELECT total FROM privacy_purge WHERE name = 'orders'";
    static const char last[] = "SELECT last FROM privacy_purge WHERE name = 'orders'";
    struct fixture *f = *state;
    int64_t old = days_before(SHOP_NOW_MS, 1095);
    struct shop s;

    open_shop(f, &s);
    sql(f, "UPDATE orders SET created_ms = %lld", (long long)(old - 2000));
    for (int i = 2; i < 52; i++)
        copy(f, i, CLOSED, old - 1000, old - 1);
    sql(f, "UPDATE orders SET changed_ms = %lld WHERE id > 30", (long long)old + 1);
    assert_int_equal(29, run(f, SHOP_NOW_MS, KEEP_ORDERS));
    assert_int_equal(29, fixture_int(f, total));
    assert_int_equal(21, run(f, SHOP_NOW_MS + CLOCK_DAY_MS, KEEP_ORDERS));
    assert_int_equal(50, fixture_int(f, total));
    assert_int_equal(21, fixture_int(f, last));
    assert_int_equal(0, run(f, SHOP_NOW_MS + CLOCK_DAY_MS, KEEP_ORDERS));
    assert_int_equal(50, fixture_int(f, total));
    assert_int_equal(0, fixture_int(f, last));
}

/* Orders may be kept for less time than a bank takes to judge. */
static void
a_disputed_order_stays_while_the_bank_may_judge(void **state)
{
    struct fixture *f = *state;
    int64_t old = days_before(SHOP_NOW_MS, 400);
    struct shop s;

    open_shop(f, &s);
    f->conf.keep_orders = STR("30");
    sql(f, "UPDATE orders SET created_ms = %lld", (long long)(old - 2000));
    copy(f, 2, DISPUTED, old - 1000, old - 1);
    copy(f, 3, DISPUTED, old - 1000, old + CLOCK_DAY_MS - 1);
    assert_int_equal(1, run(f, SHOP_NOW_MS, KEEP_ORDERS));
    assert_int_equal(1, known(f, 3));
    assert_int_equal(1, run(f, SHOP_NOW_MS + CLOCK_DAY_MS, KEEP_ORDERS));
    assert_int_equal(0, known(f, 2) + known(f, 3));
}

/* The walk passes each order once: what was open then is not overlooked. */
static void
an_order_still_open_is_looked_at_again(void **state)
{
    struct fixture *f = *state;
    int64_t old = days_before(SHOP_NOW_MS, 1095);
    struct shop s;

    open_shop(f, &s);
    sql(f, "UPDATE orders SET created_ms = %lld", (long long)(old - 2000));
    copy(f, 2, HANDED, old - 1000, old - 500);
    copy(f, 3, CLOSED, old - 900, old - 1);
    assert_int_equal(1, run(f, SHOP_NOW_MS, KEEP_ORDERS));
    assert_int_equal(3, fixture_int(f, "SELECT order_id FROM privacy_mark"));
    assert_int_equal(2, fixture_count(f, "privacy_later"));
    assert_int_equal(0, run(f, SHOP_NOW_MS + CLOCK_DAY_MS, KEEP_ORDERS));
    assert_int_equal(1, known(f, 2));
    /* It closes now, and has its whole time from then on. */
    sql(f, "UPDATE orders SET state = 6, changed_ms = %lld WHERE id = 2",
        (long long)(SHOP_NOW_MS + 2 * (int64_t)CLOCK_DAY_MS));
    assert_int_equal(0, run(f, SHOP_NOW_MS + 1096 * (int64_t)CLOCK_DAY_MS, KEEP_ORDERS));
    assert_int_equal(1, run(f, SHOP_NOW_MS + 1098 * (int64_t)CLOCK_DAY_MS, KEEP_ORDERS));
    assert_int_equal(0, known(f, 2));
}

/* Whoever still has to be answered, or billed, is still known. */
static void
an_order_with_business_left_stays(void **state)
{
    struct fixture *f = *state;
    int64_t old = days_before(SHOP_NOW_MS, 1095);
    struct shop s;

    open_shop(f, &s);
    sql(f, "UPDATE orders SET created_ms = %lld", (long long)(old - 2000));
    copy(f, 2, CLOSED, old - 1000, old - 1);
    copy(f, 3, CLOSED, old - 1000, old - 1);
    sql(f, "INSERT INTO complaint (organiser_id, order_id, siren, kind, state, account_id,"
           " created_ms, changed_ms) VALUES (1, 2, 1, 1, 1, 1, 1, 1)");
    sql(f, "INSERT INTO invoice_due (kind, subject_id, since_ms, next_try_ms)"
           " VALUES (380, 3, 1, 1)");
    assert_int_equal(0, run(f, SHOP_NOW_MS, KEEP_ORDERS));
    sql(f, "UPDATE complaint SET state = 4; DELETE FROM invoice_due WHERE subject_id = 3");
    assert_int_equal(2, run(f, SHOP_NOW_MS + CLOCK_DAY_MS, KEEP_ORDERS));
}

/* More than a transaction takes; a run that has no time left says so and is gone on with. */
static void
many_orders_go_in_small_steps(void **state)
{
    struct fixture *f = *state;
    int64_t old = days_before(SHOP_NOW_MS, 1095);
    int64_t did[KEEP_COUNT];
    struct shop s;
    bool more;

    open_shop(f, &s);
    sql(f, "UPDATE orders SET created_ms = %lld", (long long)(old - 2000));
    for (int i = 2; i <= 260; i++)
        copy(f, i, i % 5 == 0 ? HANDED : CLOSED, old - 1000, old - 1);
    fixture_clock(f, SHOP_NOW_MS);
    assert_int_equal(OK, privacy_purge(&f->cx, false, 0, did, &more));
    assert_true(more);
    assert_int_equal(0, did[KEEP_ORDERS]);
    assert_int_equal(207, run(f, SHOP_NOW_MS, KEEP_ORDERS));
    assert_int_equal(53, fixture_count(f, "privacy_later"));
    sql(f, "UPDATE orders SET state = 6 WHERE state = 5");
    assert_int_equal(52, run(f, SHOP_NOW_MS + CLOCK_DAY_MS, KEEP_ORDERS));
    assert_int_equal(259, fixture_int(f, "SELECT total FROM privacy_purge WHERE name = 'orders'"));
}

/* Money that comes after all has nowhere to go to: it goes back. */
static void
a_late_payment_of_a_forgotten_order_is_given_back(void **state)
{
    struct fixture *f = *state;
    struct order_placed p;
    struct order_ask ask;
    struct shop s;
    struct tally t = {0};

    shop_open(f, &s, 6000, 0);
    shop_company(&s, 1, 10, 1);
    ask = shop_ask(&s, &f->arena, 1, 0, 2, "key-late-0000001");
    p = shop_place(&s, &ask);
    assert_true(p.ok);
    fixture_clock(f, SHOP_NOW_MS + CLOCK_DAY_MS);
    fixture_begin(f);
    assert_int_equal(OK, order_forget(&f->cx, p.order.id, &t));
    assert_int_equal(0, tally_of(&t, "orders")); /* It is held. */
    assert_int_equal(OK, order_expire(&f->cx, p.order.id));
    assert_int_equal(OK, order_forget(&f->cx, p.order.id, &t));
    assert_int_equal(1, tally_of(&t, "orders"));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OUTCOME_REFUND, shop_pay(&s, p.order.id, 9, p.order.total_cents));
    assert_int_equal(9, fixture_int(f, "SELECT state FROM orders"));
    shop_check(&s);
}

static void
complaint(struct fixture *f, int id, int state, int64_t changed_ms)
{
    sql(f,
        "INSERT INTO complaint (id, organiser_id, order_id, siren, kind, state, outcome,"
        " account_id, created_ms, changed_ms) VALUES (%d, 1, 1, 1, 1, %d, %d, 1, 1, %lld);"
        "INSERT INTO complaint_message (complaint_id, side, account_id, text, at_ms)"
        " VALUES (%d, 1, 1, 'private', 1), (%d, 2, 1, 'private', 2);"
        "INSERT INTO complaint_photo (complaint_id, type, width, height, bytes)"
        " VALUES (%d, 'image/png', 1, 1, CAST('private' AS %s))",
        id, state, state == 3 ? 1 : 0, (long long)changed_ms, id, id, id,
        f->engine == DB_PG ? "BYTEA" : "BLOB");
}

static void
a_decided_complaint_loses_texts_and_photos_after_a_year(void **state)
{
    struct fixture *f = *state;
    int64_t old = days_before(SHOP_NOW_MS, 365);
    struct shop s;

    open_shop(f, &s);
    complaint(f, 1, 3, old - 1);
    complaint(f, 2, 4, old - 1);
    complaint(f, 3, 4, old + 1);
    complaint(f, 4, 2, old - 1);
    assert_int_equal(2, run(f, SHOP_NOW_MS, KEEP_COMPLAINTS));
    assert_int_equal(4, fixture_int(f, "SELECT COUNT(*) FROM complaint_message WHERE text = '' AND"
                                       " complaint_id <= 2"));
    assert_int_equal(4, fixture_int(f, "SELECT COUNT(*) FROM complaint_message WHERE"
                                       " text = 'private' AND complaint_id > 2"));
    assert_int_equal(3, fixture_int(f, "SELECT MIN(complaint_id) FROM complaint_photo"));
    assert_int_equal(0, run(f, SHOP_NOW_MS, KEEP_COMPLAINTS));
}

static void
documents(struct fixture *f, int parcel)
{
    for (int kind = 1; kind <= 2; kind++)
        sql(f,
            "INSERT INTO parcel_document (parcel_id, kind, type, bytes)"
            " VALUES (%d, %d, 'application/pdf', CAST('private' AS %s))",
            parcel, kind, f->engine == DB_PG ? "BYTEA" : "BLOB");
}

static void
labels_go_after_the_hand_over_and_customs_forms_years_later(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    open_shop(f, &s);
    shop_company(&s, 2, 40, 1);
    int64_t order = parcels_handed(&s, 2, 4, 8, false, SHOP_NOW_MS);
    for (int i = 1; i <= 4; i++)
        documents(f, (int)parcels_get(&s, order, i).id);
    /* One was given up, one never left. */
    sql(f, "UPDATE parcel SET state = 9, handed_ms = 0, handover_id = NULL, changed_ms = %lld"
           " WHERE nth = 3",
        (long long)(SHOP_NOW_MS + 1));
    sql(f, "UPDATE parcel SET state = 3, handed_ms = 0, handover_id = NULL WHERE nth = 4");
    assert_int_equal(0, run(f, SHOP_NOW_MS + 90 * (int64_t)CLOCK_DAY_MS, KEEP_LABELS));
    assert_int_equal(3, run(f, SHOP_NOW_MS + 91 * (int64_t)CLOCK_DAY_MS, KEEP_LABELS));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM parcel_document WHERE kind = 1"));
    assert_int_equal(4, fixture_int(f, "SELECT COUNT(*) FROM parcel_document WHERE kind = 2"));
    assert_int_equal(0, run(f, SHOP_NOW_MS + 1460 * (int64_t)CLOCK_DAY_MS, KEEP_CUSTOMS));
    assert_int_equal(3, run(f, SHOP_NOW_MS + 1461 * (int64_t)CLOCK_DAY_MS, KEEP_CUSTOMS));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM parcel_document WHERE kind = 2"));
}

static void
periods_are_the_settings(void **state)
{
    struct fixture *f = *state;
    struct privacy_purged list[KEEP_COUNT];
    struct shop s;

    open_shop(f, &s);
    f->conf.keep_complaints = STR("2");
    complaint(f, 1, 4, days_before(SHOP_NOW_MS, 2) - 1);
    complaint(f, 2, 4, days_before(SHOP_NOW_MS, 2) + 1);
    assert_int_equal(1, run(f, SHOP_NOW_MS, KEEP_COMPLAINTS));
    assert_int_equal(2, privacy_period(&f->conf, KEEP_COMPLAINTS).days);
    fixture_begin(f);
    assert_int_equal(OK, privacy_purged_list(&f->cx, list));
    fixture_rollback(f);
    assert_int_equal(2, list[KEEP_COMPLAINTS].days);
    assert_int_equal(1, list[KEEP_COMPLAINTS].total);
    assert_true(list[KEEP_COMPLAINTS].run_ms >= SHOP_NOW_MS);
    assert_int_equal(365, list[KEEP_TOKENS].days);
}

int
test_keep(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_closed_order_loses_whom_it_went_to_when_its_time_has_come),
        DB_TEST(a_disputed_order_stays_while_the_bank_may_judge),
        DB_TEST(an_order_still_open_is_looked_at_again),
        DB_TEST(what_went_is_counted_as_it_goes),
        DB_TEST(an_order_with_business_left_stays),
        DB_TEST(many_orders_go_in_small_steps),
        DB_TEST(a_late_payment_of_a_forgotten_order_is_given_back),
        DB_TEST(a_decided_complaint_loses_texts_and_photos_after_a_year),
        DB_TEST(labels_go_after_the_hand_over_and_customs_forms_years_later),
        DB_TEST(periods_are_the_settings),
    };

    return cmocka_run_group_tests_name("keep", tests, NULL, NULL);
}
