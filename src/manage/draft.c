/* SPDX-License-Identifier: Apache-2.0 */
/* draft.c - drafts in the database; see draft.h. */
#include "manage/draft.h"

static struct draft
draft_row(const struct db_rows *rows, size_t i)
{
    return (struct draft){
        .id = row_int(rows, i, 0),
        .campaign_id = row_int(rows, i, 1),
        .base_version = (int)row_int(rows, i, 2),
        .digest = row_int(rows, i, 3),
        .rev = row_int(rows, i, 4),
        .state = (enum draft_state)row_int(rows, i, 5),
        .version = (int)row_int(rows, i, 6),
        .made_by = row_str(rows, i, 7),
        .made_ms = row_int(rows, i, 8),
        .changed_by = row_str(rows, i, 9),
        .changed_ms = row_int(rows, i, 10),
        .act_id = row_int(rows, i, 11),
        .json = row_str(rows, i, 12),
    };
}

static enum err
act_load(struct ctx *cx, struct draft *d)
{
    return d->act_id == 0 ? OK : act_outcome(cx, d->act_id, &d->act);
}

bool
draft_is_waiting(const struct draft *d)
{
    return d->state == DRAFT_OPEN && d->act_id != 0 && d->act.state == ACT_ASKED;
}

bool
draft_is_fixed(const struct draft *d)
{
    return d->state != DRAFT_OPEN || draft_is_waiting(d);
}

enum err
draft_find(struct ctx *cx, int64_t campaign_id, int64_t id, struct draft *out)
{
    struct db_rows rows;
    struct draft d;

    TRY(db_run(cx, SQL_DRAFT_FIND, &rows, db_int(cx->actor.organiser_id), db_int(campaign_id),
               db_int(id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    d = draft_row(&rows, 0);
    TRY(act_load(cx, &d));
    *out = d;
    return OK;
}

enum err
draft_list_open(struct ctx *cx, int64_t campaign_id, struct draft_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_DRAFT_OPEN, &rows, db_int(cx->actor.organiser_id), db_int(campaign_id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct draft);
    out->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        out->item[i] = draft_row(&rows, i);
        TRY(act_load(cx, &out->item[i]));
    }
    return OK;
}

static enum err
note(struct ctx *cx, const char *act, int64_t id, struct str before, struct str after)
{
    return audit_add(cx, &(struct audit){ .act = act, .subject = "draft", .subject_id = id,
                                          .before = before, .after = after });
}

enum err
draft_begin(struct ctx *cx, const struct campaign *c, struct str json, int64_t *id)
{
    struct db_rows rows;

    assert(db_in_write(cx) && c->organiser_id == cx->actor.organiser_id);
    TRY(db_run(cx, SQL_DRAFT_OPEN, &rows, db_int(c->organiser_id), db_int(c->id)));
    if (rows.count >= DRAFTS_OPEN_MAX)
        return ERR_LIMIT;
    TRY(db_run(cx, SQL_DRAFT_INSERT, &rows, db_int(c->organiser_id), db_int(c->id),
               db_int(c->version), db_str(json), db_int(campaign_digest(json)),
               db_int(cx->actor.account_id), db_int(cx->now_ms)));
    *id = row_int(&rows, 0, 0);
    return note(cx, "draft.begin", *id, STR_NONE,
                str_printf(cx->arena, "{\"vente\":\"%.*s\",\"version\":%d}", STR_FMT(c->slug),
                           c->version));
}

/* The rules of a text, or NULL when it has faults. */
static const struct policy *
policy_of(struct ctx *cx, struct str json)
{
    struct policy_fault_list faults;
    struct policy *p = NULL;

    return policy_compile(cx->arena, json, &p, &faults) == OK ? p : NULL;
}

/* What the journal keeps of a change: its rules in words, or that the text has faults. */
static enum err
note_change(struct ctx *cx, const char *act, const struct draft *d, struct str json)
{
    const struct policy *was = policy_of(cx, d->json), *is = policy_of(cx, json);

    if (was == NULL || is == NULL)
        return note(cx, act, d->id, STR_NONE,
                    is == NULL ? STR("{\"texte\":\"avec des erreurs\"}")
                               : STR("{\"texte\":\"sans erreur\"}"));
    struct policy_change_list changes = policy_diff(cx->arena, was, is);
    return note(cx, act, d->id, draft_changes_json(cx->arena, &changes, false),
                draft_changes_json(cx->arena, &changes, true));
}

static enum err
text_put(struct ctx *cx, const char *act, struct draft *d, struct str json, int version)
{
    int64_t digest = campaign_digest(json);
    struct db_rows rows;

    assert(db_in_write(cx));
    if (draft_is_fixed(d))
        return ERR_CONFLICT;
    if (digest == d->digest && version == d->base_version)
        return OK;
    TRY(db_run(cx, SQL_DRAFT_SAVE, &rows, db_int(cx->actor.organiser_id), db_int(d->id),
               db_int(d->rev), db_str(json), db_int(digest), db_int(version),
               db_int(cx->actor.account_id), db_int(cx->now_ms)));
    if (rows.changed != 1)
        return ERR_CONFLICT;
    TRY(note_change(cx, act, d, json));
    d->json = json;
    d->digest = digest;
    d->base_version = version;
    d->rev++;
    return OK;
}

enum err
draft_save(struct ctx *cx, struct draft *d, struct str json)
{
    return text_put(cx, "draft.change", d, json, d->base_version);
}

enum err
draft_rebase(struct ctx *cx, struct draft *d, struct str json, int version)
{
    return text_put(cx, "draft.rebase", d, json, version);
}

enum err
draft_drop(struct ctx *cx, struct draft *d)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    if (draft_is_fixed(d))
        return ERR_CONFLICT;
    TRY(db_run(cx, SQL_DRAFT_SET_STATE, &rows, db_int(cx->actor.organiser_id), db_int(d->id),
               db_int(d->rev), db_int(DRAFT_DROPPED), db_int(0), db_int(cx->actor.account_id),
               db_int(cx->now_ms)));
    if (rows.changed != 1)
        return ERR_CONFLICT;
    d->state = DRAFT_DROPPED;
    return note(cx, "draft.drop", d->id, STR_NONE, STR_NONE);
}
