/* SPDX-License-Identifier: Apache-2.0 */
/* company_part.h - parts of a company's page, for company_web.c, company_deal.c, phone_web.c. */
#ifndef MAILLON_DESK_COMPANY_PART_H
#define MAILLON_DESK_COMPANY_PART_H

#include "desk/desk_web.h"

/* siret: the establishment that asks, carried into the order; 0: none was said. */
struct verdict_row_list verdict_rows(struct ctx *cx, int64_t siren, int64_t siret,
                                     const struct desk_verdict_list *list);

/* company_deal.c: what the company has with the actor's organiser. */
NODISCARD enum err company_orders(struct ctx *cx, int64_t siren, int64_t before,
                                  struct desk_company_view *v);
/* Sums and documents. */
NODISCARD enum err company_money(struct ctx *cx, int64_t siren, struct desk_company_view *v);
/* Complaints, troubles on the way. */
NODISCARD enum err company_care(struct ctx *cx, int64_t siren, struct desk_company_view *v);
/* People, claims, cases, declarations: once the organiser has dealt with the company. */
NODISCARD enum err company_people(struct ctx *cx, int64_t siren, struct desk_company_view *v);
NODISCARD enum err company_journal(struct ctx *cx, int64_t siren, struct desk_company_view *v);

#endif
