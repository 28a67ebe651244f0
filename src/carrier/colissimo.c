/* SPDX-License-Identifier: Apache-2.0 */
/*
 * colissimo.c - Colissimo through its SLS REST service: DOM in mainland France and Corsica, COM
 * overseas, both without signature.
 *
 * A label is asked for under our own reference (senderParcelRef). The service makes a new one
 * each time it is asked, so a lost answer is never followed by a second question. An account has
 * no documented call that finds a label by that reference; where one is at hand (the stand-in, or
 * a gateway of the operator's own) COLISSIMO_FIND_URL names it, and without it a person looks in
 * the carrier's own back office.
 */
#include "base/civil.h"
#include "carrier/carrier.h"
#include "json/json.h"

enum { LINE_MAX = 35, COMPANY_MAX = 35, ARTICLE_MAX = 64, CALL_MS = 20000,
       REPLY_MAX = 4 * 1024 * 1024 };

static const char json_type[] = "Content-Type: application/json";
static const char accept_any[] = "Accept: */*";

static struct str
colissimo_lacks(struct ctx *cx)
{
    const struct conf *c = cx->app->conf;

    if (c->colissimo_url.len == 0)
        return STR("l’adresse du service (COLISSIMO_URL)");
    if (c->colissimo_api_key.len == 0 &&
        (c->colissimo_contract.len == 0 || c->colissimo_password.len == 0))
        return STR("le contrat et son mot de passe (COLISSIMO_CONTRACT, COLISSIMO_PASSWORD)");
    return STR_NONE;
}

/* ---- the question ---- */

static void
kkilos(struct jw *w, const char *key, int64_t grams)
{
    jw_key(w, key);
    buf_printf(w->out, "%lld.%03lld", (long long)(grams / 1000), (long long)(grams % 1000));
    w->comma = true;
}

static void
keuros(struct jw *w, const char *key, int64_t cents)
{
    jw_key(w, key);
    buf_printf(w->out, "%lld.%02lld", (long long)(cents / 100), (long long)(cents % 100));
    w->comma = true;
}

/* An empty text is left out. */
static void
kfilled(struct jw *w, const char *key, struct str s)
{
    if (s.len > 0)
        jw_kstr(w, key, s);
}

static void
put_service(struct ctx *cx, struct jw *w, const struct label_ask *ask)
{
    struct civil day = civil_of(cx->now_ms, ZONE_PARIS);

    jw_key(w, "service");
    jw_object(w);
    jw_kstr(w, "productCode", ask->product);
    jw_kstr(w, "depositDate", str_printf(cx->arena, "%04d-%02d-%02d", day.year, day.month,
                                         day.day));
    jw_kstr(w, "orderNumber", ask->o.ref);
    jw_kstr(w, "commercialName", utf8_cut(ask->sender.company, COMPANY_MAX));
    jw_kint(w, "transportationAmount", ask->o.delivery_cents);
    jw_kint(w, "totalAmount", ask->o.delivery_cents);
    jw_kint(w, "returnTypeChoice", 3);
    jw_close_object(w);
}

static void
put_parcel(struct ctx *cx, struct jw *w, const struct label_ask *ask)
{
    jw_key(w, "parcel");
    jw_object(w);
    kkilos(w, "weight", ask->weight_g);
    jw_kbool(w, "nonMachinable", false);
    jw_kstr(w, "instructions",
            contactless_line(cx->arena, ask->o.address.instructions, LINE_MAX));
    if (territory_customs(ask->o.territory))
        jw_kbool(w, "ftd", false);
    jw_close_object(w);
}

static void
put_customs(struct jw *w, const struct label_ask *ask)
{
    jw_key(w, "customsDeclarations");
    jw_object(w);
    jw_kbool(w, "includeCustomsDeclarations", true);
    jw_key(w, "contents");
    jw_object(w);
    jw_key(w, "article");
    jw_array(w);
    for (int i = 0; i < ask->good_count; i++) {
        const struct label_good *g = &ask->good[i];
        jw_object(w);
        jw_kstr(w, "description", utf8_cut(g->name, ARTICLE_MAX));
        jw_kint(w, "quantity", g->units);
        /* Of one unit, as the form's columns are multiplied by the quantity. */
        kkilos(w, "weight", g->weight_g / g->units > 0 ? g->weight_g / g->units : 1);
        keuros(w, "value", g->net_cents / g->units);
        jw_kstr(w, "hsCode", g->hs_code);
        jw_kstr(w, "originCountry", g->origin);
        jw_kz(w, "currency", "EUR");
        jw_close_object(w);
    }
    jw_close_array(w);
    jw_key(w, "category");
    jw_object(w);
    jw_kint(w, "value", 3); /* Commercial. */
    jw_close_object(w);
    jw_close_object(w);
    jw_close_object(w);
}

static void
put_sender(struct jw *w, const struct label_ask *ask)
{
    const struct sender *from = &ask->sender;

    jw_key(w, "sender");
    jw_object(w);
    jw_kstr(w, "senderParcelRef", ask->sender_ref);
    jw_key(w, "address");
    jw_object(w);
    jw_kstr(w, "companyName", utf8_cut(from->company, COMPANY_MAX));
    kfilled(w, "line1", utf8_cut(from->complement, LINE_MAX));
    jw_kstr(w, "line2", utf8_cut(from->street, LINE_MAX));
    jw_kz(w, "countryCode", "FR");
    jw_kstr(w, "city", utf8_cut(from->city, LINE_MAX));
    jw_kstr(w, "zipCode", from->postal_code);
    kfilled(w, "phoneNumber", from->phone);
    kfilled(w, "email", from->email);
    jw_close_object(w);
    jw_close_object(w);
}

static void
put_addressee(struct jw *w, const struct label_ask *ask, const struct address_lines *lines)
{
    static const char *const keys[] = {"line0", "line1", "line2", "line3"};
    const struct order_address *to = &ask->o.address;

    jw_key(w, "addressee");
    jw_object(w);
    jw_kstr(w, "addresseeParcelRef", ask->sender_ref);
    jw_kbool(w, "codeBarForReference", false);
    jw_key(w, "address");
    jw_object(w);
    jw_kstr(w, "companyName", utf8_cut(to->company, COMPANY_MAX));
    jw_kstr(w, "lastName", utf8_cut(to->person.len > 0 ? to->person : to->company, LINE_MAX));
    for (int i = 0; i < 4; i++)
        kfilled(w, keys[i], lines->line[i]);
    jw_kz(w, "countryCode", territory_country(ask->o.territory));
    jw_kstr(w, "city", utf8_cut(to->city, LINE_MAX));
    jw_kstr(w, "zipCode", to->postal_code);
    bool mobile = str_starts(to->phone, STR("+336")) || str_starts(to->phone, STR("+337"));
    kfilled(w, mobile ? "mobileNumber" : "phoneNumber", to->phone);
    kfilled(w, "email", ask->email);
    jw_kz(w, "language", "FR");
    jw_close_object(w);
    jw_close_object(w);
}

static void
put_login(struct ctx *cx, struct jw *w)
{
    const struct conf *c = cx->app->conf;

    if (c->colissimo_api_key.len > 0)
        return;
    jw_kstr(w, "contractNumber", c->colissimo_contract);
    jw_kstr(w, "password", c->colissimo_password);
}

static struct str
body_of(struct ctx *cx, const struct label_ask *ask, const struct address_lines *lines)
{
    struct buf out = {0};
    struct jw w = jw_begin(&out);

    jw_object(&w);
    put_login(cx, &w);
    jw_key(&w, "outputFormat");
    jw_object(&w);
    jw_kint(&w, "x", 0);
    jw_kint(&w, "y", 0);
    jw_kstr(&w, "outputPrintingType", cx->app->conf->colissimo_format);
    jw_close_object(&w);
    jw_key(&w, "letter");
    jw_object(&w);
    put_service(cx, &w, ask);
    put_parcel(cx, &w, ask);
    if (territory_customs(ask->o.territory))
        put_customs(&w, ask);
    put_sender(&w, ask);
    put_addressee(&w, ask, lines);
    jw_close_object(&w);
    jw_close_object(&w);
    struct str body = buf_dup(&out, cx->arena);
    buf_release(&out);
    return body;
}

static void
headers_put(struct ctx *cx, struct net_call *call)
{
    const struct conf *c = cx->app->conf;

    call->headers[0] = json_type;
    call->headers[1] = accept_any;
    if (c->colissimo_api_key.len > 0)
        call->headers[2] = str_z(cx->arena, str_printf(cx->arena, "apiKey: %.*s",
                                                       STR_FMT(c->colissimo_api_key)));
    call->total_ms = CALL_MS;
    call->reply_max = REPLY_MAX;
}

static struct net_call
colissimo_ask(struct ctx *cx, const struct label_ask *ask, struct str *why)
{
    struct net_call call = {.method = "POST"};
    struct address_lines lines;

    if (!sender_complete(&ask->sender)) {
        *why = STR("L’entrepôt n’a pas d’adresse complète : l’étiquette n’aurait pas "
                   "d’expéditeur.");
        return call;
    }
    if (!address_fit(cx->arena, &ask->o.address, LINE_MAX, &lines)) {
        *why = STR("L’adresse ne tient pas sur les lignes du transporteur (35 signes).");
        return call;
    }
    if (lines.line[2].len == 0) {
        *why = STR("L’adresse n’a ni rue ni lieu-dit.");
        return call;
    }
    call.url = str_printf(cx->arena, "%.*s/generateLabel", STR_FMT(cx->app->conf->colissimo_url));
    call.body = body_of(cx, ask, &lines);
    headers_put(cx, &call);
    return call;
}

/* ---- the answer ---- */

static bool
no_answer(const struct net_result *r, struct label_answer *out)
{
    if (r->err == OK)
        return false;
    *out = (struct label_answer){.outcome = LABEL_UNKNOWN,
                                 .why = STR("Le transporteur n’a pas répondu jusqu’au bout.")};
    if (r->unsent)
        *out = (struct label_answer){.outcome = LABEL_LATER,
                                     .why = STR("Le transporteur n’est pas joignable.")};
    return true;
}

static void
colissimo_read(struct arena *a, const struct label_ask *ask, const struct net_result *r,
               struct label_answer *out)
{
    if (!no_answer(r, out))
        colissimo_answer_read(a, r->status, r->reply, territory_customs(ask->o.territory), out);
}

static bool
colissimo_can_find(struct ctx *cx)
{
    return cx->app->conf->colissimo_find_url.len > 0;
}

static struct net_call
colissimo_find(struct ctx *cx, struct str sender_ref)
{
    struct net_call call = {.method = "POST", .url = cx->app->conf->colissimo_find_url};
    struct buf out = {0};
    struct jw w = jw_begin(&out);

    jw_object(&w);
    put_login(cx, &w);
    jw_kstr(&w, "senderParcelRef", sender_ref);
    jw_close_object(&w);
    call.body = buf_dup(&out, cx->arena);
    buf_release(&out);
    headers_put(cx, &call);
    return call;
}

static void
colissimo_read_found(struct arena *a, const struct label_ask *ask, const struct net_result *r,
                     struct label_answer *out)
{
    if (no_answer(r, out)) {
        out->outcome = LABEL_UNKNOWN; /* The look-up failed, not the label. */
        return;
    }
    if (r->status == 404) {
        *out = (struct label_answer){.outcome = LABEL_NONE};
        return;
    }
    colissimo_answer_read(a, r->status, r->reply, territory_customs(ask->o.territory), out);
    if (out->outcome != LABEL_MADE)
        out->outcome = LABEL_UNKNOWN;
}

const struct carrier carrier_colissimo = {
    .name = "colissimo",
    .label = "Colissimo",
    .weight_max_g = 30000,
    .lacks = colissimo_lacks,
    .ask = colissimo_ask,
    .read = colissimo_read,
    .can_find = colissimo_can_find,
    .find = colissimo_find,
    .read_found = colissimo_read_found,
    .track_page = "https://www.laposte.fr/outils/suivre-vos-envois?code=",
};
