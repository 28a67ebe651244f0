/* SPDX-License-Identifier: Apache-2.0 */
/* json_fuzz.c - what the reader takes, the writer gives back, and it reads the same again. */
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BYTES_MAX = 64 * 1024 };

static bool
json_write(struct jw *w, const struct json *j)
{
    switch (j->kind) {
    case JSON_NULL:
        jw_null(w);
        return true;
    case JSON_BOOL:
        jw_bool(w, j->b);
        return true;
    case JSON_INT:
        jw_int(w, j->i);
        return true;
    case JSON_STR:
        assert(utf8_valid(j->s));
        jw_str(w, j->s);
        return true;
    case JSON_ARRAY:
        jw_array(w);
        for (size_t i = 0; i < j->count; i++)
            if (!json_write(w, &j->item[i]))
                return false;
        jw_close_array(w);
        return true;
    case JSON_OBJECT:
        jw_object(w);
        for (size_t i = 0; i < j->count; i++) {
            /* Keys are C strings: the reader refuses NUL in them. */
            jw_key(w, j->member[i].key.ptr);
            if (!json_write(w, &j->member[i].value))
                return false;
        }
        jw_close_object(w);
        return true;
    case JSON_REAL:
    default:
        return false; /* The program writes none. */
    }
}

static void
same(const struct json *a, const struct json *b)
{
    assert(a->kind == b->kind && a->b == b->b && a->i == b->i && a->count == b->count);
    assert(str_eq(a->s, b->s));
    for (size_t i = 0; i < a->count; i++) {
        if (a->kind == JSON_ARRAY) {
            same(&a->item[i], &b->item[i]);
        } else {
            assert(str_eq(a->member[i].key, b->member[i].key));
            same(&a->member[i].value, &b->member[i].value);
        }
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a;
    struct json *first, *second;
    struct json_error why = {0};
    struct buf b;
    struct jw w;

    if (json_parse(&a, str_n((const char *)data, size), BYTES_MAX, &first, &why) == OK) {
        buf_init(&b, 0);
        w = jw_begin(&b);
        if (json_write(&w, first)) {
            assert(json_parse(&a, buf_view(&b), BUF_MAX_DEFAULT, &second, &why) == OK);
            same(first, second);
        }
        buf_release(&b);
    } else if (size <= BYTES_MAX) {
        assert(why.line > 0 && why.text.len > 0);
    }
    arena_clear(&a);
    return 0;
}
