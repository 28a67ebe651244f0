/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment_web.c - the buyer's way out to the payment page, and back.
 *
 * Both steps work without script. The return needs no session, proves nothing and shows nothing
 * but the state of an order whose reference cannot be guessed.
 */
#include "payment/payment_web.h"

#include "account/account.h"
#include "campaign/campaign.h"
#include "http/route.h"
#include "payment/payment_store.h"
#include "payment_tmpl.h"

enum { RETURN_RELOADS = 24, OUT_FRESH_MS = 25 * 60 * 1000 };

/* As the company that the session acts for. */
static enum err
way_of_company(struct ctx *cx, struct req *req, struct payment_way *w)
{
    struct str ref;

    TRY(req_path_str(req, "ref", ORDER_REF_LEN, &ref));
    TRY(order_by_ref(cx, cx->actor.siren, ref, &w->order));
    w->back = url_path(cx->arena, "/commandes/%s", str_z(cx->arena, w->order.ref));
    w->pay = url_path(cx->arena, "/commandes/%s/payer", str_z(cx->arena, w->order.ref));
    w->attempts = url_path(cx->arena, "/commandes/%s/paiement", str_z(cx->arena, w->order.ref));
    return OK;
}

static struct url
attempt_url(struct ctx *cx, const struct payment_way *w, int64_t id)
{
    return (struct url){str_printf(cx->arena, "%.*s/%lld", STR_FMT(w->attempts.s),
                                   (long long)id)};
}

static enum err
back_with(struct ctx *cx, struct req *req, const struct payment_way *w, struct str notice)
{
    return res_redirect_notice(cx, req, w->back, notice);
}

enum err
payment_frame(struct ctx *cx, const struct order *o, struct page *page)
{
    const struct policy *p;

    TRY(campaign_policy(cx, o->campaign_id, o->version, &p));
    campaign_frame(cx, p, page);
    return OK;
}

enum err
payment_begin_on(struct ctx *cx, struct req *req, struct payment_way *w)
{
    const struct provider *pv = provider_current(cx);
    int64_t id;

    if (pv == NULL) {
        log_error(cx->log, "payment_not_configured");
        return back_with(cx, req, w,
                         STR("Le paiement en ligne n’est pas disponible pour le moment. Votre "
                             "réservation est conservée jusqu’à l’heure indiquée."));
    }
    enum err e = payment_begin(cx, pv, &w->order, &id);
    if (e == ERR_CONFLICT)
        return back_with(cx, req, w, STR("Cette commande ne peut plus être payée."));
    if (e == ERR_RATE)
        return back_with(cx, req, w,
                         STR("Trop d’essais de paiement pour cette commande. Contactez-nous."));
    TRY(e);
    return res_redirect(cx, req, attempt_url(cx, w, id));
}

/* POST /commandes/{ref}/payer */
enum err
payment_begin_form(struct ctx *cx, struct req *req)
{
    struct payment_way w = {0};

    TRY(way_of_company(cx, req, &w));
    return payment_begin_on(cx, req, &w);
}

/* The attempt of the path, of this order. */
static enum err
own_attempt(struct ctx *cx, struct req *req, const struct order *o, struct payment_row *p)
{
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(payment_get(cx, id, p));
    return p->pay.order_id == o->id ? OK : ERR_NOT_FOUND;
}

static bool
can_be_paid(struct ctx *cx, const struct order *o, const struct payment_row *p)
{
    /* The gateway takes a form's date for at most half an hour. */
    return (o->state == ORDER_PAYING || o->state == ORDER_HELD) && o->deadline_ms > cx->now_ms &&
           p->pay.state == PAYMENT_STARTED && cx->now_ms < p->pay.created_ms + OUT_FRESH_MS;
}

static enum err
payer_of(struct ctx *cx, const struct order *o, struct payer *who)
{
    *who = (struct payer){STR_NONE, o->address.company};
    return account_email(cx, o->account_id, &who->email);
}

static enum err
fill_out(struct ctx *cx, struct req *req, const struct payment_way *w, const struct payment_row *p,
         struct payment_out_view *v)
{
    const struct provider *pv = provider_by_name(p->pay.provider);
    struct payment_exit exit = {0};
    struct payer who;

    assert(pv != NULL);
    req->form_action = pv->origin(cx);
    v->host = str_sub(req->form_action, str_starts(req->form_action, STR("https")) ? 8 : 7, 200);
    if (pv == &provider_stripe) {
        v->is_ours = true;
        v->action = attempt_url(cx, w, p->pay.id);
        return OK;
    }
    TRY(payer_of(cx, &v->order, &who));
    TRY(pv->begin(cx, p, &who, &exit));
    v->action = url_external(exit.url);
    v->fields.item = ARENA_ARRAY(cx->arena, exit.fields.count, struct payment_field);
    v->fields.count = exit.fields.count;
    for (size_t i = 0; i < exit.fields.count; i++)
        v->fields.item[i] =
            (struct payment_field){exit.fields.item[i].name, exit.fields.item[i].value};
    return OK;
}

struct summary_row_list
payment_summary(struct ctx *cx, const struct order *o)
{
    struct summary_row *row = ARENA_ARRAY(cx->arena, 2, struct summary_row);

    row[0] = (struct summary_row){.term = STR("Commande"), .value = o->ref};
    row[1] = (struct summary_row){
        .term = STR("Total à payer"),
        .value = str_dup(cx->arena, str_of(fmt_euros(o->total_cents).z)),
        .note = str_printf(cx->arena, "dont %s de TVA", fmt_euros(o->vat_cents).z),
    };
    return (struct summary_row_list){row, 2};
}

enum err
payment_out_on(struct ctx *cx, struct req *req, struct payment_way *w)
{
    struct payment_out_view v = {.order = w->order, .back = w->back, .again = w->pay};
    struct payment_row p;

    TRY(own_attempt(cx, req, &v.order, &p));
    v.zone = territory_zone(v.order.territory);
    v.now_ms = cx->now_ms;
    v.summary = payment_summary(cx, &v.order);
    v.is_over = !can_be_paid(cx, &v.order, &p);
    if (!v.is_over)
        TRY(fill_out(cx, req, w, &p, &v));
    v.page = page_begin(cx, req, STR("Paiement"));
    TRY(payment_frame(cx, &v.order, &v.page));
    if (!w->by_link)
        page_crumb(cx, &v.page, STR("Mes commandes"), URL("commandes"));
    page_crumb(cx, &v.page, str_printf(cx->arena, "Commande %.*s", STR_FMT(v.order.ref)), v.back);
    page_crumb(cx, &v.page, STR("Paiement"), (struct url){0});
    payment_out_html(&req->out, &v);
    return res_html(req, 200);
}

/* GET /commandes/{ref}/paiement/{id} */
enum err
payment_out_page(struct ctx *cx, struct req *req)
{
    struct payment_way w = {0};

    TRY(way_of_company(cx, req, &w));
    return payment_out_on(cx, req, &w);
}

/* ---- the way out through a page the provider makes on demand ---- */

struct leave {
    struct req *req;
    payment_way_fn find;
    struct payment_way way;
    struct payment_row p;
    struct payer who;
    struct payment_exit exit;
    bool good;
};

static enum err
leave_start(struct ctx *cx, void *arg)
{
    struct leave *l = arg;

    l->way = (struct payment_way){0};
    TRY(l->find(cx, l->req, &l->way));
    TRY(own_attempt(cx, l->req, &l->way.order, &l->p));
    TRY(payer_of(cx, &l->way.order, &l->who));
    l->good = can_be_paid(cx, &l->way.order, &l->p);
    return l->good ? db_run(cx, SQL_PAYMENT_SET_SENT, NULL, db_int(l->p.pay.id), db_int(cx->now_ms))
                   : OK;
}

static enum err
leave_store(struct ctx *cx, void *arg)
{
    struct leave *l = arg;

    return db_run(cx, SQL_PAYMENT_SET_PAGE, NULL, db_int(l->p.pay.id),
                  db_str(l->exit.attempt_key), db_str(l->exit.url));
}

/* LATE: the provider is called between two transactions. */
enum err
payment_leave_on(struct ctx *cx, struct req *req, payment_way_fn find)
{
    struct leave *l = ARENA_NEW(cx->arena, struct leave);

    l->req = req;
    l->find = find;
    TRY(db_write(cx, leave_start, l));
    if (!l->good)
        return back_with(cx, req, &l->way, STR("Cette page de paiement n’est plus valable."));
    if (l->p.page_url.len > 0)
        return res_redirect_out(cx, req, l->p.page_url);
    const struct provider *pv = provider_by_name(l->p.pay.provider);
    assert(pv != NULL);
    if (pv->begin(cx, &l->p, &l->who, &l->exit) != OK || l->exit.fields.count > 0)
        return back_with(cx, req, &l->way,
                         STR("Le service de paiement ne répond pas. Rien n’a été débité\u00a0: "
                             "réessayez dans un instant."));
    TRY(db_write(cx, leave_store, l));
    return res_redirect_out(cx, req, l->exit.url);
}

/* POST /commandes/{ref}/paiement/{id} */
enum err
payment_leave_form(struct ctx *cx, struct req *req)
{
    return payment_leave_on(cx, req, way_of_company);
}

/* ---- back ---- */

static enum return_state
return_state_of(const struct order *o, const struct db_rows *rows, struct ctx *cx)
{
    enum payment_state last = payment_from_row(cx, rows, rows->count - 1).pay.state;

    switch (o->state) {
    case ORDER_HELD:
    case ORDER_PAYING:
        if (last != PAYMENT_FAILED)
            return RETURN_WAITING;
        return o->deadline_ms > cx->now_ms ? RETURN_UNPAID : RETURN_OVER;
    case ORDER_EXPIRED:
    case ORDER_CANCELLED:
        return last == PAYMENT_STARTED || last == PAYMENT_PENDING ? RETURN_WAITING : RETURN_OVER;
    case ORDER_REFUND_DUE:
    case ORDER_REFUNDED:
        return RETURN_REFUND;
    default:
        return RETURN_PAID;
    }
}

/* GET /commandes/{ref}/retour?essai=N */
enum err
payment_return_page(struct ctx *cx, struct req *req)
{
    struct payment_return_view v = {0};
    struct order_contact contact;
    struct db_rows rows;
    struct order o;
    int64_t nth;

    TRY(req_path_str(req, "ref", ORDER_REF_LEN, &v.ref));
    TRY(req_query_int(req, "essai", 0, RETURN_RELOADS, 0, &nth));
    TRY(db_run(cx, SQL_PAYMENT_LIST_BY_REF, &rows, db_str(v.ref)));
    if (rows.count == 0 || row_null(&rows, 0, 1))
        return ERR_NOT_FOUND;
    TRY(order_by_id(cx, row_int(&rows, 0, 1), &o));
    v.state = return_state_of(&o, &rows, cx);
    v.amount_cents = o.total_cents;
    TRY(order_contact_find(cx, o.id, &contact, &v.by_link));
    v.order = url_path(cx->arena, "/commandes/%s", str_z(cx->arena, o.ref));
    v.reload = url_path(cx->arena, "/commandes/%s/retour", str_z(cx->arena, o.ref));
    v.reloads = v.state == RETURN_WAITING && nth < RETURN_RELOADS;
    if (v.reloads) {
        struct url next = url_with(cx->arena, v.reload, "essai",
                                   str_printf(cx->arena, "%lld", (long long)nth + 1));
        /* In the header rather than in the page: nothing moves under a reader's eyes there. */
        res_header(cx, req, "Refresh",
                   str_printf(cx->arena, "%d; url=%.*s", nth < 6 ? 3 : 10, STR_FMT(next.s)));
    }
    v.page = page_begin(cx, req, STR("Retour de paiement"));
    TRY(payment_frame(cx, &o, &v.page));
    payment_return_html(&req->out, &v);
    return res_html(req, 200);
}
