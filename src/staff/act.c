/* SPDX-License-Identifier: Apache-2.0 */
/*
 * act.c - dangerous acts: one person asks, another decides, the act runs with the decision.
 *
 * The table of acts is a parameter inside, so that a test brings acts of its own.
 */
#include "base/clock.h"
#include "mail/mail.h"
#include "staff/act_int.h"

enum { ACT_DAYS = 7 };

struct act_table
act_table(void)
{
    /* The last one, without a name, lets the table be empty. */
    static const struct act_kind kinds[] = {
#define ACT(name, handler, right, title) {#name, handler, right, right, title, false},
#define ACT_PERSON(name, handler, right, title) {#name, handler, right, APPROVES, title, true},
#include "acts.h"
#undef ACT
        {NULL, NULL, 0, 0, NULL, false},
    };

    return (struct act_table){kinds, sizeof kinds / sizeof kinds[0] - 1};
}

/* ---- letters ---- */

static enum err
write_to(struct ctx *cx, int64_t id, struct str email, struct str subject, struct str text)
{
    struct mail m = {.to = email, .subject = subject, .cause = "act", .subject_id = id};
    enum err e;

    m.text = mail_letter(cx, STR("Maillon"),
                         str_printf(cx->arena, "%.*s\n\n%.*s/console/approbations/%lld",
                                    STR_FMT(text), STR_FMT(cx->app->conf->base_url),
                                    (long long)id),
                         STR("Vous recevez ce message parce que vous faites partie de "
                             "l’équipe de l’organisateur."));
    e = mail_queue(cx, &m);
    return e == ERR_INVALID ? OK : e; /* An address that takes no mail stops no act. */
}

static enum err
tell_approvers(struct ctx *cx, const struct act_kind *k, int64_t id, int64_t about,
               struct str summary, struct str reason)
{
    const int64_t but[TELL_BUT] = {cx->actor.account_id, about};
    struct str subject = str_printf(cx->arena, "À approuver : %s", k->title);
    struct str text = str_printf(cx->arena,
                                 "Une personne de votre équipe demande votre accord.\n\n"
                                 "%s\n%.*s\n\nMotif : %.*s\n\nSans décision, la demande "
                                 "s’éteint dans %d jours.",
                                 k->title, STR_FMT(summary), STR_FMT(reason), ACT_DAYS);

    return staff_tell(cx, cx->actor.organiser_id, k->decide, but, "act", id, subject, text,
                      str_printf(cx->arena, "/console/approbations/%lld", (long long)id));
}

static enum err
tell_asker(struct ctx *cx, const struct act_row *r, enum act_state to, struct str why)
{
    const char *what = to == ACT_APPROVED ? "approuvée, et c’est fait"
                       : to == ACT_REFUSED ? "refusée"
                                           : "éteinte, faute de décision à temps";
    struct str text;

    if (r->asker.len == 0)
        return OK;
    text = str_printf(cx->arena, "Votre demande est %s.\n\n%s\n%.*s%s%.*s", what, r->kind->title,
                      STR_FMT(r->request.summary), why.len > 0 ? "\n\nMotif : " : "",
                      STR_FMT(why));
    return write_to(cx, r->request.id, r->asker,
                    str_printf(cx->arena, "Demande %s : %s",
                               to == ACT_APPROVED  ? "approuvée"
                               : to == ACT_REFUSED ? "refusée"
                                                   : "éteinte",
                               r->kind->title),
                    text);
}

/* ---- the store ---- */

static const struct act_kind *
kind_named(struct act_table t, struct str name)
{
    for (size_t i = 0; i < t.count; i++)
        if (str_is(name, t.item[i].name))
            return &t.item[i];
    return NULL;
}

static struct act_row
row_read(struct act_table t, const struct db_rows *rows, size_t r)
{
    const struct act_kind *kind = kind_named(t, row_str(rows, r, 1));

    return (struct act_row){
        .kind = kind,
        .request = {.id = row_int(rows, r, 0),
                    .act = kind == NULL ? ACT_COUNT : (enum act)(kind - t.item),
                    .subject_id = row_int(rows, r, 2),
                    .args = row_str(rows, r, 3),
                    .summary = row_str(rows, r, 4),
                    .reason = row_str(rows, r, 5),
                    .asked_by = row_int(rows, r, 6),
                    .asked_ms = row_int(rows, r, 7)},
        .expires_ms = row_int(rows, r, 8),
        .state = (enum act_state)row_int(rows, r, 9),
        .decided_by = row_int(rows, r, 10),
        .decided_ms = row_int(rows, r, 11),
        .decided_why = row_str(rows, r, 12),
        .trouble = row_str(rows, r, 13),
        .asker = row_str(rows, r, 14),
        .decider = row_str(rows, r, 15),
    };
}

static void
rows_read(struct ctx *cx, struct act_table t, const struct db_rows *rows,
          struct act_row_list *out)
{
    out->count = rows->count;
    out->item = ARENA_ARRAY(cx->arena, rows->count, struct act_row);
    for (size_t r = 0; r < rows->count; r++)
        out->item[r] = row_read(t, rows, r);
}

enum err
act_find(struct ctx *cx, struct act_table t, int64_t id, struct act_row *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACT_FIND, &rows, db_int(cx->actor.organiser_id), db_int(id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = row_read(t, &rows, 0);
    if (out->state == ACT_ASKED && out->expires_ms <= cx->now_ms)
        out->state = ACT_EXPIRED;
    return OK;
}

enum err
act_outcome(struct ctx *cx, int64_t id, struct act_outcome *out)
{
    struct act_row r;

    TRY(act_find(cx, act_table(), id, &r));
    *out = (struct act_outcome){
        .state = r.state,
        .asker = r.asker,
        .decider = r.decider,
        .asked_by = r.request.asked_by,
        .asked_ms = r.request.asked_ms,
        .decided_ms = r.decided_ms,
        .reason = r.request.reason,
        .why = r.decided_why,
        .trouble = r.trouble,
    };
    return OK;
}

enum err
act_waiting(struct ctx *cx, struct act_table t, int64_t after_id, struct act_row_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACT_WAITING, &rows, db_int(cx->actor.organiser_id), db_int(cx->now_ms),
               db_int(after_id)));
    rows_read(cx, t, &rows, out);
    return OK;
}

enum err
act_done(struct ctx *cx, struct act_table t, int64_t before_id, struct act_row_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACT_DONE, &rows, db_int(cx->actor.organiser_id), db_int(cx->now_ms),
               db_int(before_id == 0 ? INT64_MAX : before_id)));
    rows_read(cx, t, &rows, out);
    return OK;
}

enum act_bar
act_bar_of(const struct ctx *cx, const struct act_row *r)
{
    if (r->request.asked_by == cx->actor.account_id)
        return ACT_OWN;
    if (r->kind == NULL)
        return ACT_UNKNOWN;
    if (r->kind->of_person && r->request.subject_id == cx->actor.account_id)
        return ACT_ABOUT_ACTOR;
    return (cx->actor.rights & r->kind->decide) != 0 ? ACT_MAY : ACT_NO_RIGHT;
}

enum err
act_count_in(struct ctx *cx, struct act_table t, int64_t *out)
{
    struct db_rows rows;

    *out = 0;
    if ((cx->actor.rights & APPROVES) == 0)
        return OK;
    TRY(db_run(cx, SQL_ACT_COUNT_WAITING, &rows, db_int(cx->actor.organiser_id),
               db_int(cx->now_ms), db_int(cx->actor.account_id), db_int(ACT_COUNT_MAX)));
    for (size_t r = 0; r < rows.count; r++) {
        const struct act_kind *k = kind_named(t, row_str(&rows, r, 0));
        if (k != NULL && (cx->actor.rights & k->decide) != 0)
            *out += row_int(&rows, r, k->of_person ? 2 : 1);
    }
    return OK;
}

enum err
act_count_waiting(struct ctx *cx, int64_t *out)
{
    return act_count_in(cx, act_table(), out);
}

/* ---- asking ---- */

enum err
act_ask_in(struct ctx *cx, struct act_table t, size_t act, int64_t subject_id, struct str args,
           struct str summary, struct str reason, int64_t *id)
{
    int64_t expires_ms = cx->now_ms + ACT_DAYS * (int64_t)CLOCK_DAY_MS;
    const struct act_kind *k;
    struct db_rows rows;

    assert(db_in_write(cx) && act < t.count);
    k = &t.item[act];
    if ((cx->actor.rights & k->ask) == 0 || cx->actor.organiser_id == 0)
        return ERR_DENIED;
    if (summary.len == 0 || utf8_count(summary) > ACT_SUMMARY_MAX || reason.len == 0 ||
        utf8_count(reason) > ACT_REASON_MAX)
        return ERR_INVALID;
    TRY(db_run(cx, SQL_ACT_SAME, &rows, db_int(cx->actor.organiser_id), db_str(str_of(k->name)),
               db_int(subject_id), db_str(args), db_int(cx->actor.account_id),
               db_int(cx->now_ms)));
    if (rows.count > 0) {
        *id = row_int(&rows, 0, 0);
        return OK;
    }
    TRY(db_run(cx, SQL_ACT_INSERT, &rows, db_int(cx->actor.organiser_id),
               db_str(str_of(k->name)), db_int(subject_id), db_str(args), db_str(summary),
               db_str(reason), db_int(cx->actor.account_id), db_int(cx->now_ms),
               db_int(expires_ms)));
    *id = row_int(&rows, 0, 0);
    TRY(audit_add(cx, &(struct audit){.act = "act.ask", .subject = "act", .subject_id = *id,
                                      .after = args, .reason = reason}));
    return tell_approvers(cx, k, *id, k->of_person ? subject_id : 0, summary, reason);
}

enum err
act_ask(struct ctx *cx, enum act act, int64_t subject_id, struct str args, struct str summary,
        struct str reason, int64_t *id)
{
    return act_ask_in(cx, act_table(), (size_t)act, subject_id, args, summary, reason, id);
}

/* ---- deciding ---- */

/* Whether the actor may; the asker withdraws, another who may decides. */
static enum err
may_decide(struct ctx *cx, const struct act_row *r, enum act_state to, struct str *why)
{
    enum act_bar bar = act_bar_of(cx, r);

    if (r->state != ACT_ASKED) {
        *why = STR("Cette demande n’attend plus de décision.");
        return ERR_CONFLICT;
    }
    if (to == ACT_WITHDRAWN)
        return bar == ACT_OWN ? OK : ERR_DENIED;
    if (bar == ACT_UNKNOWN) {
        *why = STR("Cette version du programme ne connaît pas cet acte.");
        return ERR_CONFLICT;
    }
    return bar == ACT_MAY ? OK : ERR_DENIED;
}

/* By their roles as they are in this transaction: a session was read before it. */
static enum err
holds_now(struct ctx *cx, int64_t account_id, unsigned rights, bool *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_STAFF_ACCOUNT, &rows, db_int(account_id)));
    *out = rows.count > 0 && row_int(&rows, 0, 2) == cx->actor.organiser_id &&
           ((unsigned)row_int(&rows, 0, 1) & rights) != 0;
    return OK;
}

/* Two who hold the right stand behind an act: not one, and one who held it. */
static enum err
both_still_may(struct ctx *cx, const struct act_row *r, enum act_state to, struct str *why)
{
    bool asker, decider;

    TRY(holds_now(cx, cx->actor.account_id, r->kind->decide, &decider));
    if (!decider)
        return ERR_DENIED;
    TRY(holds_now(cx, r->request.asked_by, r->kind->ask, &asker));
    if (asker || to != ACT_APPROVED)
        return OK;
    *why = STR("La personne qui a fait cette demande n’a plus le rôle qu’il faut. Refusez-la ; une "
               "autre personne peut demander la même chose.");
    return ERR_CONFLICT;
}

enum err
act_decide_in(struct ctx *cx, struct act_table t, int64_t id, enum act_state to,
              struct str reason, struct str *why)
{
    static const char *const names[] = {"", "", "act.approve", "act.refuse", "act.withdraw"};
    struct act_row r;
    struct db_rows rows;

    assert(db_in_write(cx) && to >= ACT_APPROVED && to <= ACT_WITHDRAWN);
    *why = STR_NONE;
    if (utf8_count(reason) > ACT_REASON_MAX)
        return ERR_INVALID;
    TRY(act_find(cx, t, id, &r));
    TRY(may_decide(cx, &r, to, why));
    if (to != ACT_WITHDRAWN)
        TRY(both_still_may(cx, &r, to, why));
    TRY(db_run(cx, SQL_ACT_DECIDE, &rows, db_int(cx->actor.organiser_id), db_int(id),
               db_int((int64_t)to), db_int(cx->actor.account_id), db_str(reason),
               db_int(cx->now_ms)));
    if (rows.changed != 1) {
        *why = STR("Quelqu’un d’autre vient de décider de cette demande.");
        return ERR_CONFLICT;
    }
    TRY(audit_add(cx, &(struct audit){.act = names[to], .subject = "act", .subject_id = id,
                                      .before = STR("{\"state\":\"asked\"}"), .reason = reason}));
    if (to == ACT_APPROVED) {
        enum err e = r.kind->run(cx, &r.request, why);
        if (e == ERR_CONFLICT && why->len == 0)
            *why = STR("La situation a changé depuis la demande.");
        TRY(e);
    }
    return to == ACT_WITHDRAWN ? OK : tell_asker(cx, &r, to, reason);
}

enum err
act_decide(struct ctx *cx, int64_t id, enum act_state to, struct str reason, struct str *why)
{
    return act_decide_in(cx, act_table(), id, to, reason, why);
}

enum err
act_note_trouble(struct ctx *cx, int64_t id, struct str why)
{
    assert(db_in_write(cx));
    return db_run(cx, SQL_ACT_TROUBLE, NULL, db_int(cx->actor.organiser_id), db_int(id),
                  db_str(why));
}

enum err
act_expire_due(struct ctx *cx, struct act_table t, int *ended)
{
    struct db_rows due, done;

    assert(db_in_write(cx));
    *ended = 0;
    TRY(db_run(cx, SQL_ACT_OVER, &due, db_int(cx->now_ms)));
    for (size_t i = 0; i < due.count; i++) {
        struct act_row r;
        cx->actor = (struct actor){.organiser_id = row_int(&due, i, 1)};
        TRY(act_find(cx, t, row_int(&due, i, 0), &r));
        TRY(db_run(cx, SQL_ACT_EXPIRE, &done, db_int(r.request.id), db_int(cx->now_ms)));
        if (done.changed != 1)
            continue;
        TRY(audit_add(cx, &(struct audit){.act = "act.expire", .subject = "act",
                                          .subject_id = r.request.id}));
        if (r.kind != NULL)
            TRY(tell_asker(cx, &r, ACT_EXPIRED, STR_NONE));
        ++*ended;
    }
    cx->actor = (struct actor){0};
    return OK;
}
