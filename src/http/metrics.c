/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics.c - counters, and /metrics in Prometheus' text format.
 *
 * Each loop counts on its own memory; features count by name in one small table, whose slots are
 * taken once and never given back.
 */
#include <arpa/inet.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "http/exchange.h"

enum { CLASSES = 6, NAMES_MAX = 256 };

static const int64_t bucket_micros[STATS_BUCKETS] = {100,   250,   500,    1000,   2500,
                                                     5000,  10000, 25000,  50000,  100000,
                                                     250000, 500000, 1000000, 5000000};

struct named {
    const char *name; /* NULL: free. A literal of the caller's. */
    int64_t value;
    bool gauge;
};

/* Process-wide on purpose: a job or a timer counts without knowing a server. */
static struct named named[NAMES_MAX];

void
stats_init(struct stats *s)
{
    *s = (struct stats){0};
    s->by_route = calloc((route_count + 1) * CLASSES, sizeof *s->by_route);
    if (s->by_route == NULL)
        abort();
}

void
stats_release(struct stats *s)
{
    free(s->by_route);
    s->by_route = NULL;
}

void
stats_request(struct stats *s, const struct route *route, int status, int64_t micros, size_t bytes)
{
    size_t row = route == NULL ? route_count : (size_t)(route - routes);
    size_t class = status >= 100 && status < 600 ? (size_t)status / 100 : 0;
    size_t b = 0;

    while (b < STATS_BUCKETS && micros > bucket_micros[b])
        b++;
    stats_count(&s->by_route[row * CLASSES + class]);
    stats_count(&s->bucket[b]);
    __atomic_fetch_add(&s->micros, (uint64_t)micros, __ATOMIC_RELAXED);
    __atomic_fetch_add(&s->bytes_out, (uint64_t)bytes, __ATOMIC_RELAXED);
}

static struct named *
named_slot(const char *name)
{
    for (size_t i = 0; i < NAMES_MAX; i++) {
        const char *there = __atomic_load_n(&named[i].name, __ATOMIC_ACQUIRE);

        if (there == NULL) {
            if (__atomic_compare_exchange_n(&named[i].name, &there, name, false,
                                            __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
                return &named[i];
            /* Another thread took the slot; there is its name now. */
        }
        if (strcmp(there, name) == 0)
            return &named[i];
    }
    return NULL;
}

void
metric_add(const char *name, int64_t by)
{
    struct named *n = named_slot(name);

    if (n != NULL)
        __atomic_fetch_add(&n->value, by, __ATOMIC_RELAXED);
}

void
metric_set(const char *name, int64_t value)
{
    struct named *n = named_slot(name);

    if (n == NULL)
        return;
    __atomic_store_n(&n->gauge, true, __ATOMIC_RELAXED);
    __atomic_store_n(&n->value, value, __ATOMIC_RELAXED);
}

/* ---- the page ---- */

struct totals {
    struct stats sum;
};

static uint64_t
get(const uint64_t *counter)
{
    return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static void
totals_add(struct totals *t, const struct stats *s)
{
    for (size_t i = 0; i < (route_count + 1) * CLASSES; i++)
        t->sum.by_route[i] += get(&s->by_route[i]);
    for (size_t i = 0; i <= STATS_BUCKETS; i++)
        t->sum.bucket[i] += get(&s->bucket[i]);
    t->sum.micros += get(&s->micros);
    t->sum.bytes_out += get(&s->bytes_out);
    t->sum.accepted += get(&s->accepted);
    t->sum.refused += get(&s->refused);
    t->sum.evicted += get(&s->evicted);
    t->sum.timed_out += get(&s->timed_out);
    t->sum.overloaded += get(&s->overloaded);
}

static void
line(struct buf *b, const char *type, const char *name, const char *help, uint64_t value)
{
    buf_printf(b, "# HELP maillon_%s %s\n# TYPE maillon_%s %s\nmaillon_%s %llu\n", name, help,
               name, type, name, (unsigned long long)value);
}

static void
requests_write(struct buf *b, const struct stats *s)
{
    buf_z(b, "# HELP maillon_http_requests_total Requests answered, by route and status class.\n"
             "# TYPE maillon_http_requests_total counter\n");
    for (size_t r = 0; r <= route_count; r++) {
        for (size_t c = 0; c < CLASSES; c++) {
            uint64_t n = s->by_route[r * CLASSES + c];

            if (n > 0)
                buf_printf(b, "maillon_http_requests_total{route=\"%s\",class=\"%zuxx\"} %llu\n",
                           r < route_count ? routes[r].name : "none", c,
                           (unsigned long long)n);
        }
    }
}

static void
histogram_write(struct buf *b, const struct stats *s)
{
    uint64_t below = 0;

    buf_z(b, "# HELP maillon_http_seconds From the first byte of a request to its answer.\n"
             "# TYPE maillon_http_seconds histogram\n");
    for (size_t i = 0; i < STATS_BUCKETS; i++) {
        below += s->bucket[i];
        buf_printf(b, "maillon_http_seconds_bucket{le=\"%g\"} %llu\n",
                   (double)bucket_micros[i] / 1e6, (unsigned long long)below);
    }
    below += s->bucket[STATS_BUCKETS];
    buf_printf(b, "maillon_http_seconds_bucket{le=\"+Inf\"} %llu\n", (unsigned long long)below);
    buf_printf(b, "maillon_http_seconds_sum %.6f\nmaillon_http_seconds_count %llu\n",
               (double)s->micros / 1e6, (unsigned long long)below);
}

static void
named_write(struct buf *b)
{
    for (size_t i = 0; i < NAMES_MAX; i++) {
        const char *name = __atomic_load_n(&named[i].name, __ATOMIC_ACQUIRE);
        bool gauge;

        if (name == NULL)
            return;
        gauge = __atomic_load_n(&named[i].gauge, __ATOMIC_RELAXED);
        buf_printf(b, "# TYPE maillon_%s %s\nmaillon_%s %lld\n", name,
                   gauge ? "gauge" : "counter", name,
                   (long long)__atomic_load_n(&named[i].value, __ATOMIC_RELAXED));
    }
}

/* Figures tell how sales go: shown to this machine, or to who holds the token. */
static bool
may_read(const struct req *req, const struct conf *conf)
{
    struct str auth = req_header(req, "authorization");

    if (str_starts(req->client_ip, STR("127.")) || str_is(req->client_ip, "::1"))
        return true;
    return conf->metrics_token.len > 0 && str_starts(auth, STR("Bearer ")) &&
           secret_eq(str_sub(auth, 7, auth.len), conf->metrics_token);
}

/* GET /metrics */
enum err
metrics_get(struct ctx *cx, struct req *req)
{
    const struct http_server *server = req->env->server;
    struct totals t;
    struct buf *b = &req->out;
    size_t reads, writes;

    if (!may_read(req, cx->app->conf))
        return ERR_NOT_FOUND;
    stats_init(&t.sum);
    for (int i = 0; http_stats(server, i) != NULL; i++)
        totals_add(&t, http_stats(server, i));
    requests_write(b, &t.sum);
    histogram_write(b, &t.sum);
    line(b, "counter", "http_bytes_out_total", "Bytes of answers.", t.sum.bytes_out);
    line(b, "counter", "http_accepted_total", "Connections taken.", t.sum.accepted);
    line(b, "counter", "http_malformed_total", "Requests refused as malformed.", t.sum.refused);
    line(b, "counter", "http_evicted_total", "Idle connections closed for new ones.",
         t.sum.evicted);
    line(b, "counter", "http_timed_out_total", "Connections closed as too slow.",
         t.sum.timed_out);
    line(b, "counter", "http_overloaded_total", "Requests answered 503: queue full.",
         t.sum.overloaded);
    line(b, "gauge", "http_connections", "Connections open.",
         (uint64_t)http_connections(server));
    line(b, "gauge", "http_streams", "Answers in pieces under way.",
         (uint64_t)http_streams(server));
    line(b, "gauge", "http_events", "Event streams open.", (uint64_t)http_events(server));
    db_pool_depth(cx->app->pool, &reads, &writes);
    line(b, "gauge", "db_waiting_reads", "Units waiting to read.", reads);
    line(b, "gauge", "db_waiting_writes", "Units waiting to write.", writes);
    buf_printf(b, "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total %.3f\n",
               (double)clock_cpu_ns() / 1e9);
    named_write(b);
    stats_release(&t.sum);
    return res_body(req, 200, "text/plain; version=0.0.4; charset=utf-8");
}
