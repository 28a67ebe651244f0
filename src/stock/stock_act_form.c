/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_act_form.c - the forms of a batch: quarantine, transfer, correction. All of them ask where,
 * how many and why, and for a confirmation.
 */
#include "http/route.h"
#include "base/crypto.h"
#include "staff/staff.h"
#include "stock/stock_web.h"

enum err
stock_act_load(struct ctx *cx, struct req *req, struct stock_act *a)
{
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(batch_by_id(cx, id, &a->batch));
    TRY(batch_pools(cx, id, 0, &a->places));
    return pool_info_list_of(cx, &a->pools);
}

enum err
stock_act_begin(struct ctx *cx, struct req *req, const struct stock_act *a, const char *title,
                const char *tail, struct stock_form_view *v)
{
    struct str lot = lot_text(a->batch.lot);

    TRY(console_page(cx, req, str_printf(cx->arena, "%s, lot %.*s", title, STR_FMT(lot)),
                     &v->page));
    stock_crumbs(cx, &v->page, v->page.title);
    v->action = batch_url(cx, a->batch.id, tail);
    v->cancel = batch_url(cx, a->batch.id, "");
    for (size_t i = 0; i < a->places.count && i < 10; i++) {
        const struct batch_in_pool *b = &a->places.item[i];
        const struct pool_info *p = pool_of(&a->pools, b->pool_id);
        stock_fact(cx, &v->facts, p == NULL ? STR("Stock") : p->label,
                   str_printf(cx->arena, "%s en rayon, %s préparés, %s remis, %s en quarantaine",
                              fmt_int(b->on_hand).z, fmt_int(b->picked).z, fmt_int(b->handed).z,
                              fmt_int(b->quarantined).z));
    }
    return OK;
}

/* The pools in which the batch lies. */
static struct choice_list
place_choices(struct ctx *cx, const struct stock_act *a, int64_t now)
{
    struct choice_list all = pool_choices(cx, &a->pools, now), out;

    out = (struct choice_list){ARENA_ARRAY(cx->arena, a->places.count, struct choice), 0};
    for (size_t i = 0; i < a->pools.count; i++)
        for (size_t k = 0; k < a->places.count; k++)
            if (a->places.item[k].pool_id == a->pools.item[i].id)
                out.item[out.count++] = all.item[i];
    return out;
}

static void
add_common(struct ctx *cx, struct stock_form_view *v, struct form *f, const char *units_label,
           const char *confirm)
{
    if (units_label != NULL)
        stock_input_add(cx, v, f, INPUT_TEXT, "unites", units_label, "", STR(""))
            ->field.inputmode = "numeric";
    stock_input_add(cx, v, f, INPUT_TEXT, "motif", "Motif", "", STR(""));
    stock_input_add(cx, v, f, INPUT_CHECK, "confirme", confirm, "", STR(""));
}

void
stock_check_confirmed(struct form *f)
{
    if (!form_checked(f, "confirme"))
        form_error(f, "confirme", "Cochez la case pour confirmer.");
}

/* ---- quarantine ---- */

static const char *const quarantine_words[] = {"mettre", "liberer", "rebut", NULL};

static enum err
quarantine_show(struct ctx *cx, struct req *req, struct form *f, const struct stock_act *a,
                int64_t pool)
{
    static const char *const labels[] = {"Mettre en quarantaine", "Libérer : les vendre à nouveau",
                                         "Mettre au rebut, définitivement"};
    struct stock_form_view v = {.button = STR("Enregistrer")};
    struct choice_list what = {ARENA_ARRAY(cx->arena, 3, struct choice), 3};
    int64_t orders[5], units[5], seen;

    if (a->batch.recalled_ms == 0)
        v.lead = STR("Une autre personne approuve une mise au rebut avant qu’elle compte.");
    TRY(stock_act_begin(cx, req, a, "Quarantaine", "quarantaine", &v));
    TRY(quarantine_sum(cx, a->batch.id, &seen));
    v.seen = str_printf(cx->arena, "%lld", (long long)seen);
    TRY(recall_reach(cx, a->batch.id, orders, units));
    if (orders[0] > 0)
        v.warning = (struct notice){
            TONE_INFO, STR("Une partie de ce lot est déjà vendue"),
            str_printf(cx->arena,
                       "%s unités sont dans %s, listées sur la page du lot. La quarantaine ne "
                       "touche que ce qui est libre ; pour le reste, rappelez le lot.",
                       fmt_int(units[0]).z, fmt_plural(orders[0], "commande", "commandes").z)};
    for (size_t i = 0; i < 3; i++)
        what.item[i] = (struct choice){str_of(quarantine_words[i]), str_of(labels[i]), STR_NONE,
                                       str_is(req_form(req, "geste"), quarantine_words[i])};
    stock_input_add(cx, &v, f, INPUT_SELECT, "geste", "Ce que vous faites", "", STR(""))->choices =
        what;
    stock_input_add(cx, &v, f, INPUT_SELECT, "stock", "Stock", "", STR(""))->choices =
        place_choices(cx, a, pool);
    add_common(cx, &v, f, "Quantité, en unités", "Je confirme ce changement de stock");
    return stock_form_show(cx, req, f, &v);
}

/* GET /console/stock/lots/{id}/quarantaine */
enum err
stock_quarantine_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct stock_act a;

    TRY(stock_act_load(cx, req, &a));
    return quarantine_show(cx, req, &f, &a, 0);
}

/* POST /console/stock/lots/{id}/quarantaine */
enum err
stock_quarantine_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct stock_act a;
    struct stock_result r;

    TRY(stock_act_load(cx, req, &a));
    struct str word = form_choice(&f, "geste", "Ce que vous faites", quarantine_words);
    struct quarantine q = {
        .way = str_is(word, "mettre")    ? BATCH_SET_ASIDE
               : str_is(word, "liberer") ? BATCH_CLEAR
                                         : BATCH_SCRAP,
        .pool_id = form_int(&f, "stock", "Stock", 1, INT64_MAX),
        .batch_id = a.batch.id,
        .units = form_int(&f, "unites", "Quantité", 1, 1000000000),
        .reason = form_text(&f, "motif", "Motif", 3, 300),
        .seen = form_int(&f, "seen", "Quarantaine", 0, INT64_MAX),
    };
    stock_check_confirmed(&f);
    if (form_failed(&f))
        return quarantine_show(cx, req, &f, &a, q.pool_id);
    TRY(quarantine_move(cx, &q, &r));
    if (r.no != STOCK_DONE && r.no != STOCK_ASKED) {
        form_error(&f, "unites", "%s", stock_result_text(cx->arena, &r).ptr);
        return quarantine_show(cx, req, &f, &a, q.pool_id);
    }
    return res_redirect_notice(cx, req, batch_url(cx, a.batch.id, ""),
                               r.no == STOCK_ASKED ? stock_result_text(cx->arena, &r)
                                                   : STR("Le changement est enregistré."));
}

/* ---- transfer ---- */

static enum err
transfer_show(struct ctx *cx, struct req *req, struct form *f, const struct stock_act *a,
              int64_t from, int64_t to)
{
    struct stock_form_view v = {.button = STR("Faire partir"),
                                .key = req_form(req, "key").len > 0
                                           ? req_form(req, "key")
                                           : random_token(cx->arena, 18)};

    TRY(stock_act_begin(cx, req, a, "Transférer", "transfert", &v));
    stock_input_add(cx, &v, f, INPUT_SELECT, "de", "Du stock", "", STR(""))->choices =
        place_choices(cx, a, from);
    stock_input_add(cx, &v, f, INPUT_SELECT, "vers", "Vers le stock", "", STR(""))->choices =
        pool_choices(cx, &a->pools, to);
    stock_input_add(cx, &v, f, INPUT_CHECK, "la", "Les unités y sont déjà (même entrepôt)", "",
                    STR(""))->field.required = false;
    add_common(cx, &v, f, "Quantité, en unités", "Je confirme le départ de ces unités");
    return stock_form_show(cx, req, f, &v);
}

/* GET /console/stock/lots/{id}/transfert */
enum err
stock_transfer_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct stock_act a;

    TRY(stock_act_load(cx, req, &a));
    return transfer_show(cx, req, &f, &a, 0, 0);
}

/* POST /console/stock/lots/{id}/transfert */
enum err
stock_transfer_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct stock_act a;
    struct stock_result r;

    TRY(stock_act_load(cx, req, &a));
    struct transfer t = {
        .from_pool = form_int(&f, "de", "Du stock", 1, INT64_MAX),
        .to_pool = form_int(&f, "vers", "Vers le stock", 1, INT64_MAX),
        .units = form_int(&f, "unites", "Quantité", 1, 1000000000),
        .reason = form_text(&f, "motif", "Motif", 3, 300),
        .key = form_key(&f, "key"),
        .batch_id = a.batch.id,
    };
    stock_check_confirmed(&f);
    if (form_failed(&f))
        return transfer_show(cx, req, &f, &a, t.from_pool, t.to_pool);
    TRY(transfer_send(cx, &t, form_checked(&f, "la"), &r));
    if (r.no != STOCK_DONE && r.no != STOCK_AGAIN) {
        form_error(&f, r.no == STOCK_OTHER_GOOD ? "vers" : "unites", "%s",
                   stock_result_text(cx->arena, &r).ptr);
        return transfer_show(cx, req, &f, &a, t.from_pool, t.to_pool);
    }
    return res_redirect_notice(cx, req, URL("console/stock/transferts"),
                               STR("Le transfert est enregistré."));
}

/* ---- a transfer's arrival ---- */

static const char *const arrive_words[] = {"arrive", "perdu", "retour", NULL};

static enum err
arrive_show(struct ctx *cx, struct req *req, struct form *f, const struct transfer *t)
{
    static const char *const labels[] = {"Compter ce qui est arrivé", "Le reste est perdu",
                                         "Le reste est revenu au départ"};
    struct stock_form_view v = {
        .action = url_path(cx->arena, "/console/stock/transferts/%lld", (long long)t->id),
        .cancel = URL("console/stock/transferts"),
        .button = STR("Enregistrer"),
    };
    struct choice_list what = {ARENA_ARRAY(cx->arena, 3, struct choice), 3};
    struct pool_info from, to;

    TRY(console_page(cx, req, STR("Arrivée d’un transfert"), &v.page));
    stock_crumbs(cx, &v.page, v.page.title);
    TRY(pool_info_by_id(cx, t->from_pool, &from));
    TRY(pool_info_by_id(cx, t->to_pool, &to));
    stock_fact(cx, &v.facts, STR("Trajet"), str_printf(cx->arena, "%.*s, vers %.*s",
                                                       STR_FMT(from.label), STR_FMT(to.label)));
    stock_fact(cx, &v.facts, STR("Lot"), lot_text(t->lot));
    stock_fact(cx, &v.facts, STR("Encore en route"),
               str_printf(cx->arena, "%s unités sur %s", fmt_int(t->units - t->arrived - t->lost).z,
                          fmt_int(t->units).z));
    for (size_t i = 0; i < 3; i++)
        what.item[i] = (struct choice){str_of(arrive_words[i]), str_of(labels[i]), STR_NONE,
                                       str_is(req_form(req, "geste"), arrive_words[i])};
    stock_input_add(cx, &v, f, INPUT_SELECT, "geste", "Ce qui s’est passé", "", STR(""))->choices =
        what;
    struct stock_input *in = stock_input_add(cx, &v, f, INPUT_TEXT, "unites", "Unités arrivées",
                                             "Seulement si vous comptez une arrivée.", STR(""));
    in->field.inputmode = "numeric";
    in->field.required = false;
    stock_input_add(cx, &v, f, INPUT_TEXT, "motif", "Motif",
                    "Pour ce qui est perdu ou revenu.", STR(""))->field.required = false;
    return stock_form_show(cx, req, f, &v);
}

/* GET /console/stock/transferts/{id} */
enum err
stock_arrive_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct transfer t;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(transfer_by_id(cx, id, &t));
    return arrive_show(cx, req, &f, &t);
}

/* POST /console/stock/transferts/{id} */
enum err
stock_arrive_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str word = form_choice(&f, "geste", "Ce qui s’est passé", arrive_words);
    bool counts = str_is(word, "arrive");
    struct stock_result r;
    struct transfer t;
    int64_t id, units = 0;

    TRY(req_path_int(req, "id", &id));
    TRY(transfer_by_id(cx, id, &t));
    if (counts)
        units = form_int(&f, "unites", "Unités arrivées", 1, 1000000000);
    struct str reason = form_text(&f, "motif", "Motif", counts ? 0 : 3, 300);
    if (form_failed(&f))
        return arrive_show(cx, req, &f, &t);
    if (counts)
        TRY(transfer_arrive(cx, id, units, &r));
    else
        TRY(transfer_close(cx, id, str_is(word, "retour"), reason, &r));
    if (r.no != STOCK_DONE) {
        form_error(&f, "unites", "%s", stock_result_text(cx->arena, &r).ptr);
        return arrive_show(cx, req, &f, &t);
    }
    return res_redirect_notice(cx, req, URL("console/stock/transferts"),
                               STR("Le transfert est à jour."));
}

/* ---- correction ---- */

static enum err
correct_show(struct ctx *cx, struct req *req, struct form *f, const struct stock_act *a,
             int64_t pool)
{
    struct stock_form_view v = {
        .button = STR("Demander la correction"),
        .lead = STR("Comptez ce qui est en rayon, sans ce qui est préparé ni en quarantaine. Une "
                    "autre personne approuve la correction avant qu’elle compte."),
    };

    TRY(stock_act_begin(cx, req, a, "Corriger l’inventaire", "inventaire", &v));
    stock_input_add(cx, &v, f, INPUT_SELECT, "stock", "Stock", "", STR(""))->choices =
        place_choices(cx, a, pool);
    add_common(cx, &v, f, "Unités comptées en rayon", "J’ai compté deux fois");
    return stock_form_show(cx, req, f, &v);
}

/* GET /console/stock/lots/{id}/inventaire */
enum err
stock_correct_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct stock_act a;

    TRY(stock_act_load(cx, req, &a));
    return correct_show(cx, req, &f, &a, 0);
}

/* POST /console/stock/lots/{id}/inventaire */
enum err
stock_correct_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct stock_act a;
    struct stock_result r;

    TRY(stock_act_load(cx, req, &a));
    int64_t pool = form_int(&f, "stock", "Stock", 1, INT64_MAX);
    int64_t counted = form_int(&f, "unites", "Unités comptées", 0, 1000000000);
    struct str reason = form_text(&f, "motif", "Motif", 3, 300);
    stock_check_confirmed(&f);
    if (form_failed(&f))
        return correct_show(cx, req, &f, &a, pool);
    TRY(correction_ask(cx, pool, a.batch.id, counted, reason, &r));
    if (r.no != STOCK_DONE) {
        form_error(&f, "unites", "%s", stock_result_text(cx->arena, &r).ptr);
        return correct_show(cx, req, &f, &a, pool);
    }
    return res_redirect_notice(cx, req, batch_url(cx, a.batch.id, ""),
                               STR("La correction attend l’accord d’une autre personne."));
}
