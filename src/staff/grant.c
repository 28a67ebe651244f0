/* SPDX-License-Identifier: Apache-2.0 */
/* grant.c - roles given and second proofs reset, alone or by two. See grant.h. */
#include "staff/grant.h"

#include "account/account.h"
#include "base/format.h"
#include "json/json.h"
#include "mail/mail.h"
#include "staff/totp.h"

enum { ARGS_MAX = 2048 };

/* ---- whether two are needed ---- */

enum err
grant_guarded(struct ctx *cx, int64_t organiser_id, bool *out)
{
    bool writes = db_in_write(cx);
    struct db_rows rows;

    *out = false;
    TRY(db_run(cx, writes ? SQL_STAFF_GUARD_LOCK : SQL_STAFF_GUARD, &rows, db_int(organiser_id),
               db_int(APPROVES)));
    if (rows.count == 0)
        return OK;
    *out = row_int(&rows, 0, 0) != 0 || row_int(&rows, 0, 1) >= 2;
    if (writes && *out && row_int(&rows, 0, 0) == 0)
        return db_run(cx, SQL_STAFF_GUARD_SET, NULL, db_int(organiser_id), db_int(cx->now_ms));
    return OK;
}

/* Whether anybody but the actor and the person concerned can approve. */
static enum err
somebody_else(struct ctx *cx, int64_t account_id, bool *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_STAFF_WITH, &rows, db_int(cx->actor.organiser_id), db_int(APPROVES)));
    *out = false;
    for (size_t r = 0; r < rows.count; r++)
        *out = *out || (row_int(&rows, r, 0) != cx->actor.account_id &&
                        row_int(&rows, r, 0) != account_id);
    return OK;
}

/* What a request keeps of the person. before and after: words of roles; both empty: none change. */
static struct str
person_args(struct ctx *cx, const struct grant_person *p, struct str before, struct str after)
{
    struct buf b = {0};
    struct jw w = jw_begin(&b);

    jw_object(&w);
    jw_kstr(&w, "email", p->email);
    if (before.len > 0 || after.len > 0) {
        jw_kstr(&w, "roles", after);
        jw_kstr(&w, "roles_before", before);
    }
    jw_close_object(&w);
    struct str args = buf_dup(&b, cx->arena);
    buf_release(&b);
    return args;
}

static enum err
ask(struct ctx *cx, enum act act, const struct grant_person *p, struct str args,
    struct str summary, struct str reason, enum grant_result *out, int64_t *act_id)
{
    bool somebody;

    *out = GRANT_NO_REASON;
    if (reason.len == 0)
        return OK;
    *out = GRANT_NOBODY;
    TRY(somebody_else(cx, p->account_id, &somebody));
    if (!somebody)
        return OK;
    *out = GRANT_ASKED;
    return act_ask(cx, act, p->account_id, args, summary, reason, act_id);
}

/* ---- letters ---- */

static enum err
write_to(struct ctx *cx, struct str email, struct str subject, struct str text, const char *why)
{
    struct mail m = {.to = email, .subject = subject, .cause = "staff"};
    enum err e;

    m.text = mail_letter(cx, STR("Maillon"), text, str_of(why));
    e = mail_queue(cx, &m);
    return e == ERR_INVALID ? OK : e; /* An address that takes no mail stops nothing. */
}

static enum err
tell_person(struct ctx *cx, const struct grant_person *p, unsigned rights)
{
    static const char why[] = "Vous recevez ce message parce qu’un administrateur a changé votre "
                              "accès à la console d’un organisateur.";
    struct str roles = staff_roles_text(cx->arena, rights), base = cx->app->conf->base_url;
    struct db_rows rows;

    TRY(db_run(cx, SQL_STAFF_ORGANISER, &rows, db_int(cx->actor.organiser_id)));
    struct str name = row_str(&rows, 0, 0);
    if (p->rights == 0)
        return write_to(cx, p->email, STR("Votre accès à la console"),
                        str_printf(cx->arena,
                                   "%.*s vous donne accès à sa console.\n\nVos rôles : %.*s.\n\n"
                                   "Connectez-vous avec cette adresse :\n%.*s/connexion\n\n"
                                   "Ayez votre téléphone à portée de main : une application de "
                                   "codes vous sera demandée.",
                                   STR_FMT(name), STR_FMT(roles), STR_FMT(base)),
                        why);
    if (rights == 0)
        return write_to(cx, p->email, STR("Votre accès à la console a pris fin"),
                        str_printf(cx->arena,
                                   "Un administrateur vous a retiré de l’équipe de %.*s. Vos "
                                   "sessions sont closes.\n\nSi cela vous surprend, parlez-en à "
                                   "un autre membre de l’équipe.",
                                   STR_FMT(name)),
                        why);
    return write_to(cx, p->email, STR("Vos rôles ont changé"),
                    str_printf(cx->arena,
                               "Vos rôles dans la console de %.*s ont changé : %.*s. Avant : "
                               "%.*s.\n\nConnectez-vous de nouveau :\n%.*s/connexion",
                               STR_FMT(name), STR_FMT(roles),
                               STR_FMT(staff_roles_text(cx->arena, p->rights)), STR_FMT(base)),
                    why);
}

/* Whoever gave a role alone, or somebody in their place, is told that they did. */
static enum err
tell_giver(struct ctx *cx, const struct grant_person *p, unsigned rights, struct str reason)
{
    struct str giver;

    TRY(audit_add(cx, &(struct audit){.act = "staff.alone", .subject = "account",
                                      .subject_id = p->account_id, .reason = reason}));
    TRY(account_email(cx, cx->actor.account_id, &giver));
    if (giver.len == 0)
        return OK;
    return write_to(
        cx, giver, STR("Vous avez donné un rôle sans seconde personne"),
        str_printf(cx->arena,
                   "Vous avez donné à %.*s : %.*s.\n\nVous étiez la seule personne de "
                   "l’organisateur qui puisse approuver : personne d’autre n’a donné son accord, "
                   "et le journal le note. Désormais, donner un tel rôle demande l’accord d’une "
                   "autre personne.\n\nSi ce n’est pas vous, retirez cette personne de l’équipe, "
                   "fermez vos sessions, et prévenez qui exploite le service :\n"
                   "%.*s/console/equipe",
                   STR_FMT(p->email), STR_FMT(staff_roles_text(cx->arena, rights)),
                   STR_FMT(cx->app->conf->base_url)),
        "Vous recevez ce message parce que vous administrez un organisateur.");
}

/* ---- roles ---- */

static enum err
roles_apply(struct ctx *cx, const struct grant_person *p, unsigned rights, bool *last)
{
    enum err e = staff_set_roles(cx, p->account_id, cx->actor.organiser_id, rights);

    *last = e == ERR_LIMIT;
    if (*last)
        return OK;
    TRY(e);
    return tell_person(cx, p, rights);
}

static enum err
roles_ask(struct ctx *cx, const struct grant_person *p, unsigned rights, struct str reason,
          enum grant_result *out, int64_t *act_id)
{
    struct str roles = staff_roles_text(cx->arena, rights);
    struct str change =
        p->rights == 0
            ? str_printf(cx->arena, "Donner à %.*s l’accès à la console : %.*s.",
                         STR_FMT(p->email), STR_FMT(roles))
            : str_printf(cx->arena, "Changer les rôles de %.*s : %.*s. Avant : %.*s.",
                         STR_FMT(p->email), STR_FMT(roles),
                         STR_FMT(staff_roles_text(cx->arena, p->rights)));
    struct str summary = str_printf(
        cx->arena, "%.*s\n\nCette personne pourra approuver à son tour des actes dangereux. "
                   "N’approuvez que si vous la connaissez et que l’adresse est bien la sienne.",
        STR_FMT(change));

    return ask(cx, ACT_STAFF_ROLES, p,
               person_args(cx, p, staff_roles_words(cx->arena, p->rights),
                           staff_roles_words(cx->arena, rights)),
               summary, reason, out, act_id);
}

enum err
grant_roles(struct ctx *cx, const struct grant_person *p, unsigned rights, struct str reason,
            enum grant_result *out, int64_t *act_id)
{
    bool guarded, last, gains = (rights & ~p->rights & APPROVES) != 0;

    assert(db_in_write(cx));
    if (p->account_id == cx->actor.account_id)
        return ERR_DENIED;
    TRY(grant_guarded(cx, cx->actor.organiser_id, &guarded));
    if (gains && guarded)
        return roles_ask(cx, p, rights, reason, out, act_id);
    TRY(roles_apply(cx, p, rights, &last));
    *out = last ? GRANT_LAST_ADMIN : gains ? GRANT_ALONE : GRANT_DONE;
    return *out == GRANT_ALONE ? tell_giver(cx, p, rights, reason) : OK;
}

/* The person as the request knew them; *why is set when they are not that any more. */
static enum err
person_of(struct ctx *cx, const struct act_request *r, struct str email, struct grant_person *out,
          struct str *why)
{
    struct account a;
    enum err e = account_by_id(cx, r->subject_id, &a);

    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    if (e == ERR_NOT_FOUND || a.forgotten || !str_eq(a.email, email)) {
        *why = STR("Ce compte n’existe plus.");
        return ERR_CONFLICT;
    }
    if ((a.rights & STAFF_ANY) != 0 && a.organiser_id != cx->actor.organiser_id) {
        *why = STR("Cette adresse ne peut plus être invitée. Demandez à la personne une autre "
                   "adresse.");
        return ERR_CONFLICT;
    }
    *out = (struct grant_person){a.id, a.email, a.rights & STAFF_ANY};
    return OK;
}

/* What was asked for is a change of certain roles: others since were not seen by the asker. */
enum err
staff_roles_act(struct ctx *cx, const struct act_request *r, struct str *why)
{
    struct json_error fault;
    struct json *args;
    struct grant_person p;
    unsigned rights, before;
    bool last;

    TRY(json_parse(cx->arena, r->args, ARGS_MAX, &args, &fault));
    if (!staff_roles_parse(json_get_str(args, "roles"), &rights) ||
        !staff_roles_parse(json_get_str(args, "roles_before"), &before))
        return ERR_FAULT;
    TRY(person_of(cx, r, json_get_str(args, "email"), &p, why));
    if (p.rights != before) {
        *why = STR("Les rôles de cette personne ont changé depuis la demande. Refusez-la et "
                   "demandez de nouveau.");
        return ERR_CONFLICT;
    }
    TRY(roles_apply(cx, &p, rights, &last));
    if (!last)
        return OK;
    *why = STR("C’est le dernier administrateur : nommez-en un autre d’abord.");
    return ERR_CONFLICT;
}

/* ---- the second proof ---- */

enum err
grant_reset(struct ctx *cx, const struct grant_person *p, struct str reason,
            enum grant_result *out, int64_t *act_id)
{
    bool guarded;

    assert(db_in_write(cx));
    if (p->account_id == cx->actor.account_id)
        return ERR_DENIED;
    TRY(grant_guarded(cx, cx->actor.organiser_id, &guarded));
    *out = GRANT_DONE;
    if (!guarded)
        return totp_reset(cx, p->account_id, p->email);
    TRY(ask(cx, ACT_STAFF_PROOF, p,
            person_args(cx, p, STR_NONE, STR_NONE),
            str_printf(cx->arena,
                       "Remettre à zéro la double vérification de %.*s.\n\nÀ la prochaine "
                       "connexion, qui lit ses e-mails enregistre une nouvelle application de "
                       "codes et agit en son nom. N’approuvez que si la personne vous l’a demandé "
                       "elle-même.",
                       STR_FMT(p->email)),
            reason, out, act_id));
    if (*out != GRANT_ASKED)
        return OK;
    return totp_tell(cx, p->email, STR("On demande de remettre à zéro votre double vérification"),
                     STR("Un administrateur demande que votre double vérification soit remise à "
                         "zéro. Une autre personne de l’équipe doit l’approuver.\n\nSi vous ne "
                         "l’avez pas demandé, prévenez tout de suite un autre membre de "
                         "l’équipe."));
}

/* An application that was set up since is not the one that was lost. */
enum err
staff_proof_act(struct ctx *cx, const struct act_request *r, struct str *why)
{
    struct json_error fault;
    struct json *args;
    struct grant_person p;
    struct totp_state now;

    TRY(json_parse(cx->arena, r->args, ARGS_MAX, &args, &fault));
    TRY(person_of(cx, r, json_get_str(args, "email"), &p, why));
    TRY(totp_state(cx, p.account_id, &now));
    if (p.rights != 0 && now.enrolled && now.made_ms <= r->asked_ms)
        return totp_reset(cx, p.account_id, p.email);
    *why = p.rights == 0   ? STR("Cette personne ne fait plus partie de l’équipe.")
           : !now.enrolled ? STR("Cette personne n’a plus de double vérification.")
                           : STR("Cette personne a enregistré une autre application depuis la "
                                 "demande.");
    return ERR_CONFLICT;
}
