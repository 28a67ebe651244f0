/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_ship.c - what happens to an order between payment and the company's door. The table of
 * transitions is at the top of order_state.c.
 */
#include "order/order_state.h"
#include "payment/payment.h"

/* Who moves it: a person of the organiser, or the program on a carrier's word. */
static const char *
mover(const struct ctx *cx)
{
    return cx->actor.account_id != 0 ? "agent" : "system";
}

#define BIT(state) (1u << (state))

/* from: bits of the states it may leave; done: bits of those in which the news is old. */
static enum err
ship(struct ctx *cx, int64_t order_id, unsigned from, unsigned done, enum order_state to,
     const char *cause, bool *moved)
{
    struct order o;

    *moved = false;
    TRY(order_lock(cx, order_id, &o));
    if ((BIT(o.state) & done) != 0)
        return OK;
    if ((BIT(o.state) & from) == 0)
        return ERR_CONFLICT;
    *moved = true;
    return order_move_to(cx, &o, to, mover(cx), cause);
}

/* The batches of what leaves or comes back follow, pool by pool. */
static enum err
follow_batches(struct ctx *cx, int64_t order_id,
               enum err (*follow)(struct ctx *cx, int64_t order_id, int64_t pool_id))
{
    struct order o;

    TRY(order_by_id(cx, order_id, &o));
    for (int i = 0; i < o.line_count; i++) {
        bool first = true;
        for (int k = 0; k < i; k++)
            first = first && o.line[k].pool_id != o.line[i].pool_id;
        if (first)
            TRY(follow(cx, order_id, o.line[i].pool_id));
    }
    return OK;
}

enum err
order_prepare(struct ctx *cx, int64_t order_id, const char *cause, bool *moved)
{
    return ship(cx, order_id, BIT(ORDER_PAID),
                BIT(ORDER_PREPARING) | BIT(ORDER_HANDED) | BIT(ORDER_DELIVERED), ORDER_PREPARING,
                cause, moved);
}

enum err
order_unprepare(struct ctx *cx, int64_t order_id, const char *cause, bool *moved)
{
    return ship(cx, order_id, BIT(ORDER_PREPARING), BIT(ORDER_PAID), ORDER_PAID, cause, moved);
}

enum err
order_hand_over(struct ctx *cx, int64_t order_id, const char *cause, bool *moved)
{
    TRY(ship(cx, order_id, BIT(ORDER_PREPARING), BIT(ORDER_HANDED) | BIT(ORDER_DELIVERED),
             ORDER_HANDED, cause, moved));
    return *moved ? follow_batches(cx, order_id, stock_hand_over) : OK;
}

enum err
order_deliver(struct ctx *cx, int64_t order_id, int64_t at_ms, const char *cause, bool *moved)
{
    TRY(ship(cx, order_id, BIT(ORDER_HANDED), BIT(ORDER_DELIVERED), ORDER_DELIVERED, cause,
             moved));
    return *moved ? db_run(cx, SQL_ORDER_SET_DELIVERED, NULL, db_int(order_id), db_int(at_ms))
                  : OK;
}

enum err
order_come_back(struct ctx *cx, int64_t order_id, const char *cause, bool *moved)
{
    TRY(ship(cx, order_id, BIT(ORDER_HANDED) | BIT(ORDER_DELIVERED), BIT(ORDER_RETURNED),
             ORDER_RETURNED, cause, moved));
    return *moved ? follow_batches(cx, order_id, stock_come_back) : OK;
}

enum err
order_send_again(struct ctx *cx, int64_t order_id, const char *cause, bool *moved)
{
    return ship(cx, order_id, BIT(ORDER_RETURNED), BIT(ORDER_PREPARING) | BIT(ORDER_HANDED),
                ORDER_PREPARING, cause, moved);
}

enum err
order_can_give_back(struct ctx *cx, const struct order *o, bool *out)
{
    struct db_rows away;

    *out = o->state == ORDER_PAID || o->state == ORDER_RETURNED;
    if (o->state != ORDER_PREPARING)
        return OK;
    TRY(db_run(cx, SQL_ORDER_AWAY_LINES, &away, db_int(o->id)));
    *out = away.count == 0;
    return OK;
}

enum err
order_give_back(struct ctx *cx, int64_t order_id, bool restock, const char *cause, bool *moved)
{
    struct order o;
    bool can;

    *moved = false;
    TRY(order_lock(cx, order_id, &o));
    if (o.state == ORDER_REFUND_DUE || o.state == ORDER_REFUNDED)
        return OK;
    TRY(order_can_give_back(cx, &o, &can));
    if (!can)
        return ERR_CONFLICT;
    TRY(order_move_stock(cx, &o, restock ? MOVE_RETURN : MOVE_SPOIL));
    *moved = true;
    TRY(order_move_to(cx, &o, ORDER_REFUND_DUE, mover(cx), cause));
    return payment_refund_order(cx, o.id, str_of(cause));
}
