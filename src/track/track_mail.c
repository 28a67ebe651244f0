/* SPDX-License-Identifier: Apache-2.0 */
/* track_mail.c - see track_mail.h. */
#include "track/track_mail.h"

#include "account/account.h"
#include "base/format.h"
#include "mail/mail.h"

enum err
track_mail_page(struct ctx *cx, const struct order *o, const char *subject, struct str text,
                const char *link, const char *page, const char *cause)
{
    struct campaign c;
    struct str to;

    TRY(account_email(cx, o->account_id, &to));
    if (to.len == 0)
        return OK;
    TRY(campaign_by_id(cx, o->campaign_id, &c));
    text = str_printf(cx->arena, "%.*s\n\n%s\u00a0: %.*s/commandes/%.*s%s", STR_FMT(text), link,
                      STR_FMT(cx->app->conf->base_url), STR_FMT(o->ref), page);
    struct mail m = {
        .to = to,
        .subject = str_printf(cx->arena, "%s - commande %.*s", subject, STR_FMT(o->ref)),
        .text = mail_letter(cx, c.policy->name, text,
                            STR("Vous recevez ce message parce que vous avez passé cette "
                                "commande.")),
        .cause = cause,
        .subject_id = o->id,
    };
    return mail_queue(cx, &m);
}

enum err
track_mail_buyer(struct ctx *cx, const struct order *o, const char *subject, struct str text,
                 const char *cause)
{
    return track_mail_page(cx, o, subject, text, "Voir la commande", "", cause);
}

enum err
track_mail_delivered(struct ctx *cx, const struct order *o, int64_t at_ms)
{
    return track_mail_buyer(
        cx, o, "Votre commande est livrée",
        str_printf(cx->arena,
                   "Votre commande %.*s est livrée, le %s, sans contact et sans signature. Le scan "
                   "du livreur fait foi.\n\nIl manque quelque chose, un colis est abîmé ou n’est "
                   "pas là\u00a0? Ouvrez une réclamation depuis la page de la commande.",
                   STR_FMT(o->ref), fmt_date_time(at_ms, territory_zone(o->territory)).z),
        "order_delivered");
}

/* About one parcel: what has become of it, and what its buyer does. */
static enum err
mail_parcel(struct ctx *cx, const struct parcel *p, const char *subject, const char *what,
            const char *todo, const char *cause)
{
    struct order o;

    TRY(order_by_id(cx, p->order_id, &o));
    return track_mail_buyer(cx, &o, subject,
                            str_printf(cx->arena, "Le colis %.*s de votre commande %.*s %s\n\n%s",
                                       STR_FMT(p->number), STR_FMT(o.ref), what, todo),
                            cause);
}

enum err
track_mail_counter(struct ctx *cx, const struct parcel *p)
{
    struct str url = parcel_track_url(cx, p);

    return mail_parcel(
        cx, p, "Votre colis vous attend au guichet",
        "vous attend au guichet du transporteur.",
        str_printf(cx->arena,
                   "Retirez-le avant qu’il nous soit retourné, avec l’avis laissé par le livreur "
                   "ou le numéro du colis.%s%.*s",
                   url.len > 0 ? " Adresse et horaires du guichet\u00a0:\n" : "", STR_FMT(url))
            .ptr,
        "parcel_counter");
}

enum err
track_mail_undeliverable(struct ctx *cx, const struct parcel *p)
{
    return mail_parcel(
        cx, p, "Votre colis n’a pas pu être livré", "n’a pas pu être livré.",
        "Si le livreur a laissé un avis, suivez ce qu’il indique. Si l’adresse, l’accès ou les "
        "horaires sont en cause, écrivez-nous ce qu’il faut changer en ouvrant une réclamation "
        "depuis la page de la commande. Sans cela, le colis nous revient et nous vous écrivons.",
        "parcel_undeliverable");
}

enum err
track_mail_returned(struct ctx *cx, const struct parcel *p)
{
    return mail_parcel(
        cx, p, "Votre colis nous revient", "n’a pas pu vous être remis et nous revient.",
        "Vous n’avez rien à payer. Nous l’examinons à son arrivée, puis nous vous écrivons\u00a0: "
        "il vous est renvoyé ou remboursé. Si l’adresse ou les horaires sont à corriger, dites-le "
        "dès maintenant en ouvrant une réclamation depuis la page de la commande.",
        "parcel_returned");
}
