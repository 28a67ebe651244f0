/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_ref.c - a Feistel network over the two halves of a number of 50 bits. See order_ref.h.
 */
#include "order/order_ref.h"

#include "base/parse.h"
#include "order/order.h"

enum { HALF_BITS = 25, ROUNDS = 8, DIGIT_BITS = 5 };

#define HALF_MASK ((UINT64_C(1) << HALF_BITS) - 1)

_Static_assert(ORDER_REF_LEN * DIGIT_BITS == 2 * HALF_BITS, "a reference holds both halves");

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

bool
ref_key_read(struct str hex, struct short_key *out)
{
    return hex_parse(hex, out->bytes, sizeof out->bytes);
}

static uint64_t
round_value(const struct short_key *key, unsigned round, uint64_t half)
{
    return short_hash(key, (uint64_t)round << 32 | half) & HALF_MASK;
}

struct str
ref_make(struct arena *a, const struct short_key *key, int64_t id)
{
    uint64_t left = (uint64_t)id >> HALF_BITS;
    uint64_t right = (uint64_t)id & HALF_MASK;
    char *ref = arena_alloc(a, ORDER_REF_LEN);

    assert(id > 0 && left <= HALF_MASK);
    for (unsigned r = 0; r < ROUNDS; r++) {
        uint64_t mixed = left ^ round_value(key, r, right);
        left = right;
        right = mixed;
    }
    uint64_t number = left << HALF_BITS | right;
    for (size_t i = ORDER_REF_LEN; i > 0; i--, number >>= DIGIT_BITS)
        ref[i - 1] = digits[number & 31];
    return str_n(ref, ORDER_REF_LEN);
}

int64_t
ref_id(const struct short_key *key, struct str ref)
{
    uint64_t number = 0;

    if (ref.len != ORDER_REF_LEN)
        return 0;
    for (size_t i = 0; i < ref.len; i++) {
        const char *digit = memchr(digits, ref.ptr[i], sizeof digits - 1);
        if (digit == NULL)
            return 0;
        number = number << DIGIT_BITS | (uint64_t)(digit - digits);
    }
    uint64_t left = number >> HALF_BITS;
    uint64_t right = number & HALF_MASK;
    for (unsigned r = ROUNDS; r > 0; r--) {
        uint64_t mixed = right ^ round_value(key, r - 1, left);
        right = left;
        left = mixed;
    }
    return (int64_t)(left << HALF_BITS | right);
}
