/* SPDX-License-Identifier: Apache-2.0 */
/*
 * care_view.h - what the pages of troubles, complaints and status files show.
 */
#ifndef MAILLON_DELIVERY_CARE_VIEW_H
#define MAILLON_DELIVERY_CARE_VIEW_H

#include "delivery/complaint.h"
#include "delivery/delivery_view.h"
#include "delivery/status_file.h"

struct str care_number(struct arena *a, int64_t n);
struct str care_siren(struct arena *a, int64_t siren); /* Grouped. */


struct care_row {
    struct url url;
    struct str title, what, order, company;
    enum tone tone;
    int64_t since_ms;
};
struct care_row_list {
    struct care_row *item;
    size_t count;
};

/* A queue of things that wait for a person. */
struct care_list_view {
    struct page page;
    struct str lead;
    struct link_list kinds;
    struct str nav;         /* Name of that navigation. */
    struct str service;     /* What is wrong with the tracking service; may be empty. */
    struct url file;        /* To send a status file; empty: may not. */
    struct table table;
    struct care_row_list rows;
    struct pager pager;
    struct empty_state empty;
};

struct trouble_view {
    struct page page;
    struct field_error_list errors;
    struct str kind;
    struct summary_row_list facts;
    struct url follow;
    struct timeline_step_list steps;
    struct str closed;      /* What was decided; empty: open. */
    bool may_act;
    struct url action;
    struct field decision, reason;
    struct choice_list decisions;
};

struct said {
    struct str who, text;
    int64_t at_ms;
};
struct said_list {
    struct said *item;
    size_t count;
};
struct photo_shown {
    struct url url;
    int nth, width, height;
};
struct photo_shown_list {
    struct photo_shown *item;
    size_t count;
};

/* One complaint with its thread. */
struct complaint_shown {
    struct str title, state;
    enum tone tone;
    int64_t at_ms;
    struct said_list said;
    struct photo_shown_list photos;
};
struct complaint_shown_list {
    struct complaint_shown *item;
    size_t count;
};

struct complaint_buyer_view {
    struct page page;
    struct field_error_list errors;
    struct str ref;
    struct complaint_shown_list complaints;
    bool may_open, may_reply, may_contest;
    struct str closed;      /* Why nothing can be written. */
    struct url open, reply, back;
    struct field kind, text, photos;
    struct choice_list kinds;
};

struct complaint_case_view {
    struct page page;
    struct field_error_list errors;
    struct complaint_shown complaint;
    struct summary_row_list facts;
    bool may_act;
    struct url action;
    struct field decision, parcel, line, packs, text;
    struct choice_list decisions, parcels, lines;
};

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
