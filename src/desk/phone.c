/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phone.c - orders by telephone: the buyer's own order_place, then what the telephone asks for on
 * top: the payment link by mail, a word to whoever already acts for the company, the journal.
 */
#include "account/review.h"
#include "base/format.h"
#include "desk/desk.h"
#include "mail/mail.h"
#include "order/order_words.h"
#include "payment/payment.h"
#include "staff/staff.h"

enum { TOLD_MAX = 20 };
#define LINK_CAUSE "order_payment_link"

/* "40 masques, 97,59 € TTC" */
static struct str
what_of(struct ctx *cx, const struct policy *p, const struct order *o)
{
    return str_printf(cx->arena, "%.*s, %s TTC (dont %s de TVA)",
                      STR_FMT(order_what(cx, p, o)), fmt_euros(o->total_cents).z,
                      fmt_euros(o->vat_cents).z);
}

static enum err
mail_link(struct ctx *cx, const struct order *o, const struct order_contact *c)
{
    const struct policy *p;
    struct url link;

    TRY(campaign_policy(cx, o->campaign_id, o->version, &p));
    TRY(payment_link(cx, o, c->link, &link));
    struct str text = str_printf(
        cx->arena,
        "%.*s, vous avez passé cette commande par téléphone.\n\nCommande\u00a0: %.*s\nQuantité et "
        "total\u00a0: %.*s\nLivrée à\u00a0: %.*s, %.*s %.*s\n\nPayez-la par carte avant le %s, par "
        "ce lien qui ne sert qu’à cela\u00a0:\n\n%.*s%.*s\n\nPassé ce délai, la réservation "
        "s’éteint et rien n’est dû. La livraison se fait sans contact et sans signature, comme "
        "vous l’avez accepté.\n\nSi vous n’avez pas passé cette commande, ne faites rien.",
        STR_FMT(c->name), STR_FMT(o->ref), STR_FMT(what_of(cx, p, o)),
        STR_FMT(o->address.company), STR_FMT(o->address.postal_code), STR_FMT(o->address.city),
        fmt_date_time(o->deadline_ms, territory_zone(o->territory)).z,
        STR_FMT(cx->app->conf->base_url), STR_FMT(link.s));
    return mail_queue(cx, &(struct mail){
                              .to = c->email,
                              .subject = str_printf(cx->arena, "À payer - commande %.*s",
                                                    STR_FMT(o->ref)),
                              .text = mail_letter(cx, p->name, text,
                                                  STR("Vous recevez ce message parce que cette "
                                                      "adresse a été donnée au téléphone pour "
                                                      "cette commande.")),
                              .cause = LINK_CAUSE,
                              .subject_id = o->id,
                          });
}

/* Whoever acts for the company hears of it: somebody else may have called in its name. But for the
 * address of who called. */
static enum err
tell_holders(struct ctx *cx, int64_t siren, struct str caller, const struct mail *m)
{
    struct company_holder_list list;
    struct mail to = *m;
    size_t told = 0;

    TRY(account_company_holders(cx, siren, &list));
    for (size_t i = 0; i < list.count && told < TOLD_MAX; i++) {
        const struct company_holder *h = &list.item[i];
        if (h->ended_ms != 0 || h->frozen_ms != 0 || str_eq(h->email, caller))
            continue;
        to.to = h->email;
        TRY(mail_queue(cx, &to));
        told++;
    }
    return OK;
}

#define AS_HOLDER STR("Vous recevez ce message parce que vous agissez pour cette entreprise.")

static enum err
tell_of_order(struct ctx *cx, const struct order *o, const struct order_contact *c)
{
    const struct policy *p;

    TRY(campaign_policy(cx, o->campaign_id, o->version, &p));
    struct str text = str_printf(
        cx->arena,
        "Une commande vient d’être passée par téléphone au nom de votre entreprise, par une "
        "personne qui dit s’appeler %.*s.\n\nCommande\u00a0: %.*s\nQuantité et total\u00a0: "
        "%.*s\n\nVous pouvez la payer, ou l’annuler si elle n’est pas de vous\u00a0:\n"
        "%.*s/commandes/%.*s",
        STR_FMT(c->name), STR_FMT(o->ref), STR_FMT(what_of(cx, p, o)),
        STR_FMT(cx->app->conf->base_url), STR_FMT(o->ref));
    return tell_holders(cx, o->siren, c->email,
                        &(struct mail){
                            .subject = str_printf(cx->arena, "Commande passée par téléphone - %.*s",
                                                  STR_FMT(o->ref)),
                            .text = mail_letter(cx, p->name, text, AS_HOLDER),
                            .cause = "order_by_phone",
                            .subject_id = o->id,
                        });
}

static enum err
note_act(struct ctx *cx, const char *act, const struct order *o, struct str before,
         struct str after)
{
    return audit_add(cx, &(struct audit){.act = act, .subject = "order", .subject_id = o->id,
                                         .before = before, .after = after});
}

enum err
phone_place(struct ctx *cx, const struct order_ask *ask, struct order_placed *out)
{
    struct order_contact c;
    bool found;

    assert(db_in_write(cx) && ask->contact != NULL);
    TRY(order_place(cx, ask, out));
    if (!out->ok || out->replay)
        return OK;
    const struct order *o = &out->order;
    TRY(order_contact_find(cx, o->id, &c, &found));
    assert(found);
    TRY(mail_link(cx, o, &c));
    TRY(tell_of_order(cx, o, &c));
    return note_act(cx, "order.phone", o, STR_NONE,
                    str_printf(cx->arena, "{\"siren\":%lld,\"units\":%lld,\"cents\":%lld,"
                                          "\"contact\":%lld}",
                               (long long)o->siren, (long long)o->units,
                               (long long)o->total_cents, (long long)c.account_id));
}

static bool
may_be_paid(const struct ctx *cx, const struct order *o)
{
    return (o->state == ORDER_HELD || o->state == ORDER_PAYING) && o->deadline_ms > cx->now_ms;
}

/* Taken by telephone, and its buyer may still pay. */
static enum err
open_contact(struct ctx *cx, struct order *o, struct order_contact *c)
{
    bool found;

    TRY(order_lock(cx, o->id, o));
    TRY(order_contact_find(cx, o->id, c, &found));
    return found && may_be_paid(cx, o) ? OK : ERR_CONFLICT;
}

enum err
phone_is_open(struct ctx *cx, const struct order *o, bool *out)
{
    struct order_contact c;
    bool found;

    TRY(order_contact_find(cx, o->id, &c, &found));
    *out = found && may_be_paid(cx, o);
    return OK;
}

enum err
phone_link_again(struct ctx *cx, struct order *o, struct str email)
{
    struct mail_note_list sent;
    struct order_contact c;

    assert(db_in_write(cx));
    TRY(open_contact(cx, o, &c));
    int64_t before = c.account_id;
    TRY(mail_about(cx, LINK_CAUSE, o->id, &sent));
    if (sent.count >= PHONE_LINKS_MAX)
        return ERR_RATE;
    /* The same address gets the same link: the first message may be the one that is read. */
    if (!str_eq_nocase(email, c.email))
        TRY(order_contact_change(cx, o, email, &c));
    TRY(mail_link(cx, o, &c));
    return note_act(cx, "order.phone_link", o,
                    str_printf(cx->arena, "{\"contact\":%lld}", (long long)before),
                    str_printf(cx->arena, "{\"contact\":%lld}", (long long)c.account_id));
}

static enum err
mail_cancelled(struct ctx *cx, const struct order *o, const struct order_contact *c)
{
    const struct policy *p;

    TRY(campaign_policy(cx, o->campaign_id, o->version, &p));
    struct str text = str_printf(cx->arena,
                                 "Votre commande %.*s, passée par téléphone, est annulée. Rien ne "
                                 "vous est débité, et le lien de paiement reçu ne vaut plus.\n\n"
                                 "Vous pouvez commander à nouveau, en ligne ou par téléphone.",
                                 STR_FMT(o->ref));
    return mail_queue(cx, &(struct mail){
                              .to = c->email,
                              .subject = str_printf(cx->arena, "Annulée - commande %.*s",
                                                    STR_FMT(o->ref)),
                              .text = mail_letter(cx, p->name, text,
                                                  STR("Vous recevez ce message parce que cette "
                                                      "adresse a été donnée au téléphone pour "
                                                      "cette commande.")),
                              .cause = "order_cancelled",
                              .subject_id = o->id,
                          });
}

enum err
phone_cancel(struct ctx *cx, struct order *o)
{
    struct order_contact c;

    assert(db_in_write(cx));
    TRY(open_contact(cx, o, &c));
    struct str before = str_printf(cx->arena, "{\"state\":\"%s\"}", order_state_code(o->state));
    TRY(order_cancel(cx, o, "agent", "cancelled by telephone"));
    TRY(mail_cancelled(cx, o, &c));
    return note_act(cx, "order.phone_cancel", o, before, STR("{\"state\":\"cancelled\"}"));
}

/* ---- what the company declares by telephone ---- */

static enum err
tell_of_declaration(struct ctx *cx, const struct company *co, const struct phone_declaration *d)
{
    struct str name = account_company_name(cx->arena, co->siren, co->name, co->partial);
    struct str what = STR("l’appartenance à un réseau consulaire (CCI ou CMA)");

    if (d->heads >= 0)
        what = str_printf(cx->arena, "un effectif de %s", fmt_plural(d->heads, "salarié",
                                                                     "salariés").z);
    struct str text = str_printf(
        cx->arena,
        "Une personne a déclaré par téléphone, pour %.*s, %.*s. Son adresse\u00a0: %.*s.\n\nSi "
        "c’est une erreur, corrigez-la ici\u00a0:\n%.*s/entreprises/effectif",
        STR_FMT(name), STR_FMT(what), STR_FMT(d->email), STR_FMT(cx->app->conf->base_url));
    return tell_holders(cx, co->siren, d->email,
                        &(struct mail){
                            .subject = STR("Déclaration faite par téléphone"),
                            .text = mail_letter(cx, STR("Maillon"), text, AS_HOLDER),
                            .cause = "company_by_phone",
                            .subject_id = co->siren,
                        });
}

enum err
phone_declare(struct ctx *cx, const struct company *co, const struct phone_declaration *d,
              bool *accepted)
{
    struct account caller;

    assert(db_in_write(cx) && (d->heads >= 0 || d->networks != 0));
    TRY(account_for_email(cx, d->email, &caller));
    *accepted = true;
    if (d->heads >= 0) {
        TRY(account_declare_heads_for(cx, caller.id, co, d->heads, d->note, accepted));
        TRY(audit_add(cx, &(struct audit){
                              .act = "company.heads", .subject = "company", .subject_id = co->siren,
                              .after = str_printf(cx->arena, "{\"heads\":%d,\"contact\":%lld,"
                                                             "\"accepted\":%s}",
                                                  d->heads, (long long)caller.id,
                                                  *accepted ? "true" : "false")}));
    }
    if (d->networks != 0) {
        *accepted = false;
        TRY(account_ask_network_for(cx, caller.id, co, d->networks, d->note));
        TRY(audit_add(cx, &(struct audit){
                              .act = "company.network", .subject = "company",
                              .subject_id = co->siren,
                              .after = str_printf(cx->arena, "{\"networks\":%u,\"contact\":%lld}",
                                                  d->networks, (long long)caller.id)}));
    }
    return tell_of_declaration(cx, co, d);
}
