/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fec.h - the journal of an organiser's year for accounting: FEC, "fichier des écritures
 * comptables" (Livre des procédures fiscales, article A47 A-1: 18 columns, a header, tab or pipe,
 * dates AAAAMMJJ, decimal comma; name SIREN FEC closing date).
 *
 *   invoice        411 debit total;   707 credit net, 4457 credit VAT, per rate
 *   credit note    the other way round
 *   capture        512 debit;         411 credit
 *   refund         411 debit;         512 credit; turned round again when it failed afterwards
 *
 * Money that paid for no order goes through the buyer's account all the same, and leaves it by its
 * refund. EcritureNum counts from 1 without a gap in the order of time, over the year; entries
 * are made from rows that are never changed, so numbers of days past stay what they were.
 */
#ifndef MAILLON_INVOICE_FEC_H
#define MAILLON_INVOICE_FEC_H

#include "base/buf.h"
#include "base/civil.h"
#include "db/db.h"

struct fec {
    int64_t organiser_id;
    int year;
    char sep;              /* '\t' or '|' */
    /* Filled by fec_begin. */
    struct str name;       /* 900000010FEC20261231.txt */
    enum zone zone;
    int64_t from_ms, until_ms;
    /* Filled by fec_write. */
    int64_t entries, lines, debit_cents, credit_cents;
    int64_t left_out;      /* Captures in the year that no organiser's order knows, or not in
                              euros: to be entered by hand. */
};

/* Sends what stands in the buffer and empties it; between two statements. */
typedef enum err (*fec_sink)(void *arg);
/* The file's name and the year's bounds, before anything is written. ERR_NOT_FOUND: no such
 * organiser, or its campaigns name no seller. */
NODISCARD enum err fec_begin(struct ctx *cx, struct fec *fec);
/* Writes the file into out and hands it on piece by piece: memory stays flat. */
NODISCARD enum err fec_write(struct ctx *cx, struct fec *fec, struct buf *out, fec_sink sink,
                             void *arg);

#endif
