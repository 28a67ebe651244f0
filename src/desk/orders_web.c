/* SPDX-License-Identifier: Apache-2.0 */
/*
 * orders_web.c - /console/commandes: the organiser's orders, with filters.
 *
 * Pages go by number. A page is put together from parts, each the walk of an index from the same
 * number on: a campaign's orders in one state, or to one département, or those that something is
 * the matter with. So a page costs the same with a hundred orders and with a million, and every
 * order is reached. Filters that no index serves together are asked of LOOKED orders of a part;
 * when these give less than a page, the page says so and leads on. See desk_order.sql.
 */
#include "base/clock.h"
#include "base/format.h"
#include "base/parse.h"
#include "desk/desk_web.h"
#include "desk_tmpl.h"
#include "http/route.h"
#include "staff/staff.h"

#define HERE "console/commandes"
enum { PAGE_ROWS = 50, LOOKED = 20000, LOOKED_BESIDE = 1000, DAY_LEN = 10 };
static const int64_t slack_ms = 15 * CLOCK_MINUTE_MS; /* Numbers and times, almost in step. */

static const struct {
    const char *code, *label;
    enum order_state from, to;
} states[] = {
    {"", "Tous les états", ORDER_HELD, ORDER_RETURNED},
    {"a-payer", "Réservées, à payer", ORDER_HELD, ORDER_PAYING},
    {"payees", "Payées, à préparer", ORDER_PAID, ORDER_PAID},
    {"preparation", "En préparation", ORDER_PREPARING, ORDER_PREPARING},
    {"remises", "Remises au transporteur", ORDER_HANDED, ORDER_HANDED},
    {"livrees", "Livrées", ORDER_DELIVERED, ORDER_DELIVERED},
    {"expirees", "Expirées", ORDER_EXPIRED, ORDER_EXPIRED},
    {"annulees", "Annulées", ORDER_CANCELLED, ORDER_CANCELLED},
    {"a-rembourser", "Remboursement en cours", ORDER_REFUND_DUE, ORDER_REFUND_DUE},
    {"remboursees", "Remboursées", ORDER_REFUNDED, ORDER_REFUNDED},
    {"contestees", "Paiement contesté", ORDER_DISPUTED, ORDER_DISPUTED},
    {"retournees", "Retournées", ORDER_RETURNED, ORDER_RETURNED},
};
static const struct {
    const char *code, *label;
} paids[] = {{"", "Toutes"}, {"oui", "Payées"}, {"non", "Non payées"}},
  problems[] = {{"", "Avec ou sans problème"}, {"tous", "Avec un problème"},
                {"transport", "Problème de transport"}, {"reclamation", "Réclamation en cours"}};
enum { STATES = sizeof states / sizeof states[0], PAIDS = 3, PROBLEMS = 4 };

struct filter {
    struct str campaign, state, department, paid, problem, from, to; /* As typed. */
    size_t nth_state, nth_paid, nth_problem;
    int64_t from_ms, until_ms;
    bool oldest_first;
    int64_t cursor;          /* Before or after this number; 0: from the beginning. */
    struct campaign_list campaigns; /* Those looked at. */
    struct campaign_list all;       /* Of the organiser. */
};

/* ---- reading the filter ---- */

static bool
day_read(struct str s, bool after, int64_t def, int64_t *out)
{
    struct civil c;

    *out = def;
    if (s.len == 0)
        return true;
    if (s.len != DAY_LEN || !civil_parse(s, &c))
        return false;
    if (after)
        c = civil_from_day(civil_day(c.year, c.month, c.day) + 1);
    *out = civil_to_ms(&c, ZONE_PARIS);
    return true;
}

static bool
department_valid(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((s.ptr[i] < '0' || s.ptr[i] > '9') && (i != 1 || (s.ptr[i] != 'A' && s.ptr[i] != 'B')))
            return false;
    return s.len == 0 || s.len == 2 || s.len == 3;
}

static enum err
campaigns_read(struct ctx *cx, struct filter *w)
{
    TRY(campaign_list_of(cx, cx->actor.organiser_id, &w->all));
    w->campaigns.item = ARENA_ARRAY(cx->arena, w->all.count, struct campaign);
    for (size_t i = 0; i < w->all.count; i++)
        if (w->campaign.len == 0 || str_eq(w->campaign, w->all.item[i].slug))
            w->campaigns.item[w->campaigns.count++] = w->all.item[i];
    return OK;
}

static enum err
filter_read(struct ctx *cx, struct req *req, struct form *f, struct filter *w)
{
    struct str sort;

    TRY(req_query_str(req, "campagne", CAMPAIGN_SLUG_MAX, STR_NONE, &w->campaign));
    TRY(req_query_str(req, "etat", 20, STR_NONE, &w->state));
    TRY(req_query_str(req, "departement", 10, STR_NONE, &w->department));
    TRY(req_query_str(req, "payee", 10, STR_NONE, &w->paid));
    TRY(req_query_str(req, "probleme", 20, STR_NONE, &w->problem));
    TRY(req_query_str(req, "du", DAY_LEN, STR_NONE, &w->from));
    TRY(req_query_str(req, "au", DAY_LEN, STR_NONE, &w->to));
    TRY(req_query_str(req, "tri", 10, STR_NONE, &sort));
    TRY(req_query_int(req, "suite", 0, INT64_MAX, 0, &w->cursor));
    w->oldest_first = str_is(sort, "ancien");
    w->department = str_upper(cx->arena, str_trim(w->department));
    for (size_t i = 0; i < STATES; i++)
        w->nth_state = str_is(w->state, states[i].code) ? i : w->nth_state;
    for (size_t i = 0; i < PAIDS; i++)
        w->nth_paid = str_is(w->paid, paids[i].code) ? i : w->nth_paid;
    for (size_t i = 0; i < PROBLEMS; i++)
        w->nth_problem = str_is(w->problem, problems[i].code) ? i : w->nth_problem;
    if (!department_valid(w->department))
        form_error(f, "departement", "Écrivez un département, par exemple 69, 2A ou 974.");
    if (!day_read(w->from, false, 0, &w->from_ms))
        form_error(f, "du", "Écrivez une date, par exemple 2020-05-02.");
    if (!day_read(w->to, true, INT64_MAX, &w->until_ms))
        form_error(f, "au", "Écrivez une date, par exemple 2020-05-02.");
    return campaigns_read(cx, w);
}

/* ---- looking ---- */

/* The first number whose order was made at ms or after. */
static enum err
number_from(struct ctx *cx, int64_t ms, int64_t *out)
{
    struct db_rows rows;
    int64_t low, high;

    TRY(db_run(cx, SQL_DESK_ORDER_BOUNDS, &rows));
    low = row_int(&rows, 0, 0);
    high = row_int(&rows, 0, 1) + 1;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        TRY(db_run(cx, SQL_DESK_ORDER_FROM, &rows, db_int(mid)));
        if (rows.count > 0 && row_int(&rows, 0, 1) < ms)
            low = row_int(&rows, 0, 0) + 1;
        else
            high = mid;
    }
    *out = low;
    return OK;
}

struct hit {
    const struct db_rows *rows;
    size_t r;
    int64_t id;
};
struct look {
    struct hit hit[PAGE_ROWS + 1];
    size_t count;
    int64_t edge;     /* Nothing is known beyond; 0: all was looked at. */
    int64_t followed; /* Orders up to here are found by their département. */
    bool up;
};

/* Keeps the first ones in the order of the page: one more than it shows. */
static void
hit_add(struct look *l, struct hit h)
{
    size_t i = l->count;

    while (i > 0 && (l->up ? l->hit[i - 1].id > h.id : l->hit[i - 1].id < h.id))
        i--;
    if (i > PAGE_ROWS)
        return;
    if (l->count <= PAGE_ROWS)
        l->count++;
    for (size_t k = l->count - 1; k > i; k--)
        l->hit[k] = l->hit[k - 1];
    l->hit[i] = h;
}

/* What lies beyond the edge of one part is not known of the whole. */
static void
edge_at(struct look *l, int64_t id)
{
    if (l->edge == 0 || (l->up ? id < l->edge : id > l->edge))
        l->edge = id;
}

static void
rows_add(struct look *l, const struct db_rows *rows)
{
    for (size_t r = 0; r < rows->count; r++)
        hit_add(l, (struct hit){rows, r, row_int(rows, r, 0)});
    if (rows->count > PAGE_ROWS)
        edge_at(l, row_int(rows, rows->count - 1, 0));
}

/* Few at any time: the longest waiting stands first. */
static bool
is_odd(enum order_state s)
{
    return s == ORDER_REFUND_DUE || s == ORDER_DISPUTED || s == ORDER_RETURNED;
}

static bool
is_urgent(const struct filter *w)
{
    return w->nth_problem > 0 || is_odd(states[w->nth_state].from);
}

static bool
is_filtered(const struct filter *w)
{
    return w->nth_state > 0 || w->nth_paid > 0 || w->nth_problem > 0 || w->department.len > 0 ||
           w->from.len > 0 || w->to.len > 0;
}

static enum err
look_at_problems(struct ctx *cx, const struct filter *w, const struct campaign *c, struct look *l)
{
    struct db_rows *rows = ARENA_NEW(cx->arena, struct db_rows);
    bool any = str_is(w->problem, "tous");

    TRY(db_run(cx, SQL_DESK_ORDERS_PROBLEM, rows, db_int(cx->actor.organiser_id), db_int(c->id),
               db_int(w->cursor), db_int(any || str_is(w->problem, "transport")),
               db_int(any || str_is(w->problem, "reclamation")),
               db_int(states[w->nth_state].from), db_int(states[w->nth_state].to),
               db_str(w->department), db_int((int64_t)w->nth_paid), db_int(w->from_ms),
               db_int(w->until_ms)));
    rows_add(l, rows);
    return OK;
}

struct bounds {
    int64_t low, high; /* Both numbers included. */
};

/* The walk of one index; looked tells how far it came when it found less than a page. */
struct part {
    enum sql_id find, looked;
    struct db_value v[10];
    size_t values;
    int64_t looks; /* At so many, for what the index does not know; 0: it knows all. */
};
enum { PART_FROM = 1, PART_TO, PART_KEY, PART_MAX, PART_LOOKED = PART_MAX + 1 };

static enum err
look_at_part(struct ctx *cx, const struct bounds *b, struct part *p, struct look *l)
{
    struct db_rows *rows = ARENA_NEW(cx->arena, struct db_rows), looked;
    int64_t max = p->looks > 0 ? p->looks : PAGE_ROWS + 1;

    if (b->low > b->high)
        return OK;
    p->v[PART_FROM] = db_int(l->up ? b->low - 1 : b->high + 1);
    p->v[PART_TO] = db_int(l->up ? b->high : b->low);
    p->v[PART_MAX] = db_int(max);
    TRY(db_run_values(cx, p->find, rows, p->v, p->values));
    rows_add(l, rows);
    if (rows->count > PAGE_ROWS || p->looks == 0)
        return OK;
    TRY(db_run_values(cx, p->looked, &looked, p->v, PART_LOOKED));
    if (row_int(&looked, 0, 0) >= max)
        edge_at(l, row_int(&looked, 0, 1));
    return OK;
}

/* What is given back was paid, but for a wrong amount that was not taken for a payment. */
static bool
paid_varies(enum order_state s)
{
    return s == ORDER_REFUND_DUE || s == ORDER_REFUNDED;
}

static bool
paid_fits(const struct filter *w, enum order_state s)
{
    bool never = s == ORDER_HELD || s == ORDER_PAYING || s == ORDER_EXPIRED || s == ORDER_CANCELLED;

    return w->nth_paid == 0 || paid_varies(s) || never == (w->nth_paid == 2);
}

static bool
has_days(const struct filter *w)
{
    return w->from.len > 0 || w->to.len > 0;
}

/* Few of what was given back are not paid: beside states that are full of such, as far as these
 * go is far enough. */
static int64_t
looks_in(const struct filter *w, enum order_state s)
{
    if (has_days(w) || w->department.len > 0)
        return LOOKED;
    if (w->nth_paid == 0 || !paid_varies(s))
        return 0;
    return w->nth_state > 0 ? LOOKED : LOOKED_BESIDE;
}

static enum err
look_at_states(struct ctx *cx, const struct filter *w, const struct campaign *c,
               const struct bounds *b, struct look *l)
{
    for (int s = (int)states[w->nth_state].from; s <= (int)states[w->nth_state].to; s++) {
        if (!paid_fits(w, (enum order_state)s))
            continue;
        struct part p = {l->up ? SQL_DESK_ORDERS_UP : SQL_DESK_ORDERS_DOWN,
                         l->up ? SQL_DESK_ORDERS_LOOKED_UP : SQL_DESK_ORDERS_LOOKED_DOWN,
                         {db_int(c->id), [PART_KEY] = db_int(s), [PART_LOOKED] =
                          db_str(w->department), db_int((int64_t)w->nth_paid),
                          db_int(w->from_ms), db_int(w->until_ms)},
                         9, looks_in(w, (enum order_state)s)};
        TRY(look_at_part(cx, b, &p, l));
    }
    return OK;
}

static enum err
look_at_department(struct ctx *cx, const struct filter *w, const struct campaign *c,
                   const struct bounds *b, struct look *l)
{
    struct bounds old = *b, new = *b;
    struct part p = {l->up ? SQL_DESK_PLACED_UP : SQL_DESK_PLACED_DOWN,
                     l->up ? SQL_DESK_PLACED_LOOKED_UP : SQL_DESK_PLACED_LOOKED_DOWN,
                     {db_int(c->id), [PART_KEY] = db_str(w->department), [PART_LOOKED] =
                      db_int(states[w->nth_state].from), db_int(states[w->nth_state].to),
                      db_int((int64_t)w->nth_paid), db_int(w->from_ms), db_int(w->until_ms)},
                     10, w->nth_state > 0 || w->nth_paid > 0 || has_days(w) ? LOOKED : 0};

    old.high = old.high < l->followed ? old.high : l->followed;
    new.low = new.low > l->followed ? new.low : l->followed + 1;
    TRY(look_at_part(cx, &old, &p, l));
    return look_at_states(cx, w, c, &new, l);
}

static enum err
bounds_of(struct ctx *cx, const struct filter *w, bool up, struct bounds *b)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_DESK_ORDER_BOUNDS, &rows));
    *b = (struct bounds){1, row_int(&rows, 0, 1)};
    if (w->from_ms > 0)
        TRY(number_from(cx, w->from_ms - slack_ms, &b->low));
    if (w->until_ms < INT64_MAX)
        TRY(number_from(cx, w->until_ms + slack_ms, &b->high));
    if (w->cursor > 0 && up && w->cursor + 1 > b->low)
        b->low = w->cursor + 1;
    if (w->cursor > 0 && !up && w->cursor - 1 < b->high)
        b->high = w->cursor - 1;
    return OK;
}

static enum err
look(struct ctx *cx, const struct filter *w, struct look *l)
{
    bool by_place = w->department.len > 0 && !is_odd(states[w->nth_state].from);
    struct bounds b;

    l->up = w->oldest_first || is_urgent(w);
    TRY(bounds_of(cx, w, l->up, &b));
    TRY(desk_followed(cx, &l->followed));
    for (size_t i = 0; i < w->campaigns.count; i++) {
        const struct campaign *c = &w->campaigns.item[i];
        TRY(w->nth_problem > 0 ? look_at_problems(cx, w, c, l)
            : by_place         ? look_at_department(cx, w, c, &b, l)
                               : look_at_states(cx, w, c, &b, l));
    }
    while (l->count > 0 && l->edge != 0 &&
           (l->up ? l->hit[l->count - 1].id > l->edge : l->hit[l->count - 1].id < l->edge))
        l->count--;
    return OK;
}

/* ---- showing ---- */

static struct url
filter_url(struct ctx *cx, const struct filter *w, bool oldest_first)
{
    const struct {
        const char *name;
        struct str value;
    } part[] = {{"campagne", w->campaign}, {"etat", w->state}, {"departement", w->department},
                {"payee", w->paid}, {"probleme", w->problem}, {"du", w->from}, {"au", w->to},
                {"tri", oldest_first ? STR("ancien") : STR_NONE}};
    struct url u = URL(HERE);

    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++)
        if (part[i].value.len > 0)
            u = url_with(cx->arena, u, part[i].name, part[i].value);
    return u;
}

static struct str
marks_of(struct ctx *cx, const struct db_rows *rows, size_t r)
{
    static const char *const words[] = {"Par téléphone", "Transport", "Réclamation"};
    struct str s = STR("");

    for (size_t i = 0; i < 3; i++)
        if (row_int(rows, r, 12 + i) != 0)
            s = str_printf(cx->arena, "%.*s%s%s", STR_FMT(s), s.len > 0 ? ", " : "", words[i]);
    return s;
}

static enum err
order_row(struct ctx *cx, const struct hit *h, struct order_line_row *out)
{
    const struct db_rows *rows = h->rows;
    size_t r = h->r;
    const struct policy *p;
    struct order o = {.state = (enum order_state)row_int(rows, r, 3),
                      .deadline_ms = row_int(rows, r, 5)};
    int64_t units = row_int(rows, r, 6);

    TRY(campaign_policy(cx, row_int(rows, r, 10), (int)row_int(rows, r, 11), &p));
    *out = (struct order_line_row){
        .url = desk_order_url(cx, row_str(rows, r, 1)),
        .company_url = desk_company_url(cx, row_int(rows, r, 2)),
        .ref = row_str(rows, r, 1),
        .company = row_str(rows, r, 9),
        .what = str_printf(cx->arena, "%s %.*s", fmt_int(units).z,
                           STR_FMT(units > 1 ? p->good[0].unit_many : p->good[0].unit_one)),
        .total = desk_euros(cx, row_int(rows, r, 7)),
        .campaign = p->name,
        .department = row_str(rows, r, 8),
        .state = order_state_shown(&o, cx->now_ms),
        .tone = order_tone(o.state),
        .marks = marks_of(cx, rows, r),
        .at_ms = row_int(rows, r, 4),
    };
    return OK;
}

static struct choice_list
choices_of(struct ctx *cx, size_t count, const char *const *code, const char *const *label,
           size_t chosen)
{
    struct choice_list list = {ARENA_ARRAY(cx->arena, count, struct choice), count};

    for (size_t i = 0; i < count; i++)
        list.item[i] = (struct choice){.value = str_of(code[i]), .label = str_of(label[i]),
                                       .checked = i == chosen};
    return list;
}

static void
show_filter(struct ctx *cx, const struct form *f, const struct filter *w, struct orders_view *v)
{
    const char *code[STATES], *label[STATES];

    for (size_t i = 0; i < STATES; i++) {
        code[i] = states[i].code;
        label[i] = states[i].label;
    }
    v->states = choices_of(cx, STATES, code, label, w->nth_state);
    for (size_t i = 0; i < PAIDS; i++) {
        code[i] = paids[i].code;
        label[i] = paids[i].label;
    }
    v->paids = choices_of(cx, PAIDS, code, label, w->nth_paid);
    for (size_t i = 0; i < PROBLEMS; i++) {
        code[i] = problems[i].code;
        label[i] = problems[i].label;
    }
    v->problems = choices_of(cx, PROBLEMS, code, label, w->nth_problem);
    v->campaigns.item = ARENA_ARRAY(cx->arena, w->all.count + 1, struct choice);
    v->campaigns.item[v->campaigns.count++] = (struct choice){.label = STR("Toutes")};
    for (size_t i = 0; i < w->all.count; i++)
        v->campaigns.item[v->campaigns.count++] =
            (struct choice){.value = w->all.item[i].slug, .label = w->all.item[i].policy->name,
                            .checked = str_eq(w->campaign, w->all.item[i].slug)};
    v->campaign = form_field(f, "campagne", STR("Campagne"), STR_NONE, STR_NONE);
    v->state = form_field(f, "etat", STR("État"), STR_NONE, STR_NONE);
    v->paid = form_field(f, "payee", STR("Paiement"), STR_NONE, STR_NONE);
    v->problem = form_field(f, "probleme", STR("Problème"), STR_NONE, STR_NONE);
    v->department = form_field(f, "departement", STR("Département"), STR("69, 2A, 974"),
                               w->department);
    v->from = form_field(f, "du", STR("Du"), STR_NONE, w->from);
    v->to = form_field(f, "au", STR("Au"), STR_NONE, w->to);
    v->from.type = v->to.type = "date";
    struct field *all[] = {&v->campaign, &v->state, &v->paid, &v->problem, &v->department,
                           &v->from, &v->to};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        all[i]->required = true; /* Nothing to fill in: no word "facultatif" beside each. */
    v->is_filtered = is_filtered(w) || w->campaign.len > 0;
    v->clear = URL(HERE);
}

static void
show_empty(const struct filter *w, struct orders_view *v)
{
    v->empty = (struct empty_state){
        w->all.count == 0 ? STR("Aucune campagne publiée") : STR("Aucune commande"),
        w->all.count == 0  ? STR("Les commandes arrivent ici dès qu’une campagne est ouverte.")
        : v->is_filtered   ? STR("Aucune commande ne correspond à ces filtres.")
                           : STR("Personne n’a encore commandé. Un agent peut prendre une "
                                 "commande par téléphone."),
        v->is_filtered ? URL(HERE) : (struct url){STR_NONE}, STR("Tout voir")};
}

static enum err
show_rows(struct ctx *cx, const struct filter *w, const struct look *l, struct orders_view *v)
{
    static const char *const heads[] = {"Commande", "Entreprise", "Quantité", "#Total TTC",
                                        "État", "Dép.", "Date", "À noter", NULL};
    size_t count = l->count > PAGE_ROWS ? PAGE_ROWS : l->count;
    struct url here = filter_url(cx, w, w->oldest_first);

    v->table = desk_table(cx, "commandes", l->up ? STR("Commandes, la plus ancienne d’abord")
                                                 : STR("Commandes, la plus récente d’abord"),
                          heads);
    if (!is_urgent(w)) {
        v->table.columns.item[6].sort = filter_url(cx, w, !w->oldest_first);
        v->table.columns.item[6].sorted = l->up ? SORTED_UP : SORTED_DOWN;
    }
    v->rows.item = ARENA_ARRAY(cx->arena, count + 1, struct order_line_row);
    v->rows.count = count;
    for (size_t i = 0; i < count; i++)
        TRY(order_row(cx, &l->hit[i], &v->rows.item[i]));
    v->pager.total = -1;
    if (w->cursor > 0)
        v->pager.previous = here;
    if (l->count > PAGE_ROWS)
        v->pager.next = url_with(cx->arena, here, "suite",
                                 str_printf(cx->arena, "%lld",
                                            (long long)l->hit[PAGE_ROWS - 1].id));
    else if (l->edge != 0)
        v->further = url_with(cx->arena, here, "suite",
                              str_printf(cx->arena, "%lld", (long long)l->edge));
    if (l->count <= PAGE_ROWS && l->edge == 0 && w->cursor == 0 && count > 0)
        v->lead = str_printf(cx->arena, "%s.", fmt_plural((int64_t)count, "commande",
                                                          "commandes").z);
    return OK;
}

/* GET /console/commandes?campagne=&etat=&departement=&payee=&probleme=&du=&au=&tri=&suite= */
enum err
desk_orders_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct orders_view v = {0};
    struct filter w = {0};
    struct look l = {0};

    TRY(filter_read(cx, req, &f, &w));
    TRY(console_page(cx, req, STR("Commandes"), &v.page));
    page_crumb(cx, &v.page, STR("Commandes"), (struct url){STR_NONE});
    v.page.has_error = form_failed(&f);
    v.errors = form_errors(&f);
    show_filter(cx, &f, &w, &v);
    if (!form_failed(&f))
        TRY(look(cx, &w, &l));
    TRY(show_rows(cx, &w, &l, &v));
    show_empty(&w, &v);
    desk_orders_html(&req->out, &v);
    return res_html(req, form_failed(&f) ? 422 : 200);
}
