/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agent_web.c - one case of the agents' queue: all that is known, the decision in two gestures (a
 * sentence, a button), after which the next case is shown; and opening a decided one once more.
 */
#include "account/account_web.h"
#include "account/claim.h"
#include "agent_tmpl.h"
#include "base/crypto.h"
#include "base/format.h"
#include "base/parse.h"
#include "http/route.h"
#include "staff/staff.h"

static struct url
case_url(struct ctx *cx, int64_t id)
{
    return url_path(cx->arena, "/agent/dossiers/%lld", (long long)id);
}

/* ---- showing ---- */

static void
show_motives(struct ctx *cx, const struct form *f, const struct review *r, struct case_view *v)
{
    static const char *const keys[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};
    const struct motive *all[MOTIVES_MAX];
    struct str typed = req_form(f->req, "motive");
    size_t count = case_motives(r->kind, all);

    v->accepting.item = ARENA_ARRAY(cx->arena, count, struct motive_view);
    v->refusing.item = ARENA_ARRAY(cx->arena, count, struct motive_view);
    for (size_t i = 0; i < count; i++) {
        struct motive_view_list *to = all[i]->accept ? &v->accepting : &v->refusing;
        struct str value = str_printf(cx->arena, "%zu", i + 1);
        to->item[to->count++] = (struct motive_view){
            .value = value, .text = str_of(all[i]->text), .key = i < 9 ? keys[i] : "",
            .checked = str_eq(value, typed)};
    }
    v->other = (struct motive_view){.value = STR("0"), .text = STR("Un autre motif, écrit "
                                                                   "ci-dessous"),
                                    .key = "0", .checked = str_is(typed, "0")};
    v->motive = form_field(f, "motive", STR("Motif"), STR_NONE, STR_NONE);
    v->motive.required = true;
}

static void
show_decided(struct ctx *cx, const struct review *r, struct case_view *v)
{
    v->note_label = review_is_moot(r) ? STR("Pourquoi") : STR("Motif donné à la personne");
    if (review_is_moot(r)) {
        v->decided = str_printf(cx->arena, "Clos le %s, sans décision d’un agent.",
                                fmt_date_time(r->decided_ms, ZONE_PARIS).z);
        return;
    }
    v->decided = str_printf(cx->arena, "%s le %s%s%.*s.",
                            r->state == REVIEW_ACCEPTED ? "Accepté" : "Refusé",
                            fmt_date_time(r->decided_ms, ZONE_PARIS).z,
                            r->decided_by.len > 0 ? " par " : "", STR_FMT(r->decided_by));
}

/* A digest of what an agent reads of a request: the person may ask for something else, or another
 * contest it, while the page is open. */
static enum err
case_seen(struct ctx *cx, const struct review *r, struct str *out)
{
    unsigned char digest[SHA256_BYTES];
    struct claim c = {0};

    if (str_is(r->kind, REVIEW_CLAIM))
        TRY(claim_by_id(cx, r->asked, &c));
    sha256(str_printf(cx->arena, "%lld %d %.*s", (long long)r->asked, c.contested,
                      STR_FMT(r->note)), digest);
    *out = hex_str(cx->arena, digest, sizeof digest / 2);
    return OK;
}

static void
show_actions(struct ctx *cx, const struct form *f, const struct review *r,
             const struct queue_part *part, struct case_view *v)
{
    bool agent = (cx->actor.rights & RIGHT_AGENT) != 0;

    v->is_open = r->state == REVIEW_OPEN;
    v->may_decide = v->is_open && agent && !review_is_own(cx, r);
    v->may_reopen = !v->is_open && agent && r->decided_by_id != 0;
    if (v->is_open && agent && !v->may_decide)
        v->why_not = r->entered_by == cx->actor.account_id
                         ? STR("Vous avez saisi ce dossier au téléphone\u00a0: un autre agent le "
                               "décide.")
                         : STR("Ce dossier est le vôtre\u00a0: un autre agent le décide.");
    v->action = case_url(cx, r->id);
    v->reopen = url_path(cx->arena, "/agent/dossiers/%lld/rouvrir", (long long)r->id);
    v->queue = queue_part_url(cx, URL("agent"), part);
    v->skip = queue_part_url(cx, url_with(cx->arena, URL("agent/suivant"), "dossier",
                                          str_printf(cx->arena, "%lld", (long long)r->id)), part);
    v->filter_kind = part->kind;
    v->filter_age = part->age;
    if (v->may_decide)
        show_motives(cx, f, r, v);
    v->reason = form_field(f, "reason", v->may_decide ? STR("Précision") : STR("Motif"),
                           v->may_decide
                               ? STR("Ce qui a été vérifié, et ce que la personne peut faire.")
                               : STR("Il est envoyé à la personne et gardé au journal."),
                           STR_NONE);
    v->reason.required = v->may_reopen;
    if (!v->is_open)
        show_decided(cx, r, v);
}

static enum err
show_case(struct ctx *cx, struct req *req, const struct form *f, const struct review *r,
          const struct queue_part *part, int status)
{
    struct case_view v = {.errors = form_errors(f), .kind = account_kind_text(r->kind),
                          .note = r->note, .asked = review_asked_text(cx->arena, r)};

    TRY(console_page(cx, req, r->name, &v.page));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("File d’attente"), queue_part_url(cx, URL("agent"), part));
    page_crumb(cx, &v.page, r->name, (struct url){STR_NONE});
    TRY(case_fill(cx, r, &v));
    TRY(case_seen(cx, r, &v.seen));
    show_actions(cx, f, r, part, &v);
    if (r->state != REVIEW_OPEN)
        v.note = r->reason;
    if (r->reopened_ms != 0)
        v.reopened = str_printf(cx->arena, "Rouvert le %s par %.*s : %.*s",
                                fmt_date_time(r->reopened_ms, ZONE_PARIS).z,
                                STR_FMT(r->reopened_by), STR_FMT(r->reopen_why));
    TRY(queue_previous(cx, req, &v.previous));
    agent_case_html(&req->out, &v);
    return res_html(req, status);
}

static enum err
case_load(struct ctx *cx, struct req *req, struct review *out)
{
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    return review_find(cx, id, out);
}

/* GET /agent/dossiers/{id} */
enum err
agent_case_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct queue_part part;
    struct review r;

    TRY(queue_part_read(cx, req, &part));
    TRY(case_load(cx, req, &r));
    return show_case(cx, req, &f, &r, &part, 200);
}

/* ---- deciding ---- */

/* The sentence chosen and what was added to it. A sentence goes with its own decision. */
static struct str
read_reason(struct form *f, const struct review *r, bool accept)
{
    struct str typed = form_long_text(f, "reason", "Précision", 0, REVIEW_REASON_MAX);
    struct str choice = req_form(f->req, "motive"), reason = typed;
    const struct motive *all[MOTIVES_MAX];
    size_t count = case_motives(r->kind, all);

    for (size_t i = 0; i < count; i++) {
        if (!str_eq(choice, str_printf(f->cx->arena, "%zu", i + 1)))
            continue;
        if (all[i]->accept != accept)
            form_error(f, "motive", all[i]->accept
                                        ? "Ce motif est celui d’une acceptation. Choisissez-en un "
                                          "autre, ou acceptez."
                                        : "Ce motif est celui d’un refus. Choisissez-en un autre, "
                                          "ou refusez.");
        reason = str_printf(f->cx->arena, "%s%s%.*s", all[i]->text, typed.len > 0 ? "\n" : "",
                            STR_FMT(typed));
    }
    if (utf8_count(reason) < REVIEW_REASON_MIN)
        form_error(f, "reason", "Choisissez un motif ou écrivez-en un (%d caractères au moins) : "
                                "la personne doit savoir pourquoi.", REVIEW_REASON_MIN);
    return reason;
}

/* After a decision: the next case, or the empty queue; either leads back to this one. */
static enum err
next_case(struct ctx *cx, struct req *req, const struct queue_part *part, const struct review *r,
          struct str notice)
{
    int64_t next;

    TRY(review_next(cx, &part->by, r, &next));
    struct url to = queue_part_url(cx, next == 0 ? URL("agent") : case_url(cx, next), part);
    to = url_with(cx->arena, to, "precedent", str_printf(cx->arena, "%lld", (long long)r->id));
    return res_redirect_notice(cx, req, to, notice);
}

/* Without the full stop, to stand within a sentence. */
static struct str
reason_start(struct str reason)
{
    return str_ends(reason, STR(".")) ? str_sub(reason, 0, reason.len - 1) : reason;
}

/* Somebody was faster: whoever comes second sees who, and what was decided. */
static enum err
decided_already(struct ctx *cx, struct req *req, const struct queue_part *part, int64_t id)
{
    struct review r;

    TRY(review_find(cx, id, &r));
    struct str when = str_printf(cx->arena, "%s", fmt_date_time(r.decided_ms, ZONE_PARIS).z);
    struct str notice =
        r.state == REVIEW_OPEN
            ? STR("La demande vient de changer : votre décision n’est pas enregistrée. Relisez-la.")
        : review_is_moot(&r)
            ? str_printf(cx->arena, "Ce dossier est clos depuis le %.*s (%.*s) : votre décision "
                                    "n’est pas enregistrée.",
                         STR_FMT(when), STR_FMT(reason_start(r.reason)))
            : str_printf(cx->arena, "%.*s a déjà %s ce dossier le %.*s : votre décision n’est pas "
                                    "enregistrée.",
                         STR_FMT(r.decided_by.len > 0 ? r.decided_by : STR("Un agent")),
                         review_state_text(&r), STR_FMT(when));
    return res_redirect_failed(cx, req, queue_part_url(cx, case_url(cx, id), part), notice);
}

/* POST /agent/dossiers/{id} */
enum err
agent_case_form(struct ctx *cx, struct req *req)
{
    static const char *const allowed[] = {"accepter", "refuser", NULL};
    struct form f = form_begin(cx, req);
    struct str decision = form_choice(&f, "decision", "Décision", allowed);
    bool accept = str_is(decision, "accepter");
    struct queue_part part;
    struct review r;

    TRY(queue_part_read(cx, req, &part));
    TRY(case_load(cx, req, &r));
    struct str reason = read_reason(&f, &r, accept);
    if (r.state != REVIEW_OPEN)
        return decided_already(cx, req, &part, r.id);
    if (review_is_own(cx, &r))
        form_error(&f, "reason", "Un autre agent doit décider ce dossier : il est le vôtre, ou "
                                 "vous l’avez saisi.");
    struct str seen;
    TRY(case_seen(cx, &r, &seen));
    if (!str_eq(seen, req_form(req, "vu")))
        form_error(&f, "motive", "La demande a changé depuis que vous avez ouvert ce dossier. "
                                 "Relisez-la, puis décidez.");
    if (form_failed(&f))
        return show_case(cx, req, &f, &r, &part, 422);
    enum err e = review_decide(cx, &r, accept, reason);
    if (e == ERR_CONFLICT)
        return decided_already(cx, req, &part, r.id);
    TRY(e);
    return next_case(cx, req, &part, &r,
                     str_printf(cx->arena, "%.*s : demande %s, la personne est prévenue.",
                                STR_FMT(r.name), accept ? "acceptée" : "refusée"));
}

/* POST /agent/dossiers/{id}/rouvrir */
enum err
agent_reopen_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str why = form_long_text(&f, "reason", "Motif", REVIEW_REASON_MIN, REVIEW_REASON_MAX);
    struct queue_part part;
    struct review r;

    TRY(queue_part_read(cx, req, &part));
    TRY(case_load(cx, req, &r));
    struct url to = queue_part_url(cx, case_url(cx, r.id), &part);
    if (r.state == REVIEW_OPEN)
        return res_redirect_failed(cx, req, to, STR("Ce dossier est déjà ouvert."));
    if (form_failed(&f))
        return show_case(cx, req, &f, &r, &part, 422);
    enum err e = review_reopen(cx, &r, why);
    if (e == ERR_CONFLICT)
        return res_redirect_failed(cx, req, to,
                                   STR("Ce dossier ne peut plus être rouvert\u00a0: la personne a "
                                       "fait une nouvelle demande, ou le service l’a clos."));
    TRY(e);
    return res_redirect_notice(cx, req, to,
                               STR("Le dossier est rouvert, la personne est prévenue."));
}
