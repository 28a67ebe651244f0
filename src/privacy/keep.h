/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes by its age: KEEP(NAME, handler, word, title, since, what). NAME is its setting
 * (base/keep.h), handler lets it go (job/purge.h), word names it in /metrics ("purged_" before it)
 * and in "maillon privacy status". In French, for the privacy page: the thing, from when its days
 * count, what becomes of it. Included several times: no include guard.
 */
KEEP(ACCOUNTS, account_purge_idle, "accounts", "Compte auquel personne ne se connecte",
     "la dernière connexion",
     "L’adresse est remplacée par un pseudonyme, les liens avec des entreprises prennent fin.")
KEEP(LIMITS, account_purge_limits, "limits", "Compteurs de codes envoyés (empreintes)",
     "l’envoi du code", "Effacés.")
KEEP(CLAIMS, account_purge_claims, "claims", "Demande d’agir pour une entreprise, sans preuve",
     "la dernière démarche", "Close.")
KEEP(REVIEW_NOTES, account_purge_notes, "review_notes", "Explications écrites aux agents",
     "la décision", "Effacées\u00a0; la décision et son motif restent.")
KEEP(DESK_NOTES, desk_purge_notes, "desk_notes", "Notes des agents sur une entreprise", "la note",
     "Effacées.")
KEEP(TOKENS, account_purge_tokens, "tokens", "Jeton de l’API qui a pris fin", "sa fin", "Effacé.")
KEEP(MAILS, mail_purge_old, "mails", "Messages envoyés", "l’envoi",
     "L’adresse et le texte sont effacés\u00a0; la date et l’objet restent.")
KEEP(PAYMENT_NEWS, payment_purge_news, "payment_news",
     "Avis techniques du prestataire de paiement", "la réception",
     "Effacés\u00a0; le montant et la référence restent avec la comptabilité.")
KEEP(ORDERS, privacy_purge_orders, "orders",
     "Nom, téléphone, adresse et consignes de livraison d’une commande",
     "le dernier changement de la commande close",
     "Effacés\u00a0; la commande, la commune et les montants restent avec la comptabilité.")
KEEP(COMPLAINTS, care_purge_complaints, "complaints", "Textes et photos d’une réclamation",
     "la décision", "Effacés.")
KEEP(LABELS, delivery_purge_labels, "labels", "Étiquettes du transporteur",
     "la remise au transporteur", "Effacées.")
KEEP(CUSTOMS, delivery_purge_customs, "customs", "Déclarations en douane",
     "la remise au transporteur", "Effacées.")
