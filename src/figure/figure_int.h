/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure_int.h - what the files of figure/ share: cells, and the fold's steps.
 */
#ifndef MAILLON_FIGURE_FIGURE_INT_H
#define MAILLON_FIGURE_FIGURE_INT_H

#include "figure/figure.h"

/* ---- cells: one row of a table of figures, or what is to be added to it ---- */

enum cell_kind { CELL_DAY, CELL_GROUP, CELL_MINUTE, CELL_HOUR, CELL_MONEY };

/* Which value is where. Minutes and hours have the first two. */
enum { CELL_PLACED_ORDERS, CELL_PLACED_UNITS, CELL_HELD_ORDERS, CELL_HELD_UNITS, CELL_SOLD_ORDERS,
       CELL_SOLD_UNITS, CELL_SOLD_CENTS, CELL_COMPANIES, CELL_VALUES };
enum { CELL_CAPTURED, CELL_DUE, CELL_REFUNDED };

struct cell {
    enum cell_kind kind;
    int64_t campaign_id;
    int64_t at;             /* Day, minute or hour; 0 in groups. */
    struct str cohort;      /* Groups only. */
    enum territory territory;
    struct str department;
    enum band band;
    int64_t v[CELL_VALUES];
};

struct cells {
    struct arena *arena;
    struct cell *item;
    size_t count, cap;
    uint32_t *slot;         /* Index + 1 by hash; 0: free. */
    size_t slots;
};

void cells_init(struct cells *c, struct arena *a);
/* The index of the cell with that key, made with zeros when it is not there; texts are copied. */
size_t cells_at(struct cells *c, const struct cell *key);
/* Its values; they move when another cell is made. */
int64_t *cells_values(struct cells *c, const struct cell *key);
/* Adds every value of from. */
void cells_add(struct cells *c, const struct cells *from);

/* ---- zones: whose days ---- */

struct version_zone {
    int64_t campaign_id;
    int version;
    enum zone zone;
};
struct version_zones {
    struct version_zone *item; /* By campaign and version. */
    size_t count;
};
NODISCARD enum err version_zones_load(struct ctx *cx, struct version_zones *out);
/* The civil day of an instant where the campaign is. */
int64_t version_day(const struct version_zones *z, int64_t campaign_id, int version, int64_t ms);

/* ---- the fold ---- */

struct fold_range {
    int64_t movement_from, movement_to; /* (from, to] */
    int64_t step_from, step_to;
};
/* What a range adds, in the open transaction. */
NODISCARD enum err fold_read(struct ctx *cx, const struct version_zones *z,
                             const struct fold_range *r, struct cells *out);

struct fold_state {
    int64_t movement_id, step_id, as_of_ms, minutes_from;
    int64_t mark_movement, mark_step, mark_ms, mark_xid;
    int64_t newest_movement, newest_step; /* Seen now. */
    int64_t next_xid, oldest_xid;         /* 0 on SQLite. */
};
NODISCARD enum err fold_state_read(struct ctx *cx, struct fold_state *out);
/* Movements or steps in one transaction. */
enum { FOLD_PAGE = 5000 };
/* The next page of what lies between from and to. */
struct fold_range range_page(const struct fold_range *all);

/* ---- dry runs ---- */

enum allowed_axis { AXIS_COHORT = 1, AXIS_TERRITORY, AXIS_BAND, AXIS_DEPARTMENT };

#endif
