/* SPDX-License-Identifier: Apache-2.0 */
/* tally.c - see tally.h. */
#include "base/tally.h"

#include <assert.h>
#include <string.h>

static struct tally_line *
line_of(struct tally *t, const char *what)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->item[i].what, what) == 0)
            return &t->item[i];
    return NULL;
}

void
tally_add(struct tally *t, const char *what, int64_t count)
{
    struct tally_line *line = line_of(t, what);

    if (count == 0)
        return;
    if (line == NULL) {
        assert(t->count < TALLY_MAX);
        line = &t->item[t->count++];
        *line = (struct tally_line){what, 0};
    }
    line->count += count;
}

int64_t
tally_of(const struct tally *t, const char *what)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->item[i].what, what) == 0)
            return t->item[i].count;
    return 0;
}
