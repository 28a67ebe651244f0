/* SPDX-License-Identifier: Apache-2.0 */
/* stripe_fuzz.c - the signature's header and the event. The first byte picks which. */
#include "base/crypto.h"
#include "payment/stripe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a;
    struct news_list news = {0};
    const char *why = NULL;

    if (size == 0)
        return 0;
    crypto_init();
    struct str input = str_n((const char *)data + 1, size - 1);
    if (data[0] % 2 == 0) {
        enum err e = stripe_verify(input, STR("{}"), STR("whsec_a,whsec_b"), 0, &why);
        assert(e == OK || why != NULL);
    } else {
        enum err e = stripe_event_read(&a, input, &news, &why);
        assert(e == OK ? news.count == 1 && news.item[0].amount_cents >= 0
                       : why != NULL && news.count == 0);
    }
    arena_clear(&a);
    return 0;
}
