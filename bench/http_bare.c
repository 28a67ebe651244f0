/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_bare.c - a bare POST server over libuv and llhttp: the limit of this machine, beside which
 * our own server is measured. One loop, no limits, no routes: each request's body is read and a
 * fixed answer is sent.
 *
 *   http_bare PORT
 *
 * Prints the processor time it used for each request when it gets SIGTERM.
 */
#include <llhttp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/clock.h"
#include "base/parse.h"

struct peer {
    uv_tcp_t tcp;
    llhttp_t parser;
};

static llhttp_settings_t settings;
static char read_buf[64 * 1024];
static int64_t served;

static int
on_complete(llhttp_t *p)
{
    static char answer[] = "HTTP/1.1 303 See Other\r\nLocation: /commandes/1\r\n"
                           "Content-Length: 0\r\n\r\n";
    struct peer *peer = p->data;
    uv_buf_t b = uv_buf_init(answer, sizeof answer - 1);

    served++;
    (void)uv_try_write((uv_stream_t *)&peer->tcp, &b, 1);
    return 0;
}

static void
on_closed(uv_handle_t *h)
{
    free(h->data);
}

static void
on_alloc(uv_handle_t *h, size_t size, uv_buf_t *b)
{
    (void)h;
    (void)size;
    *b = uv_buf_init(read_buf, sizeof read_buf);
}

static void
on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
    struct peer *peer = s->data;

    if (n < 0 || (n > 0 && llhttp_execute(&peer->parser, b->base, (size_t)n) != HPE_OK))
        uv_close((uv_handle_t *)s, on_closed);
}

static void
on_connection(uv_stream_t *listener, int status)
{
    struct peer *peer = calloc(1, sizeof *peer);

    if (status < 0 || peer == NULL)
        abort();
    uv_tcp_init(listener->loop, &peer->tcp);
    peer->tcp.data = peer;
    llhttp_init(&peer->parser, HTTP_REQUEST, &settings);
    peer->parser.data = peer;
    if (uv_accept(listener, (uv_stream_t *)&peer->tcp) != 0) {
        uv_close((uv_handle_t *)&peer->tcp, on_closed);
        return;
    }
    uv_tcp_nodelay(&peer->tcp, 1);
    uv_read_start((uv_stream_t *)&peer->tcp, on_alloc, on_read);
}

static void
on_signal(uv_signal_t *s, int sig)
{
    (void)sig;
    printf("{\"served\":%lld,\"server_cpu_us\":%.2f}\n", (long long)served,
           served > 0 ? (double)clock_cpu_ns() / 1000.0 / (double)served : 0.0);
    fflush(stdout);
    uv_stop(s->loop);
}

int
main(int argc, char **argv)
{
    uv_loop_t *loop = uv_default_loop();
    struct sockaddr_in address;
    uv_tcp_t listener;
    uv_signal_t stop;
    int64_t port;

    if (argc != 2 || !parse_i64(str_of(argv[1]), 1, 65535, &port)) {
        fprintf(stderr, "usage: http_bare PORT\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    llhttp_settings_init(&settings);
    settings.on_message_complete = on_complete;
    uv_ip4_addr("127.0.0.1", (int)port, &address);
    uv_tcp_init(loop, &listener);
    if (uv_tcp_bind(&listener, (struct sockaddr *)&address, 0) != 0 ||
        uv_listen((uv_stream_t *)&listener, 1024, on_connection) != 0) {
        fprintf(stderr, "http_bare: cannot listen on port %d\n", (int)port);
        return 1;
    }
    uv_signal_init(loop, &stop);
    uv_signal_start(&stop, on_signal, SIGTERM);
    uv_run(loop, UV_RUN_DEFAULT);
    return 0;
}
