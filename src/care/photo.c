/* SPDX-License-Identifier: Apache-2.0 */
/* photo.c - see photo.h. JPEG: ITU T.81; PNG: ISO 15948; WebP: RFC 9649. */
#include "care/photo.h"

enum { PIXELS_MAX = 60 * 1000 * 1000, HEAD_LEN = 12 /* Longest of the three beginnings. */ };

static unsigned
byte_at(struct str s, size_t i)
{
    return (unsigned char)s.ptr[i];
}

static unsigned
be16(struct str s, size_t i)
{
    return byte_at(s, i) << 8 | byte_at(s, i + 1);
}

static uint32_t
be32(struct str s, size_t i)
{
    return (uint32_t)be16(s, i) << 16 | be16(s, i + 2);
}

static uint32_t
le32(struct str s, size_t i)
{
    return byte_at(s, i) | byte_at(s, i + 1) << 8 | byte_at(s, i + 2) << 16 |
           (uint32_t)byte_at(s, i + 3) << 24;
}

/* Where the kept pieces go: never more than there were, but for one small piece. */
struct put {
    char *to;
    size_t len;
};

static void
put(struct put *p, struct str s)
{
    if (s.len > 0)
        memcpy(p->to + p->len, s.ptr, s.len);
    p->len += s.len;
}

/* ---- JPEG ---- */

/* Orientation, 1 to 8, of an Exif segment's body; 1 when it says none. */
static unsigned
orientation(struct str exif)
{
    if (exif.len < 14 || !str_starts(exif, str_n("Exif\0\0", 6)))
        return 1;
    struct str t = str_sub(exif, 6, exif.len);
    bool little = str_starts(t, STR("II"));
    if (!little && !str_starts(t, STR("MM")))
        return 1;
    size_t at = little ? le32(t, 4) : be32(t, 4);
    if (at + 2 > t.len || at < 8)
        return 1;
    unsigned count = little ? byte_at(t, at) | byte_at(t, at + 1) << 8 : be16(t, at);
    for (size_t e = at + 2; count > 0 && e + 12 <= t.len; e += 12, count--) {
        unsigned tag = little ? byte_at(t, e) | byte_at(t, e + 1) << 8 : be16(t, e);
        unsigned value = little ? byte_at(t, e + 8) : byte_at(t, e + 9);
        if (tag == 0x112)
            return value >= 1 && value <= 8 ? value : 1;
    }
    return 1;
}

/* An Exif segment that says the orientation and nothing else. */
static void
put_orientation(struct put *p, unsigned value)
{
    char seg[] = "\xff\xe1\0\x22" "Exif\0\0" "MM\0\x2a\0\0\0\x08" "\0\x01"
                 "\x01\x12\0\x03\0\0\0\x01\0\0\0\0" "\0\0\0\0";

    seg[29] = (char)value;
    put(p, str_n(seg, 36));
}

static bool
is_frame(unsigned m)
{
    return m >= 0xc0 && m <= 0xcf && m != 0xc4 && m != 0xc8 && m != 0xcc;
}

/* Draws the picture: tables, frames, restart interval; and what says how its colours are meant:
 * a JFIF head without a thumbnail, Adobe's segment. */
static bool
jpeg_kept(unsigned m, struct str body)
{
    if (m == 0xe0)
        return body.len == 14 && str_starts(body, str_n("JFIF\0", 5));
    if (m == 0xee)
        return body.len == 12 && str_starts(body, STR("Adobe"));
    return is_frame(m) || m == 0xc4 || m == 0xcc || m == 0xdb || m == 0xdc || m == 0xdd;
}

/* The coded bytes behind a scan's head, up to the next marker that is neither stuffing nor a
 * restart. */
static size_t
scan_end(struct str s, size_t i)
{
    for (; i + 1 < s.len; i++) {
        if (byte_at(s, i) != 0xff)
            continue;
        unsigned m = byte_at(s, i + 1);
        if (m != 0 && m != 0xff && !(m >= 0xd0 && m <= 0xd7))
            return i;
    }
    return s.len;
}

static enum err
jpeg_read(struct put *p, struct str s, struct photo *out)
{
    unsigned turned = 1;
    bool drawn = false;
    size_t i = 2;

    put(p, str_sub(s, 0, 2));
    while (i + 4 <= s.len || (i + 2 <= s.len && be16(s, i) == 0xffd9)) {
        if (byte_at(s, i) != 0xff)
            return ERR_INVALID;
        unsigned m = byte_at(s, i + 1);
        if (m == 0xff) {
            i++;
            continue;
        }
        if (m == 0xd9) {
            put(p, str_sub(s, i, 2));
            return out->width > 0 && drawn ? OK : ERR_INVALID;
        }
        size_t len = be16(s, i + 2);
        if (m < 0xc0 || (m >= 0xd0 && m <= 0xd8) || len < 2 || i + 2 + len > s.len)
            return ERR_INVALID;
        struct str body = str_sub(s, i + 4, len - 2);
        if (m == 0xe1 && turned == 1 && (turned = orientation(body)) != 1)
            put_orientation(p, turned);
        if (is_frame(m)) {
            if (body.len < 6)
                return ERR_INVALID;
            out->height = (int)be16(body, 1);
            out->width = (int)be16(body, 3);
        }
        size_t end = i + 2 + len;
        if (m == 0xda) {
            size_t coded = end;
            end = scan_end(s, end);
            drawn = drawn || end > coded;
        }
        if (jpeg_kept(m, body) || m == 0xda)
            put(p, str_sub(s, i, end - i));
        i = end;
    }
    return ERR_INVALID;
}

/* ---- PNG ---- */

static bool
png_kept(struct str name)
{
    static const char *const kept[] = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM",
                                       "sRGB", "sBIT", "bKGD"};

    for (size_t k = 0; k < sizeof kept / sizeof kept[0]; k++)
        if (str_is(name, kept[k]))
            return true;
    return false;
}

static enum err
png_read(struct put *p, struct str s, struct photo *out)
{
    bool data = false;

    put(p, str_sub(s, 0, 8));
    for (size_t i = 8; i + 12 <= s.len;) {
        size_t len = be32(s, i);
        struct str name = str_sub(s, i + 4, 4);
        if (len > s.len - i - 12 || (i == 8) != str_is(name, "IHDR"))
            return ERR_INVALID;
        if (i == 8) {
            if (len != 13 || be32(s, 16) > INT32_MAX || be32(s, 20) > INT32_MAX)
                return ERR_INVALID;
            out->width = (int)be32(s, 16);
            out->height = (int)be32(s, 20);
        }
        data = data || str_is(name, "IDAT");
        if (png_kept(name))
            put(p, str_sub(s, i, len + 12));
        if (str_is(name, "IEND"))
            return data ? OK : ERR_INVALID;
        i += len + 12;
    }
    return ERR_INVALID;
}

/* ---- WebP ---- */

static bool
webp_size(struct str name, struct str body, struct photo *out)
{
    if (str_is(name, "VP8 ") && body.len >= 10) {
        out->width = (int)((byte_at(body, 6) | byte_at(body, 7) << 8) & 0x3fff);
        out->height = (int)((byte_at(body, 8) | byte_at(body, 9) << 8) & 0x3fff);
        return byte_at(body, 3) == 0x9d && byte_at(body, 4) == 0x01 && byte_at(body, 5) == 0x2a;
    }
    if (str_is(name, "VP8L") && body.len >= 5) {
        uint32_t bits = le32(body, 1);
        out->width = (int)(bits & 0x3fff) + 1;
        out->height = (int)(bits >> 14 & 0x3fff) + 1;
        return byte_at(body, 0) == 0x2f;
    }
    return false;
}

static enum err
webp_read(struct put *p, struct str s, struct photo *out)
{
    size_t riff = le32(s, 4);
    bool image = false;

    if (riff < 12 || riff + 8 > s.len)
        return ERR_INVALID;
    s = str_sub(s, 0, riff + 8);
    put(p, str_sub(s, 0, 12));
    for (size_t i = 12; i + 8 <= s.len;) {
        struct str name = str_sub(s, i, 4);
        size_t len = le32(s, i + 4), all = 8 + len + (len & 1);
        if (len > s.len - i - 8)
            return ERR_INVALID;
        if (i + all > s.len)
            all = s.len - i;
        struct str body = str_sub(s, i + 8, len);
        size_t at = p->len;
        bool ext = str_is(name, "VP8X"), coded = str_is(name, "VP8 ") || str_is(name, "VP8L");
        if (ext && (len < 10 || i != 12 || (byte_at(body, 0) & 0x02) != 0))
            return ERR_INVALID; /* Moving pictures are none we take. */
        if (ext || coded || str_is(name, "ALPH"))
            put(p, str_sub(s, i, all));
        if (ext) /* Of what it announces only transparency is kept. */
            p->to[at + 8] = (char)(p->to[at + 8] & 0x10);
        if (coded && (image || !webp_size(name, body, out)))
            return ERR_INVALID;
        image = image || coded;
        i += all;
    }
    uint32_t left = (uint32_t)(p->len - 8);
    for (int k = 0; k < 4; k++)
        p->to[4 + k] = (char)(left >> (8 * k) & 0xff);
    return image ? OK : ERR_INVALID;
}

enum err
photo_read(struct arena *a, struct str file, struct photo *out)
{
    struct put p = {NULL, 0};
    struct photo photo = {0};

    if (file.len > PHOTO_BYTES_MAX)
        return ERR_LIMIT;
    if (file.len < HEAD_LEN)
        return ERR_INVALID;
    p.to = arena_alloc(a, file.len + 64);
    if (byte_at(file, 0) == 0xff && byte_at(file, 1) == 0xd8) {
        photo.type = "image/jpeg";
        photo.ext = "jpg";
        TRY(jpeg_read(&p, file, &photo));
    } else if (str_starts(file, STR("\x89PNG\r\n\x1a\n"))) {
        photo.type = "image/png";
        photo.ext = "png";
        TRY(png_read(&p, file, &photo));
    } else if (str_starts(file, STR("RIFF")) && str_is(str_sub(file, 8, 4), "WEBP")) {
        photo.type = "image/webp";
        photo.ext = "webp";
        TRY(webp_read(&p, file, &photo));
    } else {
        return ERR_INVALID;
    }
    if (photo.width <= 0 || photo.height <= 0)
        return ERR_INVALID;
    if (photo.width > PHOTO_SIDE_MAX || photo.height > PHOTO_SIDE_MAX ||
        (int64_t)photo.width * photo.height > PIXELS_MAX)
        return ERR_LIMIT;
    photo.bytes = str_n(p.to, p.len);
    *out = photo;
    return OK;
}
