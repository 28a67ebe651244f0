/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invoice.h - invoices and credit notes: numbered without gaps, written once, never changed.
 *
 * When: an invoice is issued once the order is paid, before it leaves. The buyer pays the whole
 * price in advance, and an advance on goods makes both the tax due and the invoice owed when it is
 * received (CGI articles 269-2-a and 289-I-1-c); waiting for dispatch would leave money without an
 * invoice for days. What is paid back later gets a credit note, one for each refund that is done;
 * nothing is ever deleted or rewritten.
 *
 * How: order/ and payment/ only note that a document is due, in their own transaction; the job
 * INVOICE_ISSUE writes it, taking the number from a counter row locked in the same transaction.
 * A document that cannot be written (the organiser's campaign file lacks the seller's legal
 * mentions) stays due with the reason, which the finance page shows.
 *
 * Rounding: VAT is the sum of net amounts of one rate times the rate, rounded half up to the cent,
 * once per rate and document (EN 16931 BR-CO-17). A credit note in part takes the difference
 * between the VAT of what was invoiced before and after it, so that documents always add up to
 * what is kept.
 *
 * Contents are frozen as JSON when the document is issued; PDF and XML are drawn from that.
 */
#ifndef MAILLON_INVOICE_INVOICE_H
#define MAILLON_INVOICE_INVOICE_H

#include "base/buf.h"
#include "db/db.h"
#include "order/order.h"

/* UNTDID 1001, as EN 16931 uses it. */
enum invoice_kind { INVOICE_BILL = 380, INVOICE_CREDIT = 381 };

struct invoice {
    int64_t id;
    enum invoice_kind kind;
    struct str number;     /* "MASQ-2026-000123", "MASQ-AV-2026-000007" */
    int64_t organiser_id, campaign_id, order_id, payment_id;
    int64_t refund_id;     /* Of a credit note; else 0. */
    int64_t invoice_id;    /* The invoice that a credit note corrects; else 0. */
    int64_t issued_ms;
    int64_t siren;         /* Buyer. */
    struct str buyer;
    int64_t net_cents, vat_cents, total_cents; /* Positive in both kinds. */
    struct str order_ref;
};

struct invoice_list {
    struct invoice *item;
    size_t count;
};

/* The order has become paid: its invoice is due. Once per order, whoever asks. Needs a write. */
NODISCARD enum err invoice_expect(struct ctx *cx, int64_t order_id);
/* A refund of this payment is done: a credit note is due when the payment paid an order; nothing
 * otherwise. Needs a write. */
NODISCARD enum err invoice_expect_credit(struct ctx *cx, int64_t payment_id);

/* ---- refunds in part ---- */

/* Packs of one line of the order that will not be delivered. */
struct credit_part {
    int line;              /* Index in order.line. */
    int64_t packs;         /* 1 .. what the line has left uncredited. */
    int64_t net_cents, vat_cents; /* Set by invoice_part_price. */
};
/* What giving back these packs costs, to the cent: fills net and vat and the sum of all. Parts of
 * earlier refunds that were not void count as gone. ERR_INVALID: a line twice, or more packs than
 * are left. */
NODISCARD enum err invoice_part_price(struct ctx *cx, const struct order *o,
                                      struct credit_part *part, int count, int64_t *cents);
/* Notes what the refund is for, in the transaction that makes its row: the credit note then names
 * the packs. The refund's amount must be the sum above (asserted). */
NODISCARD enum err invoice_part_put(struct ctx *cx, int64_t refund_id,
                                    const struct credit_part *part, int count);

/* ---- reading ---- */

/* Invoice and credit notes of an order, oldest first, at most 50. The caller has checked whose
 * order it is. */
NODISCARD enum err invoice_of_order(struct ctx *cx, int64_t order_id, struct invoice_list *out);
/* One document of an order by its number. ERR_NOT_FOUND. */
NODISCARD enum err invoice_by_number(struct ctx *cx, int64_t order_id, struct str number,
                                     struct invoice *out);
/* The XML (Factur-X, profile EN 16931), and the PDF/A-3 that carries it, appended to out. */
NODISCARD enum err invoice_xml(struct ctx *cx, int64_t id, struct buf *out);
NODISCARD enum err invoice_pdf(struct ctx *cx, int64_t id, struct buf *out);

/* Issues all that is due now, at most 1,000 documents; *issued counts them, *stuck those that
 * cannot be written and say why. No transaction is open. */
NODISCARD enum err invoice_issue_due(struct ctx *cx, int *issued, int *stuck);

#endif
