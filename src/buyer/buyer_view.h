/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buyer_view.h - what a buyer's pages of its orders show. Private to buyer/.
 */
#ifndef MAILLON_BUYER_BUYER_VIEW_H
#define MAILLON_BUYER_BUYER_VIEW_H

#include "care/care.h"
#include "carrier/carrier.h"
#include "html/parts.h"
#include "order/order.h"
#include "track/track.h"

struct buyer_row {
    struct order order;
    struct str campaign;
    struct str what;                /* "2 lots de 6 masques" */
    struct url url;
    enum tone tone;
    struct str state;               /* In a word, and in one sentence. */
    struct str sentence;
};

struct buyer_row_list {
    struct buyer_row *item;
    size_t count;
};

struct buyer_list_view {
    struct page page;
    struct buyer_row_list orders;
    struct pager pager;
    struct empty_state empty;
};

struct document_row {
    struct str label;               /* "Facture MASQ-2026-000123 (PDF)" */
    struct url url;
};
struct document_row_list {
    struct document_row *item;
    size_t count;
};

struct receiver_step_list {
    const struct contactless *item;
    size_t count;
};

struct buyer_order_view {
    struct page page;
    struct order order;
    const struct policy *policy;
    enum zone zone;
    struct str state;               /* In a word, and in one sentence. */
    struct str sentence;
    enum tone tone;
    bool can_pay, can_cancel, is_paid;
    int64_t now_ms;
    struct url pay, cancel, keep, complain;
    struct care_case complaint;     /* The newest one; title empty: none. */
    struct summary_row_list summary;
    struct timeline_step_list timeline;
    struct document_row_list documents;
    struct str next;                /* What happens next. */
    struct str missing;             /* Packs that could not be sent, and their money. */
    struct parcel_shown_list parcels;
    bool under_way;                 /* One of them is with the carrier. */
    struct receiver_step_list receiver; /* What to do when it comes. */
};

/* Where it stands, in one sentence. */
struct str buyer_sentence(const struct order *o, int64_t now_ms);
NODISCARD enum err buyer_order_fill(struct ctx *cx, const struct order *o,
                                    struct buyer_order_view *v);

#endif
