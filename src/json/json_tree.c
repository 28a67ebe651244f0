/* SPDX-License-Identifier: Apache-2.0 */
/* json_tree.c - see json_tree.h. */
#include "json/json_tree.h"

#include <stdio.h>

#include "base/parse.h"

enum { INDENT = 2, LINE_MAX_COLUMNS = 96 };

static void
quoted(struct buf *out, struct str s)
{
    struct jw w = jw_begin(out);

    jw_str(&w, s);
}

/* So that it is read back as the same number, and as no whole one. */
static void
real_write(struct buf *out, double n)
{
    char text[40];

    snprintf(text, sizeof text, "%.17g", n);
    buf_z(out, text);
    if (strpbrk(text, ".en") == NULL)
        buf_z(out, ".0");
}

static void
plain_write(struct buf *out, const struct json *v)
{
    switch (v->kind) {
    case JSON_BOOL:
        buf_z(out, v->b ? "true" : "false");
        break;
    case JSON_INT:
        buf_i64(out, v->i);
        break;
    case JSON_REAL:
        real_write(out, v->real);
        break;
    case JSON_STR:
        quoted(out, v->s);
        break;
    default:
        buf_z(out, "null");
    }
}

static bool
holds_containers(const struct json *v)
{
    for (size_t i = 0; i < v->count; i++) {
        enum json_kind k = v->kind == JSON_ARRAY ? v->item[i].kind : v->member[i].value.kind;
        if (k == JSON_ARRAY || k == JSON_OBJECT)
            return true;
    }
    return false;
}

/* A container of plain values on one line: [1, 2] and { "min": 0, "max": 9 }. */
static void
line_write(struct buf *out, const struct json *v)
{
    bool array = v->kind == JSON_ARRAY;

    buf_z(out, array ? "[" : "{ ");
    for (size_t i = 0; i < v->count; i++) {
        buf_z(out, i == 0 ? "" : ", ");
        if (!array) {
            quoted(out, v->member[i].key);
            buf_z(out, ": ");
        }
        plain_write(out, array ? &v->item[i] : &v->member[i].value);
    }
    buf_z(out, array ? "]" : " }");
}

static void
new_line(struct buf *out, int depth)
{
    buf_byte(out, '\n');
    for (int i = 0; i < depth * INDENT; i++)
        buf_byte(out, ' ');
}

/* What stands on the line already. */
static size_t
column(const struct buf *out)
{
    size_t n = 0;

    while (n < out->len && out->ptr[out->len - 1 - n] != '\n')
        n++;
    return n;
}

/* On the line that is being written, when it fits; otherwise nothing is written. */
static bool
fits_on_line(struct buf *out, const struct json *v)
{
    struct buf line;
    bool fits;

    if (holds_containers(v))
        return false;
    buf_init(&line, LINE_MAX_COLUMNS);
    line_write(&line, v);
    fits = !line.overflow && column(out) + line.len <= LINE_MAX_COLUMNS;
    if (fits)
        buf_str(out, buf_view(&line));
    buf_release(&line);
    return fits;
}

/* The reader bounds the depth. */
static void
value_write(struct buf *out, const struct json *v, int depth)
{
    bool array = v->kind == JSON_ARRAY;

    if (v->kind != JSON_ARRAY && v->kind != JSON_OBJECT) {
        plain_write(out, v);
        return;
    }
    if (v->count == 0) {
        buf_z(out, array ? "[]" : "{}");
        return;
    }
    if (fits_on_line(out, v))
        return;
    buf_byte(out, array ? '[' : '{');
    for (size_t i = 0; i < v->count; i++) {
        buf_z(out, i == 0 ? "" : ",");
        new_line(out, depth + 1);
        if (!array) {
            quoted(out, v->member[i].key);
            buf_z(out, ": ");
        }
        value_write(out, array ? &v->item[i] : &v->member[i].value, depth + 1);
    }
    new_line(out, depth);
    buf_byte(out, array ? ']' : '}');
}

void
json_write(struct buf *out, const struct json *tree)
{
    value_write(out, tree, 0);
    buf_byte(out, '\n');
}

/* ---- finding and comparing ---- */

static struct json *
member_of(struct json *v, struct str key)
{
    int64_t index;

    if (v->kind == JSON_ARRAY)
        return parse_i64(key, 0, INT32_MAX, &index) && (size_t)index < v->count ? &v->item[index]
                                                                               : NULL;
    if (v->kind != JSON_OBJECT)
        return NULL;
    for (size_t i = 0; i < v->count; i++)
        if (str_eq(v->member[i].key, key))
            return &v->member[i].value;
    return NULL;
}

struct json *
json_at(struct json *tree, struct str pointer)
{
    struct json *at = tree;
    struct str rest, part;

    if (pointer.len == 0)
        return tree;
    rest = str_sub(pointer, 1, pointer.len);
    while (at != NULL && str_split(&rest, '/', &part))
        at = member_of(at, part);
    return at;
}

static bool
same_members(const struct json *a, const struct json *b)
{
    for (size_t i = 0; i < a->count; i++) {
        bool found = false;
        for (size_t k = 0; k < b->count && !found; k++)
            found = str_eq(a->member[i].key, b->member[k].key) &&
                    json_same(&a->member[i].value, &b->member[k].value);
        if (!found)
            return false;
    }
    return true;
}

bool
json_same(const struct json *a, const struct json *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (a->kind != b->kind || a->count != b->count)
        return false;
    switch (a->kind) {
    case JSON_BOOL:
        return a->b == b->b;
    case JSON_INT:
        return a->i == b->i;
    case JSON_REAL:
        return memcmp(&a->real, &b->real, sizeof a->real) == 0;
    case JSON_STR:
        return str_eq(a->s, b->s);
    case JSON_ARRAY:
        for (size_t i = 0; i < a->count; i++)
            if (!json_same(&a->item[i], &b->item[i]))
                return false;
        return true;
    case JSON_OBJECT:
        return same_members(a, b);
    default:
        return true;
    }
}

/* ---- changing ---- */

struct json
json_copy(struct arena *a, const struct json *v)
{
    struct json copy = *v;

    if (v->kind == JSON_ARRAY) {
        copy.item = ARENA_ARRAY(a, v->count, struct json);
        for (size_t i = 0; i < v->count; i++)
            copy.item[i] = json_copy(a, &v->item[i]);
    }
    if (v->kind == JSON_OBJECT) {
        copy.member = ARENA_ARRAY(a, v->count, struct json_member);
        for (size_t i = 0; i < v->count; i++)
            copy.member[i] = (struct json_member){v->member[i].key,
                                                  json_copy(a, &v->member[i].value)};
    }
    return copy;
}

struct json
json_int(int64_t n)
{
    return (struct json){.kind = JSON_INT, .i = n};
}

struct json
json_text(struct str s)
{
    return (struct json){.kind = JSON_STR, .s = s};
}

struct json
json_bool(bool b)
{
    return (struct json){.kind = JSON_BOOL, .b = b};
}

struct json
json_empty(enum json_kind kind)
{
    return (struct json){.kind = kind};
}

struct json *
json_put(struct arena *a, struct json *object, struct str key, struct json value)
{
    struct json_member *grown;
    struct json *there;

    if (object->kind != JSON_OBJECT)
        *object = json_empty(JSON_OBJECT);
    there = member_of(object, key);
    if (there != NULL) {
        *there = value;
        return there;
    }
    grown = ARENA_ARRAY(a, object->count + 1, struct json_member);
    for (size_t i = 0; i < object->count; i++)
        grown[i] = object->member[i];
    grown[object->count] = (struct json_member){str_dup(a, key), value};
    object->member = grown;
    object->count++;
    return &grown[object->count - 1].value;
}

void
json_remove(struct json *object, struct str key)
{
    size_t kept = 0;

    for (size_t i = 0; object->kind == JSON_OBJECT && i < object->count; i++)
        if (!str_eq(object->member[i].key, key))
            object->member[kept++] = object->member[i];
    if (object->kind == JSON_OBJECT)
        object->count = kept;
}

struct json *
json_append(struct arena *a, struct json *array, struct json value)
{
    struct json *grown;

    if (array->kind != JSON_ARRAY)
        *array = json_empty(JSON_ARRAY);
    grown = ARENA_ARRAY(a, array->count + 1, struct json);
    for (size_t i = 0; i < array->count; i++)
        grown[i] = array->item[i];
    grown[array->count] = value;
    array->item = grown;
    array->count++;
    return &grown[array->count - 1];
}

void
json_remove_at(struct json *array, size_t index)
{
    if (array->kind != JSON_ARRAY || index >= array->count)
        return;
    for (size_t i = index; i + 1 < array->count; i++)
        array->item[i] = array->item[i + 1];
    array->count--;
}
