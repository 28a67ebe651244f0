/* SPDX-License-Identifier: Apache-2.0 */
/* invoice_web.c - a buyer's own documents: PDF and XML, by page and by API. */
#include "http/route.h"
#include "invoice/invoice.h"
#include "json/json.h"

enum { NUMBER_BYTES_MAX = 40 };

/* The document that the path names, of an order of the session's company. */
static enum err
own_document(struct ctx *cx, struct req *req, struct invoice *out)
{
    struct str ref, number;
    struct order o;

    TRY(req_path_str(req, "ref", ORDER_REF_LEN, &ref));
    TRY(req_path_str(req, "number", NUMBER_BYTES_MAX, &number));
    TRY(order_by_ref(cx, cx->actor.siren, str_upper(cx->arena, ref), &o));
    return invoice_by_number(cx, o.id, number, out);
}

/* GET /commandes/{ref}/documents/{number} and GET /api/v1/orders/{ref}/invoices/{number} */
enum err
invoice_get(struct ctx *cx, struct req *req)
{
    struct invoice in;

    TRY(own_document(cx, req, &in));
    TRY(invoice_pdf(cx, in.id, &req->out));
    res_attachment(cx, req, str_printf(cx->arena, "%.*s.pdf", STR_FMT(in.number)));
    return res_body(req, 200, "application/pdf");
}

/* GET /api/v1/orders/{ref}/invoices/{number}/xml */
enum err
invoice_xml_get(struct ctx *cx, struct req *req)
{
    struct invoice in;

    TRY(own_document(cx, req, &in));
    TRY(invoice_xml(cx, in.id, &req->out));
    return res_body(req, 200, "application/xml; charset=utf-8");
}

/* GET /api/v1/orders/{ref}/invoices */
enum err
invoices_get(struct ctx *cx, struct req *req)
{
    struct invoice_list list;
    struct str ref;
    struct order o;

    TRY(req_path_str(req, "ref", ORDER_REF_LEN, &ref));
    TRY(order_by_ref(cx, cx->actor.siren, ref, &o));
    TRY(invoice_of_order(cx, o.id, &list));
    struct jw w = jw_begin(&req->out);
    jw_object(&w);
    jw_key(&w, "invoices");
    jw_array(&w);
    for (size_t i = 0; i < list.count; i++) {
        const struct invoice *in = &list.item[i];
        jw_object(&w);
        jw_kstr(&w, "number", in->number);
        jw_kz(&w, "kind", in->kind == INVOICE_CREDIT ? "credit_note" : "invoice");
        jw_ktime(&w, "issued_at", in->issued_ms);
        jw_kint(&w, "net_cents", in->net_cents);
        jw_kint(&w, "vat_cents", in->vat_cents);
        jw_kint(&w, "total_cents", in->total_cents);
        jw_close_object(&w);
    }
    jw_close_array(&w);
    jw_close_object(&w);
    return res_json(req, 200);
}
