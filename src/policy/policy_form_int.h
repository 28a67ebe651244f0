/* SPDX-License-Identifier: Apache-2.0 */
/* policy_form_int.h - what the files of policy_form.h share. */
#ifndef MAILLON_POLICY_POLICY_FORM_INT_H
#define MAILLON_POLICY_POLICY_FORM_INT_H

#include "policy/policy_form.h"

/* How a rule of the file is written in a form; some take several inputs. */
enum rule_kind {
    RULE_INT,
    RULE_MONEY,
    RULE_RATE,
    RULE_LINE,        /* Empty text stands in the file, so that the fault names it. */
    RULE_NOTE,        /* Text that may be left out. */
    RULE_LINES,
    RULE_FLAG,
    RULE_DATE,
    RULE_CLOCK,       /* A civil time for all, or by territory: NAME, NAME-reunion ... */
    RULE_TERRITORIES,
    RULE_NETWORKS,
    RULE_HEADS,       /* min, max */
    RULE_SIZE,        /* min, max, tranches: a cohort's heads and bands */
    RULE_WORDS,       /* A list of codes. */
    RULE_LISTED,      /* {"only": [...]} or {"except": [...]}: NAME-sens and NAME */
    RULE_DELAY        /* delai, delai-unite, delai-depuis */
};

struct form_rule {
    enum rule_kind kind;
    const char *path; /* From the form's part of the file: "quota/per_head", "label". */
    const char *name; /* Of its first input. */
    const char *label, *hint;
    bool required;
};

struct form_section {
    const char *name, *title;
    const char *list; /* "cohorts": the form is about one entry of it; NULL: about the file. */
    bool may_add;
    const struct form_rule *rule;
    size_t count;
};

/* One form at work. */
struct form_work {
    struct arena *arena;
    const struct json *tree;        /* The whole file. */
    struct form_spot spot;
    struct form_input_list inputs;  /* Shown. */
    size_t room;
    const struct pair_list *typed;
    struct field_error_list errors;
};

enum { BANDS_ALL = (1 << BAND_COUNT) - 1 };

/* ---- policy_form.c ---- */

/* The form's part of the file; NULL when it is not there. */
const struct json *form_object(const struct json *tree, const struct form_spot *spot);

/* ---- policy_input.c: from the file to inputs ---- */

void form_rule_show(struct form_work *w, const struct form_rule *rule, const struct json *object);
/* Bits of what a list says; when_absent when there is none. */
unsigned form_territories(const struct json *list, unsigned when_absent);
/* Those that hold for an entry whose list is left out. */
unsigned form_territories_default(const struct form_work *w);
unsigned form_networks(const struct json *list);
unsigned form_bands(const struct json *list);
/* Bands that reach into these bounds; all of them, the unknown one too, without bounds. */
unsigned form_bands_of(const struct json *heads);
/* The value at a path below an object; NULL: none. */
const struct json *form_at(struct form_work *w, const struct json *object, const char *path);

/* ---- policy_typed.c: from what was typed into the file ---- */

/* first, count: its inputs as the file has them. */
void form_rule_put(struct form_work *w, const struct form_rule *rule, struct json *object,
                   size_t first, size_t count);
/* What was typed under this name. */
struct str form_typed(const struct form_work *w, const char *name);
/* The same for an input: "1" for each ticked choice, in their order. */
struct str form_input_typed(const struct form_work *w, const struct form_input *input);
struct str form_input_value(struct arena *a, const struct form_input *input);

#endif
