/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forget.c - what parcels know of people goes: with the order's contact data, or by its age.
 * Numbers, weights, states and the customs' forms stay.
 */
#include "delivery/delivery_int.h"

enum { LABEL = 1, CUSTOMS = 2 };
/* In a transaction: a label has some ten thousand bytes. */
enum { DOCUMENTS_AT_ONCE = 10 };

static enum err
change(struct ctx *cx, enum sql_id sql, int64_t id, struct tally *t, const char *what)
{
    struct db_rows rows;

    TRY(db_run(cx, sql, &rows, db_int(id)));
    tally_add(t, what, rows.changed);
    return OK;
}

enum err
delivery_forget_order(struct ctx *cx, int64_t order_id, struct tally *t)
{
    assert(db_in_write(cx));
    TRY(change(cx, SQL_PARCEL_LABELS_FORGET, order_id, t, "parcel_document"));
    return delivery_forget_words(cx, order_id, t);
}

enum err
delivery_forget_words(struct ctx *cx, int64_t order_id, struct tally *t)
{
    assert(db_in_write(cx));
    TRY(change(cx, SQL_PARCEL_WORDS_FORGET, order_id, t, "parcel"));
    return change(cx, SQL_ORDER_SHORTAGES_FORGET, order_id, t, "order_shortage");
}

/* ---- by age ---- */

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
delivery_purge_labels(struct ctx *cx, struct purge *p)
{
    return purge_each(cx, SQL_PARCEL_LABEL_OLD, old_label, DOCUMENTS_AT_ONCE, p);
}

enum err
delivery_purge_customs(struct ctx *cx, struct purge *p)
{
    return purge_each(cx, SQL_PARCEL_CUSTOMS_OLD, old_customs, DOCUMENTS_AT_ONCE, p);
}
