/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refund_web.c - an organiser gives an order back, whole or in part: one by one with the second
 * proof, several with a second person's approval. Goods and money follow order_give_back.
 */
#include "base/format.h"
#include "base/parse.h"
#include "finance_tmpl.h"
#include "http/route.h"
#include "invoice/finance_web.h"
#include "json/json.h"
#include "payment/payment.h"
#include "staff/staff.h"

enum { REASON_MIN = 5, REASON_MAX = 500, MANY_MAX = 500, MANY_TEXT_MAX = 12000,
       MANY_JSON_MAX = 64 * 1024 };

/* An order of the actor's organiser that was invoiced. */
static enum err
own_order(struct ctx *cx, struct str ref, struct order *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_INVOICE_ORDER_OWN, &rows, db_int(cx->actor.organiser_id), db_str(ref)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    return order_by_id(cx, row_int(&rows, 0, 0), out);
}

static enum err
give_back(struct ctx *cx, const struct order *o, bool restock, struct str reason, bool *moved)
{
    TRY(order_give_back(cx, o->id, restock, "given back by the organiser", moved));
    if (!*moved)
        return OK;
    return audit_add(cx, &(struct audit){
                             .act = "order.give_back",
                             .subject = "order",
                             .subject_id = o->id,
                             .before = str_printf(cx->arena, "{\"state\":\"%s\"}",
                                                  order_state_code(o->state)),
                             .after = str_printf(cx->arena,
                                                 "{\"state\":\"refund_due\",\"cents\":%lld,"
                                                 "\"restock\":%s}",
                                                 (long long)o->total_cents,
                                                 restock ? "true" : "false"),
                             .reason = reason,
                         });
}

/* ---- one ---- */

static void
add(struct summary_row_list *list, const char *term, struct str value)
{
    list->item[list->count++] = (struct summary_row){.term = str_of(term), .value = value};
}

static void
show_choice(struct ctx *cx, const struct form *f, bool whole, int64_t left, struct refund_view *v)
{
    struct str how = req_form(f->req, "how");
    bool part = str_is(how, "part") || !whole;
    struct choice *c = ARENA_ARRAY(cx->arena, 2, struct choice);

    v->how = form_field(f, "how", STR("Combien"), STR_NONE, STR_NONE);
    v->how.required = true;
    if (whole)
        c[v->hows.count++] = (struct choice){
            STR("all"), str_printf(cx->arena, "Tout ce qui reste, %s", fmt_euros(left).z),
            STR("La commande est annulée."), !part};
    c[v->hows.count++] = (struct choice){STR("part"), STR("Une partie"),
                                         STR("La commande suit son cours."), part};
    v->hows.item = c;
    v->amount = form_field(f, "amount",
                           whole ? STR("Montant, si c’est une partie") : STR("Montant"),
                           str_printf(cx->arena, "En euros TTC, %s au plus.", fmt_euros(left).z),
                           STR_NONE);
    v->amount.inputmode = "decimal";
    v->amount.required = !whole; /* Nothing else is to be chosen. */
}

static struct str
why_not(const struct order *o, int64_t left)
{
    if (left > 0)
        return STR("La commande, ou un de ses colis, est partie\u00a0: elle ne s’annule plus "
                   "d’ici. Une partie ou tout ce qui reste peut être rendu\u00a0; si tout est "
                   "rendu, les marchandises parties sont sorties du stock.");
    return o->state == ORDER_DISPUTED
               ? STR("Le paiement est contesté auprès de la banque\u00a0: répondez-y d’abord.")
               : STR("Rien n’est à rembourser\u00a0: tout est rendu ou en train de l’être.");
}

static enum err
one_show(struct ctx *cx, struct req *req, struct form *f, const struct order *o, int status)
{
    struct refund_view v = {0};
    int64_t left;
    bool whole;

    TRY(payment_left(cx, o->id, &left));
    TRY(order_can_give_back(cx, o, &whole));
    v.may_act = finance_may_act(cx) && left > 0;
    TRY(finance_frame(cx, req,
                      str_printf(cx->arena, "Rembourser la commande %.*s", STR_FMT(o->ref)),
                      &v.page));
    v.page.has_error = form_failed(f);
    v.errors = form_errors(f);
    v.action = url_path(cx->arena, "/console/finances/rembourser/%s", str_z(cx->arena, o->ref));
    v.reason = form_field(f, "reason", STR("Motif"), STR("Il est gardé au journal."), STR_NONE);
    v.reason.required = true;
    v.can_restock = whole;
    v.seen = str_printf(cx->arena, "%lld", (long long)left);
    v.restock = status == 200 || req_form(req, "restock").len > 0;
    show_choice(cx, f, whole, left, &v);
    v.summary.item = ARENA_ARRAY(cx->arena, 5, struct summary_row);
    add(&v.summary, "Entreprise", o->address.company);
    add(&v.summary, "Total de la commande", finance_euros(cx, o->total_cents));
    add(&v.summary, "Reste à rembourser au plus", finance_euros(cx, left));
    add(&v.summary, "État", str_of(order_state_name(o->state)));
    if (!whole || left == 0)
        add(&v.summary, "Remboursement", why_not(o, left));
    refund_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /console/finances/rembourser/{ref} */
enum err
refund_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct order o;
    struct str ref;

    TRY(req_path_str(req, "ref", ORDER_REF_LEN, &ref));
    TRY(own_order(cx, ref, &o));
    return one_show(cx, req, &f, &o, 200);
}

/* A part of what is left. The page says what was left when it was opened: sent twice, or from a
 * page of before, it gives nothing back once more. False: an error stands in the form. */
static bool
amount_read(struct form *f, int64_t left, int64_t *cents)
{
    struct str typed = form_text(f, "amount", "Montant", 1, 20);
    int64_t seen = form_int(f, "seen", "Reste à rembourser", 0, INT64_MAX);

    if (form_failed(f))
        return false;
    if (seen != left) {
        form_error(f, "amount",
                   "De l’argent a été rendu depuis que cette page est ouverte. Il reste %s\u00a0: "
                   "vérifiez que votre remboursement n’est pas déjà fait.", fmt_euros(left).z);
        return false;
    }
    if (!parse_cents(typed, cents))
        form_error(f, "amount", "Écrivez un montant en euros, par exemple 12,50.");
    else if (*cents <= 0)
        form_error(f, "amount", "Écrivez un montant au-dessus de zéro.");
    else if (*cents > left)
        form_error(f, "amount", "Il reste %s à rembourser au plus.", fmt_euros(left).z);
    return !form_failed(f);
}

static enum err
give_back_part(struct ctx *cx, const struct order *o, int64_t cents, struct str reason)
{
    int64_t refund;

    TRY(payment_refund_part(cx, o->id, cents, STR("given back in part by the organiser"),
                            &refund));
    return audit_add(cx, &(struct audit){
                             .act = "order.give_back_part",
                             .subject = "order",
                             .subject_id = o->id,
                             .before = str_printf(cx->arena, "{\"state\":\"%s\"}",
                                                  order_state_code(o->state)),
                             .after = str_printf(cx->arena, "{\"refund\":%lld,\"cents\":%lld}",
                                                 (long long)refund, (long long)cents),
                             .reason = reason,
                         });
}

/* POST /console/finances/rembourser/{ref} */
enum err
refund_form(struct ctx *cx, struct req *req)
{
    static const char *const hows[] = {"all", "part", NULL};
    struct form f = form_begin(cx, req);
    struct str how = form_choice(&f, "how", "Combien", hows);
    struct str ref, reason = form_long_text(&f, "reason", "Motif", REASON_MIN, REASON_MAX);
    bool moved = true, restock = form_checked(&f, "restock"), part = str_is(how, "part");
    int64_t left, cents = 0;
    struct order o;

    TRY(req_path_str(req, "ref", ORDER_REF_LEN, &ref));
    TRY(own_order(cx, ref, &o));
    TRY(order_lock(cx, o.id, &o));
    TRY(payment_left(cx, o.id, &left));
    if (part)
        (void)amount_read(&f, left, &cents);
    if (form_failed(&f))
        return one_show(cx, req, &f, &o, 422);
    enum err e = part ? give_back_part(cx, &o, cents, reason)
                      : give_back(cx, &o, restock, reason, &moved);
    if (e == ERR_CONFLICT)
        return res_redirect_notice(cx, req, URL("console/finances"),
                                   STR("Cette commande ne peut pas être remboursée maintenant."));
    TRY(e);
    return res_redirect_notice(cx, req, URL("console/finances"),
                               moved ? STR("Le remboursement est demandé au prestataire.")
                                     : STR("Cette commande était déjà remboursée."));
}

/* ---- several ---- */

struct many {
    struct order order[MANY_MAX];
    size_t count;
    int64_t cents;
};

/* References one a line or between blanks; each fault is named. */
static enum err
many_read(struct ctx *cx, struct form *f, struct str text, struct many *m)
{
    struct str rest = text;

    for (size_t i = 0; i < text.len;) {
        size_t from = i;
        while (i < text.len && text.ptr[i] > ' ' && text.ptr[i] != ',' && text.ptr[i] != ';')
            i++;
        struct str ref = str_upper(cx->arena, str_sub(rest, from, i - from));
        i++;
        if (ref.len == 0)
            continue;
        if (m->count == MANY_MAX) {
            form_error(f, "orders", "Indiquez au plus %d commandes à la fois.", MANY_MAX);
            return OK;
        }
        struct order *o = &m->order[m->count];
        bool can = false;
        enum err e = own_order(cx, ref, o);
        if (e == OK)
            TRY(order_can_give_back(cx, o, &can));
        if (e == ERR_NOT_FOUND || (e == OK && !can)) {
            form_error(f, "orders", "La commande %.*s %s.", STR_FMT(ref),
                       e == OK ? "ne peut pas être remboursée dans son état"
                               : "n’est pas une commande payée de vos campagnes");
            return OK;
        }
        TRY(e);
        for (size_t k = 0; k < m->count; k++)
            if (m->order[k].id == o->id) {
                form_error(f, "orders", "La commande %.*s est citée deux fois.", STR_FMT(ref));
                return OK;
            }
        m->cents += o->total_cents;
        m->count++;
    }
    if (m->count == 0)
        form_error(f, "orders", "Indiquez les références des commandes, une par ligne.");
    return OK;
}

static enum err
many_show(struct ctx *cx, struct req *req, struct form *f, int status)
{
    struct refund_view v = {.may_act = finance_may_act(cx), .restock = true, .can_restock = true};

    TRY(finance_frame(cx, req, STR("Rembourser plusieurs commandes"), &v.page));
    v.page.has_error = form_failed(f);
    v.errors = form_errors(f);
    v.action = URL("console/finances/remboursements");
    v.orders = form_field(f, "orders", STR("Commandes"), STR("Une référence par ligne."),
                          STR_NONE);
    v.reason = form_field(f, "reason", STR("Motif"), STR("Il est gardé au journal."), STR_NONE);
    v.orders.required = v.reason.required = true;
    refund_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /console/finances/remboursements */
enum err
refund_many_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);

    return many_show(cx, req, &f, 200);
}

/* POST /console/finances/remboursements - asks; another person approves. */
enum err
refund_many_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str reason = form_long_text(&f, "reason", "Motif", REASON_MIN, REASON_MAX);
    struct str text = form_long_text(&f, "orders", "Commandes", 1, MANY_TEXT_MAX);
    struct many *m = ARENA_NEW(cx->arena, struct many);
    struct buf b;
    int64_t id;

    if (!form_failed(&f))
        TRY(many_read(cx, &f, text, m));
    if (form_failed(&f))
        return many_show(cx, req, &f, 422);
    buf_init(&b, MANY_JSON_MAX);
    struct jw w = jw_begin(&b);
    jw_object(&w);
    jw_kbool(&w, "restock", form_checked(&f, "restock"));
    jw_key(&w, "orders");
    jw_array(&w);
    for (size_t i = 0; i < m->count; i++)
        jw_str(&w, m->order[i].ref);
    jw_close_array(&w);
    jw_close_object(&w);
    struct str args = buf_dup(&b, cx->arena);
    buf_release(&b);
    TRY(act_ask(cx, ACT_REFUND_MANY, cx->actor.organiser_id, args,
                str_printf(cx->arena, "Rembourser %s, en tout %s.",
                           fmt_plural((int64_t)m->count, "commande", "commandes").z,
                           fmt_euros(m->cents).z),
                reason, &id));
    return res_redirect_notice(cx, req, URL("console/approbations"),
                               STR("La demande attend l’accord d’une deuxième personne."));
}

/* The approved act: all of them, or none. */
enum err
refund_many_act(struct ctx *cx, const struct act_request *r, struct str *why)
{
    struct json_error fault;
    struct json *tree;

    if (json_parse(cx->arena, r->args, MANY_JSON_MAX, &tree, &fault) != OK)
        return ERR_FAULT;
    bool restock = json_get_bool(tree, "restock", true), moved;
    const struct json *orders = json_get(tree, "orders");
    for (size_t i = 0; orders != NULL && i < orders->count; i++) {
        struct str ref = orders->item[i].s;
        struct order o;
        enum err e = own_order(cx, ref, &o);
        if (e == OK)
            e = give_back(cx, &o, restock, r->reason, &moved);
        if (e == ERR_CONFLICT || e == ERR_NOT_FOUND) {
            *why = str_printf(cx->arena,
                              "La commande %.*s ne peut plus être remboursée\u00a0: retirez-la de "
                              "la liste et demandez à nouveau.",
                              STR_FMT(ref));
            return ERR_CONFLICT;
        }
        TRY(e);
    }
    return OK;
}
