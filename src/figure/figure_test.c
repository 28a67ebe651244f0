/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure_test.c - the fold: what each transition adds and takes away, however often and in how many
 * pieces it is folded. After each fold a recount must give the same.
 */
#include <time.h>

#include "base/clock.h"
#include "delivery/delivery.h"
#include "figure/figure_int.h"
#include "job/job.h"
#include "test/shop.h"

int test_figure(void);

static enum err
check_unit(struct ctx *cx, void *arg)
{
    return figure_check(cx, arg);
}

static void
recount(struct fixture *f)
{
    struct figure_fault_list faults;

    assert_int_equal(OK, db_read(&f->cx, check_unit, &faults));
    for (size_t i = 0; i < faults.count; i++)
        print_error("%.*s: %lld against %lld\n", STR_FMT(faults.item[i].what),
                    (long long)faults.item[i].folded, (long long)faults.item[i].counted);
    assert_int_equal(0, faults.count);
}

static enum err
state_unit(struct ctx *cx, void *arg)
{
    return fold_state_read(cx, arg);
}

/*
 * Whether nothing is left to fold; if something is, after a nap. PostgreSQL numbers transactions
 * for the whole cluster: one of another test, in another database, may hold the fold back.
 */
static bool
is_settled(struct fixture *f)
{
    const struct timespec nap = {.tv_nsec = 2 * 1000 * 1000};
    struct fold_state s;

    assert_int_equal(OK, db_read(&f->cx, state_unit, &s));
    if (s.movement_id == s.newest_movement && s.step_id == s.newest_step)
        return true;
    (void)nanosleep(&nap, NULL);
    return false;
}

/* Folds all there is and counts it anew. */
static void
fold(struct fixture *f)
{
    int64_t now_ms = f->cx.now_ms;
    int tries = 0;
    bool done;

    recount(f);
    do {
        assert_int_equal(OK, figure_fold(&f->cx, &done));
        assert_true(done);
        assert_true(tries++ < 10000);
    } while (!is_settled(f));
    f->cx.now_ms = now_ms;
    recount(f);
}

struct sum {
    int64_t companies;
    struct figure_count placed, held, sold;
    int64_t sold_cents;
    struct figure_money money;
    int64_t as_of_ms;
};

static enum err
day_sum(void *arg, const struct figure_day *d)
{
    struct sum *s = arg;

    s->placed.orders += d->placed.orders;
    s->placed.units += d->placed.units;
    return OK;
}

static enum err
sum_unit(struct ctx *cx, void *arg)
{
    struct sum *s = arg;
    struct figure_group_list groups;

    *s = (struct sum){0};
    TRY(figure_groups(cx, 1, &groups));
    for (size_t i = 0; i < groups.count; i++) {
        s->companies += groups.item[i].companies;
        s->held.orders += groups.item[i].held.orders;
        s->held.units += groups.item[i].held.units;
        s->sold.orders += groups.item[i].sold.orders;
        s->sold.units += groups.item[i].sold.units;
        s->sold_cents += groups.item[i].sold_cents;
    }
    TRY(figure_each_day(cx, 1, 0, 100000, day_sum, s));
    TRY(figure_as_of(cx, &s->as_of_ms));
    return figure_money(cx, 1, &s->money);
}

static struct sum
sum_of(struct fixture *f)
{
    struct sum s;

    assert_int_equal(OK, db_read(&f->cx, sum_unit, &s));
    return s;
}

static struct order
place(struct shop *s, int n, int64_t packs, const char *key)
{
    struct order_ask ask = shop_ask(s, &s->f->arena, n, 0, packs, key);
    struct order_placed p = shop_place(s, &ask);

    assert_true(p.ok);
    return p.order;
}

static void
nothing_folds_to_nothing(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    assert_int_equal(0, sum_of(f).placed.orders);
    fold(f);
    shop_open(f, &s, 600, 0); /* The pool's opening is a movement of no order. */
    fold(f);
    assert_true(sum_of(f).as_of_ms == f->cx.now_ms);
    assert_int_equal(0, sum_of(f).companies);
    assert_int_equal(0, fixture_count(f, "figure_day"));
}

static void
an_order_is_counted_where_it_stands(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    struct order o = place(&s, 1, 2, "key-0000000000000001");
    assert_int_equal(0, sum_of(f).placed.orders);
    fold(f);
    struct sum sum = sum_of(f);
    assert_int_equal(1, sum.placed.orders);
    assert_int_equal(12, sum.placed.units);
    assert_int_equal(1, sum.companies);
    assert_int_equal(12, sum.held.units);
    assert_int_equal(0, sum.sold.orders);
    fold(f); /* Again: nothing more. */
    assert_int_equal(1, sum_of(f).placed.orders);
    assert_int_equal(OUTCOME_PAID, shop_pay(&s, o.id, 1, o.total_cents));
    fold(f);
    sum = sum_of(f);
    assert_int_equal(1, sum.placed.orders);
    assert_int_equal(0, sum.held.orders);
    assert_int_equal(0, sum.held.units);
    assert_int_equal(1, sum.sold.orders);
    assert_int_equal(12, sum.sold.units);
    assert_int_equal(o.total_cents, sum.sold_cents);
    assert_int_equal(o.total_cents, sum.money.captured_cents);
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM figure_day WHERE department = '69' "
                                       "AND band = 6 AND day = 18416"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM figure_group WHERE cohort = 'tous' "
                                       "AND territory = 1 AND band = 6"));
}

struct leaving {
    int64_t id;
    struct order o;
};

static enum err
cancel_unit(struct ctx *cx, void *arg)
{
    struct leaving *l = arg;

    TRY(order_by_id(cx, l->id, &l->o));
    return order_cancel(cx, &l->o, "buyer", "changed their mind");
}

static enum err
expire_unit(struct ctx *cx, void *arg)
{
    return order_expire(cx, ((struct leaving *)arg)->id);
}

static void
who_leaves_later_leaves_the_day_and_the_group(void **state)
{
    struct fixture *f = *state;
    struct leaving l;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    shop_company(&s, 2, 10, 1);
    struct order a = place(&s, 1, 1, "key-0000000000000001");
    struct order b = place(&s, 2, 2, "key-0000000000000002");
    fold(f);
    assert_int_equal(2, sum_of(f).companies);
    l.id = a.id;
    assert_int_equal(OK, db_write(&f->cx, cancel_unit, &l));
    fixture_clock(f, f->cx.now_ms + 3600 * 1000);
    l.id = b.id;
    assert_int_equal(OK, db_write(&f->cx, expire_unit, &l));
    fold(f);
    struct sum sum = sum_of(f);
    assert_int_equal(0, sum.companies);
    assert_int_equal(0, sum.held.units);
    assert_int_equal(2, sum.placed.orders);
    /* The capture was on its way: the stock is taken again. */
    assert_int_equal(OUTCOME_PAID, shop_pay(&s, b.id, 1, b.total_cents));
    fold(f);
    sum = sum_of(f);
    assert_int_equal(1, sum.companies);
    assert_int_equal(12, sum.sold.units);
    assert_int_equal(b.total_cents, sum.money.captured_cents);
}

static void
nothing_is_left_of_what_was_made_and_left_between_two_folds(void **state)
{
    struct fixture *f = *state;
    struct leaving l;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    l.id = place(&s, 1, 1, "key-0000000000000001").id;
    assert_int_equal(OK, db_write(&f->cx, cancel_unit, &l));
    fold(f);
    struct sum sum = sum_of(f);
    assert_int_equal(1, sum.placed.orders);
    assert_int_equal(0, sum.held.orders);
    assert_int_equal(0, sum.companies);
}

/* ---- money ---- */

static void
money_that_goes_back_is_due_then_given_back(void **state)
{
    struct fixture *f = *state;
    struct leaving l;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    l.id = shop_paid(&s, 1, 2, 7);
    fold(f);
    assert_int_equal(3756, sum_of(f).money.captured_cents);
    assert_int_equal(OK, db_write(&f->cx, cancel_unit, &l)); /* Queues the refund. */
    fold(f);
    struct sum sum = sum_of(f);
    assert_int_equal(3756, sum.money.due_cents);
    assert_int_equal(0, sum.sold.units);
    assert_int_equal(0, sum.sold_cents);
    assert_int_equal(0, sum.companies);
    fixture_begin(f);
    fixture_sql(f, "UPDATE refund SET state = 2");
    fixture_sql(f, str_printf(&f->arena, "UPDATE refund SET state = 3, done_ms = %lld",
                              (long long)f->cx.now_ms + CLOCK_DAY_MS)
                       .ptr);
    assert_int_equal(OK, fixture_commit(f));
    fold(f);
    sum = sum_of(f);
    assert_int_equal(0, sum.money.due_cents);
    assert_int_equal(3756, sum.money.refunded_cents);
    assert_int_equal(3756, sum.money.captured_cents);
    /* It turns out to have failed, two days later, and is made anew. */
    fixture_begin(f);
    fixture_sql(f, str_printf(&f->arena, "UPDATE refund SET state = 4, voided_ms = %lld",
                              (long long)f->cx.now_ms + 2 * (int64_t)CLOCK_DAY_MS)
                       .ptr);
    fixture_sql(f, "INSERT INTO refund (payment_id, provider, idem_key, state, amount_cents, "
                   "cause, created_ms) VALUES (7, 'lyra', 'again', 1, 3756, 'test', 1)");
    assert_int_equal(OK, fixture_commit(f));
    fold(f);
    sum = sum_of(f);
    assert_int_equal(3756, sum.money.due_cents);
    assert_int_equal(0, sum.money.refunded_cents);
    assert_int_equal(3756, sum.money.captured_cents);
}

static void
money_that_no_order_could_take_was_captured_all_the_same(void **state)
{
    struct fixture *f = *state;
    struct leaving l;
    struct shop s;

    shop_open(f, &s, 12, 0);
    shop_company(&s, 1, 10, 1);
    shop_company(&s, 2, 10, 1);
    struct order o = place(&s, 1, 2, "key-0000000000000001");
    fixture_clock(f, f->cx.now_ms + 3600 * 1000);
    l.id = o.id;
    assert_int_equal(OK, db_write(&f->cx, expire_unit, &l));
    struct order next = place(&s, 2, 2, "key-0000000000000002");
    fold(f);
    /* Late, and the stock is gone; then the other order is paid twice. */
    assert_int_equal(OUTCOME_REFUND, shop_pay(&s, o.id, 1, o.total_cents));
    fold(f);
    assert_int_equal(o.total_cents, sum_of(f).money.captured_cents);
    assert_int_equal(o.total_cents, sum_of(f).money.due_cents);
    assert_int_equal(OUTCOME_PAID, shop_pay(&s, next.id, 2, next.total_cents));
    assert_int_equal(OUTCOME_REFUND, shop_pay(&s, next.id, 3, next.total_cents));
    fold(f);
    struct sum sum = sum_of(f);
    assert_int_equal(o.total_cents + 2 * next.total_cents, sum.money.captured_cents);
    assert_int_equal(o.total_cents + next.total_cents, sum.money.due_cents);
    assert_int_equal(next.total_cents, sum.sold_cents);
}

/* ---- packs that were missing ---- */

struct missing {
    int64_t order;
    int64_t packs;
};

static enum err
missing_unit(struct ctx *cx, void *arg)
{
    const struct missing *m = arg;
    struct order o;

    TRY(order_lock(cx, m->order, &o));
    return order_give_back_part(cx, &o, 0, m->packs, MOVE_SPOIL, 0, STR("missing"));
}

static void
packs_that_were_missing_leave_with_their_money(void **state)
{
    struct fixture *f = *state;
    struct missing m = {.packs = 1};
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    m.order = shop_paid(&s, 1, 4, 7);
    fold(f);
    int64_t whole = sum_of(f).sold_cents;
    for (int i = 1; i <= 2; i++) {
        assert_int_equal(OK, db_write(&f->cx, missing_unit, &m));
        if (i == 1)
            fold(f);
    }
    fold(f);
    struct sum sum = sum_of(f);
    assert_int_equal(1, sum.sold.orders);
    assert_int_equal(12, sum.sold.units);
    assert_int_equal(whole - sum.money.due_cents, sum.sold_cents);
    assert_true(sum.money.due_cents > 0);
    assert_int_equal(whole, sum.money.captured_cents);
    /* The rest goes too: nothing stands any more. */
    m.packs = 2;
    assert_int_equal(OK, db_write(&f->cx, missing_unit, &m));
    fold(f);
    sum = sum_of(f);
    assert_int_equal(0, sum.sold.orders);
    assert_int_equal(0, sum.sold_cents);
    assert_int_equal(0, sum.companies);
}

/* ---- companies ---- */

static void
a_company_counts_once_in_the_group_of_its_oldest_order(void **state)
{
    struct fixture *f = *state;
    struct leaving l;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 30, 2);
    fixture_begin(f);
    fixture_sql(f, "UPDATE establishment SET commune = '38185' WHERE siret % 100000 = 25");
    assert_int_equal(OK, fixture_commit(f));
    l.id = shop_paid(&s, 1, 1, 7);
    struct order_ask ask = shop_ask(&s, &f->arena, 1, 1, 1, "key-0000000000000002");
    assert_true(shop_place(&s, &ask).ok);
    fold(f);
    struct sum sum = sum_of(f);
    assert_int_equal(1, sum.companies);
    assert_int_equal(1, sum.sold.orders);
    assert_int_equal(1, sum.held.orders);
    assert_int_equal(1, fixture_int(f, "SELECT companies FROM figure_group WHERE "
                                       "department = '69'"));
    assert_int_equal(OK, db_write(&f->cx, cancel_unit, &l));
    fold(f);
    assert_int_equal(0, fixture_int(f, "SELECT companies FROM figure_group WHERE "
                                       "department = '69'"));
    assert_int_equal(1, fixture_int(f, "SELECT companies FROM figure_group WHERE "
                                       "department = '38'"));
}

/* ---- cells ---- */

static void
cells_keep_their_values_however_many_there_are(void **state)
{
    struct arena a = {0};
    struct cells all, twice;

    (void)state;
    cells_init(&all, &a);
    cells_init(&twice, &a);
    for (int round = 1; round <= 2; round++)
        for (int i = 0; i < 5000; i++) {
            char code[8] = {(char)('A' + i % 26), (char)('A' + i / 26 % 26), '\0'};
            struct cell key = {.kind = CELL_GROUP, .campaign_id = 1 + i % 3, .at = i / 676,
                               .band = (enum band)(i % 17), .department = str_of(code)};
            cells_values(&all, &key)[CELL_COMPANIES] += i;
        }
    cells_add(&twice, &all);
    cells_add(&twice, &all);
    int64_t sum = 0;
    for (size_t i = 0; i < twice.count; i++) {
        assert_int_equal(2 * cells_values(&all, &twice.item[i])[CELL_COMPANIES],
                         twice.item[i].v[CELL_COMPANIES]);
        sum += twice.item[i].v[CELL_COMPANIES];
    }
    assert_int_equal(2 * 2 * 5000 * 4999 / 2, sum);
    arena_release(&a);
}

/* ---- what the rules allow ---- */

static enum err
allowed_unit(struct ctx *cx, void *arg)
{
    struct campaign c;

    TRY(campaign_by_id(cx, 1, &c));
    return figure_allowed(cx, &c, arg);
}

static struct figure_allowed
allowed_now(struct fixture *f)
{
    struct figure_allowed a;
    int64_t now_ms = f->cx.now_ms;

    assert_int_equal(OK, figure_trial_job(&f->cx, NULL));
    f->cx.now_ms = now_ms;
    assert_int_equal(OK, db_read(&f->cx, allowed_unit, &a));
    return a;
}

static void
the_dry_run_is_kept_and_done_anew_after_an_import(void **state)
{
    struct fixture *f = *state;
    struct figure_allowed a;
    struct shop s;

    shop_open(f, &s, 600, 0);
    assert_int_equal(OK, db_read(&f->cx, allowed_unit, &a));
    assert_false(a.known);
    shop_company(&s, 1, 10, 1);
    shop_company(&s, 2, 4, 1);
    a = allowed_now(f);
    assert_true(a.known);
    assert_int_equal(1, a.version);
    assert_int_equal(2, a.all.companies);
    assert_int_equal(2, a.cohort[0].companies);
    assert_int_equal(1, a.band[BAND_11].companies);
    assert_int_equal(1, a.band[BAND_02].companies);
    assert_int_equal(2, a.territory[TERRITORY_MAINLAND].companies);
    assert_int_equal(2, figure_allowed_in(&a, STR("69")).companies);
    assert_int_equal(0, figure_allowed_in(&a, STR("38")).companies);
    assert_true(a.all.units_min > 0 && a.all.units_max >= a.all.units_min);
    /* Nothing has changed: what was found stands. */
    shop_company(&s, 3, 4, 1);
    assert_int_equal(2, allowed_now(f).all.companies);
    fixture_begin(f);
    fixture_sql(f, "INSERT INTO registry_import (token, units_mark, establishments_mark, "
                   "started_ms, finished_ms, siren, counts, companies) "
                   "VALUES ('t', 'u', 'e', 1, 2, 0, '0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0', 3)");
    assert_int_equal(OK, fixture_commit(f));
    a = allowed_now(f);
    assert_int_equal(3, a.all.companies);
    assert_int_equal(2, a.imported_ms);
    assert_int_equal(2, a.band[BAND_02].companies);
    /* A day later it is done anew in a quiet hour, 3 o'clock in Paris. */
    shop_company(&s, 4, 4, 1);
    fixture_clock(f, SHOP_NOW_MS + (int64_t)CLOCK_DAY_MS);
    assert_int_equal(3, allowed_now(f).all.companies);
    fixture_clock(f, SHOP_NOW_MS + (int64_t)CLOCK_DAY_MS + 15 * (int64_t)CLOCK_HOUR_MS);
    assert_int_equal(4, allowed_now(f).all.companies);
}

/* ---- pieces, crashes, rebuilds ---- */

/* A little of everything: orders of five companies, some paid, cancelled, short. */
static void
busy_day(struct shop *s, struct leaving *l, int first)
{
    for (int n = first; n < first + 5; n++) {
        const char *key = str_printf(&s->f->arena, "key-%016d", n).ptr;
        shop_company(s, n, n % 3 * 10 + 2, 1);
        if (n % 2 == 0) {
            l->id = shop_paid(s, n, 1, n);
        } else {
            l->id = place(s, n, 1, key).id;
        }
        if (n % 5 < 2)
            assert_int_equal(OK, db_write(&s->f->cx, cancel_unit, l));
        fixture_clock(s->f, s->f->cx.now_ms + 60 * 1000);
    }
}

/* All figures as one number: equal tables have equal ones. */
static int64_t
fingerprint(struct fixture *f)
{
    return fixture_int(f, "SELECT COALESCE(SUM(placed_orders * 3 + placed_units * 5 + held_orders "
                          "* 7 + held_units * 11 + sold_orders * 13 + sold_units * 17 + "
                          "sold_cents * 19 + band * 23 + day), 0) FROM figure_day") +
           fixture_int(f, "SELECT COALESCE(SUM(companies * 29 + held_units * 31 + sold_cents), 0) "
                          "FROM figure_group") +
           fixture_int(f, "SELECT COALESCE(SUM(orders * 37 + units + minute % 1000), 0) FROM "
                          "figure_minute") +
           fixture_int(f, "SELECT COALESCE(SUM(orders * 41 + units), 0) FROM figure_hour") +
           fixture_int(f, "SELECT COALESCE(SUM(captured_cents * 43 + due_cents * 47 + "
                          "refunded_cents * 53), 0) FROM figure_money");
}

static void
a_rebuild_gives_what_was_folded_piece_by_piece(void **state)
{
    struct fixture *f = *state;
    struct leaving l;
    struct shop s;

    shop_open(f, &s, 6000, 0);
    for (int i = 0; i < 3; i++) {
        busy_day(&s, &l, i * 5 + 1);
        fold(f);
    }
    int64_t folded = fingerprint(f);
    assert_true(folded > 0);
    assert_int_equal(OK, figure_rebuild(&f->cx));
    assert_int_equal(folded, fingerprint(f));
    recount(f);
    /* Whatever was wrong is mended. */
    fixture_begin(f);
    fixture_sql(f, "UPDATE figure_day SET held_units = held_units + 1; DELETE FROM figure_group");
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, figure_rebuild(&f->cx));
    assert_int_equal(folded, fingerprint(f));
    recount(f);
    busy_day(&s, &l, 21);
    fold(f);
}

static void
a_crash_at_any_statement_counts_nothing_twice(void **state)
{
    struct fixture *f = *state;
    struct leaving l;
    struct shop s;
    bool done = false;
    int failed = 0, tries = 0;

    shop_open(f, &s, 6000, 0);
    busy_day(&s, &l, 1);
    do { /* Where it had to wait, it is to fail at the same statement. */
        int64_t now_ms = f->cx.now_ms;
        fixture_fail_at(f, failed + 1);
        enum err e = figure_fold(&f->cx, &done);
        fixture_fail_at(f, 0);
        f->cx.now_ms = now_ms;
        failed += e != OK ? 1 : 0;
        done = e == OK && is_settled(f);
        recount(f);
        assert_true(failed < 500 && tries++ < 10000);
    } while (!done);
    assert_true(failed > 10);
    fold(f);
    assert_int_equal(5, sum_of(f).placed.orders);
}

struct range_fold {
    struct fold_range range;
    struct cells *cells;
};

static enum err
range_unit(struct ctx *cx, void *arg)
{
    struct range_fold *r = arg;
    struct version_zones zones;

    TRY(version_zones_load(cx, &zones));
    return fold_read(cx, &zones, &r->range, r->cells);
}

/* However a range is cut, even in the middle of what one transaction did, the sum is the same. */
static void
ranges_add_up_however_they_are_cut(void **state)
{
    struct fixture *f = *state;
    struct cells whole, cut;
    struct leaving l;
    struct shop s;

    shop_open(f, &s, 6000, 0);
    busy_day(&s, &l, 1);
    struct missing m = {shop_paid(&s, 4, 2, 99), 1};
    assert_int_equal(OK, db_write(&f->cx, missing_unit, &m));
    int64_t last = fixture_int(f, "SELECT MAX(id) FROM stock_movement");
    int64_t step = fixture_int(f, "SELECT MAX(id) FROM refund_step");
    struct range_fold r = {{0, last, 0, step}, &whole};
    cells_init(&whole, &f->arena);
    assert_int_equal(OK, db_read(&f->cx, range_unit, &r));
    for (int64_t piece = 1; piece <= 3; piece++) {
        cells_init(&cut, &f->arena);
        r.cells = &cut;
        for (int64_t from = 0; from < last; from += piece) {
            int64_t to = from + piece < last ? from + piece : last;
            r.range = (struct fold_range){from, to, from < step ? from : step,
                                          to < step ? to : step};
            assert_int_equal(OK, db_read(&f->cx, range_unit, &r));
        }
        for (size_t i = 0; i < cut.count; i++)
            assert_memory_equal(cut.item[i].v, cells_values(&whole, &cut.item[i]),
                                sizeof cut.item[i].v);
    }
}

/* ---- PostgreSQL: numbers become visible out of order ---- */

static void
what_is_committed_late_is_not_passed_over(void **state)
{
    struct fixture *f = *state;
    struct arena arena = {0};
    struct shop s;
    bool done;

    if (f->engine != DB_PG)
        return; /* One writer: numbers are committed in their order. */
    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    shop_company(&s, 2, 10, 1);
    fold(f);
    fixture_clock(f, f->cx.now_ms + 1000);
    struct ctx other = fixture_ctx(f, &arena);
    other.actor.account_id = 1;
    struct order_ask early = shop_ask(&s, &f->arena, 1, 0, 1, "key-0000000000000001");
    struct order_ask late = shop_ask(&s, &f->arena, 2, 0, 2, "key-0000000000000002");
    struct shop_placing slow = {.ask = &early}, quick = {.ask = &late};
    fixture_begin(f);
    f->cx.actor.account_id = 1;
    assert_int_equal(OK, shop_place_unit(&f->cx, &slow)); /* Takes the lower number. */
    assert_int_equal(OK, db_write(&other, shop_place_unit, &quick));
    other.now_ms = 0;
    assert_int_equal(OK, figure_fold(&other, &done));
    assert_true(done);
    other.now_ms = f->cx.now_ms;
    struct sum sum;
    assert_int_equal(OK, db_read(&other, sum_unit, &sum));
    assert_int_equal(0, sum.placed.orders); /* Nothing beyond it is folded. */
    assert_true(sum.as_of_ms < f->cx.now_ms);
    assert_int_equal(OK, fixture_commit(f));
    fold(f);
    assert_int_equal(2, sum_of(f).placed.orders);
    assert_int_equal(18, sum_of(f).held.units);
    arena_release(&arena);
}

static void
a_mark_of_another_cluster_is_set_anew(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    if (f->engine != DB_PG)
        return;
    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    place(&s, 1, 1, "key-0000000000000001");
    fixture_begin(f);
    fixture_sql(f, "UPDATE figure_fold SET mark_movement = 1, mark_xid = 9000000000000000000");
    assert_int_equal(OK, fixture_commit(f));
    fold(f);
    assert_int_equal(1, sum_of(f).placed.orders);
}

/* ---- time ---- */

static enum err
times_unit(struct ctx *cx, void *arg)
{
    struct figure_count *out = arg;

    TRY(figure_minutes(cx, 1, SHOP_NOW_MS / CLOCK_MINUTE_MS - 1, 3, out));
    return figure_hours(cx, 1, SHOP_NOW_MS / CLOCK_HOUR_MS, 1, out + 3);
}

static void
days_are_civil_and_minutes_are_kept_for_some_days(void **state)
{
    struct fixture *f = *state;
    struct figure_count t[4];
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    shop_company(&s, 2, 10, 1);
    place(&s, 1, 2, "key-0000000000000001");
    fixture_clock(f, SHOP_NOW_MS + (int64_t)12 * 3600 * 1000 + 1800 * 1000); /* 22:30 UTC */
    place(&s, 2, 1, "key-0000000000000002");
    fold(f);
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM figure_day WHERE day = 18416"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM figure_day WHERE day = 18417"));
    assert_int_equal(OK, db_read(&f->cx, times_unit, t));
    assert_int_equal(0, t[0].orders);
    assert_int_equal(1, t[1].orders);
    assert_int_equal(12, t[1].units);
    assert_int_equal(0, t[2].orders);
    assert_int_equal(1, t[3].orders);
    fixture_clock(f, SHOP_NOW_MS + (FIGURE_MINUTE_DAYS + 1) * (int64_t)CLOCK_DAY_MS);
    fold(f);
    assert_int_equal(0, fixture_count(f, "figure_minute"));
    assert_int_equal(2, fixture_count(f, "figure_hour"));
    assert_int_equal(OK, figure_rebuild(&f->cx));
    assert_int_equal(0, fixture_count(f, "figure_minute"));
    assert_int_equal(2, fixture_count(f, "figure_hour"));
}

static void
steps_of_refunds_are_never_changed(void **state)
{
    struct fixture *f = *state;
    struct leaving l;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    l.id = shop_paid(&s, 1, 1, 7);
    assert_int_equal(OK, db_write(&f->cx, cancel_unit, &l));
    assert_int_equal(1, fixture_count(f, "refund_step"));
    assert_true(fixture_sql_fails(f, "UPDATE refund_step SET to_state = 3"));
    assert_true(fixture_sql_fails(f, "DELETE FROM refund_step"));
}

int
test_figure(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(nothing_folds_to_nothing),
        DB_TEST(an_order_is_counted_where_it_stands),
        DB_TEST(who_leaves_later_leaves_the_day_and_the_group),
        DB_TEST(nothing_is_left_of_what_was_made_and_left_between_two_folds),
        DB_TEST(money_that_goes_back_is_due_then_given_back),
        DB_TEST(money_that_no_order_could_take_was_captured_all_the_same),
        DB_TEST(packs_that_were_missing_leave_with_their_money),
        DB_TEST(a_company_counts_once_in_the_group_of_its_oldest_order),
        cmocka_unit_test(cells_keep_their_values_however_many_there_are),
        DB_TEST(the_dry_run_is_kept_and_done_anew_after_an_import),
        DB_TEST(a_rebuild_gives_what_was_folded_piece_by_piece),
        DB_TEST(a_crash_at_any_statement_counts_nothing_twice),
        DB_TEST(ranges_add_up_however_they_are_cut),
        DB_TEST(what_is_committed_late_is_not_passed_over),
        DB_TEST(a_mark_of_another_cluster_is_set_anew),
        DB_TEST(days_are_civil_and_minutes_are_kept_for_some_days),
        DB_TEST(steps_of_refunds_are_never_changed),
    };

    return cmocka_run_group_tests_name("figure", tests, NULL, NULL);
}
