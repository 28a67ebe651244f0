/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form.h - reading a form: each field is checked once, with its message beside it.
 *
 *   struct form f = form_begin(cx, req);
 *   struct str email = form_email(&f, "email", "Adresse e-mail");
 *   int64_t packs = form_int(&f, "packs", "Nombre de lots", 1, 1000);
 *   if (form_failed(&f)) return page_again(...);   // status 422, values kept
 *
 * A message says what was wrong, where, and what to do: "Indiquez ..., par exemple ...".
 */
#ifndef MAILLON_HTTP_FORM_H
#define MAILLON_HTTP_FORM_H

#include "http/req.h"

enum { FORM_ERRORS_MAX = 40 };

struct form {
    struct ctx *cx;
    struct req *req;
    struct field_error error[FORM_ERRORS_MAX];
    size_t error_count;
};

struct form form_begin(struct ctx *cx, struct req *req);
bool form_failed(const struct form *f);
/* Adds a message (French, whole sentence). */
void form_error(struct form *f, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
struct field_error_list form_errors(const struct form *f);
/* The message of one field or the empty text. */
struct str form_error_of(const struct form *f, const char *name);

/* Trimmed, NFC, no control characters; min 0 means optional. Lengths in characters. On an error
 * the returned value is what was typed, cut at max. */
struct str form_text(struct form *f, const char *name, const char *label, size_t min, size_t max);
/* The same with line breaks allowed (as \n). */
struct str form_long_text(struct form *f, const char *name, const char *label, size_t min,
                          size_t max);
/* Grouping spaces are allowed in numbers. */
int64_t form_int(struct form *f, const char *name, const char *label, int64_t min, int64_t max);
bool form_checked(struct form *f, const char *name);
/* One of the allowed values (array ended by NULL). */
struct str form_choice(struct form *f, const char *name, const char *label,
                       const char *const *allowed);
/* Lower-cased, plausible (one @, a dot in the domain, at most 254 bytes). */
struct str form_email(struct form *f, const char *name, const char *label);
/* French telephone in international form +33..., +262 ...; optional when min is 0. */
struct str form_phone(struct form *f, const char *name, const char *label, size_t min);
/* "+33612345678" from the ways people write it; empty when it is none. */
struct str phone_normal(struct arena *a, struct str typed);
/* A day in the query (YYYY-MM-DD): the instant it begins at in Paris, or with after the one at
 * which it is over; def when absent. The returned value is what was typed. */
struct str form_query_day(struct form *f, const char *name, bool after, int64_t def, int64_t *out);
/* A key made in the form: 16 to 64 of [A-Za-z0-9_-]. */
struct str form_key(struct form *f, const char *name);

/* A field ready for the template, with the typed value and the message when the form failed. */
struct field form_field(const struct form *f, const char *name, struct str label, struct str hint,
                        struct str initial);

#endif
