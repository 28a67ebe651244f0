/* SPDX-License-Identifier: Apache-2.0 */
/*
 * campaign_pause.c - sales closed for now by their organiser, and opened again.
 *
 * A breach found by the checker closes sales elsewhere (sales_close) and is not ended here.
 */
#include "base/buf.h"
#include "campaign/campaign.h"
#include "json/json.h"
#include "staff/staff.h"

struct paused_row {
    int64_t organiser_id;
    bool paused;
    struct str message;
};

static enum err
row_lock(struct ctx *cx, int64_t id, struct paused_row *out)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_PAUSE_LOCK, &rows, db_int(id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = (struct paused_row){ row_int(&rows, 0, 0), row_int(&rows, 0, 1) != 0,
                                row_str(&rows, 0, 2) };
    if (cx->actor.organiser_id != 0 && out->organiser_id != cx->actor.organiser_id)
        return ERR_DENIED;
    return OK;
}

static struct str
state_json(struct ctx *cx, bool paused, struct str message)
{
    struct buf b;

    buf_init(&b, 8 * CAMPAIGN_MESSAGE_MAX + 100);
    struct jw w = jw_begin(&b);
    jw_object(&w);
    jw_kz(&w, "ventes", paused ? "suspendues" : "ouvertes");
    if (paused)
        jw_kstr(&w, "message", message);
    jw_close_object(&w);
    struct str s = buf_dup(&b, cx->arena);
    buf_release(&b);
    return s;
}

/* In the journal of the campaign's organiser, also when a command does it. */
static enum err
note(struct ctx *cx, const char *act, int64_t id, const struct paused_row *was, struct str after,
     struct str reason)
{
    struct actor actor = cx->actor;
    enum err e;

    cx->actor.organiser_id = was->organiser_id;
    e = audit_add(cx, &(struct audit){ .act = act, .subject = "campaign", .subject_id = id,
                                       .before = state_json(cx, was->paused, was->message),
                                       .after = after, .reason = reason });
    cx->actor = actor;
    log_info(cx->log, strcmp(act, "campaign.pause") == 0 ? "campaign_paused" : "campaign_resumed",
             LOG_INT("campaign", id));
    return e;
}

enum err
campaign_pause(struct ctx *cx, int64_t id, struct str message, struct str reason)
{
    struct paused_row was;

    if (message.len > CAMPAIGN_MESSAGE_MAX)
        return ERR_INVALID;
    TRY(row_lock(cx, id, &was));
    if (was.paused && str_eq(was.message, message))
        return OK;
    TRY(db_run(cx, SQL_PAUSE_SET, NULL, db_int(id), db_int(1), db_str(message)));
    if (was.paused)
        TRY(db_run(cx, SQL_PAUSE_MESSAGE_SET, NULL, db_int(id), db_str(message)));
    else
        TRY(db_run(cx, SQL_PAUSE_BEGIN, NULL, db_int(id), db_int(cx->now_ms), db_str(message),
                   db_str(reason), db_int(cx->actor.account_id)));
    return note(cx, "campaign.pause", id, &was, state_json(cx, true, message), reason);
}

enum err
campaign_resume(struct ctx *cx, int64_t id, struct str reason)
{
    struct paused_row was;

    TRY(row_lock(cx, id, &was));
    if (!was.paused)
        return OK;
    TRY(db_run(cx, SQL_PAUSE_SET, NULL, db_int(id), db_int(0), db_str(STR(""))));
    TRY(db_run(cx, SQL_PAUSE_END, NULL, db_int(id), db_int(cx->now_ms), db_str(reason),
               db_int(cx->actor.account_id)));
    return note(cx, "campaign.resume", id, &was, state_json(cx, false, STR("")), reason);
}

enum err
campaign_pauses(struct ctx *cx, int64_t id, struct campaign_pause_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PAUSE_LIST, &rows, db_int(id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct campaign_pause);
    out->count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = (struct campaign_pause){
            .from_ms = row_int(&rows, i, 0),
            .to_ms = row_int(&rows, i, 1),
            .message = row_str(&rows, i, 2),
            .reason = row_str(&rows, i, 3),
            .resume_reason = row_str(&rows, i, 4),
            .paused_by = row_str(&rows, i, 5),
            .resumed_by = row_str(&rows, i, 6),
        };
    return OK;
}
