/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c - see check.h. Most invariants are one statement that finds offenders; those that need
 * the policy (was the sale open?) are decided here. How orders, payments and documents are looked
 * at page by page stands at the top of check.sql.
 */
#include "check/check.h"

#include "campaign/campaign.h"
#include "figure/figure.h"
#include "registry/registry.h"

/* What a statement looks at, and with it what it takes. */
enum scope {
    COUNTERS,       /* All of them, each time. */
    SHORTAGES,      /* Those noted since. */
    COMPANIES,      /* All, or those of the newest orders. */
    ORDERS_MOVED,   /* Pages of orders; older ones whose stock moved. */
    ORDERS_CHANGED, /* Pages of orders; older ones that changed. */
    OPENINGS,       /* Pages of orders. */
    PAYMENTS,       /* Pages; older ones that something concerned. */
    INVOICES,       /* Pages. */
    FIGURES         /* A recount, over the whole history only. */
};

struct invariant {
    const char *name;
    const char *text;
    enum scope scope;
    enum sql_id find;   /* Everything, or a page of it. */
    enum sql_id recent; /* Older rows that something happened to. */
};

static const struct invariant invariants[] = {
    {"I1", "received = available + held + sold + withdrawn + quarantined + sent in each slot, none "
     "negative",
     COUNTERS, SQL_CHECK_SLOT_SUM, 0},
    {"I2", "the counters of each slot are the sums of its movements",
     COUNTERS, SQL_CHECK_SLOT_MOVEMENTS, 0},
    {"I3", "an order has stock exactly while it is held, paying, or paid and not given back",
     ORDERS_MOVED, SQL_CHECK_ORDER_STOCK, SQL_CHECK_ORDER_STOCK_RECENT},
    {"I4", "units of a company in a period do not pass its quota",
     COMPANIES, SQL_CHECK_QUOTA, SQL_CHECK_QUOTA_RECENT},
    {"I5", "a captured payment is kept for the one order that stands on it, or given back",
     PAYMENTS, SQL_CHECK_CAPTURE_ORDER, SQL_CHECK_CAPTURE_ORDER_RECENT},
    {"I6", "what is given back of a payment is what was captured, once",
     PAYMENTS, SQL_CHECK_REFUND, SQL_CHECK_REFUND_RECENT},
    {"I7", "a paid order stands on a captured payment of its amount",
     ORDERS_MOVED, SQL_CHECK_ORDER_CAPTURE, SQL_CHECK_ORDER_CAPTURE_RECENT},
    {"I7", "an order is the sum of its lines, in units and in money",
     ORDERS_MOVED, SQL_CHECK_ORDER_LINES, SQL_CHECK_ORDER_LINES_RECENT},
    {"I7", "packs that could not be sent are given back, to the cent",
     SHORTAGES, SQL_CHECK_SHORTAGE, 0},
    {"I3", "what an order sends is what was ordered and not missing",
     ORDERS_CHANGED, SQL_CHECK_PARCELS, SQL_CHECK_PARCELS_RECENT},
    {"I3", "orders and their parcels tell the same",
     ORDERS_CHANGED, SQL_CHECK_PARCEL_STATE, SQL_CHECK_PARCEL_STATE_RECENT},
    {"I8", "one key made one order", COMPANIES, SQL_CHECK_KEY, SQL_CHECK_KEY_RECENT},
    {"I14", "the last event of each order says its state, actor, time and cause",
     ORDERS_MOVED, SQL_CHECK_HISTORY, SQL_CHECK_HISTORY_RECENT},
    {"I15", "the numbers of a series of invoices have no gap",
     COUNTERS, SQL_CHECK_INVOICE_GAPS, 0},
    {"I15", "an invoice is the sum of its rates", INVOICES, SQL_CHECK_INVOICE_SUM, 0},
    {"I15", "a paid order has one invoice of its amount, or waits for it",
     ORDERS_CHANGED, SQL_CHECK_INVOICE_ORDER, SQL_CHECK_INVOICE_ORDER_RECENT},
    {"I15", "credit notes do not pass their invoice", INVOICES, SQL_CHECK_INVOICE_CREDIT, 0},
    {"I16", "a paid order has its confirmation in the outbox",
     ORDERS_MOVED, SQL_CHECK_PAID_MAIL, SQL_CHECK_PAID_MAIL_RECENT},
    {"I18", "what batches have on hand, picked or handed over is what their pool has available, "
            "held or sold",
     COUNTERS, SQL_CHECK_BATCHES, 0},
    {"I18", "what a batch has picked and handed over is what orders have of it",
     COUNTERS, SQL_CHECK_PICKS, 0},
    {"I18", "no order has more picked than it has bought",
     ORDERS_CHANGED, SQL_CHECK_ORDER_PICKS, SQL_CHECK_ORDER_PICKS_RECENT},
    {"I19", "what a pool has sent is on its way, arrived elsewhere, or noted as lost",
     COUNTERS, SQL_CHECK_TRANSFERS, 0},
    {"I21", "nothing is for sale in a pool while recalled units lie on its shelf",
     COUNTERS, SQL_CHECK_RECALLED, 0},
    {"I11", "no sale outside its cohort's opening", OPENINGS, SQL_CHECK_OPENINGS, 0},
    {"I20", "the folded figures are what a recount gives", FIGURES, 0, 0},
};

enum { LISTED_MAX = 20, INVARIANTS = sizeof invariants / sizeof invariants[0] };

/* The newest numbers that are older than what is asked for; 0: all of them are asked for. */
struct bounds {
    int64_t order, movement, payment, refund, invoice;
};

struct run {
    struct arena *keep; /* Of what was found; a statement's rows are gone with their page. */
    int64_t since_ms;
    struct bounds after;
    struct str found[INVARIANTS][LISTED_MAX];
    size_t count[INVARIANTS];
};

static void
found_add(struct run *run, size_t i, struct str detail)
{
    if (run->count[i] < LISTED_MAX)
        run->found[i][run->count[i]++] = detail;
}

static void
found_rows(struct run *run, size_t i, const struct db_rows *rows)
{
    for (size_t r = 0; r < rows->count; r++)
        found_add(run, i, str_printf(run->keep, "%lld: %lld against %lld",
                                     (long long)row_int(rows, r, 0),
                                     (long long)row_int(rows, r, 1),
                                     (long long)row_int(rows, r, 2)));
}

/* ---- pages ---- */

static bool
was_open(const struct policy *p, struct str cohort, enum territory t, int64_t at_ms)
{
    for (int i = 0; i < p->cohort_count; i++)
        if (str_eq(p->cohort[i].code, cohort))
            return at_ms >= p->cohort[i].opens_ms[t] && at_ms < p->cohort[i].closes_ms[t];
    return false;
}

static enum err
openings_check(struct ctx *cx, struct run *run, size_t i, const struct db_rows *rows)
{
    const struct policy *p = NULL;

    for (size_t r = 0; r < rows->count; r++) {
        if (r == 0 || row_int(rows, r, 1) != row_int(rows, r - 1, 1) ||
            row_int(rows, r, 2) != row_int(rows, r - 1, 2))
            TRY(campaign_policy(cx, row_int(rows, r, 1), (int)row_int(rows, r, 2), &p));
        if (!was_open(p, row_str(rows, r, 3), (enum territory)row_int(rows, r, 4),
                      row_int(rows, r, 5)))
            found_add(run, i, str_printf(run->keep, "order %lld",
                                         (long long)row_int(rows, r, 0)));
    }
    return OK;
}

/* What is looked at on one walk over pages. */
static bool
is_of(enum scope scope, enum scope walk)
{
    return scope == walk || (walk == ORDERS_MOVED &&
                             (scope == ORDERS_CHANGED || scope == OPENINGS));
}

static enum err
page_check(struct ctx *cx, struct run *run, enum scope walk, int64_t after, int64_t until)
{
    for (size_t i = 0; i < INVARIANTS; i++) {
        const struct invariant *inv = &invariants[i];
        struct db_rows rows;

        if (!is_of(inv->scope, walk) || run->count[i] == LISTED_MAX)
            continue;
        TRY(db_run(cx, inv->find, &rows, db_int(after), db_int(until)));
        if (inv->scope == OPENINGS)
            TRY(openings_check(cx, run, i, &rows));
        else
            found_rows(run, i, &rows);
    }
    return OK;
}

/* All statements of a walk see a page before the next one: it is read from the disk once. */
static enum err
pages_check(struct ctx *cx, struct run *run, enum scope walk, enum sql_id next, int64_t after)
{
    struct arena page = {0};
    enum err e = OK;

    cx->arena = &page;
    while (e == OK) {
        struct db_rows rows = {0};
        e = db_run(cx, next, &rows, db_int(after));
        if (e != OK || row_null(&rows, 0, 0))
            break;
        int64_t until = row_int(&rows, 0, 0);
        e = page_check(cx, run, walk, after, until);
        after = until;
        arena_clear(&page);
    }
    cx->arena = run->keep;
    arena_release(&page);
    return e;
}

/* ---- the rest ---- */

/* *rows is untouched when there is nothing to ask. */
static enum err
run_recent(struct ctx *cx, const struct run *run, const struct invariant *inv,
           struct db_rows *rows)
{
    struct db_value movement = db_int(run->after.movement), order = db_int(run->after.order);

    switch (inv->scope) {
    case ORDERS_MOVED:
        return db_run(cx, inv->recent, rows, movement, order);
    case ORDERS_CHANGED:
        return db_run(cx, inv->recent, rows, db_int(run->since_ms), order);
    case PAYMENTS:
        return db_run(cx, inv->recent, rows, movement, db_int(run->after.refund),
                      db_int(run->since_ms), db_int(run->after.payment));
    case COMPANIES:
        return db_run(cx, inv->recent, rows, order);
    default:
        return OK;
    }
}

/* Counters, and what is summed over everything. */
static enum err
sums_check(struct ctx *cx, struct run *run)
{
    for (size_t i = 0; i < INVARIANTS; i++) {
        const struct invariant *inv = &invariants[i];
        struct db_rows rows = {0};

        if (inv->scope == COUNTERS || (inv->scope == COMPANIES && run->since_ms == 0))
            TRY(db_run(cx, inv->find, &rows));
        else if (inv->scope == SHORTAGES)
            TRY(db_run(cx, inv->find, &rows, db_int(run->since_ms)));
        found_rows(run, i, &rows);
    }
    return OK;
}

/* Older rows that something happened to since. */
static enum err
recent_check(struct ctx *cx, struct run *run)
{
    for (size_t i = 0; i < INVARIANTS; i++) {
        struct db_rows rows = {0};

        TRY(run_recent(cx, run, &invariants[i], &rows));
        found_rows(run, i, &rows);
    }
    return OK;
}

/* I20, over the whole history only: it counts every order anew. */
static enum err
figures_check(struct ctx *cx, struct run *run)
{
    struct figure_fault_list faults;

    TRY(figure_check(cx, &faults));
    for (size_t i = 0; i < faults.count; i++)
        found_add(run, INVARIANTS - 1,
                  str_printf(cx->arena, "%.*s: %lld against %lld", STR_FMT(faults.item[i].what),
                             (long long)faults.item[i].folded,
                             (long long)faults.item[i].counted));
    return OK;
}

static enum err
bounds_find(struct ctx *cx, struct run *run)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_CHECK_BOUNDS, &rows, db_int(run->since_ms)));
    run->after = (struct bounds){row_int(&rows, 0, 0), row_int(&rows, 0, 1), row_int(&rows, 0, 2),
                                 row_int(&rows, 0, 3), row_int(&rows, 0, 4)};
    return OK;
}

static struct breach_list
found_list(struct ctx *cx, const struct run *run)
{
    struct breach_list list = {ARENA_ARRAY(cx->arena, INVARIANTS * LISTED_MAX, struct breach), 0};

    for (size_t i = 0; i < INVARIANTS; i++)
        for (size_t n = 0; n < run->count[i]; n++)
            list.item[list.count++] =
                (struct breach){invariants[i].name, invariants[i].text, run->found[i][n]};
    return list;
}

enum err
check_run(struct ctx *cx, int64_t since_ms, struct breach_list *out, int *checked)
{
    struct run *run = ARENA_NEW(cx->arena, struct run);
    bool whole = since_ms == 0;

    *run = (struct run){.keep = cx->arena, .since_ms = since_ms};
    TRY(db_run(cx, SQL_CHECK_SETTINGS, NULL, db_str(whole ? STR("10min") : STR("30s"))));
    if (whole)
        TRY(figures_check(cx, run));
    TRY(sums_check(cx, run));
    if (!whole) {
        TRY(bounds_find(cx, run));
        TRY(db_run(cx, SQL_CHECK_SETTINGS_RECENT, NULL));
        TRY(recent_check(cx, run));
    }
    TRY(db_run(cx, SQL_CHECK_SETTINGS_PAGES, NULL));
    TRY(pages_check(cx, run, ORDERS_MOVED, SQL_CHECK_ORDER_PAGE, run->after.order));
    TRY(pages_check(cx, run, PAYMENTS, SQL_CHECK_PAYMENT_PAGE, run->after.payment));
    TRY(pages_check(cx, run, INVOICES, SQL_CHECK_INVOICE_PAGE, run->after.invoice));
    *out = found_list(cx, run);
    *checked = INVARIANTS - (whole ? 0 : 1);
    return OK;
}
