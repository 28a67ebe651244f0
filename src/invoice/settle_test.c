/* SPDX-License-Identifier: Apache-2.0 */
/* Settlement files: what is read, what differs, that nothing is half-written. */
#include "test/shop.h"

#include "invoice/settle.h"

int test_settle(void);

static enum err
store(struct shop *s, struct str bytes, struct settlement *out, struct str *why)
{
    fixture_begin(s->f);
    enum err e = settle_store(&s->f->cx, STR("releve"), bytes, out, why);
    if (e != OK) {
        fixture_rollback(s->f);
        return e;
    }
    return fixture_commit(s->f);
}

static void
both_providers_and_encodings_are_read(void **state)
{
    static const char lyra[] = "\"UUID\";\"R\xE9" "f\xE9rence commande\";Type;Montant;"
                               "Commission\r\n"
                               "a1;REF;D\xE9" "bit;1 234,50;0,25\r\n"
                               "a2;REF;Cr\xE9" "dit;10,00;\r\n";
    static const char stripe[] = "reporting_category,gross,fee,payment_intent_id\n"
                                 "charge,37.56,0.25,pi_1\nrefund,-37.56,0.00,pi_1\n"
                                 "payout,-5.00,0,\nfee,0,1.20,\ncharge,x,0,pi_2\ncharge,1.00,0,\n";
    struct arena a = {0};
    struct settle_file f;
    struct str why;

    (void)state;
    assert_int_equal(OK, settle_parse(&a, str_of(lyra), STR_NONE, &f, &why));
    assert_int_equal(2, f.count);
    assert_int_equal(123450, f.row[0].cents);
    assert_false(f.row[0].is_refund);
    assert_true(f.row[1].is_refund);
    assert_true(str_is(f.row[1].order_ref, "REF"));
    assert_int_equal(OK, settle_parse(&a, str_of(stripe), STR_NONE, &f, &why));
    assert_int_equal(2, f.count);
    assert_int_equal(2, f.ignored);
    assert_int_equal(145, f.fees_cents);
    assert_int_equal(2, f.fault_count);
    assert_int_equal(6, f.fault[0].line);
    assert_int_equal(7, f.fault[1].line);
    assert_int_equal(ERR_INVALID, settle_parse(&a, STR("a;b\n1;2\n"), STR_NONE, &f, &why));
    assert_int_equal(OK, settle_parse(&a, STR("a;b\nx;2\n"), STR("ref=A,amount=B"), &f, &why));
    assert_int_equal(200, f.row[0].cents);
    arena_release(&a);
}

static void
differences_are_listed_and_the_same_file_is_known(void **state)
{
    static const char text[] = "UUID;Commande;Type;Montant\nref7;R;Debit;37,56\n"
                               "ref8;R;Debit;37,55\nref9;R9;Debit;1,00\nref7;R;Debit;37,56\n";
    struct fixture *f = *state;
    struct settlement first, again;
    struct str why;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    shop_company(&s, 2, 10, 1);
    (void)shop_paid(&s, 1, 2, 7);
    (void)shop_paid(&s, 2, 2, 8);
    assert_int_equal(OK, store(&s, str_of(text), &first, &why));
    assert_int_equal(1, first.matched);
    assert_int_equal(3, first.difference_count);
    for (size_t i = 0; i < 3; i++) {
        const struct settle_difference *d = &first.difference[i];
        assert_int_equal(d->line == 3   ? SETTLE_AMOUNT
                         : d->line == 4 ? SETTLE_UNKNOWN
                                        : SETTLE_REPEATED,
                         d->kind);
    }
    assert_int_equal(OK, store(&s, str_of(text), &again, &why));
    assert_true(again.known);
    assert_int_equal(first.id, again.id);
    assert_int_equal(OK, store(&s, STR("UUID;Montant\nref7;37,56\n"), &again, &why));
    assert_int_equal(SETTLE_EARLIER, again.difference[0].kind);
    assert_int_equal(ERR_INVALID, store(&s, STR("rien"), &again, &why));
    assert_true(why.len > 0);
    assert_int_equal(2, fixture_count(f, "settlement"));
    assert_int_equal(1, fixture_count(f, "settlement_line"));
}

int
test_settle(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_providers_and_encodings_are_read),
        DB_TEST(differences_are_listed_and_the_same_file_is_known),
    };

    return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
