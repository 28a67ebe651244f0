/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment_job.c - asking the provider, giving back, and the sweep that keeps both going.
 *
 * Notifications are not relied on: each attempt that stays open is asked about until it is
 * settled, each refund is tried under its key until it is confirmed, each parked piece of news is
 * tried again until its payment is known. When something is due next stands in the database, so
 * any node takes over from any other.
 */
#include "payment/payment_care.h"

#include "base/clock.h"
#include "http/server.h"
#include "job/job.h"

enum {
    PAGE_GRACE_MS = 10 * CLOCK_MINUTE_MS, /* A capture may come a little after the page ended. */
    REQUEUE_MS = 5 * CLOCK_MINUTE_MS,     /* When a queued job has not moved it on by then. */
    CALL_LIFE_MS = 2 * CLOCK_MINUTE_MS,   /* Longer than the calls of one refund may take. */
    EMPTY_BATCH = 200,
    UNKNOWN_MS = CLOCK_DAY_MS             /* Money for an unknown order goes back after this. */
};
static const int64_t last_check_ms = INT64_C(7) * CLOCK_DAY_MS;

/* ---- asking about one payment ---- */

struct ask {
    int64_t id;
    struct payment_row p;
    struct news_list news;
};

static enum err
ask_load(struct ctx *cx, void *arg)
{
    struct ask *a = arg;

    return payment_get(cx, a->id, &a->p);
}

/* Pauses that grow with the age: 2, 4, 8 ... minutes, at most 6 hours, for a week. */
static int64_t
next_check(const struct ctx *cx, const struct payment_row *p)
{
    int64_t age = cx->now_ms - p->pay.created_ms;
    int shift = p->checks < 8 ? p->checks : 8;
    int64_t pause = (int64_t)PAYMENT_FIRST_CHECK_MS << shift;

    if (pause > 6 * CLOCK_HOUR_MS)
        pause = 6 * CLOCK_HOUR_MS;
    return age > last_check_ms ? 0 : cx->now_ms + pause;
}

/* The page has ended and the provider knows of no money: the attempt is over. */
static bool
is_over(const struct ctx *cx, const struct provider *pv, const struct payment_row *p)
{
    if (p->pay.state != PAYMENT_STARTED)
        return false;
    return p->sent_ms == 0 || cx->now_ms > p->pay.created_ms + pv->page_life_ms + PAGE_GRACE_MS;
}

static struct payment_news
over_news(const struct payment_row *p)
{
    return (struct payment_news){
        .kind = NEWS_FAILED,
        .attempt_id = p->pay.id,
        .attempt_key = p->attempt_key,
        .order_ref = p->order_ref,
        .asked = true,
        .word = STR("never paid"),
    };
}

static enum err
ask_settle(struct ctx *cx, void *arg)
{
    struct ask *a = arg;
    const struct provider *pv;
    enum applied what;

    TRY(payment_get(cx, a->id, &a->p));
    pv = provider_by_name(a->p.pay.provider);
    assert(pv != NULL);
    if (is_over(cx, pv, &a->p)) {
        struct payment_news n = over_news(&a->p);
        TRY(payment_apply(cx, pv, &n, STR_NONE, 0, &what));
        TRY(payment_get(cx, a->id, &a->p));
    }
    bool done = a->p.pay.state >= PAYMENT_REFUND_DUE || a->p.pay.state == PAYMENT_CAPTURED;
    return db_run(cx, SQL_PAYMENT_SET_CHECK, NULL, db_int(a->id),
                  db_int(done ? 0 : next_check(cx, &a->p)));
}

enum err
payment_ask(struct ctx *cx, int64_t id)
{
    struct ask *a = ARENA_NEW(cx->arena, struct ask);
    enum applied what;

    a->id = id;
    TRY(db_read(cx, ask_load, a));
    const struct provider *pv = provider_by_name(a->p.pay.provider);
    assert(pv != NULL);
    if (a->p.sent_ms > 0) {
        metric_add("payment_questions", 1);
        TRY(pv->look_up(cx, &a->p, &a->news));
        TRY(payment_apply_all(cx, pv, &a->news, STR_NONE, &what));
    }
    return db_write(cx, ask_settle, a);
}

enum err
payment_ask_job(struct ctx *cx, const struct job *job)
{
    return payment_ask(cx, job->subject_id);
}

/* ---- the attempts of an order whose deadline passed ---- */

struct attempts {
    int64_t order_id;
    struct payment_row item[PAYMENT_ATTEMPTS_MAX + 1];
    size_t count;
};

static enum err
attempts_load(struct ctx *cx, void *arg)
{
    struct attempts *list = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_PAYMENT_LIST, &rows, db_int(list->order_id)));
    list->count = 0;
    for (size_t r = 0; r < rows.count && list->count <= PAYMENT_ATTEMPTS_MAX; r++) {
        struct payment_row p = payment_from_row(cx, &rows, r);
        if (p.pay.state == PAYMENT_STARTED || p.pay.state == PAYMENT_PENDING)
            list->item[list->count++] = p;
    }
    return OK;
}

enum err
payment_settle_attempts(struct ctx *cx, int64_t order_id, bool *open)
{
    struct attempts *list = ARENA_NEW(cx->arena, struct attempts);
    bool closed;

    list->order_id = order_id;
    TRY(db_read(cx, attempts_load, list));
    for (size_t i = 0; i < list->count; i++) {
        const struct payment_row *p = &list->item[i];
        const struct provider *pv = provider_by_name(p->pay.provider);

        assert(pv != NULL);
        if (p->sent_ms > 0 && pv->close(cx, p, &closed) != OK)
            continue; /* Stays open: asked again. */
        if (payment_ask(cx, p->pay.id) != OK)
            continue;
    }
    TRY(db_read(cx, attempts_load, list));
    *open = list->count > 0;
    return OK;
}

/* ---- giving back ---- */

struct give {
    int64_t id;
    struct refund_row r;
    struct payment_row p;
    bool mine;            /* Nobody else asks for it meanwhile. */
    struct str problem;   /* The provider's refusal; empty: no answer. */
    bool denied;
};

/* So that the answer about one refund is not taken for another's. */
static enum err
others_load(struct ctx *cx, struct give *g)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REFUND_LIST, &rows, db_int(g->r.payment_id)));
    g->r.others.item = ARENA_ARRAY(cx->arena, rows.count + 1, struct str);
    for (size_t r = 0; r < rows.count; r++) {
        struct refund_row row = refund_from_row(&rows, r);
        if (row.id != g->id && row.provider_ref.len > 0)
            g->r.others.item[g->r.others.count++] = row.provider_ref;
    }
    return OK;
}

/* Before the call: what is written here survives a crash in the middle of it. A worker and the
 * command line may come to the same refund at once, and Lyra knows no idempotency key: two calls
 * would give back twice. */
static enum err
give_start(struct ctx *cx, void *arg)
{
    static const int minutes[] = {0, 1, 2, 5, 15, 60};
    struct give *g = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_REFUND_CLAIM, &rows, db_int(g->id), db_int(cx->now_ms),
               db_int(cx->now_ms + CALL_LIFE_MS)));
    g->mine = rows.count > 0;
    if (!g->mine)
        return OK;
    TRY(refund_get(cx, g->id, &g->r));
    TRY(payment_get(cx, g->r.payment_id, &g->p));
    TRY(others_load(cx, g));
    int64_t pause = minutes[g->r.tries < 5 ? g->r.tries : 5] * (int64_t)CLOCK_MINUTE_MS;
    return db_run(cx, SQL_REFUND_PUSH, NULL, db_int(g->id), db_int(cx->now_ms + pause));
}

static enum err
give_end(struct ctx *cx, void *arg)
{
    const struct give *g = arg;

    return db_run(cx, SQL_REFUND_RELEASE, NULL, db_int(g->id));
}

/* For the person who looks after it. A key that was refused for good gets a successor: nothing was
 * given back under it. */
static enum err
give_problem(struct ctx *cx, void *arg)
{
    const struct give *g = arg;
    struct str key = g->r.idem_key;

    if (g->denied)
        TRY(db_run(cx, SQL_REFUND_SET_KEY, NULL, db_int(g->id), db_str(key),
                   db_str(str_printf(cx->arena, "%.*s.%d",
                                     STR_FMT(str_sub(key, 0, str_find_byte(key, '.'))),
                                     g->r.tries))));
    return db_run(cx, SQL_REFUND_SET_PROBLEM, NULL, db_int(g->id),
                  db_str(g->problem.len > 0 ? g->problem : STR("no answer")));
}

enum err
payment_refund_job(struct ctx *cx, const struct job *job)
{
    struct give *g = ARENA_NEW(cx->arena, struct give);
    struct news_list *news = ARENA_NEW(cx->arena, struct news_list);
    enum applied what;

    g->id = job->subject_id;
    TRY(db_write(cx, give_start, g));
    if (!g->mine)
        return OK; /* Done, or asked by another: the sweep comes back to it. */
    const struct provider *pv = provider_by_name(g->p.pay.provider);
    assert(pv != NULL);
    metric_add("refund_calls", 1);
    enum err e = pv->refund(cx, &g->p, &g->r, &news->item[0]);
    if (e != OK) {
        g->problem = news->item[0].word;
        g->denied = e == ERR_DENIED;
        log_warn(cx->log, "refund_not_confirmed", LOG_INT("refund", g->id),
                 LOG_INT("payment", g->p.pay.id), LOG_Z("error", err_name(e)),
                 LOG_STR("word", g->problem));
        return db_write(cx, give_problem, g); /* The sweep tries again, without end. */
    }
    news->count = 1;
    news->item[0].attempt_id = g->p.pay.id;
    TRY(payment_apply_all(cx, pv, news, STR_NONE, &what));
    return db_write(cx, give_end, g);
}

/* ---- parked news ---- */

struct parked {
    int64_t id;
    const struct provider *pv;
    struct payment_news news;
    bool found;      /* It is still parked, and readable. */
    bool confirmed;  /* The provider says so too. */
    int64_t age_ms;
    int tries;
    enum applied what;
};

static enum err
parked_load(struct ctx *cx, void *arg)
{
    struct parked *k = arg;
    struct news_list *list = ARENA_NEW(cx->arena, struct news_list);
    struct db_rows rows;
    const char *why = "";

    TRY(db_run(cx, SQL_PAYMENT_EVENT_GET, &rows, db_int(k->id)));
    if (rows.count == 0 || row_int(&rows, 0, 3) != EVENT_PARKED)
        return OK;
    k->pv = provider_by_name(row_str(&rows, 0, 1));
    k->age_ms = cx->now_ms - row_int(&rows, 0, 5);
    k->tries = (int)row_int(&rows, 0, 6);
    assert(k->pv != NULL);
    if (k->pv->parse(cx, row_str(&rows, 0, 4), list, &why) != OK)
        return OK;
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->item[i].event_key, row_str(&rows, 0, 2))) {
            k->news = list->item[i];
            k->found = true;
        }
    return OK;
}

static enum err
parked_apply(struct ctx *cx, void *arg)
{
    struct parked *k = arg;

    return payment_apply(cx, k->pv, &k->news, STR_NONE, k->id, &k->what);
}

/* The provider's own word about a payment we have no row for. */
static enum err
parked_confirm(struct ctx *cx, struct parked *k)
{
    struct payment_row p = {
        .pay = {.provider = str_of(k->pv->name), .provider_ref = k->news.ref},
        .order_ref = k->news.order_ref,
        .attempt_key = k->news.attempt_key,
    };
    struct news_list *list = ARENA_NEW(cx->arena, struct news_list);

    TRY(k->pv->look_up(cx, &p, list));
    for (size_t i = 0; i < list->count; i++)
        if (list->item[i].kind == NEWS_CAPTURED && str_eq(list->item[i].ref, k->news.ref))
            k->confirmed = true;
    return OK;
}

/* Money of ours without an order: it gets a row of its own and goes back. */
static enum err
parked_adopt(struct ctx *cx, void *arg)
{
    struct parked *k = arg;
    const struct payment_news *n = &k->news;
    struct payment_row p;
    struct db_rows rows;

    TRY(db_run(cx, SQL_PAYMENT_INSERT, &rows, db_null(), db_str(n->order_ref),
               db_str(str_of(k->pv->name)), db_int(PAYMENT_CAPTURED), db_null(), db_str(n->ref),
               db_int(n->amount_cents), db_int(n->amount_cents), db_int(n->euros ? 1 : 0),
               db_int(cx->now_ms), db_int(cx->now_ms), db_int(cx->now_ms), db_int(0)));
    TRY(payment_get_locked(cx, row_int(&rows, 0, 0), &p));
    TRY(refund_open(cx, &p, "the order is not known", 0));
    return db_run(cx, SQL_PAYMENT_EVENT_SET, NULL, db_int(k->id), db_int(EVENT_APPLIED),
                  db_int(p.pay.id), db_int(0));
}

static enum err
parked_wait(struct ctx *cx, void *arg)
{
    struct parked *k = arg;
    int64_t pause = (int64_t)CLOCK_MINUTE_MS << (k->tries < 6 ? k->tries : 6);
    bool give_up = k->age_ms > UNKNOWN_MS;

    if (give_up)
        TRY(alarm_put(cx, "payment_news_given_up", &k->news, 0));
    return db_run(cx, SQL_PAYMENT_EVENT_SET, NULL, db_int(k->id),
                  db_int(give_up ? EVENT_GIVEN_UP : EVENT_PARKED), db_null(),
                  db_int(give_up ? 0 : cx->now_ms + pause));
}

enum err
payment_parked_job(struct ctx *cx, const struct job *job)
{
    struct parked *k = ARENA_NEW(cx->arena, struct parked);

    k->id = job->subject_id;
    TRY(db_read(cx, parked_load, k));
    if (!k->found)
        return OK;
    TRY(db_write(cx, parked_apply, k));
    if (k->what != NEWS_PARKED)
        return OK;
    /* Only what bears our mark is ours to give back: a shop number may serve several sites. */
    if (k->news.kind == NEWS_CAPTURED && k->news.shop.len > 0 && k->age_ms > UNKNOWN_MS) {
        TRY(parked_confirm(cx, k));
        if (k->confirmed)
            return db_write(cx, parked_adopt, k);
    }
    return db_write(cx, parked_wait, k);
}

/* ---- the sweep ---- */

static enum err
queue_due(struct ctx *cx, enum sql_id find, enum sql_id push, enum job_kind kind)
{
    struct db_rows rows;

    TRY(db_run(cx, find, &rows, db_int(cx->now_ms)));
    for (size_t r = 0; r < rows.count; r++) {
        TRY(job_add_once(cx, kind, row_int(&rows, r, 0), STR_NONE, 0));
        TRY(db_run(cx, push, NULL, db_int(row_int(&rows, r, 0)), db_int(cx->now_ms + REQUEUE_MS)));
    }
    return OK;
}

static enum err
raise_late_refunds(struct ctx *cx)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REFUND_LATE, &rows, db_int(cx->now_ms - CLOCK_DAY_MS)));
    for (size_t r = 0; r < rows.count; r++) {
        struct payment_news n = {
            .order_ref = row_str(&rows, r, 2),
            .ref = str_printf(cx->arena, "remboursement %lld", (long long)row_int(&rows, r, 0)),
            .amount_cents = row_int(&rows, r, 3),
        };
        TRY(alarm_put(cx, "refund_late", &n, row_int(&rows, r, 1)));
        TRY(db_run(cx, SQL_REFUND_SET_ALARMED, NULL, db_int(row_int(&rows, r, 0)),
                   db_int(cx->now_ms)));
    }
    return OK;
}

static enum err
sweep(struct ctx *cx, void *arg)
{
    (void)arg;
    TRY(queue_due(cx, SQL_PAYMENT_DUE, SQL_PAYMENT_DUE_PUSH, JOB_PAYMENT_ASK));
    TRY(queue_due(cx, SQL_REFUND_DUE, SQL_REFUND_PUSH, JOB_PAYMENT_REFUND));
    TRY(queue_due(cx, SQL_PAYMENT_EVENT_DUE, SQL_PAYMENT_EVENT_PUSH, JOB_PAYMENT_PARKED));
    TRY(raise_late_refunds(cx));
    return db_run(cx, SQL_LYRA_COUNTER_FORGET, NULL, db_int(cx->now_ms / CLOCK_DAY_MS - 7));
}

enum err
payment_sweep_job(struct ctx *cx, const struct job *job)
{
    (void)job;
    return db_write(cx, sweep, NULL);
}

enum err
payment_purge_news(struct ctx *cx, struct purge *p)
{
    return purge_rows(cx, SQL_PAYMENT_EVENT_EMPTY, SQL_PAYMENT_EVENT_OLD, EMPTY_BATCH, p);
}
