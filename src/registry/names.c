/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.c - companies by the beginning of their name.
 *
 * Names come in SIREN order, that is, in no order at all. An index that followed them row by row
 * would touch a page of its own for each, and write it again with every small transaction of the
 * import. So they are noted, sorted a quarter of a million at a time, and written in the index's
 * own order (import.c): each page of it is touched once a run.
 *
 * The key is the name in capitals without accents, cut at NAME_KEY_MAX; of a person, whose name
 * the register gives with the first name ahead, the family name comes first, as in a telephone
 * book.
 */
#include <stdlib.h>

#include "registry/import.h"

enum { PERSON = 1000 }; /* Legal category of sole traders. */

/* "JEANNE DE LA TOUR": "DE LA TOUR JEANNE". */
static struct str
first_word_last(struct arena *a, struct str s)
{
    size_t space = str_find_byte(s, ' ');

    if (space == s.len)
        return s;
    char *turned = arena_alloc(a, s.len);
    size_t rest = s.len - space - 1;
    memcpy(turned, s.ptr + space + 1, rest);
    turned[rest] = ' ';
    memcpy(turned + rest + 1, s.ptr, space);
    return str_n(turned, s.len);
}

struct str
company_name_key(struct arena *a, struct str name, int legal_category)
{
    return utf8_plain_upper(a, legal_category == PERSON ? first_word_last(a, name) : name);
}

struct str
names_key(struct arena *a, struct str name, int64_t legal_category)
{
    return str_trim(str_sub(company_name_key(a, name, (int)legal_category), 0, NAME_KEY_MAX));
}

void
names_note(struct names *n, struct arena *scratch, int64_t siren, struct str name,
           int64_t legal_category)
{
    struct str key = names_key(scratch, name, legal_category);

    if (key.len == 0)
        return;
    if (n->item == NULL)
        n->item = malloc(NAMES_RUN * sizeof n->item[0]);
    assert(n->item != NULL && n->count < NAMES_RUN);
    struct name_pair *p = &n->item[n->count++];
    p->siren = (int32_t)siren;
    p->len = (int32_t)key.len;
    memcpy(p->key, key.ptr, key.len);
}

static int
pair_cmp(const void *a, const void *b)
{
    const struct name_pair *x = a, *y = b;
    int order = str_cmp(str_n(x->key, (size_t)x->len), str_n(y->key, (size_t)y->len));

    return order != 0 ? order : (x->siren > y->siren) - (x->siren < y->siren);
}

void
names_sort(struct names *n)
{
    if (n->count > 0)
        qsort(n->item, n->count, sizeof n->item[0], pair_cmp);
}

void
names_release(struct names *n)
{
    free(n->item);
    *n = (struct names){0};
}

/* ---- looking ---- */

static struct company_brief
brief_from_row(const struct db_rows *rows, size_t r)
{
    return (struct company_brief){
        .siren = row_int(rows, r, 0),
        .name = row_str(rows, r, 1),
        .active = row_int(rows, r, 2) != 0,
        .partial = row_int(rows, r, 3) != 0,
        .band = (enum band)row_int(rows, r, 4),
        .legal_category = (int)row_int(rows, r, 5),
        .postal_code = row_str(rows, r, 6),
        .city = row_str(rows, r, 7),
    };
}

enum err
registry_brief(struct ctx *cx, int64_t siren, struct company_brief *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_COMPANY_BRIEF, &rows, db_int(siren)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = brief_from_row(&rows, 0);
    return OK;
}

/* One reading of what was typed: keys that begin with prefix, after (key, siren). */
static enum err
names_from(struct ctx *cx, struct str prefix, struct str after_key, int64_t after,
           struct company_brief_list *out, size_t max)
{
    struct str cut = str_sub(prefix, 0, NAME_KEY_MAX);
    struct db_rows rows;

    if (out->count == max)
        return OK;
    TRY(db_run(cx, SQL_COMPANY_BY_NAME, &rows, db_str(cut),
               db_str(str_printf(cx->arena, "%.*s~", STR_FMT(cut))), db_str(after_key),
               db_int(after), db_int((int64_t)(max - out->count))));
    for (size_t r = 0; r < rows.count; r++) {
        struct company_brief b = brief_from_row(&rows, r);
        /* A name longer than its key may go on in another way. */
        if (cut.len == prefix.len ||
            str_starts(company_name_key(cx->arena, b.name, b.legal_category), prefix))
            out->item[out->count++] = b;
    }
    return OK;
}

enum err
registry_by_name(struct ctx *cx, struct str typed, int64_t after, size_t max,
                 struct company_brief_list *out)
{
    struct str key = utf8_plain_upper(cx->arena, typed);
    struct str turned = first_word_last(cx->arena, key);
    struct str after_key = STR_NONE;
    struct company_brief last;
    bool past = false;

    *out = (struct company_brief_list){ARENA_ARRAY(cx->arena, max + 1, struct company_brief), 0};
    if (key.len == 0)
        return OK;
    if (after != 0) {
        TRY(registry_brief(cx, after, &last));
        after_key = names_key(cx->arena, last.name, last.legal_category);
        /* The page before ended among those of the other reading. */
        past = !str_starts(after_key, str_sub(key, 0, NAME_KEY_MAX));
    }
    if (!past)
        TRY(names_from(cx, key, after_key, after, out, max));
    if (str_eq(turned, key))
        return OK;
    return names_from(cx, turned, past ? after_key : STR_NONE, past ? after : 0, out, max);
}

struct str
company_form_text(struct arena *a, int legal_category)
{
    static const struct {
        int from, to;
        const char *text;
    } forms[] = {
        {1000, 1000, "Entrepreneur individuel"}, {3120, 3120, "Société étrangère"},
        {4110, 4160, "Établissement public industriel et commercial"},
        {5202, 5202, "SNC"}, {5498, 5498, "EURL"}, {5499, 5499, "SARL"}, {5500, 5699, "SA"},
        {5710, 5710, "SAS"}, {5720, 5720, "SASU"}, {6540, 6540, "SCI"},
        {6500, 6599, "Société civile"}, {7000, 7999, "Personne publique"},
        {9200, 9299, "Association"},
    };

    if (legal_category == 0)
        return STR("Inconnue");
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (legal_category >= forms[i].from && legal_category <= forms[i].to)
            return str_printf(a, "%s (%d)", forms[i].text, legal_category);
    return str_printf(a, "%d", legal_category);
}
