/* SPDX-License-Identifier: Apache-2.0 */
/*
 * totp_notice.c - what the journal, the person and their administrators are told when a second
 * proof changes, when a recovery code serves and when somebody guesses.
 */
#include <inttypes.h>

#include "base/format.h"
#include "mail/mail.h"
#include "staff/staff.h"
#include "staff/totp.h"

enum { FEW_CODES = 3 };

enum err
totp_tell(struct ctx *cx, struct str email, struct str subject, struct str text)
{
    enum err e = mail_queue(cx, &(struct mail){
                                    .to = email,
                                    .subject = subject,
                                    .cause = "staff",
                                    .text = mail_letter(cx, STR("Maillon"), text,
                                                        STR("Vous recevez ce message parce que "
                                                            "vous avez accès à la console d’un "
                                                            "organisateur."))});

    return e == ERR_INVALID ? OK : e; /* An address that takes no mail. */
}

/* "le 2 mai 2020 à 8 h 05 (heure de Paris), depuis Firefox sur Windows" */
static struct str
when_and_where(struct ctx *cx, struct str device)
{
    return str_printf(cx->arena, "le %s (heure de Paris), depuis %.*s",
                      fmt_date_time(cx->now_ms, ZONE_PARIS).z,
                      STR_FMT(device.len > 0 ? device
                                             : STR("un appareil que nous ne reconnaissons pas")));
}

/* What to do when it was somebody else. */
static struct str
if_not_you(struct ctx *cx)
{
    struct str base = cx->app->conf->base_url;

    return str_printf(cx->arena,
                      "Si ce n’est pas vous, quelqu’un lit sans doute vos e-mails. Tout de "
                      "suite :\n"
                      "- fermez vos sessions sur %.*s/compte\n"
                      "- changez le mot de passe de votre messagerie\n"
                      "- faites de nouveaux codes de secours sur %.*s/compte/securite\n"
                      "- prévenez un administrateur de votre organisateur.",
                      STR_FMT(base), STR_FMT(base));
}

/* A session that waits for its second proof has no organiser yet. */
static enum err
note(struct ctx *cx, const struct totp_person *p, const char *act, struct str after)
{
    struct actor actor = cx->actor;
    enum err e;

    cx->actor.organiser_id = p->organiser_id;
    e = audit_add(cx, &(struct audit){.act = act, .subject = "account",
                                      .subject_id = p->account_id, .after = after});
    cx->actor = actor;
    return e;
}

static struct str
device_json(struct ctx *cx, const struct totp_person *p)
{
    return str_printf(cx->arena, "{\"device\":\"%.*s\"}", STR_FMT(p->device));
}

enum err
totp_note_enrol(struct ctx *cx, const struct totp_person *p, bool again)
{
    TRY(note(cx, p, "staff.totp_enrol", device_json(cx, p)));
    return totp_tell(cx, p->email,
                     again ? STR("Votre application de codes a changé")
                           : STR("Votre double vérification est activée"),
                     str_printf(cx->arena,
                                "Une nouvelle application de codes est enregistrée pour votre "
                                "compte %.*s. %s\n\n%.*s",
                                STR_FMT(when_and_where(cx, p->device)),
                                again ? "L’ancienne et ses codes de secours ne valent plus, et "
                                        "vos autres sessions sont closes."
                                      : "Elle sera demandée à chaque connexion, et vos "
                                        "autres sessions sont closes.",
                                STR_FMT(if_not_you(cx))));
}

enum err
totp_note_codes(struct ctx *cx, const struct totp_person *p)
{
    TRY(note(cx, p, "staff.recovery_renew", device_json(cx, p)));
    return totp_tell(cx, p->email, STR("Vos codes de secours ont changé"),
                     str_printf(cx->arena,
                                "De nouveaux codes de secours ont été faits pour votre compte "
                                "%.*s. Les anciens ne valent plus.\n\n%.*s",
                                STR_FMT(when_and_where(cx, p->device)), STR_FMT(if_not_you(cx))));
}

enum err
totp_note_recovery(struct ctx *cx, const struct totp_person *p)
{
    struct str left_text;
    struct totp_state now;

    TRY(totp_state(cx, p->account_id, &now));
    TRY(note(cx, p, "staff.recovery",
             str_printf(cx->arena, "{\"left\":%d,\"device\":\"%.*s\"}", now.recovery_left,
                        STR_FMT(p->device))));
    left_text = now.recovery_left == 0
                    ? STR("Il ne vous en reste aucun.")
                    : str_printf(cx->arena, "Il vous en reste %d.", now.recovery_left);
    if (now.recovery_left <= FEW_CODES)
        left_text = str_printf(cx->arena, "%.*s Faites-en de nouveaux sur %.*s/compte/securite",
                               STR_FMT(left_text), STR_FMT(cx->app->conf->base_url));
    return totp_tell(cx, p->email, STR("Un de vos codes de secours vient de servir"),
                     str_printf(cx->arena,
                                "Un de vos codes de secours a servi à la place de votre "
                                "application de codes %.*s.\n\n%.*s\n\n%.*s",
                                STR_FMT(when_and_where(cx, p->device)), STR_FMT(left_text),
                                STR_FMT(if_not_you(cx))));
}

enum err
totp_note_wrong(struct ctx *cx, const struct totp_person *p)
{
    const int64_t but[TELL_BUT] = {p->account_id, 0};
    struct str what = when_and_where(cx, p->device);

    TRY(note(cx, p, "staff.totp_wrong", device_json(cx, p)));
    TRY(totp_tell(cx, p->email, STR("Cinq codes de vérification faux pour votre compte"),
                  str_printf(cx->arena,
                             "Cinq codes de vérification faux ont été saisis pour votre compte, "
                             "le dernier %.*s. Aucun n’est accepté pendant 15 minutes.\n\nQui les "
                             "a saisis avait déjà passé l’étape du code reçu par e-mail. %.*s",
                             STR_FMT(what), STR_FMT(if_not_you(cx)))));
    return staff_tell(cx, p->organiser_id, RIGHT_ADMIN, but, "staff", p->account_id,
                      STR("Cinq codes de vérification faux pour un compte de l’équipe"),
                      str_printf(cx->arena,
                                 "Cinq codes de vérification faux ont été saisis pour le compte "
                                 "de %.*s, le dernier %.*s. Aucun n’est accepté pendant 15 "
                                 "minutes.\n\nDemandez à la personne, de vive voix, si c’était "
                                 "elle. Sinon, fermez ses sessions.",
                                 STR_FMT(p->email), STR_FMT(what)),
                      str_printf(cx->arena, "/console/equipe/%" PRId64, p->account_id));
}
