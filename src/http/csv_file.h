/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv_file.h - a table as a CSV file (RFC 4180), sent in pieces: memory stays flat, and whoever
 * has the file can tell that it is whole.
 *
 * The rows are counted and the bytes hashed as they go; both follow the last piece as trailers
 * (Repr-Digest, RFC 9530, and X-Row-Count), and the maker keeps them with its note of the export.
 */
#ifndef MAILLON_HTTP_CSV_FILE_H
#define MAILLON_HTTP_CSV_FILE_H

#include "base/crypto.h"
#include "base/csv.h"
#include "http/req.h"

enum { CSV_BATCH_ROWS = 1000 }; /* What the statement of a batch gives at most. */

struct csv_file {
    struct req *req;
    struct buf *out;     /* Where csv_put writes. */
    int64_t rows, bytes;
    struct sha256 hash;
    struct str digest;   /* After csv_file_end: SHA-256 in hexadecimal, in the request's arena. */
};

/* Status, type, name and first line. */
void csv_file_begin(struct ctx *cx, struct csv_file *f, struct req *req, struct str name,
                    const char *const *heads, size_t count);
/* Ends a row. */
void csv_file_row(struct csv_file *f);
/* Sends what there is when it is enough; between two batches. Errors: res_flush. */
NODISCARD enum err csv_file_pass(struct csv_file *f);
/* Counts and hashes the rest, which the handler's return sends. */
void csv_file_end(struct csv_file *f);

#endif
