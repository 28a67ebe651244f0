/* SPDX-License-Identifier: Apache-2.0 */
/* dry_run_test.c - the register counted in pieces, whatever happens to the work, and the pace. */
#include "base/clock.h"
#include "db/command.h"
#include "job/job.h"
#include "manage/draft.h"
#include "manage/dry_run.h"
#include "manage/dry_run_words.h"
#include "test/shop.h"

int test_dry_run(void);

/* 2020-05-05T10:00:00Z */
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

/* Quota 8 in place of 4, and one network in place of two: some gain, some lose. */
static struct str
changed(struct fixture *f)
{
    return with(f, with(f, demo(f), "\"per_head\": 4", "\"per_head\": 8"),
                "\"networks\": [\"cci\", \"cma\"]", "\"networks\": [\"cma\"]");
}

/* count companies of all bands, networks and some territories; commune 97411 is overseas. */
static void
register_fill(struct fixture *f, int count)
{
    char sql[1200];

    snprintf(sql, sizeof sql,
             "INSERT INTO company (siren, name, active, partial, gone, band, band_year, "
             "legal_category, naf, head_siret, head_commune, networks, network_source, "
             "created_day) WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL "
             "SELECT i + 1 FROM n WHERE i < %d) "
             "SELECT 100000000 + i, 'C', CASE WHEN i %% 11 = 0 THEN 0 ELSE 1 END, 0, 0, "
             "i %% 17, 2019, 5710, '10.71C', (100000000 + i) * 100000 + 11, CASE WHEN i %% 7 = 0 "
             "THEN '97411' ELSE '69123' END, i %% 4, CASE WHEN i %% 4 = 0 THEN 0 ELSE 2 END, 0 "
             "FROM n", count);
    fixture_sql(f, sql);
}

struct house {
    int64_t campaign_id, draft_id, run_id;
};

static void
open_house(struct fixture *f, struct house *h, int companies)
{
    struct policy_fault_list faults = { 0 };
    struct campaign c;

    fixture_clock(f, NOW_MS);
    f->conf.base_url = STR("https://masques.example");
    assert_int_equal(OK, campaign_cache_open(&f->app));
    if (companies > 0)
        register_fill(f, companies);
    fixture_begin(f);
    assert_int_equal(OK, campaign_publish(&f->cx, demo(f), &c, &faults));
    assert_int_equal(OK, fixture_commit(f));
    h->campaign_id = c.id;
    fixture_sql(f, "INSERT INTO account (id, email, rights, organiser_id, created_ms) VALUES "
                   "(1, 'a@exemple.fr', 8, 1, 0)");
    f->cx.actor = (struct actor){ .account_id = 1, .organiser_id = 1,
                                  .rights = RIGHT_SIGNED | RIGHT_ADMIN };
    fixture_begin(f);
    assert_int_equal(OK, campaign_find(&f->cx, STR("masques-pme"), &c));
    assert_int_equal(OK, draft_begin(&f->cx, &c, changed(f), &h->draft_id));
    assert_int_equal(OK, fixture_commit(f));
}

static void
begin(struct fixture *f, struct house *h)
{
    struct campaign c;

    fixture_begin(f);
    assert_int_equal(OK, campaign_find(&f->cx, STR("masques-pme"), &c));
    assert_int_equal(OK, dry_run_begin(&f->cx, &c, h->draft_id, changed(f), &h->run_id));
    assert_int_equal(OK, fixture_commit(f));
}

static struct dry_run
run_of(struct fixture *f, const struct house *h)
{
    struct dry_run run;

    assert_int_equal(OK, dry_run_find(&f->cx, h->campaign_id, h->run_id, &run));
    return run;
}

static void
work(struct fixture *f)
{
    int ran;

    assert_int_equal(OK, job_run_due(&f->cx, &ran));
}

/* The same by one pass over everything. */
static struct comparison *
counted_at_once(struct fixture *f)
{
    struct comparison *c = ARENA_NEW(f->cx.arena, struct comparison);
    struct policy_fault_list faults = { 0 };
    struct policy *before = NULL, *after = NULL;

    assert_int_equal(OK, policy_compile(f->cx.arena, demo(f), &before, &faults));
    assert_int_equal(OK, policy_compile(f->cx.arena, changed(f), &after, &faults));
    c->before.policy = before;
    c->after.policy = after;
    c->before.now_ms = c->after.now_ms = NOW_MS;
    assert_int_equal(OK, trial_run(&f->cx, &c->before));
    assert_int_equal(OK, trial_run(&f->cx, &c->after));
    return c;
}

static void
same_trial(const struct trial *a, const struct trial *b)
{
    assert_int_equal(a->companies, b->companies);
    assert_int_equal(a->without_pack, b->without_pack);
    assert_memory_equal(&a->eligible, &b->eligible, sizeof a->eligible);
    assert_memory_equal(&a->open, &b->open, sizeof a->open);
    assert_memory_equal(a->cohort, b->cohort, sizeof a->cohort);
    assert_memory_equal(a->territory, b->territory, sizeof a->territory);
    assert_memory_equal(a->band, b->band, sizeof a->band);
    assert_memory_equal(a->pool, b->pool, sizeof a->pool);
    assert_memory_equal(a->refused, b->refused, sizeof a->refused);
}

static void
a_run_counts_what_one_pass_counts(void **state)
{
    struct fixture *f = *state;
    struct dry_run_result r;
    struct house h;
    struct str headline;

    open_house(f, &h, 12000);
    begin(f, &h);
    fixture_begin(f);
    assert_true(dry_run_is_live(&(struct dry_run){ .state = run_of(f, &h).state }));
    fixture_rollback(f);
    work(f);
    struct comparison *want = counted_at_once(f);
    fixture_begin(f);
    struct dry_run run = run_of(f, &h);
    assert_int_equal(DRY_RUN_DONE, run.state);
    assert_int_equal(12000 - 12000 / 11, run.done);
    assert_int_equal(NOW_MS, run.at_ms);
    assert_int_equal(OK, dry_run_result(&f->cx, &run, &r));
    same_trial(&want->before, &r.counts->before);
    same_trial(&want->after, &r.counts->after);
    /* Who comes and goes makes up the difference. */
    assert_true(r.counts->lost.companies > 100);
    assert_int_equal(r.counts->after.eligible.companies - r.counts->before.eligible.companies,
                     r.counts->gained.companies - r.counts->lost.companies);
    assert_int_equal(r.counts->lost.companies, r.counts->lost.reason[REASON_NETWORK]);
    assert_true(r.counts->more > 100 && r.counts->fewer == 0);
    int64_t bands = 0, territories = 0;
    for (int i = 0; i < BAND_COUNT; i++)
        bands += r.counts->lost.band[i];
    for (int i = 0; i < TERRITORY_COUNT; i++)
        territories += r.counts->lost.territory[i];
    assert_int_equal(r.counts->lost.companies, bands);
    assert_int_equal(r.counts->lost.companies, territories);
    assert_int_equal(9400000, r.stock[0]);
    assert_int_equal(OK, dry_run_headline(&f->cx, &run, &headline));
    assert_true(str_contains(headline, STR("Exclues")));
    assert_true(str_contains(headline, STR("Trop peu de commandes récentes")));
    fixture_rollback(f);
    campaign_cache_close(&f->app);
}

/* The n-th statement fails, the job is run again until it is through: the figures are the same. */
static void
work_that_fails_in_between_goes_on(void **state)
{
    struct fixture *f = *state;
    struct dry_run_result r;
    struct house h;
    int ran;

    open_house(f, &h, 12000);
    for (int n = 3; n < 30; n += 4) {
        begin(f, &h);
        fixture_fail_at(f, n);
        /* On a slow machine a slice ends early, and the fault meets the taking of the next. */
        (void)!job_run_due(&f->cx, &ran);
        fixture_fail_at(f, 0);
        for (int again = 0; again < 4; again++) {
            fixture_sql(f, "UPDATE job SET due_ms = 0 WHERE kind = 'DRY_RUN'");
            assert_int_equal(OK, job_run_due(&f->cx, &ran));
        }
        struct comparison *want = counted_at_once(f);
        fixture_begin(f);
        struct dry_run run = run_of(f, &h);
        assert_int_equal(DRY_RUN_DONE, run.state);
        assert_int_equal(OK, dry_run_result(&f->cx, &run, &r));
        same_trial(&want->before, &r.counts->before);
        same_trial(&want->after, &r.counts->after);
        fixture_rollback(f);
    }
    campaign_cache_close(&f->app);
}

/* What another worker wrote in between stands: the second one writes nothing. */
static void
two_workers_count_nothing_twice(void **state)
{
    struct fixture *f = *state;
    struct house h;
    struct dry_run_result r;

    open_house(f, &h, 12000);
    begin(f, &h);
    /* A second job for the same run, as when a lease ended while its holder still worked. */
    fixture_sql(f, "INSERT INTO job (kind, subject_id, args, rule, due_ms, timeout_ms, created_ms) "
                   "SELECT kind, subject_id, args, rule, due_ms, timeout_ms, created_ms FROM job "
                   "WHERE kind = 'DRY_RUN'");
    work(f);
    struct comparison *want = counted_at_once(f);
    fixture_begin(f);
    struct dry_run run = run_of(f, &h);
    assert_int_equal(OK, dry_run_result(&f->cx, &run, &r));
    same_trial(&want->after, &r.counts->after);
    fixture_rollback(f);
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM job WHERE kind = 'DRY_RUN'"));
    campaign_cache_close(&f->app);
}

static void
a_cancelled_run_writes_nothing_more(void **state)
{
    struct fixture *f = *state;
    struct house h;
    bool ended;

    open_house(f, &h, 6000);
    begin(f, &h);
    fixture_begin(f);
    assert_int_equal(OK, dry_run_cancel(&f->cx, h.run_id, &ended));
    assert_true(ended);
    assert_int_equal(OK, dry_run_cancel(&f->cx, h.run_id, &ended));
    assert_false(ended);
    f->cx.actor.organiser_id = 99;
    struct dry_run run;
    assert_int_equal(ERR_NOT_FOUND, dry_run_find(&f->cx, h.campaign_id, h.run_id, &run));
    f->cx.actor.organiser_id = 1;
    assert_int_equal(OK, fixture_commit(f));
    work(f);
    fixture_begin(f);
    run = run_of(f, &h);
    assert_int_equal(DRY_RUN_CANCELLED, run.state);
    assert_int_equal(0, run.done);
    fixture_rollback(f);
    /* A new one ends the one before. */
    begin(f, &h);
    int64_t first = h.run_id;
    begin(f, &h);
    work(f);
    assert_int_equal(DRY_RUN_DONE, fixture_int(f, "SELECT state FROM dry_run ORDER BY id DESC "
                                                  "LIMIT 1"));
    h.run_id = first;
    fixture_begin(f);
    assert_int_equal(DRY_RUN_CANCELLED, run_of(f, &h).state);
    fixture_rollback(f);
    campaign_cache_close(&f->app);
}

static void
only_the_last_runs_are_kept(void **state)
{
    struct fixture *f = *state;
    struct house h;

    open_house(f, &h, 0);
    for (int i = 0; i < 8; i++) {
        begin(f, &h);
        work(f);
    }
    assert_int_equal(5, fixture_count(f, "dry_run"));
    campaign_cache_close(&f->app);
}

static void
an_empty_register_is_said_to_be_empty(void **state)
{
    struct fixture *f = *state;
    struct house h;
    struct str headline;

    open_house(f, &h, 0);
    begin(f, &h);
    work(f);
    fixture_begin(f);
    struct dry_run run = run_of(f, &h);
    assert_int_equal(DRY_RUN_DONE, run.state);
    assert_int_equal(0, run.total);
    assert_int_equal(OK, dry_run_headline(&f->cx, &run, &headline));
    assert_true(str_contains(headline, STR("le registre est vide")));
    fixture_rollback(f);
    campaign_cache_close(&f->app);
}

/* A register that is imported anew while it is read is told. */
static void
a_register_that_changes_meanwhile_is_told(void **state)
{
    struct fixture *f = *state;
    struct house h;

    open_house(f, &h, 6000);
    begin(f, &h);
    fixture_sql(f, "UPDATE dry_run SET state = 2, siren = 100003000, done = 2728, total = 5455, "
                   "imported_ms = 5");
    fixture_sql(f, "INSERT INTO registry_import (token, units_mark, establishments_mark, "
                   "started_ms, finished_ms, siren, counts, companies) VALUES "
                   "('t', 'u', 'e', 1, 7, 0, '', 6000)");
    work(f);
    fixture_begin(f);
    struct dry_run run = run_of(f, &h);
    assert_int_equal(DRY_RUN_DONE, run.state);
    assert_true(run.mixed);
    assert_int_equal(5, run.imported_ms);
    fixture_rollback(f);
    campaign_cache_close(&f->app);
}

static void
time_left_and_signs_of_life(void **state)
{
    struct dry_run r = { .state = DRY_RUN_RUNNING, .began_ms = 1000, .changed_ms = 3000,
                         .done = 200, .total = 1000 };

    (void)state;
    assert_int_equal(8000, dry_run_left_ms(&r));
    assert_false(dry_run_is_stuck(&r, 3000 + CLOCK_MINUTE_MS));
    assert_true(dry_run_is_stuck(&r, 3000 + 4 * CLOCK_MINUTE_MS));
    r.done = 0;
    assert_int_equal(-1, dry_run_left_ms(&r));
    r.state = DRY_RUN_DONE;
    assert_int_equal(-1, dry_run_left_ms(&r));
    assert_false(dry_run_is_stuck(&r, INT64_MAX / 2));
}

/* ---- the pace ---- */

static void
the_pace_is_that_of_orders_that_count(void **state)
{
    struct fixture *f = *state;
    struct shop s;
    struct pace pace;
    struct arena *a;

    shop_open(f, &s, 10000, 0);
    a = &f->arena;
    for (int n = 1; n <= 25; n++) {
        shop_company(&s, n, 9, 1);
        struct order_ask ask = shop_ask(&s, a, n, 0, 2,
                                        str_printf(a, "cle-de-commande-%04d", n).ptr);
        assert_true(shop_place(&s, &ask).ok);
    }
    assert_int_equal(OK, pace_read(&f->cx, &s.campaign, s.campaign.policy, &pace));
    assert_int_equal(25, pace.orders);
    assert_int_equal(25 * 2 * SHOP_PACK_UNITS, pace.units[0]);
    assert_int_equal(PACE_DAYS * (int64_t)CLOCK_DAY_MS, pace.window_ms);
    /* 300 units in a week: 9,700 last 226 days. */
    assert_int_equal(226, pace_days(&pace, 0, 9700));
    /* Expired ones do not count; too few tell nothing. */
    fixture_sql(f, "UPDATE orders SET state = 7 WHERE id % 2 = 0");
    assert_int_equal(OK, pace_read(&f->cx, &s.campaign, s.campaign.policy, &pace));
    assert_true(pace.orders < PACE_ORDERS_MIN && pace.orders > 10);
    assert_int_equal(-1, pace_days(&pace, 0, 9700));
    /* Nor do those of before the window. */
    fixture_sql(f, "UPDATE orders SET state = 3, created_ms = created_ms - 864000000");
    assert_int_equal(OK, pace_read(&f->cx, &s.campaign, s.campaign.policy, &pace));
    assert_int_equal(0, pace.orders);
    campaign_cache_close(&f->app);
}

static void
a_pace_is_told_in_words(void **state)
{
    struct arena a = { 0 };
    struct pace p = { .window_ms = 7 * (int64_t)CLOCK_DAY_MS, .orders = 1204 };

    (void)state;
    assert_string_equal("d’après 1\u202f204\u00a0commandes des 7 derniers jours",
                        pace_text(&a, &p).ptr);
    p.window_ms = 3 * CLOCK_HOUR_MS;
    assert_string_equal("d’après 1\u202f204\u00a0commandes des 3 dernières heures",
                        pace_text(&a, &p).ptr);
    p.window_ms = 20 * CLOCK_MINUTE_MS;
    assert_string_equal("d’après 1\u202f204\u00a0commandes de la dernière heure",
                        pace_text(&a, &p).ptr);
    p.orders = 0;
    assert_string_equal("aucune commande récente", pace_text(&a, &p).ptr);
    struct comparison_side s = { .companies = 1240 };
    s.band[BAND_NN] = 900;
    s.band[BAND_01] = 340;
    s.territory[TERRITORY_MAINLAND] = 1120;
    s.territory[TERRITORY_REUNION] = 120;
    assert_string_equal("1\u202f240\u00a0entreprises, dont 900 sans salarié, 340 de 1 à 2 salariés "
                        "et 120 outre-mer", comparison_side_text(&a, &s).ptr);
    assert_string_equal("+\u00a0840", difference_text(&a, 400, 1240).ptr);
    assert_string_equal("−\u00a0840", difference_text(&a, 1240, 400).ptr);
    assert_string_equal("inchangé", difference_text(&a, 5, 5).ptr);
    arena_release(&a);
}

int
test_dry_run(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_run_counts_what_one_pass_counts),
        DB_TEST(work_that_fails_in_between_goes_on),
        DB_TEST(two_workers_count_nothing_twice),
        DB_TEST(a_cancelled_run_writes_nothing_more),
        DB_TEST(only_the_last_runs_are_kept),
        DB_TEST(an_empty_register_is_said_to_be_empty),
        DB_TEST(a_register_that_changes_meanwhile_is_told),
        cmocka_unit_test(time_left_and_signs_of_life),
        DB_TEST(the_pace_is_that_of_orders_that_count),
        cmocka_unit_test(a_pace_is_told_in_words),
    };
    return cmocka_run_group_tests_name("dry_run", tests, NULL, NULL);
}
