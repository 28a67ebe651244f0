/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv_answer.h - a CSV file as the answer of a LATE handler, in pieces. How many rows it has and
 * its digest follow the last piece as trailers: X-Row-Count, and Repr-Digest (RFC 9530).
 *
 *   csv_answer_begin(cx, &file, CSV_RFC4180, req, STR("orders.csv"), heads, count);
 *   ... batches of rows, csv_file_pass between them ...
 *   csv_answer_end(&file, req);
 */
#ifndef MAILLON_HTTP_CSV_ANSWER_H
#define MAILLON_HTTP_CSV_ANSWER_H

#include "base/csv_file.h"
#include "http/req.h"

/* Of the query: forme=tableur asks for CSV_FRENCH. */
NODISCARD enum err csv_answer_kind(struct req *req, enum csv_kind *out);
/* The address of the same file as a French spreadsheet opens it. */
struct url csv_answer_sheet(struct arena *a, struct url u);
void csv_answer_begin(struct ctx *cx, struct csv_file *f, enum csv_kind kind, struct req *req,
                      struct str name, const char *const *heads, size_t count);
void csv_answer_end(struct csv_file *f, struct req *req);

#endif
