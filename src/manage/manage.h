/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manage.h - an organiser manages its campaigns: a change of rules is drafted (draft.h), tried on
 * the register beside the rules in force (dry_run.h), approved and published, and compared with
 * other versions; sales are paused. All of it belongs to the acting organiser and stands under
 * /console/campagnes. Published campaigns themselves are campaign/'s.
 *
 * Here is what these pages show, and the pieces they are put together from. No other room needs
 * it.
 */
#ifndef MAILLON_MANAGE_MANAGE_H
#define MAILLON_MANAGE_MANAGE_H

#include "html/parts.h"
#include "http/form.h"
#include "http/req.h"
#include "manage/draft.h"
#include "manage/dry_run.h"
#include "policy/policy_form.h"
#include "policy/policy_words.h"

/* ---- lists of one make ---- */

struct console_cell {
    struct str text;
    struct url url;      /* Empty: no link. */
    struct str tag;      /* After the text; empty: none. */
    enum tone tone;
};
struct console_cell_list {
    struct console_cell *item;
    size_t count;
};
struct console_row {
    struct console_cell_list cells;
};
struct console_row_list {
    struct console_row *item;
    size_t count;
};
struct console_table {
    struct table table;
    struct console_row_list rows;
};
struct console_table_list {
    struct console_table *item;
    size_t count;
};
struct action_link {
    struct str label;
    struct url url;
};
struct action_link_list {
    struct action_link *item;
    size_t count;
};
struct notice_list {
    struct notice *item;
    size_t count;
};

/* ---- rules and their differences ---- */

struct words_subject {
    struct str title;    /* Empty where the part is about one thing. */
    struct summary_row_list rows;
};
struct words_subject_list {
    struct words_subject *item;
    size_t count;
};
struct words_section {
    struct str title, id;
    struct words_subject_list subjects;
};
struct words_section_list {
    struct words_section *item;
    size_t count;
};

/* ---- pages ---- */

struct campaign_home_view {
    struct page page;
    struct str name;
    struct view_tag {
        enum tone tone;
        struct str text;
    } state;
    struct str state_text;
    struct notice_list notices;
    struct stat_list stats;
    struct action_link_list actions;
    bool may_change, is_paused;
    struct url rules_url;            /* The version's own page. */
    struct url begin, resume;        /* Where forms are sent. */
    struct field resume_reason;
    struct console_table drafts, versions, pauses;
    struct words_section_list rules;
    int version;
    struct url compare;              /* The form that compares two versions. */
    struct choice_list from, to;
    bool has_compare;
};

struct campaign_table_view {
    struct page page;
    struct console_table table;
    struct empty_state empty;
};

struct version_view {
    struct page page;
    int version;
    struct summary_row_list facts;
    struct action_link_list actions;
    struct url begin;
    bool may_change;
    struct words_section_list rules;
};

struct diff_view {
    struct page page;
    struct url action;
    struct choice_list from, to;
    struct console_table table;
    struct str none;                 /* Said when nothing differs. */
};

struct pause_view {
    struct page page;
    struct field_error_list errors;
    bool is_paused;
    struct notice now;               /* While paused. */
    struct field message, reason, resume_reason;
    struct url action, preview, resume, back;
    bool has_preview;
    struct str preview_name, preview_text;
};

struct fault_row {
    struct str where;                /* "/quota/per_head, ligne 12" */
    struct str text;
    struct url url;
};
struct fault_row_list {
    struct fault_row *item;
    size_t count;
};

struct draft_view {
    struct page page;
    struct str title;
    struct notice_list notices;
    struct summary_row_list facts;
    struct fault_row_list faults;
    struct console_table changes;
    struct str no_change;
    struct str_list now, warnings;
    struct summary_row_list run;     /* The last dry run in short. */
    struct url run_url;
    struct str run_label;            /* Of the button that starts one. */
    bool may_change;                 /* An administrator, and the draft is open. */
    bool may_run, may_ask, may_rebase, is_waiting;
    struct url act_url;              /* The request for approval. */
    struct url run_action, ask, rebase, drop, file, json, add_cohort;
    struct words_section_list rules;
};

struct part_input {
    struct form_input input;
    size_t fold_first;               /* Index of the first folded with it; SIZE_MAX: not folded. */
    bool fold_is_open;               /* Of the first: one of them has something to say. */
};
struct part_input_list {
    struct part_input *item;
    size_t count;
};
struct draft_part_view {
    struct page page;
    struct str title;
    struct field_error_list errors;
    struct notice warning;           /* Empty title: none. */
    struct part_input_list inputs;
    struct url action, back;
    int64_t rev;
    bool may_remove;
};

struct draft_file_view {
    struct page page;
    struct field_error_list errors;
    struct notice warning;
    struct fault_row_list faults;
    struct field text;
    struct url action, back, json;
    int64_t rev;
    bool may_change;
};

struct draft_ask_view {
    struct page page;
    struct field_error_list errors;
    struct notice stop;              /* Why it cannot be asked for; empty title: it can. */
    struct console_table changes;
    struct str_list now, warnings;
    struct str headline;
    struct url run_url, action, back;
    struct field reason, confirm;
    bool confirmed;
};

struct rebase_view {
    struct page page;
    struct notice stop;
    struct console_table ours, theirs;
    struct str_list conflicts;
    struct url action, back;
    int base, version;
};

struct dry_run_view {
    struct page page;
    struct str title;
    struct view_tag state;
    struct notice_list notices;
    struct summary_row_list facts;
    bool is_live;
    struct meter progress;
    struct str left;                 /* "Encore 3 s environ." */
    struct url live, here, cancel, draft, again;
    bool may_change, may_again;
    struct stat_list stats;
    struct str_list changes;         /* Who gains and who loses, in sentences. */
    struct console_table_list tables;
};

/* ---- console_part.c ---- */

bool campaign_may_change(const struct ctx *cx);
/* The path's campaign; ERR_NOT_FOUND: none of the actor's organiser. */
NODISCARD enum err campaign_of_path(struct ctx *cx, struct req *req, struct campaign *out);
/* "/console/campagnes/masques-pme", and what follows it. */
struct url campaign_url(struct ctx *cx, const struct campaign *c);
struct url campaign_sub_url(struct ctx *cx, const struct campaign *c, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
struct url draft_url(struct ctx *cx, const struct campaign *c, int64_t id);
/* A page of the console below the campaign's. */
NODISCARD enum err campaign_console_begin(struct ctx *cx, struct req *req,
                                          const struct campaign *c, struct str title,
                                          struct page *out);
/* A table with these heads, ended by NULL; one that begins with '#' is a column of numbers. */
struct console_table console_table(struct ctx *cx, const char *id, struct str caption,
                                   const char *const *heads, size_t rows_max);
/* The cells of a new row. */
struct console_cell *console_row(struct ctx *cx, struct console_table *t);
void console_fact(struct ctx *cx, struct summary_row_list *list, const char *term,
                  struct str value);
void console_notice(struct ctx *cx, struct notice_list *list, enum tone tone, struct str title,
                    struct str text);
void console_action(struct ctx *cx, struct action_link_list *list, const char *label,
                    struct url url);
struct str when_text(struct ctx *cx, int64_t ms);
struct str int_text(struct ctx *cx, int64_t n);

/* The rules as sections; draft NULL: nobody changes them here, else each leads to its form. */
struct words_section_list words_sections(struct ctx *cx, const struct policy *p,
                                         const struct url *draft);
/* Differences as a table: rule, before, after. */
struct console_table changes_table(struct ctx *cx, const char *id, struct str caption,
                                   struct str before, struct str after,
                                   const struct policy_change_list *changes);
/* Faults of a text with where they stand and the form that mends them. */
struct fault_row_list fault_rows(struct ctx *cx, struct str json,
                                 const struct policy_fault_list *faults, const struct url *draft);

#endif
