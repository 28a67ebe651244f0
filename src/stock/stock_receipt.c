/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_receipt.c - what suppliers announce and what is counted at the door.
 *
 * An arrival is a delivery note and a lot. A receipt names the same note, or, for the rest of a
 * partial arrival, the note it comes under; one note and lot of one supplier is received once.
 *
 *   counted, against what is still expected     outcome
 *   less                                        PARTIAL, the rest stays expected
 *   the same                                    RECEIVED; REFUSED when nothing was accepted
 *   more, not confirmed                         nothing is written, the person is asked
 *   more, confirmed with a reason               RECEIVED, and the reason is in the log
 *
 * Refused units came and went back: they are counted, and never enter the stock.
 */
#include "staff/staff.h"
#include "stock/stock_room.h"

struct str
stock_code(struct arena *a, struct str typed)
{
    struct str s = str_upper(a, str_trim(typed));
    char *to = arena_alloc(a, s.len + 1);
    size_t len = 0;

    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != ' ')
            to[len++] = s.ptr[i];
    to[len] = '\0';
    return (struct str){to, len};
}

static struct arrival
arrival_from(const struct ctx *cx, const struct db_rows *rows, size_t r)
{
    struct arrival a = {
        .id = row_int(rows, r, 0),
        .pool_id = row_int(rows, r, 1),
        .supplier = row_str(rows, r, 2),
        .note = row_str(rows, r, 3),
        .lot = row_str(rows, r, 4),
        .units = row_int(rows, r, 5),
        .expected_day = row_int(rows, r, 6),
        .state = (enum arrival_state)row_int(rows, r, 7),
        .accepted = row_int(rows, r, 8),
        .refused = row_int(rows, r, 9),
        .why = row_str(rows, r, 10),
        .created_ms = row_int(rows, r, 11),
    };

    a.late = (a.state == ARRIVAL_EXPECTED || a.state == ARRIVAL_PARTIAL) &&
             a.expected_day < stock_today(cx);
    return a;
}

static void
arrivals_from(struct ctx *cx, const struct db_rows *rows, struct arrival_list *out)
{
    out->count = rows->count;
    out->item = ARENA_ARRAY(cx->arena, rows->count, struct arrival);
    for (size_t r = 0; r < rows->count; r++)
        out->item[r] = arrival_from(cx, rows, r);
}

enum err
arrival_by_id(struct ctx *cx, int64_t id, struct arrival *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ARRIVAL_FIND, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = arrival_from(cx, &rows, 0);
    return OK;
}

enum err
arrival_list_of(struct ctx *cx, enum arrival_filter by, int64_t offset, struct arrival_list *out)
{
    struct db_value who = db_int(cx->actor.organiser_id);
    struct db_rows rows;

    if (by == ARRIVALS_ALL)
        TRY(db_run(cx, SQL_ARRIVAL_ALL, &rows, who, db_int(offset)));
    else
        TRY(db_run(cx, SQL_ARRIVAL_OPEN, &rows, who, db_int(offset),
                   db_int(by == ARRIVALS_LATE ? stock_today(cx) : NEVER_DAY)));
    arrivals_from(cx, &rows, out);
    return OK;
}

enum err
arrival_match(struct ctx *cx, struct str note, struct str lot, struct arrival_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ARRIVAL_MATCH, &rows, db_int(cx->actor.organiser_id), db_str(note),
               db_str(lot)));
    arrivals_from(cx, &rows, out);
    return OK;
}

static struct str
arrival_json(struct ctx *cx, const struct arrival *a)
{
    return str_printf(cx->arena, "{\"state\":%d,\"units\":%lld,\"accepted\":%lld,\"refused\":%lld}",
                      (int)a->state, (long long)a->units, (long long)a->accepted,
                      (long long)a->refused);
}

static enum err
audit_arrival(struct ctx *cx, const char *act, const struct arrival *was, const struct arrival *is,
              struct str reason)
{
    return audit_add(cx, &(struct audit){
                             .act = act,
                             .subject = "arrival",
                             .subject_id = is->id,
                             .before = was == NULL ? STR_NONE : arrival_json(cx, was),
                             .after = arrival_json(cx, is),
                             .reason = reason,
                         });
}

enum err
arrival_announce(struct ctx *cx, const struct arrival *in, struct stock_result *out)
{
    struct arrival a = *in;
    struct pool_info pool;
    struct db_rows rows;

    assert(db_in_write(cx));
    assert(in->units > 0);
    a.note = stock_code(cx->arena, in->note);
    a.lot = stock_code(cx->arena, in->lot);
    a.supplier = str_trim(in->supplier);
    a.state = ARRIVAL_EXPECTED;
    if (a.note.len == 0 || a.lot.len == 0 || a.supplier.len == 0)
        return ERR_INVALID;
    TRY(pool_info_by_id(cx, a.pool_id, &pool));
    TRY(db_run(cx, SQL_ARRIVAL_INSERT, &rows, db_int(cx->actor.organiser_id), db_int(a.pool_id),
               db_str(a.supplier), db_str(a.note), db_str(a.lot), db_int(a.units),
               db_int(a.expected_day), db_int(cx->now_ms), db_int(cx->actor.account_id)));
    if (rows.count == 0) {
        TRY(db_run(cx, SQL_ARRIVAL_SAME, &rows, db_int(cx->actor.organiser_id),
                   db_str(a.supplier), db_str(a.note), db_str(a.lot)));
        *out = (struct stock_result){.no = STOCK_ANNOUNCED,
                                     .id = rows.count == 0 ? 0 : row_int(&rows, 0, 0)};
        return OK;
    }
    a.id = row_int(&rows, 0, 0);
    *out = (struct stock_result){.no = STOCK_DONE, .id = a.id};
    return audit_arrival(cx, "stock.announce", NULL, &a, STR_NONE);
}

/* The arrival, with its row locked. */
static enum err
lock_arrival(struct ctx *cx, int64_t id, struct arrival *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ARRIVAL_LOCK, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    return rows.count == 0 ? ERR_NOT_FOUND : arrival_by_id(cx, id, out);
}

static enum err
set_arrival(struct ctx *cx, const struct arrival *a)
{
    return db_run(cx, SQL_ARRIVAL_SET, NULL, db_int(a->id), db_int(a->state),
                  db_int(a->accepted), db_int(a->refused), db_str(a->why), db_int(cx->now_ms));
}

enum err
arrival_cancel(struct ctx *cx, int64_t id, struct str reason, struct stock_result *out)
{
    struct arrival was, is;

    assert(db_in_write(cx));
    if (reason.len == 0)
        return ERR_INVALID;
    TRY(lock_arrival(cx, id, &was));
    *out = (struct stock_result){.no = STOCK_CLOSED, .id = id};
    if (was.state != ARRIVAL_EXPECTED && was.state != ARRIVAL_PARTIAL)
        return OK;
    is = was;
    /* What came of a partial arrival stays received: only its rest is no longer expected. */
    is.state = was.accepted > 0    ? ARRIVAL_RECEIVED
               : was.refused > 0 ? ARRIVAL_REFUSED
                                 : ARRIVAL_CANCELLED;
    is.why = reason;
    out->no = STOCK_DONE;
    TRY(set_arrival(cx, &is));
    return audit_arrival(cx, "stock.arrival_cancel", &was, &is, reason);
}

/* The batch of the receipt, made when it is new; out->no says what speaks against it. */
static enum err
find_batch(struct ctx *cx, const struct arrival *a, const struct receipt *in, int64_t *batch,
           struct stock_result *out)
{
    struct pool_info pool;
    struct db_rows rows;

    TRY(pool_info_by_id(cx, a->pool_id, &pool));
    for (int round = 0; round < 2; round++) {
        TRY(db_run(cx, SQL_BATCH_FIND, &rows, db_int(pool.campaign_id), db_str(pool.good),
                   db_str(a->lot)));
        if (rows.count > 0)
            break;
        TRY(db_run(cx, SQL_BATCH_INSERT, NULL, db_int(pool.campaign_id), db_str(pool.good),
                   db_str(a->lot), db_int(in->expires_day), db_str(in->conformity),
                   db_int(cx->now_ms)));
    }
    assert(rows.count == 1);
    *batch = row_int(&rows, 0, 0);
    out->day = row_int(&rows, 0, 1);
    if (in->expires_day != 0 && in->expires_day != out->day)
        out->no = STOCK_OTHER_END;
    else if (row_int(&rows, 0, 3) != 0 && in->accepted > 0)
        out->no = STOCK_RECALLED;
    return OK;
}

/* What speaks against the receipt, before anything is written. */
static enum err
judge_receipt(struct ctx *cx, const struct arrival *a, const struct receipt *in, struct str note,
              struct stock_result *out)
{
    int64_t rest = a->units - a->accepted - a->refused, counted = in->accepted + in->refused;
    struct db_rows rows;

    *out = (struct stock_result){.no = STOCK_DONE, .id = a->id};
    TRY(db_run(cx, SQL_RECEIPT_SAME, &rows, db_int(cx->actor.organiser_id), db_str(a->supplier),
               db_str(note), db_str(a->lot)));
    if (rows.count > 0)
        *out = (struct stock_result){.no = STOCK_NOTE_TWICE,
                                     .id = row_int(&rows, 0, 0),
                                     .at_ms = row_int(&rows, 0, 1),
                                     .units = row_int(&rows, 0, 2)};
    else if (a->state != ARRIVAL_EXPECTED && a->state != ARRIVAL_PARTIAL)
        out->no = STOCK_CLOSED;
    else if (counted > rest && (!in->more_confirmed || in->why_more.len == 0))
        *out = (struct stock_result){.no = STOCK_MORE, .units = counted - rest, .there = rest};
    return OK;
}

static enum err
write_receipt(struct ctx *cx, const struct arrival *a, const struct receipt *in, struct str note,
              int64_t batch)
{
    struct db_rows rows;
    int64_t missing;

    TRY(db_run(cx, SQL_RECEIPT_INSERT, &rows, db_int(cx->actor.organiser_id), db_int(a->id),
               db_str(a->supplier), db_str(note), db_str(a->lot), db_int(batch),
               db_int(in->accepted), db_int(in->refused), db_str(in->why_refused),
               db_str(in->why_more), db_int(cx->now_ms), db_int(cx->actor.account_id)));
    if (rows.count == 0)
        return ERR_CONFLICT; /* Another arrival's receipt of the same note, this very moment. */
    if (in->accepted == 0)
        return OK;
    TRY(stock_change(cx,
                     &(struct stock_change){MOVE_RECEIVE, a->pool_id, batch, in->accepted,
                                            str_printf(cx->arena, "bon %.*s, %.*s",
                                                       STR_FMT(note), STR_FMT(a->supplier))},
                     &missing));
    return batch_shift(cx, a->pool_id, batch, BATCH_IN, in->accepted);
}

enum err
receipt_take(struct ctx *cx, const struct receipt *in, struct stock_result *out)
{
    struct arrival was, is;
    int64_t batch = 0;

    assert(db_in_write(cx));
    assert(in->accepted >= 0 && in->refused >= 0 && in->accepted + in->refused > 0);
    if (in->refused > 0 && in->why_refused.len == 0)
        return ERR_INVALID;
    TRY(lock_arrival(cx, in->arrival_id, &was));
    struct str note = in->note.len == 0 ? was.note : stock_code(cx->arena, in->note);
    TRY(judge_receipt(cx, &was, in, note, out));
    if (out->no != STOCK_DONE)
        return OK;
    TRY(find_batch(cx, &was, in, &batch, out));
    if (out->no != STOCK_DONE)
        return OK;
    TRY(write_receipt(cx, &was, in, note, batch));
    is = was;
    is.accepted += in->accepted;
    is.refused += in->refused;
    is.state = is.accepted + is.refused < is.units ? ARRIVAL_PARTIAL
               : is.accepted > 0                   ? ARRIVAL_RECEIVED
                                                   : ARRIVAL_REFUSED;
    TRY(set_arrival(cx, &is));
    out->id = batch;
    return audit_arrival(cx, "stock.receive", &was, &is,
                         in->why_more.len > 0 ? in->why_more : in->why_refused);
}

enum err
receipt_list_of_batch(struct ctx *cx, int64_t batch_id, struct receipt_row_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_RECEIPT_OF_BATCH, &rows, db_int(batch_id),
               db_int(cx->actor.organiser_id)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct receipt_row);
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = (struct receipt_row){
            .id = row_int(&rows, r, 0),
            .arrival_id = row_int(&rows, r, 1),
            .accepted = row_int(&rows, r, 2),
            .refused = row_int(&rows, r, 3),
            .at_ms = row_int(&rows, r, 4),
            .supplier = row_str(&rows, r, 5),
            .note = row_str(&rows, r, 6),
            .why_refused = row_str(&rows, r, 7),
            .why_more = row_str(&rows, r, 8),
        };
    return OK;
}
