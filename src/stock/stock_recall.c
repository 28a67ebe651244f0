/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_recall.c - a batch that must not be used: who has it, and what two people decide about it.
 *
 * In one transaction: nothing is picked from the batch any more; what lies on the shelf goes to
 * quarantine as far as the pool has units that are neither sold nor held (the rest stays there,
 * blocked, and follows as units become free); everybody the batch went to is noted. Jobs do the
 * rest (stock_recall_job.c): what has not left is set aside, everybody is written to, and what the
 * buyers have is sent again or given back.
 */
#include "base/format.h"
#include "job/job.h"
#include "json/json.h"
#include "staff/staff.h"
#include "stock/stock_room.h"

/* JSON text of what the approver's act is given. */
static struct str
recall_args(struct ctx *cx, struct str instruction, enum recall_follow follow)
{
    struct buf b;

    buf_init(&b, 16384);
    struct jw w = jw_begin(&b);
    jw_object(&w);
    jw_kstr(&w, "instruction", instruction);
    jw_kint(&w, "follow", follow);
    jw_close_object(&w);
    struct str text = str_dup(cx->arena, (struct str){b.ptr, b.len});
    buf_release(&b);
    return text;
}

static const char *
follow_sentence(enum recall_follow follow)
{
    return follow == FOLLOW_AGAIN  ? "ce qui est parti est renvoyé, dans la limite du stock"
           : follow == FOLLOW_BACK ? "ce qui est parti est remboursé"
                                   : "la suite pour ce qui est parti se décide plus tard";
}

enum err
recall_ask(struct ctx *cx, int64_t batch_id, struct str reason, struct str instruction,
           enum recall_follow follow, struct stock_result *out)
{
    int64_t orders[5], units[5];
    struct batch batch;

    assert(db_in_write(cx));
    assert(follow == FOLLOW_WAITS || follow == FOLLOW_AGAIN || follow == FOLLOW_BACK);
    if (reason.len == 0 || instruction.len == 0)
        return ERR_INVALID;
    TRY(batch_by_id(cx, batch_id, &batch));
    *out = (struct stock_result){.no = STOCK_NAMELESS, .id = batch_id};
    if (batch.lot.len == 0)
        return OK;
    out->no = STOCK_RECALLED;
    if (batch.recalled_ms != 0)
        return OK;
    TRY(recall_reach(cx, batch_id, orders, units));
    struct str summary = str_printf(
        cx->arena,
        "Lot %.*s\u00a0: %s concernées (%s unités), dont %s mises de côté avant l’envoi\u00a0; un "
        "message à chacune, et %s.",
        STR_FMT(batch.lot), fmt_plural(orders[0], "commande", "commandes").z, fmt_int(units[0]).z,
        fmt_int(orders[RECALL_ASIDE]).z, follow_sentence(follow));
    out->no = STOCK_DONE;
    return act_ask(cx, ACT_STOCK_RECALL, batch_id, recall_args(cx, instruction, follow), summary,
                   reason, &out->id);
}

/* As much of the shelf as is neither sold nor held goes to quarantine. */
static enum err
quarantine_shelf(struct ctx *cx, int64_t batch_id)
{
    struct batch_in_pool_list pools;

    TRY(batch_pools(cx, batch_id, 0, &pools));
    for (size_t i = 0; i < pools.count; i++)
        TRY(batch_block_recalled(cx, pools.item[i].pool_id));
    return OK;
}

static enum err
args_read(struct ctx *cx, const struct act_request *r, struct str *instruction,
          enum recall_follow *follow)
{
    struct json_error fault;
    struct json *args;

    TRY(json_parse(cx->arena, r->args, 65536, &args, &fault));
    *instruction = json_get_str(args, "instruction");
    int64_t f = json_get_int(args, "follow", FOLLOW_WAITS);
    *follow = f == FOLLOW_AGAIN || f == FOLLOW_BACK ? (enum recall_follow)f : FOLLOW_WAITS;
    return OK;
}

enum err
stock_recall_act(struct ctx *cx, const struct act_request *r, struct str *why)
{
    enum recall_follow follow;
    struct str instruction;
    struct batch batch;
    struct db_rows rows;

    TRY(args_read(cx, r, &instruction, &follow));
    TRY(batch_by_id(cx, r->subject_id, &batch));
    TRY(db_run(cx, SQL_RECALL_MARK, &rows, db_int(batch.id), db_int(cx->now_ms)));
    if (rows.changed == 0) {
        *why = STR("Ce lot est déjà rappelé.");
        return ERR_CONFLICT;
    }
    TRY(db_run(cx, SQL_RECALL_MARK_POOLS, NULL, db_int(batch.id)));
    TRY(db_run(cx, SQL_RECALL_INSERT, &rows, db_int(batch.id), db_str(r->reason),
               db_str(instruction), db_int(r->asked_by), db_int(cx->actor.account_id),
               db_int(cx->now_ms), db_int(follow)));
    int64_t recall = row_int(&rows, 0, 0);
    TRY(db_run(cx, SQL_RECALL_ORDERS_INSERT, NULL, db_int(recall), db_int(batch.id),
               db_int(follow)));
    TRY(quarantine_shelf(cx, batch.id));
    TRY(job_add_once(cx, JOB_STOCK_RECALL_ASIDE, recall, STR_NONE, 0));
    return audit_add(cx, &(struct audit){
                             .act = "stock.recall",
                             .subject = "batch",
                             .subject_id = batch.id,
                             .after = str_printf(cx->arena, "{\"recall\":%lld,\"follow\":%d}",
                                                 (long long)recall, (int)follow),
                             .reason = r->reason,
                         });
}

/* ---- what follows for those who have it ---- */

enum err
recall_follow_ask(struct ctx *cx, int64_t batch_id, enum recall_follow follow, struct str reason,
                  struct stock_result *out)
{
    struct recall recall;
    struct batch batch;

    assert(db_in_write(cx));
    assert(follow == FOLLOW_AGAIN || follow == FOLLOW_BACK);
    if (reason.len == 0)
        return ERR_INVALID;
    TRY(batch_by_id(cx, batch_id, &batch));
    TRY(recall_of_batch(cx, batch_id, &recall));
    *out = (struct stock_result){.no = STOCK_CLOSED, .id = batch_id};
    int64_t waiting = recall.by_follow[FOLLOW_WAITS];
    if (waiting == 0)
        return OK;
    out->no = STOCK_DONE;
    struct str summary = str_printf(
        cx->arena, "Lot %.*s, rappelé\u00a0: %s à %s, %s unités du lot, par lots entiers.",
        STR_FMT(batch.lot), follow == FOLLOW_AGAIN ? "renvoyer" : "rembourser",
        fmt_plural(waiting, "commande", "commandes").z,
        fmt_int(recall.units_by_follow[FOLLOW_WAITS]).z);
    return act_ask(cx, ACT_STOCK_MAKE_GOOD, batch_id, recall_args(cx, STR_NONE, follow), summary,
                   reason, &out->id);
}

enum err
stock_make_good_act(struct ctx *cx, const struct act_request *r, struct str *why)
{
    enum recall_follow follow;
    struct recall recall;
    struct db_rows rows;
    struct str none;

    TRY(args_read(cx, r, &none, &follow));
    TRY(recall_of_batch(cx, r->subject_id, &recall));
    TRY(db_run(cx, SQL_RECALL_FOLLOW_ALL, &rows, db_int(recall.id), db_int(follow)));
    if (rows.changed == 0) {
        *why = STR("Plus aucune commande n’attend de décision pour ce lot.");
        return ERR_CONFLICT;
    }
    TRY(job_add_once(cx, JOB_STOCK_RECALL_FOLLOW, recall.id, STR_NONE, 0));
    return audit_add(cx, &(struct audit){
                             .act = "stock.make_good",
                             .subject = "batch",
                             .subject_id = r->subject_id,
                             .after = str_printf(cx->arena, "{\"follow\":%d,\"orders\":%lld}",
                                                 (int)follow, (long long)rows.changed),
                             .reason = r->reason,
                         });
}

enum err
recall_of_batch(struct ctx *cx, int64_t batch_id, struct recall *out)
{
    struct db_rows rows;
    struct batch batch;

    TRY(batch_by_id(cx, batch_id, &batch));
    TRY(db_run(cx, SQL_RECALL_FIND, &rows, db_int(batch_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = (struct recall){
        .id = row_int(&rows, 0, 0),
        .batch_id = batch_id,
        .at_ms = row_int(&rows, 0, 1),
        .reason = row_str(&rows, 0, 2),
        .instruction = row_str(&rows, 0, 3),
        .orders = row_int(&rows, 0, 4),
        .mailed = row_int(&rows, 0, 5),
        .follow = (enum recall_follow)row_int(&rows, 0, 6),
    };
    TRY(db_run(cx, SQL_RECALL_FOLLOW_COUNTS, &rows, db_int(out->id)));
    for (size_t r = 0; r < rows.count; r++) {
        out->by_follow[row_int(&rows, r, 0)] = row_int(&rows, r, 1);
        out->units_by_follow[row_int(&rows, r, 0)] = row_int(&rows, r, 2);
    }
    return OK;
}
