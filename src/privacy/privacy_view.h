/* SPDX-License-Identifier: Apache-2.0 */
/* privacy_view.h - what privacy.tmpl shows, and what the pages share. Private to privacy/. */
#ifndef MAILLON_PRIVACY_PRIVACY_VIEW_H
#define MAILLON_PRIVACY_PRIVACY_VIEW_H

#include "html/parts.h"
#include "http/form.h"
#include "privacy/privacy_int.h"

/* What stands in the way. */
struct block_row {
    struct str title, text;
    struct url url; /* Empty: no page of it for the reader. */
};
struct block_row_list {
    struct block_row *item;
    size_t count;
};

/* ---- one's own ---- */

struct own_view {
    struct page page;
    struct field_error_list errors;
    struct field understood;
    struct summary_row_list known;
    bool is_sure;        /* Signed in lately enough. */
    struct str email;
    bool is_staff;       /* May not go while they are. */
    bool is_asked;
    struct notice asked; /* How their wish stands. */
    bool can_withdraw;
    struct block_row_list blocks;
    int64_t wait_days;
};

/* ---- a company, for the organiser's people ---- */

struct request_row {
    struct url url;
    struct str title, whose, due, state;
    struct str left;        /* "5 jours restent" */
    enum tone tone, left_tone;
    struct str received;
};
struct request_row_list {
    struct request_row *item;
    size_t count;
};

struct company_data_view {
    struct page page;
    struct field_error_list errors;
    struct str name, number;
    struct url company;     /* Its page; may be empty. */
    struct summary_row_list known;
    struct block_row_list blocks;
    struct str elsewhere;   /* Other organisers' orders; empty: none. */
    bool has_requests;
    struct table table;
    struct request_row_list requests;
    bool may_ask;
    struct url action;
    struct field kind, channel, received, reply, reason;
    struct choice_list kinds, channels;
};

/* ---- the queue ---- */

struct tab {
    struct str label;
    struct url url;
    bool is_current;
};
struct tab_list {
    struct tab *item;
    size_t count;
};

struct queue_view {
    struct page page;
    struct tab_list tabs, kinds;
    struct table table;
    bool is_closed;
    struct request_row_list rows;
    struct pager pager;
    struct empty_state empty;
};

/* ---- one request ---- */

struct done_row {
    struct str what, count;
};
struct done_row_list {
    struct done_row *item;
    size_t count;
};
struct copy_row {
    struct str when, who, state, size;
    struct str until; /* When its day is over; empty: it is. */
    enum tone tone;
    struct url url; /* To take it; empty: not the reader, or over. */
};
struct copy_row_list {
    struct copy_row *item;
    size_t count;
};

struct one_view {
    struct page page;
    struct field_error_list errors;
    struct str title;
    struct notice state;
    struct summary_row_list rows;
    struct block_row_list blocks;
    struct str elsewhere;
    struct table done_table;
    struct done_row_list done;
    struct copy_row_list copies;
    bool may_ask_again, may_extend, may_refuse;
    struct url action;
    struct field again, extend, refuse;
};

/* ---- shared: text.c ---- */

/* "Effacement", "Copie". */
struct str privacy_kind_text(enum privacy_kind k);
/* How a request stands, in a few words, and a sentence about what comes next (may be empty). */
struct str privacy_state_text(struct ctx *cx, const struct privacy_request *r, enum tone *tone,
                              struct str *next);
/* "Boulangerie Lheureux", "Entreprise 732 829 320", or the person's address. */
struct str privacy_whose(struct ctx *cx, const struct privacy_request *r);
/* "5 jours restent", "En retard de 2 jours". */
struct str privacy_left_text(struct ctx *cx, const struct privacy_request *r, enum tone *tone);
/* A table's name for people: "orders" is "Commandes : nom, adresse, téléphone". */
struct str privacy_table_text(struct str what);
void privacy_rows_show(struct ctx *cx, const struct privacy_request_list *list, size_t max,
                       struct request_row_list *out);
/* is_staff: with links to the console, else to the buyer's pages. */
void privacy_blocks_show(struct ctx *cx, const struct privacy_block_list *list, bool is_staff,
                         struct block_row_list *out);
struct str privacy_elsewhere_text(struct ctx *cx, int64_t count);
struct table privacy_table(struct ctx *cx, const char *id, struct str caption,
                           const char *const *heads); /* Ended by NULL. */
void privacy_fact(struct summary_row_list *list, const char *term, struct str value,
                  struct str note);

#endif
