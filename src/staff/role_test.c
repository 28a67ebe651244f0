/* SPDX-License-Identifier: Apache-2.0 */
/* Roles: their words, who may be given them, what a change leaves behind. */
#include "account/account.h"
#include "staff/staff.h"
#include "test/fixture.h"

int test_role(void);

static int64_t
person(struct fixture *f, const char *email)
{
    struct account a;

    assert_int_equal(OK, account_for_email(&f->cx, str_of(email), &a));
    return a.id;
}

static void
roles_are_read_from_words_and_told_in_french(void **state)
{
    struct arena a;
    unsigned rights = 7;

    (void)state;
    arena_init(&a);
    assert_true(staff_roles_parse(STR("none"), &rights));
    assert_int_equal(0, rights);
    assert_true(staff_roles_parse(STR("admin, stock,auditor"), &rights));
    assert_int_equal(RIGHT_ADMIN | RIGHT_STOCK | RIGHT_AUDIT, rights);
    assert_true(str_is(staff_roles_text(&a, rights),
                       "Administrateur, Stock et logistique, Auditeur"));
    assert_true(str_is(staff_roles_text(&a, RIGHT_SIGNED), "Aucun rôle"));
    assert_false(staff_roles_parse(STR(""), &rights));
    assert_false(staff_roles_parse(STR("admin,"), &rights));
    assert_false(staff_roles_parse(STR("none,admin"), &rights));
    assert_false(staff_roles_parse(STR("king"), &rights));
    arena_release(&a);
}

static void
a_change_is_kept_and_stands_in_the_journal(void **state)
{
    struct fixture *f = *state;
    struct audit_list list;
    struct account a;

    fixture_begin(f);
    f->cx.actor = (struct actor){.account_id = 77, .organiser_id = 8, .rights = RIGHT_ADMIN};
    int64_t id = person(f, "a@exemple.fr");
    assert_int_equal(OK, staff_set_roles(&f->cx, id, 8, RIGHT_STOCK | RIGHT_COMPANY));
    assert_int_equal(OK, account_by_id(&f->cx, id, &a));
    assert_int_equal(RIGHT_SIGNED | RIGHT_STOCK, a.rights);
    assert_int_equal(8, a.organiser_id);
    assert_int_equal(OK, staff_set_roles(&f->cx, id, 8, 0));
    assert_int_equal(OK, account_by_id(&f->cx, id, &a));
    assert_int_equal(RIGHT_SIGNED, a.rights);
    assert_int_equal(0, a.organiser_id);
    assert_int_equal(OK, audit_list_of(&f->cx, &(struct audit_filter){0}, &list));
    assert_int_equal(2, list.count);
    assert_true(str_is(list.item[0].before,
                       "{\"email\":\"a@exemple.fr\",\"roles\":\"stock\"}"));
    assert_int_equal(77, list.item[0].account_id);
    fixture_rollback(f);
}

static void
nobody_takes_another_organisers_person_nor_the_last_administrator(void **state)
{
    struct fixture *f = *state;

    fixture_begin(f);
    int64_t first = person(f, "a@exemple.fr"), second = person(f, "b@exemple.fr");
    assert_int_equal(OK, staff_set_roles(&f->cx, first, 8, RIGHT_ADMIN | RIGHT_AGENT));
    assert_int_equal(OK, staff_set_roles(&f->cx, second, 9, RIGHT_ADMIN));
    assert_int_equal(ERR_CONFLICT, staff_set_roles(&f->cx, second, 8, RIGHT_STOCK));
    assert_int_equal(ERR_LIMIT, staff_set_roles(&f->cx, first, 8, RIGHT_AGENT));
    assert_int_equal(ERR_LIMIT, staff_set_roles(&f->cx, first, 8, 0));
    assert_int_equal(OK, staff_set_roles(&f->cx, first, 8, RIGHT_ADMIN));
    int64_t third = person(f, "c@exemple.fr");
    assert_int_equal(OK, staff_set_roles(&f->cx, third, 8, RIGHT_ADMIN));
    assert_int_equal(OK, staff_set_roles(&f->cx, first, 8, 0));
    assert_int_equal(0, f->cx.actor.organiser_id);
    fixture_rollback(f);
}

int
test_role(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_are_read_from_words_and_told_in_french),
        DB_TEST(a_change_is_kept_and_stands_in_the_journal),
        DB_TEST(nobody_takes_another_organisers_person_nor_the_last_administrator),
    };

    return cmocka_run_group_tests_name("role", tests, NULL, NULL);
}
