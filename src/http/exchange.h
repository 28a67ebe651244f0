/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange.h - what the files of http/ share: one request with its answer, and the server's
 * settings. Nothing outside this folder includes it.
 *
 * An exchange begins on a loop, travels to a thread of the database pool, and comes back. It
 * never belongs to both. It does not need its connection: when the client leaves, the loop sets
 * conn to NULL and the answer is dropped when it arrives.
 */
#ifndef MAILLON_HTTP_EXCHANGE_H
#define MAILLON_HTTP_EXCHANGE_H

#include "base/crypto.h"
#include "http/route.h"
#include "http/server.h"

enum {
    HEAD_LINE_BYTES_MAX = 8 * 1024,
    HEAD_BYTES_MAX = 32 * 1024,
    HEAD_FIELDS_MAX = 100,
    QUERY_FIELDS_MAX = 64,
    FORM_FIELDS_MAX = 400,
    PATH_PARTS_MAX = 12,
    RETRY_AFTER_S = 5
};

struct conn;
struct loop;
struct parser;
struct sockaddr_storage;
struct rate_table;
struct route_tree;
struct stats;
struct stream;

/* Made by http_start, then only read. */
struct http_env {
    const struct app *app;
    struct http_server *server;
    enum err (*ready)(struct ctx *cx);
    enum err (*confirm)(struct ctx *cx, struct req *req, bool *answered);
    struct hmac_key key;     /* Of every signed value. */
    struct str origin;       /* Of the base URL: scheme, host, port. */
    struct str cookie;       /* Name of the session's cookie. */
    struct str notice;       /* Name of the one-time message's cookie. */
    bool secure;             /* The base URL is https. */
    bool demo;
    struct str head_html;    /* Ready-made header lines for pages... */
    struct str head_other;   /* ... and for everything else. */
    struct str_list proxies;
    int64_t rate_general;    /* Requests a minute and address; 0: no limit at all. */
    struct rate_table *rate;
    struct route_tree *tree;
};

/* What the request's cookies and headers claim, found on the loop; proven inside the unit. */
struct claim {
    struct str cookie;       /* The session cookie's value when well-formed. */
    bool signed_in;          /* It is the kind that has a row. */
    struct str id_hash;      /* SHA-256 of that or of the bearer token, in hexadecimal. */
    struct str bearer;       /* An API token. */
};

struct exchange {
    struct req req;
    struct unit unit;
    struct arena arena;      /* req.arena. */
    const struct http_env *env;
    struct loop *loop;
    struct conn *conn;       /* Loop thread only; NULL: the client left. */
    struct exchange *next;
    struct claim claim;

    struct pair field[HEAD_FIELDS_MAX];
    struct pair query_pair[QUERY_FIELDS_MAX];
    struct pair path_pair[PATH_PARTS_MAX];

    char *head;              /* The request's head as received; in the arena. */
    size_t head_len, head_cap;
    char *body;
    size_t body_len, body_cap, body_max;
    int64_t body_declared;   /* Content-Length; -1: chunked or none. */

    bool is_head;            /* HEAD: a GET whose body is not sent. */
    bool has_body;           /* Announced by the head. */
    bool http10;
    bool keep;               /* The client wants to go on. */
    bool complete;           /* The whole request was read. */
    bool length_unknown;     /* HEAD of an answer in pieces. */
    bool head_seen;          /* The parser has read the head. */
    bool known_method;
    struct parser *parser;   /* parser.c's. */
    enum err result;         /* How the unit ended. */
    enum err drawn;          /* The error whose page stands in req.out; OK: the handler's own. */
    const char *log_cause;   /* Why it was refused; a fixed word or NULL. */
    bool touch;              /* The session's or token's last use is to be noted. */
    struct str moved;        /* 308: where to. */
    int64_t start_ns;
    struct buf out_head;     /* The response's head, and the frame of what follows it. */
    struct buf event;        /* The last event as the handler wrote it... */
    struct buf event_wire;   /* ... and as it is sent. */
    struct stream *stream;   /* Of an answer in pieces (stream.h); NULL: it goes out whole. */
    unsigned allow;          /* Methods the path has, when 405. */
};

/* Exchanges not in use, with their memory. Each loop has its own. */
struct spares {
    struct exchange *first;
    int count;
};

enum { LOOPS_MAX = 64 };

struct http_server {
    struct http_env env;
    struct http_options opt;
    struct arena arena;        /* Holds what env points to. */
    struct loop *loop[LOOPS_MAX];
    int loop_count;
    int connections;           /* Of all loops; atomic. */
    int streams;               /* Answers in pieces under way; atomic. */
    int events;                /* Event streams; atomic. */
    int connections_max;       /* Of one loop. */
};

/* ---- exchange.c ---- */

/* An exchange ready for a request; its number and clock are set. */
struct exchange *exchange_take(struct spares *spares, const struct http_env *env);
/* Back to the spares, emptied. */
void exchange_give(struct spares *spares, struct exchange *ex);
void spares_release(struct spares *spares);
/* The request's line in the access log: no query, no address, nothing personal. */
void exchange_log(const struct exchange *ex, int64_t micros);

/* ---- parser.c ---- */

/* Reads the gathered head into method, target and header fields (names in lower case). 0, or the
 * status to refuse with. */
int parser_head(struct exchange *ex, struct str *method);
/* Takes body bytes, *used of them; sets ex->complete at the end. */
int parser_body(struct exchange *ex, const char *ptr, size_t len, size_t *used);

/* ---- conn.c ---- */

/* A loop listening on the address; the bound one is written back, its port also to *port. NULL
 * after a log line when it cannot listen. */
struct loop *loop_new(struct http_server *s, struct sockaddr_storage *address, int *port);
bool loop_start(struct loop *l);
void loop_ask_stop(struct loop *l, int grace_ms);
/* Waits for its end and frees it; false when a handler still runs, then it is kept. */
bool loop_join(struct loop *l);
const struct stats *loop_stats(const struct loop *l);
/* Hands a finished exchange, or a piece of its answer, to its loop. Any thread. */
void exchange_post(struct exchange *ex);

/* ---- server.c ---- */

/* Connections, answers in pieces, event streams open now; what a loop counted, NULL beyond the last
 * loop. */
int http_connections(const struct http_server *s);
int http_streams(const struct http_server *s);
int http_events(const struct http_server *s);
const struct stats *http_stats(const struct http_server *s, int loop);

/* ---- dispatch.c ---- */

/* The head is complete and its header fields are in req.headers. 0: go on; else the status to
 * refuse with. Sets body_max. */
int dispatch_head(struct exchange *ex, struct str method);
/* The body is there too. 0: handed to the pool; else the status to answer at once. */
int dispatch_submit(struct exchange *ex);
/* Hands it to the pool, an event stream's also once more; false when the queue is full. */
bool dispatch_again(struct exchange *ex);
/* Notes the last use of a session or token after a unit that only read. */
void dispatch_touch(struct exchange *ex);

/* ---- error.c ---- */

/* Fills the response with a page or a problem document for the status. Needs no database. */
void error_draw(struct exchange *ex, struct ctx *cx, int status, enum err e);

/* ---- res.c ---- */

/* Empties the response, before each attempt. */
void res_reset(struct req *req);
/* How the end of an answer is told. */
enum res_end {
    END_LENGTH,  /* Content-Length: it goes out whole. */
    END_CHUNKED, /* In pieces: RFC 9112, section 7.1. */
    END_CLOSE    /* In pieces to a client of HTTP/1.0. */
};
/* Builds the head of the response into ex->out_head. date is a ready Date value. */
void res_head(struct exchange *ex, struct str date, bool keep, enum res_end end);
struct str res_fixed_head(struct arena *a, const struct http_env *env, bool html);
/* Sets a cookie, taking the place of an earlier one of this name. max_age_s -1: until the browser
 * closes; 0: removes it. */
void res_cookie(struct req *req, struct str name, struct str value, int64_t max_age_s);
const char *http_reason(int status);
/* The frame of a page without starting a session. */
struct page page_plain(const struct ctx *cx, const struct req *req, struct str title);

/* ---- cookie.c ---- */

/* The value of a cookie, or the empty text when there is none or more than one. */
struct str cookie_get(struct str header, struct str name);
/* Session tokens: 's' or 'a' and 43 characters; 'a' has no row. */
bool session_token_valid(struct str token);
struct str session_token_make(struct arena *a, bool signed_in);
struct str csrf_token(struct arena *a, const struct http_env *env, struct str cookie);
bool csrf_valid(struct arena *a, const struct http_env *env, struct str cookie,
                struct str token);
/* The one-time message as a cookie's value, and back (empty when not ours). */
struct str notice_seal(struct arena *a, const struct http_env *env, struct str cookie,
                       struct str text);
struct str notice_open(struct arena *a, const struct http_env *env, struct str cookie,
                       struct str sealed);

/* ---- session.c ---- */

/* Fills req->session and cx->actor from the claim; anonymous when the row is gone or old. Needs a
 * transaction. */
NODISCARD enum err session_load(struct ctx *cx, struct exchange *ex);

enum { API_TOKEN_LEN_MAX = 100 };
/* token_find by the hash; *stale: its last use is not noted for today yet. */
NODISCARD enum err token_load(struct ctx *cx, struct str hash, struct actor *out, bool *stale);

/* ---- rate.c ---- */

struct rate_table *rate_new(void);
void rate_free(struct rate_table *t);
/* Takes one token of this address and route (-1: all routes); false when none is left. */
bool rate_take(struct rate_table *t, struct str ip, int route, int64_t per_minute, int64_t now_ms);

/* ---- router.c ---- */

struct route_tree *route_tree_new(const struct route *table, size_t count);
void route_tree_free(struct route_tree *t);
/* The route of this method and path; NULL with *allow 0 when no route has the path, else with the
 * bits of the methods it has. Fills params (at most PATH_PARTS_MAX). */
const struct route *route_match(const struct route_tree *t, enum http_method method,
                                struct str path, unsigned *allow, struct pair_list *params);

/* ---- metrics.c ---- */

enum { STATS_BUCKETS = 14 };

struct stats {
    uint64_t *by_route;      /* route x 6 status classes; the last row: no route. */
    uint64_t bucket[STATS_BUCKETS + 1];
    uint64_t micros;
    uint64_t bytes_out;
    uint64_t accepted, refused, evicted, timed_out, overloaded;
};

void stats_init(struct stats *s);
void stats_release(struct stats *s);
void stats_request(struct stats *s, const struct route *route, int status, int64_t micros,
                   size_t bytes);
static inline void
stats_count(uint64_t *counter)
{
    __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

#endif
