/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html.h - what compiled templates need at run time: escaping by type and context.
 *
 * Text is escaped wherever it stands; only a struct html prints raw, and only a struct url opens
 * a link. Both are made by few functions, listed here and reviewed.
 */
#ifndef MAILLON_HTML_HTML_H
#define MAILLON_HTML_HTML_H

#include "base/buf.h"
#include "base/format.h"

/* Markup known to be safe: made by templates and the Markdown renderer only. */
struct html {
    struct str s;
};

/* A link known to be safe: a path on this site that starts with one slash, or http(s). */
struct url {
    struct str s;
};

/* Each %s argument must be made of unreserved characters (ids, references, slugs): asserted. */
struct url url_path(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A literal path. */
#define URL(literal) ((struct url){STR("/" literal)})
/* Adds ?name=value or &name=value with the value percent-encoded. */
struct url url_with(struct arena *a, struct url u, const char *name, struct str value);
/* From data: accepted when it starts with https:// or http://, else the empty link. */
struct url url_external(struct str s);

void html_text_str(struct buf *out, struct str s);   /* & < > */
void html_attr_str(struct buf *out, struct str s);   /* & < > " ' */
void html_query_str(struct buf *out, struct str s);  /* percent-encoding */
void html_text_z(struct buf *out, const char *z);
void html_attr_z(struct buf *out, const char *z);
void html_query_z(struct buf *out, const char *z);
void html_i64(struct buf *out, int64_t n);
static inline void
html_u64(struct buf *out, uint64_t n)
{
    html_i64(out, (int64_t)n); /* Counts and indexes: never near the sign. */
}
void html_text_short(struct buf *out, struct short_str s);
void html_attr_short(struct buf *out, struct short_str s);
void html_query_short(struct buf *out, struct short_str s);
void html_url(struct buf *out, struct url u);
void html_raw(struct buf *out, struct html h);

#define HTML_PICK(out, x, STR_FN, Z_FN, SHORT_FN)                                                 \
    _Generic((x),                                                                                 \
        struct str: STR_FN,                                                                       \
        char *: Z_FN,                                                                             \
        const char *: Z_FN,                                                                       \
        struct short_str: SHORT_FN,                                                               \
        int: html_i64,                                                                            \
        unsigned: html_i64,                                                                       \
        long: html_i64,                                                                           \
        unsigned long: html_u64,                                                                  \
        long long: html_i64)((out), (x))
#define HTML_TEXT(out, x) HTML_PICK(out, x, html_text_str, html_text_z, html_text_short)
#define HTML_ATTR(out, x) HTML_PICK(out, x, html_attr_str, html_attr_z, html_attr_short)
#define HTML_QUERY(out, x) HTML_PICK(out, x, html_query_str, html_query_z, html_query_short)
#define HTML_URL(out, x) html_url((out), (x))
#define HTML_RAW(out, x) html_raw((out), (x))

#endif
