/* SPDX-License-Identifier: Apache-2.0 */
/* mail_int.h - what the files of mail/ share; nobody else includes it but their tests. */
#ifndef MAILLON_MAIL_INT_H
#define MAILLON_MAIL_INT_H

#include "base/buf.h"
#include "mail/mail.h"

enum { MAIL_SUBJECT_MAX = 150, MAIL_TEXT_MAX = 64 * 1024, MAIL_ADDRESS_MAX = 254 };

struct mail_row {
    int64_t id;
    struct str cause;
    struct str to;
    struct str subject;
    struct str text;       /* Empty once emptied. */
    struct str message_id; /* Without angle brackets. */
    int64_t created_ms;
    int64_t tries;
    int64_t sent_ms;    /* 0: not yet. */
    int64_t refused_ms; /* 0: not refused. */
    int64_t code;       /* 0: none. */
    struct str answer;
};

struct mail_row_list {
    struct mail_row *item;
    size_t count;
};

/* Reads; ERR_NOT_FOUND. */
NODISCARD enum err mail_find(struct ctx *cx, int64_t id, struct mail_row *out);
NODISCARD enum err mail_recent(struct ctx *cx, int64_t before_id, int64_t count,
                               struct mail_row_list *out);

/* The address in "Name <address>" or the whole; empty when it is not valid. */
struct str mail_address_of(struct str from);
/* The message as RFC 5322 wants it, lines ended by CRLF. */
void mail_compose(struct buf *out, const struct conf *conf, const struct mail_row *m);

enum mail_result { MAIL_SENT, MAIL_LATER, MAIL_REFUSED };

struct mail_answer {
    int code;       /* 0: no answer. */
    char text[200]; /* The relay's words or what went wrong; UTF-8 without control characters. */
};

/* A relay may think long after it has the whole message (RFC 5321 4.5.3.2.6: ten minutes), and who
 * gives up before it answers sends the message twice. The job's time in jobs.h is longer. */
enum { MAIL_TRY_S = 600 };

/* Hands one composed message to where app->conf->mail says; MAIL_LATER when the process stops. */
enum mail_result mail_send(const struct app *app, const struct mail_row *m,
                           const struct buf *message, struct mail_answer *answer);
/* Whether this smtp:// address must be spoken to in TLS: all but the machine itself. */
bool mail_needs_tls(struct str url);

#endif
