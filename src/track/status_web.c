/* SPDX-License-Identifier: Apache-2.0 */
/* status_web.c - a carrier's status file is sent, or only checked. */
#include "base/format.h"
#include "http/form.h"
#include "http/route.h"
#include "staff/staff.h"
#include "status_tmpl.h"

/* The queue of what went wrong, from which the page is opened. */
#define QUEUE URL("console/livraison")

static enum err
status_show(struct ctx *cx, struct req *req, struct form *f, struct status_view *v, int status)
{
    static const char *const heads[] = {"#Ligne", "Contenu", "Problème", NULL};

    TRY(console_page(cx, req, STR("Fichier de statuts"), &v->page));
    v->page.has_error = form_failed(f);
    page_crumb(cx, &v->page, STR("Livraison"), QUEUE);
    page_crumb(cx, &v->page, STR("Fichier de statuts"), (struct url){STR_NONE});
    v->errors = form_errors(f);
    v->file = form_field(f, "file", STR("Fichier CSV du transporteur"),
                         STR("8\u00a0Mo au plus. Colonnes\u00a0: colis, statut, date, et lieu s’il "
                             "est connu, séparées par virgule, point-virgule ou tabulation."),
                         STR_NONE);
    v->file.required = true;
    v->dry = form_field(f, "dry", STR("Vérifier seulement, sans rien enregistrer"), STR_NONE,
                        STR_NONE);
    v->table = table_headed(cx->arena, "lignes", STR("Lignes laissées de côté"), heads);
    v->table.stacked = true;
    status_html(&req->out, v);
    return res_html(req, status);
}

/* GET /console/livraison/fichier */
enum err
status_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct status_view v = {0};

    return status_show(cx, req, &f, &v, 200);
}

struct status_showing {
    struct req *req;
    struct form *f;
    struct status_view *v;
    int status;
};

static enum err
status_show_unit(struct ctx *cx, void *arg)
{
    struct status_showing *s = arg;

    return status_show(cx, s->req, s->f, s->v, s->status);
}

static enum err
status_audit(struct ctx *cx, void *arg)
{
    const struct status_result *r = arg;
    struct audit a = {.act = "parcel.status_file", .subject = "parcel",
                      .after = str_printf(cx->arena, "{\"lines\":%lld,\"new\":%lld}",
                                          (long long)r->lines, (long long)r->fresh)};

    return audit_add(cx, &a);
}

/* POST /console/livraison/fichier */
enum err
status_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct status_view v = {.dry_checked = form_checked(&f, "dry")};
    struct status_showing s = {req, &f, &v, 422};
    struct status_result r = {0};

    if (req->files.count != 1 || !str_is(req->files.item[0].field, "file")) {
        form_error(&f, "file", "Choisissez le fichier à lire.");
        return db_read(cx, status_show_unit, &s);
    }
    enum err e = status_file_run(cx, req->files.item[0].body, cx->actor.organiser_id,
                                 v.dry_checked, &r);
    if (e == ERR_INVALID && r.why.len > 0) {
        form_error(&f, "file", "%.*s", STR_FMT(r.why));
        return db_read(cx, status_show_unit, &s);
    }
    TRY(e);
    if (!v.dry_checked && r.fresh > 0)
        TRY(db_write(cx, status_audit, &r));
    v.done = true;
    v.bad = r.bad;
    v.bad_more = r.bad_count - (int64_t)r.bad.count;
    struct str older = r.older == 0 ? STR_NONE
                                    : str_printf(cx->arena, " (dont %s que ce qui était connu)",
                                                 fmt_plural(r.older, "plus ancienne",
                                                            "plus anciennes").z);
    v.result = (struct notice){
        r.bad_count == 0 ? TONE_GOOD : TONE_WARN,
        v.dry_checked ? STR("Vérification faite, rien n’est enregistré")
                      : STR("Le fichier est lu"),
        str_printf(cx->arena, "%s\u00a0: %s%.*s, %s déjà, %s.",
                   fmt_plural(r.lines, "ligne", "lignes").z,
                   fmt_plural(r.fresh, "nouvelle", "nouvelles").z, STR_FMT(older),
                   fmt_plural(r.known, "connue", "connues").z,
                   fmt_plural(r.bad_count, "laissée de côté", "laissées de côté").z)};
    s.status = 200;
    return db_read(cx, status_show_unit, &s);
}
