/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail.h - messages: composed and put into the outbox in the transaction that causes them, sent
 * by a job over SMTP (libcurl) or written into a folder (demo).
 *
 * Transactional mail only: Auto-Submitted: auto-generated, text/plain in UTF-8, RFC 2047 headers.
 * CR, LF and NUL are refused in every header value. What is old (MAILLON_KEEP_MAILS) is emptied:
 * the row stays, so that it can be told that a message went out.
 */
#ifndef MAILLON_MAIL_MAIL_H
#define MAILLON_MAIL_MAIL_H

#include "base/tally.h"
#include "db/db.h"
#include "job/purge.h"

struct mail {
    struct str to;      /* One address. */
    struct str subject; /* French, at most 150 characters. */
    struct str text;    /* The whole message, lines ended by \n. */
    const char *cause;  /* Fixed word: "sign_in", "order_paid" ...; kept with the row. */
    int64_t subject_id; /* The order, the claim ...; 0: none. */
    int64_t send_ms;    /* Not before this instant; 0: at once. */
    bool last;          /* Emptied as soon as it is sent, or refused for good. */
};

/* One address fit for a header and for SMTP without SMTPUTF8: ASCII, one @, no space, bracket or
 * comma. */
bool mail_address_valid(struct str s);

/* Needs a write transaction. ERR_INVALID: address or subject not fit for a header. Nothing is sent
 * to an address that ends in "@invalid": it stands for somebody who is not known any more. */
NODISCARD enum err mail_queue(struct ctx *cx, const struct mail *m);

/* A message as a list shows it. */
struct mail_note {
    int64_t id;
    struct str to, subject;
    int64_t created_ms;
    int64_t sent_ms;    /* 0: not yet. */
    int64_t refused_ms; /* The relay said no for good; 0: it did not. */
};
struct mail_note_list {
    struct mail_note *item;
    size_t count;
};
/* Messages about one subject whose cause begins with this, oldest first, at most 50. */
NODISCARD enum err mail_about(struct ctx *cx, const char *cause, int64_t subject_id,
                              struct mail_note_list *out);

/* A letter's text with what every letter has around it: "Bonjour,", the text, who writes, why the
 * reader gets it (a whole sentence, e.g. "Vous recevez ce message parce que ..."; may be empty)
 * and that nobody reads the answers. */
struct str mail_letter(struct ctx *cx, struct str service, struct str text, struct str why);

/* Empties the messages about one subject whose cause begins with this word. Needs a write. */
NODISCARD enum err mail_forget_about(struct ctx *cx, const char *cause, int64_t subject_id,
                                     struct tally *t);
/* Empties this one. Needs a write. */
NODISCARD enum err mail_forget(struct ctx *cx, int64_t id, struct tally *t);
/* By age; see job/purge.h. */
NODISCARD enum err mail_purge_old(struct ctx *cx, struct purge *p);

#endif
