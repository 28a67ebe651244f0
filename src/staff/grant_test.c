/* SPDX-License-Identifier: Apache-2.0 */
/* Roles and second proofs: when one person is enough, and who makes the second one. */
#include "staff/grant.h"

#include "account/account.h"
#include "http/session.h"
#include "staff/totp.h"
#include "test/fixture.h"

int test_grant(void);

#define NOW_MS INT64_C(1591178400000)
static const struct str key = {"12345678901234567890", 20};

/* An organiser with one administrator, who acts. */
static int64_t
alone(struct fixture *f)
{
    struct account a;
    struct str secret;

    assert_int_equal(OK, secret_load(&f->cx, &secret));
    fixture_clock(f, NOW_MS);
    fixture_sql(f, "INSERT INTO organiser (id, slug, name, contact_email, created_ms) "
                   "VALUES (8, 'huit', 'Huit', 'x@exemple.fr', 1)");
    fixture_begin(f);
    assert_int_equal(OK, account_for_email(&f->cx, STR("chef@exemple.fr"), &a));
    assert_int_equal(OK, staff_set_roles(&f->cx, a.id, 8, RIGHT_ADMIN));
    assert_int_equal(OK, fixture_commit(f));
    f->cx.actor = (struct actor){a.id, 8, 0, RIGHT_SIGNED | RIGHT_ADMIN, STR_NONE};
    return a.id;
}

static void
as(struct fixture *f, int64_t id)
{
    struct account a;

    fixture_begin(f);
    assert_int_equal(OK, account_by_id(&f->cx, id, &a));
    fixture_rollback(f);
    f->cx.actor = (struct actor){id, a.organiser_id, 0, a.rights, STR_NONE};
}

static struct grant_person
person(struct fixture *f, const char *email)
{
    struct grant_person p;
    struct account a;

    fixture_begin(f);
    assert_int_equal(OK, account_for_email(&f->cx, str_of(email), &a));
    assert_int_equal(OK, fixture_commit(f));
    p = (struct grant_person){a.id, str_of(email), a.rights & STAFF_ANY};
    return p;
}

static enum grant_result
give(struct fixture *f, const char *email, unsigned rights, const char *reason, int64_t *act)
{
    struct grant_person p = person(f, email);
    enum grant_result result;

    fixture_begin(f);
    assert_int_equal(OK, grant_roles(&f->cx, &p, rights, str_of(reason), &result, act));
    assert_int_equal(OK, fixture_commit(f));
    return result;
}

static enum err
approve(struct fixture *f, int64_t act)
{
    struct str why = STR_NONE;
    enum err e;

    fixture_begin(f);
    e = act_decide(&f->cx, act, ACT_APPROVED, STR("Vu."), &why);
    if (e == OK)
        return fixture_commit(f);
    assert_true(e != ERR_CONFLICT || why.len > 0);
    fixture_rollback(f);
    return e;
}

static unsigned
rights_of(struct fixture *f, const char *email)
{
    return person(f, email).rights;
}

static int64_t
mails(struct fixture *f, const char *email, const char *like)
{
    return fixture_int(f, str_printf(&f->arena, "SELECT COUNT(*) FROM mail WHERE recipient = '%s' "
                                                "AND subject LIKE '%s'", email, like).ptr);
}

static void
the_first_colleague_needs_nobody_and_the_next_one_does(void **state)
{
    struct fixture *f = *state;
    int64_t act = 0;

    (void)alone(f);
    assert_int_equal(GRANT_DONE, give(f, "audit@exemple.fr", RIGHT_AUDIT, "", &act));
    assert_int_equal(0, mails(f, "chef@exemple.fr", "%"));
    assert_int_equal(GRANT_ALONE, give(f, "un@exemple.fr", RIGHT_STOCK, "", &act));
    assert_int_equal(RIGHT_STOCK, rights_of(f, "un@exemple.fr"));
    assert_int_equal(1, mails(f, "chef@exemple.fr", "Vous avez donné un rôle sans%"));
    assert_int_equal(1, mails(f, "un@exemple.fr", "Votre accès à la console"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'staff.alone'"));

    assert_int_equal(GRANT_NO_REASON, give(f, "deux@exemple.fr", RIGHT_AGENT, "", &act));
    assert_int_equal(0, fixture_count(f, "act_request"));
    assert_int_equal(GRANT_ASKED, give(f, "deux@exemple.fr", RIGHT_AGENT, "Renfort.", &act));
    assert_int_equal(0, rights_of(f, "deux@exemple.fr"));
    assert_int_equal(0, mails(f, "deux@exemple.fr", "%"));
    assert_int_equal(1, mails(f, "un@exemple.fr", "À approuver%"));
    assert_int_equal(ERR_DENIED, approve(f, act));
    as(f, person(f, "un@exemple.fr").account_id);
    assert_int_equal(OK, approve(f, act));
    assert_int_equal(RIGHT_AGENT, rights_of(f, "deux@exemple.fr"));
    assert_int_equal(1, mails(f, "deux@exemple.fr", "Votre accès à la console"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'staff.alone'"));
}

/* Whoever removes the others stays alone: the host's command is the way back. */
static void
removing_colleagues_does_not_make_one_person_enough_again(void **state)
{
    struct fixture *f = *state;
    int64_t act = 0;

    (void)alone(f);
    assert_int_equal(GRANT_ALONE, give(f, "un@exemple.fr", RIGHT_STOCK, "", &act));
    assert_int_equal(GRANT_DONE, give(f, "un@exemple.fr", 0, "", &act));
    assert_int_equal(1, mails(f, "un@exemple.fr", "Votre accès à la console a pris fin"));
    assert_int_equal(GRANT_NOBODY, give(f, "moi2@exemple.fr", RIGHT_STOCK, "Renfort.", &act));
    assert_int_equal(GRANT_NOBODY, give(f, "un@exemple.fr", RIGHT_STOCK, "Retour.", &act));
    assert_int_equal(0, rights_of(f, "moi2@exemple.fr"));
    assert_int_equal(0, rights_of(f, "un@exemple.fr"));
    assert_int_equal(0, fixture_count(f, "act_request"));
}

static void
roles_are_gained_in_no_number_of_steps_without_another_person(void **state)
{
    struct fixture *f = *state;
    int64_t act = 0;

    int64_t chef = alone(f);
    assert_int_equal(GRANT_ALONE, give(f, "un@exemple.fr", RIGHT_STOCK | RIGHT_AGENT, "", &act));
    assert_int_equal(GRANT_DONE, give(f, "audit@exemple.fr", RIGHT_AUDIT, "", &act));
    assert_int_equal(GRANT_ASKED, give(f, "audit@exemple.fr", RIGHT_AUDIT | RIGHT_FINANCE, "Paie.",
                                       &act));
    /* Less is at once; what was taken away is not given back alone. */
    assert_int_equal(GRANT_DONE, give(f, "un@exemple.fr", RIGHT_AGENT, "", &act));
    assert_int_equal(GRANT_NOBODY, give(f, "un@exemple.fr", RIGHT_STOCK | RIGHT_AGENT, "Oubli.",
                                        &act));
    as(f, person(f, "un@exemple.fr").account_id);
    assert_int_equal(OK, approve(f, act));
    assert_int_equal(RIGHT_AUDIT | RIGHT_FINANCE, rights_of(f, "audit@exemple.fr"));
    as(f, chef);
    assert_int_equal(GRANT_ASKED, give(f, "un@exemple.fr", RIGHT_STOCK | RIGHT_AGENT, "Oubli.",
                                       &act));
    as(f, person(f, "un@exemple.fr").account_id);
    assert_int_equal(ERR_DENIED, approve(f, act));
    as(f, person(f, "audit@exemple.fr").account_id);
    assert_int_equal(OK, approve(f, act));
    assert_int_equal(RIGHT_STOCK | RIGHT_AGENT, rights_of(f, "un@exemple.fr"));
}

static void
nobody_changes_their_own_access(void **state)
{
    struct fixture *f = *state;
    enum grant_result result;
    int64_t act;

    (void)alone(f);
    struct grant_person own = person(f, "chef@exemple.fr");
    fixture_begin(f);
    assert_int_equal(ERR_DENIED, grant_roles(&f->cx, &own, RIGHT_ADMIN | RIGHT_STOCK, STR("x"),
                                             &result, &act));
    assert_int_equal(ERR_DENIED, grant_reset(&f->cx, &own, STR("x"), &result, &act));
    fixture_rollback(f);
}

/* What was asked for is not carried out once the person, or the asker, is not who they were. */
static void
a_request_that_things_overtook_is_not_carried_out(void **state)
{
    struct fixture *f = *state;
    int64_t act = 0, other = 0;

    int64_t chef = alone(f);
    assert_int_equal(GRANT_ALONE, give(f, "un@exemple.fr", RIGHT_ADMIN, "", &act));
    int64_t un = person(f, "un@exemple.fr").account_id;
    assert_int_equal(GRANT_ASKED, give(f, "deux@exemple.fr", RIGHT_STOCK, "Renfort.", &act));
    assert_int_equal(GRANT_DONE, give(f, "deux@exemple.fr", RIGHT_AUDIT, "", &other));
    as(f, un);
    assert_int_equal(ERR_CONFLICT, approve(f, act));
    assert_int_equal(RIGHT_AUDIT, rights_of(f, "deux@exemple.fr"));
    fixture_sql(f, "UPDATE account SET organiser_id = 9 WHERE email = 'deux@exemple.fr'");
    assert_int_equal(ERR_CONFLICT, approve(f, act));
    fixture_sql(f, "UPDATE account SET organiser_id = NULL, rights = 0 "
                   "WHERE email = 'deux@exemple.fr'");
    /* An administrator who is one no more asks for nothing, though other roles approve. */
    fixture_sql(f, "UPDATE account SET rights = 256 WHERE email = 'chef@exemple.fr'");
    assert_int_equal(ERR_CONFLICT, approve(f, act));
    fixture_sql(f, "UPDATE account SET rights = 8 WHERE email = 'chef@exemple.fr'");
    assert_int_equal(OK, approve(f, act));
    assert_int_equal(ERR_CONFLICT, approve(f, act));
    assert_int_equal(RIGHT_STOCK, rights_of(f, "deux@exemple.fr"));
    as(f, chef);
    f->cx.actor.rights = RIGHT_SIGNED | RIGHT_STOCK;
    struct grant_person p = person(f, "trois@exemple.fr");
    enum grant_result result;
    fixture_begin(f);
    assert_int_equal(ERR_DENIED, grant_roles(&f->cx, &p, RIGHT_STOCK, STR("x"), &result, &act));
    fixture_rollback(f);
}

static enum grant_result
reset(struct fixture *f, const char *email, const char *reason, int64_t *act)
{
    struct grant_person p = person(f, email);
    enum grant_result result;

    fixture_begin(f);
    assert_int_equal(OK, grant_reset(&f->cx, &p, str_of(reason), &result, act));
    assert_int_equal(OK, fixture_commit(f));
    return result;
}

static void
enrol(struct fixture *f, const char *email)
{
    struct grant_person p = person(f, email);

    fixture_begin(f);
    assert_int_equal(OK, totp_enrol(&f->cx, p.account_id, key, 0));
    assert_int_equal(OK, fixture_commit(f));
}

/* Whoever resets a colleague's proof and reads their mail would be that colleague. */
static void
a_second_proof_is_reset_by_two(void **state)
{
    struct fixture *f = *state;
    int64_t act = 0;

    int64_t chef = alone(f);
    assert_int_equal(GRANT_DONE, give(f, "audit@exemple.fr", RIGHT_AUDIT, "", &act));
    enrol(f, "audit@exemple.fr");
    assert_int_equal(GRANT_DONE, reset(f, "audit@exemple.fr", "", &act));
    assert_int_equal(GRANT_ALONE, give(f, "un@exemple.fr", RIGHT_STOCK, "", &act));
    enrol(f, "un@exemple.fr");
    assert_int_equal(GRANT_NO_REASON, reset(f, "un@exemple.fr", "", &act));
    assert_int_equal(GRANT_NOBODY, reset(f, "un@exemple.fr", "Téléphone perdu.", &act));
    assert_int_equal(1, fixture_count(f, "staff_totp"));
    enrol(f, "audit@exemple.fr");
    assert_int_equal(GRANT_ASKED, reset(f, "audit@exemple.fr", "Téléphone perdu.", &act));
    assert_int_equal(2, fixture_count(f, "staff_totp"));
    assert_int_equal(1, mails(f, "audit@exemple.fr", "On demande de remettre à zéro%"));
    /* The person has found another way meanwhile: that application stays. */
    as(f, person(f, "un@exemple.fr").account_id);
    fixture_clock(f, NOW_MS + 1000);
    enrol(f, "audit@exemple.fr");
    assert_int_equal(ERR_CONFLICT, approve(f, act));
    assert_int_equal(2, fixture_count(f, "staff_totp"));
    as(f, chef);
    fixture_clock(f, NOW_MS + 2000);
    fixture_sql(f, "UPDATE act_request SET state = 4, decided_by = asked_by");
    assert_int_equal(GRANT_ASKED, reset(f, "audit@exemple.fr", "Téléphone perdu.", &act));
    as(f, person(f, "un@exemple.fr").account_id);
    assert_int_equal(OK, approve(f, act));
    assert_int_equal(1, fixture_count(f, "staff_totp"));
    assert_int_equal(2, mails(f, "audit@exemple.fr", "Votre double vérification est remise%"));
}

/* Databases from before: two who can approve are two, noted or not. */
static void
two_who_are_there_already_are_enough_to_be_two(void **state)
{
    struct fixture *f = *state;
    int64_t act = 0;
    bool guarded = true;

    (void)alone(f);
    fixture_begin(f);
    assert_int_equal(OK, grant_guarded(&f->cx, 8, &guarded));
    assert_false(guarded);
    fixture_rollback(f);
    fixture_sql(f, "INSERT INTO account (email, rights, organiser_id, created_ms) VALUES "
                   "('vieux@exemple.fr', 512, 8, 0)");
    assert_int_equal(GRANT_ASKED, give(f, "un@exemple.fr", RIGHT_STOCK, "Renfort.", &act));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM organiser WHERE approvers_ms > 0"));
}

int
test_grant(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(the_first_colleague_needs_nobody_and_the_next_one_does),
        DB_TEST(removing_colleagues_does_not_make_one_person_enough_again),
        DB_TEST(roles_are_gained_in_no_number_of_steps_without_another_person),
        DB_TEST(nobody_changes_their_own_access),
        DB_TEST(a_request_that_things_overtook_is_not_carried_out),
        DB_TEST(a_second_proof_is_reset_by_two),
        DB_TEST(two_who_are_there_already_are_enough_to_be_two),
    };

    return cmocka_run_group_tests_name("grant", tests, NULL, NULL);
}
