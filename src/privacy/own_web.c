/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own_web.c - /compte/donnees: what is known of oneself, a copy of it, the wish to be forgotten.
 *
 * A session lives for hours on a shop's computer, and both are worth stealing one for: they
 * want a sign-in of the last minutes, that is a code from the person's own mail.
 */
#include "account/account.h"
#include "base/clock.h"
#include "base/format.h"
#include "http/route.h"
#include "http/session.h"
#include "privacy/privacy_view.h"
#include "privacy_tmpl.h"

static struct str
count_text(struct ctx *cx, int64_t n, const char *none, const char *one, const char *many)
{
    return n == 0 ? str_of(none) : str_printf(cx->arena, "%s", fmt_plural(n, one, many).z);
}

static enum err
show_known(struct ctx *cx, struct req *req, struct own_view *v)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_OWN_COUNTS, &rows, db_int(cx->actor.account_id)));
    v->known.item = ARENA_ARRAY(cx->arena, 5, struct summary_row);
    privacy_fact(&v->known, "Adresse e-mail", req->session.email,
                 str_printf(cx->arena, "Compte créé le %s",
                            fmt_short_date(row_int(&rows, 0, 0), ZONE_PARIS).z));
    privacy_fact(&v->known, "Entreprises",
                 count_text(cx, row_int(&rows, 0, 2), "Aucune", "entreprise rattachée",
                            "entreprises rattachées"),
                 STR_NONE);
    privacy_fact(&v->known, "Commandes",
                 count_text(cx, row_int(&rows, 0, 3), "Aucune", "commande passée par vous",
                            "commandes passées par vous"),
                 row_int(&rows, 0, 4) == 0
                     ? STR_NONE
                     : str_printf(cx->arena, "Dont %s",
                                  fmt_plural(row_int(&rows, 0, 4), "avec réclamation",
                                             "avec réclamation").z));
    return OK;
}

static enum err
show_wish(struct ctx *cx, struct own_view *v)
{
    struct privacy_scope scope = {.account_id = cx->actor.account_id};
    struct privacy_block_list blocks;
    struct privacy_request r;
    enum err e = privacy_own(cx, &r);

    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    TRY(privacy_blocks(cx, &scope, &blocks));
    privacy_blocks_show(cx, &blocks, false, &v->blocks);
    v->is_asked = e == OK;
    if (!v->is_asked)
        return OK;
    v->can_withdraw = r.state < PRIVACY_UNDER_WAY;
    v->asked = (struct notice){
        .tone = TONE_INFO,
        .title = str_printf(cx->arena, "Vous avez demandé l’effacement le %s",
                            fmt_short_date(r.asked_ms, ZONE_PARIS).z),
        .text = !v->can_withdraw ? STR("L’effacement a commencé.")
                : r.not_before_ms > cx->now_ms
                    ? str_printf(cx->arena,
                                 "Il commence le %s%s.",
                                 fmt_date_time(r.not_before_ms, ZONE_PARIS).z,
                                 blocks.count > 0 ? ", si plus rien n’est en cours" : "")
                : blocks.count > 0 ? STR("Il se fera dès que plus rien ne sera en cours.")
                                   : STR("Il commence dans quelques minutes.")};
    return OK;
}

static enum err
show_own(struct ctx *cx, struct req *req, const struct form *f, int status)
{
    struct own_view v = {
        .errors = form_errors(f),
        .is_sure = session_young(cx, req),
        .email = req->session.email,
        .wait_days = erase_wait_days(cx->app->conf),
    };
    struct account a;

    v.page = page_begin(cx, req, STR("Mes données"));
    v.page.has_error = form_failed(f);
    v.understood = form_field(f, "compris",
                              STR("J’ai compris que l’effacement est définitif et que je perdrai "
                                  "l’accès à mes commandes"),
                              STR_NONE, STR_NONE);
    v.understood.required = true;
    page_crumb(cx, &v.page, STR("Mon compte"), URL("compte"));
    page_crumb(cx, &v.page, STR("Mes données"), (struct url){STR_NONE});
    TRY(account_by_id(cx, cx->actor.account_id, &a));
    v.is_staff = a.organiser_id != 0;
    TRY(show_known(cx, req, &v));
    TRY(show_wish(cx, &v));
    own_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /compte/donnees */
enum err
own_data_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);

    return show_own(cx, req, &f, 200);
}

static enum err
confirm_first(struct ctx *cx, struct req *req)
{
    return res_redirect_notice(cx, req, URL("compte/donnees"),
                               STR("Confirmez d’abord que c’est vous, avec un code."));
}

/* POST /compte/donnees/effacement */
enum err
own_erase_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    enum err e;

    if (!session_young(cx, req))
        return confirm_first(cx, req);
    if (!form_checked(&f, "compris"))
        form_error(&f, "compris", "Cochez la case pour confirmer\u00a0: rien n’est demandé sans "
                                  "elle.");
    if (form_failed(&f))
        return show_own(cx, req, &f, 422);
    e = privacy_ask_own(cx);
    if (e == ERR_CONFLICT)
        return res_redirect(cx, req, URL("compte/donnees"));
    TRY(e);
    return res_redirect_notice(cx, req, URL("compte/donnees"),
                               STR("Votre demande est reçue. Un message vous le confirme."));
}

/* POST /compte/donnees/retrait */
enum err
own_withdraw_form(struct ctx *cx, struct req *req)
{
    enum err e = privacy_withdraw_own(cx);

    if (e == ERR_CONFLICT)
        return res_redirect_failed(cx, req, URL("compte/donnees"),
                                   STR("L’effacement a déjà commencé\u00a0: il ne peut plus être "
                                       "arrêté."));
    if (e == ERR_NOT_FOUND)
        return res_redirect(cx, req, URL("compte/donnees"));
    TRY(e);
    return res_redirect_notice(cx, req, URL("compte/donnees"),
                               STR("Votre demande est retirée\u00a0: rien n’est effacé."));
}
