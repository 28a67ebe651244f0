/* SPDX-License-Identifier: Apache-2.0 */
/*
 * err.h - the result of every call that can fail for a reason we expect.
 *
 * There are only as many values as there are different reactions. Details (the statement, the
 * field, the peer's words) are logged or put into a form where they are found and travel no
 * further. A mistake of ours is an assertion, never an error value.
 */
#ifndef MAILLON_BASE_ERR_H
#define MAILLON_BASE_ERR_H

#include <assert.h>

#define NODISCARD __attribute__((warn_unused_result))

/* name, HTTP status, exit code of a command, what a person may be told (French). */
#define ERR_MAP(X)                                                                                \
    X(OK, 200, 0, "Fait.")                                                                        \
    X(ERR_INVALID, 422, 2, "Votre demande comporte une erreur.")                                  \
    X(ERR_LOGIN, 401, 3, "Connectez-vous pour continuer.")                                        \
    X(ERR_DENIED, 403, 3, "Vous n’avez pas le droit de faire cela.")                              \
    X(ERR_NOT_FOUND, 404, 4, "Cette page n’existe pas.")                                          \
    X(ERR_CONFLICT, 409, 5, "Quelqu’un d’autre a modifié cela entre-temps.")                      \
    X(ERR_LIMIT, 413, 2, "C’est trop long ou trop grand.")                                        \
    X(ERR_RATE, 429, 6, "Trop de demandes en peu de temps. Réessayez dans une minute.")           \
    X(ERR_BUSY, 503, 6, "Le service est très sollicité. Réessayez dans quelques secondes.")       \
    X(ERR_UNKNOWN, 503, 6, "Nous ne savons pas encore si c’est fait. Rechargez la page.")         \
    X(ERR_FAULT, 500, 1, "Une erreur est survenue de notre côté. Elle est enregistrée.")

/*
 * ERR_UNKNOWN is for a COMMIT that reported an error: it may have taken effect. The client's
 * retry with the same idempotency key finds the truth.
 */
enum err {
#define ERR_ENUM(name, http, code, text) name,
    ERR_MAP(ERR_ENUM)
#undef ERR_ENUM
};

const char *err_name(enum err e);
const char *err_text(enum err e);
int err_http(enum err e);
int err_exit(enum err e);

/* Returns early on anything but OK. The only macro that hides control flow; safe because the
 * arena and the transaction are cleaned up by their owner. */
#define TRY(call)                                                                                 \
    do {                                                                                          \
        enum err try_err_ = (call);                                                               \
        if (try_err_ != OK)                                                                       \
            return try_err_;                                                                      \
    } while (0)

#endif
