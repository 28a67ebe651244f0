/* SPDX-License-Identifier: Apache-2.0 */
/* desk_web.h - what the pages of the desk show, and what they share. Private to desk/. */
#ifndef MAILLON_DESK_DESK_WEB_H
#define MAILLON_DESK_DESK_WEB_H

#include "care/care.h"
#include "delivery/delivery.h"
#include "desk/desk.h"
#include "html/parts.h"
#include "http/form.h"
#include "order/order_words.h"

/* People's addresses, claims and declarations: those who answer for buyers, and who audits. */
#define SEES_PEOPLE (RIGHT_ADMIN | RIGHT_AGENT | RIGHT_AUDIT)

/* ---- shared by the pages: desk_text.c ---- */

/* table_headed, stacked. */
struct table desk_table(struct ctx *cx, const char *id, struct str caption,
                        const char *const *heads);
/* Nothing for an empty value. */
void desk_fact(struct summary_row_list *list, const char *term, struct str value);
struct url desk_company_url(struct ctx *cx, int64_t siren);
struct url desk_order_url(struct ctx *cx, struct str ref);
struct str desk_siren_text(struct arena *a, int64_t siren); /* Grouped. */
struct str desk_day(struct ctx *cx, int64_t ms);
struct str desk_time(struct ctx *cx, int64_t ms);
struct str desk_euros(struct ctx *cx, int64_t cents);
/* "69001 LYON"; either may be empty. */
struct str desk_town(struct ctx *cx, struct str postal_code, struct str city);

/* ---- search ---- */

struct found_row {
    struct url url;
    struct str name, siren, town, state;
    enum tone tone;
    struct str order;        /* Its last order with the organiser, in a word. */
    enum tone order_tone;
    struct url order_url;
};
struct found_row_list {
    struct found_row *item;
    size_t count;
};

struct search_view {
    struct page page;
    struct search_box box;
    struct str understood;   /* "Compris comme ..."; empty: nothing was typed. */
    struct notice notice;    /* Why nothing can be found; title empty: none. */
    struct str narrow;       /* There are more: add a word. */
    struct table known_table, rest_table;
    struct found_row_list known, rest;
    struct pager pager;      /* Of the known ones. */
    struct url rest_next;
    struct empty_state empty;
    bool shows_rest, searched;
    bool by_phone;           /* To take an order: says how. */
};

/* ---- orders ---- */

struct order_line_row {
    struct url url, company_url;
    struct str ref, company, what, total, campaign, department;
    struct str state;
    enum tone tone;
    struct str marks;        /* "Par téléphone, réclamation" */
    int64_t at_ms;
};
struct order_line_row_list {
    struct order_line_row *item;
    size_t count;
};
struct orders_view {
    struct page page;
    struct field_error_list errors;
    struct field campaign, state, department, paid, problem, from, to;
    struct choice_list campaigns, states, paids, problems;
    struct url clear, further;  /* further: what was looked at gave little; go on from there. */
    bool is_filtered;
    struct str lead, looked;
    struct table table;
    struct order_line_row_list rows;
    struct pager pager;
    struct empty_state empty;
};

/* ---- one order ---- */

struct bought_row {
    struct str label, packs, price, net, vat, total;
};
struct bought_row_list {
    struct bought_row *item;
    size_t count;
};
/* A line of a list with a date, a word, and where it leads. */
struct happened_row {
    struct str when, title, state, text, who;
    enum tone tone;
    struct url url;
};
struct happened_row_list {
    struct happened_row *item;
    size_t count;
};
struct parcel_part {
    struct str title, number, state, problem;
    enum tone tone;
    struct url url, follow;
    struct timeline_step_list steps;
};
struct parcel_part_list {
    struct parcel_part *item;
    size_t count;
};

struct desk_order_view {
    struct page page;
    struct field_error_list errors;
    struct order order;
    struct str state, what;
    enum tone tone;
    struct str read_out;          /* What to tell who has just ordered by telephone. */
    struct summary_row_list facts, delivery;
    struct table lines_table;
    struct bought_row_list lines;
    struct happened_row_list payments, refunds, events, documents, complaints, troubles,
        shortages, mails, journal;
    struct table events_table;
    struct parcel_part_list parcels;
    struct link_list acts;
    bool sees_people, sees_journal;
    bool may_send, may_cancel;    /* The payment link; the reservation. */
    struct field email;
    struct url send, cancel;
};

struct phone_cancel_view {
    struct page page;
    struct order order;
    struct str what;
    struct url action, keep;
};

/* ---- one company ---- */

struct site_row {
    struct str siret, address, state;
    enum tone tone;
    bool head;
};
struct site_row_list {
    struct site_row *item;
    size_t count;
};
struct verdict_row {
    struct str campaign, word, text, quota;
    enum tone tone;
    struct url order;             /* Takes the order by telephone; empty: may not, or cannot. */
    struct url hold;              /* The unpaid order that is in the way. */
};
struct verdict_row_list {
    struct verdict_row *item;
    size_t count;
};
struct company_order_row {
    struct url url;
    struct str ref, what, total, state, campaign;
    enum tone tone;
    bool by_phone;
    int64_t at_ms;
};
struct company_order_row_list {
    struct company_order_row *item;
    size_t count;
};

struct desk_company_view {
    struct page page;
    struct field_error_list errors;
    struct str siren, state, imported;
    enum tone tone;
    bool partial, dealt, sees_people, sees_journal;
    struct summary_row_list facts, declared, money;
    struct table sites_table, orders_table;
    struct site_row_list sites;
    struct url sites_next, sites_first, orders_next, orders_first;
    struct verdict_row_list verdicts;
    struct str no_site;           /* Why there is no verdict. */
    struct happened_row_list holders, claims, reviews, events, documents, complaints, troubles,
        journal, notes;
    struct company_order_row_list orders;
    struct link_list acts;
    bool may_note;
    struct field note;
    struct url note_action;
};

/* ---- orders by telephone ---- */

struct phone_company_view {
    struct page page;
    struct summary_row_list facts;
    struct verdict_row_list verdicts;
    struct str no_site;           /* Why nothing can be ordered. */
    struct str linked;            /* That people act for the company online. */
    struct url heads, company;
};

struct phone_heads_view {
    struct page page;
    struct field_error_list errors;
    struct summary_row_list facts;
    struct field email, heads, network, note;
    struct choice_list networks;
    bool shows_network;
    struct url action, back;
};

#endif
