/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shop.c - see shop.h.
 */
#include "test/shop.h"

#include <stdio.h>

#include "check/check.h"

static const char policy_text[] =
    "{\"slug\":\"essai\",\"name\":\"Essai\",\"summary\":\"Essai.\",\"zone\":\"Europe/Paris\","
    "\"organiser\":{\"slug\":\"essai\",\"name\":\"Essai\",\"contact_email\":\"a@b.example\","
    "\"seller\":{\"legal_name\":\"Essai & Cie\",\"legal_form\":\"SAS\",\"capital\":\"1 000 euros\","
    "\"street\":\"1 rue de l’Essai\",\"postal_code\":\"69002\",\"city\":\"Lyon\","
    "\"siren\":\"732829320\",\"rcs\":\"Lyon\",\"vat_number\":\"FR44732829320\","
    "\"late_penalties\":\"Trois fois le taux légal\",\"early_discount\":\"Pas d’escompte\","
    "\"invoice_prefix\":\"ESSAI\"}},"
    "\"goods\":[{\"code\":\"masque\",\"name\":\"Masque\",\"unit\":{\"one\":\"masque\","
    "\"many\":\"masques\"},\"conformity\":\"Norme.\",\"vat_class\":\"masque\",\"weight_g\":12}],"
    "\"packs\":[{\"code\":\"lot-6\",\"label\":\"Lot de 6\",\"good\":\"masque\",\"units\":6,"
    "\"price\":\"17.80\"},{\"code\":\"lot-40\",\"label\":\"Lot de 40\",\"good\":\"masque\","
    "\"units\":40,\"price\":\"92.50\"}],"
    "\"vat\":[{\"class\":\"masque\",\"territories\":[\"mainland\",\"corsica\"],\"rate\":\"5.5\"}],"
    "\"eligibility\":{\"heads\":{\"min\":0,\"max\":49},\"networks\":[\"cci\",\"cma\"],"
    "\"territories\":[\"mainland\",\"corsica\"]},"
    "\"cohorts\":[{\"code\":\"tous\",\"label\":\"Tous\",\"bands\":[\"NN\",\"00\",\"01\",\"02\","
    "\"03\",\"11\",\"12\"],\"heads\":{\"min\":0,\"max\":49},"
    "\"territories\":[\"mainland\",\"corsica\"],\"opens\":\"2020-05-04T08:00\"}],"
    "\"quota\":{\"per_head\":4,\"period_days\":15,\"owner_counts\":true,\"round_up\":true},"
    "\"orders\":{%s\"hold_minutes\":30,\"one_pack_size\":true},"
    "\"delivery\":{\"text\":\"Sans contact.\",\"price\":\"0\"},"
    "\"pools\":[{\"code\":\"metropole\",\"label\":\"France\",\"good\":\"masque\","
    "\"territories\":[\"mainland\",\"corsica\"],\"units\":%lld}]}";

void
shop_open(struct fixture *f, struct shop *s, int64_t units, int delay_days)
{
    struct policy_fault_list faults = {0};
    char delay[80] = "";
    struct campaign c;

    if (delay_days > 0)
        (void)snprintf(delay, sizeof delay, "\"delay\":{\"days\":%d,\"from\":\"order\"},",
                       delay_days);
    struct str json = str_printf(&f->arena, policy_text, delay, (long long)units);
    *s = (struct shop){.f = f};
    fixture_clock(f, SHOP_NOW_MS);
    assert_int_equal(OK, campaign_cache_open(&f->app));
    fixture_begin(f);
    enum err e = campaign_publish(&f->cx, json, &c, &faults);
    for (size_t i = 0; i < faults.count; i++)
        print_error("%.*s: %.*s\n", STR_FMT(faults.item[i].path), STR_FMT(faults.item[i].text));
    assert_int_equal(OK, e);
    assert_int_equal(OK, fixture_commit(f));
    fixture_begin(f);
    assert_int_equal(OK, campaign_find(&f->cx, STR("essai"), &s->campaign));
    assert_int_equal(OK, stock_pool_id(&f->cx, s->campaign.id, STR("metropole"), &s->pool_id));
    assert_int_equal(OK, fixture_commit(f));
}

static int
band_of(int heads)
{
    return heads == 0   ? BAND_NN
           : heads < 3  ? BAND_01
           : heads < 6  ? BAND_02
           : heads < 10 ? BAND_03
           : heads < 20 ? BAND_11
                        : BAND_12;
}

void
shop_company(struct shop *s, int n, int heads, int establishments)
{
    struct fixture *f = s->f;
    long long siren = SHOP_SIREN + n;

    fixture_begin(f);
    fixture_sql(f, str_printf(&f->arena,
                              "INSERT INTO company VALUES (%lld, 'SOCIETE %d', 1, 0, 0, %d, 2019, "
                              "5710, '47.11A', %lld00017, '69382', 1, 2, 10000)",
                              siren, n, band_of(heads), siren)
                       .ptr);
    for (int e = 0; e < establishments; e++)
        fixture_sql(f, str_printf(&f->arena,
                                  "INSERT INTO establishment VALUES (%lld%05d, 1, %d, 0, 0, 0, '', "
                                  "'', '%d RUE DU TEST', '', '69002', '69382', 'LYON', '', '')",
                                  siren, e * 8 + 17, e == 0 ? 1 : 0, e + 1)
                           .ptr);
    fixture_sql(f, str_printf(&f->arena, "INSERT INTO company_declaration VALUES (%lld, %d, 0, "
                                         "1, NULL)",
                              siren, heads)
                       .ptr);
    fixture_sql(f, str_printf(&f->arena, "INSERT INTO account (email, created_ms) VALUES "
                                         "('person%d@example.org', 1)",
                              n)
                       .ptr);
    assert_int_equal(OK, fixture_commit(f));
}

struct order_ask
shop_ask(struct shop *s, struct arena *a, int n, int e, int64_t packs, const char *key)
{
    (void)a;
    return (struct order_ask){
        .campaign = &s->campaign,
        .siren = SHOP_SIREN + n,
        .siret = (int64_t)(SHOP_SIREN + n) * 100000 + e * 8 + 17,
        .key = str_of(key),
        .item = {{0, packs}},
        .item_count = 1,
        .address = {.company = STR("SOCIETE"), .street = STR("1 RUE DU TEST"),
                    .postal_code = STR("69002"), .city = STR("LYON"), .commune = STR("69382"),
                    .phone = STR("+33400000000"), .person = STR(""), .complement = STR(""),
                    .special = STR(""), .instructions = STR("")},
    };
}

enum err
shop_place_unit(struct ctx *cx, void *arg)
{
    struct shop_placing *p = arg;

    return order_place(cx, p->ask, &p->placed);
}

struct order_placed
shop_place(struct shop *s, const struct order_ask *ask)
{
    struct shop_placing p = {.ask = ask};

    s->f->cx.actor.account_id = 1;
    assert_int_equal(OK, db_write(&s->f->cx, shop_place_unit, &p));
    return p.placed;
}

struct checking {
    int64_t since_ms;
    struct breach_list breaches;
    int checked;
};

static enum err
check_unit(struct ctx *cx, void *arg)
{
    struct checking *c = arg;

    return check_run(cx, c->since_ms, &c->breaches, &c->checked);
}

void
shop_check(struct shop *s)
{
    /* As the server does each minute, then over everything. */
    struct checking c = {.since_ms = SHOP_NOW_MS - 3600000};

    assert_int_equal(OK, db_read(&s->f->cx, check_unit, &c));
    assert_int_equal(0, c.breaches.count);
    c.since_ms = 0;
    assert_int_equal(OK, db_read(&s->f->cx, check_unit, &c));
    for (size_t i = 0; i < c.breaches.count; i++)
        print_error("%s: %.*s\n", c.breaches.item[i].invariant,
                    STR_FMT(c.breaches.item[i].detail));
    assert_int_equal(0, c.breaches.count);
    assert_true(c.checked > 0);
}

enum order_outcome
shop_pay(struct shop *s, int64_t order, int64_t payment, int64_t cents)
{
    enum order_outcome what;
    struct arena *a = &s->f->arena;

    fixture_begin(s->f);
    fixture_sql(s->f, str_printf(a, "INSERT INTO payment (id, order_id, order_ref, provider, "
                                    "state, provider_ref, amount_cents, captured_cents, "
                                    "created_ms, captured_ms, changed_ms) SELECT %d, %d, 'R', "
                                    "'lyra', 3, 'ref%d', %d, %d, 1, %lld, 1 WHERE NOT EXISTS "
                                    "(SELECT 1 FROM payment WHERE id = %d)",
                                 (int)payment, (int)order, (int)payment, (int)cents, (int)cents,
                                 (long long)s->f->cx.now_ms, (int)payment)
                          .ptr);
    assert_int_equal(OK, order_pay_success(&s->f->cx, order, payment, cents, &what));
    if (what == OUTCOME_REFUND)
        fixture_sql(s->f, str_printf(a, "UPDATE payment SET state = 5 WHERE id = %d; "
                                        "INSERT INTO refund (payment_id, provider, idem_key, "
                                        "state, amount_cents, cause, created_ms) VALUES "
                                        "(%d, 'lyra', 'refund%d', 1, %d, 'test', 1)",
                                     (int)payment, (int)payment, (int)payment, (int)cents)
                              .ptr);
    assert_int_equal(OK, fixture_commit(s->f));
    return what;
}

int64_t
shop_paid(struct shop *s, int n, int64_t packs, int64_t payment)
{
    const char *key = str_printf(&s->f->arena, "key-paid-%07d", (int)payment).ptr;
    struct order_ask ask = shop_ask(s, &s->f->arena, n, 0, packs, key);
    struct order_placed p = shop_place(s, &ask);

    assert_true(p.ok);
    assert_int_equal(OUTCOME_PAID, shop_pay(s, p.order.id, payment, p.order.total_cents));
    return p.order.id;
}
