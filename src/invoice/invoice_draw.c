/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invoice_draw.c - a document on A4 pages by cairo and pango, fonts embedded.
 *
 * It is drawn twice: once to count the pages, once with their numbers. Lengths are points.
 */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "base/format.h"
#include "invoice/invoice_int.h"

#define PAGE_W 595.28
#define PAGE_H 841.89
#define LEFT   48.0
#define RIGHT  (PAGE_W - 48.0)
#define TOP    48.0
#define BOTTOM (PAGE_H - 76.0)

enum align { ALIGN_LEFT, ALIGN_RIGHT };

struct sheet {
    const struct invoice_doc *d;
    struct arena *a;
    cairo_t *cr;
    PangoLayout *layout;
    double y;
    int page, pages;
    bool in_lines;             /* The heads of the table are drawn again on a new page. */
};

/* ---- text ---- */

struct face {
    double size;
    bool bold, soft;
    enum align align;
};

static const struct face PLAIN = {9, false, false, ALIGN_LEFT};
static const struct face STRONG = {9, true, false, ALIGN_LEFT};
static const struct face SMALL = {7.5, false, true, ALIGN_LEFT};
static const struct face FIGURE = {9, false, false, ALIGN_RIGHT};
static const struct face FIGURE_STRONG = {9, true, false, ALIGN_RIGHT};

/* Sets the layout; returns the height of the text wrapped to width. */
static double
text_set(struct sheet *s, double width, struct face f, struct str text)
{
    PangoFontDescription *font = pango_font_description_new();
    int height;

    pango_font_description_set_family_static(font, "DejaVu Sans");
    pango_font_description_set_absolute_size(font, f.size * PANGO_SCALE);
    pango_font_description_set_weight(font, f.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(s->layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(s->layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(s->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(s->layout,
                               f.align == ALIGN_RIGHT ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    pango_layout_set_text(s->layout, text.ptr == NULL ? "" : text.ptr, (int)text.len);
    pango_layout_get_size(s->layout, NULL, &height);
    return (double)height / PANGO_SCALE;
}

/* Draws text wrapped to width at x, y; returns its height. */
static double
text_at(struct sheet *s, double x, double y, double width, struct face f, struct str text)
{
    double height = text_set(s, width, f, text), ink = f.soft ? 0.32 : 0.09;

    cairo_set_source_rgb(s->cr, ink, ink + 0.03, ink + 0.06);
    cairo_move_to(s->cr, x, y);
    pango_cairo_show_layout(s->cr, s->layout);
    return height;
}

/* A line of a column that flows down; nothing for an empty text. */
static void
flow(struct sheet *s, double x, double width, double *y, struct face f, struct str text)
{
    if (text.len > 0)
        *y += text_at(s, x, *y, width, f, text) + 1.5;
}

static void
rule_from(struct sheet *s, double x, double y)
{
    cairo_set_source_rgb(s->cr, 0.72, 0.76, 0.8);
    cairo_set_line_width(s->cr, 0.6);
    cairo_move_to(s->cr, x, y);
    cairo_line_to(s->cr, RIGHT, y);
    cairo_stroke(s->cr);
}

static void
rule(struct sheet *s, double y)
{
    rule_from(s, LEFT, y);
}

/* ---- pages ---- */

static void
page_foot(struct sheet *s)
{
    const struct invoice_doc *d = s->d;
    struct str who = str_printf(s->a, "%.*s – SIREN %s – TVA %.*s", STR_FMT(d->seller_name),
                                fmt_siren(d->seller_siren).z, STR_FMT(d->seller_vat));
    struct face right = SMALL;

    right.align = ALIGN_RIGHT;
    rule(s, PAGE_H - 62);
    text_at(s, LEFT, PAGE_H - 56, 320, SMALL, who);
    text_at(s, RIGHT - 170, PAGE_H - 56, 170, right,
            str_printf(s->a, "%.*s – page %d/%d", STR_FMT(d->number), s->page, s->pages));
}

static void row_heads(struct sheet *s);

static void
page_next(struct sheet *s)
{
    struct face name = {11, true, false, ALIGN_LEFT};

    page_foot(s);
    cairo_show_page(s->cr);
    s->page++;
    s->y = TOP + text_at(s, LEFT, TOP, RIGHT - LEFT, name,
                         str_printf(s->a, "%s %.*s (suite)",
                                    s->d->kind == INVOICE_CREDIT ? "Avoir" : "Facture",
                                    STR_FMT(s->d->number))) + 14;
    if (s->in_lines)
        row_heads(s);
}

static void
need(struct sheet *s, double height)
{
    if (s->y + height > BOTTOM)
        page_next(s);
}

/* ---- blocks ---- */

static struct str
joined(struct arena *a, struct str one, const char *between, struct str two)
{
    if (one.len == 0 || two.len == 0)
        return one.len == 0 ? two : one;
    return str_printf(a, "%.*s%s%.*s", STR_FMT(one), between, STR_FMT(two));
}

static void
seller_block(struct sheet *s, double *y)
{
    const struct invoice_doc *d = s->d;
    const double w = 270;
    struct face name = {12, true, false, ALIGN_LEFT};
    struct str form = d->seller_form;

    flow(s, LEFT, w, y, name, d->seller_name);
    if (d->seller_capital.len > 0)
        form = str_printf(s->a, "%.*s au capital de %.*s", STR_FMT(form),
                          STR_FMT(d->seller_capital));
    flow(s, LEFT, w, y, PLAIN, form);
    flow(s, LEFT, w, y, PLAIN, d->seller_complement);
    flow(s, LEFT, w, y, PLAIN, d->seller_street);
    flow(s, LEFT, w, y, PLAIN, joined(s->a, d->seller_postal_code, " ", d->seller_city));
    struct str siren = str_printf(s->a, "SIREN %s", fmt_siren(d->seller_siren).z);
    if (d->seller_rcs.len > 0)
        siren = str_printf(s->a, "%s RCS %.*s", fmt_siren(d->seller_siren).z,
                           STR_FMT(d->seller_rcs));
    flow(s, LEFT, w, y, PLAIN, siren);
    flow(s, LEFT, w, y, PLAIN,
         str_printf(s->a, "N° TVA %.*s", STR_FMT(d->seller_vat)));
    flow(s, LEFT, w, y, PLAIN, d->seller_email);
}

static void
fact(struct sheet *s, double *y, const char *term, struct str value)
{
    const double x = RIGHT - 210;

    text_at(s, x, *y + 1.5, 90, SMALL, str_of(term)); /* On one base line. */
    flow(s, x + 80, 130, y, STRONG, value);
}

static struct str
day(struct sheet *s, int64_t ms)
{
    return str_printf(s->a, "%s", fmt_short_date(ms, (enum zone)s->d->zone).z);
}

static void
title_block(struct sheet *s, double *y)
{
    const struct invoice_doc *d = s->d;
    struct face title = {20, true, false, ALIGN_LEFT};

    flow(s, RIGHT - 210, 210, y, title,
         d->kind == INVOICE_CREDIT ? STR("AVOIR") : STR("FACTURE"));
    *y += 4;
    fact(s, y, "Numéro", d->number);
    fact(s, y, "Émise le", day(s, d->issued_ms));
    fact(s, y, "Commande", d->order_ref);
    if (d->kind == INVOICE_CREDIT) {
        fact(s, y, "Sur facture", d->credited);
        fact(s, y, "du", day(s, d->credited_ms));
    } else {
        fact(s, y, "Payée le", day(s, d->paid_ms));
    }
}

static bool
delivered_elsewhere(const struct invoice_doc *d)
{
    return !str_eq(d->to_street, d->buyer_street) ||
           !str_eq(d->to_postal_code, d->buyer_postal_code) || !str_eq(d->to_city, d->buyer_city);
}

static void
parties_block(struct sheet *s)
{
    const struct invoice_doc *d = s->d;
    const double x = LEFT + 270, w = 230;
    double left = s->y, right = s->y;

    flow(s, LEFT, w, &left, SMALL, STR("Facturé à"));
    flow(s, LEFT, w, &left, STRONG, d->buyer_name);
    flow(s, LEFT, w, &left, PLAIN, d->buyer_complement);
    flow(s, LEFT, w, &left, PLAIN, d->buyer_street);
    flow(s, LEFT, w, &left, PLAIN, d->buyer_special);
    flow(s, LEFT, w, &left, PLAIN, joined(s->a, d->buyer_postal_code, " ", d->buyer_city));
    flow(s, LEFT, w, &left, PLAIN, str_printf(s->a, "SIREN %s", fmt_siren(d->buyer_siren).z));
    if (d->buyer_vat.len > 0)
        flow(s, LEFT, w, &left, PLAIN, str_printf(s->a, "N° TVA %.*s", STR_FMT(d->buyer_vat)));
    flow(s, x, w, &right, SMALL, STR("Livré à"));
    if (delivered_elsewhere(d)) {
        flow(s, x, w, &right, STRONG, d->to_name);
        flow(s, x, w, &right, PLAIN, d->to_person);
        flow(s, x, w, &right, PLAIN, d->to_complement);
        flow(s, x, w, &right, PLAIN, d->to_street);
        flow(s, x, w, &right, PLAIN, d->to_special);
        flow(s, x, w, &right, PLAIN, joined(s->a, d->to_postal_code, " ", d->to_city));
    } else {
        flow(s, x, w, &right, PLAIN, STR("La même adresse"));
    }
    s->y = (left > right ? left : right) + 18;
}

/* ---- lines ---- */

enum { NAME_WIDTH = 240, ROW_GAP = 5 };

/* The columns beside a line's name. */
static void
row_figures(struct sheet *s, struct face f, struct str quantity, struct str price, struct str vat,
            struct str net)
{
    f.align = ALIGN_RIGHT;
    text_at(s, LEFT + 245, s->y, 45, f, quantity);
    text_at(s, LEFT + 295, s->y, 70, f, price);
    text_at(s, LEFT + 370, s->y, 45, f, vat);
    text_at(s, RIGHT - 80, s->y, 80, f, net);
}

static void
row_heads(struct sheet *s)
{
    double height = text_at(s, LEFT, s->y, NAME_WIDTH, SMALL, STR("Désignation"));

    row_figures(s, SMALL, STR("Quantité"), STR("Prix unitaire HT"), STR("TVA"),
                STR("Montant HT"));
    s->y += height + 3;
    rule(s, s->y);
    s->y += 5;
}

static struct str
euros(struct sheet *s, int64_t cents)
{
    return str_printf(s->a, "%s", fmt_euros(cents).z);
}

static struct str
percent(struct sheet *s, int bp)
{
    return str_printf(s->a, "%s", fmt_percent_bp(bp).z);
}

static void
lines_block(struct sheet *s)
{
    const struct invoice_doc *d = s->d;

    row_heads(s);
    s->in_lines = true;
    for (int i = 0; i < d->line_count; i++) {
        const struct doc_line *l = &d->line[i];
        need(s, text_set(s, NAME_WIDTH, PLAIN, l->name) + ROW_GAP);
        row_figures(s, FIGURE, str_printf(s->a, "%s", fmt_int(l->quantity).z),
                    euros(s, l->price_cents), percent(s, l->vat_bp), euros(s, l->net_cents));
        s->y += text_at(s, LEFT, s->y, NAME_WIDTH, PLAIN, l->name) + ROW_GAP;
    }
    s->in_lines = false;
    rule(s, s->y);
    s->y += 12;
}

/* ---- totals ---- */

enum { VAT_WIDTH = 215, TOTALS_WIDTH = 215, TOTAL_ROW = 15 };

/* Base and tax of each rate, then the reasons of exemptions; returns where it ends. */
static double
vat_table(struct sheet *s, double y)
{
    struct face head = SMALL, figure = {8.5, false, false, ALIGN_RIGHT};
    struct face rate = {8.5, false, false, ALIGN_LEFT};

    head.align = ALIGN_RIGHT;
    text_at(s, LEFT, y, 60, SMALL, STR("Taux de TVA"));
    text_at(s, LEFT + 65, y, 75, head, STR("Base HT"));
    y += text_at(s, LEFT + 145, y, 70, head, STR("TVA")) + 4;
    for (int i = 0; i < s->d->vat_count; i++) {
        const struct doc_vat *v = &s->d->vat[i];
        if (v->net_cents == 0 && v->vat_cents == 0)
            continue;
        text_at(s, LEFT + 65, y, 75, figure, euros(s, v->net_cents));
        text_at(s, LEFT + 145, y, 70, figure, euros(s, v->vat_cents));
        y += text_at(s, LEFT, y, 60, rate, percent(s, v->vat_bp)) + 3;
        if (v->reason.len > 0)
            y += text_at(s, LEFT, y, VAT_WIDTH, SMALL, v->reason) + 5;
    }
    return y;
}

static double
vat_height(struct sheet *s)
{
    double y = 14;

    for (int i = 0; i < s->d->vat_count; i++) {
        const struct doc_vat *v = &s->d->vat[i];
        if (v->net_cents == 0 && v->vat_cents == 0)
            continue;
        y += 14;
        if (v->reason.len > 0)
            y += text_set(s, VAT_WIDTH, SMALL, v->reason) + 5;
    }
    return y;
}

static void
total_row(struct sheet *s, double *y, const char *term, int64_t cents, bool strong)
{
    const double x = RIGHT - TOTALS_WIDTH;
    struct face t = strong ? STRONG : PLAIN, f = strong ? FIGURE_STRONG : FIGURE;

    text_at(s, x, *y, 120, t, str_of(term));
    text_at(s, RIGHT - 90, *y, 90, f, euros(s, cents));
    *y += TOTAL_ROW;
}

static void
totals_block(struct sheet *s)
{
    const struct invoice_doc *d = s->d;
    bool credit = d->kind == INVOICE_CREDIT;
    double left = vat_height(s), right = 6 * TOTAL_ROW;

    need(s, left > right ? left : right);
    right = s->y;
    left = vat_table(s, s->y);
    total_row(s, &right, credit ? "Total HT crédité" : "Total HT", d->net_cents, false);
    total_row(s, &right, credit ? "Total TVA créditée" : "Total TVA", d->vat_cents, false);
    rule_from(s, RIGHT - TOTALS_WIDTH, right);
    right += 5;
    total_row(s, &right, credit ? "Total TTC crédité" : "Total TTC", d->total_cents, true);
    total_row(s, &right, credit ? "Déjà remboursé" : "Déjà payé", d->total_cents, false);
    total_row(s, &right, credit ? "Reste à rembourser" : "Reste à payer", 0, true);
    s->y = (left > right ? left : right) + 16;
}

/* ---- mentions ---- */

enum { MENTIONS_MAX = 8 };

/* What the law wants said below the totals. */
static int
mentions_of(struct sheet *s, struct str out[MENTIONS_MAX])
{
    const struct invoice_doc *d = s->d;
    int n = 0;

    if (d->kind == INVOICE_CREDIT)
        out[n++] = str_printf(s->a,
                              "%.*s. Montant remboursé par le moyen de paiement d’origine.",
                              STR_FMT(d->reason));
    else
        out[n++] = str_printf(s->a,
                              "Facture acquittée\u00a0: payée par carte le %s (acompte de la "
                              "totalité). Échéance\u00a0: à la commande.",
                              fmt_short_date(d->paid_ms, (enum zone)d->zone).z);
    out[n++] = str_printf(s->a, "Nature de l’opération\u00a0: livraison de biens. Campagne\u00a0: "
                                "%.*s.",
                          STR_FMT(d->campaign));
    if (d->vat_on_debits)
        out[n++] = STR("Option pour le paiement de la taxe d’après les débits.");
    out[n++] = str_printf(s->a, "Escompte\u00a0: %.*s.", STR_FMT(d->discount));
    out[n++] = str_printf(s->a, "Pénalités de retard\u00a0: %.*s. Indemnité forfaitaire pour frais "
                                "de recouvrement\u00a0: 40\u00a0€.",
                          STR_FMT(d->penalties));
    if (d->seller_iban.len > 0)
        out[n++] = str_printf(s->a, "IBAN\u00a0: %.*s", STR_FMT(d->seller_iban));
    out[n++] = STR("Ce document est au format Factur-X\u00a0: il porte ses données "
                   "(factur-x.xml, EN 16931).");
    return n;
}

/* Together on one page. */
static void
mentions_block(struct sheet *s)
{
    struct str mention[MENTIONS_MAX];
    int count = mentions_of(s, mention);
    double height = 0;

    for (int i = 0; i < count; i++)
        height += text_set(s, RIGHT - LEFT, SMALL, mention[i]) + 1.5;
    need(s, height);
    for (int i = 0; i < count; i++)
        flow(s, LEFT, RIGHT - LEFT, &s->y, SMALL, mention[i]);
}

static cairo_status_t
take(void *closure, const unsigned char *data, unsigned int length)
{
    buf_put(closure, data, length);
    return CAIRO_STATUS_SUCCESS;
}

/* Glyphs stand where the font's designer put them: nothing is rounded to a screen's dots. */
static PangoLayout *
layout_make(cairo_t *cr)
{
    cairo_font_options_t *options = cairo_font_options_create();
    PangoLayout *layout = pango_cairo_create_layout(cr);

    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(pango_layout_get_context(layout), options);
    pango_context_set_round_glyph_positions(pango_layout_get_context(layout), FALSE);
    cairo_font_options_destroy(options);
    return layout;
}

/* pages is what the first run counted; 0 in the first run. Returns the count, 0 on a failure. */
static int
draw(struct ctx *cx, const struct invoice_doc *d, int pages, struct buf *out)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(take, out, PAGE_W, PAGE_H);
    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5);
    struct sheet s = {.d = d, .a = cx->arena, .page = 1, .pages = pages, .y = TOP};
    double left = s.y, right = s.y;

    s.cr = cairo_create(surface);
    s.layout = layout_make(s.cr);
    seller_block(&s, &left);
    title_block(&s, &right);
    s.y = (left > right ? left : right) + 24;
    parties_block(&s);
    lines_block(&s);
    totals_block(&s);
    mentions_block(&s);
    page_foot(&s);
    cairo_show_page(s.cr);
    cairo_status_t status = cairo_status(s.cr);
    g_object_unref(s.layout);
    cairo_destroy(s.cr);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (status == CAIRO_STATUS_SUCCESS && !out->overflow)
        return s.page;
    log_error(cx->log, "invoice_draw", LOG_Z("why", cairo_status_to_string(status)));
    return 0;
}

enum err
doc_draw(struct ctx *cx, const struct invoice_doc *d, struct buf *out)
{
    int pages = draw(cx, d, 0, out);

    if (pages == 0)
        return ERR_FAULT;
    buf_clear(out);
    return draw(cx, d, pages, out) == pages ? OK : ERR_FAULT;
}
