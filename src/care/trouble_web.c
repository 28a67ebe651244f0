/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trouble_web.c - the queue of parcels that need a person, and one of them with its decision.
 */
#include "care/care_view.h"
#include "care_tmpl.h"

#define HERE "console/livraison"

static struct url
case_url(struct ctx *cx, int64_t id)
{
    return url_path(cx->arena, "/" HERE "/%lld", (long long)id);
}

static enum tone
kind_tone(enum trouble_kind k)
{
    return k == TROUBLE_RETURNED || k == TROUBLE_DAMAGED || k == TROUBLE_LOST ? TONE_BAD
                                                                              : TONE_WARN;
}

static enum err
show_kinds(struct ctx *cx, int64_t kind, struct care_list_view *v)
{
    int64_t counts[TROUBLE_KINDS + 1];

    TRY(trouble_counts(cx, counts));
    v->nav = STR("Type de cas");
    v->lead = counts[0] == 0 ? STR("Aucun colis n’attend de décision.")
                             : str_printf(cx->arena, "%s une décision.",
                                          fmt_plural(counts[0], "colis attend",
                                                     "colis attendent").z);
    v->kinds.item = ARENA_ARRAY(cx->arena, TROUBLE_KINDS + 1, struct link);
    v->kinds.count = TROUBLE_KINDS + 1;
    for (int k = 0; k <= TROUBLE_KINDS; k++)
        v->kinds.item[k] = (struct link){
            .url = k == 0 ? URL(HERE)
                          : url_with(cx->arena, URL(HERE), "type", care_number(cx->arena, k)),
            .label = str_printf(cx->arena, "%s (%s)",
                                k == 0 ? "Tous" : trouble_kind_label((enum trouble_kind)k),
                                fmt_int(counts[k]).z),
            .is_current = k == kind,
        };
    return OK;
}

static struct care_row_list
rows_of(struct ctx *cx, const struct trouble_list *list)
{
    size_t count = list->count > TROUBLE_PAGE ? TROUBLE_PAGE : list->count;
    struct care_row_list rows = {ARENA_ARRAY(cx->arena, count + 1, struct care_row), count};

    for (size_t i = 0; i < count; i++) {
        const struct trouble *t = &list->item[i];
        struct str what = str_of(trouble_kind_label(t->kind));
        if (t->closed_ms != 0)
            what = str_printf(cx->arena, "%.*s, %s", STR_FMT(what),
                              trouble_outcome_label(t->outcome));
        rows.item[i] = (struct care_row){
            case_url(cx, t->id), t->number, what, t->order_ref, t->company,
            care_siren(cx->arena, t->siren),
            t->closed_ms != 0 ? TONE_INFO : kind_tone(t->kind), t->opened_ms};
    }
    return rows;
}

static enum err
load_queue(struct ctx *cx, struct req *req, struct care_list_view *v)
{
    struct trouble_list list;
    int64_t kind, after_ms, after_id;

    TRY(req_query_int(req, "type", 0, TROUBLE_KINDS, 0, &kind));
    TRY(req_query_int(req, "apres", 0, INT64_MAX, 0, &after_ms));
    TRY(req_query_int(req, "cas", 0, INT64_MAX, 0, &after_id));
    TRY(trouble_queue(cx, kind, after_ms, after_id, &list));
    TRY(show_kinds(cx, kind, v));
    v->rows = rows_of(cx, &list);
    struct url here = kind == 0 ? URL(HERE) : url_with(cx->arena, URL(HERE), "type",
                                                       care_number(cx->arena, kind));
    if (after_ms != 0)
        v->pager.previous = here;
    if (list.count > TROUBLE_PAGE) {
        const struct trouble *last = &list.item[TROUBLE_PAGE - 1];
        v->pager.next = url_with(cx->arena,
                                 url_with(cx->arena, here, "apres",
                                          care_number(cx->arena, last->opened_ms)),
                                 "cas", care_number(cx->arena, last->id));
    }
    v->empty = (struct empty_state){STR("Aucun colis à traiter"),
                                    STR("Les colis revenus, perdus, abîmés ou sans nouvelles "
                                        "arrivent ici."),
                                    v->file, STR("Lire un fichier de statuts")};
    return OK;
}

static enum err
load_found(struct ctx *cx, struct str typed, struct care_list_view *v)
{
    struct trouble_list list;

    TRY(trouble_search(cx, str_upper(cx->arena, typed), &list));
    TRY(show_kinds(cx, -1, v));
    v->rows = rows_of(cx, &list);
    v->empty = (struct empty_state){STR("Aucun cas pour ce numéro"),
                                    STR("Ni en attente, ni réglé. Vérifiez le numéro du colis ou "
                                        "la référence de la commande."),
                                    URL(HERE), STR("Voir la file")};
    return OK;
}

/* GET /console/livraison?type=K&apres=MS&cas=ID or ?q=NUMBER */
enum err
trouble_queue_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Colis", "Ce qui s’est passé", "Commande", "Entreprise",
                                        "Depuis", NULL};
    struct care_list_view v = {.pager = {.total = -1}};
    struct str typed;

    TRY(req_query_str(req, "q", 40, STR_NONE, &typed));
    typed = str_trim(typed);
    TRY(console_page(cx, req, STR("Livraison"), &v.page));
    page_crumb(cx, &v.page, STR("Livraison"), (struct url){STR_NONE});
    TRY(track_service_text(cx, &v.service));
    if (care_may_act(cx))
        v.file = URL(HERE "/fichier");
    TRY(typed.len > 0 ? load_found(cx, typed, &v) : load_queue(cx, req, &v));
    v.search = (struct search_box){URL(HERE), STR("Numéro de colis ou référence de commande"),
                                   typed, URL(HERE)};
    v.table = table_headed(cx->arena, "cas", typed.len > 0
                              ? STR("Cas de ce numéro, le plus récent d’abord")
                              : STR("Colis qui attendent une décision, le plus ancien d’abord"),
                        heads);
    v.table.stacked = true;
    care_list_html(&req->out, &v);
    return res_html(req, 200);
}

/* ---- one ---- */

#define ON(kind) (1u << TROUBLE_##kind)
static const struct {
    const char *code, *label, *hint;
    enum trouble_outcome outcome;
    enum parcel_fate fate;
    unsigned kinds; /* What it is offered for. */
} choices[] = {
    {"revenu-renvoyer", "Revenu en bon état\u00a0: le renvoyer",
     "Les mêmes lots repartent dans un nouveau colis.", OUTCOME_AGAIN, FATE_BACK_FIT,
     ON(RETURNED) | ON(UNDELIVERABLE) | ON(SILENT)},
    {"revenu-rembourser", "Revenu en bon état\u00a0: remettre en stock et rembourser", "",
     OUTCOME_GIVEN_BACK, FATE_BACK_FIT, ON(RETURNED) | ON(UNDELIVERABLE) | ON(SILENT)},
    {"abime-renvoyer", "Revenu ou arrivé en mauvais état\u00a0: en renvoyer un autre",
     "Les lots abîmés sortent du stock, d’autres partent.", OUTCOME_AGAIN, FATE_BACK_SPOILT,
     ON(RETURNED) | ON(UNDELIVERABLE) | ON(DAMAGED)},
    {"abime-rembourser", "Revenu ou arrivé en mauvais état\u00a0: rembourser", "",
     OUTCOME_GIVEN_BACK, FATE_BACK_SPOILT, ON(RETURNED) | ON(UNDELIVERABLE) | ON(DAMAGED)},
    {"perdu-renvoyer", "Perdu\u00a0: en renvoyer un autre",
     "Hors quota\u00a0: ce que l’entreprise peut commander ne change pas.", OUTCOME_AGAIN,
     FATE_LOST, ~(ON(FOUND) | ON(SPARE))},
    {"perdu-rembourser", "Perdu\u00a0: rembourser", "", OUTCOME_GIVEN_BACK, FATE_LOST,
     ~(ON(FOUND) | ON(SPARE))},
    {"livre", "Livré malgré tout", "L’entreprise confirme qu’elle l’a.", OUTCOME_DELIVERED,
     FATE_LOST, ~ON(FOUND)},
    {"attendre", "Attendre des nouvelles", "Le cas est clos\u00a0; il revient si le silence dure.",
     OUTCOME_WAITED, FATE_LOST, ~(ON(RETURNED) | ON(FOUND))},
    {"arreter", "Arrêter l’envoi de remplacement",
     "Le colis préparé est retiré, ses lots sont à nouveau libres, l’acheteur est prévenu.",
     OUTCOME_STOPPED, FATE_LOST, ON(FOUND)},
    {"retour", "Demander le retour du remplacement",
     "L’acheteur est prié de le refuser, ou de le garder fermé et de vous répondre.",
     OUTCOME_RETURN_ASKED, FATE_LOST, ON(FOUND)},
    {"vu", "C’est vu avec l’entreprise",
     "Elle rend ce qu’elle a reçu en trop, ou elle le garde\u00a0: dites-le dans le motif.",
     OUTCOME_NOTED, FATE_LOST, ON(FOUND)},
    {"reprendre", "Revenu en bon état\u00a0: remettre en stock",
     "Rien n’est à renvoyer ni à rembourser.", OUTCOME_TAKEN_BACK, FATE_BACK_FIT, ON(SPARE)},
    {"reprendre-abime", "Revenu en mauvais état\u00a0: le sortir du stock",
     "Rien n’est à renvoyer ni à rembourser.", OUTCOME_TAKEN_BACK, FATE_BACK_SPOILT, ON(SPARE)},
    {"reprendre-perdu", "Perdu au retour\u00a0: ne plus l’attendre",
     "Il sort du stock. Rien n’est à renvoyer ni à rembourser.", OUTCOME_TAKEN_BACK, FATE_LOST,
     ON(SPARE)},
};
enum { CHOICES = sizeof choices / sizeof choices[0] };

/* What else than its kind an offer depends on. */
static bool
is_offered(enum trouble_outcome outcome, enum parcel_fate fate, const struct trouble *t,
           bool recalled, const struct parcel *instead)
{
    switch (outcome) {
    case OUTCOME_WAITED:
        return t->parcel_state == PARCEL_HANDED;
    case OUTCOME_DELIVERED:
        return t->kind != TROUBLE_SPARE || t->parcel_state == PARCEL_HANDED;
    case OUTCOME_TAKEN_BACK:
        return fate != FATE_LOST || t->parcel_state == PARCEL_HANDED;
    case OUTCOME_AGAIN:
        return !recalled || fate != FATE_BACK_FIT;
    case OUTCOME_STOPPED:
        return trouble_stoppable(instead);
    case OUTCOME_RETURN_ASKED:
        return instead->state == PARCEL_HANDED || instead->state == PARCEL_DELIVERED;
    default:
        return true;
    }
}

static void
show_decision(struct ctx *cx, const struct form *f, const struct trouble *t, bool recalled,
              const struct parcel *instead, struct trouble_view *v)
{
    v->action = case_url(cx, t->id);
    v->decision = form_field(f, "decision", STR("Décision"), STR_NONE, STR_NONE);
    v->decision.required = true;
    v->reason = form_field(f, "reason", STR("Motif"),
                           t->kind == TROUBLE_FOUND
                               ? STR("Ce qui est convenu avec l’entreprise. Elle ne le lit pas.")
                           : t->kind == TROUBLE_SPARE
                               ? STR("Ce qui a été vérifié. L’entreprise ne le lit pas.")
                               : STR("Ce qui a été vérifié. L’acheteur le lit s’il est remboursé "
                                     "ou livré à nouveau."),
                           STR_NONE);
    v->reason.required = true;
    v->decisions.item = ARENA_ARRAY(cx->arena, CHOICES, struct choice);
    for (int i = 0; i < CHOICES; i++) {
        if ((choices[i].kinds & 1u << t->kind) == 0 ||
            !is_offered(choices[i].outcome, choices[i].fate, t, recalled, instead))
            continue;
        v->decisions.item[v->decisions.count++] = (struct choice){
            str_of(choices[i].code), str_of(choices[i].label), str_of(choices[i].hint),
            str_is(v->decision.value, choices[i].code)};
    }
    if (v->decisions.count == 1)
        v->decisions.item[0].checked = true;
}

/* What was decided about this parcel before. */
static enum err
show_past(struct ctx *cx, const struct trouble *now, struct trouble_view *v)
{
    struct trouble_list past;

    TRY(trouble_of_parcel(cx, now->parcel_id, &past));
    v->past.item = ARENA_ARRAY(cx->arena, past.count + 1, struct summary_row);
    for (size_t i = 0; i < past.count; i++) {
        const struct trouble *t = &past.item[i];
        if (t->id == now->id)
            continue;
        v->past.item[v->past.count++] = (struct summary_row){
            .term = str_of(trouble_kind_label(t->kind)),
            .value = str_printf(cx->arena, "%s, le %s", trouble_outcome_label(t->outcome),
                                fmt_date(t->closed_ms, ZONE_PARIS).z),
            .note = t->reason};
    }
    return OK;
}

/* The parcel itself, of all its order's. */
static enum err
show_parcel(struct ctx *cx, const struct parcel *p, const struct order *o, struct trouble_view *v)
{
    struct parcel_shown_list all;
    struct parcel_list list;

    TRY(parcel_of_order(cx, o->id, &list));
    TRY(track_of_order(cx, o, &all));
    for (size_t i = 0; i < all.count; i++)
        if (list.item[i].id == p->id)
            v->parcels = (struct parcel_shown_list){&all.item[i], 1};
    if (v->parcels.count > 0)
        v->parcels.item[0].title = all.count == 1 ? STR("Le colis") : v->parcels.item[0].title;
    return OK;
}

/* Of a found parcel: what the buyer has got, or gets, twice. */
static struct str
instead_words(struct ctx *cx, const struct parcel *instead)
{
    struct str number = instead->number.len > 0 ? instead->number : instead->sender_ref;

    if (instead->id == 0)
        return STR("L’entreprise est remboursée d’un colis qu’elle a.");
    if (trouble_stoppable(instead))
        return str_printf(cx->arena, "Le colis qui le remplace, %.*s, n’est pas parti\u00a0: il "
                                     "peut être arrêté.",
                          STR_FMT(number));
    if (instead->state == PARCEL_ASKED)
        return str_printf(cx->arena, "L’étiquette du colis qui le remplace, %.*s, est demandée au "
                                     "transporteur\u00a0: il pourra être arrêté quand celui-ci "
                                     "aura répondu.",
                          STR_FMT(number));
    if (instead->handed_ms != 0)
        return str_printf(cx->arena, "Le colis qui le remplace, %.*s, est parti le %s. Il ne peut "
                                     "plus être arrêté\u00a0: l’entreprise aura reçu deux fois la "
                                     "même chose.",
                          STR_FMT(number), fmt_date(instead->handed_ms, ZONE_PARIS).z);
    return str_printf(cx->arena, "Le colis qui devait le remplacer, %.*s, est abandonné.",
                      STR_FMT(number));
}

/* What must be known before anything is decided. */
static enum err
show_notices(struct ctx *cx, const struct trouble *t, int64_t recalled,
             const struct parcel *instead, struct trouble_view *v)
{
    struct notice *to = ARENA_ARRAY(cx->arena, 3, struct notice);
    bool contradicted;
    int64_t found;
    size_t n = 0;

    TRY(track_contradicted(cx, t->parcel_id, &contradicted));
    TRY(trouble_spare_of(cx, t->parcel_id, &found));
    if (recalled > 0)
        to[n++] = (struct notice){
            TONE_BAD, STR("Lot rappelé"),
            str_printf(cx->arena,
                       "%s unités de la commande sont d’un lot rappelé\u00a0: ce qui revient va en "
                       "quarantaine et ne repart pas.",
                       fmt_int(recalled).z)};
    if (t->kind == TROUBLE_FOUND)
        to[n++] = (struct notice){
            TONE_WARN, STR("Réglé, puis livré"),
            str_printf(cx->arena,
                       "Ce colis était réglé comme perdu. Le transporteur dit maintenant qu’il est "
                       "livré. %.*s",
                       STR_FMT(instead_words(cx, instead)))};
    else if (t->kind == TROUBLE_SPARE && t->closed_ms == 0)
        to[n++] = (struct notice){
            TONE_WARN, STR("Ce colis est en trop"),
            found != 0 ? STR("Il remplace un colis retrouvé, que l’entreprise garde. Vérifiez son "
                             "état au retour\u00a0: rien n’est à renvoyer ni à rembourser.")
                       : STR("Il était réglé comme perdu, et il revient lui-même. "
                             "Vérifiez son état\u00a0: rien n’est à renvoyer ni à rembourser.")};
    else if (contradicted)
        to[n++] = (struct notice){
            TONE_WARN, STR("Nouvelles contradictoires"),
            STR("Le transporteur dit ce colis livré, et rendu à l’expéditeur. Vérifiez avec "
                "l’entreprise ou à l’entrepôt avant de décider.")};
    v->notices = (struct notice_list){to, n};
    return OK;
}

struct showing {
    struct req *req;
    struct form *f;
    int64_t id;
    int status;
};

static enum err
show_case(struct ctx *cx, void *arg)
{
    const struct showing *s = arg;
    struct trouble_view v = {.errors = form_errors(s->f)};
    int64_t recalled;
    struct trouble t;
    struct parcel p, instead;
    struct order o;

    TRY(trouble_find(cx, s->id, &t));
    TRY(parcel_by_id(cx, t.parcel_id, &p));
    TRY(order_by_id(cx, t.order_id, &o));
    TRY(console_page(cx, s->req, str_printf(cx->arena, "Colis %.*s", STR_FMT(p.number)),
                     &v.page));
    v.page.has_error = form_failed(s->f);
    page_crumb(cx, &v.page, STR("Livraison"), URL(HERE));
    page_crumb(cx, &v.page, p.number, (struct url){STR_NONE});
    v.kind = str_of(trouble_kind_label(t.kind));
    v.tone = kind_tone(t.kind);
    v.since_ms = t.opened_ms;
    v.facts.item = ARENA_ARRAY(cx->arena, CARE_FACTS, struct summary_row);
    TRY(care_parcel_contents(cx, &o, p.id, &v.contents));
    summary_add(&v.facts, "Contenu du colis", v.contents);
    TRY(stock_recalled_of(cx, o.id, &recalled));
    TRY(trouble_replacement(cx, p.id, &instead));
    TRY(show_notices(cx, &t, recalled, &instead, &v));
    TRY(care_facts(cx, &o, &v.facts));
    v.links = care_links(cx, &o);
    TRY(show_past(cx, &t, &v));
    TRY(show_parcel(cx, &p, &o, &v));
    v.may_act = care_may_act(cx) && t.closed_ms == 0;
    if (t.closed_ms != 0)
        v.closed = str_printf(cx->arena, "%s, le %s. %.*s", trouble_outcome_label(t.outcome),
                              fmt_date_time(t.closed_ms, ZONE_PARIS).z, STR_FMT(t.reason));
    show_decision(cx, s->f, &t, recalled > 0, &instead, &v);
    trouble_html(&s->req->out, &v);
    return res_html(s->req, s->status);
}

/* GET /console/livraison/{id} */
enum err
trouble_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct showing s = {.req = req, .f = &f, .status = 200};

    TRY(req_path_int(req, "id", &s.id));
    return show_case(cx, &s);
}

struct deciding {
    int64_t id;
    int choice;
    struct str reason, why;
};

static enum err
decide_unit(struct ctx *cx, void *arg)
{
    struct deciding *d = arg;
    struct trouble t;
    struct parcel p;

    TRY(trouble_find(cx, d->id, &t));
    TRY(parcel_by_id(cx, t.parcel_id, &p));
    if (t.closed_ms != 0) {
        d->why = STR("Ce cas était déjà réglé.");
        return ERR_CONFLICT;
    }
    if ((choices[d->choice].kinds & 1u << t.kind) == 0) {
        d->why = STR("Cette décision ne convient pas à ce cas.");
        return ERR_CONFLICT;
    }
    switch (choices[d->choice].outcome) {
    case OUTCOME_AGAIN:
        return trouble_send_again(cx, &p, choices[d->choice].fate, d->reason, &d->why);
    case OUTCOME_GIVEN_BACK:
        return trouble_give_back(cx, &p, choices[d->choice].fate, d->reason, &d->why);
    case OUTCOME_DELIVERED:
        return trouble_was_delivered(cx, &p, d->reason, &d->why);
    case OUTCOME_NOTED:
        return trouble_note(cx, &p, d->reason, &d->why);
    case OUTCOME_STOPPED:
        return trouble_stop(cx, &p, d->reason, &d->why);
    case OUTCOME_RETURN_ASKED:
        return trouble_ask_return(cx, &p, d->reason, &d->why);
    case OUTCOME_TAKEN_BACK:
        return trouble_take_back(cx, &p, choices[d->choice].fate, d->reason, &d->why);
    case OUTCOME_WAITED:
    case OUTCOME_OPEN:
        break;
    }
    return trouble_wait(cx, &p, d->reason, &d->why);
}

/* POST /console/livraison/{id} */
enum err
trouble_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct showing s = {.req = req, .f = &f, .status = 422};
    struct deciding d = {.choice = -1};
    struct str typed = req_form(req, "decision");

    TRY(req_path_int(req, "id", &d.id));
    s.id = d.id;
    for (int i = 0; i < CHOICES; i++)
        if (str_is(typed, choices[i].code))
            d.choice = i;
    if (d.choice < 0)
        form_error(&f, "decision", "Choisissez ce qui est décidé pour ce colis.");
    d.reason = form_long_text(&f, "reason", "Motif", TROUBLE_REASON_MIN, TROUBLE_REASON_MAX);
    if (form_failed(&f))
        return db_read(cx, show_case, &s);
    enum err e = db_write(cx, decide_unit, &d);
    if (e == ERR_CONFLICT && d.why.len > 0) {
        form_error(&f, "decision", "%.*s", STR_FMT(d.why));
        s.status = 409;
        return db_read(cx, show_case, &s);
    }
    TRY(e);
    return res_redirect_notice(cx, req, URL(HERE),
                               STR("C’est noté, et l’acheteur est prévenu s’il le faut."));
}
