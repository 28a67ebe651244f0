/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net.h - outgoing HTTP calls, to the few servers the settings name.
 *
 * https with its certificate verified; plain http to this machine only (stand-ins, tests). No
 * redirect is followed, no proxy is taken from the environment, the reply is bounded. A call
 * blocks its thread: never make one inside a transaction.
 */
#ifndef MAILLON_NET_NET_H
#define MAILLON_NET_NET_H

#include "base/err.h"
#include "base/str.h"

enum { NET_REPLY_MAX = 1024 * 1024, NET_HEADERS_MAX = 8 };

struct net_call {
    const char *method; /* "GET" or "POST" */
    struct str url;
    const char *headers[NET_HEADERS_MAX]; /* "Name: value"; ended by NULL. */
    struct str user;                      /* Basic authentication when not empty. */
    struct str password;
    struct str body;
    int connect_ms;   /* 0: 5,000. */
    int total_ms;     /* 0: 15,000. */
    size_t reply_max; /* 0: NET_REPLY_MAX. */
};

/*
 * OK: a reply came, whatever its status. ERR_BUSY: not reached, cut or too slow; it is not known
 * whether the other side has acted. ERR_LIMIT: the reply was longer than allowed. ERR_INVALID: the
 * URL is not one of those above. Details go to the log, without query or credentials.
 */
NODISCARD enum err net_call(struct arena *a, const struct net_call *call, int *status,
                            struct str *reply);
/* Many calls at once, at most parallel of them in flight; connections are kept between them. */
struct net_result {
    enum err err;     /* As net_call's. */
    bool unsent;      /* With ERR_BUSY: it never left this machine. */
    int status;
    int retry_after_s; /* Of the Retry-After header, at most a day; 0: none. */
    struct str reply;
};
void net_call_many(struct arena *a, const struct net_call *calls, size_t count, int parallel,
                   struct net_result *out);

/* "https://host:port" of a URL; empty when it is not http(s). */
struct str net_origin(struct arena *a, struct str url);

#endif
