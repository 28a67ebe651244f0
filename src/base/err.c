/* SPDX-License-Identifier: Apache-2.0 */
/*
 * err.c - the four faces of a result, all from the one table in err.h, so that name, status,
 * exit code and text cannot drift apart.
 */
#include "base/err.h"

#include <stddef.h>

struct err_row {
    const char *name;
    const char *text;
    int http;
    int code;
};

static const struct err_row *
err_row(enum err e)
{
    static const struct err_row table[] = {
#define ERR_ROW(name, http, code, text) {#name, text, http, code},
        ERR_MAP(ERR_ROW)
#undef ERR_ROW
    };

    assert((size_t)e < sizeof(table) / sizeof(table[0]));
    return &table[e];
}

const char *
err_name(enum err e)
{
    return err_row(e)->name;
}

const char *
err_text(enum err e)
{
    return err_row(e)->text;
}

int
err_http(enum err e)
{
    return err_row(e)->http;
}

int
err_exit(enum err e)
{
    return err_row(e)->code;
}
