/* SPDX-License-Identifier: Apache-2.0 */
/* html_fuzz.c - whatever goes in, no escaper lets a byte out that could end its place. */
#include <assert.h>
#include <stdint.h>

#include "html/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
none_of(const struct buf *b, const char *bad)
{
    for (size_t i = 0; i < b->len; i++)
        assert(b->ptr[i] != '\0' && strchr(bad, b->ptr[i]) == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = str_n((const char *)data, size);
    struct arena a = {0};
    struct buf b;
    struct url u;

    buf_init(&b, 0);
    HTML_TEXT(&b, s);
    none_of(&b, "<>");
    buf_clear(&b);
    HTML_ATTR(&b, s);
    none_of(&b, "<>\"'");
    buf_clear(&b);
    HTML_QUERY(&b, s);
    none_of(&b, "<>\"'& /?#\n");
    buf_clear(&b);
    u = url_external(s);
    assert(u.s.len == 0 || str_starts(u.s, STR("http")));
    HTML_URL(&b, u);
    none_of(&b, "<>\"' \n\\");
    u = url_with(&a, URL("x"), "q", s);
    assert(str_starts(u.s, STR("/x?q=")));
    arena_release(&a);
    buf_release(&b);
    return 0;
}
