/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.h - what every page shows around its own content, and the parts of the face.
 *
 * page_begin (http/res.h) fills a struct page; layout.tmpl draws it: page_head(p) ... page_foot(p).
 * Parts live in parts.tmpl, one template each, used everywhere: field_text, field_choice,
 * error_summary, notice, steps, summary_list, stat, gauge, timeline, tag, empty_state, pager.
 */
#ifndef MAILLON_HTML_PAGE_H
#define MAILLON_HTML_PAGE_H

#include "html/html.h"

struct crumb {
    struct str label;
    struct url url; /* Empty for the last. */
};

struct crumb_list {
    struct crumb *item;
    size_t count;
};

/* Where an organiser's people may go, and how much waits there. */
struct console_link {
    struct str label;
    struct url url;
    int64_t waiting;    /* Shown when not 0. */
    bool is_current;
};

struct console_link_list {
    struct console_link *item;
    size_t count;
};

struct console {
    struct str role;    /* "Administrateur, finance". */
    struct str here;    /* Label of the current link; may be empty. */
    int64_t waiting;    /* Behind all the links. */
    struct console_link_list links;
};

struct page {
    struct str title;
    struct str service;      /* "Maillon" or the campaign's name. */
    struct str organiser;    /* May be empty. */
    struct url home;         /* Where the service's name leads. */
    struct str who;          /* The signed-in e-mail; empty for nobody. */
    struct str company;      /* Name of the company acted for; may be empty. */
    bool is_staff;           /* Shows the link to the console. */
    struct console console;  /* The organiser's navigation; empty on other pages. */
    bool is_demo;            /* Shows the demo strip. */
    bool is_open;            /* Open data are published: shows the link to them. */
    struct str csrf;         /* Token for the page's forms. */
    struct crumb_list crumbs;
    struct str notice;       /* One-time message after a redirect; may be empty. */
    bool notice_warns;       /* It tells of what was not done. */
    bool has_error;          /* Puts "Erreur : " before the title. */
    struct url theme;        /* The organiser's style sheet and logo (page_theme); may be empty. */
    struct url logo;
};

/* One form field as shown: what was typed is never lost. */
struct field {
    const char *name;
    struct str label;
    struct str hint;      /* May be empty. */
    struct str value;
    struct str error;     /* Empty: none. */
    const char *type;     /* text, email, tel, number ... */
    const char *autocomplete; /* NULL: none. */
    const char *inputmode;    /* NULL: none. */
    bool required;
};

struct choice {
    struct str value;
    struct str label;
    struct str hint;
    bool checked;
};

struct choice_list {
    struct choice *item;
    size_t count;
};

struct field_error {
    const char *name;
    struct str text;
};

struct field_error_list {
    struct field_error *item;
    size_t count;
};

#endif
