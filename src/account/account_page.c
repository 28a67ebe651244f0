/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account_page.c - my account: who I am, API tokens, all sessions.
 */
#include "account/account_web.h"
#include "account/token.h"
#include "account_tmpl.h"
#include "base/clock.h"
#include "base/format.h"
#include "http/route.h"
#include "http/session.h"
#include "staff/staff.h"

/* ---- tokens ---- */

static bool
owner_of(const struct ctx *cx, struct str which, struct token_owner *out)
{
    *out = (struct token_owner){0};
    if (str_is(which, "entreprise") && (cx->actor.rights & RIGHT_COMPANY) != 0)
        out->siren = cx->actor.siren;
    else if (str_is(which, "organisateur") && (cx->actor.rights & RIGHT_ADMIN) != 0)
        out->organiser_id = cx->actor.organiser_id;
    return out->siren != 0 || out->organiser_id != 0;
}

static struct str
right_text(unsigned rights)
{
    return (rights & RIGHT_API_ADMIN) != 0   ? STR("Administre l’organisateur")
           : (rights & RIGHT_API_ORDER) != 0 ? STR("Lit et commande")
                                             : STR("Lit seulement");
}

static struct str
used_text(struct ctx *cx, int64_t day)
{
    if (day == 0)
        return STR("Jamais utilisé.");
    return str_printf(cx->arena, "Utilisé le %s.", fmt_short_date(day * CLOCK_DAY_MS, ZONE_UTC).z);
}

static enum err
show_tokens(struct ctx *cx, struct token_owner owner, const struct form *f,
            struct token_block *b)
{
    struct token_list list;

    TRY(token_list(cx, owner, &list));
    b->tokens.item = ARENA_ARRAY(cx->arena, list.count, struct token_row);
    b->tokens.count = list.count;
    for (size_t i = 0; i < list.count; i++)
        b->tokens.item[i] = (struct token_row){
            .id = list.item[i].id,
            .label = list.item[i].label,
            .right = right_text(list.item[i].rights),
            .used = used_text(cx, list.item[i].used_day),
            .expires = str_printf(cx->arena, "%s",
                                  fmt_short_date(list.item[i].expires_ms, ZONE_PARIS).z),
        };
    b->label = form_field(f, owner.siren != 0 ? "label" : "label_org", STR("Nom du jeton"),
                          STR("Pour le reconnaître, par exemple : logiciel de stock."), STR_NONE);
    b->label.required = true;
    return OK;
}

static enum err
show_blocks(struct ctx *cx, const struct form *f, struct account_view *v)
{
    struct token_owner owner;

    v->has_company = owner_of(cx, STR("entreprise"), &owner);
    if (v->has_company) {
        v->company = (struct token_block){
            .owner = STR("entreprise"),
            .title = STR("Jetons de l’API pour votre entreprise"),
            .text = STR("Un logiciel qui présente ce jeton agit pour votre entreprise. Donnez-le "
                        "à lui seul."),
        };
        v->company.right = form_field(f, "right", STR("Ce qu’il peut faire"), STR_NONE, STR_NONE);
        v->company.right.required = true;
        v->company.rights.item = ARENA_ARRAY(cx->arena, 2, struct choice);
        v->company.rights.count = 2;
        v->company.rights.item[0] = (struct choice){STR("read"), STR("Lire seulement"), STR_NONE,
                                                    true};
        v->company.rights.item[1] = (struct choice){STR("order"), STR("Lire et commander"),
                                                    STR_NONE, false};
        TRY(show_tokens(cx, owner, f, &v->company));
    }
    v->is_admin = owner_of(cx, STR("organisateur"), &owner);
    if (!v->is_admin)
        return OK;
    v->organiser = (struct token_block){
        .owner = STR("organisateur"),
        .title = STR("Jetons de l’API pour l’organisateur"),
        .text = STR("Un tel jeton administre les campagnes de l’organisateur."),
    };
    return show_tokens(cx, owner, f, &v->organiser);
}

static enum err
show_account(struct ctx *cx, struct req *req, const struct form *f, int status)
{
    struct account_view v = {.errors = form_errors(f)};
    struct company_link_list links;
    size_t held = 0;

    v.page = page_begin(cx, req, STR("Mon compte"));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Mon compte"), (struct url){STR_NONE});
    TRY(account_links(cx, cx->actor.account_id, &links));
    for (size_t i = 0; i < links.count; i++)
        held += !links.item[i].frozen;
    v.summary.item = ARENA_ARRAY(cx->arena, 3, struct summary_row);
    v.summary.item[v.summary.count++] = (struct summary_row){
        .term = STR("Adresse e-mail"), .value = req->session.email};
    v.summary.item[v.summary.count++] = (struct summary_row){
        .term = STR("Vous agissez pour"),
        .value = req->session.company.len > 0 ? req->session.company : STR("Aucune entreprise"),
        .note = str_printf(cx->arena, "%s à votre compte",
                           fmt_plural((int64_t)held, "entreprise rattachée",
                                      "entreprises rattachées").z),
        .change = URL("entreprises"),
        .change_what = STR("l’entreprise"),
    };
    if ((cx->actor.rights & STAFF_ANY) != 0)
        v.summary.item[v.summary.count++] = (struct summary_row){
            .term = STR("Rôle"),
            .value = staff_roles_text(cx->arena, cx->actor.rights),
            .change = URL("compte/securite"),
            .change_what = STR("la double vérification")};
    TRY(show_blocks(cx, f, &v));
    account_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /compte */
enum err
account_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);

    return show_account(cx, req, &f, 200);
}

/* POST /compte/sessions - everywhere, here too. */
enum err
account_sessions_form(struct ctx *cx, struct req *req)
{
    TRY(session_end_all(cx, cx->actor.account_id));
    TRY(session_end(cx, req));
    return res_redirect(cx, req, URL("connexion"));
}

/* POST /compte/jetons - shows the token, this once. */
enum err
token_create_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct token_view v = {0};
    struct token_owner owner;
    struct token t;
    unsigned rights;

    if (!owner_of(cx, req_form(req, "pour"), &owner))
        return ERR_DENIED;
    v.label = form_text(&f, owner.siren != 0 ? "label" : "label_org", "Nom du jeton", 1,
                        TOKEN_LABEL_MAX);
    if (form_failed(&f))
        return show_account(cx, req, &f, 422);
    rights = owner.siren == 0 ? RIGHT_API_READ | RIGHT_API_ADMIN
             : str_is(req_form(req, "right"), "order") ? RIGHT_API_READ | RIGHT_API_ORDER
                                                       : RIGHT_API_READ;
    enum err e = token_create(cx, owner, v.label, rights, &v.secret, &t);
    if (e == ERR_LIMIT) {
        form_error(&f, owner.siren != 0 ? "label" : "label_org",
                   "Il y a déjà %d jetons : retirez-en un d’abord.", TOKENS_MAX);
        return show_account(cx, req, &f, 422);
    }
    TRY(e);
    v.page = page_begin(cx, req, STR("Jeton créé"));
    page_crumb(cx, &v.page, STR("Mon compte"), URL("compte"));
    page_crumb(cx, &v.page, STR("Jeton créé"), (struct url){STR_NONE});
    token_made_html(&req->out, &v);
    return res_html(req, 200);
}

/* POST /compte/jetons/retirer */
enum err
token_revoke_form(struct ctx *cx, struct req *req)
{
    struct token_owner owner;

    if (!owner_of(cx, req_form(req, "pour"), &owner))
        return ERR_DENIED;
    TRY(token_revoke(cx, owner, req_form(req, "id")));
    return res_redirect_notice(cx, req, URL("compte"),
                               STR("Le jeton est retiré : il n’ouvre plus rien."));
}
