/* SPDX-License-Identifier: Apache-2.0 */
/*
 * qr.h - a text as a QR code (ISO/IEC 18004), as the path of an SVG picture: libzint behind a thin
 * face.
 */
#ifndef MAILLON_BASE_QR_H
#define MAILLON_BASE_QR_H

#include "base/str.h"

enum { QR_TEXT_MAX = 500 };

struct qr {
    int size;        /* Modules on a side, without the quiet zone of 4 that belongs around it. */
    struct str path; /* For <path d="...">: one unit a module, dark modules filled. */
};
/* At error correction level M. False when the text is empty, over QR_TEXT_MAX or not encodable. */
bool qr_make(struct arena *a, struct str text, struct qr *out);

#endif
