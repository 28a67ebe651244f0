/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paper.c - cairo for the page, pango for its text, zint for its bar codes.
 */
#include "delivery/paper.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <zint.h>

#define POINTS_PER_MM (72.0 / 25.4)
static const char family[] = "DejaVu Sans";

struct paper {
    cairo_surface_t *surface;
    cairo_t *cr;
    struct buf *out;
};

static cairo_status_t
take_bytes(void *arg, const unsigned char *bytes, unsigned int len)
{
    struct buf *out = arg;

    buf_put(out, bytes, len);
    return out->overflow ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

struct paper *
paper_open(struct buf *out, double width, double height, const char *title)
{
    struct paper *p = g_malloc(sizeof *p); /* Ends the process when there is no memory. */

    p->out = out;
    p->surface = cairo_pdf_surface_create_for_stream(take_bytes, out, width * POINTS_PER_MM,
                                                     height * POINTS_PER_MM);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATOR, "Maillon");
    p->cr = cairo_create(p->surface);
    cairo_scale(p->cr, POINTS_PER_MM, POINTS_PER_MM);
    cairo_set_line_width(p->cr, 0.2);
    return p;
}

void
paper_page(struct paper *p)
{
    cairo_show_page(p->cr);
}

enum err
paper_close(struct paper *p)
{
    cairo_destroy(p->cr);
    cairo_surface_finish(p->surface);
    bool good = cairo_surface_status(p->surface) == CAIRO_STATUS_SUCCESS && !p->out->overflow;
    cairo_surface_destroy(p->surface);
    g_free(p);
    return good ? OK : ERR_FAULT;
}

/* Text is laid out in points and drawn in millimetres. */
static PangoLayout *
layout_make(struct paper *p, double width, double size, enum paper_style style, struct str text)
{
    PangoLayout *layout = pango_cairo_create_layout(p->cr);
    PangoFontDescription *font = pango_font_description_new();

    pango_font_description_set_family_static(font, family);
    pango_font_description_set_weight(font, style == PAPER_BOLD ? PANGO_WEIGHT_BOLD
                                                                : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(layout, (int)(width * POINTS_PER_MM * PANGO_SCALE));
    pango_layout_set_text(layout, text.ptr == NULL ? "" : text.ptr, (int)text.len);
    return layout;
}

static double
layout_draw(struct paper *p, PangoLayout *layout, double x, double y)
{
    int width, height;

    cairo_save(p->cr);
    cairo_translate(p->cr, x, y);
    cairo_scale(p->cr, 1 / POINTS_PER_MM, 1 / POINTS_PER_MM);
    pango_cairo_update_layout(p->cr, layout);
    cairo_move_to(p->cr, 0, 0);
    pango_cairo_show_layout(p->cr, layout);
    pango_layout_get_size(layout, &width, &height);
    cairo_restore(p->cr);
    g_object_unref(layout);
    return (double)height / PANGO_SCALE / POINTS_PER_MM;
}

double
paper_text(struct paper *p, double x, double y, double width, double size,
           enum paper_style style, struct str text)
{
    PangoLayout *layout = layout_make(p, width, size, style, text);

    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    return layout_draw(p, layout, x, y);
}

void
paper_cell(struct paper *p, double x, double y, double width, double size,
           enum paper_style style, struct str text)
{
    PangoLayout *layout = layout_make(p, width, size, style, text);

    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    layout_draw(p, layout, x, y);
}

void
paper_rule(struct paper *p, double x, double y, double width)
{
    cairo_move_to(p->cr, x, y);
    cairo_line_to(p->cr, x + width, y);
    cairo_stroke(p->cr);
}

void
paper_box(struct paper *p, double x, double y, double width, double height)
{
    cairo_rectangle(p->cr, x, y, width, height);
    cairo_stroke(p->cr);
}

bool
paper_code128(struct paper *p, double x, double y, double width, double height, struct str text)
{
    struct zint_symbol *symbol = ZBarcode_Create();

    if (symbol == NULL)
        return false;
    symbol->symbology = BARCODE_CODE128;
    symbol->show_hrt = 0;
    int code = ZBarcode_Encode_and_Buffer_Vector(symbol, (const unsigned char *)text.ptr,
                                                 (int)text.len, 0);
    bool good = code < ZINT_ERROR && symbol->vector != NULL && symbol->vector->width > 0;
    if (good) {
        double scale = width / (double)symbol->vector->width;
        for (const struct zint_vector_rect *r = symbol->vector->rectangles; r != NULL;
             r = r->next)
            cairo_rectangle(p->cr, x + (double)r->x * scale, y, (double)r->width * scale, height);
        cairo_fill(p->cr);
    }
    ZBarcode_Delete(symbol);
    return good;
}
