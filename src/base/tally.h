/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.h - how many of what: counts by name, for the record of what was done. Names are literals.
 */
#ifndef MAILLON_BASE_TALLY_H
#define MAILLON_BASE_TALLY_H

#include <stddef.h>
#include <stdint.h>

enum { TALLY_MAX = 40 };

struct tally {
    struct tally_line {
        const char *what;
        int64_t count;
    } item[TALLY_MAX];
    size_t count;
};

/* Nothing for a count of 0. Asserted: there are no more than TALLY_MAX names. */
void tally_add(struct tally *t, const char *what, int64_t count);
/* 0 for a name that was never counted. */
int64_t tally_of(const struct tally *t, const char *what);

#endif
