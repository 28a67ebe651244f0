/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forget.c - what complaints tell of people goes: with the order's contact data, or by its age.
 * Dates, kinds and decisions stay.
 */
#include "care/care.h"

/* In a transaction: a photo has megabytes. */
enum { COMPLAINTS_AT_ONCE = 2 };

static enum err
change(struct ctx *cx, enum sql_id sql, int64_t id, struct tally *t, const char *what)
{
    struct db_rows rows;

    TRY(db_run(cx, sql, &rows, db_int(id)));
    tally_add(t, what, rows.changed);
    return OK;
}

static enum err
forget_complaint(struct ctx *cx, int64_t id, struct tally *t)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_COMPLAINT_FORGET, &rows, db_int(id), db_int(cx->now_ms)));
    if (rows.changed == 0)
        return OK;
    tally_add(t, "complaint", 1);
    TRY(change(cx, SQL_COMPLAINT_PHOTOS_FORGET, id, t, "complaint_photo"));
    return change(cx, SQL_COMPLAINT_TEXTS_FORGET, id, t, "complaint_message");
}

enum err
care_forget_order(struct ctx *cx, int64_t order_id, struct tally *t)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_COMPLAINT_FORGETTABLE, &rows, db_int(order_id)));
    for (size_t i = 0; i < rows.count; i++)
        TRY(forget_complaint(cx, row_int(&rows, i, 0), t));
    return OK;
}

/* ---- by age ---- */

static enum err
old_complaint(struct ctx *cx, int64_t id, int64_t before_ms, bool *gone)
{
    struct tally t = {0};
    struct db_rows rows;

    TRY(db_run(cx, SQL_COMPLAINT_OLD_STILL, &rows, db_int(id), db_int(before_ms)));
    if (rows.count == 0)
        return OK;
    *gone = true;
    return forget_complaint(cx, id, &t);
}

enum err
care_purge_complaints(struct ctx *cx, struct purge *p)
{
    return purge_each(cx, SQL_COMPLAINT_OLD, old_complaint, COMPLAINTS_AT_ONCE, p);
}
