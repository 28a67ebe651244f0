/* SPDX-License-Identifier: Apache-2.0 */
/* Roles: their words, who may be given them, what a change leaves behind. */
#include "account/account.h"
#include "account/token.h"
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

/* The tokens an administrator made for the organiser go with the role; others' stay. */
static void
who_administers_no_more_leaves_no_token_behind(void **state)
{
    struct fixture *f = *state;
    struct token_owner owner = {.organiser_id = 8};
    struct token_list list;
    struct token t;
    struct str secret;

    fixture_begin(f);
    int64_t leaver = person(f, "a@exemple.fr"), stayer = person(f, "b@exemple.fr");
    assert_int_equal(OK, staff_set_roles(&f->cx, leaver, 8, RIGHT_ADMIN | RIGHT_AGENT));
    assert_int_equal(OK, staff_set_roles(&f->cx, stayer, 8, RIGHT_ADMIN));
    f->cx.actor.account_id = leaver;
    assert_int_equal(OK, token_create(&f->cx, owner, STR("a"), RIGHT_API_READ, &secret, &t));
    f->cx.actor.account_id = stayer;
    assert_int_equal(OK, token_create(&f->cx, owner, STR("b"), RIGHT_API_READ, &secret, &t));
    assert_int_equal(OK, staff_set_roles(&f->cx, leaver, 8, RIGHT_AGENT));
    assert_int_equal(OK, token_list(&f->cx, owner, &list));
    assert_int_equal(1, list.count);
    assert_true(str_is(list.item[0].label, "b"));
    fixture_rollback(f);
}

static void
who_is_forgotten_leaves_no_token_and_a_line_in_the_journal(void **state)
{
    struct fixture *f = *state;
    struct token_owner owner = {.organiser_id = 8};
    struct tally t = {0};
    struct audit_list journal;
    struct token_list list;
    struct token token;
    struct str secret;

    fixture_begin(f);
    int64_t leaver = person(f, "a@exemple.fr");
    assert_int_equal(OK, staff_set_roles(&f->cx, leaver, 8, RIGHT_ADMIN | RIGHT_AGENT));
    f->cx.actor.account_id = leaver;
    assert_int_equal(OK, token_create(&f->cx, owner, STR("a"), RIGHT_API_READ, &secret, &token));
    f->cx.actor = (struct actor){0};
    assert_int_equal(OK, account_forget(&f->cx, leaver, &t));
    assert_int_equal(OK, token_list(&f->cx, owner, &list));
    assert_int_equal(0, list.count);
    f->cx.actor.organiser_id = 8;
    struct audit_filter by = {.act = STR("staff.forgotten")};
    assert_int_equal(OK, audit_list_of(&f->cx, &by, &journal));
    assert_int_equal(1, journal.count);
    assert_true(str_is(journal.item[0].before, "{\"roles\":\"admin,agent\"}"));
    assert_int_equal(leaver, journal.item[0].subject_id);
    fixture_rollback(f);
}

int
test_role(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_are_read_from_words_and_told_in_french),
        DB_TEST(a_change_is_kept_and_stands_in_the_journal),
        DB_TEST(nobody_takes_another_organisers_person_nor_the_last_administrator),
        DB_TEST(who_administers_no_more_leaves_no_token_behind),
        DB_TEST(who_is_forgotten_leaves_no_token_and_a_line_in_the_journal),
    };

    return cmocka_run_group_tests_name("role", tests, NULL, NULL);
}
