/* SPDX-License-Identifier: Apache-2.0 */
/* purge.c - see purge.h. */
#include "job/purge.h"

#include "base/clock.h"

enum { FIND_MAX = 1000 };

struct turn {
    struct purge *p;
    enum sql_id sql;
    int limit;
    purge_one one;
    int64_t after;
    struct db_rows found; /* In the arena of the round. */
    size_t from, to;      /* Of found. */
    int64_t gone;
};

/* One transaction with an arena of its own: a run may be long. */
static enum err
run(struct ctx *cx, enum err (*how)(struct ctx *, unit_fn, void *), unit_fn fn, struct turn *t)
{
    struct arena arena = {0};
    struct ctx mine = *cx;

    mine.arena = &arena;
    enum err e = how(&mine, fn, t);
    cx->after |= mine.after;
    arena_release(&arena);
    return e;
}

static bool
is_over(struct purge *p)
{
    p->more = clock_mono_ns() >= p->until_ns;
    return p->more;
}

/* ---- rows that an index finds ---- */

static enum err
count_unit(struct ctx *cx, void *arg)
{
    struct turn *t = arg;
    struct db_rows rows;

    TRY(db_run(cx, t->sql, &rows, db_int(t->p->before_ms)));
    t->p->count = row_int(&rows, 0, 0);
    return OK;
}

static enum err
change_unit(struct ctx *cx, void *arg)
{
    struct turn *t = arg;
    struct db_rows rows;

    TRY(db_run(cx, t->sql, &rows, db_int(t->p->before_ms), db_int(t->limit)));
    t->gone = rows.changed;
    return purge_note(cx, t->p, t->gone);
}

enum err
purge_rows(struct ctx *cx, enum sql_id change, enum sql_id count, int limit, struct purge *p)
{
    struct turn t = {.p = p, .sql = p->dry ? count : change, .limit = limit, .gone = limit};

    if (p->dry)
        return run(cx, db_read, count_unit, &t);
    while (t.gone >= limit && !is_over(p)) {
        TRY(run(cx, db_write, change_unit, &t));
        p->count += t.gone;
    }
    return OK;
}

/* ---- one by one ---- */

static enum err
find_unit(struct ctx *cx, void *arg)
{
    struct turn *t = arg;

    return db_run(cx, t->sql, &t->found, db_int(t->p->before_ms), db_int(t->after),
                  db_int(FIND_MAX));
}

static enum err
few_unit(struct ctx *cx, void *arg)
{
    struct turn *t = arg;

    t->gone = 0;
    for (size_t i = t->from; i < t->to; i++) {
        bool gone = false;
        TRY(t->one(cx, row_int(&t->found, i, 0), t->p->before_ms, &gone));
        t->gone += gone ? 1 : 0;
    }
    return purge_note(cx, t->p, t->gone);
}

static enum err
let_go(struct ctx *cx, struct turn *t)
{
    size_t few = (size_t)t->limit;

    for (t->from = 0; t->from < t->found.count && !is_over(t->p); t->from = t->to) {
        t->to = t->from + few < t->found.count ? t->from + few : t->found.count;
        TRY(run(cx, db_write, few_unit, t));
        t->p->count += t->gone;
    }
    return OK;
}

enum err
purge_each(struct ctx *cx, enum sql_id find, purge_one one, int few, struct purge *p)
{
    struct turn t = {.p = p, .sql = find, .one = one, .limit = few};
    struct arena page = {0};
    enum err e = OK;

    do {
        struct ctx mine = *cx;
        arena_clear(&page);
        mine.arena = &page;
        e = db_read(&mine, find_unit, &t);
        if (e != OK || t.found.count == 0)
            break;
        t.after = row_int(&t.found, t.found.count - 1, 0);
        if (p->dry)
            p->count += (int64_t)t.found.count;
        else
            e = let_go(cx, &t);
    } while (e == OK && t.found.count == FIND_MAX && !is_over(p));
    arena_release(&page);
    return e;
}
