/* SPDX-License-Identifier: Apache-2.0 */
/* csv_answer.c - a CSV file as an answer in pieces. */
#include "http/csv_answer.h"

#include <inttypes.h>

#include "base/parse.h"

enum err
csv_answer_kind(struct req *req, enum csv_kind *out)
{
    struct str form;

    TRY(req_query_str(req, "forme", 10, STR_NONE, &form));
    *out = str_is(form, "tableur") ? CSV_FRENCH : CSV_RFC4180;
    return OK;
}

struct url
csv_answer_sheet(struct arena *a, struct url u)
{
    return url_with(a, u, "forme", STR("tableur"));
}

static enum err
send(void *arg)
{
    return res_flush(arg);
}

void
csv_answer_begin(struct ctx *cx, struct csv_file *f, enum csv_kind kind, struct req *req,
                 struct str name, const char *const *heads, size_t count)
{
    csv_file_begin(f, kind, &req->out, send, req, heads, count);
    res_attachment(cx, req, name);
    res_header(cx, req, "Trailer", STR("Repr-Digest, X-Row-Count"));
    (void)!res_body(req, 200, "text/csv; charset=utf-8; header=present");
}

void
csv_answer_end(struct csv_file *f, struct req *req)
{
    csv_file_end(f);
    res_trailer(req, "Repr-Digest",
                str_printf(req->arena, "sha-256=:%.*s:",
                           STR_FMT(base64_str(req->arena, f->digest, sizeof f->digest))));
    res_trailer(req, "X-Row-Count", str_printf(req->arena, "%" PRId64, f->rows));
}
