/* SPDX-License-Identifier: Apache-2.0 */
/* parts.c - see parts.h; how the parts are drawn stands in parts.tmpl. */
#include "html/parts.h"

void
summary_add(struct summary_row_list *list, const char *term, struct str value)
{
    list->item[list->count++] = (struct summary_row){.term = str_of(term), .value = value};
}

struct table_column_list
table_columns(struct arena *a, const char *const *heads)
{
    struct table_column_list list = {0};

    while (heads[list.count] != NULL)
        list.count++;
    list.item = ARENA_ARRAY(a, list.count, struct table_column);
    for (size_t i = 0; i < list.count; i++) {
        bool number = heads[i][0] == '#';
        list.item[i] = (struct table_column){.label = str_of(heads[i] + (number ? 1 : 0)),
                                             .is_number = number};
    }
    return list;
}

struct table
table_headed(struct arena *a, const char *id, struct str caption, const char *const *heads)
{
    return (struct table){.id = id, .caption = caption, .columns = table_columns(a, heads)};
}
