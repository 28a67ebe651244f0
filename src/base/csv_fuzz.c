/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv_fuzz.c - any bytes as a CSV file.
 *
 * Beyond not crashing: what is read must not depend on the pieces in which the source gives it,
 * lines must count up, a record said to be ASCII must be, and every record written by our writer
 * must be read back as it was (but for the mark that makes formulas harmless).
 */
#include "base/csv.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pieces {
    const uint8_t *at;
    size_t left;
    size_t step; /* At most so many bytes at once; 0: all. */
};

static long
pieces_read(void *arg, char *to, size_t cap)
{
    struct pieces *p = arg;
    size_t n = p->step != 0 && p->step < cap ? p->step : cap;

    if (n > p->left)
        n = p->left;
    if (n > 0) {
        memcpy(to, p->at, n);
        p->at += n;
        p->left -= n;
    }
    return (long)n;
}

static uint64_t
mix(uint64_t sum, const void *bytes, size_t len)
{
    const unsigned char *b = bytes;

    for (size_t i = 0; i < len; i++)
        sum = (sum ^ b[i]) * 0x100000001B3u;
    return sum;
}

/* A number made of everything the reader said. */
static uint64_t
read_sum(const uint8_t *data, size_t size, size_t step, char sep, struct buf *copy)
{
    struct pieces p = {data, size, step};
    uint64_t sum = 0xCBF29CE484222325u;
    int64_t last_line = 0;
    enum csv_result result;
    struct csv *c = malloc(sizeof(*c));

    if (c == NULL)
        abort();
    csv_init(c, pieces_read, &p, sep);
    while ((result = csv_next(c)) != CSV_END) {
        assert(result == CSV_RECORD || result == CSV_BAD);
        assert(c->line > last_line && c->next_line > c->line);
        last_line = c->line;
        assert((result == CSV_BAD) == (c->why != NULL));
        assert((result == CSV_BAD) == (c->count == 0));
        sum = mix(sum, &c->line, sizeof(c->line));
        if (c->why != NULL)
            sum = mix(sum, c->why, strlen(c->why));
        for (int i = 0; i < c->count; i++) {
            struct str f = c->field[i];
            assert(f.len == 0 || memchr(f.ptr, '\0', f.len) == NULL);
            assert(!c->ascii || utf8_valid(f));
            sum = mix(sum, &f.len, sizeof(f.len));
            sum = mix(sum, f.ptr, f.len);
            if (copy != NULL)
                csv_put(copy, i == 0, f);
        }
        if (copy != NULL && c->count > 0)
            csv_end(copy);
    }
    assert(c->bytes_read == (int64_t)size);
    csv_release(c);
    free(c);
    return sum;
}

/* The first round puts its mark on formulas and the second drops the quotes that came with it;
 * from then on, reading and writing change nothing. */
static void
write_and_read_back(const uint8_t *data, size_t size)
{
    struct buf once = {0}, twice = {0}, thrice = {0};

    read_sum(data, size, 0, ',', &once);
    read_sum((const uint8_t *)once.ptr, once.len, 0, ',', &twice);
    read_sum((const uint8_t *)twice.ptr, twice.len, 0, ',', &thrice);
    assert(once.overflow || str_eq(buf_view(&thrice), buf_view(&twice)));
    buf_release(&once);
    buf_release(&twice);
    buf_release(&thrice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    char sep = data[0] & 1 ? ',' : ';';
    size_t step = (size_t)(data[0] >> 1) % 70 + 1;
    uint64_t whole = read_sum(data + 1, size - 1, 0, sep, NULL);

    assert(read_sum(data + 1, size - 1, step, sep, NULL) == whole);
    write_and_read_back(data + 1, size - 1);
    return 0;
}
