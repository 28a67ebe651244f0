/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buyer_view.c - an order for its buyer: timeline, what happens next, documents, parcels.
 */
#include "base/format.h"
#include "buyer/buyer_view.h"
#include "delivery/delivery.h"
#include "invoice/invoice.h"
#include "order/order_words.h"

enum { ORDER_STEPS_AHEAD = 4 };

/* The title of a step of the timeline, by the state it led to. */
static struct str
event_title(const struct order_event *e)
{
    static const char *const titles[] = {
        "",           "Réservée",     "Paiement commencé", "Payée",    "En préparation",
        "Remise au transporteur",     "Livrée",            "Expirée, stock rendu",
        "Annulée",    "Remboursement en cours",            "Remboursée",
        "Paiement contesté",          "Retournée"};

    if (e->to == ORDER_HELD && e->from == ORDER_PAYING)
        return STR("Paiement non abouti");
    return str_of(titles[e->to]);
}

/* The look of the last event: done, under way, or an end that nobody wished for. */
static enum step_state
last_step(enum order_state s)
{
    switch (s) {
    case ORDER_EXPIRED:
    case ORDER_CANCELLED:
    case ORDER_DISPUTED:
    case ORDER_RETURNED:
        return STEP_FAILED;
    case ORDER_DELIVERED:
    case ORDER_REFUNDED:
        return STEP_DONE;
    default:
        return STEP_NOW;
    }
}

/* What is still to come when all goes well. */
static void
add_steps_ahead(struct timeline_step_list *list, const struct order *o, int64_t now_ms)
{
    static const struct {
        enum order_state before; /* Ahead of orders that have not come further than this. */
        const char *title;
    } ahead[] = {{ORDER_PAYING, "Paiement"},
                 {ORDER_PAID, "Préparation"},
                 {ORDER_PREPARING, "Remise au transporteur"},
                 {ORDER_HANDED, "Livraison sans contact"}};

    if (o->state == ORDER_REFUND_DUE)
        list->item[list->count++] = (struct timeline_step){
            .title = STR("Remboursement confirmé par la banque"), .state = STEP_NEXT};
    if (order_lapsed(o, now_ms))
        return;
    for (size_t i = 0; i < sizeof ahead / sizeof ahead[0]; i++)
        if (o->state <= ahead[i].before)
            list->item[list->count++] = (struct timeline_step){
                .title = str_of(ahead[i].title), .state = STEP_NEXT};
}

static struct timeline_step_list
timeline_of(struct ctx *cx, const struct order_event_list *events, const struct order *o)
{
    struct timeline_step_list list = {
        ARENA_ARRAY(cx->arena, events->count + ORDER_STEPS_AHEAD, struct timeline_step),
        events->count};

    for (size_t i = 0; i < events->count; i++) {
        const struct order_event *e = &events->item[i];
        list.item[i] = (struct timeline_step){
            .title = event_title(e),
            .at_ms = e->at_ms,
            .zone = territory_zone(o->territory),
            .state = i + 1 == events->count ? last_step(o->state) : STEP_DONE,
        };
    }
    add_steps_ahead(&list, o, cx->now_ms);
    return list;
}

struct str
buyer_sentence(const struct order *o, int64_t now_ms)
{
    if (!order_lapsed(o, now_ms))
        return str_of(order_state_text(o->state));
    if (o->state == ORDER_PAYING)
        return STR("Le délai pour payer est passé. Nous demandons à la banque si un paiement a "
                   "abouti.");
    return STR("Le délai pour payer est passé\u00a0: le stock est rendu, rien n’est dû.");
}

static struct str
what_next(const struct order *o, int64_t now_ms)
{
    if (order_lapsed(o, now_ms))
        return o->state == ORDER_PAYING
                   ? STR("Si vous avez payé, la commande est confirmée dans quelques minutes, par "
                         "un message aussi. Sinon elle expire, rien n’est dû, et vous pouvez en "
                         "passer une autre. Ne payez pas une seconde fois.")
                   : STR("Vous pourrez passer une autre commande dans un instant, s’il reste du "
                         "stock.");
    switch (o->state) {
    case ORDER_PAYING:
        return STR("La confirmation de la banque arrive d’habitude en moins d’une minute. Si vous "
                   "avez quitté la page de paiement, vous pouvez payer à nouveau\u00a0: vous ne "
                   "serez débité qu’une fois.");
    case ORDER_PAID:
        return STR("Votre commande part en préparation. Vous recevrez un message au départ du "
                   "colis, puis à la livraison.");
    case ORDER_EXPIRED:
    case ORDER_CANCELLED:
        return STR("Si un paiement nous parvenait encore, la commande serait servie s’il reste du "
                   "stock, sinon remboursée en totalité.");
    case ORDER_REFUND_DUE:
        return STR("Le remboursement est demandé à la banque. Vous recevrez un message quand il "
                   "est confirmé.");
    case ORDER_HELD:
    case ORDER_PREPARING:
    case ORDER_HANDED:
    case ORDER_DELIVERED:
    case ORDER_REFUNDED:
    case ORDER_DISPUTED:
    case ORDER_RETURNED:
        break;
    }
    return STR_NONE;
}

static enum err
documents_fill(struct ctx *cx, const struct order *o, struct buyer_order_view *v)
{
    struct invoice_list list;

    TRY(invoice_of_order(cx, o->id, &list));
    v->documents.item = ARENA_ARRAY(cx->arena, list.count, struct document_row);
    v->documents.count = list.count;
    for (size_t i = 0; i < list.count; i++)
        v->documents.item[i] = (struct document_row){
            .label = str_printf(cx->arena, "%s %.*s (PDF)",
                                list.item[i].kind == INVOICE_CREDIT ? "Avoir" : "Facture",
                                STR_FMT(list.item[i].number)),
            .url = url_path(cx->arena, "/commandes/%s/documents/%s", str_z(cx->arena, o->ref),
                            str_z(cx->arena, list.item[i].number)),
        };
    return OK;
}

/* Of what was missing when the parcel was packed. */
static enum err
show_missing(struct ctx *cx, int64_t order_id, struct buyer_order_view *v)
{
    struct shortage_list list;
    int64_t packs = 0, cents = 0;

    TRY(shortage_of_order(cx, order_id, &list));
    for (size_t i = 0; i < list.count; i++) {
        packs += list.item[i].packs;
        cents += list.item[i].net_cents + list.item[i].vat_cents;
    }
    if (packs > 0)
        v->missing = str_printf(cx->arena, "%s : %s vous sont remboursés.",
                                fmt_plural(packs, "lot n’a pas pu être envoyé",
                                           "lots n’ont pas pu être envoyés").z,
                                fmt_euros(cents).z);
    return OK;
}

enum err
buyer_order_fill(struct ctx *cx, const struct order *o, struct buyer_order_view *v)
{
    struct order_event_list events;
    bool unpaid = o->state == ORDER_HELD || o->state == ORDER_PAYING;

    TRY(campaign_policy(cx, o->campaign_id, o->version, &v->policy));
    TRY(order_events(cx, o->id, &events));
    v->order = *o;
    v->zone = territory_zone(o->territory);
    v->state = order_state_shown(o, cx->now_ms);
    v->sentence = buyer_sentence(o, cx->now_ms);
    v->tone = order_tone(o->state);
    v->now_ms = cx->now_ms;
    v->can_pay = unpaid && !order_lapsed(o, cx->now_ms);
    v->is_paid = o->state == ORDER_PAID;
    v->can_cancel = v->can_pay || v->is_paid;
    v->pay = url_path(cx->arena, "/commandes/%s/payer", str_z(cx->arena, o->ref));
    v->cancel = url_path(cx->arena, "/commandes/%s/annuler", str_z(cx->arena, o->ref));
    v->keep = url_path(cx->arena, "/commandes/%s", str_z(cx->arena, o->ref));
    v->complain = url_path(cx->arena, "/commandes/%s/reclamation", str_z(cx->arena, o->ref));
    TRY(care_complaint_of(cx, o->id, &v->complaint));
    v->summary = order_summary(cx, v->policy, o->line, o->line_count, &o->address);
    if (o->forgotten_ms != 0)
        v->summary.item[v->summary.count++] = (struct summary_row){
            .term = STR("Nom, adresse, téléphone"),
            .value = str_printf(cx->arena, "Effacés le %s",
                                fmt_short_date(o->forgotten_ms, ZONE_PARIS).z)};
    v->timeline = timeline_of(cx, &events, o);
    TRY(documents_fill(cx, o, v));
    v->next = what_next(o, cx->now_ms);
    TRY(show_missing(cx, o->id, v));
    v->receiver = (struct receiver_step_list){contactless_steps, CONTACTLESS_STEPS};
    TRY(track_of_order(cx, o, &v->parcels));
    for (size_t i = 0; i < v->parcels.count; i++)
        v->under_way = v->under_way || v->parcels.item[i].under_way;
    return OK;
}
