/* SPDX-License-Identifier: Apache-2.0 */
/* policy_merge.c - see policy_merge.h. An absent value is a value too: NULL. */
#include "policy/policy_merge.h"

enum { CONFLICTS_MAX = 200 };

struct merge {
    struct arena *arena;
    bool take_ours;
    struct str_list *conflicts;
};

/* The three sides of one value, and where it stands. */
struct sides {
    const struct json *base, *ours, *theirs;
    struct str path;
};

static const struct json *value_merge(struct merge *m, const struct sides *s);

static bool
all_of(const struct sides *s, enum json_kind kind)
{
    return s->base != NULL && s->ours != NULL && s->theirs != NULL && s->base->kind == kind &&
           s->ours->kind == kind && s->theirs->kind == kind;
}

/* What names an entry of an object or of a list of coded objects. */
static struct str
key_of(const struct json *v, size_t i)
{
    return v->kind == JSON_OBJECT ? v->member[i].key : json_get_str(&v->item[i], "code");
}

static const struct json *
entry(const struct json *v, struct str key)
{
    for (size_t i = 0; i < v->count; i++)
        if (str_eq(key_of(v, i), key))
            return v->kind == JSON_OBJECT ? &v->member[i].value : &v->item[i];
    return NULL;
}

/* Whether each entry has a code, and one of its own. */
static bool
is_coded(const struct json *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (key_of(list, i).len == 0 || entry(list, key_of(list, i)) != &list->item[i])
            return false;
    return true;
}

static void
entry_add(struct merge *m, struct json *out, struct str key, const struct json *value)
{
    if (value == NULL)
        return;
    if (out->kind == JSON_OBJECT)
        json_put(m->arena, out, key, *value);
    else
        json_append(m->arena, out, *value);
}

/* In their order, then what only ours has. */
static const struct json *
entries_merge(struct merge *m, const struct sides *s)
{
    struct json *out = ARENA_NEW(m->arena, struct json);

    *out = json_empty(s->theirs->kind);
    for (int side = 0; side < 2; side++) {
        const struct json *from = side == 0 ? s->theirs : s->ours;
        for (size_t i = 0; i < from->count; i++) {
            struct str key = key_of(from, i);
            struct sides one = {
                .base = entry(s->base, key), .ours = entry(s->ours, key),
                .theirs = entry(s->theirs, key),
                .path = str_printf(m->arena, "%.*s/%.*s", STR_FMT(s->path), STR_FMT(key)),
            };
            if (side == 0 || one.theirs == NULL)
                entry_add(m, out, key, value_merge(m, &one));
        }
    }
    return out;
}

static const struct json *
value_merge(struct merge *m, const struct sides *s)
{
    if (json_same(s->ours, s->base) || json_same(s->ours, s->theirs))
        return s->theirs;
    if (json_same(s->theirs, s->base))
        return s->ours;
    if (all_of(s, JSON_OBJECT) ||
        (all_of(s, JSON_ARRAY) && is_coded(s->base) && is_coded(s->ours) && is_coded(s->theirs)))
        return entries_merge(m, s);
    if (m->conflicts->count < CONFLICTS_MAX)
        m->conflicts->item[m->conflicts->count++] = s->path;
    return m->take_ours ? s->ours : s->theirs;
}

struct json
policy_merge(struct arena *a, const struct json *base, const struct json *ours,
             const struct json *theirs, bool take_ours, struct str_list *conflicts)
{
    struct merge m = { .arena = a, .take_ours = take_ours, .conflicts = conflicts };
    struct sides whole = { base, ours, theirs, STR("") };

    *conflicts = (struct str_list){ ARENA_ARRAY(a, CONFLICTS_MAX, struct str), 0 };
    return json_copy(a, value_merge(&m, &whole));
}
