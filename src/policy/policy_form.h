/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_form.h - the rules that an organiser changes by the hour, as forms over a campaign file.
 *
 * A form shows some values of the file and puts what was typed back into it. What was not touched
 * stays as it was written, comments included. What cannot be meant (letters for a number) is put
 * there as text all the same: the compiler names it by its path, policy_form_input_of says which
 * input that is, and nothing that was typed is lost.
 *
 * Pure: no database, no clock. The JSON tree is changed in place (json_tree.h).
 */
#ifndef MAILLON_POLICY_POLICY_FORM_H
#define MAILLON_POLICY_POLICY_FORM_H

#include "http/req.h"
#include "json/json_tree.h"
#include "policy/policy.h"

/* A part of the file that is one form: "quota", or "groupe-2" where a list holds several. */
struct form_spot {
    const struct form_section *section;
    size_t index;       /* In the list. */
    bool fresh;         /* "groupe-nouveau": is to be added to the list. */
};
/* False: there is no such form, or no such entry in the file's list. */
bool policy_spot(const struct json *tree, struct str name, struct form_spot *out);
/* "groupe-2" */
struct str policy_spot_name(struct arena *a, const struct form_spot *spot);
/* "Groupe : Associations" */
struct str policy_spot_title(struct arena *a, const struct json *tree,
                             const struct form_spot *spot);
/* Whether it is an entry that may be taken out of its list, and takes it out. */
bool policy_spot_removable(const struct json *tree, const struct form_spot *spot);
void policy_spot_remove(struct json *tree, const struct form_spot *spot);
/* The form in which a fault can be mended; empty: only in the file. */
struct str policy_spot_of(struct arena *a, struct str fault_path);
/* What a fault is about, as its form says it: "Groupe : Associations, Ouverture"; empty: no form
 * has it. */
struct str policy_fault_title(struct arena *a, const struct json *tree, struct str fault_path);

enum form_input_kind {
    INPUT_LINE,
    INPUT_LINES, /* A text of several lines. */
    INPUT_FLAG,  /* A box to tick: "1". */
    INPUT_PICK,  /* One of the choices. */
    INPUT_TICKS  /* Any of the choices, each a field of its own: NAME-VALUE. */
};
struct form_input {
    enum form_input_kind kind;
    struct field field;         /* With value and error. */
    struct choice_list choices;
    const char *fold;           /* Inputs of the same title are folded together; NULL: none. */
};
struct form_input_list {
    struct form_input *item;
    size_t count;
};
/* The inputs as the file has them. */
struct form_input_list policy_form_show(struct arena *a, const struct json *tree,
                                        const struct form_spot *spot);
/* The same with what was typed. */
struct form_input_list policy_form_show_typed(struct arena *a, const struct json *tree,
                                              const struct form_spot *spot,
                                              const struct pair_list *typed);

/* Puts what was typed into the tree; a fresh entry is added and spot->fresh becomes false. Returns
 * what the file has no words for, by input. */
struct field_error_list policy_form_apply(struct arena *a, struct json *tree,
                                          struct form_spot *spot, const struct pair_list *typed);

/* The input that a fault of the compiler belongs to; NULL: none of this form's. */
const char *policy_form_input_of(struct arena *a, const struct form_spot *spot, struct str path);

#endif
