/* SPDX-License-Identifier: Apache-2.0 */
/* lyra_test.c - signatures against the vendor's examples, and every status of the protocol. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/parse.h"
#include "payment/lyra.h"

static const struct str key = {"1122334455667788", 16};

static struct arena arena;

static int
setup(void **state)
{
    (void)state;
    crypto_init();
    arena_init(&arena);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void
body_add(struct buf *b, const char *name, struct str value)
{
    if (b->len > 0)
        buf_byte(b, '&');
    buf_z(b, name);
    buf_byte(b, '=');
    url_encode(b, value);
}

/* Names and values, ended by NULL, signed with the key. */
static struct str
notice(struct str with, const char *const *fields)
{
    struct pair list[40];
    struct pair_list all = {list, 0};
    struct buf body = {0};

    for (; fields[0] != NULL; fields += 2) {
        list[all.count++] = (struct pair){str_of(fields[0]), str_of(fields[1])};
        body_add(&body, fields[0], str_of(fields[1]));
    }
    body_add(&body, "signature", lyra_sign(&arena, &all, with));
    struct str copy = buf_dup(&body, &arena);
    buf_release(&body);
    return copy;
}

#define PAID_FIELDS(status, operation)                                                            \
    "vads_amount", "9759", "vads_currency", "978", "vads_ctx_mode", "TEST", "vads_site_id",       \
        "12345678", "vads_order_id", "7H2K9QWXAB", "vads_trans_date", "20200502060000",           \
        "vads_trans_id", "000123", "vads_trans_uuid", "0f3c1ab2c3d4e5f60718293a4b5c6d7e",         \
        "vads_trans_status", status, "vads_operation_type", operation, "vads_hash", "abc",        \
        "vads_ext_info_attempt", "77", "vads_new_field", "", "vads_cust_name", "Boulangerie é+&="

static void
signs_as_the_vendors_example(void **state)
{
    struct pair pair[] = {
        {STR("vads_version"), STR("V2")},
        {STR("vads_trans_id"), STR("123456")},
        {STR("vads_action_mode"), STR("INTERACTIVE")},
        {STR("signature"), STR("left out")},
        {STR("vads_amount"), STR("5124")},
        {STR("vads_ctx_mode"), STR("TEST")},
        {STR("vads_currency"), STR("978")},
        {STR("vads_page_action"), STR("PAYMENT")},
        {STR("vads_payment_config"), STR("SINGLE")},
        {STR("vads_site_id"), STR("12345678")},
        {STR("vads_trans_date"), STR("20170129130025")},
    };
    struct pair_list list = {pair, sizeof pair / sizeof pair[0]};

    (void)state;
    struct str got = lyra_sign(&arena, &list, key);
    assert_true(str_is(got, "ycA5Do5tNvsnKdc/eP1bj2xa19z9q3iWPy9/rpesfS0="));
}

static void
reads_a_payment(void **state)
{
    const char *const fields[] = {PAID_FIELDS("AUTHORISED", "DEBIT"), NULL};
    struct news_list news = {0};
    const char *why = "";

    (void)state;
    assert_int_equal(OK, lyra_notice_read(&arena, notice(key, fields), key, &news, &why));
    assert_int_equal(1, news.count);
    assert_int_equal(NEWS_CAPTURED, news.item[0].kind);
    assert_int_equal(9759, news.item[0].amount_cents);
    assert_true(news.item[0].euros);
    assert_false(news.item[0].live);
    assert_int_equal(77, news.item[0].attempt_id);
    assert_true(str_is(news.item[0].attempt_key, "20200502060000-000123"));
    assert_true(str_is(news.item[0].order_ref, "7H2K9QWXAB"));
    assert_true(str_is(news.item[0].event_key,
                       "0f3c1ab2c3d4e5f60718293a4b5c6d7e:DEBIT:AUTHORISED"));
}

/* The protocol signs values, and names by their order only: see doc/payment.md. */
static void
refuses_every_changed_value(void **state)
{
    const char *const fields[] = {PAID_FIELDS("AUTHORISED", "DEBIT"), NULL};
    struct str good = notice(key, fields);
    struct news_list news = {0};
    bool in_value = false;
    const char *why;

    (void)state;
    for (size_t i = 0; i < good.len; i++) {
        char *bad = arena_copy(&arena, good.ptr, good.len);
        struct news_list got = {0};

        if (good.ptr[i] == '=' || good.ptr[i] == '&')
            in_value = good.ptr[i] == '=';
        else if (!in_value)
            continue;
        if (good.ptr[i] == '=' || good.ptr[i] == '&')
            continue;
        bad[i] = (char)(bad[i] == '1' ? '2' : '1');
        why = NULL;
        assert_int_not_equal(OK,
                             lyra_notice_read(&arena, str_n(bad, good.len), key, &got, &why));
        assert_non_null(why);
        assert_int_equal(0, got.count);
    }
    assert_int_equal(ERR_DENIED, lyra_notice_read(&arena, good, STR("another"), &news, &why));
    assert_int_equal(ERR_DENIED, lyra_notice_read(&arena, good, STR_NONE, &news, &why));
}

static void
refuses_what_is_no_notification(void **state)
{
    const char *const back[] = {"vads_amount", "1", "vads_trans_status", "AUTHORISED", NULL};
    const char *const no_id[] = {"vads_amount", "1", "vads_trans_status", "AUTHORISED",
                                 "vads_hash", "x", NULL};
    const char *const amount[] = {"vads_amount", "1,5", "vads_trans_status", "AUTHORISED",
                                  "vads_hash", "x", "vads_trans_uuid", "u", NULL};
    struct news_list news = {0};
    const char *why = NULL;

    (void)state;
    assert_int_equal(ERR_INVALID, lyra_notice_read(&arena, notice(key, back), key, &news, &why));
    assert_int_equal(ERR_INVALID, lyra_notice_read(&arena, notice(key, no_id), key, &news, &why));
    assert_int_equal(ERR_INVALID,
                     lyra_notice_read(&arena, notice(key, amount), key, &news, &why));
    assert_int_equal(ERR_INVALID, lyra_notice_read(&arena, STR(""), key, &news, &why));
    assert_int_equal(ERR_INVALID, lyra_notice_read(&arena, STR("a=%zz"), key, &news, &why));
    assert_int_equal(ERR_INVALID, lyra_notice_read(&arena, STR("a=1&a=2"), key, &news, &why));
    assert_string_equal("champ en double", why);
    assert_int_equal(0, news.count);
}

static void
knows_every_status(void **state)
{
    static const struct {
        const char *word;
        enum news_kind debit, credit;
    } want[] = {
        {"AUTHORISED", NEWS_CAPTURED, NEWS_REFUND_DONE},
        {"CAPTURED", NEWS_CAPTURED, NEWS_REFUND_DONE},
        {"ACCEPTED", NEWS_CAPTURED, NEWS_REFUND_DONE},
        {"PARTIALLY_AUTHORISED", NEWS_CAPTURED, NEWS_REFUND_DONE},
        {"WAITING_AUTHORISATION", NEWS_PENDING, NEWS_REFUND_PENDING},
        {"UNDER_VERIFICATION", NEWS_PENDING, NEWS_REFUND_PENDING},
        {"REFUND_TO_RETRY", NEWS_PENDING, NEWS_REFUND_PENDING},
        {"ABANDONED", NEWS_FAILED, NEWS_REFUND_FAILED},
        {"NOT_CREATED", NEWS_FAILED, NEWS_REFUND_FAILED},
        {"CANCELLED", NEWS_FAILED, NEWS_REFUND_FAILED},
        {"REFUSED", NEWS_FAILED, NEWS_REFUND_FAILED},
        {"EXPIRED", NEWS_FAILED, NEWS_REFUND_FAILED},
        {"CAPTURE_FAILED", NEWS_FAILED, NEWS_REFUND_FAILED},
        {"NEVER_SEEN_BEFORE", NEWS_ASK, NEWS_ASK},
    };

    (void)state;
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        assert_int_equal(want[i].debit, lyra_status_kind(str_of(want[i].word), false));
        assert_int_equal(want[i].credit, lyra_status_kind(str_of(want[i].word), true));
    }
}

static void
reads_a_partial_authorisation_as_its_part(void **state)
{
    const char *const fields[] = {PAID_FIELDS("PARTIALLY_AUTHORISED", "DEBIT"),
                                  "vads_effective_amount", "5000", NULL};
    struct news_list news = {0};
    const char *why = "";

    (void)state;
    assert_int_equal(OK, lyra_notice_read(&arena, notice(key, fields), key, &news, &why));
    assert_int_equal(5000, news.item[0].amount_cents);
}

static void
reads_a_refund_under_its_parent(void **state)
{
    const char *const fields[] = {PAID_FIELDS("CAPTURED", "CREDIT"), "vads_parent_trans_uuid",
                                  "parent", NULL};
    struct news_list news = {0};
    const char *why = "";

    (void)state;
    assert_int_equal(OK, lyra_notice_read(&arena, notice(key, fields), key, &news, &why));
    assert_int_equal(NEWS_REFUND_DONE, news.item[0].kind);
    assert_true(str_is(news.item[0].ref, "parent"));
    assert_int_equal(32, news.item[0].refund_ref.len);
    assert_int_equal(0, news.item[0].attempt_key.len);
}

static void
hashes_rest_answers(void **state)
{
    const struct str password = STR("testpassword_DEMO");
    const char *hash = "71b80961cf33c897c04bae88f679e5295b5101fce866ea47c9634f5517496542";
    struct str answer = STR("{\"shopId\":\"12345678\",\"orderStatus\":\"PAID\"}");

    (void)state;
    assert_true(str_is(lyra_rest_hash(&arena, answer, password), hash));
    struct str plain = lyra_rest_hash(&arena, STR("{\"a\":\"b/c\"}"), password);
    assert_true(str_eq(plain, lyra_rest_hash(&arena, STR("{\"a\":\"b\\/c\"}"), password)));
}

static void
reads_a_rest_notification(void **state)
{
    const struct str password = STR("testpassword_DEMO");
    struct str answer = STR(
        "{\"shopId\":\"12345678\",\"orderStatus\":\"PAID\",\"orderDetails\":{\"orderId\":"
        "\"7H2K9QWXAB\",\"mode\":\"TEST\"},\"transactions\":[{\"uuid\":\"u1\",\"amount\":9759,"
        "\"currency\":\"EUR\",\"operationType\":\"DEBIT\",\"detailedStatus\":\"AUTHORISED\","
        "\"metadata\":{\"attempt\":\"77\"},\"transactionDetails\":{\"cardDetails\":{"
        "\"legacyTransId\":\"000123\",\"legacyTransDate\":\"2020-05-02T06:00:00+00:00\"}}},"
        "{\"uuid\":\"u2\",\"amount\":9759,\"currency\":\"EUR\",\"operationType\":\"CREDIT\","
        "\"detailedStatus\":\"CAPTURED\",\"transactionDetails\":{\"parentTransactionUuid\":"
        "\"u1\"}}]}");
    struct buf body = {0};
    struct news_list news = {0};
    const char *why = "";

    (void)state;
    body_add(&body, "kr-hash", lyra_rest_hash(&arena, answer, password));
    body_add(&body, "kr-hash-algorithm", STR("sha256_hmac"));
    body_add(&body, "kr-hash-key", STR("password"));
    body_add(&body, "kr-answer-type", STR("V4/Payment"));
    body_add(&body, "kr-answer", answer);
    assert_int_equal(ERR_DENIED, lyra_rest_notice_read(&arena, buf_view(&body), STR("other"),
                                                       &news, &why));
    struct str copy = buf_dup(&body, &arena);
    buf_release(&body);
    assert_int_equal(OK, lyra_rest_notice_read(&arena, copy, password, &news, &why));
    assert_int_equal(2, news.count);
    assert_int_equal(NEWS_CAPTURED, news.item[0].kind);
    assert_true(str_is(news.item[0].attempt_key, "20200502060000-000123"));
    assert_int_equal(77, news.item[0].attempt_id);
    assert_int_equal(NEWS_REFUND_DONE, news.item[1].kind);
    assert_true(str_is(news.item[1].ref, "u1"));
    assert_true(str_is(news.item[1].refund_ref, "u2"));
}

static void
names_an_attempt(void **state)
{
    (void)state;
    assert_true(str_is(lyra_attempt_key(&arena, INT64_C(1485694825000), 123456),
                       "20170129130025-123456"));
    assert_true(str_is(lyra_attempt_key(&arena, INT64_C(1588399200999), 7),
                       "20200502060000-000007"));
}

int test_lyra(void);

int
test_lyra(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_as_the_vendors_example),
        cmocka_unit_test(reads_a_payment),
        cmocka_unit_test(refuses_every_changed_value),
        cmocka_unit_test(refuses_what_is_no_notification),
        cmocka_unit_test(knows_every_status),
        cmocka_unit_test(reads_a_partial_authorisation_as_its_part),
        cmocka_unit_test(reads_a_refund_under_its_parent),
        cmocka_unit_test(hashes_rest_answers),
        cmocka_unit_test(reads_a_rest_notification),
        cmocka_unit_test(names_an_attempt),
    };

    return cmocka_run_group_tests_name("lyra", tests, setup, teardown);
}
