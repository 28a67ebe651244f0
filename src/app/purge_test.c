/* SPDX-License-Identifier: Apache-2.0 */
/* purge_test.c - what is kept no longer than it serves goes, and nothing else does. */
#include "base/clock.h"
#include "job/job.h"
#include "test/fixture.h"

int test_purge(void);

/* The handlers of src/jobs.h. */
enum err account_purge_job(struct ctx *cx, const struct job *job);
enum err job_purge_job(struct ctx *cx, const struct job *job);
enum err mail_purge_job(struct ctx *cx, const struct job *job);
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
    run(f, account_purge_job);
    /* 1 was given up; 2 is young; 3 waits for an agent, however long. */
    assert_int_equal(5, fixture_int(f, "SELECT state FROM claim WHERE id = 1"));
    assert_int_equal(1, fixture_int(f, "SELECT state FROM claim WHERE id = 2"));
    assert_int_equal(2, fixture_int(f, "SELECT state FROM claim WHERE id = 3"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM review WHERE note = ''"));
    assert_int_equal(1, fixture_int(f, "SELECT id FROM review WHERE note = ''"));
    assert_int_equal(3, fixture_int(f, "SELECT COUNT(*) FROM review WHERE reason = 'why'"));
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
    run(f, account_purge_job);
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
    run(f, account_purge_job);
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM account WHERE id = 1 AND rights = 0 "
                                       "AND email = 'account-1@invalid'"));
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM account WHERE rights = 1 AND "
                                       "email LIKE '%@exemple.fr'"));
    assert_int_equal(1, fixture_int(f, "SELECT account_id FROM company_link WHERE ended_ms > 0"));
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM company_link WHERE ended_ms = 0"));
    run(f, account_purge_job); /* A second run finds nothing to do. */
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
    run(f, mail_purge_job);
    assert_int_equal(2, fixture_count(f, "mail"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE subject_id = 0 AND "
                                       "body IS NULL AND answer IS NULL"));
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
        DB_TEST(dead_jobs_go_after_half_a_year),
        DB_TEST(old_mails_lose_their_text),
        DB_TEST(old_notifications_lose_their_bytes_and_keep_their_key),
    };

    return cmocka_run_group_tests_name("purge", tests, NULL, NULL);
}
