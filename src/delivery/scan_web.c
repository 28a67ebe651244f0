/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_web.c - packing with a scanner, which types a code and presses Enter.
 *
 * A code opens its parcel; on the parcel's page the code of its label, or of its note, confirms
 * that all of it is in the box, and another parcel's code is refused there. The field has the
 * focus and is empty on every page of this walk, also after a wrong code, so that the next scan is
 * never added to the last one. vague=ID in the query is the wave that is being packed: a parcel of
 * another one is shown with a warning.
 */
#include "delivery/web.h"

#include "delivery_tmpl.h"

enum { CODE_MAX = 40 };
#define HERE "console/preparation/emballage"

/* ---- what a code names ---- */

struct str
web_scan_code(struct arena *a, struct str typed)
{
    char *z = arena_alloc(a, typed.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < typed.len; i++)
        if (typed.ptr[i] != ' ')
            z[n++] = typed.ptr[i];
    return str_upper(a, str_n(z, n));
}

/* By parcel number, by our parcel reference, by the order's. */
static enum err
look_for(struct ctx *cx, struct str code, struct parcel_list *out)
{
    struct db_value mine = db_int(cx->actor.organiser_id);
    struct db_rows rows;
    struct parcel p;

    if (parcel_number_valid(code) && parcel_by_number(cx, code, &p) == OK &&
        parcel_of_actor(cx, p.id, &p) == OK) {
        *out = (struct parcel_list){ARENA_NEW(cx->arena, struct parcel), 1};
        out->item[0] = p;
        return OK;
    }
    TRY(db_run(cx, SQL_PARCEL_FIND_REF, &rows, db_str(code), mine));
    if (rows.count > 0) {
        *out = parcels_from_rows(cx, &rows);
        return OK;
    }
    /* An order's first parcel bears its reference and leads to the others. */
    TRY(db_run(cx, SQL_PARCEL_FIND_REF, &rows,
               db_str(str_printf(cx->arena, "%.*s-1", STR_FMT(code))), mine));
    return rows.count == 0 ? OK : parcel_of_order(cx, row_int(&rows, 0, 1), out);
}

static bool
could_be_a_code(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return true;
}

static struct str
unknown_text(struct ctx *cx, struct str code)
{
    if (!could_be_a_code(code))
        return str_printf(cx->arena,
                          "«\u00a0%.*s\u00a0» contient des signes qu’aucun code n’a. Si c’est le "
                          "lecteur qui les écrit, réglez-le sur le clavier de cet appareil "
                          "(français, AZERTY).", STR_FMT(code));
    return str_printf(cx->arena,
                      "Aucun colis ne porte «\u00a0%.*s\u00a0». Vérifiez le code, ou créez une "
                      "vague si la commande n’est pas encore préparée.", STR_FMT(code));
}

/* ---- the wave that is packed ---- */

enum err
web_packing(struct ctx *cx, struct req *req, struct wave *out)
{
    int64_t id;

    *out = (struct wave){0};
    TRY(req_query_int(req, "vague", 0, INT64_MAX, 0, &id));
    if (id == 0)
        return OK;
    enum err e = wave_of_actor(cx, id, out);
    return e == ERR_NOT_FOUND ? OK : e;
}

struct url
web_in_wave(struct ctx *cx, struct url url, int64_t wave_id)
{
    return wave_id == 0 ? url : url_with(cx->arena, url, "vague",
                                         str_printf(cx->arena, "%lld", (long long)wave_id));
}

static enum err
show_wave(struct ctx *cx, const struct wave *w, struct scan_view *v)
{
    struct wave_counts n;

    if (w->id == 0)
        return OK;
    TRY(wave_count(cx, w->id, &n));
    v->wave = str_printf(cx->arena, "%lld", (long long)w->id);
    v->wave_url = url_path(cx->arena, "/console/preparation/vagues/%lld", (long long)w->id);
    v->progress = (struct meter){
        .id = "emballes",
        .label = str_printf(cx->arena, "Vague %lld", (long long)w->id),
        .words = str_printf(cx->arena, "%s sur %s",
                            fmt_plural(n.packed, "emballé", "emballés").z, fmt_int(n.all).z),
        .done = n.packed,
        .total = n.all,
    };
    v->all_packed = n.all > 0 && n.packed == n.all;
    return OK;
}

/* ---- the scan ---- */

struct field
web_scan_field(const char *name, struct str label, struct str hint)
{
    return (struct field){.name = name, .label = label, .hint = hint, .required = true};
}

/* GET /console/preparation/emballage?ref=R&vague=ID */
enum err
parcel_scan_page(struct ctx *cx, struct req *req)
{
    struct parcel_list found = {0};
    struct scan_view v = {0};
    struct pager none;
    struct wave w;
    struct str code;

    TRY(req_query_str(req, "ref", CODE_MAX, STR_NONE, &code));
    TRY(web_packing(cx, req, &w));
    code = web_scan_code(cx->arena, code);
    if (code.len > 0)
        TRY(look_for(cx, code, &found));
    if (found.count == 1)
        return res_redirect(cx, req,
                            web_in_wave(cx, url_path(cx->arena, "/console/preparation/colis/%lld",
                                                     (long long)found.item[0].id), w.id));
    bool wrong = code.len > 0 && found.count == 0;
    TRY(console_page(cx, req, STR("Emballer"), &v.page));
    v.page.has_error = wrong;
    page_crumb(cx, &v.page, STR("Préparation"), URL("console/preparation"));
    page_crumb(cx, &v.page, STR("Emballer"), (struct url){STR_NONE});
    if (wrong)
        v.wrong = (struct notice){TONE_BAD, STR("Code inconnu"), unknown_text(cx, code)};
    v.ref = web_scan_field("ref", STR("Colis ou commande"),
                           STR("Lisez le code-barres, ou tapez la référence puis Entrée."));
    TRY(show_wave(cx, &w, &v));
    if (found.count > 1)
        web_parcel_table(cx, &found, STR("Colis de cette commande"),
                         web_in_wave(cx, URL(HERE), w.id), 0, &v.table, &v.parcels, &none);
    for (size_t i = 0; i < v.parcels.count; i++)
        v.parcels.item[i].url = web_in_wave(cx, v.parcels.item[i].url, w.id);
    scan_html(&req->out, &v);
    return res_html(req, wrong ? 404 : 200);
}

/* ---- the confirmation ---- */

/* Whether the code is of this parcel; *why says whose it is otherwise. */
static enum err
is_this(struct ctx *cx, const struct parcel *p, struct str code, struct str *why)
{
    struct parcel_list found = {0};

    *why = STR_NONE;
    TRY(look_for(cx, code, &found));
    if (found.count == 1 && found.item[0].id == p->id)
        return OK;
    if (found.count == 0)
        *why = unknown_text(cx, code);
    else if (found.item[0].order_id == p->order_id)
        *why = str_printf(cx->arena,
                          "«\u00a0%.*s\u00a0» est de la même commande, qui a plusieurs colis. "
                          "Lisez l’étiquette de celui-ci, %.*s.", STR_FMT(code),
                          STR_FMT(p->sender_ref));
    else
        *why = str_printf(cx->arena,
                          "«\u00a0%.*s\u00a0» est le colis %.*s, pas celui-ci. Remettez la bonne "
                          "étiquette, puis lisez-la.", STR_FMT(code),
                          STR_FMT(found.item[0].sender_ref));
    return OK;
}

/* POST /console/preparation/colis/{id}/confirmer: all of it is in the box. code: what was scanned
 * to say so; empty: a button. */
enum err
parcel_confirm_form(struct ctx *cx, struct req *req)
{
    struct str code = web_scan_code(cx->arena, req_form(req, "code")), why = STR_NONE;
    struct db_rows rows;
    struct parcel p;
    struct wave w;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(parcel_of_actor(cx, id, &p));
    TRY(web_packing(cx, req, &w));
    struct url next = web_in_wave(cx, URL(HERE), w.id);
    if (code.len > CODE_MAX)
        code = str_sub(code, 0, CODE_MAX);
    if (code.len > 0)
        TRY(is_this(cx, &p, code, &why));
    if (why.len > 0)
        return web_parcel_show(cx, req, &p, why, 422);
    if (p.packed_ms > 0)
        return res_redirect_notice(cx, req, next,
                                   str_printf(cx->arena, "Le colis %.*s était déjà emballé.",
                                              STR_FMT(p.sender_ref)));
    TRY(db_run(cx, SQL_PARCEL_SET_PACKED, &rows, db_int(p.id), db_int(cx->actor.organiser_id),
               db_int(cx->now_ms)));
    if (rows.changed == 0)
        return web_parcel_show(cx, req, &p,
                               STR("Ce colis n’est plus à emballer. Il est abandonné, ou déjà "
                                   "parti."), 409);
    struct audit a = {.act = "parcel.pack", .subject = "parcel", .subject_id = p.id,
                      .before = str_printf(cx->arena, "{\"state\":%d}", (int)p.state)};
    TRY(audit_add(cx, &a));
    return res_redirect_notice(cx, req, next,
                               str_printf(cx->arena, "Colis %.*s emballé. Au suivant.",
                                          STR_FMT(p.sender_ref)));
}
