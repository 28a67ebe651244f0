/* SPDX-License-Identifier: Apache-2.0 */
/* grant.c - copies that may be taken, and how each ended. */
#include "base/clock.h"
#include "base/parse.h"
#include "privacy/privacy_int.h"

static enum err
grant(struct ctx *cx, int64_t organiser_id, int64_t account_id, int64_t request_id, int64_t siren,
      int64_t life_ms, int64_t *id)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_PRIVACY_FILE_GRANT, &rows, db_int(organiser_id), db_int(account_id),
               db_int_or_null(request_id), db_int(siren), db_int(cx->now_ms),
               db_int(cx->now_ms + life_ms)));
    *id = row_int(&rows, 0, 0);
    return OK;
}

enum err
privacy_grant(struct ctx *cx, const struct privacy_request *r, int64_t account_id)
{
    int64_t id;

    return grant(cx, r->organiser_id, account_id, r->id, r->siren,
                 PRIVACY_GRANT_HOURS * (int64_t)CLOCK_HOUR_MS, &id);
}

enum err
privacy_file_own(struct ctx *cx, int64_t *id)
{
    TRY(grant(cx, 0, cx->actor.account_id, 0, 0, 0, id));
    return db_run(cx, SQL_PRIVACY_FILE_BEGIN, NULL, db_int(*id));
}

enum err
privacy_file_begin(struct ctx *cx, int64_t id, int64_t *request_id, struct privacy_scope *scope)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_PRIVACY_FILE_FIND, &rows, db_int(id), db_int(cx->actor.account_id),
               db_int(cx->actor.organiser_id), db_int(cx->now_ms)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *request_id = row_int(&rows, 0, 1);
    *scope = (struct privacy_scope){row_int(&rows, 0, 2), cx->actor.organiser_id, 0};
    return db_run(cx, SQL_PRIVACY_FILE_BEGIN, NULL, db_int(id));
}

enum err
privacy_file_end(struct ctx *cx, int64_t id, const struct zip *z, enum privacy_file_state state)
{
    struct str digest = state == PRIVACY_FILE_WHOLE
                            ? hex_str(cx->arena, z->digest, sizeof z->digest)
                            : STR("");

    return db_run(cx, SQL_PRIVACY_FILE_END, NULL, db_int(id), db_int(state), db_int(z->entries),
                  db_int(z->bytes), db_str(digest),
                  db_int(db_now_ms(cx->app->pool))); /* Not when it began. */
}

enum err
privacy_files_of(struct ctx *cx, int64_t request_id, struct privacy_file_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_FILES_OF, &rows, db_int(request_id)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count + 1, struct privacy_file);
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = (struct privacy_file){
            .id = row_int(&rows, i, 0),
            .account_id = row_int(&rows, i, 1),
            .email = row_str(&rows, i, 2),
            .state = (enum privacy_file_state)row_int(&rows, i, 3),
            .granted_ms = row_int(&rows, i, 4),
            .expires_ms = row_int(&rows, i, 5),
            .ended_ms = row_int(&rows, i, 6),
            .bytes = row_int(&rows, i, 8),
        };
    return OK;
}
