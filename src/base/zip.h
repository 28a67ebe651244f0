/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zip.h - several files as one .zip, written piece by piece, so that it has no size that memory
 * minds; counted and hashed on its way out.
 *
 *   zip_begin(&z, &out, sink, arg);
 *   zip_entry(&z, STR("donnees.json"), now_ms, true);
 *   zip_put(&z, text); ... TRY(zip_pass(&z)); ...
 *   zip_end(&z);
 *
 * After an error zip_release gives back what it holds; after zip_end too, when it was not yet.
 */
#ifndef MAILLON_BASE_ZIP_H
#define MAILLON_BASE_ZIP_H

#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"

/* Takes what stands in the buffer and empties it. */
typedef enum err (*zip_sink)(void *arg);

enum { ZIP_PASS_BYTES = 64 * 1024 };

struct zip {
    struct archive *archive; /* libarchive's; NULL: ended. */
    struct archive_entry *entry;
    struct buf *out;
    zip_sink sink;
    void *arg;
    int64_t entries, bytes;
    bool dropped; /* What still comes goes nowhere. */
    struct sha256 hash;
    unsigned char digest[SHA256_BYTES]; /* After zip_end. */
};

void zip_begin(struct zip *z, struct buf *out, zip_sink sink, void *arg);
/* packed: worth compressing; photos and PDF are not. The name is a path of [A-Za-z0-9._/-]. */
void zip_entry(struct zip *z, struct str name, int64_t at_ms, bool packed);
void zip_put(struct zip *z, struct str bytes);
/* Hands on what has gathered when it is enough. */
NODISCARD enum err zip_pass(struct zip *z);
/* Writes the directory; what is left stands in the buffer. */
void zip_end(struct zip *z);
void zip_release(struct zip *z);

#endif
