/* SPDX-License-Identifier: Apache-2.0 */
/* The second proof: codes against RFC 6238's own values, once each, few tries, recovery codes. */
#include "base/crypto.h"
#include "base/qr.h"
#include "http/session.h"
#include "staff/device.h"
#include "staff/totp.h"
#include "test/fixture.h"

int test_totp(void);

/* The key of RFC 6238, appendix B. */
static const struct str rfc_key = {"12345678901234567890", 20};
#define NOW_MS INT64_C(1591178400000)

static void
codes_are_those_of_rfc_6238(void **state)
{
    static const struct {
        int64_t at_s;
        const char *code; /* The last six of the document's eight digits. */
    } cases[] = {
        {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
        {1234567890, "005924"}, {2000000000, "279037"}, {INT64_C(20000000000), "353130"},
    };
    struct arena a;

    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(str_is(totp_code(&a, rfc_key, cases[i].at_s / 30), cases[i].code));
        assert_int_equal(cases[i].at_s / 30,
                         totp_match(&a, rfc_key, str_of(cases[i].code), cases[i].at_s * 1000));
    }
    assert_int_equal(1, totp_match(&a, rfc_key, STR("287082"), 89999));
    assert_int_equal(0, totp_match(&a, rfc_key, STR("287082"), 90000));
    assert_int_equal(1, totp_match(&a, rfc_key, STR("287082"), 0));
    assert_true(str_is(totp_key_text(&a, rfc_key), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    assert_true(str_is(totp_uri(&a, rfc_key, STR("a+b@c.fr")),
                       "otpauth://totp/Maillon:a%2Bb%40c.fr?secret="
                       "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Maillon"));
    arena_release(&a);
}

static void
a_qr_code_has_its_three_corners(void **state)
{
    struct arena a;
    struct qr qr;

    (void)state;
    arena_init(&a);
    assert_true(qr_make(&a, STR("otpauth://totp/Maillon:a?secret=AAAA"), &qr));
    assert_true(qr.size >= 21 && (qr.size - 21) % 4 == 0);
    assert_true(str_starts(qr.path, STR("M0 0h7v1h-7z")));
    assert_true(str_contains(qr.path, str_printf(&a, "M%d 0h7v1h-7z", qr.size - 7)));
    assert_true(str_contains(qr.path, str_printf(&a, "M0 %dh7v1h-7z", qr.size - 1)));
    assert_false(qr_make(&a, STR(""), &qr));
    arena_release(&a);
}

static void
sealed_text_opens_with_its_key_and_use_alone(void **state)
{
    struct arena a;
    struct str sealed, plain = STR_NONE;
    char *changed;

    (void)state;
    arena_init(&a);
    sealed = secret_seal(&a, STR("key"), "use", STR("text"));
    changed = str_z(&a, sealed);
    assert_true(secret_open(&a, STR("key"), "use", sealed, &plain) && str_is(plain, "text"));
    assert_false(secret_open(&a, STR("other"), "use", sealed, &plain));
    assert_false(secret_open(&a, STR("key"), "other", sealed, &plain));
    changed[60] = changed[60] == '0' ? '1' : '0';
    assert_false(secret_open(&a, STR("key"), "use", str_of(changed), &plain));
    assert_false(secret_open(&a, STR("key"), "use", STR("00"), &plain));
    arena_release(&a);
}

static int64_t
enrolled(struct fixture *f)
{
    struct str secret;

    assert_int_equal(OK, secret_load(&f->cx, &secret));
    fixture_sql(f, "INSERT INTO account (id, email, rights, organiser_id, created_ms) VALUES "
                   "(1, 'a@exemple.fr', 256, 8, 0)");
    fixture_clock(f, NOW_MS);
    fixture_begin(f);
    assert_int_equal(OK, totp_enrol(&f->cx, 1, rfc_key, 0));
    return NOW_MS / 30000;
}

static enum totp_result
try(struct fixture *f, struct str typed)
{
    enum totp_result result;

    assert_int_equal(OK, totp_check(&f->cx, 1, typed, &result));
    return result;
}

static void
a_code_works_once_and_none_older_after_it(void **state)
{
    struct fixture *f = *state;
    int64_t step = enrolled(f);
    struct arena *a = f->cx.arena;
    struct str now = totp_code(a, rfc_key, step);

    assert_int_equal(TOTP_OK, try(f, str_printf(a, "%.3s %.3s", now.ptr, now.ptr + 3)));
    assert_int_equal(TOTP_WRONG, try(f, now));
    assert_int_equal(TOTP_WRONG, try(f, totp_code(a, rfc_key, step - 1)));
    assert_int_equal(TOTP_WRONG, try(f, totp_code(a, rfc_key, step + 2)));
    assert_int_equal(TOTP_OK, try(f, totp_code(a, rfc_key, step + 1)));
    fixture_rollback(f);
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM staff_totp"));
}

static void
the_key_lies_sealed_in_the_database(void **state)
{
    struct fixture *f = *state;

    (void)enrolled(f);
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM staff_totp WHERE secret LIKE "
                                       "'%31323334353637383930%' OR secret LIKE "
                                       "'%1234567890123%'"));
    assert_int_equal(1, fixture_count(f, "staff_totp"));
    fixture_rollback(f);
}

static void
after_five_wrong_ones_nothing_is_judged_for_a_while(void **state)
{
    struct fixture *f = *state;
    int64_t step = enrolled(f);
    struct str right = totp_code(f->cx.arena, rfc_key, step);

    for (int i = 0; i < TOTP_TRIES - 1; i++)
        assert_int_equal(TOTP_WRONG, try(f, STR("00000A")));
    assert_int_equal(TOTP_SPENT, try(f, STR("00000A")));
    assert_int_equal(TOTP_LIMIT, try(f, right));
    f->cx.now_ms += TOTP_WINDOW_MS - 1;
    assert_int_equal(TOTP_LIMIT, try(f, right));
    f->cx.now_ms += 1;
    assert_int_equal(TOTP_OK, try(f, totp_code(f->cx.arena, rfc_key, f->cx.now_ms / 30000)));
    assert_int_equal(TOTP_WRONG, try(f, STR("00000A")));
    fixture_rollback(f);
}

static void
a_recovery_code_works_once(void **state)
{
    struct fixture *f = *state;
    struct totp_state now;
    struct str_list first, second;

    (void)enrolled(f);
    assert_int_equal(OK, totp_recovery_make(&f->cx, 1, &first));
    assert_int_equal(RECOVERY_CODES, first.count);
    assert_int_equal(TOTP_RECOVERY, try(f, str_lower(f->cx.arena, first.item[3])));
    assert_int_equal(TOTP_WRONG, try(f, first.item[3]));
    assert_int_equal(OK, totp_state(&f->cx, 1, &now));
    assert_int_equal(RECOVERY_CODES - 1, now.recovery_left);
    assert_int_equal(OK, totp_recovery_make(&f->cx, 1, &second));
    assert_int_equal(TOTP_WRONG, try(f, first.item[4]));
    assert_int_equal(TOTP_RECOVERY, try(f, second.item[4]));
    assert_int_equal(OK, totp_forget(&f->cx, 1));
    assert_int_equal(TOTP_NONE, try(f, second.item[5]));
    fixture_rollback(f);
}

static void
devices_are_told_by_the_words_of_a_list(void **state)
{
    static const struct {
        const char *agent, *text;
    } cases[] = {
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
         "Firefox sur Windows"},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
         "Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "Safari sur un iPhone"},
        {"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome sur Android"},
        {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge sur un Mac"},
        {"curl/8.5.0 (x86_64-pc-Linux-gnu)", "Linux"},
        {"<a href=\"https://exemple.fr\">\"", ""},
        {"", ""},
    };
    struct arena a;

    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_true(str_is(device_text(&a, str_of(cases[i].agent)), cases[i].text));
    arena_release(&a);
}

static int64_t
told(struct fixture *f, const char *email, const char *like)
{
    return fixture_int(f, str_printf(&f->arena, "SELECT COUNT(*) FROM mail WHERE recipient = '%s' "
                                                "AND body LIKE '%%%s%%'", email, like).ptr);
}

static void
the_owner_is_told_that_a_recovery_code_served(void **state)
{
    struct fixture *f = *state;
    struct totp_person p = {1, 8, STR("a@exemple.fr"), STR("Firefox sur Windows")};
    struct str_list codes;

    (void)enrolled(f);
    assert_int_equal(OK, totp_recovery_make(&f->cx, 1, &codes));
    assert_int_equal(TOTP_RECOVERY, try(f, codes.item[0]));
    assert_int_equal(OK, totp_note_recovery(&f->cx, &p));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(1, told(f, "a@exemple.fr", "2020 à 12%heure de Paris), depuis Firefox sur "
                                                "Windows.%Il vous en reste 9.%/compte/securite"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'staff.recovery' "
                                       "AND organiser_id = 8 AND subject_id = 1 AND after_json = "
                                       "'{\"left\":9,\"device\":\"Firefox sur Windows\"}'"));
    fixture_begin(f);
    for (int i = 1; i < RECOVERY_CODES; i++)
        assert_int_equal(TOTP_RECOVERY, try(f, codes.item[i]));
    p.device = STR_NONE;
    assert_int_equal(OK, totp_note_recovery(&f->cx, &p));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(1, told(f, "a@exemple.fr", "ne reconnaissons pas.%aucun. Faites-en de "));
}

static void
guessing_is_told_to_the_owner_and_the_administrators(void **state)
{
    struct fixture *f = *state;
    struct totp_person p = {1, 8, STR("a@exemple.fr"), STR_NONE};

    (void)enrolled(f);
    assert_int_equal(OK, fixture_commit(f));
    fixture_sql(f, "INSERT INTO account (id, email, rights, organiser_id, created_ms) VALUES "
                   "(2, 'b@exemple.fr', 8, 8, 0), (3, 'c@exemple.fr', 256, 8, 0), "
                   "(4, 'd@exemple.fr', 8, 9, 0)");
    fixture_begin(f);
    assert_int_equal(OK, totp_note_wrong(&f->cx, &p));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(1, told(f, "a@exemple.fr", "Cinq codes"));
    assert_int_equal(1, told(f, "b@exemple.fr", "de a@exemple.fr%/console/equipe/1"));
    assert_int_equal(2, fixture_count(f, "mail"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'staff.totp_wrong' "
                                       "AND organiser_id = 8"));
}

int
test_totp(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_rfc_6238),
        cmocka_unit_test(a_qr_code_has_its_three_corners),
        cmocka_unit_test(sealed_text_opens_with_its_key_and_use_alone),
        DB_TEST(a_code_works_once_and_none_older_after_it),
        DB_TEST(the_key_lies_sealed_in_the_database),
        DB_TEST(after_five_wrong_ones_nothing_is_judged_for_a_while),
        DB_TEST(a_recovery_code_works_once),
        cmocka_unit_test(devices_are_told_by_the_words_of_a_list),
        DB_TEST(the_owner_is_told_that_a_recovery_code_served),
        DB_TEST(guessing_is_told_to_the_owner_and_the_administrators),
    };

    return cmocka_run_group_tests_name("totp", tests, NULL, NULL);
}
