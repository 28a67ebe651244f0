/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net.c - outgoing HTTP through libcurl.
 *
 * One handle for each call: calls are few (a payment begun, a refund, a question) and a handle
 * kept between them would keep its connection's secrets in memory.
 */
#include "net/net.h"

#include <curl/curl.h>
#include <pthread.h>

#include "base/buf.h"
#include "base/log.h"

enum { CONNECT_MS = 5000, TOTAL_MS = 15000, HOST_MAX = 255, RETRY_AFTER_MAX_S = 86400 };

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
net_init(void)
{
    CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);

    assert(code == CURLE_OK);
}

static size_t
reply_take(char *bytes, size_t size, size_t count, void *arg)
{
    struct buf *reply = arg;

    buf_put(reply, bytes, size * count);
    /* Less than was offered makes libcurl stop. */
    return reply->overflow ? 0 : size * count;
}

static bool
host_is_here(const char *host)
{
    struct str h = str_of(host);

    return str_is(h, "localhost") || str_is(h, "127.0.0.1") || str_is(h, "[::1]");
}

/* Scheme and host of a URL we may call. */
static bool
url_allowed(struct arena *a, struct str url, char host[HOST_MAX + 1])
{
    CURLU *u = curl_url();
    char *scheme = NULL;
    char *name = NULL;
    bool good = false;

    assert(u != NULL);
    if (curl_url_set(u, CURLUPART_URL, str_z(a, url), 0) == CURLUE_OK &&
        curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(u, CURLUPART_HOST, &name, 0) == CURLUE_OK) {
        good = str_is(str_of(scheme), "https") ||
               (str_is(str_of(scheme), "http") && host_is_here(name));
        snprintf(host, HOST_MAX + 1, "%s", name);
    }
    curl_free(scheme);
    curl_free(name);
    curl_url_cleanup(u);
    return good;
}

static struct curl_slist *
headers_make(const struct net_call *call)
{
    /* Without this libcurl would wait for "100 Continue" before a longer body. */
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");

    for (int i = 0; i < NET_HEADERS_MAX && call->headers[i] != NULL; i++)
        list = curl_slist_append(list, call->headers[i]);
    return list;
}

static void
handle_set(CURL *c, struct arena *a, const struct net_call *call, struct curl_slist *headers,
           struct buf *reply)
{
    curl_easy_setopt(c, CURLOPT_URL, str_z(a, call->url));
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(call->connect_ms > 0 ? call->connect_ms : CONNECT_MS));
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS,
                     (long)(call->total_ms > 0 ? call->total_ms : TOTAL_MS));
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, reply_take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, reply);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "Maillon");
    if (call->user.len > 0) {
        curl_easy_setopt(c, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(c, CURLOPT_USERNAME, str_z(a, call->user));
        curl_easy_setopt(c, CURLOPT_PASSWORD, str_z(a, call->password));
    }
    if (str_is(str_of(call->method), "POST")) {
        curl_easy_setopt(c, CURLOPT_POST, 1L);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
        curl_easy_setopt(c, CURLOPT_COPYPOSTFIELDS, call->body.len > 0 ? call->body.ptr : "");
    }
}

/* One call with what belongs to it while it is under way. */
struct running {
    CURL *easy;
    struct curl_slist *headers;
    struct buf got;
    char host[HOST_MAX + 1];
};

/* False: the URL is none we may call. */
static bool
run_begin(struct running *r, struct arena *a, const struct net_call *call)
{
    *r = (struct running){0};
    pthread_once(&once, net_init);
    if (!url_allowed(a, call->url, r->host)) {
        log_error(NULL, "net_url_refused", LOG_Z("host", r->host));
        return false;
    }
    r->easy = curl_easy_init();
    assert(r->easy != NULL);
    r->headers = headers_make(call);
    buf_init(&r->got, call->reply_max > 0 ? call->reply_max : NET_REPLY_MAX);
    handle_set(r->easy, a, call, r->headers, &r->got);
    return true;
}

static struct net_result
run_end(struct running *r, struct arena *a, CURLcode result)
{
    struct net_result out = {.err = OK};
    long code = 0;

    curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &code);
    if (r->got.overflow)
        out.err = ERR_LIMIT;
    else if (result != CURLE_OK)
        out.err = ERR_BUSY;
    if (out.err == OK) {
        curl_off_t wait = 0;
        curl_easy_getinfo(r->easy, CURLINFO_RETRY_AFTER, &wait);
        out.retry_after_s = wait > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : wait > 0 ? (int)wait : 0;
        out.status = (int)code;
        out.reply = buf_dup(&r->got, a);
    } else {
        out.unsent = result == CURLE_COULDNT_CONNECT || result == CURLE_COULDNT_RESOLVE_HOST ||
                     result == CURLE_SSL_CONNECT_ERROR ||
                     result == CURLE_PEER_FAILED_VERIFICATION;
        log_warn(NULL, "net_call_failed", LOG_Z("host", r->host),
                 LOG_Z("why", r->got.overflow ? "reply too long" : curl_easy_strerror(result)));
    }
    curl_easy_cleanup(r->easy);
    curl_slist_free_all(r->headers);
    buf_release(&r->got);
    return out;
}

enum err
net_call(struct arena *a, const struct net_call *call, int *status, struct str *reply)
{
    struct running r;

    if (!run_begin(&r, a, call))
        return ERR_INVALID;
    struct net_result got = run_end(&r, a, curl_easy_perform(r.easy));
    if (got.err == OK) {
        *status = got.status;
        *reply = got.reply;
    }
    return got.err;
}

/* Takes what has ended off the multi handle. */
static size_t
many_reap(CURLM *multi, struct arena *a, struct running *run, struct net_result *out)
{
    size_t ended = 0;
    CURLMsg *msg;
    int left;

    while ((msg = curl_multi_info_read(multi, &left)) != NULL) {
        if (msg->msg != CURLMSG_DONE)
            continue;
        CURL *easy = msg->easy_handle;
        CURLcode result = msg->data.result;
        char *which = NULL;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &which);
        size_t i = (size_t)(struct running *)(void *)which - (size_t)run;
        i /= sizeof *run;
        curl_multi_remove_handle(multi, easy);
        out[i] = run_end(&run[i], a, result);
        ended++;
    }
    return ended;
}

void
net_call_many(struct arena *a, const struct net_call *calls, size_t count, int parallel,
              struct net_result *out)
{
    struct running *run = ARENA_ARRAY(a, count, struct running);
    size_t next = 0, under_way = 0;
    int running = 0;

    pthread_once(&once, net_init);
    CURLM *multi = curl_multi_init();
    assert(multi != NULL && parallel > 0);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)parallel);
    while (next < count || under_way > 0) {
        for (; next < count && under_way < (size_t)parallel; next++) {
            if (!run_begin(&run[next], a, &calls[next])) {
                out[next] = (struct net_result){.err = ERR_INVALID, .unsent = true};
                continue;
            }
            curl_easy_setopt(run[next].easy, CURLOPT_PRIVATE, (void *)&run[next]);
            curl_multi_add_handle(multi, run[next].easy);
            under_way++;
        }
        curl_multi_perform(multi, &running);
        size_t ended = many_reap(multi, a, run, out);
        under_way -= ended;
        if (ended == 0 && under_way > 0)
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    curl_multi_cleanup(multi);
}

struct str
net_origin(struct arena *a, struct str url)
{
    size_t scheme = str_starts(url, STR("https://")) ? 8 : str_starts(url, STR("http://")) ? 7 : 0;
    struct str rest = str_sub(url, scheme, url.len);

    if (scheme == 0)
        return STR_NONE;
    return str_dup(a, str_sub(url, 0, scheme + str_find_byte(rest, '/')));
}
