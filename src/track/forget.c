/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forget.c - what news and troubles tell of people goes, with the order's contact data. Dates,
 * codes, kinds and decisions stay.
 */
#include "track/track.h"

static enum err
change(struct ctx *cx, enum sql_id sql, int64_t order_id, struct tally *t, const char *what)
{
    struct db_rows rows;

    TRY(db_run(cx, sql, &rows, db_int(order_id)));
    tally_add(t, what, rows.changed);
    return OK;
}

enum err
track_forget_words(struct ctx *cx, int64_t order_id, struct tally *t)
{
    assert(db_in_write(cx));
    TRY(change(cx, SQL_PARCEL_EVENTS_FORGET, order_id, t, "parcel_event"));
    return change(cx, SQL_PARCEL_TROUBLES_FORGET, order_id, t, "parcel_trouble");
}
