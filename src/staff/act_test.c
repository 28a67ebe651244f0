/* SPDX-License-Identifier: Apache-2.0 */
/* Dangerous acts: who may ask and decide, and what a decision carries out. */
#include "base/clock.h"
#include "staff/act_int.h"
#include "test/fixture.h"

int test_act(void);

enum { ASKER = 1, OTHER = 2, FINANCE = 3, STRANGER = 4 };

/* Notes in the audit log that it ran; refuses subject 13. */
static enum err
count_run(struct ctx *cx, const struct act_request *r, struct str *why)
{
    TRY(audit_add(cx, &(struct audit){.act = "test.done", .subject = "pool",
                                      .subject_id = r->subject_id, .after = r->args}));
    if (r->subject_id != 13)
        return OK;
    *why = STR("Le stock a changé.");
    return ERR_CONFLICT;
}

static const struct act_kind kinds[] = {
    {"TEST_COUNT", count_run, RIGHT_ADMIN | RIGHT_STOCK, RIGHT_ADMIN | RIGHT_STOCK,
     "Correction d’essai", false},
    {"TEST_PERSON", count_run, RIGHT_ADMIN | RIGHT_STOCK, APPROVES, "Rôle d’essai", true},
};
static const struct act_table table = {kinds, 2};

static void
as(struct fixture *f, int64_t who)
{
    f->cx.actor = (struct actor){
        .account_id = who,
        .organiser_id = who == STRANGER ? 9 : 8,
        .rights = RIGHT_SIGNED | (who == FINANCE ? RIGHT_FINANCE : RIGHT_STOCK),
    };
}

static void
people(struct fixture *f)
{
    fixture_sql(f, "INSERT INTO account (id, email, rights, organiser_id, created_ms) VALUES "
                   "(1, 'a@exemple.fr', 256, 8, 0), (2, 'b@exemple.fr', 256, 8, 0), "
                   "(3, 'c@exemple.fr', 512, 8, 0), (4, 'd@exemple.fr', 256, 9, 0)");
}

static int64_t
ask(struct fixture *f, int64_t subject)
{
    int64_t id = 0;

    as(f, ASKER);
    fixture_begin(f);
    assert_int_equal(OK, act_ask_in(&f->cx, table, 0, subject, STR("{\"units\":5}"),
                                    STR("Retirer 5 masques."), STR("Comptés ce matin."), &id));
    assert_int_equal(OK, fixture_commit(f));
    return id;
}

static enum err
decide(struct fixture *f, int64_t who, int64_t id, enum act_state to)
{
    struct str why;
    enum err e;

    as(f, who);
    fixture_begin(f);
    e = act_decide_in(&f->cx, table, id, to, STR("Vu."), &why);
    if (e == OK)
        return fixture_commit(f);
    assert_true(e != ERR_CONFLICT || why.len > 0);
    fixture_rollback(f);
    return e;
}

static int64_t
runs(struct fixture *f)
{
    return fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'test.done'");
}

static void
another_person_with_the_right_approves_and_it_is_done_once(void **state)
{
    struct fixture *f = *state;

    people(f);
    int64_t id = ask(f, 5);
    assert_int_equal(id, ask(f, 5));
    assert_int_equal(1, fixture_count(f, "mail"));
    assert_int_equal(ERR_DENIED, decide(f, ASKER, id, ACT_APPROVED));
    assert_int_equal(ERR_DENIED, decide(f, ASKER, id, ACT_REFUSED));
    assert_int_equal(ERR_DENIED, decide(f, FINANCE, id, ACT_APPROVED));
    assert_int_equal(ERR_DENIED, decide(f, OTHER, id, ACT_WITHDRAWN));
    assert_int_equal(ERR_NOT_FOUND, decide(f, STRANGER, id, ACT_APPROVED));
    assert_int_equal(0, runs(f));
    assert_int_equal(OK, decide(f, OTHER, id, ACT_APPROVED));
    assert_int_equal(1, runs(f));
    assert_int_equal(OTHER, fixture_int(f, "SELECT decided_by FROM act_request"));
    assert_int_equal(OTHER, fixture_int(f, "SELECT account_id FROM audit WHERE "
                                           "act = 'test.done'"));
    assert_int_equal(ERR_CONFLICT, decide(f, OTHER, id, ACT_APPROVED));
    assert_int_equal(1, runs(f));
    assert_int_equal(2, fixture_count(f, "mail"));
    assert_true(fixture_sql_fails(f, "UPDATE act_request SET asked_by = decided_by"));
}

static void
nobody_asks_for_an_act_without_its_right(void **state)
{
    struct fixture *f = *state;
    int64_t id;

    fixture_begin(f);
    as(f, FINANCE);
    assert_int_equal(ERR_DENIED, act_ask_in(&f->cx, table, 0, 5, STR("{}"), STR("Tout."),
                                            STR("Pour voir."), &id));
    as(f, ASKER);
    assert_int_equal(ERR_INVALID, act_ask_in(&f->cx, table, 0, 5, STR("{}"), STR("Tout."),
                                             STR_NONE, &id));
    fixture_rollback(f);
    assert_int_equal(0, fixture_count(f, "act_request"));
}

static void
a_conflict_leaves_the_request_open_with_its_reason(void **state)
{
    struct fixture *f = *state;
    struct act_row row;

    people(f);
    int64_t id = ask(f, 13);
    assert_int_equal(ERR_CONFLICT, decide(f, OTHER, id, ACT_APPROVED));
    assert_int_equal(0, runs(f));
    as(f, OTHER);
    fixture_begin(f);
    assert_int_equal(OK, act_note_trouble(&f->cx, id, STR("Le stock a changé.")));
    assert_int_equal(OK, act_find(&f->cx, table, id, &row));
    assert_int_equal(ACT_ASKED, row.state);
    assert_true(str_is(row.trouble, "Le stock a changé."));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, decide(f, OTHER, id, ACT_REFUSED));
    assert_int_equal(0, runs(f));
}

static void
whoever_lost_the_right_since_asks_for_nothing(void **state)
{
    static const char *const gone[] = {"rights = 512", "rights = 0, organiser_id = NULL",
                                       "organiser_id = 9"};
    struct fixture *f = *state;

    people(f);
    int64_t id = ask(f, 5);
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        fixture_sql(f, str_printf(&f->arena, "UPDATE account SET %s WHERE id = 1", gone[i]).ptr);
        assert_int_equal(ERR_CONFLICT, decide(f, OTHER, id, ACT_APPROVED));
        assert_int_equal(0, runs(f));
    }
    fixture_sql(f, "UPDATE account SET rights = 256, organiser_id = 8 WHERE id = 1");
    assert_int_equal(OK, decide(f, OTHER, id, ACT_APPROVED));
    fixture_sql(f, "UPDATE account SET rights = 512 WHERE id = 1");
    assert_int_equal(OK, decide(f, OTHER, ask(f, 6), ACT_REFUSED));
    assert_int_equal(1, runs(f));
}

static void
the_asker_withdraws_and_time_ends_what_nobody_decides(void **state)
{
    struct fixture *f = *state;
    struct act_row_list list;
    int ended;

    people(f);
    fixture_clock(f, INT64_C(1591178400000));
    int64_t first = ask(f, 5), second = ask(f, 6);
    assert_int_equal(OK, decide(f, ASKER, first, ACT_WITHDRAWN));
    fixture_clock(f, INT64_C(1591178400000) + 7 * (int64_t)CLOCK_DAY_MS);
    assert_int_equal(ERR_CONFLICT, decide(f, OTHER, second, ACT_APPROVED));
    fixture_begin(f);
    assert_int_equal(OK, act_waiting(&f->cx, table, 0, &list));
    assert_int_equal(0, list.count);
    assert_int_equal(OK, act_done(&f->cx, table, 0, &list));
    assert_int_equal(2, list.count);
    assert_int_equal(ACT_EXPIRED, list.item[0].state);
    assert_int_equal(ACT_WITHDRAWN, list.item[1].state);
    assert_int_equal(OK, act_expire_due(&f->cx, table, &ended));
    assert_int_equal(1, ended);
    assert_int_equal(OK, act_expire_due(&f->cx, table, &ended));
    assert_int_equal(0, ended);
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(0, runs(f));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'act.expire' AND "
                                       "organiser_id = 8"));
}

static int64_t
ask_about(struct fixture *f, int64_t person)
{
    int64_t id = 0;

    as(f, ASKER);
    fixture_begin(f);
    assert_int_equal(OK, act_ask_in(&f->cx, table, 1, person, STR("{}"), STR("Un rôle."),
                                    STR("Renfort."), &id));
    assert_int_equal(OK, fixture_commit(f));
    return id;
}

static int64_t
waiting_for(struct fixture *f, int64_t who)
{
    int64_t n = -1;

    as(f, who);
    fixture_begin(f);
    assert_int_equal(OK, act_count_in(&f->cx, table, &n));
    fixture_rollback(f);
    return n;
}

static void
whom_an_act_is_about_decides_nothing_of_it(void **state)
{
    struct fixture *f = *state;

    people(f);
    int64_t id = ask_about(f, OTHER);
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE recipient = "
                                       "'b@exemple.fr'"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE recipient = "
                                       "'c@exemple.fr'"));
    assert_int_equal(ERR_DENIED, decide(f, ASKER, id, ACT_APPROVED));
    assert_int_equal(ERR_DENIED, decide(f, OTHER, id, ACT_APPROVED));
    assert_int_equal(ERR_DENIED, decide(f, OTHER, id, ACT_REFUSED));
    assert_int_equal(ERR_NOT_FOUND, decide(f, STRANGER, id, ACT_APPROVED));
    assert_int_equal(OK, decide(f, FINANCE, id, ACT_APPROVED));
    assert_int_equal(1, runs(f));
}

static void
only_what_a_person_may_decide_is_counted_for_them(void **state)
{
    struct fixture *f = *state;

    people(f);
    (void)ask(f, 5);
    (void)ask(f, 6);
    (void)ask_about(f, OTHER);
    (void)ask_about(f, 77);
    fixture_sql(f, "INSERT INTO act_request (organiser_id, act, subject_id, args, summary, reason, "
                   "asked_by, asked_ms, expires_ms, state) VALUES "
                   "(8, 'AN_ACT', 1, '{}', 'x', 'x', 1, 1, 9000000000000, 1), "
                   "(8, 'TEST_COUNT', 1, '{}', 'x', 'x', 1, 1, 2, 1)");
    assert_int_equal(0, waiting_for(f, ASKER));
    assert_int_equal(3, waiting_for(f, OTHER));
    assert_int_equal(2, waiting_for(f, FINANCE));
    assert_int_equal(0, waiting_for(f, STRANGER));
    f->cx.actor.organiser_id = 8;
    f->cx.actor.rights = RIGHT_SIGNED | RIGHT_AUDIT;
    int64_t n = -1;
    fixture_begin(f);
    assert_int_equal(OK, act_count_in(&f->cx, table, &n));
    fixture_rollback(f);
    assert_int_equal(0, n);
}

/* A session is read before the transaction that decides: roles may have gone in between. */
static void
whoever_has_just_lost_the_right_approves_nothing(void **state)
{
    struct fixture *f = *state;

    people(f);
    int64_t id = ask(f, 5);
    fixture_sql(f, "UPDATE account SET rights = 512 WHERE id = 2");
    assert_int_equal(ERR_DENIED, decide(f, OTHER, id, ACT_APPROVED));
    fixture_sql(f, "UPDATE account SET rights = 256, organiser_id = 9 WHERE id = 2");
    assert_int_equal(ERR_DENIED, decide(f, OTHER, id, ACT_APPROVED));
    assert_int_equal(ERR_DENIED, decide(f, OTHER, id, ACT_REFUSED));
    assert_int_equal(0, runs(f));
}

static void
whoever_approves_anything_approves_people(void **state)
{
    struct act_table t = act_table();
    unsigned all = 0;

    (void)state;
    for (size_t i = 0; i < t.count; i++)
        all |= t.item[i].decide;
    assert_int_equal(APPROVES, all);
}

int
test_act(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(another_person_with_the_right_approves_and_it_is_done_once),
        DB_TEST(nobody_asks_for_an_act_without_its_right),
        DB_TEST(a_conflict_leaves_the_request_open_with_its_reason),
        DB_TEST(whoever_lost_the_right_since_asks_for_nothing),
        DB_TEST(whom_an_act_is_about_decides_nothing_of_it),
        DB_TEST(only_what_a_person_may_decide_is_counted_for_them),
        DB_TEST(whoever_has_just_lost_the_right_approves_nothing),
        cmocka_unit_test(whoever_approves_anything_approves_people),
        DB_TEST(the_asker_withdraws_and_time_ends_what_nobody_decides),
    };

    return cmocka_run_group_tests_name("act", tests, NULL, NULL);
}
