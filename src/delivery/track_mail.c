/* SPDX-License-Identifier: Apache-2.0 */
/* track_mail.c - see track_mail.h. */
#include "delivery/track_mail.h"

#include "account/account.h"
#include "base/format.h"
#include "mail/mail.h"

enum err
track_mail_buyer(struct ctx *cx, const struct order *o, const char *subject, struct str text,
                 const char *cause)
{
    struct campaign c;
    struct str to;

    TRY(account_email(cx, o->account_id, &to));
    if (to.len == 0)
        return OK;
    TRY(campaign_by_id(cx, o->campaign_id, &c));
    text = str_printf(cx->arena, "%.*s\n\nVoir la commande : %.*s/commandes/%.*s", STR_FMT(text),
                      STR_FMT(cx->app->conf->base_url), STR_FMT(o->ref));
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
track_mail_delivered(struct ctx *cx, const struct order *o, int64_t at_ms)
{
    return track_mail_buyer(
        cx, o, "Votre commande est livrée",
        str_printf(cx->arena,
                   "Votre commande %.*s est livrée, le %s, sans contact et sans signature. Le scan "
                   "du livreur fait foi.\n\nIl manque quelque chose, un colis est abîmé ou n’est "
                   "pas là ? Ouvrez une réclamation depuis la page de la commande.",
                   STR_FMT(o->ref), fmt_date_time(at_ms, territory_zone(o->territory)).z),
        "order_delivered");
}

enum err
track_mail_counter(struct ctx *cx, const struct parcel *p)
{
    struct order o;

    TRY(order_by_id(cx, p->order_id, &o));
    return track_mail_buyer(
        cx, &o, "Votre colis vous attend au guichet",
        str_printf(cx->arena,
                   "Le colis %.*s de votre commande %.*s vous attend au guichet du transporteur. "
                   "Retirez-le avant qu’il nous soit retourné.",
                   STR_FMT(p->number), STR_FMT(o.ref)),
        "parcel_counter");
}
