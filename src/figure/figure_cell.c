/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure_cell.c - a table of cells by their key, in an arena.
 */
#include "figure/figure_int.h"

enum { CELLS_FIRST = 64 };

void
cells_init(struct cells *c, struct arena *a)
{
    *c = (struct cells){.arena = a, .cap = CELLS_FIRST, .slots = CELLS_FIRST * 2};
    c->item = ARENA_ARRAY(a, c->cap, struct cell);
    c->slot = ARENA_ARRAY(a, c->slots, uint32_t);
}

static uint64_t
mix(uint64_t h, uint64_t n)
{
    h ^= n + UINT64_C(0x9e3779b97f4a7c15) + (h << 6) + (h >> 2);
    return h * UINT64_C(0xff51afd7ed558ccd);
}

static uint64_t
mix_str(uint64_t h, struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (unsigned char)s.ptr[i]) * UINT64_C(0x100000001b3);
    return mix(h, s.len);
}

static uint64_t
key_hash(const struct cell *k)
{
    uint64_t h = mix((uint64_t)k->kind, (uint64_t)k->campaign_id);

    h = mix(h, (uint64_t)k->at);
    h = mix(h, (uint64_t)k->territory << 8 | (uint64_t)k->band);
    h = mix_str(mix_str(h, k->department), k->cohort);
    return h ^ h >> 32;
}

static bool
key_eq(const struct cell *a, const struct cell *b)
{
    return a->kind == b->kind && a->campaign_id == b->campaign_id && a->at == b->at &&
           a->territory == b->territory && a->band == b->band &&
           str_eq(a->department, b->department) && str_eq(a->cohort, b->cohort);
}

/* The slot of the key, or the free one it would take. */
static size_t
slot_of(const struct cells *c, const struct cell *key)
{
    size_t i = (size_t)key_hash(key) & (c->slots - 1);

    while (c->slot[i] != 0 && !key_eq(&c->item[c->slot[i] - 1], key))
        i = (i + 1) & (c->slots - 1);
    return i;
}

static void
grow(struct cells *c)
{
    struct cell *old = c->item;

    c->cap *= 2;
    c->slots *= 2;
    c->item = ARENA_ARRAY(c->arena, c->cap, struct cell);
    memcpy(c->item, old, c->count * sizeof *old);
    c->slot = ARENA_ARRAY(c->arena, c->slots, uint32_t);
    for (size_t i = 0; i < c->count; i++)
        c->slot[slot_of(c, &c->item[i])] = (uint32_t)i + 1;
}

size_t
cells_at(struct cells *c, const struct cell *key)
{
    size_t slot = slot_of(c, key);

    if (c->slot[slot] != 0)
        return c->slot[slot] - 1;
    if (c->count == c->cap) {
        grow(c);
        slot = slot_of(c, key);
    }
    struct cell *made = &c->item[c->count++];
    *made = *key;
    made->department = str_dup(c->arena, key->department);
    made->cohort = str_dup(c->arena, key->cohort);
    memset(made->v, 0, sizeof made->v);
    c->slot[slot] = (uint32_t)c->count;
    return c->count - 1;
}

int64_t *
cells_values(struct cells *c, const struct cell *key)
{
    size_t at = cells_at(c, key);

    return c->item[at].v;
}

void
cells_add(struct cells *c, const struct cells *from)
{
    for (size_t i = 0; i < from->count; i++) {
        int64_t *to = cells_values(c, &from->item[i]);
        for (int v = 0; v < CELL_VALUES; v++)
            to[v] += from->item[i].v[v];
    }
}
