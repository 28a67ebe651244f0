/* SPDX-License-Identifier: Apache-2.0 */
/* import_counts.c - the counts of an import as they are stored with its progress. */
#include "base/parse.h"
#include "registry/import.h"

void
import_counts_text(const struct import_counts *c, char out[COUNTS_TEXT_MAX])
{
    size_t n = 0;

#define COUNT_PUT(name)                                                                           \
    n += (size_t)snprintf(out + n, COUNTS_TEXT_MAX - n, "%lld ", (long long)c->name);
    IMPORT_COUNTS(COUNT_PUT)
#undef COUNT_PUT
}

bool
import_counts_parse(struct str text, struct import_counts *out)
{
    struct import_counts c = {0};
    struct str rest = str_trim(text), part;

#define COUNT_GET(name)                                                                           \
    if (!str_split(&rest, ' ', &part) || !parse_i64(part, 0, INT64_MAX, &c.name))                 \
        return false;
    IMPORT_COUNTS(COUNT_GET)
#undef COUNT_GET
    *out = c;
    return rest.ptr == NULL;
}

int64_t
import_counts_known(const struct import_counts *c)
{
    return c->companies_changed + c->companies_closed + c->companies_reopened +
           c->companies_moved + c->companies_gone + c->companies_same + c->companies_left;
}
