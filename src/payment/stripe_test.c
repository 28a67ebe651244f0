/* SPDX-License-Identifier: Apache-2.0 */
/* stripe_test.c - signatures and events; test/stripe.test.mjs signs with Stripe's own client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "payment/stripe.h"

static const struct str secret = {"whsec_test_secret", 17};
static const struct str body = {"{\"id\":\"evt_1\"}", 14};
#define SIGNATURE "248a374f50f943a28b0f6ab50faf9a7e7e29b710fa26df9fb1618b9bf8ea9c9a"

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

static enum err
verify(struct str header, struct str text, struct str secrets, int64_t at_s)
{
    const char *why = NULL;
    enum err e = stripe_verify(header, text, secrets, at_s * 1000, &why);

    assert_true(e == OK || why != NULL);
    return e;
}

static void
checks_the_signature(void **state)
{
    const struct str good = STR("t=1700000000,v1=" SIGNATURE ",v0=00");
    const struct str two = STR("t=1700000000,v1=00112233,v1=" SIGNATURE);

    (void)state;
    assert_int_equal(OK, verify(good, body, secret, 1700000000));
    assert_int_equal(OK, verify(two, body, secret, 1700000000));
    assert_int_equal(OK, verify(good, body, STR("whsec_new, whsec_test_secret"), 1700000000));
    assert_int_equal(OK, verify(good, body, secret, 1700000300));
    /* Only age counts: a clock ahead of ours is no crime. */
    assert_int_equal(OK, verify(good, body, secret, 1699990000));
    assert_int_equal(ERR_DENIED, verify(good, body, secret, 1700000301));
    assert_int_equal(ERR_DENIED, verify(good, STR("{\"id\":\"evt_2\"}"), secret, 1700000000));
    assert_int_equal(ERR_DENIED, verify(good, body, STR("whsec_other"), 1700000000));
    assert_int_equal(ERR_DENIED, verify(good, body, STR_NONE, 1700000000));
    assert_int_equal(ERR_DENIED, verify(STR("t=1700000001,v1=" SIGNATURE), body, secret,
                                        1700000000));
    assert_int_equal(ERR_INVALID, verify(STR("v1=" SIGNATURE), body, secret, 1700000000));
    assert_int_equal(ERR_INVALID, verify(STR("t=1700000000"), body, secret, 1700000000));
    assert_int_equal(ERR_INVALID, verify(STR("t=1e9,v1=" SIGNATURE), body, secret, 1700000000));
    assert_int_equal(ERR_INVALID, verify(STR_NONE, body, secret, 1700000000));
}

static enum news_kind
kind_of(const char *type, const char *object)
{
    struct news_list news = {0};
    const char *why = NULL;
    struct str text = str_printf(&arena,
                                 "{\"id\":\"evt_9\",\"type\":\"%s\",\"livemode\":false,"
                                 "\"data\":{\"object\":%s}}",
                                 type, object);

    assert_int_equal(OK, stripe_event_read(&arena, text, &news, &why));
    assert_int_equal(1, news.count);
    assert_true(str_is(news.item[0].event_key, "evt_9"));
    return news.item[0].kind;
}

#define SESSION(status, paid)                                                                     \
    "{\"id\":\"cs_1\",\"status\":\"" status "\",\"payment_status\":\"" paid                      \
    "\",\"amount_total\":9759,\"currency\":\"eur\",\"payment_intent\":\"pi_1\","                  \
    "\"client_reference_id\":\"7H2K9QWXAB\",\"metadata\":{\"attempt\":\"77\"}}"
#define REFUND(status)                                                                            \
    "{\"id\":\"re_1\",\"payment_intent\":\"pi_1\",\"amount\":9759,\"currency\":\"eur\","          \
    "\"status\":\"" status "\"}"
#define DISPUTE(status)                                                                           \
    "{\"id\":\"dp_1\",\"payment_intent\":\"pi_1\",\"amount\":9759,\"currency\":\"eur\","          \
    "\"status\":\"" status "\"}"

static void
reads_every_event(void **state)
{
    (void)state;
    assert_int_equal(NEWS_CAPTURED,
                     kind_of("checkout.session.completed", SESSION("complete", "paid")));
    assert_int_equal(NEWS_PENDING,
                     kind_of("checkout.session.completed", SESSION("complete", "unpaid")));
    assert_int_equal(NEWS_CAPTURED, kind_of("checkout.session.async_payment_succeeded",
                                            SESSION("complete", "paid")));
    assert_int_equal(NEWS_FAILED, kind_of("checkout.session.async_payment_failed",
                                          SESSION("complete", "unpaid")));
    assert_int_equal(NEWS_FAILED,
                     kind_of("checkout.session.expired", SESSION("expired", "unpaid")));
    assert_int_equal(NEWS_REFUND_DONE, kind_of("refund.created", REFUND("succeeded")));
    assert_int_equal(NEWS_REFUND_PENDING, kind_of("refund.updated", REFUND("pending")));
    assert_int_equal(NEWS_REFUND_PENDING, kind_of("refund.updated", REFUND("requires_action")));
    assert_int_equal(NEWS_REFUND_FAILED, kind_of("refund.failed", REFUND("failed")));
    assert_int_equal(NEWS_ASK, kind_of("charge.refunded", REFUND("succeeded")));
    assert_int_equal(NEWS_DISPUTED, kind_of("charge.dispute.created", DISPUTE("needs_response")));
    assert_int_equal(NEWS_DISPUTED, kind_of("charge.dispute.closed", DISPUTE("lost")));
    assert_int_equal(NEWS_DISPUTE_WON, kind_of("charge.dispute.closed", DISPUTE("won")));
    assert_int_equal(NEWS_DISPUTE_WON,
                     kind_of("charge.dispute.closed", DISPUTE("warning_closed")));
    assert_int_equal(NEWS_NONE, kind_of("customer.created", "{\"id\":\"cus_1\"}"));
}

static void
refuses_what_it_cannot_read(void **state)
{
    static const char *const bad[] = {
        "", "[]", "{", "{\"id\":\"evt_1\"}", "{\"id\":\"evt_1\",\"type\":\"refund.created\"}",
        "{\"id\":\"evt_1\",\"type\":\"refund.created\",\"data\":{\"object\":[]}}",
        "{\"id\":\"evt_1\",\"type\":\"refund.created\",\"data\":{\"object\":{\"id\":\"re_1\"}}}",
        "{\"id\":\"evt 1\",\"type\":\"x\",\"data\":{\"object\":{}}}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct news_list news = {0};
        const char *why = NULL;

        assert_int_equal(ERR_INVALID, stripe_event_read(&arena, str_of(bad[i]), &news, &why));
        assert_non_null(why);
        assert_int_equal(0, news.count);
    }
}

int test_stripe(void);

int
test_stripe(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_the_signature),
        cmocka_unit_test(reads_every_event),
        cmocka_unit_test(refuses_what_it_cannot_read),
    };

    return cmocka_run_group_tests_name("stripe", tests, setup, teardown);
}
