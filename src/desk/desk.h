/* SPDX-License-Identifier: Apache-2.0 */
/*
 * desk.h - the agents' desk: what an organiser's people find, read and note about companies and
 * orders. Pages stand in *_web.c; orders by telephone in phone_web.c.
 *
 * An organiser sees the orders of its campaigns. The register is everybody's. What people wrote or
 * declared about a company (addresses, claims, headcounts) it sees once it has dealt with that
 * company: an order in one of its campaigns, or a review that concerns it (account/review.h).
 *
 * Reading across rooms is done here, in statements of its own; whatever is decided or written is
 * done by the rooms' own functions.
 */
#ifndef MAILLON_DESK_DESK_H
#define MAILLON_DESK_DESK_H

#include "base/tally.h"
#include "db/db.h"
#include "desk/seek.h"
#include "job/purge.h"
#include "order/admit.h"

/* Whether the actor's organiser has dealt with the company. */
NODISCARD enum err desk_dealt(struct ctx *cx, int64_t siren, bool *out);

/* ---- companies by words ---- */

enum { DESK_FOUND_MAX = 200 };
struct desk_found {
    int64_t siren[DESK_FOUND_MAX];
    size_t count;
    bool more;          /* There are others: another word narrows it. */
};
/* Companies that the actor's organiser has dealt with and that have every word, each the beginning
 * of one of theirs. */
NODISCARD enum err desk_find(struct ctx *cx, const struct seek *s, struct desk_found *out);

/* Orders up to this number are found by where they go; 0: none is. */
NODISCARD enum err desk_followed(struct ctx *cx, int64_t *order_id);

/* ---- what a company may buy now ---- */

struct desk_verdict {
    struct campaign campaign;
    bool may;                /* Some quantity would be accepted now. */
    enum refusal refusal;    /* order/admit.h: REFUSAL_EMPTY stands for "yes, say how much". */
    enum reason reason;
    struct str text;         /* To read out: whole sentences to the company, with the date. */
    bool has_quota;
    int64_t quota, left;     /* Units of the period, for the fewest heads there may be. */
    int64_t renews_ms;       /* The next period begins; 0: there is none. */
    struct str hold_ref;     /* The unpaid order that is in the way; may be empty. */
};
struct desk_verdict_list {
    struct desk_verdict *item;
    size_t count;
};
/* In each campaign of the actor's organiser, by the same judge as an order (order_preview), as if
 * that establishment ordered. */
NODISCARD enum err desk_verdicts(struct ctx *cx, int64_t siret, struct desk_verdict_list *out);
/* The head office, or the first establishment that is open; 0: none is. */
NODISCARD enum err desk_site_of(struct ctx *cx, int64_t siren, int64_t *siret);

/* ---- orders by telephone ---- */

enum { PHONE_LINKS_MAX = 6 };
/* order_place for ask->contact; a new order's payment link goes to the contact, and whoever is
 * linked to the company is told. Audited. Needs a write. */
NODISCARD enum err phone_place(struct ctx *cx, const struct order_ask *ask,
                               struct order_placed *out);
/* Sends the link again, to another address when it differs. ERR_CONFLICT: it can no longer be
 * paid, or was not taken by telephone. ERR_RATE: sent PHONE_LINKS_MAX times. Needs a write. */
NODISCARD enum err phone_link_again(struct ctx *cx, struct order *o, struct str email);
/* Whether it was taken by telephone and its buyer may still pay. */
NODISCARD enum err phone_is_open(struct ctx *cx, const struct order *o, bool *out);
/* The company does not want it after all. ERR_CONFLICT as above. Needs a write. */
NODISCARD enum err phone_cancel(struct ctx *cx, struct order *o);

/* What somebody on the telephone says of the company: by the rules of account_declare_heads_for
 * and account_ask_network_for. One of both at least. */
struct phone_declaration {
    struct str email;     /* Of who calls; the answer goes there. */
    int heads;            /* -1: nothing said. */
    unsigned networks;    /* 0: nothing said. */
    struct str note;      /* What shows it. */
};
/* Audited; whoever acts for the company is told. *accepted: at once, without a review. Needs a
 * write. */
NODISCARD enum err phone_declare(struct ctx *cx, const struct company *co,
                                 const struct phone_declaration *d, bool *accepted);

/* ---- notes ---- */

enum { DESK_NOTE_MIN = 2, DESK_NOTE_MAX = 500, DESK_NOTES_SHOWN = 50 };
struct desk_note {
    int64_t id, at_ms;
    struct str text, who; /* who: the agent's address. */
};
struct desk_note_list {
    struct desk_note *item;
    size_t count;
};
/* Of the actor's organiser, newest first. */
NODISCARD enum err desk_notes(struct ctx *cx, int64_t siren, struct desk_note_list *out);
/* Notes are only ever added to. Needs a write. */
NODISCARD enum err desk_note_add(struct ctx *cx, int64_t siren, struct str text);

/* ---- letting go ---- */

/* Notes about a company; organiser_id 0: every organiser's. Needs a write. */
NODISCARD enum err desk_forget_company(struct ctx *cx, int64_t siren, int64_t organiser_id,
                                       struct tally *t);
/* The orders were emptied: their companies are found by no word until DESK_INDEX has made them anew
 * from what is left, seconds later. Needs a write. */
NODISCARD enum err desk_forget_words(struct ctx *cx, const int64_t *order_id, size_t count);
/* By age; see job/purge.h. */
NODISCARD enum err desk_purge_notes(struct ctx *cx, struct purge *p);

#endif
