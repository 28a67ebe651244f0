/* SPDX-License-Identifier: Apache-2.0 */
/* tool.c - see tool.h. */
#include "tool.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
fail_at(const char *file, int line, const char *format, ...)
{
    va_list args;

    if (line > 0)
        fprintf(stderr, "%s:%d: ", file, line);
    else
        fprintf(stderr, "%s: ", file);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

void *
take(size_t bytes)
{
    void *at = calloc(1, bytes > 0 ? bytes : 1);

    if (at == NULL)
        fail_at("memory", 0, "cannot get %zu bytes", bytes);
    return at;
}

char *
take_str(const char *bytes, size_t len)
{
    char *copy = take(len + 1);

    memcpy(copy, bytes, len);
    return copy;
}

void
text_add(struct text *t, const char *bytes, size_t len)
{
    if (t->len + len + 1 > t->cap) {
        t->cap = (t->len + len + 1) * 2;
        t->at = realloc(t->at, t->cap);
        if (t->at == NULL)
            fail_at("memory", 0, "cannot get %zu bytes", t->cap);
    }
    if (len > 0)
        memcpy(t->at + t->len, bytes, len);
    t->len += len;
    t->at[t->len] = '\0';
}

void
text_puts(struct text *t, const char *line)
{
    text_add(t, line, strlen(line));
    text_add(t, "\n", 1);
}

void
text_fmt(struct text *t, const char *format, ...)
{
    char *made;
    int len;
    va_list args;

    va_start(args, format);
    len = vasprintf(&made, format, args);
    va_end(args);
    if (len < 0)
        fail_at("memory", 0, "cannot format a line");
    text_add(t, made, (size_t)len);
    free(made);
}

/* UTF-8 stays readable; control bytes become octal, whose three digits cannot
 * run into what follows; '?' is escaped so that no trigraph appears. */
static void
literal_byte(struct text *t, char c)
{
    unsigned char byte = (unsigned char)c;

    if (c == '\n')
        text_add(t, "\\n", 2);
    else if (c == '"' || c == '\\' || c == '?')
        text_fmt(t, "\\%c", c);
    else if (byte < 0x20 || byte == 0x7f)
        text_fmt(t, "\\%03o", (unsigned)byte);
    else
        text_add(t, &c, 1);
}

void
text_literal(struct text *t, const char *bytes, size_t len, const char *indent)
{
    text_add(t, "\"", 1);
    for (size_t i = 0; i < len; i++) {
        literal_byte(t, bytes[i]);
        if (bytes[i] == '\n' && i + 1 < len)
            text_fmt(t, "\"\n%s\"", indent);
    }
    text_add(t, "\"", 1);
}

static bool
file_try_read(const char *path, struct text *out)
{
    char part[65536];
    size_t len;
    FILE *f = fopen(path, "rb");

    text_add(out, "", 0);
    if (f == NULL)
        return false;
    while ((len = fread(part, 1, sizeof part, f)) > 0) {
        text_add(out, part, len);
        if (out->len > TOOL_FILE_BYTES_MAX)
            fail_at(path, 0, "longer than %d bytes", TOOL_FILE_BYTES_MAX);
    }
    if (ferror(f))
        fail_at(path, 0, "cannot be read: %s", strerror(errno));
    fclose(f);
    return true;
}

struct text
file_read(const char *path)
{
    struct text t = { 0 };

    if (!file_try_read(path, &t))
        fail_at(path, 0, "cannot be opened: %s", strerror(errno));
    return t;
}

void
file_write(const char *path, const struct text *t)
{
    struct text old = { 0 };
    FILE *f;

    if (file_try_read(path, &old) && old.len == t->len && memcmp(old.at, t->at, t->len) == 0)
        return;
    f = fopen(path, "wb");
    if (f == NULL)
        fail_at(path, 0, "cannot be written: %s", strerror(errno));
    if (fwrite(t->at, 1, t->len, f) != t->len || fclose(f) != 0)
        fail_at(path, 0, "cannot be written: %s", strerror(errno));
}

void
file_write_in(const char *dir, const char *name, const struct text *t)
{
    struct text path = { 0 };

    text_fmt(&path, "%s/%s", dir, name);
    file_write(path.at, t);
}

uint64_t
fnv1a(const char *bytes, size_t len)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < len; i++) {
        hash ^= (unsigned char)bytes[i];
        hash *= 0x100000001b3u;
    }
    return hash;
}

bool
ident_first(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool
ident_rest(char c)
{
    return ident_first(c) || (c >= '0' && c <= '9');
}

bool
is_ident(const char *bytes, size_t len)
{
    if (len == 0 || !ident_first(bytes[0]))
        return false;
    for (size_t i = 1; i < len; i++)
        if (!ident_rest(bytes[i]))
            return false;
    return true;
}

bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char
upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

const char *
base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}
