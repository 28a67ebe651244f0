/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seek.h - what somebody typed into the one search field of the desk: pure, no database.
 *
 * Text may have several readings; each that is possible is filled in, and the search tries them in
 * the order of enum seek_kind. An exact one that finds something ends it; words come last.
 */
#ifndef MAILLON_DESK_SEEK_H
#define MAILLON_DESK_SEEK_H

#include "registry/registry.h"

/* Longer text than SEEK_TEXT_MAX is a fault; more than SEEK_TYPED_MAX is not read at all. */
enum { SEEK_TEXT_MAX = 120, SEEK_TYPED_MAX = 2000, SEEK_WORDS_MAX = 6, SEEK_WORD_MAX = 40 };

enum seek_kind {
    SEEK_NOTHING,
    SEEK_SIREN,      /* Also a VAT number. */
    SEEK_SIRET,
    SEEK_ORDER,      /* Reference of an order, or of a parcel of it (REF-2). */
    SEEK_INVOICE,
    SEEK_PARCEL,     /* The carrier's number. */
    SEEK_EMAIL,
    SEEK_WORDS,      /* Of a name, a town, a postal code. */
    SEEK_WRONG       /* A number that cannot be one, or too long: see fault. */
};

struct seek {
    int64_t siren;           /* 0: none; of a SIRET its SIREN. */
    int64_t siret;           /* 0: none. */
    struct str ref;          /* Each empty when the text cannot be one. */
    struct str invoice, parcel, email;
    struct str word[SEEK_WORDS_MAX]; /* Capitals without accents, at least 2 signs each. */
    size_t words;
    struct str postal_code;  /* The word that is five digits. */
    struct str fault;        /* French: a number with a slip of the finger, and which; too long. */
};

struct seek seek_read(struct arena *a, struct str typed);
/* "un numéro SIREN" */
const char *seek_kind_text(enum seek_kind k);

#endif
