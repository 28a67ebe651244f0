/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery_int.h - what the files of preparation share. Private to delivery/.
 */
#ifndef MAILLON_DELIVERY_DELIVERY_INT_H
#define MAILLON_DELIVERY_DELIVERY_INT_H

#include "carrier/carrier.h"
#include "delivery/delivery.h"

enum { WAVE_MAX = 20000, WAVE_PAGE = 25, PARCEL_PAGE = 50, LABELS_PER_FILE = 200 };
#define NEVER_MS INT64_C(9007199254740991)

/* ---- cutting an order into parcels: pure ---- */

struct cut_line {
    int64_t pool_id;
    int64_t packs;
    int64_t pack_g; /* Weight of one pack. */
};
struct cut_parcel {
    int64_t pool_id;
    int64_t packs[ORDER_LINES_MAX];
    int64_t weight_g;
};
/* As few parcels as filling one after the other gives, each from one pool and at most max_g
 * heavy; a pack that alone is heavier goes alone. -1: more than max parcels. */
int parcel_cut(const struct cut_line *lines, int count, int64_t box_g, int64_t max_g,
               struct cut_parcel *out, int max);

/* ---- parcels ---- */

struct parcel parcel_from_row(const struct db_rows *rows, size_t r);
struct parcel_list parcels_from_rows(struct ctx *cx, const struct db_rows *rows);
/* Weight of one pack of each line, by the policy the order was made under. */
NODISCARD enum err order_pack_weights(struct ctx *cx, const struct order *o,
                                      int64_t pack_g[ORDER_LINES_MAX]);
int64_t conf_grams(struct str setting, int64_t fallback);
/* So many packs of each line, cut by the settings; *count -1: there would be too many parcels. */
NODISCARD enum err order_cut(struct ctx *cx, const struct order *o,
                             const int64_t packs[ORDER_LINES_MAX],
                             struct cut_parcel cut[PARCELS_PER_ORDER_MAX], int *count);
/* A new parcel that waits; wave_id 0: for a wave. */
NODISCARD enum err parcel_add(struct ctx *cx, const struct order *o, int64_t organiser_id,
                              int64_t wave_id, struct str carrier, const struct cut_parcel *cut,
                              int64_t *id);
/* A parcel with all that its label needs. */
struct parcel_ask {
    struct parcel p;
    struct label_ask label;
};
NODISCARD enum err parcel_label_ask(struct ctx *cx, const struct parcel *p,
                                    struct parcel_ask *out);
/* Writes what a carrier answered about a parcel that is ASKED. found: it was a look-up. */
NODISCARD enum err parcel_answer(struct ctx *cx, const struct carrier *c, const struct parcel *p,
                                 const struct label_answer *a, bool found);

/* ---- what is missing at packing ---- */

enum short_how { SHORT_LATER, SHORT_REFUND };
/* packs of a line of this parcel are not there. ERR_CONFLICT: the parcel has left, or may have a
 * label that names its contents to the customs. ERR_INVALID: more than it holds. */
NODISCARD enum err parcel_short(struct ctx *cx, const struct parcel *p, int line, int64_t packs,
                                enum short_how how, struct str reason);

/* ---- waves ---- */

enum wave_state { WAVE_FILLING = 1, WAVE_READY, WAVE_LABELLING, WAVE_STOPPED, WAVE_LABELLED,
                  WAVE_GIVEN_UP };

struct wave {
    int64_t id, organiser_id, campaign_id;
    enum wave_state state;
    struct str carrier;
    int64_t pool_id;
    int territory_from, territory_to;
    int64_t paid_until_ms;
    int64_t wanted, orders;
    bool labels_wanted;
    int64_t created_ms, run_ms, run_from, done_ms;
    struct str campaign_slug;
};
struct wave_list {
    struct wave *item;
    size_t count;
};
struct wave_counts {
    int64_t waiting, asked, labelled, handed, refused, cancelled, later;
    int64_t packed, problems;
    int64_t all; /* But for the cancelled. */
};

NODISCARD enum err wave_by_id(struct ctx *cx, int64_t id, struct wave *out);
NODISCARD enum err wave_of_actor(struct ctx *cx, int64_t id, struct wave *out);
NODISCARD enum err wave_list_of(struct ctx *cx, int64_t before_id, struct wave_list *out);
NODISCARD enum err wave_count(struct ctx *cx, int64_t wave_id, struct wave_counts *out);
/* How many orders and left-over parcels it would take, at most WAVE_MAX + 1 of each. */
NODISCARD enum err wave_preview(struct ctx *cx, const struct wave *w, int64_t *orders,
                                int64_t *left);
/* Writes it and queues its job. *w gets its id. Needs a write. */
NODISCARD enum err wave_create(struct ctx *cx, struct wave *w);
/* READY, STOPPED or LABELLED -> LABELLING; ERR_CONFLICT otherwise. */
NODISCARD enum err wave_labels(struct ctx *cx, const struct wave *w);
NODISCARD enum err wave_stop(struct ctx *cx, const struct wave *w);
/* Waiting parcels that this wave is not to send leave it: of orders given back, and of disputed
 * ones, which wait for another wave. */
NODISCARD enum err wave_drop(struct ctx *cx, int64_t wave_id);
/* What has no label yet goes back: orders to PAID, left-over parcels to wait. *orders: how many.
 * Labels that were asked for and not answered are looked up by its job, and none is asked for
 * anew. ERR_CONFLICT while it is being filled or labelled. */
NODISCARD enum err wave_give_up(struct ctx *cx, const struct wave *w, int64_t *orders);
/* What has no label leaves a wave that is given up: at once, and later, when the carrier said that
 * it never made one that was asked for. *orders as above. Needs a write. */
NODISCARD enum err wave_release(struct ctx *cx, int64_t wave_id, int64_t *orders);
/* One portion of filling; *more: there may be others. Needs a write. */
NODISCARD enum err wave_fill(struct ctx *cx, int64_t wave_id, bool *more);
/* Milliseconds until its labels are made, at the pace of this run; -1: not known yet. */
int64_t wave_left_ms(const struct wave *w, const struct wave_counts *n, int64_t now_ms);

/* ---- hand-over ---- */

struct handover {
    int64_t id;
    struct str carrier;
    int64_t parcels, weight_g, created_ms;
};
struct handover_list {
    struct handover *item;
    size_t count;
};
enum { HANDOVER_MAX = 10000 };
/* Gives what is labelled to the carrier: one row, and a job that moves orders and writes to
 * buyers. ERR_CONFLICT: nothing is ready. Needs a write. */
NODISCARD enum err handover_make(struct ctx *cx, struct str carrier, bool packed_only,
                                 int64_t *id);
NODISCARD enum err handover_of_actor(struct ctx *cx, int64_t id, struct handover *out);
NODISCARD enum err handover_list_of(struct ctx *cx, int64_t before_id, struct handover_list *out);

#endif
