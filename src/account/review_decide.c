/* SPDX-License-Identifier: Apache-2.0 */
/*
 * review_decide.c - an agent decides a case, or opens one once more. See review.h.
 *
 * Each is one transaction: the case, what follows from it, the company's history, the journal of
 * the organiser's people and the letter to the person stand or fall together.
 */
#include "account/account_int.h"
#include "account/claim.h"
#include "account/review.h"
#include "staff/staff.h"

bool
review_is_own(const struct ctx *cx, const struct review *r)
{
    return r->account_id == cx->actor.account_id || r->entered_by == cx->actor.account_id;
}

bool
review_is_moot(const struct review *r)
{
    return r->state != REVIEW_OPEN && r->decided_by_id == 0;
}

/* ---- what the person reads ---- */

static const char *
subject_of(const struct review *r)
{
    return str_is(r->kind, REVIEW_CLAIM)       ? "Votre demande d’agir au nom de"
           : str_is(r->kind, REVIEW_HEADCOUNT) ? "L’effectif déclaré pour"
                                               : "L’attestation de réseau pour";
}

static const char *
outcome_of(const struct review *r, bool accept)
{
    if (str_is(r->kind, REVIEW_HEADCOUNT))
        return accept ? "accepté" : "refusé";
    return accept ? "acceptée" : "refusée";
}

/* What the decision changes for the company, in a sentence. */
static struct str
meaning_of(struct ctx *cx, const struct review *r, bool accept)
{
    if (!accept)
        return STR("Rien ne change pour l’entreprise. Vous pouvez faire une nouvelle demande en "
                   "apportant d’autres éléments.");
    if (str_is(r->kind, REVIEW_CLAIM))
        return STR("Vous pouvez désormais commander en son nom.");
    if (str_is(r->kind, REVIEW_HEADCOUNT))
        return str_printf(cx->arena, "Le droit de l’entreprise est désormais calculé sur %lld "
                                     "salarié%s.",
                          (long long)r->asked, r->asked > 1 ? "s" : "");
    return STR("L’entreprise est désormais comptée parmi celles de ce réseau.");
}

static struct str
decided_text(struct ctx *cx, const struct review *r, bool accept, struct str reason)
{
    return str_printf(cx->arena,
                      "%s %.*s est %s. %.*s\n\nMotif donné par l’agent\u00a0:\n%.*s\n\n"
                      "La situation de vos entreprises\u00a0: %.*s/entreprises",
                      subject_of(r), STR_FMT(r->name), outcome_of(r, accept),
                      STR_FMT(meaning_of(cx, r, accept)), STR_FMT(reason),
                      STR_FMT(cx->app->conf->base_url));
}

/* ---- the journal ---- */

static enum err
audit_review(struct ctx *cx, const struct review *r, const char *act, enum review_state from,
             enum review_state to, struct str reason)
{
    static const char *const words[] = {"", "open", "accepted", "refused"};

    return audit_add(cx, &(struct audit){
                             .act = act,
                             .subject = "company",
                             .subject_id = r->siren,
                             .before = str_printf(cx->arena, "{\"review\":%lld,\"kind\":\"%.*s\","
                                                             "\"state\":\"%s\"}",
                                                  (long long)r->id, STR_FMT(r->kind),
                                                  words[from]),
                             .after = str_printf(cx->arena, "{\"review\":%lld,\"kind\":\"%.*s\","
                                                            "\"state\":\"%s\"}",
                                                 (long long)r->id, STR_FMT(r->kind), words[to]),
                             .reason = reason,
                         });
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

/* What will come back if the case is opened once more. */
static enum err
value_before(struct ctx *cx, const struct review *r, int64_t *out)
{
    struct company_declaration d;

    TRY(account_declaration(cx, r->siren, &d));
    *out = str_is(r->kind, REVIEW_HEADCOUNT) ? d.heads
           : str_is(r->kind, REVIEW_NETWORK) ? (int64_t)d.networks
                                             : -1;
    return OK;
}

enum err
review_decide(struct ctx *cx, const struct review *r, bool accept, struct str reason)
{
    enum review_state to = accept ? REVIEW_ACCEPTED : REVIEW_REFUSED;
    struct str what = str_printf(cx->arena, "%.*s_%s", STR_FMT(r->kind),
                                 accept ? "accepted" : "refused");
    struct db_rows rows;
    int64_t before;

    assert(db_in_write(cx));
    if (review_is_own(cx, r))
        return ERR_DENIED;
    TRY(value_before(cx, r, &before));
    TRY(db_run(cx, SQL_REVIEW_DECIDE, &rows, db_int(r->id), db_int(to), db_int(cx->now_ms),
               db_int(cx->actor.account_id), db_str(reason), db_int(before), db_int(r->asked),
               db_str(r->note)));
    if (rows.changed == 0)
        return ERR_CONFLICT;
    TRY(follow(cx, r, accept));
    TRY(account_event(cx, r->siren, r->account_id, str_z(cx->arena, what), reason));
    TRY(audit_review(cx, r, accept ? "review.accept" : "review.refuse", REVIEW_OPEN, to, reason));
    return account_mail(cx, r->account_id, "review_decided", r->id,
                        accept ? STR("Votre demande est acceptée")
                               : STR("Votre demande est refusée"),
                        decided_text(cx, r, accept, reason));
}

/* ---- once more ---- */

/* The person has done nothing since that stands on the decision. */
static enum err
can_reopen(struct ctx *cx, const struct review *r, bool *out)
{
    struct db_rows rows;
    struct claim c;

    *out = r->state != REVIEW_OPEN && r->decided_by_id != 0;
    TRY(db_run(cx, SQL_REVIEW_SAME, &rows, db_int(r->siren), db_int(r->account_id),
               db_str(r->kind)));
    *out = *out && rows.count == 0;
    if (!*out || !str_is(r->kind, REVIEW_CLAIM))
        return OK;
    TRY(claim_by_id(cx, r->asked, &c));
    *out = c.state == (r->state == REVIEW_ACCEPTED ? CLAIM_PROVEN : CLAIM_REFUSED);
    return OK;
}

static enum err
take_back(struct ctx *cx, const struct review *r)
{
    struct company_declaration d;
    struct claim c;

    if (str_is(r->kind, REVIEW_CLAIM)) {
        TRY(claim_by_id(cx, r->asked, &c));
        return claim_reopened(cx, &c, r->state == REVIEW_ACCEPTED, r->decided_ms);
    }
    if (r->state != REVIEW_ACCEPTED)
        return OK;
    if (str_is(r->kind, REVIEW_HEADCOUNT))
        return db_run(cx, SQL_REVIEW_HEADS_BACK, NULL, db_int(r->siren), db_int(r->asked),
                      db_int(r->before_value), db_int(cx->now_ms));
    TRY(account_declaration(cx, r->siren, &d));
    unsigned asked = (unsigned)r->asked;
    unsigned before = r->before_value > 0 ? (unsigned)r->before_value : 0;
    return db_run(cx, SQL_REVIEW_NETWORKS_BACK, NULL, db_int(r->siren),
                  db_int((d.networks & ~asked) | (before & asked)), db_int(cx->now_ms));
}

enum err
review_reopen(struct ctx *cx, const struct review *r, struct str why)
{
    struct db_rows rows;
    bool can;

    assert(db_in_write(cx));
    TRY(can_reopen(cx, r, &can));
    if (!can)
        return ERR_CONFLICT;
    TRY(db_run(cx, SQL_REVIEW_REOPEN, &rows, db_int(r->id), db_int(r->state), db_int(cx->now_ms),
               db_int(cx->actor.account_id), db_str(why)));
    if (rows.changed == 0)
        return ERR_CONFLICT;
    TRY(take_back(cx, r));
    TRY(account_event(cx, r->siren, r->account_id, "review_reopened", why));
    TRY(audit_review(cx, r, "review.reopen", r->state, REVIEW_OPEN, why));
    return account_mail(
        cx, r->account_id, "review_reopened", r->id, STR("Votre dossier est rouvert"),
        str_printf(cx->arena,
                   "%s %.*s avait été %s. Un agent rouvre le dossier, et la décision ne vaut plus "
                   "jusqu’à la prochaine, que vous recevrez par message.\n\nMotif donné par "
                   "l’agent\u00a0:\n%.*s\n\nLes commandes déjà passées restent.",
                   subject_of(r), STR_FMT(r->name), outcome_of(r, r->state == REVIEW_ACCEPTED),
                   STR_FMT(why)));
}
