/* SPDX-License-Identifier: Apache-2.0 */
/* settle_web.c - settlement files on the pages of money: the list, a new one, what differs. The
 * pages of one file are drawn in settle_page.c. */
#include "base/csv.h"
#include "base/format.h"
#include "http/route.h"
#include "invoice/finance_web.h"
#include "invoice/settle_page.h"
#include "settle_tmpl.h"

enum { NOTE_MIN = 3, NOTE_MAX = 500, CSV_BYTES_MAX = 64 * 1024 * 1024 };

struct url
settle_url(struct ctx *cx, int64_t id)
{
    return url_path(cx->arena, "/console/finances/releves/%lld", (long long)id);
}

/* ---- the list ---- */

static struct str
findings_text(struct ctx *cx, const struct settlement *s)
{
    if (s->state == SETTLE_DRAFT)
        return STR("À comparer");
    if (s->state == SETTLE_RUNNING)
        return STR("Comparaison en cours");
    if (s->findings == 0)
        return STR("Aucun");
    if (s->open == 0)
        return str_printf(cx->arena, "%s", fmt_plural(s->findings, "traité", "traités").z);
    return str_printf(cx->arena, "%s à traiter sur %s", fmt_int(s->open).z,
                      fmt_int(s->findings).z);
}

static void
show_rows(struct ctx *cx, const struct settlement_list *list, int64_t before,
          struct settle_list_view *v)
{
    size_t shown = list->count > 50 ? 50 : list->count;

    v->rows.item = ARENA_ARRAY(cx->arena, shown, struct settle_line_view);
    v->rows.count = shown;
    for (size_t i = 0; i < shown; i++) {
        const struct settlement *s = &list->item[i];
        v->rows.item[i] = (struct settle_line_view){
            .one = s->name,
            .two = finance_day(cx, s->at_ms),
            .three = str_printf(cx->arena, "%s", fmt_int(s->lines).z),
            .four = s->state == SETTLE_DONE ? finance_euros(cx, s->gross_cents) : STR("–"),
            .five = findings_text(cx, s),
            .url = settle_url(cx, s->id),
        };
    }
    v->pager.total = -1;
    if (list->count > shown)
        v->pager.next = url_with(cx->arena, URL("console/finances/releves"), "avant",
                                 str_printf(cx->arena, "%lld",
                                            (long long)list->item[shown - 1].id));
    if (before != INT64_MAX)
        v->pager.previous = URL("console/finances/releves");
}

struct listing {
    struct req *req;
    const struct form *form;
    int64_t before;
    int status;
};

static enum err
list_unit(struct ctx *cx, void *arg)
{
    static const char *const heads[] = {"Relevé", "Déposé le", "Lignes", "Montant", "Écarts"};
    const struct listing *l = arg;
    const struct form *f = l->form;
    struct settle_list_view v = {.may_act = finance_may_act(cx)};
    struct settlement_list list;

    TRY(settle_list(cx, l->before, &list));
    TRY(finance_frame(cx, l->req, STR("Relevés du prestataire"), &v.page));
    v.page.has_error = form_failed(f);
    v.errors = form_errors(f);
    v.file = form_field(f, "file", STR("Fichier du relevé"),
                        STR("CSV du prestataire, 16\u00a0Mo au plus. Choisissez-le ou "
                            "glissez-le ici."),
                        STR_NONE);
    v.name = form_field(f, "name", STR("Nom du relevé"), STR("Par exemple sa date."), STR_NONE);
    v.content = form_field(f, "content", STR("Contenu"),
                           STR("Les lignes du fichier, titres compris."), STR_NONE);
    v.file.required = v.name.required = v.content.required = true;
    v.paste_open = v.content.value.len > 0 || v.content.error.len > 0;
    v.table = finance_table(cx, "releves", "Le plus récent d’abord", heads, 5, 0xc);
    v.empty = (struct empty_state){STR("Aucun relevé lu"),
                                   STR("Déposez le premier ci-dessus\u00a0: vous verrez comment il "
                                       "est compris avant qu’il soit comparé."),
                                   (struct url){STR_NONE}, STR_NONE};
    if (!v.may_act)
        v.empty.text = STR("Un relevé lu apparaît ici.");
    show_rows(cx, &list, l->before, &v);
    settle_list_html(&l->req->out, &v);
    return res_html(l->req, l->status);
}

/* GET /console/finances/releves?avant= */
enum err
settle_list_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct listing l = {req, &f, INT64_MAX, 200};

    TRY(req_query_int(req, "avant", 1, INT64_MAX, INT64_MAX, &l.before));
    return list_unit(cx, &l);
}

/* ---- a new one ---- */

/* The sender's name for the file without its folders; it goes into pages, never into a path. */
static struct str
clean_name(struct ctx *cx, struct str name)
{
    size_t from = 0;

    if (!utf8_valid(name) || utf8_has_control(name, NULL))
        return STR("Relevé");
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == '/' || name.ptr[i] == '\\')
            from = i + 1;
    name = str_trim(str_sub(name, from, name.len));
    while (utf8_count(name) > SETTLE_NAME_MAX || (name.len > 0 && !utf8_valid(name)))
        name.len--;
    return name.len > 0 ? str_dup(cx->arena, name) : STR("Relevé");
}

/* The file, or what was pasted when there is none. False: an error stands in the form. */
static bool
upload_read(struct form *f, struct str *name, struct str *bytes)
{
    const struct form_file *file = NULL;

    for (size_t i = 0; i < f->req->files.count; i++)
        if (str_is(f->req->files.item[i].field, "file") && file == NULL)
            file = &f->req->files.item[i];
    if (file != NULL) {
        *name = clean_name(f->cx, file->name);
        *bytes = file->body;
        return true;
    }
    *bytes = req_form(f->req, "content");
    if (bytes->len == 0) {
        form_error(f, "file", "Choisissez le fichier du relevé, ou collez son contenu.");
        return false;
    }
    *name = form_text(f, "name", "Nom du relevé", 1, SETTLE_NAME_MAX);
    return !form_failed(f);
}

static struct str
known_text(struct ctx *cx, const struct settlement *s)
{
    if (s->state == SETTLE_DRAFT)
        return STR("Ce fichier est déjà déposé\u00a0: il attend d’être comparé.");
    return str_printf(cx->arena, "Ce fichier a déjà été lu le %s\u00a0: voici son résultat.",
                      fmt_short_date(s->at_ms, ZONE_PARIS).z);
}

struct finding_one {
    int64_t id;
    struct settlement s;
};

static enum err
find_unit(struct ctx *cx, void *arg)
{
    struct finding_one *o = arg;

    return settle_find(cx, o->id, &o->s);
}

/* POST /console/finances/releves - LATE: the file is read before a transaction begins. */
enum err
settle_add_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct listing again = {req, &f, INT64_MAX, 422};
    struct str name, bytes, why = STR_NONE;
    struct finding_one one = {0};
    bool known;

    if (!upload_read(&f, &name, &bytes))
        return db_read(cx, list_unit, &again);
    enum err e = settle_add(cx, name, bytes, &one.id, &known, &why);
    if (e == ERR_INVALID) {
        form_error(&f, req->files.count > 0 ? "file" : "content", "%.*s", STR_FMT(why));
        return db_read(cx, list_unit, &again);
    }
    TRY(e);
    if (!known)
        return res_redirect(cx, req, settle_url(cx, one.id));
    TRY(db_read(cx, find_unit, &one));
    return res_redirect_notice(cx, req, settle_url(cx, one.id), known_text(cx, &one.s));
}

/* ---- one ---- */

static enum err
path_settlement(struct ctx *cx, struct req *req, struct settlement *out)
{
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    return settle_find(cx, id, out);
}

/* GET /console/finances/releves/{id}?genre=&tous=&depuis= */
enum err
settle_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct settlement s;

    TRY(path_settlement(cx, req, &s));
    return settle_show(cx, req, &f, &s, 200);
}

static enum err
handle_kind(struct ctx *cx, struct req *req, struct form *f, const struct settlement *s)
{
    int64_t kind = form_int(f, "genre", "Genre", SETTLE_UNKNOWN, SETTLE_DISPUTE), count;
    struct str note = form_text(f, "note", "Ce qui a été fait", NOTE_MIN, NOTE_MAX);

    if (form_failed(f))
        return settle_show(cx, req, f, s, 422);
    TRY(settle_handle(cx, s->id, -1, (enum settle_kind)kind, note, &count));
    return res_redirect_notice(cx, req, settle_url(cx, s->id),
                               str_printf(cx->arena, "%s.",
                                          fmt_plural(count, "écart marqué comme traité",
                                                     "écarts marqués comme traités").z));
}

/* POST /console/finances/releves/{id}: act comparer, jeter or traiter. */
enum err
settle_act_form(struct ctx *cx, struct req *req)
{
    static const char *const acts[] = {"comparer", "jeter", "traiter", NULL};
    struct form f = form_begin(cx, req);
    struct str act = form_choice(&f, "act", "Action", acts);
    struct settlement s;

    TRY(path_settlement(cx, req, &s));
    if (form_failed(&f))
        return settle_show(cx, req, &f, &s, 422);
    if (str_is(act, "traiter"))
        return handle_kind(cx, req, &f, &s);
    bool drop = str_is(act, "jeter");
    enum err e = drop ? settle_drop(cx, s.id) : settle_start(cx, s.id);
    if (e == ERR_CONFLICT)
        return res_redirect_notice(cx, req, settle_url(cx, s.id),
                                   STR("Ce relevé est déjà comparé."));
    TRY(e);
    if (drop)
        return res_redirect_notice(cx, req, URL("console/finances/releves"),
                                   STR("Le relevé n’est pas gardé."));
    return res_redirect(cx, req, settle_url(cx, s.id));
}

/* ---- one difference ---- */

static enum err
path_finding(struct ctx *cx, struct req *req, struct settlement *s, struct settle_finding *f)
{
    int64_t seq;

    TRY(path_settlement(cx, req, s));
    TRY(req_path_int(req, "seq", &seq));
    return settle_finding_get(cx, s->id, seq, f);
}

/* GET /console/finances/releves/{id}/ecarts/{seq} */
enum err
settle_finding_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct settle_finding finding;
    struct settlement s;

    TRY(path_finding(cx, req, &s, &finding));
    return settle_finding_show(cx, req, &f, &s, &finding, 200);
}

/* POST /console/finances/releves/{id}/ecarts/{seq} */
enum err
settle_finding_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str note = form_text(&f, "note", "Ce qui a été fait", NOTE_MIN, NOTE_MAX);
    struct settle_finding finding;
    struct settlement s;
    int64_t count;

    TRY(path_finding(cx, req, &s, &finding));
    if (form_failed(&f))
        return settle_finding_show(cx, req, &f, &s, &finding, 422);
    TRY(settle_handle(cx, s.id, finding.seq, finding.kind, note, &count));
    return res_redirect_notice(cx, req, settle_url(cx, s.id),
                               count > 0 ? STR("L’écart est marqué comme traité.")
                                         : STR("Quelqu’un l’avait déjà traité."));
}

/* ---- the file of differences ---- */

/* settle_findings_each: line, kind, ref, theirs, ours, detail, handled_ms, email, note */
static enum err
csv_row(void *arg, const struct db_value *cell, size_t cols)
{
    enum settle_kind kind = (enum settle_kind)cell[1].i;
    struct buf *out = arg;

    assert(cols == 9);
    csv_put_i64(out, true, cell[0].i);
    csv_put(out, false, str_of(settle_kind_code(kind)));
    csv_put(out, false, str_of(settle_kind_text(kind)));
    csv_put(out, false, cell[2].s);
    for (size_t i = 3; i <= 4; i++) {
        int64_t cents = cell[i].i < 0 ? -cell[i].i : cell[i].i;
        buf_printf(out, ",%s%lld.%02lld", cell[i].i < 0 ? "-" : "", (long long)(cents / 100),
                   (long long)(cents % 100));
    }
    csv_put(out, false, cell[5].s);
    csv_put(out, false, str_of(settle_kind_advice(kind)));
    csv_put(out, false, cell[6].i > 0 ? str_of(fmt_iso(cell[6].i).z) : STR_NONE);
    csv_put(out, false, cell[7].s);
    csv_put(out, false, cell[8].s);
    csv_end(out);
    return out->overflow ? ERR_LIMIT : OK;
}

/* GET /console/finances/releves/{id}/ecarts.csv */
enum err
settle_findings_csv(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"line",   "kind",  "difference", "transaction",
                                        "file_eur", "ours_eur", "detail",  "what_to_do",
                                        "handled_at", "handled_by", "note"};
    struct settlement s;

    TRY(path_settlement(cx, req, &s));
    req->out.max = CSV_BYTES_MAX;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        csv_put(&req->out, i == 0, str_of(heads[i]));
    csv_end(&req->out);
    TRY(db_each(cx, SQL_SETTLE_FINDINGS_EACH, csv_row, &req->out, db_int(s.id)));
    res_attachment(cx, req, str_printf(cx->arena, "ecarts-%lld.csv", (long long)s.id));
    return res_body(req, 200, "text/csv; charset=utf-8");
}
