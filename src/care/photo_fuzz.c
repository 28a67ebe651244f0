/* SPDX-License-Identifier: Apache-2.0 */
/* photo_fuzz.c - any bytes as a picture: what is kept is read again as the same picture, and then
 * nothing more is taken from it. */
#include "care/photo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a; /* Kept from run to run: a fresh one costs more than the reading. */
    struct photo first, second;

    if (photo_read(&a, str_n((const char *)data, size), &first) == OK) {
        assert(first.bytes.len <= size + 64);
        if (first.bytes.len <= PHOTO_BYTES_MAX) {
            assert(photo_read(&a, first.bytes, &second) == OK);
            assert(str_eq(first.bytes, second.bytes));
            assert(first.width == second.width && first.height == second.height);
        }
    }
    arena_clear(&a);
    return 0;
}
