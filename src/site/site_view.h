/* SPDX-License-Identifier: Apache-2.0 */
/* site_view.h - what site.tmpl and gallery.tmpl show. */
#ifndef MAILLON_SITE_VIEW_H
#define MAILLON_SITE_VIEW_H

#include "html/parts.h"

struct site_view {
    struct page page;
    struct str operator; /* Empty: not set by the operator. */
    struct str address;
    struct str hosting;
    struct str contact;
    /* Of the page about personal data. */
    struct summary_row_list purposes, periods;
    struct str carrier, payment; /* Who they are; carrier may be empty. */
};

/* A type of problem document. */
struct problem_row {
    struct str title, meaning, remedy;
    struct url url;
    struct str path; /* Below /problems/. */
};

struct problem_row_list {
    struct problem_row *item;
    size_t count;
};

struct problem_view {
    struct page page;
    struct table table;
    struct problem_row_list rows; /* One on the page of a type. */
    struct url all;
};

struct gallery_row {
    struct str reference;
    struct str company;
    int64_t quantity;
    int64_t cents;
    int64_t at_ms;
    enum tone tone;
    struct str state;
};

struct gallery_row_list {
    struct gallery_row *item;
    size_t count;
};

struct gallery_view {
    struct page page;
    int64_t now_ms;
    int64_t opens_ms;
    struct steps steps;
    struct summary_row_list summary;
    struct field_error_list errors;
    struct field siret, email, wrong, note, packs, places, rules, band;
    struct choice_list choices, territories;
    struct choice_list bands;
    struct search_box search;
    struct stat_list stats;
    struct meter meter;
    struct gauge gauge;
    struct bar_chart chart;
    struct table table;
    struct gallery_row_list rows;
    struct pager pager;
    struct timeline_step_list timeline;
    struct empty_state empty;
    struct confirmation confirmation;
    struct notice notices[4];
};

#endif
