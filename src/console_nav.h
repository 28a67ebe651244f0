/* SPDX-License-Identifier: Apache-2.0 */
/* The console's navigation: NAV(path, label), in the order shown. A link is shown to whoever may
 * open the route of that path (src/routes.h). Included several times: no include guard. */

NAV("/console", "Accueil")
NAV("/console/tableau", "Tableau de bord")
NAV("/console/recherche", "Recherche")
NAV("/console/commandes", "Commandes")
NAV("/console/telephone", "Téléphone")
NAV("/agent", "Dossiers")
NAV("/console/campagnes", "Campagnes")
NAV("/console/stock", "Stock")
NAV("/console/preparation", "Préparation")
NAV("/console/livraison", "Livraison")
NAV("/console/reclamations", "Réclamations")
NAV("/console/finances", "Finances")
NAV("/console/exports", "Exports")
NAV("/console/donnees", "Données")
NAV("/console/approbations", "Approbations")
NAV("/console/journal", "Journal")
NAV("/console/equipe", "Équipe")
