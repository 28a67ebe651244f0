/* SPDX-License-Identifier: Apache-2.0 */
/* case_list.c - troubles and complaints of an order or a company in a line each. See care.h. */
#include "care/care.h"
#include "care/complaint.h"
#include "track/trouble.h"

static struct care_case
trouble_case(struct ctx *cx, const struct db_rows *rows, size_t r)
{
    enum trouble_outcome o = (enum trouble_outcome)row_int(rows, r, 2);

    return (struct care_case){
        .title = str_of(trouble_kind_label((enum trouble_kind)row_int(rows, r, 1))),
        .state = str_of(trouble_outcome_label(o)),
        .tone = o == OUTCOME_OPEN ? TONE_WARN : TONE_INFO,
        .is_open = o == OUTCOME_OPEN,
        .at_ms = row_int(rows, r, 3),
        .order_ref = row_str(rows, r, 4),
        .url = url_path(cx->arena, "/console/livraison/%lld", (long long)row_int(rows, r, 0)),
    };
}

static struct care_case
complaint_case(struct ctx *cx, const struct db_rows *rows, size_t r)
{
    enum complaint_state s = (enum complaint_state)row_int(rows, r, 2);

    return (struct care_case){
        .title = str_of(complaint_kind_label((enum complaint_kind)row_int(rows, r, 1))),
        .state = str_of(complaint_state_label(s)),
        .tone = s == COMPLAINT_ACCEPTED  ? TONE_GOOD
                : s == COMPLAINT_REFUSED ? TONE_BAD
                                         : TONE_WARN,
        .is_open = s == COMPLAINT_OPEN || s == COMPLAINT_ANSWERED,
        .at_ms = row_int(rows, r, 3),
        .order_ref = row_str(rows, r, 4),
        .url = url_path(cx->arena, "/console/reclamations/%lld", (long long)row_int(rows, r, 0)),
    };
}

static enum err
cases_of(struct ctx *cx, enum sql_id find, int64_t subject,
         struct care_case (*read)(struct ctx *cx, const struct db_rows *rows, size_t r),
         struct care_case_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, find, &rows, db_int(cx->actor.organiser_id), db_int(subject)));
    *out = (struct care_case_list){ARENA_ARRAY(cx->arena, rows.count, struct care_case),
                                   rows.count};
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = read(cx, &rows, r);
    return OK;
}

enum err
care_of_order(struct ctx *cx, int64_t order_id, struct care_case_list *troubles,
              struct care_case_list *complaints)
{
    TRY(cases_of(cx, SQL_CARE_TROUBLES_OF_ORDER, order_id, trouble_case, troubles));
    return cases_of(cx, SQL_CARE_COMPLAINTS_OF_ORDER, order_id, complaint_case, complaints);
}

enum err
care_of_company(struct ctx *cx, int64_t siren, struct care_case_list *troubles,
                struct care_case_list *complaints)
{
    TRY(cases_of(cx, SQL_CARE_TROUBLES_OF_COMPANY, siren, trouble_case, troubles));
    return cases_of(cx, SQL_CARE_COMPLAINTS_OF_COMPANY, siren, complaint_case, complaints);
}

enum err
care_complaint_of(struct ctx *cx, int64_t order_id, struct care_case *out)
{
    struct complaint_list list;

    *out = (struct care_case){0};
    TRY(complaint_of_order(cx, order_id, &list));
    if (list.count == 0)
        return OK;
    const struct complaint *c = &list.item[list.count - 1];
    *out = (struct care_case){
        .title = str_of(complaint_kind_label(c->kind)),
        .state = str_of(complaint_state_label(c->state)),
        .is_open = c->state == COMPLAINT_OPEN || c->state == COMPLAINT_ANSWERED,
        .at_ms = c->created_ms,
        .order_ref = c->order_ref,
        .url = url_path(cx->arena, "/commandes/%s/reclamation", str_z(cx->arena, c->order_ref)),
    };
    return OK;
}
