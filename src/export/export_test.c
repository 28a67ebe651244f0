/* SPDX-License-Identifier: Apache-2.0 */
/* Exports: the columns are the statement's, values are written as the contract says, batches join
 * without a gap, and nothing of another organiser comes along. */
#include "test/shop.h"

#include "base/parse.h"
#include "export/export.h"

int test_export(void);

struct taken {
    struct shop *s;
    struct export_ask ask;
    struct csv_file file;
    struct buf out;
};

static enum err
keep(void *arg)
{
    (void)arg; /* The buffer holds the whole of a test's file. */
    return OK;
}

static enum err
take_unit(struct ctx *cx, void *arg)
{
    struct taken *t = arg;

    return export_write(cx, &t->ask, &t->file);
}

static struct str
take(struct shop *s, struct taken *t, enum export_kind kind)
{
    const char *heads[EXPORT_COLUMNS_MAX];
    size_t count = export_heads(kind, heads);

    t->s = s;
    t->ask.kind = kind;
    if (t->ask.organiser_id == 0)
        t->ask.organiser_id = s->campaign.organiser_id;
    if (t->ask.to_ms == 0)
        t->ask.to_ms = INT64_MAX;
    buf_init(&t->out, 0);
    csv_file_begin(&t->file, CSV_RFC4180, &t->out, keep, NULL, heads, count);
    assert_int_equal(OK, db_read(&s->f->cx, take_unit, t));
    csv_file_end(&t->file);
    struct str text = buf_dup(&t->out, s->f->cx.arena);
    buf_release(&t->out);
    return text;
}

static size_t
commas(struct str line)
{
    size_t n = 0;

    for (size_t i = 0; i < line.len; i++)
        n += line.ptr[i] == ',';
    return n;
}

static void
open_shop(struct fixture *f, struct shop *s)
{
    shop_open(f, s, 6000, 0);
    shop_company(s, 1, 10, 1);
    shop_company(s, 2, 10, 1);
}

static void
each_file_has_the_columns_of_its_heads(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    open_shop(f, &s);
    (void)shop_paid(&s, 1, 2, 7);
    for (int k = 0; k < EXPORT_KINDS; k++) {
        struct taken t = {0};
        struct str text = take(&s, &t, (enum export_kind)k), line, head;

        assert_true(str_split(&text, '\n', &head));
        while (str_split(&text, '\n', &line) && line.len > 0)
            assert_int_equal(commas(head), commas(line));
        assert_int_equal(k == EXPORT_PARCELS || k == EXPORT_REFUNDS ? 0
                         : k == EXPORT_MOVEMENTS ? fixture_count(f, "stock_movement")
                                                 : 1,
                         t.file.rows);
    }
}

static void
values_are_written_as_the_contract_says(void **state)
{
    struct fixture *f = *state;
    struct taken t = {0}, lines = {0};
    struct shop s;

    open_shop(f, &s);
    (void)shop_paid(&s, 1, 2, 7);
    struct str text = take(&s, &t, EXPORT_BUYERS);
    assert_true(str_contains(text, STR(",paid,2020-06-03T10:00:00Z,2020-06-03T10:00:00Z,,12,0,"
                                       "0.00,35.60,1.96,37.56,0.00,mainland,")));
    assert_true(str_contains(text, STR(",100000001,10000000100017,")));
    assert_true(
        str_contains(take(&s, &lines, EXPORT_LINES), STR(",lot-6,2,12,17.80,35.60,5.5,1.96,")));
    unsigned char digest[SHA256_BYTES];
    sha256(text, digest);
    assert_memory_equal(digest, t.file.digest, sizeof digest);
    assert_int_equal(text.len, t.file.bytes);
}

static void
nothing_of_another_organiser_or_another_time_comes_along(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    open_shop(f, &s);
    (void)shop_paid(&s, 1, 2, 7);
    fixture_sql(f, "INSERT INTO organiser (id, slug, name, contact_email, created_ms)"
                   " VALUES (999, 'autre', 'Autre', 'x@exemple.fr', 1)");
    for (int k = 0; k < EXPORT_KINDS; k++) {
        struct taken other = {.ask.organiser_id = 999}, late = {.ask.from_ms = SHOP_NOW_MS + 1};
        struct taken early = {.ask.to_ms = 1};
        struct taken elsewhere = {.ask.campaign_id = s.campaign.id + 1};

        (void)take(&s, &other, (enum export_kind)k);
        (void)take(&s, &late, (enum export_kind)k);
        (void)take(&s, &early, (enum export_kind)k);
        (void)take(&s, &elsewhere, (enum export_kind)k);
        assert_int_equal(0, other.file.rows + late.file.rows + elsewhere.file.rows);
        assert_int_equal(0, early.file.rows);
    }
}

/* More orders than a batch holds, each with two lines, so that a batch ends between them. */
static void
batches_join_without_a_gap(void **state)
{
    struct fixture *f = *state;
    struct taken orders = {0}, lines = {0};
    struct shop s;

    open_shop(f, &s);
    int64_t first = shop_paid(&s, 1, 2, 7);
    assert_int_equal(first, fixture_int(f, "SELECT MAX(id) FROM orders"));
    fixture_sql(f, "CREATE TABLE numbers (i INTEGER);"
                   " INSERT INTO numbers WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL"
                   " SELECT i + 1 FROM c WHERE i < 2500) SELECT i FROM c");
    fixture_sql(f, "INSERT INTO orders (id, ref, campaign_id, version, siren, siret, account_id,"
                   " state, created_ms, deadline_ms, changed_ms, units, delivery_cents, net_cents,"
                   " vat_cents, total_cents, territory, department, cohort, quota_units, period_ms,"
                   " idem_key, body_hash, to_company, to_person, to_complement, to_street,"
                   " to_special, to_postal_code, to_city, to_commune, to_phone, to_instructions)"
                   " SELECT id + n.i, 'R', campaign_id, version, siren, siret, account_id, 7,"
                   " created_ms, deadline_ms, changed_ms, units, delivery_cents, net_cents,"
                   " vat_cents, total_cents, territory, department, cohort, quota_units, period_ms,"
                   " 'copy-' || n.i, body_hash, to_company, to_person, to_complement, to_street,"
                   " to_special, to_postal_code, to_city, to_commune, to_phone, to_instructions"
                   " FROM orders CROSS JOIN numbers n");
    fixture_sql(f, "INSERT INTO order_line (order_id, line, pack, good, packs, units, price_cents,"
                   " net_cents, vat_bp, vat_cents, pool_id)"
                   " SELECT l.order_id + n.i, m.i, pack, good, packs, units, price_cents,"
                   " net_cents, vat_bp, vat_cents, pool_id FROM order_line l"
                   " CROSS JOIN numbers n CROSS JOIN numbers m WHERE m.i <= 3");
    (void)take(&s, &orders, EXPORT_ORDERS);
    assert_int_equal(2501, orders.file.rows);
    (void)take(&s, &lines, EXPORT_LINES);
    assert_int_equal(2500 * 3 + 1, lines.file.rows);
}

static void
a_file_is_noted_before_and_after(void **state)
{
    struct fixture *f = *state;
    struct taken t = {0};
    struct shop s;
    int64_t id;

    open_shop(f, &s);
    (void)take(&s, &t, EXPORT_ORDERS);
    fixture_begin(f);
    assert_int_equal(OK, export_begin(&f->cx, &t.ask, &id));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(1, fixture_int(f, "SELECT state FROM export_log"));
    fixture_begin(f);
    assert_int_equal(OK, export_end(&f->cx, id, &t.file, true));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(2, fixture_int(f, "SELECT state FROM export_log"));
    assert_int_equal(t.file.bytes, fixture_int(f, "SELECT bytes FROM export_log"));
    assert_int_equal(64, fixture_int(f, "SELECT length(sha256) FROM export_log"));
}

int
test_export(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(each_file_has_the_columns_of_its_heads),
        DB_TEST(values_are_written_as_the_contract_says),
        DB_TEST(nothing_of_another_organiser_or_another_time_comes_along),
        DB_TEST(batches_join_without_a_gap),
        DB_TEST(a_file_is_noted_before_and_after),
    };

    return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
