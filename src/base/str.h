/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str.h - text with its length, which owns nothing.
 *
 * A struct str points into an arena, a buffer or a literal; whoever made that owns it. It is not
 * NUL-terminated unless it comes from str_dup, str_printf or STR(). char * is for the edge of a
 * foreign API only.
 */
#ifndef MAILLON_BASE_STR_H
#define MAILLON_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

struct str {
    const char *ptr; /* May be NULL when len is 0. */
    size_t len;      /* Bytes. */
};

struct str_list {
    struct str *item;
    size_t count;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_NONE ((struct str){NULL, 0})
/* For printf-like functions: "%.*s", STR_FMT(s). */
#define STR_FMT(s) (int)(s).len, (s).ptr == NULL ? "" : (s).ptr

static inline struct str
str_of(const char *z)
{
    return (struct str){z, z == NULL ? 0 : strlen(z)};
}

static inline struct str
str_n(const char *ptr, size_t len)
{
    return (struct str){ptr, len};
}

static inline bool
str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool
str_is(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

/* ASCII case only. */
bool str_eq_nocase(struct str a, struct str b);
/* memcmp order, a shorter prefix first. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Without the mark (U+FEFF) that some editors write at the start of UTF-8. */
struct str str_unmarked(struct str s);
bool str_contains(struct str s, struct str part);
/* Offset of the first such byte, or s.len. */
size_t str_find_byte(struct str s, char byte);
/* Without ASCII white space at both ends. */
struct str str_trim(struct str s);
/* Bytes from, at most len of them; clipped to s. */
struct str str_sub(struct str s, size_t from, size_t len);
/* Takes the part before sep off *rest and returns it; *rest becomes empty with ptr NULL after the
 * last part. Returns false when *rest was already so. */
bool str_split(struct str *rest, char sep, struct str *part);

/* Copies, NUL-terminated, in a. */
struct str str_dup(struct arena *a, struct str s);
/* The same as a C string, for foreign APIs. */
char *str_z(struct arena *a, struct str s);
struct str str_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str str_vprintf(struct arena *a, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
/* ASCII only. */
struct str str_lower(struct arena *a, struct str s);
struct str str_upper(struct arena *a, struct str s);

/* Well-formed UTF-8 (no overlong form, surrogate, value over U+10FFFF) and no NUL. */
bool utf8_valid(struct str s);
/* Characters, of valid text. */
size_t utf8_count(struct str s);
/* True when the text holds a control character (below U+0020 but for those in allowed, U+007F,
 * C1). */
bool utf8_has_control(struct str s, const char *allowed);
/* At most max characters, cut at one. */
struct str utf8_cut(struct str s, size_t max);
/* A to Z, 0 to 9 and single spaces, for postal addresses and search keys: letters lose their
 * diacritics (NFKD, case folded up; OE, AE, SS, O ... for those that do not decompose); each run of
 * anything else becomes one space, none at the ends. */
struct str utf8_plain_upper(struct arena *a, struct str s);
/* NFC of valid text. */
struct str utf8_nfc(struct arena *a, struct str s);

#endif
