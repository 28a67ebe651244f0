/* SPDX-License-Identifier: Apache-2.0 */
/*
 * company_web.c - my companies: the list, choosing one, contesting, the headcount.
 */
#include "account/account_web.h"
#include "account/claim.h"
#include "account/review.h"
#include "account_tmpl.h"
#include "base/clock.h"
#include "base/format.h"
#include "http/guard.h"
#include "http/route.h"
#include "http/session.h"


/* ---- list ---- */

static struct claim_row
claim_show(struct ctx *cx, const struct claim *c, struct str back)
{
    struct claim_row r = {
        .name = c->name,
        .number = account_siren_text(cx->arena, c->siren),
        .url = account_towards(cx->arena,
                               url_path(cx->arena, "/entreprises/demande/%s",
                                        siren_str(cx->arena, c->siren).ptr), back),
        .state = STR("Preuve attendue"),
        .tone = TONE_INFO,
        .text = STR("Choisissez comment prouver que vous agissez pour cette entreprise."),
    };

    if (c->contested) {
        r.state = STR("Contestée");
        r.tone = TONE_WARN;
        r.text = STR("Une autre personne conteste. Un agent va décider.");
    } else if (c->state == CLAIM_REVIEW) {
        r.state = STR("En examen");
        r.text = STR("Un agent examine votre demande. Sa réponse vous parvient par e-mail.");
    } else if (c->state == CLAIM_REFUSED) {
        r.state = STR("Refusée");
        r.tone = TONE_BAD;
        r.text = STR("Le motif vous a été envoyé par e-mail. Vous pouvez recommencer.");
        r.url = account_towards(cx->arena, URL("entreprises/ajouter"), back);
    } else if (c->code_expires_ms > cx->now_ms || c->letter_expires_ms > cx->now_ms) {
        r.state = STR("Code attendu");
        r.text = STR("Un code est parti. Saisissez-le dès que vous l’avez.");
    } else if (c->letter_asked_ms != 0 && c->letter_expires_ms == 0) {
        r.state = STR("Courrier en préparation");
        r.text = STR("Le courrier part au prochain envoi.");
    }
    return r;
}

static enum err
show_claims(struct ctx *cx, struct companies_view *v)
{
    struct claim_list claims;

    TRY(claim_of_actor(cx, &claims));
    v->claims.item = ARENA_ARRAY(cx->arena, claims.count, struct claim_row);
    for (size_t i = 0; i < claims.count; i++) {
        enum claim_state s = claims.item[i].state;
        if (s == CLAIM_WAITING || s == CLAIM_REVIEW || s == CLAIM_REFUSED)
            v->claims.item[v->claims.count++] = claim_show(cx, &claims.item[i], v->back);
    }
    return OK;
}

static enum err
show_rivals(struct ctx *cx, struct companies_view *v)
{
    struct claim_list claims;

    if (cx->actor.siren == 0)
        return OK;
    TRY(claim_of_company(cx, cx->actor.siren, &claims));
    v->rivals.item = ARENA_ARRAY(cx->arena, claims.count, struct rival_row);
    for (size_t i = 0; i < claims.count; i++) {
        const struct claim *c = &claims.item[i];
        if (c->state != CLAIM_REVIEW || c->account_id == cx->actor.account_id)
            continue;
        struct rival_row *r = &v->rivals.item[v->rivals.count++];
        r->email = c->email;
        r->text = c->contested ? STR("Contestée. Un agent va décider.")
                               : STR("Un agent examine cette demande. Rien ne change pour vous.");
        if (!c->contested)
            r->contest = url_path(cx->arena, "/entreprises/contester/%lld", (long long)c->id);
    }
    return OK;
}

/* GET /entreprises?vers=PATH */
enum err
companies_page(struct ctx *cx, struct req *req)
{
    struct companies_view v = {0};
    struct company_link_list links;

    TRY(req_query_str(req, "vers", 1000, STR_NONE, &v.back));
    v.back = account_back(v.back);
    v.page = page_begin(cx, req, STR("Mes entreprises"));
    page_crumb(cx, &v.page, STR("Mon compte"), URL("compte"));
    page_crumb(cx, &v.page, STR("Mes entreprises"), (struct url){STR_NONE});
    TRY(account_links(cx, cx->actor.account_id, &links));
    v.links.item = ARENA_ARRAY(cx->arena, links.count, struct link_row);
    v.links.count = links.count;
    for (size_t i = 0; i < links.count; i++)
        v.links.item[i] = (struct link_row){
            .link = links.item[i],
            .number = account_siren_text(cx->arena, links.item[i].siren),
            .proof = account_proof_text(links.item[i].proof),
            .is_current = links.item[i].siren == cx->actor.siren,
        };
    v.add = account_towards(cx->arena, URL("entreprises/ajouter"), v.back);
    TRY(show_claims(cx, &v));
    TRY(show_rivals(cx, &v));
    v.empty = (struct empty_state){
        STR("Aucune entreprise pour le moment"),
        STR("Ajoutez la vôtre par son numéro SIRET, puis prouvez que vous agissez pour elle."),
        v.add, STR("Ajouter mon entreprise")};
    companies_html(&req->out, &v);
    return res_html(req, 200);
}

/* POST /entreprises/choisir - only among the account's own links. */
enum err
company_choose_form(struct ctx *cx, struct req *req)
{
    struct company_link_list links;
    struct str back = account_back(req_form(req, "vers"));
    int64_t siren;

    if (siren_parse(req_form(req, "siren"), &siren) != NUMBER_OK)
        return ERR_INVALID;
    TRY(account_links(cx, cx->actor.account_id, &links));
    for (size_t i = 0; i < links.count; i++) {
        const struct company_link *l = &links.item[i];
        if (l->siren != siren || l->frozen)
            continue;
        TRY(session_set_company(cx, req, siren, l->name));
        return res_redirect_notice(cx, req, guard_local_url(back, URL("entreprises")),
                                   str_printf(cx->arena, "Vous agissez maintenant pour %.*s.",
                                              STR_FMT(l->name)));
    }
    return ERR_DENIED;
}

/* ---- contesting ---- */

static enum err
rival_find(struct ctx *cx, struct req *req, struct claim *out)
{
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(claim_by_id(cx, id, out));
    return out->siren == cx->actor.siren && out->account_id != cx->actor.account_id &&
                   out->state == CLAIM_REVIEW
               ? OK
               : ERR_NOT_FOUND;
}

static enum err
show_contest(struct ctx *cx, struct req *req, const struct form *f, const struct claim *c,
             int status)
{
    struct contest_view v = {.email = c->email, .name = c->name, .errors = form_errors(f)};

    v.page = page_begin(cx, req, STR("Contester une demande"));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Mes entreprises"), URL("entreprises"));
    page_crumb(cx, &v.page, STR("Contester"), (struct url){STR_NONE});
    v.action = url_path(cx->arena, "/entreprises/contester/%lld", (long long)c->id);
    v.reason = form_field(f, "reason", STR("Pourquoi contestez-vous ?"),
                          STR("Par exemple : cette personne a quitté l’entreprise en mars."),
                          STR_NONE);
    v.reason.required = true;
    contest_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /entreprises/contester/{id} */
enum err
contest_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct claim c;

    TRY(rival_find(cx, req, &c));
    return show_contest(cx, req, &f, &c, 200);
}

/* POST /entreprises/contester/{id} */
enum err
contest_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str reason = form_long_text(&f, "reason", "Motif", 10, DECLARE_NOTE_MAX);
    struct claim c;

    TRY(rival_find(cx, req, &c));
    if (form_failed(&f))
        return show_contest(cx, req, &f, &c, 422);
    TRY(claim_contest(cx, c.id, reason));
    return res_redirect_notice(cx, req, URL("entreprises"),
                               STR("La demande est contestée. Un agent va décider ; d’ici là, "
                                   "personne de vous deux n’agit pour l’entreprise."));
}

/* ---- headcount and network ---- */

static void
add_row(struct summary_row_list *list, const char *term, struct str value, const char *note)
{
    list->item[list->count++] = (struct summary_row){
        .term = str_of(term), .value = value, .note = str_of(note)};
}

static bool
is_open(const struct review_list *reviews, const char *kind)
{
    for (size_t i = 0; i < reviews->count; i++)
        if (reviews->item[i].state == REVIEW_OPEN && str_is(reviews->item[i].kind, kind))
            return true;
    return false;
}

static void
show_network(struct ctx *cx, const struct form *f, const struct company *co, struct heads_view *v)
{
    v->shows_network = co->network_source == NETWORK_UNKNOWN || co->networks == 0;
    v->network = form_field(f, "network", STR("Votre entreprise relève de"), STR_NONE, STR_NONE);
    v->network.required = true;
    v->networks = account_network_choices(cx->arena, req_form(f->req, "network"));
    v->network_note =
        form_field(f, "network_note", STR("Ce qui le montre"),
                   STR("Par exemple : numéro au registre des métiers, date d’inscription, ou "
                       "contact à la chambre."), STR_NONE);
    v->network_note.required = true;
}

static enum err
show_heads(struct ctx *cx, struct req *req, const struct form *f, struct str back, int status)
{
    struct heads_view v = {.errors = form_errors(f), .back = back};
    struct company_declaration d;
    struct review_list reviews;
    struct company co;

    TRY(registry_company(cx, cx->actor.siren, &co));
    TRY(account_declaration(cx, co.siren, &d));
    TRY(review_of_company(cx, co.siren, &reviews));
    v.page = page_begin(cx, req, STR("Situation de l’entreprise"));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Mes entreprises"), URL("entreprises"));
    page_crumb(cx, &v.page, STR("Situation"), (struct url){STR_NONE});
    v.summary.item = ARENA_ARRAY(cx->arena, 4, struct summary_row);
    add_row(&v.summary, "Entreprise", account_company_name(cx->arena, co.siren, co.name,
                                                           co.partial), "");
    add_row(&v.summary, "Effectif au registre", account_band_text(cx->arena, &co), "");
    add_row(&v.summary, "Effectif retenu",
            d.heads >= 0 ? str_printf(cx->arena, "%s", fmt_plural(d.heads, "salarié",
                                                                  "salariés").z)
                         : STR("Aucun chiffre exact pour le moment"),
            d.heads_in_review ? "Un autre chiffre est en cours d’examen par un agent." : "");
    add_row(&v.summary, "Réseau",
            d.networks != 0 ? STR("Attesté par un agent") : account_network_text(cx->arena, &co),
            is_open(&reviews, REVIEW_NETWORK) ? "Une attestation est en cours d’examen." : "");
    v.heads = form_field(f, "heads", STR("Nombre de salariés"),
                         STR("Tous établissements compris, sans compter le dirigeant non "
                             "salarié."), STR_NONE);
    v.heads.inputmode = "numeric";
    v.heads.required = true;
    v.note = form_field(f, "note", STR("Ce qui le montre"),
                        STR("Nécessaire si le chiffre diffère du registre. Par exemple : DSN du "
                            "mois d’avril, 14 salariés."), STR_NONE);
    show_network(cx, f, &co, &v);
    v.shows_network = v.shows_network && d.networks == 0;
    heads_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /entreprises/effectif?vers=PATH */
enum err
heads_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str back;

    TRY(req_query_str(req, "vers", 1000, STR_NONE, &back));
    return show_heads(cx, req, &f, account_back(back), 200);
}

static enum err
heads_take(struct ctx *cx, struct req *req, struct form *f, const struct company *co,
           struct str back)
{
    int64_t heads = form_int(f, "heads", "Nombre de salariés", 0,
                             DECLARE_HEADS_MAX);
    struct str note = form_long_text(f, "note", "Ce qui le montre", 0, DECLARE_NOTE_MAX);
    bool accepted;

    if (!form_failed(f) && !account_heads_fit(co, heads) && utf8_count(note) < DECLARE_NOTE_MIN)
        form_error(f, "note",
                   "Le registre ne donne pas ce chiffre : dites ce qui le montre (10 caractères "
                   "au moins), un agent le vérifiera.");
    if (form_failed(f))
        return show_heads(cx, req, f, back, 422);
    TRY(account_declare_heads(cx, co, (int)heads, note, &accepted));
    return res_redirect_notice(
        cx, req, guard_local_url(back, URL("entreprises/effectif")),
        accepted ? STR("L’effectif est enregistré.")
                 : STR("L’effectif est transmis à un agent. Sa réponse vous parvient par e-mail."));
}

static enum err
network_take(struct ctx *cx, struct req *req, struct form *f, const struct company *co,
             struct str back)
{
    struct str network = form_choice(f, "network", "Réseau", account_network_codes);
    struct str note = form_long_text(f, "network_note", "Ce qui le montre", 10, DECLARE_NOTE_MAX);

    if (form_failed(f))
        return show_heads(cx, req, f, back, 422);
    TRY(account_ask_network(cx, co, account_network_read(network), note));
    return res_redirect_notice(cx, req, guard_local_url(back, URL("entreprises/effectif")),
                               STR("L’attestation est transmise à un agent. Sa réponse vous "
                                   "parvient par e-mail."));
}

/* POST /entreprises/effectif */
enum err
heads_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str back = account_back(req_form(req, "vers"));
    struct company co;

    TRY(registry_company(cx, cx->actor.siren, &co));
    if (str_is(req_form(req, "what"), "network"))
        return network_take(cx, req, &f, &co, back);
    return heads_take(cx, req, &f, &co, back);
}
