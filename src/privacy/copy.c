/* SPDX-License-Identifier: Apache-2.0 */
/*
 * copy.c - a copy of what is known of somebody, as a .zip: donnees.json for programs, and beside it
 * what people can open, photos, the carrier's documents and invoices as PDF.
 *
 * A .zip and not one JSON file with everything inside: whoever asked is seldom a programmer, and a
 * photo in base64 is of use to nobody. It goes out piece by piece from one snapshot.
 *
 * Which columns a table gives stands in fields.h, how they are found in privacy_file.sql; an order
 * is written with all that hangs on it.
 */
#include "base/format.h"
#include "base/parse.h"
#include "invoice/invoice.h"
#include "json/json.h"
#include "privacy/copy.h"
#include "registry/registry.h"

enum { IDS_MAX = 400, MAILS_WALKED = 2000, TOLD_MAX = 60 };

struct copy {
    struct ctx *cx;
    const struct privacy_scope *scope;
    struct zip *zip;
    struct arena round; /* Of one statement or one document. */
    struct buf text;    /* Of donnees.json, on its way. */
    struct jw w;
    /* Where it is. */
    int64_t siren, buyer_id, order_id, after;
};

/* ---- on the way out ---- */

static enum err
pass(struct copy *c)
{
    if (c->text.len < ZIP_PASS_BYTES)
        return OK;
    zip_put(c->zip, buf_view(&c->text));
    buf_clear(&c->text);
    return zip_pass(c->zip);
}

/* ---- one value ---- */

static const char *
ending_of(struct str type)
{
    return str_is(type, "image/jpeg")         ? "jpg"
           : str_is(type, "image/png")        ? "png"
           : str_is(type, "image/webp")       ? "webp"
           : str_is(type, "application/pdf")  ? "pdf"
           : str_starts(type, STR("text/"))   ? "txt"
                                              : "bin";
}

static struct str
photo_name(struct arena *a, int64_t id, struct str type)
{
    return str_printf(a, "photos/photo-%lld.%s", (long long)id, ending_of(type));
}

static struct str
document_name(struct arena *a, int64_t parcel_id, int64_t kind, struct str type)
{
    return str_printf(a, "transport/colis-%lld-%s.%s", (long long)parcel_id,
                      kind == 1 ? "etiquette" : "douane", ending_of(type));
}

static void
key_put(struct copy *c, const struct known *k)
{
    jw_key(&c->w, copy_key(&c->round, k));
}

static void
bytes_put(struct copy *c, struct str bytes)
{
    if (utf8_valid(bytes))
        jw_str(&c->w, bytes);
    else
        jw_str(&c->w, base64_str(&c->round, bytes.ptr, bytes.len));
}

static void
number_put(struct copy *c, const struct known *k, int64_t n)
{
    struct civil day;

    switch (k->form) {
    case FORM_YES:
        jw_kbool(&c->w, k->column, n != 0);
        return;
    case FORM_INSTANT:
        key_put(c, k);
        if (n == 0)
            jw_null(&c->w);
        else
            jw_z(&c->w, fmt_iso(n).z);
        return;
    case FORM_DAY:
        day = civil_from_day(n);
        jw_kstr(&c->w, k->column,
                n == 0 ? STR_NONE
                       : str_printf(&c->round, "%04d-%02d-%02d", day.year, day.month, day.day));
        return;
    case FORM_SIREN:
        jw_kstr(&c->w, k->column, siren_str(&c->round, n));
        return;
    case FORM_SIRET:
        jw_kstr(&c->w, k->column, siret_str(&c->round, n));
        return;
    case FORM_INT:
        jw_kint(&c->w, k->column, n);
        return;
    default:
        jw_kz(&c->w, k->column, copy_word(k->form, n));
    }
}

/* cell: of this row, from its first told column on; at: which one it is. */
static void
value_put(struct copy *c, const struct known *k, const struct db_value *cell, size_t at)
{
    const struct db_value *v = &cell[at];

    switch (k->form) {
    case FORM_TEXT:
        jw_key(&c->w, k->column);
        if (v->kind == DB_NULL)
            jw_null(&c->w);
        else
            jw_str(&c->w, v->s);
        return;
    case FORM_BYTES:
        jw_key(&c->w, k->column);
        bytes_put(c, v->s);
        return;
    case FORM_REF:
        key_put(c, k);
        jw_str(&c->w, v->s);
        return;
    case FORM_FILE: /* Its type stands before it, of a document its kind before that. */
        key_put(c, k);
        jw_str(&c->w, cell[at - 2].kind == DB_INT && str_is(str_of(k[-2].column), "kind")
                          ? document_name(&c->round, v->i, cell[at - 2].i, cell[at - 1].s)
                          : photo_name(&c->round, v->i, cell[at - 1].s));
        return;
    default:
        number_put(c, k, v->kind == DB_NULL ? 0 : v->i);
    }
}

/* ---- one table ---- */

struct reading {
    struct copy *c;
    const struct known *told[TOLD_MAX];
    size_t count;
    int64_t rows;
    bool stays_open; /* The row's object is closed by the caller. */
};

static struct reading
reading_of(struct copy *c, const struct copy_section *s)
{
    struct reading p = {.c = c};
    size_t n;
    const struct known *k = known_columns(s->table, &n);

    for (size_t i = 0; i < n; i++)
        if (k[i].form != FORM_NOT) {
            assert(p.count < TOLD_MAX);
            p.told[p.count++] = &k[i];
        }
    return p;
}

static enum err
row_put(void *arg, const struct db_value *cell, size_t cols)
{
    struct reading *p = arg;
    struct copy *c = p->c;

    assert(cols == 1 + p->count);
    jw_object(&c->w);
    for (size_t i = 0; i < p->count; i++)
        value_put(c, p->told[i], &cell[1], i);
    if (!p->stays_open)
        jw_close_object(&c->w);
    c->after = cell[0].i;
    p->rows++;
    return OK;
}

static enum err
run(struct copy *c, const struct copy_section *s, struct reading *p)
{
    struct db_value v[8];
    size_t n = 0;

    for (const char *t = s->takes; *t != '\0'; t++)
        v[n++] = db_int(*t == TAKES_SIREN       ? c->siren
                        : *t == TAKES_ORGANISER ? c->scope->organiser_id
                        : *t == TAKES_PERSON    ? c->scope->account_id
                        : *t == TAKES_BUYER     ? c->buyer_id
                        : *t == TAKES_ORDER     ? c->order_id
                                          : c->after);
    p->rows = 0;
    enum err e = db_each_values(c->cx, s->sql, row_put, p, v, n);
    arena_clear(&c->round);
    return e != OK ? e : pass(c);
}

static enum err
table_put(struct copy *c, const struct copy_section *s)
{
    struct reading p = reading_of(c, s);
    bool paged = strchr(s->takes, TAKES_AFTER) != NULL;
    int64_t after = c->after;

    c->after = 0;
    jw_key(&c->w, s->table);
    jw_array(&c->w);
    do {
        TRY(run(c, s, &p));
    } while (paged && p.rows > 0);
    jw_close_array(&c->w);
    c->after = after;
    return OK;
}

static enum err
part_put(struct copy *c, enum copy_part part)
{
    bool of_company = c->scope->siren != 0;
    size_t n;
    const struct copy_section *all = copy_sections(&n);

    for (size_t i = 0; i < n; i++)
        if (all[i].part == part && (of_company || !all[i].of_company))
            TRY(table_put(c, &all[i]));
    return OK;
}

/* Each with all that hangs on it; the statement gives one at a time. */
static enum err
orders_put(struct copy *c)
{
    struct reading p = reading_of(c, &copy_orders);

    p.stays_open = true;
    c->after = 0;
    jw_key(&c->w, "orders");
    jw_array(&c->w);
    for (;;) {
        TRY(run(c, &copy_orders, &p));
        if (p.rows == 0)
            break;
        c->order_id = c->after;
        TRY(part_put(c, PART_ORDER));
        jw_close_object(&c->w);
    }
    jw_close_array(&c->w);
    return OK;
}

/* By ranges of the outbox, most of which hold nothing. */
static enum err
mails_put(struct copy *c)
{
    struct reading p = reading_of(c, &copy_mails);
    struct db_rows end;

    TRY(db_run(c->cx, SQL_FILE_MAILS_END, &end));
    int64_t last = row_int(&end, 0, 0);
    jw_key(&c->w, "mail");
    jw_array(&c->w);
    for (int64_t from = 0; from < last; from += MAILS_WALKED) {
        c->after = from;
        TRY(run(c, &copy_mails, &p));
    }
    jw_close_array(&c->w);
    return OK;
}

/* ---- companies ---- */

struct place {
    int64_t siren, buyer_id;
};
struct place_list {
    struct place *item;
    size_t count;
};

/* A company that somebody no longer acts for: what they did for it themselves. */
static enum err
places(struct copy *c, struct arena *a, struct place_list *out)
{
    struct arena *keep = c->cx->arena;
    struct db_rows rows;

    if (c->scope->siren != 0) {
        out->item = ARENA_NEW(a, struct place);
        out->item[0] = (struct place){c->scope->siren, 0};
        out->count = 1;
        return OK;
    }
    c->cx->arena = a;
    enum err e = db_run(c->cx, SQL_FILE_SIRENS, &rows, db_int(c->scope->account_id));
    c->cx->arena = keep;
    TRY(e);
    out->count = rows.count;
    out->item = ARENA_ARRAY(a, rows.count + 1, struct place);
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = (struct place){row_int(&rows, i, 0),
                                      row_int(&rows, i, 1) != 0 ? 0 : c->scope->account_id};
    return OK;
}

static enum err
companies_put(struct copy *c, const struct place_list *list)
{
    jw_key(&c->w, "companies");
    jw_array(&c->w);
    for (size_t i = 0; i < list->count; i++) {
        c->siren = list->item[i].siren;
        c->buyer_id = list->item[i].buyer_id;
        jw_object(&c->w);
        TRY(part_put(c, PART_COMPANY));
        TRY(orders_put(c));
        jw_close_object(&c->w);
    }
    jw_close_array(&c->w);
    return OK;
}

static void
head_put(struct copy *c)
{
    jw_kz(&c->w, "format", "maillon-personal-data");
    jw_kint(&c->w, "version", COPY_VERSION);
    jw_ktime(&c->w, "made_at", c->cx->now_ms);
    jw_kstr(&c->w, "service", c->cx->app->conf->base_url);
    jw_kz(&c->w, "about", c->scope->siren != 0 ? "company" : "account");
    if (c->scope->siren != 0)
        jw_kstr(&c->w, "siren", siren_str(&c->round, c->scope->siren));
}

static enum err
json_put(struct copy *c, const struct place_list *list)
{
    zip_entry(c->zip, STR("donnees.json"), c->cx->now_ms, true);
    c->w = jw_begin(&c->text);
    jw_object(&c->w);
    head_put(c);
    if (c->scope->siren == 0) {
        TRY(part_put(c, PART_ACCOUNT));
        TRY(mails_put(c));
    } else {
        c->siren = c->scope->siren;
        TRY(part_put(c, PART_PEOPLE));
    }
    TRY(companies_put(c, list));
    jw_close_object(&c->w);
    buf_byte(&c->text, '\n');
    zip_put(c->zip, buf_view(&c->text));
    buf_clear(&c->text);
    return zip_pass(c->zip);
}

/* ---- the files beside ---- */

static enum err
bytes_file(struct copy *c, const struct db_rows *rows, struct str name)
{
    if (rows->count == 0)
        return OK; /* In the list, yet gone: not in one snapshot. */
    zip_entry(c->zip, name, c->cx->now_ms, false);
    zip_put(c->zip, row_str(rows, 0, 0));
    return zip_pass(c->zip);
}

static enum err
photos_of(struct copy *c)
{
    struct db_rows ids, one;

    TRY(db_run(c->cx, SQL_FILE_PHOTO_IDS, &ids, db_int(c->order_id)));
    for (size_t i = 0; i < ids.count; i++) {
        TRY(db_run(c->cx, SQL_FILE_PHOTO, &one, db_int(row_int(&ids, i, 0))));
        TRY(bytes_file(c, &one,
                       photo_name(c->cx->arena, row_int(&ids, i, 0), row_str(&ids, i, 1))));
    }
    return OK;
}

static enum err
documents_of(struct copy *c)
{
    struct db_rows ids, one;

    TRY(db_run(c->cx, SQL_FILE_DOCUMENT_IDS, &ids, db_int(c->order_id)));
    for (size_t i = 0; i < ids.count; i++) {
        int64_t parcel = row_int(&ids, i, 0), kind = row_int(&ids, i, 1);
        TRY(db_run(c->cx, SQL_FILE_DOCUMENT, &one, db_int(parcel), db_int(kind)));
        TRY(bytes_file(c, &one,
                       document_name(c->cx->arena, parcel, kind, row_str(&ids, i, 2))));
    }
    return OK;
}

static enum err
invoices_of(struct copy *c)
{
    struct db_rows ids;
    struct buf pdf;
    enum err e = OK;

    TRY(db_run(c->cx, SQL_FILE_INVOICE_IDS, &ids, db_int(c->order_id)));
    buf_init(&pdf, 0);
    for (size_t i = 0; e == OK && i < ids.count; i++) {
        buf_clear(&pdf);
        e = invoice_pdf(c->cx, row_int(&ids, i, 0), &pdf);
        if (e != OK)
            break;
        zip_entry(c->zip,
                  str_printf(c->cx->arena, "factures/%.*s.pdf", STR_FMT(row_str(&ids, i, 1))),
                  c->cx->now_ms, false);
        zip_put(c->zip, buf_view(&pdf));
        e = zip_pass(c->zip);
    }
    buf_release(&pdf);
    return e;
}

/* The memory of one order's files is given back before the next. */
static enum err
files_of_order(struct copy *c)
{
    struct arena *keep = c->cx->arena;
    struct arena mine = {0};

    c->cx->arena = &mine;
    enum err e = photos_of(c);
    if (e == OK)
        e = documents_of(c);
    if (e == OK)
        e = invoices_of(c);
    c->cx->arena = keep;
    arena_release(&mine);
    return e;
}

struct ids {
    int64_t item[IDS_MAX];
    size_t count;
};

static enum err
id_keep(void *arg, const struct db_value *cell, size_t cols)
{
    struct ids *ids = arg;

    (void)cols;
    assert(ids->count < IDS_MAX);
    ids->item[ids->count++] = cell[0].i;
    return OK;
}

static enum err
files_put(struct copy *c, const struct place_list *list)
{
    for (size_t k = 0; k < list->count; k++) {
        struct ids ids;
        int64_t after = 0;
        do {
            ids.count = 0;
            TRY(db_each(c->cx, SQL_FILE_ORDER_IDS, id_keep, &ids, db_int(list->item[k].siren),
                        db_int(c->scope->organiser_id), db_int(list->item[k].buyer_id),
                        db_int(after)));
            for (size_t i = 0; i < ids.count; i++) {
                after = c->order_id = ids.item[i];
                TRY(files_of_order(c));
            }
        } while (ids.count > 0);
    }
    return OK;
}

static void
readme_put(struct copy *c)
{
    static const char text[] =
        "Copie des données personnelles\n\n"
        "donnees.json  toutes les données, pour un programme (texte UTF-8) ; le format est décrit\n"
        "              dans la documentation de Maillon, « personal-data.schema.json »\n"
        "photos/       photos jointes à des réclamations\n"
        "transport/    étiquettes et déclarations en douane des transporteurs\n"
        "factures/     factures et avoirs (PDF, Factur-X)\n\n"
        "Un dossier absent : il n’y a rien de cette sorte.\n"
        "Ce qui manque dans une commande close a été effacé à son terme.\n";

    zip_entry(c->zip, STR("LISEZMOI.txt"), c->cx->now_ms, true);
    zip_put(c->zip, str_of(text));
}

enum err
privacy_copy(struct ctx *cx, const struct privacy_scope *scope, struct zip *z)
{
    struct copy c = {.cx = cx, .scope = scope, .zip = z};
    struct arena list_arena = {0};
    struct place_list list;
    enum err e;

    assert((scope->siren != 0) != (scope->account_id != 0));
    if (z->bytes > 0)
        return ERR_BUSY; /* Run again after a lost connection: what was sent stays sent. */
    buf_init(&c.text, 0);
    readme_put(&c);
    e = places(&c, &list_arena, &list);
    if (e == OK)
        e = json_put(&c, &list);
    if (e == OK)
        e = files_put(&c, &list);
    buf_release(&c.text);
    arena_release(&c.round);
    arena_release(&list_arena);
    return e;
}
