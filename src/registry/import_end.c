/* SPDX-License-Identifier: Apache-2.0 */
/* import_end.c - what follows the walk of the import: names, companies that are gone. */
#include "registry/import_int.h"

enum { GONE_STEP = 500 };

enum err
import_names(struct import *im, int64_t upto, bool end)
{
    names_sort(&im->names);
    for (size_t i = 0; i < im->names.count; i++) {
        const struct name_pair *p = &im->names.item[i];
        const struct db_value v[] = {db_str(str_n(p->key, (size_t)p->len)), db_int(p->siren)};
        if (im->op_count >= im->op_limit)
            TRY(import_write(im, false));
        import_op(im, SQL_COMPANY_NAME_PUT, v, 2);
    }
    im->named = upto;
    TRY(import_write(im, end));
    im->names.count = 0;
    return OK;
}

enum err
import_names_catch_up(struct import *im)
{
    struct cursor c = {.id = SQL_COMPANY_RANGE, .after = im->named};
    const struct db_value *row;
    enum err e = OK;

    for (;;) {
        e = import_row(im, &c, &row);
        if (e != OK || row == NULL || row[0].i > im->resume_siren)
            break;
        if (row[COMPANY_ACTIVE].i != 0)
            names_note(&im->names, &im->arena, row[0].i, row[COMPANY_NAME].s,
                       row[COMPANY_CATEGORY].i);
        c.at++;
        if (!names_full(&im->names))
            continue;
        e = import_names(im, row[0].i, false);
        if (e != OK)
            break;
    }
    arena_release(&c.arena);
    return e;
}

/* ---- gone ---- */

enum err
import_gone_check(struct import *im)
{
    const struct import_counts *c = &im->result->counts;
    int64_t known = import_counts_known(c);

    if (c->companies_gone * 10000 <= im->opt->gone_share_bp * known)
        return OK;
    return import_fail(im,
                "%lld of the %lld companies we know are missing from these files, more than "
                "%.2f %%: are the files whole? None of them was closed. If it is right, run the "
                "same command again with --max-gone 100",
                (long long)c->companies_gone, (long long)known,
                (double)im->opt->gone_share_bp / 100);
}

struct gone_step {
    struct import *im;
    bool more;
};

static enum err
gone_unit(struct ctx *cx, void *arg)
{
    struct gone_step *g = arg;
    struct db_rows rows;

    g->more = false;
    TRY(db_run(cx, SQL_COMPANY_GONE_APPLY, NULL, db_int(GONE_STEP)));
    TRY(db_run(cx, SQL_REGISTRY_GONE_DROP, &rows, db_int(0), db_int(GONE_STEP)));
    g->more = rows.changed > 0;
    TRY(db_run(cx, SQL_ESTABLISHMENT_GONE_APPLY, NULL, db_int(GONE_STEP)));
    TRY(db_run(cx, SQL_REGISTRY_GONE_DROP, &rows, db_int(1), db_int(GONE_STEP)));
    g->more |= rows.changed > 0;
    return OK;
}

enum err
import_gone_close(struct import *im)
{
    struct gone_step g = {im, true};

    while (g.more) {
        struct ctx cx = *im->cx;
        struct arena scratch = {0};
        cx.arena = &scratch;
        enum err e = db_write(&cx, gone_unit, &g);
        arena_release(&scratch);
        TRY(e);
        import_pause(im);
    }
    return OK;
}
