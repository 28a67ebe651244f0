/* SPDX-License-Identifier: Apache-2.0 */
/*
 * photo.h - pictures that buyers send: recognised by their content, and kept without what the
 * camera wrote beside the picture (place, device, comments, thumbnails). Private to care/.
 *
 * The picture itself is not decoded: its container is taken apart and only the pieces that draw it
 * are put together again, with the orientation of a JPEG, since phones turn their pictures by it.
 */
#ifndef MAILLON_CARE_PHOTO_H
#define MAILLON_CARE_PHOTO_H

#include "base/err.h"
#include "base/str.h"

enum { PHOTO_BYTES_MAX = 5 * 1024 * 1024, PHOTO_SIDE_MAX = 12000 };

struct photo {
    const char *type; /* "image/jpeg", "image/png", "image/webp" */
    const char *ext;  /* "jpg" ... */
    int width, height;
    struct str bytes; /* Without metadata, in the arena. */
};

/* ERR_INVALID: none of the three, cut off, or not built as it should be. ERR_LIMIT: too many bytes
 * or pixels. */
NODISCARD enum err photo_read(struct arena *a, struct str file, struct photo *out);

#endif
