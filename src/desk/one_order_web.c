/* SPDX-License-Identifier: Apache-2.0 */
/*
 * one_order_web.c - /console/commandes/{ref}: all that is known of an order, from every room, with
 * links to the acts that stand elsewhere as far as the person may open them.
 */
#include "account/account.h"
#include "account/caller.h"
#include "base/format.h"
#include "desk/desk_web.h"
#include "desk_order_tmpl.h"
#include "http/route.h"
#include "invoice/invoice.h"
#include "mail/mail.h"
#include "payment/payment.h"
#include "staff/staff.h"
#include "track/track.h"

enum { FACTS_MAX = 20, ACTS_MAX = 6, PEOPLE_MAX = 32 };

static enum err
order_here(struct ctx *cx, struct req *req, struct order *out)
{
    struct str ref;

    TRY(req_path_str(req, "ref", ORDER_REF_LEN, &ref));
    return order_of_organiser(cx, str_upper(cx->arena, ref), out);
}

static struct happened_row *
row_add(struct happened_row_list *list)
{
    return &list->item[list->count++];
}

static void
rows_make(struct ctx *cx, struct happened_row_list *list, size_t count)
{
    list->item = ARENA_ARRAY(cx->arena, count + 1, struct happened_row);
    list->count = 0;
}

/* ---- facts ---- */

static enum err
show_contact(struct ctx *cx, const struct order *o, struct desk_order_view *v)
{
    struct order_contact c;
    struct str agent, email;
    bool found;

    TRY(order_contact_find(cx, o->id, &c, &found));
    if (!found && v->sees_people) {
        TRY(account_email(cx, o->account_id, &email));
        desk_fact(&v->facts, "Commandée en ligne par", email);
    }
    if (!found)
        return OK;
    TRY(account_email(cx, c.agent_id, &agent));
    desk_fact(&v->facts, "Prise par téléphone par", agent);
    desk_fact(&v->facts, "Personne au téléphone", c.name);
    desk_fact(&v->facts, "Son téléphone",
              str_printf(cx->arena, "%s", fmt_phone(c.phone).z));
    if (v->sees_people)
        desk_fact(&v->facts, "Son adresse e-mail", c.email);
    bool open = (o->state == ORDER_HELD || o->state == ORDER_PAYING) &&
                o->deadline_ms > cx->now_ms;
    v->may_send = v->may_cancel = open && (cx->actor.rights & RIGHT_AGENT) != 0;
    v->email.value = c.email;
    if (open && c.at_ms + 10 * 60 * 1000 > cx->now_ms)
        v->read_out = str_printf(
            cx->arena, "Votre commande porte la référence %.*s. Un message part à %.*s avec un "
                       "lien pour payer %s par carte avant le %s. Passé ce délai, la réservation "
                       "s’éteint et rien n’est dû.",
            STR_FMT(o->ref), STR_FMT(c.email), fmt_euros(o->total_cents).z,
            fmt_date_time(o->deadline_ms, territory_zone(o->territory)).z);
    return OK;
}

static enum err
show_facts(struct ctx *cx, const struct order *o, const struct policy *p,
           struct desk_order_view *v)
{
    struct company co = {0};
    enum err e = registry_company(cx, o->siren, &co);

    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    v->facts.item = ARENA_ARRAY(cx->arena, FACTS_MAX, struct summary_row);
    desk_fact(&v->facts, "Entreprise",
              account_company_name(cx->arena, o->siren, co.name, co.partial));
    desk_fact(&v->facts, "SIREN", desk_siren_text(cx->arena, o->siren));
    desk_fact(&v->facts, "Établissement livré",
              str_printf(cx->arena, "%s", fmt_siret(siret_str(cx->arena, o->siret)).z));
    desk_fact(&v->facts, "Campagne",
              str_printf(cx->arena, "%.*s, règles version %d", STR_FMT(p->name), o->version));
    desk_fact(&v->facts, "Territoire", str_of(territory_label(o->territory)));
    desk_fact(&v->facts, "Passée le", desk_time(cx, o->created_ms));
    if (o->state == ORDER_HELD || o->state == ORDER_PAYING)
        desk_fact(&v->facts, "À payer avant le", desk_time(cx, o->deadline_ms));
    if (o->paid_ms != 0)
        desk_fact(&v->facts, "Payée le", desk_time(cx, o->paid_ms));
    if (o->delivered_ms != 0)
        desk_fact(&v->facts, "Livrée le", desk_time(cx, o->delivered_ms));
    return show_contact(cx, o, v);
}

static void
show_lines(struct ctx *cx, const struct order *o, const struct policy *p,
           struct desk_order_view *v)
{
    static const char *const heads[] = {"Lot", "#Nombre", "#Prix HT", "#HT", "#TVA", "#TTC", NULL};

    v->lines_table = desk_table(cx, "lignes", STR("Ce qui est commandé"), heads);
    v->lines.item = ARENA_ARRAY(cx->arena, (size_t)o->line_count + 1, struct bought_row);
    for (int i = 0; i < o->line_count; i++) {
        const struct order_line *l = &o->line[i];
        v->lines.item[v->lines.count++] = (struct bought_row){
            .label = p->pack[l->pack].label,
            .packs = str_printf(cx->arena, "%s", fmt_int(l->packs).z),
            .price = desk_euros(cx, l->price_cents),
            .net = desk_euros(cx, l->net_cents),
            .vat = str_printf(cx->arena, "%s (%s)", fmt_euros(l->vat_cents).z,
                              fmt_percent_bp(l->vat_bp).z),
            .total = desk_euros(cx, l->net_cents + l->vat_cents),
        };
    }
    struct summary_row_list all = order_summary(cx, p, o->line, 0, &o->address);
    v->delivery = all;
}

/* ---- money ---- */

static enum err
show_money(struct ctx *cx, const struct order *o, struct desk_order_view *v)
{
    struct payment_list payments;
    struct refund_list refunds;

    TRY(payment_of_order(cx, o->id, &payments));
    rows_make(cx, &v->payments, payments.count);
    for (size_t i = 0; i < payments.count; i++) {
        const struct payment *p = &payments.item[i];
        *row_add(&v->payments) = (struct happened_row){
            .when = desk_time(cx, p->captured_ms != 0 ? p->captured_ms : p->created_ms),
            .title = desk_euros(cx, p->captured_ms != 0 ? p->captured_cents : p->amount_cents),
            .state = str_of(payment_state_text(p->state)),
            .tone = p->state == PAYMENT_CAPTURED   ? TONE_GOOD
                    : p->state == PAYMENT_DISPUTED ? TONE_BAD
                                                   : TONE_INFO,
            .text = str_printf(cx->arena, "%.*s%s%.*s%s", STR_FMT(p->provider),
                               p->provider_ref.len > 0 ? ", transaction " : "",
                               STR_FMT(p->provider_ref),
                               o->payment_id == p->id ? ", paiement de la commande" : ""),
        };
    }
    TRY(payment_refunds_of_order(cx, o->id, &refunds));
    rows_make(cx, &v->refunds, refunds.count);
    for (size_t i = 0; i < refunds.count; i++) {
        const struct refund *r = &refunds.item[i];
        *row_add(&v->refunds) = (struct happened_row){
            .when = desk_time(cx, r->done_ms != 0 ? r->done_ms : r->created_ms),
            .title = desk_euros(cx, r->amount_cents),
            .state = str_of(refund_state_text(r->state)),
            .tone = r->state == REFUND_DONE   ? TONE_GOOD
                    : r->state == REFUND_VOID ? TONE_BAD
                                              : TONE_WARN,
            .text = refund_cause_text(r->cause),
        };
    }
    return OK;
}

static enum err
show_documents(struct ctx *cx, const struct order *o, struct desk_order_view *v)
{
    bool opens = console_may_open(cx, "/console/finances/documents/{id}");
    struct invoice_list list;

    TRY(invoice_of_order(cx, o->id, &list));
    rows_make(cx, &v->documents, list.count);
    for (size_t i = 0; i < list.count; i++) {
        const struct invoice *in = &list.item[i];
        bool credit = in->kind == INVOICE_CREDIT;
        struct happened_row *row = row_add(&v->documents);
        *row = (struct happened_row){
            .when = desk_day(cx, in->issued_ms),
            .title = str_printf(cx->arena, "%s %.*s", credit ? "Avoir" : "Facture",
                                STR_FMT(in->number)),
            .text = desk_euros(cx, credit ? -in->total_cents : in->total_cents),
        };
        if (opens)
            row->url = url_path(cx->arena, "/console/finances/documents/%lld", (long long)in->id);
    }
    return OK;
}

/* ---- what happened ---- */

/* Addresses of accounts, each looked up once. */
struct people {
    int64_t id[PEOPLE_MAX];
    struct str email[PEOPLE_MAX];
    size_t count;
};

static enum err
person_of(struct ctx *cx, struct people *known, int64_t id, struct str *out)
{
    for (size_t i = 0; i < known->count; i++)
        if (known->id[i] == id) {
            *out = known->email[i];
            return OK;
        }
    TRY(account_email(cx, id, out));
    if (known->count < PEOPLE_MAX) {
        known->id[known->count] = id;
        known->email[known->count++] = *out;
    }
    return OK;
}

static enum err
show_events(struct ctx *cx, const struct order *o, struct desk_order_view *v)
{
    static const char *const heads[] = {"Quand", "État", "Pourquoi", "Qui", NULL};
    struct order_event_list events;
    struct people known = {.count = 0};

    TRY(order_events(cx, o->id, &events));
    v->events_table = desk_table(cx, "historique", STR("Historique de la commande"), heads);
    rows_make(cx, &v->events, events.count);
    for (size_t i = 0; i < events.count; i++) {
        const struct order_event *e = &events.item[i];
        struct str who = order_actor_text(e->actor), email = STR_NONE;
        /* A buyer's address is a person's; an agent's is the team's. */
        if (e->account_id != 0 && (v->sees_people || str_is(e->actor, "agent")))
            TRY(person_of(cx, &known, e->account_id, &email));
        *row_add(&v->events) = (struct happened_row){
            .when = str_printf(cx->arena, "%s",
                               fmt_date_time(e->at_ms, territory_zone(o->territory)).z),
            .state = str_of(order_state_name(e->to)),
            .tone = order_tone(e->to),
            .text = order_cause_text(e->cause),
            .who = email.len == 0 ? who
                                  : str_printf(cx->arena, "%.*s (%.*s)", STR_FMT(who),
                                               STR_FMT(email)),
        };
    }
    return OK;
}

static enum err
show_mails(struct ctx *cx, const struct order *o, struct desk_order_view *v)
{
    static const char *const causes[] = {"order_", "parcel_", "complaint_", "stock_recall"};
    enum { CAUSES = sizeof causes / sizeof causes[0] };
    struct mail_note_list some[CAUSES];
    size_t count = 0;

    for (size_t i = 0; i < CAUSES; i++) {
        TRY(mail_about(cx, causes[i], o->id, &some[i]));
        count += some[i].count;
    }
    rows_make(cx, &v->mails, count);
    for (size_t i = 0; i < CAUSES; i++)
        for (size_t k = 0; k < some[i].count; k++) {
            const struct mail_note *m = &some[i].item[k];
            *row_add(&v->mails) = (struct happened_row){
                .when = desk_time(cx, m->created_ms),
                .title = m->subject,
                .text = v->sees_people ? m->to : STR_NONE,
                .state = m->refused_ms != 0 ? STR("Refusé par le serveur")
                         : m->sent_ms != 0  ? STR("Envoyé")
                                            : STR("En attente"),
                .tone = m->refused_ms != 0 ? TONE_BAD : m->sent_ms != 0 ? TONE_GOOD : TONE_WARN,
            };
        }
    return OK;
}

static enum err
show_journal(struct ctx *cx, const struct order *o, struct desk_order_view *v)
{
    const struct audit_filter by = {.subject = "order", .subject_id = o->id};
    struct audit_list list;

    v->sees_journal = console_may_open(cx, "/console/journal");
    if (!v->sees_journal)
        return OK;
    TRY(audit_list_of(cx, &by, &list));
    rows_make(cx, &v->journal, list.count);
    for (size_t i = 0; i < list.count; i++)
        *row_add(&v->journal) = (struct happened_row){
            .when = desk_time(cx, list.item[i].at_ms),
            .title = audit_act_text(list.item[i].act),
            .who = list.item[i].email,
            .text = list.item[i].reason,
        };
    return OK;
}

/* ---- delivery ---- */

static enum err
show_parcels(struct ctx *cx, const struct order *o, struct desk_order_view *v)
{
    bool opens = console_may_open(cx, "/console/preparation/colis/{id}");
    struct parcel_list list;

    TRY(parcel_of_order(cx, o->id, &list));
    v->parcels.item = ARENA_ARRAY(cx->arena, list.count + 1, struct parcel_part);
    for (size_t i = 0; i < list.count; i++) {
        const struct parcel *p = &list.item[i];
        struct parcel_part *part = &v->parcels.item[v->parcels.count++];
        *part = (struct parcel_part){
            .title = str_printf(cx->arena, "Colis %zu sur %zu", i + 1, list.count),
            .number = p->number,
            .state = str_of(parcel_state_label(p->state)),
            .problem = p->problem,
            .tone = p->state == PARCEL_DELIVERED ? TONE_GOOD
                    : p->problem.len > 0 || p->state == PARCEL_LOST ||
                              p->state == PARCEL_RETURNED || p->state == PARCEL_DAMAGED ||
                              p->state == PARCEL_REFUSED
                        ? TONE_BAD
                        : TONE_INFO,
            .follow = url_external(parcel_track_url(cx, p)),
        };
        if (opens)
            part->url = url_path(cx->arena, "/console/preparation/colis/%lld", (long long)p->id);
        TRY(parcel_timeline(cx, p, territory_zone(o->territory), &part->steps));
    }
    return OK;
}

static void
cases_fill(struct ctx *cx, const struct care_case_list *list, bool opens,
           struct happened_row_list *out)
{
    rows_make(cx, out, list->count);
    for (size_t i = 0; i < list->count; i++) {
        const struct care_case *c = &list->item[i];
        *row_add(out) = (struct happened_row){
            .when = desk_day(cx, c->at_ms), .title = c->title, .state = c->state,
            .tone = c->tone, .url = opens ? c->url : (struct url){STR_NONE}};
    }
}

static enum err
show_care(struct ctx *cx, const struct order *o, const struct policy *p,
          struct desk_order_view *v)
{
    struct care_case_list troubles, complaints;
    struct shortage_list missing;

    TRY(care_of_order(cx, o->id, &troubles, &complaints));
    cases_fill(cx, &troubles, console_may_open(cx, "/console/livraison/{id}"), &v->troubles);
    cases_fill(cx, &complaints, console_may_open(cx, "/console/reclamations/{id}"),
               &v->complaints);
    TRY(shortage_of_order(cx, o->id, &missing));
    rows_make(cx, &v->shortages, missing.count);
    for (size_t i = 0; i < missing.count; i++) {
        const struct shortage *s = &missing.item[i];
        *row_add(&v->shortages) = (struct happened_row){
            .when = desk_day(cx, s->at_ms),
            .title = str_printf(cx->arena, "%s × %.*s", fmt_int(s->packs).z,
                                STR_FMT(p->pack[o->line[s->line].pack].label)),
            .text = str_printf(cx->arena, "%s rendus à l’acheteur",
                               fmt_euros(s->net_cents + s->vat_cents).z),
        };
    }
    return OK;
}

/* ---- acts ---- */

static void
act_add(struct desk_order_view *v, struct url url, const char *label)
{
    v->acts.item[v->acts.count++] = (struct link){.url = url, .label = str_of(label)};
}

static void
show_acts(struct ctx *cx, const struct form *f, const struct order *o, struct desk_order_view *v)
{
    char *ref = str_z(cx->arena, o->ref);
    struct str email = v->email.value;

    v->acts.item = ARENA_ARRAY(cx->arena, ACTS_MAX, struct link);
    act_add(v, desk_company_url(cx, o->siren), "Tout sur l’entreprise");
    if (v->documents.count > 0 && console_may_open(cx, "/console/finances/rembourser/{ref}"))
        act_add(v, url_path(cx->arena, "/console/finances/rembourser/%s", ref),
                "Rembourser la commande");
    if (v->may_cancel)
        act_add(v, url_path(cx->arena, "/console/commandes/%s/annuler", ref),
                "Annuler cette réservation");
    v->send = url_path(cx->arena, "/console/commandes/%s/lien", ref);
    v->email = form_field(f, "email", STR("Adresse e-mail"),
                          STR("Une autre adresse reçoit un nouveau lien, et l’ancien ne vaut "
                              "plus."), email);
    v->email.type = "email";
    v->email.required = true;
}

/* ---- the page ---- */

static enum err
show_order(struct ctx *cx, struct req *req, const struct form *f, const struct order *o,
           int status)
{
    struct desk_order_view v = {.order = *o, .errors = form_errors(f)};
    const struct policy *p;

    TRY(campaign_policy(cx, o->campaign_id, o->version, &p));
    TRY(console_page(cx, req, str_printf(cx->arena, "Commande %.*s", STR_FMT(o->ref)), &v.page));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Commandes"), URL("console/commandes"));
    page_crumb(cx, &v.page, o->ref, (struct url){STR_NONE});
    v.sees_people = (cx->actor.rights & SEES_PEOPLE) != 0;
    v.state = order_state_shown(o, cx->now_ms);
    v.tone = order_tone(o->state);
    v.what = order_what(cx, p, o);
    TRY(show_facts(cx, o, p, &v));
    show_lines(cx, o, p, &v);
    TRY(show_money(cx, o, &v));
    TRY(show_documents(cx, o, &v));
    TRY(show_events(cx, o, &v));
    TRY(show_parcels(cx, o, &v));
    TRY(show_care(cx, o, p, &v));
    TRY(show_mails(cx, o, &v));
    TRY(show_journal(cx, o, &v));
    show_acts(cx, f, o, &v);
    desk_order_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /console/commandes/{ref} */
enum err
desk_order_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct order o;

    TRY(order_here(cx, req, &o));
    return show_order(cx, req, &f, &o, 200);
}

/* POST /console/commandes/{ref}/lien - the payment link, once more or to another address. */
enum err
desk_link_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str email;
    struct order o;

    TRY(order_here(cx, req, &o));
    TRY(account_caller_email(cx, &f, "email", &email));
    if (form_failed(&f))
        return show_order(cx, req, &f, &o, 422);
    struct url to = desk_order_url(cx, o.ref);
    enum err e = phone_link_again(cx, &o, email);
    if (e == ERR_CONFLICT)
        return res_redirect_failed(cx, req, to, STR("Cette commande ne peut plus être payée par un "
                                                    "lien."));
    if (e == ERR_RATE)
        return res_redirect_failed(cx, req, to,
                                   str_printf(cx->arena, "Le lien est déjà parti %d fois. Annulez "
                                                         "cette réservation et prenez la commande "
                                                         "à nouveau.", PHONE_LINKS_MAX));
    TRY(e);
    return res_redirect_notice(cx, req, to,
                               str_printf(cx->arena, "Le lien de paiement part à %.*s.",
                                          STR_FMT(email)));
}

static enum err
not_cancelled(struct ctx *cx, struct req *req, const struct order *o)
{
    return res_redirect_failed(cx, req, desk_order_url(cx, o->ref),
                               o->state == ORDER_CANCELLED
                                   ? STR("Cette commande est déjà annulée.")
                                   : STR("Seule une réservation prise par téléphone et pas encore "
                                         "payée s’annule ici."));
}

/* GET /console/commandes/{ref}/annuler - asks first. */
enum err
desk_cancel_page(struct ctx *cx, struct req *req)
{
    struct phone_cancel_view v = {0};
    const struct policy *p;
    bool open;

    TRY(order_here(cx, req, &v.order));
    TRY(phone_is_open(cx, &v.order, &open));
    if (!open)
        return not_cancelled(cx, req, &v.order);
    TRY(campaign_policy(cx, v.order.campaign_id, v.order.version, &p));
    TRY(console_page(cx, req, STR("Annuler la réservation"), &v.page));
    v.keep = desk_order_url(cx, v.order.ref);
    page_crumb(cx, &v.page, STR("Commandes"), URL("console/commandes"));
    page_crumb(cx, &v.page, v.order.ref, v.keep);
    page_crumb(cx, &v.page, STR("Annuler"), (struct url){STR_NONE});
    v.what = order_what(cx, p, &v.order);
    v.action = url_path(cx->arena, "/console/commandes/%s/annuler",
                        str_z(cx->arena, v.order.ref));
    desk_cancel_html(&req->out, &v);
    return res_html(req, 200);
}

/* POST /console/commandes/{ref}/annuler */
enum err
desk_cancel_form(struct ctx *cx, struct req *req)
{
    struct order o;

    TRY(order_here(cx, req, &o));
    struct url to = desk_order_url(cx, o.ref);
    enum err e = phone_cancel(cx, &o);
    if (e == ERR_CONFLICT)
        return not_cancelled(cx, req, &o);
    TRY(e);
    return res_redirect_notice(cx, req, to, STR("La réservation est annulée, le stock rendu."));
}
