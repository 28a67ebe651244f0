/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status_file.h - a carrier's status file. Private to track/.
 *
 * CSV with a header line; comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252. Columns, in any
 * order, by name: the parcel's number (colis, numero, parcel ...), the status (statut, status,
 * code): a code of La Poste or a word such as LIVRE, and the instant (date, instant): RFC 3339, or
 * "2020-05-02 08:00" or "02/05/2020 08:00" in Paris; optional: the place (lieu, place).
 *
 * All good lines are applied in one transaction, in the order of their dates; those that are not
 * are listed with their number; what was told before changes nothing. Two lines that contradict
 * each other about one parcel and one instant are both left out.
 */
#ifndef MAILLON_TRACK_STATUS_FILE_H
#define MAILLON_TRACK_STATUS_FILE_H

#include "track/track_int.h"

enum { STATUS_BYTES_MAX = 8 * 1024 * 1024, STATUS_LINES_MAX = 20000, STATUS_BAD_KEPT = 500 };

struct status_line {
    int64_t line;
    struct str number;
    struct track_event event;
    bool refused;          /* Another line contradicts it. */
};
struct status_bad {
    int64_t line;
    struct str what;       /* The number or the field; may be empty. */
    const char *why;       /* French. */
    const char *code;      /* For programs: "unknown_parcel" ... */
};
struct status_bad_list {
    struct status_bad *item;
    size_t count;
};
struct status_result {
    int64_t lines;         /* Without the header. */
    int64_t fresh;         /* News that were not known... */
    int64_t older;         /* ... of which some are older than what was. */
    int64_t known;         /* Told before. */
    int64_t bad_count;     /* Of all, also those not kept below. */
    struct status_bad_list bad;
    const char *encoding;
    struct str why;        /* With ERR_INVALID: why nothing of it can be read (French). */
};

/* Reads and applies. A LATE caller's: it opens its own transaction. organiser_id 0: all
 * organisers' parcels (command line). dry: says what would be, writes nothing. */
NODISCARD enum err status_file_run(struct ctx *cx, struct str file, int64_t organiser_id, bool dry,
                                   struct status_result *out);

#endif
