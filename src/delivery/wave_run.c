/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wave_run.c - the job that fills a wave and gets its labels.
 *
 * It works for a while, then queues itself again, so that a stop is heard and no job outlives its
 * lease. Labels go in rounds: the intents of a round are committed, then its calls are made, many
 * at once and outside any transaction, then all its answers are committed. A process that dies in
 * between leaves parcels ASKED; whoever goes on looks each up by our reference and asks again only
 * for those the carrier has never heard of.
 */
#include "base/clock.h"
#include "base/parse.h"
#include "delivery/delivery_int.h"
#include "http/server.h"
#include "job/job.h"

enum { SLICE_MS = 10000, ROUND = 96, ROUND_GIVEN = 250, IN_FLIGHT = 12 };

struct round {
    int64_t wave_id;
    const struct carrier *carrier;
    bool find;                     /* A look-up, not a new label. */
    struct parcel_ask *ask;
    struct label_answer *answer;
    struct net_call *call;
    bool *called;
    size_t count;
};

static int64_t
settle_ms(const struct ctx *cx)
{
    return conf_grams(cx->app->conf->carrier_settle_ms, 30000);
}

/* ---- the parts of a round ---- */

static enum err
round_load(struct ctx *cx, struct round *r, enum parcel_state state, int limit)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PARCEL_DUE, &rows, db_int(r->wave_id), db_int(state), db_int(cx->now_ms),
               db_int(limit)));
    r->count = rows.count;
    r->ask = ARENA_ARRAY(cx->arena, rows.count + 1, struct parcel_ask);
    r->answer = ARENA_ARRAY(cx->arena, rows.count + 1, struct label_answer);
    for (size_t i = 0; i < rows.count; i++) {
        struct parcel p = parcel_from_row(&rows, i);
        TRY(parcel_label_ask(cx, &p, &r->ask[i]));
    }
    return OK;
}

/* Writes the intents of the next parcels that wait. */
static enum err
round_take(struct ctx *cx, void *arg)
{
    struct round *r = arg;
    struct db_rows rows;

    TRY(wave_drop(cx, r->wave_id));
    TRY(round_load(cx, r, PARCEL_WAITING, ROUND));
    for (size_t i = 0; i < r->count; i++) {
        TRY(db_run(cx, SQL_PARCEL_SET_ASKED, &rows, db_int(r->ask[i].p.id), db_int(cx->now_ms),
                   db_int(cx->now_ms + settle_ms(cx))));
        if (rows.count == 0)
            return ERR_CONFLICT; /* Somebody else works on this wave. */
        r->ask[i].p.state = PARCEL_ASKED;
        r->ask[i].p.tries++;
    }
    return OK;
}

static enum err
round_take_lost(struct ctx *cx, void *arg)
{
    return round_load(cx, arg, PARCEL_ASKED, ROUND);
}

/* Also used for refused ones: what cannot be asked for as it is gets its answer here. */
static void
round_call(struct ctx *cx, struct round *r)
{
    struct net_call *calls = ARENA_ARRAY(cx->arena, r->count + 1, struct net_call);
    struct net_result *got = ARENA_ARRAY(cx->arena, r->count + 1, struct net_result);
    size_t *of = ARENA_ARRAY(cx->arena, r->count + 1, size_t);
    size_t n = 0;

    for (size_t i = 0; i < r->count; i++) {
        struct str why = STR_NONE;
        struct net_call call = r->find ? r->carrier->find(cx, r->ask[i].p.sender_ref)
                                       : r->carrier->ask(cx, &r->ask[i].label, &why);
        if (why.len == 0 && !r->find && r->ask[i].p.weight_g > r->carrier->weight_max_g)
            why = STR("Le colis pèse plus que le transporteur n’accepte.");
        if (why.len > 0) {
            r->answer[i] = (struct label_answer){.outcome = LABEL_REFUSED, .why = why};
            continue;
        }
        calls[n] = call;
        of[n++] = i;
    }
    net_call_many(cx->arena, calls, n, IN_FLIGHT, got);
    metric_add(r->find ? "label_look_ups" : "label_calls", (int64_t)n);
    for (size_t k = 0; k < n; k++) {
        size_t i = of[k];
        if (r->find)
            r->carrier->read_found(cx->arena, &r->ask[i].label, &got[k], &r->answer[i]);
        else
            r->carrier->read(cx->arena, &r->ask[i].label, &got[k], &r->answer[i]);
    }
}

static enum err
round_store(struct ctx *cx, void *arg)
{
    struct round *r = arg;

    for (size_t i = 0; i < r->count; i++)
        TRY(parcel_answer(cx, r->carrier, &r->ask[i].p, &r->answer[i], r->find));
    return OK;
}

/* A carrier whose numbers we give: intent and label in one transaction. */
static enum err
round_give(struct ctx *cx, void *arg)
{
    struct round *r = arg;
    struct db_rows rows;

    TRY(wave_drop(cx, r->wave_id));
    TRY(round_load(cx, r, PARCEL_WAITING, ROUND_GIVEN));
    for (size_t i = 0; i < r->count; i++) {
        struct parcel_ask *ask = &r->ask[i];
        TRY(db_run(cx, SQL_PARCEL_SET_ASKED, &rows, db_int(ask->p.id), db_int(cx->now_ms),
                   db_int(NEVER_MS)));
        if (ask->p.weight_g > r->carrier->weight_max_g)
            r->answer[i] = (struct label_answer){
                .outcome = LABEL_REFUSED,
                .why = STR("Le colis pèse plus que le transporteur n’accepte.")};
        else if (!sender_complete(&ask->label.sender))
            r->answer[i] = (struct label_answer){
                .outcome = LABEL_REFUSED,
                .why = STR("L’entrepôt n’a pas d’adresse complète.")};
        else
            TRY(r->carrier->give(cx, &ask->label, &r->answer[i]));
        TRY(parcel_answer(cx, r->carrier, &ask->p, &r->answer[i], false));
    }
    return OK;
}

/* ---- rounds ---- */

struct look {
    int64_t wave_id;
    struct wave w;
    int64_t next_ms;
    bool none_open;
};

static enum err
look_at(struct ctx *cx, void *arg)
{
    struct look *l = arg;
    struct db_rows rows;

    TRY(wave_by_id(cx, l->wave_id, &l->w));
    TRY(db_run(cx, SQL_PARCEL_NEXT_DUE, &rows, db_int(l->wave_id), db_int(NEVER_MS)));
    l->none_open = row_null(&rows, 0, 0);
    l->next_ms = row_int(&rows, 0, 0);
    return OK;
}

static enum err
finish(struct ctx *cx, void *arg)
{
    struct look *l = arg;

    return db_run(cx, SQL_WAVE_SET_DONE, NULL, db_int(l->wave_id), db_int(cx->now_ms));
}

/* What was asked for and is due to be looked up. *count: parcels it dealt with. */
static enum err
look_up_round(struct ctx *cx, struct round *r, size_t *count)
{
    r->find = true;
    TRY(db_read(cx, round_take_lost, r));
    *count = r->count;
    if (r->count == 0)
        return OK;
    if (r->carrier->can_find != NULL && r->carrier->can_find(cx))
        round_call(cx, r);
    else
        for (size_t i = 0; i < r->count; i++)
            r->answer[i] = (struct label_answer){
                .outcome = LABEL_UNKNOWN,
                .why = STR("L’étiquette a été demandée et la réponse s’est perdue.")};
    return db_write(cx, round_store, r);
}

/* One round of labels. *count: parcels it dealt with. */
static enum err
one_round(struct ctx *cx, const struct look *l, size_t *count)
{
    struct round r = {.wave_id = l->wave_id, .carrier = carrier_by_name(l->w.carrier)};

    if (r.carrier == NULL)
        return ERR_FAULT;
    if (r.carrier->give != NULL) {
        TRY(db_write(cx, round_give, &r));
        *count = r.count;
        return OK;
    }
    TRY(db_write(cx, round_take, &r));
    if (r.count == 0)
        return look_up_round(cx, &r, count);
    *count = r.count;
    round_call(cx, &r);
    return db_write(cx, round_store, &r);
}

static enum err
release(struct ctx *cx, void *arg)
{
    const struct look *l = arg;
    int64_t orders;

    return wave_release(cx, l->wave_id, &orders);
}

/* A wave that was given up: what may have a label is looked up, what has none goes; no label is
 * asked for. */
static enum err
settle_given_up(struct ctx *cx, const struct look *l, size_t *count)
{
    struct round r = {.wave_id = l->wave_id, .carrier = carrier_by_name(l->w.carrier)};

    if (r.carrier == NULL)
        return ERR_FAULT;
    TRY(db_write(cx, release, (void *)(uintptr_t)l));
    return look_up_round(cx, &r, count);
}

struct fill {
    int64_t wave_id;
    bool more;
};

static enum err
fill_portion(struct ctx *cx, void *arg)
{
    struct fill *f = arg;

    return wave_fill(cx, f->wave_id, &f->more);
}

struct again {
    int64_t wave_id, at_ms;
};

static enum err
queue_again(struct ctx *cx, void *arg)
{
    const struct again *a = arg;

    return job_add_once(cx, JOB_WAVE_RUN, a->wave_id, STR_NONE, a->at_ms);
}

/* What the loop of one run does next. */
static enum err
step(struct ctx *cx, struct look *l, bool *done, int64_t *again_ms)
{
    struct fill f = {.wave_id = l->wave_id};
    size_t count = 0;

    *done = true;
    *again_ms = 0;
    TRY(db_read(cx, look_at, l));
    if (l->w.state == WAVE_FILLING) {
        *done = false;
        return db_write(cx, fill_portion, &f);
    }
    bool given_up = l->w.state == WAVE_GIVEN_UP;
    if (l->w.state != WAVE_LABELLING && !given_up)
        return OK; /* Stopped, or nothing is asked of it. */
    if (l->none_open)
        return given_up ? OK : db_write(cx, finish, l);
    TRY(given_up ? settle_given_up(cx, l, &count) : one_round(cx, l, &count));
    if (count > 0) {
        *done = false;
        return OK;
    }
    TRY(db_read(cx, look_at, l));
    if (l->none_open)
        return given_up ? OK : db_write(cx, finish, l);
    *again_ms = l->next_ms > cx->now_ms ? l->next_ms : cx->now_ms + 1000;
    return OK;
}

enum err
wave_run_job(struct ctx *cx, const struct job *job)
{
    int64_t until_ns = clock_mono_ns() + INT64_C(1000000) * SLICE_MS;
    struct again again = {job->subject_id, 0};
    bool done = false;

    while (!done && clock_mono_ns() < until_ns) {
        struct arena round = {0};
        struct ctx mine = *cx;
        struct look l = {.wave_id = job->subject_id};

        mine.arena = &round;
        mine.now_ms = 0;
        enum err e = step(&mine, &l, &done, &again.at_ms);
        cx->after |= mine.after;
        arena_release(&round);
        TRY(e);
    }
    if (done && again.at_ms == 0)
        return OK;
    cx->now_ms = 0;
    return db_write(cx, queue_again, &again);
}
