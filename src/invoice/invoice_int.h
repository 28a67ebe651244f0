/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invoice_int.h - a document as it is frozen: for the files of invoice/ only.
 *
 * struct invoice_doc holds all that an invoice or a credit note says. It is made once, stored as
 * JSON, and read back for the PDF and the XML, so that later changes of the register, the campaign
 * or the program's wording of data never reach a document already issued.
 */
#ifndef MAILLON_INVOICE_INVOICE_INT_H
#define MAILLON_INVOICE_INVOICE_INT_H

#include "invoice/invoice.h"

enum { DOC_LINES_MAX = ORDER_LINES_MAX + 1, INVOICE_PAGE = 50 };

/* Every text of a document. */
#define DOC_TEXTS(X)                                                                              \
    X(number) X(credited) X(order_ref) X(campaign) X(reason) X(payment_ref)                       \
    X(seller_name) X(seller_form) X(seller_capital) X(seller_complement) X(seller_street)         \
    X(seller_postal_code) X(seller_city) X(seller_siren) X(seller_rcs) X(seller_vat)              \
    X(seller_iban) X(seller_email) X(penalties) X(discount)                                       \
    X(buyer_name) X(buyer_siren) X(buyer_vat) X(buyer_complement) X(buyer_street)                 \
    X(buyer_special) X(buyer_postal_code) X(buyer_city) X(buyer_country)                          \
    X(to_name) X(to_person) X(to_complement) X(to_street) X(to_special) X(to_postal_code)         \
    X(to_city) X(to_country)

/* Every number of a document; money in cents, positive in both kinds. */
#define DOC_NUMBERS(X)                                                                            \
    X(kind) X(zone) X(issued_ms) X(paid_ms) X(credited_ms) X(vat_on_debits) X(services)           \
    X(net_cents) X(vat_cents) X(total_cents)

struct doc_line {
    struct str code, name; /* Of the pack; "Lot de 6 masques - Masque lavable" */
    int64_t quantity, price_cents, net_cents;
    char category;         /* 'S', 'G' or 'E' */
    int vat_bp;
};

struct doc_vat {
    char category;
    int vat_bp;
    int64_t net_cents, vat_cents;
    struct str reason;     /* Of an exemption; empty for S. */
};

struct invoice_doc {
#define DOC_FIELD(name) struct str name;
    DOC_TEXTS(DOC_FIELD)
#undef DOC_FIELD
#define DOC_FIELD(name) int64_t name;
    DOC_NUMBERS(DOC_FIELD)
#undef DOC_FIELD
    struct doc_line line[DOC_LINES_MAX];
    int line_count;
    struct doc_vat vat[DOC_LINES_MAX];
    int vat_count;
};

/* The columns that every list of documents selects, in their order. */
struct invoice invoice_from_row(const struct db_rows *rows, size_t r);

struct str doc_json(struct ctx *cx, const struct invoice_doc *d);
/* ERR_FAULT, logged, when the stored text is not one of ours. */
NODISCARD enum err doc_parse(struct ctx *cx, struct str json, struct invoice_doc *out);
/* The frozen contents of a document. ERR_NOT_FOUND. */
NODISCARD enum err doc_load(struct ctx *cx, int64_t id, struct invoice_doc *out);

/* VAT of a net amount, rounded half up to the cent. */
static inline int64_t
doc_vat_of(int64_t net_cents, int bp)
{
    return (net_cents * bp + 5000) / 10000;
}

/* ---- making ---- */

/* What an order's invoice says, all but its number and date. *why is set, and the document not
 * made, when something that the law asks is missing; French, for the organiser. */
NODISCARD enum err doc_of_order(struct ctx *cx, const struct order *o,
                                const struct campaign *c, struct invoice_doc *out,
                                struct str *why);

/* One refund to be credited. rest: what the invoice's groups have left before it. */
struct credit {
    int64_t refund_id, cents;
    struct credit_part part[ORDER_LINES_MAX];
    int part_count;             /* 0: nobody said what for. */
    bool lines_known;           /* Every earlier credit named its packs. */
    int64_t packs_left[ORDER_LINES_MAX];
    const struct doc_vat *rest;
};
/* The credit note for bill, all but its number and date. */
void doc_of_credit(struct ctx *cx, const struct invoice_doc *bill, const struct order *o,
                   const struct credit *c, struct invoice_doc *out);

/* Rows of parts of a payment's refunds that stand, into packs per line. */
NODISCARD enum err parts_taken(struct ctx *cx, int64_t payment_id, const struct order *o,
                               int64_t packs[ORDER_LINES_MAX]);

/* ---- drawing ---- */

void doc_xml(struct buf *out, const struct invoice_doc *d);
/* A plain PDF by cairo and pango; ERR_FAULT, logged, when they fail. */
NODISCARD enum err doc_draw(struct ctx *cx, const struct invoice_doc *d, struct buf *out);
/* The same made a PDF/A-3b that carries the XML, by qpdf. */
NODISCARD enum err doc_archive(struct ctx *cx, const struct invoice_doc *d, struct str plain,
                               struct str xml, struct buf *out);
/* A small sRGB profile (ICC.1:2001-04, version 2.4) for the output intent. */
struct str icc_srgb(struct arena *a);

#endif
