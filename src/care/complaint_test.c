/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of a complaint. */
#include "care/complaint.h"
#include "test/parcels.h"

int test_complaint(void);

#define HANDED (SHOP_NOW_MS - INT64_C(2) * 86400000)

static void
act_as(struct shop *s, bool staff)
{
    s->f->cx.actor = staff ? (struct actor){.account_id = 1,
                                            .organiser_id = s->campaign.organiser_id,
                                            .rights = RIGHT_SIGNED | RIGHT_AGENT}
                           : (struct actor){.account_id = 2, .siren = SHOP_SIREN + 1,
                                            .rights = RIGHT_SIGNED | RIGHT_COMPANY};
}

static enum err
open_one(struct shop *s, int64_t order, enum complaint_kind kind)
{
    struct photo photo = {"image/png", "png", 5, 7, STR("bytes")};
    struct order o;

    act_as(s, false);
    fixture_begin(s->f);
    assert_int_equal(OK, order_by_id(&s->f->cx, order, &o));
    enum err e = complaint_open(&s->f->cx, &o, kind, STR("Le colis n’est pas là."), &photo, 1);
    if (e != OK) {
        fixture_rollback(s->f);
        return e;
    }
    return fixture_commit(s->f);
}

static struct complaint
newest(struct shop *s, int64_t order)
{
    struct complaint_list list;

    assert_int_equal(OK, complaint_of_order(&s->f->cx, order, &list));
    assert_true(list.count > 0);
    return list.item[list.count - 1];
}

static enum err
decide(struct shop *s, int64_t order, struct complaint_decision d)
{
    struct str why = STR_NONE;

    act_as(s, true);
    d.text = STR("Vu avec le transporteur.");
    fixture_begin(s->f);
    struct complaint c = newest(s, order);
    enum err e = complaint_decide(&s->f->cx, &c, &d, &why);
    if (e == OK)
        return fixture_commit(s->f);
    assert_true(why.len > 0);
    fixture_rollback(s->f);
    return e;
}

static enum err
reply(struct shop *s, int64_t order)
{
    act_as(s, false);
    fixture_begin(s->f);
    struct complaint c = newest(s, order);
    enum err e = complaint_reply(&s->f->cx, &c, STR("Je ne suis pas d’accord."), NULL, 0);
    if (e == OK)
        return fixture_commit(s->f);
    fixture_rollback(s->f);
    return e;
}

static int64_t
state_is(struct fixture *f)
{
    return fixture_int(f, "SELECT state FROM complaint ORDER BY id DESC LIMIT 1");
}

static void
a_refused_complaint_is_contested_once(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = parcels_handed(&s, 1, 2, 7, true, HANDED);
    assert_int_equal(OK, open_one(&s, order, COMPLAINT_MISSING));
    assert_int_equal(ERR_CONFLICT, open_one(&s, order, COMPLAINT_DAMAGED));
    assert_int_equal(OK, decide(&s, order, (struct complaint_decision){.to = COMPLAINT_ANSWERED}));
    assert_int_equal(COMPLAINT_ANSWERED, state_is(f));
    assert_int_equal(OK, reply(&s, order));
    assert_int_equal(COMPLAINT_OPEN, state_is(f));
    assert_int_equal(OK, decide(&s, order, (struct complaint_decision){.to = COMPLAINT_REFUSED}));
    assert_int_equal(ERR_CONFLICT,
                     decide(&s, order, (struct complaint_decision){.to = COMPLAINT_ANSWERED}));
    assert_int_equal(OK, reply(&s, order));
    assert_int_equal(COMPLAINT_OPEN, state_is(f));
    assert_int_equal(OK, decide(&s, order, (struct complaint_decision){.to = COMPLAINT_REFUSED}));
    assert_int_equal(ERR_CONFLICT, reply(&s, order));
    assert_int_equal(6, fixture_count(f, "complaint_message"));
    assert_int_equal(1, fixture_count(f, "complaint_photo"));
    assert_int_equal(3, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = "
                                       "'complaint_decided'"));
    assert_int_equal(3, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE subject = 'complaint'"));
    shop_check(&s);
}

static void
an_accepted_complaint_sends_again_or_gives_back_to_the_cent(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    shop_company(&s, 2, 10, 1);
    int64_t a = parcels_handed(&s, 1, 2, 7, true, HANDED);
    int64_t b = parcels_handed(&s, 2, 2, 8, true, HANDED);
    struct complaint_decision d = {.to = COMPLAINT_ACCEPTED, .outcome = GRANT_AGAIN,
                                   .parcel_id = parcels_get(&s, b, 1).id};

    assert_int_equal(OK, open_one(&s, a, COMPLAINT_MISSING));
    assert_int_equal(OK, open_one(&s, b, COMPLAINT_SHORT));
    /* Of another order. */
    assert_int_equal(ERR_CONFLICT, decide(&s, a, d));
    d.parcel_id = parcels_get(&s, a, 1).id;
    assert_int_equal(OK, decide(&s, a, d));
    assert_int_equal(PARCEL_LOST, parcels_get(&s, a, 1).state);
    assert_int_equal(PARCEL_WAITING, parcels_get(&s, a, 2).state);
    struct complaint_decision part = {.to = COMPLAINT_ACCEPTED, .outcome = GRANT_PART, .line = 0,
                                      .packs = 3};
    assert_int_equal(ERR_CONFLICT, decide(&s, b, part));
    part.packs = 1;
    assert_int_equal(OK, decide(&s, b, part));
    assert_int_equal(1878, fixture_int(f, "SELECT SUM(amount_cents) FROM refund"));
    assert_int_equal(6, fixture_int(f, "SELECT SUM(short_units) FROM orders"));
    shop_check(&s);
}

static void
nothing_is_complained_about_before_it_left(void **state)
{
    struct fixture *f = *state;
    struct shop s;

    shop_open(f, &s, 600, 0);
    shop_company(&s, 1, 10, 1);
    int64_t order = shop_paid(&s, 1, 2, 7);
    assert_int_equal(ERR_CONFLICT, open_one(&s, order, COMPLAINT_MISSING));
    assert_int_equal(0, fixture_count(f, "complaint"));
}

int
test_complaint(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_refused_complaint_is_contested_once),
        DB_TEST(an_accepted_complaint_sends_again_or_gives_back_to_the_cent),
        DB_TEST(nothing_is_complained_about_before_it_left),
    };
    return cmocka_run_group_tests_name("complaint", tests, NULL, NULL);
}
