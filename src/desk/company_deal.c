/* SPDX-License-Identifier: Apache-2.0 */
/* company_deal.c - what a company has with an organiser. See company_part.h. */
#include "account/company_text.h"
#include "base/format.h"
#include "desk/company_part.h"
#include "invoice/invoice.h"
#include "staff/staff.h"

enum { ORDERS_PAGE = 20 };

static void
rows_make(struct ctx *cx, struct happened_row_list *list, size_t count)
{
    *list = (struct happened_row_list){ARENA_ARRAY(cx->arena, count + 1, struct happened_row), 0};
}

/* ---- orders ---- */

static enum err
order_row(struct ctx *cx, const struct db_rows *rows, size_t r, struct company_order_row *out)
{
    struct order o = {.state = (enum order_state)row_int(rows, r, 2),
                      .deadline_ms = row_int(rows, r, 4)};
    int64_t units = row_int(rows, r, 5);
    const struct policy *p;

    TRY(campaign_policy(cx, row_int(rows, r, 7), (int)row_int(rows, r, 8), &p));
    *out = (struct company_order_row){
        .url = desk_order_url(cx, row_str(rows, r, 1)),
        .ref = row_str(rows, r, 1),
        .what = str_printf(cx->arena, "%s %.*s", fmt_int(units).z,
                           STR_FMT(units > 1 ? p->good[0].unit_many : p->good[0].unit_one)),
        .total = desk_euros(cx, row_int(rows, r, 6)),
        .state = order_state_shown(&o, cx->now_ms),
        .tone = order_tone(o.state),
        .campaign = p->name,
        .by_phone = row_int(rows, r, 10) != 0,
        .at_ms = row_int(rows, r, 3),
    };
    return OK;
}

enum err
company_orders(struct ctx *cx, int64_t siren, int64_t before, struct desk_company_view *v)
{
    static const char *const heads[] = {"Commande", "Quantité", "#Total TTC", "État", "Date",
                                        NULL};
    struct db_rows rows;

    TRY(db_run(cx, SQL_DESK_COMPANY_ORDERS, &rows, db_int(cx->actor.organiser_id), db_int(siren),
               db_int(before == 0 ? INT64_MAX : before)));
    v->orders_table = desk_table(cx, "commandes", STR("Commandes, la plus récente d’abord"),
                                 heads);
    size_t count = rows.count > ORDERS_PAGE ? ORDERS_PAGE : rows.count;
    v->orders.item = ARENA_ARRAY(cx->arena, count + 1, struct company_order_row);
    for (size_t r = 0; r < count; r++)
        TRY(order_row(cx, &rows, r, &v->orders.item[v->orders.count++]));
    if (v->partial && count > 0)
        desk_fact(&v->facts, "Nom donné sur sa commande", row_str(&rows, 0, 9));
    if (before != 0)
        v->orders_first = desk_company_url(cx, siren);
    if (rows.count > ORDERS_PAGE)
        v->orders_next = url_with(cx->arena, desk_company_url(cx, siren), "commandes",
                                  str_printf(cx->arena, "%lld",
                                             (long long)row_int(&rows, ORDERS_PAGE - 1, 0)));
    return OK;
}

/* ---- money ---- */

enum err
company_money(struct ctx *cx, int64_t siren, struct desk_company_view *v)
{
    bool opens = console_may_open(cx, "/console/finances/documents/{id}");
    struct db_value who = db_int(cx->actor.organiser_id);
    struct db_rows sums, rows;

    TRY(db_run(cx, SQL_DESK_COMPANY_MONEY, &sums, who, db_int(siren)));
    TRY(db_run(cx, SQL_DESK_COMPANY_INVOICES, &rows, who, db_int(siren)));
    v->money.item = ARENA_ARRAY(cx->arena, 4, struct summary_row);
    if (v->orders.count > 0 || v->orders_first.s.len > 0) {
        desk_fact(&v->money, "Encaissé", desk_euros(cx, row_int(&sums, 0, 0)));
        if (row_int(&sums, 0, 1) > 0)
            desk_fact(&v->money, "Remboursé", desk_euros(cx, row_int(&sums, 0, 1)));
        if (row_int(&sums, 0, 2) > 0)
            desk_fact(&v->money, "Remboursement en cours", desk_euros(cx, row_int(&sums, 0, 2)));
    }
    rows_make(cx, &v->documents, rows.count);
    for (size_t r = 0; r < rows.count; r++) {
        bool credit = row_int(&rows, r, 1) == INVOICE_CREDIT;
        struct happened_row *row = &v->documents.item[v->documents.count++];
        *row = (struct happened_row){
            .when = desk_day(cx, row_int(&rows, r, 3)),
            .title = str_printf(cx->arena, "%s %.*s", credit ? "Avoir" : "Facture",
                                STR_FMT(row_str(&rows, r, 2))),
            .text = str_printf(cx->arena, "%s, commande %.*s",
                               fmt_euros(credit ? -row_int(&rows, r, 4)
                                                : row_int(&rows, r, 4)).z,
                               STR_FMT(row_str(&rows, r, 5))),
        };
        if (opens)
            row->url = url_path(cx->arena, "/console/finances/documents/%lld",
                                (long long)row_int(&rows, r, 0));
    }
    return OK;
}

/* ---- complaints, troubles ---- */

static void
cases_fill(struct ctx *cx, const struct care_case_list *list, bool opens,
           struct happened_row_list *out)
{
    rows_make(cx, out, list->count);
    for (size_t i = 0; i < list->count; i++) {
        const struct care_case *c = &list->item[i];
        out->item[out->count++] = (struct happened_row){
            .when = desk_day(cx, c->at_ms), .title = c->title, .state = c->state,
            .tone = c->tone,
            .text = str_printf(cx->arena, "commande %.*s", STR_FMT(c->order_ref)),
            .url = opens ? c->url : (struct url){STR_NONE}};
    }
}

enum err
company_care(struct ctx *cx, int64_t siren, struct desk_company_view *v)
{
    struct care_case_list troubles, complaints;

    TRY(care_of_company(cx, siren, &troubles, &complaints));
    cases_fill(cx, &troubles, console_may_open(cx, "/console/livraison/{id}"), &v->troubles);
    cases_fill(cx, &complaints, console_may_open(cx, "/console/reclamations/{id}"),
               &v->complaints);
    return OK;
}

/* ---- people ---- */

static enum err
show_holders(struct ctx *cx, int64_t siren, struct desk_company_view *v)
{
    struct company_holder_list list;

    TRY(account_company_holders(cx, siren, &list));
    rows_make(cx, &v->holders, list.count);
    for (size_t i = 0; i < list.count; i++) {
        const struct company_holder *h = &list.item[i];
        v->holders.item[v->holders.count++] = (struct happened_row){
            .when = desk_day(cx, h->since_ms),
            .title = h->email,
            .text = account_proof_text(h->proof),
            .state = h->ended_ms != 0    ? STR("A pris fin")
                     : h->frozen_ms != 0 ? STR("Contesté, en attente")
                                         : STR("Agit pour l’entreprise"),
            .tone = h->ended_ms != 0    ? TONE_INFO
                    : h->frozen_ms != 0 ? TONE_WARN
                                        : TONE_GOOD,
        };
    }
    return OK;
}

static enum err
show_claims(struct ctx *cx, int64_t siren, struct desk_company_view *v)
{
    struct claim_list list;

    TRY(claim_of_company(cx, siren, &list));
    rows_make(cx, &v->claims, list.count);
    for (size_t i = 0; i < list.count; i++)
        v->claims.item[v->claims.count++] = (struct happened_row){
            .when = desk_day(cx, list.item[i].created_ms),
            .title = list.item[i].email,
            .state = str_of(claim_state_text(list.item[i].state)),
            .tone = list.item[i].state == CLAIM_PROVEN    ? TONE_GOOD
                    : list.item[i].state == CLAIM_REFUSED ? TONE_BAD
                                                          : TONE_INFO,
            .text = list.item[i].contested ? STR("contestée") : STR_NONE,
        };
    return OK;
}

static enum err
show_reviews(struct ctx *cx, int64_t siren, struct desk_company_view *v)
{
    static const char *const states[] = {"", "Ouvert", "Accepté", "Refusé", "Clos"};
    bool opens = console_may_open(cx, "/agent/dossiers/{id}");
    struct review_list list;

    TRY(review_seen_of_company(cx, siren, &list));
    rows_make(cx, &v->reviews, list.count);
    for (size_t i = 0; i < list.count; i++) {
        const struct review *r = &list.item[i];
        struct happened_row *row = &v->reviews.item[v->reviews.count++];
        *row = (struct happened_row){
            .when = desk_day(cx, r->created_ms),
            .title = review_asked_text(cx->arena, r),
            .state = str_of(states[review_is_moot(r) ? REVIEW_MOOT : r->state]),
            .tone = review_is_moot(r)            ? TONE_INFO
                    : r->state == REVIEW_ACCEPTED ? TONE_GOOD
                    : r->state == REVIEW_REFUSED ? TONE_BAD
                                                 : TONE_WARN,
            .text = r->reason,
            .who = r->email,
        };
        if (opens)
            row->url = url_path(cx->arena, "/agent/dossiers/%lld", (long long)r->id);
    }
    return OK;
}

static enum err
show_history(struct ctx *cx, int64_t siren, struct desk_company_view *v)
{
    struct account_event_list list;

    TRY(account_events(cx, siren, &list));
    rows_make(cx, &v->events, list.count);
    for (size_t i = 0; i < list.count; i++) {
        const struct account_event *e = &list.item[i];
        struct str note = str_is(e->what, "linked") ? account_proof_text(e->note) : e->note;
        v->events.item[v->events.count++] = (struct happened_row){
            .when = desk_time(cx, e->at_ms),
            .title = account_event_text(e->what),
            .text = note,
            .who = e->who.len > 0 && !str_eq(e->who, e->about)
                       ? str_printf(cx->arena, "%.*s, par %.*s", STR_FMT(e->about),
                                    STR_FMT(e->who))
                       : e->about,
        };
    }
    return OK;
}

enum err
company_people(struct ctx *cx, int64_t siren, struct desk_company_view *v)
{
    struct company_declaration d;

    TRY(account_declaration(cx, siren, &d));
    v->declared.item = ARENA_ARRAY(cx->arena, 3, struct summary_row);
    desk_fact(&v->declared, "Effectif retenu",
              d.heads < 0 ? STR("Aucun chiffre exact")
                          : str_printf(cx->arena, "%s", fmt_plural(d.heads, "salarié",
                                                                  "salariés").z));
    if (d.heads_in_review)
        desk_fact(&v->declared, "Effectif en examen", STR("Un autre chiffre attend un agent"));
    if (d.networks != 0)
        desk_fact(&v->declared, "Réseau attesté",
                  d.networks == NETWORK_CCI   ? STR("CCI")
                  : d.networks == NETWORK_CMA ? STR("CMA")
                                              : STR("CCI et CMA"));
    TRY(show_holders(cx, siren, v));
    TRY(show_claims(cx, siren, v));
    TRY(show_reviews(cx, siren, v));
    return show_history(cx, siren, v);
}

enum err
company_journal(struct ctx *cx, int64_t siren, struct desk_company_view *v)
{
    const struct audit_filter by = {.subject = "company", .subject_id = siren};
    struct audit_list list;

    v->sees_journal = console_may_open(cx, "/console/journal");
    if (!v->sees_journal)
        return OK;
    TRY(audit_list_of(cx, &by, &list));
    rows_make(cx, &v->journal, list.count);
    for (size_t i = 0; i < list.count; i++)
        v->journal.item[v->journal.count++] = (struct happened_row){
            .when = desk_time(cx, list.item[i].at_ms),
            .title = audit_act_text(list.item[i].act),
            .who = list.item[i].email,
            .text = list.item[i].reason,
        };
    return OK;
}
