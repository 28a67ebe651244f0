/* SPDX-License-Identifier: Apache-2.0 */
/* settle_web.c - settlement files on the pages of money: the list, one, a new one. */
#include "base/format.h"
#include "finance_tmpl.h"
#include "http/route.h"
#include "invoice/finance_web.h"

enum { SETTLE_NAME_MAX = 120 };

static struct str
euros(struct ctx *cx, int64_t cents)
{
    return str_printf(cx->arena, "%s", fmt_euros(cents).z);
}

static struct url
settle_url(struct ctx *cx, int64_t id)
{
    return url_path(cx->arena, "/console/finances/releves/%lld", (long long)id);
}

static enum err
list_show(struct ctx *cx, struct req *req, struct form *f, int status)
{
    static const char *const heads[] = {"Relevé", "Lu le", "Lignes", "Écarts", "Montant"};
    struct settle_view v = {.may_act = finance_may_act(cx)};
    struct settlement_list list;

    TRY(settle_list(cx, &list));
    TRY(finance_frame(cx, req, STR("Relevés du prestataire"), &v.page));
    v.page.has_error = form_failed(f);
    v.errors = form_errors(f);
    v.name = form_field(f, "name", STR("Nom du relevé"),
                        STR("Par exemple le nom du fichier et sa date."), STR_NONE);
    v.content = form_field(f, "content", STR("Contenu du fichier CSV"),
                           STR("Ouvrez le fichier, copiez tout, collez ici. Les fichiers de plus "
                               "de 2\u00a0Mo se lisent par la commande invoice reconcile."),
                           STR_NONE);
    v.name.required = v.content.required = true;
    v.table = finance_table(cx, "releves", "Relevés lus, le plus récent d’abord", heads, 5, 0x1c);
    v.empty = (struct empty_state){STR("Aucun relevé lu"),
                                   STR("Le premier relevé comparé apparaît ici."),
                                   (struct url){STR_NONE}, STR_NONE};
    v.rows.item = ARENA_ARRAY(cx->arena, list.count, struct settle_row_view);
    v.rows.count = list.count;
    for (size_t i = 0; i < list.count; i++) {
        const struct settlement *s = &list.item[i];
        v.rows.item[i] = (struct settle_row_view){
            .one = s->name,
            .two = str_printf(cx->arena, "%s", fmt_short_date(s->at_ms, ZONE_PARIS).z),
            .three = str_printf(cx->arena, "%s", fmt_int(s->lines).z),
            .four = str_printf(cx->arena, "%s", fmt_int((int64_t)s->difference_count).z),
            .five = euros(cx, s->gross_cents),
            .url = settle_url(cx, s->id),
        };
    }
    settle_list_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /console/finances/releves */
enum err
settle_list_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);

    return list_show(cx, req, &f, 200);
}

/* POST /console/finances/releves */
enum err
settle_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str name = form_text(&f, "name", "Nom du relevé", 1, SETTLE_NAME_MAX);
    struct str bytes = req_form(req, "content"), why;
    struct settlement s;

    if (bytes.len == 0)
        form_error(&f, "content", "Collez le contenu du relevé.");
    if (form_failed(&f))
        return list_show(cx, req, &f, 422);
    enum err e = settle_store(cx, name, bytes, &s, &why);
    if (e == ERR_INVALID) {
        form_error(&f, "content", "%.*s", STR_FMT(why));
        return list_show(cx, req, &f, 422);
    }
    TRY(e);
    return res_redirect_notice(cx, req, settle_url(cx, s.id),
                               s.known ? STR("Ce relevé était déjà lu.")
                                       : STR("Le relevé est lu."));
}

static void
add(struct summary_row_list *list, const char *term, struct str value)
{
    list->item[list->count++] = (struct summary_row){.term = str_of(term), .value = value};
}

/* GET /console/finances/releves/{id} */
enum err
settle_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Ligne", "Écart", "Transaction", "Relevé", "Chez nous"};
    struct settle_view v = {0};
    struct settlement s;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(settle_find(cx, id, &s));
    TRY(finance_frame(cx, req, str_printf(cx->arena, "Relevé %.*s", STR_FMT(s.name)), &v.page));
    v.summary.item = ARENA_ARRAY(cx->arena, 5, struct summary_row);
    add(&v.summary, "Lu le",
        str_printf(cx->arena, "%s", fmt_date_time(s.at_ms, ZONE_PARIS).z));
    add(&v.summary, "Lignes", str_printf(cx->arena, "%s", fmt_int(s.lines).z));
    add(&v.summary, "Lignes qui concordent", str_printf(cx->arena, "%s", fmt_int(s.matched).z));
    add(&v.summary, "Montant qui concorde", euros(cx, s.gross_cents));
    add(&v.summary, "Frais du prestataire", euros(cx, s.fee_cents));
    v.table = finance_table(cx, "ecarts", "Écarts entre le relevé et nos paiements", heads, 5,
                            0x19);
    v.rows.item = ARENA_ARRAY(cx->arena, s.difference_count, struct settle_row_view);
    v.rows.count = s.difference_count;
    for (size_t i = 0; i < s.difference_count; i++) {
        const struct settle_difference *d = &s.difference[i];
        v.rows.item[i] = (struct settle_row_view){
            .one = str_printf(cx->arena, "%lld", (long long)d->line),
            .two = d->detail.len == 0
                       ? str_of(settle_kind_text(d->kind))
                       : str_printf(cx->arena, "%s (%.*s)", settle_kind_text(d->kind),
                                    STR_FMT(d->detail)),
            .three = d->ref,
            .four = euros(cx, d->theirs_cents),
            .five = euros(cx, d->ours_cents),
        };
    }
    settle_html(&req->out, &v);
    return res_html(req, 200);
}
