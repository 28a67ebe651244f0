/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail.h - messages: composed and put into the outbox in the transaction that causes them, sent
 * by a job over SMTP (libcurl) or written into a folder (demo).
 *
 * Transactional mail only: Auto-Submitted: auto-generated, text/plain in UTF-8, RFC 2047 headers.
 * CR, LF and NUL are refused in every header value. Bodies older than 90 days are emptied.
 */
#ifndef MAILLON_MAIL_MAIL_H
#define MAILLON_MAIL_MAIL_H

#include "db/db.h"

struct mail {
    struct str to;      /* One address. */
    struct str subject; /* French, at most 150 characters. */
    struct str text;    /* The whole message, lines ended by \n. */
    const char *cause;  /* Fixed word: "sign_in", "order_paid" ...; kept with the row. */
    int64_t subject_id; /* The order, the claim ...; 0: none. */
    int64_t send_ms;    /* Not before this instant; 0: at once. */
};

/* Needs a write transaction. ERR_INVALID: address or subject not fit for a header. */
NODISCARD enum err mail_queue(struct ctx *cx, const struct mail *m);

/* A letter's text with what every letter has around it: "Bonjour,", the text, who writes, why the
 * reader gets it (a whole sentence, e.g. "Vous recevez ce message parce que ..."; may be empty)
 * and that nobody reads the answers. */
struct str mail_letter(struct ctx *cx, struct str service, struct str text, struct str why);

#endif
