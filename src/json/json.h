/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - JSON written straight into a buffer, and read through jansson with limits.
 *
 * The reader refuses duplicate keys, depth over JSON_DEPTH_MAX, size over the given bound,
 * invalid UTF-8, NUL in strings, and numbers that are not 64-bit integers where one is asked.
 * Only json.c includes jansson.
 */
#ifndef MAILLON_JSON_JSON_H
#define MAILLON_JSON_JSON_H

#include "base/buf.h"
#include "base/err.h"

enum { JSON_DEPTH_MAX = 32 };

/* ---- writer: commas are put by itself ---- */
struct jw {
    struct buf *out;
    bool comma;  /* A comma is due before the next value. */
    int depth;
};

struct jw jw_begin(struct buf *out);
void jw_object(struct jw *w);
void jw_array(struct jw *w);
void jw_close_object(struct jw *w);
void jw_close_array(struct jw *w);
void jw_key(struct jw *w, const char *key);
void jw_str(struct jw *w, struct str s);
void jw_z(struct jw *w, const char *z); /* NULL writes null. */
void jw_int(struct jw *w, int64_t n);
void jw_bool(struct jw *w, bool b);
void jw_null(struct jw *w);
/* key and value at once */
void jw_kstr(struct jw *w, const char *key, struct str s);
void jw_kz(struct jw *w, const char *key, const char *z);
void jw_kint(struct jw *w, const char *key, int64_t n);
void jw_kbool(struct jw *w, const char *key, bool b);
/* RFC 3339 instant, or null for 0. */
void jw_ktime(struct jw *w, const char *key, int64_t ms);

/* ---- reader: a tree in the arena ---- */
enum json_kind { JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_STR, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_kind kind;
    bool b;
    int64_t i;
    double real;
    struct str s;
    struct json_member *member; /* Of an object, in the text's order. */
    struct json *item;          /* Of an array. */
    size_t count;
};

struct json_member {
    struct str key;
    struct json value;
};

struct json_error {
    int line, column;     /* From 1. */
    struct str text;      /* English, in the arena. */
};

NODISCARD enum err json_parse(struct arena *a, struct str text, size_t bytes_max,
                              struct json **out, struct json_error *why);
/* The member or NULL. */
const struct json *json_get(const struct json *object, const char *key);
/* The member's value when it has that kind, else the default. */
struct str json_get_str(const struct json *object, const char *key);
int64_t json_get_int(const struct json *object, const char *key, int64_t def);
bool json_get_bool(const struct json *object, const char *key, bool def);

#endif
