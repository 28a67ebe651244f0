/* SPDX-License-Identifier: Apache-2.0 */
/* trouble.c - see trouble.h. */
#include "track/trouble.h"

const char *
trouble_kind_label(enum trouble_kind k)
{
    static const char *const labels[] = {"", "Non distribuable", "Revenu", "Sans nouvelles",
                                         "Endommagé", "Perdu", "Livré après coup",
                                         "En trop"};

    return labels[k];
}

const char *
trouble_outcome_label(enum trouble_outcome o)
{
    static const char *const labels[] = {"À traiter", "Renvoyé", "Remboursé",
                                         "Livré après tout", "En attente de nouvelles",
                                         "Noté", "Remplacement arrêté", "Retour demandé",
                                         "Repris, rien n’est dû"};

    return labels[o];
}

static struct trouble
from_row(const struct db_rows *rows, size_t r)
{
    return (struct trouble){
        .id = row_int(rows, r, 0),
        .parcel_id = row_int(rows, r, 1),
        .order_id = row_int(rows, r, 2),
        .kind = (enum trouble_kind)row_int(rows, r, 3),
        .opened_ms = row_int(rows, r, 4),
        .closed_ms = row_int(rows, r, 5),
        .outcome = (enum trouble_outcome)row_int(rows, r, 6),
        .reason = row_str(rows, r, 7),
        .account_id = row_int(rows, r, 8),
        .number = row_str(rows, r, 9),
        .order_ref = row_str(rows, r, 10),
        .siren = row_int(rows, r, 11),
        .parcel_state = (enum parcel_state)row_int(rows, r, 12),
        .company = row_str(rows, r, 13),
        .new_parcel_id = row_int(rows, r, 14),
    };
}

static struct trouble_list
from_rows(struct ctx *cx, const struct db_rows *rows)
{
    struct trouble_list list = {ARENA_ARRAY(cx->arena, rows->count + 1, struct trouble),
                                rows->count};

    for (size_t r = 0; r < rows->count; r++)
        list.item[r] = from_row(rows, r);
    return list;
}

enum err
trouble_kind_open(struct ctx *cx, int64_t parcel_id, int *out)
{
    struct trouble_list past;

    TRY(trouble_of_parcel(cx, parcel_id, &past));
    const struct trouble *last = past.count > 0 ? &past.item[past.count - 1] : NULL;
    *out = last != NULL && last->closed_ms == 0 ? (int)last->kind : 0;
    return OK;
}

enum err
trouble_spare_of(struct ctx *cx, int64_t parcel_id, int64_t *found_id)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_TROUBLE_SPARE_OF, &rows, db_int(parcel_id)));
    *found_id = rows.count > 0 ? row_int(&rows, 0, 0) : 0;
    return OK;
}

enum err
trouble_open(struct ctx *cx, const struct parcel *p, enum trouble_kind kind, bool *fresh)
{
    int64_t found;
    int open;

    TRY(trouble_kind_open(cx, p->id, &open));
    TRY(trouble_spare_of(cx, p->id, &found));
    kind = found != 0 ? TROUBLE_SPARE : kind;
    /* The same news again is not a new trouble, and a return is not undone by a failed attempt. */
    *fresh = open != (int)kind && (open != TROUBLE_RETURNED || kind == TROUBLE_SPARE) &&
             open != TROUBLE_SPARE;
    if (!*fresh)
        return OK;
    return db_run(cx, SQL_TROUBLE_OPEN, NULL, db_int(p->id), db_int(kind), db_int(cx->now_ms));
}

enum err
trouble_close(struct ctx *cx, int64_t parcel_id, enum trouble_outcome outcome, struct str reason,
              int64_t new_parcel_id, bool *closed)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_TROUBLE_CLOSE, &rows, db_int(parcel_id), db_int(outcome),
               db_int(cx->actor.account_id), db_str(reason), db_int_or_null(new_parcel_id),
               db_int(cx->now_ms)));
    *closed = rows.changed > 0;
    return OK;
}

enum err
trouble_close_delivered(struct ctx *cx, int64_t parcel_id)
{
    bool closed;

    return trouble_close(cx, parcel_id, OUTCOME_DELIVERED, STR_NONE, 0, &closed);
}

enum err
trouble_close_silent(struct ctx *cx, int64_t parcel_id)
{
    int open;
    bool closed;

    TRY(trouble_kind_open(cx, parcel_id, &open));
    if (open != TROUBLE_SILENT)
        return OK;
    return trouble_close(cx, parcel_id, OUTCOME_WAITED,
                         STR("Le transporteur a donné des nouvelles."), 0, &closed);
}

enum err
trouble_found(struct ctx *cx, const struct parcel *p)
{
    struct trouble_list past;
    bool settled = false, fresh;

    TRY(trouble_of_parcel(cx, p->id, &past));
    for (size_t i = 0; i < past.count; i++) {
        if (past.item[i].kind == TROUBLE_FOUND)
            return OK;
        settled = settled || past.item[i].outcome == OUTCOME_AGAIN ||
                  past.item[i].outcome == OUTCOME_GIVEN_BACK;
    }
    return settled ? trouble_open(cx, p, TROUBLE_FOUND, &fresh) : OK;
}

/* ---- read ---- */

enum err
trouble_queue(struct ctx *cx, int64_t kind, int64_t after_ms, int64_t after_id,
              struct trouble_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_TROUBLE_QUEUE, &rows, db_int(cx->actor.organiser_id), db_int(kind),
               db_int(after_ms), db_int(after_id), db_int(TROUBLE_PAGE + 1)));
    *out = from_rows(cx, &rows);
    return OK;
}

enum err
trouble_search(struct ctx *cx, struct str typed, struct trouble_list *out)
{
    struct db_rows rows;
    int64_t order;

    TRY(db_run(cx, SQL_TROUBLE_BY_NUMBER, &rows, db_str(typed), db_int(cx->actor.organiser_id)));
    TRY(order_id_of_ref(cx, typed, &order));
    if (rows.count == 0)
        TRY(db_run(cx, SQL_TROUBLE_BY_ORDER, &rows, db_int(order), db_str(typed),
                   db_int(cx->actor.organiser_id)));
    *out = from_rows(cx, &rows);
    return OK;
}

enum err
trouble_counts(struct ctx *cx, int64_t by_kind[TROUBLE_KINDS + 1])
{
    struct db_rows rows;

    for (int k = 0; k <= TROUBLE_KINDS; k++)
        by_kind[k] = 0;
    TRY(db_run(cx, SQL_TROUBLE_COUNTS, &rows, db_int(cx->actor.organiser_id)));
    for (size_t r = 0; r < rows.count; r++) {
        by_kind[row_int(&rows, r, 0)] = row_int(&rows, r, 1);
        by_kind[0] += row_int(&rows, r, 1);
    }
    return OK;
}

enum err
trouble_find(struct ctx *cx, int64_t id, struct trouble *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_TROUBLE_FIND, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = from_row(&rows, 0);
    return OK;
}

enum err
trouble_of_parcel(struct ctx *cx, int64_t parcel_id, struct trouble_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_TROUBLE_OF_PARCEL, &rows, db_int(parcel_id)));
    *out = from_rows(cx, &rows);
    return OK;
}

enum err
trouble_replacement(struct ctx *cx, int64_t parcel_id, struct parcel *out)
{
    struct trouble_list past;
    int64_t id = 0;

    TRY(trouble_of_parcel(cx, parcel_id, &past));
    for (size_t i = 0; i < past.count; i++)
        if (past.item[i].new_parcel_id != 0)
            id = past.item[i].new_parcel_id;
    *out = (struct parcel){0};
    return id == 0 ? OK : parcel_by_id(cx, id, out);
}
