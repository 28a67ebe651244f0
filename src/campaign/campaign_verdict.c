/* SPDX-License-Identifier: Apache-2.0 */
/* campaign_verdict.c - the public answer to "may this company buy?". */
#include "campaign/campaign.h"
#include "policy/policy_text.h"

/* The figure counts as far as the register bears it out; beyond that a person checks it, and the
 * verdict says what it would give. */
static void
heads_apply(struct campaign_verdict *v, int heads)
{
    int low, high;
    bool known = band_bounds(v->facts.band, &low, &high);

    if (heads < 0)
        return;
    v->facts.heads = heads;
    v->to_review = !known || heads < low || heads > high;
}

static struct str
review_text(struct ctx *cx, const struct policy *p, const struct campaign_verdict *v)
{
    struct str when = STR("dès que c’est fait");

    if (v->e.reason == REASON_NOT_OPEN_YET)
        when = str_printf(cx->arena, "à partir du %.*s",
                          STR_FMT(policy_instant_text(cx->arena, p, v->facts.territory,
                                                      v->e.opens_ms)));
    return str_printf(cx->arena,
                      "L’effectif que vous indiquez n’est pas celui du registre. Connectez-vous et "
                      "déclarez-le\u00a0: une personne le vérifie. S’il est retenu, votre "
                      "entreprise pourra commander %.*s %.*s.",
                      STR_FMT(policy_units_range(cx->arena, p, v->e.units_min, v->e.units_max)),
                      STR_FMT(when));
}

enum err
campaign_verdict(struct ctx *cx, const struct campaign *c, int64_t siret, int heads,
                 struct campaign_verdict *out)
{
    const struct policy *p = c->policy;
    struct campaign_verdict v = { .campaign = *c };

    TRY(registry_establishment(cx, siret, &v.establishment));
    TRY(registry_company(cx, siret_siren(siret), &v.company));
    v.facts = campaign_company_facts(&v.company);
    v.facts.establishment_active = v.establishment.active;
    v.facts.territory = v.establishment.territory;
    v.facts.department = v.establishment.department;
    heads_apply(&v, heads);
    v.e = policy_eligible(p, &v.facts, cx->now_ms);
    if (v.e.reason == REASON_OK && campaign_is_stopped(c))
        v.e.reason = REASON_PAUSED;
    if (v.to_review && (v.e.reason == REASON_OK || v.e.reason == REASON_NOT_OPEN_YET)) {
        v.text = review_text(cx, p, &v);
        v.e.reason = REASON_NEEDS_HEADCOUNT;
    } else {
        v.to_review = false;
        v.text = v.e.reason == REASON_PAUSED && campaign_stop_message(c).len > 0
                     ? campaign_stop_message(c)
                     : eligibility_text(cx->arena, p, &v.facts, &v.e);
    }
    *out = v;
    return OK;
}
