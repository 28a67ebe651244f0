/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_read.c - the reader of json.h over jansson, whose tree is copied into the arena. The only
 * file that includes jansson.
 *
 * Some of jansson's constants have the names of ours; they get others while it is included.
 */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_NULL JANSSON_NULL
#define JSON_REAL JANSSON_REAL
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_NULL
#undef JSON_REAL

#include "json/json.h"

static bool convert(struct arena *a, json_t *from, struct json *to, int depth);

static bool
convert_array(struct arena *a, const json_t *from, struct json *to, int depth)
{
    to->kind = JSON_ARRAY;
    to->count = json_array_size(from);
    to->item = ARENA_ARRAY(a, to->count, struct json);
    for (size_t i = 0; i < to->count; i++)
        if (!convert(a, json_array_get(from, i), &to->item[i], depth + 1))
            return false;
    return true;
}

static bool
convert_object(struct arena *a, json_t *from, struct json *to, int depth)
{
    const char *key;
    json_t *value;
    size_t i = 0;

    to->kind = JSON_OBJECT;
    to->count = json_object_size(from);
    to->member = ARENA_ARRAY(a, to->count, struct json_member);
    /* In the order of the text. A key holds no NUL: jansson refuses that by itself. */
    json_object_foreach(from, key, value) {
        to->member[i].key = str_dup(a, str_of(key));
        if (!convert(a, value, &to->member[i].value, depth + 1))
            return false;
        i++;
    }
    return true;
}

static bool
convert(struct arena *a, json_t *from, struct json *to, int depth)
{
    if (depth > JSON_DEPTH_MAX)
        return false;
    switch ((int)json_typeof(from)) {
    case JANSSON_OBJECT:
        return convert_object(a, from, to, depth);
    case JANSSON_ARRAY:
        return convert_array(a, from, to, depth);
    case JSON_STRING:
        to->kind = JSON_STR;
        to->s = str_dup(a, str_n(json_string_value(from), json_string_length(from)));
        return true;
    case JSON_INTEGER:
        to->kind = JSON_INT;
        to->i = json_integer_value(from);
        return true;
    case JANSSON_REAL:
        to->kind = JSON_REAL;
        to->real = json_real_value(from);
        return true;
    case JSON_TRUE:
    case JSON_FALSE:
        to->kind = JSON_BOOL;
        to->b = json_typeof(from) == JSON_TRUE;
        return true;
    default:
        to->kind = JSON_NULL;
        return true;
    }
}

static enum err
fail(struct arena *a, struct json_error *why, int line, int column, const char *text)
{
    if (why != NULL)
        *why = (struct json_error){line, column, str_dup(a, str_of(text))};
    return ERR_INVALID;
}

enum err
json_parse(struct arena *a, struct str text, size_t bytes_max, struct json **out,
           struct json_error *why)
{
    json_error_t e;
    json_t *tree;
    struct json *j;
    bool fits;

    if (text.len > bytes_max) {
        (void)fail(a, why, 1, 1, "the text is too long");
        return ERR_LIMIT;
    }
    if (text.len == 0)
        return fail(a, why, 1, 1, "the text is empty");
    /* jansson lets a NUL byte pass behind a number. */
    if (memchr(text.ptr, '\0', text.len) != NULL)
        return fail(a, why, 1, 1, "the text holds a NUL byte");
    tree = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
    if (tree == NULL)
        return fail(a, why, e.line > 0 ? e.line : 1, e.column > 0 ? e.column : 1, e.text);
    j = ARENA_NEW(a, struct json);
    fits = convert(a, tree, j, 1);
    json_decref(tree);
    if (!fits)
        return fail(a, why, 1, 1, "values are nested too deeply");
    *out = j;
    return OK;
}
