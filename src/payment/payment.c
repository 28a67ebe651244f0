/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment.c - the ledger's rows, and the start of an attempt.
 *
 * The intent row is written, and committed, before the provider hears of the attempt: whatever
 * comes back later finds it.
 */
#include "payment/payment_store.h"

#include "base/clock.h"
#include "http/server.h"
#include "job/job.h"
#include "order/order_words.h"
#include "payment/lyra.h"

enum { DOUBLE_CLICK_MS = 5000 };

struct payment_row
payment_from_row(struct ctx *cx, const struct db_rows *rows, size_t r)
{
    (void)cx;
    return (struct payment_row){
        .pay = {.id = row_int(rows, r, 0),
                .order_id = row_int(rows, r, 1),
                .state = (enum payment_state)row_int(rows, r, 2),
                .provider = row_str(rows, r, 3),
                .provider_ref = row_str(rows, r, 4),
                .amount_cents = row_int(rows, r, 5),
                .refunded_cents = row_int(rows, r, 6),
                .created_ms = row_int(rows, r, 7),
                .captured_cents = row_int(rows, r, 11),
                .captured_ms = row_int(rows, r, 15)},
        .order_ref = row_str(rows, r, 8),
        .attempt_key = row_str(rows, r, 9),
        .page_url = row_str(rows, r, 10),
        .captured_cents = row_int(rows, r, 11),
        .captured_euros = row_int(rows, r, 12) != 0,
        .sent_ms = row_int(rows, r, 13),
        .checks = (int)row_int(rows, r, 14),
    };
}

struct refund_row
refund_from_row(const struct db_rows *rows, size_t r)
{
    return (struct refund_row){
        .id = row_int(rows, r, 0),
        .payment_id = row_int(rows, r, 1),
        .idem_key = row_str(rows, r, 2),
        .state = (int)row_int(rows, r, 3),
        .amount_cents = row_int(rows, r, 4),
        .provider_ref = row_str(rows, r, 5),
        .created_ms = row_int(rows, r, 6),
        .tries = (int)row_int(rows, r, 7),
    };
}

static enum err
payment_one(struct ctx *cx, enum sql_id sql, int64_t id, struct payment_row *out)
{
    struct db_rows rows;

    TRY(db_run(cx, sql, &rows, db_int(id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = payment_from_row(cx, &rows, 0);
    return OK;
}

enum err
payment_get(struct ctx *cx, int64_t id, struct payment_row *out)
{
    return payment_one(cx, SQL_PAYMENT_GET, id, out);
}

enum err
payment_get_locked(struct ctx *cx, int64_t id, struct payment_row *out)
{
    assert(db_in_write(cx));
    return payment_one(cx, SQL_PAYMENT_LOCK, id, out);
}

enum err
refund_get(struct ctx *cx, int64_t id, struct refund_row *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REFUND_GET, &rows, db_int(id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = refund_from_row(&rows, 0);
    return OK;
}

enum err
payment_of_order(struct ctx *cx, int64_t order_id, struct payment_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PAYMENT_LIST, &rows, db_int(order_id)));
    struct payment_list list = {ARENA_ARRAY(cx->arena, rows.count, struct payment), rows.count};
    for (size_t r = 0; r < rows.count; r++)
        list.item[r] = payment_from_row(cx, &rows, r).pay;
    *out = list;
    return OK;
}

enum err
payment_refunds_of_order(struct ctx *cx, int64_t order_id, struct refund_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REFUND_OF_ORDER, &rows, db_int(order_id)));
    struct refund_list list = {ARENA_ARRAY(cx->arena, rows.count, struct refund), rows.count};
    for (size_t r = 0; r < rows.count; r++)
        list.item[r] = (struct refund){
            .id = row_int(&rows, r, 0),
            .payment_id = row_int(&rows, r, 1),
            .state = (enum refund_state)row_int(&rows, r, 2),
            .amount_cents = row_int(&rows, r, 3),
            .cause = row_str(&rows, r, 4),
            .created_ms = row_int(&rows, r, 5),
            .done_ms = row_int(&rows, r, 6),
        };
    *out = list;
    return OK;
}

/* ---- words ---- */

const char *
payment_state_text(enum payment_state s)
{
    static const char *const texts[] = {
        "", "Commencé", "En cours à la banque", "Encaissé", "Refusé ou abandonné", "À rembourser",
        "Remboursé", "Contesté"};

    assert(s <= PAYMENT_DISPUTED);
    return texts[s];
}

const char *
refund_state_text(enum refund_state s)
{
    static const char *const texts[] = {"", "À demander", "Demandé à la banque", "Fait", "Échoué"};

    assert(s <= REFUND_VOID);
    return texts[s];
}

struct str
refund_cause_text(struct str cause)
{
    static const struct {
        const char *cause, *text;
    } causes[] = {
        {"the order is not known", "La commande est inconnue"},
        {"order could not take the payment", "La commande ne pouvait plus être servie"},
        {"an earlier refund failed", "Un remboursement précédent a échoué"},
        {"packs that did not arrive", "Des lots ne sont pas arrivés"},
    };

    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (str_is(cause, causes[i].cause))
            return str_of(causes[i].text);
    return order_cause_text(cause);
}

/* ---- providers ---- */

const struct provider *
provider_by_name(struct str name)
{
    static const struct provider *const all[] = {&provider_lyra, &provider_stripe};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (str_is(name, all[i]->name))
            return all[i];
    return NULL;
}

const struct provider *
provider_current(const struct ctx *cx)
{
    const struct conf *c = cx->app->conf;

    if (str_is(c->pay, "stripe"))
        return c->stripe_key.len > 0 && c->stripe_hook_secret.len > 0 ? &provider_stripe : NULL;
    return c->lyra_url.len > 0 && c->lyra_rest_url.len > 0 && c->lyra_site.len == 8 &&
                   c->lyra_key.len > 0 && c->lyra_password.len > 0
               ? &provider_lyra
               : NULL;
}

/* ---- the start of an attempt ---- */

/* Lyra's number of the attempt: unique for the shop and the UTC day, also after a cancel. */
static enum err
lyra_key_take(struct ctx *cx, struct str *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_LYRA_COUNTER_TAKE, &rows, db_int(cx->now_ms / CLOCK_DAY_MS)));
    if (rows.count == 0) {
        log_error(cx->log, "lyra_numbers_used_up");
        return ERR_BUSY;
    }
    *out = lyra_attempt_key(cx->arena, cx->now_ms, row_int(&rows, 0, 0) - 1);
    return OK;
}

/* A double click goes to the page that the first click made. */
static bool
fresh_attempt(struct ctx *cx, const struct db_rows *rows, const char *provider, int64_t *id)
{
    if (rows->count == 0)
        return false;
    struct payment_row last = payment_from_row(cx, rows, rows->count - 1);
    if (last.pay.state != PAYMENT_STARTED || !str_is(last.pay.provider, provider) ||
        last.pay.created_ms + DOUBLE_CLICK_MS < cx->now_ms)
        return false;
    *id = last.pay.id;
    return true;
}

enum err
payment_begin(struct ctx *cx, const struct provider *pv, struct order *o, int64_t *id)
{
    struct db_rows rows;
    struct str key = STR_NONE;
    bool again;

    assert(db_in_write(cx));
    TRY(order_lock(cx, o->id, o));
    TRY(order_pay_begin(cx, o, &again));
    TRY(db_run(cx, SQL_PAYMENT_LIST, &rows, db_int(o->id)));
    if (fresh_attempt(cx, &rows, pv->name, id))
        return OK;
    if (rows.count >= PAYMENT_ATTEMPTS_MAX)
        return ERR_RATE;
    if (pv == &provider_lyra)
        TRY(lyra_key_take(cx, &key));
    /* Lyra's page is reached by a form, so the attempt counts as sent from now on. */
    TRY(db_run(cx, SQL_PAYMENT_INSERT, &rows, db_int(o->id), db_str(o->ref),
               db_str(str_of(pv->name)), db_int(PAYMENT_STARTED), db_str_or_null(key), db_null(),
               db_int(o->total_cents), db_int(0), db_int(1), db_int(0),
               db_int(key.len > 0 ? cx->now_ms : 0), db_int(cx->now_ms),
               db_int(cx->now_ms + PAYMENT_FIRST_CHECK_MS)));
    *id = row_int(&rows, 0, 0);
    metric_add("payments_started", 1);
    return OK;
}

/* ---- giving back ---- */

/* Neither given back nor being given back; *made: refunds there are, which number the keys. */
static enum err
left_of(struct ctx *cx, const struct payment_row *p, int64_t *left, int *made)
{
    struct db_rows rows;

    *left = p->captured_cents - p->pay.refunded_cents;
    TRY(db_run(cx, SQL_REFUND_LIST, &rows, db_int(p->pay.id)));
    for (size_t r = 0; r < rows.count; r++) {
        struct refund_row row = refund_from_row(&rows, r);
        if (row.state == REFUND_DUE || row.state == REFUND_SENT)
            *left -= row.amount_cents;
    }
    *made = (int)rows.count;
    return OK;
}

enum err
refund_open(struct ctx *cx, const struct payment_row *p, const char *cause, int64_t not_before_ms)
{
    struct db_rows rows;
    int64_t left;
    int made;

    assert(db_in_write(cx));
    TRY(left_of(cx, p, &left, &made));
    if (left <= 0)
        return OK;
    /* The key never changes while this refund is tried; a new one only after the provider has
     * said that it failed for good. */
    struct str key = str_printf(cx->arena, "maillon-refund-%.*s-%lld-%d", STR_FMT(p->order_ref),
                                (long long)p->pay.id, made + 1);
    int64_t first = not_before_ms > cx->now_ms ? not_before_ms : cx->now_ms;
    TRY(db_run(cx, SQL_REFUND_INSERT, &rows, db_int(p->pay.id), db_str(p->pay.provider),
               db_str(key), db_int(REFUND_DUE), db_int(left), db_null(), db_str(str_of(cause)),
               db_int(cx->now_ms), db_int(0), db_int(first)));
    TRY(db_run(cx, SQL_PAYMENT_SET_STATE, NULL, db_int(p->pay.id), db_int(PAYMENT_REFUND_DUE),
               db_int(cx->now_ms)));
    log_info(cx->log, "refund_due", LOG_INT("payment", p->pay.id), LOG_INT("cents", left),
             LOG_Z("cause", cause));
    metric_add("refunds_opened", 1);
    return job_add_once(cx, JOB_PAYMENT_REFUND, row_int(&rows, 0, 0), STR_NONE, first);
}

enum err
refund_part_open(struct ctx *cx, const struct payment_row *p, int64_t cents, struct str cause,
                 int64_t not_before_ms, int64_t *refund_id)
{
    int64_t first = not_before_ms > cx->now_ms ? not_before_ms : cx->now_ms, left;
    struct db_rows rows;
    int made;

    assert(db_in_write(cx) && cents > 0);
    TRY(left_of(cx, p, &left, &made));
    if (cents > left)
        return ERR_CONFLICT;
    struct str key = str_printf(cx->arena, REFUND_PART "%.*s-%lld-%d", STR_FMT(p->order_ref),
                                (long long)p->pay.id, made + 1);
    TRY(db_run(cx, SQL_REFUND_INSERT, &rows, db_int(p->pay.id), db_str(p->pay.provider),
               db_str(key), db_int(REFUND_DUE), db_int(cents), db_null(), db_str(cause),
               db_int(cx->now_ms), db_int(0), db_int(first)));
    *refund_id = row_int(&rows, 0, 0);
    log_info(cx->log, "refund_part_due", LOG_INT("payment", p->pay.id), LOG_INT("cents", cents));
    metric_add("refunds_opened", 1);
    return job_add_once(cx, JOB_PAYMENT_REFUND, row_int(&rows, 0, 0), STR_NONE, first);
}

enum err
payment_left(struct ctx *cx, int64_t order_id, int64_t *cents)
{
    struct db_rows rows;
    int made;

    *cents = 0;
    TRY(db_run(cx, SQL_PAYMENT_LIST, &rows, db_int(order_id)));
    for (size_t r = 0; r < rows.count; r++) {
        struct payment_row p = payment_from_row(cx, &rows, r);
        if (p.pay.state == PAYMENT_CAPTURED)
            return left_of(cx, &p, cents, &made);
    }
    return OK;
}

enum err
payment_refund_part(struct ctx *cx, int64_t order_id, int64_t cents, struct str cause,
                    int64_t *refund_id)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PAYMENT_LIST, &rows, db_int(order_id)));
    for (size_t r = 0; r < rows.count; r++) {
        struct payment_row p = payment_from_row(cx, &rows, r);
        if (p.pay.state == PAYMENT_CAPTURED)
            return refund_part_open(cx, &p, cents, cause, 0, refund_id);
    }
    log_error(cx->log, "refund_without_payment", LOG_INT("order", order_id));
    return ERR_CONFLICT;
}

enum err
payment_refund_order(struct ctx *cx, int64_t order_id, struct str cause)
{
    struct db_rows rows;
    bool found = false;

    TRY(db_run(cx, SQL_PAYMENT_LIST, &rows, db_int(order_id)));
    for (size_t r = 0; r < rows.count; r++) {
        struct payment_row p = payment_from_row(cx, &rows, r);
        if (p.pay.state != PAYMENT_CAPTURED)
            continue;
        TRY(refund_open(cx, &p, str_z(cx->arena, cause), 0));
        found = true;
    }
    if (!found) {
        log_error(cx->log, "refund_without_payment", LOG_INT("order", order_id));
        return ERR_CONFLICT;
    }
    return OK;
}

enum err
payment_forget_order(struct ctx *cx, int64_t order_id, struct str ref, struct tally *t)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_PAYMENT_EVENT_FORGET, &rows, db_str(ref)));
    tally_add(t, "payment_event", rows.changed);
    TRY(db_run(cx, SQL_PAYMENT_PAGE_FORGET, &rows, db_int(order_id)));
    tally_add(t, "payment", rows.changed);
    return OK;
}

const char *
payment_state_code(enum payment_state s)
{
    static const char *const codes[] = {"",       "started",    "pending",  "captured",
                                        "failed", "refund_due", "refunded", "disputed"};

    return codes[s];
}

const char *
refund_state_code(int64_t state)
{
    static const char *const codes[] = {"", "due", "sent", "done", "void"};

    return codes[state];
}
