/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stripe_api.c - Stripe as a provider: Checkout Sessions and refunds.
 *
 * Every POST carries an Idempotency-Key that never changes for its attempt or refund, and the
 * same parameters, so that a call whose answer was lost can be made again.
 */
#include "payment/stripe.h"

#include "base/log.h"
#include "base/parse.h"
#include "net/net.h"

enum { PAGE_LIFE_MS = 45 * 60 * 1000 };

static const char api_version[] = "Stripe-Version: 2026-10-28.endive";

/* ---- calls ---- */

static void
param(struct buf *b, const char *name, struct str value)
{
    if (b->len > 0)
        buf_byte(b, '&');
    url_encode(b, str_of(name));
    buf_byte(b, '=');
    url_encode(b, value);
}

static void
param_int(struct ctx *cx, struct buf *b, const char *name, int64_t value)
{
    param(b, name, str_printf(cx->arena, "%lld", (long long)value));
}

struct api_call {
    const char *method;
    struct str path;
    struct str body;
    struct str idem_key; /* Empty: none. */
};

/* The reply's object; *status as received. ERR_BUSY: no usable answer, ask again later. */
static enum err
api_call(struct ctx *cx, const struct api_call *c, int *status, const struct json **out)
{
    const struct conf *conf = cx->app->conf;
    struct net_call call = {
        .method = c->method,
        .headers = {api_version, "Content-Type: application/x-www-form-urlencoded"},
        .user = conf->stripe_key,
        .body = c->body,
    };
    struct json *reply;
    struct json_error where;
    struct str text;

    if (c->idem_key.len > 0) {
        struct str header =
            str_printf(cx->arena, "Idempotency-Key: %.*s", STR_FMT(c->idem_key));
        call.headers[2] = header.ptr;
    }
    call.url = str_printf(cx->arena, "%.*s%.*s", STR_FMT(conf->stripe_url), STR_FMT(c->path));
    TRY(net_call(cx->arena, &call, status, &text));
    if (json_parse(cx->arena, text, NET_REPLY_MAX, &reply, &where) != OK ||
        reply->kind != JSON_OBJECT || *status >= 500 || *status == 429) {
        log_warn(cx->log, "stripe_no_answer", LOG_STR("path", c->path),
                 LOG_INT("status", *status));
        return ERR_BUSY;
    }
    if (*status >= 400)
        log_warn(cx->log, "stripe_refused", LOG_STR("path", c->path), LOG_INT("status", *status),
                 LOG_STR("code", json_get_str(json_get(reply, "error"), "code")),
                 LOG_STR("type", json_get_str(json_get(reply, "error"), "type")));
    *out = reply;
    return OK;
}

/* ---- the hosted page ---- */

static void
session_params(struct ctx *cx, const struct payment_row *p, const struct payer *who,
               struct buf *b)
{
    const struct conf *conf = cx->app->conf;
    struct str back = str_printf(cx->arena, "%.*s/commandes/%.*s/retour",
                                 STR_FMT(conf->base_url), STR_FMT(p->order_ref));
    static const char *const mark[] = {"metadata", "payment_intent_data[metadata]"};

    param(b, "mode", STR("payment"));
    param(b, "locale", STR("fr"));
    param(b, "client_reference_id", p->order_ref);
    param(b, "line_items[0][quantity]", STR("1"));
    param(b, "line_items[0][price_data][currency]", STR("eur"));
    param_int(cx, b, "line_items[0][price_data][unit_amount]", p->pay.amount_cents);
    param(b, "line_items[0][price_data][product_data][name]",
          str_printf(cx->arena, "Commande %.*s", STR_FMT(p->order_ref)));
    param(b, "success_url", back);
    param(b, "cancel_url", back);
    /* At least 30 minutes are demanded; the time is the attempt's, so that every try sends the
     * same parameters. */
    param_int(cx, b, "expires_at", (p->pay.created_ms + PAGE_LIFE_MS) / 1000);
    if (who->email.len > 0)
        param(b, "customer_email", who->email);
    for (size_t i = 0; i < sizeof mark / sizeof mark[0]; i++) {
        param_int(cx, b, str_printf(cx->arena, "%s[attempt]", mark[i]).ptr, p->pay.id);
        param(b, str_printf(cx->arena, "%s[order]", mark[i]).ptr, p->order_ref);
        param(b, str_printf(cx->arena, "%s[shop]", mark[i]).ptr, conf->base_url);
    }
}

static enum err
stripe_begin(struct ctx *cx, const struct payment_row *p, const struct payer *who,
             struct payment_exit *out)
{
    struct buf body = {0};
    const struct json *session;
    int status;

    session_params(cx, p, who, &body);
    struct api_call call = {"POST", STR("/v1/checkout/sessions"), buf_view(&body),
                            str_printf(cx->arena, "maillon-%.*s-%lld", STR_FMT(p->order_ref),
                                       (long long)p->pay.id)};
    enum err e = api_call(cx, &call, &status, &session);
    buf_release(&body);
    TRY(e);
    struct str url = json_get_str(session, "url");
    struct str id = json_get_str(session, "id");
    if (status != 200 || id.len == 0 || id.len > NEWS_REF_MAX || !url_external(url).s.len)
        return ERR_BUSY;
    *out = (struct payment_exit){.url = url, .attempt_key = id};
    return OK;
}

/* Ids come from Stripe's own answers; they go into a path. */
static struct str
id_path(struct ctx *cx, const char *before, struct str id, const char *after)
{
    struct buf b = {0};

    buf_z(&b, before);
    url_encode(&b, id);
    buf_z(&b, after);
    struct str s = buf_dup(&b, cx->arena);
    buf_release(&b);
    return s;
}

static void
news_add(struct news_list *list, const struct payment_news *n)
{
    if (list->count < NEWS_MAX) {
        list->item[list->count] = *n;
        list->item[list->count++].asked = true;
    }
}

/* Stripe's refunds of a payment, newest first; an array. */
static enum err
refunds_get(struct ctx *cx, struct str ref, const struct json **data)
{
    struct api_call call = {
        "GET", id_path(cx, "/v1/refunds?limit=20&payment_intent=", ref, ""), STR_NONE, STR_NONE};
    const struct json *reply;
    int status;

    TRY(api_call(cx, &call, &status, &reply));
    *data = json_get(reply, "data");
    return status == 200 && *data != NULL && (*data)->kind == JSON_ARRAY ? OK : ERR_BUSY;
}

static enum err
refunds_list(struct ctx *cx, const struct payment_row *p, struct str ref, struct news_list *out)
{
    const struct json *data;
    struct payment_news n;

    TRY(refunds_get(cx, ref, &data));
    for (size_t i = 0; i < data->count; i++)
        if (stripe_refund_news(cx->arena, &data->item[i], &n)) {
            n.order_ref = p->order_ref;
            news_add(out, &n);
        }
    return OK;
}

/* Keys are forgotten after a day; then the mark that each refund of ours bears tells whether it was
 * made already. *found false: it was not. */
static enum err
refund_made(struct ctx *cx, const struct payment_row *p, const struct refund_row *r,
            struct payment_news *answer, bool *found)
{
    const struct json *data;
    struct payment_news n;

    *found = false;
    TRY(refunds_get(cx, p->pay.provider_ref, &data));
    for (size_t i = 0; i < data->count && !*found; i++) {
        struct str mark = json_get_str(json_get(&data->item[i], "metadata"), "refund");
        if (!str_eq(mark, r->idem_key) || !stripe_refund_news(cx->arena, &data->item[i], &n))
            continue;
        n.asked = true;
        *answer = n;
        *found = true;
    }
    return OK;
}

static enum err
stripe_look_up(struct ctx *cx, const struct payment_row *p, struct news_list *out)
{
    struct api_call call = {"GET", STR_NONE, STR_NONE, STR_NONE};
    const struct json *session;
    struct payment_news n;
    int status;

    if (p->attempt_key.len > 0) {
        call.path = id_path(cx, "/v1/checkout/sessions/", p->attempt_key, "");
        TRY(api_call(cx, &call, &status, &session));
        if (status == 404)
            return OK;
        if (status != 200 || !stripe_session_news(cx->arena, session, &n))
            return ERR_BUSY;
        news_add(out, &n);
        if (n.kind == NEWS_CAPTURED)
            return refunds_list(cx, p, n.ref, out);
    } else if (p->pay.provider_ref.len > 0) {
        return refunds_list(cx, p, p->pay.provider_ref, out);
    }
    return OK;
}

static enum err
stripe_close(struct ctx *cx, const struct payment_row *p, bool *closed)
{
    struct api_call call = {"POST", STR_NONE, STR_NONE, STR_NONE};
    const struct json *session;
    struct payment_news n;
    int status;

    *closed = false;
    if (p->attempt_key.len == 0)
        return OK;
    call.path = id_path(cx, "/v1/checkout/sessions/", p->attempt_key, "/expire");
    TRY(api_call(cx, &call, &status, &session));
    /* Refused: it is complete or expired; the look-up that follows says which. */
    *closed = status == 200 && stripe_session_news(cx->arena, session, &n) &&
              n.kind == NEWS_FAILED;
    return OK;
}

/* Somebody gave all of it back at the provider: any of those that is not another of ours. */
static enum err
refund_elsewhere(struct ctx *cx, const struct payment_row *p, const struct refund_row *r,
                 struct payment_news *answer)
{
    struct news_list *known = ARENA_NEW(cx->arena, struct news_list);

    TRY(refunds_list(cx, p, p->pay.provider_ref, known));
    for (size_t i = 0; i < known->count; i++) {
        bool others = false;
        for (size_t k = 0; k < r->others.count; k++)
            others = others || str_eq(known->item[i].refund_ref, r->others.item[k]);
        if (!others && known->item[i].kind != NEWS_REFUND_FAILED) {
            *answer = known->item[i];
            return OK;
        }
    }
    return ERR_BUSY;
}

static enum err
stripe_refund(struct ctx *cx, const struct payment_row *p, const struct refund_row *r,
              struct payment_news *answer)
{
    struct buf body = {0};
    const struct json *reply;
    struct payment_news n;
    bool found = false;
    int status;

    if (r->tries > 0)
        TRY(refund_made(cx, p, r, answer, &found));
    if (found)
        return OK;
    param(&body, "payment_intent", p->pay.provider_ref);
    param_int(cx, &body, "amount", r->amount_cents);
    param(&body, "metadata[order]", p->order_ref);
    param(&body, "metadata[refund]", r->idem_key);
    struct api_call call = {"POST", STR("/v1/refunds"), buf_view(&body), r->idem_key};
    enum err e = api_call(cx, &call, &status, &reply);
    buf_release(&body);
    TRY(e);
    if (status == 200 && stripe_refund_news(cx->arena, reply, &n)) {
        n.asked = true;
        *answer = n;
        return OK;
    }
    answer->word = str_dup(cx->arena, json_get_str(json_get(reply, "error"), "code"));
    if (str_is(answer->word, "charge_already_refunded"))
        return refund_elsewhere(cx, p, r, answer);
    return status == 400 || status == 402 ? ERR_DENIED : ERR_BUSY;
}

/* ---- notifications ---- */

static enum err
stripe_read(struct ctx *cx, const struct payment_notice *n, struct news_list *out, const char **why)
{
    TRY(stripe_verify(n->signature, n->body, cx->app->conf->stripe_hook_secret, n->now_ms, why));
    return stripe_event_read(cx->arena, n->body, out, why);
}

static enum err
stripe_parse(struct ctx *cx, struct str body, struct news_list *out, const char **why)
{
    return stripe_event_read(cx->arena, body, out, why);
}

static struct str
stripe_origin(struct ctx *cx)
{
    struct str api = net_origin(cx->arena, cx->app->conf->stripe_url);

    return str_is(api, "https://api.stripe.com") ? STR("https://checkout.stripe.com") : api;
}

const struct provider provider_stripe = {
    .name = "stripe",
    .begin = stripe_begin,
    .look_up = stripe_look_up,
    .close = stripe_close,
    .refund = stripe_refund,
    .read = stripe_read,
    .parse = stripe_parse,
    .origin = stripe_origin,
    .page_life_ms = PAGE_LIFE_MS,
};
