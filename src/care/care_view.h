/* SPDX-License-Identifier: Apache-2.0 */
/*
 * care_view.h - what the pages of troubles and complaints show, and what they share. Private to
 * care/.
 */
#ifndef MAILLON_CARE_CARE_VIEW_H
#define MAILLON_CARE_CARE_VIEW_H

#include "base/format.h"
#include "care/care.h"
#include "care/complaint.h"
#include "care/trouble_decide.h"
#include "http/form.h"
#include "http/route.h"
#include "staff/staff.h"
#include "track/track.h"

bool care_may_act(const struct ctx *cx);
struct str care_number(struct arena *a, int64_t n);
struct str care_siren(struct arena *a, int64_t siren); /* Grouped. */
/* What an order, or one of its parcels, holds: "2 × Lot de 6 masques". */
NODISCARD enum err care_contents(struct ctx *cx, const struct order *o, struct str *out);
NODISCARD enum err care_parcel_contents(struct ctx *cx, const struct order *o, int64_t parcel_id,
                                        struct str *out);
/* Who gets it and how to reach them, for a person who decides about it. */
NODISCARD enum err care_facts(struct ctx *cx, const struct order *o, struct summary_row_list *out);
/* To all of the order and of the company. */
struct link_list care_links(struct ctx *cx, const struct order *o);
enum { CARE_FACTS = 12 };

struct care_row {
    struct url url;
    struct str title, what, order;
    struct str company;     /* Empty: only its number is known. */
    struct str siren;
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
    struct search_box search;
    struct link_list kinds;
    struct str nav;         /* Name of that navigation. */
    struct str service;     /* What is wrong with the tracking service; may be empty. */
    struct url file;        /* To send a status file; empty: may not. */
    struct table table;
    struct care_row_list rows;
    struct pager pager;
    struct empty_state empty;
};

struct notice_list {
    struct notice *item;
    size_t count;
};
struct trouble_view {
    struct page page;
    struct field_error_list errors;
    struct str kind;
    enum tone tone;
    int64_t since_ms;
    struct str contents;
    struct notice_list notices;
    struct summary_row_list facts, past;
    struct link_list links;
    struct parcel_shown_list parcels;
    struct str closed;      /* What was decided; empty: open. */
    bool may_act;
    struct url action;
    struct field decision, reason;
    struct choice_list decisions;
};

struct photo_shown {
    struct url url;
    int nth, width, height;
};
struct photo_shown_list {
    struct photo_shown *item;
    size_t count;
};
struct said {
    struct str who, text;
    int64_t at_ms;
    bool is_mine;
    struct photo_shown_list photos;
    struct str photos_words; /* "2 photos" */
};
struct said_list {
    struct said *item;
    size_t count;
};

/* One complaint with its thread. */
struct complaint_shown {
    struct str title, state, next; /* next: what happens now, for the buyer. */
    enum tone tone;
    int64_t at_ms;
    enum zone zone;
    bool opens_photos;      /* Loads them with the page. */
    struct said_list said;
};
struct complaint_shown_list {
    struct complaint_shown *item;
    size_t count;
};

/* In complaint_web.c. */
enum tone complaint_tone(enum complaint_state s);
NODISCARD enum err complaint_thread_show(struct ctx *cx, const struct complaint *c,
                                         const struct order *o, bool staff,
                                         struct complaint_shown *out);

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
    struct str contents;
    struct summary_row_list facts;
    struct link_list links;
    struct parcel_shown_list shown;
    bool may_act, is_open;
    struct url action;
    struct field decision, parcel, line, packs, text;
    struct choice_list decisions, parcels, lines;
};

#endif
