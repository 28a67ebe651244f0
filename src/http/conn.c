/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conn.c - connections: bytes in, answers out in one write. The only file that knows
 * libuv, as parser.c is the only one that knows llhttp.
 *
 * Each loop is a thread with a listener of its own on the shared port (SO_REUSEPORT), and owns
 * the connections it accepts. A connection has one state and stands in that state's list, oldest
 * first, so that a look at the heads of the lists finds who is too slow, and who must make room
 * when connections run out. Requests on one connection are answered one at a time; bytes that
 * come meanwhile wait in a bounded stash, then in the kernel.
 *
 * The head of a request is gathered whole (guard.c finds its end) before llhttp sees it, so that
 * every span it reports lies in one piece of the request's arena.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <uv.h>

#include "base/clock.h"
#include "http/exchange.h"
#include "http/guard.h"

enum {
    STASH_BYTES_MAX = 16 * 1024,   /* Pipelined bytes kept while a request is under way. */
    LINGER_BYTES_MAX = 512 * 1024, /* Read and dropped after a refusal... */
    LINGER_MS = 2000,              /* ... at most this long. */
    WRITE_TIMEOUT_MS = 30 * 1000,
    FULL_PAUSE_MS = 50,            /* After "queue full": bodies are not read for this long. */
    TICK_MS = 100,
    STOP_EXTRA_MS = 5000
};

enum conn_state {
    CONN_IDLE,    /* Between requests, or new. */
    CONN_HEAD,    /* Bytes of a head came. */
    CONN_BODY,
    CONN_BUSY,    /* The exchange is with the pool. */
    CONN_WRITING, /* The kernel has not taken the whole answer yet. */
    CONN_LINGER,  /* Answered and shut; what still comes is dropped. */
    CONN_CLOSED,
    CONN_STATES
};

struct conn_list {
    struct conn *first, *last;
};

struct conn {
    uv_tcp_t tcp;
    uv_write_t write;
    uv_shutdown_t shutdown;
    struct loop *loop;
    struct conn *prev, *next;  /* In the list of its state. */
    enum conn_state state;
    int64_t since_ms;          /* When it entered that state. */
    struct exchange *ex;       /* From the first byte of a request to its answer. */
    struct exchange *orphan;   /* Kept for a write that libuv still holds after the close. */
    struct head_scan scan;
    size_t wire_bytes;         /* Of this body, with its chunk lines. */
    size_t linger_bytes;
    char *stash;
    size_t stash_len;
    bool keep, eof, reading;
    char ip[INET6_ADDRSTRLEN];
};

struct loop {
    uv_loop_t uv;
    uv_tcp_t listener;
    uv_async_t async;
    uv_timer_t timer;
    uv_thread_t thread;
    struct http_server *server;
    struct conn_list list[CONN_STATES];
    struct spares spares;
    int connections;           /* Of this loop. */
    int flying;                /* Exchanges with the pool. */
    int64_t full_until;
    int64_t stop_at;           /* Stopping: connections are cut then. */
    bool started, stopping, ended;
    time_t date_s;
    char date[32];
    struct stats stats;
    pthread_mutex_t inbox_lock;
    struct exchange *inbox, *inbox_last; /* Finished exchanges, oldest first. */
    bool stop_asked;           /* Under inbox_lock. */
    int grace_ms;
    char read_buf[64 * 1024];
};

static void conn_feed(struct conn *c, const char *ptr, size_t len);
static void conn_pump(struct conn *c);
static void conn_read_on(struct conn *c);
static void loop_check_end(struct loop *l);

static int64_t
loop_now(struct loop *l)
{
    return (int64_t)uv_now(&l->uv);
}

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
conn_state(struct conn *c, enum conn_state state)
{
    struct conn_list *l = &c->loop->list[state];

    list_remove(c);
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

/* ---- closing ---- */

static void
on_closed(uv_handle_t *h)
{
    struct conn *c = h->data;

    list_remove(c);
    c->loop->connections--;
    __atomic_fetch_sub(&c->loop->server->connections, 1, __ATOMIC_RELAXED);
    loop_check_end(c->loop);
    free(c->stash);
    free(c);
}

static void
conn_close(struct conn *c)
{
    if (c->state == CONN_CLOSED)
        return;
    if (c->ex != NULL) {
        /* In flight: the exchange comes back by itself and finds nobody. Else it is ours. */
        c->ex->conn = NULL;
        __atomic_store_n(&c->ex->req.client_gone, true, __ATOMIC_RELAXED);
        if (c->state != CONN_BUSY && c->state != CONN_WRITING)
            exchange_give(&c->loop->spares, c->ex);
        else if (c->state == CONN_WRITING)
            c->orphan = c->ex; /* libuv may still hold its buffers: on_written frees it. */
        c->ex = NULL;
    }
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

    if (c->state == CONN_CLOSED) {
        if (c->orphan != NULL)
            exchange_give(&c->loop->spares, c->orphan);
        c->orphan = NULL;
        return;
    }
    if (status < 0) {
        exchange_give(&c->loop->spares, c->ex);
        c->ex = NULL;
        conn_close(c);
        return;
    }
    conn_finish(c);
    conn_pump(c);
}

/* The whole answer in one write; what the kernel does not take goes when it can. */
static void
conn_respond(struct conn *c)
{
    struct exchange *ex = c->ex;
    uv_buf_t b[2];
    unsigned count = 1;
    size_t total, done = 0;
    int n;

    c->keep = c->keep && !c->loop->stopping;
    res_head(ex, loop_date(c->loop), c->keep);
    b[0] = uv_buf_init(ex->out_head.ptr, (unsigned)ex->out_head.len);
    if (!ex->is_head && ex->req.out.len > 0 && ex->req.status != 304)
        b[count++] = uv_buf_init(ex->req.out.ptr, (unsigned)ex->req.out.len);
    total = b[0].len + (count > 1 ? b[1].len : 0);
    conn_state(c, CONN_WRITING);
    n = uv_try_write((uv_stream_t *)&c->tcp, b, count);
    if (n > 0)
        done = (size_t)n;
    else if (n < 0 && n != UV_EAGAIN) {
        exchange_give(&c->loop->spares, ex);
        c->ex = NULL;
        conn_close(c);
        return;
    }
    if (done == total) {
        conn_finish(c);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        size_t skip = done < b[i].len ? done : b[i].len;

        b[i].base += skip;
        b[i].len -= skip;
        done -= skip;
    }
    c->write.data = c;
    if (uv_write(&c->write, (uv_stream_t *)&c->tcp, b, count, on_written) != 0) {
        exchange_give(&c->loop->spares, ex);
        c->ex = NULL;
        conn_close(c);
    }
}

/* Answers an error from the loop itself. close: what follows on the wire cannot be trusted or is
 * not wanted. */
static void
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
    static char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    uv_buf_t b = uv_buf_init(text, sizeof text - 1);

    if (!c->ex->http10 && req_header(&c->ex->req, "expect").len > 0)
        (void)uv_try_write((uv_stream_t *)&c->tcp, &b, 1);
}

static void
conn_head(struct conn *c)
{
    struct exchange *ex = c->ex;
    struct str method = STR_NONE;
    int status = parser_head(ex, &method);

    if (status == 0) {
        c->keep = ex->keep;
        ex->req.client_ip = guard_client_ip(
            str_of(c->ip), req_header(&ex->req, "x-forwarded-for"), &ex->env->proxies);
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

/* Goes on with what came while the last request was under way. */
static void
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

static void
conn_read_on(struct conn *c)
{
    if (c->reading || c->eof || c->state == CONN_CLOSED)
        return;
    c->reading = uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read) == 0;
}

static const struct sockaddr *
peer_of(struct conn *c, struct sockaddr_storage *ss)
{
    int len = sizeof *ss;

    return uv_tcp_getpeername(&c->tcp, (struct sockaddr *)ss, &len) == 0
               ? (const struct sockaddr *)ss
               : NULL;
}

static void
peer_name(struct conn *c)
{
    struct sockaddr_storage ss;
    const struct sockaddr *sa = peer_of(c, &ss);

    if (sa == NULL)
        return;
    if (sa->sa_family == AF_INET)
        (void)uv_ip4_name((const struct sockaddr_in *)sa, c->ip, sizeof c->ip);
    else if (sa->sa_family == AF_INET6)
        (void)uv_ip6_name((const struct sockaddr_in6 *)sa, c->ip, sizeof c->ip);
    /* IPv4 on an IPv6 socket is written as IPv4, so that limits and proxies see one form. */
    if (strncmp(c->ip, "::ffff:", 7) == 0 && strchr(c->ip, '.') != NULL)
        memmove(c->ip, c->ip + 7, strlen(c->ip + 7) + 1);
}

/* Room for one more: the connection idle longest goes; when none is idle, the one whose head has
 * been coming for longest, but never one that is being served. */
static bool
loop_make_room(struct loop *l)
{
    struct conn *old = l->list[CONN_IDLE].first;

    if (old == NULL)
        old = l->list[CONN_LINGER].first;
    if (old == NULL) {
        old = l->list[CONN_HEAD].first;
        if (old != NULL && loop_now(l) - old->since_ms < CLOCK_SECOND_MS)
            old = NULL;
    }
    if (old == NULL)
        return false;
    stats_count(&l->stats.evicted);
    conn_close(old);
    return true;
}

static void
on_connection(uv_stream_t *listener, int status)
{
    struct loop *l = listener->data;
    struct conn *c;

    /* libuv itself keeps a spare descriptor to accept and drop with when none is left (EMFILE);
     * the limit below keeps it from coming to that. */
    if (status < 0)
        return;
    c = calloc(1, sizeof *c);
    if (c == NULL)
        abort();
    c->loop = l;
    c->tcp.data = c;
    uv_tcp_init(&l->uv, &c->tcp);
    l->connections++;
    __atomic_fetch_add(&l->server->connections, 1, __ATOMIC_RELAXED);
    c->since_ms = loop_now(l);
    c->prev = l->list[CONN_IDLE].last;
    if (c->prev != NULL)
        c->prev->next = c;
    else
        l->list[CONN_IDLE].first = c;
    l->list[CONN_IDLE].last = c;
    if (uv_accept(listener, (uv_stream_t *)&c->tcp) != 0) {
        conn_close(c);
        return;
    }
    stats_count(&l->stats.accepted);
    uv_tcp_nodelay(&c->tcp, 1);
    peer_name(c);
    if (l->connections > l->server->connections_max) {
        /* This one is the youngest, so it is closed only when nobody else can be. */
        (void)loop_make_room(l);
    }
    conn_read_on(c);
}

/* ---- time ---- */

/* Idle connections get less time as they fill the room. */
static int64_t
idle_timeout(const struct loop *l)
{
    int64_t ms = l->server->opt.idle_timeout_ms;
    int max = l->server->connections_max;

    if (l->stopping)
        return 0;
    if (l->connections > max / 4 * 3)
        return ms / 4;
    return l->connections > max / 2 ? ms / 2 : ms;
}

static struct conn *
list_late(struct loop *l, enum conn_state state, int64_t timeout_ms)
{
    struct conn *c = l->list[state].first;

    return c != NULL && loop_now(l) - c->since_ms >= timeout_ms ? c : NULL;
}

static void
on_tick(uv_timer_t *t)
{
    struct loop *l = t->data;
    const struct http_options *o = &l->server->opt;
    struct conn *c;

    while ((c = list_late(l, CONN_IDLE, idle_timeout(l))) != NULL)
        conn_close(c);
    while ((c = list_late(l, CONN_LINGER, LINGER_MS)) != NULL)
        conn_close(c);
    while ((c = list_late(l, CONN_WRITING, WRITE_TIMEOUT_MS)) != NULL)
        conn_close(c);
    while ((c = list_late(l, CONN_HEAD, o->header_timeout_ms)) != NULL ||
           (c = list_late(l, CONN_BODY, o->body_timeout_ms)) != NULL) {
        stats_count(&l->stats.timed_out);
        c->ex->log_cause = "slow";
        conn_error(c, 408, true);
    }
    if (l->stopping && loop_now(l) >= l->stop_at)
        for (int s = 0; s < CONN_CLOSED; s++)
            while ((c = l->list[s].first) != NULL)
                conn_close(c);
    loop_check_end(l);
}

/* ---- what comes back from the pool ---- */

void
exchange_post(struct exchange *ex)
{
    struct loop *l = ex->loop;
    bool first;

    ex->next = NULL;
    pthread_mutex_lock(&l->inbox_lock);
    first = l->inbox == NULL;
    if (first)
        l->inbox = ex;
    else
        l->inbox_last->next = ex;
    l->inbox_last = ex;
    pthread_mutex_unlock(&l->inbox_lock);
    /* One wake-up for all that comes before the loop has looked. */
    if (first)
        uv_async_send(&l->async);
}

static void
exchange_back(struct loop *l, struct exchange *ex)
{
    struct conn *c = ex->conn;

    l->flying--;
    if (c == NULL) {
        /* The client left. What was committed stays; its retry will find it. */
        ex->log_cause = "client_gone";
        if (ex->touch)
            dispatch_touch(ex);
        exchange_log(ex, (clock_mono_ns() - ex->start_ns) / 1000);
        exchange_give(&l->spares, ex);
        return;
    }
    if (ex->result != OK && ex->drawn != ex->result)
        conn_error(c, err_http(ex->result), false);
    else
        conn_respond(c);
    conn_pump(c);
}

static void
loop_stop(struct loop *l, int grace_ms)
{
    if (l->stopping)
        return;
    l->stopping = true;
    l->stop_at = loop_now(l) + grace_ms;
    uv_close((uv_handle_t *)&l->listener, NULL);
}

static void
on_async(uv_async_t *a)
{
    struct loop *l = a->data;
    struct exchange *ex, *next;
    bool stop;

    pthread_mutex_lock(&l->inbox_lock);
    ex = l->inbox;
    l->inbox = l->inbox_last = NULL;
    stop = l->stop_asked;
    pthread_mutex_unlock(&l->inbox_lock);
    for (; ex != NULL; ex = next) {
        next = ex->next;
        exchange_back(l, ex);
    }
    if (stop)
        loop_stop(l, l->grace_ms);
    loop_check_end(l);
}

/* The loop ends when it was told to and nothing is left to wait for. */
static void
loop_check_end(struct loop *l)
{
    bool late = loop_now(l) >= l->stop_at + STOP_EXTRA_MS;

    if (!l->stopping || l->ended || l->connections > 0 || (l->flying > 0 && !late))
        return;
    l->ended = true;
    uv_close((uv_handle_t *)&l->timer, NULL);
    if (l->flying == 0)
        uv_close((uv_handle_t *)&l->async, NULL);
    else
        uv_stop(&l->uv); /* A handler hangs: the async handle must outlive it. */
}

static void
loop_main(void *arg)
{
    struct loop *l = arg;

    uv_run(&l->uv, UV_RUN_DEFAULT);
}

/* ---- start and stop ---- */

static int
loop_listen(struct loop *l, const struct sockaddr_storage *address)
{
    uv_os_fd_t fd;
    int on = 1;
    int e = uv_tcp_init_ex(&l->uv, &l->listener, address->ss_family);

    l->listener.data = l;
    if (e == 0)
        e = uv_fileno((uv_handle_t *)&l->listener, &fd);
    if (e == 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0)
        e = uv_translate_sys_error(errno);
    if (e == 0)
        e = uv_tcp_bind(&l->listener, (const struct sockaddr *)address, 0);
    if (e == 0)
        e = uv_listen((uv_stream_t *)&l->listener, 4096, on_connection);
    return e;
}

struct loop *
loop_new(struct http_server *s, struct sockaddr_storage *address, int *port)
{
    struct loop *l = calloc(1, sizeof *l);
    int len = sizeof *address;
    int e;

    if (l == NULL || uv_loop_init(&l->uv) != 0)
        abort();
    l->server = s;
    pthread_mutex_init(&l->inbox_lock, NULL);
    stats_init(&l->stats);
    uv_async_init(&l->uv, &l->async, on_async);
    l->async.data = l;
    uv_timer_init(&l->uv, &l->timer);
    l->timer.data = l;
    uv_timer_start(&l->timer, on_tick, TICK_MS, TICK_MS);
    e = loop_listen(l, address);
    if (e == 0)
        e = uv_tcp_getsockname(&l->listener, (struct sockaddr *)address, &len);
    if (e != 0) {
        log_error(NULL, "listen_failed", LOG_Z("why", uv_strerror(e)));
        return NULL;
    }
    *port = ntohs(address->ss_family == AF_INET ? ((struct sockaddr_in *)address)->sin_port
                                                : ((struct sockaddr_in6 *)address)->sin6_port);
    return l;
}

bool
loop_start(struct loop *l)
{
    l->started = uv_thread_create(&l->thread, loop_main, l) == 0;
    return l->started;
}

void
loop_ask_stop(struct loop *l, int grace_ms)
{
    pthread_mutex_lock(&l->inbox_lock);
    l->stop_asked = true;
    l->grace_ms = grace_ms;
    pthread_mutex_unlock(&l->inbox_lock);
    uv_async_send(&l->async);
}

bool
loop_join(struct loop *l)
{
    if (!l->started)
        return false;
    uv_thread_join(&l->thread);
    if (l->flying > 0 || uv_loop_close(&l->uv) != 0)
        return false;
    spares_release(&l->spares);
    stats_release(&l->stats);
    pthread_mutex_destroy(&l->inbox_lock);
    free(l);
    return true;
}

const struct stats *
loop_stats(const struct loop *l)
{
    return &l->stats;
}
