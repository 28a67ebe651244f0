/* SPDX-License-Identifier: Apache-2.0 */
/* draft_web.h - what the pages of a draft share. Private to manage/. */
#ifndef MAILLON_MANAGE_DRAFT_WEB_H
#define MAILLON_MANAGE_DRAFT_WEB_H

#include "manage/manage.h"

/* The path's draft; ERR_NOT_FOUND: none of the actor's organiser. */
NODISCARD enum err draft_of_path(struct ctx *cx, struct req *req, struct campaign *c,
                                 struct draft *d);
struct str draft_title(struct ctx *cx, const struct draft *d);
/* A page below the draft's. */
NODISCARD enum err draft_page_begin(struct ctx *cx, struct req *req, const struct campaign *c,
                                    const struct draft *d, struct str title, struct page *out);
/* The answer to whoever would change a draft that is fixed. */
NODISCARD enum err draft_refuse_fixed(struct ctx *cx, struct req *req, const struct campaign *c,
                                      const struct draft *d);
/* Whether a run tried this text beside the version in force. */
bool dry_run_is_of(const struct dry_run *r, const struct campaign *c, const struct draft *d);

#endif
