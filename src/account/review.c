/* SPDX-License-Identifier: Apache-2.0 */
/*
 * review.c - the agents' queue: opening, reading, deciding. See review.h.
 */
#include "account/review.h"

#include "account/account_int.h"
#include "account/claim.h"
#include "campaign/campaign.h"

static struct review
review_row(struct arena *a, const struct db_rows *rows, size_t i)
{
    int64_t siren = row_int(rows, i, 2);

    return (struct review){
        .id = row_int(rows, i, 0),
        .kind = row_str(rows, i, 1),
        .siren = siren,
        .account_id = row_int(rows, i, 3),
        .asked = row_int(rows, i, 4),
        .note = row_str(rows, i, 5),
        .state = (enum review_state)row_int(rows, i, 6),
        .created_ms = row_int(rows, i, 7),
        .decided_ms = row_int(rows, i, 8),
        .reason = row_str(rows, i, 9),
        .email = row_str(rows, i, 10),
        .decided_by = row_str(rows, i, 11),
        .name = account_company_name(a, siren, row_str(rows, i, 12), row_int(rows, i, 13) != 0),
    };
}

static void
review_many(struct ctx *cx, const struct db_rows *rows, struct review_list *out)
{
    out->item = ARENA_ARRAY(cx->arena, rows->count, struct review);
    out->count = rows->count;
    for (size_t i = 0; i < rows->count; i++)
        out->item[i] = review_row(cx->arena, rows, i);
}

/* Every organiser with a campaign for the territory; none: all. */
static enum err
review_address(struct ctx *cx, int64_t review, int64_t siren)
{
    struct campaign_list campaigns;
    struct company co;
    bool any = false;
    enum err e = registry_company(cx, siren, &co);

    if (e == OK) {
        TRY(campaign_list(cx, &campaigns));
        for (size_t i = 0; i < campaigns.count; i++) {
            const struct campaign *c = &campaigns.item[i];
            if ((c->policy->territories & (1U << co.territory)) == 0)
                continue;
            any = true;
            TRY(db_run(cx, SQL_REVIEW_FOR, NULL, db_int(review), db_int(c->organiser_id)));
        }
    } else if (e != ERR_NOT_FOUND) {
        return e;
    }
    return any ? OK : db_run(cx, SQL_REVIEW_FOR, NULL, db_int(review), db_int(0));
}

enum err
review_open(struct ctx *cx, const char *kind, int64_t siren, int64_t asked, struct str note)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_REVIEW_SAME, &rows, db_int(siren), db_int(cx->actor.account_id),
               db_str(str_of(kind))));
    if (rows.count == 1)
        return db_run(cx, SQL_REVIEW_AGAIN, NULL, db_int(row_int(&rows, 0, 0)), db_int(asked),
                      db_str(note), db_int(cx->now_ms));
    TRY(db_run(cx, SQL_REVIEW_INSERT, &rows, db_str(str_of(kind)), db_int(siren),
               db_int(cx->actor.account_id), db_int(asked), db_str(note), db_int(cx->now_ms)));
    return review_address(cx, row_int(&rows, 0, 0), siren);
}

enum err
review_close(struct ctx *cx, const char *kind, int64_t siren, int64_t account_id, struct str why)
{
    assert(db_in_write(cx));
    return db_run(cx, SQL_REVIEW_MOOT, NULL, db_int(siren), db_int(account_id),
                  db_str(str_of(kind)), db_str(why), db_int(cx->now_ms));
}

enum err
review_queue(struct ctx *cx, struct str kind, int64_t after_ms, int64_t after_id,
             struct review_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REVIEW_QUEUE, &rows, db_int(cx->actor.organiser_id), db_int(after_ms),
               db_int(after_id), db_str(kind), db_int(REVIEW_PAGE + 1)));
    review_many(cx, &rows, out);
    return OK;
}

enum err
review_count(struct ctx *cx, int64_t *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REVIEW_QUEUE_COUNT, &rows, db_int(cx->actor.organiser_id)));
    *out = row_int(&rows, 0, 0);
    return OK;
}

enum err
review_find(struct ctx *cx, int64_t id, struct review *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REVIEW_ONE, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = review_row(cx->arena, &rows, 0);
    return OK;
}

enum err
review_of_company(struct ctx *cx, int64_t siren, struct review_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REVIEW_ALL_OF_COMPANY, &rows, db_int(siren)));
    review_many(cx, &rows, out);
    return OK;
}

/* ---- deciding ---- */

static enum err
follow(struct ctx *cx, const struct review *r, bool accept)
{
    struct claim c;

    if (str_is(r->kind, REVIEW_CLAIM)) {
        TRY(claim_by_id(cx, r->asked, &c));
        return claim_decided(cx, &c, accept);
    }
    if (!accept)
        return OK;
    if (str_is(r->kind, REVIEW_HEADCOUNT))
        return db_run(cx, SQL_ACCOUNT_DECLARE, NULL, db_int(r->siren), db_int(r->asked), db_int(0),
                      db_int(cx->now_ms), db_int(r->account_id));
    return db_run(cx, SQL_ACCOUNT_DECLARE, NULL, db_int(r->siren), db_int(-1), db_int(r->asked),
                  db_int(cx->now_ms), db_int(r->account_id));
}

static struct str
decided_text(struct ctx *cx, const struct review *r, bool accept, struct str reason)
{
    const char *what = str_is(r->kind, REVIEW_CLAIM)      ? "Votre demande d’agir au nom de"
                       : str_is(r->kind, REVIEW_HEADCOUNT) ? "L’effectif que vous déclarez pour"
                                                           : "L’attestation de réseau pour";

    return str_printf(cx->arena,
                      "%s %.*s est %s.\n\nMotif donné par l’agent :\n%.*s\n\nLa situation de vos "
                      "entreprises : %.*s/entreprises%s",
                      what, STR_FMT(r->name),
                      str_is(r->kind, REVIEW_HEADCOUNT) ? (accept ? "accepté" : "refusé")
                                                        : (accept ? "acceptée" : "refusée"),
                      STR_FMT(reason), STR_FMT(cx->app->conf->base_url),
                      accept ? ""
                             : "\n\nVous pouvez faire une nouvelle demande en apportant d’autres "
                               "éléments.");
}

enum err
review_decide(struct ctx *cx, const struct review *r, bool accept, struct str reason)
{
    struct db_rows rows;
    struct str what = str_printf(cx->arena, "%.*s_%s", STR_FMT(r->kind),
                                 accept ? "accepted" : "refused");

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_REVIEW_DECIDE, &rows, db_int(r->id),
               db_int(accept ? REVIEW_ACCEPTED : REVIEW_REFUSED), db_int(cx->now_ms),
               db_int(cx->actor.account_id), db_str(reason)));
    if (rows.changed == 0)
        return ERR_CONFLICT;
    TRY(follow(cx, r, accept));
    TRY(account_event(cx, r->siren, r->account_id, str_z(cx->arena, what), reason));
    return account_mail(cx, r->account_id, "review_decided", r->id,
                        accept ? STR("Votre demande est acceptée")
                               : STR("Votre demande est refusée"),
                        decided_text(cx, r, accept, reason));
}

/* ---- what an agent reads about a company ---- */

enum err
account_events(struct ctx *cx, int64_t siren, struct account_event_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_EVENTS, &rows, db_int(siren)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct account_event);
    out->count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = (struct account_event){row_int(&rows, i, 0), row_str(&rows, i, 1),
                                              row_str(&rows, i, 2), row_str(&rows, i, 3),
                                              row_str(&rows, i, 4)};
    return OK;
}

enum err
account_company_holders(struct ctx *cx, int64_t siren, struct company_holder_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_COMPANY_HOLDERS, &rows, db_int(siren)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct company_holder);
    out->count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = (struct company_holder){
            .account_id = row_int(&rows, i, 0),
            .since_ms = row_int(&rows, i, 1),
            .ended_ms = row_int(&rows, i, 2),
            .frozen_ms = row_int(&rows, i, 3),
            .email = row_str(&rows, i, 4),
            .proof = row_str(&rows, i, 5),
        };
    return OK;
}
