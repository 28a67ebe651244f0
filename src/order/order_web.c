/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_web.c - pages of the buyer: the order in three steps, the list, one order, cancelling.
 */
#include "order/order_web.h"

#include "http/route.h"
#include "order_tmpl.h"

static enum err
find_campaign(struct ctx *cx, struct req *req, struct campaign *out)
{
    struct str slug;

    TRY(req_path_str(req, "slug", 64, &slug));
    return campaign_find(cx, slug, out);
}

/* The buyer's side of the form. */
static struct order_side
buyer_side(struct ctx *cx, struct req *req, const struct campaign *c)
{
    struct order_side side = {.siren = cx->actor.siren, .orders = URL("commandes")};
    char *slug = str_z(cx->arena, c->policy->slug);

    side.page = page_begin(cx, req, STR("Commander"));
    campaign_frame(cx, c->policy, &side.page);
    page_crumb(cx, &side.page, STR("Commander"), (struct url){STR_NONE});
    side.step = url_path(cx->arena, "/c/%s/commander/etape", slug);
    side.place = url_path(cx->arena, "/c/%s/commander", slug);
    side.headcount = url_with(cx->arena, URL("entreprises/effectif"), "vers", side.place.s);
    side.back = URL("commandes");
    side.back_label = STR("Voir mes commandes");
    return side;
}

/* GET /c/{slug}/commander - the first step. */
enum err
order_start_page(struct ctx *cx, struct req *req)
{
    struct campaign campaign;
    struct order_placed placed;
    struct order_form o;
    struct form f;

    TRY(find_campaign(cx, req, &campaign));
    struct order_side side = buyer_side(cx, req, &campaign);
    TRY(order_form_read(cx, req, &side, &campaign, false, &f, &o));
    TRY(order_preview(cx, &o.ask, &placed));
    return order_form_show(cx, req, &side, &f, &o, STEP_QUANTITY, &placed, 200);
}

/* POST /c/{slug}/commander/etape - another step, nothing stored. */
enum err
order_step_form(struct ctx *cx, struct req *req)
{
    struct campaign campaign;

    TRY(find_campaign(cx, req, &campaign));
    struct order_side side = buyer_side(cx, req, &campaign);
    return order_form_step(cx, req, &side, &campaign);
}

static enum err
show_refused(struct ctx *cx, struct req *req, const struct form *f, struct order_form *o,
             enum order_step step, const struct order_placed *placed, int status)
{
    struct order_side side = buyer_side(cx, req, o->ask.campaign);

    return order_form_show(cx, req, &side, f, o, step, placed, status);
}

/* POST /c/{slug}/commander - reserves. The same form sent twice leads to the same order. */
enum err
order_place_form(struct ctx *cx, struct req *req)
{
    /* All that reading needs: on the day of an opening most of these forms are good, and no page is
     * drawn. */
    const struct order_side side = {.siren = cx->actor.siren};
    struct campaign campaign;
    struct order_placed placed;
    struct order_form o;
    struct form f;

    TRY(find_campaign(cx, req, &campaign));
    TRY(order_form_read(cx, req, &side, &campaign, true, &f, &o));
    o.ask.key = form_key(&f, "key");
    if (form_failed(&f)) {
        TRY(order_preview(cx, &o.ask, &placed));
        return show_refused(cx, req, &f, &o, o.quantity_wrong ? STEP_QUANTITY : STEP_DELIVERY,
                            &placed, 422);
    }
    TRY(order_place(cx, &o.ask, &placed));
    if (!placed.ok && placed.decision->refusal == REFUSAL_EMPTY)
        order_form_ask_packs(&f, &o);
    if (placed.ok)
        return res_redirect(cx, req, url_path(cx->arena, "/commandes/%s",
                                              str_z(cx->arena, placed.order.ref)));
    if (placed.decision->refusal == REFUSAL_HOLD)
        return res_redirect_notice(cx, req,
                                   url_path(cx->arena, "/commandes/%s",
                                            str_z(cx->arena, placed.decision->hold_ref)),
                                   placed.refusal);
    return show_refused(cx, req, &f, &o, STEP_QUANTITY, &placed, 409);
}

/* GET /commandes?avant=ID - the company's orders, newest first. */
enum err
order_list_page(struct ctx *cx, struct req *req)
{
    struct order_list_view v = {0};
    struct order_list list;
    int64_t before;

    TRY(req_query_int(req, "avant", 1, INT64_MAX, 0, &before));
    TRY(order_of_company(cx, cx->actor.siren, before, &list));
    v.page = page_begin(cx, req, STR("Mes commandes"));
    page_crumb(cx, &v.page, STR("Mes commandes"), (struct url){STR_NONE});
    v.empty = (struct empty_state){STR("Aucune commande pour le moment"),
                                   STR("Choisissez une vente pour passer la première."),
                                   URL(""), STR("Voir les ventes")};
    v.orders.item = ARENA_ARRAY(cx->arena, list.count, struct order_row);
    v.orders.count = list.count;
    for (size_t i = 0; i < list.count; i++) {
        const struct order *o = &list.item[i];
        const struct policy *p;
        TRY(campaign_policy(cx, o->campaign_id, o->version, &p));
        v.orders.item[i] = (struct order_row){
            .order = *o,
            .campaign = p->name,
            .what = order_what(cx, p, o),
            .url = url_path(cx->arena, "/commandes/%s", str_z(cx->arena, o->ref)),
            .tone = order_tone(o->state),
            .state = order_state_shown(o, cx->now_ms),
            .sentence = order_sentence(o, cx->now_ms),
        };
    }
    v.pager.total = -1;
    if (list.count == 50)
        v.pager.next = url_with(
            cx->arena, URL("commandes"), "avant",
            str_printf(cx->arena, "%lld", (long long)list.item[list.count - 1].id));
    if (before != 0)
        v.pager.previous = URL("commandes");
    order_list_html(&req->out, &v);
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
show_order(struct ctx *cx, struct req *req, void (*draw)(struct buf *, const struct order_view *))
{
    struct order_view v = {0};
    struct order o;

    TRY(find_order(cx, req, &o));
    TRY(order_view_fill(cx, &o, &v));
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
    return show_order(cx, req, order_html);
}

/* GET /commandes/{ref}/annuler - asks first. */
enum err
order_cancel_page(struct ctx *cx, struct req *req)
{
    return show_order(cx, req, order_cancel_html);
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
        return res_redirect_notice(cx, req, to,
                                   STR("Cette commande ne peut plus être annulée."));
    TRY(e);
    return res_redirect_notice(
        cx, req, to,
        o.state == ORDER_CANCELLED ? STR("La commande est annulée.")
                                   : STR("La commande est annulée, le remboursement demandé."));
}
