/* SPDX-License-Identifier: Apache-2.0 */
/* staff_web.h - what the pages of the console's own rooms show. Private to staff/. */
#ifndef MAILLON_STAFF_STAFF_WEB_H
#define MAILLON_STAFF_STAFF_WEB_H

#include "html/parts.h"
#include "http/form.h"
#include "staff/act_int.h"
#include "staff/totp.h"

struct console_wait {
    struct str label, text;
    struct url url;
};
struct console_wait_list {
    struct console_wait *item;
    size_t count;
};
struct console_home_view {
    struct page page;
    struct console_wait_list waits;
    struct summary_row_list roles;
};

/* ---- the second proof ---- */

struct proof_view {
    struct page page;
    struct field_error_list errors;
    struct field code;
    struct url action;
    struct str back;       /* Where to go on to; may be empty. */
    bool is_sign_in;       /* The first proof of this session, else once more. */
    bool is_demo;
    struct choice_list typed; /* A form's fields, sent again with the code. */
};
struct enrol_view {
    struct page page;
    struct field_error_list errors;
    struct field code;
    struct str back, key, path, account;
    int side;              /* Of the picture with its quiet zone; 0: no picture. */
};
struct recovery_view {
    struct page page;
    struct str_list codes;
    struct url next;
};
struct security_view {
    struct page page;
    struct summary_row_list rows;
    bool enrolled;
};
struct demo_code {
    struct str email, roles, code;
};
struct demo_code_list {
    struct demo_code *item;
    size_t count;
};
struct demo_codes_view {
    struct page page;
    struct demo_code_list people;
    int64_t seconds;
};

/* ---- the team ---- */

struct member_row {
    struct str email, roles, signed_in, proof, sessions;
    struct url url;
};
struct member_row_list {
    struct member_row *item;
    size_t count;
};
struct role_box {
    struct field field;
    bool checked;
};
struct role_box_list {
    struct role_box *item;
    size_t count;
};
struct team_view {
    struct page page;
    struct field_error_list errors;
    struct table table;
    struct member_row_list members;
    bool may_change;
    bool guarded;          /* Another person must approve who gets power to approve. */
    struct field email, reason;
    struct role_box_list roles;
};
struct member_view {
    struct page page;
    struct field_error_list errors;
    struct summary_row_list rows;
    bool may_change;       /* An administrator, and not the person itself. */
    bool is_self;
    bool enrolled;
    bool guarded;
    struct role_box_list roles;
    struct field reason, reason_proof;
    struct url action, sessions, totp;
    struct url waiting;    /* What is asked for this person; may be empty. */
};

/* ---- approvals ---- */

struct act_item {
    struct str title, summary, who, when, state;
    enum tone tone;
    struct url url;
};
struct act_item_list {
    struct act_item *item;
    size_t count;
};
struct act_list_view {
    struct page page;
    struct table waiting_table, done_table;
    struct act_item_list waiting, done;
    struct pager waiting_pager, done_pager;
    struct empty_state empty;
};
struct act_view {
    struct page page;
    struct field_error_list errors;
    struct str title, summary, why_not;
    struct url details;    /* Of the console, where the whole stands; may be empty. */
    struct notice state;
    struct str trouble;
    struct summary_row_list rows;
    bool may_decide, may_withdraw;
    struct field reason;
    struct url action;
};

/* ---- the journal ---- */

struct change_row {
    struct str field, before, after;
};
struct change_row_list {
    struct change_row *item;
    size_t count;
};
struct journal_row {
    int64_t at_ms;
    struct str who, act, title, subject, reason;
    struct change_row_list changes;
};
struct journal_row_list {
    struct journal_row *item;
    size_t count;
};
struct journal_view {
    struct page page;
    struct field_error_list errors;
    struct field person, act, subject, from, to;
    struct choice_list people;
    struct journal_row_list rows;
    struct pager pager;
    struct empty_state empty;
    struct url export, sheet, clear;
    bool is_filtered;
};

#endif
