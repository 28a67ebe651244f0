/* SPDX-License-Identifier: Apache-2.0 */
/*
 * campaign_json.h - campaigns, verdicts and trials as JSON: one writer for the API and for the
 * commands' --json, so that the two never differ. assets/openapi.json describes each.
 */
#ifndef MAILLON_CAMPAIGN_CAMPAIGN_JSON_H
#define MAILLON_CAMPAIGN_CAMPAIGN_JSON_H

#include "campaign/campaign_trial.h"
#include "json/json.h"
#include "stock/stock.h"

/* {"ok": true, "faults": [{"path", "text", "line", "column"}]} */
void campaign_json_faults(struct jw *w, const struct policy_fault_list *faults);
/* In short: slug, name, organiser, version, dates. */
void campaign_json(struct jw *w, const struct campaign *c, int64_t now_ms);
/* {"campaigns": [...]} */
void campaign_json_list(struct jw *w, const struct campaign_list *list, int64_t now_ms);
/* With goods, packs, cohorts, quota, orders and stock. */
void campaign_json_full(struct jw *w, const struct campaign *c,
                        const struct stock_pool_list *pools, int64_t now_ms);
/* {"campaign", "at", "pools": [...]}: what may still be promised. */
void campaign_json_stock(struct jw *w, const struct campaign *c,
                         const struct stock_pool_list *pools, int64_t now_ms);
/* Neither name nor address: whoever asks has the SIRET, and no more is needed. */
void campaign_json_verdict(struct jw *w, const struct campaign_verdict *v);
void campaign_json_trial(struct jw *w, const struct trial *t, const int64_t *stock,
                         int64_t imported_ms);
/* The stored pool of the policy's i-th, or NULL. */
const struct stock_pool *campaign_pool(const struct campaign *c,
                                       const struct stock_pool_list *pools, int i);
/* When the first cohort opens anywhere, and when the last closes (INT64_MAX: open end). */
int64_t campaign_opens_ms(const struct policy *p);
int64_t campaign_closes_ms(const struct policy *p);
/* "paused", "closed", "upcoming" or "open". */
const char *campaign_status(const struct campaign *c, int64_t now_ms);

#endif
