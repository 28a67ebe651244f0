/* SPDX-License-Identifier: Apache-2.0 */
/* payment_care_view.h - what the pages of payment_care_web.c show. Private to payment/. */
#ifndef MAILLON_PAYMENT_PAYMENT_CARE_VIEW_H
#define MAILLON_PAYMENT_PAYMENT_CARE_VIEW_H

#include "html/parts.h"
#include "payment/payment_care.h"

struct care_row {
    struct str one, two, three, four, five;
    struct url url;
    int64_t id;
};
struct care_row_list {
    struct care_row *item;
    size_t count;
};

struct payment_care_view {
    struct page page;
    bool may_act;
    struct table alarms, refunds, events;
    struct care_row_list alarm_rows, refund_rows, event_rows;
    struct pager alarm_pager;
    struct empty_state empty;
    bool refunds_more, events_more;
};

struct alarm_view {
    struct page page;
    struct field_error_list errors;
    bool may_act, handled;
    struct str means, advice;
    struct summary_row_list summary;
    struct url action, documents;
    struct field note;
};

struct waiting_refund_view {
    struct page page;
    struct field_error_list errors;
    bool may_act;
    struct str means;
    struct summary_row_list summary;
    struct url action;
    struct field reference, reason;
};

#endif
