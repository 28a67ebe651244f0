/* SPDX-License-Identifier: Apache-2.0 */
/*
 * totp_web.c - the pages of the second proof: giving it, setting it up, recovery codes, and the
 * question before a dangerous act, which sends the form again with all that was typed.
 */
#include "account/account.h"
#include "base/format.h"
#include "base/qr.h"
#include "http/guard.h"
#include "http/route.h"
#include "http/session.h"
#include "staff/device.h"
#include "staff/staff_web.h"
#include "totp_tmpl.h"

enum { BACK_MAX = 1000, QUIET = 4 };

/* Fields that the question adds and that are not the form's own. */
#define PROOF_FIELD "preuve"

static bool
proof_required(const struct ctx *cx)
{
    return !str_is(cx->app->conf->staff_totp, "optional");
}

enum err
staff_proof_due(struct ctx *cx, int64_t account_id, bool *due)
{
    struct totp_state state;
    struct account a;

    TRY(account_by_id(cx, account_id, &a));
    TRY(totp_state(cx, account_id, &state));
    *due = (a.rights & STAFF_ANY) != 0 && (proof_required(cx) || state.enrolled);
    return OK;
}

enum err
staff_demo_proof(struct ctx *cx, int64_t account_id, struct str email)
{
    struct totp_state state;

    TRY(totp_state(cx, account_id, &state));
    if (state.enrolled)
        return OK;
    return totp_enrol(cx, account_id, totp_demo_key(cx->arena, email), 0);
}

static bool
is_staff(const struct req *req)
{
    return ((req->session.rights | req->session.waiting) & STAFF_ANY) != 0;
}

/* Leading back to a page of the sign-in would go round in circles. */
static struct str
back_of(struct str back)
{
    if (back.len > BACK_MAX || !guard_local_path(back) ||
        (str_starts(back, STR("/connexion")) && !str_is(back, "/connexion/activation")))
        return STR_NONE;
    return back;
}

static struct url
with_back(struct ctx *cx, struct url to, struct str back)
{
    return back.len == 0 ? to : url_with(cx->arena, to, "vers", back);
}

static struct field
code_field(const struct form *f)
{
    struct field field = form_field(f, PROOF_FIELD, STR("Code de vérification"),
                                    STR("6 chiffres de votre application, ou un code de "
                                        "secours."), STR_NONE);

    field.value = STR_NONE; /* Used or wrong: never shown again. */
    field.autocomplete = "one-time-code";
    field.required = true;
    return field;
}

/* Adds the message of a result that is no success. */
static void
result_error(struct form *f, enum totp_result result)
{
    if (result == TOTP_LIMIT || result == TOTP_SPENT)
        form_error(f, PROOF_FIELD, "Trop de codes faux. Attendez 15 minutes, ou demandez à un "
                                   "administrateur de remettre à zéro votre double vérification.");
    else if (result == TOTP_WRONG)
        form_error(f, PROOF_FIELD, "Ce code n’est pas le bon, ou a déjà servi. Attendez le "
                                   "suivant (30 secondes au plus) et vérifiez l’heure du "
                                   "téléphone.");
}

static bool
passed(enum totp_result result)
{
    return result == TOTP_OK || result == TOTP_RECOVERY;
}

static struct totp_person
person_of(struct ctx *cx, const struct req *req)
{
    return (struct totp_person){req->session.account_id, req->session.organiser_id,
                                req->session.email,
                                device_text(cx->arena, req_header(req, "user-agent"))};
}

/* A recovery code that served, and a series of wrong ones, are worth telling. */
static enum err
note_result(struct ctx *cx, const struct req *req, enum totp_result result)
{
    struct totp_person p = person_of(cx, req);

    if (result == TOTP_RECOVERY)
        return totp_note_recovery(cx, &p);
    return result == TOTP_SPENT ? totp_note_wrong(cx, &p) : OK;
}

static int
result_status(enum totp_result result)
{
    return result == TOTP_LIMIT || result == TOTP_SPENT ? 429 : 422;
}

/* ---- giving it ---- */

static enum err
show_proof(struct ctx *cx, struct req *req, const struct form *f, struct str back, int status)
{
    struct proof_view v = {.errors = form_errors(f), .back = back,
                           .action = URL("connexion/verification"),
                           .is_sign_in = req->session.waiting != 0};

    v.page = page_begin(cx, req, STR("Confirmez votre identité"));
    v.page.has_error = form_failed(f);
    v.is_demo = v.page.is_demo;
    page_crumb(cx, &v.page, STR("Vérification"), (struct url){STR_NONE});
    v.code = code_field(f);
    proof_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /connexion/verification?vers=PATH */
enum err
proof_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct totp_state state;
    struct str back;

    TRY(req_query_str(req, "vers", BACK_MAX, STR_NONE, &back));
    back = back_of(back);
    if (!is_staff(req))
        return res_redirect(cx, req, guard_local_url(back, URL("compte")));
    TRY(totp_state(cx, req->session.account_id, &state));
    if (!state.enrolled)
        return res_redirect(cx, req, with_back(cx, URL("connexion/activation"), back));
    return show_proof(cx, req, &f, back, 200);
}

/* POST /connexion/verification */
enum err
proof_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str typed = form_text(&f, PROOF_FIELD, "Code de vérification", 1, 30);
    struct str back = back_of(req_form(req, "vers"));
    enum totp_result result;

    if (!is_staff(req))
        return ERR_DENIED;
    if (form_failed(&f))
        return show_proof(cx, req, &f, back, 422);
    TRY(totp_check(cx, req->session.account_id, typed, &result));
    TRY(note_result(cx, req, result));
    if (result == TOTP_NONE)
        return res_redirect(cx, req, with_back(cx, URL("connexion/activation"), back));
    if (!passed(result)) {
        result_error(&f, result);
        return show_proof(cx, req, &f, back, result_status(result));
    }
    TRY(session_confirm(cx, req));
    return res_redirect(cx, req, guard_local_url(back, URL("console")));
}

/* ---- before a dangerous act ---- */

static enum err
ask_again(struct ctx *cx, struct req *req, const struct form *f, int status)
{
    struct proof_view v = {.errors = form_errors(f),
                           .action = guard_local_url(req->target, URL("console"))};

    v.page = page_begin(cx, req, STR("Confirmez votre identité"));
    v.page.has_error = form_failed(f);
    v.is_demo = v.page.is_demo;
    v.code = code_field(f);
    v.typed.item = ARENA_ARRAY(cx->arena, req->form.count, struct choice);
    for (size_t i = 0; i < req->form.count; i++)
        if (!str_is(req->form.item[i].name, CSRF_FIELD) &&
            !str_is(req->form.item[i].name, PROOF_FIELD))
            v.typed.item[v.typed.count++] = (struct choice){.label = req->form.item[i].name,
                                                            .value = req->form.item[i].value};
    proof_html(&req->out, &v);
    return res_html(req, status);
}

struct proof_try {
    struct req *req;
    struct str typed;
    enum totp_result result;
};

static enum err
proof_try(struct ctx *cx, void *arg)
{
    struct proof_try *t = arg;

    TRY(totp_check(cx, t->req->session.account_id, t->typed, &t->result));
    TRY(note_result(cx, t->req, t->result));
    return passed(t->result) ? session_confirm(cx, t->req) : OK;
}

enum err
staff_confirm(struct ctx *cx, struct req *req, bool *answered)
{
    struct form f = form_begin(cx, req);
    struct proof_try t = {.req = req, .typed = req_form(req, PROOF_FIELD)};

    *answered = true;
    if (t.typed.len == 0 || t.typed.len > 60)
        return ask_again(cx, req, &f, 200);
    TRY(db_in_write(cx) ? proof_try(cx, &t) : db_write(cx, proof_try, &t));
    if (t.result == TOTP_NONE)
        return res_redirect(cx, req, URL("connexion/activation"));
    if (!passed(t.result)) {
        result_error(&f, t.result);
        return ask_again(cx, req, &f, result_status(t.result));
    }
    *answered = false;
    return OK;
}

/* ---- setting it up ---- */

static enum err
show_enrol(struct ctx *cx, struct req *req, const struct form *f, struct str key, struct str back,
           int status)
{
    struct enrol_view v = {.errors = form_errors(f), .back = back,
                           .account = req->session.email};
    struct str text = totp_key_text(cx->arena, key);
    struct buf b;
    struct qr qr;

    v.page = page_begin(cx, req, STR("Double vérification"));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Double vérification"), (struct url){STR_NONE});
    if (qr_make(cx->arena, totp_uri(cx->arena, key, req->session.email), &qr)) {
        v.path = qr.path;
        v.side = qr.size + 2 * QUIET;
    }
    buf_init(&b, 0);
    for (size_t i = 0; i < text.len; i += 4)
        buf_printf(&b, "%s%.*s", i > 0 ? " " : "", STR_FMT(str_sub(text, i, 4)));
    v.key = buf_dup(&b, cx->arena);
    buf_release(&b);
    v.code = code_field(f);
    v.code.hint = STR("6 chiffres, affichés par l’application une fois la clé enregistrée.");
    enrol_html(&req->out, &v);
    return res_html(req, status);
}

/* A second proof there already is changed only by whoever has just given it. */
static enum err
enrol_allowed(struct ctx *cx, struct req *req, bool *again, bool *ask)
{
    struct totp_state state;

    *ask = false;
    if (!is_staff(req))
        return ERR_DENIED;
    TRY(totp_state(cx, req->session.account_id, &state));
    *again = state.enrolled;
    *ask = state.enrolled && !session_fresh(cx, req);
    return OK;
}

/* GET /connexion/activation?vers=PATH */
enum err
enrol_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str back, key;
    bool again, ask;

    TRY(req_query_str(req, "vers", BACK_MAX, STR_NONE, &back));
    if (!is_staff(req))
        return res_redirect(cx, req, URL("compte"));
    TRY(enrol_allowed(cx, req, &again, &ask));
    if (ask)
        return res_redirect(cx, req, with_back(cx, URL("connexion/verification"),
                                               STR("/connexion/activation")));
    TRY(totp_offer(cx, req->session.id_hash, &key));
    return show_enrol(cx, req, &f, key, back_of(back), 200);
}

static enum err
show_recovery(struct ctx *cx, struct req *req, struct str back)
{
    struct recovery_view v = {.next = guard_local_url(back, URL("console"))};

    TRY(totp_recovery_make(cx, req->session.account_id, &v.codes));
    v.page = page_begin(cx, req, STR("Codes de secours"));
    page_crumb(cx, &v.page, STR("Codes de secours"), (struct url){STR_NONE});
    recovery_html(&req->out, &v);
    return res_html(req, 200);
}

/* POST /connexion/activation */
enum err
enrol_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str typed = form_text(&f, PROOF_FIELD, "Code de vérification", 1, 30);
    struct str back = back_of(req_form(req, "vers")), key;
    struct totp_person p;
    bool again, ask;
    int64_t step;

    TRY(enrol_allowed(cx, req, &again, &ask));
    if (ask)
        return res_redirect(cx, req, URL("connexion/verification"));
    TRY(totp_offer(cx, req->session.id_hash, &key));
    if (form_failed(&f))
        return show_enrol(cx, req, &f, key, back, 422);
    step = totp_match(cx->arena, key, typed, cx->now_ms);
    if (step == 0) {
        result_error(&f, TOTP_WRONG);
        return show_enrol(cx, req, &f, key, back, 422);
    }
    TRY(totp_enrol(cx, req->session.account_id, key, step));
    TRY(session_confirm(cx, req));
    /* Whoever holds the telephone that is replaced holds no session either. */
    TRY(session_end_others(cx, req));
    p = person_of(cx, req);
    TRY(totp_note_enrol(cx, &p, again));
    return show_recovery(cx, req, back);
}

/* ---- the account's page of it ---- */

/* GET /compte/securite */
enum err
security_page(struct ctx *cx, struct req *req)
{
    struct security_view v = {0};
    struct totp_state state;

    TRY(totp_state(cx, cx->actor.account_id, &state));
    v.enrolled = state.enrolled;
    v.rows.item = ARENA_ARRAY(cx->arena, 2, struct summary_row);
    v.rows.item[v.rows.count++] = (struct summary_row){
        .term = STR("Application de codes"),
        .value = state.enrolled ? str_printf(cx->arena, "Activée le %s",
                                             fmt_date(state.made_ms, ZONE_PARIS).z)
                                : STR("Non activée")};
    if (state.enrolled)
        v.rows.item[v.rows.count++] = (struct summary_row){
            .term = STR("Codes de secours"),
            .value = str_printf(cx->arena, "%s", fmt_plural(state.recovery_left, "code restant",
                                                            "codes restants").z)};
    v.page = page_begin(cx, req, STR("Double vérification"));
    page_crumb(cx, &v.page, STR("Mon compte"), URL("compte"));
    page_crumb(cx, &v.page, STR("Double vérification"), (struct url){STR_NONE});
    security_html(&req->out, &v);
    return res_html(req, 200);
}

/* POST /compte/securite/codes */
enum err
recovery_form(struct ctx *cx, struct req *req)
{
    struct totp_person p = person_of(cx, req);

    TRY(totp_note_codes(cx, &p));
    return show_recovery(cx, req, STR("/compte/securite"));
}

/* ---- the demonstration ---- */

/* GET /demo/codes */
enum err
demo_codes_page(struct ctx *cx, struct req *req)
{
    int64_t now_s = cx->now_ms / 1000;
    struct demo_codes_view v = {.seconds = TOTP_STEP_S - now_s % TOTP_STEP_S};
    struct totp_demo_list list;

    TRY(totp_demo_people(cx, &list));
    v.people.item = ARENA_ARRAY(cx->arena, list.count, struct demo_code);
    v.people.count = list.count;
    for (size_t i = 0; i < list.count; i++)
        v.people.item[i] = (struct demo_code){
            list.item[i].email, staff_roles_text(cx->arena, list.item[i].rights),
            totp_code(cx->arena, list.item[i].key, now_s / TOTP_STEP_S)};
    v.page = page_begin(cx, req, STR("Codes de l’équipe"));
    page_crumb(cx, &v.page, STR("Codes de l’équipe"), (struct url){STR_NONE});
    demo_codes_html(&req->out, &v);
    return res_html(req, 200);
}
