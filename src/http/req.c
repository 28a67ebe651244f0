/* SPDX-License-Identifier: Apache-2.0 */
/* req.c - what a handler asks of its request. */
#include "http/req.h"

#include "base/parse.h"

static const struct pair *
pair_find(const struct pair_list *list, const char *name)
{
    struct str wanted = str_of(name);

    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->item[i].name, wanted))
            return &list->item[i];
    return NULL;
}

enum err
req_path_str(struct req *req, const char *name, size_t max, struct str *out)
{
    const struct pair *p = pair_find(&req->path_params, name);

    if (p == NULL || p->value.len == 0 || p->value.len > max)
        return ERR_NOT_FOUND;
    *out = p->value;
    return OK;
}

enum err
req_path_int(struct req *req, const char *name, int64_t *out)
{
    const struct pair *p = pair_find(&req->path_params, name);

    if (p == NULL || !parse_i64(p->value, 0, INT64_MAX, out))
        return ERR_NOT_FOUND;
    return OK;
}

enum err
req_query_str(struct req *req, const char *name, size_t max, struct str def, struct str *out)
{
    const struct pair *p = pair_find(&req->query, name);

    if (p != NULL && p->value.len > max)
        return ERR_INVALID;
    *out = p == NULL ? def : p->value;
    return OK;
}

enum err
req_query_int(struct req *req, const char *name, int64_t min, int64_t max, int64_t def,
              int64_t *out)
{
    const struct pair *p = pair_find(&req->query, name);

    if (p == NULL || p->value.len == 0) {
        *out = def;
        return OK;
    }
    return parse_i64(p->value, min, max, out) ? OK : ERR_INVALID;
}

struct str
req_header(const struct req *req, const char *name)
{
    const struct pair *p = pair_find(&req->headers, name);

    return p == NULL ? STR_NONE : p->value;
}

struct str
req_form(const struct req *req, const char *name)
{
    const struct pair *p = pair_find(&req->form, name);

    return p == NULL ? STR_NONE : p->value;
}
