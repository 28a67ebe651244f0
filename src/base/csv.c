/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.c - records out of a buffer, fields cut out in place.
 *
 * Only four bytes mean anything outside quotes: the separator, the line feed, the quote and NUL.
 * They are found 32 bytes at a time as a bit mask, which for the register's short fields is
 * several times faster than a search per field. Nothing is changed in the buffer until a record
 * is known to be complete and sound: a record cut by the buffer's end is simply read again after
 * a refill (which doubles what is there, so the work stays linear), and a bad one can be left at
 * the end of its first line. That line, and not the quote that happened to match, is where a
 * stray quote does its harm: the lines after it are read as if it had not been there.
 */
#include "base/csv.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { CSV_STEP = 32, CSV_FIRST_BYTES = 64 * 1024 };

static const char csv_too_long[] = "the record is longer than 1 MiB";
static const char csv_too_many[] = "the record has more than 256 fields";
static const char csv_nul[] = "a NUL byte";
static const char csv_lone_quote[] = "a quote inside a field that does not begin with one";
static const char csv_after_quote[] = "text after a closing quote";
static const char csv_open_quote[] = "a quote is opened and never closed";

/* One attempt at the record that begins at c->start. */
struct scan {
    const char *from;  /* Of the current field. */
    const char *close; /* Its closing quote, NULL for an unquoted field. */
    const char *at;    /* The delimiter found last. */
    int64_t breaks;    /* Line breaks inside quotes. */
    bool high;         /* Some byte is over 0x7F. */
    bool any_escape;
    uint64_t escaped[CSV_FIELDS_MAX / 64]; /* Fields that hold doubled quotes. */
};

enum scan_result { SCAN_RECORD, SCAN_MORE, SCAN_BAD };

void
csv_init(struct csv *c, csv_source source, void *arg, char sep)
{
    *c = (struct csv){.source = source, .arg = arg, .sep = sep, .next_line = 1};
}

void
csv_release(struct csv *c)
{
    free(c->ptr);
    c->ptr = NULL;
    c->start = c->end = c->cap = 0;
}

/* Reads on until twice as much is there, the buffer is full or the source ends. False when the
 * source fails. Fields found before are lost. */
static bool
csv_fill(struct csv *c)
{
    size_t have = c->end - c->start, want = have < 4096 ? 4096 : have * 2;

    if (c->ptr != NULL && c->start > 0) {
        memmove(c->ptr, c->ptr + c->start, have);
        c->start = 0;
        c->end = have;
    }
    if (c->ptr == NULL || have > c->cap / 2) {
        size_t cap = c->cap == 0 ? CSV_FIRST_BYTES : c->cap * 2;
        char *grown = realloc(c->ptr, cap + CSV_STEP);
        if (grown == NULL) {
            fputs("maillon: out of memory\n", stderr);
            abort();
        }
        c->ptr = grown;
        c->cap = cap;
    }
    while (c->end < want && !c->eof) {
        long n = c->source(c->arg, c->ptr + c->end, c->cap - c->end);
        if (n < 0 || (size_t)n > c->cap - c->end)
            return false;
        c->eof = n == 0;
        c->end += (size_t)n;
        c->bytes_read += n;
    }
    /* The masks are made of whole steps, the last of which reaches past the end. */
    memset(c->ptr + c->end, 0, CSV_STEP);
    return true;
}

#ifdef __SSE2__
/* Bit i of *hits: byte i means something; of *high: it is not ASCII. */
static void
csv_mask(const char *p, char sep, uint32_t *hits, uint32_t *high)
{
    const __m128i comma = _mm_set1_epi8(sep), feed = _mm_set1_epi8('\n');
    const __m128i quote = _mm_set1_epi8('"'), nul = _mm_setzero_si128();

    *hits = 0;
    *high = 0;
    for (int half = 0; half < 2; half++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * half));
        __m128i found = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(v, comma), _mm_cmpeq_epi8(v, feed)),
            _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, nul)));
        *hits |= (uint32_t)_mm_movemask_epi8(found) << (16 * half);
        *high |= (uint32_t)_mm_movemask_epi8(v) << (16 * half);
    }
}
#else
static void
csv_mask(const char *p, char sep, uint32_t *hits, uint32_t *high)
{
    *hits = 0;
    *high = 0;
    for (unsigned i = 0; i < CSV_STEP; i++) {
        bool hit = p[i] == sep || p[i] == '\n' || p[i] == '"' || p[i] == '\0';
        *hits |= (uint32_t)hit << i;
        *high |= (uint32_t)((unsigned char)p[i] >> 7) << i;
    }
}
#endif

/* From the opening quote at s->from: sets s->close and leaves s->at on the delimiter. */
static enum scan_result
csv_quoted(struct csv *c, struct scan *s, const char *end)
{
    const char *p = s->from + 1;

    if (c->count == CSV_FIELDS_MAX) {
        c->why = csv_too_many;
        return SCAN_BAD;
    }
    for (;;) {
        const char *quote = memchr(p, '"', (size_t)(end - p));
        if (quote == NULL) {
            /* Kept if the record turns out too long: that is then the likely cause. */
            c->why = csv_open_quote;
            return c->eof ? SCAN_BAD : SCAN_MORE;
        }
        if (quote + 1 == end && !c->eof)
            return SCAN_MORE;
        if (quote + 1 < end && quote[1] == '"') {
            s->any_escape = true;
            s->escaped[c->count / 64] |= (uint64_t)1 << (c->count % 64);
            p = quote + 2;
            continue;
        }
        s->close = quote;
        break;
    }

    p = s->close + 1;
    if (p < end && *p == '\r') {
        if (p + 1 == end && !c->eof)
            return SCAN_MORE;
        p += p + 1 == end || p[1] == '\n';
    }
    if (p < end && *p != c->sep && *p != '\n') {
        c->why = csv_after_quote;
        return SCAN_BAD;
    }
    s->at = p;
    bool nul = false;
    for (const char *q = s->from + 1; q < s->close; q++) {
        nul |= *q == '\0';
        s->breaks += *q == '\n';
        s->high |= (unsigned char)*q > 0x7F;
    }
    if (nul)
        c->why = csv_nul;
    return nul ? SCAN_BAD : SCAN_RECORD;
}

/* The field that ends at s->at; last says that the record ends there too. */
static bool
csv_field(struct csv *c, struct scan *s, bool last)
{
    const char *to = s->at;

    if (c->count == CSV_FIELDS_MAX) {
        c->why = csv_too_many;
        return false;
    }
    if (s->close != NULL) {
        c->field[c->count++] = str_n(s->from + 1, (size_t)(s->close - s->from - 1));
        s->close = NULL;
    } else {
        if (last && to > s->from && to[-1] == '\r')
            to--;
        c->field[c->count++] = str_n(s->from, (size_t)(to - s->from));
    }
    s->from = s->at + 1;
    return true;
}

static enum scan_result
csv_end_of_data(struct csv *c, struct scan *s, const char *end)
{
    if (!c->eof)
        return SCAN_MORE;
    s->at = end;
    return csv_field(c, s, true) ? SCAN_RECORD : SCAN_BAD;
}

static enum scan_result
csv_scan(struct csv *c, struct scan *s)
{
    const char *end = c->ptr + c->end, *block = c->ptr + c->start;
    uint32_t hits, high;

    s->from = block;
    c->count = 0;
    csv_mask(block, c->sep, &hits, &high);
    for (;;) {
        while (hits == 0) {
            s->high |= high != 0;
            block += CSV_STEP;
            if (block >= end)
                return csv_end_of_data(c, s, end);
            csv_mask(block, c->sep, &hits, &high);
        }
        int bit = __builtin_ctz(hits);
        hits &= hits - 1;
        s->at = block + bit;
        if (s->at >= end) {
            s->high |= high != 0;
            return csv_end_of_data(c, s, end);
        }
        if (*s->at == c->sep) {
            if (!csv_field(c, s, false))
                return SCAN_BAD;
        } else if (*s->at == '\n') {
            s->high |= (high & (((uint32_t)1 << bit) - 1)) != 0;
            return csv_field(c, s, true) ? SCAN_RECORD : SCAN_BAD;
        } else if (*s->at == '"' && s->at == s->from) {
            s->high |= high != 0;
            enum scan_result quoted = csv_quoted(c, s, end);
            if (quoted != SCAN_RECORD)
                return quoted;
            if (s->at >= end)
                return csv_end_of_data(c, s, end);
            block = s->at;
            csv_mask(block, c->sep, &hits, &high);
        } else {
            c->why = *s->at == '"' ? csv_lone_quote : csv_nul;
            return SCAN_BAD;
        }
    }
}

/* Makes "" into " in the fields that hold it. */
static void
csv_unescape(struct csv *c, const struct scan *s)
{
    for (int i = 0; i < c->count; i++) {
        if ((s->escaped[i / 64] >> (i % 64) & 1) == 0)
            continue;
        char *base = c->ptr + (c->field[i].ptr - c->ptr);
        size_t to = 0;
        for (size_t from = 0; from < c->field[i].len; from++) {
            base[to++] = base[from];
            from += base[from] == '"';
        }
        c->field[i].len = to;
    }
}

/* Leaves the bad record at the end of its first line. */
static enum csv_result
csv_skip(struct csv *c)
{
    for (;;) {
        char *from = c->ptr + c->start;
        char *feed = memchr(from, '\n', c->end - c->start);
        if (feed != NULL) {
            c->start = (size_t)(feed + 1 - c->ptr);
            break;
        }
        c->start = c->end;
        if (c->eof)
            break;
        if (!csv_fill(c))
            return CSV_FAILED;
    }
    c->next_line = c->line + 1;
    c->count = 0;
    return CSV_BAD;
}

static enum csv_result
csv_accept(struct csv *c, const struct scan *s)
{
    size_t used = (size_t)(s->at - c->ptr);

    if (used - c->start > CSV_RECORD_BYTES_MAX) {
        c->why = csv_too_long;
        return csv_skip(c);
    }
    if (s->any_escape)
        csv_unescape(c, s);
    c->ascii = !s->high;
    c->start = used < c->end ? used + 1 : c->end;
    c->next_line = c->line + s->breaks + 1;
    return CSV_RECORD;
}

/* Passes over the empty lines before a record, and at the very start over the byte order mark. */
static bool
csv_begin(struct csv *c)
{
    bool first = c->ptr == NULL;

    if (first && !csv_fill(c))
        return false;
    if (first && c->end >= 3 && memcmp(c->ptr, "\xEF\xBB\xBF", 3) == 0)
        c->start = 3;
    for (;;) {
        size_t left = c->end - c->start;
        const char *p = c->ptr + c->start;
        if (left < 2 && !c->eof) {
            if (!csv_fill(c))
                return false;
        } else if (left > 0 && p[0] == '\n') {
            c->start += 1;
            c->next_line++;
        } else if (left > 1 && p[0] == '\r' && p[1] == '\n') {
            c->start += 2;
            c->next_line++;
        } else {
            return true;
        }
    }
}

enum csv_result
csv_next(struct csv *c)
{
    c->count = 0;
    if (!csv_begin(c))
        return CSV_FAILED;
    c->line = c->next_line;
    if (c->start == c->end)
        return CSV_END;

    for (;;) {
        struct scan s = {0};
        c->why = NULL;
        enum scan_result result = csv_scan(c, &s);
        if (result == SCAN_RECORD)
            return csv_accept(c, &s);
        if (result == SCAN_MORE && c->end - c->start > CSV_RECORD_BYTES_MAX) {
            if (c->why == NULL)
                c->why = csv_too_long;
            result = SCAN_BAD;
        }
        if (result == SCAN_BAD)
            return csv_skip(c);
        if (!csv_fill(c))
            return CSV_FAILED;
    }
}

/* Bytes that need quotes around their field. */
static const bool quoted[256] = {['"'] = true, [','] = true, [';'] = true, ['\r'] = true,
                                 ['\n'] = true};

void
csv_put(struct buf *out, bool first, struct str value)
{
    csv_put_after(out, first ? '\0' : ',', value);
}

void
csv_put_after(struct buf *out, char sep, struct str value)
{
    bool first = sep == '\0';
    bool formula = value.len > 0 && memchr("=+-@\t\r\n", value.ptr[0], 8) != NULL;
    /* A lone empty field would make an empty line, and a byte order mark would be taken for the
     * file's: readers pass over both. */
    bool quote = formula || (first && (value.len == 0 || str_starts(value, STR("\xEF\xBB\xBF"))));

    for (size_t i = 0; i < value.len && !quote; i++)
        quote = quoted[(unsigned char)value.ptr[i]];
    if (!first)
        buf_byte(out, sep);
    if (!quote) {
        buf_str(out, value);
        return;
    }
    buf_byte(out, '"');
    if (formula)
        buf_byte(out, '\'');
    for (struct str rest = value; rest.len > 0;) {
        size_t at = str_find_byte(rest, '"');
        buf_put(out, rest.ptr, at);
        if (at < rest.len) {
            buf_put(out, "\"\"", 2);
            at++;
        }
        rest = str_sub(rest, at, rest.len);
    }
    buf_byte(out, '"');
}

void
csv_put_i64(struct buf *out, bool first, int64_t value)
{
    if (!first)
        buf_byte(out, ',');
    buf_i64(out, value);
}

void
csv_end(struct buf *out)
{
    buf_put(out, "\r\n", 2);
}
