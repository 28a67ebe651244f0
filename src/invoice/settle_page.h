/* SPDX-License-Identifier: Apache-2.0 */
/* settle_page.h - the pages of one settlement file. Private to invoice/. */
#ifndef MAILLON_INVOICE_SETTLE_PAGE_H
#define MAILLON_INVOICE_SETTLE_PAGE_H

#include "http/form.h"
#include "invoice/settle_view.h"

struct url settle_url(struct ctx *cx, int64_t id);
/* The page of what it is now: a draft, under way, or its result. */
NODISCARD enum err settle_show(struct ctx *cx, struct req *req, const struct form *f,
                               const struct settlement *s, int status);
NODISCARD enum err settle_finding_show(struct ctx *cx, struct req *req, const struct form *f,
                                       const struct settlement *s,
                                       const struct settle_finding *finding, int status);

#endif
