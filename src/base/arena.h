/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h - memory by lifetime.
 *
 * A request, a job or a command allocates from one arena and frees nothing; the owner clears or
 * releases the whole. Memory is zeroed, so that no byte of the last customer shows. Running out
 * of memory ends the process with a message: callers do not test for it; bounded inputs keep it
 * out of a client's reach.
 */
#ifndef MAILLON_BASE_ARENA_H
#define MAILLON_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *head; /* The block in use; older ones behind it. */
    size_t used_bytes;        /* Handed out since the last clear. */
};

/* The value {0} is an empty arena, ready for use. */
void arena_init(struct arena *a);
/* Forgets everything allocated; keeps one block for the next use, zeroed. */
void arena_clear(struct arena *a);
/* Gives all memory back to the system. */
void arena_release(struct arena *a);

/* Never NULL. Aligned for any type, zeroed. A size of 0 gives a valid, unique pointer. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, returns_nonnull));
/* count x size with the multiplication checked. */
void *arena_array(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull));
void *arena_copy(struct arena *a, const void *from, size_t size) __attribute__((returns_nonnull));

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, count, type) ((type *)arena_array((a), (count), sizeof(type)))

#endif
