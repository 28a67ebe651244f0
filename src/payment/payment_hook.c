/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment_hook.c - where the providers' servers knock.
 *
 * The signature is checked before the database hears of it, so that forgeries cost next to
 * nothing. The reply is a short text; its status tells the provider whether to send again: a
 * notification we keep (applied, known, parked, foreign) is never asked for twice.
 */
#include "http/route.h"
#include "http/server.h"
#include "payment/payment_store.h"

static enum err
reply(struct req *req, int status, const char *word, const char *text)
{
    buf_printf(&req->out, "%s-%s\n", word, text);
    return res_body(req, status, "text/plain; charset=utf-8");
}

static enum err
hook(struct ctx *cx, struct req *req, const struct provider *pv, struct str signature)
{
    static const char *const said[] = {"applied", "known", "kept", "not ours", "kept, odd"};
    struct payment_notice n = {req->body, signature, cx->now_ms};
    struct news_list *news = ARENA_NEW(cx->arena, struct news_list);
    const char *why = "";
    enum applied what;

    enum err e = pv->read(cx, &n, news, &why);
    if (e != OK) {
        log_warn(cx->log, "notification_refused", LOG_Z("provider", pv->name), LOG_Z("why", why),
                 LOG_STR("from", req->client_ip));
        metric_add(e == ERR_DENIED ? "notifications_forged" : "notifications_unreadable", 1);
        return reply(req, e == ERR_DENIED ? 403 : 400, "KO", why);
    }
    metric_add("notifications", 1);
    e = payment_apply_all(cx, pv, news, req->body, &what);
    if (e == OK)
        return reply(req, 200, "OK", said[what]);
    log_error(cx->log, "notification_not_applied", LOG_Z("provider", pv->name),
              LOG_Z("error", err_name(e)));
    /* Any status of ours that is not good makes it come again. */
    return reply(req, e == ERR_FAULT ? 500 : 503, "KO", "try again");
}

enum err
payment_lyra_hook(struct ctx *cx, struct req *req)
{
    if (cx->app->conf->lyra_key.len == 0)
        return ERR_NOT_FOUND;
    return hook(cx, req, &provider_lyra, STR_NONE);
}

enum err
payment_stripe_hook(struct ctx *cx, struct req *req)
{
    if (cx->app->conf->stripe_hook_secret.len == 0)
        return ERR_NOT_FOUND;
    return hook(cx, req, &provider_stripe, req_header(req, "stripe-signature"));
}

/* A gateway set to come back by POST, across sites and without a session. */
enum err
payment_return_hook(struct ctx *cx, struct req *req)
{
    struct str ref;

    TRY(req_path_str(req, "ref", ORDER_REF_LEN, &ref));
    for (size_t i = 0; i < ref.len; i++)
        if (!(ref.ptr[i] >= '0' && ref.ptr[i] <= '9') && !(ref.ptr[i] >= 'A' && ref.ptr[i] <= 'Z'))
            return ERR_NOT_FOUND;
    return res_redirect(cx, req,
                        url_path(cx->arena, "/commandes/%s/retour", str_z(cx->arena, ref)));
}
