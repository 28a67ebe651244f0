/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_eligible.c - who may buy, how much, when. Pure: the same facts, rules and instant always
 * give the same verdict, in the dry run, on the public page and in the order's transaction.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "policy/policy.h"

/* The largest quota whose mixed packs are summed up one by one. */
enum { MIXED_MAX = 200000 };

const struct policy_vat *
policy_vat_of(const struct policy *p, int good, enum territory t, int64_t at_ms)
{
    for (int i = 0; i < p->vat_count; i++) {
        const struct policy_vat *v = &p->vat[i];
        if ((v->territories & 1U << t) && at_ms >= v->from_ms && at_ms < v->until_ms &&
            str_eq(v->vat_class, p->good[good].vat_class))
            return v;
    }
    return NULL;
}

int
policy_pool_of(const struct policy *p, int good, enum territory t)
{
    for (int i = 0; i < p->pool_count; i++)
        if (p->pool[i].good == good && (p->pool[i].territories & 1U << t))
            return i;
    return -1;
}

bool
policy_pack_offered(const struct policy_pack *pack, int heads_min, int heads_max)
{
    return pack->heads_min <= heads_max && pack->heads_max >= heads_min;
}

bool
policy_heads(const struct buyer_facts *f, int *min, int *max)
{
    if (f->heads < 0)
        return band_bounds(f->band, min, max);
    *min = f->heads;
    *max = f->heads;
    return true;
}

int64_t
policy_quota(const struct policy *p, int heads)
{
    int64_t units = p->per_head == 0
                        ? p->units_max
                        : (int64_t)p->per_head * ((int64_t)heads + (p->owner_counts ? 1 : 0));

    if (p->units_max > 0 && units > p->units_max)
        units = p->units_max;
    if (!p->round_up)
        return units;
    int smallest = 0;
    for (int i = 0; i < p->pack_count; i++)
        if (policy_pack_offered(&p->pack[i], heads, heads) &&
            (smallest == 0 || p->pack[i].units < smallest))
            smallest = p->pack[i].units;
    return units < smallest ? smallest : units;
}

/* Largest sum of packs within the quota when sizes may be mixed: sums[n] says n can be made. */
static int64_t
mixed_units(const struct policy *p, int heads, int64_t quota)
{
    bool *sums;
    int64_t best = 0;

    /* So large a quota loses less than one pack: as good as whole. */
    if (quota > MIXED_MAX || (sums = calloc((size_t)quota + 1, sizeof *sums)) == NULL)
        return quota;
    sums[0] = true;
    for (int i = 0; i < p->pack_count; i++) {
        int units = p->pack[i].units;
        if (!policy_pack_offered(&p->pack[i], heads, heads))
            continue;
        for (int64_t n = units; n <= quota; n++)
            sums[n] = sums[n] || sums[n - units];
    }
    for (int64_t n = quota; n > 0 && best == 0; n--)
        best = sums[n] ? n : 0;
    free(sums);
    return best;
}

int64_t
policy_packs_units(const struct policy *p, int heads, int64_t quota)
{
    int64_t best = 0;

    if (!p->one_pack_size)
        return mixed_units(p, heads, quota);
    for (int i = 0; i < p->pack_count; i++) {
        int64_t units = quota / p->pack[i].units * p->pack[i].units;
        if (policy_pack_offered(&p->pack[i], heads, heads) && units > best)
            best = units;
    }
    return best;
}

/* The same civil hour, days later, in the zone: a period never starts an hour off in winter. */
static int64_t
civil_add_days(int64_t ms, enum zone zone, int64_t days)
{
    struct civil c = civil_of(ms, zone);
    struct civil d = civil_from_day(civil_day(c.year, c.month, c.day) + days);

    c.year = d.year;
    c.month = d.month;
    c.day = d.day;
    return civil_to_ms(&c, zone);
}

void
policy_period(const struct policy *p, int64_t now_ms, int64_t *start_ms, int64_t *end_ms)
{
    int64_t k = 0;

    *start_ms = p->period_origin_ms;
    *end_ms = INT64_MAX;
    if (p->period_days == 0)
        return;
    if (now_ms > p->period_origin_ms)
        k = (now_ms - p->period_origin_ms) / ((int64_t)p->period_days * CLOCK_DAY_MS);
    *start_ms = civil_add_days(p->period_origin_ms, p->zone, k * p->period_days);
    /* The change of an hour can put the estimate one period off, either way. */
    if (*start_ms > now_ms && k > 0)
        *start_ms = civil_add_days(p->period_origin_ms, p->zone, --k * p->period_days);
    *end_ms = civil_add_days(p->period_origin_ms, p->zone, (k + 1) * p->period_days);
    if (*end_ms <= now_ms) {
        *start_ms = *end_ms;
        *end_ms = civil_add_days(p->period_origin_ms, p->zone, (k + 2) * p->period_days);
    }
}

int64_t
policy_delay_end(const struct policy *p, enum territory t, int64_t since_ms)
{
    enum zone zone = territory_zone(t);
    struct civil c = civil_of(since_ms, zone);
    int64_t day = civil_day(c.year, c.month, c.day);

    if (p->delay_days == 0)
        return since_ms;
    day = p->delay_working_days ? working_days_after(day, p->delay_days, zone)
                                : day + p->delay_days;
    c = civil_from_day(day);
    c.hour = c.minute = c.second = 0;
    return civil_to_ms(&c, zone);
}

static bool
category_listed(const struct policy *p, int category)
{
    for (int i = 0; i < p->category_count; i++)
        for (int c = category; c > 0; c /= 10)
            if (c == p->category[i])
                return true;
    return false;
}

static bool
naf_listed(const struct policy *p, struct str naf)
{
    for (int i = 0; i < p->naf_count; i++)
        if (str_starts(naf, p->naf[i]))
            return true;
    return false;
}

static bool
department_listed(const struct policy *p, struct str department)
{
    for (int i = 0; i < p->department_count; i++)
        if (str_eq(p->department[i], department))
            return true;
    return p->department_count == 0;
}

/* Whether the company belongs to one of the wanted networks: REASON_OK, REASON_NETWORK when it is
 * known not to, REASON_NEEDS_NETWORK when the register does not tell. A missing craft code tells
 * that a company is not in the CMA; nothing tells that an artisan is not in the CCI too. */
static enum reason
network_verdict(const struct buyer_facts *f, unsigned wanted)
{
    if (wanted == 0 || (f->networks & wanted))
        return REASON_OK;
    if (f->network_source == NETWORK_UNKNOWN)
        return REASON_NEEDS_NETWORK;
    if (f->network_source == NETWORK_NOT || !(wanted & NETWORK_CCI))
        return REASON_NETWORK;
    return REASON_NEEDS_NETWORK;
}

/* Reasons that no waiting and no declaration heals. */
static enum reason
lasting_refusal(const struct policy *p, const struct buyer_facts *f)
{
    int low, high;

    if (!f->active || !f->establishment_active)
        return REASON_CEASED;
    if (!(p->territories & 1U << f->territory) || !department_listed(p, f->department))
        return REASON_TERRITORY;
    if (p->category_count > 0 && category_listed(p, f->legal_category) == p->category_excluded)
        return REASON_LEGAL_CATEGORY;
    if (p->naf_count > 0 && naf_listed(p, f->naf) == p->naf_excluded)
        return REASON_ACTIVITY;
    if (network_verdict(f, p->networks) == REASON_NETWORK)
        return REASON_NETWORK;
    if (policy_heads(f, &low, &high)) {
        if (low > p->heads_max)
            return REASON_TOO_LARGE;
        if (high < p->heads_min || policy_quota(p, high) == 0)
            return REASON_TOO_SMALL;
    }
    return REASON_OK;
}

static bool
headcount_is_asked(const struct policy *p)
{
    bool asked = p->per_head > 0 || p->heads_min > 0 || p->heads_max < INT32_MAX;

    for (int i = 0; i < p->pack_count && !asked; i++)
        asked = p->pack[i].heads_min > 0 || p->pack[i].heads_max < INT32_MAX;
    for (int i = 0; i < p->cohort_count && !asked; i++)
        asked = !(p->cohort[i].bands & 1U << BAND_UNKNOWN) || p->cohort[i].heads_min > 0 ||
                p->cohort[i].heads_max < INT32_MAX;
    return asked;
}

/* What must be declared or proven first: REASON_OK when nothing. */
static enum reason
missing_fact(const struct policy *p, const struct buyer_facts *f)
{
    enum reason network = network_verdict(f, p->networks);
    int low, high;

    if (network != REASON_OK)
        return network;
    if (!headcount_is_asked(p))
        return REASON_OK;
    if (!policy_heads(f, &low, &high) || low < p->heads_min || high > p->heads_max)
        return REASON_NEEDS_HEADCOUNT;
    return REASON_OK;
}

/* Does the cohort take companies of this size? An accepted figure goes before the band. */
static bool
cohort_fits_heads(const struct policy_cohort *c, const struct buyer_facts *f)
{
    if (f->heads >= 0)
        return f->heads >= c->heads_min && f->heads <= c->heads_max;
    return (c->bands & 1U << f->band) != 0;
}

struct cohort_search {
    bool any;              /* One serves the territory, whatever the size and network. */
    bool any_not_over;     /* And one of those has not closed yet. */
    bool network_unknown;  /* One would fit if the network were known. */
    int best;
};

/* Open before future before past; the earliest opening of the future, the latest closing of the
 * past; the file's order when equal. */
static bool
cohort_better(const struct policy *p, enum territory t, int a, int b, int64_t now_ms)
{
    const struct policy_cohort *x = &p->cohort[a], *y = &p->cohort[b];
    int rank_x = now_ms >= x->closes_ms[t] ? 2 : now_ms < x->opens_ms[t] ? 1 : 0;
    int rank_y = now_ms >= y->closes_ms[t] ? 2 : now_ms < y->opens_ms[t] ? 1 : 0;

    if (rank_x != rank_y)
        return rank_x < rank_y;
    if (rank_x == 1)
        return x->opens_ms[t] < y->opens_ms[t];
    return x->closes_ms[t] > y->closes_ms[t];
}

static struct cohort_search
cohort_find(const struct policy *p, const struct buyer_facts *f, int64_t now_ms)
{
    struct cohort_search s = { .best = -1 };

    for (int i = 0; i < p->cohort_count; i++) {
        const struct policy_cohort *c = &p->cohort[i];
        if (!(c->territories & 1U << f->territory))
            continue;
        s.any = true;
        s.any_not_over = s.any_not_over || now_ms < c->closes_ms[f->territory];
        if (!cohort_fits_heads(c, f))
            continue;
        enum reason network = network_verdict(f, c->networks);
        if (network == REASON_NEEDS_NETWORK)
            s.network_unknown = true;
        if (network == REASON_OK &&
            (s.best < 0 || cohort_better(p, f->territory, i, s.best, now_ms)))
            s.best = i;
    }
    return s;
}

static void
quota_widen(const struct policy *p, int heads, int low, int high, struct eligibility *e)
{
    if (heads < low || heads > high)
        return;
    int64_t units = policy_quota(p, heads);
    if (units < e->units_min)
        e->units_min = units;
    if (units > e->units_max)
        e->units_max = units;
}

/* Least and most over the headcounts that are possible. Between two bounds of packs the quota
 * only grows with the headcount, so its extremes lie at those bounds. */
static void
quota_fill(const struct policy *p, const struct buyer_facts *f, struct eligibility *e)
{
    int low, high;

    if (!policy_heads(f, &low, &high)) {
        if (headcount_is_asked(p))
            return;
        low = p->heads_min;
        high = p->heads_max;
    }
    if (low < p->heads_min)
        low = p->heads_min;
    if (high > p->heads_max)
        high = p->heads_max;
    e->units_min = INT64_MAX;
    quota_widen(p, low, low, high, e);
    quota_widen(p, high, low, high, e);
    for (int i = 0; i < p->pack_count; i++) {
        quota_widen(p, p->pack[i].heads_min - 1, low, high, e);
        quota_widen(p, p->pack[i].heads_min, low, high, e);
        quota_widen(p, p->pack[i].heads_max, low, high, e);
        if (p->pack[i].heads_max < INT32_MAX)
            quota_widen(p, p->pack[i].heads_max + 1, low, high, e);
    }
}

struct eligibility
policy_eligible(const struct policy *p, const struct buyer_facts *f, int64_t now_ms)
{
    struct eligibility e = { .reason = lasting_refusal(p, f), .cohort = -1 };

    policy_period(p, now_ms, &e.period_start_ms, &e.period_end_ms);
    if (e.reason != REASON_OK)
        return e;
    struct cohort_search found = cohort_find(p, f, now_ms);
    enum reason missing = missing_fact(p, f);
    quota_fill(p, f, &e);
    if (!found.any)
        e.reason = REASON_NO_COHORT;
    else if (!found.any_not_over)
        e.reason = REASON_CLOSED; /* Nothing that could be declared would help any more. */
    else if (missing != REASON_OK)
        e.reason = missing;
    else if (found.best < 0)
        e.reason = found.network_unknown ? REASON_NEEDS_NETWORK : REASON_NO_COHORT;
    if (found.best < 0 || (e.reason != REASON_OK && e.reason != REASON_CLOSED))
        return e;
    e.cohort = found.best;
    e.opens_ms = p->cohort[found.best].opens_ms[f->territory];
    e.closes_ms = p->cohort[found.best].closes_ms[f->territory];
    if (now_ms < e.opens_ms)
        e.reason = REASON_NOT_OPEN_YET;
    else if (now_ms >= e.closes_ms)
        e.reason = REASON_CLOSED;
    return e;
}

const char *
reason_code(enum reason r)
{
    static const char *const code[REASON_COUNT] = {
        [REASON_OK] = "ok",
        [REASON_NOT_OPEN_YET] = "not_open_yet",
        [REASON_CLOSED] = "closed",
        [REASON_CEASED] = "ceased",
        [REASON_TOO_LARGE] = "too_large",
        [REASON_TOO_SMALL] = "too_small",
        [REASON_NETWORK] = "network",
        [REASON_TERRITORY] = "territory",
        [REASON_LEGAL_CATEGORY] = "legal_category",
        [REASON_ACTIVITY] = "activity",
        [REASON_NO_COHORT] = "no_cohort",
        [REASON_NEEDS_HEADCOUNT] = "needs_headcount",
        [REASON_NEEDS_NETWORK] = "needs_network",
        [REASON_PAUSED] = "paused",
    };
    return code[r];
}
