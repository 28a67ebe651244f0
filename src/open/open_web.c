/* SPDX-License-Identifier: Apache-2.0 */
/* open_web.c - /donnees: what is published, for people. */
#include "http/route.h"
#include "open/open.h"
#include "open_tmpl.h"

static void
show_set(struct ctx *cx, const struct campaign *c, struct open_set *out)
{
    static const struct {
        const char *title, *what, *file;
    } files[] = {
        {"Stock disponible", "Ce qui peut être commandé en ce moment, par entrepôt.", "stock"},
        {"Commandes",
         "Commandes payées et leurs unités, par jour révolu, département et tranche d’effectif.",
         "commandes"},
    };
    enum { FILES = sizeof files / sizeof files[0] };
    char *slug = str_z(cx->arena, c->slug);

    *out = (struct open_set){
        .name = c->policy->name, .organiser = c->policy->organiser, .slug = c->slug};
    out->files.item = ARENA_ARRAY(cx->arena, FILES, struct open_file);
    out->files.count = FILES;
    for (int i = 0; i < FILES; i++)
        out->files.item[i] = (struct open_file){
            .title = str_of(files[i].title),
            .what = str_of(files[i].what),
            .csv = url_path(cx->arena, "/donnees/%s/%s.csv", slug, files[i].file),
            .json = url_path(cx->arena, "/donnees/%s/%s.json", slug, files[i].file)};
}

/* GET /donnees */
enum err
open_page(struct ctx *cx, struct req *req)
{
    struct campaign_list list;
    struct open_view v = {0};

    if (!str_is(cx->app->conf->open_data, "1"))
        return ERR_NOT_FOUND;
    TRY(campaign_list(cx, &list));
    v.page = page_begin(cx, req, STR("Données ouvertes"));
    page_crumb(cx, &v.page, STR("Données ouvertes"), (struct url){STR_NONE});
    v.sets.item = ARENA_ARRAY(cx->arena, list.count, struct open_set);
    v.sets.count = list.count;
    for (size_t i = 0; i < list.count; i++)
        show_set(cx, &list.item[i], &v.sets.item[i]);
    v.empty = (struct empty_state){.title = STR("Rien n’est encore publié"),
                                   .text = STR("Les données apparaissent ici avec la première "
                                               "vente.")};
    open_html(&req->out, &v);
    return res_html(req, 200);
}
