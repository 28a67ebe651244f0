/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_web.c - the buyer places an order, in three steps.
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

/* GET /c/{slug}/commander?siret= - the first step, for the establishment that was checked. */
enum err
order_start_page(struct ctx *cx, struct req *req)
{
    struct campaign campaign;
    struct order_placed placed;
    struct order_form o;
    struct form f;

    TRY(find_campaign(cx, req, &campaign));
    struct order_side side = buyer_side(cx, req, &campaign);
    TRY(req_query_int(req, "siret", 1, INT64_C(99999999999999), 0, &side.siret));
    if (side.siret != 0 && siret_siren(side.siret) != side.siren) {
        side.page.notice_warns = true;
        side.page.notice = STR("Le SIRET vérifié est celui d’une autre entreprise. Vous commandez "
                               "pour celle dont le nom est en haut de la page\u00a0; touchez-le "
                               "pour en changer.");
    }
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
        return res_redirect_failed(cx, req,
                                   url_path(cx->arena, "/commandes/%s",
                                            str_z(cx->arena, placed.decision->hold_ref)),
                                   placed.refusal);
    return show_refused(cx, req, &f, &o, STEP_QUANTITY, &placed, 409);
}
