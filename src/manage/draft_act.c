/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft_act.c - a draft goes to a second person, and into force with their approval, by the same
 * code as "maillon campaign publish".
 *
 * The request names the text and the version it is meant for. Whoever publishes first wins: the
 * campaign's row is locked before its version is looked at.
 */
#include "base/format.h"
#include "json/json.h"
#include "manage/draft.h"
#include "manage/dry_run.h"
#include "manage/dry_run_words.h"

#define NBSP "\u00a0"

enum { SUMMARY_MAX = 1900, ARGS_MAX = 64 * 1024 }; /* Characters an approver reads; bytes. */

const char *
draft_refusal_text(enum draft_refusal why)
{
    static const char *const texts[] = {
        [DRAFT_ASKED] = "La demande attend l’accord d’une deuxième personne.",
        [DRAFT_STALE] = "Une autre version est en vigueur depuis que ce brouillon a été commencé. "
                        "Reprenez-le d’abord sur cette version.",
        [DRAFT_FAULTY] = "Ce brouillon comporte des erreurs. Corrigez-les d’abord.",
        [DRAFT_SAME] = "Ce brouillon ne change rien aux règles en vigueur.",
        [DRAFT_UNTRIED] = "Simulez d’abord ce brouillon" NBSP ": la personne qui approuve doit "
                          "voir ce qu’il change.",
        [DRAFT_UNCONFIRMED] = "Confirmez ce qui prend effet dès la publication.",
    };
    return texts[why];
}

/* ---- asking ---- */

static void
args_now(struct jw *w, const struct draft_now_list *now)
{
    jw_key(w, "now");
    jw_array(w);
    for (size_t i = 0; i < now->count; i++) {
        jw_object(w);
        jw_kstr(w, "cohort", now->item[i].cohort);
        jw_kint(w, "news", now->item[i].news);
        jw_kint(w, "territories", now->item[i].territories);
        jw_close_object(w);
    }
    jw_close_array(w);
}

static struct str
args_json(struct ctx *cx, const struct draft *d, const struct draft_check *check)
{
    struct buf b;

    buf_init(&b, ARGS_MAX);
    struct jw w = jw_begin(&b);
    jw_object(&w);
    jw_kint(&w, "campaign", d->campaign_id);
    jw_kint(&w, "rev", d->rev + 1); /* Asking is a change too. */
    jw_kint(&w, "digest", d->digest);
    jw_kint(&w, "version", d->base_version);
    args_now(&w, &check->now);
    jw_close_object(&w);
    struct str s = buf_dup(&b, cx->arena);
    buf_release(&b);
    return s;
}

/* A line of what is asked, as long as there is room for the rest. */
static void
line_add(struct ctx *cx, struct str *text, size_t room, struct str line)
{
    size_t used = utf8_count(*text), want = utf8_count(line) + 1;

    if (used + want <= room)
        *text = str_printf(cx->arena, "%.*s%.*s\n", STR_FMT(*text), STR_FMT(line));
}

/* What will happen, for somebody who reads it in a mail: the changes, what takes effect at once,
 * what the dry run found, and where all of it stands. */
static enum err
summary_make(struct ctx *cx, const struct campaign *c, const struct draft *d,
             const struct draft_check *check, const struct dry_run *run, struct str *out)
{
    struct str page = str_printf(cx->arena, "%.*s/console/campagnes/%.*s/brouillons/%lld",
                                 STR_FMT(cx->app->conf->base_url), STR_FMT(c->slug),
                                 (long long)d->id);
    struct str text, tail = STR(""), tried;
    size_t told = 0;

    TRY(dry_run_headline(cx, run, &tried));
    for (size_t i = 0; i < check->now.count && i < 4; i++)
        tail = str_printf(cx->arena, "%.*s%.*s\n", STR_FMT(tail),
                          STR_FMT(draft_now_text(cx->arena, &check->now.item[i])));
    tail = str_printf(cx->arena, "%.*sSimulation" NBSP ": %.*s\n\n%.*s", STR_FMT(tail),
                      STR_FMT(tried), STR_FMT(page));
    text = str_printf(cx->arena, "Publier la version %d de «\u00a0%.*s\u00a0», à la place de "
                                 "la version %d.\n\n",
                      c->version + 1, STR_FMT(c->policy->name), c->version);
    size_t room = SUMMARY_MAX - utf8_count(tail) - 60;
    for (size_t i = 0; i < check->changes.count; i++) {
        size_t before = text.len;
        line_add(cx, &text, room,
                 str_printf(cx->arena, "- %.*s",
                            STR_FMT(policy_change_text(cx->arena, &check->changes.item[i]))));
        told += text.len > before;
    }
    if (told < check->changes.count)
        text = str_printf(cx->arena, "%.*s- et %s, sur la page du brouillon\n", STR_FMT(text),
                          fmt_plural((int64_t)(check->changes.count - told), "autre changement",
                                     "autres changements").z);
    *out = str_printf(cx->arena, "%.*s\n%.*s", STR_FMT(text), STR_FMT(tail));
    return OK;
}

enum err
draft_ask(struct ctx *cx, const struct campaign *c, struct draft *d, struct str reason,
          bool confirmed, enum draft_refusal *why)
{
    struct draft_check check;
    struct db_rows rows;
    struct dry_run run;
    struct str summary;
    bool tried;

    assert(db_in_write(cx));
    if (draft_is_fixed(d))
        return ERR_CONFLICT;
    TRY(draft_check(cx, c, d->json, &check));
    TRY(dry_run_latest(cx, d->id, &run, &tried));
    tried = tried && run.state == DRY_RUN_DONE && run.digest == d->digest &&
            run.base_version == c->version;
    *why = d->base_version != c->version                ? DRAFT_STALE
           : check.policy == NULL                       ? DRAFT_FAULTY
           : check.changes.count == 0                   ? DRAFT_SAME
           : !tried                                     ? DRAFT_UNTRIED
           : check.now.count > 0 && !confirmed          ? DRAFT_UNCONFIRMED
                                                        : DRAFT_ASKED;
    if (*why != DRAFT_ASKED)
        return OK;
    TRY(summary_make(cx, c, d, &check, &run, &summary));
    TRY(act_ask(cx, ACT_CAMPAIGN_PUBLISH, d->id, args_json(cx, d, &check), summary, reason,
                &d->act_id));
    TRY(db_run(cx, SQL_DRAFT_SET_ACT, &rows, db_int(cx->actor.organiser_id), db_int(d->id),
               db_int(d->rev), db_int(d->act_id)));
    if (rows.changed != 1)
        return ERR_CONFLICT;
    d->rev++;
    return act_outcome(cx, d->act_id, &d->act);
}

/* ---- publishing ---- */

/* What happens at once and was not confirmed when it was asked for: an hour that passed since. */
static const struct draft_now *
unconfirmed(const struct json *args, const struct draft_now_list *now)
{
    const struct json *seen = json_get(args, "now");

    for (size_t i = 0; i < now->count; i++) {
        const struct draft_now *n = &now->item[i];
        unsigned left = n->territories;
        for (size_t k = 0; seen != NULL && seen->kind == JSON_ARRAY && k < seen->count; k++)
            if (str_eq(json_get_str(&seen->item[k], "cohort"), n->cohort) &&
                json_get_int(&seen->item[k], "news", -1) == (int64_t)n->news)
                left &= ~(unsigned)json_get_int(&seen->item[k], "territories", 0);
        if (left != 0)
            return n;
    }
    return NULL;
}

/* Locks the campaign and says why the request does not hold any more; *why empty: it does. */
static enum err
still_holds(struct ctx *cx, const struct json *args, const struct draft *d,
            const struct campaign *c, struct draft_check *check, struct str *why)
{
    const struct draft_now *news;

    if (d->state != DRAFT_OPEN || d->rev != json_get_int(args, "rev", 0) ||
        d->digest != json_get_int(args, "digest", 0)) {
        *why = STR("Le brouillon n’est plus celui qui a été soumis.");
        return OK;
    }
    if (c->version != d->base_version) {
        *why = str_printf(cx->arena,
                          "La version %d est en vigueur depuis le %s, la demande portait sur la "
                          "version %d. Reprenez le brouillon sur la nouvelle version, puis "
                          "demandez à nouveau.",
                          c->version, fmt_date_time(c->published_ms, ZONE_PARIS).z,
                          d->base_version);
        return OK;
    }
    TRY(draft_check(cx, c, d->json, check));
    news = unconfirmed(args, &check->now);
    if (check->policy == NULL)
        *why = STR("Ce brouillon comporte des erreurs que cette version du programme refuse.");
    else if (news != NULL)
        *why = str_printf(cx->arena,
                          "Une heure est passée depuis la demande" NBSP ": %.*s Retirez la "
                          "demande, vérifiez les dates et demandez à nouveau.",
                          STR_FMT(draft_now_text(cx->arena, news)));
    return OK;
}

static enum err
publish(struct ctx *cx, const struct act_request *r, const struct draft *d,
        const struct draft_check *check, struct campaign *c)
{
    struct policy_fault_list faults = { 0 };
    struct db_rows rows;

    TRY(campaign_publish(cx, d->json, c, &faults));
    TRY(db_run(cx, SQL_DRAFT_SET_STATE, &rows, db_int(cx->actor.organiser_id), db_int(d->id),
               db_int(d->rev), db_int(DRAFT_PUBLISHED), db_int(c->version),
               db_int(cx->actor.account_id), db_int(cx->now_ms)));
    if (rows.changed != 1)
        return ERR_CONFLICT;
    TRY(db_run(cx, SQL_PUBLICATION_INSERT, NULL, db_int(c->id), db_int(c->version), db_int(d->id),
               db_int(r->asked_by), db_int(cx->actor.account_id), db_str(r->reason)));
    return audit_add(cx, &(struct audit){
                             .act = "policy.publish", .subject = "campaign", .subject_id = c->id,
                             .before = draft_changes_json(cx->arena, &check->changes, false),
                             .after = draft_changes_json(cx->arena, &check->changes, true),
                             .reason = r->reason });
}

/* The approved act. */
enum err
campaign_publish_act(struct ctx *cx, const struct act_request *r, struct str *why)
{
    struct draft_check check;
    struct json *args = NULL;
    struct db_rows rows;
    struct campaign c;
    struct draft d;

    if (json_parse(cx->arena, r->args, ARGS_MAX, &args, NULL) != OK)
        return ERR_FAULT;
    int64_t campaign_id = json_get_int(args, "campaign", 0);
    TRY(db_run(cx, SQL_DRAFT_CAMPAIGN_LOCK, &rows, db_int(cx->actor.organiser_id),
               db_int(campaign_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    TRY(campaign_by_id(cx, campaign_id, &c));
    TRY(draft_find(cx, campaign_id, r->subject_id, &d));
    *why = STR_NONE;
    TRY(still_holds(cx, args, &d, &c, &check, why));
    if (why->len > 0)
        return ERR_CONFLICT;
    return publish(cx, r, &d, &check, &c);
}

enum err
publication_list_of(struct ctx *cx, int64_t campaign_id, struct publication_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PUBLICATION_LIST, &rows, db_int(campaign_id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct publication);
    out->count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = (struct publication){
            .version = (int)row_int(&rows, i, 0),
            .asked_by = row_str(&rows, i, 1),
            .approved_by = row_str(&rows, i, 2),
            .reason = row_str(&rows, i, 3),
        };
    return OK;
}
