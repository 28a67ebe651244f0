/* SPDX-License-Identifier: Apache-2.0 */
/* settle_fuzz.c - settlement files of any bytes: refused, or rows with text and sane amounts. */
#include <assert.h>

#include "invoice/settle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = {0};
    struct settle_file f;
    struct str why;

    if (settle_parse(&a, str_n((const char *)data, size), STR("ref=Numéro, amount=Brut"), &f,
                     &why) == OK) {
        assert(why.len == 0);
        for (size_t i = 0; i < f.count; i++) {
            assert(f.row[i].line > 1 && f.row[i].cents >= 0);
            assert(utf8_valid(f.row[i].ref) && utf8_valid(f.row[i].order_ref));
            assert(f.row[i].ref.len + f.row[i].order_ref.len > 0);
        }
    } else {
        assert(why.len > 0);
    }
    if (settle_parse(&a, str_n((const char *)data, size), STR_NONE, &f, &why) != OK)
        assert(why.len > 0);
    arena_release(&a);
    return 0;
}
