/* SPDX-License-Identifier: Apache-2.0 */
/*
 * company_web.c - /console/entreprises/{siren}: everything about a company for this organiser. What
 * the organiser may see of it stands in desk.h. The dealings are in company_deal.c.
 */
#include "account/company_text.h"
#include "base/clock.h"
#include "base/format.h"
#include "desk/company_part.h"
#include "desk_company_tmpl.h"
#include "http/route.h"
#include "staff/staff.h"

enum { SITES_PAGE = 50 };

/* What can be done from here: each is a page elsewhere, and a link for whoever may open it. */
static const struct {
    const char *route;   /* As src/routes.h writes it. */
    const char *under;   /* After the company's number. */
    const char *before;
    const char *label;
    bool needs_dealings;
} acts[] = {
    {"/console/telephone/{siren}", "", "/console/telephone", "Prendre une commande par téléphone",
     false},
    {"/console/entreprises/{siren}/donnees", "/donnees", "/console/entreprises",
     "Données personnelles", true},
};
enum { ACTS = sizeof acts / sizeof acts[0] };

static enum err
siren_here(struct req *req, int64_t *siren)
{
    struct str text;

    TRY(req_path_str(req, "siren", 9, &text));
    return siren_parse(text, siren) == NUMBER_OK ? OK : ERR_NOT_FOUND;
}

/* ---- the register ---- */

static void
show_register(struct ctx *cx, const struct company *co, struct desk_company_view *v)
{
    struct arena *a = cx->arena;

    v->facts.item = ARENA_ARRAY(a, 14, struct summary_row);
    desk_fact(&v->facts, "Effectif", account_band_text(a, co));
    desk_fact(&v->facts, "Réseau", account_network_text(a, co));
    desk_fact(&v->facts, "Activité (NAF)", co->naf.len > 0 ? co->naf : STR("Inconnue"));
    desk_fact(&v->facts, "Catégorie juridique", company_form_text(a, co->legal_category));
    desk_fact(&v->facts, "Numéro de TVA", vat_number(a, co->siren));
    desk_fact(&v->facts, "Territoire du siège", str_of(territory_label(co->territory)));
    if (co->created_day != 0)
        desk_fact(&v->facts, "Créée le", desk_day(cx, co->created_day * CLOCK_DAY_MS));
    if (v->dealt && v->sees_people && co->chamber_email.len > 0)
        desk_fact(&v->facts, "E-mail connu de la chambre",
                  account_masked_email(a, co->chamber_email));
}

/* Of a partly diffused one the commune alone. */
static struct str
site_address(struct ctx *cx, const struct establishment *e)
{
    if (e->partial)
        return str_printf(cx->arena, "%.*s (adresse non diffusée)", STR_FMT(e->city));
    return str_printf(cx->arena, "%.*s%s%.*s%s%.*s", STR_FMT(e->sign), e->sign.len > 0 ? ", " : "",
                      STR_FMT(e->street), e->street.len > 0 ? ", " : "",
                      STR_FMT(desk_town(cx, e->postal_code, e->city)));
}

static enum err
show_sites(struct ctx *cx, int64_t siren, int64_t after, struct desk_company_view *v)
{
    static const char *const heads[] = {"SIRET", "Adresse", "État", NULL};
    struct establishment_list list;

    TRY(registry_establishments(cx, siren, after, &list));
    v->sites_table = desk_table(cx, "etablissements", STR("Établissements au registre"), heads);
    v->sites.item = ARENA_ARRAY(cx->arena, list.count + 1, struct site_row);
    for (size_t i = 0; i < list.count; i++) {
        const struct establishment *e = &list.item[i];
        v->sites.item[v->sites.count++] = (struct site_row){
            .siret = str_printf(cx->arena, "%s", fmt_siret(siret_str(cx->arena, e->siret)).z),
            .address = site_address(cx, e),
            .state = e->active ? STR("Ouvert") : STR("Fermé"),
            .tone = e->active ? TONE_GOOD : TONE_BAD,
            .head = e->head_office,
        };
    }
    struct url here = desk_company_url(cx, siren);
    if (after != 0)
        v->sites_first = here;
    if (list.count == SITES_PAGE)
        v->sites_next = url_with(cx->arena, here, "etablissement",
                                 siret_str(cx->arena, list.item[list.count - 1].siret));
    return OK;
}

/* ---- what it may buy ---- */

static struct str
quota_text(struct ctx *cx, const struct desk_verdict *d)
{
    const struct policy *p = d->campaign.policy;
    const struct policy_good *g = &p->good[0];
    struct str renews = STR("");

    if (!d->has_quota)
        return STR_NONE;
    if (d->renews_ms != 0)
        renews = str_printf(cx->arena, " Une nouvelle période commence le %s.",
                            fmt_date(d->renews_ms, p->zone).z);
    return str_printf(cx->arena, "Droit de la période\u00a0: %s %.*s, dont %s déjà pris et %s qui "
                                 "restent.%.*s",
                      fmt_int(d->quota).z, STR_FMT(d->quota > 1 ? g->unit_many : g->unit_one),
                      fmt_int(d->quota - d->left).z, fmt_int(d->left).z, STR_FMT(renews));
}

struct verdict_row_list
verdict_rows(struct ctx *cx, int64_t siren, int64_t siret, const struct desk_verdict_list *list)
{
    struct verdict_row_list rows = {ARENA_ARRAY(cx->arena, list->count + 1, struct verdict_row),
                                    list->count};
    bool phones = console_may_open(cx, "/console/telephone/{siren}");

    for (size_t i = 0; i < list->count; i++) {
        const struct desk_verdict *d = &list->item[i];
        rows.item[i] = (struct verdict_row){
            .campaign = d->campaign.policy->name,
            .word = d->may ? STR("Peut commander") : STR("Pas maintenant"),
            .tone = d->may ? TONE_GOOD : TONE_WARN,
            .text = d->text,
            .quota = quota_text(cx, d),
        };
        if (d->hold_ref.len > 0 && d->refusal == REFUSAL_HOLD)
            rows.item[i].hold = desk_order_url(cx, d->hold_ref);
        if (d->may && phones)
            rows.item[i].order = url_path(cx->arena, "/console/telephone/%s/c/%s",
                                          str_z(cx->arena, siren_str(cx->arena, siren)),
                                          str_z(cx->arena, d->campaign.slug));
        if (rows.item[i].order.s.len > 0 && siret != 0)
            rows.item[i].order = url_with(cx->arena, rows.item[i].order, "siret",
                                          siret_str(cx->arena, siret));
    }
    return rows;
}

static enum err
show_verdicts(struct ctx *cx, const struct company *co, struct desk_company_view *v)
{
    struct desk_verdict_list list;
    int64_t siret;

    TRY(desk_site_of(cx, co->siren, &siret));
    if (siret == 0) {
        v->no_site = STR("Le registre n’indique aucun établissement ouvert\u00a0: rien ne peut "
                         "être livré à cette entreprise.");
        return OK;
    }
    TRY(desk_verdicts(cx, siret, &list));
    v->verdicts = verdict_rows(cx, co->siren, 0, &list);
    if (list.count == 0)
        v->no_site = STR("Vous n’avez pas encore de campagne publiée.");
    return OK;
}

/* ---- notes ---- */

static enum err
show_notes(struct ctx *cx, const struct form *f, int64_t siren, struct desk_company_view *v)
{
    struct desk_note_list list;

    v->may_note = console_may_open(cx, "/console/entreprises/{siren}") &&
                  (cx->actor.rights & (RIGHT_AGENT | RIGHT_ADMIN)) != 0;
    v->note_action = url_path(cx->arena, "/console/entreprises/%s/notes",
                              str_z(cx->arena, siren_str(cx->arena, siren)));
    v->note = form_field(f, "note", STR("Ajouter une note"),
                         STR("Pour vos collègues. Une note ne se change ni ne s’efface\u00a0: "
                             "n’écrivez que des faits utiles."), STR_NONE);
    v->note.required = true;
    TRY(desk_notes(cx, siren, &list));
    v->notes.item = ARENA_ARRAY(cx->arena, list.count + 1, struct happened_row);
    for (size_t i = 0; i < list.count; i++)
        v->notes.item[v->notes.count++] = (struct happened_row){
            .when = desk_time(cx, list.item[i].at_ms), .title = list.item[i].text,
            .who = list.item[i].who};
    return OK;
}

static void
show_acts(struct ctx *cx, int64_t siren, struct desk_company_view *v)
{
    v->acts.item = ARENA_ARRAY(cx->arena, ACTS, struct link);
    for (size_t i = 0; i < ACTS; i++)
        if (console_may_open(cx, acts[i].route) && (v->dealt || !acts[i].needs_dealings))
            v->acts.item[v->acts.count++] = (struct link){
                .url = {str_printf(cx->arena, "%s/%.*s%s", acts[i].before,
                                   STR_FMT(siren_str(cx->arena, siren)), acts[i].under)},
                .label = str_of(acts[i].label)};
}

/* ---- the page ---- */

struct places {
    int64_t site_after, order_before;
};

static enum err
show_company(struct ctx *cx, struct req *req, const struct form *f, const struct company *co,
             const struct places *at, int status)
{
    struct desk_company_view v = {.errors = form_errors(f), .partial = co->partial};
    struct str name = account_company_name(cx->arena, co->siren, co->name, co->partial);
    struct freshness fresh;

    TRY(console_page(cx, req, name, &v.page));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Recherche"), URL("console/recherche"));
    page_crumb(cx, &v.page, name, (struct url){STR_NONE});
    v.sees_people = (cx->actor.rights & SEES_PEOPLE) != 0;
    v.siren = desk_siren_text(cx->arena, co->siren);
    v.state = co->active ? STR("Active") : STR("Cessée");
    v.tone = co->active ? TONE_GOOD : TONE_BAD;
    TRY(registry_freshness(cx, &fresh));
    if (fresh.imported_ms != 0)
        v.imported = str_printf(cx->arena, "Registre importé le %s.",
                                fmt_date(fresh.imported_ms, ZONE_PARIS).z);
    TRY(desk_dealt(cx, co->siren, &v.dealt));
    show_register(cx, co, &v);
    TRY(show_sites(cx, co->siren, at->site_after, &v));
    TRY(show_verdicts(cx, co, &v));
    TRY(company_orders(cx, co->siren, at->order_before, &v));
    TRY(company_money(cx, co->siren, &v));
    TRY(company_care(cx, co->siren, &v));
    if (v.dealt && v.sees_people)
        TRY(company_people(cx, co->siren, &v));
    TRY(company_journal(cx, co->siren, &v));
    TRY(show_notes(cx, f, co->siren, &v));
    show_acts(cx, co->siren, &v);
    desk_company_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /console/entreprises/{siren}?etablissement=SIRET&commandes=ID */
enum err
desk_company_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct places at = {0};
    struct company co;
    int64_t siren;

    TRY(siren_here(req, &siren));
    TRY(req_query_int(req, "etablissement", 1, INT64_C(99999999999999), 0, &at.site_after));
    TRY(req_query_int(req, "commandes", 1, INT64_MAX, 0, &at.order_before));
    if (at.site_after != 0 && siret_siren(at.site_after) != siren)
        return ERR_NOT_FOUND;
    TRY(registry_company(cx, siren, &co));
    return show_company(cx, req, &f, &co, &at, 200);
}

/* POST /console/entreprises/{siren}/notes */
enum err
desk_note_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str text = form_long_text(&f, "note", "Note", DESK_NOTE_MIN, DESK_NOTE_MAX);
    const struct places at = {0};
    struct company co;
    int64_t siren;

    TRY(siren_here(req, &siren));
    TRY(registry_company(cx, siren, &co));
    if (form_failed(&f))
        return show_company(cx, req, &f, &co, &at, 422);
    TRY(desk_note_add(cx, siren, text));
    return res_redirect_notice(cx, req, desk_company_url(cx, siren), STR("La note est ajoutée."));
}
