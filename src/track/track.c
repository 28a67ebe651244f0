/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track.c - from a carrier's news to the state of a parcel and its order.
 */
#include "base/clock.h"
#include "base/parse.h"
#include "track/track_int.h"
#include "track/track_mail.h"
#include "track/trouble.h"

enum { SILENT_DAYS = 7 };

static const struct track_code codes[] = {
    {"DR1", SENSE_ANNOUNCED, "Annoncé au transporteur"},
    {"DR2", SENSE_ANNOUNCED, "Retard de préparation signalé"},
    {"PC1", SENSE_MOVING, "Pris en charge par le transporteur"},
    {"PC2", SENSE_MOVING, "Pris en charge dans le pays de départ"},
    {"ET1", SENSE_MOVING, "En cours d’acheminement"},
    {"ET2", SENSE_MOVING, "En cours d’acheminement dans le pays de départ"},
    {"ET3", SENSE_MOVING, "En cours d’acheminement dans le pays d’arrivée"},
    {"ET4", SENSE_MOVING, "En transit"},
    {"EP1", SENSE_MOVING, "En attente de présentation"},
    {"DO1", SENSE_MOVING, "Entré en douane"},
    {"DO2", SENSE_MOVING, "Sorti de douane"},
    {"DO3", SENSE_DELAYED, "Retenu en douane"},
    {"ID0", SENSE_MOVING, "Douane informée"},
    {"PB1", SENSE_DELAYED, "Problème signalé par le transporteur"},
    {"PB2", SENSE_MOVING, "Problème résolu"},
    {"DI3", SENSE_DELAYED, "Livraison retardée"},
    {"MD2", SENSE_OUT, "En cours de livraison"},
    {"ND1", SENSE_UNDELIVERABLE, "Livraison impossible"},
    {"AG1", SENSE_COUNTER, "Au guichet, à retirer"},
    {"RE1", SENSE_RETURNED, "Retourné à l’expéditeur"},
    {"DI0", SENSE_DELIVERED, "Livré"},
    {"DI1", SENSE_DELIVERED, "Livré"},
    {"DI2", SENSE_RETURNED, "Rendu à l’expéditeur"},
    {"DAM", SENSE_DAMAGED, "Endommagé, selon le transporteur"},
    {"PER", SENSE_LOST, "Perdu, selon le transporteur"},
};

const struct track_code *
track_code_find(struct str code)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (str_is(code, codes[i].code))
            return &codes[i];
    return NULL;
}

static bool
decides(enum track_sense s)
{
    return s >= SENSE_COUNTER;
}

struct track_verdict
track_judge(const struct track_event_list *events)
{
    struct track_verdict v = {SENSE_ANNOUNCED, 0, false};
    bool delivered = false, back = false;

    for (size_t i = 0; i < events->count; i++) {
        const struct track_code *c = track_code_find(events->item[i].code);
        /* An announcement is made once more by some carriers, whatever happened since. */
        if (c == NULL || c->sense == SENSE_ANNOUNCED || events->item[i].at_ms < v.at_ms)
            continue;
        delivered = delivered || c->sense == SENSE_DELIVERED;
        back = back || c->sense == SENSE_RETURNED;
        /* What is still moving after an attempt that failed is no end; what moves after a
         * delivery or a return is a late scan. */
        bool ended = v.sense == SENSE_DELIVERED || v.sense == SENSE_RETURNED;
        if (!decides(c->sense) && ended)
            continue;
        /* Who is told that a parcel is damaged and then gets it, has got it. */
        v.sense = c->sense;
        v.at_ms = events->item[i].at_ms;
    }
    v.contradicted = delivered && back;
    return v;
}

enum err
track_events_of(struct ctx *cx, int64_t parcel_id, struct track_event_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_TRACK_EVENTS, &rows, db_int(parcel_id)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count + 1, struct track_event);
    for (size_t r = 0; r < rows.count; r++)
        out->item[rows.count - 1 - r] =
            (struct track_event){row_int(&rows, r, 0), row_str(&rows, r, 1), row_str(&rows, r, 2),
                                 row_str(&rows, r, 3)};
    return OK;
}

enum err
track_contradicted(struct ctx *cx, int64_t parcel_id, bool *out)
{
    struct track_event_list events;

    TRY(track_events_of(cx, parcel_id, &events));
    *out = track_judge(&events).contradicted;
    return OK;
}

enum err
track_unsettled(struct ctx *cx, int64_t order_id, int64_t *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_TRACK_UNSETTLED, &rows, db_int(order_id)));
    *out = row_int(&rows, 0, 0);
    return OK;
}

enum err
track_deliver_if_all(struct ctx *cx, int64_t order_id)
{
    struct db_rows done;
    int64_t unsettled;
    struct order o;
    bool moved;

    TRY(track_unsettled(cx, order_id, &unsettled));
    TRY(db_run(cx, SQL_TRACK_ORDER_DELIVERED, &done, db_int(order_id)));
    if (unsettled > 0 || row_int(&done, 0, 1) == 0)
        return OK;
    TRY(order_lock(cx, order_id, &o));
    if (o.state != ORDER_HANDED)
        return OK;
    int64_t at = row_int(&done, 0, 0);
    if (at == 0 || at > cx->now_ms)
        at = cx->now_ms;
    TRY(order_deliver(cx, order_id, at, "every parcel is delivered", &moved));
    return moved ? track_mail_delivered(cx, &o, at) : OK;
}

/* Whether anything else of the order is with the buyer or on its way to them. */
static enum err
others_live(struct ctx *cx, const struct parcel *p, bool *out)
{
    struct parcel_list list;

    *out = false;
    TRY(parcel_of_order(cx, p->order_id, &list));
    for (size_t i = 0; i < list.count; i++) {
        enum parcel_state s = list.item[i].state;
        bool gone = s == PARCEL_RETURNED || s == PARCEL_LOST || s == PARCEL_DAMAGED ||
                    s == PARCEL_CANCELLED;
        if (list.item[i].id != p->id && !gone)
            *out = true;
    }
    return OK;
}

/* It was settled as lost: the goods are looked at, its order knows it no more. */
static enum err
lost_came_back(struct ctx *cx, const struct parcel *p)
{
    bool moved, fresh;

    TRY(parcel_move(cx, p->id, 1u << PARCEL_LOST, PARCEL_RETURNED, &moved));
    return moved ? trouble_open(cx, p, TROUBLE_SPARE, &fresh) : OK;
}

static enum err
came_back(struct ctx *cx, const struct parcel *p)
{
    bool moved, live, fresh;
    int64_t found;
    struct order o;

    TRY(parcel_move(cx, p->id, 1u << PARCEL_HANDED | 1u << PARCEL_DELIVERED, PARCEL_RETURNED,
                    &moved));
    if (!moved)
        return lost_came_back(cx, p);
    TRY(trouble_open(cx, p, TROUBLE_RETURNED, &fresh));
    TRY(trouble_spare_of(cx, p->id, &found));
    if (found == 0)
        TRY(track_mail_returned(cx, p));
    TRY(others_live(cx, p, &live));
    TRY(order_lock(cx, p->order_id, &o));
    if (live || (o.state != ORDER_HANDED && o.state != ORDER_DELIVERED))
        return OK;
    return order_come_back(cx, p->order_id, "the carrier brings it back", &moved);
}

static enum err
follow_delivered(struct ctx *cx, const struct parcel *p)
{
    bool moved;

    TRY(parcel_move(cx, p->id, 1u << PARCEL_HANDED, PARCEL_DELIVERED, &moved));
    if (moved) {
        TRY(trouble_close_delivered(cx, p->id));
        return track_deliver_if_all(cx, p->order_id);
    }
    /* It was held for lost: whether to believe this is for a person. */
    return p->state == PARCEL_LOST ? trouble_found(cx, p) : OK;
}

static enum err
went_wrong(struct ctx *cx, const struct parcel *p, enum trouble_kind kind)
{
    int64_t found;
    bool fresh;

    if (p->state != PARCEL_HANDED)
        return OK;
    TRY(trouble_spare_of(cx, p->id, &found));
    if (found != 0 && kind == TROUBLE_UNDELIVERABLE)
        return OK; /* Its buyer was asked not to take it. */
    TRY(trouble_open(cx, p, kind, &fresh));
    return fresh && kind == TROUBLE_UNDELIVERABLE ? track_mail_undeliverable(cx, p) : OK;
}

/* The state follows all the news there is, not only the newest piece. */
static enum err
follow(struct ctx *cx, const struct parcel *p, const struct track_verdict *v)
{
    switch (v->sense) {
    case SENSE_DELIVERED:
        return follow_delivered(cx, p);
    case SENSE_RETURNED:
        return came_back(cx, p);
    case SENSE_UNDELIVERABLE:
        return went_wrong(cx, p, TROUBLE_UNDELIVERABLE);
    case SENSE_DAMAGED:
        return went_wrong(cx, p, TROUBLE_DAMAGED);
    case SENSE_LOST:
        return went_wrong(cx, p, TROUBLE_LOST);
    case SENSE_ANNOUNCED:
    case SENSE_MOVING:
    case SENSE_OUT:
    case SENSE_DELAYED:
    case SENSE_COUNTER:
        break;
    }
    return OK;
}

static bool
believable(const struct ctx *cx, const struct parcel *p, const struct track_event *e)
{
    return track_code_find(e->code) != NULL && e->at_ms <= cx->now_ms + CLOCK_DAY_MS &&
           e->at_ms >= p->labelled_ms - CLOCK_DAY_MS;
}

int64_t
track_silent_before_ms(const struct ctx *cx, int64_t now_ms)
{
    int64_t days;

    if (!parse_i64(cx->app->conf->track_silent_days, 1, 90, &days))
        days = SILENT_DAYS;
    return now_ms - days * CLOCK_DAY_MS;
}

enum err
track_apply(struct ctx *cx, const struct parcel *p, const struct track_event_list *news,
            enum track_source source, int *fresh)
{
    struct track_event_list all;
    bool counter = false;
    struct db_rows rows;

    assert(db_in_write(cx));
    *fresh = 0;
    for (size_t i = 0; i < news->count; i++) {
        const struct track_event *e = &news->item[i];
        if (!believable(cx, p, e))
            continue;
        TRY(db_run(cx, SQL_TRACK_EVENT_ADD, &rows, db_int(p->id), db_int(e->at_ms),
                   db_str(e->code), db_str(e->label), db_str(e->place), db_int(source),
                   db_int(cx->now_ms)));
        if (rows.changed == 0)
            continue;
        ++*fresh;
        counter = counter || track_code_find(e->code)->sense == SENSE_COUNTER;
    }
    if (*fresh == 0)
        return OK;
    TRY(track_events_of(cx, p->id, &all));
    struct track_verdict v = track_judge(&all);
    if (counter && v.sense == SENSE_COUNTER && p->state == PARCEL_HANDED)
        TRY(track_mail_counter(cx, p));
    if (all.item[all.count - 1].at_ms >= track_silent_before_ms(cx, cx->now_ms))
        TRY(trouble_close_silent(cx, p->id));
    return follow(cx, p, &v);
}
