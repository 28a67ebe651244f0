/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure_board.c - makes the board: reads the figures and what is exact at any time (stock, what
 * waits, whether sales are open), and says all of it in words.
 */
#include "base/clock.h"
#include "base/format.h"
#include "figure/figure_view.h"
#include "order/order.h"
#include "policy/policy_text.h"
#include "staff/staff.h"
#include "stock/stock.h"

enum { HOUR_BARS = 60, QUARTER_MINUTES = 15, DAYS_BARS = 30, WAITS_MAX = 1000, NOTICES_MAX = 80,
       STALE_MS = 2 * CLOCK_MINUTE_MS, PARTS = 5, SCALE = 1000, MINUTES_A_DAY = 25 * 60 };

/* What is read for one drawing. */
struct board {
    const struct campaign *campaign;
    const struct policy *policy;
    enum zone zone;
    int64_t as_of_ms;
    struct figure_group_list groups;
    struct figure_allowed allowed;
    struct stock_gauge_list gauges;
    struct figure_count hour[HOUR_BARS];       /* The last 60 minutes, this one included. */
    int64_t day_from, day_until;               /* Minutes of this civil day. */
    struct figure_count day[MINUTES_A_DAY];
};

static struct str
text(struct ctx *cx, struct short_str s)
{
    return str_dup(cx->arena, str_of(s.z));
}

static struct str
units(struct ctx *cx, const struct board *b, int64_t n)
{
    return policy_units_text(cx->arena, b->policy, n);
}

static struct str
pool_title(const struct board *b, struct str code)
{
    for (int i = 0; i < b->policy->pool_count; i++)
        if (str_eq(b->policy->pool[i].code, code))
            return b->policy->pool[i].label;
    return code;
}

/* The first minute of a civil day, days after the one of this instant. */
static int64_t
day_minute(int64_t ms, enum zone zone, int days)
{
    struct civil c = civil_of(ms, zone);
    struct civil d = civil_from_day(civil_day(c.year, c.month, c.day) + days);

    return civil_to_ms(&d, zone) / CLOCK_MINUTE_MS;
}

/* ---- notices ---- */

static void
notice_add(struct board_live *v, enum tone tone, struct str title, struct str words)
{
    if (v->notices.count < NOTICES_MAX)
        v->notices.item[v->notices.count++] = (struct notice){tone, title, words};
}

/* An opening or closing, and where. */
struct edge {
    int64_t ms;
    enum territory at;
};

/* The first opening anywhere, and the last closing; INT64_MAX: open end. */
static void
openings(const struct policy *p, struct edge *first, struct edge *last)
{
    *first = (struct edge){INT64_MAX, TERRITORY_NONE};
    *last = (struct edge){0, TERRITORY_NONE};
    for (int i = 0; i < p->cohort_count; i++)
        for (int t = 0; t < TERRITORY_COUNT; t++) {
            if (!(p->cohort[i].territories & 1U << t))
                continue;
            if (p->cohort[i].opens_ms[t] < first->ms)
                *first = (struct edge){p->cohort[i].opens_ms[t], (enum territory)t};
            if (p->cohort[i].closes_ms[t] > last->ms)
                *last = (struct edge){p->cohort[i].closes_ms[t], (enum territory)t};
        }
}

static struct str
edge_text(struct ctx *cx, const struct board *b, const char *before, const struct edge *e)
{
    return str_printf(cx->arena, "%s %.*s.", before,
                      STR_FMT(policy_instant_text(cx->arena, b->policy, e->at, e->ms)));
}

static void
notices_of_time(struct ctx *cx, const struct board *b, struct board_live *v)
{
    struct edge first, last;

    openings(b->policy, &first, &last);
    if (cx->now_ms < first.ms)
        notice_add(v, TONE_INFO, STR("La vente n’est pas encore ouverte"),
                   edge_text(cx, b, "La première cohorte ouvre", &first));
    else if (cx->now_ms >= last.ms)
        notice_add(v, TONE_INFO, STR("La vente est terminée"),
                   edge_text(cx, b, "La dernière cohorte a fermé", &last));
    if (b->as_of_ms > 0 && cx->now_ms - b->as_of_ms > STALE_MS)
        notice_add(v, TONE_WARN, STR("Les chiffres des commandes sont en retard"),
                   str_printf(cx->arena, "Ils datent de %s. Le stock, lui, est à jour.",
                              fmt_date_time(b->as_of_ms, b->zone).z));
}

static enum err
notices_fill(struct ctx *cx, const struct board *b, struct board_live *v)
{
    const struct campaign *c = b->campaign;
    struct str why;

    v->notices.item = ARENA_ARRAY(cx->arena, NOTICES_MAX, struct notice);
    TRY(sales_closed(cx, &why));
    if (why.len > 0)
        notice_add(v, TONE_BAD, STR("Toutes les ventes sont fermées"),
                   str_printf(cx->arena, "Le contrôle des comptes a trouvé un écart (%.*s). Les "
                                         "acheteurs lisent que la vente est suspendue\u00a0; la "
                                         "personne qui exploite le service doit le corriger.",
                              STR_FMT(why)));
    if (c->paused)
        notice_add(v, TONE_WARN, STR("La vente est suspendue"),
                   str_printf(cx->arena, "Message public\u00a0: %.*s",
                              STR_FMT(c->pause_message)));
    for (size_t i = 0; i < b->gauges.count; i++) {
        const struct stock_gauge *g = &b->gauges.item[i];
        if (g->available == 0 && g->received > 0)
            notice_add(v, TONE_WARN,
                       str_printf(cx->arena, "Stock épuisé\u00a0: %.*s",
                                  STR_FMT(pool_title(b, g->code))),
                       g->held > 0 ? str_printf(cx->arena,
                                                "%.*s réservés et non payés peuvent revenir.",
                                                STR_FMT(units(cx, b, g->held)))
                                   : STR_NONE);
    }
    notices_of_time(cx, b, v);
    return OK;
}

/* ---- tiles ---- */

static void
stat_add(struct stat_list *l, struct str figure, struct str label, struct str change,
         enum tone tone)
{
    l->item[l->count++] = (struct stat){figure, label, change, tone};
}

static struct figure_count
sum_of(const struct figure_count *c, int64_t count)
{
    struct figure_count sum = {0};

    for (int64_t i = 0; i < count; i++) {
        sum.orders += c[i].orders;
        sum.units += c[i].units;
    }
    return sum;
}

/* "À ce rythme, le stock dure 3 jours": at the last hour's pace. */
static struct str
lasting(struct ctx *cx, int64_t available, int64_t units_an_hour)
{
    if (available == 0 || units_an_hour == 0)
        return STR_NONE;
    int64_t hours = available / units_an_hour;
    if (hours > 365 * 24)
        return STR("Plus d’un an au rythme de l’heure");
    return str_printf(cx->arena, "%s au rythme de l’heure",
                      hours == 0 ? "Moins d’une heure" : fmt_duration(hours * CLOCK_HOUR_MS).z);
}

static void
stats_fill(struct ctx *cx, const struct board *b, struct board_live *v)
{
    struct figure_count hour = sum_of(b->hour, HOUR_BARS);
    struct figure_count day = sum_of(b->day, b->day_until - b->day_from);
    int64_t companies = 0, held = 0, sold = 0, available = 0;

    for (size_t i = 0; i < b->groups.count; i++) {
        companies += b->groups.item[i].companies;
        held += b->groups.item[i].held.orders;
        sold += b->groups.item[i].sold.orders;
    }
    for (size_t i = 0; i < b->gauges.count; i++)
        available += b->gauges.item[i].available;
    v->stats.item = ARENA_ARRAY(cx->arena, 5, struct stat);
    stat_add(&v->stats, text(cx, fmt_int(hour.orders)), STR("commandes en une heure"),
             str_printf(cx->arena, "%s aujourd’hui", fmt_int(day.orders).z), TONE_INFO);
    stat_add(&v->stats, text(cx, fmt_int(sold)), STR("commandes payées"),
             str_printf(cx->arena, "%s à payer", fmt_plural(held, "réservation",
                                                            "réservations").z),
             TONE_INFO);
    stat_add(&v->stats, text(cx, fmt_int(companies)), STR("entreprises ont commandé"),
             b->allowed.known && b->allowed.all.companies > 0
                 ? str_printf(cx->arena, "%.*s des éligibles",
                              STR_FMT(board_share(cx->arena, companies,
                                                  b->allowed.all.companies)))
                 : STR_NONE,
             TONE_INFO);
    stat_add(&v->stats, text(cx, fmt_int(available)), STR("unités libres"),
             lasting(cx, available, hour.units), TONE_INFO);
}

static enum err
money_fill(struct ctx *cx, const struct board *b, struct board_live *v)
{
    struct figure_money m;

    TRY(figure_money(cx, b->campaign->id, &m));
    v->money.item = ARENA_ARRAY(cx->arena, 4, struct stat);
    stat_add(&v->money, text(cx, fmt_euros(m.captured_cents)), STR("encaissés"), STR_NONE,
             TONE_INFO);
    stat_add(&v->money, text(cx, fmt_euros(m.refunded_cents)), STR("remboursés"), STR_NONE,
             TONE_INFO);
    stat_add(&v->money, text(cx, fmt_euros(m.due_cents)), STR("à rembourser"), STR_NONE,
             TONE_INFO);
    stat_add(&v->money, text(cx, fmt_euros(m.captured_cents - m.refunded_cents - m.due_cents)),
             STR("restent acquis"), STR_NONE, TONE_INFO);
    return OK;
}

/* ---- what waits ---- */

/* In the order of figure_waits; the rights are those of the page behind the link. */
static const struct {
    unsigned rights;
    const char *label, *one, *many, *path;
} waits[] = {
    {RIGHT_AGENT | RIGHT_ADMIN | RIGHT_AUDIT, "Dossiers", "dossier à examiner",
     "dossiers à examiner", "/agent"},
    {SEES_BUYERS, "Réclamations", "réclamation sans réponse", "réclamations sans réponse",
     "/console/reclamations"},
    {SEES_STOCK, "Livraison", "colis en difficulté", "colis en difficulté", "/console/livraison"},
    {SEES_STOCK, "Arrivages", "arrivage en retard", "arrivages en retard",
     "/console/stock/arrivages"},
    {SEES_MONEY, "Factures", "facture impossible à établir", "factures impossibles à établir",
     "/console/finances"},
    {SEES_MONEY, "Remboursements", "remboursement bloqué", "remboursements bloqués",
     "/console/finances/remboursements"},
    {SEES_MONEY, "Paiements", "avis de paiement sans commande connue",
     "avis de paiement sans commande connue", "/console/finances"},
    {SEES_STOCK, "Préparation", "commande payée à préparer", "commandes payées à préparer",
     "/console/preparation"},
};
enum { WAITS = sizeof waits / sizeof waits[0] };

static void
wait_add(struct ctx *cx, struct board_live *v, int64_t n, const char *label, const char *one,
         const char *many, const char *path)
{
    if (n == 0)
        return;
    v->waits.item[v->waits.count++] = (struct board_wait){
        .label = str_of(label),
        .text = n >= WAITS_MAX ? str_printf(cx->arena, "plus de %s",
                                            fmt_plural(WAITS_MAX - 1, one, many).z)
                               : text(cx, fmt_plural(n, one, many)),
        .url = {str_of(path)},
    };
}

static enum err
waits_fill(struct ctx *cx, const struct board *b, struct board_live *v)
{
    struct civil today = civil_of(cx->now_ms, ZONE_PARIS);
    struct db_rows rows;
    int64_t acts;

    v->waits.item = ARENA_ARRAY(cx->arena, WAITS + 1, struct board_wait);
    TRY(act_count_waiting(cx, &acts));
    wait_add(cx, v, acts, "Approbations", "acte à approuver", "actes à approuver",
             "/console/approbations");
    TRY(db_run(cx, SQL_FIGURE_WAITS, &rows, db_int(cx->actor.organiser_id), db_int(WAITS_MAX),
               db_int(civil_day(today.year, today.month, today.day)), db_int(b->campaign->id)));
    for (size_t i = 0; i < WAITS; i++)
        if ((cx->actor.rights & waits[i].rights) != 0)
            wait_add(cx, v, row_int(&rows, 0, i), waits[i].label, waits[i].one, waits[i].many,
                     waits[i].path);
    return OK;
}

/* ---- stock ---- */

static void
pools_fill(struct ctx *cx, const struct board *b, struct board_live *v)
{
    v->pools.item = ARENA_ARRAY(cx->arena, b->gauges.count, struct pool_gauge);
    v->pools.count = b->gauges.count;
    for (size_t i = 0; i < b->gauges.count; i++) {
        const struct stock_gauge *g = &b->gauges.item[i];
        const struct {
            const char *kind, *label;
            int64_t units;
        } parts[PARTS] = {
            {"handed", "Remis au transporteur", g->handed},
            {"sold", "Vendu, à remettre", g->sold},
            {"held", "Réservé, non payé", g->held},
            {"free", "Libre", g->available},
            {"aside", "En quarantaine", g->quarantined},
        };
        struct pool_gauge *p = &v->pools.item[i];
        int64_t all = 0, before = 0;
        *p = (struct pool_gauge){
            .id = str_printf(cx->arena, "stock-%lld", (long long)g->pool_id).ptr,
            .title = pool_title(b, g->code),
            .place = g->warehouse,
            .parts = {ARENA_ARRAY(cx->arena, PARTS, struct pool_part), PARTS},
            .expected = g->expected > 0 ? units(cx, b, g->expected) : STR_NONE,
        };
        for (int k = 0; k < PARTS; k++)
            all += parts[k].units;
        for (int k = 0; k < PARTS; k++) {
            int64_t from = all == 0 ? 0 : before * SCALE / all;
            before += parts[k].units;
            p->parts.item[k] = (struct pool_part){
                parts[k].kind, str_of(parts[k].label), units(cx, b, parts[k].units), from,
                all == 0 ? 0 : before * SCALE / all - from};
        }
    }
}

/* ---- orders over time ---- */

static struct str
minute_text(struct ctx *cx, const struct board *b, int64_t minute)
{
    return text(cx, fmt_time(minute * CLOCK_MINUTE_MS, b->zone));
}

static struct chart
hour_chart(struct ctx *cx, const struct board *b)
{
    struct chart_bar *bar = ARENA_ARRAY(cx->arena, HOUR_BARS, struct chart_bar);
    int64_t now = cx->now_ms / CLOCK_MINUTE_MS;
    struct chart c = {.id = "chart-hour", .title = STR("Commandes par minute, dernière heure"),
                      .label_head = STR("5\u00a0minutes dès"),
                      .value_head = STR("Commandes")};

    for (int i = 0; i < HOUR_BARS; i++) {
        int64_t minute = now - HOUR_BARS + 1 + i;
        bar[i] = (struct chart_bar){b->hour[i].orders, minute_text(cx, b, minute), STR_NONE};
        if (minute % QUARTER_MINUTES == 0 && i <= HOUR_BARS - 8)
            bar[i].tick = bar[i].label;
    }
    chart_draw(cx->arena, &c, bar, HOUR_BARS, HOUR_BARS - 1, HOUR_BARS / 12);
    c.summary = str_printf(cx->arena, "%s en une heure.",
                           fmt_plural(sum_of(b->hour, HOUR_BARS).orders, "commande",
                                      "commandes").z);
    return c;
}

static struct chart
day_chart(struct ctx *cx, const struct board *b)
{
    int64_t minutes = b->day_until - b->day_from, now = cx->now_ms / CLOCK_MINUTE_MS;
    size_t count = (size_t)(minutes / QUARTER_MINUTES);
    struct chart_bar *bar = ARENA_ARRAY(cx->arena, count, struct chart_bar);
    struct chart c = {.id = "chart-day",
                      .title = STR("Commandes par quart d’heure, aujourd’hui"),
                      .label_head = STR("Heure dès"), .value_head = STR("Commandes")};
    int growing = (int)((now - b->day_from) / QUARTER_MINUTES);

    for (size_t i = 0; i < count; i++) {
        int64_t from = b->day_from + (int64_t)i * QUARTER_MINUTES;
        struct civil at = civil_of(from * CLOCK_MINUTE_MS, b->zone);
        bar[i] = (struct chart_bar){
            sum_of(&b->day[from - b->day_from], QUARTER_MINUTES).orders,
            minute_text(cx, b, from), STR_NONE};
        if (at.minute == 0 && at.hour % 6 == 0)
            bar[i].tick = bar[i].label;
    }
    chart_draw(cx->arena, &c, bar, count, growing, 60 / QUARTER_MINUTES);
    c.summary = str_printf(cx->arena, "%s depuis minuit.",
                           fmt_plural(sum_of(b->day, minutes).orders, "commande",
                                      "commandes").z);
    return c;
}

/* The last days of the sale, from hours: a day of figures is read by département. */
static enum err
days_chart(struct ctx *cx, const struct board *b, struct chart *out)
{
    struct chart_bar *bar = ARENA_ARRAY(cx->arena, DAYS_BARS, struct chart_bar);
    int64_t hour_minutes = CLOCK_HOUR_MS / CLOCK_MINUTE_MS;
    int64_t first = day_minute(cx->now_ms, b->zone, 1 - DAYS_BARS) / hour_minutes;
    size_t hours = (size_t)(b->day_until / hour_minutes - first);
    struct figure_count *hour = ARENA_ARRAY(cx->arena, hours, struct figure_count);
    int64_t all = 0;

    *out = (struct chart){.id = "chart-days", .title = STR("Commandes par jour, 30 derniers jours"),
                          .label_head = STR("Jour"), .value_head = STR("Commandes")};
    TRY(figure_hours(cx, b->campaign->id, first, hours, hour));
    for (int d = 0; d < DAYS_BARS; d++) {
        int64_t from = day_minute(cx->now_ms, b->zone, d + 1 - DAYS_BARS);
        int64_t until = day_minute(cx->now_ms, b->zone, d + 2 - DAYS_BARS);
        int64_t at = from / hour_minutes - first;
        bar[d] = (struct chart_bar){
            sum_of(&hour[at], (until - from) / hour_minutes).orders,
            text(cx, fmt_short_date(from * CLOCK_MINUTE_MS, b->zone)), STR_NONE};
        if (d % 7 == 0 && d < DAYS_BARS - 7)
            bar[d].tick = str_sub(bar[d].label, 0, 5);
        all += bar[d].value;
    }
    chart_draw(cx->arena, out, bar, DAYS_BARS, DAYS_BARS - 1, 1);
    out->summary = str_printf(cx->arena, "%s en 30\u00a0jours.",
                              fmt_plural(all, "commande", "commandes").z);
    return OK;
}

static enum err
charts_fill(struct ctx *cx, const struct board *b, struct board_live *v)
{
    v->charts.item = ARENA_ARRAY(cx->arena, 3, struct chart);
    v->charts.item[0] = hour_chart(cx, b);
    v->charts.item[1] = day_chart(cx, b);
    TRY(days_chart(cx, b, &v->charts.item[2]));
    v->charts.count = 3;
    return OK;
}

/* ---- all of it ---- */

static enum err
board_load(struct ctx *cx, struct board *b)
{
    int64_t id = b->campaign->id, now = cx->now_ms / CLOCK_MINUTE_MS;

    TRY(figure_as_of(cx, &b->as_of_ms));
    TRY(figure_groups(cx, id, &b->groups));
    TRY(figure_allowed(cx, b->campaign, &b->allowed));
    TRY(stock_gauges(cx, id, &b->gauges));
    TRY(figure_minutes(cx, id, now - HOUR_BARS + 1, HOUR_BARS, b->hour));
    b->day_from = day_minute(cx->now_ms, b->zone, 0);
    b->day_until = day_minute(cx->now_ms, b->zone, 1);
    assert(b->day_until - b->day_from <= MINUTES_A_DAY);
    return figure_minutes(cx, id, b->day_from, (size_t)(b->day_until - b->day_from), b->day);
}

enum err
board_read(struct ctx *cx, const struct campaign *c, struct board_live *out)
{
    struct board *b = ARENA_NEW(cx->arena, struct board);

    b->campaign = c;
    b->policy = c->policy;
    b->zone = c->policy->zone;
    TRY(board_load(cx, b));
    out->as_of = b->as_of_ms == 0 ? STR("Rien n’a encore été compté")
                                  : str_printf(cx->arena, "Chiffres à %s",
                                               fmt_time(b->as_of_ms, b->zone).z);
    out->sees_money = (cx->actor.rights & SEES_MONEY) != 0;
    out->sees_stock = (cx->actor.rights & SEES_STOCK) != 0;
    out->allowed = board_allowed_text(cx->arena, c, &b->allowed);
    TRY(notices_fill(cx, b, out));
    stats_fill(cx, b, out);
    TRY(waits_fill(cx, b, out));
    pools_fill(cx, b, out);
    TRY(charts_fill(cx, b, out));
    board_uptakes(cx->arena, c, &b->groups, &b->allowed, out);
    return out->sees_money ? money_fill(cx, b, out) : OK;
}
