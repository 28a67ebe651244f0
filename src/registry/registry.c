/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.c - reads from our mirror of the company register.
 *
 * A company is one read by primary key with the chamber's list beside it: this is on the path of
 * every order. What the register implies (department and territory by commune, networks with the
 * list put over what is derived) is worked out here, so that no column can contradict another.
 */
#include "registry/import.h"

enum { ESTABLISHMENT_PAGE_MAX = 50, COMPANY_COLS = 19, ESTABLISHMENT_COLS = 14 };

static bool
bit(const struct db_value *cell)
{
    return cell->i != 0;
}

/* A chamber's list adds its network to what was derived, and is then the source. */
static void
networks_merge(struct company *c, const struct db_value *cci, const struct db_value *cma)
{
    unsigned listed = (cci[0].i > 0 ? NETWORK_CCI : 0U) | (cma[0].i > 0 ? NETWORK_CMA : 0U);

    if (listed == 0)
        return;
    c->networks |= listed;
    c->network_source = NETWORK_LISTED;
    c->chamber_email = cma[1].s.len > 0 ? cma[1].s : cci[1].s;
    c->chamber_phone = cma[2].s.len > 0 ? cma[2].s : cci[2].s;
}

static struct company
company_from_cells(const struct db_value *cell)
{
    struct company c = {
        .siren = cell[0].i,
        .name = cell[1].s,
        .active = bit(&cell[2]),
        .partial = bit(&cell[3]),
        .band = (enum band)cell[4].i,
        .band_year = (int)cell[5].i,
        .legal_category = (int)cell[6].i,
        .naf = cell[7].s,
        .head_siret = cell[8].i,
        .networks = (unsigned)cell[10].i,
        .network_source = (enum network_source)cell[11].i,
        .created_day = cell[12].i,
    };

    /* An unknown commune leaves the department empty and the territory none. */
    (void)territory_of_commune(cell[9].s, &c.department, &c.territory);
    networks_merge(&c, cell + 13, cell + 16);
    return c;
}

static struct establishment
establishment_from_cells(const struct db_value *cell)
{
    struct establishment e = {
        .siret = cell[0].i,
        .active = bit(&cell[1]),
        .head_office = bit(&cell[2]),
        .partial = bit(&cell[3]),
        .band = (enum band)cell[4].i,
        .sign = cell[5].s,
        .complement = cell[6].s,
        .street = cell[7].s,
        .special = cell[8].s,
        .postal_code = cell[9].s,
        .commune = cell[10].s,
        .city = cell[11].s,
        .craft_code = cell[12].s,
        .country = cell[13].s,
    };

    (void)territory_of_commune(e.commune, &e.department, &e.territory);
    return e;
}

enum err
registry_company(struct ctx *cx, int64_t siren, struct company *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_COMPANY_FIND, &rows, db_int(siren)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    assert(rows.cols == COMPANY_COLS);
    *out = company_from_cells(rows.cell);
    return OK;
}

enum err
registry_establishment(struct ctx *cx, int64_t siret, struct establishment *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ESTABLISHMENT_FIND, &rows, db_int(siret)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    assert(rows.cols == ESTABLISHMENT_COLS);
    *out = establishment_from_cells(rows.cell);
    return OK;
}

enum err
registry_establishments(struct ctx *cx, int64_t siren, int64_t after,
                        struct establishment_list *out)
{
    int64_t first = siren * 100000;
    int64_t last = first + 99999;
    struct establishment_list list = {0};
    struct db_rows rows;

    if (after == 0)
        TRY(db_run(cx, SQL_ESTABLISHMENT_LIST, &rows, db_int(first), db_int(last),
                   db_int(ESTABLISHMENT_PAGE_MAX)));
    else
        TRY(db_run(cx, SQL_ESTABLISHMENT_LIST_AFTER, &rows, db_int(first), db_int(last),
                   db_int(ESTABLISHMENT_PAGE_MAX), db_int(after)));
    list.count = rows.count;
    list.item = ARENA_ARRAY(cx->arena, rows.count, struct establishment);
    for (size_t i = 0; i < rows.count; i++)
        list.item[i] = establishment_from_cells(rows.cell + i * rows.cols);
    *out = list;
    return OK;
}

struct each {
    company_fn fn;
    void *arg;
};

static enum err
each_row(void *arg, const struct db_value *cell, size_t cols)
{
    const struct each *each = arg;
    struct company c;

    assert(cols == COMPANY_COLS);
    c = company_from_cells(cell);
    return each->fn(each->arg, &c);
}

enum err
registry_next_active(struct ctx *cx, int64_t after_siren, int64_t limit, company_fn fn, void *arg)
{
    struct each each = {fn, arg};

    return db_each(cx, SQL_COMPANY_EACH_ACTIVE, each_row, &each, db_int(after_siren),
                   db_int(limit));
}

enum err
registry_each_active(struct ctx *cx, company_fn fn, void *arg)
{
    return registry_next_active(cx, 0, INT64_MAX, fn, arg);
}

enum err
registry_freshness(struct ctx *cx, struct freshness *out)
{
    struct import_counts counts;
    struct freshness f = {0};
    struct db_rows rows;

    TRY(db_run(cx, SQL_REGISTRY_NEWEST, &rows));
    if (rows.count > 0) {
        f.imported_ms = row_int(&rows, 0, 0);
        f.companies = row_int(&rows, 0, 1);
        /* An older program counted less. */
        f.active = import_counts_parse(row_str(&rows, 0, 2), &counts) ? counts.units_active
                                                                      : f.companies;
    }
    *out = f;
    return OK;
}

enum err
registry_forget_member(struct ctx *cx, int64_t siren, struct tally *t)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_MEMBER_FORGET, &rows, db_int(siren)));
    tally_add(t, "registry_member", rows.changed);
    return OK;
}
