/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mktmpl IN.tmpl OUT_DIR - makes OUT_DIR/NAME_tmpl.c and NAME_tmpl.h.
 *
 *     {{ include "order/order.h" }}                  before the first template
 *     {{ template order_html(const struct order_view *v) }} ... {{ end }}
 *     {{ expression }}   escaped as the place demands
 *     {{ raw x }}        x is a struct html
 *     {{ call other(arguments) }}
 *     {{ for p in list }} ... {{ else }} ... {{ end }}   or: for i, p in list
 *     {{ if x }} ... {{ elif y }} ... {{ else }} ... {{ end }}
 *     {{# comment }}
 *
 * A line that holds control tags only leaves nothing behind, and in text a
 * run of blanks that holds a newline becomes one newline. An expression is C
 * without assignment, so a template computes nothing that its view does not
 * hold. #line sends the compiler's messages to the template.
 */
#include "mktmpl.h"

#include <string.h>

enum { DEPTH_MAX = 24 };

enum block_kind { BLOCK_TEMPLATE, BLOCK_IF, BLOCK_FOR };

struct block {
    enum block_kind kind;
    int line;
    int number;           /* Names the variables of a "for". */
    bool has_else;
    struct html_at start; /* Where each branch begins ... */
    struct html_at end;   /* ... and where the ones before this one ended. */
    bool has_end;
};

/* One {{ ... }}: the word it begins with, if it is one of ours, and the rest. */
struct tag {
    const char *word; /* "" for an expression. */
    char *rest;
    const char *after;
    int line;
    int lines; /* Newlines inside it. */
};

struct maker {
    const char *path;
    const char *at;
    const char *end;
    int line;
    struct html_at html;
    struct block blocks[DEPTH_MAX];
    int depth;
    int for_count;
    bool fresh_line; /* The output stands after a newline: blanks add nothing. */
    struct text run; /* Static text not yet written. */
    int run_line;
    struct text c;
    struct text h;
};

static const char *const words[] = { "include", "template", "raw", "call", "for", "if",
                                     "elif", "else", "end", NULL };

static char *
trimmed(const char *p, const char *end)
{
    while (p < end && is_blank(*p))
        p++;
    while (end > p && is_blank(end[-1]))
        end--;
    return take_str(p, (size_t)(end - p));
}

static const char *
tag_close_find(const struct maker *m, const char *p, int line)
{
    char quote = '\0';
    bool comment = p < m->end && *p == '#';

    for (; m->end - p >= 2; p++) {
        if (quote != '\0' && *p == '\\')
            p++;
        else if (quote != '\0')
            quote = *p == quote ? '\0' : quote;
        else if (!comment && (*p == '"' || *p == '\''))
            quote = *p;
        else if (p[0] == '}' && p[1] == '}')
            return p;
        else if (!comment && p[0] == '{' && p[1] == '{')
            break;
    }
    fail_at(m->path, line, "'{{' is never closed by '}}'");
}

static struct tag
tag_read(const struct maker *m, const char *p, int line)
{
    const char *start = p + 2;
    const char *close = tag_close_find(m, start, line);
    struct tag t = { .word = "", .rest = trimmed(start, close), .after = close + 2, .line = line };
    size_t len = 0;

    for (; p < t.after; p++)
        t.lines += *p == '\n';
    if (t.rest[0] == '#') {
        t.word = "#";
        return t;
    }
    while (ident_rest(t.rest[len]))
        len++;
    for (int i = 0; words[i] != NULL; i++)
        if (strlen(words[i]) == len && memcmp(words[i], t.rest, len) == 0) {
            t.word = words[i];
            t.rest = trimmed(t.rest + len, t.rest + strlen(t.rest));
            break;
        }
    return t;
}

static bool
is_control(const struct tag *t)
{
    return *t->word != '\0' && strcmp(t->word, "raw") != 0 && strcmp(t->word, "call") != 0;
}

static void
html_check(const struct maker *m, int line, const char *wrong)
{
    if (wrong != NULL)
        fail_at(m->path, line, "%s", wrong);
}

static void
line_mark(struct maker *m, int line)
{
    text_fmt(&m->c, "#line %d \"%s\"\n", line, m->path);
}

static void
run_flush(struct maker *m)
{
    if (m->run.len == 0)
        return;
    line_mark(m, m->run_line);
    text_fmt(&m->c, "    buf_lit(out, ");
    text_literal(&m->c, m->run.at, m->run.len, "        ");
    text_fmt(&m->c, ", %zu);\n", m->run.len);
    m->run.len = 0;
}

static bool
blanks_collapse(const struct html_at *at)
{
    return (at->state == HTML_IN_TEXT && !at->preformatted) || html_between_attributes(at);
}

/* Takes one byte of static text, or a run of blanks that counts as one. */
static void
static_take(struct maker *m)
{
    const char *start = m->at;
    int line = m->line;

    if (m->depth == 0 && !is_blank(*m->at))
        fail_at(m->path, m->line, "text outside a template");
    if (m->run.len == 0)
        m->run_line = m->line;
    if (blanks_collapse(&m->html) && is_blank(*m->at)) {
        while (m->at < m->end && is_blank(*m->at))
            m->line += *m->at++ == '\n';
        html_check(m, line, html_step(&m->html, ' '));
        if (m->depth == 0 || m->fresh_line)
            return;
        m->fresh_line = m->line > line;
        if (m->fresh_line)
            text_add(&m->run, "\n", 1);
        else
            text_add(&m->run, start, (size_t)(m->at - start));
        return;
    }
    m->fresh_line = false;
    html_check(m, m->line, html_step(&m->html, *m->at));
    text_add(&m->run, m->at, 1);
    m->line += *m->at++ == '\n';
}

/* Assignments, calls of statements and blocks have no place in a template. */
static void
expression_check(const struct maker *m, const struct tag *t)
{
    char quote = '\0';

    if (t->rest[0] == '\0')
        fail_at(m->path, t->line, "{{ %s }} lacks an expression", t->word);
    for (const char *p = t->rest; *p != '\0'; p++) {
        if (quote != '\0') {
            if (*p == '\\' && p[1] != '\0')
                p++;
            else if (*p == quote)
                quote = '\0';
            continue;
        }
        if (*p == '"' || *p == '\'')
            quote = *p;
        if (strchr(";{}#", *p) != NULL)
            fail_at(m->path, t->line, "'%c' has no place in an expression", *p);
        if ((*p == '+' && p[1] == '+') || (*p == '-' && p[1] == '-'))
            fail_at(m->path, t->line, "an expression cannot change a value");
        if (*p == '=' && p[1] == '=')
            p++;
        else if (*p == '=' && (p == t->rest || strchr("!<>", p[-1]) == NULL))
            fail_at(m->path, t->line, "an expression cannot assign; compare with '=='");
    }
}

static void
inside_check(const struct maker *m, const struct tag *t)
{
    if (m->depth == 0)
        fail_at(m->path, t->line, "{{ %s }} outside a template", *t->word ? t->word : t->rest);
}

static struct block *
block_open(struct maker *m, enum block_kind kind, const struct tag *t)
{
    struct block *b;

    if (m->depth == DEPTH_MAX)
        fail_at(m->path, t->line, "blocks stand more than %d deep", DEPTH_MAX);
    b = &m->blocks[m->depth++];
    *b = (struct block){ .kind = kind, .line = t->line, .start = m->html };
    return b;
}

static struct block *
block_top(struct maker *m, const struct tag *t)
{
    if (m->depth == 0)
        fail_at(m->path, t->line, "{{ %s }} without a block", t->word);
    return &m->blocks[m->depth - 1];
}

/* Every branch must end where the others end, or what follows has no
 * one meaning. */
static void
branch_end(struct maker *m, const struct tag *t, struct block *b)
{
    if (b->has_end && !html_same(&b->end, &m->html))
        fail_at(m->path, t->line, "this branch of the block of line %d ends %s, another one %s",
                b->line, html_where(&m->html), html_where(&b->end));
    b->end = m->html;
    b->has_end = true;
}

static void
include_take(struct maker *m, const struct tag *t)
{
    size_t len = strlen(t->rest);

    if (m->depth > 0 || m->c.len > 0)
        fail_at(m->path, t->line, "{{ include }} stands before the first template");
    if (len < 3 || t->rest[0] != '"' || strchr(t->rest + 1, '"') != t->rest + len - 1)
        fail_at(m->path, t->line, "write {{ include \"folder/file.h\" }}");
    text_fmt(&m->h, "#include %s\n", t->rest);
}

/* Splits "name(arguments)"; the result is the arguments, without brackets. */
static char *
signature_split(const struct maker *m, const struct tag *t, int *name_len)
{
    size_t len = strlen(t->rest);
    size_t name = 0;
    size_t open;

    while (ident_rest(t->rest[name]))
        name++;
    open = name;
    while (is_blank(t->rest[open]))
        open++;
    if (!is_ident(t->rest, name) || t->rest[open] != '(' || t->rest[len - 1] != ')')
        fail_at(m->path, t->line, "write {{ %s name(arguments) }}", t->word);
    *name_len = (int)name;
    return trimmed(t->rest + open + 1, t->rest + len - 1);
}

static void
template_take(struct maker *m, const struct tag *t)
{
    int name_len;
    char *args = signature_split(m, t, &name_len);
    const char *comma = *args != '\0' ? ", " : "";

    if (m->depth > 0)
        fail_at(m->path, t->line, "a template inside the one of line %d", m->blocks[0].line);
    if (strpbrk(args, ";{}") != NULL)
        fail_at(m->path, t->line, "write {{ template name(arguments) }}");
    m->html = (struct html_at){ .state = HTML_IN_TEXT };
    block_open(m, BLOCK_TEMPLATE, t);
    text_fmt(&m->h, "void %.*s(struct buf *out%s%s);\n", name_len, t->rest, comma, args);
    line_mark(m, t->line);
    text_fmt(&m->c, "void\n%.*s(struct buf *out%s%s)\n{\n    (void)out;\n", name_len, t->rest,
             comma, args);
}

static void
if_take(struct maker *m, const struct tag *t)
{
    inside_check(m, t);
    expression_check(m, t);
    block_open(m, BLOCK_IF, t);
    line_mark(m, t->line);
    text_fmt(&m->c, "    if (%s) {\n", t->rest);
}

static void
elif_take(struct maker *m, const struct tag *t)
{
    struct block *b = block_top(m, t);

    if (b->kind != BLOCK_IF || b->has_else)
        fail_at(m->path, t->line, "{{ elif }} does not follow an {{ if }}");
    expression_check(m, t);
    branch_end(m, t, b);
    m->html = b->start;
    line_mark(m, t->line);
    text_fmt(&m->c, "    } else if (%s) {\n", t->rest);
}

/* "p in list" or "i, p in list". */
static void
for_take(struct maker *m, const struct tag *t)
{
    const char *in = strstr(t->rest, " in ");
    char *names = in != NULL ? trimmed(t->rest, in) : take_str("", 0);
    char *comma = strchr(names, ',');
    const char *item = comma != NULL ? trimmed(comma + 1, names + strlen(names)) : names;
    char *index = comma != NULL ? trimmed(names, comma) : NULL;
    struct tag list = *t;
    struct block *b;

    inside_check(m, t);
    if (!is_ident(item, strlen(item)) || (index != NULL && !is_ident(index, strlen(index))))
        fail_at(m->path, t->line, "write {{ for item in list }} or {{ for index, item in list }}");
    list.rest = trimmed(in + 4, t->rest + strlen(t->rest));
    expression_check(m, &list);
    b = block_open(m, BLOCK_FOR, t);
    b->number = ++m->for_count;
    line_mark(m, t->line);
    text_fmt(&m->c, "    {\n    __auto_type list_%d = (%s);\n", b->number, list.rest);
    text_fmt(&m->c, "#line %d\n    for (size_t at_%d = 0;", t->line, b->number);
    text_fmt(&m->c, " at_%d < (size_t)list_%d.count; at_%d++) {\n", b->number, b->number,
             b->number);
    text_fmt(&m->c, "#line %d\n    const __typeof__(list_%d.item[0]) *%s = &list_%d.item[at_%d];\n",
             t->line, b->number, item, b->number, b->number);
    text_fmt(&m->c, "    (void)%s;\n", item);
    if (index != NULL)
        text_fmt(&m->c, "    const size_t %s = at_%d;\n    (void)%s;\n", index, b->number, index);
}

static void
else_take(struct maker *m, const struct tag *t)
{
    struct block *b = block_top(m, t);

    if (b->kind == BLOCK_TEMPLATE || b->has_else || *t->rest != '\0')
        fail_at(m->path, t->line, "{{ else }} does not follow an {{ if }} or {{ for }}");
    branch_end(m, t, b);
    if (b->kind == BLOCK_FOR && !html_same(&b->start, &m->html))
        fail_at(m->path, t->line, "the loop of line %d begins %s and ends %s", b->line,
                html_where(&b->start), html_where(&m->html));
    m->html = b->start;
    b->has_else = true;
    if (b->kind == BLOCK_FOR)
        text_fmt(&m->c, "    }\n    if (list_%d.count == 0) {\n", b->number);
    else
        text_fmt(&m->c, "    } else {\n");
}

static void
end_take(struct maker *m, const struct tag *t)
{
    struct block *b = block_top(m, t);

    if (*t->rest != '\0')
        fail_at(m->path, t->line, "{{ end }} takes nothing");
    branch_end(m, t, b);
    /* The branch that a missing "else" stands for ends where it began, and
     * so does a loop that runs no times or many. */
    if ((b->kind == BLOCK_FOR || !b->has_else) && !html_same(&b->start, &m->html))
        fail_at(m->path, t->line, "the block of line %d begins %s and ends %s", b->line,
                html_where(&b->start), html_where(&m->html));
    html_check(m, t->line, html_control(&m->html));
    m->depth--;
    text_puts(&m->c, b->kind == BLOCK_FOR ? "    }\n    }" : b->kind == BLOCK_IF ? "    }" : "}\n");
}

static void
call_take(struct maker *m, const struct tag *t)
{
    int name_len;
    char *args = signature_split(m, t, &name_len);

    inside_check(m, t);
    expression_check(m, t);
    if (m->html.state != HTML_IN_TEXT)
        fail_at(m->path, t->line, "a template can be called in text only, and this is %s",
                html_where(&m->html));
    line_mark(m, t->line);
    text_fmt(&m->c, "    %.*s(out%s%s);\n", name_len, t->rest, *args != '\0' ? ", " : "", args);
}

/* ASSET_APP_CSS is text known when the program is compiled. */
static bool
is_asset(const char *expression)
{
    if (strncmp(expression, "ASSET_", 6) != 0)
        return false;
    for (const char *p = expression; *p != '\0'; p++)
        if (!ident_rest(*p) || upper(*p) != *p)
            return false;
    return true;
}

static void
expression_take(struct maker *m, const struct tag *t)
{
    const char *macro = NULL;

    inside_check(m, t);
    expression_check(m, t);
    line_mark(m, t->line);
    if (m->html.state == HTML_IN_VALUE && m->html.kind == ATTR_URL && !m->html.value_begun &&
        is_asset(t->rest)) {
        html_value_begun(&m->html);
        text_fmt(&m->c, "    buf_lit(out, %s, sizeof %s - 1);\n", t->rest, t->rest);
        return;
    }
    html_check(m, t->line, html_expression(&m->html, &macro));
    if (strcmp(t->word, "raw") == 0) {
        if (m->html.state != HTML_IN_TEXT)
            fail_at(m->path, t->line, "{{ raw }} can stand in text only, and this is %s",
                    html_where(&m->html));
        macro = "HTML_RAW";
    }
    text_fmt(&m->c, "    %s(out, %s);\n", macro, t->rest);
}

static void
tag_take(struct maker *m, const struct tag *t)
{
    m->at = t->after;
    m->line += t->lines;
    if (strcmp(t->word, "#") == 0)
        return;
    run_flush(m);
    if (is_control(t) && m->depth > 0)
        html_check(m, t->line, html_control(&m->html));
    if (strcmp(t->word, "include") == 0)
        include_take(m, t);
    else if (strcmp(t->word, "template") == 0)
        template_take(m, t);
    else if (strcmp(t->word, "if") == 0)
        if_take(m, t);
    else if (strcmp(t->word, "elif") == 0)
        elif_take(m, t);
    else if (strcmp(t->word, "for") == 0)
        for_take(m, t);
    else if (strcmp(t->word, "else") == 0)
        else_take(m, t);
    else if (strcmp(t->word, "end") == 0)
        end_take(m, t);
    else if (strcmp(t->word, "call") == 0)
        call_take(m, t);
    else
        expression_take(m, t);
}

/* Takes the whole line when control tags are all it holds. */
static bool
control_line_take(struct maker *m)
{
    const char *p = m->at;
    int line = m->line;
    int tags = 0;

    for (;;) {
        struct tag t;

        while (p < m->end && (*p == ' ' || *p == '\t' || *p == '\r'))
            p++;
        if (m->end - p < 2 || memcmp(p, "{{", 2) != 0)
            break;
        t = tag_read(m, p, line);
        if (!is_control(&t))
            return false;
        line += t.lines;
        p = t.after;
        tags++;
    }
    if (tags == 0 || (p < m->end && *p != '\n'))
        return false;
    for (; tags > 0; tags--) {
        struct tag t;

        while (is_blank(*m->at))
            m->at++;
        t = tag_read(m, m->at, m->line);
        tag_take(m, &t);
    }
    m->at = p < m->end ? p + 1 : p;
    m->line += p < m->end;
    return true;
}

static void
file_take(struct maker *m)
{
    bool line_begins = true;

    while (m->at < m->end) {
        if (line_begins && control_line_take(m)) {
            m->fresh_line = true;
            continue;
        }
        line_begins = false;
        if (m->end - m->at >= 2 && memcmp(m->at, "{{", 2) == 0) {
            struct tag t = tag_read(m, m->at, m->line);

            tag_take(m, &t);
            m->fresh_line = m->fresh_line && *t.word == '#';
        } else {
            const char *start = m->at;

            static_take(m);
            /* Blanks up to a line that may vanish are not part of it. */
            if (memchr(start, '\n', (size_t)(m->at - start)) != NULL) {
                line_begins = true;
                while (m->at > start + 1 && m->at[-1] != '\n')
                    m->at--;
            }
        }
    }
    if (m->depth > 0)
        fail_at(m->path, m->blocks[m->depth - 1].line, "the block opened here has no {{ end }}");
}

int
main(int argc, char **argv)
{
    struct maker m = { .line = 1 };
    struct text all;
    const char *dot;
    char *name;
    struct text guard = { 0 };
    struct text out = { 0 };

    if (argc != 3)
        fail_at("usage", 0, "mktmpl IN.tmpl OUT_DIR");
    m.path = argv[1];
    dot = strrchr(base_name(m.path), '.');
    if (dot == NULL || strcmp(dot, ".tmpl") != 0)
        fail_at(m.path, 0, "the name of a template file ends in .tmpl");
    name = take_str(base_name(m.path), (size_t)(dot - base_name(m.path)));
    if (!is_ident(name, strlen(name)))
        fail_at(m.path, 0, "the name of a template file is made of letters, digits and '_'");
    all = file_read(m.path);
    m.at = all.at;
    m.end = all.at + all.len;
    file_take(&m);

    text_fmt(&guard, "/* Made by tools/mktmpl from %s. */\n", m.path);
    text_fmt(&out, "%s#include \"%s_tmpl.h\"\n\n#include \"assets.h\"\n\n", guard.at, name);
    text_puts(&out, "/* A template may ignore what its callers hand to all of a kind. */");
    text_puts(&out, "#pragma GCC diagnostic ignored \"-Wunused-parameter\"\n");
    text_add(&out, m.c.at, m.c.len);
    text_fmt(&guard, "#ifndef GEN_TMPL_%s\n#define GEN_TMPL_%s\n\n#include \"html/html.h\"\n", name,
             name);
    text_add(&guard, m.h.at, m.h.len);
    text_puts(&guard, "\n#endif");

    text_fmt(&m.run, "%s_tmpl.c", name);
    file_write_in(argv[2], m.run.at, &out);
    m.run.len = 0;
    text_fmt(&m.run, "%s_tmpl.h", name);
    file_write_in(argv[2], m.run.at, &guard);
    return 0;
}
