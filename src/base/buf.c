/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf.c - a growing buffer with a ceiling.
 *
 * An append that would pass the ceiling is dropped whole, and so is every later one: what the
 * buffer holds is always a clean prefix of what was meant. Growth doubles, so that n appends cost
 * O(n).
 */
#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUF_FIRST = 256, BUF_I64_CHARS = 20 };

void
buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void
buf_clear(struct buf *b)
{
    b->len = 0;
    b->overflow = false;
}

void
buf_release(struct buf *b)
{
    free(b->ptr);
    *b = (struct buf){.max = b->max};
}

/* Makes room for len more bytes; false when the ceiling forbids it. */
static bool
buf_room(struct buf *b, size_t len)
{
    size_t max = b->max == 0 ? BUF_MAX_DEFAULT : b->max;

    if (b->overflow || b->len > max || len > max - b->len) {
        b->overflow = true;
        return false;
    }
    if (len <= b->cap - b->len)
        return true;

    size_t want = b->cap < BUF_FIRST ? BUF_FIRST : b->cap;
    while (want < b->len + len)
        want = want > max / 2 ? max : want * 2;
    char *grown = realloc(b->ptr, want);
    if (grown == NULL) {
        fputs("maillon: out of memory\n", stderr);
        abort();
    }
    b->ptr = grown;
    b->cap = want;
    return true;
}

void
buf_put(struct buf *b, const void *bytes, size_t len)
{
    if (len == 0 || !buf_room(b, len))
        return;
    memcpy(b->ptr + b->len, bytes, len);
    b->len += len;
}

void
buf_str(struct buf *b, struct str s)
{
    buf_put(b, s.ptr, s.len);
}

void
buf_z(struct buf *b, const char *z)
{
    buf_str(b, str_of(z));
}

void
buf_byte(struct buf *b, char c)
{
    if (!buf_room(b, 1))
        return;
    b->ptr[b->len++] = c;
}

void
buf_i64(struct buf *b, int64_t n)
{
    char digits[BUF_I64_CHARS];
    size_t at = sizeof(digits);
    /* Unsigned, because INT64_MIN has no positive counterpart. */
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (n < 0)
        digits[--at] = '-';
    buf_put(b, digits + at, sizeof(digits) - at);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    char small[256];

    va_start(ap, fmt);
    int len = vsnprintf(small, sizeof(small), fmt, ap);
    va_end(ap);
    assert(len >= 0); /* A format that cannot be printed is our mistake. */
    if ((size_t)len < sizeof(small)) {
        buf_put(b, small, (size_t)len);
        return;
    }
    /* The NUL that vsnprintf adds needs a byte of room too; it is overwritten later. */
    if (!buf_room(b, (size_t)len))
        return;
    char *whole = malloc((size_t)len + 1);
    if (whole == NULL) {
        fputs("maillon: out of memory\n", stderr);
        abort();
    }
    va_start(ap, fmt);
    vsnprintf(whole, (size_t)len + 1, fmt, ap);
    va_end(ap);
    buf_put(b, whole, (size_t)len);
    free(whole);
}

struct str
buf_dup(const struct buf *b, struct arena *a)
{
    return str_dup(a, buf_view(b));
}
