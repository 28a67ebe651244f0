/* SPDX-License-Identifier: Apache-2.0 */
/*
 * territory.h - places that rules and taxes tell apart.
 */
#ifndef MAILLON_REGISTRY_TERRITORY_H
#define MAILLON_REGISTRY_TERRITORY_H

#include "base/civil.h"

/* enum value, code in policies and in the API, French label, time zone, INSEE département code */
#define TERRITORY_MAP(X)                                                                          \
    X(TERRITORY_NONE, "none", "hors de France", ZONE_PARIS, "")                                   \
    X(TERRITORY_MAINLAND, "mainland", "France métropolitaine", ZONE_PARIS, "")                    \
    X(TERRITORY_CORSICA, "corsica", "Corse", ZONE_PARIS, "")                                      \
    X(TERRITORY_GUADELOUPE, "guadeloupe", "Guadeloupe", ZONE_GUADELOUPE, "971")                   \
    X(TERRITORY_MARTINIQUE, "martinique", "Martinique", ZONE_MARTINIQUE, "972")                   \
    X(TERRITORY_GUYANE, "guyane", "Guyane", ZONE_GUYANE, "973")                                   \
    X(TERRITORY_REUNION, "reunion", "La Réunion", ZONE_REUNION, "974")                            \
    X(TERRITORY_MIQUELON, "miquelon", "Saint-Pierre-et-Miquelon", ZONE_MIQUELON, "975")           \
    X(TERRITORY_MAYOTTE, "mayotte", "Mayotte", ZONE_MAYOTTE, "976")                               \
    X(TERRITORY_BARTHELEMY, "barthelemy", "Saint-Barthélemy", ZONE_GUADELOUPE, "977")             \
    X(TERRITORY_MARTIN, "martin", "Saint-Martin", ZONE_GUADELOUPE, "978")

enum territory {
#define TERRITORY_ENUM(value, code, label, zone, dep) value,
    TERRITORY_MAP(TERRITORY_ENUM)
#undef TERRITORY_ENUM
    TERRITORY_COUNT
};

enum { TERRITORY_ALL = (1 << TERRITORY_COUNT) - 2 }; /* Every one in France, as bits. */

const char *territory_code(enum territory t);
const char *territory_label(enum territory t);
enum zone territory_zone(enum territory t);
bool territory_by_code(struct str code, enum territory *out);
/* By INSEE commune code (5 characters): the département ("2A", "971", "38") and the territory.
 * False when the code is malformed. */
bool territory_of_commune(struct str commune, struct str *department, enum territory *out);

#endif
