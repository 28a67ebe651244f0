/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carrier.h - what preparation asks of a carrier, Colissimo and one that works by files; what all
 * carriers share: their numbers, addresses on short lines, countries, delivery without contact.
 *
 * A carrier reached over the network builds its calls and reads their answers, purely; the runner
 * (delivery/wave_run.c) sends several at once, outside any transaction. One that lets us give its
 * numbers labels a parcel inside the transaction. Whatever an answer says, it becomes one of five
 * outcomes, and only two of them allow a label to be asked for again.
 */
#ifndef MAILLON_CARRIER_CARRIER_H
#define MAILLON_CARRIER_CARRIER_H

#include "net/net.h"
#include "order/order.h"

enum label_outcome {
    LABEL_MADE,     /* number and label are ours. */
    LABEL_REFUSED,  /* No label was made; why is for a person. */
    LABEL_LATER,    /* No label was made; try again after a pause. */
    LABEL_UNKNOWN,  /* A label may have been made: never ask again before it is looked up. */
    LABEL_NONE      /* Of a look-up: the carrier never heard of our reference. */
};

struct label_good {
    struct str name;          /* Of the good. */
    int64_t units, weight_g;  /* Of all units. */
    int64_t net_cents;
    struct str hs_code, origin;
};

/* All that a label needs. */
struct label_ask {
    struct str product;       /* "DOM", "COM" */
    struct str sender_ref;    /* The parcel's own; unique for ever. */
    int64_t weight_g;
    struct order o;
    struct str email;         /* Of who ordered; may be empty. */
    struct label_good good[ORDER_LINES_MAX];
    int good_count;
    int64_t goods_net_cents;
    struct sender {
        struct str company, street, complement, postal_code, city, phone, email;
    } sender;                 /* The warehouse's, or else the settings'. */
};
/* Has what a label needs. */
bool sender_complete(const struct sender *s);

struct label_answer {
    enum label_outcome outcome;
    struct str number, partner_number;
    struct str label, label_type; /* label_type: "application/pdf" or "application/zpl". */
    struct str cn23;              /* PDF; empty: none. */
    struct str why;               /* French, whole sentence; empty when made. */
};

struct carrier {
    const char *name;
    const char *label;            /* French. */
    int64_t weight_max_g;
    /* What is missing in the settings, French; empty when it can be used. */
    struct str (*lacks)(struct ctx *cx);
    /* Over the network; NULL for a carrier whose numbers we give. *why is set, and no call made,
     * when the parcel cannot be asked for as it is. */
    struct net_call (*ask)(struct ctx *cx, const struct label_ask *ask, struct str *why);
    void (*read)(struct arena *a, const struct label_ask *ask, const struct net_result *r,
                 struct label_answer *out);
    /* By our reference; NULL or not enabled by the settings: a person looks it up. */
    bool (*can_find)(struct ctx *cx);
    struct net_call (*find)(struct ctx *cx, struct str sender_ref);
    void (*read_found)(struct arena *a, const struct label_ask *ask, const struct net_result *r,
                       struct label_answer *out);
    /* In the open write transaction: the next number of its series. */
    enum err (*give)(struct ctx *cx, const struct label_ask *ask, struct label_answer *out);
    /* A parcel's number follows; NULL: the settings name it, if there is one. */
    const char *track_page;
};

extern const struct carrier carrier_colissimo;
extern const struct carrier carrier_generic;

enum { CARRIERS = 2 };
extern const struct carrier *const carriers[CARRIERS];
const struct carrier *carrier_by_name(struct str name); /* NULL when there is none. */

/* ISO country of a territory: "FR", "RE" ... */
const char *territory_country(enum territory t);
/* Customs are crossed from the mainland. */
bool territory_customs(enum territory t);

/* An order's address on the four lines carriers have, at most max characters each: floor,
 * building, street, place. False: it does not fit without losing a word. */
struct address_lines {
    struct str line[4];
};
bool address_fit(struct arena *a, const struct order_address *from, size_t max,
                 struct address_lines *out);

/* ---- numbers ---- */

/* Key of a national number: weights 3 and 1 from the right over its digits. */
int parcel_key_national(struct str digits);
/* Check digit of an international number (UPU S10) over its 8 digits. */
int parcel_key_s10(struct str digits);
/* 13 characters, either form, with the right key. */
bool parcel_number_valid(struct str number);

/* ---- contactless delivery: one set of data for the courier, the receiver and the label ---- */

struct contactless {
    const char *code;         /* "door" */
    const char *label;        /* At most 35 characters, on the label. */
    const char *courier;      /* What the courier does. */
    const char *receiver;     /* What the receiver does. */
};
enum { CONTACTLESS_STEPS = 4 };
extern const struct contactless contactless_steps[CONTACTLESS_STEPS];
/* The line printed on labels and sent to the carrier, with the buyer's own instructions, cut to
 * max characters as a whole. */
struct str contactless_line(struct arena *a, struct str instructions, size_t max);

/* ---- the answer's form: multipart (colissimo_answer.c) ---- */

enum { MULTIPART_PARTS_MAX = 8 };
struct multipart_part {
    struct str id;   /* Content-ID without its brackets. */
    struct str type;
    struct str body;
};
struct multipart {
    struct multipart_part part[MULTIPART_PARTS_MAX];
    int count;
    bool complete; /* The closing boundary was there. */
};
/* False: it is no multipart at all. Parts point into reply. */
bool multipart_read(struct str reply, struct multipart *out);
/* jsonInfos and its companions, of whatever status. */
void colissimo_answer_read(struct arena *a, int status, struct str reply, bool customs,
                           struct label_answer *out);

#endif
