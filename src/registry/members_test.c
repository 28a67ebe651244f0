/* SPDX-License-Identifier: Apache-2.0 */
/* members_test.c - a chamber's list of members on both engines. */
#include "test/fixture.h"

#include <stdio.h>

#include "registry/members.h"

int test_members(void);

static void
register_fill(struct fixture *f)
{
    fixture_sql(f, "INSERT INTO company VALUES (732829320, 'JEAN DUPONT', 1, 0, 0, 0, 0, 1000,"
                   " '47.11F', 0, '38185', 0, 0, 0)");
    fixture_sql(f, "INSERT INTO company VALUES (356000000, 'LA POSTE', 1, 0, 0, 16, 2023, 5510,"
                   " '53.10Z', 0, '75115', 1, 2, 0)");
}

static enum err
list_read(struct fixture *f, enum network network, bool replace, const char *text,
          struct members_result *r)
{
    const char *path = str_printf(&f->arena, "%s/members.csv", f->dir).ptr;
    struct members_options opt = {.path = path, .network = network, .replace = replace,
                                  .quiet = true, .bad_share_bp = 3000};
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    f->cx.now_ms++;
    return members_run(&f->cx, &opt, r);
}

static struct company
company(struct fixture *f, int64_t siren)
{
    struct company c;

    fixture_begin(f);
    assert_int_equal(registry_company(&f->cx, siren, &c), OK);
    c.chamber_email = str_dup(&f->arena, c.chamber_email);
    c.chamber_phone = str_dup(&f->arena, c.chamber_phone);
    fixture_rollback(f);
    return c;
}

static void
a_list_wins_over_what_is_derived(void **state)
{
    struct fixture *f = *state;
    struct members_result r;

    register_fill(f);
    assert_int_equal(company(f, 732829320).network_source, NETWORK_UNKNOWN);
    assert_int_equal(list_read(f, NETWORK_CMA, false,
                               "\xef\xbb\xbfN° SIREN;Raison sociale;Adresse e-mail;Téléphone\r\n"
                               "732 829 320;\"DUPONT; JEAN\";jean@example.fr;04 76 00 00 00\r\n"
                               "356000000;;;\r\n"
                               "005410220;X;x@example.fr;+33 6 12 34 56 78\r\n",
                               &r),
                     OK);
    assert_int_equal(r.lines, 3);
    assert_int_equal(r.listed, 3);
    assert_int_equal(r.unknown, 1);
    assert_int_equal(r.rejected, 0);
    struct company c = company(f, 732829320);
    assert_int_equal(c.networks, NETWORK_CMA);
    assert_int_equal(c.network_source, NETWORK_LISTED);
    assert_true(str_is(c.chamber_email, "jean@example.fr"));
    assert_true(str_is(c.chamber_phone, "0476000000"));
    c = company(f, 356000000);
    assert_int_equal(c.networks, NETWORK_CCI | NETWORK_CMA);
    assert_int_equal(c.chamber_email.len, 0);
}

static void
lists_of_both_chambers_stand_side_by_side(void **state)
{
    struct fixture *f = *state;
    struct members_result r;

    register_fill(f);
    assert_int_equal(list_read(f, NETWORK_CCI, false,
                               "siren,email,phone\n732829320,cci@example.fr,\n", &r), OK);
    assert_int_equal(list_read(f, NETWORK_CMA, false, "siren\n732829320\n", &r), OK);
    struct company c = company(f, 732829320);
    assert_int_equal(c.networks, NETWORK_CCI | NETWORK_CMA);
    assert_true(str_is(c.chamber_email, "cci@example.fr"));
}

static void
a_list_that_replaces_strikes_off(void **state)
{
    struct fixture *f = *state;
    struct members_result r;

    register_fill(f);
    assert_int_equal(list_read(f, NETWORK_CMA, false, "siren\n732829320\n356000000\n", &r), OK);
    assert_int_equal(list_read(f, NETWORK_CCI, false, "siren\n732829320\n", &r), OK);
    assert_int_equal(list_read(f, NETWORK_CMA, true, "siren\n356000000\n", &r), OK);
    assert_int_equal(r.struck, 1);
    assert_int_equal(company(f, 732829320).networks, NETWORK_CCI);
    assert_int_equal(company(f, 356000000).networks, NETWORK_CCI | NETWORK_CMA);
}

static void
bad_lines_are_named_and_too_many_write_nothing(void **state)
{
    struct fixture *f = *state;
    struct members_result r;

    register_fill(f);
    assert_int_equal(list_read(f, NETWORK_CMA, false,
                               "siren,email,phone\n732829320,a@example.fr,1\n356000000,nobody,\n"
                               "732829321,,\n",
                               &r),
                     ERR_INVALID);
    assert_int_equal(r.rejected, 3);
    assert_non_null(strstr(r.why, "nothing was written"));
    assert_int_equal(fixture_count(f, "registry_member"), 0);
    assert_int_equal(list_read(f, NETWORK_CMA, false, "name,email\nX,a@example.fr\n", &r),
                     ERR_INVALID);
    assert_non_null(strstr(r.why, "siren"));
    assert_int_equal(list_read(f, NETWORK_CMA, false, "", &r), ERR_INVALID);
    /* One bad line of four is tolerated here. */
    assert_int_equal(list_read(f, NETWORK_CMA, false,
                               "siren,email\n732829320,\n356000000,\n005410220,\nabc,\n", &r), OK);
    assert_int_equal(r.listed, 3);
    assert_int_equal(r.rejected, 1);
}

int
test_members(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_list_wins_over_what_is_derived),
        DB_TEST(lists_of_both_chambers_stand_side_by_side),
        DB_TEST(a_list_that_replaces_strikes_off),
        DB_TEST(bad_lines_are_named_and_too_many_write_nothing),
    };

    return cmocka_run_group_tests_name("members", tests, NULL, NULL);
}
