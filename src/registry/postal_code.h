/* SPDX-License-Identifier: Apache-2.0 */
/*
 * postal_code.h - whether a postal code exists, which territory it lies in, and its towns.
 *
 * Three things know postal codes: the table of communes in the program (no CEDEX, and not quite
 * every ordinary one), the register (every code that an active establishment has), and whoever
 * writes CEDEX behind a town. A code that none of them knows does not exist. Towns are spelt in
 * many ways, and a hamlet is no commune: a town that does not look like one of the code's is a
 * reason to ask, never to refuse.
 */
#ifndef MAILLON_REGISTRY_POSTAL_CODE_H
#define MAILLON_REGISTRY_POSTAL_CODE_H

#include "registry/registry.h"

struct postal_place {
    bool known;
    unsigned territories; /* Bits, 1 << enum territory: where it may be. */
    bool town_fits;       /* The town looks like one of its communes, or nothing is known of it. */
    struct str commune;   /* INSEE code, when the code and the town tell exactly one. */
    struct str towns;     /* "LYON", "ACIGNE, THORIGNE", at most three: for a message. */
};

/* code: five digits. town: as somebody typed it. Any transaction. */
NODISCARD enum err postal_code_find(struct ctx *cx, struct str code, struct str town,
                                    struct postal_place *out);
/* Whether two spellings may mean one town: abbreviations, articles, accents, one slip. */
bool town_resembles(struct arena *a, struct str typed, struct str label);

#endif
