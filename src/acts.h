/* SPDX-License-Identifier: Apache-2.0 */
/* Every act that a second person must approve: ACT(NAME, handler, right, title), and ACT_PERSON for
 * what concerns one of the organiser's people; see staff/staff.h for the columns. Included several
 * times: no include guard. */
#ifndef ACT_PERSON
#define ACT_PERSON ACT
#endif

/* staff */
ACT_PERSON(STAFF_ROLES, staff_roles_act, RIGHT_ADMIN, "Donner des rôles")
ACT_PERSON(STAFF_PROOF, staff_proof_act, RIGHT_ADMIN, "Remettre à zéro une double vérification")

/* stock */
ACT(STOCK_CORRECT, stock_correct_act, RIGHT_STOCK | RIGHT_ADMIN, "Correction d’inventaire")
ACT(STOCK_SCRAP, stock_scrap_act, RIGHT_STOCK | RIGHT_ADMIN, "Mise au rebut")
ACT(STOCK_RECALL, stock_recall_act, RIGHT_STOCK | RIGHT_ADMIN, "Rappel d’un lot")
ACT(STOCK_MAKE_GOOD, stock_make_good_act, RIGHT_STOCK | RIGHT_ADMIN, "Suite d’un rappel de lot")

ACT(REFUND_MANY, refund_many_act, RIGHT_FINANCE | RIGHT_ADMIN, "Rembourser plusieurs commandes")

/* export */
ACT(EXPORT_BUYERS, export_buyers_act, ASKS_BUYERS, "Exporter des données personnelles")

/* manage */
ACT(CAMPAIGN_PUBLISH, campaign_publish_act, RIGHT_ADMIN, "Publication de règles")

/* privacy */
ACT(PRIVACY_ERASE, privacy_erase_act, ANSWERS_PEOPLE, "Effacer les données d’une entreprise")
ACT(PRIVACY_COPY, privacy_copy_act, ANSWERS_PEOPLE, "Communiquer les données d’une entreprise")

#undef ACT_PERSON
