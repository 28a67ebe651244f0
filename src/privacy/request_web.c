/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_web.c - /console/donnees: what people ask for, open by the day it is due, and closed; one
 * request with what stands in its way, what was done, and what may be decided.
 */
#include <inttypes.h>

#include "base/clock.h"
#include "base/format.h"
#include "http/route.h"
#include "privacy/privacy_view.h"
#include "privacy_tmpl.h"
#include "registry/registry.h"
#include "staff/staff.h"

enum { WHY_MIN = 10, WHY_MAX = 500 };

/* ---- the queue ---- */

static struct url
queue_url(struct ctx *cx, bool closed, int64_t kind)
{
    struct url u = URL("console/donnees");

    if (closed)
        u = url_with(cx->arena, u, "etat", STR("closes"));
    if (kind != 0)
        u = url_with(cx->arena, u, "sorte", kind == PRIVACY_ERASE ? STR("effacement")
                                                                  : STR("copie"));
    return u;
}

static void
show_tabs(struct ctx *cx, bool closed, int64_t kind, struct queue_view *v)
{
    static const char *const kinds[] = {"Toutes", "Effacements", "Copies"};

    v->tabs.count = 2;
    v->tabs.item = ARENA_ARRAY(cx->arena, 2, struct tab);
    v->tabs.item[0] = (struct tab){STR("En cours"), queue_url(cx, false, kind), !closed};
    v->tabs.item[1] = (struct tab){STR("Closes"), queue_url(cx, true, kind), closed};
    v->kinds.count = 3;
    v->kinds.item = ARENA_ARRAY(cx->arena, 3, struct tab);
    for (int k = 0; k < 3; k++)
        v->kinds.item[k] = (struct tab){str_of(kinds[k]), queue_url(cx, closed, k), k == kind};
}

static void
show_empty(bool closed, int64_t kind, struct queue_view *v)
{
    if (kind != 0 || closed)
        v->empty = (struct empty_state){.title = closed ? STR("Aucune demande close")
                                                        : STR("Aucune demande de cette sorte"),
                                        .text = STR("Les demandes closes restent ici, sans nom ni "
                                                    "coordonnées.")};
    else
        v->empty = (struct empty_state){
            .title = STR("Aucune demande en cours"),
            .text = STR("Une personne qui efface son compte depuis «\u00a0Mes données\u00a0» "
                        "apparaît ici d’elle-même. Une demande reçue par lettre, e-mail ou "
                        "téléphone s’enregistre depuis la page des données de l’entreprise.")};
}

static enum err
queue_read(struct ctx *cx, struct req *req, bool closed, int64_t kind, struct queue_view *v)
{
    struct privacy_request_list list;
    int64_t day, id, before;

    TRY(req_query_int(req, "jour", 0, INT32_MAX, 0, &day));
    TRY(req_query_int(req, "apres", 0, INT64_MAX, 0, &id));
    TRY(req_query_int(req, "avant", 0, INT64_MAX, 0, &before));
    if (closed)
        TRY(privacy_closed_list(cx, kind, before, &list));
    else
        TRY(privacy_open_list(cx, kind, day, id, &list));
    privacy_rows_show(cx, &list, PRIVACY_PAGE, &v->rows);
    v->pager.total = -1;
    if (before != 0 || id != 0)
        v->pager.previous = queue_url(cx, closed, kind);
    if (list.count <= PRIVACY_PAGE)
        return OK;
    const struct privacy_request *last = &list.item[PRIVACY_PAGE - 1];
    struct str last_id = str_printf(cx->arena, "%" PRId64, last->id);
    v->pager.next = queue_url(cx, closed, kind);
    if (closed) {
        v->pager.next = url_with(cx->arena, v->pager.next, "avant", last_id);
        return OK;
    }
    v->pager.next = url_with(cx->arena, v->pager.next, "jour",
                             str_printf(cx->arena, "%" PRId64, last->due_day));
    v->pager.next = url_with(cx->arena, v->pager.next, "apres", last_id);
    return OK;
}

/* GET /console/donnees?etat=closes&sorte=effacement|copie */
enum err
privacy_queue_page(struct ctx *cx, struct req *req)
{
    static const char *const open_heads[] = {"Demande", "Pour", "Reçue le", "Réponse due le",
                                             "État", NULL};
    static const char *const closed_heads[] = {"Demande", "Pour", "Reçue le", "Close le", "État",
                                               NULL};
    struct queue_view v = {0};
    struct str state, sort;
    int64_t kind;

    TRY(req_query_str(req, "etat", 10, STR_NONE, &state));
    TRY(req_query_str(req, "sorte", 12, STR_NONE, &sort));
    v.is_closed = str_is(state, "closes");
    kind = str_is(sort, "effacement") ? PRIVACY_ERASE : str_is(sort, "copie") ? PRIVACY_COPY : 0;
    TRY(console_page(cx, req, STR("Données personnelles"), &v.page));
    page_crumb(cx, &v.page, STR("Données personnelles"), (struct url){STR_NONE});
    show_tabs(cx, v.is_closed, kind, &v);
    TRY(queue_read(cx, req, v.is_closed, kind, &v));
    v.table = privacy_table(cx, "demandes",
                            v.is_closed ? STR("Demandes closes, la dernière d’abord")
                                        : STR("Demandes en cours, la plus pressée d’abord"),
                            v.is_closed ? closed_heads : open_heads);
    show_empty(v.is_closed, kind, &v);
    queue_html(&req->out, &v);
    return res_html(req, 200);
}

/* ---- one request ---- */

static void
show_facts(struct ctx *cx, const struct privacy_request *r, struct one_view *v)
{
    enum tone tone;
    struct str left = privacy_is_open(r) ? privacy_left_text(cx, r, &tone) : STR_NONE;

    v->rows.item = ARENA_ARRAY(cx->arena, 10, struct summary_row);
    if (r->siren != 0)
        privacy_fact(&v->rows, "Entreprise", privacy_whose(cx, r),
                     str_printf(cx->arena, "SIREN %s",
                                fmt_siren(siren_str(cx->arena, r->siren)).z));
    else
        privacy_fact(&v->rows, "Personne", privacy_whose(cx, r), STR_NONE);
    privacy_fact(&v->rows, "Reçue le", privacy_day_text(cx->arena, r->received_day),
                 str_of(privacy_channel_text(r->channel)));
    privacy_fact(&v->rows, "Réponse due le", privacy_day_text(cx->arena, r->due_day), left);
    privacy_fact(&v->rows, "Prolongée de deux mois", r->extended_why, STR_NONE);
    if (r->siren != 0)
        privacy_fact(&v->rows, "Réponse à", r->reply_to, STR_NONE);
    privacy_fact(&v->rows, "Motif noté", r->reason, STR_NONE);
    if (r->closed_ms != 0)
        privacy_fact(&v->rows, "Close le",
                     str_printf(cx->arena, "%s", fmt_date_time(r->closed_ms, ZONE_PARIS).z),
                     r->closed_why);
}

static enum err
show_blocks(struct ctx *cx, const struct privacy_request *r, struct one_view *v)
{
    struct privacy_scope scope = {r->siren, r->organiser_id, r->account_id};
    struct privacy_block_list blocks;

    if (!privacy_is_open(r) || r->kind != PRIVACY_ERASE)
        return OK;
    TRY(privacy_blocks(cx, &scope, &blocks));
    if (r->siren != 0) {
        privacy_blocks_show(cx, &blocks, true, &v->blocks);
        v->elsewhere = privacy_elsewhere_text(cx, blocks.elsewhere);
        return OK;
    }
    /* A person's orders may be another organiser's: they are only counted. */
    if (blocks.count > 0)
        v->elsewhere = str_printf(cx->arena,
                                  "Cette personne a %s en cours, chez vous ou chez un autre "
                                  "organisateur. L’effacement attend qu’il n’y en ait plus.",
                                  fmt_plural((int64_t)blocks.count, "commande", "commandes").z);
    return OK;
}

static enum err
show_done(struct ctx *cx, const struct privacy_request *r, struct one_view *v)
{
    static const char *const heads[] = {"Ce qui est effacé", "Nombre", NULL};
    struct privacy_done_list list;

    TRY(privacy_done_of(cx, r->id, &list));
    v->done.count = list.count;
    v->done.item = ARENA_ARRAY(cx->arena, list.count + 1, struct done_row);
    for (size_t i = 0; i < list.count; i++)
        v->done.item[i] = (struct done_row){
            privacy_table_text(list.item[i].what),
            str_printf(cx->arena, "%s", fmt_int(list.item[i].count).z)};
    v->done_table = privacy_table(cx, "fait", STR("Ce qui est fait, sans nommer personne"), heads);
    v->done_table.columns.item[1].is_number = true;
    return OK;
}

static struct str
size_text(struct arena *a, int64_t bytes)
{
    return bytes < 1024 * 1024 ? str_printf(a, "%s\u00a0Ko", fmt_int((bytes + 1023) / 1024).z)
                               : str_printf(a, "%s\u00a0Mo", fmt_int(bytes / 1024 / 1024).z);
}

static void
show_copy(struct ctx *cx, const struct privacy_file *c, struct copy_row *row)
{
    bool lives = c->expires_ms > cx->now_ms;

    *row = (struct copy_row){
        .when = str_printf(cx->arena, "%s", fmt_date_time(c->granted_ms, ZONE_PARIS).z),
        .who = c->email,
        .size = c->bytes > 0 ? size_text(cx->arena, c->bytes) : STR_NONE,
    };
    if (lives && c->account_id == cx->actor.account_id)
        row->url = url_path(cx->arena, "/console/donnees/copies/%" PRId64, c->id);
    if (c->state == PRIVACY_FILE_WHOLE) {
        row->state = STR("Prise");
        row->tone = TONE_GOOD;
    } else if (lives) {
        row->state = STR("À prendre");
        row->until = str_printf(cx->arena, "%s", fmt_date_time(c->expires_ms, ZONE_PARIS).z);
        row->tone = TONE_INFO;
    } else {
        row->state = c->state == PRIVACY_FILE_GRANTED ? STR("Non prise") : STR("Interrompue");
        row->tone = TONE_WARN;
    }
}

static enum err
show_copies(struct ctx *cx, const struct privacy_request *r, struct one_view *v)
{
    struct privacy_file_list list;

    if (r->kind != PRIVACY_COPY)
        return OK;
    TRY(privacy_files_of(cx, r->id, &list));
    v->copies.count = list.count;
    v->copies.item = ARENA_ARRAY(cx->arena, list.count + 1, struct copy_row);
    for (size_t i = 0; i < list.count; i++)
        show_copy(cx, &list.item[i], &v->copies.item[i]);
    return OK;
}

static void
show_actions(struct ctx *cx, const struct form *f, const struct privacy_request *r,
             struct one_view *v)
{
    bool may = (cx->actor.rights & (unsigned)ANSWERS_PEOPLE) != 0 && privacy_is_open(r);
    bool mine = r->organiser_id == cx->actor.organiser_id;

    v->action = url_path(cx->arena, "/console/donnees/%" PRId64, r->id);
    /* A person's own wish belongs to no organiser: it is done, not judged. */
    v->may_refuse = may && mine && r->state < PRIVACY_UNDER_WAY;
    v->may_extend = may && mine && r->extended_why.len == 0;
    v->may_ask_again = may && mine && !r->act_waits &&
                       (r->state == PRIVACY_ASKED ||
                        (r->kind == PRIVACY_COPY && r->state == PRIVACY_ACCEPTED));
    for (size_t i = 0; i < v->copies.count; i++) /* One can still be taken. */
        v->may_ask_again = v->may_ask_again && v->copies.item[i].until.len == 0;
    v->again = form_field(f, "encore", STR("Motif pour la deuxième personne"),
                          STR("Sans nom ni coordonnées\u00a0: il reste au journal."), STR_NONE);
    v->extend = form_field(f, "prolonger", STR("Pourquoi il faut plus de temps"),
                           STR("La personne le lit, et il reste au journal."), STR_NONE);
    v->refuse = form_field(f, "refuser", STR("Pourquoi c’est refusé"),
                           STR("La personne le lit, et il reste au journal."), STR_NONE);
    v->again.required = v->extend.required = v->refuse.required = true;
}

static enum err
show_one(struct ctx *cx, struct req *req, const struct form *f, const struct privacy_request *r,
         int status)
{
    struct one_view v = {.errors = form_errors(f)};

    v.title = str_printf(cx->arena, "%s de données n°\u00a0%" PRId64,
                         r->kind == PRIVACY_ERASE ? "Effacement" : "Copie", r->id);
    TRY(console_page(cx, req, v.title, &v.page));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Données personnelles"), URL("console/donnees"));
    page_crumb(cx, &v.page, v.title, (struct url){STR_NONE});
    v.state.title = privacy_state_text(cx, r, &v.state.tone, &v.state.text);
    show_facts(cx, r, &v);
    TRY(show_blocks(cx, r, &v));
    TRY(show_done(cx, r, &v));
    TRY(show_copies(cx, r, &v));
    show_actions(cx, f, r, &v);
    one_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /console/donnees/{id} */
enum err
privacy_request_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct privacy_request r;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(privacy_find(cx, id, &r));
    return show_one(cx, req, &f, &r, 200);
}

static enum err
decide(struct ctx *cx, const struct privacy_request *r, struct str what, struct str why,
       const char **said)
{
    if (r->organiser_id != cx->actor.organiser_id)
        return ERR_CONFLICT;
    if (str_is(what, "prolonger")) {
        *said = "Le délai est prolongé de deux mois, et la personne est prévenue.";
        return privacy_extend(cx, r, why);
    }
    if (str_is(what, "refuser")) {
        *said = "La demande est refusée, et la personne est prévenue.";
        return privacy_refuse(cx, r, why);
    }
    *said = "La demande attend l’accord d’une deuxième personne.";
    struct str summary;
    TRY(privacy_summary(cx, r->kind, r->siren, &summary));
    return privacy_ask_again(cx, r, summary, why);
}

/* POST /console/donnees/{id} */
enum err
privacy_request_form(struct ctx *cx, struct req *req)
{
    static const char *const allowed[] = {"prolonger", "refuser", "encore", NULL};
    struct form f = form_begin(cx, req);
    struct str what = form_choice(&f, "decision", "Décision", allowed), why = STR_NONE;
    struct privacy_request r;
    const char *said;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(privacy_find(cx, id, &r));
    if (!form_failed(&f))
        why = form_long_text(&f, str_z(cx->arena, what), "Motif", WHY_MIN, WHY_MAX);
    if (form_failed(&f))
        return show_one(cx, req, &f, &r, 422);
    enum err e = decide(cx, &r, what, why, &said);
    if (e == ERR_CONFLICT) {
        form_error(&f, str_z(cx->arena, what),
                   "Ce n’est plus possible\u00a0: la demande a avancé entre-temps.");
        return show_one(cx, req, &f, &r, 422);
    }
    TRY(e);
    return res_redirect_notice(cx, req, url_path(cx->arena, "/console/donnees/%" PRId64, id),
                               str_of(said));
}
