/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open_catalogue.c - what is published, for other catalogues to take over: DCAT version 2
 * (https://www.w3.org/TR/vocab-dcat-2/) in the profile of European portals (DCAT-AP), as JSON-LD.
 * Two datasets for each campaign, each as CSV and JSON.
 */
#include "http/route.h"
#include "open/open.h"
#include "json/json.h"

#define EU "http://publications.europa.eu/resource/authority/"

static void
reference(struct jw *w, const char *key, const char *iri)
{
    jw_key(w, key);
    jw_object(w);
    jw_kz(w, "@id", iri);
    jw_close_object(w);
}

static void
french(struct jw *w, const char *key, struct str text)
{
    jw_key(w, key);
    jw_object(w);
    jw_kz(w, "@language", "fr");
    jw_kstr(w, "@value", text);
    jw_close_object(w);
}

static void
context(struct jw *w)
{
    jw_key(w, "@context");
    jw_object(w);
    jw_kz(w, "dcat", "http://www.w3.org/ns/dcat#");
    jw_kz(w, "dct", "http://purl.org/dc/terms/");
    jw_kz(w, "foaf", "http://xmlns.com/foaf/0.1/");
    jw_kz(w, "vcard", "http://www.w3.org/2006/vcard/ns#");
    jw_kz(w, "xsd", "http://www.w3.org/2001/XMLSchema#");
    jw_close_object(w);
}

static void
publisher(struct jw *w, struct str name)
{
    jw_key(w, "dct:publisher");
    jw_object(w);
    jw_kz(w, "@type", "foaf:Agent");
    jw_kstr(w, "foaf:name", name);
    jw_close_object(w);
}

struct dataset {
    const char *file; /* "stock" */
    const char *title, *what, *frequency;
    const char *const words[4];
};

static const struct dataset datasets[] = {
    {"stock",
     "Stock disponible",
     "Unités disponibles à la commande à cet instant, par entrepôt, avec les territoires servis.",
     EU "frequency/CONT",
     {"stock", "pénurie", "entreprises", NULL}},
    {"commandes",
     "Commandes et unités vendues par jour, département et tranche d’effectif",
     "Commandes payées et non remboursées, par jour civil révolu, département de l’établissement "
     "et tranche d’effectif de l’INSEE. De 1 à 4 commandes, le nombre et les unités ne sont pas "
     "publiés.",
     EU "frequency/DAILY",
     {"ventes", "rationnement", "entreprises", "département"}},
};

static void
distribution(struct jw *w, struct arena *a, struct str base, struct str slug, const char *file,
             bool csv)
{
    struct str at = str_printf(a, "%.*s/donnees/%.*s/%s.%s", STR_FMT(base), STR_FMT(slug), file,
                               csv ? "csv" : "json");

    jw_object(w);
    jw_kz(w, "@type", "dcat:Distribution");
    jw_kstr(w, "@id", at);
    jw_kz(w, "dct:title", csv ? "CSV" : "JSON");
    reference(w, "dcat:accessURL", str_z(a, at));
    reference(w, "dcat:downloadURL", str_z(a, at));
    reference(w, "dcat:mediaType",
              csv ? "https://www.iana.org/assignments/media-types/text/csv"
                  : "https://www.iana.org/assignments/media-types/application/json");
    reference(w, "dct:format", csv ? EU "file-type/CSV" : EU "file-type/JSON");
    reference(w, "dct:license", EU "licence/ETALAB_2_0");
    jw_close_object(w);
}

static void
dataset_write(struct jw *w, struct arena *a, struct str base, const struct campaign *c,
              const struct dataset *d)
{
    const struct policy *p = c->policy;

    jw_object(w);
    jw_kz(w, "@type", "dcat:Dataset");
    jw_kstr(w, "@id",
            str_printf(a, "%.*s/donnees#%.*s-%s", STR_FMT(base), STR_FMT(c->slug), d->file));
    jw_kstr(w, "dct:identifier", str_printf(a, "%.*s-%s", STR_FMT(c->slug), d->file));
    french(w, "dct:title", str_printf(a, "%.*s\u00a0: %s", STR_FMT(p->name), d->title));
    french(w, "dct:description", str_of(d->what));
    publisher(w, p->organiser);
    jw_key(w, "dcat:contactPoint");
    jw_object(w);
    jw_kz(w, "@type", "vcard:Organization");
    jw_kstr(w, "vcard:fn", p->organiser);
    reference(w, "vcard:hasEmail",
              str_z(a, str_printf(a, "mailto:%.*s", STR_FMT(p->contact_email))));
    jw_close_object(w);
    jw_key(w, "dcat:keyword");
    jw_array(w);
    for (size_t i = 0; i < sizeof d->words / sizeof d->words[0] && d->words[i] != NULL; i++)
        jw_z(w, d->words[i]);
    jw_close_array(w);
    reference(w, "dcat:theme", EU "data-theme/ECON");
    reference(w, "dct:accrualPeriodicity", d->frequency);
    reference(w, "dct:spatial", EU "country/FRA");
    reference(w, "dct:language", EU "language/FRA");
    reference(w, "dct:accessRights", EU "access-right/PUBLIC");
    reference(w, "dcat:landingPage", str_z(a, str_printf(a, "%.*s/donnees", STR_FMT(base))));
    jw_key(w, "dcat:distribution");
    jw_array(w);
    distribution(w, a, base, c->slug, d->file, true);
    distribution(w, a, base, c->slug, d->file, false);
    jw_close_array(w);
    jw_close_object(w);
}

/* GET /donnees/catalogue.jsonld */
enum err
open_catalogue_get(struct ctx *cx, struct req *req)
{
    const struct conf *conf = cx->app->conf;
    struct campaign_list list;

    if (!str_is(conf->open_data, "1"))
        return ERR_NOT_FOUND;
    TRY(campaign_list(cx, &list));
    struct jw w = jw_begin(&req->out);
    jw_object(&w);
    context(&w);
    jw_kz(&w, "@type", "dcat:Catalog");
    jw_kstr(&w, "@id", str_printf(cx->arena, "%.*s/donnees", STR_FMT(conf->base_url)));
    french(&w, "dct:title", STR("Données ouvertes des distributions rationnées"));
    french(&w, "dct:description",
           STR("Ce qui reste à vendre et ce qui a été vendu, sans rien dire de qui achète."));
    publisher(&w, conf->operator.len > 0 ? conf->operator : STR("Maillon"));
    reference(&w, "dct:language", EU "language/FRA");
    reference(&w, "dct:license", EU "licence/ETALAB_2_0");
    jw_key(&w, "dcat:dataset");
    jw_array(&w);
    for (size_t i = 0; i < list.count; i++)
        for (size_t k = 0; k < sizeof datasets / sizeof datasets[0]; k++)
            dataset_write(&w, cx->arena, conf->base_url, &list.item[i], &datasets[k]);
    jw_close_array(&w);
    jw_close_object(&w);
    buf_byte(&req->out, '\n');
    res_header(cx, req, "Access-Control-Allow-Origin", STR("*"));
    res_header(cx, req, "Cache-Control", STR("public, max-age=600"));
    return res_body(req, 200, "application/ld+json");
}
