/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard.c - see guard.h. What two programs on one path could read differently is refused here,
 * never repaired: a request smuggled past a proxy begins with a tolerant server.
 */
#include "http/guard.h"

#include <arpa/inet.h>

#include "base/parse.h"
#include "http/exchange.h"

/* Byte classes of a head: plain, or one that needs a look. HT is plain but for a line's start. */
static inline bool
is_plain(unsigned char c)
{
    return c >= 0x20 && c != 0x7f;
}

/* The LF of a line. */
static int
head_line_end(struct head_scan *s)
{
    if (!s->cr)
        return 400;
    s->cr = false;
    if (s->line_bytes > 0) {
        s->lines++;
        s->line_bytes = 0;
        return s->lines > HEAD_FIELDS_MAX + 1 ? 431 : 0;
    }
    if (s->lines > 0) {
        s->done = true;
        return 0;
    }
    /* RFC 9112 2.2: some clients send an empty line after a body. One is passed over. */
    return ++s->blanks > 1 ? 400 : 0;
}

static int
head_byte(struct head_scan *s, unsigned char c)
{
    if (c == '\n')
        return head_line_end(s);
    if (s->cr)
        return 400;
    if (c == '\r') {
        s->cr = true;
        return 0;
    }
    if (!is_plain(c) && c != '\t')
        return 400;
    if (s->line_bytes == 0) {
        /* A header line that starts with white space is a folded one, with a colon nameless; a
         * request line starts with a method (a TLS hello does not). */
        if (c == ' ' || c == '\t' || c == ':' || (s->lines == 0 && (c < 'A' || c > 'Z')))
            return 400;
    }
    if (++s->line_bytes > HEAD_LINE_BYTES_MAX)
        return s->lines == 0 ? 414 : 431;
    return 0;
}

int
head_scan(struct head_scan *s, const char *ptr, size_t len, size_t *used)
{
    size_t i = 0;
    int status = 0;

    while (i < len && status == 0 && !s->done) {
        /* A run of common bytes inside a line, without a look at the state for each. */
        if (s->line_bytes > 0 && !s->cr) {
            size_t room = HEAD_LINE_BYTES_MAX - s->line_bytes;
            size_t stop = len - i < room ? len : i + room;
            size_t from = i;
            while (i < stop && is_plain((unsigned char)ptr[i]))
                i++;
            s->line_bytes += i - from;
            if (i == len)
                break;
        }
        status = head_byte(s, (unsigned char)ptr[i++]);
    }
    s->bytes += i;
    *used = i;
    if (status == 0 && s->bytes > HEAD_BYTES_MAX)
        status = 431;
    return status;
}

static bool
host_valid(struct str host)
{
    if (host.len == 0 || host.len > 255)
        return false;
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']'))
            return false;
    }
    return true;
}

int
guard_fields(const struct pair_list *fields, bool http10)
{
    int hosts = 0, codings = 0, lengths = 0, types = 0, origins = 0, auths = 0;

    for (size_t i = 0; i < fields->count; i++) {
        const struct pair *f = &fields->item[i];

        if (str_is(f->name, "host")) {
            hosts++;
            if (!host_valid(f->value))
                return 400;
        } else if (str_is(f->name, "transfer-encoding")) {
            codings++;
            if (http10)
                return 400;
            if (!str_eq_nocase(f->value, STR("chunked")))
                return 501;
        } else if (str_is(f->name, "content-length")) {
            lengths++;
        } else if (str_is(f->name, "content-type")) {
            types++;
        } else if (str_is(f->name, "origin")) {
            origins++;
        } else if (str_is(f->name, "authorization")) {
            auths++;
        } else if (str_is(f->name, "expect")) {
            if (!str_eq_nocase(f->value, STR("100-continue")))
                return 417;
        } else if (str_is(f->name, "content-encoding")) {
            if (!str_eq_nocase(f->value, STR("identity")))
                return 415;
        }
    }
    if (hosts > 1 || (hosts == 0 && !http10))
        return 400;
    if (codings > 1 || lengths > 1 || (codings > 0 && lengths > 0))
        return 400;
    if (types > 1 || origins > 1 || auths > 1)
        return 400;
    return 0;
}

int
guard_version(struct str head)
{
    struct str line = str_sub(head, 0, str_find_byte(head, '\r'));
    struct str v;

    if (line.len < 9)
        return 400;
    v = str_sub(line, line.len - 8, 8);
    if (!str_starts(v, STR("HTTP/")) || v.ptr[6] != '.' || line.ptr[line.len - 9] != ' ')
        return 400;
    if (v.ptr[5] < '0' || v.ptr[5] > '9' || v.ptr[7] < '0' || v.ptr[7] > '9')
        return 400;
    return str_is(v, "HTTP/1.1") || str_is(v, "HTTP/1.0") ? 400 : 505;
}

static bool
decode(struct arena *a, struct str s, bool plus, struct str *out)
{
    bool plain = true;

    for (size_t i = 0; i < s.len && plain; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        plain = c != '%' && (c != '+' || !plus) && c >= 0x20 && c < 0x7f;
    }
    if (plain) {
        *out = s;
        return true;
    }
    return url_decode(a, s, plus, out);
}

bool
guard_pairs(struct arena *a, struct str text, struct pair *room, size_t max, struct pair_list *out)
{
    struct str rest = text, part;
    size_t count = 0;

    if (rest.len == 0)
        rest.ptr = NULL;
    while (str_split(&rest, '&', &part)) {
        size_t eq = str_find_byte(part, '=');
        struct pair p;

        if (part.len == 0)
            continue;
        if (count == max)
            return false;
        if (!decode(a, str_sub(part, 0, eq), true, &p.name) || p.name.len == 0)
            return false;
        if (!decode(a, str_sub(part, eq + 1, part.len), true, &p.value))
            return false;
        for (size_t i = 0; i < count; i++)
            if (str_eq(room[i].name, p.name))
                return false;
        room[count++] = p;
    }
    *out = (struct pair_list){room, count};
    return true;
}

/* Absolute form (RFC 9112 3.2.2): its authority must be what Host says. */
static bool
target_origin_form(struct str *target, struct str host)
{
    struct str t = *target;
    size_t scheme, end;

    if (t.len > 0 && t.ptr[0] == '/')
        return true;
    if (t.len >= 7 && str_eq_nocase(str_sub(t, 0, 7), STR("http://")))
        scheme = 7;
    else if (t.len >= 8 && str_eq_nocase(str_sub(t, 0, 8), STR("https://")))
        scheme = 8;
    else
        return false;
    for (end = scheme; end < t.len && t.ptr[end] != '/' && t.ptr[end] != '?'; end++)
        ;
    if (!str_eq_nocase(str_sub(t, scheme, end - scheme), host))
        return false;
    if (end == t.len || t.ptr[end] == '?')
        return false;
    *target = str_sub(t, end, t.len);
    return true;
}

static bool
path_valid(struct str path)
{
    size_t start = 1;

    if (path.len == 0 || path.ptr[0] != '/' || utf8_has_control(path, ""))
        return false;
    for (size_t i = 1; i <= path.len; i++) {
        if (i < path.len && path.ptr[i] == '\\')
            return false;
        if (i < path.len && path.ptr[i] != '/')
            continue;
        struct str part = str_sub(path, start, i - start);

        if (str_is(part, ".") || str_is(part, ".."))
            return false;
        start = i + 1;
    }
    return true;
}

int
guard_target(struct arena *a, struct str target, struct str host, struct str *path,
             struct pair *query, size_t query_max, struct pair_list *out)
{
    struct str raw, q = STR_NONE;
    size_t mark;

    for (size_t i = 0; i < target.len; i++) {
        unsigned char c = (unsigned char)target.ptr[i];

        if (c <= 0x20 || c >= 0x7f || c == '#')
            return 400;
    }
    if (!target_origin_form(&target, host))
        return 400;
    mark = str_find_byte(target, '?');
    raw = str_sub(target, 0, mark);
    if (mark < target.len)
        q = str_sub(target, mark + 1, target.len);
    /* An encoded slash would make a second reading of the path possible. */
    for (size_t i = 0; i + 2 < raw.len; i++)
        if (raw.ptr[i] == '%' && raw.ptr[i + 1] == '2' && (raw.ptr[i + 2] | 0x20) == 'f')
            return 400;
    if (!decode(a, raw, false, path) || !path_valid(*path))
        return 400;
    return guard_pairs(a, q, query, query_max, out) ? 0 : 400;
}

bool
guard_media_type(struct str value, const char *type)
{
    size_t end = str_find_byte(value, ';');
    struct str params = end < value.len ? str_sub(value, end + 1, value.len) : STR_NONE;
    struct str part;

    if (!str_eq_nocase(str_trim(str_sub(value, 0, end)), str_of(type)))
        return false;
    while (str_split(&params, ';', &part)) {
        part = str_trim(part);
        if (part.len >= 8 && str_eq_nocase(str_sub(part, 0, 8), STR("charset="))) {
            struct str set = str_sub(part, 8, part.len);

            if (!str_eq_nocase(set, STR("utf-8")) && !str_eq_nocase(set, STR("\"utf-8\"")))
                return false;
        }
    }
    return true;
}

static bool
ip_valid(struct str s)
{
    char z[INET6_ADDRSTRLEN];
    unsigned char bytes[16];

    if (s.len == 0 || s.len >= sizeof z)
        return false;
    memcpy(z, s.ptr, s.len);
    z[s.len] = '\0';
    return inet_pton(AF_INET, z, bytes) == 1 || inet_pton(AF_INET6, z, bytes) == 1;
}

static bool
ip_among(struct str ip, const struct str_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(ip, list->item[i]))
            return true;
    return false;
}

/* Each proxy appends the address it saw, so the list is believed from its right end, as far as
 * the addresses there are proxies of ours. */
struct str
guard_client_ip(struct str peer, struct str forwarded, const struct str_list *proxies)
{
    struct str ip = peer;

    if (proxies->count == 0 || !ip_among(peer, proxies))
        return peer;
    while (forwarded.len > 0) {
        size_t from = forwarded.len;

        while (from > 0 && forwarded.ptr[from - 1] != ',')
            from--;
        struct str last = str_trim(str_sub(forwarded, from, forwarded.len));

        if (!ip_valid(last))
            return ip;
        ip = last;
        if (!ip_among(ip, proxies))
            return ip;
        forwarded.len = from > 0 ? from - 1 : 0;
    }
    return ip;
}

bool
guard_local_path(struct str path)
{
    if (path.len == 0 || path.len > 1000 || path.ptr[0] != '/')
        return false;
    if (path.len > 1 && (path.ptr[1] == '/' || path.ptr[1] == '\\'))
        return false;
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];

        if (c <= 0x20 || c == 0x7f || c == '\\')
            return false;
    }
    return utf8_valid(path);
}

struct url
guard_local_url(struct str path, struct url other)
{
    return guard_local_path(path) ? (struct url){path} : other;
}
