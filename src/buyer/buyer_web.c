/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buyer_web.c - a company's own orders: the list, one of them, cancelling.
 */
#include "buyer/buyer_view.h"
#include "buyer_tmpl.h"
#include "http/route.h"
#include "order/order_words.h"

/* GET /commandes?avant=ID - the company's orders, newest first. */
enum err
order_list_page(struct ctx *cx, struct req *req)
{
    struct buyer_list_view v = {0};
    struct order_list list;
    int64_t before;

    TRY(req_query_int(req, "avant", 1, INT64_MAX, 0, &before));
    TRY(order_of_company(cx, cx->actor.siren, before, &list));
    v.page = page_begin(cx, req, STR("Mes commandes"));
    page_crumb(cx, &v.page, STR("Mes commandes"), (struct url){STR_NONE});
    v.empty = (struct empty_state){STR("Aucune commande pour le moment"),
                                   STR("Choisissez une vente pour passer la première."),
                                   URL(""), STR("Voir les ventes")};
    v.orders.item = ARENA_ARRAY(cx->arena, list.count, struct buyer_row);
    v.orders.count = list.count;
    for (size_t i = 0; i < list.count; i++) {
        const struct order *o = &list.item[i];
        const struct policy *p;
        TRY(campaign_policy(cx, o->campaign_id, o->version, &p));
        v.orders.item[i] = (struct buyer_row){
            .order = *o,
            .campaign = p->name,
            .what = order_what(cx, p, o),
            .url = url_path(cx->arena, "/commandes/%s", str_z(cx->arena, o->ref)),
            .tone = order_tone(o->state),
            .state = order_state_shown(o, cx->now_ms),
            .sentence = buyer_sentence(o, cx->now_ms),
        };
    }
    v.pager.total = -1;
    if (list.count == 50)
        v.pager.next = url_with(
            cx->arena, URL("commandes"), "avant",
            str_printf(cx->arena, "%lld", (long long)list.item[list.count - 1].id));
    if (before != 0)
        v.pager.previous = URL("commandes");
    buyer_list_html(&req->out, &v);
    return res_html(req, 200);
}

static enum err
find_order(struct ctx *cx, struct req *req, struct order *out)
{
    struct str ref;

    TRY(req_path_str(req, "ref", ORDER_REF_LEN, &ref));
    return order_by_ref(cx, cx->actor.siren, str_upper(cx->arena, ref), out);
}

static enum err
show_order(struct ctx *cx, struct req *req,
           void (*draw)(struct buf *out, const struct buyer_order_view *v))
{
    struct buyer_order_view v = {0};
    struct order o;

    TRY(find_order(cx, req, &o));
    TRY(buyer_order_fill(cx, &o, &v));
    v.page = page_begin(cx, req, str_printf(cx->arena, "Commande %.*s", STR_FMT(o.ref)));
    campaign_frame(cx, v.policy, &v.page);
    page_crumb(cx, &v.page, STR("Mes commandes"), URL("commandes"));
    page_crumb(cx, &v.page, o.ref, (struct url){STR_NONE});
    draw(&req->out, &v);
    return res_html(req, 200);
}

/* GET /commandes/{ref} */
enum err
order_page(struct ctx *cx, struct req *req)
{
    return show_order(cx, req, buyer_order_html);
}

/* GET /commandes/{ref}/annuler - asks first. */
enum err
order_cancel_page(struct ctx *cx, struct req *req)
{
    return show_order(cx, req, buyer_cancel_html);
}

/* POST /commandes/{ref}/annuler */
enum err
order_cancel_form(struct ctx *cx, struct req *req)
{
    struct order o;

    TRY(find_order(cx, req, &o));
    struct url to = url_path(cx->arena, "/commandes/%s", str_z(cx->arena, o.ref));
    if (o.state == ORDER_CANCELLED)
        return res_redirect(cx, req, to);
    enum err e = order_cancel(cx, &o, "buyer", "cancelled by the buyer");
    if (e == ERR_CONFLICT)
        return res_redirect_failed(cx, req, to,
                                   STR("Cette commande ne peut plus être annulée."));
    TRY(e);
    return res_redirect_notice(
        cx, req, to,
        o.state == ORDER_CANCELLED ? STR("La commande est annulée.")
                                   : STR("La commande est annulée, le remboursement demandé."));
}
