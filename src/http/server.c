/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.c - settings into a running server, and its end.
 *
 * One listener for each loop on one port (SO_REUSEPORT): the kernel spreads connections, and no
 * loop hands anything to another.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/parse.h"
#include "http/exchange.h"
#include "http/session.h"

enum {
    CONNECTIONS_DEFAULT = 20000,
    FILES_KEPT = 200, /* Descriptors that are not connections. */
    SECRET_BYTES_MIN = 16
};

int
http_connections(const struct http_server *s)
{
    return __atomic_load_n(&s->connections, __ATOMIC_RELAXED);
}

int
http_streams(const struct http_server *s)
{
    return __atomic_load_n(&s->streams, __ATOMIC_RELAXED);
}

int
http_events(const struct http_server *s)
{
    return __atomic_load_n(&s->events, __ATOMIC_RELAXED);
}

const struct stats *
http_stats(const struct http_server *s, int loop)
{
    return loop < s->loop_count ? loop_stats(s->loop[loop]) : NULL;
}

static bool
listen_address(struct str listen, struct sockaddr_storage *out)
{
    struct sockaddr_in *in4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
    size_t colon = listen.len;
    struct arena a = {0};
    struct str host;
    int64_t port;
    char *z;

    *out = (struct sockaddr_storage){0};
    while (colon > 0 && listen.ptr[colon - 1] != ':')
        colon--;
    if (colon == 0 || !parse_i64(str_sub(listen, colon, listen.len), 0, 65535, &port))
        return false;
    host = str_sub(listen, 0, colon - 1);
    if (host.len == 0 || str_is(host, "*"))
        host = STR("::");
    else if (str_is(host, "localhost"))
        host = STR("127.0.0.1");
    else if (host.len > 2 && host.ptr[0] == '[')
        host = str_sub(host, 1, host.len - 2);
    z = str_z(&a, host);
    if (inet_pton(AF_INET, z, &in4->sin_addr) == 1) {
        in4->sin_family = AF_INET;
        in4->sin_port = htons((uint16_t)port);
    } else if (inet_pton(AF_INET6, z, &in6->sin6_addr) == 1) {
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons((uint16_t)port);
    }
    arena_release(&a);
    return out->ss_family != 0;
}

/* With SO_REUSEPORT a second server could share the port unnoticed: a plain bind finds out. */
static bool
address_free(const struct sockaddr_storage *address)
{
    socklen_t len = address->ss_family == AF_INET ? sizeof(struct sockaddr_in)
                                                  : sizeof(struct sockaddr_in6);
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    bool ok;

    if (fd < 0)
        return false;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ok = bind(fd, (const struct sockaddr *)address, len) == 0 && listen(fd, 1) == 0;
    if (!ok)
        log_error(NULL, "listen_failed", LOG_INT("errno", errno));
    close(fd);
    return ok;
}

static struct str
origin_of(struct str base_url)
{
    size_t i = str_starts(base_url, STR("https://")) ? 8 : 7;

    while (i < base_url.len && base_url.ptr[i] != '/')
        i++;
    return str_sub(base_url, 0, i);
}

static struct str_list
proxy_list(struct arena *a, struct str text)
{
    struct str_list list = {ARENA_ARRAY(a, text.len / 2 + 1, struct str), 0};
    struct str part;

    if (text.len == 0)
        text.ptr = NULL;
    while (str_split(&text, ',', &part))
        if (str_trim(part).len > 0)
            list.item[list.count++] = str_trim(part);
    return list;
}

static enum err
env_init(struct http_server *s, const struct app *app)
{
    const struct conf *conf = app->conf;
    struct http_env *env = &s->env;
    struct log log = {0};
    struct ctx cx = {.app = app, .arena = &s->arena, .log = &log};
    struct str secret;

    env->app = app;
    env->server = s;
    env->ready = s->opt.ready;
    env->confirm = s->opt.confirm;
    TRY(secret_load(&cx, &secret));
    hmac_key_init(&env->key, secret);
    if (secret.len < SECRET_BYTES_MIN) {
        log_error(NULL, "secret_too_short", LOG_INT("bytes_min", SECRET_BYTES_MIN));
        return ERR_INVALID;
    }
    env->origin = origin_of(conf->base_url);
    env->secure = str_starts(conf->base_url, STR("https://"));
    env->cookie = env->secure ? STR("__Host-maillon") : STR("maillon");
    env->notice = env->secure ? STR("__Host-maillon-notice") : STR("maillon-notice");
    env->demo = str_is(conf->demo, "1");
    env->head_html = res_fixed_head(&s->arena, env, true);
    env->head_other = res_fixed_head(&s->arena, env, false);
    env->proxies = proxy_list(&s->arena, conf->proxies);
    if (!parse_i64(conf->rate, 0, 1000000, &env->rate_general)) {
        log_error(NULL, "setting_invalid", LOG_Z("name", "MAILLON_RATE"));
        return ERR_INVALID;
    }
    env->rate = rate_new();
    env->tree = route_tree_new(routes, route_count);
    return OK;
}

/* The option when it is set, else the setting; false when that is no number. */
static bool
limit_read(int *option, struct str setting, int64_t min, int64_t max)
{
    int64_t n;

    if (*option > 0)
        return true;
    if (!parse_i64(setting, min, max, &n))
        return false;
    *option = (int)n;
    return true;
}

/* Takes the limits asked for down to what the system allows. */
static enum err
limits_init(struct http_server *s, const struct conf *conf)
{
    struct http_options *o = &s->opt;
    struct rlimit files;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int max;

    if (!limit_read(&o->connections_max, conf->connections, 0, 1000000) ||
        !limit_read(&o->header_timeout_ms, conf->head_timeout_ms, 100, 600000) ||
        !limit_read(&o->body_timeout_ms, conf->body_timeout_ms, 100, 600000) ||
        !limit_read(&o->idle_timeout_ms, conf->idle_timeout_ms, 100, 3600000)) {
        log_error(NULL, "setting_invalid", LOG_Z("name", "connections or timeouts"));
        return ERR_INVALID;
    }
    max = o->connections_max > 0 ? o->connections_max : CONNECTIONS_DEFAULT;
    if (o->loops <= 0)
        o->loops = processors > 0 ? (int)processors : 1;
    if (o->loops > LOOPS_MAX)
        o->loops = LOOPS_MAX;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
        if (files.rlim_cur < (rlim_t)max + FILES_KEPT)
            max = (int)(files.rlim_cur > 2 * FILES_KEPT ? files.rlim_cur - FILES_KEPT
                                                        : files.rlim_cur / 2);
    }
    s->connections_max = max / o->loops > 0 ? max / o->loops : 1;
    return OK;
}

static enum err
loops_start(struct http_server *s, struct sockaddr_storage *address, int *port)
{
    for (int i = 0; i < s->opt.loops; i++) {
        s->loop[i] = loop_new(s, address, port);
        if (s->loop[i] == NULL)
            return ERR_FAULT;
        s->loop_count++;
    }
    for (int i = 0; i < s->loop_count; i++)
        if (!loop_start(s->loop[i]))
            return ERR_FAULT;
    return OK;
}

enum err
http_start(const struct app *app, const struct http_options *opt, struct http_server **out,
           int *port)
{
    struct http_server *s = calloc(1, sizeof *s);
    struct sockaddr_storage address;
    enum err e;

    if (s == NULL)
        abort();
    s->opt = *opt;
    e = limits_init(s, app->conf);
    if (e == OK)
        e = env_init(s, app);
    if (e == OK && !listen_address(app->conf->listen, &address)) {
        log_error(NULL, "setting_invalid", LOG_Z("name", "MAILLON_LISTEN"),
                  LOG_Z("wanted", "ADDRESS:PORT, such as 127.0.0.1:8080"));
        e = ERR_INVALID;
    }
    if (e == OK && !address_free(&address))
        e = ERR_FAULT;
    if (e == OK)
        e = loops_start(s, &address, port);
    /* A server that did not start is not taken apart: the process ends with the error. */
    if (e == OK)
        *out = s;
    return e;
}

void
http_stop(struct http_server *s, int grace_ms)
{
    bool all = true;

    for (int i = 0; i < s->loop_count; i++)
        loop_ask_stop(s->loop[i], grace_ms);
    for (int i = 0; i < s->loop_count; i++)
        all = loop_join(s->loop[i]) && all;
    if (!all)
        return; /* A handler still runs and will look at what is here. */
    rate_free(s->env.rate);
    route_tree_free(s->env.tree);
    arena_release(&s->arena);
    free(s);
}
