/* SPDX-License-Identifier: Apache-2.0 */
/* postal_fuzz.c - an address out of any bytes: refused by field, or six lines that fit. */
#include "registry/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Line breaks part the input into the address's fields. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a;
    struct str rest = str_n((const char *)data, size);
    struct str part[8] = {0};
    struct postal p = {0};
    const char *field = NULL;

    if (!utf8_valid(rest))
        return 0;
    arena_clear(&a);
    for (size_t i = 0; i < 8 && str_split(&rest, '\n', &part[i]);)
        i++;
    struct postal_in in = {part[0], part[1], part[2], part[3], part[4], part[5], part[6], part[7]};
    if (postal_lines(&a, &in, &p, &field) != OK) {
        assert(field != NULL);
        return 0;
    }
    assert(p.count >= 2 && p.count <= 6);
    for (int i = 0; i < p.count; i++)
        assert(p.line[i].len > 0 && utf8_valid(p.line[i]) && utf8_count(p.line[i]) <= 38);
    return 0;
}
