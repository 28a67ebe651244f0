/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mkassets OUT_DIR FILE... - embeds files into OUT_DIR/assets.c and gives each
 * a macro with its URL in OUT_DIR/assets.h. The table is src/html/assets.h.
 * Style sheets go without comments and without the blanks that nobody needs.
 */
#include "tool.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct kind {
    const char *ending;
    const char *type;
};

static const struct kind kinds[] = {
    { "css", "text/css; charset=utf-8" },
    { "js", "text/javascript; charset=utf-8" },
    { "svg", "image/svg+xml" },
    { "png", "image/png" },
    { "ico", "image/x-icon" },
    { "woff2", "font/woff2" },
    { "txt", "text/plain; charset=utf-8" },
    { "json", "application/json" },
};

static const char *
type_of(const char *path, const char *ending)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].ending, ending) == 0)
            return kinds[i].type;
    fail_at(path, 0, "no content type is known for '.%s'", ending);
}

/* The name goes into URLs and macros unescaped, so little is allowed in it. */
static const char *
ending_of(const char *path)
{
    const char *name = base_name(path);
    const char *dot = strrchr(name, '.');

    if (dot == NULL || dot == name)
        fail_at(path, 0, "an asset needs a name and an ending");
    for (const char *p = name; *p != '\0'; p++)
        if (!(*p >= 'a' && *p <= 'z') && !(*p >= '0' && *p <= '9') && strchr("._-", *p) == NULL)
            fail_at(path, 0, "an asset is named with a-z, 0-9, '.', '_' and '-' only");
    return dot + 1;
}

/* Where a string that begins at `at` ends, or a comment; NULL: neither begins there. */
static const char *
past_piece(const char *path, const char *at, const char *end)
{
    if (*at == '"' || *at == '\'') {
        const char *p = at + 1;
        while (p < end && *p != *at)
            p += *p == '\\' ? 2 : 1;
        if (p >= end)
            fail_at(path, 0, "a string has no end");
        return p + 1;
    }
    if (end - at < 2 || at[0] != '/' || at[1] != '*')
        return NULL;
    for (const char *p = at + 2; p + 1 < end; p++)
        if (p[0] == '*' && p[1] == '/')
            return p + 2;
    fail_at(path, 0, "a comment has no end");
}

static struct text
css_squeeze(const char *path, const struct text *body)
{
    const char *p = body->at, *end = p + body->len;
    struct text out = { 0 };
    bool blank = false;

    while (p < end) {
        const char *past = past_piece(path, p, end);
        bool gap = past != NULL && *p == '/';
        if (gap || strchr(" \t\r\n", *p) != NULL) {
            blank = true;
            p = gap ? past : p + 1;
            continue;
        }
        if (blank && out.len > 0 && strchr("{};:,>", out.at[out.len - 1]) == NULL &&
            strchr("{};>", *p) == NULL)
            text_add(&out, " ", 1);
        blank = false;
        if (past == NULL)
            past = p + 1;
        text_add(&out, p, (size_t)(past - p));
        p = past;
    }
    return out;
}

static void
bytes_add(struct text *c, int number, const struct text *body)
{
    text_fmt(c, "static const unsigned char bytes_%d[] = {", number);
    for (size_t i = 0; i < body->len; i++)
        text_fmt(c, "%s%d,", i % 24 == 0 ? "\n    " : "", (unsigned char)body->at[i]);
    text_puts(c, body->len > 0 ? "\n};\n" : " 0 };\n");
}

static void
asset_add(const char *path, int number, struct text *c, struct text *rows, struct text *h)
{
    struct text body = file_read(path);
    const char *name = base_name(path);
    const char *ending = ending_of(path);
    const char *type = type_of(path, ending);
    if (strcmp(ending, "css") == 0)
        body = css_squeeze(path, &body);
    int stem_len = (int)(ending - name) - 1;
    uint64_t hash = fnv1a(body.at, body.len);
    uint32_t folded = (uint32_t)(hash ^ (hash >> 32));

    bytes_add(c, number, &body);
    text_fmt(rows, "    { \"%s\", \"%.*s.%08" PRIx32 ".%s\", \"%s\", bytes_%d, %zu },\n", name,
             stem_len, name, folded, ending, type, number, body.len);
    text_fmt(h, "#define ASSET_");
    for (const char *p = name; *p != '\0'; p++)
        text_fmt(h, "%c", ident_rest(*p) ? upper(*p) : '_');
    text_fmt(h, " \"/assets/%.*s.%08" PRIx32 ".%s\"\n", stem_len, name, folded, ending);
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(base_name(*(char *const *)a), base_name(*(char *const *)b));
}

int
main(int argc, char **argv)
{
    struct text c = { 0 };
    struct text rows = { 0 };
    struct text h = { 0 };

    if (argc < 2)
        fail_at("usage", 0, "mkassets OUT_DIR FILE...");
    qsort(argv + 2, (size_t)(argc - 2), sizeof *argv, by_name);
    text_puts(&c, "/* Made by tools/mkassets. */\n#include \"html/assets.h\"\n");
    text_puts(&h, "/* Made by tools/mkassets: the URL of each asset. */");
    text_puts(&h, "#ifndef GEN_ASSETS_H\n#define GEN_ASSETS_H\n");
    for (int i = 2; i < argc; i++)
        asset_add(argv[i], i - 2, &c, &rows, &h);
    text_puts(&h, "\n#endif");
    text_puts(&c, "const struct asset assets[] = {");
    text_add(&c, rows.at, rows.len);
    text_puts(&c, "    { 0 },\n};\n");
    text_fmt(&c, "const size_t asset_count = %d;\n", argc - 2);

    file_write_in(argv[1], "assets.c", &c);
    file_write_in(argv[1], "assets.h", &h);
    return 0;
}
