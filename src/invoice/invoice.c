/* SPDX-License-Identifier: Apache-2.0 */
/* invoice.c - see invoice.h: what is due, its number, its row. */
#include "invoice/invoice_int.h"

#include "base/clock.h"
#include "base/format.h"
#include "http/server.h"

enum { BATCH = 50, ROUNDS_MAX = 20, STUCK_PAUSE_MS = 60 * 1000 };

enum err
invoice_expect(struct ctx *cx, int64_t order_id)
{
    assert(db_in_write(cx));
    return db_run(cx, SQL_INVOICE_DUE_PUT, NULL, db_int(INVOICE_BILL), db_int(order_id),
                  db_int(cx->now_ms));
}

enum err
invoice_expect_credit(struct ctx *cx, int64_t payment_id)
{
    assert(db_in_write(cx));
    return db_run(cx, SQL_INVOICE_DUE_PUT, NULL, db_int(INVOICE_CREDIT), db_int(payment_id),
                  db_int(cx->now_ms));
}

/* ---- one document ---- */

/* "MASQ-2026", "MASQ-AV-2026": one series for each kind and civil year of the organiser. */
static struct str
series_of(struct ctx *cx, const struct policy *p, enum invoice_kind kind)
{
    struct civil now = civil_of(cx->now_ms, p->zone);

    return str_printf(cx->arena, "%.*s%s-%d", STR_FMT(p->seller.prefix),
                      kind == INVOICE_CREDIT ? "-AV" : "", now.year);
}

struct issue {
    const struct order *order;
    const struct campaign *campaign;
    int64_t refund_id, invoice_id;
};

/* Numbers the document and writes it. */
static enum err
doc_issue(struct ctx *cx, const struct issue *in, struct invoice_doc *d, int64_t *id)
{
    struct str series = series_of(cx, in->campaign->policy, (enum invoice_kind)d->kind);
    const struct order *o = in->order;
    struct db_rows rows;

    TRY(db_run(cx, SQL_INVOICE_SERIES_TAKE, &rows, db_int(in->campaign->organiser_id),
               db_str(series), db_int(cx->now_ms)));
    int64_t seq = row_int(&rows, 0, 0);
    d->issued_ms = row_int(&rows, 0, 1);
    d->number = str_printf(cx->arena, "%.*s-%06lld", STR_FMT(series), (long long)seq);
    TRY(db_run(cx, SQL_INVOICE_INSERT, &rows, db_int(in->campaign->organiser_id), db_str(series),
               db_int(seq), db_str(d->number), db_int(d->kind), db_int(o->campaign_id),
               db_int(o->id), db_str(o->ref), db_int(o->payment_id),
               db_int_or_null(in->refund_id), db_int_or_null(in->invoice_id),
               db_int(d->issued_ms), db_int(o->siren), db_str(d->buyer_name),
               db_str(utf8_plain_upper(cx->arena, d->buyer_name)), db_int(d->net_cents),
               db_int(d->vat_cents), db_int(d->total_cents), db_str(doc_json(cx, d))));
    *id = row_int(&rows, 0, 0);
    for (int i = 0; i < d->vat_count; i++)
        if (d->vat[i].net_cents != 0 || d->vat[i].vat_cents != 0)
            TRY(db_run(cx, SQL_INVOICE_VAT_INSERT, NULL, db_int(*id),
                       db_str(str_n(&d->vat[i].category, 1)), db_int(d->vat[i].vat_bp),
                       db_int(d->vat[i].net_cents), db_int(d->vat[i].vat_cents)));
    log_info(cx->log, "invoice_issued", LOG_INT("id", *id), LOG_STR("number", d->number),
             LOG_INT("order", o->id), LOG_INT("cents", d->total_cents));
    metric_add(d->kind == INVOICE_BILL ? "invoices_issued" : "credit_notes_issued", 1);
    return OK;
}

/* The invoice of an order: found, or made now. *why says what is missing; then *id is 0. */
static enum err
bill_get(struct ctx *cx, const struct order *o, const struct campaign *c, struct invoice_doc *d,
         int64_t *id, struct str *why)
{
    struct db_rows rows;

    *id = 0;
    *why = STR_NONE;
    TRY(db_run(cx, SQL_INVOICE_BILL, &rows, db_int(o->id)));
    if (rows.count > 0) {
        *id = row_int(&rows, 0, 0);
        return doc_parse(cx, row_str(&rows, 0, 1), d);
    }
    TRY(doc_of_order(cx, o, c, d, why));
    if (why->len > 0)
        return OK;
    return doc_issue(cx, &(struct issue){o, c, 0, 0}, d, id);
}

static enum err
bill_due(struct ctx *cx, int64_t order_id, struct str *why)
{
    struct invoice_doc d;
    struct campaign c;
    struct order o;
    int64_t id;

    TRY(order_by_id(cx, order_id, &o));
    TRY(campaign_by_id(cx, o.campaign_id, &c));
    *why = STR_NONE;
    if (o.paid_ms == 0)
        return OK; /* Never paid: nothing is owed. */
    return bill_get(cx, &o, &c, &d, &id, why);
}

/* ---- credit notes ---- */

/* What the invoice has left after the credit notes so far, rate by rate; the sum credited. */
static enum err
rest_load(struct ctx *cx, const struct order *o, const struct invoice_doc *bill,
          struct doc_vat rest[DOC_LINES_MAX], int64_t *credited)
{
    struct db_rows rows;

    *credited = 0;
    memcpy(rest, bill->vat, sizeof bill->vat);
    TRY(db_run(cx, SQL_INVOICE_CREDITED, &rows, db_int(o->id)));
    for (size_t r = 0; r < rows.count; r++) {
        *credited += row_int(&rows, r, 2) + row_int(&rows, r, 3);
        for (int i = 0; i < bill->vat_count; i++)
            if (rest[i].category == row_str(&rows, r, 0).ptr[0] &&
                rest[i].vat_bp == row_int(&rows, r, 1)) {
                rest[i].net_cents -= row_int(&rows, r, 2);
                rest[i].vat_cents -= row_int(&rows, r, 3);
            }
    }
    return OK;
}

static enum err
credit_load(struct ctx *cx, const struct order *o, struct credit *c)
{
    struct db_rows rows;

    c->lines_known = true;
    for (int i = 0; i < o->line_count; i++)
        c->packs_left[i] = o->line[i].packs;
    TRY(db_run(cx, SQL_INVOICE_PACKS_CREDITED, &rows, db_int(o->id)));
    for (size_t r = 0; r < rows.count; r++) {
        if (row_null(&rows, r, 0)) {
            c->lines_known = false;
            continue;
        }
        assert(row_int(&rows, r, 0) < o->line_count);
        c->packs_left[row_int(&rows, r, 0)] -= row_int(&rows, r, 1);
    }
    TRY(db_run(cx, SQL_REFUND_PART_OF, &rows, db_int(c->refund_id)));
    for (size_t r = 0; r < rows.count && r < ORDER_LINES_MAX; r++)
        c->part[c->part_count++] = (struct credit_part){
            (int)row_int(&rows, r, 0), row_int(&rows, r, 1), row_int(&rows, r, 2),
            row_int(&rows, r, 3)};
    return OK;
}

/* One refund; refunded is what was given back with it and before it. What was credited under a
 * refund that failed afterwards and was made again is not credited twice. */
static enum err
credit_one(struct ctx *cx, const struct issue *base, const struct invoice_doc *bill,
           int64_t refund_id, int64_t amount, int64_t refunded)
{
    struct doc_vat rest[DOC_LINES_MAX];
    struct credit c = {.refund_id = refund_id, .rest = rest};
    struct issue in = *base;
    struct invoice_doc d;
    int64_t credited, id;

    TRY(rest_load(cx, in.order, bill, rest, &credited));
    c.cents = amount < refunded - credited ? amount : refunded - credited;
    if (c.cents > bill->total_cents - credited)
        c.cents = bill->total_cents - credited;
    if (c.cents <= 0)
        return OK;
    TRY(credit_load(cx, in.order, &c));
    if (c.cents != amount)
        c.part_count = 0;
    doc_of_credit(cx, bill, in.order, &c, &d);
    assert(d.total_cents == c.cents);
    in.refund_id = refund_id;
    return doc_issue(cx, &in, &d, &id);
}

/* The payment's rows stay as they are while its credit notes are written: order first, as
 * everywhere. */
static enum err
credit_due(struct ctx *cx, int64_t payment_id, struct str *why)
{
    struct invoice_doc bill;
    struct db_rows pay, refunds;
    struct campaign c;
    struct order o;
    int64_t bill_id;

    *why = STR_NONE;
    TRY(db_run(cx, SQL_INVOICE_PAYMENT, &pay, db_int(payment_id)));
    if (pay.count == 0)
        return OK; /* Money that paid for nothing: no invoice, no credit note. */
    TRY(order_lock(cx, row_int(&pay, 0, 0), &o));
    TRY(campaign_by_id(cx, o.campaign_id, &c));
    TRY(bill_get(cx, &o, &c, &bill, &bill_id, why));
    if (bill_id == 0)
        return OK;
    if (!c.policy->seller.given) {
        *why = STR("La version en vigueur de la campagne ne porte plus les mentions légales du "
                   "vendeur\u00a0: remettez-les, puis publiez-la.");
        return OK;
    }
    struct issue in = {&o, &c, 0, bill_id};
    TRY(db_run(cx, SQL_INVOICE_UNCREDITED, &refunds, db_int(payment_id)));
    for (size_t r = 0; r < refunds.count; r++)
        TRY(credit_one(cx, &in, &bill, row_int(&refunds, r, 0), row_int(&refunds, r, 1),
                       row_int(&refunds, r, 2)));
    return OK;
}

/* ---- all that is due ---- */

struct round {
    int max;    /* Documents in one transaction. */
    int taken, issued, stuck;
};

static enum err
due_one(struct ctx *cx, enum invoice_kind kind, int64_t subject, struct round *r)
{
    struct str why;

    TRY(kind == INVOICE_BILL ? bill_due(cx, subject, &why) : credit_due(cx, subject, &why));
    if (why.len == 0) {
        r->issued++;
        return db_run(cx, SQL_INVOICE_DUE_DONE, NULL, db_int(kind), db_int(subject));
    }
    r->stuck++;
    log_warn(cx->log, "invoice_stuck", LOG_INT("kind", kind), LOG_INT("subject", subject),
             LOG_STR("why", why));
    return db_run(cx, SQL_INVOICE_DUE_STUCK, NULL, db_int(kind), db_int(subject),
                  db_int(cx->now_ms + STUCK_PAUSE_MS), db_str(why));
}

static enum err
round_unit(struct ctx *cx, void *arg)
{
    struct round *r = arg;
    struct db_rows rows;

    r->issued = r->stuck = 0;
    TRY(db_run(cx, SQL_INVOICE_DUE_TAKE, &rows, db_int(cx->now_ms), db_int(r->max)));
    r->taken = (int)rows.count;
    for (size_t i = 0; i < rows.count; i++)
        TRY(due_one(cx, (enum invoice_kind)row_int(&rows, i, 0), row_int(&rows, i, 1), r));
    return OK;
}

/* The first one due alone is the one that cannot be written: it is put off, so that it does not
 * keep the others waiting. */
static enum err
put_off_unit(struct ctx *cx, void *arg)
{
    struct db_rows rows;

    (void)arg;
    TRY(db_run(cx, SQL_INVOICE_DUE_TAKE, &rows, db_int(cx->now_ms), db_int(1)));
    if (rows.count == 0)
        return OK;
    return db_run(cx, SQL_INVOICE_DUE_STUCK, NULL, db_int(row_int(&rows, 0, 0)),
                  db_int(row_int(&rows, 0, 1)), db_int(cx->now_ms + STUCK_PAUSE_MS),
                  db_str(STR("Une erreur est survenue\u00a0; elle est dans le journal du "
                             "serveur.")));
}

enum err
invoice_issue_due(struct ctx *cx, int *issued, int *stuck)
{
    struct round r = {.max = BATCH, .taken = BATCH};

    *issued = *stuck = 0;
    for (int i = 0; i < ROUNDS_MAX && r.taken == r.max; i++) {
        enum err e = db_write(cx, round_unit, &r);
        if (e != OK && r.max > 1) {
            r.max = r.taken = 1; /* One by one, to find the culprit. */
            continue;
        }
        if (e != OK) {
            TRY(db_write(cx, put_off_unit, NULL));
            r = (struct round){.max = BATCH, .taken = BATCH};
            *stuck += 1;
            continue;
        }
        *issued += r.issued;
        *stuck += r.stuck;
    }
    return OK;
}

/* ---- reading ---- */

struct invoice
invoice_from_row(const struct db_rows *rows, size_t r)
{
    return (struct invoice){
        .id = row_int(rows, r, 0),
        .kind = (enum invoice_kind)row_int(rows, r, 1),
        .number = row_str(rows, r, 2),
        .organiser_id = row_int(rows, r, 3),
        .campaign_id = row_int(rows, r, 4),
        .order_id = row_int(rows, r, 5),
        .payment_id = row_int(rows, r, 6),
        .refund_id = row_int(rows, r, 7),
        .invoice_id = row_int(rows, r, 8),
        .issued_ms = row_int(rows, r, 9),
        .siren = row_int(rows, r, 10),
        .buyer = row_str(rows, r, 11),
        .net_cents = row_int(rows, r, 12),
        .vat_cents = row_int(rows, r, 13),
        .total_cents = row_int(rows, r, 14),
        .order_ref = row_str(rows, r, 15),
    };
}

enum err
invoice_of_order(struct ctx *cx, int64_t order_id, struct invoice_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_INVOICE_OF_ORDER, &rows, db_int(order_id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct invoice);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = invoice_from_row(&rows, r);
    return OK;
}

enum err
invoice_by_number(struct ctx *cx, int64_t order_id, struct str number, struct invoice *out)
{
    struct invoice_list list;

    TRY(invoice_of_order(cx, order_id, &list));
    for (size_t i = 0; i < list.count; i++)
        if (str_eq(list.item[i].number, number)) {
            *out = list.item[i];
            return OK;
        }
    return ERR_NOT_FOUND;
}

enum err
invoice_xml(struct ctx *cx, int64_t id, struct buf *out)
{
    struct invoice_doc d;

    TRY(doc_load(cx, id, &d));
    doc_xml(out, &d);
    return OK;
}

enum err
invoice_pdf(struct ctx *cx, int64_t id, struct buf *out)
{
    struct buf plain, xml;
    struct invoice_doc d;

    TRY(doc_load(cx, id, &d));
    buf_init(&plain, 0);
    buf_init(&xml, 0);
    doc_xml(&xml, &d);
    enum err e = doc_draw(cx, &d, &plain);
    if (e == OK)
        e = doc_archive(cx, &d, buf_view(&plain), buf_view(&xml), out);
    buf_release(&plain);
    buf_release(&xml);
    return e;
}
