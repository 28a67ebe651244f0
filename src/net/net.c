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

enum { CONNECT_MS = 5000, TOTAL_MS = 15000, HOST_MAX = 255 };

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

enum err
net_call(struct arena *a, const struct net_call *call, int *status, struct str *reply)
{
    char host[HOST_MAX + 1] = "";
    struct buf got = {0};
    long code = 0;

    pthread_once(&once, net_init);
    if (!url_allowed(a, call->url, host)) {
        log_error(NULL, "net_url_refused", LOG_Z("host", host));
        return ERR_INVALID;
    }
    CURL *c = curl_easy_init();
    assert(c != NULL);
    struct curl_slist *headers = headers_make(call);
    buf_init(&got, call->reply_max > 0 ? call->reply_max : NET_REPLY_MAX);
    handle_set(c, a, call, headers, &got);
    CURLcode result = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
    curl_easy_cleanup(c);
    curl_slist_free_all(headers);

    enum err e = OK;
    if (got.overflow)
        e = ERR_LIMIT;
    else if (result != CURLE_OK)
        e = ERR_BUSY;
    if (e == OK) {
        *status = (int)code;
        *reply = buf_dup(&got, a);
    } else {
        log_warn(NULL, "net_call_failed", LOG_Z("host", host),
                 LOG_Z("why", got.overflow ? "reply too long" : curl_easy_strerror(result)));
    }
    buf_release(&got);
    return e;
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
