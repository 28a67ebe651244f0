/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_web.c - what an organiser's people see of the stock: gauges, lists, a batch.
 */
#include "stock/stock_web.h"

#include "http/csv_answer.h"
#include "http/route.h"
#include "staff/staff.h"
#include "stock_tmpl.h"

static struct str
units_text(struct ctx *cx, int64_t n)
{
    return str_printf(cx->arena, "%s", fmt_int(n).z);
}

struct str
lot_text(struct str lot)
{
    return lot.len > 0 ? lot : STR("sans numéro");
}

static struct bar_chart
gauge_chart(struct ctx *cx, const struct stock_gauge *g, const struct pool_info *p)
{
    const struct {
        const char *label;
        int64_t units;
    } parts[] = {
        {"Attendu", g->expected},        {"Libre", g->available}, {"Réservé, non payé", g->held},
        {"Vendu, à remettre", g->sold},  {"Remis au transporteur", g->handed},
        {"En quarantaine", g->quarantined}, {"Retiré", g->withdrawn},
        {"Transféré ailleurs", g->sent},
    };
    size_t count = sizeof parts / sizeof parts[0];
    struct bar_chart c = {
        .id = str_printf(cx->arena, "pool-%lld", (long long)g->pool_id).ptr,
        .title = str_printf(cx->arena, "%.*s : %s %.*s entrés", STR_FMT(p->good_name),
                            fmt_int(g->received).z, STR_FMT(p->unit_many)),
        .label_head = STR("État"),
        .value_head = p->unit_many,
        .bars = {ARENA_ARRAY(cx->arena, count, struct bar), count},
    };

    for (size_t i = 0; i < count; i++)
        c.bars.item[i] = (struct bar){str_of(parts[i].label), parts[i].units,
                                      units_text(cx, parts[i].units)};
    return c;
}

/* GET /console/stock - a gauge for each pool. */
enum err
stock_home_page(struct ctx *cx, struct req *req)
{
    struct stock_home_view v = {0};
    struct stock_gauge_list gauges;
    struct arrival_list late;

    TRY(console_page(cx, req, STR("Stock"), &v.page));
    stock_crumbs(cx, &v.page, STR_NONE);
    TRY(stock_gauges(cx, 0, &gauges));
    TRY(arrival_list_of(cx, ARRIVALS_LATE, 0, &late));
    if (late.count > 0)
        v.late = (struct notice){
            TONE_WARN,
            str_printf(cx->arena, "%s en retard",
                       fmt_plural((int64_t)late.count, "arrivage", "arrivages").z),
            str_printf(cx->arena, "Le plus ancien : bon %.*s de %.*s, attendu le %.*s.",
                       STR_FMT(late.item[0].note), STR_FMT(late.item[0].supplier),
                       STR_FMT(stock_day_text(cx->arena, late.item[0].expected_day)))};
    if (stock_may_write(cx))
        stock_action(cx, &v.actions, STR("Recevoir une livraison"), URL("console/stock/reception"));
    stock_action(cx, &v.actions, STR("Arrivages"), URL("console/stock/arrivages"));
    stock_action(cx, &v.actions, STR("Lots"), URL("console/stock/lots"));
    stock_action(cx, &v.actions, STR("Mouvements"), URL("console/stock/mouvements"));
    stock_action(cx, &v.actions, STR("Transferts"), URL("console/stock/transferts"));
    stock_action(cx, &v.actions, STR("Entrepôts"), URL("console/stock/entrepots"));
    v.empty = (struct empty_state){.title = STR("Aucun stock"),
                                   .text = STR("Un stock naît avec la vente qui le nomme.")};
    v.gauges.item = ARENA_ARRAY(cx->arena, gauges.count, struct gauge_view);
    for (size_t i = 0; i < gauges.count; i++) {
        const struct stock_gauge *g = &gauges.item[i];
        struct pool_info p;
        TRY(pool_info_by_id(cx, g->pool_id, &p));
        v.gauges.item[v.gauges.count++] = (struct gauge_view){
            .title = p.label,
            .place = str_printf(cx->arena, "%.*s, %.*s", STR_FMT(p.campaign),
                                STR_FMT(p.warehouse)),
            .chart = gauge_chart(cx, g, &p),
            .batches = url_path(cx->arena, "/console/stock/lots?stock=%lld",
                                (long long)g->pool_id),
        };
    }
    stock_home_html(&req->out, &v);
    return res_html(req, 200);
}

/* ---- movements ---- */

static const char *const kind_texts[MOVE_COUNT + 1] = {
    "", "Entrée", "Réservation", "Réservation rendue", "Vente", "Vente, payée tard",
    "Vente annulée", "Retrait", "Perdu ou abîmé après la vente", "Mise en quarantaine",
    "Sortie de quarantaine", "Rebut", "Départ en transfert"};

static const struct {
    const char *word, *label;
    int from, to; /* Kinds; 0: all movements, orders' too. */
} move_tabs[] = {
    {"tous", "Tous", 0, 0},          {"main", "À la main", 1, MOVE_COUNT},
    {"entrees", "Entrées", 1, 1},    {"retraits", "Retraits", 7, 7},
    {"quarantaine", "Quarantaine", 9, 11}, {"transferts", "Transferts", 12, 12},
};
enum { MOVE_TABS = sizeof move_tabs / sizeof move_tabs[0] };

static struct url
moves_url(struct ctx *cx, size_t tab, int64_t pool, int64_t before)
{
    struct url u = url_with(cx->arena, URL("console/stock/mouvements"), "voir",
                            str_of(move_tabs[tab].word));

    if (pool != 0)
        u = url_with(cx->arena, u, "stock", str_printf(cx->arena, "%lld", (long long)pool));
    if (before != 0)
        u = url_with(cx->arena, u, "avant", str_printf(cx->arena, "%lld", (long long)before));
    return u;
}

static enum err
fill_moves(struct ctx *cx, const struct db_rows *rows, struct stock_table *t)
{
    struct pool_info_list pools;

    TRY(pool_info_list_of(cx, &pools));
    for (size_t r = 0; r < rows->count && r < PAGE_ROWS_MAX; r++) {
        const struct pool_info *p = pool_of(&pools, row_int(rows, r, 1));
        struct stock_cell *c = stock_row_add(cx, t);
        int64_t batch = row_int(rows, r, 7);
        c[0].text = str_printf(cx->arena, "%s", fmt_date_time(row_int(rows, r, 4), ZONE_PARIS).z);
        c[1].text = str_of(kind_texts[row_int(rows, r, 2)]);
        c[2].text = units_text(cx, row_int(rows, r, 3));
        c[3].text = p == NULL ? STR_NONE : p->label;
        if (batch != 0) {
            c[4].text = lot_text(row_str(rows, r, 8));
            c[4].url = url_path(cx->arena, "/console/stock/lots/%lld", (long long)batch);
        }
        c[5].text = row_str(rows, r, 5);
        c[6].text = row_str(rows, r, 9).len > 0 ? row_str(rows, r, 9) : STR("Maillon");
    }
    return OK;
}

/* GET /console/stock/mouvements?voir=&stock=&avant= */
enum err
stock_moves_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Quand", "Mouvement", "#Unités", "Stock", "Lot", "Motif",
                                        "Par", NULL};
    struct stock_page_view v = {0};
    struct stock_table t = stock_table_begin(cx, "moves", STR("Mouvements, le plus récent d’abord"),
                                             heads, PAGE_ROWS_MAX);
    struct db_value who = db_int(cx->actor.organiser_id);
    struct db_rows rows;
    struct str word;
    int64_t pool, before;
    size_t tab = 0;

    TRY(console_page(cx, req, STR("Mouvements de stock"), &v.page));
    TRY(req_query_str(req, "voir", 20, STR("tous"), &word));
    TRY(req_query_int(req, "stock", 0, INT64_MAX, 0, &pool));
    TRY(req_query_int(req, "avant", 0, INT64_MAX, 0, &before));
    for (size_t i = 0; i < MOVE_TABS; i++) {
        if (str_is(word, move_tabs[i].word))
            tab = i;
        stock_action(cx, &v.tabs, str_of(move_tabs[i].label), moves_url(cx, i, pool, 0));
    }
    v.tabs.item[tab].now = true;
    struct db_value from = db_int(before == 0 ? INT64_MAX : before);
    if (move_tabs[tab].from == 0)
        TRY(db_run(cx, SQL_MOVES_ALL, &rows, who, db_int(pool), from));
    else
        TRY(db_run(cx, SQL_MOVES_BY_HAND, &rows, who, db_int(pool), from,
                   db_int(move_tabs[tab].from), db_int(move_tabs[tab].to)));
    TRY(fill_moves(cx, &rows, &t));
    if (rows.count > PAGE_ROWS_MAX)
        t.pager.next = moves_url(cx, tab, pool, row_int(&rows, PAGE_ROWS_MAX - 1, 0));
    if (before != 0)
        t.pager.previous = moves_url(cx, tab, pool, 0);
    t.empty = (struct empty_state){.title = STR("Aucun mouvement"),
                                   .text = STR("Aucun mouvement de ce genre pour le moment.")};
    stock_crumbs(cx, &v.page, STR("Mouvements"));
    stock_tables_add(cx, &v, &t);
    stock_page_html(&req->out, &v);
    return res_html(req, 200);
}

/* ---- batches ---- */

struct url
batch_url(struct ctx *cx, int64_t id, const char *tail)
{
    if (tail[0] == '\0')
        return url_path(cx->arena, "/console/stock/lots/%lld", (long long)id);
    return url_path(cx->arena, "/console/stock/lots/%lld/%s", (long long)id, tail);
}

/* GET /console/stock/lots?q=&stock=&debut= */
enum err
stock_batches_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Lot", "Péremption", "#Reçu", "#En rayon", "#Préparé",
                                        "#Remis", "#Quarantaine", "#Rebut", NULL};
    struct stock_page_view v = {0};
    struct stock_table t = stock_table_begin(cx, "lots", STR("Lots, le plus récent d’abord"),
                                             heads, PAGE_ROWS_MAX);
    struct db_rows rows;
    struct str begins;
    int64_t pool, offset;

    TRY(console_page(cx, req, STR("Lots"), &v.page));
    TRY(req_query_str(req, "q", 60, STR(""), &begins));
    TRY(req_query_int(req, "stock", 0, INT64_MAX, 0, &pool));
    TRY(req_query_int(req, "debut", 0, 1000000, 0, &offset));
    begins = stock_code(cx->arena, begins);
    TRY(db_run(cx, SQL_BATCH_PAGE, &rows, db_int(cx->actor.organiser_id), db_str(begins),
               db_int(pool), db_int(offset)));
    for (size_t r = 0; r < rows.count && r < PAGE_ROWS_MAX; r++) {
        struct stock_cell *c = stock_row_add(cx, &t);
        int64_t ends = row_int(&rows, r, 2);
        c[0].text = lot_text(row_str(&rows, r, 1));
        c[0].url = batch_url(cx, row_int(&rows, r, 0), "");
        if (row_int(&rows, r, 3) != 0) {
            c[0].tag = STR("Rappelé");
            c[0].tone = TONE_BAD;
        }
        c[1].text = ends == 0 ? STR("aucune") : stock_day_text(cx->arena, ends);
        if (ends != 0 && ends < stock_today(cx)) {
            c[1].tag = STR("Périmé");
            c[1].tone = TONE_WARN;
        }
        for (size_t k = 2; k < 8; k++)
            c[k].text = units_text(cx, row_int(&rows, r, k + 2));
    }
    struct url here = url_with(cx->arena, URL("console/stock/lots"), "q", begins);
    if (pool != 0)
        here = url_with(cx->arena, here, "stock", str_printf(cx->arena, "%lld", (long long)pool));
    if (rows.count > PAGE_ROWS_MAX)
        t.pager.next = url_with(cx->arena, here, "debut",
                                str_printf(cx->arena, "%lld",
                                           (long long)(offset + PAGE_ROWS_MAX)));
    if (offset > 0)
        t.pager.previous = here;
    v.search = (struct search_box){.action = URL("console/stock/lots"),
                                   .label = STR("Numéro de lot"),
                                   .value = begins,
                                   .clear = begins.len > 0 ? URL("console/stock/lots")
                                                           : (struct url){STR_NONE}};
    v.has_search = true;
    t.empty = (struct empty_state){.title = STR("Aucun lot"),
                                   .text = STR("Un lot apparaît à sa première réception."),
                                   .action = URL("console/stock/arrivages"),
                                   .action_label = STR("Voir les arrivages")};
    stock_crumbs(cx, &v.page, STR("Lots"));
    stock_tables_add(cx, &v, &t);
    stock_page_html(&req->out, &v);
    return res_html(req, 200);
}

/* Where the batch lies. */
static enum err
add_places(struct ctx *cx, struct stock_page_view *v, int64_t batch_id)
{
    static const char *const heads[] = {"Stock", "#Reçu", "#En rayon", "#Préparé", "#Remis",
                                        "#Quarantaine", "#Rebut", "#Transféré", NULL};
    struct batch_in_pool_list list;
    struct pool_info_list pools;

    TRY(batch_pools(cx, batch_id, 0, &list));
    TRY(pool_info_list_of(cx, &pools));
    struct stock_table t = stock_table_begin(cx, "places", STR("Où il est"), heads, list.count);
    for (size_t i = 0; i < list.count; i++) {
        const struct batch_in_pool *b = &list.item[i];
        const struct pool_info *p = pool_of(&pools, b->pool_id);
        struct stock_cell *c = stock_row_add(cx, &t);
        const int64_t figures[] = {b->received, b->on_hand, b->picked, b->handed, b->quarantined,
                                   b->scrapped, b->sent};
        c[0].text = p == NULL ? STR_NONE : p->label;
        for (size_t k = 0; k < sizeof figures / sizeof figures[0]; k++)
            c[k + 1].text = units_text(cx, figures[k]);
    }
    t.empty.title = STR("Ce lot n’est jamais entré");
    stock_tables_add(cx, v, &t);
    return OK;
}

static enum err
add_receipts(struct ctx *cx, struct stock_page_view *v, int64_t batch_id)
{
    static const char *const heads[] = {"Reçu le", "Bon", "Fournisseur", "#Accepté", "#Refusé",
                                        "Remarque", NULL};
    struct receipt_row_list list;

    TRY(receipt_list_of_batch(cx, batch_id, &list));
    struct stock_table t = stock_table_begin(cx, "receipts", STR("Réceptions"), heads, list.count);
    for (size_t i = 0; i < list.count; i++) {
        const struct receipt_row *r = &list.item[i];
        struct stock_cell *c = stock_row_add(cx, &t);
        c[0].text = str_printf(cx->arena, "%s", fmt_date_time(r->at_ms, ZONE_PARIS).z);
        c[1].text = r->note;
        c[2].text = r->supplier;
        c[3].text = units_text(cx, r->accepted);
        c[4].text = units_text(cx, r->refused);
        c[5].text = str_printf(cx->arena, "%.*s%s%.*s", STR_FMT(r->why_refused),
                               r->why_refused.len > 0 && r->why_more.len > 0 ? " ; " : "",
                               STR_FMT(r->why_more));
    }
    t.empty.title = STR("Aucune réception : ce stock était là à l’ouverture");
    stock_tables_add(cx, v, &t);
    return OK;
}

static struct str
follow_words(struct ctx *cx, const struct recall_order *o)
{
    const char *text = recall_follow_text(o->follow);

    if (o->follow == FOLLOW_NONE)
        return STR_NONE;
    if (o->follow_packs > 0)
        return str_printf(cx->arena, "%s, %s", text,
                          fmt_plural(o->follow_packs, "lot", "lots").z);
    if (o->follow_why.len > 0)
        return str_printf(cx->arena, "%s\u00a0: %.*s", text, STR_FMT(o->follow_why));
    return str_of(text);
}

static enum err
add_orders(struct ctx *cx, struct stock_page_view *v, int64_t batch_id, int64_t after)
{
    static const char *const heads[] = {"Commande", "Entreprise", "Ville", "#Unités", "Situation",
                                        "Prévenue", "Suite", NULL};
    struct recall_order_list list;

    TRY(batch_orders(cx, batch_id, after, PAGE_ROWS_MAX + 1, &list));
    struct stock_table t =
        stock_table_begin(cx, "orders", STR("Où il est allé"), heads, PAGE_ROWS_MAX);
    for (size_t i = 0; i < list.count && i < PAGE_ROWS_MAX; i++) {
        const struct recall_order *o = &list.item[i];
        struct stock_cell *c = stock_row_add(cx, &t);
        c[0].text = o->ref;
        c[1].text = o->company;
        c[2].text = o->city;
        c[3].text = units_text(cx, o->units);
        c[4].text = str_of(recall_stage_text(o->stage));
        if (o->stage == RECALL_ASIDE && o->mailed_ms == 0)
            c[4].text = STR("Préparé, pas encore parti");
        c[5].text = o->mailed_ms == 0
                        ? STR("Pas encore")
                        : str_printf(cx->arena, "%s", fmt_short_date(o->mailed_ms, ZONE_PARIS).z);
        c[6].text = follow_words(cx, o);
    }
    if (list.count > PAGE_ROWS_MAX)
        t.pager.next = url_with(cx->arena, batch_url(cx, batch_id, ""), "apres",
                                str_printf(cx->arena, "%lld",
                                           (long long)list.item[PAGE_ROWS_MAX - 1].order_id));
    if (after != 0)
        t.pager.previous = batch_url(cx, batch_id, "");
    if (stock_may_write(cx)) {
        t.table.export = batch_url(cx, batch_id, "commandes.csv");
        t.table.sheet = csv_answer_sheet(cx->arena, t.table.export);
    }
    t.empty.title = STR("Aucune commande n’a d’unités de ce lot");
    stock_tables_add(cx, v, &t);
    return OK;
}

static void
add_batch_actions(struct ctx *cx, struct stock_page_view *v, const struct batch *b,
                  int64_t waiting)
{
    if (!stock_may_write(cx))
        return;
    stock_action(cx, &v->actions, STR("Quarantaine"), batch_url(cx, b->id, "quarantaine"));
    stock_action(cx, &v->actions, STR("Transférer"), batch_url(cx, b->id, "transfert"));
    stock_action(cx, &v->actions, STR("Corriger l’inventaire"),
                 batch_url(cx, b->id, "inventaire"));
    if (waiting > 0)
        stock_action(cx, &v->actions, STR("Décider la suite du rappel"),
                     batch_url(cx, b->id, "suite"));
    if (b->lot.len > 0 && b->recalled_ms == 0)
        stock_action(cx, &v->actions, STR("Rappeler ce lot"), batch_url(cx, b->id, "rappel"));
}

static enum err
show_recall(struct ctx *cx, struct stock_page_view *v, int64_t batch_id, struct recall *r)
{
    struct str text = STR_NONE;

    TRY(recall_of_batch(cx, batch_id, r));
    v->notice = (struct notice){
        TONE_BAD, str_printf(cx->arena, "Lot rappelé le %s",
                             fmt_date_time(r->at_ms, ZONE_PARIS).z),
        str_printf(cx->arena, "%.*s Commandes concernées\u00a0: %s, prévenues\u00a0: %s.",
                   STR_FMT(r->reason), fmt_int(r->orders).z, fmt_int(r->mailed).z)};
    stock_fact(cx, &v->facts, STR("Consigne aux entreprises"), r->instruction);
    for (int i = FOLLOW_WAITS; i < FOLLOWS; i++)
        if (r->by_follow[i] > 0)
            text = str_printf(cx->arena, "%.*s%s%s\u00a0: %s", STR_FMT(text),
                              text.len > 0 ? ", " : "", recall_follow_text((enum recall_follow)i),
                              fmt_int(r->by_follow[i]).z);
    if (text.len > 0)
        stock_fact(cx, &v->facts, STR("Suite, en commandes"), text);
    return OK;
}

/* GET /console/stock/lots/{id}?apres= */
enum err
stock_batch_page(struct ctx *cx, struct req *req)
{
    struct stock_page_view v = {.lead = STR_NONE};
    struct recall recall = {0};
    struct batch b;
    int64_t id, after;

    TRY(req_path_int(req, "id", &id));
    TRY(req_query_int(req, "apres", 0, INT64_MAX, 0, &after));
    TRY(batch_by_id(cx, id, &b));
    TRY(console_page(cx, req, str_printf(cx->arena, "Lot %.*s", STR_FMT(lot_text(b.lot))),
                     &v.page));
    stock_crumbs(cx, &v.page, v.page.title);
    stock_fact(cx, &v.facts, STR("Péremption"),
               b.expires_day == 0 ? STR("Aucune") : stock_day_text(cx->arena, b.expires_day));
    stock_fact(cx, &v.facts, STR("Document de conformité"),
               b.conformity.len == 0 ? STR("Non renseigné") : b.conformity);
    if (b.recalled_ms != 0)
        TRY(show_recall(cx, &v, id, &recall));
    add_batch_actions(cx, &v, &b, recall.by_follow[FOLLOW_WAITS]);
    TRY(add_places(cx, &v, id));
    TRY(add_receipts(cx, &v, id));
    TRY(add_orders(cx, &v, id, after));
    stock_page_html(&req->out, &v);
    return res_html(req, 200);
}

struct taking {
    int64_t batch_id;
    struct csv_file file;
};

static enum err
take_note(struct ctx *cx, void *arg)
{
    const struct taking *t = arg;

    return batch_orders_note(cx, t->batch_id);
}

static enum err
take_rows(struct ctx *cx, void *arg)
{
    struct taking *t = arg;

    return batch_orders_csv(cx, t->batch_id, &t->file);
}

/* GET /console/stock/lots/{id}/commandes.csv?forme= - LATE: it notes who takes it, then reads. */
enum err
stock_batch_csv(struct ctx *cx, struct req *req)
{
    const char *const *heads;
    size_t count = batch_orders_heads(&heads);
    enum csv_kind kind;
    struct taking t;

    TRY(csv_answer_kind(req, &kind));
    TRY(req_path_int(req, "id", &t.batch_id));
    TRY(db_write(cx, take_note, &t));
    csv_answer_begin(cx, &t.file, kind, req,
                     str_printf(cx->arena, "lot-%lld-commandes.csv", (long long)t.batch_id), heads,
                     count);
    TRY(db_read(cx, take_rows, &t));
    csv_answer_end(&t.file, req);
    return OK;
}

/* ---- arrivals, transfers, warehouses ---- */

static struct str
arrival_text(const struct arrival *a, enum tone *tone)
{
    static const char *const texts[] = {"", "Attendu", "Partiel", "Reçu", "Refusé", "Annulé"};

    *tone = a->late                          ? TONE_WARN
            : a->state == ARRIVAL_RECEIVED   ? TONE_GOOD
            : a->state == ARRIVAL_REFUSED    ? TONE_BAD
                                             : TONE_INFO;
    if (a->late)
        return a->state == ARRIVAL_PARTIAL ? STR("Partiel, en retard") : STR("En retard");
    return str_of(texts[a->state]);
}

static enum err
fill_arrivals(struct ctx *cx, const struct arrival_list *list, struct stock_table *t)
{
    struct pool_info_list pools;

    TRY(pool_info_list_of(cx, &pools));
    for (size_t i = 0; i < list->count && i < PAGE_ROWS_MAX; i++) {
        const struct arrival *a = &list->item[i];
        const struct pool_info *p = pool_of(&pools, a->pool_id);
        bool open = a->state == ARRIVAL_EXPECTED || a->state == ARRIVAL_PARTIAL;
        struct stock_cell *c = stock_row_add(cx, t);
        c[0].text = stock_day_text(cx->arena, a->expected_day);
        c[0].tag = arrival_text(a, &c[0].tone);
        c[1].text = a->note;
        if (open && stock_may_write(cx))
            c[1].url = url_path(cx->arena, "/console/stock/reception/%lld", (long long)a->id);
        c[2].text = a->lot;
        c[3].text = a->supplier;
        c[4].text = p == NULL ? STR_NONE : p->label;
        c[5].text = units_text(cx, a->units);
        c[6].text = units_text(cx, a->accepted);
        c[7].text = units_text(cx, a->refused);
        if (open && stock_may_write(cx)) {
            c[8].text = STR("Annuler le reste");
            c[8].url = url_path(cx->arena, "/console/stock/arrivages/%lld/annuler",
                                (long long)a->id);
        } else
            c[8].text = a->why;
    }
    return OK;
}

/* GET /console/stock/arrivages?voir=&debut= */
enum err
stock_arrivals_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Attendu le", "Bon", "Lot", "Fournisseur", "Stock",
                                        "#Annoncé", "#Accepté", "#Refusé", "Suite", NULL};
    static const char *const words[] = {"attendus", "retard", "tous"};
    static const char *const labels[] = {"Attendus", "En retard", "Tous"};
    struct stock_page_view v = {0};
    struct stock_table t =
        stock_table_begin(cx, "arrivals", STR("Arrivages annoncés"), heads, PAGE_ROWS_MAX);
    struct arrival_list list;
    struct str word;
    int64_t offset;
    size_t tab = 0;

    TRY(console_page(cx, req, STR("Arrivages"), &v.page));
    TRY(req_query_str(req, "voir", 20, STR("attendus"), &word));
    TRY(req_query_int(req, "debut", 0, 1000000, 0, &offset));
    for (size_t i = 0; i < 3; i++) {
        tab = str_is(word, words[i]) ? i : tab;
        stock_action(cx, &v.tabs, str_of(labels[i]),
                     url_with(cx->arena, URL("console/stock/arrivages"), "voir",
                              str_of(words[i])));
    }
    v.tabs.item[tab].now = true;
    TRY(arrival_list_of(cx, (enum arrival_filter)tab, offset, &list));
    TRY(fill_arrivals(cx, &list, &t));
    if (list.count > PAGE_ROWS_MAX)
        t.pager.next = url_with(cx->arena, v.tabs.item[tab].url, "debut",
                                str_printf(cx->arena, "%lld",
                                           (long long)(offset + PAGE_ROWS_MAX)));
    if (offset > 0)
        t.pager.previous = v.tabs.item[tab].url;
    t.empty = (struct empty_state){.title = STR("Aucun arrivage ici"),
                                   .text = STR("Annoncez ce qu’un fournisseur doit livrer : bon, "
                                               "lot, quantité et jour.")};
    if (stock_may_write(cx)) {
        stock_action(cx, &v.actions, STR("Recevoir une livraison"),
                     URL("console/stock/reception"));
        stock_action(cx, &v.actions, STR("Annoncer un arrivage"),
                     URL("console/stock/arrivages/annoncer"));
    }
    stock_crumbs(cx, &v.page, STR("Arrivages"));
    stock_tables_add(cx, &v, &t);
    stock_page_html(&req->out, &v);
    return res_html(req, 200);
}

/* GET /console/stock/transferts?avant= */
enum err
stock_transfers_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Parti le", "De", "Vers", "Lot", "#Parti", "#Arrivé",
                                        "#Perdu", "État", NULL};
    static const char *const states[] = {"", "En route", "En partie arrivé", "Arrivé",
                                         "Clos, incomplet", "Revenu au départ"};
    struct stock_page_view v = {0};
    struct stock_table t = stock_table_begin(cx, "transfers", STR("Transferts entre stocks"),
                                             heads, PAGE_ROWS_MAX);
    struct transfer_list list;
    struct pool_info_list pools;
    int64_t before;

    TRY(console_page(cx, req, STR("Transferts"), &v.page));
    TRY(req_query_int(req, "avant", 0, INT64_MAX, 0, &before));
    TRY(transfer_list_of(cx, before, &list));
    TRY(pool_info_list_of(cx, &pools));
    for (size_t i = 0; i < list.count && i < PAGE_ROWS_MAX; i++) {
        const struct transfer *x = &list.item[i];
        const struct pool_info *from = pool_of(&pools, x->from_pool);
        const struct pool_info *to = pool_of(&pools, x->to_pool);
        bool open = x->state == TRANSFER_SENT || x->state == TRANSFER_PARTIAL;
        struct stock_cell *c = stock_row_add(cx, &t);
        c[0].text = str_printf(cx->arena, "%s", fmt_short_date(x->created_ms, ZONE_PARIS).z);
        c[1].text = from == NULL ? STR_NONE : from->label;
        c[2].text = to == NULL ? STR_NONE : to->label;
        c[3].text = lot_text(x->lot);
        c[4].text = units_text(cx, x->units);
        c[5].text = units_text(cx, x->arrived);
        c[6].text = units_text(cx, x->lost);
        c[7].text = str_of(states[x->state]);
        if (open && stock_may_write(cx))
            c[7].url = url_path(cx->arena, "/console/stock/transferts/%lld", (long long)x->id);
    }
    if (list.count > PAGE_ROWS_MAX)
        t.pager.next = url_with(cx->arena, URL("console/stock/transferts"), "avant",
                                str_printf(cx->arena, "%lld",
                                           (long long)list.item[PAGE_ROWS_MAX - 1].id));
    if (before != 0)
        t.pager.previous = URL("console/stock/transferts");
    t.empty = (struct empty_state){.title = STR("Aucun transfert"),
                                   .text = STR("Un transfert part de la page d’un lot."),
                                   .action = URL("console/stock/lots"),
                                   .action_label = STR("Voir les lots")};
    stock_crumbs(cx, &v.page, STR("Transferts"));
    stock_tables_add(cx, &v, &t);
    stock_page_html(&req->out, &v);
    return res_html(req, 200);
}

/* GET /console/stock/entrepots */
enum err
stock_places_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Code", "Nom", "Adresse", "Stocks", NULL};
    struct stock_page_view v = {0};
    struct warehouse_list list;
    struct pool_info_list pools;

    TRY(console_page(cx, req, STR("Entrepôts"), &v.page));
    TRY(warehouse_list_of(cx, &list));
    TRY(pool_info_list_of(cx, &pools));
    struct stock_table t =
        stock_table_begin(cx, "places", STR("Entrepôts et leurs stocks"), heads, list.count);
    for (size_t i = 0; i < list.count; i++) {
        const struct warehouse *w = &list.item[i];
        struct stock_cell *c = stock_row_add(cx, &t);
        c[0].text = w->code;
        if (stock_may_write(cx))
            c[0].url = url_path(cx->arena, "/console/stock/entrepots/%lld", (long long)w->id);
        c[1].text = w->name;
        c[2].text = str_printf(cx->arena, "%.*s %.*s %.*s", STR_FMT(w->street),
                               STR_FMT(w->postal_code), STR_FMT(w->city));
        if (!warehouse_has_address(w)) {
            c[2].text = STR("Sans adresse, aucun colis ne peut partir");
            c[2].tag = STR("À compléter");
            c[2].tone = TONE_WARN;
        }
        for (size_t k = 0; k < pools.count; k++)
            if (pools.item[k].warehouse_id == w->id)
                c[3].text = str_printf(cx->arena, "%.*s%s%.*s", STR_FMT(c[3].text),
                                       c[3].text.len > 0 ? ", " : "",
                                       STR_FMT(pools.item[k].label));
    }
    t.empty.title = STR("Aucun entrepôt");
    if (stock_may_write(cx))
        stock_action(cx, &v.actions, STR("Ajouter un entrepôt"),
                     URL("console/stock/entrepots/0"));
    stock_crumbs(cx, &v.page, STR("Entrepôts"));
    stock_tables_add(cx, &v, &t);
    stock_page_html(&req->out, &v);
    return res_html(req, 200);
}
