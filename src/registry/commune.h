/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commune.h - communes of France with their postal codes, made by tools/mkcommunes.mjs.
 *
 * Lines of "code;LABEL;postal codes with a comma between;population". For invented data only:
 * nothing in the program decides by it.
 */
#ifndef MAILLON_REGISTRY_COMMUNE_H
#define MAILLON_REGISTRY_COMMUNE_H

#include <stddef.h>

extern const char commune_table[];
extern const size_t commune_table_len;
extern const size_t commune_table_count;

#endif
