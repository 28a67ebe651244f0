/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_contact.c - orders that an agent enters: who was on the telephone. See order.h.
 */
#include "order/order_contact.h"

#include "account/account.h"

enum err
contact_account(struct ctx *cx, struct str email, int64_t *account_id)
{
    struct account a;

    TRY(account_for_email(cx, email, &a));
    *account_id = a.id;
    return OK;
}

enum err
contact_put(struct ctx *cx, const struct order *o, const struct order_contact *c)
{
    return db_run(cx, SQL_ORDER_CONTACT_INSERT, NULL, db_int(o->id), db_int(o->account_id),
                  db_int(cx->actor.account_id), db_str(c->name), db_str(c->phone),
                  db_int(cx->now_ms));
}

enum err
order_contact_find(struct ctx *cx, int64_t order_id, struct order_contact *out, bool *found)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ORDER_CONTACT_FIND, &rows, db_int(order_id)));
    *found = rows.count == 1;
    if (*found)
        *out = (struct order_contact){
            .name = row_str(&rows, 0, 0),
            .email = row_str(&rows, 0, 1),
            .phone = row_str(&rows, 0, 2),
            .account_id = row_int(&rows, 0, 3),
            .agent_id = row_int(&rows, 0, 4),
            .link = row_int(&rows, 0, 5),
            .at_ms = row_int(&rows, 0, 6),
        };
    return OK;
}

enum err
order_contact_change(struct ctx *cx, struct order *o, struct str email, struct order_contact *c)
{
    bool found;

    assert(db_in_write(cx));
    TRY(contact_account(cx, email, &o->account_id));
    TRY(db_run(cx, SQL_ORDER_CONTACT_CHANGE, NULL, db_int(o->id), db_int(o->account_id)));
    TRY(db_run(cx, SQL_ORDER_SET_ACCOUNT, NULL, db_int(o->id), db_int(o->account_id)));
    TRY(order_contact_find(cx, o->id, c, &found));
    return found ? OK : ERR_NOT_FOUND;
}
