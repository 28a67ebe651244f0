/* SPDX-License-Identifier: Apache-2.0 */
/* wal_vfs.h - the write-ahead log in few large writes. For db_sqlite.c. */
#ifndef MAILLON_DB_WAL_VFS_H
#define MAILLON_DB_WAL_VFS_H

/* The name to give to sqlite3_open_v2 for a connection that writes with synchronous = FULL. NULL
 * when it cannot be registered. */
const char *wal_vfs_name(void);

struct sqlite3;
/* To be called when a transaction was rolled back: what it gathered must never be written, because
 * from now on another process may commit at that place of the log. */
void wal_vfs_forget(struct sqlite3 *conn);

#endif
