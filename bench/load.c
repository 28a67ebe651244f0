/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c - a load generator that leaves the processors to the server: one thread, epoll,
 * keep-alive, requests made beforehand.
 *
 *   load --connections 64 --count 200000 --requests FILE [--port 8080] [--host 127.0.0.1]
 *        [--expect 303] [--location PREFIX] [--repeat]
 *
 * FILE holds requests, each a 4-byte big-endian length and so many raw bytes; each is used once
 * (--repeat begins again at the end). Prints one JSON object: requests a second, latency
 * percentiles, answers by status, and the processor time of its own.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/parse.h"

enum { CONNECTIONS_MAX = 10000, READ_BYTES = 64 * 1024, BUCKETS = 20000, BUCKET_US = 10 };

struct client {
    int fd;
    const unsigned char *request;
    size_t len, sent;
    int64_t start_ns;
    char head[4096];          /* The answer's head, until its end is seen. */
    size_t head_len;
    int64_t body_left;        /* -1: still in the head. */
    int status;
};

struct load {
    const unsigned char *bytes;
    size_t size, at;
    bool repeat;
    int64_t wanted, started, done, failed, unexpected;
    int64_t by_status[600];
    int64_t bucket[BUCKETS + 1];
    int64_t max_us;
    int expect;
    const char *location; /* What Location must begin with; NULL: nothing is asked. */
    int epoll;
    struct sockaddr_in address;
};

static void
die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static bool
next_request(struct load *l, struct client *c)
{
    size_t len;

    if (l->started == l->wanted)
        return false;
    if (l->at == l->size && l->repeat)
        l->at = 0;
    if (l->at + 4 > l->size)
        return false;
    len = (size_t)l->bytes[l->at] << 24 | (size_t)l->bytes[l->at + 1] << 16 |
          (size_t)l->bytes[l->at + 2] << 8 | (size_t)l->bytes[l->at + 3];
    if (len > l->size - l->at - 4) {
        fprintf(stderr, "load: the file ends inside a request\n");
        exit(1);
    }
    c->request = l->bytes + l->at + 4;
    c->len = len;
    c->sent = 0;
    c->head_len = 0;
    c->body_left = -1;
    l->at += 4 + len;
    l->started++;
    c->start_ns = clock_mono_ns();
    return true;
}

static void
client_connect(struct load *l, struct client *c)
{
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    int on = 1;

    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&l->address, sizeof l->address) != 0)
        die("connect");
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)fcntl(c->fd, F_SETFL, O_NONBLOCK);
    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &e) != 0)
        die("epoll_ctl");
}

/* Requests are small: a short write waits for the socket, which costs nothing in practice. */
static void
client_send(struct load *l, struct client *c)
{
    while (c->sent < c->len) {
        ssize_t n = send(c->fd, c->request + c->sent, c->len - c->sent, MSG_NOSIGNAL);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (n < 0) {
            l->failed++;
            return;
        }
        c->sent += (size_t)n;
    }
}

static bool
location_fits(const struct load *l, const struct client *c)
{
    static const char name[] = "\r\nLocation: ";
    const char *at;

    if (l->location == NULL)
        return true;
    at = strstr(c->head, name);
    return at != NULL && strncmp(at + sizeof name - 1, l->location, strlen(l->location)) == 0;
}

static void
record(struct load *l, struct client *c)
{
    int64_t us = (clock_mono_ns() - c->start_ns) / 1000;
    int64_t b = us / BUCKET_US;

    l->bucket[b < BUCKETS ? b : BUCKETS]++;
    if (us > l->max_us)
        l->max_us = us;
    l->by_status[c->status > 0 && c->status < 600 ? c->status : 0]++;
    if ((l->expect != 0 && c->status != l->expect) || !location_fits(l, c))
        l->unexpected++;
    l->done++;
}

/* Reads status and length out of a whole head. */
static bool
head_read(struct client *c)
{
    static const char name[] = "\r\nContent-Length: ";
    const char *length;

    c->head[c->head_len] = '\0';
    if (c->head_len < 12 || strncmp(c->head, "HTTP/1.", 7) != 0)
        return false;
    c->status = (c->head[9] - '0') * 100 + (c->head[10] - '0') * 10 + (c->head[11] - '0');
    length = strstr(c->head, name);
    c->body_left = length != NULL ? strtoll(length + sizeof name - 1, NULL, 10) : 0;
    return true;
}

/* Takes received bytes; true when the answer is whole. */
static bool
client_take(struct client *c, const char *ptr, size_t len)
{
    if (c->body_left < 0) {
        size_t room = sizeof c->head - 1 - c->head_len;
        size_t n = len < room ? len : room, before = c->head_len;
        char *end;

        memcpy(c->head + before, ptr, n);
        c->head_len += n;
        c->head[c->head_len] = '\0';
        end = strstr(c->head, "\r\n\r\n");
        if (end == NULL)
            return false;
        size_t head = (size_t)(end - c->head) + 4;
        if (!head_read(c))
            return true;
        ptr += head - before;
        len -= head - before;
    }
    c->body_left -= (int64_t)len;
    return c->body_left <= 0;
}

static void
client_again(struct load *l, struct client *c)
{
    if (next_request(l, c))
        client_send(l, c);
}

static void
client_ready(struct load *l, struct client *c)
{
    static char bytes[READ_BYTES];
    ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        /* Closed: a request under way is lost; the connection is made anew. */
        if (c->request != NULL)
            l->failed++;
        close(c->fd);
        client_connect(l, c);
        c->request = NULL;
        client_again(l, c);
        return;
    }
    if (c->request != NULL && client_take(c, bytes, (size_t)n)) {
        record(l, c);
        c->request = NULL;
        client_again(l, c);
    }
}

static int64_t
percentile(const struct load *l, double p)
{
    int64_t wanted = (int64_t)((double)l->done * p), seen = 0;

    for (int i = 0; i <= BUCKETS; i++) {
        seen += l->bucket[i];
        if (seen > wanted)
            return (int64_t)i * BUCKET_US;
    }
    return l->max_us;
}

static void
report(const struct load *l, int connections, double seconds)
{
    const char *sep = "";

    printf("{\"connections\":%d,\"requests\":%lld,\"failed\":%lld,\"unexpected\":%lld,"
           "\"seconds\":%.3f,\"per_second\":%.0f,\"p50_us\":%lld,\"p90_us\":%lld,"
           "\"p99_us\":%lld,\"p999_us\":%lld,\"max_us\":%lld,\"client_cpu_us\":%.2f,\"status\":{",
           connections, (long long)l->done, (long long)l->failed, (long long)l->unexpected,
           seconds, (double)l->done / seconds, (long long)percentile(l, 0.5),
           (long long)percentile(l, 0.9), (long long)percentile(l, 0.99),
           (long long)percentile(l, 0.999), (long long)l->max_us,
           l->done > 0 ? (double)clock_cpu_ns() / 1000.0 / (double)l->done : 0.0);
    for (int i = 0; i < 600; i++) {
        if (l->by_status[i] > 0) {
            printf("%s\"%d\":%lld", sep, i, (long long)l->by_status[i]);
            sep = ",";
        }
    }
    printf("}}\n");
}

static int64_t
option(int argc, char **argv, const char *name, int64_t def)
{
    int64_t n = def;

    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], name) == 0 && !parse_i64(str_of(argv[i + 1]), 0, INT64_MAX, &n)) {
            fprintf(stderr, "load: %s takes a whole number\n", name);
            exit(2);
        }
    }
    return n;
}

static const char *
option_text(int argc, char **argv, const char *name, const char *def)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return argv[i + 1];
    return def;
}

static void
requests_map(struct load *l, const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &st) != 0 || st.st_size < 5)
        die(path);
    l->size = (size_t)st.st_size;
    l->bytes = mmap(NULL, l->size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (l->bytes == MAP_FAILED)
        die("mmap");
    close(fd);
}

static void
run(struct load *l, struct client *clients, int connections)
{
    static struct epoll_event events[512];
    int64_t busy_until = clock_mono_ns() + (int64_t)600 * 1000000000;

    for (int i = 0; i < connections; i++)
        client_connect(l, &clients[i]);
    for (int i = 0; i < connections; i++)
        client_again(l, &clients[i]);
    while (l->done + l->failed < l->started && clock_mono_ns() < busy_until) {
        int n = epoll_wait(l->epoll, events, 512, 10000);

        if (n == 0) {
            fprintf(stderr, "load: no answer for 10 s\n");
            exit(1);
        }
        for (int i = 0; i < n; i++)
            client_ready(l, events[i].data.ptr);
    }
}

int
main(int argc, char **argv)
{
    static struct load l;
    int connections = (int)option(argc, argv, "--connections", 16);
    const char *path = option_text(argc, argv, "--requests", NULL);
    struct client *clients;
    int64_t start;

    if (path == NULL || connections < 1 || connections > CONNECTIONS_MAX) {
        fprintf(stderr, "usage: load --connections N --count N --requests FILE [--port N] "
                        "[--host ADDRESS] [--expect STATUS] [--location PREFIX] [--repeat]\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    l.wanted = option(argc, argv, "--count", INT64_MAX);
    l.expect = (int)option(argc, argv, "--expect", 0);
    l.location = option_text(argc, argv, "--location", NULL);
    for (int i = 1; i < argc; i++)
        l.repeat = l.repeat || strcmp(argv[i], "--repeat") == 0;
    if (l.repeat && l.wanted == INT64_MAX) {
        fprintf(stderr, "load: --repeat needs --count\n");
        return 2;
    }
    requests_map(&l, path);
    l.address.sin_family = AF_INET;
    l.address.sin_port = htons((uint16_t)option(argc, argv, "--port", 8080));
    if (inet_pton(AF_INET, option_text(argc, argv, "--host", "127.0.0.1"),
                  &l.address.sin_addr) != 1)
        die("--host");
    l.epoll = epoll_create1(EPOLL_CLOEXEC);
    clients = calloc((size_t)connections, sizeof *clients);
    if (l.epoll < 0 || clients == NULL)
        die("start");
    start = clock_mono_ns();
    run(&l, clients, connections);
    report(&l, connections, (double)(clock_mono_ns() - start) / 1e9);
    free(clients);
    return l.failed > 0 || l.unexpected > 0;
}
