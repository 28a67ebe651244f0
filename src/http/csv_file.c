/* SPDX-License-Identifier: Apache-2.0 */
/* csv_file.c - a table as a CSV file, counted and hashed on its way out. */
#include "http/csv_file.h"

#include <inttypes.h>

#include "base/parse.h"

void
csv_file_begin(struct ctx *cx, struct csv_file *f, struct req *req, struct str name,
               const char *const *heads, size_t count)
{
    *f = (struct csv_file){.req = req, .out = &req->out};
    sha256_init(&f->hash);
    res_attachment(cx, req, name);
    res_header(cx, req, "Trailer", STR("Repr-Digest, X-Row-Count"));
    (void)!res_body(req, 200, "text/csv; charset=utf-8; header=present");
    for (size_t i = 0; i < count; i++)
        csv_put(f->out, i == 0, str_of(heads[i]));
    csv_end(f->out);
}

void
csv_file_row(struct csv_file *f)
{
    csv_end(f->out);
    f->rows++;
}

static void
note_bytes(struct csv_file *f)
{
    sha256_add(&f->hash, buf_view(f->out));
    f->bytes += (int64_t)f->out->len;
}

enum err
csv_file_pass(struct csv_file *f)
{
    if (f->out->len < FLUSH_BYTES)
        return OK;
    note_bytes(f);
    return res_flush(f->req);
}

void
csv_file_end(struct csv_file *f)
{
    unsigned char digest[SHA256_BYTES];
    struct arena *a = f->req->arena;

    note_bytes(f);
    sha256_end(&f->hash, digest);
    f->digest = hex_str(a, digest, sizeof digest);
    res_trailer(f->req, "Repr-Digest",
                str_printf(a, "sha-256=:%.*s:", STR_FMT(base64_str(a, digest, sizeof digest))));
    res_trailer(f->req, "X-Row-Count", str_printf(a, "%" PRId64, f->rows));
}
