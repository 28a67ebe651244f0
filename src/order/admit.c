/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admit.c - see admit.h. The order of the tests is the order in which a person should hear of
 * them: what is wrong for ever, then what time or a click heals, then what depends on others.
 */
#include "order/admit.h"

#include "base/format.h"

bool
order_counts(enum order_state s)
{
    switch (s) {
    case ORDER_HELD:
    case ORDER_PAYING:
    case ORDER_PAID:
    case ORDER_PREPARING:
    case ORDER_HANDED:
    case ORDER_DELIVERED:
    case ORDER_DISPUTED:
    case ORDER_RETURNED: /* Paid, and sent again until it is given back. */
        return true;
    case ORDER_EXPIRED:
    case ORDER_CANCELLED:
    case ORDER_REFUND_DUE:
    case ORDER_REFUNDED:
        return false;
    }
    return true;
}

/* Sums the demand per pack, so that two lines of one article cannot each pass alone. */
static enum refusal
collect_lines(const struct admit_in *in, struct admit_out *out)
{
    const struct policy *p = in->policy;

    for (int i = 0; i < in->item_count; i++) {
        const struct ask_item *ask = &in->item[i];
        int n = 0;
        if (ask->pack < 0 || ask->pack >= p->pack_count || ask->packs < 0 ||
            ask->packs > ORDER_PACKS_MAX)
            return REFUSAL_PACK;
        if (ask->packs == 0)
            continue;
        while (n < out->line_count && out->line[n].pack != ask->pack)
            n++;
        if (n == ORDER_LINES_MAX)
            return REFUSAL_PACK;
        if (n == out->line_count)
            out->line[out->line_count++] =
                (struct order_line){.pack = ask->pack, .good = p->pack[ask->pack].good};
        out->line[n].packs += ask->packs;
        if (out->line[n].packs > ORDER_PACKS_MAX)
            return REFUSAL_PACK;
    }
    return out->line_count == 0 ? REFUSAL_EMPTY : REFUSAL_NONE;
}

static enum refusal
check_packs(const struct admit_in *in, const struct admit_out *out)
{
    int heads_min, heads_max;
    bool known = policy_heads(in->facts, &heads_min, &heads_max);

    if (in->policy->one_pack_size && out->line_count > 1)
        return REFUSAL_MIXED;
    for (int i = 0; known && i < out->line_count; i++)
        if (!policy_pack_offered(&in->policy->pack[out->line[i].pack], heads_min, heads_max))
            return REFUSAL_PACK_SIZE;
    return REFUSAL_NONE;
}

/* Instant from which the minimum delay of one past order counts; 0: not begun (not delivered). */
static int64_t
delay_since(enum delay_from from, const struct past_order *o)
{
    switch (from) {
    case DELAY_FROM_ORDER:
        return o->created_ms;
    case DELAY_FROM_PAYMENT:
        return o->paid_ms != 0 ? o->paid_ms : o->created_ms;
    case DELAY_FROM_DELIVERY:
        return o->delivered_ms;
    }
    return o->created_ms;
}

static enum refusal
check_history(const struct admit_in *in, struct admit_out *out)
{
    const struct policy *p = in->policy;
    const struct eligibility *e = &out->eligibility;
    enum refusal refusal = REFUSAL_NONE;

    out->units_left = e->units_min;
    for (size_t i = 0; i < in->past_count; i++) {
        const struct past_order *o = &in->past[i];
        if (!order_counts(o->state))
            continue;
        if (o->state == ORDER_HELD || o->state == ORDER_PAYING) {
            out->hold_ref = o->ref;
            refusal = REFUSAL_HOLD;
        }
        if (p->period_days == 0 || o->created_ms >= e->period_start_ms)
            out->units_left -= o->units;
        int64_t since = delay_since(p->delay_from, o);
        int64_t end = since == 0 ? 0 : policy_delay_end(p, in->facts->territory, since);
        if (p->delay_days > 0 && refusal != REFUSAL_HOLD && (since == 0 || end > in->now_ms)) {
            refusal = REFUSAL_DELAY;
            if (since == 0 || end > out->when_ms)
                out->when_ms = end;
        }
    }
    if (out->units_left < 0)
        out->units_left = 0;
    if (refusal == REFUSAL_HOLD)
        out->when_ms = 0;
    return refusal;
}

static enum refusal
check_quota(const struct admit_in *in, struct admit_out *out)
{
    const struct policy *p = in->policy;

    out->units = 0;
    for (int i = 0; i < out->line_count; i++) {
        struct order_line *l = &out->line[i];
        l->units = l->packs * p->pack[l->pack].units;
        out->units += l->units;
    }
    if (p->per_head == 0 && p->units_max == 0)
        return REFUSAL_NONE;
    if (out->units <= out->units_left)
        return REFUSAL_NONE;
    if (p->period_days > 0)
        out->when_ms = out->eligibility.period_end_ms;
    return REFUSAL_QUOTA;
}

/* VAT of a net amount, rounded half up to the cent. */
static int64_t
vat_of(int64_t net_cents, int bp)
{
    return (net_cents * bp + 5000) / 10000;
}

/* Delivery charged to the buyer is part of the price of the goods and follows their rate (CGI
 * article 267, I-2); with several rates the highest is taken. */
static void
price_delivery(const struct policy *p, struct admit_out *out)
{
    int bp = 0;
    int64_t net = 0;

    for (int i = 0; i < out->line_count; i++)
        if (out->line[i].vat_bp > bp)
            bp = out->line[i].vat_bp;
    for (int i = 0; i < out->line_count; i++)
        if (out->line[i].vat_bp == bp)
            net += out->line[i].net_cents;
    out->delivery_cents = p->delivery_cents;
    out->net_cents += p->delivery_cents;
    out->vat_cents += vat_of(net + p->delivery_cents, bp) - vat_of(net, bp);
}

/*
 * Prices. VAT is computed on the sum of each rate and shared over its lines, so that the lines add
 * up to what an invoice states by rate (EN 16931, BR-CO-17).
 */
static enum refusal
price_lines(const struct admit_in *in, struct admit_out *out)
{
    const struct policy *p = in->policy;
    enum territory t = in->facts->territory;

    for (int i = 0; i < out->line_count; i++) {
        struct order_line *l = &out->line[i];
        const struct policy_vat *vat = policy_vat_of(p, l->good, t, in->now_ms);
        out->pool[i] = policy_pool_of(p, l->good, t);
        if (vat == NULL || out->pool[i] < 0)
            return REFUSAL_DESTINATION;
        l->vat_bp = vat->rate_bp;
        l->price_cents = p->pack[l->pack].price_cents;
        if (__builtin_mul_overflow(l->price_cents, l->packs, &l->net_cents))
            return REFUSAL_PACK;
        int64_t before = 0;
        for (int k = 0; k < i; k++)
            if (out->line[k].vat_bp == l->vat_bp)
                before += out->line[k].net_cents;
        l->vat_cents = vat_of(before + l->net_cents, l->vat_bp) - vat_of(before, l->vat_bp);
        out->net_cents += l->net_cents;
        out->vat_cents += l->vat_cents;
    }
    price_delivery(p, out);
    out->total_cents = out->net_cents + out->vat_cents;
    return REFUSAL_NONE;
}

static enum refusal
decide(const struct admit_in *in, struct admit_out *out)
{
    enum refusal r;

    out->eligibility = policy_eligible(in->policy, in->facts, in->now_ms);
    r = check_history(in, out);
    if (out->eligibility.reason != REASON_OK) {
        if (out->eligibility.reason == REASON_NOT_OPEN_YET)
            out->when_ms = out->eligibility.opens_ms;
        return REFUSAL_ELIGIBILITY;
    }
    if (r != REFUSAL_NONE)
        return r;
    if ((r = collect_lines(in, out)) != REFUSAL_NONE)
        return r;
    if ((r = check_packs(in, out)) != REFUSAL_NONE)
        return r;
    if ((r = check_quota(in, out)) != REFUSAL_NONE)
        return r;
    return price_lines(in, out);
}

void
order_admit(const struct admit_in *in, struct admit_out *out)
{
    *out = (struct admit_out){0};
    out->refusal = decide(in, out);
}

const char *
refusal_code(enum refusal r)
{
    static const char *const codes[REFUSAL_COUNT] = {
        "none", "not_eligible", "empty", "pack", "pack_size", "mixed", "unpaid_order",
        "quota", "delay", "destination", "sold_out", "key_reused"};

    assert(r < REFUSAL_COUNT);
    return codes[r];
}

static struct str
quota_text(struct arena *a, const struct admit_in *in, const struct admit_out *out)
{
    const struct policy_good *g = &in->policy->good[out->line_count > 0 ? out->line[0].good : 0];
    struct str until = STR_NONE;

    if (out->when_ms != 0)
        until = str_printf(a, " Une nouvelle période commence le %s.",
                           fmt_date(out->when_ms, in->policy->zone).z);
    if (out->units_left == 0)
        return str_printf(a, "Votre entreprise a déjà commandé tout ce à quoi elle a droit pour "
                             "cette période.%.*s", STR_FMT(until));
    return str_printf(a,
                      "Votre entreprise peut encore commander %s %.*s pour cette période, tous "
                      "établissements compris.%.*s Réduisez la quantité.",
                      fmt_int(out->units_left).z,
                      STR_FMT(out->units_left > 1 ? g->unit_many : g->unit_one), STR_FMT(until));
}

struct str
refusal_text(struct arena *a, const struct admit_in *in, const struct admit_out *out)
{
    const struct policy *p = in->policy;

    switch (out->refusal) {
    case REFUSAL_ELIGIBILITY:
        return eligibility_text(a, p, in->facts, &out->eligibility);
    case REFUSAL_EMPTY:
        return STR("Indiquez combien de lots vous souhaitez.");
    case REFUSAL_PACK:
        return STR("Le nombre de lots demandé n’est pas possible. Corrigez la quantité.");
    case REFUSAL_PACK_SIZE:
        return STR("Ce lot n’est pas proposé aux entreprises de votre effectif. Choisissez "
                   "l’autre taille de lot.");
    case REFUSAL_MIXED:
        return STR("Une commande ne contient qu’une taille de lot. Gardez-en une seule.");
    case REFUSAL_HOLD:
        return STR("Votre entreprise a déjà une commande en attente de paiement. Payez-la ou "
                   "annulez-la avant d’en passer une autre.");
    case REFUSAL_QUOTA:
        return quota_text(a, in, out);
    case REFUSAL_DELAY:
        if (out->when_ms == 0)
            return STR("Votre commande précédente n’est pas encore livrée. Vous pourrez commander "
                       "à nouveau après un délai compté depuis sa livraison.");
        return str_printf(a, "Un délai est demandé entre deux commandes. Vous pourrez commander à "
                             "nouveau le %s.",
                          fmt_date(out->when_ms, territory_zone(in->facts->territory)).z);
    case REFUSAL_DESTINATION:
        return STR("Aucun stock n’est prévu pour votre territoire dans cette vente.");
    case REFUSAL_STOCK:
        return STR("Il ne reste plus assez de stock pour cette quantité. Des réservations non "
                   "payées peuvent se libérer dans l’heure\u00a0: réessayez, ou réduisez la "
                   "quantité.");
    case REFUSAL_KEY:
        return STR("Ce formulaire a déjà servi pour une autre commande. Recommencez depuis la "
                   "première étape.");
    case REFUSAL_NONE:
    case REFUSAL_COUNT:
        break;
    }
    return STR_NONE;
}
