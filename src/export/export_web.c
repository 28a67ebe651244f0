/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export_web.c - /console/exports: what can be taken, what was taken, and the files themselves.
 *
 * A file is noted before its first byte leaves and again at its end, each in a write of its own;
 * the rows are read in between, in one snapshot. A handler that is cut off leaves the first note.
 */
#include <inttypes.h>

#include "base/clock.h"
#include "base/parse.h"
#include "campaign/campaign.h"
#include "export/export.h"
#include "export/export_view.h"
#include "export_tmpl.h"
#include "http/csv_answer.h"
#include "http/form.h"
#include "http/route.h"
#include "staff/staff.h"
#include "json/json.h"

enum { REASON_MIN = 5, REASON_MAX = 500, ARGS_MAX = 1000, RUNNING_MAX_MS = 40 * 60 * 1000 };

/* By kind; what their routes in routes.h are called. */
static const char *const paths[EXPORT_KINDS] = {
    [EXPORT_ORDERS] = "/console/exports/commandes.csv",
    [EXPORT_LINES] = "/console/exports/lignes.csv",
    [EXPORT_PARCELS] = "/console/exports/colis.csv",
    [EXPORT_MOVEMENTS] = "/console/exports/mouvements.csv",
    [EXPORT_PAYMENTS] = "/console/exports/paiements.csv",
    [EXPORT_REFUNDS] = "/console/exports/remboursements.csv",
    [EXPORT_BUYERS] = "/console/exports/acheteurs/{id}",
};

/* ---- the choice ---- */

/* A campaign of the organiser and a span of days, as typed and as meant. */
struct chosen {
    struct export_ask ask;
    struct str from, to;
    struct str campaign; /* Its slug; empty for all. */
    enum csv_kind csv;
    bool good;
};

static enum err
campaign_mine(struct ctx *cx, int64_t id, struct str *slug)
{
    struct campaign c;

    if (id == 0)
        return OK;
    TRY(campaign_by_id(cx, id, &c));
    *slug = c.slug;
    return c.organiser_id == cx->actor.organiser_id ? OK : ERR_NOT_FOUND;
}

/* From the query, also of the POST. Needs a transaction. */
static enum err
chosen_read(struct ctx *cx, struct form *f, struct chosen *out)
{
    *out = (struct chosen){.ask.organiser_id = cx->actor.organiser_id};
    TRY(req_query_int(f->req, "campagne", 0, INT64_MAX, 0, &out->ask.campaign_id));
    TRY(csv_answer_kind(f->req, &out->csv));
    out->from = form_query_day(f, "du", false, 0, &out->ask.from_ms);
    out->to = form_query_day(f, "au", true, INT64_MAX, &out->ask.to_ms);
    if (!form_failed(f) && out->ask.from_ms >= out->ask.to_ms)
        form_error(f, "au", "La dernière date vient avant la première.");
    out->good = !form_failed(f);
    return campaign_mine(cx, out->ask.campaign_id, &out->campaign);
}

static struct url
chosen_url(struct ctx *cx, struct url u, const struct chosen *c)
{
    if (c->ask.campaign_id != 0)
        u = url_with(cx->arena, u, "campagne",
                     str_printf(cx->arena, "%" PRId64, c->ask.campaign_id));
    if (c->csv == CSV_FRENCH)
        u = csv_answer_sheet(cx->arena, u);
    if (c->from.len > 0)
        u = url_with(cx->arena, u, "du", c->from);
    return c->to.len > 0 ? url_with(cx->arena, u, "au", c->to) : u;
}

static struct str
chosen_text(struct ctx *cx, struct str campaign, int64_t from_ms, int64_t to_ms)
{
    struct str what = campaign.len == 0 ? STR("toutes les campagnes")
                                        : str_printf(cx->arena, "campagne %.*s", STR_FMT(campaign));
    struct short_str a = fmt_short_date(from_ms, ZONE_PARIS);
    struct short_str b = fmt_short_date(to_ms - 1, ZONE_PARIS);

    if (from_ms == 0 && to_ms == INT64_MAX)
        return str_printf(cx->arena, "%.*s, depuis le début", STR_FMT(what));
    if (to_ms == INT64_MAX)
        return str_printf(cx->arena, "%.*s, depuis le %s", STR_FMT(what), a.z);
    if (from_ms == 0)
        return str_printf(cx->arena, "%.*s, jusqu’au %s", STR_FMT(what), b.z);
    return str_printf(cx->arena, "%.*s, du %s au %s", STR_FMT(what), a.z, b.z);
}

/* ---- the page ---- */

static enum err
show_choice(struct ctx *cx, const struct form *f, const struct chosen *c, struct export_view *v)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_EXPORT_CAMPAIGNS, &rows, db_int(cx->actor.organiser_id)));
    v->campaigns.item = ARENA_ARRAY(cx->arena, rows.count + 1, struct choice);
    v->campaigns.count = rows.count + 1;
    v->campaigns.item[0] = (struct choice){
        .value = STR("0"), .label = STR("Toutes"), .checked = c->ask.campaign_id == 0};
    for (size_t i = 0; i < rows.count; i++)
        v->campaigns.item[i + 1] =
            (struct choice){.value = str_printf(cx->arena, "%" PRId64, row_int(&rows, i, 0)),
                            .label = row_str(&rows, i, 1),
                            .checked = row_int(&rows, i, 0) == c->ask.campaign_id};
    v->campaign = form_field(f, "campagne", STR("Campagne"), STR_NONE, STR_NONE);
    v->form = form_field(f, "forme", STR("Forme"), STR_NONE, STR_NONE);
    v->form.required = true;
    v->forms.item = ARENA_ARRAY(cx->arena, 2, struct choice);
    v->forms.count = 2;
    v->forms.item[0] = (struct choice){.value = STR("csv"),
                                       .label = STR("CSV pour un programme (virgules, points)"),
                                       .checked = c->csv == CSV_RFC4180};
    v->forms.item[1] =
        (struct choice){.value = STR("tableur"),
                        .label = STR("CSV pour un tableur français (points-virgules)"),
                        .checked = c->csv == CSV_FRENCH};
    v->from = form_field(f, "du", STR("Du"),
                         STR("Date de la commande, du mouvement ou du "
                             "paiement."),
                         c->from);
    v->to = form_field(f, "au", STR("Au"), STR_NONE, c->to);
    v->campaign.required = true;
    v->from.type = v->to.type = "date";
    v->is_filtered = c->ask.campaign_id != 0 || c->from.len + c->to.len > 0 ||
                     c->csv == CSV_FRENCH;
    v->filter =
        c->good ? chosen_text(cx, c->campaign, c->ask.from_ms, c->ask.to_ms) : STR("à corriger");
    v->ask = chosen_url(cx, URL("console/exports/acheteurs"), c);
    return OK;
}

static void
show_files(struct ctx *cx, const struct chosen *c, struct export_view *v)
{
    v->files.item = ARENA_ARRAY(cx->arena, EXPORT_KINDS, struct export_item);
    for (int k = 0; k < EXPORT_BUYERS; k++)
        if (console_may_open(cx, paths[k]))
            v->files.item[v->files.count++] =
                (struct export_item){.title = str_of(export_words[k].title),
                                     .what = str_of(export_words[k].what),
                                     .label = str_printf(cx->arena, "Télécharger en CSV\u00a0: %s",
                                                         export_words[k].title),
                                     .url = chosen_url(cx, (struct url){str_of(paths[k])}, c)};
    v->may_ask = console_may_open(cx, paths[EXPORT_BUYERS]);
    v->buyers_what = str_of(export_words[EXPORT_BUYERS].what);
}

static enum err
show_grants(struct ctx *cx, const struct chosen *c, struct export_view *v)
{
    struct export_grant_list list;

    TRY(export_grant_list(cx, &list));
    v->grants.item = ARENA_ARRAY(cx->arena, list.count, struct export_item);
    v->grants.count = list.count;
    for (size_t i = 0; i < list.count; i++) {
        const struct export_grant *g = &list.item[i];
        v->grants.item[i] = (struct export_item){
            .title = chosen_text(cx, g->campaign, g->ask.from_ms, g->ask.to_ms),
            .what = str_printf(cx->arena, "Accordé jusqu’au %s.",
                               fmt_date_time(g->expires_ms, ZONE_PARIS).z),
            .label = STR("Télécharger en CSV les commandes avec l’acheteur"),
            .url = url_path(cx->arena, "/console/exports/acheteurs/%" PRId64, g->ask.grant_id)};
        if (c->csv == CSV_FRENCH)
            v->grants.item[i].url = csv_answer_sheet(cx->arena, v->grants.item[i].url);
    }
    return OK;
}

static struct str
size_text(struct arena *a, int64_t bytes)
{
    if (bytes < 10 * 1024)
        return str_printf(a, "%s\u00a0octets", fmt_int(bytes).z);
    if (bytes < 10 * 1024 * 1024)
        return str_printf(a, "%s\u00a0Ko", fmt_int(bytes / 1024).z);
    return str_printf(a, "%s\u00a0Mo", fmt_int(bytes / 1024 / 1024).z);
}

static void
show_state(struct ctx *cx, const struct export_done *d, struct export_row *row)
{
    bool lost = d->state == EXPORT_RUNNING && cx->now_ms - d->begun_ms > RUNNING_MAX_MS;

    if (d->state == EXPORT_WHOLE) {
        row->state = STR("Complet");
        row->tone = TONE_GOOD;
    } else if (d->state == EXPORT_RUNNING && !lost) {
        row->state = STR("En cours");
        row->tone = TONE_INFO;
    } else {
        row->state = STR("Interrompu");
        row->tone = TONE_WARN;
    }
}

static enum err
show_done(struct ctx *cx, int64_t before_id, struct export_view *v)
{
    static const char *const heads[] = {"Date", "Fichier", "Par", "État", "Lignes", "Taille"};
    enum { HEADS = sizeof heads / sizeof heads[0] };
    struct export_done_list list;

    TRY(export_done_list(cx, before_id, &list));
    v->table = (struct table){
        .id = "exports", .caption = STR("Fichiers pris, le dernier d’abord"), .stacked = true};
    v->table.columns.item = ARENA_ARRAY(cx->arena, HEADS, struct table_column);
    v->table.columns.count = HEADS;
    for (size_t i = 0; i < HEADS; i++)
        v->table.columns.item[i] =
            (struct table_column){.label = str_of(heads[i]), .is_number = i == 4 || i == 5};
    v->done.item = ARENA_ARRAY(cx->arena, list.count, struct export_row);
    v->done.count = list.count;
    for (size_t i = 0; i < list.count; i++) {
        const struct export_done *d = &list.item[i];
        v->done.item[i] =
            (struct export_row){.title = str_of(export_words[d->kind].title),
                                .filter = chosen_text(cx, d->campaign, d->from_ms, d->to_ms),
                                .who = d->email.len > 0 ? d->email : STR("ligne de commande"),
                                .rows = str_printf(cx->arena, "%s", fmt_int(d->rows).z),
                                .size = size_text(cx->arena, d->bytes),
                                .digest = d->sha256,
                                .at_ms = d->begun_ms};
        show_state(cx, d, &v->done.item[i]);
    }
    v->pager.total = -1;
    if (before_id != 0)
        v->pager.previous = URL("console/exports");
    if (list.count == 20)
        v->pager.next = url_with(cx->arena, URL("console/exports"), "avant",
                                 str_printf(cx->arena, "%" PRId64, list.item[19].id));
    v->empty = (struct empty_state){.title = STR("Aucun fichier n’a encore été pris"),
                                    .text = STR("Chaque téléchargement s’inscrira ici avec son "
                                                "nombre de lignes et son empreinte.")};
    return OK;
}

static enum err
show(struct ctx *cx, struct req *req, const struct form *f, const struct chosen *c, int status)
{
    struct export_view v = {0};
    int64_t before_id = 0;

    TRY(req_query_int(req, "avant", 0, INT64_MAX, 0, &before_id));
    TRY(console_page(cx, req, STR("Exports"), &v.page));
    page_crumb(cx, &v.page, STR("Exports"), (struct url){STR_NONE});
    v.page.has_error = form_failed(f);
    v.errors = form_errors(f);
    TRY(show_choice(cx, f, c, &v));
    if (c->good)
        show_files(cx, c, &v);
    v.reason = form_field(f, "reason", STR("Motif"),
                          STR("À quoi le fichier servira, et quand il sera effacé."), STR_NONE);
    v.reason.required = true;
    TRY(show_grants(cx, c, &v));
    TRY(show_done(cx, before_id, &v));
    export_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /console/exports?campagne=&forme=&du=&au=&avant= */
enum err
exports_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct chosen c;

    TRY(chosen_read(cx, &f, &c));
    return show(cx, req, &f, &c, form_failed(&f) ? 422 : 200);
}

/* ---- the files ---- */

struct taking {
    struct req *req;
    struct export_ask ask;
    enum csv_kind csv;
    bool bad; /* The choice is malformed. */
    int64_t log_id;
    struct csv_file file;
};

static enum err
take_begin(struct ctx *cx, void *arg)
{
    struct taking *t = arg;
    struct form f = form_begin(cx, t->req);
    enum export_kind kind = t->ask.kind;
    struct chosen c;

    TRY(csv_answer_kind(t->req, &t->csv));
    if (kind != EXPORT_BUYERS) {
        TRY(chosen_read(cx, &f, &c));
        t->ask = c.ask;
        t->ask.kind = kind;
        t->bad = !c.good;
    }
    return t->bad ? OK : export_begin(cx, &t->ask, &t->log_id);
}

static enum err
take_read(struct ctx *cx, void *arg)
{
    struct taking *t = arg;

    return export_write(cx, &t->ask, &t->file);
}

static enum err
take_end(struct ctx *cx, void *arg)
{
    struct taking *t = arg;
    struct str digest = hex_str(cx->arena, t->file.digest, sizeof t->file.digest);

    TRY(export_end(cx, t->log_id, &t->file, true));
    return audit_add(
        cx,
        &(struct audit){.act = export_words[t->ask.kind].act,
                        .subject = "export",
                        .subject_id = t->log_id,
                        .after = str_printf(cx->arena, "{\"rows\":%" PRId64 ",\"sha256\":\"%.*s\"}",
                                            t->file.rows, STR_FMT(digest))});
}

static enum err
take_cut(struct ctx *cx, void *arg)
{
    struct taking *t = arg;

    return export_end(cx, t->log_id, &t->file, false);
}

/* "orders-2020-05-02.csv", the day in Paris. */
static struct str
file_name(struct ctx *cx, enum export_kind kind)
{
    struct civil c = civil_of(cx->now_ms, ZONE_PARIS);

    return str_printf(cx->arena, "%s-%04d-%02d-%02d.csv", export_words[kind].name, c.year, c.month,
                      c.day);
}

static enum err
take(struct ctx *cx, struct req *req, struct export_ask ask)
{
    struct taking t = {.req = req, .ask = ask};
    const char *heads[EXPORT_COLUMNS_MAX];
    enum err e;

    TRY(db_write(cx, take_begin, &t));
    if (t.bad)
        return ERR_INVALID;
    csv_answer_begin(cx, &t.file, t.csv, req, file_name(cx, ask.kind), heads,
                     export_heads(ask.kind, heads));
    e = db_read(cx, take_read, &t);
    if (e != OK) {
        (void)!db_write(cx, take_cut, &t); /* The first note says enough. */
        return e;
    }
    csv_answer_end(&t.file, req);
    return db_write(cx, take_end, &t);
}

/* GET /console/exports/commandes.csv?campagne=&forme=&du=&au= */
enum err
export_orders_get(struct ctx *cx, struct req *req)
{
    return take(cx, req, (struct export_ask){.kind = EXPORT_ORDERS});
}

/* GET /console/exports/lignes.csv */
enum err
export_lines_get(struct ctx *cx, struct req *req)
{
    return take(cx, req, (struct export_ask){.kind = EXPORT_LINES});
}

/* GET /console/exports/colis.csv */
enum err
export_parcels_get(struct ctx *cx, struct req *req)
{
    return take(cx, req, (struct export_ask){.kind = EXPORT_PARCELS});
}

/* GET /console/exports/mouvements.csv */
enum err
export_movements_get(struct ctx *cx, struct req *req)
{
    return take(cx, req, (struct export_ask){.kind = EXPORT_MOVEMENTS});
}

/* GET /console/exports/paiements.csv */
enum err
export_payments_get(struct ctx *cx, struct req *req)
{
    return take(cx, req, (struct export_ask){.kind = EXPORT_PAYMENTS});
}

/* GET /console/exports/remboursements.csv */
enum err
export_refunds_get(struct ctx *cx, struct req *req)
{
    return take(cx, req, (struct export_ask){.kind = EXPORT_REFUNDS});
}

/* ---- personal data ---- */

/* POST /console/exports/acheteurs?campagne=&du=&au= - asks; another person grants. */
enum err
export_buyers_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct chosen c;
    struct str args, reason, summary;
    int64_t id;

    TRY(chosen_read(cx, &f, &c));
    reason = form_long_text(&f, "reason", "Motif", REASON_MIN, REASON_MAX);
    if (form_failed(&f))
        return show(cx, req, &f, &c, 422);
    args = str_printf(cx->arena,
                      "{\"campaign\":%" PRId64 ",\"from_ms\":%" PRId64 ",\"to_ms\":%" PRId64 "}",
                      c.ask.campaign_id, c.ask.from_ms, c.ask.to_ms);
    summary = str_printf(cx->arena,
                         "Prendre un fichier des commandes avec SIREN, nom, adresse e-mail et "
                         "adresse de livraison\u00a0: %.*s.",
                         STR_FMT(chosen_text(cx, c.campaign, c.ask.from_ms, c.ask.to_ms)));
    TRY(act_ask(cx, ACT_EXPORT_BUYERS, c.ask.campaign_id, args, summary, reason, &id));
    return res_redirect_notice(cx, req, URL("console/approbations"),
                               STR("La demande attend l’accord d’une deuxième personne."));
}

/* The approved act: the asker may take the file, for a day. */
enum err
export_buyers_act(struct ctx *cx, const struct act_request *r, struct str *why)
{
    struct json_error fault;
    struct json *args;

    (void)why; /* Nothing can have changed that would forbid it. */
    if (json_parse(cx->arena, r->args, ARGS_MAX, &args, &fault) != OK)
        return ERR_FAULT;
    TRY(db_run(cx, SQL_EXPORT_GRANT_ADD, NULL, db_int(cx->actor.organiser_id), db_int(r->asked_by),
               db_int(json_get_int(args, "campaign", 0)), db_int(json_get_int(args, "from_ms", 0)),
               db_int(json_get_int(args, "to_ms", INT64_MAX)), db_str(r->reason),
               db_int(cx->now_ms), db_int(cx->now_ms + EXPORT_GRANT_HOURS * CLOCK_HOUR_MS)));
    return audit_add(cx, &(struct audit){.act = "export.grant",
                                         .subject = "account",
                                         .subject_id = r->asked_by,
                                         .after = r->args,
                                         .reason = r->reason});
}

struct granted {
    int64_t id;
    struct export_ask ask;
};

static enum err
grant_read(struct ctx *cx, void *arg)
{
    struct granted *g = arg;
    struct export_grant_list list;

    TRY(export_grant_list(cx, &list));
    for (size_t i = 0; i < list.count; i++) {
        if (list.item[i].ask.grant_id == g->id) {
            g->ask = list.item[i].ask;
            return OK;
        }
    }
    return ERR_NOT_FOUND;
}

/* GET /console/exports/acheteurs/{id} */
enum err
export_buyers_get(struct ctx *cx, struct req *req)
{
    struct granted g = {0};

    TRY(req_path_int(req, "id", &g.id));
    TRY(db_read(cx, grant_read, &g));
    return take(cx, req, g.ask);
}
