/* SPDX-License-Identifier: Apache-2.0 */
/* settle_fuzz.c - settlement files of any bytes: refused, or rows with text and sane amounts. */
#include <assert.h>

#include "invoice/settle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
file_check(const struct settle_file *f)
{
    assert(f->heads.count > 0 && f->column[SETTLE_GROSS] >= 0);
    assert(f->column[SETTLE_REF] >= 0 || f->column[SETTLE_ORDER] >= 0);
    for (int c = 0; c < SETTLE_COLUMNS; c++)
        assert(f->column[c] < (int)f->heads.count);
    for (size_t i = 0; i < f->heads.count; i++)
        assert(utf8_valid(f->heads.item[i]));
    for (size_t i = 0; i < f->count; i++) {
        assert(f->row[i].line > 1 && f->row[i].cents >= 0);
        assert(utf8_valid(f->row[i].ref) && utf8_valid(f->row[i].order_ref));
        assert(f->row[i].ref.len + f->row[i].order_ref.len > 0);
    }
    for (size_t i = 0; i < f->fault_count; i++) {
        assert(f->fault[i].line > 1 && f->fault[i].cents >= 0);
        assert(f->fault[i].text.len > 0 && utf8_valid(f->fault[i].text));
        assert(utf8_valid(f->fault[i].ref));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const columns[] = {"", "ref=Numéro, amount=Brut,currency=Dev"};

    for (int i = 0; i < 2; i++) {
        struct arena a = {0};
        struct settle_file f;
        struct str why;

        if (settle_parse(&a, str_n((const char *)data, size), str_of(columns[i]), &f, &why) == OK) {
            assert(why.len == 0);
            file_check(&f);
        } else {
            assert(why.len > 0 && utf8_valid(why));
        }
        arena_release(&a);
    }
    return 0;
}
