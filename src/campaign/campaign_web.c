/* SPDX-License-Identifier: Apache-2.0 */
/*
 * campaign_web.c - the public pages: list of campaigns, home of one, verdict for a SIRET, rules.
 *
 * The verdict is a GET, so that it can be kept and sent as a link. It shows the name of a company
 * only where the register publishes it as a company's: not for people who trade under their own
 * name, nor where diffusion is partial.
 */
#include "base/format.h"
#include "base/parse.h"
#include "campaign/campaign_json.h"
#include "campaign/campaign_view.h"
#include "campaign_tmpl.h"
#include "html/assets.h"
#include "http/route.h"
#include "policy/policy_text.h"

#define NBSP "\u00a0"

enum { TYPED_MAX = 200, SOLE_TRADER = 1000, HEADS_TYPED_MAX = 1000000 };

static struct url
home_url(struct ctx *cx, const struct campaign *c)
{
    return url_path(cx->arena, "/c/%s", str_z(cx->arena, c->slug));
}

static struct url
sub_url(struct ctx *cx, const struct campaign *c, const char *what)
{
    return url_path(cx->arena, "/c/%s/%s", str_z(cx->arena, c->slug), what);
}

void
campaign_frame(struct ctx *cx, const struct policy *p, struct page *page)
{
    page->service = p->name;
    page->organiser = p->organiser;
    page->home = url_path(cx->arena, "/c/%s", str_z(cx->arena, p->slug));
    page_theme(page, cx->arena, p->organiser_slug);
}

static struct page
campaign_page_begin(struct ctx *cx, struct req *req, const struct campaign *c, struct str title)
{
    struct page page = page_begin(cx, req, title);

    campaign_frame(cx, c->policy, &page);
    return page;
}

static struct view_check
check_of(struct ctx *cx, const struct campaign *c, struct str siret, struct str heads)
{
    return (struct view_check){
        .action = sub_url(cx, c, "verifier"),
        .siret = { .name = "siret",
                   .label = STR("Numéro SIRET"),
                   .hint = STR("14 chiffres, par exemple 732 829 320 00074"),
                   .value = siret,
                   .type = "text",
                   .inputmode = "numeric",
                   .required = true },
        .heads = { .name = "effectif",
                   .label = STR("Nombre de salariés"),
                   .hint = STR("Sans le dirigeant. Précise la quantité."),
                   .value = heads,
                   .type = "text",
                   .inputmode = "numeric" },
    };
}

static enum err
home_show(struct ctx *cx, struct req *req, const struct campaign *c)
{
    struct stock_pool_list pools = { 0 };
    struct campaign_view v = { .policy = c->policy, .now_ms = cx->now_ms, .version = c->version };
    struct arena *a = cx->arena;

    TRY(stock_list(cx, c->id, &pools));
    v.page = campaign_page_begin(cx, req, c, c->policy->name);
    v.rules = sub_url(cx, c, "regles");
    v.live = sub_url(cx, c, "chiffres");
    v.published = str_dup(a, str_of(fmt_date(c->published_ms, c->policy->zone).z));
    v.state = view_state_of(c, cx->now_ms);
    v.state_text = view_state_text(a, c, cx->now_ms);
    if (cx->now_ms < campaign_opens_ms(c->policy))
        v.opens_ms = campaign_opens_ms(c->policy);
    v.goods = view_goods(a, c->policy, cx->now_ms);
    v.openings = view_openings(a, c->policy, cx->now_ms);
    for (size_t i = 0; i < v.openings.count; i++)
        v.has_closes = v.has_closes || v.openings.item[i].closes.len > 0;
    v.gauges = view_gauges(a, c, &pools);
    v.left = view_left(a, c, &pools);
    v.check = check_of(cx, c, STR_NONE, STR_NONE);
    v.delivery = view_lines(a, c->policy->delivery_text);
    if (c->policy->delivery_cents > 0)
        v.delivery_price = str_dup(a, str_of(fmt_euros(c->policy->delivery_cents).z));
    campaign_html(&req->out, &v);
    return res_html(req, 200);
}

static enum err
slug_find(struct ctx *cx, struct req *req, struct campaign *out)
{
    struct str slug;

    TRY(req_path_str(req, "slug", CAMPAIGN_SLUG_MAX, &slug));
    return campaign_find(cx, slug, out);
}

/* GET / - the campaigns, or the home of the only one. */
enum err
campaigns_page(struct ctx *cx, struct req *req)
{
    struct campaign_list_view v = { 0 };
    struct campaign_list list;

    TRY(campaign_list(cx, &list));
    if (list.count == 1)
        return home_show(cx, req, &list.item[0]);
    v.page = page_begin(cx, req, STR("Ventes en cours"));
    v.cards.item = ARENA_ARRAY(cx->arena, list.count, struct view_card);
    v.cards.count = list.count;
    for (size_t i = 0; i < list.count; i++) {
        const struct campaign *c = &list.item[i];
        v.cards.item[i] = (struct view_card){
            .url = home_url(cx, c),
            .name = c->policy->name,
            .summary = c->policy->summary,
            .organiser = c->policy->organiser,
            .state = view_state_of(c, cx->now_ms),
            .state_text = view_state_text(cx->arena, c, cx->now_ms),
        };
    }
    v.empty = (struct empty_state){
        .title = STR("Aucune vente n’est annoncée pour le moment"),
        .text = STR("Les dates et les règles paraissent ici avant chaque ouverture."),
    };
    campaign_list_html(&req->out, &v);
    return res_html(req, 200);
}

/* GET /c/{slug} */
enum err
campaign_page(struct ctx *cx, struct req *req)
{
    struct campaign c;

    TRY(slug_find(cx, req, &c));
    return home_show(cx, req, &c);
}

/* GET /c/{slug}/chiffres - the figures of the home page, as texts, for its script. */
enum err
campaign_figures_get(struct ctx *cx, struct req *req)
{
    struct stock_pool_list pools = { 0 };
    struct campaign c;

    TRY(slug_find(cx, req, &c));
    TRY(stock_list(cx, c.id, &pools));
    struct jw w = jw_begin(&req->out);
    jw_object(&w);
    jw_kstr(&w, "left", view_left(cx->arena, &c, &pools));
    jw_kstr(&w, "state", view_state_of(&c, cx->now_ms).text);
    jw_close_object(&w);
    res_header(cx, req, "Cache-Control", STR("no-store"));
    return res_json(req, 200);
}

/* ---- the verdict ---- */

static void
fact(struct verdict_view *v, struct arena *a, struct str term, struct str value, struct str note)
{
    struct summary_row *grown = ARENA_ARRAY(a, v->facts.count + 1, struct summary_row);

    for (size_t i = 0; i < v->facts.count; i++)
        grown[i] = v->facts.item[i];
    grown[v->facts.count] = (struct summary_row){ .term = term, .value = value, .note = note };
    v->facts.item = grown;
    v->facts.count++;
}

static void
next_step(struct verdict_view *v, struct arena *a, struct str text)
{
    struct str *grown = ARENA_ARRAY(a, v->next.count + 1, struct str);

    for (size_t i = 0; i < v->next.count; i++)
        grown[i] = v->next.item[i];
    grown[v->next.count++] = text;
    v->next.item = grown;
}

/* Name and town where they are a company's, published as such. */
static struct str
name_shown(struct arena *a, const struct campaign_verdict *v)
{
    if (v->company.partial || v->establishment.partial || v->company.name.len == 0 ||
        v->company.legal_category == SOLE_TRADER)
        return STR_NONE;
    if (v->establishment.city.len == 0)
        return v->company.name;
    return str_printf(a, "%.*s, %.*s", STR_FMT(v->company.name), STR_FMT(v->establishment.city));
}

/* "soit 2 à 4 lots, pour 15 jours, tous établissements réunis" */
static struct str
quantity_note(struct arena *a, const struct campaign_verdict *v, int low, int high)
{
    const struct policy *p = v->campaign.policy;
    int64_t units = 0;
    int offered = 0;
    struct str packs = STR("");

    for (int i = 0; i < p->pack_count; i++)
        if (policy_pack_offered(&p->pack[i], low, high)) {
            units = p->pack[i].units;
            offered++;
        }
    if (offered == 1) {
        int64_t least = v->e.units_min / units, most = v->e.units_max / units;
        packs = least == most
                    ? str_printf(a, "soit %s, ", fmt_plural(most, "lot", "lots").z)
                    : str_printf(a, "soit %s à %s, ", fmt_int(least).z,
                                 fmt_plural(most, "lot", "lots").z);
    }
    if (v->e.period_end_ms == INT64_MAX)
        return str_printf(a, "%.*spour toute la vente, tous établissements réunis", STR_FMT(packs));
    return str_printf(a, "%.*spour %d jours, tous établissements réunis", STR_FMT(packs),
                      p->period_days);
}

static void
facts_fill(struct arena *a, const struct campaign_verdict *v, struct verdict_view *out)
{
    const struct policy *p = v->campaign.policy;
    const struct eligibility *e = &v->e;
    int low = 0, high = INT32_MAX;

    fact(out, a, STR("Établissement"),
         str_dup(a, str_of(fmt_siret(siret_str(a, v->establishment.siret)).z)), name_shown(a, v));
    fact(out, a, STR("Territoire"), str_of(territory_label(v->facts.territory)), STR_NONE);
    if (policy_heads(&v->facts, &low, &high))
        fact(out, a, STR("Effectif retenu"), policy_heads_text(a, low, high),
             v->facts.heads >= 0          ? STR("celui que vous indiquez")
             : v->company.band_year > 0   ? str_printf(a, "registre des entreprises, %d",
                                                       v->company.band_year)
                                          : STR("registre des entreprises"));
    else
        fact(out, a, STR("Effectif retenu"), STR("Inconnu du registre"), STR_NONE);
    if (e->units_max > 0)
        fact(out, a, STR("Quantité autorisée"),
             policy_units_range(a, p, e->units_min, e->units_max),
             quantity_note(a, v, low, high));
    if (e->cohort >= 0) {
        fact(out, a, STR("Groupe"), p->cohort[e->cohort].label, STR_NONE);
        fact(out, a, STR("Ouverture"),
             policy_instant_text(a, p, v->facts.territory, e->opens_ms), STR_NONE);
    }
    if (e->cohort >= 0 && e->closes_ms != INT64_MAX)
        fact(out, a, STR("Fermeture"),
             policy_instant_text(a, p, v->facts.territory, e->closes_ms), STR_NONE);
}

/* The headline and what to press. */
static void
headline_fill(struct ctx *cx, const struct campaign_verdict *v, struct verdict_view *out)
{
    struct arena *a = cx->arena;
    /* The establishment goes along, so that nobody types it again. */
    struct url order = url_with(a, sub_url(cx, &v->campaign, "commander"), "siret",
                                siret_str(a, v->establishment.siret));

    out->notice.text = v->text;
    switch (v->e.reason) {
    case REASON_OK:
        out->heading = STR("Oui, vous pouvez commander");
        out->notice = (struct notice){ TONE_GOOD, STR("Ouvert pour votre entreprise"), v->text };
        out->action = order;
        out->action_label = STR("Commander");
        if (cx->actor.siren != v->company.siren)
            next_step(out, a, (cx->actor.rights & RIGHT_SIGNED) != 0
                                  ? STR("Montrez que vous agissez pour cette entreprise.")
                                  : STR("Connectez-vous avec votre adresse e-mail et montrez que "
                                        "vous agissez pour cette entreprise."));
        next_step(out, a, STR("Choisissez les lots et l’adresse, puis payez en ligne."));
        break;
    case REASON_NOT_OPEN_YET:
        out->heading = STR("Oui, mais pas encore");
        out->notice = (struct notice){ TONE_INFO, STR("Ouverture à venir"), v->text };
        out->opens_ms = v->e.opens_ms;
        out->action = url_with(a, URL("connexion"), "vers",
                               url_with(a, URL("entreprises"), "vers", order.s).s);
        out->action_label = STR("Préparer mon compte");
        break;
    case REASON_NEEDS_HEADCOUNT:
    case REASON_NEEDS_NETWORK:
        out->heading = STR("Il nous manque une information");
        out->notice = (struct notice){ TONE_WARN, STR("À compléter"), v->text };
        out->action = url_with(a, URL("connexion"), "vers",
                               url_with(a, URL("entreprises/effectif"), "vers", order.s).s);
        out->action_label = STR("Se connecter pour compléter");
        break;
    case REASON_PAUSED:
        out->heading = STR("Les commandes sont suspendues");
        out->notice = (struct notice){ TONE_WARN, STR("Suspension"), v->text };
        break;
    default:
        out->heading = STR("Non, cette entreprise ne peut pas commander");
        out->notice = (struct notice){ TONE_BAD, STR("Refus"), v->text };
    }
}

static enum err
verdict_render(struct ctx *cx, struct req *req, const struct campaign *c, struct verdict_view *v,
               int status)
{
    v->page = campaign_page_begin(cx, req, c, v->heading);
    v->page.has_error = v->check.errors.count > 0;
    page_crumb(cx, &v->page, v->found ? STR("Résultat") : STR("Vérifier mon entreprise"),
               (struct url){ 0 });
    v->home = home_url(cx, c);
    v->rules = sub_url(cx, c, "regles");
    v->now_ms = cx->now_ms;
    verdict_html(&req->out, v);
    return res_html(req, status);
}

static enum err
verdict_show(struct ctx *cx, struct req *req, const struct campaign_verdict *v,
             struct verdict_view *out)
{
    int low = 0, high = INT32_MAX;

    out->found = true;
    headline_fill(cx, v, out);
    facts_fill(cx->arena, v, out);
    (void)policy_heads(&v->facts, &low, &high);
    if (v->e.units_max > 0)
        out->packs = view_packs(cx->arena, v->campaign.policy, -1, v->facts.territory, low, high,
                                cx->now_ms);
    /* Unknown headcount: the number stays, the headcount is to be added. */
    if (v->e.reason != REASON_NEEDS_HEADCOUNT)
        out->check.siret.value = out->check.heads.value = STR_NONE;
    return verdict_render(cx, req, &v->campaign, out, 200);
}

static void
check_error(struct ctx *cx, struct view_check *check, struct field *field, struct str text)
{
    struct field_error *grown = ARENA_ARRAY(cx->arena, check->errors.count + 1, struct field_error);

    for (size_t i = 0; i < check->errors.count; i++)
        grown[i] = check->errors.item[i];
    grown[check->errors.count++] = (struct field_error){ field->name, text };
    check->errors.item = grown;
    field->error = text;
}

/* The form's two fields; -1 where no headcount was typed. False: messages stand beside them. */
static bool
check_read(struct ctx *cx, struct view_check *check, int64_t *siret, int *heads)
{
    struct str digits = str_trim(check->heads.value);
    enum number_fault fault = siret_parse(check->siret.value, siret);
    int64_t n;

    *heads = -1;
    if (fault != NUMBER_OK)
        check_error(cx, check, &check->siret,
                    number_fault_text(cx->arena, fault, "SIRET", check->siret.value));
    if (digits.len > 0 && parse_i64(digits, 0, HEADS_TYPED_MAX, &n))
        *heads = (int)n;
    else if (digits.len > 0)
        check_error(cx, check, &check->heads,
                    STR("Indiquez un nombre entier de salariés, par exemple 12."));
    return check->errors.count == 0;
}

/* GET /c/{slug}/verifier?siret=...&effectif=... */
enum err
campaign_verdict_page(struct ctx *cx, struct req *req)
{
    struct verdict_view out = { .heading = STR("Vérifier mon entreprise") };
    struct campaign_verdict v;
    struct campaign c;
    struct str typed, typed_heads;
    int64_t siret;
    int heads;

    TRY(slug_find(cx, req, &c));
    TRY(req_query_str(req, "siret", TYPED_MAX, STR_NONE, &typed));
    TRY(req_query_str(req, "effectif", TYPED_MAX, STR_NONE, &typed_heads));
    out.check = check_of(cx, &c, typed, typed_heads);
    if (typed.ptr == NULL && typed_heads.ptr == NULL)
        return verdict_render(cx, req, &c, &out, 200);
    if (!check_read(cx, &out.check, &siret, &heads))
        return verdict_render(cx, req, &c, &out, 422);
    enum err err = campaign_verdict(cx, &c, siret, heads, &v);
    if (err == ERR_NOT_FOUND) {
        check_error(cx, &out.check, &out.check.siret,
                    STR("Le registre ne connaît aucun établissement avec ce numéro. Vérifiez-le "
                        "sur votre avis de situation" NBSP "; un établissement créé depuis peu "
                        "peut y manquer encore."));
        return verdict_render(cx, req, &c, &out, 404);
    }
    TRY(err);
    return verdict_show(cx, req, &v, &out);
}

/* GET /c/{slug}/regles */
enum err
campaign_rules_page(struct ctx *cx, struct req *req)
{
    struct campaign_version_list versions;
    struct rules_view v = { 0 };
    struct campaign c;

    TRY(slug_find(cx, req, &c));
    TRY(campaign_versions(cx, c.id, &versions));
    v.page = campaign_page_begin(cx, req, &c, STR("Les règles de la vente"));
    page_crumb(cx, &v.page, STR("Règles"), (struct url){ 0 });
    v.policy = c.policy;
    v.version = c.version;
    v.published = str_dup(cx->arena, str_of(fmt_date_time(c.published_ms, c.policy->zone).z));
    v.rules = view_rules(cx->arena, c.policy);
    v.openings = view_openings(cx->arena, c.policy, cx->now_ms);
    v.versions.item = ARENA_ARRAY(cx->arena, versions.count, struct view_version);
    v.versions.count = versions.count;
    for (size_t i = 0; i < versions.count; i++)
        v.versions.item[i] = (struct view_version){
            versions.item[i].version,
            str_dup(cx->arena,
                    str_of(fmt_date_time(versions.item[i].published_ms, c.policy->zone).z)),
        };
    v.home = home_url(cx, &c);
    campaign_rules_html(&req->out, &v);
    return res_html(req, 200);
}
