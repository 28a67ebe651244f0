/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paper.h - printed pages: text, lines and bar codes on a PDF. Measures are millimetres.
 *
 * paper.c alone includes cairo, pango and zint; merge.c alone includes qpdf.
 */
#ifndef MAILLON_DELIVERY_PAPER_H
#define MAILLON_DELIVERY_PAPER_H

#include "base/buf.h"
#include "base/err.h"

struct paper;

/* Pages of this size go into out as they are finished. */
struct paper *paper_open(struct buf *out, double width, double height, const char *title);
void paper_page(struct paper *p); /* Ends this page; the next begins with the first mark. */
/* ERR_FAULT when the PDF could not be made. Releases p. */
NODISCARD enum err paper_close(struct paper *p);

enum paper_style { PAPER_PLAIN, PAPER_BOLD };
/* Wraps at width; returns the height it took. Size in points. */
double paper_text(struct paper *p, double x, double y, double width, double size,
                  enum paper_style style, struct str text);
/* One line, cut with an ellipsis. */
void paper_cell(struct paper *p, double x, double y, double width, double size,
                enum paper_style style, struct str text);
void paper_rule(struct paper *p, double x, double y, double width);
void paper_box(struct paper *p, double x, double y, double width, double height);
/* Code 128 of printable ASCII; false when it cannot be encoded. */
bool paper_code128(struct paper *p, double x, double y, double width, double height,
                   struct str text);

/* Puts PDFs one behind the other (merge.c). ERR_INVALID: one of them is none. */
NODISCARD enum err pdf_join(const struct str *pdfs, size_t count, struct buf *out);

#endif
