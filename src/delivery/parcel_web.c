/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parcel_web.c - packing: a reference is scanned or typed, the parcel's page says what lies in it,
 * a person confirms it, says what is missing, or settles a doubt about its label.
 */
#include "delivery/web.h"

#include "delivery_tmpl.h"

enum { REF_TYPED_MAX = 40, REASON_MAX = 200 };

/* ---- the scan ---- */

/* By parcel number, by our parcel reference, by the order's. */
static enum err
look_for(struct ctx *cx, struct str typed, struct parcel_list *out)
{
    struct str ref = str_upper(cx->arena, typed);
    struct db_value mine = db_int(cx->actor.organiser_id);
    struct db_rows rows;
    struct parcel p;

    if (parcel_number_valid(ref) && parcel_by_number(cx, ref, &p) == OK &&
        parcel_of_actor(cx, p.id, &p) == OK) {
        *out = (struct parcel_list){ARENA_NEW(cx->arena, struct parcel), 1};
        out->item[0] = p;
        return OK;
    }
    TRY(db_run(cx, SQL_PARCEL_FIND_REF, &rows, db_str(ref), mine));
    if (rows.count > 0) {
        *out = parcels_from_rows(cx, &rows);
        return OK;
    }
    /* An order's first parcel bears its reference and leads to the others. */
    TRY(db_run(cx, SQL_PARCEL_FIND_REF, &rows,
               db_str(str_printf(cx->arena, "%.*s-1", STR_FMT(ref))), mine));
    return rows.count == 0 ? OK : parcel_of_order(cx, row_int(&rows, 0, 1), out);
}

/* Scanners and people put spaces. */
static struct str
without_spaces(struct arena *a, struct str s)
{
    char *z = arena_alloc(a, s.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != ' ')
            z[n++] = s.ptr[i];
    return str_n(z, n);
}

/* GET /console/preparation/emballage?ref=R */
enum err
parcel_scan_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct parcel_list found = {0};
    struct scan_view v = {0};
    struct pager none;
    struct str typed;

    TRY(req_query_str(req, "ref", REF_TYPED_MAX, STR_NONE, &typed));
    typed = without_spaces(cx->arena, typed);
    if (typed.len > 0)
        TRY(look_for(cx, typed, &found));
    if (found.count == 1)
        return res_redirect(cx, req,
                            url_path(cx->arena, "/console/preparation/colis/%lld",
                                     (long long)found.item[0].id));
    if (typed.len > 0 && found.count == 0)
        form_error(&f, "ref", "Aucun colis ne porte «\u00a0%.*s\u00a0». Vérifiez la référence, ou "
                              "créez une vague si la commande n’est pas encore préparée.",
                   STR_FMT(typed));
    v.page = page_begin(cx, req, STR("Emballer"));
    v.page.has_error = form_failed(&f);
    v.errors = form_errors(&f);
    page_crumb(cx, &v.page, STR("Préparation"), URL("console/preparation"));
    page_crumb(cx, &v.page, STR("Emballer"), (struct url){STR_NONE});
    v.ref = form_field(&f, "ref", STR("Référence de la commande ou du colis"),
                       STR("Lisez le code-barres ou tapez la référence, par exemple "
                           "7K2M9QX4TB."),
                       STR_NONE);
    v.ref.value = typed;
    v.ref.required = true;
    if (found.count > 1)
        web_parcel_table(cx, &found, STR("Colis de cette commande"),
                         URL("console/preparation/emballage"), 0, &v.table, &v.parcels, &none);
    scan_html(&req->out, &v);
    return res_html(req, form_failed(&f) ? 404 : 200);
}

/* ---- one parcel ---- */

static void
show_facts(struct ctx *cx, const struct label_ask *ask, struct parcel_view *v)
{
    const struct parcel *p = &ask->p;
    struct arena *a = cx->arena;

    v->rows.item = ARENA_ARRAY(a, 12, struct summary_row);
    web_fact(&v->rows, "Commande", p->order_ref);
    web_fact(&v->rows, "Destinataire",
             str_printf(a, "%.*s, %.*s %.*s", STR_FMT(ask->o.address.company),
                        STR_FMT(ask->o.address.postal_code), STR_FMT(ask->o.address.city)));
    web_fact(&v->rows, "Consigne sur l’étiquette",
             contactless_line(a, ask->o.address.instructions, 70));
    web_fact(&v->rows, "Transporteur", p->carrier.len > 0 ? carrier_label(cx, p->carrier)
                                                          : STR("Attend une vague"));
    web_fact(&v->rows, "Numéro", p->number.len > 0 ? p->number : STR("Pas encore"));
    web_fact(&v->rows, "Poids", grams_text(a, p->weight_g));
    if (p->packed_ms > 0)
        web_fact(&v->rows, "Emballé", str_printf(a, "%s", fmt_date_time(p->packed_ms,
                                                                        ZONE_PARIS).z));
    if (p->handed_ms > 0)
        web_fact(&v->rows, "Remis", str_printf(a, "%s", fmt_date_time(p->handed_ms,
                                                                      ZONE_PARIS).z));
}

static enum err
show_contents(struct ctx *cx, const struct label_ask *ask, struct parcel_view *v)
{
    static const char *const heads[] = {"Article", "#Lots", "#Unités", NULL};
    struct parcel_item_list items;

    TRY(parcel_items(cx, ask->p.id, &items));
    v->table = web_table(cx, "contenu", STR("Dans ce colis"), heads);
    v->contents.item = ARENA_ARRAY(cx->arena, items.count + 1, struct content_row);
    v->lines.item = ARENA_ARRAY(cx->arena, items.count + 1, struct choice);
    for (size_t i = 0; i < items.count && i < (size_t)ask->good_count; i++) {
        const struct parcel_item *it = &items.item[i];
        struct str line = str_printf(cx->arena, "%d", it->line);
        struct str name = str_printf(cx->arena, "%.*s, %.*s", STR_FMT(ask->good[i].name),
                                     STR_FMT(ask->o.line[it->line].pack_code));
        v->contents.item[v->contents.count++] = (struct content_row){
            .name = name,
            .packs = str_printf(cx->arena, "%s", fmt_int(it->packs).z),
            .units = str_printf(cx->arena, "%s", fmt_int(ask->good[i].units).z),
            .line = line,
        };
        v->lines.item[v->lines.count++] = (struct choice){
            .value = line, .label = name, .checked = str_eq(line, v->line.value)};
    }
    return OK;
}

static void
show_short(struct ctx *cx, const struct form *f, struct parcel_view *v)
{
    static const char *const codes[] = {"later", "refund"};
    static const char *const labels[] = {"Envoyer plus tard, dans un second colis",
                                         "Rembourser ces lots"};

    v->line = form_field(f, "line", STR("Article"), STR_NONE, STR_NONE);
    v->packs = form_field(f, "packs", STR("Lots manquants"), STR_NONE, STR_NONE);
    v->packs.inputmode = "numeric";
    v->how = form_field(f, "how", STR("Que faire ?"), STR_NONE, STR("later"));
    v->reason = form_field(f, "reason", STR("Motif"), STR("Lu par vos collègues au journal."),
                           STR_NONE);
    v->line.required = v->packs.required = v->how.required = v->reason.required = true;
    v->hows.item = ARENA_ARRAY(cx->arena, 2, struct choice);
    v->hows.count = 2;
    for (int i = 0; i < 2; i++)
        v->hows.item[i] = (struct choice){.value = str_of(codes[i]),
                                          .label = str_of(labels[i]),
                                          .checked = str_is(v->how.value, codes[i])};
    v->number = form_field(f, "number", STR("Numéro du colis"),
                           STR("13 signes, par exemple 8L41392078260."), STR_NONE);
    v->number.required = true;
}

static void
show_papers(struct ctx *cx, const struct label_ask *ask, struct parcel_view *v)
{
    long long id = ask->p.id;

    v->papers.item = ARENA_ARRAY(cx->arena, 3, struct link);
    if (ask->p.has_label)
        v->papers.item[v->papers.count++] = (struct link){
            url_path(cx->arena, "/console/preparation/colis/%lld/etiquette", id),
            STR("Étiquette"), false};
    if (ask->p.has_label && territory_customs(ask->o.territory) &&
        !str_is(ask->p.carrier, carrier_generic.name))
        v->papers.item[v->papers.count++] = (struct link){
            url_path(cx->arena, "/console/preparation/colis/%lld/douane.pdf", id),
            STR("Déclaration en douane"), false};
    v->papers.item[v->papers.count++] = (struct link){
        url_path(cx->arena, "/console/preparation/colis/%lld/bon.pdf", id),
        STR("Bon de livraison"), false};
}

static enum err
show_parcel(struct ctx *cx, struct req *req, struct form *f, const struct parcel *p, int status)
{
    struct label_ask *ask = ARENA_NEW(cx->arena, struct label_ask);
    struct parcel_view v = {.may_act = web_may_act(cx)};
    long long id = p->id;

    TRY(parcel_label_ask(cx, p, ask));
    v.page = page_begin(cx, req, p->sender_ref);
    v.page.has_error = form_failed(f);
    v.errors = form_errors(f);
    page_crumb(cx, &v.page, STR("Préparation"), URL("console/preparation"));
    if (p->wave_id > 0)
        page_crumb(cx, &v.page, str_printf(cx->arena, "Vague %lld", (long long)p->wave_id),
                   url_path(cx->arena, "/console/preparation/vagues/%lld",
                            (long long)p->wave_id));
    page_crumb(cx, &v.page, p->sender_ref, (struct url){STR_NONE});
    v.state = str_of(parcel_state_label(p->state));
    v.tone = p->problem.len > 0 ? TONE_WARN : TONE_INFO;
    v.problem = (struct notice){TONE_WARN, STR("Ce colis attend quelque chose"), p->problem};
    show_short(cx, f, &v);
    TRY(show_contents(cx, ask, &v));
    show_facts(cx, ask, &v);
    show_papers(cx, ask, &v);
    bool here = p->state == PARCEL_WAITING || p->state == PARCEL_LABELLED ||
                p->state == PARCEL_REFUSED;
    v.can_confirm = p->packed_ms == 0 && here && p->wave_id > 0;
    v.can_short = here && v.contents.count > 0 &&
                  !(p->state == PARCEL_LABELLED && territory_customs(ask->o.territory));
    v.can_retry = p->state == PARCEL_REFUSED;
    v.can_settle = p->state == PARCEL_ASKED && p->problem.len > 0;
    v.confirm_url = url_path(cx->arena, "/console/preparation/colis/%lld/confirmer", id);
    v.short_url = url_path(cx->arena, "/console/preparation/colis/%lld/manque", id);
    v.retry_url = url_path(cx->arena, "/console/preparation/colis/%lld/redemander", id);
    v.settle_url = url_path(cx->arena, "/console/preparation/colis/%lld/doute", id);
    v.next = URL("console/preparation/emballage");
    parcel_html(&req->out, &v);
    return res_html(req, status);
}

static enum err
parcel_here(struct ctx *cx, struct req *req, struct parcel *out)
{
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    return parcel_of_actor(cx, id, out);
}

/* GET /console/preparation/colis/{id} */
enum err
parcel_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct parcel p;

    TRY(parcel_here(cx, req, &p));
    return show_parcel(cx, req, &f, &p, 200);
}

/* ---- acts ---- */

static enum err
log_act(struct ctx *cx, const char *act, const struct parcel *p, struct str after,
        struct str reason)
{
    struct audit a = {.act = act,
                      .subject = "parcel",
                      .subject_id = p->id,
                      .before = str_printf(cx->arena, "{\"state\":%d}", (int)p->state),
                      .after = after,
                      .reason = reason};

    return audit_add(cx, &a);
}

static enum err
back_to_parcel(struct ctx *cx, struct req *req, const struct parcel *p, struct str notice)
{
    return res_redirect_notice(cx, req,
                               url_path(cx->arena, "/console/preparation/colis/%lld",
                                        (long long)p->id),
                               notice);
}

/* POST .../confirmer: all of it is in the box. */
enum err
parcel_confirm_form(struct ctx *cx, struct req *req)
{
    struct db_rows rows;
    struct parcel p;

    TRY(parcel_here(cx, req, &p));
    if (p.packed_ms > 0)
        return res_redirect_notice(cx, req, URL("console/preparation/emballage"),
                                   STR("Ce colis était déjà emballé."));
    TRY(db_run(cx, SQL_PARCEL_SET_PACKED, &rows, db_int(p.id), db_int(cx->actor.organiser_id),
               db_int(cx->now_ms)));
    if (rows.changed == 0)
        return ERR_CONFLICT;
    TRY(log_act(cx, "parcel.pack", &p, STR_NONE, STR_NONE));
    return res_redirect_notice(cx, req, URL("console/preparation/emballage"),
                               str_printf(cx->arena, "Colis %.*s emballé. Au suivant.",
                                          STR_FMT(p.sender_ref)));
}

/* POST .../manque: line, packs, how, reason. */
enum err
parcel_short_form_post(struct ctx *cx, struct req *req)
{
    static const char *const hows[] = {"later", "refund", NULL};
    struct form f = form_begin(cx, req);
    struct parcel_item_list items;
    struct parcel p;
    int64_t there = 0;

    TRY(parcel_here(cx, req, &p));
    TRY(parcel_items(cx, p.id, &items));
    int64_t line = form_int(&f, "line", "Article", 0, ORDER_LINES_MAX - 1);
    for (size_t i = 0; i < items.count; i++)
        if (items.item[i].line == line)
            there = items.item[i].packs;
    if (there == 0 && !form_failed(&f))
        form_error(&f, "line", "Choisissez un article de ce colis.");
    int64_t packs = form_int(&f, "packs", "Lots manquants", 1, there > 0 ? there : 1);
    struct str how = form_choice(&f, "how", "Que faire ?", hows);
    struct str reason = form_text(&f, "reason", "Motif", 3, REASON_MAX);
    if (form_failed(&f))
        return show_parcel(cx, req, &f, &p, 422);
    bool refund = str_is(how, "refund");
    TRY(parcel_short(cx, &p, (int)line, packs, refund ? SHORT_REFUND : SHORT_LATER, reason));
    TRY(log_act(cx, refund ? "parcel.short_refund" : "parcel.short_later", &p,
                str_printf(cx->arena, "{\"line\":%lld,\"packs\":%lld}", (long long)line,
                           (long long)packs),
                reason));
    return back_to_parcel(cx, req, &p,
                          refund ? STR("Les lots manquants sont remboursés.")
                                 : STR("Les lots manquants partiront dans un second colis, à "
                                       "prendre dans une prochaine vague."));
}

/* A wave that had ended takes up its labels again. */
static enum err
wake_wave(struct ctx *cx, int64_t wave_id)
{
    struct wave w;

    if (wave_id == 0)
        return OK;
    TRY(wave_by_id(cx, wave_id, &w));
    return w.state == WAVE_LABELLED ? wave_labels(cx, &w) : OK;
}

static enum err
ask_again(struct ctx *cx, struct req *req, const struct parcel *p, const char *act)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PARCEL_SET_RETRY, &rows, db_int(p->id), db_int(cx->actor.organiser_id),
               db_int(p->state), db_int(cx->now_ms)));
    if (rows.changed == 0)
        return ERR_CONFLICT;
    TRY(wake_wave(cx, p->wave_id));
    TRY(log_act(cx, act, p, STR_NONE, STR_NONE));
    return back_to_parcel(cx, req, p, STR("L’étiquette sera redemandée."));
}

/* POST .../redemander: after the carrier refused. */
enum err
parcel_retry_form(struct ctx *cx, struct req *req)
{
    struct parcel p;

    TRY(parcel_here(cx, req, &p));
    if (p.state != PARCEL_REFUSED)
        return back_to_parcel(cx, req, &p, STR("Ce colis n’est plus refusé."));
    return ask_again(cx, req, &p, "parcel.ask_again");
}

/* POST .../doute: found 1 with the number, or 0. */
enum err
parcel_settle_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct db_rows rows;
    struct parcel p;

    TRY(parcel_here(cx, req, &p));
    if (p.state != PARCEL_ASKED || p.problem.len == 0)
        return back_to_parcel(cx, req, &p, STR("Il n’y a plus de doute sur ce colis."));
    if (!str_is(req_form(req, "found"), "1"))
        return ask_again(cx, req, &p, "parcel.no_label");
    struct str typed = form_text(&f, "number", "Numéro du colis", 13, 20);
    struct str number = str_upper(cx->arena, without_spaces(cx->arena, typed));
    if (!form_failed(&f) && !parcel_number_valid(number))
        form_error(&f, "number", "Ce numéro est faux : sa clé de contrôle ne correspond pas. "
                                 "Recopiez-le depuis l’espace du transporteur.");
    if (form_failed(&f))
        return show_parcel(cx, req, &f, &p, 422);
    TRY(db_run(cx, SQL_PARCEL_SET_MADE, &rows, db_int(p.id), db_str(number), db_str(STR_NONE),
               db_int(cx->now_ms)));
    if (rows.count == 0) {
        form_error(&f, "number", "Ce numéro est déjà celui d’un autre colis.");
        return show_parcel(cx, req, &f, &p, 422);
    }
    TRY(log_act(cx, "parcel.number", &p,
                str_printf(cx->arena, "{\"number\":\"%.*s\"}", STR_FMT(number)), STR_NONE));
    return back_to_parcel(cx, req, &p,
                          STR("Numéro enregistré. Imprimez l’étiquette depuis l’espace du "
                              "transporteur."));
}
