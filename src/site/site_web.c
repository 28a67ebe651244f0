/* SPDX-License-Identifier: Apache-2.0 */
/* site_web.c - the pages every public service owes its readers: help, accessibility, legal notice,
 * personal data. What only the operator knows comes from settings. */
#include "base/format.h"
#include "http/route.h"
#include "privacy/privacy.h"
#include "site_tmpl.h"

static struct site_view
site_begin(struct ctx *cx, struct req *req, struct str title)
{
    const struct conf *conf = cx->app->conf;
    struct site_view v = {
        .page = page_begin(cx, req, title),
        .operator = conf->operator,
        .address = conf->operator_address,
        .hosting = conf->hosting,
        .contact = conf->contact,
    };

    page_crumb(cx, &v.page, title, (struct url){STR_NONE});
    return v;
}

/* GET /aide */
enum err
site_help_page(struct ctx *cx, struct req *req)
{
    struct site_view v = site_begin(cx, req, STR("Aide"));

    site_help(&req->out, &v);
    return res_html(req, 200);
}

/* GET /accessibilite */
enum err
site_access_page(struct ctx *cx, struct req *req)
{
    struct site_view v = site_begin(cx, req, STR("Accessibilité"));

    site_access(&req->out, &v);
    return res_html(req, 200);
}

/* GET /mentions-legales */
enum err
site_legal_page(struct ctx *cx, struct req *req)
{
    struct site_view v = site_begin(cx, req, STR("Mentions légales"));

    site_legal(&req->out, &v);
    return res_html(req, 200);
}

/* ---- personal data ---- */

static void
show_purposes(struct ctx *cx, struct site_view *v)
{
    static const char *const rows[][3] = {
        {"Adresse e-mail du compte, dates de connexion",
         "Vous connecter par un code, vous écrire au sujet de vos commandes",
         "Exécution du contrat (article 6.1.b)"},
        {"Lien avec une entreprise, preuve, explications données à un agent",
         "S’assurer que vous agissez pour elle",
         "Intérêt légitime\u00a0: empêcher les usurpations (article 6.1.f)"},
        {"Effectif et réseau déclarés", "Calculer ce que l’entreprise peut commander",
         "Intérêt légitime\u00a0: répartir équitablement un bien rare (article 6.1.f)"},
        {"Commandes\u00a0: quantités, montants, étapes", "Vendre, préparer, tenir les quotas",
         "Exécution du contrat (article 6.1.b)"},
        {"Nom, adresse, téléphone, consignes de livraison", "Livrer sans contact",
         "Exécution du contrat (article 6.1.b)"},
        {"Paiements, factures, avoirs", "Encaisser, rembourser, tenir la comptabilité",
         "Obligation légale (article 6.1.c)"},
        {"Déclarations en douane", "Livrer outre-mer", "Obligation légale (article 6.1.c)"},
        {"Lots livrés à chaque commande", "Rappeler un produit dangereux",
         "Obligation légale (article 6.1.c)"},
        {"Réclamations, photos", "Réparer ce qui n’a pas été",
         "Exécution du contrat (article 6.1.b)"},
        {"Adresse réseau, le temps d’une requête\u00a0; compteurs sous forme d’empreintes",
         "Limiter les abus et les robots",
         "Intérêt légitime\u00a0: la sécurité (article 6.1.f)"},
    };
    enum { COUNT = sizeof rows / sizeof rows[0] };

    v->purposes.item = ARENA_ARRAY(cx->arena, COUNT, struct summary_row);
    v->purposes.count = COUNT;
    for (size_t i = 0; i < COUNT; i++)
        v->purposes.item[i] = (struct summary_row){
            .term = str_of(rows[i][0]), .value = str_of(rows[i][1]), .note = str_of(rows[i][2])};
}

static struct str
days_text(struct arena *a, int64_t days)
{
    return str_printf(a, "%s",
                      days % 365 == 0 ? fmt_plural(days / 365, "an", "ans").z
                                      : fmt_plural(days, "jour", "jours").z);
}

/* As they are set here, not as the program comes. */
static void
show_periods(struct ctx *cx, struct site_view *v)
{
    v->periods.item = ARENA_ARRAY(cx->arena, KEEP_COUNT + 1, struct summary_row);
    v->periods.count = KEEP_COUNT + 1;
    for (int k = 0; k < KEEP_COUNT; k++) {
        struct privacy_period p = privacy_period(cx->app->conf, (enum keep)k);
        v->periods.item[k] = (struct summary_row){
            .term = str_of(p.title),
            .value = str_printf(cx->arena, "%.*s après %s",
                                STR_FMT(days_text(cx->arena, p.days)), p.since),
            .note = str_of(p.what)};
    }
    v->periods.item[KEEP_COUNT] = (struct summary_row){
        .term = STR("Factures, avoirs, écritures comptables"),
        .value = STR("10\u00a0ans (code de commerce, article L123-22)"),
        .note = STR("Archivées, puis détruites par l’organisateur. Le programme ne les efface pas "
                    "de lui-même.")};
}

/* GET /confidentialite */
enum err
site_privacy_page(struct ctx *cx, struct req *req)
{
    const struct conf *conf = cx->app->conf;
    struct site_view v = site_begin(cx, req, STR("Données personnelles"));

    show_purposes(cx, &v);
    show_periods(cx, &v);
    if (str_is(conf->carrier, "colissimo"))
        v.carrier = STR("La Poste, Colissimo");
    else if (!str_eq(conf->generic_name, conf_default(STR("GENERIC_NAME"))))
        v.carrier = conf->generic_name;
    v.payment = str_is(conf->pay, "stripe") ? STR("Stripe") : STR("Lyra");
    site_privacy(&req->out, &v);
    return res_html(req, 200);
}
