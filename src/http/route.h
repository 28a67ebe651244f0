/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route.h - the one table of URLs (src/routes.h), which the dispatcher obeys.
 *
 * ROUTE(method, path, handler, mode, right, body_max, rate)
 *   path      segments; {name} takes one segment
 *   mode      READ, WRITE or LATE: the unit the handler runs in
 *   right     the bit the actor must hold, of several any; RIGHT_NONE for everybody;
 *             RIGHT_FRESH beside others: only with a second proof of the last 10 minutes
 *   body_max  bytes; a page's form of FORM_UPLOAD_MIN and more may carry files (multipart), and is
 *             for people who are signed in
 *   rate      requests a minute and client address, beside the general limit (0: that only); below
 *             0: so many, and the general limit does not count them
 * Paths below /api take bearer tokens only, never the session; below /hook neither (signed by the
 * provider); all other POSTs need the CSRF token.
 */
#ifndef MAILLON_HTTP_ROUTE_H
#define MAILLON_HTTP_ROUTE_H

#include "db/db.h"
#include "http/req.h"

typedef enum err (*route_fn)(struct ctx *cx, struct req *req);

/* Every handler, so that its definition is checked against the table. */
#define ROUTE(method, path, handler, mode, right, body_max, rate)                                 \
    enum err handler(struct ctx *cx, struct req *req);
#include "routes.h"
#undef ROUTE

struct route {
    enum http_method method;
    const char *path;
    route_fn handler;
    const char *name;
    enum unit_mode mode;
    enum right right;
    size_t body_max;
    int rate;
};

enum { FORM_UPLOAD_MIN = 1024 * 1024 };

#define KIB(n) ((size_t)(n) * 1024)

extern const struct route routes[];
extern const size_t route_count;

#endif
