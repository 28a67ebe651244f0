/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8.c - what must know about characters.
 *
 * All text is checked once, at the door, so the check is our own: eight ASCII bytes at a time,
 * then one decision a character. What needs Unicode's tables (composition, decomposition, case)
 * comes from utf8proc, which only this file includes; plain ASCII, which most text is, never
 * gets that far.
 */
#include "base/str.h"

#include <stdlib.h>

#include <utf8proc.h>

/* No byte of the eight is NUL or above 0x7F. May say no wrongly (0x01 after a NUL), never yes. */
static bool
ascii_eight(const unsigned char *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof(word));
    return ((word | (word - 0x0101010101010101u)) & 0x8080808080808080u) == 0;
}

static bool
utf8_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* Length of the well-formed character at p, of at most left bytes; 0 when it is none or NUL.
 * The bounds of the second byte (Unicode, table 3-7) exclude overlong forms, surrogates and
 * values over U+10FFFF. */
static size_t
utf8_step(const unsigned char *p, size_t left)
{
    unsigned char c = p[0];

    if (c < 0x80)
        return c != 0;
    if (c < 0xC2 || c > 0xF4)
        return 0;
    if (c < 0xE0)
        return left >= 2 && utf8_tail(p[1]) ? 2 : 0;
    unsigned char low = 0x80, high = 0xBF;
    if (c == 0xE0)
        low = 0xA0;
    else if (c == 0xED)
        high = 0x9F;
    else if (c == 0xF0)
        low = 0x90;
    else if (c == 0xF4)
        high = 0x8F;
    if (left < 3 || p[1] < low || p[1] > high || !utf8_tail(p[2]))
        return 0;
    if (c < 0xF0)
        return 3;
    return left >= 4 && utf8_tail(p[3]) ? 4 : 0;
}

bool
utf8_valid(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t left = s.len;

    while (left > 0) {
        if (left >= 8 && ascii_eight(p)) {
            p += 8;
            left -= 8;
            continue;
        }
        size_t step = utf8_step(p, left);
        if (step == 0)
            return false;
        p += step;
        left -= step;
    }
    return true;
}

size_t
utf8_count(struct str s)
{
    size_t count = 0;

    for (size_t i = 0; i < s.len; i++)
        count += !utf8_tail((unsigned char)s.ptr[i]);
    return count;
}

/* U+2028 to U+202E, U+2066 to U+2069: line ends that are no line feed, and what turns the
 * direction of the text around it, so that a reader sees other words than the ones stored. */
static bool
utf8_turns_text(const unsigned char *p)
{
    return p[0] == 0xE2 && ((p[1] == 0x80 && p[2] >= 0xA8 && p[2] <= 0xAE) ||
                            (p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9));
}

bool
utf8_has_control(struct str s, const char *allowed)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        /* strchr would find the end of allowed for a NUL. */
        if (c < 0x20 && (c == 0 || allowed == NULL || strchr(allowed, c) == NULL))
            return true;
        if (c == 0x7F)
            return true;
        if (c == 0xC2 && i + 1 < s.len && (unsigned char)s.ptr[i + 1] < 0xA0)
            return true;
        if (c == 0xE2 && i + 2 < s.len && utf8_turns_text((const unsigned char *)s.ptr + i))
            return true;
    }
    return false;
}

/* Letters that Unicode does not decompose and that French readers would spell out. */
static const char *
plain_letters(utf8proc_int32_t folded)
{
    switch (folded) {
    case 0x00E6: return "AE";
    case 0x00F0: return "D";
    case 0x00F8: return "O";
    case 0x00FE: return "TH";
    case 0x0111: return "D";
    case 0x0131: return "I";
    case 0x0142: return "L";
    case 0x0153: return "OE";
    default: return NULL;
    }
}

/* Collects words: a gap becomes one space when something follows it. */
struct plain {
    char *to; /* NULL while only measuring. */
    size_t len;
    bool gap;
};

static void
plain_char(struct plain *w, char c)
{
    bool keep = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

    if (!keep) {
        w->gap = w->len > 0;
        return;
    }
    if (w->gap) {
        if (w->to != NULL)
            w->to[w->len] = ' ';
        w->len++;
        w->gap = false;
    }
    if (w->to != NULL)
        w->to[w->len] = c;
    w->len++;
}

static void
plain_ascii(struct plain *w, char c)
{
    plain_char(w, c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
}

static void
plain_unicode(struct plain *w, utf8proc_int32_t code)
{
    /* No character of Unicode decomposes into more than 18. */
    utf8proc_int32_t parts[32];
    int last = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char(
        code, parts, 32,
        UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD
            | UTF8PROC_IGNORE,
        &last);

    for (utf8proc_ssize_t i = 0; i < count && i < 32; i++) {
        const char *letters = plain_letters(parts[i]);
        if (parts[i] < 0x80)
            plain_ascii(w, (char)parts[i]);
        else if (letters == NULL)
            plain_char(w, ' ');
        else
            while (*letters != '\0')
                plain_char(w, *letters++);
    }
}

static void
plain_put(struct plain *w, struct str s)
{
    for (size_t i = 0; i < s.len;) {
        if ((unsigned char)s.ptr[i] < 0x80) {
            plain_ascii(w, s.ptr[i++]);
            continue;
        }
        utf8proc_int32_t code;
        utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)s.ptr + i,
                                                 (utf8proc_ssize_t)(s.len - i), &code);
        if (step <= 0) {
            plain_char(w, ' ');
            i++;
        } else {
            plain_unicode(w, code);
            i += (size_t)step;
        }
    }
}

struct str
utf8_plain_upper(struct arena *a, struct str s)
{
    struct plain measure = {0};

    plain_put(&measure, s);
    struct plain w = {.to = arena_alloc(a, measure.len + 1)};
    plain_put(&w, s);
    return str_n(w.to, w.len);
}

struct str
utf8_nfc(struct arena *a, struct str s)
{
    utf8proc_uint8_t *made = NULL;
    bool simple = true;

    /* Nothing below U+0300 (lead bytes up to 0xCB) composes with its neighbours. */
    for (size_t i = 0; i < s.len && simple; i++)
        simple = (unsigned char)s.ptr[i] < 0xCC;
    if (simple)
        return str_dup(a, s);

    utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len,
                                        &made, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    struct str out = len < 0 ? str_dup(a, s) : str_dup(a, str_n((char *)made, (size_t)len));
    free(made);
    return out;
}

struct str
utf8_cut(struct str s, size_t max)
{
    size_t seen = 0, i = 0;

    for (; i < s.len; i++)
        if (((unsigned char)s.ptr[i] & 0xC0u) != 0x80u && seen++ == max)
            break;
    return str_sub(s, 0, i);
}
