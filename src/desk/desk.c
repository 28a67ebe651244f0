/* SPDX-License-Identifier: Apache-2.0 */
/* desk.c - see desk.h. */
#include "desk/desk.h"

#include "staff/staff.h"

enum { LED_BY = 4, COUNTED_MAX = 5000, NOTES_AT_ONCE = 200 };
/* Words that everybody has find enough among few; more are looked at where these do not. */
static const int64_t looked_at[] = {2000, 20000};

enum err
desk_dealt(struct ctx *cx, int64_t siren, bool *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_DESK_DEALT, &rows, db_int(cx->actor.organiser_id), db_int(siren)));
    *out = row_int(&rows, 0, 0) != 0;
    return OK;
}

/* ---- companies by words ---- */

struct lead {
    struct str from, until;
    int64_t rows; /* Counted up to COUNTED_MAX. */
};

/* The words with those that lead to the fewest rows first. */
static enum err
leads_of(struct ctx *cx, const struct seek *s, struct lead lead[SEEK_WORDS_MAX])
{
    for (size_t i = 0; i < s->words; i++) {
        struct lead l = {s->word[i], str_printf(cx->arena, "%.*s~", STR_FMT(s->word[i])), 0};
        struct db_rows rows;
        size_t k = i;
        TRY(db_run(cx, SQL_DESK_WORD_COUNT, &rows, db_int(cx->actor.organiser_id),
                   db_str(l.from), db_str(l.until), db_int(COUNTED_MAX)));
        l.rows = row_int(&rows, 0, 0);
        for (; k > 0 && lead[k - 1].rows > l.rows; k--)
            lead[k] = lead[k - 1];
        lead[k] = l;
    }
    return OK;
}

enum err
desk_find(struct ctx *cx, const struct seek *s, struct desk_found *out)
{
    struct lead lead[SEEK_WORDS_MAX] = {0};
    struct db_value v[11] = {db_int(cx->actor.organiser_id)};
    struct db_rows rows;

    *out = (struct desk_found){0};
    TRY(leads_of(cx, s, lead));
    if (s->words == 0 || lead[0].rows == 0)
        return OK;
    for (size_t i = 0; i < LED_BY; i++) {
        bool used = i < s->words;
        v[1 + 2 * i] = db_str(used ? lead[i].from : STR(""));
        v[2 + 2 * i] = db_str(used ? lead[i].until : STR(""));
    }
    v[10] = db_int(DESK_FOUND_MAX + 1);
    for (size_t i = 0; i < sizeof looked_at / sizeof looked_at[0]; i++) {
        v[9] = db_int(looked_at[i]);
        TRY(db_run_values(cx, SQL_DESK_WORD_FIND, &rows, v, 11));
        if (rows.count > DESK_FOUND_MAX || lead[0].rows < looked_at[i])
            break;
    }
    out->more = rows.count > DESK_FOUND_MAX || lead[0].rows >= COUNTED_MAX;
    out->count = rows.count > DESK_FOUND_MAX ? DESK_FOUND_MAX : rows.count;
    for (size_t i = 0; i < out->count; i++)
        out->siren[i] = row_int(&rows, i, 0);
    return OK;
}

/* ---- notes ---- */

enum err
desk_notes(struct ctx *cx, int64_t siren, struct desk_note_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_DESK_NOTE_LIST, &rows, db_int(cx->actor.organiser_id), db_int(siren),
               db_int(DESK_NOTES_SHOWN)));
    *out = (struct desk_note_list){ARENA_ARRAY(cx->arena, rows.count, struct desk_note),
                                   rows.count};
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = (struct desk_note){
            .id = row_int(&rows, i, 0),
            .at_ms = row_int(&rows, i, 1),
            .text = row_str(&rows, i, 2),
            .who = row_str(&rows, i, 3),
        };
    return OK;
}

enum err
desk_note_add(struct ctx *cx, int64_t siren, struct str text)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_DESK_NOTE_INSERT, &rows, db_int(cx->actor.organiser_id), db_int(siren),
               db_int(cx->actor.account_id), db_str(text), db_int(cx->now_ms)));
    /* The journal says that there is a note; what it says stands with the note alone. */
    return audit_add(cx, &(struct audit){
                             .act = "company.note",
                             .subject = "company",
                             .subject_id = siren,
                             .after = str_printf(cx->arena, "{\"note\":%lld}",
                                                 (long long)row_int(&rows, 0, 0)),
                         });
}

/* ---- letting go ---- */

enum err
desk_forget_company(struct ctx *cx, int64_t siren, int64_t organiser_id, struct tally *t)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_DESK_NOTES_FORGET, &rows, db_int(siren), db_int(organiser_id)));
    tally_add(t, "desk_note", rows.changed);
    return OK;
}

enum err
desk_purge_notes(struct ctx *cx, struct purge *p)
{
    return purge_rows(cx, SQL_DESK_NOTE_PURGE, SQL_DESK_NOTE_OLD, NOTES_AT_ONCE, p);
}
