/* SPDX-License-Identifier: Apache-2.0 */
/* finance_web.h - what the pages of money show. Private to invoice/. */
#ifndef MAILLON_INVOICE_FINANCE_WEB_H
#define MAILLON_INVOICE_FINANCE_WEB_H

#include "html/parts.h"
#include "http/form.h"
#include "invoice/invoice_int.h"

struct finance_row {
    struct str number, kind, buyer, order_ref, date, total;
    struct url url, refund; /* refund empty: nothing to give back from here. */
};
struct finance_row_list {
    struct finance_row *item;
    size_t count;
};
struct finance_total {
    struct str label, documents, net, vat, total;
};
struct finance_total_list {
    struct finance_total *item;
    size_t count;
};
struct finance_why {
    struct str count, text;
};
struct finance_why_list {
    struct finance_why *item;
    size_t count;
};

struct finance_view {
    struct page page;
    struct field_error_list errors;
    struct field q, from, to;
    bool is_filtered;
    struct finance_why_list stuck;
    struct table table, totals_table;
    struct finance_row_list rows;
    struct finance_total_list totals;
    struct str month;
    struct url month_before, month_after, journal;
    struct str journal_label, care_label, settle_label;
    struct empty_state empty;
    struct pager pager;
};

struct refund_view {
    struct page page;
    struct field_error_list errors;
    struct field reason, orders, how, amount;
    struct choice_list hows;
    bool restock, can_restock, may_act;
    struct str seen;       /* Cents that are left as the page shows them. */
    struct summary_row_list summary;
    struct url action;
};

/* Opens a page of the console below "Finances". */
NODISCARD enum err finance_frame(struct ctx *cx, struct req *req, struct str title,
                                 struct page *out);
bool finance_may_act(const struct ctx *cx);
struct str finance_euros(struct ctx *cx, int64_t cents); /* 97,59 € */
struct str finance_day(struct ctx *cx, int64_t ms);      /* 02/05/2020, in Paris */
struct table finance_table(struct ctx *cx, const char *id, const char *caption,
                           const char *const *heads, size_t count, unsigned numbers);

#endif
