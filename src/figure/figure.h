/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure.h - figures: roll-ups of what happened, small enough to be read whole for each page.
 *
 * Orders and money are facts that are only ever added to: stock_movement (what each order holds
 * and has bought, by number) and refund_step (what became of each refund, by number). A job folds
 * them into small tables every few seconds; placing or paying an order writes nothing here. Each
 * figure is a function of the facts up to a number (figure_fold), so that
 *
 *  - a fold adds the difference between two numbers and moves the number on, in one transaction:
 *    what crashes in between is done again, and nothing is counted twice;
 *  - whoever leaves later (expired, cancelled, given back) or in part (packs that were missing)
 *    leaves the day and group he was counted in;
 *  - on PostgreSQL, where a row may become visible after one with a higher number, the fold goes
 *    no further than numbers under which every transaction has ended;
 *  - a rebuild from nothing, and a recount from the orders themselves (figure_check, invariant
 *    I20), must give the same to the unit.
 *
 * What the columns mean:
 *
 *   placed   made in that time, whatever became of it: never falls
 *   held     reserved and not yet paid, now
 *   sold     paid and not given back, now, less the packs that could not be sent; sold_cents is
 *            what is kept for it, VAT included
 *   companies that hold or have bought something now, each counted once, in the group of its
 *            oldest order that does
 *
 * Department and band are those of the order's decision: the establishment that ordered ("69",
 * "2A", "974"; may be empty), the register's headcount band then. A day is a civil day of the
 * campaign's zone, counted from 1970 (civil_from_day).
 *
 * figure_day is what open data is made from; it holds small counts, which whoever publishes must
 * suppress.
 */
#ifndef MAILLON_FIGURE_FIGURE_H
#define MAILLON_FIGURE_FIGURE_H

#include "campaign/campaign.h"
#include "db/db.h"
#include "registry/registry.h"

/* The instant up to which the figures are complete: now when nothing waits to be folded; 0 when
 * nothing ever was. */
NODISCARD enum err figure_as_of(struct ctx *cx, int64_t *out);

/* ---- orders ---- */

struct figure_count {
    int64_t orders, units;
};

struct figure_day {
    int64_t day;
    struct str department;
    enum band band;
    struct figure_count placed, held, sold;
    int64_t sold_cents;
};
/* Of one campaign, from_day to until_day (not included), by day, department and band: streamed.
 * The callback runs no statements; d is valid during the call. */
typedef enum err (*figure_day_fn)(void *arg, const struct figure_day *d);
NODISCARD enum err figure_each_day(struct ctx *cx, int64_t campaign_id, int64_t from_day,
                                   int64_t until_day, figure_day_fn fn, void *arg);

/* Those with the same cohort, territory, department and band. */
struct figure_group {
    struct str cohort;      /* Its code; empty: none. */
    enum territory territory;
    struct str department;
    enum band band;
    int64_t companies;
    struct figure_count held, sold;
    int64_t sold_cents;
};
struct figure_group_list {
    struct figure_group *item;
    size_t count;
};
enum { FIGURE_GROUPS_MAX = 100000 };
NODISCARD enum err figure_groups(struct ctx *cx, int64_t campaign_id,
                                 struct figure_group_list *out);

/* Orders placed in each minute or hour from (since 1970, UTC), count of them, into out[0] to
 * out[count - 1]. Minutes are kept for FIGURE_MINUTE_DAYS, hours for ever. */
enum { FIGURE_MINUTE_DAYS = 8 };
NODISCARD enum err figure_minutes(struct ctx *cx, int64_t campaign_id, int64_t from, size_t count,
                                  struct figure_count *out);
NODISCARD enum err figure_hours(struct ctx *cx, int64_t campaign_id, int64_t from, size_t count,
                                struct figure_count *out);

/* ---- money ---- */

struct figure_money {
    int64_t captured_cents; /* Ever, whatever became of it. */
    int64_t due_cents;      /* Still to be given back. */
    int64_t refunded_cents;
};
/* Payments in euros for a known order of the campaign, until now. */
NODISCARD enum err figure_money(struct ctx *cx, int64_t campaign_id, struct figure_money *out);

/* ---- what the rules allow ---- */

/* By the last dry run of the version in force, or of the newest before it that was tried: claims
 * are of one period, in whole packs; least and most where only a band is known. A company whose
 * cohort has closed still counts. */
struct figure_claim {
    int64_t companies, units_min, units_max;
};
struct figure_allowed {
    bool known;             /* A dry run was made. */
    int version;
    int64_t at_ms;
    int64_t imported_ms;    /* When the register that was read was imported. */
    struct figure_claim all;
    struct figure_claim cohort[POLICY_COHORTS_MAX]; /* By the index of c->policy. */
    struct figure_claim territory[TERRITORY_COUNT];
    struct figure_claim band[BAND_COUNT];
    struct {
        struct str code;
        struct figure_claim claim;
    } department[POLICY_DEPARTMENTS_MAX];
    int department_count;
};
NODISCARD enum err figure_allowed(struct ctx *cx, const struct campaign *c,
                                  struct figure_allowed *out);
/* What the rules allow in a département; all 0 when none is known. */
struct figure_claim figure_allowed_in(const struct figure_allowed *a, struct str department);

/* ---- folding ---- */

/* Folds what is there, for at most some 20 s. No transaction is open. *done: nothing is left, or
 * what is left waits for somebody's transaction to end. */
NODISCARD enum err figure_fold(struct ctx *cx, bool *done);
/* From nothing; readers see the old figures until the new ones are there. No transaction is
 * open. */
NODISCARD enum err figure_rebuild(struct ctx *cx);

/* A figure that is not what a recount gives. */
struct figure_fault {
    struct str what;        /* "day 18384 69 band 3: sold_units" */
    int64_t folded, counted;
};
struct figure_fault_list {
    struct figure_fault *item;
    size_t count;
};
enum { FIGURE_FAULTS_MAX = 20 };
/* Counts everything anew from orders, payments and refunds as they stand, in the open transaction,
 * and compares; what is not folded yet is added first. At most FIGURE_FAULTS_MAX are listed. */
NODISCARD enum err figure_check(struct ctx *cx, struct figure_fault_list *out);

#endif
