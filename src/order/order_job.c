/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_job.c - deadlines. They live in the database: any node sweeps, an order expires once.
 */
#include "job/job.h"
#include "order/order.h"
#include "payment/payment.h"

/* A payment page closed at the deadline may still have a capture on its way to us. */
enum { SETTLE_GRACE_MS = 10 * 60 * 1000 };

struct due {
    int64_t id;
    enum order_state state;
    int64_t deadline_ms;
};

struct due_list {
    struct due *item;
    size_t count;
};

static enum err
find_due(struct ctx *cx, void *arg)
{
    struct due_list *list = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_ORDER_DUE, &rows, db_int(cx->now_ms)));
    list->item = ARENA_ARRAY(cx->arena, rows.count, struct due);
    list->count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        list->item[r] = (struct due){row_int(&rows, r, 0), (enum order_state)row_int(&rows, r, 1),
                                     row_int(&rows, r, 2)};
    return OK;
}

static enum err
expire_one(struct ctx *cx, void *arg)
{
    return order_expire(cx, *(const int64_t *)arg);
}

/* HELD orders just expire. A PAYING one first has its provider asked and its page closed; while
 * the answer stays open it waits, at most for the grace time: a capture later than that finds
 * the stock taken again or is refunded. */
static enum err
expire_due(struct ctx *cx, const struct due *due)
{
    bool open = false;

    if (due->state == ORDER_PAYING) {
        enum err e = payment_settle_attempts(cx, due->id, &open);
        if (e != OK)
            open = true; /* The provider cannot be asked now. */
        if (open && cx->now_ms < due->deadline_ms + SETTLE_GRACE_MS)
            return OK;
    }
    return db_write(cx, expire_one, &(int64_t){due->id});
}

enum err
order_expire_job(struct ctx *cx, const struct job *job)
{
    struct due_list list = {0};

    (void)job;
    TRY(db_read(cx, find_due, &list));
    for (size_t i = 0; i < list.count; i++) {
        enum err e = expire_due(cx, &list.item[i]);
        if (e != OK) /* One stuck order does not keep the others' stock. */
            log_error(cx->log, "order_expire_failed", LOG_INT("order", list.item[i].id),
                      LOG_Z("error", err_name(e)));
    }
    return OK;
}

enum err
order_settle_job(struct ctx *cx, const struct job *job)
{
    bool open;

    TRY(payment_settle_attempts(cx, job->subject_id, &open));
    return open ? ERR_BUSY : OK; /* Tried again later. */
}
