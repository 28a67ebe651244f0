/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_hand.c - what people do to stock by hand: quarantine, transfer, correction.
 *
 * Each act changes both books in one transaction: the slots by a movement with its reason, the
 * batch by the same units. Slots say whether it may be: nothing by hand goes below what is sold or
 * held, and what is missing is said in figures.
 */
#include "base/format.h"
#include "json/json.h"
#include "staff/staff.h"
#include "stock/stock_room.h"

enum err
batch_by_id(struct ctx *cx, int64_t id, struct batch *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_BATCH_BY_ID, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = (struct batch){
        .id = row_int(&rows, 0, 0),
        .campaign_id = row_int(&rows, 0, 1),
        .good = row_str(&rows, 0, 2),
        .lot = row_str(&rows, 0, 3),
        .conformity = row_str(&rows, 0, 4),
        .expires_day = row_int(&rows, 0, 5),
        .recalled_ms = row_int(&rows, 0, 6),
    };
    return OK;
}

enum err
batch_pools(struct ctx *cx, int64_t batch_id, int64_t pool_id, struct batch_in_pool_list *out)
{
    struct db_rows rows;
    bool one = batch_id != 0;

    TRY(db_run(cx, one ? SQL_BATCH_POOLS_OF_BATCH : SQL_BATCH_POOLS_OF_POOL, &rows,
               db_int(one ? batch_id : pool_id), db_int(cx->actor.organiser_id)));
    out->count = 0;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct batch_in_pool);
    for (size_t r = 0; r < rows.count; r++) {
        if (pool_id != 0 && row_int(&rows, r, 1) != pool_id)
            continue;
        out->item[out->count++] = (struct batch_in_pool){
            .batch_id = row_int(&rows, r, 0),
            .pool_id = row_int(&rows, r, 1),
            .lot = row_str(&rows, r, 2),
            .expires_day = row_int(&rows, r, 3),
            .recalled = row_int(&rows, r, 4) != 0,
            .received = row_int(&rows, r, 5),
            .on_hand = row_int(&rows, r, 6),
            .picked = row_int(&rows, r, 7),
            .handed = row_int(&rows, r, 8),
            .quarantined = row_int(&rows, r, 9),
            .scrapped = row_int(&rows, r, 10),
            .sent = row_int(&rows, r, 11),
        };
    }
    return OK;
}

/* Units of a batch that lie in a pool, its row locked. */
struct lying {
    int64_t on_hand, quarantined;
    bool recalled;
};

static enum err
lock_lying(struct ctx *cx, int64_t pool_id, int64_t batch_id, struct lying *out)
{
    struct pool_info pool;
    struct db_rows rows;

    TRY(pool_info_by_id(cx, pool_id, &pool)); /* Of the actor's organiser. */
    TRY(db_run(cx, SQL_BATCH_POOL_LOCK, &rows, db_int(pool_id), db_int(batch_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = (struct lying){row_int(&rows, 0, 0), row_int(&rows, 0, 1), row_int(&rows, 0, 2) != 0};
    return OK;
}

/* The movement and the batch; *out says what is missing, and then nothing is changed. */
static enum err
move_both(struct ctx *cx, const struct stock_change *c, enum batch_way way, int64_t there,
          struct stock_result *out)
{
    int64_t missing;

    *out = (struct stock_result){.no = STOCK_DONE, .id = c->batch_id, .there = there};
    if (there < c->units) {
        out->no = STOCK_SHORT_BATCH;
        out->units = c->units - there;
        return OK;
    }
    TRY(stock_change(cx, c, &missing));
    if (missing > 0) {
        out->no = STOCK_SHORT_POOL;
        out->units = missing;
        out->there = c->units - missing;
        return OK;
    }
    return batch_shift(cx, c->pool_id, c->batch_id, way, c->units);
}

static enum err
audit_hand(struct ctx *cx, const char *act, const struct stock_change *c, struct str before)
{
    return audit_add(cx, &(struct audit){
                             .act = act,
                             .subject = "pool",
                             .subject_id = c->pool_id,
                             .before = before,
                             .after = str_printf(cx->arena, "{\"batch\":%lld,\"units\":%lld}",
                                                 (long long)c->batch_id, (long long)c->units),
                             .reason = c->reason,
                         });
}

enum err
quarantine_sum(struct ctx *cx, int64_t batch_id, int64_t *units)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_QUARANTINE_SUM, &rows, db_int(batch_id)));
    *units = row_int(&rows, 0, 0);
    return OK;
}

/* What lies there is written off, or moved, at once. */
static enum err
quarantine_apply(struct ctx *cx, const struct quarantine *q, const struct lying *lying,
                 struct stock_result *out)
{
    bool aside = q->way == BATCH_SET_ASIDE, clear = q->way == BATCH_CLEAR;
    struct stock_change c = {aside   ? MOVE_QUARANTINE
                             : clear ? MOVE_CLEAR
                                     : MOVE_SCRAP,
                             q->pool_id, q->batch_id, q->units, q->reason};

    TRY(move_both(cx, &c, q->way, aside ? lying->on_hand : lying->quarantined, out));
    if (out->no != STOCK_DONE)
        return OK;
    return audit_hand(cx,
                      aside   ? "stock.quarantine"
                      : clear ? "stock.clear"
                              : "stock.scrap",
                      &c,
                      str_printf(cx->arena, "{\"on_hand\":%lld,\"quarantined\":%lld}",
                                 (long long)lying->on_hand, (long long)lying->quarantined));
}

/* A second person is asked. */
static enum err
scrap_ask(struct ctx *cx, const struct quarantine *q, const struct lying *lying,
          struct stock_result *out)
{
    struct pool_info pool;
    struct batch batch;

    if (lying->quarantined < q->units) {
        *out = (struct stock_result){.no = STOCK_SHORT_BATCH, .id = q->batch_id,
                                     .units = q->units - lying->quarantined,
                                     .there = lying->quarantined};
        return OK;
    }
    TRY(pool_info_by_id(cx, q->pool_id, &pool));
    TRY(batch_by_id(cx, q->batch_id, &batch));
    struct str args = str_printf(cx->arena,
                                 "{\"pool\":%lld,\"batch\":%lld,\"units\":%lld,"
                                 "\"quarantined\":%lld}",
                                 (long long)q->pool_id, (long long)q->batch_id,
                                 (long long)q->units, (long long)lying->quarantined);
    struct str summary = str_printf(
        cx->arena, "%.*s, lot %.*s : %s des %s unités en quarantaine au rebut",
        STR_FMT(pool.label), STR_FMT(batch.lot.len > 0 ? batch.lot : STR("sans numéro")),
        fmt_int(q->units).z, fmt_int(lying->quarantined).z);
    *out = (struct stock_result){.no = STOCK_ASKED};
    return act_ask(cx, ACT_STOCK_SCRAP, q->pool_id, args, summary, q->reason, &out->id);
}

enum err
quarantine_move(struct ctx *cx, const struct quarantine *q, struct stock_result *out)
{
    struct lying lying;
    int64_t sum;

    assert(db_in_write(cx));
    assert(q->way == BATCH_SET_ASIDE || q->way == BATCH_CLEAR || q->way == BATCH_SCRAP);
    if (q->units <= 0 || q->reason.len == 0)
        return ERR_INVALID;
    TRY(lock_lying(cx, q->pool_id, q->batch_id, &lying));
    TRY(quarantine_sum(cx, q->batch_id, &sum)); /* Once nobody else changes it. */
    *out = (struct stock_result){.no = STOCK_MOVED, .id = q->batch_id};
    if (q->seen >= 0 && q->seen != sum)
        return OK;
    out->no = STOCK_RECALLED;
    if (q->way == BATCH_CLEAR && lying.recalled)
        return OK;
    return q->way == BATCH_SCRAP && !lying.recalled ? scrap_ask(cx, q, &lying, out)
                                                    : quarantine_apply(cx, q, &lying, out);
}

/* What was asked about must lie there as it did: a second request about the same units is not
 * carried out after the first. */
enum err
stock_scrap_act(struct ctx *cx, const struct act_request *r, struct str *why)
{
    struct quarantine q = {.way = BATCH_SCRAP, .reason = r->reason, .seen = -1};
    struct stock_result out;
    struct json_error fault;
    struct json *args;
    struct lying lying;

    TRY(json_parse(cx->arena, r->args, 1024, &args, &fault));
    q.pool_id = json_get_int(args, "pool", 0);
    q.batch_id = json_get_int(args, "batch", 0);
    q.units = json_get_int(args, "units", 0);
    TRY(lock_lying(cx, q.pool_id, q.batch_id, &lying));
    if (lying.quarantined != json_get_int(args, "quarantined", -1)) {
        *why = STR("La quarantaine de ce lot a changé depuis cette demande. Refaites-la.");
        return ERR_CONFLICT;
    }
    TRY(quarantine_apply(cx, &q, &lying, &out));
    if (out.no == STOCK_DONE)
        return OK;
    *why = stock_result_text(cx->arena, &out);
    return ERR_CONFLICT;
}

/* ---- transfers ---- */

static struct transfer
transfer_from(const struct db_rows *rows, size_t r)
{
    return (struct transfer){
        .id = row_int(rows, r, 0),
        .from_pool = row_int(rows, r, 1),
        .to_pool = row_int(rows, r, 2),
        .batch_id = row_int(rows, r, 3),
        .units = row_int(rows, r, 4),
        .arrived = row_int(rows, r, 5),
        .lost = row_int(rows, r, 6),
        .created_ms = row_int(rows, r, 7),
        .lot = row_str(rows, r, 8),
        .reason = row_str(rows, r, 9),
        .state = (enum transfer_state)row_int(rows, r, 10),
    };
}

enum err
transfer_by_id(struct ctx *cx, int64_t id, struct transfer *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_TRANSFER_FIND, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = transfer_from(&rows, 0);
    return OK;
}

enum err
transfer_list_of(struct ctx *cx, int64_t before_id, struct transfer_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_TRANSFER_PAGE, &rows, db_int(cx->actor.organiser_id),
               db_int(before_id == 0 ? INT64_MAX : before_id)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct transfer);
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = transfer_from(&rows, r);
    return OK;
}

enum err
transfer_send(struct ctx *cx, const struct transfer *in, bool at_once, struct stock_result *out)
{
    struct stock_change c = {MOVE_SEND, in->from_pool, in->batch_id, in->units, in->reason};
    struct pool_info from, to;
    struct lying lying;
    struct db_rows rows;

    assert(db_in_write(cx));
    if (in->units <= 0 || in->reason.len == 0 || in->key.len == 0)
        return ERR_INVALID;
    TRY(db_run(cx, SQL_TRANSFER_BY_KEY, &rows, db_int(cx->actor.organiser_id), db_str(in->key)));
    if (rows.count > 0) {
        *out = (struct stock_result){.no = STOCK_AGAIN, .id = row_int(&rows, 0, 0)};
        return OK;
    }
    TRY(pool_info_by_id(cx, in->from_pool, &from));
    TRY(pool_info_by_id(cx, in->to_pool, &to));
    *out = (struct stock_result){.no = STOCK_OTHER_GOOD};
    if (from.id == to.id || from.campaign_id != to.campaign_id || !str_eq(from.good, to.good))
        return OK;
    TRY(lock_lying(cx, in->from_pool, in->batch_id, &lying));
    TRY(move_both(cx, &c, BATCH_SEND, lying.on_hand, out));
    if (out->no != STOCK_DONE)
        return OK;
    TRY(db_run(cx, SQL_TRANSFER_INSERT, &rows, db_int(cx->actor.organiser_id),
               db_int(in->from_pool), db_int(in->to_pool), db_int(in->batch_id),
               db_int(in->units), db_str(in->reason), db_str(in->key), db_int(cx->now_ms),
               db_int(cx->actor.account_id)));
    int64_t id = row_int(&rows, 0, 0);
    TRY(audit_hand(cx, "stock.transfer", &c,
                   str_printf(cx->arena, "{\"to_pool\":%lld}", (long long)in->to_pool)));
    if (at_once)
        TRY(transfer_arrive(cx, id, in->units, out));
    out->id = id;
    return OK;
}

static enum err
lock_transfer(struct ctx *cx, int64_t id, struct transfer *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_TRANSFER_LOCK, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    return rows.count == 0 ? ERR_NOT_FOUND : transfer_by_id(cx, id, out);
}

/* Units of a transfer enter a pool. A lot recalled on the way goes straight to quarantine. */
static enum err
let_in(struct ctx *cx, const struct transfer *t, int64_t pool_id, int64_t units)
{
    struct stock_change c = {MOVE_RECEIVE, pool_id, t->batch_id, units,
                             str_printf(cx->arena, "transfert n° %lld", (long long)t->id)};
    struct stock_result r;
    struct batch batch;
    int64_t missing;

    TRY(stock_change(cx, &c, &missing));
    TRY(batch_shift(cx, pool_id, t->batch_id, BATCH_IN, units));
    TRY(batch_by_id(cx, t->batch_id, &batch));
    if (batch.recalled_ms == 0)
        return OK;
    c.kind = MOVE_QUARANTINE;
    c.reason = STR("lot rappelé");
    TRY(move_both(cx, &c, BATCH_SET_ASIDE, units, &r));
    return r.no == STOCK_DONE ? OK : ERR_FAULT;
}

static enum err
set_transfer(struct ctx *cx, const struct transfer *t, const char *act, struct str reason)
{
    TRY(db_run(cx, SQL_TRANSFER_SET, NULL, db_int(t->id), db_int(t->arrived), db_int(t->lost),
               db_int(t->state), db_int(cx->now_ms)));
    return audit_add(
        cx, &(struct audit){
                .act = act,
                .subject = "transfer",
                .subject_id = t->id,
                .after = str_printf(cx->arena,
                                    "{\"units\":%lld,\"arrived\":%lld,\"lost\":%lld,\"state\":%d}",
                                    (long long)t->units, (long long)t->arrived,
                                    (long long)t->lost, (int)t->state),
                .reason = reason,
            });
}

enum err
transfer_arrive(struct ctx *cx, int64_t id, int64_t units, struct stock_result *out)
{
    struct transfer t;

    assert(db_in_write(cx));
    if (units <= 0)
        return ERR_INVALID;
    TRY(lock_transfer(cx, id, &t));
    int64_t rest = t.units - t.arrived - t.lost;
    *out = (struct stock_result){.no = STOCK_CLOSED, .id = id, .there = rest};
    if (t.state != TRANSFER_SENT && t.state != TRANSFER_PARTIAL)
        return OK;
    out->no = units > rest ? STOCK_TOO_MANY : STOCK_DONE;
    if (out->no != STOCK_DONE)
        return OK;
    TRY(let_in(cx, &t, t.to_pool, units));
    t.arrived += units;
    t.state = units == rest ? TRANSFER_ARRIVED : TRANSFER_PARTIAL;
    return set_transfer(cx, &t, "stock.transfer_arrive", STR_NONE);
}

enum err
transfer_close(struct ctx *cx, int64_t id, bool back, struct str reason, struct stock_result *out)
{
    struct transfer t;

    assert(db_in_write(cx));
    if (reason.len == 0)
        return ERR_INVALID;
    TRY(lock_transfer(cx, id, &t));
    int64_t rest = t.units - t.arrived - t.lost;
    *out = (struct stock_result){.no = STOCK_CLOSED, .id = id};
    if (t.state != TRANSFER_SENT && t.state != TRANSFER_PARTIAL)
        return OK;
    out->no = STOCK_DONE;
    if (back)
        TRY(let_in(cx, &t, t.from_pool, rest));
    else
        t.lost += rest;
    t.state = back ? TRANSFER_BACK : TRANSFER_SHORT;
    return set_transfer(cx, &t, back ? "stock.transfer_back" : "stock.transfer_lost", reason);
}

/* ---- correction: counted against the book ---- */

enum err
correction_ask(struct ctx *cx, int64_t pool_id, int64_t batch_id, int64_t counted,
               struct str reason, struct stock_result *out)
{
    struct pool_info pool;
    struct batch batch;
    struct lying lying;
    struct db_rows rows;

    assert(db_in_write(cx));
    if (counted < 0 || reason.len == 0)
        return ERR_INVALID;
    TRY(pool_info_by_id(cx, pool_id, &pool));
    TRY(batch_by_id(cx, batch_id, &batch));
    TRY(lock_lying(cx, pool_id, batch_id, &lying));
    TRY(db_run(cx, SQL_POOL_AVAILABLE, &rows, db_int(pool_id)));
    int64_t change = counted - lying.on_hand, free = row_int(&rows, 0, 0);
    *out = (struct stock_result){.no = STOCK_SAME, .there = lying.on_hand};
    if (change == 0)
        return OK;
    if (-change > free) {
        *out = (struct stock_result){.no = STOCK_SHORT_POOL, .units = -change - free,
                                     .there = free};
        return OK;
    }
    struct str args = str_printf(cx->arena,
                                 "{\"pool\":%lld,\"batch\":%lld,\"book\":%lld,\"counted\":%lld}",
                                 (long long)pool_id, (long long)batch_id,
                                 (long long)lying.on_hand, (long long)counted);
    struct str summary = str_printf(
        cx->arena, "%.*s, lot %.*s : %s comptés au lieu de %s (%s%s)", STR_FMT(pool.label),
        STR_FMT(batch.lot.len > 0 ? batch.lot : STR("sans numéro")), fmt_int(counted).z,
        fmt_int(lying.on_hand).z, change > 0 ? "+" : "", fmt_int(change).z);
    out->no = STOCK_DONE;
    return act_ask(cx, ACT_STOCK_CORRECT, pool_id, args, summary, reason, &out->id);
}

/* The difference that was counted is applied: what was picked since lowers count and book alike.
 * Another correction since was made from another count. */
enum err
stock_correct_act(struct ctx *cx, const struct act_request *r, struct str *why)
{
    struct json *args;
    struct json_error fault;
    struct lying lying;
    struct stock_result out;
    struct db_rows rows;

    TRY(json_parse(cx->arena, r->args, 1024, &args, &fault));
    int64_t pool = json_get_int(args, "pool", 0), batch = json_get_int(args, "batch", 0);
    int64_t book = json_get_int(args, "book", 0), counted = json_get_int(args, "counted", 0);
    int64_t change = counted - book;
    struct stock_change c = {change > 0 ? MOVE_RECEIVE : MOVE_WITHDRAW, pool, batch,
                             change > 0 ? change : -change,
                             str_printf(cx->arena, "inventaire : %.*s", STR_FMT(r->reason))};
    TRY(lock_lying(cx, pool, batch, &lying));
    TRY(db_run(cx, SQL_CORRECTION_SINCE, &rows, db_int(pool), db_int(batch),
               db_int(r->asked_ms)));
    if (rows.count > 0) {
        *why = STR("Ce lot a été corrigé depuis cette demande. Comptez-le à nouveau.");
        return ERR_CONFLICT;
    }
    TRY(move_both(cx, &c, change > 0 ? BATCH_IN : BATCH_WRITE_OFF,
                  change > 0 ? c.units : lying.on_hand, &out));
    if (out.no != STOCK_DONE) {
        *why = stock_result_text(cx->arena, &out);
        return ERR_CONFLICT;
    }
    TRY(db_run(cx, SQL_CORRECTION_INSERT, NULL, db_int(pool), db_int(batch), db_int(book),
               db_int(counted), db_str(r->reason), db_int(r->asked_by),
               db_int(cx->actor.account_id), db_int(r->asked_ms), db_int(cx->now_ms)));
    return audit_hand(cx, "stock.correct", &c,
                      str_printf(cx->arena, "{\"book\":%lld,\"counted\":%lld}", (long long)book,
                                 (long long)counted));
}
