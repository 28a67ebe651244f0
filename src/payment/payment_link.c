/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment_link.c - paying an order that was taken by telephone, by the link of a mail.
 *
 * The link is a bearer's: who has it may pay this order, and sees its reference, its amount and
 * until when it is held. Nothing of the company is shown, and nothing else can be done. It is an
 * HMAC over the order and the number of the link, so nothing secret is kept; a new number, or the
 * end of the hold, ends it.
 */
#include "base/crypto.h"
#include "base/parse.h"
#include "campaign/campaign.h"
#include "http/route.h"
#include "http/session.h"
#include "payment/payment_web.h"
#include "payment_tmpl.h"

enum { KEY_BYTES = 16 };

static enum err
link_key(struct ctx *cx, int64_t order_id, int64_t link, struct str *out)
{
    unsigned char mac[SHA256_BYTES];
    struct str secret;

    TRY(secret_find(cx, &secret));
    struct str part = str_printf(cx->arena, "payment link\n%lld\n%lld", (long long)order_id,
                                 (long long)link);
    hmac_sha256(secret, &part, 1, mac);
    *out = hex_str(cx->arena, mac, KEY_BYTES);
    return OK;
}

enum err
payment_link(struct ctx *cx, const struct order *o, int64_t link, struct url *out)
{
    struct str key;

    TRY(link_key(cx, o->id, link, &key));
    *out = url_path(cx->arena, "/payer/%s/%s", str_z(cx->arena, o->ref), str_z(cx->arena, key));
    return OK;
}

/* A wrong key and an unknown order look alike. */
static enum err
way_of_link(struct ctx *cx, struct req *req, struct payment_way *w)
{
    struct order_contact contact;
    struct str ref, typed, key;
    bool assisted;

    TRY(req_path_str(req, "ref", ORDER_REF_LEN, &ref));
    TRY(req_path_str(req, "key", 2 * KEY_BYTES, &typed));
    TRY(order_by_ref_alone(cx, ref, &w->order));
    TRY(order_contact_find(cx, w->order.id, &contact, &assisted));
    if (!assisted)
        return ERR_NOT_FOUND;
    TRY(link_key(cx, w->order.id, contact.link, &key));
    if (!secret_eq(key, typed))
        return ERR_NOT_FOUND;
    TRY(payment_link(cx, &w->order, contact.link, &w->back));
    w->pay = w->back;
    w->attempts = w->back;
    w->by_link = true;
    return OK;
}

/* An older message's link, or half of one: the person cannot know, and has telephoned before. */
static enum err
dead_link(struct ctx *cx, struct req *req)
{
    struct page page = page_begin(cx, req, STR("Ce lien ne permet pas de payer"));

    page.has_error = true;
    page_crumb(cx, &page, STR("Payer"), (struct url){STR_NONE});
    payment_dead_link_html(&req->out, &page);
    return res_html(req, 404);
}

static struct str
over_sentence(const struct order *o)
{
    switch (o->state) {
    case ORDER_HELD:
    case ORDER_PAYING:
    case ORDER_EXPIRED:
        return STR("Le délai pour payer est passé\u00a0: le stock est rendu, rien n’est dû. "
                   "Rappelez-nous pour passer une autre commande.");
    case ORDER_CANCELLED:
        return STR("Cette commande est annulée, rien n’est dû.");
    case ORDER_REFUND_DUE:
    case ORDER_REFUNDED:
        return STR("Cette commande est remboursée.");
    default:
        return STR("Cette commande est déjà payée. Un message vous l’a confirmé.");
    }
}

/* GET /payer/{ref}/{key} */
enum err
payment_link_page(struct ctx *cx, struct req *req)
{
    struct payment_link_view v = {.now_ms = cx->now_ms};
    struct payment_way w = {0};
    const struct policy *p;
    enum err e = way_of_link(cx, req, &w);

    if (e == ERR_NOT_FOUND)
        return dead_link(cx, req);
    TRY(e);
    v.order = w.order;
    TRY(campaign_policy(cx, w.order.campaign_id, w.order.version, &p));
    const struct policy_good *g = &p->good[w.order.line[0].good];
    v.what = str_printf(cx->arena, "%s %.*s", fmt_int(w.order.units).z,
                        STR_FMT(w.order.units > 1 ? g->unit_many : g->unit_one));
    v.summary = payment_summary(cx, &w.order);
    v.pay = w.pay;
    v.zone = territory_zone(w.order.territory);
    v.can_pay = (w.order.state == ORDER_HELD || w.order.state == ORDER_PAYING) &&
                w.order.deadline_ms > cx->now_ms;
    v.sentence = over_sentence(&w.order);
    v.page = page_begin(cx, req, str_printf(cx->arena, "Payer la commande %.*s",
                                            STR_FMT(w.order.ref)));
    TRY(payment_frame(cx, &w.order, &v.page));
    payment_link_html(&req->out, &v);
    return res_html(req, 200);
}

/* POST /payer/{ref}/{key} */
enum err
payment_link_form(struct ctx *cx, struct req *req)
{
    struct payment_way w = {0};
    enum err e = way_of_link(cx, req, &w);

    if (e == ERR_NOT_FOUND)
        return dead_link(cx, req);
    TRY(e);
    return payment_begin_on(cx, req, &w);
}

/* GET /payer/{ref}/{key}/{id} */
enum err
payment_link_out_page(struct ctx *cx, struct req *req)
{
    struct payment_way w = {0};

    TRY(way_of_link(cx, req, &w));
    return payment_out_on(cx, req, &w);
}

/* POST /payer/{ref}/{key}/{id} */
enum err
payment_link_leave_form(struct ctx *cx, struct req *req)
{
    return payment_leave_on(cx, req, way_of_link);
}
