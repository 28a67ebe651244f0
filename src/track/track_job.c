/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track_job.c - asking La Poste about parcels under way, and noticing those that fell silent.
 *
 * Polite by construction: several numbers a request, so many requests a minute, pauses that grow
 * with a parcel's age, Retry-After obeyed, and when the service fails several times in a row it is
 * left alone for a growing while. Where it stands is in the database, so that any node goes on.
 */
#include "base/clock.h"
#include "base/format.h"
#include "base/parse.h"
#include "http/server.h"
#include "job/job.h"
#include "net/net.h"
#include "track/track_int.h"
#include "track/trouble.h"

enum {
    IDS_PER_CALL = 10,
    RATE_MAX = 120,
    RATE_DEFAULT = 20,
    CALL_MS = 10000,
    RUN_MS = 45000,                    /* A run ends before the next is due. */
    LEASE_MS = 15 * CLOCK_MINUTE_MS,
    FAILURES_BORNE = 3,
    PAUSE_FIRST_MS = 5 * CLOCK_MINUTE_MS,
    PAUSE_MAX_MS = 2 * CLOCK_HOUR_MS,
    KEY_REFUSED_MS = CLOCK_HOUR_MS,
    SILENT_PORTION = 200
};
#define CARRIER STR("colissimo")

/* Why the service could not be used, as it is kept, and for a person. */
static const struct {
    const char *code, *text;
} faults[] = {
    {"unreachable", "le service ne répond pas, ou pas jusqu’au bout"},
    {"too_long", "sa réponse est démesurée"},
    {"key_refused", "il refuse la clé (LAPOSTE_KEY)"},
    {"too_many", "il demande de patienter"},
    {"out_of_order", "il est en panne"},
    {"no_answer", "sa réponse n’est pas celle d’un suivi"},
};
enum track_fault { UNREACHABLE, TOO_LONG, KEY_REFUSED, TOO_MANY, OUT_OF_ORDER, NO_ANSWER, FAULTS };

static struct str
fault_text(struct str code)
{
    for (int i = 0; i < FAULTS; i++)
        if (str_is(code, faults[i].code))
            return str_of(faults[i].text);
    return STR_NONE;
}

enum err
track_service_text(struct ctx *cx, struct str *out)
{
    struct db_rows rows;

    *out = STR_NONE;
    if (!track_enabled(cx))
        return OK;
    TRY(db_run(cx, SQL_TRACK_LINK_FIND, &rows, db_str(CARRIER)));
    if (rows.count == 0 || row_int(&rows, 0, 0) == 0)
        return OK;
    bool waits = row_int(&rows, 0, 1) > cx->now_ms;
    *out = str_printf(cx->arena, "%s sans réponse utile\u00a0: %.*s. %s%s.",
                      fmt_plural(row_int(&rows, 0, 0), "demande", "demandes").z,
                      STR_FMT(fault_text(row_str(&rows, 0, 2))),
                      waits ? "Prochaine demande le " : "Prochaine demande dans la minute",
                      waits ? fmt_date_time(row_int(&rows, 0, 1), ZONE_PARIS).z : "");
    return OK;
}

struct due {
    int64_t id;
    struct str number;
    int64_t handed_ms;
};

struct run {
    const struct parcel *only; /* This one, whenever it is due; NULL: those that are due. */
    struct due *due;
    size_t count;
    int64_t budget;         /* Requests left. */
    int64_t failures;       /* In a row, before and in this run. */
    bool stop;
    struct track_tally *tally;
    /* of one call */
    const struct due *asked;
    size_t asked_count;
    struct track_answer_list answers;
    int64_t until_ms;
    enum track_fault why;
    int fresh;
};

static bool
plain_number(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') || (s.ptr[i] >= '0' && s.ptr[i] <= '9')))
            return false;
    return s.len >= 11 && s.len <= 15;
}

static enum err
take_due(struct ctx *cx, struct run *run)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_TRACK_DUE, &rows, db_str(CARRIER), db_int(cx->now_ms),
               db_int(run->budget * IDS_PER_CALL)));
    run->due = ARENA_ARRAY(cx->arena, rows.count + 1, struct due);
    for (size_t r = 0; r < rows.count; r++) {
        struct due d = {row_int(&rows, r, 0), row_str(&rows, r, 1), row_int(&rows, r, 2)};
        /* Just handed over, or no number of theirs: not asked about now, or not at all. */
        bool theirs = plain_number(d.number);
        bool early = cx->now_ms < d.handed_ms + TRACK_FIRST_MS;
        int64_t first = track_next_ms(d.handed_ms, SENSE_ANNOUNCED, cx->now_ms);
        bool ask = theirs && !early && first > 0;
        int64_t next = ask ? cx->now_ms + LEASE_MS : theirs ? first : 0;
        TRY(db_run(cx, SQL_TRACK_SET_NEXT, NULL, db_int(d.id), db_int(next), db_int(0)));
        if (ask)
            run->due[run->count++] = d;
    }
    return OK;
}

/* Takes what is due: leased, so that a run that dies leaves it to a later one. */
static enum err
take_unit(struct ctx *cx, void *arg)
{
    struct run *run = arg;
    struct db_rows link;

    run->count = 0;
    TRY(db_run(cx, SQL_TRACK_LINK_FIND, &link, db_str(CARRIER)));
    run->failures = link.count > 0 ? row_int(&link, 0, 0) : 0;
    if (link.count > 0 && row_int(&link, 0, 1) > cx->now_ms) {
        run->tally->until_ms = row_int(&link, 0, 1);
        run->tally->why = str_dup(cx->arena, row_str(&link, 0, 2));
        return OK;
    }
    /* After failures one call shows whether the service is back. */
    if (run->failures >= FAILURES_BORNE)
        run->budget = 1;
    if (run->only == NULL)
        return take_due(cx, run);
    run->due = ARENA_NEW(cx->arena, struct due);
    run->due[run->count++] = (struct due){run->only->id, run->only->number,
                                          run->only->handed_ms};
    return OK;
}

static const struct track_answer *
answer_of(const struct run *run, const struct due *d)
{
    for (size_t i = 0; i < run->answers.count; i++)
        if (str_eq(run->answers.item[i].number, d->number))
            return &run->answers.item[i];
    /* An answer to one question need not name it. */
    if (run->asked_count == 1 && run->answers.count == 1 &&
        run->answers.item[0].number.len == 0)
        return &run->answers.item[0];
    return NULL;
}

static enum err
apply_one(struct ctx *cx, struct run *run, const struct due *d)
{
    const struct track_answer *answer = answer_of(run, d);
    struct track_event_list all;
    struct parcel p;
    int fresh = 0;

    TRY(parcel_by_id(cx, d->id, &p));
    if (answer == NULL || answer->kind == TRACK_BAD)
        log_warn(cx->log, "track_answer_bad", LOG_INT("parcel", d->id));
    else if (answer->kind == TRACK_NEWS)
        TRY(track_apply(cx, &p, &answer->events, TRACK_ASKED, &fresh));
    run->fresh += fresh;
    TRY(track_events_of(cx, d->id, &all));
    enum track_sense last = all.count == 0 ? SENSE_ANNOUNCED : track_judge(&all).sense;
    return db_run(cx, SQL_TRACK_SET_NEXT, NULL, db_int(d->id),
                  db_int(track_next_ms(d->handed_ms, last, cx->now_ms)), db_int(1));
}

static enum err
apply_unit(struct ctx *cx, void *arg)
{
    struct run *run = arg;

    run->fresh = 0;
    for (size_t i = 0; i < run->asked_count; i++)
        TRY(apply_one(cx, run, &run->asked[i]));
    if (run->failures == 0)
        return OK;
    return db_run(cx, SQL_TRACK_LINK_PUT, NULL, db_str(CARRIER), db_int(0), db_int(0),
                  db_str(STR_NONE), db_int(cx->now_ms));
}

/* The parcels of the call that failed, and those not asked about, are due again when the service
 * is. */
static enum err
fail_unit(struct ctx *cx, void *arg)
{
    struct run *run = arg;
    int64_t pause = 0;

    if (run->failures >= FAILURES_BORNE) {
        int64_t shift = run->failures - FAILURES_BORNE;
        pause = (int64_t)PAUSE_FIRST_MS << (shift < 5 ? shift : 5);
        pause = pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS;
    }
    int64_t until = cx->now_ms + pause > run->until_ms ? cx->now_ms + pause : run->until_ms;
    for (size_t i = 0; run->only == NULL && i < run->count; i++)
        if (&run->due[i] >= run->asked)
            TRY(db_run(cx, SQL_TRACK_SET_NEXT, NULL, db_int(run->due[i].id),
                       db_int(until > cx->now_ms ? until : cx->now_ms + CLOCK_MINUTE_MS),
                       db_int(0)));
    run->tally->until_ms = until;
    return db_run(cx, SQL_TRACK_LINK_PUT, NULL, db_str(CARRIER), db_int(run->failures),
                  db_int(until), db_str(str_of(faults[run->why].code)), db_int(cx->now_ms));
}

static struct net_result
call(struct ctx *cx, const struct run *run)
{
    const struct conf *conf = cx->app->conf;
    struct net_result result;
    struct buf url = {0}, key = {0};

    buf_str(&url, conf->laposte_url);
    buf_z(&url, "/idships/");
    for (size_t i = 0; i < run->asked_count; i++) {
        buf_z(&url, i > 0 ? "," : "");
        buf_str(&url, run->asked[i].number);
    }
    buf_z(&url, "?lang=fr_FR");
    buf_printf(&key, "X-Okapi-Key: %.*s", STR_FMT(conf->laposte_key));
    struct net_call c = {.method = "GET",
                         .url = buf_dup(&url, cx->arena),
                         .headers = {str_z(cx->arena, buf_dup(&key, cx->arena)),
                                     "Accept: application/json"},
                         .total_ms = CALL_MS};
    net_call_many(cx->arena, &c, 1, 1, &result);
    buf_release(&url);
    buf_release(&key);
    return result;
}

static enum err
failed(struct ctx *cx, struct run *run, enum track_fault why, int64_t pause_ms)
{
    run->failures++;
    run->stop = true;
    run->why = why;
    run->until_ms = pause_ms == 0 ? 0 : db_now_ms(cx->app->pool) + pause_ms;
    run->tally->failed = true;
    run->tally->why = str_of(faults[why].code);
    metric_add("track_failures", 1);
    log_warn(cx->log, "track_failed", LOG_Z("why", faults[why].code),
             LOG_INT("failures", run->failures));
    return db_write(cx, fail_unit, run);
}

static enum err ask(struct ctx *cx, struct run *run, const struct due *due, size_t count);

/* One of the numbers hides the others: each is asked about by itself. */
static enum err
ask_singly(struct ctx *cx, struct run *run, const struct due *due, size_t count)
{
    for (size_t i = 0; i < count && !run->stop && run->budget > 0; i++)
        TRY(ask(cx, run, &due[i], 1));
    return OK;
}

/* A single no to several questions. */
static bool
hides_others(const struct run *run)
{
    return run->asked_count > 1 && run->answers.count == 1 &&
           run->answers.item[0].kind != TRACK_NEWS;
}

/* What the service did wrong, if anything. */
static bool
is_failure(const struct net_result *r, bool read, enum track_fault *why)
{
    if (r->err != OK)
        *why = r->err == ERR_LIMIT ? TOO_LONG : UNREACHABLE;
    else if (r->status == 401 || r->status == 403)
        *why = KEY_REFUSED;
    else if (r->status == 429 || r->status >= 500)
        *why = r->status == 429 ? TOO_MANY : OUT_OF_ORDER;
    else if (!read && r->status != 404)
        *why = NO_ANSWER;
    else
        return false;
    return true;
}

static enum err
ask(struct ctx *cx, struct run *run, const struct due *due, size_t count)
{
    enum track_fault why;

    run->asked = due;
    run->asked_count = count;
    run->answers = (struct track_answer_list){NULL, 0};
    run->budget--;
    run->tally->calls++;
    metric_add("track_calls", 1);
    struct net_result r = call(cx, run);
    bool read = r.err == OK && laposte_read(cx->arena, r.reply, &run->answers) == OK;
    if (is_failure(&r, read, &why)) {
        int64_t pause = r.err == OK ? (int64_t)r.retry_after_s * 1000 : 0;
        return failed(cx, run, why,
                      why == KEY_REFUSED && pause < KEY_REFUSED_MS ? KEY_REFUSED_MS : pause);
    }
    if ((!read && count > 1) || hides_others(run))
        return ask_singly(cx, run, due, count);
    if (!read) { /* Unknown, said without JSON. */
        run->answers.item = ARENA_NEW(cx->arena, struct track_answer);
        run->answers.item[0] = (struct track_answer){.number = due->number,
                                                     .kind = TRACK_UNKNOWN};
        run->answers.count = 1;
    }
    TRY(db_write(cx, apply_unit, run));
    run->tally->fresh += run->fresh;
    run->failures = 0;
    return OK;
}

enum err
track_ask(struct ctx *cx, const struct parcel *only, struct track_tally *out)
{
    const struct conf *conf = cx->app->conf;
    int64_t began = clock_mono_ns(), rate;
    struct run run = {.only = only, .tally = out};

    *out = (struct track_tally){0};
    if (!track_enabled(cx))
        return OK;
    if (!parse_i64(conf->track_rate, 1, RATE_MAX, &rate))
        rate = RATE_DEFAULT;
    run.budget = rate;
    TRY(db_write(cx, take_unit, &run));
    out->parcels = (int64_t)run.count;
    for (size_t i = 0; i < run.count && !run.stop && run.budget > 0; i += IDS_PER_CALL) {
        size_t left = run.count - i;
        TRY(ask(cx, &run, &run.due[i], left < IDS_PER_CALL ? left : IDS_PER_CALL));
        if (clock_mono_ns() - began > (int64_t)RUN_MS * 1000000)
            break;
    }
    return OK;
}

bool
track_enabled(const struct ctx *cx)
{
    return cx->app->conf->laposte_key.len > 0 && cx->app->conf->laposte_url.len > 0;
}

enum err
track_job(struct ctx *cx, const struct job *job)
{
    struct track_tally tally;

    (void)job;
    return track_ask(cx, NULL, &tally);
}

/* ---- an order that its parcels could not move ---- */

static enum err
follow_order(struct ctx *cx, void *arg)
{
    const int64_t *order_id = arg;

    TRY(order_close_if_sent(cx, *order_id));
    return track_deliver_if_all(cx, *order_id);
}

/* A dispute is won: the order goes where its parcels went while it stood still. */
enum err
track_order_job(struct ctx *cx, const struct job *job)
{
    int64_t order_id = job->subject_id;

    cx->now_ms = 0;
    return db_write(cx, follow_order, &order_id);
}

/* ---- silence ---- */

struct silence {
    int64_t before_ms, after_ms, after_id;
    size_t found;
};

static enum err
silence_unit(struct ctx *cx, void *arg)
{
    struct silence *s = arg;
    struct db_rows rows;
    struct parcel p;
    bool fresh;

    TRY(db_run(cx, SQL_TRACK_SILENT, &rows, db_int(s->before_ms), db_int(s->after_ms),
               db_int(s->after_id), db_int(SILENT_PORTION)));
    s->found = rows.count;
    for (size_t r = 0; r < rows.count; r++) {
        TRY(parcel_by_id(cx, row_int(&rows, r, 0), &p));
        TRY(trouble_open(cx, &p, TROUBLE_SILENT, &fresh));
        s->after_id = p.id;
        s->after_ms = row_int(&rows, r, 1);
    }
    return OK;
}

enum err
track_silent_job(struct ctx *cx, const struct job *job)
{
    struct silence s = {0};

    (void)job;
    s.before_ms = track_silent_before_ms(cx, db_now_ms(cx->app->pool));
    do
        TRY(db_write(cx, silence_unit, &s));
    while (s.found == SILENT_PORTION);
    return OK;
}
