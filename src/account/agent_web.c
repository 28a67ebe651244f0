/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agent_web.c - the agents' queue: open cases, oldest first; one case with all that is known;
 * the decision, after which the next case is shown.
 */
#include "account/account_web.h"
#include "account/claim.h"
#include "account/review.h"
#include "agent_tmpl.h"
#include "base/format.h"
#include "http/route.h"
#include "staff/staff.h"

enum { MOTIVES = 4 };

static struct url
case_url(struct ctx *cx, int64_t id)
{
    return url_path(cx->arena, "/agent/dossiers/%lld", (long long)id);
}

/* What is asked, in a few words. */
static struct str
asked_text(struct ctx *cx, const struct review *r)
{
    if (str_is(r->kind, REVIEW_CLAIM))
        return STR("Agir au nom de l’entreprise");
    if (str_is(r->kind, REVIEW_HEADCOUNT))
        return str_printf(cx->arena, "%s déclarés", fmt_plural(r->asked, "salarié",
                                                                "salariés").z);
    return r->asked == NETWORK_CCI   ? STR("Relève d’une CCI")
           : r->asked == NETWORK_CMA ? STR("Relève d’une CMA")
                                     : STR("Relève d’une CCI et d’une CMA");
}

/* ---- the queue ---- */

static void
show_kinds(struct ctx *cx, struct str kind, struct queue_view *v)
{
    static const char *const kinds[] = {"", REVIEW_CLAIM, REVIEW_HEADCOUNT, REVIEW_NETWORK};
    size_t n = sizeof kinds / sizeof kinds[0];

    v->kinds.item = ARENA_ARRAY(cx->arena, n, struct kind_link);
    v->kinds.count = n;
    for (size_t i = 0; i < n; i++) {
        struct str code = str_of(kinds[i]);
        v->kinds.item[i] = (struct kind_link){
            .label = code.len == 0 ? STR("Tous") : account_kind_text(code),
            .url = code.len == 0 ? URL("agent") : url_with(cx->arena, URL("agent"), "type", code),
            .is_current = str_eq(code, kind),
        };
    }
}

static void
show_table(struct ctx *cx, struct queue_view *v)
{
    static const char *const heads[] = {"Entreprise", "SIREN", "Type", "Demande", "Personne",
                                        "Depuis"};
    size_t n = sizeof heads / sizeof heads[0];

    v->table = (struct table){.id = "dossiers", .caption = STR("Dossiers ouverts, le plus ancien "
                                                               "d’abord"),
                              .stacked = true};
    v->table.columns.item = ARENA_ARRAY(cx->arena, n, struct table_column);
    v->table.columns.count = n;
    for (size_t i = 0; i < n; i++)
        v->table.columns.item[i] = (struct table_column){.label = str_of(heads[i]),
                                                         .is_number = i == 1};
}

static void
show_rows(struct ctx *cx, const struct review_list *list, struct str kind, bool first,
          struct queue_view *v)
{
    size_t count = list->count > REVIEW_PAGE ? REVIEW_PAGE : list->count;

    v->rows.item = ARENA_ARRAY(cx->arena, count, struct queue_row);
    v->rows.count = count;
    for (size_t i = 0; i < count; i++) {
        const struct review *r = &list->item[i];
        v->rows.item[i] = (struct queue_row){
            .kind = account_kind_text(r->kind),
            .name = r->name,
            .number = account_siren_text(cx->arena, r->siren),
            .email = r->email,
            .asked = asked_text(cx, r),
            .created_ms = r->created_ms,
            .url = case_url(cx, r->id),
        };
    }
    v->pager.total = -1;
    if (!first)
        v->pager.previous = kind.len == 0 ? URL("agent")
                                          : url_with(cx->arena, URL("agent"), "type", kind);
    if (list->count > REVIEW_PAGE) {
        const struct review *last = &list->item[count - 1];
        struct url next = url_with(cx->arena, URL("agent"), "apres",
                                   str_printf(cx->arena, "%lld", (long long)last->created_ms));
        next = url_with(cx->arena, next, "dossier",
                        str_printf(cx->arena, "%lld", (long long)last->id));
        v->pager.next = kind.len == 0 ? next : url_with(cx->arena, next, "type", kind);
    }
}

/* GET /agent?type=KIND&apres=MS&dossier=ID */
enum err
agent_queue_page(struct ctx *cx, struct req *req)
{
    struct queue_view v = {0};
    struct review_list list;
    int64_t after_ms, after_id, total;
    struct str kind;

    TRY(req_query_str(req, "type", 20, STR_NONE, &kind));
    TRY(req_query_int(req, "apres", 0, INT64_MAX, 0, &after_ms));
    TRY(req_query_int(req, "dossier", 0, INT64_MAX, 0, &after_id));
    if (kind.len > 0 && !str_is(kind, REVIEW_CLAIM) && !str_is(kind, REVIEW_HEADCOUNT) &&
        !str_is(kind, REVIEW_NETWORK))
        return ERR_NOT_FOUND;
    TRY(review_queue(cx, kind, after_ms, after_id, &list));
    TRY(review_count(cx, &total));
    TRY(console_page(cx, req, STR("File d’attente"), &v.page));
    page_crumb(cx, &v.page, STR("File d’attente"), (struct url){STR_NONE});
    v.total = total == 0 ? STR("Aucun dossier n’attend.")
                         : str_printf(cx->arena, "%s en attente.",
                                      fmt_plural(total, "dossier", "dossiers").z);
    show_kinds(cx, kind, &v);
    show_table(cx, &v);
    show_rows(cx, &list, kind, after_ms == 0 && after_id == 0, &v);
    v.empty = (struct empty_state){
        STR("Aucun dossier à traiter"),
        kind.len > 0 && total > 0 ? STR("Il y en a d’un autre type.")
                                  : STR("Les nouvelles demandes arrivent ici, la plus ancienne "
                                        "d’abord."),
        kind.len > 0 ? URL("agent") : (struct url){STR_NONE}, STR("Voir tous les dossiers")};
    agent_queue_html(&req->out, &v);
    return res_html(req, 200);
}

/* ---- one case ---- */

static void
add_row(struct summary_row_list *list, const char *term, struct str value)
{
    list->item[list->count++] = (struct summary_row){.term = str_of(term), .value = value};
}

static struct str
day_text(struct ctx *cx, int64_t ms)
{
    return str_printf(cx->arena, "%s", fmt_short_date(ms, ZONE_PARIS).z);
}

static void
show_company(struct ctx *cx, const struct company *co, struct case_view *v)
{
    struct arena *a = cx->arena;

    v->company.item = ARENA_ARRAY(a, 10, struct summary_row);
    add_row(&v->company, "Entreprise", account_company_name(a, co->siren, co->name, co->partial));
    add_row(&v->company, "SIREN", account_siren_text(a, co->siren));
    add_row(&v->company, "État", co->active ? STR("Active") : STR("Cessée"));
    if (co->partial)
        add_row(&v->company, "Diffusion", STR("Partielle : ne rien communiquer à des tiers"));
    add_row(&v->company, "Effectif", account_band_text(a, co));
    add_row(&v->company, "Réseau", account_network_text(a, co));
    add_row(&v->company, "Activité (NAF)", co->naf.len > 0 ? co->naf : STR("Inconnue"));
    add_row(&v->company, "Catégorie juridique",
            co->legal_category == 0 ? STR("Inconnue")
                                    : str_printf(a, "%d", co->legal_category));
    add_row(&v->company, "Territoire du siège", str_of(territory_label(co->territory)));
    add_row(&v->company, "E-mail connu de la chambre",
            co->chamber_email.len > 0 ? account_masked_email(a, co->chamber_email)
                                      : STR("Aucune"));
}

static enum err
show_sites(struct ctx *cx, int64_t siren, struct case_view *v)
{
    struct establishment_list list;

    TRY(registry_establishments(cx, siren, 0, &list));
    v->sites.item = ARENA_ARRAY(cx->arena, list.count, struct case_line);
    for (size_t i = 0; i < list.count; i++) {
        const struct establishment *e = &list.item[i];
        if (!e->active)
            continue;
        v->sites.item[v->sites.count++] = (struct case_line){
            .title = str_printf(cx->arena, "%s%s", fmt_siret(siret_str(cx->arena, e->siret)).z,
                                e->head_office ? " (siège)" : ""),
            .text = str_printf(cx->arena, "%.*s%s%.*s %.*s", STR_FMT(e->street),
                               e->street.len > 0 ? ", " : "", STR_FMT(e->postal_code),
                               STR_FMT(e->city)),
        };
    }
    return OK;
}

static enum err
show_people(struct ctx *cx, int64_t siren, struct case_view *v)
{
    static const char *const states[] = {"", "preuve attendue", "en examen", "prouvée", "refusée",
                                         "retirée"};
    struct company_holder_list holders;
    struct claim_list claims;

    TRY(account_company_holders(cx, siren, &holders));
    v->holders.item = ARENA_ARRAY(cx->arena, holders.count, struct case_line);
    v->holders.count = holders.count;
    for (size_t i = 0; i < holders.count; i++) {
        const struct company_holder *h = &holders.item[i];
        struct str proof = account_proof_text(h->proof);
        v->holders.item[i] = (struct case_line){
            .when = day_text(cx, h->since_ms),
            .title = h->email,
            .text = str_printf(cx->arena, "%.*s%s", STR_FMT(proof),
                               h->ended_ms != 0    ? " (a pris fin)"
                               : h->frozen_ms != 0 ? " (contesté)"
                                                   : ""),
        };
    }
    TRY(claim_of_company(cx, siren, &claims));
    v->claims.item = ARENA_ARRAY(cx->arena, claims.count, struct case_line);
    v->claims.count = claims.count;
    for (size_t i = 0; i < claims.count; i++)
        v->claims.item[i] = (struct case_line){
            .when = day_text(cx, claims.item[i].created_ms),
            .title = claims.item[i].email,
            .text = str_printf(cx->arena, "%s%s", states[claims.item[i].state],
                               claims.item[i].contested ? ", contestée" : ""),
        };
    return OK;
}

static enum err
show_history(struct ctx *cx, const struct review *r, struct case_view *v)
{
    static const char *const states[] = {"", "ouvert", "accepté", "refusé"};
    struct account_event_list events;
    struct review_list reviews;

    TRY(review_of_company(cx, r->siren, &reviews));
    v->reviews.item = ARENA_ARRAY(cx->arena, reviews.count, struct case_line);
    for (size_t i = 0; i < reviews.count; i++) {
        const struct review *o = &reviews.item[i];
        struct str kind = account_kind_text(o->kind), asked = asked_text(cx, o);
        if (o->id == r->id)
            continue;
        v->reviews.item[v->reviews.count++] = (struct case_line){
            .when = day_text(cx, o->created_ms),
            .title = str_printf(cx->arena, "%.*s, %s", STR_FMT(kind), states[o->state]),
            .text = str_printf(cx->arena, "%.*s (%.*s) %.*s", STR_FMT(asked), STR_FMT(o->email),
                               STR_FMT(o->reason)),
        };
    }
    TRY(account_events(cx, r->siren, &events));
    v->events.item = ARENA_ARRAY(cx->arena, events.count, struct case_line);
    v->events.count = events.count;
    for (size_t i = 0; i < events.count; i++) {
        const struct account_event *e = &events.item[i];
        struct str note = str_is(e->what, "linked") ? account_proof_text(e->note) : e->note;
        v->events.item[i] = (struct case_line){
            .when = str_printf(cx->arena, "%s", fmt_date_time(e->at_ms, ZONE_PARIS).z),
            .title = account_event_text(e->what),
            .text = str_printf(cx->arena, "%.*s%s%.*s%s%.*s", STR_FMT(e->about),
                               e->who.len > 0 && !str_eq(e->who, e->about) ? ", par " : "",
                               STR_FMT(str_eq(e->who, e->about) ? STR_NONE : e->who),
                               note.len > 0 ? ". " : "", STR_FMT(note)),
        };
    }
    return OK;
}

static const char *const motives[MOTIVES] = {
    "", "Les éléments fournis concordent avec le registre.",
    "Les éléments fournis ne permettent pas de vérifier la demande.",
    "Vérifié par téléphone auprès de l’entreprise.",
};

static void
show_decision(struct ctx *cx, const struct form *f, const struct review *r, struct case_view *v)
{
    struct str typed = req_form(f->req, "motive");

    v->action = case_url(cx, r->id);
    v->motive = form_field(f, "motive", STR("Motif"), STR_NONE, STR_NONE);
    v->motives.item = ARENA_ARRAY(cx->arena, MOTIVES, struct choice);
    v->motives.count = MOTIVES;
    for (int i = 0; i < MOTIVES; i++) {
        char *code = str_z(cx->arena, str_printf(cx->arena, "%d", i));
        v->motives.item[i] = (struct choice){
            .value = str_of(code),
            .label = i == 0 ? STR("Autre, à préciser") : str_of(motives[i]),
            .checked = str_is(typed, code),
        };
    }
    v->motive.required = true;
    v->reason = form_field(f, "reason", STR("Précision"),
                           STR("Ce qui a été vérifié, et ce que la personne peut faire."),
                           STR_NONE);
}

static enum err
show_case(struct ctx *cx, struct req *req, const struct form *f, const struct review *r,
          int status)
{
    struct case_view v = {.errors = form_errors(f), .kind = account_kind_text(r->kind),
                          .note = r->note, .asked = asked_text(cx, r)};
    struct company_declaration d;
    struct company co;
    struct claim c;

    TRY(console_page(cx, req, r->name, &v.page));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("File d’attente"), URL("agent"));
    page_crumb(cx, &v.page, r->name, (struct url){STR_NONE});
    TRY(registry_company(cx, r->siren, &co));
    TRY(account_declaration(cx, r->siren, &d));
    show_company(cx, &co, &v);
    v.request.item = ARENA_ARRAY(cx->arena, 4, struct summary_row);
    add_row(&v.request, "Demandé par", r->email);
    add_row(&v.request, "Le", str_printf(cx->arena, "%s",
                                         fmt_date_time(r->created_ms, ZONE_PARIS).z));
    add_row(&v.request, "Effectif retenu",
            d.heads < 0 ? STR("Aucun") : str_printf(cx->arena, "%d", d.heads));
    if (str_is(r->kind, REVIEW_CLAIM)) {
        TRY(claim_by_id(cx, r->asked, &c));
        v.is_contested = c.contested;
        add_row(&v.request, "SIRET indiqué",
                str_printf(cx->arena, "%s", fmt_siret(siret_str(cx->arena, c.siret)).z));
    }
    TRY(show_sites(cx, r->siren, &v));
    TRY(show_people(cx, r->siren, &v));
    TRY(show_history(cx, r, &v));
    v.is_open = r->state == REVIEW_OPEN;
    v.may_decide = v.is_open && (cx->actor.rights & RIGHT_AGENT) != 0;
    if (v.may_decide)
        show_decision(cx, f, r, &v);
    if (!v.is_open)
        v.decided = str_printf(cx->arena, "%s le %s%s%.*s. %.*s",
                               r->state == REVIEW_ACCEPTED ? "Accepté" : "Refusé",
                               fmt_date_time(r->decided_ms, ZONE_PARIS).z,
                               r->decided_by.len > 0 ? " par " : "", STR_FMT(r->decided_by),
                               STR_FMT(r->reason));
    agent_case_html(&req->out, &v);
    return res_html(req, status);
}

static enum err
case_load(struct ctx *cx, struct req *req, struct review *out)
{
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    return review_find(cx, id, out);
}

/* GET /agent/dossiers/{id} */
enum err
agent_case_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct review r;

    TRY(case_load(cx, req, &r));
    return show_case(cx, req, &f, &r, 200);
}

/* The motive and what was added to it. */
static struct str
read_reason(struct form *f)
{
    struct str typed = form_long_text(f, "reason", "Précision", 0, REVIEW_REASON_MAX);
    struct str motive = req_form(f->req, "motive"), reason = typed;

    for (int i = 1; i < MOTIVES; i++)
        if (motive.len == 1 && motive.ptr[0] == '0' + i)
            reason = str_printf(f->cx->arena, "%s%s%.*s", motives[i], typed.len > 0 ? "\n" : "",
                                STR_FMT(typed));
    if (utf8_count(reason) < REVIEW_REASON_MIN)
        form_error(f, "reason", "Choisissez un motif ou écrivez-en un (%d caractères au moins) : "
                                "la personne doit savoir pourquoi.", REVIEW_REASON_MIN);
    return reason;
}

/* After a decision: the next case, or the empty queue. */
static enum err
next_case(struct ctx *cx, struct req *req, struct str notice)
{
    struct review_list list;

    TRY(review_queue(cx, STR(""), 0, 0, &list));
    return res_redirect_notice(cx, req,
                               list.count == 0 ? URL("agent") : case_url(cx, list.item[0].id),
                               notice);
}

/* POST /agent/dossiers/{id} */
enum err
agent_case_form(struct ctx *cx, struct req *req)
{
    static const char *const allowed[] = {"accepter", "refuser", NULL};
    struct form f = form_begin(cx, req);
    struct str decision = form_choice(&f, "decision", "Décision", allowed);
    struct str reason = read_reason(&f);
    bool accept = str_is(decision, "accepter");
    struct review r;

    TRY(case_load(cx, req, &r));
    if (r.state == REVIEW_OPEN && r.account_id == cx->actor.account_id)
        form_error(&f, "reason", "Ce dossier est le vôtre : un autre agent doit le décider.");
    if (r.state == REVIEW_OPEN && form_failed(&f))
        return show_case(cx, req, &f, &r, 422);
    if (r.state != REVIEW_OPEN)
        return next_case(cx, req, STR("Ce dossier était déjà décidé. Voici le suivant."));
    TRY(review_decide(cx, &r, accept, reason));
    return next_case(cx, req,
                     str_printf(cx->arena, "%.*s : demande %s.", STR_FMT(r.name),
                                accept ? "acceptée" : "refusée"));
}
