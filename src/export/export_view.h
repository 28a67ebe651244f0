/* SPDX-License-Identifier: Apache-2.0 */
/* export_view.h - what export.tmpl shows. Private to export/. */
#ifndef MAILLON_EXPORT_EXPORT_VIEW_H
#define MAILLON_EXPORT_EXPORT_VIEW_H

#include "html/parts.h"

struct export_item {
    struct str title, what, label; /* label: what the link is read as. */
    struct url url;
};
struct export_item_list {
    struct export_item *item;
    size_t count;
};
struct export_row {
    struct str title, filter, who, rows, size, digest, state;
    int64_t at_ms;
    enum tone tone;
};
struct export_row_list {
    struct export_row *item;
    size_t count;
};

struct export_view {
    struct page page;
    struct field_error_list errors;
    struct field campaign, form, from, to;
    struct choice_list campaigns, forms;
    struct str filter; /* "Toutes les campagnes, depuis le début" */
    bool is_filtered;
    struct export_item_list files;
    bool may_ask;
    struct str buyers_what;
    struct url ask; /* Where the wish goes, with the choice. */
    struct field reason;
    struct export_item_list grants;
    struct table table;
    struct export_row_list done;
    struct pager pager;
    struct empty_state empty;
};

#endif
