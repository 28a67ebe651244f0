/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.h - an organiser's orders, lines, parcels, movements, payments and refunds as CSV files.
 *
 * A file is read in batches from one snapshot and goes out piece by piece, so that it has no size
 * that memory minds; each is noted with who took it, its rows and its digest, begun before its
 * first byte leaves. The columns of personal data (a sole trader's SIREN is one) are in a file of
 * their own, which a second person must grant: for the asker alone, for a day.
 *
 * In the files money is euros with two decimals and a point, instants are UTC (ISO 8601), states
 * are the API's English codes, an empty field means that there is none.
 */
#ifndef MAILLON_EXPORT_EXPORT_H
#define MAILLON_EXPORT_EXPORT_H

#include "base/csv_file.h"
#include "db/db.h"

enum export_kind {
    EXPORT_ORDERS,
    EXPORT_LINES,
    EXPORT_PARCELS,
    EXPORT_MOVEMENTS,
    EXPORT_PAYMENTS,
    EXPORT_REFUNDS,
    EXPORT_BUYERS, /* The orders with personal data. */
    EXPORT_KINDS
};

struct export_words {
    const char *name;  /* Of the command line, the log and the file: "orders". */
    const char *act;   /* Of the journal: "orders.export". */
    const char *title; /* French. */
    const char *what;  /* One row for each ..., in a sentence. */
};
extern const struct export_words export_words[EXPORT_KINDS];
bool export_by_name(struct str name, enum export_kind *out);

/* The names of the columns, which live for ever, and their number. */
enum { EXPORT_COLUMNS_MAX = 32 };
size_t export_heads(enum export_kind kind, const char *heads[EXPORT_COLUMNS_MAX]);

enum { EXPORT_GRANT_HOURS = 24 };

struct export_ask {
    int64_t organiser_id;
    enum export_kind kind;
    int64_t campaign_id;    /* 0: all of the organiser's. */
    int64_t from_ms, to_ms; /* Of the order, the movement or the payment; to_ms INT64_MAX: open. */
    int64_t grant_id;       /* Of EXPORT_BUYERS; else 0. */
};

/* Writes all rows behind the heads (csv_file_begin). Needs a transaction that reads. Errors: those
 * of the file's sink; ERR_BUSY also when it is run again after some went out. */
NODISCARD enum err export_write(struct ctx *cx, const struct export_ask *ask, struct csv_file *f);

/* Notes that a file is begun, and how it ended. Need a write. */
NODISCARD enum err export_begin(struct ctx *cx, const struct export_ask *ask, int64_t *id);
NODISCARD enum err export_end(struct ctx *cx, int64_t id, const struct csv_file *f, bool whole);

enum export_state { EXPORT_RUNNING = 1, EXPORT_WHOLE, EXPORT_CUT };

struct export_done {
    int64_t id;
    struct str email; /* Who took it; empty: a command. */
    enum export_kind kind;
    struct str campaign; /* Empty: all. */
    int64_t from_ms, to_ms;
    enum export_state state;
    int64_t begun_ms, ended_ms, rows, bytes;
    struct str sha256;
};
struct export_done_list {
    struct export_done *item;
    size_t count;
};
/* Of the actor's organiser, newest first, at most 20; before_id 0: from the newest. */
NODISCARD enum err export_done_list(struct ctx *cx, int64_t before_id,
                                    struct export_done_list *out);

/* What the actor may take just now with personal data, as asks of EXPORT_BUYERS. */
struct export_grant {
    struct export_ask ask;
    struct str campaign;
    int64_t expires_ms;
};
struct export_grant_list {
    struct export_grant *item;
    size_t count;
};
NODISCARD enum err export_grant_list(struct ctx *cx, struct export_grant_list *out);

#endif
