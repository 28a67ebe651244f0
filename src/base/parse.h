/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse.h - numbers and encodings out of text: whole input or nothing.
 *
 * Each returns false and leaves *out untouched when any byte is out of place, the value is out of
 * bounds, or the text is empty. No sign but a leading '-', no white space, no leading '+'.
 */
#ifndef MAILLON_BASE_PARSE_H
#define MAILLON_BASE_PARSE_H

#include "base/buf.h"
#include "base/str.h"

bool parse_i64(struct str s, int64_t min, int64_t max, int64_t *out);
/* Euros as people write them ("97,59", "97.59", "1 234,5", with or without the sign and the
 * non-breaking spaces) into cents. */
bool parse_cents(struct str s, int64_t *out);

/* Lower-case hexadecimal. */
void hex_put(struct buf *out, const void *bytes, size_t len);
struct str hex_str(struct arena *a, const void *bytes, size_t len);
/* Either case; the text must be exactly 2 x len long. */
bool hex_parse(struct str s, void *out, size_t len);
/* RFC 4648 section 4, with padding. */
struct str base64_str(struct arena *a, const void *bytes, size_t len);
/* RFC 4648 section 5 (URL-safe), without padding. */
struct str base64url_str(struct arena *a, const void *bytes, size_t len);
/* Section 4 with padding; false on anything else. *out is in the arena. */
bool base64_parse(struct arena *a, struct str s, struct str *out);

/* RFC 3986 percent-encoding of everything but unreserved characters. */
void url_encode(struct buf *out, struct str s);
/* application/x-www-form-urlencoded: '+' is a space, %XX a byte. False on a bad escape, on %00
 * and on text that is not UTF-8. */
bool url_decode(struct arena *a, struct str s, bool plus_is_space, struct str *out);

#endif
