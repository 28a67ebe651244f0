/* SPDX-License-Identifier: Apache-2.0 */
/* order_words.c - the history of an order in French: who, and why. The log keeps it in English. */
#include "order/order_words.h"

static const struct {
    const char *cause, *text;
} causes[] = {
    {"reserved", "Réservée en ligne"},
    {"reserved by telephone", "Réservée par téléphone"},
    {"payment begun", "Page de paiement ouverte"},
    {"payment captured", "Paiement confirmé par la banque"},
    {"payment failed", "Paiement refusé ou abandonné"},
    {"paid late, stock taken again", "Payée après le délai, le stock suffisait encore"},
    {"paid late, stock or quota gone", "Payée après le délai, plus de stock ou de droit"},
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
