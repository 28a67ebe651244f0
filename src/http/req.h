/* SPDX-License-Identifier: Apache-2.0 */
/*
 * req.h - a request as a handler sees it, and the response it fills.
 *
 * The input lives in an arena of its own, so that a second attempt reads the same bytes; the
 * response is built in cx->arena and req->out, cleared before each attempt, and sent only after
 * the transaction has committed. A handler returns OK when it has filled a response; for any
 * other value the dispatcher draws the error itself, as HTML or as a problem document (RFC 9457).
 *
 * The dispatcher has checked before the handler runs: the method, the route's right, the CSRF
 * token of every POST outside /api and outside hooks, the body limit, the content type, UTF-8,
 * duplicate parameters, and the rate.
 */
#ifndef MAILLON_HTTP_REQ_H
#define MAILLON_HTTP_REQ_H

#include "base/buf.h"
#include "base/err.h"
#include "db/ctx.h"
#include "html/page.h"
#include "http/problem.h"

enum http_method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_DELETE, METHOD_COUNT };

struct pair {
    struct str name;
    struct str value;
};

struct pair_list {
    struct pair *item;
    size_t count;
};

/* A file sent with a form: multipart/form-data. */
struct form_file {
    struct str field;
    struct str name;       /* As the sender calls it: never trusted. */
    struct str type;       /* As the sender says: never trusted. */
    struct str body;
};

struct form_file_list {
    struct form_file *item;
    size_t count;
};

struct session {
    struct str id_hash;    /* Empty: no session yet. */
    struct str token;      /* The cookie's value; never logged. */
    int64_t account_id;    /* 0: anonymous session (forms have a token all the same). */
    int64_t organiser_id;
    int64_t siren;         /* The company acted for, proven; else 0. */
    struct str company;    /* Its name, for the page's head. */
    struct str email;
    unsigned rights;       /* enum right */
    unsigned waiting;      /* Rights of staff that it gets with the second proof. */
    int64_t confirmed_ms;  /* When the second proof was last given; 0: never. */
    int64_t created_ms;    /* When they signed in. */
};

struct route;
struct http_env;

struct req {
    enum http_method method;
    struct str path;        /* Decoded once, starts with a slash. */
    struct str target;      /* As received, for logs. */
    struct pair_list path_params;
    struct pair_list query;
    struct pair_list form;  /* Of an urlencoded or multipart body. */
    struct form_file_list files; /* Of a multipart body. */
    struct pair_list headers; /* Names in lower case. */
    struct str body;        /* Raw bytes, for signatures and JSON. */
    struct str client_ip;   /* Text; through known proxies only. */
    struct str request_id;
    const struct route *route;
    struct session session;
    struct arena *arena;    /* Holds the above; lives until the response is sent. */

    int status;             /* The response. */
    struct pair_list res_headers;
    struct buf out;
    const char *content_type;
    struct str form_action; /* One more origin that CSP form-action allows (payment page). */
    struct pair_list res_trailers; /* Sent after an answer in pieces. */
    const char *event;      /* Name of the event that out holds; NULL: a plain answer. */
    int again_ms;           /* When to run the handler for the next event. */
    bool client_gone;
    const struct http_env *env; /* The server's; NULL in tests without one. */
};

/* ERR_INVALID when missing, too long or malformed; a path parameter that does not fit is
 * ERR_NOT_FOUND. */
NODISCARD enum err req_path_str(struct req *req, const char *name, size_t max, struct str *out);
NODISCARD enum err req_path_int(struct req *req, const char *name, int64_t *out);
/* The default when absent. */
NODISCARD enum err req_query_str(struct req *req, const char *name, size_t max, struct str def,
                                 struct str *out);
NODISCARD enum err req_query_int(struct req *req, const char *name, int64_t min, int64_t max,
                                 int64_t def, int64_t *out);
/* The header's value or the empty text; name in lower case. */
struct str req_header(const struct req *req, const char *name);
/* A form value or the empty text. */
struct str req_form(const struct req *req, const char *name);

/* ---- response ---- */

/* A page whose HTML is in req->out. */
NODISCARD enum err res_html(struct req *req, int status);
/* JSON text in req->out. */
NODISCARD enum err res_json(struct req *req, int status);
/* Any text in req->out with its type. */
NODISCARD enum err res_body(struct req *req, int status, const char *content_type);
/* 303 after a POST; url must be a struct url, so it cannot leave the site by data. */
NODISCARD enum err res_redirect(struct ctx *cx, struct req *req, struct url to);
/* The same with a message shown once on the next page (kept in a cookie, signed). */
NODISCARD enum err res_redirect_notice(struct ctx *cx, struct req *req, struct url to,
                                       struct str notice);
/* The same for what was not done: the next page warns. */
NODISCARD enum err res_redirect_failed(struct ctx *cx, struct req *req, struct url to,
                                       struct str notice);
/* 303 to the payment provider's https page. */
NODISCARD enum err res_redirect_out(struct ctx *cx, struct req *req, struct str url);
void res_header(struct ctx *cx, struct req *req, const char *name, struct str value);

enum { FLUSH_BYTES = 64 * 1024 };
/*
 * An answer in pieces, for exports: sends what stands in req->out and empties it, so that memory
 * stays flat; the status, type and headers must be set before (res_body). Call it when out has
 * FLUSH_BYTES or more, from a LATE handler, between two statements (it waits for a slow client,
 * and PostgreSQL bounds the time of a statement); what is left goes out when the handler returns.
 * An answer that is never flushed goes out whole, with its length.
 * ERR_BUSY: too many such answers at once (before the first piece: the client gets 503), the
 * client has gone, takes too little or has taken half an hour: return it. Once a piece was sent
 * any error cuts the connection, so that nobody takes the torn answer for a whole one.
 */
NODISCARD enum err res_flush(struct req *req);
/* A field after the last piece: what is known only then, such as a digest. Announce it in the
 * header "Trailer". Left out when the answer goes out whole, or to a client of HTTP/1.0. */
void res_trailer(struct req *req, const char *name, struct str value);

/*
 * An answer of GET in READ mode that goes on: what stands in req->out is sent as one event of this
 * name (Server-Sent Events, HTML standard section 9.2), and the handler is run again after
 * again_ms, with the session and the right looked at each time. An event is sent only when it
 * differs from the last. The stream ends when the handler answers anything else, when the right
 * is gone, and after half an hour (a browser then asks again by itself).
 */
NODISCARD enum err res_events(struct ctx *cx, struct req *req, const char *name, int again_ms);
/* A file to save: sets Content-Disposition. The name is made of [a-zA-Z0-9._-]. */
void res_attachment(struct ctx *cx, struct req *req, struct str name);
/* RFC 9457 problem document; detail may be empty, errors NULL. Returns OK. */
NODISCARD enum err res_problem(struct ctx *cx, struct req *req, int status, enum problem which,
                               struct str detail, const struct field_error_list *errors);

/* The frame of a page: title, session, demo strip, one-time notice, CSRF token. */
struct page page_begin(struct ctx *cx, struct req *req, struct str title);
void page_crumb(struct ctx *cx, struct page *p, struct str label, struct url url);

#endif
