/* SPDX-License-Identifier: Apache-2.0 */
/* fec.c - see fec.h. */
#include "invoice/fec.h"

#include "campaign/campaign.h"

enum { FEC_CHUNK = 64 * 1024 };

enum what { WHAT_BILL = 1, WHAT_CREDIT, WHAT_CAPTURE, WHAT_REFUND, WHAT_REFUND_FAILED };

struct writing {
    struct fec *fec;
    const struct conf *conf;
    enum zone zone;
    fec_sink sink;
    void *arg;
    struct buf out;
    int64_t what, id;      /* Of the entry being written. */
};

/* A field without what would end it or its line. */
static void
field(struct writing *w, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        buf_byte(&w->out, c == '\t' || c == '|' || c == '\r' || c == '\n' ? ' ' : c);
    }
    buf_byte(&w->out, w->fec->sep);
}

static void
field_date(struct writing *w, int64_t ms)
{
    struct civil c = civil_of(ms, w->zone);

    buf_printf(&w->out, "%04d%02d%02d%c", c.year, c.month, c.day, w->fec->sep);
}

static void
field_cents(struct writing *w, int64_t cents)
{
    buf_printf(&w->out, "%lld,%02lld%c", (long long)(cents / 100), (long long)(cents % 100),
               w->fec->sep);
}

struct entry {
    int64_t at_ms, siren, total;
    enum what what;
    struct str piece, buyer;
};

static const char *
label_of(enum what what)
{
    static const char *const labels[] = {"", "Facture", "Avoir", "Encaissement", "Remboursement",
                                         "Remboursement rejeté"};

    return labels[what];
}

/* One line; positive is a debit, negative a credit. */
static void
line(struct writing *w, const struct entry *e, struct str account, const char *label, bool buyer,
     int64_t cents)
{
    struct fec *f = w->fec;
    bool sale = e->what <= WHAT_CREDIT;
    char number[32] = "";

    if (cents == 0)
        return;
    if (buyer)
        (void)snprintf(number, sizeof number, "C%09lld", (long long)e->siren);
    field(w, sale ? STR("VE") : STR("BQ"));
    field(w, sale ? STR("Ventes") : STR("Banque"));
    buf_printf(&w->out, "%lld%c", (long long)f->entries, f->sep);
    field_date(w, e->at_ms);
    field(w, account);
    field(w, str_of(label));
    field(w, str_of(number));
    field(w, buyer ? e->buyer : STR_NONE);
    field(w, e->piece);
    field_date(w, e->at_ms);
    buf_z(&w->out, label_of(e->what));
    buf_byte(&w->out, ' ');
    field(w, e->piece);
    field_cents(w, cents > 0 ? cents : 0);
    field_cents(w, cents < 0 ? -cents : 0);
    field(w, STR_NONE); /* EcritureLet */
    field(w, STR_NONE); /* DateLet */
    field_date(w, e->at_ms);
    field(w, STR_NONE); /* Montantdevise; Idevise ends the line. */
    buf_z(&w->out, "\r\n");
    f->lines++;
    *(cents > 0 ? &f->debit_cents : &f->credit_cents) += cents > 0 ? cents : -cents;
}

static enum err
flush(struct writing *w, bool all)
{
    if (w->out.len == 0 || (!all && w->out.len < FEC_CHUNK))
        return OK;
    enum err e = w->sink(w->arg, buf_view(&w->out));
    buf_clear(&w->out);
    return e;
}

static enum err
each_row(void *arg, const struct db_value *cell, size_t cols)
{
    struct writing *w = arg;
    const struct conf *c = w->conf;

    assert(cols == 11);
    struct entry e = {
        .at_ms = cell[0].i,
        .what = (enum what)cell[1].i,
        .piece = cell[3].s,
        .siren = cell[4].i,
        .buyer = cell[5].s,
        .total = cell[6].i,
    };
    int64_t sign = e.what == WHAT_BILL || e.what == WHAT_CAPTURE || e.what == WHAT_REFUND_FAILED
                       ? 1
                       : -1;
    bool first = w->what != cell[1].i || w->id != cell[2].i;
    w->what = cell[1].i;
    w->id = cell[2].i;
    if (first)
        w->fec->entries++;
    if (e.what >= WHAT_CAPTURE) {
        line(w, &e, c->fec_bank, "Banque", false, sign * e.total);
        line(w, &e, c->fec_customers, "Clients", true, -sign * e.total);
        return flush(w, false);
    }
    bool taxed = cell[8].i > 0;
    if (first)
        line(w, &e, c->fec_customers, "Clients", true, sign * e.total);
    line(w, &e, taxed ? c->fec_sales : c->fec_export,
         taxed ? "Ventes de marchandises" : "Ventes exonérées", false, -sign * cell[9].i);
    line(w, &e, c->fec_vat, "TVA collectée", false, -sign * cell[10].i);
    return flush(w, false);
}

/* The newest campaign of the organiser that names its seller. */
static enum err
seller_find(struct ctx *cx, int64_t organiser_id, const struct policy **out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_FEC_CAMPAIGNS, &rows, db_int(organiser_id)));
    for (size_t r = 0; r < rows.count; r++) {
        struct campaign c;
        TRY(campaign_by_id(cx, row_int(&rows, r, 0), &c));
        if (c.policy->seller.given) {
            *out = c.policy;
            return OK;
        }
    }
    return ERR_NOT_FOUND;
}

static void
header(struct writing *w)
{
    static const char *const names[] = {
        "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum",     "CompteLib",
        "CompAuxNum",  "CompAuxLib", "PieceRef",    "PieceDate",    "EcritureLib",   "Debit",
        "Credit",      "EcritureLet", "DateLet",    "ValidDate",    "Montantdevise", "Idevise"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (i > 0)
            buf_byte(&w->out, w->fec->sep);
        buf_z(&w->out, names[i]);
    }
    buf_z(&w->out, "\r\n");
}

enum err
fec_write(struct ctx *cx, struct fec *fec, fec_sink sink, void *arg)
{
    const struct policy *p;
    struct db_rows rows;

    TRY(seller_find(cx, fec->organiser_id, &p));
    struct writing w = {.fec = fec, .conf = cx->app->conf, .zone = p->zone, .sink = sink,
                        .arg = arg};
    int64_t from = civil_to_ms(&(struct civil){.year = fec->year, .month = 1, .day = 1}, p->zone);
    int64_t until =
        civil_to_ms(&(struct civil){.year = fec->year + 1, .month = 1, .day = 1}, p->zone);
    fec->name = str_printf(cx->arena, "%.*sFEC%04d1231.txt",
                           STR_FMT(siren_str(cx->arena, p->seller.siren)), fec->year);
    fec->entries = fec->lines = fec->debit_cents = fec->credit_cents = 0;
    TRY(db_run(cx, SQL_FEC_LEFT_OUT, &rows, db_int(from), db_int(until)));
    fec->left_out = row_int(&rows, 0, 0);
    buf_init(&w.out, 0);
    header(&w);
    enum err e = db_each(cx, SQL_FEC_EACH, each_row, &w, db_int(fec->organiser_id), db_int(from),
                         db_int(until));
    if (e == OK)
        e = flush(&w, true);
    buf_release(&w.out);
    return e;
}
