/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_web.h - what the pages of placing an order show. Private to order/.
 */
#ifndef MAILLON_ORDER_ORDER_WEB_H
#define MAILLON_ORDER_ORDER_WEB_H

#include "html/parts.h"
#include "order/admit.h"
#include "order/order.h"
#include "order/order_form.h"
#include "order/order_words.h"

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

#endif
