/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handover_web.c - what leaves with the carrier: what is ready, the lists made, their papers and
 * the announce file of a carrier that works by files.
 */
#include "delivery/web.h"

#include "base/csv.h"
#include "delivery_tmpl.h"

static enum err
show_ready(struct ctx *cx, struct handovers_view *v)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_HANDOVER_READY, &rows, db_int(cx->actor.organiser_id)));
    v->ready.item = ARENA_ARRAY(cx->arena, rows.count + 1, struct ready_row);
    v->ready.count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        v->ready.item[r] = (struct ready_row){
            .carrier = row_str(&rows, r, 0),
            .label = carrier_label(cx, row_str(&rows, r, 0)),
            .parcels = str_printf(cx->arena, "%s", fmt_plural(row_int(&rows, r, 1), "colis",
                                                              "colis").z),
            .weight = grams_text(cx->arena, row_int(&rows, r, 2)),
            .packed = str_printf(cx->arena, "%s",
                                 fmt_plural(row_int(&rows, r, 3), "emballé", "emballés").z),
        };
    TRY(db_run(cx, SQL_HANDOVER_STOPPED, &rows, db_int(cx->actor.organiser_id)));
    if (row_int(&rows, 0, 0) > 0)
        v->stopped = str_printf(cx->arena,
                                "%s à une commande remboursée ou contestée : ne le remettez pas.",
                                fmt_plural(row_int(&rows, 0, 0), "colis étiqueté appartient",
                                           "colis étiquetés appartiennent").z);
    return OK;
}

/* GET /console/preparation/remises?avant=ID */
enum err
handovers_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Remise", "Transporteur", "#Colis", "#Poids", "Faite",
                                        NULL};
    struct handovers_view v = {.may_act = web_may_act(cx)};
    struct handover_list list;
    int64_t before;

    TRY(req_query_int(req, "avant", 1, INT64_MAX, 0, &before));
    TRY(handover_list_of(cx, before, &list));
    TRY(show_ready(cx, &v));
    TRY(console_page(cx, req, STR("Remise au transporteur"), &v.page));
    page_crumb(cx, &v.page, STR("Préparation"), URL("console/preparation"));
    page_crumb(cx, &v.page, v.page.title, (struct url){STR_NONE});
    v.table = table_headed(cx->arena, "remises", STR("Remises, la plus récente d’abord"), heads);
    v.table.stacked = true;
    size_t count = list.count > WAVE_PAGE ? WAVE_PAGE : list.count;
    v.rows.item = ARENA_ARRAY(cx->arena, count + 1, struct handover_row);
    v.rows.count = count;
    for (size_t i = 0; i < count; i++) {
        const struct handover *h = &list.item[i];
        v.rows.item[i] = (struct handover_row){
            .url = url_path(cx->arena, "/console/preparation/remises/%lld", (long long)h->id),
            .name = str_printf(cx->arena, "Remise %lld", (long long)h->id),
            .carrier = carrier_label(cx, h->carrier),
            .parcels = str_printf(cx->arena, "%s", fmt_plural(h->parcels, "colis", "colis").z),
            .weight = grams_text(cx->arena, h->weight_g),
            .created_ms = h->created_ms,
        };
    }
    v.pager = (struct pager){.total = -1, .from = count > 0, .to = (int64_t)count};
    if (before > 0)
        v.pager.previous = URL("console/preparation/remises");
    if (list.count > WAVE_PAGE)
        v.pager.next = url_with(cx->arena, URL("console/preparation/remises"), "avant",
                                str_printf(cx->arena, "%lld",
                                           (long long)list.item[WAVE_PAGE - 1].id));
    v.none_ready = (struct empty_state){STR("Rien à remettre"),
                                        STR("Les colis étiquetés apparaissent ici."),
                                        URL("console/preparation"), STR("Voir les vagues")};
    v.empty = (struct empty_state){STR("Aucune remise"),
                                   STR("Chaque passage du transporteur laisse ici son bordereau."),
                                   (struct url){STR_NONE}, STR_NONE};
    handovers_html(&req->out, &v);
    return res_html(req, 200);
}

/* POST /console/preparation/remises: carrier, what "packed" or "all". */
enum err
handover_form(struct ctx *cx, struct req *req)
{
    struct str carrier = req_form(req, "carrier");
    int64_t id;

    if (carrier_by_name(carrier) == NULL)
        return ERR_INVALID;
    bool packed = !str_is(req_form(req, "what"), "all");
    enum err e = handover_make(cx, carrier, packed, &id);
    if (e == ERR_CONFLICT)
        return res_redirect_failed(cx, req, URL("console/preparation/remises"),
                                   packed ? STR("Aucun colis emballé n’attend ce transporteur.")
                                          : STR("Aucun colis n’attend ce transporteur."));
    TRY(e);
    struct audit a = {.act = "parcel.hand_over",
                      .subject = "handover",
                      .subject_id = id,
                      .after = str_printf(cx->arena, "{\"carrier\":\"%.*s\"}",
                                          STR_FMT(carrier))};
    TRY(audit_add(cx, &a));
    return res_redirect(cx, req,
                        url_path(cx->arena, "/console/preparation/remises/%lld", (long long)id));
}

/* ---- one ---- */

static enum err
parcels_of(struct ctx *cx, int64_t id, int64_t after, int limit, struct parcel_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PARCEL_OF_HANDOVER, &rows, db_int(id), db_int(after), db_int(limit)));
    *out = parcels_from_rows(cx, &rows);
    return OK;
}

static enum err
handover_here(struct ctx *cx, struct req *req, struct handover *out)
{
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    return handover_of_actor(cx, id, out);
}

/* GET /console/preparation/remises/{id}?apres=ID */
enum err
handover_page(struct ctx *cx, struct req *req)
{
    struct handover_view v = {0};
    struct parcel_list parcels;
    struct handover h;
    int64_t after;

    TRY(req_query_int(req, "apres", 0, INT64_MAX, 0, &after));
    TRY(handover_here(cx, req, &h));
    TRY(parcels_of(cx, h.id, after, PARCEL_PAGE + 1, &parcels));
    struct url self = url_path(cx->arena, "/console/preparation/remises/%lld", (long long)h.id);
    TRY(console_page(cx, req, str_printf(cx->arena, "Remise %lld", (long long)h.id), &v.page));
    page_crumb(cx, &v.page, STR("Préparation"), URL("console/preparation"));
    page_crumb(cx, &v.page, STR("Remises"), URL("console/preparation/remises"));
    page_crumb(cx, &v.page, v.page.title, (struct url){STR_NONE});
    v.rows.item = ARENA_ARRAY(cx->arena, 4, struct summary_row);
    summary_add(&v.rows, "Transporteur", carrier_label(cx, h.carrier));
    summary_add(&v.rows, "Faite", str_printf(cx->arena, "%s", fmt_date_time(h.created_ms,
                                                                            ZONE_PARIS).z));
    summary_add(&v.rows, "Colis", str_printf(cx->arena, "%s", fmt_int(h.parcels).z));
    summary_add(&v.rows, "Poids", grams_text(cx->arena, h.weight_g));
    v.papers.item = ARENA_ARRAY(cx->arena, 2, struct link);
    v.papers.count = 2;
    v.papers.item[0] = (struct link){
        url_path(cx->arena, "/console/preparation/remises/%lld/bordereau.pdf", (long long)h.id),
        STR("Bordereau (PDF)"), false};
    v.papers.item[1] = (struct link){
        url_path(cx->arena, "/console/preparation/remises/%lld/annonce.csv", (long long)h.id),
        STR("Fichier d’annonce (CSV)"), false};
    web_parcel_table(cx, &parcels, STR("Colis remis"), self, after, &v.table, &v.parcels,
                     &v.pager);
    handover_html(&req->out, &v);
    return res_html(req, 200);
}

/* GET .../bordereau.pdf */
enum err
handover_pdf(struct ctx *cx, struct req *req)
{
    struct parcel_list parcels;
    struct handover h;

    TRY(handover_here(cx, req, &h));
    TRY(parcels_of(cx, h.id, 0, HANDOVER_MAX, &parcels));
    TRY(print_handover(cx, &h, &parcels, &req->out));
    res_header(cx, req, "Content-Disposition", STR("inline; filename=\"bordereau.pdf\""));
    return res_body(req, 200, "application/pdf");
}

static void
csv_row(struct ctx *cx, struct buf *out, const struct parcel *p, const struct order *o)
{
    const struct order_address *to = &o->address;
    struct str texts[] = {p->number, p->sender_ref, o->ref, p->product};
    struct str where[] = {to->company, to->person, to->complement, to->street, to->special,
                          to->postal_code, to->city,
                          str_of(territory_country(o->territory)), to->phone,
                          contactless_line(cx->arena, to->instructions, 110)};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        csv_put(out, i == 0, texts[i]);
    csv_put_i64(out, false, p->weight_g);
    for (size_t i = 0; i < sizeof where / sizeof where[0]; i++)
        csv_put(out, false, where[i]);
    csv_end(out);
}

/* GET .../annonce.csv: one line for each parcel, for the carrier. */
enum err
handover_csv(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"numero", "reference", "commande", "produit", "poids_g",
                                        "societe", "contact", "complement", "rue", "lieu_dit",
                                        "code_postal", "ville", "pays", "telephone", "consigne"};
    struct parcel_list parcels;
    struct handover h;

    TRY(handover_here(cx, req, &h));
    TRY(parcels_of(cx, h.id, 0, HANDOVER_MAX, &parcels));
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        csv_put(&req->out, i == 0, str_of(heads[i]));
    csv_end(&req->out);
    for (size_t i = 0; i < parcels.count; i++) {
        struct order o;
        TRY(order_by_id(cx, parcels.item[i].order_id, &o));
        csv_row(cx, &req->out, &parcels.item[i], &o);
    }
    res_attachment(cx, req, str_printf(cx->arena, "annonce-%lld.csv", (long long)h.id));
    return res_body(req, 200, "text/csv; charset=utf-8");
}
