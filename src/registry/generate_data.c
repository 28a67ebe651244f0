/* SPDX-License-Identifier: Apache-2.0 */
/* generate_data.c - words and shares for an invented register. */
#include "registry/generate_data.h"

#include <stddef.h>

const char unit_header[] =
    "siren,statutDiffusionUniteLegale,unitePurgeeUniteLegale,dateCreationUniteLegale,"
    "sigleUniteLegale,sexeUniteLegale,prenom1UniteLegale,prenom2UniteLegale,prenom3UniteLegale,"
    "prenom4UniteLegale,prenomUsuelUniteLegale,pseudonymeUniteLegale,"
    "identifiantAssociationUniteLegale,trancheEffectifsUniteLegale,anneeEffectifsUniteLegale,"
    "dateDernierTraitementUniteLegale,nombrePeriodesUniteLegale,categorieEntreprise,"
    "anneeCategorieEntreprise,dateDebut,etatAdministratifUniteLegale,nomUniteLegale,"
    "nomUsageUniteLegale,denominationUniteLegale,denominationUsuelle1UniteLegale,"
    "denominationUsuelle2UniteLegale,denominationUsuelle3UniteLegale,"
    "categorieJuridiqueUniteLegale,activitePrincipaleUniteLegale,"
    "nomenclatureActivitePrincipaleUniteLegale,nicSiegeUniteLegale,"
    "economieSocialeSolidaireUniteLegale,societeMissionUniteLegale,"
    "caractereEmployeurUniteLegale,activitePrincipaleNAF25UniteLegale\n";

const char place_header[] =
    "siren,nic,siret,statutDiffusionEtablissement,dateCreationEtablissement,"
    "trancheEffectifsEtablissement,anneeEffectifsEtablissement,"
    "activitePrincipaleRegistreMetiersEtablissement,dateDernierTraitementEtablissement,"
    "etablissementSiege,nombrePeriodesEtablissement,complementAdresseEtablissement,"
    "numeroVoieEtablissement,indiceRepetitionEtablissement,dernierNumeroVoieEtablissement,"
    "indiceRepetitionDernierNumeroVoieEtablissement,typeVoieEtablissement,"
    "libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement,"
    "libelleCommuneEtrangerEtablissement,distributionSpecialeEtablissement,"
    "codeCommuneEtablissement,codeCedexEtablissement,libelleCedexEtablissement,"
    "codePaysEtrangerEtablissement,libellePaysEtrangerEtablissement,"
    "identifiantAdresseEtablissement,coordonneeLambertAbscisseEtablissement,"
    "coordonneeLambertOrdonneeEtablissement,complementAdresse2Etablissement,"
    "numeroVoie2Etablissement,indiceRepetition2Etablissement,typeVoie2Etablissement,"
    "libelleVoie2Etablissement,codePostal2Etablissement,libelleCommune2Etablissement,"
    "libelleCommuneEtranger2Etablissement,distributionSpeciale2Etablissement,"
    "codeCommune2Etablissement,codeCedex2Etablissement,libelleCedex2Etablissement,"
    "codePaysEtranger2Etablissement,libellePaysEtranger2Etablissement,dateDebut,"
    "etatAdministratifEtablissement,enseigne1Etablissement,enseigne2Etablissement,"
    "enseigne3Etablissement,denominationUsuelleEtablissement,activitePrincipaleEtablissement,"
    "nomenclatureActivitePrincipaleEtablissement,caractereEmployeurEtablissement,"
    "activitePrincipaleNAF25Etablissement\n";

const struct activity activities[] = {
    {"10.71C", "10.71Y", "1071CA", "BOULANGERIE"},
    {"10.71D", "10.71Y", "1071DA", "PATISSERIE"},
    {"10.13B", "10.13Y", "1013BA", "CHARCUTERIE"},
    {"47.22Z", "47.22Y", "4722ZA", "BOUCHERIE"},
    {"43.22A", "43.22Y", "4322AA", "PLOMBERIE"},
    {"43.21A", "43.21G", "4321AA", "ELECTRICITE"},
    {"43.99C", "43.99Y", "4399CA", "MACONNERIE"},
    {"43.34Z", "43.34G", "4334ZA", "PEINTURE"},
    {"43.32A", "43.32G", "4332AA", "MENUISERIE"},
    {"43.91B", "43.41G", "4391BA", "COUVERTURE"},
    {"45.20A", "95.31G", "4520AA", "GARAGE"},
    {"96.02A", "96.21G", "9602AA", "COIFFURE"},
    {"96.02B", "96.22G", "9602BA", "INSTITUT"},
    {"49.32Z", "49.33G", "4932ZA", "TAXI"},
    {"56.10C", "56.11H", "5610CA", "RAPIDE"},
    {"11.05Z", "11.05G", "1105ZZ", "BRASSERIE"},
    {"32.12Z", "32.12G", "3212ZA", "BIJOUTERIE"},
    {"81.21Z", "81.21G", "8121ZA", "NETTOYAGE"},
    {"56.10A", "56.11G", NULL, "RESTAURANT"},
    {"56.30Z", "56.30G", NULL, "BAR"},
    {"55.10Z", "55.10G", NULL, "HOTEL"},
    {"47.11F", "47.11G", NULL, "MARCHE"},
    {"47.71Z", "47.71G", NULL, "MODE"},
    {"47.73Z", "47.73G", NULL, "PHARMACIE"},
    {"47.91B", "47.91G", NULL, "BOUTIQUE"},
    {"46.90Z", "46.90G", NULL, "NEGOCE"},
    {"47.76Z", "47.76G", NULL, "FLEURS"},
    {"47.61Z", "47.61G", NULL, "LIBRAIRIE"},
    {"62.01Z", "62.10G", NULL, "LOGICIEL"},
    {"62.02A", "62.20G", NULL, "CONSEIL"},
    {"70.22Z", "70.20G", NULL, "STRATEGIE"},
    {"68.20B", "68.20G", NULL, "LOCATION"},
    {"68.20A", "68.20G", NULL, "LOGEMENT"},
    {"68.31Z", "68.31G", NULL, "IMMOBILIER"},
    {"64.20Z", "64.21G", NULL, "HOLDING"},
    {"85.59A", "85.59G", NULL, "FORMATION"},
    {"90.03B", "90.13G", NULL, "ATELIER"},
    {"86.21Z", "86.21G", NULL, "CABINET"},
    {"86.90E", "86.95G", NULL, "KINE"},
    {"69.10Z", "69.10G", NULL, "CABINET"},
    {"69.20Z", "69.20G", NULL, "COMPTABLE"},
    {"71.12B", "71.12G", NULL, "ETUDES"},
    {"74.10Z", "74.12G", NULL, "DESIGN"},
    {"93.13Z", "93.13G", NULL, "SPORT"},
    {"96.09Z", "96.99G", NULL, "SERVICES"},
    {"53.20Z", "53.20G", NULL, "LIVRAISON"},
    {"49.41A", "49.41G", NULL, "TRANSPORT"},
    {"01.21Z", "01.21G", NULL, "DOMAINE"},
    {"01.41Z", "01.41G", NULL, "ELEVAGE"},
    {"77.11A", "77.11G", NULL, "AUTO"},
};
const int activity_count = sizeof activities / sizeof activities[0];

static const struct activity farming = {"01.50Z", "01.50G", NULL, "FERME"};
static const struct activity letting = {"68.20B", "68.20G", NULL, "LOCATION"};
static const struct activity association = {"94.99Z", "94.99G", NULL, "ASSOCIATION"};
static const struct activity ownership = {"81.10Z", "81.10G", NULL, "RESIDENCE"};
static const struct activity administration = {"84.11Z", "84.11G", NULL, "COMMUNE"};
static const struct activity care = {"86.21Z", "86.21G", NULL, "CABINET"};

/* INSEE's legal categories; the weights add up to 10,000. */
const struct legal_form legal_forms[] = {
    {1000, 5700, true, false, NULL},
    {5499, 1020, false, true, NULL},
    {5710, 900, false, true, NULL},
    {5498, 420, false, true, NULL},
    {5720, 310, false, true, NULL},
    {5599, 50, false, true, NULL},
    {5202, 40, false, true, NULL},
    {5485, 35, false, true, &care},
    {5785, 15, false, true, &care},
    {3120, 20, false, true, NULL},
    {4110, 5, false, true, NULL},
    {6220, 15, false, false, NULL},
    {6540, 560, false, false, &letting},
    {6533, 30, false, false, &farming},
    {6598, 60, false, false, &farming},
    {7210, 20, false, true, &administration},
    {7490, 10, false, true, &administration},
    {9110, 170, false, false, &ownership},
    {9220, 620, false, false, &association},
};

const struct band_share employer_bands[] = {
    {"", 5200}, {"NN", 1500}, {"00", 150}, {"01", 1450}, {"02", 750}, {"03", 430},
    {"11", 290}, {"12", 150}, {"21", 40},  {"22", 22},   {"31", 6},   {"32", 7},
    {"41", 3},   {"42", 1},   {"51", 1},
};

const struct band_share other_bands[] = {
    {"", 6600}, {"NN", 3000}, {"00", 50}, {"01", 270}, {"02", 60}, {"03", 15}, {"11", 5},
};

const char *const first_names[] = {
    "MARIE", "JEAN", "PIERRE", "MICHEL", "NATHALIE", "ISABELLE", "PHILIPPE", "CATHERINE", "ALAIN",
    "PATRICK", "NICOLAS", "CHRISTOPHE", "SOPHIE", "SANDRINE", "LAURENT", "JULIEN", "CELINE",
    "THOMAS", "AURELIE", "STEPHANE", "FREDERIC", "CAMILLE", "LUCAS", "EMMA", "HUGO", "LEA",
    "KARIM", "FATIMA", "MEHDI", "YASMINE", "MAMADOU", "AMINATA", "GAEL", "YANN", "ELODIE",
    "VIRGINIE", "OLIVIER", "VALERIE", "DAVID", "SARAH", "ANTOINE", "CHLOE",
};
const int first_name_count = sizeof first_names / sizeof first_names[0];
const char *const last_names[] = {
    "MARTIN", "BERNARD", "THOMAS", "PETIT", "ROBERT", "RICHARD", "DURAND", "DUBOIS", "MOREAU",
    "LAURENT", "SIMON", "MICHEL", "LEFEBVRE", "LEROY", "ROUX", "DAVID", "BERTRAND", "MOREL",
    "FOURNIER", "GIRARD", "BONNET", "DUPONT", "LAMBERT", "FONTAINE", "ROUSSEAU", "VINCENT",
    "MULLER", "LEFEVRE", "FAURE", "ANDRE", "MERCIER", "BLANC", "GUERIN", "BOYER", "GARNIER",
    "CHEVALIER", "FRANCOIS", "LEGRAND", "GAUTHIER", "GARCIA", "PERRIN", "ROBIN", "CLEMENT",
    "MORIN", "NICOLAS", "HENRY", "ROUSSEL", "MATHIEU", "GAUTIER", "MASSON", "MARCHAND", "DUVAL",
    "DENIS", "DUMONT", "MARIE", "LEMAIRE", "NOEL", "MEYER", "DUFOUR", "MEUNIER", "BRUN",
    "BLANCHARD", "GIRAUD", "JOLY", "RIVIERE", "LUCAS", "BRUNET", "GAILLARD", "BARBIER", "ARNAUD",
    "MARTINEZ", "GERARD", "ROCHE", "RENARD", "SCHMITT", "ROY", "LEROUX", "COLIN", "VIDAL",
    "CARON", "PICARD", "ROGER", "FABRE", "AUBERT", "LEMOINE", "RENAUD", "DUMAS", "LACROIX",
    "OLIVIER", "PHILIPPE", "BOURGEOIS", "PIERRE", "BENOIT", "REY", "LECLERC", "PAYET", "ROLLAND",
    "LECLERCQ", "GUILLAUME", "LECOMTE", "LOPEZ", "JEAN", "DUPUY", "GUILLOT", "HUBERT", "BERGER",
    "CARPENTIER", "SANCHEZ", "DUPUIS", "MOULIN", "LOUIS", "DESCHAMPS", "HUET", "VASSEUR", "PEREZ",
    "BOUCHER", "FLEURY", "ROYER", "KLEIN", "JACQUET", "ADAM", "PARIS", "POIRIER", "MARTY",
    "AUBRY", "GUYOT", "CARRE", "CHARLES", "RENAULT", "CHARPENTIER", "MENARD", "MAILLARD", "BARON",
    "BERTIN", "BAILLY", "HERVE", "SCHNEIDER", "FERNANDEZ", "LE GALL", "COLLET", "LEGER",
    "BOUVIER", "JULIEN", "PREVOST", "MILLET", "PERROT", "DANIEL", "LE ROUX", "COUSIN", "GERMAIN",
    "BRETON", "BESSON", "LANGLOIS", "REMY", "LE GOFF", "PELLETIER", "LEVEQUE", "PERRIER",
    "LEBLANC", "BARRE", "LEBRUN", "MARCHAL", "WEBER", "MALLET", "HAMON", "BOULANGER", "JACOB",
    "MONNIER", "MICHAUD", "RODRIGUEZ", "GUICHARD", "GILLET", "ETIENNE", "GRONDIN", "POULAIN",
    "TESSIER", "CHEVALLIER", "COLLIN", "CHAUVIN",
};
const int last_name_count = sizeof last_names / sizeof last_names[0];
const char *const place_words[] = {
    "LA GARE", "LA MAIRIE", "L'EGLISE", "LA PLACE", "LA VALLEE", "LA COTE", "LA MONTAGNE",
    "LA RIVIERE", "LA PLAINE", "LA FORET", "LA TOUR", "LA FONTAINE", "LA CROIX", "LA PAIX",
    "LA REPUBLIQUE", "LA MER",
};
const char *const complements[] = {
    "ZONE ARTISANALE", "ZONE INDUSTRIELLE", "BATIMENT A", "BATIMENT B", "BAT C", "APPARTEMENT 12",
    "1ER ETAGE", "2EME ETAGE", "RESIDENCE LES PINS", "CENTRE COMMERCIAL", "HAMEAU DU HAUT",
    "IMMEUBLE LE PARC", "CHEZ MME DURAND", "LOT 4",
};
const int complement_count = sizeof complements / sizeof complements[0];

/* Kind and name, already parted as in the file. */
const char *const streets[] = {
    "RUE,DE LA REPUBLIQUE", "BOULEVARD,DE LA REPUBLIQUE", "ALLEE,DE LA REPUBLIQUE",
    "RUE,VICTOR HUGO", "ROUTE,VICTOR HUGO", "RUE,VICTOR HUGO", "PLACE,DE LA GARE",
    "RUE,DE LA GARE", "BOULEVARD,DE LA GARE", "IMPASSE,DU GENERAL DE GAULLE",
    "RUE,DU GENERAL DE GAULLE", "ROUTE,DU GENERAL DE GAULLE", "RUE,JEAN JAURES",
    "PLACE,JEAN JAURES", "RUE,JEAN JAURES", "AVENUE,PASTEUR", "IMPASSE,PASTEUR", "RUE,PASTEUR",
    "CHEMIN,DE L'EGLISE", "RUE,DE L'EGLISE", "PLACE,DE L'EGLISE", "ALLEE,DES ECOLES",
    "AVENUE,DES ECOLES", "IMPASSE,DES ECOLES", "RUE,DE LA MAIRIE", "CHEMIN,DE LA MAIRIE",
    "RUE,DE LA MAIRIE", "BOULEVARD,DU MARECHAL FOCH", "ALLEE,DU MARECHAL FOCH",
    "AVENUE,DU MARECHAL FOCH", "ROUTE,GAMBETTA", "RUE,GAMBETTA", "CHEMIN,GAMBETTA",
    "RUE,DE LA PAIX", "BOULEVARD,DE LA PAIX", "ALLEE,DE LA PAIX", "RUE,DES TILLEULS",
    "ROUTE,DES TILLEULS", "RUE,DES TILLEULS", "PLACE,DU 8 MAI 1945", "RUE,DU 8 MAI 1945",
    "BOULEVARD,DU 8 MAI 1945", "IMPASSE,DU 11 NOVEMBRE", "RUE,DU 11 NOVEMBRE",
    "ROUTE,DU 11 NOVEMBRE", "RUE,DES FLEURS", "PLACE,DES FLEURS", "RUE,DES FLEURS",
    "AVENUE,DE VERDUN", "IMPASSE,DE VERDUN", "RUE,DE VERDUN", "CHEMIN,DU MOULIN", "RUE,DU MOULIN",
    "PLACE,DU MOULIN", "ALLEE,DES LILAS", "AVENUE,DES LILAS", "IMPASSE,DES LILAS",
    "RUE,DE LA LIBERATION", "CHEMIN,DE LA LIBERATION", "RUE,DE LA LIBERATION",
    "BOULEVARD,EMILE ZOLA", "ALLEE,EMILE ZOLA", "AVENUE,EMILE ZOLA", "ROUTE,DES ACACIAS",
    "RUE,DES ACACIAS", "CHEMIN,DES ACACIAS", "RUE,DU STADE", "BOULEVARD,DU STADE",
    "ALLEE,DU STADE", "RUE,LEON BLUM", "ROUTE,LEON BLUM", "RUE,LEON BLUM", "PLACE,VOLTAIRE",
    "RUE,VOLTAIRE", "BOULEVARD,VOLTAIRE", "IMPASSE,DES VIGNES", "RUE,DES VIGNES",
    "ROUTE,DES VIGNES", "RUE,DU CHATEAU", "PLACE,DU CHATEAU", "RUE,DU CHATEAU",
    "AVENUE,ANATOLE FRANCE", "IMPASSE,ANATOLE FRANCE", "RUE,ANATOLE FRANCE",
    "CHEMIN,DE LA FONTAINE", "RUE,DE LA FONTAINE", "PLACE,DE LA FONTAINE", "ALLEE,DES PEUPLIERS",
    "AVENUE,DES PEUPLIERS", "IMPASSE,DES PEUPLIERS", "RUE,NATIONALE", "CHEMIN,NATIONALE",
    "RUE,NATIONALE", "BOULEVARD,SAINT MARTIN", "ALLEE,SAINT MARTIN", "AVENUE,SAINT MARTIN",
    "ROUTE,DES JARDINS", "RUE,DES JARDINS", "CHEMIN,DES JARDINS", "RUE,DU COMMERCE",
    "BOULEVARD,DU COMMERCE", "ALLEE,DU COMMERCE", "RUE,DE BRETAGNE", "ROUTE,DE BRETAGNE",
    "RUE,DE BRETAGNE", "PLACE,DE PARIS", "RUE,DE PARIS", "BOULEVARD,DE PARIS",
    "IMPASSE,DU MARECHAL DE LATTRE DE TASSIGNY", "RUE,DU MARECHAL DE LATTRE DE TASSIGNY",
    "ROUTE,DU MARECHAL DE LATTRE DE TASSIGNY", "RUE,DES ARTISANS", "PLACE,DES ARTISANS",
    "RUE,DES ARTISANS", "AVENUE,DE L'INDUSTRIE", "IMPASSE,DE L'INDUSTRIE", "RUE,DE L'INDUSTRIE",
    "CHEMIN,MARCEL PAGNOL", "RUE,MARCEL PAGNOL", "PLACE,MARCEL PAGNOL", ",LE BOURG",
    ",LIEU DIT LA CROIX", "LD,LES QUATRE CHEMINS",
};
const int street_count = sizeof streets / sizeof streets[0];
const char *const boxes[] = {
    "BP 12", "BP 89", "CS 10234", "CS 90017", "TSA 30002", "BP 50123",
};
const int box_count = sizeof boxes / sizeof boxes[0];
