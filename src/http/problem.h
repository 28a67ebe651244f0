/* SPDX-License-Identifier: Apache-2.0 */
/*
 * problem.h - the types of RFC 9457 problem documents: what a program reads in "type" and "title",
 * and what the page behind the type's address tells the person who writes that program.
 *
 * One type has one title, whatever the occurrence; what is special to one stands in "detail".
 */
#ifndef MAILLON_HTTP_PROBLEM_H
#define MAILLON_HTTP_PROBLEM_H

enum problem {
    PROBLEM_BAD_REQUEST,
    PROBLEM_SIGN_IN,
    PROBLEM_DENIED,
    PROBLEM_CSRF,
    PROBLEM_NOT_FOUND,
    PROBLEM_METHOD,
    PROBLEM_TIMEOUT,
    PROBLEM_CONFLICT,
    PROBLEM_TOO_LARGE,
    PROBLEM_ADDRESS_TOO_LONG,
    PROBLEM_HEADERS_TOO_LARGE,
    PROBLEM_MEDIA_TYPE,
    PROBLEM_EXPECTATION,
    PROBLEM_INVALID,
    PROBLEM_RATE,
    PROBLEM_FAULT,
    PROBLEM_NOT_IMPLEMENTED,
    PROBLEM_BUSY,
    PROBLEM_UNKNOWN,
    PROBLEM_VERSION,
    PROBLEM_INVALID_JSON,
    PROBLEM_INVALID_REQUEST,
    PROBLEM_INVALID_SIRET,
    PROBLEM_UNKNOWN_ESTABLISHMENT,
    PROBLEM_INVALID_TOKEN,
    PROBLEM_ORDER_REFUSED,
    PROBLEM_KEY_REUSED,
    PROBLEM_COUNT
};

struct problem_words {
    const char *path;    /* Below /problems/. */
    const char *title;   /* English, for programs and logs. */
    const char *meaning; /* French, as all pages are. */
    const char *remedy;
};

const struct problem_words *problem_words(enum problem which);

#endif
