/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_words.c - sentences an agent may give as the reason of a decision. They go to the person as
 * they stand, so each is whole, says what was looked at, and where it refuses what would help.
 */
#include "account/account_web.h"

static const struct motive motives[] = {
    {REVIEW_CLAIM, true, "Les éléments que vous avez fournis concordent avec le registre."},
    {REVIEW_CLAIM, true, "Nous l’avons vérifié par téléphone auprès de l’entreprise."},
    {REVIEW_CLAIM, true, "Votre chambre nous a confirmé que vous agissez pour l’entreprise."},
    {REVIEW_CLAIM, false,
     "Les éléments fournis ne montrent pas que vous agissez pour cette entreprise. Envoyez par "
     "exemple un extrait Kbis ou une délégation signée."},
    {REVIEW_CLAIM, false, "L’entreprise, jointe par téléphone, n’a pas confirmé votre demande."},
    {REVIEW_CLAIM, false,
     "La personne qui agit déjà pour l’entreprise s’y oppose, et ses éléments concordent avec le "
     "registre."},
    {REVIEW_HEADCOUNT, true, "Ce que vous avez fourni montre bien cet effectif."},
    {REVIEW_HEADCOUNT, true, "Nous avons vérifié cet effectif par téléphone auprès de "
                             "l’entreprise."},
    {REVIEW_HEADCOUNT, true, "L’effectif du registre est ancien, et celui que vous déclarez est "
                             "plausible."},
    {REVIEW_HEADCOUNT, false,
     "Rien ne montre cet effectif. Indiquez par exemple le nombre de salariés de votre dernière "
     "déclaration sociale nominative (DSN)."},
    {REVIEW_HEADCOUNT, false,
     "L’effectif compte les salariés de l’entreprise, tous établissements compris, sans les "
     "intérimaires ni les indépendants. Déclarez-le à nouveau ainsi."},
    {REVIEW_HEADCOUNT, false, "L’entreprise, jointe par téléphone, a donné un autre effectif."},
    {REVIEW_NETWORK, true, "Le numéro d’inscription que vous avez fourni est bien celui de "
                           "l’entreprise."},
    {REVIEW_NETWORK, true, "Votre chambre nous a confirmé l’inscription."},
    {REVIEW_NETWORK, false, "La chambre ne retrouve pas cette inscription. Vérifiez le numéro "
                            "auprès d’elle."},
    {REVIEW_NETWORK, false, "L’activité de l’entreprise ne relève pas de ce réseau."},
};

size_t
case_motives(struct str kind, const struct motive *out[MOTIVES_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < sizeof motives / sizeof motives[0]; i++)
        if (str_is(kind, motives[i].kind))
            out[count++] = &motives[i];
    return count;
}
