/* SPDX-License-Identifier: Apache-2.0 */
/*
 * desk_job.c - keeps the words that the search looks into, and where orders go: follows new orders
 * and new reviews.
 *
 * The words of an order are not written with it: at an opening that would double its price. They
 * follow within seconds, in small transactions, at a pace that leaves the writer to the buyers. On
 * PostgreSQL numbers are given out before their rows are seen, so what is younger than a minute
 * waits: no transaction of ours lasts that long.
 *
 * When orders are let go, their companies lose all their words in the same transaction: nothing is
 * found by what was erased, whatever is cut off then. That they are to be made anew, from what is
 * left, is written down in desk_stale and done here, once for each company.
 */
#include "base/clock.h"
#include "desk/desk.h"
#include "job/job.h"

enum { STEP_ROWS = 200, STEP_STALE = 20, RUN_STEPS = 25, WORDS_MAX = 40,
       SETTLED_MS = 60 * 1000 };
/* Columns of an order's row; a review's ends before. */
enum { COL_SITE = 4, COL_WORDS, COL_WORDS_END = 8 };

struct words {
    struct str item[WORDS_MAX];
    size_t count;
};

static void
words_add(struct ctx *cx, struct words *w, struct str text)
{
    struct str rest = utf8_plain_upper(cx->arena, text), part;

    while (str_split(&rest, ' ', &part)) {
        bool known = part.len < 2 || w->count == WORDS_MAX;
        part = str_sub(part, 0, SEEK_WORD_MAX);
        for (size_t i = 0; i < w->count && !known; i++)
            known = str_eq(w->item[i], part);
        if (!known)
            w->item[w->count++] = part;
    }
}

/* What the register publishes of the company: nothing of who hides. */
static enum err
words_of_register(struct ctx *cx, int64_t siren, int64_t siret, struct words *w)
{
    struct establishment site;
    struct company_brief b;
    enum err e = registry_brief(cx, siren, &b);

    if (e == OK) {
        if (!b.partial) {
            words_add(cx, w, b.name);
            words_add(cx, w, b.postal_code);
        }
        words_add(cx, w, b.city);
    }
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    e = siret == 0 ? ERR_NOT_FOUND : registry_establishment(cx, siret, &site);
    if (e == OK && !site.partial)
        words_add(cx, w, site.sign);
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err
words_put(struct ctx *cx, int64_t organiser, int64_t siren, const struct words *w)
{
    for (size_t i = 0; i < w->count; i++)
        TRY(db_run(cx, SQL_DESK_WORD_PUT, NULL, db_int(organiser), db_str(w->item[i]),
                   db_int(siren)));
    return OK;
}

struct step {
    const char *source;
    enum sql_id news;
    int64_t until_ms;
    bool more;
};

static enum err
row_take(struct ctx *cx, const struct db_rows *rows, size_t r)
{
    bool is_order = rows->cols > COL_SITE;
    int64_t siren = row_int(rows, r, 3);
    struct words w = {0};

    TRY(words_of_register(cx, siren, is_order ? row_int(rows, r, COL_SITE) : 0, &w));
    for (size_t c = COL_WORDS; is_order && c < COL_WORDS_END; c++)
        words_add(cx, &w, row_str(rows, r, c));
    return words_put(cx, row_int(rows, r, 2), siren, &w);
}

static enum err
mark_find(struct ctx *cx, const char *source, int64_t *out)
{
    struct db_rows mark;

    TRY(db_run(cx, SQL_DESK_MARK_FIND, &mark, db_str(str_of(source))));
    *out = mark.count == 0 ? 0 : row_int(&mark, 0, 0);
    return OK;
}

enum err
desk_followed(struct ctx *cx, int64_t *order_id)
{
    return mark_find(cx, "orders", order_id);
}

static enum err
step_unit(struct ctx *cx, void *arg)
{
    struct step *s = arg;
    struct db_rows rows;
    int64_t last;

    TRY(mark_find(cx, s->source, &last));
    TRY(db_run(cx, s->news, &rows, db_int(last), db_int(STEP_ROWS)));
    size_t taken = 0;
    while (taken < rows.count && row_int(&rows, taken, 1) <= s->until_ms) {
        TRY(row_take(cx, &rows, taken));
        if (rows.cols > COL_WORDS_END)
            TRY(db_run(cx, SQL_DESK_PLACE_PUT, NULL, db_int(row_int(&rows, taken, 8)),
                       db_str(row_str(&rows, taken, 9)), db_int(row_int(&rows, taken, 0))));
        last = row_int(&rows, taken, 0);
        taken++;
    }
    s->more = rows.count >= STEP_ROWS && taken == rows.count;
    return taken == 0 ? OK
                      : db_run(cx, SQL_DESK_MARK_PUT, NULL, db_str(str_of(s->source)),
                               db_int(last));
}

static enum err
follow(struct ctx *cx, const char *source, enum sql_id news)
{
    int64_t settled = db_engine(cx) == DB_PG ? SETTLED_MS : 0;
    struct step s = {.source = source, .news = news, .more = true};

    for (int i = 0; i < RUN_STEPS && s.more; i++) {
        struct arena arena = {0};
        struct ctx own = *cx;
        own.arena = &arena;
        s.until_ms = db_now_ms(cx->app->pool) - settled;
        enum err e = db_write(&own, step_unit, &s);
        arena_release(&arena);
        TRY(e);
    }
    return OK;
}

/* ---- letting go ---- */

enum err
desk_forget_words(struct ctx *cx, const int64_t *order_id, size_t count)
{
    int64_t organiser = 0, siren = 0;
    struct db_rows rows;

    assert(db_in_write(cx));
    for (size_t i = 0; i < count; i++) {
        TRY(db_run(cx, SQL_DESK_WORDS_ORDER, &rows, db_int(order_id[i])));
        if (rows.count == 0 || (row_int(&rows, 0, 0) == organiser && row_int(&rows, 0, 1) == siren))
            continue;
        organiser = row_int(&rows, 0, 0);
        siren = row_int(&rows, 0, 1);
        TRY(db_run(cx, SQL_DESK_STALE_PUT, NULL, db_int(organiser), db_int(siren)));
        TRY(db_run(cx, SQL_DESK_WORDS_DROP, NULL, db_int(organiser), db_int(siren)));
    }
    return OK;
}

/* The register's words, and what is left on the newest orders. */
static enum err
stale_unit(struct ctx *cx, void *arg)
{
    struct db_rows stale, rows;
    bool *more = arg;

    TRY(db_run(cx, SQL_DESK_STALE_TAKE, &stale, db_int(STEP_STALE)));
    *more = stale.count >= STEP_STALE;
    for (size_t i = 0; i < stale.count; i++) {
        int64_t organiser = row_int(&stale, i, 0), siren = row_int(&stale, i, 1);
        TRY(db_run(cx, SQL_DESK_WORDS_DROP, NULL, db_int(organiser), db_int(siren)));
        TRY(db_run(cx, SQL_DESK_WORDS_ORDERS, &rows, db_int(organiser), db_int(siren)));
        for (size_t r = 0; r < rows.count; r++)
            TRY(row_take(cx, &rows, r));
    }
    return OK;
}

static enum err
make_anew(struct ctx *cx)
{
    bool more = true;

    for (int i = 0; i < RUN_STEPS && more; i++) {
        struct arena arena = {0};
        struct ctx own = *cx;
        own.arena = &arena;
        enum err e = db_write(&own, stale_unit, &more);
        arena_release(&arena);
        TRY(e);
    }
    return OK;
}

enum err
desk_index_job(struct ctx *cx, const struct job *job)
{
    (void)job;
    TRY(follow(cx, "orders", SQL_DESK_NEW_ORDERS));
    TRY(follow(cx, "reviews", SQL_DESK_NEW_REVIEWS));
    return make_anew(cx);
}
