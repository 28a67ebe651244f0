/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settle.h - the provider's settlement file (payout report) compared with our payments.
 *
 * The file is CSV with a header, comma or semicolon, UTF-8 or Windows-1252; columns are found by
 * name. Known names are those of Stripe's itemised payout report and of Lyra's settlement export;
 * the setting SETTLE_COLUMNS adds others ("ref=Numéro,amount=Brut,fee=Frais,type=Sens,
 * order=Commande"). Amounts are euros; a negative one, or a type that says refund, is a refund.
 *
 * A file is read whole before anything is written; it is stored once, known by its bytes.
 */
#ifndef MAILLON_INVOICE_SETTLE_H
#define MAILLON_INVOICE_SETTLE_H

#include "db/db.h"

enum { SETTLE_BYTES_MAX = 16 * 1024 * 1024, SETTLE_ROWS_MAX = 200000, SETTLE_FAULTS_MAX = 1000 };

struct settle_row {
    int64_t line;
    bool is_refund;
    struct str ref, order_ref; /* Of the transaction; of the order, may be empty. */
    int64_t cents;             /* Positive in both kinds. */
    int64_t fee_cents;
};
struct settle_fault {
    int64_t line;
    struct str text;           /* French. */
};
struct settle_file {
    struct settle_row *row;
    size_t count;
    struct settle_fault *fault; /* Lines that could not be read. */
    size_t fault_count;
    int64_t ignored;           /* Fees and payouts of their own: no transaction of ours. */
    int64_t fees_cents;        /* All fees, own lines of them included. */
};
/* ERR_INVALID with *why in French: no such file of ours at all (no header known, too large). */
NODISCARD enum err settle_parse(struct arena *a, struct str bytes, struct str columns,
                                struct settle_file *out, struct str *why);

enum settle_kind { SETTLE_UNKNOWN = 1, SETTLE_AMOUNT, SETTLE_REPEATED, SETTLE_EARLIER,
                   SETTLE_UNREADABLE };
const char *settle_kind_code(enum settle_kind k);  /* "unknown" */
const char *settle_kind_text(enum settle_kind k);  /* French */

struct settle_difference {
    int64_t line;
    enum settle_kind kind;
    struct str ref;
    int64_t theirs_cents, ours_cents;
    struct str detail;
};
struct settlement {
    int64_t id;
    bool known;                /* The same bytes were read before, at at_ms. */
    struct str name;
    int64_t at_ms, lines, matched, gross_cents, fee_cents;
    struct settle_difference *difference;
    size_t difference_count;
};
/* Compares and stores in the open write transaction; payments of the actor's organiser, of all for
 * a command. ERR_INVALID with *why: nothing is written. */
NODISCARD enum err settle_store(struct ctx *cx, struct str name, struct str bytes,
                                struct settlement *out, struct str *why);
/* One of the actor's organiser, with its differences. ERR_NOT_FOUND. */
NODISCARD enum err settle_find(struct ctx *cx, int64_t id, struct settlement *out);
struct settlement_list {
    struct settlement *item;
    size_t count;
};
/* Newest first, at most 50, without their differences. */
NODISCARD enum err settle_list(struct ctx *cx, struct settlement_list *out);

#endif
