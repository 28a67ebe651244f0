/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ground.h - where the database tests of this process begin: a database that was migrated from
 * nothing, made once and given out many times.
 *
 * SQLite: a file, copied for each test. PostgreSQL: a database beside the one that MAILLON_TEST_PG
 * names, lent to one test at a time. When it comes back, rows and sequences are put as the
 * migration left them (ground.sql); one that grew, or whose tables, columns, constraints, triggers
 * or functions a test changed, is dropped, and the next test gets a new one. That needs a role
 * that may make databases and switch triggers off: a superuser, as test/pg.sh makes it.
 *
 * Both are removed when the process ends well. Not for two threads at once.
 */
#ifndef MAILLON_TEST_GROUND_H
#define MAILLON_TEST_GROUND_H

#include <stddef.h>

/* A copy at path, which must not exist. */
void ground_copy_sqlite(const char *path);
/* The URL of a database; it is given back before the next one is lent, with no connection left. */
void ground_lend_pg(char *url, size_t size);
void ground_return_pg(void);

#endif
