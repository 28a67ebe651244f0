/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_tree.h - a tree changed in place and written back, for texts that people read and edit.
 *
 * What is added lives in the arena given. A value that is put into a second tree is shared by both
 * until json_copy parts them.
 */
#ifndef MAILLON_JSON_JSON_TREE_H
#define MAILLON_JSON_JSON_TREE_H

#include "json/json.h"

/* Two blanks a level; what holds plain values only and is short stays on one line. The order of
 * members is the tree's. Ends with a newline. */
void json_write(struct buf *out, const struct json *tree);
/* The value that a pointer leads to ("/packs/1/price", "" the tree itself); NULL: there is none.
 * Keys with '/' or '~' cannot be named. */
struct json *json_at(struct json *tree, struct str pointer);
/* Whether two values are the same, whatever the order of members. */
bool json_same(const struct json *a, const struct json *b);

/* The same value with memory of its own. */
struct json json_copy(struct arena *a, const struct json *v);

struct json json_int(int64_t n);
struct json json_text(struct str s);
struct json json_bool(bool b);
struct json json_empty(enum json_kind kind); /* JSON_NULL, JSON_ARRAY or JSON_OBJECT */

/* Gives an object's member this value; a new one goes to the end, and what is no object becomes an
 * empty one first. Returns where the value stands. */
struct json *json_put(struct arena *a, struct json *object, struct str key, struct json value);
void json_remove(struct json *object, struct str key);
/* The same for an array. */
struct json *json_append(struct arena *a, struct json *array, struct json value);
void json_remove_at(struct json *array, size_t index);

#endif
