/* SPDX-License-Identifier: Apache-2.0 */
/*
 * team_web.c - /console/equipe: the organiser's people, their roles, their second proof, their
 * sessions. Nobody changes their own roles here, so that nobody locks the door behind themselves.
 */
#include <inttypes.h>

#include "account/account.h"
#include "http/route.h"
#include "http/session.h"
#include "mail/mail.h"
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

static enum err
write_to(struct ctx *cx, struct str email, struct str subject, struct str text)
{
    struct mail m = {.to = email, .subject = subject, .cause = "staff"};

    m.text = mail_letter(cx, STR("Maillon"), text,
                         STR("Vous recevez ce message parce qu’un administrateur a changé votre "
                             "accès à la console d’un organisateur."));
    return mail_queue(cx, &m);
}

static enum err
write_invitation(struct ctx *cx, struct str email, unsigned rights)
{
    struct str roles = staff_roles_text(cx->arena, rights);
    struct db_rows rows;

    TRY(db_run(cx, SQL_STAFF_ORGANISER, &rows, db_int(cx->actor.organiser_id)));
    return write_to(cx, email, STR("Votre accès à la console"),
                    str_printf(cx->arena,
                               "%.*s vous donne accès à sa console.\n\nVos rôles : %.*s.\n\n"
                               "Connectez-vous avec cette adresse :\n%.*s/connexion\n\n"
                               "Ayez votre téléphone à portée de main : une application de codes "
                               "vous sera demandée.",
                               STR_FMT(row_str(&rows, 0, 0)), STR_FMT(roles),
                               STR_FMT(cx->app->conf->base_url)));
}

/* POST /console/equipe - invites. */
enum err
team_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str email = form_email(&f, "email", "Adresse e-mail");
    unsigned rights = read_roles(&f);
    struct account a;
    enum err e;

    if (rights == 0)
        form_error(&f, role_fields[0], "Choisissez au moins un rôle.");
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
    e = write_invitation(cx, a.email, rights);
    if (e == ERR_INVALID) {
        form_error(&f, "email", "Nous ne pouvons pas écrire à cette adresse. Vérifiez-la.");
        return show_team(cx, req, &f, 422);
    }
    TRY(e);
    TRY(staff_set_roles(cx, a.id, cx->actor.organiser_id, rights));
    return res_redirect_notice(cx, req, URL("console/equipe"),
                               str_printf(cx->arena, "%.*s est invité.", STR_FMT(a.email)));
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
    struct member m;
    enum err e;

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
    e = staff_set_roles(cx, m.id, cx->actor.organiser_id, rights);
    if (e == ERR_LIMIT) {
        form_error(&f, role_fields[0], "C’est le dernier administrateur : nommez-en un autre "
                                       "d’abord.");
        return show_member(cx, req, &f, &m, 422);
    }
    TRY(e);
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
    struct member m;

    TRY(member_load(cx, req, &m));
    if (m.id == cx->actor.account_id)
        return res_redirect_notice(cx, req, URL("compte/securite"),
                                   STR("Changez ici votre propre double vérification."));
    TRY(totp_reset(cx, m.id, m.email));
    return res_redirect_notice(cx, req, member_url(cx, m.id),
                               STR("Sa double vérification est remise à zéro."));
}
