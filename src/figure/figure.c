/* SPDX-License-Identifier: Apache-2.0 */
/* figure.c - reading the figures. */
#include "figure/figure_int.h"

enum err
figure_as_of(struct ctx *cx, int64_t *out)
{
    struct fold_state s;

    TRY(fold_state_read(cx, &s));
    bool all = s.newest_movement == s.movement_id && s.newest_step == s.step_id;
    *out = all ? cx->now_ms : s.as_of_ms;
    return OK;
}

struct day_reader {
    figure_day_fn fn;
    void *arg;
};

static enum err
day_row(void *arg, const struct db_value *c, size_t cols)
{
    const struct day_reader *r = arg;

    (void)cols;
    return r->fn(r->arg, &(struct figure_day){.day = c[0].i,
                                              .department = c[1].s,
                                              .band = (enum band)c[2].i,
                                              .placed = {c[3].i, c[4].i},
                                              .held = {c[5].i, c[6].i},
                                              .sold = {c[7].i, c[8].i},
                                              .sold_cents = c[9].i});
}

enum err
figure_each_day(struct ctx *cx, int64_t campaign_id, int64_t from_day, int64_t until_day,
                figure_day_fn fn, void *arg)
{
    struct day_reader r = {fn, arg};

    return db_each(cx, SQL_FIGURE_DAYS, day_row, &r, db_int(campaign_id), db_int(from_day),
                   db_int(until_day));
}

enum err
figure_groups(struct ctx *cx, int64_t campaign_id, struct figure_group_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_FIGURE_GROUPS, &rows, db_int(campaign_id)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct figure_group);
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = (struct figure_group){
            .cohort = row_str(&rows, r, 0),
            .territory = (enum territory)row_int(&rows, r, 1),
            .department = row_str(&rows, r, 2),
            .band = (enum band)row_int(&rows, r, 3),
            .companies = row_int(&rows, r, 4),
            .held = {row_int(&rows, r, 5), row_int(&rows, r, 6)},
            .sold = {row_int(&rows, r, 7), row_int(&rows, r, 8)},
            .sold_cents = row_int(&rows, r, 9),
        };
    return OK;
}

static enum err
times_read(struct ctx *cx, enum sql_id id, int64_t campaign_id, int64_t from, size_t count,
           struct figure_count *out)
{
    struct db_rows rows;

    TRY(db_run(cx, id, &rows, db_int(campaign_id), db_int(from),
               db_int(from + (int64_t)count)));
    memset(out, 0, count * sizeof *out);
    for (size_t r = 0; r < rows.count; r++)
        out[row_int(&rows, r, 0) - from] =
            (struct figure_count){row_int(&rows, r, 1), row_int(&rows, r, 2)};
    return OK;
}

enum err
figure_minutes(struct ctx *cx, int64_t campaign_id, int64_t from, size_t count,
               struct figure_count *out)
{
    return times_read(cx, SQL_FIGURE_MINUTES, campaign_id, from, count, out);
}

enum err
figure_hours(struct ctx *cx, int64_t campaign_id, int64_t from, size_t count,
             struct figure_count *out)
{
    return times_read(cx, SQL_FIGURE_HOURS, campaign_id, from, count, out);
}

enum err
figure_money(struct ctx *cx, int64_t campaign_id, struct figure_money *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_FIGURE_MONEY_SUM, &rows, db_int(campaign_id)));
    *out = (struct figure_money){row_int(&rows, 0, 0), row_int(&rows, 0, 1),
                                 row_int(&rows, 0, 2)};
    return OK;
}
