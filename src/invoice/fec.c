/* SPDX-License-Identifier: Apache-2.0 */
/* fec.c - see fec.h. */
#include "invoice/fec.h"

#include "campaign/campaign.h"

enum { FEC_CHUNK = 64 * 1024, BRANCHES = 4 };

enum what { WHAT_BILL = 1, WHAT_CREDIT, WHAT_CAPTURE, WHAT_REFUND, WHAT_REFUND_FAILED };

struct writing {
    struct fec *fec;
    const struct conf *conf;
    struct buf *out;
};

/* A field without what would end it or its line. */
static void
field(struct writing *w, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        buf_byte(w->out, c == '\t' || c == '|' || c == '\r' || c == '\n' ? ' ' : c);
    }
    buf_byte(w->out, w->fec->sep);
}

static void
field_date(struct writing *w, int64_t ms)
{
    struct civil c = civil_of(ms, w->fec->zone);

    buf_printf(w->out, "%04d%02d%02d%c", c.year, c.month, c.day, w->fec->sep);
}

static void
field_cents(struct writing *w, int64_t cents)
{
    buf_printf(w->out, "%lld,%02lld%c", (long long)(cents / 100), (long long)(cents % 100),
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
    buf_printf(w->out, "%lld%c", (long long)f->entries, f->sep);
    field_date(w, e->at_ms);
    field(w, account);
    field(w, str_of(label));
    field(w, str_of(number));
    field(w, buyer ? e->buyer : STR_NONE);
    field(w, e->piece);
    field_date(w, e->at_ms);
    buf_z(w->out, label_of(e->what));
    buf_byte(w->out, ' ');
    field(w, e->piece);
    field_cents(w, cents > 0 ? cents : 0);
    field_cents(w, cents < 0 ? -cents : 0);
    field(w, STR_NONE); /* EcritureLet */
    field(w, STR_NONE); /* DateLet */
    field_date(w, e->at_ms);
    field(w, STR_NONE); /* Montantdevise; Idevise ends the line. */
    buf_z(w->out, "\r\n");
    f->lines++;
    *(cents > 0 ? &f->debit_cents : &f->credit_cents) += cents > 0 ? cents : -cents;
}

/* ---- the four lists, merged ---- */

/* One list: its batch, in an arena of its own, and where the next one begins. */
struct branch {
    enum sql_id sql;
    struct arena arena;
    struct db_rows rows;
    size_t at;
    bool over;             /* The batch is the last one. */
    int64_t last_ms, last_id;
};

static enum err
branch_fill(struct ctx *cx, const struct fec *f, struct branch *b)
{
    struct arena *outer = cx->arena;

    while (b->at == b->rows.count && !b->over) {
        arena_clear(&b->arena);
        b->at = 0;
        cx->arena = &b->arena;
        enum err e = db_run(cx, b->sql, &b->rows, db_int(f->organiser_id), db_int(f->until_ms),
                            db_int(b->last_ms), db_int(b->last_id));
        cx->arena = outer;
        TRY(e);
        b->over = b->rows.count == 0;
        if (!b->over) {
            b->last_ms = row_int(&b->rows, b->rows.count - 1, 0);
            b->last_id = row_int(&b->rows, b->rows.count - 1, 1);
        }
    }
    return OK;
}

/* Time, then kind, then number: the order that numbers of entries follow for ever. */
static bool
comes_before(const struct branch *a, const struct branch *b)
{
    static const size_t columns[] = {0, 2, 1};

    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        int64_t x = row_int(&a->rows, a->at, columns[i]), y = row_int(&b->rows, b->at, columns[i]);
        if (x != y)
            return x < y;
    }
    return false;
}

/* The entry at the head of a list: one row of money, or a document with its rates. */
static void
entry_write(struct writing *w, struct branch *b)
{
    const struct conf *c = w->conf;
    const struct db_rows *r = &b->rows;
    int64_t id = row_int(r, b->at, 1);
    struct entry e = {
        .at_ms = row_int(r, b->at, 0),
        .what = (enum what)row_int(r, b->at, 2),
        .piece = row_str(r, b->at, 3),
        .siren = row_int(r, b->at, 4),
        .buyer = row_str(r, b->at, 5),
        .total = row_int(r, b->at, 6),
    };
    bool plus = e.what == WHAT_BILL || e.what == WHAT_CAPTURE || e.what == WHAT_REFUND_FAILED;
    int64_t sign = plus ? 1 : -1;

    w->fec->entries++;
    if (e.what >= WHAT_CAPTURE) {
        line(w, &e, c->fec_bank, "Banque", false, sign * e.total);
        line(w, &e, c->fec_customers, "Clients", true, -sign * e.total);
        b->at++;
        return;
    }
    line(w, &e, c->fec_customers, "Clients", true, sign * e.total);
    for (; b->at < r->count && row_int(r, b->at, 1) == id; b->at++) {
        bool taxed = row_int(r, b->at, 8) > 0;
        line(w, &e, taxed ? c->fec_sales : c->fec_export,
             taxed ? "Ventes de marchandises" : "Ventes exonérées", false,
             -sign * row_int(r, b->at, 9));
        line(w, &e, c->fec_vat, "TVA collectée", false, -sign * row_int(r, b->at, 10));
    }
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
            buf_byte(w->out, w->fec->sep);
        buf_z(w->out, names[i]);
    }
    buf_z(w->out, "\r\n");
}

enum err
fec_begin(struct ctx *cx, struct fec *fec)
{
    const struct policy *p;

    TRY(seller_find(cx, fec->organiser_id, &p));
    fec->zone = p->zone;
    fec->from_ms = civil_to_ms(&(struct civil){.year = fec->year, .month = 1, .day = 1}, p->zone);
    fec->until_ms =
        civil_to_ms(&(struct civil){.year = fec->year + 1, .month = 1, .day = 1}, p->zone);
    fec->name = str_printf(cx->arena, "%.*sFEC%04d1231.txt",
                           STR_FMT(siren_str(cx->arena, p->seller.siren)), fec->year);
    return OK;
}

static enum err
merge(struct ctx *cx, struct writing *w, struct branch *all, fec_sink sink, void *arg)
{
    for (;;) {
        struct branch *next = NULL;
        for (size_t i = 0; i < BRANCHES; i++) {
            TRY(branch_fill(cx, w->fec, &all[i]));
            if (!all[i].over && (next == NULL || comes_before(&all[i], next)))
                next = &all[i];
        }
        if (next == NULL)
            return OK;
        entry_write(w, next);
        if (w->out->len >= FEC_CHUNK)
            TRY(sink(arg));
    }
}

enum err
fec_write(struct ctx *cx, struct fec *fec, struct buf *out, fec_sink sink, void *arg)
{
    static const enum sql_id lists[BRANCHES] = {SQL_FEC_DOCUMENTS, SQL_FEC_CAPTURES,
                                                SQL_FEC_REFUNDS, SQL_FEC_VOIDED};
    struct writing w = {fec, cx->app->conf, out};
    struct branch all[BRANCHES] = {0};
    struct db_rows rows;

    fec->entries = fec->lines = fec->debit_cents = fec->credit_cents = 0;
    TRY(db_run(cx, SQL_FEC_LEFT_OUT, &rows, db_int(fec->from_ms), db_int(fec->until_ms)));
    fec->left_out = row_int(&rows, 0, 0);
    header(&w);
    for (size_t i = 0; i < BRANCHES; i++)
        all[i] = (struct branch){.sql = lists[i], .last_ms = fec->from_ms - 1,
                                 .last_id = INT64_MAX};
    enum err e = merge(cx, &w, all, sink, arg);
    for (size_t i = 0; i < BRANCHES; i++)
        arena_release(&all[i].arena);
    return e == OK && out->len > 0 ? sink(arg) : e;
}
