/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure_web.c - /console/tableau: the page, and the stream of events that keeps it true. Both draw
 * one template from one reading.
 */
#include "figure/figure_view.h"
#include "figure_tmpl.h"
#include "http/route.h"
#include "staff/staff.h"

enum { AGAIN_MS = 3000, TRI_MAX = 10 };

/* The campaign that is asked for, of the actor's organiser; without one the newest.
 * ERR_NOT_FOUND: no such here. *out stays empty when the organiser has none at all. */
static enum err
campaign_chosen(struct ctx *cx, struct req *req, struct campaign_list *all, struct campaign *out)
{
    struct db_rows rows;
    struct str slug;

    TRY(req_query_str(req, "vente", CAMPAIGN_SLUG_MAX, STR_NONE, &slug));
    TRY(db_run(cx, SQL_FIGURE_CAMPAIGNS, &rows, db_int(cx->actor.organiser_id)));
    all->item = ARENA_ARRAY(cx->arena, rows.count, struct campaign);
    all->count = rows.count;
    for (size_t r = 0; r < rows.count; r++) {
        TRY(campaign_by_id(cx, row_int(&rows, r, 0), &all->item[r]));
        if (slug.len == 0 ? r == 0 : str_eq(slug, all->item[r].slug))
            *out = all->item[r];
    }
    return slug.len > 0 && out->id == 0 ? ERR_NOT_FOUND : OK;
}

static struct url
board_url(struct ctx *cx, struct url at, const struct campaign *c)
{
    return url_with(cx->arena, at, "vente", c->slug);
}

static void
choices_fill(struct ctx *cx, const struct campaign_list *all, const struct campaign *now,
             struct board_view *v)
{
    v->campaigns.item = ARENA_ARRAY(cx->arena, all->count, struct board_choice);
    v->campaigns.count = all->count;
    for (size_t i = 0; i < all->count; i++)
        v->campaigns.item[i] =
            (struct board_choice){all->item[i].policy->name,
                                  board_url(cx, URL("console/tableau"), &all->item[i]),
                                  all->item[i].id == now->id};
}

/* The live part, with its links. */
static enum err
live_read(struct ctx *cx, const struct campaign *c, struct board_live *v)
{
    v->all_places = board_url(cx, URL("console/tableau/departements"), c);
    return board_read(cx, c, v);
}

/* GET /console/tableau */
enum err
board_page(struct ctx *cx, struct req *req)
{
    struct board_view *v = ARENA_NEW(cx->arena, struct board_view);
    struct campaign_list all;
    struct campaign c = {0};

    TRY(campaign_chosen(cx, req, &all, &c));
    TRY(console_page(cx, req, STR("Tableau de bord"), &v->page));
    page_crumb(cx, &v->page, STR("Tableau de bord"), (struct url){STR_NONE});
    v->empty = (struct empty_state){
        .title = STR("Aucune vente n’est publiée"),
        .text = STR("Le tableau se remplit dès qu’une vente de votre organisation est publiée.")};
    if (all.count > 0) {
        choices_fill(cx, &all, &c, v);
        v->campaign = c.policy->name;
        v->self = board_url(cx, URL("console/tableau"), &c);
        v->events = board_url(cx, URL("console/tableau/evenements"), &c);
        v->rules = url_path(cx->arena, "/c/%s", str_z(cx->arena, c.slug));
        TRY(live_read(cx, &c, &v->live));
    }
    board_html(&req->out, v);
    return res_html(req, 200);
}

/* GET /console/tableau/evenements */
enum err
board_events(struct ctx *cx, struct req *req)
{
    struct board_live *v = ARENA_NEW(cx->arena, struct board_live);
    struct campaign_list all;
    struct campaign c = {0};

    TRY(campaign_chosen(cx, req, &all, &c));
    if (all.count == 0)
        return ERR_NOT_FOUND;
    TRY(live_read(cx, &c, v));
    board_live_html(&req->out, v);
    return res_events(cx, req, "tableau", AGAIN_MS);
}

/* The words of ?tri=, and the column that each is the head of. */
static const struct {
    const char *word;
    size_t column;
    enum sorted sorted;
} sorts[PLACE_ORDERS] = {
    [BY_CODE] = {"code", 0, SORTED_UP},
    [BY_SHARE] = {"part", 3, SORTED_UP},
    [BY_UNITS] = {"unites", 4, SORTED_DOWN},
};

static void
sorts_show(struct ctx *cx, const struct campaign *c, enum place_order by, struct table *t)
{
    struct url here = board_url(cx, URL("console/tableau/departements"), c);

    for (int i = 0; i < PLACE_ORDERS; i++) {
        struct table_column *column = &t->columns.item[sorts[i].column];
        column->sort = url_with(cx->arena, here, "tri", str_of(sorts[i].word));
        if (i == (int)by)
            column->sorted = sorts[i].sorted;
    }
}

/* GET /console/tableau/departements */
enum err
places_page(struct ctx *cx, struct req *req)
{
    struct places_view *v = ARENA_NEW(cx->arena, struct places_view);
    struct figure_allowed *allowed = ARENA_NEW(cx->arena, struct figure_allowed);
    struct figure_group_list groups;
    struct campaign_list all;
    struct campaign c = {0};
    enum place_order by = BY_CODE;
    struct str word;

    TRY(req_query_str(req, "tri", TRI_MAX, STR_NONE, &word));
    for (int i = 0; i < PLACE_ORDERS; i++)
        if (str_is(word, sorts[i].word))
            by = (enum place_order)i;
    TRY(campaign_chosen(cx, req, &all, &c));
    if (all.count == 0)
        return ERR_NOT_FOUND;
    TRY(console_page(cx, req, STR("Départements"), &v->page));
    v->board = board_url(cx, URL("console/tableau"), &c);
    page_crumb(cx, &v->page, STR("Tableau de bord"), v->board);
    page_crumb(cx, &v->page, STR("Départements"), (struct url){STR_NONE});
    TRY(figure_groups(cx, c.id, &groups));
    TRY(figure_allowed(cx, &c, allowed));
    v->campaign = c.policy->name;
    v->allowed = board_allowed_text(cx->arena, &c, allowed);
    v->empty = (struct empty_state){.title = STR("Personne n’a encore commandé"),
                                    .text = STR("Et qui peut commander n’est pas encore compté.")};
    board_places(cx->arena, &c, &groups, allowed, by, &v->places);
    sorts_show(cx, &c, by, &v->places.table);
    places_html(&req->out, v);
    return res_html(req, 200);
}
