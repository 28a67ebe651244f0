/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.c - a chain of zeroed blocks, handed out from front to back.
 *
 * Blocks double from 16 KiB to 1 MiB, so that a small request costs one malloc and a large import
 * few. An allocation that would waste much of the head gets a block of its own behind the head,
 * which goes on being filled. Under AddressSanitizer every allocation is followed by a poisoned
 * gap: an overrun inside a block is found as one of malloc'ed memory would be.
 */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define ARENA_HIDE(ptr, size) __asan_poison_memory_region((ptr), (size))
#define ARENA_SHOW(ptr, size) __asan_unpoison_memory_region((ptr), (size))
#else
#define ARENA_HIDE(ptr, size) ((void)(ptr), (void)(size))
#define ARENA_SHOW(ptr, size) ((void)(ptr), (void)(size))
#endif

enum {
    ARENA_ALIGN = _Alignof(max_align_t),
#ifdef ARENA_ASAN
    ARENA_GAP = 16,
#else
    ARENA_GAP = 0,
#endif
    ARENA_BLOCK_MIN = 16 * 1024,
    ARENA_BLOCK_MAX = 1024 * 1024
};

struct arena_block {
    struct arena_block *older;
    size_t size; /* Bytes that can be handed out, after this header. */
    size_t used;
    _Alignas(max_align_t) unsigned char bytes[];
};

_Noreturn static void
arena_die(void)
{
    fputs("maillon: out of memory\n", stderr);
    abort();
}

static struct arena_block *
block_new(size_t size)
{
    size_t total;

    if (__builtin_add_overflow(size, sizeof(struct arena_block), &total))
        arena_die();
    struct arena_block *b = calloc(1, total);
    if (b == NULL)
        arena_die();
    b->size = size;
    ARENA_HIDE(b->bytes, size);
    return b;
}

static void
block_free(struct arena_block *b)
{
    ARENA_SHOW(b->bytes, b->size);
    free(b);
}

void
arena_init(struct arena *a)
{
    *a = (struct arena){0};
}

void
arena_clear(struct arena *a)
{
    struct arena_block *keep = NULL;

    for (struct arena_block *b = a->head, *older; b != NULL; b = older) {
        older = b->older;
        /* The largest ordinary block stays: the next use is likely to need as much. */
        if (b->size <= ARENA_BLOCK_MAX && (keep == NULL || b->size > keep->size)) {
            if (keep != NULL)
                block_free(keep);
            keep = b;
        } else {
            block_free(b);
        }
    }
    if (keep != NULL) {
        ARENA_SHOW(keep->bytes, keep->used);
        memset(keep->bytes, 0, keep->used);
        ARENA_HIDE(keep->bytes, keep->size);
        keep->used = 0;
        keep->older = NULL;
    }
    a->head = keep;
    a->used_bytes = 0;
}

void
arena_release(struct arena *a)
{
    for (struct arena_block *b = a->head, *older; b != NULL; b = older) {
        older = b->older;
        block_free(b);
    }
    *a = (struct arena){0};
}

/* A block with room for need bytes; it becomes the head unless it serves this one alone. */
static struct arena_block *
arena_grow(struct arena *a, size_t need)
{
    size_t next = a->head == NULL ? ARENA_BLOCK_MIN : a->head->size * 2;

    if (next > ARENA_BLOCK_MAX)
        next = ARENA_BLOCK_MAX;
    if (need > next / 4 && a->head != NULL) {
        struct arena_block *own = block_new(need);
        own->older = a->head->older;
        a->head->older = own;
        return own;
    }
    struct arena_block *b = block_new(need > next ? need : next);
    b->older = a->head;
    a->head = b;
    return b;
}

void *
arena_alloc(struct arena *a, size_t size)
{
    size_t need;

    /* One byte at least, so that each pointer is unique. */
    if (__builtin_add_overflow(size == 0 ? 1 : size, ARENA_ALIGN - 1 + ARENA_GAP, &need))
        arena_die();
    need &= ~(size_t)(ARENA_ALIGN - 1);

    struct arena_block *b = a->head;
    if (b == NULL || b->size - b->used < need)
        b = arena_grow(a, need);
    void *p = b->bytes + b->used;
    b->used += need;
    a->used_bytes += size;
    ARENA_SHOW(p, size);
    return p;
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total))
        arena_die();
    return arena_alloc(a, total);
}

void *
arena_copy(struct arena *a, const void *from, size_t size)
{
    void *to = arena_alloc(a, size);

    if (size > 0)
        memcpy(to, from, size);
    return to;
}
