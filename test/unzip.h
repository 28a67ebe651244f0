/* SPDX-License-Identifier: Apache-2.0 */
/* unzip.h - what stands in a .zip, for tests of who writes one. */
#ifndef MAILLON_TEST_UNZIP_H
#define MAILLON_TEST_UNZIP_H

#include "base/str.h"

enum { UNZIP_MAX = 100 };

struct unzipped {
    struct {
        struct str name, bytes;
    } item[UNZIP_MAX];
    size_t count;
};

/* False when it is broken, or has too many files. */
bool unzip(struct arena *a, struct str zip, struct unzipped *out);
/* The empty text when there is none such. */
struct str unzip_find(const struct unzipped *u, const char *name);
/* How many names begin so. */
size_t unzip_below(const struct unzipped *u, const char *folder);

#endif
