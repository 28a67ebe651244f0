/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse.c - numbers and encodings: whole input or nothing.
 */
#include "base/parse.h"

/* Euros beyond this many digits are a slip of the keyboard and would not fit. */
enum { EUROS_DIGITS_MAX = 15 };

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool
parse_i64(struct str s, int64_t min, int64_t max, int64_t *out)
{
    bool minus = s.len > 0 && s.ptr[0] == '-';
    int64_t n = 0;

    if (s.len == (minus ? 1u : 0u))
        return false;
    for (size_t i = minus ? 1 : 0; i < s.len; i++) {
        if (!is_digit(s.ptr[i]))
            return false;
        int digit = s.ptr[i] - '0';
        /* Counted downwards for a negative number, so that INT64_MIN can be read. */
        if (__builtin_mul_overflow(n, 10, &n)
            || __builtin_add_overflow(n, minus ? -digit : digit, &n))
            return false;
    }
    if (n < min || n > max)
        return false;
    *out = n;
    return true;
}

/* Takes token off the front of *s; false when it is not there. */
static bool
take(struct str *s, const char *token)
{
    struct str t = str_of(token);

    if (!str_starts(*s, t))
        return false;
    *s = str_sub(*s, t.len, s->len);
    return true;
}

/* A plain, a non-breaking or a narrow non-breaking space. */
static bool
take_space(struct str *s)
{
    return take(s, " ") || take(s, "\u00a0") || take(s, "\u202f");
}

/* "1234" or "1 234": after a first space every group has three digits. */
static bool
take_euros(struct str *s, int64_t *euros)
{
    int64_t n = 0;
    int digits = 0, group = 0;
    bool grouped = false;

    for (;;) {
        if (s->len > 0 && is_digit(s->ptr[0])) {
            n = n * 10 + (s->ptr[0] - '0');
            *s = str_sub(*s, 1, s->len);
            group++;
            if (++digits > EUROS_DIGITS_MAX)
                return false;
            continue;
        }
        struct str ahead = *s;
        if (digits == 0 || !take_space(&ahead) || ahead.len == 0 || !is_digit(ahead.ptr[0]))
            break;
        if (grouped ? group != 3 : group > 3)
            return false;
        grouped = true;
        group = 0;
        *s = ahead;
    }
    *euros = n;
    return digits > 0 && (!grouped || group == 3);
}

bool
parse_cents(struct str s, int64_t *out)
{
    bool minus = take(&s, "-") || take(&s, "\u2212");
    int64_t cents;

    if (!take_euros(&s, &cents))
        return false;
    cents *= 100;
    if (take(&s, ",") || take(&s, ".")) {
        if (s.len == 0 || !is_digit(s.ptr[0]))
            return false;
        cents += (s.ptr[0] - '0') * 10;
        s = str_sub(s, 1, s.len);
        if (s.len > 0 && is_digit(s.ptr[0])) {
            cents += s.ptr[0] - '0';
            s = str_sub(s, 1, s.len);
        }
    }
    if (s.len > 0) {
        take_space(&s);
        if (!take(&s, "€") || s.len > 0)
            return false;
    }
    *out = minus ? -cents : cents;
    return true;
}

static void
hex_fill(char *to, const unsigned char *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        to[2 * i] = digits[bytes[i] >> 4];
        to[2 * i + 1] = digits[bytes[i] & 15];
    }
}

void
hex_put(struct buf *out, const void *bytes, size_t len)
{
    const unsigned char *from = bytes;
    char chunk[128];

    while (len > 0) {
        size_t n = len < sizeof(chunk) / 2 ? len : sizeof(chunk) / 2;
        hex_fill(chunk, from, n);
        buf_put(out, chunk, 2 * n);
        from += n;
        len -= n;
    }
}

struct str
hex_str(struct arena *a, const void *bytes, size_t len)
{
    char *to = ARENA_ARRAY(a, 2 * len + 1, char);

    hex_fill(to, bytes, len);
    return str_n(to, 2 * len);
}

/* The value of a hexadecimal digit, or -1. */
static int
hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool
hex_parse(struct str s, void *out, size_t len)
{
    unsigned char *to = out;

    if (s.len % 2 != 0 || s.len / 2 != len)
        return false;
    /* Looked at first, so that a refused text leaves out untouched. */
    for (size_t i = 0; i < s.len; i++)
        if (hex_value(s.ptr[i]) < 0)
            return false;
    for (size_t i = 0; i < len; i++)
        to[i] = (unsigned char)(hex_value(s.ptr[2 * i]) * 16 + hex_value(s.ptr[2 * i + 1]));
    return true;
}

static const char base64_plain[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64_url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static struct str
base64_make(struct arena *a, const unsigned char *from, size_t len, const char *alphabet,
            bool pad)
{
    char *to = arena_array(a, len / 3 + 2, 4);
    size_t n = 0;

    for (size_t i = 0; i < len; i += 3) {
        size_t have = len - i < 3 ? len - i : 3;
        uint32_t word = (uint32_t)from[i] << 16;

        if (have > 1)
            word |= (uint32_t)from[i + 1] << 8;
        if (have > 2)
            word |= from[i + 2];
        for (size_t k = 0; k <= have; k++)
            to[n++] = alphabet[word >> (18 - 6 * k) & 63];
        for (size_t k = have; pad && k < 3; k++)
            to[n++] = '=';
    }
    return str_n(to, n);
}

struct str
base64_str(struct arena *a, const void *bytes, size_t len)
{
    return base64_make(a, bytes, len, base64_plain, true);
}

struct str
base64url_str(struct arena *a, const void *bytes, size_t len)
{
    return base64_make(a, bytes, len, base64_url, false);
}

/* The value of a base64 digit, or -1. */
static int
base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
base64_parse(struct arena *a, struct str s, struct str *out)
{
    size_t pad = 0;

    if (s.len == 0 || s.len % 4 != 0)
        return false;
    while (pad < 2 && s.ptr[s.len - 1 - pad] == '=')
        pad++;

    size_t digits = s.len - pad, n = 0;
    uint32_t word = 0;
    char *to = arena_alloc(a, s.len / 4 * 3 + 1);
    for (size_t i = 0; i < digits; i++) {
        int value = base64_value(s.ptr[i]);
        if (value < 0)
            return false;
        word = word << 6 | (uint32_t)value;
        if (i % 4 > 0)
            to[n++] = (char)(unsigned char)(word >> (6 - 2 * (i % 4)));
    }
    /* Two texts must not stand for the same bytes: the bits left over are zero. */
    if (pad > 0 && (word & (pad == 1 ? 3u : 15u)) != 0)
        return false;
    to[n] = '\0';
    *out = str_n(to, n);
    return true;
}

void
url_encode(struct buf *out, struct str s)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
                  || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            buf_byte(out, (char)c);
        } else {
            char escape[3] = {'%', digits[c >> 4], digits[c & 15]};
            buf_put(out, escape, sizeof(escape));
        }
    }
}

bool
url_decode(struct arena *a, struct str s, bool plus_is_space, struct str *out)
{
    char *to = arena_alloc(a, s.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '%') {
            if (s.len - i < 3)
                return false;
            int high = hex_value(s.ptr[i + 1]), low = hex_value(s.ptr[i + 2]);
            if (high < 0 || low < 0)
                return false;
            c = (char)(unsigned char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        to[n++] = c;
    }
    to[n] = '\0';
    /* This refuses NUL too. */
    if (!utf8_valid(str_n(to, n)))
        return false;
    *out = str_n(to, n);
    return true;
}
