/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conn.h - what conn.c (connections) and loop.c (loops) share: the only place that knows libuv.
 */
#ifndef MAILLON_HTTP_CONN_H
#define MAILLON_HTTP_CONN_H

#include <arpa/inet.h>
#include <pthread.h>
#include <uv.h>

#include "http/exchange.h"
#include "http/guard.h"

enum {
    STASH_BYTES_MAX = 16 * 1024,   /* Pipelined bytes kept while a request is under way. */
    LINGER_BYTES_MAX = 512 * 1024, /* Read and dropped after a refusal... */
    LINGER_MS = 2000,              /* ... at most this long. */
    WRITE_TIMEOUT_MS = 30 * 1000,
    FULL_PAUSE_MS = 50,            /* After "queue full": bodies are not read for this long. */
    EVENTS_BEAT_MS = 15 * 1000,    /* An event stream is never silent for longer... */
    EVENTS_LIFE_MS = 30 * 60 * 1000, /* ... and ends then: the browser asks again by itself. */
    EVENTS_MAX = 256,              /* Event streams of a server. */
    TICK_MS = 100,
    STOP_EXTRA_MS = 5000
};

enum conn_state {
    CONN_IDLE,    /* Between requests, or new. */
    CONN_HEAD,    /* Bytes of a head came. */
    CONN_BODY,
    CONN_BUSY,    /* The exchange is with the pool. */
    CONN_WRITING, /* The kernel has not taken the whole answer, or the piece, yet. */
    CONN_EVENTS,  /* An event was sent; the handler is run again when it is due. */
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
    void (*wrote)(struct conn *c); /* What follows the write under way. */
    bool writing;              /* libuv holds buffers of the exchange. */
    struct exchange *orphan;   /* Kept for such a write after the close. */
    int64_t events_ms;         /* When the event stream began; 0: none. */
    int64_t event_ms;          /* When something was last sent on it. */
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
    int listener;              /* A socket; what waits at it is taken by on_waiting. */
    uv_poll_t waiting;
    bool deaf;                 /* Nobody is taken until the next tick. */
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

static inline int64_t
loop_now(struct loop *l)
{
    return (int64_t)uv_now(&l->uv);
}

/* ---- conn.c ---- */

/* A new connection stands in the list of the idle. */
void conn_begin(struct conn *c, struct loop *l);
void conn_read_on(struct conn *c);
void conn_close(struct conn *c);
/* Sends the response of c->ex, or what is left of it, and goes on, or not, as c->keep says. */
void conn_respond(struct conn *c);
/* Answers an error from the loop itself. close: what follows on the wire cannot be trusted or is
 * not wanted. */
void conn_error(struct conn *c, int status, bool close);
/* Ends an answer that cannot be finished, its exchange being back from the pool. */
void conn_cut(struct conn *c);
/* The piece that a handler has flushed (stream.h). */
void conn_piece(struct conn *c);
/* What the handler of an event stream has said this time. */
void conn_event(struct conn *c);
/* Runs the handler of an event stream again, or ends the stream when it is old enough. */
void conn_again(struct conn *c);
/* Goes on with what came while the last request was under way. */
void conn_pump(struct conn *c);

/* ---- loop.c ---- */

/* Ends the loop when it was told to and nothing is left to wait for. */
void loop_check_end(struct loop *l);

#endif
