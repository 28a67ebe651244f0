/* SPDX-License-Identifier: Apache-2.0 */
/* unit.h - the unit tests as a table, which tools/mktests.sh makes from the names of the files. */
#ifndef MAILLON_TEST_UNIT_H
#define MAILLON_TEST_UNIT_H

struct unit_module {
    const char *name;
    int (*run)(void); /* Returns how many of its tests failed. */
};

extern const struct unit_module unit_modules[];
extern const int unit_module_count;

#endif
