/* SPDX-License-Identifier: Apache-2.0 */
/* qr.c - QR codes by libzint. Runs of dark modules in a row become one rectangle of the path. */
#include "base/qr.h"

#include <zint.h>

#include "base/buf.h"

enum { LEVEL_M = 2 };

static bool
is_dark(const struct zint_symbol *s, int row, int col)
{
    return (s->encoded_data[row][col / 8] >> (col % 8) & 1) != 0;
}

static struct str
path_of(struct arena *a, const struct zint_symbol *s)
{
    struct buf b;
    struct str path;

    buf_init(&b, 0);
    for (int row = 0; row < s->rows; row++)
        for (int col = 0; col < s->width; col++) {
            int end = col;
            while (end < s->width && is_dark(s, row, end))
                end++;
            if (end > col)
                buf_printf(&b, "M%d %dh%dv1h-%dz", col, row, end - col, end - col);
            col = end;
        }
    path = buf_dup(&b, a);
    buf_release(&b);
    return path;
}

bool
qr_make(struct arena *a, struct str text, struct qr *out)
{
    struct zint_symbol *s;
    bool ok;

    if (text.len == 0 || text.len > QR_TEXT_MAX || (s = ZBarcode_Create()) == NULL)
        return false;
    s->symbology = BARCODE_QRCODE;
    s->option_1 = LEVEL_M;
    s->input_mode = UNICODE_MODE;
    ok = ZBarcode_Encode(s, (const unsigned char *)text.ptr, (int)text.len) < ZINT_ERROR &&
         s->rows > 0 && s->rows == s->width;
    if (ok)
        *out = (struct qr){s->rows, path_of(a, s)};
    ZBarcode_Delete(s);
    return ok;
}
