/* SPDX-License-Identifier: Apache-2.0 */
/*
 * team_web.c - /console/equipe: the organiser's people, their roles, their second proof, their
 * sessions. Nobody changes their own roles here, so that nobody locks the door behind themselves;
 * what gives power to approve waits for another person (grant.h).
 */
#include <inttypes.h>

#include "account/account.h"
#include "http/route.h"
#include "http/session.h"
#include "mail/mail.h"
#include "staff/grant.h"
#include "staff/staff_web.h"
#include "team_tmpl.h"

struct member {
    int64_t id;
    struct str email;
    unsigned rights;
    int64_t signed_in_ms, sessions;
    bool enrolled;
};

static struct member
member_read(const struct db_rows *rows, size_t r)
{
    return (struct member){row_int(rows, r, 0),          row_str(rows, r, 1),
                           (unsigned)row_int(rows, r, 2), row_int(rows, r, 3),
                           row_int(rows, r, 5),          row_int(rows, r, 4) != 0};
}

static struct url
member_url(struct ctx *cx, int64_t id)
{
    return url_path(cx->arena, "/console/equipe/%" PRId64, id);
}

static struct url
request_url(struct ctx *cx, int64_t id)
{
    return url_path(cx->arena, "/console/approbations/%" PRId64, id);
}

static bool
is_admin(const struct ctx *cx)
{
    return (cx->actor.rights & RIGHT_ADMIN) != 0;
}

static struct str
signed_in_text(struct ctx *cx, int64_t ms)
{
    return ms == 0 ? STR("Jamais")
                   : str_printf(cx->arena, "%s", fmt_date_time(ms, ZONE_PARIS).z);
}

/* ---- roles in a form ---- */

static const char *const role_fields[STAFF_ROLES] = {"role_admin", "role_stock", "role_agent",
                                                     "role_finance", "role_auditor"};

static void
show_roles(const struct form *f, unsigned held, struct role_box_list *out)
{
    bool typed = f->req->form.count > 0;

    out->count = STAFF_ROLES;
    out->item = ARENA_ARRAY(f->cx->arena, STAFF_ROLES, struct role_box);
    for (int i = 0; i < STAFF_ROLES; i++) {
        struct str value = req_form(f->req, role_fields[i]);
        out->item[i].field = form_field(f, role_fields[i], str_of(staff_roles[i].title),
                                        str_of(staff_roles[i].what), STR_NONE);
        out->item[i].checked = typed ? value.len > 0 : (held & staff_roles[i].right) != 0;
    }
}

static unsigned
read_roles(struct form *f)
{
    unsigned rights = 0;

    for (int i = 0; i < STAFF_ROLES; i++)
        if (form_checked(f, role_fields[i]))
            rights |= staff_roles[i].right;
    return rights;
}

static struct field
reason_field(const struct form *f, const char *name, const char *but)
{
    struct field field = form_field(
        f, name, STR("Motif"),
        str_printf(f->cx->arena, "Lu par la personne qui approuve, et gardé au journal.%s", but),
        STR_NONE);

    field.required = true;
    return field;
}

/* ---- the list ---- */

static enum err
show_team(struct ctx *cx, struct req *req, const struct form *f, int status)
{
    static const char *const heads[] = {"Personne", "Rôles", "Dernière connexion",
                                        "Double vérification", "Sessions"};
    struct team_view v = {.errors = form_errors(f), .may_change = is_admin(cx)};
    struct db_rows rows;

    TRY(db_run(cx, SQL_STAFF_TEAM, &rows, db_int(cx->actor.organiser_id)));
    TRY(console_page(cx, req, STR("Équipe"), &v.page));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Équipe"), (struct url){STR_NONE});
    v.table = (struct table){.id = "equipe", .stacked = true,
                             .caption = STR("Personnes de l’organisateur")};
    v.table.columns.count = sizeof heads / sizeof heads[0];
    v.table.columns.item = ARENA_ARRAY(cx->arena, v.table.columns.count, struct table_column);
    for (size_t i = 0; i < v.table.columns.count; i++)
        v.table.columns.item[i] = (struct table_column){.label = str_of(heads[i]),
                                                        .is_number = i == 4};
    v.members.count = rows.count;
    v.members.item = ARENA_ARRAY(cx->arena, rows.count, struct member_row);
    for (size_t i = 0; i < rows.count; i++) {
        struct member m = member_read(&rows, i);
        v.members.item[i] = (struct member_row){
            .email = m.email,
            .roles = staff_roles_text(cx->arena, m.rights),
            .signed_in = signed_in_text(cx, m.signed_in_ms),
            .proof = m.enrolled ? STR("Activée") : STR("Pas encore"),
            .sessions = str_printf(cx->arena, "%s", fmt_int(m.sessions).z),
            .url = member_url(cx, m.id),
        };
    }
    v.email = form_field(f, "email", STR("Adresse e-mail"),
                         STR("La personne reçoit un message qui lui dit comment se connecter."),
                         STR_NONE);
    v.email.type = "email";
    v.email.required = true;
    show_roles(f, 0, &v.roles);
    TRY(grant_guarded(cx, cx->actor.organiser_id, &v.guarded));
    v.reason = reason_field(f, "reason", " Inutile pour un auditeur.");
    team_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /console/equipe */
enum err
team_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);

    return show_team(cx, req, &f, 200);
}

/* What came of a wish that another person must approve; false: it is done. */
static bool
show_result(struct form *f, enum grant_result result, const char *reason_field)
{
    if (result == GRANT_NO_REASON)
        form_error(f, reason_field, "Écrivez pourquoi : une autre personne doit l’approuver.");
    if (result == GRANT_NOBODY)
        form_error(f, reason_field, "Personne d’autre ne peut l’approuver pour le moment. Qui "
                                    "exploite le service peut le faire à votre place.");
    if (result == GRANT_LAST_ADMIN)
        form_error(f, role_fields[0], "C’est le dernier administrateur : nommez-en un autre "
                                      "d’abord.");
    return form_failed(f);
}

static enum err
to_request(struct ctx *cx, struct req *req, int64_t act_id)
{
    return res_redirect_notice(cx, req, request_url(cx, act_id),
                               STR("C’est demandé : rien n’est fait tant qu’une autre personne ne "
                                   "l’a pas approuvé."));
}

/* POST /console/equipe - invites. */
enum err
team_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str email = form_email(&f, "email", "Adresse e-mail");
    unsigned rights = read_roles(&f);
    struct str reason = form_long_text(&f, "reason", "Motif", 0, ACT_REASON_MAX);
    enum grant_result result;
    int64_t act_id = 0;
    struct account a;

    if (rights == 0)
        form_error(&f, role_fields[0], "Choisissez au moins un rôle.");
    if (!form_failed(&f) && !mail_address_valid(email))
        form_error(&f, "email", "Nous ne pouvons pas écrire à cette adresse. Vérifiez-la.");
    if (form_failed(&f))
        return show_team(cx, req, &f, 422);
    TRY(account_for_email(cx, email, &a));
    if ((a.rights & STAFF_ANY) != 0) {
        if (a.organiser_id == cx->actor.organiser_id)
            form_error(&f, "email", "Cette personne fait déjà partie de l’équipe : ouvrez sa page "
                                    "pour changer ses rôles.");
        else
            form_error(&f, "email", "Cette adresse ne peut pas être invitée. Demandez à la "
                                    "personne une autre adresse.");
        return show_team(cx, req, &f, 422);
    }
    TRY(grant_roles(cx, &(struct grant_person){a.id, a.email, 0}, rights, reason, &result,
                    &act_id));
    if (show_result(&f, result, "reason"))
        return show_team(cx, req, &f, 422);
    if (result == GRANT_ASKED)
        return to_request(cx, req, act_id);
    return res_redirect_notice(
        cx, req, URL("console/equipe"),
        str_printf(cx->arena, "%.*s est invité.%s", STR_FMT(a.email),
                   result == GRANT_ALONE ? " Personne d’autre ne pouvait l’approuver : le journal "
                                           "le note, et un message vous le dit."
                                         : ""));
}

/* ---- one person ---- */

static enum err
member_load(struct ctx *cx, struct req *req, struct member *out)
{
    struct db_rows rows;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(db_run(cx, SQL_STAFF_MEMBER, &rows, db_int(cx->actor.organiser_id), db_int(id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = member_read(&rows, 0);
    return OK;
}

static void
add_row(struct summary_row_list *list, const char *term, struct str value)
{
    list->item[list->count++] = (struct summary_row){.term = str_of(term), .value = value};
}

static enum err
show_member(struct ctx *cx, struct req *req, const struct form *f, const struct member *m,
            int status)
{
    struct member_view v = {.errors = form_errors(f), .enrolled = m->enrolled,
                            .is_self = m->id == cx->actor.account_id};
    struct db_rows rows;

    v.may_change = is_admin(cx) && !v.is_self;
    TRY(console_page(cx, req, m->email, &v.page));
    v.page.has_error = form_failed(f);
    page_crumb(cx, &v.page, STR("Équipe"), URL("console/equipe"));
    page_crumb(cx, &v.page, m->email, (struct url){STR_NONE});
    v.rows.item = ARENA_ARRAY(cx->arena, 4, struct summary_row);
    add_row(&v.rows, "Rôles", staff_roles_text(cx->arena, m->rights));
    add_row(&v.rows, "Dernière connexion", signed_in_text(cx, m->signed_in_ms));
    add_row(&v.rows, "Double vérification", m->enrolled ? STR("Activée") : STR("Pas encore"));
    add_row(&v.rows, "Sessions ouvertes", str_printf(cx->arena, "%s", fmt_int(m->sessions).z));
    show_roles(f, m->rights, &v.roles);
    TRY(grant_guarded(cx, cx->actor.organiser_id, &v.guarded));
    v.reason = reason_field(f, "reason", " Inutile pour retirer des rôles.");
    v.reason_proof = reason_field(f, "reason_proof", "");
    TRY(db_run(cx, SQL_ACT_ABOUT_PERSON, &rows, db_int(cx->actor.organiser_id), db_int(m->id),
               db_int(cx->now_ms)));
    if (rows.count > 0)
        v.waiting = request_url(cx, row_int(&rows, 0, 0));
    v.action = member_url(cx, m->id);
    v.sessions = url_path(cx->arena, "/console/equipe/%" PRId64 "/sessions", m->id);
    v.totp = url_path(cx->arena, "/console/equipe/%" PRId64 "/verification", m->id);
    member_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /console/equipe/{id} */
enum err
member_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct member m;

    TRY(member_load(cx, req, &m));
    return show_member(cx, req, &f, &m, 200);
}

/* POST /console/equipe/{id} - the roles; none: the person leaves. */
enum err
member_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    unsigned rights = read_roles(&f);
    struct str reason = form_long_text(&f, "reason", "Motif", 0, ACT_REASON_MAX);
    enum grant_result result;
    int64_t act_id = 0;
    struct member m;

    TRY(member_load(cx, req, &m));
    if (m.id == cx->actor.account_id)
        form_error(&f, role_fields[0], "Un autre administrateur doit changer vos rôles.");
    if (rights == 0 && !form_checked(&f, "leave"))
        form_error(&f, role_fields[0], "Choisissez au moins un rôle, ou retirez la personne de "
                                       "l’équipe.");
    if (form_failed(&f))
        return show_member(cx, req, &f, &m, 422);
    if (form_checked(&f, "leave"))
        rights = 0;
    TRY(grant_roles(cx, &(struct grant_person){m.id, m.email, m.rights}, rights, reason, &result,
                    &act_id));
    if (show_result(&f, result, "reason"))
        return show_member(cx, req, &f, &m, 422);
    if (result == GRANT_ASKED)
        return to_request(cx, req, act_id);
    return res_redirect_notice(cx, req, URL("console/equipe"),
                               str_printf(cx->arena, "%.*s : %.*s.", STR_FMT(m.email),
                                          STR_FMT(staff_roles_text(cx->arena, rights))));
}

/* POST /console/equipe/{id}/sessions */
enum err
member_sessions_form(struct ctx *cx, struct req *req)
{
    struct member m;

    TRY(member_load(cx, req, &m));
    TRY(session_end_all(cx, m.id));
    TRY(audit_add(cx, &(struct audit){.act = "staff.sessions_end", .subject = "account",
                                      .subject_id = m.id}));
    if (m.id == cx->actor.account_id) {
        TRY(session_end(cx, req));
        return res_redirect(cx, req, URL("connexion"));
    }
    return res_redirect_notice(cx, req, member_url(cx, m.id), STR("Ses sessions sont closes."));
}

/* POST /console/equipe/{id}/verification - resets the second proof. */
enum err
member_totp_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str reason = form_long_text(&f, "reason_proof", "Motif", 0, ACT_REASON_MAX);
    enum grant_result result;
    int64_t act_id = 0;
    struct member m;

    TRY(member_load(cx, req, &m));
    if (m.id == cx->actor.account_id)
        return res_redirect_notice(cx, req, URL("compte/securite"),
                                   STR("Changez ici votre propre double vérification."));
    if (form_failed(&f))
        return show_member(cx, req, &f, &m, 422);
    TRY(grant_reset(cx, &(struct grant_person){m.id, m.email, m.rights}, reason, &result,
                    &act_id));
    if (show_result(&f, result, "reason_proof"))
        return show_member(cx, req, &f, &m, 422);
    if (result == GRANT_ASKED)
        return to_request(cx, req, act_id);
    return res_redirect_notice(cx, req, member_url(cx, m.id),
                               STR("Sa double vérification est remise à zéro."));
}
