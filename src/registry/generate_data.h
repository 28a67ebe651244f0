/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generate_data.h - the words and shares that generate.c draws from. Shares follow INSEE's
 * published counts roughly: most legal units are sole traders, most have no employee.
 */
#ifndef MAILLON_REGISTRY_GENERATE_DATA_H
#define MAILLON_REGISTRY_GENERATE_DATA_H

#include <stdbool.h>

#include "registry/commune.h"

struct activity {
    const char *naf, *naf25;
    const char *craft; /* NAFA code, NULL when it is no craft. */
    const char *word;  /* In names. */
};

struct legal_form {
    int code, weight; /* Of 10,000. */
    bool person, employer;
    const struct activity *naf; /* Where the form implies it, else NULL. */
};

struct band_share {
    const char *code;
    int weight; /* Of 10,000. */
};

extern const char unit_header[], place_header[];
extern const struct activity activities[];
extern const int activity_count;
extern const struct legal_form legal_forms[];
extern const struct band_share employer_bands[], other_bands[];
extern const char *const first_names[], *const last_names[], *const place_words[];
extern const char *const complements[], *const streets[], *const boxes[];
extern const int first_name_count, last_name_count, complement_count, street_count, box_count;

#endif
