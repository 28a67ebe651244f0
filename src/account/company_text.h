/* SPDX-License-Identifier: Apache-2.0 */
/* company_text.h - a company's facts, proofs, cases and history in French, for any room. */
#ifndef MAILLON_ACCOUNT_COMPANY_TEXT_H
#define MAILLON_ACCOUNT_COMPANY_TEXT_H

#include "account/claim.h"
#include "account/review.h"
#include "html/page.h"

struct str account_band_text(struct arena *a, const struct company *c);
struct str account_network_text(struct arena *a, const struct company *c);
struct str account_proof_text(struct str proof);
struct str account_kind_text(struct str kind);
struct str account_event_text(struct str what);
struct str account_siren_text(struct arena *a, int64_t siren);
const char *claim_state_text(enum claim_state s);
/* What a case asks, in a few words. */
struct str review_asked_text(struct arena *a, const struct review *r);
/* "accepté"; a case that nobody decided is "clos". */
const char *review_state_text(const struct review *r);


/* The networks a company may say it belongs to, in a form; ended by NULL. */
extern const char *const account_network_codes[];
struct choice_list account_network_choices(struct arena *a, struct str checked);
/* NETWORK_CCI, NETWORK_CMA or both. */
unsigned account_network_read(struct str code);

#endif
