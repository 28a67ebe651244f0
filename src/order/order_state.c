/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_state.c - what may happen to an order once it exists.
 *
 *   state              event                  next                      stock
 *   HELD               payment begun          PAYING                    -
 *   HELD PAYING        captured, right sum    PAID                      held -> sold
 *   HELD PAYING        captured, wrong sum    REFUND_DUE                held -> available
 *   PAYING             failed                 HELD, same deadline       -
 *   HELD PAYING        deadline over          EXPIRED                   held -> available
 *   HELD PAYING        cancelled              CANCELLED                 held -> available
 *   EXPIRED CANCELLED  captured late          PAID if stock and quota   available -> sold
 *                                             allow, else REFUND_DUE    -
 *   PAID               same payment again     no change                 -
 *   any                another payment        that payment is refunded  -
 *   PAID               cancelled              REFUND_DUE                sold -> available
 *   REFUND_DUE         refund confirmed       REFUNDED                  -
 *   PAID PREPARING     given back by hand     REFUNDED                  sold -> available
 *   HANDED DELIVERED   given back by hand     REFUNDED                  sold -> withdrawn
 *   RETURNED           given back by hand     REFUNDED                  sold -> withdrawn
 *   DISPUTED           given back by hand     REFUNDED                  as from the state before
 *   PAID .. DELIVERED  chargeback             DISPUTED                  -
 *   RETURNED           chargeback             DISPUTED                  -
 *   DISPUTED           dispute won            the state before, then    -
 *                                             as its parcels are
 *                                             REFUND_DUE if forgotten   sold -> available
 *   PAID               wave begun             PREPARING                 -
 *   PREPARING          wave given up          PAID                      -
 *   PREPARING          taken by the carrier   HANDED                    -
 *   HANDED             carrier delivered      DELIVERED                 -
 *   HANDED DELIVERED   parcel came back       RETURNED                  -
 *   RETURNED           sent again             PREPARING                 -
 *   PAID PREPARING     organiser gives back,  REFUND_DUE                sold -> available,
 *   RETURNED           no parcel is out                                 or none when spoilt
 *
 * Everything else is late or repeated news: it changes nothing and is answered OK. A transition
 * is a conditional UPDATE on the state it was decided in, so it happens once whoever else tries,
 * and one row of order_event in the same transaction. What follows the payment is in order_ship.c.
 */
#include "order/order_state.h"

#include "account/account.h"
#include "base/clock.h"
#include "base/format.h"
#include "http/server.h"
#include "invoice/invoice.h"
#include "job/job.h"
#include "mail/mail.h"
#include "order/admit.h"
#include "payment/payment.h"

/* How long a payment page may stay open once it is begun: 3-D Secure, a search for the card. It
 * is longer than the shortest life Stripe gives a page (30 min). */
enum { PAY_WINDOW_MS = 35 * 60 * 1000 };

static const char *const state_codes[] = {
    "", "held", "paying", "paid", "preparing", "handed", "delivered", "expired", "cancelled",
    "refund_due", "refunded", "disputed", "returned"};
static const char *const state_texts[] = {
    "",
    "Votre commande est réservée. Payez avant l’heure indiquée pour la garder.",
    "Un paiement est en cours. Nous attendons la confirmation de la banque.",
    "Votre commande est payée. Elle sera bientôt préparée.",
    "Votre commande est en préparation.",
    "Votre colis est remis au transporteur.",
    "Votre commande est livrée.",
    "La réservation n’a pas été payée à temps\u00a0: le stock est rendu, rien n’est dû.",
    "Cette commande est annulée, rien n’est dû.",
    "Nous vous remboursons. Le montant revient sur la carte utilisée.",
    "Cette commande est remboursée.",
    "Le paiement est contesté auprès de la banque. Un agent suit le dossier.",
    "Le colis nous est revenu. Un agent suit le dossier."};

bool
order_is_open(enum order_state s)
{
    return s != ORDER_DELIVERED && s != ORDER_EXPIRED && s != ORDER_CANCELLED &&
           s != ORDER_REFUNDED;
}

bool
order_is_over(enum order_state s, int64_t changed_ms, int64_t before_ms)
{
    return !order_is_open(s) || (s == ORDER_DISPUTED && changed_ms < before_ms);
}

const char *
order_state_code(enum order_state s)
{
    assert(s <= ORDER_RETURNED);
    return state_codes[s];
}

const char *
order_state_name(enum order_state s)
{
    static const char *const names[] = {
        "", "Réservée", "Paiement en cours", "Payée", "En préparation", "Remise au transporteur",
        "Livrée", "Expirée", "Annulée", "Remboursement en cours", "Remboursée",
        "Paiement contesté", "Retournée"};

    assert(s <= ORDER_RETURNED);
    return names[s];
}

const char *
order_state_text(enum order_state s)
{
    assert(s <= ORDER_RETURNED);
    return state_texts[s];
}

enum err
order_event_add(struct ctx *cx, int64_t order_id, enum order_state from, enum order_state to,
                const char *actor, const char *cause)
{
    return db_run(cx, SQL_ORDER_EVENT_INSERT, NULL, db_int(order_id), db_int(from), db_int(to),
                  db_int(cx->now_ms), db_str(str_of(actor)), db_int_or_null(cx->actor.account_id),
                  db_str(str_of(cause)));
}

enum err
order_move_to(struct ctx *cx, struct order *o, enum order_state to, const char *actor,
              const char *cause)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_ORDER_SET_STATE, &rows, db_int(o->id), db_int(o->state), db_int(to),
               db_int(cx->now_ms)));
    if (rows.changed != 1)
        return ERR_CONFLICT;
    TRY(order_event_add(cx, o->id, o->state, to, actor, cause));
    log_info(cx->log, "order_state", LOG_INT("order", o->id), LOG_Z("from", state_codes[o->state]),
             LOG_Z("to", state_codes[to]), LOG_Z("cause", cause));
    metric_add(to == ORDER_PAID ? "orders_paid" : "orders_changed", 1);
    o->state = to;
    o->changed_ms = cx->now_ms;
    return OK;
}

static enum err
units_by_line(struct ctx *cx, enum sql_id sql, int64_t order_id, int64_t units[ORDER_LINES_MAX])
{
    struct db_rows rows;

    TRY(db_run(cx, sql, &rows, db_int(order_id)));
    for (size_t r = 0; r < rows.count; r++)
        units[row_int(&rows, r, 0)] = row_int(&rows, r, 1);
    return OK;
}

enum err
order_move_stock(struct ctx *cx, const struct order *o, enum movement what)
{
    int64_t gone[ORDER_LINES_MAX] = {0}, away[ORDER_LINES_MAX] = {0};

    /* Packs that were missing at packing have left the order's stock already. */
    if (what == MOVE_RETURN || what == MOVE_SPOIL)
        TRY(units_by_line(cx, SQL_ORDER_SHORT_LINES, o->id, gone));
    /* What has left the house does not go back to the pool. */
    if (what == MOVE_RETURN)
        TRY(units_by_line(cx, SQL_ORDER_AWAY_LINES, o->id, away));
    for (int i = 0; i < o->line_count; i++) {
        int64_t units = o->line[i].units > gone[i] ? o->line[i].units - gone[i] : 0;
        int64_t out = away[i] < units ? away[i] : units;
        if (out > 0)
            TRY(stock_move(cx, MOVE_SPOIL, o->line[i].pool_id, o->id, out));
        if (units > out)
            TRY(stock_move(cx, what, o->line[i].pool_id, o->id, units - out));
    }
    return OK;
}

static bool
is_open(enum order_state s)
{
    return s == ORDER_HELD || s == ORDER_PAYING;
}

/* Where the order can be seen: on its page, or, for whoever ordered by telephone, there once they
 * have shown that they act for the company. */
static enum err
follow_text(struct ctx *cx, const struct order *o, struct str *out, struct str *why)
{
    struct str base = cx->app->conf->base_url;
    struct order_contact c;
    bool assisted;

    TRY(order_contact_find(cx, o->id, &c, &assisted));
    *why = assisted ? STR("Vous recevez ce message parce que cette adresse a été donnée au "
                          "téléphone pour cette commande.")
                    : STR("Vous recevez ce message parce que vous avez passé cette commande.");
    *out = assisted
               ? str_printf(cx->arena,
                            "Pour suivre vos commandes en ligne, connectez-vous et ajoutez votre "
                            "entreprise : %.*s/entreprises/ajouter", STR_FMT(base))
               : str_printf(cx->arena, "Suivre la commande : %.*s/commandes/%.*s",
                            STR_FMT(base), STR_FMT(o->ref));
    return OK;
}

/* One plain mail to the person who ordered. */
static enum err
tell_buyer(struct ctx *cx, const struct order *o, const char *cause, const char *subject,
           const char *body)
{
    const struct policy *p;
    struct str to, follow, why;

    TRY(account_email(cx, o->account_id, &to));
    if (to.len == 0)
        return OK; /* Ordered through a token without an account. */
    TRY(campaign_policy(cx, o->campaign_id, o->version, &p));
    TRY(follow_text(cx, o, &follow, &why));
    struct str text = str_printf(cx->arena,
                                 "%s\n\nCommande\u00a0: %.*s\nMontant\u00a0: %s TTC\n\n%.*s", body,
                                 STR_FMT(o->ref), fmt_euros(o->total_cents).z, STR_FMT(follow));
    struct mail m = {
        .to = to,
        .subject = str_printf(cx->arena, "%s - commande %.*s", subject, STR_FMT(o->ref)),
        .text = mail_letter(cx, p->name, text, why),
        .cause = cause,
        .subject_id = o->id,
    };
    return mail_queue(cx, &m);
}

enum err
order_pay_begin(struct ctx *cx, struct order *o, bool *again)
{
    int64_t deadline = cx->now_ms + PAY_WINDOW_MS;

    *again = o->state == ORDER_PAYING;
    if (!is_open(o->state) || o->deadline_ms <= cx->now_ms)
        return ERR_CONFLICT;
    if (!o->lengthened && deadline > o->deadline_ms) {
        TRY(db_run(cx, SQL_ORDER_SET_DEADLINE, NULL, db_int(o->id), db_int(deadline)));
        o->deadline_ms = deadline;
        o->lengthened = true;
    }
    return *again ? OK : order_move_to(cx, o, ORDER_PAYING, "buyer", "payment begun");
}

static enum err
mark_paid(struct ctx *cx, struct order *o, int64_t payment_id, const char *cause)
{
    TRY(order_move_to(cx, o, ORDER_PAID, "provider", cause));
    TRY(db_run(cx, SQL_ORDER_SET_PAID, NULL, db_int(o->id), db_int(cx->now_ms),
               db_int(payment_id)));
    o->paid_ms = cx->now_ms;
    o->payment_id = payment_id;
    TRY(invoice_expect(cx, o->id));
    return tell_buyer(cx, o, "order_paid", "Paiement reçu",
                      "Votre paiement est confirmé. Nous préparons votre commande\u00a0; elle sera "
                      "livrée sans contact et sans signature. Votre facture vous attend sur la "
                      "page de la commande.");
}

static enum err
owe_refund(struct ctx *cx, struct order *o, int64_t payment_id, const char *cause)
{
    TRY(order_move_to(cx, o, ORDER_REFUND_DUE, "provider", cause));
    TRY(db_run(cx, SQL_ORDER_SET_PAYMENT, NULL, db_int(o->id), db_int(payment_id)));
    o->payment_id = payment_id;
    return tell_buyer(cx, o, "order_refund_due", "Remboursement",
                      "Votre paiement nous est parvenu alors que la commande ne pouvait plus être "
                      "servie. Il vous est remboursé en totalité, vous n’avez rien à faire.");
}

/* Whether the company's quota, as it is now, still has room for an order that no longer counts, in
 * the period it was made in: another one may have begun since. */
static enum err
quota_allows(struct ctx *cx, const struct order *o, int64_t *quota, bool *out)
{
    const struct policy *policy;
    struct buyer_facts facts;
    struct company company;
    struct establishment est;
    struct db_rows rows;
    int64_t start_ms, end_ms, used = 0;

    TRY(db_run(cx, SQL_ORDER_LOCK_COMPANY, NULL, db_int(o->campaign_id << 32 ^ o->siren)));
    TRY(campaign_policy(cx, o->campaign_id, o->version, &policy));
    TRY(order_facts(cx, o->siret, &facts, &company, &est));
    struct eligibility e = policy_eligible(policy, &facts, cx->now_ms);
    policy_period(policy, o->created_ms, &start_ms, &end_ms);
    TRY(db_run(cx, SQL_ORDER_PAST, &rows, db_int(o->siren), db_int(o->campaign_id),
               db_str(STR(""))));
    for (size_t r = 0; r < rows.count; r++)
        if (order_counts((enum order_state)row_int(&rows, r, 2)) &&
            (policy->period_days == 0 ||
             (row_int(&rows, r, 4) >= start_ms && row_int(&rows, r, 4) < end_ms)))
            used += row_int(&rows, r, 3);
    *quota = policy->per_head == 0 && policy->units_max == 0 ? INT64_MAX : e.units_min;
    *out = o->units <= *quota - used;
    return OK;
}

/* An expired or cancelled order is paid after all: served when stock and quota allow it. */
static enum err
revive(struct ctx *cx, struct order *o, int64_t payment_id, enum order_outcome *what)
{
    struct stock_taking taking[ORDER_LINES_MAX];
    int64_t quota;
    bool enough;
    int taken = 0;

    TRY(quota_allows(cx, o, &quota, &enough));
    enough = enough && o->forgotten_ms == 0; /* Nobody knows any more where it was to go. */
    for (int i = 0; i < o->line_count && enough; i++) {
        TRY(stock_take(cx, MOVE_RESELL, o->line[i].pool_id, o->line[i].units, &taking[taken],
                       &enough));
        taken += enough ? 1 : 0;
    }
    for (int i = 0; i < taken; i++)
        TRY(enough ? stock_record(cx, &taking[i], o->id) : stock_untake(cx, &taking[i]));
    *what = enough ? OUTCOME_PAID : OUTCOME_REFUND;
    if (enough) {
        TRY(db_run(cx, SQL_ORDER_RAISE_QUOTA, NULL, db_int(o->id), db_int(quota)));
        return mark_paid(cx, o, payment_id, "paid late, stock taken again");
    }
    return owe_refund(cx, o, payment_id, "paid late, stock or quota gone");
}

enum err
order_pay_success(struct ctx *cx, int64_t order_id, int64_t payment_id, int64_t amount_cents,
                  enum order_outcome *what)
{
    struct order o;

    TRY(order_lock(cx, order_id, &o));
    if (o.payment_id == payment_id) {
        *what = OUTCOME_ALREADY;
        return OK;
    }
    *what = OUTCOME_REFUND;
    if (o.payment_id != 0) {
        log_warn(cx->log, "second_payment", LOG_INT("order", o.id), LOG_INT("payment", payment_id));
        return OK; /* The order stands on its first payment. */
    }
    if (amount_cents != o.total_cents) {
        log_error(cx->log, "wrong_amount", LOG_INT("order", o.id), LOG_INT("asked", o.total_cents),
                  LOG_INT("captured", amount_cents));
        if (is_open(o.state))
            TRY(order_move_stock(cx, &o, MOVE_RELEASE));
        return owe_refund(cx, &o, payment_id, "captured another amount than asked");
    }
    if (!is_open(o.state))
        return revive(cx, &o, payment_id, what);
    *what = OUTCOME_PAID;
    TRY(order_move_stock(cx, &o, MOVE_SELL));
    return mark_paid(cx, &o, payment_id, "payment captured");
}

enum err
order_pay_failed(struct ctx *cx, int64_t order_id, int64_t payment_id, enum order_outcome *what)
{
    struct order o;

    TRY(order_lock(cx, order_id, &o));
    *what = OUTCOME_UNPAID;
    if (o.state != ORDER_PAYING || o.payment_id == payment_id)
        return OK; /* Late news of an attempt that no longer matters. */
    return order_move_to(cx, &o, ORDER_HELD, "provider", "payment failed");
}

/* The state of an order, or the one it was in when it was disputed. */
static enum err
undisputed_state(struct ctx *cx, const struct order *o, enum order_state *out)
{
    struct order_event_list events;

    *out = o->state;
    if (o->state != ORDER_DISPUTED)
        return OK;
    TRY(order_events(cx, o->id, &events));
    size_t i = events.count;
    while (i > 0 && events.item[i - 1].to != ORDER_DISPUTED)
        i--;
    if (i == 0)
        return ERR_FAULT;
    *out = events.item[i - 1].from;
    return OK;
}

enum err
order_refunded(struct ctx *cx, int64_t order_id, int64_t payment_id)
{
    enum order_state before;
    struct order o;

    TRY(order_lock(cx, order_id, &o));
    if (o.payment_id != payment_id)
        return OK;
    TRY(undisputed_state(cx, &o, &before));
    if ((before >= ORDER_PAID && before <= ORDER_DELIVERED) || before == ORDER_RETURNED) {
        /* Somebody gave back at the provider's back office: that cancels the order. What has left
         * the house does not come back to the pool by that. */
        TRY(order_move_stock(cx, &o, before < ORDER_HANDED ? MOVE_RETURN : MOVE_SPOIL));
        TRY(order_move_to(cx, &o, ORDER_REFUND_DUE, "provider", "given back at the provider"));
    }
    if (o.state != ORDER_REFUND_DUE)
        return OK;
    TRY(order_move_to(cx, &o, ORDER_REFUNDED, "provider", "refund confirmed"));
    return tell_buyer(cx, &o, "order_refunded", "Remboursement effectué",
                      "Votre paiement vous est remboursé. Selon votre banque, le montant apparaît "
                      "sous quelques jours. Si une facture avait été émise, l’avoir vous attend "
                      "sur la page de la commande.");
}

enum err
order_disputed(struct ctx *cx, int64_t order_id, int64_t payment_id)
{
    struct order o;

    TRY(order_lock(cx, order_id, &o));
    bool stands = (o.state >= ORDER_PAID && o.state <= ORDER_DELIVERED) ||
                  o.state == ORDER_RETURNED;
    if (o.payment_id != payment_id || !stands)
        return OK;
    return order_move_to(cx, &o, ORDER_DISPUTED, "provider", "chargeback");
}

enum err
order_undisputed(struct ctx *cx, int64_t order_id, int64_t payment_id)
{
    enum order_state before;
    struct order o;
    bool moved, can;

    TRY(order_lock(cx, order_id, &o));
    if (o.payment_id != payment_id || o.state != ORDER_DISPUTED)
        return OK;
    TRY(undisputed_state(cx, &o, &before));
    TRY(order_move_to(cx, &o, before, "provider", "dispute won"));
    /* Its parcels went on meanwhile, without it. */
    if (o.state == ORDER_PREPARING || o.state == ORDER_HANDED)
        TRY(job_add_once(cx, JOB_TRACK_ORDER, o.id, STR_NONE, 0));
    TRY(order_can_give_back(cx, &o, &can));
    if (o.forgotten_ms == 0 || o.state >= ORDER_HANDED || !can)
        return OK;
    return order_give_back(cx, o.id, true, "dispute won, nobody knows where it was to go", &moved);
}

enum err
order_cancel(struct ctx *cx, struct order *o, const char *actor, const char *cause)
{
    TRY(order_lock(cx, o->id, o));
    if (is_open(o->state)) {
        bool paying = o->state == ORDER_PAYING;
        TRY(order_move_stock(cx, o, MOVE_RELEASE));
        TRY(order_move_to(cx, o, ORDER_CANCELLED, actor, cause));
        /* The provider's page may still be open: it is asked and closed outside. */
        return paying ? job_add_once(cx, JOB_ORDER_SETTLE, o->id, STR_NONE, 0) : OK;
    }
    if (o->state != ORDER_PAID)
        return ERR_CONFLICT;
    TRY(order_move_stock(cx, o, MOVE_RETURN));
    TRY(order_move_to(cx, o, ORDER_REFUND_DUE, actor, cause));
    return payment_refund_order(cx, o->id, str_of(cause));
}

enum err
order_expire(struct ctx *cx, int64_t order_id)
{
    struct order o;

    TRY(order_lock(cx, order_id, &o));
    if (!is_open(o.state) || o.deadline_ms >= cx->now_ms)
        return OK;
    TRY(order_move_stock(cx, &o, MOVE_RELEASE));
    TRY(order_move_to(cx, &o, ORDER_EXPIRED, "system", "not paid in time"));
    return tell_buyer(cx, &o, "order_expired", "Réservation expirée",
                      "Votre réservation n’a pas été payée à temps. Le stock est rendu et rien ne "
                      "vous est débité. Vous pouvez commander à nouveau.");
}
