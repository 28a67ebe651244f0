/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.h - RFC 4180 read as a stream and written with formulas made harmless.
 *
 * The reader works in place on a buffer of the caller's source and is made for the 10 GB files
 * of the company register: one pass, memchr for the common unquoted line. Line numbers are those
 * an editor shows (a quoted field may hold line breaks).
 */
#ifndef MAILLON_BASE_CSV_H
#define MAILLON_BASE_CSV_H

#include "base/buf.h"
#include "base/err.h"

enum { CSV_FIELDS_MAX = 256, CSV_RECORD_BYTES_MAX = 1024 * 1024 };

/* Reads up to cap bytes into to; returns how many, 0 at the end, -1 on an error. */
typedef long (*csv_source)(void *arg, char *to, size_t cap);

struct csv {
    csv_source source;
    void *arg;
    char sep;               /* ',' or ';' */
    char *ptr;              /* Own buffer, malloc'ed. */
    size_t start, end, cap;
    bool eof;
    int64_t line;           /* Line where the current record starts, from 1. */
    int64_t next_line;
    int64_t bytes_read;
    struct str field[CSV_FIELDS_MAX]; /* Of the current record, valid until the next call. */
    int count;
    bool ascii;             /* No byte of the record is over 0x7F: it is valid UTF-8 as it is. */
    const char *why;        /* After CSV_BAD: what was wrong, a fixed sentence. */
};

enum csv_result {
    CSV_RECORD,
    CSV_END,
    CSV_BAD,    /* This record only. */
    CSV_FAILED, /* The source. */
};

/* A UTF-8 byte order mark at the start is passed over, and so is every empty line. */
void csv_init(struct csv *c, csv_source source, void *arg, char sep);
/* CSV_BAD: the record at c->line is malformed (c->why) and was skipped; reading goes on at the line
 * after c->line, so that a quote opened by mistake costs one line and not what follows it. Whether
 * a field is valid UTF-8 is for the caller to check, unless c->ascii. */
enum csv_result csv_next(struct csv *c);
void csv_release(struct csv *c);

/* Appends one field and the separator before it unless first. Quotes when needed; a value that
 * starts with = + - @ tab, CR, LF or NUL gets a ' before it (OWASP CSV injection). */
void csv_put(struct buf *out, bool first, struct str value);
/* The same behind another separator, ',' or ';'; '\0': it is the first. */
void csv_put_after(struct buf *out, char sep, struct str value);
/* A number as it is. */
void csv_put_i64(struct buf *out, bool first, int64_t value);
void csv_end(struct buf *out);

#endif
