/* SPDX-License-Identifier: Apache-2.0 */
/* stock_reach.c - who has a batch, recalled or not: counts, the list by order, the file. */
#include "base/civil.h"
#include "staff/staff.h"
#include "stock/stock_room.h"

const char *
recall_stage_text(enum recall_stage s)
{
    static const char *const texts[] = {"", "Mis de côté avant l’envoi", "En route", "Livré",
                                        "Revenu ou perdu"};

    assert(s >= RECALL_ASIDE && s <= RECALL_CAME_BACK);
    return texts[s];
}

const char *
recall_follow_text(enum recall_follow f)
{
    static const char *const texts[] = {"", "À décider", "Renvoi demandé", "Remboursement demandé",
                                        "Renvoyé", "Remboursé"};

    assert(f >= FOLLOW_NONE && f < FOLLOWS);
    return texts[f];
}

enum err
recall_reach(struct ctx *cx, int64_t batch_id, int64_t orders[5], int64_t units[5])
{
    struct db_rows rows;

    memset(orders, 0, 5 * sizeof orders[0]);
    memset(units, 0, 5 * sizeof units[0]);
    TRY(db_run(cx, SQL_RECALL_REACH, &rows, db_int(batch_id)));
    for (size_t r = 0; r < rows.count; r++) {
        int64_t stage = row_int(&rows, r, 0);
        orders[stage] = row_int(&rows, r, 1);
        units[stage] = row_int(&rows, r, 2);
        orders[0] += orders[stage];
        units[0] += units[stage];
    }
    return OK;
}

enum err
batch_orders(struct ctx *cx, int64_t batch_id, int64_t after_order, int64_t limit,
             struct recall_order_list *out)
{
    struct db_rows rows;
    struct batch batch;

    TRY(batch_by_id(cx, batch_id, &batch)); /* Of the actor's organiser. */
    TRY(db_run(cx, SQL_BATCH_ORDERS, &rows, db_int(batch_id), db_int(after_order),
               db_int(limit)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct recall_order);
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = (struct recall_order){
            .order_id = row_int(&rows, r, 0),
            .ref = row_str(&rows, r, 1),
            .siret = row_int(&rows, r, 2),
            .company = row_str(&rows, r, 3),
            .postal_code = row_str(&rows, r, 4),
            .city = row_str(&rows, r, 5),
            .phone = row_str(&rows, r, 6),
            .email = row_str(&rows, r, 7),
            .units = row_int(&rows, r, 8),
            .stage = (enum recall_stage)row_int(&rows, r, 9),
            .mailed_ms = row_int(&rows, r, 10),
            .follow = (enum recall_follow)row_int(&rows, r, 11),
            .follow_packs = row_int(&rows, r, 12),
            .follow_why = row_str(&rows, r, 13),
        };
    return OK;
}

size_t
batch_orders_heads(const char *const **out)
{
    static const char *const heads[] = {"commande",  "siret",       "entreprise", "code_postal",
                                        "ville",     "telephone",   "courriel",   "unites",
                                        "situation", "prevenue_le", "suite",      "suite_lots"};

    *out = heads;
    return sizeof heads / sizeof heads[0];
}

static void
put_order(struct csv_file *f, struct arena *a, const struct recall_order *o)
{
    csv_file_put(f, o->ref);
    csv_file_put(f, str_printf(a, "%014lld", (long long)o->siret));
    csv_file_put(f, o->company);
    csv_file_put(f, o->postal_code);
    csv_file_put(f, o->city);
    csv_file_put(f, o->phone);
    csv_file_put(f, o->email);
    csv_file_put_i64(f, o->units);
    csv_file_put(f, str_of(recall_stage_text(o->stage)));
    csv_file_put(f, o->mailed_ms == 0 ? STR_NONE : instant_str(a, o->mailed_ms));
    csv_file_put(f, str_of(recall_follow_text(o->follow)));
    csv_file_put_i64(f, o->follow_packs);
}

enum err
batch_orders_csv(struct ctx *cx, int64_t batch_id, struct csv_file *f)
{
    struct ctx mine = *cx;
    struct arena rows = {0};
    struct recall_order_list list = {0};
    int64_t after = 0;
    enum err e = f->rows > 0 ? ERR_BUSY : OK; /* Run again: what was sent stays sent. */

    mine.arena = &rows;
    while (e == OK) {
        arena_clear(&rows);
        e = batch_orders(&mine, batch_id, after, CSV_BATCH_ROWS, &list);
        for (size_t i = 0; e == OK && i < list.count; i++) {
            put_order(f, &rows, &list.item[i]);
            csv_file_row(f);
            after = list.item[i].order_id;
        }
        if (e == OK)
            e = csv_file_pass(f);
        if (list.count < CSV_BATCH_ROWS)
            break;
    }
    arena_release(&rows);
    return e;
}

/* A list of names leaves the house: who took it is noted before. */
enum err
batch_orders_note(struct ctx *cx, int64_t batch_id)
{
    struct batch batch;

    TRY(batch_by_id(cx, batch_id, &batch));
    return audit_add(cx, &(struct audit){.act = "stock.recipients", .subject = "batch",
                                         .subject_id = batch_id});
}
