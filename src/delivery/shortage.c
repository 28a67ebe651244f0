/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shortage.c - packs that are not there when a parcel is packed: they wait for a later parcel, or
 * their money goes back.
 *
 * Money goes back to the cent: what is kept of a rate's VAT is what the packs that remain would
 * have been charged, and the rest is given back. The packs leave the quota and the stock too.
 */
#include "delivery/delivery_int.h"
#include "invoice/invoice.h"
#include "payment/payment.h"

enum err
shortage_of_order(struct ctx *cx, int64_t order_id, struct shortage_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_SHORTAGE_LIST, &rows, db_int(order_id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count + 1, struct shortage);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = (struct shortage){(int)row_int(&rows, r, 0), row_int(&rows, r, 1),
                                         row_int(&rows, r, 2), row_int(&rows, r, 3),
                                         row_int(&rows, r, 4), row_int(&rows, r, 5)};
    return OK;
}

enum err
order_give_back_part(struct ctx *cx, const struct order *o, int line, int64_t packs,
                     enum movement what, int64_t batch_id, struct str reason)
{
    const struct order_line *l = &o->line[line];
    struct credit_part part = {.line = line, .packs = packs};
    int64_t units = packs * (l->units / l->packs), cents, refund_id;

    TRY(invoice_part_price(cx, o, &part, 1, &cents));
    TRY(db_run(cx, SQL_SHORTAGE_INSERT, NULL, db_int(o->id), db_int(line), db_int(packs),
               db_int(units), db_int(part.net_cents), db_int(part.vat_cents), db_str(reason),
               db_int(cx->actor.account_id), db_int(cx->now_ms)));
    TRY(db_run(cx, SQL_SHORTAGE_OF_ORDERS, NULL, db_int(o->id), db_int(units),
               db_int(part.net_cents), db_int(part.vat_cents), db_int(cx->now_ms)));
    TRY(what == MOVE_SPOIL ? stock_spoil(cx, l->pool_id, o->id, batch_id, units)
                           : stock_move(cx, what, l->pool_id, o->id, units));
    if (cents == 0)
        return OK;
    TRY(payment_refund_part(cx, o->id, cents, STR("packs that did not arrive"), &refund_id));
    return invoice_part_put(cx, refund_id, &part, 1);
}

/* What the parcel has left; its weight follows. *left: packs in it after. */
static enum err
take_out(struct ctx *cx, const struct parcel *p, const struct order *o, int line, int64_t packs,
         int64_t *left)
{
    struct parcel_item_list items;
    int64_t pack_g[ORDER_LINES_MAX], there = 0;

    TRY(parcel_items(cx, p->id, &items));
    *left = 0;
    for (size_t i = 0; i < items.count; i++) {
        if (items.item[i].line == line)
            there = items.item[i].packs;
        *left += items.item[i].packs;
    }
    if (packs <= 0 || packs > there)
        return ERR_INVALID;
    *left -= packs;
    if (packs == there)
        TRY(db_run(cx, SQL_PARCEL_ITEM_DELETE, NULL, db_int(p->id), db_int(line)));
    else
        TRY(db_run(cx, SQL_PARCEL_ITEM_LESS, NULL, db_int(p->id), db_int(line), db_int(packs)));
    TRY(order_pack_weights(cx, o, pack_g));
    int64_t weight = p->weight_g - packs * pack_g[line];
    return db_run(cx, SQL_PARCEL_SET_WEIGHT, NULL, db_int(p->id), db_int(weight > 0 ? weight : 1),
                  db_int(cx->now_ms));
}

static enum err
later(struct ctx *cx, const struct parcel *p, const struct order *o, int line, int64_t packs)
{
    struct cut_parcel cut = {.pool_id = p->pool_id};
    int64_t pack_g[ORDER_LINES_MAX], id;
    struct campaign c;

    TRY(order_pack_weights(cx, o, pack_g));
    TRY(campaign_by_id(cx, o->campaign_id, &c));
    cut.packs[line] = packs;
    cut.weight_g = conf_grams(cx->app->conf->parcel_box_g, 150) + packs * pack_g[line];
    return parcel_add(cx, o, c.organiser_id, 0, STR_NONE, &cut, &id);
}

/* Whether anything of the order is in another parcel, or was given back in part before. */
static enum err
is_all_of_it(struct ctx *cx, const struct parcel *p, const struct order *o, int64_t packs,
             bool *out)
{
    struct parcel_list others;
    int64_t ordered = 0;

    TRY(parcel_of_order(cx, o->id, &others));
    for (int i = 0; i < o->line_count; i++)
        ordered += o->line[i].packs;
    *out = others.count == 1 && others.item[0].id == p->id && ordered == packs;
    return OK;
}

enum err
parcel_short(struct ctx *cx, const struct parcel *p, int line, int64_t packs, enum short_how how,
             struct str reason)
{
    unsigned may = 1u << PARCEL_WAITING | 1u << PARCEL_REFUSED | 1u << PARCEL_LABELLED;
    struct order o;
    int64_t left;
    bool moved, all;

    assert(db_in_write(cx));
    TRY(order_lock(cx, p->order_id, &o));
    if (((1u << p->state) & may) == 0 || line < 0 || line >= o.line_count)
        return ERR_CONFLICT;
    if (p->state == PARCEL_LABELLED && territory_customs(o.territory))
        return ERR_CONFLICT;
    if (o.state != ORDER_PREPARING && o.state != ORDER_HANDED && o.state != ORDER_DELIVERED)
        return ERR_CONFLICT;
    TRY(is_all_of_it(cx, p, &o, packs, &all));
    TRY(take_out(cx, p, &o, line, packs, &left));
    if (left == 0) {
        TRY(parcel_move(cx, p->id, may, PARCEL_CANCELLED, &moved));
        if (!moved)
            return ERR_CONFLICT;
    }
    if (how == SHORT_LATER)
        return later(cx, p, &o, line, packs);
    if (left == 0 && all)
        return order_give_back(cx, o.id, false, "nothing of it is in stock", &moved);
    TRY(order_give_back_part(cx, &o, line, packs, MOVE_SPOIL, 0, reason));
    return order_close_if_sent(cx, o.id);
}
