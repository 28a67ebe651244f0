/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mksql OUT_DIR FILE... - makes OUT_DIR/sql.h, sql.c and schema.c.
 *
 * A file named NNNN_name.sql is a step of the schema (mksql_schema.c); any
 * other holds named statements:
 *
 *     -- order_find: id, siren
 *     SELECT id FROM orders WHERE id = ?1 AND siren = ?2;
 *
 * "-- order_lock [pg]: key" gives the statement for one engine; then the
 * other engine must have one too. Two headers in a row share one text, and what
 * stands between "-- [order_find]" and "-- [all]" in it is for the one of this
 * name alone. Other lines of comment may stand anywhere.
 * For PostgreSQL ?1 becomes $1. The tables are declared in src/db/sql_text.h.
 */
#include "mksql.h"

#include <stdlib.h>
#include <string.h>

enum { STATEMENTS_MAX = 4096, PARAMS_MAX = 99, NAME_MAX_LEN = 60, SHARED_MAX = 4 };

enum { SQLITE, PG, ENGINES };

struct statement {
    char *name;
    const char *file;
    int line;
    int params;
    bool write;
    char *text[ENGINES]; /* NULL while that half has not been seen. */
};

struct header {
    char *name;
    bool engine[ENGINES];
    int params;
};

/* Statements that share one text. */
struct shared {
    struct header header[SHARED_MAX];
    int count;
};

struct reader {
    const char *file;
    const char *at;
    const char *end;
    int line;
};

static struct statement statements[STATEMENTS_MAX];
static int statement_count;

static const char *
line_end(const struct reader *r)
{
    const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));

    return newline != NULL ? newline : r->end;
}

static const char *
skip_spaces(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
        p++;
    return p;
}

static const char *
skip_ident(const char *p, const char *end)
{
    const char *start = p;

    while (p < end && (p == start ? ident_first(*p) : ident_rest(*p)))
        p++;
    return p;
}

/* "a, b, c" up to the end of the line; -1 when it reads as anything else. */
static int
params_read(const char *p, const char *end)
{
    int count = 0;

    p = skip_spaces(p, end);
    while (p < end) {
        const char *start = p;

        p = skip_ident(p, end);
        if (p == start)
            return -1;
        count++;
        p = skip_spaces(p, end);
        if (p == end)
            break;
        if (*p != ',')
            return -1;
        p = skip_spaces(p + 1, end);
        if (p == end)
            return -1;
    }
    return count;
}

/* Whether the line is "-- name [engine]: parameters"; a comment is not. */
static bool
header_read(const char *p, const char *end, struct header *out)
{
    const char *start = p + 3;
    struct header h = { .engine = { true, true } };

    if (end - p < 4 || memcmp(p, "-- ", 3) != 0 || !(*start >= 'a' && *start <= 'z'))
        return false;
    p = skip_ident(start, end);
    h.name = take_str(start, (size_t)(p - start));
    if (end - p > 5 && memcmp(p, " [pg]", 5) == 0) {
        h.engine[SQLITE] = false;
        p += 5;
    } else if (end - p > 9 && memcmp(p, " [sqlite]", 9) == 0) {
        h.engine[PG] = false;
        p += 9;
    }
    if (p == end || *p != ':')
        return false;
    h.params = params_read(p + 1, end);
    *out = h;
    return h.params >= 0;
}

static struct statement *
statement_for(const struct reader *r, const struct header *h)
{
    struct statement *s = NULL;

    if (strlen(h->name) > NAME_MAX_LEN)
        fail_at(r->file, r->line, "the name is longer than %d bytes", NAME_MAX_LEN);
    for (int i = 0; i < statement_count; i++)
        if (strcmp(statements[i].name, h->name) == 0)
            s = &statements[i];
    if (s == NULL) {
        if (statement_count == STATEMENTS_MAX)
            fail_at(r->file, r->line, "more than %d statements", STATEMENTS_MAX);
        s = &statements[statement_count++];
        *s = (struct statement){
            .name = h->name, .file = r->file, .line = r->line, .params = h->params
        };
        return s;
    }
    for (int e = 0; e < ENGINES; e++)
        if (h->engine[e] && s->text[e] != NULL)
            fail_at(r->file, r->line, "statement '%s' stands in %s:%d already", h->name, s->file,
                    s->line);
    if (s->params != h->params)
        fail_at(r->file, r->line, "'%s' takes %d parameters here and %d in %s:%d", h->name,
                h->params, s->params, s->file, s->line);
    return s;
}

/* Takes one quoted thing whole, its doubled quotes included. */
static void
quoted_take(struct reader *r, struct text *out, const char *name)
{
    const char *start = r->at;
    char quote = *r->at++;
    int line = r->line;

    while (r->at < r->end && *r->at != quote) {
        if (*r->at == '\n')
            r->line++;
        r->at++;
    }
    if (r->at == r->end)
        fail_at(r->file, line, "the quote %c opened in '%s' is never closed", quote, name);
    r->at++;
    text_add(out, start, (size_t)(r->at - start));
}

static void
block_comment_skip(struct reader *r, const char *name)
{
    int line = r->line;

    for (; r->end - r->at >= 2; r->at++) {
        if (*r->at == '\n')
            r->line++;
        if (memcmp(r->at, "*/", 2) == 0) {
            r->at += 2;
            return;
        }
    }
    fail_at(r->file, line, "the comment opened in '%s' is never closed", name);
}

static int
param_take(struct reader *r, struct text *out, const char *name)
{
    int number = 0;
    const char *start = r->at++;

    while (r->at < r->end && *r->at >= '0' && *r->at <= '9' && number <= PARAMS_MAX)
        number = number * 10 + (*r->at++ - '0');
    if (number < 1 || number > PARAMS_MAX)
        fail_at(r->file, r->line, "a parameter of '%s' is written ?1 to ?%d", name, PARAMS_MAX);
    text_add(out, start, (size_t)(r->at - start));
    return number;
}

/* At "-- [name]", whether what follows is for the statement of this name; a text
 * of one name alone has no such lines. */
static bool
part_is_ours(const struct reader *r, const struct shared *all, const char *name, bool before)
{
    const char *start = r->at + 4;
    const char *end = line_end(r);
    const char *close = memchr(r->at, ']', (size_t)(end - r->at));

    if (all->count == 1 || end - r->at < 6 || memcmp(r->at, "-- [", 4) != 0 || close == NULL)
        return before;
    size_t len = (size_t)(close - start);
    if (len == 3 && memcmp(start, "all", 3) == 0)
        return true;
    for (int i = 0; i < all->count; i++)
        if (strlen(all->header[i].name) == len && memcmp(start, all->header[i].name, len) == 0)
            return strcmp(all->header[i].name, name) == 0;
    fail_at(r->file, r->line, "'[%.*s]' is none of the statements of this text", (int)len, start);
}

/* One character of a statement: no blanks at the end of a line, no empty lines. */
static void
plain_take(struct reader *r, struct text *out)
{
    char c = *r->at;

    while (c == '\n' && out->len > 0 && is_blank(out->at[out->len - 1]))
        out->len--;
    if (c == '\n')
        r->line++;
    if (out->len > 0 || !is_blank(c))
        text_add(out, r->at, 1);
    r->at++;
}

/* Reads up to ';' and drops comments and what is another's; seen[n] is set for each ?n. */
static struct text
body_read(struct reader *r, const struct shared *all, const char *name, bool seen[PARAMS_MAX + 1])
{
    struct text out = { 0 }, dropped = { 0 };
    int line = r->line;
    bool ours = true;

    while (r->at < r->end && *r->at != ';') {
        struct text *to = ours ? &out : &dropped;
        char c = *r->at;

        if (c == '-' && r->end - r->at >= 2 && r->at[1] == '-') {
            struct header other;

            if (header_read(r->at, line_end(r), &other))
                fail_at(r->file, r->line, "statement '%s' has no ';' before '%s'", name,
                        other.name);
            ours = part_is_ours(r, all, name, ours);
            r->at = line_end(r);
        } else if (c == '/' && r->end - r->at >= 2 && r->at[1] == '*') {
            block_comment_skip(r, name);
        } else if (c == '\'' || c == '"') {
            quoted_take(r, to, name);
        } else if (c == '?') {
            int number = param_take(r, to, name);
            seen[number] = seen[number] || ours;
        } else {
            plain_take(r, to);
        }
    }
    if (r->at == r->end)
        fail_at(r->file, line, "statement '%s' has no ';' at its end", name);
    r->at++;
    while (out.len > 0 && is_blank(out.at[out.len - 1]))
        out.at[--out.len] = '\0';
    if (out.len == 0)
        fail_at(r->file, line, "statement '%s' is empty", name);
    return out;
}

static void
params_check(const struct reader *r, int line, const struct header *h,
             const bool seen[PARAMS_MAX + 1])
{
    int highest = 0;

    for (int n = 1; n <= PARAMS_MAX; n++)
        if (seen[n])
            highest = n;
    for (int n = 1; n <= highest; n++)
        if (!seen[n])
            fail_at(r->file, line, "'%s' uses ?%d but never ?%d", h->name, highest, n);
    if (highest != h->params)
        fail_at(r->file, line, "'%s' names %d parameters and uses %d", h->name, h->params, highest);
}

/* Is `word` the next word of the statement? */
static bool
word_is(const char *p, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i < len; i++)
        if (upper(p[i]) != word[i])
            return false;
    return !ident_rest(p[len]);
}

/* The first verb outside brackets decides; in a WITH a verb inside them may
 * write too, unless it belongs to FOR UPDATE. */
static bool
is_write(const char *p)
{
    bool with = word_is(p, "WITH");
    bool after_for = false;
    int depth = 0;

    while (*p != '\0') {
        if (*p == '\'' || *p == '"') {
            const char *close = strchr(p + 1, *p);

            p = close != NULL ? close + 1 : p + 1;
            continue;
        }
        depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
        if (!ident_first(*p)) {
            p++;
            continue;
        }
        if (depth == 0 && (word_is(p, "SELECT") || word_is(p, "VALUES")))
            return false;
        if ((depth == 0 || with) && !after_for &&
            (word_is(p, "INSERT") || word_is(p, "UPDATE") || word_is(p, "DELETE") ||
             word_is(p, "REPLACE")))
            return true;
        after_for = word_is(p, "FOR");
        while (ident_rest(*p))
            p++;
    }
    return false;
}

/* ?N becomes $N; what is quoted is left alone. */
static char *
text_for_pg(const char *sql)
{
    char *copy = take_str(sql, strlen(sql));
    char quote = '\0';

    for (char *p = copy; *p != '\0'; p++) {
        if (quote != '\0')
            quote = *p == quote ? '\0' : quote;
        else if (*p == '\'' || *p == '"')
            quote = *p;
        else if (*p == '?')
            *p = '$';
    }
    return copy;
}

static void
statement_read(struct reader *r, const struct shared *all, const struct header *h)
{
    bool seen[PARAMS_MAX + 1] = { false };
    struct statement *s = statement_for(r, h);
    int line = r->line;
    struct text body = body_read(r, all, h->name, seen);

    params_check(r, line, h, seen);
    s->write = s->write || is_write(body.at);
    if (h->engine[SQLITE])
        s->text[SQLITE] = body.at;
    if (h->engine[PG])
        s->text[PG] = text_for_pg(body.at);
}

/* The headers that stand in a row, then their text, once for each. The name of the last. */
static const char *
shared_read(struct reader *r)
{
    struct shared all = { .count = 0 };
    struct reader next = *r;

    while (all.count < SHARED_MAX && next.at < next.end &&
           header_read(next.at, line_end(&next), &all.header[all.count])) {
        all.count++;
        next.at = line_end(&next);
        *r = next;
        next.at++;
        next.line++;
    }
    struct reader text = *r;
    for (int i = 0; i < all.count; i++) {
        *r = text;
        statement_read(r, &all, &all.header[i]);
    }
    return all.header[all.count - 1].name;
}

static void
statements_read(const char *path)
{
    struct text all = file_read(path);
    struct reader r = { .file = path, .at = all.at, .end = all.at + all.len, .line = 1 };
    const char *last = NULL;

    while (r.at < r.end) {
        struct header h;

        if (is_blank(*r.at)) {
            r.line += *r.at == '\n';
            r.at++;
        } else if (header_read(r.at, line_end(&r), &h)) {
            last = shared_read(&r);
        } else if (r.end - r.at >= 2 && memcmp(r.at, "--", 2) == 0) {
            r.at = line_end(&r);
        } else if (last == NULL) {
            fail_at(path, r.line, "SQL before the first '-- name: parameters' line");
        } else {
            fail_at(path, r.line, "SQL after the ';' of '%s': a second statement needs its own "
                                  "'-- name: parameters' line", last);
        }
    }
}

static void
halves_check(void)
{
    static const char *const names[ENGINES] = { "sqlite", "pg" };

    for (int i = 0; i < statement_count; i++)
        for (int e = 0; e < ENGINES; e++)
            if (statements[i].text[e] == NULL)
                fail_at(statements[i].file, statements[i].line, "'%s' has no [%s] half",
                        statements[i].name, names[e]);
}

static void
sql_write(const char *dir)
{
    struct text h = { 0 };
    struct text c = { 0 };

    text_puts(&h, "/* Made by tools/mksql: one name for each statement. */");
    text_puts(&h, "#ifndef GEN_SQL_H\n#define GEN_SQL_H\n\nenum sql_id {");
    text_puts(&c, "/* Made by tools/mksql. */\n#include \"db/sql_text.h\"\n");
    text_puts(&c, "const struct sql_text sql_texts[] = {");
    for (int i = 0; i < statement_count; i++) {
        const struct statement *s = &statements[i];

        text_fmt(&h, "    SQL_");
        for (const char *p = s->name; *p != '\0'; p++)
            text_fmt(&h, "%c", upper(*p));
        text_fmt(&h, ", /* %s */\n", s->file);
        text_fmt(&c, "    { \"%s\", \"%s:%d\", %d, %s,\n      ", s->name, s->file, s->line,
                 s->params, s->write ? "true" : "false");
        text_literal(&c, s->text[SQLITE], strlen(s->text[SQLITE]), "      ");
        text_fmt(&c, ",\n      ");
        text_literal(&c, s->text[PG], strlen(s->text[PG]), "      ");
        text_fmt(&c, " },\n");
    }
    text_puts(&h, "    SQL_COUNT\n};\n\n#endif");
    text_puts(&c, "    { 0 },\n};");
    file_write_in(dir, "sql.h", &h);
    file_write_in(dir, "sql.c", &c);
}

static int
by_path(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int
main(int argc, char **argv)
{
    if (argc < 2)
        fail_at("usage", 0, "mksql OUT_DIR FILE...");
    qsort(argv + 2, (size_t)(argc - 2), sizeof *argv, by_path);
    for (int i = 2; i < argc; i++)
        if (!schema_read(argv[i]))
            statements_read(argv[i]);
    halves_check();
    sql_write(argv[1]);
    schema_write(argv[1]);
    return 0;
}
