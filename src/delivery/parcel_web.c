/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parcel_web.c - a parcel's page: what lies in it, what is missing, doubts about its label. Its
 * scan and confirmation are in scan_web.c.
 */
#include "delivery/web.h"

#include "delivery_tmpl.h"

enum { REASON_MAX = 200 };

/* ---- one parcel ---- */

static void
show_facts(struct ctx *cx, const struct parcel_ask *ask, struct parcel_view *v)
{
    const struct order_address *to = &ask->label.o.address;
    const struct parcel *p = &ask->p;
    struct arena *a = cx->arena;

    v->rows.item = ARENA_ARRAY(a, 12, struct summary_row);
    summary_add(&v->rows, "Commande", p->order_ref);
    summary_add(&v->rows, "Destinataire",
                str_printf(a, "%.*s, %.*s %.*s", STR_FMT(to->company), STR_FMT(to->postal_code),
                           STR_FMT(to->city)));
    summary_add(&v->rows, "Consigne sur l’étiquette",
                contactless_line(a, to->instructions, 70));
    summary_add(&v->rows, "Transporteur", p->carrier.len > 0 ? carrier_label(cx, p->carrier)
                                                             : STR("Attend une vague"));
    summary_add(&v->rows, "Numéro", p->number.len > 0 ? p->number : STR("Pas encore"));
    summary_add(&v->rows, "Poids", grams_text(a, p->weight_g));
    if (p->packed_ms > 0)
        summary_add(&v->rows, "Emballé", str_printf(a, "%s", fmt_date_time(p->packed_ms,
                                                                           ZONE_PARIS).z));
    if (p->handed_ms > 0)
        summary_add(&v->rows, "Remis", str_printf(a, "%s", fmt_date_time(p->handed_ms,
                                                                         ZONE_PARIS).z));
}

/* All packs of a parcel, as the form about what is missing saw them: what was taken out once is
 * not taken out again by the same page. */
static int64_t
packs_in(const struct parcel_item_list *items)
{
    int64_t sum = 0;

    for (size_t i = 0; i < items->count; i++)
        sum += items->item[i].packs;
    return sum;
}

static enum err
show_contents(struct ctx *cx, const struct parcel_ask *ask, struct parcel_view *v)
{
    struct parcel_item_list items;
    const struct policy *policy;

    TRY(campaign_policy(cx, ask->label.o.campaign_id, ask->label.o.version, &policy));
    TRY(parcel_items(cx, ask->p.id, &items));
    v->packs_seen = str_printf(cx->arena, "%lld", (long long)packs_in(&items));
    v->contents.item = ARENA_ARRAY(cx->arena, items.count + 1, struct content_row);
    v->lines.item = ARENA_ARRAY(cx->arena, items.count + 1, struct choice);
    for (size_t i = 0; i < items.count && i < (size_t)ask->label.good_count; i++) {
        const struct parcel_item *it = &items.item[i];
        struct str line = str_printf(cx->arena, "%d", it->line);
        struct str pack = policy->pack[ask->label.o.line[it->line].pack].label;
        v->contents.item[v->contents.count++] = (struct content_row){
            .name = pack,
            .packs = str_printf(cx->arena, "%s", fmt_int(it->packs).z),
            .what = str_printf(cx->arena, "%.*s, %s", STR_FMT(ask->label.good[i].name),
                               fmt_plural(ask->label.good[i].units, "unité", "unités").z),
        };
        v->lines.item[v->lines.count++] = (struct choice){
            .value = line, .label = pack, .checked = str_eq(line, v->line.value)};
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
show_papers(struct ctx *cx, const struct parcel_ask *ask, struct parcel_view *v)
{
    long long id = ask->p.id;

    v->papers.item = ARENA_ARRAY(cx->arena, 3, struct link);
    if (ask->p.has_label)
        v->papers.item[v->papers.count++] = (struct link){
            url_path(cx->arena, "/console/preparation/colis/%lld/etiquette", id),
            STR("Étiquette"), false};
    if (ask->p.has_label && territory_customs(ask->label.o.territory) &&
        !str_is(ask->p.carrier, carrier_generic.name))
        v->papers.item[v->papers.count++] = (struct link){
            url_path(cx->arena, "/console/preparation/colis/%lld/douane.pdf", id),
            STR("Déclaration en douane"), false};
    v->papers.item[v->papers.count++] = (struct link){
        url_path(cx->arena, "/console/preparation/colis/%lld/bon.pdf", id),
        STR("Bon de livraison"), false};
}

/* What stands in the way of packing it, or says that it is done. */
static struct notice
problem_of(struct ctx *cx, const struct parcel *p, const struct wave *packing)
{
    if (p->state == PARCEL_CANCELLED)
        return (struct notice){TONE_BAD, STR("Ne l’envoyez pas\u00a0: ce colis est abandonné"),
                               p->problem};
    if (p->problem.len > 0)
        return (struct notice){TONE_WARN, STR("Ce colis attend quelque chose"), p->problem};
    if (packing->id != 0 && p->wave_id != packing->id)
        return (struct notice){
            TONE_WARN, STR("Ce colis n’est pas de cette vague"),
            p->wave_id == 0
                ? STR("Il attend une vague.")
                : str_printf(cx->arena, "Il est de la vague %lld, vous emballez la vague %lld.",
                             (long long)p->wave_id, (long long)packing->id)};
    if (p->packed_ms > 0 && p->state != PARCEL_HANDED)
        return (struct notice){TONE_GOOD, STR("Ce colis est déjà emballé"),
                               str_printf(cx->arena, "Le %s.",
                                          fmt_date_time(p->packed_ms, ZONE_PARIS).z)};
    return (struct notice){0};
}

static void
show_acts(struct ctx *cx, const struct parcel_ask *ask, const struct wave *packing,
          struct parcel_view *v)
{
    const struct parcel *p = &ask->p;
    bool in_house = p->state == PARCEL_WAITING || p->state == PARCEL_LABELLED ||
                    p->state == PARCEL_REFUSED;
    const struct {
        struct url *to;
        const char *tail;
    } urls[] = {{&v->confirm_url, "confirmer"}, {&v->short_url, "manque"},
                {&v->retry_url, "redemander"}, {&v->settle_url, "doute"}};

    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
        *urls[i].to = web_in_wave(cx, url_path(cx->arena, "/console/preparation/colis/%lld/%s",
                                               (long long)p->id, urls[i].tail), packing->id);
    v->can_confirm = v->may_act && p->packed_ms == 0 && p->wave_id > 0 &&
                     (in_house || p->state == PARCEL_ASKED);
    v->can_short = in_house && v->contents.count > 0 &&
                   !(p->state == PARCEL_LABELLED && territory_customs(ask->label.o.territory));
    v->can_retry = p->state == PARCEL_REFUSED;
    v->can_settle = p->state == PARCEL_ASKED && p->problem.len > 0;
    v->next = web_in_wave(cx, URL("console/preparation/emballage"), packing->id);
    if (packing->id != 0)
        v->wave = str_printf(cx->arena, "%lld", (long long)packing->id);
    v->scan = v->can_confirm
                  ? web_scan_field("code", p->number.len > 0
                                       ? STR("Tout y est\u00a0: lisez l’étiquette collée")
                                       : STR("Tout y est\u00a0: lisez le bon de livraison"),
                                   STR("Le colis est confirmé si c’est bien le sien."))
                  : web_scan_field("ref", STR("Colis suivant"), STR_NONE);
}

static enum err
show_parcel(struct ctx *cx, struct req *req, struct form *f, const struct parcel *p,
            struct str wrong, int status)
{
    struct parcel_ask *ask = ARENA_NEW(cx->arena, struct parcel_ask);
    struct parcel_view v = {.may_act = web_may_act(cx)};
    struct wave packing;

    TRY(web_packing(cx, req, &packing));
    TRY(parcel_label_ask(cx, p, ask));
    TRY(console_page(cx, req, p->sender_ref, &v.page));
    v.page.has_error = form_failed(f) || wrong.len > 0;
    v.errors = form_errors(f);
    page_crumb(cx, &v.page, STR("Préparation"), URL("console/preparation"));
    if (p->wave_id > 0)
        page_crumb(cx, &v.page, str_printf(cx->arena, "Vague %lld", (long long)p->wave_id),
                   url_path(cx->arena, "/console/preparation/vagues/%lld",
                            (long long)p->wave_id));
    page_crumb(cx, &v.page, p->sender_ref, (struct url){STR_NONE});
    v.state = str_of(parcel_state_label(p->state));
    v.tone = p->state == PARCEL_CANCELLED ? TONE_BAD
             : p->problem.len > 0         ? TONE_WARN
                                          : TONE_INFO;
    v.problem = problem_of(cx, p, &packing);
    if (wrong.len > 0)
        v.wrong = (struct notice){TONE_BAD, STR("Rien n’est confirmé"), wrong};
    show_short(cx, f, &v);
    TRY(show_contents(cx, ask, &v));
    show_facts(cx, ask, &v);
    show_papers(cx, ask, &v);
    show_acts(cx, ask, &packing, &v);
    v.wants_short = form_failed(f) && !v.can_settle;
    parcel_html(&req->out, &v);
    return res_html(req, status);
}

enum err
web_parcel_show(struct ctx *cx, struct req *req, const struct parcel *p, struct str wrong,
                int status)
{
    struct form f = form_begin(cx, req);

    return show_parcel(cx, req, &f, p, wrong, status);
}

static enum err
parcel_here(struct ctx *cx, struct req *req, struct parcel *out)
{
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    return parcel_of_actor(cx, id, out);
}

/* GET /console/preparation/colis/{id}?vague=ID */
enum err
parcel_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct parcel p;

    TRY(parcel_here(cx, req, &p));
    return show_parcel(cx, req, &f, &p, STR_NONE, 200);
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
    struct url here = url_path(cx->arena, "/console/preparation/colis/%lld", (long long)p->id);
    struct wave packing;

    TRY(web_packing(cx, req, &packing));
    return res_redirect_notice(cx, req, web_in_wave(cx, here, packing.id), notice);
}

/* POST .../manque: line, packs, how, reason, seen. */
enum err
parcel_short_form_post(struct ctx *cx, struct req *req)
{
    static const char *const hows[] = {"later", "refund", NULL};
    struct form f = form_begin(cx, req);
    struct parcel_item_list items;
    struct parcel p;
    struct order o;
    int64_t there = 0;

    TRY(parcel_here(cx, req, &p));
    TRY(order_lock(cx, p.order_id, &o));
    TRY(parcel_here(cx, req, &p)); /* As it is once nobody else changes it. */
    TRY(parcel_items(cx, p.id, &items));
    int64_t line = form_int(&f, "line", "Article", 0, ORDER_LINES_MAX - 1);
    for (size_t i = 0; i < items.count; i++)
        if (items.item[i].line == line)
            there = items.item[i].packs;
    if (there == 0 && !form_failed(&f))
        form_error(&f, "line", "Choisissez un article de ce colis.");
    int64_t packs = form_int(&f, "packs", "Lots manquants", 1, there > 0 ? there : 1);
    struct str how = form_choice(&f, "how", "Ce qu’il faut faire", hows);
    struct str reason = form_text(&f, "reason", "Motif", 3, REASON_MAX);
    int64_t seen = form_int(&f, "seen", "Contenu", 0, INT64_MAX);
    if (!form_failed(&f) && seen != packs_in(&items))
        form_error(&f, "packs",
                   "Le contenu de ce colis a changé depuis que cette page est ouverte\u00a0: "
                   "vérifiez que ces lots n’en sont pas déjà retirés.");
    if (form_failed(&f))
        return show_parcel(cx, req, &f, &p, STR_NONE, 422);
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

/* A wave that had ended takes up its labels again; one that was given up lets the parcel go. */
static enum err
wake_wave(struct ctx *cx, int64_t wave_id, struct str *notice)
{
    int64_t orders;
    struct wave w;

    *notice = STR("L’étiquette sera redemandée.");
    if (wave_id == 0)
        return OK;
    TRY(wave_by_id(cx, wave_id, &w));
    if (w.state == WAVE_GIVEN_UP) {
        *notice = STR("Sa vague est abandonnée\u00a0: il en attend une autre.");
        return wave_release(cx, wave_id, &orders);
    }
    return w.state == WAVE_LABELLED ? wave_labels(cx, &w) : OK;
}

static enum err
ask_again(struct ctx *cx, struct req *req, const struct parcel *p, const char *act)
{
    struct db_rows rows;
    struct str notice;

    TRY(db_run(cx, SQL_PARCEL_SET_RETRY, &rows, db_int(p->id), db_int(cx->actor.organiser_id),
               db_int(p->state), db_int(cx->now_ms)));
    if (rows.changed == 0)
        return ERR_CONFLICT;
    TRY(wake_wave(cx, p->wave_id, &notice));
    TRY(log_act(cx, act, p, STR_NONE, STR_NONE));
    return back_to_parcel(cx, req, p, notice);
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
    struct str number = web_scan_code(cx->arena, typed);
    if (!form_failed(&f) && !parcel_number_valid(number))
        form_error(&f, "number", "Ce numéro est faux : sa clé de contrôle ne correspond pas. "
                                 "Recopiez-le depuis l’espace du transporteur.");
    if (form_failed(&f))
        return show_parcel(cx, req, &f, &p, STR_NONE, 422);
    TRY(db_run(cx, SQL_PARCEL_SET_MADE, &rows, db_int(p.id), db_str(number), db_str(STR_NONE),
               db_int(cx->now_ms)));
    if (rows.count == 0) {
        form_error(&f, "number", "Ce numéro est déjà celui d’un autre colis.");
        return show_parcel(cx, req, &f, &p, STR_NONE, 422);
    }
    TRY(log_act(cx, "parcel.number", &p,
                str_printf(cx->arena, "{\"number\":\"%.*s\"}", STR_FMT(number)), STR_NONE));
    return back_to_parcel(cx, req, &p,
                          STR("Numéro enregistré. Imprimez l’étiquette depuis l’espace du "
                              "transporteur."));
}
