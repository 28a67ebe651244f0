/* SPDX-License-Identifier: Apache-2.0 */
/* figure_view.h - what the board shows, and the steps that make it. Private to figure/. */
#ifndef MAILLON_FIGURE_FIGURE_VIEW_H
#define MAILLON_FIGURE_FIGURE_VIEW_H

#include "figure/figure.h"
#include "html/parts.h"

/* ---- charts: bars over time, with the figures in a table beneath ---- */

struct chart_text {
    int64_t x, y;
    struct str text;
};
struct chart_text_list {
    struct chart_text *item;
    size_t count;
};
struct chart_row {
    struct str label, words;
};
struct chart_row_list {
    struct chart_row *item;
    size_t count;
};
struct chart {
    const char *id;         /* Unique in the page. */
    struct str title;       /* What is counted, and over what. */
    struct str summary;     /* The whole of it in a sentence. */
    struct str lines;       /* Path data: the grid, full bars, the bar that still grows. */
    struct str bars;
    struct str growing;
    struct chart_text_list across, up;
    struct str label_head, value_head;
    struct chart_row_list rows; /* Without those that are 0. */
};
struct chart_list {
    struct chart *item;
    size_t count;
};

/* In units of the drawing, which is CHART_WIDTH x CHART_HEIGHT. */
enum { CHART_WIDTH = 4800, CHART_HEIGHT = 2000 };
struct chart_bar {
    int64_t value;
    struct str label;       /* In the table. */
    struct str tick;        /* Below the axis where the bar begins; empty: none. */
};
/* Fills all but the words. growing: the bar that is not over; -1: none. A row of the table is
 * the sum of so many bars, named after the first of them. */
void chart_draw(struct arena *a, struct chart *c, const struct chart_bar *bar, size_t count,
                int growing, size_t bars_a_row);
/* The least of 1, 2, 5, 10, 20, 50 ... whose n-fold reaches the value. */
int64_t chart_step(int64_t value, int64_t n);

/* ---- the map ---- */

enum { MAP_LEVELS = 6 };     /* 0: nobody; 1 to 5: classes. */
struct map_shape {
    struct str path;
    struct str title;
    int level;
};
struct map_shape_list {
    struct map_shape *item;
    size_t count;
};
struct map_tile {            /* An overseas département, beside the map. */
    int64_t x, y;
    struct str code, title;
    int level;
};
struct map_tile_list {
    struct map_tile *item;
    size_t count;
};
struct map_class {
    int level;
    struct str words;
};
struct map_class_list {
    struct map_class *item;
    size_t count;
};
struct board_map {
    struct str title, summary;
    struct map_shape_list shapes, inset; /* The country; Paris and its neighbours. */
    struct map_tile_list tiles;
    struct map_class_list classes;
    bool has_share;
};

/* What stands in one département. */
struct place {
    struct str code;        /* Empty: none. */
    int64_t companies, units;
    int64_t eligible;       /* 0 with companies: not in the register's count, or not known. */
};
struct place_list {
    struct place *item;
    size_t count;
};
void map_draw(struct arena *a, const struct place_list *places, bool has_share,
              struct board_map *m);
/* "Ain (01)"; "Sans département" for none. */
struct str place_name(struct arena *a, struct str code);

/* ---- the board ---- */

struct pool_part {
    const char *kind;       /* Class: free, held, sold, handed, quarantined. */
    struct str label, words;
    int64_t from, share;    /* Of a scale of 1,000. */
};
struct pool_part_list {
    struct pool_part *item;
    size_t count;
};
struct pool_gauge {
    const char *id;
    struct str title, place;
    struct pool_part_list parts;
    struct str expected;
};
struct pool_gauge_list {
    struct pool_gauge *item;
    size_t count;
};

struct uptake_row {
    struct str label, eligible, companies, share, units, claim;
    int64_t share_bp;       /* For the bar; 10,000 at most. */
};
struct uptake_row_list {
    struct uptake_row *item;
    size_t count;
};
struct uptake {
    struct table table;
    struct uptake_row_list rows;
    bool brief;             /* Without the eligible and their claims. */
};
struct uptake_list {
    struct uptake *item;
    size_t count;
};

struct board_wait {
    struct str label, text;
    struct url url;
};
struct board_wait_list {
    struct board_wait *item;
    size_t count;
};
struct notice_list {
    struct notice *item;
    size_t count;
};

/* What is drawn by the page and by each event. */
struct board_live {
    struct str as_of;       /* "Chiffres à 8 h 04" */
    struct notice_list notices;
    struct stat_list stats;
    struct board_wait_list waits;
    struct pool_gauge_list pools;
    struct chart_list charts;
    struct uptake_list uptakes;
    struct str allowed;     /* By which dry run. */
    struct board_map map;
    struct uptake places;   /* The first by units. */
    struct url all_places;
    bool sees_money, sees_stock;
    struct stat_list money;
};

struct board_choice {
    struct str label;
    struct url url;
    bool is_current;
};
struct board_choice_list {
    struct board_choice *item;
    size_t count;
};
struct board_view {
    struct page page;
    struct str campaign;    /* Its name. */
    struct board_choice_list campaigns;
    struct url self, events;
    struct url rules;       /* The campaign's public page. */
    struct board_live live;
    struct empty_state empty; /* No campaign at all. */
};

/* "12,3 %", "moins de 0,1 %"; a dash when nobody is known to be eligible. */
struct str board_share(struct arena *a, int64_t companies, int64_t eligible);
/* The page of all départements. */
struct places_view {
    struct page page;
    struct str campaign, allowed;
    struct url board;
    struct uptake places;
    struct empty_state empty;
};

/* Reads and makes the live part for a campaign of the actor's organiser. */
NODISCARD enum err board_read(struct ctx *cx, const struct campaign *c, struct board_live *out);
/* Who orders against who may: the tables and the map. */
void board_uptakes(struct arena *a, const struct campaign *c,
                   const struct figure_group_list *groups, const struct figure_allowed *allowed,
                   struct board_live *out);
/* Every département where somebody may order or has ordered. */
enum place_order { BY_CODE, BY_SHARE, BY_UNITS, PLACE_ORDERS };
void board_places(struct arena *a, const struct campaign *c,
                  const struct figure_group_list *groups, const struct figure_allowed *allowed,
                  enum place_order by, struct uptake *out);
/* By which dry run the eligible are counted. */
struct str board_allowed_text(struct arena *a, const struct campaign *c,
                              const struct figure_allowed *allowed);

#endif
