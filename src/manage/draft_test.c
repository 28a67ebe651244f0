/* SPDX-License-Identifier: Apache-2.0 */
/* draft_test.c - a change of rules from the first word to force, and what stops it on the way. */
#include <pthread.h>

#include "base/clock.h"
#include "db/command.h"
#include "job/job.h"
#include "manage/draft.h"
#include "manage/dry_run.h"
#include "test/fixture.h"

int test_draft(void);

enum { ASKER = 1, OTHER = 2, THIRD = 3, STRANGER = 4 };
/* 2020-05-05T10:00:00Z: the mainland's cohorts are open, overseas opens on the 11th. */
#define NOW_MS INT64_C(1588672800000)

static struct str
demo(struct fixture *f)
{
    struct str json;

    assert_int_equal(OK, command_read_file(f->cx.arena, STR("demo/masques-pme.json"),
                                           POLICY_JSON_MAX, &json));
    return json;
}

static struct str
with(struct fixture *f, struct str json, const char *from, const char *to)
{
    const char *at = memmem(json.ptr, json.len, from, strlen(from));

    assert_non_null(at);
    size_t before = (size_t)(at - json.ptr), after = json.len - before - strlen(from);
    return str_printf(f->cx.arena, "%.*s%s%.*s", (int)before, json.ptr, to, (int)after,
                      at + strlen(from));
}

static struct str
quota(struct fixture *f, const char *per_head)
{
    return with(f, demo(f), "\"per_head\": 4",
                str_printf(f->cx.arena, "\"per_head\": %s", per_head).ptr);
}

/* The campaign as it is now; a transaction is open. */
static struct campaign
campaign(struct fixture *f)
{
    struct campaign c;

    assert_int_equal(OK, campaign_find(&f->cx, STR("masques-pme"), &c));
    return c;
}

static void
as(struct fixture *f, int64_t who)
{
    f->cx.actor = (struct actor){
        .account_id = who,
        .organiser_id = who == STRANGER ? 99 : 1,
        .rights = RIGHT_SIGNED | RIGHT_ADMIN,
    };
}

static int
publish(struct fixture *f, struct str json)
{
    struct policy_fault_list faults = { 0 };
    struct campaign c = { 0 };
    struct actor actor = f->cx.actor;

    fixture_begin(f);
    f->cx.actor = (struct actor){ 0 };
    assert_int_equal(OK, campaign_publish(&f->cx, json, &c, &faults));
    f->cx.actor = actor;
    assert_int_equal(OK, fixture_commit(f));
    return c.version;
}

static void
open_house(struct fixture *f)
{
    fixture_clock(f, NOW_MS);
    f->conf.base_url = STR("https://masques.example");
    assert_int_equal(OK, campaign_cache_open(&f->app));
    assert_int_equal(1, publish(f, demo(f)));
    fixture_sql(f, "INSERT INTO account (id, email, rights, organiser_id, created_ms) VALUES "
                   "(1, 'a@exemple.fr', 8, 1, 0), (2, 'b@exemple.fr', 8, 1, 0), "
                   "(3, 'c@exemple.fr', 8, 1, 0), (4, 'd@exemple.fr', 8, 99, 0)");
    as(f, ASKER);
}

static void
close_house(struct fixture *f)
{
    campaign_cache_close(&f->app);
}

static int64_t
begun(struct fixture *f, struct str json)
{
    int64_t id = 0;

    fixture_begin(f);
    struct campaign c = campaign(f);
    assert_int_equal(OK, draft_begin(&f->cx, &c, json, &id));
    assert_int_equal(OK, fixture_commit(f));
    return id;
}

/* In an open transaction. */
static struct draft
found(struct fixture *f, int64_t id)
{
    struct draft d;

    assert_int_equal(OK, draft_find(&f->cx, campaign(f).id, id, &d));
    return d;
}

static enum err
save(struct fixture *f, int64_t id, struct str json)
{
    enum err e;

    fixture_begin(f);
    struct draft d = found(f, id);
    e = draft_save(&f->cx, &d, json);
    if (e == OK)
        return fixture_commit(f);
    fixture_rollback(f);
    return e;
}

static void
tried(struct fixture *f, int64_t id)
{
    int64_t run;
    int ran;

    fixture_begin(f);
    struct campaign c = campaign(f);
    assert_int_equal(OK, dry_run_begin(&f->cx, &c, id, found(f, id).json, &run));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
}

/* The request's number; 0: refused for *why. */
static int64_t
asked(struct fixture *f, int64_t id, bool confirmed, enum draft_refusal *why)
{
    as(f, ASKER);
    fixture_begin(f);
    struct draft d = found(f, id);
    struct campaign c = campaign(f);
    assert_int_equal(OK, draft_ask(&f->cx, &c, &d, STR("Élargir."), confirmed, why));
    assert_int_equal(OK, fixture_commit(f));
    return *why == DRAFT_ASKED ? d.act_id : 0;
}

static int64_t
asked_now(struct fixture *f, int64_t id)
{
    enum draft_refusal why;
    int64_t act;

    tried(f, id);
    act = asked(f, id, true, &why);
    assert_int_equal(DRAFT_ASKED, why);
    return act;
}

static enum err
decide(struct fixture *f, int64_t who, int64_t act, enum act_state to, struct str *why)
{
    enum err e;

    as(f, who);
    fixture_begin(f);
    e = act_decide(&f->cx, act, to, STR("Vu."), why);
    if (e == OK)
        return fixture_commit(f);
    fixture_rollback(f);
    return e;
}

/* ---- tests ---- */

static void
a_draft_keeps_what_was_typed_and_counts_its_changes(void **state)
{
    struct fixture *f = *state;
    struct draft_list list;

    open_house(f);
    int64_t id = begun(f, demo(f));
    assert_int_equal(OK, save(f, id, STR("{\"slug\": nonsense")));
    fixture_begin(f);
    struct draft d = found(f, id), old = d;
    assert_true(str_is(d.json, "{\"slug\": nonsense"));
    assert_int_equal(2, d.rev);
    assert_int_equal(1, d.base_version);
    assert_true(str_is(d.made_by, "a@exemple.fr"));
    assert_int_equal(OK, draft_save(&f->cx, &d, quota(f, "8")));
    assert_int_equal(3, d.rev);
    /* The same text again is no change. */
    assert_int_equal(OK, draft_save(&f->cx, &d, quota(f, "8")));
    assert_int_equal(3, d.rev);
    assert_int_equal(OK, fixture_commit(f));
    /* Whoever read it before writes nothing over it. */
    fixture_begin(f);
    assert_int_equal(ERR_CONFLICT, draft_save(&f->cx, &old, demo(f)));
    fixture_rollback(f);
    fixture_begin(f);
    d = found(f, id);
    assert_true(str_contains(d.json, STR("\"per_head\": 8")));
    assert_int_equal(OK, draft_list_open(&f->cx, d.campaign_id, &list));
    assert_int_equal(1, list.count);
    assert_int_equal(OK, draft_drop(&f->cx, &d));
    assert_int_equal(OK, draft_list_open(&f->cx, d.campaign_id, &list));
    assert_int_equal(0, list.count);
    d = found(f, id);
    assert_int_equal(DRAFT_DROPPED, d.state);
    assert_int_equal(ERR_CONFLICT, draft_save(&f->cx, &d, demo(f)));
    fixture_rollback(f);
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'draft.begin'"));
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'draft.change'"));
    close_house(f);
}

static void
a_draft_is_of_one_organiser(void **state)
{
    struct fixture *f = *state;
    struct draft_list list;
    struct draft d;

    open_house(f);
    int64_t id = begun(f, demo(f));
    fixture_begin(f);
    int64_t campaign_id = campaign(f).id;
    as(f, STRANGER);
    assert_int_equal(ERR_NOT_FOUND, draft_find(&f->cx, campaign_id, id, &d));
    assert_int_equal(OK, draft_list_open(&f->cx, campaign_id, &list));
    assert_int_equal(0, list.count);
    as(f, ASKER);
    d = found(f, id);
    as(f, STRANGER);
    assert_int_equal(ERR_CONFLICT, draft_save(&f->cx, &d, quota(f, "8")));
    fixture_rollback(f);
    close_house(f);
}

static void
only_so_many_drafts_are_open(void **state)
{
    struct fixture *f = *state;
    int64_t id;

    open_house(f);
    for (int i = 0; i < DRAFTS_OPEN_MAX; i++)
        (void)begun(f, demo(f));
    fixture_begin(f);
    struct campaign c = campaign(f);
    assert_int_equal(ERR_LIMIT, draft_begin(&f->cx, &c, demo(f), &id));
    fixture_rollback(f);
    close_house(f);
}

static struct draft_check
checked(struct fixture *f, struct str json)
{
    struct draft_check check;

    fixture_begin(f);
    struct campaign c = campaign(f);
    assert_int_equal(OK, draft_check(&f->cx, &c, json, &check));
    fixture_rollback(f);
    return check;
}

static void
a_draft_stays_the_same_campaign_with_the_same_stocks(void **state)
{
    struct fixture *f = *state;
    struct str other_good;

    open_house(f);
    struct draft_check check = checked(f, with(f, demo(f), "\"slug\": \"masques-pme\"",
                                               "\"slug\": \"autre\""));
    assert_null(check.policy);
    assert_true(str_is(check.faults.item[0].path, "/slug"));
    assert_true(check.faults.item[0].line == 4);
    check = checked(f, with(f, demo(f), "\"organiser\": {\n    \"slug\": \"masques-pme\"",
                            "\"organiser\": {\n    \"slug\": \"autre\""));
    assert_true(str_is(check.faults.item[0].path, "/organiser/slug"));
    /* The good's code becomes another one everywhere: the file is good, the stock is not its. */
    other_good = with(f, demo(f), "\"code\": \"masque\"", "\"code\": \"gel\"");
    for (int i = 0; i < 4; i++)
        other_good = with(f, other_good, "\"good\": \"masque\"", "\"good\": \"gel\"");
    check = checked(f, other_good);
    assert_int_equal(2, check.faults.count);
    assert_true(str_is(check.faults.item[0].path, "/pools/0/good"));
    assert_int_equal(0, checked(f, demo(f)).changes.count);
    assert_non_null(checked(f, demo(f)).policy);
    close_house(f);
}

static void
what_takes_effect_at_once_is_told(void **state)
{
    static const struct {
        const char *from, *to;
        size_t count;
        enum draft_news news;
        unsigned territories;
    } row[] = {
        {"\"opens\": \"2020-05-02T08:00\"", "\"opens\": \"2020-05-01T08:00\"", 0, 0, 0},
        {"\"opens\": \"2020-05-11T08:00\"", "\"opens\": \"2020-05-12T08:00\"", 0, 0, 0},
        {"\"opens\": \"2020-05-11T08:00\"",
         "\"opens\": {\"default\": \"2020-05-11T08:00\", \"reunion\": \"2020-05-05T08:00\"}", 1,
         NEWS_OPENS, 1U << TERRITORY_REUNION},
        /* A minute ahead is as good as now: 12:00:30 in Paris is 10:00:30Z. */
        {"\"opens\": \"2020-05-02T08:00\"", "\"opens\": \"2020-05-05T12:00:30\"", 0, 0, 0},
        {"\"opens\": \"2020-05-02T08:00\"", "\"opens\": \"2020-05-05T12:02:00\"", 1, NEWS_WAITS,
         1U << TERRITORY_MAINLAND | 1U << TERRITORY_CORSICA},
        {"\"opens\": \"2020-05-04T08:00\"",
         "\"opens\": \"2020-05-04T08:00\", \"closes\": \"2020-05-05T12:00\"", 1, NEWS_CLOSES,
         1U << TERRITORY_MAINLAND | 1U << TERRITORY_CORSICA},
        {"\"opens\": \"2020-05-04T08:00\"",
         "\"opens\": \"2020-05-04T08:00\", \"closes\": \"2020-05-05T20:00\"", 0, 0, 0},
        {"\"code\": \"moins-de-10\"", "\"code\": \"petites\"", 2, NEWS_OPENS,
         1U << TERRITORY_MAINLAND | 1U << TERRITORY_CORSICA},
    };
    struct fixture *f = *state;

    open_house(f);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct draft_check check = checked(f, with(f, demo(f), row[i].from, row[i].to));
        assert_non_null(check.policy);
        if (check.now.count != row[i].count)
            fail_msg("row %zu: %zu news", i, check.now.count);
        if (row[i].count > 0) {
            assert_int_equal(row[i].news, check.now.item[0].news);
            assert_int_equal(row[i].territories, check.now.item[0].territories);
            assert_true(draft_now_text(f->cx.arena, &check.now.item[0]).len > 20);
        }
    }
    close_house(f);
}

static void
what_is_overlooked_is_told(void **state)
{
    struct fixture *f = *state;
    struct draft_check check;

    open_house(f);
    check = checked(f, with(f, demo(f), "\"code\": \"outre-mer\",\n      \"label\": \"Outre-mer\"",
                            "\"code\": \"iles\",\n      \"label\": \"Îles\""));
    assert_int_equal(2, check.warnings.count);
    assert_true(str_contains(check.warnings.item[0], STR("n’est plus en vente")));
    assert_true(str_contains(check.warnings.item[1], STR("est nouveau")));
    check = checked(f, with(f, demo(f), "2020-05-02T08:00", "2020-05-03T08:00"));
    assert_int_equal(1, check.warnings.count);
    assert_true(str_contains(check.warnings.item[0], STR("part d’une autre date")));
    close_house(f);
}

static void
a_request_is_refused_until_all_is_well(void **state)
{
    struct fixture *f = *state;
    enum draft_refusal why;

    open_house(f);
    int64_t id = begun(f, demo(f));
    assert_int_equal(0, asked(f, id, true, &why));
    assert_int_equal(DRAFT_SAME, why);
    assert_int_equal(OK, save(f, id, quota(f, "\"deux\"")));
    assert_int_equal(0, asked(f, id, true, &why));
    assert_int_equal(DRAFT_FAULTY, why);
    assert_int_equal(OK, save(f, id, with(f, quota(f, "8"), "2020-05-11T08:00",
                                          "2020-05-04T08:00")));
    assert_int_equal(0, asked(f, id, true, &why));
    assert_int_equal(DRAFT_UNTRIED, why);
    tried(f, id);
    assert_int_equal(0, asked(f, id, false, &why));
    assert_int_equal(DRAFT_UNCONFIRMED, why);
    assert_true(asked(f, id, true, &why) > 0);
    /* A dry run of an older text does not count. */
    int64_t second = begun(f, quota(f, "9"));
    tried(f, second);
    assert_int_equal(OK, save(f, second, quota(f, "10")));
    assert_int_equal(0, asked(f, second, true, &why));
    assert_int_equal(DRAFT_UNTRIED, why);
    assert_int_equal(2, publish(f, quota(f, "6")));
    assert_int_equal(0, asked(f, second, true, &why));
    assert_int_equal(DRAFT_STALE, why);
    for (int i = DRAFT_ASKED; i <= DRAFT_UNCONFIRMED; i++)
        assert_true(strlen(draft_refusal_text((enum draft_refusal)i)) > 10);
    close_house(f);
}

static void
an_approved_draft_is_in_force_with_its_audit(void **state)
{
    struct fixture *f = *state;
    struct publication_list published;
    struct str why;

    open_house(f);
    int64_t id = begun(f, quota(f, "8"));
    int64_t act = asked_now(f, id);
    assert_int_equal(1, fixture_int(f, "SELECT version FROM campaign"));
    /* Not by oneself. */
    assert_int_equal(ERR_DENIED, decide(f, ASKER, act, ACT_APPROVED, &why));
    assert_int_equal(OK, decide(f, OTHER, act, ACT_APPROVED, &why));
    fixture_begin(f);
    struct campaign c = campaign(f);
    assert_int_equal(2, c.version);
    assert_int_equal(8, c.policy->per_head);
    struct draft d = found(f, id);
    assert_int_equal(DRAFT_PUBLISHED, d.state);
    assert_int_equal(2, d.version);
    assert_int_equal(OK, publication_list_of(&f->cx, c.id, &published));
    assert_int_equal(1, published.count);
    assert_true(str_is(published.item[0].asked_by, "a@exemple.fr"));
    assert_true(str_is(published.item[0].approved_by, "b@exemple.fr"));
    assert_true(str_is(published.item[0].reason, "Élargir."));
    struct audit_list audit;
    struct audit_filter by = { .act = STR("policy.publish") };
    assert_int_equal(OK, audit_list_of(&f->cx, &by, &audit));
    assert_int_equal(1, audit.count);
    assert_true(str_contains(audit.item[0].before, STR("4\u00a0masques par personne")));
    assert_true(str_contains(audit.item[0].after, STR("8\u00a0masques par personne")));
    fixture_rollback(f);
    /* The letter to the approver tells all of it. */
    struct str told = STR("SELECT COUNT(*) FROM act_request WHERE summary LIKE '%Quota%' AND "
                          "summary LIKE '%/console/campagnes/masques-pme/brouillons/1'");
    assert_int_equal(1, fixture_int(f, told.ptr));
    close_house(f);
}

static void
a_version_that_came_between_refuses_and_a_rebase_helps(void **state)
{
    struct fixture *f = *state;
    struct str why = STR_NONE;

    open_house(f);
    int64_t id = begun(f, quota(f, "8"));
    int64_t act = asked_now(f, id);
    assert_int_equal(2, publish(f, with(f, demo(f), "\"hold_minutes\": 30",
                                        "\"hold_minutes\": 45")));
    assert_int_equal(ERR_CONFLICT, decide(f, OTHER, act, ACT_APPROVED, &why));
    assert_true(str_contains(why, STR("La version 2 est en vigueur")));
    assert_int_equal(2, fixture_int(f, "SELECT version FROM campaign"));
    assert_int_equal(1, fixture_int(f, "SELECT state FROM campaign_draft"));
    assert_int_equal(1, fixture_int(f, "SELECT state FROM act_request"));
    assert_int_equal(OK, decide(f, ASKER, act, ACT_WITHDRAWN, &why));
    fixture_begin(f);
    struct draft d = found(f, id);
    assert_int_equal(OK, draft_rebase(&f->cx, &d, with(f, quota(f, "8"), "\"hold_minutes\": 30",
                                                       "\"hold_minutes\": 45"), 2));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, decide(f, OTHER, asked_now(f, id), ACT_APPROVED, &why));
    fixture_begin(f);
    struct campaign c = campaign(f);
    assert_int_equal(3, c.version);
    assert_int_equal(8, c.policy->per_head);
    assert_int_equal(45, c.policy->hold_minutes);
    fixture_rollback(f);
    close_house(f);
}

static void
of_two_drafts_of_one_version_the_first_wins(void **state)
{
    struct fixture *f = *state;
    struct str why = STR_NONE;

    open_house(f);
    int64_t one = asked_now(f, begun(f, quota(f, "8")));
    int64_t two = asked_now(f, begun(f, quota(f, "9")));
    assert_int_equal(OK, decide(f, OTHER, two, ACT_APPROVED, &why));
    assert_int_equal(ERR_CONFLICT, decide(f, THIRD, one, ACT_APPROVED, &why));
    assert_true(why.len > 0);
    assert_int_equal(2, fixture_count(f, "campaign_version"));
    fixture_begin(f);
    assert_int_equal(9, campaign(f).policy->per_head);
    fixture_rollback(f);
    close_house(f);
}

static void
what_waits_for_approval_is_not_changed(void **state)
{
    struct fixture *f = *state;
    struct str why = STR_NONE;

    open_house(f);
    int64_t id = begun(f, quota(f, "8"));
    int64_t act = asked_now(f, id);
    assert_int_equal(ERR_CONFLICT, save(f, id, quota(f, "9")));
    fixture_begin(f);
    struct draft d = found(f, id);
    assert_true(draft_is_waiting(&d));
    assert_int_equal(ERR_CONFLICT, draft_drop(&f->cx, &d));
    fixture_rollback(f);
    /* A refusal opens it again, with the reason. */
    assert_int_equal(OK, decide(f, OTHER, act, ACT_REFUSED, &why));
    as(f, ASKER);
    fixture_begin(f);
    d = found(f, id);
    assert_false(draft_is_waiting(&d));
    assert_true(str_is(d.act.why, "Vu."));
    fixture_rollback(f);
    assert_int_equal(OK, save(f, id, quota(f, "9")));
    assert_int_equal(ERR_CONFLICT, decide(f, OTHER, act, ACT_APPROVED, &why));
    assert_int_equal(1, fixture_int(f, "SELECT version FROM campaign"));
    close_house(f);
}

/* The overseas opening lay six days ahead; the approver comes on the seventh. */
static void
an_hour_that_passed_while_it_waited_is_refused(void **state)
{
    struct fixture *f = *state;
    struct str why = STR_NONE;
    struct str json;

    open_house(f);
    json = with(f, quota(f, "8"), "\"opens\": \"2020-05-11T08:00\"",
                "\"opens\": \"2020-05-06T08:00\"");
    int64_t act = asked_now(f, begun(f, json));
    fixture_clock(f, NOW_MS + 2 * (int64_t)CLOCK_DAY_MS);
    assert_int_equal(ERR_CONFLICT, decide(f, OTHER, act, ACT_APPROVED, &why));
    assert_true(str_contains(why, STR("Une heure est passée depuis la demande")));
    fixture_clock(f, NOW_MS + 1000);
    assert_int_equal(OK, decide(f, OTHER, act, ACT_APPROVED, &why));
    close_house(f);
}

/* ---- two who approve at once ---- */

struct approving {
    struct fixture *f;
    int64_t act, who;
    enum err result;
    struct str why;
};

static enum err
approve_unit(struct ctx *cx, void *arg)
{
    struct approving *a = arg;

    return act_decide(cx, a->act, ACT_APPROVED, STR("Vu."), &a->why);
}

static void *
approve(void *arg)
{
    struct approving *a = arg;
    struct arena arena = { 0 };
    struct ctx cx = fixture_ctx(a->f, &arena);

    cx.actor = (struct actor){ .account_id = a->who, .organiser_id = 1,
                               .rights = RIGHT_SIGNED | RIGHT_ADMIN };
    a->result = db_write(&cx, approve_unit, a);
    arena_release(&arena);
    return NULL;
}

static void
approvals_race(struct fixture *f, int64_t act, int64_t other_act)
{
    struct approving a[2] = {
        { .f = f, .act = act, .who = OTHER }, { .f = f, .act = other_act, .who = THIRD },
    };
    pthread_t thread[2];

    fixture_start(f, 2);
    for (int i = 0; i < 2; i++)
        assert_int_equal(0, pthread_create(&thread[i], NULL, approve, &a[i]));
    for (int i = 0; i < 2; i++)
        assert_int_equal(0, pthread_join(thread[i], NULL));
    assert_int_equal(1, (a[0].result == OK) + (a[1].result == OK));
    assert_int_equal(1, (a[0].result == ERR_CONFLICT) + (a[1].result == ERR_CONFLICT));
    assert_int_equal(2, fixture_int(f, "SELECT version FROM campaign"));
    assert_int_equal(2, fixture_count(f, "campaign_version"));
    assert_int_equal(1, fixture_count(f, "campaign_publication"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'policy.publish'"));
}

static void
two_approvals_of_one_request_publish_once(void **state)
{
    struct fixture *f = *state;

    open_house(f);
    int64_t act = asked_now(f, begun(f, quota(f, "8")));
    approvals_race(f, act, act);
    close_house(f);
}

static void
two_approvals_of_two_drafts_publish_one(void **state)
{
    struct fixture *f = *state;

    open_house(f);
    int64_t one = asked_now(f, begun(f, quota(f, "8")));
    int64_t two = asked_now(f, begun(f, quota(f, "9")));
    approvals_race(f, one, two);
    close_house(f);
}

/* Whatever statement fails, nothing of a publication stays. */
static void
a_publication_that_fails_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct str why;
    int n = 1;

    open_house(f);
    int64_t act = asked_now(f, begun(f, quota(f, "8")));
    for (;; n++) {
        fixture_fail_at(f, n);
        if (decide(f, OTHER, act, ACT_APPROVED, &why) == OK)
            break;
        fixture_fail_at(f, 0);
        assert_int_equal(1, fixture_int(f, "SELECT version FROM campaign"));
        assert_int_equal(1, fixture_count(f, "campaign_version"));
        assert_int_equal(0, fixture_count(f, "campaign_publication"));
        assert_int_equal(1, fixture_int(f, "SELECT state FROM act_request"));
        assert_int_equal(1, fixture_int(f, "SELECT state FROM campaign_draft"));
    }
    fixture_fail_at(f, 0);
    assert_true(n > 10);
    assert_int_equal(2, fixture_int(f, "SELECT version FROM campaign"));
    close_house(f);
}

int
test_draft(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_draft_keeps_what_was_typed_and_counts_its_changes),
        DB_TEST(a_draft_is_of_one_organiser),
        DB_TEST(only_so_many_drafts_are_open),
        DB_TEST(a_draft_stays_the_same_campaign_with_the_same_stocks),
        DB_TEST(what_takes_effect_at_once_is_told),
        DB_TEST(what_is_overlooked_is_told),
        DB_TEST(a_request_is_refused_until_all_is_well),
        DB_TEST(an_approved_draft_is_in_force_with_its_audit),
        DB_TEST(a_version_that_came_between_refuses_and_a_rebase_helps),
        DB_TEST(of_two_drafts_of_one_version_the_first_wins),
        DB_TEST(what_waits_for_approval_is_not_changed),
        DB_TEST(an_hour_that_passed_while_it_waited_is_refused),
        DB_TEST(two_approvals_of_one_request_publish_once),
        DB_TEST(two_approvals_of_two_drafts_publish_one),
        DB_TEST(a_publication_that_fails_leaves_nothing),
    };
    return cmocka_run_group_tests_name("draft", tests, NULL, NULL);
}
