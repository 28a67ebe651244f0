/* SPDX-License-Identifier: Apache-2.0 */
/*
 * error.c - the page or the problem document of an error: what happened, and what to do now.
 */
#include "http/error.h"

#include "error_tmpl.h"
#include "http/exchange.h"

struct error_words {
    int status;
    enum problem problem; /* For programs. */
    const char *heading;  /* For people. */
    const char *text;
    const char *next;
};

static const struct error_words words[] = {
    {400, PROBLEM_BAD_REQUEST, "Demande illisible",
     "L’adresse ou le formulaire reçu est mal formé.",
     "Revenez à la page précédente et recommencez."},
    {401, PROBLEM_SIGN_IN, "Connexion nécessaire",
     "Connectez-vous pour continuer.", ""},
    {403, PROBLEM_DENIED, "Accès refusé", "Vous n’avez pas le droit de faire cela.",
     "Si vous gérez plusieurs entreprises, choisissez la bonne, puis recommencez."},
    {404, PROBLEM_NOT_FOUND, "Page introuvable", "Cette page n’existe pas.",
     "Vérifiez l’adresse, ou repartez de l’accueil."},
    {405, PROBLEM_METHOD, "Action impossible ici",
     "Cette page ne s’utilise pas de cette façon.", "Repartez de l’accueil."},
    {408, PROBLEM_TIMEOUT, "Délai dépassé",
     "Votre demande a mis trop de temps à nous parvenir.", "Recommencez."},
    {409, PROBLEM_CONFLICT, "Modifié entre-temps",
     "Quelqu’un d’autre a modifié cela entre-temps.",
     "Rechargez la page pour voir l’état actuel, puis recommencez."},
    {413, PROBLEM_TOO_LARGE, "Envoi trop volumineux",
     "Ce que vous envoyez dépasse la taille acceptée.", "Raccourcissez, puis recommencez."},
    {414, PROBLEM_ADDRESS_TOO_LONG, "Adresse trop longue",
     "L’adresse demandée est trop longue.", ""},
    {415, PROBLEM_MEDIA_TYPE, "Format non accepté",
     "Le format de cet envoi n’est pas accepté ici.", ""},
    {417, PROBLEM_EXPECTATION, "Demande non prise en charge",
     "Cette demande n’est pas prise en charge.", ""},
    {422, PROBLEM_INVALID, "Demande à corriger",
     "Votre demande comporte une erreur.", "Revenez à la page précédente et vérifiez la saisie."},
    {429, PROBLEM_RATE, "Trop de demandes",
     "Trop de demandes sont arrivées de votre adresse en peu de temps.",
     "Attendez une minute, puis recommencez."},
    {431, PROBLEM_HEADERS_TOO_LARGE, "En-têtes trop longs",
     "Les en-têtes de votre demande sont trop longs.",
     "Effacez les cookies de ce site, puis recommencez."},
    {500, PROBLEM_FAULT, "Erreur de notre côté",
     "Une erreur est survenue de notre côté. Elle est enregistrée.",
     "Recommencez dans un instant\u00a0; votre demande n’a rien modifié."},
    {501, PROBLEM_NOT_IMPLEMENTED, "Demande non prise en charge",
     "Cette demande n’est pas prise en charge.", ""},
    {503, PROBLEM_BUSY, "Service très sollicité",
     "Beaucoup de demandes arrivent en ce moment. La vôtre n’a pas été traitée, et rien n’a été "
     "modifié.",
     "Attendez quelques secondes, puis rechargez cette page."},
    {505, PROBLEM_VERSION, "Version non prise en charge",
     "Cette version du protocole n’est pas prise en charge.", ""},
};

static const struct error_words unknown_commit = {
    503, PROBLEM_UNKNOWN, "Réponse en attente",
    "Nous ne savons pas encore si votre demande a abouti.",
    "Rechargez la page\u00a0: elle n’est jamais comptée deux fois."};

static const struct error_words stale_form = {
    403, PROBLEM_CSRF, "Formulaire expiré",
    "Ce formulaire a expiré ou a été ouvert dans une autre session. Rien n’a été modifié.",
    "Revenez à la page précédente, rechargez-la, puis recommencez."};

static const struct error_words *
words_for(const struct exchange *ex, int status, enum err e)
{
    if (e == ERR_UNKNOWN)
        return &unknown_commit;
    if (ex->log_cause != NULL && strcmp(ex->log_cause, "csrf") == 0)
        return &stale_form;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (words[i].status == status)
            return &words[i];
    return words_for(ex, 500, ERR_FAULT);
}

static void
error_page(struct exchange *ex, struct ctx *cx, const struct error_words *w)
{
    struct error_view v = {
        .heading = str_of(w->heading), .text = str_of(w->text), .next = str_of(w->next)};

    if (w->status == 500)
        v.reference = ex->req.request_id;
    /* Never a new cookie: it would sign out a visitor whose session was not looked at. */
    v.page = page_plain(cx, &ex->req, v.heading);
    v.page.has_error = true;
    error_html(&ex->req.out, &v);
}

void
error_draw(struct exchange *ex, struct ctx *cx, int status, enum err e)
{
    struct req *req = &ex->req;
    const struct error_words *w = words_for(ex, status, e);
    struct ctx own = {.app = ex->env->app, .arena = &ex->arena};

    if (cx == NULL)
        cx = &own;
    res_reset(req);
    if (status == 308) {
        (void)!res_redirect(cx, req, (struct url){ex->moved});
        req->status = 308;
        return;
    }
    if (status == 429)
        res_header(cx, req, "Retry-After", STR("60"));
    else if (status == 503)
        res_header(cx, req, "Retry-After", str_printf(&ex->arena, "%d", RETRY_AFTER_S));
    if (req->path.len == 0 || status == 408) {
        /* Refused before it could be understood: a word is enough. */
        buf_z(&req->out, problem_words(w->problem)->title);
        buf_byte(&req->out, '\n');
        (void)!res_body(req, status, "text/plain; charset=utf-8");
    } else if (str_starts(req->path, STR("/api/")) || str_starts(req->path, STR("/hook/"))) {
        if (status == 401)
            res_header(cx, req, "WWW-Authenticate", STR("Bearer"));
        (void)!res_problem(cx, req, status, w->problem, STR_NONE, NULL);
    } else {
        error_page(ex, cx, w);
        (void)!res_html(req, status);
    }
}
