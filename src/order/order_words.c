/* SPDX-License-Identifier: Apache-2.0 */
/* order_words.c - see order_words.h. */
#include "order/order_words.h"

#include "base/format.h"

static void
add_row(struct summary_row_list *list, struct str term, struct str value, struct str note)
{
    if (value.len == 0)
        return;
    list->item[list->count++] = (struct summary_row){.term = term, .value = value, .note = note};
}

static struct str
address_text(struct ctx *cx, const struct order_address *to)
{
    const struct str part[] = {to->complement, to->street, to->special};
    struct buf b = {0};

    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
        if (part[i].len == 0)
            continue;
        buf_str(&b, part[i]);
        buf_z(&b, ", ");
    }
    buf_str(&b, to->postal_code);
    buf_byte(&b, ' ');
    buf_str(&b, to->city);
    struct str s = buf_dup(&b, cx->arena);
    buf_release(&b);
    return s;
}

struct summary_row_list
order_summary(struct ctx *cx, const struct policy *p, const struct order_line *line, int count,
              const struct order_address *to)
{
    struct summary_row_list list = {
        ARENA_ARRAY(cx->arena, ORDER_LINES_MAX + 6, struct summary_row), 0};

    for (int i = 0; i < count; i++) {
        const struct policy_pack *pack = &p->pack[line[i].pack];
        add_row(&list, pack->label,
                str_printf(cx->arena, "%s × %s, %s hors taxes", fmt_int(line[i].packs).z,
                           fmt_euros(line[i].price_cents).z, fmt_euros(line[i].net_cents).z),
                str_printf(cx->arena, "TVA %s\u00a0: %s", fmt_percent_bp(line[i].vat_bp).z,
                           fmt_euros(line[i].vat_cents).z));
    }
    add_row(&list, STR("Destinataire"), to->company, to->person);
    add_row(&list, STR("Adresse de livraison"), address_text(cx, to), STR_NONE);
    add_row(&list, STR("Téléphone"), str_dup(cx->arena, str_of(fmt_phone(to->phone).z)),
            STR_NONE);
    add_row(&list, STR("Consignes"), to->instructions, STR_NONE);
    add_row(&list, STR("Livraison"), p->delivery_text, STR_NONE);
    return list;
}

struct str
order_what(struct ctx *cx, const struct policy *p, const struct order *o)
{
    const struct policy_good *g = &p->good[o->line[0].good];

    return str_printf(cx->arena, "%s %.*s", fmt_int(o->units).z,
                      STR_FMT(o->units > 1 ? g->unit_many : g->unit_one));
}

enum tone
order_tone(enum order_state s)
{
    switch (s) {
    case ORDER_HELD:
    case ORDER_PAYING:
    case ORDER_REFUND_DUE:
        return TONE_WARN;
    case ORDER_PAID:
    case ORDER_DELIVERED:
        return TONE_GOOD;
    case ORDER_DISPUTED:
    case ORDER_RETURNED:
        return TONE_BAD;
    case ORDER_PREPARING:
    case ORDER_HANDED:
    case ORDER_EXPIRED:
    case ORDER_CANCELLED:
    case ORDER_REFUNDED:
        return TONE_INFO;
    }
    return TONE_INFO;
}

bool
order_lapsed(const struct order *o, int64_t now_ms)
{
    return (o->state == ORDER_HELD || o->state == ORDER_PAYING) && o->deadline_ms <= now_ms;
}

struct str
order_state_shown(const struct order *o, int64_t now_ms)
{
    return order_lapsed(o, now_ms) ? STR("Délai passé") : str_of(order_state_name(o->state));
}

/* ---- history: who, and why; the log keeps it in English ---- */

static const struct {
    const char *cause, *text;
} causes[] = {
    {"reserved", "Réservée en ligne"},
    {"reserved by telephone", "Réservée par téléphone"},
    {"payment begun", "Page de paiement ouverte"},
    {"payment captured", "Paiement confirmé par la banque"},
    {"payment failed", "Paiement refusé ou abandonné"},
    {"paid late, stock taken again",
     "Payée après la fin de la réservation, le stock suffisait encore"},
    {"paid late, stock or quota gone",
     "Payée après la fin de la réservation, plus de stock ou de droit"},
    {"captured another amount than asked", "Montant encaissé différent du montant demandé"},
    {"given back at the provider", "Remboursée depuis le site du prestataire de paiement"},
    {"refund confirmed", "Remboursement confirmé par la banque"},
    {"chargeback", "Paiement contesté auprès de la banque"},
    {"cancelled by the buyer", "Annulée par l’acheteur"},
    {"cancelled by telephone", "Annulée par téléphone"},
    {"not paid in time", "Pas payée à temps"},
    {"given back by the organiser", "Remboursée par l’organisateur"},
    {"taken into a wave", "Prise dans une vague de préparation"},
    {"wave given up", "Vague de préparation abandonnée"},
    {"batch recalled", "Lot rappelé avant l’envoi"},
    {"nothing of it is in stock", "Rien n’était disponible à l’emballage"},
    {"every parcel is with the carrier", "Tous les colis sont chez le transporteur"},
    {"every parcel is delivered", "Tous les colis sont livrés"},
    {"the carrier brings it back", "Le transporteur rapporte le colis"},
    {"the parcel did not arrive", "Le colis n’est pas arrivé"},
    {"a parcel is sent again", "Un colis est renvoyé"},
    {"it was delivered after all", "Le colis avait été livré"},
};

struct str
order_cause_text(struct str cause)
{
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (str_is(cause, causes[i].cause))
            return str_of(causes[i].text);
    return cause;
}

struct str
order_actor_text(struct str actor)
{
    return str_is(actor, "buyer")      ? STR("L’acheteur")
           : str_is(actor, "agent")    ? STR("Un agent")
           : str_is(actor, "provider") ? STR("La banque")
                                       : STR("Le service");
}
