/* SPDX-License-Identifier: Apache-2.0 */
/* copy.h - what a copy holds and how it is written. Private to privacy/. */
#ifndef MAILLON_PRIVACY_COPY_H
#define MAILLON_PRIVACY_COPY_H

#include "privacy/privacy_int.h"

enum { COPY_VERSION = 1 };

/* Which values a statement takes, in its order. */
enum {
    TAKES_SIREN = 'S',
    TAKES_ORGANISER = 'O',
    TAKES_PERSON = 'P',
    TAKES_BUYER = 'B',
    TAKES_ORDER = 'R',
    TAKES_AFTER = 'A'
};

enum copy_part { PART_ACCOUNT, PART_PEOPLE, PART_COMPANY, PART_ORDER };

struct copy_section {
    const char *table;
    enum sql_id sql;
    const char *takes;
    enum copy_part part;
    bool of_company; /* Only in a company's copy: an account's has it elsewhere, or has it not. */
};
const struct copy_section *copy_sections(size_t *count);
extern const struct copy_section copy_orders, copy_mails;

/* The name of a column in the copy: "created_ms" is "created_at". */
const char *copy_key(struct arena *a, const struct known *k);
/* The word for a number of one of the forms that have words. */
const char *copy_word(enum known_form form, int64_t n);

#endif
