/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft_web.c - a draft on its page: what it changes, what is wrong with it, what its dry run
 * found, and its rules with a way to each form; its beginning and its end.
 */
#include "base/format.h"
#include "draft_tmpl.h"
#include "http/route.h"
#include "manage/draft_web.h"
#include "manage/dry_run_words.h"
#include "manage/manage.h"

#define NBSP "\u00a0"

enum err
draft_of_path(struct ctx *cx, struct req *req, struct campaign *c, struct draft *d)
{
    int64_t id;

    TRY(campaign_of_path(cx, req, c));
    TRY(req_path_int(req, "id", &id));
    return draft_find(cx, c->id, id, d);
}

struct str
draft_title(struct ctx *cx, const struct draft *d)
{
    return str_printf(cx->arena, "Brouillon %lld", (long long)d->id);
}

enum err
draft_page_begin(struct ctx *cx, struct req *req, const struct campaign *c, const struct draft *d,
                 struct str title, struct page *out)
{
    TRY(campaign_console_begin(cx, req, c, title, out));
    page_crumb(cx, out, draft_title(cx, d), draft_url(cx, c, d->id));
    page_crumb(cx, out, title, (struct url){STR_NONE});
    return OK;
}

enum err
draft_refuse_fixed(struct ctx *cx, struct req *req, const struct campaign *c,
                   const struct draft *d)
{
    return res_redirect_notice(cx, req, draft_url(cx, c, d->id),
                               draft_is_waiting(d)
                                   ? STR("Ce brouillon attend une approbation" NBSP
                                         ": retirez d’abord la demande pour le changer.")
                                   : STR("Ce brouillon n’est plus ouvert."));
}

/* ---- what is said first ---- */

static struct str
act_link_text(struct ctx *cx, const struct draft *d)
{
    return str_printf(cx->arena, "Demandée par %.*s le %.*s. Motif" NBSP ": %.*s%s%.*s",
                      STR_FMT(d->act.asker), STR_FMT(when_text(cx, d->act.asked_ms)),
                      STR_FMT(d->act.reason),
                      d->act.trouble.len > 0 ? " Le dernier essai n’a pas abouti" NBSP ": " : "",
                      STR_FMT(d->act.trouble));
}

static void
state_notices(struct ctx *cx, const struct campaign *c, const struct draft *d,
              struct notice_list *out)
{
    if (d->state == DRAFT_PUBLISHED)
        console_notice(cx, out, TONE_GOOD,
                       str_printf(cx->arena, "Publié, version %d", d->version),
                       str_printf(cx->arena, "Le %.*s.", STR_FMT(when_text(cx, d->changed_ms))));
    if (d->state == DRAFT_DROPPED)
        console_notice(cx, out, TONE_INFO, STR("Abandonné"),
                       str_printf(cx->arena, "Le %.*s, par %.*s.",
                                  STR_FMT(when_text(cx, d->changed_ms)), STR_FMT(d->changed_by)));
    if (draft_is_waiting(d))
        console_notice(cx, out, TONE_WARN, STR("Attend une deuxième personne"),
                       act_link_text(cx, d));
    if (d->state != DRAFT_OPEN)
        return;
    if (d->act_id != 0 && d->act.state == ACT_REFUSED)
        console_notice(cx, out, TONE_BAD,
                       str_printf(cx->arena, "La publication a été refusée par %.*s",
                                  STR_FMT(d->act.decider)), d->act.why);
    if (d->act_id != 0 && d->act.state == ACT_EXPIRED)
        console_notice(cx, out, TONE_INFO, STR("La demande s’est éteinte sans décision"),
                       STR("Demandez de nouveau la publication."));
    if (d->base_version != c->version)
        console_notice(cx, out, TONE_WARN,
                       str_printf(cx->arena, "La version %d est en vigueur depuis",
                                  c->version),
                       str_printf(cx->arena,
                                  "Ce brouillon a été commencé sur la version %d. La version %d "
                                  "est parue le %.*s. Reprenez le brouillon sur cette version" NBSP
                                  ": vos changements y sont reportés.",
                                  d->base_version, c->version,
                                  STR_FMT(when_text(cx, c->published_ms))));
}

static enum err
others_notice(struct ctx *cx, const struct campaign *c, const struct draft *d,
              struct notice_list *out)
{
    struct draft_list list;
    struct str names = STR_NONE;

    TRY(draft_list_open(cx, c->id, &list));
    for (size_t i = 0; i < list.count; i++)
        if (list.item[i].id != d->id)
            names = str_printf(cx->arena, "%.*s%s%lld (%.*s)", STR_FMT(names),
                               names.len > 0 ? ", " : "", (long long)list.item[i].id,
                               STR_FMT(list.item[i].changed_by));
    if (names.len > 0 && d->state == DRAFT_OPEN)
        console_notice(cx, out, TONE_INFO, STR("D’autres brouillons sont ouverts"),
                       str_printf(cx->arena, "N° %.*s. Le premier publié oblige à reprendre les "
                                             "autres.", STR_FMT(names)));
    return OK;
}

/* ---- the last dry run ---- */

bool
dry_run_is_of(const struct dry_run *r, const struct campaign *c, const struct draft *d)
{
    return r->digest == d->digest && r->base_version == c->version;
}

static enum err
run_show(struct ctx *cx, const struct campaign *c, const struct draft *d,
         const struct draft_check *check, struct draft_view *v)
{
    struct dry_run run;
    struct str headline;
    bool found;

    v->may_run = v->may_change && check->policy != NULL && d->base_version == c->version;
    v->run_action = campaign_sub_url(cx, c, "brouillons/%lld/simulation", (long long)d->id);
    v->run_label = STR("Simuler sur tout le registre");
    TRY(dry_run_latest(cx, d->id, &run, &found));
    if (!found)
        return OK;
    v->run_label = STR("Simuler de nouveau");
    v->run_url = campaign_sub_url(cx, c, "simulations/%lld", (long long)run.id);
    console_fact(cx, &v->run, "État", str_of(dry_run_state_text(run.state)));
    console_fact(cx, &v->run, "Demandée", str_printf(cx->arena, "%.*s, par %.*s",
                                                     STR_FMT(when_text(cx, run.asked_ms)),
                                                     STR_FMT(run.asked_by)));
    if (run.state == DRY_RUN_DONE) {
        TRY(dry_run_headline(cx, &run, &headline));
        console_fact(cx, &v->run, "Résultat", headline);
    }
    if (!dry_run_is_of(&run, c, d) && d->state == DRAFT_OPEN)
        console_fact(cx, &v->run, "À refaire",
                     STR("Le brouillon ou la version en vigueur ont changé depuis."));
    return OK;
}

/* ---- the page ---- */

static void
urls_show(struct ctx *cx, const struct campaign *c, const struct draft *d, struct draft_view *v)
{
    long long id = d->id;

    v->ask = campaign_sub_url(cx, c, "brouillons/%lld/publication", id);
    v->rebase = campaign_sub_url(cx, c, "brouillons/%lld/reprise", id);
    v->drop = campaign_sub_url(cx, c, "brouillons/%lld/abandon", id);
    v->file = campaign_sub_url(cx, c, "brouillons/%lld/fichier", id);
    v->json = campaign_sub_url(cx, c, "brouillons/%lld/regles.json", id);
    v->add_cohort = campaign_sub_url(cx, c, "brouillons/%lld/modifier/groupe-nouveau", id);
}

static void
facts_show(struct ctx *cx, const struct draft *d, struct draft_view *v)
{
    console_fact(cx, &v->facts, "Commencé",
                 str_printf(cx->arena, "%.*s, par %.*s, sur la version %d",
                            STR_FMT(when_text(cx, d->made_ms)), STR_FMT(d->made_by),
                            d->base_version));
    if (d->rev > 1)
        console_fact(cx, &v->facts, "Modifié",
                     str_printf(cx->arena, "%.*s, par %.*s",
                                STR_FMT(when_text(cx, d->changed_ms)), STR_FMT(d->changed_by)));
}

static void
texts_show(struct ctx *cx, const struct draft_check *check, struct draft_view *v)
{
    v->now.item = ARENA_ARRAY(cx->arena, check->now.count, struct str);
    for (size_t i = 0; i < check->now.count; i++)
        v->now.item[v->now.count++] = draft_now_text(cx->arena, &check->now.item[i]);
    v->warnings = check->warnings;
}

/* A text with faults has no rules to show: the words of the version it came from lead to the
 * forms all the same. */
static enum err
rules_show(struct ctx *cx, const struct campaign *c, const struct draft *d,
           const struct draft_check *check, const struct url *here, struct draft_view *v)
{
    const struct policy *p = check->policy;

    if (p == NULL)
        TRY(campaign_policy(cx, c->id, d->base_version, &p));
    v->rules = words_sections(cx, p, v->may_change ? here : NULL);
    return OK;
}

/* GET /console/campagnes/{slug}/brouillons/{id} */
enum err
draft_page(struct ctx *cx, struct req *req)
{
    struct draft_view v = {0};
    struct draft_check check;
    struct campaign c;
    struct draft d;

    TRY(draft_of_path(cx, req, &c, &d));
    v.title = draft_title(cx, &d);
    TRY(campaign_console_begin(cx, req, &c, v.title, &v.page));
    page_crumb(cx, &v.page, v.title, (struct url){STR_NONE});
    TRY(draft_check(cx, &c, d.json, &check));
    struct url here = draft_url(cx, &c, d.id);
    v.may_change = campaign_may_change(cx) && !draft_is_fixed(&d);
    v.may_rebase = v.may_change && d.base_version != c.version;
    v.may_ask = v.may_change && !v.may_rebase && check.policy != NULL && check.changes.count > 0;
    state_notices(cx, &c, &d, &v.notices);
    TRY(others_notice(cx, &c, &d, &v.notices));
    facts_show(cx, &d, &v);
    urls_show(cx, &c, &d, &v);
    v.faults = fault_rows(cx, d.json, &check.faults, v.may_change ? &here : NULL);
    v.changes = changes_table(cx, "changements", STR("Ce qui change, règle par règle"),
                              str_printf(cx->arena, "En vigueur, version %d", c.version),
                              STR("Ce brouillon"), &check.changes);
    v.no_change = check.faults.count > 0
                      ? STR("Les différences paraîtront quand les erreurs seront corrigées.")
                      : STR("Ce brouillon dit la même chose que la version en vigueur. Changez une "
                            "règle plus bas.");
    texts_show(cx, &check, &v);
    TRY(run_show(cx, &c, &d, &check, &v));
    TRY(rules_show(cx, &c, &d, &check, &here, &v));
    v.act_url = d.act_id == 0 ? (struct url){STR_NONE}
                              : url_path(cx->arena, "/console/approbations/%lld",
                                         (long long)d.act_id);
    v.is_waiting = draft_is_waiting(&d);
    draft_html(&req->out, &v);
    return res_html(req, 200);
}

/* GET /console/campagnes/{slug}/brouillons/{id}/regles.json */
enum err
draft_json_get(struct ctx *cx, struct req *req)
{
    struct campaign c;
    struct draft d;

    TRY(draft_of_path(cx, req, &c, &d));
    buf_str(&req->out, d.json);
    res_attachment(cx, req, str_printf(cx->arena, "%.*s-brouillon-%lld.json", STR_FMT(c.slug),
                                       (long long)d.id));
    return res_json(req, 200);
}

/* ---- beginning and end ---- */

/* POST /console/campagnes/{slug}/brouillons - with the rules of a version. */
enum err
draft_begin_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct campaign c;
    struct str json;
    int64_t id;

    TRY(campaign_of_path(cx, req, &c));
    int64_t version = form_int(&f, "version", "Version", 1, c.version);
    if (form_failed(&f))
        return ERR_INVALID;
    TRY(campaign_version_json(cx, c.id, (int)version, &json));
    enum err e = draft_begin(cx, &c, json, &id);
    if (e == ERR_LIMIT)
        return res_redirect_notice(cx, req, campaign_url(cx, &c),
                                   str_printf(cx->arena,
                                              "%d brouillons sont ouverts" NBSP ": publiez-en ou "
                                              "abandonnez-en un d’abord.", DRAFTS_OPEN_MAX));
    TRY(e);
    return res_redirect(cx, req, draft_url(cx, &c, id));
}

/* POST /console/campagnes/{slug}/brouillons/{id}/abandon */
enum err
draft_drop_form(struct ctx *cx, struct req *req)
{
    struct campaign c;
    struct draft d;

    TRY(draft_of_path(cx, req, &c, &d));
    if (draft_is_fixed(&d))
        return draft_refuse_fixed(cx, req, &c, &d);
    TRY(draft_drop(cx, &d));
    return res_redirect_notice(cx, req, campaign_url(cx, &c),
                               str_printf(cx->arena, "Le brouillon %lld est abandonné. Son texte "
                                                     "reste lisible.", (long long)d.id));
}
