/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery_view.h - what the pages of preparation show, for delivery.tmpl.
 */
#ifndef MAILLON_DELIVERY_DELIVERY_VIEW_H
#define MAILLON_DELIVERY_DELIVERY_VIEW_H

#include "delivery/delivery_int.h"
#include "html/parts.h"

struct wave_row {
    struct url url;
    struct str name, campaign, carrier, filter, state, figures;
    enum tone tone;
    int64_t created_ms;
};
struct wave_row_list {
    struct wave_row *item;
    size_t count;
};

/* A document of a wave that is too long for one file. */
struct portion_set {
    const char *name;         /* "Étiquettes" */
    struct str title;         /* "Étiquettes (PDF), 50 fichiers" */
    struct link_list links;   /* "1 à 200" */
};
struct portion_set_list {
    struct portion_set *item;
    size_t count;
};

struct waves_view {
    struct page page;
    bool may_act;
    struct str ready; /* What can be handed over. */
    struct table table;
    struct wave_row_list rows;
    struct pager pager;
    struct empty_state empty;
};

struct wave_form_view {
    struct page page;
    struct field_error_list errors;
    struct field campaign, carrier, pool, territory, age, limit;
    struct choice_list campaigns, carriers, pools, territories;
    struct field now;         /* Labels are asked for at once. */
    bool labels;
    bool has_preview;
    bool can_create;
    struct notice preview;
    struct str lacks; /* Settings of the carrier that are missing. */
};

struct parcel_row {
    struct url url;
    struct str ref, number, weight, state, problem;
    enum tone tone;
    struct str packing;
};
struct parcel_row_list {
    struct parcel_row *item;
    size_t count;
};

struct wave_view {
    struct page page;
    bool may_act;
    struct str state;
    enum tone tone;
    struct summary_row_list rows;
    struct notice left_out;   /* Empty title: every order fitted. */
    struct link_list left_out_orders;
    bool has_progress;
    struct meter progress;
    struct str left;
    bool is_running, follows;
    struct url self, follow;
    struct url pack;          /* Empty: nothing of it is to be packed. */
    bool can_label, can_stop, can_give_up;
    struct str label_word;
    struct url label_url, stop_url, give_up_url;
    struct link_list papers;
    struct portion_set_list portions;
    struct link_list states;
    struct table table;
    struct parcel_row_list parcels;
    struct pager pager;
    struct empty_state empty;
};

struct pick_row {
    struct str pool, good, pack, packs, units;
};
struct pick_row_list {
    struct pick_row *item;
    size_t count;
};
struct picks_view {
    struct page page;
    struct url pdf, back;
    struct table table;
    struct pick_row_list rows;
    struct empty_state empty;
};

struct scan_view {
    struct page page;
    struct notice wrong;      /* Empty title: nothing was. */
    struct field ref;
    struct str wave;          /* Its number; empty: no single wave is being packed. */
    struct url wave_url;
    struct meter progress;
    bool all_packed;
    struct table table; /* Several parcels of one order. */
    struct parcel_row_list parcels;
};

struct content_row {
    struct str name, packs;
    struct str what;          /* The good, and how many of it. */
};
struct content_row_list {
    struct content_row *item;
    size_t count;
};

struct parcel_view {
    struct page page;
    struct field_error_list errors;
    bool may_act;
    struct str state;
    enum tone tone;
    struct notice wrong;      /* Of the last scan; empty title: nothing. */
    struct notice problem;
    struct field scan;        /* Confirms this parcel or, when that is done, opens the next. */
    struct str wave;          /* The one being packed; may be empty. */
    struct summary_row_list rows;
    struct content_row_list contents;
    struct link_list papers;
    bool can_confirm, can_short, can_retry, can_settle;
    bool wants_short;         /* The form about what is missing has an error. */
    struct str packs_seen;    /* All packs that the page shows. */
    struct url confirm_url, short_url, retry_url, settle_url;
    struct field line, packs, how, reason, number;
    struct choice_list lines, hows;
    struct url next;          /* The scan page. */
};

struct ready_row {
    struct str carrier, label, parcels, weight, packed;
};
struct ready_row_list {
    struct ready_row *item;
    size_t count;
};
struct handover_row {
    struct url url;
    struct str name, carrier, parcels, weight;
    int64_t created_ms;
};
struct handover_row_list {
    struct handover_row *item;
    size_t count;
};
struct handovers_view {
    struct page page;
    bool may_act;
    struct ready_row_list ready;
    struct str stopped;
    struct table table;
    struct handover_row_list rows;
    struct pager pager;
    struct empty_state none_ready, empty;
};
struct handover_view {
    struct page page;
    struct summary_row_list rows;
    struct link_list papers;
    struct table table;
    struct parcel_row_list parcels;
    struct pager pager;
};

#endif
