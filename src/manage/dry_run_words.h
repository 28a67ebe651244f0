/* SPDX-License-Identifier: Apache-2.0 */
/* dry_run_words.h - what a dry run found, in French. */
#ifndef MAILLON_MANAGE_DRY_RUN_WORDS_H
#define MAILLON_MANAGE_DRY_RUN_WORDS_H

#include "manage/dry_run.h"

/* Who comes or goes, most of them first: "1 240 entreprises, dont 900 sans salarié et 120
 * outre-mer". */
struct str comparison_side_text(struct arena *a, const struct comparison_side *s);
/* Why companies cannot order, for a table: "Réseau non admis". */
const char *reason_words(enum reason r);
/* "+ 1 240", "- 12", "inchangé" */
struct str difference_text(struct arena *a, int64_t before, int64_t after);
/* How long a pool lasts at the present pace; says it when there are too few orders to tell. */
struct str pool_lasts_text(struct arena *a, const struct dry_run_result *r, int pool);
/* The same when companies go on to order the same part of what the rules allow them; empty: not
 * known. */
struct str pool_lasts_then_text(struct arena *a, const struct dry_run_result *r, int pool);
/* "d’après 1 204 commandes des 7 derniers jours" */
struct str pace_text(struct arena *a, const struct pace *p);
/* The whole in two or three sentences, for who approves. */
NODISCARD enum err dry_run_headline(struct ctx *cx, const struct dry_run *r, struct str *out);
/* Of a run, in a word: "Terminée". */
const char *dry_run_state_text(enum dry_run_state s);

#endif
