/* SPDX-License-Identifier: Apache-2.0 */
/*
 * act_web.c - /console/approbations: what waits for a second person, what became of the rest, and
 * the decision.
 *
 * The decision is a LATE unit of two writes at most: one that decides and carries out, whole or not
 * at all, and, when it could not be carried out, one that keeps why.
 */
#include <inttypes.h>

#include "act_tmpl.h"
#include "http/guard.h"
#include "http/route.h"
#include "staff/staff_web.h"

enum { SUMMARY_SHOWN = 160 };

static struct url
act_url(struct ctx *cx, int64_t id)
{
    return url_path(cx->arena, "/console/approbations/%" PRId64, id);
}

static struct str
act_title(const struct act_row *r)
{
    return r->kind == NULL ? STR("Acte inconnu de cette version") : str_of(r->kind->title);
}

static struct str
state_text(enum act_state state)
{
    static const char *const texts[] = {"", "Attend une décision", "Approuvée et faite",
                                        "Refusée", "Retirée", "Éteinte"};

    return str_of(texts[state]);
}

static enum tone
state_tone(enum act_state state)
{
    return state == ACT_APPROVED ? TONE_GOOD
           : state == ACT_REFUSED ? TONE_BAD
           : state == ACT_ASKED   ? TONE_WARN
                                  : TONE_INFO;
}

/* ---- the lists ---- */

static struct str
shortened(struct arena *a, struct str text)
{
    size_t n = SUMMARY_SHOWN;

    if (text.len <= n)
        return text;
    while (n > 0 && ((unsigned char)text.ptr[n] & 0xC0) == 0x80)
        n--;
    return str_printf(a, "%.*s…", (int)n, text.ptr);
}

static void
show_items(struct ctx *cx, const struct act_row_list *list, struct act_item_list *out)
{
    out->count = list->count > ACT_PAGE ? ACT_PAGE : list->count;
    out->item = ARENA_ARRAY(cx->arena, out->count, struct act_item);
    for (size_t i = 0; i < out->count; i++) {
        const struct act_row *r = &list->item[i];
        int64_t at = r->decided_ms != 0 ? r->decided_ms : r->request.asked_ms;
        out->item[i] = (struct act_item){
            .title = act_title(r),
            .summary = shortened(cx->arena, r->request.summary),
            .who = r->decider.len == 0 ? r->asker
                                       : str_printf(cx->arena, "%.*s, décidée par %.*s",
                                                    STR_FMT(r->asker), STR_FMT(r->decider)),
            .when = str_printf(cx->arena, "%s", fmt_date_time(at, ZONE_PARIS).z),
            .state = state_text(r->state),
            .tone = state_tone(r->state),
            .url = act_url(cx, r->request.id),
        };
    }
}

static struct table
list_table(struct ctx *cx, const char *id, struct str caption, bool is_done)
{
    static const char *const heads[] = {"Acte", "Ce qui est demandé", "Personne", "Date", "État"};
    struct table t = {.id = id, .caption = caption, .stacked = true};

    t.columns.count = is_done ? 5 : 4;
    t.columns.item = ARENA_ARRAY(cx->arena, t.columns.count, struct table_column);
    for (size_t i = 0; i < t.columns.count; i++)
        t.columns.item[i].label = str_of(heads[i]);
    return t;
}

static struct pager
list_pager(struct ctx *cx, const struct act_row_list *list, const char *name, int64_t from)
{
    struct pager p = {.total = -1};

    if (from != 0)
        p.previous = URL("console/approbations");
    if (list->count > ACT_PAGE)
        p.next = url_with(cx->arena, URL("console/approbations"), name,
                          str_printf(cx->arena, "%" PRId64,
                                     list->item[ACT_PAGE - 1].request.id));
    return p;
}

/* GET /console/approbations?apres=ID&avant=ID */
enum err
act_list_page(struct ctx *cx, struct req *req)
{
    struct act_list_view v = {0};
    struct act_row_list waiting, done;
    int64_t after, before;

    TRY(req_query_int(req, "apres", 0, INT64_MAX, 0, &after));
    TRY(req_query_int(req, "avant", 0, INT64_MAX, 0, &before));
    TRY(act_waiting(cx, act_table(), after, &waiting));
    TRY(act_done(cx, act_table(), before, &done));
    TRY(console_page(cx, req, STR("Approbations"), &v.page));
    page_crumb(cx, &v.page, STR("Approbations"), (struct url){STR_NONE});
    show_items(cx, &waiting, &v.waiting);
    show_items(cx, &done, &v.done);
    v.waiting_table = list_table(cx, "attente", STR("Attendent une décision"), false);
    v.done_table = list_table(cx, "faites", STR("Déjà décidées, la dernière d’abord"), true);
    v.waiting_pager = list_pager(cx, &waiting, "apres", after);
    v.done_pager = list_pager(cx, &done, "avant", before);
    v.empty = (struct empty_state){
        .title = STR("Aucune demande n’attend"),
        .text = STR("Les actes dangereux (correction de stock, remboursements en nombre, "
                    "publication de règles, export de données personnelles, rôle donné à un "
                    "collègue) arrivent ici quand quelqu’un les demande. Une autre personne en "
                    "décide.")};
    act_list_html(&req->out, &v);
    return res_html(req, 200);
}

/* ---- one request ---- */

static void
add_row(struct summary_row_list *list, const char *term, struct str value)
{
    if (value.len > 0)
        list->item[list->count++] = (struct summary_row){.term = str_of(term), .value = value};
}

static struct str
time_text(struct ctx *cx, int64_t ms)
{
    return ms == 0 ? STR_NONE : str_printf(cx->arena, "%s", fmt_date_time(ms, ZONE_PARIS).z);
}

/* Why the person reading cannot decide; empty: they can. */
static struct str
why_not(const struct ctx *cx, const struct act_row *r)
{
    static const char *const texts[] = {
        [ACT_MAY] = "",
        [ACT_OWN] = "C’est votre demande : une autre personne doit en décider.",
        [ACT_ABOUT_ACTOR] = "Cette demande vous concerne : une autre personne doit en décider.",
        [ACT_NO_RIGHT] = "Votre rôle ne permet pas de décider de cet acte.",
        [ACT_UNKNOWN] = "Cette version du programme ne connaît pas cet acte.",
    };

    return str_of(texts[act_bar_of(cx, r)]);
}

/* A summary may end with a line that is a page of the console: for a mail it is an address, here a
 * link. */
static struct url
details_take(struct ctx *cx, struct str *summary)
{
    struct str base = cx->app->conf->base_url, line;
    size_t from = summary->len;

    while (from > 0 && summary->ptr[from - 1] != '\n')
        from--;
    line = str_sub(*summary, from, summary->len);
    if (!str_starts(line, base) || !str_starts(str_sub(line, base.len, 9), STR("/console/")))
        return (struct url){STR_NONE};
    *summary = str_trim(str_sub(*summary, 0, from));
    return guard_local_url(str_sub(line, base.len, line.len), URL("console"));
}

static enum err
show_act(struct ctx *cx, struct req *req, const struct form *f, const struct act_row *r,
         int status)
{
    struct act_view v = {.errors = form_errors(f), .title = act_title(r),
                         .summary = r->request.summary, .trouble = r->trouble,
                         .action = act_url(cx, r->request.id)};
    bool open = r->state == ACT_ASKED;

    v.details = details_take(cx, &v.summary);
    TRY(console_page(cx, req, v.title, &v.page));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Approbations"), URL("console/approbations"));
    page_crumb(cx, &v.page, v.title, (struct url){STR_NONE});
    v.state = (struct notice){.tone = state_tone(r->state), .title = state_text(r->state),
                              .text = r->decided_why};
    v.rows.item = ARENA_ARRAY(cx->arena, 6, struct summary_row);
    add_row(&v.rows, "Demandé par", r->asker);
    add_row(&v.rows, "Le", time_text(cx, r->request.asked_ms));
    add_row(&v.rows, "Motif", r->request.reason);
    add_row(&v.rows, "Décidé par", r->decider);
    add_row(&v.rows, "Décidé le", time_text(cx, r->decided_ms));
    if (open)
        add_row(&v.rows, "S’éteint le", time_text(cx, r->expires_ms));
    v.may_withdraw = open && r->request.asked_by == cx->actor.account_id;
    v.why_not = open ? why_not(cx, r) : STR_NONE;
    v.may_decide = open && v.why_not.len == 0;
    v.reason = form_field(f, "reason", STR("Motif de la décision"),
                          STR("Obligatoire pour refuser. Il est envoyé à la personne et gardé au "
                              "journal."), STR_NONE);
    act_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /console/approbations/{id} */
enum err
act_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct act_row r;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(act_find(cx, act_table(), id, &r));
    return show_act(cx, req, &f, &r, 200);
}

struct decision {
    int64_t id;
    enum act_state to;
    struct str reason, why;
    struct req *req;
    struct form *form;
};

static enum err
decide_unit(struct ctx *cx, void *arg)
{
    struct decision *d = arg;

    return act_decide(cx, d->id, d->to, d->reason, &d->why);
}

static enum err
trouble_unit(struct ctx *cx, void *arg)
{
    struct decision *d = arg;

    return act_note_trouble(cx, d->id, d->why);
}

static enum err
again_unit(struct ctx *cx, void *arg)
{
    struct decision *d = arg;
    struct act_row r;

    TRY(act_find(cx, act_table(), d->id, &r));
    return show_act(cx, d->req, d->form, &r, 422);
}

/* POST /console/approbations/{id} */
enum err
act_form(struct ctx *cx, struct req *req)
{
    static const char *const allowed[] = {"approuver", "refuser", "retirer", NULL};
    struct form f = form_begin(cx, req);
    struct str what = form_choice(&f, "decision", "Décision", allowed);
    struct decision d = {.req = req, .form = &f};
    enum err e;

    TRY(req_path_int(req, "id", &d.id));
    d.reason = form_long_text(&f, "reason", "Motif de la décision", 0, ACT_REASON_MAX);
    d.to = str_is(what, "approuver") ? ACT_APPROVED
           : str_is(what, "refuser") ? ACT_REFUSED
                                     : ACT_WITHDRAWN;
    if (d.to == ACT_REFUSED && d.reason.len == 0)
        form_error(&f, "reason", "Écrivez pourquoi vous refusez : la personne doit le savoir.");
    if (form_failed(&f))
        return db_read(cx, again_unit, &d);
    e = db_write(cx, decide_unit, &d);
    if (e == ERR_CONFLICT) {
        if (d.to == ACT_APPROVED)
            TRY(db_write(cx, trouble_unit, &d));
        return res_redirect_failed(cx, req, act_url(cx, d.id),
                                   str_printf(cx->arena, "Rien n’est fait. %.*s",
                                              STR_FMT(d.why)));
    }
    TRY(e);
    return res_redirect_notice(cx, req, URL("console/approbations"),
                               d.to == ACT_APPROVED  ? STR("C’est approuvé et fait.")
                               : d.to == ACT_REFUSED ? STR("La demande est refusée.")
                                                     : STR("Votre demande est retirée."));
}
