/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard.h - the rules of HTTP that the parser leaves open, and text from the wire into values.
 *
 * Functions that judge return 0 when all is well and otherwise the status to refuse with.
 */
#ifndef MAILLON_HTTP_GUARD_H
#define MAILLON_HTTP_GUARD_H

#include "http/req.h"

/* Follows the head of a request byte by byte, over any number of reads. */
struct head_scan {
    size_t bytes;      /* Of the whole head so far. */
    size_t line_bytes; /* Of the current line. */
    int lines;         /* Complete lines; 0: still in the request line. */
    int blanks;        /* Empty lines before the request line. */
    bool cr;           /* The last byte was a CR. */
    bool done;         /* The blank line was seen. */
};

/* Takes bytes up to and with the blank line: *used of them. Refuses bare CR and LF, NUL and other
 * control bytes, folded lines, lines and heads too long. */
int head_scan(struct head_scan *s, const char *ptr, size_t len, size_t *used);

/* Host, Transfer-Encoding, Content-Length, Expect among the fields (names in lower case). */
int guard_fields(const struct pair_list *fields, bool http10);
/* What to answer when the parser found the request line's version wrong. */
int guard_version(struct str head);

/* Splits the target, decodes the path once and the query's pairs into room for query_max. */
int guard_target(struct arena *a, struct str target, struct str host, struct str *path,
                 struct pair *query, size_t query_max, struct pair_list *out);
/* urlencoded pairs; false on a bad escape, text that is not UTF-8, an empty or repeated name, or
 * more than max pairs. */
bool guard_pairs(struct arena *a, struct str text, struct pair *room, size_t max,
                 struct pair_list *out);
/* Whether a Content-Type names this media type, whatever its parameters, with no charset but
 * UTF-8. */
bool guard_media_type(struct str value, const char *type);
/* The client's address: the peer, or what known proxies say. */
struct str guard_client_ip(struct str peer, struct str forwarded, const struct str_list *proxies);
/* Whether a path may be redirected to: local, starts with one slash, no control or backslash. */
bool guard_local_path(struct str path);
/* A link to that path, or the other one when it may not be redirected to. */
struct url guard_local_url(struct str path, struct url other);

#endif
