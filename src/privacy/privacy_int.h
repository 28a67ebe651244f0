/* SPDX-License-Identifier: Apache-2.0 */
/* privacy_int.h - what the files of privacy/ share; nobody else includes it but their tests. */
#ifndef MAILLON_PRIVACY_PRIVACY_INT_H
#define MAILLON_PRIVACY_PRIVACY_INT_H

#include "base/zip.h"
#include "order/order.h"
#include "privacy/privacy.h"

/* Orders by their age; see job/purge.h. */
NODISCARD enum err privacy_purge_orders(struct ctx *cx, struct purge *p);

/* ---- the inventory (fields.h) ---- */

enum known_class {
    KNOWN_NONE,
    KNOWN_LINK,
    KNOWN_ERASED,
    KNOWN_COPY,
    KNOWN_LEGAL,
    KNOWN_BOOKS,
    KNOWN_REGISTER,
    KNOWN_STAFF,
    KNOWN_SECRET
};

/* How a value stands in a copy. */
enum known_form {
    FORM_NOT,
    FORM_TEXT,
    FORM_INT,
    FORM_YES,
    FORM_INSTANT, /* "created_ms" stands as "created_at". */
    FORM_DAY,
    FORM_SIREN,
    FORM_SIRET,
    FORM_BYTES,
    FORM_REF,  /* "parcel_id" stands as "parcel": a name in its place. */
    FORM_FILE, /* "bytes" stand as "file": where they lie beside. */
    FORM_TERRITORY,
    FORM_BAND,
    FORM_ORDER_STATE,
    FORM_PARCEL_STATE,
    FORM_PAYMENT_STATE,
    FORM_REFUND_STATE,
    FORM_CLAIM_STATE,
    FORM_REVIEW_STATE,
    FORM_COMPLAINT_STATE,
    FORM_COMPLAINT_KIND,
    FORM_SIDE,
    FORM_DOCUMENT
};

/* A table (column NULL), followed by its columns. */
struct known {
    const char *table, *column;
    enum known_class class;
    enum known_form form;
};
const struct known *known_list(size_t *count);
/* The first column of a table, and their number. Asserted: the table is there. */
const struct known *known_columns(const char *table, size_t *count);

/* ---- requests ---- */

enum { PRIVACY_BLOCKS_MAX = 50, PRIVACY_GRANT_HOURS = 24 };

int64_t privacy_months_later(int64_t day, int months);
int64_t privacy_today(int64_t now_ms);
struct str privacy_day_text(struct arena *a, int64_t day); /* samedi 2 mai 2020 */

/* Whoever's it is; locked for a change. */
NODISCARD enum err privacy_by_id(struct ctx *cx, int64_t id, struct privacy_request *out);
NODISCARD enum err privacy_lock(struct ctx *cx, int64_t id, struct privacy_request *out);
/* Ends it, and takes the address away that its letters went to. Needs a write. */
NODISCARD enum err privacy_close(struct ctx *cx, const struct privacy_request *r,
                                 enum privacy_state to, struct str why);
/* That person may take the copy of a request, for a day. Needs a write. */
NODISCARD enum err privacy_grant(struct ctx *cx, const struct privacy_request *r,
                                 int64_t account_id);

/* ---- copies that are taken ---- */

enum privacy_file_state {
    PRIVACY_FILE_GRANTED = 1,
    PRIVACY_FILE_RUNNING, /* Or cut off with its server. */
    PRIVACY_FILE_WHOLE,
    PRIVACY_FILE_CUT
};
struct privacy_file {
    int64_t id, account_id;
    struct str email; /* Who may take it, or did. */
    enum privacy_file_state state;
    int64_t granted_ms, expires_ms, ended_ms, bytes;
};
struct privacy_file_list {
    struct privacy_file *item;
    size_t count;
};
NODISCARD enum err privacy_files_of(struct ctx *cx, int64_t request_id,
                                    struct privacy_file_list *out);
/* Notes that the actor's own copy, or one that was granted to the actor, begins to leave.
 * ERR_NOT_FOUND: none such, or its day is over. Need a write. */
NODISCARD enum err privacy_file_own(struct ctx *cx, int64_t *id);
NODISCARD enum err privacy_file_begin(struct ctx *cx, int64_t id, int64_t *request_id,
                                      struct privacy_scope *scope);
NODISCARD enum err privacy_file_end(struct ctx *cx, int64_t id, const struct zip *z,
                                    enum privacy_file_state state);

/* Lets go of an order that is over, with all that hangs on it. Needs a write. */
NODISCARD enum err privacy_forget_order(struct ctx *cx, int64_t order_id, struct str ref,
                                        struct tally *t);

/* What a second person reads before agreeing. */
NODISCARD enum err privacy_summary(struct ctx *cx, enum privacy_kind kind, int64_t siren,
                                   struct str *out);

/* letters.c: need a write. */
NODISCARD enum err privacy_mail_received(struct ctx *cx, const struct privacy_request *r);
NODISCARD enum err privacy_mail_extended(struct ctx *cx, const struct privacy_request *r);
NODISCARD enum err privacy_mail_refused(struct ctx *cx, const struct privacy_request *r,
                                        struct str why);
NODISCARD enum err privacy_mail_done(struct ctx *cx, const struct privacy_request *r);
NODISCARD enum err privacy_mail_staff_new(struct ctx *cx, const struct privacy_request *r,
                                          int64_t organiser_id);
NODISCARD enum err privacy_mail_staff_near(struct ctx *cx, const struct privacy_request *r,
                                           int64_t organiser_id);

#endif
