/* SPDX-License-Identifier: Apache-2.0 */
/* zip.c - see zip.h. libarchive writes into a buffer, which never refuses. */
#include "base/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

static la_ssize_t
take(struct archive *a, void *arg, const void *bytes, size_t len)
{
    struct zip *z = arg;

    (void)a;
    if (!z->dropped)
        buf_put(z->out, bytes, len);
    return (la_ssize_t)len;
}

/* Nothing that libarchive is asked for here can fail but for want of memory. */
static void
must(int rc)
{
    if (rc != ARCHIVE_OK)
        abort();
}

void
zip_begin(struct zip *z, struct buf *out, zip_sink sink, void *arg)
{
    *z = (struct zip){.out = out, .sink = sink, .arg = arg};
    sha256_init(&z->hash);
    z->archive = archive_write_new();
    z->entry = archive_entry_new();
    if (z->archive == NULL || z->entry == NULL)
        abort();
    must(archive_write_set_format_zip(z->archive));
    must(archive_write_set_bytes_per_block(z->archive, 0));
    must(archive_write_open(z->archive, z, NULL, take, NULL));
}

void
zip_entry(struct zip *z, struct str name, int64_t at_ms, bool packed)
{
    char path[256];

    assert(name.len < sizeof path);
    memcpy(path, name.ptr, name.len);
    path[name.len] = '\0';
    must(packed ? archive_write_zip_set_compression_deflate(z->archive)
                : archive_write_zip_set_compression_store(z->archive));
    archive_entry_clear(z->entry);
    archive_entry_set_pathname(z->entry, path);
    archive_entry_set_filetype(z->entry, AE_IFREG);
    archive_entry_set_perm(z->entry, 0600);
    archive_entry_set_mtime(z->entry, at_ms / 1000, 0);
    must(archive_write_header(z->archive, z->entry));
    z->entries++;
}

void
zip_put(struct zip *z, struct str bytes)
{
    if (bytes.len > 0 &&
        archive_write_data(z->archive, bytes.ptr, bytes.len) != (la_ssize_t)bytes.len)
        abort();
}

static void
note_bytes(struct zip *z)
{
    sha256_add(&z->hash, buf_view(z->out));
    z->bytes += (int64_t)z->out->len;
}

enum err
zip_pass(struct zip *z)
{
    if (z->out->len < ZIP_PASS_BYTES)
        return OK;
    note_bytes(z);
    return z->sink(z->arg);
}

void
zip_release(struct zip *z)
{
    /* Closed as ever, into nothing: archive_write_fail would leave its buffer behind. */
    z->dropped = true;
    if (z->archive != NULL)
        archive_write_free(z->archive);
    archive_entry_free(z->entry);
    z->archive = NULL;
    z->entry = NULL;
}

void
zip_end(struct zip *z)
{
    must(archive_write_close(z->archive));
    archive_write_free(z->archive);
    z->archive = NULL;
    note_bytes(z);
    sha256_end(&z->hash, z->digest);
    zip_release(z);
}
