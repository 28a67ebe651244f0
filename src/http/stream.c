/* SPDX-License-Identifier: Apache-2.0 */
/* stream.c - an answer in pieces, the worker's side. */
#include "http/stream.h"

#include "base/clock.h"

enum {
    STREAMS_MAX = 4, /* Of a server: each keeps a thread and a snapshot. */
    STREAM_NS_MAX_S = 30 * 60
};

static enum err
stream_open(struct exchange *ex)
{
    struct http_server *server = ex->env->server;
    struct stream *s;

    if (__atomic_add_fetch(&server->streams, 1, __ATOMIC_RELAXED) > STREAMS_MAX) {
        __atomic_sub_fetch(&server->streams, 1, __ATOMIC_RELAXED);
        return ERR_BUSY;
    }
    s = calloc(1, sizeof *s);
    if (s == NULL)
        abort();
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->wake, NULL);
    buf_init(&s->piece, ex->req.out.max);
    s->until_ns = clock_mono_ns() + (int64_t)STREAM_NS_MAX_S * 1000000000;
    ex->stream = s;
    return OK;
}

void
stream_free(struct exchange *ex)
{
    struct stream *s = ex->stream;

    if (s == NULL)
        return;
    assert(!s->is_out);
    __atomic_sub_fetch(&ex->env->server->streams, 1, __ATOMIC_RELAXED);
    buf_release(&s->piece);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->wake);
    free(s);
    ex->stream = NULL;
}

enum err
res_flush(struct req *req)
{
    struct exchange *ex = (struct exchange *)req; /* Its first member. */
    struct stream *s;
    struct buf full;
    bool gone;

    if (req->env == NULL || req->out.len == 0)
        return OK;
    assert(req->status != 0);
    if (ex->is_head) {
        ex->length_unknown = true;
        buf_clear(&req->out);
        return OK;
    }
    if (req->out.overflow)
        return ERR_FAULT;
    if (ex->stream == NULL)
        TRY(stream_open(ex));
    s = ex->stream;
    pthread_mutex_lock(&s->lock);
    while (s->is_out)
        pthread_cond_wait(&s->wake, &s->lock);
    gone = s->gone || clock_mono_ns() > s->until_ns;
    if (!gone) {
        full = req->out;
        req->out = s->piece;
        s->piece = full;
        buf_clear(&req->out);
        s->is_out = true;
    }
    pthread_mutex_unlock(&s->lock);
    if (gone)
        return ERR_BUSY;
    exchange_post(ex);
    return OK;
}

void
stream_drain(struct exchange *ex)
{
    struct stream *s = ex->stream;

    if (s == NULL)
        return;
    pthread_mutex_lock(&s->lock);
    while (s->is_out)
        pthread_cond_wait(&s->wake, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

bool
stream_is_out(struct exchange *ex)
{
    bool is_out;

    if (ex->stream == NULL)
        return false;
    pthread_mutex_lock(&ex->stream->lock);
    is_out = ex->stream->is_out;
    pthread_mutex_unlock(&ex->stream->lock);
    return is_out;
}

void
stream_taken(struct exchange *ex, bool gone)
{
    struct stream *s = ex->stream;

    pthread_mutex_lock(&s->lock);
    s->is_out = false;
    s->gone = s->gone || gone;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
}
