/* SPDX-License-Identifier: Apache-2.0 */
/* purge_test.c - what is kept no longer than it serves goes, and nothing else does. */
#include "base/clock.h"
#include "job/job.h"
#include "privacy/privacy.h"
#include "test/fixture.h"

int test_purge(void);

/* The handlers of src/jobs.h. */
enum err account_purge_job(struct ctx *cx, const struct job *job);
enum err job_purge_job(struct ctx *cx, const struct job *job);
enum err payment_sweep_job(struct ctx *cx, const struct job *job);

#define NOW_MS INT64_C(1591178400000)

static void
insert(struct fixture *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
insert(struct fixture *f, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fixture_sql(f, str_vprintf(&f->arena, fmt, ap).ptr);
    va_end(ap);
}

/* 64 characters that tell rows apart. */
static const char *
hash(struct fixture *f, int n)
{
    return str_printf(&f->arena, "%064d", n).ptr;
}

static long long
days(int n)
{
    return (long long)(NOW_MS - n * (int64_t)CLOCK_DAY_MS);
}

static void
run(struct fixture *f, enum err (*job)(struct ctx *, const struct job *))
{
    fixture_clock(f, NOW_MS);
    assert_string_equal(err_name(OK), err_name(job(&f->cx, NULL)));
}

/* What goes by its age, as the daily job does it; a dry run before it counts the same. */
static void
purge(struct fixture *f)
{
    int64_t would[KEEP_COUNT], did[KEEP_COUNT];
    bool more;

    fixture_clock(f, NOW_MS);
    assert_int_equal(OK, privacy_purge(&f->cx, true, INT64_MAX, would, &more));
    assert_int_equal(OK, privacy_purge(&f->cx, false, INT64_MAX, did, &more));
    assert_false(more);
    assert_memory_equal(would, did, sizeof did);
    assert_int_equal(OK, privacy_purge(&f->cx, false, INT64_MAX, did, &more));
    for (int k = 0; k < KEEP_COUNT; k++)
        assert_int_equal(0, did[k]);
}

static void
account(struct fixture *f, int id, const char *email, long long created_ms, long long signed_ms)
{
    insert(f,
           "INSERT INTO account (id, email, rights, created_ms, signed_in_ms) "
           "VALUES (%d, '%s', 1, %lld, %lld)",
           id, email, created_ms, signed_ms);
}

static void
sign_ins_and_limits_go_when_they_are_over(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 2; i++) {
        insert(f,
               "INSERT INTO sign_in (flow_hash, email, code_hash, back, sent_ms, expires_ms) "
               "VALUES ('%s', 'a@exemple.fr', '%s', '', 1, %lld)",
               hash(f, i), hash(f, i), days(0) + (i == 0 ? -1 : 1));
        insert(f, "INSERT INTO account_limit (who, at_ms) VALUES ('%s', %lld)", hash(f, i),
               days(90) + (i == 0 ? -1 : 1));
    }
    run(f, account_purge_job);
    purge(f);
    assert_int_equal(1, fixture_count(f, "sign_in"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM sign_in WHERE flow_hash LIKE '%1'"));
    assert_int_equal(1, fixture_count(f, "account_limit"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM account_limit WHERE who LIKE '%1'"));
}

/* More than one statement removes at a time. */
static void
expired_sessions_go_all_of_them(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 120; i++)
        insert(f,
               "INSERT INTO session (id_hash, account_id, email, rights, created_ms, seen_ms, "
               "expires_ms) VALUES ('%s', 1, 'a@exemple.fr', 1, 1, 1, %lld)",
               hash(f, i), days(0) + (i < 117 ? -i : 1));
    run(f, account_purge_job);
    assert_int_equal(3, fixture_count(f, "session"));
    assert_int_equal(0, fixture_int(f, str_printf(&f->arena, "SELECT COUNT(*) FROM session WHERE "
                                                            "expires_ms <= %lld", days(0)).ptr));
}

static void
old_claims_close_and_old_notes_empty(void **state)
{
    struct fixture *f = *state;

    account(f, 1, "a@exemple.fr", days(1), days(1));
    for (int i = 1; i <= 3; i++)
        insert(f,
               "INSERT INTO claim (id, account_id, siren, siret, state, created_ms, changed_ms) "
               "VALUES (%d, 1, %d, 1, %d, 1, %lld)",
               i, 100 + i, i == 3 ? 2 : 1, days(90) + (i == 2 ? 1 : -1));
    for (int i = 1; i <= 3; i++)
        insert(f,
               "INSERT INTO review (id, kind, siren, account_id, asked, note, state, created_ms, "
               "changed_ms, reason) VALUES (%d, 'claim', %d, 1, 0, 'private', %d, 1, %lld, 'why')",
               i, 100 + i, i == 3 ? 1 : 2, days(365) + (i == 2 ? 1 : -1));
    purge(f);
    /* 1 was given up; 2 is young; 3 waits for an agent, however long. */
    assert_int_equal(5, fixture_int(f, "SELECT state FROM claim WHERE id = 1"));
    assert_int_equal(1, fixture_int(f, "SELECT state FROM claim WHERE id = 2"));
    assert_int_equal(2, fixture_int(f, "SELECT state FROM claim WHERE id = 3"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM review WHERE note = ''"));
    assert_int_equal(1, fixture_int(f, "SELECT id FROM review WHERE note = ''"));
    assert_int_equal(3, fixture_int(f, "SELECT COUNT(*) FROM review WHERE reason = 'why'"));
}

/* The history repeats what was written with a case. */
static void
old_history_loses_its_notes(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 2; i++)
        insert(f,
               "INSERT INTO account_event (siren, account_id, actor_id, what, note, at_ms) "
               "VALUES (100, 1, 1, 'review_asked', 'private', %lld)",
               days(365) + (i == 0 ? -1 : 1));
    purge(f);
    assert_int_equal(2, fixture_count(f, "account_event"));
    assert_int_equal(days(365) - 1,
                     fixture_int(f, "SELECT at_ms FROM account_event WHERE note = ''"));
}

static void
ended_tokens_go_after_a_year(void **state)
{
    struct fixture *f = *state;
    const struct {
        long long expires, revoked;
    } token[] = {{days(365) - 1, 0},         /* Expired long ago. */
                 {days(-5), days(365) - 1},  /* Revoked long ago. */
                 {days(364), 0},             /* Expired lately. */
                 {days(-5), days(364)},      /* Revoked lately. */
                 {days(-5), 0}};             /* Holds. */

    for (int i = 0; i < 5; i++)
        insert(f,
               "INSERT INTO api_token (token_hash, label, siren, account_id, rights, created_ms, "
               "expires_ms, revoked_ms) VALUES ('%s', 'x', 1, 1, 1, 1, %lld, NULLIF(%lld, 0))",
               hash(f, i), token[i].expires, token[i].revoked);
    purge(f);
    assert_int_equal(3, fixture_count(f, "api_token"));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM api_token WHERE token_hash LIKE '%0' "
                                       "OR token_hash LIKE '%1'"));
}

static void
an_idle_account_loses_its_name_and_its_links(void **state)
{
    struct fixture *f = *state;

    account(f, 1, "idle@exemple.fr", days(800), days(731));
    account(f, 2, "here@exemple.fr", days(800), days(729));
    account(f, 3, "new@exemple.fr", days(1), 0);
    for (int i = 1; i <= 3; i++)
        insert(f,
               "INSERT INTO company_link (account_id, siren, proof, since_ms) "
               "VALUES (%d, 100, 'x', 1)",
               i);
    purge(f);
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM account WHERE id = 1 AND rights = 0 "
                                       "AND email = 'account-1@invalid'"));
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM account WHERE rights = 1 AND "
                                       "email LIKE '%@exemple.fr'"));
    assert_int_equal(1, fixture_int(f, "SELECT account_id FROM company_link WHERE ended_ms > 0"));
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM company_link WHERE ended_ms = 0"));
    purge(f); /* A second run finds nothing to do. */
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM account WHERE "
                                       "email = 'account-1@invalid'"));
}

/* Whoever is waiting for a parcel must still get its mails. */
static void
an_idle_account_with_an_order_under_way_stays(void **state)
{
    struct fixture *f = *state;

    account(f, 1, "idle@exemple.fr", days(800), days(731));
    insert(f, "INSERT INTO organiser (id, slug, name, contact_email, created_ms) VALUES "
              "(1, 'o', 'O', 'o@exemple.fr', 1)");
    insert(f, "INSERT INTO campaign (id, organiser_id, slug, version, digest, published_ms, "
              "created_ms) VALUES (1, 1, 'c', 1, 1, 1, 1)");
    insert(f, "INSERT INTO company_link (account_id, siren, proof, since_ms) "
              "VALUES (1, 100, 'x', 1)");
    insert(f,
           "INSERT INTO orders (id, ref, campaign_id, version, siren, siret, account_id, state, "
           "created_ms, deadline_ms, changed_ms, units, delivery_cents, net_cents, vat_cents, "
           "total_cents, territory, department, cohort, quota_units, period_ms, idem_key, "
           "body_hash, to_company, to_person, to_complement, to_street, to_special, "
           "to_postal_code, to_city, to_commune, to_phone, to_instructions) VALUES (1, 'R', 1, 1, "
           "100, 100, 1, 5, 1, 1, %lld, 1, 0, 1, 0, 1, 1, '69', '', 1, 1, 'k', 'h', 'c', 'p', "
           "'', 's', '', '', '', '', '', '')",
           days(1));
    fixture_clock(f, NOW_MS);
    int64_t did[KEEP_COUNT];
    bool more;
    assert_int_equal(OK, privacy_purge(&f->cx, false, INT64_MAX, did, &more));
    assert_int_equal(0, did[KEEP_ACCOUNTS]);
    /* A dispute lasts as long as a bank may judge; nobody touched this one for longer. */
    insert(f, "UPDATE orders SET state = 11, changed_ms = %lld", days(399));
    assert_int_equal(OK, privacy_purge(&f->cx, false, INT64_MAX, did, &more));
    assert_int_equal(0, did[KEEP_ACCOUNTS]);
    insert(f, "UPDATE orders SET changed_ms = %lld", days(401));
    purge(f);
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM account WHERE "
                                       "email = 'account-1@invalid'"));
}

static void
dead_jobs_go_after_half_a_year(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 3; i++)
        insert(f,
               "INSERT INTO job (kind, subject_id, args, rule, due_ms, timeout_ms, created_ms, "
               "dead_ms) VALUES ('MAIL_SEND', %d, '', 0, 1, 60000, 1, NULLIF(%lld, 0))",
               i, i == 0 ? days(180) - 1 : i == 1 ? days(180) + 1 : 0);
    run(f, job_purge_job);
    assert_int_equal(2, fixture_count(f, "job"));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM job WHERE subject_id = 0"));
}

static void
old_mails_lose_their_text(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 2; i++)
        insert(f,
               "INSERT INTO mail (cause, subject_id, recipient, subject, body, message_id, "
               "created_ms, answer) VALUES ('x', %d, 'a@exemple.fr', 'x', 'code 123', 'm', %lld, "
               "'250 to a@exemple.fr')",
               i, days(90) + (i == 0 ? -1 : 1));
    purge(f);
    assert_int_equal(2, fixture_count(f, "mail"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE subject_id = 0 AND "
                                       "body IS NULL AND answer IS NULL AND recipient = ''"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE subject_id = 1 AND "
                                       "body IS NOT NULL AND answer IS NOT NULL"));
}

/* The key stays for ever, so that the same news never counts twice. */
static void
old_notifications_lose_their_bytes_and_keep_their_key(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 3; i++)
        insert(f,
               "INSERT INTO payment_event (provider, event_key, state, order_ref, raw, "
               "received_ms) VALUES ('lyra', 'k%d', %d, 'R', CAST('bytes' AS %s), %lld)",
               i, i == 2 ? 4 : 1, f->engine == DB_PG ? "BYTEA" : "BLOB",
               days(400) + (i == 1 ? 1 : -1));
    insert(f, "INSERT INTO lyra_counter (day, taken) VALUES (%lld, 1), (%lld, 1)",
           (long long)(NOW_MS / CLOCK_DAY_MS - 8), (long long)(NOW_MS / CLOCK_DAY_MS - 7));
    run(f, payment_sweep_job);
    purge(f);
    assert_int_equal(3, fixture_count(f, "payment_event"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM payment_event WHERE "
                                       "length(raw) = 0 AND event_key = 'k0'"));
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM payment_event WHERE length(raw) = 5"));
    assert_int_equal(1, fixture_count(f, "lyra_counter"));
}

int
test_purge(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(sign_ins_and_limits_go_when_they_are_over),
        DB_TEST(expired_sessions_go_all_of_them),
        DB_TEST(old_claims_close_and_old_notes_empty),
        DB_TEST(ended_tokens_go_after_a_year),
        DB_TEST(an_idle_account_loses_its_name_and_its_links),
        DB_TEST(old_history_loses_its_notes),
        DB_TEST(an_idle_account_with_an_order_under_way_stays),
        DB_TEST(dead_jobs_go_after_half_a_year),
        DB_TEST(old_mails_lose_their_text),
        DB_TEST(old_notifications_lose_their_bytes_and_keep_their_key),
    };

    return cmocka_run_group_tests_name("purge", tests, NULL, NULL);
}
