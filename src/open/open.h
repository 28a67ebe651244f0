/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open.h - open data: what is left to buy, and what was sold by day, département and headcount
 * band, as CSV and JSON, with a catalogue entry (DCAT). Private to open/.
 *
 * The files say how a sale goes without saying who buys: a count of orders from 1 to
 * OPEN_SMALL_MAX is left out together with its units, and others with it where it could be reckoned
 * from what its pool sold that day (open_day.c); a day appears once it is over, so that nobody can
 * watch single orders come in. Days are civil days of the campaign's zone.
 */
#ifndef MAILLON_OPEN_OPEN_H
#define MAILLON_OPEN_OPEN_H

#include "figure/figure.h"
#include "html/parts.h"
#include "http/req.h"

enum { OPEN_SMALL_MAX = 4 };

/* One row of the orders' files. */
struct open_row {
    struct str day;        /* 2020-05-02 */
    struct str department; /* INSEE's code, as in the register; may be empty. */
    const char *band;      /* INSEE's code; "" when unknown. */
    int pool;              /* Of the policy: where its units came from. */
    bool small;            /* orders and units are not published. */
    int64_t orders, units; /* Paid and not given back. */
};
/* False when there is nothing to tell of this group. */
bool open_row_of(struct arena *a, const struct policy *p, const struct figure_day *d,
                 struct open_row *out);
/* All groups of one day: those that are not told lose their figures. */
void open_day_hide(struct open_row *rows, size_t count);

/* The first day that has figures and the first that is not over; [from, until). */
void open_days(const struct campaign *c, int64_t now_ms, int64_t *from, int64_t *until);

/* The campaign that the path names; ERR_NOT_FOUND also where open data are switched off. */
NODISCARD enum err open_campaign(struct ctx *cx, struct req *req, struct campaign *out);

/* ---- the page ---- */

struct open_file {
    struct str title, what;
    struct url csv, json;
};
struct open_file_list {
    struct open_file *item;
    size_t count;
};
struct open_set {
    struct str name, organiser, slug;
    struct open_file_list files;
};
struct open_set_list {
    struct open_set *item;
    size_t count;
};
struct open_view {
    struct page page;
    struct open_set_list sets;
    struct empty_state empty;
};

#endif
