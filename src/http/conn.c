/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conn.c - connections: bytes in, answers out, in one write but for those that go on.
 *
 * A connection has one state and stands in that state's list, oldest first, so that a look at the
 * heads of the lists finds who is too slow, and who must make room when connections run out.
 * Requests on one connection are answered one at a time; bytes that come meanwhile wait in a
 * bounded stash, then in the kernel.
 *
 * The head of a request is gathered whole (guard.c finds its end) before the parser sees it, so
 * that every name and value lies in one piece of the request's arena.
 */
#include "http/conn.h"

#include "base/clock.h"
#include "http/stream.h"

static void conn_feed(struct conn *c, const char *ptr, size_t len);

/* ---- lists by state ---- */

static void
list_remove(struct conn *c)
{
    struct conn_list *l = &c->loop->list[c->state];

    if (c->prev != NULL)
        c->prev->next = c->next;
    else
        l->first = c->next;
    if (c->next != NULL)
        c->next->prev = c->prev;
    else
        l->last = c->prev;
}

static void
list_append(struct conn *c, enum conn_state state)
{
    struct conn_list *l = &c->loop->list[state];

    c->state = state;
    c->since_ms = loop_now(c->loop);
    c->next = NULL;
    c->prev = l->last;
    if (l->last != NULL)
        l->last->next = c;
    else
        l->first = c;
    l->last = c;
}

static void
conn_state(struct conn *c, enum conn_state state)
{
    list_remove(c);
    list_append(c, state);
}

void
conn_begin(struct conn *c, struct loop *l)
{
    c->loop = l;
    list_append(c, CONN_IDLE);
}

/* ---- closing ---- */

static void
on_closed(uv_handle_t *h)
{
    struct conn *c = h->data;

    list_remove(c);
    c->loop->connections--;
    __atomic_fetch_sub(&c->loop->server->connections, 1, __ATOMIC_RELAXED);
    if (c->events_ms != 0)
        __atomic_fetch_sub(&c->loop->server->events, 1, __ATOMIC_RELAXED);
    loop_check_end(c->loop);
    free(c->stash);
    free(c);
}

/* The client has gone. An exchange that is with the pool comes back by itself and finds nobody;
 * one whose bytes libuv still holds waits for on_written; any other is ours. */
static void
conn_drop(struct conn *c)
{
    struct exchange *ex = c->ex;
    bool is_piece = c->state == CONN_WRITING && stream_is_out(ex);

    c->ex = NULL;
    ex->conn = NULL;
    __atomic_store_n(&ex->req.client_gone, true, __ATOMIC_RELAXED);
    if (c->state == CONN_EVENTS)
        exchange_log(ex, (clock_mono_ns() - ex->start_ns) / 1000);
    if (c->writing)
        c->orphan = ex;
    else if (is_piece)
        stream_taken(ex, true);
    else if (c->state != CONN_BUSY)
        exchange_give(&c->loop->spares, ex);
}

void
conn_close(struct conn *c)
{
    if (c->state == CONN_CLOSED)
        return;
    if (c->ex != NULL)
        conn_drop(c);
    conn_state(c, CONN_CLOSED);
    uv_close((uv_handle_t *)&c->tcp, on_closed);
}

/* Says goodbye so that the peer can read the last answer: closing with bytes unread would reset
 * the connection and lose it. */
static void
on_shutdown(uv_shutdown_t *r, int status)
{
    (void)r;
    (void)status;
}

static void
conn_linger(struct conn *c)
{
    if (c->eof || uv_shutdown(&c->shutdown, (uv_stream_t *)&c->tcp, on_shutdown) != 0) {
        conn_close(c);
        return;
    }
    c->linger_bytes = 0;
    conn_state(c, CONN_LINGER);
    conn_read_on(c);
}

/* ---- answering ---- */

static struct str
loop_date(struct loop *l)
{
    time_t now = (time_t)(clock_now_ms() / 1000);
    struct tm tm;

    if (now != l->date_s) {
        l->date_s = now;
        gmtime_r(&now, &tm);
        (void)strftime(l->date, sizeof l->date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
    }
    return str_of(l->date);
}

static void
conn_finish(struct conn *c)
{
    struct exchange *ex = c->ex;
    int64_t micros = (clock_mono_ns() - ex->start_ns) / 1000;

    stats_request(&c->loop->stats, ex->req.route, ex->req.status, micros, ex->req.out.len);
    exchange_log(ex, micros);
    c->ex = NULL;
    if (ex->touch)
        dispatch_touch(ex);
    exchange_give(&c->loop->spares, ex);
    if (c->keep && !c->eof && !c->loop->stopping)
        conn_state(c, CONN_IDLE);
    else
        conn_linger(c);
}

static void
on_written(uv_write_t *w, int status)
{
    struct conn *c = w->data;
    struct exchange *orphan = c->orphan;

    c->writing = false;
    if (c->state == CONN_CLOSED) {
        c->orphan = NULL;
        if (orphan != NULL && stream_is_out(orphan))
            stream_taken(orphan, true);
        else if (orphan != NULL)
            exchange_give(&c->loop->spares, orphan);
        return;
    }
    if (status < 0) {
        conn_close(c);
        return;
    }
    c->wrote(c);
    conn_pump(c);
}

/* Sends at once what the kernel takes; the rest goes when it can. Then wrote(c) goes on. */
static void
conn_write(struct conn *c, uv_buf_t *b, unsigned count, void (*wrote)(struct conn *c))
{
    size_t total = 0, done = 0;
    int n;

    for (unsigned i = 0; i < count; i++)
        total += b[i].len;
    conn_state(c, CONN_WRITING);
    if (total == 0) {
        wrote(c);
        return;
    }
    n = uv_try_write((uv_stream_t *)&c->tcp, b, count);
    if (n > 0)
        done = (size_t)n;
    else if (n < 0 && n != UV_EAGAIN) {
        conn_close(c);
        return;
    }
    if (done == total) {
        wrote(c);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        size_t skip = done < b[i].len ? done : b[i].len;

        b[i].base += skip;
        b[i].len -= skip;
        done -= skip;
    }
    c->wrote = wrote;
    c->write.data = c;
    c->writing = true;
    if (uv_write(&c->write, (uv_stream_t *)&c->tcp, b, count, on_written) != 0) {
        c->writing = false;
        conn_close(c);
    }
}

static uv_buf_t
part(struct str s)
{
    /* libuv only reads it. */
    return uv_buf_init((char *)(uintptr_t)s.ptr, (unsigned)s.len);
}

/* What ends an answer in pieces: the end of the last chunk, and what was known only now. */
static struct str
last_part(struct exchange *ex, bool has_chunk)
{
    struct buf b;
    struct str s;

    buf_init(&b, 0);
    buf_z(&b, has_chunk ? "\r\n0\r\n" : "0\r\n");
    for (size_t i = 0; i < ex->req.res_trailers.count; i++)
        buf_printf(&b, "%.*s: %.*s\r\n", STR_FMT(ex->req.res_trailers.item[i].name),
                   STR_FMT(ex->req.res_trailers.item[i].value));
    buf_z(&b, "\r\n");
    s = buf_dup(&b, &ex->arena);
    buf_release(&b);
    return s;
}

/* The rest of an answer whose first pieces are gone. */
static void
conn_respond_rest(struct conn *c)
{
    struct exchange *ex = c->ex;
    size_t len = ex->req.out.len;
    uv_buf_t b[3];
    unsigned count = 0;

    buf_clear(&ex->out_head);
    if (!ex->http10 && len > 0) {
        buf_printf(&ex->out_head, "%zx\r\n", len);
        b[count++] = part(buf_view(&ex->out_head));
    }
    if (len > 0)
        b[count++] = part(buf_view(&ex->req.out));
    if (!ex->http10)
        b[count++] = part(last_part(ex, len > 0));
    conn_write(c, b, count, conn_finish);
}

void
conn_respond(struct conn *c)
{
    struct exchange *ex = c->ex;
    uv_buf_t b[2];
    unsigned count = 1;

    c->keep = c->keep && !c->loop->stopping;
    if (ex->stream != NULL) {
        conn_respond_rest(c);
        return;
    }
    res_head(ex, loop_date(c->loop), c->keep,
             !ex->length_unknown ? END_LENGTH : ex->http10 ? END_CLOSE : END_CHUNKED);
    b[0] = part(buf_view(&ex->out_head));
    if (!ex->is_head && ex->req.out.len > 0 && ex->req.status != 304)
        b[count++] = part(buf_view(&ex->req.out));
    conn_write(c, b, count, conn_finish);
}

/* ---- answers that go on ---- */

static void
piece_wrote(struct conn *c)
{
    conn_state(c, CONN_BUSY);
    stream_taken(c->ex, false);
}

void
conn_cut(struct conn *c)
{
    struct exchange *ex = c->ex;

    if (ex->result != OK)
        ex->log_cause = "cut";
    exchange_log(ex, (clock_mono_ns() - ex->start_ns) / 1000);
    c->ex = NULL;
    exchange_give(&c->loop->spares, ex);
    conn_close(c);
}

void
conn_piece(struct conn *c)
{
    struct exchange *ex = c->ex;
    struct stream *s = ex->stream;
    uv_buf_t b[3];
    unsigned count = 0;

    buf_clear(&ex->out_head);
    if (!s->begun) {
        c->keep = c->keep && !ex->http10 && !c->loop->stopping;
        res_head(ex, loop_date(c->loop), c->keep, ex->http10 ? END_CLOSE : END_CHUNKED);
    }
    s->begun = true;
    if (!ex->http10)
        buf_printf(&ex->out_head, "%zx\r\n", s->piece.len);
    if (ex->out_head.len > 0)
        b[count++] = part(buf_view(&ex->out_head));
    b[count++] = part(buf_view(&s->piece));
    if (!ex->http10)
        b[count++] = part(STR("\r\n"));
    conn_write(c, b, count, piece_wrote);
}

static void
event_wrote(struct conn *c)
{
    if (c->eof || c->loop->stopping)
        conn_close(c);
    else
        conn_state(c, CONN_EVENTS);
}

/* The lines of an event: its text may have several. */
static void
event_compose(struct exchange *ex)
{
    struct str rest = buf_view(&ex->event), line;
    struct buf *b = &ex->event_wire;

    buf_printf(b, "event: %s\n", ex->req.event);
    while (str_split(&rest, '\n', &line)) {
        buf_z(b, "data: ");
        buf_str(b, line);
        buf_byte(b, '\n');
    }
    buf_byte(b, '\n');
}

/* The first: what every answer counts is counted now. */
static void
event_first(struct conn *c)
{
    struct exchange *ex = c->ex;

    c->events_ms = loop_now(c->loop);
    __atomic_fetch_add(&c->loop->server->events, 1, __ATOMIC_RELAXED);
    c->keep = false;
    res_head(ex, loop_date(c->loop), false, END_CLOSE);
    stats_request(&c->loop->stats, ex->req.route, ex->req.status,
                  (clock_mono_ns() - ex->start_ns) / 1000, ex->req.out.len);
    if (ex->touch)
        dispatch_touch(ex);
}

void
conn_event(struct conn *c)
{
    struct exchange *ex = c->ex;
    bool first = c->events_ms == 0;
    bool same = !first && str_eq(buf_view(&ex->req.out), buf_view(&ex->event));
    struct buf last = ex->event;
    uv_buf_t b[2];
    unsigned count = 0;

    if (same && loop_now(c->loop) - c->event_ms < EVENTS_BEAT_MS) {
        event_wrote(c);
        return;
    }
    if (first) {
        event_first(c);
        b[count++] = part(buf_view(&ex->out_head));
    }
    buf_clear(&ex->event_wire);
    if (same) {
        buf_z(&ex->event_wire, ":\n\n"); /* A comment: the stream lives. */
    } else {
        ex->event = ex->req.out;
        ex->req.out = last;
        event_compose(ex);
    }
    c->event_ms = loop_now(c->loop);
    b[count++] = part(buf_view(&ex->event_wire));
    conn_write(c, b, count, event_wrote);
}

void
conn_again(struct conn *c)
{
    if (loop_now(c->loop) - c->events_ms >= EVENTS_LIFE_MS) {
        conn_close(c);
        return;
    }
    if (dispatch_again(c->ex)) {
        c->loop->flying++;
        conn_state(c, CONN_BUSY);
    } else {
        conn_state(c, CONN_EVENTS); /* Later: those who wait for a page go first. */
    }
}

void
conn_error(struct conn *c, int status, bool close)
{
    struct exchange *ex = c->ex;

    if (close)
        c->keep = false;
    ex->req.session.token = ex->claim.cookie;
    if (status == 503)
        stats_count(&c->loop->stats.overloaded);
    error_draw(ex, NULL, status, OK);
    conn_respond(c);
}

static void
conn_malformed(struct conn *c, int status)
{
    stats_count(&c->loop->stats.refused);
    c->ex->log_cause = "malformed";
    c->ex->req.route = NULL;
    c->ex->req.path = STR_NONE;
    conn_error(c, status, true);
}

/* ---- the stages of a request ---- */

static void
conn_submit(struct conn *c)
{
    struct exchange *ex = c->ex;
    int status = dispatch_submit(ex);

    if (status == 0) {
        c->loop->flying++;
        conn_state(c, CONN_BUSY);
        return;
    }
    if (status == 503)
        c->loop->full_until = loop_now(c->loop) + FULL_PAUSE_MS;
    conn_error(c, status, false);
}

/* Only HTTP/1.1 clients that asked wait for this line. */
static void
conn_continue(struct conn *c)
{
    char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    uv_buf_t b = uv_buf_init(text, sizeof text - 1);

    if (!c->ex->http10 && req_header(&c->ex->req, "expect").len > 0)
        (void)uv_try_write((uv_stream_t *)&c->tcp, &b, 1);
}

/* From the last header line to the first: some proxies add a line of their own. */
static void
client_find(struct exchange *ex)
{
    const struct pair_list *l = &ex->req.headers;

    for (size_t i = l->count; i > 0; i--)
        if (str_is(l->item[i - 1].name, "x-forwarded-for"))
            ex->req.client_ip = guard_client_ip(ex->req.client_ip, l->item[i - 1].value,
                                                &ex->env->proxies);
}

static void
conn_head(struct conn *c)
{
    struct exchange *ex = c->ex;
    struct str method = STR_NONE;
    int status = parser_head(ex, &method);

    if (status == 0) {
        c->keep = ex->keep;
        client_find(ex);
        status = dispatch_head(ex, method);
        if (status == 0 && ex->req.method != METHOD_GET && loop_now(c->loop) < c->loop->full_until)
            status = 503;
    }
    if (status == 400 || status == 501 || status == 417 || status == 505)
        conn_malformed(c, status);
    else if (status != 0)
        conn_error(c, status, ex->has_body);
    else if (ex->complete) {
        conn_submit(c);
    } else {
        c->wire_bytes = 0;
        conn_state(c, CONN_BODY);
        conn_continue(c);
    }
}

/* Gathers the head in the exchange's arena. Returns how many bytes were its. */
static size_t
conn_head_bytes(struct conn *c, const char *ptr, size_t len)
{
    struct exchange *ex = c->ex;
    size_t used = 0;
    int status = head_scan(&c->scan, ptr, len, &used);

    if (ex->head_len + used > ex->head_cap) {
        size_t cap = ex->head_len + used < 2048 ? 2048 : 2 * (ex->head_len + used);
        char *grown = arena_alloc(&ex->arena, cap);

        if (ex->head_len > 0)
            memcpy(grown, ex->head, ex->head_len);
        ex->head = grown;
        ex->head_cap = cap;
    }
    memcpy(ex->head + ex->head_len, ptr, used);
    ex->head_len += used;
    if (status != 0)
        conn_malformed(c, status);
    else if (c->scan.done)
        conn_head(c);
    return used;
}

static size_t
conn_body_bytes(struct conn *c, const char *ptr, size_t len)
{
    size_t used = 0;
    int status = parser_body(c->ex, ptr, len, &used);

    /* Chunk sizes and extensions must not outweigh what they frame. */
    c->wire_bytes += used;
    if (status == 0 && c->wire_bytes > 8 * c->ex->body_max + 16 * 1024)
        status = 413;
    if (status != 0)
        conn_malformed(c, status);
    else if (c->ex->complete)
        conn_submit(c);
    return used;
}

static void
conn_stash(struct conn *c, const char *ptr, size_t len)
{
    char *grown = realloc(c->stash, c->stash_len + len);

    if (grown == NULL)
        abort();
    memcpy(grown + c->stash_len, ptr, len);
    c->stash = grown;
    c->stash_len += len;
    if (c->stash_len >= STASH_BYTES_MAX && c->reading) {
        uv_read_stop((uv_stream_t *)&c->tcp);
        c->reading = false;
    }
}

static void
conn_feed(struct conn *c, const char *ptr, size_t len)
{
    while (len > 0) {
        size_t used = 0;

        switch (c->state) {
        case CONN_IDLE:
            c->ex = exchange_take(&c->loop->spares, &c->loop->server->env);
            c->ex->loop = c->loop;
            c->ex->conn = c;
            c->ex->req.client_ip = str_of(c->ip);
            c->scan = (struct head_scan){0};
            c->keep = false;
            conn_state(c, CONN_HEAD);
            break;
        case CONN_HEAD:
            used = conn_head_bytes(c, ptr, len);
            break;
        case CONN_BODY:
            used = conn_body_bytes(c, ptr, len);
            break;
        case CONN_BUSY:
        case CONN_WRITING:
            conn_stash(c, ptr, len);
            return;
        default:
            return;
        }
        ptr += used;
        len -= used;
    }
}

void
conn_pump(struct conn *c)
{
    char *stash = c->stash;
    size_t len = c->stash_len;

    if (c->state == CONN_CLOSED)
        return;
    c->stash = NULL;
    c->stash_len = 0;
    if (len > 0)
        conn_feed(c, stash, len);
    free(stash);
    if (c->state != CONN_CLOSED && c->stash_len < STASH_BYTES_MAX)
        conn_read_on(c);
}

/* ---- libuv's side ---- */

static void
on_alloc(uv_handle_t *h, size_t suggested, uv_buf_t *b)
{
    struct conn *c = h->data;

    (void)suggested;
    *b = uv_buf_init(c->loop->read_buf, sizeof c->loop->read_buf);
}

/* The peer sends no more. It may still read: an answer under way is sent. */
static void
conn_eof(struct conn *c)
{
    c->eof = true;
    uv_read_stop((uv_stream_t *)&c->tcp);
    c->reading = false;
    if (c->state != CONN_BUSY && c->state != CONN_WRITING)
        conn_close(c);
}

static void
on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
    struct conn *c = s->data;

    if (c->state == CONN_CLOSED || n == 0)
        return;
    if (n == UV_EOF) {
        conn_eof(c);
    } else if (n < 0) {
        conn_close(c);
    } else if (c->state == CONN_LINGER) {
        c->linger_bytes += (size_t)n;
        if (c->linger_bytes > LINGER_BYTES_MAX)
            conn_close(c);
    } else {
        conn_feed(c, b->base, (size_t)n);
    }
}

void
conn_read_on(struct conn *c)
{
    if (c->reading || c->eof || c->state == CONN_CLOSED)
        return;
    c->reading = uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read) == 0;
}
