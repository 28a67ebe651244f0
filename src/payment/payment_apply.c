/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment_apply.c - what follows from a provider's news, in one transaction with the order.
 *
 * News come twice, late, out of order and about things we never heard of. So each notification is
 * stored under a key that is the same for the same news, and each step below looks at where the
 * payment stands: applying anything twice, or in any order, ends in the same ledger.
 *
 *   payment           news          then
 *   STARTED PENDING   captured      CAPTURED; the order decides: kept, or REFUND_DUE
 *   FAILED            captured      the same: the buyer tried again on the same page
 *   CAPTURED ...      captured      same capture: nothing; another one: a payment of its own
 *   STARTED PENDING   failed        FAILED, the order may be paid again
 *   CAPTURED ...      failed        never back by a notification: the provider is asked
 *   not captured      refund        parked until the capture is known
 *   CAPTURED ...      refund done   REFUNDED when nothing is left
 *   CAPTURED          dispute       DISPUTED; won before it began: parked
 *   REFUND_DUE ...    dispute       an alarm: the money may go back twice
 *
 * The order's row is locked before the payment's, everywhere.
 */
#include "payment/payment_care.h"

#include "base/clock.h"
#include "http/server.h"
#include "invoice/invoice.h"
#include "job/job.h"

enum { PARK_FIRST_MS = 60 * 1000, REFUND_AGAIN_MS = 3600 * 1000 };

struct found {
    int64_t id;
    bool order_differs;
};

static bool
is_captured(enum payment_state s)
{
    return s == PAYMENT_CAPTURED || s == PAYMENT_REFUND_DUE || s == PAYMENT_REFUNDED ||
           s == PAYMENT_DISPUTED;
}

/* ---- whose news it is ---- */

static bool
is_foreign(struct ctx *cx, const struct provider *pv, const struct payment_news *n)
{
    const struct conf *c = cx->app->conf;
    bool live = pv == &provider_lyra ? str_is(c->lyra_mode, "PRODUCTION")
                                     : str_contains(c->stripe_key, STR("_live_"));

    if (n->site.len > 0 && !str_eq(n->site, c->lyra_site))
        return true;
    if (n->has_mode && n->live != live)
        return true;
    return n->shop.len > 0 && !str_eq(n->shop, c->base_url);
}

static bool
take_row(const struct db_rows *rows, struct found *out)
{
    if (rows->count == 0)
        return false;
    out->id = row_int(rows, 0, 0);
    return true;
}

/* By the capture, by the attempt, by our mark; a refund without a parent by its order. */
static enum err
payment_find(struct ctx *cx, const struct provider *pv, const struct payment_news *n,
             struct found *out)
{
    struct db_value name = db_str(str_of(pv->name));
    struct db_rows rows;

    *out = (struct found){0};
    if (n->ref.len > 0) {
        TRY(db_run(cx, SQL_PAYMENT_FIND_CAPTURE, &rows, name, db_str(n->ref)));
        if (take_row(&rows, out))
            return OK;
    }
    if (n->attempt_key.len > 0) {
        TRY(db_run(cx, SQL_PAYMENT_FIND_ATTEMPT, &rows, name, db_str(n->attempt_key)));
        if (take_row(&rows, out))
            return OK;
    }
    if (n->attempt_id > 0) {
        TRY(db_run(cx, SQL_PAYMENT_FIND_ID, &rows, db_int(n->attempt_id), name));
        if (rows.count > 0 && (n->order_ref.len == 0 ||
                               str_eq(n->order_ref, row_str(&rows, 0, 2))) &&
            take_row(&rows, out))
            return OK;
    }
    if (n->refund_ref.len > 0 && n->ref.len == 0 && n->order_ref.len > 0) {
        TRY(db_run(cx, SQL_PAYMENT_FIND_CAPTURED, &rows, db_str(n->order_ref), name));
        if (rows.count == 1)
            (void)take_row(&rows, out);
    }
    return OK;
}

/* ---- captures ---- */

/* A second capture under one attempt is a payment of its own. */
static enum err
twin_insert(struct ctx *cx, const struct payment_row *p, const struct payment_news *n,
            struct payment_row *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PAYMENT_INSERT, &rows, db_int_or_null(p->pay.order_id),
               db_str(p->order_ref), db_str(p->pay.provider), db_int(PAYMENT_STARTED), db_null(),
               db_null(), db_int(p->pay.amount_cents), db_int(0), db_int(1), db_int(0),
               db_int(cx->now_ms), db_int(cx->now_ms), db_int(0)));
    TRY(payment_get_locked(cx, row_int(&rows, 0, 0), out));
    return alarm_put(cx, "second_capture", n, out->pay.id);
}

static enum err
capture_apply(struct ctx *cx, struct payment_row *p, const struct payment_news *n,
              enum applied *out)
{
    enum order_outcome what = OUTCOME_REFUND;
    struct payment_row twin;

    if (is_captured(p->pay.state)) {
        if (str_eq(p->pay.provider_ref, n->ref)) {
            *out = NEWS_KNOWN;
            return OK;
        }
        TRY(twin_insert(cx, p, n, &twin));
        p = &twin;
    }
    if (n->ref.len == 0 || n->amount_cents == 0) {
        *out = NEWS_ODD;
        return alarm_put(cx, "capture_without_money", n, p->pay.id);
    }
    TRY(db_run(cx, SQL_PAYMENT_SET_CAPTURED, NULL, db_int(p->pay.id), db_str(n->ref),
               db_int(n->amount_cents), db_int(n->euros ? 1 : 0), db_int(cx->now_ms)));
    p->captured_cents = n->amount_cents;
    p->captured_euros = n->euros;
    metric_add("payments_captured", 1);
    if (!n->euros || n->amount_cents != p->pay.amount_cents)
        TRY(alarm_put(cx, "capture_differs", n, p->pay.id));
    if (p->pay.order_id != 0)
        /* Another currency is no amount in cents of ours: never the order's total. */
        TRY(order_pay_success(cx, p->pay.order_id, p->pay.id, n->euros ? n->amount_cents : -1,
                              &what));
    /* A refund may have come before its payment. */
    TRY(db_run(cx, SQL_PAYMENT_EVENT_WAKE, NULL, db_str(p->order_ref), db_int(cx->now_ms)));
    *out = NEWS_APPLIED;
    if (what == OUTCOME_PAID || what == OUTCOME_ALREADY)
        return OK;
    return refund_open(cx, p, "order could not take the payment", 0);
}

/* ---- failures ---- */

static enum err
ask_soon(struct ctx *cx, const struct payment_row *p)
{
    TRY(db_run(cx, SQL_PAYMENT_CHECK_SOON, NULL, db_int(p->pay.id), db_int(cx->now_ms)));
    return job_add_once(cx, JOB_PAYMENT_ASK, p->pay.id, STR_NONE, 0);
}

static enum err refund_done_apply(struct ctx *cx, struct payment_row *p,
                                  const struct payment_news *n, enum applied *out);

/* A captured payment whose own transaction is said to have ended without money: cancelled before
 * it was collected. Only the provider's answer to a question is believed. */
static enum err
reversal_apply(struct ctx *cx, struct payment_row *p, const struct payment_news *n,
               enum applied *out)
{
    struct payment_news refund = *n;

    *out = NEWS_KNOWN;
    if (!str_eq(p->pay.provider_ref, n->ref) || p->pay.state == PAYMENT_REFUNDED)
        return OK; /* Another try on the same page. */
    if (!n->asked) {
        *out = NEWS_APPLIED;
        return ask_soon(cx, p);
    }
    refund.refund_ref = n->ref;
    refund.amount_cents = p->captured_cents - p->pay.refunded_cents;
    return refund_done_apply(cx, p, &refund, out);
}

static enum err
failure_apply(struct ctx *cx, struct payment_row *p, const struct payment_news *n,
              enum applied *out)
{
    enum order_outcome what;
    struct db_rows rows;

    if (is_captured(p->pay.state))
        return reversal_apply(cx, p, n, out);
    *out = NEWS_KNOWN;
    if (p->pay.state == PAYMENT_FAILED)
        return OK;
    TRY(db_run(cx, SQL_PAYMENT_SET_STATE, NULL, db_int(p->pay.id), db_int(PAYMENT_FAILED),
               db_int(cx->now_ms)));
    metric_add("payments_failed", 1);
    *out = NEWS_APPLIED;
    if (p->pay.order_id == 0)
        return OK;
    TRY(db_run(cx, SQL_PAYMENT_OPEN_OTHERS, &rows, db_int(p->pay.order_id), db_int(p->pay.id)));
    if (row_int(&rows, 0, 0) > 0)
        return OK; /* It is still being paid, in another window. */
    return order_pay_failed(cx, p->pay.order_id, p->pay.id, &what);
}

static enum err
pending_apply(struct ctx *cx, struct payment_row *p, enum applied *out)
{
    *out = NEWS_KNOWN;
    if (p->pay.state != PAYMENT_STARTED)
        return OK;
    *out = NEWS_APPLIED;
    return db_run(cx, SQL_PAYMENT_SET_STATE, NULL, db_int(p->pay.id), db_int(PAYMENT_PENDING),
                  db_int(cx->now_ms));
}

/* ---- refunds ---- */

/* The row the news is about: the one that bears its reference, or ours that has none yet. id 0:
 * somebody gave back at the provider's back office. */
static enum err
refund_find(struct ctx *cx, const struct payment_row *p, const struct payment_news *n,
            struct refund_row *out)
{
    struct db_rows rows;

    *out = (struct refund_row){0};
    TRY(db_run(cx, SQL_REFUND_BY_REF, &rows, db_str(p->pay.provider), db_str(n->refund_ref)));
    if (rows.count > 0) {
        *out = refund_from_row(&rows, 0);
        return OK;
    }
    TRY(db_run(cx, SQL_REFUND_LIST, &rows, db_int(p->pay.id)));
    for (size_t r = 0; r < rows.count; r++) {
        struct refund_row row = refund_from_row(&rows, r);
        if ((row.state == REFUND_DUE || row.state == REFUND_SENT) && row.provider_ref.len == 0 &&
            row.amount_cents == n->amount_cents)
            *out = row;
    }
    return OK;
}

static enum err
refund_record(struct ctx *cx, const struct payment_row *p, const struct payment_news *n,
              const struct refund_row *known)
{
    if (known->id != 0)
        return db_run(cx, SQL_REFUND_SET_DONE, NULL, db_int(known->id), db_str(n->refund_ref),
                      db_int(cx->now_ms));
    struct str key = str_printf(cx->arena, "outside-%.*s-%.*s", STR_FMT(p->pay.provider),
                                STR_FMT(n->refund_ref));
    struct db_rows rows;
    return db_run(cx, SQL_REFUND_INSERT, &rows, db_int(p->pay.id), db_str(p->pay.provider),
                  db_str(key), db_int(REFUND_DONE), db_int(n->amount_cents),
                  db_str(n->refund_ref), db_str(STR("given back at the provider")),
                  db_int(cx->now_ms), db_int(cx->now_ms), db_int(0));
}

/* All is given back: whatever of ours still waits has nothing left to do. */
static enum err
refunds_void(struct ctx *cx, int64_t payment_id)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REFUND_LIST, &rows, db_int(payment_id)));
    for (size_t r = 0; r < rows.count; r++) {
        struct refund_row row = refund_from_row(&rows, r);
        if (row.state == REFUND_DUE || row.state == REFUND_SENT)
            TRY(db_run(cx, SQL_REFUND_SET_VOID, NULL, db_int(row.id), db_int(cx->now_ms)));
    }
    return OK;
}

static enum err
refund_done_apply(struct ctx *cx, struct payment_row *p, const struct payment_news *n,
                  enum applied *out)
{
    struct refund_row known;

    *out = NEWS_KNOWN;
    TRY(refund_find(cx, p, n, &known));
    if (known.id != 0 && known.state == REFUND_DONE)
        return OK;
    int64_t total = p->pay.refunded_cents + n->amount_cents;
    if (n->amount_cents == 0 || total > p->captured_cents) {
        *out = NEWS_ODD;
        return alarm_put(cx, "refund_exceeds_payment", n, p->pay.id);
    }
    if (known.id == 0 && p->pay.state == PAYMENT_CAPTURED)
        TRY(alarm_put(cx, "refund_from_outside", n, p->pay.id));
    bool whole = total == p->captured_cents;
    TRY(refund_record(cx, p, n, &known));
    TRY(db_run(cx, SQL_PAYMENT_SET_REFUNDED, NULL, db_int(p->pay.id), db_int(total),
               db_int(whole ? PAYMENT_REFUNDED : p->pay.state), db_int(cx->now_ms)));
    metric_add("refunds_done", 1);
    TRY(invoice_expect_credit(cx, p->pay.id));
    *out = NEWS_APPLIED;
    if (!whole)
        return OK;
    TRY(refunds_void(cx, p->pay.id));
    return p->pay.order_id == 0 ? OK : order_refunded(cx, p->pay.order_id, p->pay.id);
}

static enum err
refund_pending_apply(struct ctx *cx, struct payment_row *p, const struct payment_news *n,
                     enum applied *out)
{
    struct refund_row known;

    *out = NEWS_KNOWN;
    TRY(refund_find(cx, p, n, &known));
    if (known.id == 0 || known.state >= REFUND_DONE)
        return OK;
    *out = NEWS_APPLIED;
    return db_run(cx, SQL_REFUND_SET_SENT, NULL, db_int(known.id), db_str(n->refund_ref));
}

/* The provider gave up, perhaps after having said that it was done: a new refund takes over. */
static enum err
refund_failed_apply(struct ctx *cx, struct payment_row *p, const struct payment_news *n,
                    enum applied *out)
{
    struct refund_row known;

    *out = NEWS_KNOWN;
    TRY(refund_find(cx, p, n, &known));
    if (known.id == 0 || known.state == REFUND_VOID)
        return OK;
    TRY(alarm_put(cx, "refund_failed", n, p->pay.id));
    bool part = str_starts(known.idem_key, STR(REFUND_PART));
    /* What was given back whole ended its order and is owed; else the payment stands. */
    bool owed = p->pay.state == PAYMENT_REFUND_DUE || p->pay.state == PAYMENT_REFUNDED;
    int64_t again;
    if (known.state == REFUND_DONE) {
        p->pay.refunded_cents -= known.amount_cents;
        TRY(db_run(cx, SQL_PAYMENT_SET_REFUNDED, NULL, db_int(p->pay.id),
                   db_int(p->pay.refunded_cents),
                   db_int(owed ? PAYMENT_REFUND_DUE : p->pay.state), db_int(cx->now_ms)));
    }
    TRY(db_run(cx, SQL_REFUND_SET_VOID, NULL, db_int(known.id),
               db_int(cx->now_ms)));
    *out = NEWS_APPLIED;
    if (part)
        return refund_part_open(cx, p, known.amount_cents, STR("an earlier refund failed"),
                                cx->now_ms + REFUND_AGAIN_MS, &again);
    if (!owed)
        return OK; /* A part given back at the provider: whoever did it decides anew. */
    return refund_open(cx, p, "an earlier refund failed", cx->now_ms + REFUND_AGAIN_MS);
}

/* ---- disputes ---- */

/* News of a dispute that moves nothing. What goes back already and is contested too may be paid
 * out twice: somebody must look. */
static enum err
dispute_aside(struct ctx *cx, const struct payment_row *p, const struct payment_news *n,
              enum applied *out)
{
    if (n->kind == NEWS_DISPUTE_WON && p->pay.state == PAYMENT_CAPTURED)
        *out = NEWS_PARKED; /* Its end came before its beginning. */
    if (n->kind == NEWS_DISPUTED &&
        (p->pay.state == PAYMENT_REFUND_DUE || p->pay.state == PAYMENT_REFUNDED))
        return alarm_put(cx, "disputed_and_refunded", n, p->pay.id);
    return OK;
}

static enum err
dispute_apply(struct ctx *cx, struct payment_row *p, const struct payment_news *n,
              enum applied *out)
{
    bool won = n->kind == NEWS_DISPUTE_WON;
    enum payment_state from = won ? PAYMENT_DISPUTED : PAYMENT_CAPTURED;
    enum payment_state to = won ? PAYMENT_CAPTURED : PAYMENT_DISPUTED;

    *out = NEWS_KNOWN;
    if (p->pay.state != from)
        return dispute_aside(cx, p, n, out);
    TRY(alarm_put(cx, won ? "dispute_won" : "payment_disputed", n, p->pay.id));
    TRY(db_run(cx, SQL_PAYMENT_SET_STATE, NULL, db_int(p->pay.id), db_int(to),
               db_int(cx->now_ms)));
    *out = NEWS_APPLIED;
    if (p->pay.order_id == 0)
        return OK;
    return won ? order_undisputed(cx, p->pay.order_id, p->pay.id)
               : order_disputed(cx, p->pay.order_id, p->pay.id);
}

/* ---- all together ---- */

static enum err
news_apply(struct ctx *cx, struct payment_row *p, const struct payment_news *n, enum applied *out)
{
    switch (n->kind) {
    case NEWS_PENDING:
        return pending_apply(cx, p, out);
    case NEWS_CAPTURED:
        return capture_apply(cx, p, n, out);
    case NEWS_FAILED:
        return failure_apply(cx, p, n, out);
    case NEWS_ASK:
        *out = NEWS_KNOWN;
        return n->asked ? OK : ask_soon(cx, p);
    case NEWS_NONE:
        *out = NEWS_KNOWN;
        return OK;
    default:
        break;
    }
    if (!is_captured(p->pay.state)) {
        *out = NEWS_PARKED; /* A refund or dispute of money that has not come yet. */
        return OK;
    }
    if (n->kind == NEWS_REFUND_DONE)
        return refund_done_apply(cx, p, n, out);
    if (n->kind == NEWS_REFUND_PENDING)
        return refund_pending_apply(cx, p, n, out);
    if (n->kind == NEWS_REFUND_FAILED)
        return refund_failed_apply(cx, p, n, out);
    return dispute_apply(cx, p, n, out);
}

/* Finds the payment, locks order and payment in this order, applies. */
static enum err
news_route(struct ctx *cx, const struct provider *pv, const struct payment_news *n,
           int64_t *payment_id, enum applied *out)
{
    struct payment_row p;
    struct found found;
    struct order o;

    if (n->kind == NEWS_NONE) {
        *out = NEWS_KNOWN;
        return OK;
    }
    if (is_foreign(cx, pv, n)) {
        *out = NEWS_FOREIGN;
        return alarm_put(cx, "news_not_ours", n, 0);
    }
    TRY(payment_find(cx, pv, n, &found));
    if (found.id == 0) {
        *out = NEWS_PARKED;
        return OK;
    }
    TRY(payment_get(cx, found.id, &p));
    if (p.pay.order_id != 0)
        TRY(order_lock(cx, p.pay.order_id, &o));
    TRY(payment_get_locked(cx, found.id, &p));
    *payment_id = p.pay.id;
    if (n->order_ref.len > 0 && !str_eq(n->order_ref, p.order_ref)) {
        *out = NEWS_ODD;
        return alarm_put(cx, "news_of_another_order", n, p.pay.id);
    }
    return news_apply(cx, &p, n, out);
}

static enum event_state
event_state_of(enum applied what)
{
    switch (what) {
    case NEWS_PARKED:
        return EVENT_PARKED;
    case NEWS_FOREIGN:
        return EVENT_FOREIGN;
    case NEWS_ODD:
        return EVENT_GIVEN_UP;
    default:
        return EVENT_APPLIED;
    }
}

enum err
payment_apply(struct ctx *cx, const struct provider *pv, const struct payment_news *n,
              struct str raw, int64_t event_id, enum applied *out)
{
    int64_t payment_id = 0;
    struct db_rows rows;

    assert(db_in_write(cx));
    if (!n->asked && event_id == 0) {
        TRY(db_run(cx, SQL_PAYMENT_EVENT_INSERT, &rows, db_str(str_of(pv->name)),
                   db_str(n->event_key), db_str(n->order_ref), db_blob(raw.ptr, raw.len),
                   db_int(cx->now_ms)));
        if (rows.count == 0) {
            metric_add("payment_news_repeated", 1);
            *out = NEWS_KNOWN;
            return OK;
        }
        event_id = row_int(&rows, 0, 0);
    }
    TRY(news_route(cx, pv, n, &payment_id, out));
    if (event_id == 0)
        return OK;
    int64_t next = *out == NEWS_PARKED ? cx->now_ms + PARK_FIRST_MS : 0;
    if (*out == NEWS_PARKED)
        log_warn(cx->log, "payment_news_parked", LOG_INT("event", event_id),
                 LOG_STR("order", n->order_ref), LOG_STR("word", n->word));
    return db_run(cx, SQL_PAYMENT_EVENT_SET, NULL, db_int(event_id), db_int(event_state_of(*out)),
                  db_int_or_null(payment_id), db_int(next));
}

struct apply_unit {
    const struct provider *pv;
    const struct payment_news *news;
    struct str raw;
    enum applied what;
};

static enum err
apply_unit(struct ctx *cx, void *arg)
{
    struct apply_unit *u = arg;

    return payment_apply(cx, u->pv, u->news, u->raw, 0, &u->what);
}

enum err
payment_apply_all(struct ctx *cx, const struct provider *pv, const struct news_list *news,
                  struct str raw, enum applied *worst)
{
    *worst = NEWS_APPLIED;
    for (size_t i = 0; i < news->count; i++) {
        struct apply_unit u = {pv, &news->item[i], raw, NEWS_APPLIED};

        TRY(db_write(cx, apply_unit, &u));
        if (u.what > *worst)
            *worst = u.what;
    }
    return OK;
}
