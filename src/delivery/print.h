/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print.h - the documents of preparation. Private to delivery/.
 */
#ifndef MAILLON_DELIVERY_PRINT_H
#define MAILLON_DELIVERY_PRINT_H

#include "delivery/delivery_int.h"
#include "delivery/paper.h"

struct pick {
    struct str pool, good, pack;
    int64_t packs, units, parcels;
};
struct pick_list {
    struct pick *item;
    size_t count;
};
/* What a wave takes out of each pool; names are the policy's. */
NODISCARD enum err pick_list_of(struct ctx *cx, const struct wave *w, struct pick_list *out);

/* Our own label, 10 x 15 cm: for the carrier by files. */
void print_label(struct ctx *cx, struct paper *p, const struct parcel_ask *ask);
/* The note that lies in the parcel, A5. */
void print_note(struct ctx *cx, struct paper *p, const struct parcel_ask *ask);
/* One entry of the packing list at this height; returns the height below it. */
double print_packing(struct paper *p, const struct parcel_ask *ask, double y);

NODISCARD enum err print_labels(struct ctx *cx, const struct parcel_ask *asks, size_t count,
                                struct buf *out);
NODISCARD enum err print_notes(struct ctx *cx, const struct parcel_ask *asks, size_t count,
                               struct buf *out);
NODISCARD enum err print_packing_list(struct ctx *cx, const struct wave *w,
                                      const struct parcel_ask *asks, size_t count,
                                      struct buf *out);
NODISCARD enum err print_pick_list(struct ctx *cx, const struct wave *w,
                                   const struct pick_list *picks, struct buf *out);
NODISCARD enum err print_handover(struct ctx *cx, const struct handover *h,
                                  const struct parcel_list *parcels, struct buf *out);

struct str carrier_label(struct ctx *cx, struct str name);
struct str grams_text(struct arena *a, int64_t grams);

#endif
