/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv_file.h - a long table as a CSV file (RFC 4180) that goes out piece by piece: memory stays
 * flat, the rows are counted and the bytes hashed as they go, so that whoever has the file can
 * tell that it is whole.
 */
#ifndef MAILLON_BASE_CSV_FILE_H
#define MAILLON_BASE_CSV_FILE_H

#include "base/crypto.h"
#include "base/csv.h"

enum {
    CSV_BATCH_ROWS = 1000,     /* What the statement of a batch gives at most. */
    CSV_PASS_BYTES = 64 * 1024 /* A piece goes out once it has so many. */
};

/* Sends what stands in the file's buffer and empties it. */
typedef enum err (*csv_sink)(void *arg);

/* How it is written. RFC 4180; or as a French spreadsheet opens it by a double click: a byte order
 * mark, semicolons, and decimal commas, which are the caller's. */
enum csv_kind { CSV_RFC4180, CSV_FRENCH };

struct csv_file {
    struct buf *out; /* Where csv_put_after writes. */
    enum csv_kind kind;
    char sep;        /* Between fields. */
    bool in_row;     /* A field of the row was put. */
    csv_sink sink;
    void *arg;
    int64_t rows, bytes;
    struct sha256 hash;
    unsigned char digest[SHA256_BYTES]; /* After csv_file_end. */
};

/* The first line, too. */
void csv_file_begin(struct csv_file *f, enum csv_kind kind, struct buf *out, csv_sink sink,
                    void *arg, const char *const *heads, size_t count);
/* The next field of the row. */
void csv_file_put(struct csv_file *f, struct str value);
void csv_file_put_i64(struct csv_file *f, int64_t value);
/* Ends a row. */
void csv_file_row(struct csv_file *f);
/* Sends what there is when it is enough; between two batches. Errors are the sink's. */
NODISCARD enum err csv_file_pass(struct csv_file *f);
/* Counts and hashes the rest, and leaves it in the buffer. */
void csv_file_end(struct csv_file *f);

#endif
