/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_words.h - every rule of a policy in French words, and what differs between two of them.
 *
 * One list serves both: a rule that stands in words is compared, a rule that is compared stands in
 * words. policy_words_test.c changes each value of a file and asks that a difference is seen.
 */
#ifndef MAILLON_POLICY_POLICY_WORDS_H
#define MAILLON_POLICY_POLICY_WORDS_H

#include "policy/policy.h"

enum words_part {
    WORDS_SALE,
    WORDS_WHO,
    WORDS_WHEN,   /* A subject for each cohort. */
    WORDS_MUCH,
    WORDS_GOODS,  /* A subject for each good and each pack. */
    WORDS_VAT,
    WORDS_ORDERS,
    WORDS_STOCK,  /* A subject for each pool. */
    WORDS_SELLER,
    WORDS_PARTS
};
const char *words_part_title(enum words_part part);

struct policy_rule {
    enum words_part part;
    struct str key;      /* Which rule it is, in every version: "cohorts/moins-de-10/opens". */
    struct str group;    /* "cohorts/moins-de-10" where a subject has several; empty: none. */
    const char *kind;    /* "Groupe", "Lot", "Article", "Stock"; NULL without a group. */
    struct str subject;  /* "Entreprises de moins de 10 salariés"; may be empty. */
    struct str term;     /* "Ouverture" */
    struct str text;     /* "samedi 2 mai 2020 à 8 h" */
    struct str form;     /* Where it is changed: "groupe-1" (policy_form.h); empty: in the file. */
};
struct policy_rule_list {
    struct policy_rule *item;
    size_t count;
};
/* In the order of the parts. */
struct policy_rule_list policy_words(struct arena *a, const struct policy *p);

struct policy_change {
    enum words_part part;
    struct str term;     /* "Quota", "Groupe ajouté", "Lot de 6 masques : prix" */
    struct str before, after; /* One is empty where something came or went. */
    bool whole;          /* Several rules at once: a cohort, a pack, a good, a pool. */
    struct str form;
};
struct policy_change_list {
    struct policy_change *item;
    size_t count;
};
/* What is new or gone as a whole is one change. */
struct policy_change_list policy_diff(struct arena *a, const struct policy *before,
                                      const struct policy *after);
/* "Quota : 2 masques par personne → 4 masques par personne" */
struct str policy_change_text(struct arena *a, const struct policy_change *c);

/* "10 à 19", "sans salarié", "inconnu" */
struct str policy_band_text(struct arena *a, enum band b);
/* When a cohort opens or closes, wherever it does; INT64_MAX is no end. */
struct str policy_clocks_text(struct arena *a, const struct policy *p, unsigned territories,
                              const int64_t ms[TERRITORY_COUNT]);

#endif
