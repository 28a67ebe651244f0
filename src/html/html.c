/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html.c - the escapers, and the few makers of links.
 *
 * Text is copied in runs: a table says which bytes need more than copying, and between two of
 * them the bytes go out in one piece. A NUL, which no HTML may hold, becomes U+FFFD.
 */
#include "html/html.h"

#include <assert.h>
#include <stdarg.h>

enum { LINK_LEN_MAX = 2000 };

/* What a byte becomes; NULL: itself. */
static const struct str entities[256] = {
    [0] = {"\xEF\xBF\xBD", 3}, ['&'] = {"&amp;", 5},   ['<'] = {"&lt;", 4},
    ['>'] = {"&gt;", 4},       ['"'] = {"&quot;", 6},  ['\''] = {"&#39;", 5},
};

static void
escape(struct buf *out, struct str s, bool quotes)
{
    size_t start = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (entities[c].ptr == NULL || (!quotes && (c == '"' || c == '\'')))
            continue;
        if (i > start)
            buf_put(out, s.ptr + start, i - start);
        buf_str(out, entities[c]);
        start = i + 1;
    }
    if (s.len > start)
        buf_put(out, s.ptr + start, s.len - start);
}

static bool
is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '_' || c == '.' || c == '~';
}

static bool
all_unreserved(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_unreserved((unsigned char)s.ptr[i]))
            return false;
    return true;
}

static void
percent_encode(struct buf *out, struct str s)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t start = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        char code[3] = {'%', digits[c >> 4], digits[c & 15]};

        if (is_unreserved(c))
            continue;
        if (i > start)
            buf_put(out, s.ptr + start, i - start);
        buf_put(out, code, sizeof code);
        start = i + 1;
    }
    if (s.len > start)
        buf_put(out, s.ptr + start, s.len - start);
}

/* Checks each text argument of a url_path: what it holds must not be able to change the path's
 * shape. Numbers cannot; of other conversions there are none. */
static void
path_args_check(const char *fmt, va_list ap)
{
    for (const char *p = strchr(fmt, '%'); p != NULL; p = strchr(p, '%')) {
        const char *kind = p + 1 + strspn(p + 1, "0123456789.*lz");
        bool counted = strncmp(p + 1, ".*s", 3) == 0;
        int len = counted ? va_arg(ap, int) : 0;

        assert(*kind == 's' || *kind == 'd' || *kind == 'i' || *kind == 'u');
        if (*kind == 's') {
            const char *z = va_arg(ap, const char *);
            struct str s = counted ? str_n(z, (size_t)len) : str_of(z);

            assert(kind == p + (counted ? 3 : 1)); /* %s and %.*s only. */
            assert(s.len > 0 && all_unreserved(s));
            assert(!str_is(s, ".") && !str_is(s, ".."));
        } else if (p[1] == 'l' || p[1] == 'z') {
            (void)va_arg(ap, int64_t); /* long, long long, size_t: one width on our machines. */
        } else {
            (void)va_arg(ap, int);
        }
        p = kind + 1;
    }
}

_Static_assert(sizeof(long) == sizeof(int64_t) && sizeof(size_t) == sizeof(int64_t), "64 bits");

struct url
url_path(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    struct url u;

    assert(fmt[0] == '/' && fmt[1] != '/' && fmt[1] != '\\');
    va_start(ap, fmt);
    path_args_check(fmt, ap);
    va_end(ap);
    va_start(ap, fmt);
    u.s = str_vprintf(a, fmt, ap);
    va_end(ap);
    return u;
}

struct url
url_with(struct arena *a, struct url u, const char *name, struct str value)
{
    struct buf b;
    struct str fragment = str_sub(u.s, str_find_byte(u.s, '#'), u.s.len);
    struct str path = str_sub(u.s, 0, u.s.len - fragment.len);
    struct url out;

    assert(all_unreserved(str_of(name)));
    buf_init(&b, 0);
    buf_str(&b, path);
    buf_byte(&b, str_find_byte(path, '?') == path.len ? '?' : '&');
    buf_z(&b, name);
    buf_byte(&b, '=');
    percent_encode(&b, value);
    buf_str(&b, fragment);
    out.s = buf_dup(&b, a);
    buf_release(&b);
    return out;
}

struct url
url_external(struct str s)
{
    size_t scheme = str_starts(s, STR("https://")) ? 8 : str_starts(s, STR("http://")) ? 7 : 0;

    if (scheme == 0 || s.len == scheme || s.len > LINK_LEN_MAX)
        return (struct url){STR_NONE};
    for (size_t i = scheme; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        /* A backslash is a slash to browsers; the others have no place in a URL at all. */
        if (c <= ' ' || c == 0x7f || c == '\\' || entities[c].ptr != NULL) {
            if (c != '&' && c != '\'')
                return (struct url){STR_NONE};
        }
    }
    if (strchr("/?#:@", s.ptr[scheme]) != NULL)
        return (struct url){STR_NONE};
    return (struct url){s};
}

void
html_text_str(struct buf *out, struct str s)
{
    escape(out, s, false);
}

void
html_attr_str(struct buf *out, struct str s)
{
    escape(out, s, true);
}

void
html_query_str(struct buf *out, struct str s)
{
    percent_encode(out, s);
}

void
html_text_z(struct buf *out, const char *z)
{
    escape(out, str_of(z), false);
}

void
html_attr_z(struct buf *out, const char *z)
{
    escape(out, str_of(z), true);
}

void
html_query_z(struct buf *out, const char *z)
{
    percent_encode(out, str_of(z));
}

void
html_i64(struct buf *out, int64_t n)
{
    buf_i64(out, n);
}

void
html_text_short(struct buf *out, struct short_str s)
{
    escape(out, str_of(s.z), false);
}

void
html_attr_short(struct buf *out, struct short_str s)
{
    escape(out, str_of(s.z), true);
}

void
html_query_short(struct buf *out, struct short_str s)
{
    percent_encode(out, str_of(s.z));
}

void
html_url(struct buf *out, struct url u)
{
    escape(out, u.s, true);
}

void
html_raw(struct buf *out, struct html h)
{
    buf_str(out, h.s);
}
