/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invoice_make.c - what an invoice or a credit note says, put together from the order, the
 * campaign in force (seller), the policy of the order (goods, VAT notes) and the register (buyer).
 *
 * VAT categories (UNTDID 5305): S where there is a rate. Without one, G when the goods leave for a
 * territory outside the VAT of mainland France (CGI article 294), else E with the reason that the
 * campaign file gives: exempt, or sold where the tax does not exist. (O, outside the scope of VAT,
 * would forbid the seller's VAT number, which French law demands.)
 */
#include "invoice/invoice_int.h"

#include "base/format.h"
#include "registry/registry.h"

static const char export_reason[] = "Exportation, exonération de TVA (article 294 du CGI).";

/* ISO 3166-1 of the territory where somebody is; overseas ones have codes of their own. */
static struct str
country_of(enum territory t)
{
    static const char *const codes[TERRITORY_COUNT] = {
        [TERRITORY_NONE] = "FR",       [TERRITORY_MAINLAND] = "FR",
        [TERRITORY_CORSICA] = "FR",    [TERRITORY_GUADELOUPE] = "GP",
        [TERRITORY_MARTINIQUE] = "MQ", [TERRITORY_GUYANE] = "GF",
        [TERRITORY_REUNION] = "RE",    [TERRITORY_MIQUELON] = "PM",
        [TERRITORY_MAYOTTE] = "YT",    [TERRITORY_BARTHELEMY] = "BL",
        [TERRITORY_MARTIN] = "MF"};

    return str_of(codes[t]);
}

/* Whether companies there have a French VAT number: not where the tax does not exist. */
static bool
has_vat_number(enum territory t)
{
    return t == TERRITORY_NONE || t == TERRITORY_MAINLAND || t == TERRITORY_CORSICA ||
           t == TERRITORY_GUADELOUPE || t == TERRITORY_MARTINIQUE || t == TERRITORY_REUNION;
}

static void
seller_set(struct ctx *cx, const struct policy *p, struct invoice_doc *d)
{
    const struct policy_seller *s = &p->seller;

    d->seller_name = s->name;
    d->seller_form = s->form;
    d->seller_capital = s->capital;
    d->seller_complement = s->complement;
    d->seller_street = s->street;
    d->seller_postal_code = s->postal_code;
    d->seller_city = s->city;
    d->seller_siren = siren_str(cx->arena, s->siren);
    d->seller_rcs = s->rcs;
    d->seller_vat = s->vat_number;
    d->seller_iban = s->iban;
    d->seller_email = p->contact_email;
    d->penalties = s->penalties;
    d->discount = s->discount;
    d->vat_on_debits = s->vat_on_debits;
}

static void
delivery_set(const struct order *o, struct invoice_doc *d)
{
    d->to_name = o->address.company;
    d->to_person = o->address.person;
    d->to_complement = o->address.complement;
    d->to_street = o->address.street;
    d->to_special = o->address.special;
    d->to_postal_code = o->address.postal_code;
    d->to_city = o->address.city;
    d->to_country = country_of(o->territory);
}

/* Name and head office as the register has them today; where it may not or does not tell, what
 * the buyer wrote for the delivery. */
static enum err
buyer_set(struct ctx *cx, const struct order *o, struct invoice_doc *d)
{
    enum territory place = o->territory;
    struct establishment head = {0};
    struct company co = {0};

    enum err e = registry_company(cx, o->siren, &co);
    if (e == OK && co.head_siret != 0)
        e = registry_establishment(cx, co.head_siret, &head);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    d->buyer_name = co.name.len > 0 ? co.name : o->address.company;
    d->buyer_siren = siren_str(cx->arena, o->siren);
    if (e == OK && head.postal_code.len > 0 && head.city.len > 0) {
        place = head.territory;
        d->buyer_complement = head.complement;
        d->buyer_street = head.street;
        d->buyer_special = head.special;
        d->buyer_postal_code = head.postal_code;
        d->buyer_city = head.city;
    } else {
        d->buyer_complement = o->address.complement;
        d->buyer_street = o->address.street;
        d->buyer_special = o->address.special;
        d->buyer_postal_code = o->address.postal_code;
        d->buyer_city = o->address.city;
    }
    d->buyer_country = country_of(place);
    if (has_vat_number(place))
        d->buyer_vat = vat_number(cx->arena, o->siren);
    return OK;
}

static struct doc_vat *
group_of(struct invoice_doc *d, char category, int bp)
{
    for (int i = 0; i < d->vat_count; i++)
        if (d->vat[i].category == category && d->vat[i].vat_bp == bp)
            return &d->vat[i];
    assert(d->vat_count < DOC_LINES_MAX);
    d->vat[d->vat_count] = (struct doc_vat){.category = category, .vat_bp = bp};
    return &d->vat[d->vat_count++];
}

static char
category_for(enum territory t, int bp, const struct policy_vat *rule)
{
    if (bp > 0)
        return 'S';
    bool home = t == TERRITORY_NONE || t == TERRITORY_MAINLAND || t == TERRITORY_CORSICA;
    return home || (rule != NULL && rule->is_local) ? 'E' : 'G';
}

/* Two goods without tax may have each a reason of its own. */
static void
reason_add(struct ctx *cx, struct doc_vat *v, const struct policy_vat *rule)
{
    struct str reason = rule != NULL ? rule->note : STR_NONE;

    if (reason.len == 0 && v->category == 'G')
        reason = str_of(export_reason);
    if (v->reason.len == 0)
        v->reason = reason;
    else if (!str_contains(v->reason, reason))
        v->reason = str_printf(cx->arena, "%.*s %.*s", STR_FMT(v->reason), STR_FMT(reason));
}

/* The lines, with the reason of each exemption. Delivery is taxed as the goods of the highest rate,
 * as the order's price is. */
static void
lines_set(struct ctx *cx, const struct order *o, const struct policy *p, struct invoice_doc *d)
{
    struct doc_line fee = {.vat_bp = -1};

    for (int i = 0; i < o->line_count; i++) {
        const struct order_line *l = &o->line[i];
        const struct policy_vat *rule = policy_vat_of(p, l->good, o->territory, o->created_ms);
        char category = category_for(o->territory, l->vat_bp, rule);
        struct doc_vat *v = group_of(d, category, l->vat_bp);
        if (category != 'S')
            reason_add(cx, v, rule);
        v->net_cents += l->net_cents;
        d->line[d->line_count++] = (struct doc_line){
            .code = l->pack_code,
            .name = str_printf(cx->arena, "%.*s – %.*s", STR_FMT(p->pack[l->pack].label),
                               STR_FMT(p->good[l->good].name)),
            .quantity = l->packs,
            .price_cents = l->price_cents,
            .net_cents = l->net_cents,
            .category = category,
            .vat_bp = l->vat_bp,
        };
        if (l->vat_bp > fee.vat_bp)
            fee = d->line[d->line_count - 1];
    }
    if (o->delivery_cents == 0)
        return;
    fee.code = STR("livraison");
    fee.name = STR("Frais de livraison");
    fee.quantity = 1;
    fee.price_cents = fee.net_cents = o->delivery_cents;
    d->line[d->line_count++] = fee;
    group_of(d, fee.category, fee.vat_bp)->net_cents += o->delivery_cents;
}

static void
totals_set(struct invoice_doc *d)
{
    d->net_cents = d->vat_cents = 0;
    for (int i = 0; i < d->vat_count; i++) {
        d->net_cents += d->vat[i].net_cents;
        d->vat_cents += d->vat[i].vat_cents;
    }
    d->total_cents = d->net_cents + d->vat_cents;
}

enum err
doc_of_order(struct ctx *cx, const struct order *o, const struct campaign *c,
             struct invoice_doc *out, struct str *why)
{
    const struct policy *made;
    struct invoice_doc d = {.kind = INVOICE_BILL};

    *why = STR_NONE;
    if (!c->policy->seller.given) {
        *why = str_printf(cx->arena,
                          "Le fichier de la campagne «\u00a0%.*s\u00a0» ne porte pas les mentions "
                          "légales du vendeur\u00a0: complétez «\u00a0organiser\u00a0», "
                          "«\u00a0seller\u00a0», puis publiez-le.",
                          STR_FMT(c->slug));
        return OK;
    }
    TRY(campaign_policy(cx, o->campaign_id, o->version, &made));
    d.zone = c->policy->zone;
    d.order_ref = o->ref;
    d.campaign = made->name;
    d.paid_ms = o->paid_ms;
    seller_set(cx, c->policy, &d);
    TRY(buyer_set(cx, o, &d));
    delivery_set(o, &d);
    lines_set(cx, o, made, &d);
    for (int i = 0; i < d.vat_count; i++) {
        d.vat[i].vat_cents = doc_vat_of(d.vat[i].net_cents, d.vat[i].vat_bp);
        if (d.vat[i].category != 'S' && d.vat[i].reason.len == 0)
            *why = str_printf(cx->arena,
                              "La règle de TVA à 0\u00a0%% de la campagne «\u00a0%.*s\u00a0» "
                              "n’a pas de «\u00a0note\u00a0» qui dise le motif de "
                              "l’exonération.",
                              STR_FMT(c->slug));
    }
    totals_set(&d);
    if (d.net_cents != o->net_cents || d.vat_cents != o->vat_cents)
        *why = str_printf(cx->arena, "Les lignes de la commande %.*s donnent %s et la commande %s.",
                          STR_FMT(o->ref), fmt_euros(d.total_cents).z,
                          fmt_euros(o->total_cents).z);
    *out = d;
    return OK;
}

/* ---- credit notes ---- */

/* Packs of known lines: quantity times price, as on the invoice. */
static void
credit_line(const struct invoice_doc *bill, int line, int64_t packs, struct invoice_doc *d)
{
    struct doc_line l = bill->line[line];

    l.quantity = packs;
    l.net_cents = packs * l.price_cents;
    d->line[d->line_count++] = l;
}

/* What nobody has said the packs of: one line for each rate. */
static void
credit_plain_lines(const char *name, struct invoice_doc *d)
{
    d->line_count = 0;
    for (int i = 0; i < d->vat_count; i++)
        if (d->vat[i].net_cents > 0)
            d->line[d->line_count++] = (struct doc_line){
                .code = STR("remboursement"),
                .name = str_of(name),
                .quantity = 1,
                .price_cents = d->vat[i].net_cents,
                .net_cents = d->vat[i].net_cents,
                .category = d->vat[i].category,
                .vat_bp = d->vat[i].vat_bp,
            };
}

/* All that is left of the invoice. */
static void
credit_rest(const struct order *o, const struct invoice_doc *bill, const struct credit *c,
            struct invoice_doc *d)
{
    int64_t net = 0;

    memcpy(d->vat, c->rest, (size_t)bill->vat_count * sizeof d->vat[0]);
    d->vat_count = bill->vat_count;
    totals_set(d);
    for (int i = 0; i < bill->line_count && c->lines_known; i++) {
        bool goods = i < o->line_count;
        int64_t packs = goods ? c->packs_left[i] : bill->line[i].quantity;
        if (packs > 0)
            credit_line(bill, i, packs, d);
    }
    for (int i = 0; i < d->line_count; i++)
        net += d->line[i].net_cents;
    if (net != d->net_cents)
        credit_plain_lines("Remboursement du solde", d);
}

/* The packs that were named when the refund was made. */
static void
credit_parts(const struct invoice_doc *bill, const struct credit *c, struct invoice_doc *d)
{
    for (int i = 0; i < c->part_count; i++) {
        const struct credit_part *p = &c->part[i];
        credit_line(bill, p->line, p->packs, d);
        struct doc_vat *v = group_of(d, bill->line[p->line].category, bill->line[p->line].vat_bp);
        v->net_cents += p->net_cents;
        v->vat_cents += p->vat_cents;
    }
}

/* An amount without a reason: shared over the rates as the invoice has them left. */
static void
credit_share(const struct invoice_doc *bill, const struct credit *c, struct invoice_doc *d)
{
    int64_t whole = 0, cents = c->cents;

    for (int i = 0; i < bill->vat_count; i++)
        whole += c->rest[i].net_cents + c->rest[i].vat_cents;
    for (int i = 0; i < bill->vat_count; i++) {
        const struct doc_vat *r = &c->rest[i];
        int64_t left = r->net_cents + r->vat_cents;
        __extension__ __int128 product = (__int128)cents * left;
        int64_t gross = whole == 0 ? 0 : (int64_t)(product / whole);
        cents -= gross;
        whole -= left;
        struct doc_vat *v = group_of(d, r->category, r->vat_bp);
        v->net_cents = (gross * 10000 + (10000 + r->vat_bp) / 2) / (10000 + r->vat_bp);
        if (v->net_cents > r->net_cents)
            v->net_cents = r->net_cents;
        v->vat_cents = gross - v->net_cents;
    }
    totals_set(d);
    credit_plain_lines("Remboursement partiel", d);
}

void
doc_of_credit(struct ctx *cx, const struct invoice_doc *bill, const struct order *o,
              const struct credit *c, struct invoice_doc *out)
{
    struct invoice_doc d = *bill;
    int64_t left = 0;

    d.kind = INVOICE_CREDIT;
    d.credited = bill->number;
    d.credited_ms = bill->issued_ms;
    d.line_count = d.vat_count = 0;
    memset(d.vat, 0, sizeof d.vat);
    for (int i = 0; i < bill->vat_count; i++)
        left += c->rest[i].net_cents + c->rest[i].vat_cents;
    if (c->cents == left)
        credit_rest(o, bill, c, &d);
    else if (c->part_count > 0)
        credit_parts(bill, c, &d);
    else
        credit_share(bill, c, &d);
    for (int i = 0; i < d.vat_count; i++)
        for (int k = 0; k < bill->vat_count; k++)
            if (bill->vat[k].category == d.vat[i].category &&
                bill->vat[k].vat_bp == d.vat[i].vat_bp)
                d.vat[i].reason = bill->vat[k].reason;
    totals_set(&d);
    d.reason = str_printf(cx->arena, "%s de la commande %.*s",
                          d.total_cents == bill->total_cents ? "Remboursement intégral"
                          : c->cents == left                 ? "Remboursement du solde"
                                                             : "Remboursement partiel",
                          STR_FMT(o->ref));
    *out = d;
}
