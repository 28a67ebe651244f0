/* SPDX-License-Identifier: Apache-2.0 */
/* Invoices and credit notes: numbers, amounts, contents, and that nothing changes them. */
#include <pthread.h>

#include "test/shop.h"

#include "check/check.h"
#include "invoice/invoice_int.h"

int test_invoice(void);

static struct arena *
arena_of(struct shop *s)
{
    return &s->f->arena;
}

/* Writes what is due; how many documents rows were done with. */
static int
issue(struct shop *s)
{
    int issued = -1, stuck = -1;

    assert_int_equal(OK, invoice_issue_due(&s->f->cx, &issued, &stuck));
    assert_int_equal(0, stuck);
    return issued;
}

static struct invoice_list
documents(struct shop *s, int64_t order)
{
    struct invoice_list list;

    fixture_begin(s->f);
    assert_int_equal(OK, invoice_of_order(&s->f->cx, order, &list));
    assert_int_equal(OK, fixture_commit(s->f));
    return list;
}

static struct invoice_doc
contents(struct shop *s, int64_t id)
{
    struct invoice_doc d;

    fixture_begin(s->f);
    assert_int_equal(OK, doc_load(&s->f->cx, id, &d));
    assert_int_equal(OK, fixture_commit(s->f));
    return d;
}

/* A refund of the payment that is done, as payment/ writes it. */
static int64_t
refund_done(struct shop *s, int64_t payment, int64_t cents, const struct credit_part *part,
            int count)
{
    struct fixture *f = s->f;
    static int made = 0;

    fixture_begin(f);
    fixture_sql(f, str_printf(&f->arena,
                              "INSERT INTO refund (payment_id, provider, idem_key, state, "
                              "amount_cents, cause, created_ms, done_ms) VALUES "
                              "(%lld, 'lyra', 'k%d', 3, %lld, 'test', %lld, %lld); "
                              "UPDATE payment SET refunded_cents = refunded_cents + %lld "
                              "WHERE id = %lld",
                              (long long)payment, ++made, (long long)cents,
                              (long long)f->cx.now_ms, (long long)f->cx.now_ms,
                              (long long)cents, (long long)payment)
                       .ptr);
    int64_t id = fixture_int(f, "SELECT MAX(id) FROM refund");
    if (count > 0)
        assert_int_equal(OK, invoice_part_put(&f->cx, id, part, count));
    assert_int_equal(OK, invoice_expect_credit(&f->cx, payment));
    assert_int_equal(OK, fixture_commit(f));
    return id;
}

static void
a_paid_order_gets_one_invoice_however_often_the_job_runs(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = shop_paid(&s, 1, 2, 7);
    shop_check(&s);
    assert_int_equal(1, issue(&s));
    assert_int_equal(0, issue(&s));
    fixture_begin(f);
    assert_int_equal(OK, invoice_expect(&f->cx, order));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(1, issue(&s));
    assert_int_equal(1, fixture_count(f, "invoice"));
    assert_int_equal(0, fixture_count(f, "invoice_due"));
    struct invoice_list list = documents(&s, order);
    assert_int_equal(1, list.count);
    assert_true(str_is(list.item[0].number, "ESSAI-2020-000001"));
    assert_int_equal(INVOICE_BILL, list.item[0].kind);
    assert_int_equal(3560, list.item[0].net_cents);
    assert_int_equal(196, list.item[0].vat_cents);
    assert_int_equal(3756, list.item[0].total_cents);
    shop_check(&s);
}

static void
numbers_of_a_series_have_no_gap_even_when_a_transaction_is_taken_back(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    for (int n = 1; n <= 5; n++) {
        shop_company(&s, n, 10, 1);
        (void)shop_paid(&s, n, 1, 10 + n);
    }
    for (int n = 1; n < 12; n++) { /* Each statement on the way fails once. */
        int issued, stuck;
        fixture_fail_at(f, n);
        enum err e = invoice_issue_due(&f->cx, &issued, &stuck);
        assert_true(e == OK || e == ERR_FAULT);
    }
    fixture_fail_at(f, 0);
    fixture_clock(f, SHOP_NOW_MS + 3600 * 1000);
    (void)issue(&s);
    assert_int_equal(5, fixture_count(f, "invoice"));
    assert_int_equal(15, fixture_int(f, "SELECT SUM(seq) FROM invoice"));
    assert_int_equal(5, fixture_int(f, "SELECT last FROM invoice_series"));
    shop_check(&s);
}

struct racer {
    struct fixture *f;
    enum err e;
    int issued, stuck;
};

static void *
race(void *arg)
{
    struct racer *r = arg;
    struct arena arena = {0};
    struct ctx cx = fixture_ctx(r->f, &arena);

    r->e = invoice_issue_due(&cx, &r->issued, &r->stuck);
    arena_release(&arena);
    return NULL;
}


static void
jobs_that_race_write_each_document_once(void **state)
{
    struct fixture *f = *state;
    struct racer racer[3];
    pthread_t thread[3];
    struct shop s;

    shop_open(f, &s, 600, 0);
    for (int n = 1; n <= 20; n++) {
        shop_company(&s, n, 10, 1);
        (void)shop_paid(&s, n, 1, 10 + n);
    }
    fixture_start(f, 3);
    for (int i = 0; i < 3; i++) {
        racer[i] = (struct racer){.f = f};
        assert_int_equal(0, pthread_create(&thread[i], NULL, race, &racer[i]));
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(0, pthread_join(thread[i], NULL));
        assert_int_equal(OK, racer[i].e);
    }
    assert_int_equal(20, fixture_count(f, "invoice"));
    assert_int_equal(20, fixture_int(f, "SELECT MAX(seq) FROM invoice"));
    assert_int_equal(20, fixture_int(f, "SELECT COUNT(DISTINCT order_id) FROM invoice"));
}

static void
an_invoice_refuses_every_change(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    (void)shop_paid(&s, 1, 2, 7);
    (void)issue(&s);
    assert_true(fixture_sql_fails(f, "UPDATE invoice SET total_cents = 1"));
    assert_true(fixture_sql_fails(f, "UPDATE invoice SET content = '{}'"));
    assert_true(fixture_sql_fails(f, "DELETE FROM invoice_vat"));
    assert_true(fixture_sql_fails(f, "DELETE FROM invoice"));
    assert_true(fixture_sql_fails(f, "UPDATE invoice_vat SET vat_cents = 0"));
    assert_true(fixture_sql_fails(f, "UPDATE invoice_series SET last = last - 1"));
    assert_true(fixture_sql_fails(f, "UPDATE invoice_series SET last = last + 2"));
    assert_true(fixture_sql_fails(f, "DELETE FROM invoice_series"));
    shop_check(&s);
}

static void
without_the_sellers_mentions_an_invoice_waits_and_says_why(void **state)
{
    struct fixture *f = *state;
    struct shop s;
    int issued, stuck;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = shop_paid(&s, 1, 2, 7);
    fixture_begin(f);
    struct campaign c = s.campaign;
    struct policy bare = *c.policy;
    struct invoice_doc d;
    struct str why;
    struct order o;
    bare.seller.given = false;
    c.policy = &bare;
    assert_int_equal(OK, order_by_id(&f->cx, order, &o));
    assert_int_equal(OK, doc_of_order(&f->cx, &o, &c, &d, &why));
    assert_true(str_contains(why, STR("mentions légales")));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, invoice_issue_due(&f->cx, &issued, &stuck));
    assert_int_equal(1, issued);
}

static void
a_whole_refund_gets_a_credit_note_that_mirrors_the_invoice(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = shop_paid(&s, 1, 2, 7);
    /* Refunded before the job came by: the invoice is written first. */
    (void)refund_done(&s, 7, 3756, NULL, 0);
    (void)issue(&s);
    (void)issue(&s);
    struct invoice_list list = documents(&s, order);
    assert_int_equal(2, list.count);
    assert_true(str_is(list.item[1].number, "ESSAI-AV-2020-000001"));
    assert_int_equal(INVOICE_CREDIT, list.item[1].kind);
    assert_int_equal(list.item[0].id, list.item[1].invoice_id);
    assert_int_equal(3756, list.item[1].total_cents);
    struct invoice_doc d = contents(&s, list.item[1].id);
    assert_true(str_is(d.credited, "ESSAI-2020-000001"));
    assert_int_equal(1, d.line_count);
    assert_int_equal(2, d.line[0].quantity);
}

static void
refunds_in_part_name_their_packs_and_add_up_to_the_cent(void **state)
{
    struct fixture *f = *state;
    struct shop s;
    struct order o;
    int64_t cents, sum = 0;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = shop_paid(&s, 1, 5, 7); /* 89.00 + 4.90 */
    (void)issue(&s);
    for (int i = 0; i < 4; i++) {
        struct credit_part part = {.line = 0, .packs = 1};
        fixture_begin(f);
        assert_int_equal(OK, order_by_id(&f->cx, order, &o));
        assert_int_equal(OK, invoice_part_price(&f->cx, &o, &part, 1, &cents));
        assert_int_equal(OK, fixture_commit(f));
        assert_int_equal(1780, part.net_cents);
        sum += cents;
        (void)refund_done(&s, 7, cents, &part, 1);
        (void)issue(&s);
    }
    fixture_begin(f);
    struct credit_part more = {.line = 0, .packs = 2}, twice[2] = {{.line = 0, .packs = 1},
                                                                   {.line = 0, .packs = 1}};
    assert_int_equal(ERR_INVALID, invoice_part_price(&f->cx, &o, &more, 1, &cents));
    assert_int_equal(ERR_INVALID, invoice_part_price(&f->cx, &o, twice, 2, &cents));
    assert_int_equal(OK, fixture_commit(f));
    (void)refund_done(&s, 7, o.total_cents - sum, NULL, 0);
    (void)issue(&s);
    struct invoice_list list = documents(&s, order);
    assert_int_equal(6, list.count);
    assert_int_equal(o.vat_cents,
                     fixture_int(f, "SELECT SUM(vat_cents) FROM invoice WHERE kind = 381"));
    assert_int_equal(o.total_cents,
                     fixture_int(f, "SELECT SUM(total_cents) FROM invoice WHERE kind = 381"));
    struct invoice_doc d = contents(&s, list.item[5].id);
    assert_int_equal(1, d.line[0].quantity); /* The one pack left is named, too. */
    assert_true(str_is(d.line[0].code, "lot-6"));
    shop_check(&s);
}

static void
an_amount_nobody_explains_is_credited_to_the_cent_and_never_twice(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = shop_paid(&s, 1, 2, 7);
    int64_t first = refund_done(&s, 7, 1001, NULL, 0);
    (void)issue(&s);
    struct invoice_list list = documents(&s, order);
    assert_int_equal(1001, list.item[1].total_cents);
    /* It fails after all, and is done again under another refund: one credit note stands. */
    fixture_begin(f);
    fixture_sql(f, str_printf(arena_of(&s),
                              "UPDATE refund SET state = 4, voided_ms = 1 WHERE id = %lld; "
                              "UPDATE payment SET refunded_cents = 0 WHERE id = 7",
                              (long long)first)
                       .ptr);
    assert_int_equal(OK, fixture_commit(f));
    (void)refund_done(&s, 7, 1001, NULL, 0);
    (void)issue(&s);
    assert_int_equal(2, documents(&s, order).count);
    (void)refund_done(&s, 7, 2755, NULL, 0);
    (void)issue(&s);
    assert_int_equal(3, documents(&s, order).count);
    assert_int_equal(3756,
                     fixture_int(f, "SELECT SUM(total_cents) FROM invoice WHERE kind = 381"));
    assert_int_equal(196, fixture_int(f, "SELECT SUM(vat_cents) FROM invoice WHERE kind = 381"));
    shop_check(&s);
}

static void
money_that_paid_for_nothing_gets_no_document(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = shop_paid(&s, 1, 2, 7);
    assert_int_equal(OUTCOME_REFUND, shop_pay(&s, order, 8, 3756));
    fixture_begin(f);
    fixture_sql(f, "UPDATE refund SET state = 3, done_ms = 5 WHERE payment_id = 8; "
                   "UPDATE payment SET state = 6, refunded_cents = 3756 WHERE id = 8");
    assert_int_equal(OK, invoice_expect_credit(&f->cx, 8));
    assert_int_equal(OK, fixture_commit(f));
    (void)issue(&s);
    assert_int_equal(1, fixture_count(f, "invoice"));
    assert_int_equal(0, fixture_count(f, "invoice_due"));
}

static bool
breaks(struct shop *s, const char *name)
{
    struct breach_list list;
    int checked;
    bool found = false;

    assert_int_equal(OK, check_run(&s->f->cx, 0, &list, &checked));
    for (size_t i = 0; i < list.count; i++)
        found = found || strcmp(list.item[i].invariant, name) == 0;
    return found;
}

static void
the_checker_sees_a_gap_and_a_missing_invoice(void **state)
{
    static const char *const harm[] = {
        "UPDATE invoice_series SET last = last + 1",
        "DELETE FROM invoice_due",
        "INSERT INTO invoice_vat (invoice_id, category, rate_bp, net_cents, vat_cents) "
        "SELECT id, 'S', 2000, 100, 20 FROM invoice",
    };
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    shop_company(&s, 2, 10, 1);
    (void)shop_paid(&s, 1, 2, 7);
    (void)issue(&s);
    (void)shop_paid(&s, 2, 2, 8);
    shop_check(&s);
    for (size_t i = 0; i < sizeof harm / sizeof harm[0]; i++) {
        fixture_begin(f);
        assert_false(breaks(&s, "I15"));
        fixture_sql(f, harm[i]);
        assert_true(breaks(&s, "I15"));
        fixture_rollback(f);
    }
}

static void
the_pdf_is_an_archive_that_carries_the_xml(void **state)
{
    struct fixture *f = *state;
    struct buf pdf, xml;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = shop_paid(&s, 1, 2, 7);
    (void)issue(&s);
    struct invoice_list list = documents(&s, order);
    buf_init(&pdf, 0);
    buf_init(&xml, 0);
    fixture_begin(f);
    assert_int_equal(OK, invoice_xml(&f->cx, list.item[0].id, &xml));
    assert_int_equal(OK, invoice_pdf(&f->cx, list.item[0].id, &pdf));
    assert_int_equal(OK, fixture_commit(f));
    struct str x = buf_view(&xml), p = buf_view(&pdf);
    assert_true(str_contains(x, STR("<ram:ID>urn:cen.eu:en16931:2017</ram:ID>")));
    assert_true(str_contains(x, STR("<ram:GrandTotalAmount>37.56</ram:GrandTotalAmount>")));
    assert_true(str_contains(x, STR("Essai &amp; Cie")));
    assert_true(str_starts(p, STR("%PDF-1.7")));
    assert_true(str_contains(p, STR("/AFRelationship /Alternative")));
    assert_true(str_contains(p, STR("<pdfaid:part>3</pdfaid:part>")));
    assert_false(str_contains(p, STR("/Info <<")));
    buf_release(&pdf);
    buf_release(&xml);
}

int
test_invoice(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_paid_order_gets_one_invoice_however_often_the_job_runs),
        DB_TEST(numbers_of_a_series_have_no_gap_even_when_a_transaction_is_taken_back),
        DB_TEST(jobs_that_race_write_each_document_once),
        DB_TEST(an_invoice_refuses_every_change),
        DB_TEST(without_the_sellers_mentions_an_invoice_waits_and_says_why),
        DB_TEST(a_whole_refund_gets_a_credit_note_that_mirrors_the_invoice),
        DB_TEST(refunds_in_part_name_their_packs_and_add_up_to_the_cent),
        DB_TEST(an_amount_nobody_explains_is_credited_to_the_cent_and_never_twice),
        DB_TEST(money_that_paid_for_nothing_gets_no_document),
        DB_TEST(the_checker_sees_a_gap_and_a_missing_invoice),
        DB_TEST(the_pdf_is_an_archive_that_carries_the_xml),
    };

    return cmocka_run_group_tests_name("invoice", tests, NULL, NULL);
}
