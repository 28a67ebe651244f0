/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft_ask_web.c - the last steps of a draft: asking for its publication, and taking its changes
 * over to a version that came meanwhile.
 */
#include "base/format.h"
#include "draft_tmpl.h"
#include "http/route.h"
#include "manage/draft_web.h"
#include "manage/dry_run_words.h"
#include "policy/policy_merge.h"

#define NBSP "\u00a0"

enum { REASON_MIN = 5, REASON_MAX = 500 };

/* ---- asking ---- */

static enum err
tried_show(struct ctx *cx, const struct campaign *c, const struct draft *d,
           struct draft_ask_view *v)
{
    struct dry_run run;
    bool found;

    TRY(dry_run_latest(cx, d->id, &run, &found));
    if (found && run.state == DRY_RUN_DONE && dry_run_is_of(&run, c, d)) {
        v->run_url = campaign_sub_url(cx, c, "simulations/%lld", (long long)run.id);
        return dry_run_headline(cx, &run, &v->headline);
    }
    v->stop = (struct notice){TONE_WARN, STR("Pas encore"),
                              str_of(draft_refusal_text(DRAFT_UNTRIED))};
    return OK;
}

static enum err
ask_show(struct ctx *cx, struct req *req, struct form *f, const struct campaign *c,
         const struct draft *d)
{
    struct draft_ask_view v = {.errors = form_errors(f)};
    struct draft_check check;

    TRY(draft_page_begin(cx, req, c, d, STR("Demander la publication"), &v.page));
    v.page.has_error = form_failed(f);
    TRY(draft_check(cx, c, d->json, &check));
    v.changes = changes_table(cx, "changements", STR("Ce qui change, règle par règle"),
                              str_printf(cx->arena, "En vigueur, version %d", c->version),
                              STR("À publier"), &check.changes);
    v.now.item = ARENA_ARRAY(cx->arena, check.now.count, struct str);
    for (size_t i = 0; i < check.now.count; i++)
        v.now.item[v.now.count++] = draft_now_text(cx->arena, &check.now.item[i]);
    v.warnings = check.warnings;
    TRY(tried_show(cx, c, d, &v));
    enum draft_refusal why = d->base_version != c->version  ? DRAFT_STALE
                             : check.policy == NULL         ? DRAFT_FAULTY
                             : check.changes.count == 0     ? DRAFT_SAME
                                                            : DRAFT_ASKED;
    if (why != DRAFT_ASKED)
        v.stop = (struct notice){TONE_WARN, STR("Pas encore"), str_of(draft_refusal_text(why))};
    v.reason = form_field(f, "motif", STR("Motif"),
                          STR("Il est envoyé à la personne qui approuve et reste avec la "
                              "version."), STR_NONE);
    v.reason.required = true;
    v.confirm = form_field(f, "maintenant", STR("J’ai vu ce qui prend effet dès la publication"),
                           STR_NONE, STR_NONE);
    v.confirmed = form_checked(f, "maintenant");
    v.action = campaign_sub_url(cx, c, "brouillons/%lld/publication", (long long)d->id);
    v.back = draft_url(cx, c, d->id);
    draft_ask_html(&req->out, &v);
    return res_html(req, form_failed(f) ? 422 : 200);
}

/* GET /console/campagnes/{slug}/brouillons/{id}/publication */
enum err
draft_ask_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct campaign c;
    struct draft d;

    TRY(draft_of_path(cx, req, &c, &d));
    if (draft_is_fixed(&d))
        return draft_refuse_fixed(cx, req, &c, &d);
    return ask_show(cx, req, &f, &c, &d);
}

/* POST /console/campagnes/{slug}/brouillons/{id}/publication */
enum err
draft_ask_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str reason = form_long_text(&f, "motif", "Motif", REASON_MIN, REASON_MAX);
    bool confirmed = form_checked(&f, "maintenant");
    enum draft_refusal why = DRAFT_ASKED;
    struct campaign c;
    struct draft d;

    TRY(draft_of_path(cx, req, &c, &d));
    if (draft_is_fixed(&d))
        return draft_refuse_fixed(cx, req, &c, &d);
    if (form_failed(&f))
        return ask_show(cx, req, &f, &c, &d);
    TRY(draft_ask(cx, &c, &d, reason, confirmed, &why));
    if (why == DRAFT_UNCONFIRMED)
        form_error(&f, "maintenant", "Cochez la case" NBSP ": ces changements ont lieu dès "
                                     "l’approbation.");
    else if (why != DRAFT_ASKED)
        form_error(&f, "motif", "%s", draft_refusal_text(why));
    if (form_failed(&f))
        return ask_show(cx, req, &f, &c, &d);
    return res_redirect_notice(cx, req, draft_url(cx, &c, d.id),
                               str_of(draft_refusal_text(why)));
}

/* ---- another version in force ---- */

struct rebase {
    struct campaign c;
    struct draft d;
    const struct policy *base, *ours;
    struct json *trees[3]; /* The base, the draft, the version in force. */
};

static enum err
tree_of(struct ctx *cx, struct str json, struct json **out)
{
    return json_parse(cx->arena, json, POLICY_JSON_MAX, out, NULL);
}

/* *why: what keeps the draft from being taken over; title empty: nothing. */
static enum err
rebase_load(struct ctx *cx, struct req *req, struct rebase *r, struct notice *why)
{
    struct policy_fault_list faults;
    struct policy *ours = NULL;
    struct str json;

    TRY(draft_of_path(cx, req, &r->c, &r->d));
    *why = (struct notice){0};
    if (r->d.base_version == r->c.version)
        *why = (struct notice){TONE_INFO, STR("Rien à reprendre"),
                               STR("Ce brouillon porte déjà sur la version en vigueur.")};
    else if (policy_compile(cx->arena, r->d.json, &ours, &faults) != OK)
        *why = (struct notice){TONE_WARN, STR("Pas encore"),
                               STR(
                                   "Ce brouillon comporte des erreurs. Corrigez-les, puis "
                                   "reprenez-le sur la nouvelle version.")};
    if (why->title.len > 0)
        return OK;
    r->ours = ours;
    TRY(campaign_policy(cx, r->c.id, r->d.base_version, &r->base));
    TRY(campaign_version_json(cx, r->c.id, r->d.base_version, &json));
    TRY(tree_of(cx, json, &r->trees[0]));
    TRY(tree_of(cx, r->d.json, &r->trees[1]));
    TRY(campaign_version_json(cx, r->c.id, r->c.version, &json));
    return tree_of(cx, json, &r->trees[2]);
}

/* The rules that both sides changed, and not to the same; then what no rule tells. */
static struct str_list
conflict_texts(struct ctx *cx, const struct rebase *r, const struct policy_change_list *ours,
               const struct policy_change_list *theirs, const struct str_list *paths)
{
    struct str_list out = {ARENA_ARRAY(cx->arena, ours->count + paths->count, struct str), 0};

    for (size_t i = 0; i < ours->count && paths->count > 0; i++)
        for (size_t k = 0; k < theirs->count; k++) {
            const struct policy_change *a = &ours->item[i], *b = &theirs->item[k];
            if (str_eq(a->term, b->term) && !str_eq(a->after, b->after))
                out.item[out.count++] = str_printf(
                    cx->arena, "%.*s" NBSP ": «\u00a0%.*s\u00a0» dans ce brouillon, "
                               "«\u00a0%.*s\u00a0» dans la version %d.",
                    STR_FMT(a->term), STR_FMT(a->after), STR_FMT(b->after),
                    r->c.version);
        }
    for (size_t i = 0; i < paths->count && out.count == 0; i++)
        out.item[out.count++] = paths->item[i];
    return out;
}

static enum err
rebase_show(struct ctx *cx, struct req *req, const struct rebase *r, struct notice why)
{
    struct rebase_view v = {.stop = why, .base = r->d.base_version, .version = r->c.version};
    struct str_list paths = {0};

    TRY(draft_page_begin(cx, req, &r->c, &r->d,
                         str_printf(cx->arena, "Reprendre sur la version %d", r->c.version),
                         &v.page));
    v.action = campaign_sub_url(cx, &r->c, "brouillons/%lld/reprise", (long long)r->d.id);
    v.back = draft_url(cx, &r->c, r->d.id);
    if (why.title.len == 0) {
        struct policy_change_list ours = policy_diff(cx->arena, r->base, r->ours);
        struct policy_change_list theirs = policy_diff(cx->arena, r->base, r->c.policy);
        struct str from = str_printf(cx->arena, "Version %d", r->d.base_version);
        (void)policy_merge(cx->arena, r->trees[0], r->trees[1], r->trees[2], true, &paths);
        v.ours = changes_table(cx, "les-miens", STR("Ce que change ce brouillon"), from,
                               STR("Ce brouillon"), &ours);
        v.theirs = changes_table(cx, "les-leurs", STR("Ce qui a changé depuis"), from,
                                 str_printf(cx->arena, "Version %d", r->c.version), &theirs);
        v.conflicts = conflict_texts(cx, r, &ours, &theirs, &paths);
    }
    rebase_html(&req->out, &v);
    return res_html(req, 200);
}

/* GET /console/campagnes/{slug}/brouillons/{id}/reprise */
enum err
draft_rebase_page(struct ctx *cx, struct req *req)
{
    struct rebase r = {0};
    struct notice why;

    TRY(rebase_load(cx, req, &r, &why));
    if (draft_is_fixed(&r.d))
        return draft_refuse_fixed(cx, req, &r.c, &r.d);
    return rebase_show(cx, req, &r, why);
}

/* POST /console/campagnes/{slug}/brouillons/{id}/reprise */
enum err
draft_rebase_form(struct ctx *cx, struct req *req)
{
    struct str keep = req_form(req, "garder");
    struct rebase r = {0};
    struct str_list conflicts;
    struct notice why;
    struct buf b;

    TRY(rebase_load(cx, req, &r, &why));
    if (draft_is_fixed(&r.d))
        return draft_refuse_fixed(cx, req, &r.c, &r.d);
    if (why.title.len > 0)
        return rebase_show(cx, req, &r, why);
    struct json merged = policy_merge(cx->arena, r.trees[0], r.trees[1], r.trees[2],
                                      str_is(keep, "brouillon"), &conflicts);
    if (conflicts.count > 0 && !str_is(keep, "brouillon") && !str_is(keep, "vigueur"))
        return rebase_show(cx, req, &r, why);
    buf_init(&b, POLICY_JSON_MAX);
    json_write(&b, &merged);
    struct str json = buf_dup(&b, cx->arena);
    bool fits = !b.overflow;
    buf_release(&b);
    if (!fits)
        return ERR_LIMIT;
    TRY(draft_rebase(cx, &r.d, json, r.c.version));
    return res_redirect_notice(cx, req, draft_url(cx, &r.c, r.d.id),
                               str_printf(cx->arena, "Le brouillon porte maintenant sur la version "
                                                     "%d. Vérifiez ce qu’il change.",
                                          r.c.version));
}
