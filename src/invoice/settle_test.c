/* SPDX-License-Identifier: Apache-2.0 */
/* Settlement files: what is read, what differs, that nothing is half-written. */
#include "test/shop.h"

#include "invoice/settle.h"
#include "invoice/settle_text.h"

int test_settle(void);

/* ---- reading ---- */

/* Bytes of a literal, NUL in the middle included. */
#define BYTES(z) {(z), sizeof(z) - 1}

static void
both_providers_and_encodings_are_read(void **state)
{
    static const char lyra[] = "\"UUID\";\"R\xE9" "f\xE9rence commande\";Type;Montant;"
                               "Commission\r\n"
                               "a1;REF;D\xE9" "bit;1 234,50;0,25\r\n"
                               "a2;REF;Cr\xE9" "dit;10,00;\r\n";
    static const char stripe[] = "reporting_category,gross,fee,payment_intent_id\n"
                                 "charge,37.56,0.25,pi_1\nrefund,-37.56,0.00,pi_1\n"
                                 "payout,-5.00,0,\nfee,0,1.20,\nfee,-0.80,0,\n"
                                 "charge,x,0,pi_2\ncharge,1.00,0,\n";
    struct arena a = {0};
    struct settle_file f;
    struct str why;

    (void)state;
    assert_int_equal(OK, settle_parse(&a, str_of(lyra), STR_NONE, &f, &why));
    assert_string_equal("Windows-1252", f.encoding);
    assert_int_equal(2, f.count);
    assert_int_equal(123450, f.row[0].cents);
    assert_false(f.row[0].is_refund);
    assert_true(f.row[1].is_refund);
    assert_true(str_is(f.row[1].order_ref, "REF"));
    assert_int_equal(OK, settle_parse(&a, str_of(stripe), STR_NONE, &f, &why));
    assert_int_equal(2, f.count);
    assert_int_equal(3, f.ignored);
    assert_int_equal(225, f.fees_cents);
    assert_int_equal(2, f.fault_count);
    assert_int_equal(7, f.fault[0].line);
    assert_int_equal(8, f.fault[1].line);
    assert_int_equal(OK, settle_parse(&a, STR("a;b\nx;2\n"), STR("ref=A,amount=B"), &f, &why));
    assert_int_equal(200, f.row[0].cents);
    arena_release(&a);
}

/* The same table as editors and exports write it. */
static void
every_way_of_writing_a_file_gives_the_same_rows(void **state)
{
    static const struct str files[] = {
        BYTES("UUID,Montant\na1,12.50\n"),
        BYTES("\xEF\xBB\xBFUUID;Montant\r\na1;12,50\r\n"),
        BYTES("UUID\tMontant\r\na1\t12,50\r\n"),
        BYTES("\xFF\xFEU\0U\0I\0D\0;\0M\0o\0n\0t\0a\0n\0t\0\n\0"
              "a\0001\0;\0001\0002\0,\0005\0000\0\n\0"),
        BYTES("\xFE\xFF\0U\0U\0I\0D\0;\0M\0o\0n\0t\0a\0n\0t\0\n"
              "\0a\0001\0;\0001\0002\0,\0005\0000\0\n"),
        BYTES("UUID;Montant\n\n\"a1\";\"12,50\"\n\n"),
    };
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct settle_file f;
        struct str why;
        assert_int_equal(OK, settle_parse(&a, files[i], STR_NONE, &f, &why));
        assert_int_equal(1, f.count);
        assert_int_equal(1250, f.row[0].cents);
        assert_true(str_is(f.row[0].ref, "a1"));
        assert_int_equal(0, f.fault_count);
    }
    arena_release(&a);
}

static void
what_is_no_settlement_file_is_refused_with_its_reason(void **state)
{
    static const struct {
        struct str bytes;
        const char *why;
    } files[] = {
        {BYTES(""), "vide"},
        {BYTES("PK\x03\x04\x14\0\0\0"), "classeur"},
        {BYTES("%PDF-1.7\0"), "PDF"},
        {BYTES("\x1F\x8B\x08\0"), "compressé"},
        {BYTES("UUID;Montant\na1;1\0\n"), "texte"},
        {BYTES("\xFF\xFEU\0U"), "texte"},
        {BYTES("\x7F" "ELF\x02\x01"), "texte"},
        {BYTES("bonjour\n"), "de référence de transaction"},
        {BYTES("Nom;Montant\nx;1\n"), "de référence de transaction"},
        {BYTES("UUID;Sens\nx;1\n"), "colonne de montant. Colonnes trouvées\u00a0: "
                                     "«\u00a0UUID\u00a0», «\u00a0Sens\u00a0»"},
        {BYTES("UUID;Montant\n"), "aucune ligne"},
        {BYTES("\"UUID;Montant\na;1\n"), "mal formée"},
    };
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct settle_file f;
        struct str why;
        if (settle_parse(&a, files[i].bytes, STR_NONE, &f, &why) != ERR_INVALID)
            fail_msg("file %zu is taken", i);
        if (!str_contains(why, str_of(files[i].why)))
            fail_msg("file %zu: %.*s", i, STR_FMT(why));
    }
    arena_release(&a);
}

static void
amounts_are_read_as_people_and_machines_write_them(void **state)
{
    static const struct {
        const char *text;
        enum amount_result result;
        int64_t cents;
    } amounts[] = {
        {"12", AMOUNT_GOOD, 1200},         {"12,5", AMOUNT_GOOD, 1250},
        {"12.50", AMOUNT_GOOD, 1250},      {"-12.50", AMOUNT_GOOD, -1250},
        {"\u2212" "12,50", AMOUNT_GOOD, -1250}, {"12,50-", AMOUNT_GOOD, -1250},
        {"(12,50)", AMOUNT_GOOD, -1250},   {"+12,50", AMOUNT_GOOD, 1250},
        {"1 234,50", AMOUNT_GOOD, 123450}, {"1\u00a0234,50", AMOUNT_GOOD, 123450},
        {"1\u202f234,50\u00a0€", AMOUNT_GOOD, 123450},
        {"1,234.50", AMOUNT_GOOD, 123450}, {"1.234,50", AMOUNT_GOOD, 123450},
        {"1'234.50", AMOUNT_GOOD, 123450}, {"1.234.567", AMOUNT_GOOD, 123456700},
        {"1,234,567.89", AMOUNT_GOOD, 123456789}, {"EUR 12,50", AMOUNT_GOOD, 1250},
        {"12,50 EUR", AMOUNT_GOOD, 1250},  {"0", AMOUNT_GOOD, 0},
        {"-€ 3", AMOUNT_GOOD, -300},       {"- 3,00", AMOUNT_GOOD, -300},
        {"", AMOUNT_EMPTY, 0},             {"1,234", AMOUNT_AMBIGUOUS, 0},
        {"1.234", AMOUNT_AMBIGUOUS, 0},    {"beaucoup", AMOUNT_BAD, 0},
        {"1,2345", AMOUNT_BAD, 0},         {"1.23.45", AMOUNT_BAD, 0},
        {"1 23,00", AMOUNT_BAD, 0},        {"1,234,50", AMOUNT_BAD, 0},
        {"1.234 567,00", AMOUNT_BAD, 0},   {"--1", AMOUNT_BAD, 0},
        {"-1-", AMOUNT_BAD, 0},            {"12 USD", AMOUNT_BAD, 0},
        {"1e3", AMOUNT_BAD, 0},            {",50", AMOUNT_BAD, 0},
        {"999999999999", AMOUNT_BAD, 0},   {"12,", AMOUNT_BAD, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        int64_t cents = 0;
        enum amount_result got = settle_amount(str_of(amounts[i].text), &cents);
        if (got != amounts[i].result || cents != amounts[i].cents)
            fail_msg("'%s' gives %d, %lld", amounts[i].text, got, (long long)cents);
    }
}

static void
each_line_that_is_not_compared_says_why(void **state)
{
    static const char text[] = "UUID;Commande;Type;Montant;Frais;Devise\n"
                               "a1;R1;Debit;12,00;0,10;EUR\n"      /* 2: good */
                               "a2;R2;Debit;12,00;0,10;USD\n"      /* 3: currency */
                               "a3;R3;Debit;1,234;0,10;EUR\n"      /* 4: ambiguous */
                               "a4;R4;Debit;;0,10;EUR\n"           /* 5: no amount */
                               "a5;R5;Debit;12,00;peu;EUR\n"       /* 6: fee */
                               "a6;R6;Debit;12,00\n"               /* 7: columns */
                               ";;Debit;12,00;0,10;EUR\n"          /* 8: nobody */
                               "a7;R7;Impayé;-12,00;15,00;EUR\n"   /* 9: dispute */
                               "a8;R8;Debit;-3,00;0;EUR\n"         /* 10: a refund */
                               ";;Virement;-900,00;0;EUR\n";       /* 11: a payout */
    static const struct {
        int64_t line;
        enum settle_kind kind;
        const char *why;
    } faults[] = {
        {3, SETTLE_CURRENCY, "USD"},          {4, SETTLE_UNREADABLE, "deux façons"},
        {5, SETTLE_UNREADABLE, "manque"},     {6, SETTLE_UNREADABLE, "Frais\u00a0: «\u00a0peu"},
        {7, SETTLE_UNREADABLE, "4 colonnes"}, {8, SETTLE_UNREADABLE, "ne nomme"},
        {9, SETTLE_DISPUTE, "Repris"},
    };
    struct arena a = {0};
    struct settle_file f;
    struct str why;

    (void)state;
    assert_int_equal(OK, settle_parse(&a, str_of(text), STR_NONE, &f, &why));
    assert_int_equal(2, f.count);
    assert_int_equal(10, f.row[1].line);
    assert_true(f.row[1].is_refund);
    assert_int_equal(1, f.ignored);
    assert_int_equal(7, f.fault_count);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(faults[i].line, f.fault[i].line);
        assert_int_equal(faults[i].kind, f.fault[i].kind);
        if (!str_contains(f.fault[i].text, str_of(faults[i].why)))
            fail_msg("line %lld: %.*s", (long long)f.fault[i].line, STR_FMT(f.fault[i].text));
    }
    arena_release(&a);
}

static void
a_file_of_nothing_but_faults_is_refused_whole(void **state)
{
    struct arena a = {0};
    struct settle_file f;
    struct str why;
    struct buf b;

    (void)state;
    buf_init(&b, 0);
    buf_z(&b, "UUID;Montant\n");
    for (int i = 0; i < SETTLE_FAULTS_MAX + 1; i++)
        buf_z(&b, "a;rien\n");
    assert_int_equal(ERR_INVALID, settle_parse(&a, buf_view(&b), STR_NONE, &f, &why));
    assert_true(str_contains(why, STR("ligne 2")));
    buf_release(&b);
    arena_release(&a);
}

/* ---- comparing ---- */

static enum err
start_unit(struct ctx *cx, void *arg)
{
    return settle_start(cx, *(int64_t *)arg);
}

/* Stores, starts and compares; its id. */
static int64_t
settle(struct shop *s, struct str bytes)
{
    struct ctx *cx = &s->f->cx;
    struct str why;
    int64_t id;
    bool known;

    assert_int_equal(OK, settle_add(cx, STR("releve.csv"), bytes, &id, &known, &why));
    assert_false(known);
    assert_int_equal(OK, db_write(cx, start_unit, &id));
    assert_int_equal(OK, settle_run(cx, id));
    return id;
}

static struct settlement
found(struct shop *s, int64_t id)
{
    struct settlement one;

    fixture_begin(s->f);
    assert_int_equal(OK, settle_find(&s->f->cx, id, &one));
    assert_int_equal(OK, fixture_commit(s->f));
    return one;
}

/* "2 amount, 3 unknown": lines and kinds in their order. */
static struct str
findings(struct shop *s, int64_t id)
{
    struct settle_finding_list list;
    struct buf b;

    buf_init(&b, 0);
    fixture_begin(s->f);
    assert_int_equal(OK, settle_findings(&s->f->cx, id, 0, true, 0, &list));
    assert_int_equal(OK, fixture_commit(s->f));
    for (size_t i = 0; i < list.count; i++)
        buf_printf(&b, "%s%lld %s", i > 0 ? ", " : "", (long long)list.item[i].line,
                   settle_kind_code(list.item[i].kind));
    struct str text = buf_dup(&b, &s->f->arena);
    buf_release(&b);
    return text;
}

static void
assert_findings(struct shop *s, int64_t id, const char *expected)
{
    struct str got = findings(s, id);

    if (!str_is(got, expected))
        fail_msg("found %.*s, not %s", STR_FMT(got), expected);
}

static void
paid_orders(struct fixture *f, struct shop *s, int count)
{
    shop_open(f, s, 6000, 0);
    for (int n = 1; n <= count; n++) {
        shop_company(s, n, 10, 1);
        (void)shop_paid(s, n, 2, 6 + n); /* ref7, ref8 ... of 37.56 */
    }
}

static void
refund_put(struct shop *s, int64_t payment, int64_t cents, const char *ref)
{
    struct fixture *f = s->f;

    fixture_begin(f);
    fixture_sql(f, str_printf(&f->arena,
                              "INSERT INTO refund (payment_id, provider, idem_key, state, "
                              "amount_cents, provider_ref, cause, created_ms, done_ms) VALUES "
                              "(%lld, 'lyra', 'k-%s', 3, %lld, '%s', 'test', 1, 1); "
                              "UPDATE payment SET refunded_cents = refunded_cents + %lld "
                              "WHERE id = %lld",
                              (long long)payment, ref, (long long)cents, ref, (long long)cents,
                              (long long)payment)
                       .ptr);
    assert_int_equal(OK, fixture_commit(f));
}

static void
differences_are_listed_and_the_same_file_is_known(void **state)
{
    static const char text[] = "UUID;Commande;Type;Montant\nref7;R;Debit;37,56\n"
                               "ref8;R;Debit;37,55\nref9;R9;Debit;1,00\nref7;R;Debit;37,56\n";
    struct fixture *f = *state;
    struct shop s;
    struct str why;
    int64_t again;
    bool known;

    paid_orders(f, &s, 2);
    int64_t id = settle(&s, str_of(text));
    struct settlement one = found(&s, id);
    assert_int_equal(SETTLE_DONE, one.state);
    assert_int_equal(1, one.matched);
    assert_int_equal(3756, one.gross_cents);
    assert_int_equal(3, one.open);
    assert_findings(&s, id, "3 amount, 4 unknown, 5 repeated");
    assert_int_equal(OK, settle_add(&f->cx, STR("autre"), str_of(text), &again, &known, &why));
    assert_true(known);
    assert_int_equal(id, again);
    assert_int_equal(ERR_INVALID,
                     settle_add(&f->cx, STR("x"), STR("rien"), &again, &known, &why));
    assert_int_equal(1, fixture_count(f, "settlement"));
    assert_int_equal(0, fixture_count(f, "settlement_file"));
}

static void
an_overlapping_file_names_the_one_before(void **state)
{
    struct fixture *f = *state;
    struct settle_finding_list list;
    struct shop s;

    paid_orders(f, &s, 3);
    fixture_begin(f);
    fixture_sql(f, "UPDATE payment SET captured_ms = captured_ms + id");
    assert_int_equal(OK, fixture_commit(f));
    int64_t first = settle(&s, STR("UUID;Montant\nref7;37,56\nref8;37,56\n"));
    assert_findings(&s, first, "");
    int64_t second = settle(&s, STR("UUID;Montant\nref8;37,56\nref9;37,56\n"));
    assert_findings(&s, second, "2 earlier");
    fixture_begin(f);
    assert_int_equal(OK, settle_findings(&f->cx, second, SETTLE_EARLIER, false, 0, &list));
    assert_int_equal(1, list.count);
    assert_true(str_is(list.item[0].detail, "Relevé n° 1"));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(1, found(&s, second).matched);
}

static void
refunds_in_part_are_told_apart_and_a_line_too_many_is_seen(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    paid_orders(f, &s, 2);
    refund_put(&s, 7, 1000, "back1");
    refund_put(&s, 7, 1000, "back2");
    refund_put(&s, 7, 500, "back3");
    refund_put(&s, 8, 300, "back4");
    /* Under the payment's reference, as some providers write them. */
    fixture_begin(f);
    fixture_sql(f, "UPDATE payment SET captured_ms = captured_ms + id");
    assert_int_equal(OK, fixture_commit(f));
    int64_t id = settle(&s, STR("payment_intent_id,reporting_category,gross\nref7,charge,37.56\n"
                                "ref7,refund,-10.00\nref7,refund,-10.00\nref7,refund,-10.00\n"
                                "ref7,refund,-5.00\nback4,refund,-2.00\nref8,refund,-9.00\n"));
    assert_findings(&s, id, "5 repeated, 7 amount, 8 amount");
    struct settlement one = found(&s, id);
    assert_int_equal(4, one.matched);
    assert_int_equal(3756 - 2500, one.gross_cents);
}

static void
a_payment_no_file_has_is_missing_until_one_has_it(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    paid_orders(f, &s, 3);
    fixture_begin(f);
    fixture_sql(f, "UPDATE payment SET captured_ms = captured_ms + id");
    assert_int_equal(OK, fixture_commit(f));
    int64_t id = settle(&s, STR("UUID;Montant\nref7;37,56\nref9;37,56\n"));
    assert_findings(&s, id, "0 missing");
    assert_int_equal(1, found(&s, id).open);
    int64_t next = settle(&s, STR("UUID;Montant\nref8;37,56\n"));
    assert_findings(&s, next, "");
    assert_int_equal(0, found(&s, id).open);
    assert_int_equal(1, found(&s, id).findings);
}

static void
one_payment_under_two_names_counts_once(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    paid_orders(f, &s, 1);
    fixture_begin(f);
    fixture_sql(f, "UPDATE payment SET order_ref = 'OWNREF'");
    assert_int_equal(OK, fixture_commit(f));
    int64_t id = settle(&s, STR("UUID;Commande;Montant\nref7;;37,56\n;OWNREF;37,56\n"));
    assert_findings(&s, id, "3 repeated");
}

static void
a_comparison_that_is_cut_off_begins_anew(void **state)
{
    static const char text[] = "UUID;Montant\nref7;37,56\nref8;37,56\nref9;1,00\n";
    struct fixture *f = *state;
    struct shop s;
    struct str why;
    int64_t id;
    bool known;

    paid_orders(f, &s, 2);
    assert_int_equal(OK, settle_add(&f->cx, STR("x"), str_of(text), &id, &known, &why));
    assert_int_equal(OK, settle_run(&f->cx, id)); /* A draft: nothing is done. */
    assert_int_equal(SETTLE_DRAFT, found(&s, id).state);
    assert_int_equal(OK, db_write(&f->cx, start_unit, &id));
    assert_int_equal(ERR_CONFLICT, db_write(&f->cx, start_unit, &id));
    for (int n = 1; n < 30; n++) { /* Each statement on the way fails once. */
        fixture_fail_at(f, n);
        enum err e = settle_run(&f->cx, id);
        assert_true(e == OK || e == ERR_FAULT);
    }
    fixture_fail_at(f, 0);
    assert_int_equal(OK, settle_run(&f->cx, id));
    assert_int_equal(SETTLE_DONE, found(&s, id).state);
    assert_int_equal(2, found(&s, id).matched);
    assert_findings(&s, id, "4 unknown");
    assert_int_equal(2, fixture_count(f, "settlement_line"));
}

static void
a_person_handles_differences_one_by_one_or_by_kind(void **state)
{
    struct fixture *f = *state;
    struct settle_finding one;
    struct shop s;
    int64_t count, open, files;

    paid_orders(f, &s, 1);
    int64_t id = settle(&s, STR("UUID;Montant\nx1;1,00\nx2;2,00\nx3;3,00\nref7;1,00\n"));
    fixture_begin(f);
    assert_int_equal(OK, settle_handle(&f->cx, id, 0, SETTLE_UNKNOWN, STR("vu"), &count));
    assert_int_equal(1, count);
    assert_int_equal(OK, settle_handle(&f->cx, id, 0, SETTLE_UNKNOWN, STR("vu"), &count));
    assert_int_equal(0, count);
    assert_int_equal(OK, settle_handle(&f->cx, id, -1, SETTLE_UNKNOWN, STR("autre site"), &count));
    assert_int_equal(2, count);
    assert_int_equal(OK, settle_finding_get(&f->cx, id, 1, &one));
    assert_true(str_is(one.note, "autre site"));
    assert_int_equal(ERR_NOT_FOUND, settle_finding_get(&f->cx, id, 9, &one));
    assert_int_equal(OK, settle_waiting(&f->cx, &open, &files));
    assert_int_equal(1, open);
    assert_int_equal(1, files);
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = "
                                       "'settlement.handle'"));
    assert_int_equal(OK, fixture_commit(f));
}

int
test_settle(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_providers_and_encodings_are_read),
        cmocka_unit_test(every_way_of_writing_a_file_gives_the_same_rows),
        cmocka_unit_test(what_is_no_settlement_file_is_refused_with_its_reason),
        cmocka_unit_test(amounts_are_read_as_people_and_machines_write_them),
        cmocka_unit_test(each_line_that_is_not_compared_says_why),
        cmocka_unit_test(a_file_of_nothing_but_faults_is_refused_whole),
        DB_TEST(differences_are_listed_and_the_same_file_is_known),
        DB_TEST(an_overlapping_file_names_the_one_before),
        DB_TEST(refunds_in_part_are_told_apart_and_a_line_too_many_is_seen),
        DB_TEST(a_payment_no_file_has_is_missing_until_one_has_it),
        DB_TEST(one_payment_under_two_names_counts_once),
        DB_TEST(a_comparison_that_is_cut_off_begins_anew),
        DB_TEST(a_person_handles_differences_one_by_one_or_by_kind),
    };

    return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
