/* SPDX-License-Identifier: Apache-2.0 */
/*
 * review.c - the agents' queue: opening, reading. Deciding stands in review_decide.c.
 */
#include "account/review.h"

#include "campaign/campaign.h"

static struct review
review_row(struct arena *a, const struct db_rows *rows, size_t i)
{
    int64_t siren = row_int(rows, i, 2);

    return (struct review){
        .id = row_int(rows, i, 0),
        .kind = row_str(rows, i, 1),
        .siren = siren,
        .account_id = row_int(rows, i, 3),
        .asked = row_int(rows, i, 4),
        .note = row_str(rows, i, 5),
        .state = (enum review_state)row_int(rows, i, 6),
        .created_ms = row_int(rows, i, 7),
        .decided_ms = row_int(rows, i, 8),
        .reason = row_str(rows, i, 9),
        .email = row_str(rows, i, 10),
        .decided_by = row_str(rows, i, 11),
        .name = account_company_name(a, siren, row_str(rows, i, 12), row_int(rows, i, 13) != 0),
        .entered_by = row_int(rows, i, 14),
        .entered_email = row_str(rows, i, 15),
        .before_value = row_int(rows, i, 16),
        .reopened_ms = row_int(rows, i, 17),
        .reopened_by = row_str(rows, i, 18),
        .reopen_why = row_str(rows, i, 19),
        .decided_by_id = row_int(rows, i, 20),
    };
}

static void
review_many(struct ctx *cx, const struct db_rows *rows, struct review_list *out)
{
    out->item = ARENA_ARRAY(cx->arena, rows->count, struct review);
    out->count = rows->count;
    for (size_t i = 0; i < rows->count; i++)
        out->item[i] = review_row(cx->arena, rows, i);
}

/* Every organiser with a campaign for the territory; none: all. */
static enum err
review_address(struct ctx *cx, int64_t review, int64_t siren)
{
    struct campaign_list campaigns;
    struct company co;
    bool any = false;
    enum err e = registry_company(cx, siren, &co);

    if (e == OK) {
        TRY(campaign_list(cx, &campaigns));
        for (size_t i = 0; i < campaigns.count; i++) {
            const struct campaign *c = &campaigns.item[i];
            if ((c->policy->territories & (1U << co.territory)) == 0)
                continue;
            any = true;
            TRY(db_run(cx, SQL_REVIEW_FOR, NULL, db_int(review), db_int(c->organiser_id)));
        }
    } else if (e != ERR_NOT_FOUND) {
        return e;
    }
    return any ? OK : db_run(cx, SQL_REVIEW_FOR, NULL, db_int(review), db_int(0));
}

enum err
review_open_for(struct ctx *cx, int64_t account_id, const char *kind, int64_t siren,
                int64_t asked, struct str note)
{
    int64_t entered_by = account_id == cx->actor.account_id ? 0 : cx->actor.account_id;
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_REVIEW_SAME, &rows, db_int(siren), db_int(account_id),
               db_str(str_of(kind))));
    if (rows.count == 1)
        return db_run(cx, SQL_REVIEW_AGAIN, NULL, db_int(row_int(&rows, 0, 0)), db_int(asked),
                      db_str(note), db_int(cx->now_ms), db_int(entered_by));
    TRY(db_run(cx, SQL_REVIEW_INSERT, &rows, db_str(str_of(kind)), db_int(siren),
               db_int(account_id), db_int(asked), db_str(note), db_int(cx->now_ms),
               db_int(entered_by)));
    return review_address(cx, row_int(&rows, 0, 0), siren);
}

enum err
review_open(struct ctx *cx, const char *kind, int64_t siren, int64_t asked, struct str note)
{
    return review_open_for(cx, cx->actor.account_id, kind, siren, asked, note);
}

enum err
review_close(struct ctx *cx, const char *kind, int64_t siren, int64_t account_id, struct str why)
{
    assert(db_in_write(cx));
    return db_run(cx, SQL_REVIEW_MOOT, NULL, db_int(siren), db_int(account_id),
                  db_str(str_of(kind)), db_str(why), db_int(cx->now_ms));
}

enum err
review_queue(struct ctx *cx, const struct review_filter *by, struct review_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REVIEW_QUEUE, &rows, db_int(cx->actor.organiser_id), db_int(by->after_ms),
               db_int(by->after_id), db_str(by->kind.len > 0 ? by->kind : STR("")),
               db_int(by->until_ms == 0 ? INT64_MAX : by->until_ms), db_int(REVIEW_PAGE + 1)));
    review_many(cx, &rows, out);
    return OK;
}

enum err
review_next(struct ctx *cx, const struct review_filter *by, const struct review *after,
            int64_t *id)
{
    struct review_filter from = *by;
    struct review_list list;

    from.after_ms = after->created_ms;
    from.after_id = after->id;
    TRY(review_queue(cx, &from, &list));
    if (list.count == 0) {
        from.after_ms = from.after_id = 0;
        TRY(review_queue(cx, &from, &list));
    }
    *id = 0;
    for (size_t i = 0; i < list.count && *id == 0; i++)
        if (list.item[i].id != after->id)
            *id = list.item[i].id;
    return OK;
}

enum err
review_count(struct ctx *cx, int64_t *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REVIEW_QUEUE_COUNT, &rows, db_int(cx->actor.organiser_id)));
    *out = row_int(&rows, 0, 0);
    return OK;
}

enum err
review_counts(struct ctx *cx, const int64_t before_ms[REVIEW_AGES], struct review_counts *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REVIEW_QUEUE_COUNTS, &rows, db_int(cx->actor.organiser_id),
               db_int(before_ms[0]), db_int(before_ms[1]), db_int(before_ms[2])));
    *out = (struct review_counts){0};
    for (size_t r = 0; r < rows.count; r++) {
        struct str kind = row_str(&rows, r, 0);
        int at = str_is(kind, REVIEW_CLAIM) ? 0 : str_is(kind, REVIEW_HEADCOUNT) ? 1 : 2;
        out->kind[at] = row_int(&rows, r, 1);
        out->all += row_int(&rows, r, 1);
        for (int i = 0; i < REVIEW_AGES; i++)
            out->older[i] += row_int(&rows, r, (size_t)i + 2);
    }
    return OK;
}

enum err
review_decided(struct ctx *cx, const struct review_past *by, struct review_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REVIEW_DECIDED, &rows, db_int(cx->actor.organiser_id),
               db_int(by->before_ms == 0 ? INT64_MAX : by->before_ms), db_int(by->before_id),
               db_str(by->kind.len > 0 ? by->kind : STR("")), db_int(by->state),
               db_int(by->agent_id), db_int(REVIEW_PAGE + 1)));
    review_many(cx, &rows, out);
    return OK;
}

static enum err
decided_of(struct ctx *cx, enum sql_id find, int64_t whose, const struct review_past *by,
           struct review_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, find, &rows, db_int(cx->actor.organiser_id), db_int(whose),
               db_str(by->kind.len > 0 ? by->kind : STR("")), db_int(by->state)));
    review_many(cx, &rows, out);
    return OK;
}

enum err
review_decided_of_company(struct ctx *cx, int64_t siren, const struct review_past *by,
                          struct review_list *out)
{
    return decided_of(cx, SQL_REVIEW_DECIDED_OF_COMPANY, siren, by, out);
}

enum err
review_decided_of_account(struct ctx *cx, int64_t account_id, const struct review_past *by,
                          struct review_list *out)
{
    return decided_of(cx, SQL_REVIEW_DECIDED_OF_ACCOUNT, account_id, by, out);
}

enum err
review_find(struct ctx *cx, int64_t id, struct review *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REVIEW_ONE, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = review_row(cx->arena, &rows, 0);
    return OK;
}

enum err
review_of_company(struct ctx *cx, int64_t siren, struct review_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REVIEW_ALL_OF_COMPANY, &rows, db_int(siren)));
    review_many(cx, &rows, out);
    return OK;
}

enum err
review_seen_of_company(struct ctx *cx, int64_t siren, struct review_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REVIEW_SEEN_OF_COMPANY, &rows, db_int(siren),
               db_int(cx->actor.organiser_id)));
    review_many(cx, &rows, out);
    return OK;
}

/* ---- what an agent reads about a company ---- */

enum err
account_events(struct ctx *cx, int64_t siren, struct account_event_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_EVENTS, &rows, db_int(siren)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct account_event);
    out->count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = (struct account_event){row_int(&rows, i, 0), row_str(&rows, i, 1),
                                              row_str(&rows, i, 2), row_str(&rows, i, 3),
                                              row_str(&rows, i, 4)};
    return OK;
}

enum err
account_company_holders(struct ctx *cx, int64_t siren, struct company_holder_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_COMPANY_HOLDERS, &rows, db_int(siren)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct company_holder);
    out->count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = (struct company_holder){
            .account_id = row_int(&rows, i, 0),
            .since_ms = row_int(&rows, i, 1),
            .ended_ms = row_int(&rows, i, 2),
            .frozen_ms = row_int(&rows, i, 3),
            .email = row_str(&rows, i, 4),
            .proof = row_str(&rows, i, 5),
        };
    return OK;
}
