/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_locate.c - the line and column of a JSON pointer in a text known to be valid JSON.
 *
 * The tree that the reader gives holds no positions; faults are few, so the text is walked again
 * for each. A pointer to something absent gives the place of the nearest container.
 */
#include "policy/policy_locate.h"

struct walk {
    const char *at, *end;
};

static void
blanks(struct walk *w)
{
    while (w->at < w->end && (*w->at == ' ' || *w->at == '\t' || *w->at == '\n' || *w->at == '\r' ||
                              *w->at == ',' || *w->at == ':'))
        w->at++;
}

/* Steps over a string and returns what stands between its quotes, escapes as written. */
static struct str
string_skip(struct walk *w)
{
    const char *start = ++w->at;

    while (w->at < w->end && *w->at != '"')
        w->at += *w->at == '\\' && w->end - w->at > 1 ? 2 : 1;
    struct str s = str_n(start, (size_t)(w->at - start));
    if (w->at < w->end)
        w->at++;
    return s;
}

/* Steps over any value; containers by counting brackets. */
static void
value_skip(struct walk *w)
{
    int depth = 0;

    do {
        blanks(w);
        if (w->at >= w->end)
            return;
        char c = *w->at;
        if (c == '"') {
            (void)string_skip(w);
        } else if (c == '{' || c == '[') {
            depth++;
            w->at++;
        } else if (c == '}' || c == ']') {
            depth--;
            w->at++;
        } else { /* Always a byte on: whatever the reader let pass, the walk ends. */
            do
                w->at++;
            while (w->at < w->end && strchr(",:}] \t\r\n", *w->at) == NULL);
        }
    } while (depth > 0);
}

/* Moves from the start of a container to the value of its member; false: it has none such. */
static bool
member_enter(struct walk *w, struct str name)
{
    struct walk at = *w;
    bool object = at.at < at.end && *at.at == '{';

    if (at.at >= at.end || (*at.at != '{' && *at.at != '['))
        return false;
    at.at++;
    for (size_t i = 0;; i++) {
        blanks(&at);
        if (at.at >= at.end || *at.at == '}' || *at.at == ']')
            return false;
        char digits[24];
        int len = snprintf(digits, sizeof digits, "%zu", i);
        struct str key = object ? string_skip(&at) : str_n(digits, (size_t)len);
        blanks(&at);
        if (str_eq(key, name)) {
            *w = at;
            return true;
        }
        value_skip(&at);
    }
}

void
policy_locate(struct str text, struct str path, int *line, int *column)
{
    struct walk w = { text.ptr, text.ptr + text.len };
    struct str rest = path, part;

    blanks(&w);
    if (rest.len > 0 && rest.ptr[0] == '/') {
        rest = str_sub(rest, 1, rest.len);
        while (str_split(&rest, '/', &part))
            if (!member_enter(&w, part))
                break;
    }
    *line = 1;
    *column = 1;
    for (const char *p = text.ptr; p < w.at; p++) {
        *column = *p == '\n' ? 1 : *column + 1;
        *line += *p == '\n';
    }
}
