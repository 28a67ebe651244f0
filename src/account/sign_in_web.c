/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_in_web.c - the pages of signing in: an address, then the code that was sent to it.
 */
#include "account/account_int.h"
#include "account/account_web.h"
#include "account/sign_in.h"
#include "account_tmpl.h"
#include "base/clock.h"
#include "http/guard.h"
#include "http/route.h"
#include "http/session.h"
#include "staff/staff.h"

/* No limit is counted where the operator has switched rates off (tests, benches). */
static struct str
client_of(const struct ctx *cx, const struct req *req)
{
    return str_is(cx->app->conf->rate, "0") ? STR_NONE : req->client_ip;
}

static enum err
show_sign_in(struct ctx *cx, struct req *req, const struct form *f, struct str back, int status)
{
    struct sign_in_view v = {.back = back, .errors = form_errors(f)};
    struct str over;

    TRY(req_query_str(req, "finie", 1, STR_NONE, &over));
    if (over.len > 0)
        v.over = (struct notice){TONE_WARN, STR("Votre session était terminée"),
                                 STR("Ce que vous avez envoyé n’a rien modifié. Connectez-vous, "
                                     "puis recommencez.")};

    v.page = page_begin(cx, req, STR("Se connecter"));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Se connecter"), (struct url){STR_NONE});
    v.email = form_field(f, "email", STR("Adresse e-mail"),
                         STR("Par exemple nom@entreprise.fr. Nous y envoyons un code."), STR_NONE);
    v.email.type = "email";
    v.email.autocomplete = "email";
    v.email.required = true;
    sign_in_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /connexion?vers=PATH&finie=1 - finie: a form came after its session. */
enum err
sign_in_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str back;

    TRY(req_query_str(req, "vers", 1000, STR_NONE, &back));
    back = account_back(back);
    if (cx->actor.account_id != 0)
        return res_redirect(cx, req, guard_local_url(back, URL("compte")));
    return show_sign_in(cx, req, &f, back, 200);
}

/* POST /connexion - the same for every address: nothing here looks whether it is known. */
enum err
sign_in_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str email = form_email(&f, "email", "Adresse e-mail");
    struct str back = account_back(req_form(req, "vers"));
    enum sign_in_result result;

    if (!form_failed(&f) && req->session.token.len == 0)
        form_error(&f, "email", "Votre session a pris fin : envoyez de nouveau le formulaire.");
    if (form_failed(&f))
        return show_sign_in(cx, req, &f, back, 422);
    enum err e = sign_in_ask(cx, req->session.token, email, client_of(cx, req), back, &result);
    if (e == ERR_INVALID) {
        form_error(&f, "email", "Nous ne pouvons pas écrire à cette adresse. Vérifiez-la.");
        return show_sign_in(cx, req, &f, back, 422);
    }
    TRY(e);
    if (result == SIGN_IN_LIMIT) {
        form_error(&f, "email", "Trop de codes ont été demandés depuis une heure. Utilisez le "
                                "dernier code reçu, ou réessayez plus tard.");
        return show_sign_in(cx, req, &f, back, 429);
    }
    return res_redirect(cx, req, URL("connexion/code"));
}

static enum err
show_code(struct ctx *cx, struct req *req, const struct form *f, const struct sign_in *s,
          int status)
{
    int64_t left = s->tries_left > 0 ? s->expires_ms - cx->now_ms : 0;
    struct code_view v = {
        .errors = form_errors(f),
        .email = s->email,
        .back = s->back,
        .change = account_towards(cx->arena, URL("connexion"), s->back),
        .minutes = left > 0 ? (left + CLOCK_MINUTE_MS - 1) / CLOCK_MINUTE_MS : 0,
        .can_again = cx->now_ms - s->sent_ms >= SIGN_IN_PAUSE_MS,
    };

    v.page = page_begin(cx, req, STR("Saisir le code"));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Se connecter"), URL("connexion"));
    page_crumb(cx, &v.page, STR("Saisir le code"), (struct url){STR_NONE});
    v.code = form_field(f, "code", STR("Code reçu par e-mail"), STR("8 chiffres."), STR_NONE);
    v.code.autocomplete = "one-time-code";
    v.code.inputmode = "numeric";
    v.code.required = true;
    sign_in_code_html(&req->out, &v);
    return res_html(req, status);
}

/* The code is too old, or another browser's; where its page led to is not lost with it. */
static enum err
start_again(struct ctx *cx, struct req *req)
{
    struct str back = req->method == METHOD_POST ? account_back(req_form(req, "vers")) : STR_NONE;

    return res_redirect_failed(cx, req, account_towards(cx->arena, URL("connexion"), back),
                               STR("Aucun code n’est valable dans ce navigateur\u00a0: il dure dix "
                                   "minutes et ne sert qu’une fois. Indiquez votre adresse pour "
                                   "en recevoir un autre."));
}

/* GET /connexion/code */
enum err
sign_in_code_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct sign_in s;
    enum err e = sign_in_pending(cx, req->session.token, &s);

    if (e == ERR_NOT_FOUND && cx->actor.account_id != 0)
        return res_redirect(cx, req, URL("compte"));
    if (e == ERR_NOT_FOUND)
        return start_again(cx, req);
    TRY(e);
    return show_code(cx, req, &f, &s, 200);
}

/* Somebody with one company acts for it at once; with several, they choose. */
static enum err
go_on(struct ctx *cx, struct req *req, const struct sign_in *s)
{
    struct company_link_list links;
    const struct company_link *only = NULL;
    struct url back;
    size_t held = 0;
    bool due;

    TRY(session_start(cx, req, s->account_id, s->email, s->rights, s->organiser_id));
    TRY(staff_proof_due(cx, s->account_id, &due));
    if (due)
        TRY(session_hold(cx, req, STAFF_ANY));
    TRY(account_links(cx, s->account_id, &links));
    for (size_t i = 0; i < links.count; i++)
        if (!links.item[i].frozen) {
            only = &links.item[i];
            held++;
        }
    if (held == 1) {
        TRY(session_set_company(cx, req, only->siren, only->name));
    }
    if (req->session.waiting != 0)
        return res_redirect(cx, req,
                            s->back.len == 0 ? URL("connexion/verification")
                                             : url_with(cx->arena, URL("connexion/verification"),
                                                        "vers", s->back));
    if ((s->rights & STAFF_ANY) != 0)
        return res_redirect(cx, req, guard_local_url(s->back, URL("console")));
    /* One's own account needs no company. */
    if (held == 1 || str_starts(s->back, STR("/compte")))
        return res_redirect(cx, req, guard_local_url(s->back, URL("")));
    back = links.count == 0 ? URL("entreprises/ajouter") : URL("entreprises");
    return res_redirect(cx, req, account_towards(cx->arena, back, s->back));
}

/* POST /connexion/code */
enum err
sign_in_code_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str typed = form_text(&f, "code", "Code", 1, 20);
    struct str code = account_typed(cx->arena, typed);
    enum sign_in_result result;
    struct sign_in s;

    /* A digit too few is a slip: it costs no try. */
    if (!form_failed(&f) && code.len != SIGN_IN_DIGITS)
        form_error(&f, "code", "Ce code comporte %s, il en faut %d.",
                   fmt_plural((int64_t)utf8_count(code), "chiffre", "chiffres").z,
                   SIGN_IN_DIGITS);
    if (form_failed(&f)) {
        enum err e = sign_in_pending(cx, req->session.token, &s);
        if (e == ERR_NOT_FOUND)
            return start_again(cx, req);
        TRY(e);
        return show_code(cx, req, &f, &s, 422);
    }
    TRY(sign_in_try(cx, req->session.token, typed, &s, &result));
    switch (result) {
    case SIGN_IN_OK:
        return go_on(cx, req, &s);
    case SIGN_IN_WRONG:
        form_error(&f, "code", "Ce code n’est pas le bon. Vérifiez les 8 chiffres du dernier "
                               "message reçu ; %s.",
                   s.tries_left == 1 ? "il reste un essai"
                                     : fmt_plural(s.tries_left, "essai restant",
                                                  "essais restants").z);
        return show_code(cx, req, &f, &s, 422);
    case SIGN_IN_SPENT:
        form_error(&f, "code", "Ce code a été essayé 5 fois sans succès : il ne vaut plus rien. "
                               "Demandez-en un nouveau.");
        return show_code(cx, req, &f, &s, 422);
    default:
        return start_again(cx, req);
    }
}

/* POST /connexion/code/nouveau */
enum err
sign_in_again_form(struct ctx *cx, struct req *req)
{
    enum sign_in_result result;

    TRY(sign_in_again(cx, req->session.token, client_of(cx, req), &result));
    if (result == SIGN_IN_NONE)
        return start_again(cx, req);
    return res_redirect_notice(
        cx, req, URL("connexion/code"),
        result == SIGN_IN_OK ? STR("Un nouveau code est envoyé. Le précédent ne vaut plus rien.")
        : result == SIGN_IN_PAUSE
            ? STR("Le dernier code date de moins d’une minute. Patientez un peu avant d’en "
                  "demander un autre.")
            : STR("Trop de codes ont été demandés depuis une heure. Réessayez plus tard."));
}

/* POST /deconnexion */
enum err
sign_out_form(struct ctx *cx, struct req *req)
{
    TRY(session_end(cx, req));
    /* Nothing is to be come back to on a machine that others use. */
    res_header(cx, req, "Clear-Site-Data", STR("\"cache\""));
    return res_redirect(cx, req, URL(""));
}
