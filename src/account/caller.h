/* SPDX-License-Identifier: Apache-2.0 */
/* caller.h - the address of somebody who is on the telephone with an agent. */
#ifndef MAILLON_ACCOUNT_CALLER_H
#define MAILLON_ACCOUNT_CALLER_H

#include "db/db.h"
#include "http/form.h"

/* Reads a field of the agent's form: an address that takes mail and is not the agent's own, so that
 * nobody orders or declares in a company's name and answers for it too. */
NODISCARD enum err account_caller_email(struct ctx *cx, struct form *f, const char *name,
                                        struct str *out);

#endif
