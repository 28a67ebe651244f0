/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_form.c - the forms at the door of the house: announce, receive, cancel, warehouses.
 *
 * Each form is put together once, for the empty page and for the answer to a wrong one.
 */
#include "http/route.h"
#include "registry/registry.h"
#include "staff/staff.h"
#include "stock/stock_web.h"

static enum err
path_id(struct req *req, int64_t *out)
{
    return req_path_int(req, "id", out);
}

/* ---- announce ---- */

static enum err
announce_show(struct ctx *cx, struct req *req, struct form *f, int64_t pool)
{
    struct stock_form_view v = {.action = URL("console/stock/arrivages/annoncer"),
                                .cancel = URL("console/stock/arrivages"),
                                .button = STR("Annoncer")};
    struct pool_info_list pools;
    struct str note, lot;

    TRY(console_page(cx, req, STR("Annoncer un arrivage"), &v.page));
    stock_crumbs(cx, &v.page, v.page.title);
    TRY(pool_info_list_of(cx, &pools));
    TRY(req_query_str(req, "bon", 60, STR(""), &note));
    TRY(req_query_str(req, "lot", 60, STR(""), &lot));
    stock_input_add(cx, &v, f, INPUT_SELECT, "stock", "Stock", "", STR(""))->choices =
        pool_choices(cx, &pools, pool);
    stock_input_add(cx, &v, f, INPUT_TEXT, "fournisseur", "Fournisseur", "", STR(""));
    stock_input_add(cx, &v, f, INPUT_TEXT, "bon", "Numéro du bon de livraison", "", note);
    stock_input_add(cx, &v, f, INPUT_TEXT, "lot", "Numéro de lot",
                    "Un bon de plusieurs lots s’annonce lot par lot.", lot);
    stock_input_add(cx, &v, f, INPUT_TEXT, "unites", "Quantité, en unités", "", STR(""))
        ->field.inputmode = "numeric";
    stock_input_add(cx, &v, f, INPUT_TEXT, "jour", "Jour attendu", "Par exemple 02/05/2020.",
                    STR(""));
    return stock_form_show(cx, req, f, &v);
}

/* GET /console/stock/arrivages/annoncer?bon=&lot= */
enum err
stock_announce_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);

    return announce_show(cx, req, &f, 0);
}

/* POST /console/stock/arrivages/annoncer */
enum err
stock_announce_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct stock_result r;
    struct arrival a = {
        .pool_id = form_int(&f, "stock", "Stock", 1, INT64_MAX),
        .supplier = form_text(&f, "fournisseur", "Fournisseur", 1, 100),
        .note = form_text(&f, "bon", "Numéro du bon de livraison", 1, 60),
        .lot = form_text(&f, "lot", "Numéro de lot", 1, 60),
        .units = form_int(&f, "unites", "Quantité", 1, 1000000000),
        .expected_day = form_day(&f, "jour", "Jour attendu", true),
    };

    if (form_failed(&f))
        return announce_show(cx, req, &f, a.pool_id);
    TRY(arrival_announce(cx, &a, &r));
    if (r.no != STOCK_DONE) {
        form_error(&f, "bon", "%s", stock_result_text(cx->arena, &r).ptr);
        return announce_show(cx, req, &f, a.pool_id);
    }
    return res_redirect_notice(cx, req, URL("console/stock/arrivages"),
                               STR("L’arrivage est annoncé."));
}

/* ---- cancel ---- */

static enum err
cancel_show(struct ctx *cx, struct req *req, struct form *f, const struct arrival *a)
{
    struct stock_form_view v = {
        .action = url_path(cx->arena, "/console/stock/arrivages/%lld/annuler", (long long)a->id),
        .cancel = URL("console/stock/arrivages"),
        .button = STR("Ne plus attendre le reste"),
        .lead = STR("Ce qui est déjà reçu reste en stock. Le reste ne sera plus attendu."),
    };

    TRY(console_page(cx, req, STR("Annuler un arrivage"), &v.page));
    stock_crumbs(cx, &v.page, v.page.title);
    stock_fact(cx, &v.facts, STR("Bon et lot"),
               str_printf(cx->arena, "%.*s, lot %.*s, %.*s", STR_FMT(a->note), STR_FMT(a->lot),
                          STR_FMT(a->supplier)));
    stock_fact(cx, &v.facts, STR("Annoncé et déjà reçu"),
               str_printf(cx->arena, "%s annoncés, %s acceptés, %s refusés", fmt_int(a->units).z,
                          fmt_int(a->accepted).z, fmt_int(a->refused).z));
    stock_input_add(cx, &v, f, INPUT_TEXT, "motif", "Motif", "", STR(""));
    return stock_form_show(cx, req, f, &v);
}

/* GET /console/stock/arrivages/{id}/annuler */
enum err
stock_arrival_cancel_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct arrival a;
    int64_t id;

    TRY(path_id(req, &id));
    TRY(arrival_by_id(cx, id, &a));
    return cancel_show(cx, req, &f, &a);
}

/* POST /console/stock/arrivages/{id}/annuler */
enum err
stock_arrival_cancel_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str reason = form_text(&f, "motif", "Motif", 3, 300);
    struct stock_result r;
    struct arrival a;
    int64_t id;

    TRY(path_id(req, &id));
    TRY(arrival_by_id(cx, id, &a));
    if (form_failed(&f))
        return cancel_show(cx, req, &f, &a);
    TRY(arrival_cancel(cx, id, reason, &r));
    return res_redirect_notice(cx, req, URL("console/stock/arrivages"),
                               r.no == STOCK_DONE ? STR("Le reste n’est plus attendu.")
                                                  : stock_result_text(cx->arena, &r));
}

/* ---- receive ---- */

static enum err
count_show(struct ctx *cx, struct req *req, struct form *f, const struct arrival *a,
           const struct stock_result *r)
{
    bool more = r != NULL && r->no == STOCK_MORE;
    struct stock_form_view v = {
        .action = url_path(cx->arena, "/console/stock/reception/%lld", (long long)a->id),
        .cancel = URL("console/stock/reception"),
        .button = more ? STR("Confirmer la réception") : STR("Enregistrer la réception"),
    };
    struct pool_info pool;
    struct str note;

    TRY(console_page(cx, req, STR("Compter une livraison"), &v.page));
    stock_crumbs(cx, &v.page, v.page.title);
    TRY(pool_info_by_id(cx, a->pool_id, &pool));
    TRY(req_query_str(req, "bon", 60, a->note, &note));
    stock_fact(cx, &v.facts, STR("Bon annoncé"),
               str_printf(cx->arena, "%.*s, lot %.*s", STR_FMT(a->note), STR_FMT(a->lot)));
    stock_fact(cx, &v.facts, STR("Fournisseur"), a->supplier);
    stock_fact(cx, &v.facts, STR("Entre dans"),
               str_printf(cx->arena, "%.*s, %.*s", STR_FMT(pool.label), STR_FMT(pool.good_name)));
    stock_fact(cx, &v.facts, STR("Encore attendu"),
               str_printf(cx->arena, "%s unités", fmt_int(a->units - a->accepted - a->refused).z));
    stock_input_add(cx, &v, f, INPUT_TEXT, "bon", "Numéro du bon reçu",
                    "Pour le reste d’une livraison, celui du nouveau bon.", note);
    stock_input_add(cx, &v, f, INPUT_TEXT, "acceptees", "Unités acceptées", "", STR(""))
        ->field.inputmode = "numeric";
    stock_input_add(cx, &v, f, INPUT_TEXT, "refusees", "Unités refusées", "", STR("0"))
        ->field.inputmode = "numeric";
    stock_input_add(cx, &v, f, INPUT_TEXT, "motif", "Motif du refus",
                    "Qualité, document absent, emballage abîmé.", STR(""))->field.required = false;
    stock_input_add(cx, &v, f, INPUT_TEXT, "peremption", "Date de péremption",
                    "Par exemple 31/12/2022.", STR(""))->field.required = false;
    stock_input_add(cx, &v, f, INPUT_TEXT, "conformite", "Référence du document de conformité", "",
                    STR(""))->field.required = false;
    if (more || form_checked(f, "plus")) {
        stock_input_add(cx, &v, f, INPUT_CHECK, "plus",
                        "J’ai compté deux fois : il y a plus que ce qui est annoncé", "", STR(""));
        stock_input_add(cx, &v, f, INPUT_TEXT, "pourquoi", "Pourquoi il y a plus", "", STR(""));
    }
    return stock_form_show(cx, req, f, &v);
}

/* Where a receipt begins: the note and the lot are typed or scanned. */
static enum err
find_show(struct ctx *cx, struct req *req, struct form *f, struct str note, struct str lot,
          bool unknown)
{
    struct stock_form_view v = {.action = URL("console/stock/reception"),
                                .reads = true,
                                .button = STR("Continuer"),
                                .cancel = URL("console/stock"),
                                .lead = STR("Saisissez ou scannez le bon de livraison et le lot "
                                            "écrit sur les cartons.")};

    TRY(console_page(cx, req, STR("Recevoir une livraison"), &v.page));
    stock_crumbs(cx, &v.page, v.page.title);
    if (unknown)
        v.warning = (struct notice){
            TONE_WARN, STR("Ce bon n’est pas annoncé pour ce lot"),
            STR("Vérifiez les deux numéros. Si la livraison est bonne, annoncez-la d’abord "
                "(Arrivages, Annoncer un arrivage), puis recevez-la.")};
    stock_input_add(cx, &v, f, INPUT_TEXT, "bon", "Bon de livraison", "", note);
    stock_input_add(cx, &v, f, INPUT_TEXT, "lot", "Lot", "", lot);
    return stock_form_show(cx, req, f, &v);
}

/* GET /console/stock/reception?bon=&lot= */
enum err
stock_receive_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct arrival_list list;
    struct str note, lot;

    TRY(req_query_str(req, "bon", 60, STR(""), &note));
    TRY(req_query_str(req, "lot", 60, STR(""), &lot));
    note = stock_code(cx->arena, note);
    lot = stock_code(cx->arena, lot);
    if (note.len == 0 || lot.len == 0)
        return find_show(cx, req, &f, note, lot, false);
    TRY(arrival_match(cx, note, lot, &list));
    if (list.count == 0)
        return find_show(cx, req, &f, note, lot, true);
    struct url to = url_path(cx->arena, "/console/stock/reception/%lld",
                             (long long)list.item[0].id);
    return res_redirect(cx, req, url_with(cx->arena, to, "bon", note));
}

/* GET /console/stock/reception/{id}?bon= */
enum err
stock_count_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct arrival a;
    int64_t id;

    TRY(path_id(req, &id));
    TRY(arrival_by_id(cx, id, &a));
    return count_show(cx, req, &f, &a, NULL);
}

static const char *
field_of(enum stock_no no)
{
    return no == STOCK_NOTE_TWICE  ? "bon"
           : no == STOCK_OTHER_END ? "peremption"
                                   : "acceptees";
}

/* "Bon B-7, lot L42 : 9 000 unités entrées en stock, 10 refusées, 990 encore attendues." */
static struct str
received_text(struct ctx *cx, const struct receipt *in, const struct arrival *a)
{
    int64_t left = a->units - a->accepted - a->refused - in->accepted - in->refused;
    struct str refused = STR(""), rest = STR("");

    if (in->refused > 0)
        refused = str_printf(cx->arena, ", %s",
                             fmt_plural(in->refused, "refusée", "refusées").z);
    if (left > 0)
        rest = str_printf(cx->arena, ", %s",
                          fmt_plural(left, "encore attendue", "encore attendues").z);
    return str_printf(cx->arena, "Bon %.*s, lot %.*s\u00a0: %s en stock%.*s%.*s.",
                      STR_FMT(in->note), STR_FMT(a->lot),
                      fmt_plural(in->accepted, "unité entrée", "unités entrées").z,
                      STR_FMT(refused), STR_FMT(rest));
}

/* POST /console/stock/reception/{id} */
enum err
stock_count_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct stock_result r = {.no = STOCK_DONE};
    struct arrival a;
    struct receipt in = {
        .note = form_text(&f, "bon", "Numéro du bon", 1, 60),
        .accepted = form_int(&f, "acceptees", "Unités acceptées", 0, 1000000000),
        .refused = form_int(&f, "refusees", "Unités refusées", 0, 1000000000),
        .why_refused = form_text(&f, "motif", "Motif du refus", 0, 300),
        .expires_day = form_day(&f, "peremption", "Date de péremption", false),
        .conformity = form_text(&f, "conformite", "Document de conformité", 0, 200),
        .more_confirmed = form_checked(&f, "plus"),
        .why_more = form_text(&f, "pourquoi", "Pourquoi il y a plus", 0, 300),
    };

    TRY(path_id(req, &in.arrival_id));
    TRY(arrival_by_id(cx, in.arrival_id, &a));
    if (!form_failed(&f) && in.accepted + in.refused == 0)
        form_error(&f, "acceptees", "Indiquez ce que vous avez compté, accepté ou refusé.");
    if (in.refused > 0 && in.why_refused.len == 0)
        form_error(&f, "motif", "Dites pourquoi ces unités sont refusées.");
    if (in.more_confirmed && in.why_more.len == 0)
        form_error(&f, "pourquoi", "Dites pourquoi il y a plus que ce qui est annoncé.");
    if (form_failed(&f))
        return count_show(cx, req, &f, &a, NULL);
    TRY(receipt_take(cx, &in, &r));
    if (r.no != STOCK_DONE) {
        form_error(&f, field_of(r.no), "%s", stock_result_text(cx->arena, &r).ptr);
        return count_show(cx, req, &f, &a, &r);
    }
    return res_redirect_notice(cx, req, URL("console/stock/reception"),
                               received_text(cx, &in, &a));
}

/* ---- warehouses ---- */

static void
add_territories(struct ctx *cx, struct stock_form_view *v, struct form *f, unsigned bits)
{
    for (int t = 1; t < TERRITORY_COUNT; t++) {
        const char *name = str_printf(cx->arena, "territoire-%d", t).ptr;
        struct stock_input *in =
            stock_input_add(cx, v, f, INPUT_CHECK, name,
                            territory_label((enum territory)t), "",
                            STR(""));
        in->field.required = false;
        in->checked = (bits >> t & 1u) != 0;
    }
}

static enum err
place_show(struct ctx *cx, struct req *req, struct form *f, const struct warehouse *w)
{
    struct stock_form_view v = {
        .action = url_path(cx->arena, "/console/stock/entrepots/%lld", (long long)w->id),
        .cancel = URL("console/stock/entrepots"),
        .button = STR("Enregistrer"),
    };
    struct pool_info_list pools;

    TRY(console_page(cx, req, w->id == 0 ? STR("Ajouter un entrepôt") : w->name, &v.page));
    stock_crumbs(cx, &v.page, v.page.title);
    if (w->id == 0)
        stock_input_add(cx, &v, f, INPUT_TEXT, "code", "Code", "Court et fixe, par exemple SUD.",
                        STR(""));
    else
        stock_fact(cx, &v.facts, STR("Code"), w->code);
    stock_input_add(cx, &v, f, INPUT_TEXT, "nom", "Nom", "", w->name);
    stock_input_add(cx, &v, f, INPUT_TEXT, "societe", "Expéditeur sur les étiquettes", "",
                    w->company);
    stock_input_add(cx, &v, f, INPUT_TEXT, "rue", "Numéro et rue", "", w->street);
    stock_input_add(cx, &v, f, INPUT_TEXT, "complement", "Complément", "", w->complement)
        ->field.required = false;
    stock_input_add(cx, &v, f, INPUT_TEXT, "cp", "Code postal", "", w->postal_code);
    stock_input_add(cx, &v, f, INPUT_TEXT, "ville", "Ville", "", w->city);
    stock_input_add(cx, &v, f, INPUT_TEXT, "telephone", "Téléphone", "", w->phone)
        ->field.required = false;
    stock_input_add(cx, &v, f, INPUT_TEXT, "courriel", "Adresse e-mail", "", w->email)
        ->field.required = false;
    TRY(pool_info_list_of(cx, &pools));
    struct choice_list choices = pool_choices(cx, &pools, 0);
    struct choice_list with_none = {ARENA_ARRAY(cx->arena, choices.count + 1, struct choice), 0};
    with_none.item[with_none.count++] = (struct choice){STR(""), STR("Aucun changement"),
                                                        STR_NONE, true};
    for (size_t i = 0; i < choices.count; i++)
        with_none.item[with_none.count++] = choices.item[i];
    struct stock_input *pool = stock_input_add(cx, &v, f, INPUT_SELECT, "stock",
                                               "Y ranger un stock", "", STR(""));
    pool->field.required = false;
    pool->choices = with_none;
    add_territories(cx, &v, f, w->territories);
    return stock_form_show(cx, req, f, &v);
}

static enum err
find_place(struct ctx *cx, struct req *req, struct warehouse *w)
{
    int64_t id;

    TRY(path_id(req, &id));
    *w = (struct warehouse){.id = 0};
    return id == 0 ? OK : warehouse_by_id(cx, id, w);
}

/* GET /console/stock/entrepots/{id} - 0: a new one. */
enum err
stock_place_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct warehouse w;

    TRY(find_place(cx, req, &w));
    return place_show(cx, req, &f, &w);
}

static bool
is_postal_code(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len == 5;
}

/* POST /console/stock/entrepots/{id} */
enum err
stock_place_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct warehouse w;
    int64_t id, pool = 0;
    bool taken;

    TRY(find_place(cx, req, &w));
    if (w.id == 0)
        w.code = stock_code(cx->arena, form_text(&f, "code", "Code", 1, 20));
    w.name = form_text(&f, "nom", "Nom", 1, 80);
    w.company = form_text(&f, "societe", "Expéditeur", 1, 38);
    w.street = form_text(&f, "rue", "Numéro et rue", 1, 38);
    w.complement = form_text(&f, "complement", "Complément", 0, 38);
    w.postal_code = form_text(&f, "cp", "Code postal", 1, 5);
    w.city = form_text(&f, "ville", "Ville", 1, 38);
    w.phone = form_phone(&f, "telephone", "Téléphone", 0);
    w.email = req_form(req, "courriel").len > 0 ? form_email(&f, "courriel", "Adresse e-mail")
                                                : STR("");
    w.territories = 0;
    for (int t = 1; t < TERRITORY_COUNT; t++)
        if (form_checked(&f, str_printf(cx->arena, "territoire-%d", t).ptr))
            w.territories |= 1u << t;
    if (w.postal_code.len > 0 && !is_postal_code(w.postal_code))
        form_error(&f, "cp", "Le code postal a cinq chiffres, par exemple 69002.");
    if (req_form(req, "stock").len > 0)
        pool = form_int(&f, "stock", "Stock", 1, INT64_MAX);
    if (form_failed(&f))
        return place_show(cx, req, &f, &w);
    TRY(warehouse_save(cx, &w, &id, &taken));
    if (taken) {
        form_error(&f, "code", "Un autre entrepôt porte ce code. Choisissez-en un autre.");
        return place_show(cx, req, &f, &w);
    }
    if (pool != 0)
        TRY(pool_to_warehouse(cx, pool, id));
    return res_redirect_notice(cx, req, URL("console/stock/entrepots"),
                               STR("L’entrepôt est enregistré."));
}
