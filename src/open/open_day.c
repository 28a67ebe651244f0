/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open_day.c - what of one day's orders may be told.
 *
 * What is left of a pool is public at any instant, so all that it sold in a day is known. What is
 * not told of a pool's day must not be what remains when the told groups are taken from that: as
 * long as it is of so few orders itself, the smallest told group is left out with it.
 */
#include "open/open.h"

/* The first pool that serves the département; pools that share a territory sell together. */
static int
pool_of(const struct policy *p, struct arena *a, struct str department)
{
    struct str commune = str_printf(a, "%.*s%s", STR_FMT(department),
                                    department.len == 3 ? "01" : "001");
    enum territory t;

    if (!territory_of_commune(commune, &department, &t))
        return 0;
    for (int i = 0; i < p->pool_count; i++)
        if ((p->pool[i].territories >> t & 1) != 0)
            return i;
    return 0;
}

bool
open_row_of(struct arena *a, const struct policy *p, const struct figure_day *d,
            struct open_row *out)
{
    struct civil c = civil_from_day(d->day);

    if (d->sold.orders <= 0)
        return false;
    *out = (struct open_row){.day = str_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day),
                             .department = str_dup(a, d->department),
                             .band = band_code(d->band),
                             .pool = pool_of(p, a, d->department),
                             .small = d->sold.orders <= OPEN_SMALL_MAX,
                             .orders = d->sold.orders,
                             .units = d->sold.units};
    return true;
}

void
open_day_hide(struct open_row *rows, size_t count)
{
    int64_t hidden[POLICY_POOLS_MAX] = {0};

    for (size_t i = 0; i < count; i++)
        hidden[rows[i].pool] += rows[i].small ? rows[i].orders : 0;
    for (int pool = 0; pool < POLICY_POOLS_MAX; pool++) {
        while (hidden[pool] > 0 && hidden[pool] <= OPEN_SMALL_MAX) {
            struct open_row *least = NULL;
            for (size_t i = 0; i < count; i++)
                if (rows[i].pool == pool && !rows[i].small &&
                    (least == NULL || rows[i].orders < least->orders))
                    least = &rows[i];
            if (least == NULL)
                break;
            least->small = true;
            hidden[pool] += least->orders;
        }
    }
    for (size_t i = 0; i < count; i++)
        if (rows[i].small)
            rows[i].orders = rows[i].units = 0;
}
