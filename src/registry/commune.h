/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commune.h - communes of France with their postal codes, made by tools/mkcommunes.mjs.
 *
 * Lines of "code;LABEL;postal codes with a comma between;population", and for each pair of postal
 * code and commune, in the order of the codes, where the commune's line starts.
 */
#ifndef MAILLON_REGISTRY_COMMUNE_H
#define MAILLON_REGISTRY_COMMUNE_H

#include <stddef.h>
#include <stdint.h>

struct postal_row {
    char code[6];
    uint32_t at;
};

extern const char commune_table[];
extern const size_t commune_table_len;
extern const size_t commune_table_count;
extern const struct postal_row postal_table[];
extern const size_t postal_table_count;

#endif
