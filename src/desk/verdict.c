/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.c - what a company may buy now in each campaign of an organiser, and why. */
#include "base/format.h"
#include "desk/desk.h"

enum err
desk_site_of(struct ctx *cx, int64_t siren, int64_t *siret)
{
    struct establishment_list list;

    /* Open ones come first, the head office before others. */
    TRY(registry_establishments(cx, siren, 0, &list));
    *siret = list.count > 0 && list.item[0].active ? list.item[0].siret : 0;
    return OK;
}

static struct str
yes_text(struct ctx *cx, const struct campaign *c, const struct desk_verdict *v)
{
    const struct policy_good *g = &c->policy->good[0];

    if (!v->has_quota)
        return STR("Votre entreprise peut commander maintenant.");
    return str_printf(cx->arena, "Votre entreprise peut commander maintenant, jusqu’à %s %.*s pour "
                                 "cette période, tous établissements compris.",
                      fmt_int(v->left).z, STR_FMT(v->left > 1 ? g->unit_many : g->unit_one));
}

static void
quota_fill(const struct policy *p, const struct admit_out *d, struct desk_verdict *v)
{
    v->has_quota = (p->per_head > 0 || p->units_max > 0) && d->eligibility.units_min > 0;
    if (!v->has_quota)
        return;
    v->quota = d->eligibility.units_min;
    v->left = d->units_left;
    v->renews_ms = p->period_days > 0 ? d->eligibility.period_end_ms : 0;
}

/* Units of the smallest pack that is for such a company. */
static int64_t
least_units(const struct policy *p, const struct buyer_facts *facts)
{
    int heads_min = 0, heads_max = INT32_MAX;
    bool known = policy_heads(facts, &heads_min, &heads_max);
    int64_t least = INT64_MAX;

    for (int i = 0; i < p->pack_count; i++)
        if (p->pack[i].units < least &&
            (!known || policy_pack_offered(&p->pack[i], heads_min, heads_max)))
            least = p->pack[i].units;
    return least;
}

static struct str
spent_text(struct ctx *cx, const struct policy *p, const struct desk_verdict *v)
{
    const struct policy_good *g = &p->good[0];
    const char *period = v->renews_ms != 0 ? " pour cette période" : "";
    struct str text, again = STR("");

    if (v->renews_ms != 0)
        again = str_printf(cx->arena, " Une nouvelle période commence le %s.",
                           fmt_date(v->renews_ms, p->zone).z);
    text = v->left == 0
               ? str_printf(cx->arena, "Votre entreprise a déjà commandé tout ce à quoi elle a "
                                       "droit%s.", period)
               : str_printf(cx->arena, "Votre entreprise n’a plus droit qu’à %s %.*s%s, moins "
                                       "qu’un lot.", fmt_int(v->left).z,
                            STR_FMT(v->left > 1 ? g->unit_many : g->unit_one), period);
    return str_printf(cx->arena, "%.*s%.*s", STR_FMT(text), STR_FMT(again));
}

static enum err
verdict_one(struct ctx *cx, const struct campaign *c, int64_t siret, struct desk_verdict *v)
{
    struct order_ask ask = {.campaign = c, .siren = siret_siren(siret), .siret = siret,
                            .key = STR("")};
    struct order_placed placed;
    struct establishment site;
    struct buyer_facts facts;
    struct company company;

    TRY(order_facts(cx, siret, &facts, &company, &site));
    ask.facts = &facts;
    TRY(order_preview(cx, &ask, &placed));
    const struct admit_out *d = placed.decision;
    *v = (struct desk_verdict){.campaign = *c, .refusal = d->refusal,
                               .reason = d->eligibility.reason, .text = placed.refusal,
                               .hold_ref = d->hold_ref};
    quota_fill(c->policy, d, v);
    v->may = d->refusal == REFUSAL_EMPTY &&
             (!v->has_quota || v->left >= least_units(c->policy, &facts));
    if (v->may)
        v->text = yes_text(cx, c, v);
    else if (d->refusal == REFUSAL_EMPTY)
        v->text = spent_text(cx, c->policy, v);
    if (campaign_stop_message(c).len > 0)
        v->text = campaign_stop_message(c);
    return OK;
}

enum err
desk_verdicts(struct ctx *cx, int64_t siret, struct desk_verdict_list *out)
{
    struct campaign_list list;

    TRY(campaign_list_of(cx, cx->actor.organiser_id, &list));
    *out = (struct desk_verdict_list){ARENA_ARRAY(cx->arena, list.count + 1, struct desk_verdict),
                                      0};
    for (size_t i = 0; i < list.count; i++)
        TRY(verdict_one(cx, &list.item[i], siret, &out->item[out->count++]));
    return OK;
}
