/* SPDX-License-Identifier: Apache-2.0 */
/* campaign_view.c - see campaign_view.h. */
#include "campaign/campaign_view.h"

#include "campaign/campaign_json.h"
#include "policy/policy_text.h"

#define NBSP "\u00a0"

static struct str
str_short(struct arena *a, struct short_str s)
{
    return str_dup(a, str_of(s.z));
}

struct str_list
view_lines(struct arena *a, struct str text)
{
    struct str rest = text, line;
    struct str_list list = { ARENA_ARRAY(a, 1 + text.len, struct str), 0 };

    while (text.len > 0 && str_split(&rest, '\n', &line))
        if (str_trim(line).len > 0)
            list.item[list.count++] = str_trim(line);
    return list;
}

enum territory
view_territory(const struct policy *p)
{
    for (int t = TERRITORY_MAINLAND; t < TERRITORY_COUNT; t++)
        if (p->territories & 1U << t)
            return (enum territory)t;
    return TERRITORY_MAINLAND;
}

struct view_state
view_state_of(const struct campaign *c, int64_t now_ms)
{
    const char *status = campaign_status(c, now_ms);

    if (strcmp(status, "paused") == 0)
        return (struct view_state){ TONE_WARN, STR("Suspendue") };
    if (strcmp(status, "closed") == 0)
        return (struct view_state){ TONE_INFO, STR("Terminée") };
    if (strcmp(status, "upcoming") == 0)
        return (struct view_state){ TONE_INFO, STR("À venir") };
    return (struct view_state){ TONE_GOOD, STR("Ouverte") };
}

/* The next opening of any cohort anywhere; 0: none is to come. */
static int64_t
next_opening(const struct policy *p, int64_t now_ms, enum territory *where)
{
    int64_t next = 0;

    for (int i = 0; i < p->cohort_count; i++)
        for (int t = 1; t < TERRITORY_COUNT; t++) {
            int64_t opens = p->cohort[i].opens_ms[t];
            if ((p->cohort[i].territories & 1U << t) && opens > now_ms &&
                (next == 0 || opens < next)) {
                next = opens;
                *where = (enum territory)t;
            }
        }
    return next;
}

struct str
view_state_text(struct arena *a, const struct campaign *c, int64_t now_ms)
{
    const struct policy *p = c->policy;
    enum territory where = TERRITORY_MAINLAND;
    int64_t next = next_opening(p, now_ms, &where), closes = campaign_closes_ms(p);

    if (now_ms >= closes)
        return str_printf(a, "Depuis le %s", fmt_date_time(closes, p->zone).z);
    if (campaign_is_stopped(c))
        return campaign_stop_message(c).len > 0
                   ? campaign_stop_message(c)
                   : STR("Les commandes sont suspendues pour le moment.");
    if (now_ms < campaign_opens_ms(p))
        return str_printf(a, "Ouverture le %.*s", STR_FMT(policy_instant_text(a, p, where, next)));
    if (next != 0)
        return str_printf(a, "Prochaine ouverture, pour d’autres entreprises" NBSP ": le %.*s",
                          STR_FMT(policy_instant_text(a, p, where, next)));
    if (closes != INT64_MAX)
        return str_printf(a, "Jusqu’au %s", fmt_date_time(closes, p->zone).z);
    return STR_NONE;
}

static bool
same_clock(int64_t a_ms, enum zone a, int64_t b_ms, enum zone b)
{
    if (a_ms == INT64_MAX || b_ms == INT64_MAX)
        return a_ms == b_ms;
    struct civil x = civil_of(a_ms, a), y = civil_of(b_ms, b);
    return civil_day(x.year, x.month, x.day) == civil_day(y.year, y.month, y.day) &&
           x.hour == y.hour && x.minute == y.minute && x.second == y.second;
}

/* 0 open, 1 to come, 2 over. */
static int
phase(const struct policy_cohort *c, int t, int64_t now_ms)
{
    return now_ms >= c->closes_ms[t] ? 2 : now_ms < c->opens_ms[t] ? 1 : 0;
}

static bool
opens_together(const struct policy_cohort *c, int t, int u, int64_t now_ms)
{
    enum zone zt = territory_zone((enum territory)t), zu = territory_zone((enum territory)u);

    return phase(c, t, now_ms) == phase(c, u, now_ms) &&
           same_clock(c->opens_ms[t], zt, c->opens_ms[u], zu) &&
           same_clock(c->closes_ms[t], zt, c->closes_ms[u], zu);
}

static struct view_opening
opening_of(struct arena *a, const struct policy *p, const struct policy_cohort *c, int t,
           unsigned group, int64_t now_ms)
{
    static const struct view_state states[] = {
        { TONE_GOOD, { "Ouvert", 6 } },
        { TONE_INFO, { "À venir", 8 } },
        { TONE_INFO, { "Terminé", 8 } },
    };
    enum zone zone = territory_zone((enum territory)t);
    bool local = false;
    struct view_opening o = {
        .cohort = c->label,
        .where = policy_territories_text(a, group),
        .state = states[phase(c, t, now_ms)],
    };

    for (int u = 1; u < TERRITORY_COUNT; u++) {
        local = local || ((group & 1U << u) && territory_zone((enum territory)u) != p->zone);
        if ((group & 1U << u) && phase(c, u, now_ms) == 1 &&
            (o.opens_ms == 0 || c->opens_ms[u] < o.opens_ms))
            o.opens_ms = c->opens_ms[u];
    }
    const char *clock = local ? ", heure locale" : "";
    o.opens = str_printf(a, "%s%s", fmt_date_time(c->opens_ms[t], zone).z, clock);
    if (c->closes_ms[t] != INT64_MAX)
        o.closes = str_printf(a, "%s%s", fmt_date_time(c->closes_ms[t], zone).z, clock);
    return o;
}

struct view_opening_list
view_openings(struct arena *a, const struct policy *p, int64_t now_ms)
{
    size_t max = (size_t)p->cohort_count * TERRITORY_COUNT;
    struct view_opening_list list = { ARENA_ARRAY(a, max, struct view_opening), 0 };

    for (int i = 0; i < p->cohort_count; i++) {
        const struct policy_cohort *c = &p->cohort[i];
        unsigned left = c->territories;
        for (int t = 1; t < TERRITORY_COUNT; t++) {
            unsigned group = 0;
            for (int u = t; u < TERRITORY_COUNT && (left & 1U << t); u++)
                if ((left & 1U << u) && opens_together(c, t, u, now_ms))
                    group |= 1U << u;
            left &= ~group;
            if (group != 0)
                list.item[list.count++] = opening_of(a, p, c, t, group, now_ms);
        }
    }
    return list;
}

static struct view_pack
pack_of(struct arena *a, const struct policy *p, const struct policy_pack *k, enum territory t,
        int64_t now_ms)
{
    const struct policy_vat *v = policy_vat_of(p, k->good, t, now_ms);
    int64_t gross = k->price_cents + (v == NULL ? 0 : (k->price_cents * v->rate_bp + 5000) / 10000);
    struct view_pack out = {
        .label = k->label,
        .price_net = str_short(a, fmt_euros(k->price_cents)),
        .price_gross = str_short(a, fmt_euros(gross)),
        .each = str_printf(a, "%s l’unité",
                           fmt_euros((k->price_cents + k->units / 2) / k->units).z),
    };

    if (v != NULL && v->rate_bp == 0 && v->note.len > 0)
        out.vat = v->note;
    else if (v != NULL)
        out.vat = str_printf(a, "TVA %s comprise", fmt_percent_bp(v->rate_bp).z);
    if (k->heads_min > 0 || k->heads_max < p->heads_max)
        out.for_whom = policy_heads_text(a, k->heads_min,
                                         k->heads_max < p->heads_max ? k->heads_max : p->heads_max);
    return out;
}

struct view_pack_list
view_packs(struct arena *a, const struct policy *p, int good, enum territory t, int heads_min,
           int heads_max, int64_t now_ms)
{
    struct view_pack_list list = { ARENA_ARRAY(a, (size_t)p->pack_count, struct view_pack), 0 };

    for (int i = 0; i < p->pack_count; i++)
        if ((good < 0 || p->pack[i].good == good) &&
            policy_pack_offered(&p->pack[i], heads_min, heads_max))
            list.item[list.count++] = pack_of(a, p, &p->pack[i], t, now_ms);
    return list;
}

struct view_good_list
view_goods(struct arena *a, const struct policy *p, int64_t now_ms)
{
    struct view_good_list list = { ARENA_ARRAY(a, (size_t)p->good_count, struct view_good),
                                   (size_t)p->good_count };

    for (int i = 0; i < p->good_count; i++)
        list.item[i] = (struct view_good){
            .name = p->good[i].name,
            .conformity = view_lines(a, p->good[i].conformity),
            .packs = view_packs(a, p, i, view_territory(p), 0, INT32_MAX, now_ms),
        };
    return list;
}

struct view_gauge_list
view_gauges(struct arena *a, const struct campaign *c, const struct stock_pool_list *pools)
{
    const struct policy *p = c->policy;
    struct view_gauge_list list = { ARENA_ARRAY(a, (size_t)p->pool_count, struct gauge),
                                    (size_t)p->pool_count };

    for (int i = 0; i < p->pool_count; i++) {
        const struct stock_pool *s = campaign_pool(c, pools, i);
        list.item[i] = (struct gauge){
            .id = str_z(a, str_printf(a, "stock-%d", i)),
            .title = p->good_count == 1
                         ? p->pool[i].label
                         : str_printf(a, "%.*s, %.*s", STR_FMT(p->good[p->pool[i].good].name),
                                      STR_FMT(p->pool[i].label)),
            .unit_one = p->good[p->pool[i].good].unit_one,
            .unit_many = p->good[p->pool[i].good].unit_many,
            .available = s == NULL ? 0 : s->available,
            .held = s == NULL ? 0 : s->held,
            .sold = s == NULL ? 0 : s->sold,
        };
    }
    return list;
}

struct str
view_left(struct arena *a, const struct campaign *c, const struct stock_pool_list *pools)
{
    int64_t units = 0;

    for (int i = 0; i < c->policy->pool_count; i++) {
        const struct stock_pool *s = campaign_pool(c, pools, i);
        units += s == NULL ? 0 : s->available;
    }
    return policy_units_text(a, c->policy, units);
}
