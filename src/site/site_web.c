/* SPDX-License-Identifier: Apache-2.0 */
/* site_web.c - the pages every public service owes its readers: help, accessibility, legal notice,
 * personal data. What only the operator knows comes from settings. */
#include "http/route.h"
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

/* GET /confidentialite */
enum err
site_privacy_page(struct ctx *cx, struct req *req)
{
    struct site_view v = site_begin(cx, req, STR("Données personnelles"));

    site_privacy(&req->out, &v);
    return res_html(req, 200);
}
