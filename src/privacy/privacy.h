/* SPDX-License-Identifier: Apache-2.0 */
/*
 * privacy.h - what is known of people: how long it is kept, the copy they may have, their wish to
 * be forgotten.
 *
 * fields.h says of every column of the database what it tells of people; what follows is held to it
 * by tests. Reading across rooms is done here, in statements of its own; whatever is changed is
 * changed by the rooms' own functions (order_forget, delivery_forget_order, account_forget ...), so
 * that a rule stands with its table.
 *
 * A wish of a company is made to an organiser and concerns what that organiser has: its orders and
 * what hangs on them. What all organisers share (claims, declarations, the people's accounts) goes
 * with it, once no other organiser has an order of the company under way. A wish of a person
 * concerns their account everywhere. Either waits while orders are under way (doc/privacy.md).
 */
#ifndef MAILLON_PRIVACY_PRIVACY_H
#define MAILLON_PRIVACY_PRIVACY_H

#include "base/keep.h"
#include "base/zip.h"
#include "db/db.h"
#include "job/purge.h"
#include "order/order.h"

/* ---- what goes by its age ---- */

/* In French, for the public page, by enum keep. */
struct privacy_period {
    int64_t days;
    const char *title, *since, *what;
};
struct privacy_period privacy_period(const struct conf *conf, enum keep which);

struct privacy_purged {
    const char *name;
    int64_t days, total, last, run_ms; /* run_ms 0: it never ran. */
};
/* By enum keep. */
NODISCARD enum err privacy_purged_list(struct ctx *cx, struct privacy_purged out[KEEP_COUNT]);

/* One run over everything that is older than its period, or with dry only counted; stops after
 * until_ns (clock_mono_ns) and says so in *more. No transaction is open. */
NODISCARD enum err privacy_purge(struct ctx *cx, bool dry, int64_t until_ns,
                                 int64_t count[KEEP_COUNT], bool *more);

/* ---- a copy of what is known ---- */

/* Of a company, as an organiser knows it and with all its people; or of an account and the
 * companies it acts for, without other people's affairs. */
struct privacy_scope {
    int64_t siren, organiser_id; /* Both, or neither. */
    int64_t account_id;          /* 0 with a company. */
};
/* Writes donnees.json (doc/personal-data.schema.json), photos, the carrier's documents and
 * invoices. Needs a transaction that reads. Errors: those of the sink; ERR_BUSY also when it is run
 * again after some went out. The caller ends or releases z. */
NODISCARD enum err privacy_copy(struct ctx *cx, const struct privacy_scope *scope, struct zip *z);

/* ---- what people ask for ---- */

enum privacy_kind { PRIVACY_ERASE = 1, PRIVACY_COPY };
enum privacy_channel {
    CHANNEL_SITE = 1, /* Their own page. */
    CHANNEL_MAIL,
    CHANNEL_LETTER,
    CHANNEL_PHONE,
    CHANNEL_PERSON
};
enum { PRIVACY_CHANNELS = CHANNEL_PERSON };
const char *privacy_channel_text(enum privacy_channel c); /* "Par courrier" */

/* Where it stands. */
enum privacy_state {
    PRIVACY_ASKED = 1, /* A second person has not agreed yet. */
    PRIVACY_ACCEPTED,  /* Waits until it can be done, or for the copy to be taken. */
    PRIVACY_UNDER_WAY, /* Some of it is done. */
    PRIVACY_DONE,
    PRIVACY_REFUSED,
    PRIVACY_WITHDRAWN
};

struct privacy_request {
    int64_t id, organiser_id; /* 0: asked on one's own page. */
    enum privacy_kind kind;
    int64_t siren, account_id; /* One of them. */
    enum privacy_channel channel;
    int64_t received_day, due_day; /* civil_day; due_day with the extension. */
    struct str reply_to, reason;
    enum privacy_state state;
    int64_t act_id;
    bool act_waits;            /* The second person's decision is still awaited. */
    struct str act_why;        /* Why it was refused; empty: it was not, or without a word. */
    int64_t not_before_ms;
    struct str extended_why;   /* Empty: no more time was taken. */
    int64_t blocked, order_id, mail_id;
    int64_t asked_ms, closed_ms;
    struct str closed_why;
    struct str company;        /* Name by the register; empty: an account, or not told. */
    struct str email;          /* Of the account; empty: of a company. */
};
struct privacy_request_list {
    struct privacy_request *item;
    size_t count;
};
static inline bool
privacy_is_open(const struct privacy_request *r)
{
    return r->closed_ms == 0;
}
/* Days left to answer, negative when it is late. */
int64_t privacy_days_left(const struct ctx *cx, const struct privacy_request *r);
enum { PRIVACY_NEAR_DAYS = 7 }; /* So few are few. */

struct privacy_wish {
    enum privacy_kind kind;
    int64_t siren;
    enum privacy_channel channel;
    int64_t received_day;
    struct str reply_to;  /* Mails about it go there; empty: none does. */
    struct str reason;    /* Stays in the journal. */
    struct str summary;   /* What the second person reads. */
};
/* Enters what came to the actor's organiser, asks a second person and tells who asked.
 * ERR_CONFLICT: there is an open one of the kind. ERR_INVALID: no mail can go to reply_to. Needs a
 * write. */
NODISCARD enum err privacy_ask(struct ctx *cx, const struct privacy_wish *w, int64_t *id);
/* Asks a second person once more, after a refusal or seven days. ERR_CONFLICT: not now. */
NODISCARD enum err privacy_ask_again(struct ctx *cx, const struct privacy_request *r,
                                     struct str summary, struct str reason);
/* The actor wants their own account to be forgotten. ERR_CONFLICT: asked already. ERR_DENIED: one
 * of an organiser's people. Needs a write. */
NODISCARD enum err privacy_ask_own(struct ctx *cx);
/* The actor's own open wish; ERR_NOT_FOUND. */
NODISCARD enum err privacy_own(struct ctx *cx, struct privacy_request *out);
/* It is taken back. ERR_CONFLICT: some of it is done already. Needs a write. */
NODISCARD enum err privacy_withdraw_own(struct ctx *cx);

/* What the actor's organiser sees. */
NODISCARD enum err privacy_find(struct ctx *cx, int64_t id, struct privacy_request *out);
enum { PRIVACY_PAGE = 20 };
/* Open: the next to be answered first, after (due_day, id). kind 0: both. One more than a page when
 * there are more. */
NODISCARD enum err privacy_open_list(struct ctx *cx, int64_t kind, int64_t after_day,
                                     int64_t after_id, struct privacy_request_list *out);
/* Closed: newest first, before this id (0: from the newest). */
NODISCARD enum err privacy_closed_list(struct ctx *cx, int64_t kind, int64_t before_id,
                                       struct privacy_request_list *out);
NODISCARD enum err privacy_of_company(struct ctx *cx, int64_t siren,
                                      struct privacy_request_list *out);
NODISCARD enum err privacy_count_open(struct ctx *cx, int64_t *out);

/* Two months more, once, told to who asked. ERR_CONFLICT: closed, or extended before. */
NODISCARD enum err privacy_extend(struct ctx *cx, const struct privacy_request *r,
                                  struct str why);
/* It cannot be; told to who asked. ERR_CONFLICT: closed, or some of it is done. Need a write. */
NODISCARD enum err privacy_refuse(struct ctx *cx, const struct privacy_request *r,
                                  struct str why);

/* ---- what stands in the way of forgetting ---- */

struct privacy_block {
    struct str ref;    /* Of the order; empty where it is another organiser's. */
    enum order_state state;
    bool complaint;    /* One of it is not decided. */
    bool document;     /* An invoice or a credit note is still to be written. */
};
struct privacy_block_list {
    struct privacy_block *item;
    size_t count;      /* At most 50. */
    int64_t elsewhere; /* Orders with other organisers: what is shared waits for them. */
};
/* Of a wish to be. Any transaction. */
NODISCARD enum err privacy_blocks(struct ctx *cx, const struct privacy_scope *scope,
                                  struct privacy_block_list *out);

/* What was done, by table. */
struct privacy_done {
    struct str what;
    int64_t count;
};
struct privacy_done_list {
    struct privacy_done *item;
    size_t count;
};
NODISCARD enum err privacy_done_of(struct ctx *cx, int64_t request_id,
                                   struct privacy_done_list *out);

#endif
