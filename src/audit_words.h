/* SPDX-License-Identifier: Apache-2.0 */
/* What acts of the journal are called in French: WORDS(act, title). An act without a line is shown
 * by its name. Included several times: no include guard. */

/* staff */
WORDS("staff.roles", "Rôles changés")
WORDS("staff.forgotten", "Compte de l’équipe effacé")
WORDS("staff.alone", "Rôle donné sans seconde personne")
WORDS("staff.totp_enrol", "Double vérification activée")
WORDS("staff.totp_reset", "Double vérification remise à zéro")
WORDS("staff.totp_wrong", "Cinq codes de vérification faux")
WORDS("staff.recovery", "Code de secours utilisé")
WORDS("staff.recovery_renew", "Nouveaux codes de secours")
WORDS("staff.sessions_end", "Sessions fermées")
WORDS("act.ask", "Approbation demandée")
WORDS("act.approve", "Demande approuvée")
WORDS("act.refuse", "Demande refusée")
WORDS("act.withdraw", "Demande retirée")
WORDS("act.expire", "Demande éteinte sans décision")
WORDS("journal.export", "Journal exporté")

/* export */
WORDS("orders.export", "Commandes exportées")
WORDS("lines.export", "Lignes de commande exportées")
WORDS("parcels.export", "Colis exportés")
WORDS("movements.export", "Mouvements de stock exportés")
WORDS("payments.export", "Paiements exportés")
WORDS("refunds.export", "Remboursements exportés")
WORDS("buyers.export", "Commandes exportées avec l’acheteur")
WORDS("export.grant", "Export de données personnelles accordé")

/* invoice */
WORDS("order.give_back", "Commande remboursée")
WORDS("accounts.export", "Journal comptable exporté")
WORDS("settlement.read", "Relevé du prestataire comparé")
WORDS("settlement.handle", "Écart d’un relevé traité")

/* payment */
WORDS("payment.alarm_handle", "Alerte de paiement traitée")
WORDS("payment.refund_by_hand", "Remboursement fait par virement")
WORDS("order.give_back_part", "Commande remboursée en partie")

/* manage, campaign */
WORDS("draft.begin", "Brouillon de règles commencé")
WORDS("draft.change", "Brouillon de règles modifié")
WORDS("draft.rebase", "Brouillon repris sur une autre version")
WORDS("draft.drop", "Brouillon de règles abandonné")
WORDS("policy.publish", "Règles publiées")
WORDS("campaign.pause", "Ventes suspendues")
WORDS("campaign.resume", "Ventes reprises")

/* privacy */
WORDS("privacy.erase", "Effacement de données accordé")
WORDS("privacy.done", "Données effacées")
WORDS("privacy.grant", "Copie de données accordée")
WORDS("privacy.copy", "Copie de données prise")
WORDS("privacy.extend", "Délai de réponse prolongé")
WORDS("privacy.refuse", "Demande sur des données refusée")

/* desk, reviews */
WORDS("order.phone", "Commande prise par téléphone")
WORDS("order.phone_link", "Lien de paiement renvoyé")
WORDS("order.phone_cancel", "Commande par téléphone annulée")
WORDS("company.note", "Note ajoutée")
WORDS("company.heads", "Effectif déclaré par téléphone")
WORDS("company.network", "Réseau déclaré par téléphone")
WORDS("review.accept", "Dossier accepté")
WORDS("review.refuse", "Dossier refusé")
WORDS("review.reopen", "Dossier rouvert")

/* stock */
WORDS("stock.warehouse", "Entrepôt modifié")
WORDS("stock.pool_warehouse", "Réserve confiée à un entrepôt")
WORDS("stock.announce", "Arrivage annoncé")
WORDS("stock.arrival_cancel", "Arrivage annulé")
WORDS("stock.receive", "Arrivage reçu")
WORDS("stock.quarantine", "Unités mises en quarantaine")
WORDS("stock.clear", "Unités sorties de quarantaine")
WORDS("stock.scrap", "Unités mises au rebut")
WORDS("stock.transfer", "Transfert envoyé")
WORDS("stock.transfer_arrive", "Transfert reçu")
WORDS("stock.transfer_back", "Transfert revenu")
WORDS("stock.transfer_lost", "Unités perdues en transfert")
WORDS("stock.correct", "Inventaire corrigé")
WORDS("stock.recall", "Lot rappelé")
WORDS("stock.recipients", "Liste des entreprises d’un lot prise")
WORDS("stock.make_good", "Suite d’un rappel décidée")
WORDS("order.recall_again", "Commande renvoyée après un rappel")
WORDS("order.recall_given_back", "Commande remboursée après un rappel")

/* delivery */
WORDS("wave.create", "Vague créée")
WORDS("wave.label", "Étiquettes d’une vague demandées")
WORDS("wave.stop", "Étiquettes d’une vague arrêtées")
WORDS("wave.give_up", "Vague abandonnée")
WORDS("parcel.pack", "Colis emballé")
WORDS("parcel.short_later", "Lots manquants, envoyés plus tard")
WORDS("parcel.short_refund", "Lots manquants, remboursés")
WORDS("parcel.ask_again", "Étiquette redemandée")
WORDS("parcel.number", "Numéro de colis saisi")
WORDS("parcel.no_label", "Étiquette déclarée non émise")
WORDS("parcel.hand_over", "Colis remis au transporteur")

/* track */
WORDS("parcel.status_file", "Fichier de statuts importé")

/* care */
WORDS("parcel.send_again", "Colis renvoyé")
WORDS("parcel.give_back", "Colis remboursé")
WORDS("parcel.was_delivered", "Colis déclaré livré")
WORDS("parcel.wait", "Colis à revoir plus tard")
WORDS("parcel.note", "Colis livré après coup, noté")
WORDS("parcel.stop", "Envoi de remplacement arrêté")
WORDS("parcel.take_back", "Colis en trop repris")
WORDS("parcel.ask_return", "Retour du remplacement demandé")
WORDS("complaint.answer", "Réponse à une réclamation")
WORDS("complaint.accept", "Réclamation acceptée")
WORDS("complaint.refuse", "Réclamation refusée")
