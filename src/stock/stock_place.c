/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_place.c - warehouses, the pools in them, and what each pool holds.
 */
#include "campaign/campaign.h"
#include "json/json.h"
#include "staff/staff.h"
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

static enum err
pool_info_from(struct ctx *cx, const struct db_rows *rows, size_t r, struct pool_info *out)
{
    struct campaign campaign;
    struct pool_info p = {
        .id = row_int(rows, r, 0),
        .campaign_id = row_int(rows, r, 1),
        .warehouse_id = row_int(rows, r, 2),
        .code = row_str(rows, r, 3),
        .warehouse = row_str(rows, r, 4),
    };

    TRY(campaign_by_id(cx, p.campaign_id, &campaign));
    const struct policy *policy = campaign.policy;
    p.campaign = policy->name;
    p.label = p.code;
    p.unit_many = STR("unités");
    for (int i = 0; i < policy->pool_count; i++) {
        const struct policy_good *g = &policy->good[policy->pool[i].good];
        if (!str_eq(policy->pool[i].code, p.code))
            continue;
        p.label = policy->pool[i].label;
        p.good = g->code;
        p.good_name = g->name;
        p.unit_many = g->unit_many;
    }
    *out = p;
    return OK;
}

enum err
pool_info_list_of(struct ctx *cx, struct pool_info_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_POOL_LIST, &rows, db_int(cx->actor.organiser_id)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct pool_info);
    for (size_t r = 0; r < rows.count; r++)
        TRY(pool_info_from(cx, &rows, r, &out->item[r]));
    return OK;
}

enum err
pool_info_by_id(struct ctx *cx, int64_t id, struct pool_info *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_POOL_FIND, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    return rows.count == 0 ? ERR_NOT_FOUND : pool_info_from(cx, &rows, 0, out);
}

static struct str
warehouse_json(struct ctx *cx, const struct warehouse *w)
{
    struct buf b;
    buf_init(&b, 4096);
    struct jw j = jw_begin(&b);

    jw_object(&j);
    jw_kstr(&j, "code", w->code);
    jw_kstr(&j, "name", w->name);
    jw_kstr(&j, "street", w->street);
    jw_kstr(&j, "postal_code", w->postal_code);
    jw_kstr(&j, "city", w->city);
    jw_kint(&j, "territories", w->territories);
    jw_close_object(&j);
    struct str text = str_dup(cx->arena, (struct str){b.ptr, b.len});
    buf_release(&b);
    return text;
}

enum err
warehouse_save(struct ctx *cx, const struct warehouse *w, int64_t *id, bool *taken)
{
    struct warehouse was = {.id = 0};
    struct db_rows rows;
    struct db_value who = db_int(cx->actor.organiser_id);

    assert(db_in_write(cx));
    *taken = false;
    *id = w->id;
    if (w->id != 0) {
        TRY(warehouse_by_id(cx, w->id, &was));
        TRY(db_run(cx, SQL_WAREHOUSE_UPDATE, NULL, db_int(w->id), who, db_str(w->name),
                   db_str(w->company), db_str(w->street), db_str(w->complement),
                   db_str(w->postal_code), db_str(w->city), db_str(w->phone), db_str(w->email),
                   db_int(w->territories)));
    } else {
        TRY(db_run(cx, SQL_WAREHOUSE_INSERT, &rows, who, db_str(w->code), db_str(w->name),
                   db_str(w->company), db_str(w->street), db_str(w->complement),
                   db_str(w->postal_code), db_str(w->city), db_str(w->phone), db_str(w->email),
                   db_int(w->territories), db_int(cx->now_ms)));
        *taken = rows.count == 0;
        if (*taken)
            return OK;
        *id = row_int(&rows, 0, 0);
    }
    return audit_add(cx, &(struct audit){
                             .act = "stock.warehouse",
                             .subject = "warehouse",
                             .subject_id = *id,
                             .before = w->id == 0 ? STR_NONE : warehouse_json(cx, &was),
                             .after = warehouse_json(cx, w),
                         });
}

enum err
pool_to_warehouse(struct ctx *cx, int64_t pool_id, int64_t warehouse_id)
{
    struct pool_info pool;
    struct warehouse w;

    assert(db_in_write(cx));
    TRY(pool_info_by_id(cx, pool_id, &pool));
    TRY(warehouse_by_id(cx, warehouse_id, &w));
    if (pool.warehouse_id == warehouse_id)
        return OK;
    TRY(db_run(cx, SQL_POOL_SET_WAREHOUSE, NULL, db_int(pool_id), db_int(warehouse_id)));
    return audit_add(cx, &(struct audit){
                             .act = "stock.pool_warehouse",
                             .subject = "pool",
                             .subject_id = pool_id,
                             .before = str_printf(cx->arena, "{\"warehouse_id\":%lld}",
                                                  (long long)pool.warehouse_id),
                             .after = str_printf(cx->arena, "{\"warehouse_id\":%lld}",
                                                 (long long)warehouse_id),
                         });
}
