/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal_web.c - /console/journal: what the organiser's people did, with what changed; the same as
 * a CSV file, whose making stands in the journal too.
 */
#include <inttypes.h>

#include "base/parse.h"
#include "http/csv_answer.h"
#include "http/route.h"
#include "journal_tmpl.h"
#include "json/json.h"
#include "staff/staff_web.h"

enum { PAGE_ROWS = 50, WORD_MAX = 60, JSON_MAX = 256 * 1024 };

struct word {
    const char *code, *text;
};
static const struct word subjects[] = {
#define SUBJECT(code, text) {code, text},
#include "staff/journal_words.h"
#undef SUBJECT
};
static const struct word fields[] = {
#define FIELD(code, text) {code, text},
#include "staff/journal_words.h"
#undef FIELD
};

static struct str
word_text(const struct word *words, size_t count, struct str code)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(code, words[i].code))
            return str_of(words[i].text);
    return code;
}

#define WORD_TEXT(words, code) word_text(words, sizeof words / sizeof words[0], code)

/* ---- what is looked for ---- */

struct search {
    struct audit_filter by;
    int64_t person;
    struct str act, subject, from, to; /* As typed. */
};

/* "commande" or "commande 12"; the code of the file, "order 12", is understood too. */
static bool
subject_read(struct ctx *cx, struct search *s)
{
    size_t space = str_find_byte(s->subject, ' ');
    struct str id = str_trim(str_sub(s->subject, space, s->subject.len));

    if (s->subject.len == 0)
        return true;
    struct str word = str_sub(s->subject, 0, space);
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
        if (str_is(word, subjects[i].text))
            word = str_of(subjects[i].code);
    s->by.subject = str_z(cx->arena, word);
    return id.len == 0 || parse_i64(id, 1, INT64_MAX, &s->by.subject_id);
}

static enum err
search_read(struct ctx *cx, struct req *req, struct form *f, struct search *s)
{
    *s = (struct search){0};
    TRY(req_query_int(req, "avant", 0, INT64_MAX, 0, &s->by.before_id));
    TRY(req_query_int(req, "personne", 0, INT64_MAX, 0, &s->person));
    TRY(req_query_str(req, "acte", WORD_MAX, STR_NONE, &s->act));
    TRY(req_query_str(req, "objet", WORD_MAX, STR_NONE, &s->subject));
    s->from = form_query_day(f, "du", false, 0, &s->by.from_ms);
    s->to = form_query_day(f, "au", true, 0, &s->by.to_ms);
    s->by.account_id = s->person;
    s->by.act = str_trim(s->act);
    if (!subject_read(cx, s))
        form_error(f, "objet",
                   "Écrivez un objet et son numéro, par exemple «\u00a0commande 12\u00a0».");
    return OK;
}

static struct url
search_url(struct ctx *cx, struct url u, const struct search *s)
{
    const struct {
        const char *name;
        struct str value;
    } parts[] = {
        {"personne", s->person == 0 ? STR_NONE
                                    : str_printf(cx->arena, "%" PRId64, s->person)},
        {"acte", s->act}, {"objet", s->subject}, {"du", s->from}, {"au", s->to},
    };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].value.len > 0)
            u = url_with(cx->arena, u, parts[i].name, parts[i].value);
    return u;
}

/* ---- what changed ---- */

static bool
ends_with(struct str s, struct str end)
{
    return s.len >= end.len && str_eq(str_sub(s, s.len - end.len, s.len), end);
}

static struct str
number_text(struct ctx *cx, struct str key, int64_t n)
{
    if (ends_with(key, STR("_ms")))
        return n == 0 ? STR("") : str_printf(cx->arena, "%s", fmt_date_time(n, ZONE_PARIS).z);
    if (ends_with(key, STR("cents")))
        return str_printf(cx->arena, "%s", fmt_euros(n).z);
    if (str_is(key, "siren"))
        return str_printf(cx->arena, "%s",
                          fmt_siren(str_printf(cx->arena, "%09" PRId64, n)).z);
    return str_printf(cx->arena, "%" PRId64, n);
}

static struct str
value_text(struct ctx *cx, struct str key, const struct json *v)
{
    if (v == NULL)
        return STR("");
    switch (v->kind) {
    case JSON_STR:
        return v->s;
    case JSON_INT:
        return number_text(cx, key, v->i);
    case JSON_BOOL:
        return v->b ? STR("oui") : STR("non");
    case JSON_REAL:
        return str_printf(cx->arena, "%g", v->real);
    case JSON_NULL:
        return STR("");
    default:
        return str_printf(cx->arena, v->count == 1 ? "%zu élément" : "%zu éléments", v->count);
    }
}

static const struct json *
object_of(struct ctx *cx, struct str text)
{
    static const struct json none = {.kind = JSON_OBJECT};
    struct json_error why;
    struct json *j;

    if (text.len == 0 || json_parse(cx->arena, text, JSON_MAX, &j, &why) != OK ||
        j->kind != JSON_OBJECT)
        return &none;
    return j;
}

/* The fields whose value differs; those of before that went come last. */
static void
show_changes(struct ctx *cx, const struct audit_row *r, struct change_row_list *out)
{
    const struct json *b = object_of(cx, r->before), *a = object_of(cx, r->after);

    out->item = ARENA_ARRAY(cx->arena, a->count + b->count, struct change_row);
    for (size_t i = 0; i < a->count; i++) {
        struct str key = a->member[i].key;
        struct change_row row = {WORD_TEXT(fields, key),
                                 value_text(cx, key, json_get(b, str_z(cx->arena, key))),
                                 value_text(cx, key, &a->member[i].value)};
        if (!str_eq(row.before, row.after))
            out->item[out->count++] = row;
    }
    for (size_t i = 0; i < b->count; i++)
        if (json_get(a, str_z(cx->arena, b->member[i].key)) == NULL)
            out->item[out->count++] = (struct change_row){
                WORD_TEXT(fields, b->member[i].key),
                value_text(cx, b->member[i].key, &b->member[i].value), STR("")};
}

/* ---- the page ---- */

static enum err
show_people(struct ctx *cx, const struct search *s, struct choice_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_STAFF_TEAM, &rows, db_int(cx->actor.organiser_id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count + 1, struct choice);
    out->count = rows.count + 1;
    out->item[0] = (struct choice){.value = STR("0"), .label = STR("Tout le monde"),
                                   .checked = s->person == 0};
    for (size_t i = 0; i < rows.count; i++)
        out->item[i + 1] = (struct choice){
            .value = str_printf(cx->arena, "%" PRId64, row_int(&rows, i, 0)),
            .label = row_str(&rows, i, 1),
            .checked = s->person == row_int(&rows, i, 0)};
    return OK;
}

struct str
audit_act_text(struct str act)
{
    static const struct {
        const char *act, *title;
    } words[] = {
#define WORDS(act, title) {act, title},
#include "audit_words.h"
#undef WORDS
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_is(act, words[i].act))
            return str_of(words[i].title);
    return act;
}

static void
show_rows(struct ctx *cx, const struct audit_list *list, struct journal_row_list *out)
{
    out->count = list->count;
    out->item = ARENA_ARRAY(cx->arena, list->count, struct journal_row);
    for (size_t i = 0; i < list->count; i++) {
        const struct audit_row *r = &list->item[i];
        out->item[i] = (struct journal_row){.at_ms = r->at_ms, .who = r->email, .act = r->act,
                                            .title = audit_act_text(r->act),
                                            .reason = r->reason};
        struct str subject = WORD_TEXT(subjects, r->subject);
        out->item[i].subject = r->subject_id == 0
                                   ? subject
                                   : str_printf(cx->arena, "%.*s %" PRId64, STR_FMT(subject),
                                                r->subject_id);
        show_changes(cx, r, &out->item[i].changes);
    }
}

static void
show_search(const struct form *f, const struct search *s, struct journal_view *v)
{
    v->person = form_field(f, "personne", STR("Personne"), STR_NONE, STR_NONE);
    v->act = form_field(f, "acte", STR("Acte"), STR("Entier, ou son début avec un point : stock."),
                        s->act);
    v->subject = form_field(f, "objet", STR("Objet"), STR("Par exemple\u00a0: commande 12"),
                            s->subject);
    v->from = form_field(f, "du", STR("Du"), STR_NONE, s->from);
    v->to = form_field(f, "au", STR("Au"), STR_NONE, s->to);
    v->person.required = v->act.required = v->subject.required = true;
    v->from.required = v->to.required = true;
    v->from.type = v->to.type = "date";
}

/* GET /console/journal?personne=&acte=&objet=&du=&au=&avant= */
enum err
journal_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct journal_view v = {0};
    struct audit_list list = {0};
    struct search s;

    TRY(search_read(cx, req, &f, &s));
    TRY(console_page(cx, req, STR("Journal"), &v.page));
    v.page.has_error = form_failed(&f);
    v.errors = form_errors(&f);
    page_crumb(cx, &v.page, STR("Journal"), (struct url){STR_NONE});
    show_search(&f, &s, &v);
    TRY(show_people(cx, &s, &v.people));
    if (!form_failed(&f))
        TRY(audit_list_of(cx, &s.by, &list));
    show_rows(cx, &list, &v.rows);
    v.is_filtered = s.person != 0 || s.act.len + s.subject.len + s.from.len + s.to.len > 0;
    v.clear = URL("console/journal");
    v.export = search_url(cx, URL("console/journal.csv"), &s);
    v.sheet = csv_answer_sheet(cx->arena, v.export);
    v.pager.total = -1;
    if (s.by.before_id != 0)
        v.pager.previous = search_url(cx, URL("console/journal"), &s);
    if (list.count == PAGE_ROWS)
        v.pager.next = url_with(cx->arena, search_url(cx, URL("console/journal"), &s), "avant",
                                str_printf(cx->arena, "%" PRId64,
                                           list.item[list.count - 1].id));
    v.empty = (struct empty_state){
        .title = v.is_filtered ? STR("Rien ne correspond") : STR("Le journal est vide"),
        .text = v.is_filtered ? STR("Élargissez les dates ou retirez un critère.")
                              : STR("Chaque acte d’une personne de l’équipe s’inscrit ici."),
        .action = v.is_filtered ? URL("console/journal") : (struct url){STR_NONE},
        .action_label = STR("Tout voir")};
    journal_html(&req->out, &v);
    return res_html(req, form_failed(&f) ? 422 : 200);
}

/* ---- the file ---- */

struct export {
    struct search search;
    struct csv_file file;
    int64_t last_id, batch;
};

static enum err
export_row(void *arg, const struct db_value *cell, size_t cols)
{
    struct export *x = arg;
    struct short_str at = fmt_iso(cell[1].i);

    csv_file_put_i64(&x->file, cell[0].i);
    csv_file_put(&x->file, str_of(at.z));
    for (size_t i = 2; i < cols; i++)
        if (cell[i].kind == DB_INT)
            csv_file_put_i64(&x->file, cell[i].i);
        else
            csv_file_put(&x->file, cell[i].s);
    csv_file_row(&x->file);
    x->last_id = cell[0].i;
    x->batch++;
    return OK;
}

static enum err
export_read(struct ctx *cx, void *arg)
{
    struct export *x = arg;
    const struct audit_filter *by = &x->search.by;
    struct str subject = by->subject == NULL ? STR("") : str_of(by->subject);

    if (x->file.rows > 0)
        return ERR_BUSY; /* Run again after a lost connection: what was sent stays sent. */
    x->last_id = INT64_MAX;
    TRY(db_run(cx, SQL_AUDIT_EXPORT_SETTINGS, NULL));
    do {
        x->batch = 0;
        TRY(db_each(cx, SQL_AUDIT_EXPORT, export_row, x, db_int(cx->actor.organiser_id),
                    db_str(by->act), db_str(subject), db_int(by->subject_id),
                    db_int(by->account_id), db_int(by->from_ms),
                    db_int(by->to_ms == 0 ? INT64_MAX : by->to_ms), db_int(x->last_id)));
        TRY(csv_file_pass(&x->file));
    } while (x->batch == CSV_BATCH_ROWS);
    return OK;
}

static enum err
export_note(struct ctx *cx, void *arg)
{
    const struct export *x = arg;

    return audit_add(cx, &(struct audit){
                             .act = "journal.export", .subject = "journal",
                             .after = str_printf(cx->arena,
                                                 "{\"rows\":%" PRId64 ",\"sha256\":\"%.*s\"}",
                                                 x->file.rows,
                                                 STR_FMT(hex_str(cx->arena, x->file.digest,
                                                                 sizeof x->file.digest)))});
}

/* GET /console/journal.csv?...&forme=tableur - LATE: it reads, then notes what was read. */
enum err
journal_export_get(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"id", "at", "person", "act", "subject", "subject_id",
                                        "before", "after", "reason"};
    struct form f = form_begin(cx, req);
    struct export x = {0};
    enum csv_kind kind;

    TRY(csv_answer_kind(req, &kind));
    TRY(search_read(cx, req, &f, &x.search));
    if (form_failed(&f))
        return ERR_INVALID;
    csv_answer_begin(cx, &x.file, kind, req, STR("journal.csv"), heads,
                     sizeof heads / sizeof heads[0]);
    TRY(db_read(cx, export_read, &x));
    csv_answer_end(&x.file, req);
    return db_write(cx, export_note, &x);
}
