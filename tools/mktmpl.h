/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mktmpl.h - where in HTML a template stands, at each of its bytes.
 *
 * The tokenizer follows the static text of a template as a browser would and
 * tells for each expression how it must be escaped, or why none may stand
 * there. A branch ("if", "for") must leave it where it found it.
 */
#ifndef TOOLS_MKTMPL_H
#define TOOLS_MKTMPL_H

#include "tool.h"

enum { ELEMENT_LEN_MAX = 15, ATTRIBUTE_LEN_MAX = 23, URL_HEAD_LEN = 11 };

enum html_state {
    HTML_IN_TEXT,
    HTML_AFTER_LT,      /* "<" */
    HTML_TAG_NAME,      /* "<div" */
    HTML_CLOSE_TAG,     /* "</div" */
    HTML_IN_TAG,        /* "<div " */
    HTML_TAG_JOINT,     /* After a value or a control tag: a space, "/" or ">" must follow. */
    HTML_ATTR_NAME,     /* "<div class" */
    HTML_AFTER_NAME,    /* "<div class " */
    HTML_BEFORE_VALUE,  /* "<div class=" */
    HTML_IN_VALUE,      /* "<div class=\"" */
    HTML_UNQUOTED,      /* "<div class=a" */
    HTML_BANG,          /* "<!" */
    HTML_IN_COMMENT,    /* "<!--" */
    HTML_BOGUS,         /* "<!doctype" and "<?": up to ">". */
    HTML_RAW_TEXT,      /* Inside script and style. */
};

enum attr_kind { ATTR_PLAIN, ATTR_URL, ATTR_FORBIDDEN };

struct html_at {
    enum html_state state;
    enum attr_kind kind;
    char quote;
    bool preformatted;                /* Inside pre or textarea: blanks count. */
    bool value_begun;                 /* Something stands in the value already. */
    int matched;                      /* Of "--" in a comment, of "</script" in raw text. */
    int url_head_len;
    char url_head[URL_HEAD_LEN + 1];  /* How the static text of a URL begins. */
    char element[ELEMENT_LEN_MAX + 1];
    char attribute[ATTRIBUTE_LEN_MAX + 1];
};

/* Each returns NULL, or what is wrong. */
const char *html_step(struct html_at *at, char c);          /* One byte of static text. */
const char *html_control(struct html_at *at);               /* A control tag stands here. */
const char *html_expression(struct html_at *at, const char **macro);

/* Static text that a macro stands for (the URL of an asset). */
void html_value_begun(struct html_at *at);

bool html_between_attributes(const struct html_at *at);
bool html_same(const struct html_at *a, const struct html_at *b);
const char *html_where(const struct html_at *at);           /* In words, for messages. */

#endif
