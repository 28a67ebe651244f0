/* SPDX-License-Identifier: Apache-2.0 */
/*
 * statement_test.c - prepares every statement of the program on both engines and reads its plan.
 *
 * A full scan of a table fails the test unless test/plan.allow lists the statement and the table
 * with a reason. On PostgreSQL sequential scans are made dear first, so that one in a plan means
 * that no index serves.
 */
#include "test/fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "db/db_impl.h"

int test_statement(void);

enum { ALLOW_MAX = 64 * 1024, SQL_MAX = 20000 };

struct check {
    struct fixture *f;
    const struct sql_text *sql;
    struct str allow;  /* test/plan.allow */
    struct arena arena;
    int bad;
};

static struct str
allow_read(struct arena *a)
{
    FILE *file = fopen("test/plan.allow", "r");
    char *text = arena_alloc(a, ALLOW_MAX);

    assert_non_null(file);
    size_t len = fread(text, 1, ALLOW_MAX, file);
    fclose(file);
    assert_true(len < ALLOW_MAX);
    return str_n(text, len);
}

static struct str
word(struct str *rest)
{
    struct str part = STR_NONE;

    *rest = str_trim(*rest);
    str_split(rest, ' ', &part);
    return part;
}

/* A line is: statement table reason. */
static bool
allowed(const struct check *c, struct str table)
{
    struct str rest = c->allow;
    struct str line;

    while (str_split(&rest, '\n', &line)) {
        struct str name = word(&line);
        struct str of = word(&line);
        if (str_is(name, c->sql->name) && str_eq(of, table) && str_trim(line).len > 0)
            return true;
    }
    return false;
}

static void
scan_seen(struct check *c, struct str table, struct str alias, struct str plan)
{
    if (allowed(c, table) || (alias.len > 0 && allowed(c, alias)))
        return;
    print_error("%s: %s scans all of %.*s (%.*s). Give it an index, or list it in"
                " test/plan.allow with the reason.\n",
                c->sql->file, c->sql->name, STR_FMT(table), STR_FMT(str_trim(plan)));
    c->bad++;
}

/* ---- SQLite ---- */

/* What a subquery or a common table expression made is read whole by nature; what it reads is a
 * line of its own. */
static bool
is_made_here(const struct db_rows *plan, struct str name)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct str line = row_str(plan, i, 3);
        struct str verb = word(&line);
        if ((str_is(verb, "MATERIALIZE") || str_is(verb, "CO-ROUTINE")) &&
            str_eq(word(&line), name))
            return true;
    }
    return false;
}

/* The plan of an INSERT shows the check of foreign keys that point to its table. SQLite skips it
 * while no row is in breach, and here none ever is. */
static bool
is_foreign_key_check(const struct check *c, struct str table)
{
    struct str sql = str_of(c->sql->sqlite);

    return str_starts(sql, STR("INSERT")) && !str_contains(sql, table);
}

static void
sqlite_plan(struct check *c, const struct db_rows *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct str line = row_str(plan, i, 3);
        struct str rest = line;
        if (!str_is(word(&rest), "SCAN") || str_contains(line, STR("CONSTANT ROW")) ||
            str_contains(line, STR("VIRTUAL TABLE")))
            continue;
        struct str name = word(&rest);
        if (!is_made_here(plan, name) && !str_starts(name, STR("(")) &&
            !is_foreign_key_check(c, name))
            scan_seen(c, name, STR_NONE, line);
    }
}

static enum err
sqlite_unit(struct ctx *cx, void *arg)
{
    struct check *c = arg;
    struct db_rows plan;
    char *sql = arena_alloc(cx->arena, SQL_MAX);

    snprintf(sql, SQL_MAX, "EXPLAIN QUERY PLAN %s", c->sql->sqlite);
    TRY(cx->db->driver->query(cx, sql, &plan));
    sqlite_plan(c, &plan);
    return OK;
}

/* ---- PostgreSQL ---- */

static void
pg_plan(struct check *c, const struct db_rows *plan)
{
    static const char mark[] = "Seq Scan on ";

    for (size_t i = 0; i < plan->count; i++) {
        struct str line = row_str(plan, i, 0);
        const char *at = memmem(line.ptr, line.len, mark, sizeof mark - 1);
        if (at == NULL)
            continue;
        at += sizeof mark - 1;
        struct str rest = str_n(at, (size_t)(line.ptr + line.len - at));
        struct str table = word(&rest);
        struct str alias = word(&rest);
        scan_seen(c, table, str_starts(alias, STR("(")) ? STR_NONE : alias, line);
    }
}

static enum err
pg_unit(struct ctx *cx, void *arg)
{
    struct check *c = arg;
    const struct db_driver *driver = cx->db->driver;
    int id = (int)(c->sql - sql_texts);
    struct db_rows plan;
    char *sql = arena_alloc(cx->arena, SQL_MAX);

    TRY(driver->script(cx, "SET LOCAL plan_cache_mode = force_generic_plan;"
                           "SET LOCAL enable_seqscan = off"));
    snprintf(sql, SQL_MAX, "PREPARE plan_%d AS %s", id, c->sql->pg);
    TRY(driver->script(cx, sql));
    int n = snprintf(sql, SQL_MAX, "EXPLAIN EXECUTE plan_%d", id);
    for (int i = 0; i < c->sql->params; i++)
        n += snprintf(sql + n, (size_t)(SQL_MAX - n), "%s", i == 0 ? "(NULL" : ", NULL");
    snprintf(sql + n, (size_t)(SQL_MAX - n), "%s", c->sql->params > 0 ? ")" : "");
    TRY(driver->query(cx, sql, &plan));
    pg_plan(c, &plan);
    return OK;
}

/* ---- both ---- */

static void
every_statement_is_prepared_and_uses_an_index(void **state)
{
    struct fixture *f = *state;
    struct check c = {.f = f};

    c.allow = allow_read(&c.arena);
    for (int id = 0; id < SQL_COUNT; id++) {
        c.sql = &sql_texts[id];
        enum err e = db_write(&f->cx, f->engine == DB_PG ? pg_unit : sqlite_unit, &c);
        if (e != OK) {
            print_error("%s: %s cannot be prepared; see the message above\n", c.sql->file,
                        c.sql->name);
            c.bad++;
        }
        arena_clear(&f->arena);
    }
    arena_release(&c.arena);
    assert_int_equal(0, c.bad);
}

int
test_statement(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(every_statement_is_prepared_and_uses_an_index),
    };
    return cmocka_run_group_tests_name("statement", tests, NULL, NULL);
}
