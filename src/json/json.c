/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.c - see json.h. The writer escapes what RFC 8259 asks for, and U+2028 and U+2029 besides,
 * which some readers take for line ends. The reader is json_read.c.
 */
#include "json/json.h"

#include "base/civil.h"

/* ---- writer ---- */

struct jw
jw_begin(struct buf *out)
{
    return (struct jw){out, false, 0};
}

static void
value_starts(struct jw *w)
{
    if (w->comma)
        buf_byte(w->out, ',');
    w->comma = true;
}

static void
jw_open(struct jw *w, char c)
{
    value_starts(w);
    buf_byte(w->out, c);
    w->comma = false;
    w->depth++;
    assert(w->depth <= JSON_DEPTH_MAX);
}

static void
jw_close(struct jw *w, char c)
{
    assert(w->depth > 0);
    w->depth--;
    w->comma = true;
    buf_byte(w->out, c);
}

void
jw_object(struct jw *w)
{
    jw_open(w, '{');
}

void
jw_array(struct jw *w)
{
    jw_open(w, '[');
}

void
jw_close_object(struct jw *w)
{
    jw_close(w, '}');
}

void
jw_close_array(struct jw *w)
{
    jw_close(w, ']');
}

static void
escape(struct buf *out, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char short_for[] = "btn?fr";

    if (c == '"' || c == '\\') {
        buf_byte(out, '\\');
        buf_byte(out, (char)c);
    } else if (c >= 8 && c <= 13 && c != 11) {
        buf_byte(out, '\\');
        buf_byte(out, short_for[c - 8]);
    } else {
        buf_put(out, "\\u00", 4);
        buf_byte(out, hex[c >> 4]);
        buf_byte(out, hex[c & 15]);
    }
}

static void
quoted(struct buf *out, struct str s)
{
    size_t from = 0;

    buf_byte(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool line_sep = c == 0xe2 && i + 2 < s.len && (unsigned char)s.ptr[i + 1] == 0x80 &&
                        ((unsigned char)s.ptr[i + 2] & 0xfe) == 0xa8;

        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f && !line_sep)
            continue;
        buf_put(out, s.ptr + from, i - from);
        if (line_sep) {
            buf_z(out, (unsigned char)s.ptr[i + 2] == 0xa8 ? "\\u2028" : "\\u2029");
            i += 2;
        } else {
            escape(out, c);
        }
        from = i + 1;
    }
    if (from < s.len)
        buf_put(out, s.ptr + from, s.len - from);
    buf_byte(out, '"');
}

void
jw_key(struct jw *w, const char *key)
{
    value_starts(w);
    quoted(w->out, str_of(key));
    buf_byte(w->out, ':');
    w->comma = false;
}

void
jw_str(struct jw *w, struct str s)
{
    value_starts(w);
    quoted(w->out, s);
}

void
jw_z(struct jw *w, const char *z)
{
    if (z == NULL)
        jw_null(w);
    else
        jw_str(w, str_of(z));
}

void
jw_int(struct jw *w, int64_t n)
{
    value_starts(w);
    buf_i64(w->out, n);
}

void
jw_bool(struct jw *w, bool b)
{
    value_starts(w);
    buf_z(w->out, b ? "true" : "false");
}

void
jw_null(struct jw *w)
{
    value_starts(w);
    buf_z(w->out, "null");
}

void
jw_kstr(struct jw *w, const char *key, struct str s)
{
    jw_key(w, key);
    jw_str(w, s);
}

void
jw_kz(struct jw *w, const char *key, const char *z)
{
    jw_key(w, key);
    jw_z(w, z);
}

void
jw_kint(struct jw *w, const char *key, int64_t n)
{
    jw_key(w, key);
    jw_int(w, n);
}

void
jw_kbool(struct jw *w, const char *key, bool b)
{
    jw_key(w, key);
    jw_bool(w, b);
}

void
jw_ktime(struct jw *w, const char *key, int64_t ms)
{
    struct arena a = {0};

    jw_key(w, key);
    if (ms == 0)
        jw_null(w);
    else
        jw_str(w, instant_str(&a, ms));
    arena_release(&a);
}

/* ---- looking into a tree ---- */

const struct json *
json_get(const struct json *object, const char *key)
{
    struct str wanted = str_of(key);

    if (object == NULL || object->kind != JSON_OBJECT)
        return NULL;
    for (size_t i = 0; i < object->count; i++)
        if (str_eq(object->member[i].key, wanted))
            return &object->member[i].value;
    return NULL;
}

struct str
json_get_str(const struct json *object, const char *key)
{
    const struct json *j = json_get(object, key);

    return j != NULL && j->kind == JSON_STR ? j->s : STR_NONE;
}

int64_t
json_get_int(const struct json *object, const char *key, int64_t def)
{
    const struct json *j = json_get(object, key);

    return j != NULL && j->kind == JSON_INT ? j->i : def;
}

bool
json_get_bool(const struct json *object, const char *key, bool def)
{
    const struct json *j = json_get(object, key);

    return j != NULL && j->kind == JSON_BOOL ? j->b : def;
}
