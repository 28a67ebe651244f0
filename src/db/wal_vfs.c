/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wal_vfs.c - the write-ahead log in few large writes.
 *
 * SQLite writes each page of a commit to the WAL with two system calls, one for the frame's head
 * of 24 bytes and one for the page. A group commit of 64 orders is some hundred pages, so a third
 * of the writer's time went into them. This VFS stands in front of the operating system's for
 * the WAL of the writing connection only: consecutive writes gather in a buffer, which goes out
 * as one when it is full, and always before the sync of a commit.
 *
 * Why nothing is lost by it: with synchronous = FULL SQLite syncs the WAL before it publishes a
 * commit to readers, and xSync writes the buffer first. What is still in the buffer belongs to
 * a transaction that nobody was told of. Whatever reads or measures the file through this
 * connection, or writes elsewhere in it, has the buffer written before. A rollback empties it
 * (wal_vfs_forget): the place belongs to whoever writes next. Locks and shared memory belong to the
 * database file, which this does not touch. test/disk.h cuts the power below it.
 */
#include "db/wal_vfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* NOTE: SQLite's unix VFS cuts a write's length to 17 bits. */
enum { GATHER_MAX = 124 * 1024 };

struct wal_file {
    sqlite3_file base; /* First: SQLite sees this. */
    sqlite3_file *real;
    sqlite3_int64 at;  /* Where the gathered bytes belong. */
    int len;
    char *bytes;
};

static sqlite3_vfs *
system_vfs(void)
{
    return sqlite3_vfs_find(NULL);
}

static struct wal_file *
wal_of(sqlite3_file *file)
{
    return (struct wal_file *)file;
}

/*
 * What could not be written stays and is tried again before anything else reaches the file: when
 * it was a read that asked for it, SQLite undoes one statement only, and the commit would otherwise
 * come to stand on pages that are not there. A rollback forgets it.
 */
static int
gathered_write(struct wal_file *w)
{
    int rc = SQLITE_OK;

    if (w->len > 0)
        rc = w->real->pMethods->xWrite(w->real, w->bytes, w->len, w->at);
    if (rc == SQLITE_OK)
        w->len = 0;
    return rc;
}

static int
wal_close(sqlite3_file *file)
{
    struct wal_file *w = wal_of(file);

    free(w->bytes); /* Of a transaction that never came to its sync. */
    w->bytes = NULL;
    return w->real->pMethods->xClose(w->real);
}

static int
wal_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    struct wal_file *w = wal_of(file);

    if (w->len > 0 && (at != w->at + w->len || len > GATHER_MAX - w->len)) {
        int rc = gathered_write(w);
        if (rc != SQLITE_OK)
            return rc;
    }
    if (len > GATHER_MAX)
        return w->real->pMethods->xWrite(w->real, bytes, len, at);
    if (w->len == 0)
        w->at = at;
    memcpy(w->bytes + w->len, bytes, (size_t)len);
    w->len += len;
    return SQLITE_OK;
}

static int
wal_read(sqlite3_file *file, void *bytes, int len, sqlite3_int64 at)
{
    struct wal_file *w = wal_of(file);

    if (w->len > 0 && at < w->at + w->len && at + len > w->at) {
        int rc = gathered_write(w);
        if (rc != SQLITE_OK)
            return rc;
    }
    return w->real->pMethods->xRead(w->real, bytes, len, at);
}

static int
wal_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct wal_file *w = wal_of(file);
    int rc = gathered_write(w);

    return rc != SQLITE_OK ? rc : w->real->pMethods->xTruncate(w->real, size);
}

static int
wal_sync(sqlite3_file *file, int flags)
{
    struct wal_file *w = wal_of(file);
    int rc = gathered_write(w);

    return rc != SQLITE_OK ? rc : w->real->pMethods->xSync(w->real, flags);
}

static int
wal_size(sqlite3_file *file, sqlite3_int64 *out)
{
    struct wal_file *w = wal_of(file);
    int rc = gathered_write(w);

    return rc != SQLITE_OK ? rc : w->real->pMethods->xFileSize(w->real, out);
}

static int
wal_lock(sqlite3_file *file, int level)
{
    return wal_of(file)->real->pMethods->xLock(wal_of(file)->real, level);
}

static int
wal_unlock(sqlite3_file *file, int level)
{
    return wal_of(file)->real->pMethods->xUnlock(wal_of(file)->real, level);
}

static int
wal_reserved(sqlite3_file *file, int *out)
{
    return wal_of(file)->real->pMethods->xCheckReservedLock(wal_of(file)->real, out);
}

static int
wal_control(sqlite3_file *file, int op, void *arg)
{
    return wal_of(file)->real->pMethods->xFileControl(wal_of(file)->real, op, arg);
}

static int
wal_sector(sqlite3_file *file)
{
    return wal_of(file)->real->pMethods->xSectorSize(wal_of(file)->real);
}

static int
wal_device(sqlite3_file *file)
{
    return wal_of(file)->real->pMethods->xDeviceCharacteristics(wal_of(file)->real);
}

static const sqlite3_io_methods wal_methods = {
    .iVersion = 1, /* No shared memory and no mapping: those are the database file's. */
    .xClose = wal_close,
    .xRead = wal_read,
    .xWrite = wal_write,
    .xTruncate = wal_truncate,
    .xSync = wal_sync,
    .xFileSize = wal_size,
    .xLock = wal_lock,
    .xUnlock = wal_unlock,
    .xCheckReservedLock = wal_reserved,
    .xFileControl = wal_control,
    .xSectorSize = wal_sector,
    .xDeviceCharacteristics = wal_device,
};

/* The system's own file object lies behind ours in the memory SQLite gives. */
static size_t
real_offset(void)
{
    size_t align = _Alignof(max_align_t);

    return (sizeof(struct wal_file) + align - 1) / align * align;
}

static int
wal_vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
    sqlite3_vfs *real = system_vfs();
    struct wal_file *w = wal_of(file);

    (void)vfs;
    if ((flags & SQLITE_OPEN_WAL) == 0)
        return real->xOpen(real, name, file, flags, out_flags);
    *w = (struct wal_file){.real = (sqlite3_file *)(void *)((char *)file + real_offset())};
    w->bytes = malloc(GATHER_MAX);
    if (w->bytes == NULL)
        return SQLITE_NOMEM;
    int rc = real->xOpen(real, name, w->real, flags, out_flags);
    if (rc == SQLITE_OK) {
        w->base.pMethods = &wal_methods;
        return SQLITE_OK;
    }
    free(w->bytes);
    return rc;
}

static sqlite3_vfs wal_vfs;
static bool wal_vfs_good;
static pthread_once_t wal_vfs_once = PTHREAD_ONCE_INIT;

/* All but opening is the system's: its functions find what they need in the copied fields. */
static void
wal_vfs_register(void)
{
    sqlite3_vfs *real;

    if (sqlite3_initialize() != SQLITE_OK || (real = system_vfs()) == NULL)
        return;
    wal_vfs = *real;
    wal_vfs.pNext = NULL;
    wal_vfs.zName = "maillon-wal";
    wal_vfs.szOsFile = (int)real_offset() + real->szOsFile;
    wal_vfs.xOpen = wal_vfs_open;
    wal_vfs_good = sqlite3_vfs_register(&wal_vfs, 0) == SQLITE_OK;
}

const char *
wal_vfs_name(void)
{
    pthread_once(&wal_vfs_once, wal_vfs_register);
    return wal_vfs_good ? wal_vfs.zName : NULL;
}

void
wal_vfs_forget(struct sqlite3 *conn)
{
    sqlite3_file *file = NULL;
    int rc = sqlite3_file_control(conn, "main", SQLITE_FCNTL_JOURNAL_POINTER, (void *)&file);

    if (rc == SQLITE_OK && file != NULL && file->pMethods == &wal_methods)
        wal_of(file)->len = 0;
}
