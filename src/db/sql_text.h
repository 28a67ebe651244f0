/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sql_text.h - the shape of what tools/mksql makes from .sql files.
 *
 * src/X/X.sql becomes sql_texts, indexed by enum sql_id of the generated
 * "sql.h"; schema/NNNN_name.sql becomes schema_steps, in the order of their
 * numbers. Both tables end in a row of zeros that their counts leave out.
 */
#ifndef DB_SQL_TEXT_H
#define DB_SQL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct sql_text {
    const char *name;   /* As written after "--": order_find. */
    const char *file;   /* Where it stands: src/order/order.sql:12. */
    int params;         /* How many values it takes. */
    bool write;         /* INSERT, UPDATE or DELETE, on either engine. */
    const char *sqlite; /* Parameters are ?1, ?2 ... */
    const char *pg;     /* Parameters are $1, $2 ... */
};

struct schema_step {
    int number;           /* 1 for schema/0001_*.sql. */
    const char *name;     /* The file's name without number and ending. */
    const char *sqlite;   /* All statements of the step, ended by ';'. */
    const char *pg;
    const char *checksum; /* 16 hexadecimal digits over the file as written. */
};

extern const struct sql_text sql_texts[];
extern const struct schema_step schema_steps[];
extern const size_t schema_step_count;

#endif
