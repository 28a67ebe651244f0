/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lyra_fuzz.c - notifications: as they come, and signed, so that the parser behind the signature
 * is reached too. The first byte picks the way.
 */
#include "base/crypto.h"
#include "base/parse.h"
#include "payment/lyra.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct str key = {"1122334455667788", 16};

/* The fields of the input with a signature of ours in place of theirs. */
static struct str
sign_again(struct arena *a, struct str body)
{
    struct pair_list f;
    const char *why;
    struct buf out = {0};

    if (lyra_form_parse(a, body, &f, &why) != OK)
        return body;
    for (size_t i = 0; i < f.count; i++) {
        if (str_is(f.item[i].name, "signature"))
            continue;
        url_encode(&out, f.item[i].name);
        buf_byte(&out, '=');
        url_encode(&out, f.item[i].value);
        buf_byte(&out, '&');
    }
    buf_z(&out, "signature=");
    url_encode(&out, lyra_sign(a, &f, key));
    struct str s = buf_dup(&out, a);
    buf_release(&out);
    return s;
}

static void
rest(struct arena *a, struct str answer)
{
    struct buf out = {0};
    struct news_list news = {0};
    const char *why = "";

    buf_z(&out, "kr-hash-algorithm=sha256_hmac&kr-hash-key=password&kr-hash=");
    buf_str(&out, lyra_rest_hash(a, answer, key));
    buf_z(&out, "&kr-answer=");
    url_encode(&out, answer);
    if (lyra_rest_notice_read(a, buf_view(&out), key, &news, &why) == OK)
        for (size_t i = 0; i < news.count; i++)
            assert(news.item[i].event_key.len > 0 && news.item[i].amount_cents >= 0);
    buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a;
    struct news_list news = {0};
    const char *why = NULL;

    if (size == 0)
        return 0;
    crypto_init();
    struct str body = str_n((const char *)data + 1, size - 1);
    if (data[0] % 3 == 2) {
        rest(&a, body);
    } else {
        if (data[0] % 3 == 1)
            body = sign_again(&a, body);
        enum err e = lyra_notice_read(&a, body, key, &news, &why);
        assert(e == OK || (why != NULL && news.count == 0));
        assert(e != OK || (news.count == 1 && news.item[0].amount_cents >= 0));
    }
    arena_clear(&a);
    return 0;
}
