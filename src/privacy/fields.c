/* SPDX-License-Identifier: Apache-2.0 */
/* fields.c - the inventory of fields.h as a list. */
#include "privacy/privacy_int.h"

static const struct known list[] = {
#define TABLE(name)             {#name, NULL, KNOWN_NONE, FORM_NOT},
#define COL(name, class, form) {NULL, #name, KNOWN_##class, FORM_##form},
#include "privacy/fields.h"
#undef TABLE
#undef COL
};
enum { COUNT = sizeof list / sizeof list[0] };

const struct known *
known_list(size_t *count)
{
    *count = COUNT;
    return list;
}

const struct known *
known_columns(const char *table, size_t *count)
{
    size_t first = 0, end;

    while (first < COUNT && (list[first].table == NULL || strcmp(list[first].table, table) != 0))
        first++;
    assert(first < COUNT);
    for (end = ++first; end < COUNT && list[end].column != NULL; end++)
        ;
    *count = end - first;
    return &list[first];
}
