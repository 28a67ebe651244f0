/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_merge.h - two changes of one campaign file put together: what one side left alone follows
 * the other. Pure.
 */
#ifndef MAILLON_POLICY_POLICY_MERGE_H
#define MAILLON_POLICY_POLICY_MERGE_H

#include "json/json_tree.h"

/* The file that has the changes from base to ours and those from base to theirs. Entries of lists
 * are the same ones when they have the same code. Where both sides changed a value, and not to the
 * same one, it is a conflict: its pointer is listed and ours or theirs is taken. */
struct json policy_merge(struct arena *a, const struct json *base, const struct json *ours,
                         const struct json *theirs, bool take_ours, struct str_list *conflicts);

#endif
