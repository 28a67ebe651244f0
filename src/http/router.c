/* SPDX-License-Identifier: Apache-2.0 */
/*
 * router.c - the route table as a tree of path segments, made once at the start.
 *
 * A node has its fixed segments in sorted order and at most one that takes any segment; a fixed
 * one wins, and the other is tried when the fixed one leads nowhere.
 */
#include "http/exchange.h"

struct node {
    struct str segment;
    struct node **child;         /* Fixed segments, sorted. */
    size_t child_count;
    struct node *any;            /* {name} */
    const struct route *route[METHOD_COUNT];
};

struct route_tree {
    struct arena arena;
    struct node *root;
};

/* Takes the next segment off *rest (which starts with a slash). */
static struct str
segment_take(struct str *rest)
{
    struct str s = str_sub(*rest, 1, rest->len);
    size_t end = str_find_byte(s, '/');

    *rest = str_sub(s, end, s.len);
    return str_sub(s, 0, end);
}

static struct node *
child_find(const struct node *n, struct str segment, size_t *at)
{
    size_t low = 0, high = n->child_count;

    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = str_cmp(segment, n->child[mid]->segment);

        if (order == 0)
            return n->child[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    if (at != NULL)
        *at = low;
    return NULL;
}

static struct node *
child_make(struct arena *a, struct node *n, struct str segment)
{
    size_t at = 0;
    struct node *c;
    struct node **grown;

    if (segment.len > 1 && segment.ptr[0] == '{') {
        if (n->any == NULL)
            n->any = ARENA_NEW(a, struct node);
        return n->any;
    }
    c = child_find(n, segment, &at);
    if (c != NULL)
        return c;
    c = ARENA_NEW(a, struct node);
    c->segment = segment;
    grown = ARENA_ARRAY(a, n->child_count + 1, struct node *);
    for (size_t i = 0; i < n->child_count; i++)
        grown[i < at ? i : i + 1] = n->child[i];
    grown[at] = c;
    n->child = grown;
    n->child_count++;
    return c;
}

struct route_tree *
route_tree_new(const struct route *table, size_t count)
{
    struct arena arena = {0};
    struct route_tree *t = ARENA_NEW(&arena, struct route_tree);

    t->root = ARENA_NEW(&arena, struct node);
    for (size_t i = 0; i < count; i++) {
        struct str rest = str_of(table[i].path);
        struct node *n = t->root;
        size_t params = 0;

        assert(rest.len > 0 && rest.ptr[0] == '/');
        while (rest.len > 0) {
            struct str segment = segment_take(&rest);

            params += segment.len > 1 && segment.ptr[0] == '{';
            n = child_make(&arena, n, segment);
        }
        assert(params <= PATH_PARTS_MAX);
        assert(n->route[table[i].method] == NULL); /* Two routes of one method and path. */
        n->route[table[i].method] = &table[i];
    }
    t->arena = arena;
    return t;
}

void
route_tree_free(struct route_tree *t)
{
    if (t != NULL) {
        struct arena arena = t->arena;

        arena_release(&arena);
    }
}

static const struct node *
node_match(const struct node *n, struct str rest, struct str *values, size_t *count)
{
    const struct node *found;
    size_t mark = *count;
    struct str segment;

    if (rest.len == 0) {
        for (int m = 0; m < METHOD_COUNT; m++)
            if (n->route[m] != NULL)
                return n;
        return NULL;
    }
    segment = segment_take(&rest);
    found = child_find(n, segment, NULL);
    if (found != NULL) {
        found = node_match(found, rest, values, count);
        if (found != NULL)
            return found;
        *count = mark;
    }
    if (n->any == NULL || segment.len == 0 || *count == PATH_PARTS_MAX)
        return NULL;
    values[(*count)++] = segment;
    return node_match(n->any, rest, values, count);
}

/* Names come from the route's own path, in the order of its {parts}. */
static void
params_name(const char *path, const struct str *values, size_t count, struct pair_list *params)
{
    struct str rest = str_of(path);
    size_t i = 0;

    while (rest.len > 0 && i < count) {
        struct str segment = segment_take(&rest);

        if (segment.len > 2 && segment.ptr[0] == '{') {
            params->item[i].name = str_sub(segment, 1, segment.len - 2);
            params->item[i].value = values[i];
            i++;
        }
    }
    params->count = i;
}

const struct route *
route_match(const struct route_tree *t, enum http_method method, struct str path, unsigned *allow,
            struct pair_list *params)
{
    struct str values[PATH_PARTS_MAX];
    size_t count = 0;
    const struct node *n = node_match(t->root, path, values, &count);

    *allow = 0;
    params->count = 0;
    if (n == NULL)
        return NULL;
    for (int m = 0; m < METHOD_COUNT; m++)
        if (n->route[m] != NULL)
            *allow |= 1U << m;
    if (n->route[method] != NULL)
        params_name(n->route[method]->path, values, count, params);
    return n->route[method];
}
