/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account_web.h - what the pages of sign-in, companies, account and the agents' queue show.
 * Private to account/.
 */
#ifndef MAILLON_ACCOUNT_ACCOUNT_WEB_H
#define MAILLON_ACCOUNT_ACCOUNT_WEB_H

#include "account/account.h"
#include "account/company_text.h"
#include "html/parts.h"
#include "http/form.h"

struct sign_in_view {
    struct page page;
    struct notice over;        /* The session had ended; title empty: it had not. */
    struct field_error_list errors;
    struct field email;
    struct str back;
};

struct code_view {
    struct page page;
    struct field_error_list errors;
    struct field code;
    struct str email;
    struct str back;
    struct url change; /* Another address. */
    int64_t minutes;   /* The code still lives; 0: no code can be typed, ask for a new one. */
    bool can_again;    /* Another code may be asked for now. */
};

/* back.c: where a visitor was on the way to (?vers=PATH), carried from page to page until it can
 * be opened. Empty unless it is a path of this site, not too long and not the sign-in. */
struct str account_back(struct str path);
/* The SIRET that this path asks about, or the one that it leads to (a parameter "siret"); empty:
 * none. */
struct str account_back_siret(struct arena *a, struct str back);
/* The same page, told where to lead afterwards. */
struct url account_towards(struct arena *a, struct url page, struct str back);

/* ---- companies ---- */

struct link_row {
    struct company_link link;
    struct str number;     /* Grouped SIREN. */
    struct str proof;      /* In words. */
    bool is_current;
};

struct link_row_list {
    struct link_row *item;
    size_t count;
};

struct claim_row {
    struct str name, number, state, text;
    enum tone tone;
    struct url url;        /* To go on with it; empty: nothing to do. */
};

struct claim_row_list {
    struct claim_row *item;
    size_t count;
};

/* Somebody else asks to act for the current company. */
struct rival_row {
    struct str email, text;
    struct url contest;    /* Empty: contested already. */
};

struct rival_row_list {
    struct rival_row *item;
    size_t count;
};

struct companies_view {
    struct page page;
    struct link_row_list links;
    struct claim_row_list claims;
    struct rival_row_list rivals;
    struct str back;
    struct url add;
    struct empty_state empty;
};

struct add_view {
    struct page page;
    struct field_error_list errors;
    struct str back;
    struct field siret;
};

struct claim_view {
    struct page page;
    struct field_error_list errors;
    struct str back;
    struct url companies;
    struct str number;
    struct summary_row_list summary;
    struct notice state;       /* Where the claim stands; title empty: nothing yet. */
    struct str chamber;        /* Masked address; empty: none is known. */
    struct url code;           /* A code is out: to type it; else empty. */
    bool is_open;              /* Proofs may be asked for. */
    bool is_held;              /* Somebody else acts for the company: review only. */
    bool can_letter;
    bool can_give_up;
    bool is_in_review;         /* An agent has what stands in the field. */
    struct field reason;
    struct url send_code, send_letter, send_review, give_up;
};

struct claim_code_view {
    struct page page;
    struct field_error_list errors;
    struct str back;
    struct url companies;
    struct field siren;
    struct choice_list sirens;
    struct field code;
};

struct contest_view {
    struct page page;
    struct field_error_list errors;
    struct str email, name;
    struct url action;
    struct field reason;
};

struct heads_view {
    struct page page;
    struct field_error_list errors;
    struct summary_row_list summary;
    struct str back;
    struct field heads, note;
    bool shows_network;
    struct field network, network_note;
    struct choice_list networks;
};

/* ---- the account ---- */

struct token_row {
    struct str id, label, right, used;
    struct str expires;
};

struct token_row_list {
    struct token_row *item;
    size_t count;
};

/* The tokens of the company or of the organiser. */
struct token_block {
    struct str owner;      /* "entreprise" or "organisateur" */
    struct str title, text;
    struct token_row_list tokens;
    struct field label;
    struct field right;
    struct choice_list rights;
};

struct account_view {
    struct page page;
    struct field_error_list errors;
    struct summary_row_list summary;
    bool has_company, is_admin;
    struct token_block company, organiser;
};

struct token_view {
    struct page page;
    struct str secret, label;
};

/* ---- the agents' queue ---- */

struct queue_row {
    struct str kind, name, number, email, asked;
    struct str outcome;    /* Of a decided one. */
    enum tone tone;
    struct str who;        /* Who decided. */
    int64_t at_ms;         /* Asked, or decided. */
    struct url url;
};

struct queue_row_list {
    struct queue_row *item;
    size_t count;
};

struct kind_link {
    struct str label;
    struct url url;
    bool is_current;
};

struct kind_link_list {
    struct kind_link *item;
    size_t count;
};

/* The case that was decided just before, to come back to. */
struct previous_case {
    struct url url;        /* Empty: none. */
    struct str label;
};

struct queue_view {
    struct page page;
    struct str total;
    struct kind_link_list kinds, ages;
    struct previous_case previous;
    struct table table;
    struct queue_row_list rows;
    struct pager pager;
    struct empty_state empty;
};

struct decided_view {
    struct page page;
    struct field_error_list errors;
    struct field q, kind, outcome;
    struct choice_list kinds, outcomes;
    struct str understood;
    struct table table;
    struct queue_row_list rows;
    struct pager pager;
    struct empty_state empty;
    bool is_filtered;
};

struct case_line {
    struct str when, title, text;
};

struct case_line_list {
    struct case_line *item;
    size_t count;
};

/* A ready sentence, with its key. */
struct motive_view {
    struct str value, text;
    const char *key;
    bool checked;
};
struct motive_view_list {
    struct motive_view *item;
    size_t count;
};

struct case_view {
    struct page page;
    struct field_error_list errors;
    struct str kind, asked, note;
    struct str note_label;     /* Above the note of a case that is over. */
    struct str reopened;       /* That it was decided before; empty: it was not. */
    struct summary_row_list request, company;
    struct case_line_list sites, holders, claims, reviews, events;
    struct url company_page;
    bool may_decide, may_reopen;
    bool is_open, is_contested;
    struct str why_not;        /* Why this agent may not decide; empty: no reason. */
    struct str decided;        /* How it was decided; empty: it is open. */
    struct previous_case previous;
    struct url action, skip, reopen, queue;
    struct field motive, reason;
    struct motive_view_list accepting, refusing;
    struct motive_view other;
    struct str filter_kind, filter_age; /* Carried along. */
    struct str seen;           /* What the decision will be made on (case_seen). */
};

/* queue_web.c: what of the queue an agent works through, carried from case to case. */
struct queue_part {
    struct str kind, age;
    struct review_filter by;
};
/* From the query, or from the form's hidden fields. ERR_NOT_FOUND: no such kind. */
NODISCARD enum err queue_part_read(struct ctx *cx, struct req *req, struct queue_part *out);
struct url queue_part_url(struct ctx *cx, struct url u, const struct queue_part *part);
/* The case named by "precedent" in the query, if the actor may see it. */
NODISCARD enum err queue_previous(struct ctx *cx, struct req *req, struct previous_case *out);

/* case_view.c: what is known around a case. */
NODISCARD enum err case_fill(struct ctx *cx, const struct review *r, struct case_view *v);
/* case_words.c: sentences that are ready for a kind of case; each goes with one decision. */
struct motive {
    const char *kind;
    bool accept;
    const char *text;
};
enum { MOTIVES_MAX = 32 };
size_t case_motives(struct str kind, const struct motive *out[MOTIVES_MAX]);

#endif
