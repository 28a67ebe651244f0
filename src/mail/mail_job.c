/* SPDX-License-Identifier: Apache-2.0 */
/* mail_job.c - sends one message of the outbox, and empties old ones. */
#include "base/clock.h"
#include "http/server.h"
#include "job/job.h"
#include "mail/mail_int.h"

enum { EMPTY_BATCH = 500, EMPTY_BATCHES_MAX = 200, KEPT_DAYS = 90 };

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
outcome_unit(struct ctx *cx, void *arg)
{
    const struct outcome *o = arg;
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

struct emptying {
    int64_t before_ms;
    int64_t count;
};

static enum err
empty_unit(struct ctx *cx, void *arg)
{
    struct emptying *p = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_MAIL_EMPTY, &rows, db_int(p->before_ms), db_int(EMPTY_BATCH)));
    p->count = rows.changed;
    return OK;
}

enum err
mail_purge_job(struct ctx *cx, const struct job *job)
{
    struct emptying p = {.before_ms = cx->now_ms - (int64_t)KEPT_DAYS * CLOCK_DAY_MS};

    (void)job;
    for (int i = 0; i < EMPTY_BATCHES_MAX; i++) {
        TRY(db_write(cx, empty_unit, &p));
        if (p.count < EMPTY_BATCH)
            break;
    }
    return OK;
}
