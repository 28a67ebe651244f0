/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complaint_case_web.c - complaints as the organiser's people read and decide them.
 */
#include "care/care_view.h"
#include "care_tmpl.h"

#define HERE "console/reclamations"

static enum err
show_states(struct ctx *cx, int64_t state, struct care_list_view *v)
{
    int64_t counts[COMPLAINT_REFUSED + 1];

    TRY(complaint_counts(cx, counts));
    v->nav = STR("État des réclamations");
    v->lead = counts[COMPLAINT_OPEN] == 0
                  ? STR("Aucune réclamation n’attend de réponse.")
                  : str_printf(cx->arena, "%s une réponse.",
                               fmt_plural(counts[COMPLAINT_OPEN], "réclamation attend",
                                          "réclamations attendent").z);
    v->kinds.item = ARENA_ARRAY(cx->arena, COMPLAINT_REFUSED, struct link);
    for (int s = COMPLAINT_OPEN; s <= COMPLAINT_REFUSED; s++)
        v->kinds.item[v->kinds.count++] = (struct link){
            .url = url_with(cx->arena, URL(HERE), "etat", care_number(cx->arena, s)),
            .label = str_printf(cx->arena, "%s (%s)",
                                complaint_state_label((enum complaint_state)s),
                                fmt_int(counts[s]).z),
            .is_current = s == state};
    return OK;
}

static struct care_row_list
rows_of(struct ctx *cx, const struct complaint_list *list)
{
    size_t count = list->count > COMPLAINT_PAGE ? COMPLAINT_PAGE : list->count;
    struct care_row_list rows = {ARENA_ARRAY(cx->arena, count + 1, struct care_row), count};

    for (size_t i = 0; i < count; i++) {
        const struct complaint *c = &list->item[i];
        rows.item[i] = (struct care_row){
            url_path(cx->arena, "/" HERE "/%lld", (long long)c->id),
            str_printf(cx->arena, "Réclamation %lld", (long long)c->id),
            str_of(complaint_kind_label(c->kind)), c->order_ref,
            c->company, care_siren(cx->arena, c->siren), complaint_tone(c->state),
            c->changed_ms};
    }
    return rows;
}

static enum err
load_queue(struct ctx *cx, struct req *req, struct care_list_view *v)
{
    struct complaint_list list;
    int64_t state, after_ms, after_id;

    TRY(req_query_int(req, "etat", COMPLAINT_OPEN, COMPLAINT_REFUSED, COMPLAINT_OPEN, &state));
    TRY(req_query_int(req, "apres", 0, INT64_MAX, 0, &after_ms));
    TRY(req_query_int(req, "cas", 0, INT64_MAX, 0, &after_id));
    TRY(show_states(cx, state, v));
    TRY(complaint_queue(cx, (enum complaint_state)state, after_ms, after_id, &list));
    v->rows = rows_of(cx, &list);
    struct url here = url_with(cx->arena, URL(HERE), "etat", care_number(cx->arena, state));
    if (after_ms != 0)
        v->pager.previous = here;
    if (list.count > COMPLAINT_PAGE)
        v->pager.next = url_with(
            cx->arena,
            url_with(cx->arena, here, "apres",
                     care_number(cx->arena, list.item[COMPLAINT_PAGE - 1].changed_ms)),
            "cas", care_number(cx->arena, list.item[COMPLAINT_PAGE - 1].id));
    v->empty = (struct empty_state){STR("Aucune réclamation dans cet état"),
                                    STR("Les acheteurs en ouvrent depuis la page de leur "
                                        "commande."), (struct url){STR_NONE}, STR_NONE};
    return OK;
}

static enum err
load_found(struct ctx *cx, struct str ref, struct care_list_view *v)
{
    struct complaint_list list;

    TRY(complaint_search(cx, str_upper(cx->arena, ref), &list));
    TRY(show_states(cx, 0, v));
    v->rows = rows_of(cx, &list);
    v->empty = (struct empty_state){STR("Aucune réclamation pour cette commande"),
                                    STR("Vérifiez la référence, dix signes écrits sur la facture "
                                        "et dans les messages."), URL(HERE), STR("Voir la file")};
    return OK;
}

/* GET /console/reclamations?etat=S&apres=MS&cas=ID or ?q=REF */
enum err
complaint_queue_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Réclamation", "Ce qui s’est passé", "Commande",
                                        "Entreprise", "Depuis", NULL};
    struct care_list_view v = {.pager = {.total = -1}};
    struct str typed;

    TRY(req_query_str(req, "q", 40, STR_NONE, &typed));
    typed = str_trim(typed);
    TRY(console_page(cx, req, STR("Réclamations"), &v.page));
    page_crumb(cx, &v.page, STR("Réclamations"), (struct url){STR_NONE});
    TRY(typed.len > 0 ? load_found(cx, typed, &v) : load_queue(cx, req, &v));
    v.search = (struct search_box){URL(HERE), STR("Référence de la commande"), typed, URL(HERE)};
    v.table = table_headed(cx->arena, "reclamations", typed.len > 0
                              ? STR("Réclamations de cette commande, la plus récente d’abord")
                              : STR("Réclamations, la plus ancienne d’abord"), heads);
    v.table.stacked = true;
    care_list_html(&req->out, &v);
    return res_html(req, 200);
}

static const struct {
    const char *code, *label, *hint;
    enum complaint_state to;
    enum complaint_outcome outcome;
} choices[] = {
    {"repondre", "Répondre ou demander une précision", "La réclamation reste ouverte.",
     COMPLAINT_ANSWERED, GRANT_NONE},
    {"renvoyer", "Accepter\u00a0: renvoyer le colis", "Hors quota, sans frais.",
     COMPLAINT_ACCEPTED, GRANT_AGAIN},
    {"rembourser", "Accepter\u00a0: rembourser le colis", "", COMPLAINT_ACCEPTED, GRANT_REFUND},
    {"partie", "Accepter\u00a0: rembourser des lots", "Dites combien, plus bas.",
     COMPLAINT_ACCEPTED, GRANT_PART},
    {"refuser", "Refuser", "L’acheteur peut contester une fois.", COMPLAINT_REFUSED, GRANT_NONE},
};
enum { CHOICES = sizeof choices / sizeof choices[0] };

struct showing {
    struct req *req;
    struct form *f;
    int64_t id;
    int status;
};

static bool
may_act(const struct ctx *cx)
{
    return (cx->actor.rights & (RIGHT_STOCK | RIGHT_ADMIN | RIGHT_AGENT)) != 0;
}

/* Which parcel, which product: asked only where there is a choice. */
static enum err
show_objects(struct ctx *cx, const struct form *f, const struct order *o,
             struct complaint_case_view *v)
{
    const struct policy *policy;
    struct parcel_list parcels;

    v->parcel = form_field(f, "parcel", STR("Colis à renvoyer ou à rembourser"), STR_NONE,
                           STR_NONE);
    TRY(parcel_of_order(cx, o->id, &parcels));
    v->parcels.item = ARENA_ARRAY(cx->arena, parcels.count + 1, struct choice);
    for (size_t i = 0; i < parcels.count; i++) {
        const struct parcel *p = &parcels.item[i];
        struct str id = care_number(cx->arena, p->id);
        v->parcels.item[v->parcels.count++] = (struct choice){
            .value = id,
            .label = str_printf(cx->arena, "%.*s, %s",
                                STR_FMT(p->number.len > 0 ? p->number : p->sender_ref),
                                parcel_state_label(p->state)),
            .checked = str_eq(id, v->parcel.value)};
    }
    TRY(campaign_policy(cx, o->campaign_id, o->version, &policy));
    v->line = form_field(f, "line", STR("Produit"), STR_NONE, STR_NONE);
    v->lines.item = ARENA_ARRAY(cx->arena, ORDER_LINES_MAX, struct choice);
    for (int i = 0; i < o->line_count; i++) {
        struct str n = care_number(cx->arena, i);
        v->lines.item[v->lines.count++] = (struct choice){
            .value = n,
            .label = str_printf(cx->arena, "%.*s × %s",
                                STR_FMT(policy->pack[o->line[i].pack].label),
                                fmt_int(o->line[i].packs).z),
            .checked = str_eq(n, v->line.value)};
    }
    return OK;
}

static enum err
show_choices(struct ctx *cx, const struct form *f, const struct order *o,
             struct complaint_case_view *v)
{
    v->decision = form_field(f, "decision", STR("Décision"), STR_NONE, STR_NONE);
    v->decision.required = true;
    v->decisions.item = ARENA_ARRAY(cx->arena, CHOICES, struct choice);
    for (int i = 0; i < CHOICES; i++)
        v->decisions.item[v->decisions.count++] = (struct choice){
            str_of(choices[i].code), str_of(choices[i].label), str_of(choices[i].hint),
            str_is(v->decision.value, choices[i].code)};
    TRY(show_objects(cx, f, o, v));
    v->packs = form_field(f, "packs", STR("Lots à rembourser"),
                          STR("Seulement pour rembourser des lots."), STR_NONE);
    v->packs.inputmode = "numeric";
    v->text = form_field(f, "text", STR("Message à l’acheteur"),
                         STR("Ce qui a été vérifié, et ce qui va se passer."), STR_NONE);
    v->text.required = true;
    return OK;
}

static enum err
show_case(struct ctx *cx, void *arg)
{
    const struct showing *s = arg;
    struct complaint_case_view v = {.errors = form_errors(s->f)};
    struct complaint c;
    struct order o;

    TRY(complaint_find(cx, s->id, &c));
    TRY(order_by_id(cx, c.order_id, &o));
    TRY(console_page(cx, s->req, str_printf(cx->arena, "Réclamation %lld", (long long)c.id),
                     &v.page));
    v.page.has_error = form_failed(s->f);
    page_crumb(cx, &v.page, STR("Réclamations"), URL(HERE));
    page_crumb(cx, &v.page, v.page.title, (struct url){STR_NONE});
    TRY(complaint_thread_show(cx, &c, &o, true, &v.complaint));
    v.facts.item = ARENA_ARRAY(cx->arena, CARE_FACTS, struct summary_row);
    TRY(care_contents(cx, &o, &v.contents));
    summary_add(&v.facts, "Contenu", v.contents);
    TRY(care_facts(cx, &o, &v.facts));
    v.links = care_links(cx, &o);
    if (c.reopened)
        summary_add(&v.facts, "Déjà refusée une fois", STR("Contestée par l’acheteur"));
    TRY(track_of_order(cx, &o, &v.shown));
    if (v.shown.count == 1)
        v.shown.item[0].title = STR("Colis");
    v.is_open = c.state == COMPLAINT_OPEN || c.state == COMPLAINT_ANSWERED;
    v.may_act = may_act(cx) && v.is_open;
    v.action = url_path(cx->arena, "/" HERE "/%lld", (long long)c.id);
    TRY(show_choices(cx, s->f, &o, &v));
    complaint_case_html(&s->req->out, &v);
    return res_html(s->req, s->status);
}

/* GET /console/reclamations/{id} */
enum err
complaint_case_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct showing s = {.req = req, .f = &f, .status = 200};

    TRY(req_path_int(req, "id", &s.id));
    return show_case(cx, &s);
}

struct deciding {
    int64_t id;
    struct complaint_decision d;
    struct str why;
};

static enum err
decide_unit(struct ctx *cx, void *arg)
{
    struct deciding *d = arg;
    struct complaint c;

    TRY(complaint_find(cx, d->id, &c));
    return complaint_decide(cx, &c, &d->d, &d->why);
}

/* POST /console/reclamations/{id} */
enum err
complaint_case_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct showing s = {.req = req, .f = &f, .status = 422};
    struct str typed = req_form(req, "decision");
    struct deciding d = {0};

    TRY(req_path_int(req, "id", &d.id));
    s.id = d.id;
    for (int i = 0; i < CHOICES; i++)
        if (str_is(typed, choices[i].code)) {
            d.d.to = choices[i].to;
            d.d.outcome = choices[i].outcome;
        }
    if (d.d.to == 0)
        form_error(&f, "decision", "Choisissez une réponse ou une décision.");
    if (d.d.outcome == GRANT_AGAIN || d.d.outcome == GRANT_REFUND)
        d.d.parcel_id = form_int(&f, "parcel", "Colis", 1, INT64_MAX);
    if (d.d.outcome == GRANT_PART) {
        d.d.line = (int)form_int(&f, "line", "Produit", 0, ORDER_LINES_MAX - 1);
        d.d.packs = form_int(&f, "packs", "Lots à rembourser", 1, ORDER_PACKS_MAX);
    }
    d.d.text = form_long_text(&f, "text", "Message à l’acheteur", COMPLAINT_TEXT_MIN,
                              TROUBLE_REASON_MAX);
    if (form_failed(&f))
        return db_read(cx, show_case, &s);
    enum err e = db_write(cx, decide_unit, &d);
    if (e == ERR_CONFLICT && d.why.len > 0) {
        form_error(&f, "decision", "%.*s", STR_FMT(d.why));
        s.status = 409;
        return db_read(cx, show_case, &s);
    }
    TRY(e);
    return res_redirect_notice(cx, req, URL(HERE), STR("C’est envoyé à l’acheteur."));
}
