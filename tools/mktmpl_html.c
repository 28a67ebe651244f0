/* SPDX-License-Identifier: Apache-2.0 */
/* mktmpl_html.c - see mktmpl.h. Follows the tokenizer of the HTML standard as
 * far as templates need it, and refuses what would make it guess. */
#include "mktmpl.h"

#include <string.h>
#include <strings.h>

static bool
listed(const char *name, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(name, *list) == 0)
            return true;
    return false;
}

static bool
name_append(char *name, size_t len_max, char c)
{
    size_t len = strlen(name);

    if (len == len_max)
        return false;
    name[len] = lower(c);
    name[len + 1] = '\0';
    return true;
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static enum attr_kind
attr_kind(const char *name)
{
    static const char *const urls[] = { "href", "src", "action", "formaction", "poster", "cite",
                                        "data", "ping", "background", "manifest", "longdesc",
                                        "xlink:href", NULL };
    static const char *const forbidden[] = { "style", "srcdoc", "srcset", "imagesrcset", NULL };

    if (strncmp(name, "on", 2) == 0 || listed(name, forbidden))
        return ATTR_FORBIDDEN;
    return listed(name, urls) ? ATTR_URL : ATTR_PLAIN;
}

static void
tag_close(struct html_at *at)
{
    static const char *const raw[] = { "script", "style", "iframe", "noembed", "noframes", "xmp",
                                       "plaintext", NULL };

    at->state = listed(at->element, raw) ? HTML_RAW_TEXT : HTML_IN_TEXT;
    at->matched = 0;
    if (strcmp(at->element, "pre") == 0 || strcmp(at->element, "textarea") == 0)
        at->preformatted = true;
}

static void
close_tag_close(struct html_at *at)
{
    at->state = HTML_IN_TEXT;
    if (strcmp(at->element, "pre") == 0 || strcmp(at->element, "textarea") == 0)
        at->preformatted = false;
}

static const char *
step_text(struct html_at *at, char c)
{
    if (at->state == HTML_IN_TEXT) {
        if (c == '<')
            at->state = HTML_AFTER_LT;
        return NULL;
    }
    at->element[0] = '\0';
    if (is_letter(c)) {
        name_append(at->element, ELEMENT_LEN_MAX, c);
        at->state = HTML_TAG_NAME;
    } else if (c == '/') {
        at->state = HTML_CLOSE_TAG;
    } else if (c == '!') {
        at->state = HTML_BANG;
        at->matched = 0;
    } else if (c == '?') {
        at->state = HTML_BOGUS;
    } else if (c != '<') {
        at->state = HTML_IN_TEXT;
    }
    return NULL;
}

static const char *
step_tag(struct html_at *at, char c)
{
    if (c == '>') {
        tag_close(at);
    } else if (is_blank(c) || c == '/') {
        at->state = HTML_IN_TAG;
    } else if (at->state == HTML_TAG_NAME) {
        if (!name_append(at->element, ELEMENT_LEN_MAX, c))
            return "the name of the element is too long";
    } else if (at->state == HTML_TAG_JOINT) {
        return "a space is missing here, inside a tag";
    } else if (strchr("\"'<=`", c) != NULL) {
        return "an attribute cannot begin with this character";
    } else {
        at->attribute[0] = lower(c);
        at->attribute[1] = '\0';
        at->state = HTML_ATTR_NAME;
    }
    return NULL;
}

static const char *
step_attribute(struct html_at *at, char c)
{
    if (c == '>') {
        tag_close(at);
    } else if (c == '=') {
        at->state = HTML_BEFORE_VALUE;
    } else if (c == '/') {
        at->state = HTML_IN_TAG;
    } else if (is_blank(c)) {
        at->state = HTML_AFTER_NAME;
    } else if (strchr("\"'<`", c) != NULL) {
        return "the name of an attribute cannot hold this character";
    } else if (at->state == HTML_AFTER_NAME) {
        at->state = HTML_IN_TAG;
        return step_tag(at, c);
    } else if (!name_append(at->attribute, ATTRIBUTE_LEN_MAX, c)) {
        return "the name of the attribute is too long";
    }
    return NULL;
}

static const char *
step_before_value(struct html_at *at, char c)
{
    at->kind = attr_kind(at->attribute);
    at->value_begun = false;
    at->url_head_len = 0;
    at->url_head[0] = '\0';
    if (c == '"' || c == '\'') {
        at->quote = c;
        at->state = HTML_IN_VALUE;
    } else if (c == '>') {
        return "the attribute has no value after '='";
    } else if (!is_blank(c)) {
        at->state = HTML_UNQUOTED;
    }
    return NULL;
}

/* Browsers drop blanks and control bytes from the head of a URL's scheme. */
static void
url_head_append(struct html_at *at, char c)
{
    if (at->url_head_len < URL_HEAD_LEN && (unsigned char)c > ' ') {
        at->url_head[at->url_head_len++] = lower(c);
        at->url_head[at->url_head_len] = '\0';
    }
}

static const char *
step_value(struct html_at *at, char c)
{
    if (at->state == HTML_UNQUOTED) {
        if (c == '>')
            tag_close(at);
        else if (is_blank(c))
            at->state = HTML_IN_TAG;
        else if (strchr("\"'<=`", c) != NULL)
            return "this value must be quoted";
    } else if (c == at->quote) {
        at->state = HTML_TAG_JOINT;
    } else {
        at->value_begun = true;
        url_head_append(at, c);
        if (at->kind == ATTR_URL && (strcmp(at->url_head, "javascript:") == 0 ||
                                     strcmp(at->url_head, "vbscript:") == 0))
            return "a javascript: or vbscript: URL has no place in a page";
    }
    return NULL;
}

static const char *
step_markup(struct html_at *at, char c)
{
    if (at->state == HTML_BANG) {
        if (c == '-' && ++at->matched == 2)
            at->state = HTML_IN_COMMENT;
        else if (c != '-')
            at->state = c == '>' ? HTML_IN_TEXT : HTML_BOGUS;
    } else if (at->state == HTML_IN_COMMENT) {
        if (c == '>' && at->matched >= 2)
            at->state = HTML_IN_TEXT;
        at->matched = c == '-' ? at->matched + 1 : 0;
    } else if (c == '>') {
        at->state = HTML_IN_TEXT;
    }
    return NULL;
}

/* Only "</script" with the element's own name ends raw text. */
static const char *
step_raw(struct html_at *at, char c)
{
    size_t name_len = strlen(at->element);
    size_t matched = (size_t)at->matched;

    if (matched == name_len + 2 && (c == '>' || c == '/' || is_blank(c))) {
        at->state = HTML_CLOSE_TAG;
        if (c == '>')
            close_tag_close(at);
        return NULL;
    }
    if (c == '<')
        at->matched = 1;
    else if (matched == 1 && c == '/')
        at->matched = 2;
    else if (matched >= 2 && matched < name_len + 2 && lower(c) == at->element[matched - 2])
        at->matched++;
    else
        at->matched = 0;
    return NULL;
}

static const char *
step_close_tag(struct html_at *at, char c)
{
    if (c == '>')
        close_tag_close(at);
    else if (!is_blank(c) && !name_append(at->element, ELEMENT_LEN_MAX, c))
        return "the name of the element is too long";
    return NULL;
}

const char *
html_step(struct html_at *at, char c)
{
    switch (at->state) {
    case HTML_IN_TEXT:
    case HTML_AFTER_LT:
        return step_text(at, c);
    case HTML_TAG_NAME:
    case HTML_IN_TAG:
    case HTML_TAG_JOINT:
        return step_tag(at, c);
    case HTML_CLOSE_TAG:
        return step_close_tag(at, c);
    case HTML_ATTR_NAME:
    case HTML_AFTER_NAME:
        return step_attribute(at, c);
    case HTML_BEFORE_VALUE:
        return step_before_value(at, c);
    case HTML_IN_VALUE:
    case HTML_UNQUOTED:
        return step_value(at, c);
    case HTML_BANG:
    case HTML_IN_COMMENT:
    case HTML_BOGUS:
        return step_markup(at, c);
    case HTML_RAW_TEXT:
        return step_raw(at, c);
    }
    return "unknown state";
}

const char *
html_control(struct html_at *at)
{
    switch (at->state) {
    case HTML_TAG_NAME:
    case HTML_ATTR_NAME:
    case HTML_AFTER_NAME:
        at->state = HTML_TAG_JOINT; /* What follows cannot lengthen the name. */
        return NULL;
    case HTML_IN_TEXT:
    case HTML_IN_TAG:
    case HTML_TAG_JOINT:
    case HTML_IN_VALUE:
    case HTML_IN_COMMENT:
    case HTML_RAW_TEXT:
    case HTML_BOGUS:
        at->matched = 0;
        return NULL;
    default:
        return "a control tag cannot stand here";
    }
}

static const char *
expression_in_value(struct html_at *at, const char **macro)
{
    if (at->kind == ATTR_FORBIDDEN)
        return "no expression may stand in an on..., style, srcdoc or srcset attribute";
    if (at->kind == ATTR_PLAIN)
        *macro = "HTML_ATTR";
    else if (!at->value_begun)
        *macro = "HTML_URL";
    else
        *macro = "HTML_QUERY";
    if (at->kind == ATTR_URL && strncmp(at->url_head, "data:", 5) == 0)
        return "no expression may stand in a data: URL";
    at->value_begun = true;
    return NULL;
}

const char *
html_expression(struct html_at *at, const char **macro)
{
    switch (at->state) {
    case HTML_IN_TEXT:
        *macro = "HTML_TEXT";
        return NULL;
    case HTML_IN_VALUE:
        return expression_in_value(at, macro);
    case HTML_BEFORE_VALUE:
    case HTML_UNQUOTED:
        return "the attribute's value must be quoted to hold an expression";
    case HTML_RAW_TEXT:
        return "no expression may stand in script, style or other raw text";
    case HTML_BANG:
    case HTML_IN_COMMENT:
    case HTML_BOGUS:
        return "no expression may stand in a comment or declaration";
    case HTML_AFTER_LT:
    case HTML_TAG_NAME:
    case HTML_CLOSE_TAG:
        return "no expression may stand in the name of an element";
    default:
        return "no expression may stand in a tag outside a quoted value";
    }
}

void
html_value_begun(struct html_at *at)
{
    at->value_begun = true;
    /* An asset's URL begins with "/": no scheme can follow. */
    if (at->url_head_len == 0)
        url_head_append(at, '/');
}

bool
html_between_attributes(const struct html_at *at)
{
    return at->state == HTML_TAG_NAME || at->state == HTML_IN_TAG || at->state == HTML_TAG_JOINT ||
           at->state == HTML_ATTR_NAME || at->state == HTML_AFTER_NAME;
}

bool
html_same(const struct html_at *a, const struct html_at *b)
{
    if (a->preformatted != b->preformatted)
        return false;
    if (html_between_attributes(a))
        return html_between_attributes(b) && strcmp(a->element, b->element) == 0;
    if (a->state != b->state)
        return false;
    if (a->state == HTML_RAW_TEXT)
        return strcmp(a->element, b->element) == 0;
    if (a->state == HTML_IN_VALUE)
        return a->quote == b->quote && (a->kind != ATTR_URL || a->value_begun == b->value_begun) &&
               strcmp(a->attribute, b->attribute) == 0 && strcmp(a->element, b->element) == 0;
    return true;
}

const char *
html_where(const struct html_at *at)
{
    static const char *const names[] = {
        [HTML_IN_TEXT] = "in text",
        [HTML_AFTER_LT] = "after '<'",
        [HTML_TAG_NAME] = "in the name of an element",
        [HTML_CLOSE_TAG] = "in a closing tag",
        [HTML_IN_TAG] = "in a tag",
        [HTML_TAG_JOINT] = "in a tag",
        [HTML_ATTR_NAME] = "in the name of an attribute",
        [HTML_AFTER_NAME] = "in a tag",
        [HTML_BEFORE_VALUE] = "after '='",
        [HTML_IN_VALUE] = "in the value of an attribute",
        [HTML_UNQUOTED] = "in an unquoted value",
        [HTML_BANG] = "after '<!'",
        [HTML_IN_COMMENT] = "in a comment",
        [HTML_BOGUS] = "in a declaration",
        [HTML_RAW_TEXT] = "in script, style or other raw text",
    };

    if (at->state == HTML_IN_VALUE && !at->value_begun)
        return "at the beginning of the value of an attribute";
    if (at->state == HTML_IN_TEXT && at->preformatted)
        return "in preformatted text";
    return names[at->state];
}
