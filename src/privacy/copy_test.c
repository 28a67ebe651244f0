/* SPDX-License-Identifier: Apache-2.0 */
/* copy_test.c - nothing that is known of somebody is missing from their copy, and nothing of
 * anybody else is in it. */
#include "json/json.h"
#include "test/known.h"
#include "test/unzip.h"

int test_copy(void);

enum { JSON_BYTES_MAX = 4 * 1024 * 1024 };

struct taken {
    struct fixture *f;
    struct privacy_scope scope;
    struct zip zip;
    struct buf out, all;
    int pieces, refuse_at;
    struct unzipped in;
};

static enum err
sink(void *arg)
{
    struct taken *t = arg;

    if (++t->pieces == t->refuse_at)
        return ERR_BUSY;
    buf_str(&t->all, buf_view(&t->out));
    buf_clear(&t->out);
    return OK;
}

static enum err
copy_unit(struct ctx *cx, void *arg)
{
    struct taken *t = arg;

    return privacy_copy(cx, &t->scope, &t->zip);
}

static enum err
take(struct taken *t)
{
    buf_init(&t->out, 0);
    buf_init(&t->all, 0);
    zip_begin(&t->zip, &t->out, sink, t);
    enum err e = db_read(&t->f->cx, copy_unit, t);
    if (e == OK) {
        zip_end(&t->zip);
        buf_str(&t->all, buf_view(&t->out));
        assert_int_equal(t->all.len, t->zip.bytes);
        assert_true(unzip(&t->f->arena, buf_view(&t->all), &t->in));
        assert_int_equal(t->in.count, t->zip.entries);
    }
    zip_release(&t->zip);
    buf_release(&t->out);
    buf_release(&t->all);
    return e;
}

static bool
has_pair(struct fixture *f, struct str json, const char *key, struct str value)
{
    return str_contains(json, str_printf(&f->arena, "\"%s\":\"%.*s\"", key, STR_FMT(value)));
}

/* As copy.c writes the name of a column. */
static const char *
key_of(struct fixture *f, const struct known *k)
{
    size_t len = strlen(k->column);

    if (k->form == FORM_INSTANT)
        return str_printf(&f->arena, "%.*s_at", (int)len - 3, k->column).ptr;
    if (k->form == FORM_REF)
        return str_printf(&f->arena, "%.*s", (int)len - 3, k->column).ptr;
    return k->form == FORM_FILE ? "file" : k->column;
}

/* Every column about people is there by its name, and every canary by its value. */
static size_t
missing(struct fixture *f, struct str json, bool (*left_out)(const char *table))
{
    size_t n, bad = 0;
    const struct known *k = known_list(&n);
    const char *table = "";

    for (size_t i = 0; i < n; i++) {
        if (k[i].column == NULL) {
            table = k[i].table;
            continue;
        }
        if (k[i].form == FORM_NOT || left_out(table))
            continue;
        const char *key = key_of(f, &k[i]);
        bool there = str_contains(json, str_printf(&f->arena, "\"%s\":", key));
        if (there && (k[i].class == KNOWN_ERASED || k[i].class == KNOWN_REGISTER) &&
            (k[i].form == FORM_TEXT || k[i].form == FORM_BYTES))
            there = has_pair(f, json, key, known_canary(&f->arena, table, k[i].column));
        if (!there)
            print_error("%s.%s is not in the copy\n", table, k[i].column);
        bad += there ? 0 : 1;
    }
    return bad;
}

static bool
of_one_s_own_page(const char *table)
{
    return strcmp(table, "privacy_file") == 0 || strcmp(table, "sign_in") == 0 ||
           strcmp(table, "stock_recall_order") == 0 || strcmp(table, "refund") == 0;
}

static bool
not_there(const char *table)
{
    return strcmp(table, "stock_recall_order") == 0 || strcmp(table, "refund") == 0 ||
           strcmp(table, "privacy_file") == 0;
}

static void
open_shop(struct fixture *f, struct shop *s)
{
    shop_open(f, s, 6000, 0);
    assert_int_equal(1, known_company(s, 1, 7));
    fixture_sql(f, "INSERT INTO privacy_request (organiser_id, kind, siren, account_id, channel,"
                   " received_day, due_day, reply_to, reason, state, asked_by, asked_ms,"
                   " changed_ms) SELECT organiser_id, 1, 100000001, 0, 2, 18000, 18030, 'x', 'R',"
                   " 1, 1, 1, 1 FROM campaign");
}

static void
a_company_s_copy_holds_everything_that_is_known(void **state)
{
    struct fixture *f = *state;
    struct json_error why;
    struct json *tree;
    struct shop s;

    open_shop(f, &s);
    known_fill(f, KNOWN_ERASED);
    known_fill(f, KNOWN_REGISTER);
    fixture_sql(f, "UPDATE orders SET ref = 'REFREFREFR' WHERE id = 1;"
                   "UPDATE payment_event SET order_ref = 'REFREFREFR'");
    struct taken t = {.f = f,
                      .scope = {SHOP_SIREN + 1, s.campaign.organiser_id, 0}};
    assert_int_equal(OK, take(&t));
    struct str json = unzip_find(&t.in, "donnees.json");
    assert_int_equal(OK, json_parse(&f->arena, json, JSON_BYTES_MAX, &tree, &why));
    assert_true(str_is(json_get_str(tree, "format"), "maillon-personal-data"));
    assert_true(str_is(json_get_str(tree, "siren"), "100000001"));
    const struct json *companies = json_get(tree, "companies");
    assert_int_equal(1, companies->count);
    const struct json *orders = json_get(&companies->item[0], "orders");
    assert_int_equal(2, orders->count);
    assert_true(str_is(json_get_str(&orders->item[0], "state"), "delivered"));
    assert_true(str_is(json_get_str(&orders->item[1], "state"), "expired"));
    assert_int_equal(0, missing(f, json, of_one_s_own_page));
    /* What lies beside, as the list in it says. */
    assert_true(str_contains(unzip_find(&t.in, "photos/photo-1.png"),
                             STR("canary-complaint_photo-bytes")));
    assert_true(str_contains(json, STR("\"file\":\"photos/photo-1.png\"")));
    assert_int_equal(6, unzip_below(&t.in, "transport/"));
    assert_int_equal(1, unzip_below(&t.in, "factures/"));
    assert_true(str_starts(unzip_find(&t.in, "factures/ESSAI-2020-000001.pdf"), STR("%PDF")));
    assert_true(unzip_find(&t.in, "LISEZMOI.txt").len > 0);
    /* No secret of the database goes out. */
    assert_false(str_contains(json, STR("hash")));
}

static void
somebody_s_own_copy_holds_nothing_of_others(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    open_shop(f, &s);
    /* Another person asks for the same company; another company has its own. */
    (void)known_company(&s, 2, 8);
    fixture_sql(f, "INSERT INTO claim (account_id, siren, siret, state, created_ms, changed_ms)"
                   " VALUES (2, 100000001, 10000000100017, 1, 1, 1);"
                   "INSERT INTO account_event (siren, account_id, actor_id, what, note, at_ms)"
                   " VALUES (100000001, 2, 2, 'review_asked', 'other-note', 1);"
                   "UPDATE orders SET to_person = 'other-person' WHERE siren = 100000002;"
                   "UPDATE mail SET body = 'other-mail' WHERE recipient = 'person2@exemple.fr'");
    struct taken t = {.f = f, .scope = {.account_id = 1}};
    assert_int_equal(OK, take(&t));
    struct str json = unzip_find(&t.in, "donnees.json");
    assert_true(str_contains(json, STR("person1@exemple.fr")));
    assert_true(str_contains(json, STR("\"to_person\":\"canary\"")));
    assert_false(str_contains(json, STR("person2@exemple.fr")));
    assert_false(str_contains(json, STR("other-")));
    assert_false(str_contains(json, STR("100000002")));
    assert_int_equal(1, unzip_below(&t.in, "factures/"));
    assert_int_equal(1, unzip_below(&t.in, "photos/"));
}

static void
somebody_s_own_copy_holds_everything_that_is_known(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    open_shop(f, &s);
    fixture_sql(f, "INSERT INTO privacy_request (organiser_id, kind, siren, account_id, channel,"
                   " received_day, due_day, reply_to, reason, state, asked_by, asked_ms,"
                   " changed_ms) VALUES (0, 1, 0, 1, 1, 18000, 18030, 'x', '', 2, 1, 1, 1);"
                   "INSERT INTO privacy_file (organiser_id, account_id, siren, state, granted_ms,"
                   " expires_ms) VALUES (0, 1, 0, 3, 1, 1)");
    known_fill(f, KNOWN_ERASED);
    known_fill(f, KNOWN_REGISTER);
    fixture_sql(f, "UPDATE payment_event SET order_ref = (SELECT ref FROM orders WHERE id = 1)");
    struct taken t = {.f = f, .scope = {.account_id = 1}};
    assert_int_equal(OK, take(&t));
    assert_int_equal(0, missing(f, unzip_find(&t.in, "donnees.json"), not_there));
}

/* Who no longer acts for a company has what they did for it themselves. */
static void
a_link_that_ended_gives_one_s_own_orders_only(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    open_shop(f, &s);
    fixture_sql(f, "UPDATE company_link SET ended_ms = 5;"
                   "UPDATE orders SET account_id = 77, to_person = 'other-person'"
                   " WHERE state = 7");
    struct taken t = {.f = f, .scope = {.account_id = 1}};
    assert_int_equal(OK, take(&t));
    struct str json = unzip_find(&t.in, "donnees.json");
    assert_true(str_contains(json, STR("\"to_person\":\"canary\"")));
    assert_false(str_contains(json, STR("other-person")));
}

static void
another_organiser_s_orders_are_not_in_a_company_s_copy(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    open_shop(f, &s);
    struct taken t = {.f = f, .scope = {SHOP_SIREN + 1, s.campaign.organiser_id + 1, 0}};
    assert_int_equal(OK, take(&t));
    assert_false(str_contains(unzip_find(&t.in, "donnees.json"), STR("\"ref\":")));
    assert_int_equal(0, unzip_below(&t.in, "factures/") + unzip_below(&t.in, "photos/"));
}

/* It goes out in pieces; a client that takes no more ends it. */
static void
a_large_copy_goes_out_in_pieces(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    open_shop(f, &s);
    fixture_sql(f, f->engine == DB_PG
                       ? "UPDATE parcel_document SET bytes ="
                         " convert_to(repeat('0123456789', 30000), 'UTF8')"
                       : "UPDATE parcel_document SET bytes = randomblob(300000)");
    struct taken t = {.f = f, .scope = {SHOP_SIREN + 1, s.campaign.organiser_id, 0}};
    assert_int_equal(OK, take(&t));
    assert_true(t.pieces >= 6);
    struct taken cut = {.f = f, .scope = t.scope, .refuse_at = 3};
    assert_int_equal(ERR_BUSY, take(&cut));
    assert_int_equal(3, cut.pieces);
}

int
test_copy(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_company_s_copy_holds_everything_that_is_known),
        DB_TEST(somebody_s_own_copy_holds_nothing_of_others),
        DB_TEST(somebody_s_own_copy_holds_everything_that_is_known),
        DB_TEST(a_link_that_ended_gives_one_s_own_orders_only),
        DB_TEST(another_organiser_s_orders_are_not_in_a_company_s_copy),
        DB_TEST(a_large_copy_goes_out_in_pieces),
    };

    return cmocka_run_group_tests_name("copy", tests, NULL, NULL);
}
