/* SPDX-License-Identifier: Apache-2.0 */
/* campaign_json.c - see campaign_json.h. */
#include "campaign/campaign_json.h"

int64_t
campaign_opens_ms(const struct policy *p)
{
    int64_t first = INT64_MAX;

    for (int i = 0; i < p->cohort_count; i++)
        for (int t = 1; t < TERRITORY_COUNT; t++)
            if ((p->cohort[i].territories & 1U << t) && p->cohort[i].opens_ms[t] < first)
                first = p->cohort[i].opens_ms[t];
    return first;
}

int64_t
campaign_closes_ms(const struct policy *p)
{
    int64_t last = INT64_MIN;

    for (int i = 0; i < p->cohort_count; i++)
        for (int t = 1; t < TERRITORY_COUNT; t++)
            if ((p->cohort[i].territories & 1U << t) && p->cohort[i].closes_ms[t] > last)
                last = p->cohort[i].closes_ms[t];
    return last;
}

const char *
campaign_status(const struct campaign *c, int64_t now_ms)
{
    if (now_ms >= campaign_closes_ms(c->policy))
        return "closed";
    if (campaign_is_stopped(c))
        return "paused";
    return now_ms < campaign_opens_ms(c->policy) ? "upcoming" : "open";
}

const struct stock_pool *
campaign_pool(const struct campaign *c, const struct stock_pool_list *pools, int i)
{
    for (size_t j = 0; j < pools->count; j++)
        if (str_eq(pools->item[j].code, c->policy->pool[i].code))
            return &pools->item[j];
    return NULL;
}

/* An instant that may have an open end. */
static void
jw_kend(struct jw *w, const char *key, int64_t ms)
{
    jw_ktime(w, key, ms == INT64_MAX || ms == INT64_MIN ? 0 : ms);
}

static void
jw_kbound(struct jw *w, const char *key, int heads)
{
    if (heads != INT32_MAX) {
        jw_kint(w, key, heads);
        return;
    }
    jw_key(w, key);
    jw_null(w);
}

/* "17.80": exact, as in the campaign file. */
static void
jw_kmoney(struct jw *w, const char *key, int64_t cents)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%lld.%02d", (long long)(cents / 100),
                       (int)(cents % 100));

    jw_kstr(w, key, str_n(text, (size_t)len));
}

static void
jw_territories(struct jw *w, const char *key, unsigned territories)
{
    jw_key(w, key);
    jw_array(w);
    for (int t = 1; t < TERRITORY_COUNT; t++)
        if (territories & 1U << t)
            jw_z(w, territory_code((enum territory)t));
    jw_close_array(w);
}

static void
jw_networks(struct jw *w, unsigned networks)
{
    jw_key(w, "networks");
    jw_array(w);
    if (networks & NETWORK_CCI)
        jw_z(w, "cci");
    if (networks & NETWORK_CMA)
        jw_z(w, "cma");
    jw_close_array(w);
}

void
campaign_json_faults(struct jw *w, const struct policy_fault_list *faults)
{
    jw_object(w);
    jw_kbool(w, "ok", faults->count == 0);
    jw_key(w, "faults");
    jw_array(w);
    for (size_t i = 0; i < faults->count; i++) {
        jw_object(w);
        jw_kstr(w, "path", faults->item[i].path);
        jw_kstr(w, "text", faults->item[i].text);
        jw_kint(w, "line", faults->item[i].line);
        jw_kint(w, "column", faults->item[i].column);
        jw_close_object(w);
    }
    jw_close_array(w);
    jw_close_object(w);
}

static void
head_members(struct jw *w, const struct campaign *c, int64_t now_ms)
{
    const struct policy *p = c->policy;

    jw_kstr(w, "slug", c->slug);
    jw_kstr(w, "name", p->name);
    jw_kstr(w, "summary", p->summary);
    jw_key(w, "organiser");
    jw_object(w);
    jw_kstr(w, "slug", p->organiser_slug);
    jw_kstr(w, "name", p->organiser);
    jw_kstr(w, "contact_email", p->contact_email);
    jw_close_object(w);
    jw_kint(w, "version", c->version);
    jw_ktime(w, "published_at", c->published_ms);
    jw_kz(w, "status", campaign_status(c, now_ms));
    jw_kstr(w, "pause_message", campaign_stop_message(c));
    jw_kend(w, "opens_at", campaign_opens_ms(p));
    jw_kend(w, "closes_at", campaign_closes_ms(p));
}

void
campaign_json(struct jw *w, const struct campaign *c, int64_t now_ms)
{
    jw_object(w);
    head_members(w, c, now_ms);
    jw_close_object(w);
}

void
campaign_json_list(struct jw *w, const struct campaign_list *list, int64_t now_ms)
{
    jw_object(w);
    jw_key(w, "campaigns");
    jw_array(w);
    for (size_t i = 0; i < list->count; i++)
        campaign_json(w, &list->item[i], now_ms);
    jw_close_array(w);
    jw_close_object(w);
}

static void
goods_member(struct jw *w, const struct policy *p)
{
    jw_key(w, "goods");
    jw_array(w);
    for (int i = 0; i < p->good_count; i++) {
        jw_object(w);
        jw_kstr(w, "code", p->good[i].code);
        jw_kstr(w, "name", p->good[i].name);
        jw_kstr(w, "unit", p->good[i].unit_one);
        jw_kstr(w, "conformity", p->good[i].conformity);
        jw_kint(w, "weight_g", p->good[i].weight_g);
        jw_close_object(w);
    }
    jw_close_array(w);
}

static void
packs_member(struct jw *w, const struct policy *p)
{
    jw_key(w, "packs");
    jw_array(w);
    for (int i = 0; i < p->pack_count; i++) {
        const struct policy_pack *k = &p->pack[i];
        jw_object(w);
        jw_kstr(w, "code", k->code);
        jw_kstr(w, "label", k->label);
        jw_kstr(w, "good", p->good[k->good].code);
        jw_kint(w, "units", k->units);
        jw_kmoney(w, "price_excl_vat", k->price_cents);
        jw_kint(w, "heads_min", k->heads_min);
        jw_kbound(w, "heads_max", k->heads_max);
        jw_close_object(w);
    }
    jw_close_array(w);
}

static void
cohorts_member(struct jw *w, const struct policy *p)
{
    jw_key(w, "cohorts");
    jw_array(w);
    for (int i = 0; i < p->cohort_count; i++) {
        const struct policy_cohort *c = &p->cohort[i];
        jw_object(w);
        jw_kstr(w, "code", c->code);
        jw_kstr(w, "label", c->label);
        jw_kint(w, "heads_min", c->heads_min);
        jw_kbound(w, "heads_max", c->heads_max);
        jw_networks(w, c->networks);
        jw_key(w, "territories");
        jw_array(w);
        for (int t = 1; t < TERRITORY_COUNT; t++) {
            if (!(c->territories & 1U << t))
                continue;
            jw_object(w);
            jw_kz(w, "territory", territory_code((enum territory)t));
            jw_kz(w, "zone", zone_name(territory_zone((enum territory)t)));
            jw_ktime(w, "opens_at", c->opens_ms[t]);
            jw_kend(w, "closes_at", c->closes_ms[t]);
            jw_close_object(w);
        }
        jw_close_array(w);
        jw_close_object(w);
    }
    jw_close_array(w);
}

static void
rules_members(struct jw *w, const struct policy *p)
{
    static const char *const from[] = { "order", "payment", "delivery" };

    jw_key(w, "eligibility");
    jw_object(w);
    jw_kint(w, "heads_min", p->heads_min);
    jw_kbound(w, "heads_max", p->heads_max);
    jw_networks(w, p->networks);
    jw_territories(w, "territories", p->territories);
    jw_key(w, "departments");
    jw_array(w);
    for (int i = 0; i < p->department_count; i++)
        jw_str(w, p->department[i]);
    jw_close_array(w);
    jw_close_object(w);
    jw_key(w, "quota");
    jw_object(w);
    jw_kint(w, "per_head", p->per_head);
    jw_kint(w, "period_days", p->period_days);
    jw_kbool(w, "owner_counts", p->owner_counts);
    jw_kbool(w, "round_up", p->round_up);
    jw_kint(w, "units_max", p->units_max);
    jw_close_object(w);
    jw_key(w, "orders");
    jw_object(w);
    jw_kint(w, "delay_days", p->delay_days);
    jw_kbool(w, "delay_working_days", p->delay_working_days);
    jw_kz(w, "delay_from", from[p->delay_from]);
    jw_kint(w, "hold_minutes", p->hold_minutes);
    jw_kint(w, "assisted_hold_minutes", p->assisted_hold_minutes);
    jw_kbool(w, "one_pack_size", p->one_pack_size);
    jw_close_object(w);
    jw_key(w, "delivery");
    jw_object(w);
    jw_kstr(w, "text", p->delivery_text);
    jw_kmoney(w, "price_excl_vat", p->delivery_cents);
    jw_close_object(w);
}

static void
pools_member(struct jw *w, const struct campaign *c, const struct stock_pool_list *pools)
{
    const struct policy *p = c->policy;

    jw_key(w, "pools");
    jw_array(w);
    for (int i = 0; i < p->pool_count; i++) {
        const struct stock_pool *s = campaign_pool(c, pools, i);
        jw_object(w);
        jw_kstr(w, "code", p->pool[i].code);
        jw_kstr(w, "label", p->pool[i].label);
        jw_kstr(w, "good", p->good[p->pool[i].good].code);
        jw_territories(w, "territories", p->pool[i].territories);
        jw_kint(w, "available", s == NULL ? 0 : s->available);
        jw_kint(w, "held", s == NULL ? 0 : s->held);
        jw_kint(w, "sold", s == NULL ? 0 : s->sold);
        jw_close_object(w);
    }
    jw_close_array(w);
}

void
campaign_json_full(struct jw *w, const struct campaign *c, const struct stock_pool_list *pools,
                   int64_t now_ms)
{
    jw_object(w);
    head_members(w, c, now_ms);
    goods_member(w, c->policy);
    packs_member(w, c->policy);
    cohorts_member(w, c->policy);
    rules_members(w, c->policy);
    pools_member(w, c, pools);
    jw_close_object(w);
}

void
campaign_json_stock(struct jw *w, const struct campaign *c, const struct stock_pool_list *pools,
                    int64_t now_ms)
{
    jw_object(w);
    jw_kstr(w, "campaign", c->slug);
    jw_ktime(w, "at", now_ms);
    pools_member(w, c, pools);
    jw_close_object(w);
}

void
campaign_json_verdict(struct jw *w, const struct campaign_verdict *v)
{
    const struct policy *p = v->campaign.policy;
    const struct eligibility *e = &v->e;
    char siret[16];
    int len = snprintf(siret, sizeof siret, "%014lld", (long long)v->establishment.siret);

    jw_object(w);
    jw_kstr(w, "campaign", v->campaign.slug);
    jw_kint(w, "version", v->campaign.version);
    jw_kstr(w, "siret", str_n(siret, (size_t)len));
    jw_kz(w, "territory", territory_code(v->facts.territory));
    jw_kbool(w, "may_order_now", e->reason == REASON_OK);
    jw_kz(w, "reason", reason_code(e->reason));
    jw_kstr(w, "text", v->text);
    jw_kbool(w, "to_review", v->to_review);
    jw_key(w, "cohort");
    if (e->cohort < 0)
        jw_null(w);
    else
        jw_str(w, p->cohort[e->cohort].code);
    jw_ktime(w, "opens_at", e->opens_ms);
    jw_kend(w, "closes_at", e->closes_ms);
    jw_kint(w, "units_min", e->units_min);
    jw_kint(w, "units_max", e->units_max);
    jw_ktime(w, "period_starts_at", e->period_start_ms);
    jw_kend(w, "period_ends_at", e->period_end_ms);
    jw_close_object(w);
}

static void
row_members(struct jw *w, const struct trial_row *row)
{
    jw_kint(w, "companies", row->companies);
    jw_kint(w, "units_min", row->units_min);
    jw_kint(w, "units_max", row->units_max);
}

static void
row_member(struct jw *w, const char *key, const struct trial_row *row)
{
    jw_key(w, key);
    jw_object(w);
    row_members(w, row);
    jw_close_object(w);
}

/* Whole days, or null when there is no demand to end the stock or no period to count in. */
static void
lasts_member(struct jw *w, const char *key, int64_t stock, int64_t units, int period_days)
{
    if (units > 0 && period_days > 0) {
        jw_kint(w, key, (int64_t)((double)stock / (double)units * period_days));
        return;
    }
    jw_key(w, key);
    jw_null(w);
}

static void
trial_pools(struct jw *w, const struct trial *t, const int64_t *stock)
{
    jw_key(w, "pools");
    jw_array(w);
    for (int i = 0; i < t->policy->pool_count; i++) {
        jw_object(w);
        jw_kstr(w, "code", t->policy->pool[i].code);
        jw_kint(w, "stock", stock[i]);
        row_members(w, &t->pool[i]);
        lasts_member(w, "days_min", stock[i], t->pool[i].units_max, t->policy->period_days);
        lasts_member(w, "days_max", stock[i], t->pool[i].units_min, t->policy->period_days);
        jw_close_object(w);
    }
    jw_close_array(w);
}

static void
trial_groups(struct jw *w, const struct trial *t)
{
    jw_key(w, "cohorts");
    jw_array(w);
    for (int i = 0; i < t->policy->cohort_count; i++) {
        jw_object(w);
        jw_kstr(w, "code", t->policy->cohort[i].code);
        row_members(w, &t->cohort[i]);
        jw_close_object(w);
    }
    jw_close_array(w);
    jw_key(w, "territories");
    jw_array(w);
    for (int i = 0; i < TERRITORY_COUNT; i++) {
        if (t->territory[i].companies == 0)
            continue;
        jw_object(w);
        jw_kz(w, "territory", territory_code((enum territory)i));
        row_members(w, &t->territory[i]);
        jw_close_object(w);
    }
    jw_close_array(w);
    jw_key(w, "bands");
    jw_array(w);
    for (int i = 0; i < BAND_COUNT; i++) {
        if (t->band[i].companies == 0)
            continue;
        jw_object(w);
        jw_kz(w, "band", band_code((enum band)i));
        row_members(w, &t->band[i]);
        jw_close_object(w);
    }
    jw_close_array(w);
}

void
campaign_json_trial(struct jw *w, const struct trial *t, const int64_t *stock, int64_t imported_ms)
{
    jw_object(w);
    jw_kstr(w, "campaign", t->policy->slug);
    jw_ktime(w, "at", t->now_ms);
    jw_ktime(w, "register_imported_at", imported_ms);
    jw_kint(w, "companies", t->companies);
    row_member(w, "eligible", &t->eligible);
    row_member(w, "open_now", &t->open);
    jw_kint(w, "without_pack", t->without_pack);
    trial_groups(w, t);
    trial_pools(w, t, stock);
    jw_key(w, "refused");
    jw_array(w);
    for (int i = 0; i < REASON_COUNT; i++) {
        if (t->refused[i] == 0)
            continue;
        jw_object(w);
        jw_kz(w, "reason", reason_code((enum reason)i));
        jw_kint(w, "companies", t->refused[i]);
        jw_close_object(w);
    }
    jw_close_array(w);
    jw_close_object(w);
}
