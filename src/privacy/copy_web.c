/* SPDX-License-Identifier: Apache-2.0 */
/*
 * copy_web.c - copies as they are taken: one's own at once, a company's with a second person's
 * agreement. Each is noted before its first byte leaves and again at its end.
 */
#include "base/clock.h"
#include "base/crypto.h"
#include "base/parse.h"
#include "http/route.h"
#include "http/session.h"
#include "privacy/privacy_view.h"
#include "registry/registry.h"
#include "staff/staff.h"

struct taking {
    struct req *req;
    int64_t file_id, request_id;
    struct privacy_scope scope;
    struct zip zip;
    enum privacy_file_state ended;
};

static enum err
send(void *arg)
{
    return res_flush(arg);
}

static enum err
read_unit(struct ctx *cx, void *arg)
{
    struct taking *t = arg;

    return privacy_copy(cx, &t->scope, &t->zip);
}

static enum err
end_unit(struct ctx *cx, void *arg)
{
    struct taking *t = arg;

    return privacy_file_end(cx, t->file_id, &t->zip, t->ended);
}

/* An organiser's: the journal has it, and the wish is answered. */
static enum err
answered_unit(struct ctx *cx, void *arg)
{
    struct taking *t = arg;
    struct privacy_request r;

    TRY(privacy_file_end(cx, t->file_id, &t->zip, t->ended));
    TRY(audit_add(cx, &(struct audit){
                          .act = "privacy.copy",
                          .subject = "privacy",
                          .subject_id = t->request_id,
                          .after = str_printf(cx->arena, "{\"sha256\":\"%.*s\"}",
                                              STR_FMT(hex_str(cx->arena, t->zip.digest,
                                                              sizeof t->zip.digest)))}));
    TRY(privacy_lock(cx, t->request_id, &r));
    if (!privacy_is_open(&r))
        return OK; /* Taken once more. */
    TRY(privacy_close(cx, &r, PRIVACY_DONE, STR_NONE));
    return privacy_mail_done(cx, &r);
}

static enum err
take(struct ctx *cx, struct req *req, struct taking *t, struct str name, unit_fn whole)
{
    enum err e;

    t->req = req;
    res_attachment(cx, req, name);
    (void)!res_body(req, 200, "application/zip");
    zip_begin(&t->zip, &req->out, send, req);
    e = db_read(cx, read_unit, t);
    if (e == OK)
        zip_end(&t->zip);
    zip_release(&t->zip);
    t->ended = e == OK ? PRIVACY_FILE_WHOLE : PRIVACY_FILE_CUT;
    if (e == OK)
        return db_write(cx, whole, t);
    (void)!db_write(cx, end_unit, t); /* The first note says enough. */
    return e;
}

/* "mes-donnees-2020-05-02.zip", the day in Paris. */
static struct str
file_name(struct ctx *cx, struct str stem)
{
    struct civil c = civil_of(cx->now_ms, ZONE_PARIS);

    return str_printf(cx->arena, "%.*s-%04d-%02d-%02d.zip", STR_FMT(stem), c.year, c.month, c.day);
}

static enum err
own_begin(struct ctx *cx, void *arg)
{
    struct taking *t = arg;

    return privacy_file_own(cx, &t->file_id);
}

/* GET /compte/donnees/copie.zip */
enum err
own_copy_get(struct ctx *cx, struct req *req)
{
    struct taking t = {.scope = {.account_id = cx->actor.account_id}};

    if (!session_young(cx, req))
        return res_redirect_notice(cx, req, URL("compte/donnees"),
                                   STR("Confirmez d’abord que c’est vous, avec un code."));
    TRY(db_write(cx, own_begin, &t));
    return take(cx, req, &t, file_name(cx, STR("mes-donnees")), end_unit);
}

static enum err
company_begin(struct ctx *cx, void *arg)
{
    struct taking *t = arg;

    return privacy_file_begin(cx, t->file_id, &t->request_id, &t->scope);
}

/* GET /console/donnees/copies/{id} */
enum err
company_copy_get(struct ctx *cx, struct req *req)
{
    struct taking t = {0};

    TRY(req_path_int(req, "id", &t.file_id));
    TRY(db_write(cx, company_begin, &t));
    return take(cx, req, &t,
                file_name(cx, str_printf(cx->arena, "donnees-%.*s",
                                         STR_FMT(siren_str(cx->arena, t.scope.siren)))),
                answered_unit);
}
