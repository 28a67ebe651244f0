/* SPDX-License-Identifier: Apache-2.0 */
/*
 * multipart_fuzz.c - a form with files as bytes: the first line is the Content-Type, the rest the
 * body. What passes must hold what multipart.h promises.
 */
#include "http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str all = str_n((const char *)data, size);
    size_t line = str_find_byte(all, '\n');
    struct str body = str_sub(all, line + 1, all.len), boundary;
    struct form_file_list files;
    struct pair_list form;
    static struct arena a; /* Kept from run to run: a fresh one costs more than the reading. */

    boundary = multipart_boundary(str_sub(all, 0, line));
    if (boundary.len == 0)
        boundary = STR("b");
    if (multipart_form(&a, body, boundary, &form, &files)) {
        assert(form.count <= FORM_PARTS_MAX && files.count <= FORM_FILES_MAX);
        for (size_t i = 0; i < form.count; i++)
            assert(utf8_valid(form.item[i].name) && utf8_valid(form.item[i].value));
        for (size_t i = 0; i < files.count; i++) {
            const struct form_file *f = &files.item[i];
            assert(f->field.len > 0 && utf8_valid(f->name));
            assert(f->body.len == 0 ||
                   (f->body.ptr >= body.ptr && f->body.ptr + f->body.len <= body.ptr + body.len));
        }
    }
    arena_clear(&a);
    return 0;
}
