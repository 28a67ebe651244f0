/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known.h - a company of the small shop that everything is known of: a row in each table that holds
 * something about people, and canaries in each such column.
 */
#ifndef MAILLON_TEST_KNOWN_H
#define MAILLON_TEST_KNOWN_H

#include "privacy/privacy_int.h"
#include "test/parcels.h"

#define KNOWN_EMAIL "canary-person@exemple.fr"

/* Company n with one person, an order that was delivered and one that expired, complaint, parcels,
 * invoice, mails, claim, review ...; its rows satisfy the checker. Payments are numbered from
 * payment. Returns the account. Commits. */
int64_t known_company(struct shop *s, int n, int64_t payment);
/* Staff of the shop's organiser with this right; returns the account. Commits. */
int64_t known_staff(struct shop *s, const char *email, unsigned rights);
void known_act_as(struct shop *s, int64_t account_id, unsigned rights);

/* "canary-TABLE-COLUMN", or the person's address in a column that holds one. */
struct str known_canary(struct arena *a, const char *table, const char *column);
/* Puts the canary of each text and bytes column of that class into every row; fails the test where
 * a table of the class has none. */
void known_fill(struct fixture *f, enum known_class class);
/* How many fields of the database hold a canary, but for classes that may keep theirs (NULL: none);
 * prints where, when there should be none. */
int64_t known_left(struct fixture *f, bool (*may_stay)(enum known_class class));

#endif
