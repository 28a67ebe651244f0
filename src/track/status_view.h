/* SPDX-License-Identifier: Apache-2.0 */
/* status_view.h - what the page of status files shows. Private to track/. */
#ifndef MAILLON_TRACK_STATUS_VIEW_H
#define MAILLON_TRACK_STATUS_VIEW_H

#include "html/parts.h"
#include "track/status_file.h"

struct status_view {
    struct page page;
    struct field_error_list errors;
    struct field file, dry;
    bool dry_checked;
    bool done;
    struct notice result;
    struct table table;
    struct status_bad_list bad;
    int64_t bad_more;       /* Not shown. */
};

#endif
