/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forget.c - what parcels and complaints know of people goes: with the order's contact data, or by
 * its age. Numbers, weights, states and the customs' forms stay.
 */
#include "delivery/delivery_int.h"

enum { LABEL = 1, CUSTOMS = 2 };
/* In a transaction: a photo has megabytes, a label some ten thousand bytes. */
enum { COMPLAINTS_AT_ONCE = 2, DOCUMENTS_AT_ONCE = 10 };

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
delivery_forget_order(struct ctx *cx, int64_t order_id, struct tally *t)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_COMPLAINT_FORGETTABLE, &rows, db_int(order_id)));
    for (size_t i = 0; i < rows.count; i++)
        TRY(forget_complaint(cx, row_int(&rows, i, 0), t));
    TRY(change(cx, SQL_PARCEL_LABELS_FORGET, order_id, t, "parcel_document"));
    return delivery_forget_words(cx, order_id, t);
}

enum err
delivery_forget_words(struct ctx *cx, int64_t order_id, struct tally *t)
{
    assert(db_in_write(cx));
    TRY(change(cx, SQL_PARCEL_EVENTS_FORGET, order_id, t, "parcel_event"));
    TRY(change(cx, SQL_PARCEL_WORDS_FORGET, order_id, t, "parcel"));
    TRY(change(cx, SQL_PARCEL_TROUBLES_FORGET, order_id, t, "parcel_trouble"));
    return change(cx, SQL_ORDER_SHORTAGES_FORGET, order_id, t, "order_shortage");
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

/* A hand-over never changes once it is written. */
static enum err
old_document(struct ctx *cx, int64_t parcel_id, int kind, bool *gone)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PARCEL_DOCUMENT_FORGET, &rows, db_int(parcel_id), db_int(kind)));
    *gone = rows.changed > 0;
    return OK;
}

static enum err
old_label(struct ctx *cx, int64_t parcel_id, int64_t before_ms, bool *gone)
{
    (void)before_ms;
    return old_document(cx, parcel_id, LABEL, gone);
}

static enum err
old_customs(struct ctx *cx, int64_t parcel_id, int64_t before_ms, bool *gone)
{
    (void)before_ms;
    return old_document(cx, parcel_id, CUSTOMS, gone);
}

enum err
delivery_purge_complaints(struct ctx *cx, struct purge *p)
{
    return purge_each(cx, SQL_COMPLAINT_OLD, old_complaint, COMPLAINTS_AT_ONCE, p);
}

enum err
delivery_purge_labels(struct ctx *cx, struct purge *p)
{
    return purge_each(cx, SQL_PARCEL_LABEL_OLD, old_label, DOCUMENTS_AT_ONCE, p);
}

enum err
delivery_purge_customs(struct ctx *cx, struct purge *p)
{
    return purge_each(cx, SQL_PARCEL_CUSTOMS_OLD, old_customs, DOCUMENTS_AT_ONCE, p);
}
