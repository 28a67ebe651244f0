/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_place.c - warehouses, the pools in them, and what each pool holds.
 */
#include "stock/stock_room.h"

static struct warehouse
warehouse_from(const struct db_rows *rows, size_t r)
{
    return (struct warehouse){
        .id = row_int(rows, r, 0),
        .organiser_id = row_int(rows, r, 1),
        .code = row_str(rows, r, 2),
        .name = row_str(rows, r, 3),
        .company = row_str(rows, r, 4),
        .street = row_str(rows, r, 5),
        .complement = row_str(rows, r, 6),
        .postal_code = row_str(rows, r, 7),
        .city = row_str(rows, r, 8),
        .phone = row_str(rows, r, 9),
        .email = row_str(rows, r, 10),
        .territories = (unsigned)row_int(rows, r, 11),
    };
}

enum err
warehouse_list_of(struct ctx *cx, struct warehouse_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_WAREHOUSE_LIST, &rows, db_int(cx->actor.organiser_id)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct warehouse);
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = warehouse_from(&rows, r);
    return OK;
}

enum err
warehouse_by_id(struct ctx *cx, int64_t id, struct warehouse *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_WAREHOUSE_FIND, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = warehouse_from(&rows, 0);
    return OK;
}

enum err
warehouse_of_pool(struct ctx *cx, int64_t pool_id, struct warehouse *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_WAREHOUSE_OF_POOL, &rows, db_int(pool_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = warehouse_from(&rows, 0);
    return OK;
}

bool
warehouse_has_address(const struct warehouse *w)
{
    return w->street.len > 0 && w->postal_code.len > 0 && w->city.len > 0;
}

enum err
stock_gauges(struct ctx *cx, int64_t campaign_id, struct stock_gauge_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_STOCK_GAUGES, &rows, db_int(cx->actor.organiser_id),
               db_int(campaign_id)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct stock_gauge);
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = (struct stock_gauge){
            .pool_id = row_int(&rows, r, 0),
            .campaign_id = row_int(&rows, r, 1),
            .warehouse_id = row_int(&rows, r, 2),
            .code = row_str(&rows, r, 3),
            .warehouse = row_str(&rows, r, 4),
            .expected = row_int(&rows, r, 5),
            .received = row_int(&rows, r, 6),
            .available = row_int(&rows, r, 7),
            .held = row_int(&rows, r, 8),
            .sold = row_int(&rows, r, 9) - row_int(&rows, r, 13),
            .withdrawn = row_int(&rows, r, 10),
            .quarantined = row_int(&rows, r, 11),
            .sent = row_int(&rows, r, 12),
            .handed = row_int(&rows, r, 13),
        };
    return OK;
}
