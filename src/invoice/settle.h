/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settle.h - the provider's settlement file (payout report) compared with our payments.
 *
 * The file is CSV with a header: comma, semicolon or tab; UTF-8, UTF-16 with its mark, or
 * Windows-1252; columns are found by name. Known names are those of Stripe's itemised payout report
 * and of Lyra's settlement export; the setting SETTLE_COLUMNS adds others ("ref=Numéro,amount=Brut,
 * fee=Frais,type=Sens,order=Commande,currency=Devise"). Amounts are euros; a negative one, or a
 * type that says refund, is a refund.
 *
 * A file is stored first, as it came, and shown as it was understood; then it is compared, in small
 * transactions of their own, so that two hundred thousand lines never stand in the way of a sale. A
 * comparison that was cut off begins anew. The same bytes are one file; a payment or a refund is
 * settled by one file only.
 */
#ifndef MAILLON_INVOICE_SETTLE_H
#define MAILLON_INVOICE_SETTLE_H

#include "db/db.h"

enum { SETTLE_BYTES_MAX = 16 * 1024 * 1024, SETTLE_ROWS_MAX = 200000, SETTLE_FAULTS_MAX = 1000,
       SETTLE_MISSING_MAX = 1000, SETTLE_NAME_MAX = 120 };

/* ---- reading: pure, no database (settle_read.c) ---- */

enum settle_column { SETTLE_REF, SETTLE_ORDER, SETTLE_GROSS, SETTLE_FEE, SETTLE_TYPE,
                     SETTLE_CURRENCY_OF, SETTLE_COLUMNS };
const char *settle_column_text(enum settle_column c); /* "Référence de la transaction" */

enum settle_kind {
    SETTLE_UNKNOWN = 1, /* No payment or refund of ours. */
    SETTLE_AMOUNT,      /* Ours has another amount. */
    SETTLE_REPEATED,    /* A line of this file says the same. */
    SETTLE_EARLIER,     /* An earlier file settled it. */
    SETTLE_UNREADABLE,
    SETTLE_CURRENCY,    /* Not in euros. */
    SETTLE_MISSING,     /* A payment of ours of the file's days that no file has. */
    SETTLE_DISPUTE      /* The bank took it back. */
};

struct settle_row {
    int64_t line;
    bool is_refund;
    struct str ref, order_ref; /* Of the transaction; of the order, may be empty. */
    int64_t cents;             /* Positive in both kinds. */
    int64_t fee_cents;
};
/* A line that is not compared, and why. */
struct settle_fault {
    int64_t line;
    enum settle_kind kind;     /* UNREADABLE, CURRENCY or DISPUTE. */
    struct str ref;
    int64_t cents;
    struct str text;           /* French. */
};
struct settle_file {
    const char *encoding;      /* "UTF-8", "UTF-16", "Windows-1252" */
    char sep;
    struct str_list heads;     /* As they stand in the file. */
    int column[SETTLE_COLUMNS]; /* Which head is which; -1: none. */
    struct settle_row *row;
    size_t count;
    struct settle_fault *fault;
    size_t fault_count;
    int64_t ignored;           /* Fees and payouts of their own: no transaction of ours. */
    int64_t fees_cents;        /* All fees, own lines of them included. */
};
/* ERR_INVALID with *why in French: no such file of ours at all (no header known, too large). */
NODISCARD enum err settle_parse(struct arena *a, struct str bytes, struct str columns,
                                struct settle_file *out, struct str *why);

/* ---- comparing and keeping ---- */

const char *settle_kind_code(enum settle_kind k);  /* "unknown" */
const char *settle_kind_text(enum settle_kind k);  /* French: "Transaction inconnue" */
const char *settle_kind_advice(enum settle_kind k); /* French: what to do about it. */

enum settle_state { SETTLE_DRAFT = 1, SETTLE_RUNNING, SETTLE_DONE };

struct settlement {
    int64_t id;
    enum settle_state state;
    struct str name;
    int64_t at_ms, lines, matched, gross_cents, fee_cents;
    int64_t compared;          /* While it runs: lines done. */
    int64_t findings, open;    /* All differences; those nobody has handled. */
};

/* Stores the bytes as a draft of the actor's organiser (of the whole instance for a command), or
 * finds what the same bytes made before: *known. ERR_INVALID with *why: nothing is stored. No
 * transaction is open. */
NODISCARD enum err settle_add(struct ctx *cx, struct str name, struct str bytes, int64_t *id,
                              bool *known, struct str *why);
/* A draft as it was understood. ERR_NOT_FOUND: no draft of the actor's organiser. */
NODISCARD enum err settle_preview(struct ctx *cx, int64_t id, struct settle_file *out);
/* The draft is wanted: the job SETTLE compares it. ERR_CONFLICT: it is no draft any more. Needs a
 * write. */
NODISCARD enum err settle_start(struct ctx *cx, int64_t id);
/* A draft is thrown away. ERR_CONFLICT: it is no draft any more. Needs a write. */
NODISCARD enum err settle_drop(struct ctx *cx, int64_t id);
/* Compares what was started, to its end; nothing when it is done. No transaction is open. */
NODISCARD enum err settle_run(struct ctx *cx, int64_t id);

/* One of the actor's organiser. ERR_NOT_FOUND. */
NODISCARD enum err settle_find(struct ctx *cx, int64_t id, struct settlement *out);
struct settlement_list {
    struct settlement *item;
    size_t count;
};
/* Newest first, below before_id, at most 51. */
NODISCARD enum err settle_list(struct ctx *cx, int64_t before_id, struct settlement_list *out);

/* ---- what differs; the caller has found the settlement ---- */

struct settle_finding {
    int64_t seq;
    int64_t line;              /* 0: of no line, SETTLE_MISSING. */
    enum settle_kind kind;
    struct str ref;
    int64_t theirs_cents, ours_cents;
    struct str detail;
    int64_t handled_ms;        /* 0: a person has yet to look at it. */
    struct str handled_by, note; /* By empty: a later file settled it. */
};
struct settle_finding_list {
    struct settle_finding *item;
    size_t count;
};
/* kind 0: of every kind; all: those handled too. From seq on, at most 101. */
NODISCARD enum err settle_findings(struct ctx *cx, int64_t id, int kind, bool all,
                                   int64_t from_seq, struct settle_finding_list *out);
NODISCARD enum err settle_finding_get(struct ctx *cx, int64_t id, int64_t seq,
                                      struct settle_finding *out);
/* A person has handled one of them, or (seq < 0) all of a kind; *count says how many were open.
 * Needs a write. */
NODISCARD enum err settle_handle(struct ctx *cx, int64_t id, int64_t seq, enum settle_kind kind,
                                 struct str note, int64_t *count);
/* Differences of the actor's organiser that nobody has handled, and files that hold some. */
NODISCARD enum err settle_waiting(struct ctx *cx, int64_t *findings, int64_t *files);

#endif
