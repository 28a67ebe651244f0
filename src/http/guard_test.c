/* SPDX-License-Identifier: Apache-2.0 */
/* guard_test.c - heads, targets, pairs, cookies, addresses, routes and rates: no database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "http/exchange.h"
#include "http/guard.h"

int test_guard(void);

/* Feeds a text in pieces of this size; the status, or -1 when the head was complete. */
static int
scan(const char *text, size_t piece)
{
    struct head_scan s = {0};
    size_t len = strlen(text), used;

    for (size_t at = 0; at < len; at += piece) {
        size_t n = len - at < piece ? len - at : piece;
        int status = head_scan(&s, text + at, n, &used);

        if (status != 0)
            return status;
        if (s.done)
            return -1;
        assert_int_equal(n, used);
    }
    return 0;
}

static void
a_head_is_judged_alike_in_any_pieces(void **state)
{
    static const struct {
        const char *text;
        int want;
    } cases[] = {
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", -1},
        {"\r\nGET / HTTP/1.1\r\n\r\n", -1},
        {"\r\n\r\nGET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\n", 0},
        {"GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nA:\tb\r\n\r\n", -1},
        {"GET / HTTP/1.1\r\n: b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nA: \x01\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nA: \x7f\r\n\r\n", 400},
        {" GET / HTTP/1.1\r\n\r\n", 400},
        {"\x16\x03\x01", 400},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t piece = 1; piece < 40; piece++)
            assert_int_equal(cases[i].want, scan(cases[i].text, piece));
}

static void
what_follows_the_head_is_left(void **state)
{
    static const char text[] = "GET / HTTP/1.1\r\n\r\nrest\n";
    struct head_scan s = {0};
    size_t used;

    (void)state;
    assert_int_equal(0, head_scan(&s, text, sizeof text - 1, &used));
    assert_true(s.done);
    assert_int_equal(18, used);
}

static int
target(const char *text, struct str *path, struct pair_list *query)
{
    static struct arena a;
    static struct pair room[4];

    arena_clear(&a);
    return guard_target(&a, str_of(text), STR("host"), path, room, 4, query);
}

static void
targets_are_decoded_once_or_refused(void **state)
{
    static const char *const bad[] = {
        "", "*", "a", "//%00", "/%", "/%4", "/%zz", "/%00", "/%ff", "/%c0%af", "/%2f", "/a%2Fb",
        "/..", "/a/../b", "/%2e%2e/", "/.", "/\\", "/%5c", "/a b", "/\xc3\xa9", "/a#b", "/?a=%00",
        "/?a=1&a=2", "/?a=1&%61=2", "/?=1", "/?a=%", "/?1&2&3&4&5", "http://other/", "ftp://host/",
        "http://host", "/%0a", "/%7f",
    };
    struct pair_list query;
    struct str path;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (target(bad[i], &path, &query) != 400)
            fail_msg("accepted: %s", bad[i]);
    assert_int_equal(0, target("/a%20b/%C3%A9?x=1+2&y=%2B%26&z", &path, &query));
    assert_true(str_is(path, "/a b/é"));
    assert_int_equal(3, query.count);
    assert_true(str_is(query.item[0].value, "1 2"));
    assert_true(str_is(query.item[1].value, "+&"));
    assert_true(str_is(query.item[2].name, "z"));
    assert_int_equal(0, query.item[2].value.len);
    assert_int_equal(0, target("http://HOST/x?y=1", &path, &query));
    assert_true(str_is(path, "/x"));
    /* Decoded once only. */
    assert_int_equal(0, target("/%2541", &path, &query));
    assert_true(str_is(path, "/%41"));
}

static void
a_cookie_counts_when_it_is_alone(void **state)
{
    struct arena a = {0};
    struct str token;

    (void)state;
    assert_true(str_is(cookie_get(STR("a=1; maillon=x; b=2"), STR("maillon")), "x"));
    assert_int_equal(0, cookie_get(STR("maillon=x; maillon=y"), STR("maillon")).len);
    assert_int_equal(0, cookie_get(STR("xmaillon=x"), STR("maillon")).len);
    assert_int_equal(0, cookie_get(STR(""), STR("maillon")).len);
    token = session_token_make(&a, true);
    assert_true(session_token_valid(token));
    assert_int_equal('s', token.ptr[0]);
    assert_false(session_token_valid(str_sub(token, 0, 43)));
    assert_false(session_token_valid(STR("s;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
    arena_release(&a);
}

static void
signed_values_hold_for_their_cookie_only(void **state)
{
    struct http_env env = {0}, other = {0};
    struct arena a = {0};
    struct str t, n;

    (void)state;
    hmac_key_init(&env.key, STR("0123456789abcdef0123"));
    hmac_key_init(&other.key, STR("another secret entirely"));
    t = csrf_token(&a, &env, STR("cookie"));
    assert_true(csrf_valid(&a, &env, STR("cookie"), t));
    assert_false(csrf_valid(&a, &env, STR("cookif"), t));
    assert_false(csrf_valid(&a, &other, STR("cookie"), t));
    assert_false(csrf_valid(&a, &env, STR("cookie"), STR("")));
    assert_false(csrf_valid(&a, &env, STR(""), csrf_token(&a, &env, STR(""))));
    n = notice_seal(&a, &env, STR("cookie"), STR("Réservé."));
    assert_true(str_is(notice_open(&a, &env, STR("cookie"), n), "Réservé."));
    assert_int_equal(0, notice_open(&a, &env, STR("other"), n).len);
    assert_int_equal(0, notice_open(&a, &other, STR("cookie"), n).len);
    assert_int_equal(0, notice_open(&a, &env, STR("cookie"), str_sub(n, 0, n.len - 1)).len);
    assert_int_equal(0, notice_open(&a, &env, STR("cookie"), STR(".")).len);
    arena_release(&a);
}

static void
forwarded_addresses_are_believed_from_known_proxies(void **state)
{
    struct str known[] = {STR("127.0.0.1"), STR("10.0.0.9")};
    struct str_list proxies = {known, 2}, none = {NULL, 0};

    (void)state;
    assert_true(str_is(guard_client_ip(STR("1.2.3.4"), STR("9.9.9.9"), &proxies), "1.2.3.4"));
    assert_true(str_is(guard_client_ip(STR("127.0.0.1"), STR("9.9.9.9"), &none), "127.0.0.1"));
    assert_true(str_is(guard_client_ip(STR("127.0.0.1"), STR("9.9.9.9"), &proxies), "9.9.9.9"));
    assert_true(str_is(guard_client_ip(STR("127.0.0.1"), STR("6.6.6.6, 9.9.9.9, 10.0.0.9"),
                                       &proxies), "9.9.9.9"));
    assert_true(str_is(guard_client_ip(STR("127.0.0.1"), STR("nonsense"), &proxies),
                       "127.0.0.1"));
    assert_true(str_is(guard_client_ip(STR("127.0.0.1"), STR(""), &proxies), "127.0.0.1"));
}

static void
media_types_and_local_paths(void **state)
{
    (void)state;
    assert_true(guard_media_type(STR("application/json"), "application/json"));
    assert_true(guard_media_type(STR("Application/JSON; charset=UTF-8"), "application/json"));
    assert_false(guard_media_type(STR("application/json; charset=latin1"), "application/json"));
    assert_false(guard_media_type(STR("application/jsonx"), "application/json"));
    assert_false(guard_media_type(STR(""), "application/json"));
    assert_true(guard_local_path(STR("/commandes?page=2")));
    assert_false(guard_local_path(STR("//evil.example/")));
    assert_false(guard_local_path(STR("/\\evil.example/")));
    assert_false(guard_local_path(STR("https://evil.example/")));
    assert_false(guard_local_path(STR("/a\r\nSet-Cookie: x")));
    assert_false(guard_local_path(STR("")));
}

static enum err
nothing(struct ctx *cx, struct req *req)
{
    (void)cx;
    (void)req;
    return OK;
}

static void
fixed_segments_win_and_others_are_tried(void **state)
{
    static const struct route table[] = {
        {METHOD_GET, "/", nothing, "root", UNIT_READ, RIGHT_NONE, 0, 0},
        {METHOD_GET, "/c/{slug}", nothing, "campaign", UNIT_READ, RIGHT_NONE, 0, 0},
        {METHOD_POST, "/c/{slug}", nothing, "post", UNIT_READ, RIGHT_NONE, 0, 0},
        {METHOD_GET, "/c/new", nothing, "new", UNIT_READ, RIGHT_NONE, 0, 0},
        {METHOD_GET, "/c/{slug}/p/{n}", nothing, "part", UNIT_READ, RIGHT_NONE, 0, 0},
        {METHOD_GET, "/c/new/q", nothing, "q", UNIT_READ, RIGHT_NONE, 0, 0},
    };
    struct route_tree *t = route_tree_new(table, sizeof table / sizeof table[0]);
    struct pair room[PATH_PARTS_MAX];
    struct pair_list params = {room, 0};
    unsigned allow;

    (void)state;
    assert_ptr_equal(&table[0], route_match(t, METHOD_GET, STR("/"), &allow, &params));
    assert_ptr_equal(&table[3], route_match(t, METHOD_GET, STR("/c/new"), &allow, &params));
    assert_ptr_equal(&table[1], route_match(t, METHOD_GET, STR("/c/x"), &allow, &params));
    assert_true(str_is(params.item[0].name, "slug") && str_is(params.item[0].value, "x"));
    assert_ptr_equal(&table[4], route_match(t, METHOD_GET, STR("/c/new/p/7"), &allow, &params));
    assert_int_equal(2, params.count);
    assert_true(str_is(params.item[0].value, "new") && str_is(params.item[1].value, "7"));
    assert_null(route_match(t, METHOD_PUT, STR("/c/x"), &allow, &params));
    assert_int_equal(1U << METHOD_GET | 1U << METHOD_POST, allow);
    assert_null(route_match(t, METHOD_GET, STR("/c/"), &allow, &params));
    assert_int_equal(0, allow);
    assert_null(route_match(t, METHOD_GET, STR("/c"), &allow, &params));
    assert_null(route_match(t, METHOD_GET, STR("/c//p/1"), &allow, &params));
    route_tree_free(t);
}

static void
a_bucket_empties_and_fills(void **state)
{
    struct rate_table *t = rate_new();

    (void)state;
    for (int i = 0; i < 10; i++)
        assert_true(rate_take(t, STR("1.2.3.4"), 0, 10, 1000));
    assert_false(rate_take(t, STR("1.2.3.4"), 0, 10, 1000));
    assert_true(rate_take(t, STR("1.2.3.4"), 1, 10, 1000)); /* Another route. */
    assert_true(rate_take(t, STR("1.2.3.5"), 0, 10, 1000)); /* Another client. */
    assert_false(rate_take(t, STR("1.2.3.4"), 0, 10, 1000 + 5900));
    assert_true(rate_take(t, STR("1.2.3.4"), 0, 10, 1000 + 6100));
    /* One IPv6 subscriber has one bucket. */
    for (int i = 0; i < 10; i++)
        assert_true(rate_take(t, STR("2001:db8:1:2::1"), 0, 10, 1000));
    assert_false(rate_take(t, STR("2001:db8:1:2:ffff::9"), 0, 10, 1000));
    assert_true(rate_take(t, STR("2001:db8:1:3::1"), 0, 10, 1000));
    rate_free(t);
}

int
test_guard(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_is_judged_alike_in_any_pieces),
        cmocka_unit_test(what_follows_the_head_is_left),
        cmocka_unit_test(targets_are_decoded_once_or_refused),
        cmocka_unit_test(a_cookie_counts_when_it_is_alone),
        cmocka_unit_test(signed_values_hold_for_their_cookie_only),
        cmocka_unit_test(forwarded_addresses_are_believed_from_known_proxies),
        cmocka_unit_test(media_types_and_local_paths),
        cmocka_unit_test(fixed_segments_win_and_others_are_tried),
        cmocka_unit_test(a_bucket_empties_and_fills),
    };

    crypto_init();
    return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
