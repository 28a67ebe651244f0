/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track_int.h - what carriers say about parcels, and what follows. Private to track/.
 *
 * News comes late, twice, in any order and contradicts itself. Each piece is stored once; the
 * parcel's state is decided from all of them by their dates, purely (track_judge), and only ever
 * moves where delivery/delivery.h lets it. Whatever cannot be settled by a rule opens a trouble
 * for a person (trouble.h).
 */
#ifndef MAILLON_TRACK_TRACK_INT_H
#define MAILLON_TRACK_TRACK_INT_H

#include "track/track.h"

/* What an event code means for us; La Poste's codes, and two of ours for status files. */
enum track_sense {
    SENSE_ANNOUNCED,
    SENSE_MOVING,
    SENSE_OUT,           /* Out for delivery. */
    SENSE_DELAYED,
    SENSE_COUNTER,       /* Waits at a counter. */
    SENSE_UNDELIVERABLE,
    SENSE_DELIVERED,
    SENSE_RETURNED,      /* Goes back, or is back: DI2 is a delivery to the sender. */
    SENSE_DAMAGED,
    SENSE_LOST
};

struct track_code {
    const char *code;
    enum track_sense sense;
    const char *text;    /* French: a step of the timeline. */
};
/* NULL for an unknown code. */
const struct track_code *track_code_find(struct str code);

enum track_source { TRACK_ASKED = 1, TRACK_FILE };
enum { TRACK_EVENTS_MAX = 60, TRACK_LABEL_MAX = 200, TRACK_PLACE_MAX = 80 };

struct track_event {
    int64_t at_ms;
    struct str code;
    struct str label;    /* The carrier's words; may be empty. */
    struct str place;    /* May be empty. */
};
struct track_event_list {
    struct track_event *item;
    size_t count;
};

/* What all the news together says; events by their date. */
struct track_verdict {
    enum track_sense sense;  /* Of the last event that decides; SENSE_ANNOUNCED: none yet. */
    int64_t at_ms;
    bool contradicted;       /* News of delivery and of return both exist. */
};
struct track_verdict track_judge(const struct track_event_list *events);

/* By date, oldest first, at most TRACK_EVENTS_MAX newest. */
NODISCARD enum err track_events_of(struct ctx *cx, int64_t parcel_id,
                                   struct track_event_list *out);

/* Stores what is new of a parcel's news and lets parcel, order and troubles follow, in the open
 * write transaction. An event after now by more than a day, or of before the parcel's number was
 * given, is not believed. *fresh: how many were new. */
NODISCARD enum err track_apply(struct ctx *cx, const struct parcel *p,
                               const struct track_event_list *news, enum track_source source,
                               int *fresh);

/* ---- asking ---- */

/* No sorting centre has seen a parcel before. */
#define TRACK_FIRST_MS (INT64_C(6) * 3600 * 1000)
/* When a parcel is asked about next; 0: no more. */
int64_t track_next_ms(int64_t handed_ms, enum track_sense last, int64_t now_ms);

/* What one run of asking came to. */
struct track_tally {
    int64_t parcels;       /* Asked about. */
    int64_t calls;
    int64_t fresh;         /* Pieces of news that were not known. */
    bool failed;
    struct str why;        /* A fixed word when it failed, or while it is left alone. */
    int64_t until_ms;      /* The service is left alone until then; 0: it is not. */
};
bool track_enabled(const struct ctx *cx);
/* Asks the service about the parcels that are due, or about this one at once, within the bounds
 * of politeness. A LATE caller's: it opens its own transactions. */
NODISCARD enum err track_ask(struct ctx *cx, const struct parcel *only, struct track_tally *out);
/* What was heard of a parcel before this instant is too old to be news. */
int64_t track_silent_before_ms(const struct ctx *cx, int64_t now_ms);

/* One parcel's answer from La Poste's suivi v2. */
enum track_answer_kind {
    TRACK_NEWS,
    TRACK_UNKNOWN,   /* The service does not know the number (yet). */
    TRACK_BAD        /* Not an answer we understand. */
};
struct track_answer {
    struct str number;
    enum track_answer_kind kind;
    struct track_event_list events; /* Oldest first. */
};
struct track_answer_list {
    struct track_answer *item;
    size_t count;
};
/* ERR_INVALID: no JSON of theirs at all. */
NODISCARD enum err laposte_read(struct arena *a, struct str reply, struct track_answer_list *out);

#endif
