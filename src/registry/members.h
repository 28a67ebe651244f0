/* SPDX-License-Identifier: Apache-2.0 */
/*
 * members.h - a chamber's own list of its members, which wins over what is derived.
 *
 * A CSV file with a header: siren, e-mail, telephone (the two last may be missing or empty), in
 * French or English, separated by commas or semicolons.
 */
#ifndef MAILLON_REGISTRY_MEMBERS_H
#define MAILLON_REGISTRY_MEMBERS_H

#include "registry/import.h"

struct members_options {
    const char *path;
    const char *rejects; /* Path or NULL. */
    enum network network;
    bool replace;        /* Members of this network that the file does not name are struck off. */
    bool quiet;
    int64_t bad_share_bp;
};

struct members_result {
    int64_t lines, listed, unknown /* of those, not in the register */, struck, rejected;
    char why[400];
};

/* Reads the file twice: nothing is written before all of it was found good enough. */
NODISCARD enum err members_run(struct ctx *cx, const struct members_options *opt,
                               struct members_result *out);

#endif
