/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk.c - see disk.h.
 *
 * Each write is kept as the whole sectors it touched, as the page cache held them just after it:
 * a sector reaches a disk whole, with all that was written into it before.
 */
#include "test/disk.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512, SHM_BYTES = 32768 };
enum place { DATABASE, LOG, PLACES };
enum deed { WROTE, CUT_OFF, SYNCED, SYNC_FAILED, MADE, REMOVED };

struct bytes {
    uint8_t *at;
    size_t len, cap;
};

struct event {
    enum deed deed;
    enum place place;
    size_t at, len; /* WROTE: whole sectors. */
    size_t size;    /* Of the file, afterwards. */
    uint8_t *bytes;
};

/* What is surely on the disk of one file, and what may be. */
struct image {
    bool sure;        /* Its name is. */
    bool made;        /* It has been made, and is not removed. */
    bool was_sure;    /* Removed, but that may not have reached the disk. */
    struct bytes now, before;
    size_t *waiting;  /* Events since its last sync. */
    size_t waiting_count, waiting_cap;
};

struct disk {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    char path[PLACES][600];
    uint64_t seed;
    pthread_mutex_t lock;
    struct event *event;
    size_t count, cap;
    struct bytes cache[PLACES]; /* What the kernel would give to a reader. */
    unsigned fail_ops;
    int fail_in, failures;
    enum disk_fault fault;
    bool lasts;
    size_t played;
    bool played_lying;
    struct image image[PLACES];
};

struct disk_file {
    sqlite3_file base; /* First: SQLite sees this. */
    sqlite3_file *real;
    int place; /* PLACES: a file that is not watched. */
};

/* SQLite's removal of a file does not come through a file's methods. */
static struct disk *disk;
static int (*real_unlink)(const char *);

uint64_t
disk_random(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void *
grown(void *old, size_t bytes)
{
    void *p = realloc(old, bytes);

    assert(p != NULL);
    return p;
}

static void
bytes_reach(struct bytes *b, size_t len)
{
    if (len > b->cap) {
        b->cap = len + b->cap / 2 + 4096;
        b->at = grown(b->at, b->cap);
    }
    if (len > b->len)
        memset(b->at + b->len, 0, len - b->len);
    if (len > b->len)
        b->len = len;
}

static void
bytes_put(struct bytes *b, size_t at, const void *from, size_t len)
{
    bytes_reach(b, at + len);
    if (len > 0)
        memcpy(b->at + at, from, len);
}

/* ---- what happens ---- */

static struct event *
event_add(struct disk *d, enum deed deed, enum place place)
{
    if (d->count == d->cap) {
        d->cap = 2 * d->cap + 256;
        d->event = grown(d->event, d->cap * sizeof *d->event);
    }
    struct event *e = &d->event[d->count++];
    *e = (struct event){.deed = deed, .place = place, .size = d->cache[place].len};
    return e;
}

static void
write_seen(struct disk *d, enum place place, const void *bytes, size_t len, size_t at)
{
    struct bytes *cache = &d->cache[place];
    size_t from = at / SECTOR * SECTOR;
    size_t to = (at + len + SECTOR - 1) / SECTOR * SECTOR;
    struct event *e;

    bytes_put(cache, at, bytes, len);
    e = event_add(d, WROTE, place);
    e->at = from;
    e->len = to - from;
    e->bytes = grown(NULL, e->len);
    memset(e->bytes, 0, e->len);
    memcpy(e->bytes, cache->at + from, (to < cache->len ? to : cache->len) - from);
}

/* Whether this operation is one that was asked to fail. */
static bool
fails(struct disk *d, enum disk_op op)
{
    if ((d->fail_ops & op) == 0 || d->fail_in == 0)
        return false;
    if (d->fail_in > 1) {
        d->fail_in--;
        return false;
    }
    if (!d->lasts)
        d->fail_in = 0;
    d->failures++;
    return true;
}

/* ---- the file's methods ---- */

static struct disk_file *
file_of(sqlite3_file *file)
{
    return (struct disk_file *)file;
}

static int
disk_close(sqlite3_file *file)
{
    struct disk_file *f = file_of(file);
    int rc = f->real->pMethods->xClose(f->real);

    free(f->real);
    f->real = NULL;
    return rc;
}

static int
disk_read(sqlite3_file *file, void *bytes, int len, sqlite3_int64 at)
{
    struct disk_file *f = file_of(file);
    bool bad = false;

    if (f->place != PLACES) {
        pthread_mutex_lock(&disk->lock);
        bad = fails(disk, DISK_READ);
        pthread_mutex_unlock(&disk->lock);
    }
    return bad ? SQLITE_IOERR_READ : f->real->pMethods->xRead(f->real, bytes, len, at);
}

static int
disk_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    struct disk_file *f = file_of(file);
    struct disk *d = disk;
    int rc;

    if (f->place == PLACES)
        return f->real->pMethods->xWrite(f->real, bytes, len, at);
    pthread_mutex_lock(&d->lock);
    bool bad = fails(d, DISK_WRITE);
    if (bad)
        len /= 2;
    rc = f->real->pMethods->xWrite(f->real, bytes, len, at);
    assert(rc == SQLITE_OK);
    write_seen(d, (enum place)f->place, bytes, (size_t)len, (size_t)at);
    if (bad)
        rc = d->fault == DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    pthread_mutex_unlock(&d->lock);
    return rc;
}

static int
disk_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct disk_file *f = file_of(file);
    struct disk *d = disk;
    int rc = SQLITE_IOERR_TRUNCATE;

    if (f->place == PLACES)
        return f->real->pMethods->xTruncate(f->real, size);
    pthread_mutex_lock(&d->lock);
    if (!fails(d, DISK_TRUNCATE)) {
        rc = f->real->pMethods->xTruncate(f->real, size);
        assert(rc == SQLITE_OK);
        if ((size_t)size < d->cache[f->place].len)
            d->cache[f->place].len = (size_t)size;
        bytes_reach(&d->cache[f->place], (size_t)size);
        event_add(d, CUT_OFF, (enum place)f->place);
    }
    pthread_mutex_unlock(&d->lock);
    return rc;
}

/* The machine's own disk is not asked: nothing here outlives the process. */
static int
disk_sync(sqlite3_file *file, int flags)
{
    struct disk_file *f = file_of(file);
    struct disk *d = disk;

    (void)flags;
    if (f->place == PLACES)
        return SQLITE_OK;
    pthread_mutex_lock(&d->lock);
    bool bad = fails(d, DISK_SYNC);
    event_add(d, bad ? SYNC_FAILED : SYNCED, (enum place)f->place);
    pthread_mutex_unlock(&d->lock);
    return bad ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int
disk_size(sqlite3_file *file, sqlite3_int64 *out)
{
    return file_of(file)->real->pMethods->xFileSize(file_of(file)->real, out);
}

static int
disk_lock(sqlite3_file *file, int level)
{
    return file_of(file)->real->pMethods->xLock(file_of(file)->real, level);
}

static int
disk_unlock(sqlite3_file *file, int level)
{
    return file_of(file)->real->pMethods->xUnlock(file_of(file)->real, level);
}

static int
disk_reserved(sqlite3_file *file, int *out)
{
    return file_of(file)->real->pMethods->xCheckReservedLock(file_of(file)->real, out);
}

static int
disk_control(sqlite3_file *file, int op, void *arg)
{
    return file_of(file)->real->pMethods->xFileControl(file_of(file)->real, op, arg);
}

static int
disk_sector(sqlite3_file *file)
{
    return file_of(file)->real->pMethods->xSectorSize(file_of(file)->real);
}

static int
disk_device(sqlite3_file *file)
{
    return file_of(file)->real->pMethods->xDeviceCharacteristics(file_of(file)->real);
}

static int
disk_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    sqlite3_file *real = file_of(file)->real;

    return real->pMethods->xShmMap(real, page, size, extend, out);
}

static int
disk_shm_lock(sqlite3_file *file, int from, int count, int flags)
{
    return file_of(file)->real->pMethods->xShmLock(file_of(file)->real, from, count, flags);
}

static void
disk_shm_barrier(sqlite3_file *file)
{
    file_of(file)->real->pMethods->xShmBarrier(file_of(file)->real);
}

static int
disk_shm_unmap(sqlite3_file *file, int gone)
{
    return file_of(file)->real->pMethods->xShmUnmap(file_of(file)->real, gone);
}

static int
disk_fetch(sqlite3_file *file, sqlite3_int64 at, int len, void **out)
{
    return file_of(file)->real->pMethods->xFetch(file_of(file)->real, at, len, out);
}

static int
disk_unfetch(sqlite3_file *file, sqlite3_int64 at, void *bytes)
{
    return file_of(file)->real->pMethods->xUnfetch(file_of(file)->real, at, bytes);
}

static const sqlite3_io_methods disk_methods = {
    .iVersion = 3,
    .xClose = disk_close,
    .xRead = disk_read,
    .xWrite = disk_write,
    .xTruncate = disk_truncate,
    .xSync = disk_sync,
    .xFileSize = disk_size,
    .xLock = disk_lock,
    .xUnlock = disk_unlock,
    .xCheckReservedLock = disk_reserved,
    .xFileControl = disk_control,
    .xSectorSize = disk_sector,
    .xDeviceCharacteristics = disk_device,
    .xShmMap = disk_shm_map,
    .xShmLock = disk_shm_lock,
    .xShmBarrier = disk_shm_barrier,
    .xShmUnmap = disk_shm_unmap,
    .xFetch = disk_fetch,
    .xUnfetch = disk_unfetch,
};

/* ---- files that come and go ---- */

static enum place
place_of(const struct disk *d, const char *name)
{
    for (int p = 0; name != NULL && p < PLACES; p++)
        if (strcmp(name, d->path[p]) == 0)
            return (enum place)p;
    return PLACES;
}

static int
disk_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
    struct disk *d = disk;
    struct disk_file *f = file_of(file);
    enum place place = place_of(d, name);

    (void)vfs;
    *f = (struct disk_file){.place = place};
    f->real = grown(NULL, (size_t)d->real->szOsFile);
    memset(f->real, 0, (size_t)d->real->szOsFile);
    bool fresh = place != PLACES && access(name, F_OK) != 0;
    int rc = d->real->xOpen(d->real, name, f->real, flags, out_flags);
    if (rc == SQLITE_OK && fresh) {
        pthread_mutex_lock(&d->lock);
        event_add(d, MADE, place);
        pthread_mutex_unlock(&d->lock);
    }
    if (rc == SQLITE_OK)
        f->base.pMethods = &disk_methods;
    else
        free(f->real);
    return rc;
}

static int
unlink_seen(const char *name)
{
    struct disk *d = disk;
    enum place place = place_of(d, name);

    pthread_mutex_lock(&d->lock);
    int rc = real_unlink(name);
    int why = errno;
    if (rc == 0 && place != PLACES) {
        d->cache[place].len = 0;
        event_add(d, REMOVED, place);
    }
    pthread_mutex_unlock(&d->lock);
    errno = why;
    return rc;
}

struct disk *
disk_new(const char *database, uint64_t seed)
{
    struct disk *d = calloc(1, sizeof *d);

    assert(d != NULL && disk == NULL && sqlite3_initialize() == SQLITE_OK);
    pthread_mutex_init(&d->lock, NULL);
    d->seed = seed;
    snprintf(d->path[DATABASE], sizeof d->path[DATABASE], "%s", database);
    snprintf(d->path[LOG], sizeof d->path[LOG], "%s-wal", database);
    d->real = sqlite3_vfs_find("unix");
    assert(d->real != NULL && d->real->szOsFile >= (int)sizeof(struct disk_file));
    real_unlink = (int (*)(const char *))d->real->xGetSystemCall(d->real, "unlink");
    d->real->xSetSystemCall(d->real, "unlink", (sqlite3_syscall_ptr)unlink_seen);
    d->vfs = *d->real; /* All but opening is the system's. */
    d->vfs.pNext = NULL;
    d->vfs.zName = "disk";
    d->vfs.xOpen = disk_open;
    disk = d;
    assert(sqlite3_vfs_register(&d->vfs, 1) == SQLITE_OK);
    return d;
}

void
disk_free(struct disk *d)
{
    sqlite3_vfs_unregister(&d->vfs);
    sqlite3_vfs_register(d->real, 1);
    d->real->xSetSystemCall(d->real, "unlink", NULL);
    disk = NULL;
    for (size_t i = 0; i < d->count; i++)
        free(d->event[i].bytes);
    free(d->event);
    for (int p = 0; p < PLACES; p++) {
        free(d->cache[p].at);
        free(d->image[p].now.at);
        free(d->image[p].before.at);
        free(d->image[p].waiting);
    }
    pthread_mutex_destroy(&d->lock);
    free(d);
}

size_t
disk_now(struct disk *d)
{
    pthread_mutex_lock(&d->lock);
    size_t now = d->count;
    pthread_mutex_unlock(&d->lock);
    return now;
}

void
disk_fail(struct disk *d, unsigned ops, int nth, enum disk_fault fault, bool lasts)
{
    pthread_mutex_lock(&d->lock);
    d->fail_ops = ops;
    d->fail_in = nth;
    d->fault = fault;
    d->lasts = lasts;
    d->failures = 0;
    pthread_mutex_unlock(&d->lock);
}

void
disk_heal(struct disk *d)
{
    pthread_mutex_lock(&d->lock);
    d->fail_ops = 0;
    pthread_mutex_unlock(&d->lock);
}

int
disk_failures(struct disk *d)
{
    pthread_mutex_lock(&d->lock);
    int failures = d->failures;
    pthread_mutex_unlock(&d->lock);
    return failures;
}

/* ---- the power goes ---- */

/* Which of the states a sector went through is the one that stays: 0 the last sure one. It is the
 * same for a sector each time it is asked in one trial. */
static size_t
state_kept(uint64_t seed, size_t sector, size_t states)
{
    uint64_t mix = seed ^ (sector * 0xd6e8feb86659fd93u);

    switch (seed % 5) {
    case 0:
        return 0;
    case 1:
        return states;
    case 2: /* All of what came before some moment. */
        mix = seed;
        break;
    case 3: /* A sector here and there is lost. */
        return disk_random(&mix) % 16 == 0 ? 0 : states;
    default:
        break;
    }
    return disk_random(&mix) % (states + 1);
}

static void
event_apply(const struct event *e, struct bytes *to, uint64_t seed, size_t nth, size_t count)
{
    if (e->deed == CUT_OFF && nth < state_kept(seed, SIZE_MAX, count)) {
        to->len = e->size < to->len ? e->size : to->len;
        return;
    }
    for (size_t at = 0; e->deed == WROTE && at < e->len; at += SECTOR)
        if (nth < state_kept(seed, (e->at + at) / SECTOR, count))
            bytes_put(to, e->at + at, e->bytes + at, SECTOR);
}

/* The waiting events of a file, each sector as far as the seed lets it come; UINT64_MAX: all. */
static void
waiting_apply(const struct disk *d, const struct image *m, struct bytes *to, uint64_t seed)
{
    size_t shortest = to->len;
    size_t longest = to->len;
    size_t last = to->len;

    for (size_t i = 0; i < m->waiting_count; i++) {
        const struct event *e = &d->event[m->waiting[i]];
        event_apply(e, to, seed == UINT64_MAX ? 1 : seed, i, m->waiting_count);
        shortest = e->size < shortest ? e->size : shortest;
        longest = e->size > longest ? e->size : longest;
        last = e->size;
    }
    uint64_t draw = seed ^ 0x5bf03635u;
    size_t len = last;
    if (seed != UINT64_MAX && seed % 5 != 1 && disk_random(&draw) % 2 == 0)
        len = shortest + disk_random(&draw) % (longest - shortest + 1);
    bytes_reach(to, len);
    to->len = len;
}

static void
waiting_add(struct image *m, size_t event)
{
    if (m->waiting_count == m->waiting_cap) {
        m->waiting_cap = 2 * m->waiting_cap + 64;
        m->waiting = grown(m->waiting, m->waiting_cap * sizeof *m->waiting);
    }
    m->waiting[m->waiting_count++] = event;
}

static void
image_play(struct disk *d, size_t event, bool lying)
{
    const struct event *e = &d->event[event];
    struct image *m = &d->image[e->place];
    uint64_t seed = d->seed + event;

    switch (e->deed) {
    case WROTE:
    case CUT_OFF:
        waiting_add(m, event);
        break;
    case SYNCED:
    case SYNC_FAILED:
        if (lying)
            break;
        waiting_apply(d, m, &m->now, e->deed == SYNCED ? UINT64_MAX : disk_random(&seed));
        m->waiting_count = 0;
        m->sure = m->sure || e->deed == SYNCED;
        m->was_sure = m->was_sure && !m->sure;
        break;
    case REMOVED:
        if (m->sure) {
            m->before.len = 0;
            bytes_put(&m->before, 0, m->now.at, m->now.len);
            m->was_sure = true;
        }
        m->made = m->sure = false;
        m->now.len = m->waiting_count = 0;
        break;
    case MADE:
        m->made = true;
        break;
    }
}

static void
file_put(const char *path, const struct bytes *b)
{
    FILE *f = fopen(path, "wb");

    assert(f != NULL);
    assert(b->len == 0 || fwrite(b->at, 1, b->len, f) == b->len);
    assert(fclose(f) == 0);
}

/* Where a file grew and its sectors did not come: whatever the disk held there before. */
static void
leftovers_put(struct bytes *b, size_t from, uint64_t seed)
{
    static const uint8_t none[SECTOR];
    size_t at = (from + SECTOR - 1) / SECTOR * SECTOR;

    for (; at + SECTOR <= b->len; at += SECTOR) {
        bool empty = memcmp(b->at + at, none, SECTOR) == 0;
        for (size_t i = 0; empty && i < SECTOR; i++)
            b->at[at + i] = (uint8_t)disk_random(&seed);
    }
}

static void
image_write(struct disk *d, enum place place, uint64_t seed, const char *path)
{
    struct image *m = &d->image[place];
    struct bytes b = {0};

    unlink(path);
    if (m->sure || (m->made && disk_random(&seed) % 2 == 0)) {
        bytes_put(&b, 0, m->now.at, m->now.len);
        waiting_apply(d, m, &b, disk_random(&seed) / 2);
        if (disk_random(&seed) % 4 == 0)
            leftovers_put(&b, m->now.len, seed);
        file_put(path, &b);
    } else if (m->was_sure && disk_random(&seed) % 2 == 0) {
        file_put(path, &m->before);
    }
    free(b.at);
}

void
disk_cut(struct disk *d, size_t cut, uint64_t seed, bool lying, const char *to)
{
    char path[700];
    uint8_t noise[SHM_BYTES];
    struct bytes shm = {.at = noise, .len = sizeof noise};

    pthread_mutex_lock(&d->lock);
    assert(cut <= d->count);
    if (cut < d->played || lying != d->played_lying || d->played == 0) {
        for (int p = 0; p < PLACES; p++) {
            struct image *m = &d->image[p];
            m->made = m->sure = p == DATABASE; /* The program makes it before SQLite sees it. */
            m->was_sure = false;
            m->now.len = m->waiting_count = 0;
        }
        d->played = 0;
        d->played_lying = lying;
    }
    for (; d->played < cut; d->played++)
        image_play(d, d->played, lying);
    image_write(d, DATABASE, disk_random(&seed), to);
    snprintf(path, sizeof path, "%s-wal", to);
    image_write(d, LOG, disk_random(&seed), path);
    pthread_mutex_unlock(&d->lock);
    /* The index of the log is memory on a disk: anything may be in it. */
    snprintf(path, sizeof path, "%s-shm", to);
    unlink(path);
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)disk_random(&seed);
    if (disk_random(&seed) % 2 == 0)
        file_put(path, &shm);
}
