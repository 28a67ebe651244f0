/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h - the invariants of stock, orders and money, verified from outside the code that keeps
 * them. A breach closes sales and says so: a shop that cannot count must not sell.
 *
 * The numbers are those of doc/invariants.md.
 */
#ifndef MAILLON_CHECK_CHECK_H
#define MAILLON_CHECK_CHECK_H

#include "db/db.h"

struct breach {
    const char *invariant;  /* "I2" */
    const char *text;       /* What should hold, English. */
    struct str detail;      /* What was found: ids and figures. */
};

struct breach_list {
    struct breach *item;
    size_t count;
};

/* Runs all invariants in the open transaction (one snapshot). since_ms 0: the whole history;
 * otherwise orders and payments changed since then, and all counters but the figures (I20). At
 * most 20 breaches of each are listed. *checked counts the invariants looked at. */
NODISCARD enum err check_run(struct ctx *cx, int64_t since_ms, struct breach_list *out,
                             int *checked);

#endif
