/* SPDX-License-Identifier: Apache-2.0 */
/* fields_test.c - the inventory says of every column of both engines what it tells of people. */
#include "privacy/privacy_int.h"
#include "test/fixture.h"

int test_fields(void);

static const char sqlite_columns[] =
    "SELECT m.name, p.name FROM sqlite_schema m JOIN pragma_table_info(m.name) p"
    " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, p.cid";
static const char pg_columns[] =
    "SELECT c.table_name, c.column_name FROM information_schema.columns c"
    " JOIN information_schema.tables t"
    "   ON t.table_schema = c.table_schema AND t.table_name = c.table_name"
    " WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'"
    " ORDER BY c.table_name, c.ordinal_position";

static bool
listed(const char *table, const char *column)
{
    size_t n;
    const struct known *k = known_list(&n);
    bool here = false;

    for (size_t i = 0; i < n; i++) {
        if (k[i].column == NULL)
            here = strcmp(k[i].table, table) == 0;
        else if (here && strcmp(k[i].column, column) == 0)
            return true;
    }
    return false;
}

static bool
there(const struct db_rows *rows, const char *table, const char *column)
{
    for (size_t r = 0; r < rows->count; r++)
        if (str_is(row_str(rows, r, 0), table) && str_is(row_str(rows, r, 1), column))
            return true;
    return false;
}

static void
every_column_has_a_class(void **state)
{
    struct fixture *f = *state;
    struct db_rows rows = fixture_rows(f, f->engine == DB_PG ? pg_columns : sqlite_columns);
    const char *table = "";
    size_t n, bad = 0, columns = 0;
    const char *named = "";
    const struct known *k = known_list(&n);

    for (size_t r = 0; r < rows.count; r++) {
        const char *t = str_z(&f->arena, row_str(&rows, r, 0));
        const char *c = str_z(&f->arena, row_str(&rows, r, 1));
        if (listed(t, c))
            continue;
        if (strcmp(named, t) != 0)
            print_error("%s: what do its columns tell of people? Add COL(column, CLASS, FORM) "
                        "below TABLE(%s) in src/privacy/fields.h (the classes stand at its top) "
                        "for:\n",
                        t, t);
        print_error("  %s\n", c);
        named = t;
        bad++;
    }
    for (size_t i = 0; i < n; i++) {
        if (k[i].column == NULL) {
            table = k[i].table;
            continue;
        }
        columns++;
        if (there(&rows, table, k[i].column))
            continue;
        print_error("src/privacy/fields.h: there is no column %s.%s any more; take its line out.\n",
                    table, k[i].column);
        bad++;
    }
    assert_int_equal(0, bad);
    assert_int_equal(rows.count, columns);
}

/* What people may have a copy of, and what never goes out. */
static void
classes_and_forms_agree(void **state)
{
    size_t n, bad = 0;
    const struct known *k = known_list(&n);
    const char *table = "";

    (void)state;
    for (size_t i = 0; i < n; i++) {
        enum known_class c = k[i].class;
        bool told = k[i].form != FORM_NOT;
        if (k[i].column == NULL) {
            table = k[i].table;
            continue;
        }
        if ((c == KNOWN_ERASED || c == KNOWN_LEGAL || c == KNOWN_REGISTER) && !told) {
            print_error("%s.%s is about people and in no copy: give it a form.\n", table,
                        k[i].column);
            bad++;
        }
        if ((c == KNOWN_SECRET || c == KNOWN_COPY) && told) {
            print_error("%s.%s must not go out.\n", table, k[i].column);
            bad++;
        }
    }
    assert_int_equal(0, bad);
}

int
test_fields(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(every_column_has_a_class),
        cmocka_unit_test(classes_and_forms_agree),
    };

    return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
