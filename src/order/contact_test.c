/* SPDX-License-Identifier: Apache-2.0 */
/* contact_test.c - orders that an agent enters for somebody on the telephone. */
#include "order/admit.h"
#include "order/order_words.h"
#include "payment/payment.h"
#include "test/shop.h"

int test_contact(void);

enum { AGENT = 77 };

#define CALLER                                                                                    \
    ((struct order_contact){.name = STR("Jeanne Martin"),                                         \
                            .email = STR("Jeanne@Exemple.fr"),                                    \
                            .phone = STR("+33472000000")})

static void
shop_ready(struct fixture *f, struct shop *s, int minutes)
{
    shop_open(f, s, 600, 0);
    shop_company(s, 1, 10, 1);
    struct policy *p = arena_copy(&f->arena, s->campaign.policy, sizeof *p);
    p->assisted_hold_minutes = minutes;
    s->campaign.policy = p;
}

struct entering {
    const struct order_ask *ask;
    struct order_placed placed;
};

static enum err
enter_unit(struct ctx *cx, void *arg)
{
    struct entering *e = arg;

    cx->actor = (struct actor){.account_id = AGENT};
    return order_place(cx, e->ask, &e->placed);
}

static struct order_placed
enter(struct shop *s, const struct order_ask *ask)
{
    struct entering e = {.ask = ask};

    assert_int_equal(OK, db_write(&s->f->cx, enter_unit, &e));
    return e.placed;
}

static void
it_holds_longer_and_says_who_entered_it(void **state)
{
    struct fixture *f = *state;
    struct order_event_list events;
    struct order_contact c;
    struct shop s;
    bool found;

    shop_ready(f, &s, 1440);
    struct order_ask ask = shop_ask(&s, &f->arena, 1, 0, 2, "key-0000000000000001");
    ask.contact = &CALLER;
    struct order_placed p = enter(&s, &ask);
    assert_true(p.ok);
    assert_int_equal(SHOP_NOW_MS + INT64_C(24) * 3600000, p.order.deadline_ms);
    fixture_begin(f);
    assert_int_equal(OK, order_contact_find(&f->cx, p.order.id, &c, &found));
    assert_true(found);
    assert_true(str_is(c.email, "jeanne@exemple.fr"));
    assert_true(str_is(c.name, "Jeanne Martin"));
    assert_int_equal(AGENT, c.agent_id);
    assert_int_equal(1, c.link);
    assert_int_equal(c.account_id, p.order.account_id);
    assert_int_equal(OK, order_events(&f->cx, p.order.id, &events));
    assert_int_equal(1, events.count);
    assert_true(str_is(events.item[0].actor, "agent"));
    assert_int_equal(AGENT, events.item[0].account_id);
    assert_int_equal(OK, fixture_commit(f));
    /* The agent's word is no proof. */
    assert_int_equal(0, fixture_count(f, "company_link"));
    shop_check(&s);
}

static void
the_same_form_twice_is_one_order_and_one_contact(void **state)
{
    struct order_contact other = CALLER;
    struct fixture *f = *state;
    struct shop s;

    shop_ready(f, &s, 60);
    struct order_ask ask = shop_ask(&s, &f->arena, 1, 0, 2, "key-0000000000000001");
    ask.contact = &CALLER;
    struct order_placed first = enter(&s, &ask), again = enter(&s, &ask);
    assert_true(first.ok && again.ok && again.replay);
    assert_int_equal(first.order.id, again.order.id);
    assert_int_equal(1, fixture_count(f, "order_contact"));
    /* Another address is another content. */
    other.email = STR("autre@exemple.fr");
    ask.contact = &other;
    again = enter(&s, &ask);
    assert_false(again.ok);
    assert_int_equal(REFUSAL_KEY, again.decision->refusal);
    shop_check(&s);
}

static void
the_rules_are_the_buyers(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_ready(f, &s, 60);
    struct order_ask much = shop_ask(&s, &f->arena, 1, 0, 8, "key-0000000000000001");
    much.contact = &CALLER;
    assert_int_equal(REFUSAL_QUOTA, enter(&s, &much).decision->refusal);
    assert_int_equal(0, fixture_count(f, "orders"));
    assert_int_equal(0, fixture_count(f, "order_contact"));
    struct order_ask good = shop_ask(&s, &f->arena, 1, 0, 1, "key-0000000000000002");
    assert_true(shop_place(&s, &good).ok);
    struct order_ask held = shop_ask(&s, &f->arena, 1, 0, 1, "key-0000000000000003");
    held.contact = &CALLER;
    assert_int_equal(REFUSAL_HOLD, enter(&s, &held).decision->refusal);
    shop_check(&s);
}

static void
another_address_gets_another_link(void **state)
{
    struct fixture *f = *state;
    struct order_contact c;
    struct url before, after;
    struct order_list list;
    struct order o;
    struct shop s;

    shop_ready(f, &s, 60);
    struct order_ask ask = shop_ask(&s, &f->arena, 1, 0, 2, "key-0000000000000001");
    ask.contact = &CALLER;
    o = enter(&s, &ask).order;
    fixture_begin(f);
    assert_int_equal(OK, payment_link(&f->cx, &o, 1, &before));
    assert_int_equal(OK, order_contact_change(&f->cx, &o, STR("juste@exemple.fr"), &c));
    assert_int_equal(2, c.link);
    assert_true(str_is(c.email, "juste@exemple.fr"));
    assert_int_equal(c.account_id, o.account_id);
    assert_int_equal(OK, payment_link(&f->cx, &o, c.link, &after));
    assert_false(str_eq(before.s, after.s));
    assert_int_equal(OK, order_of_contact(&f->cx, c.account_id, &list));
    assert_int_equal(1, list.count);
    assert_int_equal(o.id, list.item[0].id);
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(c.account_id, fixture_int(f, "SELECT account_id FROM orders"));
}

static void
every_cause_of_the_history_has_french_words(void **state)
{
    (void)state;
    assert_true(str_is(order_cause_text(STR("payment captured")),
                       "Paiement confirmé par la banque"));
    assert_true(str_is(order_cause_text(STR("something new")), "something new"));
    assert_true(str_is(order_actor_text(STR("agent")), "Un agent"));
}

int
test_contact(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(it_holds_longer_and_says_who_entered_it),
        DB_TEST(the_same_form_twice_is_one_order_and_one_contact),
        DB_TEST(the_rules_are_the_buyers),
        DB_TEST(another_address_gets_another_link),
        cmocka_unit_test(every_cause_of_the_history_has_french_words),
    };
    return cmocka_run_group_tests_name("contact", tests, NULL, NULL);
}
