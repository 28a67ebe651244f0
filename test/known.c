/* SPDX-License-Identifier: Apache-2.0 */
/* known.c - see known.h. */
#include "test/known.h"

#include <stdio.h>

#include "base/clock.h"
#include "invoice/invoice.h"
#include "stock/stock.h"

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

static const char *
blob(const struct fixture *f)
{
    return f->engine == DB_PG ? "BYTEA" : "BLOB";
}

static struct str
hash(struct fixture *f, int n)
{
    return str_printf(&f->arena, "%064d", n);
}

/* ---- who acts for it ---- */

static void
person(struct shop *s, int n, int64_t siren, int64_t account)
{
    struct fixture *f = s->f;
    long long now = (long long)SHOP_NOW_MS;

    sql(f, "UPDATE account SET email = 'person%d@exemple.fr', signed_in_ms = %lld WHERE id = %lld",
        n, now, (long long)account);
    sql(f, "INSERT INTO company_link (account_id, siren, proof, since_ms) VALUES"
           " (%lld, %lld, 'letter', 1)",
        (long long)account, (long long)siren);
    sql(f, "INSERT INTO claim (id, account_id, siren, siret, state, created_ms, changed_ms) VALUES"
           " (%d, %lld, %lld, %lld00017, 3, 1, 1)",
        500 + n, (long long)account, (long long)siren, (long long)siren);
    sql(f, "INSERT INTO letter (claim_id, nonce, asked_ms) VALUES (%d, 'n', 1)", 500 + n);
    sql(f, "INSERT INTO review (id, kind, siren, account_id, asked, note, state, created_ms,"
           " changed_ms, decided_ms, reason) VALUES (%d, 'claim', %lld, %lld, %d, 'note', 2, 1, 1,"
           " 1, 'why')",
        600 + n, (long long)siren, (long long)account, 500 + n);
    sql(f, "INSERT INTO desk_note (organiser_id, siren, account_id, text, at_ms) VALUES"
           " (%lld, %lld, 1, 'note', 1)",
        (long long)s->campaign.organiser_id, (long long)siren);
    sql(f, "INSERT INTO desk_word (organiser_id, word, siren) VALUES (%lld, 'canary-word', %lld)",
        (long long)s->campaign.organiser_id, (long long)siren);
    sql(f, "INSERT INTO review_organiser (review_id, organiser_id) VALUES (%d, %lld)", 600 + n,
        (long long)s->campaign.organiser_id);
    sql(f, "INSERT INTO account_event (siren, account_id, actor_id, what, note, at_ms) VALUES"
           " (%lld, %lld, %lld, 'review_asked', 'note', 1)",
        (long long)siren, (long long)account, (long long)account);
    sql(f, "INSERT INTO registry_member (siren, cci_ms, cci_email, cci_phone, cma_ms, cma_email,"
           " cma_phone) VALUES (%lld, 1, 'c', 'c', 1, 'c', 'c')",
        (long long)siren);
    sql(f, "INSERT INTO api_token (token_hash, label, siren, account_id, rights, created_ms,"
           " expires_ms) VALUES ('%s', 'stock', %lld, %lld, 32, 1, %lld)",
        hash(f, n).ptr, (long long)siren, (long long)account, now + 1000000);
    sql(f, "INSERT INTO session (id_hash, account_id, siren, company, email, rights, created_ms,"
           " seen_ms, expires_ms) VALUES ('%s', %lld, %lld, 'C', 'person%d@exemple.fr', 3, 1, 1,"
           " %lld)",
        hash(f, n).ptr, (long long)account, (long long)siren, n, now + 1000000000);
    sql(f, "INSERT INTO sign_in (flow_hash, email, code_hash, back, sent_ms, expires_ms) VALUES"
           " ('%s', 'person%d@exemple.fr', '%s', '/c', 1, %lld)",
        hash(f, n).ptr, n, hash(f, n).ptr, now + 1000000);
    /* A code to the person, what the chamber got about the claim, how the review ended. */
    static const char *const cause[] = {"sign_in", "claim_code", "review_decided"};
    const int subject[] = {0, 500 + n, 600 + n};
    for (int i = 0; i < 3; i++)
        sql(f, "INSERT INTO mail (cause, subject_id, recipient, subject, body, message_id,"
               " created_ms, answer) VALUES ('%s', %d, 'person%d@exemple.fr', 'S', 'B', 'm', 1,"
               " 'A')",
            cause[i], subject[i], n);
}

/* ---- what it bought ---- */

static void
parcels(struct shop *s, int64_t order)
{
    struct fixture *f = s->f;
    long long id = (long long)order;

    for (int kind = 1; kind <= 2; kind++)
        sql(f, "INSERT INTO parcel_document (parcel_id, kind, type, bytes)"
               " SELECT id, %d, 'application/pdf', CAST('label' AS %s) FROM parcel"
               " WHERE order_id = %lld",
            kind, blob(f), id);
    sql(f, "INSERT INTO parcel_event (parcel_id, at_ms, code, label, place, source, seen_ms)"
           " SELECT id, 1, 'DI1', 'L', 'P', 1, 1 FROM parcel WHERE order_id = %lld",
        id);
    sql(f, "INSERT INTO parcel_trouble (organiser_id, parcel_id, order_id, kind, opened_ms,"
           " closed_ms, outcome, reason) SELECT organiser_id, id, order_id, 1, 1, 2, 4, 'R'"
           " FROM parcel WHERE order_id = %lld AND nth = 1",
        id);
    sql(f, "UPDATE parcel SET problem = 'P', state = 5 WHERE order_id = %lld", id);
}

/* A pack that was missing, without money: the delivery was dearer. */
static void
shortage(struct shop *s, int64_t order)
{
    struct fixture *f = s->f;

    sql(f, "INSERT INTO order_shortage (order_id, line, packs, units, net_cents, vat_cents, reason,"
           " account_id, at_ms) VALUES (%lld, 0, 1, 6, 0, 0, 'R', 1, %lld)",
        (long long)order, (long long)SHOP_NOW_MS);
    sql(f, "UPDATE orders SET short_units = 6 WHERE id = %lld", (long long)order);
    fixture_begin(f);
    assert_int_equal(OK, stock_move(&f->cx, MOVE_SPOIL, s->pool_id, order, 6));
    assert_int_equal(OK, fixture_commit(f));
}

static void
complaint(struct shop *s, int n, int64_t order, int64_t siren, int64_t account)
{
    struct fixture *f = s->f;

    sql(f, "INSERT INTO complaint (id, organiser_id, order_id, siren, kind, state, account_id,"
           " created_ms, changed_ms) VALUES (%d, %lld, %lld, %lld, 1, 4, %lld, 1, 1)",
        700 + n, (long long)s->campaign.organiser_id, (long long)order, (long long)siren,
        (long long)account);
    sql(f, "INSERT INTO complaint_message (complaint_id, side, account_id, text, at_ms) VALUES"
           " (%d, 1, %lld, 'T', 1), (%d, 2, 1, 'T', 2)",
        700 + n, (long long)account, 700 + n);
    sql(f, "INSERT INTO complaint_photo (complaint_id, type, width, height, bytes) VALUES"
           " (%d, 'image/png', 1, 1, CAST('photo' AS %s))",
        700 + n, blob(f));
}

static void
papers(struct shop *s, int64_t order)
{
    struct fixture *f = s->f;
    int issued, stuck;

    sql(f, "INSERT INTO payment_event (provider, event_key, state, order_ref, payment_id, raw,"
           " received_ms) SELECT 'lyra', 'key-' || ref, 1, ref, payment_id, CAST('raw' AS %s), 1"
           " FROM orders WHERE id = %lld",
        blob(f), (long long)order);
    sql(f, "UPDATE payment SET page_url = 'https://pay.example/x', order_ref = (SELECT ref FROM"
           " orders WHERE id = %lld) WHERE order_id = %lld",
        (long long)order, (long long)order);
    assert_int_equal(OK, invoice_issue_due(&f->cx, &issued, &stuck));
    assert_int_equal(0, stuck);
}

static void
expired(struct shop *s, int n)
{
    struct fixture *f = s->f;
    const char *key = str_printf(&f->arena, "key-known-%07d", n).ptr;
    struct order_ask ask = shop_ask(s, &f->arena, n, 0, 1, key);
    struct order_placed p = shop_place(s, &ask);

    assert_true(p.ok);
    fixture_clock(f, SHOP_NOW_MS + 2 * (int64_t)CLOCK_HOUR_MS);
    fixture_begin(f);
    assert_int_equal(OK, order_expire(&f->cx, p.order.id));
    assert_int_equal(OK, fixture_commit(f));
}

int64_t
known_company(struct shop *s, int n, int64_t payment)
{
    struct fixture *f = s->f;
    int64_t siren = SHOP_SIREN + n, account, order;
    bool moved;

    shop_company(s, n, 10, 1);
    account = fixture_int(f, "SELECT MAX(id) FROM account");
    person(s, n, siren, account);
    order = parcels_handed(s, n, 3, payment, false, SHOP_NOW_MS);
    sql(f, "UPDATE orders SET account_id = %lld, to_person = 'canary', to_street = '1 canary',"
           " to_company = 'canary', to_phone = '+33400000000' WHERE id = %lld",
        (long long)account, (long long)order);
    fixture_begin(f);
    assert_int_equal(OK, order_deliver(&f->cx, order, SHOP_NOW_MS, "test", &moved));
    assert_int_equal(OK, fixture_commit(f));
    sql(f, "INSERT INTO order_contact (order_id, account_id, agent_id, name, phone, at_ms) VALUES"
           " (%lld, %lld, 1, 'N', '+33400000000', 1)",
        (long long)order, (long long)account);
    parcels(s, order);
    shortage(s, order);
    complaint(s, n, order, siren, account);
    papers(s, order);
    expired(s, n);
    sql(f, "UPDATE orders SET account_id = %lld WHERE siren = %lld", (long long)account,
        (long long)siren);
    return account;
}

int64_t
known_staff(struct shop *s, const char *email, unsigned rights)
{
    struct fixture *f = s->f;

    sql(f, "INSERT INTO account (email, rights, organiser_id, created_ms, signed_in_ms) VALUES"
           " ('%s', %u, %lld, 1, %lld)",
        email, rights, (long long)s->campaign.organiser_id, (long long)SHOP_NOW_MS);
    return fixture_int(f, "SELECT MAX(id) FROM account");
}

void
known_act_as(struct shop *s, int64_t account_id, unsigned rights)
{
    s->f->cx.actor = (struct actor){.account_id = account_id,
                                    .organiser_id = s->campaign.organiser_id,
                                    .rights = rights};
}

/* ---- canaries ---- */

static bool
holds_address(const char *column)
{
    return strcmp(column, "email") == 0 || strcmp(column, "recipient") == 0 ||
           strcmp(column, "reply_to") == 0;
}

struct str
known_canary(struct arena *a, const char *table, const char *column)
{
    return holds_address(column) ? STR(KNOWN_EMAIL)
                                 : str_printf(a, "canary-%s-%s", table, column);
}

/* Text and bytes columns, by engine. */
static struct db_rows
texts(struct fixture *f)
{
    return fixture_rows(
        f, f->engine == DB_PG
               ? "SELECT c.table_name, c.column_name, CASE WHEN c.data_type = 'bytea' THEN 1 ELSE"
                 " 0 END FROM information_schema.columns c JOIN information_schema.tables t ON"
                 " t.table_schema = c.table_schema AND t.table_name = c.table_name WHERE"
                 " c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND"
                 " c.data_type IN ('text', 'bytea')"
               : "SELECT m.name, p.name, CASE WHEN p.type = 'BLOB' THEN 1 ELSE 0 END FROM"
                 " sqlite_schema m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND"
                 " m.name NOT LIKE 'sqlite_%' AND p.type IN ('TEXT', 'BLOB')");
}

static enum known_class
class_of(const char *table, struct str column)
{
    size_t n;
    const struct known *k = known_columns(table, &n);

    for (size_t i = 0; i < n; i++)
        if (str_is(column, k[i].column))
            return k[i].class;
    return KNOWN_NONE;
}

void
known_fill(struct fixture *f, enum known_class class)
{
    struct db_rows all = texts(f);

    for (size_t r = 0; r < all.count; r++) {
        const char *table = str_z(&f->arena, row_str(&all, r, 0));
        const char *column = str_z(&f->arena, row_str(&all, r, 1));
        struct str canary = known_canary(&f->arena, table, column);
        if (class_of(table, row_str(&all, r, 1)) != class)
            continue;
        if (fixture_count(f, table) == 0) {
            print_error("%s.%s is about people and nothing of it is tried: give the company of "
                        "test/known.c a row in %s.\n",
                        table, column, table);
            assert_true(false);
        }
        if (strcmp(table, "account") == 0)
            sql(f, "UPDATE account SET email = '%.*s' WHERE email = 'person1@exemple.fr'",
                STR_FMT(canary));
        else if (strcmp(table, "desk_note") == 0) /* Never changed. */
            sql(f, "INSERT INTO desk_note (organiser_id, siren, account_id, text, at_ms) SELECT"
                   " organiser_id, siren, account_id, '%.*s', at_ms FROM desk_note",
                STR_FMT(canary));
        else if (row_int(&all, r, 2) != 0)
            sql(f, "UPDATE %s SET %s = CAST('%.*s' AS %s)", table, column, STR_FMT(canary),
                blob(f));
        else
            sql(f, "UPDATE %s SET %s = '%.*s'", table, column, STR_FMT(canary));
    }
}

int64_t
known_left(struct fixture *f, bool (*may_stay)(enum known_class class))
{
    struct db_rows all = texts(f);
    int64_t left = 0;

    for (size_t r = 0; r < all.count; r++) {
        const char *table = str_z(&f->arena, row_str(&all, r, 0));
        struct str column = row_str(&all, r, 1);
        struct str has =
            row_int(&all, r, 2) == 0
                ? str_printf(&f->arena, "%.*s LIKE '%%canary%%'", STR_FMT(column))
            : f->engine == DB_PG
                ? str_printf(&f->arena, "position(CAST('canary' AS BYTEA) IN %.*s) > 0",
                             STR_FMT(column))
                : str_printf(&f->arena, "instr(%.*s, CAST('canary' AS BLOB)) > 0",
                             STR_FMT(column));
        if (may_stay != NULL && may_stay(class_of(table, column)))
            continue;
        int64_t n = fixture_int(f, str_printf(&f->arena, "SELECT COUNT(*) FROM %s WHERE %.*s",
                                              table, STR_FMT(has))
                                       .ptr);
        if (n > 0 && may_stay != NULL)
            print_error("%s.%.*s still has a canary in %lld rows\n", table, STR_FMT(column),
                        (long long)n);
        left += n;
    }
    return left;
}
