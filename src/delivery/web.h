/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web.h - what the pages of preparation share. Private to delivery/.
 */
#ifndef MAILLON_DELIVERY_WEB_H
#define MAILLON_DELIVERY_WEB_H

#include "base/format.h"
#include "delivery/delivery_view.h"
#include "delivery/print.h"
#include "http/form.h"
#include "http/route.h"
#include "staff/staff.h"

bool web_may_act(const struct ctx *cx);
/* state 0: all. */
NODISCARD enum err web_parcels_of_wave(struct ctx *cx, int64_t wave_id, int64_t state,
                                       int64_t after, int limit, struct parcel_list *out);
/* ---- packing by scanner (scan_web.c) ---- */

/* As it was scanned or typed: blanks aside, in capitals. */
struct str web_scan_code(struct arena *a, struct str typed);
/* An empty field for the next scan. */
struct field web_scan_field(const char *name, struct str label, struct str hint);
/* The wave that is being packed (vague=ID in the query) and is the actor's; id 0: none. */
NODISCARD enum err web_packing(struct ctx *cx, struct req *req, struct wave *out);
struct url web_in_wave(struct ctx *cx, struct url url, int64_t wave_id);
/* A parcel's page, with what was wrong with the last scan (parcel_web.c). */
NODISCARD enum err web_parcel_show(struct ctx *cx, struct req *req, const struct parcel *p,
                                   struct str wrong, int status);

/* A page of parcels; the list holds one more than the page when there is a next one. */
void web_parcel_table(struct ctx *cx, const struct parcel_list *list, struct str caption,
                      struct url here, int64_t after, struct table *table,
                      struct parcel_row_list *rows, struct pager *pager);

#endif
