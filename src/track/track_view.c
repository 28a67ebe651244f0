/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track_view.c - an order's parcels in words, for its buyer and for the organiser.
 */
#include "base/format.h"
#include "track/track_int.h"

static enum tone
parcel_tone(enum parcel_state s)
{
    switch (s) {
    case PARCEL_DELIVERED:
        return TONE_GOOD;
    case PARCEL_RETURNED:
    case PARCEL_LOST:
    case PARCEL_DAMAGED:
        return TONE_BAD;
    case PARCEL_WAITING:
    case PARCEL_ASKED:
    case PARCEL_LABELLED:
    case PARCEL_HANDED:
    case PARCEL_CANCELLED:
    case PARCEL_REFUSED:
        return TONE_INFO;
    }
    return TONE_INFO;
}

/* What the buyer reads: our own troubles with labels are none of theirs. */
static struct str
parcel_word(enum parcel_state s)
{
    if (s == PARCEL_WAITING || s == PARCEL_ASKED || s == PARCEL_REFUSED)
        return STR("En préparation");
    return s == PARCEL_LABELLED ? STR("Prêt à partir") : str_of(parcel_state_label(s));
}

static void
add_step(struct timeline_step_list *list, const char *title, struct str text, int64_t at_ms,
         enum zone zone, enum step_state state)
{
    list->item[list->count++] = (struct timeline_step){str_of(title), text, at_ms, zone, state};
}

static enum step_state
step_of(enum track_sense s, bool last)
{
    if (s == SENSE_RETURNED || s == SENSE_UNDELIVERABLE || s == SENSE_DAMAGED || s == SENSE_LOST)
        return STEP_FAILED;
    return last && s != SENSE_DELIVERED ? STEP_NOW : STEP_DONE;
}

/* The carrier's own words and the place, as far as there are any. */
static struct str
said(struct ctx *cx, const struct track_event *e)
{
    struct str words = str_eq(e->label, e->code) ? STR_NONE : e->label;

    if (words.len == 0 || e->place.len == 0)
        return words.len == 0 ? e->place : words;
    return str_printf(cx->arena, "%.*s, %.*s", STR_FMT(words), STR_FMT(e->place));
}

enum err
parcel_timeline(struct ctx *cx, const struct parcel *p, enum zone zone,
                struct timeline_step_list *out)
{
    struct track_event_list events;

    TRY(track_events_of(cx, p->id, &events));
    out->item = ARENA_ARRAY(cx->arena, events.count + 3, struct timeline_step);
    out->count = 0;
    if (p->labelled_ms > 0)
        add_step(out, "Colis préparé", STR_NONE, p->labelled_ms, zone, STEP_DONE);
    if (p->handed_ms > 0)
        add_step(out, "Remis au transporteur", STR_NONE, p->handed_ms, zone,
                 events.count == 0 && p->state == PARCEL_HANDED ? STEP_NOW : STEP_DONE);
    for (size_t i = 0; i < events.count; i++) {
        const struct track_event *e = &events.item[i];
        const struct track_code *c = track_code_find(e->code);
        if (c != NULL)
            add_step(out, c->text, said(cx, e), e->at_ms, zone,
                     step_of(c->sense, i + 1 == events.count));
    }
    if (p->state <= PARCEL_HANDED)
        add_step(out, "Livré sans contact", STR_NONE, 0, zone, STEP_NEXT);
    return OK;
}

enum err
track_of_order(struct ctx *cx, const struct order *o, struct parcel_shown_list *out)
{
    enum zone zone = territory_zone(o->territory);
    struct parcel_list list;

    TRY(parcel_of_order(cx, o->id, &list));
    out->item = ARENA_ARRAY(cx->arena, list.count + 1, struct parcel_shown);
    out->count = list.count;
    for (size_t i = 0; i < list.count; i++) {
        const struct parcel *p = &list.item[i];
        struct parcel_shown *s = &out->item[i];
        *s = (struct parcel_shown){
            .title = list.count == 1 ? STR("Votre colis")
                                     : str_printf(cx->arena, "Colis %zu sur %zu", i + 1,
                                                  list.count),
            .number = p->number,
            .tone = parcel_tone(p->state),
            .state = parcel_word(p->state),
            .follow = p->handed_ms > 0 ? url_external(parcel_track_url(cx, p))
                                       : (struct url){STR_NONE},
            .under_way = p->state == PARCEL_HANDED,
        };
        TRY(parcel_timeline(cx, p, zone, &s->steps));
    }
    return OK;
}
