/* SPDX-License-Identifier: Apache-2.0 */
/*
 * asset.c - the embedded files. Their names hold a hash of their content, so a browser keeps them
 * for ever. Text is served compressed to who accepts it; it is compressed once, at first use.
 */
#include <pthread.h>
#include <zlib.h>

#include "html/assets.h"
#include "http/exchange.h"

enum { GZIP_MIN_BYTES = 600 };

struct packed {
    unsigned char *bytes; /* NULL: not worth it. */
    size_t len;
};

static pthread_once_t pack_once = PTHREAD_ONCE_INIT;
static struct packed *packed; /* One for each asset, made once. */

static void
pack(const struct asset *from, struct packed *to)
{
    z_stream z = {0};
    uLong bound;

    if (from->len < GZIP_MIN_BYTES || from->len > UINT32_MAX / 2)
        return;
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        return;
    bound = deflateBound(&z, (uLong)from->len);
    to->bytes = malloc(bound);
    if (to->bytes == NULL)
        abort();
    z.next_in = (z_const Bytef *)from->bytes;
    z.avail_in = (uInt)from->len;
    z.next_out = to->bytes;
    z.avail_out = (uInt)bound;
    if (deflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out < from->len * 9 / 10) {
        to->len = z.total_out;
    } else {
        free(to->bytes);
        to->bytes = NULL;
    }
    deflateEnd(&z);
}

static void
pack_all(void)
{
    packed = calloc(asset_count + 1, sizeof *packed);
    if (packed == NULL)
        abort();
    for (size_t i = 0; i < asset_count; i++)
        pack(&assets[i], &packed[i]);
}

static bool
accepts_gzip(const struct req *req)
{
    struct str rest = req_header(req, "accept-encoding"), part;

    if (rest.len == 0)
        return false;
    while (str_split(&rest, ',', &part)) {
        part = str_trim(part);
        if (str_eq_nocase(str_trim(str_sub(part, 0, str_find_byte(part, ';'))), STR("gzip")))
            return !str_contains(part, STR("q=0")) || str_contains(part, STR("q=0."));
    }
    return false;
}

/* GET /assets/{file} */
enum err
asset_get(struct ctx *cx, struct req *req)
{
    struct str file;

    TRY(req_path_str(req, "file", 200, &file));
    pthread_once(&pack_once, pack_all);
    for (size_t i = 0; i < asset_count; i++) {
        if (!str_is(file, assets[i].file))
            continue;
        res_header(cx, req, "Cache-Control", STR("public, max-age=31536000, immutable"));
        if (packed[i].bytes != NULL)
            res_header(cx, req, "Vary", STR("Accept-Encoding"));
        if (packed[i].bytes != NULL && accepts_gzip(req)) {
            res_header(cx, req, "Content-Encoding", STR("gzip"));
            buf_put(&req->out, packed[i].bytes, packed[i].len);
        } else {
            buf_put(&req->out, assets[i].bytes, assets[i].len);
        }
        return res_body(req, 200, assets[i].type);
    }
    return ERR_NOT_FOUND;
}
