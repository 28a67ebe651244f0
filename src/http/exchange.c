/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange.c - exchanges, taken from and given back to a loop's spares with their memory, so that
 * a request in the steady state allocates nothing.
 */
#include "http/exchange.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/parse.h"
#include "http/stream.h"

enum { SPARE_MAX = 512, SPARE_BYTES_MAX = 128 * 1024 };

struct exchange *
exchange_take(struct spares *spares, const struct http_env *env)
{
    struct exchange *ex = spares->first;
    unsigned char id[16];

    if (ex != NULL) {
        spares->first = ex->next;
        spares->count--;
    } else {
        ex = calloc(1, sizeof *ex);
        if (ex == NULL)
            abort();
        arena_init(&ex->arena);
        buf_init(&ex->req.out, 0);
        buf_init(&ex->out_head, 64 * 1024);
        buf_init(&ex->event, 0);
        buf_init(&ex->event_wire, 0);
    }
    ex->req.arena = &ex->arena;
    ex->req.env = env;
    ex->req.headers.item = ex->field;
    ex->env = env;
    ex->body_declared = -1;
    ex->start_ns = clock_mono_ns();
    random_bytes(id, sizeof id);
    ex->req.request_id = hex_str(&ex->arena, id, sizeof id);
    return ex;
}

static void
exchange_free(struct exchange *ex)
{
    arena_release(&ex->arena);
    buf_release(&ex->req.out);
    buf_release(&ex->out_head);
    buf_release(&ex->event);
    buf_release(&ex->event_wire);
    free(ex);
}

void
exchange_give(struct spares *spares, struct exchange *ex)
{
    struct arena arena;
    struct buf out, head;

    stream_free(ex);
    if (spares->count >= SPARE_MAX || ex->req.out.cap > SPARE_BYTES_MAX) {
        exchange_free(ex);
        return;
    }
    arena_clear(&ex->arena);
    buf_clear(&ex->req.out);
    buf_clear(&ex->out_head);
    buf_release(&ex->event); /* Few exchanges have these. */
    buf_release(&ex->event_wire);
    arena = ex->arena;
    out = ex->req.out;
    head = ex->out_head;
    /* The pairs keep their last content: their counts are what is read. */
    memset(&ex->req, 0, sizeof ex->req);
    memset(&ex->unit, 0, sizeof ex->unit);
    memset(&ex->claim, 0, sizeof ex->claim);
    memset((char *)ex + offsetof(struct exchange, head), 0,
           sizeof *ex - offsetof(struct exchange, head));
    ex->arena = arena;
    ex->req.out = out;
    ex->out_head = head;
    ex->conn = NULL;
    ex->next = spares->first;
    spares->first = ex;
    spares->count++;
}

void
spares_release(struct spares *spares)
{
    struct exchange *ex, *next;

    for (ex = spares->first; ex != NULL; ex = next) {
        next = ex->next;
        exchange_free(ex);
    }
    *spares = (struct spares){NULL, 0};
}

void
exchange_log(const struct exchange *ex, int64_t micros)
{
    static const char *const methods[METHOD_COUNT] = {"GET", "POST", "PUT", "DELETE"};
    const struct req *req = &ex->req;
    const char *method = ex->is_head ? "HEAD" : methods[req->method];
    struct log log = {0};

    memcpy(log.request_id, req->request_id.ptr, 32);
    log_info(&log, "request", LOG_Z("method", ex->known_method ? method : "other"),
             LOG_Z("route", req->route != NULL ? req->route->name : "none"),
             LOG_INT("status", req->status), LOG_INT("us", micros),
             LOG_INT("bytes", req->out.len),
             LOG_Z("cause", ex->log_cause != NULL ? ex->log_cause : ""));
}
