/* SPDX-License-Identifier: Apache-2.0 */
/* pace.c - see pace.h. */
#include "manage/pace.h"

#include "base/clock.h"
#include "campaign/campaign_json.h"

/* Of all campaigns; an instance has few at a time. */
enum { PACE_READ_MAX = 100000 };

struct reading {
    const struct campaign *campaign;
    const struct policy *policy;
    int64_t since_ms, before_id, read, rows;
    int64_t pool_id[POLICY_POOLS_MAX];
    struct pace *pace;
    bool done;
};

static enum err
pools_read(struct ctx *cx, struct reading *r)
{
    struct stock_pool_list pools;

    TRY(stock_list(cx, r->campaign->id, &pools));
    for (int i = 0; i < r->policy->pool_count; i++)
        for (size_t k = 0; k < pools.count; k++)
            if (str_eq(pools.item[k].code, r->policy->pool[i].code))
                r->pool_id[i] = pools.item[k].id;
    return OK;
}

static void
line_add(struct reading *r, int64_t pool_id, int64_t units)
{
    for (int i = 0; i < r->policy->pool_count; i++)
        if (pool_id != 0 && r->pool_id[i] == pool_id)
            r->pace->units[i] += units;
}

static enum err
row_add(void *arg, const struct db_value *cell, size_t cols)
{
    struct reading *r = arg;
    int64_t id = cell[0].i, at_ms = cell[1].i, pool_id = cell[3].i;

    assert(cols == 5);
    r->rows++;
    if (r->done || at_ms < r->since_ms) {
        r->done = true;
        return OK;
    }
    if (id != r->before_id && cell[2].i == r->campaign->id && pool_id != 0)
        r->pace->orders++;
    line_add(r, pool_id, cell[4].i);
    r->read += id != r->before_id;
    r->before_id = id;
    if (r->read == PACE_READ_MAX) { /* The window ends here. */
        r->since_ms = at_ms;
        r->done = true;
    }
    return OK;
}

static enum err
piece_read(struct ctx *cx, void *arg)
{
    struct reading *r = arg;

    if (r->before_id == INT64_MAX)
        TRY(pools_read(cx, r));
    r->rows = 0;
    TRY(db_each(cx, SQL_PACE_ORDERS, row_add, r, db_int(r->before_id),
                db_int(r->campaign->id)));
    r->done = r->done || r->rows == 0;
    return OK;
}

enum err
pace_read(struct ctx *cx, const struct campaign *c, const struct policy *p, struct pace *out)
{
    int64_t now_ms = db_now_ms(cx->app->pool), opens_ms = campaign_opens_ms(c->policy);
    struct reading r = {
        .campaign = c, .policy = p, .before_id = INT64_MAX, .pace = out,
        .since_ms = now_ms - PACE_DAYS * (int64_t)CLOCK_DAY_MS,
    };

    *out = (struct pace){ 0 };
    if (opens_ms > r.since_ms && opens_ms < now_ms)
        r.since_ms = opens_ms;
    while (!r.done)
        TRY(db_read(cx, piece_read, &r));
    out->window_ms = now_ms - r.since_ms;
    return OK;
}

int64_t
pace_days(const struct pace *p, int pool, int64_t units)
{
    if (p->orders < PACE_ORDERS_MIN || p->units[pool] <= 0 || p->window_ms <= 0)
        return -1;
    return (int64_t)((double)units / (double)p->units[pool] * (double)p->window_ms /
                     CLOCK_DAY_MS);
}
