/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c - see check.h. Most invariants are one statement that finds offenders; those that need
 * the policy (was the sale open?) are decided here.
 */
#include "check/check.h"

#include "campaign/campaign.h"
#include "figure/figure.h"
#include "registry/registry.h"

struct invariant {
    const char *name;
    const char *text;
    enum sql_id find;
};

static const struct invariant invariants[] = {
    {"I1", "received = available + held + sold + withdrawn + quarantined + sent in each slot, none "
     "negative",
     SQL_CHECK_SLOT_SUM},
    {"I2", "the counters of each slot are the sums of its movements", SQL_CHECK_SLOT_MOVEMENTS},
    {"I3", "an order has stock exactly while it is held, paying, or paid and not given back",
     SQL_CHECK_ORDER_STOCK},
    {"I4", "units of a company in a period do not pass its quota", SQL_CHECK_QUOTA},
    {"I5", "a captured payment is kept for the one order that stands on it, or given back",
     SQL_CHECK_CAPTURE_ORDER},
    {"I6", "what is given back of a payment is what was captured, once", SQL_CHECK_REFUND},
    {"I7", "a paid order stands on a captured payment of its amount", SQL_CHECK_ORDER_CAPTURE},
    {"I7", "an order is the sum of its lines, in units and in money", SQL_CHECK_ORDER_LINES},
    {"I7", "packs that could not be sent are given back, to the cent", SQL_CHECK_SHORTAGE},
    {"I3", "what an order sends is what was ordered and not missing", SQL_CHECK_PARCELS},
    {"I3", "orders and their parcels tell the same", SQL_CHECK_PARCEL_STATE},
    {"I8", "one key made one order", SQL_CHECK_KEY},
    {"I14", "the last event of each order says its state, actor, time and cause",
     SQL_CHECK_HISTORY},
    {"I15", "the numbers of a series of invoices have no gap", SQL_CHECK_INVOICE_GAPS},
    {"I15", "an invoice is the sum of its rates", SQL_CHECK_INVOICE_SUM},
    {"I15", "a paid order has one invoice of its amount, or waits for it", SQL_CHECK_INVOICE_ORDER},
    {"I15", "credit notes do not pass their invoice", SQL_CHECK_INVOICE_CREDIT},
    {"I16", "a paid order has its confirmation in the outbox", SQL_CHECK_PAID_MAIL},
    {"I18", "what batches have on hand, picked or handed over is what their pool has available, "
            "held or sold",
     SQL_CHECK_BATCHES},
    {"I18", "what a batch has picked and handed over is what orders have of it",
     SQL_CHECK_PICKS},
    {"I18", "no order has more picked than it has bought", SQL_CHECK_ORDER_PICKS},
    {"I19", "what a pool has sent is on its way, arrived elsewhere, or noted as lost",
     SQL_CHECK_TRANSFERS},
    {"I21", "nothing is for sale in a pool while recalled units lie on its shelf",
     SQL_CHECK_RECALLED},
};

enum { LISTED_MAX = 20, PAGE_ROWS = 10000 };
static const size_t invariant_count = sizeof invariants / sizeof invariants[0];

static void
add_breach(struct breach_list *out, const char *name, const char *text, struct str detail)
{
    out->item[out->count++] = (struct breach){name, text, detail};
}

static enum err
run_one(struct ctx *cx, const struct invariant *inv, int64_t since_ms, struct breach_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, inv->find, &rows, db_int(since_ms)));
    for (size_t r = 0; r < rows.count && r < LISTED_MAX; r++)
        add_breach(out, inv->name, inv->text,
                   str_printf(cx->arena, "%lld: %lld against %lld",
                              (long long)row_int(&rows, r, 0), (long long)row_int(&rows, r, 1),
                              (long long)row_int(&rows, r, 2)));
    return OK;
}

static bool
was_open(const struct policy *p, struct str cohort, enum territory t, int64_t at_ms)
{
    for (int i = 0; i < p->cohort_count; i++)
        if (str_eq(p->cohort[i].code, cohort))
            return at_ms >= p->cohort[i].opens_ms[t] && at_ms < p->cohort[i].closes_ms[t];
    return false;
}

/* I11, in pages: the whole history may be millions of orders. */
static enum err
check_openings(struct ctx *cx, int64_t since_ms, struct breach_list *out)
{
    struct arena *keep = cx->arena;
    struct arena page = {0};
    int64_t after = 0;
    size_t listed = 0, rows_read = PAGE_ROWS;
    enum err e = OK;

    while (e == OK && rows_read == PAGE_ROWS && listed < LISTED_MAX) {
        struct db_rows rows = {0};
        cx->arena = &page;
        e = db_run(cx, SQL_CHECK_OPENINGS, &rows, db_int(since_ms), db_int(after));
        for (size_t r = 0; e == OK && r < rows.count && listed < LISTED_MAX; r++) {
            const struct policy *p;
            after = row_int(&rows, r, 0);
            e = campaign_policy(cx, row_int(&rows, r, 1), (int)row_int(&rows, r, 2), &p);
            if (e != OK || was_open(p, row_str(&rows, r, 3),
                                    (enum territory)row_int(&rows, r, 4), row_int(&rows, r, 5)))
                continue;
            add_breach(out, "I11", "no sale outside its cohort's opening",
                       str_printf(keep, "order %lld", (long long)after));
            listed++;
        }
        rows_read = rows.count;
        arena_clear(&page);
    }
    cx->arena = keep;
    arena_release(&page);
    return e;
}

/* I20, over the whole history only: it counts every order anew. */
static enum err
check_figures(struct ctx *cx, struct breach_list *out)
{
    struct figure_fault_list faults;

    TRY(figure_check(cx, &faults));
    for (size_t i = 0; i < faults.count && i < LISTED_MAX; i++)
        add_breach(out, "I20", "the folded figures are what a recount gives",
                   str_printf(cx->arena, "%.*s: %lld against %lld", STR_FMT(faults.item[i].what),
                              (long long)faults.item[i].folded,
                              (long long)faults.item[i].counted));
    return OK;
}

enum err
check_run(struct ctx *cx, int64_t since_ms, struct breach_list *out, int *checked)
{
    struct breach_list list = {
        ARENA_ARRAY(cx->arena, (invariant_count + 2) * LISTED_MAX, struct breach), 0};

    for (size_t i = 0; i < invariant_count; i++)
        TRY(run_one(cx, &invariants[i], since_ms, &list));
    TRY(check_openings(cx, since_ms, &list));
    *checked = (int)invariant_count + 1;
    if (since_ms == 0) {
        TRY(check_figures(cx, &list));
        ++*checked;
    }
    *out = list;
    return OK;
}
