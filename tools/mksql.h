/* SPDX-License-Identifier: Apache-2.0 */
/* mksql.h - the two halves of mksql: statements and schema steps. */
#ifndef TOOLS_MKSQL_H
#define TOOLS_MKSQL_H

#include "tool.h"

/* False, and nothing done, when the file's name is not NNNN_name.sql. Files
 * come in the order of their numbers. */
bool schema_read(const char *path);
void schema_write(const char *dir);

#endif
