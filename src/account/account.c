/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account.c - accounts and proven links. See account.h.
 */
#include "account/account.h"

#include "base/format.h"

static struct account
account_from_row(const struct db_rows *rows)
{
    return (struct account){row_int(rows, 0, 0), row_str(rows, 0, 1),
                            RIGHT_SIGNED | (unsigned)row_int(rows, 0, 2), row_int(rows, 0, 3),
                            row_int(rows, 0, 4) != 0};
}

enum err
account_by_id(struct ctx *cx, int64_t id, struct account *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_FIND, &rows, db_int(id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = account_from_row(&rows);
    return OK;
}

enum err
account_by_email(struct ctx *cx, struct str email, struct account *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_FIND_EMAIL, &rows, db_str(str_lower(cx->arena, email))));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = account_from_row(&rows);
    return OK;
}

enum err
account_for_email(struct ctx *cx, struct str email, struct account *out)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    if (email.len < 3 || email.len > 254)
        return ERR_INVALID;
    TRY(db_run(cx, SQL_ACCOUNT_INSERT, &rows, db_str(str_lower(cx->arena, email)),
               db_int(cx->now_ms)));
    *out = account_from_row(&rows);
    return OK;
}

enum err
account_grant(struct ctx *cx, int64_t account_id, int64_t organiser_id, unsigned rights)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_SET_RIGHTS, &rows, db_int(account_id),
               db_int(rights & STAFF_ANY), db_int_or_null(organiser_id)));
    return rows.changed == 1 ? OK : ERR_NOT_FOUND;
}

enum err
account_link_company(struct ctx *cx, int64_t account_id, int64_t siren, const char *proof)
{
    return db_run(cx, SQL_ACCOUNT_LINK_INSERT, NULL, db_int(account_id), db_int(siren),
                  db_str(str_of(proof)), db_int(cx->now_ms));
}

enum err
account_links(struct ctx *cx, int64_t account_id, struct company_link_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_LINKS, &rows, db_int(account_id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct company_link);
    out->count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = (struct company_link){
            .siren = row_int(&rows, i, 0),
            .name = account_company_name(cx->arena, row_int(&rows, i, 0), row_str(&rows, i, 1),
                                         row_int(&rows, i, 2) != 0),
            .proof = row_str(&rows, i, 3),
            .since_ms = row_int(&rows, i, 4),
            .frozen = row_int(&rows, i, 5) != 0,
        };
    return OK;
}

struct str
account_company_name(struct arena *a, int64_t siren, struct str name, bool partial)
{
    if (!partial && name.len > 0)
        return name;
    return str_printf(a, "Entreprise %s", fmt_siren(siren_str(a, siren)).z);
}

enum err
account_email(struct ctx *cx, int64_t account_id, struct str *out)
{
    struct account a;
    enum err e = account_id == 0 ? ERR_NOT_FOUND : account_by_id(cx, account_id, &a);

    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    *out = e == OK && !a.forgotten ? a.email : STR_NONE;
    return OK;
}
