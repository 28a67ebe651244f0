/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf.h - bytes that grow, with a ceiling.
 *
 * Appending beyond the ceiling drops the bytes and sets overflow; nobody checks each call, the
 * one who sends the buffer looks once. Memory is malloc'ed and freed by buf_release.
 */
#ifndef MAILLON_BASE_BUF_H
#define MAILLON_BASE_BUF_H

#include <stdbool.h>

#include "base/str.h"

struct buf {
    char *ptr; /* Not NUL-terminated; NULL when nothing was written yet. */
    size_t len;
    size_t cap;
    size_t max; /* Ceiling in bytes; 0 means BUF_MAX_DEFAULT. */
    bool overflow;
};

enum { BUF_MAX_DEFAULT = 16 * 1024 * 1024 };

void buf_init(struct buf *b, size_t max);
/* Empties it and keeps the memory. */
void buf_clear(struct buf *b);
void buf_release(struct buf *b);

void buf_put(struct buf *b, const void *bytes, size_t len);
void buf_str(struct buf *b, struct str s);
void buf_z(struct buf *b, const char *z);
void buf_byte(struct buf *b, char c);
void buf_i64(struct buf *b, int64_t n);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Templates use this for their fixed text. */
#define buf_lit(b, literal, n) buf_put((b), (literal), (n))

static inline struct str
buf_view(const struct buf *b)
{
    return (struct str){b->ptr, b->len};
}

/* A copy in the arena, NUL-terminated. */
struct str buf_dup(const struct buf *b, struct arena *a);

#endif
