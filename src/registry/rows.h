/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows.h - one checked row out of one record of a register file.
 */
#ifndef MAILLON_REGISTRY_ROWS_H
#define MAILLON_REGISTRY_ROWS_H

#include "registry/import.h"

/* What is wrong with a row: NULL reason for nothing. */
struct row_fault {
    const char *column, *reason;
};

/* Maps the header. False with the names of the missing columns in why. */
bool columns_map(struct stream *s, char *why, size_t why_size);
/* The row's text goes into b, which has ROW_TEXT_MAX bytes free. A fault leaves the key in *out
 * (0 when the key itself is bad). */
struct row_fault unit_read(const struct stream *s, struct batch *b, struct unit_row *out);
struct row_fault place_read(const struct stream *s, struct batch *b, struct place_row *out);

#endif
