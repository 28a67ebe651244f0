/* SPDX-License-Identifier: Apache-2.0 */
/*
 * department.h - départements with their names and their outlines on a map of 613 x 585 units,
 * made by tools/mkdepartments.mjs. Overseas ones have no outline: they stand beside the map.
 */
#ifndef MAILLON_FIGURE_DEPARTMENT_H
#define MAILLON_FIGURE_DEPARTMENT_H

#include <stddef.h>

struct department {
    char code[4];
    const char *name;
    const char *path;  /* SVG path data; empty overseas. */
    const char *inset; /* Paris and its neighbours again, 5 times as large, from their corner. */
};

extern const struct department department_table[];
extern const size_t department_table_count;

#endif
