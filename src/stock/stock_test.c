/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_test.c - the two books of stock: what each movement does, batches, receipts, acts by hand,
 * recall, and that nothing goes below what is sold.
 */
#include <pthread.h>

#include "check/check.h"
#include "job/job.h"
#include "staff/staff.h"
#include "stock/stock_room.h"
#include "test/shop.h"

int test_stock(void);

/* A shop whose stock people are accounts 1 and 2 of its organiser. */
static void
house(struct fixture *f, struct shop *s, int64_t units)
{
    shop_open(f, s, units, 0);
    for (int n = 1; n <= 3; n++)
        shop_company(s, n, 40, 1);
    fixture_sql(f, str_printf(&f->arena, "UPDATE account SET rights = %d, organiser_id = %lld "
                                         "WHERE id IN (1, 2)", RIGHT_STOCK,
                              (long long)s->campaign.organiser_id).ptr);
    f->cx.actor = (struct actor){.account_id = 1, .organiser_id = s->campaign.organiser_id,
                                 .rights = RIGHT_SIGNED | RIGHT_STOCK};
}

static int64_t
announce(struct shop *s, const char *note, const char *lot, int64_t units)
{
    struct stock_result r;

    fixture_begin(s->f);
    assert_int_equal(OK, arrival_announce(&s->f->cx,
                                          &(struct arrival){.pool_id = s->pool_id,
                                                            .supplier = STR("Tissages du Nord"),
                                                            .note = str_of(note),
                                                            .lot = str_of(lot),
                                                            .units = units,
                                                            .expected_day = 18417},
                                          &r));
    assert_int_equal(STOCK_DONE, r.no);
    assert_int_equal(OK, fixture_commit(s->f));
    return r.id;
}

static struct stock_result
receive(struct shop *s, struct receipt in)
{
    struct stock_result r = {.no = STOCK_DONE};

    fixture_begin(s->f);
    assert_int_equal(OK, receipt_take(&s->f->cx, &in, &r));
    assert_int_equal(OK, fixture_commit(s->f));
    return r;
}

/* A batch that is on the shelf. */
static int64_t
batch_of(struct shop *s, const char *lot, int64_t units, int64_t expires_day)
{
    int64_t arrival = announce(s, lot, lot, units);
    struct stock_result r = receive(s, (struct receipt){.arrival_id = arrival, .accepted = units,
                                                        .expires_day = expires_day});

    assert_int_equal(STOCK_DONE, r.no);
    return r.id;
}

static struct stock_result
quarantine(struct shop *s, enum batch_way way, int64_t batch, int64_t units)
{
    struct stock_result r = {.no = STOCK_DONE};

    fixture_begin(s->f);
    assert_int_equal(OK, quarantine_move(&s->f->cx,
                                         &(struct quarantine){.way = way,
                                                              .pool_id = s->pool_id,
                                                              .batch_id = batch,
                                                              .units = units,
                                                              .reason = STR("essai"),
                                                              .seen = -1},
                                         &r));
    assert_int_equal(OK, fixture_commit(s->f));
    return r;
}

static int64_t
pick(struct shop *s, int64_t order, int64_t units)
{
    struct stock_pick p;

    fixture_begin(s->f);
    assert_int_equal(OK, stock_pick(&s->f->cx, order, s->pool_id, units, &p));
    assert_int_equal(OK, fixture_commit(s->f));
    return p.units;
}

typedef enum err (*step_fn)(struct ctx *cx, int64_t order_id, const char *cause, bool *moved);

static void
step(struct shop *s, step_fn fn, int64_t order)
{
    bool moved = false;

    fixture_begin(s->f);
    assert_int_equal(OK, fn(&s->f->cx, order, "test", &moved));
    assert_true(moved);
    assert_int_equal(OK, fixture_commit(s->f));
}

static enum err
run_check(struct ctx *cx, void *arg)
{
    int checked;

    return check_run(cx, 0, arg, &checked);
}

static bool
broken(struct shop *s, const char *invariant)
{
    struct breach_list list = {0};
    bool named = false;

    assert_int_equal(OK, db_read(&s->f->cx, run_check, &list));
    for (size_t i = 0; i < list.count; i++)
        named = named || str_is(str_of(list.item[i].invariant), invariant);
    return named;
}

/* ---- the table of effects, and the checker that follows it ---- */

static const char *const counters[STOCK_COUNTERS] = {
    "received", "available", "held", "sold", "withdrawn", "quarantined", "sent"};

static void
the_checker_agrees_with_the_table_of_effects(void **state)
{
    struct fixture *f = *state;
    struct arena *a = &f->arena;
    struct shop s;

    house(f, &s, 600);
    /* Movements that give every counter something, so that no effect goes below zero. */
    for (int kind = MOVE_RECEIVE; kind <= MOVE_COUNT; kind++) {
        const signed char *by = stock_effect[kind];
        int sum = by[STOCK_AVAILABLE] + by[STOCK_HELD] + by[STOCK_SOLD] + by[STOCK_WITHDRAWN] +
                  by[STOCK_QUARANTINED] + by[STOCK_SENT];
        assert_int_equal(by[STOCK_RECEIVED], sum);
    }
    static const enum movement order[] = {
        MOVE_HOLD, MOVE_HOLD, MOVE_SELL, MOVE_RELEASE, MOVE_RESELL, MOVE_RETURN, MOVE_SPOIL,
        MOVE_QUARANTINE, MOVE_QUARANTINE, MOVE_CLEAR, MOVE_SCRAP, MOVE_SEND, MOVE_WITHDRAW,
        MOVE_RECEIVE};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        const signed char *by = stock_effect[order[i]];
        struct buf b;
        buf_init(&b, 4096);
        buf_printf(&b, "INSERT INTO stock_movement (pool_id, slot, kind, units, at_ms) VALUES "
                       "(%d, 0, %d, 7, 1); UPDATE stock_slot SET ",
                   (int)s.pool_id, (int)order[i]);
        for (int c = 0; c < STOCK_COUNTERS; c++)
            buf_printf(&b, "%s%s = %s + %d", c == 0 ? "" : ", ", counters[c], counters[c],
                       by[c] * 7);
        buf_z(&b, " WHERE slot = 0");
        fixture_begin(f);
        fixture_sql(f, str_dup(a, (struct str){b.ptr, b.len}).ptr);
        assert_int_equal(OK, fixture_commit(f));
        buf_release(&b);
        assert_false(broken(&s, "I2"));
        assert_false(broken(&s, "I1"));
    }
    /* Every pair of counters out of step is named. */
    for (int c = STOCK_AVAILABLE; c < STOCK_COUNTERS; c++) {
        const char *back = str_printf(a, "UPDATE stock_slot SET received = received - 1, %s = %s - "
                                         "1 WHERE slot = 0", counters[c], counters[c]).ptr;
        fixture_begin(f);
        fixture_sql(f, str_printf(a, "UPDATE stock_slot SET received = received + 1, %s = %s + 1 "
                                     "WHERE slot = 0", counters[c], counters[c]).ptr);
        assert_int_equal(OK, fixture_commit(f));
        assert_true(broken(&s, "I2"));
        fixture_begin(f);
        fixture_sql(f, back);
        assert_int_equal(OK, fixture_commit(f));
        assert_false(broken(&s, "I2"));
    }
}

static void
books_that_part_are_named(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    house(f, &s, 600);
    int64_t order = shop_paid(&s, 1, 2, 7);
    step(&s, order_prepare, order);
    assert_int_equal(12, pick(&s, order, 12));
    shop_check(&s);
    assert_true(fixture_sql_fails(f, "UPDATE stock_batch_pool SET on_hand = on_hand + 1"));
    assert_true(fixture_sql_fails(f, "UPDATE stock_slot SET quarantined = quarantined + 1"));
    static const struct {
        const char *name, *out, *back;
    } cases[] = {
        {"I18", "UPDATE stock_batch_pool SET on_hand = on_hand - 1, scrapped = scrapped + 1",
         "UPDATE stock_batch_pool SET on_hand = on_hand + 1, scrapped = scrapped - 1"},
        {"I18", "UPDATE stock_pick SET units = units + 1",
         "UPDATE stock_pick SET units = units - 1"},
        {"I19", "INSERT INTO stock_pool (campaign_id, code) VALUES (1, 'b'); INSERT INTO "
                "stock_transfer (organiser_id, from_pool, to_pool, batch_id, units, state, reason, "
                "key, created_ms, account_id, changed_ms) SELECT 1, 1, MAX(id), 1, 5, 1, 'x', 'k', "
                "1, 1, 1 FROM stock_pool", "DELETE FROM stock_transfer"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_begin(f);
        fixture_sql(f, cases[i].out);
        assert_int_equal(OK, fixture_commit(f));
        assert_true(broken(&s, cases[i].name));
        fixture_begin(f);
        fixture_sql(f, cases[i].back);
        assert_int_equal(OK, fixture_commit(f));
    }
    shop_check(&s);
}

/* ---- receipts ---- */

static void
a_note_is_received_once_in_parts_and_more_needs_a_reason(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    house(f, &s, 0);
    int64_t arrival = announce(&s, "bl 77", "L1", 100);
    struct stock_result r = receive(&s, (struct receipt){.arrival_id = arrival, .accepted = 60,
                                                         .refused = 10,
                                                         .why_refused = STR("cartons mouillés")});
    assert_int_equal(STOCK_DONE, r.no);
    assert_int_equal(ARRIVAL_PARTIAL, fixture_int(f, "SELECT state FROM stock_arrival"));
    assert_int_equal(60, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    /* The same note again, however it is typed. */
    r = receive(&s, (struct receipt){.arrival_id = arrival, .note = STR("BL77"), .accepted = 30});
    assert_int_equal(STOCK_NOTE_TWICE, r.no);
    assert_int_equal(60, r.units);
    assert_true(r.at_ms > 0);
    /* The rest comes under its own note, and more than was announced. */
    struct receipt more = {.arrival_id = arrival, .note = STR("BL78"), .accepted = 40};
    r = receive(&s, more);
    assert_int_equal(STOCK_MORE, r.no);
    assert_int_equal(10, r.units);
    more.more_confirmed = true;
    assert_int_equal(STOCK_MORE, receive(&s, more).no); /* Without a reason: not yet. */
    assert_int_equal(60, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    more.why_more = STR("carton offert");
    assert_int_equal(STOCK_DONE, receive(&s, more).no);
    assert_int_equal(ARRIVAL_RECEIVED, fixture_int(f, "SELECT state FROM stock_arrival"));
    assert_int_equal(100, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit "
                                       "WHERE reason = 'carton offert'"));
    more.note = STR("BL79");
    assert_int_equal(STOCK_CLOSED, receive(&s, more).no);
    shop_check(&s);
}

static void
an_arrival_can_be_refused_whole_or_cancelled(void **state)
{
    struct fixture *f = *state;
    struct shop s;
    struct stock_result r;

    house(f, &s, 0);
    int64_t bad = announce(&s, "B1", "L1", 50), gone = announce(&s, "B2", "L2", 50);
    struct receipt all = {.arrival_id = bad, .refused = 50};
    fixture_begin(f);
    assert_int_equal(ERR_INVALID, receipt_take(&f->cx, &all, &r)); /* No reason. */
    fixture_rollback(f);
    all.why_refused = STR("norme absente");
    assert_int_equal(STOCK_DONE, receive(&s, all).no);
    fixture_begin(f);
    assert_int_equal(OK, arrival_cancel(&f->cx, gone, STR("fournisseur en défaut"), &r));
    assert_int_equal(STOCK_DONE, r.no);
    assert_int_equal(OK, arrival_cancel(&f->cx, gone, STR("encore"), &r));
    assert_int_equal(STOCK_CLOSED, r.no);
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM stock_arrival WHERE state = 4"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM stock_arrival WHERE state = 5"));
    assert_int_equal(0, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    /* Another organiser sees none of it. */
    f->cx.actor.organiser_id += 1;
    fixture_begin(f);
    assert_int_equal(ERR_NOT_FOUND, arrival_cancel(&f->cx, gone, STR("x"), &r));
    assert_int_equal(ERR_NOT_FOUND, receipt_take(&f->cx, &all, &r));
    fixture_rollback(f);
    shop_check(&s);
}

struct taker {
    struct fixture *f;
    struct receipt in;
    struct stock_result r;
    struct actor actor;
};

static enum err
take_unit(struct ctx *cx, void *arg)
{
    struct taker *t = arg;

    return receipt_take(cx, &t->in, &t->r);
}

static void *
take_thread(void *arg)
{
    struct taker *t = arg;
    struct arena arena = {0};
    struct ctx cx = fixture_ctx(t->f, &arena);

    cx.actor = t->actor;
    enum err e = db_write(&cx, take_unit, t);
    if (e != OK)
        t->r.no = e == ERR_CONFLICT ? STOCK_NOTE_TWICE : STOCK_NOT_FOUND;
    arena_release(&arena);
    return NULL;
}

static void
two_receipts_of_one_note_at_once_are_one(void **state)
{
    struct fixture *f = *state;
    struct taker t[4];
    pthread_t thread[4];
    struct shop s;
    int done = 0;

    house(f, &s, 0);
    int64_t arrival = announce(&s, "B1", "L1", 1000);
    fixture_start(f, 4);
    for (int i = 0; i < 4; i++) {
        t[i] = (struct taker){f, {.arrival_id = arrival, .accepted = 100}, {.no = STOCK_DONE},
                              f->cx.actor};
        assert_int_equal(0, pthread_create(&thread[i], NULL, take_thread, &t[i]));
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(thread[i], NULL);
        done += t[i].r.no == STOCK_DONE;
        assert_true(t[i].r.no == STOCK_DONE || t[i].r.no == STOCK_NOTE_TWICE);
    }
    assert_int_equal(1, done);
    assert_int_equal(100, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    shop_check(&s);
}

/* ---- picking ---- */

static void
the_batch_that_ends_first_is_picked_first(void **state)
{
    struct fixture *f = *state;
    struct stock_pick p;
    struct shop s;

    house(f, &s, 0);
    int64_t later = batch_of(&s, "LATER", 10, 19000), soon = batch_of(&s, "SOON", 10, 18800);
    int64_t past = batch_of(&s, "PAST", 10, 18000), never = batch_of(&s, "NEVER", 10, 0);
    (void)past;
    int64_t order = shop_paid(&s, 1, 4, 7);
    fixture_begin(f);
    assert_int_equal(OK, stock_pick(&f->cx, order, s.pool_id, 24, &p));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(24, p.units);
    assert_int_equal(3, p.count);
    assert_int_equal(soon, p.item[0].batch_id);
    assert_int_equal(later, p.item[1].batch_id);
    assert_int_equal(never, p.item[2].batch_id);
    assert_int_equal(4, p.item[2].units);
    shop_check(&s);
    fixture_begin(f);
    assert_int_equal(OK, stock_unpick(&f->cx, order, s.pool_id, 6));
    assert_int_equal(OK, stock_picked_of(&f->cx, order, 0, &p));
    assert_int_equal(18, p.units);
    assert_int_equal(OK, stock_unpick(&f->cx, order, s.pool_id, 0));
    assert_int_equal(OK, stock_unpick(&f->cx, order, s.pool_id, 0));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(0, fixture_count(f, "stock_pick"));
    shop_check(&s);
}

static void
batches_follow_an_order_out_and_back(void **state)
{
    struct fixture *f = *state;
    struct shop s;
    bool moved;

    house(f, &s, 0);
    batch_of(&s, "L1", 100, 0);
    int64_t order = shop_paid(&s, 1, 2, 7), kept = shop_paid(&s, 2, 2, 8);
    step(&s, order_prepare, order);
    assert_int_equal(12, pick(&s, order, 12));
    step(&s, order_hand_over, order);
    assert_int_equal(12, fixture_int(f, "SELECT SUM(handed) FROM stock_batch_pool"));
    /* Handed over without a pick: it is picked then. */
    step(&s, order_prepare, kept);
    step(&s, order_hand_over, kept);
    assert_int_equal(24, fixture_int(f, "SELECT SUM(handed) FROM stock_batch_pool"));
    step(&s, order_come_back, order);
    step(&s, order_come_back, kept);
    assert_int_equal(24, fixture_int(f, "SELECT SUM(picked) FROM stock_batch_pool"));
    fixture_begin(f);
    assert_int_equal(OK, order_give_back(&f->cx, order, true, "fine", &moved));
    assert_int_equal(OK, order_give_back(&f->cx, kept, false, "wet", &moved));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(88, fixture_int(f, "SELECT SUM(on_hand) FROM stock_batch_pool"));
    assert_int_equal(12, fixture_int(f, "SELECT SUM(scrapped) FROM stock_batch_pool"));
    assert_int_equal(12, fixture_int(f, "SELECT spoilt FROM stock_pick"));
    shop_check(&s);
}

/* ---- by hand ---- */

static void
nothing_by_hand_goes_below_what_is_sold(void **state)
{
    struct fixture *f = *state;
    struct stock_result r;
    struct shop s;

    house(f, &s, 0);
    int64_t batch = batch_of(&s, "L1", 30, 0);
    shop_paid(&s, 1, 4, 7);
    r = quarantine(&s, BATCH_SET_ASIDE, batch, 10);
    assert_int_equal(STOCK_SHORT_POOL, r.no);
    assert_int_equal(4, r.units);
    assert_int_equal(6, r.there);
    assert_int_equal(STOCK_SHORT_BATCH, quarantine(&s, BATCH_SET_ASIDE, batch, 31).no);
    assert_int_equal(STOCK_DONE, quarantine(&s, BATCH_SET_ASIDE, batch, 6).no);
    assert_int_equal(0, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(STOCK_SHORT_BATCH, quarantine(&s, BATCH_CLEAR, batch, 7).no);
    assert_int_equal(STOCK_DONE, quarantine(&s, BATCH_CLEAR, batch, 4).no);
    assert_int_equal(4, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(2, fixture_int(f, "SELECT SUM(quarantined) FROM stock_slot"));
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act IN "
                                       "('stock.quarantine', 'stock.clear')"));
    shop_check(&s);
}

static void
scrapping_needs_two_people_and_happens_once(void **state)
{
    struct fixture *f = *state;
    struct stock_result first, second;
    struct str why = STR_NONE;
    struct shop s;

    house(f, &s, 0);
    int64_t batch = batch_of(&s, "L1", 30, 0);
    assert_int_equal(STOCK_DONE, quarantine(&s, BATCH_SET_ASIDE, batch, 10).no);
    assert_int_equal(STOCK_SHORT_BATCH, quarantine(&s, BATCH_SCRAP, batch, 11).no);
    first = quarantine(&s, BATCH_SCRAP, batch, 4);
    assert_int_equal(STOCK_ASKED, first.no);
    assert_int_equal(first.id, quarantine(&s, BATCH_SCRAP, batch, 4).id); /* The same wish. */
    second = quarantine(&s, BATCH_SCRAP, batch, 5);
    assert_true(second.id != first.id);
    assert_int_equal(0, fixture_int(f, "SELECT SUM(withdrawn) FROM stock_slot"));
    fixture_begin(f);
    assert_int_equal(ERR_DENIED, act_decide(&f->cx, first.id, ACT_APPROVED, STR("vu"), &why));
    fixture_rollback(f);
    f->cx.actor.account_id = 2;
    fixture_begin(f);
    assert_int_equal(OK, act_decide(&f->cx, first.id, ACT_APPROVED, STR("vu"), &why));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(4, fixture_int(f, "SELECT SUM(withdrawn) FROM stock_slot"));
    assert_int_equal(6, fixture_int(f, "SELECT SUM(quarantined) FROM stock_slot"));
    /* Asked about what lay there before. */
    fixture_begin(f);
    assert_int_equal(ERR_CONFLICT, act_decide(&f->cx, second.id, ACT_APPROVED, STR("vu"), &why));
    fixture_rollback(f);
    assert_true(why.len > 0);
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'stock.scrap'"));
    shop_check(&s);
}

static void
a_quarantine_decided_on_an_older_page_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct stock_result r;
    struct shop s;

    house(f, &s, 0);
    int64_t batch = batch_of(&s, "L1", 30, 0);
    struct quarantine q = {.way = BATCH_SET_ASIDE, .pool_id = s.pool_id, .batch_id = batch,
                           .units = 4, .reason = STR("odeur"), .seen = 0};
    fixture_begin(f);
    assert_int_equal(OK, quarantine_move(&f->cx, &q, &r));
    assert_int_equal(STOCK_DONE, r.no);
    assert_int_equal(OK, quarantine_move(&f->cx, &q, &r));
    assert_int_equal(STOCK_MOVED, r.no);
    q.seen = 4;
    q.way = BATCH_CLEAR;
    assert_int_equal(OK, quarantine_move(&f->cx, &q, &r));
    assert_int_equal(STOCK_DONE, r.no);
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(30, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    shop_check(&s);
}

struct seller {
    struct shop_placing p;
    struct fixture *f;
    struct order_ask ask;
    int sold;
};

static void *
sell_thread(void *arg)
{
    struct seller *t = arg;
    struct arena arena = {0};
    struct ctx cx = fixture_ctx(t->f, &arena);

    cx.actor.account_id = 1;
    t->p.ask = &t->ask;
    t->sold = db_write(&cx, shop_place_unit, &t->p) == OK && t->p.placed.ok;
    arena_release(&arena);
    return NULL;
}

struct setter {
    struct shop *s;
    int64_t batch;
    struct stock_result r;
    struct actor actor;
};

static enum err
set_unit(struct ctx *cx, void *arg)
{
    struct setter *t = arg;

    return quarantine_move(cx,
                           &(struct quarantine){.way = BATCH_SET_ASIDE,
                                                .pool_id = t->s->pool_id,
                                                .batch_id = t->batch,
                                                .units = 48,
                                                .reason = STR("essai"),
                                                .seen = -1},
                           &t->r);
}

static void *
set_thread(void *arg)
{
    struct setter *t = arg;
    struct arena arena = {0};
    struct ctx cx = fixture_ctx(t->s->f, &arena);

    cx.actor = t->actor;
    if (db_write(&cx, set_unit, t) != OK)
        t->r.no = STOCK_NOT_FOUND;
    arena_release(&arena);
    return NULL;
}

/* 60 units, three orders of 12 and a quarantine of 48: one or the other, never below zero. */
static void
quarantine_and_sales_at_once_never_promise_a_unit_twice(void **state)
{
    struct fixture *f = *state;
    struct seller seller[3];
    struct setter setter;
    pthread_t thread[4];
    struct shop s;
    int sold = 0;

    house(f, &s, 0);
    setter = (struct setter){&s, batch_of(&s, "L1", 60, 0), {.no = STOCK_DONE}, f->cx.actor};
    for (int i = 0; i < 3; i++) {
        const char *key = str_printf(&f->arena, "key-race-%08d", i).ptr;
        seller[i] = (struct seller){.f = f, .ask = shop_ask(&s, &f->arena, i + 1, 0, 2, key)};
    }
    fixture_start(f, 4);
    assert_int_equal(0, pthread_create(&thread[3], NULL, set_thread, &setter));
    for (int i = 0; i < 3; i++)
        assert_int_equal(0, pthread_create(&thread[i], NULL, sell_thread, &seller[i]));
    for (int i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < 3; i++)
        sold += seller[i].sold;
    int64_t aside = fixture_int(f, "SELECT SUM(quarantined) FROM stock_slot");
    assert_true(setter.r.no == STOCK_DONE || setter.r.no == STOCK_SHORT_POOL);
    assert_int_equal(setter.r.no == STOCK_DONE ? 48 : 0, aside);
    assert_true(setter.r.no == STOCK_DONE ? sold <= 1 : sold == 3 || sold == 2);
    assert_int_equal(60, aside + 12 * sold +
                             fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    shop_check(&s);
}

/* A second pool of the same good, which the test campaign does not have. */
static int64_t
second_pool(struct shop *s)
{
    bool created;
    int64_t id;

    fixture_begin(s->f);
    assert_int_equal(OK, stock_pool_open(&s->f->cx, s->campaign.id, STR("metropole2"), 0,
                                         &created));
    assert_int_equal(OK, stock_pool_id(&s->f->cx, s->campaign.id, STR("metropole2"), &id));
    assert_int_equal(OK, fixture_commit(s->f));
    return id;
}

static void
a_transfer_is_on_its_way_until_it_is_counted(void **state)
{
    struct fixture *f = *state;
    struct stock_result r;
    struct shop s;

    house(f, &s, 50);
    int64_t to = second_pool(&s), batch = fixture_int(f, "SELECT id FROM stock_batch");
    struct transfer t = {.from_pool = s.pool_id, .to_pool = to, .batch_id = batch, .units = 40,
                         .reason = STR("manque au sud"), .key = STR("key-0000000000000001")};
    fixture_begin(f);
    t.units = 51;
    assert_int_equal(OK, transfer_send(&f->cx, &t, false, &r));
    assert_int_equal(STOCK_OTHER_GOOD, r.no); /* The second pool sells nothing by the policy. */
    fixture_rollback(f);
    fixture_begin(f);
    fixture_sql(f, "UPDATE stock_pool SET code = 'x' || code");
    t.units = 51;
    assert_int_equal(OK, transfer_send(&f->cx, &t, false, &r));
    assert_int_equal(STOCK_SHORT_BATCH, r.no);
    t.units = 40;
    assert_int_equal(OK, transfer_send(&f->cx, &t, false, &r));
    assert_int_equal(STOCK_DONE, r.no);
    int64_t id = r.id;
    assert_int_equal(OK, transfer_send(&f->cx, &t, false, &r));
    assert_int_equal(STOCK_AGAIN, r.no);
    assert_int_equal(id, r.id);
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(10, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    fixture_begin(f);
    assert_int_equal(OK, transfer_arrive(&f->cx, id, 41, &r));
    assert_int_equal(STOCK_TOO_MANY, r.no);
    assert_int_equal(OK, transfer_arrive(&f->cx, id, 25, &r));
    assert_int_equal(STOCK_DONE, r.no);
    assert_int_equal(OK, transfer_close(&f->cx, id, false, STR("carton perdu"), &r));
    assert_int_equal(STOCK_DONE, r.no);
    assert_int_equal(OK, transfer_arrive(&f->cx, id, 1, &r));
    assert_int_equal(STOCK_CLOSED, r.no);
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(35, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(15, fixture_int(f, "SELECT lost FROM stock_transfer"));
    t.key = STR("key-0000000000000002");
    t.units = 10;
    fixture_begin(f);
    assert_int_equal(OK, transfer_send(&f->cx, &t, true, &r)); /* There at once. */
    t.from_pool = to;
    t.to_pool = s.pool_id;
    t.key = STR("key-0000000000000003");
    assert_int_equal(OK, transfer_send(&f->cx, &t, false, &r));
    assert_int_equal(OK, transfer_close(&f->cx, r.id, true, STR("erreur"), &r));
    assert_int_equal(STOCK_DONE, r.no);
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(35, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    shop_check(&s);
}

static void
a_correction_needs_two_people_and_keeps_what_is_sold(void **state)
{
    struct fixture *f = *state;
    struct stock_result r;
    struct str why = STR_NONE;
    struct shop s;

    house(f, &s, 0);
    int64_t batch = batch_of(&s, "L1", 30, 0);
    shop_paid(&s, 1, 4, 7);
    fixture_begin(f);
    assert_int_equal(OK, correction_ask(&f->cx, s.pool_id, batch, 30, STR("compte"), &r));
    assert_int_equal(STOCK_SAME, r.no);
    assert_int_equal(OK, correction_ask(&f->cx, s.pool_id, batch, 20, STR("compte"), &r));
    assert_int_equal(STOCK_SHORT_POOL, r.no);
    assert_int_equal(4, r.units);
    assert_int_equal(OK, correction_ask(&f->cx, s.pool_id, batch, 27, STR("compte"), &r));
    assert_int_equal(STOCK_DONE, r.no);
    int64_t down = r.id;
    f->cx.now_ms += 1;
    assert_int_equal(OK, correction_ask(&f->cx, s.pool_id, batch, 33, STR("compte"), &r));
    int64_t up = r.id;
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(6, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    fixture_begin(f);
    assert_int_equal(ERR_DENIED, act_decide(&f->cx, down, ACT_APPROVED, STR("vu"), &why));
    fixture_rollback(f);
    f->cx.actor.account_id = 2;
    f->cx.now_ms += 1000;
    fixture_begin(f);
    assert_int_equal(OK, act_decide(&f->cx, down, ACT_APPROVED, STR("vu"), &why));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(3, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(3, fixture_int(f, "SELECT SUM(withdrawn) FROM stock_slot"));
    fixture_begin(f);
    assert_int_equal(ERR_CONFLICT, act_decide(&f->cx, up, ACT_APPROVED, STR("vu"), &why));
    assert_true(why.len > 0);
    fixture_rollback(f);
    shop_check(&s);
}

/* ---- recall ---- */

static void
a_recall_reaches_everybody_and_stops_what_has_not_left(void **state)
{
    struct fixture *f = *state;
    struct stock_result r;
    struct str why = STR_NONE;
    struct shop s;
    int ran;

    house(f, &s, 0);
    int64_t batch = batch_of(&s, "L1", 60, 0);
    int64_t sent = shop_paid(&s, 1, 2, 7), here = shop_paid(&s, 2, 2, 8);
    shop_paid(&s, 3, 2, 9); /* Not picked yet: it has nothing of the lot. */
    step(&s, order_prepare, sent);
    step(&s, order_hand_over, sent);
    step(&s, order_prepare, here);
    assert_int_equal(12, pick(&s, here, 12));
    fixture_begin(f);
    assert_int_equal(OK, recall_ask(&f->cx, batch, STR("colorant interdit"),
                                    STR("ne les portez pas"), FOLLOW_WAITS, &r));
    assert_int_equal(STOCK_DONE, r.no);
    assert_int_equal(OK, fixture_commit(f));
    f->cx.actor.account_id = 2;
    fixture_begin(f);
    assert_int_equal(OK, act_decide(&f->cx, r.id, ACT_APPROVED, STR("vu"), &why));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(2, fixture_count(f, "stock_recall_order"));
    shop_check(&s);
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(ORDER_PAID, fixture_int(f, "SELECT state FROM orders WHERE id = 2"));
    assert_int_equal(24, fixture_int(f, "SELECT SUM(quarantined) FROM stock_batch_pool"));
    assert_int_equal(24, fixture_int(f, "SELECT SUM(on_hand) FROM stock_batch_pool"));
    assert_int_equal(0, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(0, pick(&s, here, 12)); /* What is left of the lot is blocked. */
    shop_check(&s);
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'stock_recall'"));
    fixture_begin(f);
    assert_int_equal(OK, job_add(&f->cx, JOB_STOCK_RECALL_MAIL, 1, STR_NONE, 0));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(2, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'stock_recall'"));
    /* A replacement comes: the order can go. */
    batch_of(&s, "L2", 30, 0);
    /* Of 30 units 24 are promised already: as many recalled ones left the shelf in their place. */
    assert_int_equal(6, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(48, fixture_int(f, "SELECT SUM(quarantined) FROM stock_batch_pool"));
    assert_int_equal(0, fixture_int(f, "SELECT SUM(on_hand * recalled) FROM stock_batch_pool"));
    assert_int_equal(STOCK_RECALLED, quarantine(&s, BATCH_CLEAR, batch, 1).no);
    assert_int_equal(12, pick(&s, here, 12));
    step(&s, order_prepare, here);
    step(&s, order_hand_over, here);
    assert_int_equal(STOCK_DONE, quarantine(&s, BATCH_SCRAP, batch, 48).no);
    shop_check(&s);
}

int
test_stock(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(the_checker_agrees_with_the_table_of_effects),
        DB_TEST(books_that_part_are_named),
        DB_TEST(a_note_is_received_once_in_parts_and_more_needs_a_reason),
        DB_TEST(an_arrival_can_be_refused_whole_or_cancelled),
        DB_TEST(two_receipts_of_one_note_at_once_are_one),
        DB_TEST(the_batch_that_ends_first_is_picked_first),
        DB_TEST(batches_follow_an_order_out_and_back),
        DB_TEST(nothing_by_hand_goes_below_what_is_sold),
        DB_TEST(quarantine_and_sales_at_once_never_promise_a_unit_twice),
        DB_TEST(a_transfer_is_on_its_way_until_it_is_counted),
        DB_TEST(scrapping_needs_two_people_and_happens_once),
        DB_TEST(a_quarantine_decided_on_an_older_page_changes_nothing),
        DB_TEST(a_correction_needs_two_people_and_keeps_what_is_sold),
        DB_TEST(a_recall_reaches_everybody_and_stops_what_has_not_left),
    };

    return cmocka_run_group_tests_name("stock", tests, NULL, NULL);
}
