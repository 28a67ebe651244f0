/* SPDX-License-Identifier: Apache-2.0 */
/* pg_row.h - PostgreSQL's binary results as cells. For db_pg.c. */
#ifndef MAILLON_DB_PG_ROW_H
#define MAILLON_DB_PG_ROW_H

#include <libpq-fe.h>

#include "db/db.h"

/* Copies all rows into a. False when a column has a type that portable statements do not give
 * (its OID in *bad_type), or a number that is not whole or does not fit. */
bool pg_rows(struct arena *a, const PGresult *res, struct db_rows *out, int *bad_type);

#endif
