/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settle_run.c - a settlement file compared with our payments; see settle.h.
 *
 * Lines are looked up in snapshots of a thousand, then what agrees and what differs is written in
 * transactions of five hundred, so that nobody waits for it. What was cut off begins anew: its rows
 * are cleared first. Two files at once may hold one payment: the row that comes second finds the
 * other's and becomes a difference. A unit may be run again by the pool, so each begins from marks.
 */
#include "base/format.h"
#include "invoice/settle.h"
#include "job/job.h"

enum { READ_CHUNK = 1000, WRITE_CHUNK = 500, PROGRESS_MIN = 2000 };

/* What a line stands for here. */
struct ours {
    int64_t payment_id, refund_id, cents, captured_ms;
    char provider;             /* 'l' or 's', of a payment. */
};

struct match {
    const struct settle_row *row;
    struct ours ours;
    bool refused;              /* Another file holds it ... */
    int64_t holder;            /* ... this one. */
};

struct found {
    int64_t line, theirs, ours, payment_id;
    enum settle_kind kind;
    struct str ref, detail;
};

struct comparing {
    int64_t id, organiser_id, run;
    struct settle_file file;
    struct arena *keep;        /* Lives throughout; the ctx's own is cleared chunk by chunk. */
    bool *repeated;
    int *nth;                  /* Of the lines that say the same about a refund, from 0. */
    size_t at;                 /* The next row, match or finding. */
    struct match *match;
    size_t match_count, match_mark;
    struct found *found;
    size_t found_count, found_mark, found_max;
    int64_t gross;
    bool gone;                 /* It is done, or somebody else has begun it anew. */
};

static void
differ(struct comparing *c, const struct found *f)
{
    assert(c->found_count < c->found_max);
    c->found[c->found_count++] = *f;
}

static void
differ_row(struct comparing *c, const struct settle_row *row, enum settle_kind kind, int64_t ours,
           struct str detail)
{
    differ(c, &(struct found){
                  .line = row->line,
                  .kind = kind,
                  .ref = row->ref.len > 0 ? row->ref : row->order_ref,
                  .theirs = row->is_refund ? -row->cents : row->cents,
                  .ours = row->is_refund ? -ours : ours,
                  .detail = detail,
              });
}

/* ---- looking up ---- */

static struct ours
payment_of(const struct db_rows *rows, size_t r)
{
    return (struct ours){
        .payment_id = row_int(rows, r, 0),
        .cents = row_int(rows, r, 1),
        .captured_ms = row_int(rows, r, 2),
        .provider = row_str(rows, r, 3).ptr[0],
    };
}

static enum err
payment_lookup(struct ctx *cx, const struct settle_row *row, int64_t who, struct ours *out)
{
    struct db_rows rows = {0};

    if (row->ref.len > 0)
        TRY(db_run(cx, SQL_SETTLE_PAYMENT_REF, &rows, db_str(row->ref), db_int(who)));
    if (rows.count == 0 && row->order_ref.len > 0)
        TRY(db_run(cx, SQL_SETTLE_PAYMENT_ORDER, &rows, db_str(row->order_ref), db_int(who)));
    *out = (struct ours){0};
    if (rows.count > 0)
        *out = payment_of(&rows, rows.count > 1 && row_int(&rows, 0, 1) != row->cents ? 1 : 0);
    return OK;
}

/* Among the refunds of a payment: the nth of that amount that no file has, else one that a file
 * has, else the last of that amount (a line too many), else any. */
static size_t
refund_pick(const struct db_rows *rows, int64_t cents, int nth)
{
    size_t settled = rows->count, last = rows->count, open = rows->count;

    for (size_t r = 0; r < rows->count; r++) {
        bool fits = row_int(rows, r, 1) == cents, free = row_null(rows, r, 2);
        if (fits && free && nth-- == 0)
            return r;
        if (fits && free)
            last = r;
        else if (fits)
            settled = r;
        else if (free)
            open = r;
    }
    return settled < rows->count ? settled : last < rows->count ? last
           : open < rows->count  ? open
                                 : 0;
}

/* By its own reference, else as one of the refunds of the payment that the line names. */
static enum err
refund_lookup(struct ctx *cx, size_t at, const struct comparing *c, struct ours *out)
{
    const struct settle_row *row = &c->file.row[at];
    struct ours payment;
    struct db_rows rows;
    size_t r = 0;

    *out = (struct ours){0};
    if (row->ref.len > 0) {
        TRY(db_run(cx, SQL_SETTLE_REFUND_REF, &rows, db_str(row->ref), db_int(c->organiser_id)));
        if (rows.count == 1) {
            *out = (struct ours){.refund_id = row_int(&rows, 0, 0), .cents = row_int(&rows, 0, 1)};
            return OK;
        }
    }
    TRY(payment_lookup(cx, row, c->organiser_id, &payment));
    if (payment.payment_id == 0)
        return OK;
    TRY(db_run(cx, SQL_SETTLE_REFUNDS_OF, &rows, db_int(payment.payment_id)));
    if (rows.count == 0)
        return OK;
    r = refund_pick(&rows, row->cents, c->nth[at]);
    *out = (struct ours){.refund_id = row_int(&rows, r, 0), .cents = row_int(&rows, r, 1)};
    return OK;
}

static enum err
earlier_find(struct ctx *cx, const struct ours *o, int64_t *settlement)
{
    struct db_rows rows;

    TRY(o->refund_id != 0
            ? db_run(cx, SQL_SETTLE_LINE_OF_REFUND, &rows, db_int(o->refund_id))
            : db_run(cx, SQL_SETTLE_LINE_OF_PAYMENT, &rows, db_int(o->payment_id)));
    *settlement = rows.count > 0 ? row_int(&rows, 0, 0) : 0;
    return OK;
}

static struct str
earlier_text(struct comparing *c, int64_t settlement)
{
    return str_printf(c->keep, "Relevé n° %lld", (long long)settlement);
}

static enum err
row_compare(struct ctx *cx, size_t at, struct comparing *c)
{
    const struct settle_row *row = &c->file.row[at];
    int64_t earlier;
    struct ours ours;

    TRY(row->is_refund ? refund_lookup(cx, at, c, &ours)
                       : payment_lookup(cx, row, c->organiser_id, &ours));
    if (ours.payment_id == 0 && ours.refund_id == 0) {
        differ_row(c, row, SETTLE_UNKNOWN, 0,
                   row->is_refund ? STR("Remboursement inconnu ici")
                                  : STR("Paiement inconnu ici"));
        return OK;
    }
    if (ours.cents != row->cents) {
        differ_row(c, row, SETTLE_AMOUNT, ours.cents, STR_NONE);
        c->found[c->found_count - 1].payment_id = ours.payment_id;
        return OK;
    }
    TRY(earlier_find(cx, &ours, &earlier));
    if (earlier != 0) {
        differ_row(c, row, SETTLE_EARLIER, ours.cents, earlier_text(c, earlier));
        return OK;
    }
    c->match[c->match_count++] = (struct match){row, ours, false, 0};
    return OK;
}

static enum err
compare_unit(struct ctx *cx, void *arg)
{
    struct comparing *c = arg;
    size_t end = c->at + READ_CHUNK < c->file.count ? c->at + READ_CHUNK : c->file.count;

    c->match_count = c->match_mark;
    c->found_count = c->found_mark;
    for (size_t i = c->at; i < end; i++) {
        if (c->repeated[i])
            differ_row(c, &c->file.row[i], SETTLE_REPEATED, 0, STR_NONE);
        else
            TRY(row_compare(cx, i, c));
    }
    return OK;
}

/* ---- lines that say the same ---- */

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
    if (order == 0 && x->is_refund)
        order = (x->cents > y->cents) - (x->cents < y->cents);
    return order != 0 ? order : x->line < y->line ? -1 : 1;
}

/* A payment's second line. Refunds in part may be alike under their payment's reference: those are
 * counted, and told apart by how many we made. */
static void
repeated_find(struct ctx *cx, struct comparing *c)
{
    struct settle_file *f = &c->file;
    struct settle_row **sorted = ARENA_ARRAY(cx->arena, f->count, struct settle_row *);

    for (size_t i = 0; i < f->count; i++)
        sorted[i] = &f->row[i];
    if (f->count > 1)
        qsort(sorted, f->count, sizeof *sorted, by_transaction);
    for (size_t i = 1; i < f->count; i++) {
        const struct settle_row *x = sorted[i - 1], *y = sorted[i];
        bool same = y->ref.len > 0 ? str_eq(x->ref, y->ref)
                                   : x->ref.len == 0 && str_eq(x->order_ref, y->order_ref);
        size_t at = (size_t)(y - f->row);
        c->repeated[at] = same && !y->is_refund && !x->is_refund;
        if (same && y->is_refund && x->is_refund && x->cents == y->cents &&
            str_eq(x->order_ref, y->order_ref))
            c->nth[at] = c->nth[x - f->row] + 1;
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

/* Two lines may lead to one payment by different names, its own reference and its order's. */
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
            differ_row(c, m->row, SETTLE_REPEATED, m->ours.cents, STR_NONE);
        else
            c->match[kept++] = *m;
    }
    c->match_count = kept;
}

/* ---- payments that no line names ---- */

static int
by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* Payments that a line names with another amount, in order. */
static size_t
named_otherwise(struct ctx *cx, const struct comparing *c, int64_t **out)
{
    int64_t *ids = ARENA_ARRAY(cx->arena, c->found_count, int64_t);
    size_t count = 0;

    for (size_t i = 0; i < c->found_count; i++)
        if (c->found[i].payment_id != 0)
            ids[count++] = c->found[i].payment_id;
    if (count > 1)
        qsort(ids, count, sizeof *ids, by_id);
    *out = ids;
    return count;
}

/* The first and the last capture among what agrees, and whose they are: both empty when mixed. */
static bool
days_of(const struct comparing *c, int64_t *from, int64_t *to, struct str *provider)
{
    bool mixed = false;

    *from = INT64_MAX;
    *to = 0;
    *provider = STR_NONE;
    for (size_t i = 0; i < c->match_count; i++) {
        const struct ours *o = &c->match[i].ours;
        if (o->payment_id == 0)
            continue;
        struct str name = o->provider == 's' ? STR("stripe") : STR("lyra");
        *from = o->captured_ms < *from ? o->captured_ms : *from;
        *to = o->captured_ms > *to ? o->captured_ms : *to;
        mixed = mixed || (provider->len > 0 && !str_eq(*provider, name));
        *provider = name;
    }
    if (mixed)
        *provider = STR_NONE;
    return *to > 0;
}

static enum err
missing_unit(struct ctx *cx, void *arg)
{
    struct comparing *c = arg;
    int64_t from, to, *named;
    struct str provider;
    struct db_rows rows;

    c->found_count = c->found_mark;
    if (!days_of(c, &from, &to, &provider))
        return OK;
    size_t named_count = named_otherwise(cx, c, &named);
    TRY(db_run(cx, SQL_SETTLE_MISSING, &rows, db_int(c->organiser_id), db_int(from), db_int(to),
               db_str(provider)));
    for (size_t r = 0; r < rows.count; r++) {
        int64_t id = row_int(&rows, r, 0);
        if (named_count > 0 && bsearch(&id, named, named_count, sizeof id, by_id) != NULL)
            continue;
        differ(c, &(struct found){
                      .kind = SETTLE_MISSING,
                      .ref = str_dup(c->keep, row_str(&rows, r, 1)),
                      .ours = row_int(&rows, r, 2),
                      .payment_id = id,
                      .detail = str_printf(c->keep, "Encaissé le %s",
                                           fmt_short_date(row_int(&rows, r, 3), ZONE_PARIS).z),
                  });
    }
    return OK;
}

/* ---- writing ---- */

static enum err
claim_unit(struct ctx *cx, void *arg)
{
    struct comparing *c = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_SETTLE_CLAIM, &rows, db_int(c->id)));
    c->gone = rows.count == 0;
    if (c->gone)
        return OK;
    c->run = row_int(&rows, 0, 0);
    TRY(db_run(cx, SQL_SETTLE_FINDINGS_CLEAR, NULL, db_int(c->id)));
    return db_run(cx, SQL_SETTLE_LINES_CLEAR, NULL, db_int(c->id));
}

/* Locks the settlement's row and says whether it is still ours to write. */
static enum err
hold(struct ctx *cx, struct comparing *c, size_t compared)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_SETTLE_HELD, &rows, db_int(c->id), db_int(c->run),
               db_int((int64_t)compared)));
    c->gone = rows.changed == 0;
    return OK;
}

static enum err
progress_unit(struct ctx *cx, void *arg)
{
    struct comparing *c = arg;

    return hold(cx, c, c->at);
}

/* A chunk of what agrees. */
static enum err
lines_unit(struct ctx *cx, void *arg)
{
    struct comparing *c = arg;
    size_t end = c->at + WRITE_CHUNK < c->match_count ? c->at + WRITE_CHUNK : c->match_count;
    struct db_rows rows;

    TRY(hold(cx, c, c->file.count));
    for (size_t i = c->at; i < end && !c->gone; i++) {
        struct match *m = &c->match[i];
        TRY(db_run(cx, SQL_SETTLE_LINE_INSERT, &rows, db_int(c->id), db_int(m->row->line),
                   db_int_or_null(m->ours.payment_id), db_int_or_null(m->ours.refund_id),
                   db_int(m->row->cents), db_int(m->row->fee_cents)));
        m->refused = rows.count == 0;
    }
    return OK;
}

/* What another file settled since it was looked up. */
static enum err
holders_unit(struct ctx *cx, void *arg)
{
    struct comparing *c = arg;

    for (size_t i = 0; i < c->match_count; i++) {
        struct match *m = &c->match[i];
        if (!m->refused)
            continue;
        TRY(earlier_find(cx, &m->ours, &m->holder));
        if (m->holder == 0)
            return ERR_BUSY; /* It is being compared anew: so are we, later. */
    }
    return OK;
}

static void
refused_part(struct comparing *c)
{
    size_t kept = 0;

    for (size_t i = 0; i < c->match_count; i++) {
        const struct match *m = &c->match[i];
        if (m->refused && m->holder != c->id)
            differ_row(c, m->row, SETTLE_EARLIER, m->ours.cents, earlier_text(c, m->holder));
        else
            c->match[kept++] = *m;
    }
    c->match_count = kept;
}

static int
by_line(const void *a, const void *b)
{
    const struct found *x = a, *y = b;

    if ((x->line == 0) != (y->line == 0))
        return x->line == 0 ? 1 : -1;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->payment_id < y->payment_id ? -1 : x->payment_id > y->payment_id;
}

static enum err
found_unit(struct ctx *cx, void *arg)
{
    struct comparing *c = arg;
    size_t end = c->at + WRITE_CHUNK < c->found_count ? c->at + WRITE_CHUNK : c->found_count;

    TRY(hold(cx, c, c->file.count));
    for (size_t i = c->at; i < end && !c->gone; i++) {
        const struct found *f = &c->found[i];
        TRY(db_run(cx, SQL_SETTLE_FINDING_INSERT, NULL, db_int(c->id), db_int((int64_t)i),
                   db_int(f->line), db_int(f->kind), db_str(f->ref), db_int(f->theirs),
                   db_int(f->ours), db_str(f->detail), db_int_or_null(f->payment_id)));
    }
    return OK;
}

static enum err
finish_unit(struct ctx *cx, void *arg)
{
    const struct comparing *c = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_SETTLE_FINISH, &rows, db_int(c->id), db_int(c->run),
               db_int((int64_t)c->match_count), db_int(c->gross)));
    if (rows.changed == 0)
        return OK;
    TRY(db_run(cx, SQL_SETTLE_FOUND_SINCE, NULL, db_int(c->id), db_int(cx->now_ms),
               db_str(str_printf(cx->arena, "Porté par le relevé n° %lld", (long long)c->id))));
    return db_run(cx, SQL_SETTLE_FILE_DELETE, NULL, db_int(c->id));
}

/* ---- all together ---- */

/* A unit on an arena of its own. */
static enum err
apart(struct ctx *cx, enum err (*run)(struct ctx *, unit_fn, void *), unit_fn unit,
      struct comparing *c)
{
    struct arena scratch = {0}, *outer = cx->arena;

    arena_init(&scratch);
    cx->arena = &scratch;
    enum err e = run(cx, unit, c);
    cx->arena = outer;
    arena_release(&scratch);
    return e;
}

static enum err
write_all(struct ctx *cx, unit_fn unit, struct comparing *c, const size_t *count)
{
    for (c->at = 0; c->at < *count && !c->gone; c->at += WRITE_CHUNK)
        TRY(apart(cx, db_write, unit, c));
    return OK;
}

static enum err
load_unit(struct ctx *cx, void *arg)
{
    struct comparing *c = arg;
    struct db_rows rows;
    struct str why;

    TRY(db_run(cx, SQL_SETTLE_FILE, &rows, db_int(c->id)));
    c->gone = rows.count == 0 || row_int(&rows, 0, 2) != SETTLE_RUNNING;
    if (c->gone)
        return OK;
    c->organiser_id = row_int(&rows, 0, 1);
    /* It was readable when it was stored; the setting of the columns may have changed since. */
    return settle_parse(cx->arena, row_str(&rows, 0, 0), cx->app->conf->settle_columns, &c->file,
                        &why);
}

static void
compare_prepare(struct ctx *cx, struct comparing *c)
{
    const struct settle_file *f = &c->file;

    c->keep = cx->arena;
    c->repeated = ARENA_ARRAY(cx->arena, f->count, bool);
    c->nth = ARENA_ARRAY(cx->arena, f->count, int);
    c->match = ARENA_ARRAY(cx->arena, f->count, struct match);
    c->found_max = f->count + f->fault_count + SETTLE_MISSING_MAX;
    c->found = ARENA_ARRAY(cx->arena, c->found_max, struct found);
    for (size_t i = 0; i < f->fault_count; i++)
        differ(c, &(struct found){.line = f->fault[i].line, .kind = f->fault[i].kind,
                                  .ref = f->fault[i].ref, .theirs = f->fault[i].cents,
                                  .detail = f->fault[i].text});
    repeated_find(cx, c);
}

static enum err
look_up_all(struct ctx *cx, struct comparing *c)
{
    for (; c->at < c->file.count && !c->gone; c->at += READ_CHUNK) {
        c->match_mark = c->match_count;
        c->found_mark = c->found_count;
        TRY(apart(cx, db_read, compare_unit, c));
        if (c->file.count >= PROGRESS_MIN)
            TRY(apart(cx, db_write, progress_unit, c));
    }
    twins_part(c);
    return OK;
}

enum err
settle_run(struct ctx *cx, int64_t id)
{
    struct comparing *c = ARENA_NEW(cx->arena, struct comparing);

    c->id = id;
    TRY(db_read(cx, load_unit, c));
    if (c->gone)
        return OK;
    compare_prepare(cx, c);
    TRY(apart(cx, db_write, claim_unit, c));
    TRY(look_up_all(cx, c));
    TRY(write_all(cx, lines_unit, c, &c->match_count));
    if (c->gone)
        return OK;
    TRY(apart(cx, db_read, holders_unit, c));
    refused_part(c);
    for (size_t i = 0; i < c->match_count; i++)
        c->gross += c->match[i].row->is_refund ? -c->match[i].row->cents : c->match[i].row->cents;
    c->found_mark = c->found_count;
    TRY(apart(cx, db_read, missing_unit, c));
    if (c->found_count > 1)
        qsort(c->found, c->found_count, sizeof *c->found, by_line);
    TRY(write_all(cx, found_unit, c, &c->found_count));
    return c->gone ? OK : db_write(cx, finish_unit, c);
}

enum err
settle_job(struct ctx *cx, const struct job *job)
{
    return settle_run(cx, job->subject_id);
}
