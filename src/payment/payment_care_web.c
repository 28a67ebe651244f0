/* SPDX-License-Identifier: Apache-2.0 */
/* payment_care_web.c - what finance must look at: alarms, refunds that wait, parked news. */
#include "base/format.h"
#include "http/form.h"
#include "http/route.h"
#include "payment/lyra.h"
#include "payment/payment_care_view.h"
#include "payment_care_tmpl.h"
#include "staff/staff.h"

enum { ALARMS_PAGE = 50, REFUNDS_SHOWN = 50, EVENTS_SHOWN = 20, NOTE_MIN = 3, NOTE_MAX = 500,
       REFERENCE_MAX = 60 };

#define HERE "console/finances/a-traiter"

static bool
may_act(const struct ctx *cx)
{
    return (cx->actor.rights & (RIGHT_FINANCE | RIGHT_ADMIN)) != 0;
}

static enum err
frame(struct ctx *cx, struct req *req, struct str title, struct page *out)
{
    bool top = str_is(title, "Paiements à traiter");

    TRY(console_page(cx, req, title, out));
    page_crumb(cx, out, STR("Finances"), URL("console/finances"));
    if (!top)
        page_crumb(cx, out, STR("Paiements à traiter"), URL(HERE));
    page_crumb(cx, out, title, (struct url){STR_NONE});
    return OK;
}

static struct table
table_of(struct ctx *cx, const char *id, const char *caption, const char *const *heads,
         size_t count, unsigned numbers)
{
    struct table t = {.id = id, .caption = str_of(caption), .stacked = true};

    t.columns.item = ARENA_ARRAY(cx->arena, count, struct table_column);
    t.columns.count = count;
    for (size_t i = 0; i < count; i++)
        t.columns.item[i] = (struct table_column){.label = str_of(heads[i]),
                                                  .is_number = (numbers >> i & 1) != 0};
    return t;
}

static struct str
euros(struct ctx *cx, int64_t cents)
{
    return cents == 0 ? STR("–") : str_printf(cx->arena, "%s", fmt_euros(cents).z);
}

static struct str
moment(struct ctx *cx, int64_t ms)
{
    return str_printf(cx->arena, "%s", fmt_date_time(ms, ZONE_PARIS).z);
}

static struct str
or_dash(struct str s)
{
    return s.len > 0 ? s : STR("–");
}

static const char *
payment_word(enum payment_state s)
{
    static const char *const words[] = {
        "–",         "commencé", "en cours", "encaissé", "sans suite", "à rembourser",
        "remboursé", "contesté"};

    return words[s];
}

/* What the provider said when it was asked to give back, in words where they are known. */
static struct str
problem_text(struct ctx *cx, struct str problem)
{
    if (problem.len == 0)
        return STR("Demande envoyée");
    if (str_is(problem, "no answer"))
        return STR("Le prestataire n’a pas répondu");
    return str_printf(cx->arena, "Refusé par le prestataire (%.*s)", STR_FMT(problem));
}

/* ---- the list ---- */

static enum err
show_alarms(struct ctx *cx, int64_t before, struct payment_care_view *v)
{
    static const char *const heads[] = {"Alerte", "Le", "Commande", "Montant", "Paiement"};
    struct alarm_list list;

    TRY(alarm_list_open(cx, before, &list));
    size_t shown = list.count < ALARMS_PAGE ? list.count : ALARMS_PAGE;
    v->alarms = table_of(cx, "alertes", "Alertes que personne n’a traitées, la plus récente "
                                        "d’abord", heads, 5, 0x8);
    v->alarm_rows.item = ARENA_ARRAY(cx->arena, shown, struct care_row);
    v->alarm_rows.count = shown;
    for (size_t i = 0; i < shown; i++) {
        const struct alarm *a = &list.item[i];
        v->alarm_rows.item[i] = (struct care_row){
            .one = str_of(alarm_kind_of(a->what)->title),
            .two = moment(cx, a->at_ms),
            .three = or_dash(a->order_ref),
            .four = euros(cx, a->cents),
            .five = str_of(payment_word(a->state)),
            .url = url_path(cx->arena, "/console/finances/alertes/%lld", (long long)a->id),
        };
    }
    v->alarm_pager.total = -1;
    if (list.count > shown)
        v->alarm_pager.next = url_with(cx->arena, URL(HERE), "avant",
                                       str_printf(cx->arena, "%lld",
                                                  (long long)list.item[shown - 1].id));
    if (before != INT64_MAX)
        v->alarm_pager.previous = URL(HERE);
    return OK;
}

static enum err
show_refunds(struct ctx *cx, struct payment_care_view *v)
{
    static const char *const heads[] = {"Commande", "Depuis", "Montant", "Essais", "Réponse"};
    struct waiting_refund_list list;

    TRY(refund_list_waiting(cx, &list));
    size_t shown = list.count < REFUNDS_SHOWN ? list.count : REFUNDS_SHOWN;
    v->refunds = table_of(cx, "attente", "Remboursements essayés plus d’une fois", heads, 5, 0xc);
    v->refund_rows.item = ARENA_ARRAY(cx->arena, shown, struct care_row);
    v->refund_rows.count = shown;
    v->refunds_more = list.count > shown;
    for (size_t i = 0; i < shown; i++) {
        const struct waiting_refund *r = &list.item[i];
        v->refund_rows.item[i] = (struct care_row){
            .one = or_dash(r->order_ref),
            .two = moment(cx, r->created_ms),
            .three = euros(cx, r->cents),
            .four = str_printf(cx->arena, "%s", fmt_int(r->tries).z),
            .five = problem_text(cx, r->problem),
            .url = url_path(cx->arena, "/console/finances/attente/%lld", (long long)r->id),
        };
    }
    return OK;
}

/* The provider's word, and what it means where we know it. */
static struct str
said_text(struct ctx *cx, struct str word)
{
    enum news_kind kind = lyra_status_kind(word, false);
    const char *text = kind == NEWS_CAPTURED  ? "Encaissé"
                       : kind == NEWS_PENDING ? "En attente"
                       : kind == NEWS_FAILED  ? "Refusé ou abandonné"
                                              : NULL;

    return text == NULL ? or_dash(word)
                        : str_printf(cx->arena, "%s (%.*s)", text, STR_FMT(word));
}

static enum err
show_events(struct ctx *cx, struct payment_care_view *v)
{
    static const char *const heads[] = {"Commande", "Reçue le", "Montant", "Dit", "Agir"};
    struct parked_event_list list;

    TRY(event_list_parked(cx, &list));
    size_t shown = list.count < EVENTS_SHOWN ? list.count : EVENTS_SHOWN;
    v->events = table_of(cx, "notifications", "Notifications qui attendent leur paiement", heads, 5,
                         0x4);
    v->event_rows.item = ARENA_ARRAY(cx->arena, shown, struct care_row);
    v->event_rows.count = shown;
    v->events_more = list.count > shown;
    for (size_t i = 0; i < shown; i++) {
        const struct parked_event *e = &list.item[i];
        v->event_rows.item[i] = (struct care_row){
            .one = e->order_ref.len > 0 ? e->order_ref : or_dash(e->ref),
            .two = moment(cx, e->received_ms),
            .three = euros(cx, e->cents),
            .four = said_text(cx, e->word),
            .id = e->id,
        };
    }
    return OK;
}

/* GET /console/finances/a-traiter?avant= */
enum err
payment_care_page(struct ctx *cx, struct req *req)
{
    struct payment_care_view v = {.may_act = may_act(cx)};
    int64_t before;

    TRY(req_query_int(req, "avant", 1, INT64_MAX, INT64_MAX, &before));
    TRY(frame(cx, req, STR("Paiements à traiter"), &v.page));
    TRY(show_alarms(cx, before, &v));
    TRY(show_refunds(cx, &v));
    TRY(show_events(cx, &v));
    v.empty = (struct empty_state){
        STR("Aucune alerte"),
        STR("Un second paiement, une contestation, un remboursement rejeté ou en retard "
            "apparaissent ici."),
        (struct url){STR_NONE}, STR_NONE};
    payment_care_html(&req->out, &v);
    return res_html(req, 200);
}

/* ---- one alarm ---- */

static void
add(struct summary_row_list *list, const char *term, struct str value)
{
    if (value.len > 0)
        list->item[list->count++] = (struct summary_row){.term = str_of(term), .value = value};
}

static enum err
alarm_show(struct ctx *cx, struct req *req, const struct form *f, const struct alarm *a,
           int status)
{
    const struct alarm_kind *kind = alarm_kind_of(a->what);
    struct alarm_view v = {.may_act = may_act(cx), .handled = a->handled_ms > 0};

    TRY(frame(cx, req, str_of(kind->title), &v.page));
    v.page.has_error = form_failed(f);
    v.errors = form_errors(f);
    v.means = str_of(kind->means);
    v.advice = str_of(kind->advice);
    v.summary.item = ARENA_ARRAY(cx->arena, 9, struct summary_row);
    add(&v.summary, "Constatée le", moment(cx, a->at_ms));
    add(&v.summary, "Commande", a->order_ref);
    add(&v.summary, "Montant annoncé", euros(cx, a->cents));
    add(&v.summary, "Référence", a->ref);
    if (a->state != 0)
        add(&v.summary, "Paiement n°",
            str_printf(cx->arena, "%lld, %s", (long long)a->payment_id, payment_word(a->state)));
    if (v.handled) {
        add(&v.summary, "Traitée le", moment(cx, a->handled_ms));
        add(&v.summary, "Par", a->handled_by);
        add(&v.summary, "Suite donnée", a->note);
    }
    if (a->state != 0 && a->order_ref.len > 0)
        v.documents = url_with(cx->arena, URL("console/finances"), "q", a->order_ref);
    v.note = form_field(f, "note", STR("Ce qui a été fait"), STR("Gardé avec l’alerte."),
                        STR_NONE);
    v.note.required = true;
    v.action = url_path(cx->arena, "/console/finances/alertes/%lld", (long long)a->id);
    alarm_html(&req->out, &v);
    return res_html(req, status);
}

static enum err
path_alarm(struct ctx *cx, struct req *req, struct alarm *out)
{
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    return alarm_find(cx, id, out);
}

/* GET /console/finances/alertes/{id} */
enum err
alarm_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct alarm a;

    TRY(path_alarm(cx, req, &a));
    return alarm_show(cx, req, &f, &a, 200);
}

/* POST /console/finances/alertes/{id} */
enum err
alarm_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str note = form_text(&f, "note", "Ce qui a été fait", NOTE_MIN, NOTE_MAX);
    struct alarm a;
    bool moved;

    TRY(path_alarm(cx, req, &a));
    if (form_failed(&f))
        return alarm_show(cx, req, &f, &a, 422);
    TRY(alarm_handle(cx, a.id, note, &moved));
    return res_redirect_notice(cx, req, URL(HERE),
                               moved ? STR("L’alerte est marquée comme traitée.")
                                     : STR("Quelqu’un l’avait déjà traitée."));
}

/* ---- one refund ---- */

static enum err
refund_show(struct ctx *cx, struct req *req, const struct form *f,
            const struct waiting_refund *r, int status)
{
    struct waiting_refund_view v = {.may_act = may_act(cx) && r->open};

    TRY(frame(cx, req,
              str_printf(cx->arena, "Remboursement de %s", fmt_euros(r->cents).z), &v.page));
    v.page.has_error = form_failed(f);
    v.errors = form_errors(f);
    v.means = !r->open ? STR("Ce remboursement est terminé.")
              : r->problem.len > 0 && !str_is(r->problem, "no answer")
                  ? STR("Le prestataire le refuse. Il est redemandé, mais ne passera que si la "
                        "cause change\u00a0: carte close, paiement trop ancien, solde du compte "
                        "insuffisant.")
                  : STR("Le prestataire ne l’a pas encore confirmé. Il est redemandé de lui-même, "
                        "toujours sous la même clé\u00a0: rien n’est rendu deux fois.");
    v.summary.item = ARENA_ARRAY(cx->arena, 8, struct summary_row);
    add(&v.summary, "Commande", or_dash(r->order_ref));
    add(&v.summary, "Montant", euros(cx, r->cents));
    add(&v.summary, "Demandé le", moment(cx, r->created_ms));
    add(&v.summary, "Essais", str_printf(cx->arena, "%s", fmt_int(r->tries).z));
    add(&v.summary, "Dernière réponse", problem_text(cx, r->problem));
    if (r->open)
        add(&v.summary, "Prochain essai", moment(cx, r->next_ms));
    add(&v.summary, "Transaction chez le prestataire", r->provider_ref);
    v.reference = form_field(f, "reference", STR("Référence du virement"), STR_NONE, STR_NONE);
    v.reason = form_field(f, "reason", STR("Motif"), STR("Il est gardé au journal."), STR_NONE);
    v.reference.required = v.reason.required = true;
    v.action = url_path(cx->arena, "/console/finances/attente/%lld", (long long)r->id);
    waiting_refund_html(&req->out, &v);
    return res_html(req, status);
}

static enum err
path_refund(struct ctx *cx, struct req *req, struct waiting_refund *out)
{
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    return refund_find_waiting(cx, id, out);
}

/* GET /console/finances/attente/{id} */
enum err
waiting_refund_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct waiting_refund r;

    TRY(path_refund(cx, req, &r));
    return refund_show(cx, req, &f, &r, 200);
}

/* POST /console/finances/attente/{id}: act encore or virement. */
enum err
waiting_refund_form(struct ctx *cx, struct req *req)
{
    static const char *const acts[] = {"encore", "virement", NULL};
    struct form f = form_begin(cx, req);
    struct str act = form_choice(&f, "act", "Action", acts), reference = STR_NONE;
    struct str reason = STR_NONE;
    struct waiting_refund r;
    bool by_hand = str_is(act, "virement");

    TRY(path_refund(cx, req, &r));
    if (by_hand) {
        reference = form_text(&f, "reference", "Référence du virement", NOTE_MIN, REFERENCE_MAX);
        reason = form_long_text(&f, "reason", "Motif", NOTE_MIN, NOTE_MAX);
    }
    if (form_failed(&f))
        return refund_show(cx, req, &f, &r, 422);
    enum err e = by_hand ? refund_by_hand(cx, r.id, reference, reason) : refund_again(cx, r.id);
    if (e == ERR_CONFLICT)
        return res_redirect_notice(cx, req, URL(HERE),
                                   STR("Ce remboursement est déjà terminé."));
    TRY(e);
    return res_redirect_notice(cx, req, URL(HERE),
                               by_hand ? STR("Le virement est noté, le remboursement est fait.")
                                       : STR("Le remboursement est demandé à nouveau."));
}

/* POST /console/finances/notifications/{id} */
enum err
event_again_form(struct ctx *cx, struct req *req)
{
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(event_again(cx, id));
    return res_redirect_notice(cx, req, URL(HERE), STR("La notification est essayée à nouveau."));
}
