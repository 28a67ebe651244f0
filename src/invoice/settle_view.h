/* SPDX-License-Identifier: Apache-2.0 */
/* settle_view.h - what the pages of settlement files show. Private to invoice/. */
#ifndef MAILLON_INVOICE_SETTLE_VIEW_H
#define MAILLON_INVOICE_SETTLE_VIEW_H

#include "html/parts.h"
#include "invoice/settle.h"

struct settle_line_view {
    struct str one, two, three, four, five, six;
    struct url url;
};
struct settle_line_view_list {
    struct settle_line_view *item;
    size_t count;
};

struct settle_list_view {
    struct page page;
    struct field_error_list errors;
    struct field file, name, content;
    bool may_act, paste_open;
    struct table table;
    struct settle_line_view_list rows;
    struct pager pager;
    struct empty_state empty;
};

/* A draft: what was understood. */
struct settle_draft_view {
    struct page page;
    bool may_act;
    struct url action;
    struct summary_row_list summary;
    struct table columns, lines, faults;
    struct settle_line_view_list column_rows, line_rows, fault_rows;
    struct str faults_more;
};

struct settle_running_view {
    struct page page;
    struct meter meter;
};

/* What differs, by kind. */
struct settle_kind_view {
    struct str name, advice, count, open;
    struct url url;
};
struct settle_kind_view_list {
    struct settle_kind_view *item;
    size_t count;
};

struct settle_result_view {
    struct page page;
    bool may_act;
    struct notice verdict;
    struct summary_row_list summary;
    struct settle_kind_view_list kinds;
    struct table table, kind_table;
    struct settle_line_view_list rows;
    struct pager pager;
    struct str heading, nothing;
    struct url other;          /* Those handled too, or only those that wait. */
    struct str other_label;
    struct field_error_list errors;
    struct field note;         /* To handle all of one kind; label empty: not offered. */
    struct url handle_action;
    struct str handle_label, kind;
};

struct settle_finding_view {
    struct page page;
    struct field_error_list errors;
    struct summary_row_list summary;
    struct str advice;
    struct url refund, back;
    struct str refund_label;
    bool may_act, handled;
    struct field note;
    struct url action;
};

#endif
