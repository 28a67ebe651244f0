/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invoice_icc.c - the sRGB colour space as an ICC profile, computed rather than shipped.
 *
 * A matrix profile of class display, version 2.4: primaries of IEC 61966-2-1 adapted to D50
 * (Bradford), and one curve for the three channels, sampled from the standard's formula.
 */
#include <math.h>

#include "invoice/invoice_int.h"

enum { CURVE_POINTS = 256, TAGS = 9, HEAD_BYTES = 128 };

static void
put32(struct buf *b, uint32_t n)
{
    const unsigned char bytes[4] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16),
                                    (unsigned char)(n >> 8), (unsigned char)n};

    buf_put(b, bytes, 4);
}

static void
put16(struct buf *b, unsigned n)
{
    const unsigned char bytes[2] = {(unsigned char)(n >> 8), (unsigned char)n};

    buf_put(b, bytes, 2);
}

static void
pad_to(struct buf *b, size_t len)
{
    while (b->len < len)
        buf_byte(b, 0);
}

/* s15Fixed16Number */
static uint32_t
fixed(double v)
{
    return (uint32_t)(int32_t)lround(v * 65536.0);
}

static void
put_xyz(struct buf *b, double x, double y, double z)
{
    buf_z(b, "XYZ ");
    put32(b, 0);
    put32(b, fixed(x));
    put32(b, fixed(y));
    put32(b, fixed(z));
}

static void
put_curve(struct buf *b)
{
    buf_z(b, "curv");
    put32(b, 0);
    put32(b, CURVE_POINTS);
    for (int i = 0; i < CURVE_POINTS; i++) {
        double v = i / (double)(CURVE_POINTS - 1);
        double linear = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
        put16(b, (unsigned)lround(linear * 65535.0));
    }
}

/* textDescriptionType: ASCII, with the Unicode and Macintosh parts empty. */
static void
put_description(struct buf *b, const char *text)
{
    size_t len = strlen(text) + 1;

    buf_z(b, "desc");
    put32(b, 0);
    put32(b, (uint32_t)len);
    buf_put(b, text, len);
    pad_to(b, b->len + 4 + 4 + 2 + 1 + 67);
}

static void
put_head(struct buf *b, uint32_t size)
{
    size_t start = b->len;

    put32(b, size);
    put32(b, 0); /* No preferred module. */
    put32(b, 0x02400000);
    buf_z(b, "mntrRGB XYZ ");
    static const unsigned made[] = {2020, 5, 2, 0, 0, 0};
    for (size_t i = 0; i < 6; i++)
        put16(b, made[i]);
    buf_z(b, "acsp");
    pad_to(b, start + 68); /* Platform, flags, device, attributes, intent: none. */
    put32(b, fixed(0.9642));
    put32(b, fixed(1.0));
    put32(b, fixed(0.8249));
    pad_to(b, start + HEAD_BYTES);
}

struct str
icc_srgb(struct arena *a)
{
    static const char *const names[TAGS] = {"desc", "cprt", "wtpt", "rXYZ", "gXYZ",
                                            "bXYZ", "rTRC", "gTRC", "bTRC"};
    size_t from[TAGS] = {0}, len[TAGS] = {0};
    struct buf data, all;

    buf_init(&data, 0);
    buf_init(&all, 0);
    for (int i = 0; i < TAGS; i++) {
        while (data.len % 4 != 0)
            buf_byte(&data, 0);
        from[i] = data.len;
        if (i == 0)
            put_description(&data, "sRGB IEC61966-2.1");
        else if (i == 1)
            buf_put(&data, "text\0\0\0\0No copyright, use freely", 33);
        else if (i == 2)
            put_xyz(&data, 0.9642, 1.0, 0.8249);
        else if (i == 3)
            put_xyz(&data, 0.436066, 0.222488, 0.013916);
        else if (i == 4)
            put_xyz(&data, 0.385147, 0.716873, 0.097076);
        else if (i == 5)
            put_xyz(&data, 0.143066, 0.060608, 0.714096);
        else if (i == 6)
            put_curve(&data);
        else
            from[i] = from[6]; /* One curve for all three. */
        len[i] = i > 6 ? len[6] : data.len - from[i];
    }
    while (data.len % 4 != 0)
        buf_byte(&data, 0);
    size_t body = HEAD_BYTES + 4 + TAGS * 12;
    put_head(&all, (uint32_t)(body + data.len));
    put32(&all, TAGS);
    for (int i = 0; i < TAGS; i++) {
        buf_z(&all, names[i]);
        put32(&all, (uint32_t)(body + from[i]));
        put32(&all, (uint32_t)len[i]);
    }
    buf_put(&all, data.ptr, data.len);
    struct str s = buf_dup(&all, a);
    buf_release(&data);
    buf_release(&all);
    return s;
}
