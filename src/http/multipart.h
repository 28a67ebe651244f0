/* SPDX-License-Identifier: Apache-2.0 */
/*
 * multipart.h - multipart/form-data (RFC 7578) of forms that carry files: bounded, in place.
 */
#ifndef MAILLON_HTTP_MULTIPART_H
#define MAILLON_HTTP_MULTIPART_H

#include "http/req.h"

enum { FORM_PARTS_MAX = 64, FORM_FILES_MAX = 8, FORM_TEXT_BYTES_MAX = 64 * 1024 };

/* The boundary a Content-Type names; empty when it is not multipart/form-data with a usable one. */
struct str multipart_boundary(struct str content_type);
/* Splits a body. Texts go to form, as guard_pairs gives them; files, which point into the body, to
 * files; a file field left empty by the browser is left out. False, with nothing promised about
 * the outcome, for anything malformed: a part without a name, text that is not UTF-8, a repeated
 * text field, more than the limits above, bytes that no part holds, no closing boundary. */
bool multipart_form(struct arena *a, struct str body, struct str boundary, struct pair_list *form,
                    struct form_file_list *files);

#endif
