/* SPDX-License-Identifier: Apache-2.0 */
/* problem_web.c - where the "type" of a problem document leads: what it means and what to do. */
#include "http/problem.h"

#include "http/route.h"
#include "problem_tmpl.h"

static struct problem_row
row_of(struct ctx *cx, enum problem which)
{
    const struct problem_words *w = problem_words(which);

    return (struct problem_row){
        .title = str_of(w->title),
        .meaning = str_of(w->meaning),
        .remedy = str_of(w->remedy),
        .path = str_of(w->path),
        .url = url_path(cx->arena, "/problems/%s", w->path),
    };
}

static struct table
table_of(struct ctx *cx)
{
    static const char *const heads[] = {"Type", "Sens", "Que faire"};
    size_t n = sizeof heads / sizeof heads[0];
    struct table t = {.id = "types", .caption = STR("Types d’erreurs"), .stacked = true};

    t.columns.item = ARENA_ARRAY(cx->arena, n, struct table_column);
    t.columns.count = n;
    for (size_t i = 0; i < n; i++)
        t.columns.item[i] = (struct table_column){.label = str_of(heads[i])};
    return t;
}

/* GET /problems */
enum err
problems_page(struct ctx *cx, struct req *req)
{
    struct problem_view v = {.all = URL("problems"), .table = table_of(cx)};
    struct str title = STR("Erreurs de l’API");

    v.page = page_begin(cx, req, title);
    page_crumb(cx, &v.page, title, (struct url){STR_NONE});
    v.rows.item = ARENA_ARRAY(cx->arena, PROBLEM_COUNT, struct problem_row);
    v.rows.count = PROBLEM_COUNT;
    for (int i = 0; i < PROBLEM_COUNT; i++)
        v.rows.item[i] = row_of(cx, (enum problem)i);
    problems_html(&req->out, &v);
    return res_html(req, 200);
}

/* GET /problems/{type} */
enum err
problem_page(struct ctx *cx, struct req *req)
{
    struct problem_view v = {.all = URL("problems")};
    struct str type;
    int which = 0;

    TRY(req_path_str(req, "type", 40, &type));
    while (which < PROBLEM_COUNT && !str_is(type, problem_words((enum problem)which)->path))
        which++;
    if (which == PROBLEM_COUNT)
        return ERR_NOT_FOUND;
    v.rows.item = ARENA_NEW(cx->arena, struct problem_row);
    v.rows.count = 1;
    v.rows.item[0] = row_of(cx, (enum problem)which);
    v.page = page_begin(cx, req, v.rows.item[0].title);
    page_crumb(cx, &v.page, STR("Erreurs de l’API"), v.all);
    page_crumb(cx, &v.page, v.rows.item[0].path, (struct url){STR_NONE});
    problem_html(&req->out, &v);
    return res_html(req, 200);
}
