/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.c - one JSON object a line, in one write(2) or several lines in one.
 *
 * The line is made in a buffer of fixed size, and each field goes in whole or not at all ("cut"
 * then says so), so that every line is a complete object whatever it was given. Besides what JSON
 * demands, everything that could move a terminal's cursor, break a line or turn the direction of
 * text is written as an escape; bytes that are not UTF-8 become U+FFFD.
 */
#include "base/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/clock.h"

enum {
    LOG_VALUE_BYTES_MAX = 2000,
    LOG_LINE_BYTES = 16 * 1024,
    LOG_TAIL_BYTES = 32, /* Kept for the mark of a cut and the end of the object. */
    LOG_GATHER_BYTES = 64 * 1024
};

static _Atomic int log_level_min = LOG_INFO;

struct line {
    char z[LOG_LINE_BYTES];
    size_t len;
    size_t limit;
    bool full;
};

/* Lines of one thread that wait for log_flush. */
struct gathered {
    bool on;
    size_t len;
    char z[LOG_GATHER_BYTES];
};

static _Thread_local struct gathered gathered;

static const char *const level_names[] = {"debug", "info", "warn", "error"};

void
log_set_level(enum log_level min)
{
    atomic_store_explicit(&log_level_min, (int)min, memory_order_relaxed);
}

bool
log_level_by_name(struct str name, enum log_level *out)
{
    for (int i = LOG_DEBUG; i <= LOG_ERROR; i++) {
        if (str_is(name, level_names[i])) {
            *out = (enum log_level)i;
            return true;
        }
    }
    return false;
}

static void
line_put(struct line *l, const char *bytes, size_t len)
{
    if (l->full || len > l->limit - l->len) {
        l->full = true;
        return;
    }
    memcpy(l->z + l->len, bytes, len);
    l->len += len;
}

static void
line_z(struct line *l, const char *z)
{
    line_put(l, z, strlen(z));
}

static void
line_escape(struct line *l, unsigned code)
{
    static const char hex[] = "0123456789abcdef";
    char escape[6] = {'\\', 'u', hex[code >> 12 & 15], hex[code >> 8 & 15], hex[code >> 4 & 15],
                      hex[code & 15]};

    line_put(l, escape, sizeof(escape));
}

/* Bytes of the character at p, 0 when it is not well-formed. */
static size_t
char_len(const char *p, size_t left)
{
    unsigned char c = (unsigned char)*p;
    size_t len = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;

    if (c == 0)
        return 1;
    return len <= left && utf8_valid(str_n(p, len)) ? len : 0;
}

/* The code of a character that must not stand in a line as it is, else 0. */
static unsigned
unsafe_code(const char *p, size_t len)
{
    const unsigned char *u = (const unsigned char *)p;

    if (len == 2 && u[0] == 0xC2 && u[1] < 0xA0)
        return u[1]; /* C1 controls */
    if (len != 3 || u[0] != 0xE2)
        return 0;
    unsigned code = 0x2000u | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
    /* Marks and overrides of direction, line and paragraph separators. */
    bool unsafe = (code >= 0x200E && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E)
               || (code >= 0x2066 && code <= 0x2069);
    return unsafe ? code : 0;
}

/* How many bytes from p on stand in a line as they are: the common case, taken in one copy. */
static size_t
plain_run(const char *p, size_t left)
{
    size_t n = 0;

    while (n < left && p[n] >= 0x20 && p[n] < 0x7F && p[n] != '"' && p[n] != '\\')
        n++;
    return n;
}

static void
line_text(struct line *l, struct str s)
{
    size_t end = s.len < LOG_VALUE_BYTES_MAX ? s.len : LOG_VALUE_BYTES_MAX;

    line_z(l, "\"");
    for (size_t i = 0; i < end;) {
        const char *p = s.ptr + i;
        size_t plain = plain_run(p, end - i);

        line_put(l, p, plain);
        i += plain;
        p += plain;
        if (i == end)
            break;
        unsigned char c = (unsigned char)*p;
        size_t len = char_len(p, s.len - i);
        unsigned code = unsafe_code(p, len);

        /* A character that the cut would split is left out. */
        if (len > end - i)
            break;
        if (len == 0)
            line_z(l, "\xEF\xBF\xBD");
        else if (c < 0x20 || c == 0x7F)
            line_escape(l, c);
        else if (code != 0)
            line_escape(l, code);
        else if (c == '"' || c == '\\')
            line_put(l, (char[2]){'\\', (char)c}, 2);
        else
            line_put(l, p, len);
        i += len == 0 ? 1 : len;
    }
    if (s.len > LOG_VALUE_BYTES_MAX)
        line_z(l, "…");
    line_z(l, "\"");
}

static void
line_i64(struct line *l, int64_t n)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (n < 0)
        digits[--at] = '-';
    line_put(l, digits + at, sizeof digits - at);
}

/* Written by hand: this is part of every request. */
static char *
digits_put(char *at, int count, int n)
{
    for (int i = count - 1; i >= 0; i--) {
        at[i] = (char)('0' + n % 10);
        n /= 10;
    }
    return at + count;
}

static void
line_time(struct line *l, int64_t ms)
{
    struct civil c = civil_of(ms, ZONE_UTC);
    const int parts[] = {c.year, c.month, c.day, c.hour, c.minute, c.second, (int)(ms % 1000)};
    static const int widths[] = {4, 2, 2, 2, 2, 2, 3};
    static const char after[] = "--T::.Z";
    char text[32];
    char *at = text;

    line_z(l, "{\"time\":\"");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        at = digits_put(at, widths[i], parts[i]);
        *at++ = after[i];
    }
    *at++ = '"';
    line_put(l, text, (size_t)(at - text));
}

static void
line_field(struct line *l, const struct log_field *f)
{
    size_t before = l->len;

    if (l->full)
        return;
    line_z(l, ",");
    line_text(l, str_of(f->name));
    line_z(l, ":");
    if (f->kind == LOG_I)
        line_i64(l, f->i);
    else
        line_text(l, f->s);
    if (l->full)
        l->len = before;
}

static void
bytes_write(const char *z, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = write(STDERR_FILENO, z + done, len - done);
        if (n < 0 && errno == EINTR)
            continue;
        /* There is nowhere to say that the log cannot be written. */
        if (n <= 0)
            return;
        done += (size_t)n;
    }
}

static void
gathered_write(void)
{
    bytes_write(gathered.z, gathered.len);
    gathered.len = 0;
}

static void
line_write(const struct line *l, enum log_level level)
{
    if (gathered.on && gathered.len + l->len > sizeof gathered.z)
        gathered_write();
    if (!gathered.on) {
        bytes_write(l->z, l->len);
        return;
    }
    memcpy(gathered.z + gathered.len, l->z, l->len);
    gathered.len += l->len;
    if (level >= LOG_WARN)
        gathered_write();
}

void
log_gather(void)
{
    gathered.on = true;
}

void
log_flush(void)
{
    int saved = errno;

    gathered.on = false;
    gathered_write();
    errno = saved;
}

void
log_write(const struct log *log, enum log_level level, const char *what,
          const struct log_field *fields)
{
    if ((int)level < atomic_load_explicit(&log_level_min, memory_order_relaxed))
        return;

    int saved = errno;
    /* Not zeroed, as the compiler is told to do with all else: each byte is written before it is
     * read, and there are many. */
    __attribute__((uninitialized)) struct line l;
    l.len = 0;
    l.limit = LOG_LINE_BYTES - LOG_TAIL_BYTES;
    l.full = false;
    line_time(&l, clock_now_ms());
    line_z(&l, ",\"level\":");
    line_text(&l, str_of(level_names[level]));
    line_z(&l, ",\"what\":");
    line_text(&l, str_of(what));
    if (log != NULL && log->request_id[0] != '\0') {
        line_z(&l, ",\"request\":");
        line_text(&l, str_n(log->request_id, strnlen(log->request_id, sizeof(log->request_id))));
    }
    for (const struct log_field *f = fields; f->kind != LOG_END; f++)
        line_field(&l, f);

    bool cut = l.full;
    l.full = false;
    l.limit = LOG_LINE_BYTES;
    line_z(&l, cut ? ",\"cut\":true}\n" : "}\n");
    line_write(&l, level);
    errno = saved;
}
