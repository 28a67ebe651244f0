/* SPDX-License-Identifier: Apache-2.0 */
/*
 * label_fuzz.c - whatever a carrier answers has one outcome, and only a whole answer is believed.
 */
#include "carrier/carrier.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
within(struct str part, struct str whole)
{
    return part.len == 0 || (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {200, 400, 503, 500, 401};
    static struct arena a;
    struct label_answer out;
    struct multipart m;

    if (size < 2)
        return 0;
    struct str reply = str_n((const char *)data + 2, size - 2);
    if (multipart_read(reply, &m)) {
        assert(m.count >= 0 && m.count <= MULTIPART_PARTS_MAX);
        for (int i = 0; i < m.count; i++)
            assert(within(m.part[i].body, reply) && within(m.part[i].id, reply));
    }
    int status = statuses[data[0] % 5];
    colissimo_answer_read(&a, status, reply, (data[1] & 1) != 0, &out);
    if (out.outcome == LABEL_MADE) {
        assert(status == 200 && parcel_number_valid(out.number));
        assert(out.label.len > 0 && within(out.label, reply) && out.why.len == 0);
        assert((data[1] & 1) == 0 || out.cn23.len > 0);
    } else {
        assert(out.why.len > 0 && out.outcome != LABEL_NONE);
    }
    arena_clear(&a);
    return 0;
}
