/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts.h - what the parts of parts.tmpl show. Each part is one template; /demo/parts shows all.
 *
 * Fields, choices and errors are in page.h. A list struct has item and count, as templates need.
 * Texts are French, whole sentences where they are sentences; an empty text leaves its place out.
 */
#ifndef MAILLON_HTML_PARTS_H
#define MAILLON_HTML_PARTS_H

#include "html/page.h"

/* Never alone: each tone comes with an icon and a word. */
enum tone { TONE_INFO, TONE_GOOD, TONE_WARN, TONE_BAD };

/* "Étape 2 sur 4 : Livraison". */
struct steps {
    struct str_list labels;
    size_t current; /* From 1. */
};

struct summary_row {
    struct str term;
    struct str value;
    struct str note;       /* Small, below the value. */
    struct url change;     /* Empty: no link. */
    struct str change_what; /* Read after "Modifier" by a screen reader: "l’adresse". */
};

struct summary_row_list {
    struct summary_row *item;
    size_t count;
};

/* The list has room for it. */
void summary_add(struct summary_row_list *list, const char *term, struct str value);

struct link {
    struct url url;
    struct str label;
    bool is_current;       /* Of a navigation: where one is. */
};

struct link_list {
    struct link *item;
    size_t count;
};

struct notice {
    enum tone tone;
    struct str title;
    struct str text;
};

struct stat {
    struct str figure;
    struct str label;
    struct str change; /* "+ 12 % en une heure" */
    enum tone tone;    /* Of the change. */
};

struct stat_list {
    struct stat *item;
    size_t count;
};

/* A part of a whole, with the words that say it. */
struct meter {
    const char *id;   /* Unique in the page. */
    struct str label;
    struct str words; /* "640 masques sur 1 000" */
    int64_t done;
    int64_t total;
};

/* Stock: what is free, held by unpaid orders, sold. */
struct gauge {
    const char *id;
    struct str title;
    struct str unit_one, unit_many; /* "masque", "masques" */
    int64_t available;
    int64_t held;
    int64_t sold;
};

/* One part of the gauge on a scale of 1,000. */
static inline int64_t
gauge_share(const struct gauge *g, int64_t part)
{
    double total = (double)g->available + (double)g->held + (double)g->sold;

    return total <= 0 || part <= 0 ? 0 : (int64_t)((double)part * 1000 / total);
}

static inline struct str
gauge_unit(const struct gauge *g, int64_t n)
{
    return n < 2 ? g->unit_one : g->unit_many;
}

enum sorted { SORTED_NOT, SORTED_UP, SORTED_DOWN };

struct table_column {
    struct str label;
    bool is_number;      /* Aligned right, tabular figures. */
    struct url sort;     /* Empty: not sortable. */
    enum sorted sorted;
};

struct table_column_list {
    struct table_column *item;
    size_t count;
};

/* Of heads up to a NULL; one that begins with '#' is of numbers. */
struct table_column_list table_columns(struct arena *a, const char *const *heads);

/* {{ call table_head(&v->table) }} rows {{ call table_foot(&v->table) }}. */
struct table {
    const char *id;      /* Unique in the page. */
    struct str caption;
    struct table_column_list columns;
    struct url export;   /* The same list as CSV; empty: none. */
    struct url sheet;    /* And as a French spreadsheet opens it; empty: none. */
    bool stacked;        /* On a phone each row is a block; its cells have data-head then. */
};

/* A table with the columns that heads name, as table_columns reads them. */
struct table table_headed(struct arena *a, const char *id, struct str caption,
                      const char *const *heads);

struct pager {
    int64_t from, to, total; /* "21 à 40 sur 132"; from 0, total -1: not counted. */
    struct url previous;     /* Empty: this is the first page. */
    struct url next;
};

/* The search field above a list. */
struct search_box {
    struct url action;
    struct str label;
    struct str value;
    struct url clear; /* Shown when something was searched. */
};

enum step_state { STEP_DONE, STEP_NOW, STEP_NEXT, STEP_FAILED };

struct timeline_step {
    struct str title;
    struct str text;
    int64_t at_ms; /* 0: no date yet. */
    enum zone zone;
    enum step_state state;
};

struct timeline_step_list {
    struct timeline_step *item;
    size_t count;
};

struct empty_state {
    struct str title;
    struct str text;
    struct url action; /* Empty: none. */
    struct str action_label;
};

struct confirmation {
    struct str title;     /* "Votre commande est payée" */
    struct str reference; /* M-2345-ABCD; empty: none. */
    struct str text;      /* What happens next. */
};

/* An amount of one thing among others; the figures stand in a table beneath the chart. */
struct bar {
    struct str label;
    int64_t value;
    struct str words; /* "1 300" */
};

struct bar_list {
    struct bar *item;
    size_t count;
};

struct bar_chart {
    const char *id;
    struct str title;
    struct str label_head; /* Head of the table's first column: "Cohorte". */
    struct str value_head; /* "Masques réservés". */
    struct bar_list bars;
};

/* One bar on a scale of 1,000. */
static inline int64_t
bar_share(const struct bar_chart *c, int64_t value)
{
    int64_t max = 0;

    for (size_t i = 0; i < c->bars.count; i++)
        if (c->bars.item[i].value > max)
            max = c->bars.item[i].value;
    return max <= 0 || value <= 0 ? 0 : (int64_t)((double)value * 1000 / (double)max);
}

enum icon { ICON_INFO, ICON_GOOD, ICON_WARN, ICON_BAD, ICON_NEXT, ICON_PREVIOUS, ICON_SAVE };

static inline enum icon
tone_icon(enum tone tone)
{
    static const enum icon icons[] = {ICON_INFO, ICON_GOOD, ICON_WARN, ICON_BAD};

    return icons[tone];
}

/* The class of an element with this tone. */
static inline const char *
tone_class(enum tone tone)
{
    static const char *const names[] = {"info", "good", "warn", "bad"};

    return names[tone];
}

/* What a screen reader says before the notice's title. */
static inline const char *
tone_word(enum tone tone)
{
    static const char *const words[] = {"Information", "C’est fait", "Attention", "Problème"};

    return words[tone];
}

/* The theme of an organiser: theme-SLUG.css and logo-SLUG.svg among the assets (doc/theme.md).
 * Sets p->theme and p->logo to what is there. */
void page_theme(struct page *p, struct arena *a, struct str slug);

#endif
