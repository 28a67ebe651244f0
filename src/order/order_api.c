/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_api.c - a company's orders as JSON: list, one, place, cancel. The token says which
 * company; nothing in the request can.
 */
#include "campaign/campaign.h"
#include "http/form.h"
#include "http/route.h"
#include "json/json.h"
#include "order/admit.h"
#include "order/order.h"
#include "order/order_address.h"

enum { API_BODY_MAX = 16 * 1024 };

static void
write_order(struct ctx *cx, struct jw *w, const struct policy *p, const struct order *o)
{
    jw_object(w);
    jw_kstr(w, "ref", o->ref);
    jw_kstr(w, "campaign", p->slug);
    jw_kint(w, "policy_version", o->version);
    jw_kz(w, "state", order_state_code(o->state));
    jw_kstr(w, "siren", siren_str(cx->arena, o->siren));
    jw_kstr(w, "siret", siret_str(cx->arena, o->siret));
    jw_kz(w, "territory", territory_code(o->territory));
    jw_ktime(w, "created", o->created_ms);
    jw_ktime(w, "deadline", o->deadline_ms);
    jw_ktime(w, "paid", o->paid_ms);
    jw_kint(w, "units", o->units);
    jw_kint(w, "delivery_cents", o->delivery_cents);
    jw_kint(w, "net_cents", o->net_cents);
    jw_kint(w, "vat_cents", o->vat_cents);
    jw_kint(w, "total_cents", o->total_cents);
    jw_kz(w, "currency", "EUR");
    jw_key(w, "lines");
    jw_array(w);
    for (int i = 0; i < o->line_count; i++) {
        const struct order_line *l = &o->line[i];
        jw_object(w);
        jw_kstr(w, "pack", l->pack_code);
        jw_kstr(w, "good", l->good_code);
        jw_kint(w, "packs", l->packs);
        jw_kint(w, "units", l->units);
        jw_kint(w, "price_cents", l->price_cents);
        jw_kint(w, "net_cents", l->net_cents);
        jw_kint(w, "vat_bp", l->vat_bp);
        jw_kint(w, "vat_cents", l->vat_cents);
        jw_close_object(w);
    }
    jw_close_array(w);
    jw_close_object(w);
}

static enum err
answer_order(struct ctx *cx, struct req *req, const struct order *o, int status)
{
    const struct policy *p;
    struct jw w = jw_begin(&req->out);

    TRY(campaign_policy(cx, o->campaign_id, o->version, &p));
    write_order(cx, &w, p, o);
    return res_json(req, status);
}

/* GET /api/v1/orders?before=REF - newest first, 50 a page. */
enum err
orders_get(struct ctx *cx, struct req *req)
{
    struct order_list list;
    struct order last = {0};
    struct str before;

    if (cx->actor.siren == 0)
        return ERR_DENIED; /* An organiser's token: an empty list would be taken for no sales. */
    TRY(req_query_str(req, "before", ORDER_REF_LEN, STR_NONE, &before));
    if (before.len > 0)
        TRY(order_by_ref(cx, cx->actor.siren, before, &last));
    TRY(order_of_company(cx, cx->actor.siren, last.id, &list));
    struct jw w = jw_begin(&req->out);
    jw_object(&w);
    jw_key(&w, "orders");
    jw_array(&w);
    for (size_t i = 0; i < list.count; i++) {
        const struct policy *p;
        TRY(campaign_policy(cx, list.item[i].campaign_id, list.item[i].version, &p));
        write_order(cx, &w, p, &list.item[i]);
    }
    jw_close_array(&w);
    jw_key(&w, "next_before");
    if (list.count == 50)
        jw_str(&w, list.item[49].ref);
    else
        jw_null(&w);
    jw_close_object(&w);
    return res_json(req, 200);
}

/* GET /api/v1/orders/{ref} */
enum err
order_get(struct ctx *cx, struct req *req)
{
    struct order o;
    struct str ref;

    TRY(req_path_str(req, "ref", ORDER_REF_LEN, &ref));
    TRY(order_by_ref(cx, cx->actor.siren, ref, &o));
    return answer_order(cx, req, &o, 200);
}

/* ---- placing ---- */

struct faults {
    struct field_error item[16];
    size_t count;
};

static void
fault(struct faults *f, const char *name, const char *text)
{
    if (f->count < sizeof f->item / sizeof f->item[0])
        f->item[f->count++] = (struct field_error){name, str_of(text)};
}

static void
line_fault(struct ctx *cx, struct faults *f, size_t i, const char *name, const char *text)
{
    fault(f, str_z(cx->arena, str_printf(cx->arena, "/lines/%zu/%s", i, name)), text);
}

static void
read_lines(struct ctx *cx, const struct json *body, const struct policy *p, struct order_ask *ask,
           struct faults *f)
{
    const struct json *lines = json_get(body, "lines");

    if (lines == NULL || lines->kind != JSON_ARRAY || lines->count == 0 ||
        lines->count > ORDER_LINES_MAX) {
        fault(f, "/lines", "an array of 1 to 8 objects with pack and packs");
        return;
    }
    for (size_t i = 0; i < lines->count; i++) {
        struct str code = json_get_str(&lines->item[i], "pack");
        int64_t packs = json_get_int(&lines->item[i], "packs", -1);
        int pack = p->pack_count - 1;
        while (pack >= 0 && !str_eq(p->pack[pack].code, code))
            pack--;
        if (pack < 0)
            line_fault(cx, f, i, "pack", "no such pack in this campaign");
        if (packs < 1 || packs > ORDER_PACKS_MAX)
            line_fault(cx, f, i, "packs", "a whole number from 1 to 100000");
        ask->item[ask->item_count++] = (struct ask_item){pack, packs};
    }
}

static struct str
text_of(struct ctx *cx, const struct json *to, const char *name, size_t min, size_t max,
        struct faults *f)
{
    const struct json *member = json_get(to, name);
    struct str s = str_trim(json_get_str(to, name));
    const char *why = NULL;

    if (member != NULL && member->kind != JSON_STR)
        why = "a text";
    else if (utf8_count(s) < min)
        why = "missing or too short";
    else if (utf8_count(s) > max)
        why = str_z(cx->arena, str_printf(cx->arena, "at most %zu characters", max));
    else if (utf8_has_control(s, ""))
        why = "has control characters";
    if (why != NULL)
        fault(f, str_z(cx->arena, str_printf(cx->arena, "/delivery/%s", name)), why);
    return s;
}

/* The register's address; another one when its street, postal code and town are given. */
static enum err
read_place(struct ctx *cx, const struct json *to, const struct establishment *site,
           struct order_address *a, struct faults *f)
{
    struct address_check check;
    bool given = json_get(to, "street") != NULL || json_get(to, "postal_code") != NULL ||
                 json_get(to, "city") != NULL;

    a->complement = given ? text_of(cx, to, "complement", 0, 38, f) : site->complement;
    a->street = given ? text_of(cx, to, "street", 1, 38, f) : site->street;
    a->special = given ? text_of(cx, to, "special", 0, 38, f) : site->special;
    a->postal_code = given ? text_of(cx, to, "postal_code", 5, 5, f) : site->postal_code;
    a->city = given ? text_of(cx, to, "city", 1, 32, f) : site->city;
    a->commune = site->commune;
    if (!given && (a->street.len == 0 || a->postal_code.len == 0 || a->city.len == 0))
        fault(f, "/delivery/street", "the register does not publish this establishment's whole "
                                     "address: give street, postal_code and city");
    if (!given || f->count > 0)
        return OK;
    TRY(order_address_check(cx, site, a, &check));
    if (check.fault == ADDRESS_CODE_FORM)
        fault(f, "/delivery/postal_code", "five digits");
    if (check.fault == ADDRESS_CODE_UNKNOWN)
        fault(f, "/delivery/postal_code", "no such postal code; a CEDEX is written in city");
    if (check.fault == ADDRESS_TERRITORY)
        fault(f, "/delivery/postal_code", "of another territory than the establishment (siret)");
    if (check.fault == ADDRESS_TOWN && !json_get_bool(to, "town_confirmed", false))
        fault(f, "/delivery/city",
              str_z(cx->arena, str_printf(cx->arena, "the postal code is that of %.*s; mend it, "
                                                     "or say \"town_confirmed\": true",
                                          STR_FMT(check.towns))));
    if (check.other && !json_get_bool(to, "other_address_confirmed", false))
        fault(f, "/delivery/other_address_confirmed",
              "must be true: this is not the establishment's address in the register");
    return OK;
}

static enum err
read_address(struct ctx *cx, const struct json *body, const struct establishment *site,
             struct order_ask *ask, struct faults *f)
{
    const struct json *to = json_get(body, "delivery");
    struct order_address *a = &ask->address;

    if (to == NULL || to->kind != JSON_OBJECT) {
        fault(f, "/delivery", "an object with company and phone");
        return OK;
    }
    a->company = text_of(cx, to, "company", 1, 38, f);
    a->person = text_of(cx, to, "person", 0, 38, f);
    a->phone = phone_normal(cx->arena, json_get_str(to, "phone"));
    if (a->phone.len == 0)
        fault(f, "/delivery/phone", "a telephone number: 0612345678, or + and a country code");
    a->instructions = text_of(cx, to, "instructions", 0, 200, f);
    if (!json_get_bool(body, "contactless_accepted", false))
        fault(f, "/contactless_accepted", "must be true: delivery is without contact or signature");
    return read_place(cx, to, site, a, f);
}

/* A header's bytes need not be text: only visible ASCII reaches the database. */
static bool
key_valid(struct str key)
{
    if (key.len < 16 || key.len > 64)
        return false;
    for (size_t i = 0; i < key.len; i++)
        if (key.ptr[i] < '!' || key.ptr[i] > '~')
            return false;
    return true;
}

static enum err
refuse(struct ctx *cx, struct req *req, const struct faults *f)
{
    struct field_error_list list = {(struct field_error *)f->item, f->count};

    return res_problem(cx, req, 422, PROBLEM_INVALID_REQUEST,
                       STR("See errors: each names a field and what it takes."), &list);
}

static enum err
answer_placed(struct ctx *cx, struct req *req, const struct order_placed *placed)
{
    if (placed->ok)
        return answer_order(cx, req, &placed->order, placed->replay ? 200 : 201);
    const struct admit_out *d = placed->decision;
    struct str code = str_of(d->refusal == REFUSAL_ELIGIBILITY
                                 ? reason_code(d->eligibility.reason)
                                 : refusal_code(d->refusal));
    struct field_error why = {"reason", code};
    struct field_error_list list = {&why, 1};
    if (d->refusal == REFUSAL_KEY) /* The program's fault: nothing to tell the buyer. */
        return res_problem(cx, req, 422, PROBLEM_KEY_REUSED,
                           STR("This Idempotency-Key has made another order: use a new key."),
                           &list);
    return res_problem(cx, req, 409, PROBLEM_ORDER_REFUSED, placed->refusal, &list);
}

/* POST /api/v1/orders with an Idempotency-Key header. */
enum err
orders_post(struct ctx *cx, struct req *req)
{
    struct faults f = {0};
    struct order_ask ask = {.siren = cx->actor.siren, .key = req_header(req, "idempotency-key")};
    struct order_placed placed;
    struct json_error why;
    struct json *body;
    struct campaign campaign;
    struct establishment site = {0};

    if (json_parse(cx->arena, req->body, API_BODY_MAX, &body, &why) != OK)
        return res_problem(cx, req, 400, PROBLEM_INVALID_JSON,
                           str_printf(cx->arena, "line %d, column %d: %.*s", why.line, why.column,
                                      STR_FMT(why.text)),
                           NULL);
    if (!key_valid(ask.key))
        fault(&f, "Idempotency-Key", "a header of 16 to 64 visible ASCII characters, no space");
    if (siret_parse(json_get_str(body, "siret"), &ask.siret) != NUMBER_OK)
        fault(&f, "/siret", "a SIRET of 14 digits");
    else if (siret_siren(ask.siret) != ask.siren)
        fault(&f, "/siret", "not an establishment of the token's company");
    if (f.count > 0)
        return refuse(cx, req, &f);
    TRY(campaign_find(cx, json_get_str(body, "campaign"), &campaign));
    TRY(registry_establishment(cx, ask.siret, &site));
    ask.campaign = &campaign;
    read_lines(cx, body, campaign.policy, &ask, &f);
    TRY(read_address(cx, body, &site, &ask, &f));
    if (f.count > 0)
        return refuse(cx, req, &f);
    TRY(order_place(cx, &ask, &placed));
    return answer_placed(cx, req, &placed);
}

/* POST /api/v1/orders/{ref}/cancel */
enum err
order_cancel_post(struct ctx *cx, struct req *req)
{
    struct order o;
    struct str ref;

    TRY(req_path_str(req, "ref", ORDER_REF_LEN, &ref));
    TRY(order_by_ref(cx, cx->actor.siren, ref, &o));
    if (o.state != ORDER_CANCELLED)
        TRY(order_cancel(cx, &o, "buyer", "cancelled by the buyer"));
    return answer_order(cx, req, &o, 200);
}
