/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit.c - the log of what people of an organiser do. Triggers refuse every change of it.
 */
#include "staff/staff.h"

enum err
audit_add(struct ctx *cx, const struct audit *a)
{
    assert(db_in_write(cx));
    return db_run(cx, SQL_AUDIT_INSERT, NULL, db_int(cx->actor.organiser_id),
                  db_int(cx->actor.account_id), db_str(str_of(a->act)),
                  db_str(str_of(a->subject)), db_int(a->subject_id), db_str(a->before),
                  db_str(a->after), db_str(a->reason), db_int(cx->now_ms));
}

enum err
audit_list_of(struct ctx *cx, const struct audit_filter *by, struct audit_list *out)
{
    struct db_rows rows;
    struct str subject = by->subject == NULL ? STR_NONE : str_of(by->subject);
    bool about = subject.len > 0 && by->subject_id != 0;

    TRY(db_run(cx, about ? SQL_AUDIT_ABOUT : SQL_AUDIT_PAGE, &rows,
               db_int(cx->actor.organiser_id),
               db_int(by->before_id == 0 ? INT64_MAX : by->before_id), db_str(by->act),
               db_str(subject), db_int(by->subject_id), db_int(by->account_id),
               db_int(by->from_ms), db_int(by->to_ms == 0 ? INT64_MAX : by->to_ms)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct audit_row);
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = (struct audit_row){
            .id = row_int(&rows, r, 0),
            .at_ms = row_int(&rows, r, 1),
            .account_id = row_int(&rows, r, 2),
            .email = row_str(&rows, r, 3),
            .act = row_str(&rows, r, 4),
            .subject = row_str(&rows, r, 5),
            .subject_id = row_int(&rows, r, 6),
            .before = row_str(&rows, r, 7),
            .after = row_str(&rows, r, 8),
            .reason = row_str(&rows, r, 9),
        };
    return OK;
}
