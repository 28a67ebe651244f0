/* SPDX-License-Identifier: Apache-2.0 */
/*
 * claim.c - see claim.h.
 */
#include "account/claim.h"

#include "account/account_int.h"
#include "account/review.h"
#include "account/token.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/format.h"
#include "http/session.h"
#include "mail/mail.h"

static struct claim
claim_row(struct arena *a, const struct db_rows *rows, size_t i)
{
    int64_t siren = row_int(rows, i, 2);

    return (struct claim){
        .id = row_int(rows, i, 0),
        .account_id = row_int(rows, i, 1),
        .siren = siren,
        .siret = row_int(rows, i, 3),
        .state = (enum claim_state)row_int(rows, i, 4),
        .contested = row_int(rows, i, 5) != 0,
        .code_expires_ms = row_int(rows, i, 6),
        .created_ms = row_int(rows, i, 7),
        .changed_ms = row_int(rows, i, 8),
        .letter_asked_ms = row_int(rows, i, 9),
        .letter_expires_ms = row_int(rows, i, 10),
        .name = account_company_name(a, siren, row_str(rows, i, 11), row_int(rows, i, 12) != 0),
        .email = row_str(rows, i, 13),
    };
}

static enum err
claim_one(struct ctx *cx, const struct db_rows *rows, struct claim *out)
{
    if (rows->count == 0)
        return ERR_NOT_FOUND;
    *out = claim_row(cx->arena, rows, 0);
    return OK;
}

static void
claim_many(struct ctx *cx, const struct db_rows *rows, struct claim_list *out)
{
    out->item = ARENA_ARRAY(cx->arena, rows->count, struct claim);
    out->count = rows->count;
    for (size_t i = 0; i < rows->count; i++)
        out->item[i] = claim_row(cx->arena, rows, i);
}

enum err
claim_find(struct ctx *cx, int64_t siren, struct claim *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_CLAIM_MINE, &rows, db_int(cx->actor.account_id), db_int(siren)));
    return claim_one(cx, &rows, out);
}

enum err
claim_by_id(struct ctx *cx, int64_t id, struct claim *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_CLAIM_BY_ID, &rows, db_int(id)));
    return claim_one(cx, &rows, out);
}

enum err
claim_of_actor(struct ctx *cx, struct claim_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_CLAIM_ALL_MINE, &rows, db_int(cx->actor.account_id)));
    claim_many(cx, &rows, out);
    return OK;
}

enum err
claim_of_company(struct ctx *cx, int64_t siren, struct claim_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_CLAIM_OF_COMPANY, &rows, db_int(siren)));
    claim_many(cx, &rows, out);
    return OK;
}

enum err
claim_held(struct ctx *cx, int64_t siren, bool *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_HOLDERS, &rows, db_int(siren), db_int(cx->actor.account_id)));
    *out = rows.count > 0;
    return OK;
}

static struct str
number_text(struct ctx *cx, int64_t n)
{
    return str_printf(cx->arena, "%lld", (long long)n);
}

enum err
claim_begin(struct ctx *cx, int64_t siret, struct claim *out, enum claim_result *result)
{
    int64_t siren = siret_siren(siret);
    bool ok;

    assert(db_in_write(cx) && cx->actor.account_id != 0);
    TRY(account_limit(cx, "claim", number_text(cx, cx->actor.account_id), CLAIMS_DAY,
                      CLOCK_DAY_MS, &ok));
    *result = ok ? CLAIM_OK : CLAIM_LIMIT;
    if (!ok)
        return OK;
    TRY(db_run(cx, SQL_CLAIM_PUT, NULL, db_int(cx->actor.account_id), db_int(siren),
               db_int(siret), db_int(cx->now_ms)));
    return claim_find(cx, siren, out);
}

/* ---- the chamber's address ---- */

static enum err
code_hash(struct ctx *cx, int64_t claim_id, struct str code, struct str *out)
{
    const struct str parts[] = {number_text(cx, claim_id), code};

    return account_mac(cx, "claim code", parts, 2, out);
}

static enum err
mail_chamber(struct ctx *cx, const struct claim *c, const struct company *co, struct str code)
{
    struct mail m = {.to = co->chamber_email,
                     .subject = STR("Code pour agir au nom de votre entreprise"),
                     .cause = "claim_code",
                     .subject_id = c->id};
    struct str text = str_printf(
        cx->arena,
        "%.*s demande à agir au nom de %.*s (SIREN %s) sur ce service.\n\nSi vous êtes d’accord, "
        "donnez-lui ce code :\n\n    %.*s\n\nIl est valable 24 heures et seulement pour cette "
        "personne. Sinon, ne faites rien : sans le code, rien ne se passe.",
        STR_FMT(c->email), STR_FMT(c->name), fmt_siren(siren_str(cx->arena, c->siren)).z,
        STR_FMT(account_grouped(cx->arena, code)));

    m.text = mail_letter(cx, STR("Maillon"), text,
                         STR("Vous recevez ce message parce que votre chambre (CCI ou CMA) a cette "
                             "adresse pour votre entreprise."));
    return mail_queue(cx, &m);
}

enum err
claim_send_code(struct ctx *cx, const struct claim *c, const struct company *co,
                enum claim_result *result)
{
    struct str code = account_digits(cx->arena, 8), hash;
    bool ok;

    assert(db_in_write(cx));
    *result = CLAIM_NO_WAY;
    if (co->chamber_email.len == 0)
        return OK;
    *result = CLAIM_ALREADY;
    if (c->code_expires_ms - CLAIM_CODE_LIFE_MS + CLAIM_CODE_PAUSE_MS > cx->now_ms)
        return OK;
    TRY(account_limit(cx, "claim code", number_text(cx, c->siren), CLAIM_CODES_DAY, CLOCK_DAY_MS,
                      &ok));
    *result = ok ? CLAIM_OK : CLAIM_LIMIT;
    if (!ok)
        return OK;
    TRY(code_hash(cx, c->id, code, &hash));
    TRY(db_run(cx, SQL_CLAIM_SET_CODE, NULL, db_int(c->id), db_str(hash),
               db_int(cx->now_ms + CLAIM_CODE_LIFE_MS), db_int(cx->now_ms)));
    TRY(account_event(cx, c->siren, c->account_id, "claim_code_sent", STR_NONE));
    return mail_chamber(cx, c, co, code);
}

enum err
claim_ask_letter(struct ctx *cx, const struct claim *c, const struct company *co,
                 enum claim_result *result)
{
    struct postal address;
    bool ok;

    assert(db_in_write(cx));
    *result = CLAIM_ALREADY;
    if (c->letter_asked_ms != 0 &&
        (c->letter_expires_ms == 0 || c->letter_expires_ms > cx->now_ms))
        return OK;
    TRY(letter_address(cx, co, &address, &ok));
    *result = CLAIM_NO_WAY;
    if (!ok)
        return OK;
    *result = CLAIM_LIMIT;
    TRY(account_limit(cx, "letter company", number_text(cx, c->siren), LETTERS_COMPANY,
                      INT64_C(90) * CLOCK_DAY_MS, &ok));
    if (!ok)
        return OK;
    TRY(account_limit(cx, "letter account", number_text(cx, c->account_id), LETTERS_ACCOUNT,
                      INT64_C(30) * CLOCK_DAY_MS, &ok));
    if (!ok)
        return OK;
    *result = CLAIM_OK;
    TRY(db_run(cx, SQL_LETTER_PUT, NULL, db_int(c->id), db_str(random_token(cx->arena, 26)),
               db_int(cx->now_ms)));
    return account_event(cx, c->siren, c->account_id, "letter_asked", STR_NONE);
}

/* ---- review, proof ---- */

static enum err
alert_holders(struct ctx *cx, const struct claim *c)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_HOLDERS, &rows, db_int(c->siren), db_int(c->account_id)));
    for (size_t i = 0; i < rows.count; i++)
        TRY(account_mail(
            cx, row_int(&rows, i, 0), "claim_alert", c->id,
            STR("Une autre personne demande à agir au nom de votre entreprise"),
            str_printf(cx->arena,
                       "%.*s demande à agir au nom de %.*s (SIREN %s).\n\nUn agent examine cette "
                       "demande. D’ici là, rien ne change pour vous.\n\nSi vous ne connaissez pas "
                       "cette personne, contestez sa demande :\n%.*s/entreprises",
                       STR_FMT(c->email), STR_FMT(c->name),
                       fmt_siren(siren_str(cx->arena, c->siren)).z,
                       STR_FMT(cx->app->conf->base_url))));
    return OK;
}

enum err
claim_ask_review(struct ctx *cx, const struct claim *c, struct str reason)
{
    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_CLAIM_SET_REVIEW, NULL, db_int(c->id), db_int(cx->now_ms)));
    TRY(review_open(cx, REVIEW_CLAIM, c->siren, c->id, reason));
    TRY(account_event(cx, c->siren, c->account_id, "review_asked", reason));
    /* Asked a second time: they were told. */
    return c->state == CLAIM_REVIEW ? OK : alert_holders(cx, c);
}

static enum err
claim_prove(struct ctx *cx, const struct claim *c, const char *proof)
{
    TRY(db_run(cx, SQL_CLAIM_SET_STATE, NULL, db_int(c->id), db_int(CLAIM_PROVEN),
               db_int(cx->now_ms)));
    TRY(account_link_company(cx, c->account_id, c->siren, proof));
    return account_event(cx, c->siren, c->account_id, "linked", str_of(proof));
}

/* A right code: proof where nobody holds the company, else evidence for the agent. */
static enum err
code_right(struct ctx *cx, const struct claim *c, const char *proof, enum claim_result *result)
{
    bool held;

    TRY(claim_held(cx, c->siren, &held));
    if (!held) {
        *result = CLAIM_OK;
        TRY(review_close(cx, REVIEW_CLAIM, c->siren, c->account_id, STR("Code saisi.")));
        return claim_prove(cx, c, proof);
    }
    *result = CLAIM_TO_REVIEW;
    return claim_ask_review(
        cx, c, str_is(str_of(proof), "letter")
                   ? STR("Code du courrier envoyé au siège saisi avec succès.")
                   : STR("Code envoyé à l’adresse connue de la chambre saisi avec succès."));
}

/* I and L are read as 1, O as 0: the code's letters have none of them. */
static struct str
letter_typed(struct arena *a, struct str typed)
{
    char *z = str_z(a, typed);

    for (size_t i = 0; i < typed.len; i++)
        z[i] = z[i] == 'O' ? '0' : z[i] == 'I' || z[i] == 'L' ? '1' : z[i];
    return str_n(z, typed.len);
}

enum err
claim_try(struct ctx *cx, const struct claim *c, struct str typed, enum claim_result *result)
{
    struct str code = account_typed(cx->arena, typed), hash;
    bool is_letter = code.len == LETTER_CODE_LEN;
    struct db_rows rows;

    assert(db_in_write(cx) && c->account_id == cx->actor.account_id);
    if (is_letter) {
        TRY(letter_code_hash(cx, c->id, letter_typed(cx->arena, code), &hash));
        TRY(db_run(cx, SQL_LETTER_COUNT_TRY, &rows, db_int(c->id), db_int(cx->now_ms)));
    } else {
        TRY(code_hash(cx, c->id, code, &hash));
        TRY(db_run(cx, SQL_CLAIM_COUNT_TRY, &rows, db_int(c->id), db_int(cx->now_ms)));
    }
    *result = CLAIM_SPENT;
    if (rows.count == 0 || c->contested || c->state == CLAIM_PROVEN)
        return OK;
    *result = CLAIM_WRONG;
    if (!secret_eq(row_str(&rows, 0, 0), hash))
        return OK;
    return code_right(cx, c, is_letter ? "letter" : "chamber", result);
}

enum err
claim_give_up(struct ctx *cx, const struct claim *c)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    if (c->state != CLAIM_WAITING && c->state != CLAIM_REVIEW)
        return OK;
    TRY(db_run(cx, SQL_CLAIM_SET_GIVEN_UP, &rows, db_int(c->id), db_int(cx->now_ms)));
    if (rows.changed == 0)
        return ERR_CONFLICT; /* Decided just now, or contested: the other side waits. */
    TRY(review_close(cx, REVIEW_CLAIM, c->siren, c->account_id, STR("Demande retirée.")));
    return account_event(cx, c->siren, c->account_id, "given_up", STR_NONE);
}

/* ---- contest ---- */

/* What acts for the company through this account stops now: sessions and tokens. */
static enum err
drop(struct ctx *cx, int64_t account_id, int64_t siren)
{
    TRY(session_drop_company(cx, account_id, siren));
    return token_revoke_of(cx, account_id, siren);
}

enum err
account_unlink(struct ctx *cx, int64_t account_id, int64_t siren)
{
    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_ACCOUNT_LINK_END, NULL, db_int(account_id), db_int(siren),
               db_int(cx->now_ms)));
    TRY(drop(cx, account_id, siren));
    return account_event(cx, siren, account_id, "link_ended", STR_NONE);
}

enum err
claim_contest(struct ctx *cx, int64_t claim_id, struct str reason)
{
    int64_t siren = cx->actor.siren, me = cx->actor.account_id;
    struct db_rows rows;
    struct claim c;

    assert(db_in_write(cx) && siren != 0);
    TRY(db_run(cx, SQL_CLAIM_SET_CONTESTED, &rows, db_int(claim_id), db_int(siren), db_int(me),
               db_int(cx->now_ms)));
    if (rows.changed == 0)
        return ERR_NOT_FOUND;
    TRY(claim_by_id(cx, claim_id, &c));
    TRY(db_run(cx, SQL_ACCOUNT_LINK_FREEZE, NULL, db_int(me), db_int(siren), db_int(cx->now_ms)));
    TRY(drop(cx, me, siren));
    TRY(account_event(cx, siren, c.account_id, "contested", reason));
    return account_mail(
        cx, c.account_id, "claim_contested", c.id, STR("Votre demande est contestée"),
        str_printf(cx->arena,
                   "La personne qui agit déjà au nom de %.*s conteste votre demande. Un agent va "
                   "décider. D’ici là, aucun de vous deux ne peut agir pour cette entreprise.",
                   STR_FMT(c.name)));
}

enum err
claim_decided(struct ctx *cx, const struct claim *c, bool accepted)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    /* Those who contested rest frozen: the decision is between them and the claimant. */
    if (c->contested) {
        TRY(db_run(cx, SQL_ACCOUNT_HOLDERS, &rows, db_int(c->siren), db_int(c->account_id)));
        for (size_t i = 0; i < rows.count; i++) {
            int64_t holder = row_int(&rows, i, 0);
            if (row_int(&rows, i, 1) == 0)
                continue;
            if (accepted)
                TRY(account_unlink(cx, holder, c->siren));
            else
                TRY(db_run(cx, SQL_ACCOUNT_LINK_THAW, NULL, db_int(holder), db_int(c->siren)));
            TRY(account_mail(cx, holder, "contest_decided", c->id,
                             STR("Votre contestation est tranchée"),
                             str_printf(cx->arena,
                                        accepted ? "L’agent donne raison à l’autre personne : vous "
                                                   "n’agissez plus au nom de %.*s."
                                                 : "L’agent vous donne raison : vous agissez de "
                                                   "nouveau au nom de %.*s.",
                                        STR_FMT(c->name))));
        }
    }
    if (accepted)
        return claim_prove(cx, c, "review");
    return db_run(cx, SQL_CLAIM_SET_STATE, NULL, db_int(c->id), db_int(CLAIM_REFUSED),
                  db_int(cx->now_ms));
}

enum err
claim_reopened(struct ctx *cx, const struct claim *c, bool was_accepted, int64_t decided_ms)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_CLAIM_SET_STATE, NULL, db_int(c->id), db_int(CLAIM_REVIEW),
               db_int(cx->now_ms)));
    if (was_accepted)
        TRY(account_unlink(cx, c->account_id, c->siren));
    if (!c->contested)
        return OK;
    if (was_accepted)
        return db_run(cx, SQL_CLAIM_HOLDERS_BACK, NULL, db_int(c->siren), db_int(c->account_id),
                      db_int(decided_ms));
    TRY(db_run(cx, SQL_CLAIM_CONTESTERS, &rows, db_int(c->siren), db_int(c->account_id)));
    for (size_t i = 0; i < rows.count; i++) {
        TRY(db_run(cx, SQL_ACCOUNT_LINK_FREEZE, NULL, db_int(row_int(&rows, i, 0)),
                   db_int(c->siren), db_int(cx->now_ms)));
        TRY(drop(cx, row_int(&rows, i, 0), c->siren));
    }
    return OK;
}

struct str
account_masked_email(struct arena *a, struct str email)
{
    size_t at = str_find_byte(email, '@');
    struct str domain = str_sub(email, at + 1, email.len);
    size_t dot = domain.len;

    while (dot > 0 && domain.ptr[dot - 1] != '.')
        dot--;
    if (at == 0 || at >= email.len || domain.len == 0)
        return STR("***");
    return str_printf(a, "%c***@%c***%.*s", email.ptr[0], domain.ptr[0],
                      STR_FMT(dot == 0 ? STR_NONE : str_sub(domain, dot - 1, domain.len)));
}
