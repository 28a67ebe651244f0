/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lyra_api.c - Lyra as a provider: the signed form that takes the buyer out, and REST V4 for
 * asking and giving back.
 *
 * REST V4 answers HTTP 200 with status ERROR when it refuses, and knows no idempotency key: before
 * giving back, the order is read, and a refund that is there already is taken as the answer.
 */
#include "payment/lyra.h"

#include "base/log.h"
#include "net/net.h"

enum { FORM_FIELDS = 24 };

static const char rest_not_found[] = "PSP_010"; /* No transaction or order of that name. */

/* ---- the form ---- */

/*
 * Our signature covers values joined by '+', with the same key as notifications. A value the
 * buyer chose must not be able to spell out the values of a notification: so none with a '+' goes
 * out, and none that is a status.
 */
static bool
value_safe(struct str value)
{
    return value.len > 0 && str_find_byte(value, '+') == value.len &&
           str_find_byte(value, '<') == value.len && str_find_byte(value, '>') == value.len &&
           lyra_status_kind(value, false) == NEWS_ASK;
}

static void
field_put(struct payment_exit *out, const char *name, struct str value)
{
    assert(out->fields.count < FORM_FIELDS);
    out->fields.item[out->fields.count++] = (struct pair){str_of(name), value};
}

static struct str
back_url(struct ctx *cx, const struct payment_row *p)
{
    return str_printf(cx->arena, "%.*s/commandes/%.*s/retour", STR_FMT(cx->app->conf->base_url),
                      STR_FMT(p->order_ref));
}

static enum err
lyra_begin(struct ctx *cx, const struct payment_row *p, const struct payer *who,
           struct payment_exit *out)
{
    const struct conf *conf = cx->app->conf;
    struct pair_list fields = {ARENA_ARRAY(cx->arena, FORM_FIELDS, struct pair), 0};
    struct payment_exit exit = {conf->lyra_url, fields, p->attempt_key};
    size_t dash = str_find_byte(p->attempt_key, '-');

    assert(dash == 14 && p->attempt_key.len == 21);
    field_put(&exit, "vads_action_mode", STR("INTERACTIVE"));
    field_put(&exit, "vads_amount",
              str_printf(cx->arena, "%lld", (long long)p->pay.amount_cents));
    field_put(&exit, "vads_ctx_mode", conf->lyra_mode);
    field_put(&exit, "vads_currency", STR("978"));
    if (value_safe(who->email))
        field_put(&exit, "vads_cust_email", who->email);
    if (value_safe(who->company) && who->company.len <= 100)
        field_put(&exit, "vads_cust_legal_name", who->company);
    field_put(&exit, "vads_cust_status", STR("COMPANY"));
    field_put(&exit, "vads_ext_info_attempt",
              str_printf(cx->arena, "%lld", (long long)p->pay.id));
    field_put(&exit, "vads_ext_info_shop", conf->base_url);
    field_put(&exit, "vads_language", STR("fr"));
    field_put(&exit, "vads_order_id", p->order_ref);
    field_put(&exit, "vads_page_action", STR("PAYMENT"));
    field_put(&exit, "vads_payment_config", STR("SINGLE"));
    /* The browser brings nothing back: what it says would prove nothing. */
    field_put(&exit, "vads_return_mode", STR("NONE"));
    field_put(&exit, "vads_site_id", conf->lyra_site);
    field_put(&exit, "vads_trans_date", str_sub(p->attempt_key, 0, dash));
    field_put(&exit, "vads_trans_id", str_sub(p->attempt_key, dash + 1, 6));
    field_put(&exit, "vads_url_return", back_url(cx, p));
    field_put(&exit, "vads_version", STR("V2"));
    field_put(&exit, "signature", lyra_sign(cx->arena, &exit.fields, conf->lyra_key));
    *out = exit;
    return OK;
}

/* ---- REST V4 ---- */

/* *answer NULL: the name is not known there. ERR_BUSY: no usable answer, ask again later; *refusal
 * says why it was refused, and is left alone when nothing was said. */
static enum err
rest_call(struct ctx *cx, const char *service, const struct buf *request,
          const struct json **answer, struct str *refusal)
{
    const struct conf *conf = cx->app->conf;
    struct net_call call = {
        .method = "POST",
        .headers = {"Content-Type: application/json", "Accept: application/json"},
        .user = conf->lyra_site,
        .password = conf->lyra_password,
        .body = buf_view(request),
    };
    struct json *reply;
    struct json_error where;
    struct str text;
    int status;

    call.url = str_printf(cx->arena, "%.*s/V4/%s", STR_FMT(conf->lyra_rest_url), service);
    TRY(net_call(cx->arena, &call, &status, &text));
    if (status != 200 ||
        json_parse(cx->arena, text, NET_REPLY_MAX, &reply, &where) != OK ||
        reply->kind != JSON_OBJECT) {
        log_warn(cx->log, "lyra_rest_unreadable", LOG_Z("service", service),
                 LOG_INT("status", status));
        return ERR_BUSY;
    }
    const struct json *body = json_get(reply, "answer");
    if (str_is(json_get_str(reply, "status"), "SUCCESS") && body != NULL) {
        *answer = body;
        return OK;
    }
    struct str code = json_get_str(body, "errorCode");
    if (str_is(code, rest_not_found)) {
        *answer = NULL;
        return OK;
    }
    log_warn(cx->log, "lyra_rest_error", LOG_Z("service", service), LOG_STR("code", code));
    *refusal = code;
    return ERR_BUSY;
}

static enum err
order_get(struct ctx *cx, struct str order_ref, struct news_list *out, struct str *refusal)
{
    struct buf request = {0};
    const struct json *answer = NULL;
    struct jw w = jw_begin(&request);

    jw_object(&w);
    jw_kstr(&w, "orderId", order_ref);
    jw_close_object(&w);
    enum err e = rest_call(cx, "Order/Get", &request, &answer, refusal);
    buf_release(&request);
    if (e == OK && answer != NULL)
        lyra_payment_news(cx->arena, answer, out);
    for (size_t i = 0; e == OK && i < out->count; i++)
        out->item[i].asked = true;
    return e;
}

static enum err
lyra_look_up(struct ctx *cx, const struct payment_row *p, struct news_list *out)
{
    struct str refusal = STR_NONE;

    return order_get(cx, p->order_ref, out, &refusal);
}

/* The form protocol has no such call: the page ends by itself, see page_life_ms. */
static enum err
lyra_close(struct ctx *cx, const struct payment_row *p, bool *closed)
{
    (void)cx;
    (void)p;
    *closed = false;
    return OK;
}

/* A debit that was cancelled before it was collected is given back too. */
static bool
is_given_back(const struct payment_news *n, const struct payment_row *p)
{
    if (!str_eq(n->ref, p->pay.provider_ref))
        return false;
    if (n->refund_ref.len > 0)
        return n->kind == NEWS_REFUND_DONE || n->kind == NEWS_REFUND_PENDING;
    return n->kind == NEWS_FAILED && str_is(n->word, "CANCELLED");
}

static void
as_refund(struct payment_news *n)
{
    if (n->refund_ref.len == 0) {
        n->refund_ref = n->ref;
        n->kind = NEWS_REFUND_DONE;
    }
    n->asked = true;
}

/* It is the answer to another refund of this payment. */
static bool
is_others(const struct payment_news *n, const struct refund_row *r)
{
    for (size_t i = 0; i < r->others.count; i++)
        if (str_eq(n->refund_ref, r->others.item[i]))
            return true;
    return false;
}

static enum err
lyra_refund(struct ctx *cx, const struct payment_row *p, const struct refund_row *r,
            struct payment_news *answer)
{
    struct news_list *known = ARENA_NEW(cx->arena, struct news_list);
    const struct json *t = NULL;
    struct buf request = {0};
    struct payment_news n = {0};

    TRY(order_get(cx, p->order_ref, known, &answer->word));
    for (size_t i = 0; i < known->count; i++)
        if (is_given_back(&known->item[i], p) && !is_others(&known->item[i], r)) {
            as_refund(&known->item[i]);
            *answer = known->item[i];
            return OK;
        }
    struct jw w = jw_begin(&request);
    jw_object(&w);
    jw_kstr(&w, "uuid", p->pay.provider_ref);
    if (p->captured_euros) { /* Otherwise the whole, whatever it was in. */
        jw_kint(&w, "amount", r->amount_cents);
        jw_kz(&w, "currency", "EUR");
    }
    jw_kz(&w, "resolutionMode", "AUTO");
    jw_kstr(&w, "comment", r->idem_key);
    jw_close_object(&w);
    enum err e = rest_call(cx, "Transaction/CancelOrRefund", &request, &t, &answer->word);
    buf_release(&request);
    TRY(e);
    if (t == NULL || !lyra_transaction_news(cx->arena, t, p->order_ref, &n))
        return ERR_BUSY;
    if (n.refund_ref.len > 0 && n.ref.len == 0)
        n.ref = p->pay.provider_ref;
    if (n.refund_ref.len == 0 && !is_given_back(&n, p))
        return ERR_BUSY;
    as_refund(&n);
    *answer = n;
    return OK;
}

/* ---- notifications ---- */

static bool
is_rest(struct str body)
{
    return str_starts(body, STR("kr-")) || str_contains(body, STR("&kr-hash="));
}

static enum err
lyra_parse(struct ctx *cx, struct str body, struct news_list *out, const char **why)
{
    if (is_rest(body))
        return lyra_rest_notice_parse(cx->arena, body, out, why);
    return lyra_notice_parse(cx->arena, body, out, why);
}

static enum err
lyra_read(struct ctx *cx, const struct payment_notice *n, struct news_list *out, const char **why)
{
    const struct conf *conf = cx->app->conf;

    if (is_rest(n->body))
        return lyra_rest_notice_read(cx->arena, n->body, conf->lyra_password, out, why);
    return lyra_notice_read(cx->arena, n->body, conf->lyra_key, out, why);
}

static struct str
lyra_origin(struct ctx *cx)
{
    return net_origin(cx->arena, cx->app->conf->lyra_url);
}

const struct provider provider_lyra = {
    .name = "lyra",
    .begin = lyra_begin,
    .look_up = lyra_look_up,
    .close = lyra_close,
    .refund = lyra_refund,
    .read = lyra_read,
    .parse = lyra_parse,
    .origin = lyra_origin,
    .page_life_ms = 15 * 60 * 1000,
};
