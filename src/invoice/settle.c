/* SPDX-License-Identifier: Apache-2.0 */
/* settle.c - a settlement file against our payments, stored in one transaction; see settle.h. */
#include "invoice/settle.h"

#include "base/crypto.h"
#include "base/format.h"
#include "base/parse.h"
#include "staff/staff.h"

static const struct {
    const char *code, *text;
} kinds[] = {
    [SETTLE_UNKNOWN] = {"unknown", "Transaction inconnue"},
    [SETTLE_AMOUNT] = {"amount", "Autre montant"},
    [SETTLE_REPEATED] = {"repeated", "Ligne répétée dans le fichier"},
    [SETTLE_EARLIER] = {"earlier", "Déjà dans un relevé précédent"},
    [SETTLE_UNREADABLE] = {"unreadable", "Ligne illisible"},
};

const char *
settle_kind_code(enum settle_kind k)
{
    assert(k >= SETTLE_UNKNOWN && k <= SETTLE_UNREADABLE);
    return kinds[k].code;
}

const char *
settle_kind_text(enum settle_kind k)
{
    assert(k >= SETTLE_UNKNOWN && k <= SETTLE_UNREADABLE);
    return kinds[k].text;
}

/* What a line stands for here. */
struct ours {
    int64_t payment_id, refund_id, cents;
};

struct match {
    struct settle_row *row;
    struct ours ours;
};

struct comparing {
    struct settle_file file;
    struct match *match;       /* Lines that agree. */
    size_t match_count;
    struct settle_difference *difference;
    size_t difference_count;
};

static void
differ(struct comparing *c, int64_t line, enum settle_kind kind, struct str ref, int64_t theirs,
       int64_t ours, struct str detail)
{
    c->difference[c->difference_count++] =
        (struct settle_difference){line, kind, ref, theirs, ours, detail};
}

static enum err
payment_lookup(struct ctx *cx, const struct settle_row *row, struct ours *out)
{
    int64_t who = cx->actor.organiser_id;
    struct db_rows rows = {0};

    if (row->ref.len > 0)
        TRY(db_run(cx, SQL_SETTLE_PAYMENT_REF, &rows, db_str(row->ref), db_int(who)));
    if (rows.count == 0 && row->order_ref.len > 0)
        TRY(db_run(cx, SQL_SETTLE_PAYMENT_ORDER, &rows, db_str(row->order_ref), db_int(who)));
    *out = (struct ours){0};
    if (rows.count == 1 || (rows.count > 1 && row_int(&rows, 0, 1) == row->cents))
        *out = (struct ours){row_int(&rows, 0, 0), 0, row_int(&rows, 0, 1)};
    else if (rows.count > 1)
        *out = (struct ours){row_int(&rows, 1, 0), 0, row_int(&rows, 1, 1)};
    return OK;
}

/* By its own reference, else as one of the refunds of the payment that the line names: of that
 * amount if there is one. */
static enum err
refund_lookup(struct ctx *cx, const struct settle_row *row, const struct comparing *c,
              struct ours *out)
{
    struct ours payment;
    struct db_rows rows;

    *out = (struct ours){0};
    TRY(db_run(cx, SQL_SETTLE_REFUND_REF, &rows, db_str(row->ref),
               db_int(cx->actor.organiser_id)));
    if (rows.count == 1) {
        *out = (struct ours){0, row_int(&rows, 0, 0), row_int(&rows, 0, 1)};
        return OK;
    }
    TRY(payment_lookup(cx, row, &payment));
    if (payment.payment_id == 0)
        return OK;
    TRY(db_run(cx, SQL_SETTLE_REFUNDS_OF, &rows, db_int(payment.payment_id)));
    for (size_t r = rows.count; r-- > 0;) {
        bool taken = false;
        for (size_t m = 0; m < c->match_count && !taken; m++)
            taken = c->match[m].ours.refund_id == row_int(&rows, r, 0);
        if (!taken && (out->refund_id == 0 || row_int(&rows, r, 1) == row->cents))
            *out = (struct ours){0, row_int(&rows, r, 0), row_int(&rows, r, 1)};
    }
    return OK;
}

static enum err
row_compare(struct ctx *cx, struct settle_row *row, struct comparing *c)
{
    struct db_rows rows;
    struct ours ours;
    struct str ref = row->ref.len > 0 ? row->ref : row->order_ref;

    TRY(row->is_refund ? refund_lookup(cx, row, c, &ours) : payment_lookup(cx, row, &ours));
    if (ours.payment_id == 0 && ours.refund_id == 0) {
        differ(c, row->line, SETTLE_UNKNOWN, ref, row->cents, 0,
               row->is_refund ? STR("Remboursement inconnu ici") : STR("Paiement inconnu ici"));
        return OK;
    }
    TRY(row->is_refund
            ? db_run(cx, SQL_SETTLE_LINE_OF_REFUND, &rows, db_int(ours.refund_id))
            : db_run(cx, SQL_SETTLE_LINE_OF_PAYMENT, &rows, db_int(ours.payment_id)));
    if (rows.count > 0) {
        differ(c, row->line, SETTLE_EARLIER, ref, row->cents, ours.cents,
               str_printf(cx->arena, "Relevé n° %lld", (long long)row_int(&rows, 0, 0)));
        return OK;
    }
    if (ours.cents != row->cents) {
        differ(c, row->line, SETTLE_AMOUNT, ref, row->cents, ours.cents, STR_NONE);
        return OK;
    }
    c->match[c->match_count++] = (struct match){row, ours};
    return OK;
}

static int
by_transaction(const void *a, const void *b)
{
    const struct settle_row *x = *(struct settle_row *const *)a;
    const struct settle_row *y = *(struct settle_row *const *)b;
    int order = str_cmp(x->ref, y->ref);

    if (order == 0)
        order = str_cmp(x->order_ref, y->order_ref);
    if (order == 0)
        order = (int)x->is_refund - (int)y->is_refund;
    if (order == 0)
        order = x->cents < y->cents ? -1 : x->cents > y->cents;
    return order != 0 ? order : (x->line < y->line ? -1 : 1);
}

/* A line that says the same as an earlier one: the same transaction, sense and amount. Refunds in
 * part may be alike under their payment's reference: those are told apart by how many we made. */
static void
repeated_find(struct ctx *cx, struct settle_file *f, bool *repeated)
{
    struct settle_row **sorted = ARENA_ARRAY(cx->arena, f->count, struct settle_row *);

    for (size_t i = 0; i < f->count; i++)
        sorted[i] = &f->row[i];
    if (f->count > 1)
        qsort(sorted, f->count, sizeof *sorted, by_transaction);
    for (size_t i = 1; i < f->count; i++) {
        const struct settle_row *x = sorted[i - 1], *y = sorted[i];
        repeated[y - f->row] = !y->is_refund && !x->is_refund && y->ref.len > 0 &&
                               str_eq(x->ref, y->ref);
    }
}

static int
by_ours(const void *a, const void *b)
{
    const struct match *x = a, *y = b;

    if (x->ours.payment_id != y->ours.payment_id)
        return x->ours.payment_id < y->ours.payment_id ? -1 : 1;
    if (x->ours.refund_id != y->ours.refund_id)
        return x->ours.refund_id < y->ours.refund_id ? -1 : 1;
    return x->row->line < y->row->line ? -1 : 1;
}

/* Two lines may lead to one payment by different names, its own reference and its order's: the
 * second is a repetition all the same. */
static void
twins_part(struct comparing *c)
{
    size_t kept = 0;

    if (c->match_count > 1)
        qsort(c->match, c->match_count, sizeof *c->match, by_ours);
    for (size_t i = 0; i < c->match_count; i++) {
        const struct match *m = &c->match[i], *last = kept > 0 ? &c->match[kept - 1] : NULL;
        if (last != NULL && last->ours.payment_id == m->ours.payment_id &&
            last->ours.refund_id == m->ours.refund_id)
            differ(c, m->row->line, SETTLE_REPEATED,
                   m->row->ref.len > 0 ? m->row->ref : m->row->order_ref, m->row->cents,
                   m->ours.cents, STR_NONE);
        else
            c->match[kept++] = *m;
    }
    c->match_count = kept;
}

static enum err
file_compare(struct ctx *cx, struct comparing *c)
{
    struct settle_file *f = &c->file;
    bool *repeated = ARENA_ARRAY(cx->arena, f->count, bool);

    c->match = ARENA_ARRAY(cx->arena, f->count, struct match);
    c->difference = ARENA_ARRAY(cx->arena, f->count + f->fault_count, struct settle_difference);
    repeated_find(cx, f, repeated);
    for (size_t i = 0; i < f->fault_count; i++)
        differ(c, f->fault[i].line, SETTLE_UNREADABLE, STR_NONE, 0, 0, f->fault[i].text);
    for (size_t i = 0; i < f->count; i++) {
        if (repeated[i])
            differ(c, f->row[i].line, SETTLE_REPEATED, f->row[i].ref, f->row[i].cents, 0,
                   STR_NONE);
        else
            TRY(row_compare(cx, &f->row[i], c));
    }
    twins_part(c);
    return OK;
}

static enum err
file_write(struct ctx *cx, struct str name, struct str digest, const struct comparing *c,
           struct settlement *out)
{
    struct db_rows rows;

    for (size_t i = 0; i < c->match_count; i++)
        out->gross_cents += c->match[i].row->is_refund ? -c->match[i].row->cents
                                                       : c->match[i].row->cents;
    out->name = name;
    out->at_ms = cx->now_ms;
    out->lines = (int64_t)(c->file.count + c->file.fault_count) + c->file.ignored;
    out->matched = (int64_t)c->match_count;
    out->fee_cents = c->file.fees_cents;
    out->difference = c->difference;
    out->difference_count = c->difference_count;
    TRY(db_run(cx, SQL_SETTLE_INSERT, &rows, db_int(cx->actor.organiser_id), db_str(digest),
               db_str(name), db_int(out->lines), db_int(out->matched), db_int(out->gross_cents),
               db_int(out->fee_cents), db_int(cx->now_ms), db_int(cx->actor.account_id)));
    out->id = row_int(&rows, 0, 0);
    for (size_t i = 0; i < c->match_count; i++) {
        const struct match *m = &c->match[i];
        TRY(db_run(cx, SQL_SETTLE_LINE_INSERT, NULL, db_int(out->id), db_int(m->row->line),
                   db_int_or_null(m->ours.payment_id), db_int_or_null(m->ours.refund_id),
                   db_int(m->row->cents), db_int(m->row->fee_cents)));
    }
    for (size_t i = 0; i < c->difference_count; i++) {
        const struct settle_difference *d = &c->difference[i];
        TRY(db_run(cx, SQL_SETTLE_DIFFERENCE_INSERT, NULL, db_int(out->id), db_int((int64_t)i),
                   db_int(d->line), db_int(d->kind), db_str(d->ref), db_int(d->theirs_cents),
                   db_int(d->ours_cents), db_str(d->detail)));
    }
    return OK;
}

enum err
settle_store(struct ctx *cx, struct str name, struct str bytes, struct settlement *out,
             struct str *why)
{
    unsigned char hash[SHA256_BYTES];
    struct comparing c = {0};
    struct settlement s = {0};
    struct db_rows rows;

    assert(db_in_write(cx));
    sha256(bytes, hash);
    struct str digest = hex_str(cx->arena, hash, sizeof hash);
    TRY(db_run(cx, SQL_SETTLE_FIND_DIGEST, &rows, db_int(cx->actor.organiser_id),
               db_str(digest)));
    *why = STR_NONE;
    if (rows.count > 0) {
        TRY(settle_find(cx, row_int(&rows, 0, 0), out));
        out->known = true;
        return OK;
    }
    TRY(settle_parse(cx->arena, bytes, cx->app->conf->settle_columns, &c.file, why));
    TRY(file_compare(cx, &c));
    TRY(file_write(cx, name, digest, &c, &s));
    TRY(audit_add(cx, &(struct audit){
                          .act = "settlement.read",
                          .subject = "settlement",
                          .subject_id = s.id,
                          .after = str_printf(cx->arena, "{\"lines\":%lld,\"differences\":%zu}",
                                              (long long)s.lines, s.difference_count),
                      }));
    *out = s;
    return OK;
}

static struct settlement
from_row(const struct db_rows *rows, size_t r)
{
    return (struct settlement){
        .id = row_int(rows, r, 0),
        .name = row_str(rows, r, 1),
        .at_ms = row_int(rows, r, 2),
        .lines = row_int(rows, r, 3),
        .matched = row_int(rows, r, 4),
        .gross_cents = row_int(rows, r, 5),
        .fee_cents = row_int(rows, r, 6),
    };
}

enum err
settle_find(struct ctx *cx, int64_t id, struct settlement *out)
{
    struct db_rows head, rows;

    TRY(db_run(cx, SQL_SETTLE_GET, &head, db_int(id), db_int(cx->actor.organiser_id)));
    if (head.count == 0)
        return ERR_NOT_FOUND;
    TRY(db_run(cx, SQL_SETTLE_DIFFERENCES, &rows, db_int(id)));
    struct settlement s = from_row(&head, 0);
    s.difference = ARENA_ARRAY(cx->arena, rows.count, struct settle_difference);
    s.difference_count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        s.difference[r] = (struct settle_difference){
            row_int(&rows, r, 0), (enum settle_kind)row_int(&rows, r, 1), row_str(&rows, r, 2),
            row_int(&rows, r, 3), row_int(&rows, r, 4), row_str(&rows, r, 5)};
    *out = s;
    return OK;
}

enum err
settle_list(struct ctx *cx, struct settlement_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_SETTLE_PAGE, &rows, db_int(cx->actor.organiser_id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct settlement);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++) {
        out->item[r] = from_row(&rows, r);
        out->item[r].difference_count = (size_t)row_int(&rows, r, 7);
    }
    return OK;
}
