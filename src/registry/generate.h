/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generate.h - an invented register in INSEE's two files, for load and tests.
 *
 * The same seed gives the same bytes. Month 2 is the same register a month later: some companies
 * are created, closed, moved, changed or gone, and how many is known.
 */
#ifndef MAILLON_REGISTRY_GENERATE_H
#define MAILLON_REGISTRY_GENERATE_H

#include "base/err.h"
#include "base/str.h"

enum { GENERATE_UNITS_MAX = 30 * 1000 * 1000 };

struct generate_options {
    int64_t units; /* Of month 1 and those that month 2 creates. */
    int64_t seed;
    int64_t month; /* 1 or 2. */
    const char *dir;
};

/* Rows written, then differences against month 1 (0 for month 1 itself), by company. */
#define GENERATE_COUNTS(X)                                                                        \
    X(units) X(establishments) X(created) X(closed) X(moved) X(changed) X(gone)

struct generate_result {
#define GENERATE_FIELD(name) int64_t name;
    GENERATE_COUNTS(GENERATE_FIELD)
#undef GENERATE_FIELD
    char why[300];
};

/* Writes StockUniteLegale_utf8.csv and StockEtablissement_utf8.csv into dir, which is made. */
NODISCARD enum err generate_run(const struct generate_options *opt, struct generate_result *out);

#endif
