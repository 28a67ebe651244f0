/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.c - see token.h. What a token may do is read at each request (token_find).
 */
#include "account/token.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/parse.h"
#include "http/session.h"

enum { TOKEN_BYTES = 32 };

const char *
token_right_code(unsigned rights)
{
    return (rights & RIGHT_API_ADMIN) != 0   ? "admin"
           : (rights & RIGHT_API_ORDER) != 0 ? "order"
                                             : "read";
}

enum err
token_list(struct ctx *cx, struct token_owner owner, struct token_list *out)
{
    struct db_rows rows;

    assert((owner.siren != 0) != (owner.organiser_id != 0));
    if (owner.siren != 0)
        TRY(db_run(cx, SQL_TOKEN_OF_COMPANY, &rows, db_int(owner.siren), db_int(cx->now_ms)));
    else
        TRY(db_run(cx, SQL_TOKEN_OF_ORGANISER, &rows, db_int(owner.organiser_id),
                   db_int(cx->now_ms)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct token);
    out->count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = (struct token){
            .id = row_str(&rows, i, 0),
            .label = row_str(&rows, i, 1),
            .rights = (unsigned)row_int(&rows, i, 2),
            .created_ms = row_int(&rows, i, 3),
            .expires_ms = row_int(&rows, i, 4),
            .used_day = row_int(&rows, i, 5),
        };
    return OK;
}

enum err
token_create(struct ctx *cx, struct token_owner owner, struct str label, unsigned rights,
             struct str *secret, struct token *out)
{
    unsigned char bytes[TOKEN_BYTES];
    struct token_list list;
    struct token t = {
        .label = label,
        .rights = rights,
        .created_ms = cx->now_ms,
        .expires_ms = cx->now_ms + INT64_C(1) * TOKEN_LIFE_DAYS * CLOCK_DAY_MS,
    };

    assert(db_in_write(cx));
    if (label.len == 0 || utf8_count(label) > TOKEN_LABEL_MAX || utf8_has_control(label, ""))
        return ERR_INVALID;
    TRY(token_list(cx, owner, &list));
    if (list.count >= TOKENS_MAX)
        return ERR_LIMIT;
    for (size_t i = 0; i < list.count; i++)
        if (str_eq(list.item[i].id, cx->actor.token_hash) &&
            t.expires_ms > list.item[i].expires_ms)
            t.expires_ms = list.item[i].expires_ms;
    random_bytes(bytes, sizeof bytes);
    *secret = str_printf(cx->arena, "mln_%.*s",
                         STR_FMT(base64url_str(cx->arena, bytes, sizeof bytes)));
    t.id = token_hash(cx->arena, *secret);
    TRY(db_run(cx, SQL_TOKEN_ADD, NULL, db_str(t.id), db_str(label), db_int(owner.siren),
               db_int(owner.organiser_id), db_int(cx->actor.account_id), db_int(t.rights),
               db_int(t.created_ms), db_int(t.expires_ms), db_str_or_null(cx->actor.token_hash)));
    *out = t;
    return OK;
}

enum err
token_revoke(struct ctx *cx, struct token_owner owner, struct str id)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_TOKEN_END, &rows, db_str(id), db_int(owner.siren),
               db_int(owner.organiser_id), db_int(cx->now_ms)));
    return rows.changed > 0 ? OK : ERR_NOT_FOUND;
}

enum err
token_revoke_of(struct ctx *cx, int64_t account_id, int64_t siren)
{
    assert(db_in_write(cx));
    return db_run(cx, SQL_TOKEN_END_OF, NULL, db_int(account_id), db_int(siren),
                  db_int(cx->now_ms));
}

enum err
token_revoke_staff(struct ctx *cx, int64_t account_id, int64_t organiser_id)
{
    assert(db_in_write(cx));
    return db_run(cx, SQL_TOKEN_END_OF_STAFF, NULL, db_int(account_id), db_int(organiser_id),
                  db_int(cx->now_ms));
}
