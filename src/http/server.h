/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.h - the HTTP server: loops, dispatch, back-pressure, stop.
 */
#ifndef MAILLON_HTTP_SERVER_H
#define MAILLON_HTTP_SERVER_H

#include "http/route.h"

struct http_server;

struct http_options {
    int loops;              /* 0: one per processor. */
    int connections_max;    /* These at 0: as the settings say (conf.h). */
    int header_timeout_ms;  /* From the first byte to the blank line. */
    int body_timeout_ms;
    int idle_timeout_ms;    /* Between requests; shorter as connections fill. */
    /* The order path is tried by /readyz through this; returns OK when it works. */
    enum err (*ready)(struct ctx *cx);
    /* A POST that needs a second proof given lately: reads it from the form, or draws the page that
     * asks for it and sets *answered. NULL: such forms lead to the page of the proof. */
    enum err (*confirm)(struct ctx *cx, struct req *req, bool *answered);
};

/* Listens on conf->listen and starts the loops. The pool must be started. The port that was bound
 * (for ":0") is stored in *port. */
NODISCARD enum err http_start(const struct app *app, const struct http_options *opt,
                              struct http_server **out, int *port);
/* Accepts no more, lets requests under way finish (at most grace_ms), closes. */
void http_stop(struct http_server *s, int grace_ms);

/* Sales are closed with a message (invariant broken, or an organiser paused them): handlers ask.
 * Counters for /metrics are added by name: lower-case words joined by '_'. */
void metric_add(const char *name, int64_t by);
void metric_set(const char *name, int64_t value);

#endif
