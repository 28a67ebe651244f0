/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_web.h - what the stock pages show: lists and forms of one make. Private to stock/.
 */
#ifndef MAILLON_STOCK_STOCK_WEB_H
#define MAILLON_STOCK_STOCK_WEB_H

#include "html/parts.h"
#include "http/form.h"
#include "http/req.h"
#include "stock/stock_room.h"

struct stock_cell {
    struct str text;
    struct url url;      /* Empty: no link. */
    struct str tag;      /* Shown after the text; empty: none. */
    enum tone tone;      /* Of the tag. */
};
struct stock_cell_list {
    struct stock_cell *item;
    size_t count;
};
struct stock_row {
    struct stock_cell_list cells;
};
struct stock_row_list {
    struct stock_row *item;
    size_t count;
};
struct stock_link {
    struct str label;
    struct url url;
    bool now;            /* The list shown. */
};
struct stock_link_list {
    struct stock_link *item;
    size_t count;
};
struct stock_table {
    struct table table;
    struct stock_row_list rows;
    struct empty_state empty;
    struct pager pager;
};
struct stock_table_list {
    struct stock_table *item;
    size_t count;
};

struct stock_page_view {
    struct page page;
    struct str lead;                /* May be empty. */
    struct notice notice;           /* Empty title: none. */
    bool has_search;
    struct search_box search;
    struct stock_link_list tabs;    /* Kinds of the list. */
    struct stock_link_list actions; /* What may be done here. */
    struct summary_row_list facts;
    struct stock_table_list tables;
};

struct gauge_view {
    struct str title, place;
    struct bar_chart chart;
    struct url batches;
};
struct gauge_view_list {
    struct gauge_view *item;
    size_t count;
};
struct stock_home_view {
    struct page page;
    struct notice late;             /* Empty title: nothing is late. */
    struct stock_link_list actions;
    struct gauge_view_list gauges;
    struct empty_state empty;
};

enum input { INPUT_TEXT, INPUT_LONG, INPUT_SELECT, INPUT_RADIOS, INPUT_CHECK };
struct stock_input {
    enum input kind;
    struct field field;
    struct choice_list choices;
    bool checked;
};
struct stock_input_list {
    struct stock_input *item;
    size_t count;
};
struct stock_form_view {
    struct page page;
    struct str lead;
    struct notice warning;          /* Empty title: none. */
    struct field_error_list errors;
    struct summary_row_list facts;
    struct stock_input_list inputs;
    struct url action;
    bool reads;                     /* A search: GET, and no token. */
    struct str key;                 /* Idempotency; empty: none. */
    struct str seen;                /* What it was filled in from; empty: nothing. */
    struct str button;
    struct url cancel;
};

/* ---- stock_web.c ---- */

struct str lot_text(struct str lot);
/* tail: what follows the batch's page, "" for the page itself. */
struct url batch_url(struct ctx *cx, int64_t id, const char *tail);

/* ---- stock_part.c: putting the views together ---- */

enum { FORM_INPUTS_MAX = 40, PAGE_ROWS_MAX = 50 };

void stock_crumbs(struct ctx *cx, struct page *p, struct str last);
void stock_action(struct ctx *cx, struct stock_link_list *list, struct str label, struct url url);
void stock_fact(struct ctx *cx, struct summary_row_list *list, struct str term, struct str value);
/* A table with these heads; one that begins with '#' is a column of numbers. */
struct stock_table stock_table_begin(struct ctx *cx, const char *id, struct str caption,
                                     const char *const *heads, size_t rows_max);
struct stock_cell *stock_row_add(struct ctx *cx, struct stock_table *t);
void stock_tables_add(struct ctx *cx, struct stock_page_view *v, const struct stock_table *t);
/* Adds an input; hint may be "". */
struct stock_input *stock_input_add(struct ctx *cx, struct stock_form_view *v, const struct form *f,
                                    enum input kind, const char *name, const char *label,
                                    const char *hint, struct str initial);
struct str stock_day_text(struct arena *a, int64_t day); /* 02/05/2020; empty for 0 */
/* A day typed as 02/05/2020 or 2020-05-02; 0 and a message when it is none. */
int64_t form_day(struct form *f, const char *name, const char *label, bool required);
bool stock_may_write(const struct ctx *cx);
struct choice_list pool_choices(struct ctx *cx, const struct pool_info_list *pools, int64_t now);
const struct pool_info *pool_of(const struct pool_info_list *pools, int64_t id);
/* ---- stock_act_form.c: what the forms of a batch share ---- */

struct stock_act {
    struct batch batch;
    struct batch_in_pool_list places;
    struct pool_info_list pools;
};
/* The batch that the path names (id). */
NODISCARD enum err stock_act_load(struct ctx *cx, struct req *req, struct stock_act *a);
/* The page's title, its place, and where the batch lies. */
NODISCARD enum err stock_act_begin(struct ctx *cx, struct req *req, const struct stock_act *a,
                                   const char *title, const char *tail,
                                   struct stock_form_view *v);
void stock_check_confirmed(struct form *f);

enum err stock_form_show(struct ctx *cx, struct req *req, struct form *f,
                         struct stock_form_view *v);

#endif
