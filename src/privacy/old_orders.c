/* SPDX-License-Identifier: Apache-2.0 */
/*
 * old_orders.c - orders that closed so long ago that nobody needs to know any more whom they went
 * to.
 *
 * Orders are the table that buyers write to, so no index is kept for this. Ids grow with time: the
 * orders are walked in their order, each once, up to the first that is too young, and where the
 * walk has come is kept with what it did. An order that is still open as the walk passes, or has
 * changed lately, is noted beside, with the instant it last changed; those notes are looked at
 * again when that has become old. One that nobody has touched for the whole period and that is
 * open all the same is looked at every day.
 */
#include "base/clock.h"
#include "delivery/delivery.h"
#include "desk/desk.h"
#include "order/order.h"
#include "privacy/privacy_int.h"
#include "track/track.h"

/* Looked at, and let go, in one transaction. */
enum { LOOKED = 200, GONE_MAX = 20 };

struct walk {
    struct purge *p;
    int64_t mark;               /* Orders up to here were looked at. */
    int64_t from_ms, after_id;  /* The same of the notes. */
    int64_t gone, gone_id[GONE_MAX];
    bool over;
};

enum fate { FATE_GOES, FATE_GONE, FATE_LATER };

struct seen {
    int64_t id, created_ms, changed_ms;
    enum fate fate;
};

static struct seen
see(struct ctx *cx, const struct db_rows *rows, size_t r, int64_t before_ms)
{
    enum order_state state = (enum order_state)row_int(rows, r, 1);
    struct seen s = {row_int(rows, r, 0), row_int(rows, r, 2), row_int(rows, r, 3), FATE_LATER};
    bool closed =
        order_is_over(state, s.changed_ms, keep_disputes_ms(cx->app->conf, cx->now_ms));
    bool busy = row_int(rows, r, 5) > 0;

    if (row_int(rows, r, 4) != 0)
        s.fate = FATE_GONE;
    else if (closed && !busy && s.changed_ms < before_ms)
        s.fate = FATE_GOES;
    return s;
}

static enum err
let_go(struct ctx *cx, int64_t id)
{
    struct tally t = {0};

    TRY(order_forget(cx, id, &t));
    TRY(track_forget_words(cx, id, &t));
    return delivery_forget_words(cx, id, &t);
}

/* ---- the walk ---- */

static enum err
walk_unit(struct ctx *cx, void *arg)
{
    struct walk *w = arg;
    int64_t before_ms = w->p->before_ms;
    struct db_rows mark, rows;

    w->gone = 0;
    TRY(db_run(cx, SQL_PRIVACY_MARK, &mark));
    w->mark = row_int(&mark, 0, 0);
    TRY(db_run(cx, SQL_PRIVACY_ORDERS_FROM, &rows, db_int(w->mark), db_int(LOOKED)));
    w->over = rows.count < LOOKED;
    for (size_t r = 0; r < rows.count && w->gone < GONE_MAX; r++) {
        struct seen s = see(cx, &rows, r, before_ms);
        if (s.created_ms >= before_ms) {
            w->over = true;
            break;
        }
        w->mark = s.id;
        if (s.fate == FATE_LATER)
            TRY(db_run(cx, SQL_PRIVACY_LATER_PUT, NULL, db_int(s.id), db_int(s.changed_ms)));
        if (s.fate != FATE_GOES)
            continue;
        TRY(let_go(cx, s.id));
        w->gone_id[w->gone++] = s.id;
    }
    TRY(desk_forget_words(cx, w->gone_id, (size_t)w->gone));
    TRY(purge_note(cx, w->p, w->gone));
    w->over = w->over && w->gone < GONE_MAX;
    if (w->mark == row_int(&mark, 0, 0))
        return OK;
    return db_run(cx, SQL_PRIVACY_MARK_SET, NULL, db_int(w->mark));
}

/* ---- the notes ---- */

static enum err
note_unit(struct ctx *cx, void *arg)
{
    struct walk *w = arg;
    int64_t before_ms = w->p->before_ms;
    struct db_rows rows;

    w->gone = 0;
    TRY(db_run(cx, SQL_PRIVACY_LATER_DUE, &rows, db_int(before_ms), db_int(w->from_ms),
               db_int(w->after_id), db_int(GONE_MAX)));
    for (size_t r = 0; r < rows.count; r++) {
        struct seen s = see(cx, &rows, r, before_ms);
        if (s.fate == FATE_LATER) {
            /* Tomorrow, or when its last change has become old. */
            int64_t from_ms = s.changed_ms < before_ms ? before_ms + CLOCK_DAY_MS / 2
                                                       : s.changed_ms;
            TRY(db_run(cx, SQL_PRIVACY_LATER_PUT, NULL, db_int(s.id), db_int(from_ms)));
            continue;
        }
        if (s.fate == FATE_GOES) {
            TRY(let_go(cx, s.id));
            w->gone_id[w->gone++] = s.id;
        }
        TRY(db_run(cx, SQL_PRIVACY_LATER_DROP, NULL, db_int(s.id)));
    }
    TRY(desk_forget_words(cx, w->gone_id, (size_t)w->gone));
    TRY(purge_note(cx, w->p, w->gone));
    w->over = rows.count < GONE_MAX;
    return OK;
}

/* ---- only counting ---- */

static enum err
count_walk_unit(struct ctx *cx, void *arg)
{
    struct walk *w = arg;
    struct db_rows rows;

    w->gone = 0;
    if (w->mark < 0) {
        TRY(db_run(cx, SQL_PRIVACY_MARK, &rows));
        w->mark = row_int(&rows, 0, 0);
    }
    TRY(db_run(cx, SQL_PRIVACY_ORDERS_FROM, &rows, db_int(w->mark), db_int(LOOKED)));
    w->over = rows.count < LOOKED;
    for (size_t r = 0; r < rows.count; r++) {
        struct seen s = see(cx, &rows, r, w->p->before_ms);
        if (s.created_ms >= w->p->before_ms) {
            w->over = true;
            break;
        }
        w->mark = s.id;
        w->gone += s.fate == FATE_GOES ? 1 : 0;
    }
    return OK;
}

static enum err
count_note_unit(struct ctx *cx, void *arg)
{
    struct walk *w = arg;
    struct db_rows rows;

    w->gone = 0;
    TRY(db_run(cx, SQL_PRIVACY_LATER_DUE, &rows, db_int(w->p->before_ms), db_int(w->from_ms),
               db_int(w->after_id), db_int(LOOKED)));
    for (size_t r = 0; r < rows.count; r++) {
        w->gone += see(cx, &rows, r, w->p->before_ms).fate == FATE_GOES ? 1 : 0;
        w->after_id = row_int(&rows, r, 0);
        w->from_ms = row_int(&rows, r, 6);
    }
    w->over = rows.count < LOOKED;
    return OK;
}

static enum err
all(struct ctx *cx, enum err (*how)(struct ctx *, unit_fn, void *), unit_fn unit, struct walk *w)
{
    w->over = false;
    while (!w->over) {
        struct arena arena = {0};
        struct ctx mine = *cx;

        w->p->more = clock_mono_ns() >= w->p->until_ns;
        if (w->p->more)
            return OK;
        mine.arena = &arena;
        enum err e = how(&mine, unit, w);
        arena_release(&arena);
        TRY(e);
        w->p->count += w->gone;
    }
    return OK;
}

enum err
privacy_purge_orders(struct ctx *cx, struct purge *p)
{
    struct walk w = {.p = p, .mark = -1, .from_ms = INT64_MIN};

    if (p->dry) {
        TRY(all(cx, db_read, count_note_unit, &w));
        return all(cx, db_read, count_walk_unit, &w);
    }
    TRY(all(cx, db_write, note_unit, &w));
    return p->more ? OK : all(cx, db_write, walk_unit, &w);
}
