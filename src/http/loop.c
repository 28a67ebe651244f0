/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop.c - a loop: accepting, timeouts, what comes back from the pool, start and end.
 *
 * Each loop is a thread with a listener of its own on the shared port (SO_REUSEPORT), and owns
 * the connections it accepts.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/conn.h"
#include "http/stream.h"

enum { TAKE_MAX = 64 }; /* New connections in a row, before those that are there go on. */

static void
peer_name(struct conn *c, const struct sockaddr *sa)
{
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

/* No descriptor for one more (EMFILE): somebody makes room, or those who come wait in the kernel's
 * queue until the next tick. libuv's own accepting would try again at once and for ever; newer ones
 * (Debian 13's 1.50) do not even say so. */
static void
loop_starved(struct loop *l)
{
    if (loop_make_room(l))
        return;
    l->deaf = true;
    stats_count(&l->stats.overloaded);
    uv_poll_stop(&l->waiting);
}

static void
conn_take(struct loop *l, int fd, const struct sockaddr *peer)
{
    struct conn *c = calloc(1, sizeof *c);

    if (c == NULL)
        abort();
    c->tcp.data = c;
    uv_tcp_init(&l->uv, &c->tcp);
    l->connections++;
    __atomic_fetch_add(&l->server->connections, 1, __ATOMIC_RELAXED);
    conn_begin(c, l);
    if (uv_tcp_open(&c->tcp, fd) != 0) {
        close(fd);
        conn_close(c);
        return;
    }
    stats_count(&l->stats.accepted);
    uv_tcp_nodelay(&c->tcp, 1);
    peer_name(c, peer);
    if (l->connections > l->server->connections_max) {
        /* This one is the youngest, so it is closed only when nobody else can be. */
        (void)loop_make_room(l);
    }
    conn_read_on(c);
}

static void
on_waiting(uv_poll_t *waiting, int status, int events)
{
    struct loop *l = waiting->data;

    (void)events;
    l->deaf = status < 0; /* libuv has stopped to look. */
    for (int i = 0; i < TAKE_MAX; i++) {
        struct sockaddr_storage peer;
        socklen_t len = sizeof peer;
        int fd = accept4(l->listener, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd >= 0) {
            conn_take(l, fd, (const struct sockaddr *)&peer);
        } else if (errno == EAGAIN) {
            return;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            loop_starved(l);
            return;
        } /* Else that one is gone already (accept(2)). */
    }
}

/* ---- listening ---- */

static int
socket_listen(int fd, struct sockaddr_storage *address)
{
    socklen_t len = address->ss_family == AF_INET ? sizeof(struct sockaddr_in)
                                                  : sizeof(struct sockaddr_in6);
    int on = 1;

    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0 ||
        bind(fd, (const struct sockaddr *)address, len) != 0 || listen(fd, 4096) != 0 ||
        getsockname(fd, (struct sockaddr *)address, &len) != 0)
        return uv_translate_sys_error(errno);
    return 0;
}

/* The address comes back with the port that the system chose. */
static int
loop_listen(struct loop *l, struct sockaddr_storage *address)
{
    int e;

    l->listener = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (l->listener < 0)
        return uv_translate_sys_error(errno);
    e = socket_listen(l->listener, address);
    if (e == 0)
        e = uv_poll_init(&l->uv, &l->waiting, l->listener);
    if (e != 0) {
        close(l->listener);
        return e;
    }
    l->waiting.data = l;
    return uv_poll_start(&l->waiting, UV_READABLE, on_waiting);
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

/* Event streams whose handler is due. */
static void
loop_events(struct loop *l)
{
    struct conn *c, *next;

    for (c = l->list[CONN_EVENTS].first; c != NULL; c = next) {
        next = c->next;
        if (loop_now(l) - c->since_ms >= c->ex->req.again_ms)
            conn_again(c);
    }
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
    loop_events(l);
    if (l->stopping && loop_now(l) >= l->stop_at)
        for (int s = 0; s < CONN_CLOSED; s++)
            while ((c = l->list[s].first) != NULL)
                conn_close(c);
    if (l->deaf && !l->stopping)
        l->deaf = uv_poll_start(&l->waiting, UV_READABLE, on_waiting) != 0;
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

/* A piece of an answer; the exchange goes on in the pool. */
static void
piece_back(struct exchange *ex)
{
    if (ex->conn == NULL)
        stream_taken(ex, true);
    else
        conn_piece(ex->conn);
}

static void
answer_back(struct conn *c)
{
    struct exchange *ex = c->ex;
    bool good = ex->result == OK || ex->drawn == ex->result;
    bool goes_on = good && ex->req.again_ms > 0 && !ex->is_head;

    if (c->events_ms == 0 && goes_on &&
        __atomic_load_n(&c->loop->server->events, __ATOMIC_RELAXED) >= EVENTS_MAX)
        conn_error(c, 503, false);
    else if (goes_on)
        conn_event(c);
    else if (c->events_ms != 0 || (ex->stream != NULL && ex->result != OK))
        conn_cut(c);
    else if (!good)
        conn_error(c, err_http(ex->result), false);
    else
        conn_respond(c);
}

static void
exchange_back(struct loop *l, struct exchange *ex)
{
    struct conn *c = ex->conn;

    if (stream_is_out(ex)) {
        piece_back(ex);
        return;
    }
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
    answer_back(c);
    conn_pump(c);
}

static void
loop_stop(struct loop *l, int grace_ms)
{
    if (l->stopping)
        return;
    l->stopping = true;
    l->stop_at = loop_now(l) + grace_ms;
    while (l->list[CONN_EVENTS].first != NULL)
        conn_close(l->list[CONN_EVENTS].first);
    uv_close((uv_handle_t *)&l->waiting, NULL);
    close(l->listener);
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
    log_gather();
    for (; ex != NULL; ex = next) {
        next = ex->next;
        exchange_back(l, ex);
    }
    log_flush();
    if (stop)
        loop_stop(l, l->grace_ms);
    loop_check_end(l);
}

void
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

struct loop *
loop_new(struct http_server *s, struct sockaddr_storage *address, int *port)
{
    struct loop *l = calloc(1, sizeof *l);
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
