/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manage_web.c - an organiser's campaigns: the list, and one with its state, what can be
 * done, drafts, rules, versions and pauses.
 */
#include "base/format.h"
#include "campaign/campaign_json.h"
#include "campaign/campaign_view.h"
#include "http/route.h"
#include "manage/manage.h"
#include "manage_tmpl.h"
#include "order/order.h"
#include "policy/policy_text.h"
#include "stock/stock.h"

#define NBSP "\u00a0"

struct totals {
    int64_t available, held, sold;
};

static struct totals
totals_of(const struct campaign *c, const struct stock_pool_list *pools)
{
    struct totals t = {0};

    for (int i = 0; i < c->policy->pool_count; i++) {
        const struct stock_pool *s = campaign_pool(c, pools, i);
        t.available += s == NULL ? 0 : s->available;
        t.held += s == NULL ? 0 : s->held;
        t.sold += s == NULL ? 0 : s->sold;
    }
    return t;
}

/* As an organiser says it. A breach closes every sale, whatever its own state. */
static struct view_tag
state_tag(const struct campaign *c, int64_t now_ms, bool breach)
{
    const char *status = campaign_status(c, now_ms);

    if (strcmp(status, "closed") == 0)
        return (struct view_tag){TONE_INFO, STR("Terminée")};
    if (breach)
        return (struct view_tag){TONE_BAD, STR("Fermée par le contrôle")};
    if (strcmp(status, "paused") == 0)
        return (struct view_tag){TONE_WARN, STR("Suspendue")};
    if (strcmp(status, "upcoming") == 0)
        return (struct view_tag){TONE_INFO, STR("Pas encore ouverte")};
    return (struct view_tag){TONE_GOOD, STR("En vente")};
}

/* ---- the list ---- */

/* GET /console/campagnes */
enum err
campaign_table_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Campagne", "État", "#Version", "#Reste à vendre",
                                        "#Réservé", "#Vendu", NULL};
    struct campaign_table_view v = {0};
    struct campaign_list list;
    struct str breach;

    TRY(console_page(cx, req, STR("Campagnes"), &v.page));
    page_crumb(cx, &v.page, STR("Campagnes"), (struct url){STR_NONE});
    TRY(campaign_list_of(cx, cx->actor.organiser_id, &list));
    TRY(sales_closed(cx, &breach));
    v.table = console_table(cx, "campagnes", STR("Vos campagnes, la plus récente d’abord"), heads,
                            list.count);
    for (size_t i = 0; i < list.count; i++) {
        const struct campaign *c = &list.item[i];
        struct console_cell *cell = console_row(cx, &v.table);
        struct view_tag state = state_tag(c, cx->now_ms, breach.len > 0);
        struct stock_pool_list pools;
        TRY(stock_list(cx, c->id, &pools));
        struct totals t = totals_of(c, &pools);
        cell[0] = (struct console_cell){.text = c->policy->name, .url = campaign_url(cx, c)};
        cell[1] = (struct console_cell){.tag = state.text, .tone = state.tone};
        cell[2].text = int_text(cx, c->version);
        cell[3].text = policy_units_text(cx->arena, c->policy, t.available);
        cell[4].text = int_text(cx, t.held);
        cell[5].text = int_text(cx, t.sold);
    }
    v.empty = (struct empty_state){
        .title = STR("Aucune campagne"),
        .text = STR("Une campagne naît d’un fichier de règles, publié par la commande "
                    "«\u00a0maillon campaign publish\u00a0». Elle se conduit ensuite ici.")};
    campaign_table_html(&req->out, &v);
    return res_html(req, 200);
}

/* ---- one campaign ---- */

static struct stat
stat_of(struct str figure, struct str label)
{
    return (struct stat){.figure = figure, .label = label};
}

static void
stats_show(struct ctx *cx, const struct campaign *c, const struct stock_pool_list *pools,
           struct campaign_home_view *v)
{
    struct totals t = totals_of(c, pools);
    const char *unit = c->policy->good_count == 1 ? str_z(cx->arena, c->policy->good[0].unit_many)
                                                  : "unités";

    v->stats.item = ARENA_ARRAY(cx->arena, 4, struct stat);
    v->stats.item[v->stats.count++] =
        stat_of(int_text(cx, t.available), str_printf(cx->arena, "%s à vendre", unit));
    v->stats.item[v->stats.count++] =
        stat_of(int_text(cx, t.held), str_printf(cx->arena, "%s réservés, non payés", unit));
    v->stats.item[v->stats.count++] =
        stat_of(int_text(cx, t.sold), str_printf(cx->arena, "%s vendus", unit));
    v->stats.item[v->stats.count++] =
        stat_of(int_text(cx, c->version), STR("version en vigueur"));
}

/* "depuis le samedi 2 mai 2020 à 8 h, soit 2 h 05 min" */
static struct str
since_text(struct ctx *cx, int64_t from_ms)
{
    if (from_ms == 0)
        return STR("depuis une date inconnue");
    return str_printf(cx->arena, "depuis le %s, soit %s", fmt_date_time(from_ms, ZONE_PARIS).z,
                      fmt_duration(cx->now_ms - from_ms).z);
}

static enum err
notices_show(struct ctx *cx, const struct campaign *c, const struct campaign_pause_list *pauses,
             struct campaign_home_view *v)
{
    struct str breach;

    TRY(sales_closed(cx, &breach));
    v->state = state_tag(c, cx->now_ms, breach.len > 0);
    if (breach.len > 0)
        console_notice(cx, &v->notices, TONE_BAD, STR("Les ventes sont fermées par le contrôle"),
                       str_printf(cx->arena,
                                  "Le contrôle des comptes a trouvé une anomalie (%.*s) et a fermé "
                                  "toutes les ventes du service. Elles ne se rouvrent pas ici" NBSP
                                  ": la personne qui exploite le service corrige l’anomalie, puis "
                                  "lance «\u00a0maillon check --reopen\u00a0».", STR_FMT(breach)));
    if (c->paused && pauses->count > 0 && pauses->item[0].to_ms == 0) {
        const struct campaign_pause *p = &pauses->item[0];
        console_notice(cx, &v->notices, TONE_WARN,
                       str_printf(cx->arena, "Ventes suspendues %.*s",
                                  STR_FMT(since_text(cx, p->from_ms))),
                       str_printf(cx->arena,
                                  "Message public" NBSP ": «\u00a0%.*s\u00a0». Par %.*s.%s%.*s",
                                  STR_FMT(p->message), STR_FMT(p->paused_by),
                                  p->reason.len > 0 ? " Motif" NBSP ": " : "",
                                  STR_FMT(p->reason)));
    }
    return OK;
}

static const char *
draft_state_text(const struct draft *d, int version, enum tone *tone)
{
    bool decided = d->act_id != 0;

    *tone = TONE_INFO;
    if (draft_is_waiting(d)) {
        *tone = TONE_WARN;
        return "Attend une approbation";
    }
    if (d->base_version != version) {
        *tone = TONE_WARN;
        return "À reprendre";
    }
    if (decided && d->act.state == ACT_REFUSED) {
        *tone = TONE_BAD;
        return "Refusé";
    }
    return "En préparation";
}

static enum err
drafts_show(struct ctx *cx, const struct campaign *c, struct campaign_home_view *v)
{
    static const char *const heads[] = {"Brouillon", "État", "Commencé par", "Modifié",
                                        "#Sur la version", NULL};
    struct draft_list list;

    TRY(draft_list_open(cx, c->id, &list));
    v->drafts = console_table(cx, "brouillons", STR("Brouillons, le dernier d’abord"), heads,
                              list.count);
    for (size_t i = 0; i < list.count; i++) {
        const struct draft *d = &list.item[i];
        struct console_cell *cell = console_row(cx, &v->drafts);
        cell[0].text = str_printf(cx->arena, "Brouillon %lld", (long long)d->id);
        cell[0].url = draft_url(cx, c, d->id);
        cell[1].tag = str_of(draft_state_text(d, c->version, &cell[1].tone));
        cell[2].text = d->made_by;
        cell[3].text = str_printf(cx->arena, "%.*s, par %.*s",
                                  STR_FMT(when_text(cx, d->changed_ms)), STR_FMT(d->changed_by));
        cell[4].text = int_text(cx, d->base_version);
    }
    return OK;
}

static const struct publication *
publication_of(const struct publication_list *list, int version)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->item[i].version == version)
            return &list->item[i];
    return NULL;
}

static void
compare_show(struct ctx *cx, const struct campaign *c, const struct campaign_version_list *list,
             struct campaign_home_view *v)
{
    v->has_compare = list->count > 1;
    v->compare = campaign_sub_url(cx, c, "differences");
    v->from.item = ARENA_ARRAY(cx->arena, list->count, struct choice);
    v->to.item = ARENA_ARRAY(cx->arena, list->count, struct choice);
    v->from.count = v->to.count = list->count;
    for (size_t i = 0; i < list->count; i++) {
        struct str value = str_printf(cx->arena, "%d", list->item[i].version);
        struct str label = str_printf(cx->arena, "Version %d", list->item[i].version);
        v->from.item[i] = (struct choice){.value = value, .label = label, .checked = i == 1};
        v->to.item[i] = (struct choice){.value = value, .label = label, .checked = i == 0};
    }
}

static enum err
versions_show(struct ctx *cx, const struct campaign *c, struct campaign_home_view *v)
{
    static const char *const heads[] = {"Version", "Publiée", "Par", "Motif", NULL};
    struct campaign_version_list list;
    struct publication_list published;

    TRY(campaign_versions(cx, c->id, &list));
    TRY(publication_list_of(cx, c->id, &published));
    v->versions = console_table(cx, "versions", STR("Versions, la dernière d’abord"), heads,
                                list.count);
    for (size_t i = 0; i < list.count; i++) {
        const struct publication *p = publication_of(&published, list.item[i].version);
        struct console_cell *cell = console_row(cx, &v->versions);
        cell[0].text = str_printf(cx->arena, "Version %d", list.item[i].version);
        cell[0].url = campaign_sub_url(cx, c, "versions/%d", list.item[i].version);
        cell[1].text = when_text(cx, list.item[i].published_ms);
        cell[2].text = p == NULL ? STR("ligne de commande")
                                 : str_printf(cx->arena, "%.*s, approuvée par %.*s",
                                              STR_FMT(p->asked_by), STR_FMT(p->approved_by));
        cell[3].text = p == NULL ? STR_NONE : p->reason;
    }
    compare_show(cx, c, &list, v);
    return OK;
}

static void
pauses_show(struct ctx *cx, const struct campaign_pause_list *list, struct campaign_home_view *v)
{
    static const char *const heads[] = {"Du", "Au", "Message public", "Motif", "Par", NULL};

    v->pauses = console_table(cx, "suspensions", STR("Suspensions, la dernière d’abord"), heads,
                              list->count);
    for (size_t i = 0; i < list->count; i++) {
        const struct campaign_pause *p = &list->item[i];
        struct console_cell *cell = console_row(cx, &v->pauses);
        cell[0].text = p->from_ms == 0 ? STR("date inconnue") : when_text(cx, p->from_ms);
        cell[1].text = p->to_ms == 0
                           ? STR("en cours")
                           : str_printf(cx->arena, "%.*s (%s)",
                                        STR_FMT(when_text(cx, p->to_ms)),
                                        fmt_duration(p->to_ms - p->from_ms).z);
        cell[2].text = p->message;
        cell[3].text = p->reason;
        cell[4].text = p->paused_by;
    }
}

static void
actions_show(struct ctx *cx, const struct campaign *c, struct campaign_home_view *v)
{
    struct url public = url_path(cx->arena, "/c/%s", str_z(cx->arena, c->slug));

    v->may_change = campaign_may_change(cx);
    v->is_paused = c->paused;
    v->begin = campaign_sub_url(cx, c, "brouillons");
    v->resume = campaign_sub_url(cx, c, "reprise");
    if (v->may_change)
        console_action(cx, &v->actions,
                       c->paused ? "Changer le message" : "Suspendre les ventes",
                       campaign_sub_url(cx, c, "suspension"));
    console_action(cx, &v->actions, "Page publique", public);
}

/* GET /console/campagnes/{slug} */
enum err
campaign_console_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct campaign_home_view v = {0};
    struct campaign_pause_list pauses;
    struct stock_pool_list pools;
    struct campaign c;

    TRY(campaign_of_path(cx, req, &c));
    TRY(console_page(cx, req, c.policy->name, &v.page));
    page_crumb(cx, &v.page, STR("Campagnes"), URL("console/campagnes"));
    page_crumb(cx, &v.page, c.policy->name, (struct url){STR_NONE});
    TRY(campaign_pauses(cx, c.id, &pauses));
    TRY(stock_list(cx, c.id, &pools));
    v.name = c.policy->name;
    v.version = c.version;
    v.state_text = c.paused ? STR_NONE : view_state_text(cx->arena, &c, cx->now_ms);
    TRY(notices_show(cx, &c, &pauses, &v));
    stats_show(cx, &c, &pools, &v);
    actions_show(cx, &c, &v);
    v.resume_reason = form_field(&f, "motif-reprise", STR("Motif de la reprise"),
                                 STR("Il est gardé au journal."), STR_NONE);
    TRY(drafts_show(cx, &c, &v));
    TRY(versions_show(cx, &c, &v));
    pauses_show(cx, &pauses, &v);
    v.rules = words_sections(cx, c.policy, NULL);
    v.rules_url = campaign_sub_url(cx, &c, "versions/%d", c.version);
    campaign_home_html(&req->out, &v);
    return res_html(req, 200);
}
