/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_fuzz.c - a whole request as bytes: head scanner, parser, target, query, cookie, form body.
 * What passes must hold what guard.h promises.
 */
#include "http/exchange.h"
#include "http/guard.h"
#include "http/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
pairs_hold(const struct pair_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        assert(list->item[i].name.len > 0);
        assert(utf8_valid(list->item[i].name) && utf8_valid(list->item[i].value));
        for (size_t j = 0; j < i; j++)
            assert(!str_eq(list->item[i].name, list->item[j].name));
    }
}

static void
fields_hold(const struct exchange *ex)
{
    int hosts = 0;

    for (size_t i = 0; i < ex->req.headers.count; i++) {
        const struct pair *p = &ex->req.headers.item[i];

        hosts += str_is(p->name, "host");
        assert(p->name.len > 0);
        for (size_t k = 0; k < p->value.len; k++)
            assert(p->value.ptr[k] != '\n' && p->value.ptr[k] != '\r' && p->value.ptr[k] != '\0');
    }
    assert(hosts <= 1 && (hosts == 1 || ex->http10));
}

static void
request_read(struct exchange *ex, const char *bytes, size_t len)
{
    static const struct http_env env = {.cookie = {"maillon", 7},
                                        .notice = {"maillon-notice", 14}};
    struct head_scan scan = {0};
    struct pair_list pairs;
    struct str method, value;
    size_t used = 0;

    /* In two reads, so that the seam falls anywhere. */
    size_t first = len > 0 ? (unsigned char)bytes[len - 1] % (len + 1) : 0;
    if (head_scan(&scan, bytes, first, &used) != 0)
        return;
    if (!scan.done) {
        size_t more = 0;

        if (head_scan(&scan, bytes + first, len - first, &more) != 0 || !scan.done)
            return;
        used += more;
    }
    ex->head = arena_copy(&ex->arena, bytes, used);
    ex->head_len = used;
    if (parser_head(ex, &method) != 0)
        return;
    fields_hold(ex);
    value = req_header(&ex->req, "cookie");
    (void)session_token_valid(cookie_get(value, env.cookie));
    (void)notice_open(&ex->arena, &env, STR("a"), cookie_get(value, env.notice));
    (void)guard_local_path(ex->req.target);
    if (guard_target(&ex->arena, ex->req.target, req_header(&ex->req, "host"), &ex->req.path,
                     ex->query_pair, QUERY_FIELDS_MAX, &ex->req.query) == 0) {
        assert(ex->req.path.ptr[0] == '/' && utf8_valid(ex->req.path));
        assert(!str_contains(ex->req.path, STR("/../")));
        pairs_hold(&ex->req.query);
    }
    ex->body_max = 2048;
    while (!ex->complete && used < len) {
        size_t took = 0;

        if (parser_body(ex, bytes + used, len - used, &took) != 0)
            return;
        assert(ex->body_len <= ex->body_max);
        used += took;
    }
    if (guard_pairs(&ex->arena, str_n(ex->body, ex->body_len), ex->field, HEAD_FIELDS_MAX,
                    &pairs))
        pairs_hold(&pairs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct exchange ex;

    memset(&ex.req, 0, sizeof ex.req);
    ex.req.arena = &ex.arena;
    ex.req.headers.item = ex.field;
    ex.body = NULL;
    ex.body_len = ex.body_cap = ex.body_max = 0;
    ex.body_declared = -1;
    ex.http10 = ex.has_body = ex.keep = ex.complete = ex.head_seen = false;
    request_read(&ex, (const char *)data, size);
    arena_clear(&ex.arena);
    return 0;
}
