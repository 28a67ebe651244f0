/* SPDX-License-Identifier: Apache-2.0 */
/* policy_locate.h - where in the text of a campaign file a value stands. */
#ifndef MAILLON_POLICY_POLICY_LOCATE_H
#define MAILLON_POLICY_POLICY_LOCATE_H

#include <stdio.h>

#include "base/str.h"

/* Line and column, from 1 and in bytes, of what a JSON pointer ("/packs/1/price") leads to in
 * valid JSON; of the nearest container when that is absent. */
void policy_locate(struct str text, struct str path, int *line, int *column);

#endif
