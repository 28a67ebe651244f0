/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finance_web.c - the organiser's documents: list, search, totals of a month, the PDF, the journal.
 */
#include "base/clock.h"
#include "base/format.h"
#include "base/parse.h"
#include "finance_tmpl.h"
#include "http/route.h"
#include "invoice/fec.h"
#include "invoice/finance_web.h"
#include "invoice/settle.h"
#include "payment/payment.h"
#include "registry/registry.h"
#include "staff/staff.h"

enum { QUERY_MAX = 80, DAY_MAX = 10 };

enum err
finance_frame(struct ctx *cx, struct req *req, struct str title, struct page *out)
{
    TRY(console_page(cx, req, title, out));
    if (str_is(title, "Finances")) {
        page_crumb(cx, out, title, (struct url){STR_NONE});
        return OK;
    }
    page_crumb(cx, out, STR("Finances"), URL("console/finances"));
    page_crumb(cx, out, title, (struct url){STR_NONE});
    return OK;
}

bool
finance_may_act(const struct ctx *cx)
{
    return (cx->actor.rights & (RIGHT_FINANCE | RIGHT_ADMIN)) != 0;
}

struct str
finance_euros(struct ctx *cx, int64_t cents)
{
    return str_printf(cx->arena, "%s", fmt_euros(cents).z);
}

struct str
finance_day(struct ctx *cx, int64_t ms)
{
    return str_printf(cx->arena, "%s", fmt_short_date(ms, ZONE_PARIS).z);
}

struct table
finance_table(struct ctx *cx, const char *id, const char *caption, const char *const *heads,
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

/* ---- search ---- */

struct search {
    struct str q, from, to;
    int64_t from_ms, to_ms, before_ms, before_id;
};

/* The start of a civil day, or of the next one. */
static bool
day_read(struct str s, bool after, int64_t def, int64_t *out)
{
    struct civil c;

    *out = def;
    if (s.len == 0)
        return true;
    if (s.len != DAY_MAX || !civil_parse(s, &c))
        return false;
    if (after)
        c = civil_from_day(civil_day(c.year, c.month, c.day) + 1);
    *out = civil_to_ms(&c, ZONE_PARIS);
    return true;
}

static enum err
search_read(struct req *req, struct form *f, struct search *s)
{
    TRY(req_query_str(req, "q", QUERY_MAX, STR_NONE, &s->q));
    TRY(req_query_str(req, "du", DAY_MAX, STR_NONE, &s->from));
    TRY(req_query_str(req, "au", DAY_MAX, STR_NONE, &s->to));
    TRY(req_query_int(req, "avant", 0, INT64_MAX, INT64_MAX, &s->before_ms));
    TRY(req_query_int(req, "document", 0, INT64_MAX, INT64_MAX, &s->before_id));
    s->q = str_trim(s->q);
    if (!day_read(s->from, false, 0, &s->from_ms))
        form_error(f, "du", "Écrivez une date, par exemple 2020-05-02.");
    if (!day_read(s->to, true, INT64_MAX, &s->to_ms))
        form_error(f, "au", "Écrivez une date, par exemple 2020-05-02.");
    if (s->before_ms > s->to_ms) {
        s->before_ms = s->to_ms;
        s->before_id = 0;
    }
    return OK;
}

/* A number, an order's reference, a SIREN, or the beginning of a name. */
static enum err
search_run(struct ctx *cx, const struct search *s, struct db_rows *rows)
{
    struct db_value who = db_int(cx->actor.organiser_id);
    struct str upper = str_upper(cx->arena, s->q);
    int64_t siren;

    if (s->q.len == 0)
        return db_run(cx, SQL_INVOICE_PAGE, rows, who, db_int(s->from_ms), db_int(s->before_ms),
                      db_int(s->before_id));
    TRY(db_run(cx, SQL_INVOICE_BY_NUMBER, rows, who, db_str(upper)));
    if (rows->count > 0)
        return OK;
    TRY(db_run(cx, SQL_INVOICE_BY_ORDER, rows, who, db_str(upper)));
    if (rows->count > 0)
        return OK;
    if (siren_parse(s->q, &siren) == NUMBER_OK)
        return db_run(cx, SQL_INVOICE_BY_SIREN, rows, who, db_int(siren), db_int(s->from_ms),
                      db_int(s->to_ms));
    struct str key = utf8_plain_upper(cx->arena, s->q);
    return db_run(cx, SQL_INVOICE_BY_NAME, rows, who, db_str(key),
                  db_str(str_printf(cx->arena, "%.*s~", STR_FMT(key))), db_int(s->from_ms),
                  db_int(s->to_ms));
}

static void
show_rows(struct ctx *cx, const struct db_rows *rows, struct finance_view *v)
{
    size_t count = rows->count > INVOICE_PAGE ? INVOICE_PAGE : rows->count;

    v->rows.item = ARENA_ARRAY(cx->arena, count, struct finance_row);
    v->rows.count = count;
    for (size_t i = 0; i < count; i++) {
        struct invoice in = invoice_from_row(rows, i);
        bool credit = in.kind == INVOICE_CREDIT;
        v->rows.item[i] = (struct finance_row){
            .number = in.number,
            .kind = credit ? STR("Avoir") : STR("Facture"),
            .buyer = in.buyer,
            .order_ref = in.order_ref,
            .date = finance_day(cx, in.issued_ms),
            .total = finance_euros(cx, credit ? -in.total_cents : in.total_cents),
            .url = url_path(cx->arena, "/console/finances/documents/%lld", (long long)in.id),
        };
        if (!credit)
            v->rows.item[i].refund = url_path(cx->arena, "/console/finances/rembourser/%s",
                                              str_z(cx->arena, in.order_ref));
    }
}

static struct url
page_url(struct ctx *cx, const struct search *s)
{
    struct url u = URL("console/finances");

    if (s->from.len > 0)
        u = url_with(cx->arena, u, "du", s->from);
    return s->to.len > 0 ? url_with(cx->arena, u, "au", s->to) : u;
}

static void
show_pager(struct ctx *cx, const struct search *s, const struct db_rows *rows, struct req *req,
           struct finance_view *v)
{
    int64_t was;

    v->pager.total = -1;
    if (s->q.len == 0 && rows->count > INVOICE_PAGE) {
        struct invoice last = invoice_from_row(rows, INVOICE_PAGE - 1);
        struct url u = url_with(cx->arena, page_url(cx, s), "avant",
                                str_printf(cx->arena, "%lld", (long long)last.issued_ms));
        v->pager.next = url_with(cx->arena, u, "document",
                                 str_printf(cx->arena, "%lld", (long long)last.id));
    }
    if (req_query_int(req, "avant", 0, INT64_MAX, -1, &was) == OK && was >= 0)
        v->pager.previous = page_url(cx, s);
}

/* ---- totals ---- */

static void
month_bounds(int64_t month, int64_t *from, int64_t *until)
{
    struct civil a = {.year = (int)(month / 12), .month = (int)(month % 12) + 1, .day = 1};
    struct civil b = {.year = (int)((month + 1) / 12), .month = (int)((month + 1) % 12) + 1,
                      .day = 1};

    *from = civil_to_ms(&a, ZONE_PARIS);
    *until = civil_to_ms(&b, ZONE_PARIS);
}

static struct url
month_url(struct ctx *cx, int64_t month)
{
    return url_with(cx->arena, URL("console/finances"), "mois",
                    str_printf(cx->arena, "%lld", (long long)month));
}

/* Documents of one month by kind and rate; credit notes count down. */
static enum err
show_totals(struct ctx *cx, struct req *req, struct finance_view *v)
{
    static const char *const heads[] = {"Taux", "Documents", "HT", "TVA", "TTC"};
    static const char *const months[] = {"janvier", "février", "mars",      "avril",   "mai",
                                         "juin",    "juillet", "août",      "septembre", "octobre",
                                         "novembre", "décembre"};
    struct civil now = civil_of(cx->now_ms, ZONE_PARIS);
    int64_t month, from, until;
    struct db_rows rows;

    TRY(req_query_int(req, "mois", 2000 * 12, 2999 * 12, now.year * 12 + now.month - 1, &month));
    month_bounds(month, &from, &until);
    TRY(db_run(cx, SQL_INVOICE_TOTALS, &rows, db_int(cx->actor.organiser_id), db_int(from),
               db_int(until)));
    v->month = str_printf(cx->arena, "%s %lld", months[month % 12], (long long)(month / 12));
    v->month_before = month_url(cx, month - 1);
    v->month_after = month_url(cx, month + 1);
    v->totals_table = finance_table(cx, "totaux", "Factures et avoirs du mois par taux", heads, 5,
                                    0x1e);
    v->totals.item = ARENA_ARRAY(cx->arena, rows.count, struct finance_total);
    v->totals.count = rows.count;
    for (size_t r = 0; r < rows.count; r++) {
        bool credit = row_int(&rows, r, 0) == INVOICE_CREDIT;
        int64_t sign = credit ? -1 : 1, net = row_int(&rows, r, 4), vat = row_int(&rows, r, 5);
        v->totals.item[r] = (struct finance_total){
            .label = str_printf(cx->arena, "%s, %s", credit ? "Avoirs" : "Factures",
                                str_is(row_str(&rows, r, 1), "S")
                                    ? fmt_percent_bp(row_int(&rows, r, 2)).z
                                : str_is(row_str(&rows, r, 1), "G") ? "exportation"
                                                                    : "exonéré"),
            .documents = str_printf(cx->arena, "%s", fmt_int(row_int(&rows, r, 3)).z),
            .net = finance_euros(cx, sign * net),
            .vat = finance_euros(cx, sign * vat),
            .total = finance_euros(cx, sign * (net + vat)),
        };
    }
    return OK;
}

static enum err
show_stuck(struct ctx *cx, struct finance_view *v)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_INVOICE_DUE_WHY, &rows, db_int(cx->actor.organiser_id)));
    v->stuck.item = ARENA_ARRAY(cx->arena, rows.count, struct finance_why);
    v->stuck.count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        v->stuck.item[r] = (struct finance_why){
            .count = str_printf(cx->arena, "%s à écrire",
                                fmt_plural(row_int(&rows, r, 1), "document", "documents").z),
            .text = row_str(&rows, r, 0),
        };
    return OK;
}

/* Where somebody waits, with how much. */
static enum err
show_waiting(struct ctx *cx, struct finance_view *v)
{
    int64_t alarms, findings, files;

    TRY(payment_waiting(cx, &alarms));
    TRY(settle_waiting(cx, &findings, &files));
    v->care_label = alarms == 0 ? STR("Paiements à traiter")
                                : str_printf(cx->arena, "Paiements à traiter (%s)",
                                             fmt_plural(alarms, "alerte", "alertes").z);
    v->settle_label = findings == 0 ? STR("Relevés du prestataire")
                                    : str_printf(cx->arena, "Relevés du prestataire (%s)",
                                                 fmt_plural(findings, "écart", "écarts").z);
    return OK;
}

/* GET /console/finances?q=&du=&au=&mois=&avant=&document= */
enum err
finance_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Numéro", "Document", "Date", "Entreprise",
                                        "Commande", "Montant TTC", "Agir"};
    struct form f = form_begin(cx, req);
    struct finance_view v = {0};
    struct search s = {0};
    struct db_rows rows = {0};
    int year = civil_of(cx->now_ms, ZONE_PARIS).year;

    TRY(search_read(req, &f, &s));
    TRY(finance_frame(cx, req, STR("Finances"), &v.page));
    if (!form_failed(&f))
        TRY(search_run(cx, &s, &rows));
    v.errors = form_errors(&f);
    v.q = form_field(&f, "q", STR("Numéro, commande, SIREN ou nom"), STR_NONE, s.q);
    v.from = form_field(&f, "du", STR("Du"), STR_NONE, s.from);
    v.to = form_field(&f, "au", STR("Au"), STR_NONE, s.to);
    v.from.type = v.to.type = "date";
    v.q.required = v.from.required = v.to.required = true;
    v.is_filtered = s.q.len + s.from.len + s.to.len > 0;
    v.table = finance_table(cx, "documents", "Factures et avoirs, le plus récent d’abord", heads,
                            7, 0x20);
    show_rows(cx, &rows, &v);
    show_pager(cx, &s, &rows, req, &v);
    TRY(show_totals(cx, req, &v));
    TRY(show_stuck(cx, &v));
    TRY(show_waiting(cx, &v));
    v.journal = url_with(cx->arena, URL("console/finances/journal.txt"), "annee",
                         str_printf(cx->arena, "%d", year));
    v.journal_label = str_printf(cx->arena, "Journal comptable %d (FEC)", year);
    v.empty = (struct empty_state){
        STR("Aucun document"),
        v.is_filtered ? STR("Rien ne correspond à cette recherche.")
                      : STR("Les factures sont émises quelques secondes après le paiement."),
        v.is_filtered ? URL("console/finances") : (struct url){STR_NONE}, STR("Tout voir")};
    finance_html(&req->out, &v);
    return res_html(req, form_failed(&f) ? 422 : 200);
}

/* GET /console/finances/documents/{id} - the PDF. */
enum err
finance_document_get(struct ctx *cx, struct req *req)
{
    struct db_rows rows;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(db_run(cx, SQL_INVOICE_OWN, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    TRY(invoice_pdf(cx, id, &req->out));
    res_attachment(cx, req,
                   str_printf(cx->arena, "%.*s.pdf", STR_FMT(row_str(&rows, 0, 0))));
    return res_body(req, 200, "application/pdf");
}

struct journal {
    struct req *req;
    struct fec fec;
    bool begun;
};

static enum err
piece_send(void *arg)
{
    return res_flush(arg);
}

static enum err
journal_unit(struct ctx *cx, void *arg)
{
    struct journal *j = arg;

    if (j->begun)
        return ERR_BUSY; /* Run again after a lost connection: what was sent stays sent. */
    TRY(fec_begin(cx, &j->fec));
    res_attachment(cx, j->req, j->fec.name);
    TRY(res_body(j->req, 200, "text/plain; charset=utf-8"));
    j->begun = true;
    return fec_write(cx, &j->fec, &j->req->out, piece_send, j->req);
}

static enum err
journal_note(struct ctx *cx, void *arg)
{
    const struct journal *j = arg;

    return audit_add(cx, &(struct audit){
                             .act = "accounts.export",
                             .subject = "organiser",
                             .subject_id = cx->actor.organiser_id,
                             .after = str_printf(cx->arena,
                                                 "{\"file\":\"%.*s\",\"entries\":%lld}",
                                                 STR_FMT(j->fec.name),
                                                 (long long)j->fec.entries),
                         });
}

/* GET /console/finances/journal.txt?annee= - LATE: the year's journal in pieces, then a note that
 * it was taken. */
enum err
finance_journal_get(struct ctx *cx, struct req *req)
{
    struct journal j = {.req = req, .fec = {.organiser_id = cx->actor.organiser_id, .sep = '\t'}};
    int64_t year;

    TRY(req_query_int(req, "annee", 2000, 2999,
                      civil_of(db_now_ms(cx->app->pool), ZONE_PARIS).year, &year));
    j.fec.year = (int)year;
    TRY(db_read(cx, journal_unit, &j));
    return db_write(cx, journal_note, &j);
}
