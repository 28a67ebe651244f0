/* SPDX-License-Identifier: Apache-2.0 */
/* page_cache.h - SQLite's page cache, spared a walk through it at each commit. For db_sqlite.c. */
#ifndef MAILLON_DB_PAGE_CACHE_H
#define MAILLON_DB_PAGE_CACHE_H

/* Before the first connection of the process; later calls do nothing. Where SQLite was used before
 * it, its cache stays as it is. */
void page_cache_install(void);

#endif
