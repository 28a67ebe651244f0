/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str.c - text with its length. Plain byte work only; what knows about characters is in utf8.c.
 */
#include "base/str.h"

#include <assert.h>
#include <stdio.h>

static unsigned char
ascii_lower(char c)
{
    unsigned char u = (unsigned char)c;

    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

static bool
ascii_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
str_eq_nocase(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
            return false;
    return true;
}

int
str_cmp(struct str a, struct str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n == 0 ? 0 : memcmp(a.ptr, b.ptr, n);

    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool
str_starts(struct str s, struct str prefix)
{
    return s.len >= prefix.len
        && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

struct str
str_unmarked(struct str s)
{
    return str_starts(s, STR("\xEF\xBB\xBF")) ? str_sub(s, 3, s.len) : s;
}

bool
str_ends(struct str s, struct str suffix)
{
    return s.len >= suffix.len
        && (suffix.len == 0
            || memcmp(s.ptr + (s.len - suffix.len), suffix.ptr, suffix.len) == 0);
}

bool
str_contains(struct str s, struct str part)
{
    if (part.len == 0)
        return true;
    return s.len >= part.len && memmem(s.ptr, s.len, part.ptr, part.len) != NULL;
}

size_t
str_find_byte(struct str s, char byte)
{
    const char *at = s.len == 0 ? NULL : memchr(s.ptr, byte, s.len);

    return at == NULL ? s.len : (size_t)(at - s.ptr);
}

struct str
str_trim(struct str s)
{
    while (s.len > 0 && ascii_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && ascii_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

struct str
str_sub(struct str s, size_t from, size_t len)
{
    if (from > s.len)
        from = s.len;
    if (len > s.len - from)
        len = s.len - from;
    /* Adding 0 to NULL is undefined in C, and an empty text may be NULL. */
    return str_n(from == 0 ? s.ptr : s.ptr + from, len);
}

bool
str_split(struct str *rest, char sep, struct str *part)
{
    if (rest->ptr == NULL)
        return false;
    size_t at = str_find_byte(*rest, sep);

    *part = str_n(rest->ptr, at);
    if (at == rest->len)
        *rest = STR_NONE;
    else
        *rest = str_n(rest->ptr + at + 1, rest->len - at - 1);
    return true;
}

char *
str_z(struct arena *a, struct str s)
{
    char *to = arena_alloc(a, s.len + 1);

    if (s.len > 0)
        memcpy(to, s.ptr, s.len);
    return to;
}

struct str
str_dup(struct arena *a, struct str s)
{
    return str_n(str_z(a, s), s.len);
}

struct str
str_vprintf(struct arena *a, const char *fmt, va_list ap)
{
    va_list again;

    va_copy(again, ap);
    int len = vsnprintf(NULL, 0, fmt, ap);
    assert(len >= 0); /* A format that cannot be printed is our mistake. */
    char *to = arena_alloc(a, (size_t)len + 1);
    vsnprintf(to, (size_t)len + 1, fmt, again);
    va_end(again);
    return str_n(to, (size_t)len);
}

struct str
str_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    struct str s = str_vprintf(a, fmt, ap);
    va_end(ap);
    return s;
}

struct str
str_lower(struct arena *a, struct str s)
{
    char *to = str_z(a, s);

    for (size_t i = 0; i < s.len; i++)
        to[i] = (char)ascii_lower(to[i]);
    return str_n(to, s.len);
}

struct str
str_upper(struct arena *a, struct str s)
{
    char *to = str_z(a, s);

    for (size_t i = 0; i < s.len; i++)
        if (to[i] >= 'a' && to[i] <= 'z')
            to[i] = (char)(to[i] - 32);
    return str_n(to, s.len);
}
