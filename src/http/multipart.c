/* SPDX-License-Identifier: Apache-2.0 */
/* multipart.c - see multipart.h. */
#include "http/multipart.h"

enum { BOUNDARY_MAX = 70, PART_HEAD_MAX = 2048 };

/* Takes prefix off *s. */
static bool
take(struct str *s, const char *prefix)
{
    struct str p = str_of(prefix);

    if (s->len < p.len || !str_eq_nocase(str_sub(*s, 0, p.len), p))
        return false;
    *s = str_sub(*s, p.len, s->len);
    return true;
}

static size_t
find(struct str s, struct str what)
{
    const char *at = what.len == 0 || s.len < what.len ? NULL
                                                       : memmem(s.ptr, s.len, what.ptr, what.len);

    return at == NULL ? s.len : (size_t)(at - s.ptr);
}

/* A quoted string with its escapes undone, or a token; *s goes behind it. */
static bool
value_take(struct arena *a, struct str *s, struct str *out)
{
    if (s->len == 0 || s->ptr[0] != '"') {
        size_t end = str_find_byte(*s, ';');
        *out = str_trim(str_sub(*s, 0, end));
        *s = str_sub(*s, end, s->len);
        return out->len > 0;
    }
    char *to = arena_alloc(a, s->len);
    size_t n = 0, i = 1;
    for (; i < s->len && s->ptr[i] != '"'; i++) {
        if (s->ptr[i] == '\\' && i + 1 < s->len && (s->ptr[i + 1] == '"' || s->ptr[i + 1] == '\\'))
            i++;
        to[n++] = s->ptr[i];
    }
    if (i >= s->len)
        return false;
    *out = str_n(to, n);
    *s = str_sub(*s, i + 1, s->len);
    return true;
}

struct str
multipart_boundary(struct str type)
{
    size_t semi = str_find_byte(type, ';');
    struct str rest = str_sub(type, semi, type.len);

    if (!str_eq_nocase(str_trim(str_sub(type, 0, semi)), STR("multipart/form-data")))
        return STR_NONE;
    while (rest.len > 0 && rest.ptr[0] == ';') {
        struct str p = str_trim(str_sub(rest, 1, rest.len));
        if (take(&p, "boundary=")) {
            if (p.len > 0 && p.ptr[0] == '"')
                p = str_sub(p, 1, str_find_byte(str_sub(p, 1, p.len), '"'));
            else
                p = str_trim(str_sub(p, 0, str_find_byte(p, ';')));
            bool good = p.len > 0 && p.len <= BOUNDARY_MAX;
            for (size_t i = 0; i < p.len; i++)
                good = good && p.ptr[i] > ' ' && p.ptr[i] < 0x7f;
            return good ? p : STR_NONE;
        }
        rest = str_sub(p, str_find_byte(p, ';'), p.len);
    }
    return STR_NONE;
}

/* name and filename of a Content-Disposition's value. */
static bool
disposition(struct arena *a, struct str v, struct form_file *out, bool *is_file)
{
    if (!take(&v, "form-data"))
        return false;
    for (v = str_trim(v); v.len > 0 && v.ptr[0] == ';'; v = str_trim(v)) {
        struct str value;
        v = str_trim(str_sub(v, 1, v.len));
        size_t eq = str_find_byte(v, '=');
        if (eq == v.len)
            return false;
        struct str key = str_trim(str_sub(v, 0, eq));
        v = str_sub(v, eq + 1, v.len);
        if (key.len == 0 || !value_take(a, &v, &value))
            return false;
        if (str_eq_nocase(key, STR("name")))
            out->field = value;
        if (str_eq_nocase(key, STR("filename"))) {
            out->name = value;
            *is_file = true;
        }
    }
    return v.len == 0 && out->field.len > 0 && out->field.len <= 64 && utf8_valid(out->field);
}

static bool
head_read(struct arena *a, struct str head, struct form_file *out, bool *is_file)
{
    bool named = false;

    *is_file = false;
    while (head.len > 0) {
        size_t end = find(head, STR("\r\n"));
        struct str line = str_sub(head, 0, end);
        head = str_sub(head, end + 2, head.len);
        if (line.len == 0 || line.ptr[0] == ' ' || line.ptr[0] == '\t')
            return false;
        if (take(&line, "content-disposition:")) {
            if (named || !disposition(a, str_trim(line), out, is_file))
                return false;
            named = true;
        } else if (take(&line, "content-type:")) {
            out->type = str_trim(line);
        }
    }
    return named;
}

static bool
text_add(const struct form_file *part, struct pair_list *form)
{
    if (part->body.len > FORM_TEXT_BYTES_MAX || !utf8_valid(part->body))
        return false;
    for (size_t i = 0; i < form->count; i++)
        if (str_eq(form->item[i].name, part->field))
            return false;
    form->item[form->count++] = (struct pair){part->field, part->body};
    return true;
}

static bool
file_add(const struct form_file *part, struct form_file_list *files)
{
    if (part->name.len == 0 && part->body.len == 0)
        return true;
    if (files->count == FORM_FILES_MAX)
        return false;
    files->item[files->count] = *part;
    if (!utf8_valid(part->name) || utf8_has_control(part->name, ""))
        files->item[files->count].name = STR("fichier");
    files->count++;
    return true;
}

bool
multipart_form(struct arena *a, struct str body, struct str boundary, struct pair_list *form,
               struct form_file_list *files)
{
    struct str open = str_printf(a, "--%.*s", STR_FMT(boundary));
    struct str next = str_printf(a, "\r\n--%.*s", STR_FMT(boundary));

    form->item = ARENA_ARRAY(a, FORM_PARTS_MAX, struct pair);
    files->item = ARENA_ARRAY(a, FORM_FILES_MAX, struct form_file);
    form->count = files->count = 0;
    if (boundary.len == 0 || !str_starts(body, open))
        return false;
    body = str_sub(body, open.len, body.len);
    for (int parts = 0; parts <= FORM_PARTS_MAX; parts++) {
        struct form_file part = {0};
        bool is_file;

        if (str_starts(body, STR("--")))
            return body.len == 2 || str_eq(str_sub(body, 2, body.len), STR("\r\n"));
        if (parts == FORM_PARTS_MAX || !str_starts(body, STR("\r\n")))
            return false;
        body = str_sub(body, 2, body.len);
        size_t head_end = find(str_sub(body, 0, PART_HEAD_MAX), STR("\r\n\r\n"));
        if (head_end + 4 > body.len || head_end >= PART_HEAD_MAX - 4 ||
            !head_read(a, str_sub(body, 0, head_end), &part, &is_file))
            return false;
        body = str_sub(body, head_end + 4, body.len);
        size_t end = find(body, next);
        if (end == body.len)
            return false;
        part.body = str_sub(body, 0, end);
        body = str_sub(body, end + next.len, body.len);
        if (is_file ? !file_add(&part, files) : !text_add(&part, form))
            return false;
    }
    return false;
}
