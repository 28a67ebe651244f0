/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.c - what people ask for: entered, agreed to by a second person, extended, refused, taken
 * back. A month is given to answer, by the calendar; two more with a reason (GDPR article 12-3).
 */
#include "account/account.h"
#include "base/clock.h"
#include "base/format.h"
#include "job/job.h"
#include "mail/mail.h"
#include "privacy/privacy_int.h"
#include "registry/registry.h"
#include "staff/staff.h"

enum { MONTHS_GIVEN = 1, MONTHS_MORE = 2 };

const char *
privacy_channel_text(enum privacy_channel c)
{
    static const char *const texts[] = {"", "Sur ce site", "Par e-mail", "Par courrier",
                                        "Par téléphone", "En personne"};

    return texts[c];
}

/* The same day so many months later, or the last of that month. */
int64_t
privacy_months_later(int64_t day, int months)
{
    struct civil c = civil_from_day(day);
    int month = c.month - 1 + months;
    int year = c.year + month / 12;
    int last = c.day;

    month = month % 12 + 1;
    while (!civil_date_valid(year, month, last))
        last--;
    return civil_day(year, month, last);
}

int64_t
privacy_today(int64_t now_ms)
{
    struct civil c = civil_of(now_ms, ZONE_PARIS);

    return civil_day(c.year, c.month, c.day);
}

int64_t
privacy_days_left(const struct ctx *cx, const struct privacy_request *r)
{
    return r->due_day - privacy_today(cx->now_ms);
}

struct str
privacy_day_text(struct arena *a, int64_t day)
{
    return str_printf(a, "%s", fmt_date(day * CLOCK_DAY_MS, ZONE_UTC).z);
}

/* ---- reading ---- */

static struct privacy_request
request_row(const struct ctx *cx, const struct db_rows *rows, size_t i)
{
    enum act_state act = (enum act_state)row_int(rows, i, 12);

    return (struct privacy_request){
        .id = row_int(rows, i, 0),
        .organiser_id = row_int(rows, i, 1),
        .kind = (enum privacy_kind)row_int(rows, i, 2),
        .siren = row_int(rows, i, 3),
        .account_id = row_int(rows, i, 4),
        .channel = (enum privacy_channel)row_int(rows, i, 5),
        .received_day = row_int(rows, i, 6),
        .due_day = row_int(rows, i, 7),
        .reply_to = row_str(rows, i, 8),
        .reason = row_str(rows, i, 9),
        .state = (enum privacy_state)row_int(rows, i, 10),
        .act_id = row_int(rows, i, 11),
        .act_waits = act == ACT_ASKED && row_int(rows, i, 13) > cx->now_ms,
        .act_why = row_str(rows, i, 14),
        .not_before_ms = row_int(rows, i, 15),
        .extended_why = row_str(rows, i, 16),
        .blocked = row_int(rows, i, 17),
        .order_id = row_int(rows, i, 18),
        .mail_id = row_int(rows, i, 19),
        .asked_ms = row_int(rows, i, 20),
        .closed_ms = row_int(rows, i, 21),
        .closed_why = row_str(rows, i, 22),
        .company = row_str(rows, i, 23),
        .email = row_str(rows, i, 24),
    };
}

static enum err
one(const struct ctx *cx, const struct db_rows *rows, struct privacy_request *out)
{
    if (rows->count == 0)
        return ERR_NOT_FOUND;
    *out = request_row(cx, rows, 0);
    return OK;
}

static enum err
many(struct ctx *cx, const struct db_rows *rows, struct privacy_request_list *out)
{
    out->count = rows->count;
    out->item = ARENA_ARRAY(cx->arena, rows->count + 1, struct privacy_request);
    for (size_t i = 0; i < rows->count; i++)
        out->item[i] = request_row(cx, rows, i);
    return OK;
}

enum err
privacy_by_id(struct ctx *cx, int64_t id, struct privacy_request *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_BY_ID, &rows, db_int(id)));
    return one(cx, &rows, out);
}

enum err
privacy_lock(struct ctx *cx, int64_t id, struct privacy_request *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_LOCK, &rows, db_int(id)));
    return privacy_by_id(cx, id, out);
}

enum err
privacy_find(struct ctx *cx, int64_t id, struct privacy_request *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_FIND, &rows, db_int(cx->actor.organiser_id), db_int(id)));
    return one(cx, &rows, out);
}

enum err
privacy_own(struct ctx *cx, struct privacy_request *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_OWN, &rows, db_int(cx->actor.account_id)));
    return one(cx, &rows, out);
}

enum err
privacy_open_list(struct ctx *cx, int64_t kind, int64_t after_day, int64_t after_id,
                  struct privacy_request_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_OPEN_LIST, &rows, db_int(cx->actor.organiser_id), db_int(kind),
               db_int(after_day), db_int(after_id), db_int(PRIVACY_PAGE + 1)));
    return many(cx, &rows, out);
}

enum err
privacy_closed_list(struct ctx *cx, int64_t kind, int64_t before_id,
                    struct privacy_request_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_CLOSED_LIST, &rows, db_int(cx->actor.organiser_id), db_int(kind),
               db_int(before_id == 0 ? INT64_MAX : before_id), db_int(PRIVACY_PAGE + 1)));
    return many(cx, &rows, out);
}

enum err
privacy_of_company(struct ctx *cx, int64_t siren, struct privacy_request_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_OF_COMPANY, &rows, db_int(cx->actor.organiser_id),
               db_int(siren)));
    return many(cx, &rows, out);
}

enum err
privacy_count_open(struct ctx *cx, int64_t *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_COUNT_OPEN, &rows, db_int(cx->actor.organiser_id)));
    *out = row_int(&rows, 0, 0);
    return OK;
}

enum err
privacy_done_of(struct ctx *cx, int64_t request_id, struct privacy_done_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_DONE_OF, &rows, db_int(request_id)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count + 1, struct privacy_done);
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = (struct privacy_done){row_str(&rows, i, 0), row_int(&rows, i, 1)};
    return OK;
}

/* ---- what stands in the way ---- */

static enum err
blocks_at(struct ctx *cx, int64_t siren, int64_t organiser_id, int64_t buyer_id,
          struct privacy_block_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_BLOCKS, &rows, db_int(siren), db_int(organiser_id),
               db_int(buyer_id), db_int(keep_disputes_ms(cx->app->conf, cx->now_ms))));
    for (size_t i = 0; i < rows.count && out->count < PRIVACY_BLOCKS_MAX; i++)
        out->item[out->count++] =
            (struct privacy_block){.ref = row_str(&rows, i, 0),
                                   .state = (enum order_state)row_int(&rows, i, 1),
                                   .complaint = row_int(&rows, i, 2) > 0,
                                   .document = row_int(&rows, i, 3) > 0};
    return OK;
}

enum err
privacy_blocks(struct ctx *cx, const struct privacy_scope *scope, struct privacy_block_list *out)
{
    struct db_rows rows;

    *out = (struct privacy_block_list){
        .item = ARENA_ARRAY(cx->arena, PRIVACY_BLOCKS_MAX, struct privacy_block)};
    if (scope->siren != 0) {
        TRY(db_run(cx, SQL_PRIVACY_ELSEWHERE, &rows, db_int(scope->siren),
                   db_int(scope->organiser_id),
                   db_int(keep_disputes_ms(cx->app->conf, cx->now_ms))));
        out->elsewhere = row_int(&rows, 0, 0);
        return blocks_at(cx, scope->siren, scope->organiser_id, 0, out);
    }
    TRY(db_run(cx, SQL_FILE_SIRENS, &rows, db_int(scope->account_id)));
    for (size_t i = 0; i < rows.count; i++)
        TRY(blocks_at(cx, row_int(&rows, i, 0), 0, scope->account_id, out));
    return OK;
}

/* ---- entering ---- */

static enum err
add(struct ctx *cx, const struct privacy_request *r, int64_t *id)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_ADD, &rows, db_int(r->organiser_id), db_int(r->kind),
               db_int(r->siren), db_int(r->account_id), db_int(r->channel),
               db_int(r->received_day), db_int(r->due_day), db_str(r->reply_to),
               db_str(r->reason), db_int(r->state), db_int(r->not_before_ms),
               db_int(cx->actor.account_id), db_int(cx->now_ms)));
    if (rows.count == 0)
        return ERR_CONFLICT;
    *id = row_int(&rows, 0, 0);
    return OK;
}

static enum err
ask_second(struct ctx *cx, int64_t id, enum privacy_kind kind, int64_t siren, struct str summary,
           struct str reason)
{
    int64_t act_id;
    struct str args = str_printf(cx->arena, "{\"siren\":\"%.*s\"}",
                                 STR_FMT(siren_str(cx->arena, siren)));

    TRY(act_ask(cx, kind == PRIVACY_ERASE ? ACT_PRIVACY_ERASE : ACT_PRIVACY_COPY, id, args,
                summary, reason, &act_id));
    return db_run(cx, SQL_PRIVACY_SET_ACT, NULL, db_int(id), db_int(act_id));
}

enum err
privacy_ask(struct ctx *cx, const struct privacy_wish *w, int64_t *id)
{
    struct privacy_request r = {
        .organiser_id = cx->actor.organiser_id,
        .kind = w->kind,
        .siren = w->siren,
        .channel = w->channel,
        .received_day = w->received_day,
        .due_day = privacy_months_later(w->received_day, MONTHS_GIVEN),
        .reply_to = w->reply_to,
        .reason = w->reason,
        .state = PRIVACY_ASKED,
    };

    assert(db_in_write(cx) && w->siren != 0 && cx->actor.organiser_id != 0);
    TRY(add(cx, &r, &r.id));
    TRY(db_run(cx, SQL_PRIVACY_SEE, NULL, db_int(r.organiser_id), db_int(r.id)));
    TRY(ask_second(cx, r.id, r.kind, r.siren, w->summary, w->reason));
    *id = r.id;
    return privacy_mail_received(cx, &r);
}

enum err
privacy_ask_again(struct ctx *cx, const struct privacy_request *r, struct str summary,
                  struct str reason)
{
    if (!privacy_is_open(r) || r->act_waits || r->siren == 0 || r->state > PRIVACY_ACCEPTED ||
        (r->state == PRIVACY_ACCEPTED && r->kind == PRIVACY_ERASE))
        return ERR_CONFLICT;
    return ask_second(cx, r->id, r->kind, r->siren, summary, reason);
}

enum err
privacy_ask_own(struct ctx *cx)
{
    int64_t today = privacy_today(cx->now_ms);
    struct privacy_request r = {
        .kind = PRIVACY_ERASE,
        .account_id = cx->actor.account_id,
        .channel = CHANNEL_SITE,
        .received_day = today,
        .due_day = privacy_months_later(today, MONTHS_GIVEN),
        .state = PRIVACY_ACCEPTED,
        .not_before_ms = cx->now_ms + erase_wait_days(cx->app->conf) * CLOCK_DAY_MS,
    };
    struct account a;
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(account_by_id(cx, cx->actor.account_id, &a));
    if (a.organiser_id != 0 || a.forgotten)
        return ERR_DENIED;
    r.reply_to = a.email;
    TRY(add(cx, &r, &r.id));
    TRY(db_run(cx, SQL_PRIVACY_ORGANISERS_OF, &rows, db_int(a.id)));
    for (size_t i = 0; i < rows.count; i++) {
        TRY(db_run(cx, SQL_PRIVACY_SEE, NULL, db_int(row_int(&rows, i, 0)), db_int(r.id)));
        TRY(privacy_mail_staff_new(cx, &r, row_int(&rows, i, 0)));
    }
    TRY(job_add(cx, JOB_PRIVACY_ERASE, r.id, STR_NONE, r.not_before_ms));
    return privacy_mail_received(cx, &r);
}

/* ---- the second person's agreement ---- */

static enum err
move(struct ctx *cx, int64_t id, enum privacy_state from, enum privacy_state to, bool *moved)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_SET_STATE, &rows, db_int(id), db_int(from), db_int(to),
               db_int(cx->now_ms)));
    *moved = rows.changed == 1;
    return OK;
}

enum err
privacy_erase_act(struct ctx *cx, const struct act_request *r, struct str *why)
{
    bool moved;

    TRY(move(cx, r->subject_id, PRIVACY_ASKED, PRIVACY_ACCEPTED, &moved));
    if (!moved) {
        *why = STR("La demande a été traitée ou refusée entre-temps.");
        return ERR_CONFLICT;
    }
    TRY(job_add_once(cx, JOB_PRIVACY_ERASE, r->subject_id, STR_NONE, 0));
    return audit_add(cx, &(struct audit){.act = "privacy.erase",
                                         .subject = "privacy",
                                         .subject_id = r->subject_id,
                                         .after = r->args,
                                         .reason = r->reason});
}

/* The asker may take the copy, for a day. */
enum err
privacy_copy_act(struct ctx *cx, const struct act_request *r, struct str *why)
{
    struct privacy_request q;

    TRY(privacy_lock(cx, r->subject_id, &q));
    if (!privacy_is_open(&q)) {
        *why = STR("La demande a été traitée ou refusée entre-temps.");
        return ERR_CONFLICT;
    }
    TRY(db_run(cx, SQL_PRIVACY_SET_STATE, NULL, db_int(q.id), db_int(PRIVACY_ASKED),
               db_int(PRIVACY_ACCEPTED), db_int(cx->now_ms)));
    TRY(privacy_grant(cx, &q, r->asked_by));
    return audit_add(cx, &(struct audit){.act = "privacy.grant",
                                         .subject = "privacy",
                                         .subject_id = q.id,
                                         .after = r->args,
                                         .reason = r->reason});
}

/* ---- more time, and no ---- */

enum err
privacy_extend(struct ctx *cx, const struct privacy_request *r, struct str why)
{
    struct privacy_request later = *r;
    struct db_rows rows;

    assert(db_in_write(cx));
    later.due_day = privacy_months_later(r->received_day, MONTHS_GIVEN + MONTHS_MORE);
    later.extended_why = why;
    TRY(db_run(cx, SQL_PRIVACY_EXTEND, &rows, db_int(r->id), db_int(later.due_day), db_str(why),
               db_int(cx->now_ms)));
    if (rows.changed == 0)
        return ERR_CONFLICT;
    TRY(audit_add(cx, &(struct audit){.act = "privacy.extend",
                                      .subject = "privacy",
                                      .subject_id = r->id,
                                      .reason = why}));
    return privacy_mail_extended(cx, &later);
}

enum err
privacy_close(struct ctx *cx, const struct privacy_request *r, enum privacy_state to,
              struct str why)
{
    struct tally t = {0};
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_CLOSE, &rows, db_int(r->id), db_int(to),
               db_int(cx->actor.account_id), db_str(why), db_int(cx->now_ms)));
    if (rows.changed == 0)
        return ERR_CONFLICT;
    TRY(db_run(cx, SQL_PRIVACY_PERSONS_DROP, NULL, db_int(r->id)));
    /* What was written about it bears the address, which has served. */
    return mail_forget_about(cx, "privacy_own", r->id, &t);
}

enum err
privacy_refuse(struct ctx *cx, const struct privacy_request *r, struct str why)
{
    assert(db_in_write(cx));
    if (r->state >= PRIVACY_UNDER_WAY)
        return ERR_CONFLICT;
    TRY(privacy_close(cx, r, PRIVACY_REFUSED, why));
    TRY(audit_add(cx, &(struct audit){.act = "privacy.refuse",
                                      .subject = "privacy",
                                      .subject_id = r->id,
                                      .reason = why}));
    return privacy_mail_refused(cx, r, why);
}

enum err
privacy_withdraw_own(struct ctx *cx)
{
    struct privacy_request r;

    assert(db_in_write(cx));
    TRY(privacy_own(cx, &r));
    TRY(privacy_lock(cx, r.id, &r));
    if (r.state >= PRIVACY_UNDER_WAY)
        return ERR_CONFLICT;
    return privacy_close(cx, &r, PRIVACY_WITHDRAWN, STR_NONE);
}
