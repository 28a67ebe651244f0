/* SPDX-License-Identifier: Apache-2.0 */
/* campaign_test.c - campaigns in the database, on both engines. */
#include "test/fixture.h"

#include "campaign/campaign_trial.h"
#include "db/command.h"
#include "stock/stock.h"

int test_campaign(void);

static struct str
demo(struct fixture *f, const char *path)
{
    struct str json;

    assert_int_equal(OK,
                     command_read_file(f->cx.arena, str_of(path), POLICY_JSON_MAX, &json));
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

static struct campaign
published(struct fixture *f, struct str json)
{
    struct policy_fault_list faults = { 0 };
    struct campaign c = { 0 };

    fixture_begin(f);
    assert_int_equal(OK, campaign_publish(&f->cx, json, &c, &faults));
    assert_int_equal(OK, fixture_commit(f));
    return c;
}

static void
cache_begin(struct fixture *f)
{
    assert_int_equal(OK, campaign_cache_open(&f->app));
}

static void
cache_end(struct fixture *f)
{
    campaign_cache_close(&f->app);
}

static void
the_first_version_makes_campaign_organiser_and_pools(void **state)
{
    struct fixture *f = *state;
    struct stock_pool_list pools;
    struct campaign c, found;

    cache_begin(f);
    c = published(f, demo(f, "demo/masques-pme.json"));
    assert_int_equal(1, c.version);
    assert_int_equal(1, fixture_count(f, "organiser"));
    fixture_begin(f);
    assert_int_equal(OK, campaign_find(&f->cx, STR("masques-pme"), &found));
    assert_int_equal(c.id, found.id);
    assert_int_equal(c.id, found.policy->campaign_id);
    assert_int_equal(1, found.policy->version);
    assert_false(found.paused);
    assert_int_equal(OK, stock_list(&f->cx, c.id, &pools));
    assert_int_equal(2, pools.count);
    assert_int_equal(10000000, pools.item[0].available + pools.item[1].available);
    assert_int_equal(ERR_NOT_FOUND, campaign_find(&f->cx, STR("nothing"), &found));
    fixture_rollback(f);
    cache_end(f);
}

static void
a_new_version_leaves_the_old_one_and_the_stock_as_they_were(void **state)
{
    struct fixture *f = *state;
    struct str json = demo(f, "demo/masques-pme.json");
    const struct policy *old, *again;
    struct stock_pool_list pools;
    struct campaign c;

    cache_begin(f);
    c = published(f, json);
    struct str wider = with(f, with(f, json, "\"per_head\": 4", "\"per_head\": 8"),
                            "\"units\": 9400000", "\"units\": 1");
    assert_int_equal(2, published(f, wider).version);
    assert_int_equal(2, published(f, wider).version); /* The same text is no news. */
    assert_int_equal(2, fixture_count(f, "campaign_version"));
    fixture_begin(f);
    assert_int_equal(OK, campaign_policy(&f->cx, c.id, 1, &old));
    assert_int_equal(OK, campaign_policy(&f->cx, c.id, 1, &again));
    assert_ptr_equal(old, again);
    assert_int_equal(4, old->per_head);
    assert_int_equal(OK, campaign_by_id(&f->cx, c.id, &c));
    assert_int_equal(8, c.policy->per_head);
    assert_int_equal(ERR_NOT_FOUND, campaign_policy(&f->cx, c.id, 3, &old));
    assert_int_equal(OK, stock_list(&f->cx, c.id, &pools));
    assert_int_equal(10000000, pools.item[0].available + pools.item[1].available);
    fixture_rollback(f);
    cache_end(f);
}

/* Version 2 is compiled inside a transaction that is taken back; another text becomes version 2. */
static void
a_publication_taken_back_leaves_nothing_behind(void **state)
{
    struct fixture *f = *state;
    struct str json = demo(f, "demo/masques-pme.json");
    struct policy_fault_list faults = { 0 };
    const struct policy *p;
    struct campaign c;

    cache_begin(f);
    c = published(f, json);
    fixture_begin(f);
    assert_int_equal(OK, campaign_publish(&f->cx, with(f, json, "\"per_head\": 4",
                                                       "\"per_head\": 5"), &c, &faults));
    assert_int_equal(OK, campaign_by_id(&f->cx, c.id, &c)); /* Compiled and cached. */
    assert_int_equal(5, c.policy->per_head);
    fixture_rollback(f);
    c = published(f, with(f, json, "\"per_head\": 4", "\"per_head\": 6"));
    assert_int_equal(2, c.version);
    fixture_begin(f);
    assert_int_equal(OK, campaign_policy(&f->cx, c.id, 2, &p));
    assert_int_equal(6, p->per_head);
    fixture_rollback(f);
    cache_end(f);
}

static void
a_bad_file_and_a_foreign_slug_store_nothing(void **state)
{
    struct fixture *f = *state;
    struct str json = demo(f, "demo/masques-pme.json");
    struct policy_fault_list faults = { 0 };
    struct campaign c;

    cache_begin(f);
    fixture_begin(f);
    assert_int_equal(ERR_INVALID, campaign_publish(&f->cx, with(f, json, "\"17.80\"", "0"), &c,
                                                   &faults));
    fixture_rollback(f);
    assert_int_equal(0, fixture_count(f, "organiser"));
    c = published(f, json);
    /* Another organiser's file with the same slug. */
    fixture_begin(f);
    struct str other = with(f, json, "\"organiser\": {\n    \"slug\": \"masques-pme\"",
                            "\"organiser\": {\n    \"slug\": \"other\"");
    assert_int_equal(ERR_INVALID, campaign_publish(&f->cx, other, &c, &faults));
    assert_true(str_is(faults.item[0].path, "/slug"));
    fixture_rollback(f);
    /* An administrator of one organiser publishes for that one only. */
    fixture_begin(f);
    f->cx.actor.organiser_id = c.organiser_id + 1;
    assert_int_equal(ERR_DENIED, campaign_publish(&f->cx, json, &c, &faults));
    assert_int_equal(ERR_DENIED, campaign_pause(&f->cx, c.id, STR("x"), STR("")));
    f->cx.actor.organiser_id = 0;
    fixture_rollback(f);
    assert_int_equal(1, fixture_count(f, "campaign_version"));
    cache_end(f);
}

static void
a_pause_closes_and_a_resume_opens(void **state)
{
    struct fixture *f = *state;
    struct campaign c;

    cache_begin(f);
    c = published(f, demo(f, "demo/aura.json"));
    fixture_begin(f);
    assert_int_equal(OK, campaign_pause(&f->cx, c.id, STR("Inventaire en cours."), STR("")));
    assert_int_equal(OK, campaign_by_id(&f->cx, c.id, &c));
    assert_true(c.paused);
    assert_true(str_is(c.pause_message, "Inventaire en cours."));
    assert_int_equal(OK, campaign_resume(&f->cx, c.id, STR("")));
    assert_int_equal(OK, campaign_by_id(&f->cx, c.id, &c));
    assert_false(c.paused);
    assert_int_equal(ERR_NOT_FOUND, campaign_pause(&f->cx, c.id + 9, STR("x"), STR("")));
    fixture_rollback(f);
    cache_end(f);
}

/* A register of six, made of rows; commune 69123 is Lyon, 97411 Saint-Denis of La Réunion. */
static void
register_fill(struct fixture *f)
{
    static const struct {
        int siren, band, category, networks, source;
        const char *commune;
    } row[] = {
        { 100000001, BAND_12, 5710, NETWORK_CCI, NETWORK_DERIVED, "69123" },
        { 100000002, BAND_01, 5499, NETWORK_CCI | NETWORK_CMA, NETWORK_DERIVED, "69123" },
        { 100000003, BAND_11, 5710, NETWORK_CCI, NETWORK_DERIVED, "97411" },
        { 100000004, BAND_21, 5710, NETWORK_CCI, NETWORK_DERIVED, "69123" },
        { 100000005, BAND_UNKNOWN, 5710, NETWORK_CCI, NETWORK_DERIVED, "75056" },
        { 100000006, BAND_02, 1000, 0, NETWORK_UNKNOWN, "75056" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        char sql[800];
        snprintf(sql, sizeof sql,
                 "INSERT INTO company (siren, name, active, partial, gone, band, band_year, "
                 "legal_category, naf, head_siret, head_commune, networks, network_source, "
                 "created_day) VALUES (%d, 'C', 1, 0, 0, %d, 2019, %d, '10.71C', %d00011, '%s', "
                 "%d, %d, 0)",
                 row[i].siren, row[i].band, row[i].category, row[i].siren, row[i].commune,
                 row[i].networks, row[i].source);
        fixture_sql(f, sql);
    }
}

static void
a_trial_counts_the_register(void **state)
{
    struct fixture *f = *state;
    struct policy_fault_list faults = { 0 };
    struct policy *p = NULL;
    struct trial *t = ARENA_NEW(f->cx.arena, struct trial);

    cache_begin(f);
    register_fill(f);
    assert_int_equal(OK, policy_compile(f->cx.arena, demo(f, "demo/masques-pme.json"), &p,
                                        &faults));
    t->policy = p;
    assert_true(instant_parse(STR("2020-05-05T10:00:00Z"), &t->now_ms));
    assert_int_equal(OK, trial_run(&f->cx, t));
    assert_int_equal(6, t->companies);
    assert_int_equal(3, t->eligible.companies);
    assert_int_equal(2, t->open.companies);
    assert_int_equal(1, t->cohort[0].companies);
    assert_int_equal(1, t->cohort[1].companies);
    assert_int_equal(1, t->cohort[2].companies);
    assert_int_equal(80, t->cohort[0].units_min);  /* 84 masks: two packs of 40 */
    assert_int_equal(200, t->cohort[0].units_max);
    assert_int_equal(6, t->cohort[1].units_min);   /* 8 masks: one pack of 6 */
    assert_int_equal(12, t->cohort[1].units_max);
    assert_int_equal(86, t->pool[0].units_min);
    assert_int_equal(40, t->pool[1].units_min);
    assert_int_equal(1, t->territory[TERRITORY_REUNION].companies);
    assert_int_equal(1, t->refused[REASON_TOO_LARGE]);
    assert_int_equal(1, t->refused[REASON_NEEDS_HEADCOUNT]);
    assert_int_equal(1, t->refused[REASON_NEEDS_NETWORK]);
    cache_end(f);
}

int
test_campaign(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(the_first_version_makes_campaign_organiser_and_pools),
        DB_TEST(a_new_version_leaves_the_old_one_and_the_stock_as_they_were),
        DB_TEST(a_publication_taken_back_leaves_nothing_behind),
        DB_TEST(a_bad_file_and_a_foreign_slug_store_nothing),
        DB_TEST(a_pause_closes_and_a_resume_opens),
        DB_TEST(a_trial_counts_the_register),
    };
    return cmocka_run_group_tests_name("campaign", tests, NULL, NULL);
}
