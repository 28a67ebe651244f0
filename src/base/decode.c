/* SPDX-License-Identifier: Apache-2.0 */
/* decode.c - see decode.h. Pure. */
#include "base/decode.h"

enum { CONTROLS_MANY = 3 };

/* Windows-1252 0x80 to 0x9F; 0: no character. */
static const unsigned high[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

static void
put_utf8(struct buf *b, unsigned c)
{
    if (c < 0x80) {
        buf_byte(b, (char)c);
        return;
    }
    if (c < 0x800) {
        buf_byte(b, (char)(0xC0 | c >> 6));
    } else if (c < 0x10000) {
        buf_byte(b, (char)(0xE0 | c >> 12));
        buf_byte(b, (char)(0x80 | (c >> 6 & 0x3F)));
    } else {
        buf_byte(b, (char)(0xF0 | c >> 18));
        buf_byte(b, (char)(0x80 | (c >> 12 & 0x3F)));
        buf_byte(b, (char)(0x80 | (c >> 6 & 0x3F)));
    }
    buf_byte(b, (char)(0x80 | (c & 0x3F)));
}

static void
from_windows(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned c = (unsigned char)s.ptr[i];
        if (c >= 0x80 && c < 0xA0)
            c = high[c - 0x80] != 0 ? high[c - 0x80] : '?';
        put_utf8(b, c);
    }
}

/* Without the mark. False: an odd byte, or half a pair. */
static bool
from_utf16(struct buf *b, struct str s, bool big)
{
    unsigned lead = 0;

    for (size_t i = 0; i + 1 < s.len; i += 2) {
        unsigned x = (unsigned char)s.ptr[i], y = (unsigned char)s.ptr[i + 1];
        unsigned c = big ? x << 8 | y : y << 8 | x;
        bool trail = c >= 0xDC00 && c < 0xE000;

        if (c == 0 || trail != (lead != 0))
            return false;
        if (c >= 0xD800 && c < 0xDC00) {
            lead = c;
            continue;
        }
        put_utf8(b, trail ? 0x10000 + ((lead - 0xD800) << 10) + (c - 0xDC00) : c);
        lead = 0;
    }
    return s.len % 2 == 0 && lead == 0;
}

/* What people send by mistake, by the bytes it begins with. */
static struct str
other_kind(struct str s)
{
    if (str_starts(s, STR("PK\x03\x04")) || str_starts(s, STR("\xD0\xCF\x11\xE0")))
        return STR("C’est un classeur ou une archive\u00a0: ouvrez-le dans le tableur et "
                   "enregistrez-le au format CSV.");
    if (str_starts(s, STR("%PDF")))
        return STR("C’est un PDF\u00a0: demandez le même relevé au format CSV.");
    if (str_starts(s, STR("\x1F\x8B")))
        return STR("Le fichier est compressé\u00a0: décompressez-le d’abord.");
    return STR_NONE;
}

/* Control characters that stand in no table: how many, the first one and its line. A NUL counts as
 * many: it stands in no text. */
static int
controls_count(struct str s, int64_t *line, unsigned *byte)
{
    int64_t at = 1;
    int count = 0;

    for (size_t i = 0; i < s.len && count < CONTROLS_MANY; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '\n')
            at++;
        if (c >= 0x20 ? c != 0x7F : c == '\n' || c == '\r' || c == '\t')
            continue;
        if (count == 0) {
            *line = at;
            *byte = c;
        }
        count += c == 0 ? CONTROLS_MANY : 1;
    }
    return count;
}

enum err
text_decode(struct arena *a, struct str bytes, struct str *text, const char **encoding,
            struct str *why)
{
    bool little = str_starts(bytes, STR("\xFF\xFE")), big = str_starts(bytes, STR("\xFE\xFF"));
    unsigned byte = 0;
    bool good = true;
    int64_t line = 0;
    struct buf b;

    if (bytes.len == 0) {
        *why = STR("Le fichier est vide.");
        return ERR_INVALID;
    }
    *why = other_kind(bytes);
    if (why->len > 0)
        return ERR_INVALID;
    *encoding = "UTF-8";
    *text = str_unmarked(bytes);
    if (little || big || !utf8_valid(*text)) {
        buf_init(&b, 3 * bytes.len + 8);
        *encoding = little || big ? "UTF-16" : "Windows-1252";
        if (little || big)
            good = from_utf16(&b, str_sub(bytes, 2, bytes.len), big);
        else
            from_windows(&b, bytes);
        *text = buf_dup(&b, a);
        buf_release(&b);
    }
    int controls = good ? controls_count(*text, &line, &byte) : CONTROLS_MANY;
    if (controls == 0)
        return OK;
    *why = controls >= CONTROLS_MANY
               ? STR("Ce fichier n’est pas du texte\u00a0: il faut un fichier CSV.")
               : str_printf(a, "La ligne %lld contient un caractère de contrôle (0x%02X)\u00a0: ce "
                               "n’est pas un fichier CSV, ou il est abîmé.",
                            (long long)line, byte);
    return ERR_INVALID;
}
