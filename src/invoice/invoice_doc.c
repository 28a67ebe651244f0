/* SPDX-License-Identifier: Apache-2.0 */
/* invoice_doc.c - a document as JSON and back. */
#include "invoice/invoice_int.h"

#include "json/json.h"

enum { DOC_JSON_MAX = 256 * 1024 };

static void
lines_put(struct jw *w, const struct invoice_doc *d)
{
    jw_key(w, "lines");
    jw_array(w);
    for (int i = 0; i < d->line_count; i++) {
        const struct doc_line *l = &d->line[i];
        jw_object(w);
        jw_kstr(w, "code", l->code);
        jw_kstr(w, "name", l->name);
        jw_kint(w, "quantity", l->quantity);
        jw_kint(w, "price_cents", l->price_cents);
        jw_kint(w, "net_cents", l->net_cents);
        jw_kstr(w, "category", str_n(&l->category, 1));
        jw_kint(w, "vat_bp", l->vat_bp);
        jw_close_object(w);
    }
    jw_close_array(w);
    jw_key(w, "vat");
    jw_array(w);
    for (int i = 0; i < d->vat_count; i++) {
        const struct doc_vat *v = &d->vat[i];
        jw_object(w);
        jw_kstr(w, "category", str_n(&v->category, 1));
        jw_kint(w, "vat_bp", v->vat_bp);
        jw_kint(w, "net_cents", v->net_cents);
        jw_kint(w, "vat_cents", v->vat_cents);
        jw_kstr(w, "reason", v->reason);
        jw_close_object(w);
    }
    jw_close_array(w);
}

struct str
doc_json(struct ctx *cx, const struct invoice_doc *d)
{
    struct buf b;

    buf_init(&b, DOC_JSON_MAX);
    struct jw w = jw_begin(&b);
    jw_object(&w);
#define DOC_FIELD(name) jw_kint(&w, #name, d->name);
    DOC_NUMBERS(DOC_FIELD)
#undef DOC_FIELD
#define DOC_FIELD(name) jw_kstr(&w, #name, d->name);
    DOC_TEXTS(DOC_FIELD)
#undef DOC_FIELD
    lines_put(&w, d);
    jw_close_object(&w);
    assert(!b.overflow);
    struct str s = buf_dup(&b, cx->arena);
    buf_release(&b);
    return s;
}

static char
category_of(const struct json *o)
{
    struct str s = json_get_str(o, "category");

    return s.len == 1 ? s.ptr[0] : 'S';
}

enum err
doc_parse(struct ctx *cx, struct str json, struct invoice_doc *out)
{
    struct json_error why = {0};
    struct json *tree = NULL;

    *out = (struct invoice_doc){0};
    if (json_parse(cx->arena, json, DOC_JSON_MAX, &tree, &why) != OK) {
        log_error(cx->log, "invoice_content", LOG_STR("why", why.text));
        return ERR_FAULT;
    }
#define DOC_FIELD(name) out->name = json_get_int(tree, #name, 0);
    DOC_NUMBERS(DOC_FIELD)
#undef DOC_FIELD
#define DOC_FIELD(name) out->name = json_get_str(tree, #name);
    DOC_TEXTS(DOC_FIELD)
#undef DOC_FIELD
    const struct json *lines = json_get(tree, "lines"), *vat = json_get(tree, "vat");
    for (size_t i = 0; lines != NULL && i < lines->count && i < DOC_LINES_MAX; i++) {
        const struct json *o = &lines->item[i];
        out->line[out->line_count++] = (struct doc_line){
            .code = json_get_str(o, "code"),
            .name = json_get_str(o, "name"),
            .quantity = json_get_int(o, "quantity", 0),
            .price_cents = json_get_int(o, "price_cents", 0),
            .net_cents = json_get_int(o, "net_cents", 0),
            .category = category_of(o),
            .vat_bp = (int)json_get_int(o, "vat_bp", 0),
        };
    }
    for (size_t i = 0; vat != NULL && i < vat->count && i < DOC_LINES_MAX; i++) {
        const struct json *o = &vat->item[i];
        out->vat[out->vat_count++] = (struct doc_vat){
            .category = category_of(o),
            .vat_bp = (int)json_get_int(o, "vat_bp", 0),
            .net_cents = json_get_int(o, "net_cents", 0),
            .vat_cents = json_get_int(o, "vat_cents", 0),
            .reason = json_get_str(o, "reason"),
        };
    }
    return OK;
}

enum err
doc_load(struct ctx *cx, int64_t id, struct invoice_doc *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_INVOICE_CONTENT, &rows, db_int(id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    return doc_parse(cx, row_str(&rows, 0, 0), out);
}
