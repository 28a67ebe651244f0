/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.h - what the files of the register's import share; nobody else includes it but
 * tests, and registry.c for the counts.
 *
 * Two threads read and check the two files (rows.c) and hand batches of rows over; the caller's
 * thread walks both and the database in one order, the SIREN's, and writes only what differs
 * (import.c). So the first month is pure appending, every later one is a difference, and a run
 * that was killed repeats nothing: what is already there compares equal.
 */
#ifndef MAILLON_REGISTRY_IMPORT_H
#define MAILLON_REGISTRY_IMPORT_H

#include <pthread.h>

#include "base/buf.h"
#include "base/csv.h"
#include "db/db.h"
#include "registry/registry.h"
#include "registry/source.h"

enum {
    BATCH_ROWS = 1024,
    BATCH_TEXT_BYTES = 256 * 1024,
    ROW_TEXT_MAX = 4096, /* Kept text of one row; each field is bounded below. */
    QUEUE_BATCHES = 24,
    REJECTS_SHOWN = 100
};

/* A row of StockUniteLegale. Text lies in the batch. */
struct unit_row {
    int64_t siren;
    int64_t line;
    struct str name, naf;
    int64_t created_day;
    int64_t head_siret; /* As the unit's row says. */
    int band_year, legal_category;
    enum band band;
    bool active, partial;
    bool refused; /* The row was bad, but we know whose it is: leave what is there alone. */
    bool after_gap; /* Before it stand rows that could not be read: nobody between is missing. */
};

/* A row of StockEtablissement. */
struct place_row {
    int64_t siret;
    int64_t line;
    struct str sign, complement, street, special, postal_code, commune, city, craft_code, country;
    enum band band;
    bool active, head_office, partial, refused, after_gap;
};

struct batch {
    struct batch *next;
    size_t count;
    union {
        struct unit_row unit[BATCH_ROWS];
        struct place_row place[BATCH_ROWS];
    } row;
    size_t text_used;
    char text[BATCH_TEXT_BYTES];
};

/* Rows that were left out. Shared by the three threads. */
struct rejects {
    pthread_mutex_t lock;
    FILE *file;      /* --rejects; NULL for none. */
    FILE *shown;     /* The first REJECTS_SHOWN go here; NULL in tests. */
    int64_t count;
    _Atomic int64_t rows; /* Read so far, of both files. */
};

void rejects_add(struct rejects *r, const char *path, int64_t line, const char *column,
                 const char *reason);

enum stream_kind { STREAM_UNITS, STREAM_PLACES };

/* One file, its thread, and the batches between it and the importer. */
struct stream {
    enum stream_kind kind;
    struct source source;
    struct csv csv;
    struct rejects *rejects;
    int column[32]; /* By enum unit_column or place_column; -1: not in this layout. */
    int columns;    /* In the header line. */
    int64_t last_key;
    bool gap; /* The last records had no number that could be read; the importer's once ended. */
    pthread_t thread;
    bool threaded;
    bool failed_open;

    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct batch *ready, **ready_tail; /* In order. */
    struct batch *spare;
    int made;
    bool ended;    /* No more batches will come. */
    bool stopping; /* The importer has given up. */
    char why[400]; /* Not empty once ended: the file failed, and where. */
};

/* Opens, reads the header and checks its columns. ERR_INVALID with why filled. */
NODISCARD enum err stream_open(struct stream *s, enum stream_kind kind, const char *path,
                               struct rejects *rejects);
void stream_start(struct stream *s);
/* The next batch in order; NULL at the end (then s->why tells whether it was a good one). */
struct batch *stream_take(struct stream *s);
void stream_give_back(struct stream *s, struct batch *b);
/* Ends the thread and frees everything. */
void stream_close(struct stream *s);

/* ---- names.c: the index of names, written in sorted runs ---- */

enum { NAME_KEY_MAX = 40, NAMES_RUN = 256 * 1024 };

struct name_pair {
    int32_t siren;
    int32_t len;
    char key[NAME_KEY_MAX];
};
/* Names not written yet. A run is 12 MB, and touches each page of the index once. */
struct names {
    struct name_pair *item; /* NAMES_RUN of them; NULL until the first. */
    size_t count;
};
/* The key's part that is kept. */
struct str names_key(struct arena *a, struct str name, int64_t legal_category);
/* Nothing for an empty name. The run must have room. */
void names_note(struct names *n, struct arena *scratch, int64_t siren, struct str name,
                int64_t legal_category);
static inline bool
names_full(const struct names *n)
{
    return n->count == NAMES_RUN;
}
void names_sort(struct names *n);
void names_release(struct names *n);

/* Networks derived for a company; craft: an active establishment has a craft code. */
void networks_derive(int legal_category, struct str naf, bool craft, unsigned *networks,
                     enum network_source *source);

/* How many rows of each fate; stored with the progress, in this order. Left: known companies
 * that this run says nothing about (gone before, or their row was refused). */
#define IMPORT_COUNTS(X)                                                                          \
    X(units_read) X(companies_created) X(companies_changed) X(companies_closed)                   \
    X(companies_reopened) X(companies_moved) X(companies_gone) X(companies_same)                  \
    X(companies_left)                                                                             \
    X(places_read) X(places_created) X(places_changed) X(places_closed) X(places_reopened)        \
    X(places_gone) X(places_same) X(units_active)

struct import_counts {
#define IMPORT_COUNT_FIELD(name) int64_t name;
    IMPORT_COUNTS(IMPORT_COUNT_FIELD)
#undef IMPORT_COUNT_FIELD
};

enum { COUNTS_TEXT_MAX = 512 };
void import_counts_text(const struct import_counts *c, char out[COUNTS_TEXT_MAX]);
/* Companies that were known before. */
int64_t import_counts_known(const struct import_counts *c);
/* False for text of another version of the list. */
bool import_counts_parse(struct str text, struct import_counts *out);

struct import_options {
    const char *units, *places; /* Paths. */
    const char *rejects;        /* Path or NULL. */
    int64_t bad_share_bp;       /* Refused rows tolerated, of 10,000. */
    int64_t gone_share_bp;      /* Companies that may be missing, of 10,000 known ones. */
    bool quiet;                 /* No progress, no rejects on standard error. */
    int64_t stop_after_rows;    /* Tests: give up as if killed after so many were written; 0. */
};

struct import_result {
    struct import_counts counts;
    int64_t rejected;
    bool resumed;          /* Went on where a run before had been cut short. */
    int64_t companies;     /* In the register now, ceased and gone ones included. */
    int64_t elapsed_ms;
    char why[400];         /* With any error, in English. */
};

/* Runs the whole import, in many short write transactions. Not inside a transaction. */
NODISCARD enum err import_run(struct ctx *cx, const struct import_options *opt,
                              struct import_result *out);

#endif
