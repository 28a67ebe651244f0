/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paper_web.c - documents to print: of a wave in portions, of one parcel.
 *
 * A portion is at most LABELS_PER_FILE parcels after an id, so that a wave of thousands never
 * stands in memory as one file.
 */
#include "delivery/web.h"

#include "delivery_tmpl.h"

static enum err
send_pdf(struct ctx *cx, struct req *req, struct str name)
{
    res_header(cx, req, "Content-Disposition",
               str_printf(cx->arena, "inline; filename=\"%.*s.pdf\"", STR_FMT(name)));
    return res_body(req, 200, "application/pdf");
}

/* The wave and a portion of its parcels (after apres, up to jusqua), as label data. */
struct portion {
    struct wave w;
    struct parcel_ask *ask;
    size_t count;
};

static enum err
portion_load(struct ctx *cx, struct req *req, int64_t state, struct portion *out)
{
    struct parcel_list parcels;
    int64_t id, after, last;

    TRY(req_path_int(req, "id", &id));
    TRY(req_query_int(req, "apres", 0, INT64_MAX, 0, &after));
    TRY(req_query_int(req, "jusqua", 0, INT64_MAX, INT64_MAX, &last));
    TRY(wave_of_actor(cx, id, &out->w));
    TRY(web_parcels_of_wave(cx, id, state, after, LABELS_PER_FILE, &parcels));
    while (parcels.count > 0 && parcels.item[parcels.count - 1].id > last)
        parcels.count--;
    out->ask = ARENA_ARRAY(cx->arena, parcels.count + 1, struct parcel_ask);
    out->count = parcels.count;
    for (size_t i = 0; i < parcels.count; i++)
        TRY(parcel_label_ask(cx, &parcels.item[i], &out->ask[i]));
    return out->count == 0 ? ERR_NOT_FOUND : OK;
}

/* GET /console/preparation/vagues/{id}/prelevement */
enum err
wave_picks_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"À sortir", "Article", "#Unités", "Stock", NULL};
    struct picks_view v = {0};
    struct pick_list picks;
    struct wave w;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(wave_of_actor(cx, id, &w));
    TRY(pick_list_of(cx, &w, &picks));
    TRY(console_page(cx, req,
                     str_printf(cx->arena, "Prélèvement, vague %lld", (long long)id), &v.page));
    page_crumb(cx, &v.page, STR("Préparation"), URL("console/preparation"));
    page_crumb(cx, &v.page, v.page.title, (struct url){STR_NONE});
    v.back = url_path(cx->arena, "/console/preparation/vagues/%lld", (long long)id);
    v.pdf = url_path(cx->arena, "/console/preparation/vagues/%lld/prelevement.pdf",
                     (long long)id);
    v.table = table_headed(cx->arena, "prelevement", STR("Ce qu’il faut sortir des rayons"), heads);
    v.table.stacked = true;
    v.rows.item = ARENA_ARRAY(cx->arena, picks.count + 1, struct pick_row);
    v.rows.count = picks.count;
    for (size_t i = 0; i < picks.count; i++) {
        const struct pick *k = &picks.item[i];
        v.rows.item[i] = (struct pick_row){k->pool, k->good, k->pack,
                                           str_printf(cx->arena, "%s", fmt_int(k->packs).z),
                                           str_printf(cx->arena, "%s", fmt_int(k->units).z)};
    }
    v.empty = (struct empty_state){STR("Rien à prélever"),
                                   STR("Les colis de cette vague sont partis ou abandonnés."),
                                   v.back, STR("Revenir à la vague")};
    picks_html(&req->out, &v);
    return res_html(req, 200);
}

/* GET .../prelevement.pdf */
enum err
wave_picks_pdf(struct ctx *cx, struct req *req)
{
    struct pick_list picks;
    struct wave w;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(wave_of_actor(cx, id, &w));
    TRY(pick_list_of(cx, &w, &picks));
    TRY(print_pick_list(cx, &w, &picks, &req->out));
    return send_pdf(cx, req, STR("prelevement"));
}

/* GET .../colisage.pdf?apres=ID */
enum err
wave_packing_pdf(struct ctx *cx, struct req *req)
{
    struct portion p;

    TRY(portion_load(cx, req, 0, &p));
    TRY(print_packing_list(cx, &p.w, p.ask, p.count, &req->out));
    return send_pdf(cx, req, STR("colisage"));
}

/* GET .../bons.pdf?apres=ID */
enum err
wave_notes_pdf(struct ctx *cx, struct req *req)
{
    struct portion p;

    TRY(portion_load(cx, req, 0, &p));
    TRY(print_notes(cx, p.ask, p.count, &req->out));
    return send_pdf(cx, req, STR("bons"));
}

/* Labels as the carrier sent them: PDFs become one, printer files follow each other. */
static enum err
stored_labels(struct ctx *cx, struct req *req, const struct portion *p)
{
    struct str *pdf = ARENA_ARRAY(cx->arena, p->count + 1, struct str);
    size_t pdfs = 0, others = 0;
    struct db_rows rows;

    for (size_t i = 0; i < p->count; i++) {
        TRY(db_run(cx, SQL_PARCEL_DOCUMENT_FIND, &rows, db_int(p->ask[i].p.id), db_int(1)));
        if (rows.count == 0)
            continue;
        if (str_is(row_str(&rows, 0, 0), "application/pdf"))
            pdf[pdfs++] = row_str(&rows, 0, 1);
        else {
            buf_str(&req->out, row_str(&rows, 0, 1));
            others++;
        }
    }
    if (others > 0) {
        res_attachment(cx, req, STR("etiquettes.zpl"));
        return res_body(req, 200, "application/octet-stream");
    }
    if (pdfs == 0)
        return ERR_NOT_FOUND;
    TRY(pdf_join(pdf, pdfs, &req->out));
    return send_pdf(cx, req, STR("etiquettes"));
}

/* GET .../etiquettes.pdf?apres=ID */
enum err
wave_labels_pdf(struct ctx *cx, struct req *req)
{
    struct portion p;

    TRY(portion_load(cx, req, PARCEL_LABELLED, &p));
    if (!str_is(p.w.carrier, carrier_generic.name))
        return stored_labels(cx, req, &p);
    TRY(print_labels(cx, p.ask, p.count, &req->out));
    return send_pdf(cx, req, STR("etiquettes"));
}

/* ---- of one parcel ---- */

static enum err
ask_of(struct ctx *cx, struct req *req, struct parcel_ask *out)
{
    struct parcel p;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(parcel_of_actor(cx, id, &p));
    return parcel_label_ask(cx, &p, out);
}

static enum err
send_document(struct ctx *cx, struct req *req, int64_t parcel_id, int kind, const char *name)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PARCEL_DOCUMENT_FIND, &rows, db_int(parcel_id), db_int(kind)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    buf_str(&req->out, row_str(&rows, 0, 1));
    if (str_is(row_str(&rows, 0, 0), "application/pdf"))
        return send_pdf(cx, req, str_of(name));
    res_attachment(cx, req, str_printf(cx->arena, "%s.zpl", name));
    return res_body(req, 200, "application/octet-stream");
}

/* GET /console/preparation/colis/{id}/etiquette */
enum err
parcel_label_get(struct ctx *cx, struct req *req)
{
    struct parcel_ask *ask = ARENA_NEW(cx->arena, struct parcel_ask);

    TRY(ask_of(cx, req, ask));
    if (ask->p.number.len == 0)
        return ERR_NOT_FOUND;
    if (!str_is(ask->p.carrier, carrier_generic.name))
        return send_document(cx, req, ask->p.id, 1, "etiquette");
    TRY(print_labels(cx, ask, 1, &req->out));
    return send_pdf(cx, req, STR("etiquette"));
}

/* GET .../douane.pdf */
enum err
parcel_customs_get(struct ctx *cx, struct req *req)
{
    struct parcel p;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(parcel_of_actor(cx, id, &p));
    return send_document(cx, req, p.id, 2, "douane");
}

/* GET .../bon.pdf */
enum err
parcel_note_get(struct ctx *cx, struct req *req)
{
    struct parcel_ask *ask = ARENA_NEW(cx->arena, struct parcel_ask);

    TRY(ask_of(cx, req, ask));
    TRY(print_notes(cx, ask, 1, &req->out));
    return send_pdf(cx, req, STR("bon"));
}
