/* SPDX-License-Identifier: Apache-2.0 */
/* mail_job.c - sends one message of the outbox, and empties old ones. */
#include "http/server.h"
#include "job/job.h"
#include "mail/mail_int.h"

enum { EMPTY_BATCH = 500 };

struct load {
    int64_t id;
    struct mail_row row;
};

struct outcome {
    int64_t id;
    enum mail_result result;
    struct mail_answer answer;
};

static enum err
load_unit(struct ctx *cx, void *arg)
{
    struct load *l = arg;

    return mail_find(cx, l->id, &l->row);
}

static enum err
note_outcome(struct ctx *cx, const struct outcome *o)
{
    struct db_value code = db_int_or_null(o->answer.code);
    struct db_value answer = db_str_or_null(str_of(o->answer.text));

    switch (o->result) {
    case MAIL_SENT:
        return db_run(cx, SQL_MAIL_SENT, NULL, db_int(o->id), db_int(cx->now_ms));
    case MAIL_REFUSED:
        return db_run(cx, SQL_MAIL_REFUSED, NULL, db_int(o->id), db_int(cx->now_ms), code, answer);
    case MAIL_LATER:
        return db_run(cx, SQL_MAIL_LATER, NULL, db_int(o->id), code, answer);
    }
    return ERR_FAULT;
}

static enum err
outcome_unit(struct ctx *cx, void *arg)
{
    const struct outcome *o = arg;

    TRY(note_outcome(cx, o));
    return o->result == MAIL_LATER ? OK : db_run(cx, SQL_MAIL_FORGET_LAST, NULL, db_int(o->id));
}

/* A process that dies between sending and writing it down sends the same Message-ID again. */
enum err
mail_send_job(struct ctx *cx, const struct job *job)
{
    struct load load = {.id = job->subject_id};
    struct outcome o = {.id = job->subject_id};
    struct buf message;
    enum err e = db_read(cx, load_unit, &load);

    if (e == ERR_NOT_FOUND || (e == OK && (load.row.sent_ms != 0 || load.row.text.len == 0)))
        return OK; /* Sent already, or so old that it was emptied. */
    TRY(e);
    buf_init(&message, 0);
    mail_compose(&message, cx->app->conf, &load.row);
    o.result = mail_send(cx->app, &load.row, &message, &o.answer);
    buf_release(&message);
    cx->now_ms = db_now_ms(cx->app->pool);
    TRY(db_write(cx, outcome_unit, &o));
    if (o.result == MAIL_SENT) {
        metric_add("mails_sent", 1);
        return OK;
    }
    metric_add(o.result == MAIL_REFUSED ? "mails_refused" : "mails_delayed", 1);
    log_warn(cx->log, o.result == MAIL_REFUSED ? "mail_refused" : "mail_delayed",
             LOG_INT("mail", o.id), LOG_STR("cause", load.row.cause),
             LOG_INT("code", o.answer.code));
    return o.result == MAIL_REFUSED ? OK : ERR_BUSY;
}

enum err
mail_purge_old(struct ctx *cx, struct purge *p)
{
    return purge_rows(cx, SQL_MAIL_EMPTY, SQL_MAIL_OLD, EMPTY_BATCH, p);
}
