/* SPDX-License-Identifier: Apache-2.0 */
/* mail_cmd.c - "maillon mail ...": does mail work, and what became of the last messages. */
#include <inttypes.h>

#include "base/civil.h"
#include "db/command.h"
#include "job/job.h"
#include "json/json.h"
#include "mail/mail_int.h"

/* While this command sends a message itself, the server leaves it alone. */
enum { LIST_MAX = 50, OURS_MS = (MAIL_TRY_S + 30) * 1000 };

struct trial {
    struct str to;
    bool later; /* The server sends it. */
    int64_t id;
    struct mail_row row;
};

static enum err
queue_unit(struct ctx *cx, void *arg)
{
    struct trial *t = arg;
    struct mail_row_list last;
    struct mail m = {
        .to = t->to,
        .subject = STR("Essai d’envoi"),
        .cause = "test",
        .send_ms = t->later ? 0 : cx->now_ms + OURS_MS,
        .text = mail_letter(cx, STR("Maillon"),
                            STR("Ce message montre que le service peut vous écrire."),
                            STR("Vous recevez ce message parce que quelqu’un a essayé l’envoi "
                                "vers votre adresse.")),
    };

    TRY(mail_queue(cx, &m));
    TRY(mail_recent(cx, INT64_MAX, 1, &last));
    t->id = last.item[0].id;
    return OK;
}

static enum err
find_unit(struct ctx *cx, void *arg)
{
    struct trial *t = arg;

    return mail_find(cx, t->id, &t->row);
}

static const char *
state_of(const struct mail_row *m)
{
    return m->sent_ms != 0 ? "sent" : m->refused_ms != 0 ? "refused"
           : m->tries > 0                                ? "delayed"
                                                         : "waiting";
}

static void
row_json(struct jw *w, const struct mail_row *m)
{
    jw_object(w);
    jw_kint(w, "id", m->id);
    jw_kstr(w, "cause", m->cause);
    jw_kz(w, "state", state_of(m));
    jw_kint(w, "tries", m->tries);
    jw_ktime(w, "created", m->created_ms);
    jw_ktime(w, "sent", m->sent_ms);
    jw_kint(w, "code", m->code);
    jw_kstr(w, "answer", m->answer);
    jw_close_object(w);
}

static enum err
row_print(const struct mail_row *m, bool json)
{
    struct buf out = {0};
    struct jw w = jw_begin(&out);
    enum err e;

    if (json) {
        row_json(&w, m);
        buf_byte(&out, '\n');
    } else {
        buf_printf(&out, "mail %" PRId64 ": %s", m->id, state_of(m));
        buf_printf(&out, m->answer.len > 0 ? ": %.*s\n" : "%.*s\n", STR_FMT(m->answer));
    }
    e = command_print(&out);
    buf_release(&out);
    return e;
}

enum err
mail_test_cmd(struct ctx *cx, struct command_args *args)
{
    struct trial t = {0};
    struct job job = {.kind = JOB_MAIL_SEND, .attempt = 1};

    t.later = arg_flag(args, "queue");
    TRY(arg_word(args, "the address", &t.to));
    TRY(arg_end(args));
    if (!mail_address_valid(t.to))
        return command_fail("'%.*s' is not an e-mail address", STR_FMT(t.to));
    TRY(db_write(cx, queue_unit, &t));
    job.subject_id = t.id;
    /* What fails now is tried again by the server. */
    if (!t.later)
        (void)!mail_send_job(cx, &job);
    TRY(db_read(cx, find_unit, &t));
    TRY(row_print(&t.row, args->json));
    return t.later || t.row.sent_ms != 0 ? OK : ERR_FAULT;
}

static enum err
list_unit(struct ctx *cx, void *arg)
{
    return mail_recent(cx, INT64_MAX, LIST_MAX, arg);
}

enum err
mail_list_cmd(struct ctx *cx, struct command_args *args)
{
    struct mail_row_list rows = {0};
    struct buf out = {0};
    struct jw w = jw_begin(&out);
    enum err e;

    TRY(arg_end(args));
    TRY(db_read(cx, list_unit, &rows));
    if (args->json)
        jw_array(&w);
    for (size_t i = 0; i < rows.count; i++) {
        const struct mail_row *m = &rows.item[i];

        if (args->json)
            row_json(&w, m);
        else
            buf_printf(&out, "%8" PRId64 "  %.*s  %-8s  %.*s%s%.*s\n", m->id,
                       STR_FMT(instant_str(cx->arena, m->created_ms)), state_of(m),
                       STR_FMT(m->cause), m->answer.len > 0 ? ": " : "", STR_FMT(m->answer));
    }
    if (args->json) {
        jw_close_array(&w);
        buf_byte(&out, '\n');
    } else if (rows.count == 0) {
        buf_z(&out, "no messages\n");
    }
    e = command_print(&out);
    buf_release(&out);
    return e;
}
