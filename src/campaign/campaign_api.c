/* SPDX-License-Identifier: Apache-2.0 */
/*
 * campaign_api.c - public JSON about campaigns: no token, a rate for each address.
 *
 * assets/openapi.json describes it; test/openapi.test.mjs compares.
 */
#include "campaign/campaign_json.h"
#include "html/assets.h"
#include "http/route.h"

/* Another site's page may read what is public. */
static enum err
answer(struct ctx *cx, struct req *req)
{
    buf_byte(&req->out, '\n');
    res_header(cx, req, "Access-Control-Allow-Origin", STR("*"));
    return res_json(req, 200);
}

static enum err
slug_find(struct ctx *cx, struct req *req, struct campaign *out)
{
    struct str slug;

    TRY(req_path_str(req, "slug", CAMPAIGN_SLUG_MAX, &slug));
    return campaign_find(cx, slug, out);
}

/* GET /api/v1/campaigns */
enum err
campaigns_get(struct ctx *cx, struct req *req)
{
    struct jw w = jw_begin(&req->out);
    struct campaign_list list;

    TRY(campaign_list(cx, &list));
    campaign_json_list(&w, &list, cx->now_ms);
    return answer(cx, req);
}

/* GET /api/v1/campaigns/{slug} */
enum err
campaign_get(struct ctx *cx, struct req *req)
{
    struct jw w = jw_begin(&req->out);
    struct stock_pool_list pools;
    struct campaign c;

    TRY(slug_find(cx, req, &c));
    TRY(stock_list(cx, c.id, &pools));
    campaign_json_full(&w, &c, &pools, cx->now_ms);
    return answer(cx, req);
}

/* GET /api/v1/campaigns/{slug}/stock */
enum err
campaign_stock_get(struct ctx *cx, struct req *req)
{
    struct jw w = jw_begin(&req->out);
    struct stock_pool_list pools;
    struct campaign c;

    TRY(slug_find(cx, req, &c));
    TRY(stock_list(cx, c.id, &pools));
    campaign_json_stock(&w, &c, &pools, cx->now_ms);
    return answer(cx, req);
}

/* GET /api/v1/campaigns/{slug}/eligibility/{siret}?heads= */
enum err
campaign_eligibility_get(struct ctx *cx, struct req *req)
{
    struct jw w = jw_begin(&req->out);
    struct campaign_verdict v;
    struct campaign c;
    struct str typed;
    int64_t siret, heads;

    TRY(slug_find(cx, req, &c));
    TRY(req_path_str(req, "siret", 40, &typed));
    TRY(req_query_int(req, "heads", 0, 10000000, -1, &heads));
    enum number_fault fault = siret_parse(typed, &siret);
    if (fault != NUMBER_OK) {
        struct field_error error = { "siret",
                                     number_fault_text(cx->arena, fault, "SIRET", typed) };
        return res_problem(cx, req, 422, PROBLEM_INVALID_SIRET, error.text,
                           &(struct field_error_list){ &error, 1 });
    }
    enum err err = campaign_verdict(cx, &c, siret, (int)heads, &v);
    if (err == ERR_NOT_FOUND)
        return res_problem(cx, req, 404, PROBLEM_UNKNOWN_ESTABLISHMENT,
                           STR("Le registre ne connaît aucun établissement avec ce numéro."), NULL);
    TRY(err);
    campaign_json_verdict(&w, &v);
    return answer(cx, req);
}

static enum err
asset_answer(struct ctx *cx, struct req *req, const char *name, const char *type)
{
    for (size_t i = 0; i < asset_count; i++)
        if (strcmp(assets[i].name, name) == 0) {
            buf_put(&req->out, assets[i].bytes, assets[i].len);
            res_header(cx, req, "Access-Control-Allow-Origin", STR("*"));
            return res_body(req, 200, type);
        }
    return ERR_NOT_FOUND;
}

/* GET /schema/campaign-1.json */
enum err
campaign_schema_get(struct ctx *cx, struct req *req)
{
    return asset_answer(cx, req, "campaign-1.schema.json", "application/schema+json");
}

/* GET /api/v1/openapi.json */
enum err
openapi_get(struct ctx *cx, struct req *req)
{
    return asset_answer(cx, req, "openapi.json", "application/json");
}
