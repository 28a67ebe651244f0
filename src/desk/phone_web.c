/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phone_web.c - an agent takes an order by telephone: which company, what it may buy, what it says
 * of its headcount, and the buyer's own form (order/order_form.h) from the agent's side.
 */
#include "account/caller.h"
#include "account/company_text.h"
#include "base/crypto.h"
#include "base/format.h"
#include "desk/company_part.h"
#include "http/route.h"
#include "order/order_form.h"
#include "phone_tmpl.h"
#include "staff/staff.h"

/* The company before the agent. */
struct caller {
    struct company company;
    struct str name;
    int64_t siret;      /* The establishment that was typed, if it is open; 0: none. */
    int64_t closed;     /* The one that was typed is not open. */
    struct url here;    /* /console/telephone/SIREN, with it. */
};

static struct url
phone_url(struct ctx *cx, const struct caller *c, const char *under)
{
    struct url u = {str_printf(cx->arena, "/console/telephone/%.*s%s",
                               STR_FMT(siren_str(cx->arena, c->company.siren)), under)};

    return c->siret == 0 ? u : url_with(cx->arena, u, "siret", siret_str(cx->arena, c->siret));
}

static enum err
site_check(struct ctx *cx, int64_t siren, struct caller *c)
{
    struct establishment site;

    if (siret_siren(c->siret) != siren)
        return ERR_NOT_FOUND;
    enum err e = registry_establishment(cx, c->siret, &site);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    if (e == ERR_NOT_FOUND || !site.active) {
        c->closed = c->siret;
        c->siret = 0;
    }
    return OK;
}

static enum err
caller_read(struct ctx *cx, struct req *req, struct caller *out)
{
    struct str text;
    int64_t siren;

    *out = (struct caller){0};
    TRY(req_path_str(req, "siren", 9, &text));
    if (siren_parse(text, &siren) != NUMBER_OK)
        return ERR_NOT_FOUND;
    TRY(registry_company(cx, siren, &out->company));
    TRY(req_query_int(req, "siret", 1, INT64_C(99999999999999), 0, &out->siret));
    if (out->siret != 0)
        TRY(site_check(cx, siren, out));
    out->name = account_company_name(cx->arena, siren, out->company.name, out->company.partial);
    out->here = phone_url(cx, out, "");
    return OK;
}

/* ---- what it may buy ---- */

static enum err
linked_text(struct ctx *cx, int64_t siren, bool dealt, struct str *out)
{
    struct company_holder_list list;
    int64_t count = 0;

    if (!dealt) {
        *out = STR("Si quelqu’un agit déjà en ligne pour cette entreprise, un message l’en "
                   "prévient.");
        return OK;
    }
    TRY(account_company_holders(cx, siren, &list));
    for (size_t i = 0; i < list.count; i++)
        count += list.item[i].ended_ms == 0 && list.item[i].frozen_ms == 0;
    *out = count == 0
               ? STR("Personne n’agit encore en ligne pour cette entreprise.")
               : str_printf(cx->arena, "%s en ligne pour cette entreprise\u00a0: un message %s "
                                       "prévient de chaque commande prise par téléphone.",
                            count == 1 ? "Une personne agit"
                                       : fmt_plural(count, "personne agit", "personnes agissent").z,
                            count == 1 ? "la" : "les");
    return OK;
}

/* What it declared is shown to those it has dealt with (desk.h). */
static enum err
show_facts(struct ctx *cx, const struct caller *c, struct summary_row_list *out)
{
    struct company_declaration d;
    bool dealt;

    TRY(desk_dealt(cx, c->company.siren, &dealt));
    TRY(account_declaration(cx, c->company.siren, &d));
    out->item = ARENA_ARRAY(cx->arena, 6, struct summary_row);
    desk_fact(out, "SIREN", desk_siren_text(cx->arena, c->company.siren));
    if (c->siret != 0)
        desk_fact(out, "Établissement",
                  str_printf(cx->arena, "%s", fmt_siret(siret_str(cx->arena, c->siret)).z));
    if (c->closed != 0)
        desk_fact(out, "Établissement",
                  str_printf(cx->arena, "%s, fermé ou absent du registre\u00a0: la commande va à "
                                        "un autre", fmt_siret(siret_str(cx->arena, c->closed)).z));
    desk_fact(out, "Effectif au registre", account_band_text(cx->arena, &c->company));
    if (dealt)
        desk_fact(out, "Effectif retenu",
                  d.heads >= 0 ? str_printf(cx->arena, "%s",
                                            fmt_plural(d.heads, "salarié", "salariés").z)
                  : d.heads_in_review ? STR("En cours d’examen")
                                      : STR("Aucun chiffre exact"));
    desk_fact(out, "Réseau",
              dealt && d.networks != 0 ? STR("Attesté par un agent")
                                       : account_network_text(cx->arena, &c->company));
    return OK;
}

static enum err
caller_page(struct ctx *cx, struct req *req, const struct caller *c, struct str title,
            struct page *out)
{
    TRY(console_page(cx, req, title, out));
    page_crumb(cx, out, STR("Téléphone"), URL("console/telephone"));
    page_crumb(cx, out, c->name, c->here);
    return OK;
}

/* GET /console/telephone/{siren}?siret= */
enum err
phone_company_page(struct ctx *cx, struct req *req)
{
    struct phone_company_view v = {0};
    struct desk_verdict_list list;
    struct caller c;
    int64_t siret;
    bool dealt;

    TRY(caller_read(cx, req, &c));
    TRY(console_page(cx, req, c.name, &v.page));
    page_crumb(cx, &v.page, STR("Téléphone"), URL("console/telephone"));
    page_crumb(cx, &v.page, c.name, (struct url){STR_NONE});
    TRY(show_facts(cx, &c, &v.facts));
    TRY(desk_dealt(cx, c.company.siren, &dealt));
    TRY(linked_text(cx, c.company.siren, dealt, &v.linked));
    v.heads = phone_url(cx, &c, "/effectif");
    v.company = desk_company_url(cx, c.company.siren);
    TRY(desk_site_of(cx, c.company.siren, &siret));
    if (siret == 0) {
        v.no_site = STR("Le registre n’indique aucun établissement ouvert pour votre entreprise. "
                        "Nous ne pouvons rien lui livrer.");
    } else {
        TRY(desk_verdicts(cx, c.siret != 0 ? c.siret : siret, &list));
        v.verdicts = verdict_rows(cx, c.company.siren, c.siret, &list);
    }
    phone_company_html(&req->out, &v);
    return res_html(req, 200);
}

/* ---- what it declares ---- */

static enum err
show_heads(struct ctx *cx, struct req *req, const struct form *f, const struct caller *c,
           int status)
{
    struct phone_heads_view v = {.errors = form_errors(f), .back = c->here,
                                 .action = phone_url(cx, c, "/effectif")};
    struct company_declaration d;

    TRY(caller_page(cx, req, c, STR("Ce que l’entreprise déclare"), &v.page));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Déclarer"), (struct url){STR_NONE});
    TRY(show_facts(cx, c, &v.facts));
    TRY(account_declaration(cx, c->company.siren, &d));
    v.email = form_field(f, "email", STR("Adresse e-mail de la personne"),
                         STR("La réponse y part. Faites-la épeler."), STR_NONE);
    v.email.type = "email";
    v.email.required = true;
    v.heads = form_field(f, "heads", STR("Nombre de salariés"),
                         STR("Tous établissements compris, sans compter le dirigeant non "
                             "salarié."), STR_NONE);
    v.heads.inputmode = "numeric";
    v.shows_network = d.networks == 0 && (c->company.network_source == NETWORK_UNKNOWN ||
                                          c->company.networks == 0);
    v.heads.required = !v.shows_network;
    v.network = form_field(f, "network", STR("L’entreprise relève de"), STR_NONE, STR_NONE);
    v.networks = account_network_choices(cx->arena, req_form(req, "network"));
    v.note = form_field(f, "note", STR("Ce qui le montre"),
                        STR("Nécessaire dès qu’un agent doit vérifier. Par exemple\u00a0: DSN du "
                            "mois d’avril, 14 salariés."), STR_NONE);
    phone_heads_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /console/telephone/{siren}/effectif */
enum err
phone_heads_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct caller c;

    TRY(caller_read(cx, req, &c));
    return show_heads(cx, req, &f, &c, 200);
}

static enum err
heads_read(struct ctx *cx, struct form *f, const struct caller *c, struct phone_declaration *d)
{
    *d = (struct phone_declaration){.heads = -1};
    TRY(account_caller_email(cx, f, "email", &d->email));
    if (req_form(f->req, "heads").len > 0)
        d->heads = (int)form_int(f, "heads", "Nombre de salariés", 0, DECLARE_HEADS_MAX);
    if (req_form(f->req, "network").len > 0)
        d->networks = account_network_read(
            form_choice(f, "network", "Réseau", account_network_codes));
    d->note = form_long_text(f, "note", "Ce qui le montre", 0, DECLARE_NOTE_MAX);
    if (form_error_of(f, "heads").len > 0 || form_error_of(f, "network").len > 0 ||
        form_error_of(f, "note").len > 0)
        return OK;
    if (d->heads < 0 && d->networks == 0)
        form_error(f, "heads", "Indiquez le nombre de salariés, par exemple 12.");
    else if ((d->networks != 0 || !account_heads_fit(&c->company, d->heads)) &&
             utf8_count(d->note) < DECLARE_NOTE_MIN)
        form_error(f, "note", "Un agent devra vérifier\u00a0: dites ce qui le montre (%d "
                              "caractères au moins).", DECLARE_NOTE_MIN);
    return OK;
}

/* POST /console/telephone/{siren}/effectif */
enum err
phone_heads_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct phone_declaration d;
    struct caller c;
    bool accepted;

    TRY(caller_read(cx, req, &c));
    TRY(heads_read(cx, &f, &c, &d));
    if (form_failed(&f))
        return show_heads(cx, req, &f, &c, 422);
    TRY(phone_declare(cx, &c.company, &d, &accepted));
    return res_redirect_notice(
        cx, req, c.here,
        accepted ? STR("L’effectif est enregistré.")
                 : STR("La déclaration attend la décision d’un autre agent. La réponse part par "
                       "e-mail à la personne."));
}

/* ---- the order ---- */

struct phone_order {
    struct caller caller;
    struct campaign campaign;
    struct order_side side;
};

/* The campaign of the actor's organiser, and the form's surroundings. */
static enum err
order_read(struct ctx *cx, struct req *req, struct phone_order *o)
{
    struct str slug;

    TRY(caller_read(cx, req, &o->caller));
    TRY(req_path_str(req, "slug", 64, &slug));
    TRY(campaign_find(cx, slug, &o->campaign));
    if (o->campaign.organiser_id != cx->actor.organiser_id)
        return ERR_NOT_FOUND;
    o->side = (struct order_side){
        .siren = o->caller.company.siren,
        .siret = o->caller.siret,
        .assisted = true,
        .orders = URL("console/commandes"),
        .headcount = phone_url(cx, &o->caller, "/effectif"),
        .back = o->caller.here,
        .back_label = STR("Revenir à l’entreprise"),
    };
    char *under = str_z(cx->arena, str_printf(cx->arena, "/c/%.*s", STR_FMT(o->campaign.slug)));
    o->side.place = phone_url(cx, &o->caller, under);
    o->side.step = phone_url(cx, &o->caller, str_z(cx->arena, str_printf(cx->arena, "%s/etape",
                                                                         under)));
    TRY(caller_page(cx, req, &o->caller, STR("Commande par téléphone"), &o->side.page));
    page_crumb(cx, &o->side.page, o->campaign.policy->name, (struct url){STR_NONE});
    return OK;
}

/* GET /console/telephone/{siren}/c/{slug} - the first step. */
enum err
phone_order_page(struct ctx *cx, struct req *req)
{
    struct order_placed placed;
    struct phone_order o;
    struct order_form form;
    struct form f;

    TRY(order_read(cx, req, &o));
    TRY(order_form_read(cx, req, &o.side, &o.campaign, false, &f, &form));
    TRY(order_preview(cx, &form.ask, &placed));
    return order_form_show(cx, req, &o.side, &f, &form, STEP_QUANTITY, &placed, 200);
}

/* POST /console/telephone/{siren}/c/{slug}/etape - another step, nothing stored. */
enum err
phone_step_form(struct ctx *cx, struct req *req)
{
    struct phone_order o;

    TRY(order_read(cx, req, &o));
    return order_form_step(cx, req, &o.side, &o.campaign);
}

/* POST /console/telephone/{siren}/c/{slug} - reserves. The same form sent twice leads to the same
 * order. */
enum err
phone_order_form(struct ctx *cx, struct req *req)
{
    struct order_placed placed;
    struct phone_order o;
    struct order_form form;
    struct form f;

    TRY(order_read(cx, req, &o));
    TRY(order_form_read(cx, req, &o.side, &o.campaign, true, &f, &form));
    form.ask.key = form_key(&f, "key");
    if (form_failed(&f)) {
        TRY(order_preview(cx, &form.ask, &placed));
        return order_form_show(cx, req, &o.side, &f, &form,
                               form.quantity_wrong ? STEP_QUANTITY : STEP_DELIVERY, &placed, 422);
    }
    TRY(phone_place(cx, &form.ask, &placed));
    if (placed.ok)
        return res_redirect(cx, req, desk_order_url(cx, placed.order.ref));
    if (placed.decision->refusal == REFUSAL_HOLD)
        return res_redirect_failed(cx, req, desk_order_url(cx, placed.decision->hold_ref),
                                   placed.refusal);
    if (placed.decision->refusal == REFUSAL_EMPTY)
        order_form_ask_packs(&f, &form);
    return order_form_show(cx, req, &o.side, &f, &form, STEP_QUANTITY, &placed, 409);
}
