/* SPDX-License-Identifier: Apache-2.0 */
/* decode.h - the bytes of a table that somebody hands in, into text. */
#ifndef MAILLON_BASE_DECODE_H
#define MAILLON_BASE_DECODE_H

#include "base/buf.h"
#include "base/err.h"

/* UTF-8 without its mark, from UTF-8, UTF-16 with its mark, or Windows-1252. ERR_INVALID with *why
 * (French): empty, no text at all with the kind of file where it can be told, or the line with a
 * control character. */
NODISCARD enum err text_decode(struct arena *a, struct str bytes, struct str *text,
                               const char **encoding, struct str *why);

#endif
