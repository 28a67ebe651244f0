/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parser.c - one request through llhttp. The only file that knows it.
 *
 * The head comes in one piece (conn.c gathers it), so names and values are spans of the
 * exchange's arena; the body comes as the network brings it.
 */
#include <llhttp.h>

#include "http/exchange.h"
#include "http/guard.h"

enum { REFUSED = -1 };

struct parser {
    llhttp_t llhttp;
    llhttp_settings_t settings;
    int status; /* A callback's refusal. */
};

static struct exchange *
exchange_of(llhttp_t *p)
{
    return p->data;
}

static int
refuse(llhttp_t *p, int status)
{
    exchange_of(p)->parser->status = status;
    return REFUSED;
}

static int
on_url(llhttp_t *p, const char *at, size_t len)
{
    struct str *t = &exchange_of(p)->req.target;

    if (t->len == 0)
        *t = str_n(at, len);
    else if (t->ptr + t->len == at)
        t->len += len;
    else
        return refuse(p, 400);
    return 0;
}

static int
on_field(llhttp_t *p, const char *at, size_t len)
{
    struct exchange *ex = exchange_of(p);
    struct pair_list *l = &ex->req.headers;
    char *name;

    if (ex->head_seen)
        return refuse(p, 400); /* A trailer: nobody here has a use for one. */
    if (l->count == HEAD_FIELDS_MAX)
        return refuse(p, 431);
    name = ex->head + (at - ex->head);
    for (size_t i = 0; i < len; i++)
        if (name[i] >= 'A' && name[i] <= 'Z')
            name[i] = (char)(name[i] | 0x20);
    l->item[l->count++] = (struct pair){{name, len}, {NULL, 0}};
    return 0;
}

static int
on_value(llhttp_t *p, const char *at, size_t len)
{
    struct exchange *ex = exchange_of(p);
    struct pair_list *l = &ex->req.headers;
    struct str *v;

    if (ex->head_seen || l->count == 0)
        return refuse(p, 400);
    v = &l->item[l->count - 1].value;
    if (v->len == 0)
        *v = str_n(at, len);
    else if (v->ptr + v->len == at)
        v->len += len;
    else
        return refuse(p, 400);
    return 0;
}

static int
on_head(llhttp_t *p)
{
    struct exchange *ex = exchange_of(p);
    struct pair_list *l = &ex->req.headers;
    int status;

    ex->head_seen = true;
    if (p->http_major != 1 || p->http_minor > 1)
        return refuse(p, 505);
    ex->http10 = p->http_minor == 0;
    for (size_t i = 0; i < l->count; i++)
        l->item[i].value = str_trim(l->item[i].value);
    status = guard_fields(l, ex->http10);
    if (status != 0)
        return refuse(p, status);
    p->upgrade = 0; /* Offers to change the protocol are passed over (RFC 9110 7.8). */
    ex->keep = llhttp_should_keep_alive(p) != 0;
    if ((p->flags & (F_TRANSFER_ENCODING | F_CHUNKED)) != 0)
        ex->has_body = true;
    if ((p->flags & F_CONTENT_LENGTH) != 0) {
        if (p->content_length > INT64_MAX)
            return refuse(p, 413);
        ex->body_declared = (int64_t)p->content_length;
        ex->has_body = p->content_length > 0;
    }
    return 0;
}

static int
on_body(llhttp_t *p, const char *at, size_t len)
{
    struct exchange *ex = exchange_of(p);

    if (len > ex->body_max - ex->body_len)
        return refuse(p, 413);
    if (ex->body_len + len > ex->body_cap) {
        size_t cap = ex->body_cap == 0 ? 4096 : ex->body_cap * 2;
        char *grown;

        /* What is announced is believed while it is small. */
        if (ex->body_cap == 0 && ex->body_declared > 0 && ex->body_declared <= 64 * 1024)
            cap = (size_t)ex->body_declared;
        while (cap < ex->body_len + len)
            cap *= 2;
        grown = arena_alloc(&ex->arena, cap);
        if (ex->body_len > 0)
            memcpy(grown, ex->body, ex->body_len);
        ex->body = grown;
        ex->body_cap = cap;
    }
    memcpy(ex->body + ex->body_len, at, len);
    ex->body_len += len;
    return 0;
}

static int
on_complete(llhttp_t *p)
{
    exchange_of(p)->complete = true;
    return HPE_PAUSED;
}

/* The status for what llhttp would not read. */
static int
status_of(const struct exchange *ex, llhttp_errno_t e)
{
    if (ex->parser->status != 0)
        return ex->parser->status;
    switch (e) {
    case HPE_INVALID_METHOD:
        return 501;
    case HPE_INVALID_VERSION:
    case HPE_OK: /* It waits for more than a head: the preface of HTTP/2. */
        return guard_version(str_n(ex->head, ex->head_len));
    case HPE_PAUSED_H2_UPGRADE:
        return 505;
    default:
        return 400;
    }
}

int
parser_head(struct exchange *ex, struct str *method)
{
    struct parser *p = ARENA_NEW(&ex->arena, struct parser);
    llhttp_errno_t e;

    ex->parser = p;
    llhttp_settings_init(&p->settings);
    p->settings.on_url = on_url;
    p->settings.on_header_field = on_field;
    p->settings.on_header_value = on_value;
    p->settings.on_headers_complete = on_head;
    p->settings.on_body = on_body;
    p->settings.on_message_complete = on_complete;
    llhttp_init(&p->llhttp, HTTP_REQUEST, &p->settings);
    p->llhttp.data = ex;
    e = llhttp_execute(&p->llhttp, ex->head, ex->head_len);
    /* guard.c and llhttp must agree where the head ends. */
    if (!ex->head_seen || p->status != 0 || (e != HPE_OK && !(e == HPE_PAUSED && ex->complete)))
        return status_of(ex, e);
    *method = str_of(llhttp_method_name((llhttp_method_t)p->llhttp.method));
    return 0;
}

int
parser_body(struct exchange *ex, const char *ptr, size_t len, size_t *used)
{
    struct parser *p = ex->parser;
    llhttp_errno_t e = llhttp_execute(&p->llhttp, ptr, len);

    *used = len;
    if (e == HPE_PAUSED && ex->complete) {
        *used = (size_t)(llhttp_get_error_pos(&p->llhttp) - ptr);
        return 0;
    }
    return e == HPE_OK ? 0 : status_of(ex, e);
}
