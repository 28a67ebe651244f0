/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.h - a register file as it is shipped: .zip (also over 4 GB), .gz or plain, as a stream.
 */
#ifndef MAILLON_REGISTRY_SOURCE_H
#define MAILLON_REGISTRY_SOURCE_H

#include <stdatomic.h>

#include "base/err.h"
#include "base/str.h"

struct archive;

struct source {
    const char *path;       /* Kept, not copied. */
    int fd;
    struct archive *archive; /* NULL for a plain file. */
    int64_t size;           /* Of the file on disk. */
    _Atomic int64_t at;     /* How far in that file; read by another thread for the progress. */
    char mark[65];          /* Tells the same file again: hash over size and first bytes. */
    char why[200];          /* After a failure, in English. */
};

/* ERR_INVALID with why filled when it cannot be read as one of the three. */
NODISCARD enum err source_open(struct source *s, const char *path);
/* A csv_source; arg is the struct source. */
long source_read(void *arg, char *to, size_t cap);
void source_close(struct source *s);

#endif
