/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters.c - what is written to who asks, and to an organiser's people. The last letter about a
 * request is emptied as soon as it is sent: the address it goes to has served.
 */
#include "base/clock.h"
#include "base/format.h"
#include "mail/mail.h"
#include "privacy/privacy_int.h"
#include "registry/registry.h"
#include "staff/staff.h"

/* Whose data: "votre compte", "l’entreprise 732 829 320". */
static struct str
whose(struct ctx *cx, const struct privacy_request *r)
{
    if (r->siren == 0)
        return STR("de votre compte");
    return str_printf(cx->arena, "de l’entreprise %s",
                      fmt_siren(siren_str(cx->arena, r->siren)).z);
}

static struct str
day(struct ctx *cx, int64_t d)
{
    return privacy_day_text(cx->arena, d);
}

/* Nothing where no address was given. */
static enum err
write(struct ctx *cx, const struct privacy_request *r, const char *subject, struct str text,
      bool last)
{
    struct mail m = {.to = r->reply_to,
                     .subject = str_of(subject),
                     .cause = "privacy_own",
                     .subject_id = r->id,
                     .last = last};

    if (r->reply_to.len == 0)
        return OK;
    m.text = mail_letter(cx, STR("Maillon"), text,
                         STR("Vous recevez ce message parce que vous avez fait une demande sur "
                             "des données personnelles, avec cette adresse pour la réponse."));
    return mail_queue(cx, &m);
}

enum err
privacy_mail_received(struct ctx *cx, const struct privacy_request *r)
{
    const char *what = r->kind == PRIVACY_ERASE ? "l’effacement" : "une copie";
    struct str base = cx->app->conf->base_url, text;

    if (r->channel == CHANNEL_SITE)
        text = str_printf(
            cx->arena,
            "Vous avez demandé l’effacement des données de votre compte. Il sera fait à partir du "
            "%s, et quand vos commandes en cours seront closes.\n\nD’ici là, vous pouvez retirer "
            "votre demande : %.*s/compte/donnees\n\nSi vous n’avez rien demandé, retirez-la et "
            "fermez toutes vos sessions : %.*s/compte",
            fmt_date(r->not_before_ms, ZONE_PARIS).z, STR_FMT(base), STR_FMT(base));
    else
        text = str_printf(
            cx->arena,
            "Nous avons reçu le %.*s votre demande : %s des données personnelles %.*s.\n\nVous "
            "aurez une réponse au plus tard le %.*s.",
            STR_FMT(day(cx, r->received_day)), what, STR_FMT(whose(cx, r)),
            STR_FMT(day(cx, r->due_day)));
    return write(cx, r, "Votre demande sur vos données est reçue", text, false);
}

enum err
privacy_mail_extended(struct ctx *cx, const struct privacy_request *r)
{
    return write(cx, r, "Votre demande sur vos données prend plus de temps",
                 str_printf(cx->arena,
                            "Votre demande du %.*s sur les données personnelles %.*s prend plus "
                            "de temps que prévu. Vous aurez une réponse au plus tard le %.*s.\n\n"
                            "La raison : %.*s",
                            STR_FMT(day(cx, r->received_day)), STR_FMT(whose(cx, r)),
                            STR_FMT(day(cx, r->due_day)), STR_FMT(r->extended_why)),
                 false);
}

enum err
privacy_mail_refused(struct ctx *cx, const struct privacy_request *r, struct str why)
{
    return write(cx, r, "Votre demande sur vos données",
                 str_printf(cx->arena,
                            "Nous ne pouvons pas donner suite à votre demande du %.*s sur les "
                            "données personnelles %.*s.\n\nLa raison : %.*s\n\nSi cette réponse ne "
                            "vous convient pas, vous pouvez vous adresser à la CNIL : "
                            "https://www.cnil.fr/fr/plaintes, ou à un tribunal.",
                            STR_FMT(day(cx, r->received_day)), STR_FMT(whose(cx, r)),
                            STR_FMT(why)),
                 true);
}

enum err
privacy_mail_done(struct ctx *cx, const struct privacy_request *r)
{
    struct str text;

    if (r->kind == PRIVACY_COPY)
        text = str_printf(cx->arena,
                          "La copie des données personnelles %.*s, demandée le %.*s, est prête. "
                          "L’organisateur vous la remet comme vous l’avez demandé.",
                          STR_FMT(whose(cx, r)), STR_FMT(day(cx, r->received_day)));
    else
        text = str_printf(
            cx->arena,
            "Les données personnelles %.*s sont effacées, comme demandé le %.*s.\n\nRestent, parce "
            "que la loi l’impose : les factures et la comptabilité pendant dix ans, les "
            "déclarations en douane. Reste aussi combien d’unités chaque entreprise a commandées "
            "(par son SIREN), pour que la répartition reste juste. Les copies de sauvegarde "
            "s’effacent à leur terme.\n\nCe message est le dernier : cette adresse n’est plus "
            "gardée.",
            STR_FMT(whose(cx, r)), STR_FMT(day(cx, r->received_day)));
    return write(cx, r,
                 r->kind == PRIVACY_COPY ? "La copie de vos données est prête"
                                         : "Vos données sont effacées",
                 text, true);
}

/* ---- an organiser's people ---- */

static struct str
page_of(struct ctx *cx, const struct privacy_request *r)
{
    return str_printf(cx->arena, "/console/donnees/%lld", (long long)r->id);
}

enum err
privacy_mail_staff_new(struct ctx *cx, const struct privacy_request *r, int64_t organiser_id)
{
    return staff_tell(
        cx, organiser_id, ANSWERS_PEOPLE, NULL, "privacy_staff", r->id,
        STR("Une personne demande l’effacement de ses données"),
        str_printf(cx->arena,
                   "Une personne qui a commandé chez vous demande l’effacement de son compte. Il "
                   "se fait de lui-même à partir du %s, quand ses commandes sont closes. La "
                   "réponse est due au plus tard le %.*s.\n\nClore ses commandes en cours est à "
                   "vous de faire.",
                   fmt_date(r->not_before_ms, ZONE_PARIS).z, STR_FMT(day(cx, r->due_day))),
        page_of(cx, r));
}

enum err
privacy_mail_staff_near(struct ctx *cx, const struct privacy_request *r, int64_t organiser_id)
{
    bool late = privacy_days_left(cx, r) < 0;
    struct str when = str_printf(cx->arena, "La réponse %s due le %.*s", late ? "était" : "est",
                                 STR_FMT(day(cx, r->due_day)));

    return staff_tell(cx, organiser_id, ANSWERS_PEOPLE, NULL, "privacy_staff", r->id,
                      STR("Une demande sur des données personnelles arrive à son terme"),
                      str_printf(cx->arena,
                                 "Une demande %s du %.*s n’a pas encore sa réponse. %.*s.\n\n"
                                 "Traitez-la, ou prolongez-la de deux mois avec une raison.",
                                 r->kind == PRIVACY_ERASE ? "d’effacement" : "de copie",
                                 STR_FMT(day(cx, r->received_day)), STR_FMT(when)),
                      page_of(cx, r));
}
