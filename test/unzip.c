/* SPDX-License-Identifier: Apache-2.0 */
/* unzip.c - see unzip.h. */
#include "test/unzip.h"

#include <archive.h>
#include <archive_entry.h>

enum { BYTES_MAX = 4 * 1024 * 1024 };

bool
unzip(struct arena *a, struct str zip, struct unzipped *out)
{
    struct archive *r = archive_read_new();
    struct archive_entry *e;
    bool ok = archive_read_support_format_zip(r) == ARCHIVE_OK &&
              archive_read_open_memory(r, zip.ptr, zip.len) == ARCHIVE_OK;
    int rc = ARCHIVE_OK;

    out->count = 0;
    while (ok && (rc = archive_read_next_header(r, &e)) == ARCHIVE_OK) {
        char *bytes = arena_alloc(a, BYTES_MAX);
        la_ssize_t n, len = 0;

        while ((n = archive_read_data(r, bytes + len, (size_t)(BYTES_MAX - len))) > 0)
            len += n;
        ok = n == 0 && out->count < UNZIP_MAX;
        if (!ok)
            break;
        out->item[out->count].name = str_dup(a, str_of(archive_entry_pathname(e)));
        out->item[out->count++].bytes = str_n(bytes, (size_t)len);
    }
    archive_read_free(r);
    return ok && rc == ARCHIVE_EOF;
}

struct str
unzip_find(const struct unzipped *u, const char *name)
{
    for (size_t i = 0; i < u->count; i++)
        if (str_is(u->item[i].name, name))
            return u->item[i].bytes;
    return STR_NONE;
}

size_t
unzip_below(const struct unzipped *u, const char *folder)
{
    size_t n = 0;

    for (size_t i = 0; i < u->count; i++)
        n += str_starts(u->item[i].name, str_of(folder));
    return n;
}
