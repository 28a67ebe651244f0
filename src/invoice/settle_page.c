/* SPDX-License-Identifier: Apache-2.0 */
/* settle_page.c - see settle_page.h. */
#include "invoice/settle_page.h"

#include "base/format.h"
#include "invoice/finance_web.h"
#include "settle_tmpl.h"

enum { LINES_SHOWN = 6, FAULTS_SHOWN = 10, FINDINGS_PAGE = 100, CELL_CHARS = 60 };

static void
add(struct summary_row_list *list, const char *term, struct str value)
{
    list->item[list->count++] = (struct summary_row){.term = str_of(term), .value = value};
}

static struct str
number(struct ctx *cx, int64_t n)
{
    return str_printf(cx->arena, "%s", fmt_int(n).z);
}

static struct str
plain(struct ctx *cx, int64_t n)
{
    return str_printf(cx->arena, "%lld", (long long)n);
}

/* A cell of somebody else's file, short enough for a table. */
static struct str
shortened(struct ctx *cx, struct str s)
{
    size_t chars = 0, n = 0;

    while (n < s.len && chars < CELL_CHARS) {
        n++;
        while (n < s.len && ((unsigned char)s.ptr[n] & 0xC0) == 0x80)
            n++;
        chars++;
    }
    return n < s.len ? str_printf(cx->arena, "%.*s…", STR_FMT(str_sub(s, 0, n))) : s;
}

static enum err
frame(struct ctx *cx, struct req *req, const struct settlement *s, struct str title,
      struct page *out)
{
    TRY(finance_frame(cx, req, STR("Relevés du prestataire"), out));
    out->crumbs.item[out->crumbs.count - 1].url = URL("console/finances/releves");
    if (title.len > 0)
        page_crumb(cx, out, s->name, settle_url(cx, s->id));
    out->title = title.len > 0 ? title : str_printf(cx->arena, "Relevé %.*s", STR_FMT(s->name));
    page_crumb(cx, out, title.len > 0 ? title : s->name, (struct url){STR_NONE});
    return OK;
}

/* ---- a draft ---- */

static const char *
separator_text(char sep)
{
    return sep == ';' ? "point-virgule" : sep == ',' ? "virgule" : "tabulation";
}

static void
draft_columns(struct ctx *cx, const struct settle_file *f, struct settle_draft_view *v)
{
    static const char *const heads[] = {"Colonne du fichier", "Comprise comme"};

    v->columns = finance_table(cx, "colonnes", "Chaque colonne et ce qu’elle devient", heads, 2,
                               0);
    v->column_rows.item = ARENA_ARRAY(cx->arena, f->heads.count, struct settle_line_view);
    v->column_rows.count = f->heads.count;
    for (size_t i = 0; i < f->heads.count; i++) {
        struct str means = STR("Non utilisée");
        for (int c = 0; c < SETTLE_COLUMNS; c++)
            if (f->column[c] == (int)i)
                means = str_of(settle_column_text((enum settle_column)c));
        v->column_rows.item[i] = (struct settle_line_view){
            .one = f->heads.item[i].len > 0 ? shortened(cx, f->heads.item[i]) : STR("(sans titre)"),
            .two = means,
        };
    }
}

static void
draft_lines(struct ctx *cx, const struct settle_file *f, struct settle_draft_view *v)
{
    static const char *const heads[] = {"Ligne", "Opération", "Transaction", "Commande", "Montant",
                                        "Frais"};
    size_t shown = f->count < LINES_SHOWN ? f->count : LINES_SHOWN;

    v->lines = finance_table(cx, "lignes", "Premières lignes telles qu’elles sont comprises",
                             heads, 6, 0x31);
    v->line_rows.item = ARENA_ARRAY(cx->arena, shown, struct settle_line_view);
    v->line_rows.count = shown;
    for (size_t i = 0; i < shown; i++) {
        const struct settle_row *r = &f->row[i];
        v->line_rows.item[i] = (struct settle_line_view){
            .one = plain(cx, r->line),
            .two = r->is_refund ? STR("Remboursement") : STR("Paiement"),
            .three = shortened(cx, r->ref),
            .four = shortened(cx, r->order_ref),
            .five = finance_euros(cx, r->is_refund ? -r->cents : r->cents),
            .six = finance_euros(cx, r->fee_cents),
        };
    }
}

static void
draft_faults(struct ctx *cx, const struct settle_file *f, struct settle_draft_view *v)
{
    static const char *const heads[] = {"Ligne", "Pourquoi"};
    size_t shown = f->fault_count < FAULTS_SHOWN ? f->fault_count : FAULTS_SHOWN;

    v->faults = finance_table(cx, "apart", "Lignes mises à part", heads, 2, 1);
    v->fault_rows.item = ARENA_ARRAY(cx->arena, shown, struct settle_line_view);
    v->fault_rows.count = shown;
    for (size_t i = 0; i < shown; i++)
        v->fault_rows.item[i] = (struct settle_line_view){
            .one = plain(cx, f->fault[i].line),
            .two = str_printf(cx->arena, "%s\u00a0: %.*s", settle_kind_text(f->fault[i].kind),
                              STR_FMT(f->fault[i].text)),
        };
    if (f->fault_count > shown)
        v->faults_more = str_printf(cx->arena, "Et %s.",
                                    fmt_plural((int64_t)(f->fault_count - shown), "autre ligne",
                                               "autres lignes").z);
}

static enum err
draft_show(struct ctx *cx, struct req *req, const struct settlement *s, int status)
{
    struct settle_draft_view v = {.may_act = finance_may_act(cx)};
    struct settle_file f;

    TRY(settle_preview(cx, s->id, &f));
    TRY(frame(cx, req, s, STR_NONE, &v.page));
    v.action = settle_url(cx, s->id);
    v.summary.item = ARENA_ARRAY(cx->arena, 6, struct summary_row);
    add(&v.summary, "Écriture du fichier",
        str_printf(cx->arena, "%s, séparateur %s", f.encoding, separator_text(f.sep)));
    add(&v.summary, "Lignes à comparer", number(cx, (int64_t)f.count));
    add(&v.summary, "Frais et virements, sans comparaison", number(cx, f.ignored));
    add(&v.summary, "Lignes mises à part", number(cx, (int64_t)f.fault_count));
    add(&v.summary, "Frais du prestataire", finance_euros(cx, f.fees_cents));
    draft_columns(cx, &f, &v);
    draft_lines(cx, &f, &v);
    draft_faults(cx, &f, &v);
    settle_draft_html(&req->out, &v);
    return res_html(req, status);
}

/* ---- under way ---- */

static enum err
running_show(struct ctx *cx, struct req *req, const struct settlement *s)
{
    struct settle_running_view v = {0};

    TRY(frame(cx, req, s, STR_NONE, &v.page));
    v.meter = (struct meter){
        .id = "avance",
        .label = STR("Lignes comparées"),
        .words = str_printf(cx->arena, "%s sur %s", fmt_int(s->compared).z, fmt_int(s->lines).z),
        .done = s->compared,
        .total = s->lines,
    };
    /* In the header rather than in the page: nothing moves under a reader's eyes there. */
    res_header(cx, req, "Refresh", s->lines < 2000 ? STR("1") : STR("3"));
    settle_running_html(&req->out, &v);
    return res_html(req, 200);
}

/* ---- the result ---- */

struct filter {
    int64_t kind, from_seq;
    bool all;
};

static struct url
filter_url(struct ctx *cx, const struct settlement *s, const struct filter *by)
{
    struct url u = settle_url(cx, s->id);

    if (by->kind != 0)
        u = url_with(cx->arena, u, "genre", plain(cx, by->kind));
    if (by->all)
        u = url_with(cx->arena, u, "tous", STR("1"));
    return by->from_seq > 0 ? url_with(cx->arena, u, "depuis", plain(cx, by->from_seq)) : u;
}

static enum err
result_kinds(struct ctx *cx, const struct settlement *s, const struct filter *by,
             struct settle_result_view *v, int64_t *open)
{
    static const char *const heads[] = {"Écart", "Nombre", "À traiter", "Que faire"};
    struct db_rows rows;

    *open = 0;
    TRY(db_run(cx, SQL_SETTLE_KINDS, &rows, db_int(s->id)));
    v->kind_table = finance_table(cx, "natures", "Combien, et que faire", heads, 4, 0x6);
    v->kinds.item = ARENA_ARRAY(cx->arena, rows.count, struct settle_kind_view);
    v->kinds.count = rows.count;
    for (size_t r = 0; r < rows.count; r++) {
        enum settle_kind kind = (enum settle_kind)row_int(&rows, r, 0);
        if (by->kind == row_int(&rows, r, 0))
            *open = row_int(&rows, r, 2);
        v->kinds.item[r] = (struct settle_kind_view){
            .name = str_of(settle_kind_text(kind)),
            .advice = str_of(settle_kind_advice(kind)),
            .count = number(cx, row_int(&rows, r, 1)),
            .open = number(cx, row_int(&rows, r, 2)),
            .url = filter_url(cx, s, &(struct filter){.kind = row_int(&rows, r, 0), .all = true}),
        };
    }
    return OK;
}

static struct str
handled_text(struct ctx *cx, const struct settle_finding *d)
{
    if (d->handled_ms == 0)
        return STR("À traiter");
    return str_printf(cx->arena, "Traité le %s", fmt_short_date(d->handled_ms, ZONE_PARIS).z);
}

/* Where a side knows nothing there is no amount. */
static struct str
side(struct ctx *cx, int64_t cents)
{
    return cents == 0 ? STR("–") : finance_euros(cx, cents);
}

static enum err
result_rows(struct ctx *cx, const struct settlement *s, const struct filter *by,
            struct settle_result_view *v)
{
    static const char *const heads[] = {"Ligne", "Écart", "Transaction", "Relevé", "Chez nous",
                                        "Suite"};
    struct settle_finding_list list;

    TRY(settle_findings(cx, s->id, (int)by->kind, by->all, by->from_seq, &list));
    size_t shown = list.count > FINDINGS_PAGE ? FINDINGS_PAGE : list.count;
    v->table = finance_table(cx, "ecarts", "Écarts entre le relevé et nos paiements", heads, 6,
                             0x19);
    v->table.export = url_path(cx->arena, "/console/finances/releves/%lld/ecarts.csv",
                               (long long)s->id);
    v->rows.item = ARENA_ARRAY(cx->arena, shown, struct settle_line_view);
    v->rows.count = shown;
    for (size_t i = 0; i < shown; i++) {
        const struct settle_finding *d = &list.item[i];
        v->rows.item[i] = (struct settle_line_view){
            .one = d->line > 0 ? plain(cx, d->line) : STR("–"),
            .two = d->detail.len == 0
                       ? str_of(settle_kind_text(d->kind))
                       : str_printf(cx->arena, "%s (%.*s)", settle_kind_text(d->kind),
                                    STR_FMT(d->detail)),
            .three = shortened(cx, d->ref),
            .four = side(cx, d->theirs_cents),
            .five = side(cx, d->ours_cents),
            .six = handled_text(cx, d),
            .url = url_path(cx->arena, "/console/finances/releves/%lld/ecarts/%lld",
                            (long long)s->id, (long long)d->seq),
        };
    }
    v->pager.total = -1;
    struct filter other = *by;
    if (list.count > shown) {
        other.from_seq = list.item[shown].seq;
        v->pager.next = filter_url(cx, s, &other);
    }
    other.from_seq = 0;
    if (by->from_seq > 0)
        v->pager.previous = filter_url(cx, s, &other);
    return OK;
}

static void
result_verdict(struct ctx *cx, const struct settlement *s, struct settle_result_view *v)
{
    if (s->findings == 0)
        v->verdict = (struct notice){TONE_GOOD, STR("Tout concorde"), STR_NONE};
    else if (s->open == 0)
        v->verdict = (struct notice){TONE_GOOD, STR("Tous les écarts sont traités"), STR_NONE};
    else
        v->verdict = (struct notice){
            TONE_WARN,
            str_printf(cx->arena, "%s à traiter", fmt_plural(s->open, "écart", "écarts").z),
            STR("Ouvrez-les un par un, ou par nature.")};
    v->summary.item = ARENA_ARRAY(cx->arena, 5, struct summary_row);
    add(&v->summary, "Déposé le",
        str_printf(cx->arena, "%s", fmt_date_time(s->at_ms, ZONE_PARIS).z));
    add(&v->summary, "Lignes", number(cx, s->lines));
    add(&v->summary, "Lignes qui concordent", number(cx, s->matched));
    add(&v->summary, "Montant qui concorde", finance_euros(cx, s->gross_cents));
    add(&v->summary, "Frais du prestataire", finance_euros(cx, s->fee_cents));
}

static void
result_heading(struct ctx *cx, const struct settlement *s, const struct filter *by,
               struct settle_result_view *v)
{
    struct filter other = *by;

    v->heading = by->kind != 0
                     ? str_printf(cx->arena, "Écarts\u00a0: %s",
                                  settle_kind_text((enum settle_kind)by->kind))
                 : by->all ? STR("Tous les écarts")
                           : STR("Écarts à traiter");
    v->nothing = by->all ? STR("Aucun écart de cette nature.") : STR("Aucun écart à traiter.");
    other.from_seq = 0;
    other.all = by->kind == 0 && !by->all;
    other.kind = 0;
    v->other = filter_url(cx, s, &other);
    v->other_label = other.all ? STR("Voir aussi ceux qui sont traités")
                               : STR("Ne voir que ceux à traiter");
}

static enum err
result_show(struct ctx *cx, struct req *req, const struct form *f, const struct settlement *s,
            int status)
{
    struct settle_result_view v = {.may_act = finance_may_act(cx)};
    struct filter by = {0};
    int64_t all, open;

    TRY(req_query_int(req, "genre", 0, SETTLE_DISPUTE, 0, &by.kind));
    TRY(req_query_int(req, "tous", 0, 1, 0, &all));
    TRY(req_query_int(req, "depuis", 0, INT64_MAX, 0, &by.from_seq));
    by.all = all == 1;
    TRY(frame(cx, req, s, STR_NONE, &v.page));
    v.page.has_error = form_failed(f);
    v.errors = form_errors(f);
    result_verdict(cx, s, &v);
    TRY(result_kinds(cx, s, &by, &v, &open));
    TRY(result_rows(cx, s, &by, &v));
    result_heading(cx, s, &by, &v);
    if (v.may_act && by.kind != 0 && open > 1) {
        v.note = form_field(f, "note", STR("Ce qui a été fait"),
                            STR("Gardé avec chacun de ces écarts."), STR_NONE);
        v.note.required = true;
        v.kind = plain(cx, by.kind);
        v.handle_action = filter_url(cx, s, &by);
        v.handle_label = str_printf(cx->arena, "Marquer les %s comme traités",
                                    fmt_plural(open, "écart", "écarts").z);
    }
    settle_result_html(&req->out, &v);
    return res_html(req, status);
}

enum err
settle_show(struct ctx *cx, struct req *req, const struct form *f, const struct settlement *s,
            int status)
{
    if (s->state == SETTLE_DRAFT)
        return draft_show(cx, req, s, status);
    if (s->state == SETTLE_RUNNING)
        return running_show(cx, req, s);
    return result_show(cx, req, f, s, status);
}

/* ---- one difference ---- */

enum err
settle_finding_show(struct ctx *cx, struct req *req, const struct form *f,
                    const struct settlement *s, const struct settle_finding *d, int status)
{
    struct settle_finding_view v = {.may_act = finance_may_act(cx),
                                    .handled = d->handled_ms > 0};

    TRY(frame(cx, req, s, str_of(settle_kind_text(d->kind)), &v.page));
    v.page.has_error = form_failed(f);
    v.errors = form_errors(f);
    v.summary.item = ARENA_ARRAY(cx->arena, 8, struct summary_row);
    if (d->line > 0)
        add(&v.summary, "Ligne du relevé", plain(cx, d->line));
    if (d->ref.len > 0)
        add(&v.summary, d->kind == SETTLE_MISSING ? "Commande" : "Transaction", d->ref);
    add(&v.summary, "Montant du relevé", side(cx, d->theirs_cents));
    add(&v.summary, "Montant chez nous", side(cx, d->ours_cents));
    if (d->detail.len > 0)
        add(&v.summary, "Précision", d->detail);
    if (v.handled) {
        add(&v.summary, "Traité le",
            str_printf(cx->arena, "%s", fmt_date_time(d->handled_ms, ZONE_PARIS).z));
        add(&v.summary, "Par", d->handled_by.len > 0 ? d->handled_by : STR("Un relevé suivant"));
        add(&v.summary, "Suite donnée", d->note);
    }
    v.advice = str_of(settle_kind_advice(d->kind));
    if (d->kind == SETTLE_MISSING) {
        v.refund = url_with(cx->arena, URL("console/finances"), "q", d->ref);
        v.refund_label = str_printf(cx->arena, "Voir les documents de la commande %.*s",
                                    STR_FMT(d->ref));
    }
    v.note = form_field(f, "note", STR("Ce qui a été fait"), STR("Gardé avec l’écart."),
                        STR_NONE);
    v.note.required = true;
    v.back = settle_url(cx, s->id);
    v.action = url_path(cx->arena, "/console/finances/releves/%lld/ecarts/%lld",
                        (long long)s->id, (long long)d->seq);
    settle_finding_html(&req->out, &v);
    return res_html(req, status);
}
