/* SPDX-License-Identifier: Apache-2.0 */
/* parcels.c - see parcels.h. */
#include "test/parcels.h"

#include <stdio.h>

#include "track/track_int.h"

static void
add(struct shop *s, int64_t order, int nth, int64_t packs)
{
    char sql[700];

    snprintf(sql, sizeof sql,
             "INSERT INTO parcel (organiser_id, order_id, nth, pool_id, carrier, product, "
             "sender_ref, weight_g, "
             "state, changed_ms) SELECT %lld, id, %d, %lld, 'colissimo', 'DOM', "
             "ref || '-%d', 500, 1, 0 FROM orders WHERE id = %lld;"
             "INSERT INTO parcel_item (parcel_id, line, packs) SELECT id, 0, %lld FROM parcel "
             "WHERE order_id = %lld AND nth = %d",
             (long long)s->campaign.organiser_id, nth, (long long)s->pool_id, nth,
             (long long)order, (long long)packs, (long long)order, nth);
    fixture_sql(s->f, sql);
}

void
parcels_hand(struct shop *s, int64_t order, int nth, int64_t handed_ms)
{
    char sql[900];

    snprintf(sql, sizeof sql,
             "INSERT INTO handover (organiser_id, carrier, parcels, weight_g, account_id, "
             "created_ms) VALUES (%lld, 'colissimo', 1, 1, 1, %lld);"
             "UPDATE parcel SET carrier = 'colissimo', state = 4, handed_ms = %lld, "
             "labelled_ms = %lld, handover_id = (SELECT MAX(id) FROM handover), "
             "number = '8L' || (4139207000 + id) || '0' "
             "WHERE order_id = %lld AND state = 1 AND nth >= %d AND nth <= %d",
             (long long)s->campaign.organiser_id, (long long)handed_ms, (long long)handed_ms,
             (long long)handed_ms - 1000, (long long)order, nth, nth == 0 ? 99 : nth);
    fixture_sql(s->f, sql);
}

void
parcels_hand_rest(struct shop *s, int64_t order, int64_t handed_ms)
{
    bool moved;

    parcels_hand(s, order, 0, handed_ms);
    fixture_begin(s->f);
    assert_int_equal(OK, order_hand_over(&s->f->cx, order, "test", &moved));
    assert_int_equal(OK, fixture_commit(s->f));
}

int64_t
parcels_waiting(struct shop *s, int n, int64_t packs, int64_t payment, bool whole)
{
    int64_t order = shop_paid(s, n, packs, payment);
    bool moved;

    fixture_begin(s->f);
    assert_int_equal(OK, order_prepare(&s->f->cx, order, "test", &moved));
    assert_int_equal(OK, fixture_commit(s->f));
    for (int i = 1; i <= (whole ? 1 : (int)packs); i++)
        add(s, order, i, whole ? packs : 1);
    return order;
}

int64_t
parcels_handed(struct shop *s, int n, int64_t packs, int64_t payment, bool whole,
               int64_t handed_ms)
{
    int64_t order = parcels_waiting(s, n, packs, payment, whole);

    parcels_hand_rest(s, order, handed_ms);
    return order;
}

int
parcels_news(struct shop *s, int64_t order, int nth, const char *code, int64_t at_ms)
{
    struct track_event e = {at_ms, str_of(code), STR("dit le transporteur"), STR_NONE};
    struct track_event_list list = {&e, 1};
    struct parcel p = parcels_get(s, order, nth);
    int fresh;

    fixture_begin(s->f);
    assert_int_equal(OK, track_apply(&s->f->cx, &p, &list, TRACK_ASKED, &fresh));
    assert_int_equal(OK, fixture_commit(s->f));
    return fresh;
}

struct parcel
parcels_get(struct shop *s, int64_t order, int nth)
{
    struct parcel_list list;
    struct parcel out = {0};

    fixture_begin(s->f);
    assert_int_equal(OK, parcel_of_order(&s->f->cx, order, &list));
    for (size_t i = 0; i < list.count; i++)
        if (list.item[i].nth == nth)
            out = list.item[i];
    fixture_rollback(s->f);
    assert_true(out.id > 0);
    return out;
}
