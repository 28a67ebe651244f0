/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page_cache.c - SQLite's own page cache, spared a walk through all of it at each commit.
 *
 * At the end of a transaction SQLite drops the cached pages that lie beyond the file's end. There
 * are none as a rule, and the cache knows it from the highest page number it has met. But where a
 * b-tree page is split, pages change places by way of a number that no page has (the lock page's,
 * PENDING_BYTE in sqlite3.c), which is the highest from then on: the cache goes through every page
 * it holds, 16,000 in the writer's, at almost every commit. That was a tenth of an order's work at
 * 64 orders a commit, and most of it at one.
 *
 * This stands in front of the cache, remembers the highest number that stayed, and passes on what
 * drops something.
 */
#include "db/page_cache.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>

enum { LOCK_BYTE = 0x40000000 }; /* https://sqlite.org/fileformat.html, "The Lock-Byte Page" */

struct cache {
    sqlite3_pcache *real;
    unsigned top;    /* No page has a higher number, the parked one aside. */
    unsigned lock;   /* Number of the lock page. */
    bool parked;     /* A page stands under that number for a moment. */
};

static sqlite3_pcache_methods2 real;

static struct cache *
cache_of(sqlite3_pcache *p)
{
    return (struct cache *)p;
}

static int
start(void *arg)
{
    (void)arg;
    return real.xInit(real.pArg);
}

static void
stop(void *arg)
{
    (void)arg;
    real.xShutdown(real.pArg);
}

static sqlite3_pcache *
create(int page_bytes, int extra_bytes, int purgeable)
{
    struct cache *c = calloc(1, sizeof *c);

    if (c == NULL)
        return NULL;
    c->real = real.xCreate(page_bytes, extra_bytes, purgeable);
    c->lock = LOCK_BYTE / (unsigned)page_bytes + 1;
    if (c->real != NULL)
        return (sqlite3_pcache *)c;
    free(c);
    return NULL;
}

static void
destroy(sqlite3_pcache *p)
{
    real.xDestroy(cache_of(p)->real);
    free(p);
}

static void
resize(sqlite3_pcache *p, int pages)
{
    real.xCachesize(cache_of(p)->real, pages);
}

static int
count(sqlite3_pcache *p)
{
    return real.xPagecount(cache_of(p)->real);
}

static sqlite3_pcache_page *
fetch(sqlite3_pcache *p, unsigned key, int make)
{
    struct cache *c = cache_of(p);
    sqlite3_pcache_page *page = real.xFetch(c->real, key, make);

    if (key > c->top && page != NULL)
        c->top = key;
    return page;
}

static void
unpin(sqlite3_pcache *p, sqlite3_pcache_page *page, int discard)
{
    real.xUnpin(cache_of(p)->real, page, discard);
}

static void
rekey(sqlite3_pcache *p, sqlite3_pcache_page *page, unsigned from, unsigned to)
{
    struct cache *c = cache_of(p);

    real.xRekey(c->real, page, from, to);
    if (to == c->lock)
        c->parked = true;
    else if (to > c->top)
        c->top = to;
    if (from == c->lock)
        c->parked = false;
}

static void
truncate_at(sqlite3_pcache *p, unsigned limit)
{
    struct cache *c = cache_of(p);

    if (limit > c->top && !c->parked)
        return;
    real.xTruncate(c->real, limit);
    if (limit <= c->top)
        c->top = limit - (limit > 0);
    c->parked = c->parked && limit > c->lock;
}

static void
shrink(sqlite3_pcache *p)
{
    real.xShrink(cache_of(p)->real);
}

static void
install(void)
{
    static const sqlite3_pcache_methods2 front = {
        .iVersion = 1, .xInit = start, .xShutdown = stop, .xCreate = create,
        .xCachesize = resize, .xPagecount = count, .xFetch = fetch, .xUnpin = unpin,
        .xRekey = rekey, .xTruncate = truncate_at, .xDestroy = destroy, .xShrink = shrink};

    if (sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &real) == SQLITE_OK)
        (void)sqlite3_config(SQLITE_CONFIG_PCACHE2, &front);
}

void
page_cache_install(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, install);
}
