/* SPDX-License-Identifier: Apache-2.0 */
/* import_int.h - the walk of the import, for import.c and import_end.c only. */
#ifndef MAILLON_REGISTRY_IMPORT_INT_H
#define MAILLON_REGISTRY_IMPORT_INT_H

#include "db/command.h"
#include "registry/import.h"

enum {
    OPS_MAX = 32768, /* Notes at most. */
    OP_VALUES_MAX = 15,
    SIREN_LAST = 999999999,
    COMPANY_COLS = 14,
    POSTAL_CODES = 100000
};
/* Columns of company_range. */
enum { COMPANY_NAME = 1, COMPANY_ACTIVE = 2, COMPANY_GONE = 4, COMPANY_CATEGORY = 7,
       COMPANY_HEAD = 9 };

/* Our own rows, in order, a page at a time. */
struct cursor {
    enum sql_id id;
    struct arena arena;
    struct db_rows rows;
    size_t at;
    int64_t after; /* Key of the last row of the page. */
    bool exhausted;
};


/* Batches of one stream: the one being read, and those that notes still point into. */
struct feed {
    struct stream stream;
    struct batch *batch;
    size_t at;
    struct batch *held;
    size_t held_count;
};

struct import {
    struct ctx *cx;
    const struct import_options *opt;
    struct import_result *result;
    struct rejects rejects;
    struct feed units, places;
    struct cursor companies, establishments;
    struct arena arena; /* Of notes; cleared when they are written. */
    struct db_call *op;                        /* Notes: statements to run, */
    struct db_value (*op_value)[OP_VALUES_MAX]; /* and the values of each. */
    size_t op_count, op_limit;
    int64_t written;
    int64_t id;
    char token[33];
    int64_t resume_siren;
    /* The last company that is finished, and the counts up to it: what a restart goes on from. */
    int64_t done_siren;
    struct import_counts done_counts;
    struct progress progress;
    struct names names;
    int64_t named;   /* The names that are new up to here are in their index. */
    bool name_all;   /* That index was never whole: known names are put into it too. */
    uint16_t seen[POSTAL_CODES]; /* Noted in this run: territories of each postal code, as bits. */
};

NODISCARD enum err import_fail(struct import *im, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Notes a statement to run. */
void import_op(struct import *im, enum sql_id id, const struct db_value *value, size_t count);
/* Runs what was noted, with how far the walk came, in one transaction. */
NODISCARD enum err import_write(struct import *im, bool end);
/* Our row at hand; NULL after the last. Its cells live until the page is turned. */
NODISCARD enum err import_row(struct import *im, struct cursor *c, const struct db_value **out);
/* Whoever waits in another process gets his turn, and those who come with him. */
void import_pause(const struct import *im);

/* ---- import_end.c ---- */

/* Writes the names noted so far, in their own order; all up to that SIREN are there then. */
NODISCARD enum err import_names(struct import *im, int64_t upto, bool end);
/* A run that was cut short had noted names that it never wrote: those of the companies it was done
 * with, which stand in the register. */
NODISCARD enum err import_names_catch_up(struct import *im);
/* Whether so many companies may be missing; then they are closed. */
NODISCARD enum err import_gone_check(struct import *im);
NODISCARD enum err import_gone_close(struct import *im);

#endif
