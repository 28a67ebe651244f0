/* SPDX-License-Identifier: Apache-2.0 */
/*
 * declare.c - what a company declares of itself, at once or by a review. See account.h.
 */
#include "account/account_int.h"
#include "account/review.h"

enum err
account_declaration(struct ctx *cx, int64_t siren, struct company_declaration *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_DECLARATION_FIND, &rows, db_int(siren)));
    *out = (struct company_declaration){
        .heads = (int)row_int(&rows, 0, 0),
        .networks = (unsigned)row_int(&rows, 0, 1),
        .heads_in_review = row_int(&rows, 0, 2) > 0,
    };
    return OK;
}

bool
account_heads_fit(const struct company *c, int64_t heads)
{
    int min, max;

    return band_bounds(c->band, &min, &max) && heads >= min && heads <= max;
}

enum err
account_declare_heads_for(struct ctx *cx, int64_t account_id, const struct company *c, int heads,
                          struct str note, bool *accepted)
{
    struct company_declaration d;

    assert(db_in_write(cx));
    if (heads < 0)
        return ERR_INVALID;
    TRY(account_declaration(cx, c->siren, &d));
    *accepted = account_heads_fit(c, heads) &&
                (account_id == cx->actor.account_id || d.heads < 0 || d.heads == heads);
    if (!*accepted)
        return review_open_for(cx, account_id, REVIEW_HEADCOUNT, c->siren, heads, note);
    TRY(review_close(cx, REVIEW_HEADCOUNT, c->siren, account_id,
                     STR("Effectif conforme au registre déclaré ensuite.")));
    TRY(account_event(cx, c->siren, account_id, "heads_declared",
                      str_printf(cx->arena, "%d", heads)));
    return db_run(cx, SQL_ACCOUNT_DECLARE, NULL, db_int(c->siren), db_int(heads), db_int(0),
                  db_int(cx->now_ms), db_int_or_null(account_id));
}

enum err
account_declare_heads(struct ctx *cx, const struct company *c, int heads, struct str note,
                      bool *accepted)
{
    return account_declare_heads_for(cx, cx->actor.account_id, c, heads, note, accepted);
}

enum err
account_ask_network_for(struct ctx *cx, int64_t account_id, const struct company *c,
                        unsigned networks, struct str note)
{
    assert(db_in_write(cx));
    if (networks == 0 || (networks & ~(unsigned)(NETWORK_CCI | NETWORK_CMA)) != 0)
        return ERR_INVALID;
    return review_open_for(cx, account_id, REVIEW_NETWORK, c->siren, (int64_t)networks, note);
}

enum err
account_ask_network(struct ctx *cx, const struct company *c, unsigned networks, struct str note)
{
    return account_ask_network_for(cx, cx->actor.account_id, c, networks, note);
}
