/* SPDX-License-Identifier: Apache-2.0 */
/* campaign_trial.c - see campaign_trial.h. */
#include "campaign/campaign_trial.h"

enum { PROGRESS_EVERY = 8192 };

static void
claim_count(struct trial *t, enum band b)
{
    const struct policy *p = t->policy;
    int low = p->heads_min, high = p->heads_max;
    int band_low, band_high;

    t->claim[b].known = true;
    t->claim[b].pack = -1;
    if (band_bounds(b, &band_low, &band_high)) {
        low = band_low > low ? band_low : low;
        high = band_high < high ? band_high : high;
    }
    int64_t least = policy_packs_units(p, low, policy_quota(p, low));
    int64_t most = policy_packs_units(p, high, policy_quota(p, high));
    t->claim[b].units_min = least < most ? least : most;
    t->claim[b].units_max = least < most ? most : least;
    for (int i = p->pack_count; i-- > 0;)
        if (policy_pack_offered(&p->pack[i], low, high))
            t->claim[b].pack = i;
}

static void
row_add(struct trial_row *row, int64_t units_min, int64_t units_max)
{
    row->companies++;
    row->units_min += units_min;
    row->units_max += units_max;
}

static void
department_add(struct trial *t, struct str code, int64_t units_min, int64_t units_max)
{
    int i = 0;

    while (i < t->department_count && !str_is(code, t->department[i].code))
        i++;
    if (code.len == 0 || code.len >= sizeof t->department[i].code || i == POLICY_DEPARTMENTS_MAX)
        return;
    if (i == t->department_count) {
        memcpy(t->department[i].code, code.ptr, code.len);
        t->department_count++;
    }
    row_add(&t->department[i].row, units_min, units_max);
}

static bool
is_eligible(const struct trial *t, const struct eligibility *e)
{
    return e->reason == REASON_OK || e->reason == REASON_NOT_OPEN_YET ||
           (t->closed_too && e->reason == REASON_CLOSED && e->cohort >= 0);
}

struct trial_verdict
trial_add(struct trial *t, const struct buyer_facts *f)
{
    const struct policy *p = t->policy;
    struct eligibility e = policy_eligible(p, f, t->now_ms);
    struct trial_verdict v = { .reason = e.reason, .opens_ms = e.opens_ms };

    t->companies++;
    if (!is_eligible(t, &e)) {
        t->refused[e.reason]++;
        return v;
    }
    if (!t->claim[f->band].known)
        claim_count(t, f->band);
    int64_t least = t->claim[f->band].units_min, most = t->claim[f->band].units_max;
    int pack = t->claim[f->band].pack;
    int pool = pack < 0 ? -1 : policy_pool_of(p, p->pack[pack].good, f->territory);

    row_add(&t->eligible, least, most);
    if (e.reason == REASON_OK)
        row_add(&t->open, least, most);
    row_add(&t->cohort[e.cohort], least, most);
    row_add(&t->territory[f->territory], least, most);
    row_add(&t->band[f->band], least, most);
    department_add(t, f->department, least, most);
    if (pool >= 0)
        row_add(&t->pool[pool], least, most);
    t->without_pack += most == 0;
    v.is_eligible = true;
    v.units_max = most;
    return v;
}

static enum err
company_try(void *arg, const struct company *c)
{
    struct trial *t = arg;
    struct buyer_facts f = campaign_company_facts(c);

    (void)trial_add(t, &f);
    if (t->companies % PROGRESS_EVERY == 0 && t->progress != NULL)
        progress_step(t->progress, t->companies);
    return OK;
}

static enum err
trial_unit(struct ctx *cx, void *arg)
{
    return registry_each_active(cx, company_try, arg);
}

enum err
trial_run(struct ctx *cx, struct trial *t)
{
    return db_read(cx, trial_unit, t);
}
