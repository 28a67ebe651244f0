/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_web.h - what the order's pages show. Private to order/.
 */
#ifndef MAILLON_ORDER_ORDER_WEB_H
#define MAILLON_ORDER_ORDER_WEB_H

#include "carrier/carrier.h"
#include "html/parts.h"
#include "order/admit.h"
#include "order/order.h"
#include "order/order_form.h"
#include "order/order_words.h"
#include "track/track.h"

/* A pack as the first step offers it. */
struct pack_view {
    const struct policy_pack *pack;
    const struct policy_good *good;
    struct field field;      /* How many. */
    int64_t packs;
    int64_t gross_cents;     /* Of one pack, VAT included. */
    int vat_bp;
};

struct pack_view_list {
    struct pack_view *item;
    size_t count;
};

struct pair_view {
    const char *name;
    struct str value;
};

struct pair_view_list {
    struct pair_view *item;
    size_t count;
};

struct order_form_view {
    struct page page;
    const struct campaign *campaign;
    const struct policy *policy;
    enum order_step step;
    struct steps steps;
    struct field_error_list errors;
    struct pair_view_list carried;  /* Values of the other steps, as hidden fields. */
    struct url action_step;         /* Where "continue" and "back" post to. */
    struct url action_place;
    struct str refusal;             /* Why the order cannot be made now; may be empty. */
    bool blocked;                   /* No quantity heals the refusal: nothing to fill in. */
    struct url refusal_link;        /* What to do about it; may be empty. */
    struct str refusal_label;
    bool assisted;                  /* An agent has the buyer on the telephone. */
    struct url back;                /* Where to go when nothing can be ordered. */
    struct str back_label;
    /* quantity */
    struct field site;              /* Establishment delivered to. */
    struct choice_list sites;
    struct pack_view_list packs;
    struct str allowance;           /* "Votre entreprise peut commander jusqu’à 40 masques ..." */
    struct url headcount;           /* To declare the exact headcount; empty: not needed. */
    /* delivery */
    struct field caller_name, caller_email, caller_phone; /* When assisted. */
    struct field company, person, complement, street, special, postal_code, city, phone,
        instructions;
    struct field other_address;     /* Confirmation that another address is meant. */
    bool shows_other, other_checked;
    struct field place_sure;        /* That a town goes with its postal code after all. */
    bool shows_place, place_checked;
    struct field contactless;
    bool contactless_checked;
    /* totals, from the first step on that has a quantity */
    bool has_total;
    int64_t units, net_cents, vat_cents, total_cents, delivery_cents;
    struct str unit_name;
    struct str vat_note;
    struct summary_row_list summary;
    struct str key;                 /* Idempotency key, made when step 3 is shown. */
    struct str hold;                /* "30 minutes" */
    struct str mail_to;             /* Where the payment link goes, when assisted. */
};

struct order_row {
    struct order order;
    struct str campaign;
    struct str what;                /* "2 lots de 6 masques" */
    struct url url;
    enum tone tone;
    struct str state;               /* In a word, and in one sentence. */
    struct str sentence;
};

struct order_row_list {
    struct order_row *item;
    size_t count;
};

struct order_list_view {
    struct page page;
    struct order_row_list orders;
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

struct order_view {
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
    struct summary_row_list summary;
    struct timeline_step_list timeline;
    struct document_row_list documents;
    struct str next;                /* What happens next. */
    struct str missing;             /* Packs that could not be sent, and their money. */
    struct parcel_shown_list parcels;
    bool under_way;                 /* One of them is with the carrier. */
    struct receiver_step_list receiver; /* What to do when it comes. */
};

/* order_view.c */
struct str order_sentence(const struct order *o, int64_t now_ms);
NODISCARD enum err order_view_fill(struct ctx *cx, const struct order *o, struct order_view *v);

#endif
