/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_rows.c FILE ORDERS GROUP - the limit of this machine beside bench/opening.mjs: the rows
 * of an order (order, line, event, stock counter, movement) written by a bare loop over SQLite
 * into the program's own schema, GROUP orders a commit, each with a full fsync. The statements
 * are the program's; nothing is read, checked or answered.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/parse.h"
#include "db/db.h"
#include "db/sql_text.h"

enum { STATEMENTS = 5, STOCK = 100000000 };

static const enum sql_id ids[STATEMENTS] = {SQL_STOCK_TAKE, SQL_ORDER_INSERT,
                                            SQL_ORDER_LINE_INSERT, SQL_ORDER_EVENT_INSERT,
                                            SQL_STOCK_MOVEMENT_INSERT};

static sqlite3 *conn;
static sqlite3_stmt *stmt[STATEMENTS];

static void
must(int rc, const char *what)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
        return;
    fprintf(stderr, "order_rows: %s: %s\n", what, sqlite3_errmsg(conn));
    exit(1);
}

static void
sql(const char *text)
{
    must(sqlite3_exec(conn, text, NULL, NULL, NULL), text);
}

/* Letters stand for the values: i an int64_t, t a text. */
static void
bind(sqlite3_stmt *s, const char *kinds, ...)
{
    va_list ap;

    va_start(ap, kinds);
    for (int i = 0; kinds[i] != '\0'; i++) {
        if (kinds[i] == 'i')
            must(sqlite3_bind_int64(s, i + 1, va_arg(ap, int64_t)), "bind");
        else
            must(sqlite3_bind_text(s, i + 1, va_arg(ap, const char *), -1, SQLITE_STATIC), "bind");
    }
    va_end(ap);
}

static int64_t
step(sqlite3_stmt *s)
{
    int64_t first = 0;
    int rc = sqlite3_step(s);

    if (rc == SQLITE_ROW) {
        first = sqlite3_column_int64(s, 0);
        rc = sqlite3_step(s);
    }
    must(rc, sqlite3_sql(s));
    sqlite3_reset(s);
    return first;
}

static void
order_write(int64_t n)
{
    const int64_t now = 1591178400000 + n, none = 0, id = n + 1;
    const int64_t siren = 100000000 + n * 7919 % 800000000;
    char ref[32], key[40], hash[80];

    snprintf(ref, sizeof ref, "%010llX",
             (unsigned long long)((uint64_t)n * 0x9e3779b97f4a7c15u >> 24));
    snprintf(key, sizeof key, "cle%021llx", (unsigned long long)n);
    snprintf(hash, sizeof hash, "%064llx", (unsigned long long)n);
    bind(stmt[0], "iiii", INT64_C(1), none, INT64_C(6), none);
    step(stmt[0]);
    bind(stmt[1], "itiiiiiiiiiiiiiittiitttttttttttti", id, ref, INT64_C(1), INT64_C(1), siren,
         siren * 100000 + 17, n, INT64_C(1), now, now + 1800000, INT64_C(6), none, INT64_C(1780),
         INT64_C(98), INT64_C(1878), INT64_C(1), "69", "tous", INT64_C(6), now, key, hash,
         "SOCIETE", "", "", "1 RUE DU TEST", "", "69002", "LYON", "69382", "+33472000000", "",
         INT64_C(5));
    step(stmt[1]);
    bind(stmt[2], "iittiiiiiii", id, none, "lot-6", "masque", INT64_C(1), INT64_C(6),
         INT64_C(1780), INT64_C(1780), INT64_C(550), INT64_C(98), INT64_C(1));
    step(stmt[2]);
    bind(stmt[3], "iiiitit", id, none, INT64_C(1), now, "buyer", n, "reserved");
    step(stmt[3]);
    bind(stmt[4], "iiiiiii", INT64_C(1), none, id, INT64_C(2), INT64_C(6), now, n);
    step(stmt[4]);
}

/* The schema by the program, then a connection of our own with its settings. */
static void
database_make(const char *path)
{
    static struct conf conf;
    static struct app app;
    struct db_options opt = {.workers = 1};
    char db[600];
    char text[200];

    snprintf(db, sizeof db, "sqlite:%s", path);
    conf.db = str_of(db);
    app.conf = &conf;
    if (db_open(&app, &opt) != OK || db_migrate(app.pool) != OK)
        exit(1);
    db_close(app.pool);
    must(sqlite3_open(path, &conn), path);
    sql("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
        "PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4096");
    sql("INSERT INTO organiser (slug, name, contact_email, created_ms) VALUES ('o', 'o', 'o', 1);"
        "INSERT INTO campaign (organiser_id, slug, version, digest, published_ms, created_ms)"
        " VALUES (1, 'c', 1, 1, 1, 1);"
        "INSERT INTO stock_pool (campaign_id, code) VALUES (1, 'p')");
    snprintf(text, sizeof text,
             "INSERT INTO stock_slot VALUES (1, 0, %d, %d, 0, 0, 0, 0, 0)", STOCK, STOCK);
    sql(text);
    for (int i = 0; i < STATEMENTS; i++)
        must(sqlite3_prepare_v3(conn, sql_texts[ids[i]].sqlite, -1, SQLITE_PREPARE_PERSISTENT,
                                &stmt[i], NULL),
             sql_texts[ids[i]].sqlite);
}

int
main(int argc, char **argv)
{
    int64_t orders, group;

    crypto_init();
    if (argc != 4 || !parse_i64(str_of(argv[2]), 1, 10000000, &orders) ||
        !parse_i64(str_of(argv[3]), 1, 100000, &group)) {
        fprintf(stderr, "usage: order_rows FILE ORDERS GROUP\n");
        return 2;
    }
    database_make(argv[1]);
    int64_t wall = clock_mono_ns(), cpu = clock_cpu_ns();
    for (int64_t n = 0; n < orders;) {
        sql("BEGIN IMMEDIATE");
        for (int64_t i = 0; i < group && n < orders; i++)
            order_write(n++);
        sql("COMMIT");
    }
    wall = clock_mono_ns() - wall;
    cpu = clock_cpu_ns() - cpu;
    printf("{\"requests\":%lld,\"per_second\":%.0f,\"cpu\":%.2f}\n", (long long)orders,
           (double)orders * 1e9 / (double)wall, (double)cpu / 1e3 / (double)orders);
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(stmt[i]);
    return sqlite3_close(conn) != SQLITE_OK;
}
