/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generic.c - a carrier that works by files: it lets us give its parcel numbers, prints nothing,
 * and learns of the parcels by a CSV file made from the hand-over list.
 */
#include "base/parse.h"
#include "carrier/carrier.h"

static struct str
generic_lacks(struct ctx *cx)
{
    const struct conf *c = cx->app->conf;
    int64_t first;

    if (c->generic_prefix.len != 2)
        return STR("le préfixe des numéros, deux signes (GENERIC_PREFIX)");
    if (!parse_i64(c->generic_first, 1, INT64_C(9999999999), &first))
        return STR("le premier numéro de la série (GENERIC_FIRST)");
    return STR_NONE;
}

static enum err
generic_give(struct ctx *cx, const struct label_ask *ask, struct label_answer *out)
{
    const struct conf *c = cx->app->conf;
    struct db_rows rows;
    int64_t first;

    (void)ask;
    *out = (struct label_answer){0};
    if (!parse_i64(c->generic_first, 1, INT64_C(9999999999), &first))
        return ERR_FAULT;
    TRY(db_run(cx, SQL_PARCEL_SERIES_NEXT, &rows, db_str(c->generic_prefix), db_int(first)));
    int64_t taken = row_int(&rows, 0, 0);
    if (taken > INT64_C(9999999999)) {
        out->outcome = LABEL_REFUSED;
        out->why = STR("La série de numéros du transporteur est épuisée.");
        return OK;
    }
    struct str digits = str_printf(cx->arena, "%010lld", (long long)taken);
    out->outcome = LABEL_MADE;
    out->number = str_printf(cx->arena, "%.*s%.*s%d", STR_FMT(c->generic_prefix),
                             STR_FMT(digits), parcel_key_national(digits));
    return OK;
}

const struct carrier carrier_generic = {
    .name = "generic",
    .label = "Transporteur par fichiers",
    .weight_max_g = 30000,
    .lacks = generic_lacks,
    .give = generic_give,
};
