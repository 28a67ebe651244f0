/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assets.h - the files of assets/, embedded in the binary by tools/mkassets.
 *
 * Templates name an asset by its macro, href="{{ ASSET_APP_CSS }}". The name
 * in the URL holds a hash of the content, so it may be cached for ever.
 */
#ifndef HTML_ASSETS_H
#define HTML_ASSETS_H

#include <stddef.h>

struct asset {
    const char *name; /* app.css */
    const char *file; /* app.1a2b3c4d.css, served as /assets/app.1a2b3c4d.css. */
    const char *type; /* Content-Type. */
    const unsigned char *bytes;
    size_t len;
};

/* In the order of their names; a row of zeros follows the last. */
extern const struct asset assets[];
extern const size_t asset_count;

#endif
