/* SPDX-License-Identifier: Apache-2.0 */
/* session_test.c - sessions and tokens against both engines. */
#include "test/fixture.h"

#include "base/crypto.h"
#include "http/exchange.h"
#include "http/session.h"

int test_session(void);

static const struct http_env env = {.cookie = {"maillon", 7}};

/* A request that brings this cookie. */
static void
exchange_with(struct exchange *ex, struct arena *a, struct str cookie)
{
    memset(ex, 0, sizeof *ex);
    ex->env = &env;
    ex->req.env = &env;
    ex->req.arena = a;
    ex->unit.mode = UNIT_READ;
    if (session_token_valid(cookie)) {
        ex->claim.cookie = cookie;
        ex->claim.signed_in = cookie.ptr[0] == 's';
        if (ex->claim.signed_in)
            ex->claim.id_hash = token_hash(a, cookie);
    }
}

static unsigned
rights_with(struct fixture *f, struct exchange *ex, struct str cookie)
{
    exchange_with(ex, f->cx.arena, cookie);
    f->cx.actor = (struct actor){0};
    assert_int_equal(OK, session_load(&f->cx, ex));
    assert_int_equal(ex->req.session.rights, f->cx.actor.rights);
    return f->cx.actor.rights;
}

static struct str
signed_in(struct fixture *f, struct exchange *ex)
{
    exchange_with(ex, f->cx.arena, STR_NONE);
    assert_int_equal(OK, session_start(&f->cx, &ex->req, 7, STR("a@b.fr"), RIGHT_AGENT, 3));
    return ex->req.session.token;
}

static void
a_session_gives_its_rights_and_nothing_in_clear(void **state)
{
    struct fixture *f = *state;
    struct exchange *ex = ARENA_NEW(f->cx.arena, struct exchange);
    struct str token;

    fixture_begin(f);
    token = signed_in(f, ex);
    assert_int_equal(RIGHT_SIGNED | RIGHT_AGENT, rights_with(f, ex, token));
    assert_int_equal(7, f->cx.actor.account_id);
    assert_int_equal(3, f->cx.actor.organiser_id);
    assert_true(str_is(ex->req.session.email, "a@b.fr"));
    assert_int_equal(0, rights_with(f, ex, session_token_make(f->cx.arena, true)));
    assert_int_equal(0, rights_with(f, ex, session_token_make(f->cx.arena, false)));
    assert_int_equal(0, rights_with(f, ex, STR("sshort")));
    assert_int_equal(1, fixture_int(f, "SELECT count(*) FROM session WHERE length(id_hash) = 64"));
    assert_false(str_contains(token_hash(f->cx.arena, token), token));
    fixture_rollback(f);
}

static void
a_session_ends_by_age_by_idleness_and_at_will(void **state)
{
    struct fixture *f = *state;
    struct exchange *ex = ARENA_NEW(f->cx.arena, struct exchange);
    int64_t start;
    struct str token;

    fixture_begin(f);
    start = f->cx.now_ms;
    token = signed_in(f, ex);
    f->cx.now_ms = start + SESSION_IDLE_MS - 1;
    assert_int_not_equal(0, rights_with(f, ex, token));
    assert_true(ex->touch); /* A page that only read has this noted afterwards. */
    f->cx.now_ms = start + SESSION_IDLE_MS;
    assert_int_equal(0, rights_with(f, ex, token));
    /* Used in between it lives on, up to its greatest age. */
    assert_int_equal(OK, db_run(&f->cx, SQL_SESSION_TOUCH, NULL,
                                db_str(token_hash(f->cx.arena, token)),
                                db_int(start + SESSION_MAX_MS - 1000)));
    f->cx.now_ms = start + SESSION_MAX_MS - 1;
    assert_int_not_equal(0, rights_with(f, ex, token));
    f->cx.now_ms = start + SESSION_MAX_MS;
    assert_int_equal(0, rights_with(f, ex, token));
    f->cx.now_ms = start;
    assert_int_not_equal(0, rights_with(f, ex, token));
    assert_int_equal(OK, session_end(&f->cx, &ex->req));
    assert_int_equal(0, rights_with(f, ex, token));
    token = signed_in(f, ex);
    assert_int_equal(OK, session_end_all(&f->cx, 7));
    assert_int_equal(0, rights_with(f, ex, token));
    fixture_rollback(f);
}

static void
signing_in_changes_the_token(void **state)
{
    struct fixture *f = *state;
    struct exchange *ex = ARENA_NEW(f->cx.arena, struct exchange);
    struct str first, second;

    fixture_begin(f);
    first = signed_in(f, ex);
    assert_int_not_equal(0, rights_with(f, ex, first));
    assert_int_equal(OK, session_start(&f->cx, &ex->req, 7, STR("a@b.fr"), 0, 0));
    second = ex->req.session.token;
    assert_false(str_eq(first, second));
    assert_int_equal(0, rights_with(f, ex, first));
    assert_int_equal(RIGHT_SIGNED, rights_with(f, ex, second));
    fixture_rollback(f);
}

static void
a_company_comes_and_goes(void **state)
{
    struct fixture *f = *state;
    struct exchange *ex = ARENA_NEW(f->cx.arena, struct exchange);
    struct str token;

    fixture_begin(f);
    token = signed_in(f, ex);
    assert_int_equal(OK, session_set_company(&f->cx, &ex->req, 732829320, STR("BOULANGERIE")));
    assert_int_equal(RIGHT_SIGNED | RIGHT_AGENT | RIGHT_COMPANY, rights_with(f, ex, token));
    assert_int_equal(732829320, f->cx.actor.siren);
    assert_int_equal(OK, session_drop_company(&f->cx, 7, 552100554));
    assert_int_equal(732829320, (rights_with(f, ex, token), f->cx.actor.siren));
    assert_int_equal(OK, session_drop_company(&f->cx, 7, 732829320));
    assert_int_equal(RIGHT_SIGNED | RIGHT_AGENT, rights_with(f, ex, token));
    assert_int_equal(0, f->cx.actor.siren);
    exchange_with(ex, f->cx.arena, STR_NONE);
    assert_int_equal(ERR_LOGIN, session_set_company(&f->cx, &ex->req, 732829320, STR("X")));
    fixture_rollback(f);
}

static void
a_token_acts_until_revoked_or_old(void **state)
{
    struct fixture *f = *state;
    struct actor actor = {0};
    struct str token = STR("mln_0123456789"), sql;

    fixture_begin(f);
    sql = str_printf(f->cx.arena,
                     "INSERT INTO api_token (token_hash, label, siren, account_id, rights, "
                     "created_ms, expires_ms) VALUES ('%.*s', 'test', 732829320, 7, %d, 0, %lld)",
                     STR_FMT(token_hash(f->cx.arena, token)), RIGHT_API_READ,
                     (long long)f->cx.now_ms + 1000);
    fixture_sql(f, sql.ptr);
    assert_int_equal(OK, token_find(&f->cx, token, &actor));
    assert_int_equal(732829320, actor.siren);
    assert_int_equal(RIGHT_API_READ, actor.rights);
    assert_int_equal(1, fixture_int(f, "SELECT count(*) FROM api_token WHERE last_used_day > 0"));
    assert_int_equal(ERR_LOGIN, token_find(&f->cx, STR("mln_0123456788"), &actor));
    assert_int_equal(ERR_LOGIN, token_find(&f->cx, STR(""), &actor));
    f->cx.now_ms += 1000;
    assert_int_equal(ERR_LOGIN, token_find(&f->cx, token, &actor));
    f->cx.now_ms -= 1000;
    fixture_sql(f, "UPDATE api_token SET revoked_ms = 1");
    assert_int_equal(ERR_LOGIN, token_find(&f->cx, token, &actor));
    fixture_rollback(f);
}

static void
the_key_is_made_once(void **state)
{
    struct fixture *f = *state;
    struct str first, second;

    f->conf.secret = STR_NONE;
    assert_int_equal(OK, secret_load(&f->cx, &first));
    assert_int_equal(64, first.len);
    assert_int_equal(OK, secret_load(&f->cx, &second));
    assert_true(str_eq(first, second));
    f->conf.secret = STR("from the settings");
    assert_int_equal(OK, secret_load(&f->cx, &second));
    assert_true(str_is(second, "from the settings"));
}

int
test_session(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_session_gives_its_rights_and_nothing_in_clear),
        DB_TEST(a_session_ends_by_age_by_idleness_and_at_will),
        DB_TEST(signing_in_changes_the_token),
        DB_TEST(a_company_comes_and_goes),
        DB_TEST(a_token_acts_until_revoked_or_old),
        DB_TEST(the_key_is_made_once),
    };

    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
