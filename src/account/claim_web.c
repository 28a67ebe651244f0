/* SPDX-License-Identifier: Apache-2.0 */
/*
 * claim_web.c - adding a company and proving that one acts for it.
 *
 * Of a company that somebody only says to act for, these pages show what the register lets
 * everybody see, and the chamber's address masked.
 */
#include "account/account_web.h"
#include "account/claim.h"
#include "account/review.h"
#include "account_tmpl.h"
#include "base/format.h"
#include "http/guard.h"
#include "http/route.h"
#include "http/session.h"

enum { REASON_MIN = 20, REASON_MAX = 1000 };

static struct url
claim_url(struct ctx *cx, int64_t siren, const char *action)
{
    const char *number = siren_str(cx->arena, siren).ptr;

    if (action[0] == '\0')
        return url_path(cx->arena, "/entreprises/demande/%s", number);
    return url_path(cx->arena, "/entreprises/demande/%s/%s", number, action);
}

static struct url
code_url(struct ctx *cx, int64_t siren, struct str back)
{
    struct url page = url_with(cx->arena, URL("entreprises/code"), "siren",
                               siren_str(cx->arena, siren));

    return account_towards(cx->arena, page, back);
}

/* ---- adding ---- */

static enum err
show_add(struct ctx *cx, struct req *req, const struct form *f, struct str back, int status)
{
    struct add_view v = {.errors = form_errors(f), .back = back};

    v.page = page_begin(cx, req, STR("Ajouter une entreprise"));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Mes entreprises"), URL("entreprises"));
    page_crumb(cx, &v.page, STR("Ajouter"), (struct url){STR_NONE});
    v.siret = form_field(f, "siret", STR("Numéro SIRET"),
                         STR("14 chiffres, par exemple 732 829 320 00074. Il figure sur vos "
                             "factures."), account_back_siret(cx->arena, back));
    v.siret.inputmode = "numeric";
    v.siret.required = true;
    company_add_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /entreprises/ajouter?vers=PATH */
enum err
company_add_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str back;

    TRY(req_query_str(req, "vers", 1000, STR_NONE, &back));
    return show_add(cx, req, &f, account_back(back), 200);
}

static enum err
add_check(struct ctx *cx, struct form *f, int64_t *siret)
{
    struct str typed = form_text(f, "siret", "SIRET", 1, 30);
    struct establishment est;
    struct company co;

    if (form_failed(f))
        return OK;
    enum number_fault fault = siret_parse(typed, siret);
    if (fault != NUMBER_OK) {
        form_error(f, "siret", "%.*s",
                   STR_FMT(number_fault_text(cx->arena, fault, "SIRET", typed)));
        return OK;
    }
    enum err e = registry_establishment(cx, *siret, &est);
    if (e == OK)
        e = registry_company(cx, siret_siren(*siret), &co);
    if (e == ERR_NOT_FOUND)
        form_error(f, "siret", "Nous ne trouvons pas ce numéro dans le registre. Une entreprise "
                               "créée récemment y figure le mois suivant.");
    else if (e == OK && (!est.active || !co.active))
        form_error(f, "siret", "Cet établissement est fermé d’après le registre. Indiquez le SIRET "
                               "d’un établissement ouvert.");
    return e == ERR_NOT_FOUND ? OK : e;
}

/* POST /entreprises/ajouter */
enum err
company_add_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str back = account_back(req_form(req, "vers"));
    enum claim_result result;
    struct claim c;
    int64_t siret = 0;

    TRY(add_check(cx, &f, &siret));
    if (form_failed(&f))
        return show_add(cx, req, &f, back, 422);
    TRY(claim_begin(cx, siret, &c, &result));
    if (result == CLAIM_LIMIT) {
        form_error(&f, "siret", "Trop de demandes depuis hier. Réessayez demain.");
        return show_add(cx, req, &f, back, 429);
    }
    return res_redirect(cx, req, account_towards(cx->arena, claim_url(cx, c.siren, ""), back));
}

/* ---- one claim ---- */

static void
claim_state(struct ctx *cx, const struct claim *c, struct claim_view *v)
{
    if (c->contested)
        v->state = (struct notice){TONE_WARN, STR("Votre demande est contestée"),
                                   STR("Un agent va décider. Sa réponse vous parvient par "
                                       "e-mail.")};
    else if (c->state == CLAIM_REVIEW)
        v->state = (struct notice){TONE_INFO, STR("Un agent examine votre demande"),
                                   STR("Sa réponse vous parvient par e-mail. Un code reçu "
                                       "entre-temps peut encore être saisi.")};
    else if (c->state == CLAIM_PROVEN)
        v->state = (struct notice){TONE_GOOD, STR("Vous agissez pour cette entreprise"), STR_NONE};
    else if (c->state == CLAIM_REFUSED || c->state == CLAIM_GIVEN_UP)
        v->state = (struct notice){TONE_WARN, STR("Cette demande est close"),
                                   STR("Pour recommencer, ajoutez de nouveau l’entreprise.")};
    else if (c->letter_asked_ms != 0 && c->letter_expires_ms == 0)
        v->state = (struct notice){TONE_INFO, STR("Un courrier est en préparation"),
                                   STR("Il part au prochain envoi, à l’adresse du siège. Le code "
                                       "qu’il contient est valable 30 jours.")};
    else if (c->letter_expires_ms > cx->now_ms)
        v->state = (struct notice){
            TONE_INFO, STR("Un courrier est parti"),
            str_printf(cx->arena, "Le code qu’il contient est valable jusqu’au %s.",
                       fmt_date(c->letter_expires_ms, ZONE_PARIS).z)};
    if ((c->state == CLAIM_WAITING || c->state == CLAIM_REVIEW) && !c->contested &&
        (c->code_expires_ms > cx->now_ms || c->letter_expires_ms > cx->now_ms))
        v->code = code_url(cx, c->siren, v->back);
}

static enum err
claim_fill(struct ctx *cx, const struct claim *c, const struct company *co, struct claim_view *v)
{
    struct establishment est;
    struct postal address;
    enum err e = registry_establishment(cx, c->siret, &est);

    v->number = account_siren_text(cx->arena, c->siren);
    v->summary.item = ARENA_ARRAY(cx->arena, 3, struct summary_row);
    v->summary.item[v->summary.count++] = (struct summary_row){
        .term = STR("Entreprise"), .value = c->name,
        .note = co->partial ? STR("Diffusion partielle : le nom et l’adresse ne sont pas publics.")
                            : STR_NONE};
    v->summary.item[v->summary.count++] =
        (struct summary_row){.term = STR("SIREN"), .value = v->number};
    if (e == OK && !est.partial && !co->partial)
        v->summary.item[v->summary.count++] = (struct summary_row){
            .term = STR("Établissement"),
            .value = str_printf(cx->arena, "%.*s %.*s", STR_FMT(est.postal_code),
                                STR_FMT(est.city))};
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    TRY(claim_held(cx, c->siren, &v->is_held));
    v->is_open = c->state == CLAIM_WAITING || (c->state == CLAIM_REVIEW && !c->contested);
    v->can_give_up = v->is_open;
    if (co->chamber_email.len > 0)
        v->chamber = account_masked_email(cx->arena, co->chamber_email);
    TRY(letter_address(cx, co, &address, &v->can_letter));
    claim_state(cx, c, v);
    v->send_code = claim_url(cx, c->siren, "chambre");
    v->send_letter = claim_url(cx, c->siren, "courrier");
    v->send_review = claim_url(cx, c->siren, "examen");
    v->give_up = claim_url(cx, c->siren, "retirer");
    return OK;
}

static enum err
claim_load(struct ctx *cx, struct req *req, struct claim *c, struct company *co)
{
    struct str text;
    int64_t siren;

    TRY(req_path_str(req, "siren", 9, &text));
    if (siren_parse(text, &siren) != NUMBER_OK)
        return ERR_NOT_FOUND;
    TRY(claim_find(cx, siren, c));
    return registry_company(cx, siren, co);
}

/* What the person wrote to the agent who has not decided yet. */
static enum err
said_before(struct ctx *cx, const struct claim *c, struct str *out)
{
    struct review_list list = {0};

    *out = STR_NONE;
    if (c->state == CLAIM_REVIEW)
        TRY(review_of_company(cx, c->siren, &list));
    for (size_t i = 0; i < list.count; i++)
        if (list.item[i].state == REVIEW_OPEN && list.item[i].account_id == c->account_id &&
            str_is(list.item[i].kind, REVIEW_CLAIM))
            *out = list.item[i].note;
    return OK;
}

static enum err
show_claim(struct ctx *cx, struct req *req, const struct form *f, const struct claim *c,
           const struct company *co, struct str back, int status)
{
    struct claim_view v = {.errors = form_errors(f), .back = back};
    struct str said;

    v.page = page_begin(cx, req, STR("Prouver que vous agissez pour l’entreprise"));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Mes entreprises"), URL("entreprises"));
    page_crumb(cx, &v.page, c->name, (struct url){STR_NONE});
    v.companies = account_towards(cx->arena, URL("entreprises"), back);
    TRY(claim_fill(cx, c, co, &v));
    TRY(said_before(cx, c, &said));
    v.reason = form_field(f, "reason",
                          STR("Qui êtes-vous dans l’entreprise, et comment le vérifier ?"),
                          STR("Par exemple : gérante depuis 2018, mon nom figure au Kbis ; "
                              "standard 04 72 00 00 00."), said);
    v.reason.required = true;
    v.is_in_review = c->state == CLAIM_REVIEW;
    claim_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /entreprises/demande/{siren}?vers=PATH */
enum err
claim_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct company co;
    struct claim c;
    struct str back;

    TRY(req_query_str(req, "vers", 1000, STR_NONE, &back));
    TRY(claim_load(cx, req, &c, &co));
    return show_claim(cx, req, &f, &c, &co, account_back(back), 200);
}

/* A code or a letter may be asked for where nobody else acts for the company. */
static enum err
may_ask(struct ctx *cx, struct req *req, struct claim *c, struct company *co)
{
    bool held;

    TRY(claim_load(cx, req, c, co));
    TRY(claim_held(cx, c->siren, &held));
    if (held || c->contested || (c->state != CLAIM_WAITING && c->state != CLAIM_REVIEW))
        return ERR_CONFLICT;
    return OK;
}

/* POST /entreprises/demande/{siren}/chambre */
enum err
claim_code_send_form(struct ctx *cx, struct req *req)
{
    struct str back = account_back(req_form(req, "vers"));
    enum claim_result result;
    struct company co;
    struct claim c;

    TRY(may_ask(cx, req, &c, &co));
    TRY(claim_send_code(cx, &c, &co, &result));
    if (result == CLAIM_OK || result == CLAIM_ALREADY)
        return res_redirect_notice(
            cx, req, code_url(cx, c.siren, back),
            result == CLAIM_OK
                ? str_printf(cx->arena, "Un code est envoyé à %.*s.",
                             STR_FMT(account_masked_email(cx->arena, co.chamber_email)))
                : STR("Un code a été envoyé il y a moins de 10 minutes. Saisissez-le, ou "
                      "patientez avant d’en demander un autre."));
    return res_redirect_notice(cx, req,
                               account_towards(cx->arena, claim_url(cx, c.siren, ""), back),
                               result == CLAIM_LIMIT
                                   ? STR("Trop de codes ont été demandés pour cette entreprise. "
                                         "Réessayez demain, ou choisissez une autre preuve.")
                                   : STR("Aucune adresse n’est connue : choisissez une autre "
                                         "preuve."));
}

/* POST /entreprises/demande/{siren}/courrier */
enum err
claim_letter_form(struct ctx *cx, struct req *req)
{
    struct str back = account_back(req_form(req, "vers"));
    enum claim_result result;
    struct company co;
    struct claim c;

    TRY(may_ask(cx, req, &c, &co));
    TRY(claim_ask_letter(cx, &c, &co, &result));
    return res_redirect_notice(
        cx, req, account_towards(cx->arena, claim_url(cx, c.siren, ""), back),
        result == CLAIM_OK        ? STR("Le courrier est demandé. Il part au prochain envoi.")
        : result == CLAIM_ALREADY ? STR("Un courrier est déjà demandé.")
        : result == CLAIM_LIMIT   ? STR("Trop de courriers ont été demandés. Choisissez une autre "
                                        "preuve.")
                                  : STR("L’adresse du siège ne permet pas l’envoi d’un courrier. "
                                        "Choisissez une autre preuve."));
}

/* POST /entreprises/demande/{siren}/examen */
enum err
claim_review_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str reason = form_long_text(&f, "reason", "Qui vous êtes", REASON_MIN, REASON_MAX);
    struct str back = account_back(req_form(req, "vers"));
    struct company co;
    struct claim c;

    TRY(claim_load(cx, req, &c, &co));
    if (form_failed(&f))
        return show_claim(cx, req, &f, &c, &co, back, 422);
    if (c.contested || (c.state != CLAIM_WAITING && c.state != CLAIM_REVIEW))
        return ERR_CONFLICT;
    TRY(claim_ask_review(cx, &c, reason));
    return res_redirect_notice(cx, req, account_towards(cx->arena, URL("entreprises"), back),
                               STR("Votre demande est transmise à un agent. Sa réponse vous "
                                   "parvient par e-mail."));
}

/* POST /entreprises/demande/{siren}/retirer */
enum err
claim_give_up_form(struct ctx *cx, struct req *req)
{
    struct str back = account_back(req_form(req, "vers"));
    struct company co;
    struct claim c;

    TRY(claim_load(cx, req, &c, &co));
    TRY(claim_give_up(cx, &c));
    return res_redirect_notice(cx, req, account_towards(cx->arena, URL("entreprises"), back),
                               STR("La demande est retirée."));
}

/* ---- typing a code ---- */

static enum err
show_code(struct ctx *cx, struct req *req, const struct form *f, struct str chosen,
          struct str back, int status)
{
    struct claim_code_view v = {.errors = form_errors(f), .back = back};
    struct claim_list claims;

    TRY(claim_of_actor(cx, &claims));
    v.page = page_begin(cx, req, STR("Saisir le code de l’entreprise"));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Mes entreprises"), URL("entreprises"));
    page_crumb(cx, &v.page, STR("Saisir le code"), (struct url){STR_NONE});
    v.companies = account_towards(cx->arena, URL("entreprises"), back);
    v.siren = form_field(f, "siren", STR("Entreprise"), STR_NONE, STR_NONE);
    v.siren.required = true;
    v.sirens.item = ARENA_ARRAY(cx->arena, claims.count, struct choice);
    for (size_t i = 0; i < claims.count; i++) {
        const struct claim *c = &claims.item[i];
        struct str siren = siren_str(cx->arena, c->siren);
        if (c->state == CLAIM_WAITING || c->state == CLAIM_REVIEW)
            v.sirens.item[v.sirens.count++] =
                (struct choice){.value = siren, .label = c->name, .checked = str_eq(siren, chosen)};
    }
    if (v.sirens.count == 0)
        return res_redirect_failed(cx, req, v.companies, STR("Aucun code n’est attendu."));
    v.code = form_field(f, "code", STR("Code"),
                        STR("8 chiffres reçus par e-mail à l’adresse de l’entreprise, ou 10 "
                            "caractères reçus par courrier."), STR_NONE);
    v.code.autocomplete = "one-time-code";
    v.code.required = true;
    claim_code_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /entreprises/code?siren=NUMBER&vers=PATH */
enum err
claim_code_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str siren, back;

    TRY(req_query_str(req, "siren", 9, STR_NONE, &siren));
    TRY(req_query_str(req, "vers", 1000, STR_NONE, &back));
    return show_code(cx, req, &f, siren, account_back(back), 200);
}

/* POST /entreprises/code */
enum err
claim_code_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str typed = form_text(&f, "code", "Code", 1, 20);
    struct str number = req_form(req, "siren");
    struct str back = account_back(req_form(req, "vers"));
    enum claim_result result;
    struct claim c;
    int64_t siren;

    if (siren_parse(number, &siren) != NUMBER_OK)
        form_error(&f, "siren", "Choisissez l’entreprise que le code concerne.");
    if (form_failed(&f))
        return show_code(cx, req, &f, number, back, 422);
    TRY(claim_find(cx, siren, &c));
    TRY(claim_try(cx, &c, typed, &result));
    if (result == CLAIM_OK) {
        TRY(session_set_company(cx, req, siren, c.name));
        return res_redirect_notice(cx, req, guard_local_url(back, URL("entreprises")),
                                   str_printf(cx->arena, "C’est prouvé : vous agissez pour %.*s.",
                                              STR_FMT(c.name)));
    }
    if (result == CLAIM_TO_REVIEW)
        return res_redirect_notice(cx, req,
                                   account_towards(cx->arena, claim_url(cx, siren, ""), back),
                                   STR("Le code est bon. Une autre personne agit déjà pour cette "
                                       "entreprise : un agent examine votre demande."));
    if (result == CLAIM_WRONG)
        form_error(&f, "code", "Ce code n’est pas le bon. Vérifiez-le, et l’entreprise choisie.");
    else
        form_error(&f, "code", "Aucun code n’est valable : il est trop ancien ou a été essayé trop "
                               "souvent. Demandez-en un autre.");
    return show_code(cx, req, &f, number, back, 422);
}
