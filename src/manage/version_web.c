/* SPDX-License-Identifier: Apache-2.0 */
/* version_web.c - a published version of a campaign's rules: in words, as its file, and beside
 * another one. */
#include "http/route.h"
#include "manage/manage.h"
#include "manage_tmpl.h"

/* A version of the path's campaign. */
static enum err
version_of_path(struct ctx *cx, struct req *req, struct campaign *c, int *version,
                const struct policy **p)
{
    int64_t number;

    TRY(campaign_of_path(cx, req, c));
    TRY(req_path_int(req, "version", &number));
    if (number < 1 || number > c->version)
        return ERR_NOT_FOUND;
    *version = (int)number;
    return campaign_policy(cx, c->id, *version, p);
}

static enum err
facts_show(struct ctx *cx, const struct campaign *c, int version, struct version_view *v)
{
    struct campaign_version_list list;
    struct publication_list published;

    TRY(campaign_versions(cx, c->id, &list));
    TRY(publication_list_of(cx, c->id, &published));
    console_fact(cx, &v->facts, "État",
                 version == c->version ? STR("En vigueur") : STR("Remplacée"));
    for (size_t i = 0; i < list.count; i++)
        if (list.item[i].version == version)
            console_fact(cx, &v->facts, "Publiée", when_text(cx, list.item[i].published_ms));
    for (size_t i = 0; i < published.count; i++) {
        const struct publication *p = &published.item[i];
        if (p->version != version)
            continue;
        console_fact(cx, &v->facts, "Demandée par", p->asked_by);
        console_fact(cx, &v->facts, "Approuvée par", p->approved_by);
        console_fact(cx, &v->facts, "Motif", p->reason);
        return OK;
    }
    console_fact(cx, &v->facts, "Publiée par", STR("une commande"));
    return OK;
}

/* GET /console/campagnes/{slug}/versions/{version} */
enum err
version_page(struct ctx *cx, struct req *req)
{
    struct version_view v = {0};
    const struct policy *p;
    struct campaign c;

    TRY(version_of_path(cx, req, &c, &v.version, &p));
    TRY(campaign_console_begin(cx, req, &c, str_printf(cx->arena, "Version %d", v.version),
                               &v.page));
    page_crumb(cx, &v.page, v.page.title, (struct url){STR_NONE});
    TRY(facts_show(cx, &c, v.version, &v));
    console_action(cx, &v.actions, "Télécharger le fichier (JSON)",
                   campaign_sub_url(cx, &c, "versions/%d/regles.json", v.version));
    if (v.version > 1)
        console_action(cx, &v.actions, "Différences avec la précédente",
                       campaign_sub_url(cx, &c, "differences?de=%d&a=%d", v.version - 1,
                                        v.version));
    v.may_change = campaign_may_change(cx);
    v.begin = campaign_sub_url(cx, &c, "brouillons");
    v.rules = words_sections(cx, p, NULL);
    version_html(&req->out, &v);
    return res_html(req, 200);
}

/* GET /console/campagnes/{slug}/versions/{version}/regles.json */
enum err
version_json_get(struct ctx *cx, struct req *req)
{
    const struct policy *p;
    struct campaign c;
    struct str json;
    int version;

    TRY(version_of_path(cx, req, &c, &version, &p));
    TRY(campaign_version_json(cx, c.id, version, &json));
    buf_str(&req->out, json);
    res_attachment(cx, req, str_printf(cx->arena, "%.*s-version-%d.json", STR_FMT(c.slug),
                                       version));
    return res_json(req, 200);
}

static struct choice_list
version_choices(struct ctx *cx, int newest, int chosen)
{
    enum { CHOICES_MAX = 100 };
    int count = newest < CHOICES_MAX ? newest : CHOICES_MAX;
    struct choice_list list = {ARENA_ARRAY(cx->arena, (size_t)count, struct choice), 0};

    for (int n = newest; n > newest - count; n--)
        list.item[list.count++] = (struct choice){
            .value = str_printf(cx->arena, "%d", n),
            .label = str_printf(cx->arena, "Version %d", n), .checked = n == chosen};
    return list;
}

/* GET /console/campagnes/{slug}/differences?de=&a= */
enum err
version_diff_page(struct ctx *cx, struct req *req)
{
    struct diff_view v = {0};
    const struct policy *before, *after;
    struct campaign c;
    int64_t from, to;

    TRY(campaign_of_path(cx, req, &c));
    TRY(req_query_int(req, "a", 1, c.version, c.version, &to));
    TRY(req_query_int(req, "de", 1, c.version, to > 1 ? to - 1 : 1, &from));
    TRY(campaign_policy(cx, c.id, (int)from, &before));
    TRY(campaign_policy(cx, c.id, (int)to, &after));
    TRY(campaign_console_begin(cx, req, &c, STR("Différences entre deux versions"), &v.page));
    page_crumb(cx, &v.page, STR("Différences"), (struct url){STR_NONE});
    struct policy_change_list changes = policy_diff(cx->arena, before, after);
    v.action = campaign_sub_url(cx, &c, "differences");
    v.from = version_choices(cx, c.version, (int)from);
    v.to = version_choices(cx, c.version, (int)to);
    v.table = changes_table(cx, "differences", STR("Ce qui change, règle par règle"),
                            str_printf(cx->arena, "Version %d", (int)from),
                            str_printf(cx->arena, "Version %d", (int)to), &changes);
    v.none = from == to ? STR("C’est la même version des deux côtés.")
                        : STR("Ces deux versions disent la même chose, règle par règle.");
    diff_html(&req->out, &v);
    return res_html(req, 200);
}
