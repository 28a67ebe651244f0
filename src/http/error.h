/* SPDX-License-Identifier: Apache-2.0 */
/* error.h - what the page of an error shows. */
#ifndef MAILLON_HTTP_ERROR_H
#define MAILLON_HTTP_ERROR_H

#include "html/page.h"

struct error_view {
    struct page page;
    struct str heading;
    struct str text;
    struct str next;      /* What to do now; may be empty. */
    struct str reference; /* The request id, for faults. */
};

#endif
