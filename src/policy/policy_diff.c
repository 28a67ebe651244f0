/* SPDX-License-Identifier: Apache-2.0 */
/* policy_diff.c - what differs between two policies, rule by rule, in words. */
#include "policy/policy_words.h"

#define NBSP "\u00a0"

static const struct policy_rule *
rule_of(const struct policy_rule_list *list, struct str key)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->item[i].key, key))
            return &list->item[i];
    return NULL;
}

static bool
has_group(const struct policy_rule_list *list, struct str group)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->item[i].group, group))
            return true;
    return false;
}

/* A subject that came or went: all its rules in one text. */
static struct str
group_text(struct arena *a, const struct policy_rule_list *list, const struct policy_rule *first)
{
    struct str s = str_printf(a, "«\u00a0%.*s\u00a0»", STR_FMT(first->subject));

    for (size_t i = 0; i < list->count; i++) {
        const struct policy_rule *r = &list->item[i];
        if (str_eq(r->group, first->group) && !str_eq(r->text, first->subject))
            s = str_printf(a, "%.*s\u00a0; %.*s" NBSP ": %.*s", STR_FMT(s), STR_FMT(r->term),
                           STR_FMT(r->text));
    }
    return s;
}

/* The first letter of a term, small unless the term is an abbreviation. */
static struct str
small_first(struct arena *a, struct str term)
{
    bool short_form = term.len > 1 && term.ptr[1] >= 'A' && term.ptr[1] <= 'Z';

    return short_form ? str_sub(term, 0, 1) : str_lower(a, str_sub(term, 0, 1));
}

static struct str
term_of(struct arena *a, const struct policy_rule *r)
{
    struct str subject = r->part == WORDS_SELLER ? STR("Vendeur") : r->subject;

    if (r->part == WORDS_VAT)
        return str_printf(a, "TVA, %.*s", STR_FMT(r->term));
    if (subject.len == 0)
        return r->term;
    return str_printf(a, "%.*s, %.*s%.*s", STR_FMT(subject), STR_FMT(small_first(a, r->term)),
                      STR_FMT(str_sub(r->term, 1, r->term.len)));
}

/* The rules of one list that the other has not. */
static void
one_sided(struct arena *a, const struct policy_rule_list *list,
          const struct policy_rule_list *other, bool came, struct policy_change_list *out)
{
    struct str told = STR_NONE;

    for (size_t i = 0; i < list->count; i++) {
        const struct policy_rule *r = &list->item[i];
        bool whole = r->group.len > 0 && !has_group(other, r->group);
        if (rule_of(other, r->key) != NULL || (whole && str_eq(told, r->group)))
            continue;
        struct policy_change c = {
            .part = r->part, .form = r->form, .term = term_of(a, r), .whole = whole,
        };
        struct str text = whole ? group_text(a, list, r) : r->text;
        if (whole) {
            told = r->group;
            c.term = str_printf(a, "%s %s", r->kind, came ? "ajouté" : "retiré");
        }
        if (!came)
            c.form = STR_NONE;
        *(came ? &c.after : &c.before) = text;
        out->item[out->count++] = c;
    }
}

struct policy_change_list
policy_diff(struct arena *a, const struct policy *before, const struct policy *after)
{
    struct policy_rule_list old = policy_words(a, before), new = policy_words(a, after);
    struct policy_change_list out = {
        .item = ARENA_ARRAY(a, old.count + new.count, struct policy_change),
    };

    for (size_t i = 0; i < new.count; i++) {
        const struct policy_rule *r = &new.item[i], *was = rule_of(&old, r->key);
        if (was == NULL || str_eq(was->text, r->text))
            continue;
        out.item[out.count++] = (struct policy_change){
            .part = r->part, .term = term_of(a, r), .before = was->text, .after = r->text,
            .form = r->form,
        };
    }
    one_sided(a, &new, &old, true, &out);
    one_sided(a, &old, &new, false, &out);
    return out;
}

struct str
policy_change_text(struct arena *a, const struct policy_change *c)
{
    if (c->whole)
        return str_printf(a, "%.*s" NBSP ": %.*s", STR_FMT(c->term),
                          STR_FMT(c->after.len > 0 ? c->after : c->before));
    return str_printf(a, "%.*s" NBSP ": %.*s → %.*s", STR_FMT(c->term),
                      STR_FMT(c->before.len > 0 ? c->before : STR("rien")),
                      STR_FMT(c->after.len > 0 ? c->after : STR("rien")));
}
