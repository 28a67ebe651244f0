/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto_test.c - published vectors: FIPS 180, RFC 4231, and the payment providers' own.
 */
#include "base/crypto.h"

#include "base/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_crypto(void);

static int
begin(void **state)
{
    (void)state;
    crypto_init();
    return 0;
}

static void
expect_hmac(struct str key, struct str data, const char *hex)
{
    char got[2 * SHA256_BYTES + 1];

    hmac_sha256_hex(key, data, got);
    assert_string_equal(got, hex);
}

/* BLAKE2b of 16 bytes, RFC 7693; the values are those of other implementations of it. */
static void
a_digest_is_blake2b_of_its_length(void **state)
{
    struct arena a = {0};
    unsigned char digest[DIGEST_BYTES];
    (void)state;

    content_digest(STR(""), digest);
    assert_true(str_is(hex_str(&a, digest, sizeof digest), "cae66941d9efbd404e4d88758ea67670"));
    content_digest(STR("abc"), digest);
    assert_true(str_is(hex_str(&a, digest, sizeof digest), "cf4ab791c62b8d2b2109c90275287816"));
    arena_release(&a);
}

static void
sha256_gives_the_published_vectors(void **state)
{
    struct arena a = {0};
    unsigned char digest[SHA256_BYTES];

    (void)state;
    sha256(STR("abc"), digest);
    assert_string_equal(hex_str(&a, digest, sizeof(digest)).ptr,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256(STR_NONE, digest);
    assert_string_equal(hex_str(&a, digest, sizeof(digest)).ptr,
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    arena_release(&a);
}

/* Cases 1, 2, 3 and 6: a usual key, a short one, binary data, a key longer than a block. */
static void
hmac_gives_the_vectors_of_rfc_4231(void **state)
{
    char key[131], data[50];

    (void)state;
    memset(key, 0x0b, 20);
    expect_hmac(str_n(key, 20), STR("Hi There"),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    expect_hmac(STR("Jefe"), STR("what do ya want for nothing?"),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof(key));
    memset(data, 0xdd, sizeof(data));
    expect_hmac(str_n(key, 20), str_n(data, 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    expect_hmac(str_n(key, 131), STR("Test Using Larger Than Block-Size Key - Hash Key First"),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void
hmac_gives_the_payment_providers_vectors(void **state)
{
    static const char lyra_key[] = "1122334455667788";
    struct arena a = {0};
    unsigned char digest[SHA256_BYTES];

    (void)state;
    expect_hmac(STR("whsec_test_secret"), STR("1700000000.{\"id\":\"evt_1\"}"),
                "248a374f50f943a28b0f6ab50faf9a7e7e29b710fa26df9fb1618b9bf8ea9c9a");
    expect_hmac(STR("testpassword_DEMO"), STR("{\"shopId\":\"12345678\",\"orderStatus\":\"PAID\"}"),
                "71b80961cf33c897c04bae88f679e5295b5101fce866ea47c9634f5517496542");
    const struct str parts[] = {
        STR("INTERACTIVE+5124+TEST+978+PAYMENT+SINGLE+"),
        STR_NONE,
        STR("12345678+20170129130025+123456+V2+"),
        str_of(lyra_key),
    };
    hmac_sha256(str_of(lyra_key), parts, 4, digest);
    assert_string_equal(base64_str(&a, digest, sizeof(digest)).ptr,
                        "ycA5Do5tNvsnKdc/eP1bj2xa19z9q3iWPy9/rpesfS0=");
    arena_release(&a);
}

static void
secrets_are_equal_only_when_every_byte_is(void **state)
{
    char a[64], b[64];

    (void)state;
    memset(a, 'k', sizeof(a));
    memset(b, 'k', sizeof(b));
    assert_true(secret_eq(str_n(a, 64), str_n(b, 64)));
    for (size_t i = 0; i < sizeof(b); i++) {
        b[i] ^= 1;
        assert_false(secret_eq(str_n(a, 64), str_n(b, 64)));
        b[i] ^= 1;
    }
    assert_false(secret_eq(str_n(a, 63), str_n(b, 64)));
    assert_false(secret_eq(STR_NONE, str_n(b, 1)));
    assert_true(secret_eq(STR_NONE, STR("")));
}

static void
tokens_use_the_alphabet_and_differ(void **state)
{
    struct arena a = {0};
    bool seen[256] = {false};
    int kinds = 0;

    (void)state;
    struct str token = random_token(&a, 4000);
    assert_int_equal(token.len, 4000);
    assert_int_equal(token.ptr[4000], '\0');
    for (size_t i = 0; i < token.len; i++) {
        assert_true(str_contains(STR("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), str_n(token.ptr + i, 1)));
        kinds += !seen[(unsigned char)token.ptr[i]];
        seen[(unsigned char)token.ptr[i]] = true;
    }
    /* That one of 32 misses in 4,000 draws happens once in 10^53 runs. */
    assert_int_equal(kinds, 32);
    assert_false(str_eq(random_token(&a, 26), random_token(&a, 26)));
    assert_int_equal(random_token(&a, 0).len, 0);
    random_bytes(NULL, 0);
    arena_release(&a);
}

static void
random_numbers_stay_below_and_reach_everything(void **state)
{
    bool seen[7] = {false};

    (void)state;
    assert_int_equal(random_below(1), 0);
    for (int i = 0; i < 2000; i++) {
        uint32_t n = random_below(7);
        assert_true(n < 7);
        seen[n] = true;
    }
    for (int i = 0; i < 7; i++)
        assert_true(seen[i]);
}

int
test_crypto(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digest_is_blake2b_of_its_length),
        cmocka_unit_test(sha256_gives_the_published_vectors),
        cmocka_unit_test(hmac_gives_the_vectors_of_rfc_4231),
        cmocka_unit_test(hmac_gives_the_payment_providers_vectors),
        cmocka_unit_test(secrets_are_equal_only_when_every_byte_is),
        cmocka_unit_test(tokens_use_the_alphabet_and_differ),
        cmocka_unit_test(random_numbers_stay_below_and_reach_everything),
    };

    return cmocka_run_group_tests_name("crypto", tests, begin, NULL);
}
